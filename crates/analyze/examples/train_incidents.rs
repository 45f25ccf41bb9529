//! Learns the weights of `extract::incidents` from the development documents of MUC-3/4:
//! `cargo run --release --example train_incidents -- DATA/text/muc34/train.json OUT`.
//!
//! Two multinomial logistic regressions (AdaGrad, soft-thresholded after each pass): what each phrase is to the incident, and what the
//! report is of. Thresholds are chosen on every fifth document with weights from the others; then all documents are learned.
//! OUT gets `phrases.txt` and `reports.txt`: features with weights in hundredths, small ones left out.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use serde_json::Value;
use witnessmark_analyze::extract::incidents::{ROLE_NAMES, document_features, examples, normal};

const CLASSES: usize = 6;
const KINDS: [&str; CLASSES] = ["none", "attack", "bombing", "kidnapping", "arson", "robbery"];
/// A feature seen less often is not learned.
const LEAST_SEEN: usize = 6;
/// Weights below this are not printed.
const LEAST_WEIGHT: f32 = 0.2;

struct Case {
    features: Vec<u32>,
    class: usize,
    weight: f32,
}

struct Document {
    phrases: Vec<(Case, String)>,
    report: Case,
    gold: [Vec<Vec<String>>; 5],
    templates: usize,
}

#[derive(Default)]
struct Names {
    ids: HashMap<String, u32>,
    list: Vec<String>,
    seen: Vec<usize>,
}

impl Names {
    fn ids(&mut self, features: Vec<String>) -> Vec<u32> {
        features
            .into_iter()
            .map(|name| {
                let next = self.list.len() as u32;
                let id = *self.ids.entry(name.clone()).or_insert(next);
                if id == next {
                    self.list.push(name);
                    self.seen.push(0);
                }
                self.seen[id as usize] += 1;
                id
            })
            .collect()
    }
}

type Weights = Vec<[f32; CLASSES]>;

fn chances(weights: &Weights, features: &[u32]) -> [f64; CLASSES] {
    let mut sums = [0.0f64; CLASSES];
    for feature in features {
        for (sum, weight) in sums.iter_mut().zip(&weights[*feature as usize]) {
            *sum += f64::from(*weight);
        }
    }
    let most = sums.iter().copied().fold(f64::MIN, f64::max);
    let raised = sums.map(|sum| (sum - most).exp());
    let total: f64 = raised.iter().sum();
    raised.map(|value| value / total)
}

fn learn(cases: &[&Case], seen: &[usize], passes: usize, rate: f32, penalty: f32) -> Weights {
    let mut weights: Weights = vec![[0.0; CLASSES]; seen.len()];
    let mut squares: Weights = vec![[1e-4; CLASSES]; seen.len()];
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut state = 0x2545_f491_4f6c_dd1du64;
    for _ in 0..passes {
        for at in (1..order.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            order.swap(at, (state % (at as u64 + 1)) as usize);
        }
        for at in &order {
            let case = cases[*at];
            let said = chances(&weights, &case.features);
            for class in 0..CLASSES {
                let wanted = if class == case.class { 1.0 } else { 0.0 };
                let gradient = (said[class] - wanted) as f32 * case.weight;
                if gradient.abs() < 1e-4 {
                    continue;
                }
                for feature in case.features.iter().filter(|f| seen[**f as usize] >= LEAST_SEEN) {
                    let square = &mut squares[*feature as usize][class];
                    *square += gradient * gradient;
                    weights[*feature as usize][class] -= rate * gradient / square.sqrt();
                }
            }
        }
        for row in &mut weights {
            for weight in row {
                *weight = weight.signum() * (weight.abs() - penalty).max(0.0);
            }
        }
    }
    weights
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(path), Some(out)) = (args.next(), args.next()) else {
        eprintln!("usage: train_incidents TRAIN.json OUT");
        std::process::exit(2);
    };
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let (mut phrase_names, mut report_names) = (Names::default(), Names::default());
    let documents: Vec<Document> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|value| document(&value, &mut phrase_names, &mut report_names))
        .collect();
    println!("{} documents, {} and {} features", documents.len(), phrase_names.list.len(), report_names.list.len());
    let part = |held: bool| documents.iter().enumerate().filter(move |(at, _)| (at % 5 == 0) == held).map(|(_, d)| d);
    let (phrases, reports) = both(part(false).collect(), &phrase_names, &report_names);
    let held: Vec<Scored<'_>> = part(true).map(|document| scored(document, &phrases, &reports)).collect();
    let settings = choose(&held);
    println!("kept-out fifth: {:?}", settings);
    let (phrases, reports) = both(documents.iter().collect(), &phrase_names, &report_names);
    let header = format!(
        "# least {}\n# share {}\n# told {}\n",
        settings.least.map(|l| format!("{l:.2}")).join(" "),
        settings.share,
        settings.told
    );
    let write = |name: &str, header: &str, weights: &Weights, names: &Names, least: f32| {
        let _ = std::fs::write(format!("{out}/{name}"), format!("{header}{}", print(weights, names, least)));
    };
    write(
        "phrases.txt",
        "# feature, then class and weight in hundredths; learned, see incidents.rs\n",
        &phrases,
        &phrase_names,
        LEAST_WEIGHT,
    );
    write("reports.txt", &header, &reports, &report_names, LEAST_WEIGHT / 4.0);
}

