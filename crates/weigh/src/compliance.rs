//! The obligations of a commitment against incidents, and where a speaker's rendering differs from its own text.
//!
//! The answer is about what the archive holds. No reports is *cannot tell*, never *met*, unless somebody has stated what was
//! covered; a report that nobody has assessed, or that is too weakly supported, is *cannot tell* as well. Where an
//! obligation binds one party, an incident counts against it only when that party is named for it, and being named is
//! somebody's claim. Exceptions in the instrument are for a person to judge.

mod differs;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;

use witnessmark_model::claim::Place;
use witnessmark_model::vocabulary::{Element, Level};
use witnessmark_model::words::fold;

pub use differs::{Aligned, Difference, Piece, differs};

use crate::origin::voice_key;
use crate::place::Parents;
use crate::terms::{List, OwnTerms};
use crate::weigh::{Ground, IncidentWeighed};
use crate::when::{DAY, Span};

/// One obligation, in its instrument's own words.
#[derive(Debug, Clone, PartialEq)]
pub struct Obligation {
    /// Id within the instrument.
    pub id: String,
    /// The instrument.
    pub instrument: String,
    /// Paragraph.
    pub paragraph: String,
    /// Operative verb.
    pub verb: String,
    /// Who is bound; `all parties` binds everyone.
    pub duty_bearer: String,
    /// Its own text.
    pub text: String,
    /// Kind of demand: `stop_attacks`, `lift_siege`, `allow_aid`, `protect_medical`, `open_corridor` …
    pub demand: String,
    /// Gazetteer ids or names where it holds; empty = everywhere.
    pub territory: Vec<String>,
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day.
    pub until: Option<String>,
    /// How it is measured.
    pub indicator: Indicator,
}

/// What counts against an obligation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Indicator {
    /// Acts that count; empty = all.
    pub acts: Vec<String>,
    /// Targets that count; empty = all.
    pub targets: Vec<String>,
    /// What is counted.
    pub measure: String,
}

/// An incident as it bears on obligations.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// Places named for it.
    pub places: Vec<Place>,
    /// First and last day, where known.
    pub days: Option<(String, String)>,
    /// Acts named.
    pub acts: BTreeSet<String>,
    /// Classes named.
    pub targets: BTreeSet<String>,
    /// Who is said to have done it.
    pub actors: BTreeSet<String>,
    /// How well it is supported that it happened, as signed.
    pub level: Level,
}

impl Reported {
    /// From a weighed incident; `level` is what a person signed for *that it happened*.
    pub fn of(ground: &Ground<'_>, weighed: &IncidentWeighed, level: Level) -> Self {
        let asserted =
            weighed.members.iter().filter_map(|k| ground.claims.get(k)).filter(|h| h.claim.polarity == "asserted");
        let claims: Vec<_> = asserted.map(|h| &h.claim).collect();
        let values = |element: Element| -> BTreeSet<String> {
            weighed.element(element).into_iter().flat_map(|e| e.values.iter().map(|(v, _)| v.clone())).collect()
        };
        Reported {
            places: claims.iter().flat_map(|c| ground.parents.closest(&c.places)).cloned().collect(),
            days: weighed.label.day.clone(),
            acts: claims.iter().filter_map(|c| c.act.clone()).collect(),
            targets: values(Element::Target),
            actors: values(Element::Who),
            level,
        }
    }
}

/// Somebody's statement that a place and time were watched, so that silence there means something.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Who states it.
    pub by: String,
    /// Gazetteer ids or names; empty = everywhere.
    pub territory: Vec<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Covered, and nothing against it.
    Met,
    /// Covered, with something against it on some days and nothing on others.
    Partly,
    /// Something against it.
    NotMet,
    /// Not enough is known.
    CannotTell,
}

