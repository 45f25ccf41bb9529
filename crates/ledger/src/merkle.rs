//! The tree over leaf hashes that are all at hand (RFC 6962 §2.1): roots and proofs of packs and other short lists.
//!
//! For a tree that lies in tiles use [`crate::tree`] and [`crate::reader`]; both make the same roots and proofs. This
//! file does not hash entries into leaves: pass what [`crate::leaf_hash`] gave.

use crate::hash::{EMPTY_ROOT, Hash, node_hash};
use crate::verify::ProofError;

/// Root of the Merkle tree whose leaves have these hashes; [`EMPTY_ROOT`] for none (RFC 6962 §2.1, MTH).
///
/// O(n) hashes, O(log n) memory.
pub fn merkle_root(leaves: &[Hash]) -> Hash {
    let mut complete: Vec<Hash> = Vec::with_capacity(usize::BITS as usize);
    for (index, leaf) in leaves.iter().enumerate() {
        let mut hash = *leaf;
        // Each trailing one bit of the index is a complete subtree to the left that waits for this one.
        for _ in 0..index.trailing_ones() {
            if let Some(left) = complete.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        complete.push(hash);
    }
    fold_right(complete)
}

/// Joins complete subtrees, ordered from left and largest to right and smallest, into one root.
pub(crate) fn fold_right(mut complete: Vec<Hash>) -> Hash {
    let Some(mut root) = complete.pop() else { return EMPTY_ROOT };
    while let Some(left) = complete.pop() {
        root = node_hash(&left, &root);
    }
    root
}

/// Inclusion proof of leaf `index` in the tree over `leaves`, sibling of the leaf first (RFC 6962 §2.1.1, PATH).
///
/// # Errors
/// [`ProofError::IndexOutside`] when there is no such leaf.
pub fn inclusion_path(leaves: &[Hash], index: u64) -> Result<Vec<Hash>, ProofError> {
    let outside = ProofError::IndexOutside { index, size: leaves.len() as u64 };
    let mut at = usize::try_from(index).map_err(|_| outside)?;
    if at >= leaves.len() {
        return Err(outside);
    }
    let (mut here, mut path) = (leaves, Vec::new());
    while here.len() > 1 {
        let (left, right) = here.split_at(split(here.len()));
        if at < left.len() {
            path.push(merkle_root(right));
            here = left;
        } else {
            path.push(merkle_root(left));
            at -= left.len();
            here = right;
        }
    }
    path.reverse();
    Ok(path)
}

/// Consistency proof from the tree over the first `old` leaves to the tree over all (RFC 6962 §2.1.2, PROOF).
///
/// Empty when `old` is zero or the number of leaves.
///
/// # Errors
/// [`ProofError::OldLarger`] when `old` is more than there are.
pub fn consistency_path(leaves: &[Hash], old: u64) -> Result<Vec<Hash>, ProofError> {
    let larger = ProofError::OldLarger { old, new: leaves.len() as u64 };
    let mut old = usize::try_from(old).map_err(|_| larger)?;
    if old > leaves.len() {
        return Err(larger);
    }
    let (mut here, mut path, mut old_is_whole_left_edge) = (leaves, Vec::new(), true);
    if old == 0 || old == here.len() {
        return Ok(path);
    }
    while old != here.len() {
        let (left, right) = here.split_at(split(here.len()));
        if old <= left.len() {
            path.push(merkle_root(right));
            here = left;
        } else {
            path.push(merkle_root(left));
            old -= left.len();
            here = right;
            old_is_whole_left_edge = false;
        }
    }
    // The verifier already knows the old root; only when it is not a subtree of the new tree must it be rebuilt.
    if !old_is_whole_left_edge {
        path.push(merkle_root(here));
    }
    path.reverse();
    Ok(path)
}

/// The largest power of two smaller than `n`, which must be at least 2.
fn split(n: usize) -> usize {
    debug_assert!(n > 1);
    1 << (n - 1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    #[test]
    fn no_leaf_one_leaf() {
        assert_eq!(merkle_root(&[]), EMPTY_ROOT);
        let only = leaf_hash(b"only");
        assert_eq!(merkle_root(&[only]), only);
        assert_eq!(inclusion_path(&[only], 0), Ok(vec![]));
        assert_eq!(consistency_path(&[only], 0), Ok(vec![]));
        assert_eq!(consistency_path(&[only], 1), Ok(vec![]));
    }

    #[test]
    fn outside_is_an_error() {
        let leaves = [leaf_hash(b"a"), leaf_hash(b"b")];
        assert_eq!(inclusion_path(&leaves, 2), Err(ProofError::IndexOutside { index: 2, size: 2 }));
        assert_eq!(inclusion_path(&[], 0), Err(ProofError::IndexOutside { index: 0, size: 0 }));
        assert_eq!(consistency_path(&leaves, 3), Err(ProofError::OldLarger { old: 3, new: 2 }));
    }

    #[test]
    fn splits_at_the_largest_smaller_power_of_two() {
        for (n, k) in [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (256, 128), (257, 256)] {
            assert_eq!(split(n), k, "{n}");
        }
    }
}
