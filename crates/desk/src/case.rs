//! Everything at hand, put together: items, claims with their standing, incidents with what supports each of their elements,
//! commitments, and what waits for a person. Pages, the terminal and reports all read this; it is computed from the archive and
//! never stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use witnessmark_archive::Archive;
use witnessmark_model::entry::{Assessed, Body, Decision};
use witnessmark_model::vocabulary::{Element, Level, label};
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, MemberKey, RowRef, claim};
use witnessmark_weigh::incidents::share_town_and_day;
use witnessmark_weigh::level::{Looked, asserted_by};
use witnessmark_weigh::origin::{HangsOn, OriginGraph, hangs};
use witnessmark_weigh::{
    Ground, Held, IncidentFacts, IncidentWeighed, ItemFacts, Joined, Kept, Link, Policy, Standing,
};

use crate::before::{Asserted, Read};
use crate::commitments::{Commitment, commitments};
use crate::error::Result;
use crate::facts::{Item, reposts};
use crate::rows::{Puts, Row};
use crate::same::Question;
use crate::waiting::Says;

/// How an incident is cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IncidentId {
    /// Grouped by people: the entry that opened it.
    Grouped(EntryRef),
    /// Proposed by the machine and taken up by nobody.
    Proposed(RowRef),
}

impl std::fmt::Display for IncidentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            IncidentId::Grouped(at) => at.fmt(f),
            IncidentId::Proposed(row) => row.fmt(f),
        }
    }
}

/// One incident: a hypothesis, with what supports each element.
#[derive(Debug, Clone)]
pub struct IncidentCase {
    /// How it is cited.
    pub id: IncidentId,
    /// What people call it; empty for a proposal.
    pub labels: Vec<String>,
    /// Claims in it.
    pub members: BTreeSet<ClaimRef>,
    /// What weighing says now.
    pub weighed: Arc<IncidentWeighed>,
    /// What people assessed, per element; more than one is a conflict.
    pub assessed: BTreeMap<Element, Vec<(EntryRef, Assessed)>>,
    /// Who signed each of those.
    pub authors: BTreeMap<EntryRef, MemberKey>,
    /// The claims that each of those saw.
    pub saw: BTreeMap<EntryRef, BTreeSet<ClaimRef>>,
    /// Reviewers beside the author that the policy asks for above *corroborated*.
    pub reviewers_needed: usize,
    /// Incidents that were merged into it: their ids lead here.
    pub merged: Vec<EntryRef>,
}

impl IncidentCase {
    /// The level to print for an element: what a person signed, never above what the policy allows now; *not assessed* where
    /// nobody signed. Of concurrent assessments the lowest. Nobody reviews what they signed themselves, and a review made before
    /// claims came or went counts no longer.
    pub fn level(&self, element: Element) -> Level {
        let weighed = self.weighed.elements.iter().find(|e| e.element == element);
        let signed = self.assessed.get(&element).into_iter().flatten().map(|(at, assessed)| {
            let author = self.authors.get(at);
            let reviewers =
                weighed.map_or(0, |e| e.reviewers().iter().filter(|reviewer| Some(*reviewer) != author).count());
            let enough = reviewers >= self.reviewers_needed;
            if enough { assessed.level } else { assessed.level.min(Level::Corroborated) }
        });
        let allowed = weighed.map(|e| e.allowed.level);
        signed.min().map_or(Level::NotAssessed, |signed| allowed.map_or(signed, |allowed| signed.min(allowed)))
    }

    /// Was an assessment signed before a merge, of one of the incidents that became this one? It stands, is never raised by the merge,
    /// and must be looked at again.
    pub fn is_from_before_a_merge(&self, assessed: &Assessed) -> bool {
        match self.id {
            IncidentId::Grouped(at) => assessed.incident != at,
            IncidentId::Proposed(_) => false,
        }
    }

