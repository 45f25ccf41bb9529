//! Grouping: claims that are tied down first, then the vaguer ones by competition.
//!
//! Claims with a close place, a close time and a detail are joined best pair first, by the *mean* of all points between
//! two groups (average linkage), and never across something that excludes: groups cannot grow by chaining through one
//! claim in the middle, and two claims that contradict each other on where or when are in one group only if they would be
//! joined by themselves. Claims that say the very same go as one, so that a flood of them costs no more than one does.
//! Vaguer claims then go to the group that they fit best; where two fit about as well, the claim is left undecided for a
//! person. Denials join groups and make none. Everything is in the order of claims, so two runs agree.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;

use witnessmark_model::vocabulary::Element;

use super::block::{self, Index};
use super::features::FAR_DAYS;
use super::levels::NEVER;
use super::score::{Scorer, has_day, has_place};
use crate::facts::Held;
use crate::level::{classes, spans};
use crate::place::radius;
use crate::terms::{List, is_vague};
use crate::weigh::Ground;
use crate::when::DAY;

/// Claims of a group that speak for it when it is large.
const SPEAKERS: usize = 12;
/// Points by which the best group must be ahead of the second for a vague claim to be decided.
const AHEAD: f64 = 2.0;
/// How often what goes on with another claim is offered to the groups.
const ROUNDS: usize = 4;
/// Groups that a vague claim may meet by where and when; beyond, it meets only those that it shares a text or picture with.
const MOST_GROUPS: usize = 300;

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

/// Groups the claims of a scorer.
pub(super) fn group(scorer: &Scorer<'_>) -> Groups {
    let (ground, claims) = (scorer.ground, scorer.claims);
    let grower = Grower { scorer };
    let (tied, vague): (Vec<usize>, Vec<usize>) = (0..claims.len()).partition(|i| is_tied_down(ground, claims[*i]));
    let bound = |x: &usize| scorer.bound_to(*x).is_some();
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
    ordered(groups.into_iter().map(|team| team.members).collect(), undecided, left)
}

/// All pairs that are compared with each other for where and when they are.
pub(super) fn blocked(scorer: &Scorer<'_>) -> Vec<(usize, usize)> {
    let all: Vec<usize> = (0..scorer.claims.len()).collect();
    let pairs = scorer.pairs(&all);
    pairs.into_iter().map(|(a, b)| (a as usize, b as usize)).collect()
}

/// How many of these true pairs are brought together at all, before anything is compared.
pub(super) fn brought(scorer: &Scorer<'_>, pairs: &[(usize, usize)]) -> usize {
    let shares = |a: usize, b: usize| {
        let (x, y) = (scorer.features[a].item, scorer.features[b].item);
        x == y || scorer.ground.shares_evidence_with(x).contains(&y)
    };
    let meets = |a: usize, b: usize| block::may_meet(&scorer.met[a], &scorer.met[b]) || shares(a, b);
    pairs.iter().filter(|(a, b)| meets(*a, *b)).count()
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

enum Fits {
    One(usize),
    Several(Vec<(usize, f64)>),
    None,
}

/// A group that grows.
#[derive(Debug, Clone)]
struct Team {
    members: Vec<usize>,
    /// Claims that speak for it: those that give a place or a day, else all; of many, some evenly spaced.
    speakers: Vec<usize>,
    /// Does any of them give a place or a day?
    informed: bool,
    /// Of the times that are known to a day: the latest beginning, and the earliest end.
    days: Option<(i64, i64)>,
}

struct Grower<'a> {
    scorer: &'a Scorer<'a>,
}

