//! What the archive answers when something cannot be done: a kind for exit codes and status lines, what was attempted
//! on what, a hint as data, and the cause.

use std::fmt;

/// Result with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What sort of failure, for exit codes and HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No such thing.
    NotFound,
    /// What was given cannot be taken.
    Invalid,
    /// Somebody else is at it, or was first.
    Conflict,
    /// Not with these keys, or not at this tier.
    Denied,
    /// What is on disk is not what was put there.
    Corrupt,
    /// The disk, a volume or a service is not there, or full.
    Unavailable,
    /// Ours.
    Bug,
}

/// What was attempted on what, with its cause as `source()`.
#[derive(Debug)]
pub struct Error {
    /// For the one who decides on an exit code.
    pub kind: Kind,
    attempted: String,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Of a kind: lower case, no full stop, names the thing.
    pub fn new(kind: Kind, attempted: impl Into<String>) -> Self {
        Error { kind, attempted: attempted.into(), hint: None, source: None }
    }

    /// With its cause.
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// With what the reader can do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What the reader can do about it.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Of a failed call to the operating system.
    pub fn io(attempted: impl Into<String>, cause: std::io::Error) -> Self {
        let kind = match cause.kind() {
            std::io::ErrorKind::NotFound => Kind::NotFound,
            std::io::ErrorKind::PermissionDenied => Kind::Denied,
            _ => Kind::Unavailable,
        };
        let full = matches!(cause.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded);
        let error = Error::new(kind, attempted).because(cause);
        if full {
            error
                .hint("the disk is full: what was acknowledged is safe; free some space and run the same command again")
        } else {
            error
        }
    }

    /// This, and everything under it, on one line.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.attempted)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}

impl From<witnessmark_model::WireError> for Error {
    fn from(error: witnessmark_model::WireError) -> Self {
        Error::new(Kind::Invalid, error.to_string())
    }
}
