//! OpenTimestamps proofs (the `.ots` format, version 1): a path of hashes from our bytes to a calendar's promise and, once the
//! calendar has written it there, to a block of the Bitcoin chain.
//!
//! Read, merged, written and followed offline. A block header is given by whoever has one; it is checked that the path ends in
//! that header's Merkle root and that the header's own hash meets the target that it states. Whether the header is in the chain is
//! for whoever gives it: its hash and difficulty are told. Operations that no calendar has used (SHA-1, RIPEMD-160, Keccak) are
//! named and not followed.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

const MAGIC: &[u8] = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94";
const VERSION: u8 = 1;
const OP_SHA256: u8 = 0x08;
const PENDING: [u8; 8] = [0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];
const BITCOIN: [u8; 8] = [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01];

/// Bytes of the longest proof.
pub const LONGEST: usize = 1 << 20;
/// Bytes of the longest message or argument (the reference client's limit).
const LONGEST_MESSAGE: usize = 4096;
/// Bytes of the longest attestation (the reference client's limit).
const LONGEST_ATTESTATION: usize = 8192;
/// The deepest path (the reference client's limit).
const DEEPEST: usize = 256;
/// Bytes of a calendar's address.
const LONGEST_URI: usize = 1000;

/// Why bytes are no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read an OpenTimestamps proof: {0}")]
pub struct OtsError(pub &'static str);

type Result<T> = std::result::Result<T, OtsError>;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Op {
    /// An operation without an argument, by its tag.
    Plain(u8),
    /// Append or prepend, by its tag, and what.
    With(u8, Vec<u8>),
}

/// Who attests what a path has come to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attestation {
    /// In the Merkle root of the block at this height.
    Bitcoin(u64),
    /// A calendar promises to have it written there.
    Pending(String),
    /// Something else, kept as it is.
    Other([u8; 8], Vec<u8>),
}

/// What a message has been made into, and who attests it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path {
    attestations: BTreeSet<Attestation>,
    steps: BTreeMap<Op, Path>,
}

