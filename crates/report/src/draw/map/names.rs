//! Markers and their names: beside the point where there is room, else numbered in a key below.
//!
//! Room is taken in the order of the points, so the same points always get the same places. It
//! deliberately drops no name.

use super::super::scene::{measure, wrap};
use super::super::{Anchor, Group, Ink, Paint, Point, Scene, Shape, Stroke};
use super::MapPoint;
use super::frame::Frame;
use crate::document::Direction;

/// Font size of the names of points.
const NAME_SIZE: f64 = 12.5;
/// Height of a line of the key.
const KEY_LINE: f64 = 19.0;

/// A rectangle that later words must keep clear of.
#[derive(Clone, Copy)]
pub(super) struct Taken(pub(super) f64, pub(super) f64, pub(super) f64, pub(super) f64);

impl Taken {
    pub(super) fn meets(&self, other: &Taken) -> bool {
        self.0 < other.2 && other.0 < self.2 && self.1 < other.3 && other.1 < self.3
    }
}

/// Draws markers and as many names as find room; gives back which points went into the key.
pub(super) fn draw_points(scene: &mut Scene, frame: &Frame, points: &[&MapPoint], bar: Taken) -> Vec<usize> {
    let spots: Vec<Point> = points.iter().map(|p| frame.put(p.place)).collect();
    let mut taken = vec![bar];
    taken.extend(spots.iter().map(|s| Taken(s.x - 6.0, s.y - 6.0, s.x + 6.0, s.y + 6.0)));
    let mut key = Vec::new();
    let mut names = Vec::new();
    for (i, (point, spot)) in points.iter().zip(&spots).enumerate() {
        let room = match room_for(&point.label, *spot, frame.size, &taken, scene.direction.is_rtl()) {
            Some((at, anchor, box_)) => {
                taken.push(box_);
                names.push(scene.words(at, anchor, NAME_SIZE, &point.label).bold());
                None
            }
            None => {
                key.push(i);
                Some(key.len())
            }
        };
        let shapes = marker(scene, point, *spot, room);
        let (title, link) = (Some(point.label.clone()), point.link.clone());
        scene.shapes.push(Shape::Group(Group { title, link, shapes }));
    }
    scene.shapes.extend(names.into_iter().map(Shape::from));
    key
}

fn room_for(
    label: &str,
    spot: Point,
    (width, height): (f64, f64),
    taken: &[Taken],
    rtl: bool,
) -> Option<(Point, Anchor, Taken)> {
    use super::super::Anchor::{Left, Middle, Right};
    let wide = measure(label, NAME_SIZE) + 6.0;
    // Beside first, on the side where reading goes on; then above, below and at the corners.
    let places = if rtl { [(-11.0, 4.5, Right), (11.0, 4.5, Left)] } else { [(11.0, 4.5, Left), (-11.0, 4.5, Right)] };
    let further = [
        (0.0, -11.0, Middle),
        (0.0, 21.0, Middle),
        (8.0, -9.0, Left),
        (8.0, 19.0, Left),
        (-8.0, -9.0, Right),
        (-8.0, 19.0, Right),
    ];
    places.into_iter().chain(further).find_map(|(dx, dy, anchor)| {
        let at = Point::new(spot.x + dx, spot.y + dy);
        let left = match anchor {
            Left => at.x - 2.0,
            Middle => at.x - wide / 2.0,
            Right => at.x - wide + 2.0,
        };
        let here = Taken(left, at.y - 12.0, left + wide, at.y + 5.0);
        let inside = left > 4.0 && left + wide < width - 4.0 && here.1 > 4.0 && here.3 < height - 4.0;
        (inside && !taken.iter().any(|t| t.meets(&here))).then_some((at, anchor, here))
    })
}

fn marker(scene: &Scene, point: &MapPoint, spot: Point, number: Option<usize>) -> Vec<Shape> {
    let (fill, words) = Paint::of_tone(point.tone);
    let ring = if point.contested { Ink::Alert } else { Ink::Text };
    let radius = if number.is_some() { 8.5 } else { 5.5 };
    let under =
        Shape::Circle { centre: spot, radius: radius + 1.5, fill: Some(Paint::solid(Ink::Paper)), stroke: None };
    let dot =
        Shape::Circle { centre: spot, radius, fill: Some(fill), stroke: Some(Stroke::line(Paint::solid(ring), 1.3)) };
    let mut shapes = vec![under, dot];
    if let Some(n) = number {
        let at = Point::new(spot.x, spot.y + 3.6);
        let mut text = scene.words(at, Anchor::Middle, 10.0, &n.to_string()).bold().paint(words);
        text.direction = Direction::LeftToRight;
        shapes.push(text.into());
    }
    shapes
}

pub(super) fn draw_key(scene: &mut Scene, points: &[&MapPoint], key: &[usize]) {
    let columns = if key.len() > 6 { 2 } else { 1 };
    let rows = key.len().div_ceil(columns);
    let wide = scene.width / columns as f64;
    let top = scene.height;
    for (n, &index) in key.iter().enumerate() {
        let Some(point) = points.get(index) else { continue };
        let (column, row) = (n / rows.max(1), n % rows.max(1));
        let from = column as f64 * wide;
        let y = top + 20.0 + row as f64 * KEY_LINE;
        let mut shapes = marker(scene, point, Point::new(scene.x(from + 12.0), y - 4.0), Some(n + 1));
        let words = wrap(&point.label, NAME_SIZE, wide - 40.0, 1).concat();
        let at = Point::new(scene.x(from + 28.0), y);
        shapes.push(scene.words(at, scene.start(), NAME_SIZE, &words).into());
        let (title, link) = (Some(point.label.clone()), point.link.clone());
        scene.shapes.push(Shape::Group(Group { title, link, shapes }));
    }
    if rows > 0 {
        scene.height += 12.0 + rows as f64 * KEY_LINE;
    }
}
