//! What people do with proposals, one command each.

use serde_json::Value;
use witnessmark_archive::Archive;
use witnessmark_desk::case::{self, IncidentId};
use witnessmark_desk::decide as desk;
use witnessmark_desk::examine::{self, Found, Located};
use witnessmark_desk::facts::{Item, gather_only};
use witnessmark_model::WireError;
use witnessmark_model::vocabulary::{Level, Standard};
use witnessmark_model::{ClaimRef, EntryRef, ItemId, RowRef};

use crate::Answer;
use crate::args;
use crate::list::in_a_line;
use crate::outside::open;
use crate::terminal::{Failure, note, out};

/// An item by its id or the beginning of it.
pub fn item(archive: &Archive, text: &str) -> Result<ItemId, Failure> {
    if let Ok(item) = text.parse() {
        return Ok(item);
    }
    let found: Vec<ItemId> =
        archive.world().items().filter(|i| text.len() >= 4 && i.to_string().starts_with(text)).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::new(format!("find item {text:?}"), Some("`witnessmark items ARCHIVE` lists them".into()))),
        _ => Err(Failure::new(format!("find item {text:?}: several begin so"), Some("type more digits".into()))),
    }
}

/// An entry by LOG/INDEX, or by its index in the archive's own log.
pub fn entry(archive: &Archive, text: &str) -> Result<EntryRef, Failure> {
    if let Ok(index) = text.parse::<u64>() {
        return Ok(archive.at(index));
    }
    text.parse()
        .map_err(|_| Failure::new(format!("find entry {text:?}"), Some("an entry is LOG/INDEX, or INDEX alone".into())))
}

fn row(archive: &Archive, text: &str) -> Result<RowRef, Failure> {
    match text.parse() {
        Ok(row) => Ok(row),
        Err(_) => Ok(archive.find_row(text)?),
    }
}

pub fn claim_ref(archive: &Archive, text: &str) -> Result<ClaimRef, Failure> {
    if text.contains('#') { Ok(ClaimRef::Row(row(archive, text)?)) } else { Ok(ClaimRef::Entry(entry(archive, text)?)) }
}

pub fn done(what: &str, at: EntryRef) -> bool {
    out(format_args!("{what}: entry {}", at.index));
    true
}

/// Shows a proposal, as `proposals` lists it; what is then decided records that this was on screen.
fn show(archive: &Archive, row: RowRef) -> Result<String, Failure> {
    let body = archive.row(row)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    // By the label of the item, which is a pseudonym where it is an account: a file's name can hold the witness's.
    let items = gather_only(archive, text("item").parse::<ItemId>().ok())?;
    let label = items.values().map(Item::label).next().unwrap_or_default();
    let line = in_a_line(
        row,
        text("kind"),
        body.get("score").and_then(Value::as_f64),
        &text("quote").replace('\n', " "),
        &label,
    );
    out(&line);
    Ok(line)
}

pub fn accept(a: args::Decide) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let bulk = a.proposals.len() > 1;
    if bulk {
        note("several at once: they stay “not assessed” until each is looked at by itself");
    }
    for proposal in &a.proposals {
        let row = row(&archive, proposal)?;
        let seen = show(&archive, row)?;
        let at = desk::accept(&mut archive, member, row, Some(seen.as_bytes()), bulk, a.reason.clone())?;
        done("accepted", at);
    }
    Ok(true)
}

pub fn reject(a: args::Decide) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    for proposal in &a.proposals {
        let row = row(&archive, proposal)?;
        let at = desk::reject(&mut archive, member, row, a.reason.clone())?;
        done("turned down", at);
    }
    Ok(true)
}

fn pairs(set: &[String]) -> Result<Vec<(String, String)>, Failure> {
    set.iter()
        .map(|pair| match pair.split_once('=') {
            Some((field, value)) => Ok((field.trim().to_owned(), value.to_owned())),
            None => Err(Failure::new(format!("read --set {pair:?}"), Some("write FIELD=VALUE".into()))),
        })
        .collect()
}

pub fn correct(a: args::Correct) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let row = row(&archive, &a.proposal)?;
    let seen = show(&archive, row)?;
    let at = desk::correct(&mut archive, member, row, &pairs(&a.set)?, Some(seen.as_bytes()), a.reason)?;
    Ok(done("accepted with changes", at))
}

pub fn claim(a: args::Claim) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let mut claim = witnessmark_model::Claim::about(item(&archive, &a.item)?);
    for (field, value) in pairs(&a.set)? {
        desk::change(&archive, &mut claim, &field, &value)?;
    }
    let at =
        desk::state(&mut archive, member, None, claim, witnessmark_model::entry::Decision::Accepted, None, a.reason)?;
    Ok(done("stated", at))
}

