//! The scene: what a drawing consists of, before it is SVG or PDF.
//!
//! Units are CSS pixels, x to the right, y down, whatever the reading direction: a drawing made
//! for a right-to-left reader is laid out mirrored by whoever draws it. Text is measured by a
//! rough table, since the reader's fonts are unknown; room is left accordingly.

use crate::document::{Direction, Tone};

/// A finished drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Width in scene units.
    pub width: f64,
    /// Height in scene units.
    pub height: f64,
    /// Direction of the reader.
    pub direction: Direction,
    /// Name of the drawing, read out instead of it.
    pub label: String,
    /// What is drawn, back to front.
    pub shapes: Vec<Shape>,
}

/// A place in the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    /// A point from its coordinates.
    pub fn new(x: f64, y: f64) -> Self {
        Point { x, y }
    }
}

/// One thing drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A path of lines and curves.
    Path {
        /// Its course.
        segments: Vec<Segment>,
        /// Inside, even-odd.
        fill: Option<Paint>,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// A circle.
    Circle {
        /// Centre.
        centre: Point,
        /// Radius in scene units.
        radius: f64,
        /// Inside.
        fill: Option<Paint>,
        /// Outline.
        stroke: Option<Stroke>,
    },
    /// Words.
    Text(Text),
    /// Shapes that belong together.
    Group(Group),
}

/// Shapes with a name and perhaps a link.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Full words, shown when pointed at.
    pub title: Option<String>,
    /// Local link; see [`crate::document::local_link`].
    pub link: Option<String>,
    /// What is drawn.
    pub shapes: Vec<Shape>,
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Begin here.
    Move(Point),
    /// Straight to here.
    Line(Point),
    /// Cubic Bézier with two control points to the third.
    Cubic(Point, Point, Point),
    /// Back to where this part began.
    Close,
}

/// Words in a scene: one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where the baseline begins, has its middle, or ends, as `anchor` says.
    pub at: Point,
    /// Which part of the line is at `at`; physical, whatever the direction.
    pub anchor: Anchor,
    /// Font size in scene units.
    pub size: f64,
    /// Heavier weight.
    pub bold: bool,
    /// Colour.
    pub paint: Paint,
    /// Direction of the line as a whole.
    pub direction: Direction,
    /// The words; may hold isolates (U+2066 … U+2069).
    pub words: String,
}

/// Which part of a line of text is at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Left end.
    Left,
    /// Middle.
    Middle,
    /// Right end.
    Right,
}

/// A colour by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ink {
    /// The text colour of the page.
    Text,
    /// The main data colour.
    Accent,
    /// The second data colour.
    Second,
    /// Material against, contested.
    Alert,
    /// Deep shade of the accent, for the strongest levels.
    Deep,
    /// White, only on [`Ink::Deep`] or [`Ink::Accent`].
    White,
    /// The ground that boxes stand on: white, or what a page sets as `--drawing-paper`.
    Paper,
}

impl Ink {
    /// Red, green, blue. The text colour is that of paper; on a page it is the page's own.
    /// Accent, second and alert have at least 3:1 contrast on white and on near-black
    /// (WCAG 2.2, 1.4.11), so that one drawing serves both themes.
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Ink::Text => [0x1d, 0x22, 0x27],
            Ink::Accent => [0x35, 0x77, 0xa8],
            Ink::Second => [0xa9, 0x6a, 0x1f],
            Ink::Alert => [0xc2, 0x46, 0x3c],
            Ink::Deep => [0x1f, 0x55, 0x80],
            Ink::White | Ink::Paper => [0xff, 0xff, 0xff],
        }
    }
}

/// A colour and how much of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// The colour.
    pub ink: Ink,
    /// 0 to 1.
    pub opacity: f64,
}

impl Paint {
    /// The full colour.
    pub const fn solid(ink: Ink) -> Self {
        Paint { ink, opacity: 1.0 }
    }

    /// A part of the colour.
    pub const fn tint(ink: Ink, opacity: f64) -> Self {
        Paint { ink, opacity }
    }

    /// Ordinary words.
    pub const TEXT: Paint = Paint::solid(Ink::Text);
    /// Words of less weight; still 4.5:1 on white.
    pub const MUTED: Paint = Paint::tint(Ink::Text, 0.74);
    /// Hairlines.
    pub const RULE: Paint = Paint::tint(Ink::Text, 0.22);

