//! The few structured files that a folder may carry beside its material, each recognised by its name.
//!
//! | file | says |
//! |---|---|
//! | `provenance.csv` | how each file came, as stated by whoever made the folder |
//! | `sources.csv` | who the sources are, who owns them, whom they stand with |
//! | `*.places.toml` | places that the embedded table does not have, and outlines for a map |
//! | `*.commitment.toml` | an instrument's own text, paragraph by paragraph |
//! | `*.account.toml`, `*.account.json` | what a person told, with consent (see [`account`]) |
//! | `*.account.docx` | the same in a form for word processors (see [`form`]); read when it comes in, and never kept so |
//!
//! What they say is somebody's statement, kept as such. Nothing here decides whether it is so.

use serde_json::{Map, Value, json};

use crate::{Input, Manifest, Row};

pub mod account;
pub mod form;
mod toml_files;

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "sheets",
    version: 2,
    reads: &["text/csv", "text/plain", "application/toml", "application/json"],
    says: &[
        "provenance",
        "source",
        "gazetteer_place",
        "outline",
        "instrument",
        "obligation",
        "account",
        "account_form",
        "text",
        "told",
        "problem",
    ],
    cannot_say: &["whether what the sheet states is so: it is the word of whoever made the folder"],
};

/// Rows of one sheet; a longer one is cut, and says so.
const MOST_ROWS: usize = 200_000;
/// Characters of one cell.
const LONGEST_CELL: usize = 20_000;

/// Reads a sheet; a file of another name leaves no row.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let name = input.name.rsplit('/').next().unwrap_or(input.name).to_ascii_lowercase();
    match name.as_str() {
        "provenance.csv" => table(input.bytes, "provenance", "file"),
        "sources.csv" => table(input.bytes, "source", "source"),
        n if n.ends_with(".places.toml") => toml_files::places(input.bytes),
        n if n.ends_with(".commitment.toml") => toml_files::commitment(input.bytes),
        n if n.ends_with(".account.toml") => account::read(input.bytes),
        n if n.ends_with(".account.json") => account::read_json(input.bytes),
        n if n.ends_with(".account.docx") => form::read(input.bytes),
        _ => Vec::new(),
    }
}

/// Is this a sheet of sources or of provenance, by its name? What is in it is read here and is nobody's text.
pub fn is_own(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    matches!(name.as_str(), "provenance.csv" | "sources.csv")
}

/// A table with a header, one row each; empty cells are left out. `key` must not be empty.
fn table(bytes: &[u8], kind: &'static str, key: &str) -> Vec<Row> {
    let text = crate::text::decode(bytes, "text/plain").text;
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.iter().map(|h| h.trim_start_matches('\u{feff}').to_lowercase()).collect::<Vec<_>>(),
        Err(e) => return vec![Row::problem(format!("its header cannot be read: {e}"), "line 1")],
    };
    if !header.iter().any(|h| h == key) {
        return vec![Row::problem(format!("it has no column {key:?}"), "line 1")];
    }
    let mut rows = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let at = || format!("line {}", i + 2);
        if i == MOST_ROWS {
            rows.push(Row::problem(format!("it has more than {MOST_ROWS} rows; the rest was not read"), at()));
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                rows.push(Row::problem(format!("a row cannot be read: {e}"), at()));
                continue;
            }
        };
        let mut body = Map::new();
        for (name, cell) in header.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty()) {
            body.insert(name.clone(), Value::from(cell.chars().take(LONGEST_CELL).collect::<String>()));
        }
        body.insert("line".into(), json!(i + 2));
        if body.contains_key(key) {
            rows.push(Row { kind, body });
        } else if body.len() > 1 {
            rows.push(Row::problem(format!("a row has no {key}"), at()));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Gazetteer;

    fn read_as(name: &str, bytes: &[u8]) -> Vec<Row> {
        read(&Input {
            bytes,
            media_type: "text/csv",
            name,
            published: None,
            gazetteer: Gazetteer::embedded(),
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        })
    }

    #[test]
    fn a_sheet_says_what_it_states_and_leaves_out_empty_cells() {
        let rows =
            read_as("a/provenance.csv", "\u{feff}File,Source,reposts\na.jpg,Channel One,\n,,\n,orphan,\n".as_bytes());
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].body["source"], "Channel One");
        assert!(!rows[0].body.contains_key("reposts"));
        assert_eq!(rows[1].kind, "problem");
    }

    #[test]
    fn a_broken_sheet_is_a_problem_and_another_file_is_nothing() {
        assert_eq!(read_as("provenance.csv", b"nothing,here\n1,2\n")[0].kind, "problem");
        assert_eq!(read_as("sources.csv", &[0xff, 0x00, 0x22, 0x0a])[0].kind, "problem");
        assert!(read_as("holiday.csv", b"file\na\n").is_empty());
    }
}
