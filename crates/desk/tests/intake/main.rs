//! Everything that comes in by archive or export, end to end: a folder, an archive (the collection), the child in between.
//!
//! The test program is its own child, so it has no harness of the standard library's. `cargo test --test intake [WORD]` runs the cases
//! whose name holds WORD. All people, places and posts are invented.
#![expect(clippy::print_stdout, reason = "this is a program of its own")]

mod alike;
mod arrivals;
mod before;
mod bench;
mod exports;
mod hostile;
mod members;
mod read_off;
mod similar;
mod support;

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
        ["analyze-child"] => witnessmark_desk::sandbox::child_main(&witnessmark_desk::stills::IN_CHILD),
        ["--list", ..] => cases().map(|(name, _)| println!("{name}: test")).fold(ExitCode::SUCCESS, |code, ()| code),
        ["--twenty-gigabytes", rest @ ..] => bench::twenty_gigabytes(rest.first().copied()),
        ["--posts", rest @ ..] => bench::posts(rest.first().copied()),
        _ => run(args.iter().find(|arg| !arg.starts_with('-')).copied().unwrap_or("")),
    }
}

fn cases() -> impl Iterator<Item = Case> {
    [
        members::CASES,
        exports::CASES,
        alike::CASES,
        before::CASES,
        hostile::CASES,
        arrivals::CASES,
        read_off::CASES,
        similar::CASES,
    ]
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
