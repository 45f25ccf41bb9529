//! Legal check lists of an incident, held to the evidence point by point; who says what about the law; and which treaty was on
//! record as binding whom on its days.
//!
//! A point names who held it to what, and why; nothing adds points up, and no report says that a law was broken. A pattern never
//! supports a point of an incident: the incident is in the population that the pattern was counted over.

use jiff::civil::Date;
use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_model::claim::Interval;
use witnessmark_model::entry::{Adopted, Bearing, Body, Qualified, Rules};
use witnessmark_model::vocabulary::Standard;
use witnessmark_model::{ClaimRef, Digest, Entry, EntryRef, MemberKey};
use witnessmark_weigh::legal::treaties::{Stood, Table, Treaty};
use witnessmark_weigh::legal::{CheckList, LISTS, Point, list};

use crate::case::{Case, IncidentCase};
use crate::decide::{draft, grouped, one};
use crate::error::{Error, Result};
use crate::inquire::{known, one_subject, written};

/// Most parties of one incident that are held to treaties.
const MOST_PARTIES: usize = 40;

/// The table of treaties that the archive goes by: those that ship, and what was adopted last.
pub fn table(archive: &Archive) -> Result<Table> {
    let own = archive.config().log_id();
    let last = archive.world().adopted(own, Rules::Treaties).max_by_key(|(entry, _)| entry.at);
    let Some((entry, adopted)) = last else { return Ok(Table::default()) };
    Table::from_toml(&adopted.text).map_err(|e| {
        Error::refused(
            format!("read the table that entry {} adopted: {e}", entry.at),
            "a later version of witnessmark may have adopted it; `undo` that entry, or use that version",
        )
    })
}

/// Adopts a table of who was bound by what, word for word.
pub fn adopt_table(archive: &mut Archive, member: MemberKey, text: &str, reason: &str) -> Result<EntryRef> {
    let table =
        Table::from_toml(text).map_err(|e| Error::refused(e.to_string(), "docs/spec/legal.md has an example"))?;
    let own = archive.config().log_id();
    let supersedes: Vec<EntryRef> = archive.world().adopted(own, Rules::Treaties).map(|(e, _)| e.at).collect();
    let adopted = Adopted {
        rules: Rules::Treaties,
        name: table.version,
        digest: sha256(text.as_bytes()),
        text: text.to_owned(),
        reason: written("why it is adopted", reason)?.into(),
        supersedes,
    };
    one(archive, member, draft(adopted, None))
}

/// A point, held to the evidence.
#[derive(Debug, Clone)]
pub struct Holding<'a> {
    /// Which list, by id.
    pub list: &'a str,
    /// Which of its points.
    pub point: &'a str,
    /// Which way.
    pub bearing: Bearing,
    /// Claims that it rests on.
    pub claims: Vec<ClaimRef>,
    /// Searches that a “none” rests on.
    pub searches: Vec<EntryRef>,
    /// A standard of proof, if the member states one.
    pub standard: Option<Standard>,
    /// What was on the screen.
    pub shown: Option<Digest>,
    /// Why.
    pub reason: &'a str,
}

/// Records how a point stands to the evidence. What the same member said of it before is superseded.
pub fn qualify(
    archive: &mut Archive,
    member: MemberKey,
    case: &Case,
    incident: EntryRef,
    holding: &Holding<'_>,
) -> Result<EntryRef> {
    grouped(archive, incident)?;
    let known_list = list(holding.list);
    let Some((list, point)) = known_list.and_then(|list| Some((list, list.point(holding.point)?))) else {
        return Err(Error::refused(
            format!("find point {:?} of the list {:?}", holding.point, holding.list),
            "`witnessmark legal ARCHIVE lists` prints them",
        ));
    };
    let attempted = || format!("hold {} of {} to the evidence", point.id, list.id);
    if holding.bearing != Bearing::Unknown && holding.claims.is_empty() && holding.searches.is_empty() {
        return Err(Error::refused(attempted(), "name the claims or searches that it rests on; or say unknown"));
    }
    if holding.standard == Some(Standard::BeyondReasonableDoubt) {
        return Err(Error::refused(
            attempted(),
            "beyond reasonable doubt is only ever the record of a court's own finding",
        ));
    }
    known(archive, &holding.claims)?;
    if holding.claims.iter().any(|claim| case.claims.get(claim).is_some_and(|h| h.claim.predicate == "pattern")) {
        return Err(Error::refused(
            attempted(),
            "a pattern supports no point of an incident that it counts; name what was reported of this one",
        ));
    }
    let is_search = |at: &EntryRef| {
        let world = archive.world();
        world.is_current(*at) && matches!(world.entry(*at).map(|e| &e.body), Some(Body::Searched(_)))
    };
    if let Some(other) = holding.searches.iter().find(|at| !is_search(at)) {
        return Err(Error::refused(format!("find search {other}"), "`witnessmark searches ARCHIVE` lists them"));
    }
    let subject = one_subject(archive, &holding.claims, &[])?;
    let same = |q: &Qualified| q.qualification == list.cited() && q.point == point.id;
    let mine = archive.world().qualifications(incident).filter(|(e, q)| e.signer == member && same(q));
    let supersedes = mine.map(|(e, _)| e.at).collect();
    let qualified = Qualified {
        incident,
        qualification: list.cited(),
        point: point.id.into(),
        bearing: holding.bearing,
        claims: holding.claims.clone(),
        searches: holding.searches.clone(),
        standard: holding.standard,
        subject,
        shown: holding.shown,
        reason: written("why", holding.reason)?.into(),
        supersedes,
    };
    one(archive, member, draft(qualified, subject))
}

