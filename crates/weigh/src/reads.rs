//! What is asked of items and claims again and again while incidents are weighed, read once: who speaks, folded; through whom it
//! came; when. Numbers stand for ids, so that looking something up does not compare ids of thirty-two bytes all the way down.
//!
//! Deliberately nothing that depends on an incident, a policy or a place table: those may change while this stays. The hash maps
//! are only looked up in, never walked.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use witnessmark_model::{Claim, ClaimRef, ItemId};

use crate::facts::{Held, ItemFacts, ItemKind};
use crate::level::spans;
use crate::origin::{Speaker, chain_of, voice_key};
use crate::when::Span;

/// What of an item is compared.
#[derive(Debug, Clone)]
pub(crate) struct ItemRead<'a> {
    /// The item.
    pub facts: &'a ItemFacts<'a>,
    /// Key of its voice; nothing where it has none, or none that leaves a key.
    pub voice: Option<Arc<str>>,
    /// Key of its source.
    pub source: Option<Arc<str>>,
    /// Key of its owner.
    pub owner: Option<Arc<str>>,
    /// Key of its interpreter.
    pub interpreter: Option<Arc<str>>,
    /// Items that it was present with, as stated.
    pub beside_items: Box<[ItemId]>,
    /// Keys of names that it was present with.
    pub beside: Box<[Arc<str>]>,
    /// Does it come from one person?
    pub from_a_person: bool,
    /// Claims in it, sorted.
    pub claims: Box<[ClaimRef]>,
}

/// What of a claim is compared.
#[derive(Debug, Clone)]
pub(crate) struct ClaimRead<'a> {
    /// The claim.
    pub held: &'a Held,
    /// Number of its item, where that is at hand.
    pub item: Option<u32>,
    /// Through whom it came, outermost first (see [`chain_of`]).
    pub chain: Box<[Speaker]>,
    /// Its times that can be read.
    pub spans: Box<[Span]>,
    /// Keys of its actors, in their order; empty for a name that leaves no key.
    pub actors: Box<[Arc<str>]>,
    /// Does whoever says it say that they perceived it?
    pub perceived: Option<bool>,
}

/// A claim as two of them are compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'r> {
    /// The claim.
    pub claim: &'r Claim,
    /// Its times.
    pub spans: &'r [Span],
    /// Keys of its actors.
    pub actors: &'r [Arc<str>],
}

impl<'a> ClaimRead<'a> {
    /// For comparing.
    pub fn told(&self) -> Told<'_> {
        Told { claim: &self.held.claim, spans: &self.spans, actors: &self.actors }
    }
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Reads<'a> {
    items: Vec<ItemRead<'a>>,
    claims: Vec<ClaimRead<'a>>,
    /// Claims of items that are not at hand.
    strays: BTreeMap<ItemId, Vec<ClaimRef>>,
    item_at: HashMap<ItemId, u32, Quick>,
    claim_at: HashMap<ClaimRef, u32, Quick>,
}

/// Ids are looked up far more often than anything else; hashed quickly, under a key of this process.
pub(crate) type Quick = foldhash::fast::RandomState;

/// Names and their keys, each folded once.
#[derive(Default)]
struct Folded<'a>(HashMap<&'a str, Arc<str>>);

impl<'a> Folded<'a> {
    fn key(&mut self, name: &'a str) -> Arc<str> {
        self.0.entry(name).or_insert_with(|| voice_key(name).into()).clone()
    }

    fn of(&mut self, name: Option<&'a str>) -> Option<Arc<str>> {
        name.map(|name| self.key(name)).filter(|key| !key.is_empty())
    }
}

