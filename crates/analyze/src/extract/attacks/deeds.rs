//! Acts that are no strike: aid held up, people driven out, and attacks that somebody says were theirs.
//!
//! A verb of holding up is an act only with aid, a convoy or access as what is held up; forcing is one only with leaving.
//! Deliberately no opinion on whether an arrest was lawful or a crossing closed for a reason: the words are kept.

use super::{Actor, Attack, Finder};
use crate::extract::{
    attribution::Attrs,
    lexicon::{LEXICON, Pos},
    syntax::Parse,
};

/// What is held up.
const AID: &[&str] = &[
    "aid",
    "assistance",
    "relief",
    "convoy",
    "supply",
    "supplies",
    "food",
    "medicine",
    "delivery",
    "shipment",
    "access",
    "parcel",
    "flour",
    "evacuation",
    "truck",
    "fuel",
    "humanitarian",
];

/// Verbs of owning up.
const OWNS: &[&str] = &["admit", "acknowledge", "confess", "concede", "boast"];

impl Finder<'_, '_> {
    /// “blocked an aid convoy”, “prevented food from entering”, “access was denied by X”, “refused to let the convoy pass”.
    pub(super) fn obstruction(&mut self) {
        let p = self.p;
        for vg in 0..p.vgs.len() {
            let group = &p.vgs[vg];
            let lemma = p.t.list[group.head].lemma();
            let Some(verbs) = LEXICON.obstructing.get(lemma) else { continue };
            let particle = verbs.iter().any(|particle| {
                particle.is_none_or(|word| p.t.is(group.toks.end, word) || p.t.is(group.toks.end + 1, word))
            });
            if !particle || self.out.iter().any(|a| a.trigger.contains(&group.head)) {
                continue;
            }
            let mut attack = self.blank(group.head..group.head + 1, "obstruction of aid");
            attack.vg = Some(vg);
            let subjects = p.subject(vg).map(|s| p.joined_left(s)).unwrap_or_default();
            let mut held = if group.passive { subjects.clone() } else { p.objects(vg) };
            // “turned back the convoy”, “refused to let the convoy pass”, “denied residents food”.
            let clause = group.toks.end..attack.zone.end.min(group.toks.end + 8);
            if !group.passive {
                held.extend(clause.filter_map(|at| p.np_from(at)));
            }
            let aid = |np: &usize| {
                let full = p.full_with(*np, &["of", "for"]);
                p.t.list[full].iter().any(|t| AID.contains(&&*t.base) && !t.is("first"))
                    && !p.t.list[p.nps[*np].head].any(&["group", "groups", "agency", "agencies"])
            };
            held.retain(aid);
            held.dedup();
            let Some(first) = held.first() else { continue };
            // “stopped bringing aid”, “the fuel ran out”: the holder must be another.
            let fits = p.nps[*first].head < attack.zone.end;
            if !fits
                || matches!(lemma, "stop" | "halt" | "delay" | "seize" | "deny") && self.gerund_next(group.toks.end)
            {
                continue;
            }
            let doers = if group.passive {
                p.after_preposition(group.toks.end, attack.zone.end, &["by"])
            } else {
                self.doers(vg, subjects)
            };
            self.actors(&mut attack, &doers, "direct");
            for np in &held {
                let toks = self.without_article(*np);
                let convoy = p.t.list[toks.clone()]
                    .iter()
                    .any(|t| matches!(&*t.base, "convoy" | "truck" | "shipment" | "delivery"));
                Self::add(&mut attack.targets, toks, if convoy { "humanitarian convoy" } else { "unknown" });
            }
            attack.targets.truncate(2);
            self.out.push(attack);
        }
    }

    fn gerund_next(&self, at: usize) -> bool {
        self.p.vg_at(at).is_some_and(|vg| self.p.vgs[vg].participle)
    }

    /// “forced hundreds of families to leave”.
    pub(super) fn driving_out(&mut self) {
        let p = self.p;
        for vg in 0..p.vgs.len() {
            let group = &p.vgs[vg];
            if !matches!(p.t.list[group.head].lemma(), "force" | "compel" | "coerce") {
                continue;
            }
            let left = p.vgs[vg + 1..].iter().take(2).find(|next| next.infinitive && next.head < group.head + 16);
            let leaves = left.is_some_and(|next| {
                matches!(p.t.list[next.head].lemma(), "leave" | "flee" | "evacuate" | "abandon" | "move")
            });
            if !leaves || self.out.iter().any(|a| a.trigger.contains(&group.head)) {
                continue;
            }
            let mut attack = self.blank(group.head..group.head + 1, "forced displacement");
            attack.vg = Some(vg);
            let subjects = p.subject(vg).map(|s| p.joined_left(s)).unwrap_or_default();
            let (doers, people) = if group.passive {
                (p.after_preposition(group.toks.end, attack.zone.end, &["by"]), subjects)
            } else {
                (self.doers(vg, subjects), p.objects(vg))
            };
            for np in self.through(people) {
                self.put(&mut attack, np, false);
            }
            if !attack.victims.is_empty() {
                self.actors(&mut attack, &doers, "direct");
                self.out.push(attack);
            }
        }
    }

    /// “X claimed responsibility for the bombing”: X is its doer by their own word.
    pub(super) fn responsibility(&mut self) {
        let p = self.p;
        for vg in 0..p.vgs.len() {
            let group = &p.vgs[vg];
            let owns = matches!(
                p.t.list[group.head].lemma(),
                "claim" | "accept" | "admit" | "acknowledge" | "take" | "assume"
            );
            let object = p.np_from(group.toks.end).filter(|np| p.t.list[p.nps[*np].head].is("responsibility"));
            let (true, Some(object), Some(subject)) = (owns && !group.negated && !group.passive, object, p.subject(vg))
            else {
                continue;
            };
            let none = p.t.list[p.nps[subject].toks.start].any(&["no", "nobody", "neither", "none"]);
            let sent = p.t.list[group.head].sent;
            let behind = |a: &&Attack| a.sent == sent && a.trigger.start > p.nps[object].head;
            let told = self.out.iter().filter(behind).min_by_key(|a| a.trigger.start).or_else(|| {
                self.out
                    .iter()
                    .filter(|a| a.sent <= sent && sent - a.sent <= 3 && a.trigger.end <= group.toks.start)
                    .max_by_key(|a| a.trigger.start)
            });
            let Some(at) = told.map(|a| a.trigger.clone()).filter(|_| !none) else { continue };
            let Some(at) = self.out.iter().position(|a| a.trigger == at) else { continue };
            let mut attack = self.out[at].clone();
            let before = attack.actors.len();
            self.actors(&mut attack, &p.joined_left(subject), "direct");
            for actor in &mut attack.actors[before..] {
                actor.admitted = true;
            }
            self.out[at] = attack;
        }
    }
}

/// Who admits in words of their own that they did it.
pub(super) fn admissions(p: &Parse<'_>, attrs: &Attrs, attack: &mut Attack) {
    let Some(attr) = attack.attr.map(|attr| &attrs.list[attr]) else { return };
    if !OWNS.contains(&attr.lemma) || attr.entity.is_none() {
        return;
    }
    // “its aircraft”, “our forces”: the speaker's.
    let theirs = |actor: &Actor| {
        let start = actor.toks.start;
        p.t.list[start].pos == Pos::Poss
            || start > 0 && p.t.list[start - 1].pos == Pos::Poss && p.np_at(start - 1) == p.np_at(start)
    };
    let own = |actor: &&mut Actor| actor.entity == attr.entity || theirs(actor);
    attack.actors.iter_mut().filter(own).for_each(|actor| actor.admitted = true);
}
