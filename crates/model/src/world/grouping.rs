//! Incidents as people grouped, merged and split them: one view of the whole set of entries.
//!
//! A merge joins incidents, a split moves claims; both stand for as long as their entry does, so undoing either is taking back
//! one entry. An old id leads to the incident that it is part of now. Deliberately without any order of arrival: two offices that
//! merge the same incident into two others have said that all three are one, and two that split the same claim off to two
//! incidents have it in both, where it is seen. Nothing vanishes in a ring.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use crate::entry::{Body, Merged, Paired, Split};
use crate::ids::{ClaimRef, EntryRef};

/// An incident as grouped by people: a hypothesis.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// The entry that opened it.
    pub id: EntryRef,
    /// What people call it; several when they disagree.
    pub labels: Vec<String>,
    /// Claims in it.
    pub members: BTreeSet<ClaimRef>,
    /// Incidents that were merged into it: their ids lead here.
    pub merged: Vec<EntryRef>,
}

impl World {
    /// Incidents as grouped by people, by the entry that opened each. One whose opening entry is withdrawn is gone; one that was
    /// merged into another is part of that.
    pub fn incidents(&self) -> Vec<Incident> {
        let mut bare = self.opened();
        let leads = self.leads(bare.keys().copied().collect());
        let lead = |id: EntryRef| leads.get(&id).copied().unwrap_or(id);
        let mut whole: BTreeMap<EntryRef, Incident> = BTreeMap::new();
        let old: Vec<EntryRef> = bare.keys().copied().collect();
        // The one that the others lead to comes first, so that its name does.
        let (kept, joined): (Vec<_>, Vec<_>) = old.into_iter().partition(|id| lead(*id) == *id);
        for id in kept.into_iter().chain(joined) {
            let (Some(incident), to) = (bare.remove(&id), lead(id)) else { continue };
            match whole.get_mut(&to) {
                None => _ = whole.insert(to, incident),
                Some(into) => {
                    into.members.extend(incident.members);
                    into.labels.extend(incident.labels);
                    into.merged.push(id);
                }
            }
        }
        self.move_split(&mut whole, lead);
        whole.values_mut().for_each(|incident| incident.labels.dedup());
        whole.into_values().collect()
    }

    /// The incident that an id leads to now: itself, or what it was merged into.
    pub fn leads_to(&self, incident: EntryRef) -> EntryRef {
        let all = self.ids_of(incident);
        let leaves = |id: &EntryRef| self.merges_of(*id).any(|m| m.from == *id && all.contains(&m.into));
        all.iter().find(|id| !leaves(id)).or(all.first()).copied().unwrap_or(incident)
    }

    /// All ids that lead to one incident, itself among them.
    pub fn ids_of(&self, incident: EntryRef) -> BTreeSet<EntryRef> {
        let (mut all, mut todo) = (BTreeSet::from([incident]), vec![incident]);
        while let Some(id) = todo.pop().filter(|id| self.opens(*id)) {
            let ends = self.merges_of(id).flat_map(|m| [m.from, m.into]);
            let new: Vec<EntryRef> = ends.filter(|end| !all.contains(end) && self.opens(*end)).collect();
            all.extend(new.iter().copied());
            todo.extend(new);
        }
        all
    }

    /// Merges of one incident that stand, either way round.
    fn merges_of(&self, incident: EntryRef) -> impl Iterator<Item = &Merged> {
        self.of(self.by_incident.get(&incident)).filter_map(|e| match &e.body {
            Body::Merged(m) => Some(m),
            _ => None,
        })
    }

    /// Does this entry open an incident, and stand?
    fn opens(&self, id: EntryRef) -> bool {
        let opens = match self.entries.get(&id).map(|e| &e.body) {
            Some(Body::Grouped(g)) => g.incident.is_none_or(|incident| incident == id),
            Some(Body::Split(s)) => s.into.is_none(),
            _ => false,
        };
        opens && self.is_current(id)
    }

    /// Merges that stand.
    pub fn merges(&self) -> impl Iterator<Item = (EntryRef, &Merged)> {
        self.all::<Merged>().map(|(e, record)| (e.at, record))
    }

    /// Splits that stand.
    pub fn splits(&self) -> impl Iterator<Item = (EntryRef, &Split)> {
        self.all::<Split>().map(|(e, record)| (e.at, record))
    }

    /// What people said of pairs of claims: one happening, two, or nobody can tell.
    pub fn pairs(&self) -> impl Iterator<Item = (EntryRef, &Paired)> {
        self.all::<Paired>().map(|(e, record)| (e.at, record))
    }

