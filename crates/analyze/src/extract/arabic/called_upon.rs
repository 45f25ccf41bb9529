//! Those called upon without a verb of calling upon: `على البرلمان أن يتحرك`, `يا وزارة الصحة`, `وجه الاتحاد نداء إلى`.
//!
//! Deliberately only bodies and people in office: what anybody ought to do is no appeal.

use std::ops::Range;

use serde_json::json;

use super::attribution::subject;
use super::statements::appeal_kind;
use super::words::{Cat, Words};
use super::{Reader, appeals};
use crate::extract::object::{Builder, Why};
use crate::extract::told::Said;
use crate::extract::told::attribution::{Attribution, chain, innermost};

/// Nouns of appealing.
const APPEALS: &[&str] = &["نداء", "نداءات", "مناشده", "مناشدات", "عريضه", "عرائض", "التماس", "استغاثه"];

/// Papers that carry one where a verb of asking follows.
const PAPERS: &[&str] = &["رساله", "رسائل", "مذكره", "كتاب", "عريضه", "نداء", "مناشده", "خطاب", "برقيه"];

/// Verbs with which an appeal is made.
const MAKES: &[&str] = &[
    "وجه",
    "وجهت",
    "وجهوا",
    "اطلق",
    "اطلقت",
    "اطلقوا",
    "رفع",
    "رفعت",
    "رفعوا",
    "ارسل",
    "ارسلت",
    "ارسلوا",
    "بعث",
    "بعثت",
    "قدم",
    "قدمت",
    "قدموا",
    "كتب",
    "كتبت",
    "كتبوا",
    "يوجه",
    "توجه",
    "يرفع",
    "ترفع",
];

/// Most tokens between a verb of making and its noun, or between those called upon and what they should do.
const NEAR: usize = 10;

/// Most tokens of what is to be done: past that a sentence is none.
const LONGEST: usize = 60;

/// One called upon: who, and to do what.
struct Call {
    to: Vec<Range<usize>>,
    to_do: Range<usize>,
    cover: Range<usize>,
    by: Option<Range<usize>>,
    rule: &'static str,
    reason: &'static str,
}

/// `رفعوا عريضة إلى الرئيس يلتمسون فيها`: to whom the paper of the sentence went.
pub fn written_to(words: &Words<'_>, from: usize, verb: usize) -> Option<Range<usize>> {
    let paper = (from..verb).find(|at| words.list[*at].any(PAPERS))?;
    let to = (paper + 1..verb).take(NEAR).find(|at| words.list[*at].is(&["الي"]))?;
    let whom = subject(words, to + 1..verb);
    let office = |at: usize| is_office(words, at);
    (!whom.is_empty() && office(whom.start)).then_some(whom)
}

fn is_office(words: &Words<'_>, at: usize) -> bool {
    words.list[at].any(appeals::ADDRESSEES)
        || [Cat::OrgHead, Cat::Title].iter().any(|cat| words.hit_at(at, *cat).is_some())
}

/// A word that begins as verbs of the third person do.
fn is_verb(words: &Words<'_>, at: usize) -> bool {
    words.list.get(at).is_some_and(|token| token.is_word && token.word.starts_with(['ي', 'ت']))
}

impl Reader<'_, '_> {
    /// Appeals without a verb of calling upon.
    pub(super) fn called_upon(&self, list: &[Attribution], said: &[Said], b: &mut Builder<'_>) {
        let mut calls = self.obligations();
        calls.extend(self.vocatives());
        calls.extend(self.nouns_of_appeal(list));
        for call in calls {
            let from = list.partition_point(|one| one.cue.start < call.to_do.start);
            let within = list[from..].iter().take_while(|one| one.cue.start < call.to_do.end);
            if within.into_iter().any(|one| one.stance == "urges") {
                continue;
            }
            self.push_call(&call, list, said, b);
        }
    }

    fn push_call(&self, call: &Call, list: &[Attribution], said: &[Said], b: &mut Builder<'_>) {
        let outer = innermost(list, call.cover.start);
        let by = match &call.by {
            Some(by) => Some(b.quote(&self.words.bytes_bare(by)).to_owned()),
            None => outer.and_then(|at| said[at].source.clone().or_else(|| said[at].name.clone())),
        };
        let ids: Vec<&String> =
            outer.map(|at| chain(list, at)).unwrap_or_default().into_iter().map(|at| &said[at].id).collect();
        let to: Vec<String> = call.to.iter().map(|to| b.quote(&self.words.bytes_bare(to)).to_owned()).collect();
        let content = self.words.bytes(&call.to_do);
        let fields = json!({
            "by": by, "to": to, "to_do": b.quote(&content), "type": appeal_kind(&self.words.list[call.to_do.clone()]),
            "said_by": outer.map(|at| &said[at].id), "chain": ids,
        });
        b.push("appeal", self.words.bytes_bare(&call.cover), fields, Why::new(call.rule, 0.6, call.reason));
    }

