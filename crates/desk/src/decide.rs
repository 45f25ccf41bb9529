//! What people do with proposals: accept, correct, turn down, group, assess, withdraw. Each is one signed entry that cites what
//! it decides on and what was on the screen; nothing is edited.

use serde_json::{Map, Value};
use witnessmark_archive::pack::sha256;
use witnessmark_archive::{Archive, Draft};
use witnessmark_model::claim::{Actor, Claim, Harm, Interval, Named, PREDICATES, Place};
use witnessmark_model::entry::{
    Assessed, Claimed, Connected, Decision, Declined, Dispatched, Grouped, IncidentRelation, Related, Relation, Sealed,
    Withdrawn,
};
use witnessmark_model::vocabulary::{ACTS, Element, Level, Standard, TARGETS, Term, Tier, WEAPONS};
use witnessmark_model::{ClaimRef, Digest, EntryRef, ItemId, MemberKey, RowRef, SubjectId, claim};

use crate::case::{Case, IncidentId, fate};
use crate::error::{Error, Result};

/// The claim that a row proposes.
pub fn proposed_claim(archive: &Archive, row: RowRef) -> Result<Claim> {
    let body = archive.row(row)?;
    let item = item_of(&body)?;
    let rows = archive.rows_of(item)?;
    let made = claim::of_document(item, rows.iter().map(|(at, row)| (*at, row)));
    made.into_iter().find(|(at, _)| *at == row).map(|(_, claim)| claim).ok_or_else(|| {
        Error::refused(
            format!("take row {} as a claim", row.short()),
            "it says something about the file, not about what happened",
        )
    })
}

fn item_of(body: &Map<String, Value>) -> Result<ItemId> {
    let item = body.get("item").and_then(Value::as_str).unwrap_or_default();
    Ok(item.parse::<ItemId>().map_err(witnessmark_archive::Error::from)?)
}

pub(crate) fn draft(body: impl Into<witnessmark_model::Body>, subject: Option<SubjectId>) -> Draft {
    match subject {
        Some(subject) => Draft::sealed(body, subject),
        None => Draft::open(body),
    }
}

fn undecided(archive: &Archive, row: RowRef) -> Result<()> {
    match fate(archive, row) {
        None => Ok(()),
        Some(word) => Err(Error::refused(
            format!("decide on row {}: it is {word} already", row.short()),
            "undo that entry first, or correct the claim",
        )),
    }
}

/// Accepts a proposal as it stands. `shown` is what was on the screen; `bulk` when many are accepted in one go, which stays
/// *not assessed*.
pub fn accept(
    archive: &mut Archive,
    member: MemberKey,
    row: RowRef,
    shown: Option<&[u8]>,
    bulk: bool,
    reason: Option<String>,
) -> Result<EntryRef> {
    undecided(archive, row)?;
    let body = archive.row(row)?;
    match body.get("kind").and_then(Value::as_str).unwrap_or_default() {
        kind if PREDICATES.contains(&kind) => {
            let claim = proposed_claim(archive, row)?;
            let decision = if bulk { Decision::Bulk } else { Decision::Accepted };
            state(archive, member, Some(row), claim, decision, shown, reason)
        }
        "incident" => {
            let members = crate::propose::members(archive, &body);
            group_with(archive, member, members, None, Some(row), None, reason)
        }
        "hint" => crate::same::take_hint(archive, member, &body, shown, reason),
        "picture_match" | "film_match" | "sound_match" | "reuse" => {
            relate_proposed(archive, member, row, &body, reason)
        }
        other => Err(Error::refused(
            format!("accept row {}", row.short()),
            format!("a row of kind {other} is a reading, not a proposal"),
        )),
    }
}

/// Accepts a proposal with changes, each `field=value`; see [`change`].
pub fn correct(
    archive: &mut Archive,
    member: MemberKey,
    row: RowRef,
    changes: &[(String, String)],
    shown: Option<&[u8]>,
    reason: Option<String>,
) -> Result<EntryRef> {
    undecided(archive, row)?;
    let mut claim = proposed_claim(archive, row)?;
    for (field, value) in changes {
        change(archive, &mut claim, field, value)?;
    }
    state(archive, member, Some(row), claim, Decision::Corrected, shown, reason)
}

