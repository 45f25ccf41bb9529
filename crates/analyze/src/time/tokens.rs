//! Words, numbers and marks of a text, folded for comparison, with where they stand.

use std::ops::Range;

use witnessmark_model::words::fold;

/// One word, number or mark.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Folded: lower case, Arabic letters merged, digits 0–9.
    pub word: String,
    /// Begins with a capital.
    pub capital: bool,
    /// White space stands before it.
    pub spaced: bool,
}

impl Token {
    /// Value of a token of at most six digits.
    pub fn number(&self) -> Option<u32> {
        let digits = !self.word.is_empty() && self.word.len() <= 6 && self.word.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| self.word.parse().ok()).flatten()
    }
}

/// Splits `text`: runs of letters (apostrophes inside), runs of digits, and single marks.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut spaced = true;
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            spaced = true;
            continue;
        }
        let kind = class(c);
        let mut end = start + c.len_utf8();
        while kind != Class::Mark
            && let Some((at, next)) = chars.peek().copied()
        {
            let apostrophe = kind == Class::Letter
                && matches!(next, '\'' | '’')
                && !possessive(&text[at + next.len_utf8()..])
                && text[at + next.len_utf8()..].chars().next().is_some_and(|after| class(after) == Class::Letter);
            if class(next) != kind && !apostrophe && !is_inside(next) {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let source = &text[start..end];
        out.push(Token {
            range: start..end,
            word: fold(source),
            capital: c.is_uppercase(),
            spaced: std::mem::take(&mut spaced),
        });
    }
    out
}

/// What stands after the apostrophe is a lone `s`: “Monday’s” is a day and a mark, “o’clock” one word.
fn possessive(after: &str) -> bool {
    let mut chars = after.chars();
    chars.next() == Some('s') && chars.next().is_none_or(|next| class(next) == Class::Mark)
}

#[derive(PartialEq, Clone, Copy)]
enum Class {
    Letter,
    Digit,
    Mark,
}

fn class(c: char) -> Class {
    if c.is_numeric() {
        Class::Digit
    } else if c.is_alphabetic() || c == '\u{0640}' {
        Class::Letter
    } else {
        Class::Mark
    }
}

/// Vowel signs and joiners stand inside words.
fn is_inside(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{200B}'..='\u{200D}')
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn words_numbers_and_marks_are_apart() {
        let text = "At 18:36 on the 3rd, Dara’a’s مَساءً ٢٠١٩م";
        let words: Vec<String> = tokens(text).into_iter().map(|token| token.word).collect();
        assert_eq!(
            words,
            ["at", "18", ":", "36", "on", "the", "3", "rd", ",", "dara'a", "'", "s", "مساء", "2019", "م"]
        );
    }
}
