//! DOCX (ECMA-376 part 1, 17): paragraphs, tables, notes, headers and footers, comments; what tracked changes delete is
//! left out and said.
//!
//! It deliberately evaluates no field, fetches no linked picture or template, and runs no macro.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::flow::Flow;
use super::package::Package;
use super::xml::{Step, attribute, walk};
use crate::Row;
use crate::documents::{Document, LONGEST_DOCUMENT, LONGEST_FIELD};

/// Most comments that become rows.
const MOST_COMMENTS: usize = 5_000;

/// What was met on the way.
#[derive(Default)]
struct Met {
    deleted: usize,
    inserted: usize,
    hidden: usize,
    symbols: usize,
    notes: usize,
}

/// Reads a DOCX.
pub(in crate::documents) fn read(bytes: &[u8]) -> Document {
    let mut package = match Package::open(bytes) {
        Ok(package) => package,
        Err(why) => return Document::unreadable(why),
    };
    if !package.has("word/document.xml") {
        return Document::unreadable("the file has no word/document.xml: it is no DOCX, or it is damaged");
    }
    let mut flow = Flow::default();
    let mut met = Met::default();
    let mut heads: Vec<String> = Vec::new();
    for name in package.names("word/header", ".xml") {
        side(&mut package, &name, &mut flow, &mut heads);
    }
    part(&mut package, "word/document.xml", &mut flow, &mut met);
    for name in ["word/footnotes.xml", "word/endnotes.xml"] {
        if package.has(name) {
            part(&mut package, name, &mut flow, &mut met);
        }
    }
    for name in package.names("word/footer", ".xml") {
        side(&mut package, &name, &mut flow, &mut heads);
    }
    let mut rows = vec![properties(&mut package, &met)];
    rows.extend(comments(&mut package));
    rows.extend(package.members(&["word/media/", "word/embeddings/"]));
    if package.has("word/vbaProject.bin") {
        rows.push(Row::problem("the document carries macros, which nobody here runs", "word/vbaProject.bin"));
    }
    rows.append(&mut package.problems);
    let counted = [
        (met.deleted, "tracked deletions are left out of the text"),
        (met.hidden, "runs of hidden text are read as text"),
        (met.symbols, "symbols of a picture font have no letter"),
    ];
    rows.extend(
        counted
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| Row::problem(format!("{n} × {what}"), "word/document.xml")),
    );
    let out = flow.finish();
    if out.is_full() {
        rows.push(Row::problem(
            format!("the text is longer than {LONGEST_DOCUMENT} bytes: the rest was not read"),
            "the file",
        ));
    }
    let title = rows[0].body.get("title").and_then(Value::as_str).map(str::to_owned);
    let (text, layout) = out.finish();
    Document { text, layout, title, rows, published: None }
}

/// Headers and footers, each said once though every section repeats it.
fn side(package: &mut Package<'_>, name: &str, flow: &mut Flow, heads: &mut Vec<String>) {
    let mut own = Flow::default();
    part(package, name, &mut own, &mut Met::default());
    let text = own.finish().finish().0;
    if !text.is_empty() && !heads.contains(&text) && heads.len() < 64 {
        text.lines().for_each(|line| flow.line(line));
        heads.push(text);
    }
}

/// The text of one part.
fn part(package: &mut Package<'_>, name: &str, flow: &mut Flow, met: &mut Met) {
    let Some(xml) = package.text(name) else { return };
    let mut reader = Reader { flow, met, skipped: 0, run: false, in_text: false };
    if let Err(why) = walk(&xml, |step| reader.step(step)) {
        package.problems.push(Row::problem(why, name));
    }
}

struct Reader<'a> {
    flow: &'a mut Flow,
    met: &'a mut Met,
    /// How many open elements are left out with everything in them.
    skipped: usize,
    run: bool,
    in_text: bool,
}

