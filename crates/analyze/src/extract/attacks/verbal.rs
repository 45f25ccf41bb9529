//! Attacks told by verbs: *bombed*, *carried out*, *was hit by*, *accused of shelling*, *used cluster bombs*.
//!
//! Deliberately merges a verb with the noun of attack that is its subject, object or doer.

use super::{Attack, Finder, LIGHT};
use crate::extract::{
    lexicon::{AttackVerb, Cat, LEXICON, Pos},
    mentions::Kind,
};

impl Finder<'_, '_> {
    pub(super) fn attack_verb(&self, vg: usize) -> Option<AttackVerb> {
        let p = self.p;
        let group = &p.vgs[vg];
        let verbs = LEXICON.attack_verbs.get(p.t.list[group.head].lemma())?;
        verbs
            .iter()
            .find(|(particle, _)| {
                particle.is_none_or(|words| {
                    let rest: Vec<&str> = words.split(' ').collect();
                    (group.toks.end..(group.toks.end + 4).min(p.t.list.len()))
                        .any(|i| rest.iter().enumerate().all(|(k, w)| p.t.is(i + k, w)))
                })
            })
            .map(|(_, v)| *v)
    }

    pub(super) fn verbal(&mut self) {
        for vg in 0..self.p.vgs.len() {
            self.light_verb(vg);
            if let Some(verb) = self.attack_verb(vg) {
                self.attack_by_verb(vg, verb);
            }
        }
    }

    /// “X carried out an air strike”, “an air strike was launched by X”.
    pub(super) fn light_verb(&mut self, vg: usize) {
        let p = self.p;
        let group = &p.vgs[vg];
        if !LIGHT.contains(&p.t.list[group.head].lemma()) {
            return;
        }
        let end = group.toks.end;
        let objects = if p.t.list.get(end).is_some_and(|t| t.is("out")) {
            p.np_from(end + 1).map(|n| p.joined_right(n)).unwrap_or_default()
        } else {
            p.objects(vg)
        };
        let subject = p.subject(vg);
        let list = if group.passive { subject.map(|s| p.joined_left(s)).unwrap_or_default() } else { objects };
        let Some(at) = self.out.iter().position(|a| a.np.is_some_and(|n| list.contains(&n))) else { return };
        let doers = if group.passive {
            p.after_preposition(end, self.out[at].zone.end, &["by"])
        } else {
            subject.map(|s| p.joined_left(s)).unwrap_or_default()
        };
        let mut attack = self.out[at].clone();
        self.actors(&mut attack, &doers, "direct");
        attack.vg = Some(vg);
        self.out[at] = attack;
    }

    pub(super) fn attack_by_verb(&mut self, vg: usize, verb: AttackVerb) {
        let p = self.p;
        let group = p.vgs[vg].clone();
        if self.out.iter().any(|a| a.trigger.contains(&group.head)) {
            return;
        }
        let mut attack = self.blank(group.head..group.head + 1, verb.class);
        attack.vg = Some(vg);
        attack.kill = verb.kind == 'k';
        let subject = p.subject(vg);
        let subjects = subject.map(|s| p.joined_left(s)).unwrap_or_default();
        let objects = p.objects(vg);
        let by = if group.passive { p.after_preposition(group.toks.end, attack.zone.end, &["by"]) } else { Vec::new() };
        let (doers, done_to) = if group.passive { (by, subjects) } else { (self.doers(vg, subjects), objects) };
        let (doers, done_to) = (self.through(doers), self.through(done_to));
        let mut fitted = done_to.iter().filter(|np| self.put(&mut attack, **np, false)).count() > 0;
        // The verb belongs to an attack already found: its subject, its doer, or the noun just before.
        let host = self.host(vg, &doers, attack.sent);
        if let Some(host) = host {
            return self.merge(host, attack, vg, fitted);
        }
        if verb.kind == 'i' || !fitted {
            let until = attack.zone.end;
            let onto = p.after_preposition(
                group.toks.end,
                until.min(group.toks.end + 12),
                &["on", "at", "into", "against", "upon", "inside", "near", "outside", "in"],
            );
            let weapon = !attack.weapons.is_empty()
                || doers.iter().any(|d| p.t.hits_in(&p.nps[*d].toks, Cat::Weapon).next().is_some());
            if weapon
                || verb.kind != 'i'
                || p.t.list[group.head].lemma() == "fire"
                || p.t.list[group.head].lemma() == "open"
            {
                fitted |= onto.iter().filter(|np| self.put(&mut attack, **np, false)).count() > 0;
            }
            fitted |= weapon && verb.kind == 'i';
            if verb.kind == 'i' && !weapon && !(fitted && matches!(p.t.list[group.head].lemma(), "fire" | "open")) {
                return;
            }
        }
        self.actors(&mut attack, &doers, "direct");
        let place_object = done_to.iter().any(|np| (self.is_place)(p.nps[*np].head));
        let doer_is_force = attack.actors.iter().any(|a| a.kind != Kind::Person)
            || doers.iter().any(|d| p.t.hits_in(&p.nps[*d].toks, Cat::Weapon).next().is_some());
        if !fitted && !(place_object && (doer_is_force || group.passive)) {
            return;
        }
        // A person whose words attack a proposal is no attacker: people alone need a victim or a building hit.
        let only_unknown = attack.victims.is_empty()
            && attack.targets.iter().all(|t| t.class == "unknown")
            && attack.weapons.is_empty();
        if only_unknown && attack.actors.iter().any(|a| a.kind == Kind::Person) && verb.kind == 'v' {
            return;
        }
        self.support(&mut attack);
        self.weapons_in_zone(&mut attack);
        if attack.act == "unknown" && attack.weapons.iter().any(|w| w.class == "sniper" || w.class == "small arms")
            || p.t.list[group.head].lemma() == "shoot"
        {
            attack.act = "ground assault";
        }
        if let Some(other) = self.kill_host(&attack) {
            return self.merge(other, attack, vg, true);
        }
        self.out.push(attack);
    }

