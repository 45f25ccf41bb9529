//! Times against MEANTIME (Minard and others 2016) and WikiWarsUA (Grabar and Hamon 2019), as TempEval scores them.
//!
//! *Strict*: the same words; *relaxed*: words that overlap; *value*: overlapping words with the same value. Of MEANTIME it
//! deliberately scores only the sentences that were annotated: title, dateline and the first four.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Run, Tally, untar};
use crate::time::{TimeMention, find_in};

/// Title, dateline and four sentences.
const ANNOTATED_SENTENCES: usize = 6;

/// A text, its date, and its times with their values.
#[derive(Default)]
struct Document {
    text: String,
    published: Option<String>,
    gold: Vec<(Range<usize>, String)>,
}

pub(super) fn score(run: &mut Run<'_>) {
    let Some(packed) = run.sets.read("text/temporal/meantime_en.tar.gz") else { return };
    // The corpus holds each document in two layers: one is enough.
    let mut by_name: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (path, bytes) in untar(&packed) {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        if path.ends_with(".xml") && !name.starts_with('.') {
            by_name.entry(name).or_insert(bytes);
        }
    }
    let documents: Vec<Document> = by_name
        .values()
        .filter_map(|xml| document(&String::from_utf8_lossy(xml)))
        .filter(|document| !document.gold.is_empty())
        .collect();
    let set = |count: usize| format!("MEANTIME, {count} articles");
    tally(run, &documents, None, set, ["81.8 (HeidelTime)", "90.7 (HeidelTime)", "78.1 (HeidelTime)"]);
    wars(run);
}

/// WikiWarsUA (Grabar and Hamon 2019): histories in Ukrainian, every time of them tagged.
///
/// They are read without a date of publication: that of the set is the day on which the pages were fetched.
fn wars(run: &mut Run<'_>) {
    const FOLDER: &str = "text/temporal/WikiWarsUA/keyinline";
    let names = run.sets.list(FOLDER);
    let documents: Vec<Document> = names
        .iter()
        .filter(|name| name.ends_with(".xml"))
        .filter_map(|name| run.text(&format!("{FOLDER}/{name}")))
        .map(|tagged| inline(&tagged))
        .collect();
    // The first is number one: the even ones are those that rules were written by.
    let padded: Vec<Document> = std::iter::once(Document::default()).chain(documents).collect();
    let peers = ["", "", ""];
    tally(run, &padded, Some("uk"), |count| format!("WikiWarsUA, {count} histories"), peers);
}

