//! Setting text: bidirectional order, shaping, and breaking into lines.
//!
//! The Unicode Bidirectional Algorithm (UAX #9) decides the order, with every isolated span
//! wrapped in isolates, so numbers and quotations cannot turn what stands around them; line
//! breaking follows UAX #14; letters are joined and placed by HarfBuzz's algorithm (harfrust).
//! Lines are broken first fit, set ragged, and shaped again one by one, so that a break inside a
//! word never leaves a letter in a form that waits for its neighbour.
//!
//! It deliberately does not hyphenate, justify or stretch.

use std::collections::BTreeSet;
use std::ops::Range;

use harfrust::{BufferFlags, Direction as ShapeDirection, Feature, ShapeOptions, Tag, UnicodeBuffer};
use krilla::text::{GlyphId, KrillaGlyph};
use unicode_bidi::{Level, ParagraphBidiInfo};
use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::fonts::{Family, Fonts, Pick};
use crate::document::Direction;

/// Room in which nothing is broken, in points; small enough that places keep their precision.
pub(crate) const ENDLESS: f32 = 16_384.0;
/// Isolates up to this many characters are kept on one line when they fit it.
pub(crate) const KEEP_TOGETHER: usize = 40;
/// Stands for a character that no face has.
const UNKNOWN: char = '\u{FFFD}';

/// Red, green, blue.
pub(crate) type Colour = [u8; 3];

/// How a stretch of text looks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) family: Family,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    /// Points.
    pub(crate) size: f32,
    pub(crate) colour: Colour,
    /// Digits of one width.
    pub(crate) tabular: bool,
    /// BCP 47 tag when it differs from the document's.
    pub(crate) language: Option<String>,
    /// Anchor within the document.
    pub(crate) link: Option<String>,
}

/// A stretch of text in one style.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) style: Style,
    /// Cut off from its surroundings in this direction.
    pub(crate) isolate: Option<Direction>,
}

/// Where lines stand within their width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Where reading begins.
    Start,
    /// Where reading ends.
    End,
    /// In the middle.
    Middle,
}

/// One line, ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Stretches in reading order, each with its own place.
    pub(crate) pieces: Vec<Piece>,
    /// Width without the spaces at its end.
    pub(crate) width: f32,
}

/// Glyphs of one face and style, in visual order.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Left edge, from the left edge of the line's room.
    pub(crate) x: f32,
    pub(crate) width: f32,
    pub(crate) style: Style,
    pub(crate) pick: Pick,
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
}

/// Characters that steer the layout and are not drawn.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

/// Sets spans into lines no wider than `width`. Characters that no face has are drawn as U+FFFD
/// and added to `missing`. Line feeds end a line.
pub(crate) fn set(
    fonts: &Fonts,
    spans: &[Span],
    direction: Direction,
    width: f32,
    align: Align,
    missing: &mut BTreeSet<char>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for paragraph in paragraphs(spans) {
        let source = Source::new(fonts, &paragraph, missing);
        let setter = Setter::new(fonts, &paragraph, &source, direction);
        for range in setter.break_lines(width) {
            lines.push(setter.line(range, width, align));
        }
    }
    lines
}

/// Splits spans at line feeds; the parts of an isolated span stay isolated.
fn paragraphs(spans: &[Span]) -> Vec<Vec<Span>> {
    let mut out = vec![Vec::new()];
    for span in spans {
        for (i, part) in span.text.split('\n').enumerate() {
            if i > 0 {
                out.push(Vec::new());
            }
            if let Some(last) = out.last_mut() {
                last.push(Span { text: part.to_owned(), ..span.clone() });
            }
        }
    }
    out
}

/// A stretch with one style, level and face.
struct Item {
    range: Range<usize>,
    span: usize,
    pick: Pick,
}

