//! `check`: everything that the ledger commits to, read again.
//!
//! Tree and checkpoint, leaves against records, signatures against the keys that the entries make known, sealed fields where
//! keys are at hand, packs and their roots, blobs and their names, and the tables against a rebuild. A finding names the
//! file or the entry and what is wrong; a check that cannot be made is a finding too.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use witnessmark_ledger::{Checkpoint, Tree, ed25519, leaf_hash};
use witnessmark_model::entry::{Body, Keyed};
use witnessmark_model::wire::{Leaf, Record};
use witnessmark_model::{Digest, EntryRef, ItemId, LogId, MemberKey, SubjectId};

use crate::archive::Archive;
use crate::derived::Derived;
use crate::error::{Error, Kind, Result};
use crate::index::rows_of;
use crate::keys::member_key;
use crate::log::{Accepted, Log};

/// Blobs that are hashed before progress is told: where they lie elsewhere, several at a time.
const HASHED_TOGETHER: usize = 64;

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The file or entry.
    pub at: String,
    /// What is wrong with it.
    pub what: String,
}

/// What was looked at, and what does not hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked {
    /// Entries whose leaf, record and signature were read.
    pub entries: u64,
    /// Blobs re-hashed.
    pub blobs: u64,
    /// Bytes re-hashed.
    pub bytes: u64,
    /// Packs read and matched with their entries.
    pub packs: u64,
    /// Packs that lie under keys that are not at hand.
    pub packs_sealed: u64,
    /// Blobs that are gone because their subject was erased.
    pub erased: u64,
    /// Items that were left on other volumes, found and re-hashed.
    pub in_place: u64,
    /// Blobs of admitted logs that have not come here yet.
    pub not_arrived: u64,
    /// What does not hold.
    pub findings: Vec<Finding>,
    /// What holds and may still be somebody else's: entries that a stolen key could have signed.
    pub doubtful: Vec<Finding>,
}

impl Checked {
    /// Does everything hold?
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.findings.push(Finding { at: at.into(), what: what.into() });
    }
}

impl Archive {
    /// Checks everything. `progress` is told how many of how many blobs are done.
    pub fn check(&self, mut progress: impl FnMut(u64, u64)) -> Result<Checked> {
        self.must_be_whole("check")?;
        let mut checked = Checked::default();
        for (id, log) in self.logs() {
            self.check_ledger(id, log, &mut checked);
        }
        self.check_packs(&mut checked);
        self.check_blobs(&mut checked, &mut progress);
        self.check_tables(&mut checked);
        match self.cosigners_against() {
            Ok(against) => against.into_iter().for_each(|what| checked.find("cosigners", what)),
            Err(e) => checked.find("cosigners", e.chain()),
        }
        self.check_stamps(&mut checked);
        let stolen = self.world.doubtful().into_iter().map(|(at, revoked)| Finding {
            at: format!("entry {}", at.index),
            what: format!(
                "signed by a key that entry {} revoked as stolen: somebody else may have signed it",
                revoked.index
            ),
        });
        checked.doubtful = stolen.collect();
        Ok(checked)
    }

