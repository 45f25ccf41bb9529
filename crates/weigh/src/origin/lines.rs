//! Lines of evidence: what is left of a set of claims once shared origins are collapsed.
//!
//! Every claim starts at whoever says it and is followed to where that goes back to: a repost to what it reposts, reused
//! words to who had them first, a citing voice to the cited one. Where the way ends is one line, however many items lie on
//! it. A circle that nobody outside feeds is one line with a flag. A speaker who perceived ends the way.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_model::{ClaimRef, ItemId};

use super::follow::{Followed, Trail, trail};
use super::graph::{Circle, EdgeKind, Node};
use super::hangs::{Hang, Without};
use super::independence::{Independence, LookedAt, SeparateBy};
use crate::facts::{Held, ItemFacts, ItemKind};
use crate::pictures::LEAST_QUALITY;
use crate::weigh::Ground;

/// Lines up to which every pair is compared; beyond, only pairs that a person linked.
pub const MOST_COMPARED: usize = 300;

/// What kind of perceiving a line ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Perceiving {
    /// Somebody who was there tells it.
    Eyewitness,
    /// A still picture.
    Picture,
    /// A moving one.
    Film,
    /// A sensor's record.
    Sensor,
    /// A document or report; who perceived is not shown.
    Document,
    /// A party to the conflict says so.
    PartyStatement,
}

impl Perceiving {
    /// All, in order.
    pub const ALL: [Perceiving; 6] = [
        Perceiving::Eyewitness,
        Perceiving::Picture,
        Perceiving::Film,
        Perceiving::Sensor,
        Perceiving::Document,
        Perceiving::PartyStatement,
    ];

    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Perceiving::Eyewitness => "eyewitness",
            Perceiving::Picture => "picture",
            Perceiving::Film => "film",
            Perceiving::Sensor => "sensor",
            Perceiving::Document => "document",
            Perceiving::PartyStatement => "party_statement",
        }
    }

    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Perceiving::Eyewitness => ("eyewitness account", "إفادة شاهد عيان"),
            Perceiving::Picture => ("picture", "صورة"),
            Perceiving::Film => ("film", "تسجيل مصوَّر"),
            Perceiving::Sensor => ("scene or sensor", "مشهد فضائي أو جهاز استشعار"),
            Perceiving::Document => ("document", "وثيقة"),
            Perceiving::PartyStatement => ("statement of a party", "تصريح طرف في النزاع"),
        }
    }

    /// Was something perceived on the ground, as far as the kind tells?
    pub fn on_the_ground(self) -> bool {
        matches!(self, Perceiving::Eyewitness | Perceiving::Picture | Perceiving::Film)
    }
}

/// Why several items are one line.
#[derive(Debug, Clone, PartialEq)]
pub enum WhyOne {
    /// They name one speaker or report.
    SameVoice {
        /// As named.
        name: String,
        /// Items that cite it or are issued in its name.
        items: usize,
    },
    /// Copies of one picture.
    Copies {
        /// The two items.
        items: (ItemId, ItemId),
        /// Bits that differ.
        distance: u32,
    },
    /// Reused words.
    Words {
        /// The two items, the earlier first where that is known.
        items: (ItemId, ItemId),
        /// How many words.
        words: usize,
    },
    /// Published again.
    Republished {
        /// The repost.
        item: ItemId,
        /// Of what.
        of: ItemId,
    },
    /// A person stated it.
    Stated {
        /// How.
        kind: EdgeKind,
        /// The two items.
        items: (ItemId, ItemId),
        /// In the person's words.
        basis: String,
    },
    /// They cite each other, and nobody outside.
    Circular {
        /// Names around.
        names: Vec<String>,
    },
}

/// What to keep in mind about a line. Flags collapse nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// Perceived side by side with another line (its number).
    PresentTogether(usize),
    /// One owner with another line.
    SameOwner(usize),
    /// One interpreter or fixer with another line.
    SameInterpreter(usize),
    /// Somebody who is not shown to have perceived repeats or endorses this line, and adds none.
    Endorsement(String),
    /// Nobody outside a circle of citations.
    CircularCitation,
    /// Nobody is named.
    NoAttributableSource,
    /// Not compared with other material for reuse.
    NotCompared,
}

