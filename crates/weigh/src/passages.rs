//! Reused text between documents: which runs of words two documents share, and where.
//!
//! Says that words were reused, not that what they say is so. Direction comes from stated publication times alone;
//! without two of them the reuse is undirected. One statement quoted by two outlets is reuse of that statement and
//! not of one outlet by the other.
//!
//! Method: winnowing (Schleimer, Wilkerson and Aiken 2003) over hashes of five folded words, window four: every shared
//! run of eight words is seen. Seeds are grown word by word to both sides and joined over small edits. A fingerprint of
//! many documents is followed from the first of them to each, never from each to each, so the work stays linear; a run
//! made of nothing but such fingerprints that is a small part of both documents is boilerplate and left out, and so is a
//! header or footer that three documents have.

mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::when::Span;
use tokens::Tokens;

/// Words in a shingle.
const SHINGLE: usize = 5;
/// Shingles in a window, of which the least is kept.
const WINDOW: usize = 4;
/// Shortest run of equal words that is reported.
pub const LEAST_WORDS: usize = 8;
/// Words that may differ between two runs of one passage.
const GAP: usize = 5;
/// A fingerprint of more documents is common: followed from the first document only.
const COMMON: usize = 16;
/// A run of common fingerprints only is boilerplate unless it makes up this share of the shorter document.
const BOILERPLATE_BELOW: f64 = 0.3;
/// Most passages of two documents that are kept, the longest first.
const MOST_PASSAGES: usize = 500;
/// Words at the beginning or end of a document within which a run is at its edge.
const EDGE: usize = 3;
/// A run at the edge is a header or footer unless it makes up this share of the shorter document.
const EDGE_BELOW: f64 = 0.5;
/// Longest document, in words, that is compared; what follows is not.
pub const MOST_WORDS: usize = 2_000_000;

/// A document to compare.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Decoded text.
    pub text: &'a str,
    /// When it was published, as stated (a date or RFC 3339).
    pub published: Option<&'a str>,
}

/// Which document the words were in first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `a` was published first.
    FromA,
    /// `b` was published first.
    FromB,
    /// Publication times are not stated, or do not tell.
    Unknown,
}

impl Direction {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::FromA => "from_a",
            Direction::FromB => "from_b",
            Direction::Unknown => "unknown",
        }
    }
}

/// A run of words that two documents share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// `[start, end)` in scalar values of `a`.
    pub in_a: (usize, usize),
    /// The same in `b`.
    pub in_b: (usize, usize),
    /// Words that are equal once folded.
    pub words: usize,
    /// Stands between quotation marks in both: a third party's statement.
    pub quoted: bool,
}

/// What two documents share; `a < b` are places in the slice that was compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Reuse {
    /// The one.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Shared runs, in the order of `a`.
    pub passages: Vec<Passage>,
    /// Shared words over the words of the shorter document, 0–1.
    pub share: f64,
    /// Which was first.
    pub direction: Direction,
}

impl Reuse {
    /// `{"a","b","passages":[{"in_a","in_b","words","quoted"}],"share","direction"}`.
    pub fn to_json(&self) -> Value {
        let passages: Vec<Value> = self
            .passages
            .iter()
            .map(|p| {
                let (a, b) = ([p.in_a.0, p.in_a.1], [p.in_b.0, p.in_b.1]);
                json!({"in_a": a, "in_b": b, "words": p.words, "quoted": p.quoted})
            })
            .collect();
        let direction = self.direction.as_str();
        json!({"a": self.a, "b": self.b, "passages": passages, "share": self.share, "direction": direction})
    }

    /// Words shared.
    pub fn words(&self) -> usize {
        self.passages.iter().map(|p| p.words).sum()
    }

    /// Is everything that is shared a quotation in both?
    pub fn only_quoted(&self) -> bool {
        self.passages.iter().all(|p| p.quoted)
    }
}

