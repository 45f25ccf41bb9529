//! Recordings and films that hold the same sound, with the times at which they do.
//!
//! Landmarks that both hold vote for the difference of their times (A. Wang, ISMIR 2003); bangs, which have no tones to make landmarks of, are
//! held against each other one by one ([`super::bangs`]). It deliberately collapses nothing: sound is
//! dubbed and broadcast, and two people who stand side by side record the same blast, which is a reason to look, and to align two
//! films in time.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::bangs::{self, Bang};

/// One landmark of a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Which.
    pub mark: u32,
    /// When, in hops.
    pub hop: u32,
}

/// Milliseconds of a hop, as the analyzer `film-sound` cuts sound.
pub const HOP_MS: u64 = 32;
/// Milliseconds of a step of a bang's fingerprint.
pub const STEP_MS: u64 = 16;

/// What is known of a sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sound {
    /// Its landmarks.
    pub marks: Vec<Mark>,
    /// Its sudden noises.
    pub bangs: Vec<Bang>,
}

impl Sound {
    /// Has it nothing by which it could be found again?
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.bangs.is_empty()
    }
}

/// Two sounds that share a stretch; `a < b` are places in the slice that was joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SoundMatch {
    /// The one.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// What is heard in `b` at a time is heard in `a` so many milliseconds later.
    pub offset_ms: i64,
    /// Landmarks that agree on it.
    pub marks: usize,
    /// Bangs that agree on it.
    pub bangs: usize,
    /// From when to when in `b`, in milliseconds.
    pub in_b_ms: (u64, u64),
}

impl SoundMatch {
    /// `{"offset_s","marks","bangs","in_b_s"}`.
    pub fn to_json(&self) -> Value {
        let s = |ms: u64| ms as f64 / 1000.0;
        json!({
            "offset_s": self.offset_ms as f64 / 1000.0, "marks": self.marks, "bangs": self.bangs,
            "in_b_s": [s(self.in_b_ms.0), s(self.in_b_ms.1)],
        })
    }

    /// How much speaks for it, 0–1; not calibrated.
    pub fn score(&self) -> f64 {
        let agreeing = (self.marks + LEAST_MARKS * self.bangs) as f64;
        agreeing / (agreeing + LEAST_MARKS as f64)
    }
}

/// Landmarks that must agree on one difference. Unrelated sounds reached at most the figures in `docs/benchmarks.md`.
pub const LEAST_MARKS: usize = 12;
/// So many hops up or down are one difference.
const ONE_OFFSET: i64 = 1;
/// A landmark that occurs more often says nothing (a hum, a siren).
const MOST_OFTEN: usize = 128;
/// Landmarks of one sound among the same, of which one in a time is enough: those beyond are left out.
const MOST_VOTES: usize = 50_000_000;
/// The best difference must have so many times the votes of the next that is another.
const CLEARLY: usize = 3;

/// How far what landmarks and what bangs say may be apart and still be one difference, in milliseconds.
const ONE_TIME_MS: i64 = 2 * HOP_MS as i64;

/// All pairs of sounds that share a stretch or bangs, by (a, b): the best difference of each. Where landmarks and bangs say different times,
/// landmarks are told: a bang may come twice.
pub fn join(sounds: &[&Sound]) -> Vec<SoundMatch> {
    let marks: Vec<&[Mark]> = sounds.iter().map(|sound| sound.marks.as_slice()).collect();
    let bangs: Vec<&[Bang]> = sounds.iter().map(|sound| sound.bangs.as_slice()).collect();
    let mut found: BTreeMap<(usize, usize), SoundMatch> =
        by_marks(&marks).into_iter().map(|found| ((found.a, found.b), found)).collect();
    for heard in bangs::join(&bangs) {
        let ms = |steps: u32| u64::from(steps) * STEP_MS;
        let (offset_ms, in_b_ms) = (heard.offset * STEP_MS as i64, (ms(heard.in_b.0), ms(heard.in_b.1)));
        let (a, b, bangs) = (heard.a, heard.b, heard.bangs);
        let both = found.entry((a, b)).or_insert(SoundMatch { a, b, offset_ms, marks: 0, bangs: 0, in_b_ms });
        if (both.offset_ms - offset_ms).abs() <= ONE_TIME_MS {
            both.bangs = bangs;
            both.in_b_ms = (both.in_b_ms.0.min(in_b_ms.0), both.in_b_ms.1.max(in_b_ms.1));
        }
    }
    found.into_values().collect()
}

