//! The parent: keeps one child at hand, gives it items one by one, and turns whatever becomes of it into rows.
//!
//! It deliberately believes nothing that a child says beyond the rows of the item at hand, keeps no child that
//! misbehaved, and logs counts only.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use witnessmark_analyze::{Row, Trusted, place::ExtraPlace};

use super::{
    Analyzer,
    failure::{Failure, SandboxError},
    find,
    limits::{Capabilities, Limits, Policy},
    process::ChildCommand,
    running::Running,
    wire::{JobHeader, frame_head},
};

/// What all children of one run have in common.
#[derive(Clone)]
pub struct Setup {
    /// How a child is started.
    pub command: ChildCommand,
    /// The analyzers that the child has too: it is the same program.
    pub analyzers: &'static [Analyzer],
    /// What an item and a child may use.
    pub limits: Limits,
    /// Which layers must hold.
    pub policy: Policy,
    /// Places that the archive knows beside the embedded table.
    pub places: Vec<ExtraPlace>,
    /// Whose certificates are trusted.
    pub trusted: Trusted,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Places of an archive may be protected: their number is enough.
        f.debug_struct("Setup")
            .field("command", &self.command)
            .field("limits", &self.limits)
            .field("policy", &self.policy)
            .field("places", &self.places.len())
            .finish_non_exhaustive()
    }
}

/// One item for one analyzer.
///
/// It does not print what it holds.
#[derive(Clone)]
pub struct Job<B = Arc<[u8]>> {
    /// Name of the analyzer, as in its manifest.
    pub analyzer: &'static str,
    /// The name that the item came under.
    pub name: String,
    /// Sniffed media type.
    pub media_type: String,
    /// When it was published, as stated.
    pub published: Option<String>,
    /// The item's bytes.
    pub bytes: B,
}

impl<B: AsRef<[u8]>> fmt::Debug for Job<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes.as_ref().len();
        f.debug_struct("Job").field("analyzer", &self.analyzer).field("bytes", &bytes).finish_non_exhaustive()
    }
}

/// One item for several analyzers, which share what is decoded of it.
///
/// It does not print what it holds.
#[derive(Clone)]
pub struct Visit<B = Arc<[u8]>> {
    /// Names of the analyzers, in the order in which they read.
    pub analyzers: Vec<&'static str>,
    /// The name that the item came under.
    pub name: String,
    /// Sniffed media type.
    pub media_type: String,
    /// When it was published, as stated.
    pub published: Option<String>,
    /// The item's bytes.
    pub bytes: B,
}

impl<B: AsRef<[u8]>> fmt::Debug for Visit<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes.as_ref().len();
        f.debug_struct("Visit").field("analyzers", &self.analyzers).field("bytes", &bytes).finish_non_exhaustive()
    }
}

impl<B> From<Job<B>> for Visit<B> {
    fn from(job: Job<B>) -> Visit<B> {
        let Job { analyzer, name, media_type, published, bytes } = job;
        Visit { analyzers: vec![analyzer], name, media_type, published, bytes }
    }
}

/// What an item is called on its way.
#[derive(Clone, Copy)]
struct Labels<'a> {
    name: &'a str,
    media_type: &'a str,
    published: Option<&'a str>,
}

/// What became of one job.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What the analyzer read. With a failure, the last row is its problem, and the only one unless the failure
    /// says that rows were kept.
    pub rows: Vec<Row>,
    /// What went wrong, when something did.
    pub failure: Option<Failure>,
    /// Time that the analyzer took, as the child measured it; nought with a failure.
    pub reading: Duration,
    /// Time from sending to the last line, in the last child that tried.
    pub took: Duration,
    /// Bytes of answer.
    pub output_bytes: u64,
    /// Bytes of messages that were dropped.
    pub message_bytes: u64,
    /// Children that tried: 0 when the item was not sent, 2 when the first failed and had read other items.
    pub attempts: u32,
}

impl Outcome {
    /// Leaves a line in the log where something went wrong, without a word of the item.
    fn log(&self, analyzer: &str) {
        if let Some(failure) = &self.failure {
            tracing::warn!(
                analyzer,
                failure = failure.kind(),
                message_bytes = self.message_bytes,
                attempt = self.attempts,
                "an item could not be read"
            );
        }
    }
}

/// A child at hand for one thread. Started when first needed, replaced whenever it misbehaves.
#[derive(Debug)]
pub struct Sandbox {
    setup: Arc<Setup>,
    child: Option<Running>,
    started: u64,
}

impl Sandbox {
    /// A sandbox without a child yet.
    pub fn new(setup: Arc<Setup>) -> Sandbox {
        Sandbox { setup, child: None, started: 0 }
    }

    /// Which layers hold, found by starting a child when there is none; for a notice before the first item.
    ///
    /// # Errors
    /// When no child can be had that satisfies the policy.
    pub fn capabilities(&mut self) -> Result<Capabilities, SandboxError> {
        Ok(self.fit_child()?.capabilities())
    }

    /// Children started so far.
    pub fn children_started(&self) -> u64 {
        self.started
    }

    /// Number of the child process at hand.
    pub fn child_id(&self) -> Option<u32> {
        self.child.as_ref().map(|running| running.id())
    }

