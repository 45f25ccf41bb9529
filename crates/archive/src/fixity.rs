//! Fixity: every stored byte read again, a piece at a time, whenever there is time for it; damage written down, and mended from
//! a copy where there is one.
//!
//! A round goes through the blobs in the order of their names and remembers how far it came (in `derived/`, so that losing the
//! memory costs no more than beginning again). Damage is an entry at once, a finished round is an entry, and so is each repair:
//! the ledger says when a byte was last known to be what it was. `check` reads everything else, too, and writes nothing.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use witnessmark_model::entry::{Body, Handled, Handling};
use witnessmark_model::{Digest, ItemId};

use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::fetch::{self, Came, Cut};
use crate::layout::Layout;
use crate::outside::Pace;
use crate::peer::Folder;
use crate::session::{Draft, Session};
use crate::store;
use crate::sync::holds;

/// How a round is to be done.
pub struct Round<'a> {
    /// A copy to mend from: a backup, another archive, or a folder carried between archives.
    pub replica: Option<&'a Path>,
    /// Slows reading down.
    pub pace: Pace,
    /// Stops after so many bytes; run again, it goes on.
    pub most: Option<u64>,
    /// Asked before each blob: stop here?
    pub stop: &'a dyn Fn() -> bool,
    /// Told the bytes read so far.
    pub progress: &'a mut dyn FnMut(u64),
}

/// Damage that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The blob.
    pub blob: Digest,
    /// Its item, where it is one's.
    pub item: Option<ItemId>,
    /// What was found in its place.
    pub what: String,
    /// Was it mended from the copy?
    pub mended: bool,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fixity {
    /// Blobs of this round so far, in this run and before.
    pub blobs: u64,
    /// Bytes of this round so far.
    pub bytes: u64,
    /// Blobs that the round goes through.
    pub of: u64,
    /// Did the round come to its end?
    pub finished: bool,
    /// Damage found in this run.
    pub damage: Vec<Damage>,
}

/// How far a round has come.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Memory {
    /// The last blob that was read.
    after: Option<String>,
    blobs: u64,
    bytes: u64,
    damaged: u64,
}

fn memory_file(layout: &Layout) -> PathBuf {
    layout.derived().join("fixity.json")
}

impl Archive {
    /// When each blob was last read whole and found right, by entries: the time of the latest finished round that went through
    /// everything. Nothing where none was finished.
    pub fn last_round(&self) -> Option<&str> {
        let whole = |e: &&witnessmark_model::Entry| matches!(&e.body, Body::Handled(h) if h.event == Handling::Reverified && h.item.is_none());
        self.world().entries().rev().find(whole).map(|e| e.time.as_str())
    }

    fn item_of(&self, blob: Digest) -> Option<ItemId> {
        let came = |e: &witnessmark_model::Entry| match &e.body {
            Body::Collected(c) if c.blob == Some(blob) => Some(c.item),
            _ => None,
        };
        self.world().entries().find_map(came)
    }
}

