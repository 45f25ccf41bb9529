//! What tests share: storage that fails when told to, storage that is stricter than any disk, one suite that every
//! storage must pass, entries to append, and a check of a whole log.
//!
//! Deliberately not for production: nothing here is called by a program that keeps anybody's material.

pub mod faults;
pub mod log;
pub mod memory;
pub mod offices;
pub mod peers;
pub mod places;
pub mod samples;
pub mod suite;

pub use faults::{Fault, Faults, FaultyHead, FaultyObjects, When};
pub use memory::{MemoryHead, MemoryObjects};
pub use peers::FaultyPeer;
pub use places::{FaultyPlace, MemoryPlace};
