//! Hash trees over parts of a film (`merkle` of `c2pa.hash.bmff.v2` and `.v3`): over blocks of what its `mdat` boxes hold, or over the
//! fragments that `moof` boxes begin.
//!
//! All parts are at hand, so the tree is built from them up to the row that the binding states; the proofs that lie in the file for
//! players, which have one part at a time, are not needed and not read. Trees over the chunks of tracks, and fragments in files of
//! their own, are named and not checked. Method: C2PA Technical Specification 2.1, "BMFF-Based Hash".

use ciborium::Value;
use ring::digest;

use super::binding::{At, Bound, algorithm, of_boxes};
use super::cbor;

/// Trees of one binding.
const MOST_TREES: usize = 1_000;
/// Leaves of all trees of a binding.
const MOST_LEAVES: usize = 4_000_000;
/// A box of film data is hashed from here on, whichever length its head has.
const HEAD: usize = 16;

/// A film as its binding sees it.
pub struct Film<'a> {
    /// The file.
    pub file: &'a [u8],
    /// Its outermost boxes.
    pub top: &'a [At],
    /// What the binding leaves out.
    pub left: &'a [std::ops::Range<usize>],
    /// The binding's label without its number.
    pub label: &'a str,
}

/// Holds the trees of a binding against the film.
pub fn check(said: &Value, default: &str, film: &Film<'_>) -> Bound {
    let trees = cbor::list(said, "merkle");
    if trees.is_empty() || trees.len() > MOST_TREES {
        return Bound::Unknown("its trees of hashes are none, or more than are read".into());
    }
    let is_fragmented = film.top.iter().any(|one| &one.kind == b"moof");
    let mut left = MOST_LEAVES;
    for tree in trees {
        let name = cbor::text(tree, "alg").unwrap_or(default);
        let Some(algorithm) = algorithm(name) else {
            return Bound::Unknown(format!("the digest of a tree is not known here: {}", cbor::clean(name)));
        };
        let leaves = if is_fragmented || cbor::bytes(tree, "initHash").is_some() {
            match fragments(tree, algorithm, film) {
                Ok(leaves) => leaves,
                Err(unknown) => return unknown,
            }
        } else {
            match blocks(tree, algorithm, film, left) {
                Ok(leaves) => leaves,
                Err(bound) => return bound,
            }
        };
        left = left.saturating_sub(leaves.len());
        let is_whole = cbor::number(tree, "count") == Some(leaves.len() as u64);
        match (is_whole && fits(leaves, algorithm, cbor::list(tree, "hashes")), is_fragmented) {
            (true, _) => {}
            (false, false) => return Bound::Differs,
            // How fragments are hashed is read from the specification alone: no film of another program was at hand to compare with.
            (false, true) => return Bound::Unknown(UNSURE.into()),
        }
    }
    Bound::Matches
}

/// Why a tree over fragments that does not fit is no finding.
const UNSURE: &str = "its tree of hashes over fragments does not fit as it is read here, and no other program's was at hand to compare with";

/// The boxes of data over whose blocks there is a tree.
pub fn data_bound(said: &Value, top: &[At]) -> Vec<At> {
    let is_blocks = |tree: &&Value| {
        ["fixedBlockSize", "variableBlockSizes"].iter().any(|name| cbor::get(tree, name).is_some_and(|v| !v.is_null()))
    };
    let trees = cbor::list(said, "merkle").iter().take(MOST_TREES).filter(is_blocks);
    let which: std::collections::BTreeSet<u64> = trees.filter_map(|tree| cbor::number(tree, "localId")).collect();
    let data = top.iter().filter(|one| &one.kind == b"mdat");
    data.zip(0u64..).filter(|(_, number)| which.contains(number)).map(|(one, _)| *one).collect()
}

