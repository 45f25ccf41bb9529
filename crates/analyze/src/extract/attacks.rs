//! Attacks as they are told: nominal (“an air strike on a market”) and verbal (“jets bombed the market”), one object each.
//!
//! A noun of attack that is the subject of *hit* or the object of *carried out* is the same attack as that verb; a verb
//! of killing beside an attack adds victims to it. Deliberately claims nothing that the words do not say: an actor, place
//! or target that is not in the clause is left out.

mod deeds;
mod judge;
mod roles;
mod verbal;

use std::ops::Range;

use super::{
    attribution::Attrs,
    casualties::Figure,
    lexicon::{Cat, Pos},
    mentions::{Entities, Kind},
    syntax::Parse,
};

/// Who is said to have done it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Tokens of the words.
    pub toks: Range<usize>,
    /// What of theirs did it (“aircraft of …”), where the words say so.
    pub through: Option<Range<usize>>,
    /// Name to print when it is not the words.
    pub name: Option<String>,
    /// Entity, when the text names one.
    pub entity: Option<usize>,
    /// `direct`, `joint`, `command`, `support`.
    pub mode: &'static str,
    /// Kind of actor.
    pub kind: Kind,
    /// They say so themselves: “claimed responsibility”, “admitted that its aircraft …”.
    pub admitted: bool,
}

/// A target, victim or weapon.
#[derive(Debug, Clone)]
pub struct Item {
    /// Tokens.
    pub toks: Range<usize>,
    /// Class of the vocabulary.
    pub class: &'static str,
    /// For weapons: the words call it banned.
    pub banned: bool,
}

/// An attack.
#[derive(Debug, Clone)]
pub struct Attack {
    /// Tokens of the words that make it one.
    pub trigger: Range<usize>,
    /// Noun phrase of a nominal attack.
    pub np: Option<usize>,
    /// Verb group, own or merged.
    pub vg: Option<usize>,
    /// Act of the vocabulary.
    pub act: &'static str,
    /// Actors.
    pub actors: Vec<Actor>,
    /// Targets.
    pub targets: Vec<Item>,
    /// Victims.
    pub victims: Vec<Item>,
    /// Weapons.
    pub weapons: Vec<Item>,
    /// Clause in which places and times count as the attack's.
    pub zone: Range<usize>,
    /// Scope of the contract.
    pub scope: &'static str,
    /// Counted set.
    pub count: (Option<u64>, Option<u64>),
    /// Polarity of the contract.
    pub polarity: &'static str,
    /// Innermost attribution.
    pub attr: Option<usize>,
    /// Why this scope.
    pub why_scope: &'static str,
    /// Sentence.
    pub sent: usize,
    /// Id of the object, once emitted.
    pub id: String,
    /// Kind of incident that the report as a whole is of, where that was asked.
    pub incident: Option<&'static str>,
    /// Roles that were found and not confirmed: field, tokens.
    pub doubted: Vec<(&'static str, Range<usize>)>,
    /// Token of the number before the noun.
    number: Option<usize>,
    weak: bool,
    kill: bool,
}

impl Attack {
    /// The tokens from the first to the last word that belongs to it.
    pub fn cover(&self) -> Range<usize> {
        let parts = self
            .actors
            .iter()
            .flat_map(|a| std::iter::once(&a.toks).chain(&a.through))
            .chain(self.targets.iter().chain(&self.victims).chain(&self.weapons).map(|i| &i.toks));
        let start = self.number.unwrap_or(self.trigger.start).min(self.trigger.start);
        parts.filter(|r| !r.is_empty()).fold(start..self.trigger.end, |c, r| c.start.min(r.start)..c.end.max(r.end))
    }