/// Compares documents with each other. A text that is shared by many is given from its first document to each of the
/// others (connected, not from each to each).
pub fn compare(documents: &[Document<'_>]) -> Vec<Reuse> {
    let tokens: Vec<Tokens> = documents.iter().map(|d| Tokens::read(d.text, MOST_WORDS)).collect();
    let same = equal_texts(&tokens);
    let mut out = Vec::new();
    for (first, other) in &same {
        let len = tokens[*first].len();
        let whole = Run { a: (0, len), b: (0, len), words: len };
        out.push(reuse_of(documents, &tokens, (*first, *other), vec![whole]));
    }
    let copies: BTreeSet<usize> = same.iter().map(|(_, other)| *other).collect();
    for seeds in seeds(&tokens, &copies).chunk_by(|x, y| x.pair == y.pair) {
        let (a, b) = (seeds[0].pair.0 as usize, seeds[0].pair.1 as usize);
        let runs = grow(&tokens[a], &tokens[b], seeds);
        if !runs.is_empty() {
            out.push(reuse_of(documents, &tokens, (a, b), runs));
        }
    }
    out.sort_by_key(|found| (found.reuse.a, found.reuse.b));
    without_edges(&tokens, out)
}

/// Leaves out headers and footers: runs at the very beginning or end of three documents or more that are no longer than
/// the shortest of them, and that are a small part of both documents.
fn without_edges(tokens: &[Tokens], reuses: Vec<Found>) -> Vec<Reuse> {
    let edge = |document: usize, run: (usize, usize), hashes: &[u64]| -> Vec<(bool, u64)> {
        let all = tokens[document].len();
        let of = |words: &[u64]| words.iter().fold(0u64, |h, w| tokens::mix(h.rotate_left(17) ^ w));
        let at_start = (run.0 <= EDGE).then(|| (true, of(&hashes[run.0..(run.0 + SHINGLE).min(run.1)])));
        let at_end =
            (run.1 + EDGE >= all).then(|| (false, of(&hashes[run.1.saturating_sub(SHINGLE).max(run.0)..run.1])));
        at_start.into_iter().chain(at_end).collect()
    };
    // For each edge: the documents that have it, and the shortest run that was found there.
    let mut edges: BTreeMap<(bool, u64), (BTreeSet<usize>, usize)> = BTreeMap::new();
    let keys = |found: &Found, run: &Run| -> Vec<(bool, u64)> {
        let here = edge(found.reuse.a, run.a, &tokens[found.reuse.a].hashes);
        let there = edge(found.reuse.b, run.b, &tokens[found.reuse.b].hashes);
        here.into_iter().filter(|key| there.contains(key)).collect()
    };
    for found in &reuses {
        for run in &found.runs {
            for key in keys(found, run) {
                let (documents, shortest) = edges.entry(key).or_insert((BTreeSet::new(), usize::MAX));
                documents.extend([found.reuse.a, found.reuse.b]);
                *shortest = run.words.min(*shortest);
            }
        }
    }
    let is_edge = |found: &Found, run: &Run| {
        let small =
            (run.words as f64) < EDGE_BELOW * tokens[found.reuse.a].len().min(tokens[found.reuse.b].len()) as f64;
        small
            && keys(found, run).iter().any(|key| {
                edges.get(key).is_some_and(|(documents, shortest)| documents.len() > 2 && run.words <= shortest + EDGE)
            })
    };
    let mut out = Vec::with_capacity(reuses.len());
    for mut found in reuses {
        let kept: Vec<bool> = found.runs.iter().map(|run| !is_edge(&found, run)).collect();
        if kept.iter().any(|k| *k) {
            let mut kept = kept.iter();
            let words = found.reuse.words();
            found.reuse.passages.retain(|_| kept.next().copied().unwrap_or(true));
            found.reuse.share *= found.reuse.words() as f64 / words.max(1) as f64;
            out.push(found.reuse);
        }
    }
    out
}

/// A reuse with the runs of words that its passages were made from, in the same order.
struct Found {
    reuse: Reuse,
    runs: Vec<Run>,
}

/// Documents of the same words, each with the first of them.
fn equal_texts(tokens: &[Tokens]) -> Vec<(usize, usize)> {
    let mut by_words: BTreeMap<&[u64], usize> = BTreeMap::new();
    let mut same = Vec::new();
    for (i, document) in tokens.iter().enumerate().filter(|(_, t)| t.len() >= LEAST_WORDS) {
        let first = *by_words.entry(&document.hashes).or_insert(i);
        if first != i {
            same.push((first, i));
        }
    }
    same
}

/// A place where two documents have the same shingle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seed {
    /// The documents.
    pair: (u32, u32),
    /// Word in the first.
    a: u32,
    /// Word in the second.
    b: u32,
    /// Of a common fingerprint.
    common: bool,
}

