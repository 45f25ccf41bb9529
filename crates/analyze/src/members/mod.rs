//! What lies within a file: the members of an archive, the posts of an export, the attachments of a letter.
//!
//! An [`Unpacker`] reads one file from [`Bytes`] (which asks the parent for a piece at a time, so a file of any size needs little
//! memory) and hands each member to a [`Taker`]: what it is called, what is known about it, its bytes as they come. It runs in the
//! sandboxed child only. It deliberately does no IO of its own, writes no file, follows no link, tries no passphrase, and evaluates
//! nothing; where a member's name would lead is of no consequence, because nothing is ever written under it.
//!
//! To add a kind of file: one function `fn(&Given, &mut dyn Bytes, &mut dyn Taker) -> Result<(), Halt>` and its line in [`UNPACKERS`].

use std::io::{self, Read, Seek};

use serde_json::{Map, Value};

mod embedded;
mod letters;
pub mod names;
mod tar;
mod webs;
mod zip;

/// What a member is taken from: read and sought.
pub trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}

/// Where a member's bytes are handed over in pieces of at most this many.
pub const PIECE: usize = 256 << 10;

/// How much may come out of one file. The parent counts as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Members.
    pub members: u64,
    /// Bytes of all members together.
    pub bytes: u64,
    /// Bytes out for one byte in, once [`Bounds::free`] bytes have come out: what is beyond is a bomb.
    pub ratio: u64,
    /// Bytes that may come out whatever the ratio.
    pub free: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { members: 1_000_000, bytes: 1 << 40, ratio: 200, free: 256 << 20 }
    }
}

/// What an unpacker is given beside the bytes.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The file's name: for telling what it is, never trusted.
    pub name: &'a str,
    /// Its length in bytes.
    pub size: u64,
    /// How much may come out.
    pub bounds: Bounds,
    /// Say what is in it, and hand over no bytes.
    pub list: bool,
    /// What the person at the terminal said: the order of dates in a chat, for example.
    pub said: &'a Map<String, Value>,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Member {
    /// Its name within the file, fit to be kept ([`names::kept`]).
    pub name: String,
    /// Its length, where that is known before it was read; a claim of the file's.
    pub size: Option<u64>,
    /// What else is known: an object; of a post, docs/spec/exports.md says which fields.
    pub about: Map<String, Value>,
}

/// Takes members. An error of any method ends the unpacking.
pub trait Taker {
    /// A member begins.
    fn begin(&mut self, member: &Member) -> io::Result<()>;
    /// Bytes of the member at hand.
    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// The member ends: whole, or why it is not.
    fn end(&mut self, cut: Option<&str>) -> io::Result<()>;
    /// Something that could not be taken, or could mislead: the member's name (empty = the file as a whole) and what.
    fn problem(&mut self, name: &str, what: &str) -> io::Result<()>;
}

/// Why an unpacker stopped.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// The pipe to the parent broke, or the parent could not read the file.
    #[error("hand over a member")]
    Pipe(#[from] io::Error),
    /// The file is not what the unpacker reads, or goes beyond a limit: one sentence for the person who collects.
    #[error("{0}")]
    File(String),
}

/// Reads one kind of file.
#[derive(Clone, Copy)]
pub struct Unpacker {
    /// Lower case; unique.
    pub name: &'static str,
    /// Raised whenever the same bytes could give other members.
    pub version: u32,
    /// Reads it.
    pub unpack: fn(&Given<'_>, &mut dyn Bytes, &mut dyn Taker) -> Result<(), Halt>,
}

impl Unpacker {
    /// `zip@1`: what stands in an item's entry as the recipe.
    pub fn recipe(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

/// All of them.
pub const UNPACKERS: &[Unpacker] = &[
    Unpacker { name: "zip", version: 1, unpack: zip::unpack },
    Unpacker { name: "tar", version: 1, unpack: tar::unpack },
    Unpacker { name: "mbox", version: 1, unpack: letters::unpack_mbox },
    Unpacker { name: "mail", version: 1, unpack: letters::unpack_mail },
    Unpacker { name: "office", version: 1, unpack: embedded::unpack },
    Unpacker { name: "pdf", version: 1, unpack: embedded::unpack_pdf },
    Unpacker { name: "warc", version: 1, unpack: webs::unpack },
    Unpacker { name: "telegram", version: 1, unpack: crate::exports::telegram },
    Unpacker { name: "whatsapp", version: 1, unpack: crate::exports::whatsapp },
    Unpacker { name: "x", version: 1, unpack: crate::exports::x },
    Unpacker { name: "x-account", version: 1, unpack: crate::exports::x_account },
];

/// The unpacker called `name`.
pub fn find(name: &str) -> Option<&'static Unpacker> {
    UNPACKERS.iter().find(|unpacker| unpacker.name == name)
}

/// Is this member asked for? `said.only` lists names when only some are.
pub(crate) fn wanted(given: &Given<'_>, name: &str) -> bool {
    let only = given.said.get("only").and_then(Value::as_array);
    only.is_none_or(|only| only.iter().any(|n| n.as_str() == Some(name)))
}

/// Counts what comes out, and says when it is too much.
pub(crate) struct Budget {
    bounds: Bounds,
    size: u64,
    members: u64,
    bytes: u64,
}

impl Budget {
    pub(crate) fn new(given: &Given<'_>) -> Self {
        Budget { bounds: given.bounds, size: given.size, members: 0, bytes: 0 }
    }

