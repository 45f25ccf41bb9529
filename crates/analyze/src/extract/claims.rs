//! Legal characterisations and claims of a pattern.
//!
//! Deliberately keeps the speaker's words: a characterisation is what was said, no finding.

use std::ops::Range;

use serde_json::{Value, json};

use super::{
    attacks::Attack,
    attribution::Attrs,
    deeds,
    frame::Frame,
    lexicon::{Cat, Pos},
    mentions::Entities,
    object::{Builder, Why},
    syntax::Parse,
};

/// Everything the later rooms read.
pub struct Context<'p, 'a> {
    /// The parse.
    pub p: &'p Parse<'a>,
    /// Entities, emitted.
    pub e: &'p Entities,
    /// Attributions, emitted.
    pub attrs: &'p Attrs,
    /// Places and times, emitted.
    pub frame: &'p Frame,
    /// Attacks, emitted.
    pub attacks: &'p [Attack],
}

/// Adds legal, commitment and pattern objects, then what people do with words.
pub fn emit(p: &Parse<'_>, e: &Entities, attrs: &Attrs, frame: &Frame, attacks: &[Attack], b: &mut Builder<'_>) {
    let c = Context { p, e, attrs, frame, attacks };
    let pledges = deeds::emit(&c, b);
    c.legal(b, &pledges);
    c.instruments(b);
    c.patterns(b);
}

/// What bears legal words in its name.
const INSTITUTIONS: &[&str] = &[
    "museum",
    "tribunal",
    "court",
    "commission",
    "convention",
    "act",
    "unit",
    "prosecutor",
    "chamber",
    "institute",
    "department",
    "archive",
];

impl Context<'_, '_> {
    /// “declined to say whether it was a war crime”: nobody has said so.
    fn left_open(&self, at: usize) -> bool {
        let t = &self.p.t;
        let sent = self.p.sent(at);
        let whether = (sent.start..at).rev().find(|i| t.list[*i].any(&["whether", "if"]));
        whether.is_some_and(|whether| {
            let asked_first = whether == sent.start && t.is(whether, "whether");
            asked_first
                || (whether.saturating_sub(6).max(sent.start)..whether).any(|i| {
                    t.list[i].any(&[
                        "declined",
                        "refused",
                        "declines",
                        "refuses",
                        "asked",
                        "unclear",
                        "investigating",
                        "examining",
                        "decide",
                        "determine",
                    ])
                })
        })
    }

    /// Names who a noun phrase is: the id of its mention, else its words.
    pub fn who(&self, np: usize, b: &Builder<'_>) -> Value {
        let pronoun = self.p.nps[np].pronoun;
        if let Some(m) = self.e.mention_of(np) {
            return json!(self.e.mentions[m].id);
        }
        if pronoun && let Some(id) = self.e.entity_of(self.p, np).and_then(|en| self.e.first_id(en)) {
            return json!(id);
        }
        json!(b.quote(&self.p.t.bytes(&self.p.full_with(np, &["of", "for", "from"]))))
    }

    /// The speaker of an attribution.
    pub fn speaker(&self, attr: usize, b: &Builder<'_>) -> Value {
        let a = &self.attrs.list[attr];
        if let Some(m) = a.source_np.and_then(|np| self.e.mention_of(np)) {
            return json!(self.e.mentions[m].id);
        }
        match a.entity.and_then(|en| self.e.first_id(en)) {
            Some(id) => json!(id),
            None if a.source.is_empty() => Value::Null,
            None => json!(b.quote(&self.p.t.bytes(&a.source))),
        }
    }

    /// `said_by` and `chain`, put into fields.
    pub fn said(&self, toks: &Range<usize>, fields: &mut Value) {
        let (_, said_by, chain) = self.attrs.said(toks);
        if let Some(map) = fields.as_object_mut() {
            map.insert("said_by".to_owned(), said_by);
            map.insert("chain".to_owned(), chain);
        }
    }

