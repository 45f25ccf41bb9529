//! Which tiles and bundles a tree of a given size has, and how their paths are spelt (C2SP tlog-tiles).
//!
//! A path is a key below the ledger's folder, URL or bucket prefix, always with `/`. This file holds no hashes and
//! reads nothing. Beware when comparing with Go's x/mod or the crate `tlog_tiles`: those print `tile/8/…` and
//! `tile/8/data/…`; the published layout is `tile/…` and `tile/entries/…`.

use std::fmt;
use std::str::FromStr;

use crate::{MAX_TREE_SIZE, text};

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Binary levels of the tree that one tile spans.
pub const TILE_HEIGHT: u32 = 8;

/// The highest tile level that a tree of [`MAX_TREE_SIZE`] leaves has. The paths themselves would allow 63.
pub const MAX_LEVEL: u8 = 7;

/// A tile of hashes: hashes `index * 256` up to `index * 256 + width` of the row at `level`.
///
/// Row 0 holds the leaf hashes; every hash of a higher row is the root of one *full* tile of the row below. Ordered
/// by level, index, width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

/// A bundle of entries: entries `index * 256` up to `index * 256 + width`, beside the level 0 tile of that index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId {
    index: u64,
    width: u16,
}

/// The text is not the path, or the numbers are not the place, of a tile or bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The text is not a path in its one spelling.
    #[error("read a tile path: not in the layout of c2sp.org/tlog-tiles")]
    Path,
    /// Level, index or width lie outside of what a tree of [`MAX_TREE_SIZE`] leaves can have.
    #[error("name a tile: level, index or width outside of any tree")]
    Outside,
}

impl Tile {
    /// Names a tile.
    ///
    /// # Errors
    /// [`TileError::Outside`] for a width of 0 or over 256, or a place beyond a tree of [`MAX_TREE_SIZE`] leaves.
    pub fn new(level: u8, index: u64, width: u16) -> Result<Self, TileError> {
        if level > MAX_LEVEL || !place_exists(level, index, width) {
            return Err(TileError::Outside);
        }
        Ok(Tile { level, index, width })
    }

    /// Level of the row: 0 for leaf hashes.
    pub const fn level(self) -> u8 {
        self.level
    }

    /// Zero-based index within the row.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// Hashes in the tile, 1 to 256.
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Bytes of the tile: 32 for each hash.
    pub const fn bytes(self) -> usize {
        self.width as usize * crate::hash::HASH_BYTES
    }

    /// Whether fewer than 256 hashes are in it.
    pub const fn is_partial(self) -> bool {
        self.width < TILE_WIDTH
    }

    /// The full tile at the same place, which may stand in for a partial one once it exists.
    pub const fn full(self) -> Self {
        Tile { width: TILE_WIDTH, ..self }
    }

    /// The tile as it stands in a tree of `size` leaves, or `None` when that tree has nothing there yet.
    pub fn in_tree(level: u8, index: u64, size: u64) -> Option<Self> {
        if size > MAX_TREE_SIZE || level > MAX_LEVEL {
            return None;
        }
        let start = index.checked_mul(u64::from(TILE_WIDTH))?;
        let width = row_length(level, size).checked_sub(start)?.min(u64::from(TILE_WIDTH));
        (width > 0).then_some(Tile { level, index, width: width as u16 })
    }

    /// Every tile of a tree of `size` leaves, by level and index: full ones, then at most one partial a level.
    ///
    /// None for a size over [`MAX_TREE_SIZE`].
    pub fn all(size: u64) -> impl Iterator<Item = Tile> {
        Self::new_between(0, size)
    }

    /// The tiles that a tree of `new` leaves needs and a tree of `old` leaves does not have, by level and index.
    ///
    /// Partial tiles of sizes in between are not among them. None when `new` is not larger, or over [`MAX_TREE_SIZE`].
    pub fn new_between(old: u64, new: u64) -> impl Iterator<Item = Tile> {
        (0..=MAX_LEVEL).flat_map(move |level| {
            let (from, to) = (row_length(level, old), row_length(level, new));
            let width = u64::from(TILE_WIDTH);
            let grew = from < to && new <= MAX_TREE_SIZE;
            let tiles = if grew { from / width..to.div_ceil(width) } else { 0..0 };
            tiles.filter_map(move |index| Tile::in_tree(level, index, new))
        })
    }