/// A paragraph as one string that holds only what can be drawn.
struct Source {
    text: String,
    /// Which span each byte range comes from.
    owners: Vec<(Range<usize>, usize)>,
    /// Byte offset and face of each drawn character.
    picks: Vec<(usize, Pick)>,
    /// Byte ranges that are not broken when they fit a line.
    together: Vec<Range<usize>>,
}

impl Source {
    fn new(fonts: &Fonts, spans: &[Span], missing: &mut BTreeSet<char>) -> Self {
        let mut source = Source { text: String::new(), owners: Vec::new(), picks: Vec::new(), together: Vec::new() };
        for (index, span) in spans.iter().enumerate() {
            let start = source.text.len();
            if let Some(direction) = span.isolate {
                source.text.push(if direction.is_rtl() { '\u{2067}' } else { '\u{2066}' });
            }
            push_drawable(fonts, span, &mut source.text, &mut source.picks, missing);
            if span.isolate.is_some() {
                source.text.push('\u{2069}');
                if span.text.chars().count() <= KEEP_TOGETHER {
                    source.together.push(start..source.text.len());
                }
            }
            source.owners.push((start..source.text.len(), index));
        }
        source
    }
}

struct Setter<'a> {
    fonts: &'a Fonts,
    spans: &'a [Span],
    source: &'a Source,
    text: &'a str,
    base: Level,
    order: ParagraphBidiInfo<'a>,
    items: Vec<Item>,
    /// Advance before each byte, in points; one longer than the text.
    before: Vec<f32>,
}

impl<'a> Setter<'a> {
    fn new(fonts: &'a Fonts, spans: &'a [Span], source: &'a Source, direction: Direction) -> Self {
        let base = if direction.is_rtl() { Level::rtl() } else { Level::ltr() };
        let text = source.text.as_str();
        let order = ParagraphBidiInfo::new(text, Some(base));
        let items = itemise(source, &order.levels);
        let mut setter = Setter { fonts, spans, source, text, base, order, items, before: Vec::new() };
        setter.measure();
        setter
    }

    /// Shapes everything once to learn how far each byte lies from the beginning.
    fn measure(&mut self) {
        let mut advance = vec![0.0f32; self.text.len() + 1];
        for item in &self.items {
            for glyph in self.shape(item, item.range.clone()) {
                advance[item.range.start + glyph.text_range.start] +=
                    glyph.x_advance * self.spans[item.span].style.size;
            }
        }
        let mut sum = 0.0;
        self.before = advance
            .into_iter()
            .map(|one| {
                let here = sum;
                sum += one;
                here
            })
            .collect();
    }

