//! Double coding: a sample of claims, drawn so that anyone can draw it again, that members code without seeing each other's
//! answers; and what they agree on.
//!
//! Until every coder has coded every unit nobody is shown an answer but their own: not on pages, not by `show`, not in a report.
//! Whoever holds the archive's keys and reads its files can: this guards against influence, not against a member who wants to look.
//! A finished sample cannot be coded again. Agreement says how well words are understood alike, not that they are right.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_model::entry::{Body, Coded, Sampled};
use witnessmark_model::vocabulary::{ACTS, TARGETS, WEAPONS};
use witnessmark_model::{Claim, ClaimRef, Digest, Entry, EntryRef, ItemId, MemberKey};
use witnessmark_weigh::coding::{Agreement, Dice, MOST_VALUES, Scale, agreement, draw as draw_places};

use crate::case::Case;
use crate::decide::{draft, one};
use crate::error::{Error, Result};
use crate::inquire::{item_of, written};

/// Most units of one sample.
pub const MOST_UNITS: usize = 5_000;
/// Most variables of one sample, and most coders.
const MOST: usize = 20;
/// Longest name of a variable or a value.
const LONGEST_NAME: usize = 80;

/// What is coded of each unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// How its values stand to each other.
    pub scale: Scale,
    /// What it can be; of an ordinal one in order, least first.
    pub values: Vec<String>,
}

impl Variable {
    /// From what a person types: `act`, `target`, `weapon`, `polarity`, `scope` or `first_hand`, whose values the vocabularies give;
    /// or `NAME=one|other` (nominal) or `NAME~low|middle|high` (ordinal).
    pub fn parse(text: &str) -> Result<Self> {
        let terms = |list: &[witnessmark_model::vocabulary::Term]| list.iter().map(|t| t.id.to_owned()).collect();
        let listed = |list: &[&str]| list.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
        let (name, scale, values): (&str, Scale, Vec<String>) = match text.trim() {
            "act" => ("act", Scale::Nominal, terms(ACTS)),
            "target" => ("target", Scale::Nominal, terms(TARGETS)),
            "weapon" => ("weapon", Scale::Nominal, terms(WEAPONS)),
            "polarity" => ("polarity", Scale::Nominal, listed(&["asserted", "denied", "hypothetical", "future"])),
            "scope" => ("scope", Scale::Nominal, listed(&["one", "counted", "campaign"])),
            "first_hand" => ("first_hand", Scale::Nominal, listed(&["yes", "no", "not_stated"])),
            own => {
                let at = own.find(['=', '~']).filter(|at| *at > 0);
                let Some(at) = at else {
                    return Err(Error::refused(
                        format!("read the variable {own:?}"),
                        "act, target, weapon, polarity, scope, first_hand, or NAME=one|other, or in order NAME~low|middle|high",
                    ));
                };
                let scale = if own.as_bytes()[at] == b'~' { Scale::Ordinal } else { Scale::Nominal };
                let values = own[at + 1..].split('|').map(|v| v.trim().to_owned()).collect();
                (own[..at].trim(), scale, values)
            }
        };
        let variable = Variable { name: name.to_owned(), scale, values };
        variable.checked()
    }

    fn checked(self) -> Result<Self> {
        let distinct: BTreeSet<&String> = self.values.iter().collect();
        let named = |text: &str| !text.is_empty() && text.chars().count() <= LONGEST_NAME;
        let good = self.values.len() >= 2
            && self.values.len() <= MOST_VALUES
            && distinct.len() == self.values.len()
            && named(&self.name)
            && self.values.iter().all(|v| named(v));
        match good {
            true => Ok(self),
            false => Err(Error::refused(
                format!("take the variable {:?}", self.name),
                format!("it needs two to {MOST_VALUES} different values, each of at most {LONGEST_NAME} letters"),
            )),
        }
    }

    fn to_json(&self) -> Value {
        json!({ "name": self.name, "scale": self.scale.as_str(), "values": self.values })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let values = value.get("values")?.as_array()?;
        let values = values.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()?;
        let name = value.get("name")?.as_str()?.to_owned();
        let scale = Scale::parse(value.get("scale")?.as_str()?)?;
        Variable { name, scale, values }.checked().ok()
    }
}

/// A sample to be drawn.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Claims of which predicate: `attack`, `denial` …
    pub predicate: &'a str,
    /// How many.
    pub size: usize,
    /// From what the draw follows.
    pub seed: &'a str,
    /// What is coded.
    pub variables: Vec<Variable>,
    /// By whom.
    pub coders: Vec<MemberKey>,
}

/// The claims that a sample is drawn from, in order: those of one predicate that give words to be read.
fn population(case: &Case, predicate: &str) -> Vec<ClaimRef> {
    let of = case.claims.values().filter(|h| h.claim.predicate == predicate && !h.claim.quote.is_empty());
    of.map(|held| held.key).collect()
}

