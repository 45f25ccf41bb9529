//! Speakers that stand elsewhere than before “that”: behind their quotation, before a colon, beside a legal word, behind a denial's noun.
//!
//! `«…»، قال الناطق`; `الشبكة: …`; `وصف القاضي الحصار بأنه …`; `بنفي من القيادة`. Deliberately gives no speaker to words
//! that no verb or mark ties to one.

use std::ops::Range;

use super::attribution::{LONGEST_SOURCE, is_participle, subject, subject_before};
use super::saying::THAT;
use super::words::{Cat, Hit, Token, Words};
use crate::extract::told::attribution::{Attribution, innermost};

/// Verbs and nouns that call something by a name.
const CALLS: &[&str] = &[
    "وصف",
    "وصفت",
    "وصفوا",
    "يصف",
    "تصف",
    "يصفون",
    "اعتبر",
    "اعتبرت",
    "اعتبروا",
    "يعتبر",
    "تعتبر",
    "عد",
    "عدت",
    "عدوا",
    "يعد",
    "تعد",
    "راي",
    "رات",
    "راوا",
    "يري",
    "تري",
    "سمي",
    "سمت",
    "سموا",
    "يسمي",
    "تسمي",
    "قرر",
    "قررت",
    "يقرر",
    "قضي",
    "قضت",
    "حكم",
    "حكمت",
    "خلص",
    "خلصت",
    "خلصوا",
    "انتهي",
    "انتهت",
    "انتهوا",
    "توصل",
    "توصلت",
    "توصلوا",
    "تحدث",
    "تحدثت",
    "تحدثوا",
    "اكتفي",
    "اكتفت",
    "دان",
    "دانت",
    "ندد",
    "نددت",
    "اعتبار",
    "وصفه",
    "وصفها",
    "قوله",
    "قولها",
    "قولهم",
    "صنف",
    "صنفت",
    "شبه",
    "شبهت",
    "اتهم",
    "اتهمت",
    "استنكر",
    "استنكرت",
    "اطلق",
    "اطلقت",
    "وجدت",
    "وجد",
    "استنتج",
    "استنتجت",
    "جدد",
    "جددت",
    "حذر",
    "حذرت",
];

/// Nouns of denying.
const DENYING: &[&str] = &["نفي", "انكار", "تكذيب", "رفض"];

/// Verbs with which a denial comes.
const COMES: &[&str] = &["صدر", "صدرت", "جاء", "ورد", "وصل", "قوبل", "قوبلت", "ووجه", "ووجهت", "اصطدم", "اصطدمت"];

/// Longest headline before its colon, in tokens.
const LONGEST_HEAD: usize = 16;

/// `«…»، قال الناطق …`: what is said stands before the verb.
pub fn after_quotation(words: &Words<'_>, hit: &Hit) -> Option<Attribution> {
    let verb = &words.list[hit.start];
    let sentence = words.sentence(hit.start);
    let joined = verb.has_and() && !verb.is(&["وصف", "وصفت", "وثق"]);
    if joined || hit.class == "urges" || is_participle(verb) {
        return None;
    }
    let filler = |token: &Token| token.is(&["،", ":", ".", "-", "—", "هكذا", "كما", "بهذه", "الكلمات", "بهذا"]);
    let close = (sentence.start..hit.start).rev().find(|at| !filler(&words.list[*at]))?;
    if !words.list[close].is(&["»", "”", "\""]) {
        return behind_its_clause(words, hit);
    }
    let open = (sentence.start..close).rev().find(|at| words.list[*at].is(&["«", "“", "\""]))?;
    let source = subject(words, hit.end..sentence.end);
    (close > open + 2 && !source.is_empty()).then(|| Attribution {
        cue: hit.tokens(),
        source,
        source_of: None,
        addressee: None,
        content: open + 1..close,
        stance: if hit.class == "denies" { "denies" } else { "asserts" },
        speech: "direct",
        warns: false,
        rule: "behind_its_quotation",
        inside: None,
    })
}

/// `لا صحة لهذا الكلام، قال الناطق العسكري.`: a clause, a comma, and at the end of the sentence the verb with who spoke.
fn behind_its_clause(words: &Words<'_>, hit: &Hit) -> Option<Attribution> {
    const SAYS: &[&str] =
        &["قال", "قالت", "قالوا", "رد", "ردت", "اضاف", "اضافت", "صرح", "صرحت", "اكد", "اكدت", "كتب", "كتبت"];
    let sentence = words.sentence(hit.start);
    let says = words.list[hit.start].is(SAYS) && hit.start > sentence.start + 2;
    if !says || !words.list[hit.start - 1].is(&["،"]) {
        return None;
    }
    let source = subject(words, hit.end..sentence.end);
    let ends = (source.end..sentence.end).all(|at| !words.list[at].is_word);
    (!source.is_empty() && ends).then(|| Attribution {
        cue: hit.tokens(),
        source,
        source_of: None,
        addressee: None,
        content: sentence.start..hit.start - 1,
        stance: "asserts",
        speech: "indirect",
        warns: false,
        rule: "behind_its_clause",
        inside: None,
    })
}

