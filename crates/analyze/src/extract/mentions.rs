//! Persons, organisations and states that a text names, and which mentions are of the same one.
//!
//! Found by the shape of names and the generic words around them (titles, heads of organisations' names, the countries
//! of the world); there is no list of persons or parties. Deliberately within one text only: whether two texts mean the
//! same person is not for a grammar to say.

mod kinds;

use std::{collections::BTreeSet, ops::Range};

use serde_json::json;

use super::{
    lexicon::{Cat, LEXICON, Pos},
    object::{Builder, Why},
    syntax::Parse,
};

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person, by name or by role.
    Person,
    /// An organisation, group or armed body.
    Organisation,
    /// A state or a body of one.
    State,
}

impl Kind {
    /// The word of `perpetrators[].type`.
    pub fn actor(self) -> &'static str {
        match self {
            Kind::Person => "individual",
            Kind::Organisation => "organisation",
            Kind::State => "state",
        }
    }
}

/// Someone or something that acts.
#[derive(Debug, Clone)]
pub struct Entity {
    /// What it is.
    pub kind: Kind,
    /// The fullest name in the text.
    pub canonical: String,
    /// Words of the name, lower case, without articles.
    key: Vec<String>,
    /// Role words (“president”) and the organisation of the role.
    role: Option<(String, Option<usize>)>,
    acronym: Option<String>,
    /// Id of its first mention, once emitted.
    pub id: String,
    /// A name, not a common noun.
    named: bool,
    plural: bool,
}

/// One mention of an entity.
#[derive(Debug, Clone)]
pub struct Mention {
    /// Which entity.
    pub entity: usize,
    /// Tokens of the mention.
    pub toks: Range<usize>,
    /// The noun phrase it is the head of; none for a possessor inside a phrase.
    pub np: Option<usize>,
    /// Stands as the subject of a finite verb.
    pub subject: bool,
    /// A possessor (“Russia’s …”).
    pub possessor: bool,
    /// Id of the object, once emitted.
    pub id: String,
    rule: &'static str,
    score: f64,
}

/// All entities and mentions of a text.
#[derive(Debug, Default)]
pub struct Entities {
    /// The entities, by first mention.
    pub list: Vec<Entity>,
    /// The mentions, in order.
    pub mentions: Vec<Mention>,
    of_np: Vec<Option<usize>>,
    swallowed: Vec<bool>,
    subjects: Vec<bool>,
    speakers: Vec<bool>,
    /// Names that stand before words for armed bodies somewhere in the text (“X fighters”), lower case.
    groups: BTreeSet<String>,
}

impl Entities {
    /// Finds entities and mentions.
    pub fn find(p: &Parse<'_>) -> Self {
        let count = p.nps.len();
        let mut e = Entities {
            of_np: vec![None; count],
            swallowed: vec![false; count],
            subjects: vec![false; count],
            speakers: vec![false; count],
            ..Entities::default()
        };
        for vg in 0..p.vgs.len() {
            if p.vgs[vg].finite()
                && let Some(np) = p.subject(vg)
            {
                e.subjects[np] = true;
                if LEXICON.cues.contains_key(p.t.list[p.vgs[vg].head].lemma()) {
                    e.speakers[np] = true;
                }
            }
        }
        // “…,” said X.
        for vg in &p.vgs {
            let cue = LEXICON.cues.contains_key(p.t.list[vg.head].lemma());
            let behind_quote =
                vg.toks.start > 0 && (p.t.is(vg.toks.start - 1, ",") || p.t.list[vg.toks.start - 1].pos == Pos::Quote);
            if cue
                && behind_quote
                && vg.toks.len() == 1
                && let Some(np) = p.np_from(vg.toks.end)
                && p.t.list[p.nps[np].toks.start].sent == p.t.list[vg.head].sent
            {
                e.speakers[np] = true;
                e.subjects[np] = true;
            }
        }
        e.groups = group_names(p);
        for np in 0..count {
            if !e.swallowed[np] && !p.nps[np].pronoun && !p.nps[np].time {
                e.read_np(p, np);
            }
        }
        e
    }

