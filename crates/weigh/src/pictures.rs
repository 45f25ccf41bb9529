//! Near-duplicate pictures: an exact join of PDQ hashes by Hamming distance.
//!
//! Says which pictures are copies of one another as bytes through a re-encoder are; it does not say that two
//! pictures of one scene are one picture, nor which came first. Hashes of low quality (flat or dark pictures) match
//! nothing, since unrelated flat pictures lie near each other.

use serde_json::{Value, json};

/// Largest distance at which two hashes are of the same picture (PDQ's published radius).
pub const SAME_WITHIN: u32 = 31;
/// Largest distance at which a person should look.
pub const REVIEW_WITHIN: u32 = 63;
/// Hashes of lower quality match nothing.
pub const LEAST_QUALITY: u8 = 50;

/// A hash with its quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pdq {
    /// 256 bits, in any fixed order.
    pub words: [u64; 4],
    /// 0–100.
    pub quality: u8,
}

/// How near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchKind {
    /// Within [`SAME_WITHIN`]: collapses.
    Same,
    /// Within [`REVIEW_WITHIN`]: for a person to look at; collapses nothing.
    Review,
}

impl MatchKind {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            MatchKind::Same => "same",
            MatchKind::Review => "review",
        }
    }
}

/// Two pictures that lie near each other; `a < b` are places in the slice that was joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PictureMatch {
    /// The one.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Bits that differ, 0–256.
    pub distance: u32,
    /// What that means.
    pub kind: MatchKind,
    /// Found only when one of the two is turned or mirrored.
    pub turned: bool,
}

impl PictureMatch {
    /// `{"a","b","distance","kind","turned"}`.
    pub fn to_json(&self) -> Value {
        json!({"a": self.a, "b": self.b, "distance": self.distance, "kind": self.kind.as_str(), "turned": self.turned})
    }
}

/// Pictures connected by matches of kind *same*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureCluster {
    /// Places in the slice, ascending; at least two.
    pub members: Vec<usize>,
    /// The member nearest to all others (least sum of distances; the first of equals).
    pub medoid: usize,
    /// Matches that connect all members, one fewer than members.
    pub edges: Vec<PictureMatch>,
    /// Members further than [`SAME_WITHIN`] from the medoid: connected only through others.
    pub chained: Vec<usize>,
}

/// What a join found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PictureJoin {
    /// Pairs by (a, b). Inside a flood (a cluster above the limit) only the edges that connect it are listed.
    pub matches: Vec<PictureMatch>,
    /// By first member.
    pub clusters: Vec<PictureCluster>,
    /// Left out for low quality.
    pub too_poor: Vec<usize>,
    /// Was the review band looked at?
    pub reviewed: bool,
}
