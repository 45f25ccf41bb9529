//! An archive opened for work on a few things: of its entries only those are at hand that say how it is to be read, and those that
//! were asked for.
//!
//! The fold is a function of a set of entries ([`World`]), so a part of the set gives a part of the view: whoever has brought all
//! entries that are found by an item, and all that end those, sees of that item what the whole set says. The index on disk says
//! which they are. Opening ten million entries this way reads a few; taking things in, holding and releasing need no more. Whatever
//! goes through everything asks for [`Archive::whole`] first, and is refused without.

use std::collections::BTreeSet;

use witnessmark_ledger::BundleId;
use witnessmark_model::entry::Body;
use witnessmark_model::wire::{Opened, Record, RecordLine};
use witnessmark_model::{Entry, EntryRef, Field, Governing, ItemId, Key, LogId, World};

use crate::archive::Archive;
use crate::derived::Derived;
use crate::error::{Error, Kind, Result};
use crate::index::{Row, rows_of};
use crate::log::Log;
use crate::session::Session;

/// Entries filed in the index at once.
const STRETCH: u64 = 1 << 16;
/// Entries that are brought before those brought first are let go again.
const MOST_BROUGHT: usize = 1 << 16;
/// Bundles of records kept at hand: what is asked for together mostly lies together.
const BUNDLES: usize = 8;

/// How much of the entries is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All.
    Whole,
    /// Those that govern, and those that were brought.
    Sparse,
}

/// Bundles of records as they were last read, latest first.
#[derive(Default)]
pub(crate) struct Near(Vec<(LogId, BundleId, Vec<u8>)>);

impl Near {
    /// The line of one entry's record.
    fn line(&mut self, id: LogId, log: &Log, index: u64) -> Result<String> {
        let (bundle, within) = BundleId::holding(index, log.size())
            .ok_or_else(|| Error::new(Kind::NotFound, format!("read entry {index} of {}", log.size())))?;
        let at_hand = self.0.iter().position(|(of, there, _)| *of == id && *there == bundle);
        let (of, there, bytes) = match at_hand {
            Some(at) => self.0.remove(at),
            None => (id, bundle, log.records_beside(index)?.2),
        };
        let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.lines().nth(within)).map(str::to_owned);
        self.0.insert(0, (of, there, bytes));
        self.0.truncate(BUNDLES);
        text.ok_or_else(|| Error::new(Kind::Corrupt, format!("read the record of entry {index} of {}", log.origin())))
    }
}

impl Archive {
    /// Are all entries at hand?
    pub fn is_whole(&self) -> bool {
        self.extent == Extent::Whole
    }

    /// Reads all entries, where only some are at hand.
    pub fn whole(&mut self) -> Result<()> {
        if self.is_whole() {
            return Ok(());
        }
        self.extent = Extent::Whole;
        self.reload()
    }

    /// An error for what goes through all entries, where only some are at hand.
    pub fn must_be_whole(&self, what: &str) -> Result<()> {
        if self.is_whole() {
            Ok(())
        } else {
            Err(Error::new(Kind::Bug, format!("{what} with a part of the entries at hand")))
        }
    }

