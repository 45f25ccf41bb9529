//! Scores the extraction on sets with known answers: `cargo run --release --example score_extract -- DATA [train|dev]`.
//!
//! DATA holds `polnear/{train,dev}/{text,attributions}` (the unpacked PolNeAR set) and `muc34/{train,dev}.json`; what is
//! absent is skipped. PolNeAR: an attribution counts as found when its cue overlaps a gold cue; content and source are
//! scored on those. MUC: for each role, an entity counts as found when the head word of one of its mentions is the head of
//! an item that the extraction put in that role, in the document. Texts of MUC come in small letters.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::{collections::BTreeMap, fs, path::Path, time::Instant};

use serde_json::Value;
use witnessmark_analyze::{
    extract::{Object, Options, extract},
    place::Gazetteer,
};

type Span = (usize, usize);

#[derive(Default)]
struct Tally {
    found: f64,
    predicted: f64,
    gold: f64,
}

impl Tally {
    fn line(&self, name: &str) {
        let p = if self.predicted > 0.0 { self.found / self.predicted } else { 0.0 };
        let r = if self.gold > 0.0 { self.found / self.gold } else { 0.0 };
        let f = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        println!(
            "{name:<34} P {:.3}  R {:.3}  F1 {:.3}  ({} of {} gold, {} said)",
            p, r, f, self.found, self.gold, self.predicted
        );
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let Some(data) = args.next() else {
        eprintln!("usage: score_extract DATA [train|dev]");
        std::process::exit(2);
    };
    let part = args.next().unwrap_or_else(|| "dev".to_owned());
    let misses = args.next().is_some();
    let data = Path::new(&data);
    polnear(&data.join("polnear").join(&part), misses);
    muc(&data.join("muc34").join(format!("{part}.json")), misses);
}

fn run(text: &str) -> Vec<Object> {
    extract(text, &Options { doc: "d", published: None, language: Some("en"), gazetteer: Gazetteer::embedded() })
}

struct Gold {
    source: Vec<Span>,
    cue: Vec<Span>,
    content: Vec<Span>,
}

fn polnear(dir: &Path, misses: bool) {
    let Ok(entries) = fs::read_dir(dir.join("attributions")) else {
        println!("PolNeAR: {} is absent, skipped", dir.display());
        return;
    };
    let mut files: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    files.sort();
    let mut seen = BTreeMap::new();
    for file in files {
        let name = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        let article = name.rsplit_once('_').map_or(name.clone(), |(a, _)| a.to_owned());
        seen.entry(article).or_insert(file);
    }
    let (mut cue, mut content, mut source, mut full) =
        (Tally::default(), Tally::default(), Tally::default(), Tally::default());
    let mut overlap = Tally::default();
    let mut missed: BTreeMap<String, usize> = BTreeMap::new();
    let mut extra: BTreeMap<String, usize> = BTreeMap::new();
    let (mut words, mut seconds) = (0usize, 0.0);
    for (article, ann) in &seen {
        let (Ok(text), Ok(ann)) =
            (fs::read_to_string(dir.join("text").join(format!("{article}.txt"))), fs::read_to_string(ann))
        else {
            continue;
        };
        let gold = read_ann(&ann);
        let start = Instant::now();
        let objects = run(&text);
        seconds += start.elapsed().as_secs_f64();
        words += text.split_whitespace().count();
        let chars: Vec<char> = text.chars().collect();
        // A quotation that goes on is a second object with the same cue: one attribution with its content in parts.
        let mut said: BTreeMap<Span, (Vec<Span>, Option<Span>)> = BTreeMap::new();
        for o in objects.iter().filter(|o| o.kind == "attribution" && o.rule != "document_source") {
            let spans = |field: &str| o.fields.get(field).and_then(span);
            if let (Some(cue), Some(content)) = (spans("cue"), spans("content")) {
                let entry = said.entry(cue).or_insert((Vec::new(), spans("source_span")));
                entry.0.push(content);
            }
        }
        cue.predicted += said.len() as f64;
        cue.gold += gold.len() as f64;
        let mut taken = vec![false; gold.len()];
        for (at, (contents, my_source)) in &said {
            let cues = |g: &Gold| g.cue.iter().any(|c| overlaps(*at, *c));
            let touches = |g: &Gold| g.content.iter().any(|c| contents.iter().any(|m| overlaps(*m, *c)));
            let hit = (0..gold.len())
                .find(|g| !taken[*g] && cues(&gold[*g]) && touches(&gold[*g]))
                .or_else(|| (0..gold.len()).find(|g| !taken[*g] && cues(&gold[*g])));
            let Some(g) = hit else {
                *extra.entry(chars[at.0..at.1].iter().collect::<String>().to_lowercase()).or_default() += 1;
                continue;
            };
            taken[g] = true;
            cue.found += 1.0;
            let (both, mine, theirs) = shared(contents, &gold[g].content);
            overlap.found += both as f64;
            overlap.predicted += mine as f64;
            overlap.gold += theirs as f64;
            let union = mine + theirs - both.min(mine + theirs);
            let good = union > 0 && both * 2 >= union;
            content.found += f64::from(u8::from(good));
            let mut right_source = gold[g].source.is_empty();
            if !gold[g].source.is_empty() {
                source.gold += 1.0;
                source.predicted += f64::from(u8::from(my_source.is_some()));
                right_source = my_source.is_some_and(|s| gold[g].source.iter().any(|c| overlaps(s, *c)));
                source.found += f64::from(u8::from(right_source));
            }
            full.found += f64::from(u8::from(good && right_source));
        }
        for (g, _) in taken.iter().enumerate().filter(|(_, t)| !**t) {
            if let Some(&(a, b)) = gold[g].cue.first() {
                *missed
                    .entry(chars.get(a..b).map(|c| c.iter().collect::<String>().to_lowercase()).unwrap_or_default())
                    .or_default() += 1;
            }
        }
    }
    content.predicted = cue.predicted;
    content.gold = cue.gold;
    full.predicted = cue.predicted;
    full.gold = cue.gold;
    println!("PolNeAR, {} articles ({})", seen.len(), dir.display());
    cue.line("  cue (overlap)");
    content.line("  cue and content (half shared)");
    full.line("  cue, content and source");
    source.line("  source, of found cues");
    overlap.line("  content characters, of found cues");
    println!("  speed: {:.0} texts of 300 words a second", words as f64 / 300.0 / seconds.max(1e-9));
    if misses {
        top("missed", missed);
        top("extra", extra);
    }
}

fn top(name: &str, counts: BTreeMap<String, usize>) {
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let shown: Vec<String> = list.into_iter().take(110).map(|(w, n)| format!("{w} {n}")).collect();
    println!("  {name}: {}", shown.join("; "));
}

fn read_ann(ann: &str) -> Vec<Gold> {
    let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    let mut out = Vec::new();
    for line in ann.lines() {
        let mut cells = line.split('\t');
        let (Some(id), Some(body)) = (cells.next(), cells.next()) else { continue };
        if id.starts_with('T') {
            let list = body.split_once(' ').map(|(_, s)| s).unwrap_or_default();
            let parsed = list
                .split(';')
                .filter_map(|p| p.trim().split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?))))
                .collect();
            spans.insert(id, parsed);
        } else if id.starts_with('E') {
            let mut gold = Gold { source: Vec::new(), cue: Vec::new(), content: Vec::new() };
            for part in body.split(' ') {
                let Some((role, id)) = part.split_once(':') else { continue };
                let list = spans.get(id).cloned().unwrap_or_default();
                match role.trim_end_matches(|c: char| c.is_ascii_digit()) {
                    "Source" => gold.source.extend(list),
                    "Cue" => gold.cue.extend(list),
                    "Content" => gold.content.extend(list),
                    _ => {}
                }
            }
            out.push(gold);
        }
    }
    out
}

