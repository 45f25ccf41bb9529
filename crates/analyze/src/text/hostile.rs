//! What in a text can mislead whoever reads it: direction overrides, invisible characters, Arabic stored as drawn or
//! backwards, wrong decodings, letters borrowed from another alphabet, words broken up to escape moderation.
//!
//! It reports and deliberately mends nothing: an exhibit shows the text that was there.

use witnessmark_model::words::is_arabic;

/// Fewest Arabic presentation forms, or reversed words, that are more than an accident.
const FEW: usize = 3;

/// What is odd about `text`, each finding with its count and the character position of the first case.
pub fn oddities(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut say = |found: Option<(usize, usize)>, what: &str| {
        if let Some((count, first)) = found {
            out.push(format!("{count} × {what}, first at character {first}"));
        }
    };
    say(
        count(text, is_override),
        "direction override or isolate: the text may be shown in another order than it is stored",
    );
    say(hidden_in_words(text), "invisible character inside a word");
    say(count(text, |c| c == '\u{FFFD}'), "replacement character: the bytes did not decode");
    say(count(text, |c| c.is_control() && !matches!(c, '\n' | '\t')), "control character");
    say(count(text, is_tag_character), "invisible tag character");
    say(presentation_forms(text), "Arabic presentation form: the text was stored as drawn and does not match searches");
    say(reversed_arabic(text), "Arabic word that looks stored backwards: digits may be reversed too");
    say(mixed_alphabets(text), "word that mixes letters of two alphabets");
    say(lookalikes(text), "word in letters of another alphabet that look like Latin ones");
    say(misdecoded(text), "sequence typical of UTF-8 read in another encoding");
    say(broken_words(text), "Arabic word broken up by punctuation");
    out
}

