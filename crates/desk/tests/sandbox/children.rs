//! The children that the cases start, and what the cases say to start them.

use std::{
    io::{self, Read as _, Write as _},
    os::fd::RawFd,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use witnessmark_desk::sandbox::{
    ChildCommand, ChildLimits, Job, Kernel, Landlocked, Limits, Outcome, Policy, Sandbox, Setup, ThisKernel,
    child_main_on,
};

use crate::hostile::ANALYZERS;

/// A kernel that lacks some layers, or one that says that a layer holds and applies nothing.
#[derive(Default)]
struct Lacking {
    landlock: bool,
    seccomp: bool,
    limits: bool,
    limits_pretended: bool,
}

impl Kernel for Lacking {
    fn landlock(&self) -> Landlocked {
        if self.landlock { Landlocked::default() } else { ThisKernel.landlock() }
    }

    fn limits(&self, limits: &ChildLimits) -> bool {
        self.limits_pretended || (!self.limits && ThisKernel.limits(limits))
    }

    fn seccomp(&self, answer: RawFd) -> bool {
        !self.seccomp && ThisKernel.seccomp(answer)
    }
}

/// A real child with hostile analyzers, on a kernel that lacks the layers named.
pub fn child(without: &[&str]) -> ExitCode {
    let has = |word| without.contains(&word);
    let kernel = Lacking {
        landlock: has("landlock"),
        seccomp: has("seccomp"),
        limits: has("limits"),
        limits_pretended: has("limits-pretended"),
    };
    child_main_on(ANALYZERS, &kernel)
}

/// A child that is taken over entirely: it speaks the protocol wrongly in the way named.
pub fn fake(how: &str) -> ExitCode {
    let mut output = io::stdout();
    let mut say = |text: &str| {
        let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    };
    let held = r#"{"landlock":true,"landlock_network":true,"seccomp":true,"rlimits":true}"#;
    let program = if how == "other-version" { "0.0.0" } else { env!("CARGO_PKG_VERSION") };
    match how {
        "silent" => sleep(),
        "ends" => return ExitCode::SUCCESS,
        "no-json" => say("hello\n"),
        _ => {}
    }
    // The places: an empty array.
    let _ = frame();
    say(&format!("{{\"ready\":{{\"protocol\":4,\"program\":\"{program}\",\"capabilities\":{held}}}}}\n"));
    if how == "does-not-read" {
        sleep();
    }
    if how == "answers-early" {
        // It has begun to listen, so this is no part of its first line.
        let _ = io::stdin().read_exact(&mut [0; 4]);
        say("{\"end\":{\"job\":0,\"rows\":0,\"micros\":0}}\n");
        sleep();
    }
    while frame().is_some() {
        match how {
            "garbage" => say("\u{0}\u{1}not a line\n"),
            "other-job" => say("{\"end\":{\"job\":77,\"rows\":0,\"micros\":0}}\n"),
            "says-more" => {
                say("{\"end\":{\"job\":0,\"rows\":0,\"micros\":0}}\n{\"row\":{\"kind\":\"said\",\"body\":{}}}\n")
            }
            "speaks-later" => {
                say("{\"end\":{\"job\":0,\"rows\":0,\"micros\":0}}\n");
                std::thread::sleep(Duration::from_millis(50));
                say(
                    "{\"row\":{\"kind\":\"said\",\"body\":{\"value\":\"forged\"}}}\n{\"end\":{\"job\":1,\"rows\":1,\"micros\":0}}\n",
                );
            }
            "deep" => say(&format!("{{\"row\":{{\"kind\":\"said\",\"body\":{{\"a\":{}}}}}}}\n", "[".repeat(100_000))),
            "extra-field" => say("{\"end\":{\"job\":0,\"rows\":0,\"micros\":0,\"x\":1}}\n"),
            "endless-line" => loop {
                say(&"x".repeat(65_536));
            },
            "trickle" => loop {
                say(" ");
                std::thread::sleep(Duration::from_millis(10));
            },
            "panic-with-words" => say("{\"panicked\":{\"at\":\"called by Mariam\"}}\n"),
            "closes" => {
                // What is left holds no pipe to the parent but the one it listens on.
                let _ = rustix::stdio::dup2_stdout(rustix::stdio::stdin());
                sleep();
            }
            _ => return ExitCode::FAILURE,
        }
    }
    ExitCode::SUCCESS
}

/// A parent between the case and a child: starts one that spins, says its number, and waits to be killed.
pub fn middle() -> ExitCode {
    let mut sandbox = Sandbox::new(Arc::new(Setup { limits: limits(60), ..setup(&["child"]) }));
    sandbox.capabilities().expect("a child");
    let mut output = io::stdout();
    writeln!(output, "{}", sandbox.child_id().expect("a child")).and_then(|()| output.flush()).expect("say");
    let _ = sandbox.analyze(&job("spin", b""));
    ExitCode::SUCCESS
}

/// A parent in a container that answers the calls named with an error number, as container runtimes do. Says
/// which layers a child then finds, and whether it is refused.
pub fn container(error: &str, calls: &[&str]) -> ExitCode {
    let number = |call: &&str| match *call {
        "landlock" => libc::SYS_landlock_create_ruleset,
        "seccomp" => libc::SYS_seccomp,
        _ => panic!("an unknown call"),
    };
    let rules = calls.iter().map(|call| (number(call), Vec::new())).collect();
    let errno = SeccompAction::Errno(error.parse().expect("a number"));
    let machine = std::env::consts::ARCH.try_into().expect("a known machine");
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, errno, machine).expect("a filter");
    seccompiler::apply_filter(&BpfProgram::try_from(filter).expect("a program")).expect("apply");
    let with = |policy| Sandbox::new(Arc::new(Setup { policy, ..setup(&["child"]) }));
    let found = with(Policy::AllowWeaker).capabilities().expect("a child");
    let reads = |policy| with(policy).analyze(&job("count", b"abc")).is_ok_and(|outcome| outcome.failure.is_none());
    let policies = [Policy::Require, Policy::RequireFilter, Policy::AllowWeaker].map(reads);
    let _ = write!(io::stdout(), "{} {} {} {policies:?}", found.landlock, found.seccomp, found.rlimits);
    ExitCode::SUCCESS
}

