//! Times in the languages that are read by tables (`crate::tongues`): one grammar over month names, units, number words.
//!
//! Dates in the order day, month, year; what is relative to publication or to the day told last; durations; recurrences.
//! Where no date of publication is known and the text tells a year, a day without year lies in the year told last, as
//! histories are written. It deliberately has no rule that names a language: what differs stands in `times.txt`.

use jiff::civil::{Date, Weekday};

use super::calendar::{Days, plus};
use super::numeric;
use super::reading::{Basis, Clock, Direction, Lean, Leaning, Open, Part, Reading, Stated, Stretch};
use super::tokens::Token;
use super::units::{Count, Unit};
use super::{LONGEST, TimeMention, context, day_of, mention};
use crate::tongues::words::{Cat, Hit, Words};
use crate::tongues::{Cut, numbers};

/// How many marks of a Roman numeral are read.
const LONGEST_NUMERAL: usize = 6;

type Reader<'a> = fn(&Grammar<'a>, usize) -> Option<(usize, Reading)>;

/// The times in `text`, cut by its language, in order and without overlap.
pub(super) fn find(text: &str, cut: &Cut<'_>, published: Option<&str>) -> Vec<TimeMention> {
    let anchor = published.and_then(day_of);
    let mut g = Grammar { words: &cut.words, tokens: &cut.marks, anchor, year: None };
    let readers: [Reader<'_>; 10] = [
        Grammar::digits,
        Grammar::calendar,
        Grammar::named_day,
        Grammar::unit_offset,
        Grammar::told,
        Grammar::ago,
        Grammar::period,
        Grammar::vague,
        Grammar::duration,
        Grammar::clock_alone,
    ];
    let mut out = Vec::new();
    let mut context = context::Context::default();
    let (mut at, mut line_end) = (0, 0);
    while at < g.tokens.len() {
        let start = g.tokens[at].range.start;
        if text[line_end..start].contains('\n') {
            context.line();
        }
        line_end = start;
        let found = readers.iter().filter_map(|reader| reader(&g, at)).max_by_key(|(end, _)| *end);
        match found.filter(|(end, _)| *end > at && end - at <= LONGEST) {
            Some((end, reading)) => {
                let reading = context.settle(reading, anchor);
                if let Some(days) = reading.days.filter(|_| reading.basis == Basis::Stated) {
                    g.year = Some(days.first.year());
                }
                let mut found = mention(text, g.tokens, at, end, reading);
                // `р.` ends with its full stop; a sentence's own is not of it.
                found.range = g.tokens[at].range.start..g.tokens[end - 1].range.end;
                out.push(found);
                at = end;
            }
            None => at += 1,
        }
    }
    out
}

/// The publication date that `stated`, and nothing else, gives.
pub(super) fn publication(stated: &str, cut: &Cut<'_>) -> Option<String> {
    let g = Grammar { words: &cut.words, tokens: &cut.marks, anchor: None, year: None };
    let (end, reading) = [g.calendar(0), g.digits(0)].into_iter().flatten().max_by_key(|(end, _)| *end)?;
    let rest = g.tokens.get(end..)?;
    let done = rest.iter().all(|token| matches!(token.word.as_str(), "." | "," | "-" | "|" | "–" | "—"));
    let days = reading.days.filter(|days| days.first == days.last && reading.basis == Basis::Stated);
    if !done || stated.is_empty() {
        return None;
    }
    reading.instant.or(days.map(|days| days.first.to_string()))
}

struct Grammar<'a> {
    words: &'a Words<'a>,
    tokens: &'a [Token],
    anchor: Option<Date>,
    /// The year told last.
    year: Option<i16>,
}

