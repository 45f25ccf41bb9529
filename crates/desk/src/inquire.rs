//! Questions about an incident, rival explanations with what speaks for and against each, and searches with what they did not
//! find: how each is recorded, and how it stands now.
//!
//! A question stays open until a person settles it with a reason, and is shown as *settled before N newer arguments* when more
//! comes after that. A search that found nothing says where was looked and no more. Nothing here gives a level.

use std::collections::BTreeSet;

use witnessmark_archive::Archive;
use witnessmark_model::entry::{
    Argued, Bearing, Body, Outcome, QuestionForm, Questioned, SearchOutcome, Searched, Settled,
};
use witnessmark_model::vocabulary::Element;
use witnessmark_model::{ClaimRef, Digest, Entry, EntryRef, ItemId, MemberKey, SubjectId};
use witnessmark_weigh::level::is_later;

use crate::decide::{draft, grouped, interval, one};
use crate::error::{Error, Result};

/// Longest text that a person writes about a question.
pub const LONGEST_TEXT: usize = 20_000;
/// Most claims and items that one argument names, and most terms of one search.
pub const MOST_NAMED: usize = 500;

/// A question that a person raises.
#[derive(Debug, Clone)]
pub struct Asking<'a> {
    /// Open question or rival explanation.
    pub form: QuestionForm,
    /// Elements that it bears on.
    pub elements: Vec<Element>,
    /// The question, or the other explanation.
    pub text: &'a str,
    /// What would decide it.
    pub decides: Option<&'a str>,
}

/// What a person says bears on a question.
#[derive(Debug, Clone)]
pub struct Argument<'a> {
    /// Which way.
    pub bearing: Bearing,
    /// Claims that it rests on.
    pub claims: Vec<ClaimRef>,
    /// Items that it rests on.
    pub items: Vec<ItemId>,
    /// Why.
    pub reason: &'a str,
}

/// A search that was made.
#[derive(Debug, Clone)]
pub struct Looked<'a> {
    /// About which incident, if about one.
    pub incident: Option<EntryRef>,
    /// For which question, if for one.
    pub question: Option<EntryRef>,
    /// Where.
    pub place: &'a str,
    /// For what.
    pub terms: Vec<String>,
    /// When: `2031-04-12`, or `2031-04-10/2031-04-12`.
    pub when: &'a str,
    /// Who, where it is not the signer.
    pub by: Option<&'a str>,
    /// What came of it.
    pub outcome: SearchOutcome,
    /// What was found.
    pub items: Vec<ItemId>,
    /// Anything else.
    pub note: Option<&'a str>,
}

/// Words that a person wrote: trimmed, not empty, not endless.
pub(crate) fn written(what: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::refused(format!("record {what}"), "it has to be said in words"));
    }
    if text.len() > LONGEST_TEXT {
        return Err(Error::refused(format!("record {what}"), format!("at most {LONGEST_TEXT} bytes")));
    }
    Ok(text.to_owned())
}

/// Under whose key words about these claims and items have to lie: one subject's, or nobody's. Words about two sealed sources
/// cannot lie under both keys, so they are refused.
pub(crate) fn one_subject(archive: &Archive, claims: &[ClaimRef], items: &[ItemId]) -> Result<Option<SubjectId>> {
    let of_claims = claims.iter().filter_map(|claim| item_of(archive, *claim));
    let items: BTreeSet<ItemId> = of_claims.chain(items.iter().copied()).collect();
    let subjects: BTreeSet<SubjectId> = items.into_iter().filter_map(|item| archive.world().subject_of(item)).collect();
    match subjects.len() {
        0 | 1 => Ok(subjects.into_iter().next()),
        _ => Err(Error::refused(
            "record words about several sealed sources at once",
            "name one sealed source in each: its words lie under its own key, and go when that key goes",
        )),
    }
}

/// The item that a claim is about, whether a person asserts it or a machine proposes it.
pub(crate) fn item_of(archive: &Archive, claim: ClaimRef) -> Option<ItemId> {
    match claim {
        ClaimRef::Entry(at) => match archive.world().entry(at).map(|e| &e.body) {
            Some(Body::Claimed(claimed)) => Some(claimed.item),
            _ => None,
        },
        ClaimRef::Row(row) => archive.row(row).ok()?.get("item")?.as_str()?.parse().ok(),
    }
}

