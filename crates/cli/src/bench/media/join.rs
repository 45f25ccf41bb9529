//! Joining hashes: a stated mixture of near-uniform and clustered ones, all pairs, one against all, a batch against all.

use std::time::Instant;

use witnessmark_weigh::pictures::kernel::Path;
use witnessmark_weigh::pictures::near::{Index, pairs_within, scan};

use super::scenes::Dice;
use crate::terminal::out;

/// One hash in this many has near ones, up to eleven, each with up to 39 bits changed.
const CLUSTERED: u64 = 8;
const ASKED: usize = 1_000;

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
    let (start, before) = (Instant::now(), seconds(Instant::now()));
    let mut near = 0u64;
    let batch = &hashes[..ASKED.min(count)];
    scan(batch, &hashes, radius, |_, _, _| near += 1);
    let took = (seconds(start) - before).max(1e-3);
    let rate = batch.len() as f64 * count as f64 / took / 1e9;
    out(format_args!("batched scan, {} hashes against all: {rate:.2} Gpairs/s, {near} found", batch.len()));
    if radius > Index::MOST_RADIUS {
        return;
    }
    let (held, asked) = hashes.split_at(count - ASKED.min(count / 2));
    let mut index = Index::new(radius);
    let (start, before) = (Instant::now(), seconds(Instant::now()));
    // Its own pairs are not asked for: one batch, nothing there before.
    index.add(held, |_, _, _| {});
    let built = seconds(start) - before;
    let start = Instant::now();
    let mut found = 0;
    asked.iter().for_each(|words| index.ask(words, |_, _| found += 1));
    let each = start.elapsed().as_secs_f64() * 1e6 / asked.len().max(1) as f64;
    let (start, before) = (Instant::now(), seconds(Instant::now()));
    index.add(asked, |_, _, _| {});
    out(format_args!(
        "index: joined and built in {built:.2} cpu s; one hash asked in {each:.1} us ({found} found by {}); a batch of {} \
         added in {:.2} cpu s; peak {} MB",
        asked.len(),
        asked.len(),
        seconds(start) - before,
        peak_megabytes(),
    ));
}
