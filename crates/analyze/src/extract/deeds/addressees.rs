//! Whom an appeal goes to: behind the verb, in the clause that is demanded, after a further “on”, or named before by a letter.
//!
//! Deliberately names nobody where the words name nobody.

use std::ops::Range;

use serde_json::{Value, json};

use crate::extract::{
    attribution::Attr,
    claims::Context,
    lexicon::{Cat, Pos},
    object::Builder,
};

/// Plain nouns for those of whom things are demanded.
pub(super) const ADDRESSED: &[&str] = &[
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
    "neighbours",
    "neighbors",
    "officials",
    "commanders",
    "generals",
    "mediators",
    "signatories",
    "belligerents",
    "combatants",
    "actors",
];

/// Plain nouns for bodies and people in office, of whom things are demanded.
const IN_OFFICE: &[&str] = &[
    "office",
    "agency",
    "ministry",
    "federation",
    "union",
    "committee",
    "council",
    "commission",
    "court",
    "prosecutor",
    "government",
    "parliament",
    "authority",
    "army",
    "police",
    "company",
    "bank",
    "mission",
    "embassy",
    "church",
    "presidency",
    "league",
    "assembly",
    "secretariat",
    "tribunal",
    "association",
    "foundation",
    "coalition",
    "bloc",
    "rapporteur",
    "envoy",
    "president",
    "minister",
    "mayor",
    "governor",
    "king",
    "general",
    "synod",
    "manufacturer",
    "municipality",
    "cabinet",
    "senate",
    "congress",
    "judiciary",
    "leadership",
    "command",
];

/// Plurals of offices that several countries or towns have each: “the governments of A and B”.
const OF_EACH: &[&str] = &[
    "governments",
    "parliaments",
    "presidents",
    "ministers",
    "armies",
    "leaders",
    "authorities",
    "capitals",
    "mayors",
];

impl Context<'_, '_> {
    /// Can something be asked of this noun phrase: a name, a body, people in office, “all those with influence”?
    pub(super) fn addressable(&self, np: usize) -> bool {
        let phrase = &self.p.nps[np];
        let head = &self.p.t.list[phrase.head];
        !phrase.time
            && (self.e.mention_of(np).is_some()
                || phrase.plural && head.any(ADDRESSED)
                || !phrase.pronoun && IN_OFFICE.contains(&&*head.base)
                || head.any(&["those", "all", "everyone"]))
    }

    /// “called on A to do this, and on B to do that”; “calling on A, on B: …”.
    pub(super) fn also_asked(&self, attr: &Attr, to: &mut Vec<Value>, b: &Builder<'_>) {
        let p = self.p;
        let particle = attr.cue.end - 1;
        if to.is_empty() || !p.t.list[particle].any(&["on", "upon", "to"]) || p.t.is(attr.cue.start, "appealed") {
            return;
        }
        let word = p.t.list[particle].low.clone();
        let sent = p.sent(particle);
        for at in particle + 1..sent.end.saturating_sub(1) {
            let again = p.t.is(at, &word) && p.t.list[at - 1].any(&[",", "and"]);
            let Some(np) = p.np_from(at + 1).filter(|np| again && !p.nps[*np].time && p.vg_at(at).is_none()) else {
                continue;
            };
            let whole = p.full_with(np, &["of", "in"]);
            if self.addressable(np) && whole.end <= sent.end {
                to.extend(self.addressees(&whole, b));
            }
        }
    }

    /// “demanded an inquiry from the ministry”, “has written to the federation asking that”: whom.
    pub(super) fn asked_from(&self, attr: &Attr, to_do: &Range<usize>, b: &Builder<'_>) -> Vec<Value> {
        let p = self.p;
        let sent = p.sent(attr.cue.start);
        let known = |np: &usize| self.addressable(*np) && !p.nps[*np].pronoun;
        let from = (to_do.start..to_do.end.min(sent.end)).find(|i| p.t.is(*i, "from")).and_then(|i| p.np_from(i + 1));
        if let Some(np) = from.filter(known).filter(|_| matches!(attr.lemma, "demand" | "request" | "seek" | "want")) {
            return self.addressees(&p.full(np), b);
        }
        let wrote = (sent.start..attr.cue.start).rev().find(|i| {
            p.t.list[*i].any(&["to"])
                && i.checked_sub(1).is_some_and(|w| {
                    p.t.list[w].any_lemma() == "write"
                        || p.t.list[w].any(&["letter", "message", "petition", "plea", "note"])
                })
        });
        match wrote.and_then(|i| p.np_from(i + 1)).filter(known) {
            Some(np) => self.addressees(&p.full(np), b),
            None => Vec::new(),
        }
    }

