//! Who says what, over tables: subject, verb and content in the orders in which releases write them.
//!
//! `Le ministère a déclaré que …`, `…, a déclaré le ministère`, `«…», — заявив речник`, `за даними …`. It deliberately resolves no
//! pronouns beyond the speaker told last.

use std::ops::Range;

use crate::extract::told::attribution::{Attribution, NEIGHBOURS, nest};
use crate::tongues::words::{Cat, Hit, Words};

/// Longest name of a speaker, in tokens.
const LONGEST_SOURCE: usize = 16;

/// How far from its verb a content may begin, in tokens.
const LONGEST_GAP: usize = 14;

/// Longest content, in tokens: past that a sentence is none.
const LONGEST_CONTENT: usize = 160;

/// Every attribution of the text, in order of their cues.
pub fn find(words: &Words<'_>) -> Vec<Attribution> {
    let mut out: Vec<Attribution> = Vec::new();
    for hit in words.hits() {
        let found = match hit.cat {
            Cat::Cue => verbal(words, hit, &out),
            Cat::BySource => by_source(words, hit),
            _ => None,
        };
        if let Some(found) = found.filter(|found| out.last().is_none_or(|last| last.cue.end <= found.cue.start)) {
            out.push(found);
        }
    }
    nest(&mut out);
    out
}

fn mark<'w>(words: &'w Words<'_>, at: usize) -> Option<&'w str> {
    words.list.get(at).filter(|token| !token.is_word).map(|token| token.word.as_str())
}

fn opens_quote(words: &Words<'_>, at: usize) -> bool {
    matches!(mark(words, at), Some("«" | "“" | "„" | "\""))
}

fn closes_quote(words: &Words<'_>, at: usize) -> bool {
    matches!(mark(words, at), Some("»" | "”" | "“" | "\""))
}

/// A mark at which phrases end.
fn breaks(words: &Words<'_>, at: usize) -> bool {
    mark(words, at).is_some_and(|mark| !matches!(mark, "'" | "-" | "." | "«" | "»" | "“" | "”" | "\""))
}

fn verbal(words: &Words<'_>, hit: &Hit, before: &[Attribution]) -> Option<Attribution> {
    let (cue, stance) = (hit.tokens(), hit.class);
    let sentence = words.sentence(cue.start);
    let ahead = content_ahead(words, hit, &sentence);
    let behind = content_behind(words, &cue, &sentence);
    let mut source = subject_before(words, cue.start, &sentence);
    let mut rule = "subject_then_verb";
    let mut addressee = None;
    let content = match (&ahead, &behind) {
        // What follows `que` counts before what stands in front; a quotation in front before a bare object behind.
        (Some((content, _, true)), _) => content.clone(),
        (_, Some((content, _))) => content.clone(),
        (Some((content, ..)), None) if !hit.weak => content.clone(),
        _ => return None,
    };
    let is_behind = content.end <= cue.start;
    if is_behind || source.is_empty() {
        let limit = ahead.as_ref().filter(|_| !is_behind).map_or(sentence.end, |(content, ..)| content.start);
        let after = subject_after(words, cue.end..limit);
        if !after.is_empty() && (is_behind || names_somebody(words, &after)) {
            (source, rule) = (after, "verb_then_subject");
        }
    }
    if is_behind && content.contains(&source.start) {
        source = cue.start..cue.start;
    }
    if stance == "urges" && !is_behind {
        addressee = addressee_of(words, cue.end..content.end);
    }
    let mut content = content;
    if let Some(to) = addressee.as_ref().filter(|to| to.end < content.end) {
        content.start = content.start.max(to.end);
    }
    let mut source_of = None;
    if source.is_empty() {
        // `il a ajouté`, `а також закликала`: the one who spoke last, not long ago.
        let last = (0..before.len()).rev().take(NEIGHBOURS).find(|at| before[*at].source_of.is_none())?;
        let close = words.list[before[last].cue.start].sentence + 2 >= words.list[cue.start].sentence;
        let from = cue.start.saturating_sub(5).max(sentence.start);
        let goes_on = (from..cue.start).any(|at| words.has(at, Cat::Pronoun) || words.has(at, Cat::And));
        if !close || !goes_on && !is_behind {
            return None;
        }
        (source_of, rule) = (Some(last), "same_speaker");
    }
    let speech = speech(words, &content);
    let negated = (cue.start.saturating_sub(3).max(sentence.start)..cue.start).any(|at| words.has(at, Cat::Not));
    let stance = if negated && matches!(stance, "denies" | "urges" | "pledges") { "asserts" } else { stance };
    (!content.is_empty()).then_some(Attribution {
        cue,
        source,
        source_of,
        addressee,
        content,
        stance,
        speech,
        warns: false,
        rule,
        inside: None,
    })
}

