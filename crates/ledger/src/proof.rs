//! Proof files (C2SP tlog-proof, `c2sp.org/tlog-proof@v1`): everything that a stranger needs, offline, to check that
//! an entry is in a log, but the entry itself and the log's public key.
//!
//! A proof says that the entry is in the tree that the log signed, and not when it came there nor whether it is right.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::Hash;
use crate::note::{MAX_NOTE_BYTES, NoteError, SignedNote, VerifierKey};
use crate::verify::{self, ProofError};
use crate::{MAX_TREE_SIZE, text};

/// First line of a proof file.
pub const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Extension that proof files should have, with its dot.
pub const FILE_EXTENSION: &str = ".tlog-proof";

/// The most hashes in an inclusion proof: one for each binary level of the largest tree.
pub const MAX_HASHES: usize = 63;

/// Bytes of the most extra data.
pub const MAX_EXTRA_BYTES: usize = 65_535;

/// Bytes of the longest proof file that is read.
pub const MAX_PROOF_BYTES: usize = 2 * MAX_NOTE_BYTES;

/// Index, inclusion proof and signed checkpoint. Prints as it was read, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    index: u64,
    hashes: Vec<Hash>,
    extra: Option<Vec<u8>>,
    checkpoint: SignedNote,
}

/// Why a proof file cannot be read, made or believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// The file is longer than [`MAX_PROOF_BYTES`], or not UTF-8.
    #[error("read a proof file: over {MAX_PROOF_BYTES} bytes, or not UTF-8 text")]
    NotText,
    /// The first line is another one.
    #[error("read a proof file: the first line is not {HEADER}")]
    Header,
    /// The extra line is not base64, or over [`MAX_EXTRA_BYTES`].
    #[error("read a proof file: the extra line is not base64 of at most {MAX_EXTRA_BYTES} bytes")]
    Extra,
    /// The index line is missing or not a decimal number in its one spelling.
    #[error("read a proof file: no index line with a plain decimal number")]
    Index,
    /// A line is not a hash in base64, or there are more than [`MAX_HASHES`].
    #[error("read a proof file: hash line {0} is not 32 bytes of base64, or one too many")]
    HashLine(
        /// Number of the line among the hash lines, from 1.
        usize,
    ),
    /// No empty line stands before the checkpoint.
    #[error("read a proof file: no empty line before the checkpoint")]
    NoCheckpoint,
    /// The checkpoint's note cannot be read.
    #[error("read the signed note of a proof file")]
    Note(#[from] NoteError),
    /// The checkpoint is not that of the log with the given key.
    #[error("check the checkpoint of a proof file")]
    Checkpoint(#[from] CheckpointError),
    /// The proof does not lead from the entry to the checkpoint's root.
    #[error("check the hashes of a proof file")]
    Proof(#[from] ProofError),
}

impl TlogProof {
    /// Puts a proof together. Nothing is checked but the limits; see [`TlogProof::verify`].
    ///
    /// # Errors
    /// [`TlogProofError::Index`] or [`TlogProofError::HashLine`] for what is beyond the limits.
    pub fn new(index: u64, hashes: Vec<Hash>, checkpoint: SignedNote) -> Result<Self, TlogProofError> {
        if index >= MAX_TREE_SIZE {
            return Err(TlogProofError::Index);
        }
        if hashes.len() > MAX_HASHES {
            return Err(TlogProofError::HashLine(hashes.len()));
        }
        Ok(TlogProof { index, hashes, extra: None, checkpoint })
    }

    /// The same proof with extra data, which no signature covers.
    ///
    /// # Errors
    /// [`TlogProofError::Extra`] over [`MAX_EXTRA_BYTES`].
    pub fn with_extra(self, extra: Vec<u8>) -> Result<Self, TlogProofError> {
        if extra.len() > MAX_EXTRA_BYTES {
            return Err(TlogProofError::Extra);
        }
        Ok(TlogProof { extra: Some(extra), ..self })
    }

    /// Reads a proof file without checking anything in it.
    ///
    /// # Errors
    /// [`TlogProofError`] naming the line that is wrong.
    pub fn parse(file: &[u8]) -> Result<Self, TlogProofError> {
        if file.len() > MAX_PROOF_BYTES {
            return Err(TlogProofError::NotText);
        }
        let file = std::str::from_utf8(file).map_err(|_| TlogProofError::NotText)?;
        let (header, rest) = file.split_once('\n').ok_or(TlogProofError::Header)?;
        if header != HEADER {
            return Err(TlogProofError::Header);
        }
        let (mut line, mut rest) = rest.split_once('\n').ok_or(TlogProofError::Index)?;
        let mut extra = None;
        if let Some(base64) = line.strip_prefix("extra ") {
            let bytes = text::unbase64(base64).filter(|bytes| bytes.len() <= MAX_EXTRA_BYTES);
            extra = Some(bytes.ok_or(TlogProofError::Extra)?);
            (line, rest) = rest.split_once('\n').ok_or(TlogProofError::Index)?;
        }
        let index = line.strip_prefix("index ").and_then(|digits| text::decimal(digits, MAX_TREE_SIZE - 1));
        let index = index.ok_or(TlogProofError::Index)?;
        let mut hashes = Vec::new();
        loop {
            (line, rest) = rest.split_once('\n').ok_or(TlogProofError::NoCheckpoint)?;
            if line.is_empty() {
                break;
            }
            let wrong = TlogProofError::HashLine(hashes.len() + 1);
            match line.parse() {
                Ok(hash) if hashes.len() < MAX_HASHES => hashes.push(hash),
                _ => return Err(wrong),
            }
        }
        let checkpoint = SignedNote::parse(rest.as_bytes())?;
        Ok(TlogProof { index, hashes, extra, checkpoint })
    }

    /// Checks that the log with this key signed the checkpoint and that the leaf with this hash is in its tree at
    /// the index, and gives the checkpoint.
    ///
    /// Cosignatures are not counted here: verify [`TlogProof::checkpoint`] against the cosigners' keys for that.
    ///
    /// # Errors
    /// [`TlogProofError`] naming what does not hold.
    pub fn verify(&self, leaf: Hash, log: &VerifierKey) -> Result<Checkpoint, TlogProofError> {
        let checkpoint = Checkpoint::of_note(&self.checkpoint, log)?;
        verify::verify_inclusion(leaf, self.index, checkpoint.size(), &self.hashes, &checkpoint.root())?;
        Ok(checkpoint)
    }

    /// Zero-based index of the entry in the log.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The inclusion proof, sibling of the leaf first.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Extra data that nobody signed.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The signed checkpoint, its signatures not checked.
    pub const fn checkpoint(&self) -> &SignedNote {
        &self.checkpoint
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", text::base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{hash}")?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}