impl Grammar<'_> {
    fn hit(&self, at: usize, cat: Cat) -> Option<&Hit> {
        self.words.hit_at(at, cat)
    }

    /// Past a phrase of this category, if one stands at `at`.
    fn skip(&self, at: usize, cat: Cat) -> usize {
        self.hit(at, cat).map_or(at, |hit| hit.end)
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|token| words.contains(&token.word.as_str()))
    }

    /// A phrase of this category ends right before `at`.
    fn behind(&self, at: usize, cat: Cat) -> Option<&Hit> {
        (at.saturating_sub(4)..at).rev().find_map(|from| self.hit(from, cat).filter(|hit| hit.end == at))
    }

    fn direction(&self, at: usize) -> Direction {
        let from = at.saturating_sub(8);
        let ahead = (from..at).any(|before| self.hit(before, Cat::Future).is_some());
        if ahead { Direction::Future } else { Direction::Near }
    }

    // ---- numbers ----

    /// A number in digits or words: where it ends, its value.
    fn number(&self, at: usize) -> Option<(usize, u32)> {
        if let Some(value) = self.tokens.get(at)?.number() {
            return Some((at + 1, value));
        }
        let (end, value) = numbers::number(self.words, at)?;
        Some((end, u32::try_from(value).ok()?))
    }

    fn count(&self, at: usize) -> Option<(usize, Count)> {
        if let Some(hit) = self.hit(at, Cat::Several) {
            return Some((hit.end, Count::Vague));
        }
        self.number(at).map(|(end, value)| (end, Count::Exactly(value)))
    }

    fn unit(&self, at: usize) -> Option<(usize, Unit)> {
        let hit = self.hit(at, Cat::Unit).filter(|hit| !hit.weak)?;
        Some((hit.end, unit_of(hit.class)?))
    }

    // ---- dates ----

    /// `12.05.2023`, `2023-05-12`; the languages of the tables write the day first.
    fn digits(&self, at: usize) -> Option<(usize, Reading)> {
        let (end, reading) = numeric::date(self.tokens, at, self.anchor)?;
        let two = reading.days.is_some_and(|days| days.first != days.last);
        if two && let [Some(day), Some(month), Some(year)] = [0, 2, 4].map(|step| self.tokens[at + step].number()) {
            let stated = Stated {
                year: i16::try_from(year).ok(),
                month: i8::try_from(month).ok(),
                day: i8::try_from(day).ok(),
                ..Stated::default()
            };
            return Some((end, stated.read(self.anchor, Direction::Past)));
        }
        Some((self.year_word(end), reading))
    }

    /// `року`, `г.` after a year or date.
    fn year_word(&self, at: usize) -> usize {
        let Some(hit) = self.hit(at, Cat::Year) else { return at };
        // The full stop of an abbreviation that ends the sentence may be the sentence's; the word is enough.
        let dotted = self.is(hit.end - 1, &["."]);
        if dotted { hit.end - 1 } else { hit.end }
    }

    /// A date with what belongs to it: part of the day, weekday, clock.
    fn calendar(&self, at: usize) -> Option<(usize, Reading)> {
        let mut from = at;
        let mut stated = Stated::default();
        if let Some(hit) = self.hit(at, Cat::Part).filter(|hit| !hit.weak) {
            stated.part = part_of(hit.class);
            from = self.skip(self.skip(hit.end, Cat::In), Cat::Of);
            if let Some(night) = self.night_between(hit.end, stated.part) {
                return Some(night);
            }
            if let Some(to) = self.hit(hit.end, Cat::To) {
                from = to.end;
            }
        }
        let mut direction = self.direction(at);
        let mut end = from;
        let moved = |g: &Self, at: usize| -> Option<(usize, Direction)> {
            let found = |cat: Cat, direction: Direction| g.hit(at, cat).map(|hit| (hit.end, direction));
            found(Cat::Last, Direction::Before).or_else(|| found(Cat::Next, Direction::After))
        };
        let mut weekday_at = from;
        if let Some((after, moved)) = moved(self, from).filter(|(after, _)| self.hit(*after, Cat::Weekday).is_some()) {
            (weekday_at, direction) = (after, moved);
        }
        if let Some(hit) = self.hit(weekday_at, Cat::Weekday) {
            stated.weekday = weekday_of(hit.class);
            end = hit.end;
            if let Some(hit) = self.hit(end, Cat::Part).filter(|hit| !hit.weak && stated.part.is_none()) {
                stated.part = part_of(hit.class);
                end = hit.end;
            }
            if let Some((after, moved)) = moved(self, end) {
                (end, direction) = (after, moved);
            }
        }
        let next = if end > from { if self.is(end, &[","]) { end + 1 } else { end } } else { from };
        if let Some((after, date)) = self.day_month_year(next) {
            stated = Stated { weekday: stated.weekday, part: stated.part, ..date };
            end = after;
        }
        if end == from || stated.weekday.is_none() && stated.month.is_none() {
            return None;
        }
        // `de lundi matin`, `5 мая вечером`, `5 мая в 14:30`.
        let part_at = self.skip(end, Cat::In);
        if stated.part.is_none()
            && stated.day.is_some()
            && let Some(hit) = self.hit(part_at, Cat::Part).filter(|hit| !hit.weak)
        {
            stated.part = part_of(hit.class);
            end = hit.end;
        }
        if let Some((after, clock)) = self.trailing_clock(end).filter(|_| stated.has_day()) {
            stated.clock = Some(clock);
            end = after;
        }
        self.in_told_year(&mut stated);
        Some((end, stated.read(self.anchor, direction)))
    }

    /// `ніч з 15 на 16 серпня`: the night that begins on the first day.
    fn night_between(&self, at: usize, part: Option<Part>) -> Option<(usize, Reading)> {
        let first = self.hit(at, Cat::From)?.end;
        let (after, mut stated) = self.shared_day(first)?;
        let (end, _) = self.day_month_year(self.skip(after, Cat::To))?;
        stated.part = part;
        self.in_told_year(&mut stated);
        Some((end, stated.read(self.anchor, self.direction(at))))
    }

    /// Without a date of publication a day or month without year lies in the year told last.
    fn in_told_year(&self, stated: &mut Stated) {
        if self.anchor.is_none() && stated.year.is_none() && stated.month.is_some() {
            stated.year = self.year;
        }
    }

    /// `5 травня 2023 року`, `1er mai`, `у травні 2023`, `16` of `16—24 серпня 1914`.
    fn day_month_year(&self, at: usize) -> Option<(usize, Stated)> {
        if let Some(found) = self.shared_day(at) {
            return Some(found);
        }
        let stretch = self.hit(at, Cat::Stretch);
        let (after_day, day) = match self.day(at).filter(|_| stretch.is_none()) {
            Some((end, day)) => (self.skip(end, Cat::Of), Some(day)),
            None => (stretch.map_or(at, |hit| self.skip(hit.end, Cat::Of)), None),
        };
        let month = self.hit(after_day, Cat::Month)?;
        let number: i8 = month.class.parse().ok()?;
        let (end, year) = self.year_after(month.end);
        // A weak name of a month (`лютий`: fierce) needs a day, a year or a preposition.
        if month.weak && day.is_none() && year.is_none() && self.behind(at, Cat::In).is_none() {
            return None;
        }
        let stretch = stretch.and_then(|hit| stretch_of(hit.class));
        Some((end, Stated { day, month: Some(number), year, stretch, ..Stated::default() }))
    }

    /// A day that shares month or year with the second end of a range: `16—24 серпня 1914`, `17 серпня — 15 вересня 1914`.
    fn shared_day(&self, at: usize) -> Option<(usize, Stated)> {
        let (day_end, day) = self.day(at)?;
        let month = self.hit(self.skip(day_end, Cat::Of), Cat::Month);
        let (end, own) = match month {
            Some(month) => (month.end, month.class.parse().ok()),
            None => (day_end, None),
        };
        if own.is_some() && self.year_after(end).1.is_some() {
            return None;
        }
        let dash = self.is(end, &["-", "–", "—", "‑"]);
        let and = own.is_none() && self.is(end, &[","]);
        let other_at = if dash || and { end + 1 } else { self.skip(end, Cat::To) };
        if other_at == end {
            return None;
        }
        let (other_end, _) = self.day(self.skip(other_at, Cat::To))?;
        let other = self.hit(self.skip(other_end, Cat::Of), Cat::Month)?;
        let (_, year) = self.year_after(other.end);
        let month = own.or_else(|| other.class.parse().ok());
        if own.is_some() && year.is_none() {
            return None;
        }
        Some((end, Stated { day: Some(day), month, year, ..Stated::default() }))
    }

    fn day(&self, at: usize) -> Option<(usize, i8)> {
        let token = self.tokens.get(at)?;
        if let Some(value) = token.number().filter(|_| token.word.len() <= 2) {
            let day = i8::try_from(value).ok().filter(|day| (1..=31).contains(day))?;
            // `1er`, `16-го`: what is written joined to the number.
            let joined = self.is(at + 1, &["er", "го", "е", "ого", "te", "му", "ого"]);
            return Some((at + 1 + usize::from(joined), day));
        }
        let mut end = at;
        let mut value = 0i8;
        while let Some(hit) = self.hit(end, Cat::Ordinal).or_else(|| self.hit(end, Cat::Number).filter(|_| value == 0))
        {
            value = value.checked_add(hit.class.parse().ok()?)?;
            end = hit.end;
        }
        let named = self.hit(self.skip(end, Cat::Of), Cat::Month).is_some();
        (named && (1..=31).contains(&value)).then_some((end, value))
    }

    /// `2023`, `2023 року`, `року 2023`, `490 до н. е.` after a month.
    fn year_after(&self, at: usize) -> (usize, Option<i16>) {
        let from = if self.is(at, &[","]) { at + 1 } else { self.skip(at, Cat::Of) };
        let from = if self.tokens.get(from).is_some_and(|token| numeric::year(token).is_some()) { from } else { at };
        match self.tokens.get(from).and_then(numeric::year) {
            // The word for year is not of a date that has a month.
            Some(year) => (from + 1, Some(year)),
            None => (at, None),
        }
    }

    // ---- what is relative ----

    /// `hier`, `вчора ввечері`, `вчера в 14:30`, `ce matin`.
    fn named_day(&self, at: usize) -> Option<(usize, Reading)> {
        let (mut end, offset, mut part) = match self.hit(at, Cat::Day).filter(|hit| !hit.weak) {
            Some(hit) => (hit.end, hit.class.parse::<i64>().ok()?, None),
            None => {
                let this = self.hit(at, Cat::This)?;
                let part = self.hit(this.end, Cat::Part).filter(|hit| !hit.weak)?;
                (part.end, 0, part_of(part.class))
            }
        };
        if let Some(hit) = self.hit(self.skip(end, Cat::In), Cat::Part).filter(|hit| part.is_none() && !hit.weak) {
            part = part_of(hit.class);
            end = hit.end;
        }
        let mut stated = Stated { part, ..Stated::default() };
        if let Some((after, clock)) = self.trailing_clock(end) {
            stated.clock = Some(clock);
            end = after;
        }
        let day = self.anchor.and_then(|anchor| plus(anchor, offset));
        let value = day.map_or("XXXX-XX-XX".to_owned(), |day| day.to_string());
        Some((end, stated.finish(day.map(Days::one), Basis::Relative, value, "day")))
    }

    /// `la semaine dernière`, `на прошлой неделе`, `цього року`, `минулого місяця`.
    fn unit_offset(&self, at: usize) -> Option<(usize, Reading)> {
        let offset = |at: usize| -> Option<(usize, i64)> {
            let of = |cat: Cat, by: i64| self.hit(at, cat).map(|hit| (hit.end, by));
            of(Cat::Last, -1).or_else(|| of(Cat::Next, 1)).or_else(|| of(Cat::This, 0))
        };
        let (end, unit, by) = match offset(at) {
            Some((after, by)) => {
                let (end, unit) = self.unit(after)?;
                // `cette semaine dernière`: the word behind decides.
                match offset(end).filter(|(_, behind)| by == 0 && *behind != 0) {
                    Some((end, by)) => (end, unit, by),
                    None => (end, unit, by),
                }
            }
            None => {
                let (after, unit) = self.unit(at)?;
                let (end, by) = offset(after).filter(|(_, by)| *by != 0)?;
                (end, unit, by)
            }
        };
        if matches!(unit, Unit::Second | Unit::Minute | Unit::Hour) {
            return None;
        }
        let period = self
            .anchor
            .map(|anchor| if matches!(unit, Unit::Week | Unit::Day) { anchor } else { anchor.first_of_month() })
            .and_then(|anchor| unit.around(unit.move_by(anchor, by)?));
        let (days, value) = period.unzip();
        let value = value.unwrap_or_else(|| unit.unknown().to_owned());
        Some((end, Reading::new("date", unit.granularity(), value).with(days, Basis::Relative)))
    }

    /// `того ж дня`, `le lendemain`: counted from the day told last.
    fn told(&self, at: usize) -> Option<(usize, Reading)> {
        let hit = self.hit(at, Cat::Told).filter(|hit| !hit.weak)?;
        let (by, unit) = hit.class.split_once(' ')?;
        let (by, unit) = (by.parse::<i64>().ok()?, unit_of(unit)?);
        let how = if unit == Unit::Day { Leaning::After } else { Leaning::Whole };
        let how = if by == 0 { Leaning::Whole } else { how };
        let reading = Reading::new("date", unit.granularity(), unit.unknown());
        Some((hit.end, reading.leaving(Open::Told(Lean { unit, by, how, part: None, weekday: None }))))
    }

    /// `il y a trois jours`, `три дня назад`, `через два тижні`, `dans deux jours`.
    fn ago(&self, at: usize) -> Option<(usize, Reading)> {
        let before = self.hit(at, Cat::Ago).filter(|hit| hit.class == "before");
        let hence = self.hit(at, Cat::Hence).filter(|hit| !hit.weak);
        let from = before.or(hence).map_or(at, |hit| hit.end);
        let (unit_at, count) = self.count(from).unwrap_or((from, Count::Exactly(1)));
        let (unit_end, unit) = self.unit(unit_at)?;
        let behind = self.hit(unit_end, Cat::Ago).filter(|hit| hit.class == "after");
        let (end, ahead) = match (before, behind, hence) {
            (Some(_), _, _) => (unit_end, false),
            (_, Some(behind), _) => (behind.end, false),
            (_, _, Some(_)) if self.count(from).is_some() => (unit_end, true),
            _ => return None,
        };
        let sign = if ahead { 1 } else { -1 };
        if ahead {
            // “In two days” of a story is counted from the day told there.
            let reading = Reading::new("duration", unit.granularity(), unit.timex(count));
            return Some((end, reading.stated()));
        }
        let (least, most) = match count {
            Count::Exactly(count) => (count, count),
            Count::Vague => (2, unit.vague_most()),
        };
        let days = self.anchor.and_then(|anchor| {
            let first = unit.move_by(anchor, i64::from(most) * sign)?;
            let last = unit.move_by(anchor, i64::from(least) * sign)?;
            unit.widen(Days { first, last })
        });
        let value = match (count, self.anchor) {
            (Count::Exactly(count), Some(anchor)) => unit.ago_value(anchor, count),
            _ => None,
        };
        let reading = Reading::new("date", unit.granularity(), value.unwrap_or_else(|| "PAST_REF".to_owned()));
        Some((end, reading.with(days, Basis::Relative)))
    }

    // ---- years, decades, centuries, seasons ----

    fn period(&self, at: usize) -> Option<(usize, Reading)> {
        self.before_christ(at).or_else(|| self.century(at)).or_else(|| self.season(at)).or_else(|| self.year_alone(at))
    }

    /// `490 до н. е.`, `490 року до н. е.`
    fn before_christ(&self, at: usize) -> Option<(usize, Reading)> {
        let value = self.tokens.get(at)?.number().filter(|value| (1..5000).contains(value))?;
        let era_at = self.skip(at + 1, Cat::Year);
        let era = self.hit(era_at, Cat::Era)?;
        Some((era.end, Reading::new("date", "year", format!("BC{value:04}")).stated()))
    }

    /// `XIX століття`, `1920-х років`, `années 1990`.
    fn century(&self, at: usize) -> Option<(usize, Reading)> {
        let token = self.tokens.get(at)?;
        if let Some(year) = numeric::year(token).filter(|year| year % 10 == 0) {
            let before = self.behind(at, Cat::Century).is_some_and(|hit| hit.class == "decade");
            let after = self.hit(at + 1, Cat::Century).filter(|hit| hit.class == "decade");
            if before || after.is_some() {
                let days = Days::whole_year(year)?.to(Days::whole_year(year + 9)?);
                let reading = Reading::new("date", "decade", format!("{:03}", year / 10)).with(days, Basis::Stated);
                return Some((after.map_or(at + 1, |hit| hit.end), reading));
            }
        }
        let number = token.number().or_else(|| roman(&token.word))?;
        let joined = usize::from(self.is(at + 1, &["e", "eme", "го", "го", "му", "й", "и"]));
        let hit = self.hit(at + 1 + joined, Cat::Century).filter(|hit| hit.class == "century")?;
        let first = i16::try_from(number.checked_sub(1)?).ok().filter(|century| (0..30).contains(century))?;
        let days = Days::whole_year(first * 100 + 1)?.to(Days::whole_year(first * 100 + 100)?);
        Some((hit.end, Reading::new("date", "decade", format!("{first:02}")).with(days, Basis::Stated)))
    }

    /// `весни 1917 року`; a season without a year in a month's place is left alone.
    fn season(&self, at: usize) -> Option<(usize, Reading)> {
        let shift = match (self.hit(at, Cat::Next), self.hit(at, Cat::Last)) {
            (Some(next), _) => Some((next.end, 1)),
            (_, Some(last)) => Some((last.end, -1)),
            _ => None,
        };
        let (season_at, by) = shift.unwrap_or((at, 0));
        let hit = self.hit(season_at, Cat::Season)?;
        let (end, year) = self.year_after(hit.end);
        let told = self.year.filter(|_| self.anchor.is_none()).or(self.anchor.filter(|_| by != 0).map(Date::year));
        let told = told.map(|year| year + by);
        // `été`, `осінній`: alone they may be something else.
        if year.is_none() && (hit.weak || by == 0 && told.is_none()) {
            return None;
        }
        let value = year.or(told).map_or("XXXX".to_owned(), |year| format!("{year:04}"));
        let reading = Reading::new("date", "month", format!("{value}-{}", hit.class));
        Some((end, if year.is_some() { reading.stated() } else { reading }))
    }

    /// `у 1917 році`, `1917 року`, `(1917)`, `en 2019`, `початок 1917 року`.
    fn year_alone(&self, at: usize) -> Option<(usize, Reading)> {
        let stretch = self.hit(at, Cat::Stretch);
        let from = stretch.map_or(at, |hit| self.skip(hit.end, Cat::Of));
        let named_before = self.hit(from, Cat::Year).filter(|_| from == at).map(|hit| hit.end);
        let year_at = named_before.unwrap_or(from);
        let year = self.tokens.get(year_at).and_then(numeric::year)?;
        let end = self.year_word(year_at + 1);
        let named = end > year_at + 1 || named_before.is_some();
        let introduced = [Cat::In, Cat::From, Cat::To, Cat::Of].iter().any(|cat| self.behind(at, *cat).is_some());
        let next = self.tokens.get(year_at + 1);
        let mark = |token: &Token| !token.word.starts_with(char::is_alphanumeric);
        let alone = next.is_none_or(|next| mark(next) && !next.word.starts_with(['%', '$', '€', '°']));
        let percent = self.is(year_at + 1, &["%", "$", "€", "°"]);
        let decimal = self.is(year_at + 1, &[",", "."])
            && self.tokens.get(year_at + 2).is_some_and(|after| !after.spaced && after.number().is_some());
        if percent || decimal || !(named || introduced || alone) {
            return None;
        }
        let stretch = stretch.and_then(|hit| stretch_of(hit.class));
        let stated = Stated { year: Some(year), stretch, ..Stated::default() };
        Some((end, stated.read(self.anchor, Direction::Past)))
    }

    // ---- the rest ----

    fn vague(&self, at: usize) -> Option<(usize, Reading)> {
        let hit = self.hit(at, Cat::Vague)?;
        if hit.class.starts_with('P') && hit.class.len() == 3 {
            let granularity = if hit.class == "P1D" { "day" } else { "unknown" };
            return Some((hit.end, Reading::new("set", granularity, hit.class).stated()));
        }
        let mut reading = Reading::new("date", "unknown", hit.class);
        if let Some(anchor) = self.anchor.filter(|_| hit.class != "FUTURE_REF") {
            reading = reading.with(Some(Days::one(anchor)), Basis::Relative);
            reading.open_start = hit.class == "PAST_REF";
        }
        Some((hit.end, reading))
    }

    /// `три дні`, `plusieurs heures`, `кожного дня`.
    fn duration(&self, at: usize) -> Option<(usize, Reading)> {
        if let Some(every) = self.hit(at, Cat::Every) {
            let (unit_at, count) = self.count(every.end).unwrap_or((every.end, Count::Exactly(1)));
            let (end, unit) = self.unit(unit_at)?;
            return Some((end, Reading::new("set", unit.granularity(), unit.timex(count)).stated()));
        }
        let (unit_at, count) = self.count(at)?;
        let (end, unit) = self.unit(unit_at)?;
        // `1917 рік` is a year, not so many of them.
        if unit == Unit::Year && self.tokens.get(unit_at - 1).and_then(numeric::year).is_some() {
            return None;
        }
        if self.behind(at, Cat::About).is_some() && unit == Unit::Hour && self.hit(end, Cat::Part).is_some() {
            return None;
        }
        Some((end, Reading::new("duration", unit.granularity(), unit.timex(count)).stated()))
    }

    /// `о 14:30`, `vers 5 heures du matin`, `около 9 часов утра`, `14h30`.
    fn clock_alone(&self, at: usize) -> Option<(usize, Reading)> {
        let (end, clock) = self.clock(at)?;
        Some((end, Stated { clock: Some(clock), ..Stated::default() }.time_alone().leaving(Open::Clock(clock))))
    }

    fn trailing_clock(&self, at: usize) -> Option<(usize, Clock)> {
        let from = if self.is(at, &[","]) { at + 1 } else { at };
        let from = self.skip(self.skip(from, Cat::Hour), Cat::In);
        let from = self.skip(from, Cat::About);
        self.clock(from)
    }

    fn clock(&self, at: usize) -> Option<(usize, Clock)> {
        if let Some((mut end, mut clock)) = numeric::clock(self.tokens, at) {
            if let Some(part) = self.hit(self.skip(end, Cat::Of), Cat::Part).filter(|_| clock.hour <= 12) {
                clock.half_unknown = true;
                clock = part_of(part.class).map_or(clock, |of| clock.in_part(of));
                end = part.end;
            }
            return Some((end, clock));
        }
        let (number_end, hour) = self.number(at).filter(|(_, hour)| *hour <= 24)?;
        let number_end = number_end + usize::from(self.is(number_end, &["и", "ти", "й", "а"]));
        let named = self.hit(number_end, Cat::Hour).filter(|hit| hit.end == number_end + 1)?;
        if !self.words.has(number_end, Cat::Unit) && !self.is(number_end, &["h", "год"]) {
            return None;
        }
        let mut end = named.end;
        let minute = self.tokens.get(end).and_then(Token::number).filter(|minute| *minute < 60);
        let minute = minute.filter(|_| self.tokens[end].word.len() == 2);
        end += usize::from(minute.is_some());
        let hour = i8::try_from(hour % 24).ok()?;
        let minute = minute.and_then(|minute| i8::try_from(minute).ok());
        let mut clock = Clock { hour, minute, second: None, offset: None, half_unknown: false };
        let part = self.hit(self.skip(end, Cat::Of), Cat::Part);
        let hour_mark = self.is(number_end, &["h"]) || minute.is_some();
        match part {
            Some(part) => {
                clock.half_unknown = hour <= 12;
                clock = part_of(part.class).map_or(clock, |of| clock.in_part(of));
                end = part.end;
            }
            // “Five hours” is a length; only what stands before makes it a time of the clock.
            None if !hour_mark && self.behind(at, Cat::Hour).is_none() => return None,
            None => {}
        }
        Some((end, clock))
    }
}

