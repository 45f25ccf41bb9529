//! Each layer alone, and what is refused where one is missing.
//!
//! A layer that this machine's kernel does not have is said to be missing and its case passes.
#![expect(clippy::print_stdout, reason = "says which layers this machine has")]

use witnessmark_desk::sandbox::{Capabilities, Policy, Sandbox, SandboxError, Setup};

use crate::{
    Case,
    children::{job, limits, only_problem, sandbox, setup, still_reads},
    hostile::SECRET,
};

/// The cases of this file.
pub const CASES: &[Case] = &[
    ("layers_of_this_machine", this_machine),
    ("policies_refuse_what_they_require", policies),
    ("limits_are_never_done_without", limits_required),
    ("landlock_alone_denies_files_and_tcp", landlock_alone),
    ("limits_alone_deny_files_sockets_and_memory", limits_alone),
    ("the_filter_alone_kills", filter_alone),
    ("a_container_without_landlock_reads", container),
    ("containers_that_deny_a_layer_are_seen_through", containers),
    ("a_child_without_limits_in_its_environment_refuses", no_variable),
    ("a_child_is_not_dumped", not_dumped),
];

/// Error numbers that a denied attempt ends with.
const DENIED: [i32; 2] = [libc::EACCES, libc::EPERM];
const NO_DESCRIPTOR: i32 = libc::EMFILE;

fn without(layers: &[&str], policy: Policy) -> Sandbox {
    let args: Vec<&str> = std::iter::once("child").chain(layers.iter().copied()).collect();
    Sandbox::new(Setup { policy, limits: limits(3), ..setup(&args) }.into())
}

/// What this machine has.
fn found() -> Capabilities {
    without(&[], Policy::AllowWeaker).capabilities().expect("a child")
}

/// The error number that `analyzer` got, `None` where it succeeded.
fn tried(sandbox: &mut Sandbox, analyzer: &'static str) -> Option<i32> {
    let outcome = sandbox.analyze(&job(analyzer, b"")).expect("a child");
    assert_eq!(outcome.failure, None, "{analyzer}");
    outcome.rows[0].body["value"].as_i64().map(|number| i32::try_from(number).expect("an error number"))
}

fn this_machine() {
    let found = found();
    println!("  {found:?}");
    assert!(found.rlimits, "limits hold on every Linux");
    let required = without(&[], Policy::Require).capabilities();
    assert_eq!(required.is_ok(), found.landlock && found.seccomp);
}

fn policies() {
    let here = found();
    for (lacking, policy, named) in [
        (&["landlock"][..], Policy::Require, &["landlock"][..]),
        (&["seccomp"], Policy::Require, &["seccomp"]),
        (&["landlock", "seccomp"], Policy::Require, &["landlock", "seccomp"]),
        (&["seccomp"], Policy::RequireFilter, &["seccomp"]),
        (&["landlock", "seccomp"], Policy::RequireFilter, &["seccomp"]),
    ] {
        let refused = without(lacking, policy).analyze(&job("count", b"abc"));
        let Err(SandboxError::Weaker { missing }) = refused else { panic!("{lacking:?} {policy:?}: {refused:?}") };
        assert!(named.iter().all(|name| missing.contains(name)), "{missing:?}");
        assert!(!here.landlock || missing == named, "{missing:?}");
    }
    for lacking in [&[][..], &["landlock"], &["seccomp"], &["landlock", "seccomp"]] {
        still_reads(&mut without(lacking, Policy::AllowWeaker));
    }
}

fn limits_required() {
    let refused = without(&["limits"], Policy::AllowWeaker).capabilities();
    let Err(SandboxError::Weaker { missing }) = refused else { panic!("{refused:?}") };
    assert_eq!(missing, ["rlimits"]);
}

fn landlock_alone() {
    if !found().landlock {
        return println!("  this kernel has no landlock: skipped");
    }
    let mut sandbox = without(&["seccomp", "limits-pretended"], Policy::AllowWeaker);
    for analyzer in ["read-file", "write-file", "list-folder", "spawn"] {
        assert!(tried(&mut sandbox, analyzer).is_some_and(|error| DENIED.contains(&error)), "{analyzer}");
    }
    assert!(!std::fs::exists(format!("/tmp/witnessmark-{SECRET}")).expect("look"));
    if found().landlock_network {
        assert!(tried(&mut sandbox, "tcp").is_some_and(|error| DENIED.contains(&error)));
    }
}

