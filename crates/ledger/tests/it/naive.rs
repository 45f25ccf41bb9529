//! RFC 6962 §2.1 as the text has it: recursive, slow, and plain enough to be compared with the text by eye.

use witnessmark_ledger::{EMPTY_ROOT, Hash, leaf_hash, node_hash};

/// MTH(D\[n\]), §2.1.
pub fn mth(d: &[Hash]) -> Hash {
    match d.len() {
        0 => EMPTY_ROOT,
        1 => d[0],
        n => node_hash(&mth(&d[..k(n)]), &mth(&d[k(n)..])),
    }
}

/// PATH(m, D\[n\]), §2.1.1.
pub fn path(m: usize, d: &[Hash]) -> Vec<Hash> {
    let n = d.len();
    if n == 1 {
        return vec![];
    }
    let (mut path, sibling) =
        if m < k(n) { (path(m, &d[..k(n)]), mth(&d[k(n)..])) } else { (path(m - k(n), &d[k(n)..]), mth(&d[..k(n)])) };
    path.push(sibling);
    path
}

/// PROOF(m, D\[n\]), §2.1.2, for 0 < m <= n; none for m = 0.
pub fn proof(m: usize, d: &[Hash]) -> Vec<Hash> {
    if m == 0 { vec![] } else { subproof(m, d, true) }
}

fn subproof(m: usize, d: &[Hash], b: bool) -> Vec<Hash> {
    let n = d.len();
    if m == n {
        return if b { vec![] } else { vec![mth(d)] };
    }
    let (mut proof, other) = if m <= k(n) {
        (subproof(m, &d[..k(n)], b), mth(&d[k(n)..]))
    } else {
        (subproof(m - k(n), &d[k(n)..], false), mth(&d[..k(n)]))
    };
    proof.push(other);
    proof
}

/// The largest power of two smaller than n.
fn k(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// Leaf hashes of `n` entries that all differ.
pub fn leaves(n: u64) -> Vec<Hash> {
    (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}