    /// The mentions that may touch a range of tokens.
    pub fn near(&self, toks: &Range<usize>) -> &[Mention] {
        let from = self.mentions.partition_point(|m| m.toks.start + 24 < toks.start);
        let to = self.mentions.partition_point(|m| m.toks.start < toks.end);
        &self.mentions[from..to.max(from)]
    }

    /// The mention that a noun phrase is, if any.
    pub fn mention_of(&self, np: usize) -> Option<usize> {
        self.of_np.get(np).copied().flatten()
    }

    /// The entity that a noun phrase names or, being a pronoun, stands for.
    pub fn entity_of(&self, p: &Parse<'_>, np: usize) -> Option<usize> {
        if let Some(mention) = self.mention_of(np) {
            return Some(self.mentions[mention].entity);
        }
        if p.nps[np].pronoun {
            return self.antecedent(p, np).map(|m| self.mentions[m].entity);
        }
        None
    }

    /// The mention that a pronoun stands for.
    pub fn antecedent(&self, p: &Parse<'_>, np: usize) -> Option<usize> {
        let at = p.nps[np].toks.start;
        let token = &p.t.list[at];
        let sent = token.sent;
        let before = self.mentions.partition_point(|m| m.toks.start < at);
        let near = || {
            self.mentions[..before]
                .iter()
                .enumerate()
                .rev()
                .take(40)
                .filter(|(_, m)| sent - p.t.list[m.toks.start].sent < 4)
        };
        let person = |m: &Mention| self.list[m.entity].kind == Kind::Person;
        match token.low.as_ref() {
            "he" | "she" | "him" | "her" => near()
                .find(|(_, m)| person(m) && self.speaks(m) && p.t.list[m.toks.start].sent < sent)
                .or_else(|| near().find(|(_, m)| person(m) && m.subject && p.t.list[m.toks.start].sent < sent))
                .or_else(|| near().find(|(_, m)| person(m)))
                .map(|(i, _)| i),
            "it" | "its" => near()
                .find(|(_, m)| !person(m) && self.speaks(m) && sent - p.t.list[m.toks.start].sent <= 1)
                .or_else(|| near().find(|(_, m)| !person(m) && m.subject))
                .or_else(|| near().find(|(_, m)| !person(m)))
                .map(|(i, _)| i),
            "they" | "them" => near()
                .find(|(_, m)| self.list[m.entity].plural && m.subject)
                .or_else(|| near().find(|(_, m)| self.list[m.entity].plural))
                .or_else(|| near().find(|(_, m)| !person(m)).filter(|(_, m)| !self.several_between(p, m, at)))
                .map(|(i, _)| i),
            _ => None,
        }
    }

    /// “The court …. Two visitors said that they”: several who are no entity stand nearer.
    fn several_between(&self, p: &Parse<'_>, m: &Mention, at: usize) -> bool {
        let from = p.nps.partition_point(|np| np.toks.start < m.toks.end);
        let between = p.nps[from..].iter().enumerate().take_while(|(_, np)| np.toks.end <= at);
        between
            .filter(|(_, np)| np.plural && !np.pronoun && !np.time)
            .any(|(number, _)| self.subjects.get(from + number).copied().unwrap_or(false))
    }

    fn speaks(&self, m: &Mention) -> bool {
        m.np.is_some_and(|np| self.speakers.get(np).copied().unwrap_or(false))
    }

