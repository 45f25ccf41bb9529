//! The exact Hamming join: bands with pigeonhole thresholds, blocks compared densely.
//!
//! 256 bits are cut into m bands with thresholds tᵢ, Σ(tᵢ + 1) = r + 1. Two hashes within r differ by at most tᵢ in
//! some band i (pigeonhole), so comparing every bucket of a band with the buckets whose keys differ in at most tᵢ bits
//! misses nothing. The width of bands is chosen by counting the comparisons that random hashes would cost. Per band rows
//! are counting-sorted by key and two words outside the band are gathered into columns, so that nearly all comparisons
//! are of 128 bits lying side by side; no candidate lists, no hash tables.
//!
//! Known hole: somebody who crafts many unlike pictures that share whole bands makes the join quadratic in their
//! number; the answer stays exact.

use std::ops::{ControlFlow, Range};

use super::distance;
use super::kernel::{self, Columns, Hit, Path};

/// One hash to join, and whose it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub words: [u64; 4],
    pub owner: u32,
    pub turned: bool,
}

/// Two turned hashes say nothing that an upright and a turned one do not, and a picture is no copy of itself.
pub(super) fn comparable(a: &Row, b: &Row) -> bool {
    a.owner != b.owner && !(a.turned && b.turned)
}

/// Rough costs in comparisons, as measured: visiting one pair of buckets, whose rows have to be fetched from elsewhere …
const VISIT: f64 = 400.0;
/// … and sorting and gathering one row.
const BUILD: f64 = 200.0;

/// One band: where its bits are, and by how many two keys may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    first: u32,
    width: u32,
    threshold: u32,
}

impl Cut {
    /// The bits of the band.
    pub fn key(&self, words: &[u64; 4]) -> u32 {
        let (word, shift) = ((self.first / 64) as usize, self.first % 64);
        let low = words.get(word).map_or(0, |w| w >> shift);
        let high = if shift == 0 { 0 } else { words.get(word + 1).map_or(0, |w| w << (64 - shift)) };
        ((low | high) & ((1u64 << self.width) - 1)) as u32
    }

    /// The words that hold its bits.
    fn words(&self) -> std::ops::RangeInclusive<usize> {
        (self.first / 64) as usize..=((self.first + self.width.max(1) - 1) / 64) as usize
    }

    /// Do two hashes lie within the threshold of this band?
    pub fn finds(&self, a: &[u64; 4], b: &[u64; 4]) -> bool {
        (self.key(a) ^ self.key(b)).count_ones() <= self.threshold
    }

    /// The keys that a key is compared with, itself first.
    pub fn around(&self) -> Vec<u32> {
        let mut all = vec![0];
        all.extend(masks(self.width, self.threshold.min(self.width)));
        all
    }
}

/// The bands for `n` rows and radius `r`: the width that costs least on random hashes.
pub(super) fn plan(n: usize, r: u32) -> Vec<Cut> {
    let whole = vec![Cut { first: 0, width: 0, threshold: r }];
    let mut best = (n as f64 * n as f64 / 2.0, whole);
    for m in 11..=32.min(r + 1) {
        let cuts = cut(m, r);
        let cost: f64 = cuts.iter().map(|c| cost_of(c, n as f64)).sum();
        if cost < best.0 {
            best = (cost, cuts);
        }
    }
    best.1
}

/// `m` bands of nearly equal width whose thresholds add up to r − m + 1; wider bands get the higher thresholds.
fn cut(m: u32, r: u32) -> Vec<Cut> {
    let spare = r + 1 - m;
    let mut cuts = Vec::new();
    let mut first = 0;
    for i in 0..m {
        let width = 256 / m + u32::from(i < 256 % m);
        cuts.push(Cut { first, width, threshold: spare / m + u32::from(i < spare % m) });
        first += width;
    }
    cuts
}

