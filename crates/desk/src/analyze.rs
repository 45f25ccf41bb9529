//! Reading what was collected: each analyzer is given the items that it has not seen, in the sandboxed child, and its rows
//! are packed and committed. What waits is a view, so nothing is lost in a queue; a batch that was not committed is read again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};
use witnessmark_analyze::place::ExtraPlace;
use witnessmark_analyze::{Row, Trusted};
use witnessmark_archive::{Archive, Blob, NewPack};
use witnessmark_model::{ItemId, MemberKey, SubjectId};

use crate::analyzers::{ANALYZERS, CHILD, on_demand, reads, visits};
use crate::error::{Error, Result};
use crate::prepare::{Programs, Unmade};
use crate::progress::{Progress, Stop};
use crate::sandbox::external::CONFINED;
use crate::sandbox::{Analyzer, ChildCommand, Failure, Job, Limits, Policy, Sandbox, SandboxError, Setup, analyze_all};

/// Items read between two commits.
pub(crate) const BATCH: usize = 512;
/// Items between two commits where a program of others takes seconds for each.
const SLOW_BATCH: usize = 16;
/// Bytes that telling a file's type needs.
const HEAD: usize = 64 << 10;

/// How the child is to be had.
#[derive(Clone)]
pub struct Reading {
    /// The program and its hidden subcommand.
    pub command: ChildCommand,
    /// The program and the hidden subcommand under which it becomes another one.
    pub confined: ChildCommand,
    /// What an item may use.
    pub limits: Limits,
    /// Which layers must hold.
    pub policy: Policy,
    /// Children at once.
    pub workers: usize,
}

impl Reading {
    /// This program, with its default limits, one child a core and two at most.
    pub fn by_this_program() -> Result<Self> {
        let lost = |_| Error::refused("find this program's file", "start it by its path");
        let command = ChildCommand::this_program(CHILD).map_err(lost)?;
        let confined = ChildCommand::this_program(CONFINED).map_err(lost)?;
        let workers = std::thread::available_parallelism().map_or(1, |n| n.get().min(2));
        Ok(Reading { command, confined, limits: Limits::default(), policy: Policy::RequireFilter, workers })
    }

    pub(crate) fn setup(&self, places: Vec<ExtraPlace>, trusted: Trusted) -> Arc<Setup> {
        Arc::new(Setup {
            command: self.command.clone(),
            analyzers: ANALYZERS,
            limits: self.limits.clone(),
            policy: self.policy,
            places,
            trusted,
        })
    }
}

/// Whose certificates the archive's user trusts.
pub(crate) fn trusted(archive: &Archive) -> Result<Trusted> {
    let roots = archive.roots()?;
    Ok(Trusted { stamps: roots.stamps, c2pa: roots.c2pa })
}

/// A child at hand for one file at a time.
pub struct Reader {
    sandbox: Sandbox,
    setup: Arc<Setup>,
}

impl Reader {
    /// With these places beside the embedded table.
    pub fn new(reading: &Reading, places: Vec<ExtraPlace>) -> Self {
        let setup = reading.setup(places, Trusted::default());
        Reader { sandbox: Sandbox::new(Arc::clone(&setup)), setup }
    }

    /// How its child is started, for whoever takes files apart.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Reads bytes now and keeps nothing.
    pub fn read_now(
        &mut self,
        analyzer: &'static str,
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> std::result::Result<Vec<Map<String, Value>>, SandboxError> {
        self.read_published(analyzer, name, media_type, None, bytes)
    }

    /// As [`Reader::read_now`], of something published at a stated time.
    pub fn read_published(
        &mut self,
        analyzer: &'static str,
        name: &str,
        media_type: &str,
        published: Option<String>,
        bytes: &[u8],
    ) -> std::result::Result<Vec<Map<String, Value>>, SandboxError> {
        let job = Job { analyzer, name: name.into(), media_type: media_type.into(), published, bytes };
        Ok(self.sandbox.analyze(&job)?.rows.into_iter().map(to_map).collect())
    }
}

/// A row as it is stored. `kind` is what sort of row it is; where the file itself states a kind, of a source or an instrument,
/// that stands beside it as `source_kind`, `instrument_kind`.
pub(crate) fn to_map(row: Row) -> Map<String, Value> {
    let mut map = row.body;
    let stated = map.insert("kind".into(), Value::from(row.kind));
    if let Some(stated) = stated.filter(|stated| stated.as_str() != Some(row.kind)) {
        map.insert(format!("{}_kind", row.kind), stated);
    }
    map
}

/// What a run of analyzers did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analyzed {
    /// Items read, by analyzer.
    pub items: BTreeMap<&'static str, usize>,
    /// Rows that were left.
    pub rows: usize,
    /// Rows that name a problem.
    pub problems: usize,
}

