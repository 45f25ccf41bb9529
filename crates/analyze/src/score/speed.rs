//! How many documents a second all layers read, and whether time grows in step with length.
//!
//! Deliberately on texts of the sets, cut to 310 words, so that peers can be measured on the same.

use serde_json::Value;

use super::{Figure, Run, read};

/// Words of a document.
const WORDS: usize = 310;

pub(super) fn score(run: &mut Run<'_>) {
    let text = run.text("text/muc34/dev.json").unwrap_or_default();
    let old: Vec<String> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|document| document["doctext"].as_str().map(str::to_owned))
        .collect();
    let bytes = run.sets.read("text/fa_kes_dev.csv").unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let news: Vec<String> =
        reader.records().flatten().filter_map(|row| row.get(2).map(str::to_owned)).take(400).collect();
    for (name, texts) in [("news of a war", news), ("old wires in small letters", old)] {
        let words: Vec<&str> = texts.iter().flat_map(|text| text.split(' ')).collect();
        let documents: Vec<String> = words.chunks(WORDS).filter(|c| c.len() == WORDS).map(|c| c.join(" ")).collect();
        if documents.is_empty() {
            continue;
        }
        read(&documents[0], None, "en");
        let from = run.sets.seconds();
        let mut objects = 0;
        for document in &documents {
            objects += read(document, None, "en").len();
        }
        let spent = run.sets.seconds() - from;
        run.figures.push(Figure {
            set: format!("{name}, {} documents of {WORDS} words", documents.len()),
            measure: "all layers",
            value: documents.len() as f64 / spent.max(1e-9),
            unit: "docs/s",
            detail: format!("{objects} objects in {spent:.2} s"),
            peer: "16–27 (spaCy sm)",
        });
    }
}
