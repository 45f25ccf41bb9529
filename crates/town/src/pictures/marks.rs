//! Letters: a 5 × 7 Latin alphabet for signs and captions, and the word مختلق drawn with strokes.
//!
//! Every picture carries “INVENTED · مختلق”. The letters were drawn for this module; no font was copied.

use crate::raster::Raster;

/// Seven rows of five bits for each letter, the highest bit on the left.
const LETTERS: [(char, [u8; 7]); 40] = [
    ('A', [0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11]),
    ('B', [0x1e, 0x11, 0x11, 0x1e, 0x11, 0x11, 0x1e]),
    ('C', [0x0f, 0x10, 0x10, 0x10, 0x10, 0x10, 0x0f]),
    ('D', [0x1e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1e]),
    ('E', [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f]),
    ('F', [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x10]),
    ('G', [0x0f, 0x10, 0x10, 0x13, 0x11, 0x11, 0x0f]),
    ('H', [0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11]),
    ('I', [0x0e, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e]),
    ('J', [0x01, 0x01, 0x01, 0x01, 0x01, 0x11, 0x0e]),
    ('K', [0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11]),
    ('L', [0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f]),
    ('M', [0x11, 0x1b, 0x15, 0x15, 0x11, 0x11, 0x11]),
    ('N', [0x11, 0x19, 0x15, 0x15, 0x13, 0x11, 0x11]),
    ('O', [0x0e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e]),
    ('P', [0x1e, 0x11, 0x11, 0x1e, 0x10, 0x10, 0x10]),
    ('Q', [0x0e, 0x11, 0x11, 0x11, 0x15, 0x12, 0x0d]),
    ('R', [0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11]),
    ('S', [0x0f, 0x10, 0x10, 0x0e, 0x01, 0x01, 0x1e]),
    ('T', [0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04]),
    ('U', [0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e]),
    ('V', [0x11, 0x11, 0x11, 0x11, 0x11, 0x0a, 0x04]),
    ('W', [0x11, 0x11, 0x11, 0x15, 0x15, 0x1b, 0x11]),
    ('X', [0x11, 0x11, 0x0a, 0x04, 0x0a, 0x11, 0x11]),
    ('Y', [0x11, 0x11, 0x0a, 0x04, 0x04, 0x04, 0x04]),
    ('Z', [0x1f, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1f]),
    ('0', [0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e]),
    ('1', [0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e]),
    ('2', [0x0e, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1f]),
    ('3', [0x1e, 0x01, 0x01, 0x0e, 0x01, 0x01, 0x1e]),
    ('4', [0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02]),
    ('5', [0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e]),
    ('6', [0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e]),
    ('7', [0x1f, 0x01, 0x02, 0x04, 0x04, 0x08, 0x08]),
    ('8', [0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e]),
    ('9', [0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c]),
    (':', [0x00, 0x04, 0x00, 0x00, 0x00, 0x04, 0x00]),
    ('.', [0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00]),
    ('-', [0x00, 0x00, 0x00, 0x0e, 0x00, 0x00, 0x00]),
    ('·', [0x00, 0x00, 0x04, 0x0e, 0x04, 0x00, 0x00]),
];

/// Cells from the start of one letter to the start of the next.
const ADVANCE: usize = 6;

/// Whether the cell (column, row) of a line of text is inked; rows 0 to 6, unknown letters are blank.
pub(super) fn inked(text: &str, column: usize, row: usize) -> bool {
    let bits = text
        .chars()
        .nth(column / ADVANCE)
        .and_then(|c| LETTERS.iter().find(|(letter, _)| *letter == c))
        .map_or(0, |(_, rows)| rows.get(row).copied().unwrap_or(0));
    column % ADVANCE < 5 && bits >> (4 - column % ADVANCE) & 1 == 1
}

/// Width of a line of text in cells.
pub(super) fn width(text: &str) -> usize {
    (text.chars().count() * ADVANCE).saturating_sub(1)
}

/// Draws a line of Latin capitals, each cell `cell` pixels wide and high.
pub(super) fn write(raster: &mut Raster, text: &str, left: usize, top: usize, cell: usize, colour: [u8; 3]) {
    for row in 0..7 {
        for column in 0..width(text) {
            if inked(text, column, row) {
                raster.fill(left + column * cell, top + row * cell, cell, cell, colour);
            }
        }
    }
}

