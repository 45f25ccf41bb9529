//! One log: the only place that appends.
//!
//! Four steps, and recovery is the same code: **accept** (journal, synced: whoever is told "stored" is told after this),
//! **commit** (sign the new checkpoint, swap the head), **apply** (tiles, leaves and records, each written once), **publish**
//! (the checkpoint that strangers read). [`Log::open`] finishes whatever a crash left. An uncertain sync poisons the log:
//! nothing more is appended until it is opened again.

mod following;
mod journal;
mod reading;

use self::journal::{Journalled, journal_line, parse_journal_line};
pub use self::reading::Tiles;
use witnessmark_ledger::bundle;
use witnessmark_ledger::checkpoint::Checkpoint;
use witnessmark_ledger::note::{SignedNote, SigningKey, VerifierKey};
use witnessmark_ledger::{BundleId, Hash, Tile, TilesOf, Tree, leaf_hash, reader};
use witnessmark_model::wire::Record;

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
}
