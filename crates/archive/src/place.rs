//! Where an archive's logs and blobs lie: in its own folder, or in a place elsewhere, such as a bucket.
//!
//! In a place elsewhere lie logs, packs and blobs under the keys of [`layout`](crate::layout); settings, keys, derived tables and what
//! is on its way stay on this disk. The place is trusted with nothing: what comes from it is checked against its name before
//! it is used, and this disk remembers how far it has seen each log, so that a place that was rolled back or forked is refused.
//! Deliberately without knowing what the place is made of: it is passed in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use witnessmark_ledger::Checkpoint;
use witnessmark_ledger::note::VerifierKey;
use witnessmark_model::{Digest, LogId};

use crate::error::{Error, Kind, Result};
use crate::layout::Layout;
use crate::log::{Log, PUBLISHED};
use crate::outside::Outside;
use crate::peer::{Copy, Peer, each_at_a_time};
use crate::store::{self, Head, LocalHead, LocalObjects, Lock, Objects};
use crate::{fetch, limits};

/// A place elsewhere that an archive's logs and blobs lie in: what a peer can do, and taking away.
pub trait Place: Peer {
    /// Bytes of a blob; `None` when it is not there.
    fn length(&self, blob: Digest) -> Result<Option<u64>>;
    /// Takes a blob away. Absent is fine.
    fn remove(&self, blob: Digest) -> Result<()>;
    /// Names among the blobs that are no digests: nobody of ours put them there.
    fn strangers(&self) -> Result<Vec<String>>;
}

/// An archive's logs and blobs, wherever they lie.
#[derive(Clone)]
pub(crate) struct Storage {
    pub(crate) layout: Layout,
    pub(crate) place: Option<Arc<dyn Place>>,
}

impl Storage {
    /// In the archive's folder, or in the place at an address.
    pub(crate) fn at(layout: &Layout, address: Option<&str>, outside: &Outside) -> Result<Self> {
        let place = address.map(|address| outside.place(address)).transpose()?;
        Ok(Storage { layout: layout.clone(), place })
    }

    /// Nothing of any archive may lie where a new one is to be.
    pub(crate) fn must_be_empty(&self) -> Result<()> {
        let Some(place) = &self.place else { return Ok(()) };
        if place.logs(&[])?.is_empty() {
            return Ok(());
        }
        Err(Error::new(Kind::Conflict, format!("make an archive in {}: logs lie there already", place.name())).hint(
            "name another prefix; to work on that archive from here, copy its settings and keys (docs/guide/bucket.md)",
        ))
    }

    /// A log's objects and its head. The folder of the log is there too: what is only of this disk lies in it.
    pub(crate) fn of_log(&self, log: LogId) -> Result<(Box<dyn Objects>, Box<dyn Head>)> {
        let folder = self.layout.log(log);
        let Some(place) = &self.place else {
            return Ok((Box::new(LocalObjects::new(&folder)?), Box::new(LocalHead::new(&folder)?)));
        };
        store::make_dir(&folder)?;
        let Copy { objects, head, .. } = place.copy(log)?;
        Ok((objects, head))
    }

    /// A log's objects, to be read.
    pub(crate) fn objects(&self, log: LogId) -> Result<Box<dyn Objects>> {
        Ok(self.of_log(log)?.0)
    }

    /// Has a copy of this log come?
    pub(crate) fn has_log(&self, log: LogId) -> Result<bool> {
        match &self.place {
            None => Ok(self.layout.log(log).join("ledger").is_dir()),
            Some(_) => Ok(self.objects(log)?.get(PUBLISHED)?.is_some()),
        }
    }

    /// Opens the archive's own log. Who may write finishes what a crash left.
    pub(crate) fn open_own(&self, log: LogId, key: VerifierKey, may_write: bool) -> Result<Log> {
        let (objects, head) = self.of_log(log)?;
        let opened = if may_write { Log::open(key, objects, head) } else { Log::open_published(key, objects, head) };
        self.not_behind(log, opened?)
    }

    /// Opens the copy of another's log.
    pub(crate) fn open_other(&self, log: LogId, key: VerifierKey, may_write: bool) -> Result<Log> {
        let (objects, head) = self.of_log(log)?;
        self.not_behind(log, Log::open_followed(key, objects, head, may_write)?)
    }

