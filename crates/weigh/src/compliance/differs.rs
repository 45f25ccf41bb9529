//! Where a speaker's rendering of what an instrument demands differs from the instrument's own text.
//!
//! Compares words, not meanings: both are cut into clauses, every clause of the rendering is laid beside the clause of the
//! text that shares most of its content words, and what has no counterpart is listed on either side with its span. “Not in
//! the text” means that the words are not there; whether the sense is, a person judges. Text and rendering have to be in one
//! script: a translation is compared with the instrument's text in that language.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use witnessmark_model::words::{fold, is_arabic, is_invisible, query_terms};

/// Share of a clause's content words that must be found for two clauses to be laid beside each other.
const LEAST_SHARE: f64 = 0.3;
/// Most clauses of either side that are compared.
const MOST_CLAUSES: usize = 2_000;

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// As written.
    pub words: String,
    /// `[start, end)` in scalar values of its side.
    pub span: (usize, usize),
}

/// Two clauses that were laid beside each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned {
    /// What is said.
    pub said: Piece,
    /// The clause of the text that it comes nearest to.
    pub text: Piece,
    /// Share of the content words of what is said that stand in that clause, 0–1.
    pub share: f64,
}

/// How a rendering and a text differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    /// Were they in one script, so that words can be compared?
    pub comparable: bool,
    /// Clauses laid beside each other, in the order of what is said.
    pub aligned: Vec<Aligned>,
    /// What is only said.
    pub only_said: Vec<Piece>,
    /// What stands only in the text.
    pub only_text: Vec<Piece>,
    /// Share of the content words said that stand in the clauses beside them, 0–1.
    pub share: f64,
}

/// Compares what a speaker says that an instrument demands with its own text.
pub fn differs(said: &str, text: &str) -> Difference {
    let (a, b) = (clauses(said), clauses(text));
    let arabic =
        |s: &str| s.chars().filter(|c| is_arabic(*c)).count() * 2 > s.chars().filter(|c| c.is_alphabetic()).count();
    if a.is_empty() || b.is_empty() || arabic(said) != arabic(text) {
        return Difference::default();
    }
    let mut out = Difference { comparable: true, ..Difference::default() };
    let mut beside: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let (mut found, mut all) = (0usize, 0usize);
    for (i, clause) in a.iter().enumerate() {
        let content = clause.content().count();
        all += content;
        let best = b.iter().enumerate().map(|(j, other)| (shared(clause, other), j));
        // The most shared words; of equals the shorter clause, then the first.
        let best = best.min_by_key(|(n, j)| (std::cmp::Reverse(*n), b[*j].content().count(), *j));
        match best.filter(|(n, _)| *n > 0 && *n as f64 >= LEAST_SHARE * content as f64) {
            Some((n, j)) => {
                found += n;
                beside.entry(j).or_default().push(i);
                let share = n as f64 / content.max(1) as f64;
                out.aligned.push(Aligned { said: clause.piece(said), text: b[j].piece(text), share });
                out.only_said.extend(clause.without(&[&b[j]], said));
            }
            None if content > 0 => out.only_said.push(clause.piece(said)),
            None => {}
        }
    }
    for (j, clause) in b.iter().enumerate().filter(|(_, c)| c.content().count() > 0) {
        match beside.get(&j) {
            Some(said_here) => {
                let others: Vec<&Clause> = said_here.iter().map(|i| &a[*i]).collect();
                out.only_text.extend(clause.without(&others, text));
            }
            None => out.only_text.push(clause.piece(text)),
        }
    }
    out.share = if all == 0 { 0.0 } else { found as f64 / all as f64 };
    out
}

/// One word: its stem, empty for words without content, and its span.
#[derive(Debug, Clone, PartialEq)]
struct Word {
    stem: String,
    span: (usize, usize),
}

/// Words between two marks.
#[derive(Debug, Default)]
struct Clause {
    words: Vec<Word>,
}

