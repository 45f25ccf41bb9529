//! Rows onto pages.
//!
//! A row is the smallest thing that is not cut. A row may ask to stay with the next one; a chain
//! of such rows moves to a new page together unless it is longer than a page. Table heads come back
//! at the top of every page that their rows reach. It deliberately balances and stretches nothing.

use std::rc::Rc;

use super::tags::Mark;
use super::text::{Colour, Line};
use super::{MAX_PAGES, PdfError};
use crate::draw::Scene;
use crate::picture::Picture;

use super::theme::{DEPTH, TOP};

/// Something drawn in a row; places are from the left edge of the page and the top of the row.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A line of text whose box begins at `y` and is `height` high.
    Text { line: Line, x: f32, y: f32, height: f32, mark: Option<Mark> },
    /// A filled box with rounded corners and an outline, for the eye only.
    Box { rect: [f32; 4], radius: f32, fill: Option<Colour>, edge: Option<(Colour, f32)> },
    /// A drawing.
    Scene { scene: Rc<Scene>, x: f32, y: f32, scale: f32, mark: Mark },
    /// A picture.
    Picture { picture: Rc<Picture>, rect: [f32; 4], mark: Mark },
    /// The number of the page on which an anchor lies, ending (or, right to left, beginning) at
    /// `x`.
    PageOf { anchor: String, x: f32, y: f32, height: f32, mark: Mark },
}

/// A row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) height: f32,
    /// Room above, dropped at the top of a page.
    pub(crate) before: f32,
    /// Stay with the next row.
    pub(crate) keep: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) anchors: Vec<String>,
    /// Level and words of a bookmark.
    pub(crate) bookmark: Option<(u8, String)>,
    /// Repeated above this row when it begins a page.
    pub(crate) head: Option<Rc<Vec<Row>>>,
}

/// A row at its place.
pub(crate) struct Placed {
    pub(crate) y: f32,
    pub(crate) row: Row,
    /// Whether it is the repetition of a table head.
    pub(crate) again: bool,
}

/// A page.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Placed>,
}

/// Places rows on as many pages as they need; at least one.
pub(crate) fn paginate(rows: Vec<Row>) -> Result<Vec<Page>, PdfError> {
    let needs = chains(&rows);
    let mut pages = vec![Page::default()];
    let mut y = TOP;
    for (row, need) in rows.into_iter().zip(needs) {
        let fresh = pages.last().is_none_or(|page| page.rows.iter().all(|r| r.again));
        let left = TOP + DEPTH - y;
        let before = if fresh { 0.0 } else { row.before };
        let whole = before + need.min(DEPTH);
        if !fresh && whole > left + 0.01 {
            if pages.len() >= MAX_PAGES {
                return Err(PdfError::Pages);
            }
            pages.push(Page::default());
            y = TOP;
            for again in row.head.iter().flat_map(|head| head.iter()) {
                place(&mut pages, &mut y, again.clone(), 0.0, true);
            }
            place(&mut pages, &mut y, row, 0.0, false);
        } else {
            place(&mut pages, &mut y, row, before, false);
        }
    }
    Ok(pages)
}

fn place(pages: &mut [Page], y: &mut f32, row: Row, before: f32, again: bool) {
    *y += before;
    let height = row.height;
    if let Some(page) = pages.last_mut() {
        page.rows.push(Placed { y: *y, row, again });
    }
    *y += height;
}

/// For each row the height of the chain that begins with it.
fn chains(rows: &[Row]) -> Vec<f32> {
    let mut needs = vec![0.0; rows.len()];
    for (i, row) in rows.iter().enumerate().rev() {
        let next = rows.get(i + 1).filter(|_| row.keep);
        let rest = next.map_or(0.0, |next| next.before + needs[i + 1]);
        // A chain longer than a page cannot be kept whole; let it break here.
        needs[i] = if row.height + rest > DEPTH { row.height } else { row.height + rest };
    }
    needs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(height: f32, keep: bool) -> Row {
        Row { height, keep, before: 2.0, ..Row::default() }
    }

    #[test]
    fn nothing_is_lost_and_nothing_overhangs() {
        let rows: Vec<Row> = (0..500).map(|i| row(10.0 + (i % 7) as f32, i % 5 == 0)).collect();
        let pages = paginate(rows).unwrap();
        assert_eq!(pages.iter().map(|p| p.rows.len()).sum::<usize>(), 500);
        for placed in pages.iter().flat_map(|p| &p.rows) {
            assert!(placed.y >= TOP && placed.y + placed.row.height <= TOP + DEPTH + 0.1);
        }
    }

    #[test]
    fn a_heading_moves_with_what_follows() {
        let mut rows: Vec<Row> = vec![row(DEPTH - 30.0, false)];
        rows.push(row(20.0, true));
        rows.push(row(20.0, false));
        let pages = paginate(rows).unwrap();
        assert_eq!(pages.iter().map(|p| p.rows.len()).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_chain_longer_than_a_page_is_broken() {
        let rows: Vec<Row> = (0..100).map(|_| row(20.0, true)).collect();
        let pages = paginate(rows).unwrap();
        assert!(pages.len() <= 5, "{}", pages.len());
        assert_eq!(pages.iter().map(|p| p.rows.len()).sum::<usize>(), 100);
    }

    #[test]
    fn heads_come_back_on_every_page() {
        let head = Rc::new(vec![row(15.0, true)]);
        let rows: Vec<Row> = (0..200).map(|_| Row { head: Some(head.clone()), ..row(14.0, false) }).collect();
        let pages = paginate(rows).unwrap();
        assert!(pages.len() > 3);
        assert!(pages.iter().skip(1).all(|p| p.rows[0].again && !p.rows[1].again));
    }

    #[test]
    fn a_row_taller_than_a_page_gets_one_of_its_own() {
        let pages = paginate(vec![row(10.0, false), row(DEPTH * 3.0, false), row(10.0, false)]).unwrap();
        assert_eq!(pages.len(), 3);
    }
}
