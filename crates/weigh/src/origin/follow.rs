//! Following claims to where they go back to: the graph of one set of claims, and its ends.
//!
//! Coarser than the graph of everything at hand on purpose: it holds only what bears on these claims. Words that two
//! documents share bear on a claim when the claim stands in them; a document that was published later goes back to the
//! earlier one, and without dates the shared words are an origin of their own.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_model::entry::Relation;
use witnessmark_model::{ClaimRef, ItemId};

use super::graph::{Circle, EdgeKind, Node};
use super::hangs::{Hang, Without};
use super::lines::WhyOne;
use super::rings::{ring, strongly_connected};
use super::voices::{Speaker, voice_key};
use crate::facts::{ItemFacts, ItemKind};
use crate::passages::Direction;
use crate::pictures::FLOOD;
use crate::reads::{ClaimRead, ItemRead};
use crate::weigh::Ground;
use words::Region;

/// Most items that are drawn in because others go back to them.
const MOST_DRAWN_IN: usize = 100_000;

/// Where claims end.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub origin: Node,
    pub claims: BTreeSet<ClaimRef>,
    pub told: BTreeSet<ClaimRef>,
    pub why: Vec<WhyOne>,
    pub endorsed_by: BTreeSet<String>,
    pub circular: bool,
}

/// All ends of a set of claims.
#[derive(Debug)]
pub(super) struct Followed<'a> {
    pub ends: Vec<End>,
    pub circles: Vec<Circle>,
    names: &'a BTreeMap<String, String>,
    ground: &'a Ground<'a>,
}

impl Followed<'_> {
    /// How an origin is called: its name, else the source of the item, else the item.
    pub fn name(&self, node: &Node) -> String {
        match node {
            Node::Voice { key } | Node::Cited { key, .. } => self.names.get(key).unwrap_or(key).clone(),
            Node::Unnamed { words, .. } => words.clone(),
            Node::Item(item) => {
                let source = self.ground.reads.item(item).and_then(|i| i.facts.voice());
                source.map_or_else(|| item.short(), str::to_owned)
            }
        }
    }
}

/// A node of the local graph: a node of the large one, or words that documents share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum At {
    Node(Node),
    Words(usize),
}

/// Where a claim starts.
struct Start<'a> {
    key: ClaimRef,
    at: usize,
    read: &'a ClaimRead<'a>,
    /// Who says it, of those through whom it came.
    by: Option<&'a Speaker>,
}

/// The local graph while it is drawn.
struct Draft<'a> {
    ground: &'a Ground<'a>,
    index: BTreeMap<At, usize>,
    nodes: Vec<At>,
    edges: BTreeSet<(usize, usize)>,
    /// Union-find over nodes: things that are one.
    one: Vec<usize>,
    items: BTreeSet<ItemId>,
    /// Items that go back to others.
    derived: BTreeSet<ItemId>,
    regions: Vec<Region>,
    region_at: BTreeMap<(ItemId, usize, usize), usize>,
    /// Union-find over regions.
    region_one: Vec<usize>,
    region_edges: Vec<(usize, usize)>,
    /// Regions of each component, by its root, and the roots that it goes back to.
    members: BTreeMap<usize, Vec<usize>>,
    earlier: BTreeMap<usize, BTreeSet<usize>>,
    words_at: BTreeMap<usize, usize>,
    /// Regions in which claims of each item stand.
    stands_in: BTreeMap<ItemId, BTreeSet<usize>>,
    /// Items of which some claim stands in no region.
    free: BTreeSet<ItemId>,
    perceiving: BTreeSet<usize>,
    starts: Vec<Start<'a>>,
    /// Edges that are left out, and the list of those that were met.
    without: Without<'a>,
}

/// The graph of what bears on some claims, drawn once: the ends of any of them can be asked of it. The ends of a part are
/// never more than those of the whole, as what is known of where a voice has its words from does not depend on which
/// element is asked about.
pub(super) struct Trail<'a> {
    draft: Draft<'a>,
    /// Component of each node.
    of: Vec<usize>,
    components: Vec<Vec<usize>>,
    next: Vec<Vec<usize>>,
    /// Components in which somebody perceived.
    perceives: BTreeSet<usize>,
    /// Where each component ends.
    reach: Vec<BTreeSet<usize>>,
}

