//! Dates and clock times written in digits, alike in every language: `2019-03-29`, `29.3.2019`, `3/4/2019`, `18:36`,
//! `18:36:05+03:00`, `GMT`.
//!
//! `3/4/2019` is two dates; it deliberately is read as both and never as the likelier one.

use jiff::civil::Date;

use super::calendar::Days;
use super::reading::{Basis, Clock, Direction, Reading, Stated};
use super::tokens::Token;

/// Years that are taken for years.
const YEARS: std::ops::RangeInclusive<u32> = 1500..=2150;

/// The value of a four-digit year.
pub(super) fn year(token: &Token) -> Option<i16> {
    let value = token.number().filter(|value| YEARS.contains(value) && token.word.len() == 4)?;
    i16::try_from(value).ok()
}

/// A date in digits at `at`, and where it ends.
pub(super) fn date(tokens: &[Token], at: usize, anchor: Option<Date>) -> Option<(usize, Reading)> {
    let [first, mark, second, mark_2, third] = tokens.get(at..at + 5)? else { return None };
    let separator = mark.word.as_str();
    if separator != mark_2.word || !matches!(separator, "-" | "/" | "." | "‑" | "–") {
        return None;
    }
    if [mark, second, mark_2, third].iter().any(|token| token.spaced) {
        return None;
    }
    let follows = tokens.get(at + 5);
    // `1.2.3.4` and `12-34-56-78` are not dates.
    if follows.is_some_and(|next| {
        !next.spaced
            && next.word == separator
            && tokens.get(at + 6).is_some_and(|after| after.number().is_some() && !after.spaced)
    }) {
        return None;
    }
    let (a, b, c) = (first.number()?, second.number()?, third.number()?);
    if let Some(year) = year(first) {
        let stated =
            Stated { year: Some(year), month: i8::try_from(b).ok(), day: i8::try_from(c).ok(), ..Stated::default() };
        return iso(tokens, at + 5, stated, anchor);
    }
    let year = match third.word.len() {
        4 => year(third)?,
        2 if separator == "/" => return two_digit_year(a, b, third).map(|reading| (at + 5, reading)),
        _ => return None,
    };
    let day_first = day(year, b, a);
    let month_first = if separator == "." { None } else { day(year, a, b) };
    let (end, clock) = trailing_clock(tokens, at + 5);
    let reading = match (day_first, month_first) {
        (Some(one), Some(other)) if one != other => {
            let days = Days { first: one.min(other), last: one.max(other) };
            let mut reading = Reading::new("date", "day", format!("{}|{}", days.first, days.last));
            reading.days = Some(days);
            return Some((at + 5, reading));
        }
        (Some(one), _) | (None, Some(one)) => Stated {
            year: Some(one.year()),
            month: Some(one.month()),
            day: Some(one.day()),
            clock,
            ..Stated::default()
        }
        .read(anchor, Direction::Past),
        (None, None) => return None,
    };
    Some((if clock.is_some() { end } else { at + 5 }, reading))
}

fn day(year: i16, month: u32, day: u32) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `13/4/19`: the century is not stated, so the date is shown and not resolved.
fn two_digit_year(a: u32, b: u32, third: &Token) -> Option<Reading> {
    let plausible = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    if !plausible(a, b) && !plausible(b, a) {
        return None;
    }
    let (month, day) = match (plausible(a, b), plausible(b, a)) {
        (true, false) => (format!("{b:02}"), format!("{a:02}")),
        (false, true) => (format!("{a:02}"), format!("{b:02}")),
        _ => ("XX".to_owned(), "XX".to_owned()),
    };
    Some(Reading::new("date", "day", format!("XX{}-{month}-{day}", third.word)))
}

/// `T18:36:00Z` or ` 18:36` after a date.
fn iso(tokens: &[Token], at: usize, mut stated: Stated, anchor: Option<Date>) -> Option<(usize, Reading)> {
    let mut end = at;
    let joined = tokens.get(at).filter(|token| !token.spaced && token.word == "t");
    let clock_at = if joined.is_some() { at + 1 } else { at };
    if let Some((after, clock)) = clock(tokens, clock_at) {
        stated.clock = Some(clock);
        end = after;
    }
    let reading = stated.read(anchor, Direction::Past);
    reading.days.is_some().then_some((end, reading))
}

/// A clock time after a date, with or without “at” or a comma.
pub(super) fn trailing_clock(tokens: &[Token], at: usize) -> (usize, Option<Clock>) {
    let mut from = at;
    if tokens.get(from).is_some_and(|token| matches!(token.word.as_str(), "," | "-" | "–" | "|")) {
        from += 1;
    }
    if tokens.get(from).is_some_and(|token| matches!(token.word.as_str(), "at" | "around" | "about")) {
        from += 1;
    }
    match clock(tokens, from) {
        Some((end, clock)) => (end, Some(clock)),
        None => (at, None),
    }
}

