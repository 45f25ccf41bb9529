//! What the records are: ids, the entry and its wire form, claims, the vocabularies, and the folds that
//! turn a set of entries into views.
//!
//! Deliberately without IO, clock, randomness, `HashMap` order, SQL or HTML: nothing here can fail for an
//! outside reason, and the same set of entries gives the same view on every machine, in any order of arrival.

pub mod claim;
mod custody;
pub mod entry;
pub mod field;
pub mod ids;
mod incident;
mod inquiry;
pub mod key;
mod record;
pub mod vocabulary;
pub mod wire;
pub mod words;
pub mod world;

pub use claim::Claim;
pub use entry::{Body, Entry};
pub use field::Field;
pub use ids::{ClaimRef, Digest, EntryRef, ItemId, LogId, MemberKey, PackId, RowRef, SubjectId};
pub use key::{Governing, Key};
pub use record::{Lookup, WireError};
pub use world::World;
