//! Sealing: XChaCha20-Poly1305 with random 192-bit nonces, bound to what the ciphertext is for.
//!
//! `sealed = nonce (24 bytes) ‖ ciphertext ‖ tag (16 bytes)`; the associated data names the use, so that a sealed
//! blob cannot be passed off as a field. Blobs are sealed whole: what is sealed is small (accounts, identities) or bounded
//! by [`crate::limits::BLOB_IN_MEMORY`].

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::{Error, Kind, Result};
use crate::outside::Outside;

const NONCE: usize = 24;

/// A key that is wiped when dropped and never prints.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret(pub [u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sealed]")
    }
}

/// Seals `plain` for one use.
pub fn seal(key: &Secret, purpose: &str, plain: &[u8], outside: &Outside) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE] = outside.random();
    let cipher = XChaCha20Poly1305::new(&Key::from(key.0));
    let payload = Payload { msg: plain, aad: purpose.as_bytes() };
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Error::new(Kind::Bug, format!("seal {} bytes for {purpose}", plain.len())))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what was sealed for the same use under the same key.
pub fn open(key: &Secret, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let wrong = || Error::new(Kind::Corrupt, format!("open what is sealed for {purpose}"));
    let (nonce, body) = sealed.split_at_checked(NONCE).ok_or_else(wrong)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| wrong())?;
    let cipher = XChaCha20Poly1305::new(&Key::from(key.0));
    let plain = cipher.decrypt(&XNonce::from(nonce), Payload { msg: body, aad: purpose.as_bytes() });
    Ok(Zeroizing::new(plain.map_err(|_| wrong())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_under_its_key_and_for_its_use() {
        let outside = Outside::new(jiff::Timestamp::now, |b| b.fill(7));
        let key = Secret([1; 32]);
        let sealed = seal(&key, "blob", b"who saw it", &outside).unwrap();
        assert!(!sealed.windows(3).any(|w| w == b"who"));
        assert_eq!(open(&key, "blob", &sealed).unwrap().as_slice(), b"who saw it");
        assert!(open(&key, "field", &sealed).is_err());
        assert!(open(&Secret([2; 32]), "blob", &sealed).is_err());
        for cut in [0, 10, sealed.len() - 1] {
            assert!(open(&key, "blob", &sealed[..cut]).is_err());
        }
    }
}
