//! An HTTP answer as a web archive keeps it: status, headers, and the body with its encodings undone (RFC 9112, 9110).
//!
//! It deliberately undoes gzip and deflate only; a body in another encoding is bytes that nobody here reads, and says so.

use std::io::Read as _;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::records::push_header;

/// An answer.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Answer {
    /// `None`: its first line is none.
    pub status: Option<u16>,
    /// In order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// As a reader of the page gets it.
    pub body: Vec<u8>,
    /// What could not be undone.
    pub problem: Option<String>,
}

impl Answer {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads an answer; its body is undone up to `most` bytes.
pub(crate) fn read(block: &[u8], most: usize) -> Answer {
    let mut answer = Answer::default();
    let mut at = 0;
    let mut first = true;
    while at < block.len() {
        let end = block[at..].iter().position(|b| *b == b'\n').map_or(block.len(), |length| at + length + 1);
        let line = String::from_utf8_lossy(&block[at..end.min(at + 65_536)]);
        at = end;
        if std::mem::take(&mut first) {
            answer.status =
                line.split_whitespace().nth(1).filter(|_| line.starts_with("HTTP/")).and_then(|s| s.parse().ok());
            if answer.status.is_none() {
                answer.body = block[..block.len().min(most)].to_vec();
                return answer;
            }
        } else if line.trim().is_empty() {
            break;
        } else {
            push_header(&mut answer.headers, line.trim_end());
        }
    }
    let raw = &block[at..];
    let chunked =
        answer.header("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    // Many archives keep the header and have already undone the chunks.
    let plain = if chunked { unchunked(raw).unwrap_or_else(|| raw.to_vec()) } else { raw.to_vec() };
    let encoding = answer.header("content-encoding").unwrap_or_default().to_ascii_lowercase();
    let (body, problem) = undone(plain, encoding.trim(), most);
    (answer.body, answer.problem) = (body, problem);
    answer
}

/// Chunks put together; `None` where these are none.
fn unchunked(raw: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let end = at + raw.get(at..)?.iter().take(64).position(|b| *b == b'\n')?;
        let size = std::str::from_utf8(&raw[at..end]).ok()?.trim().split(';').next()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(out);
        }
        let start = end + 1;
        let stop = start.checked_add(size)?;
        // A cut answer keeps what it has.
        let Some(chunk) = raw.get(start..stop) else {
            out.extend_from_slice(raw.get(start..)?);
            return Some(out);
        };
        out.extend_from_slice(chunk);
        at = stop + raw.get(stop..)?.iter().take(2).position(|b| *b == b'\n').map_or(0, |n| n + 1);
    }
}

fn undone(raw: Vec<u8>, encoding: &str, most: usize) -> (Vec<u8>, Option<String>) {
    let mut body = Vec::new();
    let limit = most as u64;
    let read = match encoding {
        "gzip" | "x-gzip" if raw.starts_with(&[0x1F, 0x8B]) => {
            MultiGzDecoder::new(&raw[..]).take(limit).read_to_end(&mut body)
        }
        "deflate" => {
            let zlib = ZlibDecoder::new(&raw[..]).take(limit).read_to_end(&mut body);
            if zlib.is_ok() {
                zlib
            } else {
                body.clear();
                DeflateDecoder::new(&raw[..]).take(limit).read_to_end(&mut body)
            }
        }
        // Already undone by whoever archived it.
        "" | "identity" | "gzip" | "x-gzip" => Ok(0),
        "br" | "zstd" | "compress" if looks_undone(&raw) => Ok(0),
        other => return (Vec::new(), Some(format!("its body is packed as {other:?}, which is not read"))),
    };
    let problem = match read {
        Ok(0) if body.is_empty() => {
            body = raw;
            body.truncate(most);
            None
        }
        Ok(_) if body.len() == most => Some("its body unpacks to more than is read".to_owned()),
        Ok(_) => None,
        Err(e) => Some(format!("its body is damaged: {e}")),
    };
    (body, problem)
}

fn looks_undone(raw: &[u8]) -> bool {
    raw.trim_ascii_start().starts_with(b"<") || raw.trim_ascii_start().starts_with(b"{")
}