    /// The attack that words at `at` are about: in the sentence, else the one told last.
    pub fn about(&self, at: usize, not: &Range<usize>) -> Option<&Attack> {
        let sent = self.p.t.list[at].sent;
        let free = |a: &&Attack| a.trigger.end <= not.start || not.end <= a.trigger.start;
        // What is only feared or planned is judged only where nothing told as done stands by.
        let done = |a: &&Attack| matches!(a.polarity, "asserted" | "denied");
        self.attacks
            .iter()
            .filter(|a| a.sent == sent)
            .filter(free)
            .filter(done)
            .min_by_key(|a| a.trigger.start.abs_diff(at))
            .or_else(|| self.attacks.iter().find(|a| a.sent == sent && done(a)))
            .or_else(|| self.attacks.iter().find(|a| a.sent == sent))
            .or_else(|| self.attacks.iter().rev().find(|a| a.sent < sent && sent - a.sent <= 3))
    }

    fn legal(&self, b: &mut Builder<'_>, pledges: &[(usize, String)]) {
        for hit in self.p.t.hits.iter().filter(|h| h.phrase.cat == Cat::Legal) {
            let mut toks = hit.start..hit.end;
            // A museum, a tribunal, a treaty may bear the words in its name.
            let name = toks.clone().all(|i| self.p.t.list[i].capital)
                && (self.p.t.list.get(hit.end).is_some_and(|next| next.capital && next.pos == Pos::Propn)
                    || self.p.t.list.get(hit.end).is_some_and(|next| next.capital && next.any(INSTITUTIONS)));
            if name || self.left_open(hit.start) {
                continue;
            }
            // “indiscriminate” alone needs an attack it describes.
            let alone = hit.end - hit.start == 1 && self.p.t.list[hit.start].low.starts_with("indiscriminat");
            if alone && self.about(hit.start, &toks).is_none_or(|a| a.sent != self.p.t.list[hit.start].sent) {
                continue;
            }
            if hit.phrase.class == "forced displacement" && hit.phrase.words.len() == 1 {
                continue;
            }
            if let Some(np) = self.p.np_at(hit.end - 1)
                && hit.phrase.class == "phrase"
            {
                toks.end = toks.end.max(self.p.nps[np].toks.end.min(hit.end + 3));
            }
            let words = self.words(&toks).to_owned();
            let characterisation = if hit.phrase.class == "phrase" { words } else { hit.phrase.class.to_owned() };
            self.add_legal(
                b,
                toks,
                &characterisation,
                "legal_phrase",
                0.85,
                "a legal or moral name for what was done",
                None,
                None,
            );
        }
        self.forced_displacement(b);
        self.violations(b, pledges);
        self.responsibility(b);
        self.deliberate(b);
    }

    fn words(&self, toks: &Range<usize>) -> &str {
        self.p.t.words(toks)
    }

    #[allow(clippy::too_many_arguments, reason = "one place builds all legal objects")]
    fn add_legal(
        &self,
        b: &mut Builder<'_>,
        toks: Range<usize>,
        what: &str,
        rule: &'static str,
        score: f64,
        reason: &str,
        about: Option<String>,
        extra: Option<Value>,
    ) {
        let about = about.or_else(|| self.about(toks.start, &toks).map(|a| a.id.clone()));
        let polarity =
            self.attrs.innermost(&toks).is_some_and(|a| self.attrs.list[a].stance == "denies").then_some("denied");
        let mut fields = json!({"characterisation": what, "about": about, "polarity": polarity});
        if let (Some(map), Some(Value::Object(more))) = (fields.as_object_mut(), extra) {
            map.extend(more);
        }
        self.said(&toks, &mut fields);
        self.said_beside(&toks, &mut fields);
        b.push("legal", self.p.t.bytes(&toks), fields, Why::new(rule, score, reason));
    }

