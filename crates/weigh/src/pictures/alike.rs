//! Which pictures share a part, what that makes of them, and which of them therefore are one act of perceiving.
//!
//! Candidates come from `words`, so that no collection is compared all with all; each is aligned and weighed by its
//! residual. Pictures whose hashes are near are looked at too: two captures of one scene can lie within the radius, and
//! are then kept apart. It deliberately connects nothing but what is near-identical or a confirmed copy, and nothing at
//! all across two that are shown to be separate captures.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::forest::Forest;
use super::geometry::{self, Alignment};
use super::pair::Known;
use super::points::Points;
use super::residual::{Residual, Verdict, residual};
use super::transform::Place;
use super::words::Words;
use super::{FLOOD, PictureMatch, SAME_WITHIN};

/// Most candidates that are aligned for one picture.
const MOST_CANDIDATES: usize = 8;
/// Pictures of one hash cluster that are compared all with all; of a larger one only what connects it.
const COMPARED_IN_CLUSTER: usize = 16;

/// Two pictures that show the same thing, as far as their points tell; places in the slice that was joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned {
    /// The one.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Points that agree; [`Residual::asserted`] says whether that is enough.
    pub inliers: usize,
    /// Is one the mirror image of the other?
    pub mirrored: bool,
    /// Copy, separate capture, or neither shown; and on what ground.
    pub residual: Residual,
}

impl Aligned {
    /// What the two are to each other.
    pub fn verdict(&self) -> Verdict {
        self.residual.verdict
    }

    /// Does each show what the other shows, or one only a part? `geometric` or `region`.
    pub fn kind(&self) -> &'static str {
        kind_of(&self.residual)
    }

    /// `{"inliers","mirrored","verdict","kind","overlap":{"a","b"},"same","likeness","astray","moved","turn","past"}`;
    /// polygons in shares of the sides, 0 to 1.
    pub fn to_json(&self) -> Value {
        let r = &self.residual;
        let round = |v: f64| (v * 1e4).round() / 1e4;
        json!({
            "inliers": self.inliers, "mirrored": self.mirrored, "verdict": r.verdict.as_str(), "kind": self.kind(),
            "overlap": {"a": polygon(&r.overlap.0), "b": polygon(&r.overlap.1)},
            "same": round(r.same), "likeness": round(r.likeness), "astray": round(r.astray), "moved": r.moved,
            "turn": round(r.turn), "past": [round(r.past.0), round(r.past.1)],
        })
    }
}

fn polygon(places: &[Place]) -> Value {
    let round = |v: f64| (v * 1e4).round() / 1e4;
    places.iter().map(|(x, y)| json!([round(*x), round(*y)])).collect()
}

/// `geometric` where each shows what the other shows, `region` where one shows only a part.
pub fn kind_of(r: &Residual) -> &'static str {
    // A box or a crop by a tenth of the area still shows all that matters of the other.
    if r.shared.0.min(r.shared.1) >= 0.9 { "geometric" } else { "region" }
}

/// Aligns and weighs two pictures; nothing when they share nothing, or only a mark.
pub fn compare(a: &Points, b: &Points) -> Option<(Alignment, Residual)> {
    let alignment = geometry::align(a, b)?;
    let found = residual(a, b, &alignment);
    (found.verdict != Verdict::SharedMark).then_some((alignment, found))
}

/// Pictures that share a part with one that is not among them, the most points first: the place of each, how it aligns
/// (from the one asked for to it), and what that makes of them.
pub fn look_up(asked: &Points, among: &[Option<&Points>]) -> Vec<(usize, Alignment, Residual)> {
    let places: Vec<usize> = (0..among.len()).filter(|i| among[*i].is_some()).collect();
    let index = Words::over(places.iter().filter_map(|i| among[*i]));
    let mut out: Vec<_> = index
        .candidates(asked, usize::MAX, 4 * MOST_CANDIDATES)
        .into_iter()
        .filter_map(|candidate| {
            let place = places[candidate.picture as usize];
            let (alignment, found) = compare(asked, among[place]?)?;
            Some((place, alignment, found))
        })
        .collect();
    out.sort_by_key(|(place, alignment, _)| (usize::MAX - alignment.inliers, *place));
    out
}

