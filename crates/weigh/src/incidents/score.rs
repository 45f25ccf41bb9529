//! Points for and against two claims speaking of one happening.
//!
//! Points are on a log₂ scale, in the manner of Fellegi and Sunter 1969; the weights of levels are learnt where there is enough to
//! learn from ([`super::learn`]) and reasoned otherwise ([`super::levels`]). What is not stated gives no point either way. Some
//! differences exclude: places that cannot be one, days that lie apart, two rows of one table, a person's word that they are two.

use std::collections::BTreeMap;

use witnessmark_model::claim::Harm;
use witnessmark_model::entry::Sameness;
use witnessmark_model::{ClaimRef, ItemId};

use super::block::{self, Meets};
use super::compete::Competition;
use super::features::{Comparer, Features, Found, SECOND};
use super::learn::{Model, learn};
use super::levels::{
    ACT, NEVER, NONE, PLACE, TARGET, TIME, WEAPON, act, contradicts, counts_as_rare, crowd_of, is_here_and_now, place,
    term, time,
};
use super::{Because, Compared};
use crate::facts::Held;
use crate::weigh::Ground;
use crate::when::{DAY, Span};

/// How far the same words may be shifted within two copies of a passage, in scalar values.
const SHIFT: usize = 40;
/// Scalar values beyond which a claim does not go on with one before or after it.
const MOST_AWAY: usize = 1_500;
/// Points for going on with what the same text says next to it, above what chance asks for.
const GOES_ON: f64 = 1.0;
/// Points for resting on the same words or pictures, above what chance asks for.
const SHARED: f64 = 2.0;
/// Points for a person's word that they are one, above what chance asks for.
const TOLD: f64 = 30.0;
/// Points that a claim before has ahead of one after: what is told goes on more often than it is announced.
const BEFORE: f64 = 1.5;
/// Points below which two claims are too much at odds for one to go on with the other: a paramedic and an ambulance are
/// not, a hospital and a market are.
const AT_ODDS: f64 = -2.0;
/// Scalar values that weigh as much as one point when the claim that is gone on with is looked for.
const POINT_AWAY: f64 = 300.0;
/// Claims of one text before, and after, that are looked through for what one goes on with.
const MOST_BESIDE: usize = 400;
/// Points for a name of what was hit or used that the other's words mention, and for the same name of its own.
const TARGET_MENTIONED: f64 = 4.0;
const WEAPON_MENTIONED: f64 = 2.0;
const SAME_NAME: f64 = 4.0;
/// Points from which a crowd, or a combination, is named as a reason.
const CROWD_SHOWN: f64 = 0.05;

/// The sum of points.
pub(super) fn points(reasons: &[Because]) -> f64 {
    reasons.iter().map(|r| r.points).sum()
}

/// A pair, weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weight {
    pub points: f64,
    /// Does something about where or when speak against it, so that it must hold by itself?
    pub contradicts: bool,
}

/// Compares claims, with what each goes on with in its own text.
///
/// “Six people were killed” gives neither place nor day: it goes on with the claim beside it. Such a claim is bound to the
/// claim of the same text that it fits best, the nearer the better; the binding is a reason like others, shown as such, and
/// fills no field.
pub(super) struct Scorer<'a> {
    pub ground: &'a Ground<'a>,
    pub claims: &'a [&'a Held],
    pub features: Vec<Features>,
    pub met: Vec<Meets>,
    pub model: Model,
    comparer: Comparer<'a>,
    at: BTreeMap<ClaimRef, usize>,
    goes_on_with: Vec<Option<usize>>,
    /// What people said of pairs, by claims.
    told: Vec<BTreeMap<usize, Sameness>>,
    figures: Vec<bool>,
    common_figures: Figures,
    competition: Competition,
    /// Claims that give a close place and a day, and the pairs of them that may meet.
    tied: (Vec<usize>, Vec<(u32, u32)>),
}

