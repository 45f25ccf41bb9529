//! A report's phrases by their words: what is said of a phrase wherever it stands, and of others with its head.
//!
//! “Guerrillas” told five times is one filler of a role, and the sentence that says what they did is one of the five: so the
//! features of all places of the same words are taken together, and what verbs say of another phrase with the same head comes
//! as `…&co`. Deliberately keeps hashes only; whoever trains is told the names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::features::{self, Candidate, Shared};
use super::words;
use crate::extract::syntax::Parse;

/// Most phrases of a report that are looked at; a report that holds more is read no further.
const MOST_PHRASES: usize = 4_000;

/// Features that most phrases do not exceed.
const MOST_OFTEN: usize = 128;

/// A phrase by its words.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// The words as sets compare them: lower case, no marks, no articles.
    pub words: String,
    /// Hashes of the features of all its places, sorted.
    pub features: Vec<u64>,
    /// Hashes to which what the report as a whole says is added.
    pub joined: Vec<u64>,
    /// Where it stands, in tokens.
    pub places: Vec<Range<usize>>,
    /// Its last word, singular.
    pub head: String,
    /// What its first place is of its noun phrase: 0 the whole, 1 with what an *of* adds, 2 the name behind a title, 3 its end, 4 its beginning, 5 a part of 1.
    pub form: u8,
}

/// Told of every feature: its hash and the parts of its name.
pub type Note<'n> = &'n mut dyn FnMut(u64, &[&str]);

/// The hash of a feature; `:` parts only make it readable.
pub fn hash(parts: &[&str]) -> u64 {
    let mut parts = parts.iter().filter(|part| **part != ":");
    let first = words::of(parts.next().copied().unwrap_or_default());
    parts.fold(first, |hash, part| extend(hash, part))
}

/// The hash of a feature with a part more behind it.
pub fn extend(hash: u64, more: &str) -> u64 {
    words::join(hash, words::of(more))
}

/// A feature as it is printed: its parts with a space between.
pub fn name(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| *part != ":").collect();
    parts.join(" ")
}