impl Clause {
    fn content(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|w| !w.stem.is_empty())
    }

    fn piece(&self, of: &str) -> Piece {
        let (start, end) = (self.words.first().map_or(0, |w| w.span.0), self.words.last().map_or(0, |w| w.span.1));
        Piece { words: under(of, (start, end)), span: (start, end) }
    }

    /// Runs whose content words stand in none of the others; words without content do not end a run.
    fn without(&self, others: &[&Clause], of: &str) -> Vec<Piece> {
        let known = |w: &Word| others.iter().any(|o| o.content().any(|x| x.stem == w.stem));
        let mut out = Vec::new();
        let mut run: Option<(usize, usize)> = None;
        for word in &self.words {
            if !word.stem.is_empty() && known(word) {
                out.extend(run.take());
            } else if !word.stem.is_empty() {
                run = Some((run.map_or(word.span.0, |r| r.0), word.span.1));
            }
        }
        out.extend(run);
        out.into_iter().map(|span| Piece { words: under(of, span), span }).collect()
    }
}

fn under(text: &str, (start, end): (usize, usize)) -> String {
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}

/// Content words of the one that stand in the other.
fn shared(a: &Clause, b: &Clause) -> usize {
    a.content().filter(|w| b.content().any(|x| x.stem == w.stem)).count()
}

/// Clauses, cut at marks and at joining words that begin another demand.
fn clauses(text: &str) -> Vec<Clause> {
    let mut out = vec![Clause::default()];
    let mut word = String::new();
    let mut start = 0;
    for (at, c) in text.chars().chain(std::iter::once('.')).enumerate() {
        if c.is_alphanumeric() || (!word.is_empty() && (is_invisible(c) || c == '\'' || c == '’' || c == '-')) {
            if word.is_empty() {
                start = at;
            }
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            let last = out.last_mut().map(|c| &mut c.words);
            let stem = stem(&word);
            last.into_iter().for_each(|words| words.push(Word { stem: stem.clone(), span: (start, at) }));
            word.clear();
        }
        let cuts = matches!(c, '.' | ';' | ':' | ',' | '!' | '?' | '؛' | '،' | '؟' | '\n');
        if cuts && out.last().is_some_and(|c| !c.words.is_empty()) && out.len() < MOST_CLAUSES {
            out.push(Clause::default());
        }
    }
    out.retain(|c| !c.words.is_empty());
    out
}

/// Words that carry no demand.
const EMPTY: &[&str] = &[
    "the",
    "a",
    "an",
    "of",
    "to",
    "in",
    "on",
    "at",
    "by",
    "for",
    "and",
    "or",
    "that",
    "this",
    "these",
    "those",
    "with",
    "as",
    "is",
    "are",
    "be",
    "been",
    "was",
    "were",
    "it",
    "its",
    "their",
    "his",
    "her",
    "they",
    "them",
    "which",
    "who",
    "whom",
    "from",
    "into",
    "all",
    "any",
    "such",
    "has",
    "have",
    "had",
    "will",
    "shall",
    "should",
    "must",
    "would",
    "may",
    "also",
    "regarding",
    "including",
    "well",
    "across",
    "throughout",
    "under",
    "resolution",
    "council",
    "security",
    "demand",
    "call",
    "upon",
    "urge",
    "request",
    "decide",
    "implementation",
    "without",
    "delay",
    "immediately",
    "في",
    "من",
    "الي",
    "علي",
    "عن",
    "ان",
    "التي",
    "الذي",
    "هذا",
    "هذه",
    "ما",
    "او",
    "ثم",
    "مع",
    "كل",
    "جميع",
    "بما",
    "فيها",
    "اي",
    "قرار",
    "مجلس",
    "تطالب",
    "تدعو",
    "يطالب",
    "يدعو",
];

/// Pairs of stems that are one word in what is demanded.
const SAME: &[(&str, &str)] =
    &[("sieg", "besieg"), ("deliver", "delivery"), ("bomb", "bombard"), ("shell", "shelling"), ("aid", "assistanc")];