    /// Glyphs of a part of an item, in visual order; text ranges are relative to the part.
    fn shape(&self, item: &Item, part: Range<usize>) -> Vec<KrillaGlyph> {
        let text = &self.text[part.clone()];
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_pre_context(tail(&self.text[..part.start]));
        buffer.set_post_context(head(&self.text[part.end..]));
        buffer.guess_segment_properties();
        let rtl = self.order.levels[part.start].is_rtl();
        buffer.set_direction(if rtl { ShapeDirection::RightToLeft } else { ShapeDirection::LeftToRight });
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        let tabular = [Feature::new(Tag::new(b"tnum"), 1, ..)];
        let features: &[Feature] = if self.spans[item.span].style.tabular { &tabular } else { &[] };
        let options = ShapeOptions::new().features(features);
        let shaped = self.fonts.with_shaper(item.pick.face, |shaper| shaper.shape(buffer, options));
        let Some((shaped, units)) = shaped else { return Vec::new() };
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|i| i.cluster as usize).collect();
        starts.push(text.len());
        starts.sort_unstable();
        starts.dedup();
        let end_of = |start: usize| starts[starts.partition_point(|s| *s <= start).min(starts.len() - 1)];
        let infos = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
        infos
            .map(|(info, place)| {
                let start = info.cluster as usize;
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    place.x_advance as f32 / units,
                    place.x_offset as f32 / units,
                    place.y_offset as f32 / units,
                    0.0,
                    start..end_of(start),
                    None,
                )
            })
            .collect()
    }

    fn wide(&self, range: Range<usize>) -> f32 {
        self.before[range.end] - self.before[range.start]
    }

    /// End of a range without the white space at its end.
    fn trimmed(&self, range: Range<usize>) -> usize {
        range.start + self.text[range].trim_end_matches(|c: char| c.is_whitespace() || is_unseen(c)).len()
    }

    fn fits(&self, range: Range<usize>, width: f32) -> bool {
        let end = self.trimmed(range.clone());
        // A hair of tolerance, so that text set to its own measured width does not break.
        self.wide(range.start..end) <= width + 0.01
    }

    fn break_lines(&self, width: f32) -> Vec<Range<usize>> {
        if self.text.is_empty() {
            return std::iter::once(0..0).collect();
        }
        let mut lines = Vec::new();
        let mut start = 0;
        let mut last_good = 0;
        for (at, kind) in linebreaks(self.text) {
            let whole = |r: &&Range<usize>| r.start < at && at < r.end;
            if self.source.together.iter().find(whole).is_some_and(|r| self.wide(r.clone()) <= width) {
                continue;
            }
            if !self.fits(start..at, width) {
                if last_good > start {
                    lines.push(start..last_good);
                    start = last_good;
                }
                // One stretch alone may be wider than a line: cut it where a glyph ends.
                while !self.fits(start..at, width) {
                    let cut = self.cut(start, at, width);
                    lines.push(start..cut);
                    start = cut;
                }
            }
            last_good = at;
            if kind == BreakOpportunity::Mandatory && at > start {
                lines.push(start..at);
                start = at;
            }
        }
        lines
    }

    /// The last character boundary before which everything from `start` fits; at least one on.
    fn cut(&self, start: usize, end: usize, width: f32) -> usize {
        let boundaries = self.text[start..end].char_indices().map(|(i, _)| start + i).skip(1);
        let mut cut = None;
        for at in boundaries {
            if self.wide(start..at) > width {
                break;
            }
            // Nothing drawn yet, or inside a cluster: not a place to break.
            if self.before[at] > self.before[start] && !self.inside_cluster(at) {
                cut = Some(at);
            }
        }
        let one_on = || self.text[start..end].chars().next().map_or(end, |c| start + c.len_utf8());
        cut.unwrap_or_else(one_on)
    }

    fn inside_cluster(&self, at: usize) -> bool {
        self.text[at..].chars().next().is_some_and(|c| {
            matches!(c, '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{065F}' | '\u{0670}') || is_unseen(c)
        })
    }

    /// Orders, shapes and places one line.
    fn line(&self, range: Range<usize>, width: f32, align: Align) -> Line {
        let (levels, runs) = if range.is_empty() { Default::default() } else { self.order.visual_runs(range.clone()) };
        let mut pieces: Vec<(usize, Piece)> = Vec::new();
        let mut x = 0.0;
        for run in runs {
            let rtl = levels[run.start].is_rtl();
            let mut parts: Vec<(&Item, Range<usize>)> =
                self.items.iter().filter_map(|item| Some((item, overlap(&item.range, &run)?))).collect();
            if rtl {
                parts.reverse();
            }
            for (item, part) in parts {
                let style = &self.spans[item.span].style;
                let glyphs = self.shape(item, part.clone());
                let wide: f32 = glyphs.iter().map(|g| g.x_advance * style.size).sum();
                let text = self.text[part.clone()].to_owned();
                let (style, pick) = (style.clone(), item.pick);
                pieces.push((part.start, Piece { x, width: wide, style, pick, text, glyphs }));
                x += wide;
            }
        }
        let end = self.trimmed(range.clone());
        let seen = self.wide(range.start..end).min(x);
        let rtl = self.base.is_rtl();
        // White space at the end hangs beyond the edge where reading ends.
        let hang = if rtl { x - seen } else { 0.0 };
        let left = match (align, rtl) {
            (Align::Start, false) | (Align::End, true) => 0.0,
            (Align::Start, true) | (Align::End, false) => width - seen,
            (Align::Middle, _) => (width - seen) / 2.0,
        };
        pieces.sort_by_key(|(start, _)| *start);
        let moved = |(_, mut piece): (usize, Piece)| {
            piece.x += left - hang;
            piece
        };
        Line { pieces: pieces.into_iter().map(moved).collect(), width: seen }
    }
}

