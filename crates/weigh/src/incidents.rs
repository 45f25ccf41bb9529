//! Candidate incidents: which one-event claims seem to speak of one happening, with reasons for and against.
//!
//! A candidate is a hypothesis for a person. What is unknown never matches by itself and never excludes by itself. Claims
//! of a counted set, a campaign or a pattern are context of incidents and never members.

use serde_json::{Value, json};
use witnessmark_model::{ClaimRef, ItemId};

/// A reason for or against two claims being of one incident; points are on a log₂ scale, negative = against.
#[derive(Debug, Clone, PartialEq)]
pub struct Because {
    /// What was compared.
    pub what: Compared,
    /// Points.
    pub points: f64,
}

/// What was compared, and how it came out.
#[derive(Debug, Clone, PartialEq)]
pub enum Compared {
    /// The same place, both known closely.
    SamePlace {
        /// As named.
        name: String,
        /// Metres between the two, where both have coordinates.
        distance_m: Option<f64>,
    },
    /// One place lies in, or may lie in, the other.
    PlaceCompatible {
        /// As named.
        names: (String, String),
    },
    /// Two places that cannot be one.
    PlacesApart {
        /// As named.
        names: (String, String),
        /// Metres between them.
        distance_m: f64,
    },
    /// The place of one is not stated.
    PlaceUnknown,
    /// Times agree to the hour.
    SameHour {
        /// Minutes between the two.
        minutes: i64,
    },
    /// The same day.
    SameDay {
        /// The day.
        day: String,
    },
    /// Days that touch.
    DaysNear {
        /// Days between.
        days: i64,
    },
    /// One interval lies in the other, which is coarse.
    TimeCompatible,
    /// Hours of one day that differ.
    HoursApart {
        /// Minutes between.
        minutes: i64,
    },
    /// Days that differ.
    DaysApart {
        /// Days between.
        days: i64,
    },
    /// The time of one is not stated.
    TimeUnknown,
    /// The same class was hit.
    SameTarget {
        /// Term.
        class: String,
    },
    /// One class is a kind of the other.
    TargetCompatible {
        /// Terms.
        classes: (String, String),
    },
    /// Different things were hit.
    OtherTarget {
        /// Terms.
        classes: (String, String),
    },
    /// The same name of what was hit.
    SameTargetName {
        /// As named.
        name: String,
    },
    /// The same act.
    SameAct {
        /// Term.
        act: String,
    },
    /// Acts that do not go together.
    OtherAct {
        /// Terms.
        acts: (String, String),
    },
    /// The same weapon, or one is a kind of the other.
    SameWeapon {
        /// Term.
        class: String,
    },
    /// Different weapons.
    OtherWeapon {
        /// Terms.
        classes: (String, String),
    },
    /// The same figure of the same harm.
    SameFigure {
        /// Killed, injured …
        harm: String,
        /// How many.
        figure: u64,
    },
    /// Both rest on the same words or pictures.
    SharedEvidence {
        /// The items.
        items: (ItemId, ItemId),
    },
    /// Two rows of one table: its maker holds them to be two.
    RowsOfOneTable {
        /// The table.
        item: ItemId,
    },
}

/// A claim that a candidate holds, and how well it belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The claim.
    pub claim: ClaimRef,
    /// Mean points against the other members; 0 when alone.
    pub points: f64,
}

/// What a label is made of; absent = not stated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// Term of the act that most members name.
    pub act: Option<String>,
    /// Term of the target that most members name.
    pub target: Option<String>,
    /// Name of the target, where one is named.
    pub target_name: Option<String>,
    /// Name of the closest place.
    pub place: Option<String>,
    /// First day, and last where it differs.
    pub day: Option<(String, String)>,
}

/// A proposed incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Claims in it, sorted.
    pub members: Vec<Member>,
    /// What to call it.
    pub label: Label,
    /// Least mean points of any member (∞-free): how well it holds together. 0 for one claim.
    pub score: f64,
    /// The strongest reasons for.
    pub reasons_for: Vec<Because>,
    /// Everything that speaks against.
    pub reasons_against: Vec<Because>,
    /// Claims of wider scope that speak of where and when this lies.
    pub context: Vec<ClaimRef>,
}

/// How two candidates may hang together.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// Place of the earlier in the list of candidates.
    pub first: usize,
    /// Place of the later.
    pub second: usize,
    /// How.
    pub kind: HintKind,
    /// Why.
    pub reasons: Vec<Because>,
}

/// Kinds of hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HintKind {
    /// They may be one.
    PossibleDuplicate,
    /// Rescuers, or the same place, were hit later on the same day.
    SecondStrike,
}

/// A claim that could belong to several candidates about as well: left alone, for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Undecided {
    /// The claim.
    pub claim: ClaimRef,
    /// Places in the list of candidates, best first, with points.
    pub could_be: Vec<(usize, f64)>,
}

/// What grouping came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grouping {
    /// By first member.
    pub candidates: Vec<Candidate>,
    /// Hints between candidates.
    pub hints: Vec<Hint>,
    /// Claims that could be of several.
    pub undecided: Vec<Undecided>,
    /// Claims of wider scope that are context of no candidate.
    pub context_only: Vec<ClaimRef>,
}

impl Label {
    /// `{"act","target","target_name","place","from","to"}`, absent = not stated.
    pub fn to_json(&self) -> Value {
        let mut value = json!({});
        let mut put = |name: &str, what: Option<&String>| {
            if let Some(what) = what {
                value[name] = what.clone().into();
            }
        };
        put("act", self.act.as_ref());
        put("target", self.target.as_ref());
        put("target_name", self.target_name.as_ref());
        put("place", self.place.as_ref());
        put("from", self.day.as_ref().map(|d| &d.0));
        put("to", self.day.as_ref().map(|d| &d.1));
        value
    }
}
