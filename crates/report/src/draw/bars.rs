//! Bars: counts with their intervals.
//!
//! The axis begins at zero. An interval is drawn as a whisker from low to high and printed in
//! words beside the count; a bar without one is a plain count. It deliberately computes neither.

use super::axis::{multiples, round_step};
use super::scene::{line, measure, rect, wrap};
use super::{Anchor, Group, Ink, MAX_ELEMENTS, Paint, Point, Scene, Shape, Stroke, WIDTH};
use crate::document::{Direction, isolate};

/// Height of one bar with its room.
const ROW: f64 = 30.0;
/// Room for the names of the bars.
const NAMES: f64 = 210.0;
/// Room for the numbers behind the bars.
const NUMBERS: f64 = 130.0;

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What is counted, in the reader's language.
    pub label: String,
    /// The count or estimate; negative or not finite counts as 0.
    pub value: f64,
    /// Lowest and highest value the figure may have.
    pub interval: Option<(f64, f64)>,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Bars<'a> {
    /// Name of the drawing for someone who cannot see it.
    pub label: &'a str,
    /// Direction of the reader; bars grow from where reading begins.
    pub direction: Direction,
    /// What the axis counts.
    pub unit: &'a str,
    /// The bars, in the order given; those past [`MAX_ELEMENTS`] are not drawn.
    pub bars: &'a [Bar],
}

/// Draws bars.
pub fn draw(bars: &Bars<'_>) -> Scene {
    let shown = &bars.bars[..bars.bars.len().min(MAX_ELEMENTS)];
    let body = shown.len() as f64 * ROW;
    let mut scene = Scene::new(WIDTH, body + 48.0, bars.direction, bars.label);
    let most = shown.iter().map(reach).fold(0.0, f64::max);
    let whole = shown.iter().all(|b| sound(b.value).fract() == 0.0);
    let step = round_step(if most > 0.0 { most } else { 1.0 }, 5);
    let step = if whole { step.max(1.0) } else { step };
    let top = (most / step).ceil().max(1.0) * step;
    let room = WIDTH - NAMES - NUMBERS;
    let along = |value: f64| NAMES + room * (sound(value) / top).clamp(0.0, 1.0);
    for tick in multiples(0.0, top, step) {
        let x = scene.x(along(tick));
        scene.shapes.push(line(Point::new(x, 4.0), Point::new(x, body + 6.0), Stroke::HAIR));
        let at = Point::new(x, body + 21.0);
        let words = isolate(&short(tick));
        scene.shapes.push(scene.words(at, Anchor::Middle, 11.0, &words).paint(Paint::MUTED).into());
    }
    for (i, bar) in shown.iter().enumerate() {
        let shapes = draw_bar(&scene, bar, i as f64 * ROW + 6.0, &along);
        scene.shapes.push(Shape::Group(Group { title: Some(bar.label.clone()), link: None, shapes }));
    }
    let foot = Point::new(scene.x(NAMES), body + 40.0);
    let unit = wrap(bars.unit, 11.0, room + NUMBERS, 1).concat();
    scene.shapes.push(scene.words(foot, scene.start(), 11.0, &unit).paint(Paint::MUTED).into());
    scene
}

fn draw_bar(scene: &Scene, bar: &Bar, y: f64, along: &dyn Fn(f64) -> f64) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let lines = wrap(&bar.label, 12.0, NAMES - 16.0, 2);
    let rise = if lines.len() > 1 { 6.5 } else { 0.0 };
    for (i, words) in lines.iter().enumerate() {
        let at = Point::new(scene.x(NAMES - 10.0), y + 14.0 - rise + i as f64 * 13.0);
        shapes.push(scene.words(at, scene.end(), 12.0, words).into());
    }
    let (from, to) = (scene.x(along(0.0)), scene.x(along(bar.value)));
    let size = ((to - from).abs().max(1.0), ROW - 12.0);
    let fill = Some(Paint::tint(Ink::Accent, 0.75));
    shapes.push(rect((from.min(to), y + 1.0), size, 2.0, fill, None));
    let mut words = short(sound(bar.value));
    let mut end = along(bar.value);
    if let Some((low, high)) = bar.interval {
        let (low, high) = (sound(low).min(sound(high)), sound(low).max(sound(high)));
        shapes.extend(whisker(scene.x(along(low)), scene.x(along(high)), y + 10.0));
        words = format!("{words} ({}–{})", short(low), short(high));
        end = end.max(along(high));
    }
    let at = Point::new(scene.x((end + 9.0).min(WIDTH - measure(&words, 12.0))), y + 14.5);
    shapes.push(scene.words(at, scene.start(), 12.0, &isolate(&words)).bold().into());
    shapes
}

fn whisker(low: f64, high: f64, y: f64) -> [Shape; 3] {
    let p = Point::new;
    let stroke = Stroke::line(Paint::TEXT, 1.3);
    [
        line(p(low, y), p(high, y), stroke),
        line(p(low, y - 4.0), p(low, y + 4.0), stroke),
        line(p(high, y - 4.0), p(high, y + 4.0), stroke),
    ]
}

fn sound(value: f64) -> f64 {
    if value.is_finite() { value.max(0.0) } else { 0.0 }
}

fn reach(bar: &Bar) -> f64 {
    let (low, high) = bar.interval.unwrap_or((0.0, 0.0));
    sound(bar.value).max(sound(low)).max(sound(high))
}

/// A number with at most two decimals.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(direction: Direction, values: &[(f64, Option<(f64, f64)>)]) -> Scene {
        let bars: Vec<Bar> =
            values.iter().map(|&(value, interval)| Bar { label: "clinics".into(), value, interval }).collect();
        draw(&Bars { label: "counts", direction, unit: "attacks", bars: &bars })
    }

    #[test]
    fn counts_and_intervals_are_printed() {
        let svg = bars(Direction::LeftToRight, &[(6.0, Some((4.0, 9.0))), (2.0, None)]).svg();
        assert!(svg.contains("6 (4–9)"));
        assert!(svg.contains("clinics") && svg.contains("attacks"));
    }

    #[test]
    fn rubbish_numbers_draw_a_drawing() {
        let hostile = [(f64::NAN, None), (-3.0, Some((f64::INFINITY, -1.0))), (1e300, None), (0.0, None)];
        let svg = bars(Direction::RightToLeft, &hostile).svg();
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert!(bars(Direction::LeftToRight, &[]).height > 0.0);
    }

    #[test]
    fn right_to_left_grows_from_the_right() {
        let first_bar = |scene: &Scene| {
            let groups = scene.shapes.iter().filter_map(|s| match s {
                Shape::Group(g) => Some(g),
                _ => None,
            });
            let bar = groups.flat_map(|g| &g.shapes).find_map(|s| match s {
                Shape::Path { segments, fill: Some(_), .. } => Some(segments[0]),
                _ => None,
            });
            match bar {
                Some(super::super::Segment::Move(p)) => p.x,
                _ => f64::NAN,
            }
        };
        let values = [(5.0, None)];
        assert!(first_bar(&bars(Direction::LeftToRight, &values)) < WIDTH / 2.0);
        let right = first_bar(&bars(Direction::RightToLeft, &values));
        assert!(right < WIDTH - NAMES && right > NUMBERS);
    }
}