    /// What came and went since an assessment was signed; nothing where all is as it was.
    pub fn since(&self, element: Element, assessment: EntryRef) -> Option<Looked> {
        let weighed = self.weighed.elements.iter().find(|e| e.element == element)?;
        let since = weighed.since(self.saw.get(&assessment)?);
        (!since.is_all()).then_some(since)
    }

    /// Of the assessments of an element that saw most of what is there now: what came and went since.
    pub fn assessed_before(&self, element: Element) -> Option<Looked> {
        let of = self.assessed.get(&element)?.iter().map(|(at, _)| self.since(element, *at).unwrap_or_default());
        of.min_by_key(|since| (since.newer + since.gone, since.newer)).filter(|since| !since.is_all())
    }

    /// A name to show, in `en` or `ar`.
    pub fn name(&self, language: &str) -> String {
        self.name_parts(language).join(" · ")
    }

    /// As [`IncidentCase::name`], each part cut off from the direction of the others (U+2068 … U+2069, UAX #9).
    pub fn name_isolated(&self, language: &str) -> String {
        let apart = |part: &String| format!("\u{2068}{part}\u{2069}");
        self.name_parts(language).iter().map(apart).collect::<Vec<_>>().join(" · ")
    }

    /// The parts of its name: what a person calls it, or what was done to what, where and when. They can be in several
    /// languages, so each is shown on its own.
    pub fn name_parts(&self, language: &str) -> Vec<String> {
        if let Some(label) = self.labels.first() {
            return vec![label.clone()];
        }
        let of = &self.weighed.label;
        let what = of.target.as_deref().or(of.act.as_deref()).unwrap_or("unknown");
        let act = of.act.as_deref().filter(|_| of.target.is_some()).map(|a| label(a, language));
        let mut parts: Vec<String> = act.into_iter().map(str::to_owned).collect();
        parts.push(label(what, language).to_owned());
        parts.extend(of.place.clone());
        if let Some((first, last)) = &of.day {
            let days = if first == last { first.clone() } else { format!("{first} – {last}") };
            // In Arabic a date would be shown turned around.
            parts.push(if language == "ar" { format!("\u{2066}{days}\u{2069}") } else { days });
        }
        parts
    }
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The row.
    pub row: RowRef,
    /// The item it speaks of.
    pub item: ItemId,
    /// Kind of row: a predicate, `incident`, `picture_match`, `reuse` …
    pub kind: &'static str,
    /// The analyzer's confidence in its own reading.
    pub score: Option<f64>,
}

/// Everything at hand.
#[derive(Debug)]
pub struct Case {
    /// Items by id.
    pub items: Arc<BTreeMap<ItemId, Item>>,
    /// Claims, proposed and asserted. Declined ones are left out.
    pub claims: BTreeMap<ClaimRef, Held>,
    /// Incidents: those that people grouped, then proposals that nobody took.
    pub incidents: Vec<IncidentCase>,
    /// Where everything comes from.
    pub origins: OriginGraph,
    /// What items share: near-duplicate pictures, reused passages.
    pub joined: Arc<Joined>,
    /// Instruments and their obligations.
    pub commitments: Vec<Commitment>,
    /// What waits for a person, highest score first.
    pub waiting: Vec<Waiting>,
    /// Pairs of claims that a person is asked about, the most worthwhile first.
    pub questions: Vec<Question>,
    /// The policy in force.
    pub policy: Policy,
    /// Found when first asked for.
    by_item: OnceLock<ByItem>,
}

/// What belongs to each item, so that nobody goes through everything for each.
#[derive(Debug, Default)]
struct ByItem {
    claims: BTreeMap<ItemId, Vec<ClaimRef>>,
    /// Places in the list of incidents, in order.
    incidents: BTreeMap<ItemId, Vec<usize>>,
}

/// Rows that a person can accept or turn down, beside claims.
pub const DECIDABLE: &[&str] = &["incident", "hint", "picture_match", "film_match", "sound_match", "reuse"];

/// Puts it together, under the policy in force.
pub fn case(archive: &Archive) -> Result<Case> {
    case_under(archive, crate::policy::in_force(archive)?)
}