/// Turns a proposal down.
pub fn reject(archive: &mut Archive, member: MemberKey, row: RowRef, reason: Option<String>) -> Result<EntryRef> {
    undecided(archive, row)?;
    let body = archive.row(row)?;
    let subject = archive.world().subject_of(item_of(&body)?);
    one(archive, member, draft(Declined { row, reason: reason.into() }, subject))
}

/// States a claim about an item in a person's name: what a picture shows, what an account says.
pub fn state(
    archive: &mut Archive,
    member: MemberKey,
    row: Option<RowRef>,
    claim: Claim,
    decision: Decision,
    shown: Option<&[u8]>,
    reason: Option<String>,
) -> Result<EntryRef> {
    let subject = archive.world().subject_of(claim.item);
    let claimed = Claimed {
        item: claim.item,
        row,
        claim: claim.to_value().into(),
        decision,
        subject,
        shown: shown.map(sha256),
        reason: reason.into(),
        supersedes: Vec::new(),
    };
    one(archive, member, draft(claimed, subject))
}

pub(crate) fn one(archive: &mut Archive, member: MemberKey, draft: Draft) -> Result<EntryRef> {
    Ok(archive.session(member)?.append(vec![draft])?[0])
}

/// Fields that [`change`] knows.
pub const FIELDS: &[&str] = &[
    "act",
    "target",
    "weapon",
    "actor",
    "place",
    "time",
    "scope",
    "polarity",
    "killed",
    "injured",
    "stated_by",
    "first_hand",
    "quote",
];

/// Sets one field of a claim from what a person typed: vocabulary terms by id, places by name (looked up), times as
/// `2031-04-12` or `2031-04-10/2031-04-12`, figures as `5` or `5-12`. An empty value clears the field.
pub fn change(archive: &Archive, claim: &mut Claim, field: &str, value: &str) -> Result<()> {
    let value = value.trim();
    let set = !value.is_empty();
    match field {
        "act" => claim.act = set.then(|| term(ACTS, value)).transpose()?,
        "target" => claim.targets = named(TARGETS, value)?,
        "weapon" => claim.weapons = named(WEAPONS, value)?,
        "actor" => {
            claim.actors = if set { vec![Actor { name: value.into(), kind: None, mode: None }] } else { Vec::new() };
        }
        "place" => claim.places = if set { vec![place(archive, value)?] } else { Vec::new() },
        "time" => claim.times = if set { vec![interval(value)?] } else { Vec::new() },
        "scope" => claim.scope = one_of("scope", value, &["one", "counted", "campaign"])?,
        "polarity" => claim.polarity = one_of("polarity", value, &["asserted", "denied", "hypothetical", "future"])?,
        "killed" | "injured" => {
            claim.harm.retain(|h| h.harm != field);
            if set {
                let (min, max) = figures(value)?;
                let (who, scope) = ("unknown".to_owned(), "strike".to_owned());
                claim.harm.push(Harm { harm: field.into(), min: Some(min), max: Some(max), who, scope });
            }
        }
        "stated_by" => claim.stated_by = set.then(|| value.to_owned()),
        "first_hand" => {
            claim.first_hand = if set { Some(one_of("first_hand", value, &["yes", "no"])? == "yes") } else { None }
        }
        "quote" => claim.quote = value.into(),
        _ => return Err(Error::refused(format!("set {field:?}"), format!("fields are {}", FIELDS.join(", ")))),
    }
    Ok(())
}

fn term(list: &[Term], value: &str) -> Result<String> {
    let known = list.iter().any(|t| t.id == value);
    let all = || list.iter().map(|t| t.id).collect::<Vec<_>>().join(", ");
    if known {
        Ok(value.into())
    } else {
        Err(Error::refused(format!("find the term {value:?}"), format!("terms are {}", all())))
    }
}

