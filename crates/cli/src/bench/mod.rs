//! Measuring this program where it stands: one module a room, each printing what it measured, on what, in which unit.
//! Nothing here is a timed test; docs/benchmarks.md holds figures that were seen.

mod exchange;
mod intake;
mod ledger;
mod ledger_disk;
mod ledger_scale;
mod link;
mod media;
mod pages;
mod python;
mod text;
mod weigh;

/// What to measure.
#[derive(clap::Subcommand)]
pub enum Bench {
    /// Logs and blobs through a folder, a web server or a bucket.
    Exchange(exchange::Exchange),
    /// Taking material in: photographs, metadata, growth, broken files.
    Intake(intake::Intake),
    /// The tree, its proofs and its checkpoints.
    Ledger(ledger::Ledger),
    /// Rows of one person: how many are found, at what cost.
    Link(link::Link),
    /// Pictures: hashes, recognition, copies and captures, the join.
    Media(media::Media),
    /// What a page waits for, first and after a decision, at growing numbers.
    Pages(pages::Pages),
    /// How well texts are read, on sets with known answers.
    Text(text::Text),
    /// From claims to incidents and levels, at growing numbers, and floods.
    Weigh(weigh::Weigh),
}

/// Measures, and prints.
pub fn run(what: Bench) -> crate::Answer {
    match what {
        Bench::Exchange(args) => exchange::run(args),
        Bench::Intake(args) => intake::run(args),
        Bench::Ledger(args) => ledger::run(args),
        Bench::Link(args) => link::run(args),
        Bench::Media(args) => media::run(args),
        Bench::Pages(args) => pages::run(args),
        Bench::Text(args) => text::run(args),
        Bench::Weigh(args) => weigh::run(args),
    }
}
