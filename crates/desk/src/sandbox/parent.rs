//! The parent: keeps one child at hand, gives it items one by one, and turns whatever becomes of it into rows.
//!
//! It deliberately believes nothing that a child says beyond the rows of the item at hand, keeps no child that
//! misbehaved, and logs counts only.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use witnessmark_analyze::{Row, place::ExtraPlace};

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
        let setup = Arc::clone(&self.setup);
        let analyzer = find(setup.analyzers, job.analyzer).ok_or(SandboxError::UnknownAnalyzer(job.analyzer))?;
        let bytes = job.bytes.as_ref();
        let (size, limit) = (bytes.len() as u64, setup.limits.item_bytes);
        if size > limit {
            return Ok(Some(unsent(Failure::TooLarge { bytes: size, limit })));
        }
        let mut header = JobHeader {
            job: 0,
            analyzer: job.analyzer.into(),
            name: job.name.clone(),
            media_type: job.media_type.clone(),
            published: job.published.clone(),
            bytes: size,
        };
        for attempt in 1.. {
            let running = self.fit_child()?;
            let fresh = running.items() == 0;
            header.job = running.items().into();
            let Some(head) = frame_head(&header) else { return Ok(Some(unsent(Failure::LabelsTooLong))) };
            let Some(mut outcome) = running.read(&head, bytes, analyzer, &setup.limits, stop) else {
                self.child = None;
                return Ok(None);
            };
            outcome.attempts = attempt;
            let Some(failure) = &outcome.failure else { return Ok(Some(outcome)) };
            tracing::warn!(
                analyzer = job.analyzer,
                failure = failure.kind(),
                message_bytes = outcome.message_bytes,
                attempt,
                "an item could not be read"
            );
            if *failure != Failure::UnlistedKind {
                self.child = None;
            }
            if fresh || !failure.may_be_inherited() {
                return Ok(Some(outcome));
            }
        }
        unreachable!("a fresh child ends the loop")
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