    /// Lets the child read one item. Whatever the item does to the child is in the outcome.
    ///
    /// # Errors
    /// When no child can be had that satisfies the policy, or no analyzer has the name: nothing is said of the
    /// item then, and it stays in the backlog.
    pub fn analyze<B: AsRef<[u8]>>(&mut self, job: &Job<B>) -> Result<Outcome, SandboxError> {
        let outcome = self.analyze_unless(job, &[])?;
        Ok(outcome.expect("without a flag nothing stops it"))
    }

    /// [`Sandbox::analyze`] that gives up, with `None` and nothing said of the item, when `stop` is raised.
    ///
    /// # Errors
    /// As [`Sandbox::analyze`].
    pub fn analyze_until<B: AsRef<[u8]>>(
        &mut self,
        job: &Job<B>,
        stop: &AtomicBool,
    ) -> Result<Option<Outcome>, SandboxError> {
        self.analyze_unless(job, &[stop])
    }

    /// [`Sandbox::analyze_until`] one of several flags is raised.
    pub(super) fn analyze_unless<B: AsRef<[u8]>>(
        &mut self,
        job: &Job<B>,
        stop: &[&AtomicBool],
    ) -> Result<Option<Outcome>, SandboxError> {
        let labels = Labels { name: &job.name, media_type: &job.media_type, published: job.published.as_deref() };
        let outcomes = self.read(&[job.analyzer], labels, job.bytes.as_ref(), stop)?;
        Ok(outcomes.and_then(|outcomes| outcomes.into_iter().next()))
    }

    /// Lets the child read one item with several analyzers, who share what is decoded of it: an outcome for each, in their
    /// order. One that breaks the child is alone to blame: those after it read in another. `None` when a flag is raised.
    pub(super) fn visit_unless<B: AsRef<[u8]>>(
        &mut self,
        visit: &Visit<B>,
        stop: &[&AtomicBool],
    ) -> Result<Option<Vec<Outcome>>, SandboxError> {
        let labels = Labels { name: &visit.name, media_type: &visit.media_type, published: visit.published.as_deref() };
        self.read(&visit.analyzers, labels, visit.bytes.as_ref(), stop)
    }

    fn read(
        &mut self,
        names: &[&'static str],
        labels: Labels<'_>,
        bytes: &[u8],
        stop: &[&AtomicBool],
    ) -> Result<Option<Vec<Outcome>>, SandboxError> {
        let setup = Arc::clone(&self.setup);
        let named = names.iter().map(|name| find(setup.analyzers, name).ok_or(SandboxError::UnknownAnalyzer(name)));
        let analyzers = named.collect::<Result<Vec<&Analyzer>, _>>()?;
        let (size, limit) = (bytes.len() as u64, setup.limits.item_bytes);
        if size > limit {
            return Ok(Some(names.iter().map(|_| unsent(Failure::TooLarge { bytes: size, limit })).collect()));
        }
        let mut done: Vec<Outcome> = Vec::with_capacity(names.len());
        let mut attempt = 0;
        while done.len() < names.len() {
            attempt += 1;
            let left = &analyzers[done.len()..];
            let running = self.fit_child()?;
            let fresh = running.items() == 0;
            let header = JobHeader {
                job: running.items().into(),
                analyzers: names[done.len()..].iter().map(|name| (*name).to_owned()).collect(),
                name: labels.name.into(),
                media_type: labels.media_type.into(),
                published: labels.published.map(str::to_owned),
                bytes: size,
            };
            let Some(head) = frame_head(&header) else {
                done.extend(left.iter().map(|_| unsent(Failure::LabelsTooLong)));
                return Ok(Some(done));
            };
            let Some(mut outcomes) = running.read(&head, bytes, left, &setup.limits, stop) else {
                self.child = None;
                return Ok(None);
            };
            for (n, (outcome, analyzer)) in outcomes.iter_mut().zip(left).enumerate() {
                outcome.attempts = if n == 0 { attempt } else { 1 };
                outcome.log(analyzer.manifest.name);
            }
            let failure = outcomes.last().and_then(|last| last.failure.as_ref());
            if let Some(failure) = failure.filter(|failure| **failure != Failure::UnlistedKind) {
                self.child = None;
                // An item, or an analyzer, that came before may be to blame: once more, alone in a fresh child.
                let is_first = fresh && outcomes.len() == 1;
                if !is_first && failure.may_be_inherited() {
                    outcomes.pop();
                    done.append(&mut outcomes);
                    continue;
                }
            }
            done.append(&mut outcomes);
            attempt = 0;
        }
        Ok(Some(done))
    }

    /// The child at hand, or a new one where that is gone, spoke out of turn, is worn out or belongs to another
    /// thread: the kernel kills a child when the thread that started it ends (prctl(2), `PR_SET_PDEATHSIG`).
    fn fit_child(&mut self) -> Result<&mut Running, SandboxError> {
        let limits = &self.setup.limits;
        self.child = self.child.take().and_then(|mut running| running.fit(limits).then_some(running));
        if self.child.is_none() {
            self.child = Some(Running::start(&self.setup)?);
            self.started += 1;
        }
        Ok(self.child.as_mut().expect("just started"))
    }
}

/// A problem of an item that was never sent.
fn unsent(failure: Failure) -> Outcome {
    Outcome {
        rows: vec![failure.row()],
        failure: Some(failure),
        reading: Duration::ZERO,
        took: Duration::ZERO,
        output_bytes: 0,
        message_bytes: 0,
        attempts: 0,
    }
}