/// Draws the graph of some claims, but for the edges that somebody disputes and those that `without` leaves out.
pub(super) fn trail<'a>(ground: &'a Ground<'a>, reads: &[&'a ClaimRead<'a>], without: Without<'a>) -> Trail<'a> {
    let mut draft = Draft {
        ground,
        index: BTreeMap::new(),
        nodes: Vec::new(),
        edges: BTreeSet::new(),
        one: Vec::new(),
        items: reads.iter().map(|read| read.held.claim.item).collect(),
        derived: BTreeSet::new(),
        regions: Vec::new(),
        region_at: BTreeMap::new(),
        region_one: Vec::new(),
        region_edges: Vec::new(),
        members: BTreeMap::new(),
        earlier: BTreeMap::new(),
        words_at: BTreeMap::new(),
        stands_in: BTreeMap::new(),
        free: BTreeSet::new(),
        perceiving: BTreeSet::new(),
        starts: Vec::new(),
        without,
    };
    draft.draw_in();
    draft.share_pictures();
    draft.share_words(reads);
    let issued = draft.issue();
    for read in reads {
        draft.claim(read, &issued);
    }
    draft.laid()
}

impl<'a> Trail<'a> {
    /// The edges that were met while it was drawn, where they were asked for; those that were left out among them.
    pub(super) fn met(&self) -> Vec<Hang> {
        self.draft.without.met.iter().flatten().cloned().collect()
    }

    /// Where these of its claims end.
    pub(super) fn follow(&self, wanted: &BTreeSet<ClaimRef>) -> Followed<'a> {
        let ground = self.draft.ground;
        let (ends, circles) = self.ends(wanted);
        let mut followed = Followed { ends, circles, names: &ground.origins.names, ground };
        for i in 0..followed.circles.len() {
            followed.circles[i].names = followed.circles[i].around.iter().map(|node| followed.name(node)).collect();
        }
        for i in 0..followed.ends.len() {
            let why = why(ground, &followed, i);
            followed.ends[i].why = why;
        }
        followed
    }

    /// Where the wanted claims end, and the circles among them. Of several ends of one claim only those count at which
    /// somebody's own word is among the wanted; where none is, one claim is still one line.
    fn ends(&self, wanted: &BTreeSet<ClaimRef>) -> (Vec<End>, Vec<Circle>) {
        let (draft, of) = (&self.draft, &self.of);
        let starts: Vec<&Start<'_>> = draft.starts.iter().filter(|s| wanted.contains(&s.key)).collect();
        let told: BTreeSet<usize> = starts.iter().map(|s| of[s.at]).collect();
        let mut untold: Vec<usize> = (0..self.components.len()).collect();
        let mut targets: Vec<BTreeSet<usize>> = Vec::with_capacity(starts.len());
        for start in &starts {
            let reach = &self.reach[of[start.at]];
            let with_word: BTreeSet<usize> = reach.intersection(&told).copied().collect();
            if with_word.is_empty() {
                reach.iter().zip(reach.iter().skip(1)).for_each(|(a, b)| unite(&mut untold, *a, *b));
            }
            targets.push(if with_word.is_empty() { reach.iter().take(1).copied().collect() } else { with_word });
        }
        let ending: BTreeSet<usize> = targets.iter().flatten().map(|end| root(&mut untold, *end)).collect();
        let mut nodes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        (0..of.len()).filter(|i| ending.contains(&of[*i])).for_each(|i| nodes.entry(of[i]).or_default().push(i));
        let mut ends: BTreeMap<usize, End> = BTreeMap::new();
        for (start, targets) in starts.into_iter().zip(targets) {
            for end in targets.into_iter().map(|end| root(&mut untold, end)) {
                let nodes = || nodes[&end].iter().copied();
                let entry = ends.entry(end).or_insert_with(|| End {
                    origin: draft.origin_of(nodes()),
                    claims: BTreeSet::new(),
                    told: BTreeSet::new(),
                    why: Vec::new(),
                    endorsed_by: BTreeSet::new(),
                    circular: !self.perceives.contains(&end)
                        && draft.voices_among(nodes()) > 1
                        && self.components[end].len() > 1,
                });
                entry.claims.insert(start.key);
                if of[start.at] == end {
                    entry.told.insert(start.key);
                } else if matches!(draft.nodes[start.at], At::Node(Node::Voice { .. } | Node::Unnamed { .. })) {
                    entry.endorsed_by.insert(draft.name_of(start));
                }
            }
        }
        let mut circles: Vec<Circle> = self.components.iter().filter_map(|c| self.circle(c, wanted)).collect();
        circles.sort_by(|a, b| a.around.cmp(&b.around));
        (ends.into_values().collect(), circles)
    }

    /// The circle of a component in which several voices go back to each other, by citing or by taking over words, where
    /// some wanted claim starts in it.
    fn circle(&self, component: &[usize], wanted: &BTreeSet<ClaimRef>) -> Option<Circle> {
        let draft = &self.draft;
        if component.len() < 2 || draft.voices_among(component.iter().copied()) < 2 {
            return None;
        }
        let voice = |i: &usize| match &draft.nodes[*i] {
            At::Node(node @ (Node::Voice { .. } | Node::Unnamed { .. })) => Some(node.clone()),
            _ => None,
        };
        let here = self.of[component[0]];
        let started = draft.starts.iter().filter(|start| self.of[start.at] == here && wanted.contains(&start.key));
        let claims: BTreeSet<ClaimRef> = started.map(|start| start.key).collect();
        if claims.is_empty() {
            return None;
        }
        let around: Vec<Node> = ring(&self.next, component).iter().filter_map(voice).collect();
        // A ring through items alone, within a component of several voices: all of them, then.
        let around = if around.len() > 1 { around } else { component.iter().filter_map(voice).collect() };
        Some(Circle { around, names: Vec::new(), claims: claims.into_iter().collect() })
    }
}

