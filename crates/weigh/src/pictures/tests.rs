//! The join against the definition: every pair, compared.

use super::*;
use proptest::prelude::*;

fn flipped(mut words: [u64; 4], bits: &[u8]) -> [u64; 4] {
    for bit in bits {
        words[*bit as usize / 64] ^= 1 << (bit % 64);
    }
    words
}

fn pictures(hashes: &[([u64; 4], u8)]) -> Vec<Picture<'static>> {
    hashes
        .iter()
        .map(|(words, quality)| Picture { pdq: Pdq { words: *words, quality: *quality }, turned: &[] })
        .collect()
}

/// Components by comparing everything with everything.
fn by_definition(pictures: &[Picture<'_>], r: u32) -> Vec<Vec<usize>> {
    let n = pictures.len();
    let mut label: Vec<usize> = (0..n).collect();
    for a in 0..n {
        for b in a + 1..n {
            let good = pictures[a].pdq.quality >= LEAST_QUALITY && pictures[b].pdq.quality >= LEAST_QUALITY;
            if good && distance(&pictures[a].pdq.words, &pictures[b].pdq.words) <= r {
                let (from, to) = (label[b].max(label[a]), label[a].min(label[b]));
                label.iter_mut().filter(|l| **l == from).for_each(|l| *l = to);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    label.iter().enumerate().for_each(|(i, l)| groups.entry(*l).or_default().push(i));
    groups.into_values().filter(|g| g.len() > 1).collect()
}

/// Hashes that lie in families around a few centres, some chained, some poor.
fn families() -> impl Strategy<Value = Vec<([u64; 4], u8)>> {
    let centres = prop::collection::vec(any::<[u64; 4]>(), 1..6);
    let member = (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..45), 30u8..=100);
    (centres, prop::collection::vec(member, 2..90)).prop_map(|(centres, members)| {
        let mut out: Vec<([u64; 4], u8)> = Vec::new();
        for (index, bits, quality) in members {
            let at = index.index(centres.len() + out.len());
            let from = if at < centres.len() { centres[at] } else { out[at - centres.len()].0 };
            out.push((flipped(from, &bits), quality));
        }
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_within_the_radius_is_missed_and_nothing_else_matches(hashes in families()) {
        let pictures = pictures(&hashes);
        let found = join(&pictures, Some(true));
        let mut expected = by_definition(&pictures, SAME_WITHIN);
        expected.sort();
        let clusters: Vec<Vec<usize>> = found.clusters.iter().map(|c| c.members.clone()).collect();
        prop_assert_eq!(&clusters, &expected);
        let good = |i: usize| pictures[i].pdq.quality >= LEAST_QUALITY;
        let cluster_of = |i: usize| clusters.iter().position(|c| c.contains(&i)).map_or(usize::MAX - i, |c| c);
        let mut nearest: BTreeMap<(usize, usize), u32> = BTreeMap::new();
        for a in 0..hashes.len() {
            for b in a + 1..hashes.len() {
                let d = distance(&hashes[a].0, &hashes[b].0);
                let listed = found.matches.iter().any(|m| (m.a, m.b, m.distance) == (a, b, d));
                if !good(a) || !good(b) || d > REVIEW_WITHIN {
                    prop_assert!(!listed);
                } else if d <= SAME_WITHIN && clusters[cluster_of(a)].len() <= FLOOD {
                    prop_assert!(listed, "{} {} at {}", a, b, d);
                } else if cluster_of(a) != cluster_of(b) {
                    let key = (cluster_of(a).min(cluster_of(b)), cluster_of(a).max(cluster_of(b)));
                    nearest.entry(key).and_modify(|best| *best = d.min(*best)).or_insert(d);
                }
            }
        }
        if clusters.iter().all(|c| c.len() <= FLOOD) {
            let reviewed: Vec<u32> = found.matches.iter().filter(|m| m.kind == MatchKind::Review).map(|m| m.distance).collect();
            prop_assert_eq!(reviewed.len(), nearest.len());
            prop_assert_eq!(reviewed.iter().sum::<u32>(), nearest.values().sum::<u32>());
        }
    }

    #[test]
    fn a_cluster_is_connected_by_its_edges_and_its_medoid_is_nearest(hashes in families()) {
        let pictures = pictures(&hashes);
        for cluster in join(&pictures, Some(false)).clusters {
            prop_assert_eq!(cluster.edges.len(), cluster.members.len() - 1);
            let sum = |i: usize| cluster.members.iter().map(|j| distance(&hashes[i].0, &hashes[*j].0)).sum::<u32>();
            let least = cluster.members.iter().map(|i| sum(*i)).min().unwrap();
            prop_assert_eq!(sum(cluster.medoid), least);
            for far in &cluster.chained {
                prop_assert!(distance(&hashes[*far].0, &hashes[cluster.medoid].0) > SAME_WITHIN);
            }
        }
    }
}

#[test]
fn many_rows_are_joined_by_bands_as_by_comparing_all() {
    let mut seed = 99u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let mut hashes: Vec<([u64; 4], u8)> = (0..6000).map(|_| (std::array::from_fn(|_| next()), 100)).collect();
    for copy in 0..300usize {
        let bits: Vec<u8> = (0..copy % 34).map(|_| next() as u8).collect();
        hashes.push((flipped(hashes[copy * 7].0, &bits), 100));
    }
    let pictures = pictures(&hashes);
    let found = join(&pictures, Some(false));
    assert!(!found.reviewed);
    let clusters: Vec<Vec<usize>> = found.clusters.iter().map(|c| c.members.clone()).collect();
    assert_eq!(clusters, by_definition(&pictures, SAME_WITHIN));
}

#[test]
fn a_mirrored_copy_is_found_only_when_turned_hashes_are_given() {
    let upright = [1u64, 2, 3, 4].map(|w: u64| w.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mirrored = upright.map(|w| !w);
    let pdq = |words| Pdq { words, quality: 90 };
    let turned = [mirrored];
    let with = [Picture { pdq: pdq(upright), turned: &turned }, Picture { pdq: pdq(mirrored), turned: &[] }];
    let found = join(&with, None);
    assert_eq!(found.matches.len(), 1);
    assert!(found.matches[0].turned && found.matches[0].distance == 0);
    let without = [Picture { turned: &[], ..with[0] }, with[1]];
    assert!(join(&without, None).matches.is_empty());
}

#[test]
fn a_flood_is_one_cluster_and_not_its_square() {
    let mut seed = 3u64;
    let mut next = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1);
        (seed >> 33) as u8
    };
    let centre = [0x1234_5678_9abc_def0u64, 0x0fed_cba9_8765_4321, 0x1111_2222_3333_4444, 0x5555_6666_7777_8888];
    let hashes: Vec<([u64; 4], u8)> =
        (0..20_000).map(|_| (flipped(centre, &[next(), next(), next(), next(), next(), next()]), 80)).collect();
    let found = join(&pictures(&hashes), Some(true));
    assert_eq!(found.clusters.len(), 1);
    assert_eq!(found.clusters[0].members.len(), 20_000);
    assert_eq!(found.matches.len(), 19_999);
    assert!(distance(&hashes[found.clusters[0].medoid].0, &centre) <= 2);
}