/// What is known of an item before an analyzer reads it.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) media_type: Arc<str>,
    pub(crate) published: Option<String>,
    pub(crate) subject: Option<SubjectId>,
    pub(crate) is_account: bool,
    pub(crate) is_post: bool,
    /// Did it come out of another item?
    pub(crate) is_member: bool,
    /// Length in bytes.
    pub(crate) size: u64,
    /// Length of a film or recording as its container states it.
    pub(crate) duration_ms: Option<u64>,
}

/// The analyzer that says what an item is.
const TYPE: &str = "type";

/// Reads everything that waits, with all analyzers or `only` one, and the one that says what items are.
pub fn analyze(
    archive: &mut Archive,
    member: MemberKey,
    reading: &Reading,
    only: Option<&str>,
    progress: &mut dyn Progress,
    stop: &Stop,
) -> Result<Analyzed> {
    let mut done = Analyzed::default();
    let programs = Programs::of(reading);
    if let Some(only) = only
        && ANALYZERS.iter().all(|a| a.manifest.name != only)
    {
        let names: Vec<&str> = ANALYZERS.iter().map(|a| a.manifest.name).collect();
        return Err(Error::refused(format!("find the analyzer {only:?}"), format!("there are {}", names.join(", "))));
    }
    // What an item is has to be known first: an analyzer that does not read what nobody has named would pass it over for good.
    let is_meant = |name: &str, only: &str| name == only || name == TYPE;
    let wanted = |a: &&Analyzer| only.map_or(!on_demand(a.manifest.name), |only| is_meant(a.manifest.name, only));
    let wanted: Vec<&'static Analyzer> = ANALYZERS.iter().filter(wanted).collect();
    let mut together: Vec<&'static Analyzer> = wanted.clone();
    together.retain(|analyzer| visits(analyzer.manifest.name));
    for analyzer in wanted {
        if visits(analyzer.manifest.name) {
            // All of them where the first one stands.
            if together.first().is_some_and(|first| first.manifest.name == analyzer.manifest.name) {
                crate::visits::run(archive, member, reading, &together, &mut done, progress, stop)?;
            }
            continue;
        }
        run(archive, member, reading, &programs, analyzer, &mut done, progress, stop)?;
    }
    Ok(done)
}

#[expect(clippy::too_many_arguments, reason = "one call site; a struct would only rename them")]
fn run(
    archive: &mut Archive,
    member: MemberKey,
    reading: &Reading,
    programs: &Programs<'_>,
    analyzer: &'static Analyzer,
    done: &mut Analyzed,
    progress: &mut dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let manifest = analyzer.manifest;
    if crate::prepare::is_off(archive, manifest.name) {
        return Ok(());
    }
    let backlog = archive.backlog(manifest.name, manifest.version)?;
    if backlog.is_empty() {
        return Ok(());
    }
    let known = known(archive, &backlog)?;
    let setup = reading.setup(crate::places::extra(archive)?, trusted(archive)?);
    progress.stage(manifest.name, Some(backlog.len() as u64));
    let mut by_key: BTreeMap<Option<SubjectId>, Vec<ItemId>> = BTreeMap::new();
    for item in backlog {
        // What was erased, or is sealed under a key that is not at hand, cannot be read; it is no failure.
        let subject = known.get(&item).and_then(|k| k.subject);
        if subject.is_none_or(|s| !archive.world().is_erased(s)) {
            by_key.entry(subject).or_default().push(item);
        }
    }
    let is_slow = crate::prepare::needs(manifest.name);
    for (subject, mut items) in by_key {
        if is_slow {
            items = crate::prepare::without_program(
                archive, member, programs, analyzer, items, subject, &known, done, progress,
            )?;
        }
        for batch in items.chunks(if is_slow { SLOW_BATCH } else { BATCH }) {
            if stop.asked() {
                return Err(Error::Stopped);
            }
            let rows = read_batch(archive, programs, analyzer, &setup, reading.workers, batch, &known, progress, stop)?;
            done.rows += rows.len();
            done.problems +=
                rows.iter().filter(|(_, row)| row.get("kind").and_then(Value::as_str) == Some("problem")).count();
            *done.items.entry(manifest.name).or_default() += batch.len();
            let pack = NewPack {
                analyzer: manifest.name.into(),
                version: manifest.version,
                config: programs.config(manifest.name),
                covers: batch.iter().copied().collect(),
                rows,
                subject,
            };
            archive.session(member)?.observe(pack)?;
        }
    }
    Ok(())
}