    /// “Collective punishment: that is how the mayor described it”: where no content holds the words, the one who speaks in the
    /// same sentence, if only one does.
    fn said_beside(&self, toks: &Range<usize>, fields: &mut Value) {
        let unsaid = fields.get("said_by").is_none_or(Value::is_null);
        let sent = self.p.sent(toks.start);
        let mut beside = self.attrs.list.iter().enumerate().filter(|(_, a)| {
            sent.contains(&a.cue.start) && !a.source.is_empty() && a.rule != "document_source" && a.stance != "denies"
        });
        let (Some((index, attr)), None, true) = (beside.next(), beside.next(), unsaid) else { return };
        if let Some(map) = fields.as_object_mut() {
            let chain: Vec<&str> =
                self.attrs.chain(index).into_iter().map(|i| self.attrs.list[i].id.as_str()).collect();
            map.insert("said_by".to_owned(), json!(attr.id));
            map.insert("chain".to_owned(), json!(chain));
        }
    }

    /// “displace the residents by force”.
    fn forced_displacement(&self, b: &mut Builder<'_>) {
        for vg in &self.p.vgs {
            if !matches!(
                self.p.t.list[vg.head].lemma(),
                "displace" | "uproot" | "expel" | "evict" | "evacuate" | "deport"
            ) {
                continue;
            }
            let end = self.p.clause(vg.head).end;
            let force = (vg.toks.start..end).find(|i| self.p.t.list[*i].any(&["force", "forcibly", "forcefully"]));
            let Some(force) = force else { continue };
            let toks = vg.toks.start..end.min(self.p.t.list.len()).max(force + 1);
            let toks = toks.start
                ..(toks.start..toks.end)
                    .rev()
                    .find(|i| self.p.t.list[*i].pos != Pos::Punct)
                    .map_or(toks.end, |i| i + 1);
            self.add_legal(
                b,
                toks,
                "forced displacement",
                "displace_by_force",
                0.85,
                "a verb of displacing with force",
                None,
                None,
            );
        }
    }

    /// “contravene its obligations”, “violates international law”.
    fn violations(&self, b: &mut Builder<'_>, pledges: &[(usize, String)]) {
        const LAW: &[&str] = &[
            "law",
            "obligation",
            "convention",
            "resolution",
            "treaty",
            "agreement",
            "ceasefire",
            "truce",
            "charter",
            "norm",
            "right",
            "protocol",
            "commitment",
            "accord",
            "statute",
            "rule",
            "principle",
            "armistice",
            "deal",
            "duty",
        ];
        for (number, vg) in self.p.vgs.iter().enumerate() {
            if !matches!(
                self.p.t.list[vg.head].lemma(),
                "violate" | "contravene" | "breach" | "flout" | "disregard" | "defy" | "break" | "infringe"
            ) {
                continue;
            }
            let objects = if vg.passive {
                self.p.subject(number).map(|s| vec![s]).unwrap_or_default()
            } else {
                self.p.objects(number)
            };
            let law = objects.iter().any(|n| LAW.contains(&&*self.p.t.list[self.p.nps[*n].head].base));
            if !law {
                continue;
            }
            let last = objects
                .iter()
                .map(|n| self.p.full_with(*n, &["of", "as", "under", "to"]).end)
                .max()
                .unwrap_or(vg.toks.end);
            let first =
                objects.iter().map(|n| self.p.nps[*n].toks.start).min().unwrap_or(vg.toks.start).min(vg.toks.start);
            let mut last = last.max(vg.toks.end);
            if self.p.t.is(last, "as")
                && let Some(np) = self.p.np_from(last + 1)
            {
                last = self.p.full(np).end;
            }
            let toks = first..last;
            let subject = self.p.subject(number).or_else(|| number.checked_sub(1).and_then(|v| self.p.subject(v)));
            let remarks = subject.is_some_and(|s| {
                self.p.t.list[self.p.nps[s].head].any(&[
                    "remarks",
                    "statements",
                    "comments",
                    "announcement",
                    "proposal",
                    "claims",
                    "remark",
                ])
            });
            let about = remarks
                .then(|| pledges.iter().rev().find(|(at, _)| *at < toks.start).map(|(_, id)| id.clone()))
                .flatten();
            let capacity = self.capacity(&toks).map(|r| self.words(&r).to_owned());
            let words = self.words(&toks).to_lowercase();
            let characterisation = if words.contains("humanitarian law")
                || words.contains("laws of war")
                || words.contains("geneva convention")
            {
                "violation of international humanitarian law".to_owned()
            } else if words.contains("international law") {
                "violation of international law".to_owned()
            } else {
                self.words(&toks).to_owned()
            };
            self.add_legal(
                b,
                toks,
                &characterisation,
                "violates_law",
                0.82,
                "a verb of breaking a rule and the rule",
                about,
                Some(json!({"capacity": capacity})),
            );
        }
    }

