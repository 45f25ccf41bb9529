//! Starting and ending the child's process.
//!
//! It deliberately hands on nothing of this process: no environment, no folder, no terminal.

use std::{
    ffi::OsString,
    io::{self, ErrorKind},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use super::{channel::Pipes, limits::ChildLimits};

/// How a child is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments: the hidden subcommand.
    pub args: Vec<OsString>,
}

impl ChildCommand {
    /// This program again, with one argument.
    ///
    /// On Linux it is started through `/proc/self/exe`, which stays the same program when the file is replaced
    /// by a newer one while this runs.
    ///
    /// # Errors
    /// When the system does not tell where the program lies.
    pub fn this_program(subcommand: &str) -> io::Result<ChildCommand> {
        let link = PathBuf::from("/proc/self/exe");
        let program = if link.exists() { link } else { std::env::current_exe()? };
        Ok(ChildCommand { program, args: vec![subcommand.into()] })
    }
}

/// The parent's ends of a child's pipes.
pub(super) type Ends = (ChildStdin, ChildStdout, ChildStderr);

/// A child process, killed and reaped when dropped.
pub(super) struct Process(Child);

impl Process {
    /// Starts the program with nothing of this process's environment: a passphrase may be in it.
    pub fn start(command: &ChildCommand, limits: ChildLimits) -> io::Result<(Process, Pipes)> {
        let (process, (stdin, stdout, stderr)) = Process::spawn(command, limits)?;
        Ok((process, Pipes::new(stdin, stdout, stderr)?))
    }

    /// As [`Process::start`], with the bare pipes: standard input, output, error.
    pub fn spawn(command: &ChildCommand, limits: ChildLimits) -> io::Result<(Process, Ends)> {
        let mut start = Command::new(&command.program);
        start
            .arg0("witnessmark-analyze-child")
            .args(&command.args)
            .env_clear()
            .env(ChildLimits::VARIABLE, limits.to_value())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C is for the parent, which stops between items; the child ends with it.
            .process_group(0);
        if command.program.is_absolute() {
            // Holds no folder, so that a disk can be taken away.
            start.current_dir("/");
        }
        let mut process = Process(start.spawn()?);
        let pipes = (process.0.stdin.take(), process.0.stdout.take(), process.0.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else { return Err(ErrorKind::BrokenPipe.into()) };
        Ok((process, (stdin, stdout, stderr)))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// The status, when the process ends by itself within `time`.
    pub fn ended_within(&mut self, time: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + time;
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
                _ => return None,
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either fails only where the process is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
