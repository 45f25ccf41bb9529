//! Entry bundles (C2SP tlog-tiles, *Log entries*): up to 256 entries, each after its length as big-endian u16.
//!
//! What an entry means, and whether it belongs to the tree, is not looked at here.

use crate::tile::{BundleId, TILE_WIDTH};

/// Bytes of the longest entry: what the length can say.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// Bytes of the longest bundle.
pub const MAX_BUNDLE_BYTES: usize = TILE_WIDTH as usize * (LENGTH_BYTES + MAX_ENTRY);

/// Bytes of the length before an entry.
const LENGTH_BYTES: usize = 2;

/// Why entries do not make a bundle, or bytes are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry is longer than [`MAX_ENTRY`].
    #[error("write a bundle: an entry of {0} bytes, over the limit of {MAX_ENTRY}")]
    EntryTooLong(
        /// Bytes of the entry.
        usize,
    ),
    /// There is no entry, or more than 256.
    #[error("read or write a bundle: {0} entries, not 1 to {TILE_WIDTH}")]
    Count(
        /// Entries found so far.
        usize,
    ),
    /// The bytes end within a length or an entry.
    #[error("read a bundle: it ends within entry {0}")]
    Truncated(
        /// Zero-based number of the entry in the bundle.
        usize,
    ),
    /// The bundle has fewer entries than its name says.
    #[error("read {bundle}: it has {found} entries")]
    Width {
        /// The bundle that was asked for.
        bundle: BundleId,
        /// Entries found.
        found: usize,
    },
}

/// Writes entries as a bundle.
///
/// # Errors
/// [`BundleError::EntryTooLong`] or [`BundleError::Count`].
pub fn encode<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleError> {
    if entries.is_empty() || entries.len() > usize::from(TILE_WIDTH) {
        return Err(BundleError::Count(entries.len()));
    }
    let mut bundle = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::EntryTooLong(entry.len()))?;
        bundle.extend(length.to_be_bytes());
        bundle.extend(entry);
    }
    Ok(bundle)
}

/// Reads a bundle of 1 to 256 entries.
///
/// # Errors
/// [`BundleError::Truncated`] or [`BundleError::Count`].
pub fn decode(bundle: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let (mut rest, mut entries) = (bundle, Vec::new());
    while !rest.is_empty() {
        if entries.len() == usize::from(TILE_WIDTH) {
            return Err(BundleError::Count(entries.len() + 1));
        }
        let truncated = BundleError::Truncated(entries.len());
        let (length, after) = rest.split_first_chunk::<LENGTH_BYTES>().ok_or(truncated)?;
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(truncated)?;
        entries.push(entry);
        rest = after;
    }
    if entries.is_empty() { Err(BundleError::Count(0)) } else { Ok(entries) }
}

/// Reads a bundle that was asked for by name, and cuts it to the width of the name.
///
/// A wider bundle may come in place of a partial one, as with tiles.
///
/// # Errors
/// [`BundleError::Width`] when it has too few entries; the others as [`decode`].
pub fn decode_as(id: BundleId, bundle: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = decode(bundle)?;
    let (found, width) = (entries.len(), usize::from(id.width()));
    if found < width {
        return Err(BundleError::Width { bundle: id, found });
    }
    entries.truncate(width);
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_entry_fits_and_the_next_does_not() {
        let longest = vec![7; MAX_ENTRY];
        let bundle = encode(&[&longest[..], b"", b"x"]).unwrap();
        assert_eq!(decode(&bundle), Ok(vec![&longest[..], b"", b"x"]));
        assert_eq!(encode(&[vec![7; MAX_ENTRY + 1]]), Err(BundleError::EntryTooLong(MAX_ENTRY + 1)));
    }

    #[test]
    fn a_bundle_has_1_to_256_entries() {
        assert_eq!(encode::<&[u8]>(&[]), Err(BundleError::Count(0)));
        assert_eq!(decode(&encode(&[b"e"; 256]).unwrap()).map(|entries| entries.len()), Ok(256));
        assert_eq!(encode(&[b"e"; 257]), Err(BundleError::Count(257)));
        assert_eq!(decode(&[0; 2 * 257]), Err(BundleError::Count(257)));
        assert_eq!(encode(&vec![vec![0; MAX_ENTRY]; 256]).map(|bundle| bundle.len()), Ok(MAX_BUNDLE_BYTES));
    }

    #[test]
    fn a_wider_bundle_stands_in_for_a_partial_one() {
        let bundle = encode(&[b"a", b"b", b"c"]).unwrap();
        let id = |width| BundleId::new(0, width).unwrap();
        assert_eq!(decode_as(id(2), &bundle), Ok(vec![&b"a"[..], b"b"]));
        assert_eq!(decode_as(id(3), &bundle).map(|entries| entries.len()), Ok(3));
        assert_eq!(decode_as(id(4), &bundle), Err(BundleError::Width { bundle: id(4), found: 3 }));
        let error = decode_as(id(4), &bundle).unwrap_err();
        assert_eq!(error.to_string(), "read tile/entries/000.p/4: it has 3 entries");
    }
}
