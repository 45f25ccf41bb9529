//! Questions, rival explanations, searches, right of reply, propositions held to the evidence, and disputed edges: one command
//! each way. Listings print one line a thing, or one object a line with --json.

use std::path::PathBuf;

use serde_json::{Value, json};
use witnessmark_archive::Archive;
use witnessmark_desk::case::{Case, IncidentId, case, hangs_on};
use witnessmark_desk::inquire::{self, Argument, Asking, Looked, QuestionCase};
use witnessmark_desk::propositions::{self, Held};
use witnessmark_desk::reply::{self, Reply, ToParty};
use witnessmark_desk::weighing::Testable;
use witnessmark_model::entry::{Bearing, Outcome, QuestionForm, SearchOutcome, Searched, TestOutcome};
use witnessmark_model::vocabulary::Element;
use witnessmark_model::{ClaimRef, Entry, EntryRef, ItemId};

use crate::Answer;
use crate::args::As;
use crate::decide::{claim_ref, done, entry, incident, item, read};
use crate::list::object;
use crate::outside::{look, open};
use crate::terminal::{Failure, out};

/// `question ARCHIVE INCIDENT`
#[derive(clap::Args)]
pub struct Question {
    pub archive: PathBuf,
    pub incident: String,
    /// The question, or the other explanation.
    #[arg(long)]
    pub text: String,
    /// It is a rival explanation of what is reported.
    #[arg(long)]
    pub rival: bool,
    /// What would decide it.
    #[arg(long)]
    pub decides: Option<String>,
    /// Elements that it bears on: happened, place, time, target, civilian_status, weapon, who, harm
    #[arg(long, value_delimiter = ',')]
    pub element: Vec<String>,
    #[command(flatten)]
    pub by: As,
}

