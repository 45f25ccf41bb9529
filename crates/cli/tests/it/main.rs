//! The program as its users run it: whole commands, exit codes, files left behind.

mod bucket;
mod films;
mod folder;
mod link;
mod lists;
mod real;
#[cfg(feature = "bucket")]
#[path = "../../../wire/tests/it/s3.rs"]
#[allow(dead_code, reason = "the tests of that room use the rest")]
mod s3;
mod sheet;
mod support;
mod town;

/// A line on stdout, for whoever reads the tests' output.
#[cfg(feature = "bucket")]
fn say(line: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()).unwrap();
}
