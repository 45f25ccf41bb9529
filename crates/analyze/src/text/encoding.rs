//! Bytes to characters: byte order marks, UTF-8, UTF-16 and the code pages of the legacy web.
//!
//! It deliberately guesses only when neither the bytes nor the document settle it, and says so. Detection is
//! chardetng's (the detector of Firefox); decoding is encoding_rs's (WHATWG Encoding Standard).

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Longest text that is read, in bytes; what follows is left out and reported.
pub const LONGEST_TEXT: usize = 16 << 20;

/// How many bytes of an HTML page are searched for a declared encoding (WHATWG HTML, prescan).
const PRESCAN: usize = 1024;

/// Share of zero bytes in every other place from which a text without mark is taken as UTF-16.
const UTF_16_ZEROS: f64 = 0.4;

/// Characters, newlines normalised to `\n`, and how they were had.
pub(super) struct Characters {
    pub text: String,
    pub encoding: &'static str,
    pub problems: Vec<String>,
}

/// Decodes `bytes`; `html` allows an encoding declared in a `meta` element.
pub(super) fn characters(bytes: &[u8], html: bool) -> Characters {
    let mut problems = Vec::new();
    let mut bytes = bytes;
    if bytes.len() > LONGEST_TEXT {
        problems.push(format!("text of {} bytes is longer than {LONGEST_TEXT}: the rest was not read", bytes.len()));
        bytes = &bytes[..LONGEST_TEXT];
    }
    let encoding = choose(bytes, html, &mut problems);
    let (text, used, had_errors) = encoding.decode(bytes);
    if had_errors {
        let lost = text.chars().filter(|c| *c == '\u{FFFD}').count();
        problems.push(format!("{lost} places do not decode as {}", used.name()));
    }
    Characters { text: newlines(&text), encoding: used.name(), problems }
}

fn choose(bytes: &[u8], html: bool, problems: &mut Vec<String>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        problems.push(format!("encoding not stated: read as {}", encoding.name()));
        return encoding;
    }
    let declared = if html { declared_in_html(bytes) } else { None };
    let whole = utf_8_up_to_cut(bytes);
    if whole {
        if let Some(other) = declared.filter(|other| *other != UTF_8)
            && !bytes.is_ascii()
        {
            problems.push(format!("page declares {} but its bytes are UTF-8", other.name()));
        }
        return UTF_8;
    }
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8) {
        return encoding;
    }
    if nearly_utf_8(bytes) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    problems.push(format!("encoding not stated: read as {}", guess.name()));
    guess
}

/// Valid UTF-8, but for a character cut off at the very end.
fn utf_8_up_to_cut(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && bytes.len() >= LONGEST_TEXT,
    }
}

/// Whether all but a few of the non-ASCII bytes are well-formed UTF-8, as in a damaged file or one cut in the
/// middle of a character: single-byte text almost never is.
fn nearly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good >= bad * 10
}

fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    if head.len() < 8 {
        return None;
    }
    let zeros = |offset: usize| {
        let found = head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
        found as f64 / (head.len() / 2) as f64
    };
    match (zeros(0), zeros(1)) {
        (high, low) if high > UTF_16_ZEROS && low < 0.05 => Some(UTF_16BE),
        (high, low) if low > UTF_16_ZEROS && high < 0.05 => Some(UTF_16LE),
        _ => None,
    }
}

/// The label after `charset=` in the first bytes of a page.
fn declared_in_html(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(PRESCAN)].to_ascii_lowercase();
    let needle = b"charset=";
    let at = head.windows(needle.len()).position(|window| window == needle)? + needle.len();
    let label: Vec<u8> = head[at..]
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .collect();
    let encoding = Encoding::for_label(&label)?;
    // A page that was read as bytes to here cannot be UTF-16 (WHATWG HTML, 13.2.3.2).
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// `\r\n`, `\r`, U+0085, U+2028 and U+2029 to `\n`.
fn newlines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.chars() {
        match c {
            '\n' if after_return => {}
            '\r' | '\n' | '\u{0085}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            other => out.push(other),
        }
        after_return = c == '\r';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARABIC: &str = "قصفت الطائرات مستشفى في مدينة إدلب يوم الخميس وقتل خمسة مدنيين وأصيب آخرون";

    #[test]
    fn the_encodings_of_real_texts_are_found() {
        for (bytes, expected) in [
            (ARABIC.as_bytes().to_vec(), "UTF-8"),
            ([b"\xEF\xBB\xBF", ARABIC.as_bytes()].concat(), "UTF-8"),
            (encoding_rs::WINDOWS_1256.encode(ARABIC).0.into_owned(), "windows-1256"),
            (utf_16(ARABIC, true), "UTF-16LE"),
        ] {
            let read = characters(&bytes, false);
            assert_eq!((read.encoding, read.text.as_str()), (expected, ARABIC));
        }
        let plain = "Bombs fell on the caf\u{e9} \u{2013} \u{201c}again\u{201d}, said Zo\u{eb}.";
        let read = characters(&encoding_rs::WINDOWS_1252.encode(plain).0, false);
        assert_eq!(read.text, plain);
    }

    #[test]
    fn english_in_utf_16_without_a_mark_is_read_and_reported() {
        let read = characters(&utf_16("Five people were reported killed", false), false);
        assert_eq!(read.text, "Five people were reported killed");
        assert!(read.problems[0].contains("UTF-16LE"));
    }

    #[test]
    fn damage_is_reported_and_the_rest_kept() {
        let mut bytes = ARABIC.as_bytes().to_vec();
        bytes[20] = 0xFF;
        let read = characters(&bytes, false);
        assert_eq!(read.encoding, "UTF-8");
        assert!(read.text.contains("مدنيين") && read.problems[0].contains("do not decode"));
    }

    #[test]
    fn a_page_that_lies_about_its_encoding_is_read_as_its_bytes_are() {
        let page = format!("<meta charset=\"iso-8859-1\"><p>{ARABIC}");
        let read = characters(page.as_bytes(), true);
        assert!(read.text.ends_with(ARABIC) && read.problems[0].contains("declares"));
    }

    #[test]
    fn line_ends_become_one_kind() {
        assert_eq!(newlines("a\r\nb\rc\nd\u{2028}e\r\r\nf"), "a\nb\nc\nd\ne\n\nf");
    }

    #[test]
    fn any_bytes_can_be_read() {
        for bytes in [&b""[..], b"\xFF", b"\xFE\xFF\xD8", b"\0\0\0\0\0\0\0\0\0", b"\x80\x81\x82"] {
            characters(bytes, true);
            characters(bytes, false);
        }
    }

    fn utf_16(text: &str, mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xFEFFu16);
        mark.into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }
}
