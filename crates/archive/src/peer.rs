//! Places that logs and blobs are exchanged with: a folder here, and whatever else speaks the same keys over a wire.
//!
//! A peer is trusted with nothing. What it gives is checked by whoever takes it, in the same way whatever the peer is made of;
//! what it is given carries its own name or its writer's signature. Deliberately without HTTP: peers over a wire are made
//! elsewhere and passed in.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use witnessmark_model::{Digest, LogId};

use crate::error::{Error, Kind, Result};
use crate::layout::Layout;
use crate::store::{self, Head, LocalHead, LocalObjects, Lock, Objects};

/// A copy of a log at a peer, to be brought up.
pub struct Copy {
    /// Its objects.
    pub objects: Box<dyn Objects>,
    /// Its pin.
    pub head: Box<dyn Head>,
    /// Held while it is written, where the place knows locks.
    pub lock: Option<Lock>,
}

/// Bytes of a blob as they come.
pub struct Coming {
    /// The bytes from `from` on.
    pub bytes: Box<dyn Read + Send>,
    /// Where they begin: as asked, or 0 where the peer gives whole blobs only.
    pub from: u64,
}

/// Somewhere that logs and blobs lie under the keys of `layout`.
pub trait Peer: Send + Sync {
    /// What people call it; without secrets.
    fn name(&self) -> String;
    /// Is it on a disk at hand? Then its logs are read where they lie; else they are fetched first.
    fn is_here(&self) -> bool;
    /// Does it take what is given to it?
    fn takes(&self) -> bool;
    /// Transfers at a time that do it good.
    fn at_a_time(&self) -> usize;
    /// Names of the folders of the logs that lie there; of `wanted` alone where it cannot be listed.
    fn logs(&self, wanted: &[LogId]) -> Result<Vec<String>>;
    /// A log's files, to be read.
    fn log(&self, folder: &str) -> Result<Box<dyn Objects>>;
    /// Its copy of a log, to be brought up.
    fn copy(&self, log: LogId) -> Result<Copy>;
    /// Which of these blobs are there, as far as can be told without asking for each.
    fn holding(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>>;
    /// A blob's bytes from `from` on; `None` when it is not there.
    fn read(&self, blob: Digest, from: u64) -> Result<Option<Coming>>;
    /// Takes a blob of `size` bytes, and shows it to others only when the bytes are those of its name: else `false`.
    fn write(&self, blob: Digest, size: u64, bytes: &mut dyn Read) -> Result<bool>;
}

/// A folder: another archive, which is only read, or one that is carried between archives.
#[derive(Debug)]
pub struct Folder {
    layout: Layout,
    is_archive: bool,
}

impl Folder {
    /// The folder at this path; made when something is given to it.
    pub fn new(path: &Path) -> Result<Self> {
        let layout = Layout::new(path);
        if path.exists() && !path.is_dir() {
            return Err(Error::new(Kind::Invalid, format!("exchange with {}: it is no folder", path.display())));
        }
        let is_archive = layout.config().exists();
        Ok(Folder { layout, is_archive })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.layout.root()
    }

    fn log_folder(&self, name: &str) -> PathBuf {
        self.layout.logs().join(name)
    }
}

impl Peer for Folder {
    fn name(&self) -> String {
        self.path().display().to_string()
    }

    fn is_here(&self) -> bool {
        true
    }

    fn takes(&self) -> bool {
        // An archive takes what it wants by a run of its own.
        !self.is_archive
    }

    fn at_a_time(&self) -> usize {
        1
    }

    fn logs(&self, _wanted: &[LogId]) -> Result<Vec<String>> {
        let path = self.layout.logs();
        let list = match std::fs::read_dir(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            list => list.map_err(|e| Error::io(format!("read {}", path.display()), e))?,
        };
        let folders = list.flatten().filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        Ok(names)
    }

    fn log(&self, folder: &str) -> Result<Box<dyn Objects>> {
        Ok(Box::new(LocalObjects::new(&self.log_folder(folder))?))
    }

    fn copy(&self, log: LogId) -> Result<Copy> {
        let folder = self.layout.log(log);
        store::make_dir(&folder)?;
        let lock = Some(Lock::take_soon(&folder)?);
        Ok(Copy { objects: Box::new(LocalObjects::new(&folder)?), head: Box::new(LocalHead::new(&folder)?), lock })
    }

    fn holding(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>> {
        Ok(wanted.iter().copied().filter(|blob| self.layout.blob(*blob).exists()).collect())
    }

    fn read(&self, blob: Digest, from: u64) -> Result<Option<Coming>> {
        let path = self.layout.blob(blob);
        let attempt = |e| Error::io(format!("read {}", path.display()), e);
        let mut file = match File::open(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(attempt)?,
        };
        file.seek(SeekFrom::Start(from)).map_err(attempt)?;
        Ok(Some(Coming { bytes: Box::new(file), from }))
    }

    fn write(&self, blob: Digest, _size: u64, bytes: &mut dyn Read) -> Result<bool> {
        store::make_dir(&self.layout.arriving())?;
        let arriving = self.layout.arriving().join(format!("sync-{blob}"));
        let copied = store::copy_hashing(bytes, &arriving, &mut |_| ());
        match copied {
            Ok((found, _)) if found == blob => store::settle(&arriving, &self.layout.blob(blob)).map(|_| true),
            other => {
                store::discard(&arriving);
                other.map(|_| false)
            }
        }
    }
}

/// Does something with each, several at a time; the first error ends it.
pub fn each_at_a_time<T: Send>(
    at_a_time: usize,
    things: impl Iterator<Item = T> + Send,
    what: impl Fn(T) -> Result<()> + Sync,
) -> Result<()> {
    let things = Mutex::new((things, None));
    let next = || {
        let mut things = things.lock().unwrap_or_else(PoisonError::into_inner);
        if things.1.is_some() { None } else { things.0.next() }
    };
    let work = || {
        while let Some(thing) = next() {
            if let Err(e) = what(thing) {
                let mut things = things.lock().unwrap_or_else(PoisonError::into_inner);
                things.1.get_or_insert(e);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..at_a_time {
            scope.spawn(work);
        }
        work();
    });
    let (_, failed) = things.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.map_or(Ok(()), Err)
}