/// A proof about a file with this SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    path: Path,
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(OtsError("it ends too soon"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<u64> {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let byte = self.byte()?;
            if shift > 56 {
                return Err(OtsError("a number that is too large"));
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    fn counted(&mut self, least: usize, most: usize) -> Result<&'a [u8]> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if length < least || length > most {
            return Err(OtsError("a length that is not allowed"));
        }
        self.take(length)
    }
}

fn put_number(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

fn put_counted(to: &mut Vec<u8>, bytes: &[u8]) {
    put_number(to, bytes.len() as u64);
    to.extend(bytes);
}

impl Op {
    fn read(op: u8, from: &mut Bytes<'_>) -> Result<Self> {
        match op {
            0xf0 | 0xf1 => Ok(Op::With(op, from.counted(1, LONGEST_MESSAGE)?.to_vec())),
            OP_SHA256 | 0x02 | 0x03 | 0x67 | 0xf2 | 0xf3 => Ok(Op::Plain(op)),
            _ => Err(OtsError("an operation that is not known")),
        }
    }

    fn write(&self, to: &mut Vec<u8>) {
        match self {
            Op::Plain(op) => to.push(*op),
            Op::With(op, argument) => {
                to.push(*op);
                put_counted(to, argument);
            }
        }
    }

    /// What it makes of a message; nothing where this program does not follow it.
    fn apply(&self, message: &[u8]) -> Option<Vec<u8>> {
        let made = match self {
            Op::Plain(OP_SHA256) => Sha256::digest(message).to_vec(),
            Op::Plain(0xf2) => message.iter().rev().copied().collect(),
            Op::Plain(0xf3) => message.iter().flat_map(|b| format!("{b:02x}").into_bytes()).collect(),
            Op::With(0xf0, argument) => [message, argument].concat(),
            Op::With(0xf1, argument) => [argument, message].concat(),
            _ => return None,
        };
        (made.len() <= LONGEST_MESSAGE).then_some(made)
    }
}

impl Attestation {
    fn read(from: &mut Bytes<'_>) -> Result<Self> {
        let kind: [u8; 8] = from.take(8)?.try_into().map_err(|_| OtsError("it ends too soon"))?;
        let payload = from.counted(0, LONGEST_ATTESTATION)?;
        let mut inner = Bytes(payload);
        Ok(match kind {
            BITCOIN => Attestation::Bitcoin(inner.number()?),
            PENDING => {
                let uri = inner.counted(0, LONGEST_URI)?;
                let is_plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._/:".contains(b);
                match std::str::from_utf8(uri).ok().filter(|uri| uri.bytes().all(|b| is_plain(&b))) {
                    Some(uri) => Attestation::Pending(uri.to_owned()),
                    None => return Err(OtsError("a calendar's address that is none")),
                }
            }
            other => Attestation::Other(other, payload.to_vec()),
        })
    }

    fn write(&self, to: &mut Vec<u8>) {
        let mut payload = Vec::new();
        let kind = match self {
            Attestation::Bitcoin(height) => {
                put_number(&mut payload, *height);
                BITCOIN
            }
            Attestation::Pending(uri) => {
                put_counted(&mut payload, uri.as_bytes());
                PENDING
            }
            Attestation::Other(kind, bytes) => {
                payload.extend(bytes);
                *kind
            }
        };
        to.push(0);
        to.extend(kind);
        put_counted(to, &payload);
    }
}

impl Path {
    fn read(from: &mut Bytes<'_>, depth: usize) -> Result<Self> {
        if depth > DEEPEST {
            return Err(OtsError("it is too deep"));
        }
        let mut path = Path::default();
        loop {
            let mut first = from.byte()?;
            let goes_on = first == 0xff;
            if goes_on {
                first = from.byte()?;
            }
            if first == 0 {
                path.attestations.insert(Attestation::read(from)?);
            } else {
                let step = Op::read(first, from)?;
                let then = Path::read(from, depth + 1)?;
                path.steps.entry(step).or_default().merge(then);
            }
            if !goes_on {
                return Ok(path);
            }
        }
    }

    fn write(&self, to: &mut Vec<u8>) {
        let last = self.attestations.len() + self.steps.len() - 1;
        for (i, attestation) in self.attestations.iter().enumerate() {
            if i < last {
                to.push(0xff);
            }
            attestation.write(to);
        }
        for (i, (step, then)) in self.steps.iter().enumerate() {
            if i + self.attestations.len() < last {
                to.push(0xff);
            }
            step.write(to);
            then.write(to);
        }
    }

    fn merge(&mut self, other: Path) {
        self.attestations.extend(other.attestations);
        for (step, then) in other.steps {
            self.steps.entry(step).or_default().merge(then);
        }
    }

    /// Every message that somebody attests, with who does.
    fn visit(&self, message: &[u8], seen: &mut dyn FnMut(&[u8], &Attestation)) {
        self.attestations.iter().for_each(|attestation| seen(message, attestation));
        for (step, then) in &self.steps {
            if let Some(made) = step.apply(message) {
                then.visit(&made, seen);
            }
        }
    }

    /// The path that begins at this message.
    fn at(&mut self, message: &[u8], wanted: &[u8]) -> Option<&mut Path> {
        if message == wanted {
            return Some(self);
        }
        self.steps.iter_mut().find_map(|(step, then)| then.at(&step.apply(message)?, wanted))
    }
}

impl Proof {
    /// Begins a proof: the file's digest with a nonce, so that a calendar learns nothing, hashed. Gives the proof without an
    /// attestation (it cannot be written yet) and the 32 bytes that calendars are to be given.
    pub fn begin(digest: [u8; 32], nonce: &[u8; 16]) -> (Self, [u8; 32]) {
        let inner = Path { steps: BTreeMap::from([(Op::Plain(OP_SHA256), Path::default())]), ..Path::default() };
        let path = Path { steps: BTreeMap::from([(Op::With(0xf0, nonce.to_vec()), inner)]), ..Path::default() };
        let commitment = Sha256::digest([digest.as_slice(), nonce].concat()).into();
        (Proof { digest, path }, commitment)
    }

    /// Reads a `.ots` file.
    pub fn parse(file: &[u8]) -> Result<Self> {
        if file.len() > LONGEST {
            return Err(OtsError("it is too long"));
        }
        let mut from = Bytes(file.strip_prefix(MAGIC).ok_or(OtsError("it is not one"))?);
        if from.byte()? != VERSION {
            return Err(OtsError("it is of another version"));
        }
        if from.byte()? != OP_SHA256 {
            return Err(OtsError("it is about another digest than SHA-256"));
        }
        let digest = from.take(32)?.try_into().map_err(|_| OtsError("it ends too soon"))?;
        let path = Path::read(&mut from, 0)?;
        if from.0.is_empty() { Ok(Proof { digest, path }) } else { Err(OtsError("bytes are left over")) }
    }

    /// The `.ots` file's bytes; an error while nobody attests anything.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        fn is_whole(path: &Path) -> bool {
            let ends = !path.attestations.is_empty() || !path.steps.is_empty();
            ends && path.steps.values().all(is_whole)
        }
        if !is_whole(&self.path) {
            return Err(OtsError("a path of it ends in nothing"));
        }
        let mut bytes = [MAGIC, &[VERSION, OP_SHA256], &self.digest].concat();
        self.path.write(&mut bytes);
        Ok(bytes)
    }

    /// Takes a calendar's answer: the path that goes on from the message which the calendar was given.
    pub fn take(&mut self, given: &[u8], answer: &[u8]) -> Result<()> {
        if answer.len() > LONGEST {
            return Err(OtsError("it is too long"));
        }
        let mut from = Bytes(answer);
        let goes_on = Path::read(&mut from, 0)?;
        if !from.0.is_empty() {
            return Err(OtsError("bytes are left over"));
        }
        let digest = self.digest;
        let here = self.path.at(&digest, given).ok_or(OtsError("the calendar was given another message"))?;
        here.merge(goes_on);
        Ok(())
    }

    /// Takes over what another proof about the same file knows.
    pub fn merge(&mut self, other: Proof) -> Result<()> {
        if other.digest != self.digest {
            return Err(OtsError("it is about another file"));
        }
        self.path.merge(other.path);
        Ok(())
    }

    /// Calendars that promised, and the message that each is asked about.
    pub fn pending(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        self.path.visit(&self.digest, &mut |message, attestation| {
            if let Attestation::Pending(uri) = attestation {
                found.push((uri.clone(), message.to_vec()));
            }
        });
        found
    }

    /// Blocks that hold it, and the Merkle root that each must have.
    pub fn blocks(&self) -> Vec<(u64, Vec<u8>)> {
        let mut found = Vec::new();
        self.path.visit(&self.digest, &mut |message, attestation| {
            if let Attestation::Bitcoin(height) = attestation {
                found.push((*height, message.to_vec()));
            }
        });
        found.sort();
        found
    }
}

