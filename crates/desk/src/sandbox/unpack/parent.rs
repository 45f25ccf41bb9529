//! The parent's side: serves the pieces that the child asks for, and gives its members out one by one.
//!
//! It believes lengths only after counting, waits no longer than [`SILENCE`] for a word, and ends a child that speaks out of turn.

use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::os::fd::AsFd as _;
use std::process::{ChildStderr, ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::de::DeserializeOwned;
use witnessmark_analyze::members::{self, Bounds, Given, Member};

use super::{EndFrame, FRAME, MemberFrame, ProblemFrame, Tag, UnpackStart, WINDOW};
use crate::sandbox::failure::{Failure, SandboxError};
use crate::sandbox::limits::{Capabilities, Limits};
use crate::sandbox::parent::Setup;
use crate::sandbox::process::Process;
use crate::sandbox::wire::{PROGRAM, PROTOCOL, Roots, Start, frame_head};

/// What a file is taken from: read and sought.
pub trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// How long the child may be silent: it says something for every piece of every member.
const SILENCE: Duration = Duration::from_secs(60);
/// Processor time of a child over one file, in seconds: some 20 GB of deflate on a slow machine, with room.
const CPU_SECONDS: u64 = 3_600;
/// How often a stop is looked for while waiting.
const TICK: Duration = Duration::from_millis(50);
/// How long a child that closed its pipes may take to end.
const ENDING_TIME: Duration = Duration::from_secs(1);
/// Bytes of the child's messages that are kept to tell one end from another.
const HINT: usize = 256;

/// Why a file could not be taken apart to its end. What came out before is whole.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// No child can be had.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The child broke over this file: one sentence.
    #[error("{0}")]
    Broke(String),
    /// The file itself could not be read.
    #[error("read the file")]
    Read(#[source] io::Error),
    /// Somebody asked to stop.
    #[error("stopped")]
    Stopped,
}

/// What comes next out of a file.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// A member: its bytes are read from [`Unpacking`] itself, then [`Unpacking::cut`] says whether it was whole.
    Member(Member),
    /// Something that was not taken or could mislead: the member's name (empty = the file as a whole), and what.
    Problem(String, String),
    /// The end: nothing, or why what is left stays in the file.
    Done(Option<String>),
}

/// One file that is being taken apart.
pub struct Unpacking<'a> {
    process: Process,
    stdin: ChildStdin,
    stdout: ChildStdout,
    stderr: Option<ChildStderr>,
    hint: Vec<u8>,
    source: &'a mut dyn Source,
    size: u64,
    limits: Limits,
    stop: &'a AtomicBool,
    /// What was read from the pipe and not yet looked at: `buffer[at..]`.
    buffer: Vec<u8>,
    at: usize,
    within: bool,
    piece: Vec<u8>,
    piece_at: usize,
    cut: Option<String>,
    bounds: Bounds,
    members: u64,
    bytes: u64,
    failed: Option<UnpackError>,
}

