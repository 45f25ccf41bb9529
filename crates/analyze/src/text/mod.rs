//! Bytes to words: what encoding a text is in, what it says, where its sentences are, what is odd about it.
//!
//! Reads plain text and HTML itself, and documents through [`crate::documents`]. It deliberately never mends what it reads: decoding and line ends aside, the text is
//! what the bytes say, and whatever could mislead a reader of it (direction overrides, invisible characters, Arabic
//! stored as drawn) is reported beside it.

mod encoding;
mod head;
mod hostile;
mod html;
mod language;
mod sentences;

use serde_json::{Map, Value};

use crate::documents::{self, Layout};
use crate::{Input, Manifest, Row};

pub use encoding::LONGEST_TEXT;
pub(crate) use hostile::looks_reversed;
pub use hostile::oddities;
pub use language::{LanguageTold, told as language_told};
pub use sentences::sentences;

/// A text as read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decoded {
    /// The text, newlines normalised to `\n`; of a page, its main text with a paragraph a line.
    pub text: String,
    /// Name of the encoding (WHATWG); empty where the document has none of its own.
    pub encoding: &'static str,
    /// `en`, `ar`, `fr`, `ru` or `uk` when the words show it.
    pub language: Option<&'static str>,
    /// Title as stated in the document (pages only).
    pub title: Option<String>,
    /// When the document itself says it was published: RFC 3339, or a date where it states no zone.
    pub published: Option<String>,
    /// What could not be read or could mislead.
    pub problems: Vec<String>,
    /// Where the pieces of the text stand in the document.
    pub layout: Layout,
    /// What else the document's reader says: rows about it, its pages and its parts, and problems with their places.
    pub rows: Vec<Row>,
}

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "text",
    version: 3,
    reads: READS,
    says: &["text", "document", "page", "comment", "sheet_row", "message", "record", "member", "problem"],
    cannot_say: &[
        "who wrote the text, or whether it is complete or true",
        "when it was published: the date is the document's own word",
        "what a style sheet or script would show or hide",
        "that a text layer says what its page shows: it is the file's own word, checked only for the order of its letters",
    ],
};

/// Media types whose words are read.
pub const READS: &[&str] = &[
    "text/plain",
    "text/html",
    "application/xhtml+xml",
    "application/pdf",
    documents::DOCX,
    documents::ODT,
    documents::XLSX,
    "message/rfc822",
    "application/mbox",
    "application/warc",
    "application/wacz",
    "text/csv",
    "text/tab-separated-values",
];

/// Decodes a plain text, an HTML page or a document, by `media_type`.
///
/// Never fails: what cannot be read is in [`Decoded::problems`], and in the `problem` rows of [`Decoded::rows`].
pub fn decode(bytes: &[u8], media_type: &str) -> Decoded {
    if documents::reads(media_type) {
        return of_document(documents::read(bytes, media_type));
    }
    let html = is_html(media_type);
    let characters = encoding::characters(bytes, html);
    let decoded = Decoded { encoding: characters.encoding, problems: characters.problems, ..Decoded::default() };
    if html { of_page(&characters.text, decoded) } else { asked(Decoded { text: characters.text, ..decoded }) }
}

/// Reads a page that is already characters.
pub(crate) fn decode_page(markup: &str) -> Decoded {
    of_page(markup, Decoded { encoding: "UTF-8", ..Decoded::default() })
}

fn of_page(markup: &str, mut decoded: Decoded) -> Decoded {
    let page = html::read(markup);
    decoded.published = head::stated(&page.published, &mut decoded.problems);
    decoded.title = page.title;
    decoded.text = page.text;
    asked(decoded)
}

/// What every text is asked: its language, a date on a line of its own, what is odd about it.
fn asked(mut decoded: Decoded) -> Decoded {
    if is_blank(&decoded.text) {
        decoded.problems.push("no text".to_owned());
    }
    decoded.published = decoded.published.or_else(|| head::dateline(&decoded.text));
    let told = language::told(&decoded.text);
    decoded.language = told.code;
    decoded.problems.extend(foreign(&told));
    decoded.problems.extend(oddities(&decoded.text));
    decoded
}

