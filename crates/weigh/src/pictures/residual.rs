//! Two pictures show the same thing: is one a copy of the other, or were both taken?
//!
//! Lays one look over the other as the alignment says and compares them block by block, asks whether unmistakable
//! points went astray (parallax, things that moved), and whether each picture sees what the other cannot. The answer is
//! one of three, and *cannot tell* is one of them. It deliberately never says which of two came first.
//!
//! What each rests on: a copy holds nothing but what its original holds, with something laid over or cut away, so one
//! frame lies inside the other and the same light lies in the same place; a second capture looks past the first at one
//! edge while the first looks past it at another, near things shift against far ones, and what moves has moved.

use super::field::{Field, Laid, to_look};
use super::geometry::{self, Alignment};
use super::grain::{self, Grain};
use super::points::Points;
use super::transform::{self, Place, Transform};

/// What two aligned pictures are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// One exposure: one is made of the other, or both of a third.
    Derived,
    /// The same scene, taken more than once.
    Separate,
    /// Neither is shown.
    CannotTell,
    /// They share a small mark (a logo, a caption, a bar) and nothing else.
    SharedMark,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Verdict; 4] = [Verdict::Derived, Verdict::Separate, Verdict::CannotTell, Verdict::SharedMark];

    /// Reads what [`Verdict::as_str`] writes.
    pub fn of(text: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }

    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Derived => "derived_copy",
            Verdict::Separate => "same_scene_separate_capture",
            Verdict::CannotTell => "cannot_tell",
            Verdict::SharedMark => "shared_mark",
        }
    }
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Residual {
    /// The answer.
    pub verdict: Verdict,
    /// Does enough agree to say that the two share a part: [`geometry::ASSERT_FROM`] points, or half as many where the
    /// pixels hold the same wherever the points put them?
    pub asserted: bool,
    /// Blocks with something in them that were compared.
    pub blocks: usize,
    /// Share of those that hold the same, 0 to 1.
    pub same: f64,
    /// Mean correlation of those that hold the same, 0 to 1.
    pub likeness: f64,
    /// Separate spots where both hold something and not the same.
    pub spots: usize,
    /// Blocks of such spots that are found again in another such spot: things that moved.
    pub moved: usize,
    /// By how much each picture looks past the frame of the other where it has something to see, in shares of its
    /// longer side: the first, the second.
    pub past: (f64, f64),
    /// Degrees by which the one is turned against the other, beside quarter turns.
    pub turn: f64,
    /// The same in standard errors, as the number and the spread of the points give it.
    pub turn_errors: f64,
    /// Have the two as many pixels across and down?
    pub one_size: bool,
    /// What their grain says, where there is enough of it.
    pub grain: Option<Grain>,
    /// Share of unmistakable points that went astray.
    pub astray: f64,
    /// Share of each picture that both show.
    pub shared: (f64, f64),
    /// Where a place of the second lies in the first, both in shares of the sides: x' = l₀x + l₁y + l₂, y' = l₃x + l₄y + l₅, as
    /// near the middle of what both show. What lays the one over the other for somebody to look at.
    pub laid: [f64; 6],
    /// The part that both show, in shares of the sides: of the first, of the second.
    pub overlap: (Vec<Place>, Vec<Place>),
}