impl<'a> Scorer<'a> {
    /// Makes claims ready, which are in the order of their references, and learns what agreeing is worth among them.
    pub fn new(ground: &'a Ground<'a>, claims: &'a [&'a Held]) -> Self {
        let mut comparer = Comparer::new(ground, claims);
        let mut features: Vec<Features> = claims.iter().map(|held| comparer.ready(held)).collect();
        let met: Vec<Meets> = features.iter().map(|f| block::meets(f, ground.policy.agree_within_m)).collect();
        let tied: Vec<usize> =
            (0..claims.len()).filter(|i| !met[*i].cells.is_empty() && !met[*i].days.is_empty()).collect();
        let pairs = block::pairs(ground, &features, &tied, &met);
        let of = |m: u32| tied[m as usize] as u32;
        let pairs: Vec<(u32, u32)> = pairs.into_iter().map(|(a, b)| (of(a), of(b))).collect();
        let model = learn(&comparer, &mut features, &met, &pairs, ground.policy.same_incident_points);
        let at: BTreeMap<ClaimRef, usize> = claims.iter().enumerate().map(|(i, held)| (held.key, i)).collect();
        let mut told = vec![BTreeMap::new(); claims.len()];
        for ((x, y), answer) in &ground.told {
            if let (Some(x), Some(y)) = (at.get(x), at.get(y)) {
                told[*x].insert(*y, *answer);
                told[*y].insert(*x, *answer);
            }
        }
        let counts = |held: &&Held| held.claim.harm.iter().any(|h| exact(h).is_some());
        let figures = claims.iter().map(counts).collect();
        let goes_on_with = vec![None; claims.len()];
        let common_figures = Figures::of(claims);
        let competition = Competition::default();
        let mut scorer = Scorer {
            ground,
            claims,
            features,
            met,
            model,
            comparer,
            at,
            goes_on_with,
            told,
            figures,
            common_figures,
            competition,
            tied: Default::default(),
        };
        scorer.bind();
        scorer.compete(&pairs);
        scorer.tied = (tied, pairs);
        scorer
    }

    /// Lets pairs compete of which one at least is a row of a table.
    fn compete(&mut self, pairs: &[(u32, u32)]) {
        let table = |i: u32| self.features[i as usize].in_table;
        let weighed = pairs.iter().filter(|(a, b)| table(*a) || table(*b));
        let weighed = weighed.map(|(a, b)| ((*a, *b), self.points(*a as usize, *b as usize) - self.model.threshold));
        self.competition = Competition::weigh(&self.features, weighed);
    }

    /// Pairs of these claims that may meet, as places among them.
    pub fn pairs(&self, claims: &[usize]) -> Vec<(u32, u32)> {
        let (tied, pairs) = &self.tied;
        match claims == tied.as_slice() {
            // Claims are sorted, so their places are too.
            true if tied.len() == self.claims.len() => pairs.clone(),
            true => {
                let place = |i: u32| tied.binary_search(&(i as usize)).unwrap_or_default() as u32;
                pairs.iter().map(|(a, b)| (place(*a), place(*b))).collect()
            }
            false => block::pairs(self.ground, &self.features, claims, &self.met),
        }
    }

    /// Finds what each claim goes on with.
    fn bind(&mut self) {
        let mut of_item: BTreeMap<ItemId, Vec<usize>> = BTreeMap::new();
        for (i, f) in self.features.iter().enumerate().filter(|(_, f)| !f.in_table) {
            of_item.entry(f.item).or_default().push(i);
        }
        let mut bound = vec![None; self.claims.len()];
        for beside in of_item.values_mut() {
            beside.sort_by_key(|i| (self.claims[*i].claim.span, *i));
            for (n, i) in beside.iter().enumerate() {
                let near = &beside[n.saturating_sub(MOST_BESIDE)..beside.len().min(n + MOST_BESIDE)];
                bound[*i] = self.goes_on(*i, near);
            }
        }
        self.goes_on_with = bound;
    }

    /// The claim that this one goes on with, if it lacks a place or a day that another of its text has.
    fn goes_on(&self, i: usize, beside: &[usize]) -> Option<usize> {
        let held = self.claims[i];
        let (place, day) = (has_place(held), has_day(&self.features[i]));
        // A second strike is another event, however it is told.
        if place && day || held.claim.act.as_deref() == Some(SECOND) {
            return None;
        }
        let span = held.claim.span?;
        let lends = |j: &&usize| {
            let other = self.claims[**j];
            let another = **j != i && other.claim.act.as_deref() != Some(SECOND);
            another && ((!place && has_place(other)) || (!day && has_day(&self.features[**j])))
        };
        let away = |j: &usize| {
            let there = self.claims[*j].claim.span?;
            let away = there.0.saturating_sub(span.1).max(span.0.saturating_sub(there.1));
            (away <= MOST_AWAY).then_some((*j, away, there.0 > span.0))
        };
        let near = beside.iter().filter(lends).filter_map(away);
        let fits = near.filter_map(|(j, away, follows)| {
            let points = self.points(i, j);
            let after = if follows { BEFORE } else { 0.0 };
            (points >= AT_ODDS).then_some((points - after - away as f64 / POINT_AWAY, j))
        });
        fits.min_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1))).map(|(_, j)| j)
    }

    /// The claim that this one goes on with.
    pub fn bound_to(&self, i: usize) -> Option<usize> {
        self.goes_on_with[i]
    }

    /// Claims of which a person said that they are not of one happening with this one.
    pub fn told_apart(&self, i: usize) -> impl Iterator<Item = usize> {
        self.told[i].iter().filter(|(_, answer)| **answer == Sameness::NotTheSame).map(|(j, _)| *j)
    }

    /// Claims of which a person said that they are of one happening with this one.
    pub fn told_same(&self, i: usize) -> impl Iterator<Item = usize> {
        self.told[i].iter().filter(|(_, answer)| **answer == Sameness::Same).map(|(j, _)| *j)
    }

    /// What a pair must reach.
    pub fn threshold(&self) -> f64 {
        self.model.threshold
    }

    /// Points of two claims.
    pub fn points(&self, a: usize, b: usize) -> f64 {
        self.weigh(a, b).points
    }

    /// Points of two claims, and whether they contradict each other on where or when.
    pub fn weigh(&self, a: usize, b: usize) -> Weight {
        let (x, y) = (&self.features[a], &self.features[b]);
        let told = self.told[a].get(&b).copied();
        if told == Some(Sameness::NotTheSame) || (x.item == y.item && x.in_table) {
            return Weight { points: NEVER, contradicts: true };
        }
        let found = self.comparer.compare(x, y);
        let mut sum = self.of_levels(x, y, &found);
        let lift = self.model.threshold;
        if told == Some(Sameness::Same) {
            // A person's word weighs more than anything but what they themselves see to exclude it.
            return Weight { points: lift + TOLD, contradicts: false };
        }
        let (held, other) = (self.claims[a], self.claims[b]);
        if self.figures[a] && self.figures[b] {
            sum += figures(&self.common_figures, held, other).iter().map(|(_, _, points)| points).sum::<f64>();
        }
        if self.shares_evidence(a, b) {
            sum += lift + SHARED;
        }
        if self.goes_on_with[a] == Some(b) || self.goes_on_with[b] == Some(a) {
            sum += lift + GOES_ON;
        }
        sum += self.competition.of(a, b).map_or(0.0, |(bits, _)| bits);
        let contradicts = found.levels.iter().enumerate().any(|(f, level)| contradicts(f, *level));
        Weight { points: sum.max(NEVER), contradicts }
    }

    /// Points of what was compared, without what the two claims have to do with each other besides.
    fn of_levels(&self, x: &Features, y: &Features, found: &Found) -> f64 {
        let mut sum = self.model.points(&found.levels);
        if is_here_and_now(&found.levels) {
            sum += crowd(x, y, found);
        }
        for field in [TARGET, ACT, WEAPON] {
            sum += self.rarity(field, x, found);
        }
        sum += if found.target_mentioned.is_some() { TARGET_MENTIONED } else { 0.0 };
        sum += if found.weapon_mentioned.is_some() { WEAPON_MENTIONED } else { 0.0 };
        sum + if found.same_name.is_some() { SAME_NAME } else { 0.0 }
    }

    fn rarity(&self, field: usize, x: &Features, found: &Found) -> f64 {
        if !counts_as_rare(&found.levels, field) {
            return 0.0;
        }
        let common = self.comparer.common(field, x, found);
        common.and_then(|t| self.model.rarity[field].get(usize::from(t))).copied().unwrap_or(0.0)
    }

    /// Points of what two groups say together.
    pub fn points_of_profiles(&self, a: &(Held, Features), b: &(Held, Features)) -> f64 {
        let counted: f64 = figures(&self.common_figures, &a.0, &b.0).iter().map(|(_, _, points)| points).sum();
        self.of_levels(&a.1, &b.1, &self.comparer.compare(&a.1, &b.1)) + counted
    }

    /// Points of a claim with one that says the very same.
    pub fn points_of_copies(&self, a: &Features) -> f64 {
        self.of_levels(a, a, &self.comparer.compare(a, a))
    }

    /// Makes ready what claims at hand say together.
    pub fn profile(&self, held: Held) -> (Held, Features) {
        let features = self.comparer.profile(&held);
        (held, features)
    }

    /// Points of two claims at hand; nothing for others excludes them.
    pub fn points_of(&self, a: &Held, b: &Held) -> f64 {
        match (self.at.get(&a.key), self.at.get(&b.key)) {
            (Some(i), Some(j)) => self.points(*i, *j),
            _ => NEVER,
        }
    }

    /// All reasons for and against, for two claims at hand; none for others.
    pub fn compare(&self, a: &Held, b: &Held) -> Vec<Because> {
        match (self.at.get(&a.key), self.at.get(&b.key)) {
            (Some(i), Some(j)) => self.reasons(*i, *j),
            _ => Vec::new(),
        }
    }

    /// All reasons for and against; their points are those of [`Scorer::weigh`].
    pub fn reasons(&self, a: usize, b: usize) -> Vec<Because> {
        let (held, other) = (self.claims[a], self.claims[b]);
        let (x, y) = (&self.features[a], &self.features[b]);
        let one = |what: Compared, points: f64| vec![Because { what, points }];
        let told = self.told[a].get(&b).copied();
        if x.item == y.item && x.in_table {
            return one(Compared::RowsOfOneTable { item: x.item }, NEVER);
        }
        match told {
            Some(Sameness::NotTheSame) => return one(Compared::ToldApart, NEVER),
            Some(Sameness::Same) => return one(Compared::ToldSame, self.model.threshold + TOLD),
            _ => {}
        }
        let found = self.comparer.compare(x, y);
        let mut out = Vec::new();
        let weight = |field: usize| match found.levels[field] {
            NONE => 0.0,
            level => self.model.weights[field][usize::from(level)] + self.rarity(field, x, &found),
        };
        out.push(Because { what: where_(held, other, &found), points: weight(PLACE) });
        out.push(Because { what: when(x, y, &found), points: weight(TIME) });
        let crowd = crowd(x, y, &found);
        if is_here_and_now(&found.levels) && crowd.abs() >= CROWD_SHOWN {
            out.push(Because { what: Compared::Crowd, points: crowd });
        }
        out.extend(what(held, other, &found, &weight));
        let together = self.model.together(&found.levels);
        if together.abs() >= CROWD_SHOWN {
            out.push(Because { what: Compared::Together, points: together });
        }
        out.extend(
            figures(&self.common_figures, held, other)
                .into_iter()
                .map(|(harm, figure, points)| Because { what: Compared::SameFigure { harm, figure }, points }),
        );
        if let Some((points, as_well)) = self.competition.of(a, b) {
            out.push(Because { what: Compared::OtherRows { as_well }, points });
        }
        let lift = self.model.threshold;
        if self.shares_evidence(a, b) {
            out.push(Because { what: Compared::SharedEvidence { items: (x.item, y.item) }, points: lift + SHARED });
        }
        if self.goes_on_with[a] == Some(b) || self.goes_on_with[b] == Some(a) {
            out.push(Because { what: Compared::GoesOn { item: x.item }, points: lift + GOES_ON });
        }
        out
    }

    /// The reason that one goes on with another in a text.
    pub fn going_on(&self, item: ItemId) -> Because {
        Because { what: Compared::GoesOn { item }, points: self.model.threshold + GOES_ON }
    }

    /// Copies of one picture, or the same words at the same place of a reused passage.
    fn shares_evidence(&self, a: usize, b: usize) -> bool {
        let (x, y) = (&self.features[a], &self.features[b]);
        let copies = x.cluster.is_some() && x.cluster == y.cluster;
        x.item != y.item
            && (copies || (x.shares_words && y.shares_words && same_words(self.ground, self.claims[a], self.claims[b])))
    }
}

