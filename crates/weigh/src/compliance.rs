//! The obligations of a commitment against incidents, and where a speaker's rendering differs from its own text.
//!
//! No reports is *cannot tell*, never *met*, unless somebody has stated what was covered. A breach is reported, not
//! found: the answer is about what the archive holds.

/// One obligation, in its instrument's own words.
#[derive(Debug, Clone, PartialEq)]
pub struct Obligation {
    /// Id within the instrument.
    pub id: String,
    /// The instrument.
    pub instrument: String,
    /// Paragraph.
    pub paragraph: String,
    /// Operative verb.
    pub verb: String,
    /// Who is bound.
    pub duty_bearer: String,
    /// Its own text.
    pub text: String,
    /// Kind of demand: `stop_attacks`, `lift_siege`, `allow_aid`, `protect_medical`, `open_corridor` …
    pub demand: String,
    /// Gazetteer ids where it holds; empty = everywhere.
    pub territory: Vec<String>,
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day.
    pub until: Option<String>,
    /// How it is measured.
    pub indicator: Indicator,
}

/// What counts against an obligation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Indicator {
    /// Acts that count; empty = all.
    pub acts: Vec<String>,
    /// Targets that count; empty = all.
    pub targets: Vec<String>,
    /// What is counted.
    pub measure: String,
}
