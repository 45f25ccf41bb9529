//! Listings and looks: one line a thing for people, one object a line with --json.

use serde_json::{Map, Value, json};
use witnessmark_archive::Archive;
use witnessmark_desk::Held;
use witnessmark_desk::case::{Case, IncidentCase, IncidentId, case};
use witnessmark_desk::facts::{Item, gather};
use witnessmark_model::RowRef;
use witnessmark_model::vocabulary::Element;

use crate::Answer;
use crate::args::{self, Listing};
use crate::decide::{entry, item};
use crate::outside::look;
use crate::terminal::{Failure, note, out};

fn passes(a: &Listing, kind: &str, text: &str) -> bool {
    a.kind.as_deref().is_none_or(|k| k == kind)
        && a.containing.as_deref().is_none_or(|w| text.to_lowercase().contains(&w.to_lowercase()))
}

/// An object without the fields that are not stated.
pub fn object(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, object(v))).collect(),
        Value::Array(list) => list.into_iter().map(object).collect(),
        other => other,
    }
}

fn item_json(item: &Item) -> Value {
    object(json!({
        "item": item.id.to_string(), "names": item.names, "withheld": item.withheld, "size": item.size, "media_type": item.media_type,
        "kind": item.kind.as_str(), "collected": item.collected, "source": item.source, "published": item.published(),
        "tier": item.tier.as_str(), "sealed": item.subject.is_some(), "withdrawn": item.withdrawn.map(|at| at.to_string()),
        "pdq_quality": item.hash.as_ref().map(|(_, hash)| hash.quality), "problems": item.problems.iter().map(|(_, what)| what).collect::<Vec<_>>(),
    }))
}

pub fn items(a: Listing) -> Answer {
    let archive = look(&a.archive)?;
    for item in gather(&archive)?.values().filter(|i| passes(&a, i.kind.as_str(), &i.label())) {
        if a.json {
            out(item_json(item));
        } else {
            let mark = if item.withdrawn.is_some() {
                "  [withdrawn]"
            } else if item.subject.is_some() {
                "  [sealed]"
            } else {
                ""
            };
            let problem = item.problems.first().map(|(_, what)| format!("  ! {what}")).unwrap_or_default();
            out(format_args!(
                "{} {:<8} {:>10} {}{mark}{problem}",
                item.id.short(),
                item.kind.as_str(),
                item.size,
                item.label()
            ));
        }
    }
    Ok(true)
}

fn claim_json(held: &Held) -> Value {
    let mut value = held.claim.to_value();
    value["id"] = Value::from(held.key.to_string());
    value["standing"] = Value::from(held.standing.as_str());
    value
}

fn claim_line(case: &Case, held: &Held) -> String {
    let short = match held.key {
        witnessmark_model::ClaimRef::Row(row) => row.short(),
        witnessmark_model::ClaimRef::Entry(at) => at.index.to_string(),
    };
    format!(
        "{short:<14} {:<10} {:<13} {}",
        held.standing.as_str(),
        held.claim.predicate,
        case.cite(held.key).replace('\n', " ")
    )
}

pub fn claims(a: Listing, statements: bool) -> Answer {
    let archive = look(&a.archive)?;
    let case = case(&archive)?;
    for held in case.claims.values() {
        if (statements && held.claim.predicate == "attack") || !passes(&a, &held.claim.predicate, &case.cite(held.key))
        {
            continue;
        }
        if a.json { out(claim_json(held)) } else { out(claim_line(&case, held)) }
    }
    Ok(true)
}

fn incident_json(incident: &IncidentCase) -> Value {
    let element = |element: &Element| {
        let weighed = incident.weighed.elements.iter().find(|e| e.element == *element)?;
        Some(json!({
            "element": element.as_str(), "level": incident.level(*element).as_str(), "allowed": weighed.allowed.level.as_str(),
            "if_accepted": weighed.allowed.if_accepted.as_str(), "independent_lines": weighed.lines.lines.len(),
            "contested": weighed.contested.contested, "lines": weighed.lines.to_json("en"),
            "values": weighed.values.iter().map(|(value, _)| value).collect::<Vec<_>>(),
        }))
    };
    object(json!({
        "incident": incident.id.to_string(), "grouped": matches!(incident.id, IncidentId::Grouped(_)),
        "name": incident.name("en"), "name_ar": incident.name("ar"),
        "claims": incident.members.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "elements": Element::ALL.iter().filter_map(element).collect::<Vec<_>>(),
    }))
}

