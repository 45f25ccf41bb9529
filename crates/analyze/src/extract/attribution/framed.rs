//! Sayings in which no verb of speech stands over its content: “in the view of X”, “for X, … is”, “X has it”, “has grounds to
//! believe”.
//!
//! Deliberately only frames that name whose view it is; “in general opinion” has no speaker.

use super::Finder;
use crate::extract::lexicon::Cat;

/// Nouns that hold somebody's view.
const VIEWS: &[&str] =
    &["view", "opinion", "words", "eyes", "judgment", "judgement", "assessment", "reading", "estimation", "account"];

/// What one has before one believes or concludes.
const GROUNDS: &[&str] = &["ground", "reason", "cause", "evidence", "basis"];

impl Finder<'_, '_> {
    /// All frames.
    pub(super) fn framed(&mut self) {
        self.in_the_view();
        self.for_somebody();
        self.has_it();
        self.has_grounds();
        self.let_it_be_known();
    }

    /// “In the view of the expert Jane Doe, the bombardment was …”; “was, in the words of the minister, ‘…’”.
    fn in_the_view(&mut self) {
        let p = self.p;
        for at in 0..p.t.list.len().saturating_sub(4) {
            let opens = p.t.is(at, "in") && p.t.is(at + 1, "the");
            let noun = opens.then(|| (at + 2..at + 4).find(|i| p.t.list[*i].any(VIEWS))).flatten();
            let Some(of) = noun.map(|noun| noun + 1).filter(|of| p.t.is(*of, "of")) else { continue };
            let Some(np) = p.np_from(of + 1).filter(|np| self.may_speak(*np)) else { continue };
            let sent = self.bounds(at);
            let end = self.source_range(np, &(at..at + 1)).end;
            let inserted = at > sent.start && p.t.is(at - 1, ",");
            let content = if at <= sent.start + 1 || inserted { end..sent.end } else { sent.start..at };
            let reason = "words that say whose view it is";
            self.add(Some(np), at..of + 1, "view", content, "asserts", "in_the_view_of", 0.85, reason);
        }
    }

    /// “For the legal office the siege is a textbook case of …”.
    fn for_somebody(&mut self) {
        let p = self.p;
        for number in 0..p.t.sentences.len() {
            let sent = p.t.sentences[number].clone();
            if !p.t.is(sent.start, "for") || !p.t.list[sent.start].capital {
                continue;
            }
            let body = |np: &usize| {
                let toks = &p.nps[*np].toks;
                self.e.mention_of(*np).is_some() || p.t.hits_in(toks, Cat::OrgHead).any(|hit| hit.end == toks.end)
            };
            let Some(np) = p.np_from(sent.start + 1).filter(body) else { continue };
            let end = p.full(np).end;
            let next = end + usize::from(p.t.is(end, ","));
            let is = p.vgs.iter().any(|v| {
                v.head > next
                    && v.head < sent.end
                    && v.finite()
                    && p.t.list[v.head].any(&["is", "are", "was", "were", "constitutes", "constitute", "remains"])
            });
            if is && p.new_clause(next, &sent) {
                let reason = "somebody for whom it is so";
                self.add(
                    Some(np),
                    sent.start..sent.start + 1,
                    "view",
                    next..sent.end,
                    "asserts",
                    "for_somebody",
                    0.7,
                    reason,
                );
            }
        }
    }

    /// “The raid, the Sunday Lantern has it, was …”.
    fn has_it(&mut self) {
        let p = self.p;
        for vg in 0..p.vgs.len() {
            let group = p.vgs[vg].clone();
            if !p.t.list[group.head].any(&["has", "have", "had"]) || !p.t.is(group.toks.end, "it") {
                continue;
            }
            let sent = self.bounds(group.head);
            let inserted = group.toks.end + 1 >= sent.end || p.t.list[group.toks.end + 1].any(&[",", ".", ";", "that"]);
            let Some(np) = p.subject(vg).filter(|np| inserted && self.may_speak(*np) && !p.nps[*np].pronoun) else {
                continue;
            };
            let that = p.t.is(group.toks.end + 1, "that");
            let content = if that { group.toks.end + 1..sent.end } else { sent.clone() };
            let cue = group.toks.start..group.toks.end + 1;
            self.add(Some(np), cue, "have", content, "asserts", "has_it", 0.75, "somebody who has it so");
        }
    }

    /// “It was a gas bottle, the general staff has let it be known.”
    fn let_it_be_known(&mut self) {
        let p = self.p;
        for vg in 0..p.vgs.len() {
            let group = p.vgs[vg].clone();
            let next = group.toks.end;
            let known = p.t.list[group.head].is("let") && p.t.is(next, "it") && p.t.is(next + 2, "known");
            if !known {
                continue;
            }
            let sent = self.bounds(group.head);
            let Some(np) = p.subject(vg).filter(|np| self.may_speak(*np)) else { continue };
            let start = p.nps[np].toks.start;
            let that = p.t.is(next + 3, "that");
            let content = if that { next + 3..sent.end } else { sent.start..start };
            self.add(
                Some(np),
                group.toks.start..next + 3,
                "say",
                content,
                "asserts",
                "made_known",
                0.8,
                "somebody who let it be known",
            );
        }
    }

    /// “The commission has reasonable grounds to believe that …”.
    fn has_grounds(&mut self) {
        let p = self.p;
        for vg in 1..p.vgs.len() {
            let group = p.vgs[vg].clone();
            let believes = matches!(p.t.list[group.head].lemma(), "believe" | "conclude" | "suspect" | "think" | "say");
            if !group.infinitive || !believes {
                continue;
            }
            let Some(before) = group.toks.start.checked_sub(1) else { continue };
            let grounds = GROUNDS.contains(&&*p.t.list[before].base);
            let had =
                p.vgs[vg - 1].finite() && p.t.list[p.vgs[vg - 1].head].any(&["has", "have", "had", "found", "finds"]);
            let sent = self.bounds(group.head);
            let Some(np) = p.subject(vg - 1).filter(|np| grounds && had && self.may_speak(*np)) else { continue };
            let start = group.toks.end;
            let reason = "somebody who has grounds to believe it";
            let cue = p.vgs[vg - 1].toks.start..start;
            let end = self.content_end(vg, start, &sent);
            self.add(Some(np), cue, "believe", start..end, "asserts", "has_grounds", 0.85, reason);
        }
    }
}
