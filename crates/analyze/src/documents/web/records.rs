//! The records of a WARC (ISO 28500): headers and block, one after the other, from a stream of any length.
//!
//! It deliberately keeps no more of a block than is asked for, checks no digest of its own (the container's are checked
//! where there is one), and takes no record for what its header says before its bytes are looked at.

use std::io::{self, BufRead, Read};

/// Longest headers of a record, in bytes.
const LONGEST_HEADERS: usize = 256 << 10;
/// Most bytes of rubbish that are passed over between two records.
const MOST_RUBBISH: usize = 1 << 20;

/// A record.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Record {
    /// Header fields in order: names in lower case, values.
    pub headers: Vec<(String, String)>,
    /// The block, or its beginning.
    pub block: Vec<u8>,
    /// Length of the block as the header states it.
    pub length: u64,
    /// The file ends before the block does.
    pub cut: bool,
}

impl Record {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Why the records end early.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The stream cannot be read on.
    Stream(io::Error),
    /// What comes is no record.
    NoRecord,
}

/// The next record, with at most `keep` bytes of its block. `Ok(None)` at the end.
pub(crate) fn next(stream: &mut dyn BufRead, keep: usize) -> Result<Option<Record>, Broken> {
    let Some(first) = first_line(stream)? else { return Ok(None) };
    if !first.starts_with(b"WARC/") {
        return Err(Broken::NoRecord);
    }
    let headers = header_lines(stream)?;
    let mut record = Record { headers, ..Record::default() };
    let stated = record.header("content-length").and_then(|value| value.parse().ok());
    record.length = stated.ok_or(Broken::NoRecord)?;
    let kept = record.length.min(keep as u64);
    let read = stream.take(kept).read_to_end(&mut record.block).map_err(Broken::Stream)? as u64;
    let rest = record.length - kept;
    let passed = if rest > 0 { io::copy(&mut stream.take(rest), &mut io::sink()).map_err(Broken::Stream)? } else { 0 };
    record.cut = read < kept || passed < rest;
    Ok(Some(record))
}

/// The first line that is not empty.
fn first_line(stream: &mut dyn BufRead) -> Result<Option<Vec<u8>>, Broken> {
    let mut passed = 0;
    loop {
        let line = line(stream, 4096)?;
        if line.is_empty() {
            return Ok(None);
        }
        passed += line.len();
        let text = line.trim_ascii();
        if !text.is_empty() {
            return Ok(Some(text.to_vec()));
        }
        if passed > MOST_RUBBISH {
            return Err(Broken::NoRecord);
        }
    }
}

fn header_lines(stream: &mut dyn BufRead) -> Result<Vec<(String, String)>, Broken> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut all = 0;
    loop {
        let line = line(stream, LONGEST_HEADERS)?;
        all += line.len();
        if all > LONGEST_HEADERS {
            return Err(Broken::NoRecord);
        }
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            return Ok(headers);
        }
        push_header(&mut headers, &text);
    }
}

/// A header line; one that begins with white space goes on with the last.
pub(super) fn push_header(headers: &mut Vec<(String, String)>, line: &str) {
    if line.starts_with([' ', '\t']) {
        if let Some((_, value)) = headers.last_mut() {
            value.push(' ');
            value.push_str(line.trim());
        }
    } else if let Some((name, value)) = line.split_once(':') {
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// A line with its end, at most `most` bytes of it; empty at the end of the stream.
fn line(stream: &mut dyn BufRead, most: usize) -> Result<Vec<u8>, Broken> {
    let mut line = Vec::new();
    stream.take(most as u64).read_until(b'\n', &mut line).map_err(Broken::Stream)?;
    Ok(line)
}
