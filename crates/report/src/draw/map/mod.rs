//! A map of points with their uncertainty over simple outlines.
//!
//! The projection is equirectangular about the middle of the frame (Snyder, *Map Projections: A
//! Working Manual*, 1987, ch. 12, with the standard parallel at the frame's middle latitude), good
//! for a region; over a continent shapes stretch, and the scale bar holds at the middle only. North
//! is up. Maps are not mirrored for right-to-left readers; their words are.
//!
//! It deliberately fetches no tiles (a request would say which place is looked at), ships no
//! outlines and draws no border as settled: outlines, attribution and note are passed in.

mod frame;
mod names;

use super::axis::{multiples, round_step};
use super::scene::{line, rect, ring, wrap};
use super::{Group, Ink, MAX_ELEMENTS, Paint, Point, Scene, Segment, Shape, Stroke};
use crate::document::{Direction, Tone, isolate};
use frame::{Frame, METRES_PER_DEGREE, clip, on_globe, turn, unwrapped};
use names::{Taken, draw_key, draw_points};

/// Most vertices drawn of all outlines together.
const MAX_VERTICES: usize = 60_000;

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
