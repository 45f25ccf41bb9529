//! Connecting pictures: asks of a band only what is not yet connected.
//!
//! What keeps a flood of near-identical frames from costing its square: in large buckets a row is held against a group of
//! connected rows only until it connects.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};

use super::bands::{Band, Group, Row, Visit, comparable, scan, walk};
use super::distance;
use super::forest::Forest;
use super::kernel::Path;
use super::price::plan;

/// Buckets whose product is larger are compared by what is not yet connected, not densely.
const DENSE: usize = 1 << 20;
/// Rows of a group that are compared at once.
const PIECE: usize = 512;

/// Connects all owners that have hashes within `r` of each other.
pub(super) fn connect(rows: &[Row], r: u32, forest: &mut Forest) {
    connect_above(rows, r, forest, DENSE);
}

fn connect_above(rows: &[Row], r: u32, forest: &mut Forest, dense: usize) {
    for cut in plan(rows, r) {
        let band = Band::build(rows, &cut);
        match cut.words() {
            1 => walk::<1>(&band, &mut Joining::<1> { rows, band: &band, r, dense, forest }),
            _ => walk::<2>(&band, &mut Joining::<2> { rows, band: &band, r, dense, forest }),
        }
    }
}

/// Looks among `words`, in pieces, for places that are within `most` bits of `x`, until `hit` says that one was enough: most rows
/// connect with one of the first that they meet.
pub(super) fn pieces(x: u64, words: &[u64], most: u32, mut hit: impl FnMut(usize) -> bool) {
    let (path, mut room) = (Path::best(), Vec::new());
    for (n, piece) in words.chunks(PIECE).enumerate() {
        let found = scan(path, [x], [piece], most, &mut room, |at| match hit(n * PIECE + at) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        });
        if found.is_break() {
            return;
        }
    }
}

/// Connecting without looking at pairs that are connected already: what keeps a flood from costing its square.
struct Joining<'a, const W: usize> {
    rows: &'a [Row],
    band: &'a Band,
    r: u32,
    dense: usize,
    forest: &'a mut Forest,
}

impl<const W: usize> Visit for Joining<'_, W> {
    #[inline]
    fn near(&mut self, a: usize, b: usize) {
        self.try_join(a, b);
    }

    fn large(&mut self, here: Range<usize>, there: Range<usize>) -> bool {
        let large = here.len() * there.len() > self.dense;
        match large {
            true if here == there => self.within(here),
            true => self.across(here, there),
            false => {}
        }
        large
    }
}

impl<const W: usize> Joining<'_, W> {
    fn row(&self, place: usize) -> &Row {
        &self.rows[self.band.order[place] as usize]
    }

    fn root(&mut self, place: usize) -> u32 {
        let owner = self.row(place).owner;
        self.forest.root(owner)
    }

    /// Connects two rows if they may be and are not yet; says whether they are connected now.
    fn try_join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (*self.row(a), *self.row(b));
        if !comparable(&a, &b) {
            return false;
        }
        if self.forest.root(a.owner) == self.forest.root(b.owner) {
            return true;
        }
        let d = distance(&a.words, &b.words);
        if d <= self.r {
            self.forest.join(a.owner, b.owner, d, a.turned || b.turned);
        }
        d <= self.r
    }

    /// Looks in `group` for one row that connects `x` with it.
    fn connects(&mut self, x: usize, group: &Group<W>) -> bool {
        let (band, most) = (self.band, self.band.cut.bound());
        let mut room = Vec::new();
        // In pieces, since most rows connect with one of the first that they meet.
        for from in (0..group.places.len()).step_by(PIECE) {
            let piece = group.words.slice(from..(from + PIECE).min(group.places.len()));
            let found = scan(band.path, band.get(x), piece, most, &mut room, |i| {
                match self.try_join(x, group.places[from + i]) {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            });
            if found.is_break() {
                return true;
            }
        }
        false
    }

    /// One large bucket with itself. Rows come one by one to groups of connected rows; a row is held against a group only
    /// until it connects.
    fn within(&mut self, here: Range<usize>) {
        let mut groups: Vec<Group<W>> = Vec::new();
        let mut loose = Group::default();
        for x in here {
            let mut mine = Group::default();
            mine.add(x, self.band);
            let mut at = 0;
            while at < groups.len() {
                let known = self.root(x) == self.root(groups[at].places[0]);
                if known || self.connects(x, &groups[at]) {
                    let group = groups.swap_remove(at);
                    mine.append(group);
                } else {
                    at += 1;
                }
            }
            self.take_from_loose(x, &mut loose, &mut mine);
            if mine.places.len() == 1 {
                loose.append(mine);
            } else {
                groups.push(mine);
            }
        }
    }

    /// Moves to `mine` the loose rows that `x` connects with.
    fn take_from_loose(&mut self, x: usize, loose: &mut Group<W>, mine: &mut Group<W>) {
        let mut taken: Vec<usize> = Vec::new();
        let (band, most) = (self.band, self.band.cut.bound());
        let _ = scan(band.path, band.get(x), loose.words.all(), most, &mut Vec::new(), |i| {
            if self.try_join(x, loose.places[i]) {
                taken.push(i);
            }
            ControlFlow::Continue(())
        });
        for i in taken.into_iter().rev() {
            let place = loose.places.swap_remove(i);
            loose.words.swap_remove(i);
            mine.add(place, band);
        }
    }

    /// Two large buckets with each other.
    fn across(&mut self, here: Range<usize>, there: Range<usize>) {
        let band = self.band;
        let mut groups: BTreeMap<u32, Group<W>> = BTreeMap::new();
        for place in there {
            let root = self.root(place);
            groups.entry(root).or_default().add(place, band);
        }
        let (single, several): (Vec<_>, Vec<_>) = groups.into_values().partition(|group| group.places.len() == 1);
        let mut loose = Group::default();
        single.into_iter().for_each(|group| loose.append(group));
        for x in here {
            for group in &several {
                if self.root(x) != self.root(group.places[0]) {
                    self.connects(x, group);
                }
            }
            let _ = scan(band.path, band.get(x), loose.words.all(), band.cut.bound(), &mut Vec::new(), |i| {
                self.try_join(x, loose.places[i]);
                ControlFlow::Continue(())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_bucket_connects_what_a_dense_one_does() {
        let mut seed = 7u64;
        let mut next = || {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            seed ^ seed >> 29
        };
        let centre: [u64; 4] = std::array::from_fn(|_| next());
        let rows: Vec<Row> = (0..1500u32)
            .map(|owner| {
                let mut words = if owner % 3 == 0 { std::array::from_fn(|_| next()) } else { centre };
                for _ in 0..(owner % 40) {
                    let bit = next() % 256;
                    words[bit as usize / 64] ^= 1 << (bit % 64);
                }
                Row { words, owner, turned: owner % 7 == 0 }
            })
            .collect();
        let roots = |dense: usize| -> Vec<u32> {
            let mut forest = Forest::new(rows.len());
            connect_above(&rows, 31, &mut forest, dense);
            let roots: Vec<u32> = (0..rows.len() as u32).map(|i| forest.root(i)).collect();
            let first = |root: u32| roots.iter().position(|r| *r == root).unwrap_or_default() as u32;
            roots.iter().map(|root| first(*root)).collect()
        };
        let dense = roots(usize::MAX);
        assert_eq!(dense, roots(4));
        assert_eq!(dense, roots(300));
    }
}
