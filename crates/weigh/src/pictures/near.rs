//! The exact join over plain hashes: all pairs within a radius, a batch against what is there, one hash against all.
//!
//! By the bands of `bands`: no pair within the radius is missed, none comes twice. What is there lies in sorted runs that
//! are merged as they grow (P. O'Neil et al., the log-structured merge-tree, 1996), so that adding costs what is added.
//! It deliberately knows nothing of pictures, qualities or clusters, and keeps everything in memory.

use super::bands::{self, Band, Cut, Row};
use super::distance;
use super::kernel;

/// Calls `hit` with the places and the distance of every two hashes within `radius`, the lower place first, each pair
/// once, in no particular order. Memory is about 60 bytes a hash, beside the hashes.
///
/// At most 2³² hashes are joined; the rest is left out.
pub fn pairs_within(hashes: &[[u64; 4]], radius: u32, mut hit: impl FnMut(u32, u32, u32)) {
    bands::each_near(&rows(hashes, 0), radius, |a, b, d| hit(a.min(b), a.max(b), d));
}

fn rows(hashes: &[[u64; 4]], from: u32) -> Vec<Row> {
    let numbered = (from..u32::MAX).zip(hashes);
    numbered.map(|(owner, words)| Row { words: *words, owner, turned: false }).collect()
}

/// Hashes that are compared while they lie in the processor's cache.
const BLOCK: usize = 2048;
/// Hashes asked for that are compared with them at once.
const AT_ONCE: usize = 4;

/// Calls `hit` with the place among `asked`, the place among `held` and the distance of every two within `radius`, by comparing
/// all with all: what needs no index, costs nothing beforehand, and is fast for many hashes asked for at once.
pub fn scan(asked: &[[u64; 4]], held: &[[u64; 4]], radius: u32, mut hit: impl FnMut(u32, u32, u32)) {
    // Two words tell strangers apart up to here, farther it takes three.
    match radius <= Index::MOST_RADIUS {
        true => scan_by::<2>(asked, held, radius, &mut hit),
        false => scan_by::<3>(asked, held, radius, &mut hit),
    }
}

fn scan_by<const W: usize>(asked: &[[u64; 4]], held: &[[u64; 4]], radius: u32, hit: &mut impl FnMut(u32, u32, u32)) {
    let (path, mut found) = (kernel::Path::best(), Vec::new());
    let some = |words: &[u64; 4]| -> [u64; W] { std::array::from_fn(|i| words[i]) };
    for (block, rows) in held.chunks(BLOCK).enumerate() {
        let mut columns = kernel::Columns::<W>::default();
        rows.iter().for_each(|words| columns.push(some(words)));
        for (chunk, xs) in asked.chunks(AT_ONCE).enumerate() {
            // The last few are filled up with the first of them.
            let wanted: [[u64; W]; AT_ONCE] = std::array::from_fn(|i| some(xs.get(i).unwrap_or(&xs[0])));
            kernel::near(path, &wanted, columns.all(), radius, &mut found);
            for near in found.iter().filter(|near| near.which < xs.len()) {
                for row in near.each() {
                    let d = distance(&xs[near.which], &rows[row]);
                    if d <= radius {
                        hit((chunk * AT_ONCE + near.which) as u32, (block * BLOCK + row) as u32, d);
                    }
                }
            }
        }
    }
}

/// Hashes that were sorted together, ready to be asked.
struct Run {
    rows: Vec<Row>,
    bands: Vec<Band<2>>,
}

/// Hashes that can be asked and added to. Made for one radius, at most [`Index::MOST_RADIUS`].
///
/// About 370 bytes a hash: sixteen bands hold 20 each, and the hash itself 40.
pub struct Index {
    radius: u32,
    cuts: Vec<Cut>,
    around: Vec<Vec<u32>>,
    runs: Vec<Run>,
    held: u32,
}

impl Index {
    /// Beyond it, two words of a hash do not tell strangers apart any more.
    pub const MOST_RADIUS: u32 = 40;

    /// An empty index.
    ///
    /// # Panics
    /// When the radius is over [`Index::MOST_RADIUS`].
    pub fn new(radius: u32) -> Index {
        assert!(radius <= Index::MOST_RADIUS, "a radius of {radius} takes another index");
        let cuts = bands::of_sixteen(radius);
        let around = cuts.iter().map(Cut::around).collect();
        Index { radius, cuts, around, runs: Vec::new(), held: 0 }
    }

