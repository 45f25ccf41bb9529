//! An archive at hand: what can be asked of it without changing it.

mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::Value;
use witnessmark_ledger::note::SigningKey;
use witnessmark_model::entry::{Body, Observed};
use witnessmark_model::wire::{Disclosure, Record};
use witnessmark_model::{Digest, EntryRef, Field, ItemId, LogId, MemberKey, SubjectId, World};
use zeroize::Zeroizing;

use crate::config::{Config, Profile};
use crate::cosigned::{Ask, Cosigning};
use crate::derived::Derived;
use crate::error::{Error, Kind, Result};
use crate::keys::{Keys, Passphrase};
use crate::layout::Layout;
use crate::log::{Log, PUBLISHED};
use crate::outside::Outside;
use crate::place::Storage;
use crate::seal::Secret;
use crate::sealed_rows::SealedRows;
use crate::session::Session;
use crate::sparse::{Extent, Near};
use crate::store::{self, Lock};
use crate::union::{ErasedIn, is_damage};
use crate::{limits, seal};

/// How often tables are tried that other processes write too.
pub(crate) const TABLE_ATTEMPTS: usize = 5;

/// Fields by name, as read beside a leaf.
pub(crate) type Fields = BTreeMap<String, Field<Value>>;

/// What a new archive is to be.
#[derive(Debug)]
pub struct Opened {
    /// What people call it.
    pub name: String,
    /// Name of the first member, its owner.
    pub owner: String,
    /// Passphrase of the keyring; `None` leaves the keys in clear.
    pub passphrase: Option<Passphrase>,
    /// Languages of pages and reports.
    pub languages: Vec<String>,
    /// Stands on every page.
    pub watermark: Option<String>,
}

/// The bytes of an item, checked against its id.
pub type Blob = Zeroizing<Vec<u8>>;

/// A rough account of an archive.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// Entries in the log.
    pub entries: u64,
    /// Items.
    pub items: usize,
    /// Items under a subject's key.
    pub sealed_items: usize,
    /// Entries accepted before a crash that wait for the log's key.
    pub pending: usize,
    /// Are keys at hand?
    pub unlocked: bool,
    /// Do the keys lie under a passphrase?
    pub passphrase: bool,
    /// Bytes free on the disk.
    pub free: u64,
}

/// One collection with its own ledger and keys. Reading only: [`Archive::session`] gives what appends.
pub struct Archive {
    pub(crate) layout: Layout,
    pub(crate) storage: Storage,
    pub(crate) config: Config,
    pub(crate) outside: Outside,
    pub(crate) log: Log,
    /// Copies of the logs that the archive has admitted.
    pub(crate) others: BTreeMap<LogId, Log>,
    pub(crate) keys: Option<Keys>,
    pub(crate) world: World,
    pub(crate) derived: Derived,
    /// An append could not be brought into the tables (a full disk): they are to catch up before they are written again.
    pub(crate) tables_behind: bool,
    /// Keys of erased subjects were dropped that the ring on this disk still holds.
    pub(crate) forgot: bool,
    /// Packs of sealed items, opened; never on disk in clear.
    pub(crate) sealed_packs: SealedRows,
    /// How cosigners are asked, where that is wanted.
    pub(crate) ask: Option<Ask>,
    /// How much of the entries is at hand.
    pub(crate) extent: Extent,
    /// Where only some are: whose keys were destroyed, how many entries govern, records read last.
    pub(crate) erased: ErasedIn,
    pub(crate) governing: usize,
    pub(crate) near: Near,
    /// Place and time of the own log's latest entry.
    pub(crate) last: Option<(u64, String)>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Archive({})", self.config.origin)
    }
}

impl Archive {
    /// Makes an archive in a folder that is empty or not there.
    pub fn init(root: &Path, new: Opened, outside: Outside) -> Result<Self> {
        Self::init_in(root, new, None, outside)
    }

