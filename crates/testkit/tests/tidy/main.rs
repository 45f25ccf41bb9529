//! The repository's own rules, held by a test: who may depend on whom, what may be licensed how, what no file may hold.
//!
//! Every rule is a function from text to complaints and is tried on a planted offence beside the test that runs it over
//! the tree, so a rule that has gone blind fails too. Deliberately reads the tree as it lies on the disk, not what is
//! committed: a complaint is worth most before the commit.
#![expect(clippy::print_stdout, reason = "counts are told to whoever runs it")]

mod documents;
mod lexer;
mod packages;
mod rooms;
mod sources;
mod tree;
mod words;

/// Fails with every complaint, one a line.
fn hold(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}:\n  {}", complaints.join("\n  "));
}
