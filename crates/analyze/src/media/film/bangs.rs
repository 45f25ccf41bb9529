//! Bangs in a sound: the moments at which it suddenly grows loud, each with a fingerprint of the second that follows.
//!
//! A bang is noise, and has few tones to pair. What two recorders of one bang have in common is how the balance of neighbouring
//! bands of the spectrum shifts from moment to moment: a bit for each band and step, set where it shifts towards the lower one (after
//! J. Haitsma and T. Kalker, "A Highly Robust Audio Fingerprinting System", ISMIR 2002, here of logarithms, so that what air, walls and
//! microphones take from a band for good cancels out). It deliberately does not say what banged.

use super::sound::{RATE, Transform, WINDOW, hann, power};

/// Samples from one step to the next: 16 ms.
const STEP: usize = 128;
/// Milliseconds of a step.
pub const STEP_MS: u64 = STEP as u64 * 1000 / RATE as u64;
/// Steps in a fingerprint: a second.
pub const STEPS: usize = 64;
/// Bits of a step: one less than there are bands, from [`LOWEST`] to [`HIGHEST`] hertz, each wider than the last by the same share.
const BANDS: usize = 33;
const LOWEST: f32 = 60.0;
const HIGHEST: f32 = 3_500.0;
/// The balance is held against that of so many steps before.
const LAG: usize = 3;
/// Steps before the bang that the fingerprint holds.
const BEFORE: usize = 2;
/// Most bangs of one sound, the sharpest.
pub const MOST: usize = 16;
/// No two nearer than so many steps.
const APART: usize = 20;
/// Steps before a moment whose middle loudness it is held against.
const LEADING: usize = 30;
/// A bang is louder than that by so much (natural logarithm of power: 8 dB).
const SHARP: f32 = 1.8;
/// Quieter than this is silence, as mean power of samples of ±1.
const SILENCE: f32 = 1e-7;

/// A moment and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bang {
    /// When the fingerprint begins, in steps from the beginning.
    pub step: u32,
    /// A word for each step.
    pub bits: [u32; STEPS],
}

/// The bangs of samples of ±1, [`RATE`] a second, in order of time.
pub fn bangs(samples: &[f32]) -> Vec<Bang> {
    let reader = Reader::new();
    moments(samples).into_iter().filter_map(|at| reader.bang(samples, at.saturating_sub(BEFORE))).collect()
}

/// The sharpest moments, in order.
fn moments(samples: &[f32]) -> Vec<usize> {
    // Differences of samples are what is left of rumble and wind.
    let louder = |step: &[f32]| step.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum::<f32>() / STEP as f32;
    let loudness: Vec<f32> = samples.chunks_exact(STEP).map(|step| (louder(step) + SILENCE).ln()).collect();
    let mut leading = Vec::with_capacity(LEADING);
    let mut sharp: Vec<(f32, usize)> = Vec::new();
    for at in 1..loudness.len() {
        leading.clear();
        leading.extend_from_slice(&loudness[at.saturating_sub(LEADING)..at]);
        let middle = leading.len() / 2;
        let (_, middle, _) = leading.select_nth_unstable_by(middle, f32::total_cmp);
        if loudness[at] - *middle > SHARP {
            sharp.push((loudness[at] - *middle, at));
        }
    }
    sharp.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut taken: Vec<usize> = Vec::new();
    for (_, at) in sharp {
        if taken.len() == MOST {
            break;
        }
        if taken.iter().all(|other| other.abs_diff(at) > APART) {
            taken.push(at);
        }
    }
    taken.sort_unstable();
    taken
}

struct Reader {
    transform: Transform,
    window: Vec<f32>,
    /// Where each band begins, and the last ends.
    edges: Vec<usize>,
}

impl Reader {
    fn new() -> Reader {
        let bin = |band: usize| {
            let hertz = LOWEST * (HIGHEST / LOWEST).powf(band as f32 / BANDS as f32);
            (hertz * WINDOW as f32 / RATE as f32).round() as usize
        };
        let mut edges: Vec<usize> = (0..=BANDS).map(bin).collect();
        // The lowest bands are narrower than a bin: each has one of its own.
        for band in 1..edges.len() {
            edges[band] = edges[band].max(edges[band - 1] + 1);
        }
        Reader { transform: Transform::new(), window: hann(), edges }
    }

