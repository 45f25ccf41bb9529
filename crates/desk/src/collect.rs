//! Taking material in: hashed while it streams, named as it came, parsed by nobody yet.
//!
//! Archives among the files are kept as they are and taken apart as well (`members`). Accounts are the exception: an account is not saved
//! without a consent, so its file is read (in the child) before it is stored, and everything of it lies under a key of its own from the first
//! byte on disk; who told it lies under another.

pub(crate) mod accounts;
mod exports;
mod members;
mod noted;
mod posts;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use witnessmark_archive::{Archive, Draft, Session};
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{ItemId, MemberKey, SubjectId};

use crate::analyze::Reader;
use crate::error::{Error, Result};
use crate::progress::{Progress, Stop};
use crate::walk::{Found, PassedOver, printable, walk};

pub use exports::{Said, folder_of_export};
pub use posts::Imported;

/// Entries per commit: a crash or Ctrl-C costs at most this many files of hashing.
const BATCH: usize = 256;
/// Bytes of a file that is sealed: it is sealed whole, in memory.
const SEALED: u64 = 256 << 20;
/// Bytes that stay free on the disk.
const SPARE: u64 = witnessmark_archive::limits::FREE_SPACE;

/// Asked when an account has no consent: its file's name; `None` = it is not saved.
pub type AskConsent<'a> = dyn FnMut(&str) -> Option<Vec<String>> + 'a;

/// How material came.
pub struct Circumstances<'a> {
    /// Who it came from.
    pub source: Option<String>,
    /// Who collects.
    pub collector: Option<String>,
    /// How.
    pub method: Capture,
    /// Hash it where it lies, and do not copy it.
    pub in_place: bool,
    /// Who may see it.
    pub tier: Tier,
    /// What was said about exports among the files.
    pub said: Said,
    /// What to do about an account without a consent.
    pub ask_consent: &'a mut AskConsent<'a>,
}

/// What a collection did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gathered {
    /// Files that came in now, members of archives among them.
    pub new: u64,
    /// Files that were here already, under the same name.
    pub known: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Accounts sealed.
    pub accounts: u64,
    /// Archives that were taken apart, or were so before.
    pub unpacked: u64,
    /// Exports whose posts were taken.
    pub imported: Vec<Imported>,
    /// What is odd about files that were taken: name and what.
    pub odd: Vec<(String, String)>,
    /// What was passed over: name and reason.
    pub passed_over: Vec<(String, String)>,
    /// What must be said before the rest can be collected, a line for each chat that waits.
    pub asks: Vec<String>,
}

impl Gathered {
    /// Refuses to be all that was wanted, while something must be said first. What could be taken is here by then.
    ///
    /// # Errors
    /// When something waits for an answer: which, and how it is given.
    pub fn all(&self) -> Result<()> {
        match self.asks.as_slice() {
            [] => Ok(()),
            asks => Err(Error::refused(
                format!("read the exports: {}", asks.join("; ")),
                "an export states neither the order of its dates nor its zone: ask whoever made it, then give --dates dmy (or mdy, ymd) and --zone, such as +03:00",
            )),
        }
    }
}

fn asks(by_main: &BTreeMap<String, String>) -> Vec<String> {
    by_main.iter().map(|(main, why)| format!("{}: {why}", printable(main))).collect()
}

/// What a collection would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Files and their lengths.
    pub files: Vec<(String, u64)>,
    /// Members of archives, and their lengths as the archives state them.
    pub members: Vec<(String, Option<u64>)>,
    /// Exports: name of the main file, and what is in it.
    pub exports: Vec<(String, String)>,
    /// What will be read of files that other tools leave, a line for each kind.
    pub notes: Vec<String>,
    /// What must be said before they can be collected.
    pub asks: Vec<String>,
    /// What is odd about files: name and what.
    pub odd: Vec<(String, String)>,
    /// What would be passed over.
    pub passed_over: Vec<(String, String)>,
    /// Bytes that would be copied, members of archives not counted.
    pub bytes: u64,
    /// Bytes free.
    pub free: u64,
}

