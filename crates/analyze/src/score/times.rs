//! Times against MEANTIME (Minard and others 2016), as TempEval scores them.
//!
//! *Strict*: the same words; *relaxed*: words that overlap; *value*: overlapping words with the same value. Deliberately scores
//! only the sentences that were annotated: title, dateline and the first four.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Run, Tally, untar};
use crate::time::{TimeMention, find};

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
    let (mut strict, mut relaxed, mut value) = (Tally::default(), Tally::default(), Tally::default());
    let mut count = 0;
    for (_, document) in documents.iter().enumerate().filter(|(at, _)| run.half.takes(*at)) {
        count += 1;
        let found = find(&document.text, document.published.as_deref());
        let mut used = vec![false; found.len()];
        let (mut exact, mut right) = (0, 0);
        for (range, wanted) in &document.gold {
            let meets = |mention: &TimeMention| mention.range.start < range.end && range.start < mention.range.end;
            let Some(hit) = (0..found.len()).find(|at| !used[*at] && meets(&found[*at])) else {
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
    let set = format!("MEANTIME, {count} articles");
    run.figure(&set, "TIMEX strict", "81.8 (HeidelTime)", &strict);
    run.figure(&set, "TIMEX relaxed", "90.7 (HeidelTime)", &relaxed);
    run.figure(&set, "TIMEX value", "78.1 (HeidelTime)", &value);
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
