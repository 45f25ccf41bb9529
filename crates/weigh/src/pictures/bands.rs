//! The exact Hamming join: bands with pigeonhole thresholds, blocks compared densely.
//!
//! 256 bits are cut into m bands with thresholds tᵢ, Σ(tᵢ + 1) = r + 1. Two hashes within r differ by at most tᵢ in
//! some band i (pigeonhole), so comparing every bucket of a band with the buckets whose keys differ in at most tᵢ bits
//! misses nothing. How many bands is chosen by `price`, from a sample of the hashes. Per band rows are counting-sorted by key and the
//! 64 bits before the band are gathered into a column, so that nearly all comparisons are of 64 bits lying side by side; no candidate
//! lists, no hash tables.
//!
//! Known hole: somebody who crafts many unlike pictures that share whole bands makes the join quadratic in their
//! number; the answer stays exact.

use std::ops::{ControlFlow, Range};

use super::distance;
use super::kernel::{self, Columns, Hit, Path};
use super::price::plan;

/// One hash to join, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The hash.
    pub words: [u64; 4],
    /// Whose.
    pub owner: u32,
    /// Is it that of a picture turned or mirrored?
    pub turned: bool,
}

/// Two turned hashes say nothing that an upright and a turned one do not, and a picture is no copy of itself.
pub(super) fn comparable(a: &Row, b: &Row) -> bool {
    a.owner != b.owner && !(a.turned && b.turned)
}

/// One band: where its bits are, by how many two keys may differ, and by how many the bits before it.
///
/// The 256 bits lie in a ring that is cut into m arcs with thresholds tᵢ, Σ(tᵢ + 1) = r + 1; the key of an arc is its first bits. Of
/// two hashes within r some arc begins a walk backwards along the ring on which, after every arc, no more bits differ than the
/// thresholds passed allow: Σ(tⱼ + 1) − 1 (J. Qin, C. Xiao, "Pigeonring", PVLDB 2018; the cycle lemma). So not only the key but the bits
/// before it have to be near, which 64 bits tell better than 128 that are only known to be within r.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    first: u32,
    width: u32,
    threshold: u32,
    /// Most bits by which the `words` times 64 before the key may differ.
    bound: u32,
    /// 1, or 2 where 64 bits do not tell strangers apart.
    words: usize,
}

/// Up to this radius 64 bits tell strangers apart.
pub(super) const SHALLOW: u32 = 40;
/// Widest key: four million buckets.
const WIDEST: u32 = 22;

impl Cut {
    /// The bits of the band.
    pub fn key(&self, words: &[u64; 4]) -> u32 {
        (bits_from(words, self.first) & ((1u64 << self.width) - 1)) as u32
    }

    /// The 64 bits before the key.
    pub fn window(&self, words: &[u64; 4]) -> u64 {
        bits_from(words, (self.first + 192) % 256)
    }

    /// The 64 bits before those.
    fn second(&self, words: &[u64; 4]) -> u64 {
        bits_from(words, (self.first + 128) % 256)
    }

    /// Is this a band in which two hashes are found? The first such band tells of them.
    pub fn finds(&self, a: &[u64; 4], b: &[u64; 4]) -> bool {
        let differs = (0..4).map(|i| a[i] ^ b[i]);
        let mut words = [0; 4];
        words.iter_mut().zip(differs).for_each(|(to, word)| *to = word);
        let second = if self.words > 1 { self.second(&words).count_ones() } else { 0 };
        self.key(&words).count_ones() <= self.threshold && self.window(&words).count_ones() + second <= self.bound
    }

    /// Buckets: one for each key.
    pub fn keys(&self) -> u32 {
        1 << self.width
    }

    /// By how many bits two keys may differ.
    pub fn threshold(&self) -> u32 {
        self.threshold
    }

    /// Most bits by which what lies before the key may differ.
    pub fn bound(&self) -> u32 {
        self.bound
    }

    /// How many words before the key that is of: 1 or 2.
    pub fn words(&self) -> usize {
        self.words
    }

    /// The keys that a key is compared with, itself first.
    pub fn around(&self) -> Vec<u32> {
        let mut all = vec![0];
        all.extend(masks(self.width, self.threshold.min(self.width)));
        all
    }

    /// How many keys a key is compared with.
    pub fn near(&self) -> f64 {
        (0..=self.threshold.min(self.width)).map(|t| choose(self.width, t)).sum()
    }

