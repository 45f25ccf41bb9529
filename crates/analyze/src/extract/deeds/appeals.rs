//! Appeals: who asks whom, in what capacity, to do what, and of what kind.
//!
//! Deliberately lets fighting win over every other kind, so that a call to arms never passes as a call to protect.

use std::ops::Range;

use serde_json::{Value, json};

use super::KINDS;
use crate::extract::{
    attribution::Attr,
    claims::Context,
    lexicon::{Cat, Pos},
    object::{Builder, Why},
};

/// Plain nouns for those of whom things are demanded.
const ADDRESSED: &[&str] = &[
    "guarantors",
    "states",
    "governments",
    "parties",
    "forces",
    "authorities",
    "powers",
    "members",
    "countries",
    "leaders",
    "sides",
    "fighters",
    "donors",
    "mediators",
    "agencies",
    "organisations",
    "organizations",
    "nations",
    "troops",
    "factions",
];

impl Context<'_, '_> {
    pub(super) fn appeals(&self, b: &mut Builder<'_>) {
        for (index, attr) in self.attrs.list.iter().enumerate() {
            if attr.stance == "urges"
                && !attr.source.is_empty()
                && !(self.p.t.list[attr.cue.start].is("told") && attr.to.is_none())
            {
                self.appeal(b, index, attr);
            } else if matches!(
                attr.lemma,
                "stress" | "emphasize" | "emphasise" | "underline" | "underscore" | "reiterate" | "highlight"
            ) {
                self.importance(b, index, attr);
            }
        }
        self.responsibilities(b);
    }

    pub(super) fn appeal(&self, b: &mut Builder<'_>, index: usize, attr: &Attr) {
        let p = self.p;
        let mut to_do = attr.content.clone();
        let mut to: Vec<Value> = Vec::new();
        if let Some(range) = &attr.to {
            to_do.start = range.end.min(to_do.end);
            to = self.addressees(range, b);
        } else if let Some(at) = to_do
            .clone()
            .find(|i| p.t.is(*i, "before") || p.t.is(*i, "on") && p.t.is(i + 1, "the") && p.t.is(i + 2, "part"))
        {
            if let Some(np) = p.np_from(at + 1) {
                to = self.addressees(&p.full(np), b);
            }
        } else if let Some(np) = p.np_from(to_do.start)
            && p.t.is(p.nps[np].toks.end, "to")
            && p.vg_at(p.nps[np].toks.end).is_some()
            && self.e.mention_of(np).is_some()
        {
            to = self.addressees(&p.nps[np].toks, b);
            to_do.start = p.nps[np].toks.end;
        }
        if to.is_empty() && attr.to.is_none() {
            to = self.asked_in_clause(&to_do, b);
        }
        while to_do.start < to_do.end
            && (p.t.is(to_do.start, "to") || matches!(p.t.list[to_do.start].pos, Pos::Quote | Pos::Punct))
        {
            to_do.start += 1;
        }
        if to_do.is_empty() {
            return;
        }
        self.push_appeal(
            b,
            index,
            to,
            to_do,
            attr.cue.start.min(attr.source.start)..attr.content.end,
            "urges",
            0.88,
            "a verb of urging, whom, and to do what",
        );
    }

    /// “demanded that the guarantors keep …”, “demanded of the army that it …”: who is to do it.
    fn asked_in_clause(&self, to_do: &Range<usize>, b: &Builder<'_>) -> Vec<Value> {
        let p = self.p;
        let mut at = to_do.start;
        if !p.t.get(at).is_some_and(|t| t.any(&["that", "of"])) {
            return Vec::new();
        }
        at += 1;
        let Some(np) = p.np_from(at).filter(|np| !p.nps[*np].time && !p.nps[*np].pronoun) else { return Vec::new() };
        let named = self.e.mention_of(np).is_some() || p.t.hits_in(&p.nps[np].toks, Cat::Title).next().is_some();
        let plural = p.nps[np].plural && p.t.list[p.nps[np].head].any(ADDRESSED);
        let full = p.full_with(np, &["of"]);
        if named || plural { self.addressees(&full, b) } else { Vec::new() }
    }

