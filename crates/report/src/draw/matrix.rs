//! The corroboration matrix: elements of an incident × kinds of evidence → independent lines.
//!
//! A cell shows how many lines with separateness shown bear on the element, and in brackets how
//! many more are only *apparently separate*, which lift nothing; then lines against it, and lines of the
//! incident that are silent on it, which is not against it. The level stands at the end of
//! the row, since an incident has no level of its own. It deliberately counts nothing itself.
//!
//! [`table`] gives the same content as an HTML or PDF table, for readers who cannot see the
//! drawing.

use super::scene::{line, measure, rect, wrap};
use super::{Anchor, Group, Ink, MAX_ELEMENTS, Paint, Point, Scene, Shape, Stroke, WIDTH};
use crate::document::{Badge, Cell, CellClass, Direction, Inline, Table, isolate};

/// Room for the names of elements.
const NAMES: f64 = 168.0;
/// Room for the level at the end.
const LEVEL: f64 = 150.0;
/// Least width of a column.
const LEAST_COLUMN: f64 = 66.0;
/// Height of a row.
const ROW: f64 = 40.0;

/// One cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatrixCell {
    /// Independent lines whose separateness is shown.
    pub lines: u32,
    /// Further lines for which no shared origin was found.
    pub apparent: u32,
    /// Lines of material against the element.
    pub against: u32,
    /// Lines of the incident that say nothing of the element.
    pub silent: u32,
}

/// One element.
#[derive(Clone, Debug)]
pub struct MatrixRow {
    /// Name of the element, such as “place”.
    pub element: String,
    /// One cell a column; missing ones are empty, further ones are not shown.
    pub cells: Vec<MatrixCell>,
    /// Level as assessed, with the contested flag.
    pub level: Badge,
    /// Local link.
    pub link: Option<String>,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Matrix<'a> {
    /// Name of the drawing for someone who cannot see it.
    pub label: &'a str,
    /// Direction of the reader.
    pub direction: Direction,
    /// Head of the first column, such as “element”.
    pub elements_head: &'a str,
    /// Head of the last column, such as “level”.
    pub level_head: &'a str,
    /// Kinds of evidence.
    pub columns: &'a [String],
    /// Elements.
    pub rows: &'a [MatrixRow],
    /// One line below that explains the brackets and the mark against.
    pub note: &'a str,
}

/// Draws the matrix; wider than [`WIDTH`] when there are many kinds of evidence.
pub fn draw(matrix: &Matrix<'_>) -> Scene {
    let columns = &matrix.columns[..matrix.columns.len().min(MAX_ELEMENTS)];
    let rows = &matrix.rows[..matrix.rows.len().min(MAX_ELEMENTS)];
    let count = columns.len().max(1) as f64;
    // No word of a head is cut: the drawing becomes wider before.
    let words = columns.iter().flat_map(|c| c.split_whitespace()).map(|word| measure(word, 11.0) + 8.0);
    let least = words.fold(LEAST_COLUMN, f64::max).min(110.0);
    let column = ((WIDTH - NAMES - LEVEL) / count).clamp(least, 110.0);
    let width = (NAMES + column * count + LEVEL).max(WIDTH);
    let column = (width - NAMES - LEVEL) / count;
    let heads: Vec<Vec<String>> = columns.iter().map(|c| wrap(c, 11.0, column - 6.0, 3)).collect();
    let tall = heads.iter().map(Vec::len).max().unwrap_or(1).max(1) as f64;
    let top = tall * 13.5 + 14.0;
    let mut scene = Scene::new(width, top + rows.len() as f64 * ROW + 6.0, matrix.direction, matrix.label);
    draw_heads(&mut scene, matrix, &heads, column, top);
    for (i, row) in rows.iter().enumerate() {
        let y = top + i as f64 * ROW;
        let shapes = draw_row(&scene, row, columns, column, y);
        let title = Some(format!("{}: {}", row.element, row.level.label));
        scene.shapes.push(Shape::Group(Group { title, link: row.link.clone(), shapes }));
    }
    for words in wrap(matrix.note, 11.0, width - 8.0, 3) {
        scene.height += 16.0;
        let at = Point::new(scene.x(2.0), scene.height - 3.0);
        scene.shapes.push(scene.words(at, scene.start(), 11.0, &words).paint(Paint::MUTED).into());
    }
    scene
}

