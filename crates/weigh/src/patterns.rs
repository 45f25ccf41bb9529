//! Counts by class and place as first pattern, with exact intervals, a stated null and a stated population.
//!
//! A pattern is about what was reported, not about what happened: every result says who may not be seen. It never
//! supports an element of an incident of its own population, and it names nobody as its cause.

mod exact;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

pub use exact::{Estimate, MOST_COUNTED, fisher, poisson_interval, rate_ratio, share_interval, wilson_interval};

use crate::level::term_label;
use crate::say::{self, ltr, name, pick};

/// An incident as a pattern counts it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Classes that it is said to have hit; it counts once in each.
    pub targets: BTreeSet<String>,
    /// Name or gazetteer id of its place, at the level that is counted by.
    pub place: Option<String>,
    /// Day, where known.
    pub day: Option<String>,
}

/// What a count is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// A class of target.
    Target(String),
    /// A place.
    Place(String),
    /// A class in a place.
    Both(String, String),
}

/// One count with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// Of what.
    pub by: By,
    /// How many incidents.
    pub incidents: u64,
    /// Exact Poisson interval of the mean number in a period like this one.
    pub mean: (f64, f64),
    /// Exact interval of the share of the population; nothing without one.
    pub share: Option<(f64, f64)>,
}

/// Who or what the counts may not show.
#[derive(Debug, Clone, PartialEq)]
pub enum Unseen {
    /// Only what somebody reported and the archive holds is counted.
    NotReported,
    /// Incidents without a place.
    WithoutPlace(u64),
    /// Incidents without a class of target.
    WithoutTarget(u64),
    /// Incidents without a day.
    WithoutDay(u64),
    /// One place makes up this much of the population: its reporters may simply be more.
    OnePlace {
        /// Which.
        place: String,
        /// How many incidents.
        incidents: u64,
    },
}

/// One class in one place against the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The class.
    pub target: String,
    /// The place.
    pub place: String,
    /// Incidents: class and place, class elsewhere, other classes in the place, other classes elsewhere.
    pub table: [u64; 4],
    /// Fisher's exact odds ratio; nothing where a margin is empty.
    pub odds: Option<Estimate>,
}

/// A first pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Incidents counted.
    pub population: u64,
    /// First and last day among them.
    pub period: Option<(String, String)>,
    /// 0–1.
    pub confidence: f64,
    /// Counts, largest first.
    pub counts: Vec<Count>,
    /// Each class in each place against the rest, largest count first. Tested many times over: see [`Pattern::caution`].
    pub cells: Vec<Cell>,
    /// Who may not be seen.
    pub unseen: Vec<Unseen>,
}

/// Most classes and most places that are crossed with each other.
const MOST_CROSSED: usize = 40;

/// Counts incidents by class of target and place. `confidence` as in 0.95.
pub fn first_pattern(incidents: &[Counted], confidence: f64) -> Pattern {
    let population = incidents.len() as u64;
    let mut tally: BTreeMap<By, u64> = BTreeMap::new();
    for incident in incidents {
        for target in &incident.targets {
            *tally.entry(By::Target(target.clone())).or_default() += 1;
            if let Some(place) = &incident.place {
                *tally.entry(By::Both(target.clone(), place.clone())).or_default() += 1;
            }
        }
        if let Some(place) = &incident.place {
            *tally.entry(By::Place(place.clone())).or_default() += 1;
        }
    }
    let cells = cells(incidents, &tally, confidence);
    let unseen = unseen(incidents, &tally);
    let mut counts: Vec<Count> = tally
        .into_iter()
        .map(|(by, n)| Count {
            by,
            incidents: n,
            mean: poisson_interval(n, confidence),
            share: (population > 0).then(|| share_interval(n, population, confidence)),
        })
        .collect();
    counts.sort_by(|a, b| b.incidents.cmp(&a.incidents).then_with(|| a.by.cmp(&b.by)));
    let days = || incidents.iter().filter_map(|i| i.day.clone());
    Pattern { population, period: days().min().zip(days().max()), confidence, counts, cells, unseen }
}

fn largest(tally: &BTreeMap<By, u64>, pick: impl Fn(&By) -> Option<&String>) -> Vec<String> {
    let mut named: Vec<(u64, &String)> = tally.iter().filter_map(|(by, n)| Some((*n, pick(by)?))).collect();
    named.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    named.into_iter().take(MOST_CROSSED).map(|(_, name)| name.clone()).collect()
}

