//! Bars around the picture of a film: what a player, a station or whoever copied it laid there, so that a copy with bars and one without
//! are hashed alike.
//!
//! A bar is what stays of one tone along a whole side through the whole film; one frame says nothing, since a night has dark edges too.
//! Where the picture begins between two pixels of the small frame, the mixed row tells by how much, over all frames. It
//! deliberately leaves alone bars that are blurred copies of the picture, and captions: their rows are not of one tone.

use super::SIDE;

/// Where the picture lies in a frame, in pixels of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inner {
    /// Its left edge.
    pub left: f32,
    /// Its upper edge.
    pub top: f32,
    /// Its right edge.
    pub right: f32,
    /// Its lower edge.
    pub bottom: f32,
}

/// A line of a bar spans no more grey levels than this in any frame …
const ONE_TONE: u8 = 14;
/// … and its mean stays as near as this to what it is on average.
const STAYS: f32 = 8.0;
/// In so many of a hundred frames.
const OF_HUNDRED: usize = 97;
/// Frames that span fewer grey levels than this have nothing that a bar could be around.
const SHOWS: u8 = 40;
/// Fewer frames that show something say nothing.
const LEAST_FRAMES: usize = 3;
/// A bar is at least so many pixels wide, and the picture within them at least so many.
const LEAST_BAR: usize = 2;
const LEAST_INNER: usize = 24;

/// So small a part of a pixel that it does not show.
const HARDLY: f32 = 0.15;

/// One line of a frame: from its first edge inwards.
fn line(frame: &[u8], side: Side, at: usize) -> impl Iterator<Item = u8> + '_ {
    let last = SIDE - 1 - at;
    (0..SIDE).map(move |i| match side {
        Side::Top => frame[at * SIDE + i],
        Side::Bottom => frame[last * SIDE + i],
        Side::Left => frame[i * SIDE + at],
        Side::Right => frame[i * SIDE + last],
    })
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Top,
    Bottom,
    Left,
    Right,
}

fn spans(values: impl Iterator<Item = u8>) -> u8 {
    let (least, most) = values.fold((u8::MAX, 0), |(least, most), v| (least.min(v), most.max(v)));
    most.saturating_sub(least)
}

fn mean(values: impl Iterator<Item = u8>) -> f32 {
    values.map(f32::from).sum::<f32>() / SIDE as f32
}

/// Where the picture of a film lies in its frames, each [`SIDE`] pixels a side; nothing where it fills them.
pub fn inner(pixels: &[u8]) -> Option<Inner> {
    let shows = |frame: &&[u8]| spans(frame.iter().copied()) >= SHOWS;
    let frames: Vec<&[u8]> = pixels.chunks_exact(SIDE * SIDE).filter(shows).collect();
    if frames.len() < LEAST_FRAMES {
        return None;
    }
    let width = |side| bar(&frames, side);
    let (top, bottom) = (width(Side::Top), width(Side::Bottom));
    let (left, right) = (width(Side::Left), width(Side::Right));
    let side = SIDE as f32;
    let found = Inner { left, top, right: side - right, bottom: side - bottom };
    let least = LEAST_INNER as f32;
    let stands = found.right - found.left >= least && found.bottom - found.top >= least;
    (stands && top.max(bottom).max(left).max(right) > 0.0).then_some(found)
}

/// How wide the bar of one side is, in pixels and parts of one; 0 where there is none.
fn bar(frames: &[&[u8]], side: Side) -> f32 {
    let tone = frames.iter().map(|frame| mean(line(frame, side, 0))).sum::<f32>() / frames.len() as f32;
    let held = |frame: &&&[u8], at: usize| {
        spans(line(frame, side, at)) <= ONE_TONE && (mean(line(frame, side, at)) - tone).abs() <= STAYS
    };
    let is_bar = |at: &usize| frames.iter().filter(|f| held(f, *at)).count() * 100 >= frames.len() * OF_HUNDRED;
    let whole = (0..SIDE).take_while(is_bar).count();
    if !(LEAST_BAR..SIDE / 2).contains(&whole) {
        return 0.0;
    }
    // By how much the first line that is no bar differs from it, as a share of how much the next does.
    let differs = |at: usize| -> f32 {
        let one = |frame: &&[u8]| line(frame, side, at).map(|v| (f32::from(v) - tone).abs()).sum::<f32>();
        frames.iter().map(one).sum()
    };
    let shown = (differs(whole) / differs(whole + 1).max(1.0)).clamp(0.0, 1.0);
    whole as f32 + 1.0 - shown
}