/// Side of a block, in pixels of the coarser look; blocks overlap by half.
const BLOCK: usize = 8;
const STEP: usize = BLOCK / 2;
/// Blocks whose deviation is smaller in both hold nothing to compare, in grey levels.
const TEXTURE: f32 = 4.0;
/// Blocks that correlate at least so much hold the same.
const SAME: f32 = 0.80;
/// Blocks that correlate less hold something else, if both hold something.
const OTHER: f32 = 0.50;
/// How far a thing may have moved, in pixels of the coarser look.
const MOVED_WITHIN: isize = 24;
/// A block that is found elsewhere correlates at least so much there.
const FOUND_AGAIN: f32 = 0.93;
/// Most blocks that are looked for elsewhere.
const MOST_SOUGHT: usize = 120;
/// Fewer blocks say nothing.
const LEAST_BLOCKS: usize = 8;
/// A shared part smaller than this share of both pictures is a mark.
const MARK: f64 = 0.06;
/// Where the frames do not agree, points spread over fewer cells than this are a mark and a few strays; and nobody takes a
/// mirror image of a scene.
const LEAST_CELLS: usize = 16;
/// Half the sides of the window in which a mark's points crowd, in working pixels.
const WINDOW: (f64, f64) = (100.0, 48.0);
/// Side of a cell, in working pixels.
const CELL: f64 = 32.0;
/// Looking past a frame by less than this share of the longer side is error of measurement.
const PAST: f64 = 0.003;
/// Where the pixels hold the same, ten points that agree are enough: so many blocks with something in them …
const SHOWN_BLOCKS: usize = 64;
/// … of which this share hold the same …
const SHOWN_SAME: f64 = 0.9;
/// … and correlate on average by this.
const SHOWN_LIKENESS: f64 = 0.94;
/// Where something was laid over a picture, no more than this is the same.
const COVERED: f64 = 0.95;
/// Where noise lies over two exposures and nothing else does, at least this is the same.
const NOISY: f64 = 0.9;
/// Error of one point's place, in working pixels.
const PLACE_ERROR: f64 = 0.6;

/// Compares two aligned pictures.
pub fn residual(a: &Points, b: &Points, alignment: &Alignment) -> Residual {
    let overlap = geometry::overlap(alignment, a, b).unwrap_or_default();
    let laid = Laid::over(a, b, alignment);
    let compared = laid.as_ref().map(blocks).unwrap_or_default();
    let blocks = &compared.blocks;
    let same = blocks.iter().filter(|block| block.still >= SAME).count();
    let likeness: f32 = blocks.iter().map(|block| block.still).filter(|still| *still >= SAME).sum();
    let turn = turn(alignment);
    let mut out = Residual {
        verdict: Verdict::CannotTell,
        asserted: false,
        blocks: blocks.len(),
        same: same as f64 / blocks.len().max(1) as f64,
        likeness: f64::from(likeness) / same.max(1) as f64,
        spots: compared.spots,
        moved: compared.moved,
        past: past(a, b, alignment),
        turn: turn.0.to_degrees(),
        turn_errors: turn.1,
        one_size: a.sides == b.sides,
        grain: laid.as_ref().and_then(grain::compared),
        astray: alignment.astray as f64 / (alignment.astray + alignment.inliers).max(1) as f64,
        shared: (transform::area(&overlap.0), transform::area(&overlap.1)),
        laid: geometry::laid(alignment, a, b, &overlap.1),
        overlap,
    };
    if out.same < 0.45 {
        shrink_to_points(&mut out, alignment, a, b);
    }
    let shown = out.blocks >= SHOWN_BLOCKS && out.same >= SHOWN_SAME && out.likeness >= SHOWN_LIKENESS;
    out.asserted = alignment.inliers >= geometry::ASSERT_FROM || shown;
    out.verdict = verdict(&out, alignment);
    out
}

/// The angle of the alignment beside quarter turns, in radians, and by how many standard errors it is not zero.
fn turn(alignment: &Alignment) -> (f64, f64) {
    let n = alignment.places.len().max(1) as f64;
    let centre = alignment.places.iter().fold((0.0, 0.0), |sum, (p, _)| (sum.0 + p.0 / n, sum.1 + p.1 / n));
    let squares: f64 = alignment.places.iter().map(|(p, _)| (p.0 - centre.0).powi(2) + (p.1 - centre.1).powi(2)).sum();
    let (_, angle) = alignment.transform.scale_and_turn(centre);
    let quarter = std::f64::consts::FRAC_PI_2;
    let off = (angle + quarter / 2.0).rem_euclid(quarter) - quarter / 2.0;
    (off, off.abs() * squares.sqrt() / PLACE_ERROR)
}

