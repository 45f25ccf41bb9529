//! A timeline: when a thing is reported to have happened, apart from when it was shown or taken in.
//!
//! An interval is drawn as long as it is uncertain; a moment is a diamond. Uploads and collection
//! have their own signs and never stand for the event. Long empty stretches are folded, with a
//! visible break, so that a year between an event and its upload does not hide the hours.
//!
//! Times are Unix seconds, shown as ISO dates in UTC; it deliberately converts no zones and
//! corrects no clocks.

use super::axis::{civil, moments};
use super::scene::{line, rect, ring, wrap};
use super::{Anchor, Group, Ink, MAX_ELEMENTS, Paint, Point, Scene, Shape, Stroke, WIDTH};
use crate::document::{Direction, isolate};

/// Height of a row.
const ROW: f64 = 34.0;
/// Room for the names of the rows.
const NAMES: f64 = 190.0;
/// Room kept free at the far end.
const MARGIN: f64 = 16.0;
/// Width of a break in the axis.
const BREAK: f64 = 30.0;
/// Least width of a stretch between breaks.
const LEAST_STRETCH: f64 = 96.0;
/// A gap longer than this part of the whole is folded.
const FOLD: f64 = 0.3;
/// Shorter intervals are drawn as a moment's sign, which is about as wide.
const LEAST_BAR: f64 = 14.0;
/// Most breaks in one axis.
const MAX_BREAKS: usize = 3;
/// Seconds outside this are not drawn (years 0 to 9999).
const BOUNDS: (i64, i64) = (-62_167_219_200, 253_402_300_799);

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkKind {
    /// When it is reported to have happened.
    Event,
    /// When it was made public.
    Published,
    /// When an instrument looked: a scene, a sensor.
    Observed,
    /// When it came into the archive.
    Collected,
}

impl MarkKind {
    const ALL: [MarkKind; 4] = [MarkKind::Event, MarkKind::Published, MarkKind::Observed, MarkKind::Collected];

    fn ink(self) -> Ink {
        match self {
            MarkKind::Event => Ink::Accent,
            MarkKind::Published => Ink::Second,
            MarkKind::Observed | MarkKind::Collected => Ink::Text,
        }
    }
}

/// One mark, from `earliest` to `latest` in Unix seconds; the order does not matter.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Earliest it may be.
    pub earliest: i64,
    /// Latest it may be.
    pub latest: i64,
    /// What it stands for.
    pub kind: MarkKind,
    /// What it says when pointed at.
    pub label: String,
    /// Whether material stands against it.
    pub contested: bool,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub label: String,
    /// Local link.
    pub link: Option<String>,
    /// Its marks.
    pub marks: Vec<Mark>,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Timeline<'a> {
    /// Name of the drawing for someone who cannot see it.
    pub label: &'a str,
    /// Direction of the reader; time begins where reading begins.
    pub direction: Direction,
    /// Rows from the top; those past [`MAX_ELEMENTS`] are not drawn.
    pub rows: &'a [Row],
    /// Names of the four kinds of mark, in the order of [`MarkKind`], for the legend.
    pub kinds: [&'a str; 4],
}

/// A stretch of the axis without a break.
struct Stretch {
    low: i64,
    high: i64,
    from: f64,
    to: f64,
}

impl Stretch {
    fn at(&self, second: i64) -> f64 {
        let part = (second - self.low) as f64 / (self.high - self.low).max(1) as f64;
        self.from + (self.to - self.from) * part.clamp(0.0, 1.0)
    }
}

/// Draws a timeline.
pub fn draw(timeline: &Timeline<'_>) -> Scene {
    let rows = &timeline.rows[..timeline.rows.len().min(MAX_ELEMENTS)];
    let body = rows.len() as f64 * ROW;
    let mut scene = Scene::new(WIDTH, body + 76.0, timeline.direction, timeline.label);
    let axis = stretches(rows);
    draw_axis(&mut scene, &axis, body);
    for (i, row) in rows.iter().enumerate() {
        let shapes = draw_row(&scene, row, i as f64 * ROW, &axis);
        scene.shapes.push(Shape::Group(Group { title: Some(row.label.clone()), link: row.link.clone(), shapes }));
    }
    draw_legend(&mut scene, rows, timeline.kinds);
    scene
}

