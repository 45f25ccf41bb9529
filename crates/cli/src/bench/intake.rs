//! Taking material in: photographs a minute a core with the child in place, metadata beside exiftool, growth with the number of
//! items, and a corpus of broken files.
//!
//! Everything goes the way of `collect` and `analyze`, into an archive in a temporary folder that is deleted afterwards. Processor
//! time is that of this process and of its children, as the kernel tells it. Nothing of the user's is changed.

mod metadata;
mod mutated;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use witnessmark_archive::{Archive, Opened};
use witnessmark_desk::analyze::{Analyzed, Reader, Reading, analyze};
use witnessmark_desk::collect::{Circumstances, Gathered, Said, collect};
use witnessmark_desk::progress::{Progress, Silent, Stop};
use witnessmark_model::MemberKey;
use witnessmark_model::vocabulary::{Capture, Tier};

use crate::outside::system;
use crate::terminal::{Failure, out};

/// A photograph has about this many bytes.
const PHOTOGRAPH: u64 = 3_000_000;

/// `bench intake`
#[derive(clap::Args)]
pub struct Intake {
    /// Photographs to take in: drawn, of 12 megapixels and about 3 MB. 0 = none.
    #[arg(long, default_value_t = 24)]
    pub photographs: usize,
    /// A folder of pictures, for metadata beside exiftool, and as seeds of broken files.
    #[arg(long)]
    pub pictures: Option<PathBuf>,
    /// Numbers of tiny files, such as 1000,10000,100000 (1000000 takes an hour).
    #[arg(long, value_delimiter = ',', default_value = "1000,10000")]
    pub growth: Vec<usize>,
    /// One film of so many gigabytes, nearly all of it a hole, taken in where it lies. 0 = none.
    #[arg(long, default_value_t = 0)]
    pub large: u64,
    /// Broken files of every kind that is read. 0 = none.
    #[arg(long, default_value_t = 5_000)]
    pub mutated: usize,
    /// The number of the first broken file: the same number is the same file, where the seeds are the same.
    #[arg(long, default_value_t = 0)]
    pub from: usize,
    /// A folder of files that are seeds of broken ones, beside those that are made.
    #[arg(long)]
    pub seeds: Option<PathBuf>,
}

/// Prints the figures.
pub fn run(args: Intake) -> crate::Answer {
    if args.photographs > 0 {
        photographs(args.photographs)?;
    }
    if let Some(folder) = &args.pictures {
        metadata::run(folder)?;
    }
    if args.large > 0 {
        large(args.large)?;
    }
    for count in &args.growth {
        growth(*count)?;
    }
    if args.mutated == 0 {
        return Ok(true);
    }
    let (pictures, seeds) = (args.pictures.as_deref(), args.seeds.as_deref());
    mutated::run(&mutated::Wanted { count: args.mutated, from: args.from, pictures, seeds })
}

/// A folder that is deleted when it is done with.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new(name: &str) -> Result<Scratch, Failure> {
        let folder = std::env::temp_dir().join(format!("witnessmark-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("in")).map_err(|e| failed("make", &folder, &e))?;
        Ok(Scratch(folder))
    }

    pub(super) fn material(&self) -> PathBuf {
        self.0.join("in")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind is in the system's folder for what is temporary.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn failed(attempted: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{attempted} {}: {error}", path.display()), None)
}

/// Processor seconds of this process and of its children that have ended (proc_pid_stat(5), fields 14 to 17).
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(") ").next().unwrap_or_default();
    let ticks: u64 = after.split(' ').skip(11).take(4).filter_map(|n| n.parse::<u64>().ok()).sum();
    // Hundredths, on every Linux that runs programs like this one.
    ticks as f64 / 100.0
}

/// An archive that takes folders in and reads all of them, with one child at a time.
pub(super) struct Inbox {
    pub(super) archive: Archive,
    member: MemberKey,
    reading: Reading,
    said: Said,
}