    /// The keys that a key is compared with, but for itself.
    pub fn others(&self) -> Vec<u32> {
        masks(self.width, self.threshold.min(self.width))
    }
}

/// 64 bits from `first` on, around the ring.
fn bits_from(words: &[u64; 4], first: u32) -> u64 {
    let (word, shift) = ((first / 64) as usize, first % 64);
    let low = words[word % 4] >> shift;
    if shift == 0 { low } else { low | words[(word + 1) % 4] << (64 - shift) }
}

/// `m` arcs of nearly equal length whose thresholds add up to r − m + 1; longer arcs get the higher thresholds. Keys are at most `widest`
/// bits wide.
pub(super) fn cut(m: u32, r: u32, widest: u32) -> Vec<Cut> {
    let m = m.clamp(1, r + 1);
    let spare = r + 1 - m;
    let mut arcs = Vec::new();
    let mut first = 0;
    for i in 0..m {
        let length = 256 / m + u32::from(i < 256 % m);
        arcs.push((first, length, spare / m + u32::from(i < spare % m)));
        first += length;
    }
    // Bits that may differ within `length` bits before arc `i`: what the arcs that hold them allow, with its own.
    let bound = |i: usize, length: u32| -> u32 {
        let (mut passed, mut allowed, mut at) = (0, arcs[i].2 + 1, i);
        while passed < length {
            at = if at == 0 { arcs.len() - 1 } else { at - 1 };
            if at == i {
                return r.min(length);
            }
            passed += arcs[at].1;
            allowed += arcs[at].2 + 1;
        }
        (allowed - 1).min(r).min(length)
    };
    let cut = |(i, (first, length, threshold)): (usize, &(u32, u32, u32))| Cut {
        first: *first,
        width: (*length).min(widest).min(WIDEST),
        threshold: *threshold,
        bound: bound(i, if r > SHALLOW { 128 } else { 64 }),
        words: if r > SHALLOW { 2 } else { 1 },
    };
    arcs.iter().enumerate().map(cut).collect()
}

