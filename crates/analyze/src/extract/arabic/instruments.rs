//! Resolutions, conventions, agreements in Arabic, and what a speaker says that they demand.
//!
//! Deliberately keeps the speaker's words: what an instrument really demands is its own text, not this.

use std::ops::Range;

use serde_json::{Value, json};

use super::Reader;
use super::words::{Token, Words};
use crate::extract::object::{Builder, Why};
use crate::extract::told::attribution::Attribution;
use crate::extract::told::{Said, said_of};

/// Words that begin the name of an instrument.
const HEADS: &[&str] = &[
    "اتفاق",
    "وثيقه",
    "اتفاقيه",
    "اتفاقيات",
    "اتفاقيتي",
    "معاهده",
    "بروتوكول",
    "ميثاق",
    "مذكره",
    "هدنه",
    "اعلان",
    "عهد",
    "تفاهم",
    "تفاهمات",
    "بيان",
    "صلح",
    "مدونه",
    "قواعد",
];

/// Heads that name an instrument only with a name behind them that is none of these.
const GENERIC: &[&str] = &["بيان", "اعلان", "هدنه", "تفاهم", "قواعد"];

/// Phrases, folded, that go on a name.
const INSIDE: &[&[&str]] = &[
    &["وقف", "اطلاق", "النار"],
    &["خفض", "التصعيد"],
    &["وقف", "الاعمال", "العدائيه"],
    &["وقف", "الاعمال", "القتاليه"],
    &["حظر", "الاسلحه", "الكيميائيه"],
    &["الامم", "المتحده"],
];

/// Verbs of what an instrument does to those it binds.
const DEMANDS: &[&str] = &[
    "ينص",
    "تنص",
    "نص",
    "نصت",
    "يطالب",
    "تطالب",
    "طالب",
    "يدعو",
    "تدعو",
    "دعا",
    "يلزم",
    "تلزم",
    "الزم",
    "الزمت",
    "يقضي",
    "تقضي",
    "قضي",
    "يحظر",
    "تحظر",
    "حظر",
    "حظرت",
    "يحرم",
    "تحرم",
    "يوجب",
    "توجب",
    "يمنع",
    "تمنع",
    "يكفل",
    "تكفل",
    "يحمي",
    "تحمي",
    "يتطلب",
    "تتطلب",
    "يشترط",
    "تشترط",
];

/// Words before an instrument that put a duty under it.
const UNDER: &[&str] =
    &["بموجب", "بمقتضي", "وفق", "وفقا", "عملا", "طبقا", "التزاما", "تنفيذا", "استنادا", "اطار", "حسب", "بحسب"];

/// A duty that somebody took or has.
const DUTY: &[&str] = &[
    "تعهد",
    "تعهدت",
    "تعهدوا",
    "التزم",
    "التزمت",
    "يلتزم",
    "تلتزم",
    "يتعين",
    "يجب",
    "ملزم",
    "ملزمه",
    "ملزمون",
    "وافق",
    "وافقت",
    "ينبغي",
    "يحق",
];

/// Words of keeping or breaking an instrument.
const KEPT: &[&str] = &[
    "تطبيق",
    "تنفيذ",
    "احترام",
    "التزام",
    "الالتزام",
    "تقيد",
    "التقيد",
    "خرق",
    "خرقا",
    "خرقت",
    "خرقوا",
    "خروقات",
    "انتهاك",
    "انتهاكا",
    "انتهكت",
    "انتهك",
    "مخالفه",
    "مخالفا",
    "بنود",
    "التزاماتها",
    "التزاماته",
    "التزاماتهم",
    "تعهداتها",
    "تعهداته",
];

/// Longest name of an instrument, in words.
const LONGEST_NAME: usize = 9;

