//! The files of a dossier that programs read: their names, and the one spelling of each.
//!
//! Each is JSON, written with two spaces of indent and a line end, its keys in the order of the struct. A reader
//! writes what it has read again and compares, so no byte of them can change unnoticed. Shapes: `docs/spec/dossier.md`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use witnessmark_model::RowRef;

use super::container::Sum;
use super::exhibit;
use crate::error::{Error, Kind, Result};

/// What the dossier is: title, tier, log, and what is in it.
pub const STATEMENT: &str = "dossier.json";
/// Name, length and SHA-256 of every file but those that vouch for it.
pub const MANIFEST: &str = "manifest.json";
/// The manifest as `sha256sum -c` reads it.
pub const SUMS: &str = "SHA256SUMS";
/// The entry that commits the manifest.
pub const ISSUED: &str = "issued.json";
/// The log's signed checkpoint.
pub const CHECKPOINT: &str = "checkpoint";
/// What this is, for whoever opens it first.
pub const README: &str = "README.txt";
/// The reader page.
pub const PAGE: &str = "index.html";
/// Entries lie below this.
pub const ENTRIES: &str = "entries/";
/// Rows of packs lie below this.
pub const ROWS: &str = "rows/";
/// Proofs lie below this.
pub const PROOFS: &str = "proofs/";

/// Bytes of the longest file that is read whole. An entry has at most 64 disclosures of 256 KiB.
pub const MOST_JSON: u64 = 64 << 20;

/// Name of an entry's file.
pub fn entry_name(index: u64) -> String {
    format!("{ENTRIES}{index}.json")
}

/// Name of an entry's proof.
pub fn proof_name(index: u64) -> String {
    format!("{PROOFS}{index}{}", witnessmark_ledger::proof::FILE_EXTENSION)
}

/// Name of a row's file.
pub fn row_name(row: RowRef) -> String {
    format!("{ROWS}{}-{}.json", row.pack, row.row)
}

/// Is the file one of those that the program writes?
pub fn is_ours(name: &str) -> bool {
    [STATEMENT, MANIFEST, SUMS, ISSUED, CHECKPOINT, README, PAGE].contains(&name)
        || [ENTRIES, ROWS, PROOFS].iter().any(|folder| name.starts_with(folder))
}

/// Does it vouch for the manifest, and so stand outside it?
pub fn is_outside(name: &str) -> bool {
    [MANIFEST, SUMS, ISSUED, CHECKPOINT].contains(&name) || name.starts_with(PROOFS)
}

/// A file with one spelling.
pub trait Spelt: Serialize + DeserializeOwned {
    /// The bytes of the file.
    fn bytes(&self) -> Result<Vec<u8>> {
        let wrong = |e| Error::new(Kind::Bug, "write a file of the dossier").because(e);
        let mut bytes = serde_json::to_vec_pretty(self).map_err(wrong)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// From its bytes; refuses every other spelling.
    fn parse(bytes: &[u8]) -> Result<Self> {
        let wrong = |what: &str| Error::new(Kind::Invalid, what);
        let read: Self = serde_json::from_slice(bytes).map_err(|e| wrong("read the file").because(e))?;
        if read.bytes()? == bytes { Ok(read) } else { Err(wrong("read the file: it is spelt in another way")) }
    }
}

impl Spelt for Statement {}
impl Spelt for Manifest {}
impl Spelt for EntryFile {}
impl Spelt for RowFile {}

/// `dossier.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    format: Format,
    /// What it is called.
    pub title: String,
    /// `dossier` or `report`.
    pub kind: String,
    /// Who may see it.
    pub tier: String,
    /// The log whose entries these are.
    pub origin: String,
    /// The log's key, as it says itself: whoever checks needs it from elsewhere.
    pub vkey: String,
    /// A line that stands on every page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<String>,
    /// Lines that are printed with it, such as when custody began.
    pub notes: Vec<Note>,
    /// What is not in it, and why.
    pub withheld: Withheld,
    /// Factual sentences in it, each bound to references.
    pub sentences: u32,
    /// Entries in it, by index.
    pub entries: Vec<u64>,
    /// Rows of packs in it.
    pub rows: Vec<String>,
    /// Exhibits that the report cites, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exhibits: Vec<exhibit::Listed>,
}

