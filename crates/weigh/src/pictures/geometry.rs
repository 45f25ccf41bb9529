//! Do two pictures share a part: points that look alike, and one plane transform that takes the ones to the others.
//!
//! Every likely pair of points is tried as a similarity, in a fixed order and without dice, so that the same two
//! pictures always give the same answer; the best are refined to an affinity and a homography. It deliberately says only
//! *the same thing is seen*: a copy and another photograph of the scene both align; `residual` tells them apart.

use std::collections::BTreeSet;

use super::points::{Point, Points};
use super::transform::{self, Place, Transform};
use super::{distance, kernel};

/// From this many points on that agree, two pictures are said to share a part.
pub const ASSERT_FROM: usize = 20;
/// From this many on a person should look.
pub const REVIEW_FROM: usize = 10;

/// Points that differ in more bits are not paired.
const PAIRED_WITHIN: u32 = 76;
/// The best has to be nearer than this share of the next that lies elsewhere.
const CLEARLY: f32 = 0.92;
/// Points this near each other are one place, in working pixels.
const ELSEWHERE: f32 = 6.0;
/// Pairs that are tried as a transform.
const MOST_TRIED: usize = 250;
/// Transforms that are refined.
const REFINED: usize = 4;
/// How far from its place a point may lie, in pixels of the coarser picture: while searching, then at the end.
const SEARCH_WITHIN: f64 = 7.0;
const END_WITHIN: f64 = 3.0;
/// By which factor sizes, and by how many radians directions, may differ from what the transform says.
const SIZE_WITHIN: f64 = 1.6;
const TURN_WITHIN: f64 = 0.45;
/// Bits by which points may differ that lie where the transform says.
const GUIDED_WITHIN: u32 = 84;
/// Largest factor between the sizes of two pictures of one thing.
const MOST_SCALE: f64 = 8.0;
/// Points nearer than this to one that is counted add nothing, in working pixels.
const APART: f64 = 3.0;

/// Two points that look alike: places in the two lists, and bits that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub a: usize,
    pub b: usize,
    pub distance: u32,
}

/// How two pictures align.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// From working pixels of the first to those of the second.
    pub transform: Transform,
    /// Is one the mirror image of the other? The transform then holds the mirroring.
    pub mirrored: bool,
    /// Points of the two that lie where the transform says, look alike and stand apart from each other.
    pub inliers: usize,
    /// Places of those, in the first and in the second.
    pub places: Vec<(Place, Place)>,
    /// Points that are unmistakably paired, turned and sized as the transform says, and lie near where it says but not
    /// there: parallax, or things that moved.
    pub astray: usize,
}

/// Points of `a` with those of `b` that look most like them, the likest first.
pub(super) fn pairs(a: &[Point], b: &[Point]) -> Vec<Pair> {
    let mut out = Vec::new();
    let bits: Vec<[u64; 4]> = b.iter().map(|q| q.bits).collect();
    let mut distances: Vec<u32> = Vec::with_capacity(b.len());
    for (i, p) in a.iter().enumerate() {
        kernel::distances(&p.bits, &bits, &mut distances);
        let Some((at, &best)) = distances.iter().enumerate().min_by_key(|(j, d)| (**d, *j)) else { continue };
        if best > PAIRED_WITHIN {
            continue;
        }
        let elsewhere = |q: &Point| (q.x - b[at].x).abs().max((q.y - b[at].y).abs()) > ELSEWHERE;
        let next = distances.iter().zip(b).filter(|(_, q)| elsewhere(q)).map(|(d, _)| *d).min().unwrap_or(256);
        if (best as f32) < CLEARLY * next as f32 {
            out.push(Pair { a: i, b: at, distance: best });
        }
    }
    out.sort_by_key(|pair| (pair.distance, pair.a, pair.b));
    out
}

fn place(p: &Point) -> Place {
    (f64::from(p.x), f64::from(p.y))
}

fn whole(p: &Point) -> (Place, f64, f64) {
    (place(p), f64::from(p.size), f64::from(p.direction))
}

/// Does the transform turn and size `p` to what `q` is? And how far from its place is `q`, in pixels of the coarser?
fn fits(transform: &Transform, p: &Point, q: &Point) -> Option<f64> {
    let (scale, turn) = transform.scale_and_turn(place(p));
    let ratio = f64::from(q.size) / (f64::from(p.size) * scale);
    if !(1.0 / SIZE_WITHIN..=SIZE_WITHIN).contains(&ratio) {
        return None;
    }
    let off = (f64::from(q.direction) - f64::from(p.direction) - turn).rem_euclid(std::f64::consts::TAU);
    if off.min(std::f64::consts::TAU - off) > TURN_WITHIN {
        return None;
    }
    let to = transform.apply(place(p));
    Some((to.0 - f64::from(q.x)).hypot(to.1 - f64::from(q.y)) / scale.max(1.0))
}

