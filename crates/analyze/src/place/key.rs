//! The form under which names of places are compared, and how alike two spellings are.

use witnessmark_model::words::{fold, is_arabic, is_latin_article};

/// Longest name, in characters, that is compared letter by letter.
const LONGEST_COMPARED: usize = 48;

/// A name as it is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Folded words with one space between them, apostrophes and Latin articles left out.
    pub text: String,
    /// A Latin article was left out.
    pub article: bool,
}

/// The key of a name.
pub(super) fn key_of(name: &str) -> Key {
    if name.is_ascii() {
        return ascii_key(&name.to_ascii_lowercase());
    }
    let mut folded = fold(name);
    folded.retain(|c| c != '\'');
    join(folded.split(|c: char| !c.is_alphanumeric()))
}

/// The same as [`join`] of the words of a lower-case name, in one pass: most names are plain letters.
fn ascii_key(lower: &str) -> Key {
    let mut key = Key { text: String::with_capacity(lower.len()), article: false };
    let mut word_start = 0;
    for (at, byte) in lower.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() {
            if key.text.ends_with(' ') {
                let last = &key.text[word_start..key.text.len() - 1];
                if is_latin_article(last, &lower[at..]) {
                    key.text.truncate(word_start);
                    key.article = true;
                } else {
                    word_start = key.text.len();
                }
            }
            key.text.push(char::from(byte));
        } else if !matches!(byte, b'\'' | b'`') && !key.text.is_empty() && !key.text.ends_with(' ') {
            key.text.push(' ');
        }
    }
    if key.text.ends_with(' ') {
        key.text.pop();
    }
    key
}

/// The key of words that are folded already.
pub(super) fn join<'a>(words: impl Iterator<Item = &'a str>) -> Key {
    let mut key = Key { text: String::new(), article: false };
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        if words.peek().is_some_and(|next| word.len() <= 3 && is_latin_article(word, next)) {
            key.article = true;
            continue;
        }
        if !key.text.is_empty() {
            key.text.push(' ');
        }
        key.text.push_str(word);
    }
    key
}

/// FNV-1a, 64 bits: keys are few and are compared in full after a hit.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Whether the name is written in Arabic letters.
pub(super) fn in_arabic(name: &str) -> bool {
    name.chars().any(is_arabic)
}

/// How alike two keys are: 1 less the share of letters to change (Levenshtein 1966), spaces and final h aside.
pub(super) fn likeness(left: &str, right: &str) -> f64 {
    let letters = |key: &str| -> Vec<char> {
        let mut letters: Vec<char> = key.chars().filter(|c| !c.is_whitespace()).take(LONGEST_COMPARED).collect();
        if letters.len() > 3 && matches!(letters.last(), Some('h' | 'ه')) {
            letters.pop();
        }
        letters
    };
    let (left, right) = (letters(left), letters(right));
    let longest = left.len().max(right.len());
    if longest == 0 {
        return 0.0;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    1.0 - row[right.len()] as f64 / longest as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_accents_and_apostrophes_do_not_tell_names_apart() {
        for (left, right) in [
            ("Al-Hasakah", "hasakah"),
            ("Deir ez-Zor", "Deir al Zor"),
            ("Dara’a", "Dara'a"),
            ("Nīnawá", "Ninawa"),
            ("إدلب", "ادلب"),
        ] {
            assert_eq!(key_of(left).text, key_of(right).text);
        }
        assert_eq!(key_of("Al"), Key { text: "al".to_owned(), article: false });
        assert!(key_of("ash-Shaddadi").article && !key_of("Shaddadi").article);
        assert_eq!(key_of("Washington D.C.").text, "washington d c");
    }

    #[test]
    fn both_ways_to_a_key_agree() {
        for name in [
            "al-Bab",
            "Deir ez-Zor",
            "A l'Isle",
            "St. John's",
            "- al -",
            "Al",
            "as-Suwayda",
            "ash-Sham al-Qadim",
            "el",
            "",
        ] {
            let words = name.to_lowercase().replace('\'', "");
            assert_eq!(key_of(name), join(words.split(|c: char| !c.is_alphanumeric())), "{name}");
        }
    }

    #[test]
    fn likeness_counts_letters_to_change() {
        assert_eq!(likeness("hama", "hamah"), 1.0);
        assert!((likeness("daraa", "deraa") - 0.8).abs() < 1e-9);
        assert_eq!(likeness("", "x"), 0.0);
    }
}
