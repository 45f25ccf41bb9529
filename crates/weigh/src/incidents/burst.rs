//! How many strangers there are on a claim's very day, against what the weeks around it would have: attacks come in bursts of days and
//! hours, and a burst is known by lists themselves.
//!
//! Whoever keeps a table holds its rows to be different happenings. So the rows of one table that look like one place and day *are*
//! strangers, seen at the very moment; and of any other table at most one row tells of what a claim tells of, so all but one of those that agree
//! with it are strangers too. Counts of both, against what days apart would have them be, give each claim its burst: a factor on the
//! strangers to be expected, drawn toward the mean of all claims the less the more counts stray (as in [`super::crowd`]).
//! Deliberately nothing where no claim is a row of a table: then strangers are estimated from days apart alone.

use std::collections::BTreeMap;

use witnessmark_model::ItemId;

use super::block::{Calendar, Meets};
use super::crowd::{first_day, trust};
use super::features::{Comparer, Features};
use super::levels::{crowd_of, is_here_and_now};
use crate::when::DAY;

/// Days by which claims are moved, both ways, for a count of strangers of other days.
const MOVED: i64 = 6;
const MOVED_WIDE: i64 = 14;
/// Days from which on a time is wide.
const WIDE: i64 = 3;
/// Tables that are counted, the longest; and rows of the shortest.
const MOST_TABLES: usize = 24;
const LEAST_ROWS: usize = 60;
/// Strangers in tables below which bursts are not told by them.
const LEAST_SEEN: f64 = 30.0;
/// Bounds of the share of claims that a table has a row for.
const COVERED: (f64, f64) = (0.01, 0.95);
/// Strangers that no burst at all counts as when the mean is taken, and those that are added to both sides of a ratio.
const MEAN_PRIOR: f64 = 20.0;
const FEW: f64 = 3.0;
/// The least shape of a Gamma prior.
const LEAST_SHAPE: f64 = 0.05;
/// Bounds of a factor.
const FACTOR: (f64, f64) = (1.0 / 64.0, 256.0);

/// Bursts of all claims: for those of its very place, and for those further off that still agree.
pub(super) struct Bursts {
    /// By claim: the factor.
    pub of: Vec<[f64; 2]>,
    /// Claims that were counted, with the strangers that each is expected to meet.
    pub strangers: Vec<(usize, [f64; 2])>,
    /// How strangers look, by group of the one (its table, or none) and nearness: pairs of which the second was moved, by days.
    pub looks: Looks,
    /// Groups of claims that were counted, in the same order as those.
    pub groups: Vec<usize>,
}

/// Pairs of claims and the days by which the second was moved, by group and nearness.
type Looks = Vec<[Vec<(u32, u32, i64)>; 2]>;

/// Strangers of a group and nearness that are kept to see how they look.
const MOST_LOOKS: usize = 6_000;

/// What was counted around a claim: by table, at both nearnesses, on its days.
struct Around {
    claim: usize,
    group: usize,
    /// Of the tables that any were seen of.
    seen: Vec<(u16, [f32; 2])>,
}

impl Around {
    fn seen(&self, table: usize) -> [f64; 2] {
        let of = self.seen.iter().find(|(t, _)| usize::from(*t) == table);
        of.map_or([0.0; 2], |(_, n)| n.map(f64::from))
    }
}

/// What was counted of all claims: by group, table and nearness strangers of days apart; by group and nearness all of them that are
/// not of its own table, and what crowds say there.
struct Apart {
    rows: Vec<Vec<[f64; 2]>>,
    all: Vec<[f64; 2]>,
    usual: Vec<[f64; 2]>,
}

/// The longest tables of these claims, each with its place among them.
fn tables(features: &[Features], at_hand: &[usize]) -> BTreeMap<ItemId, usize> {
    let mut rows: BTreeMap<ItemId, usize> = BTreeMap::new();
    at_hand.iter().filter(|i| features[**i].in_table).for_each(|i| *rows.entry(features[*i].item).or_default() += 1);
    let mut tables: Vec<(usize, ItemId)> = rows.into_iter().map(|(item, n)| (n, item)).collect();
    tables.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    tables.truncate(MOST_TABLES);
    tables.retain(|(n, _)| *n >= LEAST_ROWS);
    tables.into_iter().enumerate().map(|(t, (_, item))| (item, t)).collect()
}

