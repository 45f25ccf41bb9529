//! Bytes on their way in: written and hashed while they come, durable and under their own name before any entry speaks of them.
//!
//! A small piece waits, written and not yet synced, until the entry that names it is appended: then all that wait are made
//! durable together, for a sync each would cost a chat export of 100,000 posts many minutes. A piece that waits has no name that
//! anybody reads, and is swept if the process dies. Where blobs lie elsewhere, what waits is sent there instead. It deliberately parses nothing and knows no entry.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use witnessmark_model::Digest;

use crate::error::{Error, Kind, Result};
use crate::peer::each_at_a_time;
use crate::place::{Place, Storage};
use crate::store;

/// Bytes of a piece that may wait. A longer one is synced while the next is read.
const SMALL: u64 = 256 << 10;
/// Pieces that are synced one by one: syncing a whole file system writes what others left unwritten, too.
const ONE_BY_ONE: usize = 16;
/// Pieces that wait at most; then all are settled.
const WAITING: usize = 4096;

/// What has arrived and is not yet named.
#[derive(Debug, Default)]
pub struct Arrivals {
    waiting: Vec<Waiting>,
    /// A sync was uncertain: what waited then may be lost, so nothing is settled from here on.
    is_uncertain: bool,
}

#[derive(Debug)]
struct Waiting {
    at: PathBuf,
    blob: Digest,
    size: u64,
}

impl Arrivals {
    /// Takes one piece: writes it to `at`, hashing, on its way into `storage`. `told` is what messages call it.
    pub fn take(&mut self, bytes: &mut impl Read, at: &Path, storage: &Storage, told: &str) -> Result<(Digest, u64)> {
        let result = stream(bytes, at, told);
        if result.is_err() {
            store::discard(at);
        }
        let (file, digest, size) = result?;
        let piece = Waiting { at: at.to_path_buf(), blob: digest, size };
        if size <= SMALL {
            self.waiting.push(piece);
            if self.waiting.len() >= WAITING {
                self.settle(storage)?;
            }
        } else if let Some(place) = &storage.place {
            storage.send(&**place, at, digest, size).inspect_err(|_| store::discard(at))?;
        } else {
            file.sync_all().map_err(|e| Error::io(format!("store {told}"), e))?;
            store::settle(at, &storage.layout.blob(digest))?;
        }
        Ok((digest, size))
    }

    /// Makes everything that waits durable, and names it. After a failure nothing more is settled, and so nothing appended:
    /// what has no name is swept by the next session.
    pub fn settle(&mut self, storage: &Storage) -> Result<()> {
        if std::mem::replace(&mut self.is_uncertain, true) {
            return Err(Error::new(Kind::Unavailable, "settle what arrived after a sync that was uncertain")
                .hint("run the command again: it takes in what is missing"));
        }
        match &storage.place {
            // What did not get there is known not to be there, and is sent again.
            Some(place) => self.send_waiting(&**place, storage).inspect_err(|_| self.is_uncertain = false)?,
            None => self.settle_waiting(storage)?,
        }
        self.is_uncertain = false;
        Ok(())
    }

    /// Several at a time; one that was sent is taken off the list.
    fn send_waiting(&mut self, place: &dyn Place, storage: &Storage) -> Result<()> {
        let sent = Mutex::new(BTreeSet::new());
        let one = |piece: &Waiting| {
            storage.send(place, &piece.at, piece.blob, piece.size)?;
            sent.lock().unwrap_or_else(PoisonError::into_inner).insert(piece.at.clone());
            Ok(())
        };
        let done = each_at_a_time(place.at_a_time(), self.waiting.iter(), one);
        let sent = sent.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.waiting.retain(|piece| !sent.contains(&piece.at));
        done
    }

