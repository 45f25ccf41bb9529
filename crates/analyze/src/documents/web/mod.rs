//! Web archives: WARC (ISO 28500) and WACZ (1.1.1): what was fetched when, what each fetch came to, and the main text of the
//! pages.
//!
//! A `record` row says of each answer its address, time, status, type, length and `outcome`; login walls, checks for robots
//! and error pages are named as such and give no text. The archive itself stays as it is, to be replayed. It deliberately
//! replays nothing, runs no script, and takes the archive's word for the address and the time, which it calls stated.

mod http;
mod outcome;
mod records;
#[cfg(test)]
mod tests;
mod wacz;

use std::io::{BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use serde_json::{Map, Value, json};

pub(crate) use self::http::Answer;
pub(crate) use self::outcome::Outcome;
use self::outcome::{by_status, of_page};
pub(crate) use self::records::{Broken, Record, next as next_record};
use super::layout::Spot;
use super::office::package::hash;
use super::written::Written;
use super::{Document, LONGEST_DOCUMENT};
use crate::{Row, media, text};

pub(super) use self::wacz::read as read_wacz;

/// Most bytes of one record's block that are looked at.
pub(crate) const LONGEST_BLOCK: usize = 64 << 20;
/// Most bytes that an archive may unpack to; what follows is named.
const MOST_UNPACKED: u64 = 4 << 30;
/// Most records of which rows are made; the rest is counted.
const MOST_RECORDS: usize = 30_000;
/// Longest address in a row, in characters.
const LONGEST_ADDRESS: usize = 4_000;
/// Most problems that are told one by one.
const MOST_PROBLEMS: usize = 500;
/// What is shown of a page that is no page, in characters.
const SHOWN: usize = 200;

/// What is read of archives, in order.
#[derive(Default)]
pub(super) struct Archive {
    out: Written,
    rows: Vec<Row>,
    problems: Vec<Row>,
    records: u32,
    outcomes: Map<String, Value>,
    published: Option<String>,
    title: Option<String>,
    pages: usize,
}

/// Reads a WARC, gzipped or plain.
pub(super) fn read(bytes: &[u8]) -> Document {
    let mut archive = Archive::default();
    archive.stream(&mut unpacked(bytes), "the file");
    archive.finish(json!({ "format": "warc" }))
}

/// The stream of records in `source`, unzipped where it is zipped.
pub(crate) fn unpacked<'a>(source: impl BufRead + 'a) -> Box<dyn BufRead + 'a> {
    let mut source = source;
    let zipped = source.fill_buf().is_ok_and(|start| start.starts_with(&[0x1F, 0x8B]));
    if zipped { Box::new(BufReader::new(MultiGzDecoder::new(source).take(MOST_UNPACKED))) } else { Box::new(source) }
}

/// One answer, looked at.
pub(crate) struct Fetched {
    /// As the archive states it.
    pub url: String,
    /// As the archive states it.
    pub date: String,
    /// The answer.
    pub answer: Answer,
    /// What it came to.
    pub outcome: Outcome,
    /// By its bytes; where they do not tell, as stated.
    pub media_type: String,
    /// Main text, title and date of a page.
    page: Option<text::Decoded>,
}

/// Looks at a record: `None` where it is no answer to a request.
pub(crate) fn fetched(record: &Record) -> Option<Fetched> {
    let kind = record.header("warc-type")?;
    if !matches!(kind, "response" | "resource") {
        return None;
    }
    let answer = if kind == "response" {
        http::read(&record.block, LONGEST_BLOCK)
    } else {
        Answer { status: Some(200), body: record.block.clone(), ..Answer::default() }
    };
    let url = record.header("warc-target-uri").unwrap_or_default().trim_matches(['<', '>']);
    let url: String = url.chars().take(LONGEST_ADDRESS).collect();
    let stated = match kind {
        "response" => answer.header("content-type"),
        _ => record.header("content-type"),
    };
    let stated = stated.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let name = url.split(['?', '#']).next().unwrap_or_default();
    let sniffed = media::sniff::sniff(&answer.body, name).media_type;
    let unsure = matches!(sniffed, media::sniff::EMPTY | media::sniff::UNKNOWN | "text/plain");
    let media_type = if unsure && !stated.is_empty() { stated } else { sniffed.to_owned() };
    let (outcome, page) = judged(&answer, &media_type);
    let date = record.header("warc-date").unwrap_or_default().to_owned();
    Some(Fetched { url, date, answer, outcome, media_type, page })
}

fn judged(answer: &Answer, media_type: &str) -> (Outcome, Option<text::Decoded>) {
    let status = answer.status.unwrap_or(0);
    let decided = by_status(status, answer.header("location"));
    if answer.body.is_empty() {
        return (decided.unwrap_or(Outcome::Empty), None);
    }
    match media_type {
        "text/html" | "application/xhtml+xml" => {
            let page = page_of(answer);
            let title = page.title.clone().unwrap_or_default();
            let markup = String::from_utf8_lossy(&answer.body[..answer.body.len().min(400_000)]);
            let outcome = decided.unwrap_or_else(|| of_page(&markup, &title, &page.text));
            // An error that is a wall is a wall: some sites send 404 to whoever has not logged in.
            (outcome, Some(page))
        }
        "text/plain" => (decided.unwrap_or(Outcome::Page), Some(text::decode(&answer.body, "text/plain"))),
        kind => {
            let file = ["image/", "video/", "audio/"].iter().any(|begin| kind.starts_with(begin)) || super::reads(kind);
            (decided.unwrap_or(if file { Outcome::File } else { Outcome::Part }), None)
        }
    }
}

