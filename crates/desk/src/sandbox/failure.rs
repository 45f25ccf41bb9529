//! What can go wrong with one item, in words that may stand in a record, and what can go wrong with the
//! sandbox itself.
//!
//! It deliberately repeats nothing that the child wrote except a place in the program's source.

use std::{io, process::ExitStatus, time::Duration};

use rustix::process::Signal;
use witnessmark_analyze::Row;

use super::limits::{Limits, MIB};

/// Longest place in the source that is repeated, in characters.
const PLACE_LIMIT: usize = 120;

/// Why an item has a problem row of the sandbox's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The analyzer panicked at this file and line of the program.
    Panicked {
        /// Such as `crates/analyze/src/media/pdq.rs:88`.
        at: String,
    },
    /// The child ended by a signal.
    Crashed {
        /// Its number.
        signal: i32,
    },
    /// The child called the kernel for something that the filter denies (`SIGSYS`).
    Forbidden,
    /// An allocation beyond [`Limits::memory_bytes`].
    OutOfMemory {
        /// The limit in bytes.
        limit: u64,
    },
    /// The stack ran out.
    StackOverflow,
    /// Processor time beyond [`Limits::cpu_seconds`].
    ProcessorTime {
        /// The limit in seconds.
        limit: u64,
    },
    /// No whole answer within [`Limits::item_time`].
    TooLate {
        /// The limit.
        limit: Duration,
    },
    /// The child ended by itself within an item.
    Left {
        /// Its exit status.
        status: i32,
    },
    /// The answer is not of the protocol.
    Garbled,
    /// More than [`Limits::rows`]; those up to the limit are kept.
    TooManyRows {
        /// The limit.
        limit: usize,
    },
    /// More than [`Limits::output_bytes`]; whole rows up to the limit are kept.
    TooMuchOutput {
        /// The limit in bytes.
        limit: u64,
    },
    /// A row of a kind that the manifest does not list: a bug of the analyzer. Other rows are kept.
    UnlistedKind,
    /// The item is larger than [`Limits::item_bytes`] and was not sent.
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Name, media type and date together are too long to send.
    LabelsTooLong,
}

impl Failure {
    /// One word for logs and counts.
    pub fn kind(&self) -> &'static str {
        match self {
            Failure::Panicked { .. } => "panicked",
            Failure::Crashed { .. } => "crashed",
            Failure::Forbidden => "forbidden",
            Failure::OutOfMemory { .. } => "out-of-memory",
            Failure::StackOverflow => "stack-overflow",
            Failure::ProcessorTime { .. } => "processor-time",
            Failure::TooLate { .. } => "too-late",
            Failure::Left { .. } => "left",
            Failure::Garbled => "garbled",
            Failure::TooManyRows { .. } => "too-many-rows",
            Failure::TooMuchOutput { .. } => "too-much-output",
            Failure::UnlistedKind => "unlisted-kind",
            Failure::TooLarge { .. } => "too-large",
            Failure::LabelsTooLong => "labels-too-long",
        }
    }

    /// What happened, for the `what` of a problem row.
    pub fn what(&self) -> String {
        match self {
            Failure::Panicked { at } => format!("analyzer panicked at {at}"),
            Failure::Crashed { signal } => format!("analyzer crashed (signal {})", signal_name(*signal)),
            Failure::Forbidden => "analyzer asked the system for what it is denied (signal SIGSYS)".into(),
            Failure::OutOfMemory { limit } => format!("analyzer ran out of memory (limit {} MiB)", limit / MIB),
            Failure::StackOverflow => "analyzer ran out of stack".into(),
            Failure::ProcessorTime { limit } => format!("analyzer used more than {limit} s of processor time"),
            Failure::TooLate { limit } => format!("analyzer did not finish within {} s", limit.as_secs_f64()),
            Failure::Left { status } => format!("analyzer ended its process (status {status})"),
            Failure::Garbled => "analyzer's answer cannot be read".into(),
            Failure::TooManyRows { limit } => {
                format!("analyzer returned more than {limit} rows; the rest are left out")
            }
            Failure::TooMuchOutput { limit } => {
                format!("analyzer returned more than {} KiB; the rest is left out", limit / 1024)
            }
            Failure::UnlistedKind => {
                "analyzer returned a kind of row that it does not list; such rows are left out".into()
            }
            Failure::TooLarge { bytes, limit } => format!("the item has {bytes} bytes; at most {limit} are read"),
            Failure::LabelsTooLong => "the item's name and labels are too long".into(),
        }
    }

    /// The problem row that stands for the item, or beside the rows that were kept.
    pub fn row(&self) -> Row {
        Row::problem(self.what(), "whole item")
    }

    /// True when rows that came before it are good, and stay.
    pub(super) fn keeps_rows(&self) -> bool {
        matches!(self, Failure::TooManyRows { .. } | Failure::TooMuchOutput { .. } | Failure::UnlistedKind)
    }

    /// True when an item read earlier by the same child could be the cause, so that the item is tried once
    /// more in a fresh child and is never blamed for another.
    pub(super) fn may_be_inherited(&self) -> bool {
        matches!(
            self,
            Failure::Panicked { .. }
                | Failure::Crashed { .. }
                | Failure::Forbidden
                | Failure::OutOfMemory { .. }
                | Failure::StackOverflow
                | Failure::ProcessorTime { .. }
                | Failure::Left { .. }
                | Failure::Garbled
        )
    }

    /// Reads the end of a child. `hint` is the start of what it wrote to its standard error, where the
    /// standard library says in fixed words what a plain `SIGABRT` does not; it is compared and dropped.
    pub(super) fn of_end(status: ExitStatus, hint: &[u8], limits: &Limits) -> Failure {
        use std::os::unix::process::ExitStatusExt as _;
        let says = |words: &[u8]| hint.windows(words.len()).any(|part| part == words);
        match status.signal() {
            Some(signal) if signal == Signal::SYS.as_raw() => Failure::Forbidden,
            Some(signal) if signal == Signal::XCPU.as_raw() => Failure::ProcessorTime { limit: limits.cpu_seconds },
            Some(signal) if signal == Signal::ABORT.as_raw() && says(b"memory allocation of ") => {
                Failure::OutOfMemory { limit: limits.memory_bytes }
            }
            Some(signal) if signal == Signal::ABORT.as_raw() && says(b"has overflowed its stack") => {
                Failure::StackOverflow
            }
            Some(signal) => Failure::Crashed { signal },
            None => Failure::Left { status: status.code().unwrap_or(-1) },
        }
    }

    /// A panic at a place that the child names: whatever is not a file and a line is left out.
    pub(super) fn panicked(at: &str) -> Failure {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
        let place = !at.is_empty() && at.len() <= PLACE_LIMIT && at.chars().all(plain);
        Failure::Panicked { at: if place { at.into() } else { "a place it does not name".into() } }
    }
}