/// The picture within a frame, at the frame's size: between four pixels.
pub fn stretched(frame: &[u8], inner: &Inner) -> Vec<u8> {
    let place = |i: usize, from: f32, until: f32| {
        let at = from + (i as f32 + 0.5) * (until - from) / SIDE as f32 - 0.5;
        // No pixel is looked at of which a good part is bar.
        let first_whole = (from - HARDLY).ceil();
        let at = at.clamp(first_whole, ((until + HARDLY).floor() - 1.0).max(first_whole));
        let first = (at.max(0.0) as usize).min(SIDE - 1);
        (first, (first + 1).min(SIDE - 1), at - first as f32)
    };
    let mut out = Vec::with_capacity(SIDE * SIDE);
    for y in 0..SIDE {
        let (up, down, dy) = place(y, inner.top, inner.bottom);
        for x in 0..SIDE {
            let (near, far, dx) = place(x, inner.left, inner.right);
            let value = |x: usize, y: usize| f32::from(frame[y * SIDE + x]);
            let above = value(near, up) + dx * (value(far, up) - value(near, up));
            let below = value(near, down) + dx * (value(far, down) - value(near, down));
            out.push((above + dy * (below - above)).round().clamp(0.0, 255.0) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::pdq;
    use super::*;

    /// A view that moves, of waves of every length that a hash looks at, sampled at any place of a frame of 1 x 1.
    fn view(frame: usize, x: f32, y: f32) -> f32 {
        let mut state = 7u32;
        let mut throw = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        let waves = (0..40).map(|_| {
            let (across, down, phase) = (throw(9) as f32, throw(17) as f32 - 8.0, throw(628) as f32 / 100.0);
            (std::f32::consts::PI * (across * (x + 0.02 * frame as f32) + down * y) + phase).cos()
        });
        (125.0 + 16.0 * waves.sum::<f32>()).clamp(0.0, 255.0)
    }

    /// The view within edges, in shares of the frame, the rest black; each pixel the mean of what it covers.
    fn film(count: usize, edges: [f32; 4]) -> Vec<u8> {
        const FINE: usize = 4;
        let [left, top, right, bottom] = edges;
        let seen = |frame: usize, i: usize, j: usize| {
            let (x, y) = (i as f32 + 0.5, j as f32 + 0.5);
            let (x, y) = (x / (SIDE * FINE) as f32, y / (SIDE * FINE) as f32);
            let inside = (left..right).contains(&x) && (top..bottom).contains(&y);
            if inside { view(frame, (x - left) / (right - left), (y - top) / (bottom - top)) } else { 3.0 }
        };
        let pixel = |frame: usize, x: usize, y: usize| {
            let all = (0..FINE * FINE).map(|k| seen(frame, x * FINE + k % FINE, y * FINE + k / FINE)).sum::<f32>();
            (all / (FINE * FINE) as f32).round() as u8
        };
        (0..count).flat_map(|f| (0..SIDE * SIDE).map(move |i| pixel(f, i % SIDE, i / SIDE))).collect()
    }

    #[test]
    fn bars_are_found_between_pixels_and_their_film_hashes_as_without() {
        let bare = film(5, [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(inner(&bare), None);
        for edges in [[0.0, 0.125, 1.0, 0.875], [0.0, 0.13, 1.0, 0.86], [0.17, 0.0, 0.84, 1.0], [0.1, 0.1, 0.93, 0.9]] {
            let barred = film(5, edges);
            let found = inner(&barred).expect("bars");
            for (got, want) in [found.left, found.top, found.right, found.bottom].iter().zip(edges) {
                assert!((got / SIDE as f32 - want).abs() < 0.008, "{found:?} {edges:?}");
            }
            for (bare, barred) in bare.chunks(SIDE * SIDE).zip(barred.chunks(SIDE * SIDE)) {
                let hash = |pixels: &[u8]| pdq::hash_gray(pixels, SIDE, SIDE).0;
                let apart = hash(bare).distance(&hash(&stretched(barred, &found)));
                assert!(apart <= 20 && hash(bare).distance(&hash(barred)) > 31, "{apart} {edges:?}");
            }
        }
    }

    #[test]
    fn a_dark_edge_that_moves_or_one_frame_is_no_bar() {
        let barred = film(2, [0.0, 0.2, 1.0, 0.8]);
        assert_eq!(inner(&barred), None);
        // Black edges in most frames only, as where a door opens.
        let mut some = film(4, [0.0, 0.2, 1.0, 0.8]);
        some.extend(film(1, [0.0, 0.0, 1.0, 1.0]));
        assert_eq!(inner(&some), None);
        // All dark, all flat, nothing at all.
        assert_eq!(inner(&vec![4; SIDE * SIDE * 9]), None);
        assert_eq!(inner(&[]), None);
    }
}
