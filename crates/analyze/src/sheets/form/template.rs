//! The empty form for an account, as a DOCX file: written here, filled in with any word processor.
//!
//! Small on purpose: one part of WordprocessingML (ECMA-376) with tables, no styles, no pictures, no macros, and always the same bytes. The
//! Arabic form runs from right to left, tables and all.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{About, ROWS};

/// Language of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// English, from left to right.
    English,
    /// Arabic, from right to left.
    Arabic,
}

/// Tables for statements in an empty form; more are copied in the word processor.
const STATEMENTS: usize = 6;

/// What a paragraph outside the tables is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Title,
    Note,
    Identity,
    Consent,
    Account,
    Statements,
}

/// Every paragraph, in English and Arabic.
pub(super) const PARAGRAPHS: &[(Kind, &str, &str)] = &[
    (Kind::Title, "Account", "إفادة"),
    (
        Kind::Note,
        "Write in the right column only. Save the file with a name that ends in .account.docx and collect it; then delete it here. Who the person is, and this whole file, are sealed under a key of their own.",
        "اكتب في العمود الأيسر فقط. احفظ الملف باسم ينتهي بـ ‎.account.docx‎ وأدخِله إلى الأرشيف، ثم احذفه من هنا. تُختم هوية الشخص وهذا الملف كله بمفتاح خاص.",
    ),
    (Kind::Consent, "What the person agrees to", "ما يوافق عليه الشخص"),
    (Kind::Identity, "Who the person is (sealed)", "هوية الشخص (مختومة)"),
    (Kind::Account, "The interview", "المقابلة"),
    (
        Kind::Statements,
        "What the person told: a table for each question; copy one for more",
        "ما رواه الشخص: جدول لكل سؤال، وانسخ جدولاً للمزيد",
    ),
];

/// The empty form.
pub fn blank(tongue: Tongue) -> Vec<u8> {
    written(tongue, STATEMENTS, |_| None)
}

/// The form with answers.
pub(super) fn written(tongue: Tongue, statements: usize, mut answer: impl FnMut(About) -> Option<String>) -> Vec<u8> {
    let mut body = String::new();
    for (kind, en, ar) in PARAGRAPHS {
        let words = if tongue == Tongue::Arabic { ar } else { en };
        let size = match kind {
            Kind::Title => 36,
            Kind::Note => 20,
            _ => 26,
        };
        body += &paragraph(tongue, words, size, *kind != Kind::Note);
        let tables = match kind {
            Kind::Title | Kind::Note => 0,
            Kind::Statements => statements,
            _ => 1,
        };
        for _ in 0..tables {
            body += &table(tongue, *kind, &mut answer);
            // Two tables that touch are one to a word processor.
            body += "<w:p/>";
        }
    }
    let rtl = if tongue == Tongue::Arabic { "<w:bidi/>" } else { "" };
    packed(&format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{WORDS}\"><w:body>{body}<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/>{rtl}</w:sectPr></w:body></w:document>"
    ))
}

const WORDS: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn paragraph(tongue: Tongue, words: &str, size: u32, bold: bool) -> String {
    let (bidi, rtl) = if tongue == Tongue::Arabic { ("<w:bidi/>", "<w:rtl/>") } else { ("", "") };
    let weight = if bold { "<w:b/><w:bCs/>" } else { "" };
    let look = format!("<w:rPr>{weight}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>{rtl}</w:rPr>");
    let lines: Vec<String> =
        words.split('\n').map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", escaped(line))).collect();
    let run = if words.is_empty() { String::new() } else { format!("<w:r>{look}{}</w:r>", lines.join("<w:br/>")) };
    format!("<w:p><w:pPr>{bidi}</w:pPr>{run}</w:p>")
}

fn table(tongue: Tongue, kind: Kind, answer: &mut impl FnMut(About) -> Option<String>) -> String {
    let visual = if tongue == Tongue::Arabic { "<w:bidiVisual/>" } else { "" };
    let edge = |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>");
    let edges: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(edge).concat();
    let mut rows = String::new();
    for (about, en, ar) in ROWS.iter().filter(|(about, ..)| belongs(*about, kind)) {
        let label = if tongue == Tongue::Arabic { ar } else { en };
        let told = answer(*about).unwrap_or_default();
        let cell = |width: u32, inner: String| {
            format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{inner}</w:tc>")
        };
        rows += &format!(
            "<w:tr>{}{}</w:tr>",
            cell(3200, paragraph(tongue, label, 22, false)),
            cell(6400, paragraph(tongue, &told, 22, false))
        );
    }
    format!(
        "<w:tbl><w:tblPr>{visual}<w:tblW w:w=\"9600\" w:type=\"dxa\"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid><w:gridCol w:w=\"3200\"/><w:gridCol w:w=\"6400\"/></w:tblGrid>{rows}</w:tbl>"
    )
}

fn belongs(about: About, kind: Kind) -> bool {
    matches!(
        (about, kind),
        (About::Account(_), Kind::Account)
            | (About::Identity(_), Kind::Identity)
            | (About::Purpose(_) | About::Consent(_), Kind::Consent)
            | (About::Statement(_), Kind::Statements)
    )
}

/// A DOCX file around a document; the same bytes whenever it is made.
pub(super) fn packed(document: &str) -> Vec<u8> {
    const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, text) in [("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", document)] {
        // Into memory, which does not fail; a form that is not whole is refused when it is read.
        let _ = zip.start_file(name, options).and_then(|()| Ok(zip.write_all(text.as_bytes())?));
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