/// One line of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it ends.
    pub origin: Node,
    /// How the origin is called.
    pub name: String,
    /// Claims that go back to it, sorted.
    pub claims: Vec<ClaimRef>,
    /// Those of them that give the origin's own word, sorted; the others repeat or endorse it.
    pub told: Vec<ClaimRef>,
    /// Items that carry them, sorted.
    pub items: Vec<ItemId>,
    /// What kind of perceiving.
    pub perceiving: Perceiving,
    /// Did whoever it ends in perceive it? Absent = not stated.
    pub first_hand: Option<bool>,
    /// Kinds of evidence that the origin says it relies on, sorted. They add no line.
    pub relies_on: Vec<String>,
    /// Why all this is one line.
    pub why: Vec<WhyOne>,
    /// What to keep in mind, sorted.
    pub flags: Vec<Flag>,
}

/// The lines of a set of claims and how they stand to each other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lines {
    /// By origin.
    pub lines: Vec<Line>,
    /// For each pair `(i, j)`, `i < j` (see [`MOST_COMPARED`]).
    pub between: Vec<(usize, usize, Independence)>,
    /// Circular citations among these claims.
    pub circles: Vec<Circle>,
    /// Claims of withdrawn items: in no line, sorted.
    pub withdrawn: Vec<ClaimRef>,
}

/// Where the claims of an incident come from, drawn once: the lines of any part of them can be asked of it.
pub struct Trails<'a> {
    ground: &'a Ground<'a>,
    trail: Trail<'a>,
    withdrawn: BTreeSet<ClaimRef>,
}

impl<'a> Trails<'a> {
    /// Of these claims. What other documents say in the same words is drawn in, so that two copies do not part because what
    /// they copy is not among the claims. Claims that are not at hand are passed over.
    pub fn draw(ground: &'a Ground<'a>, claims: &BTreeSet<ClaimRef>) -> Self {
        Trails::draw_without(ground, claims, Without::default())
    }

    /// The same, but for the edges that `without` leaves out.
    pub(crate) fn draw_without(ground: &'a Ground<'a>, claims: &BTreeSet<ClaimRef>, without: Without<'a>) -> Self {
        let held: Vec<&Held> = claims.iter().filter_map(|key| ground.claims.get(key).copied()).collect();
        let gone = |h: &Held| ground.items.get(&h.claim.item).is_some_and(|item| item.withdrawn);
        let withdrawn = held.iter().filter(|h| gone(h)).map(|h| h.key).collect();
        let mut drawn: BTreeMap<ClaimRef, &Held> = held.iter().map(|h| (h.key, *h)).collect();
        for item in held.iter().map(|h| h.claim.item).collect::<BTreeSet<_>>() {
            drawn.extend(ground.said_in_the_same_words(item).map(|h| (h.key, h)));
        }
        let drawn: Vec<&Held> = drawn.into_values().filter(|h| !gone(h)).collect();
        Trails { ground, trail: trail(ground, &drawn, without), withdrawn }
    }

    /// The edges that were met, where they were asked for.
    pub(crate) fn met(&self) -> Vec<Hang> {
        self.trail.met()
    }

    /// The ground that they were drawn on.
    pub fn ground(&self) -> &'a Ground<'a> {
        self.ground
    }

    /// The lines of some of them.
    pub fn lines(&self, claims: &BTreeSet<ClaimRef>) -> Lines {
        let ground = self.ground;
        let followed = self.trail.follow(claims);
        let mut lines: Vec<Line> = followed.ends.iter().map(|end| line_of(ground, &followed, end)).collect();
        lines.sort_by(|a, b| a.origin.cmp(&b.origin));
        let mut between = Vec::new();
        let pairs = pairs_to_compare(ground, &lines);
        let keys: Vec<Keys> =
            if pairs.is_empty() { Vec::new() } else { lines.iter().map(|line| Keys::of(ground, line)).collect() };
        for (i, j) in pairs {
            flag_pair(ground, &mut lines, &keys, i, j);
            between.push((i, j, independence(ground, &lines[i], &lines[j])));
        }
        lines.iter_mut().for_each(|line| {
            line.flags.sort();
            line.flags.dedup();
        });
        let withdrawn = self.withdrawn.intersection(claims).copied().collect();
        Lines { lines, between, circles: followed.circles, withdrawn }
    }
}

/// The lines of some claims, by themselves.
pub fn lines(ground: &Ground<'_>, claims: &BTreeSet<ClaimRef>) -> Lines {
    Trails::draw(ground, claims).lines(claims)
}

