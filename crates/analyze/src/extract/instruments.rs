//! Instruments and the commitments that a speaker reads out of them.
//!
//! Deliberately keeps the speaker's words: what an instrument really demands is its own text, not this.

use std::ops::Range;

use serde_json::json;

use super::{
    claims::Context,
    lexicon::Pos,
    object::{Builder, Why},
};

/// Words that, before an instrument, put a duty under it.
const UNDER: &[&str] = &[
    "under",
    "accordance",
    "line",
    "pursuant",
    "terms",
    "required",
    "obligations",
    "commitments",
    "part",
    "signed",
    "signing",
];

/// Nouns of keeping or breaking an instrument.
const KEPT_NOUNS: &[&str] = &[
    "violation",
    "breach",
    "implementation",
    "compliance",
    "observance",
    "enforcement",
    "respect",
    "obligation",
    "commitment",
    "infringement",
    "provision",
    "contravention",
    "disregard",
    "adherence",
];

/// Verbs of keeping or breaking an instrument.
const KEPT_VERBS: &[&str] = &[
    "violate",
    "breach",
    "implement",
    "respect",
    "honour",
    "honor",
    "observe",
    "uphold",
    "enforce",
    "break",
    "contravene",
    "ignore",
    "flout",
    "defy",
    "comply",
    "abide",
    "apply",
    "adhere",
    "disregard",
];

/// Words of a sentence in which an instrument is spoken of as one that binds.
const BINDING: &[&str] = &[
    "promised",
    "promise",
    "promises",
    "pledge",
    "pledged",
    "undertook",
    "undertaking",
    "agreed",
    "bound",
    "binding",
    "binds",
    "prohibited",
    "prohibits",
    "forbidden",
    "forbids",
    "banned",
    "bans",
    "imposed",
    "embargo",
    "contrary",
    "counter",
    "reminded",
    "recalled",
    "recalls",
    "guarantors",
    "guarantor",
    "honoured",
    "honored",
    "honour",
    "grants",
    "grant",
    "protects",
    "protection",
    "signed",
    "endorsed",
    "ratified",
    "entitled",
    "obliges",
    "requires",
    "demands",
    "demanded",
    "calls",
    "terms",
    "breaches",
    "violations",
    "kept",
    "broken",
    "enshrined",
    "guaranteed",
    "guarantees",
];

impl Context<'_, '_> {
    /// Resolutions, conventions, agreements; the obligations that a speaker reads out of them.
    pub fn instruments(&self, b: &mut Builder<'_>) {
        const KINDS: &[&str] = &[
            "convention",
            "treaty",
            "protocol",
            "statute",
            "charter",
            "covenant",
            "agreement",
            "accord",
            "memorandum",
            "declaration",
            "communiqué",
            "communique",
            "ceasefire",
            "truce",
            "pact",
        ];
        let t = &self.p.t;
        let mut seen: Vec<(String, String)> = Vec::new();
        for at in 0..t.list.len() {
            let resolution = t.list[at].base == "resolution"
                && t.list.get(at + 1).is_some_and(|x| x.pos == Pos::Num || x.any(&["no", "no."]));
            let named = KINDS.contains(&&*t.list[at].base)
                && (t.list[at].capital || t.list[at].any(&["ceasefire", "truce"]))
                && t.list[at].pos != Pos::Verb;
            let of_date = self.dated(at);
            if !resolution && !named && !self.named_rarer(at) && of_date.is_none() {
                continue;
            }
            let mut start = self.p.np_at(at).map_or(at, |n| self.p.nps[n].toks.start);
            while start < at && t.list[start].any(&["the", "a", "an", "this"]) {
                start += 1;
            }
            let mut end = at + 1;
            while t.list.get(end).is_some_and(|x| x.pos == Pos::Num || x.any(&["no", "no."])) {
                end += 1;
            }
            end = self.name_goes_on(end).max(of_date.unwrap_or(0));
            let toks = start..end;
            let range = t.bytes(&toks);
            let name = b.quote(&range).to_owned();
            let key = name.to_lowercase();
            let same = seen.iter().find(|(k, _)| *k == key).map(|(_, id)| id.clone());
            let score = if resolution { 0.95 } else { 0.75 };
            let id = b.push(
                "mention",
                range,
                json!({"type": "instrument", "name": name, "canonical": name, "same_as": same}),
                Why::new("instrument_name", score, "a resolution with its number, or a named agreement"),
            );
            if same.is_none() {
                seen.push((key, id.clone()));
            }
            self.obligations(b, &toks, &name, &id);
        }
        self.duties(b);
    }

