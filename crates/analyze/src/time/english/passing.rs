//! Times said in passing: what leans on the time told before, lengths without a number, halves, centuries.
//!
//! “That night”, “the following year”, “by then”, “for years”, “all day”, “two and a half years”, “two to three weeks”, “the rest
//! of the year”, “the mid-1990s”, “the 20th century”. Deliberately gives “later” no time: that something came after is all it says.

use super::*;

/// Words before a bare plural that make it a length: “for years”, “within hours”.
const LASTING: &[&str] =
    &["for", "within", "over", "after", "during", "take", "takes", "took", "lasted", "lasting", "last", "spent", "of"];

impl Grammar<'_> {
    /// `that night`, `the following year`, `the day before`, `by then`, `later that month`, `later`.
    pub(super) fn leaning(&self, at: usize) -> Option<(usize, Reading)> {
        if self.is(at, &["late", "early"]) {
            return self.this_period_in(at + 1);
        }
        let from = self.skip(at, &["later", "earlier"]);
        if from > at {
            let found = self.that_period(from).or_else(|| self.this_period_in(from));
            return found.or_else(|| self.later(at));
        }
        self.that_period(at)
            .or_else(|| self.period_beside(at))
            .or_else(|| self.that_time(at))
            .or_else(|| self.rest_of(at))
            .or_else(|| self.pointed(at))
    }

    /// `that day`, `the same week`, `the following month`, `the previous night`.
    fn that_period(&self, at: usize) -> Option<(usize, Reading)> {
        let (noun_at, by) = match (self.word(at), self.word(at + 1)) {
            ("the" | "that", "same") => (at + 2, 0),
            ("the" | "that", "following" | "next") => (at + 2, 1),
            ("the" | "that", "previous" | "preceding") => (at + 2, -1),
            ("that", _) => (at + 1, 0),
            _ => return None,
        };
        if by == 0 && noun_at == at + 2 && self.is(noun_at, &["period", "quarter", "time"]) {
            return self.same_stretch(noun_at);
        }
        if let Some((weekday, false)) = weekday(self.word(noun_at)).filter(|_| by != 0 && self.tokens[noun_at].capital)
        {
            let part = part_of_day(self.word(noun_at + 1));
            let lean = Lean { unit: Unit::Day, by, how: Leaning::Whole, part, weekday: Some(weekday) };
            let unknown = Reading::new("date", "day", format!("XXXX-WXX-{}", weekday.to_monday_one_offset()));
            return Some((noun_at + 1 + usize::from(part.is_some()), unknown.leaving(Open::Told(lean))));
        }
        let (unit, end) = self.pointed_unit(noun_at)?;
        if by == 0
            && noun_at == at + 2
            && let Some((after, reading)) = self.same_of_last_year(unit, end)
        {
            return Some((after, reading));
        }
        // “the next year” is a length as often as a year.
        let lasting = matches!(self.before(at), "over" | "in" | "for" | "during" | "within" | "throughout");
        if self.is(noun_at - 1, &["next"]) && unit != Unit::Day && lasting {
            return None;
        }
        let told = part_of_day(self.word(noun_at)).filter(|_| by != 0);
        if let Some(part) = told {
            let lean = Lean { unit: Unit::Day, by, how: Leaning::Whole, part: Some(part), weekday: None };
            let unknown = Reading::new("time", "part_of_day", format!("{}{}", Unit::Day.unknown(), part.timex()));
            return Some((end, unknown.leaving(Open::Told(lean))));
        }
        let reading = match (by, part_of_day(self.word(noun_at))) {
            (0, Some(part)) => Stated { part: Some(part), ..Stated::default() }.time_alone().leaving(Open::Part(part)),
            _ => Reading::new("date", unit.granularity(), unit.unknown()).leaving(Lean::whole(unit, by)),
        };
        Some((end, reading))
    }

    /// `the same month a year ago`, `the same week last year`: the one of publication, a year back.
    fn same_of_last_year(&self, unit: Unit, at: usize) -> Option<(usize, Reading)> {
        let (end, years) = if self.is(at, &["last"]) && self.is(at + 1, &["year"]) {
            (at + 2, 1)
        } else {
            let (unit_at, Count::Exactly(years)) = self.quantity(at)? else { return None };
            let back = self.is(unit_at, &["year", "years"]) && self.is(unit_at + 1, &["ago", "earlier", "before"]);
            back.then_some((unit_at + 2, i64::from(years)))?
        };
        let period = self.anchor.and_then(|anchor| unit.around(plus_months(anchor, -12 * years)?));
        let (days, value) = period.unzip();
        let value = value.unwrap_or_else(|| unit.unknown().to_owned());
        Some((end, Reading::new("date", unit.granularity(), value).with(days, Basis::Relative)))
    }

    /// `the same period last year`, `the same quarter a year ago`.
    fn same_stretch(&self, noun_at: usize) -> Option<(usize, Reading)> {
        let at = noun_at + 1;
        let end = if self.is(at, &["last"]) && self.is(at + 1, &["year"]) {
            at + 2
        } else {
            let ago = self.is(at, &["a", "one"])
                && self.is(at + 1, &["year"])
                && self.is(at + 2, &["ago", "earlier", "before"]);
            ago.then_some(at + 3)?
        };
        let reading = Reading::new("date", "year", "XXXX");
        let Some(anchor) = self.anchor else { return Some((end, reading)) };
        let year = anchor.year().checked_sub(1)?;
        if self.is(noun_at, &["quarter"]) {
            let last = (anchor.month() - 1) / 3 * 3 + 3;
            let days =
                Days::whole_month(year, last - 2).zip(Days::whole_month(year, last)).and_then(|(from, to)| from.to(to));
            let value = format!("{year:04}-Q{}", last / 3);
            return Some((end, Reading::new("date", "month", value).with(days, Basis::Relative)));
        }
        Some((end, Reading::new("date", "year", format!("{year:04}")).with(Days::whole_year(year), Basis::Relative)))
    }

    /// A unit of the calendar or a part of the day, in the singular.
    fn pointed_unit(&self, at: usize) -> Option<(Unit, usize)> {
        if self.is(at + 1, &["-"]) {
            return None;
        }
        if part_of_day(self.word(at)).is_some() {
            return Some((Unit::Day, at + 1));
        }
        let (unit, plural) = unit(self.word(at))?;
        let calendar = matches!(unit, Unit::Day | Unit::Week | Unit::Month | Unit::Year | Unit::Decade | Unit::Century);
        (calendar && !plural).then_some((unit, at + 1))
    }

    /// `the day before`, `the week after`; what it is before may stand behind, and then it is not known here.
    fn period_beside(&self, at: usize) -> Option<(usize, Reading)> {
        if !self.is(at, &["the"]) {
            return None;
        }
        let (unit, after) = self.pointed_unit(at + 1)?;
        let by = match self.word(after) {
            "before" | "earlier" | "prior" => -1,
            "after" => 1,
            _ => return None,
        };
        let ends = self.is(after + 1, &["", ".", ",", ";", ":", "and", "when", ")", "in", "at", "by", "with", "but"]);
        let reading = Reading::new("date", unit.granularity(), unit.unknown());
        Some((after + 1, if ends { reading.leaving(Lean::whole(unit, by)) } else { reading }))
    }

    /// `at that time`, `by then`, `at the time`.
    fn that_time(&self, at: usize) -> Option<(usize, Reading)> {
        let before = self.before(at);
        let leans = matches!(before, "at" | "by" | "until" | "till" | "since" | "before" | "around" | "from");
        let told = || Reading::new("date", "day", "XXXX-XX-XX").leaving(Lean::whole(Unit::Day, 0));
        match (self.word(at), self.word(at + 1)) {
            ("that", "time") if leans => Some((at + 2, told())),
            ("then", _) if leans && !matches!(before, "at" | "before" | "around") => Some((at + 1, told())),
            ("the", "time") if before == "at" && !self.is(at + 2, &["of", "being", "when"]) => {
                Some((at + 2, Reading::new("date", "unknown", "PAST_REF")))
            }
            _ => None,
        }
    }

    /// `later`, on its own: after what was told, nobody says how long.
    fn later(&self, at: usize) -> Option<(usize, Reading)> {
        let alone = self.is(at, &["later"])
            && !matches!(self.before(at), "no" | "or" | "than" | "the")
            && !self.is(at + 1, &["than", "-", "stage", "stages", "generations", "part"]);
        alone.then(|| (at + 1, Reading::new("date", "unknown", "XXXX-XX-XX")))
    }

    /// `later in the year`: the period of publication.
    fn this_period_in(&self, at: usize) -> Option<(usize, Reading)> {
        if !self.is(at, &["in"]) || !self.is(at + 1, &["the"]) {
            return None;
        }
        let (unit, end) = self.pointed_unit(at + 2)?;
        Some((end, self.published_period(unit)))
    }

    /// `the rest of the year`, `the remainder of this week`, `during the week`, `the year` of “for the year.”.
    fn rest_of(&self, at: usize) -> Option<(usize, Reading)> {
        if !self.is(at, &["the"]) {
            return None;
        }
        if self.is(at + 1, &["rest", "remainder", "course"]) && self.is(at + 2, &["of"]) {
            if let Some(found) = self.unit_offset(at + 3).or_else(|| self.that_period(at + 3)) {
                return Some(found);
            }
            let (unit, end) = self.pointed_unit(at + 4).filter(|_| self.is(at + 3, &["the"]))?;
            return Some((end, self.published_period(unit)));
        }
        let (unit, end) = self.pointed_unit(at + 1)?;
        let closes = self.is(end, &["", ".", ",", ";", "and", ")"]);
        let meant = matches!(self.before(at), "during" | "throughout") || (self.before(at) == "for" && closes);
        (meant && unit != Unit::Day).then(|| (end, self.published_period(unit)))
    }

    fn published_period(&self, unit: Unit) -> Reading {
        let (days, value) = self.anchor.and_then(|anchor| unit.around(anchor)).unzip();
        let value = value.unwrap_or_else(|| unit.unknown().to_owned());
        Reading::new("date", unit.granularity(), value).with(days, Basis::Relative)
    }

    /// `for years`, `within days`, `hours later`, `years ago`, `decades-long`, `all day`, `the entire week`.
    pub(super) fn loose_length(&self, at: usize) -> Option<(usize, Reading)> {
        let length = |end: usize, unit: Unit, count: Count| {
            Some((end, Reading::new("duration", unit.granularity(), unit.timex(count)).stated()))
        };
        match self.word(at) {
            "yearlong" => return length(at + 1, Unit::Year, Count::Exactly(1)),
            "monthlong" => return length(at + 1, Unit::Month, Count::Exactly(1)),
            "weeklong" => return length(at + 1, Unit::Week, Count::Exactly(1)),
            "daylong" => return length(at + 1, Unit::Day, Count::Exactly(1)),
            "long" if self.is(at + 1, &["ago"]) => {
                let mut reading = Reading::new("date", "unknown", "PAST_REF");
                if let Some(anchor) = self.anchor {
                    reading = reading.with(Some(Days::one(anchor)), Basis::Relative);
                    reading.open_start = true;
                }
                return Some((at + 2, reading));
            }
            "the" if self.is(at + 1, &["whole", "entire", "full"]) => {
                let (unit, end) = self.pointed_unit(at + 2)?;
                return length(end, unit, Count::Exactly(1));
            }
            "all" | "whole" | "entire" | "full" => {
                let (unit, end) = self.pointed_unit(at + 1)?;
                return length(self.skip(end, &["long"]), unit, Count::Exactly(1));
            }
            _ => {}
        }
        let (found, plural) = unit(self.word(at))?;
        if self.is(at + 1, &["-"]) && self.is(at + 2, &["long"]) && !self.tokens[at + 2].spaced {
            // “ten-year-long” begins with its number.
            let counted = self.before(at) == "-";
            let count = if plural { Count::Vague } else { Count::Exactly(1) };
            return if counted { None } else { length(at + 3, found, count) };
        }
        if !plural || self.is(at, &["seconds", "nights"]) {
            return None;
        }
        match self.word(at + 1) {
            "ago" => {
                let days = self.anchor.and_then(|anchor| {
                    let first = found.move_by(anchor, -i64::from(found.vague_most()))?;
                    found.widen(Days { first, last: found.move_by(anchor, -2)? })
                });
                let reading = Reading::new("date", found.granularity(), "PAST_REF");
                Some((at + 2, reading.with(days, Basis::Relative)))
            }
            "later" | "earlier" => Some((at + 2, Reading::new("date", found.granularity(), found.timex(Count::Vague)))),
            "before" | "after" if self.before(at) != "the" => length(at + 1, found, Count::Vague),
            "of" if found != Unit::Second && !self.is(at + 2, &["age", "the", "this", "that", "each"]) => {
                let counted =
                    at > 0 && (self.quantity(at - 1).is_some() || self.is(at - 1, &["the", "these", "those"]));
                if counted { None } else { length(at + 1, found, Count::Vague) }
            }
            _ if self.before(at) == "in" => length(at + 1, found, Count::Vague),
            _ if self.before(at) == "of" && at >= 2 && self.is(at - 2, &["matter"]) => {
                length(at + 1, found, Count::Vague)
            }
            _ => {
                let article = self.before(at) == "the";
                let before = if article && at > 1 { self.before(at - 1) } else { self.before(at) };
                let lasting = LASTING[..if article { 5 } else { LASTING.len() - 1 }].contains(&before);
                lasting.then(|| length(at + 1, found, Count::Vague)).flatten()
            }
        }
    }

    /// `half an hour`, `two and a half years`, `a year and a half`, `2.5 years`, `two to three weeks`, `10-15 minutes`.
    pub(super) fn halves(&self, at: usize) -> Option<(usize, Reading)> {
        let length = |end: usize, unit: Unit, value: String| {
            Some((end, Reading::new("duration", unit.granularity(), value).stated()))
        };
        let from = self.hedge(at);
        if self.is(from, &["half"]) {
            let next = self.skip(self.skip(from + 1, &["a", "an"]), &["-"]);
            let (unit, plural) = unit(self.word(next))?;
            let value = match unit {
                Unit::Hour => "PT30M".to_owned(),
                Unit::Year => "P6M".to_owned(),
                Unit::Decade => "P5Y".to_owned(),
                Unit::Century => "P50Y".to_owned(),
                Unit::Day => "PT12H".to_owned(),
                _ => unit.timex_of("0.5"),
            };
            if self.is(next + 1, &["ago"]) && matches!(unit, Unit::Decade | Unit::Century) {
                let years = if unit == Unit::Decade { 5 } else { 50 };
                return Some((next + 2, Reading::ago(Unit::Year, Count::Exactly(years), self.anchor)));
            }
            return if plural { None } else { length(next + 1, unit, value) };
        }
        let (after, count) = self.quantity(from)?;
        let Count::Exactly(count) = count else { return None };
        let and = self.skip(after, &["-"]);
        let half = self.skip(self.skip(self.skip(and + 1, &["-"]), &["a"]), &["-"]);
        if self.is(and, &["and"]) && half > and + 1 && self.is(half, &["half"]) {
            let unit_at = self.skip(half + 1, &["-"]);
            let (unit, _) = unit(self.word(unit_at))?;
            return length(unit_at + 1, unit, unit.timex_of(&format!("{count}.5")));
        }
        if let Some((found, _)) = unit(self.word(after)).filter(|_| self.is(after + 1, &["and"]))
            && self.is(after + 2, &["a"])
            && self.is(after + 3, &["half"])
        {
            return length(after + 4, found, found.timex_of(&format!("{count}.5")));
        }
        let decimal = self.is(after, &["."])
            && self.tokens.get(after + 1).is_some_and(|token| !token.spaced && token.word.len() == 1)
            && !self.tokens[after].spaced;
        if decimal && let Some(tenths) = self.tokens[after + 1].number() {
            let unit_at = self.skip(after + 2, &["-"]);
            let (unit, _) = unit(self.word(unit_at))?;
            return length(unit_at + 1, unit, unit.timex_of(&format!("{count}.{tenths}")));
        }
        if !self.is(after, &["to", "or", "-", "–"]) {
            return None;
        }
        let (unit_at, Count::Exactly(most)) = self.quantity(after + 1)? else { return None };
        let (unit, _) = unit(self.word(unit_at)).filter(|_| most > count && !self.is(after + 1, &["a", "an"]))?;
        if self.is(self.skip(unit_at + 1, &["-"]), &["old", "olds"]) || self.before(at) == "aged" {
            return None;
        }
        let value = format!("{}/{}", unit.timex(Count::Exactly(count)), unit.timex(Count::Exactly(most)));
        length(unit_at + 1, unit, value)
    }

    /// `the 1990s`, `the mid-1990s`, `the eighties`, `the 20th century`, `in winter`, `quarterly`, `weekends`.
    pub(super) fn within_period(&self, at: usize) -> Option<(usize, Reading)> {
        match self.word(at) {
            "quarterly" => return Some((at + 1, Reading::new("set", "month", "P3M").stated())),
            "weekends" => return Some((at + 1, Reading::new("set", "week", "XXXX-WXX-WE").stated())),
            _ => {}
        }
        let article = self.skip(at, &["the"]);
        let (from, _) = self.stretch(article);
        if let Some((end, reading)) = self.decade(from) {
            return Some((end, reading));
        }
        if article == at {
            let before = self.before(at);
            let named = matches!(self.word(at), "winter" | "summer" | "autumn");
            let meant = matches!(before, "in" | "during" | "since" | "until" | "by" | "through" | "of");
            return (named && meant).then(|| self.season_alone(at)).flatten();
        }
        self.century(from).or_else(|| {
            let meant = matches!(self.before(at), "in" | "during" | "since" | "until" | "by" | "through");
            meant.then(|| self.season_alone(article)).flatten()
        })
    }

    /// A season of no stated year.
    fn season_alone(&self, at: usize) -> Option<(usize, Reading)> {
        if self.is(at + 1, &["of", "-"]) {
            return None;
        }
        Some((at + 1, Reading::new("date", "month", format!("XXXX-{}", season(self.word(at))?))))
    }

    /// `20th century`, `twentieth century`: both ways of counting a century's first year are held.
    fn century(&self, at: usize) -> Option<(usize, Reading)> {
        let token = self.tokens.get(at)?;
        let (number, next) = match token.number() {
            Some(number) => (number, self.skip(at + 1, &["st", "nd", "rd", "th"])),
            None => (ordinal(&token.word)?, at + 1),
        };
        let next = self.skip(next, &["-"]);
        let first = i16::try_from(number).ok().filter(|number| (1..=30).contains(number))?.checked_sub(1)? * 100;
        let days = Days::whole_year(first).zip(Days::whole_year(first + 100)).and_then(|(from, to)| from.to(to));
        self.is(next, &["century"]).then(|| {
            let reading = Reading::new("date", "decade", format!("{:02}", first / 100));
            (next + 1, reading.with(days, Basis::Stated))
        })
    }
}
