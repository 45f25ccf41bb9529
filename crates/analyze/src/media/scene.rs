//! Satellite scenes in GeoTIFF.

use crate::{Input, Manifest, Row};

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "scene",
    version: 1,
    reads: &["image/tiff"],
    says: &["scene", "problem"],
    cannot_say: &["what a change between two scenes is, or who made it"],
};

/// Rows of one input.
pub fn read(_input: &Input<'_>) -> Vec<Row> {
    Vec::new()
}
