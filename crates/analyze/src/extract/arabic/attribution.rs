//! Who says what, in Arabic: a verb of saying with its subject and its content, or “according to” and a source.
//!
//! Verb first (`قالت المنظمة إن …`), subject first (`المنظمة قالت إن …`) and no subject at all (`وأضاف أن …`, the one
//! who spoke last). It deliberately resolves no pronouns beyond that.

use std::ops::Range;

use super::passed_on::PASSES_ON;
use super::saying::{ACCUSED, BOUND_BY, DENIED, DISOWNS, FLATLY, REFUSES, SOURCES, SUBJECT_ENDS, THAT, URGES_ON};
use super::words::{Cat, Hit, Token, Words};
use super::{appeals, beside, called_upon, passed_on, people, told_to};
use crate::extract::told::attribution::{Attribution, NEIGHBOURS, near, nest};

/// Longest subject, in tokens.
pub const LONGEST_SOURCE: usize = 14;

/// How far from its verb a content may begin, in tokens.
const LONGEST_GAP: usize = 24;

/// Longest content, in tokens: past that a sentence is none.
const LONGEST_CONTENT: usize = 160;

/// Every attribution of the text, in order of their verbs.
///
/// `is_place` tells whether a name of a place begins at a token: countries are called upon too.
pub fn find(words: &Words<'_>, is_place: &dyn Fn(usize) -> bool) -> Vec<Attribution> {
    let mut out: Vec<Attribution> = Vec::new();
    // Where the sources named before what is said end: their words open no attribution of their own.
    let mut covered = 0;
    for hit in words.hits().iter().filter(|hit| matches!(hit.cat, Cat::Cue | Cat::BySource)) {
        let manner = words.list.get(hit.end).is_some_and(|next| next.any(FLATLY)) && hit.class == "denies";
        if hit.start < covered || manner && words.list[hit.start].word.ends_with('ا') {
            continue;
        }
        let found = match hit.cat {
            Cat::Cue => beside::after_quotation(words, hit).or_else(|| verbal(words, hit, &out, is_place)),
            _ => by_source(words, hit.tokens()),
        };
        let Some(mut outer) = found else { continue };
        let mut inner = passed_on::sources(words, &outer);
        inner.extend(passed_on::following(words, &mut outer));
        covered = inner.last().map_or(covered, |last| last.source.end);
        out.push(outer);
        for mut one in inner {
            one.inside = Some(out.len() - 1);
            out.push(one);
        }
    }
    let mut more = beside::headlines(words, &out);
    more.extend(beside::denials(words));
    out = in_order(out, more);
    out = in_order_of_calls(words, out);
    nest(&mut out);
    out
}

/// Who calls what by a legal word, added where nobody says it yet.
fn in_order_of_calls(words: &Words<'_>, list: Vec<Attribution>) -> Vec<Attribution> {
    let more = beside::calls(words, &list);
    in_order(list, more)
}