/// The word مختلق as strokes on a grid 40 wide and 22 high, y down, baseline at 12, written from the right.
const MUKHTALAQ: &[&[[f32; 2]]] = &[
    // meem: a small loop on the line, open to the left
    &[[37.5, 12.0], [39.0, 10.8], [38.6, 8.8], [36.8, 8.2], [35.4, 9.4], [35.6, 11.2], [37.0, 12.2], [34.5, 12.0]],
    // joining stroke and khaa: a slanting head over the line
    &[[34.5, 12.0], [31.0, 12.0], [28.0, 9.4], [25.6, 7.6], [27.6, 7.2], [30.4, 7.8]],
    &[[31.0, 12.0], [27.0, 11.8], [24.0, 12.0]],
    // taa: a tooth
    &[[24.0, 12.0], [22.0, 12.0], [21.6, 8.4], [21.4, 12.0], [18.0, 12.0]],
    // lam: a tall stem on the line
    &[[18.0, 12.0], [16.4, 12.0], [16.2, 2.0], [16.0, 12.0], [12.5, 12.0]],
    // qaf: a loop above the line and a bowl below it
    &[[12.5, 12.0], [10.6, 12.0], [9.2, 10.6], [8.8, 8.8], [10.0, 7.4], [11.4, 8.2], [11.6, 10.2], [10.6, 12.0]],
    &[[11.4, 9.6], [11.4, 13.0], [10.2, 16.0], [7.4, 17.8], [4.6, 17.4], [3.2, 15.2], [3.4, 12.6]],
];
/// Dots: one over the khaa, two over the taa, two over the qaf.
const DOTS: &[[f32; 2]] = &[[29.0, 4.0], [23.2, 5.4], [20.2, 5.4], [11.4, 4.2], [8.4, 4.2]];

/// Draws مختلق with its grid scaled by `size` pixels a unit.
fn write_mukhtalaq(raster: &mut Raster, left: f32, top: f32, size: f32, colour: [u8; 3]) {
    let pen = 0.95f32;
    let (columns, rows) = ((42.0 * size) as i32, (20.0 * size) as i32);
    for y in 0..rows {
        for x in 0..columns {
            let p = [(x as f32 + 0.5) / size, (y as f32 + 0.5) / size];
            let stroke = MUKHTALAQ
                .iter()
                .flat_map(|line| line.windows(2))
                .map(|ends| distance(p, ends[0], ends[1]) - pen)
                .fold(f32::INFINITY, f32::min);
            let dot = DOTS.iter().map(|d| distance(p, *d, *d) - 1.25).fold(f32::INFINITY, f32::min);
            let ink = (0.5 - stroke.min(dot) * size).clamp(0.0, 1.0);
            if ink > 0.0 {
                raster.blend(left as i32 + x, top as i32 + y, colour, ink);
            }
        }
    }
}

/// Distance from a point to the segment between two others.
fn distance(p: [f32; 2], a: [f32; 2], b: [f32; 2]) -> f32 {
    let (ab, ap) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length = ab[0] * ab[0] + ab[1] * ab[1];
    let t = if length > 0.0 { ((ap[0] * ab[0] + ap[1] * ab[1]) / length).clamp(0.0, 1.0) } else { 0.0 };
    let d = [ap[0] - ab[0] * t, ap[1] - ab[1] * t];
    (d[0] * d[0] + d[1] * d[1]).sqrt()
}

/// Draws the mark “INVENTED · مختلق” near the lower right corner, on a darkened strip.
pub(super) fn mark(raster: &mut Raster) {
    let cell = (raster.width / 280).max(1);
    let latin = "INVENTED ·";
    let unit = cell as f32 * 0.72;
    let strip = (width(latin) * cell + (46.0 * unit) as usize + 4 * cell, 14 * cell);
    let (left, top) =
        (raster.width.saturating_sub(strip.0 + 4 * cell), raster.height.saturating_sub(strip.1 + 4 * cell));
    for y in top..top + strip.1 {
        for x in left..left + strip.0 {
            raster.blend(x as i32, y as i32, [12, 14, 18], 0.62);
        }
    }
    let ink = [245, 240, 225];
    write(raster, latin, left + 3 * cell, top + 4 * cell, cell, ink);
    let arabic_left = (left + 3 * cell + (width(latin) + 3) * cell) as f32;
    write_mukhtalaq(raster, arabic_left, top as f32 + 0.5 * cell as f32, unit, ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_unique_and_the_mark_changes_the_corner_only() {
        for (at, (letter, rows)) in LETTERS.iter().enumerate() {
            assert!(LETTERS[..at].iter().all(|(other, shape)| other != letter && shape != rows), "{letter}");
        }
        let plain = Raster::new(720, 540, [128; 3]);
        let mut marked = plain.clone();
        mark(&mut marked);
        assert_ne!(plain, marked);
        assert_eq!(plain.cropped(0, 0, 720, 480), marked.cropped(0, 0, 720, 480));
    }
}
