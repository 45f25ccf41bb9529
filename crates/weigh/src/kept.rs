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
use crate::reads::ClaimRead;
use crate::weigh::{Ground, IncidentFacts, IncidentWeighed, weigh_incident};

/// Longest way up from a place that is looked at, and one more.
const DEEPEST: usize = 13;

/// What was weighed before.
#[derive(Debug, Default)]
pub struct Kept {
    key: RandomState,
    /// By the mark of an incident's claims: the mark of all that it was weighed from, and what came of it.
    known: HashMap<u64, (u64, Arc<IncidentWeighed>)>,
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
        let parts = Parts::of(ground, &self.key);
        let before = std::mem::take(&mut self.known);
        self.known.reserve(incidents.len());
        self.again = 0;
        let mut all = Vec::with_capacity(incidents.len());
        for (members, facts) in incidents {
            let name = self.key.hash_one(members);
            let mark = parts.mark(ground, &self.key, members, facts);
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

/// The parts that items fall into, each with a mark of its content.
struct Parts {
    of_item: HashMap<ItemId, usize>,
    marks: Vec<u64>,
    /// Of what bears on every incident.
    all: u64,
}

impl Parts {
    fn of(ground: &Ground<'_>, key: &RandomState) -> Self {
        let of_item = together(ground);
        let parts = of_item.values().max().map_or(0, |last| last + 1);
        let mut content: Vec<_> = (0..parts).map(|_| key.build_hasher()).collect();
        for (id, item) in &ground.items {
            let into = &mut content[of_item[id]];
            mark_item(ground, item, into);
            for claim in ground.reads.claims_in(id).iter().filter_map(|key| ground.reads.claim(key)) {
                mark_claim(ground, claim, into);
            }
        }
        for link in ground.links {
            let Link { from, to, relation, basis, by } = link;
            (from, to, *relation as u8, basis, by).hash(&mut content[of_item[from]]);
        }
        for reuse in &ground.joined.reuses {
            let into = &mut content[of_item[&ground.joined.texts[reuse.a]]];
            // Its places count in a list that grows; the items do not.
            let Reuse { a, b, passages, share, direction } = reuse;
            (ground.joined.texts[*a], ground.joined.texts[*b], share.to_bits(), *direction as u8).hash(into);
            passages.iter().for_each(|Passage { in_a, in_b, words, quoted }| (in_a, in_b, words, quoted).hash(into));
        }
        for cluster in &ground.joined.pictures.clusters {
            let Some(first) = cluster.members.first() else { continue };
            let into = &mut content[of_item[&ground.joined.pictured[*first]]];
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
            match ends.into_iter().flatten().find_map(|item: ItemId| of_item.get(&item)) {
                Some(part) => disputed.hash(&mut content[*part]),
                None => disputed.hash(&mut all),
            }
        }
        Parts { of_item, marks: content.into_iter().map(|part| part.finish()).collect(), all: all.finish() }
    }

    /// Of everything that an incident is weighed from.
    fn mark(&self, ground: &Ground<'_>, key: &RandomState, members: &BTreeSet<ClaimRef>, facts: &IncidentFacts) -> u64 {
        let mut into = key.build_hasher();
        self.all.hash(&mut into);
        let mut parts: Vec<usize> = Vec::new();
        for member in members {
            member.hash(&mut into);
            let Some(read) = ground.reads.claim(member) else { continue };
            let item = &read.held.claim.item;
            match self.of_item.get(item).filter(|_| read.item.is_some()) {
                Some(part) => parts.push(*part),
                // Its item is not at hand: it and its neighbours are all there is, and what people stated of that item.
                None => {
                    let within = ground.reads.claims_in(item).iter().filter_map(|key| ground.reads.claim(key));
                    within.for_each(|claim| mark_claim(ground, claim, &mut into));
                    parts.extend(self.of_item.get(item));
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

/// Which part each item is in: items at hand, and those that are only spoken of.
fn together(ground: &Ground<'_>) -> HashMap<ItemId, usize> {
    let spoken_of = ground.links.iter().flat_map(|link| [link.from, link.to]);
    let reposted = ground.items.values().filter_map(|item| item.reposts);
    let all: BTreeSet<ItemId> = ground.items.keys().copied().chain(spoken_of).chain(reposted).collect();
    let number: HashMap<ItemId, usize> = all.iter().copied().zip(0..).collect();
    let mut one: Vec<usize> = (0..all.len()).collect();
    let mut unite = |a: &ItemId, b: &ItemId| {
        let (a, b) = (root(&mut one, number[a]), root(&mut one, number[b]));
        one[a.max(b)] = a.min(b);
    };
    ground.links.iter().for_each(|link| unite(&link.from, &link.to));
    ground.items.values().filter_map(|item| Some((item.item, item.reposts?))).for_each(|(a, b)| unite(&a, &b));
    ground.joined.reuses.iter().for_each(|reuse| unite(&ground.joined.texts[reuse.a], &ground.joined.texts[reuse.b]));
    for cluster in &ground.joined.pictures.clusters {
        cluster
            .members
            .windows(2)
            .for_each(|two| unite(&ground.joined.pictured[two[0]], &ground.joined.pictured[two[1]]));
    }
    let mut parts: BTreeMap<usize, usize> = BTreeMap::new();
    all.into_iter()
        .map(|item| {
            let next = parts.len();
            (item, *parts.entry(root(&mut one, number[&item])).or_insert(next))
        })
        .collect()
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
fn mark_item(ground: &Ground<'_>, item: &ItemFacts<'_>, into: &mut impl Hasher) {
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
        marks: _,
        text,
        taken: _,
        position: _,
        reposts,
        answers: _,
        withdrawn,
    } = item;
    // Of pictures, films, sounds and words only what was found to be shared bears on incidents, and that is taken in apart.
    (id, kind, source, source_kind, issuer, owner, aligned_with).hash(into);
    (present_with, interpreter, first_hand, published, reposts, withdrawn).hash(into);
    (text.is_some(), is_compared(item)).hash(into);
    if let Some(read) = ground.reads.item(id) {
        [&read.voice, &read.source].into_iter().flatten().for_each(|key| ground.origins.names.get(&**key).hash(into));
    }
}

fn mark_claim(ground: &Ground<'_>, read: &ClaimRead<'_>, into: &mut impl Hasher) {
    let Held { key, claim, standing } = read.held;
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
    } = claim;
    (key, standing, item, predicate, span, quote, scope, count, act).hash(into);
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
    for place in places {
        let Place { name, id, lat, lon, uncertainty_m, level, parent } = place;
        (name, id, [lat, lon, uncertainty_m].map(|number| number.map(f64::to_bits)), level, parent).hash(into);
        mark_above(ground, place, into);
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