/// Does every one of these claims exist?
pub(crate) fn known(archive: &Archive, claims: &[ClaimRef]) -> Result<()> {
    if claims.len() > MOST_NAMED {
        return Err(Error::refused("name so many claims", format!("at most {MOST_NAMED}")));
    }
    match claims.iter().find(|claim| item_of(archive, **claim).is_none()) {
        None => Ok(()),
        Some(claim) => Err(Error::refused(format!("find claim {claim}"), "`witnessmark claims ARCHIVE` lists them")),
    }
}

/// The incident of a question, if the entry is one that stands.
pub(crate) fn question_of(archive: &Archive, question: EntryRef) -> Result<EntryRef> {
    match archive.world().entry(question).map(|e| &e.body) {
        Some(Body::Questioned(q)) if archive.world().is_current(question) => Ok(q.incident),
        _ => Err(Error::refused(
            format!("find question {question}"),
            "it is no question, or was taken back; `witnessmark questions ARCHIVE` lists them",
        )),
    }
}

/// Raises a question or a rival explanation.
pub fn question(archive: &mut Archive, member: MemberKey, incident: EntryRef, asking: &Asking<'_>) -> Result<EntryRef> {
    grouped(archive, incident)?;
    let elements: BTreeSet<Element> = asking.elements.iter().copied().collect();
    let questioned = Questioned {
        incident,
        form: asking.form,
        elements: elements.into_iter().collect(),
        text: written("a question", asking.text)?.into(),
        decides: asking.decides.map(|d| written("what would decide it", d)).transpose()?.into(),
        supersedes: Vec::new(),
    };
    one(archive, member, draft(questioned, None))
}

/// Records that something at hand bears on a question. It names what it rests on; an argument that rests on nothing at hand is
/// a question of its own.
pub fn argue(
    archive: &mut Archive,
    member: MemberKey,
    question: EntryRef,
    argument: &Argument<'_>,
) -> Result<EntryRef> {
    let incident = question_of(archive, question)?;
    if argument.claims.is_empty() && argument.items.is_empty() {
        return Err(Error::refused(
            format!("record that something {} question {question}", argument.bearing),
            "name the claims or items that it rests on",
        ));
    }
    known(archive, &argument.claims)?;
    if let Some(item) = argument.items.iter().find(|item| archive.world().captures(**item).next().is_none()) {
        return Err(Error::refused(format!("find item {}", item.short()), "`witnessmark items ARCHIVE` lists them"));
    }
    let subject = one_subject(archive, &argument.claims, &argument.items)?;
    let argued = Argued {
        question,
        incident,
        bearing: argument.bearing,
        claims: argument.claims.clone(),
        items: argument.items.clone(),
        subject,
        reason: written("an argument", argument.reason)?.into(),
        supersedes: Vec::new(),
    };
    one(archive, member, draft(argued, subject))
}

/// Says what became of a question. What the same member said before is superseded; what another said stands beside it.
pub fn settle(
    archive: &mut Archive,
    member: MemberKey,
    question: EntryRef,
    outcome: Outcome,
    shown: Option<Digest>,
    reason: &str,
) -> Result<EntryRef> {
    let incident = question_of(archive, question)?;
    let rival = matches!(
        archive.world().entry(question).map(|e| &e.body),
        Some(Body::Questioned(q)) if q.form == QuestionForm::Rival
    );
    if rival == (outcome == Outcome::Answered) || (!rival && matches!(outcome, Outcome::RuledOut | Outcome::Stands)) {
        return Err(Error::refused(
            format!("settle question {question} as {outcome}"),
            "a rival explanation is ruled_out, stands or cannot_be_told; an open question is answered or cannot_be_told",
        ));
    }
    let reason = written("what became of a question", reason)?.into();
    let world = archive.world();
    let mine = world.settlements(incident).filter(|(e, s)| s.question == question && e.signer == member);
    let supersedes = mine.map(|(e, _)| e.at).collect();
    one(archive, member, draft(Settled { question, incident, outcome, shown, reason, supersedes }, None))
}

