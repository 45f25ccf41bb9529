//! Attacks as they are told: nominal (“an air strike on a market”) and verbal (“jets bombed the market”), one object each.
//!
//! A noun of attack that is the subject of *hit* or the object of *carried out* is the same attack as that verb; a verb
//! of killing beside an attack adds victims to it. Deliberately claims nothing that the words do not say: an actor, place
//! or target that is not in the clause is left out.

use std::ops::Range;

use super::{
    attribution::Attrs,
    casualties::{Figure, number},
    lexicon::{AttackVerb, Cat, LEXICON, Pos, form},
    mentions::{Entities, Kind},
    syntax::Parse,
};

/// Who is said to have done it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Tokens of the words.
    pub toks: Range<usize>,
    /// Name to print when it is not the words.
    pub name: Option<String>,
    /// Entity, when the text names one.
    pub entity: Option<usize>,
    /// `direct`, `joint`, `command`, `support`.
    pub mode: &'static str,
    /// Kind of actor.
    pub kind: Kind,
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
    /// Token of the number before the noun.
    number: Option<usize>,
    weak: bool,
    kill: bool,
}

impl Attack {
    /// The tokens from the first to the last word that belongs to it.
    pub fn cover(&self) -> Range<usize> {
        let parts = self.actors.iter().map(|a| &a.toks).chain(self.targets.iter().chain(&self.victims).chain(&self.weapons).map(|i| &i.toks));
        let start = self.number.unwrap_or(self.trigger.start).min(self.trigger.start);
        parts.filter(|r| !r.is_empty()).fold(start..self.trigger.end, |c, r| c.start.min(r.start)..c.end.max(r.end))
    }

    /// It says enough to be one.
    fn told(&self) -> bool {
        !self.targets.is_empty() || !self.victims.is_empty() || !self.actors.is_empty() || !self.weapons.is_empty()
    }
}

const LIGHT: &[&str] = &["launch", "conduct", "commit", "perpetrate", "stage", "mount", "carry", "wage", "make", "do", "execute", "unleash", "lead", "resume", "continue", "escalate", "intensify", "begin", "start", "initiate", "impose", "undertake"];
const OF_TARGET: &[&str] = &["shelling", "bombing", "bombardment", "targeting", "killing", "murder", "destruction", "siege", "assassination", "massacre", "execution", "abduction", "kidnapping", "detention", "looting", "storming", "slaughter", "displacement", "blockade", "kidnap", "sabotage", "pillage", "invasion", "ambush", "encirclement", "burning", "shooting", "attempt", "torture"];

/// Finds the attacks of a text.
pub fn find(p: &Parse<'_>, e: &Entities, attrs: &Attrs, is_place: &dyn Fn(usize) -> bool) -> Vec<Attack> {
    let mut f = Finder { p, e, attrs, is_place, out: Vec::new() };
    f.nominal();
    f.verbal();
    f.use_of_weapons();
    let Finder { mut out, .. } = f;
    out.retain(|a| !a.weak || !a.targets.is_empty() || !a.victims.is_empty() || !a.actors.is_empty());
    out.sort_by_key(|a| a.trigger.start);
    out
}

