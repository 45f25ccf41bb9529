//! How long the joins take on this machine, and whether a sample agrees with comparing everything.
//!
//! `cargo run --release -p witnessmark-weigh --example bench_weigh [pictures N] [flood N] [review N] [passages N]
//! [archive N] [posts N]`; without
//! arguments: pictures 100000, pictures 1000000, flood 100000, review 100000, passages 10000, archive
//! 20000, posts 5000. Numbers are made up by a
//! fixed generator, so runs can be compared.
#![allow(clippy::print_stdout, reason = "an example speaks to a terminal")]

use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, LogId};
use witnessmark_weigh::passages::{self, Document};
use witnessmark_weigh::pictures::{self, Pdq, Picture, SAME_WITHIN};
use witnessmark_weigh::{Held, ItemFacts, ItemKind, Policy, Standing, weigh};

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

/// A made-up archive: `n` claims of `n / 8` strikes in 400 towns over two years, told by articles of two claims each, one
/// in four of them copying another's sentence, one in ten giving no day.
fn bench_archive(n: usize) {
    let mut dice = Dice(4);
    let towns = 400;
    let classes = ["hospital", "market", "school", "bakery", "water", "home", "clinic", "mosque"];
    let strikes: Vec<(u64, u64, usize)> =
        (0..n / 8).map(|_| (dice.next() % towns, dice.next() % 730, dice.next() as usize % classes.len())).collect();
    let mut texts: Vec<String> = Vec::new();
    let mut claims: Vec<Held> = Vec::new();
    let start_day = jiff::civil::date(2030, 1, 1);
    for i in 0..n {
        let (town, day, class) = strikes[dice.next() as usize % strikes.len()];
        let item = (i / 2) as u64;
        if i % 2 == 0 {
            let mut words: Vec<String> = (0..60).map(|_| format!("w{} ", dice.next() % 20_000)).collect();
            if item % 4 == 3 {
                let of = dice.next() as usize % texts.len();
                words.extend(texts[of].split_inclusive(' ').take(30).map(str::to_owned).collect::<Vec<_>>());
            }
            texts.push(words.concat());
        }
        let date = start_day.saturating_add(jiff::Span::new().days(day as i64)).to_string();
        let place = serde_json::json!([{"name": format!("Town {town}"), "id": format!("t{town}"), "parent": format!("p{}", town % 14),
            "lat": 30.0 + (town / 20) as f64 * 0.3, "lon": 35.0 + (town % 20) as f64 * 0.3, "uncertainty_m": 2000.0}]);
        let mut value = serde_json::json!({
            "item": item_id(item).to_string(), "predicate": "attack", "quote": "", "scope": "one", "polarity": "asserted",
            "targets": [{"class": classes[class], "name": classes[class]}], "places": place, "span": [i % 2 * 100, i % 2 * 100 + 60],
        });
        if i % 10 != 0 {
            value["times"] = serde_json::json!([{"earliest": date, "latest": date}]);
        }
        let key = ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: i as u64 });
        if let Ok(claim) = Claim::from_value(&value) {
            claims.push(Held { key, claim: claim.into(), standing: Standing::Proposed });
        }
    }
    let item = |(i, text)| ItemFacts {
        text: Some(text),
        source: Some(format!("Paper {}", i % 50)),
        ..ItemFacts::new(item_id(i as u64), ItemKind::Text)
    };
    let items: Vec<ItemFacts<'_>> = texts.iter().map(String::as_str).enumerate().map(item).collect();
    let start = cpu();
    let weighed = weigh(&items, &claims, &[], &Policy::default());
    let took = cpu() - start;
    println!(
        "archive of {} items, {n} claims: {took:.2} cpu-s, {} candidates of {} strikes, {} proposals, peak {} MB",
        items.len(),
        weighed.grouping.candidates.len(),
        strikes.len(),
        weighed.proposals().len(),
        peak_mb()
    );
}

fn item_id(n: u64) -> ItemId {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    ItemId(bytes)
}

/// One strike that `n` posts tell in the same words.
fn bench_posts(n: usize) {
    let body = "Three shells struck the covered market in the old quarter of the town shortly before noon today.";
    let texts: Vec<String> = (0..n).map(|i| format!("post {i} {body} {i}")).collect();
    let items: Vec<ItemFacts<'_>> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| ItemFacts {
            text: Some(text),
            source: Some(format!("Channel {i}")),
            ..ItemFacts::new(item_id(i as u64), ItemKind::Text)
        })
        .collect();
    let claims: Vec<Held> = (0..n).filter_map(|i| {
        let value = serde_json::json!({
            "item": item_id(i as u64).to_string(), "predicate": "attack", "quote": "", "scope": "one", "polarity": "asserted",
            "targets": [{"class": "market", "name": "market"}], "span": [12, 60],
        });
        let key = ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: i as u64 });
        Some(Held { key, claim: Claim::from_value(&value).ok()?.into(), standing: Standing::Proposed })
    }).collect();
    let start = cpu();
    let weighed = weigh(&items, &claims, &[], &Policy::default());
    let lines = weighed.incidents.first().and_then(|i| i.elements.first()).map_or(0, |e| e.lines.lines.len());
    println!(
        "{n} posts of one text: {:.2} cpu-s, {} candidates, {lines} lines",
        cpu() - start,
        weighed.grouping.candidates.len()
    );
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let default = "pictures 100000 pictures 1000000 flood 100000 review 100000 passages 10000 archive 20000 posts 5000";
    let words: Vec<&str> =
        if given.is_empty() { default.split(' ').collect() } else { given.iter().map(String::as_str).collect() };
    for pair in words.chunks(2) {
        let n: usize = pair.get(1).and_then(|n| n.parse().ok()).unwrap_or(10_000);
        match pair[0] {
            "pictures" => bench_pictures(n, false),
            "review" => bench_pictures(n, true),
            "flood" => bench_flood(n),
            "passages" => bench_passages(n),
            "archive" => bench_archive(n),
            "posts" => bench_posts(n),
            other => println!("unknown bench {other}"),
        }
    }
}
