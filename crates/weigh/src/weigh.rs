//! The whole of weighing, in order: copies, reuse, origins, candidates, and each candidate's elements.
//!
//! [`Ground::survey`] does once what every incident needs; [`weigh_incident`] weighs one set of claims on that ground,
//! whether a machine proposed the set or a person grouped it. Nothing here stores, signs or decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use witnessmark_model::entry::{Relation, Sameness};
use witnessmark_model::vocabulary::Element;
use witnessmark_model::{ClaimRef, ItemId};

use crate::facts::{Held, ItemFacts, Link};
use crate::harm::{self, HarmRange};
use crate::incidents::{self, Grouping, Label};
use crate::level::{self, ElementFacts, ElementWeighed, Policy};
use crate::moving;
use crate::origin::{Lines, OriginGraph, Sources, Trails};
use crate::passages::{self, Document, Reuse};
use crate::pictures::alike::Aligned;
use crate::pictures::films::FilmMatch;
use crate::pictures::pair::Known;
use crate::pictures::sounds::SoundMatch;
use crate::pictures::{self, FLOOD, Pdq, Picture, PictureCluster, PictureJoin};
use crate::place::Parents;
use crate::positions::{self, Accusation, AskedParty, PartyPosition, Tests};
use crate::reads::{ClaimRead, Reads};

/// What items share with each other, whatever is claimed in them. It stays as long as the items stay and nobody says of two that
/// they are separate, or takes that back.
#[derive(Debug, Clone, Default)]
pub struct Joined {
    /// Items whose hashes were joined, in the order of `pictures`.
    pub pictured: Vec<ItemId>,
    /// Near-duplicate pictures; places count in `pictured`.
    pub pictures: PictureJoin,
    /// Stretches that films share with each other and with pictures; places count in `pictured`.
    pub films: Vec<FilmMatch>,
    /// Items whose sounds were compared.
    pub heard: Vec<ItemId>,
    /// Sounds that are shared; places count in `heard`.
    pub sounds: Vec<SoundMatch>,
    /// Items whose texts were compared, in the order of `reuses`.
    pub texts: Vec<ItemId>,
    /// Reused passages; places count in `texts`.
    pub reuses: Vec<Reuse>,
}

/// What every incident of an archive needs: computed once, borrowed by all.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The items, by id.
    pub items: BTreeMap<ItemId, &'a ItemFacts<'a>>,
    /// The claims, by reference.
    pub claims: BTreeMap<ClaimRef, &'a Held>,
    /// What people stated.
    pub links: &'a [Link],
    /// The policy in force.
    pub policy: &'a Policy,
    /// What items share.
    pub joined: Arc<Joined>,
    /// Where everything comes from.
    pub origins: OriginGraph,
    /// What lies in what, from all places of all claims.
    pub parents: Parents,
    /// What people said of pairs of claims.
    pub told: BTreeMap<(ClaimRef, ClaimRef), Sameness>,
    /// What of items and claims is asked again and again.
    pub(crate) reads: Reads<'a>,
    links_of: BTreeMap<ItemId, Vec<usize>>,
    reuses_of: BTreeMap<ItemId, Vec<usize>>,
    cluster_of: BTreeMap<ItemId, usize>,
    /// Edges of origin that somebody disputes, as [`crate::origin::Hang::spelt`].
    pub(crate) disputed: BTreeSet<(String, String, String)>,
}

/// What people did about an incident, per element.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IncidentFacts {
    /// Per element; absent = nothing was done.
    pub elements: BTreeMap<Element, ElementFacts>,
    /// Parties that were asked, by name.
    pub asked: BTreeMap<String, AskedParty>,
    /// Propositions that members held to the evidence.
    pub tests: Tests,
    /// Another incident is known in the same town on the same day.
    pub another_that_day: bool,
}

/// One incident, weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentWeighed {
    /// The claims that were weighed.
    pub members: BTreeSet<ClaimRef>,
    /// What to call it.
    pub label: Label,
    /// Per element, in the order of [`Element::ALL`].
    pub elements: Vec<ElementWeighed>,
    /// What parties say of it.
    pub positions: Vec<PartyPosition>,
    /// Who accuses whom, and what of that could be tested.
    pub accusations: Vec<Accusation>,
    /// Figures of harm.
    pub harm: Vec<HarmRange>,
}

