//! Names of places: found, and resolved to within 161 km, which is 100 miles, as the geoparsing literature counts.
//!
//! TR-News and GeoVirus (Gritta and others 2018), IDRISI posts (Suwaileh and others 2022), ANERCorp (Benajiba and others 2007). A
//! mention counts as found where it overlaps a gold one; for ANERCorp the words must be the same. Adjectives (“Syrian”) that a
//! set marks are set aside. Deliberately through the search for places alone, but for ANERCorp and posts no otherwise than
//! `extract` does it.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::{Run, Tally, around, untar};
use crate::place::{Gazetteer, PlaceMention};

/// Distance within which a resolved place counts as right.
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

pub(super) fn score(run: &mut Run<'_>) {
    for (name, path, element, phrase) in [
        ("TR-News", "text/geoparsing/TR-News.xml", "toponym", "phrase"),
        ("GeoVirus", "text/geoparsing/GeoVirus.xml", "location", "name"),
    ] {
        if let Some(xml) = run.text(path) {
            found_and_resolved(run, name, "68–71 (spaCy)", &geoparsing(&xml, element, phrase));
        }
    }
    let posts = run.sets.read("text/idrisi_train.tar.gz").map(|packed| untar(&packed)).unwrap_or_default();
    for (name, part) in [("IDRISI English", "LMR/data/EN/"), ("IDRISI Arabic", "LMR/data/AR/")] {
        let files = posts.iter().filter(|(path, _)| path.contains(part) && path.ends_with(".jsonl"));
        let documents: Vec<Document> = files.flat_map(|(_, bytes)| idrisi(&String::from_utf8_lossy(bytes))).collect();
        found_and_resolved(run, name, "", &documents);
    }
    if let Some(columns) = run.text("text/anercorp_dev.txt") {
        arabic(run, &anercorp(&columns));
    }
}

fn halved<'d>(run: &Run<'_>, documents: &'d [Document]) -> Vec<&'d Document> {
    documents.iter().enumerate().filter(|(at, _)| run.half.takes(*at)).map(|(_, document)| document).collect()
}

fn found_and_resolved(run: &mut Run<'_>, name: &str, peer: &'static str, documents: &[Document]) {
    let gazetteer = Gazetteer::embedded();
    let (mut overlap, mut exact) = (Tally::default(), Tally::default());
    let (mut placed, mut right) = (0, 0);
    let documents = halved(run, documents);
    for document in &documents {
        let found = gazetteer.find(&document.text);
        let mut used = vec![false; found.len()];
        let (mut wanted, mut same) = (0, 0);
        for gold in &document.gold {
            if gazetteer.adjective(&gold.phrase).is_some() {
                continue;
            }
            wanted += 1;
            let hit = found.iter().position(|m| m.range.start < gold.range.end && gold.range.start < m.range.end);
            let Some(hit) = hit else {
                (run.note)("missed", words(&document.text, &gold.range));
                continue;
            };
            used[hit] = true;
            overlap.wanted_found += 1;
            same += usize::from(found[hit].range == gold.range);
            let Some(point) = gold.point else { continue };
            placed += 1;
            if near(&found[hit], point) {
                right += 1;
            } else {
                (run.note)("misplaced", words(&document.text, &gold.range));
            }
        }
        overlap.wanted += wanted;
        overlap.said += found.len();
        overlap.said_right += used.iter().filter(|used| **used).count();
        exact.both(same, found.len(), wanted);
        for (mention, _) in found.iter().zip(&used).filter(|(_, used)| !**used) {
            (run.note)("extra", words(&document.text, &mention.range));
        }
    }
    if documents.is_empty() {
        return;
    }
    let set = format!("{name}, {} texts", documents.len());
    run.figure(&set, "places found, overlap", peer, &overlap);
    run.figure(&set, "places found, exact", "", &exact);
    if placed > 0 {
        run.share(&set, "resolved within 161 km", "82.7 (Mordecai 3)", right, placed);
    }
}

