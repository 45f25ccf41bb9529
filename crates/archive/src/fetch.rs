//! What comes over a wire waits here until it is checked: files of a log beside the copy that they are to bring up, and
//! blobs that are half there.
//!
//! Nothing that waits is part of the archive: nobody reads it but the run that goes on with it. A run that was cut short
//! goes on where it was; what turns out to be something else than what was asked for is thrown away whole.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest as _, Sha256};
use witnessmark_ledger::note::VerifierKey;
use witnessmark_ledger::{BundleId, Checkpoint};
use witnessmark_model::Digest;

use crate::error::{Error, Kind, Result};
use crate::layout::Layout;
use crate::limits;
use crate::log::{PUBLISHED, fields_key, leaves_key};
use crate::outside::Pace;
use crate::peer::{Peer, each_at_a_time};
use crate::place::Storage;
use crate::store::{self, LocalObjects, Objects, Stored};

/// How often a log is begun anew because its writer went on while it was fetched.
const ATTEMPTS: usize = 8;

/// A log's files that have been fetched; what has not is asked for.
pub(crate) struct Fetched<'a> {
    folder: PathBuf,
    here: LocalObjects,
    there: &'a dyn Objects,
}

impl<'a> Fetched<'a> {
    /// Fetches what a copy of `have` entries lacks: the checkpoint first, and nothing under one that its writer has not signed.
    pub(crate) fn new(
        folder: PathBuf,
        there: &'a dyn Objects,
        verifier: &VerifierKey,
        have: u64,
        (at_a_time, pace): (usize, &Pace),
    ) -> Result<Self> {
        let here = LocalObjects::new(&folder)?;
        let fetched = Fetched { folder, here, there };
        let attempt = || Error::new(Kind::Corrupt, format!("read the checkpoint of {}", verifier.name()));
        for _ in 0..ATTEMPTS {
            let Some(note) = there.get(PUBLISHED)? else { break };
            let checkpoint = Checkpoint::open(&note, verifier).map_err(|e| attempt().because(e))?;
            let before = fetched.here.get(PUBLISHED)?;
            fetched.here.publish(PUBLISHED, before.as_deref(), &note)?;
            if checkpoint.size() <= have || fetched.bundles(have, checkpoint.size(), at_a_time, pace)? {
                break;
            }
            if there.get(PUBLISHED)?.as_ref() == Some(&note) {
                return Err(Error::new(Kind::Corrupt, format!("fetch {}: files of it are missing", verifier.name())));
            }
        }
        Ok(fetched)
    }

    /// Leaves and records of these entries; `false` when one is not there, as when a wider one stands in its place.
    fn bundles(&self, have: u64, size: u64, at_a_time: usize, pace: &Pace) -> Result<bool> {
        let all_there = AtomicBool::new(true);
        let keys = BundleId::new_between(have, size).flat_map(|bundle| [leaves_key(bundle), fields_key(bundle)]);
        each_at_a_time(at_a_time, keys, |key| {
            if !all_there.load(Ordering::Relaxed) || self.here.get(&key)?.is_some() {
                return Ok(());
            }
            match self.there.get(&key)? {
                Some(bytes) => {
                    pace.spent(bytes.len() as u64);
                    self.here.put_new(&key, &bytes).map(drop)
                }
                None => {
                    all_there.store(false, Ordering::Relaxed);
                    Ok(())
                }
            }
        })?;
        Ok(all_there.into_inner())
    }

    /// Throws away what was fetched: it is in the copy now, or it was not what it should be.
    pub(crate) fn done(self) {
        store::discard_folder(&self.folder);
    }
}

impl Objects for Fetched<'_> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        match self.here.get(key)? {
            Some(bytes) => Ok(Some(bytes)),
            // A writer that has gone on is followed to where the fetched checkpoint is, and further the next time.
            None if key == PUBLISHED => Ok(None),
            None => self.there.get(key),
        }
    }

    fn put_new(&self, key: &str, _bytes: &[u8]) -> Result<Stored> {
        Err(read_only(key))
    }

    fn publish(&self, key: &str, _seen: Option<&[u8]>, _next: &[u8]) -> Result<()> {
        Err(read_only(key))
    }

    fn remove_superseded(&self, key: &str) -> Result<()> {
        Err(read_only(key))
    }
}

pub(crate) fn read_only(key: &str) -> Error {
    Error::new(Kind::Bug, format!("write {key}, which is somebody else's"))
}

