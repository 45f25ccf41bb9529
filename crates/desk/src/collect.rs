//! Taking material in: hashed while it streams, named as it came, parsed by nobody yet.
//!
//! Archives among the files are kept as they are and taken apart as well ([`members`]). Accounts are the exception: an account is not saved
//! without a consent, so its file is read (in the child) before it is stored, and everything of it lies under a key of its own from the first
//! byte on disk; who told it lies under another.

pub(crate) mod accounts;
mod members;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use witnessmark_archive::{Archive, Draft, Session};
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{ItemId, MemberKey};

use crate::analyze::Reader;
use crate::error::{Error, Result};
use crate::progress::{Progress, Stop};
use crate::walk::{Found, printable, walk};

/// Entries per commit: a crash or Ctrl-C costs at most this many files of hashing.
const BATCH: usize = 256;
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
    /// What is odd about files that were taken: name and what.
    pub odd: Vec<(String, String)>,
    /// What was passed over: name and reason.
    pub passed_over: Vec<(String, String)>,
}

/// What a collection would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Files and their lengths.
    pub files: Vec<(String, u64)>,
    /// Members of archives, and their lengths as the archives state them.
    pub members: Vec<(String, Option<u64>)>,
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
pub fn plan(archive: &Archive, path: &Path, reader: &Reader, stop: &Stop) -> Result<Plan> {
    let (found, passed) = walk(path);
    let mut plan = Plan {
        bytes: found.iter().map(|f| f.size).sum(),
        files: found.iter().map(|f| (printable(&f.name), f.size)).collect(),
        passed_over: passed.into_iter().map(|p| (p.name, p.why)).collect(),
        free: witnessmark_archive::store::free_space(archive.layout().root())?,
        ..Plan::default()
    };
    for file in found.iter().filter(|file| members::unpacker_of(&file.name).is_some()) {
        members::list(file, reader, &mut plan, stop)?;
    }
    Ok(plan)
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
    let mut intake = Intake {
        session: archive.session(member)?,
        how,
        reader,
        progress,
        stop,
        gathered: Gathered::default(),
        drafts: Vec::new(),
        waiting: BTreeSet::new(),
        remembered: Vec::new(),
    };
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
    Ok(intake.gathered)
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
        match self.take(file) {
            Ok(item) => match item.filter(|_| members::unpacker_of(&file.name).is_some()) {
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
            method: if self.how.in_place { Capture::InPlace } else { self.how.method },
            outcome: if size == file.size { "complete".into() } else { "partial".into() },
            ..self.collected(item, &file.name)
        };
        self.push(Draft::open(collected), item, &file.name);
        Ok(Some(item))
    }

    /// What is said of anything that comes in this way.
    fn collected(&self, item: ItemId, name: &str) -> Collected {
        Collected {
            item,
            size: 0,
            blob: None,
            subject: None,
            in_place: vec![].into(),
            names: vec![name.to_owned()].into(),
            method: self.how.method,
            collector: self.how.collector.clone().into(),
            source: self.how.source.clone().into(),
            published: None.into(),
            url: None.into(),
            account: None.into(),
            tier: self.how.tier,
            outcome: "complete".into(),
            parent: None,
            relation: None,
            recipe: None,
            post: None.into(),
        }
    }

    fn push(&mut self, draft: Draft, item: ItemId, name: &str) {
        self.waiting.insert((item, name.to_owned()));
        self.drafts.push(draft);
    }

    /// Stores a file, or hashes it where it lies: item, length, blob, place.
    #[expect(clippy::type_complexity, reason = "one call site; a struct would only rename them")]
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
    name.to_ascii_lowercase().ends_with(".account.toml")
}