    /// Goes through all entries once, log by log, each as it is read now with the keys at hand; none is kept. For whoever looks through
    /// everything for a little, where only some entries are at hand.
    pub fn each_entry(&self, mut tell: impl FnMut(&Entry)) -> Result<()> {
        if self.is_whole() {
            self.world.entries().for_each(tell);
            return Ok(());
        }
        let mut opened = Opened::default();
        for (log, of) in self.logs() {
            of.each_record_from(0, |index, line| {
                opened.clear();
                self.open_line(line, &mut opened)?;
                self.mark_erased(log, &mut opened);
                tell(&Entry::from_fields(EntryRef { log, index }, &opened)?);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Brings the entries that are found by these keys, and whatever ends them. Nothing to do where all are at hand.
    pub fn bring(&mut self, keys: &[Key]) -> Result<()> {
        if self.is_whole() {
            return Ok(());
        }
        if self.world.len() > MOST_BROUGHT.max(2 * self.governing) {
            self.read_sparse()?;
        }
        self.bring_from(keys.to_vec(), 0)
    }

    /// Brings what is said of an item, and of the subjects under whose keys it and who told it lie.
    pub fn bring_item(&mut self, item: ItemId) -> Result<()> {
        self.bring(&[Key::Item(item)])?;
        if self.is_whole() {
            return Ok(());
        }
        let mut subjects: Vec<Key> = self.world.identities(item).map(|(_, i)| Key::Subject(i.subject)).collect();
        subjects.extend(self.world.captures(item).filter_map(|(_, c)| c.subject).map(Key::Subject));
        if subjects.is_empty() { Ok(()) } else { self.bring(&subjects) }
    }

    /// The same, and only from an entry on.
    pub(crate) fn bring_from(&mut self, keys: Vec<Key>, from: u64) -> Result<()> {
        let (mut wanted, mut from) = (keys, from);
        while !wanted.is_empty() {
            let ids: Vec<LogId> = self.logs().map(|(id, _)| id).collect();
            let mut found = BTreeSet::new();
            for key in wanted.drain(..) {
                for id in &ids {
                    found.extend(self.derived.found_by(key, *id, from)?);
                }
            }
            // What ends an entry may lie anywhere.
            from = 0;
            for at in found {
                if self.bring_entry(at)? {
                    wanted.push(Key::Ends(at));
                }
            }
        }
        Ok(())
    }

    /// Brings one entry; `false` when it was at hand.
    fn bring_entry(&mut self, at: EntryRef) -> Result<bool> {
        if self.world.entry(at).is_some() {
            return Ok(false);
        }
        let entry = self.read_entry(at)?;
        self.world.apply(entry);
        Ok(true)
    }

    /// One entry, from the log that it lies in.
    fn read_entry(&mut self, at: EntryRef) -> Result<Entry> {
        let mut near = std::mem::take(&mut self.near);
        let log = if at.log == self.config.log_id() { Some(&self.log) } else { self.others.get(&at.log) };
        let absent = || Error::new(Kind::NotFound, format!("find entry {at}"));
        let read = log.ok_or_else(absent).and_then(|log| {
            let line = near.line(at.log, log, at.index)?;
            let mut opened = Opened::default();
            self.open_line(&line, &mut opened)?;
            self.mark_erased(at.log, &mut opened);
            Ok(Entry::from_fields(at, &opened)?)
        });
        self.near = near;
        read
    }

    /// The entry at hand, or read now; `None` when it lies in no log of the archive.
    pub(crate) fn entry_at(&mut self, at: EntryRef) -> Result<Option<&Entry>> {
        if !self.is_whole() && self.log_of(at.log).is_some_and(|log| at.index < log.size()) {
            self.bring_entry(at)?;
        }
        Ok(self.world.entry(at))
    }

    /// Takes an appended entry into the fold: where only some are at hand, those that govern and those that end one of them.
    pub(crate) fn take_in(&mut self, entry: Entry) {
        let mut is_wanted = self.is_whole();
        entry.keys(|key| {
            is_wanted |= match key {
                Key::Kind(kind) => !matches!(kind, Governing::Observed | Governing::Ending),
                Key::Ends(target) => self.world.entry(target).is_some(),
                _ => false,
            }
        });
        if is_wanted {
            self.world.apply(entry);
        }
    }

    /// Does an entry take back a pack, or bring one back, by whatever chain of entries that end each other? Tables know only how
    /// to go on, so they are then made anew.
    pub(crate) fn repacks(&mut self, at: EntryRef) -> Result<bool> {
        let (mut asked, mut seen) = (vec![at], BTreeSet::new());
        while let Some(at) = asked.pop() {
            if !seen.insert(at) {
                continue;
            }
            let Some(entry) = self.entry_at(at)? else { continue };
            if matches!(entry.body, Body::Observed(_)) {
                return Ok(true);
            }
            entry.keys(|key| asked.extend(if let Key::Ends(target) = key { Some(target) } else { None }));
        }
        Ok(false)
    }

    /// Does an entry from this one on take back a pack, or bring one back?
    pub(crate) fn repacked_since(&mut self, log: LogId, first: u64) -> Result<bool> {
        let mut ending = Vec::new();
        for entry in self.world.entries_from(EntryRef { log, index: first }) {
            entry.keys(|key| ending.extend((key == Key::Kind(Governing::Ending)).then_some(entry.at)));
        }
        for at in ending {
            if self.repacks(at)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) fn log_of(&self, id: LogId) -> Option<&Log> {
        if id == self.config.log_id() { Some(&self.log) } else { self.others.get(&id) }
    }

    /// Reads what governs, of the own log first: it says which others belong to the archive.
    pub(crate) fn read_sparse(&mut self) -> Result<()> {
        use Governing::{Admitted, Entrusted, Erased, Keyed};
        self.world = World::default();
        self.others.clear();
        self.erased.clear();
        self.near = Near::default();
        self.catch_up_index()?;
        self.bring_from(vec![Key::Kind(Admitted)], 0)?;
        self.others = self.admitted_logs(&self.world)?;
        self.catch_up_index()?;
        // First whose keys were destroyed: other entries are read by that.
        self.bring_from(vec![Key::Kind(Erased)], 0)?;
        for entry in self.world.entries() {
            if let Body::Erased(erased) = &entry.body {
                self.erased.insert((entry.at.log, erased.subject));
            }
        }
        let own = self.config.log_id();
        let gone = self.erased.iter().filter(|(log, _)| *log == own).map(|(_, subject)| *subject).collect();
        self.forget(&gone);
        self.bring_from(vec![Key::Kind(Keyed), Key::Kind(Admitted), Key::Kind(Entrusted)], 0)?;
        self.governing = self.world.len();
        Ok(())
    }

    /// Files in the index what it has not seen, and lets go of logs that belong to the archive no longer.
    pub(crate) fn catch_up_index(&mut self) -> Result<()> {
        let known: Vec<LogId> = self.logs().map(|(id, _)| id).collect();
        for id in &known {
            let log = if *id == self.config.log_id() { Some(&self.log) } else { self.others.get(id) };
            let Some(log) = log else { continue };
            let mut outcome = file_in_index(&mut self.derived, *id, log);
            for _ in 1..crate::archive::TABLE_ATTEMPTS {
                if !outcome.as_ref().is_err_and(|e| e.kind == Kind::Conflict) {
                    break;
                }
                outcome = file_in_index(&mut self.derived, *id, log);
            }
            outcome?;
        }
        // Where only some entries are at hand, other logs may belong to it still.
        if self.is_whole() {
            for gone in self.derived.indexed_logs()?.into_iter().filter(|log| !known.contains(log)) {
                self.derived.unindex(gone)?;
            }
        }
        Ok(())
    }

    /// Brings what the tables of packs are made from: from each log's entry on that they have not seen, or from the first.
    pub(crate) fn bring_packs(&mut self, from_the_first: bool) -> Result<()> {
        if self.is_whole() {
            return Ok(());
        }
        let logs: Vec<(LogId, u64)> = self.logs().map(|(id, log)| (id, log.size())).collect();
        for (id, size) in logs {
            let applied = self.derived.applied(&id.to_string())?.map_or(0, |(applied, _)| applied);
            if applied == size && !from_the_first {
                continue;
            }
            // Tables of another history than the log's are found out later, and then all is brought.
            let from = if from_the_first || applied > size { 0 } else { applied };
            self.bring_from(vec![Key::Kind(Governing::Observed)], from)?;
            if !from_the_first {
                self.bring_from(vec![Key::Kind(Governing::Ending)], from)?;
            }
        }
        Ok(())
    }

    /// Time and place of the own log's latest entry.
    pub(crate) fn find_last(&mut self) -> Result<()> {
        let Some(index) = self.log.size().checked_sub(1) else {
            self.last = None;
            return Ok(());
        };
        let line = self.near.line(self.config.log_id(), &self.log, index)?;
        let mut opened = Opened::default();
        open_without_keys(&line, &mut opened)?;
        self.last = Some((index, Entry::from_fields(self.at(index), &opened)?.time));
        Ok(())
    }
}

/// The open fields beside a leaf; sealed ones stay so, whatever keys are at hand: the index is the same with and without.
fn open_without_keys(line: &str, opened: &mut Opened) -> Result<()> {
    opened.clear();
    match RecordLine::parse(line) {
        Ok(record) => {
            record.open.iter().try_for_each(|text| opened.disclose(text))?;
            record.sealed.iter().for_each(|sealed| opened.put(&sealed.name, Field::Sealed(sealed.subject)));
        }
        Err(_) => {
            let record = Record::parse(line)?;
            record.open.iter().try_for_each(|text| opened.disclose(text))?;
            record.sealed.iter().for_each(|sealed| opened.put(&sealed.name, Field::Sealed(sealed.subject)));
        }
    }
    Ok(())
}

/// Entries above which filing them is said aloud: some seconds of work.
const SAID_ABOVE: u64 = 2_000_000;

/// Files one log's entries that the index has not seen.
fn file_in_index(derived: &mut Derived, id: LogId, log: &Log) -> Result<()> {
    let (size, root) = (log.size(), log.root().hex());
    let mut at = derived.indexed(id)?;
    match &at {
        Some((filed, of)) if (*filed, of) == (size, &root) => return Ok(()),
        // Where another process went on, its index is ahead of the log at hand, and not wrong.
        Some((filed, _)) if *filed > size && log.is_behind()? => return Ok(()),
        Some((filed, of)) if *filed < size && log.root_at(*filed)?.hex() == *of => {}
        None => {}
        Some(_) => {
            derived.unindex(id)?;
            at = None;
        }
    }
    let first = at.as_ref().map_or(0, |(filed, _)| *filed);
    if size - first > SAID_ABOVE {
        tracing::warn!(
            "{} entries are filed in the index, which is not there or behind; this takes a while",
            size - first
        );
    }
    // What comes next is read while what was read is filed.
    let (give, take) = std::sync::mpsc::sync_channel(1);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || read_stretches(id, log, first, &give));
        let mut filed = Ok(());
        for Stretch { done, root, rows } in take.iter() {
            filed = derived.index(rows, id, at.take(), (done, &root));
            if filed.is_err() {
                break;
            }
            at = Some((done, root));
        }
        // A reader that still wants to give something is told that nobody takes it.
        drop(take);
        let read = reading.join().unwrap_or_else(|_| Err(Error::new(Kind::Bug, "read entries for the index")));
        filed.and(read)
    })
}

/// Rows of entries up to one, in order, and the root that the log had there.
struct Stretch {
    done: u64,
    root: String,
    rows: Vec<Row>,
}

/// Reads what the index lacks and gives it on, a stretch at a time, for as long as somebody takes it.
fn read_stretches(id: LogId, log: &Log, first: u64, give: &std::sync::mpsc::SyncSender<Stretch>) -> Result<()> {
    let size = log.size();
    let (mut opened, mut rows) = (Opened::default(), Vec::new());
    log.each_record_from(first, |index, line| {
        if index < first {
            return Ok(());
        }
        open_without_keys(line, &mut opened)?;
        rows_of(&Entry::from_fields(EntryRef { log: id, index }, &opened)?, &mut rows);
        let done = index + 1;
        if done % STRETCH == 0 || done == size {
            let root = log.root_at(done)?.hex();
            let mut rows = std::mem::take(&mut rows);
            rows.sort_unstable();
            // Where filing failed, nobody takes any more, and why is said there.
            let untaken = |_| Error::new(Kind::Conflict, "file entries in the index");
            give.send(Stretch { done, root, rows }).map_err(untaken)?;
        }
        Ok(())
    })
}

impl Session<'_> {
    /// Brings what is said of an item; see [`Archive::bring_item`]. To be asked for anew after appending.
    pub fn bring_item(&mut self, item: ItemId) -> Result<()> {
        self.archive_mut().bring_item(item)
    }

    /// Brings what is found by these keys; see [`Archive::bring`].
    pub fn bring(&mut self, keys: &[Key]) -> Result<()> {
        self.archive_mut().bring(keys)
    }
}