/// The same under another policy: to see what it would come to.
pub fn case_under(archive: &Archive, policy: Policy) -> Result<Case> {
    put_together(archive, policy, &Read::of(archive)?, &mut Kept::default())
}

/// Puts together what was read, weighing anew only what `kept` does not hold.
pub(crate) fn put_together(archive: &Archive, policy: Policy, read: &Read, kept: &mut Kept) -> Result<Case> {
    archive.must_be_whole("put everything together")?;
    let items = read.items.clone();
    let claims = standing(archive, &items, &read.claims, &read.asserted);
    let links = links(archive);
    let reposted = &read.reposted;
    let facts: Vec<ItemFacts<'_>> = items.values().map(|item| item.to_weigh(reposted.get(&item.id).copied())).collect();
    let held: Vec<Held> = claims.values().cloned().collect();
    let above = crate::places::above(archive, &held)?;
    let ground = Ground::survey_on(read.joined(archive, &facts, &links)?, &facts, &held, &links, &policy)
        .knowing(&above)
        .disputing(disputed(archive))
        .told(crate::same::told(archive));
    let incidents = incidents(archive, &ground, &claims, &read.rows, kept)?;
    let waiting = waiting(archive, &items, &claims, &incidents, &read.rows);
    let questions = crate::same::questions(archive, &claims)?;
    let commitments = commitments(archive, &ground, &claims, &incidents)?;
    let Ground { joined, origins, .. } = ground;
    Ok(Case {
        claims,
        incidents,
        origins,
        joined,
        commitments,
        waiting,
        questions,
        policy,
        items,
        by_item: OnceLock::new(),
    })
}

/// The edges of origin that the lines of one incident hang on, with what would change if each were wrong. What items share is taken
/// over from the case; the graph is drawn anew, as it is asked for one incident at a time.
pub fn hangs_on(archive: &Archive, case: &Case, incident: IncidentId) -> Result<Vec<HangsOn>> {
    let Some(found) = case.incidents.iter().find(|i| i.id == incident) else { return Ok(Vec::new()) };
    let links = links(archive);
    let reposted = reposts(archive, &case.items);
    let items = case.items.values();
    let facts: Vec<ItemFacts<'_>> = items.map(|item| item.to_weigh(reposted.get(&item.id).copied())).collect();
    let held: Vec<Held> = case.claims.values().cloned().collect();
    let above = crate::places::above(archive, &held)?;
    let ground = Ground::survey_on(case.joined.clone(), &facts, &held, &links, &case.policy)
        .knowing(&above)
        .disputing(disputed(archive));
    let sets: Vec<BTreeSet<ClaimRef>> = case.incidents.iter().map(|i| i.members.clone()).collect();
    let at = case.incidents.iter().position(|i| i.id == incident).unwrap_or_default();
    let another_that_day = share_town_and_day(&ground, &sets).get(at).copied().unwrap_or_default();
    let done = match incident {
        IncidentId::Grouped(id) => examined(archive, &case.claims, id, &found.members, another_that_day),
        IncidentId::Proposed(_) => IncidentFacts { another_that_day, ..IncidentFacts::default() },
    };
    Ok(hangs(&ground, &found.members, &done))
}

/// Kinds of edges that lines can hang on, as spelt in the ledger.
pub(crate) fn edge_kinds() -> impl Iterator<Item = &'static str> {
    use witnessmark_weigh::origin::EdgeKind;
    let kinds = [
        EdgeKind::NearDuplicate,
        EdgeKind::SharesOrigin,
        EdgeKind::ReusesText,
        EdgeKind::Cites,
        EdgeKind::Republishes,
        EdgeKind::Translates,
        EdgeKind::SameAuthor,
        EdgeKind::SameAs,
        EdgeKind::IssuedBy,
    ];
    kinds.into_iter().map(EdgeKind::as_str)
}

/// Edges of origin that somebody disputes.
fn disputed(archive: &Archive) -> BTreeSet<(String, String, String)> {
    let all = archive.world().disputes();
    all.filter_map(|(_, d)| Some((d.from.get()?.clone(), d.to.get()?.clone(), d.edge.clone()))).collect()
}

