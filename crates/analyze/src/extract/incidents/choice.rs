//! From the odds of phrases to fillers: which phrases fill a role.
//!
//! Of phrases that may name the same thing the likeliest stands for all. Thresholds were chosen on the development documents,
//! each scored with weights learned from the others. Deliberately no grammar: it sees words, odds and places.

use super::assembly::{Facts, Incident};
use super::model::{KINDS, Model};
use super::second;
use super::sentence;
use super::strings::{self, Phrase};
use crate::extract::syntax::Parse;

/// Least log-odds that a report tells an incident at all.
const LEAST_TOLD: f64 = -1.5;

/// Least chance at which a phrase is weighed for a role, and at which it fills one.
const LEAST_WEIGHED: f64 = 0.1;
const LEAST: f64 = 0.2;

/// How much a phrase's own kind and the report's kind count for the incident it belongs to.
const OWN_KIND: f64 = 2.0;
const REPORT_KIND: f64 = 0.5;

/// What a role is worth that a kind never has (weapons of a kidnapping).
const UNFIT: f64 = 0.02;

/// Most fillers of one role in one report.
const MOST: usize = 40;

/// A phrase that fills a role.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Index into [`super::model::ROLES`].
    pub role: usize,
    /// Index into the phrases.
    pub phrase: usize,
    /// Chance between 0 and 1.
    pub chance: f64,
    /// Chance of each kind for its incident, by itself and the report.
    pub kinds: [f64; 5],
}

impl Chosen {
    /// Likely enough to be said.
    pub fn likely(&self) -> bool {
        self.chance > LEAST
    }
}

/// The incidents that a report tells, the main one first; none when it does not read as one of an incident.
pub fn incidents(p: &Parse<'_>, model: &Model) -> Vec<Incident> {
    let report = model.report(&strings::whole(p, &mut |_, _| ()));
    if report[0] < LEAST_TOLD {
        return Vec::new();
    }
    let moods = strings::moods(&report);
    let told = model.told(&sentence::features(p, &mut |_, _| ()));
    let chances = model.tagger.chances(p, moods);
    let phrases = strings::phrases(p, &|toks| Model::worth(&chances, toks), None);
    let odds: Vec<_> = phrases.iter().map(|phrase| model.phrase(phrase, &moods)).collect();
    let of_token = |at: usize| p.t.list[at].sent;
    let mut sure = vec![[0.0f64; 5]; phrases.len()];
    for case in second::cases(&phrases, &odds, &report, &told, &chances, &of_token) {
        sure[case.phrase][case.role] = model.trees.chance(case.role, &case.numbers);
    }
    let chosen = choose(p, &phrases, &odds, &report, &sure);
    Facts::new(&phrases, &odds, &report, &told, &chosen, &of_token).incidents(&model.trees)
}

/// The phrases that may fill roles, the likeliest of each role first; of those that may name the same thing one.
pub fn choose(
    p: &Parse<'_>,
    phrases: &[Phrase],
    odds: &[[f64; 10]],
    report: &[f64; 6],
    sure: &[[f64; 5]],
) -> Vec<Chosen> {
    let also = named_twice(p, phrases);
    let mut chosen: Vec<Chosen> = Vec::new();
    for role in 0..5 {
        let chances = sure.iter().map(|sure| sure[role]).zip(0..);
        let mut likely: Vec<(f64, usize)> = chances.filter(|(chance, _)| *chance > LEAST_WEIGHED).collect();
        likely.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| phrases[a.1].words.cmp(&phrases[b.1].words)));
        let from = chosen.len();
        for (chance, phrase) in likely {
            let told = chosen[from..].iter().any(|other: &Chosen| {
                also.contains(&(phrase, other.phrase)) || alike(&phrases[phrase].words, &phrases[other.phrase].words)
            });
            if !told && chosen.len() - from < MOST {
                chosen.push(Chosen { role, phrase, chance, kinds: kinds(role, &odds[phrase], report) });
            }
        }
    }
    chosen
}

fn chance(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
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
