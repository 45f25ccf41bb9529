//! Whether bytes are text, and which kind of text.
//!
//! Decides only *that* something is text, in UTF-8, UTF-16 or some eight-bit encoding; which one, and what it says, is
//! the text reader's business. Deliberately slow to call something other than plain text: a release that quotes a
//! header or a tag is still a release.

use std::borrow::Cow;

use serde::de::IgnoredAny;

/// Share of bytes that may be control characters in an eight-bit text, one in this many.
const CONTROLS_ONE_IN: usize = 400;
/// Longest text tried as TOML without its name saying so, in bytes.
const TOML_UNNAMED: usize = 16 * 1024;
/// Columns and rows from which commas are taken for a table when the name does not say so.
const TABLE_COLUMNS: usize = 3;
const TABLE_ROWS: usize = 3;
/// How our own records of spreadsheets begin (docs/spec/records.md).
const RECORD: &str = "{\"record\":\"witnessmark.record/v1\"";

/// The kind of text that `head` is, or nothing when it is no text. `cut`: more bytes may follow.
pub(super) fn kind(head: &[u8], cut: bool, extension: &str) -> Option<&'static str> {
    let text = decode(head, cut)?;
    Some(subtype(text.trim_start_matches('\u{feff}'), cut, extension))
}

fn decode(head: &[u8], cut: bool) -> Option<Cow<'_, str>> {
    if let Some(rest) = head.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes).map(Cow::Owned);
    }
    if let Some(rest) = head.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes).map(Cow::Owned);
    }
    match std::str::from_utf8(head) {
        Ok(text) => return few_controls(head).then_some(Cow::Borrowed(text)).or_else(|| bare_utf16(head)),
        // The window may end inside a character.
        Err(e) if cut && e.error_len().is_none() && few_controls(head) => {
            return std::str::from_utf8(&head[..e.valid_up_to()]).ok().map(Cow::Borrowed);
        }
        Err(_) => {}
    }
    if let Some(text) = bare_utf16(head) {
        return Some(text);
    }
    // Some eight-bit encoding. Structure is ASCII in all of them, so reading it as Latin-1 serves to tell the kind.
    few_controls(head).then(|| Cow::Owned(head.iter().map(|&b| char::from(b)).collect()))
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b) || byte == 0x7f
}

fn few_controls(head: &[u8]) -> bool {
    !head.contains(&0) && head.iter().filter(|&&b| is_control(b)).count() <= head.len() / CONTROLS_ONE_IN
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut out = String::new();
    let mut odd = 0;
    let mut all = 0;
    for c in char::decode_utf16(units) {
        all += 1;
        match c {
            Ok(c) if !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}') => out.push(c),
            _ => odd += 1,
        }
    }
    // The window may cut a pair of surrogates.
    (odd <= 1 + all / CONTROLS_ONE_IN).then_some(out)
}

/// UTF-16 without a byte-order mark: read either way, one of them gives letters of scripts in use and spaces.
fn bare_utf16(head: &[u8]) -> Option<Cow<'_, str>> {
    if head.len() < 8 {
        return None;
    }
    [u16::from_le_bytes as fn([u8; 2]) -> u16, u16::from_be_bytes].into_iter().find_map(|unit| {
        let text = utf16(head, unit)?;
        let (mut usual, mut spaces, mut all) = (0, 0, 0);
        for c in text.chars() {
            all += 1;
            // Latin, Greek, Cyrillic, Hebrew and Arabic: in other scripts random bytes look like text too.
            usual += usize::from(c < '\u{700}');
            spaces += usize::from(matches!(c, ' ' | '\n' | '\r' | '\t' | '.' | ','));
        }
        (all >= 4 && usual * 100 >= all * 97 && spaces * 50 >= all).then_some(Cow::Owned(text))
    })
}

fn subtype(text: &str, cut: bool, extension: &str) -> &'static str {
    let start = text.trim_start();
    let lower: String = start.chars().take(4096).collect::<String>().to_ascii_lowercase();
    markup(&lower, extension)
        .or_else(|| mail(start, extension))
        .or_else(|| json(start, cut))
        .or_else(|| toml_file(text, cut, extension))
        .or_else(|| table(text, cut, extension))
        .unwrap_or("text/plain")
}

