//! Web archives: the pages and files that a WARC holds, each under its address. What only stands in a page's place (a login
//! form, an error) is named and left in the archive, which is kept whole for replay. A WACZ is a zip, and its WARCs are taken
//! out of it first.
//!
//! Deliberately takes out nothing that a page is only made of: scripts, style sheets, fonts, data.

use std::io::{BufReader, SeekFrom};

use serde_json::json;

use super::letters::give;
use super::{Budget, Bytes, Given, Halt, Member, PIECE, Taker, names};
use crate::documents::web::{Broken, LONGEST_BLOCK, Outcome, fetched, next_record, unpacked};

/// Longest part of an address that becomes a name, in characters.
const LONGEST_NAME: usize = 120;

/// Pages and files of a WARC, gzipped or plain.
pub(super) fn unpack(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let mut budget = Budget::new(given);
    bytes.seek(SeekFrom::Start(0))?;
    let mut stream = unpacked(BufReader::with_capacity(PIECE, bytes));
    let mut number = 0_u64;
    loop {
        let record = match next_record(&mut *stream, LONGEST_BLOCK) {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(()),
            Err(Broken::Stream(e)) if e.kind() == std::io::ErrorKind::BrokenPipe => return Err(Halt::Pipe(e)),
            Err(Broken::Stream(e)) => {
                return Err(Halt::File(format!("what comes after record {number} cannot be unpacked: {e}")));
            }
            Err(Broken::NoRecord) => return Err(Halt::File(format!("what comes after record {number} is no record"))),
        };
        number += 1;
        let Some(found) = fetched(&record) else { continue };
        let name = name_of(number, &found.url, &found.media_type);
        match found.outcome {
            Outcome::Page | Outcome::File => {}
            Outcome::Part | Outcome::Moved | Outcome::Empty => continue,
            other => {
                to.problem(&name, &format!("not the page that was wanted: {}", other.in_words()))?;
                continue;
            }
        }
        budget.member()?;
        let mut member = Member { name, size: Some(found.answer.body.len() as u64), ..Member::default() };
        member.about.insert("url".into(), json!(found.url));
        member.about.insert("fetched".into(), json!(found.date));
        let long = record.length > LONGEST_BLOCK as u64;
        let cut = if record.cut {
            Some("the archive ends within it")
        } else if long {
            Some("it is longer than is taken out")
        } else {
            found.answer.problem.as_deref()
        };
        give(&member, &found.answer.body, cut, given.list, &mut budget, to)?;
    }
}

/// `00012 example.org/path.html`: the number keeps two fetches of one address apart.
fn name_of(number: u64, url: &str, media_type: &str) -> String {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    let bare = bare.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let mut name: String = bare.chars().take(LONGEST_NAME).map(|c| if c == '/' { '_' } else { c }).collect();
    let end = match media_type {
        "text/html" | "application/xhtml+xml" => ".html",
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/webp" => ".webp",
        "video/mp4" => ".mp4",
        "application/pdf" => ".pdf",
        _ => "",
    };
    if !name.to_ascii_lowercase().ends_with(end) {
        name.push_str(end);
    }
    names::kept(format!("{number:05} {name}").as_bytes()).0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::unpack;

    #[test]
    fn pages_and_files_come_out_and_walls_stay_in() {
        let answer = |url: &str, kind: &str, body: &str| {
            let block = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}");
            format!(
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2031-04-12T10:00:00Z\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
                block.len()
            )
        };
        let warc = [
            answer("https://a.example/x?y=1", "text/html", "<p>Two bombs fell on the town.</p>"),
            answer("https://a.example/s.js", "text/javascript", "let a = 1;"),
            answer("https://b.example/", "text/html", "<title>Log in</title><input type=password>"),
        ]
        .concat();
        let (kept, done) = unpack("warc", "a.warc", warc.as_bytes(), json!({}));
        assert!(done.is_ok(), "{done:?}");
        assert_eq!(kept.names(), ["00001 a.example_x.html"]);
        assert_eq!(kept.members[0].0.about["url"], "https://a.example/x?y=1");
        assert_eq!(
            kept.problems,
            [("00003 b.example.html".to_owned(), "not the page that was wanted: it asks to log in".to_owned())]
        );
        assert!(unpack("warc", "a.warc", b"no archive", json!({})).1.is_err());
    }
}