/// All claims that stand: a person's where there is one, the machine's where nobody has decided.
pub fn claims(archive: &Archive, items: &BTreeMap<ItemId, Item>) -> Result<BTreeMap<ClaimRef, Held>> {
    Ok(standing(archive, items, &read_claims(archive, items)?, &Asserted::default()))
}

/// Claims that a machine read in items, whatever became of them.
pub(crate) fn read_claims(archive: &Archive, items: &BTreeMap<ItemId, Item>) -> Result<Vec<(RowRef, Arc<Claim>)>> {
    let mut claims = Vec::new();
    for item in archive.items_with(claim::PREDICATES)?.into_iter().filter(|item| items.contains_key(item)) {
        let rows = archive.rows_of(item)?;
        let read = claim::of_document(item, rows.iter().map(|(at, row)| (*at, row)));
        claims.extend(read.into_iter().map(|(row, claim)| (row, Arc::new(claim))));
    }
    Ok(claims)
}

/// Those of them that nobody decided on, and what people asserted.
fn standing(
    archive: &Archive,
    items: &BTreeMap<ItemId, Item>,
    read: &[(RowRef, Arc<Claim>)],
    asserted: &Asserted,
) -> BTreeMap<ClaimRef, Held> {
    let mut claims = BTreeMap::new();
    let world = archive.world();
    // What a machine read in an item that is no longer relied on waits for nobody; what a person asserted stays, and says so.
    let relied_on = |claim: &Claim| items.get(&claim.item).is_some_and(|item| item.withdrawn.is_none());
    for (row, claim) in read.iter().filter(|(_, claim)| relied_on(claim)) {
        if world.decisions(*row).next().is_none() {
            let (key, claim) = (ClaimRef::Row(*row), claim.clone());
            claims.insert(key, Held { key, claim, standing: Standing::Proposed });
        }
    }
    for (at, claimed) in world.claims() {
        // A sealed claim without its key is counted as withheld where that is said; it cannot be weighed.
        let Some(claim) = claimed.claim.get().and_then(|said| asserted.claim(at, said)) else { continue };
        let by = world.entry(at).map(|e| e.signer);
        let standing = match (claimed.decision, by) {
            (Decision::Accepted | Decision::Corrected, Some(by)) => Standing::Accepted { by },
            _ => Standing::Bulk,
        };
        claims.insert(ClaimRef::Entry(at), Held { key: ClaimRef::Entry(at), claim, standing });
    }
    claims
}

/// What people state about how items stand to each other.
pub fn links(archive: &Archive) -> Vec<Link> {
    let relations = archive.world().relations();
    relations
        .map(|(at, r)| Link {
            from: r.from,
            to: r.to,
            relation: r.relation,
            basis: r.basis.get().cloned().unwrap_or_default(),
            by: Some(at),
        })
        .collect()
}

/// An incident before it is weighed.
struct Unweighed {
    id: IncidentId,
    labels: Vec<String>,
    members: BTreeSet<ClaimRef>,
    merged: Vec<EntryRef>,
}

