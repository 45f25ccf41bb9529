//! A child that is taken over entirely, and speaks wrongly: at its start, in its answer and out of turn.

use std::time::{Duration, Instant};

use witnessmark_desk::sandbox::{Failure, Sandbox, SandboxError, Setup};

use crate::{
    Case,
    children::{job, limits, only_problem, setup},
};

/// The cases of this file.
pub const CASES: &[Case] = &[
    ("a_start_that_is_none_is_an_error_and_no_problem_of_the_item", bad_starts),
    ("a_program_that_is_not_there_is_an_error", no_program),
    ("an_analyzer_that_is_not_there_is_an_error", no_analyzer),
    ("garbage_is_a_problem", garbage),
    ("an_answer_before_the_item_was_read_is_a_problem", answers_early),
    ("a_child_that_does_not_read_is_late", does_not_read),
    ("a_trickle_is_late", trickle),
    ("an_endless_line_is_too_much", endless_line),
    ("a_child_that_closes_its_pipe_is_a_problem", closes),
    ("what_is_said_after_the_end_reaches_no_other_item", speaks_later),
    ("words_in_place_of_a_place_are_dropped", words),
];

fn fake(how: &str, seconds: u64) -> Sandbox {
    Sandbox::new(Setup { limits: limits(seconds), ..setup(&["fake", how]) }.into())
}

fn bad_starts() {
    for how in ["ends", "no-json"] {
        let refused = fake(how, 2).analyze(&job("count", b""));
        assert!(matches!(refused, Err(SandboxError::NotReady(_))), "{how}: {refused:?}");
    }
    let refused = fake("other-version", 2).analyze(&job("count", b""));
    assert!(matches!(refused, Err(SandboxError::OtherVersion)), "{refused:?}");
}

fn no_program() {
    let mut setup = setup(&["child"]);
    setup.command.program = "/nonexistent/witnessmark".into();
    let refused = Sandbox::new(setup.into()).analyze(&job("count", b""));
    assert!(matches!(refused, Err(SandboxError::Start(_))), "{refused:?}");
}

fn no_analyzer() {
    let refused = fake("garbage", 2).analyze(&job("not-there", b""));
    assert!(matches!(refused, Err(SandboxError::UnknownAnalyzer("not-there"))), "{refused:?}");
}

fn garbage() {
    for how in ["garbage", "other-job", "says-more", "deep", "extra-field"] {
        let outcome = fake(how, 5).analyze(&job("count", b"abc")).expect("a child");
        assert_eq!(only_problem(&outcome), "analyzer's answer cannot be read", "{how}");
    }
}

fn answers_early() {
    let outcome = fake("answers-early", 5).analyze(&job("count", &vec![0; 8 << 20])).expect("a child");
    assert_eq!(outcome.failure, Some(Failure::Garbled));
}

fn does_not_read() {
    let begun = Instant::now();
    let outcome = fake("does-not-read", 1).analyze(&job("count", &vec![0; 8 << 20])).expect("a child");
    assert_eq!(outcome.failure, Some(Failure::TooLate { limit: Duration::from_secs(1) }));
    assert!(begun.elapsed() < Duration::from_secs(4));
}

fn trickle() {
    let outcome = fake("trickle", 1).analyze(&job("count", b"")).expect("a child");
    assert_eq!(outcome.failure, Some(Failure::TooLate { limit: Duration::from_secs(1) }));
}

fn endless_line() {
    let outcome = fake("endless-line", 20).analyze(&job("count", b"")).expect("a child");
    assert_eq!(outcome.failure, Some(Failure::TooMuchOutput { limit: 4 << 20 }));
    assert_eq!(outcome.rows.len(), 1);
}

fn closes() {
    let outcome = fake("closes", 20).analyze(&job("count", b"")).expect("a child");
    assert_eq!(outcome.failure, Some(Failure::Garbled));
}

fn speaks_later() {
    let mut sandbox = fake("speaks-later", 5);
    for _ in 0..3 {
        let outcome = sandbox.analyze(&job("count", b"")).expect("a child");
        assert!(outcome.rows.iter().all(|row| row.kind == "problem"), "{outcome:?}");
        std::thread::sleep(Duration::from_millis(150));
    }
    assert_eq!(sandbox.children_started(), 3, "none was kept");
}

fn words() {
    let outcome = fake("panic-with-words", 5).analyze(&job("count", b"")).expect("a child");
    assert_eq!(only_problem(&outcome), "analyzer panicked at a place it does not name");
}
