//! Exchanging whole logs and missing blobs with a peer: another archive, a disk that is carried between archives, a bucket, a
//! web server that has a copy.
//!
//! Weeks offline end in copying, never in merging: each log has one writer, and what the union says does not depend on when
//! what came. Everything that comes is checked before it is kept (a log against its writer's key and against the copy that
//! is here, a blob against its name), so a run that was cut short is simply run again. A writer that has signed two histories is
//! named, and both are kept. Keys never travel; sealed blobs travel as ciphertext.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use witnessmark_ledger::note::VerifierKey;
use witnessmark_ledger::{Checkpoint, SignedNote};
use witnessmark_model::entry::{Body, Handled, Handling};
use witnessmark_model::{Digest, LogId, SubjectId};

use crate::archive::Archive;
use crate::check::hash_file;
use crate::config::log_id;
use crate::error::{Error, Kind, Result};
use crate::fetch::{self, Came, Cut, Fetched};
use crate::layout::CONFIG;
use crate::limits;
use crate::log::{Log, PUBLISHED};
use crate::outside::Pace;
use crate::pack::sha256;
use crate::peer::{Copy, Folder, Peer, each_at_a_time};
use crate::session::{Draft, Session};
use crate::store::{self, Objects};

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
    /// Logs there that are the own one or an admitted one.
    pub known: u64,
    /// Logs that are there and are not admitted here: origin.
    pub strangers: Vec<String>,
    /// What speaks against a log or a file there.
    pub against: Vec<String>,
    /// Why the run ended before it was done, where it did: the peer or the way to it failed. Another run goes on from there.
    pub stopped: Option<String>,
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
    /// Told the bytes of blobs that this run has copied so far.
    pub progress: &'a mut (dyn FnMut(u64) + Send),
}

/// What a run may use from several threads.
struct Run<'a> {
    pace: Pace,
    copied: Mutex<(u64, &'a mut (dyn FnMut(u64) + Send))>,
}

impl Run<'_> {
    fn told(&self, bytes: u64) {
        let mut copied = self.copied.lock().unwrap_or_else(PoisonError::into_inner);
        copied.0 += bytes;
        let all = copied.0;
        (copied.1)(all);
    }
}

impl Archive {
    /// Every blob that entries speak of, and whether those of the own log do. Those whose subject was erased are left out.
    pub(crate) fn blobs_spoken_of(&self) -> BTreeMap<Digest, bool> {
        let own = self.config.log_id();
        let mut blobs: BTreeMap<Digest, (Option<SubjectId>, bool)> = BTreeMap::new();
        for entry in self.world.entries() {
            let spoken = match &entry.body {
                Body::Collected(c) => c.blob.map(|blob| (blob, c.subject)),
                Body::Observed(o) => Some((o.blob, o.subject)),
                Body::Identified(i) => Some((i.blob, Some(i.subject))),
                Body::Issued(i) if i.manifest.get("sha256").is_some() => Some((i.manifest_digest, None)),
                _ => None,
            };
            if let Some((blob, subject)) = spoken {
                let known = blobs.entry(blob).or_insert((subject, false));
                *known = (subject, known.1 || entry.at.log == own);
            }
        }
        blobs.retain(|_, (subject, _)| !subject.is_some_and(|subject| self.world.is_erased(subject)));
        blobs.into_iter().map(|(blob, (_, is_own))| (blob, is_own)).collect()
    }

    /// Most bytes that a blob can have whose entry says how long its item is, sealed or not: a peer that sends on and on is left.
    fn lengths_of_blobs(&self) -> BTreeMap<Digest, u64> {
        let mut lengths = BTreeMap::new();
        for entry in self.world.entries() {
            if let Body::Collected(c) = &entry.body
                && let Some(blob) = c.blob
            {
                let sealing = if c.subject.is_some() { c.size / 256 + limits::SEALING } else { 0 };
                lengths.insert(blob, c.size.saturating_add(sealing));
            }
        }
        lengths
    }

    /// Do other archives' entries and ours supersede the same entries, each not knowing of the other?
    pub fn conflicts(&self) -> Vec<(witnessmark_model::EntryRef, Vec<witnessmark_model::EntryRef>)> {
        self.world.conflicts()
    }
}

