//! Ed25519 (RFC 8032), over bytes that are handed in.
//!
//! One key type, one way to check. Keys are not stored, derived or generated here, and there is no batch check: a
//! batch accepts some signatures that a single check refuses.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// Bytes of a seed, which is the private key of RFC 8032.
pub const SEED_BYTES: usize = 32;
/// Bytes of a public key.
pub const PUBLIC_KEY_BYTES: usize = 32;
/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;

/// The bytes are not a usable public key: no point of the curve, spelt otherwise than it must be, or of small order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read an Ed25519 public key: not a usable point of the curve")]
pub struct PublicKeyError;

/// The public key that belongs to a seed.
pub fn public_key(seed: &[u8; SEED_BYTES]) -> [u8; PUBLIC_KEY_BYTES] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

/// Signs a message. Deterministic: the same seed and message give the same 64 bytes.
pub fn sign(seed: &[u8; SEED_BYTES], message: &[u8]) -> [u8; SIGNATURE_BYTES] {
    SigningKey::from_bytes(seed).sign(message).to_bytes()
}

/// Whether the signature over the message is that of the public key.
///
/// Strict: besides RFC 8032 §5.1.7 it refuses keys and commitments of small order, under which one signature can fit
/// several messages. A public key that is no key has signed nothing.
pub fn verify(public_key: &[u8; PUBLIC_KEY_BYTES], message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
    VerifyingKey::from_bytes(public_key)
        .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

/// Checks that the bytes are a public key under which [`verify`] can ever say yes.
///
/// # Errors
/// [`PublicKeyError`] when they are not.
pub fn check_public_key(public_key: &[u8; PUBLIC_KEY_BYTES]) -> Result<(), PublicKeyError> {
    match VerifyingKey::from_bytes(public_key) {
        Ok(key) if !key.is_weak() && key.to_bytes() == *public_key => Ok(()),
        _ => Err(PublicKeyError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::unhex;

    /// RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
    const RFC_8032: [(&str, &str, &[u8], &str); 3] = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            b"",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            &[0x72],
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            &[0xaf, 0x82],
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];

    #[test]
    fn the_vectors_of_rfc_8032_hold() {
        for (seed, public, message, signature) in RFC_8032 {
            let (seed, signature) = (unhex(seed).unwrap(), unhex(signature).unwrap());
            assert_eq!(public_key(&seed), unhex(public).unwrap());
            assert_eq!(sign(&seed, message), signature);
            assert!(verify(&public_key(&seed), message, &signature));
        }
    }

    #[test]
    fn any_changed_bit_is_refused() {
        let (seed, message) = ([9; 32], b"message");
        let (key, signature) = (public_key(&seed), sign(&seed, message));
        for bit in 0..SIGNATURE_BYTES * 8 {
            let mut changed = signature;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&key, message, &changed), "bit {bit}");
        }
        assert!(!verify(&key, b"massage", &signature));
        assert!(!verify(&public_key(&[8; 32]), message, &signature));
    }

    #[test]
    fn a_signature_scalar_has_one_spelling() {
        // s + L in place of s satisfies the equation; RFC 8032 §5.1.7 demands s < L.
        const L: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let (seed, message) = ([9; 32], b"message");
        let mut signature = sign(&seed, message);
        let mut carry = 0;
        for (byte, l) in signature[32..].iter_mut().zip(L) {
            let sum = u16::from(*byte) + u16::from(l) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        assert!(!verify(&public_key(&seed), message, &signature));
    }

    #[test]
    fn points_of_small_order_are_no_keys() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(check_public_key(&identity), Err(PublicKeyError));
        assert_eq!(check_public_key(&[0; 32]), Err(PublicKeyError));
        // The identity as key and commitment with s = 0 fits every message when checked loosely.
        let mut signature = [0; 64];
        signature[0] = 1;
        assert!(!verify(&identity, b"anything", &signature));
        assert_eq!(check_public_key(&public_key(&[9; 32])), Ok(()));
        // y = 2 is on no point of the curve.
        let mut off_curve = [0; 32];
        off_curve[0] = 2;
        assert_eq!(check_public_key(&off_curve), Err(PublicKeyError));
        // y = p + 1, a second spelling of y = 1.
        let mut non_canonical = [0xff; 32];
        non_canonical[0] = 0xee;
        non_canonical[31] = 0x7f;
        assert_eq!(check_public_key(&non_canonical), Err(PublicKeyError));
    }
}
