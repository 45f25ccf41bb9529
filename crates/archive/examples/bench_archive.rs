//! How fast an archive takes things in, and how long a dossier takes:
//! `cargo run --release -p witnessmark-archive --example bench_archive -- FOLDER`.
//!
//! FOLDER is made, on the disk that is to be measured, and left there: it holds the dossier. Lines of JSON on stdout.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

use serde_json::json;
use witnessmark_archive::bundle::{self, Contents, Note, Part};
use witnessmark_archive::{Archive, Draft, NewPack, Opened, Outside, Result, Session};
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{EntryRef, ItemId, RowRef};

const MB: f64 = 1e6;

fn say(what: &str, value: serde_json::Value) {
    let line = format!("{}\n", json!({ "bench": what, "result": value }));
    std::io::stdout().write_all(line.as_bytes()).expect("stdout takes a line");
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).expect("a folder that does not exist yet");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).expect("the folder can be made");
    appending(folder)?;
    collecting(folder)?;
    film(folder)?;
    dossier(folder)
}

fn archive(root: &Path) -> Result<Archive> {
    let outside = Outside::new(jiff::Timestamp::now, |bytes| getrandom::fill(bytes).expect("the system has dice"));
    let new = Opened {
        name: "Bench".into(),
        owner: "Ada".into(),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: Some("Made up for a measurement: nobody and nothing in it exists".into()),
    };
    Archive::init(root, new, outside)
}

fn collected(n: u64) -> Collected {
    let mut item = [0; 32];
    item[..8].copy_from_slice(&n.to_le_bytes());
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
    }
}

/// Entries a second, durable, by how many are appended at once; and how fast they are read back.
fn appending(folder: &Path) -> Result<()> {
    for (batch, total) in [(1, 200), (100, 10_000), (1000, 50_000), (4096, 102_400)] {
        let root = folder.join(format!("append-{batch}"));
        let mut a = archive(&root)?;
        let owner = a.member(None)?;
        let mut session = a.session(owner)?;
        let started = Instant::now();
        for first in (0..total).step_by(batch) {
            session.append((first..first + batch as u64).map(|n| Draft::open(collected(n))).collect())?;
        }
        let seconds = started.elapsed().as_secs_f64();
        drop(session);
        drop(a);
        let started = Instant::now();
        let outside = Outside::new(jiff::Timestamp::now, |bytes| getrandom::fill(bytes).expect("the system has dice"));
        let again = Archive::open(&root, None, outside)?;
        let opened = started.elapsed().as_secs_f64();
        let entries = again.log().size();
        say(
            "append",
            json!({ "batch": batch, "entries": entries, "durable_per_s": (total as f64 / seconds).round(),
                "folded_per_s": (entries as f64 / opened).round(), "open_s": opened }),
        );
    }
    Ok(())
}

/// MB/s through the door: hashed, copied, synced.
fn collecting(folder: &Path) -> Result<()> {
    const SIZE: usize = 1 << 30;
    let path = folder.join("film.bin");
    let mut file = BufWriter::new(File::create(&path).expect("a file can be made"));
    let mut block = vec![0; 1 << 20];
    for n in 0..(SIZE >> 20) as u64 {
        block[..8].copy_from_slice(&n.to_le_bytes());
        file.write_all(&block).expect("the disk takes a gigabyte");
    }
    file.into_inner().expect("the disk takes the rest").sync_all().expect("and keeps it");
    let mut a = archive(&folder.join("collect"))?;
    let owner = a.member(None)?;
    let mut session = a.session(owner)?;
    let film = || File::open(&path).expect("the file is there");
    let started = Instant::now();
    session.hash_in_place(film(), "film.bin")?;
    let hashed = started.elapsed().as_secs_f64();
    let started = Instant::now();
    session.store(film(), "film.bin")?;
    let stored = started.elapsed().as_secs_f64();
    say(
        "collect",
        json!({ "bytes": SIZE, "store_mb_s": SIZE as f64 / MB / stored, "hash_in_place_mb_s": SIZE as f64 / MB / hashed }),
    );
    Ok(())
}

fn row(n: u32) -> serde_json::Map<String, serde_json::Value> {
    let row =
        json!({ "kind": "attribution", "n": n, "quote": "they struck the bakery on Thursday", "span": [n, n + 34] });
    row.as_object().expect("an object").clone()
}

/// Most memory that this process had at once so far, in MB; 0 where the system does not tell.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().map_or(0, |kb| kb / 1000)
}

