//! Following a log that somebody else writes: nothing of theirs is written here before it was held against their signature and
//! against what is here already.

use witnessmark_ledger::checkpoint::Checkpoint;
use witnessmark_ledger::note::VerifierKey;
use witnessmark_ledger::{BundleId, Hash, TilesOf, leaf_hash};
use witnessmark_model::wire::Leaf;

use super::reading::read_bundle_of;
use super::{Accepted, Found, Log, PUBLISHED, Tiles, size_in};
use crate::error::{Error, Kind, Result};
use crate::limits;
use crate::store::{Head, Objects};

/// What somebody else's entries come to: size and root after each part, and the entries where they are one part.
type ReadThrough = (Vec<(u64, Hash)>, Option<Vec<Accepted>>);

impl Log {
    /// Opens a copy of a log that somebody else writes, and finishes a following that a crash cut short. The caller holds the
    /// archive's lock, unless it `may_write` nothing.
    pub fn open_followed(
        verifier: VerifierKey,
        objects: Box<dyn Objects>,
        head: Box<dyn Head>,
        may_write: bool,
    ) -> Result<Self> {
        if may_write && let Some(pinned) = head.load()? {
            // Tiles and bundles are written before the head is swapped. A copy in a bucket may have been brought up meanwhile.
            let seen = objects.get(PUBLISHED)?;
            if seen.as_deref() != Some(&pinned) && size_in(seen.as_deref()) <= size_in(Some(&pinned)) {
                objects.publish(PUBLISHED, seen.as_deref(), &pinned)?;
            }
        }
        let found = Found::load(&verifier, &*objects, &*head)?;
        Ok(Self::with(verifier, objects, head, found))
    }

    /// Brings a copy up to what its writer has published in `theirs`: everything is checked against the writer's signature, and
    /// against what the copy has already, before anything is written. Gives the size before.
    ///
    /// # Errors
    /// [`Kind::Conflict`] when the writer has signed two histories; [`Kind::Corrupt`] when what is there is not what is signed.
    pub fn follow(&mut self, theirs: &dyn Objects) -> Result<u64> {
        let old = self.size();
        let Some(note) = theirs.get(PUBLISHED)? else { return Ok(old) };
        let attempt = || Error::new(Kind::Corrupt, format!("follow {}", self.origin()));
        let checkpoint = Checkpoint::open(&note, &self.verifier).map_err(|e| attempt().because(e))?;
        self.must_go_on(&checkpoint, theirs)?;
        let size = checkpoint.size();
        if size <= old {
            return Ok(old);
        }
        let (roots, mut short) = self.read_through(theirs, &checkpoint)?;
        let mut grown = self.tree.clone();
        let mut from = old;
        let mut written = Ok(());
        for (to, root) in roots {
            let entries = match short.take() {
                Some(all) => all,
                None => self.entries_of(theirs, from, to)?,
            };
            let mut tiles = grown.append(entries.iter().map(|entry| leaf_hash(&entry.leaf)));
            if grown.root() != root {
                return Err(attempt().because("it gave other leaves the second time"));
            }
            // Partial tiles are those of the whole; what lies between was never published by anybody.
            tiles.retain(|(tile, _)| !tile.is_partial());
            if to == size {
                tiles.extend(grown.partial_tiles());
            }
            written = self.write_between((from, to), &entries, tiles);
            if written.is_err() {
                break;
            }
            from = to;
        }
        // Until the head is swapped what was written is of nobody's size, and is what it will be the next time.
        self.tree = grown;
        let written = written.and_then(|()| self.head.swap(self.note.as_deref(), &note));
        self.poisoned = written.is_err();
        written?;
        self.note = Some(note);
        self.publish()?;
        self.prune(old)?;
        Ok(old)
    }

    /// Reads what is new with somebody else, a part at a time, and holds it against what is signed; gives the root after each
    /// part, so that a second reading can be held against the first before anything of it is written; and all of it, where that
    /// is one part.
    fn read_through(&self, theirs: &dyn Objects, checkpoint: &Checkpoint) -> Result<ReadThrough> {
        let (mut from, size) = (self.size(), checkpoint.size());
        let mut grown = self.tree.clone();
        let (mut roots, mut short) = (Vec::new(), None);
        while from < size {
            let whole = from / limits::FOLLOWED * limits::FOLLOWED;
            let to = size.min(whole + limits::FOLLOWED);
            let entries = self.entries_of(theirs, from, to)?;
            drop(grown.append(entries.iter().map(|entry| leaf_hash(&entry.leaf))));
            roots.push((to, grown.root()));
            short = (roots.len() == 1).then_some(entries);
            from = to;
        }
        if grown.root() == checkpoint.root() {
            return Ok((roots, short));
        }
        let wrong = Error::new(Kind::Corrupt, format!("follow {}", self.origin()));
        Err(wrong.because("its leaves do not give the root that is signed"))
    }

    /// Does a checkpoint of the same writer go on from what is here, or lead to it?
    pub fn must_go_on(&self, checkpoint: &Checkpoint, theirs: &dyn Objects) -> Result<()> {
        let (old, size) = (self.size(), checkpoint.size());
        let forked = |at: u64| {
            Error::new(Kind::Conflict, format!("follow {}: of {at} entries it has signed two histories", self.origin()))
                .hint("somebody with that log's key, or a restored older copy, went on from an earlier entry; keep both and compare")
        };
        if size <= old {
            return if self.root_at(size)? == checkpoint.root() { Ok(()) } else { Err(forked(size)) };
        }
        if old == 0 {
            return Ok(());
        }
        let tiles = Tiles(theirs);
        let proof =
            witnessmark_ledger::consistency_proof(old, size, &TilesOf { size, reader: &tiles }).map_err(|e| {
                Error::new(Kind::Corrupt, format!("read the tiles of {}", self.origin())).because(e.to_string())
            })?;
        witnessmark_ledger::verify_consistency(old, &self.root(), size, &checkpoint.root(), &proof)
            .map_err(|e| forked(old).because(e))
    }

    /// Entries from `old` up to `size`, as they lie with somebody else; each a leaf of this log with the record that belongs to it.
    fn entries_of(&self, theirs: &dyn Objects, old: u64, size: u64) -> Result<Vec<Accepted>> {
        let mut entries = Vec::new();
        for bundle in BundleId::new_between(old, size) {
            let first = bundle.first_entry();
            for (i, accepted) in read_bundle_of(theirs, bundle)?.into_iter().enumerate() {
                let index = first + i as u64;
                let damaged = || Error::new(Kind::Corrupt, format!("read entry {index} of {}", self.origin()));
                let leaf = Leaf::parse(&accepted.leaf).map_err(|e| damaged().because(e))?;
                accepted.record.belongs_to(&leaf).map_err(|e| damaged().because(e))?;
                if leaf.origin != self.origin() {
                    return Err(damaged().because("it is a leaf of another log"));
                }
                if index >= old {
                    entries.push(accepted);
                }
            }
        }
        if entries.len() as u64 == size - old {
            Ok(entries)
        } else {
            Err(Error::new(Kind::Corrupt, "count the entries of a log"))
        }
    }
}
