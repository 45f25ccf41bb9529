//! The parent of a confined program: gives it the item, hands on what it says while it says it, and ends it at a limit.
//!
//! One thread and `poll`, so a program that writes nothing, or nothing but messages, cannot hold it. It deliberately keeps
//! nothing of what is said; the caller's function does, or does not.

use std::{
    fs::File,
    io::{self, Read, Seek as _, SeekFrom, Write as _},
    ops::ControlFlow,
    os::unix::process::CommandExt as _,
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{MemfdFlags, OFlags, memfd_create},
};

use super::{
    super::{failure::Failure, limits::Limits, limits::Policy},
    Ended, External, ExternalError, OWN_LINE, Orders, STATUS_NO_START, STATUS_WEAKER, Said, Source, Task,
};

/// Bytes taken from a pipe at a time.
const CHUNK: usize = 256 * 1024;
/// Asked of the kernel for the pipe of the answer; fewer are slower and not wrong.
const PIPE_BYTES: usize = 1024 * 1024;
/// Longest line of messages that is handed on.
const LINE: usize = 4096;
/// Most bytes of messages that are read; a program that says more is silenced, not ended.
const MESSAGE_BYTES: u64 = 64 << 20;
/// How often a stop is looked for.
const TICK: Duration = Duration::from_millis(50);
/// How long a program that closed its pipes may take to end.
const ENDING_TIME: Duration = Duration::from_secs(2);

