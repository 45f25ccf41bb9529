//! Signed notes (C2SP signed-note): a text, a blank line, and signature lines.
//!
//! A note says who signed a text and nothing of what it means; [`crate::checkpoint`] reads the text. Parsing checks
//! no signature: until [`SignedNote::verify`] has said yes, a text is somebody's text. Two kinds of key are known:
//! the log's Ed25519 (type 0x01) and the cosigner's Ed25519 with a time (type 0x04, C2SP tlog-cosignature). Other
//! signatures are carried along and ignored, as the specification demands.

mod key;

use std::fmt;

use crate::{ed25519, text};

use key::KEY_ID_BYTES;
pub use key::{KeyId, KeyType, MAX_KEY_NAME_BYTES, SigningKey, VerifierKey, check_key_name};

/// Bytes of the longest note that is read. Go's reader has the same limit.
pub const MAX_NOTE_BYTES: usize = 1_000_000;

/// The most signatures on a note that is read. The specification asks for 16 at least; Go's reader has this limit.
pub const MAX_SIGNATURES: usize = 100;

/// The latest time of a cosignature, in seconds since 1970 UTC (C2SP tlog-cosignature: at most 2^63 − 1).
pub const MAX_TIME: u64 = i64::MAX as u64;

/// What stands before every signature: em dash (U+2014), space.
const SIGNATURE_PREFIX: &str = "— ";

/// Why a note or a key cannot be read or made, or why nobody we know has signed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The note is longer than [`MAX_NOTE_BYTES`].
    #[error("read a signed note: {0} bytes, over the limit of {MAX_NOTE_BYTES}")]
    TooLong(
        /// Bytes of the note.
        usize,
    ),
    /// The note is not UTF-8 or has a control character other than newline.
    #[error("read a signed note: not UTF-8 text, or with control characters")]
    NotText,
    /// The note has no text with final newline, no blank line after it, or does not end with a newline.
    #[error("read a signed note: text, blank line and signature lines are not where they must be")]
    Layout,
    /// A signature line is not of the one form.
    #[error("read a signed note: signature line {0} is malformed")]
    SignatureLine(
        /// Number of the signature line, from 1.
        usize,
    ),
    /// There is no signature, or more than [`MAX_SIGNATURES`].
    #[error("read a signed note: {0} signatures, not 1 to {MAX_SIGNATURES}")]
    SignatureCount(
        /// Signature lines found.
        usize,
    ),
    /// The text cannot be signed: no final newline, control characters, or too long.
    #[error("sign a note: the text has no final newline, or control characters, or is too long")]
    UnfitText,
    /// The name is empty, too long, or has spaces, control characters or a plus sign.
    #[error("name a key: empty, too long, or with a space, a control character or +")]
    KeyName,
    /// The text is not a verifier key `name+hex+base64`.
    #[error("read a verifier key: not name+id+key")]
    VerifierKey,
    /// The key is of a signature type that this program does not know, or that does not fit here.
    #[error("use a key of signature type {0:#04x}: unknown, or not of the type that belongs here")]
    KeyType(
        /// The type byte.
        u8,
    ),
    /// The time of a cosignature is beyond [`MAX_TIME`].
    #[error("cosign a note: {0} is no time in seconds since 1970")]
    Time(
        /// The time that was given.
        u64,
    ),
    /// The key id is not that of the name and the key.
    #[error("read a verifier key: the id does not belong to name and key")]
    KeyId,
    /// The public key is unusable.
    #[error("read a verifier key")]
    PublicKey(#[from] ed25519::PublicKeyError),
    /// A known key's signature does not fit the text.
    #[error("check a signed note: the signature under the name {0} does not fit the text")]
    BadSignature(
        /// Name of the key.
        String,
    ),
    /// None of the known keys has signed.
    #[error("check a signed note: no signature by a known key")]
    Unsigned,
}

/// One signature line of a note, its bytes not interpreted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    id: KeyId,
    bytes: Vec<u8>,
}

impl Signature {
    /// Name of the key that claims to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Id of the key that claims to have signed.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What follows the key id: 64 bytes for Ed25519, 8 bytes of time and 64 for a cosignature.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the line claims to be by this key.
    fn is_claimed_of(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }

    /// Reads the line without its newline.
    fn parse(line: &str) -> Option<Self> {
        let (name, base64) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        check_key_name(name).ok()?;
        let bytes = text::unbase64(base64)?;
        let (id, bytes) = bytes.split_first_chunk::<KEY_ID_BYTES>()?;
        if bytes.is_empty() {
            return None;
        }
        Some(Signature { name: name.to_owned(), id: KeyId(*id), bytes: bytes.to_vec() })
    }
}

/// What a known key was found to have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<'k> {
    /// The key.
    pub key: &'k VerifierKey,
    /// For a cosignature, the time that the cosigner gave, in seconds since 1970 UTC.
    pub time: Option<u64>,
}

/// A text and the signatures under it. Prints as it was read, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

impl SignedNote {
    /// Signs a text, which must end with a newline and have no other control character.
    ///
    /// # Errors
    /// [`NoteError::UnfitText`]; [`NoteError::KeyType`] when the key is a cosigner's, who must say when (see
    /// [`SignedNote::add_cosignature`]).
    pub fn sign(text: &str, key: &SigningKey) -> Result<Self, NoteError> {
        if !text.ends_with('\n') || has_control_characters(text) || text.len() > MAX_NOTE_BYTES {
            return Err(NoteError::UnfitText);
        }
        let mut note = SignedNote { text: text.to_owned(), signatures: Vec::new() };
        note.add_signature(key)?;
        Ok(note)
    }

