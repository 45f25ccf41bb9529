//! The words of a text as the search for places sees them: where they stand, how they are written, what is between.

use std::ops::Range;

use witnessmark_model::words::{fold, is_arabic};

/// One word.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Bytes of the text, a possessive `'s` left out.
    pub range: Range<usize>,
    /// Folded, apostrophes dropped.
    pub folded: String,
    pub capital: bool,
    pub all_capitals: bool,
    pub arabic: bool,
    pub possessive: bool,
    /// What stands between the word before and this one.
    pub gap: Gap,
}

/// What stands between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Space,
    Hyphen,
    /// An underscore, inside a hashtag of several words.
    Underscore,
    Comma,
    /// The end of a sentence or line, or the start of the text.
    Stop,
    /// A full stop after an abbreviation, brackets, quotation marks, dashes.
    Other,
}

/// The words of `text`.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut gap_start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if !is_letter(c) {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((at, next)) = chars.peek().copied() {
            let apostrophe = is_apostrophe(next)
                && text[at + next.len_utf8()..]
                    .chars()
                    .next()
                    .is_some_and(|after| is_letter(after) && !after.is_numeric());
            if !is_letter(next) && !apostrophe {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let gap = if out.is_empty() { Gap::Stop } else { gap_of(&text[gap_start..start]) };
        out.push(word(text, start..end, gap));
        gap_start = end;
    }
    out
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{0640}' | '\u{0300}'..='\u{036F}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | 'ʿ' | 'ʾ')
}

fn word(text: &str, mut range: Range<usize>, gap: Gap) -> Word {
    let mut source = &text[range.clone()];
    let mut possessive = false;
    for ending in ["'s", "’s"] {
        if let Some(stem) = source.strip_suffix(ending).filter(|stem| stem.len() > 1) {
            possessive = true;
            range.end = range.start + stem.len();
            source = stem;
        }
    }
    let mut folded = fold(source);
    folded.retain(|c| c != '\'');
    let letters = source.chars().filter(|c| c.is_alphabetic());
    Word {
        capital: source.chars().next().is_some_and(char::is_uppercase),
        all_capitals: letters.clone().count() > 1 && letters.clone().all(char::is_uppercase),
        arabic: source.chars().any(is_arabic),
        range,
        folded,
        possessive,
        gap,
    }
}

fn gap_of(between: &str) -> Gap {
    if between.contains('\n') {
        return Gap::Stop;
    }
    match between.trim() {
        "" => Gap::Space,
        "-" | "‑" | "–" if !between.contains(' ') => Gap::Hyphen,
        "_" if between == "_" => Gap::Underscore,
        "," | "،" => Gap::Comma,
        // An initial's full stop has no space after it in `U.S.`; after a word it ends a sentence.
        "." if !between.contains(' ') => Gap::Other,
        mark if mark.contains(['.', '!', '?', '؟', ';', '؛', ':', '…', '”', '"', '“']) => Gap::Stop,
        _ => Gap::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_what_stands_before_them() {
        let found: Vec<(String, Gap)> =
            words("In al-Bab, Aleppo’s U.S. aid. Next وبحلب").into_iter().map(|word| (word.folded, word.gap)).collect();
        let expected = [
            ("in", Gap::Stop),
            ("al", Gap::Space),
            ("bab", Gap::Hyphen),
            ("aleppo", Gap::Comma),
            ("u", Gap::Space),
            ("s", Gap::Other),
            ("aid", Gap::Stop),
            ("next", Gap::Stop),
            ("وبحلب", Gap::Space),
        ];
        assert_eq!(found, expected.map(|(word, gap)| (word.to_owned(), gap)));
    }
}
