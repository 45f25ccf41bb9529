//! Measures and styles of the printed page, in points (1/72 inch).
//!
//! It deliberately holds no layout, only numbers and looks.

use super::fonts::Family;
use super::text::{Colour, Style};
use crate::document::{Direction, Tone};
use crate::draw::{Ink, Paint};

/// A4.
pub(crate) const PAGE: (f32, f32) = (595.276, 841.89);
/// Left and right margin.
pub(crate) const SIDE: f32 = 62.0;
/// Where content begins and ends, from the top of the page.
pub(crate) const TOP: f32 = 74.0;
/// Lower end of the content.
pub(crate) const BOTTOM: f32 = PAGE.1 - 70.0;
/// Width of the content.
pub(crate) const COLUMN: f32 = PAGE.0 - 2.0 * SIDE;
/// Height of the content.
pub(crate) const DEPTH: f32 = BOTTOM - TOP;
/// Room beside a sentence for its level.
pub(crate) const BESIDE: f32 = 112.0;
/// Room between a sentence and its level.
pub(crate) const GUTTER: f32 = 14.0;
/// Height of a level's box.
pub(crate) const BADGE: f32 = 13.0;
/// Padding inside a table cell: across, down.
pub(crate) const CELL: (f32, f32) = (5.0, 3.6);

pub(crate) const TEXT: Colour = [0x1d, 0x22, 0x27];
pub(crate) const SOFT: Colour = [0x55, 0x5d, 0x65];
pub(crate) const RULE: Colour = [0xd2, 0xcf, 0xc9];
pub(crate) const WASH: Colour = [0xf4, 0xf2, 0xed];
pub(crate) const LINK: Colour = [0x1f, 0x56, 0x7f];
pub(crate) const ALERT: Colour = [0xa5, 0x33, 0x2a];
pub(crate) const CARE: Colour = [0x8a, 0x5a, 0x12];
pub(crate) const MARK: Colour = [0x7a, 0x55, 0x00];

/// Kinds of text on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Title,
    Subtitle,
    Chapter,
    Section,
    Part,
    Body,
    Small,
    Label,
    Running,
}

/// Size and line height, in points, by kind and direction: Arabic needs more room up and down.
pub(crate) fn measure(kind: Kind, direction: Direction) -> (f32, f32) {
    let latin = match kind {
        Kind::Title => (22.0, 28.0),
        Kind::Subtitle => (12.0, 17.0),
        Kind::Chapter => (14.5, 20.0),
        Kind::Section => (11.3, 16.0),
        Kind::Part => (9.8, 14.5),
        Kind::Body => (10.3, 15.2),
        Kind::Small => (8.6, 12.4),
        Kind::Label => (7.6, 10.4),
        Kind::Running => (7.4, 10.0),
    };
    if direction.is_rtl() { (latin.0 * 1.02, latin.1 * 1.2) } else { latin }
}

/// The plain style of a kind of text.
pub(crate) fn style(kind: Kind, direction: Direction) -> Style {
    let family = match kind {
        Kind::Body | Kind::Subtitle => Family::Serif,
        _ => Family::Sans,
    };
    let colour = match kind {
        Kind::Subtitle | Kind::Part | Kind::Running => SOFT,
        _ => TEXT,
    };
    Style {
        family,
        bold: matches!(kind, Kind::Title | Kind::Chapter | Kind::Section | Kind::Part),
        italic: false,
        size: measure(kind, direction).0,
        colour,
        tabular: false,
        language: None,
        link: None,
    }
}

/// Box and words of a level.
pub(crate) fn tone(tone: Tone) -> (Colour, Colour) {
    let (fill, words) = Paint::of_tone(tone);
    (on_white(fill), if words.ink == Ink::White { [255; 3] } else { TEXT })
}

/// A paint as it looks on white paper.
pub(crate) fn on_white(paint: Paint) -> Colour {
    let part = paint.opacity.clamp(0.0, 1.0);
    paint.ink.rgb().map(|v| (255.0 - (255.0 - f64::from(v)) * part).round() as u8)
}
