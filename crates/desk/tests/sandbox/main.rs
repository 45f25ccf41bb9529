//! Hostile analyzers in real children: each is contained, and the item after it is still read.
//!
//! The test program is its own child, as the real program is, so it has no harness of the standard library's:
//! that one starts threads and prints. `cargo test --test sandbox [WORD]` runs the cases whose name holds WORD;
//! `cargo test --release --test sandbox -- --measure` prints what the sandbox costs.
#![expect(clippy::print_stdout, reason = "this is a program of its own")]

mod children;
mod contained;
mod external;
mod hostile;
mod layers;
mod many;
mod measure;
mod own;
mod process;
mod protocol;

use std::process::ExitCode;

use witnessmark_desk::sandbox::external::{CONFINED, confined_main};

/// A case: its name and what it does; a panic is a failure.
type Case = (&'static str, fn());

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|arg| arg == CONFINED) {
        return confined_main(std::env::args_os().skip(2));
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["child", without @ ..] => children::child(without),
        ["own"] => own::child(),
        ["fake", how] => children::fake(how),
        ["container-external"] => external::in_container(),
        ["middle"] => children::middle(),
        ["container", error, calls @ ..] => children::container(error, calls),
        ["--list"] => cases().map(|(name, _)| println!("{name}: test")).fold(ExitCode::SUCCESS, |code, ()| code),
        _ if args.contains(&"--measure") => measure::measure(),
        _ => run(args.iter().find(|arg| !arg.starts_with('-')).copied().unwrap_or("")),
    }
}

fn cases() -> impl Iterator<Item = Case> {
    [contained::CASES, layers::CASES, protocol::CASES, process::CASES, many::CASES, own::CASES, external::CASES]
        .into_iter()
        .flatten()
        .copied()
}

/// Runs the cases whose name holds `word`, one after another.
fn run(word: &str) -> ExitCode {
    let mut failed = Vec::new();
    let mut count = 0;
    for (name, case) in cases().filter(|(name, _)| name.contains(word)) {
        count += 1;
        let held = std::panic::catch_unwind(case).is_ok();
        println!("test {name} ... {}", if held { "ok" } else { "FAILED" });
        if !held {
            failed.push(name);
        }
    }
    println!("\n{count} cases, {} failed {failed:?}", failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
