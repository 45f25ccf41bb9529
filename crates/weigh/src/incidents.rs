//! Candidate incidents: which one-event claims seem to speak of one happening, with reasons for and against.
//!
//! A candidate is a hypothesis for a person. What is unknown never matches by itself and never excludes by itself. Claims
//! of a counted set, a campaign or a pattern are context of incidents and never members.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use witnessmark_model::vocabulary::Element;
use witnessmark_model::{ClaimRef, ItemId};

mod block;
mod burst;
mod calibrate;
mod compete;
mod crowd;
mod features;
mod group;
mod hints;
#[cfg(test)]
mod hostile;
mod learn;
mod levels;
mod pairing;
mod score;
#[cfg(test)]
mod tests;
mod words;

pub use pairing::{Measured, Pairing, Question, measure, why};

use crate::facts::Held;
use crate::level::{classes, spans};
use crate::place::{Near, radius};
use crate::terms::{List, is_vague};
use crate::weigh::Ground;
use crate::when::{DAY, Span};
use score::Scorer;

/// A reason for or against two claims being of one incident; points are on a log₂ scale, negative = against.
#[derive(Debug, Clone, PartialEq)]
pub struct Because {
    /// What was compared.
    pub what: Compared,
    /// Points.
    pub points: f64,
}

/// What was compared, and how it came out.
#[derive(Debug, Clone, PartialEq)]
pub enum Compared {
    /// The same place, both known closely.
    SamePlace {
        /// As named.
        name: String,
        /// Metres between the two, where both have coordinates.
        distance_m: Option<f64>,
    },
    /// One place lies in, or may lie in, the other.
    PlaceCompatible {
        /// As named.
        names: (String, String),
    },
    /// Two sites of one town.
    OtherSite {
        /// As named.
        names: (String, String),
        /// Metres between them.
        distance_m: f64,
    },
    /// Two places that cannot be one.
    PlacesApart {
        /// As named.
        names: (String, String),
        /// Metres between them.
        distance_m: f64,
    },
    /// The place of one is not stated.
    PlaceUnknown,
    /// Times agree to the hour.
    SameHour {
        /// Minutes between the two.
        minutes: i64,
    },
    /// The same day.
    SameDay {
        /// The day.
        day: String,
    },
    /// Days that touch.
    DaysNear {
        /// Days between.
        days: i64,
    },
    /// One interval lies in the other, which is coarse.
    TimeCompatible,
    /// Hours of one day that differ.
    HoursApart {
        /// Minutes between.
        minutes: i64,
    },
    /// Days that differ.
    DaysApart {
        /// Days between.
        days: i64,
    },
    /// The time of one is not stated.
    TimeUnknown,
    /// The same class was hit.
    SameTarget {
        /// Term.
        class: String,
    },
    /// One class is a kind of the other.
    TargetCompatible {
        /// Terms.
        classes: (String, String),
    },
    /// Different things were hit.
    OtherTarget {
        /// Terms.
        classes: (String, String),
    },
    /// The same name of what was hit.
    SameTargetName {
        /// As named.
        name: String,
    },
    /// The words of the one mention what the other names as hit or used.
    Mentioned {
        /// As named.
        name: String,
    },
    /// The same act.
    SameAct {
        /// Term.
        act: String,
    },
    /// Acts that do not go together.
    OtherAct {
        /// Terms.
        acts: (String, String),
    },
    /// The same weapon, or one is a kind of the other.
    SameWeapon {
        /// Term.
        class: String,
    },
    /// Different weapons.
    OtherWeapon {
        /// Terms.
        classes: (String, String),
    },
    /// The same figure of the same harm.
    SameFigure {
        /// Killed, injured …
        harm: String,
        /// How many.
        figure: u64,
    },
    /// Both rest on the same words or pictures.
    SharedEvidence {
        /// The items.
        items: (ItemId, ItemId),
    },
    /// One goes on with the other in the same text, and gives no place or no day of its own.
    GoesOn {
        /// The text.
        item: ItemId,
    },
    /// How many other reports come from there in those weeks: few lend weight, many take it.
    Crowd,
    /// What was hit, what was done and with what go with each other: less together than each by itself, or more.
    Together,
    /// Other rows of tables compete for being the one that tells of the same happening.
    OtherRows {
        /// How many of them fit about as well.
        as_well: u32,
    },
    /// A person said that they are of one happening.
    ToldSame,
    /// A person said that they are not of one happening.
    ToldApart,
    /// Two rows of one table: its maker holds them to be two.
    RowsOfOneTable {
        /// The table.
        item: ItemId,
    },
}

/// A claim that a candidate holds, and how well it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The claim.
    pub claim: ClaimRef,
    /// Mean points against the other members; 0 when alone.
    pub points: f64,
}

