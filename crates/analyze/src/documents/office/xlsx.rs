//! XLSX (ECMA-376 part 1, 18): the cells of every sheet as the file says that they were shown last.
//!
//! Cells are read one after the other, so one far-off cell costs nothing. It deliberately computes no formula: the value
//! that the writing program left is taken and marked; and it gives numbers as they are stored, days as ISO dates, since what
//! a number format shows depends on the country of whoever looks.

use serde_json::json;

use super::docx::fields;
use super::package::Package;
use super::sheet::{Cell, Sheets};
use super::xml::{Step, attribute, walk};
use crate::Row;
use crate::documents::Document;

/// Most strings that cells share.
const MOST_STRINGS: usize = 1_000_000;
/// Most cell formats.
const MOST_FORMATS: usize = 65_536;
/// Highest column (XFD).
const LAST_COLUMN: u32 = 16_384;
/// Highest row.
const LAST_ROW: u32 = 1_048_576;

/// Reads a workbook.
pub(in crate::documents) fn read(bytes: &[u8]) -> Document {
    let mut package = match Package::open(bytes) {
        Ok(package) => package,
        Err(why) => return Document::unreadable(why),
    };
    let Some(workbook) = package.text("xl/workbook.xml") else {
        return Document::unreadable("the file has no xl/workbook.xml: it is no XLSX, or it is damaged");
    };
    let mut about = json!({ "format": "xlsx" });
    let book = Book::read(&workbook, &mut package);
    let mut sheets = Sheets::default();
    let hidden: Vec<&str> = book.sheets.iter().filter(|s| s.hidden).map(|s| s.name.as_str()).collect();
    if !hidden.is_empty() {
        about["hidden_sheets"] = json!(hidden);
    }
    for sheet in &book.sheets {
        sheets.begin(&sheet.name);
        if let Some(xml) = package.text(&sheet.part) {
            let mut reader = SheetReader::new(&book, &mut sheets);
            if let Err(why) = walk(&xml, |step| reader.step(step)) {
                reader.end_row();
                package.problems.push(Row::problem(why, format!("sheet {:?}", sheet.name)));
            }
        } else {
            package.problems.push(Row::problem("the sheet is not in the file", format!("sheet {:?}", sheet.name)));
        }
    }
    if let Some(core) = package.text("docProps/core.xml") {
        let known = [
            ("title", "title"),
            ("creator", "author"),
            ("lastModifiedBy", "last_modified_by"),
            ("created", "created"),
            ("modified", "modified"),
        ];
        fields(&core, &known).into_iter().for_each(|(key, value)| about[key] = value);
    }
    let mut rows = package.members(&["xl/media/", "xl/embeddings/"]);
    rows.append(&mut package.problems);
    sheets.finish(about, rows)
}

struct SheetPart {
    name: String,
    part: String,
    hidden: bool,
}

struct Book {
    sheets: Vec<SheetPart>,
    strings: Vec<String>,
    /// For each cell format: does it show days or times?
    dates: Vec<bool>,
    from_1904: bool,
}

impl Book {
    fn read(workbook: &str, package: &mut Package<'_>) -> Book {
        let mut targets: Vec<(String, String)> = Vec::new();
        if let Some(relations) = package.text("xl/_rels/workbook.xml.rels") {
            let _ = walk(&relations, |step| {
                if let Step::Open("Relationship", start) = step
                    && let (Some(id), Some(target)) = (attribute(start, "Id"), attribute(start, "Target"))
                {
                    targets.push((id, target));
                }
            });
        }
        let mut book =
            Book { sheets: Vec::new(), strings: strings(package), dates: date_formats(package), from_1904: false };
        let _ = walk(workbook, |step| match step {
            Step::Open("sheet", start) => {
                let id = attribute(start, "id").unwrap_or_default();
                let target = targets.iter().find(|(known, _)| *known == id).map(|(_, target)| target.as_str());
                let Some(target) = target else { return };
                let part = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
                let hidden = attribute(start, "state").is_some_and(|state| state != "visible");
                let name = attribute(start, "name").unwrap_or_default().chars().take(255).collect();
                book.sheets.push(SheetPart { name, part, hidden });
            }
            Step::Open("workbookPr", start) => {
                book.from_1904 = attribute(start, "date1904").is_some_and(|v| v == "1" || v == "true");
            }
            _ => {}
        });
        book
    }
}