    /// “dozens of air strikes”, “one of the hospitals”: the noun behind *of* is what is meant.
    pub(super) fn through(&self, nps: Vec<usize>) -> Vec<usize> {
        let p = self.p;
        nps.into_iter()
            .map(|np| {
                let phrase = &p.nps[np];
                let head = &p.t.list[phrase.head];
                let counts = head.pos == Pos::Num
                    || head.any(&[
                        "dozens", "hundreds", "series", "wave", "number", "spate", "string", "barrage", "most", "some",
                        "many", "majority", "group", "volley", "hail",
                    ]);
                if counts && p.t.is(phrase.toks.end, "of") { p.np_from(phrase.toks.end + 1).unwrap_or(np) } else { np }
            })
            .collect()
    }

    /// The doers of a verb, also when somebody is accused of doing it.
    pub(super) fn doers(&self, vg: usize, subjects: Vec<usize>) -> Vec<usize> {
        let p = self.p;
        let group = &p.vgs[vg];
        if !group.participle {
            return subjects;
        }
        let mut before = group.toks.start;
        while before > 0
            && (matches!(p.t.list[before - 1].pos, Pos::Adv)
                || p.t.list[before - 1].is("and") && p.t.list[before.saturating_sub(2)].pos == Pos::Adv)
        {
            before -= 1;
        }
        let of = before > 0 && p.t.list[before - 1].any(&["of", "for", "with"]);
        let joined = before > 0 && p.t.list[before - 1].any(&["and", ","]);
        if (of || joined)
            && let Some(attr) = self.attrs.innermost(&group.toks)
            && matches!(
                self.attrs.list[attr].lemma,
                "accuse" | "blame" | "charge" | "fault" | "condemn" | "criticize" | "criticise" | "denounce" | "hold"
            )
        {
            let content = &self.attrs.list[attr].content;
            if let Some(np) = p.np_from(content.start) {
                return p.joined_right(np);
            }
            // “X is accused of bombing”.
            if let Some(cue) = p.vg_at(self.attrs.list[attr].cue.start)
                && p.vgs[cue].passive
            {
                return p.subject(cue).map(|s| p.joined_left(s)).unwrap_or_default();
            }
        }
        subjects
    }

    /// An attack that the verb only unfolds.
    pub(super) fn host(&self, vg: usize, doers: &[usize], sent: usize) -> Option<usize> {
        let p = self.p;
        let direct = self.out.iter().position(|a| a.np.is_some_and(|n| doers.contains(&n)));
        if direct.is_some() {
            return direct;
        }
        let group = &p.vgs[vg];
        // “attacks by X targeting Y”, “an explosion in Z, killing 12”.
        if group.participle {
            return self.out.iter().rposition(|a| {
                a.sent == sent
                    && a.trigger.end <= group.toks.start
                    && group.toks.start
                        < a.zone
                            .end
                            .max(group.toks.start + usize::from(p.t.is(group.toks.start.saturating_sub(1), ",")))
                    && (a.np.is_some_and(|n| {
                        p.vgs.iter().all(|v| !(v.head > p.nps[n].head && v.head < group.head && v.finite()))
                    }) || a.vg.is_some() && p.t.is(group.toks.start.saturating_sub(1), ","))
                    && !p.t.list[group.toks.start.saturating_sub(1)].any(&["of", "for"])
            });
        }
        None
    }