    /// It says enough to be one.
    fn told(&self) -> bool {
        !self.targets.is_empty() || !self.victims.is_empty() || !self.actors.is_empty() || !self.weapons.is_empty()
    }
}

const LIGHT: &[&str] = &[
    "launch",
    "conduct",
    "commit",
    "perpetrate",
    "stage",
    "mount",
    "carry",
    "wage",
    "make",
    "do",
    "execute",
    "unleash",
    "lead",
    "resume",
    "continue",
    "escalate",
    "intensify",
    "begin",
    "start",
    "initiate",
    "impose",
    "undertake",
];
const OF_TARGET: &[&str] = &[
    "shelling",
    "bombing",
    "bombardment",
    "targeting",
    "killing",
    "murder",
    "destruction",
    "siege",
    "assassination",
    "massacre",
    "execution",
    "abduction",
    "kidnapping",
    "detention",
    "looting",
    "storming",
    "slaughter",
    "displacement",
    "blockade",
    "kidnap",
    "sabotage",
    "pillage",
    "invasion",
    "ambush",
    "encirclement",
    "burning",
    "shooting",
    "attempt",
    "torture",
];

/// Finds the attacks of a text.
pub fn find(p: &Parse<'_>, e: &Entities, attrs: &Attrs, is_place: &dyn Fn(usize) -> bool) -> Vec<Attack> {
    let mut f = Finder { p, e, attrs, is_place, out: Vec::new() };
    f.nominal();
    f.verbal();
    f.use_of_weapons();
    f.obstruction();
    f.driving_out();
    f.responsibility();
    let Finder { mut out, .. } = f;
    out.retain(|a| !a.weak || !a.targets.is_empty() || !a.victims.is_empty() || !a.actors.is_empty());
    out.sort_by_key(|a| a.trigger.start);
    out
}

/// Decides scope and polarity, once casualties and times are known.
pub fn judge(
    p: &Parse<'_>,
    attrs: &Attrs,
    attacks: &mut [Attack],
    figures: &[Figure],
    day: &dyn Fn(&Range<usize>) -> bool,
) {
    for attack in attacks {
        attack.attr = attrs.innermost(&attack.trigger);
        deeds::admissions(p, attrs, attack);
        let figure = figures.iter().any(|f| {
            attack.zone.start <= f.toks.start
                && f.toks.end <= p.sent(attack.trigger.start).end
                && f.scope != "cumulative"
        });
        judge::scope(p, attack, figure, day(&attack.zone));
        let period = figures.iter().any(|f| f.scope == "cumulative" && attack.zone.contains(&f.toks.start));
        if period && attack.scope == "one" && attack.np.is_none() && !day(&attack.zone) {
            (attack.scope, attack.why_scope) = ("campaign", "a figure counted over a period stands beside it");
        }
        attack.polarity = judge::polarity(p, attrs, attack);
    }
}

/// Lets the learned model judge the attacks of a report without capitals; see [`super::incidents`].
pub fn learned(
    p: &Parse<'_>,
    e: &Entities,
    attrs: &Attrs,
    is_place: &dyn Fn(usize) -> bool,
    attacks: &mut Vec<Attack>,
) {
    let finder = Finder { p, e, attrs, is_place, out: Vec::new() };
    super::incidents::judge(p, attacks, &|toks| finder.blank(toks, "unknown"));
}

struct Finder<'p, 'a> {
    p: &'p Parse<'a>,
    e: &'p Entities,
    attrs: &'p Attrs,
    is_place: &'p dyn Fn(usize) -> bool,
    out: Vec<Attack>,
}

impl Finder<'_, '_> {
    fn blank(&self, trigger: Range<usize>, act: &'static str) -> Attack {
        let zone = self.zone(trigger.start);
        Attack {
            sent: self.p.t.list[trigger.start].sent,
            trigger,
            np: None,
            vg: None,
            act,
            actors: Vec::new(),
            targets: Vec::new(),
            victims: Vec::new(),
            weapons: Vec::new(),
            zone,
            scope: "one",
            count: (None, None),
            polarity: "asserted",
            attr: None,
            why_scope: "",
            id: String::new(),
            incident: None,
            doubted: Vec::new(),
            number: None,
            weak: false,
            kill: false,
        }
    }

    /// The clause, but no further than the content of the innermost attribution.
    fn zone(&self, at: usize) -> Range<usize> {
        let mut zone = self.p.clause(at);
        if let Some(attr) = self.attrs.innermost(&(at..at + 1)) {
            let content = &self.attrs.list[attr].content;
            zone = zone.start.max(content.start)..zone.end.min(content.end).max(at + 1);
        }
        zone
    }

    fn nominal(&mut self) {
        let p = self.p;
        for hit in p.t.hits.iter().filter(|h| h.phrase.cat == Cat::Act) {
            let head = hit.end - 1;
            let Some(np) = p.np_at(head) else { continue };
            let phrase = &p.nps[np];
            if !matches!(p.t.list[head].pos, Pos::Noun | Pos::Propn)
                || phrase.toks.end != hit.end && !(p.t.get(hit.end).is_some_and(|t| t.pos == Pos::Num))
            {
                continue;
            }
            if self.characterises(np, hit.start..hit.end)
                || self.other_sense(hit.start, head)
                || self.out.iter().any(|a| a.trigger.contains(&hit.start))
            {
                continue;
            }
            let mut attack = self.blank(hit.start..hit.end, hit.phrase.class);
            attack.np = Some(np);
            attack.weak = hit.phrase.flag == 'w';
            self.before_head(&mut attack, np, hit.start);
            self.behind_head(&mut attack, np);
            self.support(&mut attack);
            self.weapons_in_zone(&mut attack);
            self.out.push(attack);
        }
    }

