//! One registry of ids: a type for each, so that an item can never be passed for a pack.
//!
//! Printing gives the whole id; [`Digest::short`] is for people. Parsing is strict: lower-case hex only.

use std::fmt;
use std::str::FromStr;

use crate::record::WireError;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex<const N: usize>(what: &'static str, text: &str) -> Result<[u8; N], WireError> {
    let wrong = || WireError::new(format!("read {what} from {:?}", text.chars().take(80).collect::<String>()));
    if text.len() != 2 * N || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(wrong());
    }
    let mut out = [0; N];
    let nibble = |digit: u8| if digit <= b'9' { digit - b'0' } else { digit - b'a' + 10 };
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = nibble(pair[0]) << 4 | nibble(pair[1]);
    }
    Ok(out)
}

/// Declares a fixed-size id that prints as lower-case hex.
macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// The first eight hex digits, for people.
            pub fn short(&self) -> String {
                hex(&self.0[..4])
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.short())
            }
        }
        impl FromStr for $name {
            type Err = WireError;
            fn from_str(text: &str) -> Result<Self, WireError> {
                unhex($what, text).map($name)
            }
        }
    };
}

hex_id!(
    /// A SHA-256.
    Digest, 32, "a digest"
);
hex_id!(
    /// An item: the SHA-256 of its bytes as they came.
    ItemId, 32, "an item id"
);
hex_id!(
    /// A pack of observations: the SHA-256 of its bytes in clear.
    PackId, 32, "a pack id"
);
hex_id!(
    /// A log: the first eight bytes of the SHA-256 of its origin line.
    LogId, 8, "a log id"
);
hex_id!(
    /// A member's or device's key: the first eight bytes of the SHA-256 of the Ed25519 public key.
    MemberKey, 8, "a member key"
);
hex_id!(
    /// Whoever a sealed thing could harm, and under whose key it lies; random, so it says nothing.
    SubjectId, 16, "a subject id"
);

/// An entry's place: which log, and which leaf of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryRef {
    /// The log.
    pub log: LogId,
    /// The leaf, counted from 0.
    pub index: u64,
}

impl fmt::Display for EntryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.log, self.index)
    }
}
impl fmt::Debug for EntryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryRef({self})")
    }
}
impl FromStr for EntryRef {
    type Err = WireError;
    fn from_str(text: &str) -> Result<Self, WireError> {
        let wrong = || WireError::new(format!("read an entry reference from {text:?}"));
        let (log, index) = text.split_once('/').ok_or_else(wrong)?;
        if index.is_empty() || (index.len() > 1 && index.starts_with('0')) || !index.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(wrong());
        }
        Ok(EntryRef { log: log.parse()?, index: index.parse().map_err(|_| wrong())? })
    }
}

/// A row of a pack, cited `pack#row`; rows are counted from 0 after the pack's header.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef {
    /// The pack.
    pub pack: PackId,
    /// The row.
    pub row: u32,
}

impl RowRef {
    /// Enough for a person to tell it from others: `3f2a91c0#7`.
    pub fn short(&self) -> String {
        format!("{}#{}", self.pack.short(), self.row)
    }
}
impl fmt::Display for RowRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.pack, self.row)
    }
}
impl fmt::Debug for RowRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowRef({})", self.short())
    }
}
impl FromStr for RowRef {
    type Err = WireError;
    fn from_str(text: &str) -> Result<Self, WireError> {
        let wrong = || WireError::new(format!("read a row reference from {text:?}"));
        let (pack, row) = text.split_once('#').ok_or_else(wrong)?;
        Ok(RowRef { pack: pack.parse()?, row: row.parse().map_err(|_| wrong())? })
    }
}

/// A claim: one that a person asserted (its entry), or one that a machine proposed (its row).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimRef {
    /// Accepted or corrected by a person.
    Entry(EntryRef),
    /// Proposed by an analyzer, nobody's assertion.
    Row(RowRef),
}

impl fmt::Display for ClaimRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClaimRef::Entry(e) => e.fmt(f),
            ClaimRef::Row(r) => r.fmt(f),
        }
    }
}
impl FromStr for ClaimRef {
    type Err = WireError;
    fn from_str(text: &str) -> Result<Self, WireError> {
        if text.contains('#') { text.parse().map(ClaimRef::Row) } else { text.parse().map(ClaimRef::Entry) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back_and_nothing_else() {
        let pack = PackId([7; 32]);
        let row = RowRef { pack, row: 12 };
        assert_eq!(row.to_string().parse::<ClaimRef>().unwrap(), ClaimRef::Row(row));
        let entry = EntryRef { log: LogId([1; 8]), index: 0 };
        assert_eq!(entry.to_string().parse::<ClaimRef>().unwrap(), ClaimRef::Entry(entry));
        for wrong in ["", "/", "0101010101010101/01", "0101010101010101/", "0101010101010101/-1", "01/1", "ZZ"] {
            assert!(wrong.parse::<EntryRef>().is_err(), "{wrong}");
        }
        assert!("AA".repeat(32).parse::<ItemId>().is_err(), "upper case is another spelling of the same id");
    }
}
