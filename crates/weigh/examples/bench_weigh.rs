//! How long the joins take on this machine, and whether a sample agrees with comparing everything.
//!
//! `cargo run --release -p witnessmark-weigh --example bench_weigh [pictures N] [flood N] [review N] [passages N]`; without
//! arguments: pictures 100000, pictures 1000000, flood 100000, review 100000, passages 10000. Numbers are made up by a
//! fixed generator, so runs can be compared.
#![allow(clippy::print_stdout, reason = "an example speaks to a terminal")]

use witnessmark_weigh::passages::{self, Document};
use witnessmark_weigh::pictures::{self, Pdq, Picture, SAME_WITHIN};

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
    fn hash(&mut self) -> [u64; 4] {
        std::array::from_fn(|_| self.next())
    }
    fn near(&mut self, mut words: [u64; 4], flips: u64) -> [u64; 4] {
        for _ in 0..flips {
            let bit = self.next() % 256;
            words[bit as usize / 64] ^= 1 << (bit % 64);
        }
        words
    }
}

/// CPU seconds of this process so far: the machine may be busy with other things.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |i: usize| after.split_whitespace().nth(i).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn as_pictures(hashes: &[[u64; 4]]) -> Vec<Picture<'_>> {
    hashes.iter().map(|words| Picture { pdq: Pdq { words: *words, quality: 100 }, turned: &[] }).collect()
}

/// Random hashes, and one copy in ten of an earlier one with 0 to 39 flips.
fn planted(n: usize) -> Vec<[u64; 4]> {
    let mut dice = Dice(1);
    let mut hashes = Vec::with_capacity(n);
    for i in 0..n {
        let hash = if i % 10 == 9 {
            let of: [u64; 4] = hashes[dice.next() as usize % i];
            let flips = dice.next() % 40;
            dice.near(of, flips)
        } else {
            dice.hash()
        };
        hashes.push(hash);
    }
    hashes
}

fn bench_pictures(n: usize, review: bool) {
    let hashes = planted(n);
    let pictures = as_pictures(&hashes);
    let start = cpu();
    let found = pictures::join(&pictures, Some(review));
    let took = cpu() - start;
    let what = if review { "with review band" } else { "same only" };
    println!(
        "pictures {n} {what}: {took:.2} cpu-s, {} matches, {} clusters, peak {} MB",
        found.matches.len(),
        found.clusters.len(),
        peak_mb()
    );
    // A sample of rows against all others.
    let (mut truth, mut listed) = (0u64, 0u64);
    let mut cluster_of = vec![usize::MAX; n];
    for (c, cluster) in found.clusters.iter().enumerate() {
        cluster.members.iter().for_each(|i| cluster_of[*i] = c);
    }
    for a in (0..n).step_by((n / 300).max(1)) {
        for b in (0..n).filter(|b| *b != a) {
            if pictures::distance(&hashes[a], &hashes[b]) <= SAME_WITHIN {
                truth += 1;
                listed += u64::from(cluster_of[a] != usize::MAX && cluster_of[a] == cluster_of[b]);
            }
        }
    }
    println!("  sample of {} rows against all: {truth} pairs by brute force, {listed} in one cluster", n.min(300));
}

fn bench_flood(n: usize) {
    let mut dice = Dice(2);
    let centre = dice.hash();
    let hashes: Vec<[u64; 4]> = (0..n)
        .map(|i| {
            if i % 4 == 0 {
                dice.hash()
            } else {
                let flips = dice.next() % 16;
                dice.near(centre, flips)
            }
        })
        .collect();
    let pictures = as_pictures(&hashes);
    let start = cpu();
    let found = pictures::join(&pictures, Some(false));
    let took = cpu() - start;
    let largest = found.clusters.iter().map(|c| c.members.len()).max().unwrap_or(0);
    println!(
        "flood {n}, three in four near one frame: {took:.2} cpu-s, largest cluster {largest}, {} matches listed, peak {} MB",
        found.matches.len(),
        peak_mb()
    );
}

/// Documents of 310 words from a vocabulary with the skew of a language; one in five takes over a run of another.
fn bench_passages(n: usize) {
    let mut dice = Dice(3);
    let word = |dice: &mut Dice| -> String {
        let rank = (1.0 / (dice.next() as f64 / u64::MAX as f64).max(1e-5)) as u64 % 40_000;
        format!("w{rank} ")
    };
    let mut texts: Vec<Vec<String>> = Vec::with_capacity(n);
    let mut planted = 0;
    for i in 0..n {
        let mut words: Vec<String> = (0..310).map(|_| word(&mut dice)).collect();
        if i % 5 == 4 {
            let of = dice.next() as usize % i;
            let (from, len) = (dice.next() as usize % 200, 20 + dice.next() as usize % 80);
            let run = texts[of][from..from + len].to_vec();
            words.splice(100..100 + len, run);
            planted += 1;
        }
        texts.push(words);
    }
    let texts: Vec<String> = texts.into_iter().map(|words| words.concat()).collect();
    let documents: Vec<Document<'_>> = texts.iter().map(|text| Document { text, published: None }).collect();
    let start = cpu();
    let found = passages::compare(&documents);
    let took = cpu() - start;
    let long = found.iter().filter(|r| r.words() >= 20).count();
    println!(
        "passages {n} documents of 310 words: {took:.2} cpu-s ({:.0} documents/s), {planted} planted, {long} pairs of 20 words or more, {} pairs in all, peak {} MB",
        n as f64 / took.max(0.01),
        found.len(),
        peak_mb()
    );
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let default = "pictures 100000 pictures 1000000 flood 100000 review 100000 passages 10000";
    let words: Vec<&str> =
        if given.is_empty() { default.split(' ').collect() } else { given.iter().map(String::as_str).collect() };
    for pair in words.chunks(2) {
        let n: usize = pair.get(1).and_then(|n| n.parse().ok()).unwrap_or(10_000);
        match pair[0] {
            "pictures" => bench_pictures(n, false),
            "review" => bench_pictures(n, true),
            "flood" => bench_flood(n),
            "passages" => bench_passages(n),
            other => println!("unknown bench {other}"),
        }
    }
}