/// Adds a span's characters with the face of each; see [`set`] for those that no face has.
fn push_drawable(
    fonts: &Fonts,
    span: &Span,
    text: &mut String,
    picks: &mut Vec<(usize, Pick)>,
    missing: &mut BTreeSet<char>,
) {
    let weight = (span.style.bold, span.style.italic);
    let mut before = None;
    for c in span.text.chars() {
        let c = match c {
            // Not drawn, and not allowed in the archival format.
            '\u{00AD}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{FE00}'..='\u{FE0F}' => continue,
            '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        };
        if is_unseen(c) {
            text.push(c);
            continue;
        }
        // A private-use character has no meaning that a stranger could look up.
        let private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
        let found = if private { None } else { fonts.pick(c, span.style.family, weight, before) };
        let (c, pick) = match found {
            Some(pick) => (c, Some(pick)),
            None if matches!(c, '\u{200C}' | '\u{200D}') => (c, before),
            None => {
                missing.insert(c);
                (UNKNOWN, fonts.pick(UNKNOWN, span.style.family, weight, None))
            }
        };
        let Some(pick) = pick else { continue };
        picks.push((text.len(), pick));
        text.push(c);
        before = Some(pick);
    }
}

/// Neighbours of one span, level and face as one item; steering characters belong to none.
fn itemise(source: &Source, levels: &[Level]) -> Vec<Item> {
    let (text, owners) = (&source.text, &source.owners);
    let mut items: Vec<Item> = Vec::new();
    let mut owner = 0;
    for &(at, pick) in &source.picks {
        while owners[owner].0.end <= at {
            owner += 1;
        }
        let span = owners[owner].1;
        let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
        match items.last_mut() {
            Some(last)
                if last.range.end == at
                    && last.span == span
                    && last.pick == pick
                    && levels[last.range.start] == levels[at] =>
            {
                last.range.end = end;
            }
            _ => items.push(Item { range: at..end, span, pick }),
        }
    }
    items
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> Option<Range<usize>> {
    let both = a.start.max(b.start)..a.end.min(b.end);
    (!both.is_empty()).then_some(both)
}

/// The last few characters, as context for joining.
fn tail(text: &str) -> &str {
    let from = text.char_indices().rev().nth(4).map_or(0, |(i, _)| i);
    &text[from..]
}

/// The first few characters, as context for joining.
fn head(text: &str) -> &str {
    let to = text.char_indices().nth(5).map_or(text.len(), |(i, _)| i);
    &text[..to]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn style() -> Style {
        Style {
            family: Family::Serif,
            bold: false,
            italic: false,
            size: 10.0,
            colour: [0; 3],
            tabular: false,
            language: None,
            link: None,
        }
    }

    fn span(text: &str) -> Span {
        Span { text: text.into(), style: style(), isolate: None }
    }

    fn isolated(text: &str) -> Span {
        Span { isolate: Some(Direction::LeftToRight), ..span(text) }
    }

    fn set_in(spans: &[Span], direction: Direction, width: f32) -> Vec<Line> {
        let fonts = Fonts::bundled().unwrap();
        set(&fonts, spans, direction, width, Align::Start, &mut BTreeSet::new())
    }

    fn glyph_ids(text: &str) -> Vec<u32> {
        let lines = set_in(&[span(text)], Direction::RightToLeft, 1000.0);
        lines[0].pieces.iter().flat_map(|p| &p.glyphs).map(|g| g.glyph_id.to_u32()).collect()
    }

    /// Left edge of each character, of the single line that the spans make.
    fn places(spans: &[Span], direction: Direction) -> BTreeMap<char, f32> {
        let lines = set_in(spans, direction, 500.0);
        assert_eq!(lines.len(), 1);
        let mut out = BTreeMap::new();
        for piece in &lines[0].pieces {
            let mut x = piece.x;
            for glyph in &piece.glyphs {
                if let Some(c) = piece.text[glyph.text_range.clone()].chars().next() {
                    out.insert(c, x);
                }
                x += glyph.x_advance * piece.style.size;
            }
        }
        out
    }

    #[test]
    fn arabic_letters_join() {
        // Beh alone, then beginning, middle and end of a word: four shapes, none of them missing.
        let alone = glyph_ids("ب")[0];
        let word = glyph_ids("ببب");
        assert_eq!(word.len(), 3);
        let shapes: BTreeSet<u32> = word.iter().copied().chain([alone]).collect();
        assert_eq!(shapes.len(), 4, "isolated {alone}, joined {word:?}");
        assert!(!shapes.contains(&0));
        // Lam and alef become one ligature.
        assert_eq!(glyph_ids("لا").len(), 1);
    }

    #[test]
    fn joining_survives_a_change_of_style_within_a_word() {
        let bold = Span { style: Style { bold: true, ..style() }, ..span("ب") };
        let lines = set_in(&[span("ب"), bold], Direction::RightToLeft, 500.0);
        let ids: Vec<u32> = lines[0].pieces.iter().map(|p| p.glyphs[0].glyph_id.to_u32()).collect();
        let alone = glyph_ids("ب")[0];
        assert!(ids.iter().all(|id| *id != alone), "{ids:?} against {alone}");
    }

    #[test]
    fn arabic_runs_from_the_right() {
        let at = places(&[span("شارع")], Direction::RightToLeft);
        assert!(at[&'ش'] > at[&'ا'] && at[&'ا'] > at[&'ر'] && at[&'ر'] > at[&'ع']);
        assert!(at[&'ش'] > 480.0, "the line begins at the right edge: {at:?}");
    }

    #[test]
    fn an_isolated_pair_keeps_its_order_in_arabic() {
        let pair = |middle: Span| places(&[span("عند "), middle, span(" شمال")], Direction::RightToLeft);
        let kept = pair(isolated("1, 2"));
        assert!(kept[&'1'] < kept[&'2'], "isolated: {kept:?}");
        // Without the isolate the pair is turned around, which is why it is there.
        let turned = pair(span("1, 2"));
        assert!(turned[&'1'] > turned[&'2'], "bare: {turned:?}");
    }

    #[test]
    fn latin_inside_arabic_reads_left_to_right() {
        let at = places(&[span("قال Abc اليوم")], Direction::RightToLeft);
        assert!(at[&'A'] < at[&'b'] && at[&'b'] < at[&'c']);
        assert!(at[&'ق'] > at[&'c'] && at[&'ي'] < at[&'A']);
    }

    #[test]
    fn lines_hold_all_the_text_and_fit() {
        let text = "The market hall beside the river crossing was reported hit twice in one hour. ".repeat(8);
        for width in [40.0, 120.0, 333.0] {
            let lines = set_in(&[span(&text)], Direction::LeftToRight, width);
            let joined: String = lines.iter().flat_map(|l| &l.pieces).map(|p| p.text.as_str()).collect();
            assert_eq!(joined, text);
            assert!(lines.iter().all(|l| l.width <= width + 0.1), "{width}");
        }
    }

    #[test]
    fn a_word_wider_than_the_line_is_cut() {
        let hash = "3f2a91c0".repeat(8);
        for one in [span(&hash), isolated(&hash), span(&"ب".repeat(64))] {
            let lines = set_in(&[one], Direction::RightToLeft, 60.0);
            assert!(lines.len() > 3);
            assert!(lines.iter().all(|l| l.width <= 60.1));
        }
        // Narrower than a letter: still one letter a line, and it ends.
        assert_eq!(set_in(&[span("abc")], Direction::LeftToRight, 0.5).len(), 3);
    }

    #[test]
    fn short_isolates_stay_whole() {
        let spans = [span("Recorded at "), isolated("35.1234, 38.5678"), span(".")];
        let lines = set_in(&spans, Direction::LeftToRight, 84.0);
        let texts: Vec<String> = lines.iter().map(|l| l.pieces.iter().map(|p| p.text.as_str()).collect()).collect();
        assert!(texts.iter().any(|t| t.contains("35.1234, 38.5678")), "{texts:?}");
    }

    #[test]
    fn unknown_private_and_unseen_characters_do_no_harm() {
        let fonts = Fonts::bundled().unwrap();
        let mut missing = BTreeSet::new();
        let spans = [span("a\u{00AD}b\u{FEFF}中\u{E000}\u{0}c\u{2028}\u{2066}\u{200D}")];
        let lines = set(&fonts, &spans, Direction::LeftToRight, 500.0, Align::Start, &mut missing);
        let text: String = lines.iter().flat_map(|l| &l.pieces).map(|p| p.text.as_str()).collect();
        assert_eq!(text.replace('\u{200D}', ""), "ab\u{FFFD}\u{FFFD} c ");
        assert_eq!(missing, BTreeSet::from(['中', '\u{E000}']));
        assert!(set_in(&[], Direction::LeftToRight, 10.0).iter().all(|l| l.pieces.is_empty()));
    }

    /// Words from a palette of everything that has ever gone wrong, by a fixed sequence.
    fn babble(seed: &mut u64) -> String {
        const PALETTE: [char; 29] = [
            'a', 'W', ' ', '\n', '1', '٣', ',', '.', '(', ')', 'ب', 'ﷺ', 'ش', '\u{064B}', '\u{0301}', '\u{200D}',
            '\u{200C}', '\u{200B}', '\u{2066}', '\u{2067}', '\u{2069}', '\u{200F}', '\u{00A0}', '中', 'א', '🙂', '-',
            '\u{2029}', '\u{FEFF}',
        ];
        let mut step = || {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*seed >> 33) as usize
        };
        (0..step() % 60).map(|_| PALETTE[step() % PALETTE.len()]).collect()
    }

    #[test]
    fn any_text_is_set_whole_and_within_its_room() {
        let fonts = Fonts::bundled().unwrap();
        let mut seed = 7;
        for round in 0..400 {
            let spans = [span(&babble(&mut seed)), isolated(&babble(&mut seed)), span(&babble(&mut seed))];
            let direction = if round % 2 == 0 { Direction::LeftToRight } else { Direction::RightToLeft };
            let width = [3.0, 30.0, 90.0, 400.0][round % 4];
            let mut missing = BTreeSet::new();
            let lines = set(&fonts, &spans, direction, width, Align::Start, &mut missing);
            let set_whole: String = lines.iter().flat_map(|l| &l.pieces).map(|p| p.text.as_str()).collect();
            let drawable =
                |text: &str| text.chars().filter(|c| !is_unseen(*c) && !c.is_whitespace() && *c != '\u{FEFF}').count();
            let expected: usize = spans.iter().map(|s| drawable(&s.text)).sum();
            // Joiners alone, with nothing to join, are dropped.
            let joiners = spans.iter().flat_map(|s| s.text.chars()).filter(|c| matches!(c, '\u{200C}' | '\u{200D}'));
            let found = drawable(&set_whole);
            assert!(found <= expected && found + joiners.count() >= expected, "round {round}");
            for piece in lines.iter().flat_map(|l| &l.pieces) {
                assert!(piece.x.is_finite() && piece.width.is_finite());
                let inside = |g: &KrillaGlyph| piece.text.get(g.text_range.clone()).is_some_and(|t| !t.is_empty());
                assert!(piece.glyphs.iter().all(inside), "round {round}: every glyph stands for text");
            }
        }
    }
}