    /// Fill for a support level, and the paint for words upon it.
    pub fn of_tone(tone: Tone) -> (Paint, Paint) {
        match tone {
            Tone::Unassessed => (Paint::tint(Ink::Text, 0.04), Paint::MUTED),
            Tone::Recorded => (Paint::tint(Ink::Text, 0.12), Paint::TEXT),
            Tone::SingleSource => (Paint::tint(Ink::Accent, 0.16), Paint::TEXT),
            Tone::Corroborated => (Paint::tint(Ink::Accent, 0.34), Paint::TEXT),
            Tone::MeetsCheckList => (Paint::solid(Ink::Accent), Paint::solid(Ink::White)),
            Tone::StronglySupported => (Paint::solid(Ink::Deep), Paint::solid(Ink::White)),
        }
    }
}

/// An outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub paint: Paint,
    /// Width in scene units.
    pub width: f64,
    /// Length of dash and of gap; `None` is a whole line.
    pub dash: Option<(f64, f64)>,
}

impl Stroke {
    /// A whole line.
    pub const fn line(paint: Paint, width: f64) -> Self {
        Stroke { paint, width, dash: None }
    }

    /// A dashed line.
    pub const fn dashed(paint: Paint, width: f64, dash: f64, gap: f64) -> Self {
        Stroke { paint, width, dash: Some((dash, gap)) }
    }

    /// The hairline of rules and axes.
    pub const HAIR: Stroke = Stroke::line(Paint::RULE, 1.0);
}

impl Scene {
    /// An empty scene.
    pub fn new(width: f64, height: f64, direction: Direction, label: &str) -> Self {
        Scene { width, height, direction, label: label.to_owned(), shapes: Vec::new() }
    }

    /// The x of a thing that lies `from_start` from the edge where reading begins.
    pub(crate) fn x(&self, from_start: f64) -> f64 {
        if self.direction.is_rtl() { self.width - from_start } else { from_start }
    }

    /// The anchor of a line that begins where reading begins.
    pub(crate) fn start(&self) -> Anchor {
        if self.direction.is_rtl() { Anchor::Right } else { Anchor::Left }
    }

    /// The anchor of a line that ends where reading ends.
    pub(crate) fn end(&self) -> Anchor {
        if self.direction.is_rtl() { Anchor::Left } else { Anchor::Right }
    }

    /// Ordinary words in the reader's direction.
    pub(crate) fn words(&self, at: Point, anchor: Anchor, size: f64, words: &str) -> Text {
        Text { at, anchor, size, bold: false, paint: Paint::TEXT, direction: self.direction, words: words.to_owned() }
    }
}

impl From<Text> for Shape {
    fn from(text: Text) -> Self {
        Shape::Text(text)
    }
}

impl Text {
    /// The same words in another paint.
    pub(crate) fn paint(mut self, paint: Paint) -> Self {
        self.paint = paint;
        self
    }

    /// The same words, heavier.
    pub(crate) fn bold(mut self) -> Self {
        self.bold = true;
        self
    }
}

/// A straight line.
pub(crate) fn line(from: Point, to: Point, stroke: Stroke) -> Shape {
    Shape::Path { segments: vec![Segment::Move(from), Segment::Line(to)], fill: None, stroke: Some(stroke) }
}

/// A closed polygon's segments.
pub(crate) fn ring(points: &[Point]) -> Vec<Segment> {
    let mut segments = course(points);
    if !segments.is_empty() {
        segments.push(Segment::Close);
    }
    segments
}

/// An open line's segments.
pub(crate) fn course(points: &[Point]) -> Vec<Segment> {
    let step = |(i, p): (usize, &Point)| if i == 0 { Segment::Move(*p) } else { Segment::Line(*p) };
    points.iter().enumerate().map(step).collect()
}

/// A rectangle with corners rounded by `radius`; `x` is its left edge.
pub(crate) fn rect(
    (x, y): (f64, f64),
    (width, height): (f64, f64),
    radius: f64,
    fill: Option<Paint>,
    stroke: Option<Stroke>,
) -> Shape {
    let (right, bottom) = (x + width, y + height);
    let r = radius.min(width / 2.0).min(height / 2.0).max(0.0);
    if r == 0.0 {
        let corners = [(x, y), (right, y), (right, bottom), (x, bottom)];
        let segments = ring(&corners.map(|(x, y)| Point::new(x, y)));
        return Shape::Path { segments, fill, stroke };
    }
    // Control distance of a quarter circle drawn as a cubic.
    let k = r * 0.552_284_75;
    let p = Point::new;
    let corner = |from: Point, a: Point, b: Point, to: Point| [Segment::Line(from), Segment::Cubic(a, b, to)];
    let mut segments = vec![Segment::Move(p(x + r, y))];
    segments.extend(corner(p(right - r, y), p(right - r + k, y), p(right, y + r - k), p(right, y + r)));
    segments.extend(corner(
        p(right, bottom - r),
        p(right, bottom - r + k),
        p(right - r + k, bottom),
        p(right - r, bottom),
    ));
    segments.extend(corner(p(x + r, bottom), p(x + r - k, bottom), p(x, bottom - r + k), p(x, bottom - r)));
    segments.extend(corner(p(x, y + r), p(x, y + r - k), p(x + r - k, y), p(x + r, y)));
    segments.push(Segment::Close);
    Shape::Path { segments, fill, stroke }
}

