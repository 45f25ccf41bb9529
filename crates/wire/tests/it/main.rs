//! Exchanges over a wire, with real servers on this machine: honest, lying, slow and dead ones.

#[cfg(feature = "bucket")]
mod bucket;
#[cfg(feature = "bucket")]
mod s3;
mod served;
mod web;

/// A line on stdout, for whoever reads the tests' output.
pub fn say(line: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()).unwrap();
}