pub(super) fn has_place(held: &Held) -> bool {
    held.claim.places.iter().any(|p| p.id.is_some() || p.lat.is_some())
}

pub(super) fn has_day(features: &Features) -> bool {
    features.spans.iter().any(|s| s.width() <= 3 * DAY)
}

/// Points for how few strangers are to be expected where and when two claims are, or against for how many.
pub(super) fn crowd(x: &Features, y: &Features, found: &Found) -> f64 {
    let of = crowd_of(&found.levels);
    (x.crowd[of] + y.crowd[of]) / 2.0
}

fn where_(a: &Held, b: &Held, found: &Found) -> Compared {
    let named =
        |held: &Held, at: u16| held.claim.places.get(usize::from(at)).map(|p| p.name.clone()).unwrap_or_default();
    let names = (named(a, found.at[PLACE].0), named(b, found.at[PLACE].1));
    let distance_m = found.metres.unwrap_or(0.0);
    match found.levels[PLACE] {
        NONE => Compared::PlaceUnknown,
        place::COMPATIBLE => Compared::PlaceCompatible { names },
        place::OTHER_SITE => Compared::OtherSite { names, distance_m },
        place::APART | place::FAR => Compared::PlacesApart { names, distance_m },
        _ => Compared::SamePlace { name: names.0, distance_m: found.metres },
    }
}

