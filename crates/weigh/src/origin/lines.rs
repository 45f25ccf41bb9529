//! Lines of evidence: what is left of a set of claims once shared origins are collapsed.
//!
//! Every claim starts at whoever says it and is followed to where that goes back to: a repost to what it reposts, reused
//! words to who had them first, a citing voice to the cited one. Where the way ends is one line, however many items lie on
//! it. A circle that nobody outside feeds is one line with a flag. A speaker who perceived ends the way.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use witnessmark_model::entry::Relation;
use witnessmark_model::{ClaimRef, ItemId};

use super::follow::{Followed, Trail, trail};
use super::graph::{Circle, EdgeKind, Node};
use super::hangs::{Hang, Without};
use super::independence::{Independence, LookedAt, SeparateBy};
use crate::facts::{ItemFacts, ItemKind, Link};
use crate::pictures::LEAST_QUALITY;
use crate::reads::{ClaimRead, ItemRead};
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
    /// Lines that were asked for, by their claims: most elements of an incident are spoken of by the same claims.
    known: RefCell<Vec<(BTreeSet<ClaimRef>, Arc<Lines>)>>,
}

impl<'a> Trails<'a> {
    /// Of these claims. What other documents say in the same words is drawn in, so that two copies do not part because what
    /// they copy is not among the claims. Claims that are not at hand are passed over.
    pub fn draw(ground: &'a Ground<'a>, claims: &BTreeSet<ClaimRef>) -> Self {
        Trails::draw_without(ground, claims, Without::default())
    }

    /// The same, but for the edges that `without` leaves out.
    pub(crate) fn draw_without(ground: &'a Ground<'a>, claims: &BTreeSet<ClaimRef>, without: Without<'a>) -> Self {
        let mut drawn: Vec<&ClaimRead<'a>> = claims.iter().filter_map(|key| ground.reads.claim(key)).collect();
        let gone = |read: &ClaimRead<'_>| ground.reads.item_of(read).is_some_and(|item| item.facts.withdrawn);
        let withdrawn = drawn.iter().filter(|read| gone(read)).map(|read| read.held.key).collect();
        if !ground.joined.reuses.is_empty() {
            let mut all: BTreeMap<ClaimRef, &ClaimRead<'a>> = drawn.iter().map(|read| (read.held.key, *read)).collect();
            for item in drawn.iter().map(|read| read.held.claim.item).collect::<BTreeSet<_>>() {
                let same = ground.said_in_the_same_words(item).filter_map(|h| ground.reads.claim(&h.key));
                all.extend(same.map(|read| (read.held.key, read)));
            }
            drawn = all.into_values().collect();
        }
        drawn.retain(|read| !gone(read));
        Trails { ground, trail: trail(ground, &drawn, without), withdrawn, known: RefCell::default() }
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
    pub fn lines(&self, claims: &BTreeSet<ClaimRef>) -> Arc<Lines> {
        if let Some((_, lines)) = self.known.borrow().iter().find(|(of, _)| of == claims) {
            return lines.clone();
        }
        let lines = Arc::new(self.drawn(claims));
        self.known.borrow_mut().push((claims.clone(), lines.clone()));
        lines
    }

    fn drawn(&self, claims: &BTreeSet<ClaimRef>) -> Lines {
        let ground = self.ground;
        let followed = self.trail.follow(claims);
        let mut lines: Vec<Line> = followed.ends.iter().map(|end| line_of(ground, &followed, end)).collect();
        lines.sort_by(|a, b| a.origin.cmp(&b.origin));
        let mut between = Vec::new();
        let links = links_among(ground, &lines);
        let pairs = pairs_to_compare(&links, &lines);
        let mut flags: Vec<Vec<Flag>> = vec![Vec::new(); lines.len()];
        if !pairs.is_empty() {
            let keys: Vec<Keys<'_>> = lines.iter().map(|line| Keys::of(ground, line)).collect();
            between.reserve_exact(pairs.len());
            for (i, j) in pairs {
                flag_pair(&links, &keys, &mut flags, i, j);
                between.push((i, j, independence(ground, &links, &keys[i], &keys[j])));
            }
        }
        for (line, flags) in lines.iter_mut().zip(flags) {
            line.flags.extend(flags);
            line.flags.sort();
            line.flags.dedup();
        }
        let withdrawn = self.withdrawn.intersection(claims).copied().collect();
        Lines { lines, between, circles: followed.circles, withdrawn }
    }
}

/// The lines of some claims, by themselves.
pub fn lines(ground: &Ground<'_>, claims: &BTreeSet<ClaimRef>) -> Lines {
    Trails::draw(ground, claims).drawn(claims)
}

/// What people stated of items of these lines, in the order of all that they stated.
fn links_among<'a>(ground: &Ground<'a>, lines: &[Line]) -> Vec<&'a Link> {
    if ground.links.is_empty() {
        return Vec::new();
    }
    // Where a line ends need not be among its items.
    let origin = |line: &Line| match line.origin {
        Node::Item(item) => Some(item),
        _ => None,
    };
    let items = lines.iter().flat_map(|line| line.items.iter().copied().chain(origin(line)));
    let all: BTreeSet<usize> = items.flat_map(|item| ground.links_at(item)).collect();
    all.into_iter().map(|at| &ground.links[at]).collect()
}