impl Reader<'_, '_> {
    /// Mentions of instruments, and the commitments that the text reads out of them.
    pub(super) fn instruments(&self, list: &[Attribution], said: &[Said], b: &mut Builder<'_>) {
        let words = self.words;
        let mut seen: Vec<(String, String)> = Vec::new();
        let mut at = 0;
        while at < words.list.len() {
            let Some(end) = name_end(words, at) else {
                at += 1;
                continue;
            };
            let tokens = at..end;
            let range = bare_name(words, &tokens);
            let name = b.quote(&range).to_owned();
            let same = seen.iter().find(|(known, _)| *known == name).map(|(_, id)| id.clone());
            let fields = json!({"type": "instrument", "name": name, "canonical": name, "same_as": same});
            let why = Why::new("instrument_name", 0.75, "a resolution with its number, or a named agreement");
            let id = b.push("mention", range, fields, why);
            if same.is_none() {
                seen.push((name.clone(), id.clone()));
            }
            if let Some((duty, rule, score)) = duty(words, &tokens).or_else(|| binding(words, &tokens)) {
                let (said_by, chain) = said_of(list, said, tokens.start);
                let quoted = words.bytes(&duty);
                let mut fields = json!({
                    "instrument": id, "instrument_name": name, "paragraph": paragraph(words, at), "obligation": b.quote(&quoted),
                    "said_by": said_by, "chain": chain,
                });
                if let Some(map) = fields.as_object_mut() {
                    map.retain(|_, value| *value != Value::Null);
                }
                let reason =
                    "what the text says the instrument demands; the obligation itself is the instrument's own text";
                b.push("commitment", quoted, fields, Why::new(rule, score, reason));
            }
            at = end;
        }
    }
}

/// The bytes of a name without a particle joined before it.
fn bare_name(words: &Words<'_>, tokens: &Range<usize>) -> Range<usize> {
    let range = words.bytes(tokens);
    let first = &words.list[tokens.start];
    let starts = |form: &&String| {
        let stem = form.strip_prefix("ال").unwrap_or(form);
        HEADS.contains(&stem) || stem.starts_with("قرار") || stem == "نظام"
    };
    // The longest form that still begins with the head word: the article stays.
    let Some(kept) = first.forms.iter().filter(starts).max_by_key(|form| form.len()) else { return range };
    let left = first.word.chars().count().saturating_sub(kept.chars().count());
    let skip = if first.word.ends_with(kept.as_str()) { left } else { 0 };
    let letters = words.text[range.clone()].char_indices().filter(|(_, c)| c.is_alphabetic() && *c != '\u{0640}');
    range.start + letters.map(|(at, _)| at).nth(skip).unwrap_or(0)..range.end
}

/// One past the name of an instrument that begins at `at`.
fn name_end(words: &Words<'_>, at: usize) -> Option<usize> {
    let token = &words.list[at];
    if token.any(&["قرار", "قراري", "قرارين", "قرارات"]) {
        return resolution_end(words, at);
    }
    if token.any(&["نظام"]) && words.list.get(at + 1).is_some_and(|next| next.is(&["روما"])) {
        return Some(at + if words.list.get(at + 2).is_some_and(|next| next.is(&["الاساسي"])) { 3 } else { 2 });
    }
    if !token.any(HEADS) {
        return None;
    }
    // A definite head (“the agreement”) points back and names nothing, unless adjectives follow: “the First Protocol”.
    if bare_word(token).starts_with("ال") {
        let numbered = words.list.get(at + 1).is_some_and(|next| {
            next.is(&["الاضافي", "الاضافيه", "الرابعه", "الثالثه", "الثانيه", "الاولي", "الاول", "الثاني", "الاختياري"])
        });
        return numbered.then(|| more_name(words, at, at + 1));
    }
    let mut end = at + 1;
    for phrase in INSIDE {
        if phrase
            .iter()
            .enumerate()
            .all(|(offset, word)| words.list.get(end + offset).is_some_and(|next| next.is(&[word])))
        {
            end += phrase.len();
            return Some(more_name(words, at, end));
        }
    }
    let next = words.list.get(end).filter(|next| next.is_word && next.sentence == token.sentence)?;
    let preposition = next.is(&[
        "مع",
        "بين",
        "علي",
        "في",
        "من",
        "الي",
        "عن",
        "ان",
        "بان",
        "لم",
        "لا",
        "قد",
        "جديد",
        "جديده",
        "صحفي",
        "صادر",
        "رسمي",
    ]);
    if preposition || next.any(&["له", "لها", "لهم", "ذلك"]) || next.word.starts_with("لل") {
        return None;
    }
    let generic = token.any(GENERIC);
    end += 1;
    let end = more_name(words, at, end);
    // “a statement of the ministry” is no instrument; “the Geneva communiqué” is: a name without an article.
    let named = !next.word.starts_with("ال");
    (!generic || named && next.word.chars().count() > 2).then_some(end)
}