    /// Path below the ledger's root: `tile/0/x001/x234/067`, with `.p/W` appended for a partial tile of width W.
    pub fn path(self) -> String {
        format!("tile/{}/{}", self.level, index_path(self.index, self.width))
    }
}

impl BundleId {
    /// Names a bundle.
    ///
    /// # Errors
    /// [`TileError::Outside`] for a width of 0 or over 256, or a place beyond a tree of [`MAX_TREE_SIZE`] leaves.
    pub fn new(index: u64, width: u16) -> Result<Self, TileError> {
        Tile::new(0, index, width).map(Self::below)
    }

    /// Zero-based index.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// Entries in the bundle, 1 to 256.
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Index in the ledger of the first entry.
    pub const fn first_entry(self) -> u64 {
        self.index * TILE_WIDTH as u64
    }

    /// The level 0 tile that holds the leaf hashes of these entries.
    pub const fn tile(self) -> Tile {
        Tile { level: 0, index: self.index, width: self.width }
    }

    /// The full bundle at the same place, which may stand in for a partial one once it exists.
    pub const fn full(self) -> Self {
        BundleId { width: TILE_WIDTH, ..self }
    }

    /// Every bundle of a ledger of `size` entries, in order.
    pub fn all(size: u64) -> impl Iterator<Item = BundleId> {
        Self::new_between(0, size)
    }

    /// The bundles that a ledger of `new` entries needs and one of `old` entries does not have, in order.
    pub fn new_between(old: u64, new: u64) -> impl Iterator<Item = BundleId> {
        Tile::new_between(old, new).take_while(|tile| tile.level == 0).map(Self::below)
    }

    /// The bundle as it stands in a ledger of `size` entries, or `None` when that ledger has nothing there yet.
    pub fn in_ledger(index: u64, size: u64) -> Option<Self> {
        Tile::in_tree(0, index, size).map(Self::below)
    }

    /// The bundle of a ledger of `size` entries in which entry `entry` lies, and the entry's position in it.
    pub fn holding(entry: u64, size: u64) -> Option<(BundleId, usize)> {
        let width = u64::from(TILE_WIDTH);
        let bundle = Self::in_ledger(entry / width, size)?;
        (entry < size).then_some((bundle, (entry % width) as usize))
    }

    /// The bundle of the entries below a tile of level 0.
    const fn below(tile: Tile) -> Self {
        BundleId { index: tile.index, width: tile.width }
    }

    /// Path below the ledger's root: `tile/entries/x001/x234/067`, with `.p/W` appended for a partial bundle.
    pub fn path(self) -> String {
        format!("tile/entries/{}", index_path(self.index, self.width))
    }
}

impl FromStr for Tile {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let (level, rest) = path.strip_prefix("tile/").and_then(|p| p.split_once('/')).ok_or(TileError::Path)?;
        let level = text::decimal(level, u64::from(MAX_LEVEL)).ok_or(TileError::Path)?;
        let (index, width) = parse_index_path(rest).ok_or(TileError::Path)?;
        Tile::new(level as u8, index, width)
    }
}

impl FromStr for BundleId {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let rest = path.strip_prefix("tile/entries/").ok_or(TileError::Path)?;
        let (index, width) = parse_index_path(rest).ok_or(TileError::Path)?;
        BundleId::new(index, width)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// Hashes in the row at tile level `level` of a tree of `size` leaves.
pub(crate) fn row_length(level: u8, size: u64) -> u64 {
    size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0)
}

/// Whether a row at `level` of the largest tree reaches to the end of such a tile.
fn place_exists(level: u8, index: u64, width: u16) -> bool {
    let end = index.checked_mul(u64::from(TILE_WIDTH)).and_then(|start| start.checked_add(u64::from(width)));
    (1..=TILE_WIDTH).contains(&width) && end.is_some_and(|end| end <= row_length(level, MAX_TREE_SIZE))
}

/// Spells an index in groups of three digits, all but the last marked with `x`, and the width when partial.
fn index_path(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width < TILE_WIDTH {
        path.push_str(&format!(".p/{width}"));
    }
    path
}

