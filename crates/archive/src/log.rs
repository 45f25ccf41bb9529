//! One log: the only place that appends.
//!
//! Four steps, and recovery is the same code: **accept** (journal, synced: whoever is told "stored" is told after this),
//! **commit** (sign the new checkpoint, swap the head), **apply** (tiles, leaves and records, each written once), **publish**
//! (the checkpoint that strangers read). [`Log::open`] finishes whatever a crash left. An uncertain sync poisons the log:
//! nothing more is appended until it is opened again.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use witnessmark_ledger::bundle;
use witnessmark_ledger::checkpoint::Checkpoint;
use witnessmark_ledger::note::{SignedNote, SigningKey, VerifierKey};
use witnessmark_ledger::{BundleId, Hash, Tile, TileReader, TilesOf, Tree, leaf_hash, reader};
use witnessmark_model::wire::{Leaf, Record};

use crate::error::{Error, Kind, Result};
use crate::limits;
use crate::store::{Head, Objects};

/// Key of the checkpoint that strangers read.
pub(crate) const PUBLISHED: &str = "ledger/checkpoint";

/// A leaf's bytes and the record beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// What the tree hashes.
    pub leaf: Vec<u8>,
    /// What lies beside it.
    pub record: Record,
}

#[derive(Serialize, Deserialize)]
struct Journalled {
    index: u64,
    leaf: String,
    record: Record,
}

/// One log at hand.
pub struct Log {
    verifier: VerifierKey,
    objects: Box<dyn Objects>,
    head: Box<dyn Head>,
    tree: Tree,
    note: Option<Vec<u8>>,
    /// Accepted, and waiting for the log's key.
    pending: Vec<Accepted>,
    /// The journal ends in a line that a crash tore: nothing may be written after it.
    torn: bool,
    poisoned: bool,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Log({}, {} entries)", self.verifier.name(), self.tree.size())
    }
}

/// What somebody else's entries come to: size and root after each part, and the entries where they are one part.
type ReadThrough = (Vec<(u64, Hash)>, Option<Vec<Accepted>>);

/// How often a reader looks again for a partial tile that a writer keeps replacing.
const TRIES_BESIDE_A_WRITER: usize = 64;

/// Tiles of a log, as the ledger crate reads them.
pub struct Tiles<'a>(&'a dyn Objects);

impl TileReader for Tiles<'_> {
    type Error = Error;
    fn tile(&self, tile: Tile) -> Result<Vec<u8>> {
        let exact = format!("ledger/{}", tile.path());
        // A writer may have let it go since: what stands there now is the same, and longer; unless that went meanwhile too.
        for _ in 0..TRIES_BESIDE_A_WRITER {
            if let Some(bytes) = self.0.get(&exact)? {
                return Ok(bytes);
            }
            let standing = Tile::in_tree(tile.level(), tile.index(), published_size(self.0)?);
            let Some(wider) = standing.filter(|standing| standing.width() > tile.width()) else { continue };
            if let Some(bytes) = self.0.get(&format!("ledger/{}", wider.path()))? {
                return Ok(bytes);
            }
        }
        Err(Error::new(Kind::Corrupt, format!("read {exact}: not there")))
    }
}

impl Tiles<'_> {
    /// Does a tile hold these hashes? One that a writer has let go since is compared with what stands there now.
    pub fn holds(&self, tile: Tile, hashes: &[u8]) -> Result<bool> {
        match self.0.get(&format!("ledger/{}", tile.path()))? {
            Some(exact) => Ok(exact == hashes),
            None => Ok(self.tile(tile)?.starts_with(hashes)),
        }
    }
}

/// Size in the published checkpoint, its signature not looked at: only for knowing where to look.
fn published_size(objects: &dyn Objects) -> Result<u64> {
    Ok(size_in(objects.get(PUBLISHED)?.as_deref()))
}

fn size_in(note: Option<&[u8]>) -> u64 {
    let note = note.and_then(|note| SignedNote::parse(note).ok());
    note.and_then(|note| Checkpoint::parse(note.text()).ok()).map_or(0, |checkpoint| checkpoint.size())
}

/// How often a reader begins anew because a writer went on meanwhile.
const READER_ATTEMPTS: usize = 20;

pub(crate) fn fields_key(bundle: BundleId) -> String {
    format!("fields/{}", bundle.path().trim_start_matches("tile/entries/"))
}

pub(crate) fn leaves_key(bundle: BundleId) -> String {
    format!("ledger/{}", bundle.path())
}

