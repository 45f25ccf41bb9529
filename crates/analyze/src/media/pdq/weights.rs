//! The 64 x 64 samples of a grey picture, each from the few pixels that it rests on.
//!
//! Two box filters each way and then a sample are, together, one weighted mean of some rows and columns around each sample; whatever the
//! filters give between the samples is never used. Sums of whole weights are exact, so the samples differ from the reference's running
//! sums in single precision by rounding alone. It deliberately knows bytes only: for pixels of other kinds there are the filters.

use std::ops::Range;

use super::{SAMPLES, middle, window};

/// What one sample is a mean of, along one side.
struct Taps {
    start: usize,
    weights: Vec<f32>,
    /// The same as whole numbers and what they are shares of, where they are such and sums of bytes fit in 16 bits.
    whole: Option<(Vec<u16>, f32)>,
}

/// Which values the reference's box filter of `window` averages at `at`: it reads ahead by half a window.
fn boxed(at: usize, length: usize, window: usize) -> Range<usize> {
    let end = at + (window + 2) / 2;
    end.saturating_sub(window)..end.min(length)
}

impl Taps {
    fn of(sample: usize, side: usize) -> Taps {
        let window = window(side);
        let second = boxed(middle(sample, side), side, window);
        let start = boxed(second.start, side, window).start;
        let end = boxed(second.end - 1, side, window).end;
        let (mut weights, mut counts) = (vec![0.0f64; end - start], vec![0u16; end - start]);
        let mut is_even = second.len() == window;
        for at in second.clone() {
            let first = boxed(at, side, window);
            is_even &= first.len() == window;
            for tap in first.clone() {
                weights[tap - start] += 1.0 / (second.len() * first.len()) as f64;
                counts[tap - start] += 1;
            }
        }
        let share = window * window;
        let fits = is_even && share * usize::from(u8::MAX) <= usize::from(u16::MAX);
        Taps {
            start,
            weights: weights.into_iter().map(|weight| weight as f32).collect(),
            whole: fits.then(|| (counts, 1.0 / share as f32)),
        }
    }
}

/// The samples of `width * height` bytes, row by row.
pub(super) fn samples(pixels: &[u8], width: usize, height: usize) -> Vec<f32> {
    let across: Vec<Taps> = (0..SAMPLES).map(|j| Taps::of(j, width)).collect();
    let mut out = Vec::with_capacity(SAMPLES * SAMPLES);
    let (mut sums, mut row) = (vec![0u16; width], vec![0.0f32; width]);
    for i in 0..SAMPLES {
        down(&Taps::of(i, height), pixels, width, &mut sums, &mut row);
        out.extend(across.iter().map(|taps| {
            let under = &row[taps.start..][..taps.weights.len()];
            under.iter().zip(&taps.weights).map(|(value, weight)| value * weight).sum::<f32>()
        }));
    }
    out
}

/// One row of weighted means of rows.
fn down(taps: &Taps, pixels: &[u8], width: usize, sums: &mut [u16], row: &mut [f32]) {
    let rows = pixels[taps.start * width..].chunks_exact(width);
    match &taps.whole {
        Some((counts, share)) => {
            sums.fill(0);
            for (pixels, count) in rows.zip(counts) {
                sums.iter_mut().zip(pixels).for_each(|(sum, pixel)| *sum += u16::from(*pixel) * count);
            }
            row.iter_mut().zip(&*sums).for_each(|(mean, sum)| *mean = f32::from(*sum) * share);
        }
        None => {
            row.fill(0.0);
            for (pixels, weight) in rows.zip(&taps.weights) {
                row.iter_mut().zip(pixels).for_each(|(mean, pixel)| *mean += f32::from(*pixel) * weight);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise over a slope: every sample differs from its neighbours.
    fn drawn(width: usize, height: usize) -> Vec<u8> {
        let mut state = 9u32;
        let mut pixel = |at: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((at % width) * 120 / width + (at / width) * 60 / height) as u8 + (state >> 26) as u8
        };
        (0..width * height).map(&mut pixel).collect()
    }

    #[test]
    fn they_are_what_the_filters_give_but_for_rounding() {
        for (width, height) in [(512, 512), (511, 257), (65, 64), (64, 65), (130, 500), (40, 5), (5, 300), (128, 129)] {
            let pixels = drawn(width, height);
            let row = |y: usize, to: &mut [f32]| {
                to.iter_mut().zip(&pixels[y * width..]).for_each(|(to, pixel)| *to = f32::from(*pixel));
            };
            let filtered = super::super::samples(row, width, height);
            let weighed = samples(&pixels, width, height);
            let apart = filtered.iter().zip(&weighed).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart < 0.01, "{width} x {height}: {apart}");
        }
    }
}