    /// The log, if it goes on from what this disk has seen of it.
    fn not_behind(&self, id: LogId, log: Log) -> Result<Log> {
        let file = self.layout.seen(id);
        let Some(seen) = store::read_if_there(&file)? else {
            self.remember(id, &log)?;
            return Ok(log);
        };
        let seen = Checkpoint::open(&seen, log.verifier())
            .map_err(|e| Error::new(Kind::Corrupt, format!("read {}", file.display())).because(e))?;
        let place = self.name();
        if log.size() < seen.size() {
            let what =
                format!("open the log in {place}: it has {} entries, and {} were seen there", log.size(), seen.size());
            return Err(Error::new(Kind::Corrupt, what)
                .hint("it was rolled back, emptied, or is another one; compare with a copy that somebody else keeps"));
        }
        if log.root_at(seen.size())? != seen.root() {
            let what = format!("open the log in {place}: of {} entries it shows two histories", seen.size());
            return Err(Error::new(Kind::Corrupt, what)
                .hint(format!("the log was forked; what was seen first is kept in {}", file.display())));
        }
        if log.size() > seen.size() {
            self.remember(id, &log)?;
        }
        Ok(log)
    }

    /// Remembers on this disk how far a log in a place elsewhere was seen. In the folder itself its head does that.
    pub(crate) fn remember(&self, id: LogId, log: &Log) -> Result<()> {
        match (log.checkpoint(), &self.place) {
            (Some(note), Some(_)) => store::replace(&self.layout.seen(id), note),
            _ => Ok(()),
        }
    }

    /// What people call where the logs and blobs lie.
    pub(crate) fn name(&self) -> String {
        match &self.place {
            None => self.layout.root().display().to_string(),
            Some(place) => place.name(),
        }
    }

    /// What messages call a blob.
    pub(crate) fn spelt(&self, blob: Digest) -> String {
        match &self.place {
            None => self.layout.blob(blob).display().to_string(),
            Some(place) => format!("{}/{}", place.name(), Layout::blob_key(blob)),
        }
    }

    /// Is the blob stored?
    pub(crate) fn has(&self, blob: Digest) -> Result<bool> {
        match &self.place {
            None => Ok(self.layout.blob(blob).exists()),
            Some(place) => Ok(place.length(blob)?.is_some()),
        }
    }