/// `SIGSEGV` for 11; the number where there is no name.
fn signal_name(signal: i32) -> String {
    const NAMES: [(Signal, &str); 13] = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::TERM, "SIGTERM"),
        (Signal::XFSZ, "SIGXFSZ"),
    ];
    let known = NAMES.iter().find(|(known, _)| known.as_raw() == signal);
    known.map_or_else(|| signal.to_string(), |(_, name)| (*name).into())
}

/// Why nothing can be analyzed at all. Says nothing of any item, so the item stays in the backlog.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The child could not be started.
    #[error("start the analyzing child")]
    Start(#[source] io::Error),
    /// The child started and did not say in time that it is ready.
    #[error("hear from the analyzing child that it is ready ({0})")]
    NotReady(&'static str),
    /// The child would not work.
    #[error("start the analyzing child: it refused ({0})")]
    Refused(String),
    /// The child is of another version of the program.
    #[error("start the analyzing child: it is another version of the program")]
    OtherVersion,
    /// A layer that the policy requires is missing on this machine.
    #[error("confine the analyzing child: {} not available here", missing.join(" and "))]
    Weaker {
        /// Names of the layers: `landlock`, `seccomp`, `rlimits`.
        missing: Vec<&'static str>,
    },
    /// No analyzer has this name.
    #[error("find the analyzer {0:?}")]
    UnknownAnalyzer(&'static str),
    /// The places of the archive do not fit in what a child is given.
    #[error("give the places of the archive to the analyzing child: {0} bytes is too many")]
    Places(u64),
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    fn ended(raw: i32, hint: &str) -> String {
        Failure::of_end(ExitStatus::from_raw(raw), hint.as_bytes(), &Limits::default()).what()
    }

    #[test]
    fn an_end_is_told_by_its_signal() {
        assert_eq!(ended(11, ""), "analyzer crashed (signal SIGSEGV)");
        assert_eq!(ended(6, ""), "analyzer crashed (signal SIGABRT)");
        assert_eq!(ended(64, ""), "analyzer crashed (signal 64)");
        assert_eq!(ended(6, "memory allocation of 9 bytes failed\n"), "analyzer ran out of memory (limit 1536 MiB)");
        assert_eq!(ended(6, "\nthread 'main' has overflowed its stack\n"), "analyzer ran out of stack");
        assert_eq!(ended(31, ""), "analyzer asked the system for what it is denied (signal SIGSYS)");
        assert_eq!(ended(24, ""), "analyzer used more than 120 s of processor time");
        assert_eq!(ended(3 << 8, ""), "analyzer ended its process (status 3)");
    }

    #[test]
    fn only_a_place_in_the_source_is_repeated() {
        assert_eq!(
            Failure::panicked("crates/analyze/src/text/mod.rs:7").what(),
            "analyzer panicked at crates/analyze/src/text/mod.rs:7"
        );
        for secret in ["called by Mariam", "", "a\nb", "مريم", &"x".repeat(PLACE_LIMIT + 1)] {
            assert_eq!(Failure::panicked(secret).what(), "analyzer panicked at a place it does not name");
        }
    }

    #[test]
    fn a_missing_layer_is_named() {
        let error = SandboxError::Weaker { missing: vec!["landlock", "seccomp"] };
        assert_eq!(error.to_string(), "confine the analyzing child: landlock and seccomp not available here");
    }
}
