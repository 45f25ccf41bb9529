//! Time stamps of an authority (RFC 3161): a request, and what its answer shows when it is checked offline.
//!
//! The answer's token is a CMS signed message (RFC 5652) with the authority's certificates in it. Checked are: that it is about
//! our bytes, that the authority's certificate signed it and names itself in it (RFC 5035), that this certificate may only
//! stamp, and that the certificates lead, each valid at that time, to one that the caller trusts. Not checked: revocation,
//! which needs a network. `openssl ts -verify` checks the same files.

use ring::digest;

use super::certificate::{Certificate, oid, time};
use super::der::{self, DerError, Reader, Value, tag};

/// Bytes of the longest answer that is read.
pub const LONGEST: usize = 1 << 20;
/// Certificates in one answer, and in one file of trusted ones.
const MOST_CERTIFICATES: usize = 64;
/// The longest chain.
const LONGEST_CHAIN: usize = 8;
/// Bytes of a nonce.
pub const NONCE: usize = 16;

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
const SIGNING_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 12];
const SIGNING_CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47];

/// Why an answer shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TspError {
    /// It is malformed.
    #[error("read a time stamp")]
    Der(#[from] DerError),
    /// The authority refused.
    #[error("read a time stamp: the authority refused with status {0}")]
    Refused(
        /// PKIStatus.
        u8,
    ),
    /// A check fails.
    #[error("check a time stamp: {0}")]
    Wrong(&'static str),
}

/// What a token shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// When, by the authority's clock: seconds since 1970 UTC.
    pub time: i64,
    /// What its certificate calls the authority.
    pub authority: String,
    /// SHA-256 of the certificate at the end of the chain.
    pub root: [u8; 32],
    /// What that certificate calls itself.
    pub root_name: String,
    /// Is that certificate one that the caller trusts? Otherwise it only came with the answer: anyone can make one.
    pub is_trusted: bool,
    /// Serial number of the stamp.
    pub serial: Vec<u8>,
}

fn algorithm(name: &[u8]) -> Vec<u8> {
    der::sequence(&[der::value(tag::OID, name), der::value(tag::NULL, &[])])
}

/// A request for a stamp on bytes with this SHA-256; asks for the certificates too.
pub fn request(sha256: &[u8; 32], nonce: &[u8; NONCE]) -> Vec<u8> {
    let imprint = der::sequence(&[algorithm(oid::SHA256), der::value(tag::OCTET_STRING, sha256)]);
    der::sequence(&[der::positive(&[1]), imprint, der::positive(nonce), der::value(tag::BOOLEAN, &[0xff])])
}

/// The digest and the nonce that a request asks for.
fn asked(request: &[u8]) -> Result<(&[u8], &[u8]), DerError> {
    let mut parts = Reader::new(request).expect(tag::SEQUENCE)?.inside();
    parts.expect(tag::INTEGER)?;
    let mut imprint = parts.expect(tag::SEQUENCE)?.inside();
    imprint.expect(tag::SEQUENCE)?;
    let digest = imprint.expect(tag::OCTET_STRING)?.body;
    Ok((digest, parts.expect(tag::INTEGER)?.body))
}

fn digest_of(name: &[u8], bytes: &[u8]) -> Result<digest::Digest, TspError> {
    let known = match name {
        oid::SHA256 => &digest::SHA256,
        oid::SHA384 => &digest::SHA384,
        oid::SHA512 => &digest::SHA512,
        _ => return Err(TspError::Wrong("a digest that is not known here")),
    };
    Ok(digest::digest(known, bytes))
}

/// What a token is about, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// The digest's name; `None` for one that is not known here.
    pub digest: Option<&'static str>,
    /// The digest.
    pub value: Vec<u8>,
}

