//! Scores the search for times against sets with known answers.
//!
//! ```text
//! cargo run --release --example score_times -- DATA [--half tune|held] [--show N] [--meantime FOLDER]
//! ```
//!
//! DATA is a folder that holds `text/`; FOLDER the unpacked MEANTIME corpus. Every second document is for tuning, the
//! others are held out. What is not there is passed over. Nothing here judges: it counts.
#![expect(clippy::print_stdout, reason = "a scorer prints its scores")]

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use witnessmark_analyze::time::{TimeMention, find};

struct Options {
    data: PathBuf,
    meantime: PathBuf,
    half: Option<usize>,
    show: usize,
}

/// Only the title, the dateline and the first four sentences of each document are annotated.
const ANNOTATED_SENTENCES: usize = 6;

/// A text, its date, and its times with their TIMEX3 values.
#[derive(Default)]
struct Document {
    text: String,
    published: Option<String>,
    gold: Vec<(Range<usize>, String)>,
}

fn main() {
    let Some(options) = options() else {
        println!("usage: score_times DATA [--half tune|held] [--show N] [--meantime FOLDER]");
        return;
    };
    meantime(&options);
    event_dates(&options.data.join("text/fa_kes_dev.csv"), &options);
}

fn options() -> Option<Options> {
    let mut out = Options { data: PathBuf::new(), meantime: PathBuf::new(), half: None, show: 0 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--half" => out.half = Some(usize::from(arguments.next()? == "held")),
            "--show" => out.show = arguments.next()?.parse().ok()?,
            "--meantime" => out.meantime = arguments.next()?.into(),
            path => out.data = path.into(),
        }
    }
    out.data.is_dir().then_some(out)
}

/// TempEval's measures: mentions strict and relaxed, and values of those that overlap.
fn meantime(options: &Options) {
    let mut files = Vec::new();
    collect(&options.meantime, &mut files);
    files.sort();
    // The corpus holds each document in two layers: one is enough.
    let mut by_name: BTreeMap<String, PathBuf> = BTreeMap::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        by_name.entry(name).or_insert(file);
    }
    let documents: Vec<Document> =
        by_name.values().filter_map(|file| document(file)).filter(|document| !document.gold.is_empty()).collect();
    if documents.is_empty() {
        println!("MEANTIME: not there");
        return;
    }
    let (mut strict, mut relaxed, mut recalled, mut values, mut proposed, mut wanted, mut read, mut shown) =
        (0, 0, 0, 0, 0, 0, 0, 0);
    let (mut spent, mut bytes) = (0.0, 0);
    for (_, document) in documents.iter().enumerate().filter(|(at, _)| options.half.is_none_or(|half| at % 2 == half)) {
        let started = Instant::now();
        let found = find(&document.text, document.published.as_deref());
        spent += started.elapsed().as_secs_f64();
        bytes += document.text.len();
        read += 1;
        proposed += found.len();
        wanted += document.gold.len();
        let mut used = vec![false; found.len()];
        for (range, value) in &document.gold {
            let hit =
                found.iter().position(|mention| mention.range.start < range.end && range.start < mention.range.end);
            let Some(hit) = hit else {
                note(&mut shown, options, "missed", &document.text, range, value);
                continue;
            };
            relaxed += usize::from(!std::mem::replace(&mut used[hit], true));
            recalled += 1;
            strict += usize::from(found[hit].range == *range);
            if same_value(&found[hit], value) {
                values += 1;
            } else {
                let both = format!("{} for {value}", found[hit].timex);
                note(&mut shown, options, "value", &document.text, &found[hit].range, &both);
            }
        }
        for (mention, _) in found.iter().zip(&used).filter(|(_, used)| !**used) {
            note(&mut shown, options, "extra", &document.text, &mention.range, &mention.timex);
        }
    }
    let f1 = |hits: usize| 2.0 * hits as f64 / (proposed + wanted) as f64;
    println!(
        "MEANTIME: {read} documents, {wanted} times wanted, {proposed} found; strict F1 {:.3}, relaxed P {:.3} R {:.3} F1 {:.3}, \
         value F1 {:.3} (right value in {:.3} of those found); {:.0} docs/s, {:.1} MB/s",
        f1(strict),
        relaxed as f64 / proposed.max(1) as f64,
        recalled as f64 / wanted.max(1) as f64,
        f1(relaxed),
        f1(values),
        values as f64 / recalled.max(1) as f64,
        read as f64 / spent,
        bytes as f64 / spent / 1e6,
    );
}