fn choose(n: u32, k: u32) -> f64 {
    (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product()
}

/// All masks of `width` bits with one to `most` bits set.
fn masks(width: u32, most: u32) -> Vec<u32> {
    let mut all = vec![0u32];
    let mut from = 0;
    for _ in 0..most {
        let to = all.len();
        for at in from..to {
            let lowest = if all[at] == 0 { width } else { all[at].trailing_zeros() };
            let grown: Vec<u32> = (0..lowest).map(|bit| all[at] | 1 << bit).collect();
            all.extend(grown);
        }
        from = to;
    }
    all.remove(0);
    all
}

/// Rows in the order of one band's keys, with the 128 bits before the key beside them: the 64 next to it are compared with others,
/// the 64 before those say of most pairs whether an earlier band told of them, without a look at the rows.
pub(super) struct Band {
    pub cut: Cut,
    pub order: Vec<u32>,
    starts: Vec<u32>,
    pub beside: Vec<u64>,
    second: Vec<u64>,
    pub path: Path,
}

impl Band {
    pub fn build(rows: &[Row], cut: &Cut) -> Self {
        let key = |row: &Row| cut.key(&row.words) as usize;
        let mut starts = vec![0u32; (1usize << cut.width) + 1];
        for row in rows {
            starts[key(row) + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![0u32; rows.len()];
        for (i, row) in rows.iter().enumerate() {
            let at = &mut next[key(row)];
            order[*at as usize] = i as u32;
            *at += 1;
        }
        drop(next);
        let (mut beside, mut second) = (vec![0; rows.len()], vec![0; rows.len()]);
        for (row, to) in order.iter().zip(beside.iter_mut().zip(&mut second)) {
            let words = &rows[*row as usize].words;
            *to.0 = cut.window(words);
            *to.1 = cut.second(words);
        }
        Band { cut: *cut, beside, second, order, starts, path: Path::best() }
    }

    /// The 128 bits before the key by which two rows differ; bit 127 lies next to the key.
    fn differs(&self, a: usize, b: usize) -> u128 {
        u128::from(self.beside[a] ^ self.beside[b]) << 64 | u128::from(self.second[a] ^ self.second[b])
    }

    /// What is compared of some rows: the first W words before their keys, W at most 2.
    pub fn slice<const W: usize>(&self, rows: Range<usize>) -> [&[u64]; W] {
        std::array::from_fn(|i| if i == 0 { &self.beside[rows.clone()] } else { &self.second[rows.clone()] })
    }

    /// What is compared of one.
    pub fn get<const W: usize>(&self, row: usize) -> [u64; W] {
        std::array::from_fn(|i| if i == 0 { self.beside[row] } else { self.second[row] })
    }

    /// Where each key begins, and where the last ends.
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    pub fn bucket(&self, key: u32) -> Range<usize> {
        self.starts[key as usize] as usize..self.starts[key as usize + 1] as usize
    }
}

/// Rows of a bucket that are held together against the rest of it.
const TRIANGLE: usize = 16;
/// Hashes that are compared with a block at once.
const AT_ONCE: usize = 4;

/// Calls `hit` with places in `block` that differ from `x` by at most `most` bits, until it says to stop. `hits` is room to work in.
pub(super) fn scan<const W: usize>(
    path: Path,
    x: [u64; W],
    block: [&[u64]; W],
    most: u32,
    hits: &mut Vec<Hit>,
    mut hit: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    kernel::near(path, &[x], block, most, hits);
    for found in hits.iter() {
        for row in found.each() {
            hit(row)?;
        }
    }
    ControlFlow::Continue(())
}

/// Calls `hit` with every place of `xs` and every place in `block` that are within `most` bits of each other.
pub(super) fn scan_many<const W: usize>(
    path: Path,
    xs: [&[u64]; W],
    block: [&[u64]; W],
    most: u32,
    hits: &mut Vec<Hit>,
    mut hit: impl FnMut(usize, usize),
) {
    let (mut at, all) = (0, xs[0].len());
    let get = |at: usize| -> [u64; W] { std::array::from_fn(|i| xs[i][at]) };
    while at < all {
        let many = at + AT_ONCE <= all;
        if many {
            let wanted: [[u64; W]; AT_ONCE] = std::array::from_fn(|i| get(at + i));
            kernel::near(path, &wanted, block, most, hits);
        } else {
            kernel::near(path, &[get(at)], block, most, hits);
        }
        for found in hits.iter() {
            found.each().for_each(|row| hit(at + found.which, row));
        }
        at += if many { AT_ONCE } else { 1 };
    }
}

/// What a join does with what lies in one bucket, or in two that have to be compared.
pub(super) trait Visit {
    /// Two rows whose columns are within the radius.
    fn near(&mut self, a: usize, b: usize);
    /// A large bucket with itself, or two with each other; gives whether it was dealt with.
    fn large(&mut self, here: Range<usize>, there: Range<usize>) -> bool;
}

/// Visits everything in a band that has to be compared: buckets with themselves first, so that what is alike within
/// buckets is connected before buckets meet. The neighbours of a bucket are laid in one row before they are compared.
pub(super) fn walk<const W: usize>(band: &Band, visit: &mut impl Visit) {
    let (cut, path, mut room) = (&band.cut, band.path, Vec::new());
    for key in 0..cut.keys() {
        let here = band.bucket(key);
        if here.len() < 2 || visit.large(here.clone(), here.clone()) {
            continue;
        }
        // Each with those after it: a few at once, less what lies before each.
        for from in here.clone().step_by(TRIANGLE) {
            let xs = band.slice::<W>(from..(from + TRIANGLE).min(here.end));
            scan_many(path, xs, band.slice(from..here.end), cut.bound, &mut room, |at, i| {
                if i > at {
                    visit.near(from + at, from + i);
                }
            });
        }
    }
    let others = cut.others();
    let mut beside = Group::<W>::default();
    for key in 0..cut.keys() {
        let here = band.bucket(key);
        if here.is_empty() {
            continue;
        }
        beside.clear();
        for other in others.iter().map(|mask| key ^ mask).filter(|other| *other > key) {
            let there = band.bucket(other);
            if !there.is_empty() && !visit.large(here.clone(), there.clone()) {
                beside.extend(band, there);
            }
        }
        let (xs, others) = (band.slice(here.clone()), beside.words.all());
        scan_many(path, xs, others, cut.bound, &mut room, |at, i| visit.near(here.start + at, beside.places[i]));
    }
}

/// An earlier band, as seen from the 128 bits before a later one's key.
struct Earlier {
    key: u32,
    keys: u128,
    threshold: u32,
    window: u32,
    bound: u32,
}

/// Visits by a closure over owners and distance.
struct Each<'a, F> {
    rows: &'a [Row],
    band: &'a Band,
    /// Bands that came before: a pair that one of them finds has been told. First those that lie in the bits beside, then the others.
    beside: Vec<Earlier>,
    elsewhere: Vec<Cut>,
    r: u32,
    hit: F,
}

impl<'a, F: FnMut(u32, u32, u32)> Each<'a, F> {
    fn new(rows: &'a [Row], band: &'a Band, before: &[Cut], r: u32, hit: F) -> Self {
        let away = |cut: &Cut| band.cut.first - cut.first;
        let (near, elsewhere): (Vec<Cut>, Vec<Cut>) =
            before.iter().rev().partition(|cut| away(cut) <= 64 && cut.words == 1);
        let earlier = |cut: &Cut| Earlier {
            key: 128 - away(cut),
            keys: (1 << cut.width) - 1,
            threshold: cut.threshold,
            window: 64 - away(cut),
            bound: cut.bound,
        };
        Each { rows, band, beside: near.iter().map(earlier).collect(), elsewhere, r, hit }
    }
}

impl<F: FnMut(u32, u32, u32)> Visit for Each<'_, F> {
    #[inline]
    fn near(&mut self, a: usize, b: usize) {
        let differs = self.band.differs(a, b);
        let told = |earlier: &Earlier| {
            (differs >> earlier.key & earlier.keys).count_ones() <= earlier.threshold
                && ((differs >> earlier.window) as u64).count_ones() <= earlier.bound
        };
        if self.beside.iter().any(told) {
            return;
        }
        let (a, b) = (&self.rows[self.band.order[a] as usize], &self.rows[self.band.order[b] as usize]);
        let d = distance(&a.words, &b.words);
        if d <= self.r && comparable(a, b) && !self.elsewhere.iter().any(|cut| cut.finds(&a.words, &b.words)) {
            (self.hit)(a.owner, b.owner, d);
        }
    }
    fn large(&mut self, _: Range<usize>, _: Range<usize>) -> bool {
        false
    }
}

/// Calls `hit` with the owners and distance of every two comparable rows within `r`, each two rows once.
pub(super) fn each_near(rows: &[Row], r: u32, mut hit: impl FnMut(u32, u32, u32)) {
    let cuts = plan(rows, r);
    for (n, cut) in cuts.iter().enumerate() {
        let band = Band::build(rows, cut);
        let mut each = Each::new(rows, &band, &cuts[..n], r, &mut hit);
        match cut.words {
            1 => walk::<1>(&band, &mut each),
            _ => walk::<2>(&band, &mut each),
        }
    }
}

/// Rows of a bucket, words side by side.
pub(super) struct Group<const W: usize> {
    pub places: Vec<usize>,
    pub words: Columns<W>,
}

impl<const W: usize> Default for Group<W> {
    fn default() -> Self {
        Group { places: Vec::new(), words: Columns::default() }
    }
}

impl<const W: usize> Group<W> {
    pub fn add(&mut self, place: usize, band: &Band) {
        self.places.push(place);
        self.words.push(band.get(place));
    }

    pub fn append(&mut self, mut other: Group<W>) {
        if other.places.len() > self.places.len() {
            std::mem::swap(self, &mut other);
        }
        self.places.append(&mut other.places);
        self.words.append(&mut other.words);
    }

    pub fn clear(&mut self) {
        self.places.clear();
        self.words.clear();
    }

    pub fn extend(&mut self, band: &Band, places: Range<usize>) {
        self.words.extend(band.slice(places.clone()));
        self.places.extend(places);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_add_up_so_that_nothing_is_missed() {
        for r in [31, 63] {
            for m in 11..=32 {
                let cuts = cut(m, r, 32);
                assert_eq!(cuts.iter().map(|c| c.threshold + 1).sum::<u32>(), r + 1);
                let next = cuts.iter().skip(1).map(|c| c.first).chain([256]);
                assert!(cuts.iter().zip(next).all(|(c, next)| c.first + c.width.min(22) <= next));
            }
        }
    }

    #[test]
    fn masks_are_all_keys_within_the_threshold() {
        assert_eq!(masks(16, 1).len(), 16);
        assert_eq!(masks(17, 2).len(), 17 + 136);
        let mut three = masks(9, 3);
        three.sort_unstable();
        three.dedup();
        assert_eq!(three.len(), 9 + 36 + 84);
        assert!(three.iter().all(|m| (1..=3).contains(&m.count_ones()) && *m < 512));
    }
}
