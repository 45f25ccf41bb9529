//! Appeals: who asks whom, in what capacity, to do what, and of what kind.
//!
//! Deliberately lets fighting win over every other kind, so that a call to arms never passes as a call to protect.

use std::ops::Range;

use serde_json::{Value, json};

use crate::extract::{
    attribution::Attr,
    claims::Context,
    lexicon::Pos,
    object::{Builder, Why},
};

/// Words that tell what an appeal asks for; the first type whose word comes first wins, fighting before all.
const KINDS: &[(&str, &[&str])] = &[
    (
        "fight",
        &[
            "fight",
            "ranks",
            "arms",
            "resist",
            "battle",
            "confront",
            "mobilize",
            "mobilise",
            "jihad",
            "repel",
            "attack",
            "avenge",
            "weapons",
            "combat",
            "crush",
            "defeat",
            "retaliate",
            "war",
            "uprising",
            "rise",
            "frontlines",
            "front",
        ],
    ),
    (
        "investigate",
        &[
            "investigate",
            "investigation",
            "inquiry",
            "enquiry",
            "probe",
            "fact-finding",
            "investigators",
            "inspect",
            "examine",
        ],
    ),
    (
        "account",
        &[
            "accountable",
            "accountability",
            "justice",
            "prosecute",
            "prosecution",
            "icc",
            "tribunal",
            "court",
            "sanctions",
            "punish",
            "impunity",
            "trial",
            "account",
            "perpetrators",
        ],
    ),
    (
        "protect",
        &[
            "protect",
            "protection",
            "stop",
            "stopping",
            "halt",
            "halting",
            "end",
            "ending",
            "cease",
            "ceasefire",
            "lift",
            "lifting",
            "prevent",
            "spare",
            "safety",
            "safe",
            "truce",
            "refrain",
            "restraint",
            "de-escalate",
            "pressure",
            "bombardment",
            "evacuate",
            "evacuation",
            "release",
            "no-fly",
            "withdraw",
        ],
    ),
    (
        "aid",
        &[
            "aid",
            "assistance",
            "relief",
            "food",
            "medicine",
            "medicines",
            "donate",
            "donations",
            "funding",
            "humanitarian",
            "supplies",
            "access",
            "shelter",
            "help",
        ],
    ),
];

/// Most tokens that are looked at behind words of asking: past that a sentence is none.
const LONGEST: usize = 60;

impl Context<'_, '_> {
    pub(super) fn appeals(&self, b: &mut Builder<'_>) {
        for (index, attr) in self.attrs.list.iter().enumerate() {
            if attr.stance == "urges"
                && (!attr.source.is_empty() || self.resolves(attr))
                && !(self.p.t.list[attr.cue.start].is("told") && attr.to.is_none())
                && (attr.content.end > attr.cue.start || self.must_of(attr).is_none())
            {
                self.appeal(b, index, attr);
            } else if let Some(must) = self.must_of(attr) {
                self.told_that_must(b, index, must);
            } else if matches!(
                attr.lemma,
                "stress" | "emphasize" | "emphasise" | "underline" | "underscore" | "reiterate" | "highlight"
            ) {
                self.importance(b, index, attr);
            }
        }
        self.responsibilities(b);
        self.appeals_by_name(b);
        self.handles_asked(b);
    }

