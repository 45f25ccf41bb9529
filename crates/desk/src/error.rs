//! What the desk answers when something cannot be done.

use witnessmark_archive::Kind;

/// Result with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Why the desk could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The archive could not.
    #[error(transparent)]
    Archive(#[from] witnessmark_archive::Error),
    /// The child that parses could not be had.
    #[error("start the process that reads files")]
    Sandbox(#[from] crate::sandbox::SandboxError),
    /// A program of others could not be run.
    #[error("run a program of others")]
    External(#[from] crate::sandbox::external::ExternalError),
    /// What was asked for makes no sense here.
    #[error("{attempted}")]
    Refused {
        /// What was attempted on what.
        attempted: String,
        /// What the reader can do about it.
        hint: Option<String>,
    },
    /// A report names sentences that cannot be supported.
    #[error("compile the report: {} sentence(s) refused", .0.len())]
    Report(Vec<String>),
    /// Somebody asked to stop; what was acknowledged stays.
    #[error("stopped; run the same command again to go on")]
    Stopped,
}

impl Error {
    /// A refusal with a hint.
    pub fn refused(attempted: impl Into<String>, hint: impl Into<String>) -> Self {
        Error::Refused { attempted: attempted.into(), hint: Some(hint.into()) }
    }

    /// For exit codes and HTTP status.
    pub fn kind(&self) -> Kind {
        match self {
            Error::Archive(e) => e.kind,
            Error::Sandbox(_) | Error::External(_) | Error::Stopped => Kind::Unavailable,
            Error::Refused { .. } | Error::Report(_) => Kind::Invalid,
        }
    }

    /// What the reader can do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Error::Archive(e) => e.hint_text(),
            Error::Refused { hint, .. } => hint.as_deref(),
            Error::Sandbox(_) | Error::External(_) | Error::Report(_) | Error::Stopped => None,
        }
    }
}