    /// The same, with its logs and blobs in a bucket, where nothing lies under that address yet. Settings, keys and tables are
    /// in the folder.
    pub fn init_in(root: &Path, new: Opened, bucket: Option<&str>, outside: Outside) -> Result<Self> {
        let taken = std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some());
        if taken {
            return Err(Error::new(Kind::Conflict, format!("make an archive in {}", root.display()))
                .hint("the folder is not empty; name a new one"));
        }
        let layout = Layout::new(root);
        let storage = Storage::at(&layout, bucket, &outside)?;
        storage.must_be_empty()?;
        store::make_dir(root)?;
        let tag: String = outside.random::<4>().iter().map(|b| format!("{b:02x}")).collect();
        let origin = format!("witnessmark.invalid/{}-{tag}", slug(&new.name));
        let mut keys = Keys::generate(new.passphrase, &outside);
        let signing = log_key(&origin, &keys)?;
        let config = Config {
            version: 1,
            vkey: signing.verifier().to_string(),
            origin,
            name: new.name,
            languages: new.languages,
            profile: Profile::Office,
            watermark: new.watermark,
            bucket: bucket.map(str::to_owned),
            public_delay_days: 30,
            volumes: BTreeMap::new(),
            cosigning: Cosigning::default(),
            stamping: crate::stamp::Stamping::default(),
            programs: BTreeMap::new(),
        };
        let (owner, _) = keys.add_member(&new.owner, Secret(outside.random()));
        keys.save(&layout.keyring(), &outside)?;
        store::make_dir(&layout.blobs())?;
        store::put_new(&layout.config(), config.to_text()?.as_bytes())?;
        let log = storage.open_own(config.log_id(), config.verifier()?, true)?;
        let mut archive = Self::assemble(storage, config, outside, Some(keys), log, Extent::Whole)?;
        // The first session makes its member's key known.
        drop(archive.session(owner)?);
        Ok(archive)
    }

    /// Opens an archive. With `passphrase` (or when it has none) its keys come to hand; with `None` for an archive under a
    /// passphrase, sealed things stay sealed and nothing can be appended.
    pub fn open(root: &Path, passphrase: Option<Passphrase>, outside: Outside) -> Result<Self> {
        Self::open_to(root, passphrase, outside, Extent::Whole)
    }

    /// Opens an archive for work on a few things: of its entries only those are read that say how it is to be read. What is
    /// said of an item is at hand once it was brought ([`Archive::bring_item`]).
    pub fn open_sparse(root: &Path, passphrase: Option<Passphrase>, outside: Outside) -> Result<Self> {
        Self::open_to(root, passphrase, outside, Extent::Sparse)
    }

    fn open_to(root: &Path, passphrase: Option<Passphrase>, outside: Outside, extent: Extent) -> Result<Self> {
        let layout = Layout::new(root);
        let text = store::read_if_there(&layout.config())?.ok_or_else(|| {
            Error::new(Kind::NotFound, format!("open the archive {}", root.display()))
                .hint("there is no witnessmark.toml; `witnessmark init` makes an archive")
        })?;
        if text.len() as u64 > limits::CONFIG {
            return Err(Error::new(Kind::Invalid, "read witnessmark.toml: too long"));
        }
        let config = Config::parse(&String::from_utf8_lossy(&text))?;
        let keyring = layout.keyring();
        let without = !keyring.exists() || (passphrase.is_none() && Keys::needs_passphrase(&keyring)?);
        let keys = if without { None } else { Some(Keys::load(&keyring, passphrase)?) };
        let storage = Storage::at(&layout, config.bucket.as_deref(), &outside)?;
        let log = {
            // Held while a crash's leftovers are finished: another process may be in the middle of a commit.
            let lock = Lock::take(&layout.log(config.log_id()));
            storage.open_own(config.log_id(), config.verifier()?, lock.is_ok())?
        };
        Self::assemble(storage, config, outside, keys, log, extent)
    }

    /// Does the archive in this folder ask for a passphrase?
    pub fn needs_passphrase(root: &Path) -> Result<bool> {
        let keyring = Layout::new(root).keyring();
        if keyring.exists() { Keys::needs_passphrase(&keyring) } else { Ok(false) }
    }

    fn assemble(
        storage: Storage,
        config: Config,
        outside: Outside,
        keys: Option<Keys>,
        log: Log,
        extent: Extent,
    ) -> Result<Self> {
        let layout = storage.layout.clone();
        let derived = Derived::open(&layout.derived()).or_else(|_| Derived::in_memory())?;
        let mut archive = Archive {
            layout,
            storage,
            config,
            outside,
            log,
            others: BTreeMap::new(),
            keys,
            world: World::default(),
            derived,
            tables_behind: false,
            forgot: false,
            sealed_packs: SealedRows::default(),
            ask: None,
            extent,
            erased: ErasedIn::new(),
            governing: 0,
            near: Near::default(),
            last: None,
        };
        archive.reload()?;
        Ok(archive)
    }

    /// Reads the entries into the fold, and brings the tables up to the logs.
    pub(crate) fn reload(&mut self) -> Result<()> {
        self.near = Near::default();
        match self.extent {
            Extent::Whole => {
                self.read_logs()?;
                self.open_sealed_packs()?;
            }
            Extent::Sparse => {
                self.sealed_packs.clear();
                self.read_sparse()?;
            }
        }
        self.find_last()?;
        self.catch_up()
    }

    /// Drops keys of erased subjects that are still at hand: another process erased them, or an old keyring came back.
    pub(crate) fn forget(&mut self, erased: &BTreeSet<SubjectId>) -> bool {
        let Some(keys) = &mut self.keys else { return false };
        let before = keys.subjects.len();
        keys.subjects.retain(|subject, _| !erased.contains(subject));
        let forgot = keys.subjects.len() < before;
        self.forgot |= forgot;
        forgot
    }

    fn open_sealed_packs(&mut self) -> Result<()> {
        self.sealed_packs.clear();
        let sealed: Vec<Observed> =
            self.world.packs().filter(|(_, o)| o.subject.is_some()).map(|(_, o)| o.clone()).collect();
        for observed in sealed {
            match self.pack(&observed) {
                Ok(pack) => self.sealed_packs.push(pack),
                Err(e) if matches!(e.kind, Kind::Denied) => {}
                Err(e) if is_damage(&e) => {
                    tracing::warn!("{}; its rows are left out: `witnessmark check`", e.chain());
                }
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Applies to the tables what they have not seen. Tables of another history are emptied first.
    pub(crate) fn catch_up(&mut self) -> Result<()> {
        if self.derived.is_kept() || !self.is_whole() {
            self.catch_up_index()?;
        }
        for _ in 1..TABLE_ATTEMPTS {
            match self.catch_up_once() {
                Err(e) if e.kind == Kind::Conflict => {}
                done => return done,
            }
        }
        self.catch_up_once()
    }

    fn catch_up_once(&mut self) -> Result<()> {
        self.bring_packs(false)?;
        let known: BTreeSet<String> = self.logs().map(|(id, _)| id.to_string()).collect();
        // A log that is part of the archive no longer leaves with all that it brought.
        // Nor do tables stay that left out a pack which has come since: a run that brought it was cut short.
        let come = self.storage.holding(&self.derived.left_out()?)?;
        let (mut from, mut follow) =
            (Vec::new(), come.is_empty() && self.derived.logs()?.iter().all(|log| known.contains(log)));
        let logs: Vec<(LogId, u64, String)> = self.logs().map(|(id, log)| (id, log.size(), log.root().hex())).collect();
        for (id, size, root) in logs {
            let applied = self.derived.applied(&id.to_string())?;
            let Some(log) = self.log_of(id) else { continue };
            let follows = match &applied {
                None => true,
                // Where another process went on, its tables are ahead of the log at hand, and not wrong.
                Some((applied, at)) if (*applied, at) == (size, &root) || (*applied > size && log.is_behind()?) => {
                    continue;
                }
                Some((applied, at)) => {
                    *applied < size && log.root_at(*applied)?.hex() == *at && !self.repacked_since(id, *applied)?
                }
            };
            follow &= follows;
            from.push((id, size, root, applied));
        }
        if !follow {
            self.derived.clear()?;
            self.bring_packs(true)?;
            from = self.logs().map(|(id, log)| (id, log.size(), log.root().hex(), None)).collect();
        }
        for (id, size, root, applied) in from {
            let first = applied.as_ref().map_or(0, |(applied, _)| *applied);
            let observed: Vec<(EntryRef, Observed)> = self
                .world
                .packs()
                .filter(|(at, o)| o.subject.is_none() && at.log == id && at.index >= first)
                .map(|(at, o)| (at, o.clone()))
                .collect();
            let rows: u64 = observed.iter().map(|(_, o)| u64::from(o.rows)).sum();
            let (outside, is_refill) = (self.outside.clone(), applied.is_none() && rows > 0);
            let tell = |done| {
                if is_refill {
                    outside.tell(done, rows)
                }
            };
            tell(0);
            let packs = self.packs_at_hand(observed)?;
            let mut done = 0;
            let told = packs.iter().map(|(at, pack)| {
                // Whoever asks for the next has put the last one in.
                if done > 0 {
                    tell(done);
                }
                done += u64::from(pack.len());
                (*at, pack)
            });
            self.derived.apply(told, &id.to_string(), applied, (size, &root))?;
            tell(rows);
        }
        Ok(())
    }

    /// Every log of the archive, its own first.
    pub(crate) fn logs(&self) -> impl Iterator<Item = (LogId, &Log)> {
        std::iter::once((self.config.log_id(), &self.log)).chain(self.others.iter().map(|(id, log)| (*id, log)))
    }

    /// Packs that its own log commits to.
    pub(crate) fn own_packs(&self) -> impl Iterator<Item = (EntryRef, &Observed)> {
        let own = self.config.log_id();
        self.world.packs().filter(move |(at, _)| at.log == own)
    }

    /// Empties the tables and makes them anew.
    pub fn rebuild(&mut self) -> Result<()> {
        self.derived.clear()?;
        for log in self.derived.indexed_logs()? {
            self.derived.unindex(log)?;
        }
        self.reload()
    }

    /// Empties the tables of packs and makes them anew: one was taken back, or came back.
    pub(crate) fn repack(&mut self) -> Result<()> {
        self.derived.clear()?;
        self.open_sealed_packs()?;
        self.catch_up()
    }

    /// Sees what another process appended, and the keys that it made or destroyed.
    pub fn refresh(&mut self) -> Result<()> {
        let own = self.config.log_id();
        let now = self.storage.objects(own)?.get(PUBLISHED)?;
        let keyring = self.layout.keyring();
        // A keyring that cannot be read now leaves the keys that are at hand.
        let rekeyed = self.keys.as_mut().is_some_and(|keys| keys.refresh(&keyring).unwrap_or(false));
        let moved = now.as_deref() != self.log.checkpoint() || self.others_moved()?;
        if moved {
            self.log = self.storage.open_own(own, self.config.verifier()?, false)?;
        }
        if moved || rekeyed { self.reload() } else { Ok(()) }
    }

    /// The fields beside a leaf; sealed ones are opened where their key is at hand.
    pub(crate) fn fields_of(&self, record: &Record) -> Result<Fields> {
        let mut fields = Fields::new();
        for text in &record.open {
            let (name, value) = Disclosure::from_text(text.as_str()).open()?;
            fields.insert(name, Field::Present(value));
        }
        for sealed in &record.sealed {
            fields.insert(sealed.name.clone(), self.open_sealed(sealed)?);
        }
        Ok(fields)
    }

    /// A sealed field, opened where its key is at hand.
    pub(crate) fn open_sealed(&self, sealed: &witnessmark_model::wire::SealedField) -> Result<Field<Value>> {
        match self.keys.as_ref().and_then(|keys| keys.subjects.get(&sealed.subject)) {
            None => Ok(Field::Sealed(sealed.subject)),
            Some(key) => Ok(Field::Present(open_field(key, sealed)?)),
        }
    }

    /// Is the key of this subject at hand?
    pub(crate) fn has_key_of(&self, subject: SubjectId) -> bool {
        self.keys.as_ref().is_some_and(|keys| keys.subjects.contains_key(&subject))
    }

    /// A session in the name of a member whose key is at hand.
    pub fn session(&mut self, member: MemberKey) -> Result<Session<'_>> {
        Session::begin(self, member)
    }

    /// Members whose keys are at hand, by name.
    pub fn members_at_hand(&self) -> Vec<(String, MemberKey)> {
        let members = self.keys.iter().flat_map(|keys| &keys.members);
        let mut list: Vec<_> = members.map(|(key, member)| (member.name.clone(), *key)).collect();
        list.sort();
        list
    }

    /// The member to work as: the one of this name, or the owner.
    pub fn member(&self, name: Option<&str>) -> Result<MemberKey> {
        let at_hand = self.members_at_hand();
        if at_hand.is_empty() {
            return Err(Error::new(Kind::Denied, "work in this archive: no keys are at hand")
                .hint("set WITNESSMARK_PASSPHRASE, or run it on a terminal"));
        }
        let wanted = match name {
            Some(name) => {
                let meant: BTreeSet<MemberKey> = self.keys_of(name).into_iter().map(|(key, _)| key).collect();
                at_hand.iter().find(|(_, key)| meant.contains(key)).or(at_hand.iter().find(|(n, _)| n == name))
            }
            None => {
                let owner = |key: &MemberKey| {
                    self.world.members().get(key).is_some_and(|k| k.role == witnessmark_model::vocabulary::Role::Owner)
                };
                at_hand.iter().find(|(_, key)| owner(key)).or(at_hand.first())
            }
        };
        wanted.map(|(_, key)| *key).ok_or_else(|| {
            let names: Vec<&str> = at_hand.iter().map(|(n, _)| n.as_str()).collect();
            Error::new(Kind::NotFound, format!("find the key of member {:?}", name.unwrap_or_default()))
                .hint(format!("keys at hand: {}", names.join(", ")))
        })
    }

    /// All that the entries say.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Changes the settings, on disk and at hand.
    pub fn set_config(&mut self, config: Config) -> Result<()> {
        let text = config.to_text()?;
        let read = Config::parse(&text)?;
        if read.origin != self.config.origin || read.vkey != self.config.vkey {
            return Err(Error::new(Kind::Invalid, "change which ledger this is"));
        }
        store::replace(&self.layout.config(), text.as_bytes())?;
        self.config = read;
        Ok(())
    }

    /// Settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The ledger.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Paths.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Now, by the clock that was passed in.
    pub fn now(&self) -> String {
        self.outside.now()
    }

    /// What an entry made at `time` has to say about its clock: that it stands before the latest entry of this log. A clock
    /// that was set back is recorded, not hidden, and orders nothing: the place in the log does.
    pub(crate) fn clock_went_back(&self, time: &str) -> Option<String> {
        let (index, last) = self.last.as_ref()?;
        let (before, now): (jiff::Timestamp, jiff::Timestamp) = (last.parse().ok()?, time.parse().ok()?);
        let behind = before.as_second() - now.as_second();
        (behind > 0).then(|| format!("{behind} s behind entry {index}, which says {last}"))
    }

    /// Dice and clock.
    pub fn outside(&self) -> &Outside {
        &self.outside
    }

    /// The reference of an entry of this archive's log.
    pub fn at(&self, index: u64) -> EntryRef {
        EntryRef { log: self.config.log_id(), index }
    }

    /// Items that an analyzer at a version has not been given: what waits for it.
    pub fn backlog(&self, analyzer: &str, version: u32) -> Result<Vec<ItemId>> {
        self.must_be_whole("ask what waits")?;
        let covered = self.covered(analyzer, version)?;
        Ok(self.world.items().filter(|item| !covered.contains(item) && !self.is_still_coming(*item)).collect())
    }

    /// How many items wait for each of these analyzers (name and version): the lengths of their backlogs, going through the items once.
    pub fn waiting(&self, analyzers: &[(&str, u32)]) -> Result<Vec<usize>> {
        self.must_be_whole("count what waits")?;
        let here: Vec<ItemId> = self.world.items().filter(|item| !self.is_still_coming(*item)).collect();
        let count = |(analyzer, version): &(&str, u32)| {
            // Both are in order, so each is gone through once.
            let covered = self.covered(analyzer, *version)?;
            let mut covered = covered.iter().peekable();
            let is_covered = |item: &&ItemId| {
                while covered.next_if(|seen| *seen < *item).is_some() {}
                covered.peek() == Some(item)
            };
            Ok(here.len() - here.iter().filter(is_covered).count())
        };
        analyzers.iter().map(count).collect()
    }

    /// What an analyzer at a version has been given.
    fn covered(&self, analyzer: &str, version: u32) -> Result<BTreeSet<ItemId>> {
        let mut covered = self.derived.covered(analyzer, version)?;
        for pack in self.sealed_packs.iter().filter(|p| p.analyzer == analyzer && p.version == version) {
            covered.extend(&pack.covers);
        }
        Ok(covered)
    }

    /// Do only other logs speak of an item whose bytes have not come yet? Then nobody can have looked at it here.
    pub fn is_still_coming(&self, item: ItemId) -> bool {
        let own = self.config.log_id();
        let is_away = |blob: Option<Digest>| blob.is_none_or(|blob| !self.storage.has(blob).unwrap_or(true));
        let mut captures = self.world.captures(item).peekable();
        captures.peek().is_some() && captures.all(|(at, capture)| at.log != own && is_away(capture.blob))
    }

    /// What people call the log of an entry; nothing for the archive's own.
    pub fn name_of_log(&self, log: LogId) -> Option<String> {
        if log == self.config.log_id() {
            return None;
        }
        let admitted = self.admitted().unwrap_or_default().into_iter().find(|(id, ..)| *id == log);
        Some(admitted.map_or_else(|| log.to_string(), |(_, key, name)| name.unwrap_or_else(|| key.name().to_owned())))
    }

    /// The tables.
    pub fn derived(&self) -> &Derived {
        &self.derived
    }

    /// A rough account.
    pub fn status(&self) -> Result<Status> {
        self.must_be_whole("count items")?;
        let items: Vec<ItemId> = self.world.items().collect();
        Ok(Status {
            entries: self.log.size(),
            sealed_items: items.iter().filter(|i| self.world.subject_of(**i).is_some()).count(),
            items: items.len(),
            pending: self.log.pending(),
            unlocked: self.keys.is_some(),
            passphrase: Self::needs_passphrase(self.layout.root())?,
            free: store::free_space(self.layout.root())?,
        })
    }

    /// Drops keys and what was opened with them, deletes the tables, and tells a serving process to do the same.
    pub fn lock(&mut self) -> Result<()> {
        self.keys = None;
        self.sealed_packs.clear();
        self.world = World::default();
        self.near = Near::default();
        self.derived = Derived::in_memory()?;
        store::replace(&self.layout.lock_mark(), self.outside.now().as_bytes())?;
        let derived = self.layout.derived();
        match std::fs::remove_dir_all(&derived) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io(format!("delete {}", derived.display()), e))
            }
            _ => Ok(()),
        }
    }
}

