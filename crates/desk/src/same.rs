//! One happening or two: merging and splitting incidents, answering whether two claims speak of one, and why the machine holds that
//! they do. Each decision is one entry; taking that back undoes it.
//!
//! “Not the same” stays: nothing puts two such claims together again, whatever is weighed later, until the answer is taken back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use witnessmark_archive::pack::sha256;
use witnessmark_archive::{Archive, Draft};
use witnessmark_model::entry::{IncidentRelation, Merged, Paired, Sameness, Split};
use witnessmark_model::{ClaimRef, EntryRef, MemberKey, RowRef};
use witnessmark_weigh::incidents::{Pairing, why as weigh_why};
use witnessmark_weigh::{Ground, Held, ItemFacts};

use crate::case::{Case, IncidentId};
use crate::decide::{connect, grouped, one};
use crate::error::{Error, Result};
use crate::facts::{gather, reposts};

/// A pair that a person is asked about, as the latest weighing put it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The row.
    pub row: RowRef,
    /// One claim.
    pub a: ClaimRef,
    /// The other.
    pub b: ClaimRef,
    /// Pairs of claims that the answer settles.
    pub settles: u64,
    /// The row: `probability`, `worth`, `waterfall`; the last is not kept where sealed material is concerned.
    pub body: Map<String, Value>,
}

/// Makes one incident of two: `from` leads to `into` from here on.
pub fn merge(
    archive: &mut Archive,
    member: MemberKey,
    (from, into): (EntryRef, EntryRef),
    shown: Option<&[u8]>,
    reason: &str,
) -> Result<EntryRef> {
    let (from, into) = (archive.world().leads_to(from), archive.world().leads_to(into));
    if from == into {
        return Err(Error::refused(format!("merge incident {from} with itself"), "name two incidents"));
    }
    grouped(archive, from)?;
    grouped(archive, into)?;
    let reason = reason.to_owned().into();
    one(archive, member, Draft::open(Merged { from, into, shown: shown.map(sha256), reason, supersedes: Vec::new() }))
}

/// Where claims that are split off go, and what that is called.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Going {
    /// The incident that they go to; absent = a new one.
    pub into: Option<EntryRef>,
    /// What people call the new one.
    pub label: Option<String>,
}

/// Takes claims out of an incident, into a new one or another. The entry's own id is that of the new one.
pub fn split(
    archive: &mut Archive,
    member: MemberKey,
    incident: EntryRef,
    claims: &[ClaimRef],
    going: Going,
    shown: Option<&[u8]>,
    reason: &str,
) -> Result<EntryRef> {
    let world = archive.world();
    let incident = world.leads_to(incident);
    grouped(archive, incident)?;
    let held: BTreeSet<ClaimRef> =
        world.incidents().into_iter().filter(|i| i.id == incident).flat_map(|i| i.members).collect();
    let leaving: BTreeSet<ClaimRef> = claims.iter().map(|c| world.resolved(*c)).collect();
    if let Some(stranger) = leaving.iter().find(|c| !held.contains(c)) {
        return Err(Error::refused(format!("split {stranger} off incident {incident}"), "that claim is not in it"));
    }
    if leaving.is_empty() || leaving.len() == held.len() {
        let hint = "name some of its claims, not none and not all; `merge` makes one incident of two";
        return Err(Error::refused(format!("split incident {incident}"), hint));
    }
    let into = going.into.map(|into| world.leads_to(into));
    if let Some(into) = into {
        if into == incident {
            return Err(Error::refused(format!("split claims off incident {incident} into itself"), "name another"));
        }
        grouped(archive, into)?;
    }
    let split = Split {
        incident,
        members: leaving.into_iter().collect(),
        into,
        label: going.label.into(),
        shown: shown.map(sha256),
        reason: reason.to_owned().into(),
        supersedes: Vec::new(),
    };
    one(archive, member, Draft::open(split))
}

/// Records whether two claims speak of one happening. An earlier answer of the same pair is superseded.
pub fn answer(
    archive: &mut Archive,
    member: MemberKey,
    (left, right): (ClaimRef, ClaimRef),
    answer: Sameness,
    shown: Option<&[u8]>,
    reason: Option<String>,
) -> Result<EntryRef> {
    let world = archive.world();
    let (left, right) = (world.resolved(left), world.resolved(right));
    if left == right {
        return Err(Error::refused(format!("compare {left} with itself"), "name two claims"));
    }
    for claim in [left, right] {
        match claim {
            ClaimRef::Row(row) => _ = archive.row(row)?,
            ClaimRef::Entry(at) if world.claims().any(|(claim, _)| claim == at) => {}
            ClaimRef::Entry(at) => {
                return Err(Error::refused(
                    format!("compare {at}"),
                    "it is no claim that stands; `witnessmark claims ARCHIVE` lists them",
                ));
            }
        }
    }
    let pair = key(left, right);
    let of_pair = |p: &Paired| key(world.resolved(p.left), world.resolved(p.right)) == pair;
    let supersedes = world.pairs().filter(|(_, p)| of_pair(p)).map(|(at, _)| at).collect();
    let paired = Paired { left, right, answer, shown: shown.map(sha256), reason: reason.into(), supersedes };
    one(archive, member, Draft::open(paired))
}