/// Embeddings, overrides (U+202A–U+202E) and isolates (U+2066–U+2069) of the Unicode bidirectional algorithm.
pub fn is_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_tag_character(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

fn count(text: &str, odd: impl Fn(char) -> bool) -> Option<(usize, usize)> {
    let mut hits = text.chars().enumerate().filter(|(_, c)| odd(*c)).map(|(at, _)| at);
    let first = hits.next()?;
    Some((1 + hits.count(), first))
}

/// Zero-width characters with a letter on both sides. In Persian U+200C is spelling; the letters alone do not tell the
/// language, so it counts and the reader decides.
fn hidden_in_words(text: &str) -> Option<(usize, usize)> {
    let hidden =
        |c: char| matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{180E}');
    let mut found = Tally::default();
    let mut before = ' ';
    let mut run = None;
    for (at, c) in text.chars().enumerate() {
        if hidden(c) {
            run = run.or(Some(at));
            continue;
        }
        if let Some(start) = run.take()
            && before.is_alphabetic()
            && c.is_alphabetic()
        {
            found.add(start);
        }
        before = c;
    }
    found.at_least(1)
}

/// Presentation forms A and B, less the few that have no other spelling (ornate brackets, ligatures of phrases).
fn presentation_forms(text: &str) -> Option<(usize, usize)> {
    let form = |c: char| matches!(c, '\u{FB50}'..='\u{FD3D}' | '\u{FD50}'..='\u{FDEF}' | '\u{FE70}'..='\u{FEFC}');
    count(text, form).filter(|(count, _)| *count >= FEW)
}

/// Words that begin with ta marbuta or alef maksura, or end in what reads backwards as the article, when they
/// outnumber those the right way round.
fn reversed_arabic(text: &str) -> Option<(usize, usize)> {
    let mut found = Tally::default();
    let mut forward = 0;
    let mut position = 0;
    for word in text.split(|c: char| !is_arabic(c)) {
        let length = word.chars().count();
        if length >= 4 {
            let backwards = word.starts_with(['ة', 'ى']) || word.ends_with("لا") && !word.starts_with("ال");
            if backwards && !word.ends_with(['ة', 'ى']) {
                found.add(position);
            } else if word.ends_with(['ة', 'ى']) || word.starts_with("ال") {
                forward += 1;
            }
        }
        position += length + 1;
    }
    found.at_least(FEW).filter(|(count, _)| *count > forward)
}

/// Are most of the telling Arabic words of `text` spelt backwards?
pub(crate) fn looks_reversed(text: &str) -> bool {
    reversed_arabic(text).is_some()
}

fn mixed_alphabets(text: &str) -> Option<(usize, usize)> {
    let mut found = Tally::default();
    let mut position = 0;
    for word in text.split(|c: char| !c.is_alphabetic()) {
        if !word.is_ascii() {
            let latin = word.chars().any(|c| c.is_ascii_alphabetic());
            let cyrillic_or_greek =
                word.chars().any(|c| matches!(c, '\u{0370}'..='\u{03FF}' | '\u{0400}'..='\u{052F}'));
            if latin && cyrillic_or_greek {
                found.add(position);
            }
        }
        position += word.chars().count() + 1;
    }
    found.at_least(1)
}

/// Words wholly of Cyrillic or Greek letters that look like Latin ones (`Нома`), in a text that is mostly Latin. A name quoted in its own
/// alphabet has other letters as a rule.
fn lookalikes(text: &str) -> Option<(usize, usize)> {
    const LIKE_LATIN: &str = "АВЕКМНОРСТУХІЈЅаеорсухіјѕԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧο";
    const SHORTEST: usize = 3;
    if text.is_ascii() {
        return None;
    }
    let other = |c: char| matches!(c, '\u{0370}'..='\u{03FF}' | '\u{0400}'..='\u{052F}');
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    if latin < 4 * text.chars().filter(|c| other(*c)).count() {
        return None;
    }
    let mut found = Tally::default();
    let mut position = 0;
    for word in text.split(|c: char| !c.is_alphabetic()) {
        let length = word.chars().count();
        // `м` and `к` are small capitals of the shapes of M and K.
        let alike = |c: char| LIKE_LATIN.contains(c) || matches!(c, 'м' | 'к' | 'т' | 'в' | 'н');
        if length >= SHORTEST && word.chars().all(|c| other(c) && alike(c)) {
            found.add(position);
        }
        position += length + 1;
    }
    found.at_least(1)
}

/// `Ø§Ù„` (Arabic) and `â€™` (punctuation) are what UTF-8 becomes in windows-1252.
fn misdecoded(text: &str) -> Option<(usize, usize)> {
    let mut found = Tally::default();
    let mut before = ' ';
    for (at, c) in text.chars().enumerate() {
        let typical = match before {
            'Ø' | 'Ù' => matches!(c, '\u{00A0}'..='\u{00BF}' | '\u{2013}'..='\u{2122}' | '\u{0152}'..='\u{0192}'),
            'â' => c == '€',
            'Ã' => matches!(c, '\u{00A0}'..='\u{00BF}'),
            _ => false,
        };
        if typical {
            found.add(at - 1);
        }
        before = c;
    }
    found.at_least(2)
}

/// A letter, tatweel, punctuation or space, tatweel, a letter: `ميليـ. ـشيا`.
fn broken_words(text: &str) -> Option<(usize, usize)> {
    let mut found = Tally::default();
    let mut state = 0;
    let mut start = 0;
    for (at, c) in text.chars().enumerate() {
        state = match (state, c) {
            (0, c) if is_arabic(c) && c != '\u{0640}' => {
                start = at;
                1
            }
            (1, '\u{0640}') => 2,
            (2, '\u{0640}') => 2,
            (2 | 3, '.' | '*' | '-' | '_' | ' ' | '/' | '،' | '…') => 3,
            (3, '\u{0640}') => 4,
            (4, '\u{0640}') => 4,
            (4, c) if is_arabic(c) => {
                found.add(start);
                1
            }
            (_, c) if is_arabic(c) && c != '\u{0640}' => {
                start = at;
                1
            }
            _ => 0,
        };
    }
    found.at_least(1)
}

#[derive(Default)]
struct Tally {
    count: usize,
    first: usize,
}

impl Tally {
    fn add(&mut self, at: usize) {
        if self.count == 0 {
            self.first = at;
        }
        self.count += 1;
    }

    fn at_least(&self, least: usize) -> Option<(usize, usize)> {
        (self.count >= least).then_some((self.count, self.first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trick_is_named() {
        for (text, what) in [
            ("killed \u{202E}21\u{202C} people", "direction override"),
            ("\u{2066}1\u{2069}", "direction override"),
            ("a mili\u{200B}tia", "inside a word"),
            ("bro\u{FFFD}ken", "replacement"),
            ("bell\u{7}", "control"),
            ("ﻣﺪﺭﺳﺔ", "presentation form"),
            ("ةسردملا يف ىفشتسملا ةنيدم", "backwards"),
            ("the Аleppo gate", "two alphabets"),
            ("Ø§Ù„Ù…Ø¯Ø±Ø³Ø©", "another encoding"),
            ("it doesnâ€™t and wonâ€™t", "another encoding"),
            ("ميليـ. ـشيا", "broken up"),
        ] {
            let found = oddities(text);
            assert!(found.iter().any(|line| line.contains(what)), "{text}: {found:?}");
        }
    }

    #[test]
    fn ordinary_text_is_not_odd() {
        for text in [
            "Five civilians were reported killed in Dara’a – “again”.\n\tMore",
            "قصفت الطائرات المدرسة الابتدائية في مدينة إدلب، وقُتل خمسة. لا علاقة لها بذلك",
            "صلى الله عليه وسلم ﷺ ﴿آية﴾",
            "naïve café Ångström Øystein Ã\n",
            "كـــتاب – مــدرسة",
            "",
        ] {
            assert_eq!(oddities(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_place_of_the_first_case_counts_characters() {
        assert!(oddities("مدرسة\u{202E}x")[0].ends_with("character 5"));
    }
}