pub fn group(a: args::Group) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let claims = a.claims.iter().map(|c| claim_ref(&archive, c)).collect::<Result<Vec<_>, _>>()?;
    let incident = a.incident.map(|i| entry(&archive, &i)).transpose()?;
    let at = desk::group(&mut archive, member, claims, incident, a.label, a.reason)?;
    Ok(done("grouped", at))
}

pub fn ungroup(a: args::Undo) -> Answer {
    undo(a)
}

pub fn undo(a: args::Undo) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let target = entry(&archive, &a.entry)?;
    let at = desk::undo(&mut archive, member, target, &a.reason)?;
    Ok(done("taken back", at))
}

/// An incident that people grouped, by its id, index or the beginning of it.
pub fn incident(case: &case::Case, text: &str) -> Result<EntryRef, Failure> {
    match case.incident(text).map(|i| i.id) {
        Some(IncidentId::Grouped(incident)) => Ok(incident),
        _ => Err(Failure::new(
            format!("find incident {text:?} among those that people grouped"),
            Some("accept the proposal first; `witnessmark incidents ARCHIVE` lists them".into()),
        )),
    }
}

pub fn assess(a: args::Assess) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let case = case::case(&archive)?;
    let incident = incident(&case, &a.incident)?;
    let assessment = desk::Assessment {
        element: read(&a.element)?,
        level: Level::from_number(a.level)
            .ok_or_else(|| Failure::new(format!("assess at level {}", a.level), Some("levels are 0 to 4".into())))?,
        standard: a.standard.map(|s| read::<Standard>(&s)).transpose()?,
        reason: a.reason,
        dissent: a.dissent,
        reviewers: Vec::new(),
        shown: None,
    };
    let at = desk::assess(&mut archive, member, &case, incident, assessment)?;
    Ok(done("assessed", at))
}

/// A word of a vocabulary.
pub fn read<T: std::str::FromStr<Err = WireError>>(text: &str) -> Result<T, Failure> {
    Ok(text.trim().parse().map_err(witnessmark_archive::Error::from)?)
}

pub fn locate(a: args::Locate) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let item = item(&archive, &a.item)?;
    let words = |list: &[String]| list.iter().map(|w| read(w)).collect::<Result<Vec<_>, _>>();
    let (place_basis, time_basis) = (words(&a.place_basis)?, words(&a.time_basis)?);
    let located = Located { place: &a.place, place_basis, time: &a.time, time_basis, reason: &a.reason };
    let at = examine::locate(&mut archive, member, item, &located)?;
    Ok(done("placed in space and time", at))
}

pub fn examine(a: args::Examine) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let case = case::case(&archive)?;
    let incident = incident(&case, &a.incident)?;
    let account = a.item.map(|i| item(&archive, &i)).transpose()?;
    let (element, finding) = (read(&a.element)?, read(&a.finding)?);
    let seen = examine::before(&case, incident, element);
    let found = Found { element, finding, item: account, shown: None, seen, reason: &a.reason };
    let at = examine::examine(&mut archive, member, incident, found)?;
    Ok(done("examined", at))
}

pub fn connect(a: args::Connect) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let case = case::case(&archive)?;
    let (from, to) = (incident(&case, &a.from)?, incident(&case, &a.to)?);
    let at = desk::connect(&mut archive, member, from, to, read(&a.relation)?, &a.reason)?;
    Ok(done("stated", at))
}

pub fn withdraw(a: args::OnItem) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let item = item(&archive, &a.item)?;
    let at = desk::withdraw(&mut archive, member, item, &a.reason)?;
    Ok(done("no longer relied on", at))
}

pub fn seal(a: args::Seal) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let item = item(&archive, &a.item)?;
    let at = desk::restrict(&mut archive, member, item, a.tier.into(), &a.reason)?;
    note("its bytes stay as they were stored: open material can be restricted or withdrawn, not erased");
    Ok(done("restricted", at))
}

pub fn erase(a: args::Erase) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let item = item(&archive, &a.item)?;
    let plan = archive.plan_erasure(item)?;
    out(plan.to_string().trim_end());
    if !a.apply {
        note("nothing was done; --apply does it");
        return Ok(true);
    }
    let at = archive.session(member)?.erase(&plan, &a.reason)?;
    Ok(done("erased", at))
}

pub fn dispatch(a: args::Dispatch) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let report = entry(&archive, &a.report)?;
    let at = desk::dispatch(&mut archive, member, report, &a.to, a.capacity, &a.kind, a.due)?;
    Ok(done("dispatched", at))
}