/// What a log's storage says, its signatures checked.
struct Found {
    pin: Option<Checkpoint>,
    /// The checkpoint that the head holds.
    pinned: Option<Vec<u8>>,
    tree: Tree,
    /// The published checkpoint.
    note: Option<Vec<u8>>,
}

impl Found {
    fn load(verifier: &VerifierKey, objects: &dyn Objects, head: &dyn Head) -> Result<Self> {
        // In this order: a writer swaps the head before it publishes, so a head that is read later is never behind.
        let note = objects.get(PUBLISHED)?;
        let pinned = head.load()?;
        let at = |note: &Option<Vec<u8>>| -> Result<Option<Checkpoint>> {
            let Some(note) = note else { return Ok(None) };
            let open = Checkpoint::open(note, verifier);
            open.map(Some).map_err(|e| Error::new(Kind::Corrupt, "read a checkpoint of this log").because(e))
        };
        let (pin, publication) = (at(&pinned)?, at(&note)?);
        let (pin_size, published_size) =
            (pin.as_ref().map_or(0, Checkpoint::size), publication.as_ref().map_or(0, Checkpoint::size));
        if pin_size < published_size {
            return Err(Error::new(
                Kind::Corrupt,
                format!("open the log: head is at {pin_size}, the published checkpoint at {published_size}"),
            )
            .hint("the head was rolled back; restore it, or compare with a copy that somebody else keeps"));
        }
        if let (Some(pin), Some(publication)) = (&pin, &publication)
            && pin.size() == publication.size()
            && pin.root() != publication.root()
        {
            return Err(Error::new(Kind::Corrupt, format!("open the log: two roots at size {pin_size}"))
                .hint("the log was forked"));
        }
        let tree = match &publication {
            Some(publication) => Tree::load(publication.size(), &publication.root(), &Tiles(objects))
                .map_err(|e| Error::new(Kind::Corrupt, "load the tree").because(e.to_string()))?,
            None => Tree::new(),
        };
        Ok(Found { pin, pinned, tree, note })
    }
}

impl Log {
    /// Opens a log as strangers see it: what is published, and nothing is written. For readers beside a writer.
    pub fn open_published(verifier: VerifierKey, objects: Box<dyn Objects>, head: Box<dyn Head>) -> Result<Self> {
        for _ in 1..READER_ATTEMPTS {
            let published = objects.get(PUBLISHED)?;
            match Found::load(&verifier, &*objects, &*head) {
                Err(_) if objects.get(PUBLISHED)? != published => {}
                found => return Ok(Self::with(verifier, objects, head, found?)),
            }
        }
        let found = Found::load(&verifier, &*objects, &*head)?;
        Ok(Self::with(verifier, objects, head, found))
    }

    /// Opens a log and finishes what a crash left undone, as far as that needs no key. The caller holds the lock, where there is
    /// one; in a bucket there is none, another writer may go on meanwhile, and then this begins anew.
    pub fn open(verifier: VerifierKey, objects: Box<dyn Objects>, head: Box<dyn Head>) -> Result<Self> {
        let mut log = Log {
            verifier,
            objects,
            head,
            tree: Tree::new(),
            note: None,
            pending: Vec::new(),
            torn: false,
            poisoned: false,
        };
        for _ in 1..READER_ATTEMPTS {
            let published = log.objects.get(PUBLISHED)?;
            match log.open_once() {
                Err(_) if log.objects.get(PUBLISHED)? != published => {}
                opened => return opened.map(|()| log),
            }
        }
        log.open_once().map(|()| log)
    }

    fn open_once(&mut self) -> Result<()> {
        let Found { pin, pinned, tree, .. } = Found::load(&self.verifier, &*self.objects, &*self.head)?;
        // The head is not read again: it may have moved, and what it says now leads from elsewhere.
        (self.tree, self.note, self.torn) = (tree, pinned, false);
        self.pending.clear();
        self.recover(pin.as_ref())
    }

    fn with(verifier: VerifierKey, objects: Box<dyn Objects>, head: Box<dyn Head>, found: Found) -> Self {
        let Found { tree, note, .. } = found;
        Log { verifier, objects, head, tree, note, pending: Vec::new(), torn: false, poisoned: false }
    }

