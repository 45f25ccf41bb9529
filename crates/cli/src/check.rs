//! `check`: everything that the ledger commits to, read again; with --fixity the stored bytes alone, in rounds that go on where
//! they were, are written down, and mend what they can.

use std::path::PathBuf;

use serde_json::json;
use witnessmark_archive::check::{Checked, Finding};
use witnessmark_archive::fixity::{Fixity, Round};

use crate::Answer;
use crate::args::As;
use crate::outside::{look, open};
use crate::sync::pace;
use crate::terminal::{Bar, note, out};
use crate::work::stop_on_interrupt;

/// `check ARCHIVE`
#[derive(clap::Args)]
pub struct Check {
    pub archive: PathBuf,
    #[arg(long)]
    pub json: bool,
    /// Read the stored bytes again in a round that may be stopped and goes on later; write down what is found.
    #[arg(long)]
    pub fixity: bool,
    /// With --fixity: mend damage from this copy: a backup, another archive, a folder carried between archives.
    #[arg(long, value_name = "DIR", requires = "fixity")]
    pub replica: Option<PathBuf>,
    /// With --fixity: read at most so many megabytes a second.
    #[arg(long, value_name = "MB/S", requires = "fixity")]
    pub rate: Option<f64>,
    /// With --fixity: stop after so many megabytes.
    #[arg(long, value_name = "MB", requires = "fixity")]
    pub most: Option<u64>,
    #[command(flatten)]
    pub by: As,
}

/// Runs it.
pub fn run(a: Check) -> Answer {
    if a.fixity {
        return fixity(&a);
    }
    let archive = look(&a.archive)?;
    let mut bar = Bar::new();
    let mut started = false;
    let checked = archive.check(|_, total| {
        use witnessmark_desk::progress::Progress as _;
        if !started {
            bar.stage("check", Some(total));
            started = true;
        }
        bar.advance(1);
    })?;
    drop(bar);
    if a.json {
        let list = |list: &[Finding]| list.iter().map(Finding::to_json).collect::<Vec<_>>();
        let mut line = json!({
            "holds": checked.holds(), "entries": checked.entries, "blobs": checked.blobs, "bytes": checked.bytes,
            "packs": checked.packs, "packs_sealed": checked.packs_sealed, "erased": checked.erased, "in_place": checked.in_place,
            "not_arrived": checked.not_arrived,
            "findings": list(&checked.findings), "doubtful": list(&checked.doubtful),
        });
        if let Some(time) = archive.last_round() {
            line["fixity"] = time.into();
        }
        out(line);
    } else {
        say(&checked);
    }
    Ok(checked.holds())
}

fn say(checked: &Checked) {
    for finding in &checked.findings {
        out(format_args!("{}: {}", finding.at, finding.what));
    }
    for doubtful in &checked.doubtful {
        out(format_args!("{} is in doubt: {}", doubtful.at, doubtful.what));
    }
    let sealed = match checked.packs_sealed {
        0 => String::new(),
        n => format!(" ({n} sealed ones only hashed)"),
    };
    if checked.not_arrived > 0 {
        out(format_args!(
            "{} stored files of admitted logs have not arrived yet; `witnessmark sync` brings them",
            checked.not_arrived
        ));
    }
    let outcome = match checked.findings.len() {
        0 => "unchanged since they were recorded".to_owned(),
        n => format!("{n} finding(s)"),
    };
    out(format_args!(
        "{} entries, {} stored files ({} bytes), {} packs read again{sealed}: {outcome}",
        checked.entries, checked.blobs, checked.bytes, checked.packs,
    ));
}

fn fixity(a: &Check) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let stop = stop_on_interrupt();
    let mut round = Round {
        replica: a.replica.as_deref(),
        pace: pace(a.rate),
        most: a.most.map(|most| most.saturating_mul(1_000_000)),
        stop: &|| stop.asked(),
        progress: &mut |_| (),
    };
    let said = archive.session(member)?.fixity(&mut round)?;
    if a.json {
        let damage = said.damage.iter().map(|d| {
            let mut line = json!({ "blob": d.blob.to_string(), "what": d.what, "mended": d.mended });
            if let Some(item) = d.item {
                line["item"] = item.to_string().into();
            }
            line
        });
        out(json!({
            "blobs": said.blobs, "of": said.of, "bytes": said.bytes, "finished": said.finished, "damage": damage.collect::<Vec<_>>(),
        }));
    } else {
        say_round(&said);
    }
    Ok(said.damage.iter().all(|damage| damage.mended))
}

fn say_round(said: &Fixity) {
    for damage in &said.damage {
        let item = damage.item.map(|item| format!(" of item {}", item.short())).unwrap_or_default();
        let mended = if damage.mended { "mended from the copy" } else { "not mended" };
        out(format_args!("{}{item}: {}; {mended}", damage.blob, damage.what));
    }
    let state = if said.finished { "the round is finished and written down" } else { "run it again to go on" };
    out(format_args!("{} of {} stored files read ({} bytes): {state}", said.blobs, said.of, said.bytes));
    if said.damage.iter().any(|damage| !damage.mended) {
        note("name a copy with --replica to mend what is damaged");
    }
}
