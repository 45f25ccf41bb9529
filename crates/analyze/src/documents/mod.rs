//! Documents that are more than characters: PDF, word processors' files, mail, workbooks, web archives. Each reader gives
//! one text, where the pieces of it stand, rows about the document, and what could not be read.
//!
//! The text is what everything else works on: spans count its Unicode scalar values, and a quote is exactly the text under
//! its span. It deliberately takes nothing out: attachments and embedded files are listed as `member` rows with their
//! hashes, and stay where they are. It computes no formula, follows no link, runs nothing, and fetches nothing.

pub mod layout;
pub(crate) mod mail;
pub mod ocr;
pub(crate) mod office;
mod pdf;
pub(crate) mod web;
mod written;

pub use layout::Layout;
pub(crate) use pdf::each_embedded;
pub use pdf::{MOST_PAGES, Related, related};
pub use written::LONGEST_DOCUMENT;

use crate::Row;

/// Longest field of a document's own properties, in characters.
const LONGEST_FIELD: usize = 2_000;

/// A document as read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// Its text, a paragraph (a row, a header) a line.
    pub text: String,
    /// Where the pieces of the text stand.
    pub layout: Layout,
    /// Title as stated in the document.
    pub title: Option<String>,
    /// When the document itself says it was published: RFC 3339, or a date.
    pub published: Option<String>,
    /// Rows about it: `document`, `page`, `message`, `member`, `sheet_row`, `record` and `problem`.
    pub rows: Vec<Row>,
}

impl Document {
    /// A document of which nothing could be read, and why.
    fn unreadable(what: impl Into<String>) -> Document {
        Document { rows: vec![Row::problem(what, "the file")], ..Document::default() }
    }
}

/// DOCX.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// XLSX.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// ODT.
pub const ODT: &str = "application/vnd.oasis.opendocument.text";

/// The reader of a media type, as told by `media::sniff`.
fn reader(media_type: &str) -> Option<fn(&[u8]) -> Document> {
    Some(match media_type.split(';').next().unwrap_or_default().trim() {
        "application/pdf" => pdf::read,
        DOCX => office::docx::read,
        ODT => office::odt::read,
        XLSX => office::read_xlsx,
        "message/rfc822" => mail::read,
        "application/mbox" => mail::read_mbox,
        "application/warc" => web::read,
        "application/wacz" => web::read_wacz,
        "text/csv" => |bytes| office::sheet::read_csv(bytes, false),
        "text/tab-separated-values" => |bytes| office::sheet::read_csv(bytes, true),
        _ => return None,
    })
}

/// Is this the media type of a document?
pub fn reads(media_type: &str) -> bool {
    reader(media_type).is_some()
}

/// Reads a document of a type that [`reads`]; anything else is unreadable.
///
/// Never fails: what cannot be read is a `problem` row.
pub fn read(bytes: &[u8], media_type: &str) -> Document {
    match reader(media_type) {
        Some(read) => read(bytes),
        None => Document::unreadable(format!("no reader for {media_type}")),
    }
}

/// `page 3`, or `pages 1–4, 7`.
fn ranges(word: &str, numbers: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let shown: Vec<String> =
        runs.iter().take(20).map(|(a, b)| if a == b { a.to_string() } else { format!("{a}–{b}") }).collect();
    let more = if runs.len() > 20 { format!(" and {} more runs", runs.len() - 20) } else { String::new() };
    format!("{word}{} {}{more}", if numbers.len() == 1 { "" } else { "s" }, shown.join(", "))
}
