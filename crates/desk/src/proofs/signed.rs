//! Does one OpenPGP signature fit one key and one file's bytes? By `ring`, which checks X.509 chains of time stamps here too.
//!
//! That it fits says that whoever has the key signed these bytes, and nothing of who that is, of when, or of what the bytes show.

use ring::signature::{self as alg, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use ring::{digest, rsa};

use super::packets::{Key, Material, Signature};

/// How a signature and a key stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It is this key's, over these bytes.
    Matches,
    /// It names this key, and does not fit.
    Differs,
    /// Why it cannot be told.
    Unknown(&'static str),
}

/// Does the signature name this key, or none?
pub fn may_be_of(signature: &Signature, key: &Key) -> bool {
    signature.issuer.as_ref().is_none_or(|issuer| key.fingerprint.ends_with(issuer))
}

/// Holds a signature against a key and the bytes.
pub fn check(signature: &Signature, key: &Key, data: &[u8]) -> Fit {
    let message = [data, &signature.trailer].concat();
    match (&key.material, signature.algorithm, signature.numbers.as_slice()) {
        (Material::Rsa(modulus, exponent), 1 | 3, [number]) => rsa(modulus, exponent, signature.hash, &message, number),
        // What Ed25519 signs is the digest itself.
        (Material::Ed25519(point), 22 | 27, numbers) => {
            let known = match signature.hash {
                8 => &digest::SHA256,
                9 => &digest::SHA384,
                10 => &digest::SHA512,
                _ => return UNKNOWN_HASH,
            };
            let Some(bytes) = together(numbers, 32) else { return Fit::Differs };
            fits(&alg::ED25519, point, digest::digest(known, &message).as_ref(), &bytes)
        }
        (Material::P256(point), 19, numbers) if signature.hash == 8 => match together(numbers, 32) {
            Some(bytes) => fits(&alg::ECDSA_P256_SHA256_FIXED, point, &message, &bytes),
            None => Fit::Differs,
        },
        (Material::P384(point), 19, numbers) if signature.hash == 9 => match together(numbers, 48) {
            Some(bytes) => fits(&alg::ECDSA_P384_SHA384_FIXED, point, &message, &bytes),
            None => Fit::Differs,
        },
        (Material::P256(_) | Material::P384(_), 19, _) => UNKNOWN_HASH,
        _ => Fit::Unknown("signature and key are of different algorithms"),
    }
}

const UNKNOWN_HASH: Fit = Fit::Unknown("its digest is not one that is taken here with this kind of key (SHA-1 is not)");

fn rsa(modulus: &[u8], exponent: &[u8], hash: u8, message: &[u8], number: &[u8]) -> Fit {
    let known: &alg::RsaParameters = match hash {
        8 => &alg::RSA_PKCS1_2048_8192_SHA256,
        9 => &alg::RSA_PKCS1_2048_8192_SHA384,
        10 => &alg::RSA_PKCS1_2048_8192_SHA512,
        _ => return UNKNOWN_HASH,
    };
    if modulus.len() < 256 {
        return Fit::Unknown("its RSA key is shorter than 2048 bits");
    }
    if modulus.len() > 1024 {
        return Fit::Unknown("its RSA key is longer than 8192 bits");
    }
    let Some(padded) = padded(number, modulus.len()) else { return Fit::Differs };
    let key: RsaPublicKeyComponents<&[u8]> = rsa::PublicKeyComponents { n: modulus, e: exponent };
    if key.verify(known, message, &padded).is_ok() { Fit::Matches } else { Fit::Differs }
}

fn fits(known: &'static dyn VerificationAlgorithm, point: &[u8], message: &[u8], signature: &[u8]) -> Fit {
    if UnparsedPublicKey::new(known, point).verify(message, signature).is_ok() { Fit::Matches } else { Fit::Differs }
}

/// A number without its leading zeroes, with them again.
fn padded(number: &[u8], length: usize) -> Option<Vec<u8>> {
    let zeroes = length.checked_sub(number.len())?;
    Some([&vec![0; zeroes], number].concat())
}

/// Two numbers side by side; or both already.
fn together(numbers: &[Vec<u8>], length: usize) -> Option<Vec<u8>> {
    match numbers {
        [both] if both.len() == 2 * length => Some(both.clone()),
        [r, s] => Some([padded(r, length)?, padded(s, length)?].concat()),
        _ => None,
    }
}
