//! Invented worlds thrown by a die: sources that cite each other, copies, reused words, links, denials, figures, what people did.
//! The same seed gives the same world.

use std::collections::BTreeSet;

use witnessmark_model::claim::{Harm, Place};
use witnessmark_model::entry::{Finding, Relation};
use witnessmark_model::vocabulary::Element;
use witnessmark_model::{ClaimRef, EntryRef, ItemId, LogId};

use super::{Say, claim, id, key, link, member, province, town};
use crate::facts::{Held, ItemFacts, ItemKind, Link, Standing};
use crate::level::{ElementFacts, Placement, Review};
use crate::link::hash::throw;
use crate::weigh::IncidentFacts;

/// Everything that is weighed, owned; texts apart, as items borrow them.
#[derive(Clone)]
pub(crate) struct Random {
    pub texts: Vec<Option<String>>,
    pub items: Vec<ItemFacts<'static>>,
    pub claims: Vec<Held>,
    pub links: Vec<Link>,
    /// Claims of each incident, and what people did about it.
    pub incidents: Vec<(BTreeSet<ClaimRef>, IncidentFacts)>,
}

struct Dice(u64, u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.1 += 1;
        crate::link::hash::below(throw(self.0, self.1), n.max(1))
    }
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

const NAMES: [&str; 12] = [
    "Courier",
    "the Harbour Monitor",
    "Harbour Monitor",
    "Ada Lund",
    "a nurse",
    "residents",
    "مرصد الميناء",
    "report of the Harbour Monitor",
    "River Front",
    "Northern Army",
    "Isle Wire",
    "شهود عيان",
];
const RUNS: [&str; 3] = [
    "Three shells struck the covered market in the old quarter of the town shortly before noon today while people queued.",
    "A drone dropped a munition on the bread queue of the mill shortly before six in the morning as the baker opened.",
    "أصابت ثلاث قذائف السوق المسقوف في الحي القديم من البلدة قبيل ظهر اليوم بينما كان الناس يصطفون أمام المخبز",
];

impl Random {
    /// A world of about so many items.
    pub fn of(seed: u64, items: usize) -> Self {
        let mut dice = Dice(seed, 0);
        let mut world = Random {
            texts: Vec::new(),
            items: Vec::new(),
            claims: Vec::new(),
            links: Vec::new(),
            incidents: Vec::new(),
        };
        for n in 0..items {
            world.add_item(&mut dice, n);
        }
        for n in 0..items * 2 {
            let at = dice.below(items);
            let told = random_claim(&mut dice, n as u64, at as u16);
            world.claims.push(told);
        }
        for _ in 0..items / 3 {
            let link = random_link(&mut dice, items);
            world.links.push(link);
        }
        let incidents = items / 4 + 1;
        let mut members = vec![BTreeSet::new(); incidents];
        for held in &world.claims {
            if !dice.one_in(6) {
                members[dice.below(incidents)].insert(held.key);
            }
        }
        for set in members {
            let done = world.done(&mut dice, &set);
            world.incidents.push((set, done));
        }
        world
    }

