//! Who speaks: names as keys, and speakers who have no name.
//!
//! Deliberately no list of organisations or people. “A nurse” in two reports is two people as far as anybody has shown;
//! “a nurse” whom one organisation spoke to is one voice of that organisation.

use std::collections::BTreeMap;

use witnessmark_model::Claim;
use witnessmark_model::words::{fold, is_arabic, query_terms};

use super::graph::Node;
use crate::facts::ItemFacts;

/// Longest chain that is followed.
const LONGEST_CHAIN: usize = 16;

/// A speaker as a chain names them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Speaker {
    /// As written.
    pub name: String,
    /// Folded; one voice however it is spelt.
    pub key: String,
    /// Who cites them, where they have no name of their own.
    pub within: Option<String>,
}

impl Speaker {
    /// The voice itself.
    pub fn node(&self) -> Node {
        match &self.within {
            Some(within) => Node::Unnamed { within: within.clone(), words: self.key.clone() },
            None => Node::Voice { key: self.key.clone() },
        }
    }

    /// What the speaker said or wrote, as this claim cites it.
    pub fn cited(&self, claim: &Claim, names: &mut BTreeMap<String, String>) -> Node {
        if self.within.is_some() {
            return self.node();
        }
        voice_of(&self.name, names);
        let stated = ["document_date", "dated"].iter().find_map(|name| claim.more.get(*name)?.as_str());
        let which = stated.map_or_else(|| format!("in {}", claim.item.short()), str::to_owned);
        Node::Cited { key: self.key.clone(), which }
    }
}

/// The folded name: no article, no punctuation, no diacritics; a report or statement of a body is that body's voice.
pub fn voice_key(name: &str) -> String {
    let words = query_terms(name);
    let mut at = 0;
    let article = |at: usize| words.get(at).is_some_and(|w| matches!(w.as_str(), "the" | "a" | "an"));
    if words.len() > 1 && article(0) {
        at = 1;
    }
    let of = words.get(at + 1).is_some_and(|w| matches!(w.as_str(), "of" | "by" | "from"));
    if words.len() > at + 2 && of && DOCUMENTS.contains(&words[at].as_str()) {
        at += 2;
        at += usize::from(words.len() > at + 1 && article(at));
    } else if words.len() > at + 1 && DOCUMENTS_AR.contains(&words[at].as_str()) {
        at += 1;
    }
    words[at..].join(" ")
}

/// Words for what somebody issues, before a name.
const DOCUMENTS: &[&str] =
    &["report", "reports", "statement", "statements", "release", "account", "study", "investigation"];

/// The same in Arabic, folded, in the construct state.
const DOCUMENTS_AR: &[&str] = &["تقرير", "تقارير", "بيان", "بيانات", "تصريح", "دراسه"];

/// Words for people who speak for the body that is named before them: its own voice.
const REPRESENTATIVES: &[&str] =
    &["delegation", "spokesman", "spokeswoman", "spokesperson", "representative", "وفد", "ناطق", "متحدث"];

/// Is this somebody without a name who speaks for a body?
fn represents(name: &str) -> bool {
    query_terms(name).iter().any(|w| REPRESENTATIVES.contains(&w.as_str()))
}

/// The voice of a name, which is remembered as it was first spelt.
pub(super) fn voice_of(name: &str, names: &mut BTreeMap<String, String>) -> Node {
    let key = voice_key(name);
    names.entry(key.clone()).or_insert_with(|| name.trim().to_owned());
    Node::Voice { key }
}

/// Through whom a claim came, outermost first. The item's own voice at the front of the chain is left out: a body that
/// quotes itself is one voice.
pub(crate) fn chain_of(claim: &Claim, item: Option<&ItemFacts<'_>>) -> Vec<Speaker> {
    let alone: Vec<String> = claim.stated_by.iter().filter(|_| claim.chain.is_empty()).cloned().collect();
    let own = item.and_then(|i| i.voice()).map(voice_key);
    let mut within = match &own {
        Some(key) => format!("voice:{key}"),
        None => format!("item:{}", claim.item),
    };
    let mut chain: Vec<Speaker> = Vec::new();
    for name in claim.chain.iter().chain(&alone).take(LONGEST_CHAIN) {
        let key = voice_key(name);
        if key.is_empty() || chain.last().is_some_and(|last| last.key == key) {
            continue;
        }
        if is_unnamed(name) && represents(name) && within.starts_with("voice:") {
            continue;
        }
        if is_unnamed(name) {
            chain.push(Speaker { name: name.clone(), key, within: Some(within.clone()) });
        } else {
            within = format!("voice:{key}");
            chain.push(Speaker { name: name.clone(), key, within: None });
        }
    }
    if chain.first().is_some_and(|first| first.within.is_none() && Some(&first.key) == own.as_ref()) {
        chain.remove(0);
    }
    chain
}

