//! Broken files of every kind that is read: cut, bent, joined, with lengths that lie and names that are no text.
//!
//! Seeds are the made-up town's own material, films and sounds that ffmpeg makes where there is one, pictures of the user's, and a few
//! files written here. What is counted: crashes of this process (none, or nobody would read the line), items over the time limit,
//! children that crashed, and originals that are not kept byte for byte. It deliberately judges no reading.

mod written;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use witnessmark_archive::Archive;
use witnessmark_desk::collect::Gathered;
use witnessmark_desk::progress::Progress;
use witnessmark_model::ItemId;

use super::{Scratch, cpu_seconds, failed, take_in};
use crate::terminal::{Failure, out};
use written::written;

/// Longest seed, in bytes: longer ones are cut.
const SEED: usize = 300_000;
/// Most seeds of the user's pictures.
const PICTURES: usize = 40;

/// Makes them, takes them in, reads them, and compares what is kept.
pub fn run(count: usize, pictures: Option<&Path>) -> crate::Answer {
    let scratch = Scratch::new("mutated")?;
    let seeds = seeds(&scratch, pictures)?;
    let mut dice = Dice(0x5eed);
    let mut kinds = BTreeMap::new();
    for n in 0..count {
        let (name, seed) = &seeds[dice.below(seeds.len())];
        let other = &seeds[dice.below(seeds.len())].1;
        let (how, bytes) = mutate(seed, other, &mut dice);
        *kinds.entry(how).or_insert(0usize) += 1;
        let path = scratch.material().join(file_name(n, name));
        std::fs::write(&path, bytes).map_err(|e| failed("write", &path, &e))?;
    }
    let kinds: Vec<String> = kinds.iter().map(|(how, n)| format!("{n} {how}")).collect();
    out(format_args!("broken files: {count} of {} seeds ({})", seeds.len(), kinds.join(", ")));
    let (cpu, begun) = (cpu_seconds(), Instant::now());
    let mut told = Told;
    let (archive, gathered, analyzed) = take_in(&scratch.0.join("archive"), &scratch.material(), &mut told)?;
    let (cpu, wall) = (cpu_seconds() - cpu, begun.elapsed().as_secs_f64());
    let kept = kept(&archive, &gathered, &scratch.material())?;
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
    out(format_args!(
        "broken files: {} new, {} passed over, {} rows, {} problems in {cpu:.0} CPU s ({wall:.0} s); parent crashes 0, \
         ended at the time limit {late}, child crashes {crashed}; originals kept byte for byte {}, accounts kept with who told \
         them apart {}, refused {}, not kept {}",
        gathered.new,
        gathered.passed_over.len(),
        analyzed.rows,
        analyzed.problems,
        kept.whole,
        kept.apart,
        kept.refused.values().sum::<usize>(),
        kept.lost.len()
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
    Ok(kept.lost.is_empty())
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

fn kept(archive: &Archive, gathered: &Gathered, material: &Path) -> Result<Kept, Failure> {
    // Names may be no text: what tells them apart is the number that they begin with.
    let number = |name: &str| name.rsplit('/').next().and_then(|name| name.get(..5)).map(str::to_owned);
    let passed_over: BTreeMap<String, &str> =
        gathered.passed_over.iter().filter_map(|(name, why)| Some((number(name)?, why.as_str()))).collect();
    let is_here = |bytes: &[u8]| {
        let id = ItemId(witnessmark_archive::pack::sha256(bytes).0);
        archive.read(id).is_ok_and(|kept| *kept == bytes)
    };
    let mut kept = Kept::default();
    for entry in std::fs::read_dir(material).map_err(|e| failed("read", material, &e))?.flatten() {
        let original = std::fs::read(entry.path()).map_err(|e| failed("read", &entry.path(), &e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let split = || match name.ends_with(".account.json") {
            true => witnessmark_archive::identity::split_json(&original),
            false => witnessmark_archive::identity::split(&original),
        };
        if is_here(&original) {
            kept.whole += 1;
        } else if name.contains(".account.") && split().is_ok_and(|split| is_here(&split.account)) {
            kept.apart += 1;
        } else if let Some(why) = number(&name).and_then(|number| passed_over.get(&number)) {
            let why = why.split(['(', ';', '"', '`']).next().unwrap_or_default();
            *kept.refused.entry(why.trim().chars().take(90).collect()).or_default() += 1;
        } else {
            kept.lost.push(witnessmark_desk::walk::printable(&name));
        }
    }
    Ok(kept)
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
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 31
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// A name for a file; one in twenty is no UTF-8, one in twenty has marks and line ends in it.
fn file_name(n: usize, seed: &str) -> OsString {
    let mut name = format!("{n:05}-").into_bytes();
    match n % 20 {
        3 => name.extend(b"\xff\xfe\x80"),
        7 => name.extend("\u{202e}\n\t".as_bytes()),
        _ => {}
    }
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
fn seeds(scratch: &Scratch, pictures: Option<&Path>) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let town = scratch.0.join("town");
    witnessmark_town::write(&town).map_err(|e| Failure::new(e.to_string(), None))?;
    let films = scratch.0.join("films");
    std::fs::create_dir_all(&films).map_err(|e| failed("make", &films, &e))?;
    filmed(&films);
    let mut paths = Vec::new();
    files_below(&town, &mut paths);
    files_below(&films, &mut paths);
    if let Some(pictures) = pictures {
        let mut own = Vec::new();
        files_below(pictures, &mut own);
        let step = own.len().div_ceil(PICTURES).max(1);
        paths.extend(own.into_iter().step_by(step));
    }
    let mut seeds: Vec<(String, Vec<u8>)> = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut bytes = std::fs::read(&path).map_err(|e| failed("read", &path, &e))?;
        bytes.truncate(SEED);
        seeds.push((name, bytes));
    }
    seeds.extend(written());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_breaking_works_on_every_seed() {
        let mut dice = Dice(1);
        let seeds = written();
        for n in 0..2_000 {
            let (one, other) = (&seeds[n % seeds.len()].1, &seeds[n / 7 % seeds.len()].1);
            let (_, bytes) = mutate(one, other, &mut dice);
            assert!(bytes.len() <= one.len() + other.len() + 4_096);
            assert!(!file_name(n, "x").is_empty());
        }
    }
}
