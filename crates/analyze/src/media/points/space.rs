//! The Gaussian scale space that points are found in: a picture blurred more and more, halved every doubling of blur.
//!
//! After D. Lowe, "Distinctive Image Features from Scale-Invariant Keypoints" (IJCV 2004), section 3. It deliberately
//! knows nothing of points: it gives levels and their differences.

/// Levels between one octave and the next.
pub(super) const INTERVALS: usize = 3;
/// Blur of the first level, in pixels of its octave.
pub(super) const FIRST_BLUR: f32 = 1.6;
/// Blur that a picture is taken to have when it comes.
const GIVEN_BLUR: f32 = 0.5;
/// Octaves end before a side falls below this.
const LEAST_SIDE: usize = 24;
/// Most octaves: at 512 pixels the fifth is 32 pixels wide.
const MOST_OCTAVES: usize = 5;

/// Luma, 0 to 1, row by row.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Plane {
    pub fn new(width: usize, height: usize, values: Vec<f32>) -> Self {
        debug_assert_eq!(values.len(), width * height);
        Plane { width, height, values }
    }

    /// Between four pixels, weighed by nearness; outside, the nearest edge.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.clamp(0.0, (self.width - 1) as f32), y.clamp(0.0, (self.height - 1) as f32));
        let (left, top) = (x as usize, y as usize);
        let (dx, dy) = (x - left as f32, y - top as f32);
        let right = (left + 1).min(self.width - 1);
        let (upper, lower) = (top * self.width, (top + 1).min(self.height - 1) * self.width);
        let a = self.values[upper + left] + dx * (self.values[upper + right] - self.values[upper + left]);
        let b = self.values[lower + left] + dx * (self.values[lower + right] - self.values[lower + left]);
        a + dy * (b - a)
    }

    /// Every other pixel of every other row.
    fn halved(&self) -> Plane {
        let (width, height) = (self.width / 2, self.height / 2);
        let row = |y: usize| (0..width).map(move |x| self.values[2 * y * self.width + 2 * x]);
        Plane::new(width, height, (0..height).flat_map(row).collect())
    }

    /// Convolved with a Gaussian of this standard deviation; edges repeat.
    pub fn blurred(&self, sigma: f32) -> Plane {
        let kernel = kernel(sigma);
        let radius = kernel.len() - 1;
        let (width, height) = (self.width, self.height);
        let mut across = vec![0.0f32; width * height];
        let mut padded = vec![0.0f32; width + 2 * radius];
        for (from, to) in self.values.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
            padded[..radius].fill(from[0]);
            padded[radius..radius + width].copy_from_slice(from);
            padded[radius + width..].fill(from[width - 1]);
            add_scaled(to, &padded[radius..], kernel[0]);
            for (k, weight) in kernel.iter().enumerate().skip(1) {
                add_both(to, &padded[radius - k..], &padded[radius + k..], *weight);
            }
        }
        let mut out = vec![0.0f32; width * height];
        let row = |y: isize| &across[y.clamp(0, height as isize - 1) as usize * width..][..width];
        for (y, to) in out.chunks_exact_mut(width).enumerate() {
            let y = y as isize;
            add_scaled(to, row(y), kernel[0]);
            for (k, weight) in kernel.iter().enumerate().skip(1) {
                add_both(to, row(y - k as isize), row(y + k as isize), *weight);
            }
        }
        Plane::new(width, height, out)
    }
}

fn add_scaled(to: &mut [f32], from: &[f32], weight: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += weight * from;
    }
}

fn add_both(to: &mut [f32], a: &[f32], b: &[f32], weight: f32) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to += weight * (a + b);
    }
}

/// The middle and one half of a Gaussian kernel that adds up to 1.
fn kernel(sigma: f32) -> Vec<f32> {
    let radius = (3.2 * sigma).ceil().max(1.0) as usize;
    let mut half: Vec<f32> = (0..=radius).map(|k| (-0.5 * (k as f32 / sigma).powi(2)).exp()).collect();
    let sum = half[0] + 2.0 * half[1..].iter().sum::<f32>();
    half.iter_mut().for_each(|weight| *weight /= sum);
    half
}

/// Levels of one size, each blurrier than the last, and the differences of neighbours.
pub(super) struct Octave {
    pub levels: Vec<Plane>,
    pub differences: Vec<Plane>,
}

impl Octave {
    /// The blur of a level, in pixels of this octave; levels between levels have one too.
    pub fn blur(level: f32) -> f32 {
        FIRST_BLUR * (level / INTERVALS as f32).exp2()
    }

    fn over(first: Plane) -> Octave {
        let mut levels = vec![first];
        for level in 1..INTERVALS + 3 {
            let (before, after) = (Octave::blur(level as f32 - 1.0), Octave::blur(level as f32));
            let next = levels[level - 1].blurred((after * after - before * before).sqrt());
            levels.push(next);
        }
        let differences = levels.windows(2).map(|pair| {
            let values = pair[1].values.iter().zip(&pair[0].values).map(|(a, b)| a - b).collect();
            Plane::new(pair[0].width, pair[0].height, values)
        });
        Octave { differences: differences.collect(), levels }
    }
}

/// All octaves of a picture, the finest first; octave *k* counts in pixels of 2ᵏ.
pub(super) fn octaves(picture: &Plane) -> Vec<Octave> {
    let mut first = picture.blurred((FIRST_BLUR * FIRST_BLUR - GIVEN_BLUR * GIVEN_BLUR).sqrt());
    let mut out = Vec::new();
    while out.len() < MOST_OCTAVES && first.width.min(first.height) >= LEAST_SIDE {
        let octave = Octave::over(first);
        first = octave.levels[INTERVALS].halved();
        out.push(octave);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurring_keeps_the_sum_and_spreads_a_point_as_a_gaussian() {
        let mut values = vec![0.0; 65 * 65];
        values[32 * 65 + 32] = 1.0;
        let out = Plane::new(65, 65, values).blurred(3.0);
        assert!((out.values.iter().sum::<f32>() - 1.0).abs() < 1e-3);
        let spread: f32 = (0..65)
            .flat_map(|y| (0..65).map(move |x| (x, y)))
            .fold(0.0, |sum, (x, y)| sum + out.values[y * 65 + x] * (x as f32 - 32.0).powi(2));
        assert!((spread.sqrt() - 3.0).abs() < 0.1, "{spread}");
    }

    #[test]
    fn a_narrow_picture_has_no_octave() {
        assert!(octaves(&Plane::new(500, 8, vec![0.5; 4000])).is_empty());
    }
}
