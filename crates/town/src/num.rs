//! Numbers that come out the same on every machine: trigonometry from basic arithmetic, hashes, noise.
//!
//! The platform's own `sin` and `ln` differ in their last bits between systems, which would change the bytes of a
//! picture. Addition, multiplication, division and square root are exact by IEEE 754, so everything here is built
//! from those. Accuracy is about 1e-9, enough for drawing; this is no general mathematics library.

use std::f64::consts::{LN_2, PI, SQRT_2};

/// Sine of an angle in radians, |x| up to about 1e6.
pub(crate) fn sin(x: f64) -> f64 {
    let turns = (x / PI).round_ties_even();
    let r = x - turns * PI;
    let sign = if (turns as i64) % 2 == 0 { 1.0 } else { -1.0 };
    let r2 = r * r;
    // Taylor series to r^17 on [-π/2, π/2]: error below 1e-12.
    let mut term = r;
    let mut sum = r;
    for k in 1..9 {
        let k2 = f64::from(2 * k);
        term *= -r2 / (k2 * (k2 + 1.0));
        sum += term;
    }
    sign * sum
}

/// Cosine of an angle in radians.
pub(crate) fn cos(x: f64) -> f64 {
    sin(x + PI / 2.0)
}

/// Angle of the vector (x, y) in radians, (-π, π].
pub(crate) fn atan2(y: f64, x: f64) -> f64 {
    if x == 0.0 && y == 0.0 {
        return 0.0;
    }
    let (small, large) = if x.abs() > y.abs() { (y.abs(), x.abs()) } else { (x.abs(), y.abs()) };
    // Halve the angle twice, then use the series of the arc tangent.
    let mut t = small / large;
    for _ in 0..2 {
        t /= 1.0 + (1.0 + t * t).sqrt();
    }
    let t2 = t * t;
    let mut sum = 0.0;
    let mut power = t;
    for k in 0..16 {
        let term = power / f64::from(2 * k + 1);
        sum += if k % 2 == 0 { term } else { -term };
        power *= t2;
    }
    let mut angle = 4.0 * sum;
    if y.abs() >= x.abs() {
        angle = PI / 2.0 - angle;
    }
    if x < 0.0 {
        angle = PI - angle;
    }
    if y < 0.0 { -angle } else { angle }
}

/// Arc sine in radians of a value in [-1, 1].
pub(crate) fn asin(x: f64) -> f64 {
    atan2(x, (1.0 - x * x).max(0.0).sqrt())
}

/// Natural logarithm of a positive normal number.
pub(crate) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // ln m = 2 atanh((m - 1) / (m + 1)).
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let z2 = z * z;
    let mut sum = 0.0;
    let mut power = z;
    for k in 0..12 {
        sum += power / f64::from(2 * k + 1);
        power *= z2;
    }
    2.0 * sum + exponent as f64 * LN_2
}

/// Mixes 32 bits so that neighbouring inputs give unrelated outputs (the finaliser of MurmurHash3).
pub(crate) fn mix(mut h: u32) -> u32 {
    h ^= h >> 16;
    h = h.wrapping_mul(0x85eb_ca6b);
    h ^= h >> 13;
    h = h.wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

/// A number in [0, 1) from a cell of an integer lattice and a seed.
pub(crate) fn cell(x: i32, y: i32, seed: u32) -> f32 {
    let h = mix((x as u32).wrapping_mul(0x9e37_79b1) ^ mix((y as u32).wrapping_mul(0x85eb_ca77) ^ seed));
    (h >> 8) as f32 / (1u32 << 24) as f32
}

/// The largest integer not above x; quicker than the library's `floor`, for |x| below 2^31.
pub(crate) fn floor(x: f32) -> i32 {
    let cut = x as i32;
    cut - i32::from(x < cut as f32)
}

/// Smooth value noise in [0, 1), lattice spacing 1.
pub(crate) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (ix, iy) = (floor(x), floor(y));
    let (tx, ty) = (x - ix as f32, y - iy as f32);
    let (sx, sy) = (tx * tx * (3.0 - 2.0 * tx), ty * ty * (3.0 - 2.0 * ty));
    let top = cell(ix, iy, seed) * (1.0 - sx) + cell(ix + 1, iy, seed) * sx;
    let bottom = cell(ix, iy + 1, seed) * (1.0 - sx) + cell(ix + 1, iy + 1, seed) * sx;
    top * (1.0 - sy) + bottom * sy
}

/// Noise summed over `octaves`, each half as strong and twice as fine; in [0, 1).
pub(crate) fn layered(x: f32, y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut scale) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        sum += weight * noise(x * scale, y * scale, seed.wrapping_add(octave * 101));
        total += weight;
        weight *= 0.5;
        scale *= 2.03;
    }
    sum / total
}

/// 0 below `from`, 1 above `to`, smooth between.
pub(crate) fn step(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A small generator of a repeatable sequence (xorshift32), for placing things.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u32);

impl Dice {
    /// A sequence of its own for each seed.
    pub(crate) fn new(seed: u32) -> Self {
        Self(mix(seed) | 1)
    }

    /// The next number in [0, 1).
    pub(crate) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as f32 / (1u32 << 24) as f32
    }

    /// The next number in [from, to).
    pub(crate) fn between(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_to_the_platform_functions() {
        for k in -2000..2000 {
            let x = f64::from(k) * 0.013;
            assert!((sin(x) - x.sin()).abs() < 1e-10, "sin {x}");
            assert!((cos(x) - x.cos()).abs() < 1e-10, "cos {x}");
            let y = f64::from(k % 37) - 18.2;
            assert!((atan2(y, x) - y.atan2(x)).abs() < 1e-9, "atan2 {y} {x}");
            assert!((asin(x / 27.0) - (x / 27.0).asin()).abs() < 1e-9);
            let p = x.abs() + 1e-6;
            assert!((ln(p) - p.ln()).abs() < 1e-9, "ln {p}");
        }
    }

    #[test]
    fn dice_stay_in_range_and_average_a_half() {
        let mut dice = Dice::new(7);
        let mean = (0..10_000).map(|_| dice.next()).inspect(|v| assert!((0.0..1.0).contains(v))).sum::<f32>() / 1e4;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }
}