/// Checks a token that somebody else asked for, or the whole answer that it came in: everything that [`check`] does but for the bytes
/// and the request, which are not at hand. Who knows the bytes compares their digest with the imprint.
pub fn check_token(file: &[u8], trusted: &[Vec<u8>]) -> Result<(Stamped, Imprint), TspError> {
    if file.len() > LONGEST {
        return Err(TspError::Wrong("it is too long"));
    }
    let mut outer = Reader::new(file);
    let whole = outer.expect(tag::SEQUENCE)?;
    outer.end()?;
    let mut parts = whole.inside();
    // An answer begins with its status, a token with its type.
    let token = match parts.peek() {
        Some(tag::OID) => Token::parse(whole)?,
        _ => {
            parts.expect(tag::SEQUENCE)?;
            Token::parse(parts.expect(tag::SEQUENCE)?)?
        }
    };
    let (info, imprint, _) = token.info()?;
    let stamped = token.stamped(&info, trusted)?;
    let digest = match imprint.0 {
        oid::SHA256 => Some("SHA-256"),
        oid::SHA384 => Some("SHA-384"),
        oid::SHA512 => Some("SHA-512"),
        _ => None,
    };
    Ok((stamped, Imprint { digest, value: imprint.1.to_vec() }))
}

/// Checks an answer (a TimeStampResp) against the bytes that were to be stamped and the request for it. `trusted` are
/// certificates in DER.
pub fn check(answer: &[u8], bytes: &[u8], request: &[u8], trusted: &[Vec<u8>]) -> Result<Stamped, TspError> {
    if answer.len() > LONGEST {
        return Err(TspError::Wrong("it is too long"));
    }
    let mut outer = Reader::new(answer);
    let mut parts = outer.expect(tag::SEQUENCE)?.inside();
    outer.end()?;
    let status = parts.expect(tag::SEQUENCE)?.inside().expect(tag::INTEGER)?.body;
    match status {
        // Granted, or granted with changes.
        [0 | 1] => {}
        [other] => return Err(TspError::Refused(*other)),
        _ => return Err(TspError::Wrong("a status that is not known")),
    }
    let token = Token::parse(parts.expect(tag::SEQUENCE)?)?;
    let info = token.check_info(bytes, request)?;
    token.stamped(&info, trusted)
}

/// What a stamp says: itself, its digest's name and value, and the nonce.
type Said<'a> = (Info, (&'a [u8], &'a [u8]), Option<&'a [u8]>);

struct Info {
    time: i64,
    serial: Vec<u8>,
}

/// A signed message whose content is a stamp.
struct Token<'a> {
    content: &'a [u8],
    certificates: Vec<Certificate<'a>>,
    issuer_and_serial: Option<(&'a [u8], &'a [u8])>,
    key_id: Option<&'a [u8]>,
    digest: &'a [u8],
    attributes: Value<'a>,
    signature_algorithm: Value<'a>,
    signature: &'a [u8],
}

impl<'a> Token<'a> {
    fn parse(info: Value<'a>) -> Result<Self, TspError> {
        let mut parts = info.inside();
        if parts.expect(tag::OID)?.body != SIGNED_DATA {
            return Err(TspError::Wrong("its token is no signed message"));
        }
        let mut signed = parts.expect(tag::context(0))?.inside().expect(tag::SEQUENCE)?.inside();
        signed.expect(tag::INTEGER)?;
        signed.expect(tag::SET)?;
        let mut content = signed.expect(tag::SEQUENCE)?.inside();
        if content.expect(tag::OID)?.body != TST_INFO {
            return Err(TspError::Wrong("its content is no time stamp"));
        }
        let content = content.expect(tag::context(0))?.inside().expect(tag::OCTET_STRING)?.body;
        let certificates = match signed.optional(tag::context(0))? {
            None => Vec::new(),
            Some(set) => {
                let all = set.inside().list(MOST_CERTIFICATES)?;
                let plain = all.into_iter().filter(|value| value.tag == tag::SEQUENCE);
                plain.map(|value| Certificate::parse(value.whole)).collect::<Result<_, _>>()?
            }
        };
        signed.optional(tag::context(1))?;
        let signers = signed.expect(tag::SET)?.inside().list(2)?;
        // RFC 3161 §2.4.2: the authority's signature and no other.
        let [signer] = signers.as_slice() else { return Err(TspError::Wrong("it has not one signer")) };
        let mut fields = signer.inside();
        fields.expect(tag::INTEGER)?;
        let id = fields.any()?;
        let (issuer_and_serial, key_id) = match id.tag {
            tag::SEQUENCE => {
                let mut id = id.inside();
                (Some((id.expect(tag::SEQUENCE)?.whole, id.expect(tag::INTEGER)?.body)), None)
            }
            other if other == tag::context_primitive(0) => (None, Some(id.body)),
            _ => return Err(TspError::Wrong("its signer is not named")),
        };
        let digest = fields.expect(tag::SEQUENCE)?.inside().expect(tag::OID)?.body;
        Ok(Token {
            content,
            certificates,
            issuer_and_serial,
            key_id,
            digest,
            attributes: fields.expect(tag::context(0))?,
            signature_algorithm: fields.expect(tag::SEQUENCE)?,
            signature: fields.expect(tag::OCTET_STRING)?.body,
        })
    }