/// Records a search.
pub fn search(archive: &mut Archive, member: MemberKey, looked: &Looked<'_>) -> Result<EntryRef> {
    let incident = match (looked.question, looked.incident) {
        (Some(question), stated) => {
            let of_question = question_of(archive, question)?;
            if stated.is_some_and(|incident| incident != of_question) {
                return Err(Error::refused(
                    format!("record a search for question {question}"),
                    format!("that question is about incident {of_question}"),
                ));
            }
            Some(of_question)
        }
        (None, Some(incident)) => {
            grouped(archive, incident)?;
            Some(incident)
        }
        (None, None) => None,
    };
    let terms: Vec<String> =
        looked.terms.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).take(MOST_NAMED).collect();
    if terms.is_empty() {
        return Err(Error::refused("record a search", "say what was looked for"));
    }
    let found = matches!(looked.outcome, SearchOutcome::Found | SearchOutcome::Partly);
    if !found && !looked.items.is_empty() {
        return Err(Error::refused(
            format!("record a search that came to {}", looked.outcome),
            "it names items that were found: say found, or partly",
        ));
    }
    let days = interval(looked.when)?;
    let subject = one_subject(archive, &[], &looked.items)?;
    let searched = Searched {
        incident,
        question: looked.question,
        place: written("where was looked", looked.place)?.into(),
        terms: terms.into(),
        first_day: days.earliest.unwrap_or_default(),
        last_day: days.latest.unwrap_or_default(),
        by: looked.by.map(|by| by.trim().to_owned()).filter(|by| !by.is_empty()).into(),
        outcome: looked.outcome,
        items: looked.items.clone(),
        subject,
        note: looked.note.map(|n| written("a note", n)).transpose()?.into(),
        supersedes: Vec::new(),
    };
    one(archive, member, draft(searched, subject))
}

/// How a question stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody settled it.
    Open,
    /// Settled, and nothing came after.
    Settled(Outcome),
    /// Settled, and so many arguments came after, or were taken back.
    SettledBefore(Outcome, usize),
    /// Members settled it in different ways.
    Disputed,
}

/// A question with everything that is said of it.
#[derive(Debug, Clone)]
pub struct QuestionCase<'a> {
    /// The entry that raised it.
    pub entry: &'a Entry,
    /// The question.
    pub question: &'a Questioned,
    /// What bears on it, in the order of the ledger.
    pub arguments: Vec<(&'a Entry, &'a Argued)>,
    /// Searches for it.
    pub searches: Vec<(&'a Entry, &'a Searched)>,
    /// What members said became of it.
    pub settled: Vec<(&'a Entry, &'a Settled)>,
}

impl QuestionCase<'_> {
    /// How it stands now.
    pub fn standing(&self) -> Standing {
        let outcomes: BTreeSet<Outcome> = self.settled.iter().map(|(_, s)| s.outcome).collect();
        let mut outcomes = outcomes.into_iter();
        match (outcomes.next(), outcomes.next()) {
            (None, _) => Standing::Open,
            (Some(_), Some(_)) => Standing::Disputed,
            (Some(outcome), None) => {
                let newer = |at: EntryRef| self.arguments.iter().filter(|(e, _)| is_later(e.at, at)).count();
                // Whoever looked last had the most before them.
                match self.settled.iter().map(|(e, _)| newer(e.at)).min().unwrap_or(0) {
                    0 => Standing::Settled(outcome),
                    n => Standing::SettledBefore(outcome, n),
                }
            }
        }
    }

    /// So many arguments bear so on it.
    pub fn count(&self, bearing: Bearing) -> usize {
        self.arguments.iter().filter(|(_, a)| a.bearing == bearing).count()
    }
}

