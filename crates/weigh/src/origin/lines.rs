//! Lines of evidence: what is left of a set of claims once shared origins are collapsed.

use witnessmark_model::{ClaimRef, ItemId};

use super::graph::{Circle, Node};
use super::independence::Independence;

/// What kind of perceiving a line ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Perceiving {
    /// Somebody who was there tells it.
    Eyewitness,
    /// A still picture.
    Picture,
    /// A moving one.
    Film,
    /// A sensor's record.
    Sensor,
    /// A document or report; who perceived is not shown.
    Document,
    /// A party to the conflict says so.
    PartyStatement,
}

impl Perceiving {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Perceiving::Eyewitness => "eyewitness",
            Perceiving::Picture => "picture",
            Perceiving::Film => "film",
            Perceiving::Sensor => "sensor",
            Perceiving::Document => "document",
            Perceiving::PartyStatement => "party_statement",
        }
    }

    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Perceiving::Eyewitness => ("eyewitness account", "إفادة شاهد عيان"),
            Perceiving::Picture => ("picture", "صورة"),
            Perceiving::Film => ("film", "تسجيل مصوَّر"),
            Perceiving::Sensor => ("scene or sensor", "مشهد فضائي أو جهاز استشعار"),
            Perceiving::Document => ("document", "وثيقة"),
            Perceiving::PartyStatement => ("statement of a party", "تصريح طرف في النزاع"),
        }
    }
}

/// Why several items are one line.
#[derive(Debug, Clone, PartialEq)]
pub enum WhyOne {
    /// They name one speaker or report.
    SameVoice {
        /// As named.
        name: String,
        /// Items that cite it.
        items: usize,
    },
    /// Copies of one picture.
    Copies {
        /// How many items.
        items: usize,
        /// Largest distance along the edges that connect them.
        distance: u32,
    },
    /// Reused words.
    Words {
        /// From which item.
        a: ItemId,
        /// In which.
        b: ItemId,
        /// How many words.
        words: usize,
    },
    /// Published again.
    Republished {
        /// The repost.
        item: ItemId,
        /// Of what.
        of: ItemId,
    },
    /// A person stated it.
    Stated {
        /// How, as an edge's label.
        kind: super::graph::EdgeKind,
        /// In the person's words.
        basis: String,
    },
    /// One person's or body's voice in several items.
    SameAuthor {
        /// Whose.
        name: String,
    },
    /// They cite each other, and nobody outside.
    Circular,
}

/// What to keep in mind about a line. Flags collapse nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// Perceived side by side with another line (its number).
    PresentTogether(usize),
    /// One owner with another line.
    SameOwner(usize),
    /// One interpreter or fixer with another line.
    SameInterpreter(usize),
    /// A speaker who did not perceive repeats or endorses this line and adds none.
    Endorsement(String),
    /// Nobody outside a circle of citations.
    CircularCitation,
    /// Nobody is named.
    NoAttributableSource,
    /// Not compared with other material for reuse.
    NotCompared,
}

/// One line of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it ends.
    pub origin: Node,
    /// How the origin is called.
    pub name: String,
    /// Claims that go back to it, sorted.
    pub claims: Vec<ClaimRef>,
    /// Items that carry them, sorted.
    pub items: Vec<ItemId>,
    /// What kind of perceiving.
    pub perceiving: Perceiving,
    /// Did whoever it ends in perceive it? Absent = not stated.
    pub first_hand: Option<bool>,
    /// Kinds of evidence that the origin says it relies on.
    pub relies_on: Vec<String>,
    /// Why all this is one line.
    pub why: Vec<WhyOne>,
    /// What to keep in mind.
    pub flags: Vec<Flag>,
}

/// The lines of a set of claims and how they stand to each other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lines {
    /// By origin.
    pub lines: Vec<Line>,
    /// For each pair `(i, j)`, `i < j`.
    pub between: Vec<(usize, usize, Independence)>,
    /// Circular citations among these claims.
    pub circles: Vec<Circle>,
}
