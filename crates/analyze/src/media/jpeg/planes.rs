//! Pixels and means of pixels straight from the coefficients of a block: only those that somebody asked for.
//!
//! Every pixel, and every mean of a rectangle of pixels, is a sum over the 64 coefficients, and its weights fall apart into a
//! factor down and one across (T.81 clause A.3.3). So a coefficient is multiplied once with the factors of all rows that are
//! wanted, and once a block these sums with the factors of all columns. Values are exact up to single precision: what is
//! asked for has the place it has in the whole picture, however little of it is decoded.

#![allow(clippy::needless_range_loop, reason = "arrays of one length, counted together in the innermost loops")]

use std::f64::consts::PI;

/// Where on one axis values are taken: the factors of each, in the order of the values, and which of them lie in which block.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    /// For each block the first of its values; one more at the end.
    first: Vec<u32>,
    factors: Vec<[f32; 8]>,
}

/// The factor of each of eight waves at a pixel, 0 to 7.
fn wave(pixel: usize) -> [f64; 8] {
    std::array::from_fn(|k| {
        let scale = if k == 0 { 0.5f64.sqrt() } else { 1.0 };
        0.5 * scale * ((2 * pixel + 1) as f64 * k as f64 * PI / 16.0).cos()
    })
}

impl Axis {
    /// `count` single pixels of `side`, the `i`th at `i * side / count`.
    pub fn sampled(side: usize, count: usize) -> Axis {
        let waves: [[f32; 8]; 8] = std::array::from_fn(|pixel| wave(pixel).map(|w| w as f32));
        let places = (0..count).map(|i| i * side / count);
        Axis::new(side, places.map(|place| (place / 8, waves[place % 8])))
    }

    /// Means of `step` pixels (1, 2, 4 or 8), the last of what is left.
    pub fn means(side: usize, step: usize) -> Axis {
        let waves: [[f64; 8]; 8] = std::array::from_fn(wave);
        let means = (0..side.div_ceil(step)).map(|i| {
            let (from, to) = (i * step, (i * step + step).min(side));
            let mean = |k: usize| (from..to).map(|at| waves[at % 8][k]).sum::<f64>() / (to - from) as f64;
            (from / 8, std::array::from_fn(|k| mean(k) as f32))
        });
        Axis::new(side, means)
    }

    fn new(side: usize, values: impl Iterator<Item = (usize, [f32; 8])>) -> Axis {
        let blocks = side.div_ceil(8);
        let (mut first, mut factors) = (Vec::with_capacity(blocks + 1), Vec::new());
        for (block, factor) in values {
            while first.len() <= block {
                first.push(factors.len() as u32);
            }
            factors.push(factor);
        }
        first.resize(blocks + 1, factors.len() as u32);
        Axis { first, factors }
    }

    /// How many values.
    pub fn len(&self) -> usize {
        self.factors.len()
    }

    /// The values of a block.
    #[inline(always)]
    fn of(&self, block: usize) -> std::ops::Range<usize> {
        match self.first.get(block..block + 2) {
            Some(&[from, to]) => from as usize..to as usize,
            _ => 0..0,
        }
    }

    /// Most values of any block.
    fn most(&self) -> usize {
        self.first.windows(2).map(|pair| (pair[1] - pair[0]) as usize).max().unwrap_or(0)
    }
}

/// One grid of values that is wanted of a picture.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub down: Axis,
    pub across: Axis,
    /// Row by row, 0 black to 255 white, rounded.
    pub values: Vec<u8>,
}

impl Grid {
    pub fn new(down: Axis, across: Axis) -> Grid {
        let values = vec![0; down.len() * across.len()];
        Grid { down, across, values }
    }
}

/// Most grids that are taken at once.
pub(super) const MOST_GRIDS: usize = 4;

/// How many rows of values a row of blocks can hold with these grids.
pub(super) fn lanes(grids: &[Grid]) -> usize {
    grids.iter().map(|grid| grid.down.most()).sum()
}

/// One row of blocks: what each coefficient adds to each row of values that lies in it.
#[derive(Debug)]
pub(super) struct Row<const L: usize> {
    /// In the order in which coefficients are sent.
    factors: [[f32; L]; 64],
    /// Row of its grid that each lane is.
    places: [usize; L],
    /// Lanes of each grid.
    of_grid: [(usize, usize); MOST_GRIDS],
    used: usize,
}

/// Place of each coefficient that is sent: its wave across and down (T.81 figure A.6).
pub(super) const ACROSS: [u8; 64] = order(false);
const DOWN: [u8; 64] = order(true);

const fn order(down: bool) -> [u8; 64] {
    const ZIGZAG: [u8; 64] = [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63,
    ];
    let mut out = [0; 64];
    let mut k = 0;
    while k < 64 {
        out[k] = if down { ZIGZAG[k] / 8 } else { ZIGZAG[k] % 8 };
        k += 1;
    }
    out
}

impl<const L: usize> Row<L> {
    /// The row of blocks `block`, with what a step of each coefficient is worth.
    pub fn new(grids: &[Grid], block: usize, steps: &[u16; 64]) -> Row<L> {
        let mut row = Row { factors: [[0.0; L]; 64], places: [0; L], of_grid: [(0, 0); MOST_GRIDS], used: 0 };
        for (number, grid) in grids.iter().enumerate().take(MOST_GRIDS) {
            let from = row.used;
            for value in grid.down.of(block).take(L - from) {
                let factors = &grid.down.factors[value];
                for k in 0..64 {
                    row.factors[k][row.used] = factors[usize::from(DOWN[k])] * f32::from(steps[k]);
                }
                row.places[row.used] = value;
                row.used += 1;
            }
            row.of_grid[number] = (from, row.used);
        }
        row
    }

