//! Days that have names: feasts by the sun, by Easter and by the moon.
//!
//! Easter by the anonymous Gregorian rule (Meeus, *Astronomical Algorithms*, chapter 8); Hijri days by the civil tabular calendar,
//! held two days wide on either side because months begin when a moon is seen. Deliberately leaves out days that differ from
//! country to country, and a feast of no stated year stays unresolved without publication.

use super::super::calendar::from_hijri;
use super::super::reading::nearest_year;
use super::*;
use jiff::civil::Weekday;

/// A Hijri month begins up to two days from where the tables put it.
const HIJRI_MARGIN: i64 = 2;

/// When a feast is kept.
#[derive(Clone, Copy)]
enum Kept {
    /// Month and day.
    On(i8, i8),
    /// Days from Easter Sunday.
    Easter(i64),
    /// The fourth Thursday of November.
    FourthThursday,
    /// Hijri month and day; no day means the whole month.
    Hijri(i8, Option<i8>),
}

impl Grammar<'_> {
    /// `Christmas Eve`, `Easter Sunday 2016`, `Ramadan`, `Eid al-Fitr`.
    pub(super) fn feast(&self, at: usize) -> Option<(usize, Reading)> {
        if !self.tokens.get(at)?.capital {
            return None;
        }
        let (end, kept) = self.feast_name(at)?;
        let year_at = self.skip(end, &[",", "of", "in"]);
        let stated = self.tokens.get(year_at).and_then(numeric::year);
        let end = if stated.is_some() { year_at + 1 } else { end };
        if let Kept::Hijri(month, day) = kept {
            return Some((end, self.hijri_feast(month, day, stated)));
        }
        let (found, basis) = match (stated, self.anchor) {
            (Some(year), _) => (kept.in_year(year), Basis::Stated),
            (None, Some(anchor)) => {
                (nearest_year(anchor, self.direction(at), |year| kept.in_year(year)), Basis::Relative)
            }
            (None, None) => (None, Basis::Unresolved),
        };
        let value = match (found, kept) {
            (Some(day), _) => day.to_string(),
            (None, Kept::On(month, day)) => format!("XXXX-{month:02}-{day:02}"),
            (None, _) => "XXXX-XX-XX".to_owned(),
        };
        Some((end, Reading::new("date", "day", value).with(found.map(Days::one), basis)))
    }

    fn feast_name(&self, at: usize) -> Option<(usize, Kept)> {
        let next = self.word(at + 1);
        let possessive = self.is(at + 1, &["'", "’"]) && self.is(at + 2, &["s"]);
        Some(match self.word(at) {
            "christmas" if next == "eve" => (at + 2, Kept::On(12, 24)),
            "christmas" => (self.skip(at + 1, &["day"]), Kept::On(12, 25)),
            "boxing" if next == "day" => (at + 2, Kept::On(12, 26)),
            "new" if next == "year" => {
                let apostrophe = self.is(at + 2, &["'", "’"]) && self.is(at + 3, &["s"]);
                match (apostrophe, self.word(at + 4)) {
                    (true, "eve") => (at + 5, Kept::On(12, 31)),
                    (true, "day") => (at + 5, Kept::On(1, 1)),
                    _ => return None,
                }
            }
            "valentine" if possessive && self.is(at + 3, &["day"]) => (at + 4, Kept::On(2, 14)),
            "good" if next == "friday" => (at + 2, Kept::Easter(-2)),
            "palm" if next == "sunday" => (at + 2, Kept::Easter(-7)),
            "easter" if next == "monday" => (at + 2, Kept::Easter(1)),
            "easter" => (self.skip(at + 1, &["sunday", "day"]), Kept::Easter(0)),
            "thanksgiving" => (self.skip(at + 1, &["day"]), Kept::FourthThursday),
            "halloween" => (at + 1, Kept::On(10, 31)),
            "ramadan" => (at + 1, Kept::Hijri(9, None)),
            "ashura" => (at + 1, Kept::Hijri(1, Some(10))),
            "eid" if matches!(next, "al" | "ul" | "el") => {
                let name = self.skip(at + 2, &["-"]);
                match self.word(name) {
                    "fitr" => (name + 1, Kept::Hijri(10, Some(1))),
                    "adha" => (name + 1, Kept::Hijri(12, Some(10))),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// The feast in the stated Gregorian year, else the one that lies nearest before publication or is under way.
    fn hijri_feast(&self, month: i8, day: Option<i8>, stated: Option<i16>) -> Reading {
        let granularity = if day.is_some() { "few_days" } else { "month" };
        let written = |year: &str| {
            let day = day.map_or(String::new(), |day| format!("-{day:02}"));
            format!("{year}-{month:02}{day}[u-ca=islamic]")
        };
        let unresolved = || Reading::new("date", granularity, written("XXXX"));
        let Some(around) = stated.or(self.anchor.map(Date::year)) else { return unresolved() };
        // Hijri years are shorter by a thirty-third part.
        let guess = (i32::from(around) - 622) * 33 / 32;
        let held = |year: i16| {
            let first = plus(from_hijri(year, month, day.unwrap_or(1))?, -HIJRI_MARGIN)?;
            let last = plus(from_hijri(year, month, day.unwrap_or(29))?, HIJRI_MARGIN)?;
            Some((year, Days { first, last }))
        };
        let mut years = (guess - 2..=guess + 2).filter_map(|year| held(i16::try_from(year).ok()?));
        let found = match (stated, self.anchor) {
            (Some(stated), _) => years.find(|(_, days)| days.first.year() == stated),
            (None, Some(anchor)) => years.rfind(|(_, days)| days.first <= anchor),
            (None, None) => None,
        };
        let basis = if stated.is_some() { Basis::Stated } else { Basis::Relative };
        match found {
            Some((year, days)) => {
                Reading::new("date", granularity, written(&format!("{year:04}"))).with(Some(days), basis)
            }
            None => unresolved(),
        }
    }
}

impl Kept {
    fn in_year(self, year: i16) -> Option<Date> {
        match self {
            Kept::On(month, day) => Date::new(year, month, day).ok(),
            Kept::Easter(away) => plus(easter(year)?, away),
            Kept::FourthThursday => Date::new(year, 11, 1).ok()?.nth_weekday_of_month(4, Weekday::Thursday).ok(),
            Kept::Hijri(..) => None,
        }
    }
}

/// Easter Sunday of the Gregorian calendar.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    if y < 1583 {
        return None;
    }
    let (golden, century, rest) = (y % 19, y / 100, y % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(sum / 31).ok()?, i8::try_from(sum % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::easter;
    use jiff::civil::date;

    #[test]
    fn easter_falls_where_the_tables_put_it() {
        for (year, month, day) in [(1961, 4, 2), (2000, 4, 23), (2016, 3, 27), (2019, 4, 21), (2038, 4, 25)] {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
        assert_eq!(easter(1500), None);
    }
}
