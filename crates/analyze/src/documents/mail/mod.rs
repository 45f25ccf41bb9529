//! Mail: one message (RFC 5322, MIME) or a mailbox of them (RFC 4155): who wrote to whom and when as the headers state, the
//! body, and what is attached.
//!
//! Every header is somebody's statement: anyone can write any sender and any time into one. It deliberately checks no
//! signature, follows no link, loads no remote picture, and takes no attachment out; [`crate::members`] does.

mod mbox;
mod parts;
#[cfg(test)]
mod tests;

use jiff::fmt::rfc2822;
use mailparse::MailHeader;
use serde_json::{Map, Value, json};

pub(crate) use self::mbox::Splitter;
pub(crate) use self::parts::{Part, parts};

use super::layout::Spot;
use super::office::package::member;
use super::written::Written;
use super::{Document, LONGEST_DOCUMENT, LONGEST_FIELD};
use crate::{Row, text};

/// Most messages of a mailbox of which rows are made; the rest is counted.
const MOST_MESSAGES: usize = 20_000;
/// Most attachments that are listed; the rest is counted.
const MOST_ATTACHMENTS: usize = 20_000;
/// Most references of one message.
const MOST_REFERENCES: usize = 100;
/// Most problems that are told one by one.
const MOST_PROBLEMS: usize = 1_000;

/// What is read of letters, in order.
#[derive(Default)]
struct Letters {
    out: Written,
    rows: Vec<Row>,
    problems: Vec<Row>,
    messages: u32,
    attachments: usize,
    title: Option<String>,
    published: Option<String>,
}

/// Reads one message.
pub(super) fn read(bytes: &[u8]) -> Document {
    let mut letters = Letters::default();
    letters.message(bytes, None);
    letters.finish(json!({ "format": "mail" }))
}

/// Reads a mailbox.
pub(super) fn read_mbox(bytes: &[u8]) -> Document {
    let mut letters = Letters::default();
    let mut number = 0_u32;
    let mut unread = 0_usize;
    Splitter::split(bytes, |message| {
        number += 1;
        if letters.out.is_full() || number as usize > MOST_MESSAGES {
            unread += 1;
        } else {
            letters.message(message, Some(number));
        }
    });
    if unread > 0 {
        let what = format!("{unread} of {number} messages were not read: the mailbox is longer than the limit");
        letters.problems.push(Row::problem(what, format!("message {}", number as usize - unread + 1)));
    }
    if number == 0 {
        return Document::unreadable("the file has no line that begins a message: it is no mailbox, or it is damaged");
    }
    // A mailbox has no title and no day of its own.
    (letters.title, letters.published) = (None, None);
    letters.finish(json!({ "format": "mbox", "messages": number }))
}

impl Letters {
    fn message(&mut self, bytes: &[u8], number: Option<u32>) {
        self.messages += 1;
        let place = number.map_or_else(|| "the message".to_owned(), |n| format!("message {n}"));
        let (found, problems) = parts(bytes);
        problems.into_iter().for_each(|what| self.say(what, &place));
        let headers = found.first().map(|part| part.headers.as_slice()).unwrap_or_default();
        let mut body = said(headers);
        if let Some(number) = number {
            body.insert("message".into(), json!(number));
        }
        if let Some(date) = body.get("date_stated").filter(|_| !body.contains_key("date")) {
            self.say(format!("its date cannot be read: {date}"), &place);
        }
        let field = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let subject = field("subject");
        self.title = self.title.take().or_else(|| subject.clone());
        self.published = self.published.take().or_else(|| field("date"));
        self.out.break_line();
        let start = self.out.scalars();
        if let Some(subject) = subject {
            self.write(&subject, number);
        }
        self.body(&found, number, &place);
        body.insert("span".into(), json!([start, self.out.scalars()]));
        let attached: Vec<&Part<'_>> = found.iter().filter(|part| part.is_attachment()).collect();
        if !attached.is_empty() {
            body.insert("attachments".into(), json!(attached.len()));
        }
        self.rows.push(Row { kind: "message", body });
        for part in attached {
            self.attach(part, number, &place);
        }
    }

    /// The words of the body: of several spellings of one text the plain one, else the page's main text.
    fn body(&mut self, found: &[Part<'_>], number: Option<u32>, place: &str) {
        let plain_beside = |part: &Part<'_>| {
            found
                .iter()
                .any(|other| other.alternative == part.alternative && other.is_body("text/plain") && other.has_words())
        };
        for part in found {
            if part.is_body("text/plain") {
                let (words, problems) = part.words();
                self.write(&words, number);
                problems.into_iter().for_each(|what| self.say(what, place));
            } else if part.is_body("text/html") && !(part.alternative.is_some() && plain_beside(part)) {
                let (markup, problems) = part.words();
                self.write(&text::main_text(&markup), number);
                problems.into_iter().for_each(|what| self.say(what, place));
            }
        }
    }

