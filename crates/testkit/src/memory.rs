//! Objects and head in memory, stricter than any disk: what a disk would let pass, they panic on.
//!
//! A published checkpoint must have all its tiles; a tile may be removed only when a wider one stands in for it; what no
//! published checkpoint covers may not be read; a key must be spelt as a path can be. Clones share what they hold, so a
//! test can drop one log and open the next on the same storage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use witnessmark_archive::store::{Head, Objects, Stored};
use witnessmark_archive::{Error, Kind, Result};
use witnessmark_ledger::note::SignedNote;
use witnessmark_ledger::{BundleId, Checkpoint, Tile};

/// Objects in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryObjects {
    objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    covered: Arc<Mutex<BTreeSet<String>>>,
}

const CHECKPOINT: &str = "ledger/checkpoint";

/// Keys that a log of this size must have.
fn needed(size: u64) -> BTreeSet<String> {
    let tiles = Tile::all(size).map(|tile| format!("ledger/{}", tile.path()));
    let bundles = BundleId::all(size).flat_map(|bundle| {
        let leaves = format!("ledger/{}", bundle.path());
        let fields = format!("fields/{}", bundle.path().trim_start_matches("tile/entries/"));
        [leaves, fields]
    });
    tiles.chain(bundles).collect()
}

fn size_of(note: &[u8]) -> u64 {
    let note = SignedNote::parse(note).expect("a published checkpoint is a signed note");
    Checkpoint::parse(note.text()).expect("a published checkpoint is one").size()
}

impl MemoryObjects {
    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What any checkpoint that was published covers.
    fn was_needed(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.covered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that is there.
    pub fn all(&self) -> BTreeMap<String, Vec<u8>> {
        self.held().clone()
    }

    /// Somebody tampers: puts bytes where they like, or takes them away.
    pub fn tamper(&self, key: &str, bytes: Option<Vec<u8>>) {
        match bytes {
            Some(bytes) => self.held().insert(key.into(), bytes),
            None => self.held().remove(key),
        };
    }

    /// A copy that goes its own way: what is done to one is not done to the other.
    pub fn fork(&self) -> Self {
        MemoryObjects {
            objects: Arc::new(Mutex::new(self.all())),
            covered: Arc::new(Mutex::new(self.was_needed().clone())),
        }
    }
}

fn check_key(key: &str) {
    let fit = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0', ':']);
    assert!(key.split('/').all(fit), "a key that is no path: {key:?}");
}

fn is_of_log(key: &str) -> bool {
    key.starts_with("ledger/tile/") || key.starts_with("fields/")
}

impl Objects for MemoryObjects {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        check_key(key);
        let objects = self.held();
        let found = objects.get(key).cloned();
        if found.is_some() && is_of_log(key) {
            let published = objects.get(CHECKPOINT).map_or(0, |note| size_of(note));
            // Who read an earlier checkpoint may still read what that one covers, as long as it is there.
            let is_covered = needed(published).contains(key) || self.was_needed().contains(key);
            assert!(is_covered, "{key} is read, which nothing published up to {published} covers");
        }
        Ok(found)
    }

    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Stored> {
        check_key(key);
        let mut objects = self.held();
        match objects.get(key) {
            Some(there) if there == bytes => Ok(Stored::AlreadySame),
            Some(_) => Err(Error::new(Kind::Corrupt, format!("write {key}: other bytes are there already"))),
            None => {
                objects.insert(key.into(), bytes.to_vec());
                Ok(Stored::New)
            }
        }
    }

    fn publish(&self, key: &str, seen: Option<&[u8]>, bytes: &[u8]) -> Result<()> {
        check_key(key);
        let mut objects = self.held();
        if objects.get(key).map(Vec::as_slice) != seen {
            return Err(Error::new(Kind::Conflict, format!("publish {key}: it moved")));
        }
        if key == CHECKPOINT {
            let size = size_of(bytes);
            let before = objects.get(key).map_or(0, |note| size_of(note));
            assert!(size >= before, "a checkpoint of {size} is published over one of {before}");
            for key in needed(size) {
                assert!(objects.contains_key(&key), "a checkpoint of {size} is published without {key}");
                self.was_needed().insert(key);
            }
        }
        objects.insert(key.into(), bytes.to_vec());
        Ok(())
    }

    fn remove_superseded(&self, key: &str) -> Result<()> {
        check_key(key);
        let mut objects = self.held();
        let published = objects.get(CHECKPOINT).map_or(0, |note| size_of(note));
        assert!(key.contains(".p/"), "{key} is removed, which is no partial tile");
        assert!(!needed(published).contains(key), "{key} is removed, which the checkpoint of {published} needs");
        objects.remove(key);
        Ok(())
    }
}

/// Head and journal in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryHead {
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    head: Option<Vec<u8>>,
    journal: Vec<u8>,
}

impl MemoryHead {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody tampers with the head.
    pub fn tamper(&self, head: Option<Vec<u8>>) {
        self.held().head = head;
    }
}

impl Head for MemoryHead {
    fn load(&self) -> Result<Option<Vec<u8>>> {
        Ok(self.held().head.clone())
    }

    fn swap(&self, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        let mut held = self.held();
        if held.head.as_deref() != seen {
            return Err(Error::new(Kind::Conflict, "swap the head: it moved"));
        }
        let before = held.head.as_deref().map_or(0, size_of);
        assert!(size_of(next) >= before, "the head goes back");
        held.head = Some(next.to_vec());
        Ok(())
    }

    fn journal(&self, _published: u64, _pinned: u64) -> Result<Vec<u8>> {
        Ok(self.held().journal.clone())
    }

    fn journal_append(&self, _size: u64, bytes: &[u8]) -> Result<()> {
        let mut held = self.held();
        assert!(
            held.journal.is_empty() || held.journal.ends_with(b"\n"),
            "a line is written after a torn one, where nobody will find it"
        );
        held.journal.extend(bytes);
        Ok(())
    }

    fn journal_clear(&self, _published: u64) -> Result<()> {
        self.held().journal.clear();
        Ok(())
    }
}
