//! Attributions without a plain verb of saying: document sources, *according to*, nouns of speech, passives, loose
//! quotations.
//!
//! Deliberately scored lower than a subject with its verb.

use std::ops::Range;

use super::Finder;
use crate::extract::lexicon::{Cue, Pos};

impl Finder<'_, '_> {
    /// “(Source: X)”, “CITY (X) –”, a last line “— X”: whose text this is.
    pub(super) fn document(&mut self) {
        let p = self.p;
        let n = p.t.list.len();
        for at in 0..n.saturating_sub(2) {
            let label = p.t.list[at].capital || at == 0 || p.t.list[at - 1].any(&["(", "-", "–", "—"]) || !p.t.cased;
            if label
                && p.t.list[at].is("source")
                && p.t.is(at + 1, ":")
                && let Some(np) = p.np_from(at + 2)
            {
                let content =
                    if at > 2 { 0..at.saturating_sub(usize::from(p.t.is(at - 1, "("))) } else { p.nps[np].toks.end..n };
                // What stands behind the source line (a page's navigation) is the document's too.
                self.add(
                    Some(np),
                    at..at + 1,
                    "source",
                    content,
                    "asserts",
                    "document_source",
                    0.9,
                    "the document names its source",
                );
                let tail = p.nps[np].toks.end + 1;
                if n > tail + 6 && at > 2 {
                    self.add(
                        Some(np),
                        at..at + 1,
                        "source",
                        tail..n,
                        "asserts",
                        "document_source",
                        0.8,
                        "the document names its source",
                    );
                }
                return;
            }
        }
        let first = p.t.sentences.first().cloned().unwrap_or(0..0);
        for at in first.start..first.end.min(first.start + 12).min(n.saturating_sub(4)) {
            let dash = |i: usize| p.t.list.get(i).is_some_and(|t| t.any(&["-", "–", "—", "--"]));
            if p.t.is(at, "(")
                && p.t.is(at + 2, ")")
                && dash(at + 3)
                && p.t.list[at + 1].capital
                && let Some(np) = p.np_at(at + 1)
            {
                self.add(
                    Some(np),
                    at + 1..at + 2,
                    "dateline",
                    at + 4..n,
                    "asserts",
                    "document_source",
                    0.85,
                    "an agency is named in the dateline",
                );
                return;
            }
        }
        if let Some(last) = p.t.sentences.last()
            && last.len() >= 2
            && last.len() <= 5
            && p.t.list[last.start].any(&["-", "–", "—"])
            && let Some(np) = p.np_at(last.end - 1)
            && p.t.list[last.end - 1].pos == Pos::Propn
        {
            self.add(
                Some(np),
                last.end - 1..last.end,
                "credit",
                0..last.start,
                "asserts",
                "document_source",
                0.75,
                "a credit line ends the text",
            );
        }
    }

    /// “held X responsible for …”, “holding them accountable”.
    pub(super) fn held_responsible(&mut self, vg: usize) -> bool {
        let p = self.p;
        let group = &p.vgs[vg];
        let sent = self.bounds(group.head);
        let Some(np) = p.np_from(group.toks.end) else { return false };
        let near = p.nps[np].toks.start..sent.end.min(p.nps[np].toks.end + 7);
        let held = near.clone().any(|i| p.t.list[i].any(&["responsible", "accountable", "liable"]));
        if !held || !group.finite() {
            return false;
        }
        let subject = p.subject(vg).filter(|np| self.may_speak(*np));
        let end = self.content_end(vg, group.toks.end, &sent);
        if subject.is_some() {
            self.add(
                subject,
                group.toks.clone(),
                "hold",
                group.toks.end..end,
                "asserts",
                "held_responsible",
                0.9,
                "a subject holds somebody responsible",
            );
        }
        true
    }