    /// Is anything of this row of blocks wanted?
    pub fn is_wanted(&self) -> bool {
        self.used > 0
    }
}

/// Is anything wanted of a column of blocks?
pub(super) fn column_is_wanted(grids: &[Grid], block: usize) -> bool {
    grids.iter().any(|grid| !grid.across.of(block).is_empty())
}

/// The sums of one block while its coefficients come in.
#[derive(Debug)]
pub(super) struct Block<const L: usize> {
    sums: [[f32; L]; 8],
    /// One past the highest wave across that was added to.
    reach: usize,
}

impl<const L: usize> Block<L> {
    /// A block of this first coefficient.
    #[inline(always)]
    pub fn new(row: &Row<L>, first: i32) -> Block<L> {
        let mut block = Block { sums: [[0.0; L]; 8], reach: 1 };
        let value = first as f32;
        for lane in 0..L {
            block.sums[0][lane] = value * row.factors[0][lane];
        }
        block
    }

    /// Adds the `k`th coefficient sent.
    #[inline(always)]
    pub fn add(&mut self, row: &Row<L>, k: usize, value: i32) {
        let across = usize::from(ACROSS[k & 63]) & 7;
        let (sums, factors) = (&mut self.sums[across], &row.factors[k & 63]);
        let value = value as f32;
        for lane in 0..L {
            sums[lane] += value * factors[lane];
        }
        self.reach = self.reach.max(across + 1);
    }

    /// Puts the values of this block where they belong.
    #[inline(always)]
    pub fn finish(&self, row: &Row<L>, column: usize, grids: &mut [Grid]) {
        for number in 0..grids.len() {
            let grid = &mut grids[number];
            let width = grid.across.factors.len();
            let (from, to) = row.of_grid[number & 3];
            for value in grid.across.of(column) {
                let factors = &grid.across.factors[value];
                let mut out = [128.5f32; L];
                for wave in 0..self.reach.min(8) {
                    for lane in 0..L {
                        out[lane] += self.sums[wave][lane] * factors[wave];
                    }
                }
                for lane in from..to.min(L) {
                    let place = row.places[lane] * width + value;
                    if let Some(to) = grid.values.get_mut(place) {
                        // Rounds, for a half was added; a cast ends at 0 and 255.
                        *to = out[lane] as u8;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pixels from coefficients by the definition.
    fn pixel(coefficients: &[i32; 64], x: usize, y: usize) -> f64 {
        let (across, down) = (wave(x), wave(y));
        (0..64).map(|k| f64::from(coefficients[k]) * across[usize::from(ACROSS[k])] * down[usize::from(DOWN[k])]).sum()
    }

    #[test]
    fn values_are_those_of_the_whole_block() {
        let coefficients: [i32; 64] = std::array::from_fn(|k| if k % 3 == 0 { 90 - 17 * (k as i32 % 11) } else { 0 });
        let steps = [2; 64];
        let mut grids =
            vec![Grid::new(Axis::sampled(8, 5), Axis::sampled(8, 3)), Grid::new(Axis::means(7, 4), Axis::means(8, 2))];
        assert_eq!(lanes(&grids), 7);
        let row = Row::<8>::new(&grids, 0, &steps);
        let mut block = Block::new(&row, coefficients[0]);
        (1..64).for_each(|k| block.add(&row, k, coefficients[k]));
        block.finish(&row, 0, &mut grids);
        let at = |x: usize, y: usize| 2.0 * pixel(&coefficients, x, y) + 128.0;
        for (i, got) in grids[0].values.iter().enumerate() {
            let expected = at(i % 3 * 8 / 3, i / 3 * 8 / 5).clamp(0.0, 255.0);
            assert!((f64::from(*got) - expected).abs() <= 0.51, "{i}: {got} {expected}");
        }
        for (i, got) in grids[1].values.iter().enumerate() {
            let (left, top) = (i % 4 * 2, i / 4 * 4);
            let rows = top..(top + 4).min(7);
            let count = (2 * rows.len()) as f64;
            let sum: f64 = rows.flat_map(|y| [at(left, y), at(left + 1, y)]).sum();
            let expected = (sum / count).clamp(0.0, 255.0);
            assert!((f64::from(*got) - expected).abs() <= 0.51, "{i}: {got} {expected}");
        }
    }

    #[test]
    fn every_value_lies_in_its_block() {
        for (side, count) in [(4000, 512), (513, 512), (100, 512), (1, 3), (8, 8)] {
            let axis = Axis::sampled(side, count);
            assert_eq!(axis.len(), count);
            let listed: Vec<usize> =
                (0..side.div_ceil(8)).flat_map(|block| axis.of(block).map(move |_| block)).collect();
            let expected: Vec<usize> = (0..count).map(|i| i * side / count / 8).collect();
            assert_eq!(listed, expected);
        }
        assert_eq!(Axis::means(4001, 8).len(), 501);
        assert!(Axis::means(9, 8).of(7).is_empty());
    }
}
