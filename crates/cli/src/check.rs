//! `check`: everything that the ledger commits to, read again.

use std::path::PathBuf;

use serde_json::json;
use witnessmark_archive::check::{Checked, Finding};

use crate::Answer;
use crate::outside::look;
use crate::terminal::{Bar, out};

/// `check ARCHIVE`
#[derive(clap::Args)]
pub struct Check {
    pub archive: PathBuf,
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
pub fn run(a: Check) -> Answer {
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
        out(json!({
            "holds": checked.holds(), "entries": checked.entries, "blobs": checked.blobs, "bytes": checked.bytes,
            "packs": checked.packs, "packs_sealed": checked.packs_sealed, "erased": checked.erased, "in_place": checked.in_place,
            "findings": list(&checked.findings), "doubtful": list(&checked.doubtful),
        }));
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
    let outcome = match checked.findings.len() {
        0 => "unchanged since they were recorded".to_owned(),
        n => format!("{n} finding(s)"),
    };
    out(format_args!(
        "{} entries, {} stored files ({} bytes), {} packs read again{sealed}: {outcome}",
        checked.entries, checked.blobs, checked.bytes, checked.packs,
    ));
}