fn incidents(
    archive: &Archive,
    ground: &Ground<'_>,
    claims: &BTreeMap<ClaimRef, Held>,
    rows: &[Row],
    kept: &mut Kept,
) -> Result<Vec<IncidentCase>> {
    let unweighed = unweighed(archive, claims, rows);
    let sets: Vec<BTreeSet<ClaimRef>> = unweighed.iter().map(|i| i.members.clone()).collect();
    let another = share_town_and_day(ground, &sets);
    let done = unweighed.iter().zip(another).map(|(incident, another_that_day)| {
        let facts = match incident.id {
            IncidentId::Grouped(at) => examined(archive, claims, at, &incident.members, another_that_day),
            IncidentId::Proposed(_) => IncidentFacts { another_that_day, ..IncidentFacts::default() },
        };
        (&incident.members, facts)
    });
    let weighed = kept.weigh(ground, &done.collect::<Vec<_>>());
    let weighed = unweighed.into_iter().zip(weighed).map(|(incident, weighed)| {
        let Unweighed { id, labels, members, merged } = incident;
        let assessed = match id {
            IncidentId::Grouped(at) => assessments(archive, at, &merged),
            IncidentId::Proposed(_) => BTreeMap::new(),
        };
        let all = || assessed.iter().flat_map(|(element, list)| list.iter().map(move |one| (element, one)));
        let author = |at: &EntryRef| Some((*at, archive.world().entry(*at)?.signer));
        let authors = all().filter_map(|(_, (at, _))| author(at)).collect();
        let saw =
            all().map(|(element, (at, assessed))| (*at, saw(archive, &weighed, *element, *at, assessed))).collect();
        let reviewers_needed = ground.policy.reviewers_for_check_list;
        IncidentCase { id, labels, weighed, members, assessed, authors, saw, reviewers_needed, merged }
    });
    Ok(weighed.collect())
}

/// The claims that whoever signed an assessment saw; where that was not recorded, those that had been asserted.
fn saw(
    archive: &Archive,
    weighed: &IncidentWeighed,
    element: Element,
    at: EntryRef,
    assessed: &Assessed,
) -> BTreeSet<ClaimRef> {
    if !assessed.seen.is_empty() {
        return assessed.seen.iter().map(|claim| archive.world().resolved(*claim)).collect();
    }
    let of = weighed.elements.iter().find(|e| e.element == element);
    let now = of.map(|e| e.before.iter().copied().collect()).unwrap_or_default();
    asserted_by(&now, at)
}

/// What people did about an incident.
fn examined(
    archive: &Archive,
    claims: &BTreeMap<ClaimRef, Held>,
    incident: EntryRef,
    members: &BTreeSet<ClaimRef>,
    another_that_day: bool,
) -> IncidentFacts {
    let items = members.iter().filter_map(|key| claims.get(key)).map(|held| held.claim.item).collect();
    crate::examine::facts(archive, incident, &items, another_that_day)
}

/// What people grouped, then what the machine proposes and nobody took.
fn unweighed(archive: &Archive, claims: &BTreeMap<ClaimRef, Held>, rows: &[Row]) -> Vec<Unweighed> {
    let grouped = archive.world().incidents().into_iter().map(|incident| Unweighed {
        id: IncidentId::Grouped(incident.id),
        labels: incident.labels,
        members: incident.members,
        merged: incident.merged,
    });
    let mut list: Vec<Unweighed> = grouped.collect();
    let taken: BTreeSet<ClaimRef> = list.iter().flat_map(|i| i.members.iter().copied()).collect();
    for Row { at: row, puts, .. } in rows {
        let (row, Puts::Incident(named)) = (*row, puts) else { continue };
        if archive.world().decisions(row).next().is_some() {
            continue;
        }
        let members: BTreeSet<ClaimRef> = named
            .iter()
            .map(|claim| archive.world().resolved(*claim))
            .filter(|m| claims.contains_key(m) && !taken.contains(m))
            .collect();
        if members.is_empty() || !says_enough(&members, claims) {
            continue;
        }
        list.push(Unweighed { id: IncidentId::Proposed(row), labels: Vec::new(), members, merged: Vec::new() });
    }
    // What people answered since the latest weighing counts at once; the next one weighs it with everything else.
    let first = list.iter().position(|i| matches!(i.id, IncidentId::Proposed(_))).unwrap_or(list.len());
    let mut proposed: Vec<BTreeSet<ClaimRef>> =
        list[first..].iter_mut().map(|i| std::mem::take(&mut i.members)).collect();
    crate::same::heed(&crate::same::told(archive), &mut proposed);
    list[first..].iter_mut().zip(proposed).for_each(|(incident, members)| incident.members = members);
    list.retain(|i| !i.members.is_empty());
    list
}

