//! Who fills in one form copies nobody: what a form asks, and the headings and terms of a sheet, are not reused words.

use witnessmark_desk::analyze::analyze;
use witnessmark_desk::case::{Case, case};
use witnessmark_desk::progress::{Silent, Stop};
use witnessmark_desk::propose::propose;
use witnessmark_desk::sheet::Sheet;

use crate::support::{Desk, reading};

pub const CASES: &[crate::Case] = &[
    ("rows_that_share_headings_and_a_town_share_no_words", rows_share_no_words),
    ("accounts_that_answer_the_same_questions_share_no_words", accounts_share_no_words),
];

fn put_together(desk: &mut Desk) -> Case {
    let member = desk.archive.member(None).expect("a member");
    analyze(&mut desk.archive, member, &reading(), None, &mut Silent, &Stop::default()).expect("read");
    propose(&mut desk.archive, member, &mut Silent).expect("proposed");
    case(&desk.archive).expect("put together")
}

/// Two monitors' lists of one make: one note stands in both, word for word.
fn rows_share_no_words() {
    let mut desk = Desk::new();
    let note = "The eastern wall of the bakery fell on those who were waiting in the queue outside";
    let mapping = |source: &str| {
        format!(
            "[sheet]\nkind = \"incidents\"\nsource = \"{source}\"\ndates = \"ymd\"\n[columns]\nno = \"key\"\nday = \"when\"\n\
             town = \"place\"\nlat = \"lat\"\nlon = \"lon\"\nact = \"act\"\nhit = \"target\"\nkilled = \"killed\"\nnote = \"narrative\"\n"
        )
    };
    for (sheet, source, first) in [("harbour.csv", "Harbour Monitor", 0), ("hill.csv", "Hill Monitor", 50)] {
        let mut text = String::from("no,day,town,lat,lon,act,hit,killed,note\n");
        for n in first..first + 8 {
            let told = if n % 50 == 3 { note } else { "" };
            text.push_str(&format!(
                "{n},2031-04-{:02},Old Quay,33.1234,44.5678,shelling,bakery,{n},{told}\n",
                1 + n % 8
            ));
        }
        desk.put(sheet, text);
        let member = desk.archive.member(None).expect("a member");
        let path = desk.folder().join(sheet);
        let read = Sheet::read(&desk.archive, &path, &mapping(source), &reading()).expect("a sheet");
        read.collect(&mut desk.archive, member, None, None, &mut Silent, &Stop::default()).expect("collected");
    }
    let case = put_together(&mut desk);
    assert_eq!((case.joined.texts.len(), case.joined.reuses.len()), (18, 1), "{:?}", case.joined.reuses);
    let reuse = &case.joined.reuses[0];
    let text = |at: usize| case.items[&case.joined.texts[at]].text.as_ref().expect("a text").1.as_str();
    let (from, to) = reuse.passages[0].in_a;
    let words: String = text(reuse.a).chars().skip(from).take(to - from).collect();
    assert!(note.contains(words.trim()) && words.split(' ').count() > 10, "{words}");
}

/// Three witnesses answer one questionnaire, each in their own words.
fn accounts_share_no_words() {
    let mut desk = Desk::new();
    let questions = [
        "Where were you when you first heard that something was coming towards the covered market?",
        "Can you describe what you saw with your own eyes, and what others told you afterwards?",
    ];
    let answers = [
        ["In my shop, counting sacks.", "Smoke over the gate, then two men carried my neighbour out."],
        ["Upstairs at my sister's.", "I saw nothing of it, only dust. My sister said that it was a shell."],
        ["On the quay with the nets.", "A flash, later a second one further left, near the school."],
    ];
    for (n, own) in answers.iter().enumerate() {
        let mut text = format!("[account]\npseudonym = \"Reed {n}\"\ndate = 2031-04-12\nlanguage = \"en\"\n");
        for (question, answer) in questions.iter().zip(own) {
            text.push_str(&format!("[[statement]]\nquestion = \"{question}\"\ntext = \"{answer}\"\n"));
        }
        text.push_str("[consent]\npurposes = [\"internal\"]\n");
        desk.put(&format!("reed-{n}.account.toml"), text);
    }
    desk.collect();
    let case = put_together(&mut desk);
    assert_eq!((case.joined.texts.len(), case.joined.reuses.len()), (3, 0), "{:?}", case.joined.reuses);
}