    /// “as a permanent member of …” inside or right behind a range.
    pub fn capacity(&self, toks: &Range<usize>) -> Option<Range<usize>> {
        (toks.start..toks.end.min(self.p.t.list.len())).find_map(|i| {
            let article = self.p.t.get(i + 1).is_some_and(|t| t.any(&["a", "an", "the", "one"]));
            let longer = self.p.t.is(i + 1, "well")
                || self.p.t.is(i + 1, "result")
                || self.p.t.is(i + 2, "result")
                || self.p.t.is(i + 2, "whole")
                || self.p.t.is(i + 2, "step");
            let bare = self.p.t.get(i + 1).is_some_and(|t| {
                t.any(&[
                    "guarantor",
                    "guarantors",
                    "member",
                    "members",
                    "signatory",
                    "chair",
                    "parties",
                    "sponsor",
                    "sponsors",
                    "mediator",
                    "permanent",
                    "occupying",
                    "states",
                    "president",
                ])
            });
            if !self.p.t.is(i, "as") || !(article || bare) || longer {
                return None;
            }
            let np = self.p.np_from(i + 1)?;
            let head = &self.p.t.list[self.p.nps[np].head].base;
            let role = matches!(
                head.as_ref(),
                "member"
                    | "party"
                    | "power"
                    | "guarantor"
                    | "sponsor"
                    | "state"
                    | "ally"
                    | "body"
                    | "signatory"
                    | "government"
                    | "occupier"
                    | "leader"
                    | "authority"
                    | "neighbour"
                    | "neighbor"
                    | "depositary"
                    | "chair"
                    | "president"
                    | "mediator"
                    | "country"
                    | "host"
                    | "backer"
                    | "supporter"
                    | "organisation"
                    | "organization"
                    | "institution"
            );
            let end = self.p.full_with(np, &["of", "to", "in"]).end;
            // “as the party capable of …”: the adjective and what it governs belong to the capacity.
            let adjective =
                self.p.t.get(end).is_some_and(|t| t.any(&["capable", "responsible", "able", "charged", "bound"]));
            let end = if adjective { toks.end.max(end) } else { end };
            role.then_some(i..end)
        })
    }

    fn responsibility(&self, b: &mut Builder<'_>) {
        for attr in self.attrs.list.iter().filter(|a| a.lemma == "hold" || a.lemma == "blame") {
            let content = attr.content.clone();
            let natures: Vec<&str> =
                [("legally", "legal"), ("morally", "moral"), ("politically", "political"), ("criminally", "legal")]
                    .iter()
                    .filter(|(w, _)| content.clone().any(|i| self.p.t.is(i, w)))
                    .map(|(_, n)| *n)
                    .collect();
            let Some(np) = self.p.np_from(content.start) else { continue };
            let words = if attr.lemma == "blame" {
                "responsible".to_owned()
            } else {
                let from = self.p.nps[np].toks.end;
                let to = (from..content.end)
                    .find(|i| self.p.t.list[*i].any(&["responsible", "accountable", "liable"]))
                    .map_or(content.end, |i| i + 1);
                self.words(&(from..to)).to_owned()
            };
            let who: Vec<Value> = self.p.joined_right(np).into_iter().map(|n| self.who(n, b)).collect();
            let extra = json!({"who": who, "nature": (!natures.is_empty()).then_some(natures)});
            let about = self.attacks.iter().find(|a| content.contains(&a.trigger.start)).map(|a| a.id.clone());
            let toks = content.clone();
            let about = about.or_else(|| self.e.mention_of(np).map(|m| self.e.mentions[m].id.clone()));
            self.add_legal(
                b,
                toks,
                &words,
                "held_responsible",
                0.87,
                "the speaker holds somebody responsible",
                about,
                Some(extra),
            );
        }
    }

