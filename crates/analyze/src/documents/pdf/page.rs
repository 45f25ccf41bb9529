//! Lines into paragraphs, and the judgement which of them can be trusted.
//!
//! A paragraph is one line of the text, as in every other reader here. What is not trusted does not become text: it
//! becomes a problem that shows what was seen and where. It deliberately repairs nothing that it cannot show to be right.

use witnessmark_model::words::is_arabic;

use crate::Row;
use crate::documents::layout::{Bounds, Spot};
use crate::documents::written::Written;
use crate::text::looks_reversed;

use super::lines::{Line, Piece};
use super::order::{Ordered, is_right_to_left, logical, named_as_seen, turned};
use super::words::Repairs;

/// Lines of one paragraph are at most this far apart, in sizes of the font.
const LEADING: f32 = 2.1;
/// A line's spacing grows by this much where a paragraph ends.
const WIDER_LEADING: f32 = 1.28;
/// How far sizes in one paragraph may differ, as a share.
const SIZES: std::ops::RangeInclusive<f32> = 0.84..=1.19;
/// An indent that begins a paragraph, in sizes.
const INDENT: f32 = 1.2;
/// Share of glyphs without a stated meaning from which a line is not trusted.
const UNKNOWN: f64 = 0.1;
/// Most characters of what was seen that a problem shows.
const SHOWN: usize = 400;

/// A line in reading order.
struct Read {
    words: Vec<(String, Option<Bounds>)>,
    right_to_left: bool,
    /// Why it is not trusted.
    doubt: Option<&'static str>,
}

impl Read {
    fn text(&self) -> String {
        self.words.iter().map(|(word, _)| word.as_str()).collect()
    }

    fn around(&self) -> Option<Bounds> {
        self.words.iter().filter_map(|(_, bounds)| *bounds).reduce(Bounds::union)
    }
}

/// What a page came to.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// `[start, end)` of its text.
    pub span: (usize, usize),
    /// Glyphs without a stated meaning.
    pub unknown: usize,
    /// Lines that did not become text.
    pub withheld: usize,
    /// A problem for each kind of doubt.
    pub problems: Vec<Row>,
}

/// Writes the text of page `number` and says what was not trusted.
///
/// `broken_map` is whether an earlier page showed that the file's map from glyphs to letters is broken, and is told when
/// this one does.
pub(super) fn write(
    number: u32,
    lines: &[Line],
    line: &mut u32,
    out: &mut Written,
    repairs: &mut Repairs,
    broken_map: &mut bool,
) -> Told {
    let mut told = Told::default();
    let begins = paragraphs(lines);
    let mut read = in_order(lines, &begins, repairs);
    told.unknown = lines.iter().flat_map(|line| &line.pieces).filter(|piece| piece.unknown).count();
    doubt_reversed(&mut read);
    doubt_map(&mut read, broken_map);
    told.withheld = read.iter().filter(|line| line.doubt.is_some()).count();
    told.problems = problems(number, &read);
    out.break_line();
    told.span.0 = out.scalars();
    for (at, this) in read.iter().enumerate().filter(|(_, line)| line.doubt.is_none()) {
        let fresh = begins[at] || at > 0 && read[at - 1].doubt.is_some();
        if fresh {
            out.break_line();
        } else if !out.text.is_empty() && !ends_in_hyphen(&out.text) && !out.text.ends_with('\n') {
            out.push(" ");
        }
        for (word, bounds) in &this.words {
            match bounds {
                Some(bounds) => {
                    out.piece(word, Spot::Page { page: number, line: *line, bounds: *bounds });
                }
                None => out.push(word),
            }
        }
        *line += 1;
    }
    told.span.1 = out.scalars();
    told
}

/// A hyphen after a letter at the end of a line is kept as it is printed, without a space after it.
fn ends_in_hyphen(text: &str) -> bool {
    let mut back = text.chars().rev();
    matches!(back.next(), Some('-' | '\u{2010}' | '\u{AD}')) && back.next().is_some_and(char::is_alphabetic)
}