/// A dossier with the gigabyte of [`collecting`] as its exhibit, from a file and into one.
fn film(folder: &Path) -> Result<()> {
    let mut a = archive(&folder.join("film"))?;
    let owner = a.member(None)?;
    let mut contents = Contents::new("A film", "dossier", Tier::Internal);
    contents.parts = vec![Part::file("exhibits/E-001.mp4", folder.join("film.bin"))];
    let (path, before) = (folder.join("film.zip"), peak_mb());
    let started = Instant::now();
    let zip = BufWriter::new(File::create(&path).expect("a file can be made"));
    bundle::issue_into(&mut a.session(owner)?, contents, zip)?;
    let issued = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let said = bundle::verify(File::open(&path).expect("the dossier is there"), None)?;
    let verified = started.elapsed().as_secs_f64();
    assert!(said.holds(), "{:?}", said.findings);
    say(
        "dossier_film",
        json!({ "bytes": said.counts.bytes, "issue_s": issued, "verify_s": verified,
            "verify_mb_s": said.counts.bytes as f64 / MB / verified, "peak_mb_before": before, "peak_mb_after": peak_mb() }),
    );
    Ok(())
}

/// 200 entries and 20 exhibits of a megabyte.
fn fill(session: &mut Session<'_>) -> Result<(Vec<EntryRef>, Vec<RowRef>, Vec<Part>)> {
    let mut parts = vec![Part::new("report.html", vec![b'r'; 200_000]), Part::new("report.pdf", vec![b'p'; 400_000])];
    let mut entries = Vec::new();
    for n in 0..20_u8 {
        let bytes = vec![n; 1 << 20];
        let arrival = session.store(bytes.as_slice(), "an exhibit")?;
        let entry = Collected {
            item: arrival.item,
            blob: Some(arrival.blob),
            size: arrival.size,
            in_place: vec![].into(),
            method: Capture::Folder,
            ..collected(n.into())
        };
        entries.extend(session.append(vec![Draft::open(entry)])?);
        parts.push(Part::new(format!("exhibits/E-{:03}.png", n + 1), bytes));
    }
    entries.extend(session.append((1000..1179).map(|n| Draft::open(collected(n))).collect())?);
    let item = ItemId([9; 32]);
    let (at, pack) = session.observe(NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: [item].into(),
        rows: (0..4096).map(|n| (item, row(n))).collect(),
        subject: None,
    })?;
    entries.push(at);
    let rows = (0..200).map(|n| RowRef { pack: pack.id, row: n * 20 }).collect();
    Ok((entries, rows, parts))
}

fn dossier(folder: &Path) -> Result<()> {
    let mut a = archive(&folder.join("dossier"))?;
    let owner = a.member(None)?;
    let mut session = a.session(owner)?;
    let (entries, rows, parts) = fill(&mut session)?;
    let mut contents = Contents::new("Strikes on bakeries in the made-up town, April 2031", "dossier", Tier::Internal);
    contents.sentences = 48;
    (contents.entries, contents.rows, contents.parts) = (entries, rows, parts);
    contents.notes = vec![Note {
        en: "Custody with this archive begins 2031-04-14, 2 days after the claimed event; before that there is only what the sources say.".into(),
        ar: Some("تبدأ سلسلة الحفظ لدى هذا الأرشيف في 2031-04-14، أي بعد يومين من تاريخ الواقعة بحسب الأقوال؛ وما قبل ذلك ليس سوى ما تقوله المصادر.".into()),
    }];
    (contents.withheld.consent, contents.withheld.safety, contents.withheld.opposing) = (2, 1, 1);
    let started = Instant::now();
    let issue = bundle::issue(&mut session, contents)?;
    let issued = started.elapsed().as_secs_f64();
    let path = folder.join("dossier.zip");
    std::fs::write(&path, &issue.zip).expect("the dossier can be written");
    let key = session.archive().config().verifier()?;
    let started = Instant::now();
    let said = bundle::verify(BufReader::new(File::open(&path).expect("the dossier is there")), Some(&key))?;
    let verified = started.elapsed().as_secs_f64();
    assert!(said.holds(), "{:?}", said.findings);
    let bytes = issue.zip.len();
    say(
        "dossier",
        json!({ "bytes": bytes, "entries": said.counts.entries, "rows": said.counts.rows, "issue_s": issued,
            "verify_s": verified, "verify_mb_s": bytes as f64 / MB / verified }),
    );
    Ok(())
}