/// All pairs; of very many lines only those about which a person stated something.
fn pairs_to_compare(links: &[&Link], lines: &[Line]) -> Vec<(usize, usize)> {
    let all = (0..lines.len()).flat_map(|i| (i + 1..lines.len()).map(move |j| (i, j)));
    if lines.len() <= MOST_COMPARED {
        return all.collect();
    }
    let mut of_item: BTreeMap<ItemId, Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        line.items.iter().for_each(|item| of_item.entry(*item).or_default().push(i));
    }
    let of = |item: &ItemId| of_item.get(item).into_iter().flatten().copied();
    let stated = links.iter().flat_map(|l| of(&l.from).flat_map(move |i| of(&l.to).map(move |j| (i.min(j), i.max(j)))));
    stated.filter(|(i, j)| i != j).collect::<BTreeSet<_>>().into_iter().collect()
}

fn line_of(ground: &Ground<'_>, followed: &Followed<'_>, end: &super::follow::End) -> Line {
    let of = |keys: &BTreeSet<ClaimRef>| -> Vec<&ClaimRead<'_>> {
        keys.iter().filter_map(|key| ground.reads.claim(key)).collect()
    };
    let (all, told) = (of(&end.claims), of(&end.told));
    let speaking = if told.is_empty() { &all } else { &told };
    let mut items: Vec<ItemId> = all.iter().map(|read| read.held.claim.item).collect();
    items.sort_unstable();
    items.dedup();
    let perceiving = perceiving(ground, &end.origin, speaking);
    let mut flags: Vec<Flag> = end.endorsed_by.iter().cloned().map(Flag::Endorsement).collect();
    if end.circular {
        flags.push(Flag::CircularCitation);
    }
    if !attributable(ground, &end.origin, speaking) {
        flags.push(Flag::NoAttributableSource);
    }
    if !speaking.iter().all(|read| ground.reads.item_of(read).is_none_or(|item| is_compared(item.facts))) {
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
        items,
        perceiving,
        first_hand: first_hand(speaking),
        relies_on: speaking
            .iter()
            .flat_map(|read| read.held.claim.relies_on.iter().cloned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        why,
        flags,
    }
}

