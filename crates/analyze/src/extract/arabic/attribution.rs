//! Who says what, in Arabic: a verb of saying with its subject and its content, or “according to” and a source.
//!
//! Verb first (`قالت المنظمة إن …`), subject first (`المنظمة قالت إن …`) and no subject at all (`وأضاف أن …`, the one
//! who spoke last). It deliberately resolves no pronouns beyond that.

use std::ops::Range;

use super::appeals;
use super::words::{Cat, Hit, Token, Words};
use crate::extract::told::attribution::{Attribution, NEIGHBOURS, near, nest};

/// Longest subject, in tokens.
const LONGEST_SOURCE: usize = 14;

/// How far from its verb a content may begin, in tokens.
const LONGEST_GAP: usize = 24;

/// Longest content, in tokens: past that a sentence is none.
const LONGEST_CONTENT: usize = 160;

/// Complementisers, bare and with a pronoun.
pub const THAT: &[&str] = &["ان", "بان", "انه", "انها", "انهم", "بانه", "بانها", "بانهم", "انهما", "اننا", "بانني"];

/// Words at which a subject ends.
pub const SUBJECT_ENDS: &[&str] = &[
    "فان",
    "فانه",
    "فانها",
    "في",
    "عبر",
    "خلال",
    "علي",
    "يوم",
    "امس",
    "اليوم",
    "ان",
    "الي",
    "عن",
    "من",
    "بعد",
    "قبل",
    "مساء",
    "صباح",
    "فجر",
    "حول",
    "لوكاله",
    "لقناه",
    "بشان",
    "عند",
    "منذ",
    "حيث",
    "عقب",
    "مساءا",
    "ضمن",
    "امام",
    "ضد",
    "حسب",
    "بحسب",
    "كل",
    "اي",
    "مجددا",
    "لاحقا",
    "ايضا",
    "قائلا",
    "قائله",
    "هذه",
    "هذا",
    "تلك",
    "ما",
    "بدوره",
    "بدورها",
];

/// Verbs of urging that take `على`.
const URGES_ON: &[&str] = &["حث", "حثت", "حثوا", "يحث", "تحث", "حض", "حضت", "يحض", "تحض", "شجع", "شجعت"];

/// Verbs that deny only where an accusation follows.
const REFUSES: &[&str] = &["رفض", "رفضت", "يرفض", "ترفض", "استبعد", "استبعدت", "تنصل", "تنصلت", "تبرا", "تبرات"];

/// Verbs that pass on what another said.
const PASSES_ON: &[&str] = &["نقل", "نقلت", "ينقل", "تنقل", "نقلوا"];

/// What is denied, beside deeds.
const DENIED: &[&str] = &[
    "صحه",
    "اي",
    "مسؤوليه",
    "مسؤوليتها",
    "مسؤوليته",
    "مسؤوليتهم",
    "وقوف",
    "وقوفها",
    "علاقتها",
    "علاقته",
    "علاقتهم",
    "ضلوع",
    "ضلوعها",
    "ضلوعه",
    "تورط",
    "تورطها",
    "استخدام",
    "استخدامها",
    "وجود",
    "قيام",
    "ما",
];

/// What was said against somebody.
pub const ACCUSED: &[&str] = &[
    "الاتهامات",
    "اتهامات",
    "الاتهام",
    "اتهام",
    "التهم",
    "تهم",
    "المزاعم",
    "مزاعم",
    "الادعاءات",
    "ادعاءات",
    "الانباء",
    "انباء",
    "الاخبار",
    "التقارير",
    "الروايه",
    "روايه",
    "الشائعات",
    "الاستنتاج",
    "الاستنتاجات",
    "النتائج",
    "الخلاصه",
];

/// Every attribution of the text, in order of their verbs.
///
/// `is_place` tells whether a name of a place begins at a token: countries are called upon too.
pub fn find(words: &Words<'_>, is_place: &dyn Fn(usize) -> bool) -> Vec<Attribution> {
    let mut out: Vec<Attribution> = Vec::new();
    for hit in words.hits() {
        let found = match hit.cat {
            Cat::Cue => verbal(words, hit, &out, is_place),
            Cat::BySource => by_source(words, hit.tokens()),
            _ => None,
        };
        let passed_on = found.as_ref().and_then(|outer| passed_on(words, outer));
        out.extend(found);
        out.extend(passed_on);
    }
    nest(&mut out);
    out
}