/// What stands behind the verb: the content, where its opening stands, and whether a word or mark opens it.
fn content_ahead(words: &Words<'_>, hit: &Hit, sentence: &Range<usize>) -> Option<(Range<usize>, usize, bool)> {
    let end = sentence.end.min(hit.end + LONGEST_GAP);
    for at in hit.end..end {
        if let Some(that) = words.hit_at(at, Cat::That) {
            return Some((rest(words, that.end, sentence)?, at, true));
        }
        if opens_quote(words, at) {
            return Some((quoted(words, at, sentence)?, at, true));
        }
        if mark(words, at) == Some(":") {
            let from = if opens_quote(words, at + 1) {
                quoted(words, at + 1, sentence)?
            } else {
                rest(words, at + 1, sentence)?
            };
            return Some((from, at, true));
        }
        if mark(words, at).is_some_and(|mark| matches!(mark, ";" | "." | "—" | "–")) || words.has(at, Cat::Turn) {
            break;
        }
    }
    // `a démenti toute implication`, `зазначила про обстріл`: the object itself.
    let from = hit.end + usize::from(words.has(hit.end, Cat::Was));
    let stop = (from..sentence.end).find(|at| words.hit_at(*at, Cat::Cue).is_some() || words.has(*at, Cat::Turn));
    let clause = sentence.start..stop.unwrap_or(sentence.end);
    let mut object = rest(words, from, &clause)?;
    // `і звинуватив`: the “and” before the next verb is of that one.
    while object.end > object.start && words.has(object.end - 1, Cat::And) {
        object.end -= 1;
    }
    (!object.is_empty() && !breaks(words, from)).then_some((object, from, false))
}

/// What stands before the verb, cut off by a comma, dash or closing mark: `«…», — заявив`.
fn content_behind(words: &Words<'_>, cue: &Range<usize>, sentence: &Range<usize>) -> Option<(Range<usize>, usize)> {
    let mut at = cue.start;
    // Auxiliaries stand between: `, a déclaré`.
    while at > sentence.start && (words.has(at - 1, Cat::Was) || words.has(at - 1, Cat::Pronoun)) {
        at -= 1;
    }
    let mut end = at;
    let mut comma = false;
    while end > sentence.start && mark(words, end - 1).is_some_and(|mark| matches!(mark, "," | "—" | "–" | "-")) {
        end -= 1;
        comma = true;
    }
    if !comma || end <= sentence.start + 1 {
        return None;
    }
    if closes_quote(words, end - 1) {
        let open = (sentence.start..end - 1).find(|at| opens_quote(words, *at))?;
        return Some((open + 1..end - 1, open));
    }
    // A clause set in the middle (`…, який заявив`) is not what he said.
    let whole = end - sentence.start >= 3;
    whole.then_some((sentence.start..end, sentence.start))
}

fn rest(words: &Words<'_>, from: usize, within: &Range<usize>) -> Option<Range<usize>> {
    let end = within.end.min(from + LONGEST_CONTENT);
    let last = (from..end).rev().find(|at| words.list[*at].is_word || closes_quote(words, *at))? + 1;
    Some(from..last)
}

