//! Words that documents share, as nodes of the local graph.
//!
//! Shared words bear on a claim when the claim stands in them. A component of regions is one run of words, wherever it
//! stands.

use std::collections::BTreeSet;

use witnessmark_model::ItemId;

use super::{At, Draft, root, unite};
use crate::facts::Held;
use crate::origin::graph::{EdgeKind, Node};
use crate::passages::Direction;
use crate::reads::ClaimRead;

/// Shared words of one item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Region {
    pub item: ItemId,
    pub span: (usize, usize),
}

impl Draft<'_> {
    /// Regions of shared words in which claims stand, connected with each other.
    pub(super) fn share_words(&mut self, reads: &[&ClaimRead<'_>]) {
        let own: Vec<&Held> = reads.iter().filter(|read| read.chain.is_empty()).map(|read| read.held).collect();
        let items: BTreeSet<ItemId> = own.iter().map(|h| h.claim.item).collect();
        let ground = self.ground;
        let reuses: BTreeSet<usize> = items.iter().flat_map(|item| ground.reuses_of(*item)).collect();
        if reuses.is_empty() {
            return;
        }
        for reuse in reuses.into_iter().map(|i| &ground.joined.reuses[i]) {
            let (a, b) = (ground.joined.texts[reuse.a], ground.joined.texts[reuse.b]);
            if self.leaves_out(&Node::Item(a), &Node::Item(b), EdgeKind::ReusesText) {
                continue;
            }
            for passage in &reuse.passages {
                let (ra, rb) = (self.region(a, passage.in_a), self.region(b, passage.in_b));
                match reuse.direction {
                    _ if passage.quoted => unite(&mut self.region_one, ra, rb),
                    Direction::FromA => self.region_edges.push((rb, ra)),
                    Direction::FromB => self.region_edges.push((ra, rb)),
                    Direction::Unknown => unite(&mut self.region_one, ra, rb),
                }
            }
        }
        // Regions of one item are of the same words when a claim stands in both; where no claim stands, when they are
        // mostly the same run.
        for held in &own {
            let inside: Vec<usize> = self.regions_around(held).collect();
            inside.windows(2).for_each(|pair| unite(&mut self.region_one, pair[0], pair[1]));
            self.stands_in.entry(held.claim.item).or_default().extend(inside.first());
            if inside.is_empty() && self.region_of_whole(held).is_none() {
                self.free.insert(held.claim.item);
            }
        }
        let mut order: Vec<usize> =
            (0..self.regions.len()).filter(|i| !items.contains(&self.regions[*i].item)).collect();
        order.sort_by_key(|i| (self.regions[*i].item, self.regions[*i].span));
        for pair in order.windows(2) {
            let (x, y) = (self.regions[pair[0]], self.regions[pair[1]]);
            let shared = x.span.1.min(y.span.1).saturating_sub(x.span.0.max(y.span.0));
            let larger = (x.span.1 - x.span.0).max(y.span.1 - y.span.0);
            if x.item == y.item && shared * 2 > larger {
                unite(&mut self.region_one, pair[0], pair[1]);
            }
        }
        for region in 0..self.regions.len() {
            let root = root(&mut self.region_one, region);
            self.members.entry(root).or_default().push(region);
        }
        for (from, to) in std::mem::take(&mut self.region_edges) {
            let (from, to) = (root(&mut self.region_one, from), root(&mut self.region_one, to));
            if from != to {
                self.earlier.entry(from).or_default().insert(to);
            }
        }
    }

    /// Regions in which most of a claim stands.
    fn regions_around(&self, held: &Held) -> impl Iterator<Item = usize> {
        let span = held.claim.span;
        let inside = move |r: &Region| {
            span.is_some_and(|(start, end)| {
                let shared = r.span.1.min(end).saturating_sub(r.span.0.max(start));
                shared * 2 > end.saturating_sub(start)
            })
        };
        self.regions_in(held.claim.item).filter(move |(_, r)| inside(r)).map(|(i, _)| i)
    }

    /// The largest region of an item that is mostly reused, for a claim that gives no span.
    fn region_of_whole(&self, held: &Held) -> Option<usize> {
        let (item, ground) = (held.claim.item, self.ground);
        let mostly = held.claim.span.is_none()
            && ground.reuses_of(item).any(|i| ground.joined.reuses[i].share >= ground.policy.reused_share);
        let size = |(i, r): &(usize, &Region)| (r.span.1 - r.span.0, std::cmp::Reverse(*i));
        mostly.then(|| self.regions_in(item).max_by_key(size).map(|(i, _)| i)).flatten()
    }

    fn region(&mut self, item: ItemId, span: (usize, usize)) -> usize {
        let next = self.regions.len();
        let at = *self.region_at.entry((item, span.0, span.1)).or_insert(next);
        if at == next {
            self.regions.push(Region { item, span });
            self.region_one.push(next);
        }
        at
    }

    fn regions_in(&self, item: ItemId) -> impl Iterator<Item = (usize, &Region)> {
        let range = self.region_at.range((item, 0, 0)..=(item, usize::MAX, usize::MAX));
        range.map(|(_, i)| (*i, &self.regions[*i]))
    }

    /// The region in which a claim of an item's own voice stands, if any.
    pub(super) fn region_of(&mut self, claim: &Held) -> Option<usize> {
        let region = self.regions_around(claim).next().or_else(|| self.region_of_whole(claim))?;
        Some(root(&mut self.region_one, region))
    }

    /// The nodes of shared words in which claims of an item stand.
    pub(super) fn regions_of(&mut self, item: ItemId) -> Vec<usize> {
        let of_item: Vec<usize> = self.stands_in.get(&item).into_iter().flatten().copied().collect();
        let roots: BTreeSet<usize> = of_item.into_iter().map(|i| root(&mut self.region_one, i)).collect();
        roots.into_iter().map(|r| self.words(r)).collect()
    }

    /// The node of a component of shared words, with the way on from it drawn. With an earlier document it goes back to
    /// that; of one voice it is that voice; of several it stands for itself, and what those voices say here is it.
    pub(super) fn words(&mut self, region: usize) -> usize {
        let mut todo = vec![region];
        while let Some(region) = todo.pop() {
            if self.words_at.contains_key(&region) {
                continue;
            }
            let at = self.words_node(region);
            for to in self.earlier.get(&region).cloned().unwrap_or_default() {
                let known = self.words_at.contains_key(&to);
                let to_at = if known { self.words_at[&to] } else { self.bare_words_node(to) };
                self.edge(at, to_at);
                todo.extend((!known).then_some(to));
            }
        }
        self.words_at[&region]
    }

    /// Where a component's node is: an original of one voice is that voice, or its item.
    fn bare_words_node(&mut self, region: usize) -> usize {
        let items = self.items_of(region);
        let voices: BTreeSet<Option<String>> = items.iter().map(|i| self.voice_of(i)).collect();
        let original = items.iter().find(|item| !self.derived.contains(item)).copied();
        let one_voice = items.len() == 1 || (voices.len() == 1 && !voices.contains(&None));
        match original.filter(|_| one_voice && !self.earlier.contains_key(&region)) {
            Some(item) => match voices.into_iter().next().flatten() {
                Some(key) => self.node(Node::Voice { key }),
                None => self.item(item),
            },
            None => self.at(At::Words(region)),
        }
    }

    /// The same, and what those voices and items say here.
    fn words_node(&mut self, region: usize) -> usize {
        let at = self.bare_words_node(region);
        self.words_at.insert(region, at);
        if !matches!(self.nodes[at], At::Words(_)) {
            return at;
        }
        for item in self.items_of(region) {
            if self.derived.contains(&item) {
                let to = self.item(item);
                self.edge(at, to);
            }
            // A voice is what its item says here, when all that it says here are these words.
            if self.stands_in.contains_key(&item)
                && !self.free.contains(&item)
                && let Some(key) = self.voice_of(&item)
            {
                let voice = self.node(Node::Voice { key });
                self.edge(voice, at);
            }
        }
        at
    }

    pub(super) fn items_of(&self, region: usize) -> BTreeSet<ItemId> {
        self.members.get(&region).into_iter().flatten().map(|i| self.regions[*i].item).collect()
    }

    fn voice_of(&self, item: &ItemId) -> Option<String> {
        self.read(item).and_then(|read| read.voice.as_deref()).map(str::to_owned)
    }
}
