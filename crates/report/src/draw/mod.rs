//! Drawings: map, timeline, corroboration matrix, origin graph, bars.
//!
//! Every drawing takes plain structs whose labels are already in the reader's language, and
//! returns a [`Scene`]: a short list of paths, circles and words that is written as SVG for pages
//! and drawn by the PDF renderer, so both show the same thing. Output depends on the input alone.
//!
//! It deliberately loads no tiles, fonts or scripts, knows no archive, and weighs nothing:
//! numbers arrive counted.

mod axis;
pub mod bars;
pub mod graph;
pub mod map;
pub mod matrix;
mod scene;
mod svg;
pub mod timeline;

pub use scene::{Anchor, Group, Ink, Paint, Point, Scene, Segment, Shape, Stroke, Text};

/// Width of a drawing in scene units (1 unit = 1 CSS pixel; the PDF scales it to the column).
pub const WIDTH: f64 = 720.0;

/// Most elements of one kind (points, rows, nodes, bars) that are drawn; callers say in words
/// what was left out. A drawing of more is unreadable and a way to exhaust memory.
pub const MAX_ELEMENTS: usize = 400;

/// A rectangle with rounded corners as a path without paint.
pub(crate) fn rounded(corner: (f64, f64), size: (f64, f64), radius: f64) -> Shape {
    scene::rect(corner, size, radius, None, None)
}
