//! Exchanging whole logs and missing blobs with a folder: another archive, or a disk that is carried between archives.
//!
//! Weeks offline end in copying, never in merging: each log has one writer, and what the union says does not depend on when
//! what came. Everything that comes is checked before it is kept (a log against its writer's key and against the copy that
//! is here, a blob against its name), so a run that was cut short is simply run again. A writer that has signed two histories is
//! named, and both are kept. Keys never travel; sealed blobs travel as ciphertext.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use witnessmark_ledger::note::VerifierKey;
use witnessmark_ledger::{Checkpoint, SignedNote};
use witnessmark_model::entry::{Body, Handled, Handling};
use witnessmark_model::{Digest, LogId, SubjectId};

use crate::archive::Archive;
use crate::check::hash_file;
use crate::config::log_id;
use crate::error::{Error, Kind, Result};
use crate::layout::{CONFIG, Layout};
use crate::log::Log;
use crate::outside::Pace;
use crate::pack::sha256;
use crate::session::{Draft, Session};
use crate::store::{self, LocalHead, LocalObjects, Objects as _};

/// What an exchange did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// Logs that grew here: origin, size before and after.
    pub came: Vec<(String, u64, u64)>,
    /// Logs that grew there.
    pub went: Vec<(String, u64, u64)>,
    /// Blobs that came, and their bytes.
    pub blobs_came: (u64, u64),
    /// Blobs that went, and their bytes.
    pub blobs_went: (u64, u64),
    /// Blobs that entries speak of and that are in neither place.
    pub missing: u64,
    /// Logs that are there and are not admitted here: origin.
    pub strangers: Vec<String>,
    /// What speaks against a log or a file there.
    pub against: Vec<String>,
}

impl Synced {
    /// Did anything come?
    pub fn is_news(&self) -> bool {
        !self.came.is_empty() || self.blobs_came.0 > 0
    }
}

/// How an exchange is to be done.
pub struct Exchange<'a> {
    /// Only take, and write nothing there.
    pub take_only: bool,
    /// Slows copying down.
    pub pace: Pace,
    /// Told the bytes copied so far.
    pub progress: &'a mut dyn FnMut(u64),
}

impl Archive {
    /// Every blob that entries speak of, and under whose key it lies. Those whose subject was erased are left out.
    pub(crate) fn blobs_spoken_of(&self) -> BTreeMap<Digest, Option<SubjectId>> {
        let mut blobs = BTreeMap::new();
        for entry in self.world.entries() {
            let spoken = match &entry.body {
                Body::Collected(c) => c.blob.map(|blob| (blob, c.subject)),
                Body::Observed(o) => Some((o.blob, o.subject)),
                Body::Identified(i) => Some((i.blob, Some(i.subject))),
                Body::Issued(i) if i.manifest.get("sha256").is_some() => Some((i.manifest_digest, None)),
                _ => None,
            };
            blobs.extend(spoken);
        }
        blobs.retain(|_, subject| !subject.is_some_and(|subject| self.world.is_erased(subject)));
        blobs
    }

    /// Do other archives' entries and ours supersede the same entries, each not knowing of the other?
    pub fn conflicts(&self) -> Vec<(witnessmark_model::EntryRef, Vec<witnessmark_model::EntryRef>)> {
        self.world.conflicts()
    }
}

