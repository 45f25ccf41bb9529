//! Places elsewhere that an archive's logs and blobs lie in: one in memory, with the manners of a bucket (no lock, a batch of the
//! journal is said once), and one that fails as [`Faults`] say.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};
use witnessmark_archive::peer::{Coming, Copy, Peer};
use witnessmark_archive::place::Place;
use witnessmark_archive::store::{Head, Objects};
use witnessmark_archive::{Archive, Error, Kind, Opened, Result};
use witnessmark_model::{Digest, LogId};

use crate::faults::Faults;
use crate::memory::MemoryObjects;
use crate::peers::FaultyPeer;
use crate::samples::outside;

/// An address for whoever asks [`opened`] for it.
pub const ADDRESS: &str = "s3://memory/office";

/// A place in memory. Clones are the same place.
#[derive(Debug, Clone, Default)]
pub struct MemoryPlace(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    logs: BTreeMap<LogId, (MemoryObjects, BatchHead)>,
    blobs: BTreeMap<Digest, Vec<u8>>,
}

impl MemoryPlace {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy that goes its own way.
    pub fn fork(&self) -> Self {
        let held = self.held();
        let logs = held.logs.iter().map(|(id, (objects, head))| (*id, (objects.fork(), head.fork()))).collect();
        MemoryPlace(Arc::new(Mutex::new(Held { logs, blobs: held.blobs.clone() })))
    }

    /// Somebody tampers with a blob.
    pub fn tamper(&self, blob: Digest, bytes: Option<Vec<u8>>) {
        match bytes {
            Some(bytes) => self.held().blobs.insert(blob, bytes),
            None => self.held().blobs.remove(&blob),
        };
    }

    /// Somebody puts everything back to what it was.
    pub fn roll_back(&self, to: &MemoryPlace) {
        let Held { logs, blobs } = std::mem::take(&mut *to.fork().held());
        let mut held = self.held();
        (held.logs, held.blobs) = (logs, blobs);
    }

    /// All stored bytes.
    pub fn blobs(&self) -> BTreeMap<Digest, Vec<u8>> {
        self.held().blobs.clone()
    }

    fn of_log(&self, log: LogId) -> (MemoryObjects, BatchHead) {
        self.held().logs.entry(log).or_default().clone()
    }
}

impl Peer for MemoryPlace {
    fn name(&self) -> String {
        ADDRESS.into()
    }

    fn is_here(&self) -> bool {
        false
    }

    fn takes(&self) -> bool {
        true
    }

    fn at_a_time(&self) -> usize {
        4
    }

    fn logs(&self, _wanted: &[LogId]) -> Result<Vec<String>> {
        Ok(self.held().logs.keys().map(ToString::to_string).collect())
    }

    fn log(&self, folder: &str) -> Result<Box<dyn Objects>> {
        let id = folder.parse().map_err(|_| Error::new(Kind::Invalid, format!("read log {folder}")))?;
        Ok(Box::new(self.of_log(id).0))
    }

    fn copy(&self, log: LogId) -> Result<Copy> {
        let (objects, head) = self.of_log(log);
        Ok(Copy { objects: Box::new(objects), head: Box::new(head), lock: None })
    }

    fn holding(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>> {
        let held = self.held();
        Ok(wanted.iter().copied().filter(|blob| held.blobs.contains_key(blob)).collect())
    }

    fn read(&self, blob: Digest, from: u64) -> Result<Option<Coming>> {
        let found = self.held().blobs.get(&blob).cloned();
        Ok(found.map(|bytes| {
            let mut bytes = Cursor::new(bytes);
            bytes.set_position(from);
            Coming { bytes: Box::new(bytes), from }
        }))
    }

    fn write(&self, blob: Digest, _size: u64, bytes: &mut dyn Read) -> Result<bool> {
        let mut all = Vec::new();
        bytes.read_to_end(&mut all).map_err(|e| Error::io("read a blob", e))?;
        if Digest(Sha256::digest(&all).into()) != blob {
            return Ok(false);
        }
        self.held().blobs.insert(blob, all);
        Ok(true)
    }
}

impl Place for MemoryPlace {
    fn length(&self, blob: Digest) -> Result<Option<u64>> {
        Ok(self.held().blobs.get(&blob).map(|bytes| bytes.len() as u64))
    }

    fn remove(&self, blob: Digest) -> Result<()> {
        self.held().blobs.remove(&blob);
        Ok(())
    }

