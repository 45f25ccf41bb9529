//! Learns the weights of `extract::incidents` from documents of MUC-3/4 as GTT prepared them:
//! `cargo run --release --example train_incidents -- OUT TRAIN.json [TRAIN.json …] [--other OTHER.json]`.
//!
//! In order, each with what the one before says by weights from other folds, as in use: logistic regressions (AdaGrad,
//! soft-thresholded after each pass) say whether a report tells an incident, and of what kind; a conditional random field says
//! which words fill roles; regressions say what a sentence tells, which role a phrase fills, and in an incident of what kind;
//! boosted trees look at all of it again, and put fillers together to incidents. OUT gets `reports.txt`, `sentences.txt`,
//! `tags.txt`, `phrases.txt` and `trees.txt`, small and rare weights left out. Then it is printed how well each document is read by weights
//! learned from the other folds, and OTHER by the weights printed; with `--said` OUT gets `said.jsonl`, all that is said of each, for whoever tunes
//! thresholds.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

mod field;
mod forest;
mod structure;
mod tales;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use serde_json::{Value, json};
use witnessmark_analyze::extract::incidents::{
    COLUMNS, Case as Looked, Chances, Files, Incident, KINDS, Model, Phrase, ROLES, Report, Sink, Told, Trees, UNIT,
    extend, marginals, moods, name, normal, share,
};
use witnessmark_analyze::score::muc::Scores;

const FOLDS: usize = 5;
/// A feature seen less often is not learned.
const LEAST_SEEN: u32 = 2;
/// A feature seen less often, or with smaller weights, is not printed.
const LEAST_PRINTED: u32 = 3;
const LEAST_WEIGHT: f32 = 0.09;
/// A weight of the tagger smaller than this is not printed.
const LEAST_TAG: f32 = 0.07;

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
    /// As the set has it, and its incidents.
    raw: Value,
    gold: Vec<structure::Gold>,
    /// Words of fillers by role, and by kind of incident.
    of: [BTreeSet<String>; 5],
    kinds_of: [BTreeSet<String>; 5],
    sums: [f64; 6],
    told: Told,
    sentences: Vec<field::Sentence>,
    chances: Chances,
    odds: Vec<[f64; COLUMNS]>,
    looked: Vec<Looked>,
    sure: Vec<f64>,
}

impl Document {
    /// The chance of every phrase for every role.
    fn sure_of(&self) -> Vec<[f64; 5]> {
        let mut sure = vec![[0.0; 5]; self.phrases.len()];
        for (case, chance) in self.looked.iter().zip(&self.sure) {
            sure[case.phrase][case.role] = *chance;
        }
        sure
    }
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
                    format!("{} &co", other.unwrap_or_default())
                }
                parts => name(parts),
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
                    let _ = write!(line, "\t{column} {:.0}", (weights[id] / UNIT).clamp(-127.0, 127.0));
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
        shuffle(&mut order, &mut state);
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

fn document(value: &Value, reports: &mut Names) -> Document {
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
    let id = value["docid"].as_str().unwrap_or_default().to_owned();
    let tells = value["templates"].as_array().is_some_and(|templates| !templates.is_empty());
    drop(p);
    Document {
        text,
        id,
        phrases: Vec::new(),
        cases: Vec::new(),
        whole,
        report,
        tells,
        kinds,
        raw: value.clone(),
        gold: structure::gold(value),
        of,
        kinds_of,
        sums: [0.0; 6],
        told: Vec::new(),
        sentences: Vec::new(),
        chances: Vec::new(),
        odds: Vec::new(),
        looked: Vec::new(),
        sure: Vec::new(),
    }
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

fn shuffle(order: &mut [u32], state: &mut u64) {
    for at in (1..order.len()).rev() {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        order.swap(at, (*state % (at as u64 + 1)) as usize);
    }
}

/// Letters and digits only, for finding mentions among tokens however they were cut.
fn squeezed(words: &str) -> String {
    words.to_lowercase().chars().filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation()).collect()
}