impl Reader<'_> {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Open(name, start) => {
                if self.skipped > 0 || is_left_out(name) {
                    // `w:del` stands around runs; inside properties it marks a deleted paragraph end or row.
                    self.met.deleted +=
                        usize::from(self.skipped == 0 && matches!(name, "del" | "moveFrom") && !self.run);
                    self.skipped += 1;
                    return;
                }
                self.open(name, start);
            }
            Step::Text(text) => {
                if self.skipped == 0 && self.in_text {
                    self.flow.text(text);
                }
            }
            Step::Close(name) => {
                if self.skipped > 0 {
                    self.skipped -= 1;
                    return;
                }
                match name {
                    "p" => self.flow.close(),
                    "tr" => self.flow.close_row(),
                    "t" => self.in_text = false,
                    "rPr" | "pPr" => self.run = false,
                    _ => {}
                }
            }
        }
    }

    fn open(&mut self, name: &str, start: &quick_xml::events::BytesStart<'_>) {
        match name {
            "p" => self.flow.open(),
            "tr" => self.flow.open_row(),
            "tc" => self.flow.open_cell(),
            "t" => self.in_text = true,
            "rPr" | "pPr" => self.run = true,
            "tab" if !self.run => self.flow.text("\t"),
            "br" | "cr" => self.flow.text("\n"),
            "noBreakHyphen" => self.flow.text("\u{2011}"),
            "ins" | "moveTo" if !self.run => self.met.inserted += 1,
            "sym" => self.met.symbols += 1,
            "footnote" | "endnote" => self.met.notes += 1,
            "vanish" if self.run && attribute(start, "val").is_none_or(|v| !matches!(v.as_str(), "0" | "false")) => {
                self.met.hidden += 1;
            }
            _ => {}
        }
    }
}

/// Elements whose text is not the document's: deletions, field codes, the other spelling of what stands beside it.
fn is_left_out(name: &str) -> bool {
    matches!(name, "del" | "moveFrom" | "delText" | "instrText" | "delInstrText" | "Fallback" | "tabs")
}

/// What the file says of itself (ECMA-376 part 2, 11).
fn properties(package: &mut Package<'_>, met: &Met) -> Row {
    let mut body = Map::from_iter([("format".to_owned(), json!("docx"))]);
    for (name, known) in [
        (
            "docProps/core.xml",
            &[
                ("title", "title"),
                ("subject", "subject"),
                ("creator", "author"),
                ("lastModifiedBy", "last_modified_by"),
                ("created", "created"),
                ("modified", "modified"),
                ("lastPrinted", "printed"),
                ("revision", "revision"),
                ("keywords", "keywords"),
                ("description", "description"),
                ("language", "stated_language"),
            ][..],
        ),
        ("docProps/app.xml", &[("Application", "producer"), ("Company", "company"), ("Template", "template")][..]),
    ] {
        let Some(xml) = package.text(name) else { continue };
        body.extend(fields(&xml, known));
    }
    for (key, count) in [("tracked_insertions", met.inserted), ("tracked_deletions", met.deleted)] {
        if count > 0 {
            body.insert(key.into(), json!(count));
        }
    }
    Row { kind: "document", body }
}

/// The text of elements by their names.
pub(super) fn fields(xml: &str, known: &[(&str, &str)]) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut at: Option<(&str, String)> = None;
    let _ = walk(xml, |step| match step {
        Step::Open(name, _) => at = known.iter().find(|(n, _)| *n == name).map(|(_, key)| (*key, String::new())),
        Step::Text(text) => {
            if let Some((_, value)) = at.as_mut().filter(|(_, value)| value.len() < LONGEST_FIELD * 4) {
                value.push_str(text);
            }
        }
        Step::Close(_) => {
            if let Some((key, value)) = at.take() {
                let value: String = value.trim().chars().take(LONGEST_FIELD).collect();
                if !value.is_empty() {
                    found.entry(key.to_owned()).or_insert_with(|| json!(value));
                }
            }
        }
    });
    found
}

/// Remarks in the margin: who wrote what, when, as the file states; a zone only where one is stated.
fn comments(package: &mut Package<'_>) -> Vec<Row> {
    let Some(xml) = package.text("word/comments.xml") else { return Vec::new() };
    let mut rows: Vec<Row> = Vec::new();
    let mut at: Option<(Map<String, Value>, String)> = None;
    let mut in_text = false;
    let walked = walk(&xml, |step| match step {
        Step::Open("comment", start) => {
            let mut body = Map::new();
            for key in ["author", "date"] {
                if let Some(value) = attribute(start, key) {
                    body.insert(key.into(), json!(value.chars().take(LONGEST_FIELD).collect::<String>()));
                }
            }
            at = Some((body, String::new()));
        }
        Step::Open(name, _) => in_text = name == "t",
        Step::Text(text) => {
            if let Some((_, value)) = at.as_mut().filter(|_| in_text) {
                value.push_str(text);
            }
        }
        Step::Close("p") => {
            if let Some((_, value)) = at.as_mut() {
                value.push('\n');
            }
        }
        Step::Close("comment") => {
            if let Some((mut body, value)) = at.take().filter(|_| rows.len() < MOST_COMMENTS) {
                body.insert("text".into(), json!(value.trim().chars().take(LONGEST_FIELD).collect::<String>()));
                rows.push(Row { kind: "comment", body });
            }
        }
        Step::Close(_) => in_text = false,
    });
    if let Err(why) = walked {
        package.problems.push(Row::problem(why, "word/comments.xml"));
    }
    rows
}
