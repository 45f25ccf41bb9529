//! Pictures, films and satellite scenes: what a file is, what its metadata states, what it looks like.
//!
//! Every reader takes bytes and returns rows; what cannot be read is a `problem` row and whatever could be read is
//! still returned. It deliberately decides nothing: a stated time is what the metadata says, not when something
//! happened; a contradiction is two readings that differ, not a forgery. Values that identify a person (owner,
//! serial number, artist, captions) are never copied out of a file: only the names of the fields that hold them are.
//!
//! | analyzer | module | rows |
//! |---|---|---|
//! | `type` | [`mod@sniff`] | `file` |
//! | `metadata` | [`metadata`] | `taken`, `position`, `device`, `picture`, `contradiction` |
//! | `picture-hash` | [`pdq`] | `picture_hash` |
//! | `enclosed-thumbnail` | [`enclosed`] | `contradiction` |
//! | `picture-points` | [`points`] | `picture_points` |
//! | `film-frames` | [`film`] | `film`, `film_frames` |
//! | `film-sound` | [`film::sound`] | `sound`, `sound_marks` |
//! | `speech` | [`speech`] | `spoken` |
//! | `scene` | [`scene`] | `scene` |
//!
//! [`thumbnail`] and [`preview`] make the pictures that pages and reports show. [`change()`] compares two scenes; it
//! takes two items and is therefore no analyzer of one.

pub mod change;
pub mod decoded;
pub mod enclosed;
pub mod film;
pub mod frame;
mod jpeg;
pub mod metadata;
pub mod pdq;
pub mod picture;
pub mod points;
pub mod raster;
pub mod scene;
pub mod sniff;
pub mod speech;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use change::change;
pub use decoded::Decoded;
pub use pdq::{Pdq, hash_gray};
pub use picture::{preview, thumbnail};
pub use raster::RasterError;
pub use sniff::{Sniffed, sniff};

/// Runs `work` and gives nothing when it panics: the decoders that others wrote may, and no byte from outside may take
/// the program down. What is inside is thrown away, so a broken invariant cannot be met again.
fn unpanicked<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
