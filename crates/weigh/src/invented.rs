//! Invented material for tests: items and claims in a few words.

use std::sync::Arc;

use witnessmark_model::claim::{Actor, Harm, Interval, Named, Place};
use witnessmark_model::entry::Relation;
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, LogId, MemberKey};

use crate::facts::{Held, ItemFacts, ItemKind, Link, Standing};

pub(crate) mod random;

pub(crate) fn id(n: u16) -> ItemId {
    let mut bytes = [0; 32];
    bytes[..2].copy_from_slice(&n.to_be_bytes());
    ItemId(bytes)
}

pub(crate) fn key(n: u64) -> ClaimRef {
    ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: n })
}

pub(crate) fn member(n: u8) -> MemberKey {
    MemberKey([n; 8])
}

pub(crate) fn text<'a>(n: u16, source: &str, body: &'a str) -> ItemFacts<'a> {
    ItemFacts { source: Some(source.into()), text: Some(body), ..ItemFacts::new(id(n), ItemKind::Text) }
}

pub(crate) fn account(n: u16, source: &str) -> ItemFacts<'static> {
    ItemFacts {
        source: Some(source.into()),
        source_kind: Some("eyewitness".into()),
        ..ItemFacts::new(id(n), ItemKind::Account)
    }
}

pub(crate) fn link(from: u16, to: u16, relation: Relation, basis: &str) -> Link {
    Link { from: id(from), to: id(to), relation, basis: basis.into(), by: None }
}

/// A claim of one attack, accepted, of which nothing is stated; then what is.
pub(crate) fn claim(n: u64, item: u16) -> Held {
    let claim = Claim {
        item: id(item),
        predicate: "attack".into(),
        span: None,
        quote: String::new(),
        scope: "one".into(),
        count: None,
        act: None,
        targets: vec![],
        victims: vec![],
        weapons: vec![],
        actors: vec![],
        places: vec![],
        times: vec![],
        harm: vec![],
        polarity: "asserted".into(),
        stated_by: None,
        chain: vec![],
        relies_on: vec![],
        first_hand: None,
        more: Default::default(),
        rule: None,
        analyzer: None,
        score: None,
    };
    Held { key: key(n), claim: claim.into(), standing: Standing::Accepted { by: member(1) } }
}

/// What can be said of a claim, in a row.
pub(crate) trait Say: Sized {
    fn with(self, change: impl FnOnce(&mut Claim)) -> Self;

    fn by(self, chain: &[&str]) -> Self {
        self.with(|c| {
            c.chain = chain.iter().map(|s| s.to_string()).collect();
            c.stated_by = c.chain.last().cloned();
        })
    }
    fn act(self, act: &str) -> Self {
        self.with(|c| c.act = Some(act.into()))
    }
    fn hit(self, class: &str) -> Self {
        self.with(|c| c.targets.push(named(class)))
    }
    fn weapon(self, class: &str) -> Self {
        self.with(|c| c.weapons.push(named(class)))
    }
    fn actor(self, name: &str) -> Self {
        self.with(|c| c.actors.push(Actor { name: name.into(), kind: None, mode: None }))
    }
    fn at(self, place: &Place) -> Self {
        self.with(|c| c.places.push(place.clone()))
    }
    fn on(self, day: &str) -> Self {
        self.between(day, day)
    }
    fn between(self, earliest: &str, latest: &str) -> Self {
        self.with(|c| {
            c.times.push(Interval {
                earliest: Some(earliest.into()),
                latest: Some(latest.into()),
                ..Interval::default()
            })
        })
    }
    fn harm(self, harm: &str, min: Option<u64>, max: Option<u64>) -> Self {
        self.with(|c| c.harm.push(Harm { harm: harm.into(), min, max, who: "unknown".into(), scope: "strike".into() }))
    }
    fn denied(self) -> Self {
        self.with(|c| c.polarity = "denied".into())
    }
    fn span(self, start: usize, end: usize) -> Self {
        self.with(|c| c.span = Some((start, end)))
    }
}

impl Say for Held {
    fn with(mut self, change: impl FnOnce(&mut Claim)) -> Self {
        change(Arc::make_mut(&mut self.claim));
        self
    }
}

fn named(class: &str) -> Named {
    Named { class: class.into(), name: class.into(), span: None, called_banned: false }
}

/// A town known to within two kilometres, ten kilometres from the next of the row.
pub(crate) fn town(n: u8) -> Place {
    Place {
        name: format!("Town {n}"),
        id: Some(format!("town{n}")),
        lat: Some(10.0 + f64::from(n) * 0.1),
        lon: Some(20.0),
        uncertainty_m: Some(2_000.0),
        level: Some("town".into()),
        parent: Some("province".into()),
    }
}

/// The province that all towns lie in.
pub(crate) fn province() -> Place {
    Place {
        name: "Province".into(),
        id: Some("province".into()),
        lat: Some(10.5),
        lon: Some(20.0),
        uncertainty_m: Some(80_000.0),
        level: Some("province".into()),
        parent: None,
    }
}
