//! Reused text between documents: which runs of words two documents share, and where.
//!
//! Says that words were reused, not that what they say is so. Direction comes from stated publication times alone;
//! without two of them the reuse is undirected. One statement quoted by two outlets is reuse of that statement and
//! not of one outlet by the other.

use serde_json::{Value, json};

/// A document to compare.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Decoded text.
    pub text: &'a str,
    /// When it was published, as stated (a date or RFC 3339).
    pub published: Option<&'a str>,
}

/// Which document the words were in first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `a` was published first.
    FromA,
    /// `b` was published first.
    FromB,
    /// Publication times are not stated, or do not tell.
    Unknown,
}

impl Direction {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::FromA => "from_a",
            Direction::FromB => "from_b",
            Direction::Unknown => "unknown",
        }
    }
}

/// A run of words that two documents share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// `[start, end)` in scalar values of `a`.
    pub in_a: (usize, usize),
    /// The same in `b`.
    pub in_b: (usize, usize),
    /// Words that are equal once folded.
    pub words: usize,
    /// Stands between quotation marks in both: a third party's statement.
    pub quoted: bool,
}

/// What two documents share; `a < b` are places in the slice that was compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Reuse {
    /// The one.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Shared runs, in the order of `a`.
    pub passages: Vec<Passage>,
    /// Shared words over the words of the shorter document, 0–1.
    pub share: f64,
    /// Which was first.
    pub direction: Direction,
}

impl Reuse {
    /// `{"a","b","passages":[{"in_a","in_b","words","quoted"}],"share","direction"}`.
    pub fn to_json(&self) -> Value {
        let passages: Vec<Value> = self
            .passages
            .iter()
            .map(|p| {
                json!({"in_a": [p.in_a.0, p.in_a.1], "in_b": [p.in_b.0, p.in_b.1], "words": p.words, "quoted": p.quoted})
            })
            .collect();
        json!({"a": self.a, "b": self.b, "passages": passages, "share": self.share, "direction": self.direction.as_str()})
    }
}
