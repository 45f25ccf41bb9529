//! Everything at hand, put together: items, claims with their standing, incidents with what supports each of their elements,
//! commitments, and what waits for a person. Pages, the terminal and reports all read this; it is computed from the archive and
//! never stored.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use witnessmark_archive::Archive;
use witnessmark_model::entry::{Assessed, Body, Decision};
use witnessmark_model::vocabulary::{Element, Level, label};
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, RowRef, claim};
use witnessmark_weigh::incidents::share_town_and_day;
use witnessmark_weigh::origin::OriginGraph;
use witnessmark_weigh::passages::Reuse;
use witnessmark_weigh::pictures::PictureJoin;
use witnessmark_weigh::{
    Ground, Held, IncidentFacts, IncidentWeighed, ItemFacts, Link, Policy, Standing, weigh_incident,
};

use crate::commitments::{Commitment, commitments};
use crate::error::Result;
use crate::facts::{Item, gather, reposts};

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
    pub weighed: IncidentWeighed,
    /// What people assessed, per element; more than one is a conflict.
    pub assessed: BTreeMap<Element, Vec<(EntryRef, Assessed)>>,
    /// Why the machine put it together: words in English and Arabic.
    pub reasons: Vec<(String, String)>,
}

impl IncidentCase {
    /// The level to print for an element: what a person signed, never above what the policy allows now; *not assessed* where
    /// nobody signed. Of concurrent assessments the lowest.
    pub fn level(&self, element: Element) -> Level {
        let signed = self.assessed.get(&element).and_then(|list| list.iter().map(|(_, a)| a.level).min());
        let allowed = self.weighed.elements.iter().find(|e| e.element == element).map(|e| e.allowed.level);
        signed.map_or(Level::NotAssessed, |signed| allowed.map_or(signed, |allowed| signed.min(allowed)))
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
    pub kind: String,
    /// The analyzer's confidence in its own reading.
    pub score: Option<f64>,
    /// The row.
    pub body: Map<String, Value>,
}

/// Everything at hand.
#[derive(Debug)]
pub struct Case {
    /// Items by id.
    pub items: BTreeMap<ItemId, Item>,
    /// Claims, proposed and asserted. Declined ones are left out.
    pub claims: BTreeMap<ClaimRef, Held>,
    /// Incidents: those that people grouped, then proposals that nobody took.
    pub incidents: Vec<IncidentCase>,
    /// Where everything comes from.
    pub origins: OriginGraph,
    /// Items whose hashes were joined, and what matched.
    pub pictured: Vec<ItemId>,
    /// Near-duplicate pictures.
    pub pictures: PictureJoin,
    /// Items whose texts were compared.
    pub texts: Vec<ItemId>,
    /// Reused passages.
    pub reuses: Vec<Reuse>,
    /// Instruments and their obligations.
    pub commitments: Vec<Commitment>,
    /// What waits for a person, highest score first.
    pub waiting: Vec<Waiting>,
    /// The policy in force.
    pub policy: Policy,
}

/// Rows that a person can accept or turn down, beside claims.
pub const DECIDABLE: &[&str] = &["incident", "picture_match", "film_match", "sound_match", "reuse"];

/// Puts it together.
pub fn case(archive: &Archive) -> Result<Case> {
    archive.must_be_whole("put everything together")?;
    let items = gather(archive)?;
    let claims = claims(archive, &items)?;
    let links = links(archive);
    let policy = Policy::default();
    let reposted = reposts(archive, &items);
    let facts: Vec<ItemFacts<'_>> = items.values().map(|item| item.to_weigh(reposted.get(&item.id).copied())).collect();
    let held: Vec<Held> = claims.values().cloned().collect();
    let above = crate::places::above(archive, &held)?;
    let ground = Ground::survey(&facts, &held, &links, &policy).knowing(&above);
    let incidents = incidents(archive, &ground, &claims)?;
    let waiting = waiting(archive, &items, &claims, &incidents)?;
    let commitments = commitments(archive, &ground, &claims, &incidents)?;
    let Ground { pictured, pictures, texts, reuses, origins, .. } = ground;
    Ok(Case { claims, incidents, origins, pictured, pictures, texts, reuses, commitments, waiting, policy, items })
}

/// All claims that stand: a person's where there is one, the machine's where nobody has decided.
pub fn claims(archive: &Archive, items: &BTreeMap<ItemId, Item>) -> Result<BTreeMap<ClaimRef, Held>> {
    let mut claims = BTreeMap::new();
    let world = archive.world();
    // What a machine read in an item that is no longer relied on waits for nobody; what a person asserted stays, and says so.
    for item in items.values().filter(|item| item.withdrawn.is_none()).map(|item| &item.id) {
        let rows = archive.rows_of(*item)?;
        let made = claim::of_document(*item, rows.iter().map(|(at, row)| (*at, row)));
        for (row, claim) in made {
            if world.decisions(row).next().is_none() {
                claims
                    .insert(ClaimRef::Row(row), Held { key: ClaimRef::Row(row), claim, standing: Standing::Proposed });
            }
        }
    }
    for (at, claimed) in world.claims() {
        // A sealed claim without its key is counted as withheld where that is said; it cannot be weighed.
        let Some(Ok(claim)) = claimed.claim.get().map(Claim::from_value) else { continue };
        let by = world.entry(at).map(|e| e.signer);
        let standing = match (claimed.decision, by) {
            (Decision::Accepted | Decision::Corrected, Some(by)) => Standing::Accepted { by },
            _ => Standing::Bulk,
        };
        claims.insert(ClaimRef::Entry(at), Held { key: ClaimRef::Entry(at), claim, standing });
    }
    Ok(claims)
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
    reasons: Vec<(String, String)>,
}

fn incidents(archive: &Archive, ground: &Ground<'_>, claims: &BTreeMap<ClaimRef, Held>) -> Result<Vec<IncidentCase>> {
    let unweighed = unweighed(archive, claims)?;
    let sets: Vec<BTreeSet<ClaimRef>> = unweighed.iter().map(|i| i.members.clone()).collect();
    let another = share_town_and_day(ground, &sets);
    let weighed = unweighed.into_iter().zip(another).map(|(incident, another_that_day)| {
        let Unweighed { id, labels, members, reasons } = incident;
        let (facts, assessed) = match id {
            IncidentId::Grouped(at) => {
                let items = members.iter().filter_map(|key| claims.get(key)).map(|held| held.claim.item).collect();
                (crate::examine::facts(archive, at, &items, another_that_day), assessments(archive, at))
            }
            IncidentId::Proposed(_) => {
                (IncidentFacts { another_that_day, ..IncidentFacts::default() }, BTreeMap::new())
            }
        };
        IncidentCase { id, labels, weighed: weigh_incident(ground, &members, &facts), members, assessed, reasons }
    });
    Ok(weighed.collect())
}

/// What people grouped, then what the machine proposes and nobody took.
fn unweighed(archive: &Archive, claims: &BTreeMap<ClaimRef, Held>) -> Result<Vec<Unweighed>> {
    let grouped = archive.world().incidents().into_iter().map(|incident| Unweighed {
        id: IncidentId::Grouped(incident.id),
        labels: incident.labels,
        members: incident.members,
        reasons: Vec::new(),
    });
    let mut list: Vec<Unweighed> = grouped.collect();
    let taken: BTreeSet<ClaimRef> = list.iter().flat_map(|i| i.members.iter().copied()).collect();
    for (row, body) in crate::propose::latest(archive, "incident")? {
        if archive.world().decisions(row).next().is_some() {
            continue;
        }
        let members: BTreeSet<ClaimRef> = crate::propose::members(archive, &body)
            .into_iter()
            .filter(|m| claims.contains_key(m) && !taken.contains(m))
            .collect();
        if members.is_empty() || !says_enough(&members, claims) {
            continue;
        }
        let words = |name: &str| -> Vec<String> {
            let list = body.get(name).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        // Rows of an earlier version have no Arabic: there the English stands.
        let both = |english: &str, arabic: &str| {
            let (en, ar) = (words(english), words(arabic));
            let ar = if ar.len() == en.len() { ar } else { en.clone() };
            en.into_iter().zip(ar)
        };
        let reasons = both("reasons_for", "reasons_for_ar").chain(both("reasons_against", "reasons_against_ar"));
        list.push(Unweighed { id: IncidentId::Proposed(row), labels: Vec::new(), members, reasons: reasons.collect() });
    }
    Ok(list)
}

fn assessments(archive: &Archive, incident: EntryRef) -> BTreeMap<Element, Vec<(EntryRef, Assessed)>> {
    let of = |element: &Element| -> Vec<(EntryRef, Assessed)> {
        let list = archive.world().assessments(incident, *element);
        list.into_iter().map(|(e, a)| (e.at, a.clone())).collect()
    };
    Element::ALL.iter().map(|e| (*e, of(e))).filter(|(_, list)| !list.is_empty()).collect()
}

/// A single claim that names neither a target nor an act, or neither a place nor a day, is a lead and no incident yet; it is listed
/// with what was said.
fn says_enough(members: &BTreeSet<ClaimRef>, claims: &BTreeMap<ClaimRef, Held>) -> bool {
    let of: Vec<&Claim> = members.iter().filter_map(|key| claims.get(key)).map(|held| &held.claim).collect();
    let what = of.iter().any(|c| c.act.is_some() || c.targets.iter().any(|t| t.class != "unknown"));
    let where_or_when = of.iter().any(|c| !c.places.is_empty() || c.times.iter().any(|t| t.days().is_some()));
    what && where_or_when
}

/// What waits: claims that nobody decided on, and proposals of the latest weighing. A figure of harm that belongs to an attack is
/// decided with it, and a grouping whose claims have all been grouped has nothing left to propose: neither waits on its own.
fn waiting(
    archive: &Archive,
    items: &BTreeMap<ItemId, Item>,
    claims: &BTreeMap<ClaimRef, Held>,
    incidents: &[IncidentCase],
) -> Result<Vec<Waiting>> {
    let mut waiting = Vec::new();
    let world = archive.world();
    let proposed: BTreeSet<IncidentId> = incidents.iter().map(|incident| incident.id).collect();
    let is_own = |row: RowRef, kind: &str| match kind {
        "incident" => proposed.contains(&IncidentId::Proposed(row)),
        kind => !claim::PREDICATES.contains(&kind) || claims.contains_key(&ClaimRef::Row(row)),
    };
    let mut add = |row: RowRef, kind: &str, body: Map<String, Value>| {
        let item = body.get("item").and_then(Value::as_str).and_then(|i| i.parse::<ItemId>().ok());
        let Some(item) = item.filter(|item| items.get(item).is_some_and(|i| i.withdrawn.is_none())) else { return };
        if is_own(row, kind) && world.decisions(row).next().is_none() {
            let score = body.get("score").and_then(Value::as_f64);
            waiting.push(Waiting { row, item, kind: kind.into(), score, body });
        }
    };
    for kind in claim::PREDICATES {
        for (row, body) in archive.rows_of_kind(kind)? {
            add(row, kind, body);
        }
    }
    for kind in DECIDABLE {
        for (row, body) in crate::propose::latest(archive, kind)? {
            add(row, kind, body);
        }
    }
    waiting.sort_by(|a, b| b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)).then(a.row.cmp(&b.row)));
    Ok(waiting)
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
            self.incidents.iter().find(short)
        })
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
        self.claims.values().filter(move |held| held.claim.item == item)
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
