//! Scores the search for places against sets with known answers.
//!
//! ```text
//! cargo run --release --example score_places -- DATA [--half tune|held] [--show N] [--idrisi FOLDER]
//! ```
//!
//! DATA is a folder that holds `text/` and `geo/` as docs/benchmarks.md names them; FOLDER the unpacked IDRISI sets. Every
//! second document is for tuning, the others are held out. What is not there is passed over. Nothing here judges: it
//! counts.
#![expect(clippy::print_stdout, reason = "a scorer prints its scores")]

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use witnessmark_analyze::place::{Gazetteer, PlaceMention};
use witnessmark_model::words::{fold, skeleton};

/// Distance within which a resolved place counts as right: 100 miles, as in the geoparsing literature.
const RIGHT_WITHIN_M: f64 = 161_000.0;

struct Gold {
    range: Range<usize>,
    phrase: String,
    point: Option<(f64, f64)>,
}

struct Document {
    text: String,
    gold: Vec<Gold>,
}

struct Options {
    data: PathBuf,
    idrisi: PathBuf,
    half: Option<usize>,
    show: usize,
}

fn main() {
    let Some(options) = options() else {
        println!("usage: score_places DATA [--half tune|held] [--show N] [--idrisi FOLDER]");
        return;
    };
    let started = Instant::now();
    let gazetteer = Gazetteer::embedded();
    gazetteer.resolve("Syria");
    println!("first look-up {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    let text = options.data.join("text");
    score("TR-News", &geoparsing(&text.join("geoparsing/TR-News.xml"), "toponym", "phrase"), &options);
    score("GeoVirus", &geoparsing(&text.join("geoparsing/GeoVirus.xml"), "location", "name"), &options);
    for (language, name) in [("EN", "IDRISI English"), ("AR", "IDRISI Arabic")] {
        score(name, &idrisi(&options.idrisi, language), &options);
    }
    score("ANERCorp", &anercorp(&text.join("anercorp_dev.txt")), &options);
    governorates(&text.join("fa_kes_dev.csv"), &options);
    skeletons(&text.join("transliteration_pairs.csv"), &options);
    pairing(&options.data.join("geo/gazetteer"), &options);
    look_ups();
}

fn options() -> Option<Options> {
    let mut out = Options { data: PathBuf::new(), idrisi: PathBuf::new(), half: None, show: 0 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--half" => out.half = Some(usize::from(arguments.next()? == "held")),
            "--show" => out.show = arguments.next()?.parse().ok()?,
            "--idrisi" => out.idrisi = arguments.next()?.into(),
            path => out.data = path.into(),
        }
    }
    (out.data.is_dir()).then_some(out)
}

