//! What lies around a picture and is not of it: the bars of a letterbox, the empty parts of a screenshot.
//!
//! Finds the box that is left when lines at the edges that hold hardly anything are taken away. It deliberately does
//! not judge what it takes away: a clear sky at the edge is taken for a bar too, which is why the box is an addition to
//! the whole picture and never replaces it.

use serde_json::{Value, json};

use super::decoded::Reduced;
use super::pdq;
use super::picture;
use super::raster::Gray;

/// Longer side at which lines are looked at, in pixels.
const LOOKED_AT: usize = 320;
/// A line is plain when this share of it is of one tone …
const PLAIN_SHARE: f32 = 0.55;
/// … within this many grey levels.
const TONE: u8 = 7;
/// Lines of content between plain ones that are still interface: text, icons, buttons; as a share of the side.
const INTERFACE_SHARE: f32 = 0.09;
/// A box smaller than this share of either side is no picture.
const LEAST_SIDE: f32 = 0.2;
/// Less than this share of the picture taken away is nothing.
const LEAST_GAIN: f32 = 0.03;
/// Rounds of looking at rows, then columns.
const ROUNDS: usize = 3;

/// A box in pixels of the picture: from `left`, `top`, this wide and high.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inner {
    /// Columns before it.
    pub left: usize,
    /// Rows above it.
    pub top: usize,
    /// Columns in it.
    pub width: usize,
    /// Rows in it.
    pub height: usize,
}

impl Inner {
    /// `{"box":[left,top,width,height],"pdq","quality","dihedral"}`: the box and the hash of what is in it.
    pub fn to_json(self, of: &Gray) -> Value {
        let mut body = json!({ "box": [self.left, self.top, self.width, self.height] });
        if let Some(terms) = pdq::terms_of_gray(&self.cut(of)) {
            let dihedral = terms.dihedral().map(|pdq| pdq.hex());
            body["pdq"] = dihedral[0].clone().into();
            body["quality"] = terms.quality.into();
            body["dihedral"] = json!(dihedral);
        }
        body
    }

    /// What is in the box.
    pub fn cut(self, of: &Gray) -> Gray {
        let rows = of.pixels.chunks_exact(of.width.max(1)).skip(self.top).take(self.height);
        let pixels = rows.flat_map(|row| &row[self.left..self.left + self.width]).copied().collect();
        Gray { width: self.width, height: self.height, pixels }
    }
}

/// The box that is left of a picture without plain lines at its edges and what stands between them; nothing where that
/// is hardly less than the whole, or hardly anything.
pub fn inner(of: &Reduced<'_>) -> Option<Inner> {
    let longer = of.width.max(of.height);
    let side = LOOKED_AT.min(longer);
    let scaled = |length: usize| ((length * side + longer / 2) / longer.max(1)).max(1);
    let (width, height) = (scaled(of.width), scaled(of.height));
    if width < 16 || height < 16 {
        return None;
    }
    let pixels = picture::shrunk(of, width, height);
    let (mut columns, mut rows) = ((0, width), (0, height));
    for _ in 0..ROUNDS {
        let row = |y: usize| pixels[y * width + columns.0..y * width + columns.1].iter().copied();
        let new_rows = longest(rows, |y| plain(row(y)))?;
        let column = |x: usize| (new_rows.0..new_rows.1).map(|y| pixels[y * width + x]).collect::<Vec<u8>>();
        let new_columns = longest(columns, |x| plain(column(x).into_iter()))?;
        let same = (new_rows, new_columns) == (rows, columns);
        (rows, columns) = (new_rows, new_columns);
        if same {
            break;
        }
    }
    let share = |of: (usize, usize), side: usize| (of.1 - of.0) as f32 / side as f32;
    let (across, down) = (share(columns, width), share(rows, height));
    if across < LEAST_SIDE || down < LEAST_SIDE || across * down > 1.0 - LEAST_GAIN {
        return None;
    }
    // Back to pixels of the picture, inwards: a line of a bar that is left over weighs more than a line that is lost.
    let up = |at: usize, new: usize, old: usize| (at * old).div_ceil(new).min(old);
    let down = |at: usize, new: usize, old: usize| at * old / new;
    let (left, right) = (up(columns.0, width, of.width), down(columns.1, width, of.width));
    let (top, bottom) = (up(rows.0, height, of.height), down(rows.1, height, of.height));
    Some(Inner { left, top, width: right.checked_sub(left)?, height: bottom.checked_sub(top)? })
}