impl<'a> Reads<'a> {
    /// Of everything at hand.
    pub fn of(items: &BTreeMap<ItemId, &'a ItemFacts<'a>>, claims: &BTreeMap<ClaimRef, &'a Held>) -> Self {
        let mut folded = Folded::default();
        let item_at: HashMap<ItemId, u32, Quick> = items.keys().copied().zip(0..).collect();
        let claim_at: HashMap<ClaimRef, u32, Quick> = claims.keys().copied().zip(0..).collect();
        let mut within: Vec<Vec<ClaimRef>> = vec![Vec::new(); items.len()];
        let mut strays: BTreeMap<ItemId, Vec<ClaimRef>> = BTreeMap::new();
        for held in claims.values() {
            match item_at.get(&held.claim.item) {
                Some(at) => within[*at as usize].push(held.key),
                None => strays.entry(held.claim.item).or_default().push(held.key),
            }
        }
        let items: Vec<ItemRead<'a>> =
            items.values().copied().zip(within).map(|(facts, claims)| item(facts, claims, &mut folded)).collect();
        let claims = claims
            .values()
            .copied()
            .map(|held| {
                let at = item_at.get(&held.claim.item).copied();
                let facts = at.map(|at| items[at as usize].facts);
                let chain: Box<[Speaker]> = chain_of(&held.claim, facts).into();
                ClaimRead {
                    held,
                    item: at,
                    perceived: perceived(held, facts, chain.is_empty()),
                    chain,
                    spans: spans(&held.claim).into(),
                    actors: held.claim.actors.iter().map(|actor| folded.key(&actor.name)).collect(),
                }
            })
            .collect();
        Reads { items, claims, strays, item_at, claim_at }
    }

    /// Of all items, in the order of their ids; the number of an item is its place here.
    pub fn items(&self) -> &[ItemRead<'a>] {
        &self.items
    }

    /// Of all claims, in the order of their ids.
    pub fn claims(&self) -> &[ClaimRead<'a>] {
        &self.claims
    }

    /// The number of an item.
    pub fn number(&self, item: &ItemId) -> Option<u32> {
        self.item_at.get(item).copied()
    }

    /// Of an item.
    pub fn item(&self, item: &ItemId) -> Option<&ItemRead<'a>> {
        self.item_at.get(item).map(|at| &self.items[*at as usize])
    }

    /// Of a claim.
    pub fn claim(&self, key: &ClaimRef) -> Option<&ClaimRead<'a>> {
        self.claim_at.get(key).map(|at| &self.claims[*at as usize])
    }

    /// Claims in an item, sorted.
    pub fn claims_in(&self, item: &ItemId) -> &[ClaimRef] {
        let stray = || self.strays.get(item).map_or(&[][..], Vec::as_slice);
        self.item(item).map_or_else(stray, |read| &read.claims)
    }

    /// Of the item that a claim is in.
    pub fn item_of(&self, claim: &ClaimRead<'_>) -> Option<&ItemRead<'a>> {
        claim.item.map(|at| &self.items[at as usize])
    }
}

fn item<'a>(facts: &'a ItemFacts<'a>, claims: Vec<ClaimRef>, folded: &mut Folded<'a>) -> ItemRead<'a> {
    // An item is meant only where its id is spelt exactly.
    let spelt = |text: &String| text.parse::<ItemId>().ok().filter(|item| item.to_string() == *text);
    ItemRead {
        voice: folded.of(facts.voice()),
        source: folded.of(facts.source.as_deref()),
        owner: folded.of(facts.owner.as_deref()),
        interpreter: folded.of(facts.interpreter.as_deref()),
        beside_items: facts.present_with.iter().filter_map(spelt).collect(),
        beside: facts.present_with.iter().filter_map(|name| folded.of(Some(name))).collect(),
        from_a_person: facts.from_a_person(),
        claims: claims.into(),
        facts,
    }
}

/// Does whoever says it say that they perceived it? The words of an account are its witness's own unless it says not.
fn perceived(held: &Held, item: Option<&ItemFacts<'_>>, is_own_voice: bool) -> Option<bool> {
    let of_item = item.filter(|_| is_own_voice).and_then(|item| match item.kind {
        ItemKind::Account => Some(item.first_hand.unwrap_or(true)),
        _ => item.first_hand,
    });
    held.claim.first_hand.or(of_item)
}