impl Inbox {
    /// A new archive; of exports, the order of dates and the zone are said.
    pub(super) fn new(root: &Path, (dates, zone): (&str, &str)) -> Result<Inbox, Failure> {
        let new = Opened {
            name: "Bench".into(),
            owner: "owner".into(),
            passphrase: None,
            languages: vec!["en".into()],
            watermark: None,
        };
        let archive = Archive::init(root, new, system())?;
        let member = archive.member(None)?;
        let reading = Reading { workers: 1, ..Reading::by_this_program()? };
        let said = Said { dates: Some(dates.into()), zone: Some(zone.into()), sealed: None };
        Ok(Inbox { archive, member, reading, said })
    }

    pub(super) fn take_in(
        &mut self,
        material: &Path,
        in_place: bool,
        progress: &mut dyn Progress,
    ) -> Result<(Gathered, Analyzed), Failure> {
        let gathered = self.collect(material, in_place, progress)?;
        let stop = Stop::default();
        let analyzed = analyze(&mut self.archive, self.member, &self.reading, None, progress, &stop)?;
        Ok((gathered, analyzed))
    }

    fn collect(&mut self, material: &Path, in_place: bool, progress: &mut dyn Progress) -> Result<Gathered, Failure> {
        let mut refuse = |_: &str| None;
        let mut how = Circumstances {
            source: None,
            collector: None,
            method: Capture::Folder,
            in_place,
            tier: Tier::Internal,
            ask_consent: &mut refuse,
            said: self.said.clone(),
        };
        let mut reader = Reader::new(&self.reading, Vec::new());
        Ok(collect(&mut self.archive, self.member, material, &mut how, &mut reader, progress, &Stop::default())?)
    }
}

/// Takes a folder into a new archive and reads all of it.
fn take_in(
    root: &Path,
    material: &Path,
    in_place: bool,
    progress: &mut dyn Progress,
) -> Result<(Gathered, Analyzed), Failure> {
    Inbox::new(root, ("dmy", "+00:00"))?.take_in(material, in_place, progress)
}

fn photographs(count: usize) -> Result<(), Failure> {
    let scratch = Scratch::new("photographs")?;
    let made = drawn(&scratch.material(), count)?;
    if made == 0 {
        out("photographs: passed over, for there is no ffmpeg here to draw them");
        return Ok(());
    }
    let bytes: u64 = std::fs::read_dir(scratch.material())
        .map_err(|e| failed("read", &scratch.material(), &e))?
        .flatten()
        .filter_map(|entry| entry.metadata().ok())
        .map(|meta| meta.len())
        .sum();
    let (cpu, begun) = (cpu_seconds(), Instant::now());
    let (gathered, analyzed) = take_in(&scratch.0.join("archive"), &scratch.material(), false, &mut Silent)?;
    let (cpu, wall) = (cpu_seconds() - cpu, begun.elapsed().as_secs_f64());
    out(format_args!(
        "photographs: {} of {:.2} MB (12 MP), collected and read by all analyzers in {cpu:.1} CPU s ({wall:.1} s): {:.0} a minute a core, {} problems",
        gathered.new,
        bytes as f64 / made as f64 / 1e6,
        made as f64 * 60.0 / cpu,
        analyzed.problems
    ));
    Ok(())
}