/// A tag for every token: the longest mention that begins there.
fn tags(tokens: &[(&str, usize)], of: &[BTreeSet<String>; 5]) -> Vec<u8> {
    let plain: Vec<String> = tokens.iter().map(|token| squeezed(token.0)).collect();
    let mut wanted: Vec<(String, usize)> =
        of.iter().enumerate().flat_map(|(role, all)| all.iter().map(move |words| (squeezed(words), role))).collect();
    wanted.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    let article = |word: &str| matches!(word, "a" | "an" | "the");
    let mut out = vec![0u8; tokens.len()];
    for at in 0..tokens.len() {
        if out[at] != 0 || plain[at].is_empty() || article(&plain[at]) {
            continue;
        }
        for (mention, role) in wanted.iter().filter(|(mention, _)| mention.starts_with(&plain[at])) {
            let (mut words, mut end) = (String::new(), at);
            while end < tokens.len() && words.len() < mention.len() && tokens[end].1 == tokens[at].1 {
                if !article(&plain[end]) {
                    words.push_str(&plain[end]);
                }
                end += 1;
            }
            if words == *mention {
                out[at] = 1 + 2 * *role as u8;
                out[at + 1..end].fill(2 + 2 * *role as u8);
                break;
            }
        }
    }
    out
}

struct Collect<'n> {
    names: &'n mut Names,
    found: Vec<u32>,
}

impl Sink for Collect<'_> {
    fn put(&mut self, hash: u64, name: &dyn Fn() -> String) {
        if !self.names.ids.contains_key(&hash) {
            self.names.names.insert(hash, name());
        }
        self.found.extend(self.names.count(std::iter::once(hash)));
    }
}

fn sentences(document: &Document, names: &mut Names) -> Vec<field::Sentence> {
    let p = Report::new(&document.text);
    let tags = tags(&p.tokens(), &document.of);
    let rows = p.rows(moods(&document.sums));
    let sentence = |(number, range): (usize, &std::ops::Range<usize>)| field::Sentence {
        words: range
            .clone()
            .map(|at| {
                let mut sink = Collect { names, found: Vec::new() };
                if !rows.open(at) {
                    return None;
                }
                rows.features(at, number, range, &mut sink);
                Some(sink.found)
            })
            .collect(),
        tags: range.clone().map(|at| if rows.open(at) { tags[at] } else { 0 }).collect(),
    };
    rows.sentences().iter().enumerate().map(sentence).collect()
}

/// The tagger as it is printed.
fn print_field(field: &field::Field, names: &Names, ids: &[u32]) -> String {
    let mut out = String::new();
    for (from, row) in field.steps.iter().enumerate() {
        let _ = write!(out, "step {from}");
        for value in row {
            let _ = write!(out, "\t{:.0}", value * 100.0);
        }
        out.push('\n');
    }
    let mut lines: Vec<String> = Vec::new();
    for (weights, id) in field.weights.iter().zip(ids) {
        let mut line = String::new();
        for (tag, weight) in weights.iter().enumerate().filter(|(_, weight)| weight.abs() >= LEAST_TAG) {
            let _ = write!(line, "\t{tag} {:.0}", (weight / UNIT).clamp(-127.0, 127.0));
        }
        if !line.is_empty() {
            lines.push(format!("{}{line}\n", names.names[&names.hashes[*id as usize]]));
        }
    }
    lines.sort_unstable();
    out.extend(lines);
    out
}

fn cased(document: &mut Document, names: &mut Names) {
    let p = Report::new(&document.text);
    let list = p.phrases(&document.chances, &mut |hash, parts| names.name(hash, parts));
    let moods = moods(&document.sums);
    for phrase in &list {
        let joined = phrase.joined.iter().flat_map(|hash| moods.map(|mood| (*hash, mood)));
        let joined: Vec<u64> = joined
            .map(|(hash, mood)| {
                let joined = extend(hash, mood);
                if !names.names.contains_key(&joined) {
                    let name = format!("{} {mood}", names.names[&hash]);
                    names.names.insert(joined, name);
                }
                joined
            })
            .collect();
        document.cases.push(Case {
            features: names.count(phrase.features.iter().copied().chain(joined)),
            share: share(phrase.features.len() + 3 * phrase.joined.len()) as f32,
            roles: std::array::from_fn(|role| document.of[role].contains(&phrase.words)),
            kinds: std::array::from_fn(|kind| document.kinds_of[kind].contains(&phrase.words)),
        });
    }
    drop(p);
    document.phrases = list;
}