    /// Incidents as they were opened and added to, before any merge or split.
    fn opened(&self) -> BTreeMap<EntryRef, Incident> {
        let mut incidents: BTreeMap<EntryRef, Incident> = BTreeMap::new();
        for id in self.by_incident.keys().copied().filter(|id| self.opens(*id)) {
            let mut incident = Incident { id, labels: Vec::new(), members: BTreeSet::new(), merged: Vec::new() };
            for entry in self.of(self.by_incident.get(&id)) {
                match &entry.body {
                    Body::Grouped(g) => {
                        incident.members.extend(g.members.iter().map(|m| self.resolved(*m)));
                        incident.labels.extend(g.label.get().cloned().flatten());
                    }
                    Body::Split(s) if entry.at == id => incident.labels.extend(s.label.get().cloned().flatten()),
                    _ => {}
                }
            }
            incidents.insert(id, incident);
        }
        incidents
    }

    /// Moves claims along the splits that stand, as far as they lead. What was split and merged again is one.
    fn move_split(&self, incidents: &mut BTreeMap<EntryRef, Incident>, lead: impl Fn(EntryRef) -> EntryRef) {
        let mut ways: BTreeMap<ClaimRef, BTreeMap<EntryRef, BTreeSet<EntryRef>>> = BTreeMap::new();
        for (at, split) in self.splits() {
            let (from, to) = (lead(split.incident), lead(split.into.unwrap_or(at)));
            // A way to or from what is no incident any more leads nowhere.
            if to != from && incidents.contains_key(&to) && incidents.contains_key(&from) {
                for member in &split.members {
                    let ways = ways.entry(self.resolved(*member)).or_default();
                    ways.entry(from).or_default().insert(to);
                }
            }
        }
        for (claim, ways) in ways {
            let holds = |i: &Incident| i.members.contains(&claim);
            let starts: BTreeSet<EntryRef> = incidents.values().filter(|i| holds(i)).map(|i| i.id).collect();
            let (mut seen, mut ends, mut todo) = (BTreeSet::new(), BTreeSet::new(), starts.clone());
            while let Some(id) = todo.pop_first() {
                if seen.insert(id) {
                    match ways.get(&id) {
                        Some(on) => todo.extend(on.iter().copied()),
                        None => _ = ends.insert(id),
                    }
                }
            }
            // A ring of splits: the claim stays wherever it was.
            let ends = if ends.is_empty() { starts.clone() } else { ends };
            starts.difference(&ends).for_each(|id| {
                if let Some(incident) = incidents.get_mut(id) {
                    incident.members.remove(&claim);
                }
            });
            ends.iter().for_each(|id| {
                if let Some(incident) = incidents.get_mut(id) {
                    incident.members.insert(claim);
                }
            });
        }
    }

    /// Where each of these incidents leads, when it leads anywhere: merged ones are one, and the one among them that leads to none
    /// stands for all. Of several, or in a ring, the first.
    fn leads(&self, known: BTreeSet<EntryRef>) -> BTreeMap<EntryRef, EntryRef> {
        let mut beside: BTreeMap<EntryRef, BTreeSet<EntryRef>> = BTreeMap::new();
        let mut leaving = BTreeSet::new();
        for (_, merge) in self.merges() {
            if known.contains(&merge.from) && known.contains(&merge.into) && merge.from != merge.into {
                beside.entry(merge.from).or_default().insert(merge.into);
                beside.entry(merge.into).or_default().insert(merge.from);
                leaving.insert(merge.from);
            }
        }
        let mut leads = BTreeMap::new();
        while let Some((first, _)) = beside.first_key_value().map(|(id, near)| (*id, near.len())) {
            let (mut all, mut todo) = (BTreeSet::new(), vec![first]);
            while let Some(id) = todo.pop() {
                if all.insert(id) {
                    todo.extend(beside.remove(&id).unwrap_or_default());
                }
            }
            let to = all.iter().find(|id| !leaving.contains(id)).or(all.first()).copied().unwrap_or(first);
            leads.extend(all.into_iter().map(|id| (id, to)));
        }
        leads
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Entry, Grouped, Withdrawn};
    use crate::ids::{LogId, MemberKey};
    use proptest::prelude::*;

    fn at(index: u64) -> EntryRef {
        EntryRef { log: LogId([1; 8]), index }
    }

    fn claim(n: u64) -> ClaimRef {
        ClaimRef::Entry(at(1_000 + n))
    }

    fn entry(index: u64, body: impl Into<Body>) -> Entry {
        let time = "2031-04-12T08:00:00Z".into();
        Entry { at: at(index), time, signer: MemberKey([0; 8]), clock: None, body: body.into() }
    }

    fn group(index: u64, members: &[u64]) -> Entry {
        let members = members.iter().map(|n| claim(*n)).collect();
        let label = Some(format!("incident {index}")).into();
        entry(
            index,
            Grouped { incident: None, label, members, proposal: None, reason: None.into(), supersedes: vec![] },
        )
    }

    fn merge(index: u64, from: u64, into: u64) -> Entry {
        let reason = String::new().into();
        entry(index, Merged { from: at(from), into: at(into), shown: None, reason, supersedes: vec![] })
    }

