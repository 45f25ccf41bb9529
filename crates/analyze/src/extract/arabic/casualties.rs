//! Figures of harm in Arabic: how many were killed, injured, missing, detained or displaced, and who.
//!
//! `مقتل 5 مدنيين وإصابة 12`, `خمسة قتلى`, `استشهاد طفلين`: whatever word a writer uses for the dead, the figure is of
//! people killed, and the quotation keeps the word. It deliberately makes nobody a civilian who is not called one.

use std::ops::Range;

use super::numbers::{of_noun, quantity};
use super::words::{Cat, Words};
use crate::extract::told::Figure;

/// How far from the word of harm its number may stand, in tokens.
const LONGEST_REACH: usize = 6;

/// Every figure of the text, in order.
pub fn find(words: &Words<'_>) -> Vec<Figure> {
    let mut out: Vec<Figure> = Vec::new();
    for hit in words.hits() {
        if hit.cat != Cat::Harm || out.iter().rev().take(8).any(|figure| figure.tokens.contains(&hit.start)) {
            continue;
        }
        let sentence = words.sentence(hit.start);
        let Some(figure) = before(words, hit.tokens(), hit.class, &sentence)
            .or_else(|| after(words, hit.tokens(), hit.class, &sentence))
        else {
            continue;
        };
        let number = out.len();
        let end = figure.tokens.end;
        out.push(figure);
        subsets(words, end, &sentence, number, &mut out);
    }
    out
}

/// `5 قتلى`, `خمسة جرحى`: the number stands before a noun of people harmed.
fn before(words: &Words<'_>, harm: Range<usize>, class: &'static str, sentence: &Range<usize>) -> Option<Figure> {
    let noun = &words.list[harm.start];
    let people = noun.any(&[
        "قتلي",
        "قتيل",
        "قتيلا",
        "قتيلين",
        "شهداء",
        "شهيد",
        "شهيدا",
        "شهيدين",
        "جرحي",
        "جريح",
        "جريحا",
        "جريحين",
        "مصابين",
        "مصابون",
        "مصاب",
        "مصابا",
        "مفقود",
        "مفقودا",
        "مفقودين",
        "مفقودون",
        "معتقل",
        "معتقلا",
        "معتقلين",
        "نازح",
        "نازحا",
        "ضحايا",
        "ضحيه",
    ]);
    if !people {
        return None;
    }
    for back in 1..=4 {
        let start = harm.start.checked_sub(back).filter(|start| *start >= sentence.start)?;
        if quantity(words, start).is_some_and(|found| found.end == harm.start) {
            let start = longest_quantity(words, start, harm.start, sentence);
            let found = quantity(words, start)?;
            return Some(Figure {
                harm: class,
                tokens: start..harm.end,
                min: found.min,
                max: found.max,
                who: "unknown",
                approximate: found.approximate,
                part_of: None,
                dual_or_plural: false,
            });
        }
    }
    // `شهيدان`, `قتيلين`.
    let value = of_noun(noun).filter(|value| *value == 2)?;
    Some(Figure {
        harm: class,
        tokens: harm,
        min: Some(value),
        max: Some(value),
        who: "unknown",
        approximate: false,
        part_of: None,
        dual_or_plural: false,
    })
}

/// A quantity with the words before it that belong to it.
fn longest_quantity(words: &Words<'_>, start: usize, end: usize, sentence: &Range<usize>) -> usize {
    (sentence.start.max(start.saturating_sub(4))..start)
        .find(|from| quantity(words, *from).is_some_and(|found| found.end == end))
        .unwrap_or(start)
}

