//! Times in English words.
//!
//! A grammar over tokens, one function for each way of saying a time; the longest reading at a place wins. What is
//! relative to something other than publication (“the same day”, “two days later”) is found and left unresolved.

use jiff::civil::Date;

use super::calendar::{Days, iso_week, plus, plus_months};
use super::english_words::{cardinal, is_short_month, month, ordinal, part_of_day, season, unit, weekday};
use super::numeric;
use super::reading::{Basis, Clock, Direction, Open, Part, Reading, Stated, Stretch};
use super::tokens::Token;
use super::units::{Count, Unit, granularity_of};

/// Reads the time expression that begins at `at`, if one does: where it ends and what it means.
pub(super) fn read(tokens: &[Token], at: usize, anchor: Option<Date>) -> Option<(usize, Reading)> {
    let g = Grammar { tokens, anchor };
    let readers: [Reader<'_>; 10] = [
        Grammar::part_of_period,
        Grammar::range,
        Grammar::set,
        Grammar::window,
        Grammar::named_day,
        Grammar::unit_offset,
        Grammar::ago,
        Grammar::calendar,
        Grammar::vague,
        Grammar::duration,
    ];
    readers.iter().filter_map(|reader| reader(&g, at)).max_by_key(|(end, _)| *end)
}

type Reader<'a> = fn(&Grammar<'a>, usize) -> Option<(usize, Reading)>;

pub(super) struct Grammar<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) anchor: Option<Date>,
}

