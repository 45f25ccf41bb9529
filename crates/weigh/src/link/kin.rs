//! Different people who share much: households, namesakes, a registry's placeholder. Fields that are alike by chance alone
//! are the weaker half of what makes two strangers look like one person; the other half is what they truly share.
//!
//! Beside *one person* (all fields from m) and *two strangers* (all from u), pairs may be of two people who share the true
//! values of some fields (m) and are independent in the others (u): every set of shared fields is a class of its own.
//! Only how many pairs each class has gets learnt, by expectation maximisation over the blocked pairs: m, u and the numbers
//! of strangers and of matches are held fast, so there is one maximum, and what chance explains is nobody's kinship. A pair's odds are then against all of these classes and not against strangers alone. (A
//! mixture over masks in the sense of latent class record linkage, Larsen and Rubin 2001; the restriction to m and u by
//! field is ours and keeps it from running away.)

use super::block::Blocking;
use super::compare::{Comparer, Pattern};
use super::hash::{bytes_hash, mix};
use super::train::{Model, count_patterns};

/// Fields that classes are told apart by: the most telling ones.
const MOST_FIELDS: usize = 9;
/// Pairs that are learnt from, about.
const PAIRS: u64 = 250_000;
/// Patterns that are learnt from, the most frequent.
const MOST_PATTERNS: usize = 12_000;
/// Rounds of learning.
const ROUNDS: usize = 80;
/// Classes with fewer pairs than this for each pair of one person are dropped: slips that come together in careless rows
/// look like a small class.
const LEAST_SHARE: f64 = 0.5;
/// Bits by which two people of a class must be told apart: what differs in less may be a slip.
const LEAST_BITS: f64 = 18.0;

/// One class of two people: which fields they are independent in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Class {
    /// Fields in which the two are independent.
    pub apart: Vec<usize>,
    /// log₂ of how many pairs of one person there are for each of this class.
    pub odds: f64,
}

/// Learns the classes.
pub(crate) fn classes(comparer: &Comparer<'_>, blocking: &Blocking, model: &Model, threads: usize) -> Vec<Class> {
    let bits = |f: &usize| -model.u[*f][comparer.fields[*f].count() - 1].log2();
    let mut told: Vec<usize> = (0..comparer.fields.len()).collect();
    told.sort_by(|x, y| bits(y).total_cmp(&bits(x)).then(x.cmp(y)));
    told.truncate(MOST_FIELDS);
    let (patterns, every) = patterns(comparer, blocking, threads);
    if patterns.is_empty() {
        return Vec::new();
    }
    let full = (1usize << told.len()) - 1;
    let far = |mask: usize| -> bool {
        let apart: f64 = told.iter().enumerate().filter(|(n, _)| mask >> n & 1 == 0).map(|(_, f)| bits(f)).sum();
        apart >= LEAST_BITS
    };
    let masks: Vec<usize> = (0..=full).filter(|m| *m == full || *m == 0 || far(*m)).collect();
    // Likelihood of each pattern under each class, over the fields that tell.
    let mut likely = Vec::with_capacity(patterns.len() * masks.len());
    let mut of_masks = vec![0.0f64; full + 1];
    for (pattern, _) in &patterns {
        of_masks[0] = 1.0;
        for (n, f) in told.iter().enumerate() {
            let level = usize::from(pattern.get(*f));
            let (m, u) = if level == 0 { (1.0, 1.0) } else { (model.m[*f][level], model.u[*f][level]) };
            for mask in 0..1usize << n {
                of_masks[mask | 1 << n] = of_masks[mask] * m;
                of_masks[mask] *= u;
            }
        }
        likely.extend(masks.iter().map(|m| of_masks[*m]));
    }
    let (rows, first) = (comparer.table.rows() as f64, comparer.table.second_from().map(|n| n as f64));
    let all = first.map_or(rows * (rows - 1.0) / 2.0, |first| first * (rows - first)).max(1.0);
    let of_full = (all * model.prior).max(1.0);
    // The empty class is the first, the full one the last; how many pairs these two have is known.
    let shares = learn(&patterns, every as f64, &likely, masks.len(), (all - of_full, of_full));
    let class = |(mask, share): (&usize, &f64)| {
        let apart: Vec<usize> = told.iter().enumerate().filter(|(n, _)| mask >> n & 1 == 0).map(|(_, f)| *f).collect();
        Class { apart, odds: (of_full / share).log2() }
    };
    let kept = masks.iter().zip(&shares).filter(|(m, s)| **m != full && **m != 0 && **s >= LEAST_SHARE * of_full);
    kept.map(class).collect()
}

/// Patterns of an even part of all blocked pairs, and one of how many that is.
fn patterns(comparer: &Comparer<'_>, blocking: &Blocking, threads: usize) -> (Vec<(Pattern, u64)>, u64) {
    let all: u64 = blocking.rules.iter().map(|r| r.pairs).sum();
    let every = all.div_ceil(PAIRS).max(1);
    let pieces: Vec<(usize, (u32, u32))> =
        (0..blocking.rules.len()).flat_map(|r| blocking.pieces(r).into_iter().map(move |p| (r, p))).collect();
    let mut counted = count_patterns(comparer, pieces.len(), threads, |at, take| {
        let (rule, piece) = pieces[at];
        blocking.each(rule, piece, true, |a, b| {
            let chosen = every == 1 || mix(bytes_hash(&a.to_le_bytes()), u64::from(b) + 7).is_multiple_of(every);
            if chosen && !(0..rule).any(|earlier| blocking.brings(earlier, a, b)) {
                take(a, b);
            }
        });
    });
    counted.sort_by_key(|(pattern, count)| (std::cmp::Reverse(*count), *pattern));
    counted.truncate(MOST_PATTERNS);
    (counted, every)
}

/// How many pairs each class has, the likelihoods and the numbers of strangers (the first class) and of matches (the last)
/// held fast: what these two explain, no other class need.
fn learn(
    patterns: &[(Pattern, u64)],
    every: f64,
    likely: &[f64],
    classes: usize,
    (strangers, matches): (f64, f64),
) -> Vec<f64> {
    let mut shares = vec![matches; classes];
    for _ in 0..ROUNDS {
        (shares[0], shares[classes - 1]) = (strangers, matches);
        let mut new = vec![0.0; classes];
        for ((_, count), likely) in patterns.iter().zip(likely.chunks_exact(classes)) {
            let sum: f64 = likely.iter().zip(&shares).map(|(l, s)| l * s).sum();
            if sum > 0.0 {
                let scale = *count as f64 * every / sum;
                new.iter_mut().zip(likely).zip(&shares).for_each(|((n, l), s)| *n += l * s * scale);
            }
        }
        shares = new;
    }
    (shares[0], shares[classes - 1]) = (strangers, matches);
    shares
}

/// log₂ of 2^a + 2^b.
pub(crate) fn add(a: f64, b: f64) -> f64 {
    let (high, low) = if a >= b { (a, b) } else { (b, a) };
    high + (low - high).exp2().ln_1p() / std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_added() {
        assert!((add(3.0, 3.0) - 4.0).abs() < 1e-12);
        assert!((add(0.0, -200.0)).abs() < 1e-12);
    }
}