fn verbal(
    words: &Words<'_>,
    hit: &Hit,
    before: &[Attribution],
    is_place: &dyn Fn(usize) -> bool,
) -> Option<Attribution> {
    let (cue, stance) = (hit.tokens(), hit.class);
    let sentence = words.sentence(cue.start);
    let verb = &words.list[cue.start];
    let after = cue.end;
    let (content_at, marker) = content_start(words, after, &sentence, stance, verb)?;
    // Verbs that mostly mean something else speak only when what they say follows closely.
    let reach = match stance {
        "denies" => 8,
        _ if verb.any(PASSES_ON) => 12,
        _ => 5,
    };
    if hit.weak && marker > cue.end + reach {
        return None;
    }
    let mut addressee = None;
    let limit = marker.min(content_at);
    let mut source = subject(words, after..limit);
    if stance == "urges" {
        (source, addressee) = appeals::parties(words, verb, after..limit, before, is_place);
    }
    let mut rule = "verb_then_subject";
    let mut source_of = None;
    if source.is_empty() {
        source = subject_before(words, cue.start, &sentence);
        rule = "subject_then_verb";
    }
    if source.is_empty() {
        // `وأضاف أن`: the one who spoke last in a sentence of their own, not too long ago.
        let inner = |at: &usize| near(before, *at).any(|other| before[other].content.contains(&before[*at].cue.start));
        let last = (0..before.len()).rev().take(NEIGHBOURS).find(|at| !inner(at));
        // Whom an appeal went to is told even where who made it is not found.
        if last.is_none() && addressee.is_none() {
            return None;
        }
        if let Some(last) = last {
            let near = words.list[before[last].cue.start].sentence + 3 >= words.list[cue.start].sentence;
            let joined = verb.has_and()
            || verb.any(&[
                "اضاف",
                "اضافت",
                "تابع",
                "اوضح",
                "اوضحت",
                "اكد",
                "اكدت",
                "اشار",
                "اشارت",
                "شدد",
                "شددت",
                "لفت",
                "لفتت",
            ])
            // `لكنها أنكرت`, a participle (`مطالبا`): the one spoken of goes on.
            || stance == "urges"
            || cue.start > 0 && words.list[cue.start - 1].any(&["لكنها", "لكنه", "لكنهم", "هي", "هو", "هم", "انها", "انه"]);
            if !near || !joined {
                return None;
            }
            source_of = Some(before[last].source_of.unwrap_or(last));
            rule = "same_speaker";
        } else {
            rule = "speaker_not_found";
        }
    }
    let (content, speech) = content(words, content_at, &sentence)?;
    // `لم تنف`: what is not denied is no denial.
    let negated = cue.start > 0 && words.list[cue.start - 1].any(&["لم", "لا", "ولا", "لن"]);
    let stance = if negated && matches!(stance, "denies" | "urges" | "pledges") { "asserts" } else { stance };
    let warns = verb.any(&["حذر", "حذرت", "يحذر", "تحذر", "نبه", "نبهت"]);
    Some(Attribution { cue, source, source_of, addressee, content, stance, speech, warns, rule, inside: None })
}

/// `نقلت الصحيفة عن المرصد أن`: the one from whom it is passed on, within what the verb carries.
fn passed_on(words: &Words<'_>, outer: &Attribution) -> Option<Attribution> {
    if !words.list[outer.cue.start].any(PASSES_ON) {
        return None;
    }
    let from = (outer.cue.end..outer.content.start).find(|at| words.list[*at].is(&["عن"]))?;
    let mut source = from + 1..outer.content.start;
    let denied = source.clone().any(|at| words.list[at].any(&["نفيه", "نفيها", "نفيهم"]));
    while source.end > source.start && {
        let last = &words.list[source.end - 1];
        !last.is_word
            || last.is(THAT)
            || last.any(&["قوله", "قولها", "قولهم", "تاكيده", "تاكيدها", "نفيه", "نفيها", "نفيهم"])
    } {
        source.end -= 1;
    }
    (!source.is_empty() && source.len() <= LONGEST_SOURCE).then(|| Attribution {
        cue: from..from + 1,
        source,
        source_of: None,
        addressee: None,
        content: outer.content.clone(),
        stance: if denied { "denies" } else { "asserts" },
        speech: outer.speech,
        warns: false,
        rule: "passed_on",
        inside: None,
    })
}

