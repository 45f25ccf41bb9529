//! Finding pictures that may share a part, without holding every picture against every other: an inverted index over
//! words, each of them some bits of a point.
//!
//! Words are fixed samples of a point's bits (bit sampling: P. Indyk and R. Motwani, STOC 1998), several tables of them;
//! a word that very many points have is a stop-word. A point votes for a picture that holds one of its words when all
//! its bits are near, and votes count together only when they agree on how the pictures are turned and sized against
//! each other (weak geometric consistency: H. Jégou et al., ECCV 2008). It deliberately decides nothing: what it finds
//! goes to `geometry`; what it misses is missed, and docs/benchmarks.md says how much that is.

use super::distance;
use super::points::{Point, Points, mirrored_bits};

/// Tables of words.
const TABLES: usize = 12;
/// Points of a picture that are indexed and asked with; the strongest come first.
const MOST_POINTS: usize = 400;
/// A point votes for points within so many bits of it.
const VOTES_WITHIN: u32 = 64;
/// Votes that agree, from which a picture is worth aligning.
const LEAST_VOTES: u32 = 4;
/// A word that more than this many points have says nothing.
const STOP_AFTER: usize = 128;
/// Directions and sizes that votes are counted by.
const TURNS: usize = 12;
const SIZES: usize = 5;
const BINS: usize = TURNS * SIZES;

/// An index over pictures, by their places in a list.
#[derive(Debug, Default)]
pub struct Words {
    /// Bits of a word.
    bits: u32,
    /// Picture, place among its points.
    owners: Vec<(u32, u16)>,
    points: Vec<Slim>,
    tables: Vec<Table>,
    /// How many buckets were left out as stop-words.
    stopped: usize,
}

/// What a vote needs of a point.
#[derive(Debug, Clone, Copy)]
struct Slim {
    bits: [u64; 4],
    /// In halves of a doubling.
    size: i8,
    /// In 1/256 of a turn.
    direction: u8,
}

/// Points in the order of their words.
#[derive(Debug, Default)]
struct Table {
    starts: Vec<u32>,
    order: Vec<u32>,
}

fn slim(p: &Point) -> Slim {
    let turn = p.direction / std::f32::consts::TAU * 256.0;
    Slim {
        bits: p.bits,
        size: (p.size.max(0.01).log2() * 2.0).round().clamp(-100.0, 100.0) as i8,
        direction: turn.round().rem_euclid(256.0) as u8,
    }
}

/// The word of a point in a table: `bits` bits at places that are fixed for the table, all of them of the half that is
/// set in one of two points.
fn word(point: &[u64; 4], table: usize, bits: u32) -> u32 {
    let mut seed = (table as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut word = 0;
    for _ in 0..bits {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let at = (seed >> 33) as usize % 128;
        word = word << 1 | (point[at / 64] >> (at % 64) & 1) as u32;
    }
    word
}

/// A picture that may share a part with the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Votes that agree.
    pub votes: u32,
    /// Its place in the list.
    pub picture: u32,
    /// Found as a mirror image.
    pub mirrored: bool,
}