/// Which of these items an analyzer wants, and with which bytes.
#[expect(clippy::too_many_arguments, reason = "one call site; a struct would only rename them")]
fn read_batch(
    archive: &Archive,
    programs: &Programs<'_>,
    analyzer: &'static Analyzer,
    setup: &Arc<Setup>,
    workers: usize,
    batch: &[ItemId],
    known: &BTreeMap<ItemId, Known>,
    progress: &mut dyn Progress,
    stop: &Stop,
) -> Result<Vec<(ItemId, Map<String, Value>)>> {
    let wanted: Vec<ItemId> =
        batch.iter().copied().filter(|item| known.get(item).is_some_and(|k| wants(analyzer, k))).collect();
    let wanted = with_words(archive, analyzer, wanted, known)?;
    progress.advance((batch.len() - wanted.len()) as u64);
    let mut rows = Vec::new();
    let mut unread: BTreeMap<ItemId, String> = BTreeMap::new();
    let mut sent = Vec::new();
    // Why the whole run cannot go on: no process can be had, or somebody asked to stop.
    let mut ended = None;
    let jobs = wanted.iter().filter_map(|item| {
        let known = known.get(item)?;
        if ended.is_some() {
            return None;
        }
        match bytes_for(archive, programs, analyzer, *item, known, setup, stop) {
            Ok(bytes) => {
                sent.push(*item);
                Some(job(analyzer, known, bytes))
            }
            Err(Unmade::Item(why)) => {
                unread.insert(*item, why);
                None
            }
            Err(Unmade::Run(e)) => {
                ended = Some(e);
                None
            }
        }
    });
    let mut outcomes = Vec::new();
    let finished = analyze_all(setup, jobs, workers, &stop.0, |index, outcome| {
        progress.advance(1);
        outcomes.push((index, outcome));
    })?;
    if let Some(error) = ended {
        return Err(error);
    }
    if finished.stopped {
        return Err(Error::Stopped);
    }
    progress.advance(unread.len() as u64);
    for (index, outcome) in outcomes {
        rows.extend(outcome.rows.into_iter().map(|row| (sent[index], to_map(row))));
    }
    for (item, why) in unread {
        progress.line(&format!("{} could not be read: {why}", crate::walk::printable(&known[&item].name)));
        rows.push((item, to_map(Row::problem(why, "the item"))));
    }
    Ok(rows)
}

pub(crate) fn wants(analyzer: &Analyzer, known: &Known) -> bool {
    match analyzer.manifest.name {
        // A manifest that lies beside its file.
        "c2pa" if known.name.to_ascii_lowercase().ends_with(".c2pa") => true,
        "proofs" if is_beside(analyzer, known) || crate::proofs::is_named(&known.name) => true,
        // An account's words are in its `text` row; the file around them is nobody's text.
        // A post's words are in its `text` row, too; the export's own form around them is nobody's text.
        "text" | "sheets" | "records" | "capture" if known.is_post => false,
        "extract" if known.is_post => true,
        "text" if known.is_account => false,
        "extract" if known.is_account => true,
        _ => reads(analyzer, &known.media_type),
    }
}

/// Of posts, the words are read of those that have some: a picture alone is a post without words.
fn with_words(
    archive: &Archive,
    analyzer: &Analyzer,
    wanted: Vec<ItemId>,
    known: &BTreeMap<ItemId, Known>,
) -> Result<Vec<ItemId>> {
    if analyzer.manifest.name != "extract" {
        return Ok(wanted);
    }
    let mut with = Vec::with_capacity(wanted.len());
    for item in wanted {
        let is_post = known.get(&item).is_some_and(|known| known.is_post);
        if !is_post || crate::facts::text_of(archive, item)?.is_some() {
            with.push(item);
        }
    }
    Ok(with)
}