    /// Reads the stamp itself: it must be about these bytes, and answer this request.
    fn check_info(&self, bytes: &[u8], request: &[u8]) -> Result<Info, TspError> {
        let (wanted, nonce) = asked(request)?;
        let (info, (hash, stamped), answered) = self.info()?;
        if digest_of(hash, bytes)?.as_ref() != stamped || stamped != wanted {
            return Err(TspError::Wrong("it is about other bytes"));
        }
        if answered == Some(nonce) {
            Ok(info)
        } else {
            Err(TspError::Wrong("it does not answer the request that was made"))
        }
    }

    /// Time and serial number, the digest's name and value, and the nonce.
    fn info(&self) -> Result<Said<'a>, TspError> {
        let mut info = Reader::new(self.content).expect(tag::SEQUENCE)?.inside();
        info.expect(tag::INTEGER)?;
        info.expect(tag::OID)?;
        let mut imprint = info.expect(tag::SEQUENCE)?.inside();
        let hash = imprint.expect(tag::SEQUENCE)?.inside().expect(tag::OID)?.body;
        let stamped = imprint.expect(tag::OCTET_STRING)?.body;
        let serial = info.expect(tag::INTEGER)?.body.to_vec();
        let time = time(info.expect(tag::GENERALIZED_TIME)?)?;
        info.optional(tag::SEQUENCE)?;
        info.optional(tag::BOOLEAN)?;
        let nonce = info.optional(tag::INTEGER)?.map(|nonce| nonce.body);
        Ok((Info { time, serial }, (hash, stamped), nonce))
    }

    /// Checks who signed, and where the certificates lead.
    fn stamped(&self, info: &Info, trusted: &[Vec<u8>]) -> Result<Stamped, TspError> {
        let signer = self.signer()?;
        self.check_signature(&signer)?;
        let (end, is_trusted) = chain(&signer, &self.certificates, trusted, info.time)?;
        let root: [u8; 32] = digest::digest(&digest::SHA256, end.whole).as_ref().try_into().unwrap_or([0; 32]);
        Ok(Stamped {
            time: info.time,
            authority: signer.name(),
            root,
            root_name: end.name(),
            is_trusted,
            serial: info.serial.clone(),
        })
    }

    fn signer(&self) -> Result<Certificate<'a>, TspError> {
        let is_named = |certificate: &&Certificate<'_>| match (self.issuer_and_serial, self.key_id) {
            (Some((issuer, serial)), _) => certificate.issuer == issuer && certificate.serial == serial,
            (None, Some(id)) => certificate.key_id == Some(id),
            (None, None) => false,
        };
        let found = self.certificates.iter().find(is_named).cloned();
        let signer = found.ok_or(TspError::Wrong("the authority's certificate is not in it"))?;
        if signer.stamps_only() {
            Ok(signer)
        } else {
            Err(TspError::Wrong("its certificate is not for stamping alone"))
        }
    }

    fn check_signature(&self, signer: &Certificate<'_>) -> Result<(), TspError> {
        let (mut kind, mut message, mut named) = (false, false, false);
        for attribute in self.attributes.inside().list(MOST_CERTIFICATES)? {
            let mut parts = attribute.inside();
            let name = parts.expect(tag::OID)?.body;
            let value = parts.expect(tag::SET)?.inside().any()?;
            match name {
                CONTENT_TYPE => kind = value.tag == tag::OID && value.body == TST_INFO,
                MESSAGE_DIGEST => message = digest_of(self.digest, self.content)?.as_ref() == value.body,
                SIGNING_CERTIFICATE | SIGNING_CERTIFICATE_V2 => {
                    named = names(value, name == SIGNING_CERTIFICATE, signer)?;
                }
                _ => {}
            }
        }
        if !(kind && message && named) {
            return Err(TspError::Wrong("what was signed is not this stamp by this certificate"));
        }
        // RFC 5652 §5.4: signed as a SET OF, whatever tag stands in the message.
        let signed = der::value(tag::SET, self.attributes.body);
        let algorithm = self.algorithm(signer)?;
        signer.key().verify(&algorithm, &signed, self.signature)?;
        Ok(())
    }

    /// The signature's algorithm; where only the key's is named, with the digest that stands beside it.
    fn algorithm(&self, signer: &Certificate<'_>) -> Result<Vec<u8>, TspError> {
        let named = self.signature_algorithm.inside().expect(tag::OID)?.body;
        if named != oid::RSA || !signer.key().is_rsa() {
            return Ok(self.signature_algorithm.whole.to_vec());
        }
        let whole = match self.digest {
            oid::SHA256 => oid::RSA_SHA256,
            oid::SHA384 => oid::RSA_SHA384,
            oid::SHA512 => oid::RSA_SHA512,
            _ => return Err(TspError::Wrong("a digest that is not known here")),
        };
        Ok(algorithm(whole))
    }
}

