//! What the times told before settle: a clock time without a day, “the same day”, “the following day”.
//!
//! A clock time belongs to the day told last in its line, else to publication; a pointing day to the day told last, else to
//! publication. The basis is that of the day it leans on. Deliberately goes no further back than one paragraph for a clock.

use jiff::civil::Date;

use super::calendar::Days;
use super::reading::{Basis, Leaning, Open, Reading, Stated};
use super::units::Unit;

/// The days told so far.
#[derive(Debug, Default)]
pub(super) struct Context {
    last: Option<(Date, Basis)>,
    /// The year told last, if it was told after the day: “in 2009 … the previous year”.
    year: Option<(Date, Basis)>,
    /// The month told last, if it was told after the day.
    month: Option<(Date, Basis)>,
    /// A line has ended since.
    stale: bool,
}

impl Context {
    /// A new line begins.
    pub fn line(&mut self) {
        self.stale = true;
    }

    /// The reading with what the text before settles, kept for those that follow.
    pub fn settle(&mut self, mut reading: Reading, anchor: Option<Date>) -> Reading {
        let published = anchor.map(|day| (day, Basis::Relative));
        let told = |fresh: bool| if fresh && self.stale { published.or(self.last) } else { self.last.or(published) };
        let on = |stated: Stated, told: Option<(Date, Basis)>| {
            told.map(|(day, basis)| stated.finish(Some(Days::one(day)), basis, day.to_string(), "day"))
        };
        let settled = match reading.open {
            Open::Closed => None,
            Open::Clock(clock) => on(Stated { clock: Some(clock), ..Stated::default() }, told(true)),
            Open::Part(part) => on(Stated { part: Some(part), ..Stated::default() }, told(true)),
            Open::Told(lean) => {
                let year = self.year.filter(|_| matches!(lean.unit, Unit::Year | Unit::Decade));
                let month = self.month.filter(|_| matches!(lean.unit, Unit::Month | Unit::Year | Unit::Decade));
                let from = if lean.how == Leaning::After { self.last } else { told(false) };
                month.or(year).or(from).and_then(|(day, basis)| lean.from(day, basis))
            }
        };
        if let Some(settled) = settled {
            reading = settled;
        }
        let day = reading.days.filter(|days| days.first == days.last && reading.granularity != "unknown");
        if let Some(days) = day {
            self.last = Some((days.first, reading.basis));
            (self.year, self.month) = (None, None);
            self.stale = false;
        } else if let Some(days) = reading.days.filter(|days| {
            // A month of its own: the season and the quarter are told in months, too.
            reading.granularity == "month" && reading.kind == "date" && days.first.month() == days.last.month()
        }) {
            self.month = Some((days.first, reading.basis));
            self.year = None;
        } else if let Some(days) = reading.days.filter(|_| reading.granularity == "year" && reading.kind == "date") {
            self.year = Some((days.first, reading.basis));
            self.month = None;
        }
        reading
    }
}
