//! How many: digits and number words of a table, and what stands before them (at least, about, dozens).
//!
//! It deliberately gives no most where the words give none: “dozens” has a least only.

use std::ops::Range;

use super::words::{Cat, Words};

/// Most words of one number: past that the words are no number.
const LONGEST_NUMBER: usize = 14;

/// A quantity read from words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quantity {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// At least.
    pub min: Option<u64>,
    /// At most.
    pub max: Option<u64>,
    /// The words say that it is not exact.
    pub approximate: bool,
}

/// A number in digits or words at `at`: where it ends and its value; `10 000` is one.
pub(crate) fn number(words: &Words<'_>, at: usize) -> Option<(usize, u64)> {
    let token = words.list.get(at)?;
    if let Some(first) = token.number() {
        let (mut end, mut value) = (at + 1, first);
        let mut digits = token.word.len();
        while let Some(next) =
            words.list.get(end).filter(|next| next.word.len() == 3 && digits <= 3 && end < at + LONGEST_NUMBER)
            && let Some(three) = next.number()
            && (first > 0)
        {
            value = value.saturating_mul(1000).saturating_add(three);
            digits = 3;
            end += 1;
        }
        // `15 тис.`, `2 millions`.
        if let Some(hit) = words.hit_at(end, Cat::Number)
            && let Some(times) = hit.class.parse::<u64>().ok().filter(|times| *times >= 1000)
        {
            return Some((hit.end, value.saturating_mul(times)));
        }
        return Some((end, value));
    }
    let (mut end, mut value, mut whole) = (at, 0u64, 0u64);
    while let Some(hit) = words.hit_at(end, Cat::Number).filter(|_| end < at + LONGEST_NUMBER) {
        let next: u64 = hit.class.parse().ok()?;
        if next >= 1000 {
            whole = whole.saturating_add(value.max(1).saturating_mul(next));
            value = 0;
        } else if next == 100 && (2..10).contains(&value) {
            value *= 100;
        } else {
            value = value.saturating_add(next);
        }
        end = hit.end;
        let joint = words.hit_at(end, Cat::And).map_or(end, |and| and.end);
        // `vingt et un`, and never `trois et deux`.
        if joint > end && value >= 20 && value % 10 == 0 && words.has(joint, Cat::Number) {
            end = joint;
        }
    }
    (end > at).then_some((end, whole.saturating_add(value)))
}

/// The quantity that begins at `at`: `5`, `au moins douze`, `десятки`, `від 5 до 7`.
pub(crate) fn quantity(words: &Words<'_>, at: usize) -> Option<Quantity> {
    let mut from = at;
    let (mut least, mut more, mut most, mut near) = (false, false, false, false);
    for _ in 0..2 {
        let found =
            [Cat::AtLeast, Cat::MoreThan, Cat::AtMost, Cat::About].iter().find_map(|cat| words.hit_at(from, *cat));
        let Some(hit) = found else { break };
        match hit.cat {
            Cat::AtLeast => least = true,
            Cat::MoreThan => more = true,
            Cat::AtMost => most = true,
            _ => near = true,
        }
        from = hit.end;
    }
    if let Some(many) = words.hit_at(from, Cat::Many) {
        let min = many.class.parse().ok();
        return Some(Quantity { tokens: at..many.end, min, max: None, approximate: true });
    }
    let (mut end, value) = number(words, from)?;
    let mut max = Some(value);
    // `5–7`, `від 5 до 7`: where the first is the smaller.
    let dash = words.list.get(end).is_some_and(|token| token.is(&["-", "–", "—"]));
    let other_at = if dash { end + 1 } else { words.hit_at(end, Cat::To).map_or(end, |hit| hit.end) };
    let ranged = dash || at.checked_sub(1).is_some_and(|before| words.has(before, Cat::From));
    if ranged
        && other_at > end
        && let Some((other_end, other)) = number(words, other_at).filter(|(_, other)| *other > value)
    {
        end = other_end;
        max = Some(other);
    }
    let min = if most { None } else { Some(if more { value.saturating_add(1) } else { value }) };
    let max = if least || more { None } else { max };
    Some(Quantity { tokens: at..end, min, max, approximate: near })
}