    /// Those addressed: a pronoun stands for the ones named last.
    pub(super) fn addressees(&self, toks: &Range<usize>, b: &Builder<'_>) -> Vec<Value> {
        let p = self.p;
        let mut from = toks.start;
        while from < toks.end && matches!(p.t.list[from].pos, Pos::Quote | Pos::Punct) {
            from += 1;
        }
        let Some(np) = p.np_from(from) else { return Vec::new() };
        let words = || {
            let stop = (from..toks.end).find(|i| p.t.is(*i, ",") && p.t.is(i + 1, "as")).unwrap_or(toks.end);
            let range = from..(from..stop).rev().find(|i| p.t.list[*i].pos != Pos::Quote).map_or(stop, |i| i + 1);
            b.quote(&p.t.bytes(&range)).to_owned()
        };
        if p.t.list[from].any(&["them", "they", "him", "her", "it"]) {
            return self.named_before(from, b);
        }
        let list = p.joined_right(np);
        if list.len() > 1
            && list.iter().all(|n| self.e.mention_of(*n).is_some())
            && p.nps[*list.last().unwrap_or(&np)].toks.end >= toks.end
        {
            return list.into_iter().map(|n| self.who(n, b)).collect();
        }
        match self.e.mention_of(np) {
            Some(m) if self.e.mentions[m].toks.end >= toks.end || p.t.is(self.e.mentions[m].toks.end, ",") => {
                vec![json!(self.e.mentions[m].id)]
            }
            _ => vec![json!(words())],
        }
    }

    /// The people or bodies that a letter or an appeal in the sentence went to.
    pub(super) fn named_before(&self, at: usize, b: &Builder<'_>) -> Vec<Value> {
        let p = self.p;
        let sent = p.sent(at);
        let to = (sent.start..at).rev().find(|i| p.t.is(*i, "to") && p.np_from(i + 1).is_some());
        if let Some(np) = to.and_then(|i| p.np_from(i + 1)) {
            let whole = p.nps[np].toks.start..at.saturating_sub(1).max(p.nps[np].toks.end);
            let end = (whole.start..whole.end).find(|i| p.vg_at(*i).is_some()).unwrap_or(whole.end);
            return self.split_addressees(whole.start..end, b);
        }
        // “they”: those whom the sentence before addressed, or the plural named last.
        let before = self.p.nps.iter().enumerate().rev().filter(|(_, n)| n.toks.end <= at).take(14).find(|(i, n)| {
            n.plural
                && !n.time
                && !n.pronoun
                && (self.e.mention_of(*i).is_some() || p.t.hits_in(&n.toks, Cat::Title).next().is_some())
        });
        before.map(|(np, _)| json!(b.quote(&p.t.bytes(&p.full(np))))).into_iter().collect()
    }

    pub(super) fn split_addressees(&self, toks: Range<usize>, b: &Builder<'_>) -> Vec<Value> {
        let p = self.p;
        let mut out = Vec::new();
        let mut from = toks.start;
        for at in toks.clone() {
            let cut = p.t.list[at].any(&["and", ",", "&"])
                && p.np_from(at + 1).is_some_and(|n| self.e.mention_of(n).is_some());
            if cut {
                out.push(from..at);
                from = at + 1;
            }
        }
        out.push(from..toks.end);
        out.into_iter()
            .filter(|r| !r.is_empty())
            .map(|r| {
                let whole =
                    p.np_from(r.start).filter(|n| p.nps[*n].toks.end >= r.end).and_then(|n| self.e.mention_of(n));
                whole.map_or_else(|| json!(b.quote(&p.t.bytes(&r))), |m| json!(self.e.mentions[m].id))
            })
            .collect()
    }

