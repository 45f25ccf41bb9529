//! What was found about pairs of pictures, kept as rows, so that a page does not find it again.
//!
//! Aligning two pictures takes milliseconds, and a collection has as many pairs as copies. Each weighing therefore commits what it
//! found under an analyzer's name of its own, with the pictures that it covers: two covered pictures without a row share
//! nothing, and only pictures that came since are held against the others. Sealed pictures are not covered and leave no row.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use witnessmark_analyze::media::points;
use witnessmark_archive::{Archive, NewPack};
use witnessmark_model::{ItemId, MemberKey};
use witnessmark_weigh::Looked;
use witnessmark_weigh::pictures::alike::Aligned;
use witnessmark_weigh::pictures::pair;

use crate::error::Result;
use crate::facts::Item;

/// Name in packs.
pub const PAIRS: &str = "picture-pairs";
/// Its version: of the points that pictures are compared by, and of the comparing.
pub const VERSION: u32 = points::MANIFEST.version * 1000 + pair::VERSION;
/// Kind of its rows.
pub const KIND: &str = "picture_pair";
/// Pictures that one pack covers.
const COVERED_AT_ONCE: usize = 4096;

/// Pictures that were held against each other, and what that found; `near` is what was found of their hashes.
pub fn kept(archive: &Archive, items: &BTreeMap<ItemId, Item>, near: crate::hashes::Near) -> Result<Looked> {
    let waiting: BTreeSet<ItemId> = archive.backlog(PAIRS, VERSION)?.into_iter().collect();
    let covered = items.values().filter(|item| can_be_kept(item) && !waiting.contains(&item.id)).map(|item| item.id);
    let crate::hashes::Near { joined, connected } = near;
    let mut looked = Looked { covered: covered.collect(), pairs: Vec::new(), joined, connected };
    if looked.covered.is_empty() {
        return Ok(looked);
    }
    let packs: BTreeSet<_> = archive
        .world()
        .packs()
        .filter(|(_, o)| o.analyzer == PAIRS && o.version == VERSION)
        .map(|(_, o)| o.pack)
        .collect();
    for (at, row) in archive.rows_of_kind(KIND)? {
        let id = |name: &str| row.get(name).and_then(Value::as_str).and_then(|text| text.parse::<ItemId>().ok());
        let Some((a, b)) = id("item").zip(id("other")).filter(|_| packs.contains(&at.pack)) else { continue };
        if let (true, Some(pair)) = (looked.covers(a) && looked.covers(b), Aligned::from_row(0, 1, &row)) {
            looked.pairs.push((a, b, pair));
        }
    }
    Ok(looked)
}

fn can_be_kept(item: &Item) -> bool {
    item.points.is_some() && item.subject.is_none()
}

/// Commits what a weighing found of pictures that were not covered yet.
pub fn keep(
    archive: &mut Archive,
    member: MemberKey,
    items: &BTreeMap<ItemId, Item>,
    known: &Looked,
    found: &[(ItemId, ItemId, &Aligned)],
) -> Result<()> {
    let new: Vec<ItemId> =
        items.values().filter(|item| can_be_kept(item) && !known.covers(item.id)).map(|item| item.id).collect();
    let place: BTreeMap<ItemId, usize> = new.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    type Rows = Vec<(ItemId, Map<String, Value>)>;
    let mut of_chunk: BTreeMap<usize, Rows> = BTreeMap::new();
    for (a, b, pair) in found {
        if ![a, b].iter().all(|id| items.get(*id).is_some_and(can_be_kept)) {
            continue;
        }
        // With the later of the two: a pack that was not committed any more leaves its pictures uncovered.
        let Some(last) = place.get(a).max(place.get(b)) else { continue };
        let mut row = pair.to_row();
        row.insert("kind".into(), KIND.into());
        row.insert("other".into(), b.to_string().into());
        of_chunk.entry(last / COVERED_AT_ONCE).or_default().push((*a, row));
    }
    for (number, chunk) in new.chunks(COVERED_AT_ONCE).enumerate() {
        let pack = NewPack {
            analyzer: PAIRS.into(),
            version: VERSION,
            config: String::new(),
            covers: chunk.iter().copied().collect(),
            rows: of_chunk.remove(&number).unwrap_or_default(),
            subject: None,
        };
        archive.session(member)?.observe(pack)?;
    }
    Ok(())
}
