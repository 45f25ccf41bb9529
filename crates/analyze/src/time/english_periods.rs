//! Parts of years and months in English, and days and years that the text points to.
//!
//! “The third quarter of last year”, “the start of this month”, “October of next year”, “the previous year”, “the day” that a
//! sentence closes with. Deliberately resolves nothing without publication.

use super::calendar::Days;
use super::english::Grammar;
use super::english_words::{ordinal, unit};
use super::numeric;
use super::reading::{Basis, Direction, Lean, Reading};
use super::units::Unit;

impl Grammar<'_> {
    /// `the first quarter of 2009`, `the second half of last year`, `the start of this year`, `third-quarter`.
    pub(super) fn part_of_period(&self, at: usize) -> Option<(usize, Reading)> {
        let from = self.skip(at, &["the"]);
        // `the 2012 third quarter`
        let led = self.tokens.get(from).and_then(numeric::year).filter(|_| ordinal(self.word(from + 1)).is_some());
        let from = from + usize::from(led.is_some());
        let from = self.skip(from, &["fiscal"]);
        let number = match self.word(from) {
            "final" => Some(0),
            // “last quarter” alone is the one before this.
            "last" if from > at && !self.is(from + 1, &["fiscal"]) => Some(0),
            word => ordinal(word),
        };
        let noun_at = self.skip(self.skip(from + 1, &["-"]), &["fiscal"]);
        let (noun, noun_at) = match number {
            Some(_) => (self.word(noun_at), noun_at),
            None => (self.word(from), from),
        };
        let of = self.is(noun_at + 1, &["of"]);
        match (number, noun) {
            (Some(number), "quarter" | "half") => {
                let parts = if noun == "quarter" { 4 } else { 2 };
                let number = if number == 0 { parts } else { number };
                if number > parts {
                    return None;
                }
                let stated = if of {
                    self.year(noun_at + 2)
                } else {
                    let behind = self.tokens.get(noun_at + 1).and_then(numeric::year);
                    behind
                        .map(|year| (noun_at + 2, year, Basis::Stated))
                        .or_else(|| self.year_behind(noun_at + 1).map(|(end, year)| (end, year, Basis::Relative)))
                };
                let (end, year, basis) = match stated {
                    Some((end, year, basis)) => (end, Some(year), basis),
                    None if of && !self.is(noun_at + 2, &["the", "this"]) => return None,
                    // “third-quarter results”: the one of that number that ended last.
                    None if led.is_some() => (noun_at + 1, led, Basis::Stated),
                    None => (noun_at + 1, self.year_of_part(at, number, parts), Basis::Relative),
                };
                let days = year.and_then(|year| {
                    let months = 12 / parts as i8;
                    let last = months * number as i8;
                    Days::whole_month(year, last - months + 1)?.to(Days::whole_month(year, last)?)
                });
                let letter = if parts == 4 { "Q" } else { "H" };
                let value = format!("{}-{letter}{number}", year.map_or("XXXX".to_owned(), |year| format!("{year:04}")));
                Some((end, Reading::new("date", "month", value).with(days, basis)))
            }
            (None, "start" | "beginning" | "end" | "middle") if of => {
                let (end, inner) = self
                    .part_of_period(noun_at + 2)
                    .filter(|_| depth_allows(self.word(noun_at + 3)))
                    .or_else(|| self.unit_offset(noun_at + 2))
                    .or_else(|| self.this_period(noun_at + 2))
                    .filter(|(_, inner)| matches!(inner.granularity, "year" | "month" | "week" | "decade"))?;
                Some((end, inner))
            }
            _ => None,
        }
    }

    /// The year in which the part of this number began last before publication, or, where the words look ahead, begins next.
    pub(super) fn year_of_part(&self, at: usize, number: u32, parts: u32) -> Option<i16> {
        let anchor = self.anchor?;
        let begins = (12 / parts * (number - 1) + 1) as i8;
        let ahead = matches!(self.direction(at), Direction::Future | Direction::After);
        Some(match (anchor.month() >= begins, ahead) {
            (true, false) | (false, true) => anchor.year(),
            (false, false) => anchor.year() - 1,
            // Under way, or the next one.
            (true, true) => anchor.year() + i16::from(anchor.month() >= begins + (12 / parts) as i8),
        })
    }

    /// `2009`, `last year`, `this year`.
    fn year(&self, at: usize) -> Option<(usize, i16, Basis)> {
        if let Some(year) = self.tokens.get(at).and_then(numeric::year) {
            return Some((at + 1, year, Basis::Stated));
        }
        let (end, year) = self.year_by_words(at.checked_sub(1)?)?;
        Some((end, year, Basis::Relative))
    }

    /// `of next year`, `of last year`, `last year` from the word before.
    pub(super) fn year_by_words(&self, at: usize) -> Option<(usize, i16)> {
        if !self.is(at, &["of"]) {
            return None;
        }
        let from = self.skip(at + 1, &["the"]);
        let offset = match self.word(from) {
            "last" | "previous" => -1,
            "this" | "current" => 0,
            "next" | "coming" => 1,
            _ => return None,
        };
        let anchor = self.anchor.filter(|_| self.is(from + 1, &["year"]))?;
        Some((from + 2, anchor.year() + offset))
    }

    /// `last year`, `this year`, `next year` straight behind a month or quarter.
    pub(super) fn year_behind(&self, at: usize) -> Option<(usize, i16)> {
        let offset = match self.word(at) {
            "last" => -1,
            "this" => 0,
            "next" => 1,
            _ => return None,
        };
        let anchor = self.anchor.filter(|_| self.is(at + 1, &["year"]))?;
        Some((at + 2, anchor.year().checked_add(offset)?))
    }

    /// `the year`, `the month`, `the decade` after “the beginning of”: that of publication.
    fn this_period(&self, at: usize) -> Option<(usize, Reading)> {
        let (unit, false) = unit(self.word(at + 1)).filter(|_| self.is(at, &["the"]))? else { return None };
        if !matches!(unit, Unit::Week | Unit::Month | Unit::Year | Unit::Decade) || self.is(at + 2, &["of"]) {
            return None;
        }
        let (days, value) = unit.around(self.anchor?)?;
        Some((at + 2, Reading::new("date", unit.granularity(), value).with(Some(days), Basis::Relative)))
    }

    /// `the previous year`, `the year before`, `the year previous`.
    pub(super) fn year_before(&self, at: usize) -> Option<(usize, Reading)> {
        let whole = self.is(at, &["the"])
            && (self.is(at + 1, &["previous", "preceding"]) && self.is(at + 2, &["year"])
                || self.is(at + 1, &["year"]) && self.is(at + 2, &["previous", "before", "earlier"]));
        if !whole {
            // `the year-earlier period`
            let joined =
                self.is(at, &["year"]) && self.is(at + 1, &["-"]) && self.is(at + 2, &["earlier", "ago", "before"]);
            let reading = Reading::new("date", "year", "XXXX");
            return joined.then(|| (at + 3, reading.leaving(Lean::whole(Unit::Year, -1))));
        }
        Some((at + 3, Reading::new("date", "year", "XXXX").leaving(Lean::whole(Unit::Year, -1))))
    }

    /// `ended the day`, `for the day`, `that day`: the day that is told.
    pub(super) fn pointed(&self, at: usize) -> Option<(usize, Reading)> {
        const CLOSES: &[&str] = &[
            "end",
            "ended",
            "ending",
            "close",
            "closed",
            "closing",
            "finish",
            "finished",
            "finishing",
            "for",
            "of",
            "on",
            "start",
            "started",
        ];
        let day = self.is(at + 1, &["day"]) && !self.is(at + 2, &["of", "after", "before", "when", "that", "-"]);
        let told = match self.word(at) {
            "the" => CLOSES[..9].contains(&self.before(at)) || self.before(at) == "for" && self.is(at + 2, &[",", "."]),
            "that" | "this" => CLOSES.contains(&self.before(at)),
            _ => false,
        };
        (day && told).then(|| (at + 2, Reading::new("date", "day", "XXXX-XX-XX").leaving(Lean::whole(Unit::Day, 0))))
    }

    /// Past the words that say “nearly”, “more than”, “at least” before a number of units (TIMEX3 counts them in, as a MOD).
    pub(super) fn hedge(&self, at: usize) -> usize {
        const NEARLY: &[&str] = &["over", "almost", "nearly", "about", "around", "approximately", "roughly"];
        let next = match (self.word(at), self.word(at + 1)) {
            ("more" | "less" | "fewer" | "longer", "than") => at + 2,
            ("at", "least" | "most") => at + 2,
            ("no" | "not", "more" | "less" | "fewer" | "longer") if self.is(at + 2, &["than"]) => at + 3,
            ("well" | "just", "over" | "under") => at + 2,
            _ => self.skip(at, NEARLY),
        };
        if next > at && self.quantity(next).is_some() { next } else { at }
    }
}

/// A period within a period is a numbered quarter or half: “the end of the end of” is none, however often it is said.
fn depth_allows(word: &str) -> bool {
    ordinal(word).is_some() || matches!(word, "final" | "last")
}
