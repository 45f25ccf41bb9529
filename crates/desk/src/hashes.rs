//! Hashes of pictures in sorted runs under `derived/`, so that a weighing joins only what came since the last one, and one hash is looked
//! for among millions without reading them.
//!
//! Everything here can be deleted: it is made anew from the rows of packs, and whatever does not fit what is at hand is. Only one
//! process writes; another that wants to meanwhile does without. Sealed pictures are not in it: nothing that was made of them may
//! outlive their key. It deliberately keeps only which pictures hang together; which pairs those are is asked of the pictures.
//!
//! Files: `N.run` ([`witnessmark_weigh::pictures::runs`]); `items`, 32 bytes each; `pairs`, two u32 each; `contents`, one line of JSON and
//! the rows that are in no run, 37 bytes each. `contents` is replaced last: what it does not count is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use witnessmark_analyze::media::pdq;
use witnessmark_archive::Archive;
use witnessmark_archive::store::{self, Lock};
use witnessmark_model::ItemId;
use witnessmark_weigh::pictures::shelf::{Contents, Joined, Shelf};
use witnessmark_weigh::pictures::{LEAST_QUALITY, Row, SAME_WITHIN};

use crate::facts::{Item, PictureHash};

mod folder;
mod likely;

pub use folder::Folder;
pub use likely::{Likely, likely};

/// Bytes of a loose row.
const LOOSE_BYTES: usize = 37;
/// Fewer pictures than these are joined anew each time: it costs less than looking here.
const LEAST: usize = 2_000;

/// What hangs together, of which pictures.
#[derive(Debug, Clone, Default)]
pub struct Near {
    /// The pictures that were joined.
    pub joined: BTreeSet<ItemId>,
    /// Enough pairs to connect what is connected.
    pub connected: Vec<(ItemId, ItemId)>,
}

/// The folder of an archive.
pub fn folder(archive: &Archive) -> PathBuf {
    archive.layout().derived().join("hashes")
}

/// Hashes that can be in the runs.
type Hashes<'a> = BTreeMap<ItemId, &'a PictureHash>;

/// Those of pictures that are open and say something; nothing where they are few.
fn counted(items: &BTreeMap<ItemId, Item>) -> Option<Hashes<'_>> {
    let open = items.values().filter(|item| item.subject.is_none());
    let good = open.filter_map(|item| Some((item.id, &item.hash.as_ref()?.1)));
    let counted: Hashes<'_> = good.filter(|(_, hash)| hash.quality >= LEAST_QUALITY).collect();
    (counted.len() >= LEAST).then_some(counted)
}

/// What was joined before; nothing where that does not fit what is at hand.
pub fn kept(archive: &Archive, items: &BTreeMap<ItemId, Item>) -> Near {
    let Some(counted) = counted(items) else { return Near::default() };
    let read = Read::open(&folder(archive)).ok().filter(|read| read.fits(&counted));
    read.map(|read| read.near()).unwrap_or_default()
}

/// Joins what came since, and gives what hangs together. Where that cannot be written, or another process is at it, nothing was joined
/// before: the weighing then joins all.
pub fn bring(archive: &Archive, items: &BTreeMap<ItemId, Item>) -> Near {
    let Some(counted) = counted(items) else { return Near::default() };
    bring_in(&folder(archive), &counted).unwrap_or_default()
}

fn bring_in(at: &Path, hashes: &Hashes<'_>) -> io::Result<Near> {
    fs::create_dir_all(at)?;
    let Ok(_lock) = Lock::take(at) else { return Ok(Near::default()) };
    let before = Read::open(at).ok().filter(|read| read.fits(hashes));
    let mut read = match before {
        Some(read) => read,
        None => Read::empty(at)?,
    };
    let known: BTreeSet<ItemId> = read.items.iter().copied().collect();
    let new: Vec<(&ItemId, &&PictureHash)> = hashes.iter().filter(|(id, _)| !known.contains(id)).collect();
    if new.is_empty() {
        return Ok(read.near());
    }
    let (old_items, old_pairs) = (read.items.len(), read.pairs.len());
    let mut rows = Vec::with_capacity(new.len() * 8);
    for (id, hash) in new {
        let owner = read.items.len() as u32;
        rows.push(Row { words: hash.words, owner, turned: false });
        rows.extend(hash.turned.iter().take(7).map(|words| Row { words: *words, owner, turned: true }));
        read.items.push(*id);
    }
    let edges: Vec<(u32, u32, u32, bool)> = read.pairs.iter().map(|(a, b)| (*a, *b, 0, false)).collect();
    let mut joined = Joined::of(old_items as u32, &edges);
    read.shelf.add_connecting(rows, &mut joined)?;
    read.pairs = joined.edges().iter().map(|(a, b, ..)| (*a, *b)).collect();
    read.keep(old_items, old_pairs)?;
    Ok(read.near())
}