/// Reads what [`index_path`] spells, and nothing else.
fn parse_index_path(path: &str) -> Option<(u64, u16)> {
    let (digits, width) = match path.split_once(".p/") {
        Some((digits, width)) => (digits, text::decimal(width, u64::from(TILE_WIDTH) - 1)? as u16),
        None => (path, TILE_WIDTH),
    };
    let mut index = 0u64;
    let mut groups = digits.split('/').peekable();
    while let Some(group) = groups.next() {
        let group = if groups.peek().is_some() { group.strip_prefix('x')? } else { group };
        if group.len() != 3 || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(group.parse().ok()?)?;
    }
    // Printing back refuses needless leading groups and a width of 0.
    (width > 0 && index_path(index, width) == path).then_some((index, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(level: u8, index: u64, width: u16) -> Tile {
        Tile::new(level, index, width).unwrap()
    }

    #[test]
    fn the_specification_spells_these() {
        assert_eq!(tile(0, 1_234_067, 256).path(), "tile/0/x001/x234/067");
        assert_eq!(tile(1, 0, 1).path(), "tile/1/000.p/1");
        assert_eq!(BundleId::new(1_234_067, 7).unwrap().path(), "tile/entries/x001/x234/067.p/7");
        assert_eq!("tile/0/x001/x234/067".parse(), Ok(tile(0, 1_234_067, 256)));
        assert_eq!("tile/entries/999.p/255".parse(), BundleId::new(999, 255));
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_of_the_specification() {
        let tiles: Vec<_> = Tile::all(70_000).collect();
        let full = |level| tiles.iter().filter(|t| t.level == level && !t.is_partial()).count();
        assert_eq!((full(0), full(1), full(2)), (273, 1, 0));
        let partial: Vec<_> = tiles.iter().filter(|t| t.is_partial()).copied().collect();
        assert_eq!(partial, [tile(0, 273, 112), tile(1, 1, 17), tile(2, 0, 1)]);
        assert_eq!(Tile::all(256).collect::<Vec<_>>(), [tile(0, 0, 256), tile(1, 0, 1)]);
        assert_eq!(Tile::all(0).count(), 0);
    }

    #[test]
    fn growth_names_only_what_changed() {
        let grown = |old, new| Tile::new_between(old, new).collect::<Vec<_>>();
        assert_eq!(grown(256, 257), [tile(0, 1, 1)]);
        assert_eq!(grown(255, 256), [tile(0, 0, 256), tile(1, 0, 1)]);
        assert_eq!(grown(255, 258), [tile(0, 0, 256), tile(0, 1, 2), tile(1, 0, 1)]);
        assert_eq!(grown(5, 5), []);
        assert_eq!(grown(6, 5), []);
        assert_eq!(BundleId::new_between(255, 258).count(), 2);
    }

    #[test]
    fn only_one_spelling_is_read() {
        for wrong in [
            "",
            "tile",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/000.p/0",
            "tile/0/000.p/00",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/0/x000/001",
            "tile/0/001/001",
            "tile/0/x001/x001",
            "tile/0/x001/001/",
            "/tile/0/001",
            "tile/00/001",
            "tile/-1/001",
            "tile/8/001",
            "tile/entries/001",
            "tile/data/001",
            "tile/0/+01",
            "tile/0/००१",
            "tile/0/../001",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(wrong.parse::<Tile>().is_err(), "{wrong:?}");
        }
        assert!("tile/0/001".parse::<BundleId>().is_err());
    }

    #[test]
    fn places_end_with_the_largest_tree() {
        assert_eq!(Tile::new(0, 0, 0), Err(TileError::Outside));
        assert_eq!(Tile::new(0, 0, 257), Err(TileError::Outside));
        assert_eq!(Tile::new(8, 0, 1), Err(TileError::Outside));
        assert_eq!(Tile::new(0, u64::MAX, 1), Err(TileError::Outside));
        assert_eq!(Tile::new(7, 0, 127).map(Tile::width), Ok(127));
        assert_eq!(Tile::new(7, 0, 128), Err(TileError::Outside));
        assert_eq!(Tile::in_tree(0, 0, MAX_TREE_SIZE + 1), None);
        assert_eq!(Tile::all(u64::MAX).count(), 0);
        assert_eq!(row_length(8, u64::MAX), 0);
    }

    #[test]
    fn an_entry_lies_in_one_bundle() {
        assert_eq!(BundleId::holding(0, 0), None);
        assert_eq!(BundleId::holding(256, 256), None);
        assert_eq!(BundleId::holding(255, 300), Some((BundleId::new(0, 256).unwrap(), 255)));
        assert_eq!(BundleId::holding(299, 300), Some((BundleId::new(1, 44).unwrap(), 43)));
        assert_eq!(BundleId::holding(300, 300), None);
        assert_eq!(BundleId::new(1, 44).unwrap().first_entry(), 256);
    }
}