/// The elements of an incident, one line.
pub fn elements_line(incident: &IncidentCase) -> String {
    let element = |e: &Element| {
        let weighed = incident.weighed.elements.iter().find(|w| w.element == *e)?;
        let lines = weighed.lines.lines.len();
        let contested = if weighed.contested.contested { ", contested" } else { "" };
        (lines > 0).then(|| {
            format!(
                "{}: {} ({lines} line{}{contested})",
                e.labels().0,
                incident.level(*e).labels().0,
                if lines == 1 { "" } else { "s" }
            )
        })
    };
    Element::ALL.iter().filter_map(element).collect::<Vec<_>>().join(" · ")
}

/// Incidents as they are listed: name, lines for people, line with --json.
fn listed(archive: &Archive) -> Result<Vec<[String; 3]>, Failure> {
    const NAME: &str = "incidents";
    let maker = crate::outside::maker();
    if let Some(kept) = archive.kept(NAME, &maker)?
        && let Ok(list) = serde_json::from_str(&kept)
    {
        return Ok(list);
    }
    let case = case(archive)?;
    let line = |i: &IncidentCase| {
        let mut line = [i.name("en"), incident_lines(i), incident_json(i).to_string()];
        line.iter_mut().for_each(String::shrink_to_fit);
        line
    };
    let list: Vec<[String; 3]> = case.incidents.iter().map(line).collect();
    // Of a hundred thousand incidents, what they are made of takes gigabytes.
    drop(case);
    archive.keep(NAME, &maker, &serde_json::to_string(&list).unwrap_or_default())?;
    Ok(list)
}

fn incident_lines(incident: &IncidentCase) -> String {
    let (id, proposed) = match incident.id {
        IncidentId::Grouped(at) => (at.index.to_string(), ""),
        IncidentId::Proposed(row) => (row.short(), " [proposed]"),
    };
    let head = format!("{id:<14} {}{proposed}, {} claims", incident.name("en"), incident.members.len());
    format!("{head}\n               {}", elements_line(incident))
}

pub fn incidents(a: Listing) -> Answer {
    let archive = look(&a.archive)?;
    for [_, lines, json] in listed(&archive)?.iter().filter(|[name, ..]| passes(&a, "incident", name)) {
        out(if a.json { json } else { lines });
    }
    Ok(true)
}

pub fn commitments(a: Listing) -> Answer {
    let archive = look(&a.archive)?;
    let case = case(&archive)?;
    for commitment in case.commitments.iter().filter(|c| passes(&a, &c.kind, &c.title)) {
        if a.json {
            let obligations: Vec<Value> = commitment.obligations.iter().map(|o| o.to_json("en")).collect();
            out(object(json!({
                "row": commitment.row.to_string(), "title": commitment.title, "kind": commitment.kind, "number": commitment.number,
                "adopted": commitment.adopted, "issuer": commitment.issuer, "obligations": obligations,
                "said": commitment.said.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })));
            continue;
        }
        out(format_args!(
            "{} ({}{})",
            commitment.title,
            commitment.kind,
            commitment.adopted.as_ref().map(|d| format!(", {d}")).unwrap_or_default()
        ));
        for o in &commitment.obligations {
            out(format_args!(
                "  § {} {} {}: {}",
                o.obligation.paragraph, o.obligation.duty_bearer, o.obligation.verb, o.obligation.text
            ));
            out(format_args!("      {}", o.verdict_words("en")));
        }
        for key in &commitment.said {
            out(format_args!("  said: {}", case.cite(*key)));
        }
    }
    Ok(true)
}

pub fn reports(a: Listing) -> Answer {
    let archive = look(&a.archive)?;
    for (at, issued) in archive.world().issued().filter(|(_, i)| passes(&a, &i.kind, &i.title)) {
        let time = archive.world().entry(at).map(|e| e.time.clone()).unwrap_or_default();
        if a.json {
            out(
                json!({ "entry": at.to_string(), "title": issued.title, "kind": issued.kind, "tier": issued.tier.as_str(), "time": time, "sentences": issued.sentences }),
            );
        } else {
            out(format_args!(
                "{:<6} {time} {:<8} {:<8} {} ({} sentences)",
                at.index, issued.kind, issued.tier, issued.title, issued.sentences
            ));
        }
    }
    Ok(true)
}