fn named(list: &[Term], value: &str) -> Result<Vec<Named>> {
    let parts = value.split(',').map(str::trim).filter(|v| !v.is_empty());
    parts
        .map(|v| {
            let (class, name) = v.split_once(':').unwrap_or((v, v));
            Ok(Named { class: term(list, class.trim())?, name: name.trim().into(), span: None, called_banned: false })
        })
        .collect()
}

pub(crate) fn place(archive: &Archive, name: &str) -> Result<Place> {
    let gazetteer = witnessmark_analyze::place::Gazetteer::with_places(crate::places::extra(archive)?);
    let best = gazetteer.resolve(name).into_iter().next();
    Ok(Place {
        name: name.into(),
        id: best.as_ref().map(|b| b.id.clone()),
        lat: best.as_ref().map(|b| b.lat),
        lon: best.as_ref().map(|b| b.lon),
        uncertainty_m: best.as_ref().map(|b| b.uncertainty_m),
        level: best.as_ref().map(|b| b.level.to_owned()),
        parent: best.and_then(|b| b.parent),
    })
}

pub(crate) fn interval(value: &str) -> Result<Interval> {
    let (earliest, latest) = value.split_once('/').unwrap_or((value, value));
    let read = Interval {
        earliest: Some(earliest.trim().into()),
        latest: Some(latest.trim().into()),
        granularity: None,
        basis: Some("stated".into()),
        words: Some(value.into()),
    };
    match read.days() {
        Some(_) => Ok(read),
        None => Err(Error::refused(
            format!("read the time {value:?}"),
            "write 2031-04-12, or 2031-04-10/2031-04-12, with times after a T",
        )),
    }
}

fn figures(value: &str) -> Result<(u64, u64)> {
    let (min, max) = value.split_once('-').unwrap_or((value, value));
    match (min.trim().parse(), max.trim().parse()) {
        (Ok(min), Ok(max)) if min <= max => Ok((min, max)),
        _ => Err(Error::refused(format!("read the figure {value:?}"), "write 5, or 5-12")),
    }
}

pub(crate) fn one_of(what: &str, value: &str, known: &[&str]) -> Result<String> {
    if known.contains(&value) {
        Ok(value.into())
    } else {
        Err(Error::refused(format!("set {what} to {value:?}"), format!("it is one of {}", known.join(", "))))
    }
}

/// Groups claims: into an incident, or into a new one.
pub fn group(
    archive: &mut Archive,
    member: MemberKey,
    claims: Vec<ClaimRef>,
    incident: Option<EntryRef>,
    label: Option<String>,
    reason: Option<String>,
) -> Result<EntryRef> {
    group_with(archive, member, claims, incident, None, label, reason)
}

fn group_with(
    archive: &mut Archive,
    member: MemberKey,
    members: Vec<ClaimRef>,
    incident: Option<EntryRef>,
    proposal: Option<RowRef>,
    label: Option<String>,
    reason: Option<String>,
) -> Result<EntryRef> {
    if members.is_empty() {
        return Err(Error::refused("group nothing", "name at least one claim"));
    }
    let grouped =
        Grouped { incident, label: label.into(), members, proposal, reason: reason.into(), supersedes: Vec::new() };
    one(archive, member, Draft::open(grouped))
}

/// States how two items stand to each other.
pub fn relate(
    archive: &mut Archive,
    member: MemberKey,
    from: ItemId,
    to: ItemId,
    relation: Relation,
    basis: &str,
) -> Result<EntryRef> {
    let subject = archive.world().subject_of(from).or(archive.world().subject_of(to));
    let related = Related { from, to, relation, basis: basis.to_owned().into(), supersedes: Vec::new() };
    one(archive, member, draft(related, subject))
}

