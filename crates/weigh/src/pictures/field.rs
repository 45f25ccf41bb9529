//! Two looks laid over each other as an alignment says, in the grid of the coarser one.
//!
//! Sampling only: what the two hold where they meet is compared by `residual` and `grain`.

use super::geometry::Alignment;
use super::points::{Look, Points};
use super::transform::{Place, Transform};

/// Looks of fewer pixels say nothing.
const LEAST_PIXELS: usize = 64;

/// A look as numbers.
pub(super) struct Field {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Field {
    fn of(look: &Look) -> Field {
        let values = look.pixels.iter().map(|p| f32::from(*p)).collect();
        Field { width: look.width, height: look.height, values }
    }

    /// Blurred for sampling every `ratio` pixels.
    fn blurred_for(self, ratio: f64) -> Field {
        if ratio < 1.2 {
            return self;
        }
        let sigma = 0.5 * (ratio * ratio - 1.0).sqrt() as f32;
        let radius = (2.5 * sigma).ceil() as isize;
        let weights: Vec<f32> = (-radius..=radius).map(|k| (-0.5 * (k as f32 / sigma).powi(2)).exp()).collect();
        let sum: f32 = weights.iter().sum();
        let (w, h) = (self.width as isize, self.height as isize);
        let pass = |from: &[f32], dx: isize, dy: isize| -> Vec<f32> {
            let value = |i: usize| {
                let (x, y) = (i as isize % w, i as isize / w);
                let at = |k: isize| ((y + k * dy).clamp(0, h - 1) * w + (x + k * dx).clamp(0, w - 1)) as usize;
                let weighed = (-radius..=radius).map(|k| weights[(k + radius) as usize] * from[at(k)]);
                weighed.sum::<f32>() / sum
            };
            (0..from.len()).map(value).collect()
        };
        let across = pass(&self.values, 1, 0);
        Field { values: pass(&across, 0, 1), ..self }
    }

    /// Between four pixels; nothing outside.
    fn at(&self, p: Place) -> f32 {
        let (x, y) = (p.0 - 0.5, p.1 - 0.5);
        if x < -0.01 || y < -0.01 || x > self.width as f64 - 0.99 || y > self.height as f64 - 0.99 {
            return f32::NAN;
        }
        let (x, y) = (x.clamp(0.0, self.width as f64 - 1.0), y.clamp(0.0, self.height as f64 - 1.0));
        let (left, top) = (x as usize, y as usize);
        let (right, below) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (dx, dy) = ((x - left as f64) as f32, (y - top as f64) as f32);
        let value = |x: usize, y: usize| self.values[y * self.width + x];
        let upper = value(left, top) + dx * (value(right, top) - value(left, top));
        let lower = value(left, below) + dx * (value(right, below) - value(left, below));
        upper + dy * (lower - upper)
    }
}

/// From working pixels to pixels of the look.
pub(super) fn to_look(of: &Points) -> Transform {
    let (x, y) = (of.look.width as f64 / f64::from(of.working.0), of.look.height as f64 / f64::from(of.working.1));
    Transform([x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0])
}

/// A look, and another laid over it.
pub(super) struct Laid {
    /// The coarser look.
    pub grid: Field,
    /// What the other holds there; NaN where it does not reach.
    pub laid: Vec<f32>,
}

impl Laid {
    /// Nothing where a look is missing or the transform cannot be turned round.
    pub fn over(a: &Points, b: &Points, alignment: &Alignment) -> Option<Laid> {
        if a.look.pixels.len() < LEAST_PIXELS || b.look.pixels.len() < LEAST_PIXELS {
            return None;
        }
        let looks = to_look(b).after(&alignment.transform.after(&to_look(a).inverse()?));
        let middle = alignment.places.first().map_or((0.0, 0.0), |p| to_look(a).apply(p.0));
        let (scale, _) = looks.scale_and_turn(middle);
        let back = looks.inverse()?;
        let (grid, other, across) = if scale >= 1.0 {
            (Field::of(&a.look), Field::of(&b.look).blurred_for(scale), looks)
        } else {
            (Field::of(&b.look), Field::of(&a.look).blurred_for(1.0 / scale), back)
        };
        let middle_of = |i: usize| ((i % grid.width) as f64 + 0.5, (i / grid.width) as f64 + 0.5);
        let laid = (0..grid.values.len()).map(|i| other.at(across.apply(middle_of(i)))).collect();
        Some(Laid { grid, laid })
    }
}