/// Looks at what a collection would take in, and takes nothing.
pub fn plan(archive: &Archive, path: &Path, said: &Said, reader: &Reader, stop: &Stop) -> Result<Plan> {
    let (found, passed) = walk(path);
    let looked = exports::look(&found, said, true, reader, stop)?;
    let fit = |name: &String| printable(name);
    let names = found.iter().map(|f| printable(&f.name)).chain(looked.members.iter().map(|(name, _)| fit(name)));
    let names: Vec<String> = names.collect();
    Ok(Plan {
        notes: noted::lines(names.iter().map(String::as_str)),
        bytes: found.iter().map(|f| f.size).sum(),
        files: found.iter().map(|f| (printable(&f.name), f.size)).collect(),
        passed_over: passed.into_iter().map(|p| (p.name, p.why)).collect(),
        members: looked.members.iter().map(|(name, size)| (fit(name), *size)).collect(),
        exports: looked.exports.iter().map(|export| (fit(&export.main), export.summary())).collect(),
        odd: looked
            .odd
            .iter()
            .map(|(name, what)| (name, what))
            .chain(&looked.blocked)
            .map(|(name, what)| (fit(name), what.clone()))
            .collect(),
        asks: asks(&looked.asks),
        free: witnessmark_archive::store::free_space(archive.layout().root())?,
    })
}

/// Collects a file or a folder. What cannot be read is passed over and named; the rest comes in.
pub fn collect(
    archive: &mut Archive,
    member: MemberKey,
    path: &Path,
    how: &mut Circumstances<'_>,
    reader: &mut Reader,
    progress: &mut dyn Progress,
    stop: &Stop,
) -> Result<Gathered> {
    let (found, passed) = walk(path);
    gather(archive, member, (&found, passed), how, reader, progress, stop)
}

/// Collects files that were found, as a watched folder's are.
pub fn collect_found(
    archive: &mut Archive,
    member: MemberKey,
    found: &[Found],
    how: &mut Circumstances<'_>,
    reader: &mut Reader,
    progress: &mut dyn Progress,
    stop: &Stop,
) -> Result<Gathered> {
    gather(archive, member, (found, Vec::new()), how, reader, progress, stop)
}

fn gather(
    archive: &mut Archive,
    member: MemberKey,
    (found, passed): (&[Found], Vec<PassedOver>),
    how: &mut Circumstances<'_>,
    reader: &mut Reader,
    progress: &mut dyn Progress,
    stop: &Stop,
) -> Result<Gathered> {
    let looked = exports::look(found, &how.said, false, reader, stop)?;
    let mut intake = Intake {
        session: archive.session(member)?,
        how,
        reader,
        progress,
        stop,
        gathered: Gathered { asks: asks(&looked.asks), ..Gathered::default() },
        drafts: Vec::new(),
        waiting: BTreeSet::new(),
        remembered: Vec::new(),
        exports: looked.exports.into_iter().map(Arc::new).collect(),
        blocked: looked.blocked,
        named: BTreeMap::new(),
        known_posts: posts::Known::default(),
    };
    // Of archives it is said again when they are taken apart.
    for (name, what) in looked.odd {
        if intake.exports.iter().any(|export| name.starts_with(&export.main)) || exports::is_called_so(&name) {
            intake.odd(printable(&name), what);
        }
    }
    intake.prepare()?;
    for passed in passed {
        intake.pass_over(passed.name, passed.why);
    }
    intake.progress.stage("collect", Some(found.len() as u64));
    for batch in found.chunks(BATCH) {
        for file in batch {
            if stop.asked() {
                break;
            }
            intake.file(file)?;
            intake.progress.advance(1);
        }
        intake.flush()?;
        if stop.asked() {
            return Err(Error::Stopped);
        }
    }
    for export in intake.exports.clone() {
        intake.posts(&export)?;
    }
    Ok(intake.gathered)
}

/// How a file or a post is to be kept, beyond what is said of the whole collection.
#[derive(Debug, Default)]
struct Keeping {
    /// Under whose key, when it is to be sealed.
    subject: Option<SubjectId>,
    source: Option<String>,
    published: Option<String>,
    url: Option<String>,
    method: Option<Capture>,
    post: Option<serde_json::Value>,
}

/// A collection under way.
struct Intake<'a, 'h, 'b> {
    session: Session<'a>,
    how: &'h mut Circumstances<'b>,
    reader: &'h mut Reader,
    progress: &'h mut dyn Progress,
    stop: &'h Stop,
    gathered: Gathered,
    /// Entries that wait for the next commit.
    drafts: Vec<Draft>,
    /// Items in them and the names they came under.
    waiting: BTreeSet<(ItemId, String)>,
    /// Files in clear that need not be read again: key, length, time, item.
    remembered: Vec<(String, u64, i64, ItemId)>,
    /// Exports among what was found.
    exports: Vec<Arc<exports::Export>>,
    /// Exports that could not be looked at, and why.
    blocked: BTreeMap<String, String>,
    /// Items of the exports' main files, by name.
    named: BTreeMap<String, ItemId>,
    known_posts: posts::Known,
}