/// Does a SigningCertificate attribute (the first certificate in it) name this one by its digest?
fn names(value: Value<'_>, is_first_version: bool, signer: &Certificate<'_>) -> Result<bool, TspError> {
    let mut id = value.inside().expect(tag::SEQUENCE)?.inside().expect(tag::SEQUENCE)?.inside();
    if is_first_version {
        let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, signer.whole);
        return Ok(id.expect(tag::OCTET_STRING)?.body == sha1.as_ref());
    }
    let hash = match id.optional(tag::SEQUENCE)? {
        Some(algorithm) => algorithm.inside().expect(tag::OID)?.body,
        None => oid::SHA256,
    };
    Ok(id.expect(tag::OCTET_STRING)?.body == digest_of(hash, signer.whole)?.as_ref())
}

/// Follows issuers from the signer to a trusted certificate, or else, where `trusted` is empty, to the last that came along. Every
/// one must have been valid `at` this time (seconds since 1970). Gives where it ends, and whether that is trusted.
pub fn chain<'a>(
    signer: &Certificate<'a>,
    inside: &[Certificate<'a>],
    trusted: &'a [Vec<u8>],
    at: i64,
) -> Result<(Certificate<'a>, bool), TspError> {
    let trusted: Vec<Certificate<'a>> = trusted.iter().filter_map(|bytes| Certificate::parse(bytes).ok()).collect();
    let is_trusted = |link: &Certificate<'_>| trusted.iter().any(|known| known.whole == link.whole);
    let mut link = signer.clone();
    for _ in 0..LONGEST_CHAIN {
        if at < link.valid.0 || at > link.valid.1 {
            return Err(TspError::Wrong("a certificate of its chain was not valid at its time"));
        }
        if is_trusted(&link) {
            return Ok((link, true));
        }
        let issuers = trusted.iter().chain(inside).filter(|other| other.whole != link.whole);
        match issuers.into_iter().find(|issuer| link.is_issued_by(issuer)) {
            Some(issuer) => link = issuer.clone(),
            // A root that came with the answer, or the last that did.
            None if trusted.is_empty() => return Ok((link, false)),
            None => return Err(TspError::Wrong("its certificates do not lead to one that is trusted")),
        }
    }
    Err(TspError::Wrong("its chain is too long"))
}

/// Certificates of a PEM or DER file.
pub fn certificates(file: &[u8]) -> Result<Vec<Vec<u8>>, TspError> {
    use base64::Engine as _;
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let mut found = Vec::new();
    match std::str::from_utf8(file).ok().filter(|text| text.contains(BEGIN)) {
        None => found.push(file.to_vec()),
        Some(text) => {
            for block in text.split(BEGIN).skip(1).take(MOST_CERTIFICATES) {
                let base64: String = block.split(END).next().unwrap_or_default().split_whitespace().collect();
                let bytes = base64::engine::general_purpose::STANDARD.decode(base64);
                found.push(bytes.map_err(|_| TspError::Wrong("a certificate file that is not PEM"))?);
            }
        }
    }
    for bytes in &found {
        Certificate::parse(bytes)?;
    }
    Ok(found)
}