/// `شبكة النبع: …`, `الصحيفة عن خبراء: …`: a body or a title before a colon at the head of a sentence.
pub fn headlines(words: &Words<'_>, known: &[Attribution]) -> Vec<Attribution> {
    let mut out = Vec::new();
    for sentence in &words.sentences {
        let limit = sentence.end.min(sentence.start + LONGEST_HEAD);
        let Some(colon) = (sentence.start..limit).find(|at| words.list[*at].is(&[":"])) else { continue };
        let start = (sentence.start..colon)
            .find(|at| words.list[*at].is_word && !words.list[*at].is(&["عاجل", "خبر", "تحديث"]))
            .unwrap_or(colon);
        let head = |at: usize| words.hit_at(at, Cat::OrgHead).is_some() || words.hit_at(at, Cat::Title).is_some();
        let spoken = (start..colon).any(|at| {
            words.list[at].is(THAT)
                || words.hit_at(at, Cat::Cue).is_some_and(|hit| !hit.weak)
                || words.hit_at(at, Cat::ActVerb).is_some() && at > start
        });
        let taken = known.iter().any(|one| (start..=colon).contains(&one.cue.start));
        if start >= colon || !head(start) || spoken || taken || colon + 2 >= sentence.end {
            continue;
        }
        let source = subject(words, start..colon);
        let last = (colon + 1..sentence.end).rev().find(|at| words.list[*at].is_word).map_or(sentence.end, |at| at + 1);
        let make = |cue: Range<usize>, source: Range<usize>, rule| Attribution {
            cue,
            source,
            source_of: None,
            addressee: None,
            content: colon + 1..last.max(colon + 2),
            stance: "asserts",
            speech: "indirect",
            warns: false,
            rule,
            inside: None,
        };
        let from = (source.end..colon).find(|at| words.list[*at].is(&["عن"]));
        out.push(make(source.end..source.end + 1, source, "before_a_colon"));
        if let Some(from) = from.filter(|from| from + 1 < colon && colon - from <= LONGEST_SOURCE) {
            out.push(make(from..from + 1, from + 1..colon, "passed_on"));
        }
    }
    out
}

/// A legal word that nobody says yet: who calls it that in its sentence.
pub fn calls(words: &Words<'_>, known: &[Attribution]) -> Vec<Attribution> {
    let mut out: Vec<Attribution> = Vec::new();
    for hit in words.hits().iter().filter(|hit| hit.cat == Cat::Legal) {
        if innermost(known, hit.start).is_some() || out.iter().any(|one| one.content.contains(&hit.start)) {
            continue;
        }
        let sentence = words.sentence(hit.start);
        let called = (sentence.start..hit.start).rev().find(|at| words.list[*at].any(CALLS));
        let Some(verb) = called else { continue };
        let Some(source) = caller(words, verb, hit.start, &sentence) else { continue };
        out.push(Attribution {
            cue: verb..verb + 1,
            source,
            source_of: None,
            addressee: None,
            content: hit.start..hit.end,
            stance: "asserts",
            speech: "indirect",
            warns: false,
            rule: "calls_it",
            inside: None,
        });
    }
    out
}

/// Who stands as the subject of the verb at `verb`, before or behind it, or of the first verb of the sentence.
fn caller(words: &Words<'_>, verb: usize, hit: usize, sentence: &Range<usize>) -> Option<Range<usize>> {
    let head = |at: usize| words.hit_at(at, Cat::OrgHead).is_some() || words.hit_at(at, Cat::Title).is_some();
    let behind = subject(words, verb + 1..hit);
    if !behind.is_empty() && head(behind.start) {
        return Some(behind);
    }
    // `المحققين، الذين انتهوا إلى`: the noun before the relative.
    if verb > sentence.start && words.list[verb - 1].is(&["الذي", "التي", "الذين", "اللواتي", "اللذان"])
    {
        let noun = (sentence.start..verb.saturating_sub(1)).rev().find(|at| words.list[*at].is_word)?;
        let start = if noun > sentence.start && head(noun - 1) { noun - 1 } else { noun };
        return Some(start..noun + 1);
    }
    let before = subject_before(words, verb, sentence);
    if !before.is_empty() {
        return Some(before);
    }
    // `لم يتردد المقرر في وصف …`: the subject of the sentence's first verb, or its first word; the nearest clause counts.
    let mark = |at: &usize| words.list[*at].is(&["،", "؛"]);
    let clause = (sentence.start..verb).rev().find(mark).map_or(sentence.start, |at| at + 1);
    [clause, sentence.start].into_iter().find_map(|start| {
        let first = (start..verb.min(start + 5)).find(|at| head(*at))?;
        let source = subject(words, first..verb);
        (!source.is_empty()).then_some(source)
    })
}

/// `قوبلت المزاعم بنفي قاطع من القيادة`, `صدر نفي عن الجيش`: a denial told by its noun.
pub fn denials(words: &Words<'_>) -> Vec<Attribution> {
    let mut out = Vec::new();
    for (at, token) in words.list.iter().enumerate() {
        if !token.any(DENYING) || token.word.starts_with("ال") {
            continue;
        }
        let sentence = words.sentence(at);
        let by = token.word.starts_with('ب') && !token.is(DENYING);
        let comes = (at.saturating_sub(3).max(sentence.start)..at).any(|before| words.list[before].any(COMES));
        let with = (sentence.start..at).any(|before| words.list[before].any(COMES));
        if !(comes || by && with) {
            continue;
        }
        let Some(from) = (at + 1..sentence.end.min(at + 5)).find(|i| words.list[*i].is(&["من", "عن"])) else {
            continue;
        };
        let source = subject(words, from + 1..sentence.end);
        if source.is_empty() || at < sentence.start + 1 {
            continue;
        }
        out.push(Attribution {
            cue: at..at + 1,
            source,
            source_of: None,
            addressee: None,
            content: sentence.start..at,
            stance: "denies",
            speech: "indirect",
            warns: false,
            rule: "noun_of_denial",
            inside: None,
        });
    }
    out
}
