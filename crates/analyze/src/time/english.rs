//! Times in English words.
//!
//! A grammar over tokens, one function for each way of saying a time; the longest reading at a place wins. What is
//! relative to something other than publication (“the same day”, “two days later”) is found and left unresolved.

mod feasts;
mod passing;
mod rates;
mod relative;
mod years;

use jiff::civil::Date;

use super::calendar::{Days, iso_week, plus, plus_months};
use super::english_words::{cardinal, is_short_month, month, opens, ordinal, part_of_day, season, unit, weekday};
use super::numeric;
use super::reading::{Basis, Clock, Direction, Lean, Leaning, Open, Part, Reading, Stated, Stretch};
use super::tokens::Token;
use super::units::{Count, Unit, granularity_of};

/// Reads the time expression that begins at `at`, if one does: where it ends and what it means.
pub(super) fn read(tokens: &[Token], at: usize, anchor: Option<Date>) -> Option<(usize, Reading)> {
    if !opens(&tokens.get(at)?.word) {
        return None;
    }
    let g = Grammar { tokens, anchor };
    let readers: [Reader<'_>; 22] = [
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
        Grammar::leaning,
        Grammar::loose_length,
        Grammar::halves,
        Grammar::within_period,
        Grammar::feast,
        Grammar::short_year,
        Grammar::named_year,
        Grammar::lettered_quarter,
        Grammar::year_end,
        Grammar::early_hours,
        Grammar::part_alone,
        Grammar::rate,
    ];
    readers.iter().filter_map(|reader| reader(&g, at)).max_by_key(|(end, _)| *end)
}