    /// “It was reported that”, “X was accused by Y of Z”, “as reported by Y”.
    pub(super) fn passive(
        &mut self,
        vg: usize,
        cue: &Cue,
        lemma: &'static str,
        cue_toks: Range<usize>,
        right: usize,
        sent: &Range<usize>,
    ) {
        let p = self.p;
        let by = (right..sent.end.min(right + 14))
            .find(|i| p.t.is(*i, "by") && !p.t.is(i + 1, "way"))
            .and_then(|i| p.np_from(i + 1))
            .filter(|np| !p.nps[*np].time && self.may_speak(*np));
        let subject = p.subject(vg);
        let dummy = subject.is_some_and(|np| p.t.is(p.nps[np].head, "it"));
        let that = (right..sent.end.min(right + 8)).find(|i| p.t.is(*i, "that"));
        if let Some(np) = by
            && (that.is_none() || dummy)
        {
            let after = p.full(np).end;
            let of = p.t.get(after).is_some_and(|t| after < sent.end && t.any(&["of", "for", "as", "that", "to"]));
            let content = match (subject, of) {
                (_, true) => after..self.content_end(vg, after, sent),
                (Some(s), false) => p.nps[s].toks.start..p.vgs[vg].toks.start,
                (None, false) => return,
            };
            let near = (right..p.nps[np].toks.start).all(|i| p.vg_at(i).is_none()) && p.nps[np].toks.start <= right + 5;
            // “Obligations assumed by the parties”: taken on, not said.
            let near = near && lemma != "assume";
            if near && (cue.frames.contains('n') || of || cue.frames.contains('t')) && !cue.frames.contains('i') {
                let reason = "a passive verb of speech with its doer";
                self.add(Some(np), cue_toks.clone(), lemma, content.clone(), cue.stance, "passive_by", 0.72, reason);
                // “by X, by Y and by Z”: each of them.
                let further =
                    (p.full(np).end..sent.end).filter(|i| p.t.is(*i, "by") && p.t.list[i - 1].any(&[",", "and", "or"]));
                for np in further.filter_map(|i| p.np_from(i + 1)).filter(|np| !p.nps[*np].time).collect::<Vec<_>>() {
                    self.add(Some(np), cue_toks.clone(), lemma, content.clone(), cue.stance, "passive_by", 0.7, reason);
                }
            }
            return;
        }
        if let Some(that) = that
            && dummy
        {
            self.add(
                None,
                cue_toks,
                lemma,
                that..self.content_end(vg, that, sent),
                if cue.frames.contains('w') { "hedges" } else { cue.stance },
                "impersonal",
                0.6,
                "an impersonal verb of speech: nobody is named",
            );
        } else if matches!(
            lemma,
            "accuse" | "blame" | "allege" | "report" | "say" | "believe" | "suspect" | "charge" | "think" | "expect"
        ) && p.t.get(right).is_some_and(|t| t.any(&["of", "for", "to", "with"]))
        {
            let start = subject.map(|np| p.nps[np].toks.start).unwrap_or(right);
            if start < right {
                let end = self.content_end(vg, right, sent);
                let content =
                    if start < p.vgs[vg].toks.start && cue.frames.contains('f') { right..end } else { start..end };
                self.add(
                    None,
                    cue_toks,
                    lemma,
                    content,
                    "hedges",
                    "impersonal",
                    0.5,
                    "a passive verb of speech: nobody is named",
                );
            }
        }
    }

    /// “according to X”, “in the words of X”, “citing X”.
    pub(super) fn according(&mut self) {
        let p = self.p;
        for at in 0..p.t.list.len().saturating_sub(2) {
            let per = p.t.list[at].is("per") && p.np_from(at + 1).is_some_and(|np| self.e.mention_of(np).is_some());
            if !(per || p.t.list[at].is("according") && p.t.is(at + 1, "to")) {
                continue;
            }
            let words = 2 - usize::from(per);
            let Some(np) = p.np_from(at + words) else { continue };
            let sent = self.bounds(at);
            let end = self.source_range(np, &(at..at + 1)).end;
            // “reported that, according to X, …”: inside what is reported.
            let opened = (at.saturating_sub(2)..at).find(|i| p.t.is(*i, "that") && *i >= sent.start);
            let content = if opened.is_some() || at <= sent.start + 1 || per && at <= sent.start + 2 {
                end..sent.end
            } else if end + 3 < sent.end && p.t.list[end].is(",") {
                sent.start..sent.end
            } else {
                let mut begin = sent.start;
                if let Some(q) =
                    p.t.quotes
                        .iter()
                        .find(|q| q.tokens.end + 2 >= at && q.tokens.end <= at && q.tokens.start <= sent.start)
                {
                    begin = begin.min(q.tokens.start.saturating_sub(1));
                }
                begin..at
            };
            self.add(
                Some(np),
                at..at + words,
                "according",
                content,
                "asserts",
                "according_to",
                0.92,
                "according to names the source",
            );
        }
    }