/// Leaves over what the box of data of this tree holds.
fn blocks(
    tree: &Value,
    algorithm: &'static digest::Algorithm,
    film: &Film<'_>,
    most: usize,
) -> Result<Vec<digest::Digest>, Bound> {
    let unknown = |why: &str| Bound::Unknown(why.into());
    let which = cbor::number(tree, "localId").and_then(|n| usize::try_from(n).ok());
    let mut data = film.top.iter().filter(|one| &one.kind == b"mdat");
    let Some(one) = which.and_then(|which| data.nth(which)) else {
        return Err(unknown("a tree of hashes is over a part of the film that cannot be looked up here"));
    };
    let mut rest = film.file.get(one.from + HEAD..one.end).unwrap_or_default();
    let mut leaves = Vec::new();
    let sizes = cbor::list(tree, "variableBlockSizes");
    if let Some(size) = cbor::number(tree, "fixedBlockSize").and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0) {
        if rest.len().div_ceil(size) > most {
            return Err(unknown("its trees have more leaves than are read"));
        }
        leaves.extend(rest.chunks(size).map(|block| digest::digest(algorithm, block)));
    } else if !sizes.is_empty() && sizes.len() <= most {
        for size in sizes {
            let size = size.as_integer().and_then(|n| usize::try_from(n).ok());
            let Some((block, behind)) = size.and_then(|size| rest.split_at_checked(size)) else {
                return Err(Bound::Differs);
            };
            leaves.push(digest::digest(algorithm, block));
            rest = behind;
        }
        // What no leaf covers, nobody signed.
        if !rest.is_empty() {
            return Err(Bound::Differs);
        }
    } else {
        return Err(unknown("a tree of hashes over the chunks of a track, which is not checked here"));
    }
    Ok(leaves)
}

/// Leaves over fragments, once what comes before the first of them fits.
fn fragments(
    tree: &Value,
    algorithm: &'static digest::Algorithm,
    film: &Film<'_>,
) -> Result<Vec<digest::Digest>, Bound> {
    let begins: Vec<usize> =
        film.top.iter().enumerate().filter(|(_, one)| &one.kind == b"moof").map(|(i, _)| i).collect();
    let Some(first) = begins.first() else {
        return Err(Bound::Unknown("its fragments lie in other files, which are not at hand here".into()));
    };
    let hashed = |boxes: &[At]| of_boxes(film.label, algorithm, film.file, boxes, film.left);
    if cbor::bytes(tree, "initHash").is_some_and(|wanted| wanted != hashed(&film.top[..*first]).as_ref()) {
        return Err(Bound::Unknown(UNSURE.into()));
    }
    let ends = begins.iter().skip(1).copied().chain([film.top.len()]);
    Ok(begins.iter().zip(ends).map(|(from, until)| hashed(&film.top[*from..until])).collect())
}

