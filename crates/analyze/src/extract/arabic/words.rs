//! Words of an Arabic text and the lexicon's phrases in them.
//!
//! A word is compared in every form that is left when joined particles (و ف, ب ل ك, ال) are taken off, so one line of
//! the lexicon finds `مدرسة`, `المدرسة`, `والمدرسة` and `للمدرسة`. Persons and numbers of verbs come from `inflect`; it
//! deliberately knows no verb patterns and no broken plurals: those stand in the lexicon, form by form.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use witnessmark_model::words::{fold, is_arabic};

use super::inflect;
pub(crate) use crate::tongues::words::{Cat, Hit, Token, Words};
use crate::tongues::words::{Lexicon, folded};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    // A verb takes no article: the `ال` of `التمس` is its own.
    let key = |phrase: &str| match phrase.strip_prefix(inflect::WHOLE) {
        Some(verb) => folded(verb),
        None => folded(phrase).iter().map(|word| bare(word).to_owned()).collect(),
    };
    Lexicon::read(&[INFLECTED.as_str()], &key, Some(fits))
});

/// The lexicon with its verbs in all their forms.
static INFLECTED: LazyLock<String> = LazyLock::new(|| inflect::lexicon(include_str!("../lexicon/arabic.txt")));

/// Verbs of saying that stand alone.
static CUES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let lines = INFLECTED.lines().filter_map(|line| line.strip_prefix("cue |")?.split_once('|'));
    let words = lines.flat_map(|(_, phrases)| phrases.split(','));
    words.map(|word| word.trim().trim_start_matches(inflect::WHOLE).trim_end_matches('~')).collect()
});

/// The word alone, folded, is a verb of saying.
pub fn is_cue(word: &str) -> bool {
    CUES.contains(word)
}

/// A verb takes no article and no preposition: الفجر is the dawn, not “blew up”.
fn fits(token: &Token, form: &str, cat: Cat) -> bool {
    let joined = token.word.strip_suffix(form).unwrap_or_default();
    !cat.is_verb() || matches!(joined, "" | "و" | "ف")
}

/// Reads `text`, cut at `sentences` (bytes).
pub fn read<'a>(text: &'a str, sentences: &[Range<usize>]) -> Words<'a> {
    let mut list: Vec<Token> = Vec::new();
    let mut bounds = Vec::with_capacity(sentences.len());
    for (number, sentence) in sentences.iter().enumerate() {
        let start = list.len();
        tokens(text, sentence.clone(), number, &mut list);
        bounds.push(start..list.len());
    }
    Words::new(text, list, bounds, &LEXICON, joined)
}

/// Bytes of و, ف, ب, ل, ك joined before a word, when the lexicon knows the rest.
fn joined(first: &Token, source: &str) -> usize {
    let Some(known) = first.forms.iter().find(|form| LEXICON.begins_with(bare(form))) else { return 0 };
    // A form shorter by the article alone keeps the article.
    let taken = first.word.chars().count() - known.chars().count();
    let taken = if first.word.ends_with(known.as_str()) && !first.word.starts_with("لل") {
        let before: String = first.word.chars().take(taken).collect();
        before.strip_suffix("ال").map_or(taken, |rest| rest.chars().count())
    } else {
        0
    };
    let mut letters = source.char_indices().filter(|(_, c)| c.is_alphabetic() && *c != '\u{0640}');
    letters.nth(taken).map_or(0, |(offset, _)| offset)
}

/// The word without the article.
fn bare(word: &str) -> &str {
    word.strip_prefix("ال").filter(|stem| stem.chars().count() >= 2).unwrap_or(word)
}

fn tokens(text: &str, sentence: Range<usize>, number: usize, out: &mut Vec<Token>) {
    let body = &text[sentence.clone()];
    let mut chars = body.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let is_word = is_letter(c);
        let mut end = start + c.len_utf8();
        while is_word && let Some((at, next)) = chars.peek().copied() {
            if !is_letter(next) || next.is_numeric() != c.is_numeric() {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let word = fold(&body[start..end]);
        let forms = if is_word { forms(&word) } else { vec![word.clone()] };
        out.push(Token {
            range: sentence.start + start..sentence.start + end,
            word,
            forms,
            sentence: number,
            is_word,
            capital: false,
        });
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '\u{0640}' || (is_arabic(c) && !matches!(c, '،' | '؛' | '؟' | '٪' | '٫' | '٬' | '۔'))
}

/// The word, then what is left without و ف, without ب ل ك, without the article, each on its own and together.
fn forms(word: &str) -> Vec<String> {
    let mut out = vec![word.to_owned()];
    let add = |form: &str, out: &mut Vec<String>| {
        if form.chars().count() >= 2 && !out.iter().any(|known| known == form) {
            out.push(form.to_owned());
        }
    };
    let without_and = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    add(without_and, &mut out);
    for stem in [word, without_and] {
        if let Some(rest) = stem.strip_prefix("لل") {
            add(rest, &mut out);
        }
        if let Some(rest) = stem.strip_prefix(['ب', 'ل', 'ك']) {
            add(rest, &mut out);
            add(bare(rest), &mut out);
        }
        add(bare(stem), &mut out);
    }
    // The accusative of an indefinite noun: `صورا`, `قصفا`; `ها`, `نا`, `وا` are endings of other kinds.
    for form in out.clone() {
        let stem = form.strip_suffix('ا').filter(|stem| !stem.ends_with(['ه', 'ن', 'و', 'ي']));
        if let Some(stem) = stem.filter(|stem| stem.chars().count() >= 3) {
            add(stem, &mut out);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_whatever_is_joined_to_it() {
        for text in ["سيارة إسعاف", "والسيارة إسعاف", "بسيارات الإسعاف", "لسيارات إسعاف"]
        {
            let words = read(text, std::slice::from_ref(&(0..text.len())));
            let found: Vec<&str> =
                words.hits().iter().filter(|hit| hit.cat == Cat::Target).map(|hit| hit.class).collect();
            assert_eq!(found, ["ambulance"], "{text}");
        }
    }

    #[test]
    fn every_line_of_the_lexicon_is_read() {
        for line in INFLECTED.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let cat = line.split('|').next().unwrap_or_default().trim();
            assert!(Cat::named(cat).is_some() && line.split('|').count() == 3, "{line}");
        }
        assert!(LEXICON.len() > 500);
    }

    #[test]
    fn particles_are_not_part_of_a_span() {
        let text = "وبمدرسة";
        let words = read(text, std::slice::from_ref(&(0..text.len())));
        assert_eq!(&text[words.bytes_bare(&(0..1))], "مدرسة");
    }
}
