//! Drawing on the writer's surface: lines of text, boxes, scenes.
//!
//! It deliberately decides no place and no page; callers say where, and open and close the tagged
//! sections around it.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;

use super::fonts::{Family, Fonts};
use super::text::{Align, Colour, ENDLESS, Line, Piece, Span, Style, set};
use super::theme::on_white;
use crate::document::tame;
use crate::draw::{self, Anchor, Scene, Segment, Shape};

/// Width of the outline that feigns a bold weight, in ems.
const FEIGNED: f32 = 0.032;

/// A solid fill.
pub(crate) fn fill(colour: Colour, opacity: f64) -> Fill {
    Fill {
        paint: rgb::Color::new(colour[0], colour[1], colour[2]).into(),
        opacity: part(opacity),
        rule: FillRule::EvenOdd,
    }
}

/// A solid outline.
pub(crate) fn stroke(colour: Colour, width: f32) -> Stroke {
    Stroke {
        paint: rgb::Color::new(colour[0], colour[1], colour[2]).into(),
        width,
        line_join: LineJoin::Round,
        ..Stroke::default()
    }
}

fn part(opacity: f64) -> NormalizedF32 {
    NormalizedF32::new(opacity.clamp(0.0, 1.0) as f32).unwrap_or(NormalizedF32::ONE)
}

/// The baseline of a line whose box begins at `y`: the same for all faces of a size, so that
/// scripts stand on one line.
pub(crate) fn baseline(y: f32, height: f32, size: f32) -> f32 {
    y + height / 2.0 + size * 0.345
}

/// Draws one piece with its own origin at (`x`, `y`).
pub(crate) fn piece(surface: &mut Surface<'_>, fonts: &Fonts, piece: &Piece, x: f32, y: f32) {
    let colour = piece.style.colour;
    surface.set_fill(Some(fill(colour, 1.0)));
    let feign = piece.pick.feign_bold.then(|| stroke(colour, piece.style.size * FEIGNED));
    surface.set_stroke(feign);
    let font = fonts.font(piece.pick.face);
    surface.draw_glyphs(Point::from_xy(x, y), &piece.glyphs, font, &piece.text, piece.style.size, false);
    surface.set_stroke(None);
}

/// Draws a line whose baseline is at `y`.
pub(crate) fn line(surface: &mut Surface<'_>, fonts: &Fonts, line: &Line, x: f32, y: f32) {
    for one in &line.pieces {
        piece(surface, fonts, one, x + one.x, y);
    }
}

/// Draws a box.
pub(crate) fn boxed(
    surface: &mut Surface<'_>,
    [x, y, width, height]: [f32; 4],
    radius: f32,
    inside: Option<Colour>,
    edge: Option<(Colour, f32)>,
) {
    let corner = (f64::from(x), f64::from(y));
    let size = (f64::from(width).max(0.0), f64::from(height).max(0.0));
    let Shape::Path { segments, .. } = draw::rounded(corner, size, f64::from(radius)) else { return };
    let Some(path) = path(&segments) else { return };
    surface.set_fill(inside.map(|colour| fill(colour, 1.0)));
    surface.set_stroke(edge.map(|(colour, width)| stroke(colour, width)));
    if inside.is_some() || edge.is_some() {
        surface.draw_path(&path);
    }
    surface.set_stroke(None);
}

fn path(segments: &[Segment]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let sound = |p: &draw::Point| p.x.is_finite() && p.y.is_finite();
    for segment in segments {
        match segment {
            Segment::Move(p) if sound(p) => builder.move_to(p.x as f32, p.y as f32),
            Segment::Line(p) if sound(p) => builder.line_to(p.x as f32, p.y as f32),
            Segment::Cubic(a, b, p) if sound(a) && sound(b) && sound(p) => {
                builder.cubic_to(a.x as f32, a.y as f32, b.x as f32, b.y as f32, p.x as f32, p.y as f32);
            }
            Segment::Close => builder.close(),
            _ => {}
        }
    }
    builder.finish()
}

/// Draws a scene with its upper left corner at (`x`, `y`); characters without a face are counted.
pub(crate) fn scene(
    surface: &mut Surface<'_>,
    fonts: &Fonts,
    scene: &Scene,
    (x, y, scale): (f32, f32, f32),
    missing: &mut std::collections::BTreeSet<char>,
) {
    surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x, y));
    for one in &scene.shapes {
        shape(surface, fonts, one, missing);
    }
    surface.pop();
}

fn shape(surface: &mut Surface<'_>, fonts: &Fonts, one: &Shape, missing: &mut std::collections::BTreeSet<char>) {
    match one {
        Shape::Path { segments, fill, stroke } => {
            if let Some(path) = path(segments) {
                paint(surface, &path, *fill, *stroke);
            }
        }
        Shape::Circle { centre, radius, fill, stroke } => {
            let corner = (centre.x - radius, centre.y - radius);
            let Shape::Path { segments, .. } = draw::rounded(corner, (radius * 2.0, radius * 2.0), *radius) else {
                return;
            };
            if let Some(path) = path(&segments) {
                paint(surface, &path, *fill, *stroke);
            }
        }
        Shape::Text(text) => words(surface, fonts, text, missing),
        Shape::Group(group) => {
            for one in &group.shapes {
                shape(surface, fonts, one, missing);
            }
        }
    }
}

fn paint(surface: &mut Surface<'_>, path: &Path, inside: Option<draw::Paint>, edge: Option<draw::Stroke>) {
    if inside.is_none() && edge.is_none() {
        return;
    }
    surface.set_fill(inside.map(|p| fill(p.ink.rgb(), p.opacity)));
    surface.set_stroke(edge.map(|e| Stroke {
        dash: e.dash.map(|(dash, gap)| StrokeDash { array: vec![dash as f32, gap as f32], offset: 0.0 }),
        line_cap: LineCap::Butt,
        opacity: part(e.paint.opacity),
        ..stroke(e.paint.ink.rgb(), e.width as f32)
    }));
    surface.draw_path(path);
    surface.set_stroke(None);
}

fn words(surface: &mut Surface<'_>, fonts: &Fonts, text: &draw::Text, missing: &mut std::collections::BTreeSet<char>) {
    let style = Style {
        family: Family::Sans,
        bold: text.bold,
        italic: false,
        size: text.size as f32,
        colour: on_white(text.paint),
        tabular: false,
        language: None,
        link: None,
    };
    let words = tame(&text.words).replace('\n', " ");
    let spans = [Span { text: words, style, isolate: None }];
    let lines = set(fonts, &spans, text.direction, ENDLESS, Align::Start, missing);
    let Some(one) = lines.first() else { return };
    // The room is endless, so the line's own left edge is where its first glyph begins.
    let left = one.pieces.iter().map(|p| p.x).fold(f32::INFINITY, f32::min);
    if !left.is_finite() {
        return;
    }
    let shift = match text.anchor {
        Anchor::Left => 0.0,
        Anchor::Middle => -one.width / 2.0,
        Anchor::Right => -one.width,
    };
    line(surface, fonts, one, text.at.x as f32 + shift - left, text.at.y as f32);
}