/// `مقتل 5 مدنيين`, `إصابة أكثر من 20 شخصاً`, `مقتل طفل`, `قتل مدنيين`.
fn after(words: &Words<'_>, harm: Range<usize>, class: &'static str, sentence: &Range<usize>) -> Option<Figure> {
    let limit = sentence.end.min(harm.end + LONGEST_REACH);
    for at in harm.end..limit {
        let token = &words.list[at];
        if !token.is_word || (at > harm.end && token.has_and() && quantity(words, at).is_none()) {
            break;
        }
        if words.hit_at(at, Cat::Harm).is_some_and(|hit| hit.class != class) {
            break;
        }
        if let Some(found) = quantity(words, at) {
            let (who, mut end) = who_after(words, found.end, sentence);
            let people = end > found.end;
            // Right behind the word of harm a number counts people, whatever they are called; further off it may count
            // anything (`في 29 آذار`, `غارات`).
            let adjacent = at == harm.end;
            if !people && !(adjacent && (ends_figure(words, found.end, sentence) || names_people(words, found.end))) {
                continue;
            }
            if !people && names_people(words, found.end) {
                end += 1;
            }
            return Some(Figure {
                harm: class,
                tokens: harm.start..end,
                min: found.min,
                max: found.max,
                who,
                approximate: found.approximate,
                part_of: None,
                dual_or_plural: false,
            });
        }
        // Without a number the people stand right behind: further off they are others.
        if let Some(victim) = words.hit_at(at, Cat::Victim).filter(|_| at == harm.end) {
            let noun = &words.list[at];
            let (min, max, open) = match of_noun(noun) {
                Some(value) => (value, Some(value), false),
                None => (2, None, noun.word.ends_with("ين")),
            };
            // `قتل الأطفال`, `فقدان السكان` speak of a practice or a loss, and count nobody.
            let generic = noun.word.contains("ال") && noun.forms.len() > 1;
            if max.is_none() && (generic || matches!(class, "detained" | "displaced" | "missing")) {
                return None;
            }
            return Some(Figure {
                harm: class,
                tokens: harm.start..victim.end,
                min: Some(min),
                max,
                who: victim.class,
                approximate: max.is_none(),
                part_of: None,
                dual_or_plural: open,
            });
        }
    }
    None
}

/// Class of the people named after a number, and where the figure ends.
fn who_after(words: &Words<'_>, at: usize, sentence: &Range<usize>) -> (&'static str, usize) {
    for step in at..sentence.end.min(at + 2) {
        let token = &words.list[step];
        if !token.is_word || (step > at && token.has_and()) || words.hit_at(step, Cat::Harm).is_some_and(|_| step > at)
        {
            break;
        }
        if let Some(victim) = words.hit_at(step, Cat::Victim) {
            // `5 أشخاص مدنيين` says who in the second word.
            let more = words
                .hit_at(victim.end, Cat::Victim)
                .filter(|next| victim.class == "unknown" && next.class != "unknown");
            return more.map_or((victim.class, victim.end), |next| (next.class, next.end));
        }
    }
    ("unknown", at)
}

/// A plural or counted noun after a number: `ثمانية عراقيين`, `12 راكباً`.
fn names_people(words: &Words<'_>, at: usize) -> bool {
    words.list.get(at).is_some_and(|token| {
        let plural = token.word.ends_with("ين") || token.word.ends_with("ون") || token.word.ends_with('ا');
        token.is_word
            && plural
            && token.word.chars().count() > 4
            && !token.any(&["يوما", "عاما", "شهرا", "اسبوعا", "صاروخا", "مليون", "بعدما", "عندما", "حينما"])
    })
}

/// After the number the clause ends: `وإصابة 12.`
fn ends_figure(words: &Words<'_>, at: usize, sentence: &Range<usize>) -> bool {
    at >= sentence.end
        || words.list.get(at).is_none_or(|token| {
            !token.is_word || token.is(&["بجروح", "اخرين", "بينهم", "علي", "جراء", "في", "اثر", "نتيجه", "بينهم"])
        })
}

/// `بينهم 3 أطفال وامرأتان`: parts of the figure before.
fn subsets(words: &Words<'_>, from: usize, sentence: &Range<usize>, whole: usize, out: &mut Vec<Figure>) {
    let limit = sentence.end.min(from + 5);
    let Some(opened) = (from..limit).find(|at| words.list[*at].any(&["بينهم", "بينهن", "بينها", "ضمنهم"]))
    else {
        return;
    };
    if words.list[from..opened].iter().any(|token| token.is(&["."])) {
        return;
    }
    let mut at = opened + 1;
    while at < sentence.end {
        let start = at;
        let found = quantity(words, at);
        let noun_at = found.map_or(at, |found| found.end);
        let Some(victim) = words.hit_at(noun_at, Cat::Victim) else { break };
        let (min, max, approximate) = match (found, of_noun(&words.list[noun_at])) {
            (Some(found), _) => (found.min, found.max, found.approximate),
            (None, Some(value)) => (Some(value), Some(value), false),
            (None, None) => (Some(2), None, true),
        };
        let harm = out[whole].harm;
        out.push(Figure {
            harm,
            tokens: start..victim.end,
            min,
            max,
            who: victim.class,
            approximate,
            part_of: Some(whole),
            dual_or_plural: false,
        });
        at = victim.end;
        if words.list.get(at).is_some_and(|token| token.is(&["،", ","])) {
            at += 1;
        }
        if !words.list.get(at).is_some_and(|token| token.word.starts_with('و')) {
            break;
        }
    }
}
