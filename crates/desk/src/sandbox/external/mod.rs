//! Programs of others (ffmpeg, tesseract, a Whisper-family program), run on bytes from outside.
//!
//! They are large, written in C, and read what an attacker may have made; so each run is a process of its own that was
//! confined before the program started, and ends with the answer. The way there is this program again, under a hidden
//! subcommand: it gives up what the other program does not need and then *becomes* it (`execve`). Specified in
//! `docs/spec/external-programs.md`.
//!
//! ```text
//!   run (parent)                         confined_main (this program again)            the program
//!   ────────────                         ─────────────────────────────────            ───────────
//!   spawn, cleared environment ────────► landlock, limits, filter; all hold?  ──exec──► reads /proc/self/fd/0
//!   bytes (memory file) or blob ─stdin─►                                               (it may seek)
//!   each piece to the caller ◄───────────────────────────────────────────── stdout ──── answer
//!   each line to the caller  ◄───────────────────────────────────────────── stderr ──── messages
//! ```
//!
//! What it then has: its own files and the system's libraries to read, the one item, the two pipes. It has no network, no
//! new process, nowhere to write (but one folder, where the caller gives one), and limits on memory, processor time and
//! time. It deliberately does not know what any program is for, and believes none of them: what comes back are bytes.

mod confine;
mod rules;
mod run;

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{failure::Failure, limits::MIB, limits::Policy, process::ChildCommand};

pub use confine::confined_main;
pub use run::{run, run_for_output};

/// The hidden subcommand under which this program confines itself and becomes another.
pub const CONFINED: &str = "run-confined";
/// Where a program that was given bytes or a file finds them; it may seek there, and open it more than once.
pub const INPUT_PATH: &str = "/proc/self/fd/0";
/// Folders in which programs are looked for: those that only an administrator writes to.
pub const PROGRAM_FOLDERS: &[&str] = &["/usr/local/bin", "/usr/bin", "/bin"];

/// A program of others on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its file, by an absolute path.
    pub path: PathBuf,
    /// Files and folders that it may read and start from beside the system's own (`/usr`, `/lib`, …): a model, its
    /// libraries.
    pub reads: Vec<PathBuf>,
    /// Its whole environment beside `LC_ALL=C.UTF-8`, `HOME=/` and `OMP_THREAD_LIMIT=1`.
    pub environment: Vec<(String, String)>,
}

impl Program {
    /// The program of this name in one of [`PROGRAM_FOLDERS`].
    pub fn installed(name: &str) -> Option<Program> {
        let found = PROGRAM_FOLDERS.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file());
        found.map(Program::at)
    }

    /// The program in this file.
    pub fn at(path: PathBuf) -> Program {
        Program { path, reads: Vec::new(), environment: Vec::new() }
    }

    /// Its file's name, for messages.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// What stands at [`INPUT_PATH`] and on standard input.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// Nothing.
    Nothing,
    /// These bytes, in a file that exists in memory only; for sealed items, which touch no disk in clear.
    Bytes(&'a [u8]),
    /// A file that lies on the disk in clear already, of any length; opened for reading.
    File(&'a Path),
}

/// What one run may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalLimits {
    /// Address space in bytes (`RLIMIT_AS`).
    pub memory_bytes: u64,
    /// Processor time in seconds, of all its threads together (`RLIMIT_CPU`).
    pub cpu_seconds: u64,
    /// Wall-clock time.
    pub time: Duration,
    /// Most bytes of answer.
    pub output_bytes: u64,
    /// Longest file that it may write in the folder that it was given.
    pub file_bytes: u64,
}

impl Default for ExternalLimits {
    fn default() -> Self {
        ExternalLimits {
            memory_bytes: 2048 * MIB,
            cpu_seconds: 300,
            time: Duration::from_secs(300),
            output_bytes: 512 * MIB,
            file_bytes: 256 * MIB,
        }
    }
}

/// How programs of others are run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    /// This program under [`CONFINED`].
    pub command: ChildCommand,
    /// Which layers must hold. Landlock is what keeps such a program from files, so only
    /// [`Policy::AllowWeaker`] does without it.
    pub policy: Policy,
}

impl External {
    /// By this program.
    ///
    /// # Errors
    /// When the system does not tell where this program lies.
    pub fn by_this_program(policy: Policy) -> io::Result<External> {
        Ok(External { command: ChildCommand::this_program(CONFINED)?, policy })
    }
}

/// One run of a program.
pub struct Task<'a> {
    /// The program.
    pub program: &'a Program,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// What it reads.
    pub source: Source<'a>,
    /// What it may use.
    pub limits: ExternalLimits,
    /// The one folder that it may write in; `None` = nowhere.
    pub folder: Option<&'a Path>,
}

/// What a program said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'a> {
    /// The next bytes of its answer, cut anywhere.
    Output(&'a [u8]),
    /// A line of its messages, without its end; a longer one than 4,096 bytes is cut.
    Message(&'a [u8]),
}

/// A run that went to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Exit status; what it means the program's own manual says. 0 = done, mostly.
    pub status: i32,
    /// How long it took.
    pub took: Duration,
    /// Bytes of answer.
    pub output_bytes: u64,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExternalError {
    /// The process could not be started.
    #[error("start {0}")]
    Start(String, #[source] io::Error),
    /// A layer that the policy requires is missing on this machine; nothing was run.
    #[error("confine {program}: {} not available here", missing.join(" and "))]
    Weaker {
        /// The program's name.
        program: String,
        /// Names of the layers.
        missing: Vec<String>,
    },
    /// It did not come to its end.
    #[error("run {program}: {}", failure.what().replacen("analyzer", "it", 1))]
    Failed {
        /// The program's name.
        program: String,
        /// Why; its words speak of an analyzer, and mean the program.
        failure: Failure,
    },
    /// The caller asked it to stop, or a stop flag was raised.
    #[error("run a program: stopped")]
    Stopped,
}

/// What the confining process is told, as its first argument. Both ends are the same build.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Orders {
    reads: Vec<PathBuf>,
    environment: Vec<(String, String)>,
    folder: Option<PathBuf>,
    /// Standard input is a file on a disk, which may be opened again.
    input_is_file: bool,
    memory_bytes: u64,
    cpu_seconds: u64,
    file_bytes: u64,
    /// Names of layers without which nothing is started.
    required: Vec<String>,
}

/// Begins the one line of messages that is ours and not the program's.
const OWN_LINE: &str = "witnessmark-run-confined: ";
/// Exit status when a layer is missing.
const STATUS_WEAKER: u8 = 121;
/// Exit status when the program could not be started.
const STATUS_NO_START: u8 = 122;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_installed_is_not_found() {
        assert_eq!(Program::installed("witnessmark-no-such-program"), None);
        assert!(Program::installed("../bin/sh").is_none_or(|p| p.path.is_absolute()));
    }

    #[test]
    fn a_failure_speaks_of_the_program() {
        let failure = Failure::ProcessorTime { limit: 7 };
        let error = ExternalError::Failed { program: "ffmpeg".into(), failure };
        assert_eq!(error.to_string(), "run ffmpeg: it used more than 7 s of processor time");
        let error = ExternalError::Weaker { program: "ffmpeg".into(), missing: vec!["landlock".into()] };
        assert_eq!(error.to_string(), "confine ffmpeg: landlock not available here");
    }
}
