//! The fold: a set of entries, and the views that are functions of it.
//!
//! [`World::apply`] only files an entry under what it speaks of; whether it is *current* is asked of the whole set, so
//! the order of arrival never matters. Current means: nothing that is itself current supersedes or withdraws it. Two
//! entries that supersede the same one are both current, and the views show both. Nothing is last-arrived-wins.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{
    Admitted, Answered, Asked, Assessed, Body, Claimed, Collected, Connected, Consented, Dispatched, Entry, Examined,
    Identified, Issued, Keyed, Kind, Observed, Placed, Related,
};
use crate::ids::{ClaimRef, EntryRef, ItemId, LogId, MemberKey, RowRef, SubjectId};
use crate::key::Key;
use crate::vocabulary::{Element, Tier};

mod grouping;
mod inquiry;

pub use grouping::Incident;

/// References in order, none twice. Most lists have one: a vector costs less than a tree.
#[derive(Debug, Clone, Default, PartialEq)]
struct Refs(Vec<EntryRef>);

impl Refs {
    fn insert(&mut self, at: EntryRef) {
        match self.0.last() {
            // Entries of one log come in order.
            Some(last) if *last < at => self.0.push(at),
            None => self.0.push(at),
            Some(_) => {
                if let Err(place) = self.0.binary_search(&at) {
                    self.0.insert(place, at);
                }
            }
        }
    }
}

impl<'a> IntoIterator for &'a Refs {
    type Item = &'a EntryRef;
    type IntoIter = std::slice::Iter<'a, EntryRef>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// All entries at hand, filed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    entries: BTreeMap<EntryRef, Entry>,
    /// What supersedes or withdraws each entry.
    ended_by: BTreeMap<EntryRef, Refs>,
    by_item: BTreeMap<ItemId, Refs>,
    by_parent: BTreeMap<ItemId, Refs>,
    by_row: BTreeMap<RowRef, Refs>,
    by_incident: BTreeMap<EntryRef, Refs>,
    by_subject: BTreeMap<SubjectId, Refs>,
    /// By the kind's name; kinds of a later version are in no list.
    by_kind: BTreeMap<&'static str, Refs>,
}

impl World {
    /// Files one entry. The only way in: live appends and rebuilds both come through here.
    pub fn apply(&mut self, entry: Entry) {
        let at = entry.at;
        entry.keys(|key| match key {
            Key::Item(item) => self.by_item.entry(item).or_default().insert(at),
            Key::Subject(subject) => self.by_subject.entry(subject).or_default().insert(at),
            Key::Parent(parent) => self.by_parent.entry(parent).or_default().insert(at),
            Key::Row(row) => self.by_row.entry(row).or_default().insert(at),
            Key::Incident(incident) => self.by_incident.entry(incident).or_default().insert(at),
            Key::Ends(target) => self.ended_by.entry(target).or_default().insert(at),
            Key::Kind(_) => {}
        });
        if let Some(kind) = entry.body.known_kind() {
            self.by_kind.entry(kind).or_default().insert(at);
        }
        self.entries.insert(at, entry);
    }

    /// How many entries are at hand.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Is nothing at hand?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries, by log and leaf.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// One entry.
    pub fn entry(&self, at: EntryRef) -> Option<&Entry> {
        self.entries.get(&at)
    }

    /// Entries of one log, by leaf.
    pub fn entries_of(&self, log: LogId) -> impl DoubleEndedIterator<Item = &Entry> {
        let whole = EntryRef { log, index: 0 }..=EntryRef { log, index: u64::MAX };
        self.entries.range(whole).map(|(_, entry)| entry)
    }

    /// Entries of one log from this one on, by leaf.
    pub fn entries_from(&self, from: EntryRef) -> impl Iterator<Item = &Entry> {
        self.entries.range(from..=EntryRef { log: from.log, index: u64::MAX }).map(|(_, entry)| entry)
    }

    /// Is it there, and neither superseded nor withdrawn by anything that is itself current?
    pub fn is_current(&self, at: EntryRef) -> bool {
        self.entries.contains_key(&at) && self.stands(at, &mut BTreeSet::new())
    }

    /// Entries that withdraw each other in a ring (only a forger makes one) end each other.
    fn stands(&self, at: EntryRef, asked: &mut BTreeSet<EntryRef>) -> bool {
        if !self.ended_by.contains_key(&at) {
            return true;
        }
        if !asked.insert(at) {
            return false;
        }
        let ended = self.ended_by.get(&at).is_some_and(|by| by.into_iter().any(|by| self.stands(*by, asked)));
        asked.remove(&at);
        !ended
    }

    /// Current entries of one kind, by log and leaf.
    pub fn all<K: Kind>(&self) -> impl Iterator<Item = (&Entry, &K)> {
        self.records(self.by_kind.get(K::NAME))
    }

