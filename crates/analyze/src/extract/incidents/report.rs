//! A report's text as whoever trains the model needs it: its phrases, its features, what the model makes of it.
//!
//! Deliberately nothing that the program itself uses; that has the parse already.

use std::ops::Range;

use super::choice::{self, Incident};
use super::model::Model;
use super::strings::{self, Note, Phrase};
use crate::extract::{syntax::Parse, tokens::Tokens};

/// A text in small letters, parsed.
pub struct Report<'t>(Parse<'t>);

impl<'t> Report<'t> {
    /// Parses a text.
    pub fn new(text: &'t str) -> Self {
        Report(Parse::new(Tokens::new(text, &crate::text::sentences(text))))
    }

    /// Its phrases by their words; `note` is told the name of every feature.
    pub fn phrases(&self, note: Note<'_>) -> Vec<Phrase> {
        strings::phrases(&self.0, &|_| true, note)
    }

    /// Hashes of the features of the whole; `note` is told their names.
    pub fn whole(&self, note: Note<'_>) -> Vec<u64> {
        strings::whole(&self.0, note)
    }

    /// The incidents that it tells by this model.
    pub fn incidents(&self, model: &Model) -> Vec<Incident> {
        choice::incidents(&self.0, model)
    }

    /// The words under a range of tokens.
    pub fn words(&self, toks: &Range<usize>) -> &'t str {
        self.0.t.words(toks)
    }
}