/// Values compare as TempEval does: by their letters; a value may be coarser only where ours is a range.
fn same_value(found: &TimeMention, value: &str) -> bool {
    found.timex == value
        || found.timex.trim_end_matches(":00") == value
        || (found.timex.contains('X')
            && value.contains('X')
            && found.timex.starts_with('P')
            && value.starts_with('P')
            && found.timex.chars().last() == value.chars().last())
}

fn note(shown: &mut usize, options: &Options, what: &str, text: &str, range: &Range<usize>, value: &str) {
    if *shown < options.show {
        *shown += 1;
        let clamp = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        println!(
            "  {what}: {}[{}]{} ({value})",
            text[clamp(range.start.saturating_sub(50))..range.start].replace('\n', " "),
            &text[range.clone()],
            text[range.end..clamp(range.end + 30)].replace('\n', " ")
        );
    }
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if path.is_dir() {
            collect(&path, out);
        } else if !hidden && path.extension().is_some_and(|extension| extension == "xml") {
            out.push(path);
        }
    }
}

fn document(path: &Path) -> Option<Document> {
    let xml = std::fs::read_to_string(path).ok()?;
    let mut reader = Reader::from_str(&xml);
    let mut document = Document::default();
    let mut tokens: BTreeMap<String, Range<usize>> = BTreeMap::new();
    let mut token: Option<String> = None;
    let mut sentence = String::new();
    let mut timex: Option<(String, Vec<String>, bool)> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => match start.name().as_ref() {
                "token" => {
                    token = attribute(&start, "t_id");
                    let number = attribute(&start, "sentence").unwrap_or_default();
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
                "TIMEX3" => {
                    if let Some((value, anchors, creation)) = timex.take() {
                        if creation {
                            document.published = Some(value.clone());
                        }
                        let ranges: Vec<&Range<usize>> = anchors.iter().filter_map(|id| tokens.get(id)).collect();
                        if let (Some(start), Some(end)) =
                            (ranges.iter().map(|range| range.start).min(), ranges.iter().map(|range| range.end).max())
                        {
                            document.gold.push((start..end, value));
                        }
                    }
                }
                _ => {}
            },
            Ok(Event::Eof) => return Some(document),
            Err(_) => return None,
            _ => {}
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

/// News of one war with the date of what each tells: whether a time of the article holds it.
fn event_dates(path: &Path, options: &Options) {
    let Ok(bytes) = std::fs::read(path) else {
        println!("FA-KES: not there");
        return;
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut all, mut dated, mut held, mut held_near, mut named_first) = (0, 0, 0, 0, 0);
    let started = Instant::now();
    for (at, row) in reader.records().flatten().enumerate() {
        if options.half.is_some_and(|half| at % 2 != half) {
            continue;
        }
        let Some(wanted) = row.get(4).and_then(month_first) else { continue };
        let article = row.get(2).unwrap_or_default();
        all += 1;
        // The articles of the set begin with the date of publication, run into the text.
        let head: String = article.chars().take(160).collect();
        let published = find(&head, None)
            .into_iter()
            .find(|mention| {
                mention.basis == "stated" && mention.earliest.is_some() && mention.earliest == mention.latest
            })
            .and_then(|mention| mention.earliest);
        dated += usize::from(published.is_some());
        let times = find(article, published.as_deref());
        let holds = |mention: &&TimeMention| match (&mention.earliest, &mention.latest) {
            (Some(earliest), Some(latest)) => {
                earliest.get(..10).unwrap_or_default() <= wanted.as_str()
                    && wanted.as_str() <= latest.get(..10).unwrap_or_default()
            }
            _ => false,
        };
        held += usize::from(times.iter().any(|mention| holds(&mention)));
        let near = |mention: &&TimeMention| {
            holds(mention) && matches!(mention.granularity, "day" | "part_of_day" | "minute" | "few_days")
        };
        held_near += usize::from(times.iter().any(|mention| near(&mention)));
        named_first += usize::from(
            times
                .iter()
                .skip(1)
                .find(|mention| mention.granularity == "day" || mention.granularity == "part_of_day")
                .is_some_and(|mention| holds(&mention)),
        );
    }
    let rate = |count: usize| count as f64 / all.max(1) as f64;
    println!(
        "FA-KES date of the event: {all} articles, {:.3} with a date of publication; a time holds the date in {:.3}, one of a day or few in {:.3}; \
         the first day told after the dateline is it in {:.3}; {:.0} docs/s",
        rate(dated),
        rate(held),
        rate(held_near),
        rate(named_first),
        all as f64 / started.elapsed().as_secs_f64(),
    );
}

/// The set writes month, day, year.
fn month_first(date: &str) -> Option<String> {
    let mut parts = date.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{:0>4}-{month:0>2}-{day:0>2}", year))
}
