//! An RGB raster and the few operations that a picture's life needs: scale, crop, letterbox, blend.
//!
//! It knows nothing of files or scenes.

/// A picture in memory, 8 bits a channel, rows from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<[u8; 3]>,
}

impl Raster {
    /// One colour all over.
    pub(crate) fn new(width: usize, height: usize, colour: [u8; 3]) -> Self {
        Self { width, height, pixels: vec![colour; width * height] }
    }

    /// The pixel at column x, row y.
    pub(crate) fn get(&self, x: usize, y: usize) -> [u8; 3] {
        self.pixels[y * self.width + x]
    }

    /// Sets the pixel at column x, row y.
    pub(crate) fn set(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        self.pixels[y * self.width + x] = colour;
    }

    /// Mixes `colour` over a pixel; points outside are left alone.
    pub(crate) fn blend(&mut self, x: i32, y: i32, colour: [u8; 3], alpha: f32) {
        if x < 0 || y < 0 || x as usize >= self.width || y as usize >= self.height {
            return;
        }
        let under = self.get(x as usize, y as usize);
        let mixed = std::array::from_fn(|c| {
            (f32::from(under[c]) + (f32::from(colour[c]) - f32::from(under[c])) * alpha.clamp(0.0, 1.0)).round() as u8
        });
        self.set(x as usize, y as usize, mixed);
    }

    /// The picture at another size, each new pixel the mean of the area that it covers.
    pub(crate) fn scaled(&self, width: usize, height: usize) -> Self {
        let columns = spans(self.width, width);
        let rows = spans(self.height, height);
        let mut out = Self::new(width, height, [0; 3]);
        for (y, row) in rows.iter().enumerate() {
            for (x, column) in columns.iter().enumerate() {
                let (mut sum, mut total) = ([0.0f32; 3], 0.0);
                for &(sy, wy) in row {
                    for &(sx, wx) in column {
                        let pixel = self.get(sx, sy);
                        total += wx * wy;
                        for c in 0..3 {
                            sum[c] += f32::from(pixel[c]) * wx * wy;
                        }
                    }
                }
                out.set(x, y, sum.map(|v| (v / total).round() as u8));
            }
        }
        out
    }

    /// The rectangle from (left, top) of the given size.
    pub(crate) fn cropped(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        let mut out = Self::new(width, height, [0; 3]);
        for y in 0..height {
            for x in 0..width {
                out.set(x, y, self.get(left + x, top + y));
            }
        }
        out
    }

    /// Puts `other` with its top left corner at (left, top); it must fit.
    pub(crate) fn paste(&mut self, other: &Self, left: usize, top: usize) {
        for y in 0..other.height {
            for x in 0..other.width {
                self.set(left + x, top + y, other.get(x, y));
            }
        }
    }

    /// Fills a rectangle, clipped to the picture.
    pub(crate) fn fill(&mut self, left: usize, top: usize, width: usize, height: usize, colour: [u8; 3]) {
        for y in top..(top + height).min(self.height) {
            for x in left..(left + width).min(self.width) {
                self.set(x, y, colour);
            }
        }
    }
}

/// For every new pixel along one side, the old ones that it covers and how much of each.
fn spans(old: usize, new: usize) -> Vec<Vec<(usize, f32)>> {
    let ratio = old as f64 / new as f64;
    (0..new)
        .map(|at| {
            let (from, to) = (at as f64 * ratio, (at + 1) as f64 * ratio);
            (from as usize..(to.ceil() as usize).min(old))
                .map(|cell| (cell, (to.min(cell as f64 + 1.0) - from.max(cell as f64)) as f32))
                .filter(|&(_, weight)| weight > 1e-6)
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_keeps_the_mean_and_cropping_the_pixels() {
        let mut raster = Raster::new(30, 20, [0; 3]);
        raster.fill(0, 0, 15, 20, [200, 100, 50]);
        let half = raster.scaled(15, 10);
        assert_eq!(half.get(2, 2), [200, 100, 50]);
        assert_eq!(half.get(7, 5), [100, 50, 25]);
        assert_eq!(raster.scaled(7, 5).get(6, 4), [0; 3]);
        assert_eq!(raster.cropped(14, 0, 2, 1).pixels, [[200, 100, 50], [0; 3]]);
    }
}