fn first_hand(told: &[&ClaimRead<'_>]) -> Option<bool> {
    let (mut stated, mut some) = (0, false);
    for perceived in told.iter().filter_map(|read| read.perceived) {
        stated += 1;
        some |= perceived;
    }
    match some {
        true => Some(true),
        false if stated == told.len() && !told.is_empty() => Some(false),
        false => None,
    }
}

fn perceiving(ground: &Ground<'_>, origin: &Node, told: &[&ClaimRead<'_>]) -> Perceiving {
    // Of an item only where the claim is in its own voice, with nobody cited.
    let kind = |read: &&ClaimRead<'_>| {
        ground.reads.item_of(read).filter(|_| read.chain.is_empty()).map(|item| item.facts.kind)
    };
    let by_item = match origin {
        Node::Item(item) => ground.reads.item(item).map(|item| item.facts.kind),
        // A person who only filmed told nothing: what is held of them is the picture.
        _ => {
            let mut kinds: Vec<Option<ItemKind>> = told.iter().map(kind).collect();
            kinds.sort_unstable();
            let media = [ItemKind::Picture, ItemKind::Film, ItemKind::Scene].map(Some);
            match kinds.contains(&Some(ItemKind::Account)) {
                true => Some(ItemKind::Account),
                false if kinds.iter().all(|k| media.contains(k)) => kinds.into_iter().flatten().next(),
                false => None,
            }
        }
    };
    let from_party = |read: &&ClaimRead<'_>| {
        let Some(item) = ground.reads.item_of(read) else { return false };
        if item.facts.from_a_party() && read.chain.is_empty() {
            return true;
        }
        let Node::Voice { key } = origin else { return false };
        match item.facts.aligned_with.as_deref() {
            Some(party) => super::voices::voice_key(party) == *key,
            None => item.facts.from_a_party() && item.voice.as_deref() == Some(key),
        }
    };
    match by_item {
        Some(ItemKind::Picture) => Perceiving::Picture,
        Some(ItemKind::Film) => Perceiving::Film,
        Some(ItemKind::Scene) => Perceiving::Sensor,
        Some(ItemKind::Account) if first_hand(told) != Some(false) => Perceiving::Eyewitness,
        _ if first_hand(told) == Some(true) => Perceiving::Eyewitness,
        _ if !told.is_empty() && told.iter().all(from_party) => Perceiving::PartyStatement,
        _ => Perceiving::Document,
    }
}

/// Can members name somebody for it: a voice with a name, or an item with a source?
fn attributable(ground: &Ground<'_>, origin: &Node, told: &[&ClaimRead<'_>]) -> bool {
    let has_source = |item: &ItemRead<'_>| item.facts.voice().is_some();
    match origin {
        Node::Voice { .. } | Node::Cited { .. } => true,
        Node::Item(item) => {
            ground.reads.item(item).is_some_and(has_source)
                || told.iter().any(|read| ground.reads.item_of(read).is_some_and(has_source))
        }
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

/// What is compared of two lines, gathered once for each line: a flood has few lines and very many items.
struct Keys<'r> {
    line: &'r Line,
    /// Items by the source that they came from, sorted.
    sources: Vec<(&'r str, ItemId)>,
    /// The same without what single people sent.
    channels: Vec<(&'r str, ItemId)>,
    owners: Vec<&'r str>,
    interpreters: Vec<&'r str>,
    /// Those who were present together: items, and names.
    beside_items: Vec<ItemId>,
    beside: Vec<&'r str>,
    /// Are there pictures or films among its items, texts or accounts?
    has_pictures: bool,
    has_texts: bool,
}

impl<'r> Keys<'r> {
    fn of(ground: &'r Ground<'_>, line: &'r Line) -> Self {
        let mut keys = Keys {
            line,
            sources: Vec::new(),
            channels: Vec::new(),
            owners: Vec::new(),
            interpreters: Vec::new(),
            beside_items: Vec::new(),
            beside: Vec::new(),
            has_pictures: false,
            has_texts: false,
        };
        for read in line.items.iter().filter_map(|id| ground.reads.item(id)) {
            if let Some(source) = read.source.as_deref() {
                if !read.from_a_person {
                    keys.channels.push((source, read.facts.item));
                }
                keys.sources.push((source, read.facts.item));
            }
            keys.owners.extend(read.owner.as_deref());
            keys.interpreters.extend(read.interpreter.as_deref());
            keys.beside_items.extend(&read.beside_items);
            keys.beside.extend(read.beside.iter().map(|key| &**key));
            keys.has_pictures |= matches!(read.facts.kind, ItemKind::Picture | ItemKind::Film);
            keys.has_texts |= matches!(read.facts.kind, ItemKind::Text | ItemKind::Account);
        }
        keys.sources.sort_unstable();
        keys.channels.sort_unstable();
        for names in [&mut keys.owners, &mut keys.interpreters, &mut keys.beside] {
            names.sort_unstable();
            names.dedup();
        }
        keys
    }

    fn present_with(&self, other: &Keys<'_>) -> bool {
        self.beside_items.iter().any(|item| other.line.items.binary_search(item).is_ok())
            || self.beside.iter().any(|name| !of_source(&other.sources, name).is_empty())
    }

    /// Two different items came through one channel, or have one owner.
    fn owned_with(&self, other: &Keys<'_>) -> bool {
        let through_one = self.channels.chunk_by(|a, b| a.0 == b.0).any(|ours| {
            let theirs = of_source(&other.sources, ours[0].0);
            !theirs.is_empty() && (ours.len() > 1 || theirs.len() > 1 || ours[0].1 != theirs[0].1)
        });
        through_one || meet(&self.owners, &other.owners)
    }
}

/// The items of one source.
fn of_source<'k, 'r>(sources: &'k [(&'r str, ItemId)], name: &str) -> &'k [(&'r str, ItemId)] {
    let from = sources.partition_point(|(source, _)| *source < name);
    let to = from + sources[from..].partition_point(|(source, _)| *source == name);
    &sources[from..to]
}

