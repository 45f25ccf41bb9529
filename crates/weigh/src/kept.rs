//! What was weighed of incidents before, kept with a mark of everything that it was weighed from: after a decision only what it
//! touches is weighed again. A process's memory; never written anywhere, and dropped with the keys.
//!
//! Items that stand together (linked, copies, shared words, reposts) are one part, and an incident depends on the parts that its
//! claims' items are in, on what people did about it, on the policy and on nothing else. Marks are keyed hashes (SipHash under a
//! key of this process), so nobody can make two that are equal on purpose. What is given back equals what weighing from nothing
//! gives, bit for bit; a test holds the two against each other.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use witnessmark_model::claim::{Actor, Harm, Interval, Named, Place};
use witnessmark_model::{Claim, ClaimRef, ItemId};

use crate::facts::{Held, ItemFacts, Link};
use crate::origin::is_compared;
use crate::passages::{Passage, Reuse};
use crate::reads::{ClaimRead, ItemRead, Quick};
use crate::weigh::{Ground, IncidentFacts, IncidentWeighed, Joined, weigh_incident};

/// Longest way up from a place that is looked at, and one more.
const DEEPEST: usize = 13;

/// What was weighed before.
#[derive(Debug, Default)]
pub struct Kept {
    key: RandomState,
    /// By the mark of an incident's claims: the mark of all that it was weighed from, and what came of it.
    known: HashMap<u64, (u64, Arc<IncidentWeighed>)>,
    /// What each claim says and its mark. A claim that is shared with the last time has not changed.
    marked: HashMap<ClaimRef, (Arc<Claim>, u64), Quick>,
    again: usize,
}

impl Kept {
    /// Weighs incidents, each given by its claims and what people did about it: anew where anything that bears on one has changed
    /// since the last time. What is not asked for is forgotten.
    pub fn weigh(
        &mut self,
        ground: &Ground<'_>,
        incidents: &[(&BTreeSet<ClaimRef>, IncidentFacts)],
    ) -> Vec<Arc<IncidentWeighed>> {
        let parts = Parts::of(ground, &self.key, &mut self.marked);
        let before = std::mem::take(&mut self.known);
        self.known.reserve(incidents.len());
        self.again = 0;
        let mut all = Vec::with_capacity(incidents.len());
        for (members, facts) in incidents {
            let name = self.key.hash_one(members);
            let mark = parts.mark(ground, &self.key, name, members, facts);
            let known = before.get(&name).filter(|(of, weighed)| *of == mark && weighed.members == **members);
            let weighed = match known {
                Some((_, weighed)) => weighed.clone(),
                None => {
                    self.again += 1;
                    Arc::new(weigh_incident(ground, members, facts))
                }
            };
            self.known.insert(name, (mark, weighed.clone()));
            all.push(weighed);
        }
        all
    }

    /// How many were weighed anew the last time.
    pub fn weighed_again(&self) -> usize {
        self.again
    }
}

/// The parts that items fall into, each with a mark of its content. Items at hand are numbered as [`crate::reads::Reads`] does,
/// then come those that are only spoken of.
struct Parts {
    spoken_of: BTreeMap<ItemId, usize>,
    /// By the item's number.
    part_of: Vec<usize>,
    /// By part.
    marks: Vec<u64>,
    /// Of what bears on every incident.
    all: u64,
}