/// What a label is made of; absent = not stated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// Term of the act that most members name.
    pub act: Option<String>,
    /// Term of the target that most members name.
    pub target: Option<String>,
    /// Name of the target, where one is named.
    pub target_name: Option<String>,
    /// Name of the closest place.
    pub place: Option<String>,
    /// First day, and last where it differs.
    pub day: Option<(String, String)>,
}

/// A proposed incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Claims in it, sorted.
    pub members: Vec<Member>,
    /// What to call it.
    pub label: Label,
    /// Least mean points of any member: how well it holds together. 0 for one claim.
    pub score: f64,
    /// The strongest reasons for.
    pub reasons_for: Vec<Because>,
    /// Everything that speaks against.
    pub reasons_against: Vec<Because>,
    /// Claims of wider scope that speak of where and when this lies.
    pub context: Vec<ClaimRef>,
    /// How its claims hang together, the strongest link first: each joins one claim more.
    pub links: Vec<Pairing>,
}

/// How two candidates may hang together.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// Place of the earlier in the list of candidates.
    pub first: usize,
    /// Place of the later.
    pub second: usize,
    /// How.
    pub kind: HintKind,
    /// Why.
    pub reasons: Vec<Because>,
}

/// Kinds of hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HintKind {
    /// They may be one.
    PossibleDuplicate,
    /// Rescuers, or the same place, were hit later on the same day.
    SecondStrike,
    /// What bears one name of its own, in one place, was hit again on another day.
    SameFacility,
    /// The same class was hit in the same place again and again within weeks.
    Series,
}

/// A claim that could belong to several candidates about as well: left alone, for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Undecided {
    /// The claim.
    pub claim: ClaimRef,
    /// Places in the list of candidates, best first, with points.
    pub could_be: Vec<(usize, f64)>,
}

/// What grouping came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grouping {
    /// By first member.
    pub candidates: Vec<Candidate>,
    /// Hints between candidates.
    pub hints: Vec<Hint>,
    /// Claims that could be of several.
    pub undecided: Vec<Undecided>,
    /// What to ask a person first.
    pub questions: Vec<Question>,
    /// Claims of wider scope that are context of no candidate, and denials of nothing at hand.
    pub context_only: Vec<ClaimRef>,
    /// Claims of one event that give neither place nor day and go with nothing: too little to propose an incident on.
    pub loose: Vec<ClaimRef>,
}

/// Claims of a candidate that reasons and points are computed from; of more, some evenly spaced.
const MOST_EXPLAINED: usize = 24;
/// Reasons for that are listed.
const REASONS_FOR: usize = 8;
/// Reasons against that are listed.
const REASONS_AGAINST: usize = 24;
/// Most context claims that are held against candidates, and most pairs of the two.
const MOST_CONTEXT: usize = 20_000;
const MOST_CONTEXT_PAIRS: usize = 20_000_000;

/// Candidate incidents from all one-event claims at hand; claims of withdrawn items are left out.
pub fn candidates(ground: &Ground<'_>) -> Grouping {
    let (events, wider) = events(ground);
    let scorer = Scorer::new(ground, &events);
    let mut groups = group::group(&scorer);
    let loose = set_loose_apart(&events, &mut groups);
    let mut candidates: Vec<Candidate> = groups.groups.iter().map(|group| candidate(&scorer, group)).collect();
    let undecided =
        groups.undecided.iter().map(|(i, could_be)| Undecided { claim: events[*i].key, could_be: could_be.clone() });
    let mut context_only: BTreeSet<ClaimRef> = groups.left.iter().map(|i| events[*i].key).collect();
    let wider = wider.into_iter().filter(|h| matches!(h.claim.predicate.as_str(), "attack" | "pattern"));
    for held in wider.take(MOST_CONTEXT.min(MOST_CONTEXT_PAIRS / candidates.len().max(1))) {
        let mut any = false;
        for (candidate, group) in candidates.iter_mut().zip(&groups.groups) {
            if speaks_of_where_and_when(ground, held, events[group[0]]) {
                candidate.context.push(held.key);
                any = true;
            }
        }
        if !any {
            context_only.insert(held.key);
        }
    }
    let members: Vec<Vec<&Held>> =
        groups.groups.iter().map(|group| group.iter().map(|i| events[*i]).collect()).collect();
    let hints = hints::hints(&scorer, &members);
    let context_only = context_only.into_iter().collect();
    let torn: Vec<(usize, usize)> =
        groups.undecided.iter().filter_map(|(x, could_be)| Some((*x, could_be.first()?.0))).collect();
    let (undecided, questions) = (undecided.collect(), Vec::new());
    let mut found = Grouping { undecided, hints, questions, candidates, context_only, loose };
    found.questions = pairing::questions(&scorer, &found, &groups.groups, &torn);
    found
}