fn root(one: &mut [usize], mut at: usize) -> usize {
    while one[at] != at {
        one[at] = one[one[at]];
        at = one[at];
    }
    at
}

fn unite(one: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(one, a), root(one, b));
    one[a.max(b)] = a.min(b);
}

impl<'a> Draft<'a> {
    fn at(&mut self, at: At) -> usize {
        let next = self.nodes.len();
        let index = *self.index.entry(at.clone()).or_insert(next);
        if index == next {
            self.nodes.push(at);
            self.one.push(next);
        }
        index
    }

    fn node(&mut self, node: Node) -> usize {
        self.at(At::Node(node))
    }

    fn item(&mut self, item: ItemId) -> usize {
        self.node(Node::Item(item))
    }

    /// Is this edge to be left out? Notes it where edges are asked for.
    fn leaves_out(&mut self, from: &Node, to: &Node, kind: EdgeKind) -> bool {
        self.without.leaves_out(self.ground, from, to, kind)
    }

    fn edge(&mut self, from: usize, to: usize) {
        if from != to {
            self.edges.insert((from, to));
        }
    }

    fn read(&self, item: &ItemId) -> Option<&'a ItemRead<'a>> {
        self.ground.reads.item(item)
    }

    fn facts(&self, item: &ItemId) -> Option<&'a ItemFacts<'a>> {
        self.read(item).map(|read| read.facts)
    }

    /// Who says a claim: the last through whom it came, else whose item it is.
    fn name_of(&self, start: &Start<'_>) -> String {
        match start.by {
            Some(speaker) => speaker.name.clone(),
            None => {
                let voice = self.ground.reads.item_of(start.read).and_then(|item| item.facts.voice());
                voice.map_or_else(|| start.read.held.claim.item.short(), str::to_owned)
            }
        }
    }

