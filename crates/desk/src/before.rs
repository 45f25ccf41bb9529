//! What was put together of one state of the ledger, kept for the next: after a decision, what it cannot change is taken over and
//! only what it touches is weighed again.
//!
//! In memory only, beside the keys and dropped with them; nothing of it is ever written, as it holds what sealed material says. What
//! is put together on it equals what is put together from nothing; a test holds the two against each other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use witnessmark_archive::Archive;
use witnessmark_model::entry::{
    Adopted, Argued, Asked, Assessed, Claimed, Coded, Connected, Declined, Dispatched, Disputed, Examined, Grouped,
    Issued, Kind, Merged, Paired, Placed, Qualified, Questioned, Related, Relation, Sampled, Searched, Settled, Split,
    Tested,
};
use witnessmark_model::{Claim, EntryRef, ItemId, RowRef};
use witnessmark_weigh::{ItemFacts, Joined, Kept, Link};

use crate::case::{Case, put_together, read_claims};
use crate::error::Result;
use crate::facts::{Item, gather, reposts};
use crate::rows::Row;

/// What was read of an archive. It stays until something other than a decision is on record.
#[derive(Debug)]
pub(crate) struct Read {
    /// Entries that are no decisions, and packs whose rows are at hand only while the keys are.
    state: (usize, usize),
    /// Items by id.
    pub items: Arc<BTreeMap<ItemId, Item>>,
    /// The items that items say they repost.
    pub reposted: BTreeMap<ItemId, ItemId>,
    /// Claims that a machine read, whatever became of them.
    pub claims: Vec<(RowRef, Arc<Claim>)>,
    /// Claims that people asserted, each read once.
    pub asserted: Asserted,
    /// What a person can decide on.
    pub rows: Vec<Row>,
    /// What the items share, for those of which people say that they are separate.
    joined: Mutex<Option<(Apart, Arc<Joined>)>>,
}

/// Claims that people asserted, each read once: an entry never changes.
#[derive(Debug, Default)]
pub(crate) struct Asserted(Mutex<BTreeMap<EntryRef, Arc<Claim>>>);

impl Asserted {
    /// The claim of an entry, whose words are at hand; nothing where they cannot be read.
    pub fn claim(&self, at: EntryRef, said: &Value) -> Option<Arc<Claim>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(claim) = known.get(&at) {
            return Some(claim.clone());
        }
        let claim = Arc::new(Claim::from_value(said).ok()?);
        known.insert(at, claim.clone());
        Some(claim)
    }
}

/// Pairs of items that people say are separate.
type Apart = Vec<(ItemId, ItemId)>;

/// Decisions about claims, incidents and what is between them: they change nothing of an item, and no row.
const DECISIONS: [&str; 24] = [
    Claimed::NAME,
    Declined::NAME,
    Grouped::NAME,
    Related::NAME,
    Connected::NAME,
    Assessed::NAME,
    Placed::NAME,
    Examined::NAME,
    Asked::NAME,
    Issued::NAME,
    Dispatched::NAME,
    Merged::NAME,
    Split::NAME,
    Paired::NAME,
    Questioned::NAME,
    Argued::NAME,
    Settled::NAME,
    Searched::NAME,
    Tested::NAME,
    Qualified::NAME,
    Disputed::NAME,
    Adopted::NAME,
    Sampled::NAME,
    Coded::NAME,
];

fn state(archive: &Archive) -> (usize, usize) {
    let decisions: usize = DECISIONS.iter().map(|kind| archive.world().count(kind)).sum();
    (archive.world().len() - decisions, archive.sealed_packs_at_hand())
}

impl Read {
    /// Reads everything.
    pub fn of(archive: &Archive) -> Result<Self> {
        archive.must_be_whole("put everything together")?;
        let items = gather(archive)?;
        let claims = read_claims(archive, &items)?;
        let rows = crate::rows::read(archive)?;
        let reposted = reposts(archive, &items);
        let (asserted, joined) = (Asserted::default(), Mutex::default());
        Ok(Read { state: state(archive), items: Arc::new(items), reposted, claims, asserted, rows, joined })
    }

    /// What the items share: found before, unless people said something else since of which are separate.
    pub fn joined(&self, archive: &Archive, facts: &[ItemFacts<'_>], links: &[Link]) -> Result<Arc<Joined>> {
        let apart: Vec<(ItemId, ItemId)> =
            links.iter().filter(|l| l.relation == Relation::Separate).map(|l| (l.from, l.to)).collect();
        let mut known = self.joined.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, joined)) = &*known
            && *of == apart
        {
            return Ok(joined.clone());
        }
        let looked = crate::pairs::kept(archive, &self.items, crate::hashes::kept(archive, &self.items))?;
        let joined = Arc::new(Joined::of(facts, links, &looked));
        *known = Some((apart, joined.clone()));
        Ok(joined)
    }
}

/// What was put together before.
#[derive(Debug, Default)]
pub struct Before {
    read: Option<Read>,
    kept: Kept,
}

impl Before {
    /// Puts everything together under the policy in force, taking over what no entry since can have changed.
    pub fn case(&mut self, archive: &Archive) -> Result<Case> {
        let policy = crate::policy::in_force(archive)?;
        let read = match self.read.take().filter(|read| read.state == state(archive)) {
            Some(read) => read,
            None => Read::of(archive)?,
        };
        let case = put_together(archive, policy, &read, &mut self.kept)?;
        self.read = Some(read);
        Ok(case)
    }

    /// How many incidents were weighed anew the last time.
    pub fn weighed_again(&self) -> usize {
        self.kept.weighed_again()
    }
}
