//! Times in text: dates, clock times, durations and recurrences, each with the interval that it can mean.
//!
//! English and Arabic, each by a grammar of its own; other languages by tables (`crate::tongues`). Values follow ISO-TimeML (ISO 24617-1). An interval holds everything that the
//! words can mean and never less: `3/4/2019` is two dates, “a few days” is a wide window, “last week” begins on any of
//! the days on which weeks begin. It deliberately never fills in a zone, a century, or, without a date of
//! publication, a day for “Thursday”: that stays unresolved.

mod arabic;
mod arabic_words;
mod calendar;
mod context;
mod english;
mod english_periods;
mod english_words;
mod numeric;
mod reading;
mod tables;
pub(crate) mod tokens;
mod units;

use std::ops::Range;

use jiff::civil::Date;

use crate::tongues;

use reading::Reading;
use tokens::{Token, tokens};

/// Longest expression of time, in tokens: past that a reader is at fault.
const LONGEST: usize = 24;

/// Words that stand for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeMention {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// First day it can mean, inclusive; the instant when date, clock and zone are stated. Absent when not known.
    pub earliest: Option<String>,
    /// Last day (or the instant) it can mean, inclusive.
    pub latest: Option<String>,
    /// `minute`, `part_of_day`, `day`, `few_days`, `week`, `month`, `year`, `decade` or `unknown`.
    pub granularity: &'static str,
    /// ISO-TimeML value, such as `2019-03-29T18:36`, `P3D`, `XXXX-WXX-4`, `PAST_REF`; two readings are joined by `|`,
    /// the ends of a range by `/`.
    pub timex: String,
    /// `stated`, `relative_to_publication` or `unresolved`.
    pub basis: &'static str,
    /// `date`, `time`, `duration` or `set`.
    pub kind: &'static str,
}

/// The times that `text` mentions, in order and without overlap; `published` (RFC 3339 or a date) anchors the
/// relative ones, and where it is absent or cannot be read they stay unresolved.
pub fn find(text: &str, published: Option<&str>) -> Vec<TimeMention> {
    let anchor = published.and_then(day_of);
    let tokens = tokens(text);
    let mut out = Vec::new();
    let mut at = 0;
    let mut context = context::Context::default();
    let mut line_end = 0;
    while at < tokens.len() {
        if text[line_end..tokens[at].range.start].contains('\n') {
            context.line();
        }
        line_end = tokens[at].range.start;
        match read_at(&tokens, at, anchor) {
            Some((end, reading)) if end > at && end - at <= LONGEST => {
                let reading = context.settle(reading, anchor);
                out.push(mention(text, &tokens, at, end, reading));
                at = end;
            }
            _ => at += 1,
        }
    }
    out
}

/// The times that `text` mentions, as [`find`] tells them, by the grammar of the language of this code where it has one of
/// its own (`fr`, `ru`, `uk`).
pub fn find_in(text: &str, published: Option<&str>, language: Option<&str>) -> Vec<TimeMention> {
    match language.and_then(tongues::of) {
        Some(tongue) => find_cut(text, &tongue.cut(text, &[]), published),
        None => find(text, published),
    }
}

/// The times in a text that is cut already.
pub(crate) fn find_cut(text: &str, cut: &tongues::Cut<'_>, published: Option<&str>) -> Vec<TimeMention> {
    tables::find(text, cut, published)
}

/// When a document says it was published, if `stated` is a date (or date and time) and nothing else: RFC 3339 where it
/// states a zone, else the date. A date that can be read in two ways, or lacks its year, is none.
pub fn publication(stated: &str) -> Option<String> {
    let stated = stated.trim();
    if stated.len() > 160 {
        return None;
    }
    let tokens = tokens(stated);
    let Some((end, reading)) = read_at(&tokens, 0, None) else {
        return tongues::all().iter().find_map(|tongue| tables::publication(stated, &tongue.cut(stated, &[])));
    };
    let rest = &tokens[end..];
    if !rest.iter().all(|token| matches!(token.word.as_str(), "." | "," | "-" | "|" | "–" | "م" | "هـ")) {
        return None;
    }
    if let Some(instant) = reading.instant {
        return Some(instant);
    }
    let days = reading.days.filter(|days| days.first == days.last && reading.basis == reading::Basis::Stated)?;
    Some(days.first.to_string())
}

fn read_at(tokens: &[Token], at: usize, anchor: Option<Date>) -> Option<(usize, Reading)> {
    let token = tokens.get(at)?;
    let first = token.word.chars().next()?;
    if witnessmark_model::words::is_arabic(first) {
        return arabic::read(tokens, at, anchor);
    }
    if first.is_ascii_digit() {
        // Digits open expressions of both languages: what follows them decides.
        let english = english::read(tokens, at, anchor);
        let arabic = arabic::read(tokens, at, anchor);
        return [arabic, english].into_iter().flatten().max_by_key(|(end, _)| *end);
    }
    // “’82”
    let short = matches!(first, '\'' | '’' | '‘' | '`')
        && tokens.get(at + 1).is_some_and(|next| !next.spaced && next.number().is_some());
    if first.is_ascii_alphabetic() || short { english::read(tokens, at, anchor) } else { None }
}

fn mention(text: &str, tokens: &[Token], at: usize, end: usize, reading: Reading) -> TimeMention {
    let range = start_of(&tokens[at], text)..tokens[end - 1].range.end;
    let (earliest, latest) = match (&reading.instant, reading.days) {
        (Some(instant), _) => (Some(instant.clone()), Some(instant.clone())),
        (None, Some(days)) => ((!reading.open_start).then(|| days.first.to_string()), Some(days.last.to_string())),
        (None, None) => (None, None),
    };
    TimeMention {
        range,
        earliest,
        latest,
        granularity: reading.granularity,
        timex: reading.timex,
        basis: reading.basis.name(),
        kind: reading.kind,
    }
}

/// Where the words begin: after the و, ف, ب or ل that Arabic writes joined to the first of them.
fn start_of(token: &Token, text: &str) -> usize {
    if arabic::bare(&token.word).len() == token.word.len() {
        return token.range.start;
    }
    let mut letters = text[token.range.clone()].char_indices().filter(|(_, c)| c.is_alphabetic());
    letters.nth(1).map_or(token.range.start, |(offset, _)| token.range.start + offset)
}

/// The day of an RFC 3339 time (in its own zone) or of a date.
fn day_of(published: &str) -> Option<Date> {
    published.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests;
