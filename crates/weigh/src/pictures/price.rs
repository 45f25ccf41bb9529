//! How many bands a join takes: what each number of them would cost on these hashes, by a sample.
//!
//! Hashes of real pictures crowd in some buckets, and buckets are compared with themselves and their neighbours, so a reckoning by
//! evenly spread hashes is too cheap; how much too cheap is counted in a sample. The prices were measured. It deliberately decides
//! nothing but speed: every number of bands finds the same pairs.

use super::bands::{Cut, Row, cut};

/// Prices in comparisons of 64 bits: fetching the rows of one bucket to compare them with another's …
const VISIT: f64 = 300.0;
/// … and sorting and gathering one row.
const BUILD: f64 = 300.0;
/// Most rows that are looked at to see how they crowd …
const MOST_SAMPLED: usize = 1 << 13;
/// … and the share of all: looking must cost nothing beside joining.
const SAMPLED: usize = 64;
/// Meetings in one bucket that are taken to have been seen, and expected, before looking: few say nothing.
const BEFOREHAND: f64 = 50.0;
/// Bands beyond which none is worth trying: their keys tell nothing apart.
const MOST_BANDS: u32 = 32;

/// The bands for some rows and a radius that are likely to cost least.
pub(super) fn plan(rows: &[Row], r: u32) -> Vec<Cut> {
    let step = (rows.len() / (rows.len() / SAMPLED).clamp(1, MOST_SAMPLED)).max(1);
    let sample: Vec<&Row> = rows.iter().step_by(step).collect();
    let cost = |cuts: &[Cut]| -> f64 { cuts.iter().map(|cut| cost_of(cut, rows.len() as f64, &sample)).sum() };
    let all = (1..=MOST_BANDS.min(r + 1)).map(|m| cut(m, r, u32::BITS));
    let priced = all.map(|cuts| (cost(&cuts), cuts));
    priced.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, cuts)| cuts).unwrap_or_default()
}

fn cost_of(cut: &Cut, n: f64, sample: &[&Row]) -> f64 {
    let buckets = f64::from(cut.keys());
    let visits = n.min(buckets) * cut.near() / 2.0;
    let comparisons = n * n / buckets * cut.near() / 2.0 * cut.words() as f64;
    let evenly = n * BUILD + buckets + comparisons + visits * VISIT;
    // What no crowding makes worth its while need not be looked at.
    if comparisons < visits { evenly } else { evenly + comparisons * (crowding(cut, sample) - 1.0) }
}

/// How many times as often as evenly spread rows two of the sample lie in one bucket; at least 1.
fn crowding(cut: &Cut, sample: &[&Row]) -> f64 {
    let mut keys: Vec<u32> = sample.iter().map(|row| cut.key(&row.words)).collect();
    keys.sort_unstable();
    let met: f64 = keys.chunk_by(|a, b| a == b).map(|of| (of.len() * (of.len() - 1) / 2) as f64).sum();
    let expected = (keys.len() * keys.len().saturating_sub(1) / 2) as f64 / f64::from(cut.keys());
    ((met + BEFOREHAND) / (expected + BEFOREHAND)).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(n: u32, words: impl Fn(u64) -> [u64; 4]) -> Vec<Row> {
        (0..n).map(|owner| Row { words: words(u64::from(owner)), owner, turned: false }).collect()
    }

    fn spread(n: u64) -> u64 {
        (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17).wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    #[test]
    fn crowding_is_seen_and_even_rows_do_not_crowd() {
        let even = rows(4000, |n| std::array::from_fn(|i| spread(n * 4 + i as u64)));
        let crowded = rows(4000, |n| std::array::from_fn(|i| spread(n * 4 + i as u64) & 0x1111_1111_1111_1111));
        let of = |rows: &[Row]| crowding(&cut(16, 31, 32)[3], &rows.iter().collect::<Vec<_>>());
        assert!(of(&even) < 1.5, "{}", of(&even));
        assert!(of(&crowded) > 100.0, "{}", of(&crowded));
    }

    #[test]
    fn a_plan_always_passes_the_radius() {
        for r in [0, 1, 9, 31, 63] {
            for n in [0, 1, 100] {
                let plan = plan(&rows(n, |n| [spread(n); 4]), r);
                assert!(!plan.is_empty() && plan.len() <= r as usize + 1, "{r} {n}");
            }
        }
    }
}