/// Strings that cells point to; their readings for another script are left out.
fn strings(package: &mut Package<'_>) -> Vec<String> {
    let mut strings: Vec<String> = Vec::new();
    let Some(xml) = package.text("xl/sharedStrings.xml") else { return strings };
    let (mut in_text, mut phonetic) = (false, 0_usize);
    let walked = walk(&xml, |step| match step {
        Step::Open("si", _) if strings.len() < MOST_STRINGS => strings.push(String::new()),
        Step::Open("rPh", _) => phonetic += 1,
        Step::Close("rPh") => phonetic = phonetic.saturating_sub(1),
        Step::Open(name, _) => in_text = name == "t" && phonetic == 0,
        Step::Text(text) => {
            if let Some(last) = strings.last_mut().filter(|_| in_text) {
                last.push_str(text);
            }
        }
        Step::Close("t") => in_text = false,
        Step::Close(_) => {}
    });
    if let Err(why) = walked {
        package.problems.push(Row::problem(why, "xl/sharedStrings.xml"));
    }
    strings
}

/// Which cell formats show days or times (18.8.30, 18.8.45).
fn date_formats(package: &mut Package<'_>) -> Vec<bool> {
    let mut dates = Vec::new();
    let Some(xml) = package.text("xl/styles.xml") else { return dates };
    let mut own: Vec<(u32, bool)> = Vec::new();
    let mut in_cells = false;
    let _ = walk(&xml, |step| match step {
        Step::Open("numFmt", start) => {
            let id = attribute(start, "numFmtId").and_then(|id| id.parse().ok());
            if let (Some(id), Some(code)) = (id, attribute(start, "formatCode")) {
                own.push((id, shows_days(&code)));
            }
        }
        Step::Open("cellXfs", _) => in_cells = true,
        Step::Close("cellXfs") => in_cells = false,
        Step::Open("xf", start) if in_cells && dates.len() < MOST_FORMATS => {
            let id: u32 = attribute(start, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
            let built_in = matches!(id, 14..=17 | 22);
            dates.push(own.iter().find(|(known, _)| *known == id).map_or(built_in, |(_, date)| *date));
        }
        _ => {}
    });
    dates
}

/// Does a format code show a day: a `y` or `d` outside quotation marks and brackets?
fn shows_days(code: &str) -> bool {
    let (mut quoted, mut bracketed) = (false, false);
    code.chars().any(|c| {
        match c {
            '"' => quoted = !quoted,
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ => {}
        }
        !quoted && !bracketed && matches!(c, 'y' | 'd' | 'Y' | 'D')
    })
}

struct SheetReader<'a> {
    book: &'a Book,
    sheets: &'a mut Sheets,
    row: u32,
    column: u32,
    kind: String,
    format: usize,
    formula: bool,
    value: String,
    in_value: bool,
    cells: Vec<Cell>,
    done: bool,
}

impl<'a> SheetReader<'a> {
    fn new(book: &'a Book, sheets: &'a mut Sheets) -> Self {
        SheetReader {
            book,
            sheets,
            row: 0,
            column: 0,
            kind: String::new(),
            format: 0,
            formula: false,
            value: String::new(),
            in_value: false,
            cells: Vec::new(),
            done: false,
        }
    }