pub fn dispatches(a: Listing) -> Answer {
    let archive = look(&a.archive)?;
    for (at, dispatched) in archive.world().dispatched() {
        let recipient = dispatched.recipient.get().cloned().unwrap_or_else(|| "[sealed]".into());
        if !passes(&a, &dispatched.kind, &recipient) {
            continue;
        }
        let answers: Vec<(String, Option<String>)> =
            archive.world().answers(at).map(|(_, r)| (r.kind.clone(), r.note.get().cloned().flatten())).collect();
        if a.json {
            let answers: Vec<Value> =
                answers.iter().map(|(kind, note)| object(json!({ "kind": kind, "note": note }))).collect();
            out(object(json!({
                "entry": at.to_string(), "report": dispatched.report.to_string(), "to": recipient, "kind": dispatched.kind,
                "capacity": dispatched.capacity.get().cloned().flatten(), "due": dispatched.due, "answers": answers,
            })));
        } else {
            let due = dispatched.due.as_ref().map(|d| format!(", due {d}")).unwrap_or_default();
            let came = if answers.is_empty() {
                "no answer".to_owned()
            } else {
                answers.iter().map(|(k, _)| k.as_str()).collect::<Vec<_>>().join(", ")
            };
            out(format_args!("{:<6} {} to {recipient}{due}: {came}", at.index, dispatched.kind));
        }
    }
    Ok(true)
}

pub fn proposals(a: Listing) -> Answer {
    let archive = look(&a.archive)?;
    let case = case(&archive)?;
    for waiting in &case.waiting {
        let label = case.items.get(&waiting.item).map(Item::label).unwrap_or_default();
        let body = archive.row(waiting.row)?;
        let quote = body.get("quote").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
        if !passes(&a, waiting.kind, &format!("{quote} {label}")) {
            continue;
        }
        if a.json {
            out(
                json!({ "row": waiting.row.to_string(), "item": waiting.item.to_string(), "kind": waiting.kind, "body": body }),
            );
        } else {
            out(in_a_line(waiting.row, waiting.kind, waiting.score, &quote, &label));
        }
    }
    Ok(true)
}

/// A proposal in a line: what it is cited by, the machine's own confidence, its kind, and the words that it was read from.
pub fn in_a_line(row: RowRef, kind: &str, score: Option<f64>, quote: &str, label: &str) -> String {
    let score = score.map(|s| format!("{s:.2}")).unwrap_or_default();
    format!("{:<14} {score:>4} {kind:<13} “{quote}” — {label}", row.short())
}

pub fn show(a: args::Show) -> Answer {
    let archive = look(&a.archive)?;
    if a.id.contains('#') {
        let row = a.id.parse().or_else(|_| archive.find_row(&a.id))?;
        let body = archive.row(row)?;
        let said = Value::Object(body);
        out(if a.json { said.to_string() } else { serde_json::to_string_pretty(&said).unwrap_or_default() });
        return Ok(true);
    }
    if let Ok(at) = entry(&archive, &a.id) {
        return show_entry(&archive, at);
    }
    let id = item(&archive, &a.id)?;
    let items = gather(&archive)?;
    let Some(found) = items.get(&id) else { return Ok(false) };
    if a.json {
        out(item_json(found));
        return Ok(true);
    }
    out(serde_json::to_string_pretty(&item_json(found)).unwrap_or_default());
    for (row, body) in archive.rows_of(id)? {
        out(format_args!("{} {}", row.short(), Value::Object(body)));
    }
    Ok(true)
}

fn show_entry(archive: &Archive, at: witnessmark_model::EntryRef) -> Answer {
    let Some(found) = archive.world().entry(at) else {
        return Err(Failure::new(
            format!("find entry {at}"),
            Some(format!("the log has {} entries", archive.log().size())),
        ));
    };
    if witnessmark_desk::coding::is_withheld(archive, found) {
        note("what a coder answered is shown when all coders of the sample have finished");
        return Ok(false);
    }
    let fields: Map<String, Value> =
        found.body.to_fields().into_iter().map(|(name, value, _)| (name.to_owned(), value)).collect();
    let members = archive.world().members();
    let signer = members.get(&found.signer).map_or_else(|| found.signer.to_string(), |m| m.name.clone());
    let said = json!({
        "entry": at.to_string(), "kind": found.body.kind(), "time": found.time, "signer": signer,
        "current": archive.world().is_current(at), "fields": fields,
    });
    out(serde_json::to_string_pretty(&said).unwrap_or_default());
    Ok(true)
}

pub fn search(a: args::Search) -> Answer {
    let archive = look(&a.archive)?;
    let items = gather(&archive)?;
    let hits = archive.search(&a.words.join(" "), 50)?;
    for hit in &hits {
        let label = items.get(&hit.item).map(Item::label).unwrap_or_default();
        if a.json {
            out(json!({ "item": hit.item.to_string(), "title": hit.title, "name": label, "rank": hit.rank }));
        } else {
            out(format_args!("{} {label}  {}", hit.item.short(), hit.title));
        }
    }
    Ok(!hits.is_empty())
}
