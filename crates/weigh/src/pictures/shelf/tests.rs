//! A shelf against the definition: every two rows, compared.

use proptest::prelude::*;

use super::*;
use crate::pictures::runs::InMemory;

/// Hashes around a few centres; every eighth is a turned one of its neighbour.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let centres = prop::collection::vec(any::<[u64; 4]>(), 1..5);
    let near = (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..50));
    (centres, prop::collection::vec(near, 0..160)).prop_map(|(centres, near)| {
        let flip = |(n, (at, bits)): (usize, (prop::sample::Index, Vec<u8>))| {
            let mut words = *at.get(&centres);
            bits.iter().for_each(|bit| words[*bit as usize / 64] ^= 1 << (bit % 64));
            Row { words, owner: (n - usize::from(n % 8 == 7)) as u32, turned: n % 8 == 7 }
        };
        near.into_iter().enumerate().map(flip).collect()
    })
}

fn by_definition(rows: &[Row], radius: u32) -> Vec<(u32, u32, u32)> {
    let mut out = Vec::new();
    for (n, a) in rows.iter().enumerate() {
        for b in &rows[n + 1..] {
            let d = distance(&a.words, &b.words);
            if d <= radius && comparable(a, b) {
                out.push((a.owner.min(b.owner), a.owner.max(b.owner), d));
            }
        }
    }
    out.sort_unstable();
    out
}

/// Tasks of one shelf may run on any number of threads.
const _: fn() = || {
    fn shared<T: Sync>() {}
    shared::<Shelf<InMemory>>();
};

/// Cuts rows where told, the rest last.
fn batches(rows: &[Row], cuts: &[usize]) -> Vec<Vec<Row>> {
    let (mut out, mut rest) = (Vec::new(), rows);
    for cut in cuts {
        let (batch, after) = rest.split_at((*cut).min(rest.len()));
        out.push(batch.to_vec());
        rest = after;
    }
    out.push(rest.to_vec());
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn adding_asking_and_tasks_find_what_comparing_all_finds(
        rows in rows(),
        cuts in prop::collection::vec((0usize..60, any::<bool>()), 0..5),
        radius in prop::sample::select(vec![15u32, 31, 40]),
        order in any::<u64>(),
    ) {
        let expected = by_definition(&rows, radius);
        let mut shelf = Shelf::new(InMemory::default(), radius);
        let mut found = Vec::new();
        let wanted: Vec<usize> = cuts.iter().map(|(cut, _)| *cut).collect();
        for (n, batch) in batches(&rows, &wanted).into_iter().enumerate() {
            shelf.add(batch, |a, b, d| found.push((a, b, d))).unwrap();
            if cuts.get(n).is_some_and(|(_, seal)| *seal) {
                shelf.seal().unwrap();
            }
        }
        found.sort_unstable();
        prop_assert_eq!(&found, &expected);
        // Opened again, asked.
        let contents = shelf.contents();
        let mut shelf = Shelf::open(shelf.store, contents).unwrap();
        prop_assert_eq!(shelf.len(), rows.len());
        if order % 2 == 0 {
            shelf.hold(u64::MAX).unwrap();
        }
        for asked in rows.iter().take(3) {
            let mut got = Vec::new();
            shelf.ask(&asked.words, |owner, turned, d| got.push((owner, turned, d))).unwrap();
            got.sort_unstable();
            let all = rows.iter().map(|row| (row.owner, row.turned, distance(&row.words, &asked.words)));
            let mut near: Vec<_> = all.filter(|(_, _, d)| *d <= radius).collect();
            near.sort_unstable();
            prop_assert_eq!(got, near);
        }
        // As tasks, in any order; each borrows the shelf alone, so that threads may share it.
        shelf.seal().unwrap();
        let mut tasks = shelf.tasks(2);
        let mut seed = order | 1;
        tasks.sort_by_cached_key(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed >> 33
        });
        let mut found = Vec::new();
        for task in &tasks {
            shelf.run(task, |a, b, d| found.push((a, b, d))).unwrap();
        }
        found.sort_unstable();
        prop_assert_eq!(&found, &expected);
    }

    #[test]
    fn connecting_in_batches_connects_what_is_near(
        rows in rows(),
        cuts in prop::collection::vec((0usize..60, any::<bool>()), 0..5),
    ) {
        let mut shelf = Shelf::new(InMemory::default(), 31);
        let mut joined = Joined::default();
        let wanted: Vec<usize> = cuts.iter().map(|(cut, _)| *cut).collect();
        for (n, batch) in batches(&rows, &wanted).into_iter().enumerate() {
            shelf.add_connecting(batch, &mut joined).unwrap();
            // As a program does that ends and comes again.
            joined = Joined::of(rows.len() as u32, &joined.edges());
            if cuts.get(n).is_some_and(|(_, seal)| *seal) {
                shelf.seal().unwrap();
            }
        }
        let mut expected = Joined::of(rows.len() as u32, &[]);
        by_definition(&rows, 31).iter().for_each(|(a, b, d)| expected.0.join(*a, *b, *d, false));
        for a in 0..rows.len() as u32 {
            for b in 0..a {
                prop_assert_eq!(joined.0.root(a) == joined.0.root(b), expected.0.root(a) == expected.0.root(b));
            }
        }
        prop_assert_eq!(joined.edges().len(), expected.edges().len());
    }
}

/// A flood that comes in two parts costs its length, not its square, and hangs together.
#[test]
fn a_flood_is_connected_and_runs_that_are_broken_are_refused() {
    let mut seed = 5u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let centre: [u64; 4] = std::array::from_fn(|_| next());
    let mut frame = |owner: u32| {
        let mut words = centre;
        for _ in 0..owner % 12 {
            let bit = next() % 256;
            words[bit as usize / 64] ^= 1 << (bit % 64);
        }
        Row { words, owner, turned: false }
    };
    let rows: Vec<Row> = (0..6000).map(&mut frame).collect();
    let (mut shelf, mut joined) = (Shelf::new(InMemory::default(), 31), Joined::default());
    for part in rows.chunks(3000) {
        shelf.add_connecting(part.to_vec(), &mut joined).unwrap();
        shelf.seal().unwrap();
    }
    assert_eq!(joined.edges().len(), 5999);
    let (contents, good) = (shelf.contents(), shelf.store);
    let run = contents.runs[0];
    let mut all = vec![0; 400];
    good.read(run, 0, &mut all).unwrap();
    for bad in [&b""[..], b"witnessmark", &all] {
        let mut store = InMemory::default();
        store.append(run, bad).unwrap();
        assert!(Shelf::open(store, contents.clone()).is_err());
    }
}