/// All pairs; of very many lines only those about which a person stated something.
fn pairs_to_compare(ground: &Ground<'_>, lines: &[Line]) -> Vec<(usize, usize)> {
    let all = (0..lines.len()).flat_map(|i| (i + 1..lines.len()).map(move |j| (i, j)));
    if lines.len() <= MOST_COMPARED {
        return all.collect();
    }
    let mut of_item: BTreeMap<ItemId, Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        line.items.iter().for_each(|item| of_item.entry(*item).or_default().push(i));
    }
    let of = |item: &ItemId| of_item.get(item).into_iter().flatten().copied();
    let stated =
        ground.links.iter().flat_map(|l| of(&l.from).flat_map(move |i| of(&l.to).map(move |j| (i.min(j), i.max(j)))));
    stated.filter(|(i, j)| i != j).collect::<BTreeSet<_>>().into_iter().collect()
}

fn line_of(ground: &Ground<'_>, followed: &Followed<'_>, end: &super::follow::End) -> Line {
    let of = |keys: &BTreeSet<ClaimRef>| -> Vec<&Held> {
        keys.iter().filter_map(|k| ground.claims.get(k).copied()).collect()
    };
    let (all, told) = (of(&end.claims), of(&end.told));
    let speaking = if told.is_empty() { &all } else { &told };
    let items: BTreeSet<ItemId> = all.iter().map(|h| h.claim.item).collect();
    let perceiving = perceiving(ground, &end.origin, speaking);
    let mut flags: Vec<Flag> = end.endorsed_by.iter().cloned().map(Flag::Endorsement).collect();
    if end.circular {
        flags.push(Flag::CircularCitation);
    }
    if !attributable(ground, &end.origin, speaking) {
        flags.push(Flag::NoAttributableSource);
    }
    let compared = |h: &&&Held| ground.items.get(&h.claim.item).is_none_or(|item| is_compared(item));
    if !speaking.iter().all(|h| compared(&h)) {
        flags.push(Flag::NotCompared);
    }
    let mut why = end.why.clone();
    if let Node::Voice { .. } = end.origin
        && items.len() > 1
    {
        why.insert(0, WhyOne::SameVoice { name: followed.name(&end.origin), items: items.len() });
    }
    Line {
        name: followed.name(&end.origin),
        origin: end.origin.clone(),
        claims: end.claims.iter().copied().collect(),
        told: end.told.iter().copied().collect(),
        items: items.into_iter().collect(),
        perceiving,
        first_hand: first_hand(ground, speaking),
        relies_on: speaking
            .iter()
            .flat_map(|h| h.claim.relies_on.iter().cloned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        why,
        flags,
    }
}

/// Is the claim in the item's own voice, with nobody cited?
fn own_voice(ground: &Ground<'_>, held: &Held) -> bool {
    super::voices::chain_of(&held.claim, ground.items.get(&held.claim.item).copied()).is_empty()
}

/// Does whoever says it say that they perceived it? The words of an account are its witness's own unless it says not.
pub(crate) fn perceived(ground: &Ground<'_>, held: &Held) -> Option<bool> {
    let item = ground.items.get(&held.claim.item);
    let own = own_voice(ground, held);
    let of_item = item.filter(|_| own).and_then(|item| match item.kind {
        ItemKind::Account => Some(item.first_hand.unwrap_or(true)),
        _ => item.first_hand,
    });
    held.claim.first_hand.or(of_item)
}

fn first_hand(ground: &Ground<'_>, told: &[&Held]) -> Option<bool> {
    let stated: Vec<bool> = told.iter().filter_map(|h| perceived(ground, h)).collect();
    match stated.iter().any(|yes| *yes) {
        true => Some(true),
        false if stated.len() == told.len() && !told.is_empty() => Some(false),
        false => None,
    }
}

fn perceiving(ground: &Ground<'_>, origin: &Node, told: &[&Held]) -> Perceiving {
    let kind = |h: &&Held| ground.items.get(&h.claim.item).filter(|_| own_voice(ground, h)).map(|i| i.kind);
    let by_item = match origin {
        Node::Item(item) => ground.items.get(item).map(|i| i.kind),
        // A person who only filmed told nothing: what is held of them is the picture.
        _ => {
            let kinds: BTreeSet<Option<ItemKind>> = told.iter().map(kind).collect();
            let media = [ItemKind::Picture, ItemKind::Film, ItemKind::Scene].map(Some);
            match kinds.contains(&Some(ItemKind::Account)) {
                true => Some(ItemKind::Account),
                false if kinds.iter().all(|k| media.contains(k)) => kinds.into_iter().flatten().next(),
                false => None,
            }
        }
    };
    let from_party = |h: &&Held| {
        let Some(item) = ground.items.get(&h.claim.item) else { return false };
        let own = item.from_a_party() && own_voice(ground, h);
        let aligned = item.aligned_with.as_deref().or(item.voice().filter(|_| item.from_a_party()));
        let speaks_for = aligned.map(super::voices::voice_key);
        own || matches!((origin, speaks_for), (Node::Voice { key }, Some(party)) if *key == party)
    };
    match by_item {
        Some(ItemKind::Picture) => Perceiving::Picture,
        Some(ItemKind::Film) => Perceiving::Film,
        Some(ItemKind::Scene) => Perceiving::Sensor,
        Some(ItemKind::Account) if first_hand(ground, told) != Some(false) => Perceiving::Eyewitness,
        _ if first_hand(ground, told) == Some(true) => Perceiving::Eyewitness,
        _ if !told.is_empty() && told.iter().all(from_party) => Perceiving::PartyStatement,
        _ => Perceiving::Document,
    }
}

/// Can members name somebody for it: a voice with a name, or an item with a source?
fn attributable(ground: &Ground<'_>, origin: &Node, told: &[&Held]) -> bool {
    let has_source = |item: &ItemId| ground.items.get(item).is_some_and(|i| i.voice().is_some());
    match origin {
        Node::Voice { .. } | Node::Cited { .. } => true,
        Node::Item(item) => has_source(item) || told.iter().any(|h| has_source(&h.claim.item)),
        Node::Unnamed { within, .. } => within.starts_with("voice:"),
    }
}

/// Was the item compared with others for reuse? Accounts and scenes are taken by or for us.
pub(crate) fn is_compared(item: &ItemFacts<'_>) -> bool {
    match item.kind {
        ItemKind::Account | ItemKind::Scene => true,
        ItemKind::Film if item.frames.is_some_and(|f| f.iter().any(|f| f.quality >= LEAST_QUALITY)) => true,
        ItemKind::Picture | ItemKind::Film => item.pdq.is_some_and(|(_, quality)| quality >= LEAST_QUALITY),
        ItemKind::Text | ItemKind::Sheet | ItemKind::Other => item.text.is_some(),
    }
}

/// What is compared of two lines, folded once for each line: a flood has few lines and very many items.
struct Keys {
    items: BTreeSet<String>,
    /// Items by the source that they came from.
    sources: BTreeMap<String, BTreeSet<ItemId>>,
    /// The same without what single people sent.
    channels: BTreeMap<String, BTreeSet<ItemId>>,
    owners: BTreeSet<String>,
    interpreters: BTreeSet<String>,
    /// Ids or names of those who were present together, as stated and folded.
    beside: BTreeSet<String>,
    beside_folded: BTreeSet<String>,
}

impl Keys {
    fn of(ground: &Ground<'_>, line: &Line) -> Self {
        let key = |name: &str| Some(super::voices::voice_key(name)).filter(|key| !key.is_empty());
        let mut keys = Keys {
            items: line.items.iter().map(ToString::to_string).collect(),
            sources: BTreeMap::new(),
            channels: BTreeMap::new(),
            owners: BTreeSet::new(),
            interpreters: BTreeSet::new(),
            beside: BTreeSet::new(),
            beside_folded: BTreeSet::new(),
        };
        for facts in line.items.iter().filter_map(|id| ground.items.get(id).copied()) {
            if let Some(source) = facts.source.as_deref().and_then(key) {
                if !facts.from_a_person() {
                    keys.channels.entry(source.clone()).or_default().insert(facts.item);
                }
                keys.sources.entry(source).or_default().insert(facts.item);
            }
            keys.owners.extend(facts.owner.as_deref().and_then(key));
            keys.interpreters.extend(facts.interpreter.as_deref().and_then(key));
            keys.beside.extend(facts.present_with.iter().cloned());
            keys.beside_folded.extend(facts.present_with.iter().filter_map(|with| key(with)));
        }
        keys
    }

    fn present_with(&self, other: &Keys) -> bool {
        !self.beside.is_disjoint(&other.items) || self.beside_folded.iter().any(|with| other.sources.contains_key(with))
    }

    /// Two different items came through one channel, or have one owner.
    fn owned_with(&self, other: &Keys) -> bool {
        let apart =
            |ours: &BTreeSet<ItemId>, theirs: &BTreeSet<ItemId>| ours.len() > 1 || theirs.len() > 1 || ours != theirs;
        !self.owners.is_disjoint(&other.owners)
            || self
                .channels
                .iter()
                .any(|(source, ours)| other.sources.get(source).is_some_and(|theirs| apart(ours, theirs)))
    }
}

fn flag_pair(ground: &Ground<'_>, lines: &mut [Line], keys: &[Keys], i: usize, j: usize) {
    let stated = |kind: witnessmark_model::entry::Relation| {
        ground.links.iter().any(|l| l.relation == kind && across(&lines[i], &lines[j], l.from, l.to))
    };
    let (a, b) = (&keys[i], &keys[j]);
    let together =
        stated(witnessmark_model::entry::Relation::PresentTogether) || a.present_with(b) || b.present_with(a);
    let owned = stated(witnessmark_model::entry::Relation::Owns) || a.owned_with(b);
    let interpreted = !a.interpreters.is_disjoint(&b.interpreters);
    for (at, other) in [(i, j), (j, i)] {
        let flags = &mut lines[at].flags;
        flags.extend(together.then_some(Flag::PresentTogether(other)));
        flags.extend(owned.then_some(Flag::SameOwner(other)));
        flags.extend(interpreted.then_some(Flag::SameInterpreter(other)));
    }
}

/// Is one of two items in the one line and the other in the other?
fn across(a: &Line, b: &Line, from: ItemId, to: ItemId) -> bool {
    // In the order of a set: see `line_of`.
    let holds = |line: &Line, item: &ItemId| line.items.binary_search(item).is_ok();
    (holds(a, &from) && holds(b, &to)) || (holds(a, &to) && holds(b, &from))
}

fn independence(ground: &Ground<'_>, a: &Line, b: &Line) -> Independence {
    let separate = witnessmark_model::entry::Relation::Separate;
    let stated = ground.links.iter().find(|l| l.relation == separate && told_across(ground, a, b, l.from, l.to));
    if let Some(link) = stated {
        return Independence::SeparatenessShown(SeparateBy::Stated { basis: link.basis.clone() });
    }
    let sensor = |x: &Line, y: &Line| x.perceiving == Perceiving::Sensor && y.perceiving.on_the_ground();
    if sensor(a, b) || sensor(b, a) {
        return Independence::SeparatenessShown(SeparateBy::Sensor);
    }
    let kinds: BTreeSet<ItemKind> =
        a.items.iter().chain(&b.items).filter_map(|i| ground.items.get(i)).map(|i| i.kind).collect();
    let mut looked = Vec::new();
    if kinds.contains(&ItemKind::Picture) || kinds.contains(&ItemKind::Film) {
        looked.push(LookedAt::Pictures);
    }
    if kinds.contains(&ItemKind::Text) || kinds.contains(&ItemKind::Account) {
        looked.push(LookedAt::Texts);
    }
    looked.extend([LookedAt::Citations, LookedAt::Stated]);
    Independence::NoneFound(looked)
}

/// Separateness is stated of items: it holds for lines only when those items give the lines' own word, not when they
/// merely repeat it.
fn told_across(ground: &Ground<'_>, a: &Line, b: &Line, from: ItemId, to: ItemId) -> bool {
    let tells = |line: &Line, item: &ItemId| {
        let told = |key: &ClaimRef| ground.claims.get(key).is_some_and(|h| h.claim.item == *item);
        matches!(&line.origin, Node::Item(origin) if origin == item) || line.told.iter().any(told)
    };
    (tells(a, &from) && tells(b, &to)) || (tells(a, &to) && tells(b, &from))
}

impl Lines {
    /// Number of the line that a claim tells, else repeats.
    pub fn line_of(&self, claim: &ClaimRef) -> Option<usize> {
        let told = self.lines.iter().position(|l| l.told.binary_search(claim).is_ok());
        told.or_else(|| self.lines.iter().position(|l| l.claims.binary_search(claim).is_ok()))
    }

    /// How two lines stand to each other.
    pub fn between(&self, a: usize, b: usize) -> Option<&Independence> {
        let (a, b) = (a.min(b), a.max(b));
        self.between.iter().find(|(i, j, _)| (*i, *j) == (a, b)).map(|(_, _, independence)| independence)
    }

    /// How two claims stand to each other; nothing when one is in no line.
    pub fn of_claims(&self, a: &ClaimRef, b: &ClaimRef) -> Option<Independence> {
        let (i, j) = (self.line_of(a)?, self.line_of(b)?);
        if i == j {
            return Some(Independence::SharedOrigin(self.lines[i].why.clone()));
        }
        self.between(i, j).cloned()
    }

    /// Lines for each kind of perceiving: a row of the corroboration matrix.
    pub fn by_kind(&self) -> BTreeMap<Perceiving, Vec<usize>> {
        let mut by_kind: BTreeMap<Perceiving, Vec<usize>> = BTreeMap::new();
        for (i, line) in self.lines.iter().enumerate() {
            by_kind.entry(line.perceiving).or_default().push(i);
        }
        by_kind
    }
}
