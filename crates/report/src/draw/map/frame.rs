//! The frame: which part of the world is shown, and where on the drawing a place lies.
//!
//! Equirectangular about the middle of the frame (see the parent module). It deliberately knows of
//! rings, places and rectangles only, not of what they stand for.

use super::super::{Point, WIDTH};
use super::{MAX_VERTICES, MapPoint, Outline, Place};

/// Metres in a degree of latitude (mean, WGS 84).
pub(super) const METRES_PER_DEGREE: f64 = 111_195.0;
/// Smallest half-height of the frame in degrees, so that one point has surroundings.
const LEAST_HALF_FRAME: f64 = 0.01;

/// The part of the world that is shown.
pub(super) struct Frame {
    pub(super) centre: Place,
    /// Half of the height in degrees of latitude.
    pub(super) half: f64,
    /// Scene units a degree of latitude.
    pub(super) scale: f64,
    /// Cosine of the middle latitude.
    pub(super) squeeze: f64,
    pub(super) size: (f64, f64),
}

pub(super) fn on_globe(p: Place) -> bool {
    p.longitude.is_finite() && p.latitude.abs() <= 90.0 && p.longitude.abs() <= 360.0
}

/// Difference of longitudes, −180 to 180, so that a frame may lie across the antimeridian.
pub(super) fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

impl Frame {
    pub(super) fn around(points: &[&MapPoint], outlines: &[Outline]) -> Frame {
        let vertices = outlines.iter().flat_map(|o| o.rings.iter().flatten().copied());
        let spots: Vec<(Place, f64)> = if points.is_empty() {
            vertices.filter(|p| on_globe(*p)).take(MAX_VERTICES).map(|p| (p, 0.0)).collect()
        } else {
            points.iter().map(|p| (p.place, p.uncertainty_m.clamp(0.0, 2.0e6))).collect()
        };
        let Some(&(first, _)) = spots.first() else {
            return Frame::of(Place { longitude: 0.0, latitude: 0.0 }, 90.0, 180.0);
        };
        let mut lon = (f64::INFINITY, f64::NEG_INFINITY);
        let mut lat = (f64::INFINITY, f64::NEG_INFINITY);
        for (p, reach) in &spots {
            let tall = reach / METRES_PER_DEGREE;
            let wide = tall / p.latitude.to_radians().cos().max(0.05);
            let east = turn(first.longitude, p.longitude);
            lon = (lon.0.min(east - wide), lon.1.max(east + wide));
            lat = (lat.0.min(p.latitude - tall), lat.1.max(p.latitude + tall));
        }
        let centre = Place {
            longitude: first.longitude + (lon.0 + lon.1) / 2.0,
            latitude: ((lat.0 + lat.1) / 2.0).clamp(-85.0, 85.0),
        };
        let margin = if points.is_empty() { 1.04 } else { 1.35 };
        let half = ((lat.1 - lat.0) / 2.0 * margin).max(LEAST_HALF_FRAME);
        let half_wide = (lon.1 - lon.0) / 2.0 * margin;
        Frame::of(centre, half, half_wide.max(half))
    }

    /// A frame of [`WIDTH`] with a height between 0.5 and 0.78 of it.
    fn of(centre: Place, half: f64, half_wide: f64) -> Frame {
        let squeeze = centre.latitude.to_radians().cos().max(0.08);
        let shape = (half / (half_wide * squeeze)).clamp(0.5, 0.78);
        let height = (WIDTH * shape).round();
        let scale = (WIDTH / 2.0 / (half_wide * squeeze)).min(height / 2.0 / half);
        Frame { centre, half: height / 2.0 / scale, scale, squeeze, size: (WIDTH, height) }
    }

    pub(super) fn put(&self, p: Place) -> Point {
        let east = turn(self.centre.longitude, p.longitude);
        Point::new(
            self.size.0 / 2.0 + east * self.squeeze * self.scale,
            self.size.1 / 2.0 - (p.latitude - self.centre.latitude) * self.scale,
        )
    }

    pub(super) fn metres(&self, metres: f64) -> f64 {
        metres / METRES_PER_DEGREE * self.scale
    }
}

/// Places a ring so that no edge jumps around the globe.
pub(super) fn unwrapped(frame: &Frame, vertices: &[Place]) -> Vec<Point> {
    let mut east = 0.0;
    let mut before: Option<Place> = None;
    let place = |p: &Place| {
        east = match before {
            None => turn(frame.centre.longitude, p.longitude),
            Some(b) => east + turn(b.longitude, p.longitude),
        };
        before = Some(*p);
        Point::new(
            frame.size.0 / 2.0 + east * frame.squeeze * frame.scale,
            frame.size.1 / 2.0 - (p.latitude - frame.centre.latitude) * frame.scale,
        )
    };
    vertices.iter().map(place).collect()
}

/// Clips a closed polygon to the frame (Sutherland and Hodgman, 1974), leaving one unit of
/// overhang so that cut edges lie under the frame's own line.
pub(super) fn clip(points: &[Point], (width, height): (f64, f64)) -> Vec<Point> {
    // Each side as: across x?, its bound, the sign of inside.
    let sides = [(true, -1.0, 1.0), (true, width + 1.0, -1.0), (false, -1.0, 1.0), (false, height + 1.0, -1.0)];
    let mut kept = points.to_vec();
    for (across, bound, sign) in sides {
        let of = |p: Point| if across { p.x } else { p.y };
        let inside = |p: Point| (of(p) - bound) * sign >= 0.0;
        let mut next = Vec::with_capacity(kept.len() + 4);
        for (i, &here) in kept.iter().enumerate() {
            let before = kept[(i + kept.len() - 1) % kept.len()];
            if inside(here) != inside(before) {
                let t = (bound - of(before)) / (of(here) - of(before));
                let cross = |a: f64, b: f64| a + (b - a) * t;
                next.push(Point::new(cross(before.x, here.x), cross(before.y, here.y)));
            }
            if inside(here) {
                next.push(here);
            }
        }
        kept = next;
    }
    kept
}
