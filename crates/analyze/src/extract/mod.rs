//! What a text says and who says it: claims with the exact words that make them, each under its speaker.
//!
//! A lexicon and a grammar, no model weights: every object names the rule that made it and can be traced to a line of
//! `lexicon/`. Deliberately no opinion on whether anything said is so, no memory from one text to the next, and no name
//! of any party: organisations and persons are found by the shape of their names and their surroundings.

use serde_json::{Value, json};

use crate::{
    Input, Manifest, Row,
    place::Gazetteer,
    text,
    tongues::{self, Tongue},
};

mod arabic;
mod attacks;
mod attribution;
mod calibration;
mod casualties;
mod claims;
mod deeds;
mod english;
mod evidence;
mod frame;
pub mod incidents;
mod instruments;
mod lexicon;
mod mentions;
pub mod object;
mod syntax;
mod tell;
mod tokens;
mod told;
mod tongue;
mod wheres;

pub use object::{ANALYZER, Builder, Object, Why};

/// Bytes of a text that are read; the rest is named in a `problem`.
pub const MAX_BYTES: usize = 1 << 20;

/// What the extraction knows beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Name of the file.
    pub doc: &'a str,
    /// When it was published (RFC 3339 or a date), if known.
    pub published: Option<&'a str>,
    /// `en`, `ar`, `fr`, `ru` or `uk`; where it is not known, the words decide.
    pub language: Option<&'a str>,
    /// Names of places.
    pub gazetteer: &'a Gazetteer,
}

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "extract",
    version: 10,
    // Of sheets and mailboxes it reads what it is asked to; of itself only what is one text by somebody.
    reads: &[
        "text/plain",
        "text/html",
        "application/xhtml+xml",
        "application/pdf",
        crate::documents::DOCX,
        crate::documents::ODT,
        "message/rfc822",
    ],
    says: &[
        "mention",
        "place",
        "time",
        "attribution",
        "attack",
        "casualties",
        "legal",
        "commitment",
        "pledge",
        "denial",
        "justification",
        "forecast",
        "appeal",
        "pattern",
        "dispatch",
        "problem",
    ],
    cannot_say: &[
        "whether what is said is so",
        "who stands behind a name, or whether two texts mean the same person",
        "what a text implies without saying it",
    ],
};

/// Which grammar reads a text.
enum Grammar {
    Arabic,
    English,
    Tables(&'static Tongue),
    /// None does, and why.
    None(String),
}

/// The grammar of the language that the text is said to be in, else of the one that its words show.
fn grammar(text: &str, options: &Options<'_>) -> Grammar {
    let told = text::language_told(text);
    let code = options.language.or(told.code);
    match code {
        Some(code) if code.starts_with("ar") => Grammar::Arabic,
        Some(code) => match tongues::of(code) {
            Some(tongue) => Grammar::Tables(tongue),
            None if code.starts_with("en") => Grammar::English,
            None => Grammar::None(format!("there is no grammar for “{code}”")),
        },
        None if told.foreign => Grammar::None(told.evidence),
        None if told.arabic => Grammar::Arabic,
        None => Grammar::English,
    }
}

/// Everything that `text` says, in order of the text.
pub fn extract(text: &str, options: &Options<'_>) -> Vec<Object> {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut builder = Builder::new(text);
    let body = &text[..end];
    match grammar(body, options) {
        Grammar::Arabic => arabic::read(body, options, &mut builder),
        Grammar::English => english::read(body, options, &mut builder),
        Grammar::Tables(tongue) => tongue::read(body, tongue, options, &mut builder),
        Grammar::None(reason) => {
            let what = format!("no claims were read: {reason}");
            let why = Why::new("wrong_language", 1.0, "no grammar for the language of the text");
            builder.push("problem", 0..end, json!({"what": what, "where": "text"}), why);
        }
    }
    if end < text.len() {
        let what = format!("only the first {end} of {} bytes were read", text.len());
        builder.push(
            "problem",
            end..end,
            json!({"what": what, "where": "end"}),
            Why::new("too_long", 1.0, "the text is longer than the limit"),
        );
    }
    builder.finish()
}

/// Decodes a document and extracts; a row's kind is the object's kind, its body the object and, where the document has
/// pages or cells, where its words stand.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let decoded = text::decode(input.bytes, input.media_type);
    let options = Options {
        doc: input.name,
        published: input.published.or(decoded.published.as_deref()),
        language: decoded.language,
        gazetteer: input.gazetteer,
    };
    extract(&decoded.text, &options)
        .iter()
        .map(|object| {
            if object.kind == "problem" {
                let told = |name: &str| object.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                return Row::problem(told("what"), told("where"));
            }
            let mut row = Row::new(object.kind, object.to_json(input.name));
            row.body.extend(decoded.layout.at(object.span.0, object.span.1));
            row
        })
        .chain(decoded.problems.iter().map(|what| Row::problem(what, json!(input.name).to_string())))
        .chain(decoded.rows.iter().filter(|row| row.kind == "problem").cloned())
        .collect()
}