fn cells(incidents: &[Counted], tally: &BTreeMap<By, u64>, confidence: f64) -> Vec<Cell> {
    let targets = largest(tally, |by| if let By::Target(t) = by { Some(t) } else { None });
    let places = largest(tally, |by| if let By::Place(p) = by { Some(p) } else { None });
    let placed = incidents.iter().filter(|i| i.place.is_some() && !i.targets.is_empty());
    let all = placed.clone().count() as u64;
    let count = |test: &dyn Fn(&Counted) -> bool| placed.clone().filter(|i| test(i)).count() as u64;
    let mut cells = Vec::new();
    for target in &targets {
        let of_class = count(&|i| i.targets.contains(target));
        for place in &places {
            let both = tally.get(&By::Both(target.clone(), place.clone())).copied().unwrap_or(0);
            if both == 0 {
                continue;
            }
            let in_place = count(&|i| i.place.as_ref() == Some(place));
            let table = [both, of_class - both, in_place - both, all + both - of_class - in_place];
            let odds = fisher(table[0], table[1], table[2], table[3], confidence);
            cells.push(Cell { target: target.clone(), place: place.clone(), table, odds });
        }
    }
    cells.sort_by(|a, b| b.table[0].cmp(&a.table[0]).then_with(|| (&a.target, &a.place).cmp(&(&b.target, &b.place))));
    cells
}

fn unseen(incidents: &[Counted], tally: &BTreeMap<By, u64>) -> Vec<Unseen> {
    let count = |test: &dyn Fn(&Counted) -> bool| incidents.iter().filter(|i| test(i)).count() as u64;
    let mut unseen = vec![Unseen::NotReported];
    let (place, target, day) =
        (count(&|i| i.place.is_none()), count(&|i| i.targets.is_empty()), count(&|i| i.day.is_none()));
    unseen.extend((place > 0).then_some(Unseen::WithoutPlace(place)));
    unseen.extend((target > 0).then_some(Unseen::WithoutTarget(target)));
    unseen.extend((day > 0).then_some(Unseen::WithoutDay(day)));
    let half = |by: &By, n: u64| match by {
        By::Place(place) if incidents.len() > 3 && n * 2 > incidents.len() as u64 => {
            Some(Unseen::OnePlace { place: place.clone(), incidents: n })
        }
        _ => None,
    };
    unseen.extend(tally.iter().filter_map(|(by, n)| half(by, *n)));
    unseen
}

impl Pattern {
    /// What the intervals are against, in words.
    pub fn null(&self, language: &str) -> String {
        pick(
            language,
            "null: incidents come independently of each other, and class and place have nothing to do with each other",
            "فرضية العدم: تقع الوقائع مستقلة بعضها عن بعض، ولا صلة بين صنف الهدف والمكان",
        )
    }

    /// Of what the counts are, in words.
    pub fn population_words(&self, language: &str) -> String {
        let n = self.population;
        match &self.period {
            Some((first, last)) => pick(
                language,
                format!("population: {n} incidents that this archive holds, {first} to {last}"),
                format!("المجموعة: {} من الوقائع التي يحفظها هذا الأرشيف، من {} إلى {}", ltr(n), ltr(first), ltr(last)),
            ),
            None => pick(
                language,
                format!("population: {n} incidents that this archive holds"),
                format!("المجموعة: {} من الوقائع التي يحفظها هذا الأرشيف", ltr(n)),
            ),
        }
    }

    /// How many comparisons were made, and what that means for the smallest p among them.
    pub fn caution(&self, language: &str) -> String {
        let n = self.cells.len();
        pick(
            language,
            format!(
                "{n} comparisons were made: of that many, about {:.1} are expected below p = 0.05 by chance alone",
                n as f64 * 0.05
            ),
            format!(
                "أُجريت {} مقارنة، ويُتوقع أن ينزل نحو {} منها تحت {} بالمصادفة وحدها",
                ltr(n),
                ltr(format!("{:.1}", n as f64 * 0.05)),
                ltr("p = 0.05")
            ),
        )
    }

    /// `{"population","period","confidence","counts":[{"target","place","incidents","mean","share"}],"cells":[…],
    /// "null","caution","unseen":[text]}`.
    pub fn to_json(&self, language: &str) -> Value {
        let counts: Vec<Value> = self.counts.iter().map(Count::to_json).collect();
        let mut value = json!({
            "population": self.population, "confidence": self.confidence, "counts": counts,
            "cells": self.cells.iter().map(Cell::to_json).collect::<Vec<_>>(),
            "null": self.null(language), "caution": self.caution(language),
            "unseen": self.unseen.iter().map(|u| u.words(language)).collect::<Vec<_>>(),
        });
        if let Some((first, last)) = &self.period {
            value["period"] = json!([first, last]);
        }
        value
    }
}

impl Count {
    fn to_json(&self) -> Value {
        let mut value = json!({"incidents": self.incidents, "mean": [self.mean.0, self.mean.1]});
        let (target, place) = match &self.by {
            By::Target(t) => (Some(t), None),
            By::Place(p) => (None, Some(p)),
            By::Both(t, p) => (Some(t), Some(p)),
        };
        for (name, what) in [("target", target), ("place", place)] {
            if let Some(what) = what {
                value[name] = what.clone().into();
            }
        }
        if let Some((low, high)) = self.share {
            value["share"] = json!([low, high]);
        }
        value
    }
}