    fn write(&mut self, words: &str, number: Option<u32>) {
        let words = words.trim();
        if words.is_empty() {
            return;
        }
        self.out.break_line();
        match number {
            Some(number) => drop(self.out.piece(words, Spot::Message(number))),
            None => self.out.push(words),
        }
    }

    fn attach(&mut self, part: &Part<'_>, number: Option<u32>, place: &str) {
        self.attachments += 1;
        if self.attachments > MOST_ATTACHMENTS {
            return;
        }
        let (bytes, damaged) = part.bytes();
        let mut row = member(&part.name(), &bytes);
        row.body.insert("stated_type".into(), json!(part.media_type()));
        if let Some(number) = number {
            row.body.insert("message".into(), json!(number));
        }
        self.rows.push(row);
        if damaged {
            self.say(format!("the attachment {:?} is damaged", part.name()), place);
        }
    }

    fn say(&mut self, what: String, place: &str) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Row::problem(what, place));
        }
    }

    fn finish(mut self, mut about: Value) -> Document {
        if self.attachments > 0 {
            about["attachments"] = json!(self.attachments);
        }
        if self.attachments > MOST_ATTACHMENTS {
            let what = format!("{} attachments; the first {MOST_ATTACHMENTS} are listed", self.attachments);
            self.problems.push(Row::problem(what, "the file"));
        }
        if self.problems.len() == MOST_PROBLEMS {
            self.problems.push(Row::problem(format!("only the first {MOST_PROBLEMS} problems are told"), "the file"));
        }
        if self.out.is_full() {
            let what = format!("the text is longer than {LONGEST_DOCUMENT} bytes: the rest was not read");
            self.problems.push(Row::problem(what, "the file"));
        }
        let mut rows = vec![Row::new("document", about)];
        rows.append(&mut self.rows);
        rows.append(&mut self.problems);
        let (text, layout) = self.out.finish();
        Document { text, layout, title: self.title, published: self.published, rows }
    }
}

/// What the headers state.
fn said(headers: &[MailHeader<'_>]) -> Map<String, Value> {
    let mut body = Map::new();
    let value = |name: &str| headers.iter().find(|h| h.get_key_ref().eq_ignore_ascii_case(name)).map(decoded);
    for (name, key) in [
        ("From", "from"),
        ("Sender", "sender"),
        ("Reply-To", "reply_to"),
        ("To", "to"),
        ("Cc", "cc"),
        ("Subject", "subject"),
        ("Message-ID", "message_id"),
        ("In-Reply-To", "in_reply_to"),
        ("X-Mailer", "mailer"),
        ("Date", "date_stated"),
    ] {
        if let Some(value) = value(name).filter(|value| !value.is_empty()) {
            body.insert(key.into(), json!(value));
        }
    }
    if let Some(list) = value("References") {
        let ids: Vec<&str> = list.split_whitespace().take(MOST_REFERENCES).collect();
        body.insert("references".into(), json!(ids));
    }
    let date = body.get("date_stated").and_then(Value::as_str).and_then(date);
    if let Some((date, zone)) = date {
        body.insert("date".into(), json!(date));
        body.insert("zone_status".into(), json!(zone));
    }
    body
}

/// A header's value, encoded words decoded (RFC 2047), raw UTF-8 taken as such (RFC 6532), on one line.
fn decoded(header: &MailHeader<'_>) -> String {
    let raw = header.get_value_raw();
    let value = if raw.is_ascii() {
        header.get_value()
    } else {
        header.get_value_utf8().unwrap_or_else(|_| header.get_value())
    };
    value.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_FIELD).collect()
}

/// RFC 3339 with the zone that the message states; `-0000` says that it states none (RFC 5322, 3.3).
fn date(stated: &str) -> Option<(String, &'static str)> {
    let bare = stated.split('(').next().unwrap_or_default().trim();
    // A weekday that does not fit the day is a common slip of mail programs and decides nothing.
    let bare = bare.split_once(',').map_or(bare, |(_, rest)| rest.trim());
    let zoned = rfc2822::DateTimeParser::new().parse_zoned(bare).ok()?;
    if bare.ends_with("-0000") {
        return Some((zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "none"));
    }
    Some((zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(), "stated"))
}
