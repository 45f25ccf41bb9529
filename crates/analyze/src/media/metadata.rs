//! What the metadata of a picture states.

use crate::{Input, Manifest, Row};

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "metadata",
    version: 1,
    reads: &["image/jpeg", "image/png", "image/tiff", "image/heic", "image/heif", "image/webp"],
    says: &["taken", "position", "device", "picture", "contradiction", "problem"],
    cannot_say: &["that a picture was taken when or where its metadata says: any of it can be set by anybody"],
};

/// Rows of one input.
pub fn read(_input: &Input<'_>) -> Vec<Row> {
    Vec::new()
}

/// The EXIF orientation, 1 to 8; 1 when there is none.
pub fn orientation(bytes: &[u8]) -> u8 {
    exif::Reader::new()
        .read_from_container(&mut std::io::Cursor::new(bytes))
        .ok()
        .and_then(|exif| exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?.value.get_uint(0))
        .filter(|o| (1..=8).contains(o))
        .map_or(1, |o| o as u8)
}
