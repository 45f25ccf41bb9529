//! A map of points with their uncertainty over simple outlines.
//!
//! The projection is equirectangular about the middle of the frame (Snyder, *Map Projections: A
//! Working Manual*, 1987, ch. 12, with the standard parallel at the frame's middle latitude), good
//! for a region; over a continent shapes stretch, and the scale bar holds at the middle only. North
//! is up. Maps are not mirrored for right-to-left readers; their words are.
//!
//! It deliberately fetches no tiles (a request would say which place is looked at), ships no
//! outlines and draws no border as settled: outlines, attribution and note are passed in.

use super::axis::{multiples, round_step};
use super::scene::{line, measure, rect, ring, wrap};
use super::{Group, Ink, MAX_ELEMENTS, Paint, Point, Scene, Segment, Shape, Stroke, WIDTH};
use crate::document::{Direction, Tone, isolate};

/// Metres in a degree of latitude (mean, WGS 84).
const METRES_PER_DEGREE: f64 = 111_195.0;
/// Smallest half-height of the frame in degrees, so that one point has surroundings.
const LEAST_HALF_FRAME: f64 = 0.01;
/// Most vertices drawn of all outlines together.
const MAX_VERTICES: usize = 60_000;
/// Font size of the names of points.
const NAME_SIZE: f64 = 12.5;
/// Height of a line of the key.
const KEY_LINE: f64 = 19.0;

/// A longitude and a latitude in degrees, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Degrees east, −180 to 180.
    pub longitude: f64,
    /// Degrees north, −90 to 90.
    pub latitude: f64,
}

/// A country or region as closed rings; holes by even-odd.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Name shown when pointed at.
    pub name: Option<String>,
    /// Rings of vertices, each closed implicitly.
    pub rings: Vec<Vec<Place>>,
}

/// One point.
#[derive(Clone, Debug)]
pub struct MapPoint {
    /// Where it is put.
    pub place: Place,
    /// Radius in metres within which it is thought to lie; 0 draws no circle.
    pub uncertainty_m: f64,
    /// Its name, in the reader's language.
    pub label: String,
    /// How well the place is supported.
    pub tone: Tone,
    /// Whether material stands against it.
    pub contested: bool,
    /// Local link.
    pub link: Option<String>,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Map<'a> {
    /// Name of the map for someone who cannot see it.
    pub label: &'a str,
    /// Direction of the reader.
    pub direction: Direction,
    /// Outlines beneath the points.
    pub outlines: &'a [Outline],
    /// Points; those past [`MAX_ELEMENTS`] or off the globe are not drawn.
    pub points: &'a [MapPoint],
    /// Words for the unit of the scale bar: kilometre and metre signs.
    pub units: (&'a str, &'a str),
    /// Whence the outlines come, and that borders are contested; one line each under the map.
    pub notes: &'a [String],
}

/// The part of the world that is shown.
struct Frame {
    centre: Place,
    /// Half of the height in degrees of latitude.
    half: f64,
    /// Scene units a degree of latitude.
    scale: f64,
    /// Cosine of the middle latitude.
    squeeze: f64,
    size: (f64, f64),
}

/// Draws a map. Without points the frame holds all outlines; without either the world.
pub fn draw(map: &Map<'_>) -> Scene {
    let points: Vec<&MapPoint> = map.points.iter().filter(|p| on_globe(p.place)).take(MAX_ELEMENTS).collect();
    let frame = Frame::around(&points, map.outlines);
    let (width, height) = frame.size;
    let mut scene = Scene::new(width, height, map.direction, map.label);
    scene.shapes.push(rect((0.0, 0.0), frame.size, 0.0, Some(Paint::tint(Ink::Accent, 0.09)), None));
    draw_outlines(&mut scene, &frame, map.outlines);
    draw_graticule(&mut scene, &frame);
    draw_circles(&mut scene, &frame, &points);
    let bar = draw_scale_bar(&mut scene, &frame, map.units);
    let key = draw_points(&mut scene, &frame, &points, bar);
    let edge = Stroke::line(Paint::tint(Ink::Text, 0.4), 1.0);
    scene.shapes.push(rect((0.5, 0.5), (width - 1.0, height - 1.0), 0.0, None, Some(edge)));
    draw_key(&mut scene, &points, &key);
    draw_notes(&mut scene, map.notes);
    scene
}

