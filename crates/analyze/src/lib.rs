//! Reading bytes: what a file is, what its metadata says, what its text says, with the exact words or
//! pixels that say it.
//!
//! One analyzer is one module with a [`Manifest`]. An analyzer gets bytes and returns rows, and never
//! fails: a file that cannot be read is an observation about the file ([`Row::problem`]). It deliberately
//! knows nothing of who uploaded the bytes or what they prove, does no IO, and writes nothing.

use serde_json::{Map, Value};

/// What an analyzer is, what it reads and what it cannot say; printed on every page that shows its rows.
#[derive(Debug, Clone, Copy)]
pub struct Manifest {
    /// Lower case, words joined by a hyphen; unique.
    pub name: &'static str,
    /// Raised whenever the same bytes could give another row.
    pub version: u32,
    /// Media types it is offered.
    pub reads: &'static [&'static str],
    /// Kinds of rows it may return.
    pub says: &'static [&'static str],
    /// What a reader could wrongly conclude from its rows.
    pub cannot_say: &'static [&'static str],
}

/// One reading about one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Kind, as listed in the manifest's `says`, or `problem`.
    pub kind: &'static str,
    /// The reading. Absent means not stated; never `null`.
    pub body: Map<String, Value>,
}

impl Row {
    /// A row of `kind` from a JSON object.
    ///
    /// # Panics
    /// When `body` is not an object: a bug of the caller.
    pub fn new(kind: &'static str, body: Value) -> Self {
        let Value::Object(body) = body else { panic!("a row's body is an object") };
        Row { kind, body }
    }

    /// What could not be read, and where in the file.
    pub fn problem(what: impl Into<String>, at: impl Into<String>) -> Self {
        Row::new("problem", serde_json::json!({ "what": what.into(), "where": at.into() }))
    }
}

/// Certificates that the archive's user trusts, as DER, by what for. Whoever trusts none is told so in every row that depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trusted {
    /// Roots of time-stamp authorities.
    pub stamps: Vec<Vec<u8>>,
    /// Roots of those who sign C2PA manifests.
    pub c2pa: Vec<Vec<u8>>,
}

impl Trusted {
    /// Nobody.
    pub const NOBODY: &'static Trusted = &Trusted { stamps: Vec::new(), c2pa: Vec::new() };
}

/// What an analyzer is given.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The item's bytes.
    pub bytes: &'a [u8],
    /// Sniffed media type, such as `image/jpeg`.
    pub media_type: &'a str,
    /// The name it came under: for messages and as `doc`, never trusted.
    pub name: &'a str,
    /// When it was published, as stated where it was collected (RFC 3339 or a date).
    pub published: Option<&'a str>,
    /// Names of places the archive knows beside the embedded table.
    pub gazetteer: &'a place::Gazetteer,
    /// Whose certificates are trusted.
    pub trusted: &'a Trusted,
    /// The same bytes as pixels, where others look at them too; without it, whoever wants pixels decodes for itself.
    pub decoded: Option<&'a media::Decoded<'a>>,
}

impl<'a> Input<'a> {
    /// Lets `look` see the pixels: those that others look at too, where there are such.
    pub fn pixels<T>(&self, look: impl FnOnce(&media::Decoded<'a>) -> T) -> T {
        match self.decoded {
            Some(decoded) => look(decoded),
            None => look(&media::Decoded::new(self.bytes)),
        }
    }
}

pub mod documents;
pub mod exports;
pub mod extract;
mod hashed;
pub mod media;
pub mod members;
pub mod place;
pub mod records;
pub mod score;
pub mod sheets;
pub mod text;
pub mod time;
mod tongues;