    fn split(index: u64, incident: u64, members: &[u64], into: Option<u64>) -> Entry {
        let members = members.iter().map(|n| claim(*n)).collect();
        let (label, reason) = (None.into(), String::new().into());
        let (incident, into) = (at(incident), into.map(at));
        entry(index, Split { incident, members, into, label, shown: None, reason, supersedes: vec![] })
    }

    fn undo(index: u64, of: u64) -> Entry {
        entry(index, Withdrawn { entry: Some(at(of)), item: None, subject: None, reason: String::new().into() })
    }

    fn world(entries: impl IntoIterator<Item = Entry>) -> World {
        let mut world = World::default();
        entries.into_iter().for_each(|e| world.apply(e));
        world
    }

    /// Ids and numbers of claims.
    fn seen(world: &World) -> Vec<(u64, Vec<u64>)> {
        let number = |c: &ClaimRef| if let ClaimRef::Entry(e) = c { e.index - 1_000 } else { 0 };
        world.incidents().iter().map(|i| (i.id.index, i.members.iter().map(number).collect())).collect()
    }

    #[test]
    fn an_old_id_leads_to_what_it_was_merged_into_and_undoing_gives_it_back() {
        let mut world = world([group(0, &[1]), group(1, &[2]), group(2, &[3]), merge(3, 0, 1), merge(4, 1, 2)]);
        assert_eq!(seen(&world), [(2, vec![1, 2, 3])]);
        assert_eq!((world.leads_to(at(0)), world.leads_to(at(2)), world.leads_to(at(99))), (at(2), at(2), at(99)));
        assert_eq!(world.ids_of(at(1)), BTreeSet::from([at(0), at(1), at(2)]));
        assert_eq!(world.incidents()[0].merged, [at(0), at(1)]);
        assert_eq!(world.incidents()[0].labels[0], "incident 2");
        world.apply(undo(5, 4));
        assert_eq!(seen(&world), [(1, vec![1, 2]), (2, vec![3])]);
        world.apply(undo(6, 1));
        assert_eq!(seen(&world), [(0, vec![1]), (2, vec![3])], "what it led to is gone");
    }

    #[test]
    fn split_claims_go_where_they_were_put_and_come_back() {
        let mut world =
            world([group(0, &[1, 2, 3]), split(1, 0, &[3], None), group(2, &[4]), split(3, 1, &[3], Some(2))]);
        assert_eq!(seen(&world), [(0, vec![1, 2]), (1, vec![]), (2, vec![3, 4])]);
        world.apply(undo(4, 3));
        assert_eq!(seen(&world), [(0, vec![1, 2]), (1, vec![3]), (2, vec![4])]);
        world.apply(undo(5, 1));
        assert_eq!(seen(&world), [(0, vec![1, 2, 3]), (2, vec![4])]);
    }

    #[test]
    fn a_claim_leaves_what_it_was_merged_into_and_comes_back_with_a_merge() {
        let merged = [group(0, &[1, 2]), group(1, &[3]), merge(2, 0, 1), split(3, 1, &[2], None)];
        let mut world = world(merged);
        assert_eq!(seen(&world), [(1, vec![1, 3]), (3, vec![2])]);
        world.apply(merge(4, 3, 1));
        assert_eq!(seen(&world), [(1, vec![1, 2, 3])]);
    }

    #[test]
    fn offices_that_disagree_are_both_seen_and_nothing_vanishes() {
        let both = world([
            group(0, &[1]),
            group(1, &[]),
            group(2, &[]),
            split(3, 0, &[1], Some(1)),
            split(4, 0, &[1], Some(2)),
        ]);
        assert_eq!(seen(&both), [(0, vec![]), (1, vec![1]), (2, vec![1])]);
        let ring = world([group(0, &[1]), group(1, &[2]), split(2, 0, &[1], Some(1)), split(3, 1, &[1], Some(0))]);
        assert_eq!(seen(&ring), [(0, vec![1]), (1, vec![2])]);
        let merged = world([group(0, &[1]), group(1, &[2]), merge(2, 0, 1), merge(3, 1, 0)]);
        assert_eq!(seen(&merged), [(0, vec![1, 2])]);
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_changes_nothing(
            order in Just((0..12u64).collect::<Vec<_>>()).prop_shuffle(),
            ends in prop::collection::vec((0..4u64, 0..4u64), 12),
        ) {
            let make = |i: u64| {
                let (a, b) = ends[i as usize];
                match i {
                    0..=3 => group(i, &[i, i + 10]),
                    4..=6 => merge(i, a, b),
                    7..=9 => split(i, a, &[b], (b != a).then_some(b)),
                    _ => undo(i, 4 + a),
                }
            };
            let sorted = world((0..12).map(make));
            let shuffled = world(order.into_iter().map(make));
            prop_assert_eq!(sorted.incidents(), shuffled.incidents());
            let held: BTreeSet<ClaimRef> = sorted.incidents().into_iter().flat_map(|i| i.members).collect();
            prop_assert_eq!(held.len(), 8, "no claim is lost");
        }
    }
}
