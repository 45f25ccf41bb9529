//! Tables: how wide columns are, and rows that break across pages under a repeated head.
//!
//! Widths follow the automatic table layout of CSS 2.1 (§17.5.2.2): each column gets at least its
//! longest word and at most its longest line, and what is left is shared out. A row taller than
//! half a page is cut between lines. It deliberately spans no cells.

use std::rc::Rc;

use krilla::tagging::{TableHeaderScope, Tag};

use super::flow::Builder;
use super::pages::{Item, Row};
use super::tags::{Mark, Tree};
use super::text::{Align, ENDLESS, KEEP_TOGETHER, Line, Span, Style};
use super::theme::{self, CELL, COLUMN, DEPTH, Kind, SIDE};
use crate::document::{Cell, CellClass, Table};

/// Rows whose words decide the widths of columns; tables may be long.
const SAMPLE: usize = 200;
/// Columns that are set; more do not fit a page.
const MAX_COLUMNS: usize = 24;
/// Narrowest column.
const NARROWEST: f32 = 14.0;

/// A cell ready for its row.
struct Set {
    lines: Vec<Line>,
    class: CellClass,
    mark: Mark,
}

impl Builder<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let columns = table.header.len().min(MAX_COLUMNS);
        if columns == 0 {
            return;
        }
        self.tables += 1;
        let widths = self.widths(table, columns);
        let mut tree = Vec::new();
        let caption = self.caption(table, &mut tree);
        let (head_marks, head) = self.head(table, &widths);
        let cell = |mark: &Mark| Tree::leaf(Tag::TH(TableHeaderScope::Column), *mark);
        let heads = Tree::group(Tag::TR, head_marks.iter().map(cell).collect());
        tree.push(Tree::group(Tag::THead, vec![heads]));
        let again = Rc::new(vec![self.continued(), head.clone()]);
        self.push(caption, 13.0);
        self.push(vec![head], 2.0);
        let mut body = Vec::new();
        for row in &table.rows {
            let (rows, marks) = self.body_row(row, &widths, table.row_heads);
            self.push(rows.into_iter().map(|row| Row { head: Some(again.clone()), ..row }).collect(), 0.0);
            let cell = |(i, mark): (usize, &Mark)| {
                if i == 0 && table.row_heads {
                    Tree::leaf(Tag::TH(TableHeaderScope::Row), *mark)
                } else {
                    Tree::leaf(Tag::TD, *mark)
                }
            };
            body.push(Tree::group(Tag::TR, marks.iter().enumerate().map(cell).collect()));
        }
        tree.push(Tree::group(Tag::TBody, body));
        self.tree.push(Tree::group(Tag::Table, tree));
        self.gap(8.0);
    }

    fn title(&self, more: &str) -> Vec<Span> {
        let strong = Style { bold: true, ..self.style(Kind::Small) };
        let number = self.tables.to_string();
        let mut spans = vec![
            self.plain(&format!("{} ", self.words.table), &strong),
            self.isolated(&number, &strong),
            self.plain(". ", &strong),
        ];
        let soft = Style { colour: theme::SOFT, ..self.style(Kind::Small) };
        spans.push(self.plain(more, &soft));
        spans
    }

    fn caption(&mut self, table: &Table, tree: &mut Vec<Tree>) -> Vec<Row> {
        let mark = self.mark();
        tree.push(Tree::leaf(Tag::Caption, mark));
        let spans = self.title(&table.caption);
        let height = self.line_height(Kind::Small);
        let lines = self.set(&spans, COLUMN, Align::Start);
        let row = |line| Row {
            height,
            keep: true,
            items: vec![Item::Text { line, x: SIDE, y: 0.0, height, mark: Some(mark) }],
            ..Row::default()
        };
        lines.into_iter().map(row).collect()
    }

    /// The line above a repeated head; for the eye only.
    fn continued(&mut self) -> Row {
        let spans = self.title(self.words.continued);
        let height = self.line_height(Kind::Small);
        let lines = self.set(&spans, COLUMN, Align::Start);
        let items = lines.into_iter().take(1).map(|line| Item::Text { line, x: SIDE, y: 0.0, height, mark: None });
        Row { height: height + 2.0, keep: true, items: items.collect(), ..Row::default() }
    }

    fn head(&mut self, table: &Table, widths: &[f32]) -> (Vec<Mark>, Row) {
        let cells: Vec<Set> = widths
            .iter()
            .enumerate()
            .map(|(i, width)| {
                let style = Style { bold: true, colour: theme::SOFT, ..self.style(Kind::Label) };
                self.set_cell(table.header.get(i), *width, style, Kind::Label)
            })
            .collect();
        let marks = cells.iter().map(|c| c.mark).collect();
        let lines: Vec<&[Line]> = cells.iter().map(|c| c.lines.as_slice()).collect();
        let mut row = self.part(&cells, &lines, widths, Kind::Label, true);
        row.keep = true;
        let rect = [SIDE, row.height - 0.9, COLUMN, 0.9];
        row.items.push(Item::Box { rect, radius: 0.0, fill: Some(theme::SOFT), edge: None });
        (marks, row)
    }

    fn body_row(&mut self, cells: &[Cell], widths: &[f32], row_heads: bool) -> (Vec<Row>, Vec<Mark>) {
        let cells: Vec<Set> = widths
            .iter()
            .enumerate()
            .map(|(i, width)| {
                let style = Style { bold: i == 0 && row_heads, ..self.style(Kind::Small) };
                self.set_cell(cells.get(i), *width, style, Kind::Small)
            })
            .collect();
        let most = cells.iter().map(|c| c.lines.len()).max().unwrap_or(0).max(1);
        let a_part = ((DEPTH / 2.0 / self.line_height(Kind::Small)) as usize).max(1);
        let parts = most.div_ceil(a_part);
        let rows = (0..parts)
            .map(|part| {
                let cut = |c: &Set| {
                    let from = (part * a_part).min(c.lines.len());
                    let to = (from + a_part).min(c.lines.len());
                    from..to
                };
                let lines: Vec<&[Line]> = cells.iter().map(|c| &c.lines[cut(c)]).collect();
                let mut row = self.part(&cells, &lines, widths, Kind::Small, false);
                if part + 1 == parts {
                    let rect = [SIDE, row.height - 0.5, COLUMN, 0.5];
                    row.items.push(Item::Box { rect, radius: 0.0, fill: Some(theme::RULE), edge: None });
                }
                row
            })
            .collect();
        (rows, cells.iter().map(|c| c.mark).collect())
    }

    fn set_cell(&mut self, cell: Option<&Cell>, width: f32, mut style: Style, kind: Kind) -> Set {
        let mark = self.mark();
        let class = cell.map_or(CellClass::Plain, |c| c.class);
        match class {
            CellClass::Muted => style.colour = theme::SOFT,
            CellClass::Contested => style.colour = theme::ALERT,
            CellClass::Level(tone) => style.colour = theme::tone(tone).1,
            CellClass::Number => style.tabular = true,
            CellClass::Plain => {}
        }
        style.size = theme::measure(kind, self.direction).0;
        let spans = cell.map(|c| self.spans(&c.content, &style)).unwrap_or_default();
        let align = if class == CellClass::Number { Align::End } else { Align::Start };
        let lines = self.set(&spans, (width - 2.0 * CELL.0).max(NARROWEST), align);
        Set { lines, class, mark }
    }

    /// One row of boxes and lines.
    fn part(&self, cells: &[Set], lines: &[&[Line]], widths: &[f32], kind: Kind, head: bool) -> Row {
        let line = self.line_height(kind);
        let most = lines.iter().map(|l| l.len()).max().unwrap_or(0).max(1) as f32;
        let height = most * line + 2.0 * CELL.1;
        let mut items = Vec::new();
        let mut from = 0.0;
        for ((cell, lines), width) in cells.iter().zip(lines).zip(widths) {
            let rect = [self.left(from, *width) + 0.8, 0.8, width - 1.6, height - 2.1];
            match cell.class {
                CellClass::Level(tone) => {
                    let fill = Some(theme::tone(tone).0);
                    items.push(Item::Box { rect, radius: 1.5, fill, edge: None });
                }
                CellClass::Contested => {
                    let edge = Some((theme::ALERT, 0.8));
                    items.push(Item::Box { rect, radius: 1.5, fill: None, edge });
                }
                _ => {}
            }
            let room = (width - 2.0 * CELL.0).max(NARROWEST);
            let x = self.left(from + CELL.0, room);
            // Heads stand on their rule, other cells hang from the top.
            let drop = if head { (most - lines.len() as f32) * line } else { 0.0 };
            items.extend(lines.iter().enumerate().map(|(i, one)| Item::Text {
                line: one.clone(),
                x,
                y: CELL.1 + drop + i as f32 * line,
                height: line,
                mark: Some(cell.mark),
            }));
            from += width;
        }
        Row { height, items, ..Row::default() }
    }

    fn widths(&mut self, table: &Table, columns: usize) -> Vec<f32> {
        let mut least = vec![NARROWEST + 2.0 * CELL.0; columns];
        let mut most = least.clone();
        let label = Style { bold: true, ..self.style(Kind::Label) };
        let small = self.style(Kind::Small);
        let strong = Style { bold: true, ..small.clone() };
        let rows = table.rows.iter().take(SAMPLE).map(|r| (r.as_slice(), &small));
        for (row, style) in std::iter::once((table.header.as_slice(), &label)).chain(rows) {
            for (i, cell) in row.iter().take(columns).enumerate() {
                let style = if i == 0 && table.row_heads { &strong } else { style };
                let (word, line) = self.extent(cell, style);
                least[i] = least[i].max(word + 2.0 * CELL.0 + 0.5);
                most[i] = most[i].max(line + 2.0 * CELL.0 + 0.5);
            }
        }
        share(&least, &most, COLUMN)
    }

    /// Width of a cell's longest word and of its longest line.
    fn extent(&mut self, cell: &Cell, style: &Style) -> (f32, f32) {
        let spans = self.spans(&cell.content, style);
        let widest = |lines: &[Line]| lines.iter().map(|l| l.width).fold(0.0, f32::max);
        let line = widest(&self.set(&spans, ENDLESS, Align::Start));
        let words = spans.iter().flat_map(|span| {
            let whole = span.isolate.is_some() && span.text.chars().count() <= KEEP_TOGETHER;
            let words: Vec<&str> =
                if whole { vec![span.text.as_str()] } else { span.text.split_whitespace().collect() };
            words.into_iter().map(move |word| Span { text: word.to_owned(), ..span.clone() })
        });
        let longest = words.max_by_key(|word| word.text.chars().count());
        let word = longest.map_or(0.0, |word| widest(&self.set(&[word], ENDLESS, Align::Start)));
        // A word longer than a fifth of the page is cut rather than starving the other columns.
        (word.min(COLUMN / 5.0), line)
    }
}

/// Shares out `room` among columns.
fn share(least: &[f32], most: &[f32], room: f32) -> Vec<f32> {
    let (low, high): (f32, f32) = (least.iter().sum(), most.iter().sum());
    if high <= room {
        let part = (room - high) / high;
        most.iter().map(|m| m + m * part).collect()
    } else if low <= room {
        let part = (room - low) / (high - low);
        least.iter().zip(most).map(|(l, m)| l + (m - l) * part).collect()
    } else {
        least.iter().map(|l| l * room / low).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_room_whatever_they_ask_for() {
        let cases: [(&[f32], &[f32]); 3] =
            [(&[10.0, 20.0], &[30.0, 40.0]), (&[50.0, 60.0], &[400.0, 900.0]), (&[400.0, 600.0], &[900.0, 900.0])];
        for (least, most) in cases {
            let widths = share(least, most, COLUMN);
            assert!((widths.iter().sum::<f32>() - COLUMN).abs() < 0.1);
            assert!(widths.iter().all(|w| *w > 0.0));
        }
        let widths = share(&[50.0, 60.0], &[100.0, 900.0], COLUMN);
        assert!(widths[0] >= 50.0 && widths[1] >= 60.0, "no column below its longest word");
    }
}