impl Intake<'_, '_, '_> {
    fn pass_over(&mut self, name: String, why: String) {
        self.progress.line(&format!("passed over {name}: {why}"));
        self.gathered.passed_over.push((name, why));
    }

    fn odd(&mut self, name: String, what: String) {
        self.progress.line(&format!("{name}: {what}"));
        self.gathered.odd.push((name, what));
    }

    /// Commits what waits.
    fn flush(&mut self) -> Result<()> {
        self.session.append(std::mem::take(&mut self.drafts))?;
        self.waiting.clear();
        for (key, size, modified, item) in self.remembered.drain(..) {
            self.session.remember(&key, size, modified, item)?;
        }
        Ok(())
    }

    /// Takes one file, and what is in it.
    fn file(&mut self, file: &Found) -> Result<()> {
        let within = format!("{}/", file.name);
        let inside = || self.blocked.range(within.clone()..).next().filter(|(name, _)| name.starts_with(&within));
        let blocked = self.blocked.get(&file.name).or_else(|| inside().map(|(_, why)| why));
        if let Some(why) = blocked.cloned() {
            self.pass_over(printable(&file.name), why);
            return Ok(());
        }
        match self.take(file) {
            Ok(item) => match item
                .inspect(|item| self.name(&file.name, *item))
                .filter(|_| members::unpacker_of(&file.name).is_some())
            {
                Some(item) => self.take_apart(file, item),
                None => Ok(()),
            },
            Err(why) => {
                self.pass_over(printable(&file.name), why);
                Ok(())
            }
        }
    }

    /// The item that a file is, where that is known openly; the error is one line for the summary.
    fn take(&mut self, file: &Found) -> std::result::Result<Option<ItemId>, String> {
        if is_account(&file.name) {
            let taken = accounts::take_account(&mut self.session, file, self.how, self.reader)?;
            self.gathered.accounts += u64::from(taken.is_some());
            match taken {
                Some(taken) => {
                    self.gathered.new += 1;
                    self.drafts.extend(taken.drafts);
                }
                None => self.gathered.known += 1,
            }
            return Ok(None);
        }
        let chain = |e: witnessmark_archive::Error| e.chain();
        let seen = self.session.archive().derived().seen(&cache_key(file), file.size, file.modified).map_err(chain)?;
        if let Some(item) = seen
            && self.is_here(item, &file.name).map_err(chain)?
        {
            self.gathered.known += 1;
            return Ok(Some(item));
        }
        let keeping = self.keeping(&file.name);
        if let Some(subject) = keeping.subject {
            let bytes = File::open(&file.path).map_err(|e| e.to_string())?;
            return self.take_sealed(bytes, file.size, &file.name, subject, &keeping, None).map(Some);
        }
        let (item, size, blob, in_place) = self.bring(file)?;
        self.gathered.bytes += size;
        self.remembered.push((cache_key(file), file.size, file.modified, item));
        if self.is_here(item, &file.name).map_err(chain)? {
            self.gathered.known += 1;
            return Ok(Some(item));
        }
        self.gathered.new += 1;
        let collected = Collected {
            size,
            blob,
            in_place: in_place.into(),
            outcome: if size == file.size { "complete".into() } else { "partial".into() },
            ..self.collected(item, &file.name, &keeping)
        };
        self.push(Draft::open(collected), item, &file.name);
        Ok(Some(item))
    }

    /// Takes bytes that are sealed before they touch the disk, with what they were taken out of: item and recipe.
    fn take_sealed(
        &mut self,
        bytes: impl Read,
        stated: u64,
        name: &str,
        subject: SubjectId,
        keeping: &Keeping,
        out_of: Option<(ItemId, String)>,
    ) -> std::result::Result<ItemId, String> {
        if stated > SEALED {
            return Err(format!("{stated} bytes are too many to be sealed (at most {SEALED}); it was not taken"));
        }
        self.room_for(stated)?;
        let mut whole = zeroize::Zeroizing::new(Vec::with_capacity(stated as usize + 1));
        bytes.take(SEALED + 1).read_to_end(&mut whole).map_err(|e| e.to_string())?;
        if whole.len() as u64 > SEALED {
            return Err(format!("more than {SEALED} bytes cannot be sealed; it was not taken"));
        }
        self.gathered.bytes += whole.len() as u64;
        let item = ItemId(witnessmark_archive::pack::sha256(&whole).0);
        if self.is_here(item, name).map_err(|e| e.chain())? {
            self.gathered.known += 1;
            return Ok(item);
        }
        let arrival = self.session.store_sealed(&whole, subject).map_err(|e| e.chain())?;
        self.gathered.new += 1;
        let collected = Collected {
            size: arrival.size,
            blob: Some(arrival.blob),
            parent: out_of.as_ref().map(|(parent, _)| *parent),
            relation: out_of.as_ref().map(|_| "member".to_owned()),
            recipe: out_of.map(|(_, recipe)| recipe),
            ..self.collected(item, name, keeping)
        };
        self.push(Draft::sealed(collected, subject), item, name);
        Ok(item)
    }

    /// Remembers which item an export's main file is.
    fn name(&mut self, name: &str, item: ItemId) {
        if self.exports.iter().any(|export| export.main == name) {
            self.named.insert(name.to_owned(), item);
        }
    }

    /// What is said of anything that comes in this way.
    fn collected(&self, item: ItemId, name: &str, keeping: &Keeping) -> Collected {
        Collected {
            item,
            size: 0,
            blob: None,
            subject: keeping.subject,
            in_place: vec![].into(),
            names: vec![name.to_owned()].into(),
            method: keeping.method.unwrap_or(if self.how.in_place { Capture::InPlace } else { self.how.method }),
            collector: self.how.collector.clone().into(),
            source: keeping.source.clone().or_else(|| self.how.source.clone()).into(),
            published: keeping.published.clone().into(),
            url: keeping.url.clone().into(),
            account: None.into(),
            tier: self.how.tier,
            outcome: "complete".into(),
            parent: None,
            relation: None,
            recipe: None,
            post: keeping.post.clone().into(),
        }
    }

    fn push(&mut self, draft: Draft, item: ItemId, name: &str) {
        self.waiting.insert((item, name.to_owned()));
        self.drafts.push(draft);
    }

    /// Stores a file, or hashes it where it lies: item, length, blob, place.
    fn bring(
        &mut self,
        file: &Found,
    ) -> std::result::Result<(ItemId, u64, Option<witnessmark_model::Digest>, Vec<String>), String> {
        let chain = |e: witnessmark_archive::Error| e.chain();
        let name = printable(&file.name);
        let bytes = File::open(&file.path).map_err(|e| e.to_string())?;
        if self.how.in_place {
            let (item, size) = self.session.hash_in_place(bytes, &name).map_err(chain)?;
            let at = self.session.volume_of(&file.path).map_err(chain)?;
            return Ok((item, size, None, vec![at.id, crate::walk::spelt(at.path.as_os_str().as_encoded_bytes())]));
        }
        self.room_for(file.size)?;
        let arrival = self.store(bytes, &name)?;
        Ok((arrival.item, arrival.size, Some(arrival.blob), Vec::new()))
    }

    fn store(&mut self, bytes: impl Read, name: &str) -> std::result::Result<witnessmark_archive::Arrival, String> {
        self.session.store(bytes, name).map_err(|e| e.chain())
    }

    /// Do so many bytes fit?
    fn room_for(&self, size: u64) -> std::result::Result<(), String> {
        let root = self.session.archive().layout().root();
        let free = witnessmark_archive::store::free_space(root).map_err(|e| e.chain())?;
        if size.saturating_add(SPARE) > free {
            return Err(format!("{size} bytes do not fit on the disk, which has {free} left"));
        }
        Ok(())
    }

    /// Did these bytes come in under this name before?
    fn is_here(&mut self, item: ItemId, name: &str) -> witnessmark_archive::Result<bool> {
        if self.waiting.contains(&(item, name.to_owned())) {
            return Ok(true);
        }
        self.session.bring_item(item)?;
        let same = |names: &Vec<String>| names.iter().any(|n| n == name);
        Ok(self.session.archive().world().captures(item).any(|(_, c)| c.names.get().is_none_or(same)))
    }
}

/// What an account's file turned into.
pub(crate) struct Taken {
    pub(crate) drafts: Vec<Draft>,
}

fn cache_key(file: &Found) -> String {
    file.path.canonicalize().unwrap_or_else(|_| file.path.clone()).to_string_lossy().into_owned()
}

fn is_account(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".account.toml") || accounts::is_json(&name) || accounts::is_form(&name)
}
