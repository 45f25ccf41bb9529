//! Glyphs into lines: which stand on one baseline, in which order they are seen, where words end.
//!
//! Works by places alone; the order in which a writer drew the glyphs of a line does not matter, which is what makes one
//! reading right for writers that draw Arabic forwards, backwards or word by word. It deliberately knows no table and no
//! column: lines come in the order in which they were begun.

use std::collections::BTreeMap;

use crate::documents::layout::Bounds;

use super::content::{Drawn, Glyph};
use super::words::{Repairs, is_mark, repaired};

/// How far baselines of one line may lie apart, in sizes of the font.
const SAME_BASELINE: f32 = 0.45;
/// A gap this wide, in sizes, between pieces on one baseline is a step to another cell or column.
const CELL_GAP: f32 = 2.0;
/// Pieces of a line drawn apart from each other are joined over gaps up to this, in sizes.
const JOIN_GAP: f32 = 1.0;
/// How many lines back a piece drawn apart is looked for.
const LINES_BACK: usize = 24;
/// A gap this wide, in sizes, is a space where the line has no spaces of its own.
const WORD_GAP: f32 = 0.18;
/// A gap of this share of the spaces that a line draws is a space too.
const SHARE_OF_SPACE: f32 = 0.75;
/// A gap this wide, in sizes, is a space whatever spaces the line draws.
const WIDE_GAP: f32 = 0.6;
/// Glyphs of one text closer than this, in sizes, are one glyph drawn twice.
const DOUBLE: f32 = 0.12;

/// What is seen at one place of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// Its characters in reading order; a space, or a tab between cells.
    pub text: String,
    /// Where.
    pub bounds: Option<Bounds>,
    /// Nothing states what this glyph is.
    pub unknown: bool,
}

/// A line as it is seen, its pieces from left to right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Direction of the text: degrees of its top, in steps; lines of different directions are never joined.
    pub direction: i16,
    /// Place of the baseline across the lines, growing from line to line.
    pub down: f32,
    /// Height of the font.
    pub size: f32,
    /// Beginning and end along the line.
    pub extent: (f32, f32),
    /// From left to right.
    pub pieces: Vec<Piece>,
}

struct Open {
    direction: i16,
    down: f32,
    size: f32,
    extent: (f32, f32),
    glyphs: Vec<usize>,
}

/// The lines of a page, in the order in which they were begun.
pub(super) fn lines(drawn: &Drawn, repairs: &mut Repairs) -> Vec<Line> {
    let mut open: Vec<Open> = Vec::new();
    for (at, glyph) in drawn.glyphs.iter().enumerate() {
        if glyph.size <= 0.0 {
            continue;
        }
        let (direction, down, extent) = place(glyph);
        let joins = |line: &Open, gap: f32| {
            let size = line.size.max(glyph.size);
            let apart = (extent.0 - line.extent.1).max(line.extent.0 - extent.1);
            line.direction == direction && (line.down - down).abs() < SAME_BASELINE * size && apart < gap * size
        };
        // What is drawn next continues the line however wide the step: cells of a row are drawn one after the other.
        if let Some(line) = open.last_mut()
            && joins(line, f32::INFINITY)
        {
            line.add(at, glyph, extent);
            continue;
        }
        let from = open.len().saturating_sub(LINES_BACK);
        if let Some(line) = open[from..].iter_mut().rev().find(|line| joins(line, JOIN_GAP)) {
            line.add(at, glyph, extent);
            continue;
        }
        open.push(Open { direction, down, size: glyph.size, extent, glyphs: vec![at] });
    }
    open.into_iter().map(|line| seen(line, drawn, repairs)).filter(|line| !line.pieces.is_empty()).collect()
}

/// Direction, place across and extent along of a glyph.
fn place(glyph: &Glyph) -> (i16, f32, (f32, f32)) {
    let (x, y) = glyph.up;
    let direction = (x.atan2(-y).to_degrees() / 5.0).round() as i16;
    let along = |p: (f32, f32)| -p.0 * y + p.1 * x;
    let (a, b) = (along(glyph.from), along(glyph.to));
    (direction, -(glyph.from.0 * x + glyph.from.1 * y), (a.min(b), a.max(b)))
}

impl Open {
    fn add(&mut self, at: usize, glyph: &Glyph, extent: (f32, f32)) {
        self.glyphs.push(at);
        self.extent = (self.extent.0.min(extent.0), self.extent.1.max(extent.1));
        if glyph.size > self.size {
            self.size = glyph.size;
        }
    }
}

/// Box of a glyph on the page.
fn bounds(glyph: &Glyph) -> Bounds {
    let (above, below) = (glyph.size * glyph.rise.0, -glyph.size * glyph.rise.1);
    let corner = |p: (f32, f32), by: f32| (p.0 + glyph.up.0 * by, p.1 + glyph.up.1 * by);
    let corners =
        [corner(glyph.from, above), corner(glyph.from, below), corner(glyph.to, above), corner(glyph.to, below)];
    corners.map(|(x, y)| Bounds { x0: x, y0: y, x1: x, y1: y }).into_iter().reduce(Bounds::union).unwrap_or(Bounds {
        x0: 0.0,
        y0: 0.0,
        x1: 0.0,
        y1: 0.0,
    })
}

