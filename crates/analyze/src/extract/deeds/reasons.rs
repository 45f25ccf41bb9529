//! Justifications that a speaker gives for what was hit, and what a speaker expects to come.
//!
//! Deliberately keeps the speaker's words: whether a reason holds in law is nobody's finding here.

use serde_json::json;

use crate::extract::{
    claims::Context,
    lexicon::{Cat, Pos},
    mentions::Kind,
    object::{Builder, Why},
};

impl Context<'_, '_> {
    pub(super) fn justifications(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for (index, attr) in self.attrs.list.iter().enumerate() {
            if attr.stance == "urges"
                || matches!(attr.lemma, "source" | "dateline" | "credit")
                || attr.source.is_empty()
            {
                continue;
            }
            let c = attr.content.clone();
            let pair = |a: &str, z: &str| c.clone().find(|i| p.t.is(*i, a) && p.t.is(i + 1, z));
            let used = c.clone().find(|i| {
                p.t.list[*i].any_lemma() == "use"
                    && p.t.get(i + 1).is_some_and(|t| t.any(&["as", "by", "to", "for"]))
                    && p.vg_at(*i).is_some_and(|v| p.vgs[v].passive)
            });
            // “had used the hospital as a weapons depot”.
            let used = used.or_else(|| {
                c.clone().find(|i| {
                    let as_word = (i + 1..c.end.min(i + 8)).find(|j| p.t.is(*j, "as"));
                    p.t.list[*i].lemma() == "use"
                        && as_word.is_some_and(|j| {
                            p.t.hits_in(&(j..c.end.min(j + 6)), Cat::Target)
                                .any(|h| h.phrase.class == "military object")
                                || (j..c.end.min(j + 5)).any(|k| {
                                    p.t.list[k].any(&[
                                        "base",
                                        "military",
                                        "shields",
                                        "depot",
                                        "cover",
                                        "launchpad",
                                        "weapons",
                                    ])
                                })
                        })
                })
            });
            let military = self.attacks.iter().find(|a| {
                c.contains(&a.trigger.start)
                    && self.attrs.innermost(&a.trigger) == Some(index)
                    && a.polarity == "asserted"
                    && (a.targets.iter().any(|t| t.class == "military object")
                        || a.victims.iter().any(|v| v.class == "combatants"))
                    && a.actors.iter().all(|x| {
                        x.entity == attr.entity
                            || p.t.list[x.toks.start].any(&["our", "its", "their", "we"])
                            || x.entity.is_none_or(|en| self.e.list[en].kind == Kind::State)
                    })
            });
            let state = attr
                .entity
                .is_some_and(|en| self.e.list[en].kind == Kind::State || self.e.list[en].kind == Kind::Person);
            let (at, rule, score) = if let Some(at) = pair("response", "to")
                .or(pair("retaliation", "for"))
                .or(pair("self", "defence"))
                .or(pair("legitimate", "target"))
                .or(pair("military", "target"))
                .or(pair("military", "targets"))
                .or(pair("military", "objective"))
                .or(pair("human", "shields"))
            {
                (at, "reason_given", 0.75)
            } else if let Some(at) =
                c.clone().find(|i| p.t.list[*i].any(&["self-defense", "self-defence", "retaliatory"]))
            {
                (at, "reason_given", 0.7)
            } else if let Some(at) = used {
                (at, "said_to_be_used", 0.78)
            } else if let Some(a) = military.filter(|_| state) {
                (a.trigger.start, "military_target_said", 0.66)
            } else {
                continue;
            };
            if self.attrs.innermost(&(at..at + 1)) != Some(index) {
                continue;
            }
            let range = p.t.bytes(&c);
            let about = military.or_else(|| self.about(at, &(0..0)));
            let mut fields = json!({
                "by": self.speaker(index, b), "content": b.quote(&range), "about": about.map(|a| a.id.clone()), "said_by": attr.id,
                "chain": self.attrs.chain(index).into_iter().map(|i| self.attrs.list[i].id.clone()).collect::<Vec<_>>(),
            });
            if let Some(map) = fields.as_object_mut() {
                map.retain(|_, v| !v.is_null());
            }
            b.push(
                "justification",
                range,
                fields,
                Why::new(rule, score, "the speaker gives a reason for what was hit"),
            );
        }
    }