fn said(set: &str, document: &Document, told: Option<Vec<Value>>) -> String {
    let p = Report::new(&document.text);
    let tokens = p.tokens();
    let sure = document.sure_of();
    let phrases = document.phrases.iter().zip(&document.odds).zip(&sure).map(|((phrase, odds), sure)| {
        let places = phrase.places.iter().map(|place| json!([place.start, place.end, tokens[place.start].1]));
        json!([phrase.words, odds, places.collect::<Vec<_>>(), sure])
    });
    let phrases: Vec<Value> = phrases.collect();
    let brackets: Vec<usize> = (0..tokens.len()).filter(|at| tokens[*at].0 == "(").collect();
    json!({"set": set, "docid": document.id, "k": document.sums, "told": document.told, "strs": phrases, "brackets": brackets, "said": told})
        .to_string()
}

fn in_words(document: &Document, told: &[Incident]) -> Vec<Value> {
    let p = Report::new(&document.text);
    let told = told.iter().map(|incident| {
        let mut out = json!({"kind": incident.kind});
        for (role, name) in ROLES.iter().enumerate() {
            let fillers = incident.fillers.iter().filter(|filler| filler.role == role);
            out[*name] = fillers.map(|filler| normal(p.words(&filler.places[0]))).collect();
        }
        out
    });
    told.collect()
}

fn fold(at: usize) -> usize {
    at % FOLDS
}

/// Of something for every document, what is not of fold `held`.
fn others<T>(all: &[T], held: usize) -> Vec<&T> {
    all.iter().enumerate().filter(|(at, _)| fold(*at) != held).map(|(_, one)| one).collect()
}

/// Runs `work` for every fold and for all documents (fold [`FOLDS`]), two at a time.
fn by_fold<T: Send>(work: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let run = || {
            let mut done = Vec::new();
            loop {
                let held = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                if held > FOLDS {
                    return done;
                }
                done.push((held, work(held)));
            }
        };
        let threads = [scope.spawn(run), scope.spawn(run)];
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    done.sort_by_key(|(held, _)| *held);
    done.into_iter().map(|(_, value)| value).collect()
}

/// Mean precision over the ranks of what is wanted.
fn precision(cases: impl Iterator<Item = (f64, bool)>, wanted: usize) -> f64 {
    let mut all: Vec<(f64, bool)> = cases.collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut sum) = (0.0, 0.0);
    for (at, _) in all.iter().enumerate().filter(|(_, case)| case.1) {
        right += 1.0;
        sum += right / (at as f64 + 1.0);
    }
    sum / wanted.max(1) as f64
}