/// Where little of the overlap of the frames is the same, the shared part is only what the points enclose.
fn shrink_to_points(out: &mut Residual, alignment: &Alignment, a: &Points, b: &Points) {
    let enclosed = |places: Vec<Place>, sides: (f32, f32)| geometry::in_shares(&transform::hull(&places), sides);
    let (in_a, in_b): (Vec<Place>, Vec<Place>) = alignment.places.iter().copied().unzip();
    let hull = (enclosed(in_a, a.working), enclosed(in_b, b.working));
    out.shared = (transform::area(&hull.0), transform::area(&hull.1));
    out.overlap = hull;
}

/// Over how many cells of the first picture, and of the second, the points that agree are spread.
fn cells(alignment: &Alignment) -> (usize, usize) {
    let cell = |p: &Place| ((p.0 / CELL) as i64, (p.1 / CELL) as i64);
    let count = |of: fn(&(Place, Place)) -> Place| {
        alignment.places.iter().map(|pair| cell(&of(pair))).collect::<std::collections::BTreeSet<_>>().len()
    };
    (count(|pair| pair.0), count(|pair| pair.1))
}

/// The largest share of the points that agree which lies in one small window of the first picture.
fn crowded(alignment: &Alignment) -> f64 {
    let within = |p: &Place, q: &Place| (p.0 - q.0).abs() <= WINDOW.0 && (p.1 - q.1).abs() <= WINDOW.1;
    let around = |p: &Place| alignment.places.iter().filter(|(q, _)| within(p, q)).count();
    let most = alignment.places.iter().map(|(p, _)| around(p)).max().unwrap_or(0);
    most as f64 / alignment.places.len().max(1) as f64
}

/// The rules, from the surest down. Bounds were set on one half of the drawn scenes and photographs that
/// docs/benchmarks.md names, and scored on the other.
fn verdict(r: &Residual, alignment: &Alignment) -> Verdict {
    let spread = cells(alignment);
    let mark = (r.shared.0 < MARK && r.shared.1 < MARK)
        || (r.same < 0.45
            && (alignment.mirrored
                || spread.0.min(spread.1) < LEAST_CELLS
                || (r.astray < 0.2 && crowded(alignment) > 0.5)));
    if mark {
        return Verdict::SharedMark;
    }
    // Near things shifted against far ones.
    let parallax = r.astray >= 0.35 || (r.astray >= 0.2 && r.same < 0.6 && r.likeness < 0.965);
    if parallax && alignment.inliers >= geometry::ASSERT_FROM {
        return Verdict::Separate;
    }
    if !r.asserted || r.blocks < LEAST_BLOCKS {
        return Verdict::CannotTell;
    }
    let both_look_past = r.past.0 >= PAST && r.past.1 >= PAST;
    // A hand that held still, but not quite: turned by a hair, which no copy is.
    let by_a_hair = |errors: f64| r.turn_errors >= errors && r.turn.abs() < 1.2;
    if (both_look_past && by_a_hair(4.0) && r.same < 0.99) || (r.moved >= 3 && r.likeness < 0.99) {
        return Verdict::Separate;
    }
    let to_the_grain = r.same >= 0.985 && r.likeness >= 0.97 && r.astray <= 0.06;
    if by_a_hair(5.0) || (both_look_past && !to_the_grain) {
        return Verdict::CannotTell;
    }
    // The same frame twice could be a camera that stood still: then only what is the same to the grain is a copy.
    let upright = !alignment.mirrored && alignment.transform.scale_and_turn((0.0, 0.0)).1.abs() < 0.02;
    let whole = upright && r.shared.0.min(r.shared.1) >= 0.985;
    // Each has a grain of its own; or nothing was laid over either and nothing turned, so that a second exposure from the same
    // stand, cropped and made smaller, would look just so: then only the grain can show one exposure.
    // Noise alone takes blocks from what is the same, and leaves no spot.
    let bare = upright && (r.same >= COVERED || (r.same >= NOISY && r.spots == 0));
    let shown = r.grain.is_some_and(|grain| grain.shows_one());
    if r.grain.is_some_and(|grain| grain.differs()) || (bare && !shown) {
        return Verdict::CannotTell;
    }
    let nearly_all = r.same >= if whole { 0.985 } else { 0.9 } && r.likeness >= 0.9 && r.spots == 0;
    // A caption or a sticker hides much, and what it leaves is the same.
    let all_that_is_left = r.same >= 0.45 && r.likeness >= 0.985 && r.spots <= 4;
    if to_the_grain || (r.astray <= 0.2 && (nearly_all || all_that_is_left)) {
        return Verdict::Derived;
    }
    Verdict::CannotTell
}

