//! The parent's ends of a child's three pipes: sends and listens at once, up to a deadline.
//!
//! One thread and `poll`, so a child that neither reads nor writes cannot hold it, and one that writes while
//! it should read cannot block it. It deliberately understands no line and keeps no word of the child's
//! messages beyond the first few, which are compared and dropped.

use std::{
    io::{self, Read, Write},
    os::fd::AsFd,
    process::{ChildStderr, ChildStdin, ChildStdout},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
};

/// Asked of the kernel for the pipe that items go through; fewer bytes are slower and not wrong.
const PIPE_BYTES: usize = 1024 * 1024;
/// Bytes taken from a pipe at a time.
const CHUNK: usize = 64 * 1024;
/// Bytes of the child's messages that are kept to tell one end from another.
const HINT_LIMIT: usize = 256;
/// How often a stop is looked for while waiting.
const TICK: Duration = Duration::from_millis(50);

/// Why an exchange ended without its last line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The child closed its pipe: it ended, most likely.
    Closed,
    /// The deadline passed.
    Late,
    /// The stop flag was raised.
    Stopped,
    /// More bytes than the limit.
    Flooded,
    /// The last line came before all was sent, or more came after it.
    OutOfTurn,
}

/// What the listener makes of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Not the last.
    More,
    /// The last of a part: the next has its own time and its own bytes.
    Next,
    /// The last of this exchange.
    Last,
}

/// When an exchange must end, and how much may come back.
pub(super) struct Bounds<'a> {
    /// For each part, sending included.
    pub time: Duration,
    /// For each part.
    pub bytes: u64,
    /// Flags, any of which ends it when raised.
    pub stop: &'a [&'a AtomicBool],
}

/// The pipes of one child.
pub(super) struct Pipes {
    stdin: ChildStdin,
    stdout: ChildStdout,
    stderr: Option<ChildStderr>,
    /// Bytes of a line that has not ended.
    line: Vec<u8>,
    chunk: Vec<u8>,
    hint: Vec<u8>,
    message_bytes: u64,
}