impl Grammar<'_> {
    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(at))
    }

    pub(super) fn skip(&self, at: usize, words: &[&str]) -> usize {
        if self.is(at, words) { at + 1 } else { at }
    }

    pub(super) fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.word(before))
    }

    /// Past unless “will”, “scheduled” and the like stand shortly before in the same clause.
    fn direction(&self, at: usize) -> Direction {
        let window = &self.tokens[at.saturating_sub(9)..at];
        let before = if self.before(at) == "on" && at > 1 { self.before(at - 1) } else { self.before(at) };
        if matches!(before, "until" | "till" | "by" | "starting" | "beginning" | "effective") {
            return Direction::Future;
        }
        for token in window.iter().rev() {
            match token.word.as_str() {
                "." | "!" | "?" | ";" | "said" | "says" | "announced" => return Direction::Near,
                "will" | "shall" | "scheduled" | "due" | "planned" | "slated" | "upcoming" | "may" | "would"
                | "could" | "expected" | "until" => return Direction::Future,
                _ => {}
            }
        }
        Direction::Near
    }

    // ---- calendar dates ----

    /// A date with whatever parts are stated: `Friday, 29 March 2019 18:36`, `March 29`, `early 2019`, `Thursday night`.
    pub(super) fn calendar(&self, at: usize) -> Option<(usize, Reading)> {
        if let Some((end, reading)) = numeric::date(self.tokens, at, self.anchor) {
            let after = self.tokens.get(end);
            let joined = after.is_some_and(|token| !token.spaced && token.word.chars().all(char::is_alphanumeric));
            return (!joined).then_some((end, reading));
        }
        let (end, stated) = self.stated(at)?;
        if !stated.has_day() && stated.month.is_none() && stated.year.is_none() {
            let open = match (stated.clock, stated.part) {
                (Some(clock), _) => Open::Clock(clock),
                (None, Some(part)) => Open::Part(part),
                (None, None) => Open::Closed,
            };
            return Some((end, stated.time_alone().leaving(open)));
        }
        if stated.year.is_none()
            && stated.month.is_some()
            && let Some((end, year)) = self.year_by_words(end)
        {
            return Some((end, Stated { year: Some(year), ..stated }.read(self.anchor, Direction::Past)));
        }
        Some((end, stated.read(self.anchor, self.direction(at))))
    }

    /// The parts of a date in any usual order.
    fn stated(&self, at: usize) -> Option<(usize, Stated)> {
        if let Some(found) = self.clock_first(at) {
            return Some(found);
        }
        if let Some(found) = self.part_first(at) {
            return Some(found);
        }
        let (at_date, stretch) = self.stretch(at);
        let (end, stated) = match self.weekday_first(at_date) {
            Some(found) => found,
            None => self.day_month_year(at_date)?,
        };
        if stretch.is_some() && (stated.day.is_some() || stated.weekday.is_some()) {
            // “early on Thursday” is a part of the day, “early March” of the month.
            return self.with_time(end, Stated { part: stated.part.or(Some(early_or_late(stretch?))), ..stated });
        }
        self.with_time(end, Stated { stretch, ..stated })
    }

    /// `early`, `mid-`, `late`, `the beginning of`, `the end of`.
    fn stretch(&self, at: usize) -> (usize, Option<Stretch>) {
        let from = self.skip(at, &["the"]);
        let stretch = match self.word(from) {
            "early" => Stretch::Early,
            "mid" | "middle" => Stretch::Mid,
            "late" => Stretch::Late,
            "beginning" | "start" => Stretch::Early,
            "end" => Stretch::Late,
            _ => return (at, None),
        };
        let needs_of = !self.is(from, &["early", "mid", "late"]);
        if needs_of && !self.is(from + 1, &["of"]) {
            return (at, None);
        }
        let next = self.skip(from + 1, &["-", "of", "in", "on"]);
        (next, Some(stretch))
    }

    fn weekday_first(&self, at: usize) -> Option<(usize, Stated)> {
        let at = self.skip(at, &["this"]);
        let (weekday, short) = weekday(self.word(at))?;
        if !self.tokens[at].capital {
            return None;
        }
        let mut end = at + 1;
        if short {
            end = self.skip(end, &["."]);
        }
        let comma = self.skip(end, &[","]);
        let comma = self.skip(comma, &["the"]);
        if let Some((after, stated)) = self.day_month_year(comma)
            && stated.day.is_some()
        {
            return Some((after, Stated { weekday: Some(weekday), ..stated }));
        }
        // `Sat`, `Sun`, `Mon` alone are other words.
        if short {
            return None;
        }
        let mut stated = Stated { weekday: Some(weekday), ..Stated::default() };
        if let Some(part) = part_of_day(self.word(end)) {
            stated.part = Some(part);
            end += 1;
        }
        Some((end, stated))
    }

    /// `29 March 2019`, `29th of March`, `March 29, 2019`, `March 2019`, `2019`.
    fn day_month_year(&self, at: usize) -> Option<(usize, Stated)> {
        if let Some((end, day)) = self.day_of_month(at) {
            let next = self.skip(end, &["of", "-"]);
            if let Some(month) = self.month(next) {
                let (end, year) = self.year_after(next + 1);
                return Some((end, Stated { day: Some(day), month: Some(month), year, ..Stated::default() }));
            }
            return None;
        }
        if let Some(month) = self.month(at) {
            let after = if self.is(at + 1, &["."]) && is_short_month(self.word(at)) { at + 2 } else { at + 1 };
            let after = self.skip(after, &["the"]);
            if let Some((end, day)) = self.day_of_month(after)
                && !self.is(end, &[":"])
                && numeric::half(self.tokens, end).is_none()
            {
                let (end, year) = self.year_after(end);
                return Some((end, Stated { day: Some(day), month: Some(month), year, ..Stated::default() }));
            }
            let (end, year) = self.year_after(at + 1);
            if year.is_none() && !self.month_stands_alone(at) {
                return None;
            }
            return Some((end, Stated { month: Some(month), year, ..Stated::default() }));
        }
        let year = self.bare_year(at)?;
        Some((at + 1, Stated { year: Some(year), ..Stated::default() }))
    }

    /// A day number, with or without `st`, `nd`, `rd`, `th`.
    fn day_of_month(&self, at: usize) -> Option<(usize, i8)> {
        let token = self.tokens.get(at)?;
        let value = match token.number() {
            Some(value) if token.word.len() <= 2 => value,
            Some(_) => return None,
            None => ordinal(&token.word).filter(|_| self.is(at + 1, &["of"]) || self.before(at) == "the")?,
        };
        let suffix = self
            .tokens
            .get(at + 1)
            .is_some_and(|next| !next.spaced && matches!(next.word.as_str(), "st" | "nd" | "rd" | "th"));
        let day = i8::try_from(value).ok().filter(|day| (1..=31).contains(day))?;
        Some((if suffix { at + 2 } else { at + 1 }, day))
    }

    /// A month's name with its capital; `May` and `March` are months only in company.
    pub(super) fn month(&self, at: usize) -> Option<i8> {
        let token = self.tokens.get(at)?;
        month(&token.word).filter(|_| token.capital)
    }

    fn month_stands_alone(&self, at: usize) -> bool {
        let clear = !self.is(
            at,
            &[
                "may", "march", "mar", "sep", "dec", "jan", "jun", "jul", "aug", "oct", "nov", "feb", "apr", "sept",
                "august",
            ],
        );
        let introduced = matches!(
            self.before(at),
            "in" | "since"
                | "of"
                | "last"
                | "this"
                | "next"
                | "until"
                | "till"
                | "by"
                | "from"
                | "to"
                | "during"
                | "early"
                | "late"
                | "mid"
                | "between"
                | "through"
                | "and"
                | "-"
        );
        let introduced_by_stretch = self.before(at) == "-" && at >= 2 && self.is(at - 2, &["mid"]);
        match self.word(at) {
            "may" | "march" => {
                matches!(self.before(at), "in" | "since" | "last" | "early" | "late" | "until" | "during" | "mid")
                    || introduced_by_stretch
            }
            _ => clear || introduced,
        }
    }

    fn year_after(&self, at: usize) -> (usize, Option<i16>) {
        let from = self.skip(at, &[",", "of", "-"]);
        let spaced_ok = |index: usize| !self.tokens.get(index + 1).is_some_and(|next| next.word == ":" && !next.spaced);
        match self.tokens.get(from).and_then(numeric::year) {
            Some(year) if spaced_ok(from) => (from + 1, Some(year)),
            _ => (at, None),
        }
    }

    /// Four digits that a preposition, or brackets, make a year.
    fn bare_year(&self, at: usize) -> Option<i16> {
        let token = self.tokens.get(at)?;
        let year = numeric::year(token).filter(|year| (1700..=2100).contains(year))?;
        let next = self.tokens.get(at + 1);
        let glued = next.is_some_and(|next| {
            !next.spaced && (next.number().is_some() || matches!(next.word.as_str(), "/" | ":" | "%" | "s"))
        });
        let decimal = next.is_some_and(|next| !next.spaced && matches!(next.word.as_str(), "." | ","))
            && self.tokens.get(at + 2).is_some_and(|after| !after.spaced && after.number().is_some());
        let glued = glued || decimal;
        let counts = next.is_some_and(|next| {
            matches!(
                next.word.as_str(),
                "people"
                    | "civilians"
                    | "men"
                    | "women"
                    | "children"
                    | "km"
                    | "metres"
                    | "meters"
                    | "miles"
                    | "dollars"
                    | "families"
                    | "hours"
                    | "victims"
                    | "deaths"
                    | "cases"
                    | "troops"
                    | "fighters"
                    | "tons"
                    | "tonnes"
                    | "euros"
            )
        });
        let introduced = matches!(
            self.before(at),
            "in" | "since"
                | "of"
                | "until"
                | "till"
                | "by"
                | "from"
                | "to"
                | "during"
                | "before"
                | "after"
                | "early"
                | "late"
                | "mid"
                | "year"
                | "summer"
                | "winter"
                | "spring"
                | "autumn"
                | "fall"
                | "between"
                | "and"
                | "around"
                | "circa"
                | "the"
                | "-"
        );
        let bracketed = self.before(at) == "(" && self.is(at + 1, &[")", "-", "–", ",", ";"]);
        ((introduced || bracketed) && !glued && !counts).then_some(year)
    }

    // ---- time of day ----

    /// Adds a clock time or part of the day that follows: `at 5 p.m.`, `morning`, `in the evening`.
    fn with_time(&self, at: usize, mut stated: Stated) -> Option<(usize, Stated)> {
        let mut end = at;
        if stated.has_day() && stated.clock.is_none() {
            let (after, clock) = numeric::trailing_clock(self.tokens, end);
            if clock.is_some() {
                stated.clock = clock;
                end = after;
            } else if self.is(end, &["at"]) {
                if let Some((after, clock)) = self.word_clock(end + 1) {
                    stated.clock = Some(clock);
                    end = after;
                } else if self
                    .is(end + 1, &["dawn", "noon", "night", "midnight", "dusk", "sunrise", "sunset", "midday"])
                {
                    stated.part = part_of_day(self.word(end + 1));
                    end += 2;
                }
            }
        }
        if stated.has_day() && stated.part.is_none() {
            let from = self.skip(end, &[","]);
            let from = self.skip(from, &["in", "during"]);
            let from = self.skip(from, &["the"]);
            let from = self.skip(from, &["early", "late"]);
            if let Some(part) = part_of_day(self.word(from)) {
                stated.part = Some(part);
                end = from + 1;
            }
        }
        Some((end, stated))
    }

    /// `5 p.m. on Thursday`, `18:36 GMT`, `noon`.
    fn clock_first(&self, at: usize) -> Option<(usize, Stated)> {
        let (mut end, clock) = numeric::clock(self.tokens, at).or_else(|| self.word_clock(at))?;
        let mut stated = Stated { clock: Some(clock), ..Stated::default() };
        let part_at = self.skip(self.skip(end, &["in"]), &["the"]);
        if let Some(part) = part_of_day(self.word(part_at)).filter(|_| part_at > end) {
            stated.part = Some(part);
            end = part_at + 1;
        }
        if self.is(end, &["local"]) && self.is(end + 1, &["time"]) {
            end += 2;
        }
        let from = self.skip(self.skip(end, &[","]), &["on", "of"]);
        let dated =
            self.weekday_first(from).or_else(|| self.day_month_year(from).filter(|(_, found)| found.day.is_some()));
        if let Some((after, found)) = dated {
            let part = stated.part.or(found.part);
            return Some((after, Stated { clock: stated.clock, part, ..found }));
        }
        Some((end, stated))
    }

    /// `noon`, `midnight`, `5 o'clock`, `half past` is not read.
    fn word_clock(&self, at: usize) -> Option<(usize, Clock)> {
        let clock = |hour, minute, half_unknown| Clock { hour, minute, second: None, offset: None, half_unknown };
        match self.word(at) {
            "noon" => return Some((at + 1, clock(12, Some(0), false))),
            "midnight" => return Some((at + 1, clock(0, Some(0), false))),
            _ => {}
        }
        let hour = cardinal(self.word(at)).or_else(|| self.tokens.get(at)?.number())?;
        let hour = i8::try_from(hour).ok().filter(|hour| (1..=12).contains(hour))?;
        self.is(at + 1, &["o'clock", "oclock"]).then(|| (at + 2, clock(hour, None, true)))
    }

    /// `the morning of 29 March`, `night of Thursday`, `dawn on Friday`.
    fn part_first(&self, at: usize) -> Option<(usize, Stated)> {
        let from = self.skip(self.skip(at, &["the"]), &["early", "late"]);
        let part = part_of_day(self.word(from))?;
        if !self.is(from + 1, &["of", "on"]) {
            return None;
        }
        let date_at = self.skip(from + 2, &["the"]);
        let (end, stated) = self.weekday_first(date_at).or_else(|| self.day_month_year(date_at))?;
        stated.has_day().then_some((end, Stated { part: Some(part), ..stated }))
    }

    // ---- ranges ----

    /// `3–5 March 2019`, `between 3 and 5 March`, `from 2011 to 2016`, `March 3 to March 5, 2019`.
    fn range(&self, at: usize) -> Option<(usize, Reading)> {
        let opened = self.is(at, &["between", "from"]);
        let from = if opened { at + 1 } else { at };
        let marks: &[&str] = match self.word(at) {
            "between" => &["and"],
            "from" => &["to", "until", "till", "through", "-", "–"],
            _ => &["-", "–", "to", "through", "until"],
        };
        let (mut middle, mut first) = self.endpoint(from)?;
        if !self.is(middle, marks) {
            return None;
        }
        middle += 1;
        let (end, last) = self.day_month_year(middle).or_else(|| {
            let year = self.tokens.get(middle).and_then(numeric::year)?;
            Some((middle + 1, Stated { year: Some(year), ..Stated::default() }))
        })?;
        first.year = first.year.or(last.year);
        if first.day.is_some() {
            last.day?;
            first.month = first.month.or(last.month);
        } else if first.month.is_some() != last.month.is_some() {
            return None;
        }
        let direction = self.direction(at);
        let (first, last) = (first.read(self.anchor, direction), last.read(self.anchor, direction));
        let days = first.days.zip(last.days).and_then(|(first, last)| first.to(last));
        let granularity = days.map_or("few_days", granularity_of);
        let value = format!("{}/{}", first.timex, last.timex);
        let basis = if first.basis == Basis::Stated { last.basis } else { first.basis };
        Some((end, Reading::new("duration", granularity, value).with(days, basis)))
    }

    fn endpoint(&self, at: usize) -> Option<(usize, Stated)> {
        if let Some(year) = self.tokens.get(at).and_then(numeric::year) {
            let glued = self
                .tokens
                .get(at + 1)
                .is_some_and(|next| matches!(next.word.as_str(), "-" | "–" | "to" | "and" | "until" | "through"));
            let year_after = self.tokens.get(at + 2).and_then(numeric::year);
            return (glued && year_after.is_some())
                .then_some((at + 1, Stated { year: Some(year), ..Stated::default() }));
        }
        if let Some(found) = self.day_month_year(at) {
            return Some(found);
        }
        let (end, day) = self.day_of_month(at)?;
        Some((end, Stated { day: Some(day), ..Stated::default() }))
    }

    // ---- relative to publication ----

    /// `yesterday`, `today`, `tonight`, `last night`, `this morning`, `overnight`.
    fn named_day(&self, at: usize) -> Option<(usize, Reading)> {
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
    pub(super) fn unit_offset(&self, at: usize) -> Option<(usize, Reading)> {
        let from = self.skip(at, &["earlier", "later"]);
        if let Some(found) = self.year_before(from) {
            return Some(found);
        }
        let from = self.skip(from, &["the"]);
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
        let word = self.word(from + 1);
        let anchor = self.anchor;
        if let Some((weekday, false)) = weekday(word) {
            if offset == 0 {
                return None;
            }
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
            "week" | "weekend" => {
                let days = anchor.and_then(|anchor| Days::week(anchor, offset));
                let value = days.map_or("XXXX-WXX".to_owned(), |days| iso_week(days.last));
                let value = if word == "weekend" { format!("{value}-WE") } else { value };
                Reading::new("date", "week", value).with(days, Basis::Relative)
            }
            "month" => {
                let first = anchor.and_then(|anchor| plus_months(anchor.first_of_month(), i64::from(offset)));
                let value = first.map_or("XXXX-XX".to_owned(), |day| format!("{:04}-{:02}", day.year(), day.month()));
                let days = first.and_then(|day| Days::whole_month(day.year(), day.month()));
                Reading::new("date", "month", value).with(days, Basis::Relative)
            }
            "year" => {
                let year = anchor.map(|anchor| anchor.year() + offset as i16);
                let value = year.map_or("XXXX".to_owned(), |year| format!("{year:04}"));
                Reading::new("date", "year", value).with(year.and_then(Days::whole_year), Basis::Relative)
            }
            "summer" | "winter" | "spring" | "autumn" | "fall" => {
                let year = anchor.map_or("XXXX".to_owned(), |anchor| format!("{:04}", anchor.year() + offset as i16));
                Reading::new("date", "month", format!("{year}-{}", season(word)?))
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
    fn window(&self, at: usize) -> Option<(usize, Reading)> {
        let from = self.skip(at, &["the", "these"]);
        let future = match self.word(from) {
            "past" | "last" | "preceding" | "recent" => false,
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

    /// `two days ago`, `a week earlier`, `three months later`.
    fn ago(&self, at: usize) -> Option<(usize, Reading)> {
        let (unit_at, count) = self.quantity(at)?;
        let (unit, _) = unit(self.word(unit_at))?;
        let word = self.word(unit_at + 1);
        if matches!(word, "before" | "after") {
            // What it is counted from stands behind; the words of the time end here.
            return Some((unit_at + 1, Reading::new("duration", unit.granularity(), unit.timex(count)).stated()));
        }
        if matches!(word, "later" | "earlier" | "afterwards") {
            let granularity = unit.granularity();
            return Some((unit_at + 2, Reading::new("date", granularity, unit.timex(count))));
        }
        if word != "ago" {
            return None;
        }
        let days = self.anchor.and_then(|anchor| {
            let (least, most) = match count {
                Count::Exactly(count) => (count, count),
                Count::Vague => (2, unit.vague_most()),
            };
            let first = unit.move_by(anchor, -i64::from(most))?;
            let last = unit.move_by(anchor, -i64::from(least))?;
            unit.widen(Days { first, last })
        });
        let single = days.filter(|days| days.first == days.last);
        let value = match (count, self.anchor) {
            (Count::Exactly(count), Some(anchor)) => unit.ago_value(anchor, count),
            _ => None,
        };
        let value = value.unwrap_or_else(|| "PAST_REF".to_owned());
        let granularity = if single.is_some() { "day" } else { unit.granularity() };
        Some((unit_at + 2, Reading::new("date", granularity, value).with(days, Basis::Relative)))
    }

    /// `recently`, `now`, `currently`, `the same day`, `the following day`, `spring 2016`, `the 1990s`.
    fn vague(&self, at: usize) -> Option<(usize, Reading)> {
        let reference = |end: usize, value: &str| {
            let mut reading = Reading::new("date", "unknown", value);
            if let Some(anchor) = self.anchor.filter(|_| value != "FUTURE_REF") {
                reading = reading.with(Some(Days::one(anchor)), Basis::Relative);
                reading.open_start = value == "PAST_REF";
            }
            Some((end, reading))
        };
        match self.word(at) {
            "recently" | "lately" => return reference(at + 1, "PAST_REF"),
            "more" if self.is(at + 1, &["recently"]) => return reference(at + 2, "PAST_REF"),
            "currently" | "nowadays" | "presently" => return reference(at + 1, "PRESENT_REF"),
            "now" if !self.is(at + 1, &["that", "-", "defunct"]) => return reference(at + 1, "PRESENT_REF"),
            "soon" => return reference(at + 1, "FUTURE_REF"),
            "current" if !self.is(at + 1, &["affairs", "account", "and"]) => return reference(at + 1, "PRESENT_REF"),
            "annual" => return Some((at + 1, Reading::new("set", "year", "P1Y").stated())),
            "the" if self.is(at + 1, &["future"]) && self.before(at) == "in" => return reference(at + 2, "FUTURE_REF"),
            "the" if self.is(at + 1, &["near"]) && self.is(at + 2, &["future"]) => {
                return reference(at + 3, "FUTURE_REF");
            }
            "the" if self.is(at + 1, &["past"]) && self.before(at) == "in" && self.is(at + 2, &[",", "."]) => {
                return reference(at + 2, "PAST_REF");
            }
            "the" if self.is(at + 1, &["weekend"]) => {
                let days = self.anchor.and_then(|anchor| Days::week(anchor, 0));
                let value = days.map_or("XXXX-WXX-WE".to_owned(), |days| format!("{}-WE", iso_week(days.first)));
                return Some((at + 2, Reading::new("date", "week", value).with(days, Basis::Relative)));
            }
            _ => {}
        }
        let from = self.skip(at, &["the", "that", "on"]);
        if self.is(at, &["the", "that"])
            && self.is(from, &["same", "following", "next", "previous"])
            && self.is(from + 1, &["day", "night", "morning", "evening", "week"])
        {
            let open = match (self.word(from), self.word(from + 1)) {
                (_, "week") => Open::Closed,
                ("same", _) => Open::Days(0),
                ("previous", _) => Open::Days(-1),
                _ => Open::Days(1),
            };
            return Some((from + 2, Reading::new("date", "day", "XXXX-XX-XX").leaving(open)));
        }
        if let Some(found) = self.pointed(at) {
            return Some(found);
        }
        if let Some(season) = season(self.word(at)) {
            let year_at = self.skip(at + 1, &["of", ","]);
            let year = self.tokens.get(year_at).and_then(numeric::year)?;
            // Which months a season has depends on the hemisphere: the year is what is sure.
            let mut days = Days::whole_year(year);
            if season == "WI" {
                days = Days::whole_year(year - 1).zip(Days::whole_year(year + 1)).map(|(before, after)| Days {
                    first: Date::new(before.last.year(), 12, 1).unwrap_or(before.last),
                    last: Date::new(after.first.year(), 3, 31).unwrap_or(after.first),
                });
            }
            return Some((
                year_at + 1,
                Reading::new("date", "month", format!("{year:04}-{season}")).with(days, Basis::Stated),
            ));
        }
        self.decade(at)
    }

    fn decade(&self, at: usize) -> Option<(usize, Reading)> {
        let year = self.tokens.get(at).and_then(numeric::year).filter(|year| year % 10 == 0)?;
        let mark = self.skip(at + 1, &["'", "’"]);
        let plural = self.tokens.get(mark).is_some_and(|token| token.word == "s" && !token.spaced);
        let days = Days::whole_year(year).zip(Days::whole_year(year + 9)).and_then(|(first, last)| first.to(last));
        plural
            .then(|| (mark + 1, Reading::new("date", "decade", format!("{:03}", year / 10)).with(days, Basis::Stated)))
    }

    // ---- durations and sets ----

    /// `three days`, `48 hours`, `two-hour`, `several weeks`; ages are not durations.
    fn duration(&self, at: usize) -> Option<(usize, Reading)> {
        let hedged = self.hedge(at);
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
        if self.is(hedged, &["a", "an", "one"]) && !plural && unit_at == hedged + 1 && !lasting {
            return None;
        }
        Some((unit_at + 1, Reading::new("duration", unit.granularity(), unit.timex(count)).stated()))
    }

    /// `every day`, `daily`, `each Friday`, `on Fridays`, `twice a week`.
    fn set(&self, at: usize) -> Option<(usize, Reading)> {
        let set =
            |end: usize, value: String, granularity| Some((end, Reading::new("set", granularity, value).stated()));
        match self.word(at) {
            "daily" | "nightly" => return set(at + 1, "P1D".to_owned(), "day"),
            "hourly" => return set(at + 1, "PT1H".to_owned(), "part_of_day"),
            "weekly" => return set(at + 1, "P1W".to_owned(), "week"),
            "monthly" => return set(at + 1, "P1M".to_owned(), "month"),
            "annually" | "yearly" => return set(at + 1, "P1Y".to_owned(), "year"),
            "every" | "each" => {
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

    /// A number of units: digits, words, `a`, `several`, `a few`, `a couple of`.
    pub(super) fn quantity(&self, at: usize) -> Option<(usize, Count)> {
        if let Some(value) = self.tokens.get(at).and_then(Token::number) {
            return (value <= 10_000).then_some((at + 1, Count::Exactly(value)));
        }
        match self.word(at) {
            "several" | "few" | "some" | "many" => return Some((at + 1, Count::Vague)),
            "a" if self.is(at + 1, &["few"]) => return Some((at + 2, Count::Vague)),
            "a" if self.is(at + 1, &["couple"]) => return Some((self.skip(at + 2, &["of"]), Count::Vague)),
            "couple" => return Some((self.skip(at + 1, &["of"]), Count::Vague)),
            "a" | "an" => return Some((at + 1, Count::Exactly(1))),
            _ => {}
        }
        let tens = cardinal(self.word(at))?;
        if tens >= 20
            && self.is(at + 1, &["-"])
            && let Some(ones) = cardinal(self.word(at + 2)).filter(|ones| *ones < 10)
        {
            return Some((at + 3, Count::Exactly(tens + ones)));
        }
        Some((at + 1, Count::Exactly(tens)))
    }
}

fn with_next_part(at: usize, offset: i64, next: &str) -> (usize, i64, Option<Part>) {
    match part_of_day(next) {
        Some(part) => (at + 2, offset, Some(part)),
        None => (at + 1, offset, None),
    }
}

fn early_or_late(stretch: Stretch) -> Part {
    match stretch {
        Stretch::Early => Part::Morning,
        Stretch::Mid => Part::Midday,
        Stretch::Late => Part::Evening,
    }
}