/// One block of the overlap.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// Its first pixel in the grid.
    at: (usize, usize),
    /// Correlation where the alignment puts it.
    still: f32,
    /// The smaller deviation of the two.
    texture: f32,
}

impl Block {
    /// Do both hold something, and not the same?
    fn other(&self) -> bool {
        self.still < OTHER && self.texture >= 1.5 * TEXTURE
    }
}

/// What comparing blocks gave.
#[derive(Debug, Default)]
struct Compared {
    blocks: Vec<Block>,
    spots: usize,
    moved: usize,
}

/// Blocks of the overlap with something in them, compared in the grid of the coarser look.
fn blocks(laid_over: &Laid) -> Compared {
    let (grid, laid) = (&laid_over.grid, &laid_over.laid);
    let (w, h) = (grid.width, grid.height);
    let mut out = Vec::new();
    for top in (0..h.saturating_sub(BLOCK - 1)).step_by(STEP) {
        for left in (0..w.saturating_sub(BLOCK - 1)).step_by(STEP) {
            let Some(pair) = correlation(grid, laid, (left, top), (left, top)) else { continue };
            if pair.most >= TEXTURE {
                out.push(Block { at: (left, top), still: pair.correlation, texture: pair.least });
            }
        }
    }
    let others: Vec<(usize, usize)> = out.iter().filter(|block| block.other()).map(|block| block.at).collect();
    Compared { spots: spots(&others), moved: moved(grid, laid, &others), blocks: out }
}

/// How many separate spots of at least two blocks.
fn spots(others: &[(usize, usize)]) -> usize {
    let mut left: std::collections::BTreeSet<(usize, usize)> = others.iter().copied().collect();
    let mut count = 0;
    while let Some(first) = left.pop_first() {
        let (mut todo, mut size) = (vec![first], 0);
        while let Some((x, y)) = todo.pop() {
            size += 1;
            let beside = |(u, v): &(usize, usize)| u.abs_diff(x) <= 2 * STEP && v.abs_diff(y) <= 2 * STEP;
            let near: Vec<(usize, usize)> = left.iter().copied().filter(beside).collect();
            near.iter().for_each(|at| {
                left.remove(at);
            });
            todo.extend(near);
        }
        count += usize::from(size >= 2);
    }
    count
}

/// How many blocks that hold something else than the other picture hold what the other has in another such place: what a
/// thing that moved leaves, and what a sticker does not.
fn moved(grid: &Field, laid: &[f32], others: &[(usize, usize)]) -> usize {
    if others.len() > MOST_SOUGHT {
        return 0;
    }
    let differs: std::collections::BTreeSet<(usize, usize)> = others.iter().copied().collect();
    let near_other = |x: usize, y: usize| {
        let round = |v: usize| (v + STEP / 2) / STEP * STEP;
        differs.contains(&(round(x), round(y)))
    };
    let found = |&&(left, top): &&(usize, usize)| {
        let mut best = 0.0f32;
        for dy in -MOVED_WITHIN / 4..=MOVED_WITHIN / 4 {
            for dx in -MOVED_WITHIN..=MOVED_WITHIN {
                let (x, y) = (left as isize + dx, top as isize + dy);
                if dx.abs().max(dy.abs()) < 2 || x < 0 || y < 0 || !near_other(x as usize, y as usize) {
                    continue;
                }
                let pair = correlation(grid, laid, (left, top), (x as usize, y as usize));
                best = pair.filter(|p| p.least >= 1.5 * TEXTURE).map_or(best, |p| best.max(p.correlation));
            }
        }
        best >= FOUND_AGAIN
    };
    others.iter().filter(found).count()
}

