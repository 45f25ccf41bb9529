//! The boxes in which C2PA keeps what it says: JUMBF (ISO/IEC 19566-5), as clause 8 of C2PA's specification uses them.
//!
//! Only takes boxes apart. Nothing in them is read here, nothing is followed, and a length that points out of what is there is an
//! error, whatever number it states.

use thiserror::Error;

/// Boxes that are looked at in one box.
const MOST_BOXES: usize = 10_000;
/// Bytes of the longest label that is read.
const LONGEST_LABEL: usize = 1_000;

/// Why boxes cannot be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("read JUMBF boxes: {0}")]
pub struct JumbfError(pub &'static str);

/// What kinds of superboxes there are: the first four letters of their identifiers, whose rest is ISO's own.
pub mod kind {
    #![allow(missing_docs, reason = "the names are the standard's")]
    pub const STORE: &[u8; 4] = b"c2pa";
    pub const MANIFEST: &[u8; 4] = b"c2ma";
    pub const UPDATE: &[u8; 4] = b"c2um";
    pub const COMPRESSED: &[u8; 4] = b"c2cm";
    pub const ASSERTIONS: &[u8; 4] = b"c2as";
    pub const CLAIM: &[u8; 4] = b"c2cl";
    pub const SIGNATURE: &[u8; 4] = b"c2cs";
}

/// What follows the four letters in an identifier of this family.
const FAMILY: [u8; 12] = [0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/// One box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boxed<'a> {
    /// Its four letters.
    pub kind: [u8; 4],
    /// What is in it.
    pub body: &'a [u8],
}

/// A superbox: its description and what it holds.
#[derive(Debug, Clone)]
pub struct Super<'a> {
    /// Four letters of a kind of C2PA's or ISO's family; `None` for another identifier.
    pub kind: Option<[u8; 4]>,
    /// Its label.
    pub label: String,
    /// All that is hashed of it: everything but its own length and letters (C2PA, "Hashing JUMBF boxes").
    pub body: &'a [u8],
    /// The boxes after the description.
    pub holds: Vec<Boxed<'a>>,
}

fn be32(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// Takes one box off the front: it, and what follows.
pub fn next(bytes: &[u8]) -> Result<(Boxed<'_>, &[u8]), JumbfError> {
    let short = JumbfError("they end inside a box's head");
    let stated = be32(bytes).ok_or(short)?;
    let kind = bytes.get(4..8).and_then(|kind| kind.try_into().ok()).ok_or(short)?;
    let (head, length) = match stated {
        0 => (8, bytes.len() as u64),
        1 => (16, u64::from_be_bytes(bytes.get(8..16).and_then(|b| b.try_into().ok()).ok_or(short)?)),
        length => (8, u64::from(length)),
    };
    let length = usize::try_from(length).map_err(|_| JumbfError("a box is longer than memory"))?;
    if length < head {
        return Err(JumbfError("a box is shorter than its own head"));
    }
    let (whole, rest) = bytes.split_at_checked(length).ok_or(JumbfError("a box is longer than what is there"))?;
    Ok((Boxed { kind, body: &whole[head..] }, rest))
}

/// The boxes one after the other.
pub fn boxes(mut bytes: &[u8]) -> Result<Vec<Boxed<'_>>, JumbfError> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        if found.len() == MOST_BOXES {
            return Err(JumbfError("there are too many boxes in one"));
        }
        let (one, rest) = next(bytes)?;
        found.push(one);
        bytes = rest;
    }
    Ok(found)
}

impl<'a> Super<'a> {
    /// Reads a superbox from what is in its box.
    pub fn read(outer: Boxed<'a>) -> Result<Self, JumbfError> {
        if &outer.kind != b"jumb" {
            return Err(JumbfError("another box where a superbox belongs"));
        }
        let mut all = boxes(outer.body)?.into_iter();
        let described = all.next().filter(|first| &first.kind == b"jumd");
        let about = described.ok_or(JumbfError("a superbox without a description"))?.body;
        let (id, rest) = about.split_at_checked(16).ok_or(JumbfError("a description that is too short"))?;
        let (toggles, rest) = rest.split_first().ok_or(JumbfError("a description that is too short"))?;
        let label = if toggles & 0x02 == 0 {
            String::new()
        } else {
            let end = rest.iter().take(LONGEST_LABEL).position(|b| *b == 0);
            let end = end.ok_or(JumbfError("a label without an end, or too long"))?;
            String::from_utf8(rest[..end].to_vec()).map_err(|_| JumbfError("a label that is not UTF-8"))?
        };
        let kind = (id[4..] == FAMILY).then(|| [id[0], id[1], id[2], id[3]]);
        Ok(Super { kind, label, body: outer.body, holds: all.collect() })
    }

    /// Is it of this kind?
    pub fn is(&self, kind: &[u8; 4]) -> bool {
        self.kind.as_ref() == Some(kind)
    }

    /// The superboxes in it.
    pub fn inner(&self) -> Result<Vec<Super<'a>>, JumbfError> {
        self.holds.iter().filter(|one| &one.kind == b"jumb").map(|one| Super::read(*one)).collect()
    }

    /// The first box of this kind in it.
    pub fn content(&self, kind: &[u8; 4]) -> Option<&'a [u8]> {
        self.holds.iter().find(|one| &one.kind == kind).map(|one| one.body)
    }
}

/// Writing, for tests.
#[cfg(test)]
pub mod write {
    use super::FAMILY;

    /// A box.
    pub fn plain(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    /// A superbox.
    pub fn superbox(kind: &[u8; 4], label: &str, holds: &[Vec<u8>]) -> Vec<u8> {
        let about = [&kind[..], &FAMILY, &[3], label.as_bytes(), &[0]].concat();
        plain(b"jumb", &[plain(b"jumd", &about), holds.concat()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_superbox_is_read_with_its_label() {
        let bytes = write::superbox(
            kind::STORE,
            "c2pa",
            &[write::superbox(kind::MANIFEST, "urn:mill", &[]), write::plain(b"cbor", b"x")],
        );
        let store = Super::read(next(&bytes).unwrap().0).unwrap();
        assert!(store.is(kind::STORE) && store.label == "c2pa");
        assert_eq!(store.inner().unwrap()[0].label, "urn:mill");
        assert_eq!(store.content(b"cbor"), Some(&b"x"[..]));
        for cut in 0..bytes.len() {
            assert!(next(&bytes[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn lengths_that_lie_are_errors() {
        let huge = [&1u32.to_be_bytes()[..], b"jumb", &(1u64 << 63).to_be_bytes(), b"rest"].concat();
        assert!(next(&huge).is_err());
        assert!(next(&[0, 0, 0, 7, b'j', b'u', b'm', b'b']).is_err());
        assert!(next(&[&1u32.to_be_bytes()[..], b"jumb", &15u64.to_be_bytes()].concat()).is_err());
        // Nought is to the end.
        assert_eq!(next(b"\0\0\0\0jumbabc").unwrap().0.body, b"abc");
        let many = write::plain(b"free", b"").repeat(MOST_BOXES + 1);
        assert!(boxes(&many).is_err());
        assert_eq!(boxes(&many[8..]).unwrap().len(), MOST_BOXES);
    }
}
