//! Broken files of every kind that is read: cut, bent, joined, with lengths that lie and names that are no text.
//!
//! Seeds are the made-up town's own material, films and sounds that ffmpeg makes where there is one, pictures of the user's, and a few
//! files written here. What is counted: crashes of this process (none, or nobody would read the line), items over the time limit,
//! children that crashed, and originals that are not kept byte for byte. It deliberately judges no reading.

mod kinds;
mod written;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use witnessmark_archive::Archive;
use witnessmark_desk::analyze::Analyzed;
use witnessmark_desk::collect::Gathered;
use witnessmark_desk::progress::Progress;
use witnessmark_model::ItemId;

use super::{Scratch, cpu_seconds, failed};
use crate::terminal::{Failure, out};
use written::written;

/// Longest seed, in bytes: longer ones are cut.
const SEED: usize = 300_000;
/// Most seeds of the user's pictures.
const PICTURES: usize = 40;
/// Files that are taken in at once: each batch is told when it is done.
const BATCH: usize = 500;

/// What is to be broken.
pub struct Wanted<'a> {
    /// How many files.
    pub count: usize,
    /// The number of the first: a file is made from its number alone, so a run that was cut short goes on where it was.
    pub from: usize,
    /// Pictures of the user's, of which some are taken.
    pub pictures: Option<&'a Path>,
    /// A folder of which everything is a seed.
    pub seeds: Option<&'a Path>,
}

/// Makes them, takes them in, reads them, and compares what is kept.
pub fn run(wanted: &Wanted<'_>) -> crate::Answer {
    let scratch = Scratch::new("mutated")?;
    let seeds = seeds(&scratch, wanted)?;
    out(format_args!("broken files: {} of {} seeds, from number {}", wanted.count, seeds.len(), wanted.from));
    let mut inbox = super::Inbox::new(&scratch.0.join("archive"), SAID)?;
    let (mut sum, mut ways) = (Sum::default(), BTreeMap::new());
    let (cpu, begun) = (cpu_seconds(), Instant::now());
    let last = wanted.from + wanted.count;
    for first in (wanted.from..last).step_by(BATCH) {
        let numbers = first..(first + BATCH).min(last);
        let folder = scratch.material();
        std::fs::create_dir_all(&folder).map_err(|e| failed("make", &folder, &e))?;
        for n in numbers.clone() {
            let mut dice = Dice::of(n);
            let (name, seed) = &seeds[dice.below(seeds.len())];
            let other = &seeds[dice.below(seeds.len())].1;
            let (how, bytes) = mutate(seed, other, &mut dice);
            *ways.entry(how).or_insert(0usize) += 1;
            write(&folder.join(format!("{n:07}")), n, name, &bytes)?;
        }
        let begun = Instant::now();
        let (gathered, analyzed) = inbox.take_in(&folder, false, &mut Told)?;
        sum.add(&gathered, &analyzed);
        sum.kept.look(&inbox.archive, &gathered, &folder)?;
        out(format_args!(
            "broken files: {} to {}: {:.0} s, {} rows so far, {} not kept so far",
            numbers.start,
            numbers.end - 1,
            begun.elapsed().as_secs_f64(),
            sum.rows,
            sum.kept.lost.len()
        ));
        std::fs::remove_dir_all(&folder).map_err(|e| failed("clear", &folder, &e))?;
    }
    let ways: Vec<String> = ways.iter().map(|(how, n)| format!("{n} {how}")).collect();
    out(format_args!("broken files: {}", ways.join(", ")));
    tell(&inbox.archive, &sum, cpu_seconds() - cpu, begun.elapsed().as_secs_f64())?;
    Ok(sum.kept.lost.is_empty())
}

/// Chats state no order of dates and no zone; somebody must.
const SAID: (&str, &str) = ("dmy", "+03:00");

/// What all batches came to.
#[derive(Default)]
struct Sum {
    new: u64,
    passed_over: usize,
    posts: u64,
    rows: usize,
    problems: usize,
    kept: Kept,
}