    fn add_item(&mut self, dice: &mut Dice, n: usize) {
        let kinds = [
            ItemKind::Text,
            ItemKind::Text,
            ItemKind::Text,
            ItemKind::Account,
            ItemKind::Picture,
            ItemKind::Film,
            ItemKind::Scene,
            ItemKind::Sheet,
        ];
        let mut item = ItemFacts::new(id(n as u16), dice.of(&kinds));
        let name = |dice: &mut Dice| (!dice.one_in(5)).then(|| dice.of(&NAMES).to_owned());
        (item.source, item.issuer, item.owner) = (name(dice), name(dice).filter(|_| n.is_multiple_of(3)), name(dice));
        item.interpreter = name(dice).filter(|_| n % 4 == 1);
        let kinds = ["eyewitness", "party", "outlet", "ngo", "journalist"];
        item.source_kind = (!dice.one_in(3)).then(|| dice.of(&kinds).to_owned());
        item.aligned_with = name(dice).filter(|_| n % 5 == 2);
        item.first_hand = [None, Some(true), Some(false)][dice.below(3)];
        if dice.one_in(4) {
            let other = dice.below(n + 1) as u16;
            let with = if dice.one_in(2) { id(other).to_string() } else { dice.of(&NAMES).to_owned() };
            item.present_with.push(with);
        }
        item.published = (!dice.one_in(3)).then(|| format!("2031-04-{:02}", 10 + dice.below(8)));
        if matches!(item.kind, ItemKind::Picture | ItemKind::Film) {
            let word = [1u64, 0xffff_0000, u64::MAX / 3][dice.below(3)];
            item.pdq = Some(([word, 7, 7, 7 ^ (1 << dice.below(4))], 90));
        }
        item.reposts = (n > 0 && dice.one_in(6)).then(|| id(dice.below(n) as u16));
        item.withdrawn = dice.one_in(15);
        let text = matches!(item.kind, ItemKind::Text | ItemKind::Account).then(|| {
            let run = dice.of(&RUNS);
            match dice.below(3) {
                0 => format!("Post {n}. {run} So says {n}."),
                1 => format!("{run} {} {n}.", dice.of(&RUNS)),
                _ => format!("Words of item {n} alone, numbers {} and {}.", dice.below(1000), dice.below(1000)),
            }
        });
        self.texts.push(text);
        self.items.push(item);
    }

    fn done(&self, dice: &mut Dice, set: &BTreeSet<ClaimRef>) -> IncidentFacts {
        let mut facts = IncidentFacts { another_that_day: dice.one_in(4), ..IncidentFacts::default() };
        if dice.one_in(2) {
            return facts;
        }
        let items: Vec<ItemId> = self.claims.iter().filter(|h| set.contains(&h.key)).map(|h| h.claim.item).collect();
        for element in Element::ALL.iter().filter(|_| !dice.one_in(3)).copied().collect::<Vec<_>>() {
            let mut of = ElementFacts { author: Some(member(1)), ..ElementFacts::default() };
            of.reviewers = (2..2 + dice.below(3) as u8).map(member).collect();
            for item in items.iter().filter(|_| dice.one_in(3)).collect::<Vec<_>>() {
                let time = claim(0, 0).on("2031-04-12").claim.times[0].clone();
                of.placed.insert(*item, Placement { place: town(dice.below(3) as u8), time });
                of.unpublished_detail.insert(*item);
            }
            (of.opposing_answered, of.adversarial_review) = (dice.one_in(2), dice.one_in(2));
            if dice.one_in(2) {
                let seen = set.iter().filter(|_| !dice.one_in(5)).copied().collect();
                let entry = EntryRef { log: LogId([0; 8]), index: 500 };
                of.reviews.push(Review { entry, by: member(4), finding: Finding::Agrees, seen: Some(seen) });
            }
            facts.elements.insert(element, of);
        }
        facts
    }

    /// The items with their texts.
    pub fn facts(&self) -> Vec<ItemFacts<'_>> {
        let with = |(item, text)| with_text(item, text);
        self.items.iter().zip(&self.texts).map(with).collect()
    }

    /// One change of the kind that a decision makes; the kinds take turns.
    pub fn change(&mut self, seed: u64) {
        let mut dice = Dice(seed, 7);
        let (items, claims) = (self.items.len(), self.claims.len());
        match seed % 8 {
            0 => {
                let at = dice.below(claims);
                self.claims[at].standing = Standing::Accepted { by: member(3) };
            }
            1 => self.links.push(random_link(&mut dice, items)),
            2 => {
                let at = dice.below(self.links.len().max(1));
                if at < self.links.len() {
                    self.links.remove(at);
                }
            }
            3 => {
                let item = dice.below(items) as u16;
                let held = random_claim(&mut dice, 10_000 + seed, item);
                let incident = dice.below(self.incidents.len());
                self.incidents[incident].0.insert(held.key);
                self.claims.push(held);
            }
            4 => {
                let at = dice.below(items);
                self.items[at].withdrawn = !self.items[at].withdrawn;
            }
            5 => {
                let at = dice.below(items);
                self.items[at].source = Some(dice.of(&NAMES).to_owned());
            }
            6 => {
                let incident = dice.below(self.incidents.len());
                let set = self.incidents[incident].0.clone();
                self.incidents[incident].1 = self.done(&mut dice, &set);
            }
            _ => {
                let gone = dice.below(claims);
                let held = self.claims.remove(gone);
                let item = dice.below(items) as u16;
                let other = random_claim(&mut dice, 20_000 + seed, item);
                self.claims.push(Held { key: other.key, ..held });
            }
        }
    }
}

