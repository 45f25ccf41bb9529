//! Films that hold the same pictures: clips, re-encodes and compilations, with the times at which they do.
//!
//! One exact join over the frames of all films ([`super::near`]), then a vote: two frames within the radius vote for the
//! difference of their times, and a stretch of film that both hold shows as many votes for one difference, each frame
//! counted once. A film that stands still votes for every difference; its frames are thinned first, so it costs what it shows.
//! A picture takes part as a film of one frame, so the still of a film is found. It deliberately says nothing of who had it
//! first, and never takes two films of one scene for one film: their frames lie three times the radius apart.
//!
//! After the vPDQ of Facebook's ThreatExchange (shares of matched frames) with times, and the offset voting of Wang's audio search.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{LEAST_QUALITY, MatchKind, SAME_WITHIN, distance, near};

/// One frame of a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// When it is shown, in milliseconds.
    pub at_ms: u64,
    /// Its PDQ hash.
    pub words: [u64; 4],
    /// 0 to 100.
    pub quality: u8,
}

/// A film to join: its frames in order of time; of a picture one.
#[derive(Debug, Clone, Copy)]
pub struct Film<'a> {
    /// Frames.
    pub frames: &'a [Frame],
}

/// Two films that hold the same stretch of pictures; `a < b` are places in the slice that was joined.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmMatch {
    /// The one.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// What is shown in `b` at a time is shown in `a` so much later, in milliseconds.
    pub offset_ms: i64,
    /// From when to when in `a`, in milliseconds.
    pub in_a: (u64, u64),
    /// From when to when in `b`.
    pub in_b: (u64, u64),
    /// Different frames that agree, of the film that has fewer.
    pub frames: usize,
    /// The same as a share of the frames that the shorter stretch has, 0–1.
    pub share: f64,
    /// Share of the shorter film that the stretch covers, 0–1.
    pub covers: f64,
    /// The middle one of the distances.
    pub distance: u32,
    /// What that means.
    pub kind: MatchKind,
}

impl FilmMatch {
    /// `{"match","offset_s","in_a_s","in_b_s","frames","share","covers","distance"}`.
    pub fn to_json(&self) -> Value {
        let s = |ms: u64| ms as f64 / 1000.0;
        json!({
            "match": self.kind.as_str(), "offset_s": self.offset_ms as f64 / 1000.0,
            "in_a_s": [s(self.in_a.0), s(self.in_a.1)], "in_b_s": [s(self.in_b.0), s(self.in_b.1)],
            "frames": self.frames, "share": round(self.share), "covers": round(self.covers), "distance": self.distance,
        })
    }

    /// How much speaks for it, 0–1; not calibrated.
    pub fn score(&self) -> f64 {
        let count = self.frames as f64;
        (count / (count + 1.0)) * (0.5 + 0.5 * self.share) * (1.0 - f64::from(self.distance) / 256.0)
    }
}

fn round(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

/// A frame that differs from the last one kept by no more bits than this is the same picture still …
const STILL_WITHIN: u32 = 8;
/// … for so long, in milliseconds; then one is kept again.
const STILL_FOR_MS: u64 = 5_000;
/// Votes within so many milliseconds of one another are for one difference.
const ONE_OFFSET_MS: i64 = 1_100;
/// A stretch has at least so many different frames, where both films have.
const LEAST_FRAMES: usize = 3;
/// A stretch is torn where nothing agrees for so long, in milliseconds.
const TORN_AFTER_MS: u64 = 12_000;
/// A film of which at least this share is in the other goes back to the same making.
const COPY_COVERS: f64 = 0.5;
/// At least this share of the frames of a stretch must agree.
const LEAST_SHARE: f64 = 0.3;
/// Frames that are told of one pair of films.
const MOST_VOTES: usize = 200_000;
/// A frame that this many others are near (a test card, a station's logo) votes for nothing.
const MOST_NEAR: u32 = 2_000;
/// Stretches that are told of one pair of films.
const MOST_STRETCHES: usize = 16;

/// Places of a film that are kept: those that show something new.
fn thinned(film: &Film<'_>) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    for (at, frame) in film.frames.iter().enumerate().filter(|(_, f)| f.quality >= LEAST_QUALITY) {
        let still = kept.last().is_some_and(|last| {
            let last = &film.frames[*last];
            distance(&last.words, &frame.words) <= STILL_WITHIN && frame.at_ms.abs_diff(last.at_ms) < STILL_FOR_MS
        });
        if !still {
            kept.push(at);
        }
    }
    kept
}