/// `argue ARCHIVE QUESTION`
#[derive(clap::Args)]
pub struct Argue {
    pub archive: PathBuf,
    /// The entry that raised the question.
    pub question: String,
    /// for, against, unknown
    #[arg(long)]
    pub bearing: String,
    /// Claims that it rests on.
    #[arg(long)]
    pub claim: Vec<String>,
    /// Items that it rests on.
    #[arg(long)]
    pub item: Vec<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

/// `settle ARCHIVE QUESTION`
#[derive(clap::Args)]
pub struct Settle {
    pub archive: PathBuf,
    /// The entry that raised the question.
    pub question: String,
    /// answered, ruled_out, stands, cannot_be_told
    #[arg(long)]
    pub outcome: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

/// `searched ARCHIVE`
#[derive(clap::Args)]
pub struct SearchMade {
    pub archive: PathBuf,
    #[arg(long)]
    pub incident: Option<String>,
    /// The question that it was for, by the entry that raised it.
    #[arg(long)]
    pub question: Option<String>,
    /// Where was looked.
    #[arg(long = "where", value_name = "PLACE")]
    pub place: String,
    /// For what; can be said several times.
    #[arg(long = "for", value_name = "WORDS", required = true)]
    pub terms: Vec<String>,
    /// 2031-04-12, or 2031-04-10/2031-04-12
    #[arg(long)]
    pub when: String,
    /// found, partly, not_found, not_reached
    #[arg(long)]
    pub outcome: String,
    /// What was found.
    #[arg(long)]
    pub item: Vec<String>,
    /// Who looked, where it was not the signer.
    #[arg(long)]
    pub looked_by: Option<String>,
    #[arg(long)]
    pub note: Option<String>,
    #[command(flatten)]
    pub by: As,
}

/// `test ARCHIVE INCIDENT CLAIM`
#[derive(clap::Args)]
pub struct Test {
    pub archive: PathBuf,
    pub incident: String,
    /// The claim that makes the proposition.
    pub claim: String,
    /// nothing_happened, not_theirs, somebody_else, target_military, other_harm, accused_did_it, done_with
    #[arg(long)]
    pub proposition: String,
    /// consistent, contradicted, unsupported
    #[arg(long)]
    pub outcome: String,
    /// Claims that it was held to.
    #[arg(long = "relies-on", value_name = "CLAIM")]
    pub relies_on: Vec<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

/// `dispute ARCHIVE INCIDENT`
#[derive(clap::Args)]
pub struct Dispute {
    pub archive: PathBuf,
    pub incident: String,
    /// One end of the edge, as `edges` spells it.
    #[arg(long)]
    pub from: String,
    /// The other.
    #[arg(long)]
    pub to: String,
    /// Its kind.
    #[arg(long)]
    pub edge: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

/// What `questions`, `searches`, `replies` and `edges` are told: an archive, and an incident or none.
#[derive(clap::Args)]
pub struct OfIncidents {
    pub archive: PathBuf,
    /// Only of this incident.
    pub incident: Option<String>,
    #[arg(long)]
    pub json: bool,
}

/// `edges ARCHIVE INCIDENT`
#[derive(clap::Args)]
pub struct Edges {
    pub archive: PathBuf,
    pub incident: String,
    #[arg(long)]
    pub json: bool,
}

fn elements(words: &[String]) -> Result<Vec<Element>, Failure> {
    words.iter().map(|word| read::<Element>(word)).collect()
}

fn claims(archive: &Archive, list: &[String]) -> Result<Vec<ClaimRef>, Failure> {
    list.iter().map(|text| claim_ref(archive, text)).collect()
}

fn items(archive: &Archive, list: &[String]) -> Result<Vec<ItemId>, Failure> {
    list.iter().map(|text| item(archive, text)).collect()
}

/// Raises one.
pub fn question(a: Question) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let at = incident(&case(&archive)?, &a.incident)?;
    let form = if a.rival { QuestionForm::Rival } else { QuestionForm::Open };
    let asking = Asking { form, elements: elements(&a.element)?, text: &a.text, decides: a.decides.as_deref() };
    Ok(done("recorded", inquire::question(&mut archive, member, at, &asking)?))
}

/// Says what bears on one.
pub fn argue(a: Argue) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let question = entry(&archive, &a.question)?;
    let (claims, items) = (claims(&archive, &a.claim)?, items(&archive, &a.item)?);
    let argument = Argument { bearing: read::<Bearing>(&a.bearing)?, claims, items, reason: &a.reason };
    Ok(done("recorded", inquire::argue(&mut archive, member, question, &argument)?))
}

/// Settles one.
pub fn settle(a: Settle) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let question = entry(&archive, &a.question)?;
    let outcome: Outcome = read(&a.outcome)?;
    Ok(done("settled", inquire::settle(&mut archive, member, question, outcome, None, &a.reason)?))
}

/// Records a search.
pub fn searched(a: SearchMade) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let at = match &a.incident {
        Some(text) => Some(incident(&case(&archive)?, text)?),
        None => None,
    };
    let question = a.question.as_ref().map(|text| entry(&archive, text)).transpose()?;
    let looked = Looked {
        incident: at,
        question,
        place: &a.place,
        terms: a.terms.clone(),
        when: &a.when,
        by: a.looked_by.as_deref(),
        outcome: read::<SearchOutcome>(&a.outcome)?,
        items: items(&archive, &a.item)?,
        note: a.note.as_deref(),
    };
    Ok(done("recorded", inquire::search(&mut archive, member, &looked)?))
}

/// Holds a proposition to the evidence.
pub fn test(a: Test) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let everything = case(&archive)?;
    let at = incident(&everything, &a.incident)?;
    let kind = Testable::parse(&a.proposition).ok_or_else(|| {
        let known: Vec<&str> = Testable::ALL.iter().map(|k| k.as_str()).collect();
        Failure::new(format!("find the proposition {:?}", a.proposition), Some(format!("one of {}", known.join(", "))))
    })?;
    let held = Held {
        claim: claim_ref(&archive, &a.claim)?,
        kind,
        outcome: read::<TestOutcome>(&a.outcome)?,
        relies_on: claims(&archive, &a.relies_on)?,
        shown: None,
        reason: &a.reason,
    };
    Ok(done("recorded", propositions::test(&mut archive, member, &everything, at, &held)?))
}

