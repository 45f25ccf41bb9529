//! A text as it is written down by a reader of documents: its length is limited and its places are kept.
//!
//! Deliberately append-only: what has a span keeps it.

use super::layout::{Layout, Spot};

/// Longest text of a document, in bytes; what follows is left out and reported. Less than for plain text, as rows with the
/// places of the words travel beside it.
pub const LONGEST_DOCUMENT: usize = 8 << 20;

/// A text on its way.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// So far.
    pub(super) text: String,
    scalars: usize,
    layout: Layout,
    full: bool,
}

impl Written {
    /// Adds text that stands nowhere in particular. Past the limit nothing is added.
    pub(super) fn push(&mut self, text: &str) {
        if self.text.len() + text.len() > LONGEST_DOCUMENT {
            self.full = true;
            return;
        }
        self.text.push_str(text);
        self.scalars += text.chars().count();
    }

    /// Adds text that stands somewhere, and gives its span.
    pub(super) fn piece(&mut self, text: &str, spot: Spot) -> (usize, usize) {
        let start = self.scalars;
        self.push(text);
        self.layout.push(start, self.scalars, spot);
        (start, self.scalars)
    }

    /// Begins a new line unless one has just begun.
    pub(super) fn break_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }

    /// Scalar values so far.
    pub(super) fn scalars(&self) -> usize {
        self.scalars
    }

    /// Was something left out?
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// The text without white space at its end, and its layout.
    pub(super) fn finish(mut self) -> (String, Layout) {
        self.text.truncate(self.text.trim_end().len());
        (self.text, self.layout)
    }
}
