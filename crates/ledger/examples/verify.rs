//! A second implementation of `docs/spec/ledger.md`, to be read beside it; it uses nothing of the crate it lies in.
//!
//! `verify LEDGER_DIR VKEY` prints a line per result. Exit status 0: all holds; 1: something does not; 2: could not tell.
//! It cannot see whether an entry is right, when it was made, or whether others were shown another ledger.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::path::Path;
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

type Hash = [u8; 32];

/// Why the answer is not yes: the files say otherwise, or a file or the key cannot be read.
#[derive(Debug, PartialEq)]
pub(crate) enum Not {
    Holds(String),
    Told(String),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = match arguments.as_slice() {
        [folder, vkey] => verify(Path::new(folder), vkey, &mut |line| println!("holds: {line}")),
        _ => Err(Not::Told("usage: verify LEDGER_DIR VKEY".into())),
    };
    match answer {
        Ok(()) => ExitCode::SUCCESS,
        Err(Not::Holds(why)) => (println!("DOES NOT HOLD: {why}"), ExitCode::from(1)).1,
        Err(Not::Told(why)) => (eprintln!("could not tell: {why}"), ExitCode::from(2)).1,
    }
}

/// Checks a ledger, from its checkpoint to its last byte.
pub(crate) fn verify(folder: &Path, vkey: &str, say: &mut dyn FnMut(String)) -> Result<(), Not> {
    let (origin, size, root) = checkpoint(&read(folder, "checkpoint")?, vkey)?;
    say(format!("the checkpoint of {origin} over {size} entries is signed by the key that was given"));

    let mut row: Vec<Hash> = Vec::new();
    for index in 0..size.div_ceil(256) {
        let (path, width) = place("entries", index, size);
        let bundle = read(folder, &path)?;
        let entries = entries(&bundle).unwrap_or_default();
        hold(entries.len() as u64 == width, || format!("{path} is not a bundle of {width} entries"))?;
        for entry in entries {
            hold(is_leaf(entry, &origin), || format!("entry {} has not the form of an entry of {origin}", row.len()))?;
            row.push(Sha256::new().chain_update([0]).chain_update(entry).finalize().into());
        }
    }
    say(format!("{size} entries have the form witnessmark.entry/v1 of {origin}"));

    hold(tree_hash(&row) == root, || "the entries have another root than the one that was signed".into())?;
    say("the entries have the root that was signed".into());

    let (mut level, mut tiles) = (0, 0);
    while !row.is_empty() {
        for (index, hashes) in (0..).zip(row.chunks(256)) {
            let (path, _) = place(&level.to_string(), index, row.len() as u64);
            hold(read(folder, &path)? == hashes.as_flattened(), || format!("{path} is not what the entries give"))?;
            tiles += 1;
        }
        row = row.chunks_exact(256).map(tree_hash).collect();
        level += 1;
    }
    say(format!("{tiles} tiles are what the entries give"));
    Ok(())
}

fn hold(yes: bool, otherwise: impl FnOnce() -> String) -> Result<(), Not> {
    if yes { Ok(()) } else { Err(Not::Holds(otherwise())) }
}

fn read(folder: &Path, path: &str) -> Result<Vec<u8>, Not> {
    std::fs::read(folder.join(path)).map_err(|e| Not::Told(format!("read {path}: {e}")))
}

/// Origin, size and root of a checkpoint that the key has signed.
fn checkpoint(note: &[u8], vkey: &str) -> Result<(String, u64, Hash), Not> {
    let (name, id, public) = key(vkey).ok_or_else(|| Not::Told("read the key: not name+id+key".into()))?;
    let note = std::str::from_utf8(note).ok().and_then(|note| note.rsplit_once("\n\n"));
    let (text, lines) = note.ok_or_else(|| Not::Holds("the checkpoint is no signed note".into()))?;
    let text = format!("{text}\n");
    let ours: Vec<[u8; 64]> = (lines.split('\n'))
        .filter_map(|line| line.strip_prefix("— ")?.strip_prefix(name)?.strip_prefix(' '))
        .filter_map(|base64| STANDARD.decode(base64).ok()?.strip_prefix(&id)?.try_into().ok())
        .collect();
    let fits = |bytes| public.verify_strict(text.as_bytes(), &Signature::from_bytes(bytes)).is_ok();
    let signed = !ours.is_empty() && ours.iter().all(fits);
    hold(signed, || "the checkpoint is not signed by the key that was given".into())?;
    let head = |text: &str| {
        let [origin, size, root] = text.split('\n').take(3).collect::<Vec<_>>().try_into().ok()?;
        let number = size.parse().ok().filter(|n: &u64| n.to_string() == size && origin == name)?;
        Some((origin.to_owned(), number, STANDARD.decode(root).ok()?.try_into().ok()?))
    };
    head(&text).ok_or_else(|| Not::Holds("the signed text is not a checkpoint of the log that the key names".into()))
}

/// Name, id and public key in a verifier key.
fn key(vkey: &str) -> Option<(&str, [u8; 4], VerifyingKey)> {
    let [name, id, typed] = vkey.splitn(3, '+').collect::<Vec<_>>().try_into().ok()?;
    let typed = STANDARD.decode(typed).ok().filter(|typed| typed.len() == 33 && typed[0] == 1)?;
    let hash = *Sha256::digest([name.as_bytes(), b"\n", &typed].concat()).first_chunk()?;
    let matches = format!("{:08x}", u32::from_be_bytes(hash)) == id;
    matches.then_some((name, hash, VerifyingKey::from_bytes(typed.last_chunk()?).ok()?))
}

/// Path of a tile or bundle in a row of so many hashes or entries, and how many of them it has.
fn place(level: &str, index: u64, row: u64) -> (String, u64) {
    let (mut path, mut rest, width) = (format!("{:03}", index % 1000), index / 1000, (row - index * 256).min(256));
    while rest > 0 {
        (path, rest) = (format!("x{:03}/{path}", rest % 1000), rest / 1000);
    }
    let partial = if width < 256 { format!(".p/{width}") } else { String::new() };
    (format!("tile/{level}/{path}{partial}"), width)
}

/// The entries of a bundle, each after its length as big-endian u16.
fn entries(mut bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk() {
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        bundle = rest;
    }
    bundle.is_empty().then_some(entries)
}

/// Whether an entry is a header, this log's origin, and digests in ascending order, each line ended.
fn is_leaf(entry: &[u8], origin: &str) -> bool {
    let is_digest = |line: &&str| URL_SAFE_NO_PAD.decode(line).is_ok_and(|digest| digest.len() == 32);
    let text = std::str::from_utf8(entry).ok().and_then(|text| text.strip_suffix('\n'));
    let lines: Vec<&str> = text.unwrap_or_default().split('\n').collect();
    let [header, named, digests @ ..] = lines.as_slice() else { return false };
    let whole = *header == "witnessmark.entry/v1" && *named == origin && (1..=64).contains(&digests.len());
    whole && digests.iter().all(is_digest) && digests.is_sorted_by(|a, b| a < b)
}

/// Root of a Merkle tree over leaf hashes (RFC 6962 §2.1).
fn tree_hash(leaves: &[Hash]) -> Hash {
    let (left, right) = match leaves {
        [] => return Sha256::digest([]).into(),
        [only] => return *only,
        _ => leaves.split_at(leaves.len().next_power_of_two() / 2),
    };
    Sha256::digest([&[1], &tree_hash(left)[..], &tree_hash(right)[..]].concat()).into()
}