fn draw_heads(scene: &mut Scene, matrix: &Matrix<'_>, heads: &[Vec<String>], column: f64, top: f64) {
    let mut put = |x: f64, anchor: Anchor, lines: &[String]| {
        for (i, words) in lines.iter().enumerate() {
            let up = (lines.len() - 1 - i) as f64 * 13.5;
            let at = Point::new(scene.x(x), top - 10.0 - up);
            scene.shapes.push(scene.words(at, anchor, 11.0, words).paint(Paint::MUTED).into());
        }
    };
    let start = if matrix.direction.is_rtl() { Anchor::Right } else { Anchor::Left };
    put(2.0, start, &wrap(matrix.elements_head, 11.0, NAMES - 10.0, 1));
    for (i, lines) in heads.iter().enumerate() {
        put(NAMES + (i as f64 + 0.5) * column, Anchor::Middle, lines);
    }
    let level = NAMES + heads.len() as f64 * column + 10.0;
    put(level, start, &wrap(matrix.level_head, 11.0, LEVEL - 12.0, 1));
    let (from, to) = (Point::new(0.0, top - 2.0), Point::new(scene.width, top - 2.0));
    scene.shapes.push(line(from, to, Stroke::line(Paint::tint(Ink::Text, 0.55), 1.0)));
}

fn draw_row(scene: &Scene, row: &MatrixRow, columns: &[String], column: f64, y: f64) -> Vec<Shape> {
    let p = Point::new;
    let mut shapes = Vec::new();
    let names = wrap(&row.element, 12.5, NAMES - 12.0, 2);
    let rise = if names.len() > 1 { 7.0 } else { 0.0 };
    for (i, words) in names.iter().enumerate() {
        let at = p(scene.x(2.0), y + 24.0 - rise + i as f64 * 14.0);
        shapes.push(scene.words(at, scene.start(), 12.5, words).bold().into());
    }
    for i in 0..columns.len() {
        let cell = row.cells.get(i).copied().unwrap_or_default();
        let from = NAMES + i as f64 * column;
        let left = scene.x(from).min(scene.x(from + column));
        shapes.extend(draw_cell(scene, cell, (left + 3.0, y + 4.0), (column - 6.0, ROW - 8.0)));
    }
    shapes.extend(draw_level(scene, &row.level, NAMES + columns.len() as f64 * column + 6.0, y));
    let rule = Stroke::line(Paint::tint(Ink::Text, 0.13), 0.8);
    shapes.push(line(p(0.0, y + ROW), p(scene.width, y + ROW), rule));
    shapes
}

fn draw_cell(scene: &Scene, cell: MatrixCell, (x, y): (f64, f64), size: (f64, f64)) -> Vec<Shape> {
    let strength = [0.0, 0.16, 0.28, 0.4][cell.lines.min(3) as usize];
    let fill = (cell.lines > 0).then_some(Paint::tint(Ink::Accent, strength));
    let edge = (cell.against > 0).then_some(Stroke::line(Paint::solid(Ink::Alert), 1.5));
    let mut shapes = Vec::new();
    if fill.is_some() || edge.is_some() {
        shapes.push(rect((x, y), size, 3.0, fill, edge));
    }
    let middle = Point::new(x + size.0 / 2.0, y + size.1 / 2.0 + 5.0);
    let words = cell_words(cell);
    let size = if cell.lines == 0 { 12.5 } else { 14.0 };
    let text = scene.words(middle, Anchor::Middle, size, &isolate(&words));
    let quiet = cell.lines == 0 && cell.against == 0;
    shapes.push(if quiet { text.paint(Paint::MUTED) } else { text.bold() }.into());
    shapes
}

/// “2 (+1) −1 ○3”: lines, those only apparently separate, those against, those silent on it; “·” for none.
fn cell_words(cell: MatrixCell) -> String {
    let mut parts = Vec::new();
    if cell.lines > 0 {
        parts.push(cell.lines.to_string());
    }
    if cell.apparent > 0 {
        parts.push(format!("(+{})", cell.apparent));
    }
    if cell.against > 0 {
        parts.push(format!("−{}", cell.against));
    }
    if cell.silent > 0 {
        parts.push(format!("○{}", cell.silent));
    }
    if parts.is_empty() { "·".to_owned() } else { parts.join(" ") }
}