fn limits_alone() {
    let mut sandbox = without(&["landlock", "seccomp"], Policy::AllowWeaker);
    for analyzer in ["read-file", "write-file", "list-folder", "tcp", "udp", "unix-socket"] {
        assert_eq!(tried(&mut sandbox, analyzer), Some(NO_DESCRIPTOR), "{analyzer}");
    }
    // The kernel counts no process of root's, so there only the filter and Landlock stop one.
    if !rustix::process::getuid().is_root() {
        assert_eq!(tried(&mut sandbox, "spawn"), Some(libc::EAGAIN));
        assert_eq!(tried(&mut sandbox, "thread"), Some(libc::EAGAIN));
    }
    for (analyzer, what) in [
        ("allocate-at-once", "analyzer ran out of memory (limit 512 MiB)"),
        ("overflow", "analyzer ran out of stack"),
        ("spin", "analyzer did not finish within 3 s"),
        ("abort", "analyzer crashed (signal SIGABRT)"),
    ] {
        assert_eq!(only_problem(&sandbox.analyze(&job(analyzer, b"")).expect("a child")), what);
        still_reads(&mut sandbox);
    }
}

fn filter_alone() {
    if !found().seccomp {
        return println!("  this kernel has no seccomp: skipped");
    }
    let mut sandbox = without(&["landlock", "limits-pretended"], Policy::AllowWeaker);
    for analyzer in ["read-file", "write-file", "list-folder", "tcp", "udp", "unix-socket", "spawn", "thread"] {
        let outcome = sandbox.analyze(&job(analyzer, b"")).expect("a child");
        assert!(only_problem(&outcome).contains("SIGSYS"), "{analyzer}: {outcome:?}");
    }
    still_reads(&mut sandbox);
}

fn container() {
    let mut sandbox = without(&["landlock"], Policy::RequireFilter);
    let capabilities = sandbox.capabilities().expect("a child");
    assert!(!capabilities.landlock && !capabilities.landlock_network && capabilities.seccomp && capabilities.rlimits);
    still_reads(&mut sandbox);
    let outcome = sandbox.analyze(&job("read-file", b"")).expect("a child");
    assert!(only_problem(&outcome).contains("SIGSYS"));
    still_reads(&mut sandbox);
}

fn containers() {
    let here = found();
    if !here.seccomp {
        return println!("  this kernel has no seccomp to play a container with: skipped");
    }
    let run = |error: i32, calls: &[&str]| {
        let program = std::env::current_exe().expect("this program");
        let output = std::process::Command::new(program).arg("container").arg(error.to_string()).args(calls).output();
        String::from_utf8(output.expect("run").stdout).expect("words")
    };
    // Landlock is answered so by a kernel without it, one that has it off, and older container runtimes.
    for error in [libc::ENOSYS, libc::EOPNOTSUPP, libc::EPERM] {
        assert_eq!(run(error, &["landlock"]), "false true true [false, true, true]", "{error}");
        assert_eq!(run(error, &["landlock", "seccomp"]), "false false true [false, false, true]", "{error}");
    }
    let only_filter = format!("{} false true [false, false, true]", here.landlock);
    assert_eq!(run(libc::ENOSYS, &["seccomp"]), only_filter);
}

fn no_variable() {
    let program = std::env::current_exe().expect("this program");
    let output = std::process::Command::new(program).arg("child").env_clear().output().expect("run");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("refused") && said.contains("WITNESSMARK_CHILD_LIMITS"), "{said}");
}

fn not_dumped() {
    let mut weaker = without(&["seccomp"], Policy::AllowWeaker);
    let outcome = weaker.analyze(&job("dumpable", b"")).expect("a child");
    assert_eq!(outcome.rows[0].body["value"], "Ok(NotDumpable)");
    // With the filter, asking is denied already.
    let outcome = sandbox().analyze(&job("dumpable", b"")).expect("a child");
    assert!(only_problem(&outcome).contains("SIGSYS"));
}
