//! Are two lines independent? One of three answers, each with its ground.

/// How separateness was shown.
#[derive(Debug, Clone, PartialEq)]
pub enum SeparateBy {
    /// A person stated it, on this ground.
    Stated {
        /// In the person's words.
        basis: String,
    },
    /// One of the two is a sensor's record and the other is not.
    Sensor,
}

/// How a shared origin was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// One origin after collapsing.
    Collapsed,
}

/// Do two things go back to one act of perceiving?
#[derive(Debug, Clone, PartialEq)]
pub enum Independence {
    /// Yes, and this shows it.
    SharedOrigin(Shown),
    /// No shared origin was found; this is how it was looked for. Prints as *apparently separate* and lifts nothing.
    NoneFound {
        /// What was compared.
        looked_at: Vec<&'static str>,
    },
    /// Separateness is shown.
    SeparatenessShown(SeparateBy),
}