/// Where the content begins, and the token that opens it.
fn content_start(
    words: &Words<'_>,
    from: usize,
    sentence: &Range<usize>,
    stance: &str,
    verb: &Token,
) -> Option<(usize, usize)> {
    let end = sentence.end.min(from + LONGEST_GAP);
    for at in from..end {
        let token = &words.list[at];
        if token.is(THAT) {
            return Some((at + 1, at));
        }
        if is_open_quote(token) {
            return Some((at, at));
        }
        if token.is(&[":"]) {
            return Some((at + 1, at));
        }
        if token.is(&["لقد"]) && at > from {
            return Some((at, at));
        }
        let gap = at > from || stance != "asserts";
        match stance {
            "urges" => {
                let verbal_noun = !verb.any(appeals::BY_PERSON)
                    && at > from
                    && token.word.starts_with('ب')
                    && token.forms.len() > 1
                    && token.word.chars().count() > 3;
                let on = token.is(&["علي"]) && verb.any(URGES_ON);
                // `توسل إلى`, `ألح على`: the one asked stands behind the preposition, not what is asked.
                let to = (token.is(&["الي"]) || on) && at > from && !verb.any(appeals::TO_PERSON);
                let aim = at > from && token.any(appeals::DEEDS);
                if to {
                    return Some((at + 1, at));
                }
                if verbal_noun || aim {
                    return Some((at, at));
                }
            }
            "denies" | "pledges" => {
                // “Refused” and “ruled out” are denials only of what was said against them.
                let refuses = verb.any(REFUSES);
                let deed = words.hit_at(at, Cat::Act).is_some() || words.hit_at(at, Cat::Harm).is_some();
                let content = !refuses && (deed || token.any(DENIED))
                    || token.any(ACCUSED)
                    || (stance == "pledges" && token.word.starts_with('ب') && token.forms.len() > 1);
                if content && gap {
                    return Some((at, at));
                }
            }
            _ => {
                // اتهم فلان القوات بقصف …: what stands after the first actor is the charge.
                let accuses = verb.any(&[
                    "اتهم",
                    "اتهمت",
                    "يتهم",
                    "تتهم",
                    "حمل",
                    "حملت",
                    "ادان",
                    "ادانت",
                    "يدين",
                    "تدين",
                    "استنكر",
                    "استنكرت",
                    "ندد",
                    "نددت",
                    "انتقد",
                    "انتقدت",
                    "وثق",
                    "وثقت",
                    "يوثق",
                    "توثق",
                    "سجل",
                    "سجلت",
                    "رصد",
                    "رصدت",
                ]);
                let charged = words.hit_at(at, Cat::Actor).is_some()
                    && words.hit_at(at, Cat::OrgHead).is_none_or(|_| at > from + 1);
                let deed = words.hit_at(at, Cat::Act).is_some() || words.hit_at(at, Cat::Harm).is_some();
                if accuses && at > from && (charged || deed) {
                    return Some((at, at));
                }
                let about = token.is(&["عن", "الي", "من"]) && at > from - 1 && verb_takes(verb, &token.word);
                if about {
                    let skip = usize::from(words.list.get(at + 1).is_some_and(|next| next.is(THAT)));
                    return Some((at + 1 + skip, at));
                }
                if verb.any(&["افاد", "افادت", "صرح", "ابلغ"]) && token.word.starts_with('ب') && at > from && deed
                {
                    return Some((at, at));
                }
            }
        }
    }
    None
}

/// `أعلن عن`, `كشف عن`, `أشار إلى`, `لفت إلى`, `حذر من`.
fn verb_takes(verb: &Token, preposition: &str) -> bool {
    match preposition {
        "عن" => verb.any(&["اعلن", "اعلنت", "كشف", "كشفت", "تحدث", "تحدثت"]),
        "الي" => verb.any(&["اشار", "اشارت", "يشير", "تشير", "لفت", "لفتت", "نوه", "نوهت", "خلص", "خلصت"]),
        "من" => verb.any(&["حذر", "حذرت", "يحذر", "تحذر", "نبه", "نبهت"]),
        _ => false,
    }
}

/// The subject among the tokens between verb and content.
pub fn subject(words: &Words<'_>, between: Range<usize>) -> Range<usize> {
    let mut end = between.start;
    for at in between.clone().take(LONGEST_SOURCE) {
        let token = &words.list[at];
        let stops =
            !token.is_word && !token.is(&["\"", "”", "“", "«", "»"]) || token.is(SUBJECT_ENDS) || token.is(THAT);
        // `في` inside a name (`المرصد في لندن`) is given up for a clean end.
        if stops || words.hit_at(at, Cat::Act).is_some() && at > between.start {
            break;
        }
        end = at + 1;
    }
    // `قال فيه الوزير`, `أكد ذلك`: what stands before the name is not of it.
    let fillers = ["فيه", "فيها", "لنا", "له", "لها", "لهم", "به", "بها", "ذلك", "هنا", "هناك", "ايضا", "لي", "مجددا"];
    let start = between.clone().take_while(|at| *at < end && words.list[*at].is(&fillers)).count() + between.start;
    start..end.max(start)
}