/// The tagger: chances of every document by the other folds; the printed weights of all.
fn learn_tagger(documents: &mut [Document]) -> String {
    let mut names = Names::default();
    for document in documents.iter_mut() {
        document.sentences = sentences(document, &mut names);
    }
    let mut ids = Vec::new();
    let mut kept = vec![u32::MAX; names.seen.len()];
    for (id, seen) in names.seen.iter().enumerate().filter(|(_, seen)| **seen >= LEAST_PRINTED) {
        let _ = seen;
        kept[id] = ids.len() as u32;
        ids.push(id as u32);
    }
    for word in documents.iter_mut().flat_map(|d| &mut d.sentences).flat_map(|s| &mut s.words).flatten() {
        *word = word.iter().map(|id| kept[*id as usize]).filter(|id| *id != u32::MAX).collect();
    }
    println!("tagger: {} features of {}", ids.len(), names.seen.len());
    let settings = field::Settings { passes: 12, rate: 0.006, penalty: 0.0002 };
    let fields = {
        let documents: &[Document] = documents;
        by_fold(&|held| {
            let sentences: Vec<&field::Sentence> =
                others(documents, held).into_iter().flat_map(|document| &document.sentences).collect();
            field::learn(&sentences, ids.len(), &settings)
        })
    };
    for (at, document) in documents.iter_mut().enumerate() {
        let field = &fields[fold(at)];
        let steps = field.steps.map(|row| row.map(f32::exp));
        document.chances = document
            .sentences
            .iter()
            .flat_map(|sentence| {
                let scores: Vec<_> = sentence.words.iter().map(|word| field.score(word.as_deref())).collect();
                marginals(&scores, &steps)
            })
            .collect();
    }
    for (role, name) in ROLES.iter().enumerate() {
        let words = documents.iter().flat_map(|d| d.sentences.iter().flat_map(|s| &s.tags).zip(&d.chances));
        let cases: Vec<(f64, bool)> =
            words.map(|(tag, row)| (f64::from(row[1 + 2 * role]), usize::from(*tag) == 1 + 2 * role)).collect();
        let wanted = cases.iter().filter(|case| case.1).count();
        println!("  {} first words {wanted}, mean precision {:.3}", name, precision(cases.into_iter(), wanted));
    }
    documents.iter_mut().for_each(|document| document.sentences.clear());
    fields.last().map(|field| print_field(field, &names, &ids)).unwrap_or_default()
}

fn learn_odds(documents: &mut [Document]) -> String {
    let mut names = Names::default();
    for document in documents.iter_mut() {
        cased(document, &mut names);
    }
    for case in documents.iter_mut().flat_map(|document| &mut document.cases) {
        case.features.retain(|feature| names.seen[*feature as usize] >= LEAST_SEEN);
    }
    println!("phrases: {} features", names.seen.len());
    let texts = {
        let documents: &[Document] = documents;
        by_fold(&|held| names.print(&learn_phrases(&others(documents, held), &names), LEAST_WEIGHT))
    };
    let models: Vec<Model> =
        texts.iter().map(|text| Model::read(&Files { phrases: text, ..Files::default() })).collect();
    for (at, document) in documents.iter_mut().enumerate() {
        let moods = moods(&document.sums);
        document.odds = document.phrases.iter().map(|phrase| models[fold(at)].phrase(phrase, &moods)).collect();
        let p = Report::new(&document.text);
        document.looked = p.cases(&document.phrases, &document.odds, &document.sums, &document.told, &document.chances);
    }
    texts.into_iter().last().unwrap_or_default()
}