/// A block's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Merkle root, in the order in which it is hashed.
    pub merkle_root: [u8; 32],
    /// When, by the miner's clock: seconds since 1970 UTC.
    pub time: u32,
    /// The block's hash, as block explorers print it.
    pub hash: String,
    /// Zero bits that the hash begins with: what making another one would take.
    pub zero_bits: u32,
}

impl Header {
    /// Reads the 80 bytes of a header; its hash must meet the target that it states.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let bytes: &[u8; 80] = bytes.try_into().map_err(|_| OtsError("a block header that is not 80 bytes"))?;
        let mut hash: [u8; 32] = Sha256::digest(Sha256::digest(bytes)).into();
        hash.reverse();
        let word = |from: usize| u32::from_le_bytes([bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]]);
        let bits = word(72);
        let (size, mantissa) = ((bits >> 24) as usize, bits & 0x00ff_ffff);
        // The target is mantissa · 256^(size − 3); anything larger than 32 bytes, or negative, is no target.
        if !(3..=32).contains(&size) || mantissa == 0 || mantissa & 0x0080_0000 != 0 {
            return Err(OtsError("a block header without a target"));
        }
        let mut target = [0u8; 32];
        target[32 - size..32 - size + 3].copy_from_slice(&mantissa.to_be_bytes()[1..]);
        if hash > target {
            return Err(OtsError("a block header whose hash does not meet its target"));
        }
        let whole = hash.iter().take_while(|b| **b == 0).count();
        let zero_bits = whole as u32 * 8 + hash.get(whole).map_or(0, |b| b.leading_zeros());
        Ok(Header {
            merkle_root: bytes[36..68].try_into().map_err(|_| OtsError("a block header that is not 80 bytes"))?,
            time: word(68),
            hash: hash.iter().map(|b| format!("{b:02x}")).collect(),
            zero_bits,
        })
    }
}

