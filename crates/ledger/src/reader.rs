//! Proofs and subtree hashes computed from tiles that somebody else keeps.
//!
//! Tiles are untrusted: a proof made from a wrong tile is a wrong proof, and [`crate::verify`] says so. This file
//! checks that a tile has the length it must have; it does not check that it is the right one, and keeps no cache
//! beyond one call.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::MAX_TREE_SIZE;
use crate::hash::{HASH_BYTES, Hash};
use crate::merkle::{fold_right, merkle_root};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH, Tile};
use crate::verify::ProofError;

/// Where tiles come from: a folder, a bucket, memory.
pub trait TileReader {
    /// Why a tile cannot be had.
    type Error;

    /// The bytes of a tile, 32 for each hash.
    ///
    /// In place of a partial tile the reader may give a wider one from the same place, up to the full tile: logs may
    /// delete a partial tile once the full one exists (C2SP tlog-tiles, *Partial Tiles*).
    ///
    /// # Errors
    /// Whatever keeps the reader from giving the tile.
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

impl<R: TileReader + ?Sized> TileReader for &R {
    type Error = R::Error;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, R::Error> {
        (**self).tile(tile)
    }
}

/// Tiles by path, as [`crate::Tree::append`] gives them; handy where a ledger fits in memory.
impl TileReader for BTreeMap<Tile, Vec<u8>> {
    type Error = MissingTile;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, MissingTile> {
        let wider = self.range(tile..=tile.full()).next();
        wider.map(|(_, bytes)| bytes.clone()).ok_or(MissingTile(tile))
    }
}

/// Reads earlier, smaller trees from the tiles of a tree of `size` leaves, where their narrower partial tiles are gone.
///
/// Asked for a tile, it asks its reader for the one that stands at that place now.
#[derive(Debug, Clone, Copy)]
pub struct TilesOf<'r, R: ?Sized> {
    /// Leaves of the tree whose tiles the reader has.
    pub size: u64,
    /// Where those tiles come from.
    pub reader: &'r R,
}

impl<R: TileReader + ?Sized> TileReader for TilesOf<'_, R> {
    type Error = R::Error;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, R::Error> {
        let standing = Tile::in_tree(tile.level(), tile.index(), self.size);
        // Where nothing wider stands, the reader is the one to say what is missing.
        self.reader.tile(standing.filter(|standing| standing.width() >= tile.width()).unwrap_or(tile))
    }
}

/// No such tile is in the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("find {0} in memory: not there")]
pub struct MissingTile(
    /// The tile that was asked for.
    pub Tile,
);

/// Why something could not be computed from tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError<E> {
    /// The reader did not give the tile.
    #[error("read {tile}")]
    Reader {
        /// The tile that was asked for.
        tile: Tile,
        /// What the reader said.
        source: E,
    },
    /// The reader gave bytes that cannot be that tile: too few hashes, over 256, or a broken one.
    #[error("read {tile}: {found} bytes, not {} nor those of a wider tile", .tile.bytes())]
    Length {
        /// The tile that was asked for.
        tile: Tile,
        /// Bytes that came.
        found: usize,
    },
    /// The tree is larger than [`MAX_TREE_SIZE`].
    #[error("read tiles of a tree of {0} leaves: larger than any tree can be")]
    TooLarge(
        /// The size that was asked for.
        u64,
    ),
    /// The tiles of the right edge do not lead to the expected root.
    #[error("read the right edge of a tree of {size} leaves: it has root {found}, not the expected {expected}")]
    OtherRoot {
        /// Leaves of the tree.
        size: u64,
        /// The root that was to be met.
        expected: Hash,
        /// The root that the tiles give.
        found: Hash,
    },
    /// There is no such proof.
    #[error("prove from tiles")]
    Proof(#[source] ProofError),
}

/// Root of the tree of `size` leaves that these tiles make.
///
/// Reads only the right edge: at most one tile a level. The answer is as good as the tiles.
///
/// # Errors
/// [`ReadError`] when a tile cannot be had or has an impossible length.
pub fn root<R: TileReader>(size: u64, reader: &R) -> Result<Hash, ReadError<R::Error>> {
    let tiles = Cached::new(size, reader)?;
    tiles.range(0, size)
}