impl Words {
    /// Indexes pictures. About 80 bytes a point: 32 kB a picture of 400 points.
    pub fn over<'a>(pictures: impl Iterator<Item = &'a Points>) -> Words {
        let (mut owners, mut points) = (Vec::new(), Vec::new());
        for (n, picture) in pictures.enumerate() {
            for (i, point) in picture.points.iter().take(MOST_POINTS).enumerate() {
                owners.push((n as u32, i as u16));
                points.push(slim(point));
            }
        }
        // Buckets of one or two points if words were spread evenly; they are not, and the largest are stopped.
        let bits = points.len().max(1).ilog2().clamp(8, 24);
        let mut index = Words { bits, owners, points, tables: Vec::new(), stopped: 0 };
        for table in 0..TABLES {
            index.add_table(table);
        }
        index
    }

    fn add_table(&mut self, table: usize) {
        let words: Vec<u32> = self.points.iter().map(|p| word(&p.bits, table, self.bits)).collect();
        let mut starts = vec![0u32; (1 << self.bits) + 1];
        words.iter().for_each(|word| starts[*word as usize + 1] += 1);
        for i in 1..starts.len() {
            self.stopped += usize::from(starts[i] as usize > STOP_AFTER);
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![0u32; words.len()];
        for (i, word) in words.iter().enumerate() {
            let at = &mut next[*word as usize];
            order[*at as usize] = i as u32;
            *at += 1;
        }
        self.tables.push(Table { starts, order });
    }

    /// How many buckets are stop-words.
    pub fn stopped(&self) -> usize {
        self.stopped
    }

    /// Pictures among the first `among` that may share a part with `picture`, most votes first, at most `most`.
    pub fn candidates(&self, picture: &Points, among: usize, most: usize) -> Vec<Candidate> {
        let among = among.min(self.owners.last().map_or(0, |(owner, _)| *owner as usize + 1));
        let mut out = Vec::new();
        let mut votes = vec![0u16; among * BINS];
        let mut near = Vec::new();
        for mirrored in [false, true] {
            let mut touched = Vec::new();
            for point in picture.points.iter().take(MOST_POINTS) {
                self.ask(point, mirrored, among, &mut near, &mut votes, &mut touched);
            }
            touched.sort_unstable();
            touched.dedup();
            for picture in touched {
                let bins = &mut votes[picture as usize * BINS..][..BINS];
                let most = u32::from(bins.iter().copied().max().unwrap_or_default());
                bins.fill(0);
                if most >= LEAST_VOTES {
                    out.push(Candidate { votes: most, picture, mirrored });
                }
            }
        }
        out.sort_by_key(|c| (u32::MAX - c.votes, c.picture, c.mirrored));
        let mut seen = std::collections::BTreeSet::new();
        out.retain(|c| seen.insert(c.picture));
        out.truncate(most);
        out
    }

    /// One point's votes: at most one for each picture, for its nearest point there. `near` is room to work in.
    fn ask(
        &self,
        point: &Point,
        mirrored: bool,
        among: usize,
        near: &mut Vec<(u32, u32, u32)>,
        votes: &mut [u16],
        touched: &mut Vec<u32>,
    ) {
        let mut asked = slim(point);
        if mirrored {
            asked.bits = mirrored_bits(&asked.bits);
            asked.direction = 128u8.wrapping_sub(asked.direction);
        }
        near.clear();
        for (number, table) in self.tables.iter().enumerate() {
            let word = word(&asked.bits, number, self.bits) as usize;
            let (from, to) = (table.starts[word] as usize, table.starts[word + 1] as usize);
            if to - from > STOP_AFTER {
                continue;
            }
            for &at in &table.order[from..to] {
                let owner = self.owners[at as usize].0;
                if owner as usize >= among {
                    // Points lie in the order of their pictures.
                    break;
                }
                let apart = distance(&asked.bits, &self.points[at as usize].bits);
                if apart <= VOTES_WITHIN {
                    near.push((owner, apart, at));
                }
            }
        }
        near.sort_unstable();
        near.dedup_by_key(|(owner, _, _)| *owner);
        for &(owner, _, at) in near.iter() {
            let other = self.points[at as usize];
            let turn = usize::from(other.direction.wrapping_sub(asked.direction)) * TURNS / 256;
            let size = (i32::from(other.size) - i32::from(asked.size)).div_euclid(3).clamp(-2, 2) + 2;
            let bins = &mut votes[owner as usize * BINS..][..BINS];
            // The bin and the next turn, so that a vote on the edge of one counts with its neighbours.
            for turn in [turn, (turn + 1) % TURNS] {
                let bin = &mut bins[turn * SIZES + size as usize];
                *bin = bin.saturating_add(1);
            }
            touched.push(owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(seed: u64, count: usize) -> Points {
        let mut state = seed * 2 + 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut point = || Point {
            x: (next() % 512) as f32,
            y: (next() % 512) as f32,
            size: 2.0,
            direction: 1.0,
            bits: [next(), next(), next(), next()],
        };
        Points { working: (512.0, 512.0), points: (0..count).map(|_| point()).collect(), ..Points::default() }
    }

    #[test]
    fn a_copy_is_found_upright_and_mirrored_and_strangers_are_not() {
        let pictures: Vec<Points> = (0..40).map(|n| picture(n * 7 + 1, 100)).collect();
        let index = Words::over(pictures.iter());
        let mut copy = pictures[17].clone();
        for (i, point) in copy.points.iter_mut().enumerate() {
            point.bits[i % 4] ^= 0x8400_0100_0020_0001 << (i % 3);
        }
        let found = index.candidates(&copy, 40, 10);
        assert_eq!(found.iter().map(|c| (c.picture, c.mirrored)).collect::<Vec<_>>(), [(17, false)]);
        let found = index.candidates(&copy.mirrored(), 40, 10);
        assert_eq!(found.iter().map(|c| (c.picture, c.mirrored)).collect::<Vec<_>>(), [(17, true)]);
        assert!(index.candidates(&copy, 17, 10).is_empty());
        assert!(index.candidates(&Points::default(), 40, 10).is_empty());
    }

    #[test]
    fn a_word_that_all_have_is_stopped() {
        let mut same = picture(3, 300);
        let first = same.points[0].bits;
        same.points.iter_mut().for_each(|p| p.bits = first);
        let pictures = [same.clone(), same.clone(), same];
        let index = Words::over(pictures.iter());
        assert!(index.stopped() > 0);
        assert!(index.candidates(&pictures[0], 3, 10).is_empty());
    }
}
