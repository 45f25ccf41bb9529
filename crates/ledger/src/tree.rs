//! The state that appending needs: the right edge of the tree, one unfinished tile a level.
//!
//! At most 8 × 255 hashes (64 kB) whatever the size. A tree gives tiles out and never reads one after [`Tree::load`];
//! writing them durably, and in which order, is the archive's business.

use std::collections::BTreeMap;

use crate::MAX_TREE_SIZE;
use crate::hash::{EMPTY_ROOT, Hash};
use crate::merkle::merkle_root;
use crate::reader::{ReadError, TileReader, read_tile};
use crate::tile::{MAX_LEVEL, TILE_WIDTH, Tile, row_length};

/// A Merkle tree that can grow at its right edge and nowhere else.
///
/// Deterministic: the same leaves give the same tiles, however they were divided among calls, save that partial tiles
/// exist only for the sizes at which a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// `edge[level]`: the hashes of that row beyond its last full tile; always fewer than 256.
    edge: [Vec<Hash>; MAX_LEVEL as usize + 1],
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// The tree without leaves.
    pub fn new() -> Self {
        Tree { size: 0, edge: Default::default() }
    }

    /// Reads the right edge of a tree of `size` leaves, at most one partial tile a level, and holds it against `root`.
    ///
    /// The root commits to every hash that is read, so a loaded tree is exactly as trustworthy as `root`.
    ///
    /// # Errors
    /// [`ReadError::OtherRoot`] when the tiles are not those of that tree; the others when a tile cannot be had.
    pub fn load<R: TileReader>(size: u64, root: &Hash, reader: &R) -> Result<Self, ReadError<R::Error>> {
        if size > MAX_TREE_SIZE {
            return Err(ReadError::TooLarge(size));
        }
        let mut tree = Tree { size, ..Tree::new() };
        for level in 0..=MAX_LEVEL {
            if let Some(tile) = tree.partial(level) {
                tree.edge[usize::from(level)] = read_tile(reader, tile)?;
            }
        }
        let found = tree.root();
        if found == *root { Ok(tree) } else { Err(ReadError::OtherRoot { size, expected: *root, found }) }
    }

    /// Leaves in the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree (RFC 6962 §2.1, MTH); [`EMPTY_ROOT`] while it has no leaf.
    pub fn root(&self) -> Hash {
        // What the rows below left over is one incomplete subtree to the right of this row's complete ones; the
        // division at the largest power of two treats it as it would a complete one.
        let mut right: Option<Hash> = None;
        for row in self.edge.iter().filter(|row| !row.is_empty()) {
            let row: Vec<Hash> = row.iter().copied().chain(right).collect();
            right = Some(merkle_root(&row));
        }
        right.unwrap_or(EMPTY_ROOT)
    }

    /// Appends leaves and gives every tile that the new size needs and the old one did not have, by level and index:
    /// tiles that became full, and a partial tile for each level that grew.
    ///
    /// Nothing needs to be read for it. The same as [`Tile::new_between`] names, with the bytes.
    #[must_use = "tiles that are not written are lost"]
    pub fn append(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Vec<(Tile, Vec<u8>)> {
        let old = self.size;
        let mut tiles = BTreeMap::new();
        for leaf in leaves {
            tiles.extend(self.push(leaf));
        }
        for level in 0..=MAX_LEVEL {
            if row_length(level, old) < row_length(level, self.size) {
                tiles.extend(self.partial_tile(level));
            }
        }
        tiles.into_iter().collect()
    }

    /// Appends one leaf and gives the tiles that it made full: none but for every 256th leaf.
    ///
    /// For going through a whole ledger without holding all its tiles; [`Tree::partial_tiles`] gives the rest at the
    /// end.
    #[must_use = "tiles that are not written are lost"]
    pub fn push(&mut self, leaf: Hash) -> Vec<(Tile, Vec<u8>)> {
        let mut full = Vec::new();
        let mut hash = leaf;
        self.size += 1;
        for level in 0..=MAX_LEVEL {
            let row = &mut self.edge[usize::from(level)];
            row.push(hash);
            if row.len() < usize::from(TILE_WIDTH) {
                break;
            }
            hash = merkle_root(row);
            let index = row_length(level, self.size) / u64::from(TILE_WIDTH) - 1;
            if let Some(tile) = Tile::in_tree(level, index, self.size) {
                full.push((tile, bytes(row)));
            }
            row.clear();
        }
        full
    }

    /// The partial tiles of the tree as it stands, by level.
    pub fn partial_tiles(&self) -> Vec<(Tile, Vec<u8>)> {
        (0..=MAX_LEVEL).filter_map(|level| self.partial_tile(level)).collect()
    }

    fn partial_tile(&self, level: u8) -> Option<(Tile, Vec<u8>)> {
        self.partial(level).map(|tile| (tile, bytes(&self.edge[usize::from(level)])))
    }

    /// The partial tile at a level, when there is one.
    fn partial(&self, level: u8) -> Option<Tile> {
        let index = row_length(level, self.size) / u64::from(TILE_WIDTH);
        Tile::in_tree(level, index, self.size)
    }
}

/// The bytes of a tile of these hashes.
fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    #[test]
    fn the_edge_stays_short() {
        let mut tree = Tree::new();
        for index in 0..2u64 << 16 {
            drop(tree.push(leaf_hash(&index.to_be_bytes())));
        }
        let lengths: Vec<usize> = tree.edge.iter().map(Vec::len).collect();
        assert_eq!(lengths, [0, 0, 2, 0, 0, 0, 0, 0]);
        assert_eq!(tree.partial_tiles().len(), 1);
    }

    #[test]
    fn appending_nothing_changes_nothing() {
        let mut tree = Tree::new();
        assert_eq!(tree.append([]), []);
        assert_eq!((tree.size(), tree.root()), (0, EMPTY_ROOT));
        let tiles = tree.append([leaf_hash(b"a")]);
        assert_eq!(tiles, [(Tile::new(0, 0, 1).unwrap(), leaf_hash(b"a").0.to_vec())]);
        let before = tree.clone();
        assert_eq!(tree.append([]), []);
        assert_eq!(tree, before);
    }

    #[test]
    fn a_full_tile_comes_with_the_leaf_that_fills_it() {
        let mut tree = Tree::new();
        let made: Vec<usize> = (0..513u64).map(|i| tree.push(leaf_hash(&i.to_be_bytes())).len()).collect();
        assert_eq!(made.iter().enumerate().filter(|(_, n)| **n > 0).map(|(i, _)| i).collect::<Vec<_>>(), [255, 511]);
        assert_eq!(
            tree.partial_tiles().iter().map(|(tile, _)| tile.path()).collect::<Vec<_>>(),
            ["tile/0/002.p/1", "tile/1/000.p/2"]
        );
    }
}