/// What is said of a text in a language that no grammar reads.
fn foreign(told: &LanguageTold) -> Option<String> {
    told.foreign.then(|| format!("text in a language that is not read: {}", told.evidence))
}

/// A document's text with what every text is asked. That a document has no text is for its own reader to say.
fn of_document(document: documents::Document) -> Decoded {
    let mut problems = oddities(&document.text);
    let has_text = !document.text.trim().is_empty();
    if !has_text && document.rows.iter().all(|row| row.kind != "problem") {
        problems.push("no text".to_owned());
    }
    let told = language::told(&document.text);
    problems.extend(foreign(&told));
    Decoded {
        published: document.published.or_else(|| head::dateline(&document.text)),
        language: told.code,
        title: document.title,
        text: document.text,
        encoding: "",
        problems,
        layout: document.layout,
        rows: document.rows,
    }
}

/// Rows of one input: one `text` {`encoding`, `language`, `title`, `published`, `text`} and a `problem` for each
/// thing that could not be read or could mislead; of a document its own rows as well. A document without any text leaves
/// no `text` row; a sheet about the folder (`provenance.csv` and its like) is nobody's text.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    if crate::sheets::is_own(input.name) {
        return Vec::new();
    }
    let decoded = decode(input.bytes, input.media_type);
    let mut body = Map::new();
    let mut put = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            body.insert(key.to_owned(), Value::from(value));
        }
    };
    put("encoding", Some(decoded.encoding).filter(|name| !name.is_empty()));
    put("language", decoded.language);
    put("title", decoded.title.as_deref());
    put("published", decoded.published.as_deref());
    put("text", Some(&decoded.text));
    let is_document = documents::reads(input.media_type);
    let mut rows = Vec::new();
    if !is_document || !decoded.text.is_empty() {
        rows.push(Row { kind: "text", body });
    }
    rows.extend(decoded.rows);
    rows.extend(decoded.problems.into_iter().map(|what| Row::problem(what, "text")));
    rows
}

/// White space, marks of direction and characters without width, and nothing else.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    })
}

/// The main text of a page that is already characters.
pub(crate) fn main_text(markup: &str) -> String {
    html::read(markup).text
}

fn is_html(media_type: &str) -> bool {
    matches!(media_type.split(';').next().unwrap_or_default().trim(), "text/html" | "application/xhtml+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_gives_its_text_date_and_language() {
        let text = "Friday, 29 March 2019 18:36\r\n\r\nA title\r\n\r\nThe town was hit on Thursday, residents of the area said.";
        let decoded = decode(text.as_bytes(), "text/plain");
        assert_eq!(decoded.published.as_deref(), Some("2019-03-29"));
        assert_eq!(decoded.language, Some("en"));
        assert!(decoded.problems.is_empty() && !decoded.text.contains('\r'));
    }

    #[test]
    fn a_page_states_its_own_date_and_a_contradiction_is_told() {
        let page = "<meta property=article:published_time content=2019-03-29T10:00:00Z><time itemprop=datePublished \
                    datetime=2019-04-02></time><p>The school was hit by a bomb, said a teacher of the school.";
        let decoded = decode(page.as_bytes(), "text/html; charset=utf-8");
        assert_eq!(decoded.published.as_deref(), Some("2019-03-29T10:00:00Z"));
        assert!(decoded.problems.iter().any(|problem| problem.contains("2019-04-02")), "{:?}", decoded.problems);
    }

    #[test]
    fn rows_hold_what_was_stated_and_nothing_else() {
        let gazetteer = crate::place::Gazetteer::with_places([]);
        let input = Input {
            bytes: "killed \u{202E}21".as_bytes(),
            media_type: "text/plain",
            name: "x",
            published: None,
            gazetteer: &gazetteer,
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        };
        let rows = read(&input);
        assert_eq!(rows[0].kind, "text");
        assert_eq!(rows[0].body.keys().collect::<Vec<_>>(), ["encoding", "text"]);
        assert_eq!(rows[1].kind, "problem");
    }
}
