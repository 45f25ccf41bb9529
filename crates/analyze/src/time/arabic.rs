//! Times in Arabic words.
//!
//! Month names of the Levant, of Egypt and the Gulf, of the Maghreb, and Hijri months; weekdays; parts of the day;
//! what is relative to publication. Hijri dates are set on the Gregorian calendar by a table and widened by
//! [`HIJRI_MARGIN`] days, since months begin when the crescent is seen. It deliberately leaves unresolved what is
//! relative to another time (“the following day”).

mod dates;
mod hijri;
mod lengths;
mod relative;

use jiff::civil::Date;

use super::arabic_words::{ORDINALS, month_name, part_of_day, weekday};
use super::reading::{Direction, Reading};
use super::tokens::Token;

/// How far, in days, an observed Hijri month may begin from the tabular one.
const HIJRI_MARGIN: i64 = 2;

type Reader<'a> = fn(&Grammar<'a>, usize) -> Option<(usize, Reading)>;

/// Reads the time expression that begins at `at`, if one does: where it ends and what it means.
pub(super) fn read(tokens: &[Token], at: usize, anchor: Option<Date>) -> Option<(usize, Reading)> {
    let g = Grammar { tokens, anchor };
    let readers: [Reader<'_>; 9] = [
        Grammar::range,
        Grammar::hijri,
        Grammar::calendar,
        Grammar::named_day,
        Grammar::unit_offset,
        Grammar::window,
        Grammar::ago,
        Grammar::vague,
        Grammar::duration_or_set,
    ];
    readers.iter().filter_map(|reader| reader(&g, at)).max_by_key(|(end, _)| *end)
}

struct Grammar<'a> {
    tokens: &'a [Token],
    anchor: Option<Date>,
}

impl Grammar<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// The word without و, ف, ب, ل before it.
    fn bare(&self, at: usize) -> &str {
        bare(self.word(at))
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(at))
    }

    fn skip(&self, at: usize, words: &[&str]) -> usize {
        if self.is(at, words) { at + 1 } else { at }
    }

    /// Past unless سوف, من المقرر or a verb with س stands shortly before.
    fn direction(&self, at: usize) -> Direction {
        for token in self.tokens[at.saturating_sub(8)..at].iter().rev() {
            match token.word.as_str() {
                "." | "!" | "؟" | "؛" | "قال" | "قالت" | "اعلن" | "اعلنت" => return Direction::Past,
                "سوف" | "المقرر" | "المزمع" | "سيعقد" | "ستعقد" | "سيبدا" | "ستبدا" | "سيتم" =>
                {
                    return Direction::Future;
                }
                _ => {}
            }
        }
        Direction::Past
    }
}

/// The word without one of و ف ب ل before it, when what remains is a word of this grammar.
pub(super) fn bare(word: &str) -> &str {
    if known(word) {
        return word;
    }
    let stem = word.strip_prefix(['و', 'ف', 'ب', 'ل']).unwrap_or(word);
    if known(stem) { stem } else { word }
}

fn known(word: &str) -> bool {
    weekday(word).is_some()
        || month_name(word).is_some()
        || part_of_day(word).is_some()
        || ORDINALS.contains(&word)
        || matches!(word, "الساعه" | "امس" | "الامس" | "قبل" | "منذ" | "كانون" | "تشرين" | "اليوم")
}
