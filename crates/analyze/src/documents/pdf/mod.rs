//! PDF: the text layer, with page and box of every word, and an honest word where there is none that can be trusted.
//!
//! Syntax, cross-reference repair and decryption with the empty password are hayro-syntax's; text is read here, because
//! what a PDF says in Arabic depends on decisions that evidence must be able to show: glyphs are taken from where they
//! stand on the page, in the order in which they are seen ([`lines`]), put in reading order in a way that is checked
//! against the Unicode Bidirectional Algorithm ([`order`]), and repaired only where the repair can be shown to be right
//! ([`words`]). What is not trusted becomes a problem with its page and box, never text.
//!
//! It deliberately renders nothing, runs no script, opens no attachment and fetches nothing.

mod cmap;
mod content;
mod embedded;
mod font;
mod lines;
mod names;
mod order;
mod page;
mod stream;
#[cfg(test)]
mod tests;
mod words;

use hayro_syntax::object::DateTime;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use serde_json::{Map, Value, json};

use self::content::{Fonts, shown};
pub use self::embedded::Related;
use self::stream::Budget;
use self::words::{Repairs, text_string};
use super::office::package::member;
use super::written::Written;
use super::{Document, ranges};
use crate::Row;

/// Most pages that are read; what follows is named.
pub const MOST_PAGES: usize = 20_000;
/// Most rows before the problems; embedded files past that are not listed.
const MOST_ROWS: usize = 60_000;
/// Most problems that are told page by page; the rest is counted.
const MOST_PROBLEMS: usize = 500;

/// Reads a PDF.
pub(super) fn read(bytes: &[u8]) -> Document {
    let pdf = match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => pdf,
        Err(error) => return Document::unreadable(refusal(error)),
    };
    let mut reading = Reading::default();
    let pages = pdf.pages();
    for (at, page) in pages.iter().take(MOST_PAGES).enumerate() {
        if reading.out.is_full() {
            reading.cut = Some(at);
            break;
        }
        reading.page(at as u32 + 1, page);
    }
    if pages.len() > MOST_PAGES {
        reading.cut = reading.cut.or(Some(MOST_PAGES));
    }
    reading.finish(&pdf)
}

/// Hands over each file that is embedded in a PDF: its name and its bytes. `Err` says why none can be had; `Ok(false)`: there
/// are more than are handed over.
pub(crate) fn each_embedded(bytes: &[u8], take: impl FnMut(&str, &[u8])) -> Result<bool, &'static str> {
    Pdf::new(bytes.to_vec()).map(|pdf| embedded::each(&pdf, take)).map_err(refusal)
}

/// Attachments of a PDF that stand in a relationship to it (`AFRelationship`), in the order they lie in it.
///
/// # Errors
/// When it cannot be taken apart: why.
pub fn related(bytes: &[u8], relationship: &[u8]) -> Result<Vec<Related>, &'static str> {
    Pdf::new(bytes.to_vec()).map(|pdf| embedded::related(&pdf, bytes, relationship)).map_err(refusal)
}

fn refusal(error: LoadPdfError) -> &'static str {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            "the PDF is encrypted and asks for a password: nothing of it was read"
        }
        LoadPdfError::Decryption(_) => "the PDF is encrypted in a way that is not understood: nothing of it was read",
        LoadPdfError::Invalid => "the PDF is damaged beyond reading: no pages were found in it",
    }
}

#[derive(Default)]
struct Reading {
    fonts: Fonts,
    budget: Budget,
    out: Written,
    repairs: Repairs,
    line: u32,
    rows: Vec<Row>,
    problems: Vec<Row>,
    told_problems: usize,
    pictures_only: Vec<u32>,
    empty: Vec<u32>,
    invisible: Vec<u32>,
    incomplete: Vec<u32>,
    unknown: usize,
    outside: usize,
    withheld: usize,
    broken_map: bool,
    cut: Option<usize>,
}

impl Reading {
    fn page(&mut self, number: u32, page: &hayro_syntax::page::Page<'_>) {
        let (_, size) = shown(page);
        let drawn = content::read(page, &mut self.fonts, &mut self.budget);
        let lines = lines::lines(&drawn, &mut self.repairs);
        let told = page::write(number, &lines, &mut self.line, &mut self.out, &mut self.repairs, &mut self.broken_map);
        self.unknown += told.unknown;
        self.outside += drawn.outside;
        self.withheld += told.withheld;
        self.told_problems += told.problems.len();
        let room = MOST_PROBLEMS.saturating_sub(self.problems.len());
        self.problems.extend(told.problems.into_iter().take(room));
        if drawn.cut {
            self.incomplete.push(number);
        }
        let invisible = drawn.glyphs.iter().filter(|glyph| glyph.invisible).count();
        if lines.is_empty() {
            if drawn.pictures > 0 { &mut self.pictures_only } else { &mut self.empty }.push(number);
        } else if invisible * 2 > drawn.glyphs.len() {
            self.invisible.push(number);
        }
        let mut body = Map::new();
        body.insert("page".into(), json!(number));
        body.insert("span".into(), json!([told.span.0, told.span.1]));
        body.insert("size".into(), json!([f64::from(size.0).round(), f64::from(size.1).round()]));
        if drawn.pictures > 0 {
            body.insert("pictures".into(), json!(drawn.pictures));
        }
        self.rows.push(Row { kind: "page", body });
    }

