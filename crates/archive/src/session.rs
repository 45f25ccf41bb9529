//! The only thing that appends: a session in a member's name, holding the archive's lock.

use std::collections::BTreeSet;
use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use witnessmark_ledger::ed25519;
use witnessmark_ledger::note::SigningKey;
use witnessmark_model::entry::{Body, Keyed, Observed};
use witnessmark_model::vocabulary::Role;
use witnessmark_model::wire::{Disclosure, Leaf, Record, SealedField, v1};
use witnessmark_model::{Digest, Entry, EntryRef, Governing, ItemId, Key, MemberKey, SubjectId};

use crate::archive::{Archive, fields_to_disclose, log_key};
use crate::arrive::Arrivals;
use crate::error::{Error, Kind, Result};
use crate::index::{Row, rows_of};
use crate::log::Accepted;
use crate::pack::{Pack, sha256};
use crate::seal::{self, Secret};
use crate::store::{self, Lock};
use crate::{limits, volume};

/// An entry to be made.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it says.
    pub body: Body,
    /// Under whose key its sealable fields lie.
    pub subject: Option<SubjectId>,
}

impl Draft {
    /// All fields in clear, for ever: open material can be withdrawn, not erased.
    pub fn open(body: impl Into<Body>) -> Self {
        Draft { body: body.into(), subject: None }
    }

    /// Sealable fields under a subject's key.
    pub fn sealed(body: impl Into<Body>, subject: SubjectId) -> Self {
        Draft { body: body.into(), subject: Some(subject) }
    }
}

/// Bytes that have been stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// SHA-256 of the bytes as they came.
    pub item: ItemId,
    /// How many.
    pub size: u64,
    /// SHA-256 of what is stored.
    pub blob: Digest,
}

/// Rows to be packed.
#[derive(Debug)]
pub struct NewPack {
    /// Analyzer's name.
    pub analyzer: String,
    /// Analyzer's version.
    pub version: u32,
    /// What it was set to.
    pub config: String,
    /// Items it was given.
    pub covers: BTreeSet<ItemId>,
    /// What it read, by item.
    pub rows: Vec<(ItemId, Map<String, Value>)>,
    /// Whose key, when the items are sealed.
    pub subject: Option<SubjectId>,
}

/// What a batch of entries means for the tables.
#[derive(Default)]
struct Appended {
    refs: Vec<EntryRef>,
    rows: Vec<Row>,
    packs: Vec<(EntryRef, Observed)>,
    /// Those that supersede or withdraw another.
    ending: Vec<EntryRef>,
    repacks: bool,
}

/// What was committed: the entries, the place of the first, their time, and size and root before them.
struct Committed {
    accepted: Vec<Accepted>,
    first: u64,
    time: String,
    before: (u64, String),
    /// Were they read back already, with what others said since?
    is_read: bool,
}

/// How often entries are said again after another office was first.
const COMMIT_ATTEMPTS: u32 = 40;

fn revoked(member: MemberKey, at: EntryRef) -> Error {
    Error::new(Kind::Denied, format!("sign as {}: entry {} revoked the key", member.short(), at.index))
}

/// A session in a member's name.
pub struct Session<'a> {
    archive: &'a mut Archive,
    member: MemberKey,
    seed: Secret,
    signing: SigningKey,
    arrivals: Arrivals,
    _lock: Lock,
}

/// The entry that makes a key known.
pub(crate) fn keyed(member: MemberKey, name: &str, public: &[u8; 32], role: Role, demonstration: bool) -> Keyed {
    Keyed {
        member,
        name: name.into(),
        public_key: B64.encode(public),
        role,
        revoked: false,
        demonstration,
        device: None,
        replaces: None,
        trusted_until: None,
        reason: None,
    }
}