    fn obligations(&self, b: &mut Builder<'_>, instrument: &Range<usize>, name: &str, id: &str) {
        let t = &self.p.t;
        let mut at = instrument.end;
        if t.is(at, ",") {
            at += 1;
        }
        if t.list.get(at).is_some_and(|x| x.any(&["which", "that"])) {
            at += 1;
        }
        let Some(opener) = t.list.get(at).filter(|x| x.sent == t.list[instrument.start].sent) else {
            return self.duty_under(b, instrument, name, id);
        };
        let lemma = opener.any_lemma();
        let opens = opener.any(&["regarding", "concerning", "on"])
            || matches!(
                lemma,
                "demand"
                    | "require"
                    | "oblige"
                    | "stipulate"
                    | "provide"
                    | "call"
                    | "mandate"
                    | "order"
                    | "urge"
                    | "prohibit"
                    | "guarantee"
                    | "authorize"
                    | "authorise"
                    | "forbid"
                    | "ban"
                    | "protect"
                    | "bind"
                    | "commit"
                    | "say"
                    | "state"
                    | "set"
            );
        if !opens {
            self.duty_under(b, instrument, name, id);
            return;
        }
        at += 1;
        while t.list.get(at).is_some_and(|x| x.any(&["for", "on", "that", ":"])) {
            at += 1;
        }
        let sent = self.p.sent(instrument.start);
        let mut end = sent.end;
        if let Some(attr) = self.attrs.innermost(instrument) {
            end = end.min(self.attrs.list[attr].content.end.max(at));
        }
        let paragraph = self.paragraph(instrument.start);
        for item in self.items(at..end) {
            let words = t.words(&item).to_owned();
            let mut fields =
                json!({"instrument": id, "instrument_name": name, "paragraph": paragraph, "obligation": words});
            self.said(&item, &mut fields);
            b.push(
                "commitment",
                t.bytes(&item),
                fields,
                Why::new(
                    "demands_of_instrument",
                    0.85,
                    "what the speaker says the instrument demands; the obligation itself is the instrument's own text",
                ),
            );
        }
    }

    /// Words that name an instrument only as part of a longer name: “Seal Island Compact”, “Code of Conduct on Detention”.
    fn named_rarer(&self, at: usize) -> bool {
        const RARER: &[&str] = &[
            "understanding",
            "compact",
            "undertaking",
            "armistice",
            "deed",
            "code",
            "arrangement",
            "settlement",
            "principle",
            "guideline",
            "pledge",
            "roadmap",
        ];
        let t = &self.p.t;
        if !RARER.contains(&&*t.list[at].base) || !t.list[at].capital {
            return false;
        }
        let same = |i: usize| t.list.get(i).filter(|x| x.sent == t.list[at].sent);
        let before = at.checked_sub(1).and_then(same).is_some_and(|x| x.capital && x.pos != Pos::Det);
        let behind = same(at + 1).is_some_and(|x| x.any(&["of", "on"])) && same(at + 2).is_some_and(|x| x.capital);
        let goes_on = same(at + 1).is_some_and(|x| x.capital);
        (before || behind) && !goes_on
    }

    /// “the deconfliction arrangement of 3 May”, “a truce signed at Port Ansel”: told apart by when or where it was made; where
    /// the name ends.
    fn dated(&self, at: usize) -> Option<usize> {
        const MADE: &[&str] = &["signed", "reached", "brokered", "concluded", "agreed", "sealed", "negotiated"];
        const PLAIN: &[&str] = &[
            "arrangement",
            "agreement",
            "accord",
            "memorandum",
            "protocol",
            "truce",
            "ceasefire",
            "pact",
            "armistice",
        ];
        let t = &self.p.t;
        if !PLAIN.contains(&&*t.list[at].base) || t.list[at].pos == Pos::Verb {
            return None;
        }
        let same = |i: usize| t.list.get(i).filter(|x| x.sent == t.list[at].sent);
        let day = same(at + 1)?.is("of") && same(at + 2)?.pos == Pos::Num && same(at + 3)?.pos == Pos::Time;
        if day {
            return Some(at + 4);
        }
        let made = same(at + 1)?.any(MADE) && same(at + 2)?.any(&["at", "in", "by", "on"]) && same(at + 3)?.capital;
        made.then(|| self.p.np_from(at + 3).map_or(at + 4, |np| self.p.nps[np].toks.end))
    }

