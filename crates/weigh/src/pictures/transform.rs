//! Plane transforms between two pictures: fitted to pairs of places by least squares, inverted, and applied to frames.
//!
//! A similarity, an affinity and a homography (R. Hartley and A. Zisserman, *Multiple View Geometry*, 2nd ed., 2.4 and
//! 4.1), in the coordinates of working pixels. It deliberately knows nothing of points or of what an alignment means.

/// A homography, row by row, the last element 1 where it can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transform(pub [f64; 9]);

/// A place in working pixels.
pub type Place = (f64, f64);

impl Transform {
    /// The transform that moves nothing.
    pub const IDENTITY: Transform = Transform([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    /// Where a place goes.
    pub fn apply(&self, (x, y): Place) -> Place {
        let m = &self.0;
        let w = m[6] * x + m[7] * y + m[8];
        let w = if w.abs() < 1e-12 { 1e-12 } else { w };
        ((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w)
    }

    /// The transform that does `first`, then this.
    pub fn after(&self, first: &Transform) -> Transform {
        let (a, b) = (&self.0, &first.0);
        Transform(std::array::from_fn(|i| (0..3).map(|k| a[i / 3 * 3 + k] * b[k * 3 + i % 3]).sum())).scaled()
    }

    /// The transform back; nothing when there is none.
    pub fn inverse(&self) -> Option<Transform> {
        let m = &self.0;
        let minor = |a: usize, b: usize, c: usize, d: usize| m[a] * m[d] - m[b] * m[c];
        let determinant = m[0] * minor(4, 5, 7, 8) - m[1] * minor(3, 5, 6, 8) + m[2] * minor(3, 4, 6, 7);
        if !determinant.is_finite() || determinant.abs() < 1e-12 {
            return None;
        }
        let adjugate = [
            minor(4, 5, 7, 8),
            -minor(1, 2, 7, 8),
            minor(1, 2, 4, 5),
            -minor(3, 5, 6, 8),
            minor(0, 2, 6, 8),
            -minor(0, 2, 3, 5),
            minor(3, 4, 6, 7),
            -minor(0, 1, 6, 7),
            minor(0, 1, 3, 4),
        ];
        Some(Transform(adjugate.map(|v| v / determinant)).scaled())
    }

    fn scaled(self) -> Transform {
        if self.0[8].abs() > 1e-12 { Transform(self.0.map(|v| v / self.0[8])) } else { self }
    }

    /// By how much lengths near a place grow, and the angle in radians by which +x turns there.
    pub fn scale_and_turn(&self, at: Place) -> (f64, f64) {
        let (here, right, below) = (self.apply(at), self.apply((at.0 + 1.0, at.1)), self.apply((at.0, at.1 + 1.0)));
        let (ax, ay, bx, by) = (right.0 - here.0, right.1 - here.1, below.0 - here.0, below.1 - here.1);
        ((ax * by - ay * bx).abs().sqrt(), ay.atan2(ax))
    }

    /// A transform that could be of one picture seen twice: nothing folds over, sizes change by less than `most` either
    /// way anywhere in the frame, and squares stay roughly square.
    pub fn plausible(&self, sides: (f32, f32), most: f64) -> bool {
        let (w, h) = (f64::from(sides.0), f64::from(sides.1));
        let corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
        let m = &self.0;
        let depths = corners.map(|(x, y)| m[6] * x + m[7] * y + m[8]);
        if !m.iter().all(|v| v.is_finite()) || depths.iter().any(|d| *d * depths[0] <= 0.0) {
            return false;
        }
        corners.iter().chain(&[(w / 2.0, h / 2.0)]).all(|at| {
            let (here, right, below) =
                (self.apply(*at), self.apply((at.0 + 1.0, at.1)), self.apply((at.0, at.1 + 1.0)));
            let (ax, ay, bx, by) = (right.0 - here.0, right.1 - here.1, below.0 - here.0, below.1 - here.1);
            let (area, a, b) = (ax * by - ay * bx, ax.hypot(ay), bx.hypot(by));
            area > 0.25 * a * b && a / b < 3.0 && b / a < 3.0 && area.sqrt() < most && area.sqrt() > 1.0 / most
        })
    }

    /// The similarity that takes one point with a size and a direction to another.
    pub fn of_one(from: (Place, f64, f64), to: (Place, f64, f64)) -> Transform {
        let (scale, turn) = (to.1 / from.1, to.2 - from.2);
        let (sin, cos) = turn.sin_cos();
        let (a, b) = (scale * cos, scale * sin);
        let ((x, y), (u, v)) = (from.0, to.0);
        Transform([a, -b, u - (a * x - b * y), b, a, v - (b * x + a * y), 0.0, 0.0, 1.0])
    }

    /// The similarity nearest to pairs of places; at least two.
    pub fn similarity(pairs: &[(Place, Place)]) -> Option<Transform> {
        if pairs.len() < 2 {
            return None;
        }
        let (cf, ct) = centres(pairs);
        let (mut dot, mut cross, mut square) = (0.0, 0.0, 0.0);
        for (f, t) in pairs {
            let (x, y, u, v) = (f.0 - cf.0, f.1 - cf.1, t.0 - ct.0, t.1 - ct.1);
            dot += x * u + y * v;
            cross += x * v - y * u;
            square += x * x + y * y;
        }
        if square < 1e-9 {
            return None;
        }
        let (a, b) = (dot / square, cross / square);
        Some(Transform([a, -b, ct.0 - (a * cf.0 - b * cf.1), b, a, ct.1 - (b * cf.0 + a * cf.1), 0.0, 0.0, 1.0]))
    }

    /// The affinity nearest to pairs of places; at least three that are not on one line.
    pub fn affinity(pairs: &[(Place, Place)]) -> Option<Transform> {
        if pairs.len() < 3 {
            return None;
        }
        let (cf, ct) = centres(pairs);
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        let (mut xu, mut yu, mut xv, mut yv) = (0.0, 0.0, 0.0, 0.0);
        for (f, t) in pairs {
            let (x, y, u, v) = (f.0 - cf.0, f.1 - cf.1, t.0 - ct.0, t.1 - ct.1);
            xx += x * x;
            xy += x * y;
            yy += y * y;
            xu += x * u;
            yu += y * u;
            xv += x * v;
            yv += y * v;
        }
        let determinant = xx * yy - xy * xy;
        if determinant < 1e-6 * (xx + yy).powi(2) || determinant <= 0.0 {
            return None;
        }
        let (a, b) = ((xu * yy - yu * xy) / determinant, (yu * xx - xu * xy) / determinant);
        let (c, d) = ((xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant);
        Some(Transform([a, b, ct.0 - a * cf.0 - b * cf.1, c, d, ct.1 - c * cf.0 - d * cf.1, 0.0, 0.0, 1.0]))
    }

    /// The homography nearest to pairs of places, by the direct linear method on places brought to mean 0 and spread 1;
    /// at least four.
    pub fn homography(pairs: &[(Place, Place)]) -> Option<Transform> {
        if pairs.len() < 4 {
            return None;
        }
        let (cf, ct) = centres(pairs);
        let spread = |centre: Place, of: fn(&(Place, Place)) -> Place| {
            let sum: f64 = pairs.iter().map(of).map(|p| (p.0 - centre.0).powi(2) + (p.1 - centre.1).powi(2)).sum();
            (sum / pairs.len() as f64 / 2.0).sqrt().max(1e-6)
        };
        let (sf, st) = (spread(cf, |p| p.0), spread(ct, |p| p.1));
        let mut m = [[0.0f64; 9]; 8];
        for (f, t) in pairs {
            let (x, y) = ((f.0 - cf.0) / sf, (f.1 - cf.1) / sf);
            let (u, v) = ((t.0 - ct.0) / st, (t.1 - ct.1) / st);
            for (row, right) in
                [([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u), ([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v)]
            {
                for i in 0..8 {
                    for j in 0..8 {
                        m[i][j] += row[i] * row[j];
                    }
                    m[i][8] += row[i] * right;
                }
            }
        }
        let h = solved(m)?;
        let normal = Transform([h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], 1.0]);
        let into = Transform([1.0 / sf, 0.0, -cf.0 / sf, 0.0, 1.0 / sf, -cf.1 / sf, 0.0, 0.0, 1.0]);
        let out = Transform([st, 0.0, ct.0, 0.0, st, ct.1, 0.0, 0.0, 1.0]);
        Some(out.after(&normal.after(&into)))
    }
}

fn centres(pairs: &[(Place, Place)]) -> (Place, Place) {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(Place, Place)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    ((mean(|p| p.0.0), mean(|p| p.0.1)), (mean(|p| p.1.0), mean(|p| p.1.1)))
}

/// Solves eight equations by elimination with pivots; nothing when they are not independent.
fn solved(mut m: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|a, b| m[*a][column].abs().total_cmp(&m[*b][column].abs()))?;
        if m[pivot][column].abs() < 1e-9 {
            return None;
        }
        m.swap(column, pivot);
        let top = m[column];
        for row in m.iter_mut().skip(column + 1) {
            let share = row[column] / top[column];
            row.iter_mut().zip(top).for_each(|(value, top)| *value -= share * top);
        }
    }
    let mut out = [0.0; 8];
    for row in (0..8).rev() {
        let known: f64 = (row + 1..8).map(|i| m[row][i] * out[i]).sum();
        out[row] = (m[row][8] - known) / m[row][row];
    }
    out.iter().all(|v| v.is_finite()).then_some(out)
}

/// The corners of a frame, clockwise from its first pixel.
pub fn frame(sides: (f32, f32)) -> Vec<Place> {
    let (w, h) = (f64::from(sides.0), f64::from(sides.1));
    vec![(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)]
}

/// What of a convex polygon lies in the frame (I. Sutherland and G. Hodgman, CACM 1974).
pub fn clipped(polygon: &[Place], sides: (f32, f32)) -> Vec<Place> {
    let (w, h) = (f64::from(sides.0), f64::from(sides.1));
    let edges: [fn(Place, f64, f64) -> f64; 4] = [|p, _, _| p.0, |p, w, _| w - p.0, |p, _, _| p.1, |p, _, h| h - p.1];
    let mut out = polygon.to_vec();
    for inside in edges {
        let before = std::mem::take(&mut out);
        for (i, &here) in before.iter().enumerate() {
            let last = before[(i + before.len() - 1) % before.len()];
            let (a, b) = (inside(last, w, h), inside(here, w, h));
            if (a >= 0.0) != (b >= 0.0) {
                let share = a / (a - b);
                out.push((last.0 + share * (here.0 - last.0), last.1 + share * (here.1 - last.1)));
            }
            if b >= 0.0 {
                out.push(here);
            }
        }
    }
    out
}

/// The area of a polygon.
pub fn area(polygon: &[Place]) -> f64 {
    let next = |i: usize| polygon[(i + 1) % polygon.len()];
    polygon.iter().enumerate().map(|(i, p)| p.0 * next(i).1 - next(i).0 * p.1).sum::<f64>().abs() / 2.0
}

/// The smallest convex polygon around places (A. Andrew 1979).
pub fn hull(places: &[Place]) -> Vec<Place> {
    let mut sorted = places.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let half = |places: &mut dyn Iterator<Item = &Place>| {
        let mut out: Vec<Place> = Vec::new();
        for &p in places {
            while out.len() > 1 {
                let (a, b) = (out[out.len() - 2], out[out.len() - 1]);
                if (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0) > 0.0 {
                    break;
                }
                out.pop();
            }
            out.push(p);
        }
        out.pop();
        out
    };
    let mut out = half(&mut sorted.iter());
    out.extend(half(&mut sorted.iter().rev()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Place, b: Place) -> bool {
        (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6
    }

    #[test]
    fn every_fit_gives_back_the_transform_that_made_the_pairs() {
        let places: Vec<Place> = (0..20).map(|i| ((i * 37 % 101) as f64, (i * 53 % 97) as f64)).collect();
        let pairs = |t: &Transform| places.iter().map(|p| (*p, t.apply(*p))).collect::<Vec<_>>();
        let similar = Transform::of_one(((3.0, 4.0), 1.0, 0.0), ((10.0, -2.0), 1.7, 0.4));
        let affine = Transform([1.2, 0.1, 5.0, -0.2, 0.9, 7.0, 0.0, 0.0, 1.0]);
        let general = Transform([1.2, 0.1, 5.0, -0.2, 0.9, 7.0, 1e-3, -5e-4, 1.0]);
        for (fit, of) in [
            (Transform::similarity as fn(&[(Place, Place)]) -> Option<Transform>, similar),
            (Transform::affinity, affine),
            (Transform::homography, general),
        ] {
            let got = fit(&pairs(&of)).unwrap();
            assert!(places.iter().all(|p| near(got.apply(*p), of.apply(*p))), "{got:?}");
            let back = of.inverse().unwrap();
            assert!(places.iter().all(|p| near(back.apply(of.apply(*p)), *p)));
        }
        assert!(Transform::affinity(&[((0.0, 0.0), (1.0, 1.0)); 9]).is_none());
        assert!(Transform::homography(&[((0.0, 0.0), (1.0, 1.0)); 9]).is_none());
    }

    #[test]
    fn polygons_are_clipped_and_measured() {
        let square = frame((10.0, 10.0));
        assert_eq!(area(&square), 100.0);
        let moved: Vec<Place> = square.iter().map(|p| (p.0 + 5.0, p.1 - 5.0)).collect();
        assert_eq!(area(&clipped(&moved, (10.0, 10.0))), 25.0);
        assert!(clipped(&square.iter().map(|p| (p.0 + 50.0, p.1)).collect::<Vec<_>>(), (10.0, 10.0)).is_empty());
        let inside = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (5.0, 5.0), (2.0, 7.0)];
        assert_eq!(area(&hull(&inside)), 100.0);
        assert_eq!(area(&hull(&[(1.0, 1.0)])), 0.0);
    }

    #[test]
    fn a_transform_that_folds_or_squashes_is_not_plausible() {
        assert!(Transform::IDENTITY.plausible((100.0, 100.0), 8.0));
        assert!(!Transform([1.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 1.0]).plausible((100.0, 100.0), 8.0));
        assert!(!Transform([-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]).plausible((100.0, 100.0), 8.0));
        assert!(!Transform([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -0.02, 0.0, 1.0]).plausible((100.0, 100.0), 8.0));
        assert!(!Transform([20.0, 0.0, 0.0, 0.0, 20.0, 0.0, 0.0, 0.0, 1.0]).plausible((100.0, 100.0), 8.0));
    }
}
