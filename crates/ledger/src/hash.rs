//! SHA-256 values and the two ways in which the tree makes them (RFC 6962 §2.1).
//!
//! A leaf and an inner node are hashed under different first bytes, so that no entry can pass for a node. This file
//! does not decide what an entry is, and never hashes a file: blobs are hashed at the archive's door.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::text;

/// Bytes of a hash.
pub const HASH_BYTES: usize = 32;

/// Root of the tree without leaves: SHA-256 of the empty string (RFC 6962 §2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// A SHA-256 value. `Display` and `FromStr` use standard base64 with padding (44 characters), as checkpoints do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(
    /// The 32 bytes, in the order in which SHA-256 gives them.
    pub [u8; HASH_BYTES],
);

impl Hash {
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        text::hex(&self.0)
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`ParseHashError`] when there is anything else, upper-case digits included.
    pub fn from_hex(digits: &str) -> Result<Self, ParseHashError> {
        text::unhex(digits).map(Hash).ok_or(ParseHashError)
    }
}

/// The text is not a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read a SHA-256 value: not 32 bytes in canonical base64 or lower-case hexadecimal")]
pub struct ParseHashError;

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(base64: &str) -> Result<Self, ParseHashError> {
        text::unbase64_32(base64).map(Hash).ok_or(ParseHashError)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({})", self.hex())
    }
}

impl From<[u8; HASH_BYTES]> for Hash {
    fn from(bytes: [u8; HASH_BYTES]) -> Self {
        Hash(bytes)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Hash of an entry as a leaf: SHA-256(0x00 ‖ entry).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut preimage = [1; 1 + 2 * HASH_BYTES];
    preimage[1..=HASH_BYTES].copy_from_slice(&left.0);
    preimage[1 + HASH_BYTES..].copy_from_slice(&right.0);
    Hash(Sha256::digest(preimage).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        assert_eq!(EMPTY_ROOT.0, <[u8; 32]>::from(Sha256::digest(b"")));
    }

    #[test]
    fn an_empty_leaf_is_not_the_empty_tree() {
        assert_eq!(leaf_hash(b"").hex(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_ne!(leaf_hash(b""), EMPTY_ROOT);
    }

    #[test]
    fn text_forms_round_trip() {
        let hash = leaf_hash(b"x");
        assert_eq!(hash.to_string().parse::<Hash>(), Ok(hash));
        assert_eq!(Hash::from_hex(&hash.hex()), Ok(hash));
        assert_eq!(hash.to_string().len(), 44);
    }

    #[test]
    fn near_misses_are_refused() {
        let hash = leaf_hash(b"x");
        let base64 = hash.to_string();
        for wrong in [
            "",
            &base64[..43],
            &format!("{base64}="),
            &format!("{base64}\n"),
            &format!(" {base64}"),
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
        ] {
            assert_eq!(wrong.parse::<Hash>(), Err(ParseHashError), "{wrong:?}");
        }
        let hex = hash.hex();
        for wrong in ["", &hex[..63], &hex.to_uppercase(), &format!("{hex}0"), &"g".repeat(64)] {
            assert_eq!(Hash::from_hex(wrong), Err(ParseHashError), "{wrong:?}");
        }
    }
}
