//! Learns how fillers are put together to incidents (the last three forests of `trees.txt`), and counts how well it is done.

use std::collections::BTreeSet;

use serde_json::Value;
use witnessmark_analyze::extract::incidents::{
    BELONGS, Chosen, Facts, Incident, KIND, KINDS, ROLES, Report, SAME, Trees, normal,
};
use witnessmark_analyze::score::muc::{Scores, Template};

use crate::{Document, by_fold, fold, forest, others};

/// Pairs are learned from fillers that belong to the kind with at least this chance.
const LEAST_LEARNED: f64 = 0.1;

/// An incident of the key: its kinds, and the mentions of each role.
pub struct Gold {
    pub kinds: [bool; 5],
    pub roles: [BTreeSet<String>; 5],
}

pub fn gold(document: &Value) -> Vec<Gold> {
    let incident = |template: &Value| {
        let kind = template["incident_type"].as_str().unwrap_or_default();
        let mentions = |role: &str| {
            let mentions = template[role].as_array().into_iter().flatten().filter_map(Value::as_array).flatten();
            mentions.filter_map(|mention| mention[0].as_str().map(normal)).collect()
        };
        Gold { kinds: KINDS.map(|name| kind.contains(name)), roles: ROLES.map(mentions) }
    };
    document["templates"].as_array().into_iter().flatten().map(incident).collect()
}

/// A document whose fillers are chosen.
struct Ready<'d> {
    document: &'d Document,
    report: Report<'d>,
    chosen: Vec<Chosen>,
}

impl Ready<'_> {
    fn facts(&self) -> Facts<'_> {
        let Document { phrases, odds, sums, told, .. } = self.document;
        Facts::new(phrases, odds, sums, told, &self.chosen, &|at| self.report.sentence(at))
    }

    /// The incidents of the key that a filler is of, of one kind.
    fn of(&self, at: usize, kind: usize) -> Vec<usize> {
        let one = &self.chosen[at];
        let words = &self.document.phrases[one.phrase].words;
        let gold = self.document.gold.iter().enumerate();
        gold.filter(|(_, gold)| gold.kinds[kind] && gold.roles[one.role].contains(words)).map(|(at, _)| at).collect()
    }
}

type Cases = Vec<(Vec<f32>, bool)>;

fn trees(forest: usize, cases: &Cases) -> String {
    let cases: Vec<(&[f32], bool)> = cases.iter().map(|(numbers, is)| (numbers.as_slice(), *is)).collect();
    forest::learn(forest, &cases)
}

/// Three forests one after the other, each with what the one before says by weights from other folds.
pub fn learn(documents: &[Document]) -> String {
    let ready: Vec<Ready<'_>> = documents
        .iter()
        .map(|document| {
            let report = Report::new(&document.text);
            let chosen = report.choose(&document.phrases, &document.odds, &document.sums, &document.sure_of());
            Ready { document, report, chosen }
        })
        .collect();
    let kinds: Vec<Cases> = ready
        .iter()
        .map(|one| (0..KINDS.len()).map(|kind| (one.facts().kind(kind), one.document.kinds[kind])).collect())
        .collect();
    let kind_texts = learned(KIND, &kinds);
    let read = |texts: &[String]| -> Vec<Trees> { texts.iter().map(|text| Trees::read(text)).collect() };
    let models = read(&kind_texts);
    let is: Vec<[f64; 5]> = ready.iter().enumerate().map(|(at, one)| one.facts().kinds(&models[fold(at)])).collect();
    let belong: Vec<Cases> = ready
        .iter()
        .zip(&is)
        .map(|(one, is)| {
            let facts = one.facts();
            let pairs = (0..one.chosen.len()).flat_map(|at| (0..KINDS.len()).map(move |kind| (at, kind)));
            pairs.map(|(at, kind)| (facts.belongs(at, kind, is), !one.of(at, kind).is_empty())).collect()
        })
        .collect();
    let belong_texts = learned(BELONGS, &belong);
    let models = read(&belong_texts);
    let same: Vec<Cases> = ready
        .iter()
        .zip(&is)
        .enumerate()
        .map(|(number, (one, is))| {
            let (facts, mut cases) = (one.facts(), Vec::new());
            for kind in (0..KINDS.len()).filter(|kind| one.document.kinds[*kind]) {
                let belongs = facts.of_kind(kind, is, &models[fold(number)]);
                let of: Vec<(usize, Vec<usize>)> = (0..one.chosen.len())
                    .filter(|at| belongs[*at] > LEAST_LEARNED)
                    .map(|at| (at, one.of(at, kind)))
                    .filter(|(_, of)| !of.is_empty())
                    .collect();
                for (nth, (a, of_a)) in of.iter().enumerate() {
                    for (b, of_b) in &of[..nth] {
                        let together = of_a.iter().any(|at| of_b.contains(at));
                        cases.push((facts.same([*a, *b], kind, is[kind], &belongs), together));
                    }
                }
            }
            cases
        })
        .collect();
    let same_texts = learned(SAME, &same);
    let texts: Vec<String> =
        kind_texts.iter().zip(&belong_texts).zip(&same_texts).map(|((a, b), c)| format!("{a}{b}{c}")).collect();
    let models = read(&texts);
    let mut scores = Scores::default();
    for (at, one) in ready.iter().enumerate() {
        let told = one.facts().incidents(&models[fold(at)]);
        scores.add(&one.document.raw, &templates(&one.report, &told), &mut |_, _| ());
    }
    print("in folds", &scores);
    texts.into_iter().last().unwrap_or_default()
}

/// The trees of a forest for each fold and for all.
fn learned(forest: usize, cases: &[Cases]) -> Vec<String> {
    by_fold(&|held| trees(forest, &others(cases, held).into_iter().flatten().cloned().collect()))
}

/// Incidents as the scorer takes them.
pub fn templates(report: &Report<'_>, told: &[Incident]) -> Vec<Template> {
    let template = |incident: &Incident| {
        let mut out = Template::new(incident.kind);
        for filler in &incident.fillers {
            out.add(filler.role, report.words(&filler.places[0]));
        }
        out
    };
    told.iter().map(template).collect()
}

pub fn print(what: &str, scores: &Scores) {
    println!("{what}:");
    for (measure, _, tally) in scores.measures() {
        let [f1, precision, recall] = [tally.f1(), tally.precision(), tally.recall()].map(|value| value * 100.0);
        println!("  {measure}: {f1:.1}, precision {precision:.1}, recall {recall:.1}");
    }
}
