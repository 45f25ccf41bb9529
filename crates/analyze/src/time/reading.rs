//! What a stretch of words about time can mean, before it is written out as a mention.

use jiff::civil::{Date, Weekday};

use super::calendar::{Days, at_or_after, at_or_before, plus};
use super::units::{Count, Unit};

/// The meaning of one time expression.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub days: Option<Days>,
    /// RFC 3339, only when date, clock and zone are all stated.
    pub instant: Option<String>,
    /// Only the end is known (“recently”: not after publication).
    pub open_start: bool,
    pub granularity: &'static str,
    pub timex: String,
    pub basis: Basis,
    pub kind: &'static str,
    /// What the rest of the text may still settle.
    pub open: Open,
}

/// What a reading leaves to the times told before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// Nothing.
    Closed,
    /// A clock time with no day.
    Clock(Clock),
    /// A part of some day.
    Part(Part),
    /// What is counted from the day told last.
    Told(Lean),
}

/// A time counted from another: “the same day”, “the following year”, “two weeks later”.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lean {
    pub unit: Unit,
    /// How many units on, or back.
    pub by: i64,
    pub how: Leaning,
    /// The part of that day: “the following morning”.
    pub part: Option<Part>,
    /// The day of the week it falls on: “the following Monday”.
    pub weekday: Option<Weekday>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaning {
    /// The unit of the calendar: “that week”.
    Whole,
    /// So long from it: “a year earlier”; from publication where no day is told.
    Counted,
    /// So long from it, and from publication never: “two days later”.
    After,
}

impl Lean {
    /// A whole unit, from the one in which the day told lies.
    pub fn whole(unit: Unit, by: i64) -> Open {
        Open::Told(Lean { unit, by, how: Leaning::Whole, part: None, weekday: None })
    }

    /// What it comes to, counted from `day`.
    pub fn from(self, day: Date, basis: Basis) -> Option<Reading> {
        let away = match self.weekday {
            Some(weekday) if self.by < 0 => at_or_before(plus(day, -1)?, weekday)?,
            Some(weekday) => at_or_after(plus(day, 1)?, weekday)?,
            None => self.unit.move_by(day, self.by)?,
        };
        let (days, value) = match self.how {
            Leaning::Whole => self.unit.around(away)?,
            Leaning::Counted | Leaning::After => {
                let value = match self.unit {
                    Unit::Day | Unit::Week => away.to_string(),
                    Unit::Month | Unit::Year | Unit::Decade | Unit::Century => self.unit.around(away)?.1,
                    Unit::Second | Unit::Minute | Unit::Hour => return None,
                };
                (self.unit.widen(Days::one(away))?, value)
            }
        };
        if self.part.is_some() {
            let stated = Stated { part: self.part, ..Stated::default() };
            return Some(stated.finish(Some(days), basis, value, self.unit.granularity()));
        }
        Some(Reading::new("date", self.unit.granularity(), value).with(Some(days), basis))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Stated,
    Relative,
    Unresolved,
}

impl Basis {
    pub fn name(self) -> &'static str {
        match self {
            Basis::Stated => "stated",
            Basis::Relative => "relative_to_publication",
            Basis::Unresolved => "unresolved",
        }
    }
}

impl Reading {
    /// “three days ago”, `قبل يومين`: so many units before the anchor; a few of them are from two to what that word goes up to.
    pub fn ago(unit: Unit, count: Count, anchor: Option<Date>) -> Self {
        let (least, most) = match count {
            Count::Exactly(count) => (count, count),
            Count::Vague => (2, unit.vague_most()),
        };
        let days = anchor.and_then(|anchor| {
            let first = unit.move_by(anchor, -i64::from(most))?;
            let last = unit.move_by(anchor, -i64::from(least))?;
            unit.widen(Days { first, last })
        });
        let single = days.is_some_and(|days| days.first == days.last);
        let value = match (count, anchor) {
            (Count::Exactly(count), Some(anchor)) => unit.ago_value(anchor, count),
            _ => None,
        };
        let granularity = if single { "day" } else { unit.granularity() };
        Self::new("date", granularity, value.unwrap_or_else(|| "PAST_REF".to_owned())).with(days, Basis::Relative)
    }

