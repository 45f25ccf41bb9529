//! The few pieces of TOML that the town writes: quoted strings, lists, verbatim blocks.
//!
//! Writing by hand keeps the bytes the same whatever a serialiser's next version prefers. It reads nothing.

/// A basic TOML string: quotes, backslashes and control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A one-line TOML array of strings.
pub(crate) fn quoted_list(items: &[&str]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
}

/// A multi-line basic string; the line break after the opening quotes is not part of the value.
pub(crate) fn block(text: &str) -> String {
    format!("\"\"\"\n{}\"\"\"", text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for text in ["plain", "with \"quotes\" and \\", "two\nlines", "حي الفوانيس", "a\u{202e}b\t"] {
            let line = format!("a = {}\nb = {}", quoted(text), block(text));
            let read: toml::Table = line.parse().expect("valid TOML");
            assert_eq!(read["a"].as_str(), Some(text));
            assert_eq!(read["b"].as_str(), Some(text));
        }
    }
}