/// Is one of the layers above these leaves the row that the tree states? A node without a sibling stands for itself one layer up.
fn fits(leaves: Vec<digest::Digest>, algorithm: &'static digest::Algorithm, row: &[Value]) -> bool {
    let mut layer = leaves;
    while layer.len() > row.len().max(1) {
        let above = layer.chunks(2).map(|pair| match pair {
            [left, right] => {
                let mut context = digest::Context::new(algorithm);
                context.update(left.as_ref());
                context.update(right.as_ref());
                context.finish()
            }
            alone => alone[0],
        });
        layer = above.collect();
    }
    !row.is_empty()
        && layer.len() == row.len()
        && layer.iter().zip(row).all(|(node, stated)| stated.as_bytes().is_some_and(|stated| stated == node.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use digest::{SHA256, digest};

    fn map(fields: &[(&str, Value)]) -> Value {
        Value::Map(fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
    }

    fn bytes(bytes: impl AsRef<[u8]>) -> Value {
        Value::Bytes(bytes.as_ref().to_vec())
    }

    fn two(left: impl AsRef<[u8]>, right: impl AsRef<[u8]>) -> digest::Digest {
        digest(&SHA256, &[left.as_ref(), right.as_ref()].concat())
    }

    fn told(tree: &[(&str, Value)], file: &[u8], kinds: &[(&[u8; 4], usize)]) -> Bound {
        let mut from = 0;
        let mut top = Vec::new();
        for (kind, length) in kinds {
            top.push(At { kind: **kind, from, body: from + 8, end: from + length });
            from += length;
        }
        let said = map(&[("merkle", Value::Array(vec![map(tree)]))]);
        check(&said, "sha256", &Film { file, top: &top, left: &[], label: "c2pa.hash.bmff.v3" })
    }

    #[test]
    fn blocks_of_the_film_are_held_against_any_row_of_the_tree() {
        let file = [&[0; 16][..], b"aabbc"].concat();
        let leaf = |block: &[u8]| digest(&SHA256, block);
        let row = vec![bytes(two(leaf(b"aa"), leaf(b"bb"))), bytes(leaf(b"c"))];
        let root = vec![bytes(two(two(leaf(b"aa"), leaf(b"bb")), leaf(b"c")))];
        let leaves = vec![bytes(leaf(b"aa")), bytes(leaf(b"bb")), bytes(leaf(b"c"))];
        let tree = |hashes: &[Value], sizes: (&'static str, Value)| {
            [("localId", 0.into()), ("count", 3.into()), ("hashes", Value::Array(hashes.to_vec())), sizes]
        };
        let kinds: [(&[u8; 4], usize); 1] = [(b"mdat", file.len())];
        let mut other = file.clone();
        other[20] ^= 1;
        let sizes = Value::Array(vec![2.into(), 2.into(), 1.into()]);
        for hashes in [&row, &root, &leaves] {
            for stated in [("fixedBlockSize", 2.into()), ("variableBlockSizes", sizes.clone())] {
                assert_eq!(told(&tree(hashes, stated.clone()), &file, &kinds), Bound::Matches);
                assert_eq!(told(&tree(hashes, stated), &other, &kinds), Bound::Differs);
            }
        }
        let short = Value::Array(vec![2.into(), 2.into()]);
        assert_eq!(told(&tree(&leaves, ("variableBlockSizes", short)), &file, &kinds), Bound::Differs);
        assert_eq!(told(&tree(&leaves[..2], ("fixedBlockSize", 2.into())), &file, &kinds), Bound::Differs);
        assert_eq!(told(&tree(&[], ("fixedBlockSize", 2.into())), &file, &kinds), Bound::Differs);
        assert!(matches!(told(&tree(&leaves, ("fixedBlockSize", 0.into())), &file, &kinds), Bound::Unknown(_)));
        assert!(matches!(told(&tree(&leaves, ("fixedBlockSize", 2.into())), &file, &[]), Bound::Unknown(_)));
    }

    #[test]
    fn fragments_match_or_nothing_is_said_of_them() {
        let file = b"0123456789moofmdatmoofmdat";
        let kinds: [(&[u8; 4], usize); 5] = [(b"moov", 10), (b"moof", 4), (b"mdat", 4), (b"moof", 4), (b"mdat", 4)];
        let at = |places: &[(u64, &[u8])]| {
            let all: Vec<u8> = places.iter().flat_map(|(at, body)| [&at.to_be_bytes()[..], body].concat()).collect();
            digest(&SHA256, &all)
        };
        let first = at(&[(10, b"moof"), (14, b"mdat")]);
        let second = at(&[(18, b"moof"), (22, b"mdat")]);
        let tree = [
            ("initHash", bytes(at(&[(0, b"0123456789")]))),
            ("count", 2.into()),
            ("hashes", Value::Array(vec![bytes(two(first, second))])),
        ];
        assert_eq!(told(&tree, file, &kinds), Bound::Matches);
        assert!(matches!(told(&tree, b"0123456789moofmdatmoofmdot", &kinds), Bound::Unknown(_)));
        assert!(matches!(told(&tree, &file[..10], &kinds[..1]), Bound::Unknown(_)));
    }
}
