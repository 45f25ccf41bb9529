//! Checking inclusion and consistency proofs against roots (RFC 9162 §2.1.3.2 and §2.1.4.2).
//!
//! A proof that does not fit is an answer, not a fault: the error says which comparison failed. This file makes no
//! proof and trusts nobody: the roots must come from checkpoints whose signatures were checked.

use crate::hash::{EMPTY_ROOT, Hash, node_hash};

/// Why a proof does not hold, or cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no leaf of that index in a tree of that size.
    #[error("prove leaf {index}: outside a tree of {size} leaves")]
    IndexOutside {
        /// Zero-based index of the leaf.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("prove consistency: the older tree has {old} leaves, the newer {new}")]
    OldLarger {
        /// Leaves of the older tree.
        old: u64,
        /// Leaves of the newer tree.
        new: u64,
    },
    /// The proof has more or fewer hashes than these sizes need.
    #[error("check a proof: it has {found} hashes, these sizes need another number")]
    WrongLength {
        /// Hashes in the proof.
        found: usize,
    },
    /// The leaf and the proof lead to another root.
    #[error("check a proof: it leads to another root")]
    RootDiffers,
    /// The proof does not lead to the older root.
    #[error("check a consistency proof: it leads to another older root")]
    OldRootDiffers,
}

/// Checks that the leaf with this hash is number `index` of the tree of `size` leaves with this root.
///
/// # Errors
/// [`ProofError`] naming the comparison that failed.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutside { index, size });
    }
    let wrong_length = ProofError::WrongLength { found: proof.len() };
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return Err(wrong_length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A right edge that is not a right child is its own parent for some levels.
            if node & 1 == 0 {
                let skipped = node.trailing_zeros();
                node >>= skipped;
                last >>= skipped;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::RootDiffers) }
}

/// Checks that the tree of `new` leaves with `new_root` begins with the tree of `old` leaves with `old_root`.
///
/// Between equal sizes, and from the empty tree, only the empty proof holds; the empty tree has only [`EMPTY_ROOT`].
///
/// # Errors
/// [`ProofError`] naming the comparison that failed.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::OldLarger { old, new });
    }
    let wrong_length = ProofError::WrongLength { found: proof.len() };
    if old == 0 || old == new {
        return if !proof.is_empty() {
            Err(wrong_length)
        } else if old == 0 && *old_root != EMPTY_ROOT {
            Err(ProofError::OldRootDiffers)
        } else if (new == 0 && *new_root != EMPTY_ROOT) || (old == new && old_root != new_root) {
            Err(ProofError::RootDiffers)
        } else {
            Ok(())
        };
    }
    // An old size that is a power of two is itself a node on the path, and is left out of the proof.
    let (first, rest) = match proof.split_first() {
        _ if old.is_power_of_two() => (old_root, proof),
        Some((first, rest)) => (first, rest),
        None => return Err(wrong_length),
    };
    let shift = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(wrong_length);
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            if node & 1 == 0 {
                let skipped = node.trailing_zeros();
                node >>= skipped;
                last >>= skipped;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length);
    }
    if old_hash != *old_root {
        return Err(ProofError::OldRootDiffers);
    }
    if new_hash != *new_root {
        return Err(ProofError::RootDiffers);
    }
    Ok(())
}