    fn settle_waiting(&mut self, storage: &Storage) -> Result<()> {
        let Some(first) = self.waiting.first() else { return Ok(()) };
        if self.waiting.len() <= ONE_BY_ONE {
            for piece in self.waiting.drain(..) {
                let syncing = |e| Error::io(format!("sync {}", piece.at.display()), e);
                File::open(&piece.at).and_then(|file| file.sync_all()).map_err(syncing)?;
                store::settle(&piece.at, &storage.layout.blob(piece.blob))?;
            }
            return Ok(());
        }
        // The bytes first: a name must never stand for bytes that a power cut can still take.
        let disk = first.at.clone();
        store::sync_disk_of(&disk)?;
        let folder =
            store::settle_all(self.waiting.drain(..).map(|piece| (piece.at, storage.layout.blob(piece.blob))))?;
        store::sync_disk_of(&folder)
    }
}

fn stream(bytes: &mut impl Read, to: &Path, told: &str) -> Result<(File, Digest, u64)> {
    let writing = |e| Error::io(format!("store {told}"), e);
    let reading = |e| Error::io(format!("read {told}"), e);
    let mut file = OpenOptions::new().write(true).create_new(true).open(to).map_err(writing)?;
    let mut sum = Sha256::new();
    let mut buffer = Vec::new();
    let mut size = 0;
    loop {
        // A post is a few hundred bytes and a film a million times that.
        buffer.resize(if size == 0 { 16 << 10 } else { 1 << 20 }, 0);
        let n = bytes.read(&mut buffer).map_err(reading)?;
        if n == 0 {
            break;
        }
        sum.update(&buffer[..n]);
        file.write_all(&buffer[..n]).map_err(writing)?;
        size += n as u64;
    }
    Ok((file, Digest(sum.finalize().into()), size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn take(arrivals: &mut Arrivals, dir: &Path, at: usize, bytes: &[u8]) -> Digest {
        arrivals.take(&mut &bytes[..], &dir.join(format!("arriving-{at}")), &folder(dir), "a piece").unwrap().0
    }

    fn folder(dir: &Path) -> Storage {
        Storage { layout: Layout::new(dir), place: None }
    }

    #[test]
    fn what_waits_has_no_name_until_it_is_settled_few_or_many() {
        for count in [1, ONE_BY_ONE, ONE_BY_ONE + 1, 300] {
            let dir = tempfile::tempdir().unwrap();
            let mut arrivals = Arrivals::default();
            let mut digests: Vec<Digest> =
                (0..count).map(|i| take(&mut arrivals, dir.path(), i, format!("piece {i}").as_bytes())).collect();
            // The same bytes twice are one blob.
            digests.push(take(&mut arrivals, dir.path(), count, b"piece 0"));
            assert!(!dir.path().join("blobs").exists());
            arrivals.settle(&folder(dir.path())).unwrap();
            for digest in &digests {
                let path = folder(dir.path()).layout.blob(*digest);
                assert_eq!(store::hash_stream(File::open(&path).unwrap(), &mut |_| ()).unwrap().0, *digest);
                assert!(path.metadata().unwrap().permissions().readonly());
            }
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing arriving is left");
            arrivals.settle(&folder(dir.path())).unwrap();
        }
    }

    #[test]
    fn after_a_failure_nothing_more_is_settled() {
        let dir = tempfile::tempdir().unwrap();
        let mut arrivals = Arrivals::default();
        take(&mut arrivals, dir.path(), 0, b"lost");
        std::fs::remove_file(dir.path().join("arriving-0")).unwrap();
        arrivals.settle(&folder(dir.path())).unwrap_err();
        take(&mut arrivals, dir.path(), 1, b"next");
        assert_eq!(arrivals.settle(&folder(dir.path())).unwrap_err().kind, Kind::Unavailable);
    }

    #[test]
    fn a_long_piece_is_named_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut arrivals = Arrivals::default();
        let digest = take(&mut arrivals, dir.path(), 0, &vec![7; SMALL as usize + 1]);
        assert!(folder(dir.path()).layout.blob(digest).exists());
    }
}