    /// Reposts, translations and stated relations: draws in what the items go back to.
    fn draw_in(&mut self) {
        let mut queue: Vec<ItemId> = self.items.iter().copied().collect();
        while let Some(item) = queue.pop() {
            let own = self.facts(&item).and_then(|f| f.reposts).map(|of| (of, Relation::Reposts));
            let ground = self.ground;
            let stated = ground.links_of(item).filter_map(|link| match link.relation {
                Relation::Reposts | Relation::Translates | Relation::Quotes => {
                    (link.from == item).then_some((link.to, link.relation))
                }
                Relation::SameAs | Relation::SharesOrigin | Relation::SameAuthor => {
                    Some((if link.from == item { link.to } else { link.from }, link.relation))
                }
                Relation::Owns | Relation::PresentTogether | Relation::Separate => None,
            });
            for (other, relation) in own.into_iter().chain(stated).collect::<Vec<_>>() {
                let (kind, _) = super::graph::kind_of(relation);
                if other != item && self.leaves_out(&Node::Item(item), &Node::Item(other), kind) {
                    continue;
                }
                let (a, b) = (self.item(item), self.item(other));
                if matches!(relation, Relation::SameAs | Relation::SharesOrigin | Relation::SameAuthor) {
                    unite(&mut self.one, a, b);
                } else if other != item {
                    self.edge(a, b);
                    self.derived.insert(item);
                }
                if self.items.len() < MOST_DRAWN_IN && self.items.insert(other) {
                    queue.push(other);
                }
            }
        }
    }

    fn share_pictures(&mut self) {
        let mut first: BTreeMap<usize, ItemId> = BTreeMap::new();
        let mut looked: BTreeMap<usize, bool> = BTreeMap::new();
        for item in self.items.clone() {
            if let Some(cluster) = self.ground.picture_cluster_of(item) {
                // A cluster of which some copy is disputed hangs together by the others, or not.
                if *looked.entry(cluster).or_insert_with(|| self.share_but_for_disputed(cluster)) {
                    continue;
                }
                let with = *first.entry(cluster).or_insert(item);
                let (a, b) = (self.item(with), self.item(item));
                unite(&mut self.one, a, b);
            }
        }
    }

    /// Unites a cluster of copies along those of its edges that are left in; answers whether any was left out.
    fn share_but_for_disputed(&mut self, cluster: usize) -> bool {
        if self.without.is_idle(self.ground) {
            return false;
        }
        let ground = self.ground;
        let edges = &ground.joined.pictures.clusters[cluster].edges;
        let pairs: Vec<(ItemId, ItemId)> =
            edges.iter().take(FLOOD).map(|e| (ground.joined.pictured[e.a], ground.joined.pictured[e.b])).collect();
        let (mut some_out, mut kept) = (false, Vec::new());
        for (a, b) in pairs {
            match self.leaves_out(&Node::Item(a), &Node::Item(b), EdgeKind::NearDuplicate) {
                true => some_out = true,
                false => kept.push((a, b)),
            }
        }
        if some_out {
            for (a, b) in kept {
                let (a, b) = (self.item(a), self.item(b));
                unite(&mut self.one, a, b);
            }
        }
        some_out
    }

