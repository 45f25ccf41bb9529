//! Joining hashes: a stated mixture of near-uniform and clustered ones, all pairs, one against all, a batch against all.

use std::time::Instant;

use witnessmark_desk::hashes::Folder;
use witnessmark_weigh::pictures::Row;
use witnessmark_weigh::pictures::kernel::Path;
use witnessmark_weigh::pictures::near::{pairs_within, scan_on};
use witnessmark_weigh::pictures::shelf::Shelf;

use super::scenes::Dice;
use crate::terminal::out;

/// One hash in this many has near ones, up to eleven, each with up to 39 bits changed.
const CLUSTERED: u64 = 8;
const ASKED: usize = 1_000;
/// Hashes that arrive at once.
const BATCH: usize = 1_000_000;
/// Bytes that may be brought to hand.
const MOST_HELD: u64 = 8 << 30;

/// Processor seconds of this process; wall seconds where the system does not tell.
fn seconds(start: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok());
    ticks(11).zip(ticks(12)).map_or_else(|| start.elapsed().as_secs_f64(), |(user, system)| (user + system) / 100.0)
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn mixture(count: usize) -> Vec<[u64; 4]> {
    let mut dice = Dice::new(7);
    let mut hashes = Vec::with_capacity(count);
    while hashes.len() < count {
        let base: [u64; 4] = std::array::from_fn(|_| dice.bits());
        hashes.push(base);
        if dice.bits().is_multiple_of(CLUSTERED) {
            for _ in 0..dice.bits() % 12 {
                let mut near = base;
                for _ in 0..dice.bits() % 40 {
                    let bit = dice.bits() % 256;
                    near[bit as usize / 64] ^= 1 << (bit % 64);
                }
                hashes.push(near);
            }
        }
    }
    hashes.truncate(count);
    hashes
}

/// Joins `count` hashes at a radius, and asks an index of them.
pub fn run(count: usize, radius: u32) {
    let hashes = mixture(count);
    let start = Instant::now();
    let before = seconds(start);
    let mut pairs = 0u64;
    pairs_within(&hashes, radius, |_, _, _| pairs += 1);
    out(format_args!(
        "{count} hashes, radius {radius}: {:.2} cpu s, {:.2} s, {pairs} pairs, peak {} MB ({:?})",
        seconds(start) - before,
        start.elapsed().as_secs_f64(),
        peak_megabytes(),
        Path::best(),
    ));
    let batch = &hashes[..ASKED.min(count)];
    for path in Path::all() {
        let (start, before, mut near) = (Instant::now(), seconds(Instant::now()), 0u64);
        scan_on(path, batch, &hashes, radius, |_, _, _| near += 1);
        let took = (seconds(start) - before).max(1e-3);
        let rate = batch.len() as f64 * count as f64 / took / 1e9;
        out(format_args!(
            "batched scan, {} hashes against all: {rate:.2} Gpairs/s, {near} found ({path:?})",
            batch.len()
        ));
    }
    super::peers::hashes(count, radius);
    if (Shelf::<Folder>::LEAST_RADIUS..=Shelf::<Folder>::MOST_RADIUS).contains(&radius)
        && let Err(e) = shelf(&hashes, radius)
    {
        out(format_args!("runs on disk: {e}"));
    }
}

/// The same in runs on disk, in a folder that is removed again: added in batches, asked, added to.
fn shelf(hashes: &[[u64; 4]], radius: u32) -> std::io::Result<()> {
    let folder = std::env::temp_dir().join(format!("witnessmark-runs-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = shelf_in(&folder, hashes, radius);
    std::fs::remove_dir_all(&folder)?;
    done
}

fn shelf_in(folder: &std::path::Path, hashes: &[[u64; 4]], radius: u32) -> std::io::Result<()> {
    let (held, asked) = hashes.split_at(hashes.len() - ASKED.min(hashes.len() / 2));
    let rows = |hashes: &[[u64; 4]], from: usize| -> Vec<Row> {
        let row = |(words, owner): (&[u64; 4], u32)| Row { words: *words, owner, turned: false };
        hashes.iter().zip(from as u32..).map(row).collect()
    };
    let mut shelf = Shelf::new(Folder::new(folder), radius);
    let (start, before, mut pairs) = (Instant::now(), seconds(Instant::now()), 0u64);
    for (n, batch) in held.chunks(BATCH).enumerate() {
        shelf.add(rows(batch, n * BATCH), |_, _, _| pairs += 1)?;
    }
    let (built, wall) = (seconds(start) - before, start.elapsed().as_secs_f64());
    let bytes = std::fs::read_dir(folder)?.filter_map(|e| e.ok()?.metadata().ok()).map(|m| m.len()).sum::<u64>();
    let runs = shelf.contents().runs.len();
    out(format_args!(
        "runs on disk, batches of {BATCH}: {built:.2} cpu s, {wall:.2} s, {pairs} pairs; {runs} runs, {} MB; peak {} MB",
        bytes / 1_000_000,
        peak_megabytes(),
    ));
    let ask = |shelf: &Shelf<Folder>, how: &str| -> std::io::Result<()> {
        let (start, before, mut found) = (Instant::now(), seconds(Instant::now()), 0);
        for words in asked {
            shelf.ask(words, |_, _, _| found += 1)?;
        }
        let each = |seconds: f64| seconds * 1e6 / asked.len().max(1) as f64;
        let (cpu, wall) = (each(seconds(start) - before), each(start.elapsed().as_secs_f64()));
        out(format_args!(
            "one hash asked, {how}: {cpu:.0} us of cpu, {wall:.0} us by the clock, {found} found by {}",
            asked.len()
        ));
        Ok(())
    };
    ask(&shelf, "read by ranges, first time")?;
    ask(&shelf, "read by ranges, again")?;
    shelf.hold(MOST_HELD)?;
    ask(&shelf, "what is compared at hand")?;
    let (start, before) = (Instant::now(), seconds(Instant::now()));
    shelf.add(rows(asked, held.len()), |_, _, _| {})?;
    let took = seconds(start) - before;
    out(format_args!("{} added in {took:.2} cpu s; peak {} MB", asked.len(), peak_megabytes()));
    Ok(())
}
