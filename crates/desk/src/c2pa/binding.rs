//! Does what a claim binds itself to fit the file? Hard bindings of C2PA: hashes of ranges (`c2pa.hash.data`) and of boxes of an ISO base
//! media file (`c2pa.hash.bmff`); trees of hashes lie in [`super::tree`], hashes of segments in [`super::segments`].
//!
//! What a binding leaves out is told: whatever lies there could be anything. Bindings to collections of files, and whatever else is
//! not known here, are named and not checked.

use std::ops::Range;

use ciborium::Value;
use ring::digest;

use super::cbor;
use super::embed::{BOX_ID, top_boxes};
use super::{segments, tree};

/// Ranges that one binding leaves out.
const MOST_RANGES: usize = 10_000;
/// Boxes that are looked at for one binding.
const MOST_BOXES: usize = 200_000;

/// How a binding and a file stand to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// The file fits, but for the bytes that are left out beside the manifest.
    Matches,
    /// It does not.
    Differs,
    /// Why it cannot be told.
    Unknown(String),
}

/// What became of one binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Does the file fit?
    pub bound: Bound,
    /// What it leaves out beside the manifest itself: bytes of the file.
    pub left_out: Vec<Range<usize>>,
    /// The boxes in which that lies, where the file has boxes.
    pub boxes: Vec<String>,
}

impl Binding {
    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Binding { bound: Bound::Unknown(why.into()), left_out: Vec::new(), boxes: Vec::new() }
    }
}

/// Is an assertion of this label a hard binding?
pub fn is_one(label: &str) -> bool {
    label.starts_with("c2pa.hash.")
}

/// The digest of this name.
pub fn algorithm(name: &str) -> Option<&'static digest::Algorithm> {
    match name {
        "sha256" => Some(&digest::SHA256),
        "sha384" => Some(&digest::SHA384),
        "sha512" => Some(&digest::SHA512),
        _ => None,
    }
}

/// Holds the binding of this label against the file. `default` is the claim's digest, `manifest` where its store lies.
pub fn check(label: &str, said: &Value, default: &str, file: &[u8], manifest: &[Range<usize>]) -> Binding {
    let name = cbor::text(said, "alg").unwrap_or(default);
    let Some(algorithm) = algorithm(name) else {
        return Binding::unknown(format!("its digest is not known here: {}", cbor::clean(name)));
    };
    let bare = label.split("__").next().unwrap_or(label);
    match bare {
        "c2pa.hash.data" | "c2pa.hash.data.part" => data(said, algorithm, file, manifest),
        "c2pa.hash.bmff" | "c2pa.hash.bmff.v2" | "c2pa.hash.bmff.v3" => {
            boxes(bare, said, (name, algorithm), file, manifest)
        }
        "c2pa.hash.boxes" => segments::check(said, name, file, manifest),
        "c2pa.hash.collection.data" => Binding::unknown("it binds a collection of files, which is not checked here"),
        other => Binding::unknown(format!("a kind of binding that is not checked here: {}", cbor::clean(other))),
    }
}

fn compared(hash: &digest::Digest, wanted: Option<&[u8]>) -> Bound {
    match wanted {
        Some(wanted) if wanted == hash.as_ref() => Bound::Matches,
        Some(_) => Bound::Differs,
        None => Bound::Unknown("it states no hash".into()),
    }
}

fn data(said: &Value, algorithm: &'static digest::Algorithm, file: &[u8], manifest: &[Range<usize>]) -> Binding {
    let stated = cbor::list(said, "exclusions");
    if stated.len() > MOST_RANGES {
        return Binding::unknown("it leaves out more ranges than are read");
    }
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for range in stated {
        let start = cbor::number(range, "start").and_then(|n| usize::try_from(n).ok());
        let length = cbor::number(range, "length").and_then(|n| usize::try_from(n).ok());
        let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
        match (start, end) {
            (Some(start), Some(end)) if end <= file.len() => ranges.push(start..end),
            _ => return Binding { bound: Bound::Differs, ..Binding::unknown("") },
        }
    }
    ranges.sort_by_key(|range| range.start);
    if ranges.windows(2).any(|pair| pair[1].start < pair[0].end) {
        return Binding::unknown("ranges that it leaves out lie over each other");
    }
    let mut context = digest::Context::new(algorithm);
    let mut at = 0;
    for range in &ranges {
        context.update(&file[at..range.start]);
        at = range.end;
    }
    context.update(&file[at..]);
    let bound = compared(&context.finish(), cbor::bytes(said, "hash"));
    Binding { bound, left_out: beside(&ranges, manifest), boxes: Vec::new() }
}