/// A text with its times tagged where they stand.
fn inline(tagged: &str) -> Document {
    let body = tagged.split_once("<TEXT>").map_or(tagged, |(_, rest)| rest);
    let body = body.split_once("</TEXT>").map_or(body, |(body, _)| body);
    let mut document = Document::default();
    let mut open: Option<(usize, String)> = None;
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        document.text.push_str(&unescaped(&rest[..at]));
        let Some(end) = rest[at..].find('>') else { break };
        let tag = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        if tag.starts_with("TIMEX3") {
            let value = tag.split_once("value=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value);
            open = value.map(|value| (document.text.len(), value.to_owned()));
        } else if tag == "/TIMEX3"
            && let Some((start, value)) = open.take()
        {
            document.gold.push((start..document.text.len(), value));
        }
    }
    document.text.push_str(&unescaped(rest));
    document
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn tally(
    run: &mut Run<'_>,
    documents: &[Document],
    language: Option<&str>,
    name: impl Fn(usize) -> String,
    peers: [&'static str; 3],
) {
    let (mut strict, mut relaxed, mut value) = (Tally::default(), Tally::default(), Tally::default());
    let mut count = 0;
    for (_, document) in documents.iter().enumerate().filter(|(at, _)| run.half.takes(*at)) {
        if document.gold.is_empty() {
            continue;
        }
        count += 1;
        let found = find_in(&document.text, document.published.as_deref(), language);
        let mut used = vec![false; found.len()];
        let (mut exact, mut right) = (0, 0);
        for (range, wanted) in &document.gold {
            let meets = |mention: &TimeMention| mention.range.start < range.end && range.start < mention.range.end;
            // The same words before others that overlap: one tag may lie within another.
            let same = (0..found.len()).find(|at| !used[*at] && found[*at].range == *range);
            let Some(hit) = same.or_else(|| (0..found.len()).find(|at| !used[*at] && meets(&found[*at]))) else {
                (run.note)("missed", note(&document.text, range, wanted));
                continue;
            };
            used[hit] = true;
            exact += usize::from(found[hit].range == *range);
            if found[hit].range != *range {
                (run.note)("extent", note(&document.text, &found[hit].range, &document.text[range.clone()]));
            }
            if same_value(&found[hit].timex, wanted) {
                right += 1;
            } else {
                let both = format!("{} for {wanted}, published {:?}", found[hit].timex, document.published);
                (run.note)("value", note(&document.text, &found[hit].range, &both));
            }
        }
        let touched = used.iter().filter(|used| **used).count();
        strict.both(exact, found.len(), document.gold.len());
        relaxed.both(touched, found.len(), document.gold.len());
        value.both(right, found.len(), document.gold.len());
        for (mention, _) in found.iter().zip(&used).filter(|(_, used)| !**used) {
            (run.note)("extra", note(&document.text, &mention.range, &mention.timex));
        }
    }
    if count == 0 {
        return;
    }
    let set = name(count);
    run.figure(&set, "TIMEX strict", peers[0], &strict);
    run.figure(&set, "TIMEX relaxed", peers[1], &relaxed);
    run.figure(&set, "TIMEX value", peers[2], &value);
}

/// Values compare by their letters; `T24:00` and a full hour with and without minutes are one.
fn same_value(said: &str, wanted: &str) -> bool {
    let plain = |value: &str| value.trim_end_matches(":00").to_owned();
    plain(said) == plain(wanted)
}

fn note(text: &str, range: &Range<usize>, more: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |byte: usize| text[..byte].chars().count();
    format!("{} ({more})", super::around(&chars, (at(range.start), at(range.end))))
}

fn document(xml: &str) -> Option<Document> {
    let mut reader = Reader::from_str(xml);
    let mut document = Document::default();
    let mut tokens: BTreeMap<String, Range<usize>> = BTreeMap::new();
    let mut token: Option<String> = None;
    let mut sentence = String::new();
    let mut timex: Option<(String, Vec<String>, bool)> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => match start.name().as_ref() {
                "token" => {
                    let number = attribute(&start, "sentence").unwrap_or_default();
                    token = attribute(&start, "t_id");
                    if number.parse::<usize>().is_ok_and(|number| number >= ANNOTATED_SENTENCES) {
                        token = None;
                        continue;
                    }
                    document.text.push(if number == sentence { ' ' } else { '\n' });
                    sentence = number;
                }
                "TIMEX3" => timex = begin(&start),
                _ => {}
            },
            Ok(Event::Empty(empty)) => match (empty.name().as_ref(), &mut timex) {
                ("token_anchor", Some((_, anchors, _))) => anchors.extend(attribute(&empty, "t_id")),
                ("TIMEX3", _) => {
                    if let Some((value, _, true)) = begin(&empty) {
                        document.published = Some(value);
                    }
                }
                _ => {}
            },
            Ok(Event::Text(part)) => {
                if let Some(id) = &token {
                    let start = document.text.len();
                    document.text.push_str(part.trim());
                    let whole = tokens.entry(id.clone()).or_insert(start..start);
                    whole.end = document.text.len();
                }
            }
            Ok(Event::GeneralRef(name)) if token.is_some() => {
                document.text.push(if &*name == "amp" { '&' } else { '"' });
            }
            Ok(Event::End(end)) => match end.name().as_ref() {
                "token" => token = None,
                "TIMEX3" => document.close(timex.take(), &tokens),
                _ => {}
            },
            Ok(Event::Eof) => return Some(document),
            Err(_) => return None,
            _ => {}
        }
    }
}

impl Document {
    fn close(&mut self, timex: Option<(String, Vec<String>, bool)>, tokens: &BTreeMap<String, Range<usize>>) {
        let Some((value, anchors, creation)) = timex else { return };
        if creation {
            self.published = Some(value.clone());
        }
        let ranges: Vec<&Range<usize>> = anchors.iter().filter_map(|id| tokens.get(id)).collect();
        let (start, end) = (ranges.iter().map(|range| range.start).min(), ranges.iter().map(|range| range.end).max());
        if let (Some(start), Some(end)) = (start, end) {
            self.gold.push((start..end, value));
        }
    }
}

/// Value, anchors to come, and whether it is the time of the document itself.
fn begin(start: &BytesStart<'_>) -> Option<(String, Vec<String>, bool)> {
    let creation = attribute(start, "functionInDocument").is_some_and(|function| function == "CREATION_TIME");
    Some((attribute(start, "value")?, Vec::new(), creation))
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(found.value.to_string())
}