    /// A killing told beside an attack in one clause is its harm: “12 people were killed in an air strike on …”.
    pub(super) fn kill_host(&self, attack: &Attack) -> Option<usize> {
        if !attack.kill {
            return None;
        }
        let whose = self.attrs.innermost(&attack.trigger);
        // “… were killed when shelling struck”: the noun of attack in the sentence, when no killer is named.
        let near = |a: &&Attack| a.sent == attack.sent && a.np.is_some() && self.attrs.innermost(&a.trigger) == whose;
        if attack.actors.is_empty()
            && let Some(host) =
                self.out.iter().filter(near).min_by_key(|a| a.trigger.start.abs_diff(attack.trigger.start))
        {
            return self.out.iter().position(|a| a.trigger == host.trigger);
        }
        let whose = self.attrs.innermost(&attack.trigger);
        self.out.iter().position(|a| {
            a.sent == attack.sent
                && !std::ptr::eq(a, attack)
                && self.attrs.innermost(&a.trigger) == whose
                && (a.zone.start < attack.zone.end && attack.zone.start < a.zone.end
                    || a.kill
                        && a.trigger.end + 12 > attack.trigger.start
                        && a.actors.iter().map(|x| &x.toks).eq(attack.actors.iter().map(|x| &x.toks)))
        })
    }

    pub(super) fn merge(&mut self, host: usize, mut from: Attack, vg: usize, _fitted: bool) {
        let other = &mut self.out[host];
        for item in from.targets.drain(..) {
            Self::add(&mut other.targets, item.toks, item.class);
        }
        for item in from.victims.drain(..) {
            Self::add(&mut other.victims, item.toks, item.class);
        }
        for actor in from.actors.drain(..) {
            if !other.actors.iter().any(|a| a.toks.start < actor.toks.end && actor.toks.start < a.toks.end) {
                other.actors.push(actor);
            }
        }
        for weapon in from.weapons.drain(..) {
            if !other.weapons.iter().any(|a| a.toks.start < weapon.toks.end && weapon.toks.start < a.toks.end) {
                other.weapons.push(weapon);
            }
        }
        if other.act == "unknown" {
            other.act = from.act;
        }
        other.zone = other.zone.start.min(from.zone.start)..other.zone.end.max(from.zone.end);
        other.vg.get_or_insert(vg);
        other.weak = false;
    }

    /// “its use of cluster munitions against civilians”, “used chlorine in the attack”, “dropped barrel bombs”.
    pub(super) fn use_of_weapons(&mut self) {
        let p = self.p;
        for at in 0..p.t.list.len() {
            let token = &p.t.list[at];
            let noun = token.is("use") && token.pos == Pos::Noun || token.is("deployment");
            let verb = matches!(token.lemma(), "use" | "deploy" | "employ" | "unleash");
            if !noun && !verb {
                continue;
            }
            let mut attack = self.blank(at..at + 1, "unknown");
            let items = if noun {
                let Some(np) = p.np_at(at) else { continue };
                if !p.t.is(at + 1, "of") {
                    continue;
                }
                attack.np = Some(np);
                self.before_head(&mut attack, np, at);
                p.np_from(at + 2).map(|n| p.joined_right(n)).unwrap_or_default()
            } else {
                let Some(vg) = p.vg_at(at) else { continue };
                attack.vg = Some(vg);
                let group = p.vgs[vg].clone();
                let subjects = p.subject(vg).map(|s| p.joined_left(s)).unwrap_or_default();
                if group.passive {
                    let by = p.after_preposition(group.toks.end, attack.zone.end, &["by"]);
                    self.actors(&mut attack, &by, "direct");
                    subjects
                } else {
                    self.actors(&mut attack, &self.doers(vg, subjects), "direct");
                    p.objects(vg)
                }
            };
            let armed: Vec<usize> = items
                .iter()
                .copied()
                .filter(|np| {
                    p.t.hits_in(&p.nps[*np].toks, Cat::Weapon)
                        .any(|h| h.end > p.nps[*np].head && !matches!(h.phrase.flag, '~'))
                })
                .collect();
            if armed.is_empty() {
                continue;
            }
            // “attacked the town using cluster bombs” is one attack.
            let vg_participle = attack.vg.is_some_and(|v| p.vgs[v].participle || p.vgs[v].infinitive);
            if vg_participle && self.out.iter().any(|a| a.sent == attack.sent && a.zone.contains(&at)) {
                continue;
            }
            if self.out.iter().any(|a| {
                a.trigger.contains(&at)
                    || a.sent == attack.sent
                        && a.weapons.iter().any(|w| armed.iter().any(|n| p.nps[*n].toks.contains(&w.toks.start)))
            }) {
                continue;
            }
            let last = armed.last().map_or(at, |n| p.nps[*n].toks.end);
            let against = p.after_preposition(last, attack.zone.end, &["against", "on"]);
            self.put_all(&mut attack, &against, false);
            self.weapons_in_zone(&mut attack);
            for np in armed {
                if let Some(hit) = p.t.hits_in(&p.nps[np].toks, Cat::Weapon).last()
                    && hit.phrase.class != "unknown"
                {
                    self.add_weapon(&mut attack, hit.start..hit.end, hit.phrase.class);
                }
            }
            if attack.told() {
                self.out.push(attack);
            }
        }
    }
}
