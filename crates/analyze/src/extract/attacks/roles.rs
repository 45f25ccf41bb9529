//! Who did it, what and whom it hit, with what: noun phrases sorted into the roles of an attack.
//!
//! Deliberately conservative about actors: a pronoun is one only when an attack told just before names one.

use std::ops::Range;

use super::{Actor, Attack, Finder, Item};
use crate::extract::{
    lexicon::{Cat, LEXICON, Pos},
    mentions::Kind,
};

impl Finder<'_, '_> {
    /// Actors that stand before the noun: “Russian air strikes”, “the regime’s shelling”, “X-led onslaught”.
    pub(super) fn before_head(&self, attack: &mut Attack, np: usize, until: usize) {
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
                attack.actors.push(Actor {
                    toks: at..at + 1,
                    through: None,
                    name: Some(self.e.list[entity].canonical.clone()),
                    entity: Some(entity),
                    mode: "direct",
                    kind,
                    admitted: false,
                });
            }
        }
        if let Some(weapon) = p.t.hits_in(&(start..until), Cat::Weapon).last() {
            attack.weapons.push(Item { toks: weapon.start..weapon.end, class: weapon.phrase.class, banned: false });
        }
    }

    pub(super) fn actor_word(&self, at: usize) -> bool {
        let token = &self.p.t.list[at];
        let led = ["-led", "-backed", "-supported"].iter().any(|s| token.low.ends_with(s));
        let country =
            LEXICON.countries.contains_key(&*token.low) && (token.capital || !self.p.t.cased) && token.low != "us"
                || token.is("us") && token.shout;
        let around = at.saturating_sub(4)..at + 5;
        let bodies = self.p.t.hits_in(&around, Cat::State).chain(self.p.t.hits_in(&around, Cat::OrgPlain));
        let group = bodies.into_iter().any(|h| {
            h.start <= at
                && at < h.end
                && h.phrase.words[0] != "military"
                && !matches!(h.phrase.words[0].as_str(), "company" | "party" | "campaign" | "police")
        });
        let acronym = token.shout && token.pos == Pos::Propn && token.low.len() > 1 && self.p.t.cased;
        let mention = self.e.near(&(at..at + 1)).iter().any(|m| m.possessor && m.toks.contains(&at));
        (led || country || group || acronym || mention) && (mention || !(self.is_place)(at) || country)
    }

    pub(super) fn actor_from_words(&self, attack: &mut Attack, toks: Range<usize>) {
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
                let state = p.t.hits_in(&toks, Cat::State).next().is_some()
                    || toks.clone().any(|i| LEXICON.countries.contains_key(&*p.t.list[i].low));
                (None, if state { Kind::State } else { Kind::Organisation })
            }
        };
        let name = name.or((mode != "direct").then_some(stem));
        attack.actors.push(Actor {
            toks,
            through: None,
            name,
            entity: mention.map(|m| m.entity),
            mode,
            kind,
            admitted: false,
        });
    }

    /// “with Russian backing”, “backed by X”, “with the support of X”.
    pub(super) fn support(&self, attack: &mut Attack) {
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
                let words: Vec<usize> =
                    before.clone().filter(|i| self.actor_word(*i) || p.t.list[*i].pos == Pos::Propn).collect();
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

    pub(super) fn actors(&self, attack: &mut Attack, nps: &[usize], mode: &'static str) {
        let p = self.p;
        for said in nps {
            let owner = self.owner(*said);
            let through = owner.map(|_| p.nps[*said].toks.clone());
            let np = &owner.unwrap_or(*said);
            let phrase = &p.nps[*np];
            let head = phrase.head..phrase.head + 1;
            let ends = |cat: Cat| p.t.hits_in(&phrase.toks, cat).last().is_some_and(|h| h.end > phrase.head);
            if phrase.time || ends(Cat::Act) {
                continue;
            }
            // A pronoun is only ever read as an actor that was named as one just before: never as a speaker or a helper.
            let mention = if phrase.pronoun {
                self.actor_before(attack.sent, *np)
            } else {
                self.e.mention_of(*np).map(|m| self.e.mentions[m].entity)
            };
            if ends(Cat::Weapon) && mention.is_none() {
                let hit = p.t.hits_in(&phrase.toks, Cat::Weapon).last();
                if let Some(hit) = hit {
                    attack.weapons.push(Item { toks: hit.start..hit.end, class: hit.phrase.class, banned: false });
                }
                continue;
            }
            let plausible = mention.is_some()
                || ends(Cat::OrgPlain)
                || ends(Cat::State)
                || ends(Cat::OrgHead)
                || p.t.list[phrase.head].pos == Pos::Propn
                || p.t
                    .hits_in(&phrase.toks, Cat::Victim)
                    .last()
                    .is_some_and(|h| h.end > phrase.head && matches!(h.phrase.class, "combatants" | "unknown"))
                || p.t.hits_in(&head, Cat::Title).next().is_some()
                || !p.t.cased && !phrase.pronoun && p.t.list[phrase.head].pos == Pos::Noun && !ends(Cat::Target);
            if !plausible {
                continue;
            }
            let kind = mention.map_or(
                if ends(Cat::State) || phrase.toks.clone().any(|i| LEXICON.countries.contains_key(&*p.t.list[i].low)) {
                    Kind::State
                } else if phrase.plural || ends(Cat::OrgPlain) {
                    Kind::Organisation
                } else {
                    Kind::Person
                },
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
            attack.actors.push(Actor { toks, through, name, entity: mention, mode, kind, admitted: false });
        }
    }

    /// “aircraft of the Northern Command”, “fighters from the River Front”: whose aircraft, whose fighters; the owner acts.
    fn owner(&self, np: usize) -> Option<usize> {
        const THINGS: &[&str] = &[
            "aircraft",
            "warplane",
            "plane",
            "jet",
            "helicopter",
            "gunship",
            "drone",
            "bomber",
            "tank",
            "gunboat",
            "warship",
            "artillery",
            "battery",
            "troop",
            "troops",
            "force",
            "forces",
            "soldier",
            "fighter",
            "unit",
            "element",
            "member",
            "militant",
            "gunman",
            "militiaman",
            "sniper",
        ];
        let p = self.p;
        let phrase = &p.nps[np];
        if !THINGS.contains(&&*p.t.list[phrase.head].base) || !p.t.cased {
            return None;
        }
        let mut at = phrase.toks.end;
        match p.t.get(at)? {
            joint if joint.any(&["of", "from"]) => at += 1,
            joint if joint.any(&["belonging", "loyal", "allied"]) && p.t.is(at + 1, "to") => at += 2,
            joint if joint.any(&["operated", "flown", "commanded", "controlled", "led"]) && p.t.is(at + 1, "by") => {
                at += 2
            }
            _ => return None,
        }
        let owner = p.np_from(at)?;
        let same_sentence = p.t.list[p.nps[owner].head].sent == p.t.list[phrase.head].sent;
        let body =
            self.e.mention_of(owner).is_some_and(|m| self.e.list[self.e.mentions[m].entity].kind != Kind::Person)
                || p.t.list[p.nps[owner].head].pos == Pos::Propn && !(self.is_place)(p.nps[owner].head);
        (same_sentence && body).then_some(owner)
    }

    /// The one actor of the attacks told in this sentence or the two before.
    pub(super) fn actor_before(&self, sent: usize, np: usize) -> Option<usize> {
        let word = &self.p.t.list[self.p.nps[np].head];
        if !word.any(&["it", "they", "he", "she"]) {
            return None;
        }
        let last = self.out.iter().rev().find(|a| {
            sent.saturating_sub(a.sent) <= 2 && a.trigger.end <= self.p.nps[np].toks.start && !a.actors.is_empty()
        })?;
        match last.actors.as_slice() {
            [one] => one.entity,
            _ => None,
        }
    }

    pub(super) fn without_article(&self, np: usize) -> Range<usize> {
        let toks = self.p.nps[np].toks.clone();
        let mut start = toks.start;
        while start + 1 < toks.end && self.p.t.list[start].any(&["the", "a", "an"]) {
            start += 1;
        }
        start..toks.end
    }

    pub(super) fn put_all(&self, attack: &mut Attack, nps: &[usize], loose: bool) {
        let p = self.p;
        let mut places = false;
        for np in nps {
            let phrase = &p.nps[*np];
            // “the towns of A and B”: B is a town as well.
            if places && phrase.toks.clone().all(|i| p.t.list[i].pos == Pos::Propn) {
                continue;
            }
            places = settlement(&p.t.list[phrase.head].base) && p.t.is(phrase.toks.end, "of");
            self.put(attack, *np, loose);
        }
    }

    /// Puts a noun phrase where it belongs: target, victim or weapon. Returns whether it fitted.
    pub(super) fn put(&self, attack: &mut Attack, np: usize, loose: bool) -> bool {
        let p = self.p;
        let phrase = &p.nps[np];
        let full = p.full(np);
        let toks = self.without_article(np);
        // A phrase of the lexicon may run on behind the noun phrase (“camp for displaced people”).
        let wide = phrase.toks.start..(phrase.toks.end + 3).min(p.sent(phrase.head).end);
        let on_head =
            |cat: Cat| p.t.hits_in(&wide, cat).filter(|h| h.end > phrase.head && h.start <= phrase.head).last();
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
        let target = on_head(Cat::Target).or_else(|| {
            let of = phrase.toks.end..full.end;
            (!of.is_empty() && on_head(Cat::Victim).is_none()).then(|| p.t.hits_in(&of, Cat::Target).next()).flatten()
        });
        let military =
            p.t.hits_in(&phrase.toks, Cat::Target).any(|h| h.phrase.class == "military object" && h.end > phrase.head);
        let vague = target.is_some_and(|h| matches!(h.phrase.class, "unknown" | "home" | "road"))
            && on_head(Cat::Target).is_none();
        // One town is where it happened, not what was hit; towns and neighbourhoods may be.
        let one_town = p.t.list[phrase.head].any(&["city", "town", "village", "hamlet", "enclave"]);
        let of_name = settlement(&p.t.list[phrase.head].base)
            && p.t.is(phrase.toks.end, "of")
            && p.np_from(phrase.toks.end + 1).is_some_and(|n| p.t.list[p.nps[n].head].pos == Pos::Propn);
        let pointed = one_town
            || of_name
            || phrase.toks.len() == 2
                && p.t.list[phrase.toks.start].any(&["the", "this", "that"])
                && p.t.list[phrase.head].any(&[
                    "city",
                    "town",
                    "village",
                    "district",
                    "suburb",
                    "neighborhood",
                    "neighbourhood",
                ]);
        if pointed {
            return true;
        }
        if let Some(hit) = target.filter(|_| !vague) {
            let class = if military { "military object" } else { hit.phrase.class };
            let person = hit.phrase.flag == '+';
            Self::add(&mut attack.targets, toks.start..toks.end.max(hit.end), class);
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
            let armed = p.t.list[phrase.head].any(&[
                "forces",
                "troops",
                "army",
                "military",
                "militants",
                "rebels",
                "fighters",
                "insurgents",
            ]);
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
        let harmed = attack.kill
            || attack.act == "detention"
            || p.t.list[attack.trigger.clone()].iter().any(|t| {
                t.any(&[
                    "murder",
                    "assassination",
                    "killing",
                    "kidnapping",
                    "execution",
                    "abduction",
                    "murders",
                    "life",
                ])
            });
        if harmed
            && phrase.toks.len() >= 2
            && unknown(phrase.head)
            && unknown(phrase.head - 1)
            && !(self.is_place)(phrase.head)
        {
            Self::add(&mut attack.victims, toks, "unknown");
            return true;
        }
        // A city named as the target (“the onslaught on X”) is a place; other names and nouns are targets of unknown class.
        let settlement = p.t.list[phrase.head].any(&[
            "city",
            "town",
            "village",
            "province",
            "area",
            "region",
            "country",
            "governorate",
            "enclave",
        ]);
        if loose
            && !settlement
            && !phrase.pronoun
            && !(self.is_place)(phrase.head)
            && p.t.list[phrase.head].pos == Pos::Propn
        {
            let person = !p.t.cased || phrase.toks.len() >= 2;
            Self::add(if person { &mut attack.victims } else { &mut attack.targets }, toks, "unknown");
            return true;
        }
        false
    }

    pub(super) fn add(list: &mut Vec<Item>, toks: Range<usize>, class: &'static str) {
        if !list.iter().any(|i| i.toks.start < toks.end && toks.start < i.toks.end) {
            list.push(Item { toks, class, banned: false });
        }
    }

    pub(super) fn banned(&self, toks: &Range<usize>) -> bool {
        let p = self.p;
        let Some(np) = p.np_at(toks.start) else { return false };
        let own = p.nps[np].toks.clone();
        let word = |r: Range<usize>| {
            r.clone().any(|i| {
                p.t.list[i].any(&["banned", "prohibited", "outlawed", "internationally-banned", "illegal", "forbidden"])
            })
        };
        if word(own.clone()) {
            return true;
        }
        // “cluster bombs, which are banned”.
        let behind = own.end..(own.end + 8).min(p.sent(own.start).end);
        if behind.clone().any(|i| p.t.list[i].any(&["which", "that", "are", "is"]))
            && word(behind.clone())
            && behind.clone().all(|i| !p.t.list[i].any(&[".", ";"]))
        {
            return true;
        }
        // “banned weapons such as A and B”: the list inherits what its head is called.
        let start = p.sent(toks.start).start.max(own.start.saturating_sub(14));
        (start..own.start).rev().any(|i| {
            (p.t.is(i, "such") && p.t.is(i + 1, "as") || p.t.list[i].any(&["including", "like", "namely"]))
                && i > 0
                && p.np_at(i - 1).or_else(|| p.np_at(i.saturating_sub(2))).is_some_and(|n| word(p.nps[n].toks.clone()))
                && (i..own.start).all(|j| p.vg_at(j).is_none())
        })
    }

    pub(super) fn add_weapon(&self, attack: &mut Attack, toks: Range<usize>, class: &'static str) {
        if attack.weapons.iter().any(|w| w.toks.start < toks.end && toks.start < w.toks.end) {
            return;
        }
        let banned = self.banned(&toks);
        attack.weapons.push(Item { toks, class, banned });
    }

    pub(super) fn weapons_in_zone(&self, attack: &mut Attack) {
        let p = self.p;
        let zone = attack.zone.clone();
        let hits: Vec<_> = p.t.hits_in(&zone, Cat::Weapon).copied().collect();
        for hit in hits {
            let token = &p.t.list[hit.end - 1];
            let within = attack.targets.iter().chain(&attack.victims).any(|i| i.toks.contains(&hit.start))
                || attack.trigger.contains(&hit.start) && hit.end < attack.trigger.end;
            if within || !matches!(token.pos, Pos::Noun | Pos::Propn | Pos::Adj) {
                continue;
            }
            let generic = hit.phrase.class == "unknown"
                && !matches!(
                    token.base.as_ref(),
                    "missile" | "bomb" | "munition" | "projectile" | "warhead" | "ordnance"
                );
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
}

fn settlement(base: &str) -> bool {
    matches!(
        base,
        "city"
            | "town"
            | "village"
            | "province"
            | "governorate"
            | "region"
            | "area"
            | "hamlet"
            | "county"
            | "state"
            | "countryside"
    )
}
