//! What is wanted of a JPEG's luma and no more: single pixels at their true places, means of squares of pixels, or all of it.
//!
//! Colours are stepped over, and so is every block of which nothing is wanted; no block is turned into pixels that nobody asked
//! for. What is left is reading the codes, which is what a JPEG costs. It reads what cameras, telephones and messengers
//! write: eight bits, Huffman codes, one scan or progressive, grey or YCbCr. Of everything else, and of every file with an
//! error in it, it deliberately says nothing, and the whole decoder (`raster`) is asked, which knows what to make of it.

mod bits;
mod header;
mod huffman;
mod planes;
mod progressive;
mod scan;

use self::header::Segments;
use self::planes::{Axis, Grid, lanes};
use super::raster::{self, Gray};

/// Most rows of values that a row of blocks may hold: a denser grid is one for the whole decoder.
const MOST_LANES: usize = 16;

/// Pixels across and down as the frame header says, where this module can read the rest.
pub(super) fn size(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut segments = Segments::new(bytes)?;
    segments.next_scan()?;
    let frame = segments.frame?;
    Some((frame.width, frame.height))
}

/// What to take of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// So many pixels across and down, the `i`th of `n` at `i * side / n`.
    Sampled(usize, usize),
    /// Means of squares of so many pixels a side: 1, 2, 4 or 8. Squares at the right and lower edge are of what is left.
    Means(usize),
}

/// Takes all of `wants` in one reading. `None` where the whole decoder is to be asked.
pub(super) fn luma(bytes: &[u8], wants: &[Want]) -> Option<Vec<Gray>> {
    let mut segments = Segments::new(bytes)?;
    let scan = segments.next_scan()?;
    let frame = segments.frame.clone()?;
    if wants.len() > planes::MOST_GRIDS {
        return None;
    }
    raster::allowed(frame.width as u64, frame.height as u64).ok()?;
    let grid = |want: &Want| match *want {
        Want::Sampled(across, down) => Grid::new(Axis::sampled(frame.height, down), Axis::sampled(frame.width, across)),
        Want::Means(step) => Grid::new(Axis::means(frame.height, step), Axis::means(frame.width, step)),
    };
    let mut grids: Vec<Grid> = wants.iter().map(grid).collect();
    match lanes(&grids) {
        0..=4 => read::<4>(&mut segments, scan, &mut grids)?,
        5..=8 => read::<8>(&mut segments, scan, &mut grids)?,
        9..=MOST_LANES => read::<MOST_LANES>(&mut segments, scan, &mut grids)?,
        _ => return None,
    }
    let plane = |grid: Grid| Gray { width: grid.across.len(), height: grid.down.len(), pixels: grid.values };
    Some(grids.into_iter().map(plane).collect())
}

fn read<const L: usize>(segments: &mut Segments<'_>, scan: header::Scan, grids: &mut [Grid]) -> Option<()> {
    let frame = segments.frame.clone()?;
    if frame.progressive {
        progressive::read::<L>(segments, scan, &frame, grids)
    } else {
        scan::read::<L>(segments, &scan, &frame, grids)
    }
}
