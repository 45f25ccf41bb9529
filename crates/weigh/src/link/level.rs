//! What two values of a column can come to: the levels of a comparison, best first, as a config spells them.

use std::fmt;

/// One level of a comparison. The first of a field's levels that holds for two values is theirs; none = other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Level {
    /// The same, when case, accents and Arabic letter forms are folded.
    Exact,
    /// The same words in any order, articles left out and compound names joined.
    SameWords,
    /// Each stands in the other's column: given name and surname swapped.
    Crosswise,
    /// One in Arabic and one in Latin letters, and the likeness of one as a spelling of the other at least this (0 to 1).
    Spelling(f32),
    /// The same consonants by sound.
    Skeleton,
    /// Jaro–Winkler likeness of at least this.
    JaroWinkler(f32),
    /// At most so many edits.
    Edits(u8),
    /// Words in common, weighed by rarity, of at least this share of both.
    Overlap(f32),
    /// All words of the shorter are in the longer, two at the least: a middle name left out.
    Within,
    /// The same beginning of so many letters.
    Prefix(u8),
    /// The same first word, such as the outward half of a postcode.
    FirstWord,
    /// A date with day and month swapped.
    DayMonthSwapped,
    /// At most so many days apart.
    Days(u32),
    /// The same day and month of another year.
    SameDayMonth,
    /// The same year and month.
    SameMonth,
    /// The same year.
    SameYear,
    /// At most so many years apart.
    Years(u32),
    /// At most so far apart, as numbers.
    Number(f64),
}

impl Level {
    /// Reads a spelling, such as `jaro_winkler 0.92`.
    pub fn read(text: &str) -> Option<Level> {
        let mut parts = text.split_whitespace();
        let (name, number) = (parts.next()?, parts.next());
        if parts.next().is_some() {
            return None;
        }
        let share = || number?.parse::<f32>().ok().filter(|n| (0.0..=1.0).contains(n));
        let whole = || number?.parse::<u32>().ok();
        let small = || number?.parse::<u8>().ok().filter(|n| (1..=16).contains(n));
        let level = match name {
            "spelling" => Level::Spelling(share()?),
            "jaro_winkler" => Level::JaroWinkler(share()?),
            "overlap" => Level::Overlap(share()?),
            "edits" => Level::Edits(small()?),
            "prefix" => Level::Prefix(small()?),
            "days" => Level::Days(whole()?),
            "years" => Level::Years(whole()?),
            "number" => Level::Number(number?.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0)?),
            _ => {
                let plain = [
                    ("exact", Level::Exact),
                    ("same_words", Level::SameWords),
                    ("crosswise", Level::Crosswise),
                    ("skeleton", Level::Skeleton),
                    ("within", Level::Within),
                    ("first_word", Level::FirstWord),
                    ("day_month_swapped", Level::DayMonthSwapped),
                    ("same_day_month", Level::SameDayMonth),
                    ("same_month", Level::SameMonth),
                    ("same_year", Level::SameYear),
                ];
                let found = plain.iter().find(|(spelling, _)| *spelling == name)?;
                return number.is_none().then_some(found.1);
            }
        };
        Some(level)
    }

    /// Does it look at words?
    pub(crate) fn wants_words(self) -> bool {
        matches!(self, Level::SameWords | Level::Overlap(_) | Level::Within | Level::FirstWord)
    }

    /// Does it look at dates?
    pub(crate) fn wants_dates(self) -> bool {
        use Level::{DayMonthSwapped, Days, SameDayMonth, SameMonth, SameYear, Years};
        matches!(self, DayMonthSwapped | Days(_) | SameDayMonth | SameMonth | SameYear | Years(_))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Level::Exact => f.write_str("exact"),
            Level::SameWords => f.write_str("same_words"),
            Level::Crosswise => f.write_str("crosswise"),
            Level::Spelling(n) => write!(f, "spelling {n}"),
            Level::Skeleton => f.write_str("skeleton"),
            Level::JaroWinkler(n) => write!(f, "jaro_winkler {n}"),
            Level::Edits(n) => write!(f, "edits {n}"),
            Level::Overlap(n) => write!(f, "overlap {n}"),
            Level::Within => f.write_str("within"),
            Level::Prefix(n) => write!(f, "prefix {n}"),
            Level::FirstWord => f.write_str("first_word"),
            Level::DayMonthSwapped => f.write_str("day_month_swapped"),
            Level::Days(n) => write!(f, "days {n}"),
            Level::SameDayMonth => f.write_str("same_day_month"),
            Level::SameMonth => f.write_str("same_month"),
            Level::SameYear => f.write_str("same_year"),
            Level::Years(n) => write!(f, "years {n}"),
            Level::Number(n) => write!(f, "number {n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_come_back_and_rubbish_does_not() {
        for text in ["exact", "jaro_winkler 0.92", "edits 2", "number 0.5", "years 10", "first_word", "spelling 0.7"] {
            assert_eq!(Level::read(text).unwrap().to_string(), text);
        }
        for text in ["", "exact 1", "jaro_winkler", "jaro_winkler 2", "edits 0", "number nan", "edits 1 2", "other"] {
            assert_eq!(Level::read(text), None, "{text}");
        }
    }
}
