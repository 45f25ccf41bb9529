//! Where the pieces of a decoded text stand in the document they were read from: page and box, sheet and cell, message,
//! paragraph.
//!
//! Spans in Unicode scalar values of the decoded text stay the truth; a layout only answers where a span is to be looked
//! up. It deliberately holds no words: the quote is always the text under the span.

use serde_json::{Map, Value, json};

/// Most boxes that are given for one span; a longer quotation names its first lines.
const MOST_BOXES: usize = 40;

/// A rectangle on a page in points (1/72 inch), origin at the top left of the page as it is shown, y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Left edge.
    pub x0: f32,
    /// Upper edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Lower edge.
    pub y1: f32,
}

impl Bounds {
    /// The smallest rectangle around both.
    pub fn union(self, other: Bounds) -> Bounds {
        Bounds {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// `[x0, y0, x1, y1]`, to a tenth of a point.
    pub fn to_json(self) -> Value {
        json!([tenth(self.x0), tenth(self.y0), tenth(self.x1), tenth(self.y1)])
    }
}

fn tenth(value: f32) -> f64 {
    (f64::from(value) * 10.0).round() / 10.0
}

/// What a piece of text stands in.
#[derive(Debug, Clone, PartialEq)]
pub enum Spot {
    /// A word on a page; `line` tells the lines of the document apart.
    Page {
        /// From 1.
        page: u32,
        /// From 0, over the whole document.
        line: u32,
        /// Where.
        bounds: Bounds,
    },
    /// A cell of a spreadsheet.
    Cell {
        /// Index into [`Layout::sheets`].
        sheet: u32,
        /// From 1.
        row: u32,
        /// From 1.
        column: u32,
        /// The value was computed by whatever wrote the file, from a formula that nobody here computed again.
        formula: bool,
    },
    /// A paragraph of a word processor's document, from 1.
    Paragraph(u32),
    /// A message of a mailbox, from 1.
    Message(u32),
    /// A record of a web archive, from 1.
    Record(u32),
}

/// Pieces of a text with their places, in order of the text and not overlapping.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// `[start, end)` in scalar values, and where that stands.
    pieces: Vec<(u32, u32, Spot)>,
    /// Names of the sheets of a workbook.
    pub sheets: Vec<String>,
}

impl Layout {
    /// Adds a piece; one that begins before the last one ends, or is empty, is left out.
    pub fn push(&mut self, start: usize, end: usize, spot: Spot) {
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else { return };
        if start < end && self.pieces.last().is_none_or(|(_, last, _)| *last <= start) {
            self.pieces.push((start, end, spot));
        }
    }

    /// The pieces, in order.
    pub fn pieces(&self) -> &[(u32, u32, Spot)] {
        &self.pieces
    }

    /// Does nothing of the text have a place?
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Fields that say where `[start, end)` stands: `page`, `box` and, over several lines, `boxes`; `sheet` and `cell`;
    /// `paragraph`, `message` or `record`. Nothing where the layout does not know.
    pub fn at(&self, start: usize, end: usize) -> Map<String, Value> {
        let first = self.pieces.partition_point(|(_, last, _)| (*last as usize) <= start);
        let within = |(from, _, _): &&(u32, u32, Spot)| (*from as usize) < end.max(start + 1);
        let mut under = self.pieces[first..].iter().take_while(within).map(|(_, _, spot)| spot).peekable();
        let mut fields = Map::new();
        match under.peek() {
            None => {}
            Some(Spot::Page { .. }) => on_pages(under, &mut fields),
            Some(Spot::Cell { sheet, row, column, formula }) => {
                if let Some(name) = self.sheets.get(*sheet as usize) {
                    fields.insert("sheet".into(), json!(name));
                }
                fields.insert("cell".into(), json!(cell_name(*row, *column)));
                if *formula {
                    fields.insert("formula".into(), json!(true));
                }
            }
            Some(Spot::Paragraph(n)) => drop(fields.insert("paragraph".into(), json!(n))),
            Some(Spot::Message(n)) => drop(fields.insert("message".into(), json!(n))),
            Some(Spot::Record(n)) => drop(fields.insert("record".into(), json!(n))),
        }
        fields
    }
}

/// The page, the box on that page, and the box of each line where there are several.
fn on_pages<'a>(spots: impl Iterator<Item = &'a Spot>, fields: &mut Map<String, Value>) {
    let mut lines: Vec<(u32, u32, Bounds)> = Vec::new();
    for spot in spots {
        let Spot::Page { page, line, bounds } = spot else { continue };
        let many = lines.len() == MOST_BOXES;
        match lines.last_mut() {
            Some((_, last, around)) if last == line => *around = around.union(*bounds),
            _ if many => break,
            _ => lines.push((*page, *line, *bounds)),
        }
    }
    let Some((page, _, _)) = lines.first().copied() else { return };
    let here = lines.iter().filter(|(p, ..)| *p == page).map(|(_, _, b)| *b).reduce(Bounds::union);
    fields.insert("page".into(), json!(page));
    if let Some(around) = here {
        fields.insert("box".into(), around.to_json());
    }
    if lines.len() > 1 {
        let boxes = lines.iter().map(|(page, _, bounds)| json!({ "page": page, "box": bounds.to_json() }));
        fields.insert("boxes".into(), boxes.collect());
    }
}

/// `B7` for row 7, column 2.
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(page: u32, line: u32, x: f32) -> Spot {
        Spot::Page { page, line, bounds: Bounds { x0: x, y0: 10.0, x1: x + 5.0, y1: 20.0 } }
    }

    #[test]
    fn a_span_has_its_page_and_the_box_around_its_words() {
        let mut layout = Layout::default();
        layout.push(0, 4, word(1, 0, 10.0));
        layout.push(5, 9, word(1, 0, 20.0));
        layout.push(10, 14, word(2, 1, 30.04));
        let at = layout.at(6, 9);
        assert_eq!(Value::Object(at), json!({"page": 1, "box": [20.0, 10.0, 25.0, 20.0]}));
        assert_eq!(layout.at(0, 9)["box"], json!([10.0, 10.0, 25.0, 20.0]));
        assert_eq!(layout.at(5, 12)["boxes"][1], json!({"page": 2, "box": [30.0, 10.0, 35.0, 20.0]}));
        assert!(layout.at(4, 5).is_empty() && layout.at(14, 20).is_empty());
    }

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        assert_eq!([(1, 1), (7, 26), (2, 27), (9, 703)].map(|(r, c)| cell_name(r, c)), ["A1", "Z7", "AA2", "AAA9"]);
        let mut layout = Layout { sheets: vec!["Log".into()], ..Layout::default() };
        layout.push(0, 3, Spot::Cell { sheet: 0, row: 2, column: 3, formula: true });
        assert_eq!(Value::Object(layout.at(1, 2)), json!({"sheet": "Log", "cell": "C2", "formula": true}));
    }

    #[test]
    fn pieces_that_overlap_or_are_empty_are_left_out() {
        let mut layout = Layout::default();
        layout.push(0, 4, Spot::Paragraph(1));
        layout.push(3, 6, Spot::Paragraph(2));
        layout.push(6, 6, Spot::Paragraph(3));
        assert_eq!(layout.pieces().len(), 1);
    }
}