/// The page's text; the encoding that the answer's header states comes before all others.
fn page_of(answer: &Answer) -> text::Decoded {
    let stated = answer.header("content-type").and_then(|kind| kind.split("charset=").nth(1));
    let label = stated.map(|label| label.trim_matches(['"', '\'', ' ', ';']));
    let encoding = label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    match encoding.filter(|encoding| *encoding != encoding_rs::UTF_8) {
        Some(encoding) => text::decode_page(&encoding.decode(&answer.body).0),
        None => text::decode(&answer.body, "text/html"),
    }
}

impl Archive {
    /// Reads records to the end of the stream, or to where it breaks.
    pub(super) fn stream(&mut self, stream: &mut dyn BufRead, place: &str) {
        loop {
            let next = records::next(stream, LONGEST_BLOCK);
            match next {
                Ok(None) => return,
                Ok(Some(record)) => {
                    self.records += 1;
                    self.record(&record);
                    if record.cut {
                        return self.say("the archive ends within a record: it is cut short".into(), self.here());
                    }
                }
                Err(Broken::NoRecord) if self.records == 0 => {
                    return self.say("the file is no WARC, or is damaged from its beginning".into(), place.to_owned());
                }
                Err(Broken::NoRecord) => return self.say("what comes after this record is none".into(), self.here()),
                Err(Broken::Stream(e)) => {
                    return self.say(format!("what comes after this record cannot be unpacked: {e}"), self.here());
                }
            }
        }
    }

    fn here(&self) -> String {
        format!("record {}", self.records)
    }

    fn say(&mut self, what: String, place: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Row::problem(what, place));
        }
    }

    fn record(&mut self, record: &Record) {
        let Some(found) = fetched(record) else { return };
        self.count(found.outcome.as_str());
        let mut body = Map::new();
        body.insert("record".into(), json!(self.records));
        body.insert("url".into(), json!(found.url));
        body.insert("fetched".into(), json!(found.date));
        if let Some(status) = found.answer.status {
            body.insert("status".into(), json!(status));
        }
        body.insert("media_type".into(), json!(found.media_type));
        body.insert("outcome".into(), json!(found.outcome.as_str()));
        body.insert("size".into(), json!(found.answer.body.len()));
        if !found.answer.body.is_empty() && record.length <= LONGEST_BLOCK as u64 {
            body.insert("sha256".into(), hash(&found.answer.body));
        }
        if let Some(to) = found.answer.header("location") {
            body.insert("location".into(), json!(to.chars().take(LONGEST_ADDRESS).collect::<String>()));
        }
        if let Some(what) = found.answer.problem.clone() {
            self.say(what, self.here());
        }
        if let Some(page) = &found.page {
            self.page(page, found.outcome, &mut body);
        }
        if self.rows.len() < MOST_RECORDS {
            self.rows.push(Row { kind: "record", body });
        }
    }

    /// The words of a page; of what only stands in its place a few, in its row.
    fn page(&mut self, page: &text::Decoded, outcome: Outcome, body: &mut Map<String, Value>) {
        for (key, value) in [("title", &page.title), ("published", &page.published)] {
            if let Some(value) = value {
                body.insert(key.into(), json!(value));
            }
        }
        if outcome != Outcome::Page {
            let seen: String = page.text.trim().chars().take(SHOWN).collect();
            if !seen.is_empty() {
                body.insert("seen".into(), json!(seen));
            }
            return;
        }
        self.pages += 1;
        if self.pages == 1 {
            (self.title, self.published) = (page.title.clone(), page.published.clone());
        }
        self.out.break_line();
        let start = self.out.scalars();
        let spot = Spot::Record(self.records);
        if let Some(title) = page.title.as_ref().filter(|title| !page.text.starts_with(title.as_str())) {
            self.out.piece(title, spot.clone());
            self.out.break_line();
        }
        self.out.piece(page.text.trim(), spot);
        body.insert("span".into(), json!([start, self.out.scalars()]));
    }

    fn count(&mut self, outcome: &str) {
        let so_far = self.outcomes.get(outcome).and_then(Value::as_u64).unwrap_or(0);
        self.outcomes.insert(outcome.to_owned(), json!(so_far + 1));
    }

    pub(super) fn finish(mut self, mut about: Value) -> Document {
        about["records"] = json!(self.records);
        let told = self.outcomes.values().filter_map(Value::as_u64).sum::<u64>() as usize;
        about["outcomes"] = Value::Object(std::mem::take(&mut self.outcomes));
        if told > MOST_RECORDS {
            self.say(format!("{told} answers; rows of the first {MOST_RECORDS} are made"), "the file".into());
        }
        if self.out.is_full() {
            let what = format!("the text is longer than {LONGEST_DOCUMENT} bytes: the rest was not read");
            self.say(what, "the file".into());
        }
        // Several pages have no one title and no one day.
        if self.pages != 1 {
            (self.title, self.published) = (None, None);
        }
        let mut rows = vec![Row::new("document", about)];
        rows.append(&mut self.rows);
        rows.append(&mut self.problems);
        let (text, layout) = self.out.finish();
        Document { text, layout, title: self.title, published: self.published, rows }
    }
}
