//! What hostile analyzers do to their own item and to no other.

use std::time::{Duration, Instant};

use witnessmark_analyze::Row;
use witnessmark_desk::sandbox::{Failure, Limits, Sandbox, Setup};

use crate::{
    Case,
    children::{job, limits, only_problem, sandbox, setup, still_reads},
    hostile::{ANALYZERS, SECRET},
};

/// The cases of this file.
pub const CASES: &[Case] = &[
    ("a_good_item_is_read_with_all_its_labels", labels),
    ("numbers_are_those_that_the_analyzer_said", numbers),
    ("an_analyzers_own_problem_is_no_failure", own_problem),
    ("a_panic_is_a_problem_without_its_words", panics),
    ("an_abort_is_a_problem", || contained("abort", "analyzer crashed (signal SIGABRT)")),
    ("an_exit_is_a_problem", || contained("exit", "analyzer ended its process (status 0)")),
    ("a_hang_ends_at_the_item_time", hangs),
    ("processor_time_is_limited", processor_time),
    ("ten_gigabytes_at_once_are_refused", || {
        contained("allocate-at-once", "analyzer ran out of memory (limit 512 MiB)")
    }),
    ("memory_taken_slowly_is_limited", || contained("allocate-slowly", "analyzer ran out of memory (limit 512 MiB)")),
    ("a_stack_that_overflows_is_a_problem", || contained("overflow", "analyzer ran out of stack")),
    ("no_file_is_written", write_file),
    ("no_file_is_read", || denied("read-file")),
    ("no_folder_is_listed", || denied("list-folder")),
    ("no_tcp_socket_is_opened", || denied("tcp")),
    ("no_udp_socket_is_opened", || denied("udp")),
    ("no_unix_socket_is_opened", || denied("unix-socket")),
    ("no_process_is_started", || denied("spawn")),
    ("no_thread_is_started", || denied("thread")),
    ("the_parent_is_not_killed", || denied("kill-parent")),
    ("what_is_printed_is_no_answer", prints),
    ("messages_are_counted_and_dropped", messages),
    ("rows_beyond_the_limit_are_left_out", flood_of_rows),
    ("bytes_beyond_the_limit_are_left_out", flood_of_bytes),
    ("a_kind_that_is_not_listed_is_left_out", unlisted),
    ("an_item_is_not_blamed_for_another", inherited),
    ("too_large_an_item_is_not_sent", too_large),
    ("too_long_a_name_is_not_sent", too_long),
    ("an_empty_item_and_one_at_the_limit_are_read", sizes),
];

/// `analyzer` leaves one problem that says `what`, and the next item is read.
fn contained(analyzer: &'static str, what: &str) {
    let mut sandbox = sandbox();
    still_reads(&mut sandbox);
    let outcome = sandbox.analyze(&job(analyzer, SECRET.as_bytes())).expect("a child");
    assert_eq!(only_problem(&outcome), what);
    still_reads(&mut sandbox);
}

/// The filter kills what `analyzer` tries.
fn denied(analyzer: &'static str) {
    contained(analyzer, "analyzer asked the system for what it is denied (signal SIGSYS)");
}

fn labels() {
    let mut job = job("echo", "قصف".as_bytes());
    job.published = Some("2025-01-02".into());
    job.name = "a \"b\"\n.txt".into();
    let outcome = sandbox().analyze(&job).expect("a child");
    let body = &outcome.rows[0].body;
    assert_eq!((body["bytes"].as_str(), body["name"].as_str()), (Some("قصف"), Some("a \"b\"\n.txt")));
    assert_eq!((body["media_type"].as_str(), body["published"].as_str()), (Some("text/plain"), Some("2025-01-02")));
    assert!(outcome.reading <= outcome.took);
}

fn numbers() {
    let outcome = sandbox().analyze(&job("numbers", b"")).expect("a child");
    let analyzer = ANALYZERS.iter().find(|analyzer| analyzer.manifest.name == "numbers").expect("numbers");
    let here = (analyzer.read)(&witnessmark_analyze::Input {
        bytes: b"",
        media_type: "",
        name: "",
        published: None,
        gazetteer: witnessmark_analyze::place::Gazetteer::embedded(),
        trusted: witnessmark_analyze::Trusted::NOBODY,
        decoded: None,
    });
    assert_eq!(outcome.rows, here);
}

fn own_problem() {
    let outcome = sandbox().analyze(&job("problem", b"")).expect("a child");
    assert_eq!((outcome.failure, outcome.rows), (None, vec![Row::problem("the file is empty", "byte 0")]));
}

fn panics() {
    let mut sandbox = sandbox();
    let outcome = sandbox.analyze(&job("panic", SECRET.as_bytes())).expect("a child");
    let what = only_problem(&outcome);
    assert!(what.starts_with("analyzer panicked at ") && what.contains("tests/sandbox/hostile.rs:"), "{what}");
    assert!(!format!("{outcome:?}").contains(SECRET));
    assert_eq!(outcome.message_bytes, 0);
    still_reads(&mut sandbox);
}