/// Everything that weighing proposes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weighed {
    /// Items whose hashes were joined, in the order of `pictures`.
    pub pictured: Vec<ItemId>,
    /// Near-duplicate pictures.
    pub pictures: PictureJoin,
    /// Stretches that films share with each other and with pictures; places count in `pictured`.
    pub films: Vec<FilmMatch>,
    /// Items whose sounds were compared.
    pub heard: Vec<ItemId>,
    /// Sounds that are shared; places count in `heard`.
    pub sounds: Vec<SoundMatch>,
    /// Items whose texts were compared, in the order of `reuses`.
    pub texts: Vec<ItemId>,
    /// Reused passages.
    pub reuses: Vec<Reuse>,
    /// Where everything comes from.
    pub origins: OriginGraph,
    /// Candidate incidents, hints, what is undecided.
    pub grouping: Grouping,
    /// Each candidate weighed, in the order of `grouping.candidates`.
    pub incidents: Vec<IncidentWeighed>,
}

/// One row for a pack of proposals: a kind and its fields, named in the module that makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// `picture_match`, `picture_cluster`, `film_match`, `sound_match`, `reuse`, `origin_edge`, `circle`, `incident`, `question`, `hint` or
    /// `undecided`.
    pub kind: &'static str,
    /// The fields; items and claims by id.
    pub body: Value,
}

/// Pictures that were held against each other before, and what that found.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// Which pictures.
    pub covered: BTreeSet<ItemId>,
    /// What was found; two that are covered and not here share nothing. The places in a pair are of no account.
    pub pairs: Vec<(ItemId, ItemId, Aligned)>,
    /// Whose hashes were joined with each other.
    pub joined: BTreeSet<ItemId>,
    /// Enough pairs to connect what that connected.
    pub connected: Vec<(ItemId, ItemId)>,
}

impl Looked {
    /// Was it among those that were held against each other?
    pub fn covers(&self, item: ItemId) -> bool {
        self.covered.contains(&item)
    }

    fn known(&self, place: &BTreeMap<ItemId, usize>) -> Known {
        let mut known = Known::default();
        known.covered.extend(self.covered.iter().filter_map(|item| place.get(item)));
        known.before.covered.extend(self.joined.iter().filter_map(|item| place.get(item)));
        let connected = self.connected.iter().filter_map(|(a, b)| Some((*place.get(a)?, *place.get(b)?)));
        known.before.connected.extend(connected);
        for (one, other, pair) in &self.pairs {
            let (Some(&a), Some(&b)) = (place.get(one), place.get(other)) else { continue };
            let pair = Aligned { a, b, ..pair.clone() };
            let pair = if a < b { pair } else { pair.turned_round() };
            known.pairs.insert((pair.a, pair.b), pair);
        }
        known
    }
}

