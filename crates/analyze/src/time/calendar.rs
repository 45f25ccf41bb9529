//! Days and the intervals of them that words can mean.
//!
//! An interval is inclusive at both ends and is never narrower than the words: where a convention differs between
//! countries (on which day a week begins), it holds both.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// First and last day, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub first: Date,
    pub last: Date,
}

impl Days {
    pub fn one(day: Date) -> Days {
        Days { first: day, last: day }
    }

    pub fn to(self, other: Days) -> Option<Days> {
        (self.first <= other.last).then_some(Days { first: self.first, last: other.last })
    }

    pub fn whole_year(year: i16) -> Option<Days> {
        Some(Days { first: Date::new(year, 1, 1).ok()?, last: Date::new(year, 12, 31).ok()? })
    }

    pub fn whole_month(year: i16, month: i8) -> Option<Days> {
        let first = Date::new(year, month, 1).ok()?;
        Some(Days { first, last: first.last_of_month() })
    }

    /// The week `offset` weeks from that of `day`, whichever of Saturday, Sunday and Monday it begins on.
    pub fn week(day: Date, offset: i32) -> Option<Days> {
        let monday = plus(day, -i64::from(day.weekday().to_monday_zero_offset()))?;
        let monday = plus(monday, 7 * i64::from(offset))?;
        Some(Days { first: plus(monday, -2)?, last: plus(monday, 6)? })
    }
}

/// `day` and `days` more; none outside the calendar's range.
pub(super) fn plus(day: Date, days: i64) -> Option<Date> {
    if days.abs() > 4_000_000 {
        return None;
    }
    day.checked_add(days.days()).ok()
}

/// `day` moved by whole months.
pub(super) fn plus_months(day: Date, months: i64) -> Option<Date> {
    if months.abs() > 100_000 {
        return None;
    }
    day.checked_add(months.months()).ok()
}

/// The last `weekday` at or before `day`.
pub(super) fn at_or_before(day: Date, weekday: Weekday) -> Option<Date> {
    plus(day, -i64::from(weekday.until(day.weekday())))
}

/// The first `weekday` at or after `day`.
pub(super) fn at_or_after(day: Date, weekday: Weekday) -> Option<Date> {
    plus(day, i64::from(day.weekday().until(weekday)))
}

/// ISO 8601 week, such as `2019-W13`.
pub(super) fn iso_week(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

/// The proleptic Gregorian day of a Hijri one by the civil tabular calendar (Reingold and Dershowitz, *Calendrical
/// Calculations*, chapter 7). Observed months begin up to two days apart from it.
pub(super) fn from_hijri(year: i16, month: i8, day: i8) -> Option<Date> {
    if !(1..=12).contains(&month) || !(1..=30).contains(&day) || !(1..=1600).contains(&year) {
        return None;
    }
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let days = (year - 1) * 354 + (3 + 11 * year) / 30 + 29 * (month - 1) + month / 2 + day;
    // The epoch is 16 July 622 of the Julian calendar, 19 July of the Gregorian; day 1 is the epoch itself.
    plus(date(622, 7, 19), days - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_found_on_either_side() {
        let friday = date(2019, 3, 29);
        assert_eq!(at_or_before(friday, Weekday::Thursday), Some(date(2019, 3, 28)));
        assert_eq!(at_or_before(friday, Weekday::Friday), Some(friday));
        assert_eq!(at_or_before(friday, Weekday::Saturday), Some(date(2019, 3, 23)));
        assert_eq!(at_or_after(friday, Weekday::Thursday), Some(date(2019, 4, 4)));
    }

    #[test]
    fn a_week_holds_every_convention() {
        let week = Days::week(date(2019, 3, 29), -1).unwrap();
        assert_eq!((week.first, week.last), (date(2019, 3, 16), date(2019, 3, 24)));
        assert_eq!(iso_week(date(2019, 3, 29)), "2019-W13");
    }

    #[test]
    fn hijri_days_fall_where_the_tables_put_them() {
        assert_eq!(from_hijri(1, 1, 1), Some(date(622, 7, 19)));
        assert_eq!(from_hijri(1440, 7, 22), Some(date(2019, 3, 29)));
        assert_eq!(from_hijri(1445, 9, 1), Some(date(2024, 3, 11)));
        assert_eq!(from_hijri(1445, 13, 1), None);
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_panic() {
        assert_eq!(plus(date(9999, 12, 31), 1), None);
        assert_eq!(plus(date(2019, 1, 1), i64::MAX), None);
        assert_eq!(plus_months(date(2019, 1, 1), i64::MIN + 1), None);
    }
}
