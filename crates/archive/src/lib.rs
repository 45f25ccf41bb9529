//! The disk: what came in, the ledger that says so, the keys, and the tables that can be deleted.
//!
//! The ledger and the blobs are the truth. [`Archive`] reads; [`Session`] is the only thing that appends. One module
//! ([`store`]) creates, renames and fsyncs files, one ([`layout`]) spells a path, one ([`log`]) appends. Deliberately
//! without HTTP, HTML, terminal, environment, clock or dice: the last two are passed in as [`Outside`].

mod archive;
mod arrive;
pub mod backup;
pub mod bundle;
pub mod check;
mod config;
pub mod cosigned;
pub mod cosigner;
pub mod derived;
pub mod erase;
mod error;
pub mod exchange;
mod fetch;
pub mod fixity;
pub mod hold;
pub mod identity;
mod index;
mod kept;
mod keys;
pub mod layout;
pub mod limits;
pub mod log;
pub mod members;
mod outside;
pub mod pack;
pub mod peer;
mod pieces;
pub mod place;
pub mod recovery;
pub mod roots;
mod seal;
mod sealed_rows;
mod session;
mod sparse;
pub mod stamp;
pub mod store;
pub mod sync;
mod union;
mod volume;

pub use archive::{Archive, Blob, Opened, Status};
pub use config::{Config, Profile, ProgramOf};
pub use error::{Error, Kind, Result};
pub use keys::Passphrase;
pub use outside::{Outside, Pace};
pub use pieces::Pieces;
pub use session::{Arrival, Draft, NewPack, Session};
pub use volume::{Volume, volume_of};

/// Does the keyring in this file ask for a passphrase?
pub fn keyring_needs_passphrase(file: &std::path::Path) -> Result<bool> {
    keys::Keys::needs_passphrase(file)
}