pub(crate) fn log_key(origin: &str, keys: &Keys) -> Result<SigningKey> {
    SigningKey::from_seed(origin, keys.log_seed.0).map_err(|e| Error::new(Kind::Bug, "make the log's key").because(e))
}

fn open_field(key: &Secret, sealed: &witnessmark_model::wire::SealedField) -> Result<Value> {
    let damaged = || Error::new(Kind::Corrupt, format!("open the sealed field {}", sealed.name));
    let ciphertext = B64.decode(&sealed.ciphertext).map_err(|e| damaged().because(e))?;
    let plain = seal::open(key, "field", &ciphertext)?;
    let text = std::str::from_utf8(&plain).map_err(|e| damaged().because(e))?;
    let disclosure = Disclosure::from_text(text);
    if disclosure.digest() != sealed.digest {
        return Err(damaged().because("it is not what the leaf commits to"));
    }
    Ok(disclosure.open()?.1)
}

fn slug(name: &str) -> String {
    let mut slug: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).take(40).collect();
    while slug.contains("--") {
        slug = slug.replace("--", "-");
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "archive".into() } else { slug.into() }
}

/// Body of an entry, with what is common to all of them, as fields to disclose.
pub(crate) fn fields_to_disclose(
    body: &Body,
    time: &str,
    signer: MemberKey,
    clock: Option<&str>,
) -> Vec<(&'static str, Value, bool)> {
    let mut fields = witnessmark_model::entry::common_fields(body.kind(), time, signer, clock);
    fields.extend(body.to_fields());
    fields
}
