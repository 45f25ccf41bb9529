//! What two claims can have in common, as levels: what a model learns weights for, and the weights where there is too little to
//! learn from.
//!
//! Weights are on a log₂ scale (Fellegi and Sunter 1969). The reasoned ones were set on invented weeks: what is rare to agree on by
//! chance (the town, the day, the name of what was hit, the words themselves) weighs much, what is common (the kind of act) little.

/// A level that is not there: one of the two does not say.
pub(super) const NONE: u8 = u8::MAX;
/// Points of what excludes.
pub(super) const NEVER: f64 = -1_000.0;
/// Fields that are compared.
pub(super) const FIELDS: usize = 5;
/// Most levels of a field.
pub(super) const LEVELS: usize = 13;

pub(super) const PLACE: usize = 0;
pub(super) const TIME: usize = 1;
pub(super) const TARGET: usize = 2;
pub(super) const ACT: usize = 3;
pub(super) const WEAPON: usize = 4;

/// What was hit, what was done, and with what.
pub(super) const WHAT: [usize; 3] = [TARGET, ACT, WEAPON];
/// Combinations of levels of [`WHAT`]: of each one of five, or none.
pub(super) const TOGETHER: usize = 6 * 6 * 6;

/// The combination of what was hit, done and used, as a number; nothing when fewer than two of the three are compared.
pub(super) fn together_of(levels: &[u8; FIELDS]) -> Option<usize> {
    let there = WHAT.iter().filter(|f| levels[**f] != NONE).count();
    let digit = |f: usize| if levels[f] == NONE { 0 } else { usize::from(levels[f]) + 1 };
    (there > 1).then(|| WHAT.iter().fold(0, |number, f| number * 6 + digit(*f)))
}

/// Levels of [`PLACE`].
pub(super) mod place {
    pub const SITE: u8 = 0;
    /// One id, or within a kilometre.
    pub const NEAR: u8 = 1;
    /// Within two kilometres.
    pub const TWO: u8 = 2;
    /// Within what the policy lets agree.
    pub const WITHIN: u8 = 3;
    pub const COMPATIBLE: u8 = 4;
    pub const OTHER_SITE: u8 = 5;
    pub const APART: u8 = 6;
    /// Excludes.
    pub const FAR: u8 = 7;
}

/// Levels of [`TIME`].
pub(super) mod time {
    pub const HOUR: u8 = 0;
    pub const NEAR_HOUR: u8 = 1;
    pub const DAY: u8 = 2;
    /// Midnight, or one who counts the night to the day before.
    pub const NIGHT: u8 = 3;
    pub const NEXT_DAY: u8 = 4;
    /// Within a week, the middles of both on one day.
    pub const WEEK_ON: u8 = 5;
    /// The middles a day apart.
    pub const WEEK_NEAR: u8 = 6;
    pub const WEEK: u8 = 7;
    pub const MONTH: u8 = 8;
    pub const LONG: u8 = 9;
    pub const HOURS_APART: u8 = 10;
    pub const DAYS_APART: u8 = 11;
    /// Excludes.
    pub const FAR: u8 = 12;
}

/// Levels of [`TARGET`] and [`WEAPON`].
pub(super) mod term {
    pub const SAME: u8 = 0;
    pub const KIND: u8 = 1;
    pub const SIBLINGS: u8 = 2;
    pub const APART: u8 = 3;
}

/// Levels of [`ACT`].
pub(super) mod act {
    pub const SAME: u8 = 0;
    pub const APART: u8 = 2;
    /// Only one of the two is told as a second strike.
    pub const SECOND: u8 = 3;
    /// A strike at one moment, and an act that lasts.
    pub const MIXED: u8 = 4;
}

/// Reasoned weights, for archives too small to learn from.
pub(super) const REASONED: [[f64; LEVELS]; FIELDS] = [
    [7.0, 6.0, 5.0, 5.0, 1.0, -3.0, -6.0, NEVER, 0.0, 0.0, 0.0, 0.0, 0.0],
    [8.0, 4.0, 6.0, 0.0, -4.0, 2.0, 2.0, 2.0, 1.0, 0.3, -12.0, -6.0, NEVER],
    [4.0, 3.0, -1.0, -8.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [1.0, 0.0, -3.0, -4.0, -8.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [2.0, 1.0, -2.0, -2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
];

/// How often claims of one happening are expected at each level before anything is learnt, as shares.
pub(super) const EXPECTED: [[f64; LEVELS]; FIELDS] = [
    [0.15, 0.40, 0.20, 0.20, 0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.15, 0.10, 0.35, 0.04, 0.04, 0.12, 0.08, 0.04, 0.05, 0.03, 0.0, 0.0, 0.0],
    [0.70, 0.15, 0.10, 0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.85, 0.0, 0.10, 0.03, 0.02, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.65, 0.20, 0.10, 0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
];

/// Is the weight of this level learnt? What contradicts keeps its reasoned weight: that two claims contradict each other and are
/// of one happening all the same is for a person to say.
pub(super) fn is_learnt(field: usize, level: u8) -> bool {
    match field {
        PLACE => level <= place::COMPATIBLE,
        TIME => level <= time::LONG,
        _ => true,
    }
}

/// Do two claims at this level contradict each other on where or when? Such a pair is in one group only when it would be joined
/// by itself, never by way of a third.
pub(super) fn contradicts(field: usize, level: u8) -> bool {
    match field {
        PLACE => matches!(level, place::OTHER_SITE | place::APART | place::FAR),
        TIME => matches!(level, time::NEXT_DAY | time::HOURS_APART | time::DAYS_APART | time::FAR),
        _ => false,
    }
}

/// Do both claims give a place, and a time, that agree? Then it counts how many others are from there and then.
pub(super) fn is_here_and_now(levels: &[u8; FIELDS]) -> bool {
    levels[PLACE] <= place::WITHIN && levels[TIME] <= time::WEEK
}

/// Which of a claim's two crowds counts at these levels: those of the very place, or those further off that still agree.
pub(super) fn crowd_of(levels: &[u8; FIELDS]) -> usize {
    usize::from(levels[PLACE] > place::NEAR)
}

/// Does it add anything that a term which both name is rare? Of an act not where both name the weapon, which says it already.
pub(super) fn counts_as_rare(levels: &[u8; FIELDS], field: usize) -> bool {
    levels[field] == term::SAME && !(field == ACT && levels[WEAPON] == term::SAME)
}