/// Disputes an edge.
pub fn dispute(a: Dispute) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let at = incident(&case(&archive)?, &a.incident)?;
    let edge = (a.from.as_str(), a.to.as_str(), a.edge.as_str());
    Ok(done("disputed", propositions::dispute(&mut archive, member, Some(at), edge, &a.reason)?))
}

/// Incidents that people grouped: all, or the one named.
fn wanted(case: &Case, named: Option<&str>) -> Result<Vec<(EntryRef, String)>, Failure> {
    let named = named.map(|text| incident(case, text)).transpose()?;
    let grouped = case.incidents.iter().filter_map(|i| match i.id {
        IncidentId::Grouped(at) if named.is_none_or(|only| only == at) => Some((at, i.name("en"))),
        _ => None,
    });
    Ok(grouped.collect())
}

fn question_json(at: EntryRef, q: &QuestionCase<'_>) -> Value {
    let argument = |(by, argued): &(&Entry, &witnessmark_model::entry::Argued)| {
        json!({
            "entry": by.at.to_string(), "bearing": argued.bearing.as_str(), "reason": argued.reason.get(),
            "claims": argued.claims.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "items": argued.items.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    };
    let settled = |(by, s): &(&Entry, &witnessmark_model::entry::Settled)| json!({ "entry": by.at.to_string(), "outcome": s.outcome.as_str(), "reason": s.reason.get() });
    object(json!({
        "entry": q.entry.at.to_string(), "incident": at.to_string(), "form": q.question.form.as_str(),
        "text": q.question.text.get(), "decides": q.question.decides.get().cloned().flatten(),
        "elements": q.question.elements.iter().map(|e| e.as_str()).collect::<Vec<_>>(), "standing": q.standing().as_str(),
        "arguments": q.arguments.iter().map(argument).collect::<Vec<_>>(),
        "settled": q.settled.iter().map(settled).collect::<Vec<_>>(),
        "searches": q.searches.iter().map(|(by, _)| by.at.to_string()).collect::<Vec<_>>(),
    }))
}

/// Lists questions and rival explanations.
pub fn questions(a: OfIncidents) -> Answer {
    let archive = look(&a.archive)?;
    for (at, name) in wanted(&case(&archive)?, a.incident.as_deref())? {
        for q in inquire::questions(&archive, at) {
            if a.json {
                out(question_json(at, &q));
                continue;
            }
            let text = q.question.text.get().map_or("[sealed]", String::as_str);
            let counts = format!("{} for, {} against", q.count(Bearing::For), q.count(Bearing::Against));
            let form = q.question.form.labels().0;
            out(format_args!("{:<6} {form}: {text} — {} ({counts}; {name})", q.entry.at.index, q.standing().words().0));
        }
    }
    Ok(true)
}

fn search_json(by: &Entry, s: &Searched) -> Value {
    object(json!({
        "entry": by.at.to_string(), "incident": s.incident.map(|i| i.to_string()),
        "question": s.question.map(|q| q.to_string()), "where": s.place.get(), "terms": s.terms.get(),
        "first_day": s.first_day, "last_day": s.last_day, "looked_by": s.by.get().cloned().flatten(),
        "outcome": s.outcome.as_str(), "items": s.items.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "note": s.note.get().cloned().flatten(),
    }))
}

/// Lists searches, those about no one incident first.
pub fn searches(a: OfIncidents) -> Answer {
    let archive = look(&a.archive)?;
    let mut list: Vec<(&Entry, &Searched)> = match a.incident {
        None => archive.world().general_searches().collect(),
        Some(_) => Vec::new(),
    };
    for (at, _) in wanted(&case(&archive)?, a.incident.as_deref())? {
        list.extend(archive.world().searches(at));
    }
    for (by, searched) in list {
        if a.json {
            out(search_json(by, searched));
            continue;
        }
        let place = searched.place.get().map_or("[sealed]", String::as_str);
        let terms = searched.terms.get().map(|t| t.join(", ")).unwrap_or_default();
        let (first, last) = (&searched.first_day, &searched.last_day);
        out(format_args!("{:<6} {first} – {last}  {place}: {terms} — {}", by.at.index, searched.outcome.labels().0));
    }
    Ok(true)
}

fn reply_json(at: EntryRef, r: &Reply<'_>) -> Value {
    let answer = |(by, a): &(EntryRef, &witnessmark_model::entry::Answered)| {
        object(json!({
            "entry": by.to_string(), "kind": a.kind, "received": a.received, "position": a.position.map(|p| p.as_str()),
            "item": a.item.map(|i| i.to_string()), "note": a.note.get().cloned().flatten(),
        }))
    };
    object(json!({
        "entry": r.entry.at.to_string(), "incident": at.to_string(), "party": r.asked.party.get(),
        "questions": r.asked.questions.get(), "channel": r.asked.channel.get().cloned().flatten(), "sent": r.asked.sent,
        "until": r.asked.until, "state": r.state.as_str(), "answers": r.answers.iter().map(answer).collect::<Vec<_>>(),
    }))
}

/// Lists who was asked for their side, and propositions that can be held to the evidence.
pub fn replies(a: OfIncidents) -> Answer {
    let archive = look(&a.archive)?;
    let everything = case(&archive)?;
    for (at, name) in wanted(&everything, a.incident.as_deref())? {
        for r in reply::replies(&archive, at) {
            if a.json {
                out(reply_json(at, &r));
                continue;
            }
            let party = r.asked.party.get().map_or("[sealed]", String::as_str);
            out(format_args!("{:<6} {party}: {} ({name})", r.entry.at.index, r.state.words(&r.asked.until).0));
        }
        for (speaker, p) in propositions::of_incident(&everything, at) {
            if a.json {
                let mut value = p.to_json("en");
                value["incident"] = at.to_string().into();
                value["speaker"] = speaker.into();
                out(value);
                continue;
            }
            let (kind, claim) = (p.kind.as_str(), p.claim);
            out(format_args!("       {speaker}: {kind} “{}” in claim {claim} — {}", p.quote, p.standing("en")));
        }
    }
    Ok(true)
}

/// Records that a party was asked.
pub fn ask(a: crate::args::AskParty) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let at = incident(&case(&archive)?, &a.incident)?;
    let to = ToParty {
        party: &a.party,
        questions: &a.questions,
        channel: a.channel.as_deref(),
        sent: a.sent.as_deref(),
        until: &a.until,
    };
    Ok(done("asked", reply::ask(&mut archive, member, at, &to)?))
}

/// Records what came back.
pub fn respond(a: crate::args::Respond) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let to = entry(&archive, &a.dispatch)?;
    let came = reply::CameBack {
        kind: &a.kind,
        item: a.item.as_ref().map(|i| item(&archive, i)).transpose()?,
        note: a.note.as_deref(),
        received: a.received.as_deref(),
        position: a.position.as_ref().map(|p| read(p)).transpose()?,
    };
    Ok(done("recorded", reply::respond(&mut archive, member, to, &came)?))
}

/// Lists the edges that an incident's lines hang on.
pub fn edges(a: Edges) -> Answer {
    let archive = look(&a.archive)?;
    let everything = case(&archive)?;
    let Some(id) = everything.incident(&a.incident).map(|i| i.id) else {
        return Err(Failure::new(
            format!("find incident {:?}", a.incident),
            Some("`witnessmark incidents ARCHIVE` lists them".into()),
        ));
    };
    for hang in hangs_on(&archive, &everything, id)? {
        if a.json {
            out(hang.to_json());
            continue;
        }
        let (from, to, kind) = hang.edge.spelt();
        let state = if hang.is_disputed { " [disputed, left out]" } else { "" };
        out(format_args!("{} {kind} {}{state}", hang.names.0, hang.names.1));
        out(format_args!("       --from {from:?} --to {to:?} --edge {kind}"));
        for c in &hang.changes {
            let (before, after) = (c.allowed.0.labels().0, c.allowed.1.labels().0);
            out(format_args!("       {}: lines {} → {}; {before} → {after}", c.element, c.lines.0, c.lines.1));
        }
    }
    Ok(true)
}
