//! The child as the system sees it, and when it ends.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use witnessmark_analyze::place::{ExtraPlace, Gazetteer};
use witnessmark_desk::sandbox::{ChildCommand, Limits, Policy, Sandbox, Setup};

use crate::{
    Case,
    children::{job, limits, sandbox, setup, still_reads},
};

/// The cases of this file.
pub const CASES: &[Case] = &[
    ("the_system_agrees_that_the_child_is_confined", confined),
    ("the_environment_is_not_handed_on", environment),
    ("the_archives_places_reach_the_child", places),
    ("a_child_is_kept_between_items_and_gone_with_the_sandbox", kept),
    ("a_child_that_died_between_items_is_replaced_without_blame", died_idle),
    ("a_child_is_replaced_after_so_many_items", replaced),
    ("a_child_is_replaced_before_its_processor_time_is_over", worn),
    ("a_sandbox_that_moves_to_another_thread_starts_anew", moved),
    ("ctrl_c_is_not_the_childs", own_group),
    ("a_child_dies_with_its_parent", dies_with_parent),
    ("this_program_is_found", this_program),
];

/// A file of `/proc/PID`.
fn proc(pid: u32, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/{file}")).expect("a running process")
}

/// True when no process of that number runs; one that only waits to be reaped does not run.
fn gone(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
    status.map_or(true, |status| status.lines().any(|line| line.starts_with("State:\tZ")))
}

fn confined() {
    let mut sandbox = Sandbox::new(Setup { policy: Policy::AllowWeaker, ..setup(&["child"]) }.into());
    let capabilities = sandbox.capabilities().expect("a child");
    let pid = sandbox.child_id().expect("a child");
    let status = proc(pid, "status");
    let has = |line: &str| assert!(status.contains(line), "{line:?} in {status}");
    has("NoNewPrivs:\t1\n");
    has("CapEff:\t0000000000000000\n");
    has("CapPrm:\t0000000000000000\n");
    has("Threads:\t1\n");
    if capabilities.seccomp {
        has("Seccomp:\t2\n");
    }
    let limits = proc(pid, "limits");
    let soft = |name: &str| {
        limits.lines().find(|line| line.starts_with(name)).and_then(|line| line[name.len()..].split_whitespace().next())
    };
    assert_eq!(soft("Max address space"), Some("536870912"));
    assert_eq!(soft("Max cpu time"), Some("120"));
    for nought in ["Max core file size", "Max file size", "Max open files", "Max processes"] {
        assert_eq!(soft(nought), Some("0"), "{nought}");
    }
    // Nobody but root may look into a process that is not dumpable.
    let Some(open) = descriptors(pid) else { return assert!(!rustix::process::getuid().is_root()) };
    // Whoever started this program may have left descriptors open; the filter makes them useless to the child.
    let inherited = descriptors(std::process::id()).expect("own descriptors");
    let own: Vec<_> = open.difference(&inherited).collect();
    assert!(own.iter().all(|target| target.starts_with("pipe:")) && own.len() <= 3, "{own:?}");
}

/// What the descriptors of a process lead to; `None` where it may not be looked into.
fn descriptors(pid: u32) -> Option<BTreeSet<String>> {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    // The descriptor that lists the folder is gone by the time it is looked at.
    Some(entries.filter_map(|entry| Some(std::fs::read_link(entry.ok()?.path()).ok()?.display().to_string())).collect())
}

fn environment() {
    let outcome = sandbox().analyze(&job("environment", b"")).expect("a child");
    assert_eq!(outcome.rows[0].body["value"], serde_json::json!(["WITNESSMARK_CHILD_LIMITS"]));
}

fn places() {
    let place = ExtraPlace {
        id: "own:1".into(),
        name: "Tell Invented".into(),
        name_ar: Some("تل مخترع".into()),
        lat: 35.5,
        lon: 36.5,
        uncertainty_m: 500.0,
        level: "town".into(),
        ..ExtraPlace::default()
    };
    let setup = Setup { places: vec![place.clone()], ..setup(&["child"]) };
    assert!(!format!("{setup:?}").contains("Invented"), "places are not printed");
    let mut job = job("places", b"");
    job.name = place.name.clone();
    let outcome = Sandbox::new(setup.into()).analyze(&job).expect("a child");
    let there: Vec<_> = outcome.rows.iter().map(|row| row.body["id"].as_str().expect("id").to_owned()).collect();
    let here: Vec<_> = Gazetteer::with_places([place]).resolve("Tell Invented").into_iter().map(|c| c.id).collect();
    assert_eq!(there, here);
}

fn kept() {
    let mut sandbox = sandbox();
    assert_eq!(sandbox.child_id(), None, "started when first needed");
    for _ in 0..10 {
        still_reads(&mut sandbox);
    }
    assert_eq!(sandbox.children_started(), 1);
    let pid = sandbox.child_id().expect("a child");
    drop(sandbox);
    assert!(gone(pid));
}

fn died_idle() {
    let mut sandbox = sandbox();
    still_reads(&mut sandbox);
    let pid = i32::try_from(sandbox.child_id().expect("a child")).expect("a number");
    let pid = rustix::process::Pid::from_raw(pid).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("kill");
    std::thread::sleep(Duration::from_millis(50));
    let outcome = sandbox.analyze(&job("count", b"abc")).expect("a child");
    assert_eq!((outcome.failure, outcome.attempts, sandbox.children_started()), (None, 1, 2));
}

fn replaced() {
    let limits = Limits { items_per_child: 2, ..limits(5) };
    let mut sandbox = Sandbox::new(Setup { limits, ..setup(&["child"]) }.into());
    for started in [1, 1, 2, 2, 3] {
        still_reads(&mut sandbox);
        assert_eq!(sandbox.children_started(), started);
    }
}

fn worn() {
    // Less is left after the first item than the next may take.
    let limits = Limits { cpu_seconds: 5, ..limits(5) };
    let mut sandbox = Sandbox::new(Setup { limits, ..setup(&["child"]) }.into());
    still_reads(&mut sandbox);
    still_reads(&mut sandbox);
    assert_eq!(sandbox.children_started(), 2);
}

fn moved() {
    let mut sandbox = std::thread::spawn(|| {
        let mut sandbox = sandbox();
        still_reads(&mut sandbox);
        sandbox
    })
    .join()
    .expect("thread");
    still_reads(&mut sandbox);
    assert_eq!(sandbox.children_started(), 2);
}

fn own_group() {
    let mut sandbox = sandbox();
    still_reads(&mut sandbox);
    let pid = i32::try_from(sandbox.child_id().expect("a child")).expect("a number");
    let pid = rustix::process::Pid::from_raw(pid).expect("a process");
    assert_eq!(rustix::process::getpgid(Some(pid)).expect("a group"), pid);
}

fn dies_with_parent() {
    let program = std::env::current_exe().expect("this program");
    let mut middle = Command::new(program).arg("middle").stdout(Stdio::piped()).spawn().expect("start");
    let mut line = String::new();
    BufReader::new(middle.stdout.take().expect("a pipe")).read_line(&mut line).expect("a number");
    let pid: u32 = line.trim().parse().expect("a number");
    assert!(!gone(pid), "it spins");
    middle.kill().expect("kill");
    middle.wait().expect("reap");
    let deadline = Instant::now() + Duration::from_secs(5);
    while !gone(pid) {
        assert!(Instant::now() < deadline, "process {pid} outlived its parent");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn this_program() {
    let command = ChildCommand::this_program("child").expect("this program");
    let mut sandbox = Sandbox::new(Setup { command, ..setup(&[]) }.into());
    still_reads(&mut sandbox);
}