    fn check_ledger(&self, id: LogId, log: &Log, checked: &mut Checked) {
        // Findings in the archive's own log need no name.
        let of = if id == self.config.log_id() { String::new() } else { format!(" of {}", log.origin()) };
        let mut tree = Tree::new();
        let mut keys = Signers::new();
        for bundle in log.bundles() {
            let entries = match log.read_bundle(bundle) {
                Ok(entries) => entries,
                Err(e) => {
                    checked.find(format!("{}{of}", bundle.path()), e.chain());
                    return;
                }
            };
            for (i, accepted) in entries.iter().enumerate() {
                let at = EntryRef { log: id, index: bundle.first_entry() + i as u64 };
                for (tile, bytes) in tree.push(leaf_hash(&accepted.leaf)) {
                    self.compare_tile(log, tile, &bytes, checked);
                }
                if let Err(e) = self.check_entry(accepted, at, log, &mut keys) {
                    checked.find(format!("entry {}{of}", at.index), e.chain());
                }
                checked.entries += 1;
            }
        }
        for (tile, bytes) in tree.partial_tiles() {
            self.compare_tile(log, tile, &bytes, checked);
        }
        let note = log.checkpoint().unwrap_or_default();
        match Checkpoint::open(note, log.verifier()) {
            Err(_) if tree.size() == 0 && note.is_empty() => {}
            Ok(c) if c.size() == tree.size() && c.root() == tree.root() => {}
            Ok(c) => checked.find(
                format!("checkpoint{of}"),
                format!("says {} entries with another root than the leaves give ({})", c.size(), tree.size()),
            ),
            Err(e) => checked.find(format!("checkpoint{of}"), e.to_string()),
        }
    }

    fn compare_tile(&self, log: &Log, tile: witnessmark_ledger::Tile, bytes: &[u8], checked: &mut Checked) {
        match log.tiles().holds(tile, bytes) {
            Ok(true) => {}
            Ok(false) => checked.find(tile.path(), "not the hashes of the leaves"),
            Err(e) => checked.find(tile.path(), e.chain()),
        }
    }

    fn check_entry(&self, accepted: &Accepted, at: EntryRef, log: &Log, keys: &mut Signers) -> Result<()> {
        let leaf = Leaf::parse(&accepted.leaf)?;
        if leaf.origin != log.origin() {
            return Err(Error::new(Kind::Corrupt, format!("read a leaf of another log: {}", leaf.origin)));
        }
        accepted.record.belongs_to(&leaf)?;
        let fields = self.fields_of(&accepted.record)?;
        let entry = witnessmark_model::Entry::from_fields(at, &fields)?;
        let keyed = if let Body::Keyed(keyed) = &entry.body { Some(keyed) } else { None };
        // Only the first entry of a log speaks for itself: it is how the owner's key comes in.
        if let Some(keyed) = keyed.filter(|_| at.index == 0) {
            keys.insert(keyed.member, Signer::of(keyed)?);
        }
        verify_signature(&accepted.record, &accepted.leaf, keys)?;
        match keyed {
            Some(keyed) if keyed.revoked => {
                if let Some(signer) = keys.get_mut(&keyed.member) {
                    signer.revoked.get_or_insert(at.index);
                }
            }
            Some(keyed) => drop(keys.entry(keyed.member).or_insert(Signer::of(keyed)?)),
            None => {}
        }
        if entry.signer != accepted.record.key {
            return Err(Error::new(Kind::Corrupt, "match the signer named in the entry with the one who signed"));
        }
        Ok(())
    }

    fn check_stamps(&self, checked: &mut Checked) {
        match self.stamps(&[]) {
            Ok(stamps) => {
                for stamp in stamps {
                    if let Err(e) = stamp.shows {
                        checked.find(
                            stamp.file.display().to_string(),
                            Error::new(Kind::Corrupt, "check a stamp").because(e).chain(),
                        );
                    }
                }
            }
            Err(e) => checked.find("stamps", e.chain()),
        }
        if let Err(e) = self.ots_proofs() {
            checked.find("stamps", e.chain());
        }
    }

    fn check_packs(&self, checked: &mut Checked) {
        for (at, observed) in self.world.packs() {
            match self.pack(observed) {
                Ok(_) => checked.packs += 1,
                Err(e) if e.kind == Kind::Denied => checked.packs_sealed += 1,
                // Counted with the blobs.
                Err(_) if self.has_not_arrived(at.log, observed.blob) => {}
                Err(e) => checked.find(format!("pack {} of entry {}", observed.pack.short(), at.index), e.chain()),
            }
        }
    }