fn markup(lower: &str, extension: &str) -> Option<&'static str> {
    if lower.starts_with("<?xml") || lower.starts_with("<!doctype") && !lower.starts_with("<!doctype html") {
        return Some(if lower.contains("<kml") {
            "application/vnd.google-earth.kml+xml"
        } else if lower.contains("<svg") {
            "image/svg+xml"
        } else if lower.contains("<html") {
            "application/xhtml+xml"
        } else {
            "application/xml"
        });
    }
    if !lower.contains('<') {
        return None;
    }
    let after_comments = skip_comments(lower);
    const FIRST: &[&str] =
        &["<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<script", "<table", "<div", "<p>", "<h1"];
    if FIRST.iter().any(|tag| after_comments.starts_with(tag)) {
        return Some("text/html");
    }
    if after_comments.starts_with("<svg") {
        return Some("image/svg+xml");
    }
    if after_comments.starts_with("<kml") {
        return Some("application/vnd.google-earth.kml+xml");
    }
    let opens_a_tag =
        after_comments.starts_with('<') && after_comments[1..].starts_with(|c: char| c.is_ascii_lowercase());
    if matches!(extension, "xml" | "kml" | "gpx") && opens_a_tag {
        return Some("application/xml"); // without the declaration, which may be left out
    }
    // A fragment: its name says HTML and tags close somewhere.
    (matches!(extension, "html" | "htm" | "xhtml") && lower.contains("</")).then_some("text/html")
}

fn skip_comments(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix("<!--") {
        match rest.find("-->") {
            Some(end) => text = rest[end + 3..].trim_start(),
            None => break,
        }
    }
    text
}

/// A message: a block of header lines (RFC 5322 clause 2.2) with a sender, and what only mail programs write.
fn mail(start: &str, extension: &str) -> Option<&'static str> {
    let mut lines = start.lines();
    let mbox = start.starts_with("From ") && start.lines().next().is_some_and(|l| l.contains('@') || l.contains(':'));
    if mbox {
        lines.next();
    }
    let (mut sender, mut machine, mut headers) = (false, false, 0);
    for line in lines.take(200) {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) && headers > 0 {
            continue; // folded
        }
        let (name, _) = line.split_once(':')?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        headers += 1;
        sender |= name.eq_ignore_ascii_case("from");
        machine |= ["message-id", "mime-version", "received", "return-path", "delivered-to", "x-mailer"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
    }
    let message =
        headers >= 2 && (machine && sender || matches!(extension, "eml" | "mht" | "mhtml") && (sender || machine));
    match (message, mbox) {
        (true, true) => Some("application/mbox"),
        (true, false) => Some("message/rfc822"),
        _ => None,
    }
}

fn json(start: &str, cut: bool) -> Option<&'static str> {
    if !start.starts_with(['{', '[']) {
        return None;
    }
    if start.starts_with(RECORD) {
        return Some(crate::records::MEDIA_TYPE);
    }
    let mut values = serde_json::Deserializer::from_str(start).into_iter::<IgnoredAny>();
    match values.next()? {
        Ok(_) => {}
        Err(e) => return (cut && e.is_eof()).then_some("application/json"),
    }
    match values.next() {
        None => Some("application/json"),
        Some(Ok(_)) => Some("application/x-ndjson"),
        Some(Err(e)) => (cut && e.is_eof()).then_some("application/x-ndjson"),
    }
}

fn toml_file(text: &str, cut: bool, extension: &str) -> Option<&'static str> {
    if extension == "toml" && cut {
        return Some("application/toml");
    }
    let tried = extension == "toml" || matches!(extension, "" | "conf" | "cfg") && !cut && text.len() <= TOML_UNNAMED;
    if !tried || !text.contains('=') {
        return None;
    }
    toml::from_str::<toml::Table>(text).is_ok_and(|table| !table.is_empty()).then_some("application/toml")
}

