//! One event, a counted set or a campaign; asserted, denied, hypothetical or to come.
//!
//! Deliberately gives its reason with the scope, so that a reader can correct it.

use std::ops::Range;

use super::{Attack, Item};
use crate::extract::{
    attribution::Attrs,
    casualties::number,
    lexicon::{Pos, form},
    syntax::Parse,
};

/// One event, a counted set, or a campaign?
pub(super) fn scope(p: &Parse<'_>, attack: &mut Attack, figure: bool, day: bool) {
    const MASS: &[&str] = &[
        "onslaught",
        "offensive",
        "campaign",
        "siege",
        "blockade",
        "escalation",
        "aggression",
        "encirclement",
        "policy",
        "cleansing",
        "displacement",
        "looting",
        "violence",
        "starvation",
    ];
    const HABIT: &[&str] = &[
        "systematically",
        "repeatedly",
        "routinely",
        "regularly",
        "daily",
        "continuously",
        "ongoing",
        "continued",
        "continuing",
        "constant",
        "relentless",
        "repeated",
        "systematic",
        "persistent",
        "increasingly",
        "widespread",
        "sustained",
        "frequent",
        "frequently",
        "incessant",
        "pattern",
        "continually",
        "unrelenting",
        "regular",
    ];
    let set = |attack: &mut Attack, scope, why| {
        attack.scope = scope;
        attack.why_scope = why;
    };
    let sent = p.sent(attack.trigger.start);
    let head = attack.trigger.end - 1;
    let habit = attack.zone.clone().any(|i| p.t.list[i].any(HABIT));
    let pattern = sent.clone().any(|i| p.t.is(i, "pattern"));
    if let Some(np) = attack.np {
        let toks = p.nps[np].toks.clone();
        if let Some((min, max)) = counted(p, np, &sent, attack.trigger.start) {
            if min == Some(1) && max == Some(1) {
                return set(attack, "one", "the words say one");
            }
            attack.count = (min, max);
            attack.number = toks.clone().find(|i| p.t.list[*i].pos == Pos::Num);
            return set(attack, "counted", "a number stands before the noun");
        }
        let article =
            toks.clone().any(|i| p.t.list[i].any(&["a", "an", "another", "this", "that"]) && i < attack.trigger.start);
        if MASS.contains(&&*p.t.list[head].base) && !(article && day && p.t.is(head, "offensive")) {
            return set(attack, "campaign", "the noun means a course of attacks");
        }
        if p.t.is(attack.trigger.start, "use") {
            return set(attack, "campaign", "use of a weapon, with no single event told");
        }
        if pattern || habit {
            return set(attack, "campaign", "told as continued or repeated");
        }
        let plural = p.nps[np].plural;
        let mass = p.t.list[head].low.ends_with("ing")
            || p.t.list[head].any(&["bombardment", "fire", "destruction", "detention"]);
        if (plural || mass && !article) && !(day || figure) {
            return set(
                attack,
                "campaign",
                if plural { "plural, with no number and no day" } else { "a mass noun, with no day and no figure" },
            );
        }
        return set(
            attack,
            "one",
            if plural || mass { "one day or one figure is given; may be several strikes" } else { "singular" },
        );
    }
    let Some(vg) = attack.vg else { return };
    let group = &p.vgs[vg];
    if pattern || habit {
        return set(attack, "campaign", "told as continued or repeated");
    }
    let verb = &p.t.list[group.head];
    let perfect = p.t.list[group.toks.clone()].iter().any(|t| t.any(&["has", "have", "'ve"]));
    let past = verb.form(form::PAST | form::PART) && !perfect
        || p.t.list[group.toks.clone()].iter().any(|t| t.any(&["was", "were"]));
    let bare_plural = |items: &[Item]| {
        !items.is_empty()
            && items.iter().all(|i| {
                let np = p.np_at(i.toks.start);
                np.is_some_and(|n| {
                    p.nps[n].plural
                        && !p.t.list[p.nps[n].toks.clone()].iter().any(|t| {
                            matches!(t.pos, Pos::Num | Pos::Poss)
                                || t.any(&["the", "these", "those", "several", "some"])
                        })
                })
            })
    };
    let generic = (bare_plural(&attack.targets) || attack.targets.is_empty())
        && (bare_plural(&attack.victims) || attack.victims.is_empty())
        && (!attack.targets.is_empty() || !attack.victims.is_empty());
    if day && (past || perfect) && !group.progressive || figure && past {
        return set(attack, "one", "a day or a figure is given");
    }
    if group.progressive || !past && !perfect {
        return set(attack, "campaign", "told as going on");
    }
    if generic {
        return set(attack, "campaign", "plural targets, with no number and no day");
    }
    set(attack, "one", "a finished act on definite targets");
}