/// A vote: time in the one, time in the other, bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Vote {
    offset: i64,
    a_ms: u64,
    b_ms: u64,
    distance: u32,
}

/// All stretches that films share, by (a, b) and time. Two films of one frame each are pictures, and are left to [`super::join`].
pub fn join(films: &[Film<'_>]) -> Vec<FilmMatch> {
    join_any(films, false)
}

/// [`join`]; `pictures`: of two films of one frame, too.
fn join_any(films: &[Film<'_>], pictures: bool) -> Vec<FilmMatch> {
    let kept: Vec<Vec<usize>> = films.iter().map(thinned).collect();
    let (mut hashes, mut of): (Vec<[u64; 4]>, Vec<(usize, u64)>) = (Vec::new(), Vec::new());
    for (film, places) in kept.iter().enumerate() {
        for place in places {
            let frame = &films[film].frames[*place];
            hashes.push(frame.words);
            of.push((film, frame.at_ms));
        }
    }
    let mut crowd = vec![0u32; hashes.len()];
    near::pairs_within(&hashes, SAME_WITHIN, |i, j, _| {
        for place in [i, j] {
            crowd[place as usize] = crowd[place as usize].saturating_add(1);
        }
    });
    let mut votes: BTreeMap<(usize, usize), Vec<Vote>> = BTreeMap::new();
    near::pairs_within(&hashes, SAME_WITHIN, |i, j, d| {
        let ((one, t_one), (other, t_other)) = (of[i as usize], of[j as usize]);
        let alone = !pictures && films[one].frames.len() == 1 && films[other].frames.len() == 1;
        let crowded = crowd[i as usize] > MOST_NEAR || crowd[j as usize] > MOST_NEAR;
        if one == other || alone || crowded {
            return;
        }
        let ((a, a_ms), (b, b_ms)) =
            if one < other { ((one, t_one), (other, t_other)) } else { ((other, t_other), (one, t_one)) };
        let list = votes.entry((a, b)).or_default();
        if list.len() < MOST_VOTES {
            list.push(Vote { offset: a_ms as i64 - b_ms as i64, a_ms, b_ms, distance: d });
        }
    });
    let mut found = Vec::new();
    for ((a, b), votes) in votes {
        found.extend(stretches(a, b, votes, (films, &kept)));
    }
    found
}

/// The stretches that the first film shares with the others.
pub fn ask(films: &[Film<'_>]) -> Vec<FilmMatch> {
    let Some((first, others)) = films.split_first() else { return Vec::new() };
    let pair = |(place, other): (usize, &Film<'_>)| {
        join_any(&[*first, *other], true).into_iter().map(move |m| FilmMatch { b: place + 1, ..m }).collect::<Vec<_>>()
    };
    others.iter().enumerate().flat_map(pair).collect()
}

/// The stretches that a pair of films shares: the difference with the most frames, then the next among what is left.
fn stretches(a: usize, b: usize, mut votes: Vec<Vote>, of: (&[Film<'_>], &[Vec<usize>])) -> Vec<FilmMatch> {
    let mut found: Vec<FilmMatch> = Vec::new();
    votes.sort_unstable();
    if of.1[a].len() == 1 || of.1[b].len() == 1 {
        // A still is from one moment: the frame most like it, and not its neighbours.
        let best = votes.iter().min_by_key(|vote| (vote.distance, vote.offset)).copied();
        return best.and_then(|vote| stretch_of(a, b, &[vote], of)).into_iter().collect();
    }
    while found.len() < MOST_STRETCHES {
        let Some(window) = fullest(&votes) else { break };
        let chosen = &votes[window.clone()];
        let least = LEAST_FRAMES.min(of.1[a].len()).min(of.1[b].len());
        let mut told = false;
        for stretch in torn(chosen) {
            if let Some(one) =
                stretch_of(a, b, &stretch, of).filter(|one| one.frames >= least && one.share >= LEAST_SHARE)
            {
                found.push(one);
                told = true;
            }
        }
        if !told {
            break;
        }
        // What was told votes for nothing else.
        let spent: BTreeSet<(u64, u64)> = found.iter().map(|f| f.in_b).collect();
        votes.retain(|v| !spent.iter().any(|(from, until)| (*from..=*until).contains(&v.b_ms)));
    }
    found.sort_by_key(|f| (f.in_a, f.in_b));
    found
}

/// The run of votes for one difference that has the most different frames.
fn fullest(votes: &[Vote]) -> Option<std::ops::Range<usize>> {
    let (mut in_a, mut in_b) = (BTreeMap::<u64, usize>::new(), BTreeMap::<u64, usize>::new());
    let (mut from, mut best) = (0, None);
    for until in 0..votes.len() {
        *in_a.entry(votes[until].a_ms).or_default() += 1;
        *in_b.entry(votes[until].b_ms).or_default() += 1;
        while votes[until].offset - votes[from].offset > ONE_OFFSET_MS {
            for (count, at) in [(&mut in_a, votes[from].a_ms), (&mut in_b, votes[from].b_ms)] {
                if let Some(n) = count.get_mut(&at) {
                    *n -= 1;
                    if *n == 0 {
                        count.remove(&at);
                    }
                }
            }
            from += 1;
        }
        let size = in_a.len().min(in_b.len());
        if best.as_ref().is_none_or(|(most, _)| size > *most) {
            best = Some((size, from..until + 1));
        }
    }
    best.map(|(_, range)| range)
}

/// Votes for one difference in order of time, torn where nothing agrees for long.
fn torn(votes: &[Vote]) -> Vec<Vec<Vote>> {
    let mut sorted = votes.to_vec();
    sorted.sort_unstable_by_key(|v| (v.b_ms, v.a_ms, v.distance));
    let mut out: Vec<Vec<Vote>> = Vec::new();
    for vote in sorted {
        match out.last_mut() {
            Some(last) if last.last().is_some_and(|l| vote.b_ms - l.b_ms <= TORN_AFTER_MS) => last.push(vote),
            _ => out.push(vec![vote]),
        }
    }
    out
}

fn stretch_of(a: usize, b: usize, votes: &[Vote], (films, kept): (&[Film<'_>], &[Vec<usize>])) -> Option<FilmMatch> {
    let times = |of: fn(&Vote) -> u64| votes.iter().map(of).collect::<BTreeSet<u64>>();
    let (in_a, in_b) = (times(|v| v.a_ms), times(|v| v.b_ms));
    let range = |set: &BTreeSet<u64>| Some((*set.first()?, *set.last()?));
    let (in_a, in_b, frames) = (range(&in_a)?, range(&in_b)?, in_a.len().min(in_b.len()));
    let within = |film: usize, (from, until): (u64, u64)| {
        let inside = |place: &&usize| (from..=until).contains(&films[film].frames[**place].at_ms);
        kept[film].iter().filter(inside).count().max(1)
    };
    let share = (frames as f64 / within(a, in_a).min(within(b, in_b)) as f64).min(1.0);
    // A film is as long as from its first frame to its last, and the time that one frame stands for.
    let covers = |film: usize, part: (u64, u64)| {
        let (first, last) = (films[film].frames.first(), films[film].frames.last());
        let length = last.map_or(0, |l| l.at_ms).saturating_sub(first.map_or(0, |f| f.at_ms));
        if length == 0 { 1.0 } else { ((part.1 - part.0) as f64 / length as f64).min(1.0) }
    };
    let covers = covers(a, in_a).max(covers(b, in_b));
    // Of the frames that each frame is near, the nearest tells the time: its neighbours are near, too, half a second off.
    let mut nearest: BTreeMap<u64, (u32, i64)> = BTreeMap::new();
    for vote in votes {
        let one = nearest.entry(vote.b_ms).or_insert((vote.distance, vote.offset));
        *one = (*one).min((vote.distance, vote.offset));
    }
    let mut offsets: Vec<i64> = nearest.values().map(|(_, offset)| *offset).collect();
    let mut distances: Vec<u32> = votes.iter().map(|v| v.distance).collect();
    let middle = offsets.len() / 2;
    let (_, offset, _) = offsets.select_nth_unstable(middle);
    let (_, distance, _) = distances.select_nth_unstable(votes.len() / 2);
    let kind = if covers >= COPY_COVERS { MatchKind::Same } else { MatchKind::Review };
    Some(FilmMatch { a, b, offset_ms: *offset, in_a, in_b, frames, share, covers, distance: *distance, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes by a fixed generator; each frame of a "scene" a few bits from the last.
    struct Dice(u64);

    impl Dice {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        fn frames(&mut self, count: usize, every_ms: u64) -> Vec<Frame> {
            let mut words = [self.next(), self.next(), self.next(), self.next()];
            (0..count as u64)
                .map(|i| {
                    if i % 11 == 0 {
                        words = [self.next(), self.next(), self.next(), self.next()];
                    }
                    for _ in 0..14 {
                        let bit = self.next() % 256;
                        words[(bit / 64) as usize] ^= 1 << (bit % 64);
                    }
                    Frame { at_ms: i * every_ms, words, quality: 90 }
                })
                .collect()
        }

        /// The same pictures through an encoder, from a time on.
        fn clip(&mut self, frames: &[Frame], from: usize, count: usize) -> Vec<Frame> {
            let first = frames[from].at_ms;
            frames[from..from + count]
                .iter()
                .map(|f| {
                    let mut words = f.words;
                    for _ in 0..6 {
                        let bit = self.next() % 256;
                        words[(bit / 64) as usize] ^= 1 << (bit % 64);
                    }
                    Frame { at_ms: f.at_ms - first, words, quality: 80 }
                })
                .collect()
        }
    }

    fn joined(films: &[Vec<Frame>]) -> Vec<FilmMatch> {
        join(&films.iter().map(|frames| Film { frames }).collect::<Vec<_>>())
    }

    #[test]
    fn a_clip_is_found_at_its_time_and_strangers_are_not() {
        let mut dice = Dice(77);
        let whole = dice.frames(240, 500);
        let clip = dice.clip(&whole, 60, 40);
        let stranger = dice.frames(200, 500);
        let found = joined(&[whole, stranger, clip]);
        assert_eq!(found.len(), 1, "{found:?}");
        let one = &found[0];
        assert_eq!((one.a, one.b, one.kind), (0, 2, MatchKind::Same));
        assert!((one.offset_ms - 30_000).abs() <= 550, "{one:?}");
        assert!(one.covers > 0.95 && one.share > 0.9 && one.frames >= 38, "{one:?}");
    }

    #[test]
    fn a_compilation_shares_each_part_at_its_own_time() {
        let mut dice = Dice(5);
        let (one, other) = (dice.frames(100, 500), dice.frames(100, 500));
        let parts = [dice.clip(&one, 50, 30), dice.clip(&other, 10, 30), dice.clip(&one, 0, 20)].concat();
        let compiled: Vec<Frame> =
            parts.iter().enumerate().map(|(i, f)| Frame { at_ms: i as u64 * 500, ..*f }).collect();
        let found = joined(&[one, other, compiled]);
        let told: Vec<(usize, usize, i64)> =
            found.iter().map(|f| (f.a, f.b, (f.offset_ms + 250).div_euclid(500))).collect();
        assert_eq!(told.len(), 3, "{found:?}");
        assert!(told.contains(&(0, 2, 50)) && told.contains(&(0, 2, -60)) && told.contains(&(1, 2, -20)), "{told:?}");
    }

    #[test]
    fn the_still_of_a_film_is_found() {
        let mut dice = Dice(9);
        let whole = dice.frames(100, 500);
        let still = dice.clip(&whole, 42, 1);
        let found = joined(&[still.clone(), whole, still]);
        assert_eq!(found.iter().map(|f| (f.a, f.b)).collect::<Vec<_>>(), [(0, 1), (1, 2)], "{found:?}");
        assert!((found[0].offset_ms + 21_000).abs() <= 1_000, "{found:?}");
    }

    #[test]
    fn a_short_common_opening_is_for_review() {
        let mut dice = Dice(31);
        let opening = dice.frames(8, 500);
        let behind = |dice: &mut Dice| {
            let rest = dice.frames(60, 500).into_iter().map(|f| Frame { at_ms: f.at_ms + 4_000, ..f });
            opening.iter().copied().chain(rest).collect::<Vec<_>>()
        };
        let found = joined(&[behind(&mut dice), behind(&mut dice)]);
        assert_eq!(found.iter().map(|f| f.kind).collect::<Vec<_>>(), [MatchKind::Review], "{found:?}");
    }

    #[test]
    fn a_film_that_stands_still_and_a_dark_one_cost_little() {
        let mut dice = Dice(3);
        let one = dice.frames(1, 500)[0];
        let still: Vec<Frame> = (0..7_200).map(|i| Frame { at_ms: i * 500, ..one }).collect();
        let dark: Vec<Frame> = still.iter().map(|f| Frame { quality: 10, ..*f }).collect();
        let film = Film { frames: &still };
        assert_eq!(thinned(&film).len(), 720);
        let found = joined(&[still.clone(), still, dark]);
        assert!(found.iter().all(|f| (f.a, f.b) == (0, 1)) && !found.is_empty());
    }
}