/// Why.
#[derive(Debug, Clone, PartialEq)]
pub enum Because {
    /// An incident (place in the list) counts against it.
    Counts {
        /// Which.
        incident: usize,
        /// Its level.
        level: Level,
    },
    /// An incident would count and is not assessed, or too weakly supported.
    TooWeak {
        /// Which.
        incident: usize,
        /// Its level.
        level: Level,
    },
    /// An incident would count and the bound party is not named for it.
    NotAttributed {
        /// Which.
        incident: usize,
        /// Who is named; empty = nobody.
        named: Vec<String>,
    },
    /// An incident may lie outside the territory or the period.
    MayBeOutside {
        /// Which.
        incident: usize,
    },
    /// Nothing at hand bears on it.
    NoReports,
    /// Nobody has stated what was covered.
    CoverageNotStated,
    /// Coverage is stated for part of the days only.
    CoveredInPart {
        /// Days covered.
        days: usize,
        /// Days in the period.
        of: usize,
    },
    /// Coverage is stated.
    Covered {
        /// By whom.
        by: String,
    },
    /// Days with something against it.
    Days {
        /// How many.
        with: usize,
        /// Of how many covered.
        of: usize,
    },
    /// The instrument sets no last day, so the period is still running or unknown.
    NoLastDay,
}

/// One obligation against what is held.
#[derive(Debug, Clone, PartialEq)]
pub struct Compliance {
    /// Id of the obligation.
    pub obligation: String,
    /// The answer.
    pub answer: Answer,
    /// Why.
    pub reasons: Vec<Because>,
    /// Incidents that count against it, by their places in the list.
    pub against: Vec<usize>,
    /// The level that an incident needed to count.
    pub least: Level,
}

/// What places and terms are compared by.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// What lies in what.
    pub parents: &'a Parents,
    /// Terms of the user's own.
    pub own_terms: &'a OwnTerms,
}

/// The level below which an incident does not count against an obligation.
pub const LEAST: Level = Level::Corroborated;

/// Longest period that is counted by days.
const MOST_DAYS: i64 = 36_600;

/// Holds one obligation against incidents. `least`: the level that an incident needs to count (see [`LEAST`]).
pub fn comply(o: &Obligation, incidents: &[Reported], coverage: &[Coverage], least: Level, by: By<'_>) -> Compliance {
    let mut reasons = Vec::new();
    let mut against = Vec::new();
    let mut days = BTreeSet::new();
    let mut open = false;
    for (i, incident) in incidents.iter().enumerate().filter(|(_, r)| bears_on(o, r, by)) {
        match (in_territory(&o.territory, &incident.places, by.parents), in_period(o, incident)) {
            (Some(false), _) | (_, Some(false)) => continue,
            (Some(true), Some(true)) => {}
            _ => {
                reasons.push(Because::MayBeOutside { incident: i });
                open = true;
                continue;
            }
        }
        if !attributed(o, incident) {
            reasons.push(Because::NotAttributed { incident: i, named: incident.actors.iter().cloned().collect() });
            open = true;
        } else if incident.level < least {
            reasons.push(Because::TooWeak { incident: i, level: incident.level });
            open = true;
        } else {
            reasons.push(Because::Counts { incident: i, level: incident.level });
            against.push(i);
            days.extend(incident.days.as_ref().and_then(|(first, _)| day(first)));
        }
    }
    if reasons.is_empty() {
        reasons.push(Because::NoReports);
    }
    let answer = answer(o, coverage, &mut reasons, !against.is_empty(), open, &days, by.parents);
    Compliance { obligation: o.id.clone(), answer, reasons, against, least }
}

fn answer(
    o: &Obligation,
    coverage: &[Coverage],
    reasons: &mut Vec<Because>,
    breached: bool,
    open: bool,
    days: &BTreeSet<i64>,
    parents: &Parents,
) -> Answer {
    let covered = covered_days(o, coverage, parents);
    let Some((covered, period)) = covered else {
        let why =
            if o.until.is_none() && !coverage.is_empty() { Because::NoLastDay } else { Because::CoverageNotStated };
        reasons.push(why);
        return if breached { Answer::NotMet } else { Answer::CannotTell };
    };
    let whole = covered.len() == period;
    for statement in coverage.iter().filter(|c| covers_territory(c, o, parents)) {
        reasons.push(Because::Covered { by: statement.by.clone() });
    }
    if !whole {
        reasons.push(Because::CoveredInPart { days: covered.len(), of: period });
    }
    if breached {
        let with = days.intersection(&covered).count();
        reasons.push(Because::Days { with, of: covered.len() });
        return if whole && !open && with == days.len() && with < covered.len() {
            Answer::Partly
        } else {
            Answer::NotMet
        };
    }
    if whole && !open { Answer::Met } else { Answer::CannotTell }
}