    /// “deliberately bombed hospitals”: intent is claimed.
    fn deliberate(&self, b: &mut Builder<'_>) {
        for attack in self.attacks {
            let adverb = (attack.trigger.start.saturating_sub(5)..attack.trigger.start).find(|i| {
                self.p.t.list[*i].any(&[
                    "deliberately",
                    "intentionally",
                    "purposely",
                    "wilfully",
                    "willfully",
                    "deliberate",
                    "intentional",
                ]) && self.p.t.list[*i].sent == attack.sent
            });
            let Some(adverb) = adverb else { continue };
            let medical = attack.targets.iter().any(|t| {
                matches!(
                    t.class,
                    "hospital"
                        | "field hospital"
                        | "clinic"
                        | "ambulance"
                        | "medical staff"
                        | "medical warehouse"
                        | "humanitarian convoy"
                )
            });
            let civilians = attack.victims.iter().any(|v| v.class != "combatants");
            let (what, other) = match (medical, civilians) {
                (true, _) => ("attack on a medical unit or relief", Some("direct attack on a civilian object")),
                (_, true) => ("direct attack on civilians", None),
                _ if attack.targets.iter().any(|t| t.class != "military object") => {
                    ("direct attack on a civilian object", None)
                }
                _ => continue,
            };
            if self
                .p
                .t
                .hits_in(&(adverb.saturating_sub(4)..adverb + 6), Cat::Legal)
                .any(|h| h.start <= adverb && adverb < h.end)
            {
                continue;
            }
            let toks = adverb..attack.cover().end.max(attack.trigger.end);
            self.add_legal(
                b,
                toks,
                what,
                "intent_claimed",
                0.6,
                "the speaker claims intent towards what was hit",
                Some(attack.id.clone()),
                None,
            );
            if let (Some(other), Some(id)) = (other, b.objects().last().map(|o| o.id.clone())) {
                b.alternative(&id, json!({"characterisation": other}));
            }
        }
    }

    fn patterns(&self, b: &mut Builder<'_>) {
        let t = &self.p.t;
        for at in 0..t.list.len() {
            let token = &t.list[at];
            let pattern = token.base == "pattern" && token.pos != Pos::Verb
                || token.is("modus") && t.is(at + 1, "operandi")
                || token.any(&["tactics", "strategy"]) && at > 0 && t.is(at - 1, "same");
            if !pattern {
                continue;
            }
            let sent = self.p.sent(at);
            let range = match self.attrs.innermost(&(at..at + 1)) {
                Some(attr) => {
                    let content = &self.attrs.list[attr].content;
                    sent.start.max(content.start)..sent.end.min(content.end).max(at + 1)
                }
                None => sent.clone(),
            };
            let within: Vec<&Attack> = self.attacks.iter().filter(|a| range.contains(&a.trigger.start)).collect();
            let mut classes: Vec<&str> = Vec::new();
            for class in within.iter().flat_map(|a| a.targets.iter().map(|t| t.class)) {
                if !classes.contains(&class) {
                    classes.push(class);
                }
            }
            if within.is_empty() && classes.is_empty() && self.p.t.hits_in(&range, Cat::Act).next().is_none() {
                continue;
            }
            let attacks: Vec<&str> = within.iter().map(|a| a.id.as_str()).collect();
            let mut fields = json!({"classes": classes, "places": self.frame.places_in(&range), "attacks": attacks});
            self.said(&(at..at + 1), &mut fields);
            let end = (range.start..range.end)
                .rev()
                .find(|i| !matches!(t.list[*i].pos, Pos::Punct | Pos::Quote))
                .map_or(range.end, |i| i + 1);
            let start = (range.start..range.end)
                .find(|i| !matches!(t.list[*i].pos, Pos::Punct | Pos::Quote | Pos::Sub))
                .unwrap_or(range.start);
            b.push(
                "pattern",
                t.bytes(&(start..end.max(start + 1))),
                fields,
                Why::new("pattern_claimed", 0.85, "the speaker claims a pattern; it is no incident of its own"),
            );
        }
    }
}