fn both(documents: Vec<&Document>, phrases: &Names, reports: &Names) -> (Weights, Weights) {
    let cases: Vec<&Case> = documents.iter().flat_map(|d| d.phrases.iter().map(|p| &p.0)).collect();
    let whole: Vec<&Case> = documents.iter().map(|d| &d.report).collect();
    (learn(&cases, &phrases.seen, 10, 0.1, 0.06), learn(&whole, &reports.seen, 12, 0.02, 0.005))
}

fn document(value: &Value, phrases: &mut Names, reports: &mut Names) -> Document {
    let text = value["doctext"].as_str().unwrap_or_default();
    let mut gold: [Vec<Vec<String>>; 5] = Default::default();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for template in value["templates"].as_array().into_iter().flatten() {
        *kinds.entry(template["incident_type"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        for (role, name) in ROLE_NAMES.iter().enumerate() {
            for entity in template[*name].as_array().into_iter().flatten() {
                let mentions: Vec<String> =
                    entity.as_array().into_iter().flatten().filter_map(|m| m[0].as_str().map(normal)).collect();
                if !mentions.is_empty() && !gold[role].contains(&mentions) {
                    gold[role].push(mentions);
                }
            }
        }
    }
    let of: Vec<BTreeSet<&String>> = gold.iter().map(|role| role.iter().flatten().collect()).collect();
    let list = examples(text)
        .into_iter()
        .map(|example| {
            let words = normal(&example.text);
            let class = (0..5).find(|role| of[*role].contains(&words)).map_or(0, |role| role + 1);
            let weight = if class == 0 { 0.6 } else { 1.0 };
            (Case { features: phrases.ids(example.features), class, weight }, words)
        })
        .collect();
    let most = kinds.into_iter().max_by_key(|(_, count)| *count).map(|(kind, _)| kind);
    let class = most.map_or(0, |kind| KINDS.iter().position(|k| kind.contains(*k)).unwrap_or(1));
    let report = Case { features: reports.ids(document_features(text)), class, weight: 1.0 };
    let templates = value["templates"].as_array().map_or(0, Vec::len);
    Document { phrases: list, report, gold, templates }
}

/// Log-odds of every phrase and role, and of the report.
struct Scored<'d> {
    odds: Vec<(usize, f64, &'d str)>,
    told: f64,
    gold: &'d [Vec<Vec<String>>; 5],
    /// The likeliest kind is that of the report.
    right: bool,
    /// Incidents that the set tells.
    templates: usize,
}

fn logit(chance: f64) -> f64 {
    let chance = chance.clamp(1e-6, 1.0 - 1e-6);
    (chance / (1.0 - chance)).ln()
}

fn scored<'d>(document: &'d Document, phrases: &Weights, reports: &Weights) -> Scored<'d> {
    let said = chances(reports, &document.report.features);
    let told = 1.0 - said[0];
    let likeliest = (1..CLASSES).max_by(|a, b| said[*a].total_cmp(&said[*b])).unwrap_or(1);
    let mut odds = Vec::new();
    for (case, words) in &document.phrases {
        let said = chances(phrases, &case.features);
        for role in 0..5 {
            let value = logit(said[role + 1]);
            if value > -4.0 {
                odds.push((role, value, words.as_str()));
            }
        }
    }
    odds.sort_by(|a, b| b.1.total_cmp(&a.1));
    Scored {
        odds,
        told,
        gold: &document.gold,
        right: likeliest == document.report.class,
        templates: document.templates,
    }
}