    /// Whom a possessive pronoun (“its allies”) at token `at` points to.
    pub fn possessor(&self, p: &Parse<'_>, at: usize) -> Option<usize> {
        let token = &p.t.list[at];
        let sent = token.sent;
        let before = self.mentions.partition_point(|m| m.toks.end <= at);
        let here = || self.mentions[..before].iter().rev().take_while(|m| p.t.list[m.toks.start].sent == sent);
        let fits = |m: &&Mention| match token.low.as_ref() {
            "his" | "her" => self.list[m.entity].kind == Kind::Person,
            "its" => self.list[m.entity].kind != Kind::Person,
            "their" => self.list[m.entity].plural || self.list[m.entity].kind != Kind::Person,
            _ => false,
        };
        let joined =
            here().find(|m| m.toks.end + 1 == at && p.t.list[m.toks.end].any(&["and", "or"])).filter(|m| fits(m));
        joined
            .or_else(|| here().find(|m| m.possessor && fits(m)))
            .or_else(|| here().find(|m| m.subject && fits(m)))
            .or_else(|| here().find(fits))
            .or_else(|| self.mentions[..before].iter().rev().take(12).find(fits))
            .map(|m| m.entity)
    }

    fn read_np(&mut self, p: &Parse<'_>, np: usize) {
        let toks = p.nps[np].toks.clone();
        let mut start = toks.start;
        for at in toks.clone() {
            if p.t.list[at].pos == Pos::PosS {
                self.read_segment(p, start..at, None, np, true);
                start = at + 1;
            }
        }
        self.read_segment(p, start..toks.end, Some(np), np, false);
    }

    fn read_segment(&mut self, p: &Parse<'_>, seg: Range<usize>, np: Option<usize>, whole: usize, possessor: bool) {
        let list = &p.t.list;
        let mut from = seg.start;
        while from < seg.end && matches!(list[from].pos, Pos::Det | Pos::Poss | Pos::Adv | Pos::Quote) {
            from += 1;
        }
        let seg = from..seg.end;
        if seg.is_empty() || p.t.hits_in(&seg, Cat::Act).any(|h| h.end == seg.end) {
            return;
        }
        let found = self.classify(p, seg.clone(), whole, np.is_some());
        let Some(Found { kind, name, named, role, rule, score, extend }) = found else { return };
        let toks = seg.start..extend.max(seg.end);
        for at in seg.end..toks.end {
            if let Some(inner) = p.np_at(at) {
                self.swallowed[inner] = true;
            }
        }
        // “the Coalition’s Media Department” is one body.
        let part_of = (kind != Kind::Person && np.is_some())
            .then(|| {
                self.mentions
                    .last()
                    .filter(|m| {
                        m.possessor && m.toks.end + 1 == seg.start && self.list[m.entity].kind != Kind::Person && named
                    })
                    .map(|m| (m.toks.start, m.entity))
            })
            .flatten();
        let name = part_of.map_or(name.clone(), |(start, _)| start..name.end);
        let toks = part_of.map_or(toks.clone(), |(start, _)| start..toks.end);
        let key: Vec<String> = list[name.clone()]
            .iter()
            .filter(|t| !matches!(t.pos, Pos::Det | Pos::PosS | Pos::Quote | Pos::Punct))
            .map(|t| t.low.to_string())
            .collect();
        if key.is_empty() {
            return;
        }
        let words = p.t.words(&name).to_owned();
        let role_org = role.as_ref().and_then(|_| self.role_organisation(p, np, &seg));
        let role = role.map(|r| (r, role_org));
        let plural = p.nps[whole].plural && np.is_some()
            || kind == Kind::State && p.t.list[toks.end - 1].low != p.t.list[toks.end - 1].base;
        let definite = seg.start > 0 && p.t.list[seg.start - 1].any(&["the", "this"]);
        let generic = (definite && !named && np.is_some()).then(|| self.spoken_of(&key, kind, whole)).flatten();
        let known = generic.or_else(|| self.same(kind, &key, named, role.as_ref(), &p.t.list[seg.start]));
        let known = self.role_before(p, rule, &seg).or(known);
        let entity = known.unwrap_or_else(|| {
            self.list.push(Entity {
                kind,
                canonical: words.clone(),
                key: key.clone(),
                role: role.clone(),
                acronym: None,
                id: String::new(),
                named,
                plural,
            });
            self.list.len() - 1
        });
        let known = &mut self.list[entity];
        if named && (!known.named || key.len() > known.key.len() && known.kind == Kind::Person) {
            known.key = key;
            known.canonical = words;
            known.named = true;
        }
        if known.role.is_none() {
            known.role = role;
        }
        let subject = np.is_some() && self.subjects[whole];
        self.mentions.push(Mention {
            entity,
            toks: toks.clone(),
            np,
            subject,
            possessor,
            id: String::new(),
            rule,
            score,
        });
        if let Some(np) = np {
            self.of_np[np] = Some(self.mentions.len() - 1);
        }
        self.read_acronym(p, entity, toks.end);
    }

