//! Times told from publication or from each other, lengths, and what recurs.
//!
//! “Last Thursday”, “three days ago”, “in recent weeks”, “the 1990s”, “for two hours”, “every Friday”.

use super::*;

impl Grammar<'_> {
    /// `yesterday`, `today`, `tonight`, `last night`, `this morning`, `overnight`.
    pub(super) fn named_day(&self, at: usize) -> Option<(usize, Reading)> {
        let (mut end, offset, part) = match (self.word(at), self.word(at + 1)) {
            ("yesterday", next) => with_next_part(at, -1, next),
            ("today", _) => (at + 1, 0, None),
            ("earlier" | "later", "today") => (at + 2, 0, None),
            ("earlier" | "early" | "late", "yesterday") => (at + 2, -1, None),
            ("tonight", _) => (at + 1, 0, Some(Part::Night)),
            ("tomorrow", next) => with_next_part(at, 1, next),
            ("last", "night") => (at + 2, -1, Some(Part::Night)),
            ("overnight", _) => (at + 1, -1, Some(Part::Night)),
            ("this", next) => (at + 2, 0, Some(part_of_day(next)?)),
            ("the", "day") if self.is(at + 2, &["after"]) && self.is(at + 3, &["tomorrow"]) => (at + 4, 2, None),
            ("the", "day") if self.is(at + 2, &["before"]) && self.is(at + 3, &["yesterday"]) => (at + 4, -2, None),
            _ => return None,
        };
        let day = self.anchor.and_then(|anchor| plus(anchor, offset));
        let value = day.map_or("XXXX-XX-XX".to_owned(), |day| day.to_string());
        let mut stated = Stated { part, ..Stated::default() };
        if part.is_none() || self.is(end, &["at"]) {
            let (after, clock) = numeric::trailing_clock(self.tokens, end);
            if clock.is_some() {
                stated.clock = clock;
                end = after;
            }
        }
        Some((end, stated.finish(day.map(Days::one), Basis::Relative, value, "day")))
    }

    /// `last week`, `this month`, `next year`, `last Thursday`, `earlier this week`.
    pub(in crate::time) fn unit_offset(&self, at: usize) -> Option<(usize, Reading)> {
        let from = self.skip(at, &["earlier", "later", "early", "late"]);
        if let Some(found) = self.year_before(from) {
            return Some(found);
        }
        let from = self.skip(from, &["the"]);
        // `this past summer`
        let from = if self.is(from, &["this"]) && self.is(from + 1, &["past", "coming"]) { from + 1 } else { from };
        let (offset, direction) = match self.word(from) {
            "last" | "past" => (-1, Direction::Before),
            "previous" if self.before(from) != "the" => (-1, Direction::Before),
            "this" | "current" => (0, Direction::Past),
            "next" | "coming" | "upcoming" => (1, Direction::After),
            _ => return None,
        };
        // “the past week” is a window, “the last week of March” no offset.
        if from > at && self.is(from - 1, &["the"]) && !self.is(from, &["current", "coming", "upcoming"]) {
            return None;
        }
        // A firm's year is told by the calendar's: which months it has nobody says.
        let from = if self.is(from + 1, &["fiscal", "financial"]) { from + 1 } else { from };
        let word = self.word(from + 1);
        let anchor = self.anchor;
        if let Some((weekday, false)) = weekday(word) {
            let past = offset == 0
                && self.tokens[at.saturating_sub(8)..at].iter().rev().take_while(|t| t.word != ".").any(|t| {
                    matches!(t.word.as_str(), "was" | "were" | "had" | "killed" | "held" | "began" | "came")
                        || t.word.ends_with("ed")
                });
            let direction = if offset == 0 && !past { Direction::Future } else { direction };
            let stated = Stated { weekday: Some(weekday), ..Stated::default() };
            let (end, stated) = self.with_time(from + 2, stated)?;
            return Some((end, stated.read(anchor, direction)));
        }
        if let Some(month) = self.month(from + 1) {
            let stated = Stated { month: Some(month), ..Stated::default() };
            let direction = if offset == 0 { self.direction(at) } else { direction };
            let before_this_month = anchor.and_then(|anchor| plus(anchor.first_of_month(), -1));
            let anchor = if direction == Direction::Before { before_this_month } else { anchor };
            return Some((from + 2, stated.read(anchor, direction)));
        }
        let reading = match word {
            "weekend" => {
                let days = anchor.and_then(|anchor| Days::week(anchor, offset));
                let value = days.map_or("XXXX-WXX".to_owned(), |days| iso_week(days.last));
                Reading::new("date", "week", format!("{value}-WE")).with(days, Basis::Relative)
            }
            "week" | "month" | "year" | "decade" | "century" => {
                let (unit, _) = unit(word)?;
                let period = anchor
                    .map(|anchor| if unit == Unit::Week { anchor } else { anchor.first_of_month() })
                    .and_then(|anchor| unit.around(unit.move_by(anchor, i64::from(offset))?));
                let (days, value) = period.unzip();
                let value = value.unwrap_or_else(|| unit.unknown().to_owned());
                Reading::new("date", unit.granularity(), value).with(days, Basis::Relative)
            }
            "summer" | "winter" | "spring" | "autumn" | "fall" => {
                let season = season(word)?;
                let year = anchor.and_then(|anchor| season_year(anchor, season, offset));
                let year = year.map_or("XXXX".to_owned(), |year| format!("{year:04}"));
                Reading::new("date", "month", format!("{year}-{season}"))
            }
            "quarter" => {
                let months = anchor.and_then(|anchor| plus_months(anchor.first_of_month(), i64::from(offset) * 3));
                let quarter = months.map(|day| (day.year(), (day.month() - 1) / 3 + 1));
                let days = quarter.and_then(|(year, quarter)| {
                    Days::whole_month(year, quarter * 3 - 2)?.to(Days::whole_month(year, quarter * 3)?)
                });
                let value = quarter.map_or("XXXX-QX".to_owned(), |(year, quarter)| format!("{year:04}-Q{quarter}"));
                Reading::new("date", "month", value).with(days, Basis::Relative)
            }
            _ => return None,
        };
        Some((from + 2, reading))
    }

    /// `the past few days`, `the last 24 hours`, `recent weeks`, `the coming days`, `the past week`.
    pub(super) fn window(&self, at: usize) -> Option<(usize, Reading)> {
        let from = self.skip(at, &["the", "these"]);
        let future = match self.word(from) {
            "past" | "last" | "preceding" | "recent" => false,
            // “Previous years”, and not “the previous two years”.
            "previous" | "prior" | "earlier" if unit(self.word(from + 1)).is_some_and(|(_, plural)| plural) => false,
            "next" | "coming" | "following" => true,
            _ => return None,
        };
        // “may last months” is no window.
        let verb = self.is(from, &["last"]) && from == at;
        let (unit_at, count) = match self.quantity(from + 1) {
            Some((end, count)) => (self.skip(end, &["trading", "working", "business", "full"]), Some(count)),
            None => (from + 1, None),
        };
        let (unit, plural) = unit(self.word(unit_at))?;
        let count = match count {
            Some(count) => count,
            None if plural && !verb => Count::Vague,
            None if from > at && self.is(from, &["next"]) && !plural && self.lasts(at) => Count::Exactly(1),
            // “the past week”; “last week” without article is a calendar week.
            None if from > at && self.is(from, &["past", "last"]) => Count::Exactly(1),
            None => return None,
        };
        let longest = match count {
            Count::Exactly(count) => count,
            Count::Vague => unit.vague_most(),
        };
        let days = self.anchor.and_then(|anchor| {
            let away = unit.move_by(anchor, i64::from(longest) * if future { 1 } else { -1 })?;
            Some(if future { Days { first: anchor, last: away } } else { Days { first: away, last: anchor } })
        });
        let granularity = if unit == Unit::Day && longest > 1 { "few_days" } else { unit.granularity() };
        Some((unit_at + 1, Reading::new("duration", granularity, unit.timex(count)).with(days, Basis::Relative)))
    }

    /// Whether what stands before makes a length of “the next year”.
    fn lasts(&self, at: usize) -> bool {
        matches!(self.before(at), "over" | "in" | "for" | "during" | "within" | "throughout")
    }

    /// `two days ago`, `a week earlier`, `three months later`.
    pub(super) fn ago(&self, at: usize) -> Option<(usize, Reading)> {
        let hedged = self.hedge(at);
        let (unit_at, count) = self.quantity(hedged)?;
        let (unit, _) = unit(self.word(unit_at))?;
        let word = self.word(unit_at + 1);
        if word == "from" && self.is(unit_at + 2, &["now", "today"]) {
            return Some((unit_at + 3, self.hence(unit, count)));
        }
        if matches!(word, "before" | "after") {
            // What it is counted from stands behind; the words of the time end here.
            return Some((unit_at + 1, Reading::new("duration", unit.granularity(), unit.timex(count)).stated()));
        }
        if matches!(word, "later" | "earlier" | "afterwards") {
            let reading = Reading::new("date", unit.granularity(), unit.timex(count));
            let open = match count {
                Count::Exactly(count) if word == "earlier" => {
                    Open::Told(Lean { unit, by: -i64::from(count), how: Leaning::Counted, part: None, weekday: None })
                }
                Count::Exactly(count) => {
                    Open::Told(Lean { unit, by: i64::from(count), how: Leaning::After, part: None, weekday: None })
                }
                Count::Vague => Open::Closed,
            };
            return Some((unit_at + 2, reading.leaving(open)));
        }
        if word != "ago" {
            return None;
        }
        Some((unit_at + 2, Reading::ago(unit, count, self.anchor)))
    }

    /// `two weeks from now`: so many units after publication; a few of them are from two to what that word goes up to.
    fn hence(&self, unit: Unit, count: Count) -> Reading {
        let (least, most) = match count {
            Count::Exactly(count) => (count, count),
            Count::Vague => (2, unit.vague_most()),
        };
        let days = self.anchor.and_then(|anchor| {
            let last = unit.move_by(anchor, i64::from(most))?;
            unit.widen(Days { first: unit.move_by(anchor, i64::from(least))?, last })
        });
        let value = match (count, self.anchor) {
            (Count::Exactly(count), Some(anchor)) => unit.value_after(anchor, count),
            _ => None,
        };
        let value = value.unwrap_or_else(|| "FUTURE_REF".to_owned());
        Reading::new("date", unit.granularity(), value).with(days, Basis::Relative)
    }

    /// `recently`, `now`, `currently`, `the same day`, `the following day`, `spring 2016`, `the 1990s`.
    pub(super) fn vague(&self, at: usize) -> Option<(usize, Reading)> {
        let reference = |end: usize, value: &str| {
            let mut reading = Reading::new("date", "unknown", value);
            if let Some(anchor) = self.anchor.filter(|_| value != "FUTURE_REF") {
                reading = reading.with(Some(Days::one(anchor)), Basis::Relative);
                reading.open_start = value == "PAST_REF";
            }
            Some((end, reading))
        };
        match self.word(at) {
            "some" | "a" if self.is(at + 1, &["time", "while"]) && self.is(at + 2, &["ago"]) => {
                return reference(at + 3, "PAST_REF");
            }
            "right" | "just" if self.is(at + 1, &["now"]) => return reference(at + 2, "PRESENT_REF"),
            "present" | "moment" | "time" if self.pointed_at_now(at, at) => return reference(at + 1, "PRESENT_REF"),
            "the" if self.pointed_at_now(at, at + 1) => return reference(at + 2, "PRESENT_REF"),
            "the" if self.is(at + 1, &["time"]) && self.is(at + 2, &["being"]) => {
                return reference(at + 3, "PRESENT_REF");
            }
            "the" if self.is(at + 1, &["present"]) && self.is(at + 2, &["day", "time"]) => {
                return reference(at + 3, "PRESENT_REF");
            }
            "the" if self.is(at + 1, &["recent", "distant"]) && self.is(at + 2, &["past"]) => {
                return reference(at + 3, "PAST_REF");
            }
            "once" if self.once_upon(at) => return reference(at + 1, "PAST_REF"),
            "recently" | "lately" => return reference(at + 1, "PAST_REF"),
            "more" if self.is(at + 1, &["recently"]) => return reference(at + 2, "PAST_REF"),
            "currently" | "nowadays" | "presently" => return reference(at + 1, "PRESENT_REF"),
            "now" if !self.is(at + 1, &["that", "-", "defunct"]) => return reference(at + 1, "PRESENT_REF"),
            "soon" if !self.is(at + 1, &["as", "after", "afterwards", "afterward", "-"]) && self.before(at) != "as" => {
                return reference(at + 1, "FUTURE_REF");
            }
            "current" if !self.is(at + 1, &["affairs", "account", "and"]) => return reference(at + 1, "PRESENT_REF"),
            "annual" => return Some((at + 1, Reading::new("set", "year", "P1Y").stated())),
            "the" if self.is(at + 1, &["future"]) && self.before(at) == "in" => return reference(at + 2, "FUTURE_REF"),
            "the"
                if self.is(at + 1, &["near", "foreseeable", "immediate", "distant"])
                    && self.is(at + 2, &["future"]) =>
            {
                return reference(at + 3, "FUTURE_REF");
            }
            "the" if self.is(at + 1, &["past"]) && self.before(at) == "in" => return reference(at + 2, "PAST_REF"),
            "previously" => return reference(at + 1, "PAST_REF"),
            "these" if self.is(at + 1, &["days"]) => return reference(at + 2, "PRESENT_REF"),
            "the" if self.is(at + 1, &["long", "short", "near", "medium"]) && self.is(at + 2, &["term"]) => {
                return reference(at + 3, "FUTURE_REF");
            }
            "the" if self.is(at + 1, &["weekend"]) => {
                let days = self.anchor.and_then(|anchor| Days::week(anchor, 0));
                let value = days.map_or("XXXX-WXX-WE".to_owned(), |days| format!("{}-WE", iso_week(days.first)));
                return Some((at + 2, Reading::new("date", "week", value).with(days, Basis::Relative)));
            }
            _ => {}
        }
        let article = at;
        let at = if self.is(at, &["the"]) && season(self.word(at + 1)).is_some() { at + 1 } else { at };
        if let Some(season) = season(self.word(at)) {
            let year_at = self.skip(at + 1, &["of", ","]);
            let short = self.two_digits(year_at).map(|(end, year)| (end, year, Basis::Relative));
            let full = self.tokens.get(year_at).and_then(numeric::year).map(|year| (year_at + 1, year, Basis::Stated));
            let (end, year, basis) = full.or(short)?;
            // Which months a season has depends on the hemisphere: the year is what is sure.
            let mut days = Days::whole_year(year);
            if season == "WI" {
                days = Days::whole_year(year - 1).zip(Days::whole_year(year + 1)).map(|(before, after)| Days {
                    first: Date::new(before.last.year(), 12, 1).unwrap_or(before.last),
                    last: Date::new(after.first.year(), 3, 31).unwrap_or(after.first),
                });
            }
            let reading = Reading::new("date", "month", format!("{year:04}-{season}"));
            return Some((end, reading.with(days, basis)));
        }
        self.decade(article)
    }

    pub(super) fn decade(&self, at: usize) -> Option<(usize, Reading)> {
        let year = self.tokens.get(at).and_then(numeric::year).filter(|year| year % 10 == 0)?;
        let mark = self.skip(at + 1, &["'", "’"]);
        let plural = self.tokens.get(mark).is_some_and(|token| token.word == "s" && !token.spaced);
        let days = Days::whole_year(year).zip(Days::whole_year(year + 9)).and_then(|(first, last)| first.to(last));
        plural
            .then(|| (mark + 1, Reading::new("date", "decade", format!("{:03}", year / 10)).with(days, Basis::Stated)))
    }

    // ---- durations and sets ----

    /// `three days`, `48 hours`, `two-hour`, `several weeks`; ages are not durations.
    pub(super) fn duration(&self, at: usize) -> Option<(usize, Reading)> {
        let hedged = self.hedge(self.more_of(at));
        if self.is(hedged, &["a", "one"]) && self.is(hedged + 1, &["fortnight"]) {
            return Some((hedged + 2, Reading::new("duration", "week", "P2W").stated()));
        }
        let (unit_at, count) = self.quantity(hedged)?;
        let unit_at = if self.is(unit_at, &["-"]) && !self.tokens[unit_at].spaced { unit_at + 1 } else { unit_at };
        let unit_at = self.skip(
            unit_at,
            &[
                "straight",
                "consecutive",
                "successive",
                "full",
                "whole",
                "trading",
                "working",
                "business",
                "long",
                "more",
            ],
        );
        let (unit, plural) = unit(self.word(unit_at))?;
        let next = self.skip(unit_at + 1, &["-"]);
        if self.is(next, &["old", "olds"]) || self.before(at) == "aged" {
            return None;
        }
        // `a day` is mostly “per day”, `one day` a story's beginning.
        let lasting =
            hedged > at || matches!(self.before(at), "for" | "within" | "than" | "after" | "in" | "lasted" | "over");
        if self.is(hedged, &["a", "an"]) && plural && unit_at == hedged + 1 {
            return None;
        }
        if self.is(hedged, &["a", "an", "one"]) && !plural && unit_at == hedged + 1 && !lasting {
            return None;
        }
        // “Ten-month-long” is one word.
        let long = self.is(unit_at + 1, &["-"]) && self.is(unit_at + 2, &["long"]) && !self.tokens[unit_at + 2].spaced;
        let end = if long { unit_at + 3 } else { unit_at + 1 };
        Some((end, Reading::new("duration", unit.granularity(), unit.timex(count)).stated()))
    }

    /// Past `another`, `an additional`, and `the` before a counted plural: “the three months to March”.
    fn more_of(&self, at: usize) -> usize {
        let further = self.skip(at, &["a", "an"]);
        let next = match self.word(further) {
            "another" if further == at => at + 1,
            "additional" | "further" | "extra" if further > at => further + 1,
            "the" => {
                let plural = match self.quantity(at + 1) {
                    Some((unit_at, Count::Exactly(_))) if !self.is(at + 1, &["a", "an"]) => {
                        unit(self.word(unit_at)).is_some_and(|(_, plural)| plural)
                    }
                    _ => false,
                };
                return if plural { at + 1 } else { at };
            }
            _ => return at,
        };
        if self.quantity(self.hedge(next)).is_some() { next } else { at }
    }

    /// `every day`, `daily`, `each Friday`, `on Fridays`, `twice a week`.
    pub(super) fn set(&self, at: usize) -> Option<(usize, Reading)> {
        let set =
            |end: usize, value: String, granularity| Some((end, Reading::new("set", granularity, value).stated()));
        match self.word(at) {
            "daily" | "nightly" => return set(at + 1, "P1D".to_owned(), "day"),
            "hourly" => return set(at + 1, "PT1H".to_owned(), "part_of_day"),
            "weekly" => return set(at + 1, "P1W".to_owned(), "week"),
            "monthly" => return set(at + 1, "P1M".to_owned(), "month"),
            "annually" | "yearly" => return set(at + 1, "P1Y".to_owned(), "year"),
            "every" | "each" => {
                if self.is(at + 1, &["other", "second"])
                    && let Some((unit, false)) = unit(self.word(at + 2))
                {
                    return set(at + 3, unit.timex(Count::Exactly(2)), unit.granularity());
                }
                if let Some((weekday, false)) = weekday(self.word(at + 1)) {
                    return set(at + 2, format!("XXXX-WXX-{}", weekday.to_monday_one_offset()), "day");
                }
                if let Some(part) = part_of_day(self.word(at + 1)) {
                    let reading = Stated { part: Some(part), ..Stated::default() }.time_alone();
                    return set(at + 2, format!("XXXX-XX-XX{}", reading.timex), "part_of_day");
                }
                let (unit_at, count) = self.quantity(at + 1).unwrap_or((at + 1, Count::Exactly(1)));
                let (unit, _) = unit(self.word(unit_at))?;
                return set(unit_at + 1, unit.timex(count), unit.granularity());
            }
            "once" | "twice" | "thrice" if self.is(at + 1, &["a", "an", "every", "each"]) => {
                let (unit, _) = unit(self.word(at + 2))?;
                return set(at + 3, unit.timex(Count::Exactly(1)), unit.granularity());
            }
            "per" => {
                let (unit, _) = unit(self.word(at + 1))?;
                return set(at + 2, unit.timex(Count::Exactly(1)), unit.granularity());
            }
            _ => {}
        }
        let stem = self.word(at).strip_suffix('s')?;
        let (weekday, short) = weekday(stem).filter(|_| self.tokens[at].capital)?;
        if short {
            return None;
        }
        set(at + 1, format!("XXXX-WXX-{}", weekday.to_monday_one_offset()), "day")
    }
}

/// The year of “last summer”: the one that has begun last before this year's turn of it, or of this year.
fn season_year(anchor: Date, season: &str, offset: i32) -> Option<i16> {
    let year = anchor.year();
    // Months by which a season of the year has gone by, north of the equator; it tells only which year is meant.
    let over = match season {
        "SP" => 6,
        "SU" => 9,
        "FA" => 12,
        _ => 3,
    };
    let gone = anchor.month() >= over;
    match offset {
        -1 if gone && season != "WI" => Some(year),
        1 if !gone && season != "WI" => Some(year),
        _ => year.checked_add(i16::try_from(offset).ok()?),
    }
}