/// Ends a run that cannot go on for a reason that lies elsewhere: what came until then counts.
fn cut(synced: &mut Synced, peer: &dyn Peer, why: &Error) {
    let said = why.hint_text().map(|hint| format!(" ({hint})")).unwrap_or_default();
    synced.stopped.get_or_insert(format!("{}: {}{said}", peer.name(), why.chain()));
}

impl Session<'_> {
    /// Exchanges logs and blobs with a folder. A folder that is an archive itself is only read: it takes what it wants by a
    /// run of its own.
    pub fn sync(&mut self, folder: &Path, how: &mut Exchange<'_>) -> Result<Synced> {
        self.exchange(&Folder::new(folder)?, how)
    }

    /// Exchanges logs and blobs with a peer. When the peer fails in the middle, what came until then is kept and written down,
    /// [`Synced::stopped`] says why, and another run goes on from there.
    ///
    /// # Errors
    /// What fails here: the disk, the ledger. What the peer does wrong is in [`Synced`].
    pub fn exchange(&mut self, peer: &dyn Peer, how: &mut Exchange<'_>) -> Result<Synced> {
        self.archive_mut().whole()?;
        let here = std::fs::canonicalize(self.archive().layout().root()).ok();
        let is_own_place = self.archive().storage.name() == peer.name();
        if is_own_place || here.is_some() && here == std::fs::canonicalize(peer.name()).ok() {
            return Err(Error::new(Kind::Invalid, "exchange with this very archive"));
        }
        let run = Run { pace: how.pace.clone(), copied: Mutex::new((0, &mut *how.progress)) };
        let mut synced = Synced::default();
        self.take_logs(peer, &run, &mut synced)?;
        self.reload()?;
        if synced.stopped.is_none() {
            self.take_blobs(peer, &run, &mut synced)?;
        }
        if synced.blobs_came.0 > 0 {
            // Packs that had not come before are in the tables only when these are made anew.
            self.rebuild_tables()?;
        }
        if !how.take_only && peer.takes() {
            for give in [Self::give_logs, Self::give_blobs] {
                if synced.stopped.is_none() {
                    give(self, peer, &run, &mut synced)?;
                }
            }
        }
        if synced.is_news() {
            self.write_down(&synced)?;
        }
        Ok(synced)
    }

    fn take_logs(&mut self, peer: &dyn Peer, run: &Run<'_>, synced: &mut Synced) -> Result<()> {
        let admitted: BTreeMap<LogId, VerifierKey> =
            self.archive().admitted()?.into_iter().map(|(id, key, _)| (id, key)).collect();
        let own = self.archive().config().log_id();
        let wanted: Vec<LogId> = std::iter::once(own).chain(admitted.keys().copied()).collect();
        let folders = match peer.logs(&wanted) {
            Ok(folders) => folders,
            Err(e) => {
                cut(synced, peer, &e);
                return Ok(());
            }
        };
        for folder in folders {
            let read = peer.log(&folder).and_then(|objects| Ok((objects.get(PUBLISHED)?, objects)));
            let (note, objects) = match read {
                Ok((Some(note), objects)) => (note, objects),
                Ok((None, _)) => continue,
                Err(e) => {
                    cut(synced, peer, &e);
                    return Ok(());
                }
            };
            let parsed = SignedNote::parse(&note).ok().and_then(|note| Checkpoint::parse(note.text()).ok());
            let Some(checkpoint) = parsed else {
                synced.against.push(format!("{}, log {folder}: its checkpoint cannot be read", peer.name()));
                continue;
            };
            let id = log_id(checkpoint.origin());
            synced.known += u64::from(id == own || admitted.contains_key(&id));
            let outcome = if id == own {
                self.archive().compare_own(&note, &*objects)
            } else if let Some(verifier) = admitted.get(&id) {
                let mut taken = self.take_log(id, verifier, (peer, &*objects), run, synced);
                for _ in 1..GIVING_ATTEMPTS {
                    // Where our copy lies under no lock, another office may have brought it up meanwhile. A fork stays one.
                    if self.archive().storage.place.is_some() && taken.as_ref().is_err_and(|e| e.kind == Kind::Conflict)
                    {
                        taken = self.take_log(id, verifier, (peer, &*objects), run, synced);
                    }
                }
                taken
            } else {
                synced.strangers.push(checkpoint.origin().to_owned());
                Ok(())
            };
            match outcome {
                Err(e) if matches!(e.kind, Kind::Conflict | Kind::Corrupt | Kind::Invalid) => {
                    if e.kind == Kind::Conflict {
                        self.archive().keep_fork(id, &note)?;
                    }
                    synced.against.push(format!("{}: {}", peer.name(), e.chain()));
                }
                Err(e) if matches!(e.kind, Kind::Unavailable | Kind::Denied | Kind::NotFound) => {
                    cut(synced, peer, &e);
                    return Ok(());
                }
                other => other?,
            }
        }
        Ok(())
    }

    /// Brings the copy of a log up to what the peer has of it. Over a wire everything is fetched first, and then followed by
    /// the same code as a log on a disk at hand.
    fn take_log(
        &mut self,
        id: LogId,
        key: &VerifierKey,
        (peer, theirs): (&dyn Peer, &dyn Objects),
        run: &Run<'_>,
        synced: &mut Synced,
    ) -> Result<()> {
        let mut log = self.archive().open_other(id, key.clone(), true)?;
        let before = log.size();
        if peer.is_here() {
            log.follow(theirs)?;
        } else {
            let coming = self.archive().layout().coming_log(id);
            let fetched = Fetched::new(coming, theirs, key, before, (peer.at_a_time(), &run.pace))?;
            let followed = log.follow(&fetched);
            // What the wire or this disk broke off is gone on with; anything else that was fetched is of no more use.
            if !followed.as_ref().is_err_and(|e| e.kind == Kind::Unavailable) {
                fetched.done();
            }
            followed?;
        }
        self.archive().storage.remember(id, &log)?;
        if log.size() > before {
            synced.came.push((key.name().to_owned(), before, log.size()));
        }
        Ok(())
    }

    fn take_blobs(&mut self, peer: &dyn Peer, run: &Run<'_>, synced: &mut Synced) -> Result<()> {
        let archive = self.archive();
        let (layout, storage) = (archive.layout(), &archive.storage);
        let spoken: BTreeSet<Digest> = archive.blobs_spoken_of().into_keys().collect();
        let here = archive.storage.holding(&spoken)?;
        let wanted: BTreeSet<Digest> = spoken.difference(&here).copied().collect();
        fetch::forget_unwanted(layout, &wanted);
        let there = match peer.holding(&wanted) {
            Ok(there) => there,
            Err(e) => {
                cut(synced, peer, &e);
                return Ok(());
            }
        };
        let lengths = archive.lengths_of_blobs();
        let said = Mutex::new(&mut *synced);
        let say = |how: &dyn Fn(&mut Synced)| how(&mut said.lock().unwrap_or_else(PoisonError::into_inner));
        let one = |blob: Digest| {
            let most = lengths.get(&blob).copied();
            fetch::must_have_room(layout, most.unwrap_or(0))?;
            match fetch::blob(
                peer,
                storage,
                blob,
                most.unwrap_or(limits::PACK_BYTES as u64 * 2),
                &|n| run.told(n),
                &run.pace,
            ) {
                Ok(Came::Here(bytes)) => say(&|s| s.blobs_came = (s.blobs_came.0 + 1, s.blobs_came.1 + bytes)),
                Ok(Came::NotThere) => {}
                Ok(Came::Other) => {
                    say(&|s| s.against.push(format!("{}: {}", peer.name(), not_its_name(blob))));
                }
                Err(Cut::There(e)) => {
                    say(&|s| cut(s, peer, &e));
                    return Err(e);
                }
                Err(Cut::Here(e)) => return Err(e),
            }
            Ok(())
        };
        let done = each_at_a_time(peer.at_a_time(), there.into_iter(), one);
        synced.against.sort();
        synced.missing = (wanted.len() - archive.storage.holding(&wanted)?.len()) as u64;
        // What broke off elsewhere is said, and is no failure here.
        if synced.stopped.is_some() { Ok(()) } else { done }
    }

    fn give_logs(&mut self, peer: &dyn Peer, run: &Run<'_>, synced: &mut Synced) -> Result<()> {
        let archive = self.archive();
        for (id, log) in archive.logs().filter(|(_, log)| log.size() > 0) {
            let ours = Paced { files: archive.storage.objects(id)?, pace: run.pace.clone() };
            let mut given = bring_up(peer, id, log, &ours);
            for _ in 1..GIVING_ATTEMPTS {
                // Where there is no lock, another may have brought the copy up meanwhile. A fork stays one.
                if given.as_ref().is_err_and(|e| e.kind == Kind::Conflict) {
                    given = bring_up(peer, id, log, &ours);
                }
            }
            match given {
                Ok((before, after)) if after > before => synced.went.push((log.origin().to_owned(), before, after)),
                Ok(_) => {}
                Err(e) if matches!(e.kind, Kind::Conflict | Kind::Corrupt) => {
                    synced.against.push(format!("{}: {}", peer.name(), e.chain()));
                }
                Err(e) => {
                    cut(synced, peer, &e);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn give_blobs(&mut self, peer: &dyn Peer, run: &Run<'_>, synced: &mut Synced) -> Result<()> {
        let archive = self.archive();
        let ours = archive.storage.holding(&archive.blobs_spoken_of().into_keys().collect())?;
        let storage = &archive.storage;
        let there = match peer.holding(&ours) {
            Ok(there) => there,
            Err(e) => {
                cut(synced, peer, &e);
                return Ok(());
            }
        };
        let said = Mutex::new(&mut *synced);
        let say = |how: &dyn Fn(&mut Synced)| how(&mut said.lock().unwrap_or_else(PoisonError::into_inner));
        let one = |blob: Digest| {
            let (file, size) = storage.stream(blob)?;
            let mut bytes = Counted { bytes: run.pace.slowed(file), told: &|n| run.told(n) };
            match peer.write(blob, size, &mut bytes) {
                Ok(true) => say(&|s| s.blobs_went = (s.blobs_went.0 + 1, s.blobs_went.1 + size)),
                Ok(false) => say(&|s| s.against.push(format!("{}: {}", storage.spelt(blob), not_its_name(blob)))),
                Err(e) => {
                    say(&|s| cut(s, peer, &e));
                    return Err(e);
                }
            }
            Ok(())
        };
        let done = each_at_a_time(peer.at_a_time(), ours.difference(&there).copied(), one);
        synced.against.sort();
        if synced.stopped.is_some() { Ok(()) } else { done }
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
    fn compare_own(&self, note: &[u8], objects: &dyn Objects) -> Result<()> {
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

/// How often a copy at a peer is tried that somebody else brings up at the same time.
const GIVING_ATTEMPTS: usize = 4;

/// Brings a peer's copy of a log up to ours. Gives its size before and after.
pub(crate) fn bring_up(peer: &dyn Peer, id: LogId, log: &Log, ours: &dyn Objects) -> Result<(u64, u64)> {
    let Copy { objects, head, lock: _lock } = peer.copy(id)?;
    let mut copy = Log::open_followed(log.verifier().clone(), objects, head, true)?;
    let before = copy.follow(ours)?;
    Ok((before, copy.size()))
}

/// Files of a log, given no faster than is wanted.
struct Paced {
    files: Box<dyn Objects>,
    pace: Pace,
}

impl Objects for Paced {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let bytes = self.files.get(key)?;
        self.pace.spent(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64));
        Ok(bytes)
    }

    fn put_new(&self, key: &str, _bytes: &[u8]) -> Result<store::Stored> {
        Err(fetch::read_only(key))
    }

    fn publish(&self, key: &str, _seen: Option<&[u8]>, _next: &[u8]) -> Result<()> {
        Err(fetch::read_only(key))
    }

    fn remove_superseded(&self, key: &str) -> Result<()> {
        Err(fetch::read_only(key))
    }
}

fn not_its_name(blob: Digest) -> String {
    format!("blob {}: the bytes are not those that its name says", blob.short())
}

/// A reader that tells how far it is.
struct Counted<'a, R> {
    bytes: R,
    told: &'a dyn Fn(u64),
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        (self.told)(n as u64);
        Ok(n)
    }
}

/// Does the file hold the bytes that its name says?
pub(crate) fn holds(path: &Path, blob: Digest) -> bool {
    hash_file(path).is_ok_and(|(found, _)| found == blob)
}
