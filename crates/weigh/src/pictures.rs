//! Near-duplicate pictures: an exact join of PDQ hashes by Hamming distance.
//!
//! Says which pictures are copies of one another as bytes through a re-encoder are; it does not say that two
//! pictures of one scene are one picture, nor which came first. Hashes of low quality (flat or dark pictures) match
//! nothing, since unrelated flat pictures lie near each other.
//!
//! Method: PDQ with its published radius 31 (Facebook ThreatExchange); the join is exact, by bands with pigeonhole
//! thresholds (`bands`), and asks only what is *connected*, so that a flood of near-identical frames comes out as one
//! cluster and never as its square. All pairs of a small cluster are then listed.

pub mod alike;
mod bands;
pub mod bangs;
mod connect;
mod field;
pub mod films;
mod forest;
pub mod geometry;
pub mod grain;
pub mod kernel;
pub mod near;
pub mod pair;
pub mod points;
mod price;
pub mod residual;
pub mod runs;
pub mod shelf;
pub mod sounds;
pub mod transform;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use alike::Aligned;
pub use bands::Row;
use pair::Known;
use points::Points;
use residual::Verdict;

/// Largest distance at which two hashes are of the same picture (PDQ's published radius).
pub const SAME_WITHIN: u32 = 31;
/// Largest distance at which a person should look.
pub const REVIEW_WITHIN: u32 = 63;
/// Hashes of lower quality match nothing.
pub const LEAST_QUALITY: u8 = 50;

/// A hash with its quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pdq {
    /// 256 bits, in any fixed order.
    pub words: [u64; 4],
    /// 0–100.
    pub quality: u8,
}

/// How near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchKind {
    /// Within [`SAME_WITHIN`]: collapses.
    Same,
    /// Within [`REVIEW_WITHIN`]: for a person to look at; collapses nothing.
    Review,
}

impl MatchKind {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            MatchKind::Same => "same",
            MatchKind::Review => "review",
        }
    }
}

/// Two pictures that lie near each other; `a < b` are places in the slice that was joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PictureMatch {
    /// The one.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Bits that differ, 0–256.
    pub distance: u32,
    /// What that means.
    pub kind: MatchKind,
    /// Found only when one of the two is turned or mirrored.
    pub turned: bool,
    /// Points that agree, where the pictures were aligned; 0 where only hashes were compared.
    pub inliers: u32,
    /// What the two are to each other, where they were aligned.
    pub verdict: Option<Verdict>,
}

impl PictureMatch {
    /// `{"a","b","distance","kind","turned"}`, with `inliers` and `verdict` where the pictures were aligned.
    pub fn to_json(&self) -> Value {
        let mut body = json!({
            "a": self.a, "b": self.b, "distance": self.distance, "kind": self.kind.as_str(), "turned": self.turned,
        });
        if let Some(verdict) = self.verdict {
            body["inliers"] = self.inliers.into();
            body["verdict"] = verdict.as_str().into();
        }
        body
    }
}

/// Pictures connected by matches of kind *same*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureCluster {
    /// Places in the slice, ascending; at least two.
    pub members: Vec<usize>,
    /// The member nearest to all others (least sum of distances; the first of equals).
    pub medoid: usize,
    /// Matches that connect all members, one fewer than members.
    pub edges: Vec<PictureMatch>,
    /// Members further than [`SAME_WITHIN`] from the medoid: connected only through others.
    pub chained: Vec<usize>,
}

/// What a join found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PictureJoin {
    /// By (a, b): every pair of kind *same* inside clusters of at most [`FLOOD`] members, the connecting edges of
    /// larger ones, and for every two clusters (or single pictures) in review distance their nearest pair.
    pub matches: Vec<PictureMatch>,
    /// By first member.
    pub clusters: Vec<PictureCluster>,
    /// Left out for low quality.
    pub too_poor: Vec<usize>,
    /// Was the review band looked at, and all of it listed?
    pub reviewed: bool,
    /// Pictures that share a part by their points, by (a, b): copies, separate captures, and what cannot be told.
    pub aligned: Vec<Aligned>,
}