/// Do two sorted lists have something in common?
fn meet(a: &[&str], b: &[&str]) -> bool {
    a.iter().any(|name| b.binary_search(name).is_ok())
}

fn flag_pair(links: &[&Link], keys: &[Keys<'_>], flags: &mut [Vec<Flag>], i: usize, j: usize) {
    let (a, b) = (&keys[i], &keys[j]);
    let stated = |kind: Relation| links.iter().any(|l| l.relation == kind && across(a.line, b.line, l.from, l.to));
    let together = stated(Relation::PresentTogether) || a.present_with(b) || b.present_with(a);
    let owned = stated(Relation::Owns) || a.owned_with(b);
    let interpreted = meet(&a.interpreters, &b.interpreters);
    for (at, other) in [(i, j), (j, i)] {
        let flags = &mut flags[at];
        flags.extend(together.then_some(Flag::PresentTogether(other)));
        flags.extend(owned.then_some(Flag::SameOwner(other)));
        flags.extend(interpreted.then_some(Flag::SameInterpreter(other)));
    }
}

/// Is one of two items in the one line and the other in the other?
fn across(a: &Line, b: &Line, from: ItemId, to: ItemId) -> bool {
    // Sorted: see `line_of`.
    let holds = |line: &Line, item: &ItemId| line.items.binary_search(item).is_ok();
    (holds(a, &from) && holds(b, &to)) || (holds(a, &to) && holds(b, &from))
}

fn independence(ground: &Ground<'_>, links: &[&Link], a: &Keys<'_>, b: &Keys<'_>) -> Independence {
    use LookedAt::{Citations, Pictures, Stated, Texts};
    let stated = |l: &&&Link| l.relation == Relation::Separate && told_across(ground, a.line, b.line, l.from, l.to);
    if let Some(link) = links.iter().find(stated) {
        return Independence::SeparatenessShown(SeparateBy::Stated { basis: link.basis.clone() });
    }
    let (x, y) = (a.line.perceiving, b.line.perceiving);
    let sensor = |x: Perceiving, y: Perceiving| x == Perceiving::Sensor && y.on_the_ground();
    if sensor(x, y) || sensor(y, x) {
        return Independence::SeparatenessShown(SeparateBy::Sensor);
    }
    Independence::NoneFound(match (a.has_pictures || b.has_pictures, a.has_texts || b.has_texts) {
        (true, true) => &[Pictures, Texts, Citations, Stated],
        (true, false) => &[Pictures, Citations, Stated],
        (false, true) => &[Texts, Citations, Stated],
        (false, false) => &[Citations, Stated],
    })
}

/// Separateness is stated of items: it holds for lines only when those items give the lines' own word, not when they
/// merely repeat it.
fn told_across(ground: &Ground<'_>, a: &Line, b: &Line, from: ItemId, to: ItemId) -> bool {
    let tells = |line: &Line, item: &ItemId| {
        let told = |key: &ClaimRef| ground.reads.claim(key).is_some_and(|read| read.held.claim.item == *item);
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
        // Pairs come in order.
        let at = self.between.binary_search_by(|(i, j, _)| (*i, *j).cmp(&(a, b))).ok()?;
        Some(&self.between[at].2)
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