/// Inclusion proof of leaf `index` in the tree of `size` leaves, sibling of the leaf first (RFC 6962 §2.1.1).
///
/// `size` may be smaller than the tree that the tiles make. Check the proof with [`crate::verify_inclusion`] before
/// it is handed on: tiles are untrusted.
///
/// # Errors
/// [`ReadError::Proof`] when there is no such leaf; the others when a tile cannot be had.
pub fn inclusion_proof<R: TileReader>(index: u64, size: u64, reader: &R) -> Result<Vec<Hash>, ReadError<R::Error>> {
    if index >= size {
        return Err(ReadError::Proof(ProofError::IndexOutside { index, size }));
    }
    let tiles = Cached::new(size, reader)?;
    let (mut low, mut high, mut path) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            path.push(tiles.range(middle, high)?);
            high = middle;
        } else {
            path.push(tiles.range(low, middle)?);
            low = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Consistency proof from the tree of `old` leaves to the tree of `new` leaves (RFC 6962 §2.1.2).
///
/// Empty when `old` is zero or equal to `new`. Check it with [`crate::verify_consistency`] before it is handed on.
///
/// # Errors
/// [`ReadError::Proof`] when `old` is larger than `new`; the others when a tile cannot be had.
pub fn consistency_proof<R: TileReader>(old: u64, new: u64, reader: &R) -> Result<Vec<Hash>, ReadError<R::Error>> {
    if old > new {
        return Err(ReadError::Proof(ProofError::OldLarger { old, new }));
    }
    let tiles = Cached::new(new, reader)?;
    let (mut low, mut high, mut path) = (0, new, Vec::new());
    if old == 0 {
        return Ok(path);
    }
    while old != high {
        let middle = low + split(high - low);
        if old <= middle {
            path.push(tiles.range(middle, high)?);
            high = middle;
        } else {
            path.push(tiles.range(low, middle)?);
            low = middle;
        }
    }
    // As in `merkle::consistency_path`: the old root itself need not be told.
    if low > 0 {
        path.push(tiles.range(low, high)?);
    }
    path.reverse();
    Ok(path)
}

/// The hashes of tiles of one tree, each tile read once.
struct Cached<'r, R: TileReader> {
    size: u64,
    reader: &'r R,
    seen: RefCell<BTreeMap<Tile, Vec<Hash>>>,
}

impl<'r, R: TileReader> Cached<'r, R> {
    fn new(size: u64, reader: &'r R) -> Result<Self, ReadError<R::Error>> {
        if size > MAX_TREE_SIZE {
            return Err(ReadError::TooLarge(size));
        }
        Ok(Cached { size, reader, seen: RefCell::new(BTreeMap::new()) })
    }

    /// MTH(D[low:high]), where `low` is a multiple of the smallest power of two that is not below `high - low`.
    fn range(&self, mut low: u64, high: u64) -> Result<Hash, ReadError<R::Error>> {
        let mut complete = Vec::new();
        while low < high {
            let height = (high - low).ilog2();
            complete.push(self.complete(height, low >> height)?);
            low += 1 << height;
        }
        Ok(fold_right(complete))
    }

    /// Root of the complete subtree of 2^`height` leaves with this index among its like.
    fn complete(&self, height: u32, index: u64) -> Result<Hash, ReadError<R::Error>> {
        let (level, within) = ((height / TILE_HEIGHT) as u8, height % TILE_HEIGHT);
        let (first, count) = (index << within, 1u64 << within);
        let width = u64::from(TILE_WIDTH);
        // Only subtrees inside the tree are asked for, so the tile exists.
        let Some(tile) = Tile::in_tree(level, first / width, self.size) else {
            return Err(ReadError::TooLarge(self.size));
        };
        let start = (first % width) as usize;
        let mut seen = self.seen.borrow_mut();
        let hashes = match seen.entry(tile) {
            std::collections::btree_map::Entry::Occupied(old) => old.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => new.insert(read_tile(self.reader, tile)?),
        };
        match hashes.get(start..start + count as usize) {
            Some(row) => Ok(merkle_root(row)),
            None => Err(ReadError::Length { tile, found: hashes.len() * HASH_BYTES }),
        }
    }
}

/// Reads a tile and cuts it to the width that was asked for.
pub(crate) fn read_tile<R: TileReader>(reader: &R, tile: Tile) -> Result<Vec<Hash>, ReadError<R::Error>> {
    let bytes = reader.tile(tile).map_err(|source| ReadError::Reader { tile, source })?;
    let found = bytes.len();
    if found % HASH_BYTES != 0 || found < tile.bytes() || found > tile.full().bytes() {
        return Err(ReadError::Length { tile, found });
    }
    let (hashes, _) = bytes[..tile.bytes()].as_chunks::<HASH_BYTES>();
    Ok(hashes.iter().copied().map(Hash).collect())
}

/// The largest power of two smaller than `n`, which must be at least 2.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}