    /// `على برلمان ميلوفيا أن يتحرك`, `يجب على المجلس أن`, `ينبغي للدول أن`.
    fn obligations(&self) -> Vec<Call> {
        const MUST: &[&str] = &["يجب", "ينبغي", "يتعين", "يتوجب", "لزاما", "واجب", "بات", "المطلوب"];
        let words = self.words;
        let mut out = Vec::new();
        for at in 0..words.list.len() {
            let token = &words.list[at];
            let opens = |before: usize| {
                let token = &words.list[before];
                !token.is_word || token.is(super::saying::THAT) || token.any(MUST)
            };
            let on = token.any(&["علي"]) && (token.has_and() || at == 0 || opens(at - 1));
            if !on || at + 3 >= words.list.len() || !is_office(words, at + 1) {
                continue;
            }
            let sentence = words.sentence(at);
            let stop = sentence.end.min(at + 2 + NEAR);
            let Some(that) = (at + 2..stop).find(|i| words.list[*i].is(&["ان", "الا"])) else { continue };
            if !is_verb(words, that + 1) || (at + 1..that).any(|i| !words.list[i].is_word) {
                continue;
            }
            let last = sentence.end.min(that + LONGEST);
            let end = (that + 1..last).find(|i| words.list[*i].is(&["،", "؛", ".", "»"])).unwrap_or(last);
            out.push(Call {
                to: appeals::each(words, &(at + 1..that), &|at| self.begins_place(at)),
                to_do: that + 1..end,
                cover: at..end,
                by: None,
                rule: "must_do",
                reason: "the speaker says what somebody must do",
            });
        }
        out
    }

    /// `يا وزارة الصحة، يا منظمات الدنيا، نريد أكسجين`.
    fn vocatives(&self) -> Vec<Call> {
        let words = self.words;
        let mut out: Vec<Call> = Vec::new();
        let mut at = 0;
        while at + 1 < words.list.len() {
            if !words.list[at].is(&["يا"]) || !is_office(words, at + 1) {
                at += 1;
                continue;
            }
            let sentence = words.sentence(at);
            let (start, mut to) = (at, Vec::new());
            while at + 1 < sentence.end && words.list[at].is(&["يا"]) {
                let end = (at + 1..sentence.end).find(|i| !words.list[*i].is_word).unwrap_or(sentence.end);
                to.push(at + 1..end.min(at + 1 + NEAR));
                at = (end + 1).min(sentence.end);
            }
            let end =
                (at..sentence.end.min(at + LONGEST)).rev().find(|i| words.list[*i].is_word).map_or(at, |last| last + 1);
            if at < end {
                let reason = "somebody is called by “يا”";
                out.push(Call { to, to_do: at..end, cover: start..end, by: None, rule: "called_by_name", reason });
            }
        }
        out
    }

    /// `وجه الاتحاد نداء إلى الهلال الأحمر لإدخال الأنسولين`.
    fn nouns_of_appeal(&self, list: &[Attribution]) -> Vec<Call> {
        let words = self.words;
        let mut out = Vec::new();
        for at in 0..words.list.len() {
            let before = list.partition_point(|one| one.cue.start <= at);
            let cue = before.checked_sub(1).is_some_and(|one| list[one].cue.contains(&at));
            if cue || !words.list[at].any(APPEALS) {
                continue;
            }
            let sentence = words.sentence(at);
            let sentence = sentence.start..sentence.end.min(at + LONGEST);
            let near = at.saturating_sub(NEAR).max(sentence.start);
            let Some(makes) = (near..at).rev().find(|i| words.list[*i].any(MAKES)) else { continue };
            let Some(to) = (at + 1..sentence.end).take(NEAR / 2).find(|i| words.list[*i].is(&["الي"])) else {
                continue;
            };
            let asks = |i: &usize| {
                let token = &words.list[*i];
                token.is(&["من", "ان", "كي", "لكي"])
                    || token.any(appeals::DEEDS)
                    || token.any(appeals::BARE_DEEDS) && token.word.starts_with('ل')
                    || !token.is_word
            };
            let end = (to + 2..sentence.end).find(asks).unwrap_or(sentence.end);
            let last = (end..sentence.end).find(|i| words.list[*i].is(&["،", "؛", "."])).unwrap_or(sentence.end);
            let whom = to + 1..end;
            if !is_office(words, whom.start) || end >= last || !words.list[end].is_word {
                continue;
            }
            let by = subject(words, makes + 1..at);
            out.push(Call {
                to: appeals::each(words, &whom, &|at| self.begins_place(at)),
                to_do: end..last,
                cover: makes..last,
                by: (!by.is_empty()).then_some(by),
                rule: "noun_of_appeal",
                reason: "a noun of appealing and whom it goes to",
            });
        }
        out
    }
}
