//! A scene as SVG 1.1.
//!
//! The text colour is `currentColor`, so a drawing follows the theme of the page it stands in;
//! no style sheet, script, id or outside reference is used, so it passes a strict content policy
//! and many drawings can stand in one page.

use std::fmt::Write as _;

use super::scene::{Anchor, Ink, Paint, Scene, Segment, Shape, Stroke, Text};
use crate::document::{local_link, tame};

/// The families asked for, in words that every system understands.
const FAMILY: &str = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', 'DejaVu Sans', sans-serif";

impl Scene {
    /// The scene as one SVG element, ready to be put into a page or a file.
    pub fn svg(&self) -> String {
        let mut out = String::new();
        let (w, h) = (number(self.width), number(self.height));
        // Writing into a string cannot fail.
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" \
             role=\"img\" aria-label=\"{}\" font-family=\"{FAMILY}\" fill=\"none\">",
            escape(&self.label)
        );
        for shape in &self.shapes {
            write_shape(&mut out, shape);
        }
        out.push_str("</svg>");
        out
    }
}

fn write_shape(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Path { segments, fill, stroke } => {
            let _ = write!(out, "<path d=\"{}\"", path_data(segments));
            if fill.is_some() {
                out.push_str(" fill-rule=\"evenodd\"");
            }
            write_paints(out, *fill, *stroke);
            out.push_str("/>");
        }
        Shape::Circle { centre, radius, fill, stroke } => {
            let (x, y, r) = (number(centre.x), number(centre.y), number(*radius));
            let _ = write!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"");
            write_paints(out, *fill, *stroke);
            out.push_str("/>");
        }
        Shape::Text(text) => write_text(out, text),
        Shape::Group(group) => {
            let link = group.link.as_deref().and_then(local_link);
            match link {
                Some(link) => {
                    let _ = write!(out, "<a href=\"{}\">", escape(link));
                }
                None => out.push_str("<g>"),
            }
            if let Some(title) = &group.title {
                let _ = write!(out, "<title>{}</title>", escape(title));
            }
            group.shapes.iter().for_each(|shape| write_shape(out, shape));
            out.push_str(if link.is_some() { "</a>" } else { "</g>" });
        }
    }
}

fn write_text(out: &mut String, text: &Text) {
    // SVG's start and end follow the direction of the text; ours are physical.
    let anchor = match (text.anchor, text.direction.is_rtl()) {
        (Anchor::Middle, _) => "middle",
        (Anchor::Left, false) | (Anchor::Right, true) => "start",
        (Anchor::Right, false) | (Anchor::Left, true) => "end",
    };
    let (x, y, size) = (number(text.at.x), number(text.at.y), number(text.size));
    let _ = write!(
        out,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"{anchor}\" direction=\"{}\"",
        text.direction.code()
    );
    if text.bold {
        out.push_str(" font-weight=\"600\"");
    }
    write_paints(out, Some(text.paint), None);
    let _ = write!(out, ">{}</text>", escape(&text.words));
}

fn write_paints(out: &mut String, fill: Option<Paint>, stroke: Option<Stroke>) {
    if let Some(fill) = fill {
        write_paint(out, "fill", fill);
    }
    if let Some(stroke) = stroke {
        write_paint(out, "stroke", stroke.paint);
        let _ = write!(out, " stroke-width=\"{}\"", number(stroke.width));
        if let Some((dash, gap)) = stroke.dash {
            let _ = write!(out, " stroke-dasharray=\"{} {}\"", number(dash), number(gap));
        }
    }
}

fn write_paint(out: &mut String, name: &str, paint: Paint) {
    let [r, g, b] = paint.ink.rgb();
    let _ = match paint.ink {
        Ink::Text => write!(out, " {name}=\"currentColor\""),
        Ink::Paper => write!(out, " {name}=\"var(--drawing-paper,#ffffff)\""),
        _ => write!(out, " {name}=\"#{r:02x}{g:02x}{b:02x}\""),
    };
    if paint.opacity < 1.0 {
        let _ = write!(out, " {name}-opacity=\"{}\"", number(paint.opacity.max(0.0)));
    }
}

fn path_data(segments: &[Segment]) -> String {
    let mut out = String::new();
    let mut put = |letter: char, points: &[super::Point]| {
        out.push(letter);
        for (i, p) in points.iter().enumerate() {
            let gap = if i == 0 { "" } else { " " };
            let _ = write!(out, "{gap}{} {}", number(p.x), number(p.y));
        }
    };
    for segment in segments {
        match *segment {
            Segment::Move(p) => put('M', &[p]),
            Segment::Line(p) => put('L', &[p]),
            Segment::Cubic(a, b, p) => put('C', &[a, b, p]),
            Segment::Close => put('Z', &[]),
        }
    }
    out
}

/// A number with at most two decimals; what is not finite becomes 0.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Words made safe for XML text and attributes.
fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in tame(words).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Group, Point};
    use super::*;
    use crate::document::Direction;

    fn scene_with(words: &str, direction: Direction) -> Scene {
        let mut scene = Scene::new(100.0, 50.0, direction, words);
        let text = scene.words(Point::new(10.0, 20.0), scene.start(), 12.0, words);
        scene.shapes.push(text.into());
        scene
    }

    #[test]
    fn hostile_words_stay_words() {
        let svg = scene_with("</text><script>\"'&\u{202E}\u{0}", Direction::LeftToRight).svg();
        assert!(!svg.contains("<script"));
        assert!(svg.contains("&lt;script&gt;&quot;&#39;&amp;⟨U+202E⟩"));
        assert!(!svg.contains('\u{0}'));
    }

    #[test]
    fn anchors_turn_with_the_direction() {
        let rtl = scene_with("سوق", Direction::RightToLeft).svg();
        assert!(rtl.contains("text-anchor=\"start\" direction=\"rtl\""));
        let ltr = scene_with("market", Direction::LeftToRight).svg();
        assert!(ltr.contains("text-anchor=\"start\" direction=\"ltr\""));
    }

    #[test]
    fn links_that_leave_are_dropped() {
        let mut scene = Scene::new(1.0, 1.0, Direction::LeftToRight, "");
        for link in ["https://example.org", "#here"] {
            let link = Some(link.to_owned());
            scene.shapes.push(Shape::Group(Group { title: None, link, shapes: vec![] }));
        }
        let svg = scene.svg();
        assert!(svg.contains("<a href=\"#here\">") && !svg.contains("example"));
    }

    #[test]
    fn numbers_are_short_and_finite() {
        assert_eq!(number(1.0), "1");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(2.345), "2.35");
        assert_eq!(number(f64::NAN), "0");
    }
}
