//! Scoring what is read against sets with known answers, with the published ways of scoring.
//!
//! Every scorer is written from the description or the published program of its measure, named in its file. The sets lie
//! outside the project and come in through [`Sets`]; what is absent is passed over and said. Deliberately no IO, no clock and no
//! judgement: it counts. Nothing that analyses calls anything here.

mod attribution;
mod entities;
mod events;
mod gazetteer;
mod gold;
pub mod hostile;
pub mod muc;
mod places;
mod speed;
mod times;
mod tongues;
mod unpack;

pub use unpack::untar;

use crate::{
    extract::{Object, Options, extract},
    place::Gazetteer,
};

/// Where the sets lie.
pub trait Sets {
    /// The bytes of a file, its path relative to the folder of the sets.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
    /// Names of the entries of a folder, sorted.
    fn list(&self, folder: &str) -> Vec<String>;
    /// Seconds spent so far, of the processor where it can be known.
    fn seconds(&self) -> f64;
    /// Memory that the program holds, where it can be known.
    fn memory(&self) -> Option<Memory> {
        None
    }
}

/// Bytes of memory that the program holds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Now.
    pub now: u64,
    /// The most so far.
    pub most: u64,
}

/// Which part of a set is scored. Sets with a part of their own for development use that; of others, every second document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Everything.
    All,
    /// What rules were written by.
    Tune,
    /// What was kept out.
    Held,
}

impl Half {
    /// Whether the document with this number belongs to it.
    fn takes(self, number: usize) -> bool {
        match self {
            Half::All => true,
            Half::Tune => number.is_multiple_of(2),
            Half::Held => !number.is_multiple_of(2),
        }
    }
}

/// One measured number.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The set, with its size.
    pub set: String,
    /// What was measured.
    pub measure: &'static str,
    /// Percent, or a rate where `unit` says so.
    pub value: f64,
    /// Empty for percent.
    pub unit: &'static str,
    /// Precision and recall, or what else explains it.
    pub detail: String,
    /// The best published or measured other.
    pub peer: &'static str,
}

/// What the scorers share.
pub struct Run<'a> {
    /// The sets.
    pub sets: &'a dyn Sets,
    /// Which part.
    pub half: Half,
    /// Hears of what was missed, said wrongly or too much: kind, then the words.
    pub note: &'a mut dyn FnMut(&str, String),
    /// Figures so far.
    pub figures: Vec<Figure>,
}

/// Adds its figures to a run.
pub type Scorer = fn(&mut Run<'_>);

/// Scorers that take long and no set: they run only when asked for.
pub const WHEN_ASKED: [&str; 2] = [GROWTH, GAZETTEER];

const GROWTH: &str = "growth";
const GAZETTEER: &str = "gazetteer";

/// The scorers by name.
pub const SCORERS: &[(&str, Scorer)] = &[
    ("muc", muc::score),
    ("attribution", attribution::score),
    ("time", times::score),
    ("place", places::score),
    ("re3d", entities::score),
    ("fa-kes", events::fa_kes),
    ("hrds", events::hrds),
    ("gold", gold::score),
    ("tongues", tongues::score),
    ("speed", speed::score),
    (GROWTH, hostile::score),
    (GAZETTEER, gazetteer::score),
];

impl Run<'_> {
    fn text(&self, path: &str) -> Option<String> {
        self.sets.read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn figure(&mut self, set: &str, measure: &'static str, peer: &'static str, tally: &Tally) {
        self.figures.push(Figure {
            set: set.to_owned(),
            measure,
            value: tally.f1() * 100.0,
            unit: "",
            detail: format!(
                "P {:.1} R {:.1} · {} wanted, {} said",
                tally.precision() * 100.0,
                tally.recall() * 100.0,
                tally.wanted,
                tally.said
            ),
            peer,
        });
    }

    fn share(&mut self, set: &str, measure: &'static str, peer: &'static str, right: usize, all: usize) {
        self.figures.push(Figure {
            set: set.to_owned(),
            measure,
            value: right as f64 / all.max(1) as f64 * 100.0,
            unit: "",
            detail: format!("{right} of {all}"),
            peer,
        });
    }
}

/// Counts of what was said and wanted, and how much of each was right.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    said_right: usize,
    said: usize,
    wanted_found: usize,
    wanted: usize,
}

impl Tally {
    /// Of what was said, how much was right.
    pub fn precision(&self) -> f64 {
        if self.said == 0 { 0.0 } else { self.said_right as f64 / self.said as f64 }
    }

    /// Of what was wanted, how much was found.
    pub fn recall(&self) -> f64 {
        if self.wanted == 0 { 0.0 } else { self.wanted_found as f64 / self.wanted as f64 }
    }

    /// The harmonic mean of the two.
    pub fn f1(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }

    /// One thing said, right or not, and the thing wanted that it meets.
    fn both(&mut self, hits: usize, said: usize, wanted: usize) {
        self.said_right += hits;
        self.wanted_found += hits;
        self.said += said;
        self.wanted += wanted;
    }
}

/// A span in Unicode scalar values.
type Span = (usize, usize);

fn overlap(a: Span, b: Span) -> bool {
    a.0 < b.1 && b.0 < a.1
}

/// What is extracted from a text in a language.
fn read(text: &str, published: Option<&str>, language: &str) -> Vec<Object> {
    extract(text, &Options { doc: "d", published, language: Some(language), gazetteer: Gazetteer::embedded() })
}

/// Words around a span, for a note.
fn around(text: &[char], span: Span) -> String {
    let part = |from: usize, to: usize| -> String {
        text[from.min(text.len())..to.min(text.len())].iter().map(|c| if *c == '\n' { ' ' } else { *c }).collect()
    };
    format!("{}[{}]{}", part(span.0.saturating_sub(60), span.0), part(span.0, span.1), part(span.1, span.1 + 40))
}

/// Most hits of a one-to-one pairing of what is said with what is wanted (augmenting paths; Kuhn 1955).
fn pairing(said: usize, wanted: usize, fits: &dyn Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    fn augment(
        s: usize,
        wanted: usize,
        fits: &dyn Fn(usize, usize) -> bool,
        seen: &mut [bool],
        of: &mut [Option<usize>],
    ) -> bool {
        for w in 0..wanted {
            if seen[w] || !fits(s, w) {
                continue;
            }
            seen[w] = true;
            if of[w].is_none_or(|other| augment(other, wanted, fits, seen, of)) {
                of[w] = Some(s);
                return true;
            }
        }
        false
    }
    let mut of = vec![None; wanted];
    for s in 0..said {
        augment(s, wanted, fits, &mut vec![false; wanted], &mut of);
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pairing_moves_aside_for_more_hits() {
        let fits = |s: usize, w: usize| (s, w) != (1, 1);
        assert_eq!(pairing(2, 2, &fits), [Some(1), Some(0)]);
        assert_eq!(pairing(1, 0, &fits), []);
    }

    #[test]
    fn shares_of_nothing_are_nothing() {
        let mut tally = Tally::default();
        assert_eq!(tally.f1(), 0.0);
        tally.both(1, 2, 1);
        assert!((tally.f1() - 2.0 / 3.0).abs() < 1e-9);
    }
}