    pub fn new(kind: &'static str, granularity: &'static str, timex: impl Into<String>) -> Reading {
        Reading {
            days: None,
            instant: None,
            open_start: false,
            granularity,
            timex: timex.into(),
            basis: Basis::Unresolved,
            kind,
            open: Open::Closed,
        }
    }

    /// The reading, with what it leaves open.
    pub fn leaving(mut self, open: Open) -> Reading {
        self.open = open;
        self
    }

    /// The reading with the days it means; stays unresolved when there are none.
    pub fn with(mut self, days: Option<Days>, basis: Basis) -> Reading {
        if days.is_some() {
            self.days = days;
            self.basis = basis;
        }
        self
    }

    /// A duration or set: it is what it says, and lies nowhere.
    pub fn stated(mut self) -> Reading {
        self.basis = Basis::Stated;
        self
    }
}

/// Which way from publication a date without year, or a weekday, lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Told as news: at or before publication.
    Past,
    /// Told with no sign of the future: as news, but a day a few weeks ahead is nearer than the same day a year ago.
    Near,
    /// “last Thursday”: before publication.
    Before,
    /// “next Thursday”: after publication.
    After,
    /// “will … on Thursday”: at or after publication.
    Future,
}

/// A part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Morning,
    Midday,
    Afternoon,
    Evening,
    Night,
}

impl Part {
    pub fn timex(self) -> &'static str {
        match self {
            Part::Morning => "TMO",
            Part::Midday => "TMI",
            Part::Afternoon => "TAF",
            Part::Evening => "TEV",
            Part::Night => "TNI",
        }
    }
}

/// A clock time as stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub hour: i8,
    pub minute: Option<i8>,
    pub second: Option<i8>,
    /// Offset from UTC in minutes, only if stated.
    pub offset: Option<i32>,
    /// “five o'clock” with nothing to say which half of the day: 5 or 17.
    pub half_unknown: bool,
}

impl Clock {
    fn timex(self) -> String {
        if self.half_unknown {
            return "TXX:XX".to_owned();
        }
        let clock = match (self.minute, self.second) {
            (Some(minute), Some(second)) => format!("T{:02}:{minute:02}:{second:02}", self.hour),
            (Some(minute), None) => format!("T{:02}:{minute:02}", self.hour),
            _ => format!("T{:02}:00", self.hour),
        };
        self.offset.map_or(clock.clone(), |offset| clock + &zone(offset))
    }

    fn granularity(self) -> &'static str {
        match (self.minute, self.half_unknown) {
            (Some(_), false) => "minute",
            _ => "part_of_day",
        }
    }
}

/// Which stretch of a month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch {
    Early,
    Mid,
    Late,
}

/// A calendar date as stated, complete or not, with the time of day that goes with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stated {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
    pub weekday: Option<Weekday>,
    pub part: Option<Part>,
    pub clock: Option<Clock>,
    pub stretch: Option<Stretch>,
}

impl Stated {
    /// The meaning, given the day of publication.
    pub fn read(self, anchor: Option<Date>, direction: Direction) -> Reading {
        let (days, basis, value, granularity) = self.days(anchor, direction);
        self.finish(days, basis, value, granularity)
    }

