//! What is weighed: items as plain facts, claims with their standing, and links that people stated.
//!
//! Deliberately only what weighing needs, so that the caller decides where each fact comes from and what it may
//! disclose. Absent means unknown: it never counts for anything and never against.

use std::sync::Arc;

use witnessmark_model::claim::Interval;
use witnessmark_model::entry::Relation;
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, MemberKey};

/// What an item is, as far as weighing cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A release, report, article or post.
    Text,
    /// A still picture.
    Picture,
    /// A moving one.
    Film,
    /// What a person told, in their words.
    Account,
    /// A scene from a satellite, or another sensor's record.
    Scene,
    /// A table whose rows are incidents or people, each row another one.
    Sheet,
    /// Anything else.
    Other,
}

impl ItemKind {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ItemKind::Text => "text",
            ItemKind::Picture => "picture",
            ItemKind::Film => "film",
            ItemKind::Account => "account",
            ItemKind::Scene => "scene",
            ItemKind::Sheet => "sheet",
            ItemKind::Other => "other",
        }
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemFacts<'a> {
    /// Its id; the same bytes are the same item.
    pub item: ItemId,
    /// What it is.
    pub kind: ItemKind,
    /// Person, group, channel, device or sensor that it came from.
    pub source: Option<String>,
    /// `eyewitness`, `survivor`, `responder`, `medical_staff`, `journalist`, `channel`, `outlet`, `ngo`, `authority`,
    /// `party`, `sensor`, `satellite_operator` (DATA_MODEL, *Source*).
    pub source_kind: Option<String>,
    /// Who issued the document, where that is another than the source.
    pub issuer: Option<String>,
    /// Who owns the source.
    pub owner: Option<String>,
    /// The party that the source stands with.
    pub aligned_with: Option<String>,
    /// Sources (by name) or items (by id) that perceived side by side with this one.
    pub present_with: Vec<String>,
    /// Interpreter or fixer through whom it came.
    pub interpreter: Option<String>,
    /// Did whoever made it perceive what it shows or tells?
    pub first_hand: Option<bool>,
    /// When it was published, as stated where it was collected: a date or RFC 3339. Never an event's time.
    pub published: Option<String>,
    /// PDQ hash as four words in any fixed order, and its quality 0–100.
    pub pdq: Option<([u64; 4], u8)>,
    /// Hashes of the picture turned and mirrored, where they were computed (up to seven).
    pub turned: Vec<[u64; 4]>,
    /// Local points of the picture and its look, where they were read.
    pub points: Option<&'a crate::pictures::points::Points>,
    /// Hashes of frames of a film, in order of time, where they were read.
    pub frames: Option<&'a [crate::pictures::films::Frame]>,
    /// What is known of its sound, where it was read.
    pub sound: Option<&'a crate::pictures::sounds::Sound>,
    /// Decoded text; spans count its scalar values.
    pub text: Option<&'a str>,
    /// When it was taken, as its metadata says. Alone it places nothing in time.
    pub taken: Option<Interval>,
    /// Where it was taken, as its metadata says: degrees north, degrees east, metres of uncertainty.
    pub position: Option<(f64, f64, f64)>,
    /// The held item that it says it reposts.
    pub reposts: Option<ItemId>,
    /// The held item that it answers: shown, and no ground for anything.
    pub answers: Option<ItemId>,
    /// No longer relied on: kept in the graph, never in a line.
    pub withdrawn: bool,
}

impl ItemFacts<'_> {
    /// An item of which nothing else is known.
    pub fn new(item: ItemId, kind: ItemKind) -> Self {
        ItemFacts {
            item,
            kind,
            source: None,
            source_kind: None,
            issuer: None,
            owner: None,
            aligned_with: None,
            present_with: Vec::new(),
            interpreter: None,
            first_hand: None,
            published: None,
            pdq: None,
            turned: Vec::new(),
            points: None,
            frames: None,
            sound: None,
            text: None,
            taken: None,
            position: None,
            reposts: None,
            answers: None,
            withdrawn: false,
        }
    }

    /// Whose voice the item's own words are: the issuer, else the source.
    pub fn voice(&self) -> Option<&str> {
        self.issuer.as_deref().or(self.source.as_deref()).map(str::trim).filter(|name| !name.is_empty())
    }

    /// Is the source one person, so that two items of theirs are one perceiver's?
    pub fn from_a_person(&self) -> bool {
        self.kind == ItemKind::Account
            || matches!(
                self.source_kind.as_deref(),
                Some("eyewitness" | "survivor" | "responder" | "medical_staff" | "medical staff" | "journalist")
            )
    }

    /// Does it come from a party to the conflict?
    pub fn from_a_party(&self) -> bool {
        matches!(self.source_kind.as_deref(), Some("party" | "party to the conflict" | "party_to_the_conflict"))
    }
}

/// What people did with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// A machine read it; nobody has asserted it.
    Proposed,
    /// Accepted with many others in one go.
    Bulk,
    /// Accepted or corrected by a person who looked at it.
    Accepted {
        /// Whose key.
        by: MemberKey,
    },
}

impl Standing {
    /// Does it count toward a level?
    pub fn counts(self) -> bool {
        matches!(self, Standing::Accepted { .. })
    }

    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Proposed => "proposed",
            Standing::Bulk => "accepted_in_bulk",
            Standing::Accepted { .. } => "accepted",
        }
    }
}

/// A claim at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// How it is cited.
    pub key: ClaimRef,
    /// What it says; shared, so that nothing is copied when everything is put together again.
    pub claim: Arc<Claim>,
    /// What people did with it.
    pub standing: Standing,
}

/// What a person stated about two items.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The item that stands so.
    pub from: ItemId,
    /// To which.
    pub to: ItemId,
    /// How.
    pub relation: Relation,
    /// On what ground, in the person's words; empty when it cannot be read.
    pub basis: String,
    /// The entry that states it.
    pub by: Option<EntryRef>,
}