impl<'a> Unpacking<'a> {
    /// Starts a child on one file of `given.size` bytes.
    ///
    /// # Errors
    /// When no child can be had that satisfies the policy.
    pub fn start(
        setup: &Setup,
        unpacker: &str,
        given: &Given<'_>,
        source: &'a mut dyn Source,
        stop: &'a AtomicBool,
    ) -> Result<Self, UnpackError> {
        members::find(unpacker).ok_or(SandboxError::UnknownAnalyzer("an unpacker"))?;
        let limits = Limits { cpu_seconds: CPU_SECONDS, ..setup.limits.clone() };
        let (process, (stdin, stdout, stderr)) =
            Process::spawn(&setup.command, limits.child()).map_err(SandboxError::Start)?;
        for pipe in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
            let flags = rustix::fs::fcntl_getfl(pipe).map_err(|e| SandboxError::Start(e.into()))?;
            rustix::fs::fcntl_setfl(pipe, flags | rustix::fs::OFlags::NONBLOCK)
                .map_err(|e| SandboxError::Start(e.into()))?;
        }
        // Refused where the user's pipes already hold much: then they stay small, and it is slower.
        let _ = rustix::pipe::fcntl_setpipe_size(&stdout, 1 << 20);
        let _ = rustix::pipe::fcntl_setpipe_size(&stdin, 1 << 20);
        let mut unpacking = Unpacking {
            process,
            stdin,
            stdout,
            stderr: Some(stderr),
            hint: Vec::new(),
            source,
            size: given.size,
            limits,
            stop,
            buffer: Vec::with_capacity(FRAME),
            at: 0,
            within: false,
            piece: Vec::new(),
            piece_at: 0,
            cut: None,
            bounds: given.bounds,
            members: 0,
            bytes: 0,
            failed: None,
        };
        unpacking.introduce(setup, unpacker, given)?;
        Ok(unpacking)
    }

    fn introduce(&mut self, setup: &Setup, unpacker: &str, given: &Given<'_>) -> Result<(), UnpackError> {
        let start = UnpackStart {
            unpacker: unpacker.into(),
            name: given.name.into(),
            size: given.size,
            members: given.bounds.members,
            bytes: given.bounds.bytes,
            ratio: given.bounds.ratio,
            free: given.bounds.free,
            list: given.list,
            said: given.said.clone(),
        };
        let start = Start {
            protocol: PROTOCOL,
            program: PROGRAM.into(),
            bytes: 0,
            roots: Roots::default(),
            unpack: Some(start),
        };
        let head = frame_head(&start).ok_or_else(|| UnpackError::Broke(Failure::LabelsTooLong.what()))?;
        self.send(&head)?;
        let (tag, payload) = self.frame().map_err(|e| match e {
            UnpackError::Broke(_) => SandboxError::NotReady("it ended").into(),
            other => other,
        })?;
        let capabilities: Option<Capabilities> =
            (tag == Tag::Ready).then(|| serde_json::from_slice(&payload).ok()).flatten();
        let capabilities = capabilities.ok_or(SandboxError::NotReady("its answer cannot be read"))?;
        let missing = capabilities.missing(setup.policy);
        if missing.is_empty() { Ok(()) } else { Err(SandboxError::Weaker { missing }.into()) }
    }

    /// What comes next; bytes of a member that were not read are passed over.
    ///
    /// # Errors
    /// When the child breaks, speaks out of turn or goes beyond the bounds, the file cannot be read, or somebody asks to stop.
    /// Nothing comes after an error, nor after [`Event::Done`].
    pub fn next_event(&mut self) -> Result<Event, UnpackError> {
        let mut passed = [0; 4096];
        while self.within {
            if let Err(e) = self.read(&mut passed) {
                return Err(self.failed.take().unwrap_or_else(|| UnpackError::Broke(e.to_string())));
            }
        }
        let (tag, payload) = self.frame()?;
        match tag {
            Tag::Member => {
                let member: MemberFrame = parse(&payload)?;
                self.members += 1;
                if self.members > self.bounds.members {
                    return Err(UnpackError::Broke(Failure::Garbled.what()));
                }
                (self.within, self.cut) = (true, None);
                Ok(Event::Member(Member { name: member.name, size: member.size, about: member.about }))
            }
            Tag::Problem => {
                let problem: ProblemFrame = parse(&payload)?;
                Ok(Event::Problem(problem.name, problem.what))
            }
            Tag::Done => Ok(Event::Done(parse::<EndFrame>(&payload)?.cut)),
            _ => Err(UnpackError::Broke(Failure::Garbled.what())),
        }
    }

    /// Why the member that was read last is not whole; nothing = it is, as far as the file says.
    pub fn cut(&self) -> Option<&str> {
        self.cut.as_deref()
    }

    /// What made reading a member fail, for whoever met it as an [`io::Error`].
    pub fn failure(&mut self) -> Option<UnpackError> {
        self.failed.take()
    }

    /// The next frame that is not an ask; asks are served on the way.
    fn frame(&mut self) -> Result<(Tag, Vec<u8>), UnpackError> {
        loop {
            let head = self.take(5)?;
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
            let garbled = || UnpackError::Broke(Failure::Garbled.what());
            let tag = Tag::of(head[0]).filter(|_| length <= FRAME).ok_or_else(garbled)?;
            let payload = self.take(length)?;
            match tag {
                Tag::Ask => self.serve(&payload)?,
                Tag::Panicked => {
                    let at = parse::<EndFrame>(&payload)?.cut.unwrap_or_default();
                    return Err(UnpackError::Broke(Failure::panicked(&at).what()));
                }
                tag => return Ok((tag, payload)),
            }
        }
    }

    fn serve(&mut self, ask: &[u8]) -> Result<(), UnpackError> {
        let garbled = || UnpackError::Broke(Failure::Garbled.what());
        let (start, length) = ask.split_at_checked(8).ok_or_else(garbled)?;
        let start = u64::from_be_bytes(start.try_into().map_err(|_| garbled())?);
        let length = u64::from(u32::from_be_bytes(length.try_into().map_err(|_| garbled())?));
        if length > WINDOW || start.checked_add(length).is_none_or(|end| end > self.size) {
            return Err(garbled());
        }
        let mut piece = vec![0; length as usize];
        self.source.seek(SeekFrom::Start(start)).map_err(UnpackError::Read)?;
        self.source.read_exact(&mut piece).map_err(UnpackError::Read)?;
        self.send(&piece)
    }

    fn send(&mut self, mut bytes: &[u8]) -> Result<(), UnpackError> {
        let deadline = Instant::now() + SILENCE;
        while !bytes.is_empty() {
            match self.stdin.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => self.wait(deadline, true)?,
                Err(_) => return Err(self.how_it_ended()),
            }
        }
        Ok(())
    }

    /// Exactly so many bytes from the child.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, UnpackError> {
        let deadline = Instant::now() + SILENCE;
        while self.buffer.len() - self.at < count {
            if self.at > 0 {
                self.buffer.drain(..self.at);
                self.at = 0;
            }
            let had = self.buffer.len();
            self.buffer.resize(had + FRAME, 0);
            let read = self.stdout.read(&mut self.buffer[had..]);
            self.buffer.truncate(had + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => return Err(self.how_it_ended()),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => self.wait(deadline, false)?,
                Err(_) => return Err(self.how_it_ended()),
            }
        }
        let taken = self.buffer[self.at..self.at + count].to_vec();
        self.at += count;
        Ok(taken)
    }

    fn wait(&mut self, deadline: Instant, sending: bool) -> Result<(), UnpackError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(UnpackError::Stopped);
        }
        if Instant::now() >= deadline {
            return Err(UnpackError::Broke(Failure::TooLate { limit: SILENCE }.what()));
        }
        let mut ready = Vec::with_capacity(2);
        if sending {
            ready.push(PollFd::new(&self.stdin, PollFlags::OUT));
        } else {
            ready.push(PollFd::new(&self.stdout, PollFlags::IN));
        }
        if let Some(stderr) = &self.stderr {
            ready.push(PollFd::new(stderr, PollFlags::IN));
        }
        let time = Timespec { tv_sec: 0, tv_nsec: TICK.subsec_nanos().into() };
        // An interrupted wait is a short one.
        let _ = poll(&mut ready, Some(&time));
        self.take_messages();
        Ok(())
    }

    /// Takes what the child wrote to its standard error: keeps its start, drops the rest.
    fn take_messages(&mut self) {
        let mut chunk = [0; 4096];
        for _ in 0..16 {
            let Some(stderr) = &mut self.stderr else { return };
            match stderr.read(&mut chunk) {
                Ok(0) => self.stderr = None,
                Ok(count) => {
                    let room = HINT.saturating_sub(self.hint.len());
                    self.hint.extend_from_slice(&chunk[..count.min(room)]);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.stderr = None,
            }
        }
    }

    fn how_it_ended(&mut self) -> UnpackError {
        self.take_messages();
        let failure = match self.process.ended_within(ENDING_TIME) {
            Some(status) => Failure::of_end(status, &self.hint, &self.limits),
            None => Failure::Garbled,
        };
        UnpackError::Broke(failure.what())
    }

    fn more(&mut self) -> Result<(), UnpackError> {
        let (tag, payload) = self.frame()?;
        match tag {
            Tag::Bytes => {
                self.bytes += payload.len() as u64;
                let by_ratio = self.size.saturating_mul(self.bounds.ratio).max(self.bounds.free);
                // The child counts too and stops earlier, by at most one piece.
                if self.bytes > self.bounds.bytes.min(by_ratio) + FRAME as u64 {
                    return Err(UnpackError::Broke(
                        Failure::TooMuchOutput { limit: self.bounds.bytes.min(by_ratio) }.what(),
                    ));
                }
                (self.piece, self.piece_at) = (payload, 0);
                Ok(())
            }
            Tag::End => {
                self.cut = parse::<EndFrame>(&payload)?.cut;
                self.within = false;
                Ok(())
            }
            _ => Err(UnpackError::Broke(Failure::Garbled.what())),
        }
    }
}

/// The bytes of the member at hand.
impl Read for Unpacking<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.within && self.piece_at == self.piece.len() {
            if let Err(e) = self.more() {
                self.within = false;
                let told = io::Error::other(e.to_string());
                self.failed = Some(e);
                return Err(told);
            }
        }
        if !self.within {
            return Ok(0);
        }
        let from = &self.piece[self.piece_at..];
        let count = from.len().min(to.len());
        to[..count].copy_from_slice(&from[..count]);
        self.piece_at += count;
        Ok(count)
    }
}

fn parse<T: DeserializeOwned>(payload: &[u8]) -> Result<T, UnpackError> {
    serde_json::from_slice(payload).map_err(|_| UnpackError::Broke(Failure::Garbled.what()))
}