fn draw_level(scene: &Scene, badge: &Badge, from: f64, y: f64) -> Vec<Shape> {
    let (fill, ink) = Paint::of_tone(badge.tone);
    let wide = LEVEL - 8.0;
    let left = scene.x(from).min(scene.x(from + wide));
    let edge = badge.contested.is_some().then_some(Stroke::line(Paint::solid(Ink::Alert), 1.5));
    let mut shapes = vec![rect((left, y + 4.0), (wide, ROW - 8.0), 3.0, Some(fill), edge)];
    let mut lines = wrap(&badge.label, 11.0, wide - 14.0, if badge.contested.is_some() { 1 } else { 2 });
    if let Some(flag) = &badge.contested {
        lines.extend(wrap(flag, 11.0, wide - 14.0, 1));
    }
    let rise = if lines.len() > 1 { 6.5 } else { 0.0 };
    for (i, words) in lines.iter().enumerate() {
        let at = Point::new(scene.x(from + 8.0), y + 24.0 - rise + i as f64 * 13.0);
        shapes.push(scene.words(at, scene.start(), 11.0, words).paint(ink).into());
    }
    shapes
}

/// The same content as a table.
pub fn table(matrix: &Matrix<'_>, caption: &str) -> Table {
    let mut header = vec![Cell::text(matrix.elements_head)];
    header.extend(matrix.columns.iter().map(Cell::text));
    header.push(Cell::text(matrix.level_head));
    let cell = |cell: MatrixCell| Cell {
        content: vec![Inline::isolated(cell_words(cell))],
        class: match cell {
            MatrixCell { against: 1.., .. } => CellClass::Contested,
            MatrixCell { lines: 0, .. } => CellClass::Muted,
            _ => CellClass::Number,
        },
    };
    let row = |row: &MatrixRow| {
        let mut cells = vec![Cell::text(&row.element)];
        let kinds = 0..matrix.columns.len();
        cells.extend(kinds.map(|i| cell(row.cells.get(i).copied().unwrap_or_default())));
        cells.push(Cell::level(&row.level));
        cells
    };
    let rows = matrix.rows.iter().map(row).collect();
    Table { caption: caption.to_owned(), header, rows, row_heads: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Tone;

    fn matrix(columns: &[String], rows: &[MatrixRow]) -> Scene {
        draw(&Matrix {
            label: "matrix",
            direction: Direction::LeftToRight,
            elements_head: "element",
            level_head: "level",
            columns,
            rows,
            note: "in brackets: apparently separate",
        })
    }

    fn row(cells: Vec<MatrixCell>, contested: Option<String>) -> MatrixRow {
        let level = Badge { tone: Tone::Corroborated, label: "level 2".into(), contested };
        MatrixRow { element: "place".into(), cells, level, link: None }
    }

    #[test]
    fn cells_say_lines_apparent_and_against() {
        assert_eq!(cell_words(MatrixCell { lines: 2, apparent: 1, against: 1, silent: 3 }), "2 (+1) −1 ○3");
        assert_eq!(cell_words(MatrixCell::default()), "·");
    }

    #[test]
    fn ragged_rows_and_many_columns_are_drawn() {
        let columns: Vec<String> = (0..20).map(|i| format!("kind of evidence {i}")).collect();
        let cells = vec![MatrixCell { lines: 1, ..Default::default() }; 3];
        let scene = matrix(&columns, &[row(cells, Some("contested".into()))]);
        assert!(scene.width >= NAMES + LEVEL + 20.0 * LEAST_COLUMN);
        let svg = scene.svg();
        assert!(svg.contains("contested") && svg.contains("level 2"));
        assert!(matrix(&[], &[]).svg().contains("element"));
    }

    #[test]
    fn the_table_says_what_the_drawing_says() {
        let columns = ["film".to_owned(), "account".to_owned()];
        let rows = [row(vec![MatrixCell { lines: 1, apparent: 2, ..Default::default() }], None)];
        let table = table(
            &Matrix {
                label: "",
                direction: Direction::RightToLeft,
                elements_head: "e",
                level_head: "l",
                columns: &columns,
                rows: &rows,
                note: "",
            },
            "c",
        );
        assert_eq!(table.header.len(), 4);
        assert_eq!(table.rows[0].len(), 4);
        assert_eq!(table.rows[0][1].content, [Inline::isolated("1 (+2)")]);
    }
}
