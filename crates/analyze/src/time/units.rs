//! Units of time and counts of them: what “three weeks” and “a few days” come to.

use jiff::civil::Date;

use super::calendar::{Days, iso_week, plus, plus_months};

/// How many units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Exactly(u32),
    /// “several”, “a few”: two or more.
    Vague,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Decade,
    Century,
}

impl Unit {
    pub fn timex(self, count: Count) -> String {
        match count {
            Count::Exactly(count) => self.timex_of(&count.to_string()),
            Count::Vague => self.timex_of("X"),
        }
    }

    /// The value of so many units, as written: `P2.5Y` for “two and a half years”.
    pub fn timex_of(self, count: &str) -> String {
        match self {
            Unit::Second => format!("PT{count}S"),
            Unit::Minute => format!("PT{count}M"),
            Unit::Hour => format!("PT{count}H"),
            Unit::Day => format!("P{count}D"),
            Unit::Week => format!("P{count}W"),
            Unit::Month => format!("P{count}M"),
            Unit::Year => format!("P{count}Y"),
            Unit::Decade => format!("P{count}DE"),
            Unit::Century => format!("P{count}CE"),
        }
    }

    pub fn granularity(self) -> &'static str {
        match self {
            Unit::Second | Unit::Minute => "minute",
            Unit::Hour => "part_of_day",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
            Unit::Decade | Unit::Century => "decade",
        }
    }

    /// The most that “a few” of them is taken to be: wide, so that the interval holds what was meant.
    pub fn vague_most(self) -> u32 {
        match self {
            Unit::Day | Unit::Year => 10,
            Unit::Hour => 24,
            _ => 12,
        }
    }

    /// The calendar's week, month, year or decade in which `day` lies, or the day itself, with its value.
    pub fn around(self, day: Date) -> Option<(Days, String)> {
        Some(match self {
            Unit::Week => {
                let days = Days::week(day, 0)?;
                (days, iso_week(days.last))
            }
            Unit::Month => {
                (Days::whole_month(day.year(), day.month())?, format!("{:04}-{:02}", day.year(), day.month()))
            }
            Unit::Year => (Days::whole_year(day.year())?, format!("{:04}", day.year())),
            Unit::Decade => {
                let first = day.year() - day.year().rem_euclid(10);
                (Days::whole_year(first)?.to(Days::whole_year(first + 9)?)?, format!("{:03}", first / 10))
            }
            Unit::Century => {
                let first = day.year() - day.year().rem_euclid(100);
                (Days::whole_year(first)?.to(Days::whole_year(first + 99)?)?, format!("{:02}", first / 100))
            }
            _ => (Days::one(day), day.to_string()),
        })
    }

    /// The value while no day is known to lean on.
    pub fn unknown(self) -> &'static str {
        match self {
            Unit::Week => "XXXX-WXX",
            Unit::Month => "XXXX-XX",
            Unit::Year => "XXXX",
            Unit::Century => "XX",
            // Three of them: a decade's value has three digits.
            Unit::Decade => concat!("XX", "X"),
            _ => "XXXX-XX-XX",
        }
    }

    /// `day` moved by `count` units; hours and less may or may not cross into the next day.
    pub fn move_by(self, day: Date, count: i64) -> Option<Date> {
        match self {
            Unit::Second | Unit::Minute => plus(day, count.signum()),
            Unit::Hour => plus(day, count / 24 + count.signum()),
            Unit::Day => plus(day, count),
            Unit::Week => plus(day, count * 7),
            Unit::Month => plus_months(day, count),
            Unit::Year => plus_months(day, count * 12),
            Unit::Decade => plus_months(day, count * 120),
            Unit::Century => plus_months(day, count * 1200),
        }
    }

    /// The value of “N units ago”: the day for days and weeks, the month, the year.
    pub fn ago_value(self, anchor: Date, count: u32) -> Option<String> {
        self.value_at(self.move_by(anchor, -i64::from(count))?)
    }

    /// The value of “N units from now”.
    pub fn value_after(self, anchor: Date, count: u32) -> Option<String> {
        self.value_at(self.move_by(anchor, i64::from(count))?)
    }

    fn value_at(self, day: Date) -> Option<String> {
        Some(match self {
            Unit::Day | Unit::Week => day.to_string(),
            Unit::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Unit::Year => format!("{:04}", day.year()),
            Unit::Decade => format!("{:03}", day.year() / 10),
            Unit::Century => format!("{:02}", day.year() / 100),
            _ => return None,
        })
    }

    /// “three weeks ago” is not a day: the interval is widened to what the unit leaves open.
    pub fn widen(self, days: Days) -> Option<Days> {
        match self {
            Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => Some(days),
            Unit::Week => Some(Days { first: plus(days.first, -3)?, last: plus(days.last, 3)? }),
            Unit::Month => Some(Days { first: plus(days.first, -15)?, last: plus(days.last, 15)? }),
            Unit::Year => Some(Days { first: plus_months(days.first, -6)?, last: plus_months(days.last, 6)? }),
            Unit::Decade => Some(Days { first: plus_months(days.first, -60)?, last: plus_months(days.last, 60)? }),
            Unit::Century => Some(Days { first: plus_months(days.first, -600)?, last: plus_months(days.last, 600)? }),
        }
    }
}

/// Granularity of an interval by its length.
pub(super) fn granularity_of(days: Days) -> &'static str {
    match days.first.until(days.last).map_or(0, |span| span.get_days()) {
        0 => "day",
        1..=6 => "few_days",
        7..=20 => "week",
        21..=200 => "month",
        _ => "year",
    }
}