    /// The one told by a role right before the name: “its chairwoman, Jane Doe”.
    fn role_before(&self, p: &Parse<'_>, rule: &str, name: &Range<usize>) -> Option<usize> {
        let np = (rule == ROLE_NAMED_BEHIND).then(|| p.np_at(name.start.checked_sub(2)?)).flatten()?;
        let entity = self.mentions[self.mention_of(np)?].entity;
        (!self.list[entity].named && self.list[entity].kind == Kind::Person).then_some(entity)
    }

    /// “X Y Z (XYZ)”.
    fn read_acronym(&mut self, p: &Parse<'_>, entity: usize, at: usize) {
        if p.t.is(at, "(") && p.t.is(at + 2, ")") && p.t.get(at + 1).is_some_and(|t| t.shout) {
            self.list[entity].acronym = Some(p.t.list[at + 1].low.to_string());
        }
    }

    /// The organisation of a role: “the Coalition’s president”, “president of the Coalition”.
    fn role_organisation(&self, p: &Parse<'_>, np: Option<usize>, seg: &Range<usize>) -> Option<usize> {
        let before = self.mentions.iter().rev().take(4).find(|m| m.possessor && m.toks.end + 1 == seg.start);
        if let Some(m) = before {
            return Some(m.entity);
        }
        let np = np?;
        let full = p.full(np);
        self.mentions
            .iter()
            .rev()
            .take(8)
            .find(|m| m.toks.start > p.nps[np].toks.start && m.toks.end <= full.end)
            .map(|m| m.entity)
    }

    fn same(
        &self,
        kind: Kind,
        key: &[String],
        named: bool,
        role: Option<&(String, Option<usize>)>,
        first: &super::tokens::Token<'_>,
    ) -> Option<usize> {
        let last = key.last()?;
        let person = kind == Kind::Person;
        let rev =
            || self.list.iter().enumerate().rev().take(400).filter(move |(_, e)| (e.kind == Kind::Person) == person);
        if let Some((i, _)) = rev().find(|(_, e)| e.key == key && (e.named || !person)) {
            return Some(i);
        }
        if person {
            if named {
                return rev()
                    .find(|(_, e)| {
                        e.named
                            && (e.key.last() == Some(last) || e.key.ends_with(key))
                            && (e.key.len() == 1 || key.len() == 1 || e.key[0] == key[0])
                    })
                    .map(|(i, _)| i);
            }
            // “the Coalition’s president” after “President of the Coalition X”.
            let (word, org) = role?;
            return rev()
                .find(|(_, e)| {
                    e.role
                        .as_ref()
                        .is_some_and(|(w, o)| w == word && (org.is_none() || o.is_none() || self.related(*o, *org)))
                })
                .map(|(i, _)| i);
        }
        if key.len() == 1 && first.shout {
            if let Some((i, _)) = rev().find(|(_, e)| e.acronym.as_deref() == Some(last.as_str())) {
                return Some(i);
            }
            let initials = |e: &Entity| {
                e.key
                    .iter()
                    .filter(|w| !matches!(w.as_str(), "of" | "for" | "the" | "and" | "in"))
                    .filter_map(|w| w.chars().next())
                    .collect::<String>()
            };
            return rev().find(|(_, e)| e.named && e.key.len() > 1 && initials(e) == *last).map(|(i, _)| i);
        }
        // “the Coalition” after “the Syrian Coalition”; “Amnesty” after “Amnesty International”.
        rev()
            .find(|(_, e)| e.key.len() > key.len() && (e.key.ends_with(key) || e.key.starts_with(key) && named))
            .map(|(i, _)| i)
    }