    /// “these were indiscriminate attacks”: a name given to what was told, no attack of its own.
    fn characterises(&self, np: usize, hit: Range<usize>) -> bool {
        let p = self.p;
        let first = p.joined_left(np)[0];
        // A list over *of* or *on*: “direct attacks on civilian objects or indiscriminate attacks”.
        let mut start = p.nps[first].toks.start;
        if start > 1
            && p.t.list[start - 1].pos == Pos::Prep
            && let Some(head) = p.np_at(start - 2)
        {
            start = p.nps[head].toks.start;
        }
        let copula = start > 0 && p.vg_at(start - 1).is_some_and(|v| p.t.list[p.vgs[v].head].pos == Pos::Aux);
        let own = p.nps[np].toks.start;
        let direct = own > 0
            && p.vg_at(own - 1).is_some_and(|v| {
                p.t.list[p.vgs[v].head].pos == Pos::Aux
                    && p.t.list[p.vgs[v].head].any(&["is", "are", "was", "were", "be", "been"])
            });
        let near = p.nps[np].toks.start.saturating_sub(1)..(hit.end + 4).min(p.t.list.len());
        let legal =
            p.t.hits_in(&(near.start..near.end + 8), Cat::Legal).any(|h| h.start < near.end && h.start < hit.end + 1);
        (copula || direct) && legal
    }

    /// “heart attack”, “hunger strike”: not an attack.
    fn other_sense(&self, start: usize, head: usize) -> bool {
        let t = &self.p.t;
        let before = start.checked_sub(1).map(|i| t.list[i].low.as_ref()).unwrap_or("");
        let strike = t.list[head].base == "strike" && start == head;
        let labour = matches!(
            before,
            "hunger"
                | "general"
                | "labor"
                | "labour"
                | "rail"
                | "transport"
                | "workers"
                | "workers'"
                | "sit-down"
                | "solidarity"
                | "crippling"
                | "transit"
                | "teachers"
        );
        let ill = matches!(
            before,
            "heart"
                | "panic"
                | "asthma"
                | "verbal"
                | "personal"
                | "media"
                | "political"
                | "anxiety"
                | "rhetorical"
                | "cyber"
                | "attack"
        );
        let diplomatic = t.list[head].base == "offensive"
            && matches!(before, "charm" | "diplomatic" | "peace" | "media" | "political");
        strike && (labour || before == "on" || t.is(head + 1, "force")) || ill || diplomatic
    }

    /// Targets, actors and verbs that hang on the noun from behind.
    fn behind_head(&self, attack: &mut Attack, np: usize) {
        let p = self.p;
        let end = attack.zone.end;
        let mut at = p.nps[np].toks.end;
        let head = p.t.list[p.nps[np].head].base.clone();
        let mut steps = 0;
        while at < end && steps < 40 {
            steps += 1;
            let token = &p.t.list[at];
            if let Some(vg) = p.vg_at(at) {
                let group = &p.vgs[vg];
                if group.finite() && !(group.passive && group.toks.len() == 1) || group.infinitive {
                    break;
                }
                if group.participle && self.attack_verb(vg).is_some_and(|v| v.kind != 'k')
                    || p.t.list[group.head].lemma() == "involve"
                {
                    self.put_all(attack, &p.objects(vg), false);
                }
                at = group.toks.end;
                continue;
            }
            let target_of = token.is("of") && OF_TARGET.contains(&&*head);
            if token.any(&["on", "against", "at", "upon", "into"]) || target_of || token.any(&["targeting"]) {
                if let Some(first) = p.np_from(at + 1).filter(|n| !p.nps[*n].time) {
                    let list = p.joined_right(first);
                    self.put_all(attack, &list, true);
                    at = list.last().map_or(at + 1, |n| p.full(*n).end);
                    continue;
                }
            } else if token.is("by") {
                if let Some(first) = p.np_from(at + 1) {
                    let list = p.joined_right(first);
                    self.actors(attack, &list, "direct");
                    at = list.last().map_or(at + 1, |n| p.full(*n).end);
                    continue;
                }
            } else if matches!(token.pos, Pos::Rel | Pos::Sub)
                || token.pos == Pos::Conj && !p.t.get(at + 1).is_some_and(|t| t.pos == Pos::Prep)
                || token.any(&[",", ";"]) && !self.more_of_attack(at)
            {
                break;
            }
            at = p.np_at(at).map_or(at + 1, |n| p.nps[n].toks.end.max(at + 1));
        }
    }

    /// After a comma: does a participle or preposition go on with the attack?
    fn more_of_attack(&self, comma: usize) -> bool {
        let p = self.p;
        p.vg_at(comma + 1).is_some_and(|v| p.vgs[v].participle)
            || p.t.get(comma + 1).is_some_and(|t| t.any(&["with", "by", "on", "against"]))
    }
}