    /// Past “of the Outer Isles”, “on the Rights of the Child”: a preposition and words with capitals.
    fn name_goes_on(&self, mut end: usize) -> usize {
        let t = &self.p.t;
        loop {
            let mut at = end;
            if !t.list.get(at).is_some_and(|x| x.any(&["of", "on", "for", "against"])) {
                return end;
            }
            at += 1;
            while t.list.get(at).is_some_and(|x| x.any(&["the", "all"])) {
                at += 1;
            }
            let capital = |i: usize| t.list.get(i).is_some_and(|x| x.capital && x.sent == t.list[end].sent);
            if !capital(at) {
                return end;
            }
            while capital(at) || t.list.get(at).is_some_and(|x| x.any(&["and"])) && capital(at + 1) {
                at += 1;
            }
            end = at;
        }
    }

    /// “Article 12 of …” in the sentence, before the instrument.
    fn paragraph(&self, before: usize) -> Option<String> {
        let t = &self.p.t;
        (self.p.sent(before).start..before)
            .find(|i| {
                t.list[*i].any(&["paragraph", "article", "paragraphs", "articles", "annex", "section"])
                    && t.list.get(i + 1).is_some_and(|x| x.pos == Pos::Num)
            })
            .map(|i| t.words(&(i..i + 2)).to_owned())
    }

    /// “Under the agreement, X undertook to withdraw”; “compliance with Resolution 12”; “violated the ceasefire”.
    fn duty_under(&self, b: &mut Builder<'_>, instrument: &Range<usize>, name: &str, id: &str) {
        let t = &self.p.t;
        let sent = self.p.sent(instrument.start);
        let article =
            instrument.start.checked_sub(1).is_some_and(|at| t.list[at].any(&["the", "a", "an", "this", "of"]));
        let at = instrument.start.saturating_sub(1 + usize::from(article)).max(sent.start);
        let before =
            |words: &[&str]| (at.saturating_sub(3).max(sent.start)..instrument.start).any(|i| t.list[i].any(words));
        let (duty, rule, score) = if before(&["under", "with", "to", "by", "in", "of"])
            && before(UNDER)
            && let Some(duty) = self.bound_clause(&sent, instrument)
        {
            (duty, "duty_under_instrument", 0.7)
        } else if let Some(from) = (at.saturating_sub(4).max(sent.start)..instrument.start).find(|i| self.keeps(*i)) {
            (from..instrument.end, "keeping_of_instrument", 0.6)
        } else if (sent.start..sent.end).any(|i| t.list[i].any(BINDING) || self.keeps(i)) {
            let clause = self.p.clause(instrument.start);
            let end = (instrument.end..clause.end.max(instrument.end))
                .rev()
                .find(|i| !matches!(t.list[*i].pos, Pos::Punct | Pos::Quote));
            (clause.start.min(instrument.start)..end.map_or(instrument.end, |i| i + 1), "named_as_binding", 0.5)
        } else if t.list[instrument.clone()].iter().any(|x| x.capital) {
            (instrument.clone(), "named_only", 0.35)
        } else {
            return;
        };
        let mut fields = json!({
            "instrument": id, "instrument_name": name, "paragraph": self.paragraph(instrument.start), "obligation": t.words(&duty),
        });
        self.said(&duty, &mut fields);
        let reason =
            "a duty that the text puts under the instrument; the obligation itself is the instrument's own text";
        b.push("commitment", t.bytes(&duty), fields, Why::new(rule, score, reason));
    }

    /// A word of keeping or breaking, as a verb or a noun.
    fn keeps(&self, at: usize) -> bool {
        let token = &self.p.t.list[at];
        KEPT_NOUNS.contains(&&*token.base) || KEPT_VERBS.contains(&token.any_lemma())
    }

