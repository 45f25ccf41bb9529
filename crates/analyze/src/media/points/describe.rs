//! What a point looks like: 256 bits that stay when the picture is turned, scaled, compressed or lit otherwise.
//!
//! A histogram of gradient directions over 4 × 4 cells × 8 directions, turned with the point (Lowe 2004, section 6),
//! then each of the 128 values as two bits: above the median, above the upper quartile (after W. Zhou et al., "Scalable
//! feature matching by binary SIFT", 2012, as a code whose Hamming distance follows rank). Because every value only
//! changes place when a picture is mirrored, [`mirrored`] gives the bits of the mirrored point without the picture.

use super::detect::Spot;
use super::space::{Octave, Plane};

/// Cells along each side of the patch.
const CELLS: usize = 4;
/// Directions.
const DIRECTIONS: usize = 8;
/// Samples along each side of the patch.
const SAMPLES: usize = 16;
/// Side of a cell in blurs of the point.
const CELL_BLURS: f32 = 3.0;
/// Bins of the histogram that gives a point its direction.
const BINS: usize = 36;
/// A second direction counts when its peak is this share of the first.
const SECOND_PEAK: f32 = 0.8;

/// Directions of a point, in radians from +x towards +y, the strongest first; at most two.
pub(super) fn directions(octaves: &[Octave], spot: &Spot) -> Vec<f32> {
    let (plane, blur) = level_of(octaves, spot);
    let spread = 1.5 * blur;
    let radius = (3.0 * spread).round().max(2.0) as isize;
    let mut histogram = [0.0f32; BINS];
    let (cx, cy) = (spot.x.round() as isize, spot.y.round() as isize);
    for y in (cy - radius).max(1)..=(cy + radius).min(plane.height as isize - 2) {
        for x in (cx - radius).max(1)..=(cx + radius).min(plane.width as isize - 2) {
            let at = y as usize * plane.width + x as usize;
            let dx = plane.values[at + 1] - plane.values[at - 1];
            let dy = plane.values[at + plane.width] - plane.values[at - plane.width];
            let away = (x as f32 - spot.x).powi(2) + (y as f32 - spot.y).powi(2);
            let weight = (-away / (2.0 * spread * spread)).exp() * (dx * dx + dy * dy).sqrt();
            let turn = angle(dy, dx) * BINS as f32;
            let low = turn.floor();
            histogram[low as usize % BINS] += weight * (1.0 - (turn - low));
            histogram[(low as usize + 1) % BINS] += weight * (turn - low);
        }
    }
    for _ in 0..2 {
        let h = histogram;
        histogram = std::array::from_fn(|i| 0.25 * h[(i + BINS - 1) % BINS] + 0.5 * h[i] + 0.25 * h[(i + 1) % BINS]);
    }
    let mut peaks: Vec<(f32, f32)> = Vec::new();
    for i in 0..BINS {
        let (before, here, after) = (histogram[(i + BINS - 1) % BINS], histogram[i], histogram[(i + 1) % BINS]);
        if here > before && here >= after {
            let curve = before - 2.0 * here + after;
            let offset = if curve.abs() > 1e-12 { 0.5 * (before - after) / curve } else { 0.0 };
            peaks.push((here, (i as f32 + offset) / BINS as f32 * std::f32::consts::TAU));
        }
    }
    peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
    let least = peaks.first().map_or(0.0, |p| p.0 * SECOND_PEAK);
    peaks.into_iter().take(2).filter(|p| p.0 >= least && p.0 > 0.0).map(|p| p.1).collect()
}

fn level_of<'a>(octaves: &'a [Octave], spot: &Spot) -> (&'a Plane, f32) {
    let levels = &octaves[spot.octave].levels;
    (&levels[(spot.level.round().max(0.0) as usize).min(levels.len() - 1)], Octave::blur(spot.level))
}

/// The bits of a point seen in a direction.
pub(super) fn bits(octaves: &[Octave], spot: &Spot, direction: f32) -> [u64; 4] {
    let (plane, blur) = level_of(octaves, spot);
    let step = CELL_BLURS * blur * CELLS as f32 / SAMPLES as f32;
    let (sin, cos) = direction.sin_cos();
    // One sample more on each side, for gradients.
    const WIDE: usize = SAMPLES + 2;
    let mut patch = [[0.0f32; WIDE]; WIDE];
    for (v, row) in patch.iter_mut().enumerate() {
        for (u, value) in row.iter_mut().enumerate() {
            let along = (u as f32 - (WIDE - 1) as f32 / 2.0) * step;
            let beside = (v as f32 - (WIDE - 1) as f32 / 2.0) * step;
            *value = plane.at(spot.x + along * cos - beside * sin, spot.y + along * sin + beside * cos);
        }
    }
    let mut histogram = [0.0f32; CELLS * CELLS * DIRECTIONS];
    for v in 0..SAMPLES {
        for u in 0..SAMPLES {
            let dx = patch[v + 1][u + 2] - patch[v + 1][u];
            let dy = patch[v + 2][u + 1] - patch[v][u + 1];
            let middle = (SAMPLES - 1) as f32 / 2.0;
            let away = ((u as f32 - middle).powi(2) + (v as f32 - middle).powi(2)) / (SAMPLES * SAMPLES) as f32;
            let weight = (dx * dx + dy * dy).sqrt() * (-2.0 * away).exp();
            share(&mut histogram, u, v, angle(dy, dx) * DIRECTIONS as f32, weight);
        }
    }
    ranked(&histogram)
}