impl Session<'_> {
    /// Goes on with a round, or begins one.
    pub fn fixity(&mut self, round: &mut Round<'_>) -> Result<Fixity> {
        self.archive_mut().whole()?;
        let file = memory_file(self.archive().layout());
        let mut memory: Memory =
            store::read_if_there(&file)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let after: Option<Digest> = memory.after.as_ref().and_then(|text| text.parse().ok());
        // What another log speaks of and has not come yet cannot have been damaged here.
        let spoken = self.archive().blobs_spoken_of();
        let others = spoken.iter().filter(|(_, is_own)| !**is_own).map(|(blob, _)| *blob).collect();
        let come = self.archive().storage.holding(&others)?;
        let is_due = |(blob, is_own): &(Digest, bool)| *is_own || come.contains(blob);
        let all: Vec<Digest> = spoken.into_iter().filter(is_due).map(|(blob, _)| blob).collect();
        let mut said = Fixity { of: all.len() as u64, ..Fixity::default() };
        let mut read = 0;
        said.finished = true;
        for blob in all.into_iter().filter(|blob| after.is_none_or(|after| blob.0 > after.0)) {
            if (round.stop)() || round.most.is_some_and(|most| read >= most) {
                said.finished = false;
                break;
            }
            let bytes = self.read_again(blob, round, read, &mut said)?;
            read += bytes;
            memory.after = Some(blob.to_string());
            memory.blobs += 1;
            memory.bytes += bytes;
            if memory.blobs.is_multiple_of(64) {
                remember(&file, &memory)?;
            }
        }
        memory.damaged += said.damage.iter().filter(|damage| !damage.mended).count() as u64;
        (said.blobs, said.bytes) = (memory.blobs, memory.bytes);
        if said.finished {
            self.write_down_round(&memory)?;
            memory = Memory::default();
        }
        remember(&file, &memory)?;
        Ok(said)
    }

    fn write_down_round(&mut self, memory: &Memory) -> Result<()> {
        let detail = format!("{} bytes read, {} stored files damaged", memory.bytes, memory.damaged);
        let event = if memory.damaged == 0 { Handling::Reverified } else { Handling::FailedVerification };
        let mut handled = about(event, None, None, Some(detail));
        handled.count = Some(memory.blobs);
        self.append(vec![Draft::open(handled)]).map(drop)
    }

    /// Reads one blob. Gives its bytes.
    fn read_again(&mut self, blob: Digest, round: &mut Round<'_>, before: u64, said: &mut Fixity) -> Result<u64> {
        let storage = &self.archive().storage;
        let reading = |e| Error::io(format!("read {}", storage.spelt(blob)), e);
        let found = storage.stream(blob).and_then(|(file, _)| {
            store::hash_stream(round.pace.slowed(file), &mut |bytes| (round.progress)(before + bytes)).map_err(reading)
        });
        let what = match found {
            Ok((digest, bytes)) if digest == blob => return Ok(bytes),
            Ok((digest, _)) => format!("other bytes are there, with the SHA-256 {digest}"),
            Err(e) if e.kind == Kind::NotFound => "it is not there".to_owned(),
            // A disk that fails to read is damage, too.
            Err(e) => e.chain(),
        };
        let item = self.archive().item_of(blob);
        let alarm = about(Handling::FailedVerification, item, Some(blob), Some(what.clone()));
        self.append(vec![Draft::open(alarm)])?;
        let mended = match round.replica {
            Some(replica) => self.mend(blob, item, replica, round)?,
            None => false,
        };
        said.damage.push(Damage { blob, item, what, mended });
        Ok(0)
    }

    /// Puts a blob back from a copy, if the copy is right; what was in its place is put aside.
    fn mend(&mut self, blob: Digest, item: Option<ItemId>, replica: &Path, round: &mut Round<'_>) -> Result<bool> {
        let copy = Layout::new(replica).blob(blob);
        if !holds(&copy, blob) {
            return Ok(false);
        }
        let storage = self.archive().storage.clone();
        let mut drafts = Vec::new();
        if storage.has(blob)? {
            let aside = storage.layout.quarantine().join(format!("{blob}.{}", self.archive().log().size()));
            storage.put_aside(blob, &aside)?;
            let detail = aside.file_name().map(|name| name.to_string_lossy().into_owned());
            drafts.push(Draft::open(about(Handling::Quarantined, item, Some(blob), detail)));
        }
        let put_back = match fetch::blob(&Folder::new(replica)?, &storage, blob, u64::MAX, &|_| (), &round.pace) {
            Ok(came) => matches!(came, Came::Here(_)),
            Err(Cut::There(e) | Cut::Here(e)) => return Err(e),
        };
        if put_back {
            let detail = Some(format!("from {}", replica.display()));
            drafts.push(Draft::open(about(Handling::Restored, item, Some(blob), detail)));
        }
        self.append(drafts)?;
        Ok(put_back)
    }
}

fn about(event: Handling, item: Option<ItemId>, blob: Option<Digest>, detail: Option<String>) -> Handled {
    Handled { event, item, subject: None, blob, count: None, reason: None, detail }
}

fn remember(file: &Path, memory: &Memory) -> Result<()> {
    let json = serde_json::to_vec(memory).map_err(|e| Error::new(Kind::Bug, "remember a round").because(e))?;
    store::replace(file, &json)
}