fn hangs() {
    let mut sandbox = Sandbox::new(Setup { limits: limits(1), ..setup(&["child"]) }.into());
    still_reads(&mut sandbox);
    let begun = Instant::now();
    let outcome = sandbox.analyze(&job("spin", b"")).expect("a child");
    assert_eq!(only_problem(&outcome), "analyzer did not finish within 1 s");
    assert!(begun.elapsed() < Duration::from_secs(3), "tried once: {:?}", begun.elapsed());
    still_reads(&mut sandbox);
}

fn processor_time() {
    let limits = Limits { cpu_seconds: 1, ..limits(30) };
    let mut sandbox = Sandbox::new(Setup { limits, ..setup(&["child"]) }.into());
    let outcome = sandbox.analyze(&job("spin", b"")).expect("a child");
    assert_eq!(only_problem(&outcome), "analyzer used more than 1 s of processor time");
    still_reads(&mut sandbox);
}

fn write_file() {
    denied("write-file");
    assert!(!std::fs::exists(format!("/tmp/witnessmark-{SECRET}")).expect("look"));
}

fn prints() {
    let mut sandbox = sandbox();
    let outcome = sandbox.analyze(&job("print", b"")).expect("a child");
    assert_eq!((outcome.failure, outcome.rows.len()), (None, 1));
    assert_eq!(outcome.rows[0].body["value"], "real");
    assert!(outcome.message_bytes > 0);
    still_reads(&mut sandbox);
}

fn messages() {
    let mut sandbox = sandbox();
    let outcome = sandbox.analyze(&job("message", b"")).expect("a child");
    assert_eq!(outcome.failure, None);
    assert_eq!(outcome.message_bytes, (SECRET.len() * 100_000) as u64);
    assert!(!format!("{outcome:?} {sandbox:?}").contains(SECRET));
}

fn flood_of_rows() {
    let mut sandbox = sandbox();
    let outcome = sandbox.analyze(&job("flood-rows", b"")).expect("a child");
    assert_eq!(outcome.failure, Some(Failure::TooManyRows { limit: 5_000 }));
    assert_eq!(outcome.rows.len(), 5_001);
    assert_eq!((outcome.rows[4_999].body["n"].as_u64(), outcome.rows[5_000].kind), (Some(4_999), "problem"));
    still_reads(&mut sandbox);
}

fn flood_of_bytes() {
    let mut sandbox = sandbox();
    let outcome = sandbox.analyze(&job("flood-bytes", b"")).expect("a child");
    assert_eq!(outcome.failure, Some(Failure::TooMuchOutput { limit: 4 << 20 }));
    // A row has a mebibyte and its own few bytes, so three are whole.
    assert_eq!(outcome.rows.iter().map(|row| row.kind).collect::<Vec<_>>(), ["said", "said", "said", "problem"]);
    still_reads(&mut sandbox);
}

fn unlisted() {
    let mut sandbox = sandbox();
    let outcome = sandbox.analyze(&job("unlisted", b"")).expect("a child");
    assert_eq!(outcome.failure, Some(Failure::UnlistedKind));
    assert_eq!(outcome.rows.iter().map(|row| row.kind).collect::<Vec<_>>(), ["said", "problem"]);
    still_reads(&mut sandbox);
    assert_eq!(sandbox.children_started(), 1, "the child did nothing wrong");
}

fn inherited() {
    let mut sandbox = sandbox();
    for attempts in [1, 2, 2] {
        let outcome = sandbox.analyze(&job("second-panics", b"")).expect("a child");
        assert_eq!((outcome.failure, outcome.attempts), (None, attempts));
        assert_eq!(outcome.rows[0].body["value"], "first");
    }
}

fn too_large() {
    let limits = Limits { item_bytes: 1_000, ..limits(5) };
    let mut sandbox = Sandbox::new(Setup { limits, ..setup(&["child"]) }.into());
    let outcome = sandbox.analyze(&job("count", &[0; 1_001])).expect("a child");
    assert_eq!(only_problem(&outcome), "the item has 1001 bytes; at most 1000 are read");
    assert_eq!((outcome.attempts, sandbox.children_started()), (0, 0));
    assert_eq!(sandbox.analyze(&job("count", &[0; 1_000])).expect("a child").failure, None);
}

fn too_long() {
    let mut sandbox = sandbox();
    let mut job = job("count", b"abc");
    job.name = "x".repeat(300_000);
    assert_eq!(only_problem(&sandbox.analyze(&job).expect("a child")), "the item's name and labels are too long");
    still_reads(&mut sandbox);
}

fn sizes() {
    let mut sandbox = sandbox();
    for size in [0, 1, 65_536, 65_537, 1 << 20, (20 << 20) + 3] {
        let mut bytes = vec![7; size];
        if let Some(last) = bytes.last_mut() {
            *last = 9;
        }
        let outcome = sandbox.analyze(&job("count", &bytes)).expect("a child");
        assert_eq!(outcome.rows[0].body["bytes"], size);
        assert_eq!(outcome.rows[0].body["last"].as_u64(), (size > 0).then_some(9));
    }
    assert_eq!(sandbox.children_started(), 1);
}
