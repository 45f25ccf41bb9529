//! How fast an archive takes things in and opens again, on the disk that is to be measured.
//!
//! Durable entries a second by how many are appended at once, entries folded a second (wall and processor time, one core), bytes a
//! second through the door against a plain read, SHA-256 and write of the same file, and a dossier with that file in it. The folder is
//! made and left there.

use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;
use std::time::Instant;

use witnessmark_archive::bundle::{self, Contents, Part};
use witnessmark_archive::{Archive, Draft, Opened, Result, store};
use witnessmark_model::ItemId;
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};

use crate::outside::system;
use crate::terminal::{Failure, out};

const MB: f64 = 1e6;
/// Entries made at once for the archive that is opened.
const BATCH: u64 = 4096;

/// Measures in `folder`, which must not be there yet.
pub fn run(folder: &Path, entries: u64, megabytes: u64) -> crate::Answer {
    if folder.exists() {
        return Err(Failure::new(format!("measure in {}: it is there already", folder.display()), None));
    }
    store::make_dir(folder)?;
    for (batch, total) in [(1, 200), (100, 10_000), (1000, 50_000)] {
        appending(&folder.join(format!("append-{batch}")), batch, total)?;
    }
    appending(&folder.join("append-many"), BATCH, entries)?;
    opening(&folder.join("append-many"))?;
    collecting(folder, megabytes)?;
    Ok(true)
}

pub(super) fn archive(root: &Path) -> Result<Archive> {
    let new = Opened {
        name: "Bench".into(),
        owner: "Ada".into(),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: Some("Made up for a measurement: nobody and nothing in it exists".into()),
    };
    Archive::init(root, new, system())
}

pub(super) fn collected(n: u64) -> Collected {
    let mut item = [0; 32];
    item[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    Collected {
        item: ItemId(item),
        size: n,
        blob: None,
        subject: None,
        in_place: vec!["disk".to_owned(), format!("films/{n}.mp4")].into(),
        names: vec![format!("{n}.mp4")].into(),
        method: Capture::InPlace,
        collector: None.into(),
        source: None.into(),
        published: None.into(),
        url: None.into(),
        account: None.into(),
        tier: Tier::Internal,
        outcome: "complete".into(),
        parent: None,
        relation: None,
        recipe: None,
        post: None.into(),
    }
}

/// Processor time of this process so far, in seconds; 0 where the system does not tell.
pub(super) fn processor() -> f64 {
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<f64> = after_name.split_whitespace().filter_map(|f| f.parse().ok()).collect();
    // utime and stime are fields 14 and 15; the first after the name, a letter, is field 3 and is no number.
    fields.get(10).zip(fields.get(11)).map_or(0.0, |(user, system)| (user + system) / TICKS)
}

/// One figure of this process from the system, in MB: `VmHWM` the most memory so far, `VmRSS` now.
pub(super) fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().map_or(0, |kb| kb / 1000)
}

fn appending(root: &Path, batch: u64, total: u64) -> Result<()> {
    let mut a = archive(root)?;
    let owner = a.member(None)?;
    let mut session = a.session(owner)?;
    let (started, used) = (Instant::now(), processor());
    for first in (0..total).step_by(batch as usize) {
        let last = (first + batch).min(total);
        session.append((first..last).map(|n| Draft::open(collected(n))).collect())?;
    }
    let (seconds, used) = (started.elapsed().as_secs_f64(), processor() - used);
    out(format_args!(
        "{:>12.0} /s  entries appended, durable, {batch} at once  ({total} in {seconds:.3} s, {used:.2} s of processor; {} MB of memory)",
        total as f64 / seconds,
        memory("VmRSS")
    ));
    Ok(())
}

/// Opens what was appended: every entry read, opened and folded.
fn opening(root: &Path) -> Result<()> {
    for _ in 0..2 {
        let before = memory("VmRSS");
        let (started, used) = (Instant::now(), processor());
        let again = Archive::open(root, None, system())?;
        let (seconds, used) = (started.elapsed().as_secs_f64(), processor() - used);
        let entries = again.log().size();
        out(format_args!(
            "{:>12.0} /s  entries folded on opening  ({entries} in {seconds:.3} s; {:.0} /s by {used:.2} s of processor; {} MB more memory)",
            entries as f64 / seconds,
            entries as f64 / used.max(0.01),
            memory("VmRSS").saturating_sub(before)
        ));
    }
    Ok(())
}

/// The same file read, hashed and written by hand, and through the door.
fn collecting(folder: &Path, megabytes: u64) -> Result<()> {
    let io = |what: &str| {
        let what = what.to_owned();
        move |e| witnessmark_archive::Error::io(what, e)
    };
    let path = folder.join("film.bin");
    let mut file = BufWriter::new(File::create(&path).map_err(io("make a file"))?);
    let mut block = vec![0; 1 << 20];
    for n in 0..megabytes {
        block[..8].copy_from_slice(&n.to_le_bytes());
        file.write_all(&block).map_err(io("write a file"))?;
    }
    file.into_inner().map_err(|e| io("write a file")(e.into_error()))?.sync_all().map_err(io("sync a file"))?;
    let size = (megabytes << 20) as f64;
    let film = || File::open(&path).map_err(io("open a file"));
    let say =
        |what: &str, seconds: f64| out(format_args!("{:>12.0} MB/s  {what}  ({seconds:.3} s)", size / MB / seconds));
    // Once for the page cache, so that all that follow find the same.
    let mut sink = vec![0; 1 << 20];
    let mut warm = film()?;
    while warm.read(&mut sink).map_err(io("read a file"))? > 0 {}
    let started = Instant::now();
    store::copy_hashing(film()?, &folder.join("plain.bin"), &mut |_| ())?;
    let plain = started.elapsed().as_secs_f64();
    say("a plain read, SHA-256, write and sync", plain);
    let mut a = archive(&folder.join("collect"))?;
    let owner = a.member(None)?;
    let mut session = a.session(owner)?;
    let started = Instant::now();
    session.store(film()?, "film.bin")?;
    let stored = started.elapsed().as_secs_f64();
    say("stored as a blob", stored);
    out(format_args!("{:>12.2}       of the plain one's speed", plain / stored));
    let started = Instant::now();
    session.hash_in_place(film()?, "film.bin")?;
    say("hashed where it lies", started.elapsed().as_secs_f64());
    drop(session);
    dossier(&mut a, folder, &path, &say)
}

/// A dossier with the file as its exhibit, made and checked piece by piece.
fn dossier(a: &mut Archive, folder: &Path, film: &Path, say: &dyn Fn(&str, f64)) -> Result<()> {
    let owner = a.member(None)?;
    let mut contents = Contents::new("A film", "dossier", Tier::Internal);
    contents.parts = vec![Part::file("annex/E-001.mp4", film.to_path_buf())];
    let zip = folder.join("film.zip");
    let attempt = |e| witnessmark_archive::Error::io("write a dossier", e);
    let started = Instant::now();
    bundle::issue_into(&mut a.session(owner)?, contents, BufWriter::new(File::create(&zip).map_err(attempt)?))?;
    say("issued in a dossier", started.elapsed().as_secs_f64());
    let started = Instant::now();
    let said = bundle::verify(File::open(&zip).map_err(attempt)?, None)?;
    say("checked in a dossier", started.elapsed().as_secs_f64());
    out(format_args!("{:>12}       most memory at any time, MB; the dossier holds: {}", memory("VmHWM"), said.holds()));
    Ok(())
}
