//! Grouping: claims that are tied down first, then the vaguer ones by competition.
//!
//! Claims with a close place, a close time and a detail are joined best pair first, by the *mean* of all points between
//! two groups (average linkage), and never across something that excludes: groups cannot grow by chaining through one
//! claim in the middle. Vaguer claims then go to the group that they fit best; where two fit about as well, the claim is
//! left undecided for a person. Denials join groups and make none. Everything is in the order of claims, so two runs agree.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use witnessmark_model::vocabulary::Element;

use super::score::{NEVER, Scorer, has_day, has_place, points};
use crate::facts::Held;
use crate::level::{classes, spans};
use crate::place::{degrees, radius};
use crate::terms::{List, is_vague};
use crate::weigh::Ground;
use crate::when::DAY;

/// Claims of a group that speak for it when it is large.
const SPEAKERS: usize = 12;
/// Points by which the best group must be ahead of the second for a vague claim to be decided.
const AHEAD: f64 = 2.0;
/// How often what goes on with another claim is offered to the groups.
const ROUNDS: usize = 4;
/// Degrees of a cell: larger than the distance at which places agree.
const CELL: f64 = 0.1;
/// Most claims of one cell and day that are compared each with each; beyond, with the first of them only.
const MOST_IN_CELL: usize = 400;

/// Claims that could be of several groups: those groups with their points, best first.
type Torn = Vec<(usize, Vec<(usize, f64)>)>;

/// Groups of claims, and those that could be of several.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub groups: Vec<Vec<usize>>,
    pub undecided: Torn,
    /// Denials that no group takes.
    pub left: Vec<usize>,
}

/// Groups claims; places count in `claims`, which are in the order of their references.
pub(super) fn group(scorer: &Scorer<'_>, claims: &[&Held]) -> Groups {
    let ground = scorer.ground;
    let grower = Grower { scorer, ground, claims };
    let (tied, vague): (Vec<usize>, Vec<usize>) = (0..claims.len()).partition(|i| is_tied_down(ground, claims[*i]));
    let bound = |x: &usize| scorer.bound_to(claims[*x]).is_some();
    let denied = |x: &usize| claims[*x].claim.polarity == "denied";

    let mut groups = grower.grow(&tied);
    let (mut undecided, mut rest) = grower.share_out(&vague, &mut groups);
    // What goes on with another claim waits until that one is placed.
    let mut waiting: Vec<usize> = rest.iter().copied().filter(|x| bound(x)).collect();
    waiting.extend(undecided.iter().map(|(x, _)| *x).filter(|x| bound(x)));
    undecided.retain(|(x, _)| !bound(x));
    rest.retain(|x| !bound(x));
    let (left, seeds): (Vec<usize>, Vec<usize>) = rest.into_iter().partition(denied);
    let new = grower.grow(&seeds);
    grower.settle(&mut groups, new);

    // Several times, for what goes on with what goes on.
    let mut torn = Vec::new();
    for _ in 0..ROUNDS {
        waiting.sort_unstable();
        let before = waiting.len();
        (torn, waiting) = grower.share_out(&waiting, &mut groups);
        if torn.len() + waiting.len() == before {
            break;
        }
        waiting.extend(torn.drain(..).map(|(x, _)| x));
    }
    undecided.extend(torn);
    let (more_left, seeds): (Vec<usize>, Vec<usize>) = waiting.into_iter().partition(denied);
    groups.extend(grower.grow(&seeds));
    // A denial whose accusation is itself vague.
    let mut left: Vec<usize> = left.into_iter().chain(more_left).collect();
    left.sort_unstable();
    let (several, none) = grower.share_out(&left, &mut groups);
    let mut left: Vec<usize> = none.into_iter().chain(several.into_iter().map(|(x, _)| x)).collect();
    left.sort_unstable();
    undecided.sort_by_key(|(x, _)| *x);
    ordered(groups, undecided, left)
}

