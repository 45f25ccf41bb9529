//! An archive as the union of logs: its own, which it alone appends to, and copies of those that its owner has admitted.
//!
//! What the archive says is a function of the set of all their entries. Its own log says which others belong to it; what a log
//! says of keys binds that log alone, and no log but the own one can have a key of this archive destroyed.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_ledger::note::{KeyType, VerifierKey};
use witnessmark_model::entry::{Admitted, Body, Observed};
use witnessmark_model::wire::{Opened, Record, RecordLine};
use witnessmark_model::{Entry, EntryRef, Field, LogId, SubjectId, World};

use crate::archive::Archive;
use crate::config::log_id;
use crate::error::{Error, Kind, Result};
use crate::log::{Log, PUBLISHED};
use crate::pack::Pack;
use crate::session::{Draft, Session};

/// Subjects whose keys were destroyed, each with the log that says so.
pub(crate) type ErasedIn = BTreeSet<(LogId, SubjectId)>;

/// One log's entries as they are filed: what was found on the way.
struct Filing<'a> {
    own: LogId,
    /// Known to be erased before.
    erased: &'a ErasedIn,
    /// Found to be erased now.
    found: ErasedIn,
    world: World,
}

impl Archive {
    /// Reads every entry of every log into a new fold. An erasure may come after what it erases: then once more.
    pub(crate) fn read_logs(&mut self) -> Result<()> {
        let own = self.config.log_id();
        let mut erased = ErasedIn::new();
        loop {
            let mut filing = Filing { own, erased: &erased, found: ErasedIn::new(), world: World::default() };
            self.file(own, &self.log, &mut filing)?;
            let others = self.admitted_logs(&filing.world)?;
            for (id, log) in &others {
                self.file(*id, log, &mut filing)?;
            }
            let Filing { found, world, .. } = filing;
            let is_settled = found == erased;
            self.others = others;
            // No log but the own one can have a key of this archive destroyed.
            let forgot =
                self.forget(&found.iter().filter(|(log, _)| *log == own).map(|(_, subject)| *subject).collect());
            if is_settled && !forgot {
                self.world = world;
                return Ok(());
            }
            erased = found;
        }
    }

    /// Files one log's entries.
    fn file(&self, id: LogId, log: &Log, filing: &mut Filing<'_>) -> Result<()> {
        let mut opened = Opened::default();
        let (erased, own) = (filing.erased, filing.own);
        log.each_record(|index, line| {
            opened.clear();
            self.open_line(line, &mut opened)?;
            mark(erased, id, own, &mut opened);
            let entry = Entry::from_fields(EntryRef { log: id, index }, &opened)?;
            if let Body::Erased(erased) = &entry.body {
                filing.found.insert((id, erased.subject));
            }
            filing.world.apply(entry);
            Ok(())
        })
    }

    /// Marks sealed fields whose keys were destroyed, as far as is known where only some entries are at hand.
    pub(crate) fn mark_erased(&self, id: LogId, opened: &mut Opened) {
        mark(&self.erased, id, self.config.log_id(), opened);
    }

    /// The fields beside a leaf, from the record's line; sealed ones are opened where their key is at hand.
    pub(crate) fn open_line(&self, line: &str, opened: &mut Opened) -> Result<()> {
        let Ok(record) = RecordLine::parse(line) else {
            // Out of the ordinary, or damaged: the long way says which.
            for (name, field) in self.fields_of(&Record::parse(line)?)? {
                opened.put(&name, field);
            }
            return Ok(());
        };
        for text in record.open {
            opened.disclose(text)?;
        }
        for sealed in &record.sealed {
            opened.put(&sealed.name, self.open_sealed(sealed)?);
        }
        Ok(())
    }

    /// Copies of the logs that are admitted and have come.
    pub(crate) fn admitted_logs(&self, world: &World) -> Result<BTreeMap<LogId, Log>> {
        let own = self.config.log_id();
        let mut logs = BTreeMap::new();
        for (_, admitted) in world.admitted(own) {
            let (id, verifier) = verifier_of(admitted)?;
            if id != own && self.storage.has_log(id)? {
                logs.insert(id, self.open_other(id, verifier, false)?);
            }
        }
        Ok(logs)
    }

    pub(crate) fn open_other(&self, id: LogId, verifier: VerifierKey, may_write: bool) -> Result<Log> {
        self.storage.open_other(id, verifier, may_write)
    }