impl Parts {
    fn of(ground: &Ground<'_>, key: &RandomState, marked: &mut HashMap<ClaimRef, (Arc<Claim>, u64), Quick>) -> Self {
        let mut parts = Parts::together(ground);
        let mut content: Vec<_> = parts.part_of.iter().map(|_| key.build_hasher()).collect();
        for (part, read) in parts.part_of.iter().zip(ground.reads.items()) {
            mark_item(ground, read, &mut content[*part]);
        }
        let mut before = std::mem::take(marked);
        marked.reserve(ground.reads.claims().len());
        for read in ground.reads.claims() {
            let Held { key: of, claim, standing } = read.held;
            let known = before.remove(of).filter(|(known, _)| Arc::ptr_eq(known, claim));
            let said = known.unwrap_or_else(|| (claim.clone(), key.hash_one(Said(claim))));
            if let Some(item) = read.item {
                let into = &mut content[parts.part_of[item as usize]];
                ("claim", of, standing, said.1).hash(into);
                mark_around(ground, read, into);
            }
            marked.insert(*of, said);
        }
        for link in ground.links {
            let Link { from, to, relation, basis, by } = link;
            (from, to, *relation as u8, basis, by).hash(&mut content[parts.part(ground, from)]);
        }
        for reuse in &ground.joined.reuses {
            let into = &mut content[parts.part(ground, &ground.joined.texts[reuse.a])];
            // Its places count in a list that grows; the items do not.
            let Reuse { a, b, passages, share, direction } = reuse;
            (ground.joined.texts[*a], ground.joined.texts[*b], share.to_bits(), *direction as u8).hash(into);
            passages.iter().for_each(|Passage { in_a, in_b, words, quoted }| (in_a, in_b, words, quoted).hash(into));
        }
        for cluster in &ground.joined.pictures.clusters {
            let Some(first) = cluster.members.first() else { continue };
            let into = &mut content[parts.part(ground, &ground.joined.pictured[*first])];
            cluster.members.iter().for_each(|member| ground.joined.pictured[*member].hash(into));
            for edge in &cluster.edges {
                (ground.joined.pictured[edge.a], ground.joined.pictured[edge.b]).hash(into);
                (edge.distance, edge.inliers, edge.turned).hash(into);
            }
        }
        let mut all = key.build_hasher();
        debug(ground.policy, &mut all);
        for disputed in &ground.disputed {
            let ends = [&disputed.0, &disputed.1].map(|end| end.strip_prefix("item:").and_then(|id| id.parse().ok()));
            match ends.into_iter().flatten().find_map(|item: ItemId| parts.number(ground, &item)) {
                Some(number) => disputed.hash(&mut content[parts.part_of[number]]),
                None => disputed.hash(&mut all),
            }
        }
        parts.marks = content.into_iter().map(|part| part.finish()).collect();
        parts.all = all.finish();
        parts
    }

    /// Which items stand together. A part is named by the smallest number in it.
    fn together(ground: &Ground<'_>) -> Self {
        let at_hand = ground.reads.items().len();
        let spoken_of = ground.links.iter().flat_map(|link| [link.from, link.to]);
        let reposted = ground.items.values().filter_map(|item| item.reposts);
        let others: BTreeSet<ItemId> =
            spoken_of.chain(reposted).filter(|item| ground.reads.number(item).is_none()).collect();
        let spoken_of: BTreeMap<ItemId, usize> = others.into_iter().zip(at_hand..).collect();
        let part_of: Vec<usize> = (0..at_hand + spoken_of.len()).collect();
        let mut parts = Parts { spoken_of, part_of, marks: Vec::new(), all: 0 };
        ground.links.iter().for_each(|link| parts.unite(ground, &link.from, &link.to));
        for item in ground.items.values() {
            item.reposts.iter().for_each(|of| parts.unite(ground, &item.item, of));
        }
        let Joined { texts, reuses, pictured, pictures, .. } = &*ground.joined;
        reuses.iter().for_each(|reuse| parts.unite(ground, &texts[reuse.a], &texts[reuse.b]));
        for two in pictures.clusters.iter().flat_map(|cluster| cluster.members.windows(2)) {
            parts.unite(ground, &pictured[two[0]], &pictured[two[1]]);
        }
        for number in 0..parts.part_of.len() {
            parts.part_of[number] = root(&mut parts.part_of, number);
        }
        parts
    }

    fn number(&self, ground: &Ground<'_>, item: &ItemId) -> Option<usize> {
        let at_hand = ground.reads.number(item).map(|number| number as usize);
        at_hand.or_else(|| self.spoken_of.get(item).copied())
    }

    /// The part of an item that is at hand or spoken of.
    fn part(&self, ground: &Ground<'_>, item: &ItemId) -> usize {
        self.number(ground, item).map_or(0, |number| self.part_of[number])
    }

    fn unite(&mut self, ground: &Ground<'_>, a: &ItemId, b: &ItemId) {
        let (Some(a), Some(b)) = (self.number(ground, a), self.number(ground, b)) else { return };
        let (a, b) = (root(&mut self.part_of, a), root(&mut self.part_of, b));
        self.part_of[a.max(b)] = a.min(b);
    }