#[derive(Debug, Clone, Copy)]
#[allow(dead_code, reason = "printed")]
struct Settings {
    least: [f64; 5],
    share: f64,
    told: f64,
    f1: f64,
}

/// Hits, said and wanted of one role under settings.
fn count(held: &[Scored<'_>], role: usize, least: f64, share: f64, told: f64) -> (usize, usize, usize) {
    const MOST: [usize; 5] = [2, 2, 3, 4, 3];
    let (mut hits, mut said, mut wanted) = (0, 0, 0);
    for one in held {
        wanted += one.gold[role].len();
        if one.told < told {
            continue;
        }
        let mut chosen: Vec<&str> = Vec::new();
        for (_, value, words) in one.odds.iter().filter(|(r, ..)| *r == role) {
            let head = |text: &str| text.rsplit(' ').next().unwrap_or_default().trim_end_matches('s').to_owned();
            if chosen.len() < MOST[role]
                && value + share * logit(one.told) > least
                && !chosen.iter().any(|other| head(other) == head(words))
            {
                chosen.push(words);
            }
        }
        said += chosen.len();
        hits += one.gold[role].iter().filter(|entity| chosen.iter().any(|c| entity.iter().any(|m| m == c))).count();
    }
    (hits, said, wanted)
}

fn choose(held: &[Scored<'_>]) -> Settings {
    let mut best = Settings { least: [0.0; 5], share: 0.0, told: 0.5, f1: -1.0 };
    for told in [0.4, 0.5, 0.6, 0.7, 0.8, 0.9] {
        for share in [0.0, 0.15, 0.3, 0.45] {
            let mut least = [0.0; 5];
            let (mut hits, mut said, mut wanted) = (0, 0, 0);
            for role in 0..5 {
                let f1 = |least: f64| {
                    let (h, s, w) = count(held, role, least, share, told);
                    2.0 * h as f64 / (s + w).max(1) as f64
                };
                let grid = (-12..12).map(|step| f64::from(step) * 0.25);
                least[role] = grid.max_by(|a, b| f1(*a).total_cmp(&f1(*b))).unwrap_or(0.0);
                let (h, s, w) = count(held, role, least[role], share, told);
                println!(
                    "  told {told} share {share} {} least {:.2}: {h} of {w}, {s} said",
                    ROLE_NAMES[role], least[role]
                );
                hits += h;
                said += s;
                wanted += w;
            }
            // The kinds of the incidents count as the roles do.
            for one in held {
                let tells = one.told >= told;
                hits += usize::from(tells && one.right && one.templates > 0);
                said += usize::from(tells);
                wanted += one.templates;
            }
            let f1 = 2.0 * hits as f64 / (said + wanted).max(1) as f64;
            if f1 > best.f1 {
                best = Settings { least, share, told, f1 };
            }
        }
    }
    best
}

fn print(weights: &Weights, names: &Names, least: f32) -> String {
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    for (row, name) in weights.iter().zip(&names.list) {
        let mut line = String::new();
        for (class, weight) in row.iter().enumerate().filter(|(_, weight)| weight.abs() >= least) {
            let _ = write!(line, "\t{class} {:.0}", weight * 100.0);
        }
        if !line.is_empty() {
            lines.insert(name, line);
        }
    }
    lines.iter().fold(String::new(), |mut out, (name, line)| {
        let _ = writeln!(out, "{name}{line}");
        out
    })
}