fn learn_trees(documents: &mut [Document]) -> String {
    let texts = {
        let documents: &[Document] = documents;
        by_fold(&|held| {
            let documents = others(documents, held);
            let role = |role: usize| {
                let looked = documents.iter().flat_map(|d| d.looked.iter().map(move |case| (d, case)));
                let cases: Vec<_> = looked
                    .filter(|(_, case)| case.role == role)
                    .map(|(d, case)| (case.numbers.as_slice(), d.of[role].contains(&d.phrases[case.phrase].words)))
                    .collect();
                forest::learn(role, &cases)
            };
            (0..5).map(role).collect::<String>()
        })
    };
    let trees: Vec<Trees> = texts.iter().map(|text| Trees::read(text)).collect();
    for (at, document) in documents.iter_mut().enumerate() {
        document.sure = document.looked.iter().map(|case| trees[fold(at)].chance(case.role, &case.numbers)).collect();
    }
    for (role, name) in ROLES.iter().enumerate() {
        let all =
            || documents.iter().flat_map(|d| d.looked.iter().zip(&d.sure).map(move |(case, sure)| (d, case, *sure)));
        let right = |d: &Document, case: &Looked| d.of[role].contains(&d.phrases[case.phrase].words);
        let of = |value: &dyn Fn(&Looked, f64) -> f64| {
            let cases = all().filter(|(_, case, _)| case.role == role);
            let cases: Vec<_> = cases.map(|(d, case, sure)| (value(case, sure), right(d, case))).collect();
            let wanted = cases.iter().filter(|case| case.1).count();
            (wanted, precision(cases.into_iter(), wanted))
        };
        let ((wanted, odds), (_, tag), (_, sure)) =
            (of(&|case, _| case.numbers[0].into()), of(&|case, _| case.numbers[12].into()), of(&|_, sure| sure));
        println!("  {name} {wanted}: mean precision {odds:.3}, tagger {tag:.3}, trees {sure:.3}");
    }
    texts.into_iter().last().unwrap_or_default()
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let tells_all = args.iter().position(|arg| arg == "--said").map(|at| args.remove(at)).is_some();
    let other = args.iter().position(|arg| arg == "--other").map(|at| args.split_off(at)).unwrap_or_default();
    let [out, paths @ ..] = args.as_slice() else {
        eprintln!("usage: train_incidents OUT TRAIN.json [TRAIN.json …] [--said] [--other OTHER.json]");
        std::process::exit(2);
    };
    let mut reports = Names::default();
    let read = |path: &str, reports: &mut Names| -> Vec<Document> {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let values = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        values.map(|value| document(&value, reports)).collect()
    };
    let mut documents: Vec<Document> = paths.iter().flat_map(|path| read(path, &mut reports)).collect();
    println!("{} documents", documents.len());
    let texts = by_fold(&|held| reports.print(&learn_reports(&others(&documents, held), &reports), LEAST_WEIGHT / 4.0));
    let models: Vec<Model> =
        texts.iter().map(|text| Model::read(&Files { reports: text, ..Files::default() })).collect();
    for (at, document) in documents.iter_mut().enumerate() {
        document.sums = models[fold(at)].report(&document.whole);
    }
    let report_text = texts.last().cloned().unwrap_or_default();
    let sentence_text = tales::learn(&mut documents);
    let tag_text = learn_tagger(&mut documents);
    let phrase_text = learn_odds(&mut documents);
    let tree_text = learn_trees(&mut documents) + &structure::learn(&documents);
    let header = "# learned from MUC-3/4 (xinyadu/gtt, MIT), see incidents.rs\n";
    for (name, text) in [
        ("reports", &report_text),
        ("sentences", &sentence_text),
        ("tags", &tag_text),
        ("phrases", &phrase_text),
        ("trees", &tree_text),
    ] {
        println!("{name}: {} lines, {} bytes", text.lines().count(), text.len());
        let _ = std::fs::write(format!("{out}/{name}.txt"), format!("{header}{text}"));
    }
    let model = Model::read(&Files {
        phrases: &phrase_text,
        reports: &report_text,
        sentences: &sentence_text,
        tags: &tag_text,
        trees: &tree_text,
    });
    let mut lines: Vec<String> = Vec::new();
    if tells_all {
        lines.extend(documents.iter().map(|document| said("train", document, None)));
    }
    for path in other.iter().skip(1) {
        let mut scores = Scores::default();
        for mut document in read(path, &mut Names::default()) {
            let p = Report::new(&document.text);
            let told = p.incidents(&model);
            scores.add(&document.raw, &structure::templates(&p, &told), &mut |_, _| ());
            if tells_all {
                drop(p);
                weigh(&mut document, &model);
                lines.push(said("other", &document, Some(in_words(&document, &told))));
            }
        }
        structure::print(path, &scores);
    }
    if tells_all {
        let _ = std::fs::write(format!("{out}/said.jsonl"), lines.join("\n"));
    }
}

/// What the model says of a document that it was not learned from.
fn weigh(document: &mut Document, model: &Model) {
    document.sums = model.report(&document.whole);
    let p = Report::new(&document.text);
    document.told = model.told(&p.sentences(&mut |_, _| ()));
    document.chances = p.chances(model, moods(&document.sums));
    document.phrases = p.phrases(&document.chances, &mut |_, _| ());
    let moods = moods(&document.sums);
    document.odds = document.phrases.iter().map(|phrase| model.phrase(phrase, &moods)).collect();
    document.looked = p.cases(&document.phrases, &document.odds, &document.sums, &document.told, &document.chances);
    drop(p);
    document.sure = document.looked.iter().map(|case| model.trees.chance(case.role, &case.numbers)).collect();
}