/// Aligns two pictures, upright and mirrored; nothing when fewer than [`REVIEW_FROM`] points agree.
pub fn align(a: &Points, b: &Points) -> Option<Alignment> {
    let upright = align_one_way(a, b);
    if upright.as_ref().is_some_and(|found| found.inliers >= 2 * ASSERT_FROM) {
        return upright;
    }
    let turned = align_one_way(a, &b.mirrored()).map(|found| {
        let w = f64::from(b.working.0);
        let back = Transform([-1.0, 0.0, w, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
        let places = found.places.into_iter().map(|(p, q)| (p, (w - q.0, q.1))).collect();
        Alignment { transform: back.after(&found.transform), mirrored: true, places, ..found }
    });
    match (upright, turned) {
        (Some(upright), Some(turned)) if turned.inliers > upright.inliers => Some(turned),
        (Some(upright), _) => Some(upright),
        (None, turned) => turned,
    }
}

fn align_one_way(a: &Points, b: &Points) -> Option<Alignment> {
    let pairs = pairs(&a.points, &b.points);
    let mut tried: Vec<(usize, usize, Transform)> = Vec::new();
    for (n, pair) in pairs.iter().take(MOST_TRIED).enumerate() {
        let transform = Transform::of_one(whole(&a.points[pair.a]), whole(&b.points[pair.b]));
        if !transform.plausible(a.working, MOST_SCALE) {
            continue;
        }
        let agreeing = pairs.iter().filter(|other| near(&transform, a, b, other, SEARCH_WITHIN)).count();
        if agreeing >= 3 {
            tried.push((agreeing, n, transform));
        }
    }
    tried.sort_by_key(|(agreeing, n, _)| (usize::MAX - agreeing, *n));
    let refined = tried.iter().take(REFINED).filter_map(|(_, _, transform)| refine(transform, a, b, &pairs));
    let best = refined.max_by_key(|found| found.inliers)?;
    (best.inliers >= REVIEW_FROM).then_some(best)
}

fn near(transform: &Transform, a: &Points, b: &Points, pair: &Pair, within: f64) -> bool {
    fits(transform, &a.points[pair.a], &b.points[pair.b]).is_some_and(|off| off <= within)
}

/// Fits better and better transforms to what agrees, then looks for every point where the last one says it is.
fn refine(first: &Transform, a: &Points, b: &Points, pairs: &[Pair]) -> Option<Alignment> {
    let agreeing = |transform: &Transform, within: f64| -> Vec<(Place, Place)> {
        let near = pairs.iter().filter(|pair| near(transform, a, b, pair, within));
        near.map(|pair| (place(&a.points[pair.a]), place(&b.points[pair.b]))).collect()
    };
    let mut transform = *first;
    for within in [SEARCH_WITHIN, 5.0] {
        transform = Transform::similarity(&agreeing(&transform, within)).unwrap_or(transform);
    }
    let mut best = guided(&transform, a, b);
    // A richer transform has to earn its freedom by points that agree.
    for (fit, least) in [(Transform::affinity as fn(&[(Place, Place)]) -> _, 8), (Transform::homography, 16)] {
        for _ in 0..2 {
            let from = if best.len() >= least { best.clone() } else { agreeing(&transform, 5.0) };
            if from.len() < least {
                break;
            }
            let Some(richer) = fit(&from).filter(|t| t.plausible(a.working, MOST_SCALE)) else { break };
            let found = guided(&richer, a, b);
            if found.len() as f64 >= 1.02 * best.len() as f64 {
                (transform, best) = (richer, found);
            } else {
                break;
            }
        }
    }
    let astray = astray(&transform, a, b, pairs);
    Some(Alignment { transform, mirrored: false, inliers: best.len(), places: best, astray })
}

/// Points of the two pictures that lie where the transform says and look alike; each place counts once.
fn guided(transform: &Transform, a: &Points, b: &Points) -> Vec<(Place, Place)> {
    const CELL: f32 = 16.0;
    let (columns, rows) = ((b.working.0 / CELL) as usize + 1, (b.working.1 / CELL) as usize + 1);
    let cell = |at: f64, count: usize| ((at / f64::from(CELL)).max(0.0) as usize).min(count - 1);
    let mut cells: Vec<Vec<u32>> = vec![Vec::new(); columns * rows];
    for (i, q) in b.points.iter().enumerate() {
        cells[cell(q.y.into(), rows) * columns + cell(q.x.into(), columns)].push(i as u32);
    }
    let mut found: Vec<(u32, usize, usize)> = Vec::new();
    for (i, p) in a.points.iter().enumerate() {
        let to = transform.apply(place(p));
        let (scale, _) = transform.scale_and_turn(place(p));
        let reach = END_WITHIN * scale.max(1.0);
        let mut best: Option<(u32, usize, usize)> = None;
        for row in cell(to.1 - reach, rows)..=cell(to.1 + reach, rows) {
            for column in cell(to.0 - reach, columns)..=cell(to.0 + reach, columns) {
                for &j in &cells[row * columns + column] {
                    let q = &b.points[j as usize];
                    let apart = distance(&p.bits, &q.bits);
                    if apart <= GUIDED_WITHIN
                        && best.is_none_or(|(least, _, _)| apart < least)
                        && fits(transform, p, q).is_some_and(|off| off <= END_WITHIN)
                    {
                        best = Some((apart, i, j as usize));
                    }
                }
            }
        }
        found.extend(best);
    }
    found.sort_unstable();
    let mut taken = BTreeSet::new();
    let mut kept: Vec<(Place, Place)> = Vec::new();
    for (_, i, j) in found {
        let (p, q) = (place(&a.points[i]), place(&b.points[j]));
        let close = |x: Place, y: Place| (x.0 - y.0).abs() < APART && (x.1 - y.1).abs() < APART;
        if taken.insert(j) && !kept.iter().any(|(u, v)| close(*u, p) || close(*v, q)) {
            kept.push((p, q));
        }
    }
    kept
}

/// Unmistakable pairs that lie near where the transform says, and not there.
fn astray(transform: &Transform, a: &Points, b: &Points, pairs: &[Pair]) -> usize {
    let reach = 0.12 * f64::from(b.working.0.max(b.working.1));
    let surely = pairs.iter().filter(|pair| pair.distance <= PAIRED_WITHIN * 3 / 4);
    let mut seen = BTreeSet::new();
    surely
        .filter(|pair| {
            let (p, q) = (&a.points[pair.a], &b.points[pair.b]);
            fits(transform, p, q).is_some_and(|off| off > 1.5 * END_WITHIN && off <= reach)
        })
        .filter(|pair| seen.insert((a.points[pair.a].x as u32 / 4, a.points[pair.a].y as u32 / 4)))
        .count()
}

/// The part of each picture that both show, by the frames and the transform: polygons in shares of the pictures' own
/// sides, 0 to 1, the first picture's and the second's; nothing where the transform cannot be turned round.
pub fn overlap(alignment: &Alignment, a: &Points, b: &Points) -> Option<(Vec<Place>, Vec<Place>)> {
    let back = alignment.transform.inverse()?;
    let in_b: Vec<Place> = transform::frame(a.working).iter().map(|p| alignment.transform.apply(*p)).collect();
    let in_b = transform::clipped(&in_b, b.working);
    let in_a: Vec<Place> = in_b.iter().map(|p| back.apply(*p)).collect();
    Some((in_shares(&in_a, a.working), in_shares(&in_b, b.working)))
}

/// The alignment back as an affinity of shares of the sides, near the middle of `shown`: of the second picture to the first.
pub(super) fn laid(alignment: &Alignment, a: &Points, b: &Points, shown: &[Place]) -> [f64; 6] {
    /// Over so much of the second picture's sides the affinity is taken.
    const OVER: f64 = 0.1;
    let Some(back) = alignment.transform.inverse() else { return [1.0, 0.0, 0.0, 0.0, 1.0, 0.0] };
    let count = shown.len().max(1) as f64;
    let sum = shown.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    let middle = if shown.is_empty() { (0.5, 0.5) } else { (sum.0 / count, sum.1 / count) };
    let to = |x: f64, y: f64| {
        let at = back.apply((x * f64::from(b.working.0), y * f64::from(b.working.1)));
        (at.0 / f64::from(a.working.0), at.1 / f64::from(a.working.1))
    };
    let along = |dx: f64, dy: f64| {
        let (from, until) = (to(middle.0 - dx, middle.1 - dy), to(middle.0 + dx, middle.1 + dy));
        ((until.0 - from.0) / (2.0 * OVER), (until.1 - from.1) / (2.0 * OVER))
    };
    let (here, across, down) = (to(middle.0, middle.1), along(OVER, 0.0), along(0.0, OVER));
    let offset = |at: f64, across: f64, down: f64| at - across * middle.0 - down * middle.1;
    [across.0, down.0, offset(here.0, across.0, down.0), across.1, down.1, offset(here.1, across.1, down.1)]
}

/// Places as shares of a frame's sides.
pub(super) fn in_shares(polygon: &[Place], sides: (f32, f32)) -> Vec<Place> {
    let share = |at: f64, side: f32| (at / f64::from(side)).clamp(0.0, 1.0);
    polygon.iter().map(|p| (share(p.0, sides.0), share(p.1, sides.1))).collect()
}