/// Pairs by hash that have to be looked at: all of a small cluster, of a larger one only what connects it.
fn hashed_pairs(by_hash: &[PictureMatch], clusters: &[Vec<usize>]) -> BTreeSet<(usize, usize)> {
    let mut cluster_of: BTreeMap<usize, usize> = BTreeMap::new();
    for members in clusters.iter().filter(|members| members.len() <= COMPARED_IN_CLUSTER) {
        members.iter().for_each(|m| {
            cluster_of.insert(*m, members[0]);
        });
    }
    let small = |m: &&PictureMatch| m.distance <= SAME_WITHIN && cluster_of.contains_key(&m.a);
    by_hash.iter().filter(small).map(|m| (m.a, m.b)).collect()
}

/// Aligns every picture with those before it that may share a part with it, and those whose hashes are near. Pictures that were
/// covered before come first and are not held against each other again. Ordered by (a, b).
pub(super) fn aligned(
    points: &[Option<&Points>],
    by_hash: &[PictureMatch],
    clusters: &[Vec<usize>],
    known: &Known,
) -> Vec<Aligned> {
    let is_old = |i: &usize| known.covered.contains(i);
    let mut places: Vec<usize> = (0..points.len()).filter(|i| points[*i].is_some()).collect();
    places.sort_by_key(|i| (!is_old(i), *i));
    let old = places.partition_point(is_old);
    let mut pairs = hashed_pairs(by_hash, clusters);
    pairs.retain(|(a, b)| !(is_old(a) && is_old(b)));
    if old < places.len() {
        let index = Words::over(places.iter().filter_map(|i| points[*i]));
        for (n, &new) in places.iter().enumerate().skip(old) {
            let Some(asked) = points[new] else { continue };
            let found = index.candidates(asked, n, MOST_CANDIDATES);
            let place = |candidate: &super::words::Candidate| places[candidate.picture as usize];
            pairs.extend(found.iter().map(|candidate| (place(candidate).min(new), place(candidate).max(new))));
        }
    }
    let looked_at = pairs.into_iter().filter_map(|(a, b)| {
        let (alignment, residual) = compare(points[a]?, points[b]?)?;
        Some(Aligned { a, b, inliers: alignment.inliers, mirrored: alignment.mirrored, residual })
    });
    let mut out: Vec<Aligned> = looked_at.chain(known.pairs.values().cloned()).collect();
    out.sort_by_key(|pair| (pair.a, pair.b));
    out
}

/// Connects again, from the pairs: the nearest hashes first, then confirmed copies; never two groups of which two
/// members are shown, or said by a person (`apart`), to be separate captures.
pub(super) fn connect(n: usize, by_hash: &[PictureMatch], aligned: &[Aligned], apart: &[(usize, usize)]) -> Forest {
    let shown = aligned.iter().filter(|p| p.verdict() == Verdict::Separate).map(|p| (p.a, p.b));
    let separate: Vec<(u32, u32)> = shown.chain(apart.iter().copied()).map(|(a, b)| (a as u32, b as u32)).collect();
    // Two frames that look past each other are not near-identical, whatever their hashes say.
    let unlike: BTreeSet<(usize, usize)> = aligned.iter().filter(|p| looks_past(p)).map(|p| (p.a, p.b)).collect();
    let near = by_hash.iter().filter(|m| m.distance <= SAME_WITHIN && !unlike.contains(&(m.a, m.b)));
    let mut links: Vec<(u32, u32, u32, bool)> = near.map(|m| (m.distance, m.a as u32, m.b as u32, m.turned)).collect();
    let copies = aligned.iter().filter(|p| p.verdict() == Verdict::Derived && p.residual.asserted);
    links.extend(copies.map(|p| (256 + 1000u32.saturating_sub(p.inliers as u32), p.a as u32, p.b as u32, p.mirrored)));
    links.sort_unstable();
    let mut forest = Forest::new(n);
    for (distance, a, b, turned) in links {
        let (ra, rb) = (forest.root(a), forest.root(b));
        let kept_apart = separate.iter().any(|(x, y)| {
            let roots = (forest.root(*x), forest.root(*y));
            roots == (ra, rb) || roots == (rb, ra)
        });
        if !kept_apart {
            forest.join(a, b, distance, turned);
        }
    }
    forest
}

/// Shown not to be the same frame, though neither a copy nor a separate capture is shown.
pub(super) fn looks_past(pair: &Aligned) -> bool {
    let past = pair.residual.past;
    pair.verdict() == Verdict::CannotTell && past.0.min(past.1) >= 0.003
}

/// Clusters that are floods are left as the hashes have them.
pub(super) fn is_flood(members: &[usize]) -> bool {
    members.len() > FLOOD
}