impl Grower<'_> {
    fn points(&self, a: usize, b: usize) -> f64 {
        self.scorer.points(a, b)
    }

    fn alone(&self, x: usize) -> Team {
        let features = &self.scorer.features[x];
        let informed = has_place(self.scorer.claims[x]) || has_day(features);
        // A claim of several times contradicts none of them.
        let days = match features.spans.as_slice() {
            [span] if span.width() <= DAY => Some((span.from, span.to - 1)),
            _ => None,
        };
        Team { members: vec![x], speakers: vec![x], informed, days }
    }

    /// Two groups as one. Of the longer list the claims stay where they are, so that many joins cost little.
    fn joined(&self, a: Team, b: Team) -> Team {
        let (mut into, from) = if a.members.len() >= b.members.len() { (a, b) } else { (b, a) };
        into.speakers = match (into.informed, from.informed) {
            (true, false) => into.speakers,
            (false, true) => from.speakers,
            _ => {
                let mut both: Vec<usize> = into.speakers.iter().chain(&from.speakers).copied().collect();
                both.sort_unstable();
                let step = both.len().div_ceil(SPEAKERS).max(1);
                both.into_iter().step_by(step).collect()
            }
        };
        into.informed |= from.informed;
        into.members.extend(from.members);
        into.days = match (into.days, from.days) {
            (Some(x), Some(y)) => Some((x.0.max(y.0), x.1.min(y.1))),
            (x, y) => x.or(y),
        };
        into
    }

    fn team(&self, members: &[usize]) -> Option<Team> {
        let teams = members.iter().map(|x| self.alone(*x));
        teams.reduce(|a, b| self.joined(a, b))
    }

    /// The mean of points between two groups; anything that excludes, excludes them.
    fn linkage(&self, a: &Team, b: &Team) -> f64 {
        if let (Some(x), Some(y)) = (a.days, b.days)
            && x.0.max(y.0) - x.1.min(y.1) > (FAR_DAYS + 1) * DAY
        {
            return NEVER;
        }
        if self.told_apart(a, b) {
            return NEVER;
        }
        let threshold = self.scorer.threshold();
        let (mut sum, mut n) = (0.0, 0usize);
        for x in &a.speakers {
            for y in &b.speakers {
                let weight = self.scorer.weigh(*x, *y);
                if weight.points <= NEVER / 2.0 || (weight.contradicts && weight.points < threshold) {
                    return NEVER;
                }
                sum += weight.points;
                n += 1;
            }
        }
        sum / n.max(1) as f64
    }

    /// Did a person say of any two of them that they are not one?
    fn told_apart(&self, a: &Team, b: &Team) -> bool {
        if self.scorer.ground.told.is_empty() {
            return false;
        }
        let (few, many) = if a.members.len() <= b.members.len() { (a, b) } else { (b, a) };
        few.members.iter().any(|x| self.scorer.told_apart(*x).any(|y| many.members.contains(&y)))
    }

    /// The points of a claim with the one that it goes on with, where that is in the group and nothing there excludes it.
    fn going_on(&self, x: usize, alone: &Team, group: &Team) -> f64 {
        match self.scorer.bound_to(x).filter(|bound| group.members.contains(bound)) {
            Some(y) if self.linkage(alone, group) > NEVER => self.points(x, y),
            _ => NEVER,
        }
    }

    /// Gives each claim to the group that it fits, by groups as they were before; gives back what fits several about as
    /// well, and what fits none.
    fn share_out(&self, claims: &[usize], groups: &mut [Team]) -> (Torn, Vec<usize>) {
        if claims.is_empty() {
            return Default::default();
        }
        let index = self.index(groups);
        let (mut several, mut none, mut taken) = (Vec::new(), Vec::new(), vec![Vec::new(); groups.len()]);
        for &x in claims {
            match self.place(x, groups, &index) {
                Fits::One(group) => taken[group].push(x),
                Fits::Several(could_be) => several.push((x, could_be)),
                Fits::None => none.push(x),
            }
        }
        for (group, taken) in groups.iter_mut().zip(taken) {
            if let Some(more) = self.team(&taken) {
                let own = std::mem::replace(group, self.alone(taken[0]));
                *group = self.joined(own, more);
            }
        }
        (several, none)
    }

    fn index(&self, groups: &[Team]) -> Index {
        Index::of(&self.scorer.features, &self.scorer.met, groups.iter().map(|g| g.members.as_slice()))
    }

    /// Joins each new group that gives no place, or no day, to the one that it fits when its claims are taken together;
    /// what fits none, or several about as well, stays a group of its own.
    fn settle(&self, groups: &mut Vec<Team>, new: Vec<Team>) {
        if new.is_empty() {
            return;
        }
        let (scorer, ground) = (self.scorer, self.scorer.ground);
        let threshold = scorer.threshold();
        let index = self.index(groups);
        let profiles: Vec<_> = groups.iter().map(|g| scorer.profile(self.together(&g.members))).collect();
        for group in new {
            let profile = scorer.profile(self.together(&group.members));
            let meets = block::meets(&profile.1, ground.policy.agree_within_m);
            let mut fits: Vec<(usize, f64)> = Vec::new();
            if meets.cells.is_empty() || meets.days.is_empty() {
                let near = index.near(ground, profile.1.item, &meets, MOST_GROUPS);
                let near = near.into_iter().filter(|g| self.linkage(&group, &groups[*g]) > NEVER);
                let fitting = near.map(|g| (g, scorer.points_of_profiles(&profile, &profiles[g])));
                fits = fitting.filter(|(_, p)| *p >= threshold).collect();
                fits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            }
            let to = match fits.as_slice() {
                [(g, _)] => Some(*g),
                [(g, first), (_, second), ..] if first - second >= AHEAD => Some(*g),
                _ => None,
            };
            match to {
                Some(g) => {
                    let own = groups[g].clone();
                    groups[g] = self.joined(own, group);
                }
                None => groups.push(group),
            }
        }
    }

    /// What the claims of a group say, as one claim.
    fn together(&self, group: &[usize]) -> Held {
        let claims = self.scorer.claims;
        let first = group.iter().copied().min().unwrap_or_default();
        let mut held = claims[first].clone();
        let claim = Arc::make_mut(&mut held.claim);
        claim.span = None;
        for other in group.iter().filter(|i| **i != first).take(SPEAKERS).map(|i| &claims[*i].claim) {
            claim.act = claim.act.take().filter(|a| !is_vague(List::Acts, a)).or_else(|| other.act.clone());
            claim.places.extend(other.places.iter().filter(|p| !claim.places.contains(p)).cloned().collect::<Vec<_>>());
            claim.times.extend(other.times.iter().cloned());
            claim.targets.extend(other.targets.iter().cloned());
            claim.weapons.extend(other.weapons.iter().cloned());
            claim.harm.extend(other.harm.iter().cloned());
        }
        held
    }

    fn place(&self, x: usize, groups: &[Team], index: &Index) -> Fits {
        let threshold = self.scorer.threshold();
        let alone = self.alone(x);
        let mut near = index.near(self.scorer.ground, self.scorer.features[x].item, &self.scorer.met[x], MOST_GROUPS);
        for other in self.scorer.told_same(x) {
            near.extend(groups.iter().position(|g| g.members.contains(&other)));
        }
        let fit = |g: usize| (g, self.linkage(&alone, &groups[g]).max(self.going_on(x, &alone, &groups[g])));
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

    /// Claims that say the very same of where, when and what, and would be joined with themselves, go as one. Rows of tables
    /// never do, nor what a person told apart from anything.
    fn alike(&self, members: &[usize]) -> Vec<Team> {
        let scorer = self.scorer;
        let mut at: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        let mut teams: Vec<Team> = Vec::new();
        for &x in members {
            let alone = self.alone(x);
            let features = &scorer.features[x];
            let free = !features.in_table && scorer.told_apart(x).next().is_none();
            let known = if free { features.signature() } else { None };
            let Some(key) = known.filter(|_| scorer.points_of_copies(features) >= scorer.threshold()) else {
                teams.push(alone);
                continue;
            };
            match at.get(&key) {
                Some(team) => {
                    // The first speaks for all of them.
                    teams[*team].members.push(x);
                }
                None => {
                    at.insert(key, teams.len());
                    teams.push(alone);
                }
            }
        }
        teams
    }

    /// Joins best first until no two groups reach the threshold. A claim that fits nowhere is a group of its own.
    fn grow(&self, members: &[usize]) -> Vec<Team> {
        let scorer = self.scorer;
        let threshold = scorer.threshold();
        let mut groups: Vec<Option<Team>> = self.alike(members).into_iter().map(Some).collect();
        let firsts: Vec<usize> = groups.iter().flatten().map(|team| team.members[0]).collect();
        let mut beside: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); groups.len()];
        let mut heap: BinaryHeap<(Points, Reverse<(usize, usize)>)> = BinaryHeap::new();
        let mut pairs = scorer.pairs(&firsts);
        pairs.extend(self.told_one(&groups));
        for (a, b) in pairs {
            let (a, b) = (a as usize, b as usize);
            let points = self.points(firsts[a], firsts[b]);
            if points > 0.0 {
                beside[a].insert(b);
                beside[b].insert(a);
                if points >= threshold {
                    heap.push((Points(points), Reverse((a, b))));
                }
            }
        }
        while let Some((_, Reverse((a, b)))) = heap.pop() {
            // Groups never change: a merged one is a new one, so an entry of an old one is simply out of date.
            if groups[a].is_none() || groups[b].is_none() {
                continue;
            }
            let (Some(x), Some(y)) = (groups[a].take(), groups[b].take()) else { continue };
            let merged = self.joined(x, y);
            let new = groups.len();
            let mut near: BTreeSet<usize> = std::mem::take(&mut beside[a]);
            near.append(&mut std::mem::take(&mut beside[b]));
            near.retain(|g| groups[*g].is_some());
            for &g in &near {
                beside[g].insert(new);
                let Some(other) = &groups[g] else { continue };
                let points = self.linkage(&merged, other);
                if points >= threshold {
                    heap.push((Points(points), Reverse((g, new))));
                }
            }
            groups.push(Some(merged));
            beside.push(near);
        }
        groups.into_iter().flatten().collect()
    }

    /// Groups that hold claims of which a person said that they are one, as pairs.
    fn told_one(&self, groups: &[Option<Team>]) -> Vec<(u32, u32)> {
        if self.scorer.ground.told.is_empty() {
            return Vec::new();
        }
        let of: BTreeMap<usize, u32> = groups
            .iter()
            .zip(0..)
            .flat_map(|(g, n)| g.iter().flat_map(move |t| t.members.iter().map(move |m| (*m, n))))
            .collect();
        let pairs = of.iter().flat_map(|(x, g)| {
            self.scorer.told_same(*x).filter_map(|y| of.get(&y)).filter(move |h| *h > g).map(move |h| (*g, *h))
        });
        pairs.collect()
    }
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
