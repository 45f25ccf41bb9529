//! The same bang in two sounds, and by how much later the one hears it.
//!
//! Fingerprints of the seconds after sudden noises are held against each other, a few steps to either side, since two recorders do not agree
//! to a step on when it began. One pair that agrees clearly is enough; else two that agree on one difference of times. It deliberately
//! collapses nothing and names no distance: sound takes three seconds for a kilometre.

/// Words of a fingerprint, one a step.
pub const STEPS: usize = 64;

/// A sudden noise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bang {
    /// When its fingerprint begins, in steps.
    pub step: u32,
    /// The fingerprint.
    pub bits: [u32; STEPS],
}

/// Two sounds that hear the same bangs; `a < b` are places in the slice that was joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The one.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// What `b` hears at a time `a` hears so many steps later.
    pub offset: i64,
    /// Bangs that agree on it.
    pub bangs: usize,
    /// From which step to which in `b`.
    pub in_b: (u32, u32),
}

/// Steps by which two recorders may disagree on when a bang began.
const SHIFTS: i64 = 5;
/// Share of bits that differ in one pair that is enough by itself; unrelated noise differs in half.
const CLEARLY: f32 = 0.37;
/// The same where two agree on a difference of times.
const TOGETHER: f32 = 0.41;
/// So many steps up or down are one difference.
const ONE_OFFSET: i64 = 2;
/// Most pairs of bangs that are compared: of so many sounds that there would be more, the first few bangs of each are.
const MOST_PAIRS: usize = 50_000_000;

/// All pairs of sounds that hear the same bangs, in order.
pub fn join(sounds: &[&[Bang]]) -> Vec<Heard> {
    let with_some = sounds.iter().filter(|bangs| !bangs.is_empty()).count();
    let of_each = (((2 * MOST_PAIRS) as f64).sqrt() / with_some.max(1) as f64) as usize;
    let some = |of: usize| &sounds[of][..sounds[of].len().min(of_each)];
    let pairs = (0..sounds.len()).flat_map(|a| (a + 1..sounds.len()).map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| !some(*a).is_empty() && !some(*b).is_empty())
        .filter_map(|(a, b)| of_two(a, b, some(a), some(b)))
        .collect()
}

/// The best difference of times of two sounds.
fn of_two(a: usize, b: usize, of_a: &[Bang], of_b: &[Bang]) -> Option<Heard> {
    let mut near: Vec<(i64, f32, u32)> = Vec::new();
    for one in of_a {
        near.extend(of_b.iter().filter_map(|other| {
            let (shift, apart) = nearest(one, other);
            (apart <= TOGETHER).then(|| (i64::from(one.step) - i64::from(other.step) + shift, apart, other.step))
        }));
    }
    let agreeing = |offset: i64| near.iter().filter(move |(o, ..)| (o - offset).abs() <= ONE_OFFSET);
    let best = near.iter().map(|(o, apart, _)| (agreeing(*o).count(), *apart, *o));
    let (_, _, offset) = best.max_by(|x, y| x.0.cmp(&y.0).then(y.1.total_cmp(&x.1)).then(y.2.cmp(&x.2)))?;
    let steps: std::collections::BTreeSet<u32> = agreeing(offset).map(|(_, _, step)| *step).collect();
    let clear = agreeing(offset).any(|(_, apart, _)| *apart <= CLEARLY);
    let in_b = (*steps.first()?, *steps.last()? + STEPS as u32);
    (clear || steps.len() >= 2).then_some(Heard { a, b, offset, bangs: steps.len(), in_b })
}

/// How far two fingerprints are apart where they fit best: by how many steps the second is read later, and the share of bits.
fn nearest(one: &Bang, other: &Bang) -> (i64, f32) {
    let at = |shift: i64| {
        let (from_a, from_b) = (shift.max(0) as usize, (-shift).max(0) as usize);
        let length = STEPS - shift.unsigned_abs() as usize;
        let pairs = one.bits[from_a..][..length].iter().zip(&other.bits[from_b..][..length]);
        let differ: u32 = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
        differ as f32 / (32 * length) as f32
    };
    let shifts = (-SHIFTS..=SHIFTS).map(|shift| (shift, at(shift)));
    shifts.min_by(|x, y| x.1.total_cmp(&y.1).then(x.0.abs().cmp(&y.0.abs()))).unwrap_or((0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bang of dice, of whose bits this share is turned.
    fn bang(seed: u64, step: u32, turned: f64) -> Bang {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 32) as u32
        };
        let mut bits = [0; STEPS];
        bits.iter_mut().for_each(|word| *word = next());
        let mut dice = seed ^ u64::from(step).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for (word, bit) in (0..STEPS).flat_map(|word| (0..32).map(move |bit| (word, bit))) {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if ((dice >> 40) as f64) < turned * (1u64 << 24) as f64 {
                bits[word] ^= 1 << bit;
            }
        }
        Bang { step, bits }
    }

    #[test]
    fn one_that_agrees_clearly_or_two_that_agree_on_a_time_are_the_same() {
        let one = [bang(1, 100, 0.0), bang(2, 400, 0.0)];
        let clear = [bang(1, 50, 0.3), bang(7, 90, 0.0)];
        let found = join(&[&one, &clear]);
        assert_eq!((found.len(), found[0].offset, found[0].bangs, found[0].in_b), (1, 50, 1, (50, 114)));
        let faint = [bang(1, 50, 0.39), bang(2, 350, 0.39)];
        let found = join(&[&[], &one, &faint]);
        assert_eq!((found.len(), found[0].a, found[0].b, found[0].offset, found[0].bangs), (1, 1, 2, 50, 2));
        assert_eq!(join(&[&one, &faint[..1]]), [], "one faint one is nothing");
        assert_eq!(join(&[&one, &[bang(1, 50, 0.39), bang(2, 380, 0.39)]]), [], "they agree on no time");
    }

    #[test]
    fn one_that_was_taken_to_begin_later_is_met() {
        let early = bang(5, 100, 0.0);
        let mut bits = [0; STEPS];
        bits[..STEPS - 4].copy_from_slice(&early.bits[4..]);
        let late = Bang { step: 204, bits };
        assert_eq!(join(&[&[early], &[late]])[0].offset, -100);
    }

    #[test]
    fn strangers_are_none_however_many() {
        let sounds: Vec<Vec<Bang>> = (0..60)
            .map(|sound| (0..16).map(|at| bang(1_000 + sound * 16 + at, at as u32 * 40, 0.0)).collect())
            .collect();
        let all: Vec<&[Bang]> = sounds.iter().map(Vec::as_slice).collect();
        assert_eq!(join(&all), []);
    }
}