fn when(x: &Features, y: &Features, found: &Found) -> Compared {
    let (i, j) = (usize::from(found.at[TIME].0), usize::from(found.at[TIME].1));
    let minutes = found.minutes;
    let narrower = |x: Span, y: Span| if x.width() <= y.width() { x } else { y };
    let day = || x.spans.get(i).zip(y.spans.get(j)).and_then(|(x, y)| narrower(*x, *y).first_day()).unwrap_or_default();
    match found.levels[TIME] {
        NONE => Compared::TimeUnknown,
        time::HOUR | time::NEAR_HOUR => Compared::SameHour { minutes },
        time::HOURS_APART => Compared::HoursApart { minutes },
        time::DAYS_APART | time::FAR => Compared::DaysApart { days: (minutes + DAY - 1) / DAY },
        time::NIGHT | time::NEXT_DAY => Compared::DaysNear { days: 1 },
        time::DAY => Compared::SameDay { day: day() },
        _ => Compared::TimeCompatible,
    }
}

/// What was hit, what was done, with what.
fn what(a: &Held, b: &Held, found: &Found, weight: &dyn Fn(usize) -> f64) -> Vec<Because> {
    let mut out = Vec::new();
    let class = |list: &[witnessmark_model::claim::Named], at: u16| {
        list.get(usize::from(at)).map(|n| n.class.clone()).unwrap_or_default()
    };
    let name = |list: &[witnessmark_model::claim::Named], at: u16| {
        list.get(usize::from(at)).map(|n| n.name.clone()).unwrap_or_default()
    };
    let ends = found.at[TARGET];
    let classes = (class(&a.claim.targets, ends.0), class(&b.claim.targets, ends.1));
    let points = weight(TARGET);
    match found.levels[TARGET] {
        term::SAME => out.push(Because { what: Compared::SameTarget { class: classes.0 }, points }),
        term::KIND => out.push(Because { what: Compared::TargetCompatible { classes }, points }),
        term::SIBLINGS | term::APART => out.push(Because { what: Compared::OtherTarget { classes }, points }),
        _ => {}
    }
    if let Some((first, at)) = found.target_mentioned {
        let name = name(if first { &a.claim.targets } else { &b.claim.targets }, at);
        out.push(Because { what: Compared::Mentioned { name }, points: TARGET_MENTIONED });
    }
    if let Some(at) = found.same_name {
        out.push(Because { what: Compared::SameTargetName { name: name(&a.claim.targets, at) }, points: SAME_NAME });
    }
    if let (Some(x), Some(y)) = (&a.claim.act, &b.claim.act) {
        let (acts, points) = ((x.clone(), y.clone()), weight(ACT));
        match found.levels[ACT] {
            NONE => {}
            act::SAME => out.push(Because { what: Compared::SameAct { act: acts.0 }, points }),
            _ => out.push(Because { what: Compared::OtherAct { acts }, points }),
        }
    }
    let ends = found.at[WEAPON];
    let classes = (class(&a.claim.weapons, ends.0), class(&b.claim.weapons, ends.1));
    let points = weight(WEAPON);
    match found.levels[WEAPON] {
        term::SAME | term::KIND => out.push(Because { what: Compared::SameWeapon { class: classes.0 }, points }),
        term::SIBLINGS | term::APART => out.push(Because { what: Compared::OtherWeapon { classes }, points }),
        _ => {}
    }
    if let Some((first, at)) = found.weapon_mentioned {
        let name = name(if first { &a.claim.weapons } else { &b.claim.weapons }, at);
        out.push(Because { what: Compared::Mentioned { name }, points: WEAPON_MENTIONED });
    }
    out
}