/// Precision, recall and F1 of mentions (exact and overlapping), and how many of those found resolve rightly.
fn score(name: &str, documents: &[Document], options: &Options) {
    if documents.is_empty() {
        println!("{name}: not there");
        return;
    }
    let gazetteer = Gazetteer::embedded();
    let (mut exact, mut overlapping, mut proposed, mut wanted, mut adjectives) = (0, 0, 0, 0, 0);
    let (mut placed, mut right, mut among) = (0, 0, 0);
    let mut shown = 0;
    let mut bytes = 0;
    let mut spent = 0.0;
    let mut read = 0;
    for (_, document) in documents.iter().enumerate().filter(|(at, _)| options.half.is_none_or(|half| at % 2 == half)) {
        let started = Instant::now();
        let found = gazetteer.find(&document.text);
        spent += started.elapsed().as_secs_f64();
        bytes += document.text.len();
        read += 1;
        proposed += found.len();
        let mut used = vec![false; found.len()];
        for gold in &document.gold {
            if gazetteer.adjective(&gold.phrase).is_some() {
                adjectives += 1;
                continue;
            }
            wanted += 1;
            let hit = found.iter().position(|mention| overlaps(&mention.range, &gold.range));
            let Some(hit) = hit else {
                note(&mut shown, options, "missed", &document.text, &gold.range);
                continue;
            };
            used[hit] = true;
            overlapping += 1;
            exact += usize::from(found[hit].range == gold.range);
            let Some(point) = gold.point else { continue };
            placed += 1;
            let near = |mention: &PlaceMention, at: usize| {
                mention
                    .candidates
                    .get(at)
                    .is_some_and(|one| metres((one.lat, one.lon), point) <= RIGHT_WITHIN_M.max(one.uncertainty_m))
            };
            right += usize::from(near(&found[hit], 0));
            among += usize::from((0..5).any(|at| near(&found[hit], at)));
            if !near(&found[hit], 0) {
                note(&mut shown, options, "misplaced", &document.text, &gold.range);
            }
        }
        for (mention, _) in found.iter().zip(&used).filter(|(_, used)| !**used) {
            note(&mut shown, options, "extra", &document.text, &mention.range);
        }
    }
    let rate = |of: usize, all: usize| if all == 0 { 0.0 } else { of as f64 / all as f64 };
    let f1 = |hits: usize| 2.0 * hits as f64 / (proposed + wanted).max(1) as f64;
    println!(
        "{name}: {read} documents, {wanted} places wanted ({adjectives} adjectives aside), {proposed} found; exact P {:.3} R {:.3} F1 {:.3}; \
         overlap P {:.3} R {:.3} F1 {:.3}; resolved right {right}/{placed} = {:.3}, among five {:.3}; {:.0} docs/s, {:.1} MB/s",
        rate(exact, proposed),
        rate(exact, wanted),
        f1(exact),
        rate(overlapping, proposed),
        rate(overlapping, wanted),
        f1(overlapping),
        rate(right, placed),
        rate(among, placed),
        read as f64 / spent,
        bytes as f64 / spent / 1e6,
    );
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn note(shown: &mut usize, options: &Options, what: &str, text: &str, range: &Range<usize>) {
    if *shown < options.show {
        *shown += 1;
        let around = |from: usize, to: usize| {
            let clamp = |mut at: usize| {
                at = at.min(text.len());
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            text[clamp(from)..clamp(to)].replace('\n', " ")
        };
        println!(
            "  {what}: {}[{}]{}",
            around(range.start.saturating_sub(60), range.start),
            around(range.start, range.end),
            around(range.end, range.end + 40)
        );
    }
}

/// Articles of the two geoparsing sets: text, and toponyms with character offsets.
fn geoparsing(path: &Path, element: &str, phrase: &str) -> Vec<Document> {
    let Ok(xml) = std::fs::read_to_string(path) else { return Vec::new() };
    let mut reader = Reader::from_str(&xml);
    let mut out = Vec::new();
    let mut stack: Vec<String> = Vec::new();
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut text = String::new();
    let mut gold: Vec<BTreeMap<String, String>> = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let name = start.name().as_ref().to_owned();
                if name == element {
                    fields.clear();
                }
                stack.push(name);
            }
            Ok(Event::End(_)) => match stack.pop().as_deref() {
                Some(name) if name == element => gold.push(std::mem::take(&mut fields)),
                Some("article") => out.push(document(std::mem::take(&mut text), std::mem::take(&mut gold), phrase)),
                _ => {}
            },
            Ok(Event::Text(part)) => add(&stack, element, &part, &mut text, &mut fields),
            Ok(Event::CData(part)) => add(&stack, element, &part, &mut text, &mut fields),
            Ok(Event::GeneralRef(name)) => {
                let name = name.to_string();
                let character = match name.as_str() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => " ",
                };
                add(&stack, element, character, &mut text, &mut fields);
            }
            Ok(Event::Eof) | Err(_) => return out,
            _ => {}
        }
    }
}

fn add(stack: &[String], element: &str, part: &str, text: &mut String, fields: &mut BTreeMap<String, String>) {
    let Some(name) = stack.last() else { return };
    if name == "text" {
        text.push_str(part);
    } else if stack.iter().any(|open| open == element) {
        fields.entry(name.clone()).or_default().push_str(part);
    }
}

