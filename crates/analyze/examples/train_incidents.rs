//! Learns the weights of `extract::incidents` from the development documents of MUC-3/4:
//! `cargo run --release --example train_incidents -- DATA/text/muc34/train.json OUT [OTHER.json]`.
//!
//! Sixteen logistic regressions (AdaGrad, soft-thresholded after each pass): does a report tell an incident, and of what kind;
//! which role does a phrase fill, and in an incident of what kind. OUT gets `phrases.txt` and `reports.txt`: features with
//! weights in hundredths, small and rare ones left out. Then OUT gets `said.jsonl`: the incidents found in each fifth of the
//! documents with weights learned from the other four, and in OTHER with the weights printed, for whoever tunes thresholds.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use serde_json::{Value, json};
use witnessmark_analyze::extract::incidents::{
    COLUMNS, KINDS, Model, Phrase, ROLES, Report, extend, moods, normal, share,
};

const FOLDS: usize = 5;
/// A feature seen less often is not learned.
const LEAST_SEEN: u32 = 2;
/// A feature seen less often, or with smaller weights, is not printed.
const LEAST_PRINTED: u32 = 3;
const LEAST_WEIGHT: f32 = 0.06;

struct Case {
    features: Vec<u32>,
    share: f32,
    roles: [bool; 5],
    kinds: [bool; 5],
}

struct Document {
    text: String,
    id: String,
    phrases: Vec<Phrase>,
    cases: Vec<Case>,
    whole: Vec<u64>,
    report: Vec<u32>,
    tells: bool,
    kinds: [bool; 5],
}

#[derive(Default)]
struct Names {
    ids: HashMap<u64, u32>,
    hashes: Vec<u64>,
    seen: Vec<u32>,
    names: HashMap<u64, String>,
}

impl Names {
    fn count(&mut self, features: impl Iterator<Item = u64>) -> Vec<u32> {
        features
            .map(|hash| {
                let next = self.hashes.len() as u32;
                let id = *self.ids.entry(hash).or_insert(next);
                if id == next {
                    self.hashes.push(hash);
                    self.seen.push(0);
                }
                self.seen[id as usize] += 1;
                id
            })
            .collect()
    }

    fn name(&mut self, hash: u64, parts: &[&str]) {
        if !self.names.contains_key(&hash) {
            let name = match parts {
                ["&co", other] => {
                    let other = other.parse().ok().and_then(|other: u64| self.names.get(&other)).cloned();
                    format!("{}&co", other.unwrap_or_default())
                }
                parts => parts.concat(),
            };
            self.names.insert(hash, name);
        }
    }

    /// Weights as lines; `columns[c][id]`.
    fn print(&self, columns: &[Vec<f32>], least: f32) -> String {
        let mut lines: BTreeMap<&str, String> = BTreeMap::new();
        for (id, hash) in self.hashes.iter().enumerate().filter(|(id, _)| self.seen[*id] >= LEAST_PRINTED) {
            let mut line = String::new();
            for (column, weights) in columns.iter().enumerate() {
                if weights.get(id).is_some_and(|weight| weight.abs() >= least) {
                    let _ = write!(line, "\t{column} {:.0}", weights[id] * 100.0);
                }
            }
            if !line.is_empty() {
                lines.insert(&self.names[hash], line);
            }
        }
        lines.iter().fold(String::new(), |mut out, (name, line)| {
            let _ = writeln!(out, "{name}{line}");
            out
        })
    }
}

struct Settings {
    passes: usize,
    rate: f32,
    penalty: f32,
}

/// One logistic regression over cases of (features, share, wanted).
fn learn(cases: &[(&[u32], f32, bool)], seen: &[u32], settings: &Settings) -> Vec<f32> {
    let mut weights = vec![0.0f32; seen.len()];
    let mut squares = vec![1e-4f32; seen.len()];
    let mut order: Vec<u32> = (0..cases.len() as u32).collect();
    let mut state = 0x2545_f491_4f6c_dd1du64;
    for _ in 0..settings.passes {
        for at in (1..order.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            order.swap(at, (state % (at as u64 + 1)) as usize);
        }
        for at in &order {
            let (features, share, wanted) = cases[*at as usize];
            let sum = share * features.iter().map(|feature| weights[*feature as usize]).sum::<f32>();
            let error = 1.0 / (1.0 + (-sum).exp()) - if wanted { 1.0 } else { 0.0 };
            if error.abs() < 2e-3 {
                continue;
            }
            let gradient = error * share;
            for feature in features {
                let at = *feature as usize;
                squares[at] += gradient * gradient;
                weights[at] -= settings.rate * gradient / squares[at].sqrt();
            }
        }
        for weight in &mut weights {
            *weight = weight.signum() * (weight.abs() - settings.penalty).max(0.0);
        }
    }
    weights
}