/// Bands of sixteen bits: all sixteen, or as many with equal keys as a small radius takes.
pub(super) fn of_sixteen(r: u32) -> Vec<Cut> {
    if r >= 15 {
        return cut(16, r);
    }
    (0..=r).map(|i| Cut { first: 16 * i, width: 16, threshold: 0 }).collect()
}

fn cost_of(cut: &Cut, n: f64) -> f64 {
    let buckets = 2f64.powi(cut.width as i32);
    let near = (0..=cut.threshold).map(|t| choose(cut.width, t)).sum::<f64>();
    let visits = n.min(buckets) * near / 2.0;
    // Sorting and gathering, then comparisons, then the steps from bucket to bucket.
    n * BUILD + buckets + n * n / buckets * near / 2.0 + visits * VISIT
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

/// Rows in the order of one band's keys, with three of their words beside them: first those outside the band, which
/// tell most.
///
/// W words are compared before the whole hash: 128 bits tell unrelated pictures apart at radius 31 (mean 64, σ 5.7), and
/// it takes 192 at radius 63 (mean 96, σ 6.9).
pub(super) struct Band<const W: usize> {
    pub order: Vec<u32>,
    starts: Vec<u32>,
    pub beside: Columns<W>,
    pub path: Path,
    /// Which words are beside.
    chosen: [usize; W],
}

impl<const W: usize> Band<W> {
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
        let mut words = [0usize, 1, 2, 3];
        words.sort_by_key(|word| (cut.words().contains(word), *word));
        let chosen: [usize; W] = std::array::from_fn(|i| words[i]);
        let mut beside = Columns(std::array::from_fn(|_| vec![0; rows.len()]));
        for (place, row) in order.iter().enumerate() {
            let words = &rows[*row as usize].words;
            for (column, word) in beside.0.iter_mut().zip(chosen) {
                column[place] = words[word];
            }
        }
        Band { beside, order, starts, path: Path::best(), chosen }
    }

    /// What the words beside hold of a row; the others are zero.
    fn known(&self, place: usize) -> [u64; 4] {
        let mut words = [0; 4];
        for (column, word) in self.beside.0.iter().zip(self.chosen) {
            words[word] = column[place];
        }
        words
    }

    /// The words of a hash that lie beside.
    pub fn words_of(&self, words: &[u64; 4]) -> [u64; W] {
        self.chosen.map(|word| words[word])
    }

    pub fn bucket(&self, key: u32) -> Range<usize> {
        self.starts[key as usize] as usize..self.starts[key as usize + 1] as usize
    }

    fn keys(&self) -> u32 {
        self.starts.len() as u32 - 1
    }
}

/// Rows of a bucket that are held together against the rest of it.
const TRIANGLE: usize = 16;
/// Hashes that are compared with a block at once.
const AT_ONCE: usize = 4;

/// Calls `hit` with places in `block` whose words differ from `x` by at most `r` bits, until it says to stop. `hits` is
/// room to work in.
pub(super) fn scan<const W: usize>(
    path: Path,
    x: &[u64; W],
    block: [&[u64]; W],
    r: u32,
    hits: &mut Vec<Hit>,
    mut hit: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    kernel::near(path, &[*x], block, r, hits);
    for found in hits.iter() {
        for row in found.each() {
            hit(row)?;
        }
    }
    ControlFlow::Continue(())
}

