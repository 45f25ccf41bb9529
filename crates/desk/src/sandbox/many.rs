//! Many items at once: a child for each worker, results in the order of the jobs.
//!
//! It deliberately holds no list of jobs: they are taken one by one, a few ahead of the workers, so a million
//! items need no more memory than a dozen.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use super::{
    failure::SandboxError,
    limits::MIB,
    parent::{Job, Outcome, Sandbox, Setup, Visit},
};

/// No further job is handed out while results that wait for an earlier one hold this many bytes of answer.
const WAITING_BYTES: u64 = 64 * MIB;
/// Nor while there are this many of them for each worker.
const WAITING_JOBS: usize = 64;

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    /// Jobs whose outcome was reported: those from the first up to this number.
    pub jobs: usize,
    /// True when the stop flag ended the run before the jobs did.
    pub stopped: bool,
}

/// What a worker did with a job.
type Answered = (usize, Result<Option<Vec<Outcome>>, SandboxError>);

/// Lets `workers` children read `jobs`, and calls `on_done` with each job's number and outcome, in the order of
/// the jobs, in the thread of the caller.
///
/// Raising `stop` ends the run within a fraction of a second: children at work are killed, and nothing is said of
/// their items. Jobs are taken from the iterator in the caller's thread too, about `workers` ahead.
///
/// # Errors
/// When a worker can have no child that satisfies the policy, or a job names no known analyzer. What was reported
/// before stays good.
pub fn analyze_all<B, I, F>(
    setup: &Arc<Setup>,
    jobs: I,
    workers: usize,
    stop: &AtomicBool,
    mut on_done: F,
) -> Result<Finished, SandboxError>
where
    B: AsRef<[u8]> + Send,
    I: IntoIterator<Item = Job<B>>,
    F: FnMut(usize, Outcome),
{
    let visits = jobs.into_iter().map(Visit::from);
    visit_all(setup, visits, workers, stop, |index, outcomes| {
        outcomes.into_iter().for_each(|outcome| on_done(index, outcome));
    })
}

/// [`analyze_all`] of items that several analyzers read at once: `on_done` gets an outcome for each of them.
///
/// # Errors
/// As [`analyze_all`].
pub fn visit_all<B, I, F>(
    setup: &Arc<Setup>,
    visits: I,
    workers: usize,
    stop: &AtomicBool,
    on_done: F,
) -> Result<Finished, SandboxError>
where
    B: AsRef<[u8]> + Send,
    I: IntoIterator<Item = Visit<B>>,
    F: FnMut(usize, Vec<Outcome>),
{
    let workers = workers.max(1);
    let (to_workers, from_caller) = mpsc::channel::<(usize, Visit<B>)>();
    let (to_caller, from_workers) = mpsc::channel::<Answered>();
    let from_caller = Mutex::new(from_caller);
    // Set when the run ends early for whatever reason, so that no worker goes on.
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (from_caller, to_caller, ended) = (&from_caller, to_caller.clone(), &ended);
            scope.spawn(move || work(setup, from_caller, &to_caller, stop, ended));
        }
        drop(to_caller);
        // Moved in, so that the workers see the end of it however this closure ends.
        let to_workers = to_workers;
        let mut line = Line { waiting: BTreeMap::new(), waiting_bytes: 0, next: 0, on_done };
        let finished = hand_out(visits.into_iter(), &to_workers, &from_workers, workers, stop, &mut line);
        ended.store(true, Ordering::Relaxed);
        finished
    })
}

/// One worker: a sandbox of its own, until there are no more jobs.
fn work<B: AsRef<[u8]>>(
    setup: &Arc<Setup>,
    jobs: &Mutex<mpsc::Receiver<(usize, Visit<B>)>>,
    answers: &mpsc::Sender<Answered>,
    stop: &AtomicBool,
    ended: &AtomicBool,
) {
    let mut sandbox = Sandbox::new(Arc::clone(setup));
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((index, visit)) = next else { return };
        let answer = sandbox.visit_unless(&visit, &[stop, ended]);
        if answers.send((index, answer)).is_err() {
            return;
        }
    }
}

/// Results on their way out, in order.
struct Line<F> {
    waiting: BTreeMap<usize, Vec<Outcome>>,
    waiting_bytes: u64,
    next: usize,
    on_done: F,
}

fn bytes_of(outcomes: &[Outcome]) -> u64 {
    outcomes.iter().map(|outcome| outcome.output_bytes).sum()
}

impl<F: FnMut(usize, Vec<Outcome>)> Line<F> {
    fn push(&mut self, index: usize, outcomes: Vec<Outcome>) {
        self.waiting_bytes += bytes_of(&outcomes);
        self.waiting.insert(index, outcomes);
        while let Some(outcomes) = self.waiting.remove(&self.next) {
            self.waiting_bytes -= bytes_of(&outcomes);
            (self.on_done)(self.next, outcomes);
            self.next += 1;
        }
    }
}

/// Hands out jobs and takes answers until there are none, the flag is raised, or no child can be had.
fn hand_out<B, F: FnMut(usize, Vec<Outcome>)>(
    mut jobs: impl Iterator<Item = Visit<B>>,
    to_workers: &mpsc::Sender<(usize, Visit<B>)>,
    from_workers: &mpsc::Receiver<Answered>,
    workers: usize,
    stop: &AtomicBool,
    line: &mut Line<F>,
) -> Result<Finished, SandboxError> {
    let (mut taken, mut out, mut more) = (0, 0, true);
    let mut stopped = false;
    loop {
        let stop_now = stop.load(Ordering::Relaxed);
        stopped |= stop_now && (more || out > 0);
        let room = line.waiting.len() < WAITING_JOBS * workers && line.waiting_bytes < WAITING_BYTES;
        // One more than there are workers, so that none waits for the caller.
        if more && !stop_now && room && out <= workers {
            more = jobs.next().is_some_and(|job| to_workers.send((taken, job)).is_ok());
            if more {
                (taken, out) = (taken + 1, out + 1);
            }
            continue;
        }
        if out == 0 {
            return Ok(Finished { jobs: line.next, stopped });
        }
        let Ok((index, answer)) = from_workers.recv() else { return Ok(Finished { jobs: line.next, stopped }) };
        out -= 1;
        match answer? {
            Some(outcomes) => line.push(index, outcomes),
            None => stopped = true,
        }
    }
}