    /// Of everything that an incident is weighed from; `name` is the mark of its claims' ids.
    fn mark(
        &self,
        ground: &Ground<'_>,
        key: &RandomState,
        name: u64,
        members: &BTreeSet<ClaimRef>,
        facts: &IncidentFacts,
    ) -> u64 {
        let mut into = key.build_hasher();
        (self.all, name).hash(&mut into);
        let mut parts: Vec<usize> = Vec::with_capacity(members.len());
        for read in members.iter().filter_map(|member| ground.reads.claim(member)) {
            match read.item {
                Some(number) => parts.push(self.part_of[number as usize]),
                // Its item is not at hand: it and its neighbours are all there is, and what people stated of that item.
                None => {
                    let item = &read.held.claim.item;
                    for claim in ground.reads.claims_in(item).iter().filter_map(|key| ground.reads.claim(key)) {
                        (claim.held.key, &claim.held.standing, Said(&claim.held.claim)).hash(&mut into);
                        mark_around(ground, claim, &mut into);
                    }
                    parts.extend(self.spoken_of.get(item).map(|number| self.part_of[*number]));
                }
            }
        }
        parts.sort_unstable();
        parts.dedup();
        parts.iter().for_each(|part| self.marks[*part].hash(&mut into));
        facts.another_that_day.hash(&mut into);
        if *facts != (IncidentFacts { another_that_day: facts.another_that_day, ..IncidentFacts::default() }) {
            debug(facts, &mut into);
            for placed in facts.elements.values().flat_map(|of| of.placed.values()) {
                mark_above(ground, &placed.place, &mut into);
            }
        }
        into.finish()
    }
}

fn root(one: &mut [usize], mut at: usize) -> usize {
    while one[at] != at {
        one[at] = one[one[at]];
        at = one[at];
    }
    at
}

/// Takes in all of something rare, by how it is printed.
fn debug(what: &impl std::fmt::Debug, into: &mut impl Hasher) {
    struct Into<'h, H>(&'h mut H);
    impl<H: Hasher> std::fmt::Write for Into<'_, H> {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.write(text.as_bytes());
            Ok(())
        }
    }
    // Writing into a hash does not fail.
    _ = write!(Into(into), "{what:?}");
    into.write_u8(0xff);
}

// Fields are named one by one, so that a new one cannot be forgotten.
fn mark_item(ground: &Ground<'_>, read: &ItemRead<'_>, into: &mut impl Hasher) {
    let ItemFacts {
        item: id,
        kind,
        source,
        source_kind,
        issuer,
        owner,
        aligned_with,
        present_with,
        interpreter,
        first_hand,
        published,
        pdq: _,
        turned: _,
        points: _,
        frames: _,
        sound: _,
        text,
        taken: _,
        position: _,
        reposts,
        answers: _,
        withdrawn,
    } = read.facts;
    // Of pictures, films, sounds and words only what was found to be shared bears on incidents, and that is taken in apart.
    ("item", id, kind, source, source_kind, issuer, owner, aligned_with).hash(into);
    (present_with, interpreter, first_hand, published, reposts, withdrawn).hash(into);
    (text.is_some(), is_compared(read.facts)).hash(into);
    [&read.voice, &read.source].into_iter().flatten().for_each(|key| ground.origins.names.get(&**key).hash(into));
}

/// What a claim says.
struct Said<'c>(&'c Claim);

impl Hash for Said<'_> {
    fn hash<H: Hasher>(&self, into: &mut H) {
        let Claim {
            item,
            predicate,
            span,
            quote,
            scope,
            count,
            act,
            targets,
            victims,
            weapons,
            actors,
            places,
            times,
            harm,
            polarity,
            stated_by,
            chain,
            relies_on,
            first_hand,
            more,
            rule: _,
            analyzer: _,
            score: _,
        } = self.0;
        (item, predicate, span, quote, scope, count, act).hash(into);
        (polarity, stated_by, chain, relies_on, first_hand).hash(into);
        for named in [targets, victims, weapons] {
            named.len().hash(into);
            for Named { class, name, span, called_banned } in named {
                (class, name, span, called_banned).hash(into);
            }
        }
        actors.len().hash(into);
        actors.iter().for_each(|Actor { name, kind, mode }| (name, kind, mode).hash(into));
        places.len().hash(into);
        for Place { name, id, lat, lon, uncertainty_m, level, parent } in places {
            (name, id, [lat, lon, uncertainty_m].map(|number| number.map(f64::to_bits)), level, parent).hash(into);
        }
        times.len().hash(into);
        for Interval { earliest, latest, granularity, basis, words } in times {
            (earliest, latest, granularity, basis, words).hash(into);
        }
        harm.len().hash(into);
        harm.iter().for_each(|Harm { harm, min, max, who, scope }| (harm, min, max, who, scope).hash(into));
        if !more.is_empty() {
            debug(more, into);
        }
    }
}

