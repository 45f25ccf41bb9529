//! Paragraphs and tables as they come out of a word processor's file, one paragraph or table row a line.
//!
//! Paragraphs may stand within paragraphs (text boxes), tables within tables. It deliberately keeps no look of anything.

use crate::documents::layout::Spot;
use crate::documents::written::Written;

/// Deepest tables within tables; deeper ones are read as text of the one above.
const DEEPEST_TABLE: usize = 64;
/// Deepest paragraphs within paragraphs.
const DEEPEST_PARAGRAPH: usize = 64;

/// A flow of text.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) out: Written,
    paragraphs: u32,
    open: Vec<String>,
    /// Open rows of tables, each with its cells.
    rows: Vec<Vec<String>>,
}

impl Flow {
    /// A paragraph begins.
    pub(super) fn open(&mut self) {
        if self.open.len() < DEEPEST_PARAGRAPH {
            self.open.push(String::new());
        }
    }

    /// Text of the paragraph at hand; outside one it is nobody's and is dropped.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.push_str(text);
        }
    }

    /// A paragraph ends.
    pub(super) fn close(&mut self) {
        if let Some(text) = self.open.pop() {
            self.line(&text);
        }
    }

    /// A table row begins.
    pub(super) fn open_row(&mut self) {
        if self.rows.len() < DEEPEST_TABLE {
            self.rows.push(Vec::new());
        }
    }

    /// A cell begins.
    pub(super) fn open_cell(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.push(String::new());
        }
    }

    /// A table row ends.
    pub(super) fn close_row(&mut self) {
        if let Some(cells) = self.rows.pop() {
            self.line(&cells.join("\t"));
        }
    }

    /// A line of its own: of the cell at hand, or of the text.
    pub(super) fn line(&mut self, text: &str) {
        if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()) {
            if !cell.is_empty() && !text.trim().is_empty() {
                cell.push(' ');
            }
            cell.push_str(text.trim());
            return;
        }
        let text = text.trim_matches([' ', '\n', '\r']);
        if text.trim().is_empty() {
            return;
        }
        self.paragraphs += 1;
        self.out.break_line();
        self.out.piece(text, Spot::Paragraph(self.paragraphs));
    }

    /// Ends whatever a damaged file left open.
    pub(super) fn finish(mut self) -> Written {
        while !self.open.is_empty() {
            self.close();
        }
        while !self.rows.is_empty() {
            self.close_row();
        }
        self.out
    }
}