/// A list with what members held its points to.
pub struct ListCase<'a> {
    /// The list.
    pub list: &'static CheckList,
    /// Its points in order, each with what members said.
    pub points: Vec<(&'static Point, Vec<(&'a Entry, &'a Qualified)>)>,
}

impl ListCase<'_> {
    /// Did anybody hold a point of it to anything?
    pub fn is_begun(&self) -> bool {
        self.points.iter().any(|(_, said)| !said.is_empty())
    }
}

/// All lists, as they stand for an incident.
pub fn lists(archive: &Archive, incident: EntryRef) -> Vec<ListCase<'_>> {
    let said: Vec<(&Entry, &Qualified)> = archive.world().qualifications(incident).collect();
    let of = |list: &'static CheckList| {
        let point = |point: &'static Point| {
            let mine = said.iter().filter(|(_, q)| q.qualification == list.cited() && q.point == point.id);
            (point, mine.copied().collect())
        };
        ListCase { list, points: list.points.iter().map(point).collect() }
    };
    LISTS.iter().map(of).collect()
}

/// The first and last day that any claim of an incident gives for it.
pub fn days(case: &Case, incident: &IncidentCase) -> Option<(Date, Date)> {
    let claims = incident.members.iter().filter_map(|key| case.claims.get(key));
    let days: Vec<(Date, Date)> = claims.flat_map(|h| &h.claim.times).filter_map(Interval::days).collect();
    Some((days.iter().map(|d| d.0).min()?, days.iter().map(|d| d.1).max()?))
}

/// One party and one treaty over the days of an incident.
pub struct PartyTreaty<'a> {
    /// The party, as an accuser names it.
    pub party: String,
    /// The treaty.
    pub treaty: &'a Treaty,
    /// How it stood.
    pub stood: Stood,
}

/// How those who are accused in an incident stood to treaties about the weapons that are said to have been used, and to those
/// about the conduct of hostilities as such. Nothing where no day is claimed.
pub fn bound<'a>(case: &Case, incident: &IncidentCase, table: &'a Table) -> Vec<PartyTreaty<'a>> {
    let Some((first, last)) = days(case, incident) else { return Vec::new() };
    let claims = incident.members.iter().filter_map(|key| case.claims.get(key));
    let weapons: std::collections::BTreeSet<String> =
        claims.flat_map(|h| &h.claim.weapons).map(|w| w.class.clone()).filter(|class| class != "unknown").collect();
    let weapons: Vec<String> = weapons.into_iter().collect();
    let mut parties: Vec<&str> = incident.weighed.accusations.iter().map(|a| a.accused.as_str()).collect();
    parties.sort_unstable_by_key(|name| witnessmark_weigh::origin::voice_key(name));
    parties.dedup_by_key(|name| witnessmark_weigh::origin::voice_key(name));
    let treaties: Vec<&Treaty> = table.about(&weapons);
    let of = |party: &str| -> Vec<PartyTreaty<'a>> {
        let one = |treaty: &&'a Treaty| PartyTreaty {
            party: party.to_owned(),
            treaty,
            stood: table.stood(party, &treaty.id, first, last),
        };
        treaties.iter().map(one).collect()
    };
    parties.into_iter().take(MOST_PARTIES).flat_map(of).collect()
}

/// Weapons that somebody calls banned: the class, and the claim.
pub fn called_banned(case: &Case, incident: &IncidentCase) -> Vec<(String, ClaimRef)> {
    let claims = incident.members.iter().filter_map(|key| case.claims.get(key));
    let banned =
        claims.flat_map(|h| h.claim.weapons.iter().filter(|w| w.called_banned).map(|w| (w.class.clone(), h.key)));
    banned.collect()
}