/// States how two incidents that people grouped stand to each other.
pub fn connect(
    archive: &mut Archive,
    member: MemberKey,
    from: EntryRef,
    to: EntryRef,
    relation: IncidentRelation,
    basis: &str,
) -> Result<EntryRef> {
    if from == to {
        return Err(Error::refused(format!("connect incident {from} with itself"), "name two incidents"));
    }
    for end in [from, to] {
        grouped(archive, end)?;
    }
    let connected = Connected { from, to, relation, basis: basis.to_owned().into(), supersedes: Vec::new() };
    one(archive, member, Draft::open(connected))
}

/// Is it an incident that people grouped?
pub(crate) fn grouped(archive: &Archive, incident: EntryRef) -> Result<()> {
    match archive.world().incidents().iter().any(|i| i.id == incident) {
        true => Ok(()),
        false => Err(Error::refused(
            format!("find incident {incident}"),
            "only an incident that a person grouped can be spoken of: accept the proposal first",
        )),
    }
}

fn relate_proposed(
    archive: &mut Archive,
    member: MemberKey,
    row: RowRef,
    body: &Map<String, Value>,
    reason: Option<String>,
) -> Result<EntryRef> {
    let mut ids = Vec::new();
    for name in ["a", "b", "from", "to", "items"] {
        match body.get(name) {
            Some(Value::String(text)) => ids.extend(text.parse::<ItemId>().ok()),
            Some(Value::Array(list)) => {
                ids.extend(list.iter().filter_map(Value::as_str).filter_map(|t| t.parse::<ItemId>().ok()))
            }
            _ => {}
        }
    }
    let [from, to] = ids.as_slice() else {
        return Err(Error::refused(format!("take row {} as a relation", row.short()), "it does not name two items"));
    };
    let basis = reason.unwrap_or_else(|| format!("accepted proposal {row}"));
    // Two captures of one scene are two acts of perceiving that stood beside each other; anything else is one.
    // Who hears the same sound at the same time stands beside another who hears it.
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let apart = text("verdict") == Some("same_scene_separate_capture") || text("kind") == Some("sound_match");
    let relation = if apart { Relation::PresentTogether } else { Relation::SharesOrigin };
    relate(archive, member, *from, *to, relation, &basis)
}

/// What a person signs about one element.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Which element.
    pub element: Element,
    /// At which level.
    pub level: Level,
    /// A standard of proof, if one is stated.
    pub standard: Option<Standard>,
    /// Why.
    pub reason: String,
    /// Who disagrees, and why.
    pub dissent: Option<String>,
    /// Whom the author names as reviewers: each must have signed so themselves. All who did are recorded.
    pub reviewers: Vec<MemberKey>,
    /// What was on the screen.
    pub shown: Option<Digest>,
}

/// Signs a level for an element; at most what the policy allows today. Supersedes what the same member signed before.
pub fn assess(
    archive: &mut Archive,
    member: MemberKey,
    case: &Case,
    incident: EntryRef,
    what: Assessment,
) -> Result<EntryRef> {
    let found = case.incidents.iter().find(|i| i.id == IncidentId::Grouped(incident));
    let found = found.ok_or_else(|| {
        Error::refused(format!("assess incident {incident}"), "only what a person grouped can be assessed")
    })?;
    let weighed = found.weighed.elements.iter().find(|e| e.element == what.element);
    let reviewed = weighed.map(|e| e.reviewers()).unwrap_or_default();
    if let Some(unsigned) = what.reviewers.iter().find(|r| !reviewed.contains(r)) {
        return Err(Error::refused(
            format!("name {unsigned} as a reviewer of {}", what.element),
            "a reviewer signs for themselves, on the claims as they are now: `witnessmark examine ARCHIVE INCIDENT --element E --finding agrees`",
        ));
    }
    let reviewers: Vec<MemberKey> = reviewed.into_iter().filter(|r| *r != member).collect();
    let mut allowed = weighed.map_or(Level::NotAssessed, |e| e.allowed.level);
    if reviewers.len() < case.policy.reviewers_for_check_list {
        // Whoever signs is the author, and no author reviews their own work.
        allowed = allowed.min(Level::Corroborated);
    }
    if what.level > allowed {
        let needs = weighed.map(|e| e.allowed.missing.iter().map(|n| n.words("en")).collect::<Vec<_>>().join("; "));
        return Err(Error::refused(
            format!("assess {} as {}: the policy allows {}", what.element, what.level, allowed),
            format!("the next level needs: {}", needs.unwrap_or_default()),
        ));
    }
    let mine = found.assessed.get(&what.element).into_iter().flatten();
    let supersedes = mine
        .filter(|(at, _)| archive.world().entry(*at).is_some_and(|e| e.signer == member))
        .map(|(at, _)| *at)
        .collect();
    let assessed = Assessed {
        incident,
        element: what.element,
        level: what.level,
        standard: what.standard,
        contested: weighed.is_some_and(|e| e.contested.contested),
        policy: case.policy.version.clone(),
        policy_allows: Some(allowed),
        lines: weighed.map_or(0, |e| e.lines.lines.len() as u32),
        relies_on: weighed
            .map(|e| e.lines.lines.iter().flat_map(|l| l.claims.iter().copied()).collect())
            .unwrap_or_default(),
        reviewers,
        shown: what.shown,
        seen: weighed.map(|e| e.before.clone()).unwrap_or_default(),
        policy_entry: case.policy.entry,
        reason: what.reason.into(),
        dissent: what.dissent.into(),
        supersedes,
    };
    one(archive, member, Draft::open(assessed))
}

