//! Tiles: the same bytes however a tree grew, and the roots and proofs of the definition from them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use witnessmark_ledger::reader::{self, MissingTile, TilesOf};
use witnessmark_ledger::{
    BundleId, EMPTY_ROOT, Hash, MAX_TREE_SIZE, ReadError, Tile, TileReader, Tree, consistency_proof, inclusion_proof,
    verify_consistency, verify_inclusion,
};

use crate::naive;

type Tiles = BTreeMap<Tile, Vec<u8>>;

/// The tiles of a tree that grew in these steps.
fn grow(leaves: &[Hash], steps: &[usize]) -> (Tree, Tiles) {
    let (mut tree, mut tiles, mut done) = (Tree::new(), Tiles::new(), 0);
    for &step in steps.iter().chain([&leaves.len()]) {
        let step = step.clamp(done, leaves.len());
        let old = tree.size();
        let new = tree.append(leaves[done..step].iter().copied());
        let names: Vec<_> = new.iter().map(|(tile, _)| *tile).collect();
        assert_eq!(names, Tile::new_between(old, tree.size()).collect::<Vec<_>>(), "{old} to {}", tree.size());
        for (tile, bytes) in new {
            assert_eq!(bytes.len(), tile.bytes(), "{tile}");
            assert!(tiles.insert(tile, bytes).is_none(), "{tile} written twice");
        }
        done = step;
    }
    (tree, tiles)
}

/// What tlog-tiles defines: hash i of tile n at level l is MTH(D[(n*256+i)*256^l : (n*256+i+1)*256^l]).
fn defined(tile: Tile, leaves: &[Hash]) -> Vec<u8> {
    let span = 256usize.pow(u32::from(tile.level()));
    let first = tile.index() as usize * 256;
    (first..first + usize::from(tile.width())).flat_map(|i| naive::mth(&leaves[i * span..(i + 1) * span]).0).collect()
}

#[test]
fn every_small_size_has_the_root_of_the_definition() {
    let leaves = naive::leaves(600);
    let mut tree = Tree::new();
    assert_eq!(tree.root(), EMPTY_ROOT);
    let mut tiles = Tiles::new();
    for size in 1..=leaves.len() {
        tiles.extend(tree.append([leaves[size - 1]]));
        let root = naive::mth(&leaves[..size]);
        assert_eq!(tree.root(), root, "size {size}");
        assert_eq!(reader::root(size as u64, &tiles).unwrap(), root, "size {size}");
        assert_eq!(Tree::load(size as u64, &root, &tiles).as_ref(), Ok(&tree), "size {size}");
    }
    for (tile, bytes) in &tiles {
        assert_eq!(*bytes, defined(*tile, &leaves), "{tile}");
    }
}

