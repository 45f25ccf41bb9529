//! How much waits for a person, counted without putting everything together: item by item, holding no more of each than whether its
//! claims say enough.
//!
//! What it counts is what [`crate::case::Case::waiting`] lists; a test holds the two together.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_archive::Archive;
use witnessmark_model::{Claim, ClaimRef, ItemId, RowRef, claim};

use crate::case::DECIDABLE;
use crate::error::Result;

/// What a claim says, as far as a group of claims needs it to be an incident.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Says {
    /// What was done or hit.
    what: bool,
    /// Where, or when.
    where_or_when: bool,
}

impl Says {
    pub(crate) fn of(claim: &Claim) -> Self {
        Says {
            what: claim.act.is_some() || claim.targets.iter().any(|t| t.class != "unknown"),
            where_or_when: !claim.places.is_empty() || claim.times.iter().any(|t| t.days().is_some()),
        }
    }

    /// Claims that together name neither a target nor an act, or neither a place nor a day, are a lead and no incident yet.
    pub(crate) fn enough(all: impl Iterator<Item = Says>) -> bool {
        let all = all.fold(Says::default(), |a, b| Says {
            what: a.what || b.what,
            where_or_when: a.where_or_when || b.where_or_when,
        });
        all.what && all.where_or_when
    }
}

/// How many claims and proposals wait for a person.
pub fn count(archive: &Archive) -> Result<usize> {
    archive.must_be_whole("count what waits")?;
    let world = archive.world();
    let relied_on = |item: &ItemId| world.captures(*item).next().is_some() && world.withdrawal_of(*item).is_none();
    let undecided = |row: RowRef| world.decisions(row).next().is_none();
    let mut claims: BTreeMap<ClaimRef, Says> = BTreeMap::new();
    for item in archive.items_with(claim::PREDICATES)?.into_iter().filter(relied_on) {
        let rows = archive.rows_of(item)?;
        let made = claim::of_document(item, rows.iter().map(|(at, row)| (*at, row)));
        let waiting = made.iter().filter(|(row, _)| undecided(*row));
        claims.extend(waiting.map(|(row, claim)| (ClaimRef::Row(*row), Says::of(claim))));
    }
    let mut waiting = claims.len();
    for (at, claimed) in world.claims() {
        if let Some(Ok(claim)) = claimed.claim.get().map(Claim::from_value) {
            claims.insert(ClaimRef::Entry(at), Says::of(&claim));
        }
    }
    let taken: BTreeSet<ClaimRef> = world.incidents().into_iter().flat_map(|incident| incident.members).collect();
    let sides = crate::same::Sides::of(archive);
    for kind in DECIDABLE {
        crate::propose::each_latest(archive, kind, |row, body| {
            let item = body.get("item").and_then(|item| item.as_str()).and_then(|item| item.parse().ok());
            if !undecided(row) || !item.is_some_and(|item| relied_on(&item)) {
                return;
            }
            let still = match *kind {
                "hint" => sides.is_open(archive, &crate::same::Hint::of(&body)),
                "incident" => {
                    let members: BTreeSet<ClaimRef> = crate::propose::members(archive, &body).into_iter().collect();
                    let left = members.iter().filter(|claim| !taken.contains(claim));
                    Says::enough(left.filter_map(|claim| claims.get(claim).copied()))
                }
                _ => true,
            };
            waiting += usize::from(still);
        })?;
    }
    Ok(waiting)
}
