//! A limit on everything that comes from outside.

/// Bytes of a leaf: C2SP's entry limit.
pub const LEAF: usize = u16::MAX as usize;
/// Entries appended in one commit.
pub const BATCH: usize = 4096;
/// Files of a log that are written together.
pub const TOGETHER: usize = 64;
/// Items read into one pack.
pub const PACK_ITEMS: usize = 4096;
/// Bytes of one pack.
pub const PACK_BYTES: usize = 512 << 20;
/// Bytes of one row of a pack.
pub const ROW_BYTES: usize = 16 << 20;
/// Bytes of a blob that is read whole into memory.
pub const BLOB_IN_MEMORY: u64 = 1 << 30;
/// Bytes that sealing may add to something short.
pub const SEALING: u64 = 64 << 10;
/// Bytes of `witnessmark.toml`.
pub const CONFIG: u64 = 1 << 20;
/// Bytes of a dossier's manifest.
pub const MANIFEST: u64 = 64 << 20;
/// Files of a dossier.
pub const DOSSIER_FILES: usize = 100_000;
/// Bytes of one file of a dossier when read back.
pub const DOSSIER_FILE: u64 = 8 << 30;
/// Bytes that stay free: below this, a collection stops before the disk is full.
pub const FREE_SPACE: u64 = 64 << 20;
/// Bytes of copies that are kept of blobs that lie elsewhere; then the oldest go.
pub const FETCHED: u64 = 8 << 30;
/// Entries of another's log that are held in memory at once while it is followed: whole bundles.
pub const FOLLOWED: u64 = 4096;
