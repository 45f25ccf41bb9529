//! Who has it from whom in Arabic: `نقلت الصحيفة عن المرصد أن`, `كتبت …، استنادا إلى مسؤول، أن`, `علمت الهيئة من ناج أن`.
//!
//! What stands between a verb of saying (or an “according to”) and what is said is cut at the words that lead to the next
//! one it comes from. Deliberately ties nobody over the end of a sentence.

use std::ops::Range;

use super::attribution::LONGEST_SOURCE;
use super::inflect;
use super::saying::THAT;
use super::words::{Cat, Token, Words};
use crate::extract::told::attribution::Attribution;

/// Verbs that pass on what another said: `عن` behind them leads to that other.
pub const PASSES_ON: &[&str] =
    &["نقل", "نقلت", "ينقل", "تنقل", "نقلوا", "ينقلون", "روي", "روت", "يروي", "تروي", "حكي", "حكت"];

/// Verbs of hearing something: `من` behind them leads to who told it.
const LEARNS: &[&str] = &[
    "علم",
    "علمت",
    "علموا",
    "تعلم",
    "سمع",
    "سمعت",
    "سمعوا",
    "فهم",
    "فهمت",
    "عرف",
    "عرفت",
    "استقي",
    "استقت",
    "جمع",
    "جمعت",
    "تلقي",
    "تلقت",
    "حصل",
    "حصلت",
];

/// Words that end the name of one from whom it comes, beside marks and “that”.
const CUTS: &[&str] = &[
    "الذي",
    "التي",
    "الذين",
    "اللواتي",
    "اللذين",
    "اللتين",
    "لم",
    "لن",
    "قوله",
    "قولها",
    "قولهم",
    "نفيه",
    "نفيها",
    "نفيهم",
    "تاكيده",
    "تاكيدها",
    "تاكيدهم",
    "وصفه",
    "وصفها",
    "بعد",
    "خلال",
    "حول",
    "فان",
    "فانه",
    "فانها",
    "قائلا",
    "قائله",
];

/// What a finding rests on, beside kinds of evidence.
const THINGS: &[&str] = &[
    "سجلات",
    "سجل",
    "وثائق",
    "وثيقه",
    "صور",
    "صوره",
    "بيانات",
    "تقارير",
    "تقرير",
    "ماده",
    "قرار",
    "اتفاق",
    "اتفاقيه",
    "قانون",
    "معلومات",
    "ادله",
    "تحليل",
    "مقاطع",
];

/// What people said, not the people.
const ACCOUNTS: &[&str] =
    &["شهاده", "شهادات", "افاده", "افادات", "اقوال", "حكايات", "روايه", "روايات", "اعترافات", "اعتراف", "مقابلات"];

/// Most sources one behind the other.
const MOST: usize = 4;

/// How far behind an “according to” the next source may begin, in tokens.
const NEXT: usize = 2;

/// The sources named between the cue of `outer` and what it carries, the nearest to it first.
pub fn sources(words: &Words<'_>, outer: &Attribution) -> Vec<Attribution> {
    let verb = &words.list[outer.cue.start];
    let gap = outer.cue.end..outer.content.start;
    if outer.rule == "according_to" || gap.start >= gap.end {
        return Vec::new();
    }
    cut(words, &gap, verb.any(PASSES_ON), verb.any(LEARNS))
        .into_iter()
        .map(|(cue, source)| one(words, cue, source, &gap, outer))
        .collect()
}

/// The sources that follow one behind an “according to” at the head of its sentence; what is said begins behind them.
pub fn following(words: &Words<'_>, outer: &mut Attribution) -> Vec<Attribution> {
    if outer.rule != "according_to" || outer.content.start < outer.source.end {
        return Vec::new();
    }
    let sentence = words.sentence(outer.cue.start);
    let near = outer.source.end..(outer.source.end + NEXT).min(sentence.end);
    // `وفق ما نقله المرصد عن ناشطين`.
    let passes = (outer.cue.start..outer.source.start).any(|at| {
        let bare = inflect::without_pronoun(&words.list[at].word);
        words.list[at].any(PASSES_ON) || bare.is_some_and(|stem| PASSES_ON.contains(&stem))
    });
    if !near.into_iter().any(|at| splitter(words, at, passes, false, true).is_some()) {
        return Vec::new();
    }
    let gap = outer.source.end..sentence.end.min(outer.source.end + 2 * LONGEST_SOURCE);
    let mut found = cut(words, &gap, passes, false);
    found.truncate(1);
    let Some((_, last)) = found.last() else { return Vec::new() };
    outer.content.start = (last.end + 1).min(outer.content.end);
    if outer.content.len() < 2 {
        return Vec::new();
    }
    found.into_iter().map(|(cue, source)| one(words, cue, source, &gap, outer)).collect()
}