/// Claims of one event, in the order of their references, and all others; those of withdrawn items are left out.
fn events<'a>(ground: &Ground<'a>) -> (Vec<&'a Held>, Vec<&'a Held>) {
    let withdrawn = |h: &Held| ground.items.get(&h.claim.item).is_some_and(|i| i.withdrawn);
    ground.claims.values().copied().filter(|h| !withdrawn(h)).partition(|h| h.claim.is_of_one_event())
}

/// Takes out groups of one text that give neither place nor day, but for a second strike, which its text places.
fn set_loose_apart(events: &[&Held], groups: &mut group::Groups) -> Vec<ClaimRef> {
    let says_enough = |group: &Vec<usize>| {
        let claims = || group.iter().map(|i| events[*i]);
        let items: BTreeSet<ItemId> = claims().map(|h| h.claim.item).collect();
        let second = |h: &Held| h.claim.act.as_deref() == Some(features::SECOND);
        let has_day = |h: &Held| spans(&h.claim).iter().any(|s| s.width() <= 3 * crate::when::DAY);
        items.len() > 1 || claims().any(|h| score::has_place(h) || has_day(h) || second(h))
    };
    let mut at: Vec<Option<usize>> = Vec::new();
    let mut loose = BTreeSet::new();
    let all = std::mem::take(&mut groups.groups);
    for group in all {
        let enough = says_enough(&group);
        at.push(enough.then_some(groups.groups.len()));
        match enough {
            true => groups.groups.push(group),
            false => loose.extend(group.iter().map(|i| events[*i].key)),
        }
    }
    for (_, could_be) in &mut groups.undecided {
        *could_be = could_be.iter().filter_map(|(g, points)| at[*g].map(|g| (g, *points))).collect();
    }
    loose.into_iter().collect()
}

/// Does a claim of wider scope name a place that this lies in, and a time that does not exclude it?
fn speaks_of_where_and_when(ground: &Ground<'_>, wide: &Held, member: &Held) -> bool {
    let (near, _) = ground.parents.compare_all(&wide.claim.places, &member.claim.places, ground.policy.agree_within_m);
    let time = crate::level::nearest_times(&wide.claim, &member.claim);
    matches!(near, Near::Same(_) | Near::Compatible) && time.is_none_or(|(x, y)| x.gap(y) == 0)
}

/// A candidate of these claims, with its label and reasons.
fn candidate(scorer: &Scorer<'_>, members: &[usize]) -> Candidate {
    let step = members.len().div_ceil(MOST_EXPLAINED).max(1);
    let explained: Vec<usize> = members.iter().copied().step_by(step).collect();
    let mut reasons: Vec<Because> = Vec::new();
    for (n, a) in explained.iter().enumerate() {
        for b in &explained[n + 1..] {
            reasons.extend(scorer.reasons(*a, *b).into_iter().filter(|r| r.points != 0.0));
        }
    }
    let mean = |x: usize| -> f64 {
        let others: Vec<f64> = explained.iter().filter(|y| **y != x).map(|y| scorer.points(x, *y)).collect();
        if others.is_empty() { 0.0 } else { others.iter().sum::<f64>() / others.len() as f64 }
    };
    let held: Vec<&Held> = members.iter().map(|i| scorer.claims[*i]).collect();
    let members_out: Vec<Member> =
        members.iter().map(|i| Member { claim: scorer.claims[*i].key, points: mean(*i) }).collect();
    reasons.sort_by(|a, b| {
        b.points.total_cmp(&a.points).then_with(|| format!("{:?}", a.what).cmp(&format!("{:?}", b.what)))
    });
    reasons.dedup();
    let (reasons_for, mut against): (Vec<Because>, Vec<Because>) = reasons.into_iter().partition(|r| r.points > 0.0);
    against.reverse();
    Candidate {
        score: members_out.iter().map(|m| m.points).min_by(f64::total_cmp).unwrap_or(0.0),
        members: members_out,
        label: label(scorer.ground, &held),
        reasons_for: unlike(reasons_for, REASONS_FOR),
        reasons_against: unlike(against, REASONS_AGAINST),
        context: Vec::new(),
        links: pairing::links(scorer, members),
    }
}

/// The first of each kind, then the rest, up to `most`.
fn unlike(reasons: Vec<Because>, most: usize) -> Vec<Because> {
    let mut seen = BTreeSet::new();
    let (mut first, rest): (Vec<Because>, Vec<Because>) = reasons.into_iter().partition(|r| seen.insert(r.what.kind()));
    first.extend(rest);
    first.truncate(most);
    first
}