    /// Applies what was committed and not applied; keeps what was accepted and not committed.
    fn recover(&mut self, pin: Option<&Checkpoint>) -> Result<()> {
        let pinned = pin.map_or(0, Checkpoint::size);
        let mut missing = Vec::new();
        for entry in self.read_journal(pinned)? {
            if entry.index < self.tree.size() {
                continue;
            }
            let accepted = Accepted { leaf: entry.leaf.into_bytes(), record: entry.record };
            if entry.index < pinned { missing.push(accepted) } else { self.pending.push(accepted) }
        }
        let Some(pin) = pin else { return Ok(()) };
        if self.tree.size() == pinned {
            // A crash between the two left signatures on the head alone.
            return self.publish();
        }
        if self.tree.size() + missing.len() as u64 != pinned {
            return Err(Error::new(
                Kind::Corrupt,
                format!(
                    "open the log: the head is at {pinned}, leaves reach {}",
                    self.tree.size() + missing.len() as u64
                ),
            ));
        }
        let old = self.tree.size();
        let tiles = self.tree.append(missing.iter().map(|a| leaf_hash(&a.leaf)));
        if self.tree.root() != pin.root() {
            return Err(Error::new(
                Kind::Corrupt,
                format!("open the log: the journal does not give the root of the head at {pinned}"),
            ));
        }
        self.apply(old, &missing, tiles)
    }

    /// Lines of the journal up to the first torn one, which nobody was told about.
    fn read_journal(&mut self, pinned: u64) -> Result<Vec<Journalled>> {
        let bytes = self.head.journal(self.tree.size(), pinned)?;
        let mut entries = Vec::new();
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            let Some(entry) = parse_journal_line(line) else {
                self.torn = true;
                break;
            };
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Entries that can be read.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Root of the tree.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Origin line.
    pub fn origin(&self) -> &str {
        self.verifier.name()
    }

    /// The latest signed checkpoint.
    pub fn checkpoint(&self) -> Option<&[u8]> {
        self.note.as_deref()
    }

    /// Who may sign checkpoints.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Tiles, for proofs.
    pub fn tiles(&self) -> Tiles<'_> {
        Tiles(&*self.objects)
    }

    /// Root that the log had at an earlier size.
    pub fn root_at(&self, size: u64) -> Result<Hash> {
        let tiles = TilesOf { size: self.size(), reader: &self.tiles() };
        reader::root(size, &tiles)
            .map_err(|e| Error::new(Kind::Corrupt, format!("find the root at {size}")).because(e.to_string()))
    }

    /// Has somebody published more than this log has seen?
    pub fn is_behind(&self) -> Result<bool> {
        Ok(published_size(&*self.objects)? > self.size())
    }

    /// Entries that were accepted before a crash and wait for the log's key.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Did its last write fail in the middle? What is on disk may be ahead of what this log says.
    pub fn is_uncertain(&self) -> bool {
        self.poisoned
    }