fn span(value: &Value) -> Option<Span> {
    let list = value.as_array()?;
    Some((list.first()?.as_u64()? as usize, list.get(1)?.as_u64()? as usize))
}

fn overlaps(a: Span, b: Span) -> bool {
    a.0 < b.1 && b.0 < a.1
}

/// Characters in both, in mine, in theirs.
fn shared(mine: &[Span], theirs: &[Span]) -> (usize, usize, usize) {
    let both =
        mine.iter().map(|m| theirs.iter().map(|t| m.1.min(t.1).saturating_sub(m.0.max(t.0))).sum::<usize>()).sum();
    let length = |list: &[Span]| list.iter().map(|t| t.1 - t.0).sum();
    (both, length(mine), length(theirs))
}

fn muc(file: &Path, misses: bool) {
    let Ok(text) = fs::read_to_string(file) else {
        println!("MUC: {} is absent, skipped", file.display());
        return;
    };
    let docs: Vec<Value> = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Array(list)) => list,
        _ => text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect(),
    };
    let roles = [
        ("PerpInd+PerpOrg", vec!["PerpInd", "PerpOrg"], "perpetrators"),
        ("Target", vec!["Target"], "targets"),
        ("Victim", vec!["Victim"], "victims"),
        ("Weapon", vec!["Weapon"], "weapons"),
    ];
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut relevant = Tally::default();
    let mut missed: BTreeMap<String, usize> = BTreeMap::new();
    let mut extra: BTreeMap<String, usize> = BTreeMap::new();
    for doc in &docs {
        let text = doc["doctext"].as_str().unwrap_or_default();
        let templates = doc["templates"].as_array().cloned().unwrap_or_default();
        let objects = run(text);
        let attacks: Vec<&Object> = objects.iter().filter(|o| o.kind == "attack").collect();
        relevant.gold += f64::from(u8::from(!templates.is_empty()));
        relevant.predicted += f64::from(u8::from(!attacks.is_empty()));
        relevant.found += f64::from(u8::from(!attacks.is_empty() && !templates.is_empty()));
        for (name, gold_roles, field) in &roles {
            let gold: Vec<Vec<String>> = templates
                .iter()
                .flat_map(|t| gold_roles.iter().flat_map(|r| t[*r].as_array().cloned().unwrap_or_default()))
                .map(|entity| {
                    entity
                        .as_array()
                        .cloned()
                        .unwrap_or_default()
                        .iter()
                        .filter_map(|m| m[0].as_str().map(str::to_owned))
                        .collect()
                })
                .collect();
            let mut distinct: Vec<Vec<String>> = Vec::new();
            for g in gold {
                if !distinct.contains(&g) {
                    distinct.push(g);
                }
            }
            let mut said: Vec<String> = attacks
                .iter()
                .flat_map(|o| o.fields.get(*field).and_then(Value::as_array).cloned().unwrap_or_default())
                .filter_map(|i| i["name"].as_str().map(str::to_lowercase))
                .collect();
            said.sort();
            said.dedup();
            let tally = tallies.entry(name).or_default();
            let hit: Vec<bool> =
                distinct.iter().map(|g| said.iter().any(|s| g.iter().any(|m| same_head(s, m)))).collect();
            tally.gold += distinct.len() as f64;
            tally.predicted += said.len() as f64;
            let right = said.iter().filter(|s| distinct.iter().any(|g| g.iter().any(|m| same_head(s, m)))).count();
            // Recall counts entities, precision counts items: the tally keeps entities, capped by what was said.
            tally.found += hit.iter().filter(|h| **h).count().min(right.max(hit.iter().filter(|h| **h).count())) as f64;
            for (g, _) in distinct.iter().zip(&hit).filter(|(_, h)| !**h) {
                *missed.entry(format!("{field}:{}", g.first().cloned().unwrap_or_default())).or_default() += 1;
            }
            for s in said.iter().filter(|s| !distinct.iter().any(|g| g.iter().any(|m| same_head(s, m)))) {
                *extra.entry(format!("{field}:{s}")).or_default() += 1;
            }
        }
    }
    println!("MUC, {} documents ({})", docs.len(), file.display());
    relevant.line("  document tells an attack");
    let mut all = Tally::default();
    for (name, tally) in &tallies {
        tally.line(&format!("  {name} (head)"));
        all.found += tally.found;
        all.predicted += tally.predicted;
        all.gold += tally.gold;
    }
    all.line("  all roles (head)");
    if misses {
        top("missed", missed);
        top("extra", extra);
    }
}

/// Is the head (last word before *of*, *in*, a comma) of one the head of the other, or one inside the other?
fn same_head(a: &str, b: &str) -> bool {
    let head = |s: &str| {
        let s = s.split([',', '(']).next().unwrap_or_default();
        let s = [" of ", " in ", " from ", " at ", " who ", " that "]
            .iter()
            .fold(s, |s, cut| s.split(cut).next().unwrap_or(s));
        s.split_whitespace().next_back().unwrap_or_default().trim_end_matches('s').to_owned()
    };
    let (x, y) = (head(a), head(b));
    !x.is_empty() && x == y || a == b
}