    /// Days, how they were had, timex value, granularity.
    fn days(self, anchor: Option<Date>, direction: Direction) -> (Option<Days>, Basis, String, &'static str) {
        let year_value = self.year.map_or("XXXX".to_owned(), |year| format!("{year:04}"));
        match (self.month, self.day) {
            (Some(month), Some(day)) => {
                let fits = |year: i16| {
                    let date = Date::new(year, month, day).ok()?;
                    self.weekday.is_none_or(|weekday| weekday == date.weekday()).then_some(date)
                };
                let (found, basis) = match (self.year, anchor) {
                    (Some(year), _) => (fits(year), Basis::Stated),
                    (None, Some(anchor)) => (nearest_year(anchor, direction, fits), Basis::Relative),
                    (None, None) => (None, Basis::Unresolved),
                };
                let value = match found {
                    Some(date) => date.to_string(),
                    None => format!("{year_value}-{month:02}-{day:02}"),
                };
                (found.map(Days::one), basis, value, "day")
            }
            (Some(month), None) => {
                let found = match (self.year, anchor) {
                    (Some(year), _) => Some((year, Basis::Stated)),
                    (None, Some(anchor)) => {
                        let fits = |year: i16| Date::new(year, month, 1).ok();
                        nearest_year(anchor, direction, fits).map(|date| (date.year(), Basis::Relative))
                    }
                    (None, None) => None,
                };
                let days = found.and_then(|(year, _)| Days::whole_month(year, month));
                let value = found.map_or(year_value, |(year, _)| format!("{year:04}"));
                let basis = found.map_or(Basis::Unresolved, |(_, basis)| basis);
                (days.map(|days| self.within_month(days)), basis, format!("{value}-{month:02}"), "month")
            }
            _ => match (self.year, self.weekday) {
                (Some(year), None) => {
                    (Days::whole_year(year).map(|days| self.within_year(days)), Basis::Stated, year_value, "year")
                }
                (None, Some(weekday)) => {
                    let day = anchor.and_then(|anchor| weekday_from(anchor, weekday, direction));
                    let value = day
                        .map_or_else(|| format!("XXXX-WXX-{}", weekday.to_monday_one_offset()), |day| day.to_string());
                    (day.map(Days::one), Basis::Relative, value, "day")
                }
                _ => (None, Basis::Unresolved, "XXXX-XX-XX".to_owned(), "day"),
            },
        }
    }

    fn within_month(self, days: Days) -> Days {
        let (from, to) = match self.stretch {
            None => return days,
            Some(Stretch::Early) => (1, 12),
            Some(Stretch::Mid) => (9, 21),
            Some(Stretch::Late) => (19, days.last.day()),
        };
        let at = |day| Date::new(days.first.year(), days.first.month(), day).unwrap_or(days.first);
        Days { first: at(from), last: at(to) }
    }

    fn within_year(self, days: Days) -> Days {
        let (from, to) = match self.stretch {
            None => return days,
            Some(Stretch::Early) => (1, 5),
            Some(Stretch::Mid) => (4, 9),
            Some(Stretch::Late) => (8, 12),
        };
        let month = |month| Days::whole_month(days.first.year(), month).unwrap_or(days);
        Days { first: month(from).first, last: month(to).last }
    }

    /// Adds the time of day.
    pub fn finish(self, days: Option<Days>, basis: Basis, value: String, granularity: &'static str) -> Reading {
        let single = days.filter(|days| days.first == days.last);
        if let Some(clock) = self.clock {
            let mut clock = clock;
            if let Some(part) = self.part {
                clock = clock.in_part(part);
            }
            let mut reading = Reading::new("time", clock.granularity(), format!("{value}{}", clock.timex()));
            if let Some(days) = single
                && let Some(offset) = clock.offset
                && !clock.half_unknown
            {
                reading.instant = Some(instant(days.first, clock, offset));
                reading.granularity = if clock.minute.is_some() { "minute" } else { "part_of_day" };
            }
            // Midnight of a day is its end, or is meant as its beginning; the one is the next day's.
            let days = match single.filter(|_| clock.hour == 24) {
                Some(day) => plus(day.last, 1).map(|last| Days { first: day.first, last }),
                None => days,
            };
            return reading.with(days, basis);
        }
        if let Some(part) = self.part {
            let reading = Reading::new("time", "part_of_day", format!("{value}{}", part.timex()));
            // A night belongs to two days.
            let days = match (part, single) {
                (Part::Night, Some(day)) => plus(day.last, 1).map(|last| Days { first: day.first, last }),
                _ => days,
            };
            return reading.with(days, basis);
        }
        Reading::new("date", granularity, value).with(days, basis)
    }
}