/// Short names of zones that stand behind a clock time. They are ambiguous, and so only belong to the words.
const NAMED_ZONES: &[&str] = &[
    "est", "edt", "et", "cst", "cdt", "ct", "mst", "mdt", "pst", "pdt", "pt", "bst", "cet", "cest", "eet", "eest",
    "ist", "msk", "jst", "hkt", "aest", "ast", "wat", "cat", "eat", "sast",
];

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
    pub(super) fn direction(&self, at: usize) -> Direction {
        let start = at.saturating_sub(9);
        let before = if self.before(at) == "on" && at > 1 { self.before(at - 1) } else { self.before(at) };
        match before {
            "until" | "till" | "starting" | "beginning" | "effective" => return Direction::Future,
            // “By March the siege had ended” looks back.
            "by" if !self.told_as_past(at) => return Direction::Future,
            _ => {}
        }
        for (step, token) in self.tokens[start..at].iter().enumerate().rev() {
            match token.word.as_str() {
                "." | "!" | "?" | ";" => return self.ahead(at),
                "said" | "says" | "announced" => return Direction::Near,
                "to" if self.intends(start + step) => return Direction::Future,
                "will" | "shall" | "scheduled" | "due" | "planned" | "slated" | "upcoming" | "may" | "would"
                | "could" | "expected" | "until" => return Direction::Future,
                _ => {}
            }
        }
        if start == 0 { self.ahead(at) } else { Direction::Near }
    }

    /// Whether the “to” at `at` belongs to “is to”, “plans to”, “set to”.
    fn intends(&self, at: usize) -> bool {
        const INTENDING: &[&str] = &[
            "is",
            "are",
            "set",
            "plans",
            "plan",
            "planning",
            "expects",
            "going",
            "hopes",
            "aims",
            "intends",
            "promised",
            "vowed",
            "pledged",
            "agreed",
            "prepares",
            "preparing",
            "ready",
            "wants",
            "needs",
        ];
        INTENDING.contains(&self.before(at))
    }

    /// What the words behind a time at the head of its sentence say: “On Monday the court will …”.
    fn ahead(&self, at: usize) -> Direction {
        let from = if matches!(self.before(at), "on" | "in") { at - 1 } else { at };
        let heads = matches!(self.before(from), "" | "." | "!" | "?" | ";");
        if !heads {
            return Direction::Near;
        }
        for token in self.tokens.iter().skip(at + 1).take(12) {
            match token.word.as_str() {
                "will" | "shall" => return Direction::Future,
                "." | "!" | "?" | ";" | "said" | "says" | "was" | "were" | "had" | "has" | "have" => break,
                _ => {}
            }
        }
        Direction::Near
    }

    fn told_as_past(&self, at: usize) -> bool {
        let behind = self.tokens.iter().skip(at + 1).take(9).map(|token| token.word.as_str());
        behind
            .take_while(|word| !matches!(*word, "." | ";" | "!" | "?" | "that"))
            .any(|word| matches!(word, "had" | "was" | "were"))
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
                (Some(clock), Some(part)) => Open::Clock(clock.in_part(part)),
                (Some(clock), None) => Open::Clock(clock),
                (None, Some(part)) => Open::Part(part),
                (None, None) => Open::Closed,
            };
            return Some((end, stated.time_alone().leaving(open)));
        }
        if stated.year.is_none()
            && stated.month.is_some()
            && let Some((end, year)) = self.year_by_words(end).or_else(|| self.year_behind(end))
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
        let at_date = self.lead_in(at_date);
        let (end, stated) = match self.weekday_first(at_date) {
            Some(found) => found,
            None => self.day_month_year(at_date)?,
        };
        if stretch.is_some() && (stated.day.is_some() || stated.weekday.is_some()) {
            // “early on Thursday” says no part of the day that has a value of its own; an article before it is the noun's.
            if self.is(at, &["the"]) && stated.weekday.is_some() {
                return None;
            }
            return self.with_time(end, stated);
        }
        self.with_time(end, Stated { stretch, ..stated })
    }

    /// `earlier on Thursday`, `the 3rd of May`: words before a date that are of it.
    fn lead_in(&self, at: usize) -> usize {
        if self.is(at, &["earlier", "later"]) {
            let day = self.skip(at + 1, &["on"]);
            let within = self.is(at + 1, &["in"])
                && (self.month(at + 2).is_some() || self.tokens.get(at + 2).and_then(numeric::year).is_some());
            return match self.weekday_first(day) {
                Some(_) => day,
                None if within => at + 2,
                None => at,
            };
        }
        let counted = self.is(at, &["the"])
            && self.day_of_month(at + 1).is_some_and(|(end, _)| self.is(end, &["of"]) && self.month(end + 1).is_some());
        if counted { at + 1 } else { at }
    }

    /// `early`, `mid-`, `late`, `the beginning of`, `the end of`.
    pub(super) fn stretch(&self, at: usize) -> (usize, Option<Stretch>) {
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
        let this = self.is(at, &["this"]);
        let at = at + usize::from(this);
        let (weekday, short) = weekday(self.word(at))?;
        if !self.tokens[at].capital || self.is(at.wrapping_sub(1), &["black", "bloody", "cyber", "ash", "holy"]) {
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
        // `Sat`, `Sun`, `Mon` alone are other words; “this Friday” is the next one, and is read elsewhere.
        if short || this {
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
                let dot = self.is(next + 1, &["."]) && is_short_month(self.word(next));
                let (end, year) = match self.year_after(next + 1 + usize::from(dot)) {
                    (_, None) => (next + 1, None),
                    stated => stated,
                };
                return Some((end, Stated { day: Some(day), month: Some(month), year, ..Stated::default() }));
            }
            return None;
        }
        if let Some(month) = self.month(at) {
            let after = if self.is(at + 1, &["."]) && is_short_month(self.word(at)) { at + 2 } else { at + 1 };
            let after = self.skip(after, &["the"]);
            if let Some((end, day)) = self.day_of_month(after)
                && !(self.is(end, &[":"]) && self.tokens.get(end + 1).is_some_and(|next| !next.spaced))
                && numeric::half(self.tokens, end).is_none()
            {
                let (end, year) = self.year_after(end);
                return Some((end, Stated { day: Some(day), month: Some(month), year, ..Stated::default() }));
            }
            let dot = self.is(at + 1, &["."]) && is_short_month(self.word(at));
            let (end, year) = match self.year_after(at + 1 + usize::from(dot)) {
                (_, None) => (at + 1, None),
                stated => stated,
            };
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
                matches!(
                    self.before(at),
                    "in" | "since"
                        | "last"
                        | "early"
                        | "late"
                        | "until"
                        | "during"
                        | "mid"
                        | "of"
                        | "between"
                        | "from"
                        | "before"
                        | "after"
                        | "through"
                        | "next"
                        | "this"
                ) || introduced_by_stretch
                    || (at >= 2 && self.is(at - 1, &["and", "to", "-", "–"]) && self.month(at - 2).is_some())
            }
            _ => clear || introduced,
        }
    }

    pub(super) fn year_after(&self, at: usize) -> (usize, Option<i16>) {
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
                | "through"
                | "during"
                | "before"
                | "after"
                | "early"
                | "late"
                | "mid"
                | "year"
                | "fiscal"
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
                | "or"
        ) || self.owned_year(at, year);
        let bracketed = self.before(at) == "(" && self.is(at + 1, &[")", "-", "–", ",", ";"]);
        ((introduced || bracketed) && !glued && !counts).then_some(year)
    }

    /// `its 2009 budget`, `a 1998 law`, `1991, 1993 and 1995`: a year of our time with something that owns or lists it.
    fn owned_year(&self, at: usize, year: i16) -> bool {
        if !(1900..=2040).contains(&year) {
            return false;
        }
        let listed = self.is(at.wrapping_sub(1), &[","])
            && at >= 2
            && self.tokens.get(at - 2).and_then(numeric::year).is_some()
            && self.tokens[at].spaced;
        listed
            || matches!(self.before(at), "a" | "its" | "his" | "her" | "their" | "our" | "s" | "for" | "than" | "late")
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
        if self.is(end + 1, &["time"]) && (self.is(end, &["local"]) || self.tokens[end].capital) {
            end += 2;
        } else if self.is(end, NAMED_ZONES) && self.tokens[end].capital {
            end += 1;
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
            // The end of the day that is named (ISO 8601: 24:00), as it is mostly meant.
            "midnight" => return Some((at + 1, clock(24, Some(0), false))),
            _ => {}
        }
        let hour = cardinal(self.word(at)).or_else(|| self.tokens.get(at)?.number())?;
        let hour = i8::try_from(hour).ok().filter(|hour| (1..=12).contains(hour))?;
        let said = self.is(at + 1, &["in"]) && self.is(at + 2, &["the"]) && part_of_day(self.word(at + 3)).is_some();
        if said && matches!(self.before(at), "at" | "around" | "about" | "by" | "until" | "to" | "-" | "past") {
            return Some((at + 1, clock(hour, None, true)));
        }
        self.is(at + 1, &["o'clock", "oclock"]).then(|| (at + 2, clock(hour, None, true)))
    }

    /// `the morning of 29 March`, `night of Thursday`, `dawn on Friday`.
    fn part_first(&self, at: usize) -> Option<(usize, Stated)> {
        let from = self.skip(self.skip(at, &["the"]), &["early", "late"]);
        let part = part_of_day(self.word(from))?;
        if !self.is(from + 1, &["of", "on"]) {
            // `dawn Tuesday`
            let (end, stated) = self.weekday_first(from + 1).filter(|_| from == at)?;
            return Some((end, Stated { part: Some(part), ..stated }));
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
        if first.year.is_some() && first.month.is_none() && !self.is(middle - 1, &["-", "–"]) {
            // “From 2011 to 2016” are two times; each is read by itself.
            return None;
        }
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

    /// A number of units: digits, words, `a`, `several`, `a few`, `a couple of`.
    pub(super) fn quantity(&self, at: usize) -> Option<(usize, Count)> {
        if let Some(value) = self.tokens.get(at).and_then(Token::number) {
            // `1,500 years`.
            let grouped = self.is(at + 1, &[","]) && !self.tokens[at + 1].spaced && value < 1000;
            let rest = self.tokens.get(at + 2).filter(|next| grouped && !next.spaced && next.word.len() == 3);
            return match rest.and_then(Token::number) {
                Some(rest) => Some((at + 3, Count::Exactly(value * 1000 + rest))),
                None => (value <= 10_000).then_some((at + 1, Count::Exactly(value))),
            };
        }
        match self.word(at) {
            "several" | "few" | "some" | "many" => return Some((at + 1, Count::Vague)),
            "a" if self.is(at + 1, &["few"]) => return Some((at + 2, Count::Vague)),
            "a" if self.is(at + 1, &["couple"]) => return Some((self.skip(at + 2, &["of"]), Count::Vague)),
            "couple" => return Some((self.skip(at + 1, &["of"]), Count::Vague)),
            "a" | "an" | "one" if self.is(at + 1, &["hundred"]) => return Some((at + 2, Count::Exactly(100))),
            "a" | "one" if self.is(at + 1, &["thousand"]) => return Some((at + 2, Count::Exactly(1000))),
            "a" if self.is(at + 1, &["dozen"]) => return Some((at + 2, Count::Exactly(12))),
            "a" | "an" => return Some((at + 1, Count::Exactly(1))),
            _ => {}
        }
        if self.is(at + 1, &["hundred"])
            && let Some(hundreds) = cardinal(self.word(at)).filter(|hundreds| *hundreds < 10)
        {
            return Some((at + 2, Count::Exactly(hundreds * 100)));
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
