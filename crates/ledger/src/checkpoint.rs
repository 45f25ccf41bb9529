//! Checkpoints (C2SP tlog-checkpoint): the size and root of a log at one moment, as the text of a signed note.
//!
//! This file does not decide which checkpoint is newer, consistent or trusted; it reads, prints, signs and opens one.

use crate::hash::Hash;
use crate::note::{KeyType, NoteError, SignedNote, SigningKey, VerifierKey};
use crate::{MAX_TREE_SIZE, text};

/// Size and root of a log, and whose log it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

/// Why a text is not a checkpoint, or not that of the log in question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// There are fewer than three lines, or the last one has no newline.
    #[error("read a checkpoint: fewer than three whole lines")]
    Lines,
    /// The origin is empty or cannot stand in one line.
    #[error("read a checkpoint: the origin is empty or not one line of text")]
    Origin,
    /// The size is not a decimal number in its one spelling, or over [`MAX_TREE_SIZE`].
    #[error("read a checkpoint: the tree size is not a plain decimal number up to {MAX_TREE_SIZE}")]
    Size,
    /// The root is not 32 bytes in base64.
    #[error("read a checkpoint: the root hash is not 32 bytes of base64")]
    Root,
    /// An extension line is empty.
    #[error("read a checkpoint: an extension line is empty")]
    Extension,
    /// The checkpoint is of another log than the one whose key was given.
    #[error("open a checkpoint: its origin is {found}, not {expected}")]
    OtherOrigin {
        /// Name of the key.
        expected: String,
        /// First line of the checkpoint.
        found: String,
    },
    /// The note around it cannot be read, made or trusted.
    #[error("open the signed note of a checkpoint")]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// A checkpoint to sign; it has no extension lines, which nobody can audit.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] or [`CheckpointError::Size`] for what cannot be in one.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if origin.is_empty() || origin.bytes().any(|byte| byte < 0x20) {
            return Err(CheckpointError::Origin);
        }
        if size > MAX_TREE_SIZE {
            return Err(CheckpointError::Size);
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Reads the text of a note. Extension lines are kept and not interpreted.
    ///
    /// # Errors
    /// [`CheckpointError`] naming the line that is wrong.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Lines);
        };
        let size = text::decimal(size, MAX_TREE_SIZE).ok_or(CheckpointError::Size)?;
        let root = root.parse().map_err(|_| CheckpointError::Root)?;
        let mut checkpoint = Self::new(origin, size, root)?;
        for line in lines {
            if line.is_empty() {
                return Err(CheckpointError::Extension);
            }
            checkpoint.extensions.push(line.to_owned());
        }
        Ok(checkpoint)
    }

    /// The text to sign: origin, size and root, and the extension lines of one that was read, a line each.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Signs with the log's key.
    ///
    /// # Errors
    /// [`CheckpointError::OtherOrigin`] when the key has another name than the origin; [`CheckpointError::Note`] when
    /// the key is not a log's.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedNote, CheckpointError> {
        self.belongs_to(key.verifier())?;
        Ok(SignedNote::sign(&self.to_text(), key)?)
    }

    /// Reads a signed checkpoint and checks that the log with this key signed it and that it is of that log.
    ///
    /// # Errors
    /// [`CheckpointError`]: not readable, not signed by the key, or of another origin than the key's name.
    pub fn open(note: &[u8], log: &VerifierKey) -> Result<Self, CheckpointError> {
        Self::of_note(&SignedNote::parse(note)?, log)
    }

    /// As [`Checkpoint::open`], for a note that was parsed already (to check cosignatures as well, for one).
    ///
    /// # Errors
    /// As [`Checkpoint::open`].
    pub fn of_note(note: &SignedNote, log: &VerifierKey) -> Result<Self, CheckpointError> {
        // A cosigner's signature says something else than the log's, whatever name it is under.
        if log.key_type() != KeyType::Ed25519 {
            return Err(NoteError::KeyType(log.key_type() as u8).into());
        }
        note.verify(std::slice::from_ref(log))?;
        let checkpoint = Self::parse(note.text())?;
        checkpoint.belongs_to(log)?;
        Ok(checkpoint)
    }

    /// The log's name, unique to it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Leaves in the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree.
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// Further lines, which this program never writes and attaches no meaning to.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    fn belongs_to(&self, key: &VerifierKey) -> Result<(), CheckpointError> {
        if self.origin == key.name() {
            return Ok(());
        }
        Err(CheckpointError::OtherOrigin { expected: key.name().to_owned(), found: self.origin.clone() })
    }
}