/// Puts every line in reading order; the last letter of a line decides what digits at the next one's beginning are.
fn in_order(lines: &[Line], begins: &[bool], repairs: &mut Repairs) -> Vec<Read> {
    let all = |line: &Line| line.pieces.iter().map(|piece| piece.text.clone()).collect::<Vec<_>>();
    let page = is_right_to_left(&lines.iter().flat_map(all).collect::<Vec<_>>()).unwrap_or(false);
    let mut arabic = false;
    let mut ordered: Vec<(Ordered, bool)> = Vec::with_capacity(lines.len());
    for (line, begins) in lines.iter().zip(begins) {
        let pieces = all(line);
        let right_to_left = is_right_to_left(&pieces).unwrap_or(page);
        let this = logical(&pieces, right_to_left, arabic && !begins);
        arabic = this.ends_arabic;
        repairs.reordered += usize::from(this.order.windows(2).any(|two| two[0] > two[1]));
        ordered.push((this, right_to_left));
    }
    let brackets = lines.iter().zip(&ordered).flat_map(|(line, (this, _))| {
        let placed = this.order.iter().zip(&this.brackets).filter(|(_, is)| **is);
        placed.flat_map(|(at, _)| line.pieces[*at].text.chars())
    });
    let turn = named_as_seen(brackets.collect::<Vec<_>>().into_iter());
    let read = lines.iter().zip(ordered).map(|(line, (this, right_to_left))| {
        let words = words(&line.pieces, &this, turn);
        Read { words, right_to_left, doubt: doubt(line, this.shown) }
    });
    read.collect()
}

/// Why a line is not trusted, as far as the line itself tells.
fn doubt(line: &Line, shown: bool) -> Option<&'static str> {
    let unknown = line.pieces.iter().filter(|piece| piece.unknown).count();
    let letters = line.pieces.iter().filter(|piece| !piece.text.trim().is_empty()).count();
    if unknown as f64 > letters as f64 * UNKNOWN {
        Some("nothing in the file states which letters its glyphs are: read it by OCR")
    } else if !shown {
        Some(
            "no reading order gives the line that is seen, so words and digits may be misplaced: read it by eye or by OCR",
        )
    } else {
        None
    }
}

/// Pieces in reading order, joined to words with the boxes around them; `turn` the brackets that may be named as seen.
fn words(pieces: &[Piece], ordered: &Ordered, turn: bool) -> Vec<(String, Option<Bounds>)> {
    let mut words: Vec<(String, Option<Bounds>)> = Vec::new();
    for (at, bracket) in ordered.order.iter().zip(&ordered.brackets) {
        let piece = &pieces[*at];
        let text: String = if turn && *bracket { piece.text.chars().map(turned).collect() } else { piece.text.clone() };
        match (words.last_mut(), piece.bounds) {
            (Some((word, Some(around))), Some(bounds)) => {
                word.push_str(&text);
                *around = around.union(bounds);
            }
            (_, bounds) => words.push((text, bounds)),
        }
    }
    words
}

/// Arabic whose words begin as words end is drawn backwards; then the page shows no text that could be quoted.
fn doubt_reversed(read: &mut [Read]) {
    let text = |line: &Read| line.text();
    let arabic: Vec<String> = read.iter().filter(|line| line.right_to_left).map(text).collect();
    if looks_reversed(&arabic.join("\n")) {
        for line in read.iter_mut().filter(|line| line.right_to_left) {
            line.doubt = line.doubt.or(Some(
                "Arabic is drawn backwards, letter by letter, so its digits may be turned too: read it by eye or by OCR",
            ));
        }
    }
}

/// Some programs that rewrite a PDF mix up which glyph is which letter: `٢٠٣١` becomes `f٠g١`. Where a Latin letter stands
/// against an Arabic digit, or a letter of a third script against an Arabic one, no Arabic of the file is trusted any more:
/// the next number may be wrong without showing it.
fn doubt_map(read: &mut [Read], broken: &mut bool) {
    *broken |= read.iter().any(|line| line.words.iter().any(|(word, _)| mixes_up(word)));
    if *broken {
        for line in read.iter_mut().filter(|line| line.right_to_left || line.text().chars().any(is_arabic)) {
            line.doubt = line.doubt.or(Some(
                "the file's map from glyphs to letters is broken (foreign letters stand among Arabic ones), so digits may be wrong: read it by eye or by OCR",
            ));
        }
    }
}

fn mixes_up(word: &str) -> bool {
    let of = |c: char| match c {
        '\u{0660}'..='\u{0669}' | '\u{06F0}'..='\u{06F9}' => 'd',
        c if is_arabic(c) => 'a',
        c if c.is_ascii_alphabetic() => 'l',
        // Ideographs and other scripts: nobody writes them into an Arabic word.
        '\u{0900}'..='\u{1FFF}' | '\u{2E80}'..='\u{D7FF}' => 'o',
        _ => '-',
    };
    let kinds: Vec<char> = word.chars().map(of).collect();
    kinds
        .windows(2)
        .any(|two| matches!(two, ['d', 'l'] | ['l', 'd'] | ['a', 'o'] | ['o', 'a'] | ['d', 'o'] | ['o', 'd']))
}