/// How fetching a blob ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// It is here now, so many bytes.
    Here(u64),
    /// It is not there.
    NotThere,
    /// What came is not what its name says.
    Other,
}

/// Why fetching a blob went no further.
pub(crate) enum Cut {
    /// The peer's doing, or the wire's.
    There(Error),
    /// This disk's.
    Here(Error),
}

/// Forgets blobs that are half here and that nobody wants any more.
pub(crate) fn forget_unwanted(layout: &Layout, wanted: &BTreeSet<Digest>) {
    for file in std::fs::read_dir(layout.coming()).into_iter().flatten().flatten() {
        let is_wanted =
            file.file_name().to_str().and_then(|name| name.parse().ok()).is_some_and(|d| wanted.contains(&d));
        if !is_wanted {
            store::discard(&file.path());
        }
    }
}

/// Fetches a blob of at most `most` bytes: what is here of it already is gone on with, and it gets its name only when the
/// whole is what its name says.
pub(crate) fn blob(
    peer: &dyn Peer,
    storage: &Storage,
    blob: Digest,
    most: u64,
    told: &dyn Fn(u64),
    pace: &Pace,
) -> std::result::Result<Came, Cut> {
    let layout = &storage.layout;
    store::make_dir(&layout.coming()).map_err(Cut::Here)?;
    let path = layout.coming().join(blob.to_string());
    loop {
        let came = piece(peer, &path, blob, most, told, pace);
        let went_on = matches!(&came, Ok((Came::Other, true)));
        match came? {
            (Came::Here(size), _) => {
                match &storage.place {
                    Some(place) => storage.send(&**place, &path, blob, size),
                    None => store::settle(&path, &layout.blob(blob)).map(drop),
                }
                .map_err(Cut::Here)?;
                return Ok(Came::Here(size));
            }
            (Came::Other, _) => store::discard(&path),
            (Came::NotThere, _) => return Ok(Came::NotThere),
        }
        // What was here from before may have been what was wrong: once more, from the first byte.
        if !went_on {
            return Ok(Came::Other);
        }
    }
}

/// Goes on with the file at `path`. Says also whether there was something of it before.
fn piece(
    peer: &dyn Peer,
    path: &Path,
    blob: Digest,
    most: u64,
    told: &dyn Fn(u64),
    pace: &Pace,
) -> std::result::Result<(Came, bool), Cut> {
    let here = |e: std::io::Error| Cut::Here(Error::io(format!("write {}", path.display()), e));
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(here)?;
    let (mut sum, mut size) = hashed(&mut file).map_err(here)?;
    let coming = match peer.read(blob, size) {
        Ok(Some(coming)) => coming,
        Ok(None) => {
            store::discard(path);
            return Ok((Came::NotThere, false));
        }
        Err(e) => return Err(Cut::There(e)),
    };
    if coming.from != size {
        file.set_len(0).and_then(|()| std::io::Seek::rewind(&mut file)).map_err(here)?;
        (sum, size) = (Sha256::new(), 0);
    }
    let had_some = size > 0;
    let mut bytes = pace.slowed(coming.bytes);
    let mut buffer = vec![0; 1 << 18];
    loop {
        let n = match bytes.read(&mut buffer) {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => {
                // What is here so far is gone on with by the next run.
                let _ = file.sync_data();
                return Err(Cut::There(Error::io(format!("read blob {} of {}", blob.short(), peer.name()), e)));
            }
            Ok(0) => break,
            Ok(n) => n,
        };
        size += n as u64;
        if size > most {
            return Ok((Came::Other, had_some));
        }
        sum.update(&buffer[..n]);
        file.write_all(&buffer[..n]).map_err(here)?;
        told(n as u64);
    }
    if Digest(sum.finalize().into()) != blob {
        return Ok((Came::Other, had_some));
    }
    file.sync_all().map_err(here)?;
    Ok((Came::Here(size), had_some))
}

fn hashed(file: &mut File) -> std::io::Result<(Sha256, u64)> {
    let (mut sum, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 18];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok((sum, size));
        }
        sum.update(&buffer[..n]);
        size += n as u64;
    }
}

/// Is there room for so many bytes, and for work to go on?
pub(crate) fn must_have_room(layout: &Layout, bytes: u64) -> Result<()> {
    let free = store::free_space(layout.root())?;
    if free >= bytes.saturating_add(limits::FREE_SPACE) {
        return Ok(());
    }
    Err(Error::new(Kind::Unavailable, format!("take {bytes} bytes: {free} are free on this disk"))
        .hint("free some space and run the same command again: it goes on where it was"))
}