/// Is most of a line of one tone?
fn plain(line: impl Iterator<Item = u8>) -> bool {
    let mut tones = [0u32; 256];
    let mut count = 0u32;
    for value in line {
        tones[usize::from(value)] += 1;
        count += 1;
    }
    let mut window: u32 = tones[..usize::from(TONE)].iter().sum();
    let mut most = 0;
    for i in 0..256 {
        window += tones.get(i + usize::from(TONE)).copied().unwrap_or(0);
        most = most.max(window);
        window -= if i >= usize::from(TONE) { tones[i - usize::from(TONE)] } else { 0 };
    }
    most as f32 >= PLAIN_SHARE * count as f32
}

/// The longest run of lines that are not plain, where runs that are short beside it are interface; bridges over a few
/// plain lines inside a picture.
fn longest(within: (usize, usize), plain: impl Fn(usize) -> bool) -> Option<(usize, usize)> {
    let side = within.1 - within.0;
    let bridge = (side as f32 * INTERFACE_SHARE / 3.0).ceil() as usize;
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in within.0..within.1 {
        if plain(at) {
            continue;
        }
        match runs.last_mut() {
            Some(run) if at - run.1 <= bridge && (run.1 - run.0) > bridge => run.1 = at + 1,
            Some(run) if at == run.1 => run.1 = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    let best = runs.iter().copied().max_by_key(|run| (run.1 - run.0, usize::MAX - run.0))?;
    (best.1 - best.0 >= 8).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn inner(of: &Gray) -> Option<Inner> {
        super::inner(&Reduced { width: of.width, height: of.height, step: 1, means: Cow::Borrowed(of) })
    }

    fn busy(x: usize, y: usize) -> u8 {
        ((x * 7 + y * 13 + (x * y) / 9) % 251) as u8
    }

    fn framed(width: usize, height: usize, left: usize, top: usize, right: usize, bottom: usize) -> Gray {
        let inside = |x: usize, y: usize| (left..width - right).contains(&x) && (top..height - bottom).contains(&y);
        let pixel = |x, y| if inside(x, y) { busy(x, y) } else { 12 };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| pixel(x, y))).collect();
        Gray { width, height, pixels }
    }

    #[test]
    fn bars_are_taken_away_and_nothing_else_is() {
        let found = inner(&framed(640, 480, 0, 60, 0, 60)).unwrap();
        assert!(found.top.abs_diff(60) <= 2 && found.height.abs_diff(360) <= 4, "{found:?}");
        assert_eq!((found.left, found.width), (0, 640));
        assert_eq!(inner(&framed(640, 480, 0, 0, 0, 0)), None);
    }

    #[test]
    fn a_line_of_text_between_bars_is_interface() {
        let mut picture = framed(400, 800, 0, 240, 0, 200);
        for y in 60..80 {
            for x in 20..160 {
                picture.pixels[y * 400 + x] = if x / 5 % 2 == 0 { 230 } else { 12 };
            }
        }
        let found = inner(&picture).unwrap();
        assert!(found.top.abs_diff(240) <= 3 && found.height.abs_diff(360) <= 6, "{found:?}");
    }

    #[test]
    fn a_flat_picture_has_no_box() {
        assert_eq!(inner(&Gray { width: 300, height: 200, pixels: vec![90; 60_000] }), None);
        assert_eq!(inner(&Gray { width: 3, height: 2, pixels: vec![90; 6] }), None);
    }
}
