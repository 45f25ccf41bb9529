//! Figures of harm: a range for each scope, with its sources, and every contradiction kept. Never an average.
//!
//! The least is the number of distinct individuals who are named or counted by somebody who says so; the most is the
//! highest figure of that scope. A status that is not stated stays *unknown*: nobody is made a civilian by silence.

use witnessmark_model::ClaimRef;

/// One figure as one claim gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The claim.
    pub claim: ClaimRef,
    /// Who says it.
    pub said_by: String,
    /// At least.
    pub min: Option<u64>,
    /// At most.
    pub max: Option<u64>,
    /// Number of the line it comes from, within the element *harm*.
    pub line: Option<usize>,
    /// Published, as stated: the as-of time at best.
    pub as_of: Option<String>,
}

/// A range of one kind of harm, of one scope, to one status.
#[derive(Debug, Clone, PartialEq)]
pub struct HarmRange {
    /// Killed, injured, missing, detained, displaced.
    pub harm: String,
    /// This strike, town-day, intake, cumulative, unknown.
    pub scope: String,
    /// Civilians, children …, `unknown` where not stated.
    pub who: String,
    /// Distinct individuals named or counted at the least, and the claim it rests on.
    pub least: Option<(u64, ClaimRef)>,
    /// Highest figure, and the claim it rests on.
    pub most: Option<(u64, ClaimRef)>,
    /// All figures.
    pub figures: Vec<Figure>,
    /// Pairs of figures (places in `figures`) that cannot both be right.
    pub contradictions: Vec<(usize, usize)>,
}