impl Joined {
    /// Joins pictures, films and sounds, and compares texts. Of `links` only those bear on it that say that two are separate.
    pub fn of(items: &[ItemFacts<'_>], links: &[Link], looked: &Looked) -> Self {
        let items: BTreeMap<ItemId, &ItemFacts<'_>> = items.iter().map(|item| (item.item, item)).collect();
        let (pictured, hashed): (Vec<ItemId>, Vec<Picture<'_>>) = items
            .values()
            .filter_map(|i| {
                let (words, quality) = i.pdq.or(i.frames.map(|_| ([0; 4], 0)))?;
                Some((i.item, Picture { pdq: Pdq { words, quality }, turned: &i.turned }))
            })
            .unzip();
        let points: Vec<_> = pictured.iter().map(|id| items.get(id).and_then(|i| i.points)).collect();
        let place: BTreeMap<ItemId, usize> = pictured.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        let said_apart = links.iter().filter(|link| link.relation == Relation::Separate);
        let apart: Vec<(usize, usize)> =
            said_apart.filter_map(|link| Some((*place.get(&link.from)?, *place.get(&link.to)?))).collect();
        let mut pictures = pictures::join_with_points(&hashed, &points, &apart, &looked.known(&place), None);
        let films = moving::films(&items, &pictured, &hashed, &apart, &mut pictures);
        let (heard, sounds) = moving::sounds(&items);
        let (texts, documents): (Vec<ItemId>, Vec<Document<'_>>) = items
            .values()
            .filter_map(|i| Some((i.item, Document { text: i.text?, published: i.published.as_deref() })))
            .unzip();
        let reuses = passages::compare(&documents);
        Joined { pictured, pictures, films, heard, sounds, texts, reuses }
    }
}

impl<'a> Ground<'a> {
    /// Joins pictures, compares texts and draws the graph of origins. Claims of items that are not given keep their
    /// chain and lose everything else; an item that is given twice counts once.
    pub fn survey(items: &'a [ItemFacts<'a>], claims: &'a [Held], links: &'a [Link], policy: &'a Policy) -> Self {
        Self::survey_after(items, claims, links, policy, &Looked::default())
    }

    /// [`Ground::survey`], where some pictures were held against each other before.
    pub fn survey_after(
        items: &'a [ItemFacts<'a>],
        claims: &'a [Held],
        links: &'a [Link],
        policy: &'a Policy,
        looked: &Looked,
    ) -> Self {
        Self::survey_on(Arc::new(Joined::of(items, links, looked)), items, claims, links, policy)
    }

    /// The same, where what these very items share was found before.
    pub fn survey_on(
        joined: Arc<Joined>,
        items: &'a [ItemFacts<'a>],
        claims: &'a [Held],
        links: &'a [Link],
        policy: &'a Policy,
    ) -> Self {
        let items: BTreeMap<ItemId, &ItemFacts<'_>> = items.iter().map(|item| (item.item, item)).collect();
        let claims: BTreeMap<ClaimRef, &Held> = claims.iter().map(|held| (held.key, held)).collect();
        let Joined { pictured, pictures, texts, reuses, .. } = &*joined;
        let reads = Reads::of(&items, &claims);
        let sources =
            Sources { items: &items, claims: &claims, links, pictured, pictures, texts, reuses, reads: &reads };
        let origins = OriginGraph::draw(&sources);
        let parents = Parents::gather(claims.values().flat_map(|h| &h.claim.places));
        let mut links_of: BTreeMap<ItemId, Vec<usize>> = BTreeMap::new();
        for (i, link) in links.iter().enumerate() {
            links_of.entry(link.from).or_default().push(i);
            if link.to != link.from {
                links_of.entry(link.to).or_default().push(i);
            }
        }
        let mut reuses_of: BTreeMap<ItemId, Vec<usize>> = BTreeMap::new();
        for (i, reuse) in reuses.iter().enumerate() {
            reuses_of.entry(texts[reuse.a]).or_default().push(i);
            reuses_of.entry(texts[reuse.b]).or_default().push(i);
        }
        let of_cluster = |(c, cluster): (usize, &PictureCluster)| -> Vec<(ItemId, usize)> {
            cluster.members.iter().map(|m| (pictured[*m], c)).collect()
        };
        let cluster_of = pictures.clusters.iter().enumerate().flat_map(of_cluster).collect();
        Ground {
            items,
            claims,
            links,
            policy,
            origins,
            parents,
            told: BTreeMap::new(),
            reads,
            links_of,
            reuses_of,
            cluster_of,
            joined,
            disputed: BTreeSet::new(),
        }
    }

    /// The same ground but for edges of origin that somebody disputes (from, to, kind, as [`crate::origin::Hang::spelt`]).
    pub fn disputing(self, disputed: BTreeSet<(String, String, String)>) -> Self {
        Ground { disputed, ..self }
    }