fn span(mark: &Mark) -> (i64, i64) {
    let inside = |s: i64| s.clamp(BOUNDS.0, BOUNDS.1);
    (inside(mark.earliest.min(mark.latest)), inside(mark.earliest.max(mark.latest)))
}

/// The axis as stretches that hold every mark, with the longest empty gaps left out.
fn stretches(rows: &[Row]) -> Vec<Stretch> {
    let mut spans: Vec<(i64, i64)> = rows.iter().flat_map(|r| r.marks.iter().map(span)).collect();
    spans.sort_unstable();
    let mut held: Vec<(i64, i64)> = Vec::new();
    for (low, high) in spans {
        match held.last_mut() {
            Some(last) if low <= last.1 => last.1 = last.1.max(high),
            _ => held.push((low, high)),
        }
    }
    let (Some(first), Some(last)) = (held.first(), held.last()) else { return Vec::new() };
    let whole = (last.1 - first.0).max(1) as f64;
    let mut gaps: Vec<(i64, usize)> = (1..held.len()).map(|i| (held[i].0 - held[i - 1].1, i)).collect();
    gaps.sort_unstable_by(|a, b| b.cmp(a));
    let mut breaks: Vec<usize> =
        gaps.into_iter().take(MAX_BREAKS).filter(|(gap, _)| *gap as f64 > whole * FOLD).map(|(_, i)| i).collect();
    breaks.sort_unstable();
    breaks.push(held.len());
    let mut from = 0;
    let mut ends = Vec::new();
    for to in breaks {
        ends.push(padded(held[from].0, held[to - 1].1));
        from = to;
    }
    shared_out(&ends)
}

/// Leaves some room before and after, at least ten minutes.
fn padded(low: i64, high: i64) -> (i64, i64) {
    let pad = ((high - low) / 12).max(600);
    (low - pad, high + pad)
}

fn shared_out(ends: &[(i64, i64)]) -> Vec<Stretch> {
    let room = WIDTH - NAMES - MARGIN - BREAK * (ends.len() - 1) as f64;
    let spare = room - LEAST_STRETCH * ends.len() as f64;
    let whole: f64 = ends.iter().map(|(low, high)| (high - low) as f64).sum();
    let mut from = NAMES;
    ends.iter()
        .map(|&(low, high)| {
            let to = from + LEAST_STRETCH + spare * (high - low) as f64 / whole.max(1.0);
            let stretch = Stretch { low, high, from, to };
            from = to + BREAK;
            stretch
        })
        .collect()
}

fn draw_axis(scene: &mut Scene, axis: &[Stretch], body: f64) {
    let p = Point::new;
    let y = body + 8.0;
    let firm = Stroke::line(Paint::tint(Ink::Text, 0.55), 1.0);
    for (i, stretch) in axis.iter().enumerate() {
        scene.shapes.push(line(p(scene.x(stretch.from), y), p(scene.x(stretch.to), y), firm));
        if i > 0 {
            draw_break(scene, stretch.from - BREAK, y, body, firm);
        }
        let ticks = moments(stretch.low, stretch.high, ((stretch.to - stretch.from) / 82.0) as usize);
        let hours = ticks.iter().any(|(_, words)| words.contains(':'));
        for (at, words) in &ticks {
            let x = scene.x(stretch.at(*at));
            scene.shapes.push(line(p(x, 4.0), p(x, y), Stroke::HAIR));
            let text = scene.words(p(x, y + 15.0), Anchor::Middle, 10.5, &isolate(words));
            scene.shapes.push(text.paint(Paint::MUTED).into());
        }
        if hours || ticks.is_empty() {
            // Hours alone do not say which day.
            let (year, month, day) = civil(stretch.low.div_euclid(86_400));
            let words = isolate(&format!("{year:04}-{month:02}-{day:02}"));
            let at = p(scene.x(stretch.from), y + 29.0);
            scene.shapes.push(scene.words(at, scene.start(), 10.5, &words).paint(Paint::MUTED).into());
        }
    }
}