/// Lower case, no marks, no articles: how the set compares mentions.
pub fn normal(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let lower;
    let words = if words.is_ascii() {
        words
    } else {
        lower = words.to_lowercase();
        lower.as_str()
    };
    for word in words.split_whitespace() {
        let from = out.len();
        out.extend(word.chars().filter(|c| !c.is_ascii_punctuation()).map(|c| c.to_ascii_lowercase()));
        match &out[from..] {
            "" => {}
            "a" | "an" | "the" => out.truncate(from),
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// Features that say what is done to or by a phrase: they hold of others with its head.
fn relation(parts: &[&str]) -> bool {
    parts.first().is_some_and(|first| {
        ["subj", "obj", "host", "vact", "vbact", "va=", "vb="].iter().any(|name| first.starts_with(name))
    })
}

/// Features that mean another thing in a report of another kind.
fn varies(parts: &[&str]) -> bool {
    let first = parts.first().copied().unwrap_or_default();
    matches!(first, "h=" | "hc=" | "bias" | "vact=" | "vbact=")
        || matches!(first, "subj" | "obj") && parts.get(1) == Some(&"act=")
}

/// The phrases of a report, by their words; only those of which a place is `worth` it.
pub fn phrases(p: &Parse<'_>, worth: &dyn Fn(&Range<usize>) -> bool, mut note: Option<Note<'_>>) -> Vec<Phrase> {
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<(String, Vec<Candidate>, bool)> = Vec::new();
    let mut candidates = features::candidates(p);
    candidates.truncate(MOST_PHRASES);
    let head = |candidate: &Candidate| p.t.list[candidate.toks.end - 1].base.as_ref();
    let heads: BTreeSet<&str> = candidates.iter().filter(|candidate| worth(&candidate.toks)).map(head).collect();
    candidates.retain(|candidate| heads.contains(head(candidate)));
    for candidate in candidates {
        let words = normal(p.t.words(&candidate.toks));
        if words.is_empty() {
            continue;
        }
        let index = *at.entry(words).or_insert_with_key(|words| {
            groups.push((words.clone(), Vec::new(), false));
            groups.len() - 1
        });
        groups[index].2 |= worth(&candidate.toks);
        groups[index].1.push(candidate);
    }
    let shared = Shared::new(p);
    let mut told: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut out: Vec<Phrase> = Vec::new();
    for (words, candidates, _) in groups.into_iter().filter(|(_, _, worth)| *worth) {
        let head = p.t.list[candidates[0].toks.end - 1].base.as_ref();
        let (features, joined, form) = (Vec::with_capacity(MOST_OFTEN), Vec::new(), candidates[0].form());
        let places = candidates.iter().map(|candidate| candidate.toks.clone()).collect();
        let mut phrase = Phrase { words, features, joined, places, head: head.to_owned(), form };
        for candidate in &candidates {
            let mut others = candidate.is_base().then(|| told.entry(head).or_default());
            features::phrase_features(p, &shared, candidate, &mut |parts| {
                let hashed = hash(parts);
                if let Some(note) = &mut note {
                    note(hashed, parts);
                }
                phrase.features.push(hashed);
                if varies(parts) {
                    phrase.joined.push(hashed);
                }
                if let Some(others) = others.as_mut().filter(|_| relation(parts)) {
                    others.push(hashed);
                }
            });
        }
        out.push(phrase);
    }
    for list in told.values_mut() {
        list.sort_unstable();
        list.dedup();
    }
    for phrase in &mut out {
        finish(p, phrase, told.get(phrase.head.as_str()).map_or(&[], Vec::as_slice), &mut note);
    }
    out
}

/// Adds what the other phrases with the head, the number of places and the first sentence say.
fn finish(p: &Parse<'_>, phrase: &mut Phrase, told: &[u64], note: &mut Option<Note<'_>>) {
    phrase.features.sort_unstable();
    phrase.features.dedup();
    phrase.joined.sort_unstable();
    phrase.joined.dedup();
    let own = phrase.features.len();
    let others: Vec<u64> = told.iter().filter(|hash| phrase.features.binary_search(hash).is_err()).copied().collect();
    for other in others {
        let hashed = extend(other, "&co");
        if let Some(note) = note {
            note(hashed, &["&co", &other.to_string()]);
        }
        phrase.features.push(hashed);
    }
    let first = phrase.places.iter().map(|toks| p.t.list[toks.start].sent).min().unwrap_or_default();
    let (occ, first) = (phrase.places.len().min(4).to_string(), first.min(6).to_string());
    for parts in [["occ=", occ.as_str()], ["firstsent=", first.as_str()]] {
        let hashed = hash(&parts);
        if let Some(note) = note {
            note(hashed, &parts);
        }
        phrase.features.push(hashed);
    }
    // Two runs in order, which a stable sort only merges.
    phrase.features[own..].sort_unstable();
    phrase.features.sort();
    phrase.features.dedup();
}

/// Hashes of the features of the whole report, sorted.
pub fn whole(p: &Parse<'_>, note: Note<'_>) -> Vec<u64> {
    let mut out = Vec::new();
    features::whole_features(p, &mut |parts| {
        let hashed = hash(parts);
        note(hashed, parts);
        out.push(hashed);
    });
    out.sort_unstable();
    out.dedup();
    out
}

/// What the whole report says, as three words that are added to a phrase's [`Phrase::joined`]: whether it tells an incident,
/// and whether of bombing and kidnapping. `sums` are the log-odds of [`super::Model::report`].
pub fn moods(sums: &[f64; 6]) -> [&'static str; 3] {
    let level = |value: f64, steps: [f64; 3]| steps.iter().filter(|step| value > **step).count();
    [
        ["&told0", "&told1", "&told2", "&told3"][level(sums[0], [-1.5, 0.0, 1.5])],
        ["&bomb0", "&bomb1", "&bomb2", "&bomb3"][level(sums[2], [-1.5, -0.5, 0.5])],
        ["&kidnap0", "&kidnap1", "&kidnap2", "&kidnap3"][level(sums[3], [-2.0, -1.0, 0.5])],
    ]
}
