//! The join of a whole shelf as tasks that can be done anywhere, in any order, at once: a band, and two stretches of its keys.
//!
//! The keys of a band are cut into stretches by their highest bits. Two stretches have to meet where those bits differ by no more
//! than two keys may; so a task needs two stretches of two runs and nothing else. Each pair is told by one task alone, the one of the
//! first band in which it is found. It deliberately connects nothing: whoever runs tasks puts together what they find.

use std::ops::Range;

use super::join::{List, Sink as _};
use super::*;

/// Two stretches that have to meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Task {
    /// Which band.
    pub band: usize,
    /// One run, by its place.
    pub left: usize,
    /// Its keys, by their highest bits.
    pub left_part: u32,
    /// The other run, or the same.
    pub right: usize,
    /// Its keys.
    pub right_part: u32,
    /// How many of the highest bits.
    pub bits: u32,
}

/// One stretch of a band, read.
struct Piece<'a> {
    run: &'a Run,
    keys: Range<usize>,
    first: usize,
    beside: Vec<u64>,
    order: Vec<u32>,
}

impl<S: Store> Shelf<S> {
    /// Makes a run of what lies loose, so that tasks see all.
    ///
    /// # Errors
    /// When the store does.
    pub fn seal(&mut self) -> io::Result<()> {
        self.settle(1)
    }

    /// What has to be done to find all pairs, keys cut into 2^`bits` stretches (at most 2¹⁰). Loose rows are in none: see
    /// [`Shelf::seal`].
    pub fn tasks(&self, bits: u32) -> Vec<Task> {
        let bits = bits.min(10);
        let mut tasks = Vec::new();
        for (band, cut) in self.cuts.iter().enumerate() {
            for left in 0..self.runs.len() {
                for right in left..self.runs.len() {
                    for left_part in 0..1u32 << bits {
                        let meets = |part: &u32| (part ^ left_part).count_ones() <= cut.threshold();
                        let from = if left == right { left_part } else { 0 };
                        let parts = (from..1 << bits).filter(meets);
                        tasks.extend(parts.map(|right_part| Task { band, left, left_part, right, right_part, bits }));
                    }
                }
            }
        }
        tasks
    }

    /// Does one, calling `hit` with the owners, the lower first, and the distance of every two comparable rows that it finds.
    ///
    /// # Errors
    /// When the store does, or the task is none of this shelf.
    pub fn run(&self, task: &Task, hit: impl FnMut(u32, u32, u32)) -> io::Result<()> {
        let mut list = List(hit);
        let left = self.piece(task.left, task.left_part, task)?;
        let same = (task.left, task.left_part) == (task.right, task.right_part);
        let right = self.piece(task.right, task.right_part, task)?;
        let cut = &self.cuts[task.band];
        let mut hits = Vec::new();
        for key in left.keys.clone() {
            let here = left.places(task.band, key);
            for mask in self.around[task.band].iter().filter(|_| !here.is_empty()) {
                let other = key ^ *mask as usize;
                // Of one stretch with itself each two keys meet once.
                if !right.keys.contains(&other) || (same && other < key) {
                    continue;
                }
                let there = right.places(task.band, other);
                let (xs, block) = (&left.beside[here.clone()], &right.beside[there.clone()]);
                let mut near = Vec::new();
                bands::scan_many(Path::best(), [xs], [block], cut.bound(), &mut hits, |at, i| {
                    if !(same && other == key && i <= at) {
                        near.push((left.order[here.start + at], right.order[there.start + i]));
                    }
                });
                for (a, b) in near {
                    let (a, b) = (left.run.row(&self.store, a)?, right.run.row(&self.store, b)?);
                    let d = distance(&a.words, &b.words);
                    if d <= self.radius && comparable(&a, &b) && !self.told(task.band, &a.words, &b.words) {
                        list.near(&a, &b, d);
                    }
                }
            }
        }
        Ok(())
    }

    fn piece(&self, run: usize, part: u32, task: &Task) -> io::Result<Piece<'_>> {
        let none = || io::Error::new(io::ErrorKind::InvalidInput, "do a task of another shelf");
        let run = self.runs.get(run).ok_or_else(none)?;
        if task.band >= self.cuts.len() || task.bits > WIDTH || part >> task.bits != 0 {
            return Err(none());
        }
        let many = KEYS >> task.bits;
        let keys = part as usize * many..(part as usize + 1) * many;
        let places = run.places(task.band, keys.clone());
        let mut room = Room::default();
        run.order(&self.store, task.band, places.clone(), &mut room)?;
        let order = std::mem::take(&mut room.order);
        let beside = run.beside(&self.store, task.band, places.clone(), &mut room)?.to_vec();
        Ok(Piece { run, keys, first: places.start, beside, order })
    }
}

impl Piece<'_> {
    fn places(&self, band: usize, key: usize) -> Range<usize> {
        let places = self.run.places(band, key..key + 1);
        places.start - self.first..places.end - self.first
    }
}