fn with_text<'a>(item: &ItemFacts<'a>, text: &'a Option<String>) -> ItemFacts<'a> {
    ItemFacts { text: text.as_deref(), ..item.clone() }
}

fn random_link(dice: &mut Dice, items: usize) -> Link {
    let relations = [
        Relation::SameAs,
        Relation::Owns,
        Relation::Reposts,
        Relation::Quotes,
        Relation::Translates,
        Relation::SharesOrigin,
        Relation::SameAuthor,
        Relation::PresentTogether,
        Relation::Separate,
        Relation::Separate,
        Relation::Separate,
        Relation::Separate,
    ];
    let relation = dice.of(&relations);
    link(dice.below(items) as u16, dice.below(items) as u16, relation, dice.of(&["", "other vantage"]))
}

fn random_claim(dice: &mut Dice, n: u64, item: u16) -> Held {
    let mut held = claim(n, item);
    held.standing = match dice.below(5) {
        0 => Standing::Proposed,
        1 => Standing::Bulk,
        _ => Standing::Accepted { by: member(1 + dice.below(2) as u8) },
    };
    held.key = if held.standing == Standing::Proposed && dice.one_in(2) {
        ClaimRef::Row(witnessmark_model::RowRef {
            pack: witnessmark_model::PackId([3; 32]),
            row: u32::try_from(n).unwrap_or_default(),
        })
    } else {
        key(n)
    };
    for _ in 0..dice.below(3) {
        let place = if dice.one_in(4) { province() } else { town(dice.below(3) as u8) };
        held = held.at(&if dice.one_in(5) { Place { id: None, ..place } } else { place });
    }
    for _ in 0..1 + dice.below(2) {
        held = match dice.below(6) {
            0 => held.between("2031-04-12T06:40", "2031-04-12T06:45"),
            1 => held.between("2031-04-08", "2031-04-14"),
            2 => held.between("2031-04-12T09:00:00Z", "2031-04-12T09:30:00Z"),
            3 => held.on("2031-04-13"),
            _ => held.on("2031-04-12"),
        };
    }
    for _ in 0..dice.below(3) {
        held =
            held.hit(dice.of(&["market", "hospital", "field_hospital", "health", "unknown", "settlement", "bakery"]));
    }
    if dice.one_in(2) {
        held = held.weapon(dice.of(&["mortar", "rocket_artillery", "air_delivered", "unknown", "ground"]));
    }
    if dice.one_in(2) {
        held = held.actor(dice.of(&NAMES));
    }
    if dice.one_in(2) {
        held = held.act(dice.of(&["air_strike", "shelling", "attack", "raid"]));
    }
    for _ in 0..dice.below(3) {
        let min = dice.below(6) as u64;
        held = held.harm(
            dice.of(&["killed", "injured"]),
            Some(min),
            (!dice.one_in(3)).then_some(min + dice.below(4) as u64),
        );
        let who = dice.of(&["unknown", "civilians", "combatants"]).to_owned();
        held = held.with(|c| c.harm.iter_mut().for_each(|h: &mut Harm| h.who.clone_from(&who)));
    }
    for _ in 0..dice.below(3) {
        let name = dice.of(&NAMES);
        held = held.with(|c| c.chain.push(name.into()));
    }
    if dice.one_in(6) {
        held = held.denied();
    }
    if dice.one_in(8) {
        held = held.with(|c| c.predicate = "denial".into());
    } else if dice.one_in(9) {
        held = held.with(|c| c.predicate = "casualties".into());
    }
    if dice.one_in(3) {
        held = held.with(|c| c.first_hand = Some(true));
    }
    if dice.one_in(2) {
        let start = dice.below(120);
        held = held.span(start, start + 10 + dice.below(60));
    }
    if dice.one_in(4) {
        held = held.with(|c| c.relies_on = vec!["video".into(), "medical".into()]);
    }
    held
}