/// Draws a sample, and records what it was drawn from.
pub fn draw(archive: &mut Archive, member: MemberKey, case: &Case, plan: &Plan<'_>) -> Result<EntryRef> {
    let coders: BTreeSet<MemberKey> = plan.coders.iter().copied().collect();
    let members = archive.world().members();
    let known = |key: &MemberKey| members.get(key).is_some_and(|m| !m.revoked);
    if coders.len() < 2 || coders.len() > MOST || !coders.iter().all(known) {
        return Err(Error::refused(
            "draw a sample for double coding",
            "name two or more members who code it; `witnessmark member ARCHIVE list` lists them",
        ));
    }
    let names: BTreeSet<&String> = plan.variables.iter().map(|v| &v.name).collect();
    if plan.variables.is_empty() || names.len() != plan.variables.len() || names.len() > MOST {
        return Err(Error::refused("draw a sample for double coding", "name what is coded, each once"));
    }
    let population = population(case, plan.predicate);
    let seed = written("the seed", plan.seed)?;
    if population.is_empty() || plan.size == 0 || plan.size > MOST_UNITS {
        return Err(Error::refused(
            format!("draw {} of {} claims", plan.size, population.len()),
            format!("a sample has 1 to {MOST_UNITS} units, and there have to be claims of kind {:?}", plan.predicate),
        ));
    }
    let ids: Vec<String> = population.iter().map(ToString::to_string).collect();
    let sampled = Sampled {
        title: written("the title of a sample", plan.title)?.into(),
        population: format!("claims:{}", plan.predicate),
        of: population.len() as u64,
        population_digest: sha256(ids.join("\n").as_bytes()),
        units: draw_places(population.len(), plan.size, &seed).into_iter().map(|place| population[place]).collect(),
        seed,
        variables: Value::Array(plan.variables.iter().map(Variable::to_json).collect()),
        coders: coders.into_iter().collect(),
        reason: None.into(),
        supersedes: Vec::new(),
    };
    one(archive, member, draft(sampled, None))
}

/// A sample with what was coded so far.
#[derive(Debug)]
pub struct Sample<'a> {
    /// The entry that drew it.
    pub entry: &'a Entry,
    /// What was drawn.
    pub sampled: &'a Sampled,
    /// What is coded.
    pub variables: Vec<Variable>,
    /// The latest coding of each coder and unit.
    codings: BTreeMap<(MemberKey, ClaimRef), (EntryRef, &'a Coded)>,
}

/// All samples, in the order of the ledger.
pub fn samples(archive: &Archive) -> Vec<Sample<'_>> {
    archive.world().samples().map(|(entry, sampled)| sample_of(archive, entry, sampled)).collect()
}

/// One sample.
pub fn sample(archive: &Archive, at: EntryRef) -> Result<Sample<'_>> {
    let found = archive.world().samples().find(|(entry, _)| entry.at == at);
    let (entry, sampled) = found.ok_or_else(|| {
        Error::refused(format!("find sample {at}"), "`witnessmark coding ARCHIVE list` lists samples")
    })?;
    Ok(sample_of(archive, entry, sampled))
}

fn sample_of<'a>(archive: &'a Archive, entry: &'a Entry, sampled: &'a Sampled) -> Sample<'a> {
    let variables = sampled.variables.as_array().into_iter().flatten().filter_map(Variable::from_json).collect();
    let mut codings = BTreeMap::new();
    for (by, coded) in archive.world().codings(entry.at) {
        let belongs = sampled.coders.contains(&by.signer) && sampled.units.contains(&coded.unit);
        // One coder's two answers that do not know of each other: the first stands.
        if belongs {
            codings.entry((by.signer, coded.unit)).or_insert((by.at, coded));
        }
    }
    Sample { entry, sampled, variables, codings }
}

/// A coder, and what they answered; absent = left out.
pub type Answered = (MemberKey, Option<String>);

/// Where a unit stands: its item, its words, and where they begin and end in the text, in scalar values.
pub type Shown = (ItemId, String, Option<(usize, usize)>);

/// A variable of a finished sample with what coders agree on.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The variable.
    pub variable: Variable,
    /// Agreement; nothing where no unit was answered by two.
    pub agreement: Option<Agreement>,
    /// Units on which answers differ, with each coder's answer; absent = left out.
    pub differ: Vec<(ClaimRef, Vec<Answered>)>,
}