    fn check_blobs(&self, checked: &mut Checked, progress: &mut impl FnMut(u64, u64)) {
        let mut spoken: Vec<(Digest, Option<SubjectId>, LogId)> = Vec::new();
        let mut elsewhere = Vec::new();
        let own = self.config.log_id();
        for item in self.world.items() {
            for (at, capture) in self.world.captures(item) {
                match capture.blob {
                    Some(blob) => spoken.push((blob, capture.subject, at.log)),
                    // What another office left on its disks is there.
                    None if at.log == own => elsewhere.push(item),
                    None => {}
                }
            }
        }
        spoken.extend(self.world.packs().map(|(at, o)| (o.blob, o.subject, at.log)));
        spoken.extend(self.world.all_identities().map(|(at, i)| (i.blob, Some(i.subject), at.log)));
        // A manifest too long for a field lies among the blobs.
        let stored = self.world.issued().filter(|(_, issued)| issued.manifest.get("sha256").is_some());
        spoken.extend(stored.map(|(at, issued)| (issued.manifest_digest, None, at.log)));
        // What the own log speaks of must be here, whoever else speaks of it too.
        let mut blobs: BTreeMap<Digest, (Option<SubjectId>, LogId)> = BTreeMap::new();
        for (blob, subject, log) in spoken {
            let known = blobs.entry(blob).or_insert((subject, log));
            if log == own {
                *known = (subject, log);
            }
        }
        let total = (blobs.len() + elsewhere.len()) as u64;
        let mut done = 0;
        let blobs: Vec<_> = blobs.into_iter().collect();
        for together in blobs.chunks(HASHED_TOGETHER) {
            let names: Vec<Digest> = together.iter().map(|(blob, _)| *blob).collect();
            let mut found = self.storage.hash_all(&names);
            for (blob, (subject, log)) in together {
                let gone = subject.is_some_and(|s| self.world.is_erased(s));
                match found.remove(blob) {
                    Some(Ok((found, size))) if found == *blob => {
                        checked.blobs += 1;
                        checked.bytes += size;
                    }
                    Some(Ok(_)) => {
                        checked.find(self.storage.spelt(*blob), "the bytes are not those that its name says");
                    }
                    Some(Err(e)) if e.kind == Kind::NotFound && gone => checked.erased += 1,
                    Some(Err(e)) if e.kind == Kind::NotFound && *log != own => checked.not_arrived += 1,
                    Some(Err(e)) => checked.find(self.storage.spelt(*blob), e.chain()),
                    None => checked.find(self.storage.spelt(*blob), "it was not read"),
                }
                done += 1;
                progress(done, total);
            }
        }
        for item in elsewhere {
            match self.check_in_place(item) {
                Ok(size) => {
                    checked.in_place += 1;
                    checked.bytes += size;
                }
                Err(e) => checked.find(format!("item {} on another volume", item.short()), e.chain()),
            }
            done += 1;
            progress(done, total);
        }
        self.check_strangers(checked);
    }

    /// Is it a blob of another log that has not come here yet?
    fn has_not_arrived(&self, log: LogId, blob: Digest) -> bool {
        log != self.config.log_id() && !self.storage.has(blob).unwrap_or(true)
    }

    /// Hashes an item where it lies, a piece at a time: films are longer than memory. A copy among the blobs stands in for one
    /// that is gone.
    fn check_in_place(&self, item: ItemId) -> Result<u64> {
        let mut why = Error::new(Kind::NotFound, format!("find item {}", item.short()));
        for (_, capture) in self.world.captures(item) {
            if capture.blob.is_some() {
                return Ok(0);
            }
            match self.in_place(capture).and_then(|path| hash_file(&path)) {
                Ok((found, size)) if found.0 == item.0 => return Ok(size),
                Ok(_) => why = Error::new(Kind::Corrupt, format!("read item {}: other bytes are there", item.short())),
                Err(e) => why = e,
            }
        }
        Err(why)
    }