/// Groups in the order of their first claims; what is undecided points at their new places.
fn ordered(mut groups: Vec<Vec<usize>>, mut undecided: Torn, left: Vec<usize>) -> Groups {
    groups.iter_mut().for_each(|g| g.sort_unstable());
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|g| groups[*g].first().copied());
    let at: BTreeMap<usize, usize> = order.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    for (_, could_be) in &mut undecided {
        could_be.iter_mut().for_each(|(g, _)| *g = at[g]);
    }
    let sorted = order.iter().map(|g| std::mem::take(&mut groups[*g])).collect();
    Groups { groups: sorted, undecided, left }
}

/// Close place, close time, and a detail that tells it from another strike of that town and day; and asserted.
fn is_tied_down(ground: &Ground<'_>, held: &Held) -> bool {
    let claim = &held.claim;
    let close = ground
        .parents
        .closest(&claim.places)
        .iter()
        .any(|p| radius(p) <= ground.policy.agree_within_m && (p.id.is_some() || p.lat.is_some()));
    let times = spans(claim);
    let dated = times.iter().any(|t| t.width() <= 2 * DAY);
    let hours = times.iter().any(|t| t.has_hours());
    let specific = classes(claim, Element::Target).iter().any(|c| !is_vague(List::Targets, c));
    claim.polarity == "asserted" && close && dated && (hours || specific)
}

/// Where and when a claim may meet others: its own cells and days, and those around them.
struct Meets {
    cells: BTreeSet<Cell>,
    around: BTreeSet<Cell>,
    days: BTreeSet<i64>,
    days_around: BTreeSet<i64>,
}

/// A square of the grid, or a gazetteer id without coordinates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    At(i64, i64),
    Id(String),
}

fn meets(ground: &Ground<'_>, held: &Held) -> Meets {
    let mut meets =
        Meets { cells: BTreeSet::new(), around: BTreeSet::new(), days: BTreeSet::new(), days_around: BTreeSet::new() };
    let close = |p: &&&witnessmark_model::claim::Place| radius(p) <= ground.policy.agree_within_m;
    for place in ground.parents.closest(&held.claim.places).iter().filter(close).take(8) {
        if let Some((lat, lon)) = degrees(place) {
            let (row, column) = ((lat / CELL).floor() as i64, (lon / CELL).floor() as i64);
            meets.cells.insert(Cell::At(row, column));
            let around = (-1..=1).flat_map(|dr| (-1..=1).map(move |dc| Cell::At(row + dr, column + dc)));
            meets.around.extend(around);
        } else if let Some(id) = &place.id {
            meets.cells.insert(Cell::Id(id.clone()));
            meets.around.insert(Cell::Id(id.clone()));
        }
    }
    for span in spans(&held.claim).iter().filter(|s| s.width() <= 10 * DAY).take(8) {
        let (first, last) = (span.from.div_euclid(DAY), (span.to - 1).div_euclid(DAY));
        meets.days.extend(first..=last);
        meets.days_around.extend(first - 1..=last + 1);
    }
    meets
}

/// Which groups a vague claim may meet.
struct Index {
    by_cell: BTreeMap<Cell, BTreeSet<usize>>,
    by_day: BTreeMap<i64, BTreeSet<usize>>,
    by_item: BTreeMap<witnessmark_model::ItemId, BTreeSet<usize>>,
}

impl Index {
    fn of(ground: &Ground<'_>, claims: &[&Held], groups: &[Vec<usize>]) -> Self {
        let mut index = Index { by_cell: BTreeMap::new(), by_day: BTreeMap::new(), by_item: BTreeMap::new() };
        for (g, group) in groups.iter().enumerate() {
            for i in group {
                let Meets { cells, days, .. } = meets(ground, claims[*i]);
                cells.into_iter().for_each(|c| _ = index.by_cell.entry(c).or_default().insert(g));
                days.into_iter().for_each(|d| _ = index.by_day.entry(d).or_default().insert(g));
                index.by_item.entry(claims[*i].claim.item).or_default().insert(g);
            }
        }
        index
    }

