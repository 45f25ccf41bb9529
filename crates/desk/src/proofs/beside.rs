//! Signatures that lie beside the file that they are of, as files of a folder: `mill.jpg.asc` beside `mill.jpg`, or, as ProofMode names them,
//! `HASH.asc` wherever the file with that hash is; and files of keys beside them.
//!
//! An analyzer gets the bytes of one item, so the parcel that it gets of a signature holds all of these: put together by the parent, which
//! only looks at names and hashes, and read in the child. A signature and its file must have come in together; of several files of one
//! name none is chosen.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_archive::Archive;
use witnessmark_model::ItemId;

/// The media type under which the child is given a parcel.
pub const PARCEL: &str = "application/x-signature-parcel";
/// Bytes of the largest file whose signature is checked so.
const MOST_BYTES: u64 = 384 << 20;
/// Bytes of a signature, or of a file of keys.
const LONGEST_PROOF: u64 = 1 << 20;
/// Files of keys that are tried.
const MOST_KEYS: usize = 32;

/// Is this the name of a signature or of a file of keys?
pub fn is_one(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".asc", ".sig"].iter().any(|ending| name.ends_with(ending))
}

/// Names and bytes, one behind the other: both lengths (8 bytes each, most significant first), name, bytes.
pub fn pack(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parcel = Vec::new();
    for (name, bytes) in files {
        parcel.extend((name.len() as u64).to_be_bytes());
        parcel.extend((bytes.len() as u64).to_be_bytes());
        parcel.extend(name.as_bytes());
        parcel.extend_from_slice(bytes);
    }
    parcel
}

/// What [`pack`] wrote; `None` for anything else.
pub fn unpack(mut parcel: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    while !parcel.is_empty() {
        let mut length = || -> Option<usize> {
            let (head, rest) = parcel.split_first_chunk::<8>()?;
            parcel = rest;
            usize::try_from(u64::from_be_bytes(*head)).ok()
        };
        let (name, bytes) = (length()?, length()?);
        let (name, rest) = parcel.split_at_checked(name)?;
        let (bytes, rest) = rest.split_at_checked(bytes)?;
        parcel = rest;
        files.insert(String::from_utf8(name.to_vec()).ok()?, bytes.to_vec());
    }
    Some(files)
}

/// Items in clear by the names that they came under.
#[derive(Debug, Default)]
pub struct Beside {
    by_name: BTreeMap<String, BTreeSet<ItemId>>,
}

impl Beside {
    /// Of all that lies in clear in an archive.
    pub fn of(archive: &Archive) -> Beside {
        let mut by_name: BTreeMap<String, BTreeSet<ItemId>> = BTreeMap::new();
        let world = archive.world();
        for item in world.items() {
            for (_, capture) in world.captures(item).filter(|(_, capture)| capture.subject.is_none()) {
                for name in capture.names.get().into_iter().flatten() {
                    by_name.entry(name.clone()).or_default().insert(item);
                }
            }
        }
        Beside { by_name }
    }

    /// The item of which a signature of this name is: under the name without the ending, or with the hash that is the name.
    fn signed(&self, archive: &Archive, bare: &str) -> Result<Option<(String, ItemId)>, String> {
        if let Some(found) = self.by_name.get(bare) {
            let mut found = found.iter();
            return match (found.next(), found.next()) {
                (Some(one), None) => Ok(Some((bare.to_owned(), *one))),
                _ => Err("several files of the name that it is of are here; which one is meant is not said".into()),
            };
        }
        let hash = bare.rsplit('/').next().unwrap_or(bare).to_ascii_lowercase();
        let Ok(item) = hash.parse::<ItemId>() else { return Ok(None) };
        let name = archive.world().captures(item).find(|(_, capture)| capture.subject.is_none()).map(|(_, capture)| {
            capture.names.get().and_then(|names| names.first()).cloned().unwrap_or_else(|| hash.clone())
        });
        Ok(name.map(|name| (name, item)))
    }

    /// Files of keys in the same folder, and in those above it.
    fn keys(&self, folder: &str) -> Vec<(&str, ItemId)> {
        let mut found = Vec::new();
        let mut at = Some(folder);
        while let Some(folder) = at {
            let begins = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            let near = self.by_name.range(begins.clone()..).take_while(|(name, _)| name.starts_with(&begins));
            let near = near.filter(|(name, _)| !name[begins.len()..].contains('/'));
            let is_keys = |name: &str| {
                let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
                let lower = name.to_ascii_lowercase();
                [".asc", ".gpg", ".pgp"].iter().any(|end| lower.ends_with(end)) && !self.by_name.contains_key(bare)
            };
            found.extend(
                near.filter(|(name, _)| is_keys(name))
                    .filter_map(|(name, items)| Some((name.as_str(), *items.first()?))),
            );
            at = if folder.is_empty() { None } else { Some(folder.rsplit_once('/').map_or("", |(above, _)| above)) };
        }
        found.truncate(MOST_KEYS);
        found
    }

    /// The parcel of a signature: it, its file, and the keys about; the error says in words why there is none.
    pub fn parcel(&self, archive: &Archive, item: ItemId, name: &str) -> Result<Vec<u8>, String> {
        let read = |item: ItemId, most: u64| -> Result<Vec<u8>, String> {
            let size = archive.world().captures(item).map(|(_, capture)| capture.size).next().unwrap_or(0);
            if size > most {
                return Err(format!("{size} bytes are too many for checking a signature"));
            }
            archive.read(item).map(|bytes| bytes.to_vec()).map_err(|e| format!("it could not be read: {e}"))
        };
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::from([(name.to_owned(), read(item, LONGEST_PROOF)?)]);
        let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
        if let Some((signed, of)) = self.signed(archive, bare)? {
            files.insert(signed, read(of, MOST_BYTES)?);
        }
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (name, of) in self.keys(folder) {
            if let (false, Ok(bytes)) = (files.contains_key(name), read(of, LONGEST_PROOF)) {
                files.insert(name.to_owned(), bytes);
            }
        }
        let list: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        Ok(pack(&list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_comes_back_whole_or_not_at_all() {
        let parcel = pack(&[("a.jpg", b"mill"), ("a.jpg.asc", b""), ("keys/k.asc", b"key")]);
        let files = unpack(&parcel).unwrap();
        assert_eq!((files.len(), files["a.jpg"].as_slice()), (3, &b"mill"[..]));
        let whole: Vec<usize> = (0..parcel.len()).filter(|cut| unpack(&parcel[..*cut]).is_some()).collect();
        assert_eq!(whole, [0, 25, 50], "only where a file ends");
        assert!(unpack(&[0xff; 40]).is_none());
    }

    #[test]
    fn keys_are_looked_for_in_the_folder_and_above() {
        let names =
            ["a/b/mill.jpg", "a/b/mill.jpg.asc", "a/b/pubkey.asc", "a/root.asc", "c/other.asc", "top.asc", "a/x/y.asc"];
        let item = |i: usize| ItemId([i as u8; 32]);
        let by_name =
            names.iter().enumerate().map(|(i, name)| ((*name).to_owned(), BTreeSet::from([item(i)]))).collect();
        let beside = Beside { by_name };
        let found: Vec<&str> = beside.keys("a/b").into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, ["a/b/pubkey.asc", "a/root.asc", "top.asc"]);
        assert!(is_one("A.JPG.ASC") && is_one("a.sig") && !is_one("asc.jpg"));
    }
}
