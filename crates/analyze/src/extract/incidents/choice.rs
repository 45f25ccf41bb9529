//! From the odds of phrases to incidents: which phrases fill a role, how many incidents of which kinds, who belongs to which.
//!
//! A report gives at most one incident of each kind; two bombings of one report are told as one. Of phrases that may name the
//! same thing the likeliest stands for all. Thresholds were chosen on the development documents, each scored with weights
//! learned from the others. Deliberately no grammar: it sees words, odds and places.

use std::cmp::Ordering;
use std::ops::Range;

use super::model::{KINDS, Model};
use super::second;
use super::strings::{self, Phrase};
use crate::extract::syntax::Parse;

/// Least chance at which a phrase fills each role.
const LEAST: [f64; 5] = [0.23, 0.26, 0.23, 0.29, 0.23];

/// Least log-odds that a report tells an incident at all.
const LEAST_TOLD: f64 = -1.0;

/// How much a phrase's own kind and the report's kind count for the incident it belongs to.
const OWN_KIND: f64 = 2.0;
const REPORT_KIND: f64 = 0.5;

/// Least chance of a kind, by a phrase and by the report, for an incident beside the main one.
const LEAST_OWN: f64 = 0.5;
const LEAST_REPORT: f64 = 0.05;

/// From this chance on a perpetrator, or another, belongs to a second incident, too.
const ALSO_PERPETRATOR: f64 = 0.4;
const ALSO: f64 = 0.8;

/// What a role is worth that a kind never has (weapons of a kidnapping).
const UNFIT: f64 = 0.02;

/// Most fillers of one role in one report.
const MOST: usize = 40;

/// A phrase with its role: index into [`super::model::ROLES`], its places in tokens, its chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Filler {
    /// Index into [`super::model::ROLES`].
    pub role: usize,
    /// Where it stands, in tokens.
    pub places: Vec<Range<usize>>,
    /// Chance between 0 and 1.
    pub chance: f64,
}

/// An incident as the report tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// Who and what fills its roles, the likeliest of each first.
    pub fillers: Vec<Filler>,
}

/// The incidents that a report tells, the main one first; none when it does not read as one of an incident.
pub fn incidents(p: &Parse<'_>, model: &Model) -> Vec<Incident> {
    let report = model.report(&strings::whole(p, &mut |_, _| ()));
    if report[0] < LEAST_TOLD {
        return Vec::new();
    }
    let moods = strings::moods(&report);
    let chances = model.tagger.chances(p, moods);
    let phrases = strings::phrases(p, &|toks| Model::worth(&chances, toks), None);
    let odds: Vec<_> = phrases.iter().map(|phrase| model.phrase(phrase, &moods)).collect();
    let mut sure = vec![[0.0f64; 5]; phrases.len()];
    for case in second::cases(&phrases, &odds, &report, &chances, &|at| p.t.list[at].sent) {
        sure[case.phrase][case.role] = model.trees.chance(&case);
    }
    let also = named_twice(p, &phrases);
    let mut chosen: Vec<Chosen> = Vec::new();
    for (role, least) in LEAST.iter().enumerate() {
        let mut likely: Vec<(f64, usize)> =
            (0..phrases.len()).map(|at| (sure[at][role], at)).filter(|(chance, _)| chance > least).collect();
        likely.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| phrases[a.1].words.cmp(&phrases[b.1].words)));
        let from = chosen.len();
        for (sure, at) in likely {
            let told = chosen[from..].iter().any(|other| {
                also.contains(&(at, other.phrase)) || alike(&phrases[at].words, &phrases[other.phrase].words)
            });
            if !told && chosen.len() - from < MOST {
                chosen.push(Chosen { role, phrase: at, chance: sure, kinds: kinds(role, &odds[at], &report) });
            }
        }
    }
    assemble(&chosen, &phrases, &report)
}

/// A phrase that fills a role, and the chance of each kind for its incident.
struct Chosen {
    role: usize,
    phrase: usize,
    chance: f64,
    kinds: [f64; 5],
}