/// A cluster of more members is a flood: of it only the edges that connect it are listed.
pub const FLOOD: usize = 64;
/// The review band is looked at without being asked for up to this many pictures; its cost grows with the square.
pub const REVIEW_WITHOUT_ASKING: usize = 100_000;
/// Most pairs of the review band that are kept.
const MOST_REVIEWED: usize = 1_000_000;

/// A picture to join.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// Its hash.
    pub pdq: Pdq,
    /// Hashes of it turned and mirrored; empty = not looked for.
    pub turned: &'a [[u64; 4]],
}

/// Joins pictures with each other. `review`: look at the review band too; `None` decides by
/// [`REVIEW_WITHOUT_ASKING`].
///
/// Every pair within [`SAME_WITHIN`] ends in one cluster, none is missed; a turned hash counts against upright ones.
/// Memory is about 100 bytes a picture. More than 2³² pictures are beyond it: the rest is left out as too poor.
pub fn join(pictures: &[Picture<'_>], review: Option<bool>) -> PictureJoin {
    join_after(pictures, &Before::default(), review)
}

/// What an earlier join found, as [`shelf::Shelf::add_connecting`] keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Before {
    /// Places of the pictures that were joined with each other.
    pub covered: BTreeSet<usize>,
    /// Enough pairs to connect what that connected.
    pub connected: Vec<(usize, usize)>,
}

/// New rows times all rows up to which they are compared one by one; beyond, all are joined anew.
const MOST_COMPARED: usize = 1 << 33;

/// Connects what lies within [`SAME_WITHIN`]: what was not covered before is held against everything.
fn connect_after(rows: &[bands::Row], before: &Before, forest: &mut forest::Forest) {
    let known = forest.len();
    before.connected.iter().filter(|(a, b)| a.max(b) < &known).for_each(|(a, b)| {
        forest.join(*a as u32, *b as u32, 0, false);
    });
    let is_new = |row: &&bands::Row| !before.covered.contains(&(row.owner as usize));
    let new: Vec<bands::Row> = rows.iter().filter(is_new).copied().collect();
    if before.covered.is_empty() || new.len().saturating_mul(rows.len()) > MOST_COMPARED {
        return connect::connect(rows, SAME_WITHIN, forest);
    }
    let words = |rows: &[bands::Row]| -> Vec<[u64; 4]> { rows.iter().map(|row| row.words).collect() };
    near::scan(&words(&new), &words(rows), SAME_WITHIN, |a, b, d| {
        let (a, b) = (&new[a as usize], &rows[b as usize]);
        if bands::comparable(a, b) {
            forest.join(a.owner, b.owner, d, a.turned || b.turned);
        }
    });
}