impl Statement {
    /// With the parts that follow from the archive left empty.
    pub fn new(title: &str, kind: &str, tier: &str) -> Self {
        Statement {
            format: Format::V1,
            title: title.into(),
            kind: kind.into(),
            tier: tier.into(),
            origin: String::new(),
            vkey: String::new(),
            watermark: None,
            notes: Vec::new(),
            withheld: Withheld::default(),
            sentences: 0,
            entries: Vec::new(),
            rows: Vec::new(),
            exhibits: Vec::new(),
        }
    }
}

/// The one version that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "witnessmark.dossier/v1")]
    V1,
}

/// A line for people, in English and Arabic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// English.
    pub en: String,
    /// Arabic; where there is none, the English stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ar: Option<String>,
}

/// How much of the material that was asked for is not here, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// Items, because nobody agreed to their being shown.
    pub consent: u32,
    /// Items, because showing them could harm someone.
    pub safety: u32,
    /// Items that are privileged.
    pub privilege: u32,
    /// Of those three, how many speak against what the dossier says.
    pub opposing: u32,
    /// Fields of the entries that are here.
    pub fields: u32,
    /// Rows of packs that were asked for and may not be shown at this tier.
    pub rows: u32,
}

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Files in order of their names.
    pub files: Vec<Listed>,
}

/// One file of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name in the zip.
    pub name: String,
    /// Bytes.
    pub length: u64,
    /// SHA-256, in hex.
    pub sha256: String,
}

impl Listed {
    /// Of a file that was read through.
    pub fn of(name: &str, sum: &Sum) -> Self {
        Listed { name: name.into(), length: sum.length, sha256: sum.sha256.to_string() }
    }
}

impl Manifest {
    /// As `sha256sum -c` reads it.
    pub fn sums(&self) -> String {
        self.files.iter().map(|file| format!("{}  {}\n", file.sha256, file.name)).collect()
    }
}

/// `entries/<index>.json`, and `issued.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryFile {
    /// Its place in the log, from 0.
    pub index: u64,
    /// The leaf's text: what the tree hashes.
    pub leaf: String,
    /// Whose signature.
    pub key: String,
    /// base64url of the Ed25519 signature over the leaf.
    pub signature: String,
    /// Texts of the fields that are shown, as they were digested.
    pub disclosures: Vec<String>,
}

/// `rows/<pack>-<row>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowFile {
    /// The pack.
    pub pack: String,
    /// The row, from 0.
    pub row: u32,
    /// Rows in the pack.
    pub rows: u32,
    /// RFC 6962 root over the pack's rows.
    pub root: String,
    /// The entry that commits the root.
    pub observed: u64,
    /// The row, as hashed.
    pub line: String,
    /// Hashes from the row up to the root, in hex.
    pub path: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_spelling_is_refused() {
        let row = RowFile {
            pack: "00".into(),
            row: 1,
            rows: 2,
            root: "11".into(),
            observed: 3,
            line: "{\"a\":\"ع\"}".into(),
            path: vec![],
        };
        let bytes = row.bytes().unwrap();
        assert_eq!(RowFile::parse(&bytes).unwrap(), row);
        let text = String::from_utf8(bytes).unwrap();
        for other in [
            text.trim_end().to_owned(),
            text.replace("  ", " "),
            text.replace("\"row\": 1", "\"row\": 1.0"),
            text.replace('ع', "\\u0639"),
            text.replace("\"row\": 1", "\"row\": 1,\n  \"row\": 1"),
            text.replace("\"row\": 1", "\"row\": 1,\n  \"new\": 1"),
            format!("{text} "),
        ] {
            assert!(RowFile::parse(other.as_bytes()).is_err(), "{other}");
        }
        assert!(Statement::parse(&Statement::new("t", "dossier", "public").bytes().unwrap()).is_ok());
    }

    #[test]
    fn the_manifest_is_what_sha256sum_reads() {
        let manifest = Manifest { files: vec![Listed { name: "a b".into(), length: 1, sha256: "00ff".into() }] };
        assert_eq!(manifest.sums(), "00ff  a b\n");
    }
}
