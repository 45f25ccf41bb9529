//! What people do with words: appeals, pledges, denials, justifications, forecasts; and letters, meetings, tours, posts.
//!
//! Deliberately typed by the words of the act itself: a call to fight is never read as a call to protect.

mod appeals;
mod dispatches;

use std::ops::Range;

use serde_json::json;

use super::{
    attribution::Attr,
    claims::Context,
    lexicon::{Cat, Pos},
    mentions::Kind,
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

/// What is done to people and places.
const DONE_TO: &[&str] = &[
    "demolish", "destroy", "hit", "strike", "kill", "harm", "bomb", "attack", "burn", "loot", "expel", "evict",
    "detain", "shell", "target", "block", "injure", "wound",
];

/// What is “denied” when somebody does not get it.
const WITHHELD: &[&str] = &[
    "bail",
    "visa",
    "access",
    "entry",
    "permission",
    "aid",
    "treatment",
    "request",
    "appeal",
    "motion",
    "application",
    "right",
    "food",
    "water",
    "passage",
    "asylum",
    "leave",
    "care",
    "medicine",
    "petition",
    "opportunity",
    "chance",
    "service",
    "licence",
    "license",
    "funding",
];

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

    /// “Dismissed this as propaganda”, “called the reports baseless”, “said the claims were false”.
    fn called_false(&self, attr: &Attr) -> bool {
        const FALSE: &[&str] = &[
            "false",
            "baseless",
            "unfounded",
            "fabricated",
            "fabrication",
            "fabrications",
            "propaganda",
            "lie",
            "lies",
            "untrue",
            "groundless",
            "fake",
            "invented",
            "slander",
            "slanderous",
            "nonsense",
            "misinformation",
            "disinformation",
            "hoax",
            "staged",
            "forgery",
            "forgeries",
            "forged",
            "tale",
            "tales",
            "fiction",
            "myth",
            "concocted",
            "smear",
            "smears",
            "unsubstantiated",
            "distorted",
            "distortion",
            "fairy",
            "invention",
            "inventions",
            "rumour",
            "rumours",
            "fantasy",
        ];
        let t = &self.p.t;
        let end = self.p.clause(attr.cue.start).end.max(attr.content.start);
        let toks = attr.cue.end.min(attr.content.start)..attr.content.end.min(end + 12);
        let stop = toks.clone().find(|i| t.is(*i, ";")).unwrap_or(toks.end);
        let toks = toks.start..stop;
        let Some(bad) = toks.clone().take(40).find(|i| t.list[*i].any(FALSE)) else { return false };
        let accused = |i: usize| {
            matches!(
                t.list[i].base.as_ref(),
                "allegation"
                    | "accusation"
                    | "claim"
                    | "charge"
                    | "report"
                    | "story"
                    | "account"
                    | "footage"
                    | "video"
                    | "assertion"
                    | "it"
                    | "this"
            )
        };
        let dismissive = matches!(
            attr.lemma,
            "dismiss"
                | "reject"
                | "describe"
                | "call"
                | "brand"
                | "denounce"
                | "wave"
                | "shrug"
                | "brush"
                | "laugh"
                | "scoff"
        );
        let negated = (toks.start..bad).any(|i| t.list[i].any(&["not", "no", "never"]));
        let near = bad.saturating_sub(12).max(toks.start);
        !negated && (dismissive || (near..bad).any(accused))
    }

    /// “Insisted that it had not targeted”, “said its aircraft did not operate”, “had nothing to do with”.
    fn own_deed_negated(&self, attr: &Attr) -> bool {
        const DEEDS: &[&str] = &[
            "target",
            "strike",
            "hit",
            "bomb",
            "shell",
            "carry",
            "use",
            "fire",
            "operate",
            "fly",
            "attack",
            "kill",
            "shoot",
            "drop",
            "launch",
            "conduct",
            "order",
            "lay",
            "block",
            "enter",
            "order",
            "possess",
            "station",
            "recruit",
            "deploy",
            "bombard",
            "torture",
            "detain",
            "hold",
            "obstruct",
            "prevent",
            "take",
            "burn",
            "destroy",
            "loot",
            "harm",
            "touch",
            "cross",
            "leave",
            "demolish",
            "kidnap",
            "abduct",
            "arrest",
            "poison",
            "gas",
            "mine",
            "execute",
            "beat",
            "rape",
            "plant",
            "stop",
            "turn",
            "starve",
            "expel",
            "displace",
            "withhold",
            "interfere",
        ];
        let p = self.p;
        let t = &p.t;
        let Some((number, vg)) =
            p.vgs.iter().enumerate().find(|(_, vg)| attr.content.contains(&vg.head) && vg.finite())
        else {
            return false;
        };
        let own = p.subject(number).is_some_and(|np| {
            let toks = p.nps[np].toks.clone();
            let pronoun = p.nps[np].pronoun && t.list[p.nps[np].head].any(&["it", "we", "they", "he", "she", "i"]);
            pronoun || t.list[toks.start].any(&["its", "our", "their", "his", "no", "none"])
        });
        let nothing = (vg.toks.end..attr.content.end.min(vg.toks.end + 4)).any(|i| t.list[i].any(&["nothing"]))
            && t.list[vg.head].lemma() == "have";
        // “Accepted that it would never lay mines” promises.
        let promised = vg.future || vg.toks.clone().any(|i| t.list[i].any(&["would", "will"]));
        own && !promised
            && (nothing
                || (vg.negated
                    || t.list[vg.toks.start.saturating_sub(3)..vg.toks.start].iter().any(|x| x.any(&["no", "none"])))
                    && DEEDS.contains(&t.list[vg.head].lemma()))
    }

    /// “Has no basis in fact”, “nothing of the sort occurred”, “it was not our rockets”: said not to be so, in the first words.
    fn said_not_so(&self, attr: &Attr) -> bool {
        const NOT_SO: &[&[&str]] = &[
            &["no", "basis"],
            &["not", "so"],
            &["untrue"],
            &["no", "foundation"],
            &["no", "truth"],
            &["without", "foundation"],
            &["without", "basis"],
            &["not", "true"],
            &["nothing", "of", "the", "sort"],
            &["nothing", "of", "the", "kind"],
            &["no", "such", "thing"],
            &["no", "such", "attack"],
            &["no", "such", "strike"],
            &["never", "happened"],
            &["not", "happen"],
            &["never", "took", "place"],
            &["not", "take", "place"],
            &["never", "occurred"],
            &["not", "occur"],
            &["nothing", "to", "do", "with"],
            &["not", "our", "rockets"],
            &["not", "our", "forces"],
            &["not", "our", "aircraft"],
            &["not", "our", "work"],
            &["not", "our", "men"],
            &["was", "not", "us"],
            &["wasn't", "us"],
            &["not", "ours"],
            &["no", "role", "in"],
            &["no", "part", "in"],
            &["no", "involvement"],
            &["no", "hand", "in"],
            &["no", "aircraft"],
            &["no", "planes"],
            &["no", "troops"],
            &["no", "forces"],
            &["no", "units"],
            &["no", "soldiers"],
            &["no", "sorties"],
            &["no", "sortie"],
            &["no", "flights"],
            &["no", "operations"],
            &["a", "fabrication"],
            &["a", "lie"],
            &["pure", "invention"],
            &["pure", "fiction"],
            &["pure", "propaganda"],
        ];
        /// How far into what is said, in tokens.
        const FIRST_WORDS: usize = 16;
        let t = &self.p.t;
        let sent = self.p.sent(attr.content.start);
        let end = attr.content.end.min(attr.content.start + FIRST_WORDS).min(sent.end.max(attr.content.start + 8));
        // What another is quoted with inside is the other's.
        let own =
            |at: usize| self.attrs.innermost(&(at..at + 1)).is_none_or(|inner| self.attrs.list[inner].cue == attr.cue);
        let nothing_done =
            |at: usize| {
                t.list[at].any(&["nothing", "nobody", "none"])
                    && self.p.vgs.iter().any(|v| {
                        v.head > at && v.head <= at + 4 && v.passive && DONE_TO.contains(&t.list[v.head].lemma())
                    })
            };
        (attr.content.start..end).any(|at| {
            own(at)
                && (NOT_SO.iter().any(|words| words.iter().enumerate().all(|(i, word)| t.is(at + i, word)))
                    || nothing_done(at))
        })
    }

    /// “We reject this,” said X: the one who says *we*.
    fn outer_of_we(&self, attr: usize) -> usize {
        let a = &self.attrs.list[attr];
        let last = a.source.end.checked_sub(1).map(|i| &self.p.t.list[i]);
        match a.inside {
            Some(outer) if last.is_some_and(|t| t.any(&["we", "i"])) => outer,
            _ => attr,
        }
    }

    fn denials(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for (index, attr) in self.attrs.list.iter().enumerate() {
            let content = attr.content.clone();
            let accusation = content.clone().take(9).any(|i| {
                matches!(
                    p.t.list[i].base.as_ref(),
                    "allegation"
                        | "accusation"
                        | "claim"
                        | "charge"
                        | "report"
                        | "responsibility"
                        | "involvement"
                        | "finding"
                        | "conclusion"
                        | "version"
                        | "account"
                        | "narrative"
                        | "verdict"
                        | "assertion"
                        | "suggestion"
                        | "notion"
                        | "idea"
                        | "story"
                )
            });
            let contested = matches!(
                attr.lemma,
                "reject"
                    | "dismiss"
                    | "dispute"
                    | "disclaim"
                    | "shrug"
                    | "wave"
                    | "brush"
                    | "scoff"
                    | "laugh"
                    | "rubbish"
                    | "discount"
            );
            let denied_attack =
                self.attacks.iter().find(|a| content.contains(&a.trigger.start) && a.polarity == "denied");
            let own = denied_attack.is_some_and(|a| {
                a.actors.iter().any(|x| x.entity.is_some() && x.entity == attr.entity) || a.actors.is_empty()
            });
            if attr.lemma == "source" || attr.lemma == "dateline" {
                continue;
            }
            // “Denied bail”, “denied a visa”: something was not given.
            let withheld = attr.lemma == "deny"
                && p.np_from(content.start).is_some_and(|np| WITHHELD.contains(&&*p.t.list[p.nps[np].head].base));
            // “Would neither confirm nor deny”: nothing is denied.
            let neither = attr.lemma == "deny"
                && (attr.cue.start.saturating_sub(4)..attr.cue.end).any(|i| p.t.list[i].any(&["neither", "nor"]));
            if withheld || neither {
                continue;
            }
            let rule = if attr.stance == "denies" && (!contested || accusation || self.called_false(attr)) {
                "verb_of_denial"
            } else if own
                && attr.stance == "asserts"
                && self.attrs.innermost(&denied_attack.map_or(content.clone(), |a| a.trigger.clone())) == Some(index)
            {
                "negated_attack"
            } else if attr.stance != "denies" && self.called_false(attr) {
                "called_false"
            } else if attr.stance == "asserts" && attr.rule != "cited" && self.said_not_so(attr) {
                "said_not_so"
            } else if attr.stance == "asserts" && self.own_deed_negated(attr) {
                "own_deed_negated"
            } else {
                continue;
            };
            let responsibility = content.clone().any(|i| {
                p.t.list[i].any(&["responsibility", "involvement", "involved", "responsible", "role", "behind"])
            }) || self.p.np_from(content.start).is_none()
                && p.t.list[content.start].low.ends_with("ing");
            // Bare: only “no”; nothing in it that could be tested.
            let finite = p.vgs.iter().any(|v| content.contains(&v.head));
            let bare = !finite
                && self.frame.places_in(&content).is_empty()
                && self.frame.times_in(&content).is_empty()
                && !self.attacks.iter().any(|a| content.contains(&a.trigger.start));
            let about = self
                .attacks
                .iter()
                .find(|a| content.contains(&a.trigger.start))
                .or_else(|| self.accusation(attr.cue.start, attr.entity));
            let range = p.t.bytes(&content);
            let mut fields = json!({
                "by": self.speaker(self.outer_of_we(index), b), "content": b.quote(&range), "about": about.map(|a| a.id.clone()),
                "act": if responsibility { "denies responsibility" } else { "denies event" }, "bare": bare, "said_by": attr.id,
                "chain": self.attrs.chain(index).into_iter().map(|i| self.attrs.list[i].id.clone()).collect::<Vec<_>>(),
            });
            if let Some(map) = fields.as_object_mut() {
                map.retain(|_, v| !v.is_null());
            }
            let cover = attr.cue.start.min(if attr.source.is_empty() { attr.cue.start } else { attr.source.start })
                ..content.end.max(attr.cue.end);
            let reason = if bare {
                "a verb of denial; a bare denial, nothing in it can be tested"
            } else {
                "a denial that says something that can be tested"
            };
            b.push(
                "denial",
                p.t.bytes(&cover),
                fields,
                Why::new(rule, if rule == "verb_of_denial" { 0.88 } else { 0.72 }, reason),
            );
        }
    }

    /// The attack told last that somebody else asserts: what a denial without an object answers.
    fn accusation(&self, at: usize, speaker: Option<usize>) -> Option<&super::attacks::Attack> {
        let sent = self.p.t.list[at].sent;
        self.attacks.iter().rev().find(|a| {
            a.sent <= sent
                && sent - a.sent <= 12
                && a.polarity == "asserted"
                && a.attr.and_then(|x| self.attrs.list[x].entity).is_none_or(|e| {
                    Some(e) != speaker
                        && self.e.list[e].kind != Kind::State
                        && !self.attrs.list[a.attr.unwrap_or(0)].stance.starts_with("den")
                })
                && !a.targets.iter().any(|t| t.class == "military object")
                && !a.victims.iter().any(|v| v.class == "combatants")
        })
    }

    fn justifications(&self, b: &mut Builder<'_>) {
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

    fn forecasts(&self, b: &mut Builder<'_>) {
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