    /// “X’s claim that …”, “reports that …”, “X’s denial of …”.
    pub(super) fn nominal(&mut self) {
        const NOUNS: &[(&str, &str)] = &[
            ("claim", "asserts"),
            ("allegation", "asserts"),
            ("accusation", "asserts"),
            ("statement", "asserts"),
            ("report", "asserts"),
            ("assertion", "asserts"),
            ("warning", "asserts"),
            ("denial", "denies"),
            ("demand", "urges"),
            ("call", "urges"),
            ("pledge", "pledges"),
            ("promise", "pledges"),
            ("belief", "asserts"),
            ("fear", "asserts"),
            ("conclusion", "asserts"),
            ("finding", "asserts"),
            ("threat", "pledges"),
            ("vow", "pledges"),
            ("criticism", "asserts"),
            ("opposition", "asserts"),
            ("support", "asserts"),
            ("view", "asserts"),
            ("concern", "asserts"),
            ("hope", "asserts"),
            ("suggestion", "asserts"),
            ("insistence", "asserts"),
            ("argument", "asserts"),
            ("appeal", "urges"),
        ];
        let p = self.p;
        for np in 0..p.nps.len() {
            let head = p.nps[np].head;
            let Some((noun, stance)) = NOUNS.iter().find(|(n, _)| *n == p.t.list[head].base) else { continue };
            if p.nps[np].toks.end != head + 1 {
                continue;
            }
            let next = head + 1;
            let sent = self.bounds(head);
            let Some(token) = p.t.get(next).filter(|_| next < sent.end) else { continue };
            let possessor =
                self.e.near(&p.nps[np].toks).iter().find(|m| m.possessor && p.nps[np].toks.contains(&m.toks.start));
            let toks = p.nps[np].toks.clone();
            let pronoun = toks.clone().find(|i| p.t.list[*i].pos == Pos::Poss);
            let that = token.is("that");
            let of = token.any(&["of", "for", "about", "to"])
                && (possessor.is_some() || pronoun.is_some())
                && !matches!(*noun, "view" | "statement" | "report");
            if !that && !of {
                continue;
            }
            let entity = possessor.map(|m| m.entity).or_else(|| pronoun.and_then(|i| self.e.possessor(p, i)));
            if entity.is_none() && !matches!(*noun, "report" | "claim" | "allegation") {
                continue;
            }
            let source = possessor.map(|m| m.toks.clone()).or_else(|| pronoun.map(|i| i..i + 1)).unwrap_or(0..0);
            let at = self.add(
                None,
                head..head + 1,
                "nominal",
                next..self.after_clause(next, &sent),
                stance,
                "noun_of_speech",
                0.65,
                "a noun of speech and what it holds",
            );
            if let Some(at) = at {
                self.list[at].source = source;
                self.list[at].entity = entity;
            }
        }
    }

    pub(super) fn after_clause(&self, from: usize, sent: &Range<usize>) -> usize {
        (from + 2..sent.end).find(|i| self.p.t.is(*i, ",") && self.p.vg_at(i + 1).is_some()).unwrap_or(sent.end)
    }

    /// A quotation that nobody's cue has claimed: it goes on from the speaker before, within the paragraph.
    pub(super) fn loose_quotes(&mut self) {
        let p = self.p;
        for q in p.t.quotes.clone() {
            let words = q.tokens.len();
            if words < 5 {
                continue;
            }
            let whole = q.tokens.start - 1..q.tokens.end + usize::from(q.closed);
            let covered = self.list.iter().any(|a| {
                a.rule != "document_source"
                    && a.content.start < q.tokens.end
                    && q.tokens.start < a.content.end
                    && !q.tokens.contains(&a.cue.start)
            });
            let sent = p.sent(q.tokens.start);
            let starts_sentence = whole.start <= sent.start + 1;
            if covered || !starts_sentence {
                continue;
            }
            let before = self
                .list
                .iter()
                .filter(|a| {
                    a.cue.start < q.tokens.start
                        && a.rule != "document_source"
                        && !p.t.list[a.cue.start].quoted
                        && !q.tokens.contains(&a.cue.start)
                        && (!a.source.is_empty())
                })
                .max_by_key(|a| a.cue.start)
                .cloned();
            let Some(before) = before else { continue };
            let gap = &p.t.text[p.t.list[before.cue.start].range.start..p.t.list[whole.start].range.start];
            let sentences = p.t.list[whole.start].sent - p.t.list[before.cue.start].sent;
            if gap.matches('\n').count() > 2 || sentences > 2 {
                continue;
            }
            let score = if gap.contains('\n') { 0.6 } else { 0.82 };
            let mut attr = before;
            attr.content = self.trim(whole);
            attr.rule = "continued_quote";
            attr.score = score;
            attr.extra = "a quotation goes on from the speaker before";
            attr.to = None;
            self.list.push(attr);
        }
    }
}