/// Whether anything between `from` and `to` leads to another source.
pub fn leads_on(words: &Words<'_>, from: usize, to: usize) -> bool {
    (from..to).any(|at| words.hit_at(at, Cat::BySource).is_some())
}

fn one(
    words: &Words<'_>,
    cue: Range<usize>,
    source: Range<usize>,
    gap: &Range<usize>,
    outer: &Attribution,
) -> Attribution {
    let denied = (source.end..gap.end).any(|at| words.list[at].any(&["نفيه", "نفيها", "نفيهم", "انكاره", "انكارها"]));
    Attribution {
        cue,
        source,
        source_of: None,
        addressee: None,
        content: outer.content.clone(),
        stance: if denied { "denies" } else { "asserts" },
        speech: outer.speech,
        warns: false,
        rule: "passed_on",
        inside: None,
    }
}

/// Words that lead to a source, each with the source behind them.
fn cut(words: &Words<'_>, gap: &Range<usize>, passes: bool, learns: bool) -> Vec<(Range<usize>, Range<usize>)> {
    let mut out: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let mut learns = learns;
    let mut at = gap.start;
    while at < gap.end && out.len() < MOST {
        let Some(end) = splitter(words, at, passes || !out.is_empty(), learns, false) else {
            at += 1;
            continue;
        };
        let mut from = end;
        while from < gap.end && (words.list[from].is(&["ما"]) || is_telling(words, from)) {
            let verb = &words.list[from];
            let heard = inflect::without_pronoun(&verb.word).is_some_and(|stem| LEARNS.contains(&stem));
            learns |= heard || verb.any(LEARNS);
            from += 1;
        }
        let ends = |i: &usize| {
            let token = &words.list[*i];
            !token.is_word && !token.is(&["«", "»", "\"", "“", "”"])
                || token.is(THAT)
                || token.is(CUTS)
                || *i > from && splitter(words, *i, true, learns, false).is_some()
                || *i > from && words.hit_at(*i, Cat::Cue).is_some_and(|hit| !hit.weak)
        };
        let stop = (from..gap.end.min(from + LONGEST_SOURCE)).find(ends).unwrap_or(gap.end.min(from + LONGEST_SOURCE));
        let named = |i: &usize| words.list[*i].is_word;
        // `عنه`, `عنها` behind the words that lead on name nobody new.
        let from = if from < stop && words.list[from].is(&["عنه", "عنها", "عنهم", "له", "لها", "اليه", "اليها"])
        {
            from + 1
        } else {
            from
        };
        // Records and papers are what it rests on, nobody who passes it on.
        let thing = (from..stop).take(2).any(|i| {
            let evidence = words
                .hit_at(i, Cat::Evidence)
                .is_some_and(|hit| !matches!(hit.class, "witness_account" | "expert") || words.list[i].any(ACCOUNTS));
            evidence || words.list[i].any(THINGS)
        });
        if (from..stop).any(|i| named(&i)) && !thing {
            out.push((at..end, from..stop));
        }
        at = stop.max(end);
    }
    out
}

/// One past the words at `at` that lead to a source.
fn splitter(words: &Words<'_>, at: usize, passes: bool, learns: bool, opening: bool) -> Option<usize> {
    if let Some(hit) = words.hit_at(at, Cat::BySource) {
        return Some(hit.end);
    }
    let token = words.list.get(at)?;
    let after_mark = at > 0 && words.list[at - 1].is(&["،"]);
    (token.is(&["عن"]) && (passes || after_mark && opening) || token.is(&["من"]) && learns).then_some(at + 1)
}

/// `أوردته`, `سمعه`, `قال`: a verb of saying or hearing, with or without its object.
fn is_telling(words: &Words<'_>, at: usize) -> bool {
    let token = &words.list[at];
    words.hit_at(at, Cat::Cue).is_some() || bare_telling(token)
}

/// The verb under a joined object is one of saying or hearing.
pub fn bare_telling(token: &Token) -> bool {
    inflect::without_pronoun(&token.word).is_some_and(|stem| {
        // `أبلغوه`: the letter that ends a plural falls before a pronoun.
        LEARNS.contains(&stem) || super::words::is_cue(stem) || super::words::is_cue(&format!("{stem}ا"))
    })
}