impl Cell {
    fn to_json(&self) -> Value {
        let mut value = json!({"target": self.target, "place": self.place, "table": self.table});
        if let Some(odds) = &self.odds {
            // JSON has no infinity: an end that is not finite is left out.
            for (name, x) in [("odds_ratio", odds.value), ("low", odds.low), ("high", odds.high), ("p", odds.p)] {
                if x.is_finite() {
                    value[name] = x.into();
                }
            }
        }
        value
    }

    /// In words.
    pub fn words(&self, language: &str) -> String {
        let class = term_label(&self.target, language);
        let [both, elsewhere, other, _] = self.table;
        pick(
            language,
            format!(
                "{class} in {}: {both} incidents, against {elsewhere} elsewhere and {other} of other classes there",
                self.place
            ),
            format!(
                "{} في {}: {} واقعة، مقابل {} في أماكن أخرى و{} من أصناف أخرى هناك",
                name(class),
                name(&self.place),
                ltr(both),
                ltr(elsewhere),
                ltr(other)
            ),
        )
    }
}

impl Unseen {
    /// In words.
    pub fn words(&self, language: &str) -> String {
        match self {
            Unseen::NotReported => pick(
                language,
                "what nobody reported, or this archive does not hold, is not counted: places without reporters look quiet",
                "لا يُحصى ما لم يبلّغ عنه أحد أو لا يحفظه هذا الأرشيف، فالأماكن التي لا مبلّغين فيها تبدو هادئة",
            ),
            Unseen::WithoutPlace(n) => pick(
                language,
                format!("{n} incidents without a known place are in no place's count"),
                format!("{} من الوقائع بلا مكان معروف ولا تدخل في عدد أي مكان", ltr(n)),
            ),
            Unseen::WithoutTarget(n) => pick(
                language,
                format!("{n} incidents of which it is not said what was hit are in no class's count"),
                format!("{} من الوقائع لم يُذكر ما أُصيب فيها ولا تدخل في عدد أي صنف", ltr(n)),
            ),
            Unseen::WithoutDay(n) => pick(
                language,
                format!("{n} incidents without a known day may lie outside the period"),
                format!("{} من الوقائع بلا يوم معروف وقد تقع خارج المدة", ltr(n)),
            ),
            Unseen::OnePlace { place, incidents } => pick(
                language,
                format!("{incidents} incidents are of {place}: there may be more who report from there"),
                format!("{} من الوقائع من {}، وقد يكون المبلّغون من هناك أكثر", ltr(incidents), say::name(place)),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(target: &str, place: Option<&str>) -> Counted {
        Counted {
            targets: [target.to_owned()].into_iter().filter(|t| !t.is_empty()).collect(),
            place: place.map(str::to_owned),
            day: Some("2031-04-12".into()),
        }
    }

    #[test]
    fn counts_state_their_population_their_null_and_who_may_not_be_seen() {
        let mut all =
            vec![incident("hospital", Some("A")), incident("hospital", Some("A")), incident("school", Some("B"))];
        all.push(incident("hospital", None));
        all.push(incident("", Some("A")));
        let pattern = first_pattern(&all, 0.95);
        assert_eq!((&pattern.counts[0].by, pattern.counts[0].incidents), (&By::Target("hospital".into()), 3));
        let hospitals = pattern.counts.iter().find(|c| c.by == By::Target("hospital".into())).unwrap();
        assert_eq!((hospitals.incidents, pattern.population), (3, 5));
        assert!(hospitals.mean.0 < 3.0 && hospitals.mean.1 > 3.0);
        let cell = pattern.cells.iter().find(|c| c.target == "hospital").unwrap();
        assert_eq!(cell.table, [2, 0, 0, 1]);
        assert!(
            pattern.unseen.contains(&Unseen::WithoutPlace(1)) && pattern.unseen.contains(&Unseen::WithoutTarget(1))
        );
        assert!(pattern.unseen.contains(&Unseen::OnePlace { place: "A".into(), incidents: 3 }));
        for language in ["en", "ar"] {
            let text = pattern.to_json(language).to_string();
            assert_eq!(text.chars().any(|c| ('\u{0600}'..='\u{06ff}').contains(&c)), language == "ar");
        }
    }

    #[test]
    fn nothing_counted_is_no_pattern_and_no_panic() {
        let pattern = first_pattern(&[], 0.95);
        assert!(pattern.counts.is_empty() && pattern.cells.is_empty());
        assert_eq!(pattern.unseen, [Unseen::NotReported]);
        assert!(pattern.population_words("en").contains("0 incidents"));
    }
}
