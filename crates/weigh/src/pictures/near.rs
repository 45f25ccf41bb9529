//! The exact join over plain hashes in memory: all pairs within a radius, and a batch against what is there.
//!
//! By the bands of `bands`: no pair within the radius is missed, none comes twice. It deliberately knows nothing of pictures,
//! qualities or clusters, and keeps nothing: `shelf` does.

use super::bands::{self, Row};
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
pub fn scan(asked: &[[u64; 4]], held: &[[u64; 4]], radius: u32, hit: impl FnMut(u32, u32, u32)) {
    scan_on(kernel::Path::best(), asked, held, radius, hit);
}

/// [`scan`] by instructions that are named, to be measured beside each other; where the machine has not got them, by its best.
pub fn scan_on(
    path: kernel::Path,
    asked: &[[u64; 4]],
    held: &[[u64; 4]],
    radius: u32,
    mut hit: impl FnMut(u32, u32, u32),
) {
    let path = if kernel::Path::all().contains(&path) { path } else { kernel::Path::best() };
    // Two words tell strangers apart up to here, farther it takes three.
    match radius <= bands::SHALLOW {
        true => scan_by::<2>(path, asked, held, radius, &mut hit),
        false => scan_by::<3>(path, asked, held, radius, &mut hit),
    }
}

fn scan_by<const W: usize>(
    path: kernel::Path,
    asked: &[[u64; 4]],
    held: &[[u64; 4]],
    radius: u32,
    hit: &mut impl FnMut(u32, u32, u32),
) {
    let mut found = Vec::new();
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