impl<'a> Session<'a> {
    pub(crate) fn begin(archive: &'a mut Archive, member: MemberKey) -> Result<Self> {
        let lock = archive.storage.lock(archive.config.log_id())?;
        store::sweep(&archive.layout.arriving())?;
        let keyring = archive.layout.keyring();
        let rekeyed = archive.keys.as_mut().map_or(Ok(false), |keys| keys.refresh(&keyring))?;
        let denied = || {
            Error::new(Kind::Denied, format!("sign as {}", member.short()))
                .hint("set WITNESSMARK_PASSPHRASE, or run it on a terminal")
        };
        let keys = archive.keys.as_ref().ok_or_else(denied)?;
        let seed = keys.members.get(&member).ok_or_else(denied)?.seed.clone();
        let signing = log_key(&archive.config.origin, keys)?;
        // Under the lock: finish what a crash left, and see what others appended since.
        let mut log = archive.storage.open_own(archive.config.log_id(), archive.config.verifier()?, true)?;
        log.finish(&signing)?;
        let moved = log.checkpoint() != archive.log.checkpoint() || archive.log.is_uncertain();
        archive.log = log;
        if moved || rekeyed {
            archive.reload()?;
        }
        if std::mem::take(&mut archive.forgot)
            && let Some(keys) = &mut archive.keys
        {
            // What another office erased is not to lie in this one's ring either.
            keys.save(&keyring, &archive.outside)?;
        }
        if archive.tables_behind {
            archive.tables_behind = archive.catch_up().is_err();
        }
        if let Some(at) = archive.revocation_of(member) {
            return Err(revoked(member, at));
        }
        let mut session = Session { archive, member, seed, signing, arrivals: Arrivals::default(), _lock: lock };
        session.begin_log()?;
        Ok(session)
    }

    /// A log begins with its owner's key. Also finishes the making of an archive that was killed before this.
    fn begin_log(&mut self) -> Result<()> {
        let member = self.archive.keys.as_ref().and_then(|keys| keys.members.get(&self.member));
        let Some(name) = member.map(|member| member.name.clone()).filter(|_| self.archive.log.size() == 0) else {
            return Ok(());
        };
        let public = ed25519::public_key(&self.seed.0);
        self.append(vec![Draft::open(keyed(self.member, &name, &public, Role::Owner, false))]).map(drop)
    }

    /// The archive, to ask.
    pub fn archive(&self) -> &Archive {
        self.archive
    }

    pub(crate) fn archive_mut(&mut self) -> &mut Archive {
        self.archive
    }

    /// In whose name.
    pub fn member(&self) -> MemberKey {
        self.member
    }

    /// Appends entries; each is durable when it returns.
    pub fn append(&mut self, drafts: Vec<Draft>) -> Result<Vec<EntryRef>> {
        // Whatever these entries speak of is on the platter before they are.
        self.arrivals.settle(&self.archive.storage)?;
        let mut refs = Vec::new();
        let mut drafts = drafts.into_iter().peekable();
        while drafts.peek().is_some() {
            let batch: Vec<Draft> = drafts.by_ref().take(limits::BATCH).collect();
            refs.extend(self.append_batch(batch)?);
        }
        Ok(refs)
    }

    fn append_batch(&mut self, drafts: Vec<Draft>) -> Result<Vec<EntryRef>> {
        let Committed { accepted, first, time, before, is_read } = self.commit(&drafts)?;
        if drafts.iter().any(|draft| matches!(draft.body, Body::Issued(_))) && self.archive.will_be_cosigned() {
            self.ask_all();
        }
        if is_read {
            return Ok((0..accepted.len() as u64).map(|i| self.archive.at(first + i)).collect());
        }
        let mut appended = Appended::default();
        let erasing = drafts.iter().any(|d| matches!(d.body, Body::Erased(_)));
        for (i, accepted) in accepted.iter().enumerate() {
            let at = self.archive.at(first + i as u64);
            let entry = Entry::from_fields(at, &self.archive.fields_of(&accepted.record)?)?;
            if let Body::Observed(observed) = &entry.body {
                appended.packs.push((at, observed.clone()));
            }
            rows_of(&entry, &mut appended.rows);
            entry.keys(|key| appended.ending.extend((key == Key::Kind(Governing::Ending)).then_some(at)));
            self.archive.take_in(entry);
            appended.refs.push(at);
        }
        self.archive.last = appended.refs.last().map(|at| (at.index, time));
        let refs = appended.refs.clone();
        if erasing {
            self.archive.reload()?;
        } else {
            for at in std::mem::take(&mut appended.ending) {
                appended.repacks |= self.archive.repacks(at)?;
            }
            self.apply_to_tables(appended, (before.0 > 0).then_some(before));
        }
        Ok(refs)
    }