/// Do the words of one claim mention what the other names as hit?
pub(crate) fn mentions_target(named: &witnessmark_model::Claim, quoting: &witnessmark_model::Claim) -> bool {
    let words = witnessmark_model::words::query_terms(&quoting.quote);
    let told = named.targets.iter().filter(|t| !is_vague(List::Targets, &t.class));
    let mut heads = told.filter_map(|t| features::head(&t.name));
    heads.any(|head| head.chars().count() > 2 && words.contains(&head))
}

/// What to call a set of claims: what most of them name, the closest place, the narrowest days.
pub fn label(ground: &Ground<'_>, members: &[&Held]) -> Label {
    let asserted = || members.iter().filter(|h| h.claim.polarity == "asserted");
    let act = most_named(asserted().filter_map(|h| h.claim.act.as_deref()).filter(|a| !is_vague(List::Acts, a)));
    let any_act = || most_named(asserted().filter_map(|h| h.claim.act.as_deref()).filter(|a| *a != "unknown"));
    let specific = |c: &&str| !is_vague(List::Targets, c);
    let target = most_named(asserted().flat_map(|h| classes(&h.claim, Element::Target)).filter(specific));
    let any_target =
        || most_named(asserted().flat_map(|h| classes(&h.claim, Element::Target)).filter(|c| *c != "unknown"));
    let target = target.or_else(any_target);
    let proper = |name: &&str| name.split_whitespace().count() > 1 && name.chars().any(char::is_uppercase);
    let of_class = asserted().flat_map(|h| &h.claim.targets).filter(|t| Some(&t.class) == target.as_ref());
    let places = members.iter().flat_map(|h| ground.parents.closest(&h.claim.places));
    let mut by_name: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for place in places.filter(|p| !p.name.trim().is_empty()) {
        let entry = by_name.entry(place.name.as_str()).or_insert((f64::INFINITY, 0));
        *entry = (entry.0.min(radius(place)), entry.1 + 1);
    }
    let closest = by_name.iter().min_by(|(a, x), (b, y)| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1)).then(a.cmp(b)));
    let times: Vec<Span> =
        members.iter().filter_map(|h| ground.reads.claim(&h.key)).flat_map(|read| read.spans.iter().copied()).collect();
    let narrowest = times.iter().min_by_key(|s| (s.width(), s.from));
    Label {
        act: act.or_else(any_act),
        target_name: most_named(of_class.map(|t| t.name.as_str()).filter(proper)),
        target,
        place: closest.map(|(name, _)| (*name).to_owned()),
        day: narrowest.and_then(|s| Some((s.first_day()?, s.last_day()?))),
    }
}

/// For each set of claims: is another of the sets known in the same town on the same day? Then town and day alone agree on
/// nothing.
pub fn share_town_and_day(ground: &Ground<'_>, sets: &[BTreeSet<ClaimRef>]) -> Vec<bool> {
    let mut by_day: BTreeMap<i64, Vec<(usize, &Held)>> = BTreeMap::new();
    for (s, set) in sets.iter().enumerate() {
        let mut days = BTreeSet::new();
        for read in set.iter().filter_map(|key| ground.reads.claim(key)) {
            let held = read.held;
            for span in read.spans.iter().filter(|s| s.days() == 1) {
                // One claim for each set and day is enough where it has a place.
                let day = span.from.div_euclid(DAY);
                if !held.claim.places.is_empty() && days.insert((day, held.claim.places[0].id.as_deref())) {
                    by_day.entry(day).or_default().push((s, held));
                }
            }
        }
    }
    let mut shared = vec![false; sets.len()];
    for met in by_day.values() {
        for (n, (s, a)) in met.iter().enumerate() {
            for (t, b) in met[n + 1..].iter().take(MOST_EXPLAINED * 40).filter(|(t, _)| t != s) {
                let within = ground.policy.agree_within_m;
                if matches!(ground.parents.compare_all(&a.claim.places, &b.claim.places, within).0, Near::Same(_)) {
                    (shared[*s], shared[*t]) = (true, true);
                }
            }
        }
    }
    shared
}

/// What comes most often; the first in order of equals.
fn most_named<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    names.for_each(|n| *count.entry(n).or_default() += 1);
    let best = count.into_iter().min_by_key(|(name, n)| (std::cmp::Reverse(*n), *name));
    best.map(|(name, _)| name.to_owned())
}

impl Label {
    /// `{"act","target","target_name","place","from","to"}`, absent = not stated.
    pub fn to_json(&self) -> Value {
        let mut value = json!({});
        let mut put = |name: &str, what: Option<&String>| {
            if let Some(what) = what {
                value[name] = what.clone().into();
            }
        };
        put("act", self.act.as_ref());
        put("target", self.target.as_ref());
        put("target_name", self.target_name.as_ref());
        put("place", self.place.as_ref());
        put("from", self.day.as_ref().map(|d| &d.0));
        put("to", self.day.as_ref().map(|d| &d.1));
        value
    }
}