    pub(super) fn appeal_type(&self, toks: &Range<usize>) -> (&'static str, Vec<&'static str>) {
        let mut found: Vec<(usize, &'static str)> = Vec::new();
        for (kind, words) in KINDS {
            let first = toks.clone().find(|i| {
                let t = &self.p.t.list[*i];
                let hit = t.any(words) || words.contains(&t.any_lemma());
                let noun_attack = *kind == "fight"
                    && (t.any(&["attack", "war", "weapons", "front", "rise"]) && t.pos != Pos::Verb
                        || t.any_lemma() == "end");
                hit && !noun_attack
            });
            if let Some(at) = first {
                found.push((at, kind));
            }
        }
        let against = toks
            .clone()
            .any(|i| self.p.t.list[i].any_lemma() == "unite" && (i..toks.end).any(|j| self.p.t.is(j, "against")));
        if against {
            found.push((0, "fight"));
        }
        if found.iter().any(|(_, k)| *k == "fight") {
            found.retain(|(_, k)| *k != "fight");
            return ("fight", found.into_iter().map(|(_, k)| k).collect());
        }
        found.sort();
        let rest = found.iter().skip(1).map(|(_, k)| *k).collect();
        (found.first().map_or("other", |(_, k)| *k), rest)
    }

    #[allow(clippy::too_many_arguments, reason = "one place builds all appeals")]
    pub(super) fn push_appeal(
        &self,
        b: &mut Builder<'_>,
        attr: usize,
        to: Vec<Value>,
        to_do: Range<usize>,
        cover: Range<usize>,
        rule: &'static str,
        score: f64,
        reason: &str,
    ) {
        let p = self.p;
        let (kind, others) = self.appeal_type(&to_do);
        let capacity = self
            .capacity(
                &(self.attrs.list[attr].content.start.min(to_do.start)..p.sent(to_do.start).end.min(to_do.end + 40)),
            )
            .map(|r| {
                let end = (r.start..r.end)
                    .rev()
                    .find(|i| !matches!(p.t.list[*i].pos, Pos::Punct | Pos::Quote))
                    .map_or(r.end, |i| i + 1);
                p.t.words(&(r.start..end)).to_owned()
            });
        let do_range = p.t.bytes(&to_do);
        let mut fields = json!({
            "by": self.speaker(attr, b), "to": (!to.is_empty()).then_some(to), "capacity": capacity, "to_do": b.quote(&do_range),
            "to_do_span": b.span(&do_range), "type": kind, "said_by": self.attrs.list[attr].id,
            "chain": self.attrs.chain(attr).into_iter().map(|i| self.attrs.list[i].id.clone()).collect::<Vec<_>>(),
        });
        if let Some(map) = fields.as_object_mut() {
            map.retain(|_, v| !v.is_null());
        }
        let id = b.push("appeal", p.t.bytes(&cover), fields, Why::new(rule, score, reason));
        for other in others {
            b.alternative(&id, json!({"type": other}));
        }
    }

    /// “stressed the importance of protecting civilians”, “the need to …”.
    pub(super) fn importance(&self, b: &mut Builder<'_>, index: usize, attr: &Attr) {
        let p = self.p;
        let head = (attr.content.start..attr.content.end.min(attr.content.start + 4))
            .find(|i| p.t.list[*i].any(&["importance", "need", "necessity", "urgency"]));
        let Some(head) = head.filter(|i| p.t.list.get(i + 1).is_some_and(|t| t.any(&["of", "to", "for"]))) else {
            return;
        };
        let mut to_do = head + 2..attr.content.end;
        let mut to = Vec::new();
        // “the need for X to do Y”.
        if let Some(np) = p.np_from(head + 2).filter(|_| p.t.is(head + 1, "for"))
            && p.t.is(p.full(np).end, "to")
        {
            to = self.addressees(&p.full(np), b);
            to_do.start = (p.full(np).end + 1).min(to_do.end);
        }
        let report = p.np_from(head + 2).is_some_and(|n| {
            p.t.list[p.nps[n].head].any(&["report", "reports", "study", "statement", "conclusions", "findings"])
        });
        if to_do.is_empty() || report {
            return;
        }
        self.push_appeal(
            b,
            index,
            to,
            to_do,
            attr.cue.start..attr.content.end,
            "importance_of",
            0.72,
            "the speaker stresses that something be done",
        );
    }

    /// “X and Y have a responsibility to protect …”.
    pub(super) fn responsibilities(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            if !p.t.list[vg.head].any(&["have", "has", "bear", "bears"]) {
                continue;
            }
            let Some(np) = p.np_from(vg.toks.end) else { continue };
            let head = p.nps[np].head;
            if !matches!(p.t.list[head].base.as_ref(), "responsibility" | "duty" | "obligation")
                || !p.t.is(head + 1, "to")
            {
                continue;
            }
            let Some(attr) = self.attrs.innermost(&vg.toks) else { continue };
            if self.attrs.list[attr].source.is_empty() {
                continue;
            }
            let Some(subject) = p.subject(number) else { continue };
            let who = p.joined_left(subject);
            let first = p.nps[who[0]].toks.start;
            let to = if p.nps[subject].pronoun {
                self.named_before(first, b)
            } else {
                who.into_iter().map(|n| self.who(n, b)).collect()
            };
            let to_do = head + 2..self.attrs.list[attr].content.end;
            if to_do.start < to_do.end {
                self.push_appeal(
                    b,
                    attr,
                    to,
                    to_do.clone(),
                    first..to_do.end,
                    "duty_stated",
                    0.78,
                    "the speaker says whose duty it is",
                );
            }
        }
    }
}