    /// How each band stands to the next one up, in one step; nothing past the end.
    fn balance(&self, samples: &[f32], step: usize) -> Option<[f32; BANDS - 1]> {
        let piece = samples.get(step * STEP..step * STEP + WINDOW)?;
        let power = power(&self.transform, piece, &self.window);
        let band = |band: usize| (power[self.edges[band]..self.edges[band + 1]].iter().sum::<f32>() + 1e-9).ln();
        let bands: [f32; BANDS] = std::array::from_fn(band);
        Some(std::array::from_fn(|i| bands[i] - bands[i + 1]))
    }

    /// The fingerprint of what begins at a step; nothing when the sound ends before it does.
    fn bang(&self, samples: &[f32], step: usize) -> Option<Bang> {
        let balances: Option<Vec<_>> = (step..step + STEPS + LAG).map(|at| self.balance(samples, at)).collect();
        let balances = balances?;
        let word = |at: usize| {
            let bit = |band: usize| u32::from(balances[at + LAG][band] > balances[at][band]) << band;
            (0..BANDS - 1).map(bit).sum()
        };
        Some(Bang { step: step as u32, bits: std::array::from_fn(word) })
    }
}

/// Bangs as bytes: of each, its step and its words, 32 bits each, least significant byte first.
pub fn to_bytes(bangs: &[Bang]) -> Vec<u8> {
    let words = bangs.iter().flat_map(|bang| std::iter::once(bang.step).chain(bang.bits));
    words.flat_map(u32::to_le_bytes).collect()
}

/// Bangs out of bytes; what is cut short is left out.
pub fn from_bytes(bytes: &[u8]) -> Vec<Bang> {
    let words = |bytes: &[u8]| -> Vec<u32> {
        bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
    };
    let one = |bytes: &[u8]| {
        let words = words(bytes);
        Bang { step: words[0], bits: std::array::from_fn(|at| words[at + 1]) }
    };
    bytes.chunks_exact(4 * (STEPS + 1)).take(MOST).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise of a fixed generator.
    fn noise(count: usize, seed: u64) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f32 / (1u64 << 30) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// A bang that dies away, over a bed of its own noise, heard through a duller or clearer filter.
    fn heard(bang: u64, bed: u64, at: usize, dull: f32) -> Vec<f32> {
        let mut out: Vec<f32> = noise(RATE as usize * 6, bed).iter().map(|s| 0.02 * s).collect();
        let mut last = 0.0;
        for (i, s) in noise(RATE as usize * 2, bang).iter().enumerate() {
            last += dull * (s * (-3.0 * i as f32 / RATE as f32).exp() - last);
            out[at + i] += last;
        }
        out
    }

    fn apart(a: &Bang, b: &Bang) -> u32 {
        a.bits.iter().zip(&b.bits).map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    #[test]
    fn two_recorders_of_one_bang_are_nearer_than_two_bangs() {
        let one = bangs(&heard(1, 10, 16_000, 0.8));
        let two = bangs(&heard(1, 11, 16_000 + 5 * STEP, 0.3));
        let other = bangs(&heard(2, 12, 16_000, 0.8));
        let (one, two, other) = (&one[0], &two[0], &other[0]);
        assert_eq!((i64::from(two.step) - i64::from(one.step), one.step), (5, 16_000 / STEP as u32 - BEFORE as u32));
        let (same, strange) = (apart(one, two), apart(one, other));
        assert!(same < 500 && strange > 900, "{same} {strange} of {}", 32 * STEPS);
    }

    #[test]
    fn they_come_back_from_bytes_and_silence_has_none() {
        let found = bangs(&heard(3, 4, 8_000, 0.5));
        assert!(!found.is_empty() && found.len() <= MOST);
        assert_eq!(from_bytes(&to_bytes(&found)), found);
        assert_eq!(from_bytes(&to_bytes(&found)[..100]), []);
        assert_eq!(bangs(&vec![0.0; 80_000]), []);
        assert_eq!(bangs(&[0.5; 100]), []);
        assert_eq!(bangs(&[]), []);
    }
}
