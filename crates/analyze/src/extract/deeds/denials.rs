//! Denials: verbs of denying, accusations called false, a deed of one's own that is said not to have been, things said not to be so.
//!
//! Deliberately keeps apart a bare “no”, in which nothing could be tested, from one that says something.

use serde_json::json;

use crate::extract::{
    attacks::Attack,
    attribution::{Attr, WITHHELD},
    claims::Context,
    mentions::Kind,
    object::{Builder, Why},
};

/// What is done to people and places.
const DONE_TO: &[&str] = &[
    "demolish", "destroy", "hit", "strike", "kill", "harm", "bomb", "attack", "burn", "loot", "expel", "evict",
    "detain", "shell", "target", "block", "injure", "wound",
];

impl Context<'_, '_> {
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

    pub(super) fn denials(&self, b: &mut Builder<'_>) {
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
    fn accusation(&self, at: usize, speaker: Option<usize>) -> Option<&Attack> {
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
}