/// Looks for those that stand beside a claim.
struct Lookout<'a> {
    comparer: &'a Comparer<'a>,
    features: &'a [Features],
    calendar: Calendar<'a>,
    beside: Vec<(usize, usize)>,
    near: Vec<(u32, f64, bool)>,
}

impl Lookout<'_> {
    /// Gives those that agree with a claim on place and time when it is met so many days apart: is it a row of its own table, which
    /// claim, its nearness, and how many it stands for.
    fn meet(&mut self, claim: usize, shift: i64, each: &mut dyn FnMut(bool, u32, usize, f64)) {
        self.calendar.around(claim, &self.beside, shift, &mut self.near);
        for (j, stands_for, own) in &self.near {
            let (x, y) = (&self.features[claim], &self.features[*j as usize]);
            let levels = self.comparer.compare_here(x, y, -shift * DAY);
            if let Some(levels) = levels.filter(is_here_and_now) {
                each(*own, *j, crowd_of(&levels), *stands_for);
            }
        }
    }
}

impl Apart {
    /// Counts all claims; `apart` is filled on the way, and how strangers look.
    fn count(
        lookout: &mut Lookout<'_>,
        met: &[Meets],
        at_hand: &[usize],
        tables: &BTreeMap<ItemId, usize>,
    ) -> (Self, Vec<Around>, Looks) {
        let count = tables.len();
        let days = || at_hand.iter().map(|i| first_day(&met[*i]));
        let (first, last) = (days().min().unwrap_or_default(), days().max().unwrap_or_default());
        let zeros = || vec![[0.0f64; 2]; count + 1];
        let mut apart = Apart { rows: vec![vec![[0.0; 2]; count]; count + 1], all: zeros(), usual: zeros() };
        let mut looks: Looks = vec![Default::default(); count + 1];
        let mut around: Vec<Around> = Vec::with_capacity(at_hand.len());
        let mut seen = vec![[0.0f32; 2]; count];
        let features = lookout.features;
        let table_of = |j: u32| tables.get(&features[j as usize].item).copied();
        for i in at_hand {
            let (x, day) = (&features[*i], first_day(&met[*i]));
            let group = if x.in_table { table_of(*i as u32).unwrap_or(count) } else { count };
            seen.fill([0.0; 2]);
            lookout.calendar.beside(*i, &mut lookout.beside);
            lookout.meet(*i, 0, &mut |_, j, k, every| {
                if let Some(t) = table_of(j) {
                    seen[t][k] += every as f32;
                }
            });
            // What is told of wide times is moved further: the same happening must not be met again.
            let by = if x.spans.iter().any(|s| s.days() > WIDE) { MOVED_WIDE } else { MOVED };
            let moved: Vec<i64> = [by, -by].into_iter().filter(|d| (first..=last).contains(&(day + d))).collect();
            let times = 1.0 / moved.len().max(1) as f64;
            for shift in &moved {
                lookout.meet(*i, *shift, &mut |own, j, k, every| {
                    if let Some(t) = table_of(j) {
                        apart.rows[group][t][k] += times * every;
                    }
                    if !own {
                        apart.all[group][k] += times * every;
                        if looks[group][k].len() < MOST_LOOKS {
                            looks[group][k].push((*i as u32, j, *shift));
                        }
                    }
                });
            }
            if !moved.is_empty() {
                (0..2).for_each(|k| apart.usual[group][k] += (-x.crowd[k]).exp2());
            }
            let any = (0..count as u16).zip(&seen).filter(|(_, n)| n[0] + n[1] > 0.0);
            around.push(Around { claim: *i, group, seen: any.map(|(t, n)| (t, *n)).collect() });
        }
        (apart, around, looks)
    }
}

