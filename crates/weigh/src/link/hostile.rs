//! Tables that are absurd or flooded, and the same table on any number of threads.

use super::{Linked, Options, Table, TableBuilder, link, propose};

/// A person of made-up syllables.
fn person(n: u64) -> [String; 5] {
    let part = |n: u64| ["ka", "lo", "mi", "ru", "sen", "ta", "vo", "zi", "du", "pe", "na"][(n % 11) as usize];
    let mixed = |salt: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17) ^ n.wrapping_mul(salt);
    let word = |seed: u64| format!("{}{}{}", part(seed), part(seed / 11), part(seed / 121));
    let birth = format!("{}-{:02}-{:02}", 1940 + mixed(3) % 60, 1 + mixed(5) % 12, 1 + mixed(7) % 28);
    let town = format!("{}ville", part(mixed(11) / 7));
    [word(mixed(13)), word(mixed(17) / 3), birth, town, format!("{}", 10_000 + mixed(19) % 900)]
}

const HEADER: [&str; 5] = ["given_name", "surname", "birth_date", "town", "postcode"];

fn table(rows: &[[String; 5]]) -> Table {
    let mut builder = TableBuilder::new(&HEADER, None);
    rows.iter().for_each(|row| _ = builder.push(row.iter().map(String::as_str)));
    builder.finish()
}

/// People once, and every third once more with a slip.
fn people(n: u64) -> Vec<[String; 5]> {
    let mut rows: Vec<[String; 5]> = (0..n).map(person).collect();
    for k in (0..n).step_by(3) {
        let mut again = person(k);
        match k % 4 {
            0 => again[0].truncate(again[0].len() - 1),
            1 => again[2].clear(),
            2 => again.swap(0, 1),
            _ => again[3] = "elsewhere".into(),
        }
        rows.push(again);
    }
    rows
}

type Bits = (Vec<(u32, u32, u64, u64)>, Vec<Vec<u32>>, u64);

fn bits(linked: &Linked<'_>) -> Bits {
    let pair = |p: &super::Pair| (p.left, p.right, p.weight.to_bits(), p.probability.to_bits());
    (linked.pairs.iter().map(pair).collect(), linked.clusters.clone(), linked.compared)
}

fn linked(table: &Table, threads: usize) -> Linked<'_> {
    link(table, &propose(table), Options { threads, min_probability: 0.001, ..Options::default() }).unwrap()
}

#[test]
fn any_number_of_threads_and_a_second_run_give_the_same_bits() {
    let rows = people(1_500);
    let table = table(&rows);
    let one = bits(&linked(&table, 1));
    assert!(one.0.len() > 300 && one.1.len() > 300, "{} pairs, {} clusters", one.0.len(), one.1.len());
    for threads in [1, 2, 3, 8] {
        assert!(bits(&linked(&table, threads)) == one, "{threads} threads");
    }
}

#[test]
fn absurd_dates_and_endless_cells_are_compared_like_any_other() {
    let mut rows = people(400);
    for (n, row) in rows.iter_mut().enumerate().filter(|(n, _)| n % 7 == 0) {
        row[2] =
            ["0000-00-00", "9999-99-99", "1800-01-01/2100-12-31", "-5", "١٩٨٠-٠١-٠١", "32.13.99999"][n / 7 % 6].into();
        row[3] = "ز".repeat(9_000);
    }
    let rows = table(&rows);
    assert!(linked(&rows, 2).pairs.iter().all(|p| p.probability.is_finite() && p.weight.is_finite()));
}

#[test]
fn a_flood_of_one_invented_person_takes_nobody_with_it() {
    let mut rows = people(1_000);
    let real = rows.len();
    rows.extend(vec![person(777_777); 6_000]);
    let table = table(&rows);
    let linked = linked(&table, 2);
    let fake = |row: &u32| *row as usize >= real;
    let mixed = linked.clusters.iter().filter(|c| c.iter().any(fake) && !c.iter().all(fake)).count();
    assert_eq!(mixed, 0);
    assert!(linked.clusters.iter().filter(|c| !c.iter().any(fake)).count() > 150, "people are still found beside it");
}