    fn finish(mut self, pdf: &Pdf) -> Document {
        let mut say = |what: String, at: String| self.problems.push(Row::problem(what, at));
        if self.told_problems > MOST_PROBLEMS {
            say(
                format!("{} problems of single pages; the first {MOST_PROBLEMS} are told", self.told_problems),
                "pages".into(),
            );
        }
        for (pages, what) in [
            (&self.pictures_only, "no text layer, only pictures: nothing was read; OCR can propose what they say"),
            (&self.empty, "no text and no picture"),
            (
                &self.invisible,
                "the text is invisible and lies over a picture: most likely somebody's OCR, to be compared with the picture",
            ),
            (&self.incomplete, "the page draws more than is read: its text is incomplete"),
        ] {
            if !pages.is_empty() {
                say(what.into(), ranges("page", pages));
            }
        }
        if let Some(at) = self.cut {
            let all = pdf.pages().len();
            say(
                format!("only {at} of {all} pages were read: the text is longer than the limit"),
                format!("page {}", at + 1),
            );
        }
        if self.budget.too_long > 0 {
            say(format!("{} streams unpack to more than is read", self.budget.too_long), "the file".into());
        }
        if self.budget.broken > 0 {
            say(format!("{} streams are damaged", self.budget.broken), "the file".into());
        }
        if self.broken_map {
            say("the file's map from glyphs to letters is broken: compare numbers on pages before the one named with what they show".into(), "the file".into());
        }
        if self.unknown > 0 {
            say(format!("{} glyphs have no stated letter", self.unknown), "the file".into());
        }
        let title = stated(pdf.metadata().title.as_deref());
        let row = self.row(pdf);
        let mut rows = vec![row];
        rows.append(&mut self.rows);
        embedded::each(pdf, |name, bytes| {
            if rows.len() < MOST_ROWS {
                rows.push(member(name, bytes));
            }
        });
        rows.append(&mut self.problems);
        let (text, layout) = self.out.finish();
        Document { text, layout, title, rows, ..Document::default() }
    }

    /// The document's row: what it says of itself, and what was repaired.
    fn row(&self, pdf: &Pdf) -> Row {
        let said = pdf.metadata();
        let mut body = Map::new();
        body.insert("format".into(), json!("pdf"));
        body.insert("pages".into(), json!(pdf.pages().len()));
        for (key, value) in [
            ("title", &said.title),
            ("author", &said.author),
            ("subject", &said.subject),
            ("creator", &said.creator),
            ("producer", &said.producer),
        ] {
            if let Some(text) = stated(value.as_deref()) {
                body.insert(key.into(), json!(text));
            }
        }
        for (key, value) in [("created", said.creation_date), ("modified", said.modification_date)] {
            if let Some(date) = value {
                body.insert(key.into(), json!(rfc3339(&date)));
            }
        }
        let trailer_encrypted = pdf.data().as_ref().windows(8).rev().take(4096).any(|window| window == b"/Encrypt");
        if trailer_encrypted {
            body.insert("encrypted".into(), json!("opens without a password"));
        }
        let counts = [
            ("presentation_forms", self.repairs.forms),
            ("ligatures_turned", self.repairs.ligatures),
            ("lines_reordered", self.repairs.reordered),
            ("glyphs_doubled", self.repairs.doubled),
            ("invisible_marks", self.repairs.invisible),
            ("glyphs_outside", self.outside),
            ("lines_withheld", self.withheld),
        ];
        let repaired: Map<String, Value> =
            counts.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| (key.to_owned(), json!(n))).collect();
        if !repaired.is_empty() {
            body.insert("repaired".into(), Value::Object(repaired));
        }
        Row { kind: "document", body }
    }
}

fn stated(bytes: Option<&[u8]>) -> Option<String> {
    let text = text_string(bytes?).trim().chars().take(super::LONGEST_FIELD).collect::<String>();
    (!text.is_empty()).then_some(text)
}

/// A date as the file states it. Where its zone is said to be nought the zone is left out: the reader of the syntax does
/// not tell a stated UTC from no statement.
fn rfc3339(date: &DateTime) -> String {
    let zone = match (date.utc_offset_hour, date.utc_offset_minute) {
        (0, 0) => String::new(),
        (hours, minutes) => format!("{hours:+03}:{minutes:02}"),
    };
    let DateTime { year, month, day, hour, minute, second, .. } = date;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
}