impl Session<'_> {
    /// Exchanges logs and blobs with a folder. A folder that is an archive itself is only read: it takes what it wants by a
    /// run of its own.
    pub fn sync(&mut self, peer: &Path, how: &mut Exchange<'_>) -> Result<Synced> {
        self.archive_mut().whole()?;
        let here = std::fs::canonicalize(self.archive().layout().root()).ok();
        if here.is_some() && here == std::fs::canonicalize(peer).ok() {
            return Err(Error::new(Kind::Invalid, "exchange with this very archive"));
        }
        let there = Layout::new(peer);
        let is_archive = there.config().exists();
        if !is_archive && peer.exists() && !peer.is_dir() {
            return Err(Error::new(Kind::Invalid, format!("exchange with {}: it is no folder", peer.display())));
        }
        let mut synced = Synced::default();
        self.take_logs(&there, &mut synced)?;
        self.reload()?;
        self.take_blobs(&there, how, &mut synced)?;
        if synced.blobs_came.0 > 0 {
            // Packs that had not come before are in the tables only when these are made anew.
            self.rebuild_tables()?;
        }
        if !how.take_only && !is_archive {
            self.give_logs(&there, &mut synced)?;
            self.give_blobs(&there, how, &mut synced)?;
        }
        if synced.is_news() {
            self.write_down(&synced)?;
        }
        Ok(synced)
    }

    fn take_logs(&mut self, there: &Layout, synced: &mut Synced) -> Result<()> {
        let admitted: BTreeMap<LogId, VerifierKey> =
            self.archive().admitted()?.into_iter().map(|(id, key, _)| (id, key)).collect();
        let own = self.archive().config().log_id();
        for folder in folders(&there.root().join("logs"))? {
            let objects = LocalObjects::new(&folder)?;
            let Some(note) = objects.get("ledger/checkpoint")? else { continue };
            let parsed = SignedNote::parse(&note).ok().and_then(|note| Checkpoint::parse(note.text()).ok());
            let Some(checkpoint) = parsed else {
                synced.against.push(format!("{}: its checkpoint cannot be read", folder.display()));
                continue;
            };
            let id = log_id(checkpoint.origin());
            let outcome = if id == own {
                self.archive().compare_own(&note, &objects)
            } else if let Some(verifier) = admitted.get(&id) {
                self.take_log(id, verifier, &objects, synced)
            } else {
                synced.strangers.push(checkpoint.origin().to_owned());
                Ok(())
            };
            match outcome {
                Err(e) if matches!(e.kind, Kind::Conflict | Kind::Corrupt | Kind::Invalid) => {
                    if e.kind == Kind::Conflict {
                        self.archive().keep_fork(id, &note)?;
                    }
                    synced.against.push(e.chain());
                }
                other => other?,
            }
        }
        Ok(())
    }

    fn take_log(&mut self, id: LogId, key: &VerifierKey, objects: &LocalObjects, synced: &mut Synced) -> Result<()> {
        let mut log = self.archive().open_other(id, key.clone(), true)?;
        let before = log.follow(objects)?;
        if log.size() > before {
            synced.came.push((key.name().to_owned(), before, log.size()));
        }
        Ok(())
    }

    fn take_blobs(&mut self, there: &Layout, how: &mut Exchange<'_>, synced: &mut Synced) -> Result<()> {
        let archive = self.archive();
        for blob in archive.blobs_spoken_of().into_keys() {
            let (from, to) = (there.blob(blob), archive.layout().blob(blob));
            if to.exists() {
                continue;
            }
            if !from.exists() {
                synced.missing += 1;
                continue;
            }
            match copy_blob(&from, archive.layout(), blob, how)? {
                Some(bytes) => synced.blobs_came = (synced.blobs_came.0 + 1, synced.blobs_came.1 + bytes),
                None => {
                    synced.missing += 1;
                    synced.against.push(format!("{}: the bytes are not those that its name says", from.display()));
                }
            }
        }
        Ok(())
    }

    fn give_logs(&mut self, there: &Layout, synced: &mut Synced) -> Result<()> {
        let archive = self.archive();
        for (id, log) in archive.logs().filter(|(_, log)| log.size() > 0) {
            let folder = there.log(id);
            store::make_dir(&folder)?;
            let _lock = store::Lock::take_soon(&folder)?;
            let (objects, head) = (Box::new(LocalObjects::new(&folder)?), Box::new(LocalHead::new(&folder)?));
            let given = Log::open_followed(log.verifier().clone(), objects, head, true).and_then(|mut copy| {
                let before = copy.follow(&LocalObjects::new(&archive.layout().log(id))?)?;
                Ok((before, copy.size()))
            });
            match given {
                Ok((before, after)) if after > before => synced.went.push((log.origin().to_owned(), before, after)),
                Ok(_) => {}
                Err(e) if matches!(e.kind, Kind::Conflict | Kind::Corrupt) => synced.against.push(e.chain()),
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn give_blobs(&mut self, there: &Layout, how: &mut Exchange<'_>, synced: &mut Synced) -> Result<()> {
        let archive = self.archive();
        let mut damaged = BTreeSet::new();
        for blob in archive.blobs_spoken_of().into_keys() {
            let from = archive.layout().blob(blob);
            if there.blob(blob).exists() || !from.exists() {
                continue;
            }
            match copy_blob(&from, there, blob, how)? {
                Some(bytes) => synced.blobs_went = (synced.blobs_went.0 + 1, synced.blobs_went.1 + bytes),
                None => drop(damaged.insert(from)),
            }
        }
        let said =
            damaged.into_iter().map(|path| format!("{}: the bytes are not those that its name says", path.display()));
        synced.against.extend(said);
        Ok(())
    }

    /// An entry that says what came, from whom.
    fn write_down(&mut self, synced: &Synced) -> Result<()> {
        let logs: Vec<String> = synced.came.iter().map(|(who, from, to)| format!("{who} {from}..{to}")).collect();
        let handled = Handled {
            event: Handling::TransferredIn,
            item: None,
            subject: None,
            blob: None,
            count: Some(synced.blobs_came.0),
            reason: None,
            detail: (!logs.is_empty()).then(|| logs.join(", ")),
        };
        self.append(vec![Draft::open(handled)]).map(drop)
    }
}

impl Archive {
    /// Holds a copy of this archive's own log against it: ahead of it, it was rolled back; beside it, it was forked.
    fn compare_own(&self, note: &[u8], objects: &LocalObjects) -> Result<()> {
        let attempt = || Error::new(Kind::Invalid, format!("read a copy of {}", self.config().origin));
        let theirs = Checkpoint::open(note, self.log().verifier()).map_err(|e| attempt().because(e))?;
        self.log().must_go_on(&theirs, objects)?;
        if theirs.size() > self.log().size() {
            return Err(Error::new(
                Kind::Conflict,
                format!(
                    "compare with a copy of this archive's own log: it has {} entries, this one {}: it was rolled back",
                    theirs.size(),
                    self.log().size()
                ),
            ));
        }
        Ok(())
    }

    /// Keeps what a log signed against itself, beside what it signed before.
    fn keep_fork(&self, id: LogId, note: &[u8]) -> Result<()> {
        let ours =
            self.logs().find(|(known, _)| *known == id).and_then(|(_, log)| log.checkpoint()).unwrap_or_default();
        let both = [b"here:\n\n".as_slice(), ours, b"\nthere:\n\n", note].concat();
        let path = self.layout().log(id).join("forks").join(format!("{}.txt", sha256(note).short()));
        if path.exists() { Ok(()) } else { store::put_new(&path, &both).map(drop) }
    }
}

/// Is this folder an archive, or one that is carried between archives?
pub fn is_archive(folder: &Path) -> bool {
    folder.join(CONFIG).exists()
}

fn folders(path: &Path) -> Result<Vec<std::path::PathBuf>> {
    let list = match std::fs::read_dir(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        list => list.map_err(|e| Error::io(format!("read {}", path.display()), e))?,
    };
    let mut folders: Vec<_> = list.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

/// Copies a blob, hashing while it streams; named only when the bytes are those of its name. Gives their number.
pub(crate) fn copy_blob(from: &Path, to: &Layout, blob: Digest, how: &mut Exchange<'_>) -> Result<Option<u64>> {
    let reading = |e| Error::io(format!("read {}", from.display()), e);
    store::make_dir(&to.arriving())?;
    let arriving = to.arriving().join(format!("sync-{blob}"));
    let source = how.pace.slowed(File::open(from).map_err(reading)?);
    let copied = store::copy_hashing(source, &arriving, how.progress);
    let (found, size) = match copied {
        Ok(copied) => copied,
        Err(e) => {
            store::discard(&arriving);
            return Err(e);
        }
    };
    if found != blob {
        store::discard(&arriving);
        return Ok(None);
    }
    store::settle(&arriving, &to.blob(blob))?;
    Ok(Some(size))
}

/// Does the file hold the bytes that its name says?
pub(crate) fn holds(path: &Path, blob: Digest) -> bool {
    hash_file(path).is_ok_and(|(found, _)| found == blob)
}
