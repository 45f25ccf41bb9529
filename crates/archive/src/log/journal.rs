//! Lines of the journal: entries that are accepted and not yet published, each under a sum of its own, so that a line which a
//! crash tore is told from a whole one.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use witnessmark_model::wire::{Leaf, Record};

use super::Accepted;
use crate::error::{Error, Kind, Result};
use crate::limits;

/// One line, as it is written.
#[derive(Serialize, Deserialize)]
pub(super) struct Journalled {
    pub(super) index: u64,
    pub(super) leaf: String,
    pub(super) record: Record,
}

fn line_sum(json: &str) -> String {
    Sha256::digest(json.as_bytes())[..8].iter().map(|b| format!("{b:02x}")).collect()
}

pub(super) fn journal_line(index: u64, entry: &Accepted) -> Result<Vec<u8>> {
    let leaf = String::from_utf8(entry.leaf.clone()).map_err(|e| Error::new(Kind::Bug, "journal a leaf").because(e))?;
    if leaf.len() > limits::LEAF {
        return Err(Error::new(Kind::Invalid, format!("append a leaf of {} bytes", leaf.len())));
    }
    Leaf::parse(leaf.as_bytes())
        .and_then(|leaf| entry.record.belongs_to(&leaf))
        .map_err(|e| Error::new(Kind::Bug, "journal an entry").because(e))?;
    let journalled = Journalled { index, leaf, record: entry.record.clone() };
    let json = serde_json::to_string(&journalled).map_err(|e| Error::new(Kind::Bug, "journal an entry").because(e))?;
    Ok(format!("{} {json}\n", line_sum(&json)).into_bytes())
}

pub(super) fn parse_journal_line(line: &[u8]) -> Option<Journalled> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (sum, json) = text.split_once(' ')?;
    if line_sum(json) != sum {
        return None;
    }
    serde_json::from_str(json).ok()
}
