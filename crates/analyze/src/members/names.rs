//! Names of members: bytes that somebody else chose, made fit to be kept as text.
//!
//! Nothing is ever written to a disk under such a name, so a name that climbs out of its archive harms nobody here; but it would harm
//! whoever later copies members out by name. So the steps of a name that lead elsewhere are spelt out, and the name says so.

/// Longest name, in characters.
pub const LONGEST: usize = 1_024;

/// A name as it is kept, and what is odd about it.
///
/// Bytes that are no UTF-8 are spelt `\xNN` (no code page is guessed), as are a leading `/`, and steps that are `.` or `..`; a backslash
/// stays a character. What is longer than [`LONGEST`] is cut in the middle.
pub fn kept(raw: &[u8]) -> (String, Vec<&'static str>) {
    let mut odd = Vec::new();
    let mut text = String::new();
    for chunk in raw.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            odd.push("its name is not UTF-8 and is spelt byte for byte");
        }
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02X}")));
    }
    odd.dedup();
    if let Some(rest) = text.strip_prefix('/') {
        text = format!("\\x2F{rest}");
        odd.push("its name begins at the root of a disk");
    }
    if text.chars().nth(1) == Some(':') && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        odd.push("its name begins with a drive");
    }
    if text.split(['/', '\\']).any(|step| step == "..") {
        odd.push("its name climbs out of the archive");
    }
    let steps: Vec<&str> = text
        .split('/')
        .map(|step| match step {
            ".." => "\\x2E\\x2E",
            "." => "\\x2E",
            step => step,
        })
        .collect();
    text = steps.join("/");
    if text.chars().any(turns) {
        odd.push("its name holds characters that turn the direction of writing or are not seen");
    }
    if text.chars().any(char::is_control) {
        odd.push("its name holds control characters");
    }
    if text.chars().count() > LONGEST {
        let start: String = text.chars().take(LONGEST / 2).collect();
        let end: String = text.chars().skip(text.chars().count() - LONGEST / 2).collect();
        text = format!("{start}…{end}");
        odd.push("its name is too long and was cut in the middle");
    }
    if text.is_empty() {
        text = "\\x00".into();
        odd.push("it has no name");
    }
    (text, odd)
}

/// Characters that make a name look like another: U+202E turns `gpj.exe` round.
fn turns(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_spelt_out() {
        assert_eq!(kept("صور/1.jpg".as_bytes()), ("صور/1.jpg".into(), vec![]));
        assert_eq!(kept(b"a/../../etc/passwd").0, "a/\\x2E\\x2E/\\x2E\\x2E/etc/passwd");
        assert_eq!(kept(b"/etc/passwd").0, "\\x2Fetc/passwd");
        assert_eq!(kept(b"caf\xe9.jpg").0, "caf\\xE9.jpg");
        for odd in [b"..\\x".as_slice(), b"C:\\x", b"\xff", b"", b"a\n", "a\u{202e}gpj.exe".as_bytes(), &[b'x'; 2000]] {
            assert!(!kept(odd).1.is_empty(), "{odd:?}");
            assert!(kept(odd).0.chars().count() <= LONGEST + 1);
        }
    }
}
