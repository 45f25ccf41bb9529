//! Keys of signed notes: their names, ids and text form, and what each type signs.
//!
//! Where seeds are kept and how they are wrapped is the archive's business; none is generated here.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{MAX_TIME, NoteError};
use crate::{ed25519, text};

/// Bytes of the longest key name.
pub const MAX_KEY_NAME_BYTES: usize = 255;

/// Bytes of a key id.
pub(super) const KEY_ID_BYTES: usize = 4;

/// Type of a key and of its signatures (C2SP signed-note, *Signature types*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum KeyType {
    /// Ed25519 over the text.
    Ed25519 = 0x01,
    /// Ed25519 over the text and a time, by a cosigner (C2SP tlog-cosignature, `cosignature/v1`).
    Cosignature = 0x04,
}

/// First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key): tells keys apart, and secures nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(
    /// The bytes, as they stand before a signature.
    pub [u8; KEY_ID_BYTES],
);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::hex(&self.0))
    }
}

/// A public key with its name, printed and read as `name+hex(id)+base64(type ‖ key)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key_type: KeyType,
    public: [u8; ed25519::PUBLIC_KEY_BYTES],
}

impl VerifierKey {
    /// Names a public key.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] or [`NoteError::PublicKey`] for what cannot be one.
    pub fn new(name: &str, key_type: KeyType, public: [u8; ed25519::PUBLIC_KEY_BYTES]) -> Result<Self, NoteError> {
        check_key_name(name)?;
        ed25519::check_public_key(&public)?;
        let hash =
            Sha256::new().chain_update(name).chain_update([b'\n', key_type as u8]).chain_update(public).finalize();
        let id = KeyId([hash[0], hash[1], hash[2], hash[3]]);
        Ok(VerifierKey { name: name.to_owned(), id, key_type, public })
    }

    /// Name of the key; for a log's key, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Id of the key.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What the key signs with.
    pub const fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The Ed25519 public key.
    pub const fn public_key(&self) -> &[u8; ed25519::PUBLIC_KEY_BYTES] {
        &self.public
    }

    /// Checks the bytes of a signature of this key over a text; the inner value is the time of a cosignature.
    pub(super) fn check(&self, signed: &str, signature: &[u8]) -> Option<Option<u64>> {
        let fits = |message: &[u8], signature: &[u8]| {
            signature.try_into().is_ok_and(|bytes| ed25519::verify(&self.public, message, bytes))
        };
        match self.key_type {
            KeyType::Ed25519 => fits(signed.as_bytes(), signature).then_some(None),
            KeyType::Cosignature => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                let fits = time <= MAX_TIME && fits(cosigned_message(time, signed).as_bytes(), signature);
                fits.then_some(Some(time))
            }
        }
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(vkey: &str) -> Result<Self, NoteError> {
        // The base64 may contain a plus sign, a name may not.
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::VerifierKey);
        };
        let id = text::unhex(id).map(KeyId).ok_or(NoteError::VerifierKey)?;
        let key = text::unbase64(key).ok_or(NoteError::VerifierKey)?;
        let (key_type, public) = key.split_first().ok_or(NoteError::VerifierKey)?;
        let key_type = match key_type {
            0x01 => KeyType::Ed25519,
            0x04 => KeyType::Cosignature,
            other => return Err(NoteError::KeyType(*other)),
        };
        let public = public.try_into().map_err(|_| NoteError::VerifierKey)?;
        let key = VerifierKey::new(name, key_type, public)?;
        if key.id == id { Ok(key) } else { Err(NoteError::KeyId) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.key_type as u8];
        key.extend(self.public);
        write!(f, "{}+{}+{}", self.name, self.id, text::base64(&key))
    }
}

/// A seed with its name. The seed is wiped from memory when the key is dropped, and is not printed.
pub struct SigningKey {
    seed: Zeroizing<[u8; ed25519::SEED_BYTES]>,
    verifier: VerifierKey,
}

impl SigningKey {
    /// The key of a log.
    ///
    /// The seed is copied; wiping the caller's own copy is the caller's task.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] for a name that cannot be one.
    pub fn from_seed(name: &str, seed: [u8; ed25519::SEED_BYTES]) -> Result<Self, NoteError> {
        Self::new(name, KeyType::Ed25519, seed)
    }

    /// The key of a cosigner. Never give a log and a cosigner the same seed.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] for a name that cannot be one.
    pub fn cosigner_from_seed(name: &str, seed: [u8; ed25519::SEED_BYTES]) -> Result<Self, NoteError> {
        Self::new(name, KeyType::Cosignature, seed)
    }

    fn new(name: &str, key_type: KeyType, seed: [u8; ed25519::SEED_BYTES]) -> Result<Self, NoteError> {
        let seed = Zeroizing::new(seed);
        let verifier = VerifierKey::new(name, key_type, ed25519::public_key(&seed))?;
        Ok(SigningKey { seed, verifier })
    }

    /// The public half.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Name of the key.
    pub fn name(&self) -> &str {
        self.verifier.name()
    }

    /// The bytes of a log's signature over a text.
    pub(super) fn sign(&self, text: &str) -> Vec<u8> {
        ed25519::sign(&self.seed, text.as_bytes()).to_vec()
    }

    /// The bytes of a cosigner's signature over a text and a time: the time as big-endian u64, then 64 bytes.
    pub(super) fn cosign(&self, time: u64, text: &str) -> Vec<u8> {
        let signature = ed25519::sign(&self.seed, cosigned_message(time, text).as_bytes());
        time.to_be_bytes().into_iter().chain(signature).collect()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, [sealed])", self.verifier)
    }
}

/// Checks that a name can stand in a signature line and a verifier key.
///
/// # Errors
/// [`NoteError::KeyName`] when it cannot.
pub fn check_key_name(name: &str) -> Result<(), NoteError> {
    let fit = !name.is_empty()
        && name.len() <= MAX_KEY_NAME_BYTES
        && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
    if fit { Ok(()) } else { Err(NoteError::KeyName) }
}

/// What a cosigner signs (C2SP tlog-cosignature, *Format*).
fn cosigned_message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}