/// Draws photographs of about [`PHOTOGRAPH`] bytes with ffmpeg: shapes under noise, at the quality that comes nearest.
fn drawn(folder: &Path, count: usize) -> Result<usize, Failure> {
    let source = "testsrc2=s=4000x3000:r=1,noise=alls=14:allf=t+u";
    let make = |quality: usize, frames: usize| {
        let name = folder.join("photo-%04d.jpg");
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-y", "-f", "lavfi", "-i", source, "-frames:v", &frames.to_string()]);
        command.args(["-q:v", &quality.to_string(), "-pix_fmt", "yuvj420p"]).arg(name);
        command.stdin(std::process::Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let size = || std::fs::metadata(folder.join("photo-0001.jpg")).map_or(0, |meta| meta.len());
    let mut best = None;
    for quality in [3, 5, 7, 9, 12, 16, 22, 31] {
        if !make(quality, 1) {
            return Ok(0);
        }
        let off = size().abs_diff(PHOTOGRAPH);
        if best.is_none_or(|(least, _)| off < least) {
            best = Some((off, quality));
        }
    }
    let quality = best.map_or(9, |(_, quality)| quality);
    Ok(if make(quality, count) { count } else { 0 })
}

/// A file that no memory holds, which begins as a film does, so that everything that reads films is offered it.
fn large(gigabytes: u64) -> Result<(), Failure> {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let scratch = Scratch::new("large")?;
    let path = scratch.material().join("long.mp4");
    let length = gigabytes.saturating_mul(1_000_000_000);
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&path)?;
        file.set_len(length)?;
        file.write_all(b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\x01mdat")?;
        file.write_all(&length.saturating_sub(20).to_be_bytes())?;
        // Something now and then, so that it is not all one hole.
        for at in (1..64).map(|n| length / 64 * n) {
            file.seek(SeekFrom::Start(at))?;
            file.write_all(&at.to_be_bytes())?;
        }
        Ok(())
    };
    write().map_err(|e| failed("write", &path, &e))?;
    let before = peak_memory_mb();
    let (cpu, begun) = (cpu_seconds(), Instant::now());
    let (gathered, analyzed) = take_in(&scratch.0.join("archive"), &scratch.material(), true, &mut Silent)?;
    let (cpu, wall) = (cpu_seconds() - cpu, begun.elapsed().as_secs_f64());
    out(format_args!(
        "one file of {gigabytes} GB, where it lies: {} new, {} rows, {} problems in {cpu:.1} CPU s ({wall:.1} s); this process's \
         largest memory {} MB, {before} MB before",
        gathered.new,
        analyzed.rows,
        analyzed.problems,
        peak_memory_mb()
    ));
    Ok(())
}

fn growth(count: usize) -> Result<(), Failure> {
    let scratch = Scratch::new("growth")?;
    for n in 0..count {
        let folder = scratch.material().join(format!("{:04}", n / 1_000));
        if n % 1_000 == 0 {
            std::fs::create_dir_all(&folder).map_err(|e| failed("make", &folder, &e))?;
        }
        let path = folder.join(format!("{n:07}.txt"));
        let text = format!("Note {n}. On {} May 2031 nothing was heard at post {}.\n", n % 28 + 1, n * 7919 % 10_007);
        std::fs::write(&path, text).map_err(|e| failed("write", &path, &e))?;
    }
    let root = scratch.0.join("archive");
    let mut inbox = Inbox::new(&root, ("dmy", "+00:00"))?;
    let (cpu, begun) = (cpu_seconds(), Instant::now());
    let gathered = inbox.collect(&scratch.material(), false, &mut Silent)?;
    let (cpu_collect, wall_collect) = (cpu_seconds() - cpu, begun.elapsed().as_secs_f64());
    let memory_collect = peak_memory_mb();
    let stop = Stop::default();
    let analyzed = analyze(&mut inbox.archive, inbox.member, &inbox.reading, None, &mut Silent, &stop)?;
    let (cpu, wall) = (cpu_seconds() - cpu - cpu_collect, begun.elapsed().as_secs_f64() - wall_collect);
    drop(inbox);
    let per = |seconds: f64| count as f64 / seconds.max(1e-9);
    out(format_args!(
        "growth: {} items: collected in {cpu_collect:.1} CPU s ({wall_collect:.1} s, {:.0} files/s), {memory_collect} MB at most; \
         {} rows read in {cpu:.1} CPU s ({wall:.1} s, {:.0} items/s), {} MB at most so far; tables and indexes {:.1} MB",
        gathered.new,
        per(wall_collect),
        analyzed.rows,
        per(wall),
        peak_memory_mb(),
        size_below(&root.join("derived")) as f64 / 1e6
    ));
    Ok(())
}

/// Bytes of the files of a folder.
fn size_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|meta| meta.len()).sum()
}

/// Largest resident memory of this process so far, in megabytes (proc_pid_status(5), `VmHWM`).
fn peak_memory_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().split(' ').next()).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1000
}