    /// How many entries of a kind there are, whether they stand or not.
    pub fn count(&self, kind: &str) -> usize {
        self.by_kind.get(kind).map_or(0, |list| list.0.len())
    }

    /// What stands of a list and is of one kind.
    fn records<'a, K: Kind>(&'a self, list: Option<&'a Refs>) -> impl Iterator<Item = (&'a Entry, &'a K)> {
        self.of(list).filter_map(|e| Some((e, K::of(&e.body)?)))
    }

    fn of<'a>(&'a self, list: Option<&'a Refs>) -> impl Iterator<Item = &'a Entry> {
        list.into_iter().flatten().filter(|at| self.is_current(**at)).filter_map(|at| self.entries.get(at))
    }

    /// Every item that came in.
    pub fn items(&self) -> impl Iterator<Item = ItemId> + '_ {
        self.by_item.keys().copied().filter(|item| self.captures(*item).next().is_some())
    }

    /// The ways an item came in: one item may come many ways.
    pub fn captures(&self, item: ItemId) -> impl Iterator<Item = (EntryRef, &Collected)> {
        self.records(self.by_item.get(&item)).map(|(e, record)| (e.at, record))
    }

    /// What came out of an item: members of an archive, posts of an export, attachments of a letter.
    pub fn members_of(&self, item: ItemId) -> impl Iterator<Item = &Collected> {
        self.records(self.by_parent.get(&item)).map(|(_, record)| record)
    }

    /// Entries that speak of an item, whether they stand or not.
    pub fn ever_about_item(&self, item: ItemId) -> impl Iterator<Item = &Entry> {
        self.by_item.get(&item).into_iter().flatten().filter_map(|at| self.entries.get(at))
    }

    /// Under whose key it lies, where it is sealed.
    pub fn subject_of(&self, item: ItemId) -> Option<SubjectId> {
        self.captures(item).find_map(|(_, c)| c.subject)
    }

    /// The narrowest tier that any capture or restriction gives it; a withdrawn item stays internal.
    pub fn tier_of(&self, item: ItemId) -> Tier {
        let tiers = self.of(self.by_item.get(&item)).filter_map(|e| match &e.body {
            Body::Collected(c) => Some(c.tier),
            Body::Sealed(s) => Some(s.tier),
            Body::Withdrawn(_) => Some(Tier::Internal),
            _ => None,
        });
        tiers.min().unwrap_or(Tier::Internal)
    }

    /// The entry by which an item, or the consent of the one it came from, was withdrawn.
    pub fn withdrawal_of(&self, item: ItemId) -> Option<EntryRef> {
        let by_item = self.of(self.by_item.get(&item));
        let by_subject = self.of(self.subject_of(item).and_then(|s| self.by_subject.get(&s)));
        by_item
            .filter(|e| matches!(&e.body, Body::Withdrawn(w) if w.item == Some(item)))
            .chain(by_subject.filter(|e| matches!(&e.body, Body::Withdrawn(w) if w.subject.is_some())))
            .map(|e| e.at)
            .min()
    }

    /// Has this subject's key been destroyed?
    pub fn is_erased(&self, subject: SubjectId) -> bool {
        self.of(self.by_subject.get(&subject)).any(|e| matches!(e.body, Body::Erased(_)))
    }

    /// Entries that speak of a subject.
    pub fn about_subject(&self, subject: SubjectId) -> impl Iterator<Item = &Entry> {
        self.of(self.by_subject.get(&subject))
    }

    /// What a subject agreed to; nothing = internal only. Concurrent consents meet in what both allow.
    pub fn consent_of(&self, subject: SubjectId) -> Option<Vec<&Consented>> {
        let all: Vec<&Consented> =
            self.records(self.by_subject.get(&subject)).map(|(_, consented)| consented).collect();
        (!all.is_empty()).then_some(all)
    }

    /// What became of a proposal: entries that took it, corrected it, turned it down or grouped it.
    pub fn decisions(&self, row: RowRef) -> impl Iterator<Item = &Entry> {
        self.of(self.by_row.get(&row))
    }

    /// Claims in people's names.
    pub fn claims(&self) -> impl Iterator<Item = (EntryRef, &Claimed)> {
        self.all::<Claimed>().map(|(e, record)| (e.at, record))
    }

    /// Packs of observations and proposals.
    pub fn packs(&self) -> impl Iterator<Item = (EntryRef, &Observed)> {
        self.all::<Observed>().map(|(e, record)| (e.at, record))
    }

    /// What people state about how items stand to each other.
    pub fn relations(&self) -> impl Iterator<Item = (EntryRef, &Related)> {
        self.all::<Related>().map(|(e, record)| (e.at, record))
    }

    /// A row that a person has since asserted is that person's claim.
    pub fn resolved(&self, member: ClaimRef) -> ClaimRef {
        let ClaimRef::Row(row) = member else { return member };
        self.decisions(row).find(|e| matches!(e.body, Body::Claimed(_))).map_or(member, |e| ClaimRef::Entry(e.at))
    }

    /// Current assessments of one element; more than one is a conflict, and all are shown.
    pub fn assessments(&self, incident: EntryRef, element: Element) -> Vec<(&Entry, &Assessed)> {
        let all = self.records(self.by_incident.get(&incident));
        all.filter(|(_, assessed): &(_, &Assessed)| assessed.element == element).collect()
    }

    /// How people say that an incident, or one that was merged into it, stands to others, either way round.
    pub fn connections(&self, incident: EntryRef) -> impl Iterator<Item = (EntryRef, &Connected)> {
        self.of_all_ids(incident).filter_map(|e| Some((e.at, Kind::of(&e.body)?)))
    }

    /// What stands of an incident under all its ids; once each.
    fn of_all_ids(&self, incident: EntryRef) -> impl Iterator<Item = &Entry> {
        let lists = self.ids_of(incident).into_iter().filter_map(|id| self.by_incident.get(&id));
        let all: BTreeSet<EntryRef> = lists.flatten().copied().collect();
        all.into_iter().filter(|at| self.is_current(*at)).filter_map(|at| self.entries.get(&at))
    }

    /// What people found on examining an incident's elements.
    pub fn examined(&self, incident: EntryRef) -> impl Iterator<Item = (&Entry, &Examined)> {
        self.records(self.by_incident.get(&incident))
    }

    /// Questions that were put to parties about an incident.
    pub fn asked(&self, incident: EntryRef) -> impl Iterator<Item = (EntryRef, &Asked)> {
        self.of_all_ids(incident).filter_map(|e| Some((e.at, Kind::of(&e.body)?)))
    }

    /// Where and when people placed an item.
    pub fn placements(&self, item: ItemId) -> impl Iterator<Item = (EntryRef, &Placed)> {
        self.records(self.by_item.get(&item)).map(|(e, record)| (e.at, record))
    }

    /// Sealed identities that were told with an item.
    pub fn identities(&self, item: ItemId) -> impl Iterator<Item = (EntryRef, &Identified)> {
        self.records(self.by_item.get(&item)).map(|(e, record)| (e.at, record))
    }

    /// Every sealed identity.
    pub fn all_identities(&self) -> impl Iterator<Item = (EntryRef, &Identified)> {
        self.all::<Identified>().map(|(e, record)| (e.at, record))
    }

    /// Logs that `own` has admitted: only the archive's own log says what belongs to it.
    pub fn admitted(&self, own: LogId) -> impl Iterator<Item = (EntryRef, &Admitted)> {
        self.all::<Admitted>().filter(move |(e, _)| e.at.log == own).map(|(e, admitted)| (e.at, admitted))
    }

    /// Entries that several current entries supersede, each not knowing of the other: people corrected one thing in two
    /// ways while apart. All stand until somebody supersedes them together.
    pub fn conflicts(&self) -> Vec<(EntryRef, Vec<EntryRef>)> {
        let current =
            |by: &Refs| -> Vec<EntryRef> { by.into_iter().copied().filter(|at| self.is_current(*at)).collect() };
        let several = self.ended_by.iter().map(|(target, by)| (*target, current(by))).filter(|(_, by)| by.len() > 1);
        several.filter(|(target, _)| self.entries.contains_key(target)).collect()
    }

    /// Keys and their members.
    pub fn members(&self) -> BTreeMap<MemberKey, &Keyed> {
        let mut members = BTreeMap::new();
        for (_, k) in self.all::<Keyed>() {
            let known = members.entry(k.member).or_insert(k);
            if k.revoked {
                *known = k;
            }
        }
        members
    }

    /// Entries that make a key known.
    pub fn introductions(&self) -> impl Iterator<Item = (EntryRef, &Keyed)> {
        self.keyed(false)
    }

    /// Entries that revoke a key.
    pub fn revocations(&self) -> impl Iterator<Item = (EntryRef, &Keyed)> {
        self.keyed(true)
    }

    fn keyed(&self, revoked: bool) -> impl Iterator<Item = (EntryRef, &Keyed)> {
        self.all::<Keyed>().filter(move |(_, keyed)| keyed.revoked == revoked).map(|(e, keyed)| (e.at, keyed))
    }

    /// What a stolen key could have signed: entries by it after the last one that is trusted and before its revocation, and
    /// all by it in other logs, of which nobody can say whether they came before. With each the entry that revoked the key.
    pub fn doubtful(&self) -> Vec<(EntryRef, EntryRef)> {
        let stolen: BTreeMap<MemberKey, (EntryRef, EntryRef)> =
            self.revocations().filter_map(|(at, known)| Some((known.member, (known.trusted_until?, at)))).collect();
        let in_doubt = |e: &Entry| {
            let (trusted, revoked) = stolen.get(&e.signer)?;
            let is_apart = e.at.log != trusted.log;
            let is_before = e.at.log != revoked.log || e.at.index < revoked.index;
            (is_apart || (e.at.index > trusted.index && is_before)).then_some((e.at, *revoked))
        };
        if stolen.is_empty() { Vec::new() } else { self.entries.values().filter_map(in_doubt).collect() }
    }

    /// Reports and dossiers.
    pub fn issued(&self) -> impl Iterator<Item = (EntryRef, &Issued)> {
        self.all::<Issued>().map(|(e, record)| (e.at, record))
    }

    /// Where reports went.
    pub fn dispatched(&self) -> impl Iterator<Item = (EntryRef, &Dispatched)> {
        self.all::<Dispatched>().map(|(e, record)| (e.at, record))
    }

    /// What came back from a dispatch.
    pub fn answers(&self, dispatch: EntryRef) -> impl Iterator<Item = (EntryRef, &Answered)> {
        let all = self.all::<Answered>().map(|(e, answered)| (e.at, answered));
        all.filter(move |(_, answered)| answered.dispatch == dispatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Claimed, Decision, Grouped, Withdrawn};
    use crate::ids::PackId;
    use proptest::prelude::*;

    fn at(index: u64) -> EntryRef {
        EntryRef { log: LogId([1; 8]), index }
    }

    fn entry(index: u64, body: impl Into<Body>) -> Entry {
        Entry {
            at: at(index),
            time: "2031-04-12T08:00:00Z".into(),
            signer: MemberKey([0; 8]),
            clock: None,
            body: body.into(),
        }
    }

    fn claimed(index: u64, supersedes: &[u64]) -> Entry {
        entry(
            index,
            Claimed {
                item: ItemId([1; 32]),
                row: Some(RowRef { pack: PackId([0; 32]), row: 1 }),
                claim: serde_json::json!({}).into(),
                decision: Decision::Accepted,
                subject: None,
                shown: None,
                reason: None.into(),
                supersedes: supersedes.iter().map(|i| at(*i)).collect(),
            },
        )
    }

    fn withdrawn(index: u64, target: u64) -> Entry {
        entry(index, Withdrawn { entry: Some(at(target)), item: None, subject: None, reason: String::new().into() })
    }

    fn world(entries: impl IntoIterator<Item = Entry>) -> World {
        let mut world = World::default();
        entries.into_iter().for_each(|e| world.apply(e));
        world
    }

    #[test]
    fn two_concurrent_corrections_are_both_shown() {
        let world = world([claimed(0, &[]), claimed(1, &[0]), claimed(2, &[0])]);
        let current: Vec<u64> = world.claims().map(|(at, _)| at.index).collect();
        assert_eq!(current, [1, 2]);
    }

    #[test]
    fn undoing_an_undo_restores() {
        let mut world = world([claimed(0, &[]), withdrawn(1, 0)]);
        assert!(!world.is_current(at(0)));
        world.apply(withdrawn(2, 1));
        assert!(world.is_current(at(0)));
    }

    #[test]
    fn a_ring_of_withdrawals_ends() {
        let world = world([withdrawn(0, 1), withdrawn(1, 0)]);
        assert!(!world.is_current(at(0)) && !world.is_current(at(1)));
    }

    #[test]
    fn an_incident_shows_the_claim_that_a_row_became() {
        let row = RowRef { pack: PackId([0; 32]), row: 1 };
        let group = entry(
            1,
            Grouped {
                incident: None,
                label: Some("bakery".to_owned()).into(),
                members: vec![ClaimRef::Row(row)],
                proposal: None,
                reason: None.into(),
                supersedes: vec![],
            },
        );
        let world = world([claimed(0, &[]), group]);
        assert_eq!(world.incidents()[0].members, BTreeSet::from([ClaimRef::Entry(at(0))]));
    }

    proptest! {
        #[test]
        fn the_view_does_not_depend_on_the_order_of_arrival(
            order in Just((0..8u64).collect::<Vec<_>>()).prop_shuffle(),
            targets in prop::collection::vec(0..8u64, 8),
        ) {
            let make = |i: u64| {
                let target = targets[i as usize];
                if i % 3 == 2 { withdrawn(i, target) } else { claimed(i, if target < i { std::slice::from_ref(&targets[i as usize]) } else { &[] }) }
            };
            let sorted = world((0..8).map(make));
            let shuffled = world(order.into_iter().map(make));
            prop_assert_eq!(sorted.claims().collect::<Vec<_>>(), shuffled.claims().collect::<Vec<_>>());
            prop_assert_eq!(sorted, shuffled);
        }
    }
}
