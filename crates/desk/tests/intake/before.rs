//! What is put together on what was put together before equals what is put together from nothing, whatever was decided or came in
//! between: held to the letter, open and sealed.

use witnessmark_desk::analyze::analyze;
use witnessmark_desk::before::Before;
use witnessmark_desk::case::{Case, IncidentId, case};
use witnessmark_desk::progress::{Silent, Stop};
use witnessmark_desk::propose::propose;
use witnessmark_desk::{decide, waiting as left};
use witnessmark_model::RowRef;
use witnessmark_model::entry::Relation;

use crate::support::{Desk, reading};

pub const CASES: &[crate::Case] = &[("before_equals_nothing_whatever_is_decided", before_equals_nothing)];

fn report(desk: &Desk, paper: usize, town: usize, day: usize) {
    let towns = ["Aleppo", "Idlib", "Homs"];
    let text = format!(
        "{day} May 2015\n\nAn air strike hit the hospital in {} on {day} May 2015, killing {} civilians, residents said. \
         Shells struck the bakery in {} on {day} May 2015 and injured {} people. The army denied that its aircraft had \
         struck the hospital. Paper {paper} wrote this in its own words, number {paper}{day}.\n",
        towns[town % 3],
        3 + paper % 4,
        towns[(town + 1) % 3],
        2 + paper,
    );
    desk.put(&format!("paper-{paper}-{town}-{day}.txt"), text);
}

fn read_all(desk: &mut Desk) {
    desk.collect();
    let member = desk.archive.member(None).expect("a member");
    analyze(&mut desk.archive, member, &reading(), None, &mut Silent, &Stop::default()).expect("read");
    propose(&mut desk.archive, member, &mut Silent).expect("proposed");
}

/// Both ways, to the letter; the second is given back.
fn both(desk: &Desk, before: &mut Before, after: &str) -> Case {
    let given = before.case(&desk.archive).expect("put together");
    let anew = case(&desk.archive).expect("put together");
    assert!(format!("{given:?}") == format!("{anew:?}"), "after {after}");
    assert_eq!(left::count(&desk.archive).expect("counted"), anew.waiting.len(), "after {after}");
    given
}

fn waiting(case: &Case, kind: &str, nth: usize) -> Option<RowRef> {
    case.waiting.iter().filter(|w| w.kind == kind).nth(nth).map(|w| w.row)
}

fn before_equals_nothing() {
    let mut desk = Desk::new();
    (0..4).for_each(|paper| (0..2).for_each(|town| report(&desk, paper, town, 10 + paper % 2)));
    // Words of its own, and a happening of its own: it shares nothing with the others.
    desk.put("school.txt", "Rockets destroyed a school in Daraa on 21 May 2015, a teacher said.\n");
    read_all(&mut desk);
    let member = desk.archive.member(None).expect("a member");
    let mut before = Before::default();
    let first = both(&desk, &mut before, "nothing");
    assert!(first.incidents.len() > 1 && !first.waiting.is_empty(), "{} incidents", first.incidents.len());
    let all = before.weighed_again();
    both(&desk, &mut before, "nothing, again");
    assert_eq!(before.weighed_again(), 0, "nothing was decided");

    let attack = waiting(&first, "attack", 0).expect("an attack");
    let accepted = decide::accept(&mut desk.archive, member, attack, None, false, None).expect("accepted");
    let now = both(&desk, &mut before, "an acceptance");
    assert!(before.weighed_again() < all, "{} of {all}", before.weighed_again());
    let turned_down = waiting(&now, "attack", 1).expect("another");
    decide::reject(&mut desk.archive, member, turned_down, None).expect("turned down");
    let now = both(&desk, &mut before, "a refusal");
    let incident = waiting(&now, "incident", 0).expect("an incident");
    decide::accept(&mut desk.archive, member, incident, None, false, None).expect("grouped");
    let now = both(&desk, &mut before, "a grouping");
    let items: Vec<_> = now.items.keys().copied().collect();
    for relation in [Relation::Separate, Relation::Reposts, Relation::PresentTogether] {
        let (from, to) = (items[1], items[items.len() - 1]);
        decide::relate(&mut desk.archive, member, from, to, relation, "other vantage").expect("related");
        both(&desk, &mut before, "a relation");
    }
    let bulk = waiting(&now, "attack", 0).expect("an attack");
    decide::accept(&mut desk.archive, member, bulk, None, true, None).expect("accepted");
    both(&desk, &mut before, "an acceptance in bulk");
    decide::undo(&mut desk.archive, member, accepted, "a slip").expect("taken back");
    both(&desk, &mut before, "a decision that was taken back");

    decide::withdraw(&mut desk.archive, member, items[0], "not what it says").expect("withdrawn");
    both(&desk, &mut before, "a withdrawal");
    report(&desk, 7, 1, 11);
    read_all(&mut desk);
    let now = both(&desk, &mut before, "another report");
    assert!(now.items.len() > items.len());
    let grouped = now.incidents.iter().any(|i| matches!(i.id, IncidentId::Grouped(_)));
    assert!(grouped, "what people grouped stays");
}
