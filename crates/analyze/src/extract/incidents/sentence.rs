//! What each sentence of a report tells: something of an incident, and of which kinds.
//!
//! Logistic weights over its words and pairs of words (`sentences.txt`). A filler stands in a sentence that tells an incident
//! more often than not, so the second look sees these odds for the sentences around each phrase. Deliberately no grammar: the
//! tagger and the phrases have that.

use super::model::share;
use super::strings::hash;
use super::words::{Table, UNIT};
use crate::extract::syntax::Parse;

/// Columns: the five kinds, then an incident of any.
pub const TOLD: usize = 6;

/// Log-odds for each sentence.
pub type Told = Vec<[f32; TOLD]>;

/// Hashes of the words and pairs of words of each sentence, sorted; `note` is told their names.
pub fn features(p: &Parse<'_>, note: &mut dyn FnMut(u64, &[&str])) -> Vec<Vec<u64>> {
    let list = &p.t.list;
    let mut out: Vec<Vec<u64>> = vec![Vec::new(); list.last().map_or(0, |last| last.sent + 1)];
    let mut add = |sentence: usize, parts: &[&str]| {
        let hashed = hash(parts);
        note(hashed, parts);
        out[sentence].push(hashed);
    };
    for (at, token) in list.iter().enumerate() {
        add(token.sent, &["w=", &token.low]);
        match list.get(at + 1).filter(|next| next.sent == token.sent) {
            Some(next) => add(token.sent, &["b=", &token.low, ":", &next.low]),
            None => add(token.sent, &["bias"]),
        }
    }
    for sentence in &mut out {
        sentence.sort_unstable();
        sentence.dedup();
    }
    out
}

/// What the sentences tell by these weights.
pub fn told(features: &[Vec<u64>], weights: &Table<TOLD>) -> Told {
    let odds = |features: &Vec<u64>| {
        let mut sums = [0; TOLD];
        features.iter().for_each(|feature| weights.add(*feature, &mut sums));
        sums.map(|sum| sum as f32 * UNIT * share(features.len()) as f32)
    };
    features.iter().map(odds).collect()
}