impl Bursts {
    /// Counts. Nothing when no tables are at hand that could tell.
    pub fn count(comparer: &Comparer<'_>, features: &[Features], met: &[Meets], at_hand: &[usize]) -> Option<Self> {
        let tables = tables(features, at_hand);
        if tables.is_empty() {
            return None;
        }
        let calendar = Calendar::of(features, at_hand, met);
        let mut lookout = Lookout { comparer, features, calendar, beside: Vec::new(), near: Vec::new() };
        let (apart, around, looks) = Apart::count(&mut lookout, met, at_hand, &tables);
        let usual = |a: &Around, k: usize| (-features[a.claim].crowd[k]).exp2() / apart.usual[a.group][k].max(1e-9);
        let expected = |a: &Around, t: usize, k: usize| apart.rows[a.group][t][k] * usual(a, k);
        let counting = Counting { around: &around, tables: tables.len(), expected: &expected };
        let (of, seen) = counting.told(features.len())?;
        // Strangers that were seen stand for those of tables and of all else.
        let all_for_one = |group: usize, k: usize| {
            let rows: f64 = apart.rows[group].iter().map(|of| of[k]).sum();
            (apart.all[group][k] + FEW) / (rows + FEW)
        };
        let strangers = around.iter().zip(&seen);
        let strangers =
            strangers.map(|(a, seen)| (a.claim, [0, 1].map(|k| seen[k] * all_for_one(a.group, k)))).collect();
        Some(Bursts { strangers, groups: around.iter().map(|a| a.group).collect(), of, looks })
    }
}

/// A number for both nearnesses, by claim.
type ByClaim = Vec<[f64; 2]>;

/// Counts of strangers around each claim, with what was to be expected, at both nearnesses.
type Counted = [(f64, f64); 2];

/// What was counted, and what days apart would have the counts be: by claim, table and nearness.
struct Counting<'a> {
    around: &'a [Around],
    tables: usize,
    expected: &'a dyn Fn(&Around, usize, usize) -> f64,
}

impl Counting<'_> {
    /// Factors by claim, and strangers that were seen around each that was counted.
    fn told(&self, claims: usize) -> Option<(ByClaim, ByClaim)> {
        // Rows of a claim's own table first: all of them are strangers.
        let own = |a: &Around, k: usize| match a.group < self.tables {
            true => (a.seen(a.group)[k], (self.expected)(a, a.group, k)),
            false => (0.0, 0.0),
        };
        let mut counted: Vec<Counted> = self.around.iter().map(|a| [own(a, 0), own(a, 1)]).collect();
        if counted.iter().map(|c| c[0].0 + c[1].0).sum::<f64>() < LEAST_SEEN {
            return None;
        }
        let mean: [f64; 2] = std::array::from_fn(|k| {
            let (n, e) = counted.iter().fold((0.0, 0.0), |(n, e), c| (n + c[k].0, e + c[k].1));
            (n + MEAN_PRIOR) / (e + MEAN_PRIOR)
        });
        let mut of = vec![mean; claims];
        draw(&mut of, self.around, &counted, mean);
        self.of_other_tables(&of, &mut counted);
        draw(&mut of, self.around, &counted, mean);
        Some((of, counted.iter().map(|c| [c[0].0, c[1].0]).collect()))
    }

    /// Adds rows of other tables, less the one of each that may tell of the same happening.
    fn of_other_tables(&self, of: &[[f64; 2]], counted: &mut [Counted]) {
        // What is to be expected is made to come out at as many strangers as there are among own rows.
        let come_out: [f64; 2] = std::array::from_fn(|k| {
            let each = self.around.iter().zip(counted.iter());
            let (n, e) = each.fold((0.0, 0.0), |(n, e), (a, c)| (n + c[k].0, e + c[k].1 * of[a.claim][k]));
            (n + MEAN_PRIOR) / (e + MEAN_PRIOR)
        });
        let strangers = |a: &Around, t: usize, k: usize| (self.expected)(a, t, k) * of[a.claim][k] * come_out[k];
        let others = |a: &Around| {
            let own = a.group;
            (0..self.tables).filter(move |t| *t != own)
        };
        // The share of a group's claims that a table has a row for: what is seen beyond strangers.
        let mut covered = vec![([0.0f64; 2], 0.0f64); (self.tables + 1) * self.tables];
        for a in self.around {
            for t in others(a) {
                let cell = &mut covered[a.group * self.tables + t];
                (0..2).for_each(|k| cell.0[k] += a.seen(t)[k] - strangers(a, t, k));
                cell.1 += 1.0;
            }
        }
        let share = |(n, all): &([f64; 2], f64)| n.map(|n| (n / all.max(1.0)).clamp(COVERED.0, COVERED.1));
        let covered: Vec<[f64; 2]> = covered.iter().map(share).collect();
        for (a, counted) in self.around.iter().zip(counted) {
            for t in others(a) {
                let (share, seen) = (covered[a.group * self.tables + t], a.seen(t));
                let none = (1.0 - share[0] - share[1]).max(COVERED.0);
                let odds: [f64; 2] = std::array::from_fn(|k| share[k] / none * seen[k] / strangers(a, t, k).max(1e-6));
                let all = 1.0 + odds[0] + odds[1];
                for k in 0..2 {
                    let left = (seen[k] - odds[k] / all).max(0.0);
                    counted[k] = (counted[k].0 + left, counted[k].1 + (self.expected)(a, t, k));
                }
            }
        }
    }
}