    /// These claims but for those of withdrawn items.
    fn standing(&self, members: &BTreeSet<ClaimRef>) -> Vec<&ClaimRead<'a>> {
        let withdrawn = |read: &&ClaimRead<'_>| self.reads.item_of(read).is_some_and(|item| item.facts.withdrawn);
        members.iter().filter_map(|key| self.reads.claim(key)).filter(|read| !withdrawn(read)).collect()
    }

    /// The same, then denials and justifications that answer them.
    pub(crate) fn with_answers(&self, members: &BTreeSet<ClaimRef>) -> Vec<&ClaimRead<'a>> {
        let mut reads = self.standing(members);
        let answering = self.answering(&reads);
        reads.extend(answering);
        reads
    }

    /// The same ground with what lies in what of these places too: the parents of parents, which claims do not carry.
    pub fn knowing<'p>(mut self, places: impl IntoIterator<Item = &'p witnessmark_model::claim::Place>) -> Self {
        self.parents = self.parents.with(places);
        self
    }

    /// The same ground with what people said of pairs of claims: one happening, two, or nobody can tell.
    pub fn told(mut self, answers: impl IntoIterator<Item = ((ClaimRef, ClaimRef), Sameness)>) -> Self {
        self.told.extend(answers);
        self
    }

    /// What people stated of an item, either way round.
    pub(crate) fn links_of(&self, item: ItemId) -> impl Iterator<Item = &'a Link> {
        let links = self.links;
        self.links_of.get(&item).into_iter().flatten().map(move |i| &links[*i])
    }

    /// Places in `links` of what people stated of an item.
    pub(crate) fn links_at(&self, item: ItemId) -> impl Iterator<Item = usize> {
        self.links_of.get(&item).into_iter().flatten().copied()
    }

    /// Places in `reuses` that concern an item.
    pub(crate) fn reuses_of(&self, item: ItemId) -> impl Iterator<Item = usize> {
        self.reuses_of.get(&item).into_iter().flatten().copied()
    }

    /// Items that hold a copy of its picture or reuse words with it; of a flood the first [`FLOOD`].
    pub(crate) fn shares_evidence_with(&self, item: ItemId) -> BTreeSet<ItemId> {
        let cluster = self.picture_cluster_of(item).map(|c| &self.joined.pictures.clusters[c]);
        let copies = cluster.into_iter().flat_map(|c| c.members.iter().take(FLOOD)).map(|m| self.joined.pictured[*m]);
        let reuses = self.reuses_of(item).take(FLOOD).map(|i| &self.joined.reuses[i]);
        let words = reuses.flat_map(|r| [self.joined.texts[r.a], self.joined.texts[r.b]]);
        copies.chain(words).filter(|other| *other != item).collect()
    }

    /// Claims of one event that other items make in words that they share with an item; of a flood the first [`FLOOD`].
    pub(crate) fn said_in_the_same_words(&self, item: ItemId) -> impl Iterator<Item = &'a Held> {
        let mut out = Vec::new();
        for reuse in self.reuses_of(item).take(FLOOD).map(|i| &self.joined.reuses[i]) {
            let first = self.joined.texts[reuse.a] == item;
            let other = self.joined.texts[if first { reuse.b } else { reuse.a }];
            let inside = |span: (usize, usize)| {
                reuse.passages.iter().map(|p| if first { p.in_b } else { p.in_a }).any(|passage| {
                    let shared = passage.1.min(span.1).saturating_sub(passage.0.max(span.0));
                    shared * 2 > span.1.saturating_sub(span.0)
                })
            };
            let claims = self.reads.claims_in(&other).iter().filter_map(|k| self.reads.claim(k)).map(|read| read.held);
            out.extend(claims.filter(|h| h.claim.is_of_one_event() && h.claim.span.is_some_and(inside)));
        }
        out.into_iter()
    }

    /// Denials and justifications that answer one of these claims: in the same item, and nearer to one of them than to any
    /// other attack of that item, an attack whose target they mention before others. Those that are among them already are
    /// left out.
    fn answering(&self, members: &[&ClaimRead<'a>]) -> Vec<&ClaimRead<'a>> {
        let mut items: Vec<ItemId> = members.iter().map(|read| read.held.claim.item).collect();
        items.sort_unstable();
        items.dedup();
        let answers = |h: &Held| matches!(h.claim.predicate.as_str(), "denial" | "justification");
        let of_item = |item: &ItemId| self.reads.claims_in(item).iter().filter_map(|key| self.reads.claim(key));
        items.retain(|item| of_item(item).any(|read| answers(read.held)));
        if items.is_empty() {
            return Vec::new();
        }
        let keys: BTreeSet<ClaimRef> = members.iter().map(|read| read.held.key).collect();
        let apart = |a: &Held, b: &Held| match (a.claim.span, b.claim.span) {
            // An answer follows what it answers, more often than not.
            (Some(a), Some(b)) => {
                let away = b.0.saturating_sub(a.1).max(a.0.saturating_sub(b.1));
                away.saturating_add(if a.0 > b.1 { 300 } else { 0 })
            }
            _ => 0,
        };
        let mut out = Vec::new();
        for item in items {
            let all: Vec<&ClaimRead<'a>> = of_item(&item).collect();
            for answer in all.iter().filter(|read| answers(read.held) && !keys.contains(&read.held.key)) {
                let attacks = all.iter().map(|read| read.held);
                let attacks = attacks.filter(|h| h.claim.predicate == "attack" && h.claim.scope == "one");
                let mentioned = |h: &Held| incidents::mentions_target(&h.claim, &answer.held.claim);
                let nearest =
                    attacks.min_by_key(|h| (!mentioned(h), apart(h, answer.held), !keys.contains(&h.key), h.key));
                if nearest.is_some_and(|h| keys.contains(&h.key)) {
                    out.push(*answer);
                }
            }
        }
        out
    }

    /// Does whoever says it say that they perceived it? Absent = not stated.
    pub fn first_hand(&self, held: &Held) -> Option<bool> {
        self.reads.claim(&held.key).map_or(held.claim.first_hand, |read| read.perceived)
    }

    /// Place in `pictures.clusters` of the cluster that an item is in.
    pub(crate) fn picture_cluster_of(&self, item: ItemId) -> Option<usize> {
        self.cluster_of.get(&item).copied()
    }
}

/// Everything at once.
pub fn weigh(items: &[ItemFacts<'_>], claims: &[Held], links: &[Link], policy: &Policy) -> Weighed {
    weigh_on(Ground::survey(items, claims, links, policy))
}

/// The same on ground that was surveyed, and perhaps told of more places.
pub fn weigh_on(ground: Ground<'_>) -> Weighed {
    let grouping = incidents::candidates(&ground);
    let another = towns_and_days(&ground, &grouping);
    let weighed = grouping.candidates.iter().zip(&another).map(|(candidate, another)| {
        let members: BTreeSet<ClaimRef> = candidate.members.iter().map(|m| m.claim).collect();
        let facts = IncidentFacts { another_that_day: *another, ..IncidentFacts::default() };
        weigh_incident(&ground, &members, &facts)
    });
    let incidents = weighed.collect();
    let Ground { joined, origins, .. } = ground;
    let Joined { pictured, pictures, films, heard, sounds, texts, reuses } = Arc::unwrap_or_clone(joined);
    Weighed { pictured, pictures, films, heard, sounds, texts, reuses, origins, grouping, incidents }
}

/// For each candidate: is another one known in its town on its day?
fn towns_and_days(ground: &Ground<'_>, grouping: &Grouping) -> Vec<bool> {
    let members: Vec<BTreeSet<ClaimRef>> =
        grouping.candidates.iter().map(|c| c.members.iter().map(|m| m.claim).collect()).collect();
    incidents::share_town_and_day(ground, &members)
}

/// Weighs one set of claims: an incident that people grouped, or a candidate. Denials and justifications that stand in
/// the same items beside its claims are read for positions and as material against, though nobody grouped them.
pub fn weigh_incident(ground: &Ground<'_>, members: &BTreeSet<ClaimRef>, facts: &IncidentFacts) -> IncidentWeighed {
    let standing = ground.standing(members);
    let answering = ground.answering(&standing);
    let held: Vec<&Held> = standing.iter().map(|read| read.held).collect();
    let reads: Vec<&ClaimRead<'_>> = standing.into_iter().chain(answering).collect();
    let with_answers: Vec<&Held> = reads.iter().map(|read| read.held).collect();
    let trails = Trails::draw(ground, &with_answers.iter().map(|h| h.key).collect());
    let none = ElementFacts::default();
    let elements: Vec<ElementWeighed> = Element::ALL
        .iter()
        .map(|of| {
            let done = facts.elements.get(of).unwrap_or(&none);
            level::element(&trails, *of, &reads, done, facts.another_that_day)
        })
        .collect();
    let no_lines = Lines::default();
    let harm_lines = elements.iter().find(|e| e.element == Element::Harm).map_or(&no_lines, |e| &*e.lines);
    let harm = harm::harm_ranges(ground, &held, harm_lines);
    let positions = positions::positions(ground, &with_answers, &facts.asked, &facts.tests);
    let accusations = positions::accusations(ground, &held, &facts.tests);
    let label = incidents::label(ground, &held);
    IncidentWeighed { members: members.clone(), label, elements, positions, accusations, harm }
}

impl IncidentWeighed {
    /// One element.
    pub fn element(&self, element: Element) -> Option<&ElementWeighed> {
        self.elements.iter().find(|e| e.element == element)
    }

    /// `{"members","label","elements":[{"element","values","lines","allowed","contested","against"}],"positions","harm"}` in
    /// one language.
    pub fn to_json(&self, language: &str) -> Value {
        let keys = |list: &[ClaimRef]| list.iter().map(ClaimRef::to_string).collect::<Vec<_>>();
        let element = |e: &ElementWeighed| {
            let values: Vec<Value> = e.values.iter().map(|(v, c)| json!({"value": v, "claims": keys(c)})).collect();
            let against: Vec<Value> = e.contested.against.iter().map(|a| a.to_json(language)).collect();
            json!({
                "element": e.element.as_str(), "values": values, "lines": e.lines.to_json(language),
                "allowed": e.allowed.to_json(language), "contested": e.contested.contested, "against": against,
            })
        };
        json!({
            "members": self.members.iter().map(ClaimRef::to_string).collect::<Vec<_>>(),
            "label": self.label.to_json(),
            "elements": self.elements.iter().map(element).collect::<Vec<_>>(),
            "positions": self.positions.iter().map(|p| p.to_json(language)).collect::<Vec<_>>(),
            "accusations": self.accusations.iter().map(|a| a.to_json(language)).collect::<Vec<_>>(),
            "harm": self.harm.iter().map(|h| h.to_json(language)).collect::<Vec<_>>(),
        })
    }
}

impl Weighed {
    /// Rows for a pack of proposals, in a fixed order:
    ///
    /// - `picture_match` `{"a","b","distance","match","turned"}`: items; `match` is `same` or `review`; where the pictures
    ///   were aligned also what [`crate::pictures::alike::Aligned::to_json`] gives, its `kind` as `by`
    /// - `picture_cluster` `{"items","medoid","chained"}`
    /// - `film_match`: items `a`, `b` and what [`FilmMatch::to_json`] gives; `sound_match`: what [`SoundMatch::to_json`] gives
    /// - `reuse` `{"a","b","passages","share","direction"}`: items; see [`Reuse::to_json`]
    /// - `origin_edge` see [`crate::origin::Edge::to_json`]; `circle` see [`crate::origin::Circle::to_json`]
    /// - `incident` see [`crate::incidents::Candidate::to_json`], with `allowed` per element (`if_accepted`) and `lines`
    /// - `question` see [`crate::incidents::Question::to_json`], the most worthwhile first
    /// - `hint`, `undecided` see their `to_json`
    pub fn proposals(&self) -> Vec<Proposal> {
        let mut out = Vec::new();
        let mut give = |proposal: Proposal| out.push(proposal);
        let Weighed { pictured, pictures, films, heard, sounds, texts, reuses, origins, .. } = self;
        Shared { pictured, pictures, films, heard, sounds, texts, reuses, origins }.propose(&mut give);
        for (candidate, weighed) in self.grouping.candidates.iter().zip(&self.incidents) {
            give(incident(candidate, weighed));
        }
        doubts(&self.grouping, &mut give);
        out
    }
}

/// Proposes on ground that was surveyed: the rows of [`Weighed::proposals`], in their order, each given away as soon as it is made.
/// What was weighed of an incident is held no longer than its row is made, so that memory does not grow with all that weighing
/// says of all incidents.
pub fn propose_on(ground: &Ground<'_>, mut give: impl FnMut(Proposal)) {
    let Ground { joined, origins, .. } = ground;
    let Joined { pictured, pictures, films, heard, sounds, texts, reuses } = &**joined;
    Shared { pictured, pictures, films, heard, sounds, texts, reuses, origins }.propose(&mut give);
    let grouping = incidents::candidates(ground);
    let another = towns_and_days(ground, &grouping);
    for (candidate, another_that_day) in grouping.candidates.iter().zip(another) {
        let members: BTreeSet<ClaimRef> = candidate.members.iter().map(|m| m.claim).collect();
        let facts = IncidentFacts { another_that_day, ..IncidentFacts::default() };
        give(incident(candidate, &weigh_incident(ground, &members, &facts)));
    }
    doubts(&grouping, &mut give);
}

/// The proposal of a candidate.
fn incident(candidate: &incidents::Candidate, weighed: &IncidentWeighed) -> Proposal {
    let mut body = candidate.to_json();
    let of = |e: &ElementWeighed| {
        let lines = e.lines.lines.len();
        (e.element.as_str().to_owned(), json!({"if_accepted": e.allowed.if_accepted.as_str(), "lines": lines}))
    };
    body["elements"] = Value::Object(weighed.elements.iter().map(of).collect());
    Proposal { kind: "incident", body }
}

/// What grouping leaves open.
fn doubts(grouping: &Grouping, give: &mut impl FnMut(Proposal)) {
    for question in &grouping.questions {
        give(Proposal { kind: "question", body: question.to_json() });
    }
    for hint in &grouping.hints {
        give(Proposal { kind: "hint", body: hint.to_json(&grouping.candidates) });
    }
    for undecided in &grouping.undecided {
        give(Proposal { kind: "undecided", body: undecided.to_json(&grouping.candidates) });
    }
}

/// What items have in common, whatever is claimed in them.
struct Shared<'a> {
    pictured: &'a [ItemId],
    pictures: &'a PictureJoin,
    films: &'a [FilmMatch],
    heard: &'a [ItemId],
    sounds: &'a [SoundMatch],
    texts: &'a [ItemId],
    reuses: &'a [Reuse],
    origins: &'a OriginGraph,
}

impl Shared<'_> {
    fn propose(&self, give: &mut impl FnMut(Proposal)) {
        let mut add = |kind: &'static str, body: Value| give(Proposal { kind, body });
        let item = |list: &[ItemId], at: usize| list[at].to_string();
        let aligned: BTreeMap<(usize, usize), &pictures::alike::Aligned> =
            self.pictures.aligned.iter().map(|pair| ((pair.a, pair.b), pair)).collect();
        for found in &self.pictures.matches {
            let (a, b) = (item(self.pictured, found.a), item(self.pictured, found.b));
            let kind = found.kind.as_str();
            let mut body = json!({"a": a, "b": b, "distance": found.distance, "match": kind, "turned": found.turned});
            if let (Some(pair), Value::Object(body)) = (aligned.get(&(found.a, found.b)), &mut body)
                && let Value::Object(more) = pair.to_json()
            {
                body.extend(
                    more.into_iter().map(|(name, value)| (if name == "kind" { "by".into() } else { name }, value)),
                );
            }
            add("picture_match", body);
        }
        for cluster in &self.pictures.clusters {
            let items = |places: &[usize]| places.iter().map(|p| item(self.pictured, *p)).collect::<Vec<_>>();
            let medoid = item(self.pictured, cluster.medoid);
            add(
                "picture_cluster",
                json!({"items": items(&cluster.members), "medoid": medoid, "chained": items(&cluster.chained)}),
            );
        }
        for film in self.films {
            let mut body = film.to_json();
            body["a"] = item(self.pictured, film.a).into();
            body["b"] = item(self.pictured, film.b).into();
            add("film_match", body);
        }
        for sound in self.sounds {
            let mut body = sound.to_json();
            body["a"] = item(self.heard, sound.a).into();
            body["b"] = item(self.heard, sound.b).into();
            add("sound_match", body);
        }
        for reuse in self.reuses {
            let mut body = reuse.to_json();
            body["a"] = item(self.texts, reuse.a).into();
            body["b"] = item(self.texts, reuse.b).into();
            add("reuse", body);
        }
        self.origins.edges.iter().for_each(|edge| add("origin_edge", edge.to_json()));
        self.origins.circles.iter().for_each(|circle| add("circle", circle.to_json()));
    }
}