fn on_globe(p: Place) -> bool {
    p.longitude.is_finite() && p.latitude.abs() <= 90.0 && p.longitude.abs() <= 360.0
}

/// Difference of longitudes, −180 to 180, so that a frame may lie across the antimeridian.
fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

impl Frame {
    fn around(points: &[&MapPoint], outlines: &[Outline]) -> Frame {
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

    fn put(&self, p: Place) -> Point {
        let east = turn(self.centre.longitude, p.longitude);
        Point::new(
            self.size.0 / 2.0 + east * self.squeeze * self.scale,
            self.size.1 / 2.0 - (p.latitude - self.centre.latitude) * self.scale,
        )
    }

    fn metres(&self, metres: f64) -> f64 {
        metres / METRES_PER_DEGREE * self.scale
    }
}

fn draw_outlines(scene: &mut Scene, frame: &Frame, outlines: &[Outline]) {
    let mut left = MAX_VERTICES;
    for outline in outlines {
        let mut segments = Vec::new();
        for vertices in &outline.rings {
            let vertices: Vec<Place> = vertices.iter().copied().filter(|p| on_globe(*p)).take(left).collect();
            left -= vertices.len();
            let placed = unwrapped(frame, &vertices);
            segments.extend(ring(&clip(&placed, frame.size)));
        }
        if segments.is_empty() {
            continue;
        }
        let shape = Shape::Path {
            segments,
            fill: Some(Paint::tint(Ink::Text, 0.045)),
            stroke: Some(Stroke::line(Paint::tint(Ink::Text, 0.42), 0.8)),
        };
        scene.shapes.push(match &outline.name {
            Some(name) => Shape::Group(Group { title: Some(name.clone()), link: None, shapes: vec![shape] }),
            None => shape,
        });
    }
}

/// Places a ring so that no edge jumps around the globe.
fn unwrapped(frame: &Frame, vertices: &[Place]) -> Vec<Point> {
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
fn clip(points: &[Point], (width, height): (f64, f64)) -> Vec<Point> {
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

fn draw_graticule(scene: &mut Scene, frame: &Frame) {
    let (width, height) = frame.size;
    let half_wide = width / 2.0 / (frame.scale * frame.squeeze);
    let hair = Stroke::line(Paint::tint(Ink::Text, 0.13), 0.7);
    let step = round_step(frame.half * 2.0, 4).min(30.0);
    let south = (frame.centre.latitude - frame.half).max(-90.0);
    let north = (frame.centre.latitude + frame.half).min(90.0);
    for latitude in multiples(south, north, step) {
        let y = frame.put(Place { longitude: frame.centre.longitude, latitude }).y;
        scene.shapes.push(line(Point::new(0.0, y), Point::new(width, y), hair));
        if (16.0..height - 30.0).contains(&y) {
            let words = degrees(latitude, step, ["N", "S"]);
            label_line(scene, Point::new(6.0, y - 4.0), super::Anchor::Left, &words);
        }
    }
    let step = round_step(half_wide * 2.0, 5).min(60.0);
    let (west, east) = (frame.centre.longitude - half_wide, frame.centre.longitude + half_wide);
    for longitude in multiples(west, east, step) {
        let x = width / 2.0 + (longitude - frame.centre.longitude) * frame.squeeze * frame.scale;
        scene.shapes.push(line(Point::new(x, 0.0), Point::new(x, height), hair));
        if (40.0..width - 40.0).contains(&x) {
            let words = degrees(turn(0.0, longitude), step, ["E", "W"]);
            label_line(scene, Point::new(x + 4.0, 13.0), super::Anchor::Left, &words);
        }
    }
}

fn degrees(value: f64, step: f64, [plus, minus]: [&str; 2]) -> String {
    let decimals = (-step.log10().floor()).clamp(0.0, 5.0) as usize;
    let sign = if value < 0.0 { minus } else { plus };
    isolate(&format!("{:.decimals$}° {sign}", value.abs()))
}

fn label_line(scene: &mut Scene, at: Point, anchor: super::Anchor, words: &str) {
    let mut text = scene.words(at, anchor, 10.5, words).paint(Paint::MUTED);
    text.direction = Direction::LeftToRight;
    scene.shapes.push(text.into());
}

fn draw_circles(scene: &mut Scene, frame: &Frame, points: &[&MapPoint]) {
    for point in points {
        let radius = frame.metres(point.uncertainty_m.clamp(0.0, 2.0e6));
        if radius < 4.0 {
            continue;
        }
        let centre = frame.put(point.place);
        let around: Vec<Point> = (0..72)
            .map(|i| f64::from(i) * std::f64::consts::TAU / 72.0)
            .map(|a| Point::new(centre.x + radius * a.cos(), centre.y + radius * a.sin()))
            .collect();
        let ink = if point.contested { Ink::Alert } else { Ink::Accent };
        scene.shapes.push(Shape::Path {
            segments: ring(&clip(&around, frame.size)),
            fill: Some(Paint::tint(ink, 0.11)),
            stroke: Some(Stroke::dashed(Paint::tint(ink, 0.75), 1.0, 4.0, 3.0)),
        });
    }
}

/// A rectangle that later words must keep clear of.
#[derive(Clone, Copy)]
struct Taken(f64, f64, f64, f64);

impl Taken {
    fn meets(&self, other: &Taken) -> bool {
        self.0 < other.2 && other.0 < self.2 && self.1 < other.3 && other.1 < self.3
    }
}

/// Draws markers and as many names as find room; gives back which points went into the key.
fn draw_points(scene: &mut Scene, frame: &Frame, points: &[&MapPoint], bar: Taken) -> Vec<usize> {
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
) -> Option<(Point, super::Anchor, Taken)> {
    use super::Anchor::{Left, Middle, Right};
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
        let mut text = scene.words(at, super::Anchor::Middle, 10.0, &n.to_string()).bold().paint(words);
        text.direction = Direction::LeftToRight;
        shapes.push(text.into());
    }
    shapes
}

fn draw_scale_bar(scene: &mut Scene, frame: &Frame, (km, m): (&str, &str)) -> Taken {
    let (_, height) = frame.size;
    let span_m = 150.0 / frame.scale * METRES_PER_DEGREE;
    let long_m = {
        let step = round_step(span_m, 1);
        if step > span_m { step / 2.0 } else { step }
    };
    let long = frame.metres(long_m);
    let (x, y) = (16.0, height - 16.0);
    let stroke = Stroke::line(Paint::TEXT, 1.6);
    let p = Point::new;
    let segments = vec![
        Segment::Move(p(x, y - 5.0)),
        Segment::Line(p(x, y)),
        Segment::Line(p(x + long, y)),
        Segment::Line(p(x + long, y - 5.0)),
    ];
    scene.shapes.push(Shape::Path { segments, fill: None, stroke: Some(stroke) });
    let (number, unit) = if long_m >= 1000.0 { (long_m / 1000.0, km) } else { (long_m.round(), m) };
    let words = format!("{} {unit}", isolate(&number.to_string()));
    let text = scene.words(p(x + long / 2.0, y - 7.0), super::Anchor::Middle, 11.0, &words);
    scene.shapes.push(text.into());
    Taken(x - 4.0, y - 22.0, x + long + 4.0, y + 6.0)
}

fn draw_key(scene: &mut Scene, points: &[&MapPoint], key: &[usize]) {
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

fn draw_notes(scene: &mut Scene, notes: &[String]) {
    let lines: Vec<String> = notes.iter().flat_map(|note| wrap(note, 11.0, scene.width - 8.0, 3)).collect();
    for words in lines {
        scene.height += 16.0;
        let at = Point::new(scene.x(2.0), scene.height - 2.0);
        scene.shapes.push(scene.words(at, scene.start(), 11.0, &words).paint(Paint::MUTED).into());
    }
    scene.height += 4.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(longitude: f64, latitude: f64) -> Place {
        Place { longitude, latitude }
    }

    fn point(longitude: f64, latitude: f64, uncertainty_m: f64, label: &str) -> MapPoint {
        MapPoint {
            place: at(longitude, latitude),
            uncertainty_m,
            label: label.into(),
            tone: Tone::Corroborated,
            contested: false,
            link: None,
        }
    }

    fn map<'a>(outlines: &'a [Outline], points: &'a [MapPoint]) -> Scene {
        let units = ("km", "m");
        let direction = Direction::LeftToRight;
        draw(&Map { label: "map", direction, outlines, points, units, notes: &[] })
    }

    fn finite_and_inside(scene: &Scene) -> bool {
        let inside = |p: &Point| {
            p.x.is_finite()
                && p.y.is_finite()
                && (-2.0..=scene.width + 2.0).contains(&p.x)
                && (-2.0..=scene.height + 2.0).contains(&p.y)
        };
        fn all(shapes: &[Shape], ok: &dyn Fn(&Point) -> bool) -> bool {
            shapes.iter().all(|shape| match shape {
                Shape::Path { segments, .. } => segments.iter().all(|s| match s {
                    Segment::Move(p) | Segment::Line(p) | Segment::Cubic(_, _, p) => ok(p),
                    Segment::Close => true,
                }),
                Shape::Circle { centre, .. } => ok(centre),
                Shape::Text(text) => ok(&text.at),
                Shape::Group(group) => all(&group.shapes, ok),
            })
        }
        all(&scene.shapes, &inside)
    }

    #[test]
    fn everything_stays_inside_the_frame() {
        let square = vec![at(-170.0, -80.0), at(170.0, -80.0), at(170.0, 80.0), at(-170.0, 80.0)];
        let outlines = [Outline { name: None, rings: vec![square] }];
        let cases = [
            vec![],
            vec![point(36.6, 35.4, 50.0, "one")],
            vec![point(179.9, -17.0, 900.0, "east"), point(-179.8, -17.2, 9000.0, "west")],
            vec![point(10.0, 89.0, 5.0e6, "pole"), point(f64::NAN, 3.0, 1.0, "nowhere")],
            (0..60).map(|i| point(36.0 + f64::from(i) * 1e-4, 35.0, 100.0, "crowd of names")).collect(),
        ];
        for points in cases {
            let scene = map(&outlines, &points);
            assert!(finite_and_inside(&scene), "{} points", points.len());
        }
    }

    #[test]
    fn names_that_find_no_room_go_into_the_key() {
        let points: Vec<MapPoint> =
            (0..30).map(|i| point(36.0 + f64::from(i) * 1e-5, 35.0, 0.0, &format!("place {i}"))).collect();
        let svg = map(&[], &points).svg();
        for i in 0..30 {
            // Once as a title, once as visible words.
            assert!(svg.matches(&format!(">place {i}<")).count() >= 2, "place {i}");
        }
    }

    #[test]
    fn a_circle_has_the_radius_it_claims() {
        let points = [point(36.0, 0.0, 0.0, "a"), point(36.0, 1.0, 0.0, "b")];
        let kept: Vec<&MapPoint> = points.iter().collect();
        let frame = Frame::around(&kept, &[]);
        let apart = frame.put(points[0].place).y - frame.put(points[1].place).y;
        assert!((frame.metres(METRES_PER_DEGREE) - apart).abs() < 1e-9);
    }

    #[test]
    fn the_same_input_draws_the_same() {
        let points = [point(36.0, 35.0, 1000.0, "a"), point(36.2, 35.1, 400.0, "b")];
        assert_eq!(map(&[], &points), map(&[], &points));
    }
}