    /// In whose name each item speaks, drawn as edges. Copies that come in several names are an origin of their own, and
    /// what those names say is the copy.
    fn issue(&mut self) -> BTreeMap<ItemId, usize> {
        let mut names: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut named: Vec<(ItemId, Option<String>)> = Vec::new();
        for item in self.items.clone() {
            let voice = self.read(&item).and_then(|read| match read.facts.kind {
                ItemKind::Picture | ItemKind::Film => read.source.as_deref().filter(|_| read.from_a_person),
                ItemKind::Scene => None,
                _ => read.voice.as_deref(),
            });
            let key = voice.map(str::to_owned).filter(|key| {
                !self.leaves_out(&Node::Item(item), &Node::Voice { key: key.clone() }, EdgeKind::IssuedBy)
            });
            let at = self.item(item);
            if let Some(key) = key.clone().filter(|_| !self.derived.contains(&item)) {
                names.entry(root(&mut self.one, at)).or_default().insert(key);
            }
            named.push((item, key));
        }
        let mut speaks = BTreeMap::new();
        for (item, key) in named {
            let at = self.item(item);
            let component = root(&mut self.one, at);
            let one_name = names.get(&component).is_some_and(|names| names.len() == 1);
            match key {
                Some(key) if one_name && !self.derived.contains(&item) => {
                    let voice = self.node(Node::Voice { key });
                    self.edge(at, voice);
                    speaks.insert(item, voice);
                }
                Some(key) => {
                    let voice = self.node(Node::Voice { key });
                    self.edge(voice, at);
                    speaks.insert(item, at);
                }
                None => {
                    speaks.insert(item, at);
                }
            }
        }
        speaks
    }

    /// Through whom a claim came, as far as nobody disputes it: who is not where it was had from leads no further.
    fn chain(&mut self, read: &'a ClaimRead<'a>) -> &'a [Speaker] {
        if read.chain.is_empty() || self.without.is_idle(self.ground) {
            return &read.chain;
        }
        let item = read.held.claim.item;
        let voice = self.facts(&item).and_then(|f| f.voice());
        let mut before = voice.map_or(Node::Item(item), |v| Node::Voice { key: voice_key(v) });
        let cut = read.chain.iter().position(|speaker| {
            let to = speaker.node();
            let from = std::mem::replace(&mut before, to.clone());
            from != to && self.leaves_out(&from, &to, EdgeKind::Cites)
        });
        &read.chain[..cut.unwrap_or(read.chain.len())]
    }

    fn claim(&mut self, read: &'a ClaimRead<'a>, speaks: &BTreeMap<ItemId, usize>) {
        let held = read.held;
        let item = held.claim.item;
        let own = speaks.get(&item).copied().unwrap_or_else(|| self.item(item));
        let chain = self.chain(read);
        let mut from = own;
        for speaker in chain {
            let to = self.node(speaker.node());
            self.edge(from, to);
            if from == own {
                for region in self.regions_of(item) {
                    self.edge(region, to);
                }
            }
            from = to;
        }
        let mut start = from;
        if chain.is_empty()
            && let Some(region) = self.region_of(held)
        {
            start = self.words(region);
        }
        let kind = self.ground.reads.item_of(read).map(|item| item.facts.kind);
        let media = matches!(kind, Some(ItemKind::Picture | ItemKind::Film | ItemKind::Scene));
        if read.perceived == Some(true) {
            start = from;
            self.perceiving.insert(start);
        } else if chain.is_empty() && media && !self.derived.contains(&item) {
            self.perceiving.insert(start);
        }
        self.starts.push(Start { key: held.key, at: start, read, by: chain.last() });
    }

    /// Works out what leads where.
    fn laid(mut self) -> Trail<'a> {
        let n = self.nodes.len();
        let one: Vec<usize> = (0..n).map(|i| root(&mut self.one, i)).collect();
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); n];
        self.edges.iter().filter(|(a, b)| one[*a] != one[*b]).for_each(|(a, b)| next[one[*a]].push(one[*b]));
        let components = strongly_connected(&next);
        let mut of = vec![0; n];
        for (c, component) in components.iter().enumerate() {
            component.iter().for_each(|i| of[*i] = c);
        }
        (0..n).for_each(|i| of[i] = of[one[i]]);
        let perceives: BTreeSet<usize> = self.perceiving.iter().map(|i| of[*i]).collect();
        // Components come in reverse topological order: what one leads to is already known.
        let mut reach: Vec<BTreeSet<usize>> = Vec::with_capacity(components.len());
        for (c, component) in components.iter().enumerate() {
            let outside: BTreeSet<usize> =
                component.iter().flat_map(|i| &next[*i]).map(|to| of[*to]).filter(|to| *to != c).collect();
            reach.push(if outside.is_empty() || perceives.contains(&c) {
                BTreeSet::from([c])
            } else {
                outside.iter().flat_map(|to| reach[*to].iter().copied()).collect()
            });
        }
        Trail { draft: self, of, components, next, perceives, reach }
    }

    fn voices_among(&self, nodes: impl Iterator<Item = usize>) -> usize {
        nodes.filter(|i| matches!(self.nodes[*i], At::Node(Node::Voice { .. } | Node::Unnamed { .. }))).count()
    }

    /// A voice before an item, the first of equals.
    fn origin_of(&self, nodes: impl Iterator<Item = usize>) -> Node {
        let rank = |node: &Node| match node {
            Node::Voice { .. } => 0,
            Node::Unnamed { .. } => 1,
            Node::Cited { .. } => 2,
            Node::Item(_) => 3,
        };
        let node = |i: usize| match &self.nodes[i] {
            At::Node(node) => Some(node.clone()),
            At::Words(region) => self.items_of(*region).into_iter().next().map(Node::Item),
        };
        let all: BTreeSet<(u8, Node)> = nodes.filter_map(node).map(|n| (rank(&n), n)).collect();
        all.into_iter().next().map_or(Node::Item(ItemId([0; 32])), |(_, node)| node)
    }
}

