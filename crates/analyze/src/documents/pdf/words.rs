//! Repairs of what a PDF says its glyphs mean, each of which can be shown to be right, and how often it was made.
//!
//! Presentation forms become the letters they are forms of; a ligature of lam and alef that is named in the order in which
//! it is drawn is named in the order in which it is read. It deliberately corrects no spelling and guesses no letter.

use encoding_rs::{UTF_8, UTF_16LE, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization as _;
use witnessmark_model::words::is_arabic;

/// Arabic letters that never join the one after them: nothing can follow them inside one drawn ligature.
const NEVER_JOIN_ON: &str = "ادذرزوأإآٱءةىؤ";

/// How many repairs of each kind were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Repairs {
    /// Glyphs whose presentation form became letters.
    pub forms: usize,
    /// Ligatures whose letters were named backwards.
    pub ligatures: usize,
    /// Lines drawn in visual order that were put in reading order.
    pub reordered: usize,
    /// Glyphs drawn twice in one place, as a bold face.
    pub doubled: usize,
    /// Invisible marks of direction or joining.
    pub invisible: usize,
}

/// What one glyph means, repaired; `actual` = the document states it as replacement text, in reading order.
pub(super) fn repaired(text: &str, actual: bool, repairs: &mut Repairs) -> String {
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    for c in text.chars() {
        match c {
            // A form of its own: the ornate brackets and the phrases in one glyph have no other spelling.
            '\u{FD3E}' | '\u{FD3F}' | '\u{FDFA}'..='\u{FDFF}' => out.push(c),
            '\u{FB50}'..='\u{FDF9}' | '\u{FE70}'..='\u{FEFC}' => {
                // The spacing forms of vowel signs are a space and the sign; the space is not the text's.
                out.extend(c.nfkc().filter(|c| *c != ' ' && *c != '\u{0640}'));
                changed = true;
            }
            '\u{FB00}'..='\u{FB06}' => out.extend(c.nfkc()),
            '\u{A0}' | '\t' | '\r' | '\n' => out.push(' '),
            c if is_hidden(c) => repairs.invisible += 1,
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    repairs.forms += usize::from(changed);
    if !actual && is_backwards(&out) {
        repairs.ligatures += 1;
        return out.chars().rev().collect();
    }
    out
}

/// Do letters stand in one glyph in an order in which they cannot be joined, and can in the other?
fn is_backwards(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 2 || !letters.iter().all(|c| is_arabic(*c) && !is_mark(*c)) {
        return false;
    }
    let (last, first) = (letters.len() - 1, 0);
    let broken = |inner: &[char]| inner.iter().any(|c| NEVER_JOIN_ON.contains(*c));
    // The name of God is one glyph in most faces, its alef unjoined as it is written.
    text == "هللا" || broken(&letters[..last]) && !broken(&letters[first + 1..]) && text != "الله"
}

/// Marks of direction, joiners and other characters that show nothing.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{61C}')
}

/// A sign that stands over or under another character.
pub(super) fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// A text string of a document: UTF-16 or UTF-8 with a mark, or PDFDocEncoding (ISO 32000-1, 7.9.2), whose printable part
/// is nearly windows-1252.
pub(super) fn text_string(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units: Vec<u16> = rest.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            String::from_utf16_lossy(&units)
        }
        [0xFF, 0xFE, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => UTF_8.decode_without_bom_handling(rest).0.into_owned(),
        bare => match std::str::from_utf8(bare) {
            Ok(text) => text.to_owned(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bare).0.into_owned(),
        },
    };
    // A language may be named inside between two escapes (7.9.2.2).
    let mut outside = true;
    text.chars()
        .filter(|c| {
            outside ^= *c == '\u{1B}';
            outside && *c != '\u{1B}' && (!c.is_control() || c.is_whitespace())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_become_letters_and_backward_ligatures_are_turned() {
        let mut repairs = Repairs::default();
        for (drawn, read) in [
            ("\u{FEB3}", "س"),
            ("\u{FEFB}", "لا"),
            ("\u{FE77}", "َ"),
            ("ال", "لا"),
            ("أل", "لأ"),
            ("لا", "لا"),
            ("هللا", "الله"),
            ("الله", "الله"),
            ("\u{FB01}", "fi"),
            ("لم", "لم"),
            ("ﷺ", "ﷺ"),
            ("١", "١"),
            ("a\u{202E}", "a"),
        ] {
            assert_eq!(repaired(drawn, false, &mut repairs), read, "{drawn}");
        }
        assert_eq!((repairs.forms, repairs.ligatures, repairs.invisible), (3, 3, 1));
        assert_eq!(repaired("ال", true, &mut repairs), "ال");
    }

    #[test]
    fn text_strings_are_read_in_their_encodings() {
        assert_eq!(text_string(b"\xFE\xFF\x06\x27\x06\x44"), "ال");
        assert_eq!(text_string(b"\xEF\xBB\xBF\xD8\xA7"), "ا");
        assert_eq!(text_string(b"caf\xE9"), "café");
        assert_eq!(text_string(b"\xFE\xFF\x00\x1B\x00e\x00n\x00\x1B\x00a"), "a");
    }
}
