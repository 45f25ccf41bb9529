//! Figures of harm over tables: how many were killed, injured, missing, detained or displaced, and who.
//!
//! `cinq personnes ont été tuées`, `загинули четверо пацієнтів`, `семь человек погибли`. It deliberately makes nobody a civilian who
//! is not called one, and counts nobody without a number but a single person named in the singular.

use std::ops::Range;

use crate::extract::told::Figure;
use crate::tongues::numbers::{Quantity, quantity};
use crate::tongues::words::{Cat, Hit, Words};

/// How far from the word of harm its number may stand, in tokens.
const LONGEST_REACH: usize = 12;

/// Every figure of the text, in order.
pub fn find(words: &Words<'_>) -> Vec<Figure> {
    let mut out: Vec<Figure> = Vec::new();
    for hit in words.hits().iter().filter(|hit| hit.cat == Cat::Harm) {
        if out.iter().rev().take(8).any(|figure| figure.tokens.contains(&hit.start)) {
            continue;
        }
        let sentence = words.sentence(hit.start);
        let free = |tokens: &Range<usize>| {
            !out.iter().rev().take(8).any(|figure| figure.tokens.start < tokens.end && tokens.start < figure.tokens.end)
        };
        let found = adjacent(words, hit, &sentence)
            .filter(|one| free(&one.tokens))
            .or_else(|| after(words, hit, &sentence).filter(|one| free(&one.tokens)))
            .or_else(|| before(words, hit, &sentence).filter(|one| free(&one.tokens)));
        let Some(figure) = found else { continue };
        let number = out.len();
        // `douze civils, dont trois enfants, ont été tués`: the parts stand inside the words of the whole.
        let inner = words.hits_in(&figure.tokens, Cat::Among).next().map(|among| among.start);
        let end = inner.unwrap_or(figure.tokens.end);
        out.push(figure);
        subsets(words, end, &sentence, number, &mut out);
    }
    out
}

fn figure(hit: &Hit, tokens: Range<usize>, found: &Quantity, who: &'static str) -> Figure {
    Figure {
        harm: hit.class,
        tokens,
        min: found.min,
        max: found.max,
        who,
        approximate: found.approximate,
        part_of: None,
        dual_or_plural: false,
    }
}

/// The quantity that counts people and ends at `end`, the longest.
fn quantity_to(words: &Words<'_>, end: usize, least: usize) -> Option<Quantity> {
    (least.max(end.saturating_sub(6))..end).find_map(|at| quantity(words, at).filter(|found| found.tokens.end == end))
}

/// `cinq morts`, `п'ятеро загиблих`: the number right before a word of harm.
fn adjacent(words: &Words<'_>, hit: &Hit, sentence: &Range<usize>) -> Option<Figure> {
    let found = quantity_to(words, hit.start, sentence.start)?;
    let behind = words.hit_at(hit.end, Cat::Victim).filter(|_| quantity(words, hit.end).is_none());
    // `5 загиблих цивільних` says who in the next word; `20 поранені` does not.
    let who = behind.map_or("unknown", |victim| victim.class);
    let end = behind.map_or(hit.end, |victim| victim.end);
    Some(figure(hit, found.tokens.start..end, &found, who))
}

/// Whoever is counted from `at`: their class, and where the words for them end. A number of days or houses counts nobody.
fn counted(words: &Words<'_>, at: usize) -> Option<(&'static str, usize)> {
    for step in at..(at + 3).min(words.list.len()) {
        let other = [Cat::Unit, Cat::Target, Cat::Weapon, Cat::Act, Cat::Month, Cat::Number, Cat::Century];
        if let Some(victim) = words.hit_at(step, Cat::Victim) {
            let more = words.hit_at(victim.end, Cat::Victim).filter(|_| victim.class == "unknown");
            return Some(more.map_or((victim.class, victim.end), |next| (next.class, next.end)));
        }
        if !words.list[step].is_word || other.iter().any(|cat| words.has(step, *cat)) {
            return None;
        }
    }
    None
}