/// The folder, read.
pub struct Read {
    at: PathBuf,
    items: Vec<ItemId>,
    pairs: Vec<(u32, u32)>,
    shelf: Shelf<Folder>,
}

fn strange() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "read the runs of hashes: they are of something else")
}

impl Read {
    fn empty(at: &Path) -> io::Result<Read> {
        // First what counts the rest: runs of the same numbers come anew.
        match fs::remove_file(at.join("contents")) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        for entry in fs::read_dir(at)? {
            let path = entry?.path();
            if path.extension().is_some_and(|kind| kind == "run") || path.ends_with("items") || path.ends_with("pairs")
            {
                fs::remove_file(path)?;
            }
        }
        let shelf = Shelf::new(Folder::new(at), SAME_WITHIN);
        Ok(Read { at: at.to_owned(), items: Vec::new(), pairs: Vec::new(), shelf })
    }

    /// Opens what was kept.
    ///
    /// # Errors
    /// When it is not there, or is of another version of the hash.
    pub fn open(at: &Path) -> io::Result<Read> {
        let bytes = fs::read(at.join("contents"))?;
        let line = bytes.iter().position(|b| *b == b'\n').ok_or_else(strange)?;
        let head: Value = serde_json::from_slice(&bytes[..line])?;
        let number = |name: &str| head.get(name).and_then(Value::as_u64).ok_or_else(strange);
        if number("version")? != u64::from(pdq::MANIFEST.version) || number("radius")? != u64::from(SAME_WITHIN) {
            return Err(strange());
        }
        let runs = head.get("runs").and_then(Value::as_array).ok_or_else(strange)?;
        let runs: Option<Vec<u32>> = runs.iter().map(|n| n.as_u64()?.try_into().ok()).collect();
        let loose: Vec<Row> = bytes[line + 1..].chunks_exact(LOOSE_BYTES).map(loose_row).collect();
        let items = beginning(&at.join("items"), number("items")?, 32)?;
        let items = items.chunks_exact(32).filter_map(|id| Some(ItemId(id.try_into().ok()?))).collect();
        let pairs = beginning(&at.join("pairs"), number("pairs")?, 8)?;
        let word = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_le_bytes);
        let pairs = pairs.chunks_exact(8).map(|pair| (word(&pair[..4]), word(&pair[4..]))).collect();
        let contents = Contents { radius: SAME_WITHIN, runs: runs.ok_or_else(strange)?, loose };
        let read = Read { at: at.to_owned(), items, pairs, shelf: Shelf::open(Folder::new(at), contents)? };
        let held = |owner: &u32| (*owner as usize) < read.items.len();
        match read.pairs.iter().all(|(a, b)| held(a) && held(b)) {
            true => Ok(read),
            false => Err(strange()),
        }
    }

    /// Is every picture in it still at hand, and open?
    fn fits(&self, hashes: &Hashes<'_>) -> bool {
        self.items.iter().all(|id| hashes.contains_key(id))
    }

    fn near(&self) -> Near {
        let id = |owner: u32| self.items[owner as usize];
        Near {
            joined: self.items.iter().copied().collect(),
            connected: self.pairs.iter().map(|(a, b)| (id(*a), id(*b))).collect(),
        }
    }

    /// Pictures within [`SAME_WITHIN`] of a hash: which, whether turned, bits that differ.
    ///
    /// # Errors
    /// When a run cannot be read.
    pub fn ask(&self, words: &[u64; 4]) -> io::Result<Vec<(ItemId, bool, u32)>> {
        let mut found = Vec::new();
        self.shelf.ask(words, |owner, turned, distance| {
            found.extend(self.items.get(owner as usize).map(|id| (*id, turned, distance)));
        })?;
        Ok(found)
    }

    fn keep(&self, old_items: usize, old_pairs: usize) -> io::Result<()> {
        let items = self.items[old_items..].iter().flat_map(|id| id.0).collect::<Vec<u8>>();
        extend(&self.at.join("items"), old_items as u64 * 32, &items)?;
        let pairs = self.pairs[old_pairs..].iter().flat_map(|(a, b)| [a.to_le_bytes(), b.to_le_bytes()].concat());
        extend(&self.at.join("pairs"), old_pairs as u64 * 8, &pairs.collect::<Vec<u8>>())?;
        let contents = self.shelf.contents();
        let head = json!({
            "version": pdq::MANIFEST.version, "radius": contents.radius, "runs": contents.runs,
            "items": self.items.len(), "pairs": self.pairs.len(),
        });
        let mut bytes = head.to_string().into_bytes();
        bytes.push(b'\n');
        for row in &contents.loose {
            bytes.extend(row.words.iter().flat_map(|word| word.to_le_bytes()));
            bytes.extend(row.owner.to_le_bytes());
            bytes.push(u8::from(row.turned));
        }
        store::replace(&self.at.join("contents"), &bytes).map_err(io::Error::other)
    }
}