/// A subject before its verb: the words since the last comma, when they name somebody.
fn subject_before(words: &Words<'_>, verb: usize, sentence: &Range<usize>) -> Range<usize> {
    let breaks = |at: &usize| !words.list[*at].is_word || words.list[*at].is(THAT);
    let start = (sentence.start..verb).rev().find(breaks).map_or(sentence.start, |at| at + 1);
    let start = start.max(verb.saturating_sub(LONGEST_SOURCE));
    let named = |at: usize| words.hit_at(at, Cat::OrgHead).is_some() || words.hit_at(at, Cat::Title).is_some();
    // `إن مسعفين قالوا`: a plural verb after one or two words names those who speak by what they are.
    let plural = words.list[verb].word.ends_with("وا") && start < verb && verb - start <= 3;
    let Some(first) = (start..verb).find(|at| named(*at)).or(plural.then_some(start)) else { return verb..verb };
    let spoils = (first..verb).any(|at| {
        words.list[at].is(THAT) || words.hit_at(at, Cat::Act).is_some() || words.hit_at(at, Cat::Cue).is_some()
    });
    if spoils { verb..verb } else { subject(words, first..verb) }
}

/// The content from `start`: a quotation to its closing mark, else to the end of the sentence.
fn content(words: &Words<'_>, start: usize, sentence: &Range<usize>) -> Option<(Range<usize>, &'static str)> {
    let sentence = sentence.start..sentence.end.min(start + LONGEST_CONTENT);
    if start >= sentence.end {
        return None;
    }
    let last = (start..sentence.end).rev().find(|at| words.list[*at].is_word || is_close_quote(&words.list[*at]))? + 1;
    if is_open_quote(&words.list[start]) {
        let close = (start + 1..sentence.end).find(|at| is_close_quote(&words.list[*at]));
        if let Some(close) = close.filter(|close| *close > start + 1) {
            let rest = (close + 1..last).filter(|at| words.list[*at].is_word).count();
            if rest < 3 {
                return Some((start + 1..close, "direct"));
            }
            return Some((start..last, "mixed"));
        }
        return Some((start + 1..last, "direct"));
    }
    let quoted = (start..last).any(|at| is_open_quote(&words.list[at]));
    Some((start..last, if quoted { "mixed" } else { "indirect" }))
}

fn is_open_quote(token: &Token) -> bool {
    token.is(&["“", "«", "\""])
}

fn is_close_quote(token: &Token) -> bool {
    token.is(&["”", "»", "\""])
}

/// `بحسب المرصد، …` and `…، وفقاً للمرصد`.
fn by_source(words: &Words<'_>, cue: Range<usize>) -> Option<Attribution> {
    let sentence = words.sentence(cue.start);
    // `وفق ما أعلن مصدر`: the source stands after the verb.
    let told = |at: &usize| words.list[*at].any(&["ما"]) || words.hit_at(*at, Cat::Cue).is_some();
    let from = cue.end + (cue.end..sentence.end).take(2).take_while(told).count();
    let mut source = subject(words, from..sentence.end);
    source.end = source.end.min(source.start + 8);
    if source.is_empty() {
        return None;
    }
    let named =
        source.clone().any(|at| words.hit_at(at, Cat::OrgHead).is_some() || words.hit_at(at, Cat::Title).is_some());
    // `إن ما يجري، كما قال فلان، عقوبة`: set in the middle, it carries the whole sentence.
    let goes_on = words.list.get(source.end).is_some_and(|next| next.is(&["،"])) && source.end + 2 < sentence.end;
    let content = if cue.start <= sentence.start + 1 {
        source.end + 1..sentence.end
    } else if goes_on {
        sentence.clone()
    } else {
        sentence.start..cue.start
    };
    let last = content.clone().rev().find(|at| words.list[*at].is_word)? + 1;
    let content = content.start..last;
    (named && content.len() >= 2).then_some(Attribution {
        cue,
        source,
        source_of: None,
        addressee: None,
        content,
        stance: "asserts",
        speech: "indirect",
        warns: false,
        rule: "according_to",
        inside: None,
    })
}