/// What a claim is read by and does not say itself: what its places lie in, and how those are called through whom it came.
fn mark_around(ground: &Ground<'_>, read: &ClaimRead<'_>, into: &mut impl Hasher) {
    read.held.claim.places.iter().for_each(|place| mark_above(ground, place, into));
    read.chain.iter().for_each(|speaker| ground.origins.names.get(&speaker.key).hash(into));
}

/// What a place lies in, as far as is known.
fn mark_above(ground: &Ground<'_>, place: &Place, into: &mut impl Hasher) {
    if let Some(id) = &place.id {
        ground.parents.above(id, DEEPEST).hash(into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented::random::Random;
    use crate::level::Policy;

    /// Weighs a world anew and with what was kept; answers how many were weighed again.
    fn both(world: &Random, policy: &Policy, disputed: &BTreeSet<(String, String, String)>, kept: &mut Kept) -> usize {
        let facts = world.facts();
        let ground = Ground::survey(&facts, &world.claims, &world.links, policy).disputing(disputed.clone());
        let incidents: Vec<_> = world.incidents.iter().map(|(members, facts)| (members, facts.clone())).collect();
        let given = kept.weigh(&ground, &incidents);
        for ((members, facts), given) in incidents.iter().zip(&given) {
            let anew = weigh_incident(&ground, members, facts);
            assert_eq!(anew.to_json("en"), given.to_json("en"));
            assert_eq!(anew, **given);
        }
        kept.weighed_again()
    }

    #[test]
    fn what_is_kept_equals_what_is_weighed_from_nothing_whatever_was_decided() {
        let policy = Policy::default();
        let (mut again, mut asked) = (0, 0);
        for seed in 0..40 {
            let mut world = Random::of(seed, 8 + (seed as usize * 5) % 40);
            let (mut kept, mut disputed) = (Kept::default(), BTreeSet::new());
            assert_eq!(both(&world, &policy, &disputed, &mut kept), world.incidents.len());
            assert_eq!(both(&world, &policy, &disputed, &mut kept), 0, "nothing has changed");
            for step in 0..16 {
                world.change(seed * 100 + step);
                if step == 9 {
                    let facts = world.facts();
                    let ground = Ground::survey(&facts, &world.claims, &world.links, &policy);
                    disputed.extend(world.incidents.iter().take(2).flat_map(|(members, facts)| {
                        let hangs = crate::origin::hangs(&ground, members, facts);
                        hangs.iter().take(2).map(|hang| hang.edge.spelt()).collect::<Vec<_>>()
                    }));
                }
                again += both(&world, &policy, &disputed, &mut kept);
                asked += world.incidents.len();
            }
            let stricter = Policy { version: "stricter".into(), lines_for_corroborated: 3, ..Policy::default() };
            assert_eq!(both(&world, &stricter, &disputed, &mut kept), world.incidents.len());
        }
        assert!(again < asked, "something is kept: {again} of {asked}");
    }

    #[test]
    fn what_stands_apart_is_not_weighed_again() {
        use crate::invented::{Say, claim, key, link, member, text};
        use witnessmark_model::entry::Relation;
        let items: Vec<_> = (0..20).map(|n| text(n, &format!("Paper {n}"), "")).collect();
        let mut claims: Vec<Held> = (0..20).map(|n| claim(n, n as u16).on("2031-04-12").hit("market")).collect();
        let sets: Vec<BTreeSet<ClaimRef>> = (0..10).map(|n| BTreeSet::from([key(2 * n), key(2 * n + 1)])).collect();
        let policy = Policy::default();
        let mut kept = Kept::default();
        let mut weigh = |claims: &[Held], links: &[Link]| {
            let ground = Ground::survey(&items, claims, links, &policy);
            kept.weigh(&ground, &sets.iter().map(|set| (set, IncidentFacts::default())).collect::<Vec<_>>());
            kept.weighed_again()
        };
        assert_eq!(weigh(&claims, &[]), 10);
        claims[3].standing = crate::facts::Standing::Accepted { by: member(9) };
        assert_eq!(weigh(&claims, &[]), 1);
        assert_eq!(weigh(&claims, &[link(4, 11, Relation::Separate, "apart")]), 2);
    }
}