    pub(super) fn forecasts(&self, b: &mut Builder<'_>) {
        const COMES: &[&str] = &[
            "lead",
            "cause",
            "result",
            "trigger",
            "worsen",
            "become",
            "face",
            "create",
            "die",
            "bring",
            "spark",
            "force",
            "escalate",
            "deteriorate",
            "flee",
            "mean",
            "increase",
            "drive",
            "push",
            "produce",
            "collapse",
            "displace",
            "kill",
            "continue",
            "starve",
            "suffer",
            "unfold",
            "happen",
        ];
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            let lemma = p.t.list[vg.head].lemma();
            let sent = p.sent(vg.head);
            let avert = matches!(lemma, "avoid" | "avert" | "prevent" | "forestall") && !vg.negated;
            let comes = (vg.future || vg.modal) && COMES.contains(&lemma) && !vg.negated;
            let warned = matches!(lemma, "warn" | "fear" | "predict" | "expect")
                && p.t.get(vg.toks.end).is_some_and(|t| t.any(&["of", "about"]));
            if !avert && !comes && !warned {
                continue;
            }
            let own = || self.attrs.list.iter().position(|a| a.cue.contains(&vg.head));
            let Some(attr) =
                warned.then(own).flatten().or_else(|| self.attrs.innermost(&(vg.head..vg.head + 1))).or_else(own)
            else {
                continue;
            };
            let content_end = sent.end.min(self.attrs.list[attr].content.end.max(vg.toks.end));
            let toks = if comes {
                let start = p.subject(number).map_or(vg.toks.start, |n| p.nps[n].toks.start.min(vg.toks.start));
                start..p.clause(vg.head).end.min(content_end)
            } else {
                let from = vg.toks.end + usize::from(warned);
                let Some(np) = p.np_from(from) else { continue };
                let last = *p.joined_right(np).last().unwrap_or(&np);
                p.nps[np].toks.start..p.full_with(last, &["of", "to", "in", "from", "for", "into", "across"]).end
            };
            let event = p.nps.iter().any(|n| {
                toks.contains(&n.head)
                    && matches!(
                        p.t.list[n.head].base.as_ref(),
                        "crisis"
                            | "wave"
                            | "refugee"
                            | "catastrophe"
                            | "disaster"
                            | "massacre"
                            | "displacement"
                            | "famine"
                            | "death"
                            | "casualty"
                            | "exodus"
                            | "starvation"
                            | "bloodshed"
                            | "escalation"
                            | "attack"
                            | "offensive"
                            | "collapse"
                            | "war"
                            | "suffering"
                            | "tragedy"
                            | "influx"
                            | "outbreak"
                            | "genocide"
                            | "violence"
                            | "conflict"
                    )
            });
            let event = event
                || comes
                    && matches!(
                        lemma,
                        "flee" | "die" | "starve" | "suffer" | "collapse" | "deteriorate" | "worsen" | "escalate"
                    );
            if toks.is_empty() || !event {
                continue;
            }
            let end = (toks.start..toks.end)
                .rev()
                .find(|i| !matches!(p.t.list[*i].pos, Pos::Punct | Pos::Quote))
                .map_or(toks.end, |i| i + 1);
            let range = p.t.bytes(&(toks.start..end));
            let about = self.attacks.iter().rfind(|a| a.sent <= p.t.list[vg.head].sent).map(|a| a.id.clone());
            let mut fields = json!({"by": self.speaker(attr, b), "content": b.quote(&range), "about": about});
            self.said(&if warned { toks.start..toks.start + 1 } else { vg.head..vg.head + 1 }, &mut fields);
            if let Some(map) = fields.as_object_mut() {
                map.retain(|_, v| !v.is_null());
            }
            let reason = if avert { "what is to be avoided is expected otherwise" } else { "a thing to come" };
            b.push("forecast", range, fields, Why::new(if avert { "to_avoid" } else { "to_come" }, 0.75, reason));
        }
    }
}
