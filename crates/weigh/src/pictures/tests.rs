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

/// Points at dice places, and a look of noise, as of a picture with much detail.
fn detailed(seed: u64, count: usize) -> Points {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    };
    let point = |next: &mut dyn FnMut() -> u64| points::Point {
        x: 10.0 + (next() % 4900) as f32 / 10.0,
        y: 10.0 + (next() % 3600) as f32 / 10.0,
        size: 2.0 + (next() % 40) as f32 / 20.0,
        direction: (next() % 628) as f32 / 100.0,
        bits: [next(), next(), next(), next()],
    };
    let points = (0..count).map(|_| point(&mut next)).collect();
    // Noise that is smooth over a few pixels, so that laying one look over another is no matter of half a pixel.
    let coarse: Vec<u8> = (0..42 * 32).map(|_| next() as u8).collect();
    let pixel = |i: usize| {
        let (x, y) = (i % 160, i / 160);
        let (u, v) = (x / 4, y / 4);
        let mix = |a: u8, b: u8, t: usize| (usize::from(a) * (4 - t) + usize::from(b) * t) / 4;
        let upper = mix(coarse[v * 42 + u], coarse[v * 42 + u + 1], x % 4);
        let lower = mix(coarse[(v + 1) * 42 + u], coarse[(v + 1) * 42 + u + 1], x % 4);
        ((upper * (4 - y % 4) + lower * (y % 4)) / 4) as u8
    };
    let look = points::Look { width: 160, height: 120, pixels: (0..160 * 120).map(pixel).collect() };
    Points { sides: (1600.0, 1200.0), working: (512.0, 384.0), points, look }
}

/// The right and lower part of a picture: `share` of each side cut away, enlarged to the same working size.
fn cropped(of: &Points, share: f32) -> Points {
    let (w, h, times) = (of.working.0 * share, of.working.1 * share, 1.0 / (1.0 - share));
    let moved =
        |p: &points::Point| points::Point { x: (p.x - w) * times, y: (p.y - h) * times, size: p.size * times, ..*p };
    let inside = |p: &points::Point| p.x > 0.0 && p.y > 0.0;
    let at = |i: usize| {
        let back = |v: usize, side: usize| (side as f32 * share + (v as f32 + 0.5) / times - 0.5).round() as usize;
        of.look.pixels[back(i / 160, 120).min(119) * 160 + back(i % 160, 160).min(159)]
    };
    Points {
        points: of.points.iter().map(moved).filter(inside).collect(),
        look: points::Look { pixels: (0..160 * 120).map(at).collect(), ..of.look },
        ..*of
    }
}

fn unlike(n: usize) -> Vec<([u64; 4], u8)> {
    let mut state = 77u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        state ^ state >> 31
    };
    (0..n).map(|_| (std::array::from_fn(|_| next()), 90)).collect()
}

#[test]
fn a_crop_is_found_with_its_original_and_collapses_only_where_grain_shows_one_exposure() {
    let originals = [detailed(1, 300), detailed(2, 300), detailed(3, 300)];
    let crop = cropped(&originals[1], 0.2);
    let hashes = unlike(4);
    let pictures = pictures(&hashes);
    let points = [Some(&originals[0]), Some(&originals[1]), Some(&originals[2]), Some(&crop)];
    let found = join_with_points(&pictures, &points, &[], &Known::default(), None);
    // A second exposure from the same stand, cropped, would look just so.
    assert!(found.clusters.is_empty());
    assert_eq!(found.aligned.len(), 1);
    let pair = &found.aligned[0];
    assert_eq!((pair.a, pair.b, pair.verdict(), pair.kind()), (1, 3, Verdict::CannotTell, "region"));
    assert!(pair.inliers >= 100, "{}", pair.inliers);
    // The part of the original that both show: from a fifth on.
    let corner = pair.residual.overlap.0.iter().fold((1.0f64, 1.0f64), |m, p| (m.0.min(p.0), m.1.min(p.1)));
    assert!((corner.0 - 0.2).abs() < 0.01 && (corner.1 - 0.2).abs() < 0.01, "{corner:?}");
    assert!(found.matches.iter().any(|m| (m.a, m.b, m.kind) == (1, 3, MatchKind::Review) && m.verdict.is_some()));
}

