//! Propositions of denials and of accusations, held to the evidence by people; and edges of origin that somebody disputes.
//!
//! Neither raises a level: a proposition that is consistent with what is at hand is not shown by that, a false denial does not
//! raise attribution, and what a disputed edge held together is at most apparently separate.

use witnessmark_archive::Archive;
use witnessmark_model::entry::{Disputed, TestOutcome, Tested};
use witnessmark_model::{ClaimRef, Digest, EntryRef, ItemId, MemberKey, RowRef};
use witnessmark_weigh::positions::{Proposition, Testable, Tests};

use crate::case::{Case, IncidentId};
use crate::decide::{draft, grouped, one};
use crate::error::{Error, Result};
use crate::inquire::{known, one_subject, written};

/// What holding a proposition to the evidence came to.
#[derive(Debug, Clone)]
pub struct Held<'a> {
    /// The claim that makes it.
    pub claim: ClaimRef,
    /// Which of its propositions.
    pub kind: Testable,
    /// What came of it.
    pub outcome: TestOutcome,
    /// Claims that this rests on.
    pub relies_on: Vec<ClaimRef>,
    /// What was on the screen.
    pub shown: Option<Digest>,
    /// Why.
    pub reason: &'a str,
}

/// The propositions of an incident: of denials, then of accusations, each with who makes it.
pub fn of_incident(case: &Case, incident: EntryRef) -> Vec<(&str, &Proposition)> {
    let Some(found) = case.incidents.iter().find(|i| i.id == IncidentId::Grouped(incident)) else { return Vec::new() };
    let of_positions =
        found.weighed.positions.iter().flat_map(|p| p.propositions.iter().map(|x| (p.speaker.as_str(), x)));
    let of_accusers =
        found.weighed.accusations.iter().flat_map(|a| a.propositions.iter().map(|x| (a.speaker.as_str(), x)));
    of_positions.chain(of_accusers).collect()
}

/// Records what holding a proposition to the evidence came to. That it is contradicted has to rest on something at hand.
pub fn test(
    archive: &mut Archive,
    member: MemberKey,
    case: &Case,
    incident: EntryRef,
    held: &Held<'_>,
) -> Result<EntryRef> {
    grouped(archive, incident)?;
    let makes = |p: &Proposition| p.claim == held.claim && p.kind == held.kind;
    if !of_incident(case, incident).iter().any(|(_, p)| makes(p)) {
        return Err(Error::refused(
            format!("test {} of claim {}", held.kind.as_str(), held.claim),
            "no denial or accusation of this incident makes that proposition; `witnessmark replies ARCHIVE INCIDENT` lists them",
        ));
    }
    if held.outcome != TestOutcome::Unsupported && held.relies_on.is_empty() {
        return Err(Error::refused(
            format!("record that {} of claim {} is {}", held.kind.as_str(), held.claim, held.outcome),
            "name the claims that it was held to",
        ));
    }
    known(archive, &held.relies_on)?;
    let mut about = held.relies_on.clone();
    about.push(held.claim);
    let subject = one_subject(archive, &about, &[])?;
    let world = archive.world();
    let same = |t: &Tested| world.resolved(t.claim) == held.claim && t.proposition == held.kind.as_str();
    let supersedes = world.tests(incident).filter(|(e, t)| e.signer == member && same(t)).map(|(e, _)| e.at).collect();
    let tested = Tested {
        incident,
        claim: held.claim,
        proposition: held.kind.as_str().into(),
        outcome: held.outcome,
        relies_on: held.relies_on.clone(),
        subject,
        shown: held.shown,
        reason: written("why", held.reason)?.into(),
        supersedes,
    };
    one(archive, member, draft(tested, subject))
}

/// What members found, as weighing takes it.
pub(crate) fn tests(archive: &Archive, incident: EntryRef) -> Tests {
    let mut tests = Tests::new();
    for (entry, tested) in archive.world().tests(incident) {
        if let Some(kind) = Testable::parse(&tested.proposition) {
            let claim = archive.world().resolved(tested.claim);
            tests.entry((claim, kind)).or_default().push((entry.at, tested.outcome));
        }
    }
    tests
}

/// Disputes an edge of the graph of origins, as its ends and kind are spelt. Taking the entry back puts the edge in again.
pub fn dispute(
    archive: &mut Archive,
    member: MemberKey,
    incident: Option<EntryRef>,
    edge: (&str, &str, &str),
    reason: &str,
) -> Result<EntryRef> {
    let (from, to, kind) = edge;
    let known = crate::case::edge_kinds().any(|k| k == kind);
    if !known || !is_node(from) || !is_node(to) {
        return Err(Error::refused(
            format!("dispute the edge {kind} from {from} to {to}"),
            "`witnessmark edges ARCHIVE INCIDENT` lists edges as they are spelt",
        ));
    }
    let is_same =
        |d: &Disputed| d.from.get().is_some_and(|f| f == from) && d.to.get().is_some_and(|t| t == to) && d.edge == kind;
    if archive.world().disputes().any(|(_, d)| is_same(d)) {
        return Err(Error::refused(format!("dispute the edge {kind} from {from} to {to}"), "it is disputed already"));
    }
    let items: Vec<ItemId> = [from, to].iter().filter_map(|n| n.strip_prefix("item:")?.parse().ok()).collect();
    let subject = one_subject(archive, &[], &items)?;
    let disputed = Disputed {
        from: from.to_owned().into(),
        to: to.to_owned().into(),
        edge: kind.to_owned(),
        incident,
        subject,
        reason: written("why it is disputed", reason)?.into(),
        supersedes: Vec::new(),
    };
    one(archive, member, draft(disputed, subject))
}

/// Longest spelling of a node.
const LONGEST_NODE: usize = 2_000;

fn is_node(text: &str) -> bool {
    let kinds = ["item:", "voice:", "unnamed:", "cited:"];
    text.len() <= LONGEST_NODE && kinds.iter().any(|kind| text.len() > kind.len() && text.starts_with(kind))
}

/// A row or an entry, as people type it.
pub fn claim_of(text: &str) -> Option<ClaimRef> {
    text.parse::<RowRef>().map(ClaimRef::Row).or_else(|_| text.parse::<EntryRef>().map(ClaimRef::Entry)).ok()
}