    /// “the group said”, “the ministry denied”: the named body of that sort that spoke last.
    fn spoken_of(&self, key: &[String], kind: Kind, np: usize) -> Option<usize> {
        const SORTS: &[&str] = &[
            "group",
            "organisation",
            "organization",
            "network",
            "agency",
            "charity",
            "watchdog",
            "monitor",
            "observatory",
            "body",
            "commission",
            "council",
            "union",
            "team",
            "movement",
        ];
        let [word] = key else { return None };
        let state = kind == Kind::State && word != "regime" && word != "government";
        if !(self.speakers[np] || self.subjects[np]) || !(SORTS.contains(&word.as_str()) || state) {
            return None;
        }
        let near = self.mentions.iter().rev().take(30);
        near.filter(|m| {
            let e = &self.list[m.entity];
            let fits = if state { e.key.contains(word) } else { e.kind == Kind::Organisation };
            e.named && fits && self.speaks(m)
        })
        .map(|m| m.entity)
        .next()
    }

    fn related(&self, a: Option<usize>, b: Option<usize>) -> bool {
        a == b
    }

    /// Adds the mention objects.
    pub fn emit(&mut self, p: &Parse<'_>, b: &mut Builder<'_>) {
        let mut first: Vec<Option<String>> = vec![None; self.list.len()];
        for mention in &mut self.mentions {
            let entity = &self.list[mention.entity];
            let whole = whole_phrase(p, mention, entity.kind);
            let kind = if entity.kind == Kind::Person { "person" } else { "organisation" };
            let range = p.t.bytes(&mention.toks);
            let same = first[mention.entity].clone();
            let role = entity.role.as_ref().map(|(w, _)| w.clone());
            let reason = match mention.rule {
                "title_and_name" => "a title before a name",
                "role_and_name" | ROLE_NAMED_BEHIND => "a role whose holder is named behind it",
                "role" => "a word for a role",
                "organisation_name" => "the name ends in a word for an organisation",
                "collective_noun" => "a word for a body that acts",
                "acronym" => "capital letters",
                "state_name" => "the name of a country, not as a place",
                "surname" => "the last name of a person named elsewhere in the text",
                "short_name" => "the first word of an organisation named elsewhere in the text",
                _ => "a name that speaks or is followed by a role",
            };
            mention.id = b.push(
                "mention",
                p.t.bytes(&whole),
                json!({
                    "type": kind, "name": b.quote(&range), "canonical": entity.canonical, "same_as": same, "role": role,
                    "state": (entity.kind == Kind::State).then_some(true),
                }),
                Why::new(mention.rule, mention.score, reason),
            );
            first[mention.entity].get_or_insert_with(|| mention.id.clone());
        }
        self.inner_names(p, &first, b);
        for (entity, id) in self.list.iter_mut().zip(first) {
            entity.id = id.unwrap_or_default();
        }
    }