fn quoted(words: &Words<'_>, open: usize, sentence: &Range<usize>) -> Option<Range<usize>> {
    let close = (open + 1..sentence.end.min(open + LONGEST_CONTENT)).find(|at| closes_quote(words, *at));
    match close {
        // A name in marks (`організація «Дозор»`) is no speech.
        Some(close) if close - open <= 3 && words.list.get(open + 1).is_some_and(|token| token.capital) => None,
        Some(close) => Some(open + 1..close),
        None => rest(words, open + 1, sentence),
    }
}

fn speech(words: &Words<'_>, content: &Range<usize>) -> &'static str {
    let before = content.start.checked_sub(1).is_some_and(|at| opens_quote(words, at));
    if before && closes_quote(words, content.end) {
        "direct"
    } else if content.clone().any(|at| opens_quote(words, at)) {
        "mixed"
    } else {
        "indirect"
    }
}

/// The words before a verb that name who speaks.
fn subject_before(words: &Words<'_>, verb: usize, sentence: &Range<usize>) -> Range<usize> {
    let mut end = verb;
    while end > sentence.start && {
        let at = end - 1;
        words.has(at, Cat::Was)
            || words.has(at, Cat::Not)
            || words.has(at, Cat::Day)
            || words.has(at, Cat::Weekday)
            || words.has(at, Cat::Vague)
            || is_dash(words, at)
    } {
        end -= 1;
    }
    // `qualifié … de … et a exhorté`: the verb goes on with the subject of the one before.
    if end > sentence.start && words.hits_from(end - 1..end).iter().any(|hit| hit.cat == Cat::And && hit.end == end) {
        return verb..verb;
    }
    // `Ilan Dorrec, porte-parole du Conseil, a déclaré`: what is set off behind the name is of it.
    let lowest = sentence.start.max(end.saturating_sub(LONGEST_SOURCE));
    let stops = |at: usize| {
        breaks(words, at) || words.has(at, Cat::That) || words.has(at, Cat::Cue) || words.has(at, Cat::Turn)
    };
    let set_off = end > lowest && mark(words, end - 1) == Some(",");
    if set_off {
        let open = (lowest..end - 1).rev().find(|at| stops(*at)).filter(|at| mark(words, *at) == Some(","));
        if let Some(open) = open {
            let start = (lowest..open).rev().find(|at| stops(*at)).map_or(lowest, |at| at + 1);
            let name = trimmed(words, start..open);
            return if names_somebody(words, &name) { name } else { verb..verb };
        }
        return verb..verb;
    }
    let start = (lowest..end).rev().find(|at| stops(*at)).map_or(lowest, |at| at + 1);
    let found = trimmed(words, start..end);
    if names_somebody(words, &found) { found } else { verb..verb }
}

fn is_dash(words: &Words<'_>, at: usize) -> bool {
    matches!(mark(words, at), Some("—" | "–"))
}

/// The words behind a verb that name who speaks.
fn subject_after(words: &Words<'_>, between: Range<usize>) -> Range<usize> {
    let mut start = between.start;
    while start < between.end
        && (words.has(start, Cat::Day) || words.has(start, Cat::Weekday) || words.has(start, Cat::Was))
    {
        start += 1;
    }
    let limit = between.end.min(start + LONGEST_SOURCE);
    let stop = (start..limit).find(|at| {
        let inner = *at > start;
        breaks(words, *at)
            || mark(words, *at) == Some(".")
            || words.has(*at, Cat::That)
            || inner
                && (words.has(*at, Cat::Ends) && !words.has(*at, Cat::Within)
                    || words.has(*at, Cat::Weekday)
                    || words.has(*at, Cat::Day))
            || opens_quote(words, *at) && !words.list.get(*at + 1).is_some_and(|token| token.capital)
    });
    // `, a affirmé Ilan Dorrec, porte-parole du Conseil`: the name is enough.
    let found = start..stop.unwrap_or(limit);
    let person = person_in(words, &found);
    trimmed(words, person.unwrap_or(found))
}

/// The name behind a title: `le porte-parole du Conseil Ilan Dorrec`.
fn person_in(words: &Words<'_>, range: &Range<usize>) -> Option<Range<usize>> {
    words.hits_in(range, Cat::Title).next()?;
    let capital = |at: usize| words.list[at].capital && !words.has(at, Cat::OrgHead);
    let start = (range.start..range.end.saturating_sub(1)).rev().find(|at| capital(*at) && capital(*at + 1))?;
    (start + 2 == range.end).then_some(start..range.end)
}

/// Without “and”, articles and prepositions before, and marks behind.
fn trimmed(words: &Words<'_>, range: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    while start < end
        && (words.has(start, Cat::And)
            || !words.list[start].is_word && !opens_quote(words, start)
            || words.has(start, Cat::Within) && !words.list[start].capital)
    {
        start += 1;
    }
    while end > start && (!words.list[end - 1].is_word && !closes_quote(words, end - 1) || words.has(end - 1, Cat::And))
    {
        end -= 1;
    }
    match person_in(words, &(start..end)) {
        Some(person) => person,
        None => start..end,
    }
}

/// The words hold a title, the head of a body's name, people who were there, or a name in capitals.
fn names_somebody(words: &Words<'_>, range: &Range<usize>) -> bool {
    let has = |cat: Cat| words.hits_in(range, cat).next().is_some();
    let first = words.sentence(range.start).start;
    let capital = |at: usize| words.list[at].capital && at != first && !words.has(at, Cat::Month);
    !range.is_empty()
        && (has(Cat::OrgHead) || has(Cat::Title) || has(Cat::People) || has(Cat::Actor) || range.clone().any(capital))
        && !has(Cat::ActVerb)
}

/// Whom an appeal goes to: the words behind the verb up to what is to be done.
fn addressee_of(words: &Words<'_>, between: Range<usize>) -> Option<Range<usize>> {
    let start = between.start + usize::from(words.has(between.start, Cat::Within));
    let infinitive = |at: usize| {
        words.has(at, Cat::Aim)
            || words.list[at].word.ends_with("ть")
            || words.list[at].word.ends_with("ти") && !words.list[at].capital
    };
    let limit = between.end.min(start + LONGEST_SOURCE);
    let stop = (start..limit).find(|at| {
        breaks(words, *at)
            || words.has(*at, Cat::That)
            || infinitive(*at)
            || *at > start && words.has(*at, Cat::In) && !words.has(*at, Cat::Within)
    })?;
    let to = trimmed(words, start..stop);
    (!to.is_empty()).then_some(to)
}

/// `selon l'Observatoire, …` and `…, за словами мера`.
fn by_source(words: &Words<'_>, hit: &Hit) -> Option<Attribution> {
    let sentence = words.sentence(hit.start);
    let limit = sentence.end.min(hit.end + LONGEST_SOURCE);
    let stop =
        (hit.end..limit).find(|at| breaks(words, *at) || words.has(*at, Cat::That) || mark(words, *at) == Some("."));
    let source = trimmed(words, hit.end..stop.unwrap_or(limit));
    if !names_somebody(words, &source) && !words.list.get(source.start).is_some_and(|token| token.capital) {
        return None;
    }
    let leads = hit.start <= sentence.start + 1;
    let content = if leads {
        rest(words, source.end + 1, &sentence)?
    } else {
        let mut end = hit.start;
        while end > sentence.start && !words.list[end - 1].is_word && !closes_quote(words, end - 1) {
            end -= 1;
        }
        sentence.start.max(end.saturating_sub(LONGEST_CONTENT))..end
    };
    (content.len() >= 2).then_some(Attribution {
        cue: hit.tokens(),
        source,
        source_of: None,
        addressee: None,
        speech: speech(words, &content),
        content,
        stance: "asserts",
        warns: false,
        rule: "according_to",
        inside: None,
    })
}