fn exact(harm: &Harm) -> Option<u64> {
    harm.min.filter(|n| harm.max == Some(*n) && *n > 1)
}

/// How often each figure of each kind of harm is given exactly, so that one that many give by chance weighs little.
#[derive(Debug, Default)]
struct Figures {
    given: BTreeMap<(String, u64), f64>,
    all: BTreeMap<String, f64>,
}

impl Figures {
    fn of(claims: &[&Held]) -> Self {
        let mut figures = Figures::default();
        for harm in claims.iter().flat_map(|held| &held.claim.harm) {
            if let Some(n) = exact(harm) {
                *figures.given.entry((harm.harm.clone(), n)).or_default() += 1.0;
                *figures.all.entry(harm.harm.clone()).or_default() += 1.0;
            }
        }
        figures
    }

    /// Points of a figure that two claims give: half of those who tell of one happening give the same, strangers as often as it is
    /// given at all; where few figures are at hand, as a reasoned share.
    fn points(&self, harm: &str, n: u64) -> f64 {
        let reasoned = if n >= 10 { REASONED_FIGURE } else { 2.0 * REASONED_FIGURE };
        let given = self.given.get(&(harm.to_owned(), n)).copied().unwrap_or(0.0);
        let all = self.all.get(harm).copied().unwrap_or(0.0);
        // The two that are compared tell nothing of how common it is elsewhere.
        let share = ((given - 2.0).max(0.0) + FIGURES_PRIOR * reasoned) / ((all - 2.0).max(0.0) + FIGURES_PRIOR);
        (SAME_FIGURE / share).log2().clamp(0.0, MOST_FIGURE)
    }
}