fn document(value: &Value, names: &mut Names, reports: &mut Names) -> Document {
    let text = value["doctext"].as_str().unwrap_or_default().to_owned();
    let (mut of, mut kinds_of): ([BTreeSet<String>; 5], [BTreeSet<String>; 5]) = Default::default();
    let mut kinds = [false; 5];
    for template in value["templates"].as_array().into_iter().flatten() {
        let kind = template["incident_type"].as_str().unwrap_or_default();
        let is: [bool; 5] = KINDS.map(|name| kind.contains(name));
        for (role, name) in ROLES.iter().enumerate() {
            let mentions = template[*name].as_array().into_iter().flatten().filter_map(Value::as_array).flatten();
            for words in mentions.filter_map(|mention| mention[0].as_str().map(normal)) {
                for at in (0..5).filter(|at| is[*at]) {
                    kinds_of[at].insert(words.clone());
                }
                of[role].insert(words);
            }
        }
        for at in (0..5).filter(|at| is[*at]) {
            kinds[at] = true;
        }
    }
    let p = Report::new(&text);
    let whole = p.whole(&mut |hash, parts| reports.name(hash, parts));
    let report = reports.count(whole.iter().copied());
    let list = p.phrases(&mut |hash, parts| names.name(hash, parts));
    let cases = list.iter().map(|phrase| Case {
        features: Vec::new(),
        share: share(phrase.features.len() + 3 * phrase.joined.len()) as f32,
        roles: std::array::from_fn(|role| of[role].contains(&phrase.words)),
        kinds: std::array::from_fn(|kind| kinds_of[kind].contains(&phrase.words)),
    });
    let (cases, id) = (cases.collect(), value["docid"].as_str().unwrap_or_default().to_owned());
    let tells = value["templates"].as_array().is_some_and(|templates| !templates.is_empty());
    drop(p);
    Document { text, id, phrases: list, cases, whole, report, tells, kinds }
}

/// Weights for reports from some of the documents: tells, then kinds of those that tell.
fn learn_reports(documents: &[&Document], names: &Names) -> Vec<Vec<f32>> {
    let settings = Settings { passes: 12, rate: 0.02, penalty: 0.002 };
    let column = |column: usize| {
        let cases: Vec<(&[u32], f32, bool)> = documents
            .iter()
            .filter(|document| column == 0 || document.tells)
            .map(|document| {
                let wanted = if column == 0 { document.tells } else { document.kinds[column - 1] };
                (document.report.as_slice(), share(document.report.len()) as f32, wanted)
            })
            .collect();
        learn(&cases, &names.seen, &settings)
    };
    (0..6).map(column).collect()
}

fn learn_phrases(documents: &[&Document], names: &Names) -> Vec<Vec<f32>> {
    let settings = Settings { passes: 15, rate: 0.012, penalty: 0.0004 };
    let column = |column: usize| {
        let all = documents.iter().flat_map(|document| &document.cases);
        let cases: Vec<(&[u32], f32, bool)> = all
            .filter(|case| column < 5 || case.roles.contains(&true))
            .map(|case| {
                let wanted = if column < 5 { case.roles[column] } else { case.kinds[column - 5] };
                (case.features.as_slice(), case.share, wanted)
            })
            .collect();
        learn(&cases, &names.seen, &settings)
    };
    std::thread::scope(|scope| {
        let column = &column;
        let halves = [0..5, 5..COLUMNS].map(|half| scope.spawn(move || half.map(column).collect::<Vec<_>>()));
        halves.into_iter().flat_map(|half| half.join().unwrap_or_default()).collect()
    })
}

