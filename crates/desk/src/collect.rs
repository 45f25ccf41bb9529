//! Taking material in: hashed while it streams, named as it came, parsed by nobody yet.
//!
//! Accounts are the exception: an account is not saved without a consent, so its file is read (in the child) before it is
//! stored, and everything of it lies under a key of its own from the first byte on disk; who told it lies under another.

use std::fs::File;
use std::path::Path;

use serde_json::{Map, Value};
use witnessmark_archive::{Archive, Draft, Session, identity};
use witnessmark_model::entry::{Collected, Consented};
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{ItemId, MemberKey, SubjectId};

use crate::analyze::Reader;
use crate::error::{Error, Result};
use crate::progress::{Progress, Stop};
use crate::walk::{Found, printable, walk};

/// Entries per commit: a crash or Ctrl-C costs at most this many files of hashing.
const BATCH: usize = 256;
/// Bytes of an account file.
const ACCOUNT: u64 = 8 << 20;
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
    /// Files that came in now.
    pub new: u64,
    /// Files that were here already, under the same name.
    pub known: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Accounts sealed.
    pub accounts: u64,
    /// What was passed over: name and reason.
    pub passed_over: Vec<(String, String)>,
}

/// What a collection would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Files and their lengths.
    pub files: Vec<(String, u64)>,
    /// What would be passed over.
    pub passed_over: Vec<(String, String)>,
    /// Bytes that would be copied.
    pub bytes: u64,
    /// Bytes free.
    pub free: u64,
}