impl Sum {
    fn add(&mut self, gathered: &Gathered, analyzed: &Analyzed) {
        self.new += gathered.new;
        self.passed_over += gathered.passed_over.len();
        self.posts += gathered.imported.iter().map(|export| export.new).sum::<u64>();
        self.rows += analyzed.rows;
        self.problems += analyzed.problems;
    }
}

fn tell(archive: &Archive, sum: &Sum, cpu: f64, wall: f64) -> Result<(), Failure> {
    let (mut late, mut crashed, mut other) = (0, 0, BTreeMap::<String, usize>::new());
    for (_, row) in archive.rows_of_kind("problem")? {
        let what = row.get("what").and_then(|what| what.as_str()).unwrap_or_default();
        if what.contains("did not finish within") || what.contains("processor time") {
            late += 1;
        } else if what.starts_with("analyzer ") || what.contains("it crashed") {
            crashed += 1;
            *other.entry(what.chars().take(100).collect()).or_default() += 1;
        }
    }
    let kept = &sum.kept;
    out(format_args!(
        "broken files: {} new, {} passed over, {} posts, {} rows, {} problems in {cpu:.0} CPU s ({wall:.0} s); parent crashes 0, \
         ended at the time limit {late}, child crashes {crashed}; originals kept byte for byte {}, accounts kept with who told \
         them apart {}, refused {}, not kept {}; this process's largest memory {} MB",
        sum.new,
        sum.passed_over,
        sum.posts,
        sum.rows,
        sum.problems,
        kept.whole,
        kept.apart,
        kept.refused.values().sum::<usize>(),
        kept.lost.len(),
        super::peak_memory_mb()
    ));
    for (why, n) in &kept.refused {
        out(format_args!("broken files: {n} refused: {why}"));
    }
    for name in &kept.lost {
        out(format_args!("broken files: not kept: {name}"));
    }
    for (what, n) in other {
        out(format_args!("broken files: {n} × {what}"));
    }
    Ok(())
}

/// Writes one broken file into a folder of its own: what some files are called says what they are.
fn write(folder: &Path, n: usize, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = folder.join(file_name(n, name));
    let folder = path.parent().unwrap_or(folder);
    std::fs::create_dir_all(folder).map_err(|e| failed("make", folder, &e))?;
    std::fs::write(&path, bytes).map_err(|e| failed("write", &path, &e))
}

/// What became of the originals.
#[derive(Default)]
struct Kept {
    /// Read back the same.
    whole: usize,
    /// Accounts of which the archive keeps what was told; who told it is cut out before, and sealed under another key.
    apart: usize,
    /// Told to have been passed over, by reason: an account is not saved without a consent, for one.
    refused: BTreeMap<String, usize>,
    /// Names of those of which nothing is said.
    lost: Vec<String>,
}

impl Kept {
    fn look(&mut self, archive: &Archive, gathered: &Gathered, material: &Path) -> Result<(), Failure> {
        // Names may be no text: what tells them apart is the number of their folder.
        let number =
            |name: &str| name.split('/').find(|step| step.len() == 7 && step.parse::<u32>().is_ok()).map(str::to_owned);
        let passed_over: BTreeMap<String, &str> =
            gathered.passed_over.iter().filter_map(|(name, why)| Some((number(name)?, why.as_str()))).collect();
        let mut paths = Vec::new();
        files_below(material, &mut paths);
        for path in paths {
            let original = std::fs::read(&path).map_err(|e| failed("read", &path, &e))?;
            let within = path.strip_prefix(material).unwrap_or(&path).to_string_lossy().into_owned();
            self.one(archive, &original, &within, number(&within).and_then(|number| passed_over.get(&number).copied()));
        }
        Ok(())
    }

