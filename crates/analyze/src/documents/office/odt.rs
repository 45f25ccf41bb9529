//! ODT (OpenDocument 1.3 part 3): paragraphs, headings, tables, notes; what tracked changes delete is left out and said.
//!
//! It deliberately evaluates no field and fetches nothing that the file links to.

use serde_json::{Map, Value, json};

use super::docx::fields;
use super::flow::Flow;
use super::package::Package;
use super::xml::{Step, attribute, walk};
use crate::Row;
use crate::documents::{Document, LONGEST_DOCUMENT};

/// Most spaces that one element may stand for.
const MOST_SPACES: usize = 200;

/// Reads an ODT.
pub(in crate::documents) fn read(bytes: &[u8]) -> Document {
    let mut package = match Package::open(bytes) {
        Ok(package) => package,
        Err(why) => return Document::unreadable(why),
    };
    let encrypted = package.text("META-INF/manifest.xml").is_some_and(|xml| xml.contains("encryption-data"));
    if encrypted {
        return Document::unreadable("the document is encrypted and asks for a password: nothing of it was read");
    }
    let Some(xml) = package.text("content.xml") else {
        return Document::unreadable("the file has no content.xml: it is no OpenDocument text, or it is damaged");
    };
    let mut flow = Flow::default();
    let (mut deleted, mut comments, mut skipped) = (0_usize, 0_usize, 0_usize);
    let walked = walk(&xml, |step| match step {
        Step::Open(name, start) => {
            if skipped > 0 || matches!(name, "tracked-changes" | "annotation" | "note-citation" | "sequence-decls") {
                deleted += usize::from(name == "deletion");
                comments += usize::from(name == "annotation");
                skipped += 1;
                return;
            }
            match name {
                "p" | "h" => flow.open(),
                "table-row" => flow.open_row(),
                "table-cell" => flow.open_cell(),
                "s" => {
                    let count = attribute(start, "c").and_then(|c| c.parse::<usize>().ok()).unwrap_or(1);
                    flow.text(&" ".repeat(count.min(MOST_SPACES)));
                }
                "tab" => flow.text("\t"),
                "line-break" => flow.text("\n"),
                _ => {}
            }
        }
        Step::Text(text) if skipped == 0 => flow.text(text),
        Step::Text(_) => {}
        Step::Close(_) if skipped > 0 => skipped -= 1,
        Step::Close("p" | "h") => flow.close(),
        Step::Close("table-row") => flow.close_row(),
        Step::Close(_) => {}
    });
    let mut body = Map::from_iter([("format".to_owned(), json!("odt"))]);
    if let Some(meta) = package.text("meta.xml") {
        let known = [
            ("title", "title"),
            ("subject", "subject"),
            ("initial-creator", "author"),
            ("creator", "last_modified_by"),
            ("creation-date", "created"),
            ("date", "modified"),
            ("generator", "producer"),
            ("description", "description"),
        ];
        body.extend(fields(&meta, &known));
    }
    let title = body.get("title").and_then(Value::as_str).map(str::to_owned);
    let mut rows = vec![Row { kind: "document", body }];
    rows.extend(package.members(&["Pictures/", "Object "]));
    rows.append(&mut package.problems);
    let out = flow.finish();
    let mut say = |what: String| rows.push(Row::problem(what, "content.xml"));
    if let Err(why) = walked {
        say(why);
    }
    if deleted > 0 {
        say(format!("{deleted} × tracked deletions are left out of the text"));
    }
    if comments > 0 {
        say(format!("{comments} × remarks in the margin are left out of the text"));
    }
    if out.is_full() {
        say(format!("the text is longer than {LONGEST_DOCUMENT} bytes: the rest was not read"));
    }
    let (text, layout) = out.finish();
    Document { text, layout, title, rows, published: None }
}
