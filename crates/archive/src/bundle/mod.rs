//! The dossier: a package that a stranger can check without us, and the checker.
//!
//! One zip with fixed headers holds the report and its exhibits, the entries that they rest on (leaf, signature, and
//! only those fields that the tier may see), rows of packs with their paths, the log's checkpoint with an inclusion
//! proof for every entry, and a page that checks all of it in a browser. A manifest of every file is committed by an entry of
//! its own, so that the log's signature covers the report's last byte. [`issue`] makes one, [`verify`] reads one.
//!
//! What a dossier shows: these bytes are unchanged since the checkpoint was signed, by whoever held that key. It does
//! not show when that was (a cosigner's time would), nor that anything said in it is so. Deliberately not here: what
//! goes into a report (`report`), and writing to a disk (the caller's).

pub mod container;
mod disclosing;
mod entry;
pub mod exhibit;
mod files;
mod issue;
pub mod names;
mod reader;
mod verify;

use std::path::PathBuf;

use witnessmark_model::vocabulary::Tier;
use witnessmark_model::{Digest, EntryRef, RowRef};

pub use disclosing::Disclosing;
pub use exhibit::Exhibit;
pub use files::{Note, Withheld};
pub use issue::{issue, issue_into};
pub use reader::page;
pub use verify::{Counts, Verification, fingerprint, verify};

/// Bytes of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file, read twice and never whole: a film. It must not change meanwhile.
    File(PathBuf),
}

/// A file that goes into a dossier as it is: the report, an exhibit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Name in the zip, such as `report.html` or `exhibits/E-001.png`.
    pub name: String,
    /// Its bytes.
    pub content: Content,
}

impl Part {
    /// From bytes.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Part { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    /// From a file.
    pub fn file(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Part { name: name.into(), content: Content::File(path.into()) }
    }
}

/// What a dossier is to hold. Made with [`Contents::new`]: tier and title have no default.
#[derive(Debug, Clone)]
pub struct Contents {
    /// What it is called.
    pub title: String,
    /// Who may see it.
    pub tier: Tier,
    /// `dossier` or `report`.
    pub kind: String,
    /// Files that go in as they are.
    pub parts: Vec<Part>,
    /// Originals, by number. Their entries come along by themselves.
    pub exhibits: Vec<Exhibit>,
    /// Entries that it rests on. The keys of their signers come along by themselves.
    pub entries: Vec<EntryRef>,
    /// Rows that it cites. The entries that commit them come along by themselves.
    pub rows: Vec<RowRef>,
    /// Factual sentences in the report.
    pub sentences: u32,
    /// What of entries and rows may be shown.
    pub fields: Disclosing,
    /// Lines to print with it: when custody began, what is invented.
    pub notes: Vec<Note>,
    /// What of the material is left out, and why. Fields and rows are counted by [`issue`].
    pub withheld: Withheld,
}

impl Contents {
    /// Of nothing yet, disclosing what the tier may see.
    pub fn new(title: impl Into<String>, kind: impl Into<String>, tier: Tier) -> Self {
        Contents {
            title: title.into(),
            tier,
            kind: kind.into(),
            parts: Vec::new(),
            exhibits: Vec::new(),
            entries: Vec::new(),
            rows: Vec::new(),
            sentences: 0,
            fields: Disclosing::at(tier),
            notes: Vec::new(),
            withheld: Withheld::default(),
        }
    }
}

/// A dossier that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue<Z = Vec<u8>> {
    /// The entry that commits its manifest.
    pub entry: EntryRef,
    /// SHA-256 of the manifest.
    pub manifest: Digest,
    /// What is not in it.
    pub withheld: Withheld,
    /// The zip.
    pub zip: Z,
}

/// What is said of every dossier that nobody else has countersigned.
pub const NOT_COUNTERSIGNED: &str =
    "No outside party has countersigned this ledger: it does not show when it was made.";
/// The same in Arabic.
pub const NOT_COUNTERSIGNED_AR: &str = "لم توقّع أي جهة خارجية على هذا السجل: فهو لا يُظهر متى أُنشئ.";
