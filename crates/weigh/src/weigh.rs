//! The whole of weighing, in order: copies, reuse, origins, candidates, and each candidate's elements.
//!
//! [`Ground::survey`] does once what every incident needs; [`weigh_incident`] weighs one set of claims on that ground,
//! whether a machine proposed the set or a person grouped it. Nothing here stores, signs or decides.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use witnessmark_model::vocabulary::Element;
use witnessmark_model::{ClaimRef, ItemId};

use crate::facts::{Held, ItemFacts, Link};
use crate::harm::HarmRange;
use crate::incidents::{Grouping, Label};
use crate::level::{ElementFacts, ElementWeighed, Policy};
use crate::origin::{OriginGraph, Sources};
use crate::passages::{self, Document, Reuse};
use crate::pictures::{self, Pdq, Picture, PictureCluster, PictureJoin};
use crate::place::Parents;
use crate::positions::PartyPosition;

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
    /// Items whose hashes were joined, in the order of `pictures`.
    pub pictured: Vec<ItemId>,
    /// Near-duplicate pictures; places count in `pictured`.
    pub pictures: PictureJoin,
    /// Items whose texts were compared, in the order of `reuses`.
    pub texts: Vec<ItemId>,
    /// Reused passages; places count in `texts`.
    pub reuses: Vec<Reuse>,
    /// Where everything comes from.
    pub origins: OriginGraph,
    /// What lies in what, from all places of all claims.
    pub parents: Parents,
    links_of: BTreeMap<ItemId, Vec<usize>>,
    reuses_of: BTreeMap<ItemId, Vec<usize>>,
    cluster_of: BTreeMap<ItemId, usize>,
}

/// What people did about an incident, per element.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IncidentFacts {
    /// Per element; absent = nothing was done.
    pub elements: BTreeMap<Element, ElementFacts>,
    /// Parties that were asked and have not answered, with the day until when.
    pub asked: BTreeMap<String, String>,
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
    /// `picture_match`, `picture_cluster`, `reuse`, `origin_edge`, `circle`, `incident`, `hint` or `undecided`.
    pub kind: &'static str,
    /// The fields; items and claims by id.
    pub body: Value,
}

impl<'a> Ground<'a> {
    /// Joins pictures, compares texts and draws the graph of origins. Claims of items that are not given keep their
    /// chain and lose everything else; an item that is given twice counts once.
    pub fn survey(items: &'a [ItemFacts<'a>], claims: &'a [Held], links: &'a [Link], policy: &'a Policy) -> Self {
        let items: BTreeMap<ItemId, &ItemFacts<'_>> = items.iter().map(|item| (item.item, item)).collect();
        let claims: BTreeMap<ClaimRef, &Held> = claims.iter().map(|held| (held.key, held)).collect();
        let (pictured, hashed): (Vec<ItemId>, Vec<Picture<'_>>) = items
            .values()
            .filter_map(|i| {
                let (words, quality) = i.pdq?;
                Some((i.item, Picture { pdq: Pdq { words, quality }, turned: &i.turned }))
            })
            .unzip();
        let pictures = pictures::join(&hashed, None);
        let (texts, documents): (Vec<ItemId>, Vec<Document<'_>>) = items
            .values()
            .filter_map(|i| Some((i.item, Document { text: i.text?, published: i.published.as_deref() })))
            .unzip();
        let reuses = passages::compare(&documents);
        let sources = Sources {
            items: &items,
            claims: &claims,
            links,
            pictured: &pictured,
            pictures: &pictures,
            texts: &texts,
            reuses: &reuses,
        };
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
            pictures,
            reuses,
            origins,
            parents,
            links_of,
            reuses_of,
            cluster_of,
            pictured,
            texts,
        }
    }

    /// What people stated of an item, either way round.
    pub(crate) fn links_of(&self, item: ItemId) -> impl Iterator<Item = &'a Link> {
        let links = self.links;
        self.links_of.get(&item).into_iter().flatten().map(move |i| &links[*i])
    }

    /// Places in `reuses` that concern an item.
    pub(crate) fn reuses_of(&self, item: ItemId) -> impl Iterator<Item = usize> {
        self.reuses_of.get(&item).into_iter().flatten().copied()
    }

    /// Does whoever says it say that they perceived it? Absent = not stated.
    pub fn first_hand(&self, held: &Held) -> Option<bool> {
        crate::origin::perceived(self, held)
    }

    /// Place in `pictures.clusters` of the cluster that an item is in.
    pub(crate) fn picture_cluster_of(&self, item: ItemId) -> Option<usize> {
        self.cluster_of.get(&item).copied()
    }
}

/// Everything at once.
pub fn weigh(items: &[ItemFacts<'_>], claims: &[Held], links: &[Link], policy: &Policy) -> Weighed {
    let ground = Ground::survey(items, claims, links, policy);
    Weighed {
        pictured: ground.pictured,
        pictures: ground.pictures,
        texts: ground.texts,
        reuses: ground.reuses,
        origins: ground.origins,
        ..Weighed::default()
    }
}

/// Weighs one set of claims: an incident that people grouped, or a candidate.
pub fn weigh_incident(ground: &Ground<'_>, members: &BTreeSet<ClaimRef>, facts: &IncidentFacts) -> IncidentWeighed {
    let _ = (ground, facts);
    IncidentWeighed {
        members: members.clone(),
        label: Label::default(),
        elements: Vec::new(),
        positions: Vec::new(),
        harm: Vec::new(),
    }
}

impl Weighed {
    /// Rows for a pack of proposals, in a fixed order; reasons are said in English.
    pub fn proposals(&self) -> Vec<Proposal> {
        Vec::new()
    }
}