/// Share of reports of one happening that give the same figure, and of strangers by reason, for ten and more.
const SAME_FIGURE: f64 = 0.5;
const REASONED_FIGURE: f64 = 0.03125;
/// Figures that the reasoned share counts as, and most points.
const FIGURES_PRIOR: f64 = 40.0;
const MOST_FIGURE: f64 = 5.0;

/// Figures that both give exactly, one of each kind of harm; ones and zeros are too common to mean anything. Different
/// figures mean little: tolls are corrected, and sources count differently.
fn figures(common: &Figures, a: &Held, b: &Held) -> Vec<(String, u64, f64)> {
    let mut same: BTreeMap<&str, u64> = BTreeMap::new();
    for x in &a.claim.harm {
        for y in b.claim.harm.iter().filter(|y| x.harm == y.harm && x.who == y.who) {
            if let Some(n) = exact(x).filter(|n| exact(y) == Some(*n)) {
                let known = same.entry(&x.harm).or_insert(n);
                *known = n.max(*known);
            }
        }
    }
    same.into_iter().map(|(harm, n)| (harm.to_owned(), n, common.points(harm, n))).collect()
}

/// The same words at the same place of a passage that one of the two took over.
fn same_words(ground: &Ground<'_>, a: &Held, b: &Held) -> bool {
    let (x, y) = (a.claim.item, b.claim.item);
    let (Some(sa), Some(sb)) = (a.claim.span, b.claim.span) else { return false };
    ground.reuses_of(x).map(|i| &ground.joined.reuses[i]).any(|reuse| {
        let (first, second) = (ground.joined.texts[reuse.a], ground.joined.texts[reuse.b]);
        let turned = (first, second) == (y, x);
        if !turned && (first, second) != (x, y) {
            return false;
        }
        reuse.passages.iter().any(|p| {
            let (pa, pb) = if turned { (p.in_b, p.in_a) } else { (p.in_a, p.in_b) };
            let inside = |s: (usize, usize), p: (usize, usize)| {
                s.0.saturating_add(SHIFT) >= p.0 && s.1 <= p.1.saturating_add(SHIFT)
            };
            // As far along in the one as in the other.
            let along = |s: (usize, usize), p: (usize, usize)| s.0.saturating_add(SHIFT).saturating_sub(p.0);
            inside(sa, pa) && inside(sb, pb) && along(sa, pa).abs_diff(along(sb, pb)) <= SHIFT
        })
    })
}
