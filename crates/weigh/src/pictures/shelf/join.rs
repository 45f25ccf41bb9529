//! Adding to a shelf: what is new against what is there, and against itself.
//!
//! Few new rows ask the run one by one; many are sorted themselves and meet the run bucket by bucket, read front to back. It
//! deliberately lists pairs, or connects; a flood of near-identical hashes is connected without looking at its square.

use std::collections::BTreeMap;
use std::ops::Range;

use super::*;
use crate::pictures::bands::{Group, each_near, scan_many};
use crate::pictures::connect::{connect, pieces};
use crate::pictures::forest::Forest;

/// Rows of a run that are read at once, but for a bucket that is larger.
const READ: usize = 1 << 16;
/// Buckets whose product is larger are compared by what is not yet connected.
const DENSE: usize = 1 << 20;

/// What is done with what is near.
pub(super) trait Sink {
    /// Is it known already that the two belong together, so that nobody need look?
    fn known(&mut self, a: u32, b: u32) -> bool;
    /// Two rows within the radius.
    fn near(&mut self, a: &Row, b: &Row, distance: u32);
    /// What is connected, where that is all that is asked.
    fn forest(&mut self) -> Option<&mut Forest>;
}

pub(super) struct List<F>(pub F);

impl<F: FnMut(u32, u32, u32)> Sink for List<F> {
    fn known(&mut self, _: u32, _: u32) -> bool {
        false
    }
    fn near(&mut self, a: &Row, b: &Row, distance: u32) {
        (self.0)(a.owner.min(b.owner), a.owner.max(b.owner), distance);
    }
    fn forest(&mut self) -> Option<&mut Forest> {
        None
    }
}

struct Connecting<'a>(&'a mut Forest);

impl Sink for Connecting<'_> {
    fn known(&mut self, a: u32, b: u32) -> bool {
        self.0.root(a) == self.0.root(b)
    }
    fn near(&mut self, a: &Row, b: &Row, distance: u32) {
        self.0.join(a.owner, b.owner, distance, a.turned || b.turned);
    }
    fn forest(&mut self) -> Option<&mut Forest> {
        Some(self.0)
    }
}

impl<S: Store> Shelf<S> {
    /// Adds rows, and calls `hit` with the owners, the lower first, and the distance of every two comparable rows within the radius that
    /// they make: with each other and with all that were there. Over many additions each two rows come once.
    ///
    /// # Errors
    /// When the store does: then the shelf is to be thrown away.
    pub fn add(&mut self, rows: Vec<Row>, hit: impl FnMut(u32, u32, u32)) -> io::Result<()> {
        let mut list = List(hit);
        self.meet_runs(&rows, &mut list)?;
        let old = self.loose.len();
        if rows.len() * (rows.len() + old) <= LOOSE * LOOSE {
            // Each against those before it.
            for row in rows {
                self.ask_loose(&row.words, |other, d| {
                    if comparable(other, &row) {
                        list.near(other, &row, d);
                    }
                });
                self.put_loose(vec![row]);
            }
        } else {
            // By number, so that pairs of which both were there can be left out.
            let all: Vec<Row> = self.loose.iter().chain(&rows).copied().collect();
            let numbered =
                all.iter().zip(0..).map(|(row, owner)| Row { owner, turned: false, ..*row }).collect::<Vec<_>>();
            each_near(&numbered, self.radius, |a, b, d| {
                let (x, y) = (&all[a as usize], &all[b as usize]);
                if a.max(b) as usize >= old && comparable(x, y) {
                    list.near(x, y, d);
                }
            });
            self.put_loose(rows);
        }
        self.settle(LOOSE)
    }

    /// Adds rows and connects what is within the radius: `joined` says how owners hang together, is grown by those that are new, and
    /// gives what connected them.
    ///
    /// # Errors
    /// When the store does: then the shelf is to be thrown away.
    pub fn add_connecting(&mut self, rows: Vec<Row>, joined: &mut Joined) -> io::Result<()> {
        let most = rows.iter().map(|row| row.owner).max().map_or(0, |owner| owner as usize + 1);
        joined.0.grow(most);
        self.meet_runs(&rows, &mut Connecting(&mut joined.0))?;
        let all: Vec<Row> = self.loose.iter().chain(&rows).copied().collect();
        connect(&all, self.radius, &mut joined.0);
        self.put_loose(rows);
        self.settle(LOOSE)
    }

    fn meet_runs(&self, rows: &[Row], sink: &mut impl Sink) -> io::Result<()> {
        for run in &self.runs {
            if rows.len() <= run.len() / FEW {
                let mut room = Room::default();
                for row in rows {
                    self.ask_run(run, &row.words, &mut room, |other, d| {
                        if comparable(other, row) && !sink.known(other.owner, row.owner) {
                            sink.near(other, row, d);
                        }
                    })?;
                }
            } else if !rows.is_empty() {
                for n in 0..self.cuts.len() {
                    let band = Band::build(rows, &self.cuts[n]);
                    self.meet(run, n, 0..KEYS, &band, rows, sink)?;
                }
            }
        }
        Ok(())
    }

