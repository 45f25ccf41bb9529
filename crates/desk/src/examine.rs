//! What people add to an incident beside claims: where and when an item is of, and what examining an element found. From these the policy's higher levels are reached; nothing here gives one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use witnessmark_archive::Archive;
use witnessmark_model::claim::{Interval, Place};
use witnessmark_model::entry::{Basis, Examined, Finding, Placed};
use witnessmark_model::vocabulary::Element;
use witnessmark_model::{ClaimRef, Digest, EntryRef, ItemId, MemberKey};
use witnessmark_weigh::level::Review;
use witnessmark_weigh::{ElementFacts, IncidentFacts, Placement};

use crate::case::{Case, IncidentId};
use crate::decide::{draft, grouped, interval, one, place};
use crate::error::{Error, Result};

/// Where and when an item is of, as a person found out.
#[derive(Debug, Clone)]
pub struct Located<'a> {
    /// Name of the place, looked up like any other.
    pub place: &'a str,
    /// On what that rests.
    pub place_basis: Vec<Basis>,
    /// `2031-04-12`, or `2031-04-12T06:40/2031-04-12T07:30`.
    pub time: &'a str,
    /// On what that rests.
    pub time_basis: Vec<Basis>,
    /// How it was found.
    pub reason: &'a str,
}

/// Signs where and when an item is of. What the same member signed of it before is superseded.
pub fn locate(archive: &mut Archive, member: MemberKey, item: ItemId, at: &Located<'_>) -> Result<EntryRef> {
    if at.place_basis.is_empty() || at.time_basis.is_empty() {
        return Err(Error::refused(
            format!("place item {} in space and time", item.short()),
            "say on what the place rests, and on what the time",
        ));
    }
    let subject = archive.world().subject_of(item);
    let placed = Placed {
        item,
        subject,
        place: json!(place(archive, at.place)?).into(),
        place_basis: at.place_basis.clone(),
        time: json!(interval(at.time)?).into(),
        time_basis: at.time_basis.clone(),
        reason: at.reason.to_owned().into(),
        supersedes: own(archive, member, archive.world().placements(item).map(|(at, _)| at)),
    };
    one(archive, member, draft(placed, subject))
}

/// What examining an element found.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// Which element.
    pub element: Element,
    /// What.
    pub finding: Finding,
    /// The account with the unpublished detail.
    pub item: Option<ItemId>,
    /// What was on the screen.
    pub shown: Option<Digest>,
    /// The claims for and against the element that there were: [`before`].
    pub seen: Vec<ClaimRef>,
    /// Why.
    pub reason: &'a str,
}

/// Signs what examining an element found. A detail that is not published is found in an account (`item`) and stays there: the
/// entry says that it is the same one, never what it is.
pub fn examine(archive: &mut Archive, member: MemberKey, incident: EntryRef, found: Found<'_>) -> Result<EntryRef> {
    let Found { element, finding, item, shown, seen, reason } = found;
    grouped(archive, incident)?;
    if (finding == Finding::UnpublishedDetail) != item.is_some() {
        return Err(Error::refused(
            format!("record {finding} of {element}"),
            "an unpublished detail is found in one account, which has to be named; the other findings name none",
        ));
    }
    if reason.trim().is_empty() {
        return Err(Error::refused(format!("record {finding} of {element}"), "say why"));
    }
    let subject = item.and_then(|item| archive.world().subject_of(item));
    let same = |e: &Examined| {
        let verdict = |f: Finding| matches!(f, Finding::Agrees | Finding::Disagrees);
        let kind = e.finding == finding || (verdict(e.finding) && verdict(finding));
        e.element == element && e.item == item && kind
    };
    let before = archive.world().examined(incident).filter(|(_, e)| same(e)).map(|(entry, _)| entry.at);
    let supersedes = own(archive, member, before);
    let reason = reason.to_owned().into();
    let examined = Examined { incident, element, finding, item, subject, shown, seen, reason, supersedes };
    one(archive, member, draft(examined, subject))
}

/// The claims for and against an element that somebody who examines it now has before them.
pub fn before(case: &Case, incident: EntryRef, element: Element) -> Vec<ClaimRef> {
    let found = case.incidents.iter().find(|i| i.id == IncidentId::Grouped(incident));
    let weighed = found.and_then(|i| i.weighed.elements.iter().find(|e| e.element == element));
    weighed.map(|e| e.before.clone()).unwrap_or_default()
}

/// Of these entries, those that this member signed.
fn own(archive: &Archive, member: MemberKey, entries: impl Iterator<Item = EntryRef>) -> Vec<EntryRef> {
    entries.filter(|at| archive.world().entry(*at).is_some_and(|e| e.signer == member)).collect()
}

/// What people did about an incident, as weighing takes it. `items`: those of its claims.
pub fn facts(archive: &Archive, incident: EntryRef, items: &BTreeSet<ItemId>, another_that_day: bool) -> IncidentFacts {
    let placed = placements(archive, items);
    let mut elements: BTreeMap<Element, ElementFacts> = BTreeMap::new();
    for element in Element::ALL {
        let mut of = ElementFacts { placed: placed.clone(), ..ElementFacts::default() };
        for (entry, found) in archive.world().examined(incident).filter(|(_, x)| x.element == *element) {
            if found.finding == Finding::UnpublishedDetail {
                of.unpublished_detail.extend(found.item);
                continue;
            }
            let seen: BTreeSet<ClaimRef> = found.seen.iter().map(|claim| archive.world().resolved(*claim)).collect();
            let seen = (!seen.is_empty()).then_some(seen);
            of.reviews.push(Review { entry: entry.at, by: entry.signer, finding: found.finding, seen });
        }
        elements.insert(*element, of);
    }
    let (asked, tests) = (crate::reply::asked(archive, incident), crate::propositions::tests(archive, incident));
    IncidentFacts { elements, asked, tests, another_that_day }
}

/// Items that a person placed in space and in time on more than what the file or its publisher says.
fn placements(archive: &Archive, items: &BTreeSet<ItemId>) -> BTreeMap<ItemId, Placement> {
    let mut placed = BTreeMap::new();
    for item in items {
        for (_, at) in archive.world().placements(*item) {
            let shows = |basis: &[Basis]| basis.iter().any(|b| b.shows());
            let read = (at.place.get(), at.time.get());
            let (Some(place), Some(time)) = read else { continue };
            let read =
                (serde_json::from_value::<Place>(place.clone()), serde_json::from_value::<Interval>(time.clone()));
            if let ((Ok(place), Ok(time)), true) = (read, shows(&at.place_basis) && shows(&at.time_basis)) {
                placed.insert(*item, Placement { place, time });
            }
        }
    }
    placed
}