/// Factors from counts and what was expected, drawn toward the mean by how far counts stray beyond chance: the mean of a Gamma
/// prior on a Poisson rate, its shape by moments.
fn draw(of: &mut [[f64; 2]], around: &[Around], counted: &[Counted], mean: [f64; 2]) {
    for k in 0..2 {
        let counts: Vec<(f64, f64)> = counted.iter().map(|c| (c[k].0, c[k].1 * mean[k])).collect();
        let shape = trust(&counts, LEAST_SHAPE);
        for (a, (n, usual)) in around.iter().zip(counts) {
            of[a.claim][k] = (mean[k] * (n + shape) / (usual + shape)).clamp(FACTOR.0, FACTOR.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Held, ItemFacts, ItemKind};
    use crate::invented::{Say, claim, id, town};
    use crate::level::Policy;
    use crate::weigh::Ground;

    /// Two tables over a hundred days: one strike a day somewhere, and in one town ten of one day, each told by both tables.
    fn lists() -> Vec<Held> {
        let day = |n: u64| format!("2031-{:02}-{:02}", 1 + n / 28, 1 + n % 28);
        let mut strikes: Vec<(u8, String)> = (0..150).map(|n| ((n % 30) as u8 + 1, day(n))).collect();
        strikes.extend((0..10).map(|_| (3, day(75))));
        let rows = strikes.iter().zip(0..).flat_map(|((place, day), n)| {
            [1, 2].map(|table| claim(2 * n + u64::from(table), table).hit("market").at(&town(*place)).on(day))
        });
        rows.collect()
    }

    #[test]
    fn rows_of_tables_tell_of_a_burst_and_one_row_of_each_may_be_the_same() {
        let (claims, policy) = (lists(), Policy::default());
        let items = [1, 2].map(|n| ItemFacts::new(id(n), ItemKind::Sheet));
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let held: Vec<&Held> = ground.claims.values().copied().collect();
        let mut comparer = Comparer::new(&ground, &held);
        let features: Vec<Features> = held.iter().map(|h| comparer.ready(h)).collect();
        let met: Vec<Meets> = features.iter().map(|f| super::super::block::meets(f, 5_000.0)).collect();
        let at_hand: Vec<usize> = (0..features.len()).collect();
        let bursts = Bursts::count(&comparer, &features, &met, &at_hand).unwrap();
        let (quiet, burst) = (bursts.of[20][0], bursts.of[features.len() - 1][0]);
        assert!(burst > 4.0 * quiet, "{burst} {quiet}");
        // Nine of the other table at least are strangers to each of the ten, and about nobody to one that is alone.
        let met_by = |claim: usize| bursts.strangers[claim].1.iter().sum::<f64>();
        assert!(met_by(features.len() - 1) > 5.0 && met_by(20) < 1.0, "{} {}", met_by(features.len() - 1), met_by(20));
        let none = [1, 2].map(|n| ItemFacts::new(id(n), ItemKind::Text));
        let ground = Ground::survey(&none, &claims, &[], &policy);
        let features: Vec<Features> = held.iter().map(|h| Comparer::new(&ground, &held).ready(h)).collect();
        assert!(Bursts::count(&Comparer::new(&ground, &held), &features, &met, &at_hand).is_none());
    }
}