    /// Signs and commits. Where logs lie elsewhere and under no lock, another office may be first: then what it said is read, and
    /// these entries are said after it.
    fn commit(&mut self, drafts: &[Draft]) -> Result<Committed> {
        let mut attempt = 0;
        loop {
            let time = self.archive.outside.now();
            let clock = self.archive.clock_went_back(&time);
            let accepted =
                drafts.iter().map(|draft| self.sign(draft, &time, clock.as_deref())).collect::<Result<Vec<_>>>()?;
            let before = (self.archive.log.size(), self.archive.log.root().hex());
            let appended = self.archive.log.append(accepted.clone(), &self.signing);
            let failed = match appended {
                Ok(first) => {
                    self.remember_log();
                    return Ok(Committed { accepted, first, time, before, is_read: false });
                }
                Err(e) if self.archive.storage.place.is_some() => e,
                Err(e) => return Err(e),
            };
            if !matches!(failed.kind, Kind::Conflict | Kind::Unavailable) {
                return Err(failed);
            }
            attempt += 1;
            match self.catch_up_with_others(attempt) {
                // Whoever was told nothing looks what is there: the salts in a leaf are nobody else's.
                Ok(()) if self.is_said(before.0, &accepted)? => {
                    return Ok(Committed { accepted, first: before.0, time, before, is_read: true });
                }
                Err(e) if e.kind == Kind::Denied => return Err(e),
                _ if failed.kind == Kind::Unavailable || attempt >= COMMIT_ATTEMPTS => return Err(failed),
                _ => {}
            }
        }
    }

    /// How far the log was seen. That it cannot be written down is no failure of what was appended.
    fn remember_log(&self) {
        let archive = &self.archive;
        if let Err(e) = archive.storage.remember(archive.config.log_id(), &archive.log) {
            tracing::warn!("how far the log was seen could not be kept: {}", e.chain());
        }
    }

    /// Reads what another office said meanwhile, and finishes what it left half done.
    fn catch_up_with_others(&mut self, attempt: u32) -> Result<()> {
        // Offices that meet are not to meet again at once.
        let dice = u64::from(self.archive.outside.random::<1>()[0]);
        std::thread::sleep(std::time::Duration::from_millis(dice * u64::from(attempt.min(8)) / 4));
        let (own, key) = (self.archive.config.log_id(), self.archive.config.verifier()?);
        let mut log = self.archive.storage.open_own(own, key, true)?;
        log.finish(&self.signing)?;
        self.archive.log = log;
        self.remember_log();
        self.archive.reload()?;
        match self.archive.revocation_of(self.member) {
            Some(at) => Err(revoked(self.member, at)),
            None => Ok(()),
        }
    }

