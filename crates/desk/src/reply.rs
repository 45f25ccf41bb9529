//! Right of reply: what a party was asked about an incident, by which day, and what came back.
//!
//! A party that has not answered is *awaited* until the day is over, and after it there was *no answer by* that day: silence is
//! neither a denial nor an admission, and gives no level. What it answers is its position as a member reads it; the words are an
//! item of their own, from which claims are made like from any other.

use std::collections::BTreeMap;

use witnessmark_archive::Archive;
use witnessmark_model::entry::{Answered, Asked, Body};
use witnessmark_model::vocabulary::Position;
use witnessmark_model::{Entry, EntryRef, ItemId, MemberKey};
use witnessmark_weigh::positions::AskedParty;

use crate::decide::{draft, grouped, interval, one, one_of};
use crate::error::{Error, Result};
use crate::inquire::written;

/// What can come back, from a party or from whom a report was sent to.
pub const KINDS: &[&str] =
    &["none", "acknowledged", "requests_more", "accepts", "pledges", "acts", "disputes", "denies", "obstructs"];

/// Questions to a party.
#[derive(Debug, Clone, Copy)]
pub struct ToParty<'a> {
    /// Whom.
    pub party: &'a str,
    /// What.
    pub questions: &'a str,
    /// By which way: a letter, a spokesman's address.
    pub channel: Option<&'a str>,
    /// Day on which they went out.
    pub sent: Option<&'a str>,
    /// Day until when an answer is awaited.
    pub until: &'a str,
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub struct CameBack<'a> {
    /// One of [`KINDS`].
    pub kind: &'a str,
    /// The answer itself, as an item.
    pub item: Option<ItemId>,
    /// Anything else.
    pub note: Option<&'a str>,
    /// Day on which it came.
    pub received: Option<&'a str>,
    /// The position that an asked party took in it.
    pub position: Option<Position>,
}

fn day(what: &str, text: &str) -> Result<String> {
    match text.trim().parse::<jiff::civil::Date>() {
        Ok(day) => Ok(day.to_string()),
        Err(_) => Err(Error::refused(format!("read {what} {text:?}"), "write the day as 2031-04-12")),
    }
}

/// Records that a party was asked for its side, and until when an answer is awaited.
pub fn ask(archive: &mut Archive, member: MemberKey, incident: EntryRef, to: &ToParty<'_>) -> Result<EntryRef> {
    grouped(archive, incident)?;
    let until = interval(to.until)?.latest.unwrap_or_default();
    let sent = to.sent.map(|text| day("the day on which it was sent", text)).transpose()?;
    if sent.as_deref().is_some_and(|sent| until.get(..10).is_some_and(|until| until < sent)) {
        return Err(Error::refused("ask a party", "the day for an answer lies before the day of the questions"));
    }
    let asked = Asked {
        incident,
        party: written("whom was asked", to.party)?.into(),
        questions: written("the questions", to.questions)?.into(),
        channel: to.channel.map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).into(),
        sent,
        until,
        supersedes: Vec::new(),
    };
    one(archive, member, draft(asked, None))
}

/// What came back, from a recipient of a report or from a party that was asked.
pub fn respond(archive: &mut Archive, member: MemberKey, to: EntryRef, came: &CameBack<'_>) -> Result<EntryRef> {
    let kind = one_of("the kind of response", came.kind, KINDS)?;
    let world = archive.world();
    let asked = matches!(world.entry(to).map(|e| &e.body), Some(Body::Asked(_))) && world.is_current(to);
    if !asked && !world.dispatched().any(|(at, _)| at == to) {
        return Err(Error::refused(
            format!("respond to {to}"),
            "it is no dispatch and no question to a party; `witnessmark dispatches ARCHIVE` and `witnessmark replies ARCHIVE` list them",
        ));
    }
    let silent = matches!(came.position, Some(Position::NotAsked | Position::Awaited | Position::NoAnswer));
    if silent || (came.position.is_some() && (!asked || kind == "none")) {
        return Err(Error::refused(
            format!("record a position in a response to {to}"),
            "a position is what a party that was asked says in its answer; silence follows from the days by itself",
        ));
    }
    if let Some(item) = came.item
        && world.captures(item).next().is_none()
    {
        return Err(Error::refused(format!("find item {}", item.short()), "collect the answer first"));
    }
    let subject = came.item.and_then(|item| world.subject_of(item));
    let answered = Answered {
        dispatch: to,
        kind,
        item: came.item,
        note: came.note.map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).into(),
        received: came.received.map(|text| day("the day on which it came", text)).transpose()?,
        position: came.position,
    };
    one(archive, member, draft(answered, subject))
}

/// How questions to a party stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The day is not over.
    Awaited,
    /// The day is over, and nothing is recorded.
    NoAnswer,
    /// Something came back.
    Answered,
}

impl State {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Awaited => "awaited",
            State::NoAnswer => "no_answer",
            State::Answered => "answered",
        }
    }

    /// In English and Arabic, of questions to be answered by a day.
    pub fn words(self, until: &str) -> (String, String) {
        let day = witnessmark_report::document::isolate(until);
        match self {
            State::Awaited => (format!("an answer is awaited until {until}"), format!("الجواب منتظر حتى {day}")),
            State::NoAnswer => (format!("no answer by {until}"), format!("لا جواب حتى {day}")),
            State::Answered => ("answered".into(), "أُجيب".into()),
        }
    }
}

/// Questions to a party, with what came back.
#[derive(Debug, Clone)]
pub struct Reply<'a> {
    /// The entry that asked.
    pub entry: &'a Entry,
    /// What was asked.
    pub asked: &'a Asked,
    /// What came back.
    pub answers: Vec<(EntryRef, &'a Answered)>,
    /// How it stands today.
    pub state: State,
}

/// What parties were asked about an incident, in the order of the ledger.
pub fn replies(archive: &Archive, incident: EntryRef) -> Vec<Reply<'_>> {
    let world = archive.world();
    let today = archive.now();
    let today = today.get(..10).unwrap_or_default().to_owned();
    let of = |(at, asked): (EntryRef, _)| {
        let asked: &Asked = asked;
        let answers: Vec<(EntryRef, &Answered)> = world.answers(at).collect();
        let has_answered = answers.iter().any(|(_, a)| a.kind != "none");
        let is_over = asked.until.get(..10).is_none_or(|until| until < today.as_str());
        let state = match (has_answered, is_over) {
            (true, _) => State::Answered,
            (false, true) => State::NoAnswer,
            (false, false) => State::Awaited,
        };
        Some(Reply { entry: world.entry(at)?, asked, answers, state })
    };
    world.asked(incident).filter_map(of).collect()
}

/// The same as weighing takes it, by party; of several letters to one party what was answered counts, and the latest day.
pub(crate) fn asked(archive: &Archive, incident: EntryRef) -> BTreeMap<String, AskedParty> {
    let mut parties: BTreeMap<String, AskedParty> = BTreeMap::new();
    for reply in replies(archive, incident) {
        let Some(name) = reply.asked.party.get() else { continue };
        let party =
            parties.entry(name.clone()).or_insert_with(|| AskedParty { is_over: true, ..AskedParty::default() });
        party.until = party.until.clone().max(reply.asked.until.clone());
        party.is_over &= reply.state != State::Awaited;
        party.has_answered |= reply.state == State::Answered;
        party.took.extend(reply.answers.iter().filter_map(|(_, a)| a.position));
        party.entries.push(reply.entry.at);
        party.entries.extend(reply.answers.iter().map(|(at, _)| *at));
    }
    for party in parties.values_mut() {
        party.took.sort();
        party.took.dedup();
    }
    parties
}