/// Calls `hit` with every place of `xs` and every place in `block` whose words are within `r` bits of each other.
fn scan_many<const W: usize>(
    band: &Band<W>,
    xs: Range<usize>,
    block: [&[u64]; W],
    r: u32,
    hits: &mut Vec<Hit>,
    mut hit: impl FnMut(usize, usize),
) {
    let mut at = xs.start;
    while at < xs.end {
        let many = at + AT_ONCE <= xs.end;
        if many {
            let wanted: [[u64; W]; AT_ONCE] = std::array::from_fn(|i| band.beside.get(at + i));
            kernel::near(band.path, &wanted, block, r, hits);
        } else {
            kernel::near(band.path, &[band.beside.get(at)], block, r, hits);
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
pub(super) fn walk<const W: usize>(band: &Band<W>, cut: &Cut, r: u32, visit: &mut impl Visit) {
    let mut room = Vec::new();
    for key in 0..band.keys() {
        let here = band.bucket(key);
        if here.len() < 2 || visit.large(here.clone(), here.clone()) {
            continue;
        }
        // Each with those after it: a few at once, less what lies before each.
        for from in here.clone().step_by(TRIANGLE) {
            let xs = from..(from + TRIANGLE).min(here.end);
            let rest = band.beside.slice(from..here.end);
            scan_many(band, xs, rest, r, &mut room, |at, i| {
                if from + i > at {
                    visit.near(at, from + i);
                }
            });
        }
    }
    let masks = masks(cut.width, cut.threshold.min(cut.width));
    let mut beside = Group::default();
    for key in 0..band.keys() {
        let here = band.bucket(key);
        if here.is_empty() {
            continue;
        }
        beside.clear();
        for other in masks.iter().map(|mask| key ^ mask).filter(|other| *other > key) {
            let there = band.bucket(other);
            if !there.is_empty() && !visit.large(here.clone(), there.clone()) {
                beside.extend(band, there);
            }
        }
        scan_many(band, here, beside.words.all(), r, &mut room, |at, i| visit.near(at, beside.places[i]));
    }
}

/// Visits by a closure over owners and distance.
struct Each<'a, const W: usize, F> {
    rows: &'a [Row],
    band: &'a Band<W>,
    /// Bands that came before: a pair that one of them finds has been told. First those that the words beside hold whole,
    /// which say so without a look at the rows, then the others.
    beside: Vec<Cut>,
    elsewhere: Vec<Cut>,
    r: u32,
    hit: F,
}

impl<'a, const W: usize, F: FnMut(u32, u32, u32)> Each<'a, W, F> {
    fn new(rows: &'a [Row], band: &'a Band<W>, before: &[Cut], r: u32, hit: F) -> Self {
        let held = |cut: &&Cut| cut.words().all(|word| band.chosen.contains(&word));
        let beside = before.iter().filter(held).copied().collect();
        let elsewhere = before.iter().filter(|cut| !held(cut)).copied().collect();
        Each { rows, band, beside, elsewhere, r, hit }
    }
}

impl<const W: usize, F: FnMut(u32, u32, u32)> Visit for Each<'_, W, F> {
    #[inline]
    fn near(&mut self, a: usize, b: usize) {
        if !self.beside.is_empty() {
            let (a, b) = (self.band.known(a), self.band.known(b));
            if self.beside.iter().any(|cut| cut.finds(&a, &b)) {
                return;
            }
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
    let cuts = plan(rows.len(), r);
    for (n, cut) in cuts.iter().enumerate() {
        // Two words tell strangers apart up to here, farther it takes three.
        if r <= 40 {
            let band = Band::<2>::build(rows, cut);
            walk(&band, cut, r, &mut Each::new(rows, &band, &cuts[..n], r, &mut hit));
        } else {
            let band = Band::<3>::build(rows, cut);
            walk(&band, cut, r, &mut Each::new(rows, &band, &cuts[..n], r, &mut hit));
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
    pub fn add(&mut self, place: usize, band: &Band<W>) {
        self.places.push(place);
        self.words.push(band.beside.get(place));
    }

    pub fn append(&mut self, mut other: Group<W>) {
        if other.places.len() > self.places.len() {
            std::mem::swap(self, &mut other);
        }
        self.places.append(&mut other.places);
        self.words.append(&mut other.words);
    }

    fn clear(&mut self) {
        self.places.clear();
        self.words.clear();
    }

    fn extend(&mut self, band: &Band<W>, places: Range<usize>) {
        self.words.extend(&band.beside, places.clone());
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
                let cuts = cut(m, r);
                assert_eq!(cuts.iter().map(|c| c.threshold + 1).sum::<u32>(), r + 1);
                assert_eq!(cuts.iter().map(|c| c.width).sum::<u32>(), 256);
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