impl Sample<'_> {
    /// How many units a coder has coded.
    pub fn done_by(&self, coder: MemberKey) -> usize {
        self.codings.keys().filter(|(by, _)| *by == coder).count()
    }

    /// Has every coder coded every unit? Only then answers are shown.
    pub fn is_finished(&self) -> bool {
        self.sampled.coders.iter().all(|coder| self.done_by(*coder) == self.sampled.units.len())
    }

    /// The next unit that a coder has not coded; each coder in another order, so that weariness falls on other units.
    pub fn next_for(&self, coder: MemberKey) -> Option<ClaimRef> {
        let mut units = self.sampled.units.clone();
        let mut dice = Dice::new(format!("{}/{coder}", self.sampled.seed).as_bytes());
        for i in (1..units.len()).rev() {
            units.swap(i, dice.below(i + 1));
        }
        units.into_iter().find(|unit| !self.codings.contains_key(&(coder, *unit)))
    }

    /// What one coder answered about a unit: a coder's own, or anybody's once all have finished.
    fn answer(&self, coder: MemberKey, unit: ClaimRef, variable: &Variable) -> Option<usize> {
        let (_, coded) = self.codings.get(&(coder, unit))?;
        let given = coded.answers.get()?.get(&variable.name)?.as_str()?;
        variable.values.iter().position(|value| value == given)
    }

    /// What coders agree on, variable by variable; nothing before all have finished.
    pub fn outcomes(&self) -> Option<Vec<Outcome>> {
        if !self.is_finished() {
            return None;
        }
        let coders = &self.sampled.coders;
        let of = |variable: &Variable| {
            let by = |coder: &MemberKey| -> Vec<Option<usize>> {
                self.sampled.units.iter().map(|unit| self.answer(*coder, *unit, variable)).collect()
            };
            let answers: Vec<Vec<Option<usize>>> = coders.iter().map(by).collect();
            let differs = |n: &usize| answers.iter().map(|a| a[*n]).collect::<BTreeSet<_>>().len() > 1;
            let named = |n: usize| -> Vec<(MemberKey, Option<String>)> {
                let word = |i: Option<usize>| i.and_then(|i| variable.values.get(i).cloned());
                coders.iter().zip(&answers).map(|(coder, a)| (*coder, word(a[n]))).collect()
            };
            let places = (0..self.sampled.units.len()).filter(differs);
            Outcome {
                agreement: agreement(&answers, variable.values.len(), variable.scale),
                differ: places.map(|n| (self.sampled.units[n], named(n))).collect(),
                variable: variable.clone(),
            }
        };
        Some(self.variables.iter().map(of).collect())
    }
}

/// The words of a unit, and the item that they stand in: what a coder is shown, and nothing that a machine or a person made of them.
pub fn words_of(archive: &Archive, unit: ClaimRef) -> Option<Shown> {
    match unit {
        ClaimRef::Row(row) => {
            let body = archive.row(row).ok()?;
            let span = body.get("span").and_then(Value::as_array);
            let end = |i: usize| span?.get(i)?.as_u64().map(|n| n as usize);
            let item = body.get("item")?.as_str()?.parse().ok()?;
            Some((item, body.get("quote")?.as_str()?.to_owned(), end(0).zip(end(1))))
        }
        ClaimRef::Entry(at) => match &archive.world().entry(at)?.body {
            Body::Claimed(claimed) => {
                let claim = Claim::from_value(claimed.claim.get()?).ok()?;
                Some((claimed.item, claim.quote, claim.span))
            }
            _ => None,
        },
    }
}

/// Records one coder's answers about one unit; what is left out stays out.
pub fn code(
    archive: &mut Archive,
    member: MemberKey,
    at: EntryRef,
    unit: ClaimRef,
    answers: &BTreeMap<String, String>,
    shown: Option<Digest>,
) -> Result<EntryRef> {
    let sample = sample(archive, at)?;
    if !sample.sampled.coders.contains(&member) || !sample.sampled.units.contains(&unit) {
        return Err(Error::refused(
            format!("code unit {unit} of sample {at}"),
            "the unit is not of this sample, or you are not among its coders",
        ));
    }
    if sample.is_finished() {
        return Err(Error::refused(
            format!("code sample {at}"),
            "all have finished: answers that are seen are not changed",
        ));
    }
    let mut given = Map::new();
    for (name, value) in answers {
        let known = sample.variables.iter().find(|v| v.name == *name && v.values.contains(value));
        if known.is_none() {
            return Err(Error::refused(format!("answer {name} = {value:?}"), "it is not among the sample's values"));
        }
        given.insert(name.clone(), Value::from(value.clone()));
    }
    let supersedes = sample.codings.get(&(member, unit)).map(|(entry, _)| *entry).into_iter().collect();
    let subject = item_of(archive, unit).and_then(|item| archive.world().subject_of(item));
    let coded = Coded { sample: at, unit, subject, answers: Value::Object(given).into(), shown, supersedes };
    one(archive, member, draft(coded, subject))
}

/// Is an entry a coder's answer of a sample that is not finished? Then nobody is shown what it says.
pub fn is_withheld(archive: &Archive, entry: &Entry) -> bool {
    match &entry.body {
        Body::Coded(coded) => !sample(archive, coded.sample).is_ok_and(|sample| sample.is_finished()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_as_they_are_typed() {
        let own = Variable::parse("certainty ~ low|middle|high").unwrap();
        assert_eq!((own.name.as_str(), own.scale, own.values.len()), ("certainty", Scale::Ordinal, 3));
        assert_eq!(Variable::from_json(&own.to_json()), Some(own));
        assert_eq!(Variable::parse("act").unwrap().scale, Scale::Nominal);
        for bad in ["", "certainty", "=a|b", "x=a", "x=a|a", "x=a|"] {
            assert!(Variable::parse(bad).is_err(), "{bad}");
        }
    }
}