    /// Are these very entries in the log from `first` on?
    fn is_said(&self, first: u64, accepted: &[Accepted]) -> Result<bool> {
        let log = &self.archive.log;
        if log.size() < first + accepted.len() as u64 {
            return Ok(false);
        }
        for (i, entry) in accepted.iter().enumerate() {
            if log.read(first + i as u64)?.leaf != entry.leaf {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Asks the cosigners; whoever is not reached hinders nobody.
    fn ask_all(&mut self) {
        let Some(ask) = self.archive.ask.clone() else { return };
        match self.collect_cosignatures(&ask) {
            Ok(said) => said.iter().for_each(|(who, what)| tracing::info!(who, what, "asked for a cosignature")),
            Err(e) => tracing::warn!("cosigners could not be asked: {}", e.chain()),
        }
    }

    /// Brings what was appended into the tables, which were at `from`. The entries are durable by now, so tables that cannot be
    /// written are no failure of the append: they catch up later.
    fn apply_to_tables(&mut self, appended: Appended, from: Option<(u64, String)>) {
        let archive = &mut *self.archive;
        let repacks = appended.repacks;
        let go_on = |archive: &mut Archive| -> Result<()> {
            let own = archive.config.log_id();
            let root = archive.log.root().hex();
            let now = (archive.log.size(), &*root);
            if archive.derived.is_kept() || !archive.is_whole() {
                archive.derived.index(appended.rows, own, from.clone(), now)?;
            }
            let mut open = Vec::new();
            for (at, observed) in appended.packs {
                let pack = archive.pack(&observed)?;
                if observed.subject.is_some() { archive.sealed_packs.push(pack) } else { open.push((at, pack)) }
            }
            archive.derived.apply(open.iter().map(|(at, pack)| (*at, pack)), &own.to_string(), from, now)
        };
        let applied = match go_on(archive) {
            Ok(()) if repacks => archive.repack(),
            Err(_) => archive.catch_up(),
            done => done,
        };
        archive.tables_behind = applied.is_err();
        if applied.is_err() {
            tracing::warn!("the tables could not be brought up to the log; they catch up later");
        }
    }

    fn sign(&self, draft: &Draft, time: &str, clock: Option<&str>) -> Result<Accepted> {
        let outside = &self.archive.outside;
        let (mut open, mut sealed, mut digests) = (Vec::new(), Vec::new(), Vec::new());
        for (name, value, sealable) in fields_to_disclose(&draft.body, time, self.member, clock) {
            let disclosure = Disclosure::new(&outside.random::<{ v1::SALT_LEN }>(), name, &value);
            if disclosure.text().len() > v1::MAX_DISCLOSURE {
                return Err(Error::new(
                    Kind::Invalid,
                    format!("append field {name}: {} bytes", disclosure.text().len()),
                ));
            }
            digests.push(disclosure.digest());
            match draft.subject.filter(|_| sealable) {
                None => open.push(disclosure.text().to_owned()),
                Some(subject) => {
                    let key = self.subject_key(subject)?;
                    let ciphertext = seal::seal(key, "field", disclosure.text().as_bytes(), outside)?;
                    sealed.push(SealedField {
                        subject,
                        name: name.into(),
                        digest: disclosure.digest(),
                        ciphertext: B64.encode(ciphertext),
                    });
                }
            }
        }
        let leaf = Leaf::new(self.archive.log.origin(), digests).bytes();
        let signature = B64.encode(ed25519::sign(&self.seed.0, &leaf));
        Ok(Accepted { leaf, record: Record { key: self.member, signature, open, sealed } })
    }

    fn subject_key(&self, subject: SubjectId) -> Result<&Secret> {
        let keys = self.archive.keys.as_ref();
        keys.and_then(|k| k.subjects.get(&subject)).ok_or_else(|| {
            Error::new(Kind::Denied, format!("seal for subject {}", subject.short()))
                .hint("its key is not at hand, or was destroyed")
        })
    }

    /// Makes a key for someone whom material could harm; durable before anything is sealed under it.
    pub fn new_subject(&mut self) -> Result<SubjectId> {
        let outside = self.archive.outside.clone();
        let subject = SubjectId(outside.random());
        let path = self.archive.layout.keyring();
        let keys = self.keys_mut()?;
        keys.subjects.insert(subject, Secret(outside.random()));
        keys.save(&path, &outside)?;
        Ok(subject)
    }

    /// Destroys subjects' keys: the ring is rewritten without them, under a new wrapping key.
    pub(crate) fn destroy_subject_keys(&mut self, subjects: &[SubjectId]) -> Result<()> {
        let outside = self.archive.outside.clone();
        let path = self.archive.layout.keyring();
        let keys = self.keys_mut()?;
        keys.subjects.retain(|subject, _| !subjects.contains(subject));
        keys.save(&path, &outside)
    }

    /// As [`Session::new_subject`], many at once: the ring is written once.
    pub fn new_subjects(&mut self, count: usize) -> Result<Vec<SubjectId>> {
        let outside = self.archive.outside.clone();
        let path = self.archive.layout.keyring();
        let keys = self.keys_mut()?;
        let new: Vec<SubjectId> = (0..count).map(|_| SubjectId(outside.random())).collect();
        keys.subjects.extend(new.iter().map(|subject| (*subject, Secret(outside.random()))));
        if !new.is_empty() {
            keys.save(&path, &outside)?;
        }
        Ok(new)
    }

    /// Writes the ring anew, to be opened by shares of this split, or by none.
    pub(crate) fn rewrap(&mut self, recovery: Option<crate::keys::Recovery>) -> Result<()> {
        let outside = self.archive.outside.clone();
        let path = self.archive.layout.keyring();
        let keys = self.keys_mut()?;
        keys.recovery = recovery;
        keys.save(&path, &outside)
    }

    /// The session's member's signature.
    pub(crate) fn signature(&self, bytes: &[u8]) -> [u8; 64] {
        ed25519::sign(&self.seed.0, bytes)
    }

    fn keys_mut(&mut self) -> Result<&mut crate::keys::Keys> {
        self.archive.keys.as_mut().ok_or_else(|| Error::new(Kind::Denied, "change the keyring: no keys are at hand"))
    }

    /// Sees logs that have come.
    pub(crate) fn reload(&mut self) -> Result<()> {
        self.archive.reload()
    }

    /// Makes the tables anew.
    pub(crate) fn rebuild_tables(&mut self) -> Result<()> {
        self.rebuild_after_erasure()
    }

    /// Makes anew what depended on what was erased.
    pub(crate) fn rebuild_after_erasure(&mut self) -> Result<()> {
        self.archive.derived.clear()?;
        self.archive.reload()
    }

    /// Removes a sealed blob whose key has been destroyed.
    pub(crate) fn remove_blob(&mut self, blob: Digest) -> Result<()> {
        self.archive.storage.remove(blob)
    }

    /// Adds a member with a new key. A `seed` given is one that others know too: a demonstration's.
    pub fn add_member(&mut self, name: &str, role: Role, seed: Option<[u8; 32]>) -> Result<MemberKey> {
        self.add_member_on(name, None, role, seed)
    }

    /// Puts a member's key into the ring; durable before any entry speaks of it.
    pub(crate) fn put_key(&mut self, name: &str, seed: Secret) -> Result<(MemberKey, [u8; 32])> {
        let outside = self.archive.outside.clone();
        let path = self.archive.layout.keyring();
        let keys = self.keys_mut()?;
        let put = keys.add_member(name, seed);
        keys.save(&path, &outside)?;
        Ok(put)
    }

    /// Takes a revoked key out of the ring, where it lies here.
    pub(crate) fn drop_key(&mut self, member: MemberKey) -> Result<()> {
        let outside = self.archive.outside.clone();
        let path = self.archive.layout.keyring();
        let keys = self.keys_mut()?;
        match keys.members.remove(&member) {
            Some(_) => keys.save(&path, &outside),
            None => Ok(()),
        }
    }

    /// Puts cosignatures onto the latest checkpoint.
    pub(crate) fn countersign(&mut self, note: &witnessmark_ledger::SignedNote) -> Result<()> {
        self.archive.log.countersign(note)
    }

    /// From here on signs with another key: the session's own was rotated.
    pub(crate) fn sign_on_as(&mut self, member: MemberKey, seed: Secret) {
        (self.member, self.seed) = (member, seed);
    }

    /// Stores bytes as they come, hashing while they stream; parses nothing. What is there already is left alone. They are
    /// durable, and can be read, when the next entry has been appended.
    pub fn store(&mut self, mut bytes: impl Read, named: &str) -> Result<Arrival> {
        let folder = self.archive.layout.arriving();
        store::make_dir(&folder)?;
        let name: String = self.archive.outside.random::<16>().iter().map(|b| format!("{b:02x}")).collect();
        let storage = &self.archive.storage;
        let (digest, size) = self.arrivals.take(&mut bytes, &folder.join(name), storage, named)?;
        Ok(Arrival { item: ItemId(digest.0), size, blob: digest })
    }

    /// Stores bytes as ciphertext under a subject's key; they never touch the disk in clear.
    pub fn store_sealed(&mut self, plain: &[u8], subject: SubjectId) -> Result<Arrival> {
        let sealed = seal::seal(self.subject_key(subject)?, "blob", plain, &self.archive.outside)?;
        let arrival = self.store(sealed.as_slice(), "a sealed blob")?;
        Ok(Arrival { item: ItemId(sha256(plain).0), size: plain.len() as u64, blob: arrival.blob })
    }

    /// Hashes a file where it lies, without copying it.
    pub fn hash_in_place(&self, mut bytes: impl Read, named: &str) -> Result<(ItemId, u64)> {
        let mut sum = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        let mut size = 0;
        loop {
            let n = bytes.read(&mut buffer).map_err(|e| Error::io(format!("read {named}"), e))?;
            if n == 0 {
                return Ok((ItemId(sum.finalize().into()), size));
            }
            sum.update(&buffer[..n]);
            size += n as u64;
        }
    }

    /// The volume and path of a file that stays where it is.
    pub fn volume_of(&self, file: &std::path::Path) -> Result<volume::Volume> {
        volume::volume_of(file, &self.archive.config.volumes)
    }

    /// Remembers what a file was, so that an unchanged disk need not be read again.
    pub fn remember(&self, path: &str, size: u64, mtime: i64, item: ItemId) -> Result<()> {
        self.archive.derived.remember(path, size, mtime, item)
    }

    /// Commits a pack of rows.
    pub fn observe(&mut self, new: NewPack) -> Result<(EntryRef, Pack)> {
        let pack = Pack::new(&new.analyzer, new.version, &new.config, new.covers, new.rows);
        let at = self.observe_pack(&pack, new.subject)?;
        Ok((at, pack))
    }

    /// As [`Session::observe`], of a pack that is written already.
    ///
    /// # Errors
    /// As [`Session::observe`].
    pub fn observe_pack(&mut self, pack: &Pack, subject: Option<SubjectId>) -> Result<EntryRef> {
        let bytes = pack.bytes();
        let longest = (0..pack.len()).filter_map(|row| pack.line(row)).map(str::len).max().unwrap_or(0);
        if bytes.len() > limits::PACK_BYTES || longest > limits::ROW_BYTES {
            // What could not be read again must not be committed.
            return Err(Error::new(
                Kind::Invalid,
                format!("commit a pack of {} bytes, its longest row {longest}", bytes.len()),
            )
            .hint(format!(
                "at most {} and {} bytes: give it fewer items",
                limits::PACK_BYTES,
                limits::ROW_BYTES
            )));
        }
        let blob = match subject {
            None => self.store(bytes, "a pack")?.blob,
            Some(subject) => self.store_sealed(bytes, subject)?.blob,
        };
        let observed = Observed {
            analyzer: pack.analyzer.clone(),
            version: pack.version,
            pack: pack.id,
            blob,
            subject,
            root: pack.root(),
            rows: pack.len(),
            items: pack.covers.len() as u32,
            config: pack.config.clone(),
        };
        let at = self.append(vec![Draft::open(observed)])?;
        Ok(at[0])
    }
}