    fn one(&mut self, archive: &Archive, original: &[u8], name: &str, passed_over: Option<&str>) {
        let is_here = |bytes: &[u8]| {
            let id = ItemId(witnessmark_archive::pack::sha256(bytes).0);
            archive.read(id).is_ok_and(|kept| *kept == bytes)
        };
        let split = || match name.ends_with(".account.json") {
            true => witnessmark_archive::identity::split_json(original),
            false => witnessmark_archive::identity::split(original),
        };
        if is_here(original) {
            self.whole += 1;
        } else if name.contains(".account.") && split().is_ok_and(|split| is_here(&split.account)) {
            self.apart += 1;
        } else if let Some(why) = passed_over {
            let why = why.split(['(', ';', '"', '`']).next().unwrap_or_default();
            *self.refused.entry(why.trim().chars().take(90).collect()).or_default() += 1;
        } else {
            self.lost.push(witnessmark_desk::walk::printable(name));
        }
    }
}

/// Says nothing, and does not wait.
#[derive(Default)]
struct Told;

impl Progress for Told {
    fn stage(&mut self, name: &str, steps: Option<u64>) {
        crate::terminal::note(format_args!("  {name} {}", steps.unwrap_or(0)));
    }
    fn advance(&mut self, _: u64) {}
    fn line(&mut self, _: &str) {}
}

struct Dice(u64);