fn draw_break(scene: &mut Scene, from: f64, y: f64, body: f64, stroke: Stroke) {
    let (x, to) = (scene.x(from), scene.x(from + BREAK));
    let p = Point::new;
    let (left, right) = (x.min(to), x.max(to));
    let shade = Paint::tint(Ink::Text, 0.05);
    scene.shapes.push(rect((left + 6.0, 2.0), (right - left - 12.0, body + 2.0), 0.0, Some(shade), None));
    for middle in [left + 8.0, right - 8.0] {
        scene.shapes.push(line(p(middle - 3.0, y + 5.0), p(middle + 3.0, y - 5.0), stroke));
    }
}

fn draw_row(scene: &Scene, row: &Row, y: f64, axis: &[Stretch]) -> Vec<Shape> {
    let p = Point::new;
    let base = Stroke::line(Paint::tint(Ink::Text, 0.1), 1.0);
    let mut shapes = vec![line(p(scene.x(0.0), y + ROW + 1.0), p(scene.x(WIDTH - MARGIN), y + ROW + 1.0), base)];
    let lines = wrap(&row.label, 12.0, NAMES - 18.0, 2);
    let rise = if lines.len() > 1 { 6.5 } else { 0.0 };
    for (i, words) in lines.iter().enumerate() {
        let at = p(scene.x(2.0), y + 21.5 - rise + i as f64 * 13.0);
        shapes.push(scene.words(at, scene.start(), 12.0, words).into());
    }
    let mut marks: Vec<&Mark> = row.marks.iter().take(MAX_ELEMENTS).collect();
    marks.sort_by_key(|m| (m.kind, span(m)));
    for mark in marks {
        let (low, high) = span(mark);
        let Some(stretch) = axis.iter().find(|s| s.low <= low && high <= s.high) else { continue };
        let ends = (scene.x(stretch.at(low)), scene.x(stretch.at(high)));
        let shapes_of = draw_mark(mark, ends, y + 17.5);
        shapes.push(Shape::Group(Group { title: Some(mark.label.clone()), link: None, shapes: shapes_of }));
    }
    shapes
}

/// A bar for what is uncertain by more than a few pixels, a sign for what is not.
fn draw_mark(mark: &Mark, (a, b): (f64, f64), y: f64) -> Vec<Shape> {
    let (left, right) = (a.min(b), a.max(b));
    let ink = if mark.contested { Ink::Alert } else { mark.kind.ink() };
    let mut shapes = Vec::new();
    if right - left > LEAST_BAR {
        let (half, strength) = if mark.kind == MarkKind::Event { (6.0, 0.3) } else { (3.5, 0.16) };
        shapes.push(rect(
            (left, y - half),
            (right - left, half * 2.0),
            2.5,
            Some(Paint::tint(ink, strength)),
            Some(Stroke::line(Paint::solid(ink), 1.2)),
        ));
        if mark.kind == MarkKind::Event {
            return shapes;
        }
    }
    shapes.push(sign(mark.kind, Point::new((left + right) / 2.0, y), ink));
    shapes
}

/// The sign of a kind: shapes differ as well as colours.
fn sign(kind: MarkKind, at: Point, ink: Ink) -> Shape {
    let p = |dx: f64, dy: f64| Point::new(at.x + dx, at.y + dy);
    let stroke = Some(Stroke::line(Paint::solid(ink), 1.6));
    match kind {
        MarkKind::Event => Shape::Path {
            segments: ring(&[p(0.0, -7.0), p(7.0, 0.0), p(0.0, 7.0), p(-7.0, 0.0)]),
            fill: Some(Paint::solid(ink)),
            stroke: None,
        },
        MarkKind::Published => Shape::Circle { centre: at, radius: 4.8, fill: Some(Paint::tint(ink, 0.15)), stroke },
        MarkKind::Observed => rect(
            (at.x - 4.2, at.y - 4.2),
            (8.4, 8.4),
            0.0,
            Some(Paint::tint(ink, 0.15)),
            Some(Stroke::line(Paint::solid(ink), 1.4)),
        ),
        MarkKind::Collected => line(p(0.0, -8.0), p(0.0, 8.0), Stroke::line(Paint::solid(ink), 1.8)),
    }
}

