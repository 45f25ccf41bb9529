//! Taking files apart: the child asks for pieces of one file and hands its members back, one after another, as they come.
//!
//! ```text
//!   Unpacking (parent)                               child
//!   ──────────────────                               ─────
//!   start: which unpacker, name, size ── stdin ────► confined as ever
//!   capabilities ≥ policy?  ◄────────── stdout ───── R ready
//!   reads the file there     ◄────────────────────── A ask: offset, length
//!   the bytes ─────────────────────────────────────►
//!   member, its bytes, its end ◄──────────────────── M, B…, E
//!   something odd             ◄───────────────────── P
//!   done                      ◄───────────────────── Z
//! ```
//!
//! The file never has to be in memory or on this disk: whatever can be read and sought serves (a file, an opened sealed blob). Frames are
//! described in `docs/spec/analyze-child.md`. It deliberately stores nothing and believes no number of the child's: the parent counts.

mod child;
mod parent;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(super) use child::serve;
pub use parent::{Event, Source, UnpackError, Unpacking};

/// Bytes that the child asks for at a time.
const WINDOW: u64 = 256 << 10;
/// Largest frame to the parent.
const FRAME: usize = 512 << 10;

/// What the first frame says when a file is to be taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnpackStart {
    pub unpacker: String,
    pub name: String,
    pub size: u64,
    pub members: u64,
    pub bytes: u64,
    pub ratio: u64,
    pub free: u64,
    pub list: bool,
    pub said: Map<String, Value>,
}

/// What a frame to the parent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Ready,
    Ask,
    Member,
    Bytes,
    End,
    Problem,
    Panicked,
    Done,
}

impl Tag {
    const ALL: [(Tag, u8); 8] = [
        (Tag::Ready, b'R'),
        (Tag::Ask, b'A'),
        (Tag::Member, b'M'),
        (Tag::Bytes, b'B'),
        (Tag::End, b'E'),
        (Tag::Problem, b'P'),
        (Tag::Panicked, b'X'),
        (Tag::Done, b'Z'),
    ];

    fn byte(self) -> u8 {
        Tag::ALL.iter().find(|(tag, _)| *tag == self).map_or(0, |(_, byte)| *byte)
    }

    fn of(byte: u8) -> Option<Tag> {
        Tag::ALL.iter().find(|(_, b)| *b == byte).map(|(tag, _)| *tag)
    }
}

/// A member on its way.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberFrame {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    about: Map<String, Value>,
}

/// Something odd on its way.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProblemFrame {
    name: String,
    what: String,
}

/// The end of a member or of all: nothing, or why it is not whole.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndFrame {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut: Option<String>,
}