impl Dice {
    /// Those of one file.
    fn of(n: usize) -> Dice {
        let mut dice = Dice(0x5eed ^ (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (0..4).for_each(|_| {
            dice.next();
        });
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 31
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// A name for a file; one in twenty is no UTF-8, one in twenty has marks and line ends in it, the rest is called as its seed is.
fn file_name(n: usize, seed: &str) -> OsString {
    let mut name = match n % 20 {
        3 => b"\xff\xfe\x80".to_vec(),
        7 => "\u{202e}\n\t".as_bytes().to_vec(),
        _ => Vec::new(),
    };
    name.extend(seed.as_bytes());
    OsString::from_vec(name)
}

/// What is done to a seed.
fn mutate(seed: &[u8], other: &[u8], dice: &mut Dice) -> (&'static str, Vec<u8>) {
    let mut bytes = seed.to_vec();
    let length = bytes.len().max(1);
    match dice.below(8) {
        0 => {
            bytes.truncate(dice.below(length));
            ("cut", bytes)
        }
        1 | 2 => {
            for _ in 0..=dice.below(64) {
                let (at, bit) = (dice.below(length), dice.below(8));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            ("bits flipped", bytes)
        }
        3 => {
            // A head is where lengths are.
            let reach = if dice.below(2) == 0 { length.min(512) } else { length };
            const LIES: [&[u8]; 6] = [
                &[0xff; 4],
                &[0x7f, 0xff, 0xff, 0xff],
                &[0x80, 0, 0, 0, 0, 0, 0, 0],
                &[0; 4],
                &[0, 0, 0, 1],
                &[0xff; 8],
            ];
            for _ in 0..=dice.below(4) {
                let (at, lie) = (dice.below(reach), LIES[dice.below(LIES.len())]);
                for (byte, new) in bytes.iter_mut().skip(at).zip(lie) {
                    *byte = *new;
                }
            }
            ("lengths that lie", bytes)
        }
        4 => {
            let (at, from) = (dice.below(length), dice.below(length));
            let piece: Vec<u8> = bytes[from.min(bytes.len())..].iter().take(dice.below(4_096)).copied().collect();
            bytes.splice(at.min(bytes.len())..at.min(bytes.len()), piece);
            ("pieces repeated", bytes)
        }
        5 => {
            let (at, count) = (dice.below(length), dice.below(8_192));
            bytes.iter_mut().skip(at).take(count).for_each(|byte| *byte = 0);
            ("holes", bytes)
        }
        6 => {
            bytes.extend_from_slice(other);
            ("two files in one", bytes)
        }
        _ => {
            let keep = dice.below(length.min(4_096));
            bytes.truncate(keep);
            bytes.extend_from_slice(other);
            ("the head of another", bytes)
        }
    }
}

/// Name and bytes of each seed.
fn seeds(scratch: &Scratch, wanted: &Wanted<'_>) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let town = scratch.0.join("town");
    witnessmark_town::write(&town).map_err(|e| Failure::new(e.to_string(), None))?;
    let films = scratch.0.join("films");
    std::fs::create_dir_all(&films).map_err(|e| failed("make", &films, &e))?;
    filmed(&films);
    stamped(&films);
    let mut paths = Vec::new();
    files_below(&town, &mut paths);
    files_below(&films, &mut paths);
    if let Some(pictures) = wanted.pictures {
        let mut own = Vec::new();
        files_below(pictures, &mut own);
        let step = own.len().div_ceil(PICTURES).max(1);
        paths.extend(own.into_iter().step_by(step));
    }
    if let Some(folder) = wanted.seeds {
        files_below(folder, &mut paths);
    }
    let mut seeds: Vec<(String, Vec<u8>)> = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut bytes = std::fs::read(&path).map_err(|e| failed("read", &path, &e))?;
        bytes.truncate(SEED);
        seeds.push((name, bytes));
    }
    seeds.extend(written());
    seeds.extend(kinds::all());
    Ok(seeds)
}

fn files_below(folder: &Path, paths: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

/// Short films, sounds and pictures of every kind that ffmpeg makes; what it cannot make is left out.
fn filmed(folder: &Path) {
    for (name, codecs) in [
        ("a.mp4", "-c:v mpeg4 -c:a aac"),
        ("b.mov", "-c:v mjpeg -c:a pcm_s16le"),
        ("c.3gp", "-c:v h263 -s 176x144 -c:a aac -ar 8000"),
        ("d.mkv", "-c:v mpeg4 -c:a libmp3lame"),
        ("e.webm", "-c:v libvpx -deadline realtime -c:a libopus"),
        ("f.avi", "-c:v mpeg4 -c:a mp2"),
        ("g.mp3", "-vn -c:a libmp3lame"),
        ("h.m4a", "-vn -c:a aac"),
        ("i.ogg", "-vn -c:a libvorbis"),
        ("j.opus", "-vn -c:a libopus"),
        ("k.wav", "-vn -c:a pcm_s16le"),
        ("l.flac", "-vn -c:a flac"),
        ("m.jpg", "-frames:v 1 -an"),
        ("n.png", "-frames:v 1 -an"),
        ("o.webp", "-frames:v 1 -an"),
        ("p.gif", "-frames:v 3 -an"),
        ("q.tiff", "-frames:v 1 -an"),
    ] {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "quiet", "-y", "-f", "lavfi", "-i", "testsrc2=s=176x144:r=10:d=2"]);
        command.args(["-f", "lavfi", "-i", "sine=d=2:r=16000", "-metadata", "creation_time=2031-04-12T06:40:00Z"]);
        command.args(["-metadata", "location=+35.1234+038.5678/"]).args(codecs.split(' ')).arg(folder.join(name));
        let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// A time-stamp reply of an authority made for it by OpenSSL, as archivers keep beside what they save; left out without that program.
fn stamped(folder: &Path) {
    const AUTHORITY: &str = "[tsa]\ndefault_tsa=one\n[one]\nserial=serial\ndefault_policy=1.2.3.4\ndigests=sha256\n\
         signer_digest=sha256\n[ext]\nextendedKeyUsage=critical,timeStamping\n";
    let openssl = |arguments: &str| {
        let mut command = Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    };
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).is_ok();
    let _ = put("tsa.cnf", AUTHORITY)
        && put("serial", "01")
        && put("stamped.txt", "Shells fell near the mill.")
        && openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 30 -subj /CN=Invented -addext extendedKeyUsage=critical,timeStamping",
        )
        && openssl("ts -query -data stamped.txt -sha256 -cert -out stamped.tsq")
        && openssl(
            "ts -reply -config tsa.cnf -section one -queryfile stamped.tsq -signer tsa.pem -inkey tsa.key -out stamped.txt.tsr",
        );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_breaking_works_on_every_seed() {
        let mut dice = Dice(1);
        let seeds: Vec<(String, Vec<u8>)> = written().into_iter().chain(kinds::all()).collect();
        for n in 0..2_000 {
            let (one, other) = (&seeds[n % seeds.len()].1, &seeds[n / 7 % seeds.len()].1);
            let (_, bytes) = mutate(one, other, &mut dice);
            assert!(bytes.len() <= one.len() + other.len() + 4_096);
            assert!(!file_name(n, "x").is_empty());
        }
    }
}
