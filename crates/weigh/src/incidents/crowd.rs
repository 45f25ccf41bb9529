//! How many strangers are to be expected where and when a claim is: reports of the same place and of the weeks around, but of other
//! days, so that none of them is of the same happening.
//!
//! Attacks come in bursts and on towns. The days nearest to a report tell most, but are few: their count is drawn toward that of
//! the weeks around, and that one toward the average of all places, the less the more counts stray (a Gamma prior on a Poisson rate,
//! twice; Gelman and others, *Bayesian Data Analysis*, 2.6). Deliberately no model of why attacks cluster.

use std::collections::BTreeMap;

use super::block::{Cell, Meets};
use super::features::{Comparer, FAR_DAYS, Features};
use super::learn::{SAMPLED, SAMPLED_BESIDE};
use super::levels::place;

/// Days before and after a claim in which others of its place are counted, and those of them that are near.
const CROWD_DAYS: i64 = 60;
const NEAR_DAYS: i64 = 14;
/// Bounds of how many claims what is known from further off counts as.
const LEAST_TRUST: f64 = 0.3;
const MOST_TRUST: f64 = 10_000.0;
/// Bits by which a crowd may change a weight.
pub(super) const MOST_CROWD: f64 = 8.0;
/// Claims of one cell and those weeks that are looked at; of more, some evenly spaced.
const MOST_LOOKED: usize = 400;

/// Who is where, and when.
pub(super) struct Area {
    /// Days of the claims of each cell, with the claims, sorted.
    cells: BTreeMap<Cell, Vec<(i64, u32)>>,
    /// First days of all claims, sorted.
    pub days: Vec<i64>,
}

/// The first day of a claim, which stands for it where claims are only counted.
pub(super) fn first_day(met: &Meets) -> i64 {
    met.days.first().copied().unwrap_or_default()
}

impl Area {
    /// Of these claims.
    pub fn new(met: &[Meets], at_hand: &[usize]) -> Self {
        let mut cells: BTreeMap<Cell, Vec<(i64, u32)>> = BTreeMap::new();
        for i in at_hand {
            met[*i].cells.iter().for_each(|c| cells.entry(*c).or_default().push((first_day(&met[*i]), *i as u32)));
        }
        cells.values_mut().for_each(|list| list.sort_unstable());
        let mut days: Vec<i64> = at_hand.iter().map(|i| first_day(&met[*i])).collect();
        days.sort_unstable();
        Area { cells, days }
    }

    /// Claims of the cells around one, by cell, sorted by day.
    pub fn beside<'a>(&'a self, met: &'a Meets) -> impl Iterator<Item = &'a [(i64, u32)]> {
        met.around.iter().filter_map(|c| self.cells.get(c)).map(Vec::as_slice)
    }

    /// Days of a window around one day that lie within the archive's own time, less those on which the same happening may be told.
    fn within(&self, day: i64, days: i64) -> f64 {
        let first = self.days.first().copied().unwrap_or_default();
        let last = self.days.last().copied().unwrap_or_default();
        let side = |room: i64| (room.min(days) - FAR_DAYS - 1).max(0) as f64;
        (side(day - first) + side(last - day)).max(1.0)
    }