/// Words for people without a name, in the singular where that is regular.
const PEOPLE: &[&str] = &[
    "witness",
    "eyewitness",
    "resident",
    "activist",
    "source",
    "official",
    "survivor",
    "doctor",
    "medic",
    "nurse",
    "villager",
    "people",
    "person",
    "local",
    "neighbour",
    "neighbor",
    "relative",
    "rescuer",
    "responder",
    "worker",
    "reporter",
    "journalist",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "man",
    "woman",
    "men",
    "women",
    "one",
    "other",
    "some",
    "many",
    "several",
    "anonymous",
    "unnamed",
    "unknown",
    "observer",
    "report",
    "media",
    "he",
    "she",
    "they",
];

/// The same in Arabic, folded and without article: what stays nameless whatever follows.
const PEOPLE_AR: &[&str] = &[
    "شاهد",
    "شهود",
    "سكان",
    "اهالي",
    "اهل",
    "ناشط",
    "ناشطون",
    "ناشطين",
    "نشطاء",
    "مصدر",
    "مصادر",
    "مواطن",
    "مواطنون",
    "مواطنين",
    "مسعف",
    "مسعفون",
    "مسعفين",
    "ناج",
    "ناجون",
    "ناجين",
    "شخص",
    "اشخاص",
    "مسوول",
    "مسوولون",
    "مسوولين",
];

/// Is this a description and no name? Latin script: not one capital outside words for people. Arabic, which has no
/// capitals: a word for people comes first, or an indefinite noun before a preposition.
pub(super) fn is_unnamed(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    if words.is_empty() {
        return true;
    }
    if name.chars().any(is_arabic) {
        let first = query_terms(words[0]).join("");
        let first = first.replace(['ؤ', 'ئ'], "و");
        let place = words.get(1).is_some_and(|w| matches!(fold(w).as_str(), "في" | "من" | "علي" | "لدي" | "قرب"));
        return PEOPLE_AR.contains(&first.as_str()) || place;
    }
    let generic = |word: &str| {
        let word = fold(word);
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let one = word.strip_suffix("es").filter(|w| w.ends_with("ss")).or(word.strip_suffix('s')).unwrap_or(word);
        PEOPLE.contains(&word) || PEOPLE.contains(&one)
    };
    let named = |word: &&str| word.chars().any(char::is_uppercase) && !generic(word);
    // A script without capitals, other than Arabic, is taken at its word.
    if !name.chars().any(char::is_lowercase) && !name.chars().any(char::is_uppercase) {
        return false;
    }
    let starts_small =
        words.first().is_some_and(|w| matches!(fold(w).as_str(), "a" | "an" | "one" | "two" | "some" | "several"));
    starts_small || !words.iter().any(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_voice_however_it_is_spelt() {
        assert_eq!(voice_key("The Health Directorate"), voice_key("health directorate"));
        assert_eq!(voice_key("مُديرية الصحة"), voice_key("مديرية صحه"));
        assert_ne!(voice_key("Health Directorate"), voice_key("Health Ministry"));
        assert_eq!(voice_key("report of the Harbour Monitor"), voice_key("Harbour Monitor"));
        assert_eq!(voice_key("تقرير مرصد الميناء"), voice_key("مرصد الميناء"));
        assert_eq!(voice_key("Report"), "report");
    }

    #[test]
    fn descriptions_are_no_names() {
        for unnamed in [
            "a nurse",
            "residents of the town",
            "Residents",
            "Two witnesses",
            "eyewitnesses",
            "sources",
            "A doctor at Port Hospital",
            "شهود عيان",
            "بائع في السوق",
            "الأهالي",
            "مصادر محلية",
            "مسؤول محلي",
            "",
        ] {
            assert!(is_unnamed(unnamed), "{unnamed}");
        }
        for named in ["Ada Lund", "the Health Directorate", "Isle Wire", "مديرية الصحة", "جبهة النهر", "国際通信"]
        {
            assert!(!is_unnamed(named), "{named}");
        }
    }
}