/// `18:36`, `18:36:05`, `5:30 pm`, `5 p.m.`, `1836 hours`, each with a zone if one follows; where it ends.
pub(super) fn clock(tokens: &[Token], at: usize) -> Option<(usize, Clock)> {
    let hour = tokens.get(at)?.number()?;
    let mark = |index: usize, words: &[&str]| {
        tokens.get(index).is_some_and(|token| !token.spaced && words.contains(&token.word.as_str()))
    };
    let two_digits = |index: usize| {
        tokens
            .get(index)
            .filter(|token| !token.spaced && token.word.len() == 2)
            .and_then(Token::number)
            .filter(|n| *n < 60)
    };
    let mut end = at + 1;
    let (mut minute, mut second) = (None, None);
    if mark(end, &[":", "."]) && two_digits(end + 1).is_some() {
        // `5.30` is a clock time only when am or pm follows: it may be a number.
        let dotted = tokens[end].word == ".";
        let value = two_digits(end + 1);
        let zoned = tokens
            .get(end + 2)
            .is_some_and(|token| token.spaced && matches!(token.word.as_str(), "gmt" | "utc" | "cet"));
        if dotted && !zoned && half(tokens, end + 2).is_none() {
            return None;
        }
        minute = value;
        end += 2;
        if mark(end, &[":"]) && two_digits(end + 1).is_some() {
            second = two_digits(end + 1);
            end += 2;
            if mark(end, &["."]) && tokens.get(end + 1).is_some_and(|token| !token.spaced && token.number().is_some()) {
                end += 2;
            }
        }
    }
    let mut hour = hour;
    let universal = |token: &Token| matches!(token.word.as_str(), "gmt" | "utc" | "local");
    if minute.is_none()
        && tokens[at].word.len() == 4
        && tokens.get(end).is_some_and(|token| is_hours_word(token) || universal(token))
        && !tokens
            .get(end)
            .is_some_and(|token| token.word == "local" && tokens.get(end + 1).is_none_or(|t| t.word != "time"))
    {
        minute = Some(hour % 100).filter(|minute| *minute < 60);
        minute?;
        hour /= 100;
        end += usize::from(!universal(&tokens[end]));
    }
    if let Some((after, afternoon)) = half(tokens, end) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        end = after;
    } else if minute.is_none() {
        return None;
    }
    if hour > 24 || (hour == 24 && minute != Some(0)) {
        return None;
    }
    let (end, offset) = zone(tokens, end);
    let small = |value: Option<u32>| value.and_then(|value| i8::try_from(value).ok());
    Some((
        end,
        Clock { hour: (hour % 24) as i8, minute: small(minute), second: small(second), offset, half_unknown: false },
    ))
}

fn is_hours_word(token: &Token) -> bool {
    matches!(token.word.as_str(), "hours" | "hrs" | "hour" | "h")
}

/// `am`, `p.m.`, ص, م: where it ends, and whether it is the second half of the day.
pub(super) fn half(tokens: &[Token], at: usize) -> Option<(usize, bool)> {
    let word = tokens.get(at)?.word.as_str();
    match word {
        "am" | "ص" | "صباحا" => Some((at + 1, false)),
        "pm" | "م" | "مساء" => Some((at + 1, true)),
        "a" | "p" => {
            let dotted = tokens.get(at + 1).is_some_and(|token| token.word == "." && !token.spaced)
                && tokens.get(at + 2).is_some_and(|token| token.word == "m" && !token.spaced);
            if !dotted {
                return None;
            }
            // The last full stop belongs to it unless it ends the sentence; the word alone is enough either way.
            let closed = tokens.get(at + 3).is_some_and(|token| token.word == "." && !token.spaced);
            Some((if closed { at + 4 } else { at + 3 }, word == "p"))
        }
        _ => None,
    }
}

/// `Z`, `GMT`, `UTC`, `GMT+3`, `+03:00`, بتوقيت غرينتش: where it ends, and the offset in minutes. Other names of zones
/// are ambiguous and stay unread.
fn zone(tokens: &[Token], at: usize) -> (usize, Option<i32>) {
    let none = (at, None);
    let Some(token) = tokens.get(at) else { return none };
    match token.word.as_str() {
        "z" if !token.spaced => (at + 1, Some(0)),
        "gmt" | "utc" => match signed_offset(tokens, at + 1) {
            Some((end, offset)) => (end, Some(offset)),
            None => (at + 1, Some(0)),
        },
        "+" | "-" if !token.spaced => signed_offset(tokens, at).map_or(none, |(end, offset)| (end, Some(offset))),
        "(" if tokens.get(at + 1).is_some_and(|next| matches!(next.word.as_str(), "gmt" | "utc")) => {
            let (end, offset) = zone(tokens, at + 1);
            let closed = tokens.get(end).is_some_and(|token| token.word == ")");
            (if closed { end + 1 } else { end }, offset)
        }
        "بتوقيت" | "توقيت" => match tokens.get(at + 1).map(|token| token.word.as_str()) {
            Some("غرينتش" | "جرينتش" | "غرينيتش" | "جرينيتش") => (at + 2, Some(0)),
            _ => none,
        },
        _ => none,
    }
}

/// `+3`, `+03`, `+0300`, `+03:00`.
fn signed_offset(tokens: &[Token], at: usize) -> Option<(usize, i32)> {
    let sign = match tokens.get(at)?.word.as_str() {
        "+" => 1,
        "-" | "−" => -1,
        _ => return None,
    };
    let digits = tokens.get(at + 1).filter(|token| !token.spaced)?;
    let value = i32::try_from(digits.number()?).ok()?;
    if digits.word.len() == 4 {
        return (value / 100 <= 14 && value % 100 < 60).then(|| (at + 2, sign * (value / 100 * 60 + value % 100)));
    }
    if digits.word.len() > 2 || value > 14 {
        return None;
    }
    let colon = tokens.get(at + 2).is_some_and(|token| token.word == ":" && !token.spaced);
    let minutes =
        tokens.get(at + 3).filter(|token| colon && !token.spaced && token.word.len() == 2).and_then(Token::number);
    match minutes {
        Some(minutes) if minutes < 60 => Some((at + 4, sign * (value * 60 + minutes as i32))),
        _ => Some((at + 2, sign * value * 60)),
    }
}

impl Stated {
    /// A time of day whose day is not said.
    pub fn time_alone(self) -> Reading {
        self.finish(None, Basis::Unresolved, String::new(), "part_of_day")
    }

    /// Whether anything says which day.
    pub fn has_day(&self) -> bool {
        self.weekday.is_some() || self.day.is_some()
    }
}
