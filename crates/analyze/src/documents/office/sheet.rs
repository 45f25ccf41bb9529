//! Rows of cells as text: a row a line, cells apart by tabs, each with its place. CSV files come here as well.
//!
//! A `sheet_row` row says where its cells are in the text and which of them a formula gave. It deliberately computes
//! nothing: what a formula comes to is what the file says it came to.

use serde_json::{Value, json};

use crate::Row;
use crate::documents::layout::Spot;
use crate::documents::written::Written;
use crate::documents::{Document, LONGEST_DOCUMENT};

/// Most rows of all sheets of a file.
const MOST_ROWS: usize = 50_000;
/// Most cells of all sheets of a file.
const MOST_CELLS: usize = 600_000;
/// Longest text of a cell, in characters.
const LONGEST_CELL: usize = 32_767;

/// A cell with something in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// From 1.
    pub column: u32,
    /// What it shows.
    pub text: String,
    /// A formula gave it.
    pub formula: bool,
}

/// Sheets on their way to a document.
#[derive(Default)]
pub(super) struct Sheets {
    out: Written,
    names: Vec<String>,
    rows: Vec<Row>,
    cells: usize,
    formulas: usize,
    /// Formulas whose result the file does not hold.
    pub(super) unvalued: usize,
    /// Why reading stopped.
    cut: Option<String>,
}

impl Sheets {
    /// A sheet begins.
    pub(super) fn begin(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }

    /// A row with its cells in order; false: no more is taken.
    pub(super) fn row(&mut self, number: u32, cells: &[Cell]) -> bool {
        if self.cut.is_some() {
            return false;
        }
        if self.rows.len() >= MOST_ROWS || self.cells + cells.len() > MOST_CELLS || self.out.is_full() {
            let name = self.names.last().cloned().unwrap_or_default();
            self.cut =
                Some(format!("sheet {name:?} from row {number} on was not read: the file has more than is read"));
            return false;
        }
        let sheet = self.names.len().saturating_sub(1) as u32;
        let mut spans = Vec::with_capacity(cells.len());
        self.out.break_line();
        let start = self.out.scalars();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.out.push("\t");
            }
            // A line is a row: line ends within a cell are spaces.
            let text: String = cell
                .text
                .chars()
                .take(LONGEST_CELL)
                .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
                .collect();
            let (from, to) =
                self.out.piece(&text, Spot::Cell { sheet, row: number, column: cell.column, formula: cell.formula });
            self.formulas += usize::from(cell.formula);
            spans.push(if cell.formula {
                json!([cell.column, from, to, "formula"])
            } else {
                json!([cell.column, from, to])
            });
        }
        self.cells += cells.len();
        let mut body = json!({ "row": number, "span": [start, self.out.scalars()], "cells": spans });
        if let Some(name) = self.names.last().filter(|name| !name.is_empty()) {
            body["sheet"] = json!(name);
        }
        self.rows.push(Row::new("sheet_row", body));
        true
    }

    /// The document; `about` is its own row, which gets the counts.
    pub(super) fn finish(mut self, mut about: Value, mut problems: Vec<Row>) -> Document {
        about["sheets"] = json!(self.names.iter().filter(|name| !name.is_empty()).collect::<Vec<_>>());
        about["cells"] = json!(self.cells);
        if self.formulas > 0 {
            about["formulas"] = json!(self.formulas);
        }
        if self.unvalued > 0 {
            let what = format!("{} formulas have no stored result, and none is computed here", self.unvalued);
            problems.push(Row::problem(what, "the file"));
        }
        let title = about.get("title").and_then(Value::as_str).map(str::to_owned);
        if let Some(why) = self.cut {
            problems.push(Row::problem(why, "the file"));
        } else if self.out.is_full() {
            problems.push(Row::problem(
                format!("the text is longer than {LONGEST_DOCUMENT} bytes: the rest was not read"),
                "the file",
            ));
        }
        let mut rows = vec![Row::new("document", about)];
        rows.append(&mut self.rows);
        rows.append(&mut problems);
        let (text, mut layout) = self.out.finish();
        layout.sheets = self.names;
        Document { text, layout, title, rows, published: None }
    }
}

/// Reads comma- or tab-separated text.
pub(in crate::documents) fn read_csv(bytes: &[u8], tabs: bool) -> Document {
    let decoded = crate::text::decode(bytes, "text/plain");
    let mut problems: Vec<Row> = decoded.problems.iter().map(|what| Row::problem(what.as_str(), "text")).collect();
    let comma = if tabs { b'\t' } else { separator(&decoded.text) };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(comma)
        .from_reader(decoded.text.as_bytes());
    let mut sheets = Sheets::default();
    sheets.begin("");
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                problems.push(Row::problem(format!("a row cannot be read: {e}"), "the file"));
                break;
            }
        };
        let line = record.position().map_or(0, |at| at.line()) as u32;
        let filled = record.iter().enumerate().filter(|(_, text)| !text.trim().is_empty());
        let cells: Vec<Cell> = filled
            .map(|(at, text)| Cell { column: at as u32 + 1, text: text.trim().to_owned(), formula: false })
            .collect();
        if !cells.is_empty() && !sheets.row(line, &cells) {
            break;
        }
    }
    sheets.finish(json!({ "format": "csv", "encoding": decoded.encoding }), problems)
}

/// What stands between the cells of the first line: most often a comma, in many countries a semicolon.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    if count(';') > count(',') {
        b';'
    } else if count('\t') > count(',') {
        b'\t'
    } else {
        b','
    }
}
