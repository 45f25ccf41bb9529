//! Proofs over lists in memory, and what their checks refuse.

use proptest::prelude::*;
use witnessmark_ledger::merkle::{consistency_path, inclusion_path};
use witnessmark_ledger::{EMPTY_ROOT, Hash, ProofError, merkle_root, verify_consistency, verify_inclusion};

use crate::naive;

#[test]
fn every_proof_of_every_small_tree_is_that_of_the_definition() {
    let leaves = naive::leaves(70);
    for size in 0..=leaves.len() {
        let leaves = &leaves[..size];
        let root = merkle_root(leaves);
        assert_eq!(root, naive::mth(leaves), "{size}");
        for index in 0..size {
            let proof = inclusion_path(leaves, index as u64).unwrap();
            assert_eq!(proof, naive::path(index, leaves), "{index} of {size}");
            assert_eq!(verify_inclusion(leaves[index], index as u64, size as u64, &proof, &root), Ok(()));
        }
        for old in 0..=size {
            let proof = consistency_path(leaves, old as u64).unwrap();
            assert_eq!(proof, naive::proof(old, leaves), "{old} to {size}");
            let old_root = merkle_root(&leaves[..old]);
            assert_eq!(verify_consistency(old as u64, &old_root, size as u64, &root, &proof), Ok(()));
        }
    }
}

#[test]
fn a_proof_holds_for_its_own_leaf_only() {
    for size in 1..=20u64 {
        let leaves = naive::leaves(size);
        let root = merkle_root(&leaves);
        for index in 0..size {
            let proof = inclusion_path(&leaves, index).unwrap();
            for (other, leaf) in (0..).zip(&leaves) {
                let here = verify_inclusion(*leaf, index, size, &proof, &root);
                assert_eq!(here.is_ok(), other == index, "leaf {other} with the proof of {index} of {size}");
                let there = verify_inclusion(leaves[index as usize], other, size, &proof, &root);
                assert_eq!(there.is_ok(), other == index, "leaf {index} of {size} passed off as {other}");
            }
        }
    }
}

/// Every way to spoil a list of hashes by one step.
fn spoilt(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = vec![[proof, &[EMPTY_ROOT]].concat(), [&[EMPTY_ROOT], proof].concat()];
    for at in 0..proof.len() {
        let (mut flipped, mut missing, mut doubled) = (proof.to_vec(), proof.to_vec(), proof.to_vec());
        flipped[at].0[at % 32] ^= 0x80;
        missing.remove(at);
        doubled.insert(at, proof[at]);
        all.extend([flipped, missing, doubled]);
        if at > 0 && proof[at] != proof[at - 1] {
            let mut swapped = proof.to_vec();
            swapped.swap(at, at - 1);
            all.push(swapped);
        }
    }
    all
}

#[test]
fn spoilt_proofs_are_refused() {
    for size in 1..=40u64 {
        let leaves = naive::leaves(size);
        let root = merkle_root(&leaves);
        for index in 0..size {
            let leaf = leaves[index as usize];
            for proof in spoilt(&inclusion_path(&leaves, index).unwrap()) {
                assert!(verify_inclusion(leaf, index, size, &proof, &root).is_err(), "{index} of {size}");
            }
        }
        for old in 0..=size {
            let old_root = merkle_root(&leaves[..old as usize]);
            let good = consistency_path(&leaves, old).unwrap();
            for proof in spoilt(&good) {
                assert!(verify_consistency(old, &old_root, size, &root, &proof).is_err(), "{old} to {size}");
            }
            let other = Hash([7; 32]);
            assert!(verify_consistency(old, &other, size, &root, &good).is_err(), "{old} to {size}");
            if old > 0 {
                assert!(verify_consistency(old, &old_root, size, &other, &good).is_err(), "{old} to {size}");
            }
        }
    }
}

/// A log that rewrote one entry cannot connect its two checkpoints, whatever proof it offers.
#[test]
fn a_rewritten_past_has_no_proof() {
    for size in 2..=33u64 {
        let (honest, mut forged) = (naive::leaves(size), naive::leaves(size));
        for old in 1..size {
            forged[0] = Hash([9; 32]);
            let old_root = merkle_root(&honest[..old as usize]);
            let proof = consistency_path(&forged, old).unwrap();
            assert!(verify_consistency(old, &old_root, size, &merkle_root(&forged), &proof).is_err());
            let proof = consistency_path(&honest, old).unwrap();
            assert!(verify_consistency(old, &old_root, size, &merkle_root(&forged), &proof).is_err());
        }
    }
}

#[test]
fn errors_say_which_comparison_failed() {
    let leaves = naive::leaves(6);
    let root = merkle_root(&leaves);
    let proof = inclusion_path(&leaves, 2).unwrap();
    let verify = |leaf, index, size, proof: &[Hash], root: &Hash| verify_inclusion(leaf, index, size, proof, root);
    assert_eq!(verify(leaves[2], 6, 6, &proof, &root), Err(ProofError::IndexOutside { index: 6, size: 6 }));
    assert_eq!(verify(leaves[2], 0, 0, &[], &EMPTY_ROOT), Err(ProofError::IndexOutside { index: 0, size: 0 }));
    assert_eq!(verify(leaves[2], 2, 6, &proof[1..], &root), Err(ProofError::WrongLength { found: 2 }));
    assert_eq!(verify(leaves[3], 2, 6, &proof, &root), Err(ProofError::RootDiffers));

    let old_root = merkle_root(&leaves[..3]);
    let proof = consistency_path(&leaves, 3).unwrap();
    let verify = |old, old_root: &Hash, new, proof: &[Hash]| verify_consistency(old, old_root, new, &root, proof);
    assert_eq!(verify(7, &root, 6, &[]), Err(ProofError::OldLarger { old: 7, new: 6 }));
    assert_eq!(verify(3, &old_root, 6, &[]), Err(ProofError::WrongLength { found: 0 }));
    assert_eq!(verify(4, &old_root, 6, &[]), Err(ProofError::WrongLength { found: 0 }));
    assert_eq!(verify(3, &root, 6, &proof), Err(ProofError::OldRootDiffers));
    assert_eq!(verify(0, &old_root, 6, &[]), Err(ProofError::OldRootDiffers));
    assert_eq!(verify(0, &EMPTY_ROOT, 6, &proof), Err(ProofError::WrongLength { found: proof.len() }));
    assert_eq!(verify(6, &old_root, 6, &[]), Err(ProofError::RootDiffers));
    assert_eq!(verify(0, &EMPTY_ROOT, 0, &[]), Err(ProofError::RootDiffers));
    assert_eq!(verify(6, &root, 6, &[root]), Err(ProofError::WrongLength { found: 1 }));
}

proptest! {
    #[test]
    fn no_claim_panics_and_none_of_random_hashes_holds(
        index in any::<u64>(), size in any::<u64>(), old in any::<u64>(),
        hashes in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 2..70),
    ) {
        let (ends, proof) = hashes.split_at(2);
        for size in [size, size >> 32, size >> 56] {
            for index in [index, index % size.max(1), size.wrapping_sub(1)] {
                prop_assert!(verify_inclusion(ends[0], index, size, proof, &ends[1]).is_err());
            }
            for old in [old, old % size.max(1), size.wrapping_sub(1)] {
                prop_assert!(verify_consistency(old, &ends[0], size, &ends[1], proof).is_err());
            }
        }
    }
}