/// What people signed of an incident and, since a merge takes nothing back, of those that were merged into it.
fn assessments(
    archive: &Archive,
    incident: EntryRef,
    merged: &[EntryRef],
) -> BTreeMap<Element, Vec<(EntryRef, Assessed)>> {
    let of = |element: &Element| -> Vec<(EntryRef, Assessed)> {
        let ids = std::iter::once(incident).chain(merged.iter().copied());
        let list = ids.flat_map(|id| archive.world().assessments(id, *element));
        list.map(|(e, a)| (e.at, a.clone())).collect()
    };
    Element::ALL.iter().map(|e| (*e, of(e))).filter(|(_, list)| !list.is_empty()).collect()
}

/// A single claim that names neither a target nor an act, or neither a place nor a day, is a lead and no incident yet; it is listed
/// with what was said.
fn says_enough(members: &BTreeSet<ClaimRef>, claims: &BTreeMap<ClaimRef, Held>) -> bool {
    Says::enough(members.iter().filter_map(|key| claims.get(key)).map(|held| Says::of(&held.claim)))
}

/// What waits: claims that nobody decided on, and proposals of the latest weighing. A figure of harm that belongs to an attack is
/// decided with it, and a grouping whose claims have all been grouped has nothing left to propose: neither waits on its own.
fn waiting(
    archive: &Archive,
    items: &BTreeMap<ItemId, Item>,
    claims: &BTreeMap<ClaimRef, Held>,
    incidents: &[IncidentCase],
    rows: &[Row],
) -> Vec<Waiting> {
    let mut waiting = Vec::new();
    let world = archive.world();
    let proposed: BTreeSet<IncidentId> = incidents.iter().map(|incident| incident.id).collect();
    let is_own = |row: RowRef, kind: &str| match kind {
        "incident" => proposed.contains(&IncidentId::Proposed(row)),
        kind => !claim::PREDICATES.contains(&kind) || claims.contains_key(&ClaimRef::Row(row)),
    };
    let sides = crate::same::Sides::of(archive);
    for Row { at, kind, item, score, puts } in rows {
        let relied_on = |item: &ItemId| items.get(item).is_some_and(|i| i.withdrawn.is_none());
        let Some(item) = item.filter(relied_on) else { continue };
        // A relation is decided on once both incidents are people's, and until it is stated.
        if matches!(puts, Puts::Hint(hint) if !sides.is_open(archive, hint)) {
            continue;
        }
        if is_own(*at, kind) && world.decisions(*at).next().is_none() {
            waiting.push(Waiting { row: *at, item, kind, score: *score });
        }
    }
    waiting.sort_by(|a, b| b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)).then(a.row.cmp(&b.row)));
    waiting
}

/// Why the machine put an incident together, as its proposal says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Why {
    /// Words in English and Arabic; of a proposal that a person took, none.
    pub reasons: Vec<(String, String)>,
    /// Pairs of its claims and why they are held to be of one happening: rows of `links`.
    pub links: Vec<Value>,
}

/// Reads it again: it is long, and few of very many incidents are looked at.
pub fn why(archive: &Archive, incident: IncidentId) -> Why {
    let row = match incident {
        IncidentId::Proposed(row) => Some(row),
        IncidentId::Grouped(at) => match archive.world().entry(at).map(|e| &e.body) {
            Some(Body::Grouped(grouped)) => grouped.proposal,
            _ => None,
        },
    };
    let Some(body) = row.and_then(|row| archive.row(row).ok()) else { return Why::default() };
    let list = |name: &str| body.get(name).and_then(Value::as_array).into_iter().flatten();
    let words = |name: &str| list(name).filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    // Rows of an earlier version have no Arabic: there the English stands.
    let both = |english: &str, arabic: &str| {
        let (en, ar) = (words(english), words(arabic));
        let ar = if ar.len() == en.len() { ar } else { en.clone() };
        en.into_iter().zip(ar)
    };
    let reasons = match incident {
        IncidentId::Grouped(_) => Vec::new(),
        IncidentId::Proposed(_) => {
            both("reasons_for", "reasons_for_ar").chain(both("reasons_against", "reasons_against_ar")).collect()
        }
    };
    Why { reasons, links: list("links").cloned().collect() }
}

