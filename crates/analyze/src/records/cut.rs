//! A sheet and its mapping to records, one a row.
//!
//! Runs in the child, like everything that reads bytes from outside. It deliberately reads no cell: what a cell says is read from
//! the record, later, by an analyzer with a version.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::grid::{self, Grid};
use super::map::Mapping;
use super::record::{Cell, FORMAT, Record, parts};
use crate::{Input, Manifest, Row};

/// Media type of what this reads: a line of JSON ([`Job`]), then the sheet's bytes.
pub const MEDIA_TYPE: &str = "application/vnd.witnessmark.mapped-sheet";

/// What this analyzer is. No file is of its media type, so it is never in the backlog.
pub const MANIFEST: Manifest = Manifest {
    name: "sheet-rows",
    version: 1,
    reads: &[MEDIA_TYPE],
    says: &["record", "column", "problem"],
    cannot_say: &["what a cell says: that is read from the record", "whether what the sheet states is so"],
};

/// First line of what is read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Name of the sheet.
    pub sheet: String,
    /// Text of the mapping.
    pub mapping: String,
}

impl Job {
    /// What the child is given.
    pub fn with(&self, sheet: &[u8]) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("text");
        bytes.push(b'\n');
        bytes.extend_from_slice(sheet);
        bytes
    }
}

/// Rows `record` {`key`, `line`, `json`, `url`, `published`}, `column` {`column`, `field`, `filled`}, `problem`.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let wrong = |why: String| vec![Row::problem(why, "the mapping")];
    let Some(end) = input.bytes.iter().position(|b| *b == b'\n') else { return wrong("there is none".into()) };
    let job: Job = match serde_json::from_slice(&input.bytes[..end]) {
        Ok(job) => job,
        Err(e) => return wrong(e.to_string()),
    };
    let mapping = match Mapping::read(&job.mapping) {
        Ok(mapping) => mapping,
        Err(why) => return wrong(why),
    };
    match grid::read(&input.bytes[end + 1..], &job.sheet, &mapping) {
        Ok(grid) => cut(&job.sheet, &mapping, grid),
        Err(why) => vec![Row::problem(why, "the sheet")],
    }
}

fn cut(sheet: &str, mapping: &Mapping, grid: Grid) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(grid.rows.len());
    for column in mapping.missing(&grid.header) {
        rows.push(Row::problem(format!("the sheet has no column {column:?}"), "the mapping"));
    }
    rows.extend(grid.problems.iter().map(|(what, at)| Row::problem(what.as_str(), at.as_str())));
    let mut filled = vec![0u64; grid.header.len()];
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (line, cells) in &grid.rows {
        let mut record = record(sheet, mapping, &grid.header, cells, &mut filled);
        let key = match record.whole("key") {
            Some(key) => key.text.to_owned(),
            // Without a key of its own a row is known by its words: changed, it is another.
            None => format!("row-{}", crate::records::short_digest(&record.to_bytes())),
        };
        let times = seen.entry(key.clone()).or_default();
        *times += 1;
        record.key = if *times == 1 { key } else { format!("{key} ({times})") };
        if *times == 2 {
            rows.push(Row::problem(
                format!("its key {:?} stands in an earlier row, too; both are kept", shown(&record.key)),
                format!("line {line}"),
            ));
        }
        rows.push(as_row(&record, *line));
    }
    let columns = grid.header.iter().zip(filled).map(|(column, filled)| {
        let field = if mapping.is_private(column) { Some("private") } else { mapping.field(column) };
        let mut body = json!({"column": column, "filled": filled});
        if let Some(field) = field {
            body["field"] = field.into();
        }
        Row::new("column", body)
    });
    rows.extend(columns);
    rows
}

fn shown(key: &str) -> String {
    key.chars().take(60).collect()
}

fn record(sheet: &str, mapping: &Mapping, header: &[String], cells: &[String], filled: &mut [u64]) -> Record {
    let mut kept = Vec::new();
    let mut withheld = Vec::new();
    for (i, (column, text)) in header.iter().zip(cells).enumerate().filter(|(_, (_, text))| !text.is_empty()) {
        filled[i] += 1;
        if mapping.is_private(column) {
            withheld.push(column.clone());
            continue;
        }
        let field = mapping.field(column);
        let terms = field.map(|field| terms(mapping, field, text)).unwrap_or_default();
        kept.push(Cell { column: column.clone(), field: field.map(str::to_owned), text: text.clone(), terms });
    }
    Record {
        record: FORMAT.into(),
        kind: mapping.kind.expect("a mapping that was read says what rows are"),
        sheet: sheet.into(),
        key: String::new(),
        source: mapping.source.clone(),
        language: mapping.language.clone(),
        dates: mapping.dates,
        zone: mapping.zone.clone(),
        separator: mapping.separator.clone(),
        numbered: mapping.numbered,
        cells: kept,
        withheld,
    }
}

/// The mapping's terms for each value of a cell; none where it names none of them.
fn terms(mapping: &Mapping, field: &str, text: &str) -> Vec<String> {
    let values = parts(text, mapping.separator.as_deref(), mapping.numbered);
    let found: Vec<Option<&str>> = values.into_iter().map(|part| mapping.term(field, &text[part])).collect();
    if found.iter().all(Option::is_none) {
        return Vec::new();
    }
    found.into_iter().map(|term| term.unwrap_or_default().to_owned()).collect()
}

fn as_row(record: &Record, line: usize) -> Row {
    let json = String::from_utf8(record.to_bytes()).expect("JSON is UTF-8");
    let mut body = json!({"key": record.key, "line": line, "json": json});
    if let Some(url) = record.values("url").first() {
        body["url"] = url.text.into();
    }
    let published = record.whole("published").and_then(|cell| {
        super::cells::when(cell.text, record.dates, record.zone.as_deref()).ok().filter(|w| w.earliest == w.latest)
    });
    if let Some(published) = published.map(|when| when.earliest) {
        // A clock time without a zone is no instant: its day is what was stated.
        let has_zone = published.len() > 19;
        body["published"] = if has_zone { published.as_str() } else { &published[..10] }.into();
    }
    Row::new("record", body)
}
