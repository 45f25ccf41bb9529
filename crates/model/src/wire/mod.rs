//! What is hashed and signed: the only place where the ledger's bytes are made.

pub mod v1;

pub use v1::{Disclosure, Leaf, Opened, Record, RecordLine, SealedField};