/// [`join`], where some pictures were joined with each other before.
pub fn join_after(pictures: &[Picture<'_>], before: &Before, review: Option<bool>) -> PictureJoin {
    let limit = u32::MAX as usize;
    let poor = |i: usize| pictures[i].pdq.quality < LEAST_QUALITY || i >= limit;
    let (too_poor, kept): (Vec<usize>, Vec<usize>) = (0..pictures.len()).partition(|i| poor(*i));
    let mut forest = forest::Forest::new(pictures.len().min(limit));
    let rows = rows_of(pictures, &kept, &mut forest);
    connect_after(&rows, before, &mut forest);

    let mut of_root: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &i in &kept {
        let root = forest.root(i as u32);
        of_root.entry(root).or_default().push(i);
    }
    let mut out = PictureJoin { too_poor, ..PictureJoin::default() };
    for members in of_root.values() {
        if members.len() > 1 {
            let edges = spanning(pictures, members);
            out.matches.extend(if members.len() > FLOOD { edges.clone() } else { all_pairs(pictures, members) });
            out.clusters.push(cluster(pictures, members.clone(), edges));
        }
    }
    out.clusters.sort_by_key(|cluster| cluster.members[0]);
    if review.unwrap_or(kept.len() <= REVIEW_WITHOUT_ASKING) {
        out.reviewed = review_band(pictures, &of_root, &mut forest, &mut out);
    }
    out.matches.sort();
    out
}

/// Edges that connect a cluster, of the pictures alone: the same whatever was joined first. Of a small one the nearest pairs.
fn spanning(pictures: &[Picture<'_>], members: &[usize]) -> Vec<PictureMatch> {
    let mut forest = forest::Forest::new(members.len());
    if members.len() > FLOOD {
        let of: Vec<Picture<'_>> = members.iter().map(|i| pictures[*i]).collect();
        let rows = rows_of(&of, &(0..of.len()).collect::<Vec<_>>(), &mut forest);
        connect::connect(&rows, SAME_WITHIN, &mut forest);
    } else {
        let place = |i: usize| members.binary_search(&i).unwrap_or_default() as u32;
        let mut pairs = all_pairs(pictures, members);
        pairs.sort_by_key(|pair| (pair.distance, pair.a, pair.b));
        pairs.iter().for_each(|pair| forest.join(place(pair.a), place(pair.b), pair.distance, pair.turned));
    }
    let of = |place: u32| members[place as usize] as u32;
    let mut edges: Vec<PictureMatch> =
        forest.edges.iter().map(|e| match_of(of(e.a), of(e.b), e.distance, e.turned)).collect();
    edges.sort();
    edges
}

/// Rows to join: one for each distinct hash, with the turned hashes of all pictures that have it. Equal hashes are connected here.
fn rows_of(pictures: &[Picture<'_>], kept: &[usize], forest: &mut forest::Forest) -> Vec<bands::Row> {
    let mut sorted: Vec<usize> = kept.to_vec();
    sorted.sort_unstable_by_key(|i| (pictures[*i].pdq.words, *i));
    let (mut rows, mut all_turned) = (Vec::with_capacity(sorted.len()), Vec::new());
    for equal in sorted.chunk_by(|a, b| pictures[*a].pdq.words == pictures[*b].pdq.words) {
        let owner = equal[0] as u32;
        rows.push(bands::Row { words: pictures[equal[0]].pdq.words, owner, turned: false });
        equal[1..].iter().for_each(|i| forest.join(owner, *i as u32, 0, false));
        let mut turned: Vec<[u64; 4]> =
            equal.iter().flat_map(|i| pictures[*i].turned.iter().take(7)).copied().collect();
        turned.sort_unstable();
        turned.dedup();
        all_turned.extend(turned.into_iter().map(|words| bands::Row { words, owner, turned: true }));
    }
    rows.append(&mut all_turned);
    rows
}

fn match_of(a: u32, b: u32, distance: u32, turned: bool) -> PictureMatch {
    let kind = if distance <= SAME_WITHIN { MatchKind::Same } else { MatchKind::Review };
    PictureMatch { a: a.min(b) as usize, b: a.max(b) as usize, distance, kind, turned, inliers: 0, verdict: None }
}

/// Pictures are aligned by their points up to this many; beyond, only hashes are joined. 32 kB of memory each.
pub const ALIGNED_UP_TO: usize = 20_000;

/// [`join`], and beyond it: finds crops, screenshots, mirrored, turned and captioned copies by local points, and keeps
/// apart what hashes put together but what are separate captures of one scene. `points[i]` are those of `pictures[i]`,
/// where they were read; `apart` are pairs of which a person said that they are not the same, which stays; `known` is what
/// was found before and is not looked for again.
///
/// Only near-identical pictures (hashes within [`SAME_WITHIN`], the same frame) and confirmed copies end in one
/// cluster; what shares a part and is neither is listed for review.
pub fn join_with_points(
    pictures: &[Picture<'_>],
    points: &[Option<&Points>],
    apart: &[(usize, usize)],
    known: &Known,
    review: Option<bool>,
) -> PictureJoin {
    let mut out = join_after(pictures, &known.before, review);
    let held = points.iter().flatten().count();
    if !(2..=ALIGNED_UP_TO).contains(&held) && apart.is_empty() {
        return out;
    }
    let points: Vec<Option<&Points>> = (0..pictures.len()).map(|i| points.get(i).copied().flatten()).collect();
    let members: Vec<Vec<usize>> = out.clusters.iter().map(|cluster| cluster.members.clone()).collect();
    if held <= ALIGNED_UP_TO {
        out.aligned = alike::aligned(&points, &out.matches, &members, known);
    }
    regroup(pictures, apart, &mut out);
    let mut by_pair: BTreeMap<(usize, usize), PictureMatch> = out.matches.iter().map(|m| ((m.a, m.b), *m)).collect();
    for pair in &out.aligned {
        let turned = pair.mirrored;
        let (distance, _) = distance_between(&pictures[pair.a], &pictures[pair.b]);
        let blank = PictureMatch { distance, turned, ..match_of(pair.a as u32, pair.b as u32, 256, turned) };
        let found = by_pair.entry((pair.a, pair.b)).or_insert(blank);
        (found.inliers, found.verdict) = (pair.inliers as u32, Some(pair.verdict()));
        found.kind = match pair.verdict() {
            Verdict::Derived if pair.residual.asserted => MatchKind::Same,
            Verdict::Separate => MatchKind::Review,
            _ if alike::looks_past(pair) => MatchKind::Review,
            _ => found.kind,
        };
    }
    out.matches = by_pair.into_values().collect();
    out
}

/// Clusters anew by hashes and points, leaving floods as they are.
fn regroup(pictures: &[Picture<'_>], apart: &[(usize, usize)], out: &mut PictureJoin) {
    let floods: Vec<PictureCluster> = out.clusters.iter().filter(|c| alike::is_flood(&c.members)).cloned().collect();
    let flooded: BTreeSet<usize> = floods.iter().flat_map(|c| c.members.iter().copied()).collect();
    let free = |m: &&PictureMatch| !flooded.contains(&m.a) && !flooded.contains(&m.b);
    let by_hash: Vec<PictureMatch> = out.matches.iter().filter(free).copied().collect();
    let aligned: Vec<Aligned> =
        out.aligned.iter().filter(|p| !flooded.contains(&p.a) && !flooded.contains(&p.b)).cloned().collect();
    let mut forest = alike::connect(pictures.len(), &by_hash, &aligned, apart);
    let of_pair: BTreeMap<(usize, usize), &Aligned> = aligned.iter().map(|p| ((p.a, p.b), p)).collect();
    let mut edges_of: BTreeMap<u32, Vec<PictureMatch>> = BTreeMap::new();
    for edge in forest.edges.clone() {
        let mut found = match_of(edge.a, edge.b, edge.distance, edge.turned);
        found.kind = MatchKind::Same;
        found.distance = distance_between(&pictures[found.a], &pictures[found.b]).0;
        if let Some(pair) = of_pair.get(&(found.a, found.b)) {
            (found.inliers, found.verdict) = (pair.inliers as u32, Some(pair.verdict()));
        }
        edges_of.entry(forest.root(edge.a)).or_default().push(found);
    }
    out.clusters = floods;
    for mut edges in edges_of.into_values() {
        edges.sort();
        let members: BTreeSet<usize> = edges.iter().flat_map(|e| [e.a, e.b]).collect();
        let mut cluster = cluster(pictures, members.into_iter().collect(), edges);
        let medoid = cluster.medoid;
        cluster.chained.retain(|i| !of_pair.contains_key(&(medoid.min(*i), medoid.max(*i))));
        out.clusters.push(cluster);
    }
    out.clusters.sort_by_key(|cluster| cluster.members[0]);
}

/// Bits that differ between two pictures, and whether only a turned hash comes that near.
fn distance_between(a: &Picture<'_>, b: &Picture<'_>) -> (u32, bool) {
    let upright = distance(&a.pdq.words, &b.pdq.words);
    let one_way = a.turned.iter().map(|t| distance(t, &b.pdq.words));
    let turned = one_way.chain(b.turned.iter().map(|t| distance(&a.pdq.words, t))).min();
    match turned {
        Some(turned) if turned < upright && upright > SAME_WITHIN => (turned, true),
        _ => (upright, false),
    }
}

fn all_pairs(pictures: &[Picture<'_>], members: &[usize]) -> Vec<PictureMatch> {
    let mut pairs = Vec::new();
    for (n, &a) in members.iter().enumerate() {
        for &b in &members[n + 1..] {
            let (distance, turned) = distance_between(&pictures[a], &pictures[b]);
            if distance <= SAME_WITHIN {
                pairs.push(match_of(a as u32, b as u32, distance, turned));
            }
        }
    }
    pairs
}

/// The sum of distances to all members follows from how many members have each bit, so the medoid is exact at any
/// size.
fn cluster(pictures: &[Picture<'_>], members: Vec<usize>, edges: Vec<PictureMatch>) -> PictureCluster {
    let mut ones = [0u64; 256];
    for &i in &members {
        for (bit, count) in ones.iter_mut().enumerate() {
            *count += pictures[i].pdq.words[bit / 64] >> (bit % 64) & 1;
        }
    }
    let all = members.len() as u64;
    let sum = |i: &usize| -> u64 {
        let set = |bit: usize| pictures[*i].pdq.words[bit / 64] >> (bit % 64) & 1 == 1;
        (0..256).map(|bit| if set(bit) { all - ones[bit] } else { ones[bit] }).sum()
    };
    let medoid = members.iter().copied().min_by_key(|i| (sum(i), *i)).unwrap_or_default();
    let far = |i: &usize| distance_between(&pictures[*i], &pictures[medoid]).0 > SAME_WITHIN;
    let chained = members.iter().copied().filter(far).collect();
    PictureCluster { members, medoid, edges, chained }
}

/// The nearest pair of every two clusters in review distance. A flood is spoken for by its medoid. Gives whether all of
/// them were listed.
fn review_band(
    pictures: &[Picture<'_>],
    of_root: &BTreeMap<u32, Vec<usize>>,
    forest: &mut forest::Forest,
    out: &mut PictureJoin,
) -> bool {
    let medoids: BTreeMap<usize, usize> = out.clusters.iter().map(|c| (c.members[0], c.medoid)).collect();
    let mut rows = Vec::new();
    for members in of_root.values() {
        let speaker = [medoids.get(&members[0]).copied().unwrap_or(members[0])];
        let speakers: &[usize] = if members.len() > FLOOD { &speaker } else { members };
        let row = |i: &usize| bands::Row { words: pictures[*i].pdq.words, owner: *i as u32, turned: false };
        rows.extend(speakers.iter().map(row));
    }
    let mut nearest: BTreeMap<(u32, u32), (u32, u32, u32)> = BTreeMap::new();
    let mut all = true;
    bands::each_near(&rows, REVIEW_WITHIN, |a, b, distance| {
        let (ra, rb) = (forest.root(a), forest.root(b));
        if ra == rb {
            return;
        }
        let found = (distance, a.min(b), a.max(b));
        let key = (ra.min(rb), ra.max(rb));
        let room = nearest.len() < MOST_REVIEWED;
        match nearest.get_mut(&key) {
            Some(best) => *best = found.min(*best),
            None if room => {
                nearest.insert(key, found);
            }
            None => all = false,
        }
    });
    out.matches.extend(nearest.into_values().map(|(distance, a, b)| match_of(a, b, distance, false)));
    all
}

/// Bits that differ.
pub fn distance(a: &[u64; 4], b: &[u64; 4]) -> u32 {
    (0..4).map(|i| (a[i] ^ b[i]).count_ones()).sum()
}

#[cfg(test)]
mod tests;
