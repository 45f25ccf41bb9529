//! The container of word processors' and spreadsheets' files: a zip of parts, each unpacked within limits.
//!
//! It deliberately unpacks only the parts that a reader asks for, and lists embedded pictures and files by name, length and
//! hash without reading into them.

use std::io::{Cursor, Read};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::Row;

/// Most parts; a file that says it has more is no document.
const MOST_PARTS: usize = 20_000;
/// Longest part after unpacking, in bytes.
const LONGEST_PART: u64 = 96 << 20;
/// What all parts that are read may come to after unpacking, in bytes.
const MOST_UNPACKED: u64 = 512 << 20;
/// A part that grows more than this on unpacking, and is longer than [`FREE`], is a bomb.
const RATIO: u64 = 400;
/// Bytes that a part may come to whatever its ratio.
const FREE: u64 = 8 << 20;
/// Most embedded files that are listed.
const MOST_MEMBERS: usize = 2_000;

/// An open container.
pub(crate) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
    /// What could not be had, and of which part.
    pub problems: Vec<Row>,
}

impl<'a> Package<'a> {
    /// Opens a container; `Err` says why it is none.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Package<'a>, String> {
        if parts(bytes).is_some_and(|parts| parts > MOST_PARTS) {
            return Err(format!("the file says that it has more than {MOST_PARTS} parts: it was not read"));
        }
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|e| format!("the file is cut short or damaged: its directory cannot be read ({e})"))?;
        Ok(Package { zip, left: MOST_UNPACKED, problems: Vec::new() })
    }

    /// Is there a part of this name?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Names of all parts that begin and end so, in order.
    pub(crate) fn names(&self, begin: &str, end: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .zip
            .file_names()
            .flatten()
            .filter(|name| name.starts_with(begin) && name.ends_with(end) && name.len() > begin.len())
            .map(|name| name.into_owned())
            .collect();
        names.sort_unstable();
        names
    }

    /// The bytes of a part; those before the damage of a damaged one. `None`: it is not there, or goes beyond a limit.
    pub(crate) fn part(&mut self, name: &str) -> Option<Vec<u8>> {
        let index = self.zip.index_for_name(name)?;
        let mut bytes = Vec::new();
        let problem = match self.zip.by_index(index) {
            Err(e) => Some(format!("a part cannot be unpacked: {e}")),
            Ok(part) => {
                let packed = part.compressed_size();
                let limit = LONGEST_PART.min(self.left).min(FREE.max(packed.saturating_mul(RATIO)));
                let read = part.take(limit + 1).read_to_end(&mut bytes);
                if bytes.len() as u64 > limit {
                    bytes.clear();
                    Some(format!("a part of {packed} bytes unpacks to more than {limit}: it was not read"))
                } else {
                    read.err().map(|e| format!("a part is damaged; what comes before the damage was read: {e}"))
                }
            }
        };
        self.left = self.left.saturating_sub(bytes.len() as u64);
        let lost = problem.is_some() && bytes.is_empty();
        self.problems.extend(problem.map(|what| Row::problem(what, name)));
        (!lost).then_some(bytes)
    }

    /// A part as text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let bytes = self.part(name)?;
        let (text, _, bad) = encoding_rs::UTF_8.decode(&bytes);
        if bad {
            self.problems.push(Row::problem("places of a part do not decode as UTF-8", name));
        }
        Some(text.into_owned())
    }

    /// A `member` row for every part in these folders.
    pub(crate) fn members(&mut self, folders: &[&str]) -> Vec<Row> {
        let names: Vec<String> = folders.iter().flat_map(|folder| self.names(folder, "")).collect();
        let files = names.iter().filter(|name| !name.ends_with('/') && !name.ends_with(".rels"));
        let files: Vec<&String> = files.collect();
        let mut rows = Vec::new();
        for name in files.iter().take(MOST_MEMBERS) {
            if let Some(bytes) = self.part(name) {
                rows.push(member(name, &bytes));
            }
        }
        if files.len() > MOST_MEMBERS {
            let what = format!("{} embedded files; the first {MOST_MEMBERS} are listed", files.len());
            self.problems.push(Row::problem(what, "the file"));
        }
        rows
    }
}

/// What an embedded file is: name, media type by its bytes, length, hash.
pub(in crate::documents) fn member(name: &str, bytes: &[u8]) -> Row {
    let short: String = name.chars().take(crate::members::names::LONGEST).collect();
    Row::new(
        "member",
        json!({
            "name": short,
            "media_type": crate::media::sniff::sniff(bytes, name).media_type,
            "size": bytes.len(),
            "sha256": hash(bytes),
        }),
    )
}

/// SHA-256 in hexadecimal.
pub(in crate::documents) fn hash(bytes: &[u8]) -> Value {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

/// How many parts the end of the directory says there are (APPNOTE 4.3.16).
fn parts(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let tail = &bytes[from..];
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = tail.get(at + 10..at + 12)?;
    Some(usize::from(u16::from_le_bytes([count[0], count[1]])))
}