/// One problem for each kind of doubt on a page, with what was seen and where.
fn problems(number: u32, read: &[Read]) -> Vec<Row> {
    let mut doubts: Vec<&'static str> = read.iter().filter_map(|line| line.doubt).collect();
    doubts.sort_unstable();
    doubts.dedup();
    let problem = |doubt: &'static str| {
        let lines: Vec<&Read> = read.iter().filter(|line| line.doubt == Some(doubt)).collect();
        let mut row = Row::problem(
            format!("{} of {} lines were not taken as text: {doubt}", lines.len(), read.len()),
            format!("page {number}"),
        );
        let seen = lines.iter().map(|line| line.text()).collect::<Vec<_>>().join("\n");
        row.body.insert("seen".into(), seen.chars().take(SHOWN).collect::<String>().into());
        row.body.insert("page".into(), number.into());
        if let Some(around) = lines.iter().filter_map(|line| line.around()).reduce(Bounds::union) {
            row.body.insert("box".into(), around.to_json());
        }
        row
    };
    doubts.into_iter().map(problem).collect()
}

/// Which lines begin a paragraph.
fn paragraphs(lines: &[Line]) -> Vec<bool> {
    let mut begins = vec![true; lines.len()];
    let mut start = 0;
    while start < lines.len() {
        let end = (start + 1..lines.len()).find(|i| !is_below(&lines[i - 1], &lines[*i])).unwrap_or(lines.len());
        split_block(&lines[start..end], &mut begins[start..end]);
        start = end;
    }
    begins
}

/// Can the second line follow the first in a column?
fn is_below(above: &Line, below: &Line) -> bool {
    let step = below.down - above.down;
    let overlap = above.extent.1.min(below.extent.1) - above.extent.0.max(below.extent.0);
    above.direction == below.direction
        && step > 0.4 * below.size
        && step < LEADING * below.size.max(above.size)
        && overlap > 0.0
        && SIZES.contains(&(below.size / above.size))
}

fn has_cells(line: &Line) -> bool {
    line.pieces.iter().any(|piece| piece.text == "\t")
}

/// Cuts a column into paragraphs: at a wider step, at an indent, after a line in which the next word would have had room.
fn split_block(lines: &[Line], begins: &mut [bool]) {
    let edge = lines.iter().fold((f32::MAX, f32::MIN), |e, l| (e.0.min(l.extent.0), e.1.max(l.extent.1)));
    let texts = |line: &Line| line.pieces.iter().map(|piece| piece.text.clone()).collect::<Vec<_>>();
    let right_to_left = is_right_to_left(&lines.iter().flat_map(texts).collect::<Vec<_>>()).unwrap_or(false);
    // Distances from the side where lines begin and from the side where they end.
    let inset = |line: &Line| if right_to_left { edge.1 - line.extent.1 } else { line.extent.0 - edge.0 };
    let room = |line: &Line| if right_to_left { line.extent.0 - edge.0 } else { edge.1 - line.extent.1 };
    let mut leading: Option<f32> = None;
    for i in 1..lines.len() {
        let (above, here) = (&lines[i - 1], &lines[i]);
        let step = here.down - above.down;
        let wider = leading.is_some_and(|usual| step > usual * WIDER_LEADING);
        let indented = inset(here) > inset(above) + INDENT * here.size && room(above) < 4.0 * above.size;
        let had_room = room(above) > first_word(here, right_to_left) + 0.6 * above.size;
        let listed = here.pieces.first().is_some_and(|p| is_bullet(&p.text)) && !right_to_left
            || here.pieces.last().is_some_and(|p| is_bullet(&p.text)) && right_to_left;
        begins[i] = wider || indented || had_room || listed || has_cells(above) || has_cells(here);
        leading = if begins[i] { None } else { Some(leading.map_or(step, |usual| usual.min(step))) };
    }
}

fn is_bullet(text: &str) -> bool {
    matches!(text.trim(), "•" | "▪" | "◦" | "●" | "■" | "–" | "—" | "*" | "\u{F0B7}")
}

/// Length of the first word of a line.
fn first_word(line: &Line, right_to_left: bool) -> f32 {
    let is_gap = |piece: &&Piece| piece.bounds.is_some();
    let word: Vec<&Piece> = if right_to_left {
        line.pieces.iter().rev().take_while(is_gap).collect()
    } else {
        line.pieces.iter().take_while(is_gap).collect()
    };
    let around = word.iter().filter_map(|piece| piece.bounds).reduce(Bounds::union);
    // Along the line, whichever way the text runs.
    around.map_or(0.0, |b| if line.direction % 18 == 0 && line.direction % 36 != 0 { b.y1 - b.y0 } else { b.x1 - b.x0 })
}
