//! Views of what is inquired beside claims: questions with what bears on them, searches, tests, points of check lists, disputed
//! edges, rules in force, samples with their codings. Each is what is current of the set of entries; nothing is weighed here.

use super::World;
use crate::entry::{
    Adopted, Argued, Coded, Disputed, Entry, Kind, Qualified, Questioned, Rules, Sampled, Searched, Settled, Tested,
};
use crate::ids::{EntryRef, LogId};

/// Views of one kind each, of what speaks of an incident under any of its ids.
macro_rules! about_an_incident {
    ($($(#[$doc:meta])* $view:ident: $kind:ident,)*) => {
        impl World {
            $($(#[$doc])*
            pub fn $view(&self, incident: EntryRef) -> impl Iterator<Item = (&Entry, &$kind)> {
                self.of_all_ids(incident).filter_map(|e| Some((e, Kind::of(&e.body)?)))
            })*
        }
    };
}

about_an_incident! {
    /// Open questions and rival explanations of an incident.
    questions: Questioned,
    /// What people say bears on its questions.
    arguments: Argued,
    /// What became of its questions; several that do not know of each other are all shown.
    settlements: Settled,
    /// Where was looked for it.
    searches: Searched,
    /// Propositions about it that were held to the evidence.
    tests: Tested,
    /// Points of legal check lists that were held to the evidence.
    qualifications: Qualified,
}

impl World {
    /// Searches that were about no one incident.
    pub fn general_searches(&self) -> impl Iterator<Item = (&Entry, &Searched)> {
        self.all::<Searched>().filter(|(_, searched)| searched.incident.is_none())
    }

    /// Edges of origin that somebody disputes.
    pub fn disputes(&self) -> impl Iterator<Item = (&Entry, &Disputed)> {
        self.all()
    }

    /// Rules in force: only the archive's own log (`own`) says by what it goes. More than one where an undo brought one back.
    pub fn adopted(&self, own: LogId, rules: Rules) -> impl Iterator<Item = (&Entry, &Adopted)> {
        self.all::<Adopted>().filter(move |(e, adopted)| e.at.log == own && adopted.rules == rules)
    }

    /// Samples drawn for double coding.
    pub fn samples(&self) -> impl Iterator<Item = (&Entry, &Sampled)> {
        self.all()
    }

    /// What coders answered about the units of a sample.
    pub fn codings(&self, sample: EntryRef) -> impl Iterator<Item = (&Entry, &Coded)> {
        self.all::<Coded>().filter(move |(_, coded)| coded.sample == sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Bearing, Body, QuestionForm, Withdrawn};
    use crate::ids::MemberKey;

    fn at(index: u64) -> EntryRef {
        EntryRef { log: LogId([1; 8]), index }
    }

    fn entry(index: u64, body: impl Into<Body>) -> Entry {
        let (time, signer) = ("2031-04-12T08:00:00Z".into(), MemberKey([0; 8]));
        Entry { at: at(index), time, signer, clock: None, body: body.into() }
    }

    #[test]
    fn a_question_is_found_by_its_incident_and_goes_when_it_is_taken_back() {
        let mut world = World::default();
        let question = Questioned {
            incident: at(0),
            form: QuestionForm::Rival,
            elements: vec![],
            text: "a ground munition".to_owned().into(),
            decides: None.into(),
            supersedes: vec![],
        };
        let argued = Argued {
            question: at(1),
            incident: at(0),
            bearing: Bearing::Against,
            claims: vec![],
            items: vec![],
            subject: None,
            reason: "no tube within range".to_owned().into(),
            supersedes: vec![],
        };
        world.apply(entry(1, question));
        world.apply(entry(2, argued));
        assert_eq!((world.questions(at(0)).count(), world.arguments(at(0)).count()), (1, 1));
        assert_eq!(world.questions(at(9)).count(), 0);
        let gone = Withdrawn { entry: Some(at(1)), item: None, subject: None, reason: String::new().into() };
        world.apply(entry(3, gone));
        assert_eq!(world.questions(at(0)).count(), 0);
    }
}