    fn step(&mut self, step: Step<'_>) {
        if self.done {
            return;
        }
        match step {
            Step::Open("row", start) => {
                self.end_row();
                let stated = attribute(start, "r").and_then(|r| r.parse().ok()).filter(|r| (1..=LAST_ROW).contains(r));
                self.row = stated.unwrap_or(self.row + 1);
                self.column = 0;
            }
            Step::Open("c", start) => {
                let stated = attribute(start, "r").and_then(|r| column_of(&r));
                self.column = stated.unwrap_or(self.column + 1);
                self.kind = attribute(start, "t").unwrap_or_default();
                self.format = attribute(start, "s").and_then(|s| s.parse().ok()).unwrap_or(0);
                (self.formula, self.in_value) = (false, false);
                self.value.clear();
            }
            Step::Open("f", _) => self.formula = true,
            Step::Open("v" | "t", _) => self.in_value = true,
            Step::Text(text) if self.in_value => self.value.push_str(text),
            Step::Close("v" | "t") => self.in_value = false,
            Step::Close("c") => self.end_cell(),
            Step::Close("row") => self.end_row(),
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let text = self.shown();
        if !text.trim().is_empty() {
            self.cells.push(Cell { column: self.column, text, formula: self.formula });
        } else {
            self.sheets.unvalued += usize::from(self.formula);
        }
    }

    fn end_row(&mut self) {
        if !self.cells.is_empty() {
            self.cells.sort_by_key(|cell| cell.column);
            self.done = !self.sheets.row(self.row, &self.cells);
            self.cells.clear();
        }
    }

    /// What the cell shows.
    fn shown(&self) -> String {
        match self.kind.as_str() {
            "s" => {
                let at: Option<usize> = self.value.trim().parse().ok();
                at.and_then(|at| self.book.strings.get(at)).cloned().unwrap_or_default()
            }
            "b" => if self.value.trim() == "1" { "TRUE" } else { "FALSE" }.into(),
            "" | "n" if self.book.dates.get(self.format) == Some(&true) => {
                day(&self.value, self.book.from_1904).unwrap_or_else(|| self.value.clone())
            }
            _ => self.value.clone(),
        }
    }
}

/// The column of a reference such as `AB12`.
fn column_of(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.take(4).fold(0_u32, |sum, b| sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    (1..=LAST_COLUMN).contains(&column).then_some(column)
}

/// A serial day as an ISO date, with the time of day where it has one. Day 60 of the 1900 count never was (18.17.4.1).
fn day(value: &str, from_1904: bool) -> Option<String> {
    let serial: f64 = value.trim().parse().ok()?;
    if !(1.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let (base, whole) = match (from_1904, serial as i64) {
        (true, whole) => (jiff::civil::date(1904, 1, 1), whole),
        (false, 60) => return None,
        (false, whole) => (jiff::civil::date(1899, 12, if whole < 60 { 31 } else { 30 }), whole),
    };
    let date = base.checked_add(jiff::Span::new().try_days(whole).ok()?).ok()?;
    let seconds = ((serial - serial.floor()) * 86_400.0).round() as i64;
    if seconds == 0 || seconds >= 86_400 {
        return Some(date.to_string());
    }
    Some(format!("{date} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_columns_are_counted_as_spreadsheets_count_them() {
        let shown = |value: &str| day(value, false);
        assert_eq!(shown("1").as_deref(), Some("1900-01-01"));
        assert_eq!(shown("61").as_deref(), Some("1900-03-01"));
        assert_eq!(shown("47950.4").as_deref(), Some("2031-04-12 09:36:00"));
        assert_eq!(day("0", true), None);
        assert_eq!(day("46488", true).as_deref(), Some("2031-04-12"));
        assert_eq!((shown("60"), shown("x"), shown("1e300")), (None, None, None));
        assert_eq!(["A1", "AB12", "XFD9", "XFE1", "7"].map(column_of), [Some(1), Some(28), Some(16_384), None, None]);
        assert!(shows_days("yyyy\\-mm\\-dd") && !shows_days("0.00\"d\"") && !shows_days("[Red]0"));
    }
}