fn document(text: String, gold: Vec<BTreeMap<String, String>>, phrase: &str) -> Document {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let gold = gold
        .into_iter()
        .filter_map(|fields| {
            let number = |key: &str| fields.get(key)?.trim().parse::<usize>().ok();
            let degrees = |key: &str| fields.get(key)?.trim().parse::<f64>().ok();
            let words = fields.get(phrase)?.trim().to_owned();
            let (start, end) = (number("start")?, number("end")?);
            // One set counts from one, and some offsets of the other are shifted: the nearest place where the words stand.
            let fits = |shift: isize| {
                let at = |offset: usize| starts.get(offset.checked_add_signed(shift)?).copied();
                let range = at(start)?..at(end)?;
                text.get(range.clone()).is_some_and(|found| found == words).then_some(range)
            };
            let range = [0, -1, 1, -2, 2, -3, 3].into_iter().find_map(fits)?;
            Some(Gold { range, phrase: words, point: degrees("lat").zip(degrees("lon")) })
        })
        .collect();
    Document { text, gold }
}

/// Posts with place mentions; the recognition part holds the mentions.
fn idrisi(folder: &Path, language: &str) -> Vec<Document> {
    let mut files = Vec::new();
    for part in [format!("LMR/data/{language}"), format!("LMD/data/{language}")] {
        collect(&folder.join(part), &mut files);
        if !files.is_empty() {
            break;
        }
    }
    files.sort();
    let mut out = Vec::new();
    for file in files {
        for line in std::fs::read_to_string(file).unwrap_or_default().lines() {
            let Ok(post) = serde_json::from_str::<Value>(line) else { continue };
            let Some(text) = post["text"].as_str() else { continue };
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let offset = |mention: &Value, keys: [&str; 2]| {
                let value = keys.iter().find_map(|key| mention[*key].as_u64())?;
                starts.get(usize::try_from(value).ok()?).copied()
            };
            let gold = post["location_mentions"]
                .as_array()
                .into_iter()
                .flatten()
                // Streets and buildings are not what the table holds.
                .filter(|mention| {
                    let kind = mention["type"].as_str().unwrap_or_default().to_lowercase();
                    !["poi", "str", "street", "othr", "other", "human", "natural", "hpoi", "npoi"]
                        .iter()
                        .any(|word| kind.contains(word))
                })
                .filter_map(|mention| {
                    let mut start = offset(mention, ["startIdx", "start_offset"])?;
                    let end = offset(mention, ["endIdx", "end_offset"])?;
                    start += usize::from(text.get(start..)?.starts_with('#'));
                    let number = |key: &str| mention["osm_json"][key].as_str()?.parse::<f64>().ok();
                    Some(Gold {
                        range: start..end,
                        phrase: text.get(start..end)?.to_owned(),
                        point: number("lat").zip(number("lon")),
                    })
                })
                .collect();
            out.push(Document { text: text.to_owned(), gold });
        }
    }
    out
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            out.push(path);
        }
    }
}

/// Sentences of the CoNLL columns.
fn anercorp(path: &Path) -> Vec<Document> {
    let Ok(columns) = std::fs::read_to_string(path) else { return Vec::new() };
    let mut out = Vec::new();
    let mut document = Document { text: String::new(), gold: Vec::new() };
    for line in columns.lines() {
        let Some((word, tag)) = line.split_once(' ') else { continue };
        if !document.text.is_empty() {
            document.text.push(' ');
        }
        let start = document.text.len();
        document.text.push_str(word);
        let end = document.text.len();
        match tag.trim() {
            "B-LOC" => document.gold.push(Gold { range: start..end, phrase: word.to_owned(), point: None }),
            "I-LOC" => {
                if let Some(last) = document.gold.last_mut() {
                    last.range.end = end;
                }
            }
            _ => {}
        }
        if word == "." {
            out.push(std::mem::replace(&mut document, Document { text: String::new(), gold: Vec::new() }));
        }
    }
    out.push(document);
    // An adjective is tagged a place there only rarely; a whole file as 20-sentence documents gives context.
    out.chunks(20).map(merge).collect()
}