    /// Commits what was accepted before a crash.
    pub fn finish(&mut self, key: &SigningKey) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() { Ok(()) } else { self.commit(pending, key) }
    }

    /// Appends; every entry is durable when it returns. Gives the index of the first.
    pub fn append(&mut self, entries: Vec<Accepted>, key: &SigningKey) -> Result<u64> {
        if self.poisoned {
            return Err(Error::new(Kind::Unavailable, "append to a log whose last write is uncertain")
                .hint("stop and start again: opening the archive finishes or drops what is half done"));
        }
        if entries.len() > limits::BATCH {
            return Err(Error::new(Kind::Bug, format!("append {} entries at once", entries.len())));
        }
        self.finish(key)?;
        if self.torn {
            self.head.journal_clear(self.tree.size())?;
            self.torn = false;
        }
        let first = self.tree.size();
        let mut lines = Vec::new();
        for (i, entry) in entries.iter().enumerate() {
            lines.extend(journal_line(first + i as u64, entry)?);
        }
        let accepted = self.head.journal_append(first, &lines);
        self.poisoned = accepted.is_err();
        accepted?;
        self.commit(entries, key)?;
        Ok(first)
    }

    fn commit(&mut self, entries: Vec<Accepted>, key: &SigningKey) -> Result<()> {
        self.poisoned = true;
        let old = self.tree.size();
        let mut grown = self.tree.clone();
        let tiles = grown.append(entries.iter().map(|e| leaf_hash(&e.leaf)));
        let signed = Checkpoint::new(self.verifier.name(), grown.size(), grown.root())
            .and_then(|c| c.sign(key))
            .map_err(|e| Error::new(Kind::Bug, "sign a checkpoint").because(e))?;
        let note = signed.to_string().into_bytes();
        let swapped = self.head.swap(self.note.as_deref(), &note);
        let by_another = match &swapped {
            // Where there is no lock, another may have finished what this one accepted, and gone on.
            Err(e) if e.kind == Kind::Conflict => self.is_published(grown.size(), &grown.root()),
            _ => false,
        };
        if !by_another {
            swapped?;
        }
        self.note = Some(note);
        self.tree = grown;
        if !by_another {
            self.apply(old, &entries, tiles)?;
        }
        self.poisoned = false;
        Ok(())
    }

    /// Does what is published begin with the entries that give this root?
    fn is_published(&self, size: u64, root: &Hash) -> bool {
        let note = self.objects.get(PUBLISHED).ok().flatten();
        let checkpoint = note.and_then(|note| Checkpoint::open(&note, &self.verifier).ok());
        checkpoint.filter(|checkpoint| checkpoint.size() >= size).is_some_and(|checkpoint| {
            let tiles = Tiles(&*self.objects);
            let whole = TilesOf { size: checkpoint.size(), reader: &tiles };
            let leads = |at: u64, to: &Hash| reader::root(at, &whole).is_ok_and(|found| found == *to);
            leads(size, root) && leads(checkpoint.size(), &checkpoint.root())
        })
    }

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

    /// Puts further signatures onto the latest checkpoint: the same text, signed by this log's key and by others.
    pub fn countersign(&mut self, note: &SignedNote) -> Result<()> {
        let attempt = || Error::new(Kind::Invalid, "put signatures onto the checkpoint");
        let checkpoint = Checkpoint::of_note(note, &self.verifier).map_err(|e| attempt().because(e))?;
        if checkpoint.size() != self.size() || checkpoint.root() != self.root() {
            return Err(attempt().hint("the log has gone on since"));
        }
        let bytes = note.to_string().into_bytes();
        self.head.swap(self.note.as_deref(), &bytes)?;
        self.note = Some(bytes);
        self.publish()
    }

    /// Publishes the checkpoint at hand, but never over a later one: another writer may have gone on from it already.
    fn publish(&self) -> Result<()> {
        let Some(note) = self.note.as_deref() else { return Ok(()) };
        for _ in 0..READER_ATTEMPTS {
            let seen = self.objects.get(PUBLISHED)?;
            if seen.as_deref() == Some(note) || size_in(seen.as_deref()) > self.size() {
                return Ok(());
            }
            match self.objects.publish(PUBLISHED, seen.as_deref(), note) {
                Err(e) if e.kind == Kind::Conflict => {}
                done => return done,
            }
        }
        Err(Error::new(Kind::Conflict, format!("publish the checkpoint of {}: it changes all the time", self.origin())))
    }

    /// Writes what the new size needs, publishes, and lets go of what the new size stands in for.
    fn apply(&mut self, old: u64, entries: &[Accepted], tiles: Vec<(Tile, Vec<u8>)>) -> Result<()> {
        self.write(old, entries, tiles)?;
        self.publish()?;
        self.head.journal_clear(self.size())?;
        self.prune(old)
    }

    /// Bundles, records and tiles of the size that the tree has now; each written once.
    fn write(&self, old: u64, entries: &[Accepted], tiles: Vec<(Tile, Vec<u8>)>) -> Result<()> {
        self.write_between((old, self.tree.size()), entries, tiles)
    }

    fn write_between(&self, (old, size): (u64, u64), entries: &[Accepted], tiles: Vec<(Tile, Vec<u8>)>) -> Result<()> {
        let mut together = Vec::new();
        for bundle in BundleId::new_between(old, size) {
            let (leaves, records) = self.extended(bundle, old, entries)?;
            let leaves = bundle::encode(&leaves).map_err(|e| Error::new(Kind::Bug, "bundle leaves").because(e))?;
            together.push((leaves_key(bundle), leaves));
            together.push((fields_key(bundle), records.join("\n").into_bytes()));
            if together.len() >= limits::TOGETHER {
                self.objects.put_many(std::mem::take(&mut together))?;
            }
        }
        together.extend(tiles.into_iter().map(|(tile, bytes)| (format!("ledger/{}", tile.path()), bytes)));
        self.objects.put_many(together)
    }

    /// A bundle's leaves and record lines: what the old partial held, then the new entries.
    fn extended(&self, bundle: BundleId, old: u64, entries: &[Accepted]) -> Result<(Vec<Vec<u8>>, Vec<String>)> {
        let (mut leaves, mut records) = (Vec::new(), Vec::new());
        let first = bundle.first_entry();
        if first < old {
            let width = (old - first).min(u64::from(bundle.width())) as u16;
            let before =
                BundleId::new(bundle.index(), width).map_err(|e| Error::new(Kind::Bug, "name a bundle").because(e))?;
            for entry in self.read_bundle(before)? {
                leaves.push(entry.leaf);
                records.push(entry.record.to_line());
            }
        }
        let end = first + u64::from(bundle.width());
        for index in first.max(old)..end {
            let entry = &entries[(index - old) as usize];
            leaves.push(entry.leaf.clone());
            records.push(entry.record.to_line());
        }
        Ok((leaves, records))
    }

    /// Partial tiles of the size before: C2SP lets them go once wider ones are there.
    fn prune(&self, old: u64) -> Result<()> {
        let size = self.tree.size();
        for level in 0..=witnessmark_ledger::tile::MAX_LEVEL {
            let rows = old >> (u32::from(level) * witnessmark_ledger::tile::TILE_HEIGHT);
            let index = rows / u64::from(witnessmark_ledger::tile::TILE_WIDTH);
            let Some(tile) = Tile::in_tree(level, index, old).filter(|tile| tile.is_partial()) else { continue };
            if Tile::in_tree(tile.level(), tile.index(), size) != Some(tile) {
                self.objects.remove_superseded(&format!("ledger/{}", tile.path()))?;
            }
        }
        let last = old.checked_sub(1).and_then(|last| BundleId::holding(last, old)).map(|(bundle, _)| bundle);
        if let Some(bundle) = last.filter(|b| b.width() < witnessmark_ledger::tile::TILE_WIDTH) {
            let now = BundleId::holding(bundle.first_entry(), size).map(|(now, _)| now);
            if now != Some(bundle) {
                self.objects.remove_superseded(&leaves_key(bundle))?;
                self.objects.remove_superseded(&fields_key(bundle))?;
            }
        }
        Ok(())
    }

    /// The bundles of the log, in order.
    pub fn bundles(&self) -> impl Iterator<Item = BundleId> + use<> {
        BundleId::all(self.tree.size())
    }

    /// Gives every record's line with its index, in order, to a fold. Leaves are not read: `check` holds the two together.
    pub fn each_record(&self, take: impl FnMut(u64, &str) -> Result<()>) -> Result<()> {
        self.each_record_from(0, take)
    }

    /// The same, from the bundle on that holds entry `first`.
    pub fn each_record_from(&self, first: u64, mut take: impl FnMut(u64, &str) -> Result<()>) -> Result<()> {
        let whole = first / u64::from(witnessmark_ledger::tile::TILE_WIDTH);
        for bundle in self.bundles().skip(usize::try_from(whole).unwrap_or(usize::MAX)) {
            let bytes = fields_of_bundle(&*self.objects, bundle)?;
            let damaged = |why: &str| Error::new(Kind::Corrupt, format!("read {}", fields_key(bundle))).because(why);
            let text = std::str::from_utf8(&bytes).map_err(|_| damaged("it is not text"))?;
            let width = u64::from(bundle.width());
            let mut count = 0;
            for line in text.lines().take(bundle.width().into()) {
                take(bundle.first_entry() + count, line)?;
                count += 1;
            }
            if count != width {
                return Err(damaged("fewer records than entries"));
            }
        }
        Ok(())
    }

    /// The lines of records of the bundle that holds an entry, and which of them is that entry's.
    pub(crate) fn records_beside(&self, index: u64) -> Result<(BundleId, usize, Vec<u8>)> {
        let (bundle, within) = BundleId::holding(index, self.size())
            .ok_or_else(|| Error::new(Kind::NotFound, format!("read entry {index} of {}", self.size())))?;
        Ok((bundle, within, fields_of_bundle(&*self.objects, bundle)?))
    }

    /// Reads one bundle; an entry's leaf and record are checked against each other, not against the tree.
    pub fn read_bundle(&self, bundle: BundleId) -> Result<Vec<Accepted>> {
        read_bundle_of(&*self.objects, bundle)
    }

    /// Reads one entry.
    pub fn read(&self, index: u64) -> Result<Accepted> {
        let (bundle, within) = BundleId::holding(index, self.size())
            .ok_or_else(|| Error::new(Kind::NotFound, format!("read entry {index} of {}", self.size())))?;
        Ok(self.read_bundle(bundle)?.swap_remove(within))
    }

    /// An offline proof that entry `index` is in the tree of the latest checkpoint (`c2sp.org/tlog-proof@v1`).
    pub fn proof(&self, index: u64) -> Result<String> {
        let attempt = || Error::new(Kind::Corrupt, format!("prove entry {index}"));
        let hashes = witnessmark_ledger::inclusion_proof(index, self.size(), &self.tiles())
            .map_err(|e| attempt().because(e.to_string()))?;
        let note = SignedNote::parse(self.note.as_deref().unwrap_or_default()).map_err(|e| attempt().because(e))?;
        let proof = witnessmark_ledger::proof::TlogProof::new(index, hashes, note).map_err(|e| attempt().because(e))?;
        Ok(proof.to_string())
    }
}

