//! The words of one post, from its bytes as they stood in an export: without the date, the names and the marks around them.
//!
//! What the export states about the post (when, who) came in with it and is not read here again.

use serde_json::{Value, json};

use super::{telegram, whatsapp, x};
use crate::{Input, Manifest, Row};

/// Media type of a Telegram message.
pub const TELEGRAM: &str = "application/x-post+telegram";
/// Media type of a WhatsApp message.
pub const WHATSAPP: &str = "application/x-post+whatsapp";
/// Media type of a post on X.
pub const X: &str = "application/x-post+x";

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "post",
    version: 1,
    reads: &[TELEGRAM, WHATSAPP, X],
    says: &["text", "problem"],
    cannot_say: &[
        "who wrote the post: the export says so, and it can be changed by whoever made it",
        "whether posts before or after it were left out",
    ],
};

/// One `text` row where the post has words.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let words = match input.media_type {
        TELEGRAM => serde_json::from_slice::<Value>(input.bytes).ok().map(|post| telegram::words(&post)),
        X => serde_json::from_slice::<Value>(input.bytes).ok().map(|post| x::words(&post)),
        WHATSAPP => {
            let decoded = String::from_utf8_lossy(input.bytes);
            whatsapp::read(&decoded).map(|read| whatsapp::files(read.body).1)
        }
        _ => return Vec::new(),
    };
    let Some(words) = words else { return vec![Row::problem("it is no post of its platform", "whole item")] };
    let words = words.replace("\r\n", "\n").replace('\r', "\n");
    if words.trim().is_empty() {
        return Vec::new();
    }
    let decoded = crate::text::decode(words.as_bytes(), "text/plain");
    let mut rows = Vec::new();
    let mut body = serde_json::Map::new();
    body.insert("encoding".into(), json!("UTF-8"));
    if let Some(language) = decoded.language {
        body.insert("language".into(), language.into());
    }
    body.insert("text".into(), words.clone().into());
    rows.push(Row { kind: "text", body });
    rows.extend(crate::text::oddities(&words).into_iter().map(|odd| Row::problem(odd, "text")));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Gazetteer;

    fn words(media_type: &str, bytes: &[u8]) -> Vec<Row> {
        read(&Input {
            bytes,
            media_type,
            name: "post",
            published: None,
            gazetteer: Gazetteer::embedded(),
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        })
    }

    #[test]
    fn only_the_words_are_text() {
        let telegram =
            r#"{"id": 2, "date_unixtime": "1", "from": "A", "text": ["قُصف ", {"type":"bold","text":"المخبز"}]}"#;
        assert_eq!(words(TELEGRAM, telegram.as_bytes())[0].body["text"], "قُصف المخبز");
        let whatsapp = "[12/04/2031, 08:16:01] Mariam: The bakery\r\nwas hit";
        assert_eq!(words(WHATSAPP, whatsapp.as_bytes())[0].body["text"], "The bakery\nwas hit");
        assert_eq!(words(X, br#"{"tweet": {"full_text": "Two shells"}}"#)[0].body["text"], "Two shells");
        assert!(words(X, br#"{"tweet": {}}"#).is_empty());
        assert_eq!(words(TELEGRAM, b"{")[0].kind, "problem");
        assert_eq!(words(WHATSAPP, &[0xff, 0, 9])[0].kind, "problem");
    }
}
