//! Films and sounds in the weighing: joins them, and puts what is one making into one cluster with the pictures.
//!
//! A film of which half lies in another, or whose still lies in it, is a copy and no second act of perceiving. A stretch that is
//! shorter than that (an opening, a borrowed scene) collapses nothing and is shown. What a person said is not the same stays apart. It
//! deliberately compares nothing itself: [`crate::pictures`] does.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_model::ItemId;

use crate::facts::ItemFacts;
use crate::pictures::films::{self, Film, FilmMatch, Frame};
use crate::pictures::sounds::{self, Sound, SoundMatch};
use crate::pictures::{MatchKind, Picture, PictureCluster, PictureJoin, PictureMatch};

/// Sounds that are compared; beyond, the joins of pictures and frames stand alone.
const MOST_SOUNDS: usize = 20_000;

/// Joins frames of films with each other and with pictures, and adds what is one making to the clusters of `pictures`.
pub(crate) fn films(
    items: &BTreeMap<ItemId, &ItemFacts<'_>>,
    pictured: &[ItemId],
    hashed: &[Picture<'_>],
    apart: &[(usize, usize)],
    pictures: &mut PictureJoin,
) -> Vec<FilmMatch> {
    let frames_of = |id: &ItemId| items.get(id).and_then(|item| item.frames);
    if pictured.iter().all(|id| frames_of(id).is_none()) {
        return Vec::new();
    }
    let single: Vec<[Frame; 1]> =
        hashed.iter().map(|p| [Frame { at_ms: 0, words: p.pdq.words, quality: p.pdq.quality }]).collect();
    let sequences: Vec<Film<'_>> = pictured
        .iter()
        .zip(&single)
        .map(|(id, one)| Film { frames: frames_of(id).unwrap_or(one.as_slice()) })
        .collect();
    let mut found = films::join(&sequences);
    let apart: BTreeSet<(usize, usize)> = apart.iter().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
    for one in found.iter_mut().filter(|one| apart.contains(&(one.a, one.b))) {
        one.kind = MatchKind::Review;
    }
    merge(&found, &apart, pictures);
    found
}

/// Adds copies to the clusters: joins those that a film connects, unless that would put together what a person put apart.
fn merge(found: &[FilmMatch], apart: &BTreeSet<(usize, usize)>, pictures: &mut PictureJoin) {
    let mut cluster_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, cluster) in pictures.clusters.iter().enumerate() {
        cluster_of.extend(cluster.members.iter().map(|member| (*member, number)));
    }
    let mut clusters: Vec<Option<PictureCluster>> =
        std::mem::take(&mut pictures.clusters).into_iter().map(Some).collect();
    let mut copies: Vec<&FilmMatch> = found.iter().filter(|f| f.kind == MatchKind::Same).collect();
    copies.sort_by(|x, y| y.score().total_cmp(&x.score()).then((x.a, x.b).cmp(&(y.a, y.b))));
    for copy in copies {
        let [a, b] = [copy.a, copy.b].map(|place| match cluster_of.get(&place) {
            Some(number) => *number,
            None => {
                let alone = PictureCluster { members: vec![place], medoid: place, edges: vec![], chained: vec![] };
                clusters.push(Some(alone));
                cluster_of.insert(place, clusters.len() - 1);
                clusters.len() - 1
            }
        });
        if a == b {
            continue;
        }
        let members = |n: usize| clusters[n].as_ref().map(|c| c.members.as_slice()).unwrap_or_default();
        let parted = |x: &usize| members(b).iter().any(|y| apart.contains(&(*x.min(y), *x.max(y))));
        if members(a).iter().any(parted) {
            continue;
        }
        let edge = PictureMatch {
            a: copy.a,
            b: copy.b,
            distance: copy.distance,
            kind: MatchKind::Same,
            turned: false,
            inliers: 0,
            verdict: None,
        };
        let Some(taken) = clusters[b].take() else { continue };
        cluster_of.extend(taken.members.iter().map(|member| (*member, a)));
        if let Some(into) = &mut clusters[a] {
            into.members.extend(taken.members);
            into.members.sort_unstable();
            into.edges.extend(taken.edges);
            into.edges.push(edge);
            into.edges.sort();
            into.chained.extend(taken.chained);
            into.chained.sort_unstable();
        }
    }
    pictures.clusters = clusters.into_iter().flatten().filter(|c| c.members.len() > 1).collect();
    pictures.clusters.sort_by_key(|cluster| cluster.members[0]);
}

/// Joins the sounds of items that have some.
pub(crate) fn sounds(items: &BTreeMap<ItemId, &ItemFacts<'_>>) -> (Vec<ItemId>, Vec<SoundMatch>) {
    let (heard, sounds): (Vec<ItemId>, Vec<&Sound>) =
        items.values().filter_map(|item| Some((item.item, item.sound?))).take(MOST_SOUNDS).unzip();
    let found = sounds::join(&sounds);
    (heard, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(a: usize, b: usize) -> FilmMatch {
        FilmMatch {
            a,
            b,
            offset_ms: 0,
            in_a: (0, 9),
            in_b: (0, 9),
            frames: 9,
            share: 1.0,
            covers: 1.0,
            distance: 4,
            kind: MatchKind::Same,
        }
    }

    fn members(join: &PictureJoin) -> Vec<Vec<usize>> {
        join.clusters.iter().map(|c| c.members.clone()).collect()
    }

    #[test]
    fn copies_join_clusters_and_what_is_apart_stays_apart() {
        let pair = PictureCluster { members: vec![1, 2], medoid: 1, edges: vec![], chained: vec![] };
        let mut join = PictureJoin { clusters: vec![pair.clone()], ..PictureJoin::default() };
        merge(&[copy(0, 1), copy(3, 4)], &BTreeSet::new(), &mut join);
        assert_eq!(members(&join), [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(join.clusters[0].edges.len(), 1);
        let mut join = PictureJoin { clusters: vec![pair], ..PictureJoin::default() };
        merge(&[copy(0, 1), copy(0, 3)], &BTreeSet::from([(0, 2)]), &mut join);
        assert_eq!(members(&join), [vec![0, 3], vec![1, 2]]);
    }
}