/// Decides scope and polarity, once casualties and times are known.
pub fn judge(p: &Parse<'_>, attrs: &Attrs, attacks: &mut [Attack], figures: &[Figure], day: &dyn Fn(&Range<usize>) -> bool) {
    for attack in attacks {
        attack.attr = attrs.innermost(&attack.trigger);
        let figure = figures.iter().any(|f| attack.zone.start <= f.toks.start && f.toks.end <= p.sent(attack.trigger.start).end && f.scope != "cumulative");
        scope(p, attack, figure, day(&attack.zone));
        attack.polarity = polarity(p, attrs, attack);
    }
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
            trigger, np: None, vg: None, act, actors: Vec::new(), targets: Vec::new(), victims: Vec::new(), weapons: Vec::new(), zone,
            scope: "one", count: (None, None), polarity: "asserted", attr: None, why_scope: "", id: String::new(), number: None, weak: false, kill: false,
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
            if !matches!(p.t.list[head].pos, Pos::Noun | Pos::Propn) || phrase.toks.end != hit.end && !(p.t.get(hit.end).is_some_and(|t| t.pos == Pos::Num)) {
                continue;
            }
            if self.characterises(np, hit.start..hit.end) || self.other_sense(hit.start, head) || self.out.iter().any(|a| a.trigger.contains(&hit.start)) {
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
        let direct = own > 0 && p.vg_at(own - 1).is_some_and(|v| p.t.list[p.vgs[v].head].pos == Pos::Aux && p.t.list[p.vgs[v].head].any(&["is", "are", "was", "were", "be", "been"]));
        let near = p.nps[np].toks.start.saturating_sub(1)..(hit.end + 4).min(p.t.list.len());
        let legal = p.t.hits_in(&(near.start..near.end + 8), Cat::Legal).any(|h| h.start < near.end && h.start < hit.end + 1);
        (copula || direct) && legal
    }

    /// “heart attack”, “hunger strike”: not an attack.
    fn other_sense(&self, start: usize, head: usize) -> bool {
        let t = &self.p.t;
        let before = start.checked_sub(1).map(|i| t.list[i].low.as_ref()).unwrap_or("");
        let strike = t.list[head].base == "strike" && start == head;
        let labour = matches!(before, "hunger" | "general" | "labor" | "labour" | "rail" | "transport" | "workers" | "workers'" | "sit-down" | "solidarity" | "crippling" | "transit" | "teachers");
        let ill = matches!(before, "heart" | "panic" | "asthma" | "verbal" | "personal" | "media" | "political" | "anxiety" | "rhetorical" | "cyber" | "attack");
        let diplomatic = t.list[head].base == "offensive" && matches!(before, "charm" | "diplomatic" | "peace" | "media" | "political");
        strike && (labour || before == "on" || t.is(head + 1, "force")) || ill || diplomatic
    }

    /// Actors that stand before the noun: “Russian air strikes”, “the regime’s shelling”, “X-led onslaught”.
    fn before_head(&self, attack: &mut Attack, np: usize, until: usize) {
        let p = self.p;
        let start = p.nps[np].toks.start;
        let mut run: Option<usize> = None;
        for at in start..=until {
            let actorish = at < until && self.actor_word(at);
            match (run, actorish) {
                (None, true) => run = Some(at),
                (Some(from), false) => {
                    self.actor_from_words(attack, from..at);
                    run = None;
                }
                _ => {}
            }
            if at < until
                && p.t.list[at].pos == Pos::Poss
                && let Some(entity) = self.e.possessor(p, at)
            {
                let kind = self.e.list[entity].kind;
                attack.actors.push(Actor { toks: at..at + 1, name: Some(self.e.list[entity].canonical.clone()), entity: Some(entity), mode: "direct", kind });
            }
        }
        if let Some(weapon) = p.t.hits_in(&(start..until), Cat::Weapon).last() {
            attack.weapons.push(Item { toks: weapon.start..weapon.end, class: weapon.phrase.class, banned: false });
        }
    }

    fn actor_word(&self, at: usize) -> bool {
        let token = &self.p.t.list[at];
        let led = ["-led", "-backed", "-supported"].iter().any(|s| token.low.ends_with(s));
        let country = LEXICON.countries.contains_key(&*token.low) && (token.capital || !self.p.t.cased) && token.low != "us" || token.is("us") && token.shout;
        let around = at.saturating_sub(4)..at + 5;
        let bodies = self.p.t.hits_in(&around, Cat::State).chain(self.p.t.hits_in(&around, Cat::OrgPlain));
        let group = bodies.into_iter().any(|h| {
            h.start <= at && at < h.end && h.phrase.words[0] != "military" && !matches!(h.phrase.words[0].as_str(), "company" | "party" | "campaign" | "police")
        });
        let acronym = token.shout && token.pos == Pos::Propn && token.low.len() > 1 && self.p.t.cased;
        let mention = self.e.near(&(at..at + 1)).iter().any(|m| m.possessor && m.toks.contains(&at));
        (led || country || group || acronym || mention) && (mention || !(self.is_place)(at) || country)
    }

    fn actor_from_words(&self, attack: &mut Attack, toks: Range<usize>) {
        let p = self.p;
        let word = &p.t.list[toks.start];
        let (stem, mode) = match word.low.rsplit_once('-') {
            Some((stem, "led")) => (stem.to_owned(), "command"),
            Some((stem, "backed" | "supported")) => (stem.to_owned(), "support"),
            _ => (p.t.words(&toks).to_owned(), "direct"),
        };
        let mention = self.e.near(&toks).iter().find(|m| m.toks.start == toks.start && m.toks.end <= toks.end);
        let country = LEXICON.countries.get(stem.to_lowercase().as_str());
        let (name, kind) = match (mention, country) {
            (Some(m), _) => (Some(self.e.list[m.entity].canonical.clone()), self.e.list[m.entity].kind),
            (None, Some(country)) => (Some((*country).to_owned()), Kind::State),
            (None, None) => {
                let state = p.t.hits_in(&toks, Cat::State).next().is_some() || toks.clone().any(|i| LEXICON.countries.contains_key(&*p.t.list[i].low));
                (None, if state { Kind::State } else { Kind::Organisation })
            }
        };
        let name = name.or((mode != "direct").then_some(stem));
        attack.actors.push(Actor { toks, name, entity: mention.map(|m| m.entity), mode, kind });
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
                if group.participle && self.attack_verb(vg).is_some_and(|v| v.kind != 'k') || p.t.list[group.head].lemma() == "involve" {
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
            } else if matches!(token.pos, Pos::Rel | Pos::Sub) || token.pos == Pos::Conj && !p.t.get(at + 1).is_some_and(|t| t.pos == Pos::Prep) || token.any(&[",", ";"]) && !self.more_of_attack(at) {
                break;
            }
            at = p.np_at(at).map_or(at + 1, |n| p.nps[n].toks.end.max(at + 1));
        }
    }

    /// After a comma: does a participle or preposition go on with the attack?
    fn more_of_attack(&self, comma: usize) -> bool {
        let p = self.p;
        p.vg_at(comma + 1).is_some_and(|v| p.vgs[v].participle) || p.t.get(comma + 1).is_some_and(|t| t.any(&["with", "by", "on", "against"]))
    }

    /// “with Russian backing”, “backed by X”, “with the support of X”.
    fn support(&self, attack: &mut Attack) {
        const HELP: &[&str] = &["backing", "support", "assistance", "help", "cover", "cooperation"];
        let p = self.p;
        for at in attack.zone.clone() {
            if !HELP.contains(&&*p.t.list[at].low) && !p.t.list[at].any(&["backed", "supported", "assisted"]) {
                continue;
            }
            let mode = if p.t.is(at, "cooperation") { "joint" } else { "support" };
            if HELP.contains(&&*p.t.list[at].low)
                && let Some(np) = p.np_at(at)
            {
                let with = (p.nps[np].toks.start.saturating_sub(2)..at).any(|i| p.t.is(i, "with"));
                if !with {
                    continue;
                }
                let before = p.nps[np].toks.start..at;
                let words: Vec<usize> = before.clone().filter(|i| self.actor_word(*i) || p.t.list[*i].pos == Pos::Propn).collect();
                if let (Some(first), Some(last)) = (words.first(), words.last()) {
                    let from = attack.actors.len();
                    self.actor_from_words(attack, *first..*last + 1);
                    for actor in &mut attack.actors[from..] {
                        actor.mode = mode;
                    }
                    continue;
                }
                if p.t.get(at + 1).is_some_and(|t| t.any(&["of", "from", "by"]))
                    && let Some(of) = p.np_from(at + 2)
                {
                    self.actors(attack, &p.joined_right(of), mode);
                }
            } else if p.t.is(at + 1, "by")
                && let Some(by) = p.np_from(at + 2)
            {
                let list = p.joined_right(by);
                attack.actors.retain(|a| !list.iter().any(|n| p.nps[*n].toks == a.toks));
                self.actors(attack, &list, mode);
            }
        }
    }

    fn actors(&self, attack: &mut Attack, nps: &[usize], mode: &'static str) {
        let p = self.p;
        for np in nps {
            let phrase = &p.nps[*np];
            let head = phrase.head..phrase.head + 1;
            let ends = |cat: Cat| p.t.hits_in(&phrase.toks, cat).last().is_some_and(|h| h.end > phrase.head);
            if phrase.time || ends(Cat::Act) {
                continue;
            }
            // A pronoun is only ever read as an actor that was named as one just before: never as a speaker or a helper.
            let mention = if phrase.pronoun { self.actor_before(attack.sent, *np) } else { self.e.mention_of(*np).map(|m| self.e.mentions[m].entity) };
            if ends(Cat::Weapon) && mention.is_none() {
                let hit = p.t.hits_in(&phrase.toks, Cat::Weapon).last();
                if let Some(hit) = hit {
                    attack.weapons.push(Item { toks: hit.start..hit.end, class: hit.phrase.class, banned: false });
                }
                continue;
            }
            let plausible = mention.is_some() || ends(Cat::OrgPlain) || ends(Cat::State) || ends(Cat::OrgHead) || p.t.list[phrase.head].pos == Pos::Propn
                || p.t.hits_in(&phrase.toks, Cat::Victim).last().is_some_and(|h| h.end > phrase.head && matches!(h.phrase.class, "combatants" | "unknown"))
                || p.t.hits_in(&head, Cat::Title).next().is_some() || !p.t.cased && !phrase.pronoun && p.t.list[phrase.head].pos == Pos::Noun && !ends(Cat::Target);
            if !plausible {
                continue;
            }
            let kind = mention.map_or(
                if ends(Cat::State) || phrase.toks.clone().any(|i| LEXICON.countries.contains_key(&*p.t.list[i].low)) { Kind::State } else if phrase.plural || ends(Cat::OrgPlain) { Kind::Organisation } else { Kind::Person },
                |m| self.e.list[m].kind,
            );
            let toks = self.without_article(*np);
            if attack.actors.iter().any(|a| a.toks.start < toks.end && toks.start < a.toks.end) {
                continue;
            }
            let name = phrase.pronoun.then(|| mention.map(|m| self.e.list[m].canonical.clone())).flatten();
            if phrase.pronoun && name.is_none() {
                continue;
            }
            attack.actors.push(Actor { toks, name, entity: mention, mode, kind });
        }
    }

    /// The one actor of the attacks told in this sentence or the two before.
    fn actor_before(&self, sent: usize, np: usize) -> Option<usize> {
        let word = &self.p.t.list[self.p.nps[np].head];
        if !word.any(&["it", "they", "he", "she"]) {
            return None;
        }
        let last = self.out.iter().rev().find(|a| sent.saturating_sub(a.sent) <= 2 && a.trigger.end <= self.p.nps[np].toks.start && !a.actors.is_empty())?;
        match last.actors.as_slice() {
            [one] => one.entity,
            _ => None,
        }
    }

    fn without_article(&self, np: usize) -> Range<usize> {
        let toks = self.p.nps[np].toks.clone();
        let mut start = toks.start;
        while start + 1 < toks.end && self.p.t.list[start].any(&["the", "a", "an"]) {
            start += 1;
        }
        start..toks.end
    }

    fn put_all(&self, attack: &mut Attack, nps: &[usize], loose: bool) {
        for np in nps {
            self.put(attack, *np, loose);
        }
    }

    /// Puts a noun phrase where it belongs: target, victim or weapon. Returns whether it fitted.
    fn put(&self, attack: &mut Attack, np: usize, loose: bool) -> bool {
        let p = self.p;
        let phrase = &p.nps[np];
        let full = p.full(np);
        let toks = self.without_article(np);
        let on_head = |cat: Cat| p.t.hits_in(&phrase.toks, cat).filter(|h| h.end > phrase.head).last();
        if phrase.time || on_head(Cat::Act).is_some() {
            return false;
        }
        if phrase.pronoun && p.t.list[phrase.head].any(&["us", "me"]) {
            Self::add(&mut attack.victims, toks, "unknown");
            return true;
        }
        if let Some(hit) = on_head(Cat::Weapon).filter(|h| h.phrase.flag != '~' || !loose) {
            self.add_weapon(attack, hit.start..hit.end, hit.phrase.class);
            return true;
        }
        let mut fitted = false;
        let target = on_head(Cat::Target).or_else(|| {
            let of = phrase.toks.end..full.end;
            (!of.is_empty() && on_head(Cat::Victim).is_none()).then(|| p.t.hits_in(&of, Cat::Target).next()).flatten()
        });
        let military = p.t.hits_in(&phrase.toks, Cat::Target).any(|h| h.phrase.class == "military object" && h.end > phrase.head);
        let vague = target.is_some_and(|h| matches!(h.phrase.class, "unknown" | "home" | "road")) && on_head(Cat::Target).is_none();
        let pointed = phrase.toks.len() == 2 && p.t.list[phrase.toks.start].any(&["the", "this", "that"]) && p.t.list[phrase.head].any(&["city", "town", "village", "district", "suburb", "neighborhood", "neighbourhood"]);
        if pointed {
            return true;
        }
        if let Some(hit) = target.filter(|_| !vague) {
            let class = if military { "military object" } else { hit.phrase.class };
            let person = hit.phrase.flag == '+';
            Self::add(&mut attack.targets, toks.start..toks.end.max(hit.end), class);
            fitted = true;
            if person {
                let who = on_head(Cat::Victim).map_or("unknown", |h| h.phrase.class);
                Self::add(&mut attack.victims, toks.clone(), who);
            }
            return true;
        }
        if let Some(hit) = on_head(Cat::Victim) {
            Self::add(&mut attack.victims, toks.clone(), hit.phrase.class);
            return true;
        }
        if let Some(mention) = self.e.mention_of(np) {
            let entity = &self.e.list[self.e.mentions[mention].entity];
            let armed = p.t.list[phrase.head].any(&["forces", "troops", "army", "military", "militants", "rebels", "fighters", "insurgents"]);
            match entity.kind {
                Kind::Person => Self::add(&mut attack.victims, toks, "unknown"),
                _ if armed => Self::add(&mut attack.targets, toks, "military object"),
                _ => Self::add(&mut attack.targets, toks, "unknown"),
            }
            return true;
        }
        // A name (in small letters: words that no list knows) that is killed or seized.
        let unknown = |i: usize| match p.t.list[i].pos {
            Pos::Propn => true,
            Pos::Noun => !p.t.cased && !LEXICON.phrases.contains_key(&*p.t.list[i].base) && p.t.list[i].verb.is_none(),
            _ => false,
        };
        let harmed = attack.kill || attack.act == "detention" || p.t.list[attack.trigger.clone()].iter().any(|t| t.any(&["murder", "assassination", "killing", "kidnapping", "execution", "abduction", "murders", "life"]));
        if harmed && phrase.toks.len() >= 2 && unknown(phrase.head) && unknown(phrase.head - 1) && !(self.is_place)(phrase.head) {
            Self::add(&mut attack.victims, toks, "unknown");
            return true;
        }
        // A city named as the target (“the onslaught on X”) is a place; other names and nouns are targets of unknown class.
        let settlement = p.t.list[phrase.head].any(&["city", "town", "village", "province", "area", "region", "country", "governorate", "enclave"]);
        if loose && !settlement && !phrase.pronoun && !(self.is_place)(phrase.head) && p.t.list[phrase.head].pos == Pos::Propn {
            let person = !p.t.cased || phrase.toks.len() >= 2;
            Self::add(if person { &mut attack.victims } else { &mut attack.targets }, toks, "unknown");
            fitted = true;
        }
        fitted
    }

    fn add(list: &mut Vec<Item>, toks: Range<usize>, class: &'static str) {
        if !list.iter().any(|i| i.toks.start < toks.end && toks.start < i.toks.end) {
            list.push(Item { toks, class, banned: false });
        }
    }

    fn banned(&self, toks: &Range<usize>) -> bool {
        let p = self.p;
        let Some(np) = p.np_at(toks.start) else { return false };
        let own = p.nps[np].toks.clone();
        let word = |r: Range<usize>| r.clone().any(|i| p.t.list[i].any(&["banned", "prohibited", "outlawed", "internationally-banned", "illegal", "forbidden"]));
        if word(own.clone()) {
            return true;
        }
        // “cluster bombs, which are banned”.
        let behind = own.end..(own.end + 8).min(p.sent(own.start).end);
        if behind.clone().any(|i| p.t.list[i].any(&["which", "that", "are", "is"])) && word(behind.clone()) && behind.clone().all(|i| !p.t.list[i].any(&[".", ";"])) {
            return true;
        }
        // “banned weapons such as A and B”: the list inherits what its head is called.
        let start = p.sent(toks.start).start.max(own.start.saturating_sub(14));
        (start..own.start).rev().any(|i| {
            (p.t.is(i, "such") && p.t.is(i + 1, "as") || p.t.list[i].any(&["including", "like", "namely"]))
                && i > 0 && p.np_at(i - 1).or_else(|| p.np_at(i.saturating_sub(2))).is_some_and(|n| word(p.nps[n].toks.clone()))
                && (i..own.start).all(|j| p.vg_at(j).is_none())
        })
    }

    fn add_weapon(&self, attack: &mut Attack, toks: Range<usize>, class: &'static str) {
        if attack.weapons.iter().any(|w| w.toks.start < toks.end && toks.start < w.toks.end) {
            return;
        }
        let banned = self.banned(&toks);
        attack.weapons.push(Item { toks, class, banned });
    }

    fn weapons_in_zone(&self, attack: &mut Attack) {
        let p = self.p;
        let zone = attack.zone.clone();
        let hits: Vec<_> = p.t.hits_in(&zone, Cat::Weapon).copied().collect();
        for hit in hits {
            let token = &p.t.list[hit.end - 1];
            let within = attack.targets.iter().chain(&attack.victims).any(|i| i.toks.contains(&hit.start)) || attack.trigger.contains(&hit.start) && hit.end < attack.trigger.end;
            if within || !matches!(token.pos, Pos::Noun | Pos::Propn | Pos::Adj) {
                continue;
            }
            let generic = hit.phrase.class == "unknown" && !matches!(token.base.as_ref(), "missile" | "bomb" | "munition" | "projectile" | "warhead" | "ordnance");
            let specific = p.t.hits_in(&zone, Cat::Weapon).any(|h| h.phrase.class != "unknown");
            if generic && specific {
                continue;
            }
            self.add_weapon(attack, hit.start..hit.end, hit.phrase.class);
        }
        for weapon in &mut attack.weapons {
            weapon.banned |= self.banned(&weapon.toks);
        }
        // The unknown gives way to what is known.
        if attack.weapons.iter().any(|w| w.class != "unknown") {
            attack.weapons.retain(|w| w.class != "unknown");
        }
    }

    fn attack_verb(&self, vg: usize) -> Option<AttackVerb> {
        let p = self.p;
        let group = &p.vgs[vg];
        let verbs = LEXICON.attack_verbs.get(p.t.list[group.head].lemma())?;
        verbs
            .iter()
            .find(|(particle, _)| particle.is_none_or(|words| {
                let rest: Vec<&str> = words.split(' ').collect();
                (group.toks.end..(group.toks.end + 4).min(p.t.list.len())).any(|i| rest.iter().enumerate().all(|(k, w)| p.t.is(i + k, w)))
            }))
            .map(|(_, v)| *v)
    }

    fn verbal(&mut self) {
        for vg in 0..self.p.vgs.len() {
            self.light_verb(vg);
            if let Some(verb) = self.attack_verb(vg) {
                self.attack_by_verb(vg, verb);
            }
        }
    }

    /// “X carried out an air strike”, “an air strike was launched by X”.
    fn light_verb(&mut self, vg: usize) {
        let p = self.p;
        let group = &p.vgs[vg];
        if !LIGHT.contains(&p.t.list[group.head].lemma()) {
            return;
        }
        let end = group.toks.end;
        let objects = if p.t.list.get(end).is_some_and(|t| t.is("out")) { p.np_from(end + 1).map(|n| p.joined_right(n)).unwrap_or_default() } else { p.objects(vg) };
        let subject = p.subject(vg);
        let list = if group.passive { subject.map(|s| p.joined_left(s)).unwrap_or_default() } else { objects };
        let Some(at) = self.out.iter().position(|a| a.np.is_some_and(|n| list.contains(&n))) else { return };
        let doers = if group.passive { p.after_preposition(end, self.out[at].zone.end, &["by"]) } else { subject.map(|s| p.joined_left(s)).unwrap_or_default() };
        let mut attack = self.out[at].clone();
        self.actors(&mut attack, &doers, "direct");
        attack.vg = Some(vg);
        self.out[at] = attack;
    }

    fn attack_by_verb(&mut self, vg: usize, verb: AttackVerb) {
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
            let onto = p.after_preposition(group.toks.end, until.min(group.toks.end + 12), &["on", "at", "into", "against", "upon", "inside", "near", "outside", "in"]);
            let weapon = !attack.weapons.is_empty() || doers.iter().any(|d| p.t.hits_in(&p.nps[*d].toks, Cat::Weapon).next().is_some());
            if weapon || verb.kind != 'i' || p.t.list[group.head].lemma() == "fire" || p.t.list[group.head].lemma() == "open" {
                fitted |= onto.iter().filter(|np| self.put(&mut attack, **np, false)).count() > 0;
            }
            fitted |= weapon && verb.kind == 'i';
            if verb.kind == 'i' && !weapon && !(fitted && matches!(p.t.list[group.head].lemma(), "fire" | "open")) {
                return;
            }
        }
        self.actors(&mut attack, &doers, "direct");
        let place_object = done_to.iter().any(|np| (self.is_place)(p.nps[*np].head));
        let doer_is_force = attack.actors.iter().any(|a| a.kind != Kind::Person) || doers.iter().any(|d| p.t.hits_in(&p.nps[*d].toks, Cat::Weapon).next().is_some());
        if !fitted && !(place_object && (doer_is_force || group.passive)) {
            return;
        }
        // A person whose words attack a proposal is no attacker: people alone need a victim or a building hit.
        let only_unknown = attack.victims.is_empty() && attack.targets.iter().all(|t| t.class == "unknown") && attack.weapons.is_empty();
        if only_unknown && attack.actors.iter().any(|a| a.kind == Kind::Person) && verb.kind == 'v' {
            return;
        }
        self.support(&mut attack);
        self.weapons_in_zone(&mut attack);
        if attack.act == "unknown" && attack.weapons.iter().any(|w| w.class == "sniper" || w.class == "small arms") || p.t.list[group.head].lemma() == "shoot" {
            attack.act = "ground assault";
        }
        if let Some(other) = self.kill_host(&attack) {
            return self.merge(other, attack, vg, true);
        }
        self.out.push(attack);
    }

    /// “dozens of air strikes”, “one of the hospitals”: the noun behind *of* is what is meant.
    fn through(&self, nps: Vec<usize>) -> Vec<usize> {
        let p = self.p;
        nps.into_iter()
            .map(|np| {
                let phrase = &p.nps[np];
                let head = &p.t.list[phrase.head];
                let counts = head.pos == Pos::Num || head.any(&["dozens", "hundreds", "series", "wave", "number", "spate", "string", "barrage", "most", "some", "many", "majority", "group", "volley", "hail"]);
                if counts && p.t.is(phrase.toks.end, "of") { p.np_from(phrase.toks.end + 1).unwrap_or(np) } else { np }
            })
            .collect()
    }

    /// The doers of a verb, also when somebody is accused of doing it.
    fn doers(&self, vg: usize, subjects: Vec<usize>) -> Vec<usize> {
        let p = self.p;
        let group = &p.vgs[vg];
        if !group.participle {
            return subjects;
        }
        let mut before = group.toks.start;
        while before > 0 && (matches!(p.t.list[before - 1].pos, Pos::Adv) || p.t.list[before - 1].is("and") && p.t.list[before.saturating_sub(2)].pos == Pos::Adv) {
            before -= 1;
        }
        let of = before > 0 && p.t.list[before - 1].any(&["of", "for", "with"]);
        let joined = before > 0 && p.t.list[before - 1].any(&["and", ","]);
        if (of || joined)
            && let Some(attr) = self.attrs.innermost(&group.toks)
            && matches!(self.attrs.list[attr].lemma, "accuse" | "blame" | "charge" | "fault" | "condemn" | "criticize" | "criticise" | "denounce" | "hold")
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
    fn host(&self, vg: usize, doers: &[usize], sent: usize) -> Option<usize> {
        let p = self.p;
        let direct = self.out.iter().position(|a| a.np.is_some_and(|n| doers.contains(&n)));
        if direct.is_some() {
            return direct;
        }
        let group = &p.vgs[vg];
        // “attacks by X targeting Y”, “an explosion in Z, killing 12”.
        if group.participle {
            return self.out.iter().rposition(|a| {
                a.sent == sent && a.trigger.end <= group.toks.start && group.toks.start < a.zone.end.max(group.toks.start + usize::from(p.t.is(group.toks.start.saturating_sub(1), ",")))
                    && (a.np.is_some_and(|n| p.vgs.iter().all(|v| !(v.head > p.nps[n].head && v.head < group.head && v.finite()))) || a.vg.is_some() && p.t.is(group.toks.start.saturating_sub(1), ","))
                    && !p.t.list[group.toks.start.saturating_sub(1)].any(&["of", "for"])
            });
        }
        None
    }

    /// A killing told beside an attack in one clause is its harm: “12 people were killed in an air strike on …”.
    fn kill_host(&self, attack: &Attack) -> Option<usize> {
        if !attack.kill {
            return None;
        }
        let whose = self.attrs.innermost(&attack.trigger);
        // “… were killed when shelling struck”: the noun of attack in the sentence, when no killer is named.
        let near = |a: &&Attack| a.sent == attack.sent && a.np.is_some() && self.attrs.innermost(&a.trigger) == whose;
        if attack.actors.is_empty()
            && let Some(host) = self.out.iter().filter(near).min_by_key(|a| a.trigger.start.abs_diff(attack.trigger.start))
        {
            return self.out.iter().position(|a| a.trigger == host.trigger);
        }
        let whose = self.attrs.innermost(&attack.trigger);
        self.out.iter().position(|a| a.sent == attack.sent && !std::ptr::eq(a, attack) && self.attrs.innermost(&a.trigger) == whose
            && (a.zone.start < attack.zone.end && attack.zone.start < a.zone.end || a.kill && a.trigger.end + 12 > attack.trigger.start && a.actors.iter().map(|x| &x.toks).eq(attack.actors.iter().map(|x| &x.toks))))
    }

    fn merge(&mut self, host: usize, mut from: Attack, vg: usize, _fitted: bool) {
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
    fn use_of_weapons(&mut self) {
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
            let armed: Vec<usize> = items.iter().copied().filter(|np| p.t.hits_in(&p.nps[*np].toks, Cat::Weapon).any(|h| h.end > p.nps[*np].head && !matches!(h.phrase.flag, '~'))).collect();
            if armed.is_empty() {
                continue;
            }
            // “attacked the town using cluster bombs” is one attack.
            let vg_participle = attack.vg.is_some_and(|v| p.vgs[v].participle || p.vgs[v].infinitive);
            if vg_participle && self.out.iter().any(|a| a.sent == attack.sent && a.zone.contains(&at)) {
                continue;
            }
            if self.out.iter().any(|a| a.trigger.contains(&at) || a.sent == attack.sent && a.weapons.iter().any(|w| armed.iter().any(|n| p.nps[*n].toks.contains(&w.toks.start)))) {
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

/// One event, a counted set, or a campaign?
fn scope(p: &Parse<'_>, attack: &mut Attack, figure: bool, day: bool) {
    const MASS: &[&str] = &["onslaught", "offensive", "campaign", "siege", "blockade", "escalation", "aggression", "encirclement", "policy", "cleansing", "displacement", "looting", "violence", "starvation"];
    const HABIT: &[&str] = &["systematically", "repeatedly", "routinely", "regularly", "daily", "continuously", "ongoing", "continued", "continuing", "constant", "relentless", "repeated", "systematic", "persistent", "increasingly", "widespread", "sustained", "frequent", "frequently", "incessant", "pattern", "continually", "unrelenting", "regular"];
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
        let article = toks.clone().any(|i| p.t.list[i].any(&["a", "an", "another", "this", "that"]) && i < attack.trigger.start);
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
        let mass = p.t.list[head].low.ends_with("ing") || p.t.list[head].any(&["bombardment", "fire", "destruction", "detention"]);
        if (plural || mass && !article) && !(day || figure) {
            return set(attack, "campaign", if plural { "plural, with no number and no day" } else { "a mass noun, with no day and no figure" });
        }
        return set(attack, "one", if plural || mass { "one day or one figure is given; may be several strikes" } else { "singular" });
    }
    let Some(vg) = attack.vg else { return };
    let group = &p.vgs[vg];
    if pattern || habit {
        return set(attack, "campaign", "told as continued or repeated");
    }
    let verb = &p.t.list[group.head];
    let perfect = p.t.list[group.toks.clone()].iter().any(|t| t.any(&["has", "have", "'ve"]));
    let past = verb.form(form::PAST | form::PART) && !perfect || p.t.list[group.toks.clone()].iter().any(|t| t.any(&["was", "were"]));
    let bare_plural = |items: &[Item]| !items.is_empty() && items.iter().all(|i| {
        let np = p.np_at(i.toks.start);
        np.is_some_and(|n| p.nps[n].plural && !p.t.list[p.nps[n].toks.clone()].iter().any(|t| matches!(t.pos, Pos::Num | Pos::Poss) || t.any(&["the", "these", "those", "several", "some"])))
    });
    let generic = (bare_plural(&attack.targets) || attack.targets.is_empty()) && (bare_plural(&attack.victims) || attack.victims.is_empty()) && (!attack.targets.is_empty() || !attack.victims.is_empty());
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
fn counted(p: &Parse<'_>, np: usize, sent: &Range<usize>, until: usize) -> Option<(Option<u64>, Option<u64>)> {
    let toks = p.nps[np].toks.clone();
    let bounded = |at: usize, n: u64| {
        let before = |k: usize| at.checked_sub(k).filter(|i| *i >= sent.start).map(|i| p.t.list[i].low.as_ref()).unwrap_or("");
        match (before(2), before(1)) {
            ("at", "least") => (Some(n), None),
            ("more", "than") | (_, "over") => (Some(n + 1), None),
            ("up", "to") => (None, Some(n)),
            _ if p.t.list[at].any(&["dozens", "hundreds", "scores", "thousands", "several"]) => (Some(n), None),
            _ => (Some(n), Some(n)),
        }
    };
    for at in toks.start..until {
        if p.t.list[at].pos == Pos::Num || p.t.list[at].is("several")
        {
            if let Some((n, _)) = number(p, at, sent) {
                return (p.t.get(at + 1).is_none_or(|t| !t.low.contains("year"))).then(|| bounded(at, n));
            }
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
fn polarity(p: &Parse<'_>, attrs: &Attrs, attack: &Attack) -> &'static str {
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
            let went_on = matches!(before, "continue" | "begin" | "start" | "go" | "manage" | "help" | "use" | "proceed");
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
    let doubt = near.iter().any(|w| matches!(w.any_lemma(), "avoid" | "prevent" | "avert" | "fear" | "risk" | "deter") || w.any(&["threat", "risk", "possible", "potential", "fears", "against", "likely", "any", "future", "imminent", "planned", "threatened", "against", "danger"]) && !w.is("against"));
    if doubt {
        let to_come = near.iter().any(|w| w.any(&["planned", "imminent", "future"]));
        return if to_come { "future" } else { "hypothetical" };
    }
    let sent = p.sent(attack.trigger.start);
    let conditional = (sent.start..attack.trigger.start).rev().take(14).any(|i| t.list[i].any(&["if", "unless", "whether"]) && t.list[i].pos == Pos::Sub && attack.zone.start <= i + 1);
    if conditional {
        return "hypothetical";
    }
    if near.iter().any(|w| w.any(&["no", "without"])) && attack.np.is_some() && near.last().is_some_and(|w| w.any(&["no", "any"])) {
        return "denied";
    }
    "asserted"
}