impl Clock {
    /// “five in the evening” is 17.
    pub fn in_part(mut self, part: Part) -> Clock {
        if self.half_unknown {
            self.half_unknown = false;
            match part {
                Part::Afternoon | Part::Evening if self.hour < 12 => self.hour += 12,
                Part::Midday if self.hour < 6 => self.hour += 12,
                Part::Night if (6..12).contains(&self.hour) => self.hour += 12,
                Part::Night | Part::Morning if self.hour == 12 => self.hour = 0,
                _ => {}
            }
        }
        self
    }
}

/// `Z`, `+03:00`.
fn zone(offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    match offset {
        0 => "Z".to_owned(),
        _ => format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60),
    }
}

fn instant(day: Date, clock: Clock, offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let zone =
        if offset == 0 { "Z".to_owned() } else { format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60) };
    let (minute, second) = (clock.minute.unwrap_or(0), clock.second.unwrap_or(0));
    format!("{day}T{:02}:{minute:02}:{second:02}{zone}", clock.hour)
}

/// The weekday that is meant, seen from publication.
pub(super) fn weekday_from(anchor: Date, weekday: Weekday, direction: Direction) -> Option<Date> {
    match direction {
        Direction::Past | Direction::Near => at_or_before(anchor, weekday),
        Direction::Before => at_or_before(plus(anchor, -1)?, weekday),
        Direction::Future => at_or_after(anchor, weekday),
        Direction::After => at_or_after(plus(anchor, 1)?, weekday),
    }
}

/// Days ahead of publication within which a day without year is taken to be to come, not long past.
const SOON: i64 = 21;

/// The year in which a day without year lies: the last at or before publication, or the next when it is ahead.
pub(super) fn nearest_year(anchor: Date, direction: Direction, fits: impl Fn(i16) -> Option<Date>) -> Option<Date> {
    let years = [anchor.year() - 1, anchor.year(), anchor.year() + 1];
    let mut found = years.into_iter().filter_map(fits);
    match direction {
        Direction::Near => {
            let soon = plus(anchor, SOON).unwrap_or(anchor);
            found.rfind(|day| *day <= soon)
        }
        Direction::Past | Direction::Before => found.rfind(|day| *day <= anchor),
        Direction::Future | Direction::After => found.find(|day| *day >= anchor.first_of_month()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_weekday_that_does_not_fit_its_date_resolves_to_nothing() {
        let stated = Stated {
            year: Some(2019),
            month: Some(3),
            day: Some(29),
            weekday: Some(Weekday::Monday),
            ..Stated::default()
        };
        let reading = stated.read(None, Direction::Past);
        assert_eq!((reading.days, reading.basis), (None, Basis::Unresolved));
        assert_eq!(reading.timex, "2019-03-29");
    }

    #[test]
    fn a_date_without_year_is_the_last_before_publication() {
        let stated = Stated { month: Some(11), day: Some(5), ..Stated::default() };
        let anchor = date(2019, 3, 29);
        assert_eq!(stated.read(Some(anchor), Direction::Past).timex, "2018-11-05");
        assert_eq!(stated.read(Some(anchor), Direction::Future).timex, "2019-11-05");
        assert_eq!(stated.read(None, Direction::Past).timex, "XXXX-11-05");
    }

    #[test]
    fn a_zone_is_never_filled_in() {
        let clock = Clock { hour: 18, minute: Some(36), second: None, offset: None, half_unknown: false };
        let stated =
            Stated { year: Some(2019), month: Some(3), day: Some(29), clock: Some(clock), ..Stated::default() };
        let reading = stated.read(None, Direction::Past);
        assert_eq!((reading.instant, reading.timex.as_str()), (None, "2019-03-29T18:36"));
        let zoned = Stated { clock: Some(Clock { offset: Some(180), ..clock }), ..stated };
        assert_eq!(zoned.read(None, Direction::Past).instant.as_deref(), Some("2019-03-29T18:36:00+03:00"));
    }
}
