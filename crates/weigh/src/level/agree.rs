//! Specific agreement: when two claims say the same of an element, and closely enough to count.

/// How two claims stand to each other on one element.
#[derive(Debug, Clone, PartialEq)]
pub enum Agreement {
    /// Both say the same, closely enough.
    Specific {
        /// What they say.
        on: String,
    },
    /// They do not exclude each other, and one is too coarse to agree.
    Compatible(Disagrees),
    /// They cannot both be right.
    Contradicts(Disagrees),
    /// One of them does not say.
    Silent,
}

/// Why two claims do not agree specifically.
#[derive(Debug, Clone, PartialEq)]
pub enum Disagrees {
    /// A place is known no closer than this, in metres.
    PlaceTooCoarse {
        /// Metres.
        uncertainty_m: f64,
    },
    /// Places lie this far apart, in metres.
    PlacesApart {
        /// Metres.
        distance_m: f64,
    },
    /// A time is known no closer than this many days.
    TimeTooCoarse {
        /// Days.
        days: i64,
    },
    /// Times lie this far apart.
    TimesApart {
        /// Minutes.
        minutes: i64,
    },
    /// Terms that are neither the same nor one a kind of the other.
    OtherTerms {
        /// Terms or names.
        terms: (String, String),
    },
    /// One term is broader than the other, or too broad to mean anything.
    BroaderTerm {
        /// Terms.
        terms: (String, String),
    },
    /// Figures that differ.
    OtherFigures {
        /// As written.
        figures: (String, String),
    },
    /// A place or time is not stated, so they may speak of two events.
    EventNotTiedDown,
    /// No detail tells it from the other incident of that town and day.
    NoDistinguishingDetail,
}