/// Leaves and records of a bundle, or of the wider one that stands in its place since a writer went on.
fn bundle_bytes(objects: &dyn Objects, bundle: BundleId) -> Result<(BundleId, Vec<u8>, Vec<u8>)> {
    let mut standing = bundle;
    for _ in 0..READER_ATTEMPTS {
        let leaves = objects.get(&leaves_key(standing))?;
        let fields = objects.get(&fields_key(standing))?;
        let missing = match (leaves, fields) {
            (Some(leaves), Some(fields)) => return Ok((standing, leaves, fields)),
            (None, _) => leaves_key(standing),
            (_, None) => fields_key(standing),
        };
        let now = BundleId::holding(bundle.first_entry(), published_size(objects)?);
        match now.map(|(now, _)| now).filter(|now| now.width() > standing.width()) {
            Some(wider) => standing = wider,
            None => return Err(Error::new(Kind::Corrupt, format!("read {missing}: not there"))),
        }
    }
    Err(Error::new(Kind::Conflict, format!("read {}: it changes faster than it can be read", leaves_key(bundle))))
}

/// Records of a bundle, or of the wider one that stands in its place since a writer went on.
fn fields_of_bundle(objects: &dyn Objects, bundle: BundleId) -> Result<Vec<u8>> {
    match objects.get(&fields_key(bundle))? {
        Some(fields) => Ok(fields),
        None => bundle_bytes(objects, bundle).map(|(_, _, fields)| fields),
    }
}

