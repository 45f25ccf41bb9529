//! What people do with words: appeals, pledges, denials, justifications, forecasts; and letters, meetings, tours, posts.
//!
//! Deliberately typed by the words of the act itself: a call to fight is never read as a call to protect.

mod addressees;
mod appeals;
mod denials;
mod dispatches;
mod reasons;

use std::ops::Range;

use serde_json::json;

use super::{
    attribution::Attr,
    claims::Context,
    lexicon::Pos,
    mentions::Kind,
    object::{Builder, Why},
};

/// Adds the objects; returns where pledges stand and their ids.
pub fn emit(c: &Context<'_, '_>, b: &mut Builder<'_>) -> Vec<(usize, String)> {
    c.appeals(b);
    let pledges = c.pledges(b);
    c.denials(b);
    c.justifications(b);
    c.forecasts(b);
    c.dispatches(b);
    pledges
}

impl Context<'_, '_> {
    fn pledges(&self, b: &mut Builder<'_>) -> Vec<(usize, String)> {
        const KEPT: &[&str] = &[
            "open",
            "allow",
            "stop",
            "cease",
            "halt",
            "withdraw",
            "deliver",
            "provide",
            "ensure",
            "respect",
            "release",
            "lift",
            "establish",
            "investigate",
            "suspend",
            "guarantee",
            "protect",
            "facilitate",
            "evacuate",
            "permit",
            "implement",
            "comply",
            "cooperate",
            "observe",
            "send",
            "help",
            "support",
            "continue",
            "work",
            "publish",
            "create",
            "set",
            "pause",
            "end",
            "prosecute",
            "grant",
            "rebuild",
            "reopen",
        ];
        let p = self.p;
        let mut out = Vec::new();
        for (index, attr) in self.attrs.list.iter().enumerate() {
            if attr.source.is_empty() || attr.lemma == "source" {
                continue;
            }
            let threat = attr.lemma == "threaten";
            let mut rule = None;
            if attr.stance == "pledges"
                && !matches!(attr.lemma, "refuse" | "decline" | "decide" | "propose" | "plan" | "intend" | "offer")
                && !threat
            {
                rule = Some(("verb_of_pledging", 0.85));
            } else if matches!(
                attr.lemma,
                "say" | "announce" | "declare" | "state" | "add" | "confirm" | "tell" | "promise" | "explain" | "write"
            ) {
                // The content's first finite verb is a future of a kept deed.
                let first = p.vgs.iter().enumerate().find(|(_, v)| attr.content.contains(&v.head) && v.finite());
                if let Some((number, vg)) = first
                    && vg.future
                    && KEPT.contains(&p.t.list[vg.head].lemma())
                    && (vg.passive || self.own_subject(number, attr))
                    && !self.conditional(&attr.content, vg.head)
                {
                    rule = Some(("future_deed", 0.8));
                }
                let announced = p.np_from(attr.content.start).is_some_and(|n| {
                    p.t.list[p.nps[n].head].any(&[
                        "ceasefire",
                        "truce",
                        "pause",
                        "corridor",
                        "corridors",
                        "withdrawal",
                        "cessation",
                        "amnesty",
                        "moratorium",
                    ])
                });
                if attr.lemma == "announce" && announced {
                    rule = Some(("announced", 0.8));
                }
            }
            let Some((rule, score)) = rule else { continue };
            let range = p.t.bytes(&attr.content);
            let mut fields = json!({
                "by": self.speaker(index, b), "content": b.quote(&range), "said_by": attr.id,
                "chain": self.attrs.chain(index).into_iter().map(|i| self.attrs.list[i].id.clone()).collect::<Vec<_>>(),
                "about": self.attacks.iter().find(|a| attr.content.contains(&a.trigger.start)).map(|a| a.id.clone()),
                "places": self.frame.places_in(&attr.content), "times": self.frame.times_in(&(attr.cue.start.min(attr.source.start)..attr.content.end)),
            });
            if let Some(map) = fields.as_object_mut() {
                map.retain(|_, v| !v.is_null());
            }
            let id = b.push("pledge", range, fields, Why::new(rule, score, "a party says what it will do"));
            let attr_id = attr.id.clone();
            b.set(&attr_id, "stance", json!("pledges"));
            out.push((attr.content.start, id));
        }
        out
    }

    fn own_subject(&self, vg: usize, attr: &Attr) -> bool {
        let Some(np) = self.p.subject(vg) else { return false };
        self.p.nps[np].pronoun && self.p.t.list[self.p.nps[np].head].any(&["it", "we", "he", "she", "they", "i"])
            || self
                .e
                .entity_of(self.p, np)
                .is_some_and(|en| Some(en) == attr.entity || self.e.list[en].kind == Kind::State)
    }

    fn conditional(&self, content: &Range<usize>, before: usize) -> bool {
        (content.start..before).any(|i| self.p.t.list[i].any(&["if", "unless"]) && self.p.t.list[i].pos == Pos::Sub)
    }
}