/// Goes on over adjectives and numbers that belong to the name.
fn more_name(words: &Words<'_>, start: usize, mut end: usize) -> usize {
    while end < words.list.len().min(start + LONGEST_NAME) {
        let next = &words.list[end];
        let goes_on = next.sentence == words.list[start].sentence
            && (next.number().is_some()
                || next.is(&["رقم", "لعام", "عام", "لسنه"])
                || next.word.starts_with("ال")
                    && !next.is(&[
                        "الذي",
                        "التي",
                        "الذين",
                        "اللذين",
                        "الي",
                        "الان",
                        "اليوم",
                        "السبت",
                        "الاحد",
                        "الاثنين",
                        "الثلاثاء",
                        "الاربعاء",
                        "الخميس",
                        "الجمعه",
                    ]));
        if !goes_on {
            break;
        }
        end += 1;
    }
    while end > start + 1 && words.list[end - 1].is(&["رقم", "لعام", "عام", "لسنه"]) {
        end -= 1;
    }
    end
}

/// `القرار 2254`, `قرار مجلس الأمن الدولي رقم 2139`.
fn resolution_end(words: &Words<'_>, at: usize) -> Option<usize> {
    let sentence = words.sentence(at);
    let number = (at + 1..sentence.end.min(at + LONGEST_NAME)).find(|next| words.list[*next].number().is_some())?;
    let organ = (at + 1..number).all(|between| {
        words.list[between].any(&[
            "مجلس",
            "امن",
            "دولي",
            "جمعيه",
            "عامه",
            "امم",
            "متحده",
            "رقم",
            "اممي",
            "امميه",
            "صادر",
            "تابع",
            "حقوق",
            "انسان",
        ])
    });
    (organ && words.list[number].number().is_some_and(|value| value >= 10)).then_some(number + 1)
}

fn bare_word(token: &Token) -> &str {
    token.word.strip_prefix(['و', 'ف']).unwrap_or(&token.word)
}

/// `المادة 33 من`, `الفقرة 5 من` before the name.
fn paragraph(words: &Words<'_>, at: usize) -> Option<String> {
    let from = at.saturating_sub(5);
    let start = (from..at).rev().find(|i| words.list[*i].any(&["ماده", "فقره", "بند", "مادتين", "مواد"]))?;
    let end = (start + 1..at).find(|i| words.list[*i].is(&["من"])).unwrap_or(start + 2).min(at);
    Some(words.quote(&(start..end)).to_owned())
}