fn key(a: ClaimRef, b: ClaimRef) -> (ClaimRef, ClaimRef) {
    (a.min(b), a.max(b))
}

/// What people said of pairs of claims. Where two of them disagree, nobody can tell.
pub fn told(archive: &Archive) -> BTreeMap<(ClaimRef, ClaimRef), Sameness> {
    let world = archive.world();
    let mut told: BTreeMap<(ClaimRef, ClaimRef), Sameness> = BTreeMap::new();
    for (_, paired) in world.pairs() {
        let pair = key(world.resolved(paired.left), world.resolved(paired.right));
        let known = told.entry(pair).or_insert(paired.answer);
        if *known != paired.answer {
            *known = Sameness::CannotTell;
        }
    }
    told
}

/// Brings proposed groups into line with what people said: two claims told apart are in no group together (the later one leaves, and
/// waits for the next weighing), and groups of which two claims were told to be one become one, unless that would bring two together
/// that were told apart. Emptied groups stay in their places.
pub(crate) fn heed(told: &BTreeMap<(ClaimRef, ClaimRef), Sameness>, groups: &mut [BTreeSet<ClaimRef>]) {
    let apart = |x: &ClaimRef, y: &ClaimRef| told.get(&key(*x, *y)) == Some(&Sameness::NotTheSame);
    for ((a, b), _) in told.iter().filter(|(_, answer)| **answer == Sameness::NotTheSame) {
        for group in groups.iter_mut().filter(|g| g.contains(a) && g.contains(b)) {
            group.remove(b);
        }
    }
    for ((a, b), _) in told.iter().filter(|(_, answer)| **answer == Sameness::Same) {
        let of = |claim: &ClaimRef| groups.iter().position(|g| g.contains(claim));
        let (Some(x), Some(y)) = (of(a), of(b)) else { continue };
        let (into, from) = (x.min(y), x.max(y));
        if into != from && !groups[into].iter().any(|p| groups[from].iter().any(|q| apart(p, q))) {
            let leaving = std::mem::take(&mut groups[from]);
            groups[into].extend(leaving);
        }
    }
}

/// What to ask, the most worthwhile first: of the latest weighing, what nobody has answered and no grouping has settled.
pub fn questions(archive: &Archive, claims: &BTreeMap<ClaimRef, Held>) -> Result<Vec<Question>> {
    let told = told(archive);
    let world = archive.world();
    let incidents = world.incidents();
    let of: BTreeMap<ClaimRef, EntryRef> =
        incidents.iter().flat_map(|i| i.members.iter().map(|m| (*m, i.id))).collect();
    let mut questions = Vec::new();
    for (row, body) in crate::propose::latest(archive, "question")? {
        let claim = |name: &str| -> Option<ClaimRef> {
            let claim = body.get(name)?.as_str()?.parse().ok()?;
            Some(world.resolved(claim)).filter(|c| claims.contains_key(c))
        };
        let (Some(a), Some(b)) = (claim("a"), claim("b")) else { continue };
        let grouped = of.get(&a).is_some_and(|i| of.get(&b) == Some(i));
        if a != b && !grouped && !told.contains_key(&key(a, b)) {
            let settles = body.get("settles").and_then(Value::as_u64).unwrap_or(1);
            questions.push(Question { row, a, b, settles, body });
        }
    }
    Ok(questions)
}

/// Why two claims are, or are not, held to be of one happening; nothing when one is not at hand or speaks of more than one event.
pub fn why(archive: &Archive, a: ClaimRef, b: ClaimRef) -> Result<Option<Pairing>> {
    let items = gather(archive)?;
    let claims: Vec<Held> = crate::case::claims(archive, &items)?.into_values().collect();
    let links = crate::case::links(archive);
    let reposted = reposts(archive, &items);
    let facts: Vec<ItemFacts<'_>> = items.values().map(|i| i.to_weigh(reposted.get(&i.id).copied())).collect();
    let policy = crate::policy::in_force(archive)?;
    let above = crate::places::above(archive, &claims)?;
    let ground = Ground::survey(&facts, &claims, &links, &policy).knowing(&above).told(told(archive));
    let world = archive.world();
    Ok(weigh_why(&ground, world.resolved(a), world.resolved(b)))
}