#[test]
fn what_a_person_said_is_not_the_same_stays_apart() {
    let original = detailed(5, 300);
    let crop = cropped(&original, 0.1);
    let hashes = [unlike(1)[0], unlike(1)[0]];
    let points = [Some(&original), Some(&crop)];
    assert_eq!(join_with_points(&pictures(&hashes), &points, &[], &Known::default(), None).clusters.len(), 1);
    assert!(join_with_points(&pictures(&hashes), &points, &[(0, 1)], &Known::default(), None).clusters.is_empty());
    // Without points too, and where the hashes are equal.
    let equal = [hashes[0], hashes[0]];
    assert!(join_with_points(&pictures(&equal), &[], &[(1, 0)], &Known::default(), None).clusters.is_empty());
    assert_eq!(join_with_points(&pictures(&equal), &[], &[], &Known::default(), None).clusters.len(), 1);
}

#[test]
fn near_hashes_of_two_captures_do_not_collapse() {
    let first = detailed(9, 300);
    // Half of the points, those of near things, moved to one side: parallax.
    let mut second = first.clone();
    second.points.iter_mut().step_by(2).for_each(|p| p.x += 14.0);
    let hashes = unlike(1);
    let pictures = pictures(&[hashes[0], (flipped(hashes[0].0, &[3, 9]), 90)]);
    let found = join_with_points(&pictures, &[Some(&first), Some(&second)], &[], &Known::default(), None);
    assert_eq!(found.aligned[0].verdict(), Verdict::Separate);
    assert!(found.clusters.is_empty());
    assert_eq!(found.matches[0].kind, MatchKind::Review);
}

#[test]
fn a_small_mark_that_two_pictures_share_joins_nothing() {
    let (a, mut b) = (detailed(11, 300), detailed(12, 300));
    // Forty points in one corner are the same in both.
    let corner = |i: usize| (450.0 + (i % 8) as f32 * 7.0, 340.0 + (i / 8) as f32 * 6.0);
    let mut marked = a.clone();
    for i in 0..40 {
        (marked.points[i].x, marked.points[i].y) = corner(i);
        b.points[i] = marked.points[i];
    }
    let hashes = unlike(2);
    let found = join_with_points(&pictures(&hashes), &[Some(&marked), Some(&b)], &[], &Known::default(), None);
    assert!(found.aligned.is_empty() && found.clusters.is_empty() && found.matches.is_empty(), "{found:?}");
}

#[test]
fn empty_flat_and_odd_points_are_compared_without_a_panic() {
    let odd = [
        Points::default(),
        Points { working: (512.0, 1.0), ..detailed(4, 50) },
        Points { look: points::Look { width: 1, height: 1, pixels: vec![3] }, ..detailed(4, 50) },
        Points { points: vec![detailed(4, 1).points[0]; 400], ..detailed(4, 1) },
        detailed(4, 50),
    ];
    for a in &odd {
        for b in &odd {
            let _ = alike::compare(a, b);
        }
    }
}

#[test]
fn what_is_known_is_not_looked_for_again() {
    let original = detailed(1, 300);
    let (crop, third) = (cropped(&original, 0.2), detailed(3, 300));
    let hashes = unlike(3);
    let points = [Some(&original), Some(&crop), Some(&third)];
    let pictures = pictures(&hashes);
    let all = join_with_points(&pictures, &points, &[], &Known::default(), None);
    assert!(!all.aligned.is_empty());
    // Places 0 and 1 were covered before; what was found of them is believed, and only place 2 is looked at.
    let pairs = all.aligned.iter().filter(|p| p.b < 2).map(|p| ((p.a, p.b), p.clone())).collect();
    let known = Known { covered: [0, 1].into(), pairs, ..Known::default() };
    assert_eq!(join_with_points(&pictures, &points, &[], &known, None), all);
    let none = Known { covered: [0, 1].into(), ..Known::default() };
    assert!(!join_with_points(&pictures, &points, &[], &none, None).aligned.iter().any(|p| (p.a, p.b) == (0, 1)));
}