/// Does an incident's act, and what it hit, count?
fn bears_on(o: &Obligation, incident: &Reported, by: By<'_>) -> bool {
    let counts = |list: List, listed: &[String], named: &BTreeSet<String>| {
        listed.is_empty() || named.iter().any(|n| listed.iter().any(|l| by.own_terms.is_kind(list, n, l)))
    };
    counts(List::Acts, &o.indicator.acts, &incident.acts)
        && counts(List::Targets, &o.indicator.targets, &incident.targets)
}

/// Nothing = cannot tell.
fn in_territory(territory: &[String], places: &[Place], parents: &Parents) -> Option<bool> {
    if territory.is_empty() {
        return Some(true);
    }
    let lies_in = |p: &Place, t: &String| {
        let by_id = p.id.as_deref().is_some_and(|id| parents.lies_in(id, t))
            || p.parent.as_deref().is_some_and(|id| parents.lies_in(id, t));
        by_id || (!p.name.is_empty() && fold(&p.name) == fold(t))
    };
    if places.iter().any(|p| territory.iter().any(|t| lies_in(p, t))) {
        return Some(true);
    }
    // A place that contains part of the territory, or that the gazetteer does not know, may be inside.
    let contains = |p: &Place| p.id.as_deref().is_some_and(|id| territory.iter().any(|t| parents.lies_in(t, id)));
    let known = |p: &Place| p.id.is_some();
    if places.is_empty() || places.iter().any(|p| contains(p) || !known(p)) { None } else { Some(false) }
}

fn in_period(o: &Obligation, incident: &Reported) -> Option<bool> {
    let (first, last) = incident.days.as_ref().map(|(a, b)| (day(a), day(b)))?;
    let (first, last) = (first?, last?);
    let from = o.from.as_deref().and_then(day).unwrap_or(i64::MIN);
    let until = o.until.as_deref().and_then(day).unwrap_or(i64::MAX);
    if last < from || first > until {
        Some(false)
    } else if first >= from && last <= until {
        Some(true)
    } else {
        None
    }
}

fn day(text: &str) -> Option<i64> {
    Span::read(text).map(|s| s.from.div_euclid(DAY))
}

/// Is the bound party named for it? An obligation of all counts whoever did it.
fn attributed(o: &Obligation, incident: &Reported) -> bool {
    let bearer = voice_key(&o.duty_bearer);
    let all = bearer.is_empty()
        || matches!(bearer.as_str(), "all parties" | "all" | "parties" | "all sides")
        || fold(&o.duty_bearer).contains("جميع الاطراف")
        || fold(&o.duty_bearer).contains("كل الاطراف");
    all || incident.actors.iter().any(|a| voice_key(a) == bearer)
}

/// Days of the period that somebody states were covered, and how many there are; nothing without a stated period, or
/// without any coverage of the territory.
fn covered_days(o: &Obligation, coverage: &[Coverage], parents: &Parents) -> Option<(BTreeSet<i64>, usize)> {
    let (from, until) = (o.from.as_deref().and_then(day)?, o.until.as_deref().and_then(day)?);
    if from > until || until - from > MOST_DAYS {
        return None;
    }
    let mut days = BTreeSet::new();
    for statement in coverage.iter().filter(|c| covers_territory(c, o, parents)) {
        if let (Some(a), Some(b)) = (day(&statement.from), day(&statement.until)) {
            days.extend(a.max(from)..=b.min(until));
        }
    }
    (!days.is_empty()).then_some((days, (until - from + 1) as usize))
}

/// Does a statement of coverage reach all of the territory?
fn covers_territory(c: &Coverage, o: &Obligation, parents: &Parents) -> bool {
    let reaches = |t: &String| c.territory.iter().any(|x| fold(x) == fold(t) || parents.lies_in(t, x));
    c.territory.is_empty() || (!o.territory.is_empty() && o.territory.iter().all(reaches))
}