impl Case {
    /// One incident, by its printed id, or the beginning of one.
    pub fn incident(&self, id: &str) -> Option<&IncidentCase> {
        let exact = self.incidents.iter().find(|i| i.id.to_string() == id);
        exact.or_else(|| {
            let short = |i: &&IncidentCase| match i.id {
                IncidentId::Grouped(at) => at.index.to_string() == id,
                IncidentId::Proposed(row) => row.short() == id,
            };
            // An old id leads to what it was merged into.
            let led = |i: &&IncidentCase| i.merged.iter().any(|at| at.to_string() == id || at.index.to_string() == id);
            self.incidents.iter().find(short).or_else(|| self.incidents.iter().find(led))
        })
    }

    /// Claims in incidents that people grouped.
    pub fn grouped_claims(&self) -> BTreeSet<ClaimRef> {
        let grouped = self.incidents.iter().filter(|incident| matches!(incident.id, IncidentId::Grouped(_)));
        grouped.flat_map(|incident| incident.members.iter().copied()).collect()
    }

    /// The words by which a claim can be cited: `“quote” — speaker, item`.
    pub fn cite(&self, key: ClaimRef) -> String {
        let Some(held) = self.claims.get(&key) else { return key.to_string() };
        let item = self.items.get(&held.claim.item).map(Item::label).unwrap_or_default();
        let by = held.claim.stated_by.as_deref().map(|by| format!("{by}, in ")).unwrap_or_default();
        format!("“{}” — {by}{item}", held.claim.quote)
    }

    /// Claims about one item.
    pub fn claims_of(&self, item: ItemId) -> impl Iterator<Item = &Held> {
        self.by_item().claims.get(&item).into_iter().flatten().filter_map(|key| self.claims.get(key))
    }

    /// Incidents that an item has a part in, in the order of the list: by a claim, or as part of a line.
    pub fn incidents_of(&self, item: ItemId) -> impl Iterator<Item = &IncidentCase> {
        self.by_item().incidents.get(&item).into_iter().flatten().filter_map(|at| self.incidents.get(*at))
    }

    fn by_item(&self) -> &ByItem {
        self.by_item.get_or_init(|| {
            let mut found = ByItem::default();
            for held in self.claims.values() {
                found.claims.entry(held.claim.item).or_default().push(held.key);
            }
            for (at, incident) in self.incidents.iter().enumerate() {
                let lines = incident.weighed.elements.iter().flat_map(|e| &e.lines.lines);
                let members = incident.members.iter().filter_map(|key| self.claims.get(key));
                let items: BTreeSet<ItemId> = members
                    .map(|held| held.claim.item)
                    .chain(lines.flat_map(|line| line.items.iter().copied()))
                    .collect();
                items.into_iter().for_each(|item| found.incidents.entry(item).or_default().push(at));
            }
            found
        })
    }

    /// Statements: everything that is not an attack, with a speaker.
    pub fn statements(&self) -> impl Iterator<Item = &Held> {
        self.claims.values().filter(|held| held.claim.predicate != "attack")
    }
}

/// The incident whose claims include one of these, if people grouped it.
pub fn grouped_with(archive: &Archive, claims: &BTreeSet<ClaimRef>) -> Option<EntryRef> {
    archive.world().incidents().into_iter().find(|i| !i.members.is_disjoint(claims)).map(|i| i.id)
}

/// What became of a proposal, as a word: `accepted`, `corrected`, `declined`, `grouped`.
pub fn fate(archive: &Archive, row: RowRef) -> Option<&'static str> {
    archive.world().decisions(row).find_map(|e| match &e.body {
        Body::Claimed(c) => Some(c.decision.as_str()),
        Body::Declined(_) => Some("declined"),
        Body::Grouped(_) => Some("grouped"),
        _ => None,
    })
}