fn unit_of(name: &str) -> Option<Unit> {
    Some(match name {
        "second" => Unit::Second,
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        "decade" => Unit::Decade,
        _ => return None,
    })
}

fn part_of(name: &str) -> Option<Part> {
    Some(match name {
        "TMO" => Part::Morning,
        "TMI" => Part::Midday,
        "TAF" => Part::Afternoon,
        "TEV" => Part::Evening,
        "TNI" => Part::Night,
        _ => return None,
    })
}

fn stretch_of(name: &str) -> Option<Stretch> {
    Some(match name {
        "early" => Stretch::Early,
        "mid" => Stretch::Mid,
        "late" => Stretch::Late,
        _ => return None,
    })
}

fn weekday_of(number: &str) -> Option<Weekday> {
    Weekday::from_monday_one_offset(number.parse().ok()?).ok()
}

/// The value of a Roman numeral in small Latin letters (Cyrillic і and х are written for them).
fn roman(word: &str) -> Option<u32> {
    let letters: Vec<u32> = word
        .chars()
        .map(|c| match c {
            'i' | 'і' => Some(1),
            'v' => Some(5),
            'x' | 'х' => Some(10),
            'l' => Some(50),
            _ => None,
        })
        .collect::<Option<_>>()?;
    if letters.is_empty() || letters.len() > LONGEST_NUMERAL {
        return None;
    }
    let mut total = 0i64;
    for (at, value) in letters.iter().enumerate() {
        let smaller = letters.get(at + 1).is_some_and(|next| next > value);
        total += if smaller { -i64::from(*value) } else { i64::from(*value) };
    }
    u32::try_from(total).ok()
}