fn read_bundle_of(objects: &dyn Objects, bundle: BundleId) -> Result<Vec<Accepted>> {
    let (standing, leaves, fields) = bundle_bytes(objects, bundle)?;
    let (leaves_key, fields_key) = (leaves_key(standing), fields_key(standing));
    let damaged = |key: &str| Error::new(Kind::Corrupt, format!("read {key}"));
    let leaves = bundle::decode_as(standing, &leaves).map_err(|e| damaged(&leaves_key).because(e))?;
    let fields = std::str::from_utf8(&fields).map_err(|e| damaged(&fields_key).because(e))?;
    let lines: Vec<&str> = fields.lines().collect();
    if lines.len() != leaves.len() {
        return Err(damaged(&fields_key).because("another number of records than of leaves"));
    }
    leaves
        .iter()
        .zip(lines)
        .take(bundle.width().into())
        .map(|(leaf, line)| {
            let record = Record::parse(line).map_err(|e| damaged(&fields_key).because(e))?;
            Ok(Accepted { leaf: leaf.to_vec(), record })
        })
        .collect()
}

fn line_sum(json: &str) -> String {
    Sha256::digest(json.as_bytes())[..8].iter().map(|b| format!("{b:02x}")).collect()
}

fn journal_line(index: u64, entry: &Accepted) -> Result<Vec<u8>> {
    let leaf = String::from_utf8(entry.leaf.clone()).map_err(|e| Error::new(Kind::Bug, "journal a leaf").because(e))?;
    if leaf.len() > limits::LEAF {
        return Err(Error::new(Kind::Invalid, format!("append a leaf of {} bytes", leaf.len())));
    }
    Leaf::parse(leaf.as_bytes())
        .and_then(|leaf| entry.record.belongs_to(&leaf))
        .map_err(|e| Error::new(Kind::Bug, "journal an entry").because(e))?;
    let journalled = Journalled { index, leaf, record: entry.record.clone() };
    let json = serde_json::to_string(&journalled).map_err(|e| Error::new(Kind::Bug, "journal an entry").because(e))?;
    Ok(format!("{} {json}\n", line_sum(&json)).into_bytes())
}

fn parse_journal_line(line: &[u8]) -> Option<Journalled> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (sum, json) = text.split_once(' ')?;
    if line_sum(json) != sum {
        return None;
    }
    serde_json::from_str(json).ok()
}
