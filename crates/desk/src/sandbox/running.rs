//! One started child: its introduction, one item after another, and why it ended.
//!
//! It deliberately never tries an item twice and never replaces itself: `parent` does.

use std::{
    fmt,
    io::ErrorKind,
    sync::atomic::AtomicBool,
    thread::ThreadId,
    time::{Duration, Instant},
};

use witnessmark_analyze::{Row, Trusted, place::ExtraPlace};

use super::{
    Analyzer,
    channel::{Bounds, Broken, Heard, Pipes},
    failure::{Failure, SandboxError},
    limits::{Capabilities, Limits},
    parent::{Outcome, Setup},
    process::Process,
    wire::{Line, PLACES_LIMIT, PROGRAM, PROTOCOL, Place, Start, frame_head},
};

/// How long a child may take to say that it is ready; it reads the archive's places in this time.
const START_TIME: Duration = Duration::from_secs(20);
/// Most bytes of a child's first line.
const READY_BYTES: u64 = 16 * 1024;
/// How long a child that closed its pipes may take to end.
const ENDING_TIME: Duration = Duration::from_secs(1);

/// A started child that said that it is ready.
pub(super) struct Running {
    process: Process,
    pipes: Pipes,
    capabilities: Capabilities,
    owner: ThreadId,
    /// Items given to it.
    items: u32,
    /// Time that it was at work: at least its processor time, for it has one thread.
    busy: Duration,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("process", &self.process.id())
            .field("items", &self.items)
            .finish_non_exhaustive()
    }
}

impl Running {
    /// Starts a child, tells it the archive's places and hears which layers hold.
    pub fn start(setup: &Setup) -> Result<Running, SandboxError> {
        let begun = Instant::now();
        let (process, pipes) = Process::start(&setup.command, setup.limits.child()).map_err(SandboxError::Start)?;
        let none = Capabilities { landlock: false, landlock_network: false, seccomp: false, rlimits: false };
        let mut running = Running {
            process,
            pipes,
            capabilities: none,
            owner: std::thread::current().id(),
            items: 0,
            busy: Duration::ZERO,
        };
        running.capabilities = running.introduce(&setup.places, &setup.trusted)?;
        running.busy = begun.elapsed();
        let missing = running.capabilities.missing(setup.policy);
        if !missing.is_empty() {
            return Err(SandboxError::Weaker { missing });
        }
        tracing::debug!(
            landlock = running.capabilities.landlock,
            seccomp = running.capabilities.seccomp,
            micros = running.busy.as_micros() as u64,
            "an analyzing child is ready"
        );
        Ok(running)
    }

    /// The first exchange.
    fn introduce(&mut self, places: &[ExtraPlace], trusted: &Trusted) -> Result<Capabilities, SandboxError> {
        let places: Vec<Place> = places.iter().map(Place::from).collect();
        let body = serde_json::to_vec(&places).map_err(|error| SandboxError::Start(error.into()))?;
        let bytes = body.len() as u64;
        if bytes > PLACES_LIMIT {
            return Err(SandboxError::Places(bytes));
        }
        let head = frame_head(&Start {
            protocol: PROTOCOL,
            program: PROGRAM.into(),
            bytes,
            roots: trusted.into(),
            unpack: None,
        })
        .ok_or_else(|| SandboxError::Start(ErrorKind::InvalidData.into()))?;
        let mut first = None;
        let bounds = Bounds { time: START_TIME, bytes: READY_BYTES, stop: &[] };
        let ended = self.pipes.exchange(&head, &body, &bounds, &mut |line| {
            first = serde_json::from_slice::<Line>(line).ok();
            Heard::Last
        });
        match (first, ended) {
            // A child that refuses may do so before it has read anything.
            (Some(Line::Refused { why }), _) => Err(SandboxError::Refused(why.chars().take(200).collect())),
            (Some(Line::Ready { protocol, program, capabilities }), Ok(())) => {
                let same = protocol == PROTOCOL && program == PROGRAM;
                if same { Ok(capabilities) } else { Err(SandboxError::OtherVersion) }
            }
            (_, Err(Broken::Late)) => Err(SandboxError::NotReady("no answer in time")),
            (_, Err(Broken::Closed)) => Err(SandboxError::NotReady("it ended")),
            _ => Err(SandboxError::NotReady("its answer cannot be read")),
        }
    }

    /// Which layers hold.
    pub fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// Number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Items given to it so far.
    pub fn items(&self) -> u32 {
        self.items
    }

    /// True when it may read another item for this thread: it lives, said nothing out of turn, and is not worn out.
    ///
    /// The kernel kills a child when the thread that started it ends (prctl(2), `PR_SET_PDEATHSIG`), so no other
    /// thread relies on it.
    pub fn fit(&mut self, limits: &Limits) -> bool {
        let left = Duration::from_secs(limits.cpu_seconds).saturating_sub(self.busy);
        let worn = self.items > 0 && (self.items >= limits.items_per_child || left < limits.item_time);
        !worn && self.owner == std::thread::current().id() && self.pipes.quiet()
    }