/// A proposed relation of two incidents, each named by its claims.
#[derive(Debug)]
pub(crate) struct Hint {
    first: Box<[ClaimRef]>,
    second: Box<[ClaimRef]>,
    /// How they stand to each other; nothing for two that may be one.
    relation: Option<IncidentRelation>,
}

impl Hint {
    /// As a row says it.
    pub fn of(body: &Map<String, Value>) -> Self {
        let side = |name: &str| {
            let claims = body.get(name).and_then(Value::as_array).into_iter().flatten();
            claims.filter_map(|c| c.as_str()?.parse().ok()).collect()
        };
        let relation = body.get("hint").and_then(Value::as_str).and_then(relation);
        Hint { first: side("first"), second: side("second"), relation }
    }
}

/// Which incident of people each claim is in.
pub(crate) struct Sides(BTreeMap<ClaimRef, EntryRef>);

impl Sides {
    /// Of everything grouped now.
    pub fn of(archive: &Archive) -> Self {
        let incidents = archive.world().incidents();
        Sides(incidents.iter().flat_map(|i| i.members.iter().map(|m| (*m, i.id))).collect())
    }

    /// The incidents that the two sides of a proposed relation are in, the first and the second; nothing when one side is not
    /// grouped, or both are one.
    pub(crate) fn find(&self, archive: &Archive, hint: &Hint) -> Option<(EntryRef, EntryRef)> {
        let of = |claims: &[ClaimRef]| -> Option<EntryRef> {
            claims.iter().filter_map(|c| self.0.get(&archive.world().resolved(*c)).copied()).min()
        };
        let (first, second) = (of(&hint.first)?, of(&hint.second)?);
        (first != second).then_some((first, second))
    }

    /// Does a proposed relation wait for a person: both sides are people's incidents, and nobody has stated it?
    pub(crate) fn is_open(&self, archive: &Archive, hint: &Hint) -> bool {
        let Some((first, second)) = self.find(archive, hint) else { return false };
        let mut stated = archive.world().connections(second);
        !stated.any(|(_, c)| Some(c.relation) == hint.relation && (c.from == first || c.to == first))
    }
}

/// The relation that a proposed one comes to; nothing for two that may be one, which is a merge.
fn relation(hint: &str) -> Option<IncidentRelation> {
    match hint {
        "second_strike" => Some(IncidentRelation::SecondStrikeOn),
        "same_facility" => Some(IncidentRelation::SameFacility),
        "series" => Some(IncidentRelation::PartOfSeries),
        _ => None,
    }
}

/// Takes a proposed relation of two incidents: states it, or merges the two.
pub fn take_hint(
    archive: &mut Archive,
    member: MemberKey,
    body: &Map<String, Value>,
    shown: Option<&[u8]>,
    reason: Option<String>,
) -> Result<EntryRef> {
    let hint = Hint::of(body);
    let Some((first, second)) = Sides::of(archive).find(archive, &hint) else {
        let why = "only incidents that people grouped can be related: accept the two groupings first";
        return Err(Error::refused("take a proposed relation", why));
    };
    let reasons = body.get("reasons").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let basis = reason.unwrap_or_else(|| reasons.collect::<Vec<_>>().join("; "));
    match hint.relation {
        Some(relation) => connect(archive, member, second, first, relation, &basis),
        None => merge(archive, member, (second, first), shown, &basis),
    }
}

impl Case {
    /// The incident, of people, that a claim is in.
    pub fn grouped_in(&self, claim: ClaimRef) -> Option<EntryRef> {
        self.incidents.iter().find_map(|i| match i.id {
            IncidentId::Grouped(at) if i.members.contains(&claim) => Some(at),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use witnessmark_model::LogId;

    fn claim(n: u64) -> ClaimRef {
        ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: n })
    }

    fn group(of: &[u64]) -> BTreeSet<ClaimRef> {
        of.iter().map(|n| claim(*n)).collect()
    }

    #[test]
    fn answers_count_at_once_and_not_the_same_wins() {
        let said = |a, b, answer| ((claim(a), claim(b)), answer);
        let told = BTreeMap::from([
            said(1, 2, Sameness::NotTheSame),
            said(3, 5, Sameness::Same),
            said(1, 7, Sameness::Same),
            said(3, 8, Sameness::NotTheSame),
            said(4, 8, Sameness::Same),
            said(5, 6, Sameness::CannotTell),
        ]);
        let mut groups = [group(&[1, 2]), group(&[3, 4]), group(&[5, 6]), group(&[7]), group(&[8])];
        heed(&told, &mut groups);
        assert_eq!(groups, [group(&[1, 7]), group(&[3, 4, 5, 6]), group(&[]), group(&[]), group(&[8])]);
    }
}