/// “six attacks”, “at least 12 air strikes”, “dozens of attacks”, “a series of attacks”.
pub(super) fn counted(
    p: &Parse<'_>,
    np: usize,
    sent: &Range<usize>,
    until: usize,
) -> Option<(Option<u64>, Option<u64>)> {
    let toks = p.nps[np].toks.clone();
    let bounded = |at: usize, n: u64| {
        let before =
            |k: usize| at.checked_sub(k).filter(|i| *i >= sent.start).map(|i| p.t.list[i].low.as_ref()).unwrap_or("");
        match (before(2), before(1)) {
            ("at", "least") => (Some(n), None),
            ("more", "than") | (_, "over") => (Some(n + 1), None),
            ("up", "to") => (None, Some(n)),
            _ if p.t.list[at].any(&["dozens", "hundreds", "scores", "thousands", "several"]) => (Some(n), None),
            _ => (Some(n), Some(n)),
        }
    };
    for at in toks.start..until {
        if (p.t.list[at].pos == Pos::Num || p.t.list[at].is("several"))
            && let Some((n, _)) = number(p, at, sent)
        {
            return (p.t.get(at + 1).is_none_or(|t| !t.low.contains("year"))).then(|| bounded(at, n));
        }
        if p.t.list[at].any(&["multiple", "numerous", "many", "various"]) {
            return Some((Some(2), None));
        }
    }
    if toks.start >= 2 && p.t.is(toks.start - 1, "of") {
        let before = &p.t.list[toks.start - 2];
        if before.any(&["dozens", "hundreds", "scores", "thousands"]) {
            return number(p, toks.start - 2, sent).map(|(n, _)| (Some(n), None));
        }
        if before.any(&["series", "spate", "wave", "string", "number", "barrage"]) {
            return Some((Some(2), None));
        }
    }
    None
}

/// Is it asserted, denied, hypothetical or to come?
pub(super) fn polarity(p: &Parse<'_>, attrs: &Attrs, attack: &Attack) -> &'static str {
    if let Some(attr) = attack.attr
        && attrs.list[attr].stance == "denies"
    {
        return "denied";
    }
    let t = &p.t;
    if let Some(vg) = attack.vg {
        let group = &p.vgs[vg];
        if group.negated {
            return "denied";
        }
        if group.future {
            return "future";
        }
        if group.modal {
            return "hypothetical";
        }
        if attack.np.is_none() && group.infinitive {
            let before = vg.checked_sub(1).map(|v| t.list[p.vgs[v].head].lemma()).unwrap_or("");
            let went_on =
                matches!(before, "continue" | "begin" | "start" | "go" | "manage" | "help" | "use" | "proceed");
            return match before {
                _ if went_on => "asserted",
                "threaten" | "plan" | "vow" | "pledge" | "intend" | "prepare" | "promise" => "future",
                _ => "hypothetical",
            };
        }
    }
    let from = attack.zone.start.min(attack.trigger.start);
    let before = &t.list[from..attack.trigger.start];
    let near = &before[before.len().saturating_sub(6)..];
    let doubt = near.iter().any(|w| {
        matches!(w.any_lemma(), "avoid" | "prevent" | "avert" | "fear" | "risk" | "deter")
            || w.any(&[
                "threat",
                "risk",
                "possible",
                "potential",
                "fears",
                "against",
                "likely",
                "any",
                "future",
                "imminent",
                "planned",
                "threatened",
                "against",
                "danger",
            ]) && !w.is("against")
    });
    if doubt {
        let to_come = near.iter().any(|w| w.any(&["planned", "imminent", "future"]));
        return if to_come { "future" } else { "hypothetical" };
    }
    let sent = p.sent(attack.trigger.start);
    let conditional = (sent.start..attack.trigger.start).rev().take(14).any(|i| {
        t.list[i].any(&["if", "unless", "whether"]) && t.list[i].pos == Pos::Sub && attack.zone.start <= i + 1
    });
    if conditional {
        return "hypothetical";
    }
    if near.iter().any(|w| w.any(&["no", "without"]))
        && attack.np.is_some()
        && near.last().is_some_and(|w| w.any(&["no", "any"]))
    {
        return "denied";
    }
    "asserted"
}