#[test]
fn the_second_level_of_tiles_begins_where_it_must() {
    let leaves = naive::leaves(65_536 + 300);
    let (tree, tiles) = grow(&leaves, &[65_535, 65_536, 65_537, 65_792, 65_793]);
    assert_eq!(tree.root(), naive::mth(&leaves));
    for tile in Tile::all(leaves.len() as u64).filter(|t| t.level() > 0 || t.index() > 254) {
        assert_eq!(tiles[&tile], defined(tile, &leaves), "{tile}");
    }
    let new = leaves.len() as u64;
    for size in [255, 256, 257, 65_279, 65_280, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793, new] {
        let root = naive::mth(&leaves[..size as usize]);
        assert_eq!(reader::root(size, &tiles).unwrap(), root, "size {size}");
        let consistency = consistency_proof(size, new, &tiles).unwrap();
        assert_eq!(consistency, naive::proof(size as usize, &leaves), "{size}");
        assert_eq!(verify_consistency(size, &root, new, &tree.root(), &consistency), Ok(()), "{size}");
        for index in [0, 1, 254, 255, 256, 65_280, 65_535, 65_536, size - 1].into_iter().filter(|i| *i < size) {
            let proof = inclusion_proof(index, size, &tiles).unwrap();
            assert_eq!(proof, naive::path(index as usize, &leaves[..size as usize]), "{index} of {size}");
            assert_eq!(verify_inclusion(leaves[index as usize], index, size, &proof, &root), Ok(()), "{index}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn growth_in_any_steps_gives_the_tiles_of_the_definition(
        size in 0u64..1300,
        mut steps in prop::collection::vec(0usize..1300, 0..6),
        old in 0u64..1300,
        index in 0u64..1300,
    ) {
        steps.sort_unstable();
        let leaves = naive::leaves(size);
        let (tree, tiles) = grow(&leaves, &steps);
        prop_assert_eq!(tree.root(), naive::mth(&leaves));
        for tile in Tile::all(size) {
            prop_assert_eq!(&tiles[&tile], &defined(tile, &leaves));
        }
        // One leaf at a time gives the same full tiles, and the same partial ones at the end.
        let mut pushed = Tree::new();
        let mut streamed: Tiles = leaves.iter().flat_map(|leaf| pushed.push(*leaf)).collect();
        streamed.extend(pushed.partial_tiles());
        prop_assert_eq!(&pushed, &tree);
        prop_assert!(streamed.keys().copied().eq(Tile::all(size)));
        prop_assert!(streamed.iter().all(|(tile, bytes)| tiles[tile] == *bytes));

        if size > 0 {
            let index = index % size;
            let proof = inclusion_proof(index, size, &tiles).unwrap();
            prop_assert_eq!(&proof, &naive::path(index as usize, &leaves));
            prop_assert_eq!(verify_inclusion(leaves[index as usize], index, size, &proof, &tree.root()), Ok(()));
        }
        let old = old % (size + 1);
        let proof = consistency_proof(old, size, &tiles).unwrap();
        prop_assert_eq!(&proof, &naive::proof(old as usize, &leaves));
        let old_root = naive::mth(&leaves[..old as usize]);
        prop_assert_eq!(verify_consistency(old, &old_root, size, &tree.root(), &proof), Ok(()));
    }
}

/// Only the tiles of the last size, each under its own name: no narrower and no wider one.
struct Folder(Tiles);

impl TileReader for Folder {
    type Error = MissingTile;

    fn tile(&self, tile: Tile) -> Result<Vec<u8>, MissingTile> {
        self.0.get(&tile).cloned().ok_or(MissingTile(tile))
    }
}

#[test]
fn older_sizes_are_read_from_the_wider_tiles_of_today() {
    let leaves = naive::leaves(700);
    let (tree, tiles) = grow(&leaves, &[]);
    let folder = Folder(tiles);
    let reader = TilesOf { size: 700, reader: &folder };
    for old in [1, 3, 255, 256, 257, 511, 512, 513, 699, 700] {
        let root = naive::mth(&leaves[..old as usize]);
        assert_eq!(reader::root(old, &reader), Ok(root), "{old}");
        assert_eq!(Tree::load(old, &root, &reader).unwrap().root(), root, "{old}");
        let proof = consistency_proof(old, 700, &folder).unwrap();
        assert_eq!(verify_consistency(old, &root, 700, &tree.root(), &proof), Ok(()), "{old}");
        let proof = inclusion_proof(old - 1, old, &reader).unwrap();
        assert_eq!(verify_inclusion(leaves[old as usize - 1], old - 1, old, &proof, &root), Ok(()), "{old}");
    }
    let missing =
        ReadError::Reader { tile: Tile::new(0, 0, 3).unwrap(), source: MissingTile(Tile::new(0, 0, 3).unwrap()) };
    assert_eq!(reader::root(3, &folder), Err(missing), "a folder alone has no narrower tile");
    assert!(matches!(reader::root(701, &reader), Err(ReadError::Reader { .. })), "nor has anybody a later one");
}

#[test]
fn a_loaded_tree_grows_like_one_that_never_stopped() {
    let leaves = naive::leaves(1000);
    for stop in [0, 1, 255, 256, 257, 512, 999] {
        let (stopped, tiles) = grow(&leaves[..stop], &[]);
        let mut loaded = Tree::load(stop as u64, &stopped.root(), &tiles).unwrap();
        let mut going = stopped.clone();
        assert_eq!(loaded.append(leaves[stop..].to_vec()), going.append(leaves[stop..].to_vec()), "{stop}");
        assert_eq!(loaded.root(), naive::mth(&leaves), "{stop}");
    }
}

#[test]
fn a_wrong_tile_is_never_loaded() {
    let leaves = naive::leaves(300);
    let (tree, tiles) = grow(&leaves, &[]);
    for (tile, place) in [(Tile::in_tree(0, 1, 300), 5), (Tile::in_tree(1, 0, 300), 31)] {
        let mut changed = tiles.clone();
        changed.get_mut(&tile.unwrap()).unwrap()[place] ^= 1;
        let error = Tree::load(300, &tree.root(), &changed).unwrap_err();
        assert!(matches!(error, ReadError::OtherRoot { size: 300, .. }), "{error}");
    }
}

#[test]
fn tiles_of_impossible_length_are_refused() {
    struct Bytes(usize);
    impl TileReader for Bytes {
        type Error = std::convert::Infallible;
        fn tile(&self, _: Tile) -> Result<Vec<u8>, Self::Error> {
            Ok(vec![0; self.0])
        }
    }
    for length in [0, 1, 31, 32 * 9, 32 * 10 - 1, 32 * 10 + 1, 8191, 8193, 8192 + 32, 1 << 20] {
        let tile = Tile::new(0, 0, 10).unwrap();
        let refused = Err(ReadError::Length { tile, found: length });
        assert_eq!(reader::root(10, &Bytes(length)), refused, "{length}");
        assert_eq!(Tree::load(10, &EMPTY_ROOT, &Bytes(length)), Err(ReadError::Length { tile, found: length }));
        assert_eq!(inclusion_proof(0, 10, &Bytes(length)), Err(ReadError::Length { tile, found: length }));
    }
    assert!(reader::root(10, &Bytes(32 * 11)).is_ok(), "a wider partial tile is welcome");
}

#[test]
fn claimed_sizes_are_not_believed() {
    let nothing = Tiles::new();
    for size in [MAX_TREE_SIZE + 1, u64::MAX] {
        assert_eq!(Tree::load(size, &EMPTY_ROOT, &nothing), Err(ReadError::TooLarge(size)));
        assert_eq!(reader::root(size, &nothing), Err(ReadError::TooLarge(size)));
        assert_eq!(inclusion_proof(0, size, &nothing), Err(ReadError::TooLarge(size)));
        assert_eq!(consistency_proof(1, size, &nothing), Err(ReadError::TooLarge(size)));
    }
    // The largest size is answered with a missing tile at once, not with a long walk.
    assert!(matches!(reader::root(MAX_TREE_SIZE, &nothing), Err(ReadError::Reader { .. })));
    assert!(matches!(Tree::load(MAX_TREE_SIZE, &EMPTY_ROOT, &nothing), Err(ReadError::Reader { .. })));
    assert!(matches!(inclusion_proof(MAX_TREE_SIZE - 1, MAX_TREE_SIZE, &nothing), Err(ReadError::Reader { .. })));
    assert!(matches!(consistency_proof(3, MAX_TREE_SIZE, &nothing), Err(ReadError::Reader { .. })));
}

#[test]
fn an_error_names_the_tile_and_keeps_the_reason_apart() {
    let error = reader::root(5, &Tiles::new()).unwrap_err();
    assert_eq!(error.to_string(), "read tile/0/000.p/5");
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "find tile/0/000.p/5 in memory: not there");
}

#[test]
fn the_empty_tree_needs_no_tile() {
    let nothing = Tiles::new();
    assert_eq!(reader::root(0, &nothing), Ok(EMPTY_ROOT));
    assert_eq!(Tree::load(0, &EMPTY_ROOT, &nothing), Ok(Tree::new()));
    assert_eq!(consistency_proof(0, 0, &nothing), Ok(vec![]));
    assert!(Tree::load(0, &Hash([1; 32]), &nothing).is_err());
    assert_eq!(BundleId::all(0).count(), 0);
}

proptest! {
    #[test]
    fn paths_of_tiles_and_bundles_round_trip(level in 0u8..8, index in any::<u64>(), width in any::<u16>()) {
        let index = index >> (level * 8 + 1);
        if let Ok(tile) = Tile::new(level, index, width % 258) {
            prop_assert_eq!(tile.path().parse(), Ok(tile));
            let bundle = BundleId::new(index >> 8, tile.width());
            prop_assert_eq!(bundle.map(|b| b.path().parse()), bundle.map(Ok));
        }
    }

    #[test]
    fn no_text_panics_and_what_parses_prints_back(text in "(tile/(entries|[0-9]{1,2})/)?[x0-9/.p]{0,24}") {
        if let Ok(tile) = text.parse::<Tile>() {
            prop_assert_eq!(tile.path(), text.clone());
        }
        if let Ok(bundle) = text.parse::<BundleId>() {
            prop_assert_eq!(bundle.path(), text);
        }
    }
}