fn said(set: &str, document: &Document, model: &Model) -> String {
    let p = Report::new(&document.text);
    let told = p.incidents(model).into_iter().map(|incident| {
        let mut out = json!({"kind": incident.kind});
        for (role, name) in ROLES.iter().enumerate() {
            let fillers = incident.fillers.iter().filter(|filler| filler.role == role);
            out[*name] = fillers.map(|filler| normal(p.words(&filler.places[0]))).collect();
        }
        out
    });
    let told: Vec<Value> = told.collect();
    let moods = moods(&model.report(&document.whole));
    let odds = document.phrases.iter().map(|phrase| json!([phrase.words, model.phrase(phrase, &moods)]));
    let odds: Vec<Value> = odds.collect();
    json!({"set": set, "docid": document.id, "k": model.report(&document.whole), "said": told, "odds": odds})
        .to_string()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [path, out, ..] = args.as_slice() else {
        eprintln!("usage: train_incidents TRAIN.json OUT [OTHER.json]");
        std::process::exit(2);
    };
    let (mut names, mut reports) = (Names::default(), Names::default());
    let read = |path: &str, names: &mut Names, reports: &mut Names| -> Vec<Document> {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let values = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        values.map(|value| document(&value, names, reports)).collect()
    };
    let mut documents = read(path, &mut names, &mut reports);
    let fold = |at: usize| at % FOLDS;
    // What the reports say, each by weights from the other folds; the phrases learn with it.
    let mut levels = vec![[0.0f64; 6]; documents.len()];
    for held in 0..FOLDS {
        let others: Vec<&Document> =
            documents.iter().enumerate().filter(|(at, _)| fold(*at) != held).map(|(_, d)| d).collect();
        let model = Model::read("", &reports.print(&learn_reports(&others, &reports), LEAST_WEIGHT / 4.0));
        for (at, document) in documents.iter().enumerate().filter(|(at, _)| fold(*at) == held) {
            levels[at] = model.report(&document.whole);
        }
    }
    for (document, sums) in documents.iter_mut().zip(&levels) {
        let moods = moods(sums);
        for (phrase, case) in document.phrases.iter().zip(&mut document.cases) {
            let joined = phrase.joined.iter().flat_map(|hash| moods.map(|mood| (*hash, mood)));
            let joined: Vec<u64> = joined
                .map(|(hash, mood)| {
                    let joined = extend(hash, mood);
                    if !names.names.contains_key(&joined) {
                        let name = format!("{}{mood}", names.names[&hash]);
                        names.names.insert(joined, name);
                    }
                    joined
                })
                .collect();
            case.features = names.count(phrase.features.iter().copied().chain(joined));
        }
    }
    for case in documents.iter_mut().flat_map(|document| &mut document.cases) {
        case.features.retain(|feature| names.seen[*feature as usize] >= LEAST_SEEN);
    }
    println!("{} documents, {} and {} features", documents.len(), names.seen.len(), reports.seen.len());
    let mut lines = Vec::new();
    let folds = if std::env::var_os("QUICK").is_some() { 0 } else { FOLDS };
    for held in (0..folds).chain([FOLDS]) {
        let others: Vec<&Document> =
            documents.iter().enumerate().filter(|(at, _)| fold(*at) != held).map(|(_, d)| d).collect();
        let phrase_text = names.print(&learn_phrases(&others, &names), LEAST_WEIGHT);
        let report_text = reports.print(&learn_reports(&others, &reports), LEAST_WEIGHT / 4.0);
        let model = Model::read(&phrase_text, &report_text);
        println!("part {held}: {} and {} features printed", phrase_text.lines().count(), report_text.lines().count());
        for (_, document) in documents.iter().enumerate().filter(|(at, _)| fold(*at) == held) {
            lines.push(said("train", document, &model));
        }
        if held == FOLDS {
            let header = "# feature, then column and weight in hundredths; learned, see incidents.rs\n";
            let _ = std::fs::write(format!("{out}/phrases.txt"), format!("{header}{phrase_text}"));
            let _ = std::fs::write(format!("{out}/reports.txt"), format!("{header}{report_text}"));
            for other in args.iter().skip(2) {
                let (mut unused, mut unused_too) = (Names::default(), Names::default());
                for document in read(other, &mut unused, &mut unused_too) {
                    lines.push(said("other", &document, &model));
                }
            }
        }
    }
    let _ = std::fs::write(format!("{out}/said.jsonl"), lines.join("\n"));
}
