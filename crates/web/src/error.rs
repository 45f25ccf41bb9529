//! What can go wrong: starting to serve ([`Error`]), and answering one request ([`Oops`]).
//!
//! What a page shows is a kind, what was attempted where that names nothing internal, and a reference; the chain of
//! causes stays here. Nothing of it reaches a log but kind and reference.

use std::net::SocketAddr;

use axum::http::StatusCode;
use witnessmark_archive::Kind;

/// Why pages cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is no address.
    #[error("read the address {0:?}")]
    Address(String),
    /// The address could be reached from other machines.
    #[error("serve on {0}: it can be reached from other machines")]
    NotLoopback(SocketAddr),
    /// The port is taken, or the system refuses.
    #[error("listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The server stopped by itself.
    #[error("go on serving")]
    Serving(#[source] std::io::Error),
}

impl Error {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Error::Address(_) => Some("write 127.0.0.1:8080, or 127.0.0.1:0 for any free port"),
            Error::NotLoopback(_) => Some(
                "pages hold what could harm people: serve on 127.0.0.1 or [::1], and reach it through an SSH tunnel",
            ),
            Error::Listen(..) => Some("say --addr 127.0.0.1:0 to take any free port"),
            Error::Serving(_) => None,
        }
    }
}

/// Why a request has no answer but an error page.
#[derive(Debug)]
pub(crate) enum Oops {
    /// The desk or the archive could not.
    Desk(witnessmark_desk::Error),
    /// There is no such page or thing.
    NoSuch,
    /// What was sent cannot be taken: in English and Arabic.
    Wrong(&'static str, &'static str),
    /// What was on the screen is no longer so.
    Changed,
    /// The archive has been locked meanwhile.
    Locked,
}

pub(crate) type Result<T> = std::result::Result<T, Oops>;

impl From<witnessmark_desk::Error> for Oops {
    fn from(error: witnessmark_desk::Error) -> Self {
        Oops::Desk(error)
    }
}

impl From<witnessmark_archive::Error> for Oops {
    fn from(error: witnessmark_archive::Error) -> Self {
        Oops::Desk(error.into())
    }
}

impl Oops {
    /// Its kind.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Oops::Desk(error) => error.kind(),
            Oops::NoSuch => Kind::NotFound,
            Oops::Wrong(..) => Kind::Invalid,
            Oops::Changed => Kind::Conflict,
            Oops::Locked => Kind::Unavailable,
        }
    }

    /// Status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self.kind() {
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Denied => StatusCode::FORBIDDEN,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Corrupt | Kind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