/// Reads headers from text: one a line, height and 160 hexadecimal digits, as `bitcoin-cli getblockheader HASH false` prints them.
pub fn headers(text: &str) -> Result<BTreeMap<u64, Header>> {
    let mut found = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let wrong = OtsError("a line that is not a height and a header in hexadecimal");
        let (height, digits) = line.split_once(char::is_whitespace).ok_or(wrong)?;
        let digits = digits.trim();
        if digits.len() != 160 || !digits.is_ascii() {
            return Err(wrong);
        }
        let byte = |i: usize| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).map_err(|_| wrong);
        let bytes = (0..80).map(byte).collect::<Result<Vec<u8>>>()?;
        found.insert(height.parse().map_err(|_| wrong)?, Header::parse(&bytes)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(attestation: &Attestation) -> Vec<u8> {
        let mut bytes = vec![0xf0, 3, 1, 2, 3, OP_SHA256];
        attestation.write(&mut bytes);
        bytes
    }

    #[test]
    fn a_proof_grows_from_a_promise_to_a_block() {
        let (mut proof, commitment) = Proof::begin([7; 32], &[9; 16]);
        assert!(proof.to_bytes().is_err(), "nobody attests it yet");
        let promise = Attestation::Pending("https://calendar.example".into());
        assert!(proof.take(&[0; 32], &answer(&promise)).is_err(), "another message");
        proof.take(&commitment, &answer(&promise)).unwrap();
        let file = proof.to_bytes().unwrap();
        let mut again = Proof::parse(&file).unwrap();
        assert_eq!(again, proof);
        let (uri, asked) = again.pending().remove(0);
        assert_eq!((uri.as_str(), asked.len()), ("https://calendar.example", 32));
        again.take(&asked, &answer(&Attestation::Bitcoin(358_391))).unwrap();
        let (height, root) = again.blocks().remove(0);
        assert_eq!(height, 358_391);
        assert_eq!(root, Sha256::digest([asked.as_slice(), &[1, 2, 3]].concat()).to_vec());
        let whole = again.to_bytes().unwrap();
        proof.merge(Proof::parse(&whole).unwrap()).unwrap();
        assert_eq!(proof.to_bytes().unwrap(), whole);
        for cut in 0..whole.len() {
            assert!(Proof::parse(&whole[..cut]).is_err());
        }
    }

    /// The first block, which everybody has.
    #[test]
    fn a_header_is_read_and_must_meet_its_target() {
        let line = "0 0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";
        let header = &headers(line).unwrap()[&0];
        assert_eq!(header.hash, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
        assert_eq!((header.time, header.zero_bits), (1_231_006_505, 43));
        assert_eq!(header.merkle_root[..4], [0x3b, 0xa3, 0xed, 0xfd]);
        for bad in [&line[..160], &line.replace("29ab", "29ac"), &line.replace("ffff001d", "ffffff1d"), "x", "1 zz"] {
            assert!(headers(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(prop_oneof![Just(0xffu8), Just(0), Just(8), Just(0xf0), any::<u8>()], 0..200)) {
            let file = [MAGIC, &[VERSION, OP_SHA256], &[0; 32], &bytes].concat();
            if let Ok(proof) = Proof::parse(&file) {
                proof.blocks();
                prop_assert_eq!(Proof::parse(&proof.to_bytes().unwrap()).unwrap(), proof);
            }
            let _ = Header::parse(&bytes);
        }
    }
}