/// What of these ranges is not the manifest; both in order.
fn beside(ranges: &[Range<usize>], manifest: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut left = Vec::new();
    for range in ranges {
        let mut at = range.start;
        for known in manifest.iter().filter(|known| known.end > range.start && known.start < range.end) {
            if known.start > at {
                left.push(at..known.start);
            }
            at = at.max(known.end);
        }
        if at < range.end {
            left.push(at..range.end);
        }
    }
    left
}

/// A box somewhere in a file: its letters and where it lies.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// Its letters.
    pub kind: [u8; 4],
    /// Where it begins.
    pub from: usize,
    /// Where what it holds begins.
    pub body: usize,
    /// Where it ends.
    pub end: usize,
}

fn below(file: &[u8], parent: &At) -> Vec<At> {
    // `meta` is a full box in ISO's form and none in QuickTime's; what follows tells.
    let body = match &parent.kind {
        b"meta" if file.get(parent.body + 8..parent.body + 12) == Some(b"hdlr") => parent.body + 4,
        _ => parent.body,
    };
    let inside = file.get(body..parent.end).unwrap_or_default();
    let placed = |(kind, from, inner, end)| At { kind, from: body + from, body: body + inner, end: body + end };
    top_boxes(inside).into_iter().map(placed).collect()
}

/// The boxes that a path such as `/moov[1]/trak[2]` names; `None` for a path that cannot be read.
fn named(file: &[u8], top: &[At], path: &str, seen: &mut usize) -> Option<Vec<At>> {
    let mut level: Vec<Vec<At>> = vec![top.to_vec()];
    let mut found = Vec::new();
    let steps: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    if steps.len() > 16 {
        return None;
    }
    for (i, step) in steps.iter().enumerate() {
        let (name, which) = match step.split_once('[') {
            Some((name, number)) => (name, Some(number.strip_suffix(']')?.parse::<usize>().ok()?)),
            None => (*step, None),
        };
        found = Vec::new();
        for group in &level {
            *seen += group.len();
            let fits = group.iter().filter(|one| one.kind.iter().map(|b| char::from(*b)).eq(name.chars()));
            match which {
                Some(number) => found.extend(fits.copied().nth(number.checked_sub(1)?)),
                None => found.extend(fits.copied()),
            }
        }
        if *seen > MOST_BOXES {
            return None;
        }
        if i + 1 < steps.len() {
            level = found.iter().map(|one| below(file, one)).collect();
        }
    }
    Some(found)
}

/// Does an exclusion mean this box: its length, version, flags and bytes?
fn is_meant(exclusion: &Value, file: &[u8], one: &At) -> bool {
    let length = cbor::number(exclusion, "length").is_none_or(|length| length == (one.end - one.from) as u64);
    let version = cbor::number(exclusion, "version")
        .is_none_or(|version| file.get(one.body).map(|b| u64::from(*b)) == Some(version));
    let flags = cbor::bytes(exclusion, "flags").is_none_or(|wanted| {
        let there = file.get(one.body + 1..one.body + 4).unwrap_or_default();
        let is_exact = cbor::get(exclusion, "exact").and_then(Value::as_bool).unwrap_or(true);
        if is_exact {
            wanted == there
        } else {
            wanted.len() == there.len() && wanted.iter().zip(there).all(|(wanted, there)| wanted & there == *wanted)
        }
    });
    let data = cbor::list(exclusion, "data").iter().all(|part| {
        let offset = cbor::number(part, "offset").and_then(|n| usize::try_from(n).ok());
        let from = offset.and_then(|offset| one.from.checked_add(offset));
        let value = cbor::bytes(part, "value").unwrap_or_default();
        from.and_then(|from| file[..one.end].get(from..from.checked_add(value.len())?)) == Some(value)
    });
    length && version && flags && data
}

