//! The little of X.509 (RFC 5280) that the chain of a time stamp needs: names, validity, keys, the extensions that say what a
//! certificate may do, and signatures.
//!
//! No revocation is asked for (that would need a network) and no name constraints are applied: the chains are short, and what a
//! time-stamp authority's root is worth is for whoever trusts it.

use ring::signature as alg;

use super::der::{DerError, Reader, Value, tag};

type Result<T> = std::result::Result<T, DerError>;

/// Object identifiers, as the bytes of their DER contents.
pub mod oid {
    #![allow(missing_docs, reason = "the names are the standards'")]
    pub const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    pub const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
    pub const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
    pub const RSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
    pub const RSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];
    pub const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    pub const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    pub const P384: &[u8] = &[0x2b, 0x81, 4, 0, 34];
    pub const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    pub const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
    pub const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    pub const SHA1: &[u8] = &[0x2b, 0x0e, 3, 2, 26];
    pub const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    pub const SHA384: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
    pub const SHA512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];
    pub const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
    pub const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
    pub const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
    pub const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 14];
    pub const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
    pub const EMAIL_PROTECTION: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 4];
    pub const DOCUMENT_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 36];
    pub const C2PA_CLAIM_SIGNING: &[u8] = &[0x2b, 6, 1, 4, 1, 0x83, 0xe8, 0x5e, 2, 1];
    pub const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    pub const ORGANISATION: &[u8] = &[0x55, 4, 10];
}

/// Extensions of one certificate, and the most values of any list in it.
const MOST: usize = 64;

/// A certificate, its signature not looked at.
#[derive(Debug, Clone)]
pub struct Certificate<'a> {
    /// All of it.
    pub whole: &'a [u8],
    signed: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
    /// Serial number, contents of its INTEGER.
    pub serial: &'a [u8],
    /// Issuer's name, whole.
    pub issuer: &'a [u8],
    /// Subject's name, whole.
    pub subject: &'a [u8],
    /// From when and until when, seconds since 1970.
    pub valid: (i64, i64),
    key: Key<'a>,
    /// Subject key identifier.
    pub key_id: Option<&'a [u8]>,
    is_authority: bool,
    may_sign_certificates: bool,
    stamps_only: bool,
    uses: Vec<&'a [u8]>,
}

/// A public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'a> {
    algorithm: &'a [u8],
    curve: &'a [u8],
    bits: &'a [u8],
}

impl<'a> Certificate<'a> {
    /// Reads one.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut outer = Reader::new(bytes);
        let certificate = outer.expect(tag::SEQUENCE)?;
        outer.end()?;
        let mut parts = certificate.inside();
        let signed = parts.expect(tag::SEQUENCE)?;
        let algorithm = parts.expect(tag::SEQUENCE)?;
        let signature = bits(parts.expect(tag::BIT_STRING)?)?;
        parts.end()?;
        let mut fields = signed.inside();
        fields.optional(tag::context(0))?;
        let serial = fields.expect(tag::INTEGER)?.body;
        if fields.expect(tag::SEQUENCE)?.whole != algorithm.whole {
            return Err(DerError("a certificate that names two signature algorithms"));
        }
        let issuer = fields.expect(tag::SEQUENCE)?.whole;
        let mut validity = fields.expect(tag::SEQUENCE)?.inside();
        let valid = (time(validity.any()?)?, time(validity.any()?)?);
        let subject = fields.expect(tag::SEQUENCE)?.whole;
        let key = Key::parse(fields.expect(tag::SEQUENCE)?)?;
        let mut read = Certificate {
            whole: certificate.whole,
            signed: signed.whole,
            algorithm: algorithm.whole,
            signature,
            serial,
            issuer,
            subject,
            valid,
            key,
            key_id: None,
            is_authority: false,
            may_sign_certificates: true,
            stamps_only: false,
            uses: Vec::new(),
        };
        while !fields.is_empty() {
            let field = fields.any()?;
            if field.tag == tag::context(3) {
                read.extensions(field)?;
            }
        }
        Ok(read)
    }

    fn extensions(&mut self, field: Value<'a>) -> Result<()> {
        for extension in field.inside().expect(tag::SEQUENCE)?.inside().list(MOST)? {
            let mut parts = extension.inside();
            let name = parts.expect(tag::OID)?.body;
            let critical = parts.optional(tag::BOOLEAN)?.is_some_and(|b| b.body != [0]);
            let mut value = Reader::new(parts.expect(tag::OCTET_STRING)?.body);
            match name {
                oid::BASIC_CONSTRAINTS => {
                    let mut constraints = value.expect(tag::SEQUENCE)?.inside();
                    self.is_authority = constraints.optional(tag::BOOLEAN)?.is_some_and(|b| b.body != [0]);
                }
                oid::KEY_USAGE => {
                    // Bit 5, counted from the left: keyCertSign.
                    let usage = value.expect(tag::BIT_STRING)?.body;
                    self.may_sign_certificates = usage.get(1).is_some_and(|b| b & 0x04 != 0);
                }
                oid::EXTENDED_KEY_USAGE => {
                    let usages = value.expect(tag::SEQUENCE)?.inside().list(MOST)?;
                    self.stamps_only = critical && usages.len() == 1 && usages[0].body == oid::TIME_STAMPING;
                    self.uses = usages.iter().map(|usage| usage.body).collect();
                }
                oid::SUBJECT_KEY_ID => self.key_id = Some(value.expect(tag::OCTET_STRING)?.body),
                _ => {}
            }
        }
        Ok(())
    }

    /// May it do nothing but stamp (RFC 3161 §2.3: the one extended key usage, and critical)?
    pub fn stamps_only(&self) -> bool {
        self.stamps_only
    }

    /// Extended key usages that it states; none where it states none.
    pub fn uses(&self) -> &[&'a [u8]] {
        &self.uses
    }

    /// What people call the issuer.
    pub fn issuer_name(&self) -> String {
        name_of(self.issuer).unwrap_or_default()
    }

    /// The subject's organisation, where it states one.
    pub fn organisation(&self) -> Option<String> {
        named(self.subject, oid::ORGANISATION)
    }

    /// Does it name itself as its issuer?
    pub fn is_its_own_issuer(&self) -> bool {
        self.issuer == self.subject
    }

    /// Was it issued by `issuer`, which may issue, and signed by its key?
    pub fn is_issued_by(&self, issuer: &Certificate<'_>) -> bool {
        let may = issuer.is_authority && issuer.may_sign_certificates;
        may && self.issuer == issuer.subject && issuer.key.verify(self.algorithm, self.signed, self.signature).is_ok()
    }

    /// Its key.
    pub fn key(&self) -> Key<'a> {
        self.key
    }

    /// What people call the subject: its common name, or its organisation.
    pub fn name(&self) -> String {
        name_of(self.subject).unwrap_or_default()
    }
}