    /// Has another process brought a copy up?
    pub(crate) fn others_moved(&self) -> Result<bool> {
        for (id, log) in &self.others {
            let published = self.storage.objects(*id)?.get(PUBLISHED)?;
            if published.as_deref() != log.checkpoint() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Logs that this archive has admitted: id, verifier key, and what people call each.
    pub fn admitted(&self) -> Result<Vec<(LogId, VerifierKey, Option<String>)>> {
        let named = |admitted: &Admitted| Ok((verifier_of(admitted)?, admitted.name.clone()));
        let all = self.world.admitted(self.config.log_id()).map(|(_, admitted)| named(admitted));
        all.map(|one: Result<_>| one.map(|((id, key), name)| (id, key, name))).collect()
    }

    /// Size of the copy of an admitted log.
    pub fn followed_size(&self, id: LogId) -> u64 {
        self.others.get(&id).map_or(0, Log::size)
    }

    /// Packs whose bytes are here and are what their entries commit to. One that is damaged or gone must not keep the archive from being
    /// opened, checked and mended: it is left out, and `check` names it.
    pub(crate) fn packs_at_hand(&self, observed: Vec<(EntryRef, Observed)>) -> Result<Vec<(EntryRef, Pack)>> {
        let mut packs = Vec::new();
        for (at, observed) in observed {
            match self.pack(&observed) {
                Ok(pack) => packs.push((at, pack)),
                Err(e) if is_damage(&e) => {
                    if e.kind == Kind::NotFound {
                        self.derived.leave_out(observed.blob)?;
                    }
                    // Of another log it may not have come yet.
                    if at.log == self.config.log_id() {
                        tracing::warn!("{}; its rows are left out: `witnessmark check`", e.chain());
                    }
                }
                Err(e) => return Err(e),
            }
        }
        Ok(packs)
    }
}

/// What is on disk is damaged or gone, as opposed to out of reach for now.
pub(crate) fn is_damage(error: &Error) -> bool {
    matches!(error.kind, Kind::Corrupt | Kind::NotFound)
}

/// Sealed fields of the log `id` whose keys that log or the own one says to be destroyed are erased.
fn mark(erased: &ErasedIn, id: LogId, own: LogId, opened: &mut Opened) {
    if erased.is_empty() {
        return;
    }
    for field in opened.iter_mut() {
        if let Field::Sealed(subject) = field
            && (erased.contains(&(id, *subject)) || erased.contains(&(own, *subject)))
        {
            *field = Field::Erased(*subject);
        }
    }
}

fn verifier_of(admitted: &Admitted) -> Result<(LogId, VerifierKey)> {
    let wrong = || Error::new(Kind::Invalid, format!("read the key of the admitted log {}", admitted.origin));
    let verifier: VerifierKey = admitted.vkey.parse().map_err(|e| wrong().because(e))?;
    let id = log_id(verifier.name());
    if id == admitted.log && verifier.name() == admitted.origin { Ok((id, verifier)) } else { Err(wrong()) }
}

impl Session<'_> {
    /// Makes another log part of this archive. What it says counts from when it comes.
    pub fn admit(&mut self, vkey: &str, name: Option<String>, reason: Option<String>) -> Result<EntryRef> {
        let attempt = || Error::new(Kind::Invalid, "admit a log");
        let verifier: VerifierKey = vkey.parse().map_err(|e| attempt().because(e))?;
        if verifier.key_type() != KeyType::Ed25519 {
            return Err(attempt().hint("this is a cosigner's key"));
        }
        let log = log_id(verifier.name());
        if log == self.archive().config().log_id() {
            return Err(attempt().hint("this is the archive's own log"));
        }
        let known = self.archive().admitted()?;
        if known.iter().any(|(id, key, _)| *id == log && *key == verifier) {
            return Err(Error::new(Kind::Conflict, format!("admit {}: it is admitted already", verifier.name())));
        }
        if known.iter().any(|(id, ..)| *id == log) {
            return Err(Error::new(Kind::Conflict, format!("admit {} under another key", verifier.name())));
        }
        let admitted = Admitted {
            log,
            origin: verifier.name().to_owned(),
            vkey: verifier.to_string(),
            name,
            reason,
            supersedes: Vec::new(),
        };
        Ok(self.append(vec![Draft::open(admitted)])?[0])
    }
}