fn bytes_for(
    archive: &Archive,
    programs: &Programs<'_>,
    analyzer: &Analyzer,
    item: ItemId,
    known: &Known,
    setup: &Setup,
    stop: &Stop,
) -> std::result::Result<Vec<u8>, Unmade> {
    let unread = |e: String| Unmade::Item(format!("it could not be read: {e}"));
    if crate::prepare::needs(analyzer.manifest.name) {
        return programs.prepare(archive, analyzer.manifest.name, item, known, stop);
    }
    if analyzer.manifest.name == TYPE {
        return Ok(archive.head(item, HEAD).map_err(|e| unread(e.to_string()))?.to_vec());
    }
    if is_beside(analyzer, known) {
        return programs.beside(archive).parcel(archive, item, &known.name).map_err(Unmade::Item);
    }
    if analyzer.manifest.name == "extract" && known.is_account {
        return crate::facts::answers_of(archive, item).map(String::into_bytes).map_err(|e| unread(e.to_string()));
    }
    if analyzer.manifest.name == "extract" && known.is_post {
        let words = crate::facts::text_of(archive, item).map_err(|e| unread(e.to_string()))?;
        return Ok(words.unwrap_or_default().into_bytes());
    }
    Ok(bytes_of(archive, item, known, setup).map_err(Unmade::Item)?.to_vec())
}

/// All bytes of an item for the child, or in words why there are none: one that is too long for it is not read at all.
pub(crate) fn bytes_of(
    archive: &Archive,
    item: ItemId,
    known: &Known,
    setup: &Setup,
) -> std::result::Result<Blob, String> {
    let limit = setup.limits.item_bytes;
    if known.size > limit {
        return Err(Failure::TooLarge { bytes: known.size, limit }.what());
    }
    archive.read(item).map_err(|e| format!("it could not be read: {e}"))
}

/// A signature that lies beside its file, in clear.
fn is_beside(analyzer: &Analyzer, known: &Known) -> bool {
    let is_it = analyzer.manifest.name == "proofs" && crate::proofs::beside::is_one(&known.name);
    // What lies in a zip is checked there.
    is_it && known.subject.is_none() && !known.is_post && !known.is_member
}

fn job(analyzer: &'static Analyzer, known: &Known, bytes: Vec<u8>) -> Job<Vec<u8>> {
    let is_told = analyzer.manifest.name == "extract" && (known.is_account || known.is_post);
    Job {
        analyzer: analyzer.manifest.name,
        name: known.name.clone(),
        media_type: match is_told {
            true => "text/plain".into(),
            false if is_beside(analyzer, known) => crate::proofs::beside::PARCEL.into(),
            false => known.media_type.to_string(),
        },
        published: known.published.clone(),
        bytes,
    }
}

pub(crate) fn known(archive: &Archive, items: &[ItemId]) -> Result<BTreeMap<ItemId, Known>> {
    // Kinds of files are few, and items many: each kind's name is held once.
    let (mut types, mut names) = (BTreeMap::<ItemId, Arc<str>>::new(), BTreeSet::<Arc<str>>::new());
    archive.each_of_kind("file", |_, item, row| {
        let Some(told) = row.get("media_type").and_then(Value::as_str) else { return };
        let name = names.get(told).cloned().unwrap_or_else(|| Arc::from(told));
        names.insert(Arc::clone(&name));
        types.insert(item, name);
    })?;
    let told = crate::facts::provenance(archive)?;
    let mut lengths = BTreeMap::new();
    archive.each_of_kind("recording", |_, item, row| {
        let seconds = row.get("duration_s").and_then(Value::as_f64);
        lengths.extend(seconds.map(|seconds| (item, (seconds * 1000.0) as u64)));
    })?;
    let unknown: Arc<str> = Arc::from("application/octet-stream");
    let wanted: BTreeSet<ItemId> = items.iter().copied().collect();
    let mut known = BTreeMap::new();
    for item in wanted {
        let Some((_, capture)) = archive.world().captures(item).next() else { continue };
        let name = capture.names.get().and_then(|n| n.first()).cloned().unwrap_or_else(|| item.short());
        let published = capture.published.get().cloned().flatten();
        known.insert(
            item,
            Known {
                is_post: crate::posts::media_type(capture).is_some(),
                media_type: crate::posts::media_type(capture)
                    .map(Arc::from)
                    .or_else(|| types.get(&item).cloned())
                    .unwrap_or_else(|| Arc::clone(&unknown)),
                published: published.or_else(|| told.get(&item).and_then(|t| t.published.clone())),
                subject: capture.subject,
                is_member: capture.parent.is_some(),
                is_account: capture.method == witnessmark_model::vocabulary::Capture::Interview,
                size: capture.size,
                duration_ms: lengths.get(&item).copied(),
                name,
            },
        );
    }
    Ok(known)
}
