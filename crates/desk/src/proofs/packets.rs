//! The bytes of OpenPGP (RFC 4880, RFC 9580): armour, packets, keys of version 4, detached signatures of version 4.
//!
//! Deliberately without encryption, certification, trust or expiry: what is read is what it takes to hold one signature against one
//! key. Everything comes from outside; whatever is out of the ordinary is an error that says so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;

/// Bytes of the longest file of keys or signatures that is read.
pub const LONGEST: usize = 1 << 20;
/// Packets of one file.
const MOST_PACKETS: usize = 256;
/// Bits of the longest number.
const MOST_BITS: usize = 16_384;

/// Why bytes cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PgpError(pub &'static str);

/// Result with [`PgpError`].
pub type Result<T> = std::result::Result<T, PgpError>;

const SHORT: PgpError = PgpError("it ends too soon");

/// Reads forward.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(SHORT)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn two(&mut self) -> Result<usize> {
        let bytes = self.take(2)?;
        Ok(usize::from(bytes[0]) << 8 | usize::from(bytes[1]))
    }

    fn four(&mut self) -> Result<u32> {
        let bytes: [u8; 4] = self.take(4)?.try_into().map_err(|_| SHORT)?;
        Ok(u32::from_be_bytes(bytes))
    }

    /// A number: its bits, then its bytes.
    fn number(&mut self) -> Result<&'a [u8]> {
        let bits = self.two()?;
        if bits > MOST_BITS {
            return Err(PgpError("a number in it is too long"));
        }
        self.take(bits.div_ceil(8))
    }
}

/// The binary packets of a file, armoured or not.
pub fn binary(file: &[u8]) -> Result<Vec<u8>> {
    if file.len() > LONGEST {
        return Err(PgpError("it is too long"));
    }
    let Some(text) = std::str::from_utf8(file).ok().filter(|text| text.contains("-----BEGIN PGP ")) else {
        return Ok(file.to_vec());
    };
    let mut lines = text.lines().map(str::trim_end).skip_while(|line| !line.starts_with("-----BEGIN PGP ")).skip(1);
    // Headers, and the empty line after them.
    for line in lines.by_ref() {
        if line.is_empty() {
            break;
        }
        if !line.contains(": ") {
            return Err(PgpError("its armour has no empty line"));
        }
    }
    // The check sum begins with `=`; a reader need not look at it (RFC 9580 §6.1).
    let body: String = lines.take_while(|line| !line.starts_with("-----END PGP ") && !line.starts_with('=')).collect();
    STANDARD.decode(body.replace(char::is_whitespace, "")).map_err(|_| PgpError("its armour is broken"))
}

/// A packet: its tag and its body.
type Packet<'a> = (u8, &'a [u8]);

/// RFC 9580 §4.2.
fn packets(bytes: &[u8]) -> Result<Vec<Packet<'_>>> {
    let mut from = Bytes(bytes);
    let mut found = Vec::new();
    while !from.0.is_empty() {
        let head = from.byte()?;
        if head & 0x80 == 0 {
            return Err(PgpError("it is not OpenPGP"));
        }
        let (tag, length) = if head & 0x40 == 0 {
            let length = match head & 3 {
                0 => usize::from(from.byte()?),
                1 => from.two()?,
                2 => from.four()? as usize,
                _ => from.0.len(),
            };
            ((head >> 2) & 0xf, length)
        } else {
            let length = match from.byte()? {
                short @ 0..=191 => usize::from(short),
                first @ 192..=223 => ((usize::from(first) - 192) << 8) + usize::from(from.byte()?) + 192,
                255 => from.four()? as usize,
                _ => return Err(PgpError("a packet in it comes in parts")),
            };
            (head & 0x3f, length)
        };
        found.push((tag, from.take(length)?));
        if found.len() > MOST_PACKETS {
            return Err(PgpError("it has too many packets"));
        }
    }
    Ok(found)
}

/// What a key can check with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// A point on Ed25519.
    Ed25519(Vec<u8>),
    /// A point on P-256, uncompressed.
    P256(Vec<u8>),
    /// A point on P-384, uncompressed.
    P384(Vec<u8>),
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Fingerprint: SHA-1 over the key's packet, as OpenPGP names keys of version 4.
    pub fingerprint: [u8; 20],
    /// The fingerprint of the key that it came below; nothing for a primary key. That it belongs there is not checked.
    pub below: Option<[u8; 20]>,
    /// What it checks with.
    pub material: Material,
}

/// The keys of a file that can be read here; those of other versions and algorithms are left out.
pub fn keys(file: &[u8]) -> Result<Vec<Key>> {
    let bytes = binary(file)?;
    let (mut found, mut primary) = (Vec::new(), None);
    for (tag, body) in packets(&bytes)? {
        if tag != 6 && tag != 14 {
            continue;
        }
        if tag == 6 {
            primary = (body.first() == Some(&4)).then(|| fingerprint(body));
        }
        if let Some(material) = material(body)? {
            let below = if tag == 14 { primary } else { None };
            found.push(Key { fingerprint: fingerprint(body), below, material });
        }
    }
    Ok(found)
}

/// RFC 9580 §5.5.4.2.
fn fingerprint(body: &[u8]) -> [u8; 20] {
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes();
    let whole = [&[0x99], &length[..], body].concat();
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &whole).as_ref().try_into().unwrap_or([0; 20])
}