    /// Groups that share a cell (or a day, where one of the two is not stated) or evidence with a claim.
    fn near(&self, ground: &Ground<'_>, held: &Held) -> BTreeSet<usize> {
        let Meets { around, days_around, .. } = meets(ground, held);
        let by_cell: BTreeSet<usize> = around.iter().filter_map(|c| self.by_cell.get(c)).flatten().copied().collect();
        let by_day: BTreeSet<usize> =
            days_around.iter().filter_map(|d| self.by_day.get(d)).flatten().copied().collect();
        let mut near = match (around.is_empty(), days_around.is_empty()) {
            (false, false) => by_cell.intersection(&by_day).copied().collect(),
            (false, true) => by_cell,
            (true, _) => by_day,
        };
        for item in std::iter::once(held.claim.item).chain(ground.shares_evidence_with(held.claim.item)) {
            near.extend(self.by_item.get(&item).into_iter().flatten());
        }
        near
    }
}

enum Fits {
    One(usize),
    Several(Vec<(usize, f64)>),
    None,
}

struct Grower<'a> {
    scorer: &'a Scorer<'a>,
    ground: &'a Ground<'a>,
    claims: &'a [&'a Held],
}

impl Grower<'_> {
    fn points(&self, a: usize, b: usize) -> f64 {
        points(&self.scorer.compare(self.claims[a], self.claims[b]))
    }

    /// Claims that speak for a group: those that give a place or a day, else all; of many, some evenly spaced.
    fn speakers(&self, group: &[usize]) -> Vec<usize> {
        let told = |i: &&usize| has_place(self.claims[**i]) || has_day(self.claims[**i]);
        let informed: Vec<usize> = group.iter().filter(told).copied().collect();
        let speakers = if informed.is_empty() { group.to_vec() } else { informed };
        let step = speakers.len().div_ceil(SPEAKERS).max(1);
        speakers.into_iter().step_by(step).collect()
    }

    /// The mean of points between two groups; anything that excludes, excludes them.
    fn linkage(&self, a: &[usize], b: &[usize]) -> f64 {
        let (mut sum, mut n) = (0.0, 0usize);
        let (a, b) = (self.speakers(a), self.speakers(b));
        for x in &a {
            for y in &b {
                let points = self.points(*x, *y);
                if points <= NEVER / 2.0 {
                    return NEVER;
                }
                sum += points;
                n += 1;
            }
        }
        sum / n.max(1) as f64
    }

    /// The points of a claim with the one that it goes on with, where that is in the group and nothing there excludes it.
    fn going_on(&self, x: usize, group: &[usize]) -> f64 {
        let bound = self.scorer.bound_to(self.claims[x]);
        let there = group.iter().find(|i| Some(self.claims[**i].key) == bound);
        match there {
            Some(y) if self.linkage(&[x], group) > NEVER => self.points(x, *y),
            _ => NEVER,
        }
    }

    /// Gives each claim to the group that it fits, by groups as they were before; gives back what fits several about as
    /// well, and what fits none.
    fn share_out(&self, claims: &[usize], groups: &mut [Vec<usize>]) -> (Torn, Vec<usize>) {
        let index = Index::of(self.ground, self.claims, groups);
        let (mut several, mut none, mut taken) = (Vec::new(), Vec::new(), vec![Vec::new(); groups.len()]);
        for &x in claims {
            match self.place(x, groups, &index) {
                Fits::One(group) => taken[group].push(x),
                Fits::Several(could_be) => several.push((x, could_be)),
                Fits::None => none.push(x),
            }
        }
        groups.iter_mut().zip(taken).for_each(|(group, taken)| group.extend(taken));
        (several, none)
    }

    /// Joins each new group that gives no place, or no day, to the one that it fits when its claims are taken together;
    /// what fits none, or several about as well, stays a group of its own.
    fn settle(&self, groups: &mut Vec<Vec<usize>>, new: Vec<Vec<usize>>) {
        let threshold = self.ground.policy.same_incident_points;
        let index = Index::of(self.ground, self.claims, groups);
        let old = groups.len();
        let profiles: Vec<Held> = groups.iter().map(|g| self.together(g)).collect();
        for group in new {
            let profile = self.together(&group);
            let Meets { cells, days, .. } = meets(self.ground, &profile);
            let mut fits: Vec<(usize, f64)> = Vec::new();
            if cells.is_empty() || days.is_empty() {
                let near = index.near(self.ground, &profile);
                let fit = |g: usize| (g, points(&self.scorer.compare(&profile, &profiles[g])));
                let fitting = near.into_iter().filter(|g| self.linkage(&group, &groups[*g]) > NEVER).map(fit);
                fits = fitting.filter(|(_, p)| *p >= threshold).collect();
                fits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            }
            match fits.as_slice() {
                [(g, _)] => groups[*g].extend(group),
                [(g, first), (_, second), ..] if first - second >= AHEAD => groups[*g].extend(group),
                _ => groups.push(group),
            }
        }
        debug_assert!(groups.len() >= old);
    }

    /// What the claims of a group say, as one claim.
    fn together(&self, group: &[usize]) -> Held {
        let mut held = self.claims[group[0]].clone();
        held.claim.span = None;
        for other in group[1..].iter().take(SPEAKERS).map(|i| &self.claims[*i].claim) {
            let claim = &mut held.claim;
            claim.act = claim.act.take().filter(|a| !is_vague(List::Acts, a)).or_else(|| other.act.clone());
            claim.places.extend(other.places.iter().filter(|p| !claim.places.contains(p)).cloned().collect::<Vec<_>>());
            claim.times.extend(other.times.iter().cloned());
            claim.targets.extend(other.targets.iter().cloned());
            claim.weapons.extend(other.weapons.iter().cloned());
            claim.harm.extend(other.harm.iter().cloned());
        }
        held
    }

    fn place(&self, x: usize, groups: &[Vec<usize>], index: &Index) -> Fits {
        let threshold = self.ground.policy.same_incident_points;
        let near = index.near(self.ground, self.claims[x]);
        let fit = |g: usize| (g, self.linkage(&[x], &groups[g]).max(self.going_on(x, &groups[g])));
        let mut fits: Vec<(usize, f64)> = near.into_iter().map(fit).filter(|(_, p)| *p >= threshold).collect();
        fits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        match fits.as_slice() {
            [] => Fits::None,
            [(g, _)] => Fits::One(*g),
            [(g, first), (_, second), ..] if first - second >= AHEAD => Fits::One(*g),
            [(_, first), ..] => {
                let first = *first;
                fits.retain(|(_, p)| first - p < AHEAD);
                Fits::Several(fits)
            }
        }
    }

    /// Joins best first until no two groups reach the threshold. A claim that fits nowhere is a group of its own.
    fn grow(&self, members: &[usize]) -> Vec<Vec<usize>> {
        let threshold = self.ground.policy.same_incident_points;
        let mut groups: Vec<Option<Vec<usize>>> = members.iter().map(|i| Some(vec![*i])).collect();
        let mut beside: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); groups.len()];
        let mut heap: BinaryHeap<(Points, std::cmp::Reverse<(usize, usize)>)> = BinaryHeap::new();
        for (a, b) in self.pairs(members) {
            let points = self.points(members[a], members[b]);
            if points > 0.0 {
                beside[a].insert(b);
                beside[b].insert(a);
                if points >= threshold {
                    heap.push((Points(points), std::cmp::Reverse((a, b))));
                }
            }
        }
        while let Some((_, std::cmp::Reverse((a, b)))) = heap.pop() {
            // Groups never change: a merged one is a new one, so an entry of an old one is simply out of date.
            let (Some(x), Some(y)) = (&groups[a], &groups[b]) else { continue };
            let mut merged: Vec<usize> = x.iter().chain(y).copied().collect();
            merged.sort_unstable();
            (groups[a], groups[b]) = (None, None);
            let new = groups.len();
            let mut near: BTreeSet<usize> = std::mem::take(&mut beside[a]);
            near.append(&mut std::mem::take(&mut beside[b]));
            near.retain(|g| groups[*g].is_some());
            for &g in &near {
                beside[g].insert(new);
                let Some(other) = &groups[g] else { continue };
                let points = self.linkage(&merged, other);
                if points >= threshold {
                    heap.push((Points(points), std::cmp::Reverse((g, new))));
                }
            }
            groups.push(Some(merged));
            beside.push(near);
        }
        groups.into_iter().flatten().collect()
    }

    /// Pairs that may be of one incident, as places in `members`, sorted. Rows of one table are never one.
    fn pairs(&self, members: &[usize]) -> Vec<(usize, usize)> {
        let met: Vec<Meets> = members.iter().map(|i| meets(self.ground, self.claims[*i])).collect();
        let item = |m: usize| self.claims[members[m]].claim.item;
        let sheet = |item: &witnessmark_model::ItemId| {
            self.ground.items.get(item).is_some_and(|i| i.kind == crate::facts::ItemKind::Sheet)
        };
        // Claims by cell and day, sorted: those of one cell and day lie side by side, in their order.
        let mut homes: Vec<(Option<&Cell>, Option<i64>, usize)> = Vec::new();
        let mut items: BTreeMap<witnessmark_model::ItemId, Vec<usize>> = BTreeMap::new();
        for (m, meets) in met.iter().enumerate() {
            items.entry(item(m)).or_default().push(m);
            for cell in or_none(meets.cells.iter()) {
                homes.extend(or_none(meets.days.iter().copied()).map(|day| (cell, day, m)));
            }
        }
        homes.sort_unstable();
        let mut pairs = Vec::new();
        for (m, meets) in met.iter().enumerate() {
            let days: Vec<Option<i64>> = or_none(meets.days_around.iter().copied()).collect();
            for cell in or_none(meets.around.iter()) {
                // Most cells around are empty: they are looked for once, and their days only where somebody is.
                let start = homes.partition_point(|h| h.0 < cell);
                let here = &homes[start..];
                let here = &here[..here.partition_point(|h| h.0 == cell)];
                for day in &days {
                    let start = here.partition_point(|h| h.1 < *day);
                    let there = here[start..].iter().take_while(|h| h.1 == *day).take(MOST_IN_CELL);
                    pairs.extend(there.map(|h| (m.min(h.2), m.max(h.2))));
                }
            }
        }
        for (item, here) in &items {
            if !sheet(item) {
                for (n, a) in here.iter().enumerate().take(MOST_IN_CELL) {
                    pairs.extend(here[n + 1..].iter().map(|b| (*a, *b)));
                }
            }
            for other in self.ground.shares_evidence_with(*item) {
                let there = items.get(&other).into_iter().flatten();
                pairs.extend(there.flat_map(|b| here.iter().map(move |a| (*a.min(b), *a.max(b)))));
            }
        }
        let tables: Vec<bool> = (0..members.len()).map(|m| sheet(&item(m))).collect();
        pairs.retain(|(a, b)| a != b && !(tables[*a] && item(*a) == item(*b)));
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}

/// All of them, or one *none* where there are none: what is not stated meets what is not stated either.
fn or_none<T>(of: impl Iterator<Item = T>) -> impl Iterator<Item = Option<T>> {
    let mut of = of.peekable();
    let none = of.peek().is_none().then_some(None);
    of.map(Some).chain(none)
}

/// Points in a heap: the higher first.
#[derive(Debug, PartialEq)]
struct Points(f64);

impl Eq for Points {}
impl PartialOrd for Points {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Points {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