/// No longer relies on an item, or on everything that came under its subject's consent.
pub fn withdraw(archive: &mut Archive, member: MemberKey, item: ItemId, reason: &str) -> Result<EntryRef> {
    let subject = archive.world().subject_of(item);
    let withdrawn = Withdrawn { entry: None, item: Some(item), subject, reason: reason.to_owned().into() };
    one(archive, member, draft(withdrawn, subject))
}

/// Takes an entry back; taking back a withdrawal restores.
pub fn undo(archive: &mut Archive, member: MemberKey, entry: EntryRef, reason: &str) -> Result<EntryRef> {
    match archive.world().entry(entry).map(|e| &e.body) {
        None => return Err(Error::refused(format!("undo entry {entry}"), "there is no such entry")),
        Some(witnessmark_model::Body::Erased(_)) => {
            return Err(Error::refused(format!("undo entry {entry}"), "a destroyed key cannot be brought back"));
        }
        Some(witnessmark_model::Body::Held(_)) => {
            return Err(Error::refused(format!("undo entry {entry}"), "a hold ends by `release` alone"));
        }
        Some(
            witnessmark_model::Body::Collected(_)
            | witnessmark_model::Body::Observed(_)
            | witnessmark_model::Body::Keyed(_),
        ) => {
            return Err(Error::refused(
                format!("undo entry {entry}"),
                "nothing collected is ever taken out; `withdraw` says that it is no longer relied on",
            ));
        }
        Some(_) => {}
    }
    let withdrawn = Withdrawn { entry: Some(entry), item: None, subject: None, reason: reason.to_owned().into() };
    one(archive, member, Draft::open(withdrawn))
}

/// Keeps an open item from everyone below a tier from here on. What went out before is beyond reach.
pub fn restrict(archive: &mut Archive, member: MemberKey, item: ItemId, tier: Tier, reason: &str) -> Result<EntryRef> {
    one(archive, member, Draft::open(Sealed { item, tier, reason: reason.to_owned().into() }))
}

/// A report went out.
pub fn dispatch(
    archive: &mut Archive,
    member: MemberKey,
    report: EntryRef,
    recipient: &str,
    capacity: Option<String>,
    kind: &str,
    due: Option<String>,
) -> Result<EntryRef> {
    if !archive.world().issued().any(|(at, _)| at == report) {
        return Err(Error::refused(
            format!("dispatch {report}"),
            "it is no report; `witnessmark reports ARCHIVE` lists them",
        ));
    }
    let dispatched = Dispatched {
        report,
        recipient: recipient.to_owned().into(),
        capacity: capacity.into(),
        kind: kind.into(),
        due,
    };
    one(archive, member, Draft::open(dispatched))
}