impl Pipes {
    /// Takes over the pipes of a child that was just started.
    pub fn new(stdin: ChildStdin, stdout: ChildStdout, stderr: ChildStderr) -> io::Result<Pipes> {
        for pipe in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
            let flags = rustix::fs::fcntl_getfl(pipe)?;
            rustix::fs::fcntl_setfl(pipe, flags | OFlags::NONBLOCK)?;
        }
        // Refused where the user's pipes already hold much: then it stays at 64 KiB.
        let _ = rustix::pipe::fcntl_setpipe_size(&stdin, PIPE_BYTES);
        Ok(Pipes {
            stdin,
            stdout,
            stderr: Some(stderr),
            line: Vec::new(),
            chunk: vec![0; CHUNK],
            hint: Vec::new(),
            message_bytes: 0,
        })
    }

    /// True when the child is there and has said nothing since its last answer.
    pub fn quiet(&mut self) -> bool {
        self.line.is_empty()
            && matches!(self.stdout.read(&mut self.chunk), Err(e) if e.kind() == io::ErrorKind::WouldBlock)
    }

    /// Bytes of messages since the last exchange began.
    pub fn message_bytes(&self) -> u64 {
        self.message_bytes
    }

    /// The first bytes of messages since the last exchange began, with all that an ended child left.
    pub fn last_words(&mut self) -> &[u8] {
        self.take_messages();
        &self.hint
    }

    /// Sends `head` and `body` and gives each line to `hear` until it says that one was the last.
    ///
    /// A line counts only when it ends within the limit of bytes, so what is heard before [`Broken::Flooded`]
    /// does not depend on how the bytes were cut on their way.
    pub fn exchange(
        &mut self,
        head: &[u8],
        body: &[u8],
        bounds: &Bounds<'_>,
        hear: &mut dyn FnMut(&[u8]) -> Heard,
    ) -> Result<(), Broken> {
        self.line.clear();
        self.hint.clear();
        self.message_bytes = 0;
        let mut unsent = [head, body];
        let mut counted = 0;
        let mut deadline = Instant::now() + bounds.time;
        loop {
            if bounds.stop.iter().any(|stop| stop.load(Ordering::Relaxed)) {
                return Err(Broken::Stopped);
            }
            let now = Instant::now();
            if now >= deadline {
                return Err(Broken::Late);
            }
            let tick = if bounds.stop.is_empty() { Duration::MAX } else { TICK };
            self.wait((deadline - now).min(tick), !done(&unsent));
            self.send(&mut unsent);
            self.take_messages();
            match self.listen(bounds.bytes, &mut counted, hear)? {
                Heard::More => {}
                Heard::Next if done(&unsent) => deadline = Instant::now() + bounds.time,
                Heard::Next => return Err(Broken::OutOfTurn),
                Heard::Last if done(&unsent) && self.line.is_empty() => return Ok(()),
                Heard::Last => return Err(Broken::OutOfTurn),
            }
        }
    }

    /// Sleeps until a pipe can move or `time` is over.
    fn wait(&self, time: Duration, sending: bool) {
        let mut ready = Vec::with_capacity(3);
        ready.push(PollFd::new(&self.stdout, PollFlags::IN));
        if let Some(stderr) = &self.stderr {
            ready.push(PollFd::new(stderr, PollFlags::IN));
        }
        if sending {
            ready.push(PollFd::new(&self.stdin, PollFlags::OUT));
        }
        let time = Timespec { tv_sec: time.as_secs().min(3600) as i64, tv_nsec: time.subsec_nanos().into() };
        // An interrupted wait is a short one.
        let _ = poll(&mut ready, Some(&time));
    }

    /// Sends as much as the pipe takes. A pipe that nobody reads any more takes all: its end is told by the answer.
    fn send(&mut self, unsent: &mut [&[u8]; 2]) {
        for part in unsent {
            while !part.is_empty() {
                match self.stdin.write(part) {
                    Ok(count) => *part = &part[count..],
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                    Err(_) => *part = &[],
                }
            }
        }
    }

    /// Takes what the child wrote to its standard error: counts it, keeps its start, drops the rest.
    fn take_messages(&mut self) {
        // Bounded, so that a child that writes messages for ever does not keep its answer from being read.
        for _ in 0..16 {
            let Some(stderr) = &mut self.stderr else { return };
            match stderr.read(&mut self.chunk) {
                Ok(0) => self.stderr = None,
                Ok(count) => {
                    self.message_bytes += count as u64;
                    let room = HINT_LIMIT.saturating_sub(self.hint.len());
                    self.hint.extend_from_slice(&self.chunk[..count.min(room)]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.stderr = None,
            }
        }
    }

    /// Reads once and gives whole lines to `hear`.
    fn listen(&mut self, limit: u64, counted: &mut u64, hear: &mut dyn FnMut(&[u8]) -> Heard) -> Result<Heard, Broken> {
        let count = match self.stdout.read(&mut self.chunk) {
            Ok(0) => return Err(Broken::Closed),
            Ok(count) => count,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                return Ok(Heard::More);
            }
            Err(_) => return Err(Broken::Closed),
        };
        let mut rest = &self.chunk[..count];
        let mut all = Heard::More;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            self.line.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            *counted += self.line.len() as u64 + 1;
            if *counted > limit {
                return Err(Broken::Flooded);
            }
            let heard = hear(&self.line);
            self.line.clear();
            match heard {
                Heard::Last => {
                    self.line.extend_from_slice(rest);
                    return Ok(Heard::Last);
                }
                Heard::Next => (all, *counted) = (Heard::Next, 0),
                Heard::More => {}
            }
        }
        self.line.extend_from_slice(rest);
        if *counted + self.line.len() as u64 > limit {
            return Err(Broken::Flooded);
        }
        Ok(all)
    }
}

/// True when nothing is left to send.
fn done(unsent: &[&[u8]; 2]) -> bool {
    unsent.iter().all(|part| part.is_empty())
}
