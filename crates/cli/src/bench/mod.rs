//! Measuring this program where it stands: one module a room, each printing what it measured, on what, in which unit.
//! Nothing here is a timed test; docs/benchmarks.md holds figures that were seen.

mod ledger;
mod ledger_disk;
mod text;

/// What to measure.
#[derive(clap::Subcommand)]
pub enum Bench {
    /// The tree, its proofs and its checkpoints.
    Ledger(ledger::Ledger),
    /// How well texts are read, on sets with known answers.
    Text(text::Text),
}

/// Measures, and prints.
pub fn run(what: Bench) -> crate::Answer {
    match what {
        Bench::Ledger(args) => ledger::run(args),
        Bench::Text(args) => text::run(args),
    }
}
