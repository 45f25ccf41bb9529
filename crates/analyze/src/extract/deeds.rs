//! What people do with words: appeals, pledges, denials, justifications, forecasts; and letters, meetings, tours, posts.
//!
//! Deliberately typed by the words of the act itself: a call to fight is never read as a call to protect.

use std::ops::Range;

use serde_json::{Value, json};

use super::{
    attribution::Attr,
    claims::Context,
    lexicon::{Cat, Pos},
    mentions::Kind,
    object::{Builder, Why},
};

/// Words that tell what an appeal asks for; the first type whose word comes first wins, fighting before all.
const KINDS: &[(&str, &[&str])] = &[
    ("fight", &["fight", "ranks", "arms", "resist", "battle", "confront", "mobilize", "mobilise", "jihad", "repel", "attack", "avenge", "weapons", "combat", "crush", "defeat", "retaliate", "war", "uprising", "rise", "frontlines", "front"]),
    ("investigate", &["investigate", "investigation", "inquiry", "enquiry", "probe", "fact-finding", "investigators", "inspect", "examine"]),
    ("account", &["accountable", "accountability", "justice", "prosecute", "prosecution", "icc", "tribunal", "court", "sanctions", "punish", "impunity", "trial", "account", "perpetrators"]),
    ("protect", &["protect", "protection", "stop", "stopping", "halt", "halting", "end", "ending", "cease", "ceasefire", "lift", "lifting", "prevent", "spare", "safety", "safe", "truce", "refrain", "restraint", "de-escalate", "pressure", "bombardment", "evacuate", "evacuation", "release", "no-fly", "withdraw"]),
    ("aid", &["aid", "assistance", "relief", "food", "medicine", "medicines", "donate", "donations", "funding", "humanitarian", "supplies", "access", "shelter", "help"]),
];

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
    fn appeals(&self, b: &mut Builder<'_>) {
        for (index, attr) in self.attrs.list.iter().enumerate() {
            if attr.stance == "urges" && !attr.source.is_empty() && !(self.p.t.list[attr.cue.start].is("told") && attr.to.is_none()) {
                self.appeal(b, index, attr);
            } else if matches!(attr.lemma, "stress" | "emphasize" | "emphasise" | "underline" | "underscore" | "reiterate" | "highlight") {
                self.importance(b, index, attr);
            }
        }
        self.responsibilities(b);
    }

    fn appeal(&self, b: &mut Builder<'_>, index: usize, attr: &Attr) {
        let p = self.p;
        let mut to_do = attr.content.clone();
        let mut to: Vec<Value> = Vec::new();
        if let Some(range) = &attr.to {
            to_do.start = range.end.min(to_do.end);
            to = self.addressees(range, b);
        } else if let Some(at) = to_do.clone().find(|i| p.t.is(*i, "before") || p.t.is(*i, "on") && p.t.is(i + 1, "the") && p.t.is(i + 2, "part")) {
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
        while to_do.start < to_do.end && (p.t.is(to_do.start, "to") || matches!(p.t.list[to_do.start].pos, Pos::Quote | Pos::Punct)) {
            to_do.start += 1;
        }
        if to_do.is_empty() {
            return;
        }
        self.push_appeal(b, index, to, to_do, attr.cue.start.min(attr.source.start)..attr.content.end, "urges", 0.88, "a verb of urging, whom, and to do what");
    }

    /// Those addressed: a pronoun stands for the ones named last.
    fn addressees(&self, toks: &Range<usize>, b: &Builder<'_>) -> Vec<Value> {
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
        if list.len() > 1 && list.iter().all(|n| self.e.mention_of(*n).is_some()) && p.nps[*list.last().unwrap_or(&np)].toks.end >= toks.end {
            return list.into_iter().map(|n| self.who(n, b)).collect();
        }
        match self.e.mention_of(np) {
            Some(m) if self.e.mentions[m].toks.end >= toks.end || p.t.is(self.e.mentions[m].toks.end, ",") => vec![json!(self.e.mentions[m].id)],
            _ => vec![json!(words())],
        }
    }

    /// The people or bodies that a letter or an appeal in the sentence went to.
    fn named_before(&self, at: usize, b: &Builder<'_>) -> Vec<Value> {
        let p = self.p;
        let sent = p.sent(at);
        let to = (sent.start..at).rev().find(|i| p.t.is(*i, "to") && p.np_from(i + 1).is_some());
        if let Some(np) = to.and_then(|i| p.np_from(i + 1)) {
            let whole = p.nps[np].toks.start..at.saturating_sub(1).max(p.nps[np].toks.end);
            let end = (whole.start..whole.end).find(|i| p.vg_at(*i).is_some()).unwrap_or(whole.end);
            return self.split_addressees(whole.start..end, b);
        }
        // “they”: those whom the sentence before addressed, or the plural named last.
        let before = self.p.nps.iter().enumerate().rev().filter(|(_, n)| n.toks.end <= at).take(14).find(|(i, n)| n.plural && !n.time && !n.pronoun && (self.e.mention_of(*i).is_some() || p.t.hits_in(&n.toks, Cat::Title).next().is_some()));
        before.map(|(np, _)| json!(b.quote(&p.t.bytes(&p.full(np))))).into_iter().collect()
    }

    fn split_addressees(&self, toks: Range<usize>, b: &Builder<'_>) -> Vec<Value> {
        let p = self.p;
        let mut out = Vec::new();
        let mut from = toks.start;
        for at in toks.clone() {
            let cut = p.t.list[at].any(&["and", ",", "&"]) && p.np_from(at + 1).is_some_and(|n| self.e.mention_of(n).is_some());
            if cut {
                out.push(from..at);
                from = at + 1;
            }
        }
        out.push(from..toks.end);
        out.into_iter().filter(|r| !r.is_empty()).map(|r| {
            let whole = p.np_from(r.start).filter(|n| p.nps[*n].toks.end >= r.end).and_then(|n| self.e.mention_of(n));
            whole.map_or_else(|| json!(b.quote(&p.t.bytes(&r))), |m| json!(self.e.mentions[m].id))
        }).collect()
    }

    fn appeal_type(&self, toks: &Range<usize>) -> (&'static str, Vec<&'static str>) {
        let mut found: Vec<(usize, &'static str)> = Vec::new();
        for (kind, words) in KINDS {
            let first = toks.clone().find(|i| {
                let t = &self.p.t.list[*i];
                let hit = t.any(words) || words.contains(&t.any_lemma());
                let noun_attack = *kind == "fight" && (t.any(&["attack", "war", "weapons", "front", "rise"]) && t.pos != Pos::Verb || t.any_lemma() == "end");
                hit && !noun_attack
            });
            if let Some(at) = first {
                found.push((at, kind));
            }
        }
        let against = toks.clone().any(|i| self.p.t.list[i].any_lemma() == "unite" && (i..toks.end).any(|j| self.p.t.is(j, "against")));
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
    fn push_appeal(&self, b: &mut Builder<'_>, attr: usize, to: Vec<Value>, to_do: Range<usize>, cover: Range<usize>, rule: &'static str, score: f64, reason: &str) {
        let p = self.p;
        let (kind, others) = self.appeal_type(&to_do);
        let capacity = self.capacity(&(self.attrs.list[attr].content.start.min(to_do.start)..p.sent(to_do.start).end.min(to_do.end + 40))).map(|r| {
            let end = (r.start..r.end).rev().find(|i| !matches!(p.t.list[*i].pos, Pos::Punct | Pos::Quote)).map_or(r.end, |i| i + 1);
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
    fn importance(&self, b: &mut Builder<'_>, index: usize, attr: &Attr) {
        let p = self.p;
        let head = (attr.content.start..attr.content.end.min(attr.content.start + 4)).find(|i| p.t.list[*i].any(&["importance", "need", "necessity", "urgency"]));
        let Some(head) = head.filter(|i| p.t.list.get(i + 1).is_some_and(|t| t.any(&["of", "to", "for"]))) else { return };
        let to_do = head + 2..attr.content.end;
        let report = p.np_from(head + 2).is_some_and(|n| p.t.list[p.nps[n].head].any(&["report", "reports", "study", "statement", "conclusions", "findings"]));
        if to_do.is_empty() || report {
            return;
        }
        self.push_appeal(b, index, Vec::new(), to_do, attr.cue.start..attr.content.end, "importance_of", 0.72, "the speaker stresses that something be done");
    }

    /// “X and Y have a responsibility to protect …”.
    fn responsibilities(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            if !p.t.list[vg.head].any(&["have", "has", "bear", "bears"]) {
                continue;
            }
            let Some(np) = p.np_from(vg.toks.end) else { continue };
            let head = p.nps[np].head;
            if !matches!(p.t.list[head].base.as_ref(), "responsibility" | "duty" | "obligation") || !p.t.is(head + 1, "to") {
                continue;
            }
            let Some(attr) = self.attrs.innermost(&vg.toks) else { continue };
            if self.attrs.list[attr].source.is_empty() {
                continue;
            }
            let Some(subject) = p.subject(number) else { continue };
            let who = p.joined_left(subject);
            let first = p.nps[who[0]].toks.start;
            let to = if p.nps[subject].pronoun { self.named_before(first, b) } else { who.into_iter().map(|n| self.who(n, b)).collect() };
            let to_do = head + 2..self.attrs.list[attr].content.end;
            if to_do.start < to_do.end {
                self.push_appeal(b, attr, to, to_do.clone(), first..to_do.end, "duty_stated", 0.78, "the speaker says whose duty it is");
            }
        }
    }

    fn pledges(&self, b: &mut Builder<'_>) -> Vec<(usize, String)> {
        const KEPT: &[&str] = &["open", "allow", "stop", "cease", "halt", "withdraw", "deliver", "provide", "ensure", "respect", "release", "lift", "establish", "investigate", "suspend", "guarantee", "protect", "facilitate", "evacuate", "permit", "implement", "comply", "cooperate", "observe", "send", "help", "support", "continue", "work", "publish", "create", "set", "pause", "end", "prosecute", "grant", "rebuild", "reopen"];
        let p = self.p;
        let mut out = Vec::new();
        for (index, attr) in self.attrs.list.iter().enumerate() {
            if attr.source.is_empty() || attr.lemma == "source" {
                continue;
            }
            let threat = attr.lemma == "threaten";
            let mut rule = None;
            if attr.stance == "pledges" && !matches!(attr.lemma, "refuse" | "decline" | "decide" | "propose" | "plan" | "intend" | "offer") && !threat {
                rule = Some(("verb_of_pledging", 0.85));
            } else if matches!(attr.lemma, "say" | "announce" | "declare" | "state" | "add" | "confirm" | "tell" | "promise" | "explain" | "write") {
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
                let announced = p.np_from(attr.content.start).is_some_and(|n| p.t.list[p.nps[n].head].any(&["ceasefire", "truce", "pause", "corridor", "corridors", "withdrawal", "cessation", "amnesty", "moratorium"]));
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
        self.p.nps[np].pronoun && self.p.t.list[self.p.nps[np].head].any(&["it", "we", "he", "she", "they", "i"]) || self.e.entity_of(self.p, np).is_some_and(|en| Some(en) == attr.entity || self.e.list[en].kind == Kind::State)
    }

    fn conditional(&self, content: &Range<usize>, before: usize) -> bool {
        (content.start..before).any(|i| self.p.t.list[i].any(&["if", "unless"]) && self.p.t.list[i].pos == Pos::Sub)
    }

    fn denials(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for (index, attr) in self.attrs.list.iter().enumerate() {
            let content = attr.content.clone();
            let accusation = content.clone().take(9).any(|i| matches!(p.t.list[i].base.as_ref(), "allegation" | "accusation" | "claim" | "charge" | "report" | "responsibility" | "involvement"));
            let contested = matches!(attr.lemma, "reject" | "dismiss" | "dispute" | "disclaim");
            let denied_attack = self.attacks.iter().find(|a| content.contains(&a.trigger.start) && a.polarity == "denied");
            let own = denied_attack.is_some_and(|a| a.actors.iter().any(|x| x.entity.is_some() && x.entity == attr.entity) || a.actors.is_empty());
            if attr.lemma == "source" || attr.lemma == "dateline" {
                continue;
            }
            let rule = if attr.stance == "denies" && (!contested || accusation) {
                "verb_of_denial"
            } else if own && attr.stance == "asserts" && self.attrs.innermost(&denied_attack.map_or(content.clone(), |a| a.trigger.clone())) == Some(index) {
                "negated_attack"
            } else {
                continue;
            };
            let responsibility = content.clone().any(|i| p.t.list[i].any(&["responsibility", "involvement", "involved", "responsible", "role", "behind"])) || self.p.np_from(content.start).is_none() && p.t.list[content.start].low.ends_with("ing");
            // Bare: only “no”; nothing in it that could be tested.
            let finite = p.vgs.iter().any(|v| content.contains(&v.head));
            let bare = !finite && self.frame.places_in(&content).is_empty() && self.frame.times_in(&content).is_empty() && !self.attacks.iter().any(|a| content.contains(&a.trigger.start));
            let about = self.attacks.iter().find(|a| content.contains(&a.trigger.start)).or_else(|| self.accusation(attr.cue.start, attr.entity));
            let range = p.t.bytes(&content);
            let mut fields = json!({
                "by": self.speaker(index, b), "content": b.quote(&range), "about": about.map(|a| a.id.clone()),
                "act": if responsibility { "denies responsibility" } else { "denies event" }, "bare": bare, "said_by": attr.id,
                "chain": self.attrs.chain(index).into_iter().map(|i| self.attrs.list[i].id.clone()).collect::<Vec<_>>(),
            });
            if let Some(map) = fields.as_object_mut() {
                map.retain(|_, v| !v.is_null());
            }
            let cover = attr.cue.start.min(if attr.source.is_empty() { attr.cue.start } else { attr.source.start })..content.end.max(attr.cue.end);
            let reason = if bare { "a verb of denial; a bare denial, nothing in it can be tested" } else { "a denial that says something that can be tested" };
            b.push("denial", p.t.bytes(&cover), fields, Why::new(rule, if rule == "verb_of_denial" { 0.88 } else { 0.72 }, reason));
        }
    }

    /// The attack told last that somebody else asserts: what a denial without an object answers.
    fn accusation(&self, at: usize, speaker: Option<usize>) -> Option<&super::attacks::Attack> {
        let sent = self.p.t.list[at].sent;
        self.attacks.iter().rev().find(|a| {
            a.sent <= sent && sent - a.sent <= 12 && a.polarity == "asserted"
                && a.attr.and_then(|x| self.attrs.list[x].entity).is_none_or(|e| Some(e) != speaker && self.e.list[e].kind != Kind::State && !self.attrs.list[a.attr.unwrap_or(0)].stance.starts_with("den"))
                && !a.targets.iter().any(|t| t.class == "military object") && !a.victims.iter().any(|v| v.class == "combatants")
        })
    }

    fn justifications(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for (index, attr) in self.attrs.list.iter().enumerate() {
            if attr.stance == "urges" || matches!(attr.lemma, "source" | "dateline" | "credit") || attr.source.is_empty() {
                continue;
            }
            let c = attr.content.clone();
            let pair = |a: &str, z: &str| c.clone().find(|i| p.t.is(*i, a) && p.t.is(i + 1, z));
            let used = c.clone().find(|i| p.t.list[*i].any_lemma() == "use" && p.t.get(i + 1).is_some_and(|t| t.any(&["as", "by", "to", "for"])) && p.vg_at(*i).is_some_and(|v| p.vgs[v].passive));
            let military = self.attacks.iter().find(|a| c.contains(&a.trigger.start) && self.attrs.innermost(&a.trigger) == Some(index) && a.polarity == "asserted"
                && (a.targets.iter().any(|t| t.class == "military object") || a.victims.iter().any(|v| v.class == "combatants"))
                && a.actors.iter().all(|x| x.entity == attr.entity || p.t.list[x.toks.start].any(&["our", "its", "their", "we"]) || x.entity.is_none_or(|en| self.e.list[en].kind == Kind::State)));
            let state = attr.entity.is_some_and(|en| self.e.list[en].kind == Kind::State || self.e.list[en].kind == Kind::Person);
            let (at, rule, score) = if let Some(at) = pair("response", "to").or(pair("retaliation", "for")).or(pair("self", "defence")).or(pair("legitimate", "target")).or(pair("military", "target")).or(pair("military", "targets")).or(pair("military", "objective")).or(pair("human", "shields")) {
                (at, "reason_given", 0.75)
            } else if let Some(at) = c.clone().find(|i| p.t.list[*i].any(&["self-defense", "self-defence", "retaliatory"])) {
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
            b.push("justification", range, fields, Why::new(rule, score, "the speaker gives a reason for what was hit"));
        }
    }

    fn forecasts(&self, b: &mut Builder<'_>) {
        const COMES: &[&str] = &["lead", "cause", "result", "trigger", "worsen", "become", "face", "create", "die", "bring", "spark", "force", "escalate", "deteriorate", "flee", "mean", "increase", "drive", "push", "produce", "collapse", "displace", "kill", "continue", "starve", "suffer", "unfold", "happen"];
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            let lemma = p.t.list[vg.head].lemma();
            let sent = p.sent(vg.head);
            let avert = matches!(lemma, "avoid" | "avert" | "prevent" | "forestall") && !vg.negated;
            let comes = (vg.future || vg.modal) && COMES.contains(&lemma) && !vg.negated;
            let warned = matches!(lemma, "warn" | "fear" | "predict" | "expect") && p.t.get(vg.toks.end).is_some_and(|t| t.any(&["of", "about"]));
            if !avert && !comes && !warned {
                continue;
            }
            let Some(attr) = self.attrs.innermost(&(vg.head..vg.head + 1)).or_else(|| self.attrs.list.iter().position(|a| a.cue.contains(&vg.head))) else { continue };
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
            let event = p.nps.iter().any(|n| toks.contains(&n.head) && matches!(p.t.list[n.head].base.as_ref(), "crisis" | "wave" | "refugee" | "catastrophe" | "disaster" | "massacre" | "displacement" | "famine" | "death" | "casualty" | "exodus" | "starvation" | "bloodshed" | "escalation" | "attack" | "offensive" | "collapse" | "war" | "suffering" | "tragedy" | "influx" | "outbreak" | "genocide" | "violence" | "conflict"));
            let event = event || comes && matches!(lemma, "flee" | "die" | "starve" | "suffer" | "collapse" | "deteriorate" | "worsen" | "escalate");
            if toks.is_empty() || !event {
                continue;
            }
            let end = (toks.start..toks.end).rev().find(|i| !matches!(p.t.list[*i].pos, Pos::Punct | Pos::Quote)).map_or(toks.end, |i| i + 1);
            let range = p.t.bytes(&(toks.start..end));
            let about = self.attacks.iter().filter(|a| a.sent <= p.t.list[vg.head].sent).next_back().map(|a| a.id.clone());
            let mut fields = json!({"by": self.speaker(attr, b), "content": b.quote(&range), "about": about});
            self.said(&(vg.head..vg.head + 1), &mut fields);
            if let Some(map) = fields.as_object_mut() {
                map.retain(|_, v| !v.is_null());
            }
            let reason = if avert { "what is to be avoided is expected otherwise" } else { "a thing to come" };
            b.push("forecast", range, fields, Why::new(if avert { "to_avoid" } else { "to_come" }, 0.75, reason));
        }
    }

    fn dispatches(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            let lemma = p.t.list[vg.head].lemma();
            let sent = p.sent(vg.head);
            let end = vg.toks.end;
            let object = p.np_from(end);
            let object_is = |words: &[&str]| object.is_some_and(|n| words.contains(&&*p.t.list[p.nps[n].head].base));
            let clause_end = (end..sent.end).find(|i| p.t.is(*i, ";") || p.vg_at(*i).is_some_and(|v| p.vgs[v].finite() && v != number)).unwrap_or(sent.end);
            let after = |words: &[&str]| (end..clause_end).find(|i| p.t.list[*i].any(words)).and_then(|i| p.np_from(i + 1)).filter(|n| !p.nps[*n].time);
            let (form, to) = match lemma {
                "send" | "address" | "deliver" | "submit" | "write" | "hand" | "dispatch" if object_is(&["letter", "memorandum", "memo", "message", "note", "appeal", "petition", "report", "dossier", "file"]) => ("letter", after(&["to"])),
                "write" if p.t.is(end, "to") => ("letter", p.np_from(end + 1)),
                "consult" | "meet" | "confer" => ("meeting", if p.t.is(end, "with") { p.np_from(end + 1) } else { object.filter(|n| self.e.mention_of(*n).is_some()) }),
                "hold" if object_is(&["meeting", "talk", "consultation", "discussion"]) => ("meeting", after(&["with"])),
                "brief" => ("meeting", object),
                "discuss" if after(&["with"]).is_some() => ("meeting", after(&["with"])),
                "tour" | "visit" if self.person_or_body(p.subject(number)) => ("tour", None),
                "tweet" => ("post", None),
                "post" if self.platform(end, clause_end).is_some() => ("post", None),
                _ => continue,
            };
            if form == "meeting" && to.is_none() {
                continue;
            }
            if vg.infinitive || vg.negated {
                continue;
            }
            let by = p.subject(number);
            let last = to.map_or(clause_end.min(end + 8), |n| self.long_end(n, clause_end));
            let last = (end..last).rev().find(|i| p.t.list[*i].pos != Pos::Punct || p.t.is(*i, ")")).map_or(end, |i| i + 1);
            let start = by.map_or(vg.toks.start, |n| p.nps[n].toks.start);
            self.push_dispatch(b, start..last.max(vg.toks.end), by, to.map(|n| p.nps[n].toks.start..last), form, &sent, "sends_or_meets", 0.82);
        }
        self.tours(b);
    }

    fn person_or_body(&self, np: Option<usize>) -> bool {
        np.is_some_and(|n| self.e.entity_of(self.p, n).is_some())
    }

    fn platform(&self, from: usize, to: usize) -> Option<usize> {
        (from..to.min(from + 6)).find(|i| self.p.t.list[*i].any(&["twitter", "facebook", "telegram", "x", "instagram", "youtube", "online", "whatsapp", "page", "account", "website", "channel", "weibo", "vk"]))
    }

    /// The end of a phrase with what belongs to it, short of the next verb.
    fn long_end(&self, np: usize, limit: usize) -> usize {
        let p = self.p;
        let mut end = p.full_with(np, &["of", "for"]).end;
        loop {
            let mut next = end;
            if p.t.is(next, "(") {
                next = (next..limit).find(|i| p.t.is(*i, ")")).map_or(next, |i| i + 1);
            }
            if p.t.get(next).is_some_and(|t| t.any(&["and", ","])) && let Some(more) = p.np_from(next + 1).filter(|n| self.e.mention_of(*n).is_some() && p.nps[*n].toks.end <= limit) {
                end = p.full_with(more, &["of", "for"]).end;
            } else {
                return end.min(limit.max(p.nps[np].toks.end));
            }
        }
    }

    /// “during a recent tour”, “on a visit to X”.
    fn tours(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for np in 0..p.nps.len() {
            let phrase = &p.nps[np];
            if !p.t.list[phrase.head].any(&["tour", "visit", "trip"]) || phrase.toks.start == 0 || p.t.list[phrase.head].pos == Pos::Verb {
                continue;
            }
            if !p.t.list[phrase.toks.start - 1].any(&["during", "on", "in", "after", "amid"]) {
                continue;
            }
            let sent = p.sent(phrase.head);
            let vg = p.vgs.iter().position(|v| v.head >= sent.start && v.head < sent.end && v.finite() && p.subject_of_index(v.head).is_some());
            let by = vg.and_then(|v| p.subject(v)).filter(|n| self.e.entity_of(p, *n).is_some());
            let Some(by) = by else { continue };
            let to = p.t.is(phrase.toks.end, "to").then(|| p.np_from(phrase.toks.end + 1)).flatten();
            let last = to.map_or(phrase.toks.end, |n| p.nps[n].toks.end);
            self.push_dispatch(b, phrase.toks.start..last, Some(by), to.map(|n| p.nps[n].toks.clone()), "tour", &sent, "on_tour", 0.8);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one place builds all dispatches")]
    fn push_dispatch(&self, b: &mut Builder<'_>, toks: Range<usize>, by: Option<usize>, to: Option<Range<usize>>, form: &str, sent: &Range<usize>, rule: &'static str, score: f64) {
        let p = self.p;
        let to = to.map(|r| self.split_addressees(r, b)).filter(|l| !l.is_empty());
        let when = self.frame.times_in(sent);
        let when = when.first().map(|id| json!(id)).or_else(|| {
            p.nps.iter().find(|n| n.time && sent.contains(&n.head)).map(|n| json!(b.quote(&p.t.bytes(&n.toks))))
        });
        let by = by.map(|n| self.who(n, b));
        let mut fields = json!({"by": by, "to": to, "form": form, "when": when});
        self.said(&toks, &mut fields);
        if let Some(map) = fields.as_object_mut() {
            map.retain(|_, v| !v.is_null());
        }
        let reason = match form {
            "letter" => "something written was sent",
            "meeting" => "people met or consulted",
            "tour" => "a tour or visit",
            _ => "something was posted",
        };
        b.push("dispatch", p.t.bytes(&toks), fields, Why::new(rule, score, reason));
    }
}