    /// Files among the blobs whose names are no digests.
    fn check_strangers(&self, checked: &mut Checked) {
        match self.storage.strangers() {
            Ok(found) => {
                found.into_iter().for_each(|at| checked.find(at, "a file that the archive did not put there"));
            }
            Err(e) => checked.find("blobs/", e.chain()),
        }
    }

    fn check_tables(&self, checked: &mut Checked) {
        let compare = || -> Result<bool> {
            let mut fresh = Derived::in_memory()?;
            for (id, log) in self.logs() {
                if self.derived.is_kept() && log.size() > 0 {
                    let mut rows = Vec::new();
                    self.world.entries_of(id).for_each(|entry| rows_of(entry, &mut rows));
                    fresh.index(rows, id, None, (log.size(), &log.root().hex()))?;
                }
                let observed = self.world.packs().filter(|(at, o)| o.subject.is_none() && at.log == id);
                let packs = self.packs_at_hand(observed.map(|(at, o)| (at, o.clone())).collect())?;
                let now = (log.size(), &*log.root().hex());
                fresh.apply(packs.iter().map(|(at, p)| (*at, p)), &id.to_string(), None, now)?;
            }
            Ok(fresh.dump()? == self.derived.dump()?)
        };
        match compare() {
            Ok(true) => {}
            Ok(false) => {
                checked.find("derived/", "the tables are not what the entries give; run `witnessmark rebuild`")
            }
            Err(e) => checked.find("derived/", e.chain()),
        }
    }
}

/// A key that the entries so far have made known.
struct Signer {
    public: [u8; 32],
    name: String,
    /// Index of the entry that revoked it.
    revoked: Option<u64>,
}

impl Signer {
    fn of(keyed: &Keyed) -> Result<Self> {
        Ok(Signer { public: public_key(keyed)?, name: keyed.name.clone(), revoked: None })
    }
}

type Signers = BTreeMap<MemberKey, Signer>;

fn public_key(keyed: &Keyed) -> Result<[u8; 32]> {
    let public: [u8; 32] = decode(&keyed.public_key)?;
    if member_key(&public) != keyed.member {
        return Err(Error::new(Kind::Corrupt, "match a member's key with its public key"));
    }
    Ok(public)
}

fn verify_signature(record: &Record, leaf: &[u8], keys: &Signers) -> Result<()> {
    let unknown = || Error::new(Kind::Corrupt, format!("find the key {} in an earlier entry", record.key.short()));
    let signer = keys.get(&record.key).ok_or_else(unknown)?;
    let signature: [u8; 64] = decode(&record.signature)?;
    if !ed25519::verify(&signer.public, leaf, &signature) {
        return Err(Error::new(Kind::Corrupt, format!("verify the signature of {}", record.key.short())));
    }
    match signer.revoked {
        None => Ok(()),
        Some(at) => Err(Error::new(
            Kind::Denied,
            format!("accept the signature of {} ({}): entry {at} had revoked the key", record.key.short(), signer.name),
        )),
    }
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N]> {
    let wrong = || Error::new(Kind::Corrupt, format!("read {N} bytes of base64url"));
    B64.decode(text).map_err(|e| wrong().because(e))?.try_into().map_err(|_| wrong())
}

/// SHA-256 and length of a file.
pub(crate) fn hash_file(path: &Path) -> Result<(Digest, u64)> {
    let attempt = |e| Error::io(format!("read {}", path.display()), e);
    let mut file = File::open(path).map_err(attempt)?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let n = std::io::Read::read(&mut file, &mut buffer).map_err(attempt)?;
        if n == 0 {
            return Ok((Digest(sum.finalize().into()), size));
        }
        sum.update(&buffer[..n]);
        size += n as u64;
    }
}

/// A finding as JSON.
impl Finding {
    /// `{"at", "what"}`.
    pub fn to_json(&self) -> Value {
        serde_json::json!({ "at": self.at, "what": self.what })
    }
}