fn draw_legend(scene: &mut Scene, rows: &[Row], kinds: [&str; 4]) {
    let used = |kind: MarkKind| rows.iter().any(|r| r.marks.iter().any(|m| m.kind == kind));
    let mut from = NAMES;
    let y = scene.height - 14.0;
    for (kind, name) in MarkKind::ALL.into_iter().zip(kinds) {
        if !used(kind) {
            continue;
        }
        scene.shapes.push(sign(kind, Point::new(scene.x(from + 8.0), y - 4.0), kind.ink()));
        let words = wrap(name, 11.5, WIDTH / 4.0, 1).concat();
        let at = Point::new(scene.x(from + 21.0), y);
        let wide = super::scene::measure(&words, 11.5);
        scene.shapes.push(scene.words(at, scene.start(), 11.5, &words).paint(Paint::MUTED).into());
        from += wide + 36.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(earliest: i64, latest: i64, kind: MarkKind) -> Mark {
        Mark { earliest, latest, kind, label: "mark".into(), contested: false }
    }

    fn timeline(marks: Vec<Mark>) -> Vec<Row> {
        vec![Row { label: "film".into(), link: None, marks }]
    }

    fn drawn(rows: &[Row], direction: Direction) -> Scene {
        let kinds = ["reported", "published", "observed", "collected"];
        draw(&Timeline { label: "times", direction, rows, kinds })
    }

    #[test]
    fn a_year_of_nothing_is_folded_and_order_is_kept() {
        let day = 86_400;
        let rows = timeline(vec![
            mark(0, day, MarkKind::Event),
            mark(2 * day, 2 * day, MarkKind::Published),
            mark(400 * day, 400 * day, MarkKind::Collected),
        ]);
        let axis = stretches(&rows);
        assert_eq!(axis.len(), 2);
        assert!(axis[0].to < axis[1].from);
        assert!(axis[0].at(day) - axis[0].at(0) > 60.0, "the day can be seen");
        assert!(axis[1].to <= WIDTH - MARGIN + 1e-6);
    }

    #[test]
    fn every_mark_finds_its_stretch() {
        let hostile = [i64::MIN, -1, 0, 7, 1_790_000_000, 1_790_000_600, i64::MAX];
        let marks = hostile.iter().flat_map(|&a| hostile.iter().map(move |&b| mark(a, b, MarkKind::Event))).collect();
        let rows = timeline(marks);
        let axis = stretches(&rows);
        for m in &rows[0].marks {
            let (low, high) = span(m);
            assert!(axis.iter().any(|s| s.low <= low && high <= s.high));
        }
        let svg = drawn(&rows, Direction::LeftToRight).svg();
        assert!(!svg.contains("NaN"));
    }

    #[test]
    fn an_upload_does_not_look_like_the_event() {
        let at = |kind| drawn(&timeline(vec![mark(0, 0, kind)]), Direction::LeftToRight).svg();
        assert!(at(MarkKind::Published).contains("<circle"));
        assert!(!at(MarkKind::Event).contains("<circle"));
    }

    #[test]
    fn time_begins_where_reading_begins() {
        let rows = timeline(vec![mark(0, 0, MarkKind::Event), mark(9000, 9000, MarkKind::Event)]);
        let ltr = drawn(&rows, Direction::LeftToRight);
        let rtl = drawn(&rows, Direction::RightToLeft);
        let axis = stretches(&rows);
        assert!(ltr.x(axis[0].at(0)) < ltr.x(axis[0].at(9000)));
        assert!(rtl.x(axis[0].at(0)) > rtl.x(axis[0].at(9000)));
        assert!(
            draw(&Timeline { label: "", direction: Direction::RightToLeft, rows: &[], kinds: [""; 4] })
                .svg()
                .ends_with("</svg>")
        );
    }
}