fn chance(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// Targets, victims and weapons say which incident it is; perpetrators may be of several.
fn core(role: usize) -> bool {
    role >= 2
}

fn kinds(role: usize, odds: &[f64; 10], report: &[f64; 6]) -> [f64; 5] {
    std::array::from_fn(|kind| {
        let fit = match (role, KINDS[kind]) {
            (2 | 4, "kidnapping") | (4, "arson") => UNFIT,
            _ => 1.0,
        };
        fit * chance(OWN_KIND * odds[5 + kind] + REPORT_KIND * report[1 + kind])
    })
}

fn best(of: impl Iterator<Item = (usize, f64)>) -> usize {
    let higher = |a: &(usize, f64), b: &(usize, f64)| match a.1.total_cmp(&b.1) {
        Ordering::Equal => b.0.cmp(&a.0),
        other => other,
    };
    of.max_by(higher).map_or(0, |(at, _)| at)
}

fn assemble(chosen: &[Chosen], phrases: &[Phrase], report: &[f64; 6]) -> Vec<Incident> {
    if chosen.is_empty() {
        return Vec::new();
    }
    let any_core = chosen.iter().any(|one| core(one.role));
    let mut sums: [f64; 5] = std::array::from_fn(|kind| chance(report[1 + kind]));
    for one in chosen.iter().filter(|one| core(one.role) || !any_core) {
        let all: f64 = one.kinds.iter().sum();
        for (sum, value) in sums.iter_mut().zip(one.kinds) {
            *sum += value / all.max(f64::MIN_POSITIVE);
        }
    }
    let main = best(sums.iter().copied().enumerate());
    let own = |one: &Chosen| best(one.kinds.iter().copied().enumerate());
    let mut told = vec![main];
    for kind in (0..KINDS.len()).filter(|kind| *kind != main) {
        let says = |one: &Chosen| core(one.role) && own(one) == kind && one.kinds[kind] > LEAST_OWN;
        if chance(report[1 + kind]) > LEAST_REPORT && chosen.iter().any(says) {
            told.push(kind);
        }
    }
    let incident = |kind: usize| {
        let belongs = |one: &&Chosen| {
            let also = if core(one.role) { ALSO } else { ALSO_PERPETRATOR };
            best(told.iter().map(|other| (*other, one.kinds[*other]))) == kind || one.kinds[kind] > also
        };
        let filler =
            |one: &Chosen| Filler { role: one.role, places: phrases[one.phrase].places.clone(), chance: one.chance };
        Incident { kind: KINDS[kind], fillers: chosen.iter().filter(belongs).map(filler).collect() }
    };
    told.iter().map(|kind| incident(*kind)).filter(|incident| !incident.fillers.is_empty()).collect()
}

/// Phrases of which one stands in brackets behind the other: “national liberation army (ELN)”.
fn named_twice(p: &Parse<'_>, phrases: &[Phrase]) -> std::collections::BTreeSet<(usize, usize)> {
    let mut out = std::collections::BTreeSet::new();
    let mut ends = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for (at, phrase) in phrases.iter().enumerate() {
        for place in phrase.places.iter().filter(|place| p.t.is(place.end, "(")) {
            ends.entry(place.end).or_default().push(at);
        }
    }
    if ends.is_empty() {
        return out;
    }
    for (at, phrase) in phrases.iter().enumerate() {
        for place in &phrase.places {
            let before = place.start.checked_sub(1).and_then(|bracket| ends.get(&bracket));
            for other in before.into_iter().flatten() {
                out.insert((at, *other));
                out.insert((*other, at));
            }
        }
    }
    out
}

/// May two phrases name the same thing? The same last word, all words of one in the other, or one word that the other begins with.
fn alike(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let within = |a: &[&str], b: &[&str]| a.iter().all(|word| b.contains(word));
    singular(a[a.len() - 1]) == singular(b[b.len() - 1])
        || within(&a, &b)
        || within(&b, &a)
        || (a.len() == 1 || b.len() == 1) && singular(a[0]) == singular(b[0])
}

fn singular(word: &str) -> &str {
    if word.chars().count() > 3 { word.strip_suffix('s').unwrap_or(word) } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_thing_are_alike() {
        assert!(alike("president cerezo", "cerezo"));
        assert!(alike("three guerrillas", "guerrilla"));
        assert!(alike("shining path", "members of shining path"));
        assert!(!alike("electric power substation", "bridge"));
    }
}