/// `загинули четверо пацієнтів`, `tuant quatre patients`, `blessant une infirmière`.
fn after(words: &Words<'_>, hit: &Hit, sentence: &Range<usize>) -> Option<Figure> {
    let limit = sentence.end.min(hit.end + LONGEST_REACH);
    for at in hit.end..limit {
        if !words.list[at].is_word || words.has(at, Cat::Harm) && at > hit.end || words.has(at, Cat::Turn) {
            break;
        }
        if let Some(found) = quantity(words, at) {
            let end = found.tokens.end;
            if let Some((who, end)) = counted(words, end) {
                return Some(figure(hit, hit.start..end, &found, who));
            }
            let ends = words.list.get(end).is_none_or(|token| !token.is_word) || words.has(end, Cat::And);
            return (at == hit.end && ends).then(|| figure(hit, hit.start..end, &found, "unknown"));
        }
        if let Some(one) = words.hit_at(at, Cat::One).filter(|one| !one.weak && one.start <= hit.end + 1) {
            return Some(figure(hit, hit.start..one.end, &single(one.tokens()), class_of(words, at)));
        }
    }
    None
}

/// `cinq personnes ont été tuées`, `двоє людей загинули`.
fn before(words: &Words<'_>, hit: &Hit, sentence: &Range<usize>) -> Option<Figure> {
    let least = sentence.start.max(hit.start.saturating_sub(LONGEST_REACH));
    for at in (least..hit.start).rev() {
        let breaks = words.list.get(at).is_some_and(|token| token.is(&[";", ":", "."])) || words.has(at, Cat::That);
        if breaks
            || words.has(at, Cat::Harm) && words.hit_at(at, Cat::Harm).is_some_and(|other| other.class == hit.class)
        {
            return None;
        }
        let Some(found) = quantity(words, at) else { continue };
        let part =
            (at.saturating_sub(4)..at).any(|from| words.hit_at(from, Cat::Among).is_some_and(|among| among.end == at));
        if part {
            continue;
        }
        let found = quantity_to(words, found.tokens.end, least).unwrap_or(found);
        let people = counted(words, found.tokens.end).filter(|(_, end)| *end <= hit.start);
        // `одинадцять отримали поранення`, `onze autres ont été blessées`: nothing but helpers stand between.
        let helpers = (found.tokens.end..hit.start).all(|between| {
            let token = &words.list[between];
            token.is_word
                && (words.has(between, Cat::Was) || token.word.chars().count() <= 10)
                && !words.has(between, Cat::Unit)
        });
        let near = hit.start - found.tokens.end <= 3 && helpers;
        if let Some((who, _)) = people {
            return Some(figure(hit, found.tokens.start..hit.end, &found, who));
        }
        let counts_else = [Cat::Unit, Cat::Target, Cat::Weapon, Cat::Act, Cat::Month];
        if near && !counts_else.iter().any(|cat| words.has(found.tokens.end, *cat)) {
            return Some(figure(hit, found.tokens.start..hit.end, &found, "unknown"));
        }
        return None;
    }
    let one =
        words.hits_in(&(least..hit.start), Cat::One).last().filter(|one| !one.weak && one.end + 3 >= hit.start)?;
    Some(figure(hit, one.start..hit.end, &single(one.tokens()), class_of(words, one.start)))
}

fn single(tokens: Range<usize>) -> Quantity {
    Quantity { tokens, min: Some(1), max: Some(1), approximate: false }
}

fn class_of(words: &Words<'_>, at: usize) -> &'static str {
    words.hit_at(at, Cat::Victim).map_or("unknown", |victim| victim.class)
}

/// `dont trois enfants`, `зокрема двоє дітей і жінка`: parts of the figure before.
fn subsets(words: &Words<'_>, from: usize, sentence: &Range<usize>, whole: usize, out: &mut Vec<Figure>) {
    let limit = sentence.end.min(from + 5);
    let Some(opened) = (from.saturating_sub(1)..limit).find_map(|at| words.hit_at(at, Cat::Among)) else { return };
    let mut at = opened.end;
    while at < sentence.end {
        let found = quantity(words, at).or_else(|| words.hit_at(at, Cat::One).map(|one| single(at..one.start)));
        let Some(found) = found else { break };
        let Some((who, end)) = counted(words, found.tokens.end) else { break };
        let mut part = Figure { part_of: Some(whole), ..out[whole].clone() };
        (part.tokens, part.min, part.max) = (at..end, found.min, found.max);
        (part.who, part.approximate) = (who, found.approximate);
        out.push(part);
        let next = words.hit_at(end, Cat::And).map_or(end, |and| and.end);
        at = if words.list.get(end).is_some_and(|token| token.is(&[","])) { end + 1 } else { next };
        if at == end {
            break;
        }
    }
}