    /// Points of each claim for how few strangers are of its very place, and of places further off that still agree, in its days.
    pub fn crowds(
        &self,
        comparer: &Comparer<'_>,
        features: &[Features],
        met: &[Meets],
        at_hand: &[usize],
    ) -> Vec<[f64; 2]> {
        let mean = self.mean(comparer, features, met, at_hand);
        let look = |i: &usize| {
            let day = first_day(&met[*i]);
            let (mut few, mut many) = ([0.0; 2], [0.0; 2]);
            for list in self.beside(&met[*i]) {
                let below = |limit: i64| list.partition_point(|x| x.0 < limit);
                let list = &list[below(day - CROWD_DAYS)..below(day + CROWD_DAYS + 1)];
                let every = list.len().div_ceil(MOST_LOOKED).max(1);
                for (then, j) in list.iter().step_by(every).filter(|x| (x.0 - day).abs() > FAR_DAYS + 1) {
                    let Some(k) = nearness(comparer, features, *i, *j) else { continue };
                    many[k] += every as f64;
                    few[k] += if (then - day).abs() <= NEAR_DAYS { every as f64 } else { 0.0 };
                }
            }
            Looked { days: (self.within(day, NEAR_DAYS), self.within(day, CROWD_DAYS)), few, many }
        };
        let looked: Vec<Looked> = at_hand.iter().map(look).collect();
        let mut crowds = vec![[0.0; 2]; looked.len()];
        for (k, mean) in mean.into_iter().enumerate() {
            let weeks: Vec<(f64, f64)> = looked.iter().map(|l| (l.many[k], mean * l.days.1)).collect();
            let trust = trust(&weeks, LEAST_TRUST);
            let rates: Vec<f64> = weeks.iter().map(|(n, usual)| mean * (n + trust) / (usual + trust)).collect();
            let near: Vec<(f64, f64)> =
                looked.iter().zip(&rates).map(|(l, rate)| (l.few[k], rate * l.days.0)).collect();
            let trust = self::trust(&near, LEAST_TRUST);
            for ((crowd, rate), (n, usual)) in crowds.iter_mut().zip(&rates).zip(&near) {
                let rate = rate * (n + trust) / (usual + trust);
                crowd[k] = (mean / rate).log2().clamp(-MOST_CROWD, MOST_CROWD);
            }
        }
        crowds
    }

    /// Strangers a day that an average claim has at each nearness, were place and time independent.
    fn mean(&self, comparer: &Comparer<'_>, features: &[Features], met: &[Meets], at_hand: &[usize]) -> [f64; 2] {
        let (mut all, mut days) = ([0.0; 2], 0.0);
        for i in at_hand.iter().step_by(at_hand.len().div_ceil(SAMPLED).max(1)) {
            let day = first_day(&met[*i]);
            days += self.within(day, i64::MAX);
            let there = || self.beside(&met[*i]).flatten();
            let every = there().count().div_ceil(SAMPLED_BESIDE).max(1);
            for (_, j) in there().step_by(every).filter(|x| (x.0 - day).abs() > FAR_DAYS + 1) {
                if let Some(k) = nearness(comparer, features, *i, *j) {
                    all[k] += every as f64;
                }
            }
        }
        all.map(|n: f64| (n / f64::max(days, 1.0)).max(1e-9))
    }
}

/// What was counted around a claim: days looked through near it and in the weeks around, and strangers at each nearness.
struct Looked {
    days: (f64, f64),
    few: [f64; 2],
    many: [f64; 2],
}

/// How many claims the usual number counts as when a count is set against it, from how far counts stray from what is usual beyond
/// chance: the shape of a Gamma prior by moments (variance of counts = usual + usual² / shape).
pub(super) fn trust(counted: &[(f64, f64)], least: f64) -> f64 {
    let beyond: f64 = counted.iter().map(|(n, usual)| (n - usual).powi(2) - usual).sum();
    let usual: f64 = counted.iter().map(|(_, usual)| usual * usual).sum();
    (usual / beyond.max(1e-9)).clamp(least, MOST_TRUST)
}

/// 0: the very place; 1: further off, but it agrees. Nothing for the rows of one table, and for what does not agree.
fn nearness(comparer: &Comparer<'_>, features: &[Features], i: usize, j: u32) -> Option<usize> {
    let (x, y) = (&features[i], &features[j as usize]);
    if i == j as usize || (x.item == y.item && x.in_table) {
        return None;
    }
    match comparer.place_level(x, y) {
        place::SITE | place::NEAR => Some(0),
        place::TWO | place::WITHIN => Some(1),
        _ => None,
    }
}
