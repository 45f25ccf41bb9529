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
    /// The bundle has fewer entries than its name says, or more for a full one.
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
