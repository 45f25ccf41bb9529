//! Invented places seen by cameras that stand, move and expose as they like: what two photographs of one scene look like
//! when neither is a copy of the other.
//!
//! Boxes, a street and a sky, each with a texture of noise and windows, drawn by casting rays; some boxes move with time.
//! It deliberately knows nothing of what is measured on it.

use witnessmark_analyze::media::raster::Gray;

type V = [f32; 3];

/// Dice that give the same numbers for the same seed (G. Marsaglia's xorshift).
pub struct Dice(u64);

impl Dice {
    /// Dice with a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number from `low` to `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Near a normal one with deviation 1.
    fn normal(&mut self) -> f32 {
        (0..6).map(|_| self.between(-1.0, 1.0)).sum::<f32>() / 1.414
    }
}

fn hashed(x: i32, y: i32, seed: u32) -> f32 {
    let mut h =
        (x as u32).wrapping_mul(0x85eb_ca6b) ^ (y as u32).wrapping_mul(0xc2b2_ae35) ^ seed.wrapping_mul(0x27d4_eb2f);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2c1b_3c6d);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297a_2d39);
    (h ^ h >> 15) as f32 / u32::MAX as f32
}

/// Noise of four octaves, 0 to 1.
fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut size) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..4 {
        let (u, v) = (x * size, y * size);
        let (i, j) = (u.floor(), v.floor());
        let smooth = |t: f32| t * t * (3.0 - 2.0 * t);
        let (du, dv) = (smooth(u - i), smooth(v - j));
        let at = |a: i32, b: i32| hashed(i as i32 + a, j as i32 + b, seed + octave);
        let upper = at(0, 0) + du * (at(1, 0) - at(0, 0));
        let lower = at(0, 1) + du * (at(1, 1) - at(0, 1));
        sum += weight * (upper + dv * (lower - upper));
        total += weight;
        (weight, size) = (weight * 0.6, size * 2.3);
    }
    sum / total
}

#[derive(Clone, Copy)]
struct Solid {
    low: V,
    high: V,
    tone: f32,
    seed: u32,
    /// Metres a second to the right.
    speed: f32,
}

/// A place.
pub struct Scene {
    solids: Vec<Solid>,
    seed: u32,
}

/// Where a camera stands and how it is held.
#[derive(Debug, Clone, Copy)]
pub struct Camera {
    /// Metres right, forward and up.
    pub at: V,
    /// Degrees to the right, up, and rolled.
    pub turned: V,
    /// Focal length in widths of the picture.
    pub focal: f32,
    /// What the light is multiplied by.
    pub exposure: f32,
    /// Seconds.
    pub time: f32,
    /// Its grain.
    pub grain: u64,
}

impl Default for Camera {
    fn default() -> Self {
        Camera { at: [0.0, 0.0, 1.7], turned: [0.0, 2.0, 0.0], focal: 0.9, exposure: 1.0, time: 0.0, grain: 1 }
    }
}

impl Scene {
    /// The place of a seed: a street of houses, things in it, some of which move.
    pub fn new(seed: u64) -> Scene {
        let mut dice = Dice::new(seed + 1);
        let mut solids = Vec::new();
        let mut add = |dice: &mut Dice, low: V, high: V, speed: f32| {
            let (tone, seed) = (dice.between(0.25, 0.85), dice.bits() as u32);
            solids.push(Solid { low, high, tone, seed, speed });
        };
        for side in [-1.0f32, 1.0] {
            let mut y = dice.between(-4.0, 2.0);
            while y < 70.0 {
                let (deep, front, tall) = (dice.between(6.0, 14.0), dice.between(6.0, 9.0), dice.between(4.0, 12.0));
                let (x0, x1) = (side * front, side * (front + 9.0));
                add(&mut dice, [x0.min(x1), y, 0.0], [x0.max(x1), y + deep, tall], 0.0);
                y += deep + dice.between(0.0, 3.0);
            }
        }
        add(&mut dice, [-40.0, 75.0, 0.0], [40.0, 85.0, 14.0], 0.0);
        for _ in 0..9 {
            let (x, y, size) = (dice.between(-5.5, 5.5), dice.between(5.0, 40.0), dice.between(0.5, 2.4));
            let tall = size * dice.between(0.6, 1.6);
            add(&mut dice, [x - size / 2.0, y, 0.0], [x + size / 2.0, y + size, tall], 0.0);
        }
        for _ in 0..6 {
            let (x, y, speed) = (dice.between(-4.5, 4.5), dice.between(6.0, 26.0), dice.between(-1.6, 1.6));
            add(&mut dice, [x - 0.3, y, 0.0], [x + 0.3, y + 0.4, 1.75], speed);
        }
        Scene { solids, seed: seed as u32 * 977 + 5 }
    }