/// Why the items of an end are one line, from what connects them.
fn why(ground: &Ground<'_>, followed: &Followed<'_>, end: usize) -> Vec<WhyOne> {
    let end = &followed.ends[end];
    let mut items: BTreeSet<ItemId> =
        end.claims.iter().filter_map(|k| ground.reads.claim(k)).map(|read| read.held.claim.item).collect();
    if let Node::Item(item) = end.origin {
        items.insert(item);
    }
    let both = |a: &ItemId, b: &ItemId| items.contains(a) && items.contains(b);
    let mut why = Vec::new();
    let clusters: BTreeSet<usize> = items.iter().filter_map(|i| ground.picture_cluster_of(*i)).collect();
    for edge in clusters.iter().flat_map(|c| &ground.joined.pictures.clusters[*c].edges) {
        let pair = (ground.joined.pictured[edge.a], ground.joined.pictured[edge.b]);
        if both(&pair.0, &pair.1) {
            why.push(WhyOne::Copies { items: pair, distance: edge.distance });
        }
    }
    let reuses: BTreeSet<usize> = items.iter().flat_map(|i| ground.reuses_of(*i)).collect();
    for reuse in reuses.into_iter().map(|i| &ground.joined.reuses[i]) {
        let (a, b) = (ground.joined.texts[reuse.a], ground.joined.texts[reuse.b]);
        if both(&a, &b) {
            let pair = if reuse.direction == Direction::FromB { (b, a) } else { (a, b) };
            why.push(WhyOne::Words { items: pair, words: reuse.words() });
        }
    }
    for item in &items {
        if let Some(of) = ground.reads.item(item).and_then(|i| i.facts.reposts).filter(|of| both(item, of)) {
            why.push(WhyOne::Republished { item: *item, of });
        }
        for link in ground.links_of(*item).filter(|l| l.from == *item && both(&l.from, &l.to)) {
            let kind = match link.relation {
                Relation::SameAs => EdgeKind::SameAs,
                Relation::Reposts => EdgeKind::Republishes,
                Relation::Quotes => EdgeKind::Cites,
                Relation::Translates => EdgeKind::Translates,
                Relation::SharesOrigin => EdgeKind::SharesOrigin,
                Relation::SameAuthor => EdgeKind::SameAuthor,
                Relation::Owns | Relation::PresentTogether | Relation::Separate => continue,
            };
            why.push(WhyOne::Stated { kind, items: (link.from, link.to), basis: link.basis.clone() });
        }
    }
    if end.circular {
        let names = followed.circles.iter().find(|c| c.around.contains(&end.origin)).map(|c| c.names.clone());
        why.push(WhyOne::Circular { names: names.unwrap_or_else(|| vec![followed.name(&end.origin)]) });
    }
    why
}