fn by_marks(sounds: &[&[Mark]]) -> Vec<SoundMatch> {
    let mut all: Vec<(u32, u32, u32)> = Vec::new();
    for (sound, marks) in (0u32..).zip(sounds) {
        all.extend(marks.iter().map(|m| (m.mark, sound, m.hop)));
    }
    all.sort_unstable();
    all.dedup();
    // (a, b, difference, hop in b)
    let mut votes: Vec<(u32, u32, i32, u32)> = Vec::new();
    for same in all.chunk_by(|x, y| x.0 == y.0).filter(|same| same.len() <= MOST_OFTEN) {
        for (at, x) in same.iter().enumerate() {
            let others = same[at + 1..].iter().filter(|y| y.1 != x.1);
            votes.extend(others.map(|y| (x.1, y.1, x.2 as i32 - y.2 as i32, y.2)));
        }
        if votes.len() > MOST_VOTES {
            break;
        }
    }
    votes.sort_unstable();
    let pairs = votes.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1));
    pairs.filter_map(best).collect()
}

fn best(votes: &[(u32, u32, i32, u32)]) -> Option<SoundMatch> {
    let mut count: BTreeMap<i64, usize> = BTreeMap::new();
    for vote in votes {
        *count.entry(vote.2.into()).or_default() += 1;
    }
    let around = |offset: i64| count.range(offset - ONE_OFFSET..=offset + ONE_OFFSET).map(|(_, n)| n).sum::<usize>();
    let (offset, marks) = count.keys().map(|o| (*o, around(*o))).max_by_key(|(o, n)| (*n, count[o], -o))?;
    let apart = |o: &&i64| (**o - offset).abs() > 3 * ONE_OFFSET;
    let next = count.keys().filter(apart).map(|o| around(*o)).max().unwrap_or(0);
    if marks < LEAST_MARKS || marks < CLEARLY * next {
        return None;
    }
    let hops = votes.iter().filter(|v| (i64::from(v.2) - offset).abs() <= ONE_OFFSET).map(|v| v.3);
    let in_b_ms = (u64::from(hops.clone().min()?) * HOP_MS, u64::from(hops.max()?) * HOP_MS);
    let (a, b) = (votes[0].0 as usize, votes[0].1 as usize);
    Some(SoundMatch { a, b, offset_ms: offset * HOP_MS as i64, marks, bangs: 0, in_b_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(seed: u64, count: u32) -> Vec<Mark> {
        let mut state = seed;
        (0..count)
            .map(|i| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                Mark { mark: (state >> 42) as u32, hop: i / 3 }
            })
            .collect()
    }

    #[test]
    fn a_shared_stretch_is_found_at_its_time() {
        let whole = sound(1, 6_000);
        // Every third landmark survives a poor recording.
        let part: Vec<Mark> = whole
            .iter()
            .filter(|m| (500..700).contains(&m.hop))
            .step_by(3)
            .map(|m| Mark { hop: m.hop - 480, ..*m })
            .collect();
        let mixed = [sound(2, 900), part].concat();
        let stranger = sound(3, 6_000);
        let [whole, stranger, mixed] = [whole, stranger, mixed].map(|marks| Sound { marks, bangs: Vec::new() });
        let found = join(&[&whole, &stranger, &mixed]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].a, found[0].b, found[0].offset_ms), (0, 2, 480 * HOP_MS as i64));
        let (from, until) = (found[0].in_b_ms.0 / HOP_MS, found[0].in_b_ms.1 / HOP_MS);
        assert!(found[0].marks >= 190 && from >= 20 && until < 220, "{found:?}");
    }

    #[test]
    fn a_hum_is_nothing() {
        let hum = Sound { marks: (0..5_000).map(|hop| Mark { mark: 7, hop }).collect(), bangs: Vec::new() };
        assert!(join(&[&hum, &hum]).is_empty());
        assert!(join(&[]).is_empty());
    }
}