/// The clause around an instrument that is spoken of as one that binds.
fn binding(words: &Words<'_>, name: &Range<usize>) -> Option<(Range<usize>, &'static str, f64)> {
    const BINDING: &[&str] = &[
        "ضامنه",
        "ضامن",
        "ضامنين",
        "تعهد",
        "تعهدت",
        "تعهدها",
        "تعهده",
        "تعهدات",
        "وعد",
        "حمايه",
        "حظر",
        "محظور",
        "محظوره",
        "مفروض",
        "مفروضه",
        "يتعارض",
        "تتعارض",
        "خرق",
        "خروقات",
        "بنود",
        "بموجب",
        "وارد",
        "وارده",
        "مذكرا",
        "ذكر",
        "ذكرت",
        "يؤكد",
        "تؤكد",
        "موقعه",
        "وقعتها",
        "وقعها",
        "ملزم",
        "ملزمه",
        "تحظره",
        "تحظر",
        "يكفل",
        "تكفل",
        "نقض",
        "التزم",
        "التزمت",
        "التزام",
        "تنفيذ",
        "تطبيق",
        "يلزم",
        "تلزم",
        "ساريه",
        "ساري",
        "نافذه",
        "طرف",
        "اطراف",
        "طرفا",
        "وقع",
        "وقعا",
        "وقعت",
        "وقعوا",
        "وقعه",
        "توقيع",
        "موقعين",
        "ضامنتين",
        "وفاء",
        "احترام",
        "تصادق",
        "يصادق",
        "صادق",
        "صادقت",
        "انضمت",
        "انضم",
        "حرم",
        "حرمت",
        "حظر",
        "حظرت",
        "خرقت",
        "خرق",
        "خرقا",
        "تخرق",
        "يخرق",
        "انتهاك",
        "انتهاكا",
        "خروج",
        "مخالفه",
        "شروط",
        "احكام",
        "منشاه",
        "تعهدوا",
        "ملحقها",
        "ملحقه",
    ];
    let sentence = words.sentence(name.start);
    let binds = sentence.clone().any(|at| !name.contains(&at) && words.list[at].any(BINDING));
    let mark = |at: &usize| words.list[*at].is(&["،", "؛", ".", ":"]);
    let start = (sentence.start..name.start).rev().find(mark).map_or(sentence.start, |at| at + 1);
    let end = (name.end..sentence.end).find(mark).unwrap_or(sentence.end);
    binds.then_some((start..end, "named_as_binding", 0.5))
}

/// The words of the duty that stands under the instrument, with the rule that found it.
fn duty(words: &Words<'_>, name: &Range<usize>) -> Option<(Range<usize>, &'static str, f64)> {
    let sentence = words.sentence(name.start);
    let clause_end =
        |from: usize| (from..sentence.end).find(|at| words.list[*at].is(&["،", "؛", ".", "؟"])).unwrap_or(sentence.end);
    let trimmed = |from: usize| {
        let end = clause_end(from);
        let end = (from..end).rev().find(|at| words.list[*at].is_word).map_or(end, |at| at + 1);
        (end > from).then_some(from..end)
    };
    let mut after = name.end;
    while after < sentence.end
        && words.list[after].is(&["الذي", "التي", "،", "قد", "كان", "كانت", "لا", "والذي", "والتي"])
    {
        after += 1;
    }
    if words.list.get(after).is_some_and(|next| after < sentence.end && next.any(DEMANDS)) {
        let mut from = after + 1;
        while from < sentence.end && words.list[from].is(&["علي", "الي", "ان", "بان"]) {
            from += 1;
        }
        return trimmed(from).map(|duty| (duty, "demands_of_instrument", 0.8));
    }
    let before = name.start.checked_sub(1)?;
    let near = before.saturating_sub(1).max(sentence.start)..=before;
    if near.clone().any(|at| words.list[at].any(UNDER)) {
        let verb = sentence.clone().find(|at| !name.contains(at) && words.list[*at].any(DUTY));
        let from = verb.map(|verb| if verb > name.end { verb } else { verb.max(sentence.start) });
        if let Some(duty) = from.and_then(|from| {
            let end = if from < name.start { name.start - 1 } else { clause_end(from) };
            let end =
                (from..end).rev().find(|at| words.list[*at].is_word && !words.list[*at].any(UNDER)).map(|at| at + 1)?;
            (end > from).then_some(from..end)
        }) {
            return Some((duty, "duty_under_instrument", 0.7));
        }
    }
    let kept = near.rev().find(|at| words.list[*at].any(KEPT))?;
    Some((kept..name.end, "keeping_of_instrument", 0.6))
}
