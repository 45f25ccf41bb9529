//! Pictures as their local points see them: what `geometry`, `residual` and `words` compare.
//!
//! Plain data, as an analyzer read it; nothing here is measured. The bits of a point follow a fixed layout, 4 × 4 cells ×
//! 8 directions × 2 ranks, which [`Points::mirrored`] relies on.

/// A local point of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// In working pixels, from the left edge.
    pub x: f32,
    /// In working pixels, from the top edge.
    pub y: f32,
    /// Blur at which it stands out, in working pixels; positive.
    pub size: f32,
    /// Radians from +x towards +y.
    pub direction: f32,
    /// What it looks like: word 0 and 1 hold "above the median", 2 and 3 "above the upper quartile", value
    /// `(row * 4 + column) * 8 + direction` at that bit.
    pub bits: [u64; 4],
}

/// A small grey picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// One byte a pixel, row by row.
    pub pixels: Vec<u8>,
}

/// The points of one picture, with its look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Points {
    /// Sides of the picture as stored, in its own pixels.
    pub sides: (f32, f32),
    /// Sides in working pixels.
    pub working: (f32, f32),
    /// The points.
    pub points: Vec<Point>,
    /// The picture, small.
    pub look: Look,
}

/// The bits that a point has in the mirrored picture.
pub fn mirrored_bits(bits: &[u64; 4]) -> [u64; 4] {
    // A row of cells is 32 bits, a cell 8: rows change places from last to first, and direction d becomes -d.
    let word = |at: usize| {
        let (upper, lower) = (bits[at + 1], bits[at]);
        let rows = |w: u64| w.rotate_left(32);
        [turned_cells(rows(upper)), turned_cells(rows(lower))]
    };
    let ([a, b], [c, d]) = (word(0), word(2));
    [a, b, c, d]
}

/// In each byte, bit d goes to bit (8 - d) mod 8.
fn turned_cells(word: u64) -> u64 {
    word.to_ne_bytes().iter().enumerate().fold(0, |all, (i, _)| {
        let byte = (word >> (8 * i)) as u8;
        all | u64::from(byte.reverse_bits().rotate_left(1)) << (8 * i)
    })
}

impl Points {
    /// The points of the picture mirrored left to right.
    pub fn mirrored(&self) -> Points {
        let mirrored = |p: &Point| Point {
            x: self.working.0 - p.x,
            direction: (std::f32::consts::PI - p.direction).rem_euclid(std::f32::consts::TAU),
            bits: mirrored_bits(&p.bits),
            ..*p
        };
        let rows = self.look.pixels.chunks_exact(self.look.width.max(1));
        let pixels = rows.flat_map(|row| row.iter().rev()).copied().collect();
        Points { points: self.points.iter().map(mirrored).collect(), look: Look { pixels, ..self.look }, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirroring_moves_every_value_to_its_place_and_back() {
        for value in 0..128usize {
            let (row, column, direction) = (value / 32, value / 8 % 4, value % 8);
            let to = ((3 - row) * 4 + column) * 8 + (8 - direction) % 8;
            for half in [0, 2] {
                let mut bits = [0u64; 4];
                bits[half + value / 64] = 1 << (value % 64);
                let mut expected = [0u64; 4];
                expected[half + to / 64] = 1 << (to % 64);
                assert_eq!(mirrored_bits(&bits), expected, "{value}");
                assert_eq!(mirrored_bits(&expected), bits);
            }
        }
    }
}