fn arabic(run: &mut Run<'_>, documents: &[Document]) {
    let mut exact = Tally::default();
    let documents = halved(run, documents);
    for document in &documents {
        // The set tags whole tokens, particles and all; ours leave the particles out.
        let found: Vec<Range<usize>> =
            Gazetteer::embedded().find(&document.text).iter().map(|m| whole_tokens(&document.text, &m.range)).collect();
        let hits = document.gold.iter().filter(|gold| found.contains(&gold.range)).count();
        exact.both(hits, found.len(), document.gold.len());
        for gold in document.gold.iter().filter(|gold| !found.contains(&gold.range)) {
            (run.note)("ar-missed", words(&document.text, &gold.range));
        }
        for range in found.iter().filter(|range| !document.gold.iter().any(|gold| gold.range == **range)) {
            (run.note)("ar-extra", words(&document.text, range));
        }
    }
    let set = format!("ANERCorp, {} texts of 20 sentences", documents.len());
    run.figure(&set, "locations, exact", "55.5 (gazetteer)", &exact);
}

/// The range widened to the spaces around it.
fn whole_tokens(text: &str, range: &Range<usize>) -> Range<usize> {
    let space = |c: char| c.is_whitespace();
    let start = text[..range.start].rfind(space).map_or(0, |at| at + 1);
    let end = text[range.end..].find(space).map_or(text.len(), |at| range.end + at);
    start..end
}

fn near(mention: &PlaceMention, point: (f64, f64)) -> bool {
    let best = mention.candidates.first();
    best.is_some_and(|one| metres((one.lat, one.lon), point) <= RIGHT_WITHIN_M.max(one.uncertainty_m))
}

fn words(text: &str, range: &Range<usize>) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |byte: usize| text[..byte].chars().count();
    around(&chars, (at(range.start), at(range.end)))
}

/// Articles of the two geoparsing sets: text, and toponyms with character offsets.
fn geoparsing(xml: &str, element: &str, phrase: &str) -> Vec<Document> {
    let mut reader = Reader::from_str(xml);
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

/// Posts with place mentions; streets and buildings are not what the table holds.
fn idrisi(lines: &str) -> Vec<Document> {
    const NOT_ASKED: [&str; 8] = ["poi", "str", "street", "othr", "other", "human", "natural", "hpoi"];
    let posts = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    posts
        .filter_map(|post| {
            let text = post["text"].as_str()?;
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let offset = |mention: &Value, keys: [&str; 2]| {
                let value = keys.iter().find_map(|key| mention[*key].as_u64())?;
                starts.get(usize::try_from(value).ok()?).copied()
            };
            let asked = |mention: &&Value| {
                let kind = mention["type"].as_str().unwrap_or_default().to_lowercase();
                !NOT_ASKED.iter().any(|word| kind.contains(word))
            };
            let gold = |mention: &Value| {
                let mut start = offset(mention, ["startIdx", "start_offset"])?;
                let end = offset(mention, ["endIdx", "end_offset"])?;
                start += usize::from(text.get(start..)?.starts_with('#'));
                let number = |key: &str| mention["osm_json"][key].as_str()?.parse::<f64>().ok();
                let point = number("lat").zip(number("lon"));
                Some(Gold { range: start..end, phrase: text.get(start..end)?.to_owned(), point })
            };
            let gold =
                post["location_mentions"].as_array().into_iter().flatten().filter(asked).filter_map(gold).collect();
            Some(Document { text: text.to_owned(), gold })
        })
        .collect()
}

/// Sentences of the CoNLL columns.
fn anercorp(columns: &str) -> Vec<Document> {
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

fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let (dla, dlo) = (lb - la, (b.1 - a.1).to_radians());
    let h = (dla / 2.0).sin().powi(2) + la.cos() * lb.cos() * (dlo / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}