    /// Adds a signature over the text, replacing an earlier one by the same key.
    ///
    /// # Errors
    /// [`NoteError::KeyType`] when the key is a cosigner's; [`NoteError::SignatureCount`] when the note is full.
    pub fn add_signature(&mut self, key: &SigningKey) -> Result<(), NoteError> {
        if key.verifier().key_type() != KeyType::Ed25519 {
            return Err(NoteError::KeyType(key.verifier().key_type() as u8));
        }
        self.put(key.verifier(), key.sign(&self.text))
    }

    /// Adds a cosignature over the text and a time (seconds since 1970 UTC), replacing an earlier one by the same key.
    ///
    /// # Errors
    /// [`NoteError::KeyType`] when the key is no cosigner's; [`NoteError::Time`] beyond [`MAX_TIME`];
    /// [`NoteError::SignatureCount`] when the note is full.
    pub fn add_cosignature(&mut self, key: &SigningKey, time: u64) -> Result<(), NoteError> {
        if key.verifier().key_type() != KeyType::Cosignature {
            return Err(NoteError::KeyType(key.verifier().key_type() as u8));
        }
        if time > MAX_TIME {
            return Err(NoteError::Time(time));
        }
        self.put(key.verifier(), key.cosign(time, &self.text))
    }

    /// Takes over the signatures of another note with the same text, such as the answer of a cosigner, that are not
    /// here yet. They are not checked.
    ///
    /// # Errors
    /// [`NoteError::Layout`] when the texts differ; [`NoteError::SignatureCount`] when there would be too many.
    pub fn merge(&mut self, other: &SignedNote) -> Result<(), NoteError> {
        if self.text != other.text {
            return Err(NoteError::Layout);
        }
        let new: Vec<_> = other.signatures.iter().filter(|s| !self.signatures.contains(s)).cloned().collect();
        let count = self.signatures.len() + new.len();
        if count > MAX_SIGNATURES {
            return Err(NoteError::SignatureCount(count));
        }
        self.signatures.extend(new);
        Ok(())
    }

    /// Lets go of every signature that does not claim to be by this key.
    pub fn keep_only(&mut self, key: &VerifierKey) {
        self.signatures.retain(|signature| signature.is_claimed_of(key));
    }

    /// Lets go of every signature that does not claim to be by one of these keys.
    pub fn keep_any(&mut self, keys: &[VerifierKey]) {
        self.signatures.retain(|signature| keys.iter().any(|key| signature.is_claimed_of(key)));
    }

    /// Lets go of every signature that claims to be by this key.
    pub fn drop_any_of(&mut self, key: &VerifierKey) {
        self.signatures.retain(|signature| !signature.is_claimed_of(key));
    }

    fn put(&mut self, key: &VerifierKey, bytes: Vec<u8>) -> Result<(), NoteError> {
        self.signatures.retain(|signature| !signature.is_claimed_of(key));
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(NoteError::SignatureCount(self.signatures.len() + 1));
        }
        self.signatures.push(Signature { name: key.name().to_owned(), id: key.id(), bytes });
        Ok(())
    }

    /// Reads a note without checking any signature.
    ///
    /// # Errors
    /// [`NoteError`] naming the rule that the bytes break.
    pub fn parse(note: &[u8]) -> Result<Self, NoteError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong(note.len()));
        }
        let note = std::str::from_utf8(note).map_err(|_| NoteError::NotText)?;
        if has_control_characters(note) {
            return Err(NoteError::NotText);
        }
        // The last blank line divides, because the text may have blank lines of its own.
        let (before, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Layout)?;
        let text = &note[..=before.len()];
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Layout)?;
        let count = lines.split('\n').count();
        if count > MAX_SIGNATURES {
            return Err(NoteError::SignatureCount(count));
        }
        let signatures = lines
            .split('\n')
            .zip(1..)
            .map(|(line, number)| Signature::parse(line).ok_or(NoteError::SignatureLine(number)))
            .collect::<Result<_, _>>()?;
        Ok(SignedNote { text: text.to_owned(), signatures })
    }

    /// The text, its final newline included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, in order.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Checks every signature by a known key, and gives the keys that signed, in the order of `known`.
    ///
    /// Signatures by other keys are ignored, also when they share a name or an id, but not both, with a known one. A
    /// key that cosigned several times is given once, with its latest time.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`] when one known key's signature does not fit, whatever the others say;
    /// [`NoteError::Unsigned`] when no known key signed.
    pub fn verify<'k>(&self, known: &'k [VerifierKey]) -> Result<Vec<Verified<'k>>, NoteError> {
        let mut found = Vec::new();
        for key in known {
            let mut here: Option<Verified<'k>> = None;
            for signature in self.signatures.iter().filter(|signature| signature.is_claimed_of(key)) {
                match key.check(&self.text, &signature.bytes) {
                    Some(time) => here = Some(Verified { key, time: time.max(here.and_then(|h| h.time)) }),
                    None => return Err(NoteError::BadSignature(key.name().to_owned())),
                }
            }
            found.extend(here);
        }
        if found.is_empty() { Err(NoteError::Unsigned) } else { Ok(found) }
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for signature in &self.signatures {
            let mut bytes = signature.id.0.to_vec();
            bytes.extend(&signature.bytes);
            writeln!(f, "{SIGNATURE_PREFIX}{} {}", signature.name, text::base64(&bytes))?;
        }
        Ok(())
    }
}

/// Control characters below U+0020 other than newline, which no note may have.
fn has_control_characters(text: &str) -> bool {
    text.bytes().any(|byte| byte < 0x20 && byte != b'\n')
}