    /// The clause of the sentence in which somebody takes or has a duty: from the verb to the clause's end.
    fn bound_clause(&self, sent: &Range<usize>, instrument: &Range<usize>) -> Option<Range<usize>> {
        let t = &self.p.t;
        let verb = self.p.vgs.iter().find(|vg| {
            sent.contains(&vg.head)
                && !instrument.contains(&vg.head)
                && (matches!(
                    t.list[vg.head].lemma(),
                    "undertake"
                        | "agree"
                        | "pledge"
                        | "promise"
                        | "commit"
                        | "oblige"
                        | "require"
                        | "bind"
                        | "guarantee"
                        | "accept"
                ) || vg
                    .toks
                    .clone()
                    .any(|i| t.list[i].any(&["must", "shall", "should", "obliged", "bound", "required"])))
        })?;
        let mut end = self.p.clause(verb.head).end.min(sent.end);
        if verb.toks.start < instrument.start {
            end = end.min(instrument.start.saturating_sub(1));
        }
        let end = (verb.toks.start..end)
            .rev()
            .find(|i| {
                !matches!(t.list[*i].pos, Pos::Punct | Pos::Quote)
                    && !t.list[*i].any(&["the", "under", "with", "to", "by", "of", "in"])
            })
            .map(|i| i + 1)?;
        (end > verb.toks.start).then_some(verb.toks.start..end)
    }

    /// Splits a list at its semicolons, or else at commas and the last *and* before an item of the same shape.
    fn items(&self, toks: Range<usize>) -> Vec<Range<usize>> {
        let t = &self.p.t;
        let semicolons = toks.clone().any(|i| t.is(i, ";"));
        let ing = |i: usize| t.list.get(i).is_some_and(|x| x.low.ends_with("ing") && x.low.len() > 4);
        let mut out = Vec::new();
        let mut from = toks.start;
        for at in toks.clone() {
            let cut = if semicolons {
                t.is(at, ";")
            } else {
                (t.list[at].any(&[",", "and"]))
                    && (ing(at + 1)
                        || t.is(at + 1, "and")
                        || self
                            .p
                            .np_from(at + 1)
                            .is_some_and(|n| t.is(self.p.nps[n].toks.end, "of") || t.is(self.p.nps[n].toks.end, "to")))
            };
            if cut {
                out.push(from..at);
                from = at + 1;
            }
        }
        out.push(from..toks.end);
        out.iter_mut().for_each(|r| {
            while r.start < r.end && t.list[r.start].any(&["and", ",", ";", "the"]) {
                r.start += 1;
            }
            while r.end > r.start && matches!(t.list[r.end - 1].pos, Pos::Punct | Pos::Quote) {
                r.end -= 1;
            }
        });
        out.retain(|r| !r.is_empty());
        out
    }

    /// “Russia’s obligations as a permanent member of …”: a duty told, and the appeal it implies.
    fn duties(&self, b: &mut Builder<'_>) {
        let t = &self.p.t;
        for np in 0..self.p.nps.len() {
            let head = self.p.nps[np].head;
            if !matches!(t.list[head].base.as_ref(), "obligation" | "commitment" | "duty" | "responsibility") {
                continue;
            }
            let owner = self
                .e
                .near(&self.p.nps[np].toks)
                .iter()
                .find(|m| m.possessor && self.p.nps[np].toks.contains(&m.toks.start));
            let end = self.p.sent(head).end;
            let Some(owner) = owner else { continue };
            let capacity = self.capacity(&(head + 1..end.min(head + 3))).map(|r| r.start..r.end);
            let last = capacity.as_ref().map_or(self.p.full_with(np, &["of", "under", "to"]).end, |r| r.end);
            let toks = self.p.nps[np].toks.start..last;
            let words = t.words(&toks).to_owned();
            let capacity = capacity.map(|r| t.words(&r).to_owned());
            let mut fields = json!({"obligation": words, "duty_bearer": owner.id, "capacity": capacity});
            self.said(&toks, &mut fields);
            b.push(
                "commitment",
                t.bytes(&toks),
                fields,
                Why::new("duty_of", 0.75, "somebody's obligations, as the speaker tells them"),
            );
            let Some(attr) = self.attrs.innermost(&toks).filter(|_| capacity.is_some()) else { continue };
            let mut fields = json!({"by": self.speaker(attr, b), "to": [owner.id], "capacity": capacity, "to_do": words, "type": "other", "implied": true});
            self.said(&toks, &mut fields);
            b.push(
                "appeal",
                t.bytes(&toks),
                fields,
                Why::new(
                    "held_to_duty",
                    0.4,
                    "the speaker holds somebody to a duty in a capacity; the appeal is implied, not spoken",
                ),
            );
        }
    }
}