fn table(text: &str, cut: bool, extension: &str) -> Option<&'static str> {
    match extension {
        "csv" => return Some("text/csv"),
        "tsv" | "tab" => return Some("text/tab-separated-values"),
        "" | "dat" | "bin" => {}
        _ => return None,
    }
    [(b'\t', "text/tab-separated-values"), (b',', "text/csv"), (b';', "text/csv")]
        .into_iter()
        .find(|&(delimiter, _)| is_table(text, cut, delimiter))
        .map(|(_, media_type)| media_type)
}

/// Whether all rows have the same number, at least three, of short cells.
fn is_table(text: &str, cut: bool, delimiter: u8) -> bool {
    let whole = if cut { text.rsplit_once('\n').map_or("", |(whole, _)| whole) } else { text };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(whole.as_bytes());
    let (mut rows, mut cells, mut letters) = (0, 0, 0);
    for record in reader.byte_records().take(1000) {
        let Ok(record) = record else { return false };
        if record.len() < TABLE_COLUMNS {
            return false;
        }
        rows += 1;
        cells += record.len();
        letters += record.iter().map(<[u8]>::len).sum::<usize>();
    }
    rows >= TABLE_ROWS && letters < cells * 80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(bytes: &[u8], extension: &str) -> Option<&'static str> {
        kind(bytes, false, extension)
    }

    #[test]
    fn encodings_are_text() {
        assert_eq!(plain("السلام عليكم ورحمة الله".as_bytes(), "txt"), Some("text/plain"));
        let words = "في يوم الخميس قصفت الطائرات المشفى";
        for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
            let bare: Vec<u8> = words.encode_utf16().flat_map(unit).collect();
            assert_eq!(plain(&bare, ""), Some("text/plain"));
        }
        let (legacy, _, _) = encoding_rs::WINDOWS_1256.encode(words);
        assert_eq!(plain(&legacy, "txt"), Some("text/plain"));
        assert_eq!(plain(b"\xff\xfea\0b\0c\0", ""), Some("text/plain"));
        assert_eq!(plain(b"\x01\x02\x00\x04\x05\x99\x98\x97", ""), None);
    }

    #[test]
    fn a_window_may_end_inside_a_character() {
        let bytes = "ا".repeat(100).into_bytes();
        assert_eq!(kind(&bytes[..199], true, ""), Some("text/plain"));
    }

    #[test]
    fn kinds_of_text() {
        assert_eq!(plain(b"<!-- saved --><!DOCTYPE html><html><body>x</body></html>", ""), Some("text/html"));
        assert_eq!(plain(b"<p>a</p>", "html"), Some("text/html"));
        assert_eq!(plain(b"<?xml version='1.0'?><kml></kml>", "kml"), Some("application/vnd.google-earth.kml+xml"));
        assert_eq!(plain(b"<TimeML><p>x</p></TimeML>", "xml"), Some("application/xml"));
        assert_eq!(plain(b"{\"a\": [1, 2]}", ""), Some("application/json"));
        assert_eq!(plain(b"{\"a\": 1}\n{\"a\": 2}\n", ""), Some("application/x-ndjson"));
        assert_eq!(kind(b"{\"a\": [1, 2", true, "json"), Some("application/json"));
        assert_eq!(plain(b"[12:30] someone: hello", ""), Some("text/plain"));
        assert_eq!(
            plain(b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n\r\nhi", ""),
            Some("message/rfc822")
        );
        assert_eq!(plain(b"From: the ministry\nDate: 5 May\n\nA statement.", "txt"), Some("text/plain"));
        assert_eq!(plain(b"[archive]\nname = \"x\"\n", "toml"), Some("application/toml"));
        assert_eq!(plain(b"a,b,c\n1,2,3\n4,5,6\n", ""), Some("text/csv"));
        assert_eq!(plain(b"a;b\n1;2\n", "csv"), Some("text/csv"));
        assert_eq!(
            plain("On Monday, at dawn, shells fell.\nNobody, they said, was hurt.\n".as_bytes(), ""),
            Some("text/plain")
        );
    }
}