fn loose_row(bytes: &[u8]) -> Row {
    let word = |i: usize| bytes[8 * i..8 * i + 8].try_into().map_or(0, u64::from_le_bytes);
    let owner = bytes[32..36].try_into().map_or(0, u32::from_le_bytes);
    Row { words: std::array::from_fn(word), owner, turned: bytes[36] == 1 }
}

/// The first `many` records of a file.
fn beginning(path: &Path, many: u64, each: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.len() < many.saturating_mul(each) {
        return Err(strange());
    }
    let mut bytes = Vec::new();
    file.take(many * each).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes at the end of what counts.
fn extend(path: &Path, from: u64, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().create(true).write(true).truncate(false).open(path)?;
    file.set_len(from)?;
    file.seek(SeekFrom::Start(from))?;
    file.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn hash(n: u64, near: u64) -> PictureHash {
        let word =
            |i: usize| (near * 4 + i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(13 * i as u32 + 7);
        let mut words: [u64; 4] = std::array::from_fn(word);
        words[(n % 4) as usize] ^= 1 << (n % 60);
        PictureHash { words, quality: 90, turned: Vec::new() }
    }

    pub(super) fn id(n: u64) -> ItemId {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&n.to_be_bytes());
        ItemId(id)
    }

    #[test]
    fn what_comes_in_parts_hangs_together_as_what_comes_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let hashes: Vec<PictureHash> = (0..900).map(|n| hash(n, n % 300)).collect();
        let all: Hashes<'_> = (0..).map(id).zip(&hashes).collect();
        let part: Hashes<'_> = (0..).map(id).zip(&hashes[..500]).collect();
        let first = bring_in(folder.path(), &part).unwrap();
        assert_eq!((first.joined.len(), first.connected.len()), (500, 200));
        let near = bring_in(folder.path(), &all).unwrap();
        assert_eq!((near.joined.len(), near.connected.len()), (900, 600));
        // Nothing new, nothing done; asked.
        let read = Read::open(folder.path()).unwrap();
        assert!(read.fits(&all) && !read.fits(&part));
        assert_eq!(read.ask(&hashes[0].words).unwrap().len(), 3);
        // A picture that is gone or was sealed: all is made anew.
        let again = bring_in(folder.path(), &part).unwrap();
        assert_eq!((again.joined.len(), again.connected.len()), (500, 200));
        // Whatever lies there instead.
        for name in ["contents", "items", "pairs"] {
            fs::write(folder.path().join(name), b"{\"version\":1}\n").unwrap();
            assert_eq!(bring_in(folder.path(), &all).unwrap().joined.len(), 900, "{name}");
        }
    }
}