    /// What a camera sees, with the grain of its sensor.
    pub fn seen(&self, camera: &Camera, width: usize, height: usize) -> Gray {
        let mut dice = Dice::new(camera.grain.wrapping_mul(77) + 3);
        let [yaw, pitch, roll] = camera.turned.map(f32::to_radians);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0.0;
                for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                    let u = (x as f32 + dx - width as f32 / 2.0) / (width as f32 * camera.focal);
                    let v = (height as f32 / 2.0 - y as f32 - dy) / (width as f32 * camera.focal);
                    let (u, v) = (u * roll.cos() - v * roll.sin(), u * roll.sin() + v * roll.cos());
                    let (f, up) = (pitch.cos() - v * pitch.sin(), pitch.sin() + v * pitch.cos());
                    let ray = [u * yaw.cos() + f * yaw.sin(), f * yaw.cos() - u * yaw.sin(), up];
                    sum += self.light(camera.at, ray, camera.time);
                }
                let light = sum / 4.0 * camera.exposure;
                let grain = dice.normal() * (0.008 + 0.02 * light.max(0.0).sqrt());
                pixels.push(((light + grain).clamp(0.0, 1.0).powf(0.8) * 255.0) as u8);
            }
        }
        Gray { width, height, pixels }
    }

    fn light(&self, from: V, ray: V, time: f32) -> f32 {
        let mut nearest = (f32::INFINITY, 0usize, 0usize);
        for (number, solid) in self.solids.iter().enumerate() {
            let shift = solid.speed * time;
            let (mut enter, mut leave, mut axis) = (0.05f32, nearest.0, 0);
            for k in 0..3 {
                let (low, high) =
                    (solid.low[k] + if k == 0 { shift } else { 0.0 }, solid.high[k] + if k == 0 { shift } else { 0.0 });
                let inverse = 1.0 / if ray[k].abs() < 1e-7 { 1e-7 } else { ray[k] };
                let (a, b) = ((low - from[k]) * inverse, (high - from[k]) * inverse);
                if a.min(b) > enter {
                    (enter, axis) = (a.min(b), k);
                }
                leave = leave.min(a.max(b));
            }
            if enter < leave && enter > 0.05 {
                nearest = (enter, number, axis);
            }
        }
        let at = |t: f32| [from[0] + ray[0] * t, from[1] + ray[1] * t, from[2] + ray[2] * t];
        let ground = if ray[2] < -1e-4 { -from[2] / ray[2] } else { f32::INFINITY };
        if ground < nearest.0 {
            let p = at(ground);
            let fine = (1.0 - ground / 40.0).clamp(0.0, 1.0);
            return 0.30
                + 0.3 * (noise(p[0] * 0.8, p[1] * 0.8, self.seed) - 0.5)
                + 0.4 * fine * (noise(p[0] * 5.0, p[1] * 5.0, self.seed + 9) - 0.5);
        }
        if nearest.0.is_finite() {
            let solid = self.solids[nearest.1];
            let p = at(nearest.0);
            let (u, v) = match nearest.2 {
                0 => (p[1], p[2]),
                1 => (p[0] - solid.speed * time, p[2]),
                _ => (p[0] - solid.speed * time, p[1]),
            };
            let facing = [0.75, 1.0, 1.25][nearest.2];
            let rough = noise(u * 2.0, v * 2.0, solid.seed) - 0.5;
            let (cu, cv) = (u / 2.3, v / 2.9);
            let inside = |t: f32| (0.3..0.7).contains(&(t - t.floor()));
            let tall = solid.high[2] > 3.5 && nearest.2 != 2;
            if tall && inside(cu) && inside(cv) {
                return facing * (0.06 + 0.25 * hashed(cu.floor() as i32, cv.floor() as i32, solid.seed));
            }
            return facing * (solid.tone * 0.75 + 0.35 * rough);
        }
        let (x, y) = (ray[0] / (ray[2] + 0.2), ray[1] / (ray[2] + 0.2));
        0.75 + 0.35 * (noise(x * 1.2, y * 1.2, self.seed + 40) - 0.5)
    }
}