/// Two blocks compared.
struct Correlated {
    correlation: f32,
    /// The larger deviation of the two, and the smaller.
    most: f32,
    least: f32,
}

/// A block of the grid at `here` with a block of the picture laid over it at `there`; nothing where that does not reach.
fn correlation(grid: &Field, laid: &[f32], here: (usize, usize), there: (usize, usize)) -> Option<Correlated> {
    if there.0 + BLOCK > grid.width || there.1 + BLOCK > grid.height {
        return None;
    }
    let (mut sx, mut sy, mut xx, mut yy, mut xy) = (0.0f32, 0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for row in 0..BLOCK {
        let ours = &grid.values[(here.1 + row) * grid.width + here.0..][..BLOCK];
        let theirs = &laid[(there.1 + row) * grid.width + there.0..][..BLOCK];
        for (x, y) in ours.iter().zip(theirs) {
            // A NaN anywhere ends as one.
            sx += x;
            sy += y;
            xx += x * x;
            yy += y * y;
            xy += x * y;
        }
    }
    let n = (BLOCK * BLOCK) as f32;
    let (vx, vy, together) = (xx / n - (sx / n).powi(2), yy / n - (sy / n).powi(2), xy / n - sx / n * sy / n);
    if vy.is_nan() {
        return None;
    }
    let (dx, dy) = (vx.max(0.0).sqrt(), vy.max(0.0).sqrt());
    // Below one grey level there is only rounding.
    Some(Correlated { correlation: together / (dx.max(1.0) * dy.max(1.0)), most: dx.max(dy), least: dx.min(dy) })
}

/// By how much each picture looks past the frame of the other where there is something to see.
fn past(a: &Points, b: &Points, alignment: &Alignment) -> (f64, f64) {
    let Some(back) = alignment.transform.inverse() else { return (0.0, 0.0) };
    (looks_past(a, b, &alignment.transform), looks_past(b, a, &back))
}

/// How far beyond the frame of `b` the pixels of `a`'s look reach, in shares of `a`'s longer side; nothing where those
/// pixels are of one tone on each side, as bars and the corners of a turned copy are.
fn looks_past(a: &Points, b: &Points, transform: &Transform) -> f64 {
    let Some(from_look) = to_look(a).inverse() else { return 0.0 };
    let (w, h) = (f64::from(b.working.0), f64::from(b.working.1));
    let (lw, lh) = (a.look.width, a.look.height);
    // By side of b's frame that they lie beyond: how far, and the pixels.
    let mut beyond: [(f64, Vec<f32>); 4] = Default::default();
    for i in 0..lw * lh {
        let (x, y) = (i % lw, i / lw);
        // The outermost pixels are taken at their outer edge.
        let edge = |v: usize, n: usize| {
            if v == 0 {
                0.0
            } else if v + 1 == n {
                n as f64
            } else {
                v as f64 + 0.5
            }
        };
        let at = from_look.apply((edge(x, lw), edge(y, lh)));
        let (scale, _) = transform.scale_and_turn(at);
        let to = transform.apply(at);
        for (side, out) in [-to.0, to.0 - w, -to.1, to.1 - h].into_iter().enumerate() {
            let out = out / scale.max(1e-6);
            if out > 0.5 {
                beyond[side].0 = beyond[side].0.max(out);
                beyond[side].1.push(f32::from(a.look.pixels[i]));
            }
        }
    }
    let seen = |values: &[f32]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f32::total_cmp);
        let Some(median) = sorted.get(sorted.len() / 2).copied() else { return false };
        let of_one_tone = values.iter().filter(|v| (**v - median).abs() <= 2.0 * TEXTURE).count();
        values.len() >= 8 && (of_one_tone as f32) < 0.6 * values.len() as f32
    };
    let longer = f64::from(a.working.0.max(a.working.1));
    beyond.iter().filter(|(_, values)| seen(values)).map(|(out, _)| out / longer).fold(0.0, f64::max)
}