fn merge(sentences: &[Document]) -> Document {
    let mut out = Document { text: String::new(), gold: Vec::new() };
    for sentence in sentences {
        let shift = out.text.len();
        out.text.push_str(&sentence.text);
        out.text.push('\n');
        out.gold.extend(sentence.gold.iter().map(|gold| Gold {
            range: gold.range.start + shift..gold.range.end + shift,
            phrase: gold.phrase.clone(),
            point: None,
        }));
    }
    out
}

/// News of one war with the governorate of each: the first area named that lies in a governorate.
fn governorates(path: &Path, options: &Options) {
    let Ok(bytes) = std::fs::read(path) else {
        println!("FA-KES: not there");
        return;
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let gazetteer = Gazetteer::embedded();
    let (mut right, mut named, mut all, mut any) = (0, 0, 0, 0);
    let mut wrong: BTreeMap<String, usize> = BTreeMap::new();
    for (at, row) in reader.records().flatten().enumerate() {
        if options.half.is_some_and(|half| at % 2 != half) {
            continue;
        }
        let wanted = gazetteer.resolve(&format!("{} governorate", row.get(5).unwrap_or_default()));
        let Some(wanted) = wanted.into_iter().find(|one| one.level == "province") else { continue };
        all += 1;
        let article = format!("{}.\n{}", row.get(1).unwrap_or_default(), row.get(2).unwrap_or_default());
        let mut counts: Vec<(String, usize)> = Vec::new();
        for mention in gazetteer.find(&article) {
            let Some(province) =
                mention.candidates.iter().find_map(|one| province(one.level, &one.id, one.parent.as_deref()))
            else {
                continue;
            };
            match counts.iter_mut().find(|(id, _)| *id == province) {
                Some((_, count)) => *count += 1,
                None => counts.push((province, 1)),
            }
        }
        named += usize::from(!counts.is_empty());
        any += usize::from(counts.iter().any(|(id, _)| *id == wanted.id));
        // Ties go to the one named first.
        let best = counts.iter().rev().max_by_key(|(_, count)| *count);
        let hit = best.is_some_and(|(id, _)| *id == wanted.id);
        right += usize::from(hit);
        if !hit {
            *wrong.entry(format!("{} → {}", wanted.id, best.map_or("none", |(id, _)| id))).or_default() += 1;
        }
    }
    println!(
        "FA-KES governorate: {right}/{all} = {:.3} by the area named most; named at all {:.3}; {named} name any",
        right as f64 / all.max(1) as f64,
        any as f64 / all.max(1) as f64
    );
    if options.show > 0 {
        println!("  {wrong:?}");
    }
}

fn province(level: &str, id: &str, parent: Option<&str>) -> Option<String> {
    // The set counts the capital's countryside as the capital.
    if id.starts_with("sy-rif-dimashq") || parent.is_some_and(|parent| parent.starts_with("sy-rif-dimashq")) {
        return Some("sy-damascus".to_owned());
    }
    if level == "province" && id.starts_with("sy-") {
        return Some(id.to_owned());
    }
    let parent = parent?;
    if !parent.starts_with("sy-") {
        return None;
    }
    // Ids of districts and subdistricts begin with that of their governorate.
    const PROVINCES: [&str; 13] = [
        "sy-al-hasakah",
        "sy-aleppo",
        "sy-as-suwayda",
        "sy-damascus",
        "sy-daraa",
        "sy-deir-ez-zor",
        "sy-hama",
        "sy-homs",
        "sy-idlib",
        "sy-latakia",
        "sy-quneitra",
        "sy-raqqa",
        "sy-tartus",
    ];
    PROVINCES.into_iter().find(|province| parent.starts_with(province)).map(str::to_owned)
}

/// Arabic and Latin spellings of one name share a skeleton.
fn skeletons(path: &Path, options: &Options) {
    let Ok(pairs) = std::fs::read_to_string(path) else {
        println!("transliteration pairs: not there");
        return;
    };
    let (mut same, mut all) = (0, 0);
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    for (at, line) in pairs.lines().enumerate() {
        let Some((arabic, latin)) = line.split_once(',').filter(|(arabic, latin)| arabic.len() > 2 && latin.len() > 2)
        else {
            continue;
        };
        if options.half.is_some_and(|half| at % 2 != half) {
            continue;
        }
        all += 1;
        let key = skeleton(arabic);
        same += usize::from(key == skeleton(latin));
        *held.entry(key).or_default() += 1;
    }
    let largest = held.values().max().copied().unwrap_or_default();
    println!(
        "skeletons: {same}/{all} = {:.3} pairs share one; {} skeletons, the largest holds {largest}",
        same as f64 / all.max(1) as f64,
        held.len()
    );
}

/// Every alias of the areas leads to its area, and every Arabic name too.
fn pairing(folder: &Path, options: &Options) {
    let gazetteer = Gazetteer::embedded();
    let (mut first, mut five, mut all) = (0u32, 0u32, 0u32);
    let mut arabic = (0u32, 0u32);
    for file in ["governorates.json", "districts.json", "subdistricts.json"] {
        let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
            println!("gazetteer: not there");
            return;
        };
        let records: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
        for record in &records {
            let id = record["id"].as_str().unwrap_or_default();
            let names =
                record["aliases"].as_array().into_iter().flatten().map(|alias| (&alias["value"], &alias["language"]));
            let own = [(&record["name"]["en"], &Value::Null), (&record["name"]["ar"], &Value::Null)];
            for (name, _) in names.chain(own) {
                let Some(name) = name.as_str() else { continue };
                let found = gazetteer.resolve(name);
                // Two levels of one name are one answer.
                let same = |found: &str| {
                    found == id || found.starts_with(&format!("{id}-")) || id.starts_with(&format!("{found}-"))
                };
                let same_place = |one: &witnessmark_analyze::place::Candidate| {
                    same(&one.id)
                        || one.parent.as_deref().is_some_and(|parent| {
                            id.starts_with(parent) && fold(&one.name).chars().next() == fold(name).chars().next()
                        })
                };
                let is_arabic = !name.is_ascii() && name.chars().any(witnessmark_model::words::is_arabic);
                all += 1;
                if options.show > 0 && !found.iter().any(same_place) {
                    println!("  {id}: {name} → {:?}", found.first().map(|one| &one.id));
                }
                let top = found.first().is_some_and(same_place);
                first += u32::from(top);
                five += u32::from(found.iter().any(same_place));
                arabic.1 += u32::from(is_arabic);
                arabic.0 += u32::from(is_arabic && top);
            }
        }
    }
    println!(
        "gazetteer names: {all}, first {:.3}, among five {:.3}; Arabic ones first {:.3}",
        f64::from(first) / f64::from(all.max(1)),
        f64::from(five) / f64::from(all.max(1)),
        f64::from(arabic.0) / f64::from(arabic.1.max(1)),
    );
}

fn look_ups() {
    let gazetteer = Gazetteer::embedded();
    for (what, names) in [
        ("known names", ["Aleppo", "إدلب", "Deir ez-Zor", "Paris", "Khan Shaykhun"]),
        ("names to be guessed", ["Khan Sheikhoon", "Maarrat an-Nouman", "Zzyzxqwv", "Saraqueb", "كفرزغلول"]),
    ] {
        gazetteer.resolve(names[0]);
        let started = Instant::now();
        let rounds = 2000;
        for _ in 0..rounds {
            for name in names {
                std::hint::black_box(gazetteer.resolve(std::hint::black_box(name)));
            }
        }
        println!("{what}: {:.0} look-ups/s", f64::from(rounds) * names.len() as f64 / started.elapsed().as_secs_f64());
    }
}

fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let (dla, dlo) = (lb - la, (b.1 - a.1).to_radians());
    let h = (dla / 2.0).sin().powi(2) + la.cos() * lb.cos() * (dlo / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}