/// Runs a program to its end, handing each piece of what it says to `hear`, which may break off the run.
///
/// # Errors
/// When it cannot be started, a layer is missing, it crashes, exceeds a limit, or is stopped. An exit status other than 0
/// is no error here: what it means is the caller's to know.
pub fn run(
    external: &External,
    task: &Task<'_>,
    stop: &[&AtomicBool],
    hear: &mut dyn FnMut(Said<'_>) -> ControlFlow<()>,
) -> Result<Ended, ExternalError> {
    let name = task.program.name();
    let begun = Instant::now();
    let mut running = Running::start(external, task).map_err(|error| ExternalError::Start(name.clone(), error))?;
    let heard = running.listen(task, begun, stop, hear);
    let failed = |failure| ExternalError::Failed { program: name.clone(), failure };
    match heard {
        Ok(()) => {}
        Err(Cut::Stopped) => return Err(ExternalError::Stopped),
        Err(Cut::Late) => return Err(failed(Failure::TooLate { limit: task.limits.time })),
        Err(Cut::Flooded) => return Err(failed(Failure::TooMuchOutput { limit: task.limits.output_bytes })),
    }
    let Some(status) = running.ended(ENDING_TIME) else { return Err(failed(Failure::Garbled)) };
    if let Some(error) = running.own_line.take().and_then(|line| refused(&name, status, &line)) {
        return Err(error);
    }
    let Some(code) = status.code() else {
        let limits = Limits {
            memory_bytes: task.limits.memory_bytes,
            cpu_seconds: task.limits.cpu_seconds,
            ..Limits::default()
        };
        return Err(failed(Failure::of_end(status, b"", &limits)));
    };
    Ok(Ended { status: code, took: begun.elapsed(), output_bytes: running.output_bytes })
}

/// [`run`] that keeps the whole answer, at most [`super::ExternalLimits::output_bytes`], and the first messages.
///
/// # Errors
/// As [`run`].
pub fn run_for_output(
    external: &External,
    task: &Task<'_>,
    stop: &[&AtomicBool],
) -> Result<(Ended, Vec<u8>, Vec<String>), ExternalError> {
    /// Lines of messages that are kept.
    const MOST_MESSAGES: usize = 32;
    let (mut output, mut messages) = (Vec::new(), Vec::new());
    let ended = run(external, task, stop, &mut |said| {
        match said {
            Said::Output(bytes) => output.extend_from_slice(bytes),
            Said::Message(line) if messages.len() < MOST_MESSAGES => {
                messages.push(String::from_utf8_lossy(line).into_owned());
            }
            Said::Message(_) => {}
        }
        ControlFlow::Continue(())
    })?;
    Ok((ended, output, messages))
}

/// What the confining process says of itself.
fn refused(name: &str, status: ExitStatus, line: &str) -> Option<ExternalError> {
    if status.code() == Some(STATUS_WEAKER.into()) {
        let missing = line.strip_prefix("missing ")?.split(' ').map(str::to_owned).collect();
        return Some(ExternalError::Weaker { program: name.into(), missing });
    }
    if status.code() == Some(STATUS_NO_START.into()) {
        let number = line.strip_prefix("start ").and_then(|n| n.parse().ok());
        let error = number.map_or(io::ErrorKind::InvalidInput.into(), io::Error::from_raw_os_error);
        return Some(ExternalError::Start(name.into(), error));
    }
    None
}

/// Why a run was cut short.
enum Cut {
    Stopped,
    Late,
    Flooded,
}

/// A started process, killed and reaped when dropped.
struct Running {
    process: Child,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    chunk: Vec<u8>,
    line: Vec<u8>,
    /// The line of messages that the confining process wrote, without its beginning.
    own_line: Option<String>,
    output_bytes: u64,
    message_bytes: u64,
}

impl Running {
    fn start(external: &External, task: &Task<'_>) -> io::Result<Running> {
        let (stdin, input_is_file) = match task.source {
            Source::Nothing => (Stdio::null(), false),
            Source::Bytes(bytes) => (in_memory(bytes)?.into(), false),
            Source::File(path) => (File::open(path)?.into(), true),
        };
        let required: &[&str] = match external.policy {
            Policy::Require | Policy::RequireFilter => &["landlock", "seccomp", "rlimits"],
            Policy::AllowWeaker => &["rlimits"],
        };
        let orders = Orders {
            reads: std::iter::once(&task.program.path).chain(&task.program.reads).cloned().collect(),
            environment: task.program.environment.clone(),
            folder: task.folder.map(Into::into),
            input_is_file,
            memory_bytes: task.limits.memory_bytes,
            cpu_seconds: task.limits.cpu_seconds,
            file_bytes: task.limits.file_bytes,
            required: required.iter().map(|layer| (*layer).to_owned()).collect(),
        };
        let mut start = Command::new(&external.command.program);
        start
            .arg0("witnessmark-run-confined")
            .args(&external.command.args)
            // A path that is not UTF-8 has no spelling in JSON.
            .arg(serde_json::to_string(&orders).map_err(|_| io::ErrorKind::InvalidInput)?)
            .arg(&task.program.path)
            .args(&task.args)
            .env_clear()
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir(task.folder.unwrap_or(std::path::Path::new("/")))
            .process_group(0);
        let mut process = start.spawn()?;
        let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
        let mut running = Running {
            process,
            stdout,
            stderr,
            chunk: vec![0; CHUNK],
            line: Vec::new(),
            own_line: None,
            output_bytes: 0,
            message_bytes: 0,
        };
        running.unblock()?;
        Ok(running)
    }

    fn unblock(&mut self) -> io::Result<()> {
        if let Some(stdout) = &self.stdout {
            rustix::fs::fcntl_setfl(stdout, rustix::fs::fcntl_getfl(stdout)? | OFlags::NONBLOCK)?;
            let _ = rustix::pipe::fcntl_setpipe_size(stdout, PIPE_BYTES);
        }
        if let Some(stderr) = &self.stderr {
            rustix::fs::fcntl_setfl(stderr, rustix::fs::fcntl_getfl(stderr)? | OFlags::NONBLOCK)?;
        }
        Ok(())
    }

    /// Until both pipes are closed.
    fn listen(
        &mut self,
        task: &Task<'_>,
        begun: Instant,
        stop: &[&AtomicBool],
        hear: &mut dyn FnMut(Said<'_>) -> ControlFlow<()>,
    ) -> Result<(), Cut> {
        while self.stdout.is_some() || self.stderr.is_some() {
            if stop.iter().any(|stop| stop.load(Ordering::Relaxed)) {
                return Err(Cut::Stopped);
            }
            let Some(left) = task.limits.time.checked_sub(begun.elapsed()) else { return Err(Cut::Late) };
            self.wait(if stop.is_empty() { left } else { left.min(TICK) });
            // Messages first: what a program says of a frame comes before the frame.
            if self.hear_messages(hear).is_break() {
                return Err(Cut::Stopped);
            }
            self.hear_output(task.limits.output_bytes, hear)?;
        }
        Ok(())
    }

    fn wait(&self, time: Duration) {
        let mut ready = Vec::with_capacity(2);
        ready.extend(self.stdout.iter().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        ready.extend(self.stderr.iter().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        let time = Timespec { tv_sec: time.as_secs().min(3600) as i64, tv_nsec: time.subsec_nanos().into() };
        // An interrupted wait is a short one.
        let _ = poll(&mut ready, Some(&time));
    }

    fn hear_output(&mut self, limit: u64, hear: &mut dyn FnMut(Said<'_>) -> ControlFlow<()>) -> Result<(), Cut> {
        let Some(pipe) = &mut self.stdout else { return Ok(()) };
        match pipe.read(&mut self.chunk) {
            Ok(0) => self.stdout = None,
            Ok(count) => {
                self.output_bytes += count as u64;
                if self.output_bytes > limit {
                    return Err(Cut::Flooded);
                }
                if hear(Said::Output(&self.chunk[..count])).is_break() {
                    return Err(Cut::Stopped);
                }
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(_) => self.stdout = None,
        }
        Ok(())
    }

    /// Reads messages that are there, at most sixteen pieces at a time so that an endless talker does not keep the answer
    /// from being read.
    fn hear_messages(&mut self, hear: &mut dyn FnMut(Said<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        for _ in 0..16 {
            let Some(pipe) = &mut self.stderr else { return ControlFlow::Continue(()) };
            let count = match pipe.read(&mut self.chunk) {
                Ok(count) if count > 0 => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return ControlFlow::Continue(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                _ => {
                    self.stderr = None;
                    return self.end_line(hear);
                }
            };
            self.message_bytes += count as u64;
            if self.message_bytes > MESSAGE_BYTES {
                continue;
            }
            let chunk = std::mem::take(&mut self.chunk);
            let said = self.cut_lines(&chunk[..count], hear);
            self.chunk = chunk;
            said?;
        }
        ControlFlow::Continue(())
    }

    fn cut_lines(&mut self, bytes: &[u8], hear: &mut dyn FnMut(Said<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let whole = part.ends_with(b"\n");
            let text = if whole { &part[..part.len() - 1] } else { part };
            let room = LINE.saturating_sub(self.line.len());
            self.line.extend_from_slice(&text[..text.len().min(room)]);
            if whole {
                self.end_line(hear)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn end_line(&mut self, hear: &mut dyn FnMut(Said<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let line = std::mem::take(&mut self.line);
        if let Some(own) = line.strip_prefix(OWN_LINE.as_bytes()) {
            self.own_line = Some(String::from_utf8_lossy(own).into_owned());
            return ControlFlow::Continue(());
        }
        if line.is_empty() { ControlFlow::Continue(()) } else { hear(Said::Message(&line)) }
    }

    /// The status, when the process ends by itself within `time`.
    fn ended(&mut self, time: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + time;
        loop {
            match self.process.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
                _ => return None,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Either fails only where the process is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A file that exists in memory only, from its beginning.
fn in_memory(bytes: &[u8]) -> io::Result<File> {
    let mut file = File::from(memfd_create("witnessmark-item", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}
