//! The program: arguments, terminal, exit codes, wiring. Nothing here is worth testing without a terminal.
//!
//! Exit status: 0 done, or holds · 1 the answer is no · 2 could not. Results on stdout, progress and messages on stderr.

mod account;
mod args;
mod asked;
mod bench;
mod check;
mod coding;
mod cosign;
mod custody;
mod decide;
mod demo;
mod exchange;
mod files;
mod hold;
mod identity;
mod inquire;
mod legal;
mod link;
mod list;
mod make;
mod member;
mod outside;
mod policy;
mod recovery;
mod same;
mod sheet;
mod stamp;
mod sync;
mod terminal;
mod watch;
mod work;

use std::process::ExitCode;

use clap::Parser as _;
use witnessmark_desk::sandbox::external;

use crate::args::{Args, Command};
use crate::terminal::{Failure, or_none};

/// What a command answers: `false` = the answer is no.
type Answer = Result<bool, Failure>;

fn main() -> ExitCode {
    // The child gives up what it does not need before anything else happens in its process.
    if std::env::args_os().nth(1).is_some_and(|arg| arg == witnessmark_desk::analyzers::CHILD) {
        return witnessmark_desk::sandbox::child_main(&witnessmark_desk::stills::IN_CHILD);
    }
    // Nor does this process do anything of its own once it is to become a program of others.
    if std::env::args_os().nth(1).is_some_and(|arg| arg == external::CONFINED) {
        return external::confined_main(std::env::args_os().skip(2));
    }
    let args = Args::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    match run(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> Answer {
    match args.command {
        Command::Init(a) => make::init(a),
        Command::Status(a) => make::status(a),
        Command::Lock(a) => make::lock(a),
        Command::Member(a) => member::run(a),
        Command::Account(a) => account::run(a),
        Command::Identity(a) => identity::run(a),
        Command::Recovery(a) => recovery::run(a),
        Command::Cosign(a) => cosign::run(a),
        Command::Cosigner(a) => cosign::partner(a),
        Command::Stamp(a) => stamp::run(a),
        Command::Export(a) => exchange::export(a),
        Command::Import(a) => exchange::import(a),
        Command::Sync(a) => sync::run(a),
        Command::Backup(a) => make::backup(a),
        Command::Check(a) => check::run(a),
        Command::Rebuild(a) => make::rebuild(a),
        Command::Collect(a) => work::collect(a),
        Command::Analyze(a) => work::analyze(a),
        Command::Propose(a) => work::propose(a),
        Command::Investigate(a) => work::investigate(a),
        Command::Report(a) => work::report(a),
        Command::Dossier(a) => work::dossier(a),
        Command::Serve(a) => work::serve(a),
        Command::Items(a) => or_none(list::items(a), "items"),
        Command::Claims(a) => or_none(list::claims(a, false), "claims of attacks"),
        Command::Statements(a) => or_none(list::claims(a, true), "statements"),
        Command::Incidents(a) => or_none(list::incidents(a), "incidents"),
        Command::Commitments(a) => or_none(list::commitments(a), "commitments"),
        Command::Reports(a) => or_none(list::reports(a), "reports or dossiers issued"),
        Command::Dispatches(a) => or_none(list::dispatches(a), "dispatches"),
        Command::Proposals(a) => or_none(list::proposals(a), "proposals waiting"),
        Command::Show(a) => list::show(a),
        Command::Search(a) => list::search(a),
        Command::Similar(a) => files::similar(a),
        Command::Custody(a) => custody::run(a),
        Command::Accept(a) => decide::accept(a),
        Command::Reject(a) => decide::reject(a),
        Command::Correct(a) => decide::correct(a),
        Command::Claim(a) => decide::claim(a),
        Command::Group(a) => decide::group(a),
        Command::Ungroup(a) => decide::ungroup(a),
        Command::Undo(a) => decide::undo(a),
        Command::Assess(a) => decide::assess(a),
        Command::Locate(a) => decide::locate(a),
        Command::Examine(a) => decide::examine(a),
        Command::Ask(a) => inquire::ask(a),
        Command::Replies(a) => or_none(inquire::replies(a), "party asked, and no proposition to test"),
        Command::Test(a) => inquire::test(a),
        Command::Question(a) => inquire::question(a),
        Command::Questions(a) => or_none(inquire::questions(a), "questions or rival explanations"),
        Command::Argue(a) => inquire::argue(a),
        Command::Settle(a) => inquire::settle(a),
        Command::Searched(a) => inquire::searched(a),
        Command::Searches(a) => or_none(inquire::searches(a), "searches"),
        Command::Edges(a) => inquire::edges(a),
        Command::Dispute(a) => inquire::dispute(a),
        Command::Legal(a) => legal::run(a),
        Command::Coding(a) => coding::run(a),
        Command::Policy(a) => policy::run(a),
        Command::Connect(a) => decide::connect(a),
        Command::Merge(a) => same::merge(a),
        Command::Split(a) => same::split(a),
        Command::Pair(a) => same::pair(a),
        Command::Why(a) => same::why(a),
        Command::Review(a) => same::review(a),
        Command::Withdraw(a) => decide::withdraw(a),
        Command::Seal(a) => decide::seal(a),
        Command::Hold(a) => hold::hold(a),
        Command::Release(a) => hold::release(a),
        Command::Erase(a) => decide::erase(a),
        Command::Dispatch(a) => decide::dispatch(a),
        Command::Respond(a) => inquire::respond(a),
        Command::Demo(a) => demo::demo(a),
        Command::Verify(a) => files::verify(a),
        Command::Extract(a) => files::extract(a),
        Command::Hash(a) => files::hash(a),
        Command::Place(a) => files::place(a),
        Command::Scene(a) => files::scene(a),
        Command::Link(a) => link::run(a),
        Command::Bench(a) => bench::run(a.what),
        Command::Sun(_) | Command::Shadow(_) => {
            Err(Failure::new("not yet: this command is named in the contract and is not built", None))
        }
    }
}