    /// Gives it one item for `analyzers` and takes what they read: an outcome for each, in their order, up to the first after
    /// which the child cannot go on. `None` when stopped.
    pub fn read(
        &mut self,
        head: &[u8],
        bytes: &[u8],
        analyzers: &[&Analyzer],
        limits: &Limits,
        stop: &[&AtomicBool],
    ) -> Option<Vec<Outcome>> {
        let begun = Instant::now();
        let mut answer = Answer::new(analyzers, self.items.into(), limits);
        let bounds = Bounds { time: limits.item_time, bytes: limits.output_bytes, stop };
        let ended = self.pipes.exchange(head, bytes, &bounds, &mut |line| answer.hear(line));
        self.items += 1;
        self.busy += begun.elapsed();
        let failure = match ended {
            Ok(()) => answer.failure.take(),
            Err(Broken::Stopped) => return None,
            Err(Broken::Flooded) => Some(Failure::TooMuchOutput { limit: limits.output_bytes }),
            Err(Broken::Late) => Some(Failure::TooLate { limit: limits.item_time }),
            // What the lines said comes first; then the process, then the order of things.
            Err(Broken::OutOfTurn) => answer.failure.take().or(Some(Failure::Garbled)),
            Err(Broken::Closed) => answer.failure.take().or_else(|| Some(self.how_it_ended(limits))),
        };
        if let Some(failure) = failure {
            // More after the last line of the last analyzer: that one is not believed either.
            if answer.done.len() == analyzers.len() {
                answer.take_back();
            }
            answer.finish(Some(failure), Duration::ZERO);
        }
        let mut done = answer.done;
        if let Some(last) = done.last_mut() {
            last.message_bytes = self.pipes.message_bytes();
        }
        Some(done)
    }

    /// Why a child that closed its pipe is gone.
    fn how_it_ended(&mut self, limits: &Limits) -> Failure {
        match self.process.ended_within(ENDING_TIME) {
            Some(status) => Failure::of_end(status, self.pipes.last_words(), limits),
            None => Failure::Garbled,
        }
    }
}

/// The rows of one item as they come in, analyzer by analyzer.
struct Answer<'a> {
    analyzers: &'a [&'a Analyzer],
    job: u64,
    limit: usize,
    done: Vec<Outcome>,
    rows: Vec<Row>,
    bytes: u64,
    unlisted: bool,
    begun: Instant,
    failure: Option<Failure>,
}

impl<'a> Answer<'a> {
    fn new(analyzers: &'a [&'a Analyzer], job: u64, limits: &Limits) -> Answer<'a> {
        Answer {
            analyzers,
            job,
            limit: limits.rows,
            done: Vec::with_capacity(analyzers.len()),
            rows: Vec::new(),
            bytes: 0,
            unlisted: false,
            begun: Instant::now(),
            failure: None,
        }
    }

    /// Takes one line; a failure is the last.
    fn hear(&mut self, line: &[u8]) -> Heard {
        self.bytes += line.len() as u64 + 1;
        match serde_json::from_slice::<Line>(line) {
            Ok(Line::Row { .. }) if self.rows.len() >= self.limit => {
                self.fail(Failure::TooManyRows { limit: self.limit })
            }
            Ok(Line::Row { kind, body }) => {
                match self.listed(&kind) {
                    Some(kind) => self.rows.push(Row { kind, body }),
                    None => self.unlisted = true,
                }
                Heard::More
            }
            Ok(Line::End { job, micros, .. }) if job == self.job => {
                let failure = self.unlisted.then_some(Failure::UnlistedKind);
                self.finish(failure, Duration::from_micros(micros));
                if self.done.len() == self.analyzers.len() { Heard::Last } else { Heard::Next }
            }
            Ok(Line::Panicked { at }) => self.fail(Failure::panicked(&at)),
            _ => self.fail(Failure::Garbled),
        }
    }

    fn fail(&mut self, failure: Failure) -> Heard {
        self.failure = Some(failure);
        Heard::Last
    }

    /// The current analyzer is done, with its rows or with what went wrong.
    fn finish(&mut self, failure: Option<Failure>, reading: Duration) {
        let mut rows = std::mem::take(&mut self.rows);
        if let Some(failure) = &failure {
            if !failure.keeps_rows() {
                rows.clear();
            }
            rows.push(failure.row());
        }
        self.done.push(Outcome {
            rows,
            reading: if failure.is_none() { reading } else { Duration::ZERO },
            failure,
            took: self.begun.elapsed(),
            output_bytes: self.bytes,
            message_bytes: 0,
            attempts: 1,
        });
        (self.bytes, self.unlisted, self.begun) = (0, false, Instant::now());
    }

    /// Makes the last analyzer that was done the current one again.
    fn take_back(&mut self) {
        if let Some(outcome) = self.done.pop() {
            (self.rows, self.bytes) = (outcome.rows, outcome.output_bytes);
        }
    }

    /// The kind as the manifest spells it.
    fn listed(&self, kind: &str) -> Option<&'static str> {
        if kind == "problem" {
            Some("problem")
        } else {
            let analyzer = self.analyzers.get(self.done.len())?;
            analyzer.manifest.says.iter().copied().find(|listed| *listed == kind)
        }
    }
}
