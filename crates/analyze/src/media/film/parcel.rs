//! What goes from a decoder of films to the reader of frames: a head in JSON, then bare grey pixels.
//!
//! `witnessmark-frames/1`, a line of JSON, and 64 x 64 bytes a frame. Both ends are the same build; nothing of it is stored. It
//! deliberately trusts no length: a parcel whose pixels are not exactly its frames is none.

use serde::{Deserialize, Serialize};

use super::SIDE;

/// First line of a parcel.
const MAGIC: &[u8] = b"witnessmark-frames/1\n";
/// Most frames of a film that are looked at.
pub const MOST_FRAMES: usize = 20_000;
/// Most cuts that are kept.
pub const MOST_CUTS: usize = 10_000;

/// Which frames of a film were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Sampling {
    /// One about every so many milliseconds, and every key frame: all of the film was decoded.
    Every {
        /// Milliseconds.
        ms: u64,
    },
    /// Key frames only: nothing else was decoded.
    KeyFrames,
}

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// When it is shown, in milliseconds from the film's own beginning of time.
    pub at_ms: u64,
    /// Is it whole in itself?
    pub key: bool,
}

/// What is said of the frames.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Who decoded: name and version.
    pub program: String,
    /// Which frames.
    pub sampling: Sampling,
    /// Length that the container states.
    pub duration_ms: Option<u64>,
    /// The frames, in the order of the pixels.
    pub frames: Vec<Frame>,
    /// When the whole picture changes at once.
    pub cuts_ms: Vec<u64>,
    /// What could not be read.
    pub problems: Vec<String>,
}

/// A parcel that was opened.
#[derive(Debug)]
pub struct Parcel<'a> {
    /// What is said of the frames.
    pub head: Head,
    /// 64 x 64 bytes a frame, row by row from the top.
    pub pixels: &'a [u8],
}

/// Makes a parcel. Pixels beyond the frames of the head, and frames beyond the pixels, are left out.
pub fn pack(head: &Head, pixels: &[u8]) -> Vec<u8> {
    let mut head = head.clone();
    head.frames.truncate(MOST_FRAMES.min(pixels.len() / (SIDE * SIDE)));
    head.cuts_ms.truncate(MOST_CUTS);
    let mut bytes = MAGIC.to_vec();
    // A head of numbers and texts always has a spelling in JSON.
    bytes.extend(serde_json::to_vec(&head).unwrap_or_default());
    bytes.push(b'\n');
    bytes.extend_from_slice(&pixels[..head.frames.len() * SIDE * SIDE]);
    bytes
}

impl Parcel<'_> {
    /// Opens what [`pack`] made.
    ///
    /// # Errors
    /// What is wrong with it, in words for a problem row.
    pub fn open(bytes: &[u8]) -> Result<Parcel<'_>, &'static str> {
        let rest = bytes.strip_prefix(MAGIC).ok_or("these are no frames of a film")?;
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or("the frames have no head")?;
        let head: Head = serde_json::from_slice(&rest[..end]).map_err(|_| "the head of the frames cannot be read")?;
        let pixels = &rest[end + 1..];
        if head.frames.len() > MOST_FRAMES || pixels.len() != head.frames.len() * SIDE * SIDE {
            return Err("the frames are not as many as their head says");
        }
        Ok(Parcel { head, pixels })
    }
}
