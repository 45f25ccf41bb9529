//! Material against an element: what makes it contested, and what does not.

use witnessmark_model::ClaimRef;

use super::agree::Disagrees;

/// One thing that stands against an element.
#[derive(Debug, Clone, PartialEq)]
pub enum Against {
    /// Denied by somebody who brings evidence or was there.
    DeniedWithEvidence {
        /// The claim.
        claim: ClaimRef,
        /// Kinds of evidence that it relies on; empty when first-hand.
        relies_on: Vec<String>,
    },
    /// Two lines say what cannot both be right.
    Contradicting {
        /// One claim of each.
        claims: (ClaimRef, ClaimRef),
        /// In what.
        because: Disagrees,
    },
    /// Denied without evidence: changes only the speaker's position.
    BareDenial {
        /// The claim.
        claim: ClaimRef,
    },
    /// Figures that differ and may have risen: the higher was published later.
    MayHaveRisen {
        /// Lower, then higher.
        claims: (ClaimRef, ClaimRef),
    },
}

/// Is an element contested?
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contested {
    /// True when something other than a bare denial stands against it.
    pub contested: bool,
    /// All material against, bare denials included.
    pub against: Vec<Against>,
}