    /// Which of these are stored?
    pub(crate) fn holding(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>> {
        match &self.place {
            None => Ok(wanted.iter().copied().filter(|blob| self.layout.blob(*blob).exists()).collect()),
            Some(place) => place.holding(wanted),
        }
    }

    /// A file of this disk with the blob's bytes: where it is stored, or a copy of what is stored elsewhere, which is as its name
    /// says.
    pub(crate) fn file(&self, blob: Digest) -> Result<PathBuf> {
        let Some(place) = &self.place else { return Ok(self.layout.blob(blob)) };
        let copy = self.layout.fetched(blob);
        if copy.exists() {
            return Ok(copy);
        }
        let length = place.length(blob)?.ok_or_else(|| self.absent(blob))?;
        store::make_dir(&self.layout.fetched_all())?;
        self.make_room(length)?;
        let coming = self.layout.fetched_all().join(format!(".{blob}.{}", std::process::id()));
        match store::copy_hashing(self.stream(blob)?.0, &coming, &mut |_| ()) {
            Ok((found, _)) if found == blob => {
                store::settle(&coming, &copy)?;
                Ok(copy)
            }
            outcome => {
                store::discard(&coming);
                outcome?;
                Err(Error::new(Kind::Corrupt, format!("read {}: other bytes are there", self.spelt(blob))))
            }
        }
    }

    /// The stored bytes themselves, never those of a copy, and how many they are.
    pub(crate) fn stream(&self, blob: Digest) -> Result<(Box<dyn Read + Send>, u64)> {
        let Some(place) = &self.place else {
            let path = self.layout.blob(blob);
            let attempt = |e| Error::io(format!("read {}", path.display()), e);
            let file = File::open(&path).map_err(attempt)?;
            let length = file.metadata().map_err(attempt)?.len();
            return Ok((Box::new(file), length));
        };
        let length = place.length(blob)?.ok_or_else(|| self.absent(blob))?;
        let coming = place.read(blob, 0)?.ok_or_else(|| self.absent(blob))?;
        Ok((coming.bytes, length))
    }

    /// SHA-256 and length of the stored bytes.
    pub(crate) fn hash(&self, blob: Digest) -> Result<(Digest, u64)> {
        let (bytes, _) = self.stream(blob)?;
        store::hash_stream(bytes, &mut |_| ()).map_err(|e| Error::io(format!("read {}", self.spelt(blob)), e))
    }

    /// The same of many: elsewhere, several at a time.
    pub(crate) fn hash_all(&self, blobs: &[Digest]) -> BTreeMap<Digest, Result<(Digest, u64)>> {
        let found = Mutex::new(BTreeMap::new());
        let one = |blob: Digest| {
            let hashed = self.hash(blob);
            found.lock().unwrap_or_else(PoisonError::into_inner).insert(blob, hashed);
            Ok(())
        };
        let at_a_time = self.place.as_ref().map_or(1, |place| place.at_a_time());
        // What goes wrong with one is in its own result.
        let _ = each_at_a_time(at_a_time, blobs.iter().copied(), one);
        found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first bytes of a blob, not checked against its name.
    pub(crate) fn beginning(&self, blob: Digest, most: u64) -> Result<Vec<u8>> {
        let copy = self.layout.fetched(blob);
        let mut bytes = Vec::new();
        let bytes_of: Box<dyn Read> = match File::open(&copy) {
            Ok(copy) => Box::new(copy),
            Err(_) => self.stream(blob)?.0,
        };
        bytes_of.take(most).read_to_end(&mut bytes).map_err(|e| Error::io(format!("read {}", self.spelt(blob)), e))?;
        Ok(bytes)
    }

    fn absent(&self, blob: Digest) -> Error {
        Error::new(Kind::NotFound, format!("read {}: it is not there", self.spelt(blob)))
    }

    /// Stores in a place elsewhere what was written to this disk under another name; kept here as a copy of it.
    pub(crate) fn send(&self, place: &dyn Place, at: &Path, blob: Digest, size: u64) -> Result<()> {
        let attempt = |e| Error::io(format!("read {}", at.display()), e);
        // What is long may be there already; asking costs less than sending.
        if size <= ASK_ABOVE || place.length(blob)? != Some(size) {
            let mut file = File::open(at).map_err(attempt)?;
            if !place.write(blob, size, &mut file)? {
                let what = format!("store {}: the bytes changed on this disk", self.spelt(blob));
                return Err(Error::new(Kind::Corrupt, what));
            }
        }
        let copy = self.layout.fetched(blob);
        // That no copy could be kept is no failure: it is fetched when it is asked for.
        if store::make_dir(&self.layout.fetched_all()).is_err() || store::settle(at, &copy).is_err() {
            store::discard(at);
        }
        Ok(())
    }

    /// Takes a blob away for good, copies included.
    pub(crate) fn remove(&self, blob: Digest) -> Result<()> {
        store::discard(&self.layout.coming().join(blob.to_string()));
        store::discard(&self.layout.fetched(blob));
        if let Some(place) = &self.place {
            return place.remove(blob);
        }
        let path = self.layout.blob(blob);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io(format!("remove {}", path.display()), e))
            }
            _ => Ok(()),
        }
    }

    /// Moves what lies in a blob's place to where it is in nobody's way on this disk, whatever it is.
    pub(crate) fn put_aside(&self, blob: Digest, aside: &Path) -> Result<()> {
        let Some(place) = &self.place else { return store::put_aside(&self.layout.blob(blob), aside) };
        let (bytes, length) = self.stream(blob)?;
        fetch::must_have_room(&self.layout, length)?;
        store::make_dir(&self.layout.quarantine())?;
        store::copy_hashing(bytes, aside, &mut |_| ())?;
        store::sync_dir(&self.layout.quarantine())?;
        store::discard(&self.layout.fetched(blob));
        place.remove(blob)
    }

    /// Files among the blobs that the archive did not put there.
    pub(crate) fn strangers(&self) -> Result<Vec<String>> {
        if let Some(place) = &self.place {
            return place.strangers();
        }
        let mut found = Vec::new();
        let folders = std::fs::read_dir(self.layout.blobs()).into_iter().flatten().flatten();
        for folder in folders.filter(|f| ![self.layout.arriving(), self.layout.coming()].contains(&f.path())) {
            for file in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                let name = file.file_name().to_string_lossy().into_owned();
                if !name.starts_with('.') && name.parse::<Digest>().is_err() {
                    found.push(file.path().display().to_string());
                }
            }
        }
        Ok(found)
    }

    /// Lets go of the oldest copies when they would come to more than is kept, or than this disk has room for.
    fn make_room(&self, coming: u64) -> Result<()> {
        let folder = self.layout.fetched_all();
        let mut copies: Vec<(std::time::SystemTime, u64, PathBuf)> = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|file| {
                let meta = file.metadata().ok()?;
                Some((meta.modified().ok()?, meta.len(), file.path()))
            })
            .collect();
        copies.sort();
        let mut all: u64 = copies.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in copies {
            let is_roomy = fetch::must_have_room(&self.layout, coming).is_ok();
            if is_roomy && all.saturating_add(coming) <= limits::FETCHED {
                break;
            }
            store::discard(&path);
            all = all.saturating_sub(length);
        }
        fetch::must_have_room(&self.layout, coming)
    }

    /// Held while this disk's processes write. Elsewhere there is no lock: who comes too late is told so.
    pub(crate) fn lock(&self, log: LogId) -> Result<Lock> {
        store::make_dir(&self.layout.log(log))?;
        Lock::take_soon(&self.layout.log(log))
    }
}

/// Bytes up to which a blob is sent without asking whether it is there.
const ASK_ABOVE: u64 = 256 << 10;
