//! A report's text as whoever trains the model needs it: its phrases, its features, what the model makes of it.
//!
//! Deliberately nothing that the program itself uses; that has the parse already.

use std::ops::Range;

use super::assembly::Incident;
use super::choice::{self, Chosen};
use super::model::Model;
use super::second::{self, Case};
use super::sentence::{self, Told};
use super::strings::{self, Note, Phrase};
use super::tagger::{Chances, Rows};
use crate::extract::{syntax::Parse, tokens::Tokens};

/// A text in small letters, parsed.
pub struct Report<'t>(Parse<'t>);

impl<'t> Report<'t> {
    /// Parses a text.
    pub fn new(text: &'t str) -> Self {
        Report(Parse::new(Tokens::new(text, &crate::text::sentences(text))))
    }

    /// Its phrases by their words that are worth a look by these chances; `note` is told the name of every feature.
    pub fn phrases(&self, chances: &Chances, note: Note<'_>) -> Vec<Phrase> {
        strings::phrases(&self.0, &|toks| Model::worth(chances, toks), Some(note))
    }

    /// Its words in a row, for the tagger.
    pub fn rows(&self, moods: [&'static str; 3]) -> Rows<'_> {
        Rows::new(&self.0, moods)
    }

    /// What the tagger of this model says of its words.
    pub fn chances(&self, model: &Model, moods: [&'static str; 3]) -> Chances {
        model.tagger.chances(&self.0, moods)
    }

    /// Its tokens: words, number of the sentence.
    pub fn tokens(&self) -> Vec<(&str, usize)> {
        self.0.t.list.iter().map(|token| (token.low.as_ref(), token.sent)).collect()
    }

    /// What the second look sees, by what the model says of the report, its sentences and its words.
    pub fn cases(
        &self,
        phrases: &[Phrase],
        odds: &[[f64; 10]],
        report: &[f64; 6],
        told: &Told,
        chances: &Chances,
    ) -> Vec<Case> {
        second::cases(phrases, odds, report, told, chances, &|at| self.sentence(at))
    }

    /// The sentence of a token.
    pub fn sentence(&self, token: usize) -> usize {
        self.0.t.list[token].sent
    }

    /// The phrases that may fill roles, by the `sure` chance of each.
    pub fn choose(&self, phrases: &[Phrase], odds: &[[f64; 10]], report: &[f64; 6], sure: &[[f64; 5]]) -> Vec<Chosen> {
        choice::choose(&self.0, phrases, odds, report, sure)
    }

    /// Hashes of the features of each sentence; `note` is told their names.
    pub fn sentences(&self, note: Note<'_>) -> Vec<Vec<u64>> {
        sentence::features(&self.0, note)
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
