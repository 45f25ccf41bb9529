//! Values that others published: the eight reference leaves of Certificate Transparency with their roots and proofs
//! (as in the test suites of certificate-transparency-go, trillian and transparency-dev/merkle).

use std::collections::BTreeMap;

use witnessmark_ledger::merkle::{consistency_path, inclusion_path};
use witnessmark_ledger::{
    Hash, Tree, consistency_proof, inclusion_proof, leaf_hash, merkle_root, verify_consistency, verify_inclusion,
};

const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Index, size, proof.
const INCLUSION: [(u64, usize, &[&str]); 5] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

/// Old size, new size, proof.
const CONSISTENCY: [(u64, usize, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn hash(hex: &str) -> Hash {
    Hash::from_hex(hex).unwrap()
}

fn hashes(hex: &[&str]) -> Vec<Hash> {
    hex.iter().map(|hex| hash(hex)).collect()
}

fn leaves() -> Vec<Hash> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    LEAVES.iter().map(|hex| leaf_hash(&hex.as_bytes().chunks(2).map(byte).collect::<Vec<_>>())).collect()
}

#[test]
fn the_roots_of_the_reference_leaves() {
    let mut tree = Tree::new();
    for (size, root) in (1..).zip(ROOTS) {
        assert_eq!(merkle_root(&leaves()[..size]), hash(root), "size {size}");
        assert!(tree.push(leaves()[size - 1]).is_empty());
        assert_eq!(tree.root(), hash(root), "size {size}");
    }
}

#[test]
fn the_inclusion_proofs_of_the_reference_leaves() {
    let mut tree = Tree::new();
    let tiles: BTreeMap<_, _> = tree.append(leaves()).into_iter().collect();
    for (index, size, proof) in INCLUSION {
        let proof = hashes(proof);
        assert_eq!(inclusion_path(&leaves()[..size], index).unwrap(), proof, "{index} of {size}");
        assert_eq!(inclusion_proof(index, size as u64, &tiles).unwrap(), proof, "{index} of {size}");
        let leaf = leaves()[index as usize];
        assert_eq!(verify_inclusion(leaf, index, size as u64, &proof, &hash(ROOTS[size - 1])), Ok(()));
    }
}

#[test]
fn the_consistency_proofs_of_the_reference_leaves() {
    let mut tree = Tree::new();
    let tiles: BTreeMap<_, _> = tree.append(leaves()).into_iter().collect();
    for (old, size, proof) in CONSISTENCY {
        let proof = hashes(proof);
        assert_eq!(consistency_path(&leaves()[..size], old).unwrap(), proof, "{old} to {size}");
        assert_eq!(consistency_proof(old, size as u64, &tiles).unwrap(), proof, "{old} to {size}");
        let (old_root, root) = (hash(ROOTS[old as usize - 1]), hash(ROOTS[size - 1]));
        assert_eq!(verify_consistency(old, &old_root, size as u64, &root, &proof), Ok(()));
    }
}

/// The leaf "L123456" of the hasher tests of transparency-dev/merkle.
#[test]
fn the_reference_leaf() {
    assert_eq!(leaf_hash(b"L123456").hex(), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
}