    pub(super) fn appeal(&self, b: &mut Builder<'_>, index: usize, attr: &Attr) {
        let p = self.p;
        let mut to_do = attr.content.clone();
        let mut to: Vec<Value> = Vec::new();
        if let Some(range) = &attr.to {
            to_do.start = range.end.min(to_do.end).max(to_do.start);
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
            to = self.asked_in_clause(attr, &to_do, b);
        }
        if to.is_empty() && attr.to.is_none() {
            to = self.asked_from(attr, &to_do, b);
        }
        self.also_asked(attr, &mut to, b);
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
            attr.cue.start.min(attr.source.start).min(attr.content.start)..attr.content.end.max(attr.cue.end),
            "urges",
            0.88,
            "a verb of urging, whom, and to do what",
        );
    }

    /// “3. Requests Member States to refrain”: a text that resolves, whose speaker is the text.
    fn resolves(&self, attr: &Attr) -> bool {
        let t = &self.p.t;
        let word = &t.list[attr.cue.start];
        let opens = attr.cue.start.checked_sub(1).is_none_or(|before| {
            t.list[before].sent != word.sent
                || t.list[before].any(&[";", ".", ")", ":", "further", "also"])
                || t.list[before].pos == Pos::Num
        });
        attr.rule == "addressee_and_infinitive"
            && opens
            && t.list[attr.cue.clone()].iter().any(|x| x.low.ends_with('s'))
    }

    /// “The neighbours must keep their borders open, the agency pleaded”: the verb group that says who must.
    fn must_of(&self, attr: &Attr) -> Option<usize> {
        let p = self.p;
        let speaks = matches!(
            attr.lemma,
            "say" | "add" | "insist" | "plead" | "warn" | "state" | "write" | "stress" | "declare" | "tell"
        );
        if !speaks || attr.source.is_empty() || attr.stance == "denies" || attr.rule == "document_source" {
            return None;
        }
        let from = p.vgs.partition_point(|v| v.head < attr.content.start);
        (from..p.vgs.len()).take_while(|v| p.vgs[*v].head < attr.content.end).take(3).find(|v| {
            let vg = &p.vgs[*v];
            let must = vg.toks.clone().any(|i| p.t.list[i].any(&["must", "should"]));
            let subject = p.subject(*v).filter(|np| !p.nps[*np].pronoun);
            must && !vg.passive && subject.is_some_and(|np| self.addressable(np))
        })
    }

    fn told_that_must(&self, b: &mut Builder<'_>, index: usize, vg: usize) {
        let p = self.p;
        let Some(subject) = p.subject(vg) else { return };
        let who = p.joined_left(subject);
        let first = p.nps[who[0]].toks.start;
        let to = if p.t.is(first.saturating_sub(1), "'s") {
            vec![json!(b.quote(&p.t.bytes(&p.full(subject))))]
        } else {
            who.into_iter().map(|np| self.who(np, b)).collect()
        };
        let end = p.clause(p.vgs[vg].head).end.min(self.attrs.list[index].content.end);
        let to_do = p.vgs[vg].head..end.max(p.vgs[vg].head + 1);
        let reason = "the speaker says what somebody must do";
        self.push_appeal(b, index, to, to_do.clone(), first..to_do.end, "must_do", 0.7, reason);
    }

    /// “an urgent appeal to the Security Council”, “a plea to the parliaments”: a noun of appealing and whom.
    fn appeals_by_name(&self, b: &mut Builder<'_>) {
        const NOUNS: &[(&str, &[&str])] = &[
            ("appeal", &["to"]),
            ("plea", &["to"]),
            ("petition", &["to"]),
            ("call", &["on", "upon"]),
            ("demand", &["to"]),
            ("request", &["to"]),
        ];
        let p = self.p;
        for np in 0..p.nps.len() {
            let head = p.nps[np].head;
            let Some((_, to)) = NOUNS.iter().find(|(noun, _)| *noun == p.t.list[head].base) else { continue };
            if p.nps[np].toks.end != head + 1 {
                continue;
            }
            let at = self.sent_to(head).unwrap_or(head + 1);
            if !p.t.get(at).is_some_and(|t| t.any(to)) || p.vg_at(at).is_some() {
                continue;
            }
            let Some(whom) = p
                .np_from(at + 1)
                .filter(|np| !p.nps[*np].time && p.t.list[p.nps[*np].head].sent == p.t.list[head].sent)
            else {
                continue;
            };
            let known = self.addressable(whom);
            let court = p.t.list[p.nps[whom].head].any(&["court", "appeal", "appeals"]);
            let told = self.attrs.list.iter().any(|a| a.cue.contains(&head));
            let Some(attr) = self.attrs.innermost(&(head..head + 1)).filter(|_| known && !court && !told) else {
                if known && !court && !told {
                    self.nobodys_appeal(head, whom, b);
                }
                continue;
            };
            let to = self.addressees(&p.full_with(whom, &["of", "in"]), b);
            let clause = p.clause(head);
            let reason = "a noun of appealing and whom it goes to";
            self.push_appeal(b, attr, to, clause.clone(), clause, "noun_of_appeal", 0.55, reason);
        }
    }

    /// “the plea which the Association sent on Thursday to the parliaments”: the *to* behind what was done with it.
    fn sent_to(&self, noun: usize) -> Option<usize> {
        let p = self.p;
        let sent = p.sent(noun);
        p.t.get(noun + 1).filter(|t| t.any(&["which", "that"]))?;
        let from = p.vgs.partition_point(|v| v.head <= noun);
        let vg = p.vgs[from..].iter().take_while(|v| v.head < sent.end).next()?;
        let does = matches!(p.t.list[vg.head].lemma(), "send" | "address" | "direct" | "make" | "write" | "issue");
        (vg.toks.end..sent.end.min(vg.toks.end + LONGEST)).find(|i| p.t.is(*i, "to")).filter(|_| does)
    }

    /// “@UNRelief please get these people out”: a handle and “please”.
    fn handles_asked(&self, b: &mut Builder<'_>) {
        let t = &self.p.t;
        for at in 1..t.list.len().saturating_sub(2) {
            let handle = |i: usize| t.list[i].range.start.checked_sub(1).is_some_and(|b| t.text.as_bytes()[b] == b'@');
            let please = if t.is(at + 1, "please") {
                at + 1
            } else if t.is(at - 1, "please") || t.is(at.saturating_sub(2), "please") {
                at
            } else {
                continue;
            };
            if !handle(at) || t.list[please].sent != t.list[at].sent {
                continue;
            }
            let to_do = please + 1..self.p.sent(at).end.min(please + LONGEST);
            if to_do.is_empty() {
                continue;
            }
            let (kind, _) = self.appeal_type(&to_do);
            let range = t.bytes(&to_do);
            let to = vec![json!(b.quote(&t.bytes(&(at..at + 1))))];
            let fields = json!({"to": to, "to_do": b.quote(&range), "to_do_span": b.span(&range), "type": kind});
            let reason = "an account is asked with “please”";
            b.push("appeal", t.bytes(&(at..to_do.end)), fields, Why::new("account_asked", 0.6, reason));
        }
    }

    /// The same in the text's own voice: who appeals is left unsaid where the words do not say it.
    fn nobodys_appeal(&self, head: usize, whom: usize, b: &mut Builder<'_>) {
        let p = self.p;
        let clause = p.clause(head);
        let to = self.addressees(&p.full_with(whom, &["of", "in"]), b);
        let (kind, _) = self.appeal_type(&clause);
        let range = p.t.bytes(&clause);
        let fields = json!({"to": to, "to_do": b.quote(&range), "to_do_span": b.span(&range), "type": kind});
        let reason = "a noun of appealing and whom it goes to; the text itself tells it";
        b.push("appeal", range, fields, Why::new("noun_of_appeal", 0.45, reason));
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