const CURVE_ED25519: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];
const CURVE_P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const CURVE_P384: &[u8] = &[0x2b, 0x81, 4, 0, 0x22];

/// RFC 9580 §5.5.2 and §9.1: RSA, ECDSA, EdDSA and Ed25519.
fn material(body: &[u8]) -> Result<Option<Material>> {
    let mut from = Bytes(body);
    if from.byte()? != 4 {
        return Ok(None);
    }
    from.take(4)?;
    Ok(match from.byte()? {
        1 | 3 => {
            let modulus = from.number()?.to_vec();
            Some(Material::Rsa(modulus, from.number()?.to_vec()))
        }
        kind @ (19 | 22) => {
            let length = usize::from(from.byte()?);
            let (curve, point) = (from.take(length)?, from.number()?);
            match (kind, curve, point) {
                (22, CURVE_ED25519, [0x40, point @ ..]) if point.len() == 32 => Some(Material::Ed25519(point.to_vec())),
                (19, CURVE_P256, point) if point.len() == 65 => Some(Material::P256(point.to_vec())),
                (19, CURVE_P384, point) if point.len() == 97 => Some(Material::P384(point.to_vec())),
                _ => None,
            }
        }
        27 => Some(Material::Ed25519(from.take(32)?.to_vec())),
        _ => None,
    })
}

/// A detached signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Algorithm of the key.
    pub algorithm: u8,
    /// Algorithm of the digest.
    pub hash: u8,
    /// When it was made, by the signer's clock: seconds since 1970 UTC.
    pub made: Option<u32>,
    /// Whose: a fingerprint, or the last eight bytes of one.
    pub issuer: Option<Vec<u8>>,
    /// What is hashed behind the data.
    pub trailer: Vec<u8>,
    /// The numbers, or for Ed25519 the 64 bytes.
    pub numbers: Vec<Vec<u8>>,
}

/// The detached signatures of a file.
pub fn signatures(file: &[u8]) -> Result<Vec<Signature>> {
    let bytes = binary(file)?;
    let found = packets(&bytes)?.into_iter().filter(|(tag, _)| *tag == 2).map(|(_, body)| signature(body));
    found.collect()
}

/// RFC 9580 §5.2.3.
fn signature(body: &[u8]) -> Result<Signature> {
    let mut from = Bytes(body);
    if from.byte()? != 4 {
        return Err(PgpError("it is a signature of a version that is not read here"));
    }
    if from.byte()? != 0 {
        return Err(PgpError("it is no signature of a file byte for byte"));
    }
    let (algorithm, hash) = (from.byte()?, from.byte()?);
    let hashed_length = from.two()?;
    let hashed = from.take(hashed_length)?;
    let covered = &body[..6 + hashed_length];
    let mut trailer = covered.to_vec();
    trailer.extend([4, 0xff]);
    trailer.extend((covered.len() as u32).to_be_bytes());
    let unhashed_length = from.two()?;
    let unhashed = from.take(unhashed_length)?;
    from.take(2)?;
    let (mut made, mut issuer) = (None, None);
    for (area, is_signed) in [(hashed, true), (unhashed, false)] {
        subpackets(area, |kind, value| match (kind, value) {
            (2, [a, b, c, d]) if is_signed => made = Some(u32::from_be_bytes([*a, *b, *c, *d])),
            (33, [4, fingerprint @ ..]) if fingerprint.len() == 20 => issuer = Some(fingerprint.to_vec()),
            (16, id) if id.len() == 8 && issuer.is_none() => issuer = Some(id.to_vec()),
            _ => {}
        })?;
    }
    let numbers = match algorithm {
        1 | 3 => vec![from.number()?.to_vec()],
        19 | 22 => vec![from.number()?.to_vec(), from.number()?.to_vec()],
        27 => vec![from.take(64)?.to_vec()],
        _ => return Err(PgpError("it is of an algorithm that is not known here")),
    };
    Ok(Signature { algorithm, hash, made, issuer, trailer, numbers })
}

fn subpackets(area: &[u8], mut each: impl FnMut(u8, &[u8])) -> Result<()> {
    let mut from = Bytes(area);
    while !from.0.is_empty() {
        let length = match from.byte()? {
            short @ 0..=191 => usize::from(short),
            first @ 192..=254 => ((usize::from(first) - 192) << 8) + usize::from(from.byte()?) + 192,
            255 => from.four()? as usize,
        };
        if let [kind, value @ ..] = from.take(length)? {
            each(kind & 0x7f, value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_bent_or_absurd_is_an_error_and_never_a_panic() {
        let absurd: [&[u8]; 9] = [
            b"",
            b"\xff",
            b"\xc2\xff\xff\xff\xff\xff",
            b"\x99\xff\xff\x04",
            b"\xc6\x06\x04\0\0\0\0\x01",
            b"\xc2\x0a\x04\0\x01\x08\xff\xff\0\0\0\0",
            b"-----BEGIN PGP SIGNATURE-----\n\n!!!!\n-----END PGP SIGNATURE-----",
            b"-----BEGIN PGP SIGNATURE-----\nno empty line",
            b"\xc2\xe0",
        ];
        for file in absurd {
            let (keys, signatures) = (keys(file), signatures(file));
            assert!(keys.is_err() || keys.is_ok_and(|k| k.is_empty()), "{file:?}");
            assert!(signatures.is_err() || signatures.is_ok_and(|s| s.is_empty()), "{file:?}");
        }
    }
}
