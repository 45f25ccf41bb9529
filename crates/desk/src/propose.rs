//! Weighing what was read, and keeping what the machine proposes as rows: what it said, and when, is on record even where
//! nobody accepts it.
//!
//! A proposal that touches sealed material keeps references only: its words are computed again for whoever has the key.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use witnessmark_archive::Archive;
use witnessmark_archive::pack::{Pack, PackWriter};
use witnessmark_model::{ClaimRef, ItemId, MemberKey, RowRef};
use witnessmark_weigh::{Ground, Held, ItemFacts, propose_on};

use crate::error::Result;
use crate::facts::{Item, gather, reposts};
use crate::progress::Progress;

/// Name of the weighing in packs.
pub const WEIGH: &str = "weigh";
/// Its version.
pub const VERSION: u32 = 5;
/// What a proposal keeps when it touches sealed material.
const REFERENCES: &[&str] =
    &["kind", "item", "items", "members", "claim", "claims", "a", "b", "score", "first", "second", "hint", "settles"];

/// How many proposals of each kind the weighing made.
pub type Proposed = BTreeMap<String, usize>;

/// Weighs everything and commits the proposals, unless the latest weighing said the same.
pub fn propose(archive: &mut Archive, member: MemberKey, progress: &mut dyn Progress) -> Result<Proposed> {
    progress.stage("weigh", None);
    let items = gather(archive)?;
    let claims: Vec<Held> = crate::case::claims(archive, &items)?.into_values().collect();
    let links = crate::case::links(archive);
    let reposted = reposts(archive, &items);
    let facts: Vec<ItemFacts<'_>> = items.values().map(|item| item.to_weigh(reposted.get(&item.id).copied())).collect();
    let policy = crate::policy::in_force(archive)?;
    let above = crate::places::above(archive, &claims)?;
    let looked = crate::pairs::kept(archive, &items, crate::hashes::bring(archive, &items))?;
    let ground = Ground::survey_after(&facts, &claims, &links, &policy, &looked);
    let ground = ground.knowing(&above).told(crate::same::told(archive));
    let of = |place: usize| ground.joined.pictured.get(place).copied();
    let pairs: Vec<_> = ground.joined.pictures.aligned.iter().filter_map(|p| Some((of(p.a)?, of(p.b)?, p))).collect();
    crate::pairs::keep(archive, member, &items, &looked, &pairs)?;
    let items_of: BTreeMap<ClaimRef, ItemId> = claims.iter().map(|held| (held.key, held.claim.item)).collect();
    let mut counts = Proposed::new();
    let mut pack = PackWriter::new(WEIGH, VERSION, &policy.version, items.keys().copied().collect());
    // Written as they are made: read, a hundred thousand proposals would be gigabytes.
    propose_on(&ground, |proposal| {
        let Value::Object(mut body) = proposal.body else { return };
        body.insert("kind".into(), Value::from(proposal.kind));
        let touched = touched(&body, &items_of);
        let Some(first) = touched.iter().next().copied() else { return };
        if touched.iter().any(|item| is_sealed(&items, *item)) {
            body.retain(|name, _| REFERENCES.contains(&name.as_str()));
        }
        *counts.entry(proposal.kind.to_owned()).or_default() += 1;
        pack.row(first, body);
    });
    // Nothing of what was weighed is needed to commit it.
    drop(ground);
    drop((facts, items_of, above));
    drop((claims, items));
    commit(archive, member, &pack.finish())?;
    Ok(counts)
}

/// The latest weighing said the same: nothing to add.
fn commit(archive: &mut Archive, member: MemberKey, pack: &Pack) -> Result<()> {
    let latest = archive.world().packs().filter(|(_, o)| o.analyzer == WEIGH).last().map(|(_, o)| o.pack);
    if latest != Some(pack.id) {
        archive.session(member)?.observe_pack(pack, None)?;
    }
    Ok(())
}

fn is_sealed(items: &BTreeMap<ItemId, Item>, item: ItemId) -> bool {
    items.get(&item).is_some_and(|i| i.subject.is_some())
}

/// Every item that a proposal names, directly or through a claim.
fn touched(body: &Map<String, Value>, items_of: &BTreeMap<ClaimRef, ItemId>) -> BTreeSet<ItemId> {
    let mut touched = BTreeSet::new();
    let mut todo: Vec<&Value> = body.values().collect();
    while let Some(value) = todo.pop() {
        match value {
            Value::Array(list) => todo.extend(list),
            Value::Object(map) => todo.extend(map.values()),
            Value::String(text) => {
                touched.extend(text.parse::<ItemId>().ok());
                touched.extend(text.parse::<ClaimRef>().ok().and_then(|c| items_of.get(&c).copied()));
            }
            _ => {}
        }
    }
    touched
}

/// Rows of one kind of the latest weighing.
pub fn latest(archive: &Archive, kind: &str) -> Result<Vec<(RowRef, Map<String, Value>)>> {
    let mut rows = Vec::new();
    each_latest(archive, kind, |at, row| rows.push((at, row)))?;
    Ok(rows)
}

/// Goes through them, one at a time: for whoever wants little of very many.
pub fn each_latest(archive: &Archive, kind: &str, mut take: impl FnMut(RowRef, Map<String, Value>)) -> Result<()> {
    let Some((_, observed)) = archive.world().packs().filter(|(_, o)| o.analyzer == WEIGH).last() else {
        return Ok(());
    };
    Ok(archive.derived().each_of_pack(observed.pack, kind, |at, _, row| take(at, row))?)
}

/// The claims that a proposed incident names.
pub(crate) fn named(body: &Map<String, Value>) -> impl Iterator<Item = ClaimRef> + '_ {
    let list = body.get("members").and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|v| v.as_str().or_else(|| v.get("claim").and_then(Value::as_str))?.parse().ok())
}

/// The claims of a proposed incident; one that a person has since asserted is that person's.
pub fn members(archive: &Archive, body: &Map<String, Value>) -> Vec<ClaimRef> {
    named(body).map(|claim| archive.world().resolved(claim)).collect()
}