fn name_of(name: &[u8]) -> Option<String> {
    named(name, oid::COMMON_NAME).or_else(|| named(name, oid::ORGANISATION))
}

/// The first attribute of this kind in a name, cleaned and cut.
fn named(name: &[u8], wanted: &[u8]) -> Option<String> {
    for set in Reader::new(name).expect(tag::SEQUENCE).ok()?.inside().list(MOST).ok()? {
        for attribute in set.inside().list(MOST).ok()? {
            let mut parts = attribute.inside();
            let kind = parts.expect(tag::OID).ok()?.body;
            let text: String =
                String::from_utf8_lossy(parts.any().ok()?.body).chars().filter(|c| !c.is_control()).take(200).collect();
            if kind == wanted {
                return Some(text);
            }
        }
    }
    None
}

impl<'a> Key<'a> {
    fn parse(info: Value<'a>) -> Result<Self> {
        let mut parts = info.inside();
        let mut algorithm = parts.expect(tag::SEQUENCE)?.inside();
        let name = algorithm.expect(tag::OID)?.body;
        let curve = algorithm.optional(tag::OID)?.map_or(&[][..], |curve| curve.body);
        Ok(Key { algorithm: name, curve, bits: bits(parts.expect(tag::BIT_STRING)?)? })
    }

    /// Checks a signature over a message; `algorithm` is a whole AlgorithmIdentifier. The error names what is not known here,
    /// or that it does not fit.
    pub fn verify(&self, algorithm: &[u8], message: &[u8], signature: &[u8]) -> Result<()> {
        let mut parts = Reader::new(algorithm).expect(tag::SEQUENCE)?.inside();
        let name = parts.expect(tag::OID)?.body;
        let known: &dyn alg::VerificationAlgorithm = match (self.algorithm, self.curve, name) {
            (oid::RSA, _, oid::RSA_SHA256) => &alg::RSA_PKCS1_2048_8192_SHA256,
            (oid::RSA, _, oid::RSA_SHA384) => &alg::RSA_PKCS1_2048_8192_SHA384,
            (oid::RSA, _, oid::RSA_SHA512) => &alg::RSA_PKCS1_2048_8192_SHA512,
            (oid::RSA | oid::RSA_PSS, _, oid::RSA_PSS) => match pss_hash(parts)? {
                oid::SHA256 => &alg::RSA_PSS_2048_8192_SHA256,
                oid::SHA384 => &alg::RSA_PSS_2048_8192_SHA384,
                oid::SHA512 => &alg::RSA_PSS_2048_8192_SHA512,
                _ => return Err(DerError("a signature algorithm that is not known here")),
            },
            (oid::EC, oid::P256, oid::ECDSA_SHA256) => &alg::ECDSA_P256_SHA256_ASN1,
            (oid::EC, oid::P256, oid::ECDSA_SHA384) => &alg::ECDSA_P256_SHA384_ASN1,
            (oid::EC, oid::P384, oid::ECDSA_SHA256) => &alg::ECDSA_P384_SHA256_ASN1,
            (oid::EC, oid::P384, oid::ECDSA_SHA384) => &alg::ECDSA_P384_SHA384_ASN1,
            (oid::ED25519, _, oid::ED25519) => &alg::ED25519,
            _ => return Err(DerError("a signature algorithm that is not known here")),
        };
        alg::UnparsedPublicKey::new(known, self.bits)
            .verify(message, signature)
            .map_err(|_| DerError("a signature that does not fit"))
    }