/// A word as it is compared: folded, without common endings; empty when it carries nothing.
fn stem(word: &str) -> String {
    let folded = fold(word);
    if folded.chars().any(is_arabic) {
        let bare = query_terms(&folded).join("");
        if EMPTY.contains(&bare.as_str()) || EMPTY.contains(&folded.as_str()) {
            return String::new();
        }
        // One-letter proclitics, as long as three letters remain: برفع is رفع. What is cut off a root is cut off it on
        // both sides.
        let mut stem = bare.as_str();
        while let Some(rest) = stem.strip_prefix(['و', 'ف', 'ب', 'ل', 'ك']).filter(|rest| rest.chars().count() >= 3)
        {
            stem = rest;
        }
        return stem.to_owned();
    }
    let folded: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    if EMPTY.contains(&folded.as_str()) || folded.is_empty() {
        return String::new();
    }
    let mut stem = folded.as_str();
    for ending in ["ments", "ment", "ings", "ing", "ies", "ied", "es", "ed", "s", "e", "y"] {
        if let Some(rest) = stem.strip_suffix(ending).filter(|rest| rest.len() >= 3) {
            stem = rest;
            break;
        }
    }
    // A doubled consonant before the ending: stopping, stop.
    let bytes = stem.as_bytes();
    if bytes.len() > 3
        && folded.len() > stem.len()
        && bytes[bytes.len() - 1] == bytes[bytes.len() - 2]
        && !stem.ends_with("ll")
    {
        stem = &stem[..stem.len() - 1];
    }
    let plain = EMPTY.contains(&stem);
    let one = SAME.iter().find(|(_, other)| *other == stem).map_or(stem, |(one, _)| one);
    if plain { String::new() } else { one.to_owned() }
}

impl Difference {
    /// Does anything differ?
    pub fn any(&self) -> bool {
        !self.only_said.is_empty() || !self.only_text.is_empty()
    }

    /// `{"comparable","share","only_said":[{"words","span"}],"only_text":[…],"aligned":[{"said","text","share"}]}`.
    pub fn to_json(&self) -> Value {
        let piece = |p: &Piece| json!({"words": p.words, "span": [p.span.0, p.span.1]});
        let list = |pieces: &[Piece]| pieces.iter().map(piece).collect::<Vec<_>>();
        let aligned: Vec<Value> = self
            .aligned
            .iter()
            .map(|a| json!({"said": piece(&a.said), "text": piece(&a.text), "share": a.share}))
            .collect();
        json!({
            "comparable": self.comparable, "share": self.share, "only_said": list(&self.only_said),
            "only_text": list(&self.only_text), "aligned": aligned,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pieces: &[Piece]) -> Vec<&str> {
        pieces.iter().map(|p| p.words.as_str()).collect()
    }

    #[test]
    fn what_is_only_said_and_what_is_only_in_the_text_are_listed() {
        let said = "lifting the siege of Quelmar; withdrawing all heavy weapons from the province";
        let text = "Demands that the Upland Command lift the siege of Quelmar without delay; calls upon all parties to allow rapid passage of relief;";
        let found = differs(said, text);
        assert!(found.comparable);
        assert_eq!(words(&found.only_said), ["withdrawing all heavy weapons from the province"]);
        assert_eq!(
            words(&found.only_text),
            ["Upland Command", "calls upon all parties to allow rapid passage of relief"]
        );
        assert_eq!(found.aligned.len(), 1);
        let (start, end) = found.only_said[0].span;
        assert_eq!(under(said, (start, end)), found.only_said[0].words);
    }

    #[test]
    fn endings_and_order_make_no_difference() {
        let found = differs(
            "stopping bombardments of towns and delivering aid",
            "deliver aid and stop the bombardment of the town",
        );
        assert!(!found.any(), "{found:?}");
        assert_eq!(found.share, 1.0);
    }

    #[test]
    fn arabic_is_compared_with_arabic_only() {
        let text = "تطالب قيادة الهضبة برفع الحصار عن كويلمار دون تأخير؛";
        let found = differs("رفع الحصار عن كويلمار، وسحب الأسلحة الثقيلة", text);
        assert!(found.comparable);
        assert_eq!(words(&found.only_said), ["وسحب الأسلحة الثقيلة"]);
        assert!(!differs("lift the siege", text).comparable);
        assert_eq!(differs("", text), Difference::default());
    }
}