/// A glyph of a line on its way to a piece.
struct Standing {
    extent: (f32, f32),
    size: f32,
    piece: Piece,
}

impl Standing {
    fn middle(&self) -> f32 {
        (self.extent.0 + self.extent.1) / 2.0
    }
}

/// A line with its glyphs sorted from left to right, marks put on their letters, and spaces where words end.
fn seen(line: Open, drawn: &Drawn, repairs: &mut Repairs) -> Line {
    let mut standing: Vec<Standing> = Vec::with_capacity(line.glyphs.len());
    let mut marks: Vec<(f32, String)> = Vec::new();
    for at in &line.glyphs {
        let glyph = &drawn.glyphs[*at];
        let stated = drawn.of(glyph);
        let (_, _, extent) = place(glyph);
        let text = repaired(stated, false, repairs);
        if stated.is_empty() {
            let piece = Piece { text: "\u{FFFD}".into(), bounds: Some(bounds(glyph)), unknown: true };
            standing.push(Standing { extent, size: glyph.size, piece });
        } else if !text.is_empty() && text.chars().all(is_mark) {
            marks.push(((extent.0 + extent.1) / 2.0, text));
        } else if !text.is_empty() {
            let piece = Piece { text, bounds: Some(bounds(glyph)), unknown: false };
            standing.push(Standing { extent, size: glyph.size, piece });
        }
    }
    standing.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let before = standing.len();
    standing.dedup_by(|b, a| {
        let near = (a.middle() - b.middle()).abs() < DOUBLE * a.size && a.extent.1 - a.extent.0 > DOUBLE * a.size;
        near && a.piece.text == b.piece.text && a.piece.text != " "
    });
    repairs.doubled += before - standing.len();
    put_marks(&mut standing, marks);
    Line {
        direction: line.direction,
        down: line.down,
        size: line.size,
        extent: line.extent,
        pieces: with_spaces(standing),
    }
}

/// Signs are written after the letter they stand over: the one whose middle is nearest.
fn put_marks(standing: &mut [Standing], marks: Vec<(f32, String)>) {
    let mut by_letter: BTreeMap<usize, String> = BTreeMap::new();
    for (middle, mark) in marks {
        let after = standing.partition_point(|s| s.middle() < middle);
        let near = [after.checked_sub(1), Some(after)].into_iter().flatten().filter(|at| *at < standing.len());
        let near = near.filter(|at| standing[*at].piece.text != " ");
        let distance = |at: &usize| {
            let s = &standing[*at];
            // Over a letter is nearer than beside it.
            (s.extent.0 - middle).max(middle - s.extent.1).max(0.0) * 4.0 + (s.middle() - middle).abs()
        };
        if let Some(at) = near.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            by_letter.entry(at).or_default().push_str(&mark);
        }
    }
    for (at, marks) in by_letter {
        standing[at].piece.text.push_str(&marks);
    }
}

/// How wide a gap between glyphs ends a word, in sizes: where a line draws its spaces, nearly as wide as those.
fn word_gap(standing: &[Standing]) -> f32 {
    let spaces = standing.iter().filter(|s| s.piece.text.trim().is_empty() && s.size > 0.0);
    let mut widths: Vec<f32> = spaces.map(|s| (s.extent.1 - s.extent.0) / s.size).collect();
    if widths.len() * 25 <= standing.len() {
        return WORD_GAP;
    }
    widths.sort_by(f32::total_cmp);
    (widths[widths.len() / 2] * SHARE_OF_SPACE).clamp(WORD_GAP, WIDE_GAP)
}

/// Spaces between words: those that are drawn, and gaps.
fn with_spaces(standing: Vec<Standing>) -> Vec<Piece> {
    let threshold = word_gap(&standing);
    let mut pieces: Vec<Piece> = Vec::with_capacity(standing.len() + standing.len() / 4);
    let mut end = f32::NEG_INFINITY;
    let mut space = false;
    let mut wide = false;
    for s in standing {
        // The place where the last words ended counts, however many spaces are drawn over the gap.
        let gap = if pieces.is_empty() { 0.0 } else { s.extent.0 - end };
        if s.piece.text.trim().is_empty() {
            space = true;
            continue;
        }
        wide |= gap > CELL_GAP * s.size;
        space |= gap > threshold * s.size;
        if !pieces.is_empty() && (space || wide) {
            let text = if wide { "\t" } else { " " };
            pieces.push(Piece { text: text.into(), bounds: None, unknown: false });
        }
        (space, wide) = (false, false);
        end = end.max(s.extent.1);
        pieces.push(s.piece);
    }
    pieces
}
