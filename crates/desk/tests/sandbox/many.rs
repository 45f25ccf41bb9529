//! Many items at once: order, failures among them, and stopping.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use witnessmark_desk::sandbox::{
    Finished, Limits, Outcome, Policy, SandboxError, Setup, Visit, analyze_all, visit_all,
};

use crate::{
    Case,
    children::{job, limits, setup},
};

/// The cases of this file.
pub const CASES: &[Case] = &[
    ("outcomes_come_in_the_order_of_the_jobs", order),
    ("crashes_among_them_stay_where_they_are", crashes),
    ("one_worker_and_several_agree", agree),
    ("no_job_is_no_work", nothing),
    ("jobs_are_not_taken_far_ahead", not_far_ahead),
    ("a_stop_is_heard_within_an_item", stops),
    ("a_stop_from_the_callback_is_heard", stops_itself),
    ("a_visit_is_read_by_all_whatever_becomes_of_one", visits),
    ("a_child_that_cannot_be_had_ends_the_run", cannot),
];

fn run(setup: Setup, jobs: Vec<(&'static str, Vec<u8>)>, workers: usize) -> (Finished, Vec<(usize, Outcome)>) {
    let mut seen = Vec::new();
    let jobs = jobs.into_iter().map(|(analyzer, bytes)| job(analyzer, &bytes));
    let finished = analyze_all(&Arc::new(setup), jobs, workers, &AtomicBool::new(false), |index, outcome| {
        seen.push((index, outcome));
    });
    (finished.expect("children"), seen)
}

fn order() {
    // The earlier the job, the longer it takes.
    let jobs = (0..60_u8).map(|n| ("slow", vec![200 - 3 * n])).collect();
    let (finished, seen) = run(setup(&["child"]), jobs, 2);
    assert_eq!(finished, Finished { jobs: 60, stopped: false });
    assert!(seen.iter().map(|(index, _)| *index).eq(0..60));
}

fn crashes() {
    let names = ["count", "panic", "count", "abort", "exit", "count", "allocate-at-once", "count", "tcp", "count"];
    let (finished, seen) = run(setup(&["child"]), names.map(|name| (name, b"abc".to_vec())).to_vec(), 2);
    assert_eq!(finished.jobs, names.len());
    for ((index, outcome), name) in seen.iter().zip(names) {
        assert_eq!(outcome.failure.is_none(), name == "count", "{index}: {outcome:?}");
    }
}

fn agree() {
    let jobs: Vec<_> = (0..40_u8).map(|n| (if n % 7 == 3 { "panic" } else { "echo" }, vec![b'a' + n % 26])).collect();
    let rows = |workers| {
        let (_, seen) = run(setup(&["child"]), jobs.clone(), workers);
        seen.into_iter().map(|(_, outcome)| outcome.rows).collect::<Vec<_>>()
    };
    assert_eq!(rows(1), rows(3));
}

fn nothing() {
    let (finished, seen) = run(setup(&["child"]), Vec::new(), 2);
    assert_eq!((finished, seen.len()), (Finished { jobs: 0, stopped: false }, 0));
}

fn not_far_ahead() {
    let (taken, done) = (Cell::new(0_usize), Cell::new(0_usize));
    let jobs = (0..200).map(|_| {
        taken.set(taken.get() + 1);
        assert!(taken.get() <= done.get() + 2 * 65 + 3, "{} taken, {} done", taken.get(), done.get());
        job("count", b"abc")
    });
    let stop = AtomicBool::new(false);
    analyze_all(&Arc::new(setup(&["child"])), jobs, 2, &stop, |_, _| done.set(done.get() + 1)).expect("children");
    assert_eq!((taken.get(), done.get()), (200, 200));
}

fn stops() {
    let setup = Arc::new(Setup { limits: limits(60), ..setup(&["child"]) });
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(700));
            stop.store(true, Ordering::Relaxed);
        });
        let jobs = ["count", "count", "spin", "spin", "count"].map(|name| job(name, b"abc"));
        let mut seen = Vec::new();
        let finished = analyze_all(&setup, jobs, 2, &stop, |index, _| seen.push(index)).expect("children");
        assert_eq!(finished, Finished { jobs: 2, stopped: true });
        assert_eq!(seen, [0, 1]);
    });
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

fn stops_itself() {
    let stop = AtomicBool::new(false);
    let mut seen = 0;
    let jobs = (0..1_000).map(|_| job("count", b"abc"));
    let finished = analyze_all(&Arc::new(setup(&["child"])), jobs, 2, &stop, |_, _| {
        seen += 1;
        stop.fetch_or(seen == 10, Ordering::Relaxed);
    });
    let finished = finished.expect("children");
    assert!(finished.stopped && finished.jobs == seen && (10..1_000).contains(&seen), "{finished:?}");
}

fn cannot() {
    let lacking = Setup { policy: Policy::RequireFilter, ..setup(&["child", "seccomp"]) };
    let jobs = ["count"; 5].map(|name| job(name, b"abc"));
    let refused = analyze_all(&Arc::new(lacking), jobs, 2, &AtomicBool::new(false), |_, _| panic!("nothing is read"));
    assert!(matches!(refused, Err(SandboxError::Weaker { .. })), "{refused:?}");
}

fn visits() {
    let names = ["count", "panic", "unlisted", "flood-rows", "echo", "abort", "spin", "count"];
    let visit = |bytes: &'static [u8]| Visit {
        analyzers: names.to_vec(),
        name: "a".into(),
        media_type: "text/plain".into(),
        published: None,
        bytes,
    };
    let setup = Setup { limits: Limits { rows: 1_000, ..limits(2) }, ..setup(&["child"]) };
    let items: [&[u8]; 3] = [b"abc", b"", b"x"];
    let mut seen = Vec::new();
    let finished = visit_all(&Arc::new(setup), items.map(visit), 2, &AtomicBool::new(false), |index, outcomes| {
        seen.push((index, outcomes));
    });
    assert_eq!(finished.expect("children"), Finished { jobs: 3, stopped: false });
    for (index, outcomes) in seen {
        let kinds: Vec<&str> = outcomes.iter().map(|o| o.failure.as_ref().map_or("", |f| f.kind())).collect();
        assert_eq!(
            kinds,
            ["", "panicked", "unlisted-kind", "too-many-rows", "", "crashed", "too-late", ""],
            "item {index}"
        );
        for count in [&outcomes[0], &outcomes[7]] {
            assert_eq!(count.rows[0].body["bytes"], items[index].len());
        }
        assert_eq!((outcomes[2].rows.len(), outcomes[3].rows.len()), (2, 1_001));
        // Who broke a child that others had used was tried once more, alone.
        assert_eq!(outcomes.iter().map(|o| o.attempts).collect::<Vec<_>>(), [1, 2, 1, 1, 1, 2, 1, 1]);
    }
}