/// A generous estimate of how wide a line of text is.
pub(crate) fn measure(words: &str, size: f64) -> f64 {
    let em: f64 = words
        .chars()
        .map(|c| match c {
            // Marks, joiners and isolates take no room.
            '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{200B}'..='\u{200F}' | '\u{2066}'..='\u{2069}' => 0.0,
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '·' | ' ' | 'ا' => 0.32,
            'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 0.40,
            'm' | 'w' | 'M' | 'W' | '—' | '…' => 0.92,
            'س' | 'ش' | 'ص' | 'ض' => 0.82,
            c if c.is_uppercase() => 0.70,
            c if c as u32 >= 0x2E80 => 1.0,
            _ => 0.57,
        })
        .sum();
    em * size
}

/// Breaks words into at most `lines` lines of at most `width`; what does not fit ends in “…”.
pub(crate) fn wrap(words: &str, size: f64, width: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = words.split_whitespace().peekable();
    while rest.peek().is_some() && out.len() < lines {
        let mut current = String::new();
        while let Some(word) = rest.peek() {
            let longer = if current.is_empty() { (*word).to_owned() } else { format!("{current} {word}") };
            if !current.is_empty() && measure(&longer, size) > width {
                break;
            }
            current = longer;
            rest.next();
        }
        out.push(current);
    }
    let cut = rest.peek().is_some();
    let last = out.len().wrapping_sub(1);
    for (i, one) in out.iter_mut().enumerate() {
        if measure(one, size) > width || (cut && i == last) {
            *one = shorten(one, size, width);
        }
    }
    out
}

/// Cuts a line until it and an ellipsis fit. Isolates that lose their end are closed again.
fn shorten(words: &str, size: f64, width: f64) -> String {
    let room = width - measure("…", size);
    let mut kept = String::new();
    for c in words.chars() {
        kept.push(c);
        if measure(&kept, size) > room {
            kept.pop();
            break;
        }
    }
    let open = kept.chars().filter(|c| ('\u{2066}'..='\u{2068}').contains(c)).count();
    let shut = kept.chars().filter(|c| *c == '\u{2069}').count();
    let mut out = kept.trim_end().to_owned();
    out.extend(std::iter::repeat_n('\u{2069}', open.saturating_sub(shut)));
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_loses_nothing_that_fits_and_marks_what_does_not() {
        let words = "the market hall beside the river crossing";
        assert_eq!(wrap(words, 12.0, 500.0, 3).join(" "), words);
        let cut = wrap(words, 12.0, 90.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…'), "{cut:?}");
        assert!(cut.iter().all(|l| measure(l, 12.0) <= 90.0), "{cut:?}");
    }

    #[test]
    fn a_cut_isolate_is_closed() {
        let cut = wrap(&crate::document::isolate("0123456789012345678901234567890"), 12.0, 60.0, 1);
        assert_eq!(cut[0].matches('\u{2066}').count(), cut[0].matches('\u{2069}').count());
    }

    #[test]
    fn inks_are_seen_on_white_and_on_black() {
        fn luminance(rgb: [u8; 3]) -> f64 {
            let [r, g, b] = rgb.map(|v| {
                let v = f64::from(v) / 255.0;
                if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        }
        let contrast = |a: f64, b: f64| (a.max(b) + 0.05) / (a.min(b) + 0.05);
        let (white, dark) = (1.0, luminance([0x14, 0x17, 0x1a]));
        for ink in [Ink::Accent, Ink::Second, Ink::Alert] {
            let l = luminance(ink.rgb());
            assert!(contrast(l, white) >= 3.0 && contrast(l, dark) >= 3.0, "{ink:?}");
        }
        // White words on the two strong levels: 4.5:1.
        for ink in [Ink::Accent, Ink::Deep] {
            assert!(contrast(luminance(ink.rgb()), white) >= 4.5, "{ink:?}");
        }
    }
}