    /// How many hashes are in it.
    pub fn len(&self) -> usize {
        self.held as usize
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// Adds hashes under the next places, and calls `hit` with every pair within the radius that they make: with each
    /// other and with all that were there. Over many additions each pair comes once.
    pub fn add(&mut self, hashes: &[[u64; 4]], mut hit: impl FnMut(u32, u32, u32)) {
        for (place, words) in (self.held..).zip(hashes) {
            self.ask(words, |other, d| hit(other, place, d));
        }
        let mut rows = rows(hashes, self.held);
        bands::each_near(&rows, self.radius, |a, b, d| hit(a.min(b), a.max(b), d));
        self.held = self.held.saturating_add(rows.len() as u32);
        // Runs at most double from the newest to the oldest, so that there are few.
        while self.runs.last().is_some_and(|last| last.rows.len() <= 2 * rows.len()) {
            let mut older = self.runs.pop().map(|run| run.rows).unwrap_or_default();
            older.append(&mut rows);
            rows = older;
        }
        if !rows.is_empty() {
            let bands = self.cuts.iter().map(|cut| Band::build(&rows, cut)).collect();
            self.runs.push(Run { rows, bands });
        }
    }

    /// Calls `hit` with the place and the distance of every hash within the radius of `words`, each once.
    pub fn ask(&self, words: &[u64; 4], mut hit: impl FnMut(u32, u32)) {
        let mut hits = Vec::new();
        for run in &self.runs {
            for (n, (band, cut)) in run.bands.iter().zip(&self.cuts).enumerate() {
                let (key, beside) = (cut.key(words), band.words_of(words));
                for mask in &self.around[n] {
                    let bucket = band.bucket(key ^ mask);
                    if bucket.is_empty() {
                        continue;
                    }
                    kernel::near(band.path, &[beside], band.beside.slice(bucket.clone()), self.radius, &mut hits);
                    for place in hits.iter().flat_map(|hit| hit.each()) {
                        let row = &run.rows[band.order[bucket.start + place] as usize];
                        let d = distance(&row.words, words);
                        let told = || self.cuts[..n].iter().any(|cut| cut.finds(&row.words, words));
                        if d <= self.radius && !told() {
                            hit(row.owner, d);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hashes around a few centres.
    fn hashes() -> impl Strategy<Value = Vec<[u64; 4]>> {
        let centres = prop::collection::vec(any::<[u64; 4]>(), 1..5);
        let near = (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..70));
        (centres, prop::collection::vec(near, 0..160)).prop_map(|(centres, near)| {
            let flip = |(at, bits): (prop::sample::Index, Vec<u8>)| {
                let mut words = *at.get(&centres);
                bits.iter().for_each(|bit| words[*bit as usize / 64] ^= 1 << (bit % 64));
                words
            };
            near.into_iter().map(flip).collect()
        })
    }

    fn by_definition(hashes: &[[u64; 4]], radius: u32) -> Vec<(u32, u32, u32)> {
        let mut out = Vec::new();
        for a in 0..hashes.len() {
            for b in a + 1..hashes.len() {
                let d = distance(&hashes[a], &hashes[b]);
                if d <= radius {
                    out.push((a as u32, b as u32, d));
                }
            }
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn every_pair_comes_once_and_no_other(hashes in hashes(), radius in prop::sample::select(vec![0u32, 5, 31, 40, 47, 63])) {
            let mut found = Vec::new();
            pairs_within(&hashes, radius, |a, b, d| found.push((a, b, d)));
            found.sort_unstable();
            prop_assert_eq!(found, by_definition(&hashes, radius));
        }

        #[test]
        fn scanning_finds_what_comparing_finds(hashes in hashes(), radius in prop::sample::select(vec![0u32, 31, 63])) {
            let (asked, held) = hashes.split_at(hashes.len() / 3);
            let mut found = Vec::new();
            scan(asked, held, radius, |a, b, d| found.push((a, b, d)));
            found.sort_unstable();
            let mut expected = Vec::new();
            for (a, x) in asked.iter().enumerate() {
                let all = held.iter().enumerate().map(|(b, y)| (a as u32, b as u32, distance(x, y)));
                expected.extend(all.filter(|(_, _, d)| *d <= radius));
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn adding_in_batches_finds_what_joining_all_finds(hashes in hashes(), cuts in prop::collection::vec(0usize..40, 0..8)) {
            for radius in [0, 12, 31] {
                let mut index = Index::new(radius);
                let (mut found, mut rest) = (Vec::new(), &hashes[..]);
                for cut in &cuts {
                    let (batch, after) = rest.split_at((*cut).min(rest.len()));
                    index.add(batch, |a, b, d| found.push((a, b, d)));
                    rest = after;
                }
                index.add(rest, |a, b, d| found.push((a, b, d)));
                found.sort_unstable();
                prop_assert_eq!(&found, &by_definition(&hashes, radius));
                prop_assert_eq!(index.len(), hashes.len());
                for words in hashes.iter().take(5) {
                    let mut asked = Vec::new();
                    index.ask(words, |place, d| asked.push((place, d)));
                    asked.sort_unstable();
                    let all = hashes.iter().enumerate().map(|(i, other)| (i as u32, distance(words, other)));
                    let expected: Vec<(u32, u32)> = all.filter(|(_, d)| *d <= radius).collect();
                    prop_assert_eq!(asked, expected);
                }
            }
        }
    }

    /// Enough rows for many bands, against comparing all with all.
    #[test]
    fn many_hashes_are_joined_as_by_comparing_all() {
        let mut seed = 41u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut hashes: Vec<[u64; 4]> = (0..4000).map(|_| std::array::from_fn(|_| next())).collect();
        for i in 0..1000usize {
            let mut words = hashes[i * 3 % 4000];
            for _ in 0..i % 70 {
                let bit = next() % 256;
                words[bit as usize / 64] ^= 1 << (bit % 64);
            }
            hashes.push(words);
        }
        for radius in [31, 63] {
            let mut found = Vec::new();
            pairs_within(&hashes, radius, |a, b, d| found.push((a, b, d)));
            found.sort_unstable();
            assert_eq!(found, by_definition(&hashes, radius), "{radius}");
        }
    }
}