    /// Checks a signature as COSE writes it (RFC 9053 §2, RFC 8230): the two numbers of ECDSA side by side. `algorithm` is a number of
    /// IANA's registry. The error names what is not known here, or that it does not fit.
    pub fn verify_cose(&self, algorithm: i64, message: &[u8], signature: &[u8]) -> Result<()> {
        let known: &dyn alg::VerificationAlgorithm = match (self.algorithm, self.curve, algorithm) {
            (oid::EC, oid::P256, -7) => &alg::ECDSA_P256_SHA256_FIXED,
            (oid::EC, oid::P384, -35) => &alg::ECDSA_P384_SHA384_FIXED,
            (oid::RSA | oid::RSA_PSS, _, -37) => &alg::RSA_PSS_2048_8192_SHA256,
            (oid::RSA | oid::RSA_PSS, _, -38) => &alg::RSA_PSS_2048_8192_SHA384,
            (oid::RSA | oid::RSA_PSS, _, -39) => &alg::RSA_PSS_2048_8192_SHA512,
            (oid::ED25519, _, -8) => &alg::ED25519,
            _ => return Err(DerError("a signature algorithm that is not known here")),
        };
        alg::UnparsedPublicKey::new(known, self.bits)
            .verify(message, signature)
            .map_err(|_| DerError("a signature that does not fit"))
    }

    /// Is it an RSA key? CMS may name the bare key algorithm, and the digest apart.
    pub fn is_rsa(&self) -> bool {
        self.algorithm == oid::RSA
    }
}

/// Hash of RSASSA-PSS parameters (RFC 4055 §3.1); SHA-1, their default, is not taken.
fn pss_hash<'a>(mut parameters: Reader<'a>) -> Result<&'a [u8]> {
    let mut fields = parameters.expect(tag::SEQUENCE)?.inside();
    let hash = fields.expect(tag::context(0))?;
    Ok(hash.inside().expect(tag::SEQUENCE)?.inside().expect(tag::OID)?.body)
}

/// Whole bytes of a bit string.
fn bits(value: Value<'_>) -> Result<&[u8]> {
    match value.body.split_first() {
        Some((0, bits)) => Ok(bits),
        _ => Err(DerError("a bit string that is not of whole bytes")),
    }
}

/// A UTCTime or GeneralizedTime in UTC, as seconds since 1970; parts of a second are dropped.
pub fn time(value: Value<'_>) -> Result<i64> {
    let wrong = DerError("a time that is not in UTC to the second");
    let text = std::str::from_utf8(value.body).ok().and_then(|text| text.strip_suffix('Z')).ok_or(wrong)?;
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let digits = match value.tag {
        tag::GENERALIZED_TIME => whole.to_owned(),
        // RFC 5280 §4.1.2.5.1: 50 and above is the last century.
        tag::UTC_TIME if text == whole && whole.is_char_boundary(2) => {
            let century = if whole >= "50" { "19" } else { "20" };
            format!("{century}{whole}")
        }
        _ => return Err(wrong),
    };
    if digits.len() != 14 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong);
    }
    let part = |from: usize, to: usize| digits[from..to].parse::<i8>().map_err(|_| wrong);
    let year = digits[..4].parse::<i16>().map_err(|_| wrong)?;
    jiff::civil::DateTime::new(year, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?, 0)
        .and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC))
        .map(|at| at.timestamp().as_second())
        .map_err(|_| wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_utc_or_refused() {
        let read = |tag: u8, text: &str| time(Value { tag, body: text.as_bytes(), whole: &[] });
        assert_eq!(read(tag::GENERALIZED_TIME, "20310412080000Z").unwrap(), 1_933_747_200);
        assert_eq!(read(tag::GENERALIZED_TIME, "20310412080000.123Z").unwrap(), 1_933_747_200);
        assert_eq!(read(tag::UTC_TIME, "310412080000Z").unwrap(), 1_933_747_200);
        assert!(read(tag::UTC_TIME, "500101000000Z").unwrap() < 0);
        for bad in ["20310412080000", "20310412080000+0100", "20311412080000Z", "2031041208000Z", "Z", "é310412080000Z"]
        {
            assert!(read(tag::GENERALIZED_TIME, bad).is_err(), "{bad}");
            assert!(read(tag::UTC_TIME, bad).is_err(), "{bad}");
        }
    }
}