impl Standing {
    /// In English and Arabic.
    pub fn words(&self) -> (String, String) {
        match self {
            Standing::Open => ("open".into(), "ما زال مفتوحاً".into()),
            Standing::Settled(outcome) => (outcome.labels().0.into(), outcome.labels().1.into()),
            Standing::SettledBefore(outcome, n) => (
                format!(
                    "open again: {}, before {n} newer argument{}",
                    outcome.labels().0,
                    if *n == 1 { "" } else { "s" }
                ),
                format!("مفتوح من جديد: {}، قبل \u{2066}{n}\u{2069} من الحجج الأحدث", outcome.labels().1),
            ),
            Standing::Disputed => ("members settled it in different ways".into(), "حسمه الأعضاء على أوجه مختلفة".into()),
        }
    }

    /// Spelling in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Settled(_) => "settled",
            Standing::SettledBefore(..) => "open_again",
            Standing::Disputed => "disputed",
        }
    }
}

/// The questions of an incident, in the order of the ledger.
pub fn questions(archive: &Archive, incident: EntryRef) -> Vec<QuestionCase<'_>> {
    let world = archive.world();
    let of = |(entry, question): (_, _)| {
        let entry: &Entry = entry;
        QuestionCase {
            entry,
            question,
            arguments: world.arguments(incident).filter(|(_, a)| a.question == entry.at).collect(),
            searches: world.searches(incident).filter(|(_, s)| s.question == Some(entry.at)).collect(),
            settled: world.settlements(incident).filter(|(_, s)| s.question == entry.at).collect(),
        }
    };
    world.questions(incident).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use witnessmark_model::LogId;

    fn at(index: u64) -> EntryRef {
        EntryRef { log: LogId([1; 8]), index }
    }

    fn entry(index: u64, body: impl Into<Body>) -> Entry {
        let (time, signer) = ("2031-04-12T08:00:00Z".into(), MemberKey([0; 8]));
        Entry { at: at(index), time, signer, clock: None, body: body.into() }
    }

    fn argued(bearing: Bearing) -> Argued {
        let reason = "words".to_owned().into();
        Argued {
            question: at(1),
            incident: at(0),
            bearing,
            claims: vec![],
            items: vec![],
            subject: None,
            reason,
            supersedes: vec![],
        }
    }

    fn settled(outcome: Outcome) -> Settled {
        let reason = "words".to_owned().into();
        Settled { question: at(1), incident: at(0), outcome, shown: None, reason, supersedes: vec![] }
    }

    #[test]
    fn a_settled_question_opens_again_when_more_is_said() {
        let question = Questioned {
            incident: at(0),
            form: QuestionForm::Rival,
            elements: vec![],
            text: "a ground munition".to_owned().into(),
            decides: None.into(),
            supersedes: vec![],
        };
        let raised = entry(1, question.clone());
        let (early, late) = (argued(Bearing::Against), argued(Bearing::For));
        let (first, second) = (entry(2, early.clone()), entry(9, late.clone()));
        let (one, other) = (settled(Outcome::RuledOut), settled(Outcome::Stands));
        let (by_one, by_other) = (entry(5, one.clone()), entry(6, other.clone()));
        let mut case = QuestionCase {
            entry: &raised,
            question: &question,
            arguments: vec![(&first, &early)],
            searches: vec![],
            settled: vec![],
        };
        assert_eq!(case.standing(), Standing::Open);
        case.settled.push((&by_one, &one));
        assert_eq!(case.standing(), Standing::Settled(Outcome::RuledOut));
        case.arguments.push((&second, &late));
        assert_eq!(case.standing(), Standing::SettledBefore(Outcome::RuledOut, 1));
        assert!(case.standing().words().0.contains("before 1 newer argument"));
        case.settled.push((&by_other, &other));
        assert_eq!(case.standing(), Standing::Disputed);
        assert_eq!((case.count(Bearing::For), case.count(Bearing::Against)), (1, 1));
    }

    #[test]
    fn what_lies_in_another_log_may_be_newer() {
        let other = EntryRef { log: LogId([2; 8]), index: 0 };
        assert!(is_later(other, at(5)) && is_later(at(5), other) && is_later(at(6), at(5)));
        assert!(!is_later(at(5), at(5)) && !is_later(at(4), at(5)));
    }
}
