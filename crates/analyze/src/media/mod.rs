//! Pictures, films by their type, and satellite scenes: what a file is, what its metadata states, what it looks like.
//!
//! Every reader takes bytes and returns rows; what cannot be read is a `problem` row and whatever could be read is
//! still returned. It deliberately decides nothing: a stated time is what the metadata says, not when something
//! happened; a contradiction is two readings that differ, not a forgery. Values that identify a person (owner,
//! serial number, artist, captions) are never copied out of a file: only the names of the fields that hold them are.
//!
//! | analyzer | module | rows |
//! |---|---|---|
//! | `type` | [`sniff`] | `file` |
//! | `metadata` | [`metadata`] | `taken`, `position`, `device`, `picture`, `contradiction` |
//! | `picture-hash` | [`pdq`] | `picture_hash` |
//! | `scene` | [`scene`] | `scene` |
//!
//! [`thumbnail`] and [`preview`] make the pictures that pages and reports show.

pub mod metadata;
pub mod pdq;
pub mod picture;
pub mod raster;
pub mod scene;
pub mod sniff;

pub use pdq::{Pdq, hash_gray};
pub use picture::{preview, thumbnail};
pub use raster::RasterError;
pub use sniff::{Sniffed, sniff};