    /// Holds the buckets of some keys of a run against a band of other rows.
    pub(super) fn meet(
        &self,
        run: &Run,
        n: usize,
        keys: Range<usize>,
        band: &Band,
        rows: &[Row],
        sink: &mut impl Sink,
    ) -> io::Result<()> {
        let (mut room, mut hits, mut group) = (Room::default(), Vec::new(), Group::<1>::default());
        let mut from = keys.start;
        while from < keys.end {
            let mut until = from + 1;
            while until < keys.end && run.places(n, from..until + 1).len() <= READ {
                until += 1;
            }
            let stretch = run.places(n, from..until);
            run.order(&self.store, n, stretch.clone(), &mut room)?;
            let order = std::mem::take(&mut room.order);
            let beside = run.beside(&self.store, n, stretch.clone(), &mut room)?;
            for key in from..until {
                let places = run.places(n, key..key + 1);
                let here = places.start - stretch.start..places.end - stretch.start;
                group.clear();
                for mask in self.around[n].iter().filter(|_| !here.is_empty()) {
                    group.extend(band, band.bucket(key as u32 ^ mask));
                }
                if group.places.is_empty() {
                    continue;
                }
                let (xs, olds) = (&beside[here.clone()], &order[here]);
                let news: Vec<u32> = group.places.iter().map(|place| band.order[*place]).collect();
                let mut meeting = Meeting { shelf: self, run, n, rows, wrong: Ok(()) };
                if xs.len() * news.len() > DENSE && sink.forest().is_some() {
                    meeting.flood(olds, xs, &news, &group, sink);
                } else {
                    scan_many(band.path, [xs], group.words.all(), self.cuts[n].bound(), &mut hits, |at, i| {
                        meeting.look(olds[at], news[i], sink);
                    });
                }
                meeting.wrong?;
            }
            room.order = order;
            from = until;
        }
        Ok(())
    }
}

/// Rows of a run and others that meet in a bucket.
struct Meeting<'a, S> {
    shelf: &'a Shelf<S>,
    run: &'a Run,
    n: usize,
    rows: &'a [Row],
    wrong: io::Result<()>,
}

impl<S: Store> Meeting<'_, S> {
    /// Looks at two whole; says whether they belong together now.
    fn look(&mut self, old: u32, new: u32, sink: &mut impl Sink) -> bool {
        let (new, (owner, turned)) = (&self.rows[new as usize], self.run.owner(old));
        if owner == new.owner || (turned && new.turned) || self.wrong.is_err() {
            return false;
        }
        if sink.known(owner, new.owner) {
            return true;
        }
        let old = match self.run.row(&self.shelf.store, old) {
            Ok(old) => old,
            Err(e) => {
                self.wrong = Err(e);
                return false;
            }
        };
        let d = distance(&old.words, &new.words);
        let near = d <= self.shelf.radius;
        if near && !self.shelf.told(self.n, &old.words, &new.words) {
            sink.near(&old, new, d);
        }
        near
    }

    /// Two large buckets: each new row is held against what hangs together until it connects with it.
    fn flood(&mut self, olds: &[u32], xs: &[u64], news: &[u32], group: &Group<1>, sink: &mut impl Sink) {
        let bound = self.shelf.cuts[self.n].bound();
        let mut of_root: BTreeMap<u32, (Vec<u32>, Vec<u64>)> = BTreeMap::new();
        for (old, x) in olds.iter().zip(xs) {
            let root = sink.forest().map_or(0, |forest| forest.root(self.run.owner(*old).0));
            let of = of_root.entry(root).or_default();
            of.0.push(*old);
            of.1.push(*x);
        }
        // What hangs with nothing is looked at as one: each may be near.
        let (single, several): (Vec<_>, Vec<_>) = of_root.into_values().partition(|of| of.0.len() == 1);
        let (mut loose, mut words) = (Vec::new(), Vec::new());
        single.into_iter().for_each(|mut of| {
            loose.append(&mut of.0);
            words.append(&mut of.1);
        });
        for (new, x) in news.iter().zip(&group.words.0[0]) {
            for (olds, words) in &several {
                let owner = self.run.owner(olds[0]).0;
                if !sink.known(owner, self.rows[*new as usize].owner) {
                    pieces(*x, words, bound, |at| self.look(olds[at], *new, sink));
                }
            }
            pieces(*x, &words, bound, |at| {
                self.look(loose[at], *new, sink);
                false
            });
        }
    }
}

/// How owners hang together.
#[derive(Debug)]
pub struct Joined(pub(in crate::pictures) Forest);

impl Default for Joined {
    fn default() -> Self {
        Joined(Forest::new(0))
    }
}

impl Joined {
    /// As the edges say that were found before: (one owner, the other, distance, turned).
    pub fn of(owners: u32, edges: &[(u32, u32, u32, bool)]) -> Joined {
        let mut forest = Forest::new(owners as usize);
        let held = edges.iter().filter(|edge| edge.0.max(edge.1) < owners);
        held.for_each(|(a, b, distance, turned)| forest.join(*a, *b, *distance, *turned));
        Joined(forest)
    }

    /// Edges that connect, in the order in which they were found; of `n` owners that hang together n − 1.
    pub fn edges(&self) -> Vec<(u32, u32, u32, bool)> {
        self.0.edges.iter().map(|e| (e.a, e.b, e.distance, e.turned)).collect()
    }
}