    /// Bodies named inside longer phrases: “UN staff”, “the Council’s envoy to X fighters”. Known from elsewhere in the text, or
    /// written in capitals.
    fn inner_names(&self, p: &Parse<'_>, first: &[Option<String>], b: &mut Builder<'_>) {
        for np in p.nps.iter().filter(|np| np.toks.len() > 1 && p.t.cased) {
            for at in np.toks.start..np.toks.end - 1 {
                let token = &p.t.list[at];
                let inside = self.near(&(at..at + 1)).iter().any(|m| m.toks.start == at);
                if token.pos != Pos::Propn || inside || LEXICON.countries.contains_key(&*token.low) {
                    continue;
                }
                let known = self.list.iter().take(400).position(|e| {
                    e.kind != Kind::Person
                        && e.named
                        && (e.key.len() == 1 && e.key[0] == *token.low || e.acronym.as_deref() == Some(&*token.low))
                });
                let group = self.groups.contains(&*token.low);
                if known.is_none() && !group && !(token.shout && token.low.len() > 1 && token.low.len() < 7) {
                    continue;
                }
                let range = p.t.bytes(&(at..at + 1));
                let name = b.quote(&range).to_owned();
                let canonical = known.map_or(name.clone(), |e| self.list[e].canonical.clone());
                let same = known.and_then(|e| first[e].clone());
                b.push(
                    "mention",
                    range,
                    json!({"type": "organisation", "name": name, "canonical": canonical, "same_as": same}),
                    Why::new("name_inside", 0.75, "the name of a body inside a longer phrase"),
                );
            }
        }
    }

    /// Id of the first mention of an entity.
    pub fn first_id(&self, entity: usize) -> Option<&str> {
        self.list.get(entity).map(|e| e.id.as_str()).filter(|id| !id.is_empty())
    }
}

/// Single names before words for armed bodies, places and adjectives of countries left out.
fn group_names(p: &Parse<'_>) -> BTreeSet<String> {
    const ARMED: &[&str] = &[
        "fighters",
        "militants",
        "rebels",
        "gunmen",
        "militia",
        "insurgents",
        "jihadists",
        "extremists",
        "terrorists",
        "group",
        "movement",
        "positions",
        "strongholds",
    ];
    let mut out = BTreeSet::new();
    for at in 1..p.t.list.len() {
        let (name, body) = (&p.t.list[at - 1], &p.t.list[at]);
        if body.any(ARMED)
            && name.pos == Pos::Propn
            && name.sent == body.sent
            && p.np_at(at - 1) == p.np_at(at)
            && p.np_at(at).is_some_and(|np| p.nps[np].head == at)
            && !LEXICON.countries.contains_key(&*name.low)
            && !name.low.contains('-')
        {
            out.insert(name.low.to_string());
        }
    }
    out
}

/// What is flown, sailed and driven.
/// The rule by which a name behind a role is read: “its chairwoman, Jane Doe”.
const ROLE_NAMED_BEHIND: &str = "role_named_behind";

const MACHINES: &[&str] = &[
    "aircraft",
    "warplane",
    "warplanes",
    "planes",
    "jets",
    "helicopter",
    "helicopters",
    "drones",
    "tanks",
    "bombers",
    "gunboats",
    "warships",
    "gunships",
    "bombardiers",
];

/// The tokens that are quoted: the name with the articles, numbers and adjectives of its own phrase (“the Northern Council”,
/// “both governments”). Persons are quoted by name and title alone.
fn whole_phrase(p: &Parse<'_>, mention: &Mention, kind: Kind) -> Range<usize> {
    let toks = mention.toks.clone();
    let Some(np) = p.np_at(toks.start).filter(|_| kind != Kind::Person) else { return toks };
    let own = &p.nps[np].toks;
    let before = own.start.min(toks.start)..toks.start;
    let plain = p.t.list[before.clone()].iter().all(|t| {
        matches!(t.pos, Pos::Det | Pos::Poss | Pos::Num | Pos::Adj) || t.pos == Pos::Propn && !mention.possessor
    });
    if plain && before.len() <= 4 { before.start..toks.end } else { toks }
}

struct Found {
    kind: Kind,
    name: Range<usize>,
    named: bool,
    role: Option<String>,
    rule: &'static str,
    score: f64,
    extend: usize,
}