/// The ranges of a box that an exclusion leaves out: all of it, or the parts it names.
fn parts_of(exclusion: &Value, one: &At) -> Vec<Range<usize>> {
    let subset = cbor::list(exclusion, "subset");
    if subset.is_empty() {
        return std::iter::once(one.from..one.end).collect();
    }
    let cut = |part: &Value| {
        let offset = usize::try_from(cbor::number(part, "offset")?).ok()?;
        let from = one.from.checked_add(offset).filter(|from| *from < one.end)?;
        let until = match usize::try_from(cbor::number(part, "length")?).ok()? {
            0 => one.end,
            length => from.saturating_add(length).min(one.end),
        };
        Some(from..until)
    };
    subset.iter().take(MOST_RANGES).filter_map(cut).collect()
}

fn boxes(
    label: &str,
    said: &Value,
    (name, algorithm): (&str, &'static digest::Algorithm),
    file: &[u8],
    manifest: &[Range<usize>],
) -> Binding {
    let top: Vec<At> =
        top_boxes(file).into_iter().map(|(kind, from, body, end)| At { kind, from, body, end }).collect();
    if top.last().map(|last| last.end) != Some(file.len()) {
        return Binding::unknown("the file is not boxes up to its end");
    }
    let (mut ranges, mut told, mut seen) = (Vec::new(), Vec::new(), 0);
    for exclusion in cbor::list(said, "exclusions").iter().take(MOST_RANGES) {
        let path = cbor::text(exclusion, "xpath").unwrap_or_default();
        let Some(found) = named(file, &top, path, &mut seen) else {
            return Binding::unknown(format!("it leaves out what cannot be looked up here: {}", cbor::clean(path)));
        };
        for one in found.into_iter().filter(|one| is_meant(exclusion, file, one)) {
            let is_ours = &one.kind == b"uuid" && file.get(one.body..one.body + 16) == Some(&BOX_ID);
            let cut = parts_of(exclusion, &one);
            if !is_ours && !cut.is_empty() {
                told.push(cbor::clean(path));
            }
            ranges.extend(cut);
        }
    }
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    told.sort();
    told.dedup();
    let has_trees = cbor::get(said, "merkle").is_some_and(|trees| !trees.is_null());
    let whole = match cbor::bytes(said, "hash") {
        // Of a film in fragments only they are hashed.
        None if has_trees => Bound::Matches,
        wanted => compared(&of_boxes(label, algorithm, file, &top, &apart), wanted),
    };
    let bound = match whole {
        Bound::Matches if has_trees => tree::check(said, name, &tree::Film { file, top: &top, left: &apart, label }),
        whole => whole,
    };
    // What a tree binds is left out of the hash of the whole, and yet not left out.
    let bound_by_trees = tree::data_bound(said, &top);
    if !bound_by_trees.is_empty() && bound_by_trees.len() == top.iter().filter(|one| &one.kind == b"mdat").count() {
        told.retain(|path| !path.starts_with("/mdat"));
    }
    // Nor is the binding's own apparatus: the manifest, and proofs for players.
    let own = top.iter().filter(|one| &one.kind == b"uuid" && file.get(one.body..one.body + 16) == Some(&BOX_ID));
    let mut known: Vec<Range<usize>> = own.map(|one| one.from..one.end).chain(manifest.iter().cloned()).collect();
    known.extend(bound_by_trees.iter().map(|one| one.from..one.end));
    known.sort_by_key(|range| range.start);
    Binding { bound, left_out: beside(&apart, &known), boxes: told }
}

/// From version 2 on, where each outermost box lies is hashed before what is in it, unless all of it is left out.
pub(super) fn of_boxes(
    label: &str,
    algorithm: &'static digest::Algorithm,
    file: &[u8],
    top: &[At],
    left: &[Range<usize>],
) -> digest::Digest {
    let mut context = digest::Context::new(algorithm);
    for one in top {
        if left.iter().any(|range| range.start <= one.from && one.end <= range.end) {
            continue;
        }
        if label != "c2pa.hash.bmff" {
            context.update(&(one.from as u64).to_be_bytes());
        }
        let mut at = one.from;
        for range in left.iter().filter(|range| range.end > one.from && range.start < one.end) {
            context.update(&file[at..range.start.max(at)]);
            at = range.end.min(one.end);
        }
        context.update(&file[at..one.end]);
    }
    context.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: &[(&str, Value)]) -> Value {
        Value::Map(fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
    }

    fn excluding(ranges: &[(u64, u64)], hash: &[u8]) -> Value {
        let list =
            ranges.iter().map(|(start, length)| map(&[("start", (*start).into()), ("length", (*length).into())]));
        map(&[("exclusions", Value::Array(list.collect())), ("hash", Value::Bytes(hash.to_vec()))])
    }

    fn sha256(bytes: &[u8]) -> Vec<u8> {
        digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
    }

    #[test]
    fn what_a_binding_leaves_out_beside_the_manifest_is_told() {
        let file = b"mill MANIFEST island";
        let whole = excluding(&[(5, 9)], &sha256(b"mill island"));
        let ours: Vec<Range<usize>> = std::iter::once(5..13).collect();
        let found = check("c2pa.hash.data", &whole, "sha256", file, &ours);
        assert_eq!((found.bound, found.left_out), (Bound::Matches, std::iter::once(13..14).collect()));
        assert_eq!(check("c2pa.hash.data", &whole, "sha256", b"mill MANIFEST islamd", &ours).bound, Bound::Differs);
        assert_eq!(check("c2pa.hash.data", &whole, "sha256", b"mill", &ours).bound, Bound::Differs);
        for ranges in [&[(5u64, u64::MAX)][..], &[(u64::MAX, 2)]] {
            let wild = excluding(ranges, b"");
            assert_eq!(check("c2pa.hash.data", &wild, "sha256", file, &ours).bound, Bound::Differs, "{ranges:?}");
        }
        let over = excluding(&[(2, 5), (4, 5)], b"");
        assert!(matches!(check("c2pa.hash.data", &over, "sha256", file, &ours).bound, Bound::Unknown(_)));
        assert!(matches!(check("c2pa.hash.data", &whole, "md5", file, &ours).bound, Bound::Unknown(_)));
        assert!(matches!(check("c2pa.hash.boxes", &whole, "sha256", file, &ours).bound, Bound::Unknown(_)));
    }

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    #[test]
    fn boxes_are_hashed_with_their_places() {
        let inner = boxed(b"udta", b"words");
        let movie = boxed(b"moov", &[boxed(b"mvhd", b"head"), inner.clone()].concat());
        let file = [boxed(b"ftyp", b"mp42"), movie.clone(), boxed(b"mdat", b"film")].concat();
        let kept = movie.len() - inner.len();
        let hashed = [
            &12u64.to_be_bytes()[..],
            &movie[..kept],
            &(12 + movie.len() as u64).to_be_bytes(),
            &boxed(b"mdat", b"film"),
        ]
        .concat();
        let paths = ["/ftyp", "/moov/udta[1]"].map(|path| map(&[("xpath", path.into())]));
        let said = map(&[("exclusions", Value::Array(paths.to_vec())), ("hash", Value::Bytes(sha256(&hashed)))]);
        let found = check("c2pa.hash.bmff.v3", &said, "sha256", &file, &[]);
        assert_eq!((found.bound, found.boxes.join(" ").as_str()), (Bound::Matches, "/ftyp /moov/udta[1]"));
        let mut other = file.clone();
        *other.last_mut().unwrap() ^= 1;
        assert_eq!(check("c2pa.hash.bmff.v3", &said, "sha256", &other, &[]).bound, Bound::Differs);
        assert!(matches!(check("c2pa.hash.bmff.v3", &said, "sha256", &file[..20], &[]).bound, Bound::Unknown(_)));
        let bad = map(&[("exclusions", Value::Array(vec![map(&[("xpath", "/moov[".into())])]))]);
        assert!(matches!(check("c2pa.hash.bmff.v3", &bad, "sha256", &file, &[]).bound, Bound::Unknown(_)));
    }
}