fn seeds(tokens: &[Tokens], leave_out: &BTreeSet<usize>) -> Vec<Seed> {
    let mut postings: Vec<(u64, u32, u32)> = Vec::new();
    for (document, tokens) in tokens.iter().enumerate().filter(|(i, _)| !leave_out.contains(i)) {
        winnow(&tokens.hashes, |hash, word| postings.push((hash, document as u32, word as u32)));
    }
    postings.sort_unstable();
    let mut seeds = Vec::new();
    for group in postings.chunk_by(|x, y| x.0 == y.0) {
        // The first place in each document: what comes again is found by growing from elsewhere.
        let firsts: Vec<&(u64, u32, u32)> = group.chunk_by(|x, y| x.1 == y.1).map(|same| &same[0]).collect();
        let common = firsts.len() > COMMON;
        for (i, x) in firsts.iter().enumerate().take(if common { 1 } else { firsts.len() }) {
            seeds.extend(firsts[i + 1..].iter().map(|y| Seed { pair: (x.1, y.1), a: x.2, b: y.2, common }));
        }
    }
    seeds.sort_unstable();
    seeds
}

/// Keeps the least hash of every window (the last of equals), each once.
fn winnow(words: &[u64], mut keep: impl FnMut(u64, usize)) {
    if words.len() < SHINGLE {
        return;
    }
    let hash = |shingle: &[u64]| shingle.iter().fold(0u64, |h, w| tokens::mix(h.rotate_left(17) ^ w));
    let hashes: Vec<u64> = words.windows(SHINGLE).map(hash).collect();
    let mut kept = usize::MAX;
    for (start, window) in hashes.windows(WINDOW.min(hashes.len())).enumerate() {
        let least = (0..window.len()).min_by_key(|i| (window[*i], std::cmp::Reverse(*i))).unwrap_or(0) + start;
        if least != kept {
            keep(hashes[least], least);
            kept = least;
        }
    }
}

/// A run of words: `[start, end)` in both, and how many are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    a: (usize, usize),
    b: (usize, usize),
    words: usize,
}

/// Grows seeds to runs and joins runs over small edits. What consists of common fingerprints only is kept only where it
/// is much of a document. Runs that overlap one with more words are left out.
fn grow(a: &Tokens, b: &Tokens, seeds: &[Seed]) -> Vec<Run> {
    let mut runs: Vec<(Run, bool)> = Vec::new();
    for seed in seeds {
        let (sa, sb) = (seed.a as usize, seed.b as usize);
        let inside = |run: &Run| (run.a.0..run.a.1).contains(&sa) && sb + run.a.0 == sa + run.b.0;
        if let Some((_, common)) = runs.iter_mut().rev().take(8).find(|(run, _)| inside(run)) {
            *common &= seed.common;
            continue;
        }
        let back = (1..=sa.min(sb)).take_while(|n| a.hashes[sa - n] == b.hashes[sb - n]).count();
        let ahead = a.hashes[sa..].iter().zip(&b.hashes[sb..]).take_while(|(x, y)| x == y).count();
        let words = back + ahead;
        if words >= SHINGLE {
            runs.push((Run { a: (sa - back, sa + ahead), b: (sb - back, sb + ahead), words }, seed.common));
        }
    }
    let shorter = a.len().min(b.len()).max(1) as f64;
    let mut kept: Vec<Run> = Vec::new();
    for (run, common) in join_over_edits(runs) {
        let boilerplate = common && (run.words as f64) < BOILERPLATE_BELOW * shorter;
        let overlaps = |k: &Run| run.a.0 < k.a.1 && k.a.0 < run.a.1 || run.b.0 < k.b.1 && k.b.0 < run.b.1;
        if kept.len() < MOST_PASSAGES && run.words >= LEAST_WORDS && !boilerplate && !kept.iter().any(overlaps) {
            kept.push(run);
        }
    }
    kept.sort_unstable();
    kept
}