    /// One more member.
    pub(crate) fn member(&mut self) -> Result<(), Halt> {
        self.members += 1;
        if self.members > self.bounds.members {
            return Err(Halt::File(format!(
                "it has more than {} members; the rest is left in it",
                self.bounds.members
            )));
        }
        Ok(())
    }

    /// So many more bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Result<(), Halt> {
        self.bytes = self.bytes.saturating_add(count as u64);
        let by_ratio = self.size.saturating_mul(self.bounds.ratio).max(self.bounds.free);
        if self.bytes > self.bounds.bytes.min(by_ratio) {
            return Err(Halt::File(format!(
                "more than {} bytes come out of {}: a decompression bomb, or too large; the rest is left in it",
                self.bounds.bytes.min(by_ratio),
                self.size
            )));
        }
        Ok(())
    }
}

/// Hands over what `reader` gives, counting; `Ok(Some(why))` = the member is cut there.
pub(crate) fn pour(reader: &mut dyn Read, to: &mut dyn Taker, budget: &mut Budget) -> Result<Option<String>, Halt> {
    let mut piece = vec![0; PIECE];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return Ok(None),
            Ok(count) => {
                if let Err(halt) = budget.bytes(count) {
                    to.end(Some("it goes beyond what may come out of one file"))?;
                    return Err(halt);
                }
                to.bytes(&piece[..count])?;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => return Err(Halt::Pipe(e)),
            Err(e) => return Ok(Some(format!("its bytes cannot be read to the end: {e}"))),
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A taker that keeps everything, for tests.

    use super::*;

    /// What one unpacking gave.
    #[derive(Debug, Default)]
    pub(crate) struct Kept {
        pub(crate) members: Vec<(Member, Vec<u8>, Option<String>)>,
        pub(crate) problems: Vec<(String, String)>,
    }

    impl Taker for Kept {
        fn begin(&mut self, member: &Member) -> io::Result<()> {
            self.members.push((member.clone(), Vec::new(), Some("not ended".into())));
            Ok(())
        }
        fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
            assert!(bytes.len() <= PIECE);
            self.members.last_mut().expect("a member").1.extend_from_slice(bytes);
            Ok(())
        }
        fn end(&mut self, cut: Option<&str>) -> io::Result<()> {
            self.members.last_mut().expect("a member").2 = cut.map(str::to_owned);
            Ok(())
        }
        fn problem(&mut self, name: &str, what: &str) -> io::Result<()> {
            self.problems.push((name.into(), what.into()));
            Ok(())
        }
    }

    impl Kept {
        pub(crate) fn names(&self) -> Vec<&str> {
            self.members.iter().map(|(m, ..)| m.name.as_str()).collect()
        }
    }

    /// Unpacks bytes with small bounds.
    pub(crate) fn unpack(by: &str, name: &str, bytes: &[u8], said: Value) -> (Kept, Result<(), Halt>) {
        let Value::Object(said) = said else { panic!("an object") };
        let bounds = Bounds { members: 5_000, bytes: 64 << 20, ratio: 200, free: 1 << 20 };
        let given = Given { name, size: bytes.len() as u64, bounds, list: false, said: &said };
        let mut kept = Kept::default();
        let done = (find(by).expect("an unpacker").unpack)(&given, &mut io::Cursor::new(bytes), &mut kept);
        (kept, done)
    }
}