    /// “demanded that the guarantors keep …”, “demanded of the army that it …”: who is to do it.
    pub(super) fn asked_in_clause(&self, attr: &Attr, to_do: &Range<usize>, b: &Builder<'_>) -> Vec<Value> {
        let p = self.p;
        let mut at = if p.t.is(attr.cue.end, "of") { attr.cue.end } else { to_do.start };
        if !p.t.get(at).is_some_and(|t| t.any(&["that", "of"])) {
            return Vec::new();
        }
        at += 1;
        let Some(np) = p.np_from(at).filter(|np| !p.nps[*np].time && !p.nps[*np].pronoun) else { return Vec::new() };
        let titled = p.t.hits_in(&p.nps[np].toks, Cat::Title).next().is_some();
        let full = p.full_with(np, &["of"]);
        let name = p.t.list[p.nps[np].head].pos == Pos::Propn;
        if titled || name || self.addressable(np) { self.addressees(&full, b) } else { Vec::new() }
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
        if p.t.list[from].any(&["it", "him", "her"])
            && let Some(spoken_of) = self.spoken_of(from)
        {
            return vec![json!(self.e.mentions[spoken_of].id)];
        }
        if p.t.list[from].any(&["them", "they", "him", "her", "it"]) {
            return self.named_before(from, b);
        }
        if let Some(each) = self.of_each(np, toks.end) {
            return each.into_iter().map(|range| json!(b.quote(&p.t.bytes(&range)))).collect();
        }
        let list = p.joined_right(np);
        let name = |n: &usize| self.e.mention_of(*n).is_some() || p.t.list[p.nps[*n].head].pos == Pos::Propn;
        if list.len() > 1 && list.iter().all(name) && p.nps[*list.last().unwrap_or(&np)].toks.end >= toks.end {
            return list.into_iter().map(|n| self.who(n, b)).collect();
        }
        match self.e.mention_of(np) {
            Some(m) if self.e.mentions[m].toks.end >= toks.end || p.t.is(self.e.mentions[m].toks.end, ",") => {
                vec![json!(self.e.mentions[m].id)]
            }
            _ => vec![json!(words())],
        }
    }

    /// “the governments of A and B”: the one of A, and B.
    fn of_each(&self, np: usize, end: usize) -> Option<Vec<Range<usize>>> {
        let p = self.p;
        let phrase = &p.nps[np];
        if !p.t.list[phrase.head].any(OF_EACH) || !p.t.is(phrase.toks.end, "of") {
            return None;
        }
        let list = p.joined_right(p.np_from(phrase.toks.end + 1)?);
        let all = list.len() > 1 && list.iter().all(|n| p.nps[*n].toks.end <= end);
        all.then(|| {
            let from = |(at, n): (usize, &usize)| {
                let toks = &p.nps[*n].toks;
                if at == 0 { phrase.toks.start..toks.end } else { toks.clone() }
            };
            list.iter().enumerate().map(from).collect()
        })
    }

    /// “reminds the Government of …, and asks it to”: the one named behind the verb before, not the speaker.
    fn spoken_of(&self, at: usize) -> Option<usize> {
        let p = self.p;
        let sent = p.sent(at);
        let earlier = p.vgs.iter().enumerate().filter(|(_, vg)| sent.contains(&vg.head) && vg.toks.end <= at);
        let objects = earlier.flat_map(|(number, _)| p.objects(number));
        objects.filter_map(|np| self.e.mention_of(np)).next()
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
}
