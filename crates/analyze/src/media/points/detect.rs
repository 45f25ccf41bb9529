//! Where a picture has points worth naming: extremes of the difference of Gaussians over place and scale.
//!
//! After Lowe 2004, sections 3 to 5: an extreme among its 26 neighbours, moved to where a parabola has it, of some
//! contrast, not along an edge; one or two directions from a histogram of gradients. Of all that are found, a fixed
//! number is kept, spread over the picture, so that what a crop leaves still has its share.

use super::space::{INTERVALS, Octave, Plane};

/// A point before it is described.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub octave: usize,
    /// Level of the octave, between levels.
    pub level: f32,
    /// In pixels of the octave.
    pub x: f32,
    pub y: f32,
    /// How far the extreme stands out, in luma of 0 to 1.
    pub strength: f32,
}

/// Extremes that stand out less are noise of 8-bit values. Low, because only the strongest are kept anyway, and a picture of
/// fog has no others.
const LEAST_STRENGTH: f32 = 0.0015;
/// Largest ratio of the two principal curvatures; along an edge it is larger.
const MOST_EDGE: f32 = 10.0;
/// Steps of moving to the top of the parabola.
const STEPS: usize = 4;
/// Pixels of an octave that are left out along its edges.
const MARGIN: usize = 5;
/// Cells across and down over which points are spread.
const CELLS: usize = 8;

/// All points of a picture's octaves.
pub(super) fn spots(octaves: &[Octave]) -> Vec<Spot> {
    let mut out = Vec::new();
    for (number, octave) in octaves.iter().enumerate() {
        for level in 1..=INTERVALS {
            extremes(octave, number, level, &mut out);
        }
    }
    out
}

fn extremes(octave: &Octave, number: usize, level: usize, out: &mut Vec<Spot>) {
    let [below, here, above] = [level - 1, level, level + 1].map(|l| &octave.differences[l]);
    let (width, height) = (here.width, here.height);
    if width <= 2 * MARGIN || height <= 2 * MARGIN {
        return;
    }
    for y in MARGIN..height - MARGIN {
        for x in MARGIN..width - MARGIN {
            let at = y * width + x;
            let value = here.values[at];
            if value.abs() < 0.5 * LEAST_STRENGTH {
                continue;
            }
            let beats = |other: f32| if value > 0.0 { value > other } else { value < other };
            // The nearest four first: most pixels end here.
            let row = |plane: &Plane, at: usize| beats(plane.values[at - 1]) && beats(plane.values[at + 1]);
            let tops = row(here, at)
                && beats(here.values[at - width])
                && beats(here.values[at + width])
                && row(here, at - width)
                && row(here, at + width)
                && [below, above].iter().all(|plane| {
                    [at - width, at, at + width].iter().all(|at| beats(plane.values[*at]) && row(plane, *at))
                });
            if tops && let Some(spot) = refined(octave, number, level, x, y) {
                out.push(spot);
            }
        }
    }
}

/// Moves to where the parabola through the neighbours has its extreme; nothing when that leads away, is too faint, or
/// lies on an edge.
fn refined(octave: &Octave, number: usize, level: usize, x: usize, y: usize) -> Option<Spot> {
    let (mut level, mut x, mut y) = (level, x, y);
    for _ in 0..STEPS {
        let here = &octave.differences[level];
        let value = |l: usize, dx: isize, dy: isize| {
            octave.differences[l].values[(y as isize + dy) as usize * here.width + (x as isize + dx) as usize]
        };
        let middle = value(level, 0, 0);
        let gradient = [
            (value(level, 1, 0) - value(level, -1, 0)) / 2.0,
            (value(level, 0, 1) - value(level, 0, -1)) / 2.0,
            (value(level + 1, 0, 0) - value(level - 1, 0, 0)) / 2.0,
        ];
        let xx = value(level, 1, 0) + value(level, -1, 0) - 2.0 * middle;
        let yy = value(level, 0, 1) + value(level, 0, -1) - 2.0 * middle;
        let ss = value(level + 1, 0, 0) + value(level - 1, 0, 0) - 2.0 * middle;
        let xy = (value(level, 1, 1) - value(level, -1, 1) - value(level, 1, -1) + value(level, -1, -1)) / 4.0;
        let across = |l: usize| value(l, 1, 0) - value(l, -1, 0);
        let down = |l: usize| value(l, 0, 1) - value(l, 0, -1);
        let xs = (across(level + 1) - across(level - 1)) / 4.0;
        let ys = (down(level + 1) - down(level - 1)) / 4.0;
        let offset = solved([[xx, xy, xs], [xy, yy, ys], [xs, ys, ss]], gradient.map(|g| -g))?;
        if offset.iter().all(|o| o.abs() <= 0.6) {
            let strength = (middle + 0.5 * (0..3).map(|i| gradient[i] * offset[i]).sum::<f32>()).abs();
            let (trace, determinant) = (xx + yy, xx * yy - xy * xy);
            let edge = trace * trace * MOST_EDGE >= (MOST_EDGE + 1.0).powi(2) * determinant;
            if strength < LEAST_STRENGTH || determinant <= 0.0 || edge {
                return None;
            }
            return Some(Spot {
                octave: number,
                level: level as f32 + offset[2],
                x: x as f32 + offset[0],
                y: y as f32 + offset[1],
                strength,
            });
        }
        let moved = |at: usize, by: f32, least: usize, most: usize| {
            let to = at as isize + by.round().clamp(-1.0, 1.0) as isize;
            (least as isize..=most as isize).contains(&to).then_some(to as usize)
        };
        x = moved(x, offset[0], MARGIN, here.width - MARGIN - 1)?;
        y = moved(y, offset[1], MARGIN, here.height - MARGIN - 1)?;
        level = moved(level, offset[2], 1, INTERVALS)?;
    }
    None
}