/// Adds to the two nearest cells each way and the two nearest directions.
fn share(histogram: &mut [f32; 128], u: usize, v: usize, turn: f32, weight: f32) {
    let place = |i: usize| (i as f32 + 0.5) * CELLS as f32 / SAMPLES as f32 - 0.5;
    let (x, y) = (place(u), place(v));
    let (left, top, low) = (x.floor(), y.floor(), turn.floor());
    for (row, wy) in [(top, 1.0 - (y - top)), (top + 1.0, y - top)] {
        if !(0.0..CELLS as f32).contains(&row) {
            continue;
        }
        for (column, wx) in [(left, 1.0 - (x - left)), (left + 1.0, x - left)] {
            if !(0.0..CELLS as f32).contains(&column) {
                continue;
            }
            let cell = (row as usize * CELLS + column as usize) * DIRECTIONS;
            histogram[cell + low as usize % DIRECTIONS] += weight * wy * wx * (1.0 - (turn - low));
            histogram[cell + (low as usize + 1) % DIRECTIONS] += weight * wy * wx * (turn - low);
        }
    }
}

/// Word 0 and 1: above the median; word 2 and 3: above the upper quartile.
fn ranked(histogram: &[f32; 128]) -> [u64; 4] {
    let mut sorted = *histogram;
    sorted.sort_unstable_by(f32::total_cmp);
    let (median, quartile) = (sorted[63], sorted[95]);
    let mut words = [0u64; 4];
    for (i, value) in histogram.iter().enumerate() {
        words[i / 64] |= u64::from(*value > median) << (i % 64);
        words[2 + i / 64] |= u64::from(*value > quartile) << (i % 64);
    }
    words
}

/// The bits that the same point has in the mirrored picture: rows of cells and directions change places.
pub fn mirrored(bits: &[u64; 4]) -> [u64; 4] {
    let mut words = [0u64; 4];
    for row in 0..CELLS {
        for column in 0..CELLS {
            for direction in 0..DIRECTIONS {
                let from = (row * CELLS + column) * DIRECTIONS + direction;
                let to = ((CELLS - 1 - row) * CELLS + column) * DIRECTIONS + (DIRECTIONS - direction) % DIRECTIONS;
                for half in [0, 2] {
                    words[half + to / 64] |= (bits[half + from / 64] >> (from % 64) & 1) << (to % 64);
                }
            }
        }
    }
    words
}

/// The angle of (x, y) as a share of a whole turn, 0 to 1; within 0.0003 of it. A polynomial, so that all machines agree.
fn angle(y: f32, x: f32) -> f32 {
    let (ax, ay) = (x.abs(), y.abs());
    let (small, large) = (ax.min(ay), ax.max(ay));
    if large <= 0.0 {
        return 0.0;
    }
    let t = small / large;
    let s = t * t;
    let mut turn = ((-0.046_496_5 * s + 0.159_314_22) * s - 0.327_622_76) * s * t + t;
    turn /= std::f32::consts::TAU;
    if ay > ax {
        turn = 0.25 - turn;
    }
    if x < 0.0 {
        turn = 0.5 - turn;
    }
    if y < 0.0 {
        turn = 1.0 - turn;
    }
    if turn >= 1.0 { 0.0 } else { turn }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_are_those_of_the_library() {
        for i in 0..360 {
            let radians = (i as f32 + 0.3).to_radians();
            let got = angle(radians.sin() * 0.7, radians.cos() * 0.7);
            assert!((got - (i as f32 + 0.3) / 360.0).abs() < 3e-4, "{i}: {got}");
        }
        assert_eq!(angle(0.0, 0.0), 0.0);
    }

    #[test]
    fn mirroring_twice_gives_the_same_bits() {
        let bits = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0x00ff_00ff_1234_5678, 0x9];
        assert_ne!(mirrored(&bits), bits);
        assert_eq!(mirrored(&mirrored(&bits)), bits);
    }

    #[test]
    fn half_the_values_are_above_the_median_and_a_quarter_above_the_quartile() {
        let words = ranked(&std::array::from_fn(|i| ((i * 37) % 128) as f32));
        assert_eq!(words[0].count_ones() + words[1].count_ones(), 64);
        assert_eq!(words[2].count_ones() + words[3].count_ones(), 32);
        assert_eq!((words[2] & !words[0], words[3] & !words[1]), (0, 0));
    }
}
