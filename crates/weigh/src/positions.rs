//! What parties say of an incident: their position, and what of a denial can be tested.
//!
//! A bare denial changes its speaker's position and nothing else. What a denial asserts that the evidence could bear out
//! or contradict is listed as *not yet tested*; testing is a person's work. A false denial does not raise attribution.

use witnessmark_model::ClaimRef;
use witnessmark_model::vocabulary::Position;

/// What a denial or justification asserts that could be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Testable {
    /// Nothing happened there then.
    NothingHappened,
    /// The speaker's side did nothing there then.
    NotTheirs,
    /// It was somebody else.
    SomebodyElse,
    /// What was hit was military.
    TargetMilitary,
    /// The harm was other than reported.
    OtherHarm,
}

/// How a proposition stands to the evidence. Only a person moves it from *not yet tested*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tested {
    /// Not yet tested.
    NotYet,
}

/// One testable proposition.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposition {
    /// What kind.
    pub kind: Testable,
    /// The speaker's words.
    pub quote: String,
    /// Where it stands.
    pub tested: Tested,
}

/// The position of one speaker.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyPosition {
    /// As named.
    pub speaker: String,
    /// The position taken. Several claims may take several: all are given.
    pub position: Position,
    /// The claims that take it.
    pub claims: Vec<ClaimRef>,
    /// What could be tested.
    pub propositions: Vec<Proposition>,
}