/// Reads a frame and drops it.
fn frame() -> Option<()> {
    let mut input = io::stdin();
    let mut length = [0; 4];
    input.read_exact(&mut length).ok()?;
    let mut header = vec![0; u32::from_be_bytes(length) as usize];
    input.read_exact(&mut header).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    let mut body = vec![0; usize::try_from(header["bytes"].as_u64()?).ok()?];
    input.read_exact(&mut body).ok()
}

fn sleep() {
    std::thread::sleep(Duration::from_secs(60));
}

/// Limits for a case: `seconds` for an item, less memory than the machine has, few rows and bytes.
pub fn limits(seconds: u64) -> Limits {
    Limits {
        memory_bytes: 512 << 20,
        item_time: Duration::from_secs(seconds),
        rows: 5_000,
        output_bytes: 4 << 20,
        ..Limits::default()
    }
}

/// This program as the child that `args` say, with every layer required.
pub fn setup(args: &[&str]) -> Setup {
    let program = std::env::current_exe().expect("this program");
    let command = ChildCommand { program, args: args.iter().map(Into::into).collect() };
    Setup {
        command,
        analyzers: ANALYZERS,
        limits: limits(20),
        policy: Policy::RequireFilter,
        places: Vec::new(),
        trusted: witnessmark_analyze::Trusted::default(),
    }
}

/// A sandbox of real children.
pub fn sandbox() -> Sandbox {
    Sandbox::new(Arc::new(setup(&["child"])))
}

/// A job of the analyzer called so.
pub fn job(analyzer: &'static str, bytes: &[u8]) -> Job<Vec<u8>> {
    Job { analyzer, name: "item".into(), media_type: "text/plain".into(), published: None, bytes: bytes.to_vec() }
}

/// Asserts that the sandbox still reads.
pub fn still_reads(sandbox: &mut Sandbox) {
    let outcome = sandbox.analyze(&job("count", b"abc")).expect("a child");
    assert_eq!(outcome.failure, None);
    assert_eq!(outcome.rows.len(), 1);
    assert_eq!(outcome.rows[0].body["bytes"], 3);
}

/// The `what` of an outcome that is one problem and nothing else.
pub fn only_problem(outcome: &Outcome) -> &str {
    assert!(outcome.failure.is_some(), "{outcome:?}");
    assert_eq!(outcome.rows.len(), 1, "{outcome:?}");
    assert_eq!(outcome.rows[0].kind, "problem");
    assert_eq!(outcome.rows[0].body["where"], "whole item");
    outcome.rows[0].body["what"].as_str().expect("words")
}