/// Joins runs that follow each other in both documents with few other words between them. Most words first.
fn join_over_edits(mut runs: Vec<(Run, bool)>) -> Vec<(Run, bool)> {
    runs.sort_unstable();
    let mut out: Vec<(Run, bool)> = Vec::new();
    for (run, common) in runs {
        let near = |end: usize, start: usize| start >= end && start - end <= GAP;
        match out.last_mut() {
            Some((last, last_common)) if near(last.a.1, run.a.0) && near(last.b.1, run.b.0) => {
                *last = Run { a: (last.a.0, run.a.1), b: (last.b.0, run.b.1), words: last.words + run.words };
                *last_common &= common;
            }
            _ => out.push((run, common)),
        }
    }
    out.sort_by_key(|(run, _)| (std::cmp::Reverse(run.words), run.a));
    out
}

fn reuse_of(documents: &[Document<'_>], tokens: &[Tokens], (a, b): (usize, usize), runs: Vec<Run>) -> Found {
    let passage = |run: &Run| Passage {
        in_a: span_of(&tokens[a], run.a),
        in_b: span_of(&tokens[b], run.b),
        words: run.words,
        quoted: mostly_quoted(&tokens[a], run.a) && mostly_quoted(&tokens[b], run.b),
    };
    let passages: Vec<Passage> = runs.iter().map(passage).collect();
    let words: usize = passages.iter().map(|p| p.words).sum();
    let shorter = tokens[a].len().min(tokens[b].len()).max(1);
    let direction = match (published(&documents[a]), published(&documents[b])) {
        (Some(first), Some(second)) if first.before(second) => Direction::FromA,
        (Some(first), Some(second)) if second.before(first) => Direction::FromB,
        _ => Direction::Unknown,
    };
    let share = (words as f64 / shorter as f64).min(1.0);
    Found { reuse: Reuse { a, b, passages, share, direction }, runs }
}

fn published(document: &Document<'_>) -> Option<Span> {
    document.published.and_then(Span::read)
}

fn span_of(tokens: &Tokens, words: (usize, usize)) -> (usize, usize) {
    let at = |i: usize| tokens.spans.get(i).copied().unwrap_or_default();
    (at(words.0).0 as usize, at(words.1.saturating_sub(1)).1 as usize)
}

/// Do four words in five stand between quotation marks?
fn mostly_quoted(tokens: &Tokens, words: (usize, usize)) -> bool {
    let inside = &tokens.quoted[words.0..words.1];
    inside.iter().filter(|quoted| **quoted).count() * 5 >= inside.len() * 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn documents<'a>(texts: &[&'a str]) -> Vec<Document<'a>> {
        texts.iter().map(|text| Document { text, published: None }).collect()
    }

    fn under(text: &str, (start, end): (usize, usize)) -> String {
        text.chars().skip(start).take(end - start).collect()
    }

    const RELEASE: &str = "The council said on Monday that three shells struck the covered market in the old quarter of the \
        town shortly before noon, wounding several people who were queueing for bread at the time.";

    #[test]
    fn a_copied_paragraph_is_found_with_the_right_words_on_both_sides() {
        let post = format!("BREAKING — {} More follows.", RELEASE.replace("Monday", "MONDAY"));
        let texts = [RELEASE, &post, "Nothing of the sort stands here, and the weather was fine all through the week."];
        let found = compare(&documents(&texts));
        assert_eq!(found.len(), 1);
        let passage = found[0].passages[0];
        assert_eq!(under(texts[0], passage.in_a), RELEASE.trim_end_matches('.'));
        assert!(under(texts[1], passage.in_b).starts_with("The council said on MONDAY"));
        assert!(found[0].share > 0.99 && found[0].direction == Direction::Unknown && !passage.quoted);
    }

    #[test]
    fn small_edits_do_not_cut_a_passage() {
        let edited = RELEASE.replace("old quarter", "very oldest part");
        let found = compare(&documents(&[RELEASE, &edited]));
        assert_eq!(found[0].passages.len(), 1);
        assert!(found[0].share > 0.8);
    }

    #[test]
    fn only_stated_publication_times_give_a_direction() {
        let direction = |a, b| {
            let copy = format!("{RELEASE} Copied.");
            let both = [Document { text: RELEASE, published: a }, Document { text: &copy, published: b }];
            compare(&both)[0].direction
        };
        assert_eq!(direction(Some("2031-04-12"), Some("2031-04-13T08:00:00Z")), Direction::FromA);
        assert_eq!(direction(Some("2031-04-14"), Some("2031-04-13")), Direction::FromB);
        assert_eq!(direction(Some("2031-04-13"), Some("2031-04-13T08:00:00")), Direction::Unknown);
        assert_eq!(direction(None, Some("2031-04-13")), Direction::Unknown);
    }

    #[test]
    fn one_statement_quoted_twice_is_reuse_of_the_statement() {
        let quote = "we had forty patients in the building and not one of them could walk";
        let a = format!("The director spoke to the wire by telephone. “{quote},” she said, and hung up.");
        let b = format!("In an interview the director was shaken: «{quote}». She did not say more than that.");
        let found = compare(&documents(&[&a, &b]));
        assert!(found[0].passages[0].quoted && found[0].only_quoted());
    }

    #[test]
    fn a_footer_on_every_page_is_not_reuse_and_a_text_posted_by_all_is() {
        let filler = |i: usize| (0..60).map(|w| format!("w{i}x{w} ")).collect::<String>();
        let footer =
            "All rights reserved. Contact the editors by letter. Terms of use apply to every page of this site.";
        let pages: Vec<String> = (0..40).map(|i| format!("{} {footer}", filler(i))).collect();
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        assert_eq!(compare(&documents(&pages)), []);

        let posts: Vec<String> = (0..40).map(|i| format!("post{i} {RELEASE}")).collect();
        let posts: Vec<&str> = posts.iter().map(String::as_str).collect();
        let short: Vec<String> = (0..4).map(|i| format!("{} {footer}", filler(i)[..120].to_owned())).collect();
        let short: Vec<&str> = short.iter().map(String::as_str).collect();
        assert_eq!(compare(&documents(&short)), [], "nor where it is a good part of few short pages");

        let found = compare(&documents(&posts));
        assert_eq!(found.len(), 39, "from the first to each, not from each to each");
        assert!(found.iter().all(|r| r.a == 0));
    }

    #[test]
    fn arabic_is_found_whatever_its_spelling() {
        let a = "قال المجلس إن ثلاث قذائف سقطت على السوق المغطى في الحي القديم من المدينة قبل الظهر بقليل";
        let b = "عاجل: قال المجلس إنّ ثلاث قذائف سقطت علي السوق المغطي في الحي القديم من المدينه قبل الظهر بقليل";
        assert!(compare(&documents(&[a, b]))[0].share > 0.99);
    }

    proptest! {
        #[test]
        fn every_shared_run_of_eight_words_is_seen(
            before in 0usize..30, after in 0usize..30, run in 8usize..40, shift in 0usize..30,
        ) {
            let words = |tag: &str, n: usize| (0..n).map(|i| format!("{tag}{i} ")).collect::<String>();
            let shared = words("shared", run);
            let a = format!("{}{shared}{}", words("a", before), words("b", after));
            let b = format!("{}{shared}{}", words("c", shift), words("d", after));
            let found = compare(&documents(&[&a, &b]));
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].words(), run);
            prop_assert_eq!(under(&a, found[0].passages[0].in_a), shared.trim_end());
        }
    }
}