    fn strangers(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

/// Head and journal without a lock: what comes next is said once, by whoever is first.
#[derive(Debug, Clone, Default)]
pub struct BatchHead(Arc<Mutex<Said>>);

#[derive(Debug, Clone, Default)]
struct Said {
    head: Option<Vec<u8>>,
    batches: BTreeMap<u64, Vec<u8>>,
}

impl BatchHead {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fork(&self) -> Self {
        BatchHead(Arc::new(Mutex::new(self.said().clone())))
    }
}

impl Head for BatchHead {
    fn load(&self) -> Result<Option<Vec<u8>>> {
        Ok(self.said().head.clone())
    }

    fn swap(&self, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        let mut said = self.said();
        if said.head.as_deref() != seen {
            return Err(Error::new(Kind::Conflict, "swap the head: it moved"));
        }
        said.head = Some(next.to_vec());
        Ok(())
    }

    fn journal(&self, published: u64, pinned: u64) -> Result<Vec<u8>> {
        let said = self.said();
        let sizes = if published < pinned { vec![published, pinned] } else { vec![pinned] };
        Ok(sizes.iter().filter_map(|size| said.batches.get(size)).flatten().copied().collect())
    }

    fn journal_append(&self, size: u64, bytes: &[u8]) -> Result<()> {
        let mut said = self.said();
        match said.batches.get(&size) {
            Some(there) if there == bytes => Ok(()),
            Some(_) => Err(Error::new(Kind::Conflict, format!("append after {size} entries"))),
            None => {
                said.batches.insert(size, bytes.to_vec());
                Ok(())
            }
        }
    }

    fn journal_clear(&self, published: u64) -> Result<()> {
        self.said().batches.retain(|size, _| *size >= published);
        Ok(())
    }
}

/// A place whose calls fail.
#[derive(Clone)]
pub struct FaultyPlace {
    /// Where things really go.
    pub inner: Arc<dyn Place>,
    /// What fails.
    pub faults: Faults,
}

impl FaultyPlace {
    fn peer(&self) -> FaultyPeer<'_> {
        FaultyPeer { inner: &*self.inner, faults: self.faults.clone() }
    }
}

impl Peer for FaultyPlace {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn is_here(&self) -> bool {
        self.inner.is_here()
    }

    fn takes(&self) -> bool {
        self.inner.takes()
    }

    fn at_a_time(&self) -> usize {
        1
    }

    fn logs(&self, wanted: &[LogId]) -> Result<Vec<String>> {
        self.peer().logs(wanted)
    }

    fn log(&self, folder: &str) -> Result<Box<dyn Objects>> {
        self.peer().log(folder)
    }

    fn copy(&self, log: LogId) -> Result<Copy> {
        self.peer().copy(log)
    }

    fn holding(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>> {
        self.peer().holding(wanted)
    }

    fn read(&self, blob: Digest, from: u64) -> Result<Option<Coming>> {
        self.peer().read(blob, from)
    }

    fn write(&self, blob: Digest, size: u64, bytes: &mut dyn Read) -> Result<bool> {
        self.peer().write(blob, size, bytes)
    }
}

impl Place for FaultyPlace {
    fn length(&self, blob: Digest) -> Result<Option<u64>> {
        self.faults.call("length", || self.inner.length(blob), |_| Ok(()))
    }

    fn remove(&self, blob: Digest) -> Result<()> {
        self.faults.call("remove", || self.inner.remove(blob), |_| Ok(()))
    }

    fn strangers(&self) -> Result<Vec<String>> {
        self.faults.call("strangers", || self.inner.strangers(), |_| Ok(()))
    }
}

/// A new archive in this folder, its logs and blobs in a place.
pub fn placed(root: &Path, place: Arc<dyn Place>) -> Result<Archive> {
    let new = Opened {
        name: "placed".into(),
        owner: "Ada".into(),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: None,
    };
    Archive::init_in(root, new, Some(ADDRESS), outside().with_ways(move |_| Ok(place.clone())))
}

/// The archive in this folder, whose logs and blobs are in a place.
pub fn opened(root: &Path, place: Arc<dyn Place>) -> Result<Archive> {
    Archive::open(root, None, outside().with_ways(move |_| Ok(place.clone())))
}

/// Another office on the same place: it is given settings and keys.
pub fn second_office(root: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("keys")).expect("a folder is made");
    for file in ["witnessmark.toml", "keys/keyring"] {
        std::fs::copy(root.join(file), to.join(file)).expect("a file is copied");
    }
}
