//! The learned weights, as printed in `phrases.txt`, `reports.txt` and `sentences.txt`, and the sums over them.
//!
//! A line is a feature, then `column weight` pairs in fiftieths. A sum is the mean-like
//! `(60 / n)^0.75 · Σ weights` over a text's or phrase's n features, so that a phrase told ten times does not weigh ten times.
//! Features are looked up by hash; a test holds those of a file apart. Deliberately nothing but sums and thresholds.

use std::ops::Range;
use std::sync::OnceLock;

use super::second::Trees;
use super::sentence::{self, TOLD, Told};
use super::strings::{Phrase, extend};
use super::tagger::{Chances, Tagger};
use super::words::{Table, UNIT};

/// The roles, in the order of the weights.
pub const ROLES: [&str; 5] = ["PerpInd", "PerpOrg", "Target", "Victim", "Weapon"];

/// What an incident may be, in the order of the weights.
pub const KINDS: [&str; 5] = ["attack", "bombing", "kidnapping", "arson", "robbery"];

/// Columns of a phrase: the five roles, then the five kinds of the incident that it fills a role of.
pub const COLUMNS: usize = 10;

const PHRASES: &str = include_str!("phrases.txt");
const REPORTS: &str = include_str!("reports.txt");
const SENTENCES: &str = include_str!("sentences.txt");
const TAGS: &str = include_str!("tags.txt");
const TREES: &str = include_str!("trees.txt");

/// Chance that the last word of a phrase fills any role, from which on the phrase is looked at.
const HOPELESS: f32 = 0.04;

/// The files of a model, as they are printed.
#[derive(Default)]
pub struct Files<'f> {
    /// Weights for phrases.
    pub phrases: &'f str,
    /// Weights for whole reports.
    pub reports: &'f str,
    /// Weights for sentences.
    pub sentences: &'f str,
    /// Weights of the tagger.
    pub tags: &'f str,
    /// The trees.
    pub trees: &'f str,
}

/// The weights.
pub struct Model {
    phrases: Table<COLUMNS>,
    reports: Table<6>,
    sentences: Table<TOLD>,
    /// The second opinion, word by word.
    pub tagger: Tagger,
    /// The second look.
    pub trees: Trees,
}

impl Model {
    /// The one model.
    pub fn get() -> &'static Model {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| {
            let files = Files { phrases: PHRASES, reports: REPORTS, sentences: SENTENCES, tags: TAGS, trees: TREES };
            Model::read(&files)
        })
    }

    /// A model from its files.
    pub fn read(files: &Files<'_>) -> Model {
        Model {
            phrases: Table::read(files.phrases),
            reports: Table::read(files.reports),
            sentences: Table::read(files.sentences),
            tagger: Tagger::read(files.tags),
            trees: Trees::read(files.trees),
        }
    }

    /// Log-odds that a report tells an incident, and of each of [`KINDS`] if so.
    pub fn report(&self, whole: &[u64]) -> [f64; 6] {
        let mut sums = [0; 6];
        for feature in whole {
            self.reports.add(*feature, &mut sums);
        }
        sums.map(|sum| f64::from(sum) * f64::from(UNIT) * share(whole.len()))
    }

    /// What sentences with these features tell.
    pub fn told(&self, features: &[Vec<u64>]) -> Told {
        sentence::told(features, &self.sentences)
    }

    /// May the words at these tokens fill any role? Only where the tagger sees a filler at their end.
    pub fn worth(chances: &Chances, toks: &Range<usize>) -> bool {
        1.0 - chances[toks.end - 1][0] > HOPELESS
    }

    /// Log-odds of each of [`ROLES`], and of each of [`KINDS`] for the incident, for a phrase of a report with these moods.
    pub fn phrase(&self, phrase: &Phrase, moods: &[&str; 3]) -> [f64; COLUMNS] {
        let mut sums = [0; COLUMNS];
        for feature in &phrase.features {
            self.phrases.add(*feature, &mut sums);
        }
        for feature in &phrase.joined {
            for mood in moods {
                self.phrases.add(extend(*feature, mood), &mut sums);
            }
        }
        let share = share(phrase.features.len() + 3 * phrase.joined.len());
        sums.map(|sum| f64::from(sum) * f64::from(UNIT) * share)
    }
}

/// What a feature of n counts.
pub fn share(n: usize) -> f64 {
    (60.0 / n.max(1) as f64).powf(0.75)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_features_share_a_hash_and_every_line_is_read() {
        let lines = |file: &str| file.lines().filter(|line| !line.starts_with("# ") && !line.is_empty()).count();
        assert_eq!(Table::<COLUMNS>::read(PHRASES).count(), lines(PHRASES));
        assert_eq!(Table::<6>::read(REPORTS).count(), lines(REPORTS));
        assert_eq!(Table::<TOLD>::read(SENTENCES).count(), lines(SENTENCES));
        let tags: String =
            TAGS.lines().filter(|line| !line.starts_with("step ")).map(|line| format!("{line}\n")).collect();
        assert_eq!(Table::<11>::read(&tags).count(), lines(&tags));
    }
}