/// Looks at what a collection would take in, and takes nothing.
pub fn plan(archive: &Archive, path: &Path) -> Result<Plan> {
    let (found, passed) = walk(path);
    Ok(Plan {
        bytes: found.iter().map(|f| f.size).sum(),
        files: found.iter().map(|f| (printable(&f.name), f.size)).collect(),
        passed_over: passed.into_iter().map(|p| (p.name, p.why)).collect(),
        free: archive.status()?.free,
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
    let mut gathered = Gathered::default();
    for passed in passed {
        progress.line(&format!("passed over {}: {}", passed.name, passed.why));
        gathered.passed_over.push((passed.name, passed.why));
    }
    progress.stage("collect", Some(found.len() as u64));
    let mut session = archive.session(member)?;
    for batch in found.chunks(BATCH) {
        let mut drafts = Vec::new();
        let mut remembered = Vec::new();
        for file in batch {
            if stop.asked() {
                break;
            }
            let taken = take(&mut session, file, how, reader, &mut gathered);
            match taken {
                Ok(Some(taken)) => {
                    drafts.extend(taken.drafts);
                    remembered.extend(taken.remember.map(|item| (file, item)));
                }
                Ok(None) => {}
                Err(why) => {
                    let name = printable(&file.name);
                    progress.line(&format!("passed over {name}: {why}"));
                    gathered.passed_over.push((name, why));
                }
            }
            progress.advance(1);
        }
        session.append(drafts)?;
        for (file, item) in remembered {
            session.remember(&cache_key(file), file.size, file.modified, item)?;
        }
        if stop.asked() {
            return Err(Error::Stopped);
        }
    }
    Ok(gathered)
}

/// What one file turned into.
struct Taken {
    drafts: Vec<Draft>,
    /// For files in clear: what the file was, so that it need not be read again.
    remember: Option<ItemId>,
}

fn cache_key(file: &Found) -> String {
    file.path.canonicalize().unwrap_or_else(|_| file.path.clone()).to_string_lossy().into_owned()
}

fn is_account(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".account.toml")
}

/// `Ok(None)` = here already; the error is one line for the summary.
fn take(
    session: &mut Session<'_>,
    file: &Found,
    how: &mut Circumstances<'_>,
    reader: &mut Reader,
    gathered: &mut Gathered,
) -> std::result::Result<Option<Taken>, String> {
    if is_account(&file.name) {
        let taken = take_account(session, file, how, reader)?;
        gathered.accounts += u64::from(taken.is_some());
        if taken.is_some() {
            gathered.new += 1
        } else {
            gathered.known += 1
        }
        return Ok(taken);
    }
    let chain = |e: witnessmark_archive::Error| e.chain();
    if let Some(item) = session.archive().derived().seen(&cache_key(file), file.size, file.modified).map_err(chain)?
        && is_here(session, item, &file.name)
    {
        gathered.known += 1;
        return Ok(None);
    }
    let open = || File::open(&file.path).map_err(|e| e.to_string());
    let name = printable(&file.name);
    let (item, size, blob, in_place) = if how.in_place {
        let (item, size) = session.hash_in_place(open()?, &name).map_err(chain)?;
        let at = session.volume_of(&file.path).map_err(chain)?;
        (item, size, None, vec![at.id, crate::walk::spelt(at.path.as_os_str().as_encoded_bytes())])
    } else {
        let free = witnessmark_archive::store::free_space(session.archive().layout().root()).map_err(chain)?;
        if file.size.saturating_add(SPARE) > free {
            return Err(format!("{} bytes do not fit on the disk, which has {free} left", file.size));
        }
        let arrival = session.store(open()?, &name).map_err(chain)?;
        (arrival.item, arrival.size, Some(arrival.blob), Vec::new())
    };
    gathered.bytes += size;
    if is_here(session, item, &file.name) {
        gathered.known += 1;
        return Ok(Some(Taken { drafts: Vec::new(), remember: Some(item) }));
    }
    gathered.new += 1;
    let collected = Collected {
        item,
        size,
        blob,
        subject: None,
        in_place: in_place.into(),
        names: vec![file.name.clone()].into(),
        method: if how.in_place { Capture::InPlace } else { how.method },
        collector: how.collector.clone().into(),
        source: how.source.clone().into(),
        published: None.into(),
        url: None.into(),
        account: None.into(),
        tier: how.tier,
        outcome: if size == file.size { "complete".into() } else { "partial".into() },
        parent: None,
        relation: None,
        recipe: None,
        post: None.into(),
    };
    Ok(Some(Taken { drafts: vec![Draft::open(collected)], remember: Some(item) }))
}

/// Did these bytes come in under this name before?
fn is_here(session: &Session<'_>, item: ItemId, name: &str) -> bool {
    let same = |names: &Vec<String>| names.iter().any(|n| n == name);
    session.archive().world().captures(item).any(|(_, c)| c.names.get().is_none_or(same))
}

fn take_account(
    session: &mut Session<'_>,
    file: &Found,
    how: &mut Circumstances<'_>,
    reader: &mut Reader,
) -> std::result::Result<Option<Taken>, String> {
    if file.size > ACCOUNT {
        return Err(format!("{} bytes are too many for an account", file.size));
    }
    let bytes = zeroize::Zeroizing::new(std::fs::read(&file.path).map_err(|e| e.to_string())?);
    let chain = |e: witnessmark_archive::Error| e.chain();
    // Who told it never lies with what was told, and the child is never given it.
    let identity::Split { account: bytes, identity } = identity::split(&bytes).map_err(chain)?;
    let item = ItemId(witnessmark_archive::pack::sha256(&bytes).0);
    let world = session.archive().world();
    if world.captures(item).next().is_some() && (identity.is_none() || world.identities(item).next().is_some()) {
        return Ok(None);
    }
    let is_known = world.captures(item).next().is_some();
    let rows = reader.read_now("sheets", &file.name, "application/toml", &bytes).map_err(|e| e.to_string())?;
    let account = rows.iter().find(|row| row.get("kind").and_then(Value::as_str) == Some("account"));
    let Some(account) = account else { return Err(first_problem(&rows)) };
    let mut public = account.clone();
    public.remove("kind");
    if public.insert("identity".into(), identity.is_some().into()) == Some(Value::Bool(true)) {
        return Err(
            "its identity cannot be told apart; write it as a section of its own, under a line [identity]".into()
        );
    }
    let pseudonym = public.get("pseudonym").and_then(Value::as_str).map(str::to_owned);
    if let Some(identity) = identity.as_ref().filter(|_| is_known) {
        let identified = session.seal_identity(item, pseudonym, identity).map_err(chain)?;
        return Ok(Some(Taken { drafts: vec![identified], remember: None }));
    }
    let consent = match public.remove("consent") {
        Some(Value::Object(consent)) => consent,
        _ => match (how.ask_consent)(&printable(&file.name)) {
            Some(purposes) => Map::from_iter([("purposes".to_owned(), Value::from(purposes))]),
            None => {
                return Err("an account without a consent is not saved; add [consent] purposes = [\"internal\"]".into());
            }
        },
    };
    let subject = session.new_subject().map_err(chain)?;
    let arrival = session.store_sealed(&bytes, subject).map_err(chain)?;
    let collected = Collected {
        item: arrival.item,
        size: arrival.size,
        blob: Some(arrival.blob),
        subject: Some(subject),
        in_place: vec![].into(),
        names: vec![file.name.clone()].into(),
        method: Capture::Interview,
        collector: how.collector.clone().into(),
        source: pseudonym.clone().into(),
        published: None.into(),
        url: None.into(),
        account: Some(Value::Object(public)).into(),
        tier: Tier::Internal,
        outcome: "complete".into(),
        parent: None,
        relation: None,
        recipe: None,
        post: None.into(),
    };
    let consented = consented(subject, item, &consent);
    let mut drafts = vec![Draft::sealed(collected, subject), Draft::sealed(consented, subject)];
    if let Some(identity) = &identity {
        drafts.push(session.seal_identity(item, pseudonym, identity).map_err(chain)?);
    }
    Ok(Some(Taken { drafts, remember: None }))
}

fn consented(subject: SubjectId, item: ItemId, consent: &Map<String, Value>) -> Consented {
    let text = |name: &str| consent.get(name).and_then(Value::as_str).map(str::to_owned);
    let purposes = consent.get("purposes").and_then(Value::as_array).into_iter().flatten();
    Consented {
        subject,
        item: Some(item),
        purposes: purposes.filter_map(Value::as_str).map(str::to_owned).collect(),
        expires: text("expires"),
        conditions: text("conditions").into(),
        supersedes: Vec::new(),
    }
}

fn first_problem(rows: &[Map<String, Value>]) -> String {
    let what = rows.iter().find_map(|row| row.get("what").and_then(Value::as_str));
    format!("not an account: {}", what.unwrap_or("nothing in it"))
}
