//! The learned weights, as printed in `phrases.txt` and `reports.txt`, and the sums over them.
//!
//! A line is a feature, then `class weight` pairs in hundredths. Features are looked up by a 64-bit hash (FNV-1a): two of a few
//! thousand meet with a chance of one in 10¹², and a test holds them apart. Deliberately nothing but sums, a soft maximum and
//! thresholds.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::features::{Candidate, Shared, phrase_features, whole_features};
use crate::extract::syntax::Parse;

/// The roles, in the order of the weights.
pub(super) const ROLES: [&str; 5] = ["PerpInd", "PerpOrg", "Target", "Victim", "Weapon"];

/// What a report may be of; the first is none.
pub(super) const KINDS: [&str; 6] = ["none", "attack", "bombing", "kidnapping", "arson", "robbery"];

const PHRASES: &str = include_str!("phrases.txt");
const REPORTS: &str = include_str!("reports.txt");

type Weights = HashMap<u64, [f32; 6]>;

/// The weights and thresholds.
pub(super) struct Model {
    phrases: Weights,
    reports: Weights,
    /// Least log-odds, per role, and how much the whole report counts.
    least: [f64; 5],
    share: f64,
    /// Least chance that a report tells an incident.
    pub least_told: f64,
}

impl Model {
    /// The one model.
    pub fn get() -> &'static Model {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| {
            let setting = |name: &str| {
                let line = REPORTS.lines().find_map(|line| line.strip_prefix("# ")?.strip_prefix(name));
                let numbers = line.unwrap_or_default().split_whitespace();
                numbers.filter_map(|number| number.parse::<f64>().ok()).collect::<Vec<f64>>()
            };
            let mut least = [0.0; 5];
            for (slot, value) in least.iter_mut().zip(setting("least")) {
                *slot = value;
            }
            Model {
                phrases: load(PHRASES),
                reports: load(REPORTS),
                least,
                share: setting("share").first().copied().unwrap_or(0.0),
                least_told: setting("told").first().copied().unwrap_or(0.5),
            }
        })
    }

    /// The kind of incident and the chance that one is told.
    pub fn document(&self, p: &Parse<'_>) -> (&'static str, f64) {
        let mut sums = [0.0f64; 6];
        let mut seen = std::collections::HashSet::new();
        whole_features(p, &mut |parts| {
            let hashed = hash(parts);
            if seen.insert(hashed) {
                add(&self.reports, hashed, &mut sums);
            }
        });
        let chances = softmax(&sums);
        let best = (1..KINDS.len()).max_by(|a, b| chances[*a].total_cmp(&chances[*b])).unwrap_or(1);
        (KINDS[best], 1.0 - chances[0])
    }

    /// Log-odds of each role for a phrase, against all others.
    pub fn phrase(&self, p: &Parse<'_>, shared: &Shared<'_>, candidate: &Candidate) -> [f64; 5] {
        let mut sums = [0.0f64; 6];
        let mut seen: Vec<u64> = Vec::with_capacity(64);
        phrase_features(p, shared, candidate, &mut |parts| {
            let hashed = hash(parts);
            if !seen.contains(&hashed) {
                seen.push(hashed);
                add(&self.phrases, hashed, &mut sums);
            }
        });
        let chances = softmax(&sums);
        std::array::from_fn(|role| {
            let chance = chances[role + 1].clamp(1e-9, 1.0 - 1e-9);
            (chance / (1.0 - chance)).ln()
        })
    }

    /// How far a phrase is above what its role asks, the whole report counted in.
    pub fn sure(&self, role: usize, odds: f64, told: f64) -> f64 {
        let told = told.clamp(1e-6, 1.0 - 1e-6);
        odds + self.share * (told / (1.0 - told)).ln() - self.least[role]
    }
}

fn load(file: &str) -> Weights {
    let mut out = Weights::new();
    for line in file.lines().filter(|line| !line.starts_with("# ")) {
        let mut cells = line.split('\t');
        let Some(feature) = cells.next() else { continue };
        let mut weights = [0.0f32; 6];
        for cell in cells {
            if let Some((class, weight)) = cell.split_once(' ')
                && let (Ok(class), Ok(weight)) = (class.parse::<usize>(), weight.parse::<f32>())
                && let Some(slot) = weights.get_mut(class)
            {
                *slot = weight / 100.0;
            }
        }
        out.insert(hash(&[feature]), weights);
    }
    out
}

fn add(weights: &Weights, hashed: u64, sums: &mut [f64; 6]) {
    if let Some(weights) = weights.get(&hashed) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += f64::from(*weight);
        }
    }
}

fn softmax(sums: &[f64; 6]) -> [f64; 6] {
    let most = sums.iter().copied().fold(f64::MIN, f64::max);
    let raised = sums.map(|sum| (sum - most).exp());
    let total: f64 = raised.iter().sum();
    raised.map(|value| value / total)
}

/// FNV-1a over the joined parts.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Lower case, no marks, no articles: how the set compares mentions.
pub fn normal(words: &str) -> String {
    let kept: String = words.to_lowercase().chars().filter(|c| !c.is_ascii_punctuation()).collect();
    kept.split_whitespace().filter(|word| !matches!(*word, "a" | "an" | "the")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_features_share_a_hash_and_every_line_is_read() {
        for file in [PHRASES, REPORTS] {
            let lines = file.lines().filter(|line| !line.starts_with("# ") && !line.is_empty()).count();
            assert_eq!(load(file).len(), lines);
        }
    }
}