/// Both lists in order of their cues, what points into the first kept; a source passed on in `more` belongs to the one before it.
fn in_order(list: Vec<Attribution>, more: Vec<Attribution>) -> Vec<Attribution> {
    if more.is_empty() {
        return list;
    }
    let count = list.len();
    let mut all: Vec<(usize, Attribution)> = list.into_iter().chain(more).enumerate().collect();
    for (at, one) in all.iter_mut().skip(count) {
        if one.rule == "passed_on" {
            one.inside = Some(*at - 1);
        }
    }
    all.sort_by_key(|(at, one)| (one.cue.start, *at));
    let mut place = vec![0; all.len()];
    for (now, (before, _)) in all.iter().enumerate() {
        place[*before] = now;
    }
    all.into_iter()
        .map(|(_, mut one)| {
            one.source_of = one.source_of.map(|at| place[at]);
            one.inside = one.inside.map(|at| place[at]);
            one
        })
        .collect()
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
    // `رأت اللجنة، بعد جولة …، أن`: what is set in between commas does not count.
    let set_in = words.list[marker.saturating_sub(1)].is(&["،"])
        && (after..marker.min(after + 9)).any(|at| words.list[at].is(&["،"]) && at + 1 < marker);
    let far = marker > cue.end + reach && !set_in && !passed_on::leads_on(words, after, marker);
    if hit.weak && far {
        return None;
    }
    let mut addressee = None;
    // What stands before the verb is looked at this far: past that a sentence is none.
    let lowest = sentence.start.max(cue.start.saturating_sub(LONGEST_GAP));
    let limit = marker.min(content_at);
    let mut source = subject(words, after..limit);
    if stance == "urges" {
        (source, addressee) = appeals::parties(words, verb, after..limit, before, is_place);
        // `المندوبة تدعو المجلس إلى`: who speaks stands before the verb, who is asked behind it.
        let ahead = if verb.has_and() || is_participle(verb) {
            after..after
        } else {
            subject_before(words, cue.start, &sentence)
        };
        addressee = addressee.or_else(|| called_upon::written_to(words, lowest, cue.start));
        if addressee.is_none()
            && !source.is_empty()
            && !ahead.is_empty()
            && ahead.end == cue.start
            && appeals::is_asked(words, &source, is_place)
        {
            addressee = Some(std::mem::replace(&mut source, ahead));
        }
    }
    // `يقر بمسؤوليته`: what stands behind a particle is no subject.
    let head = source.start;
    let governed = !source.is_empty()
        && words.list[head].word.starts_with('ب')
        && words.list[head].forms.len() > 1
        && [Cat::OrgHead, Cat::Title, Cat::Actor].iter().all(|cat| words.hit_at(head, *cat).is_none());
    if governed && stance == "asserts" {
        source = head..head;
    }
    let mut rule = "verb_then_subject";
    let mut source_of = None;
    if source.is_empty() {
        source = subject_before(words, cue.start, &sentence);
        rule = "subject_then_verb";
        if let Some((told, listener)) = told_to::listened_to(words, lowest, cue.start) {
            source = told;
            addressee = Some(listener);
        }
    }
    // `القيادة أبلغت الصحيفة أن`: who tells stands before the verb, and behind it who was told.
    if stance == "asserts" && verb.any(told_to::TELLS) && !verb.has_and() && !source.is_empty() && addressee.is_none() {
        let ahead = subject_before(words, cue.start, &sentence);
        if rule == "verb_then_subject" && !ahead.is_empty() && ahead.end == cue.start {
            addressee = Some(std::mem::replace(&mut source, ahead));
            rule = "subject_then_verb";
        }
    }
    // Who stands before the verb is never the one who was told.
    let behind = if rule == "verb_then_subject" { source.clone() } else { after..after };
    if stance != "urges"
        && addressee.is_none()
        && let Some((to, end)) = told_to::hearer(words, verb, &behind, limit)
    {
        addressee = Some(to);
        if rule == "verb_then_subject" {
            source.end = source.end.min(end).max(source.start);
        }
    }
    // `سئل الوزير … فأجاب:`, `… المدير، نافيا أن`: the first one named in the sentence, when nobody spoke before.
    if source.is_empty() && (is_participle(verb) || verb.word.starts_with('ف')) {
        let spoke =
            before.last().is_some_and(|last| words.list[last.cue.start].sentence == words.list[cue.start].sentence);
        if !spoke && let Some(first) = first_named(words, &sentence, cue.start) {
            source = first;
            rule = "first_of_its_sentence";
        }
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
            || is_participle(verb)
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

/// `مضيفا`, `نافية`: a participle beside a verb of its sentence.
pub fn is_participle(verb: &Token) -> bool {
    let ending = verb.word.ends_with('ا') || verb.word.ends_with('ه') || verb.word.ends_with("ين");
    let first =
        verb.word.starts_with('م') || verb.any(&["نافيا", "نافيه", "قائلا", "قائله", "لافتا", "لافته", "رافضا", "رافضه"]);
    ending && first && verb.word.chars().count() > 4
}

/// The first body or title in the first words of a sentence.
fn first_named(words: &Words<'_>, sentence: &Range<usize>, before: usize) -> Option<Range<usize>> {
    /// How many words into the sentence it may begin.
    const FIRST: usize = 4;
    let named = |at: &usize| words.hit_at(*at, Cat::OrgHead).is_some() || words.hit_at(*at, Cat::Title).is_some();
    let first = (sentence.start..before.min(sentence.start + FIRST)).find(named)?;
    let source = subject(words, first..before);
    (!source.is_empty()).then_some(source)
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
        if token.is(THAT) || token.is(&["الا"]) && stance == "urges" && at > from {
            return Some((at + 1, at));
        }
        // Marks around a name, `صحيفة «الضفة»`, open nothing that is said.
        if is_open_quote(token) && !names_a_body(words, at) {
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
                    && token.word.chars().count() > 3
                    && !token.is(appeals::ADDRESSEES);
                let on = token.is(&["علي"]) && verb.any(URGES_ON);
                // `توسل إلى`, `ألح على`: the one asked stands behind the preposition, not what is asked.
                let to = (token.is(&["الي"]) || on) && at > from && !verb.any(appeals::TO_PERSON);
                let aim = at > from && (token.any(appeals::DEEDS) || token.is(appeals::BARE_DEEDS));
                if to {
                    return Some((at + 1, at));
                }
                if verbal_noun || aim {
                    return Some((at, at));
                }
            }
            "denies" | "pledges" => {
                let disowned = token.is(&["من", "عن"]) && at > from && verb.any(DISOWNS);
                if disowned && words.list.get(at + 1).is_some_and(|next| !next.any(BOUND_BY)) {
                    return Some((at + 1, at));
                }
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

/// `موقع «سطور الكند»`: the quotation that opens at `at` is the name of the body before it.
fn names_a_body(words: &Words<'_>, at: usize) -> bool {
    const LONGEST_NAME: usize = 5;
    const BEARERS: &[&str] = &["نشره", "صحيفه", "موقع", "مجله", "كتيبه", "عمليه"];
    let bears = |before: usize| words.hit_at(before, Cat::OrgHead).is_some() || words.list[before].any(BEARERS);
    let body = at.checked_sub(1).is_some_and(bears);
    body && (at + 1..words.list.len().min(at + LONGEST_NAME)).any(|end| is_close_quote(&words.list[end]))
}

/// `أعلن عن`, `كشف عن`, `أشار إلى`, `لفت إلى`, `حذر من`.
fn verb_takes(verb: &Token, preposition: &str) -> bool {
    match preposition {
        "عن" => verb.any(&["اعلن", "اعلنت", "كشف", "كشفت", "تحدث", "تحدثت", "تحدثوا", "ابلغوا", "ابلغ", "ابلغت"]),
        "الي" => verb.any(&[
            "اشار",
            "اشارت",
            "يشير",
            "تشير",
            "لفت",
            "لفتت",
            "نوه",
            "نوهت",
            "خلص",
            "خلصت",
            "انتهي",
            "انتهت",
            "انتهوا",
            "توصل",
            "توصلت",
            "توصلوا",
            "خلصوا",
        ]),
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
        let leads_on =
            words.hit_at(at, Cat::BySource).is_some() || words.hit_at(at, Cat::Cue).is_some_and(|hit| !hit.weak);
        let heard = told_to::begins(words, at);
        if stops || (words.hit_at(at, Cat::Act).is_some() || leads_on || heard) && at > between.start {
            break;
        }
        end = at + 1;
    }
    // `قال فيه الوزير`, `أكد ذلك`: what stands before the name is not of it.
    let fillers = [
        "فيه",
        "فيها",
        "لنا",
        "له",
        "لها",
        "لهم",
        "به",
        "بها",
        "ذلك",
        "هنا",
        "هناك",
        "ايضا",
        "لي",
        "مجددا",
        "اليه",
        "اليها",
        "اليهم",
        "الينا",
        "عنه",
        "عنها",
        "عنهم",
    ];
    let start = between.clone().take_while(|at| *at < end && words.list[*at].is(&fillers)).count() + between.start;
    start..end.max(start)
}

/// A subject before its verb: the words since the last comma, when they name somebody.
pub fn subject_before(words: &Words<'_>, verb_at: usize, sentence: &Range<usize>) -> Range<usize> {
    let verb = verb_at;
    let breaks = |at: &usize| !words.list[*at].is_word || words.list[*at].is(THAT);
    // `إن أخاه، الذي بقي في المدينة، أخبره`: over a relative set between commas.
    let relative = |at: usize| words.list[at].is(&["الذي", "التي", "الذين", "وهو", "وهي"]);
    let verb = match verb.checked_sub(1).filter(|mark| words.list[*mark].is(&["،"])) {
        Some(mark) => (sentence.start..mark)
            .rev()
            .find(|at| words.list[*at].is(&["،"]))
            .filter(|open| relative(open + 1) && *open > sentence.start)
            .unwrap_or(verb),
        None => verb,
    };
    let told = words.list.get(verb_at).is_some_and(passed_on::bare_telling);
    let start = (sentence.start..verb).rev().find(breaks).map_or(sentence.start, |at| at + 1);
    let start = start.max(verb.saturating_sub(LONGEST_SOURCE));
    let named = |at: usize| words.hit_at(at, Cat::OrgHead).is_some() || words.hit_at(at, Cat::Title).is_some();
    // `إن مسعفين قالوا`: a plural verb after one or two words names those who speak by what they are.
    // `المحققين، الذين انتهوا إلى`: the noun that the relative takes up.
    if start < verb && words.list[start].is(&["الذين", "اللواتي", "الذي", "التي"]) && verb - start <= 2
    {
        let noun = (sentence.start..start).rev().find(|at| words.list[*at].is_word);
        return noun.map_or(verb..verb, |noun| noun..noun + 1);
    }
    let plural = words.list[verb_at].word.ends_with("وا") && start < verb && verb - start <= 3;
    // `إن جارا أبلغها أن`: whoever stands between “that” and a verb of telling somebody.
    let told = told && start < verb && verb - start <= 6 && start > 0 && words.list[start - 1].is(THAT);
    let one = (start..verb).find(|at| named(*at)).or((plural || told).then_some(start));
    let Some(first) = one else { return verb..verb };
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
    let sentence = sentence.start..other_side(words, start, sentence.end);
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

/// `…، فيما نفى الجيش`, `…، في حين قالت الوزارة`: where another begins to speak, else `end`.
fn other_side(words: &Words<'_>, start: usize, end: usize) -> usize {
    let turns = |at: &usize| {
        let next = |by: usize| words.list.get(at + by);
        let while_ = next(1).is_some_and(|one| one.is(&["فيما", "بينما"]))
            || next(1).is_some_and(|one| one.is(&["في"]))
                && next(2).is_some_and(|two| two.is(&["حين", "وقت", "المقابل"]));
        let speaks = (at + 2..at + 6).any(|by| words.hit_at(by, Cat::Cue).is_some());
        words.list[*at].is(&["،", "؛"]) && while_ && speaks
    };
    (start + 1..end).find(turns).unwrap_or(end)
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
    let told = |at: &usize| {
        words.list[*at].any(&["ما"])
            || words.hit_at(*at, Cat::Cue).is_some()
            || passed_on::bare_telling(&words.list[*at])
    };
    let from = cue.end + (cue.end..sentence.end).take(2).take_while(told).count();
    let mut source = subject(words, from..sentence.end);
    source.end = source.end.min(source.start + 8);
    if source.is_empty() {
        return None;
    }
    // `بحسب سكان محليين`: people who were there, and unnamed sources, are sources too.
    let people = words.list[source.start].any(people::PEOPLE) || words.list[source.start].any(SOURCES);
    let named = people
        || source.clone().any(|at| words.hit_at(at, Cat::OrgHead).is_some() || words.hit_at(at, Cat::Title).is_some());
    // `إن ما يجري، كما قال فلان، عقوبة`: set in the middle, it carries the whole sentence.
    let goes_on = words.list.get(source.end).is_some_and(|next| next.is(&["،"])) && source.end + 2 < sentence.end;
    let content = if cue.start <= sentence.start + 1 {
        source.end + 1..sentence.end
    } else if goes_on {
        sentence.clone()
    } else {
        sentence.start..cue.start
    };
    // Of a sentence without an end, what stands nearest to the source.
    let content = if content.start >= cue.start {
        content.start..content.end.min(content.start + LONGEST_CONTENT)
    } else {
        content.start.max(cue.start.saturating_sub(LONGEST_CONTENT))..content.end.min(source.end + LONGEST_CONTENT)
    };
    let last = content.clone().rev().find(|at| words.list[*at].is_word)? + 1;
    let content = content.start..last;
    // Behind a quotation, `بحسب تعبير …`, whoever is named speaks.
    let quoted = cue.start > sentence.start + 1
        && !words.list[source.start].any(&["رساله", "بيان", "تقرير", "وثيقه", "منشور"])
        && words.list[cue.start - usize::from(words.list[cue.start - 1].is(&["،"])) - 1].is(&["»", "”", "\""]);
    ((named || quoted) && content.len() >= 2).then_some(Attribution {
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
