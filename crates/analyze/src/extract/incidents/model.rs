//! The learned weights, as printed in `phrases.txt` and `reports.txt`, and the sums over them.
//!
//! A line is a feature, then `column weight` pairs in hundredths. A sum is the mean-like
//! `(60 / n)^0.75 · Σ weights` over a text's or phrase's n features, so that a phrase told ten times does not weigh ten times.
//! Features are looked up by a 64-bit hash (FNV-1a): two of a hundred thousand meet with a chance of one in 10⁹, and a test
//! holds them apart. Deliberately nothing but sums and thresholds.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use super::strings::{Phrase, extend, hash};

/// The roles, in the order of the weights.
pub const ROLES: [&str; 5] = ["PerpInd", "PerpOrg", "Target", "Victim", "Weapon"];

/// What an incident may be, in the order of the weights.
pub const KINDS: [&str; 5] = ["attack", "bombing", "kidnapping", "arson", "robbery"];

/// Columns of a phrase: the five roles, then the five kinds of the incident that it fills a role of.
pub const COLUMNS: usize = 10;

const PHRASES: &str = include_str!("phrases.txt");
const REPORTS: &str = include_str!("reports.txt");

/// A head's weight in a role from which on a phrase is looked at.
const HOPELESS: f64 = -0.1;

/// A hash is its own hash.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash << 8) | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Weights<const N: usize> = HashMap<u64, [i16; N], BuildHasherDefault<Same>>;

/// The weights.
pub struct Model {
    phrases: Weights<COLUMNS>,
    reports: Weights<6>,
}

impl Model {
    /// The one model.
    pub fn get() -> &'static Model {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| Model::read(PHRASES, REPORTS))
    }

    /// A model from its two files.
    pub fn read(phrases: &str, reports: &str) -> Model {
        Model { phrases: load(phrases), reports: load(reports) }
    }

    /// Log-odds that a report tells an incident, and of each of [`KINDS`] if so.
    pub fn report(&self, whole: &[u64]) -> [f64; 6] {
        let mut sums = [0.0; 6];
        for feature in whole {
            add(&self.reports, *feature, &mut sums);
        }
        sums.map(|sum| sum * share(whole.len()))
    }

    /// May a phrase with this last word fill any role in a report with these moods? One whose head weighs clearly against all
    /// of them is not looked at.
    pub fn worth(&self, head: &str, moods: &[&str; 3]) -> bool {
        let mut sums = [0.0; COLUMNS];
        let plain = hash(&["h=", head]);
        for feature in std::iter::once(plain).chain(moods.iter().map(|mood| extend(plain, mood))) {
            add(&self.phrases, feature, &mut sums);
        }
        sums[..ROLES.len()].iter().any(|sum| *sum > HOPELESS)
    }

    /// Log-odds of each of [`ROLES`], and of each of [`KINDS`] for the incident, for a phrase of a report with these moods.
    pub fn phrase(&self, phrase: &Phrase, moods: &[&str; 3]) -> [f64; COLUMNS] {
        let mut sums = [0.0; COLUMNS];
        for feature in &phrase.features {
            add(&self.phrases, *feature, &mut sums);
        }
        for feature in &phrase.joined {
            for mood in moods {
                add(&self.phrases, extend(*feature, mood), &mut sums);
            }
        }
        sums.map(|sum| sum * share(phrase.features.len() + 3 * phrase.joined.len()))
    }
}

/// What a feature of n counts.
pub fn share(n: usize) -> f64 {
    (60.0 / n.max(1) as f64).powf(0.75)
}

fn load<const N: usize>(file: &str) -> Weights<N> {
    let mut out = Weights::default();
    for line in file.lines().filter(|line| !line.starts_with("# ")) {
        let mut cells = line.split('\t');
        let Some(feature) = cells.next() else { continue };
        let mut weights = [0i16; N];
        for cell in cells {
            if let Some((column, weight)) = cell.split_once(' ')
                && let (Ok(column), Ok(weight)) = (column.parse::<usize>(), weight.parse::<i16>())
                && let Some(slot) = weights.get_mut(column)
            {
                *slot = weight;
            }
        }
        out.insert(hash(&[feature]), weights);
    }
    out
}

fn add<const N: usize>(weights: &Weights<N>, hashed: u64, sums: &mut [f64; N]) {
    if let Some(weights) = weights.get(&hashed) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += f64::from(*weight) / 100.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_features_share_a_hash_and_every_line_is_read() {
        let lines = |file: &str| file.lines().filter(|line| !line.starts_with("# ") && !line.is_empty()).count();
        assert_eq!(load::<COLUMNS>(PHRASES).len(), lines(PHRASES));
        assert_eq!(load::<6>(REPORTS).len(), lines(REPORTS));
    }
}