/// Solves three equations by Cramer's rule.
fn solved(m: [[f32; 3]; 3], v: [f32; 3]) -> Option<[f32; 3]> {
    let minor = |a: [f32; 3], b: [f32; 3], c: [f32; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    };
    let whole = minor(m[0], m[1], m[2]);
    if whole.abs() < 1e-20 || !whole.is_finite() {
        return None;
    }
    let column = |i: usize| {
        let mut m = m;
        for (row, value) in m.iter_mut().zip(v) {
            row[i] = value;
        }
        minor(m[0], m[1], m[2]) / whole
    };
    Some([column(0), column(1), column(2)])
}

/// Keeps `most` points: half of them the strongest, half the strongest that each cell of the picture still has.
pub(super) fn spread(mut spots: Vec<Spot>, width: usize, height: usize, most: usize) -> Vec<Spot> {
    let order = |a: &Spot, b: &Spot| {
        let place = |s: &Spot| (s.octave, s.y.to_bits(), s.x.to_bits());
        b.strength.total_cmp(&a.strength).then(place(a).cmp(&place(b)))
    };
    spots.sort_by(order);
    if spots.len() <= most {
        return spots;
    }
    let rest = spots.split_off(most / 2);
    let mut cells: Vec<Vec<Spot>> = vec![Vec::new(); CELLS * CELLS];
    for spot in rest {
        let size = (1usize << spot.octave) as f32;
        let cell = |at: f32, side: usize| ((at * size / side as f32 * CELLS as f32) as usize).min(CELLS - 1);
        cells[cell(spot.y, height) * CELLS + cell(spot.x, width)].push(spot);
    }
    let mut round = 0;
    while spots.len() < most {
        let mut of_round: Vec<Spot> = cells.iter().filter_map(|cell| cell.get(round)).copied().collect();
        of_round.sort_by(order);
        of_round.truncate(most - spots.len());
        spots.extend(of_round);
        round += 1;
    }
    spots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::points::space::octaves;

    #[test]
    fn a_blob_is_found_where_it_is_and_as_large_as_it_is() {
        let (width, height) = (128, 96);
        let bump = |x: usize, y: usize| {
            let away = (x as f32 - 70.3).powi(2) + (y as f32 - 41.6).powi(2);
            0.2 + 0.6 * (-away / (2.0 * 25.0)).exp()
        };
        let values = (0..height).flat_map(|y| (0..width).map(move |x| bump(x, y))).collect();
        let found = spots(&octaves(&Plane::new(width, height, values)));
        let best = found.iter().max_by(|a, b| a.strength.total_cmp(&b.strength)).unwrap();
        let size = (1 << best.octave) as f32;
        assert!((best.x * size - 70.3).abs() < 0.8 && (best.y * size - 41.6).abs() < 0.8, "{best:?}");
        // The difference of Gaussians answers a blob of deviation 5 at a blur near 5.
        let blur = Octave::blur(best.level) * size;
        assert!((3.5..7.0).contains(&blur), "{blur}");
    }

    #[test]
    fn a_flat_picture_and_a_straight_edge_have_no_point() {
        let flat = Plane::new(96, 96, vec![0.4; 96 * 96]);
        assert!(spots(&octaves(&flat)).is_empty());
        let edge = (0..96 * 96).map(|i| if i % 96 < 48 { 0.1 } else { 0.9 }).collect();
        assert!(spots(&octaves(&Plane::new(96, 96, edge))).is_empty());
    }

    #[test]
    fn those_kept_are_spread_over_the_picture() {
        let spot = |i: usize| Spot {
            octave: 0,
            level: 1.0,
            x: if i < 900 { (i % 30) as f32 } else { 400.0 },
            y: (i / 30) as f32,
            strength: 1.0 - i as f32 / 1000.0,
        };
        let kept = spread((0..1000).map(spot).collect(), 512, 512, 100);
        assert_eq!(kept.len(), 100);
        assert!(kept.iter().filter(|s| s.x > 100.0).count() >= 20);
    }
}
