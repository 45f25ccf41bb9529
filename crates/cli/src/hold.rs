//! Holds against erasure, and their release.

use std::path::{Path, PathBuf};

use witnessmark_archive::Archive;
use witnessmark_model::EntryRef;
use witnessmark_model::entry::{HoldClass, Opposing, ReleaseClass};

use crate::Answer;
use crate::args::As;
use crate::decide::{entry, item};
use crate::outside::open_for_a_few;
use crate::terminal::{Failure, note, out};

/// `hold ARCHIVE ITEM`
#[derive(clap::Args)]
pub struct Hold {
    pub archive: PathBuf,
    pub item: String,
    /// court_order, preservation_request, proceedings, duty_to_disclose, internal_review, other
    #[arg(long, default_value = "other")]
    pub class: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

/// `release ARCHIVE HOLD`
#[derive(clap::Args)]
pub struct Release {
    pub archive: PathBuf,
    /// The entry that holds it, or the item when one alone does.
    pub hold: String,
    /// purpose_ended, court_order, request_withdrawn, danger_to_person, consent_withdrawn, mistake, other
    #[arg(long)]
    pub class: String,
    /// Does it speak against what the archive asserts, or for somebody accused: not_affected, affected, cannot_tell
    #[arg(long)]
    pub opposing: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

/// Opens for a few entries where the item is named in full, and for all where it has to be looked for.
fn opened(path: &Path, named: &str) -> Result<Archive, Failure> {
    let mut archive = open_for_a_few(path)?;
    if named.parse::<witnessmark_model::ItemId>().is_err() && named.parse::<u64>().is_err() && !named.contains('/') {
        archive.whole()?;
    }
    Ok(archive)
}

/// Holds.
pub fn hold(a: Hold) -> Answer {
    let class: HoldClass = a.class.parse().map_err(witnessmark_archive::Error::from)?;
    let mut archive = opened(&a.archive, &a.item)?;
    let member = archive.member(a.by.member.as_deref())?;
    let item = item(&archive, &a.item)?;
    let at = archive.session(member)?.hold(item, class, &a.reason)?;
    out(format_args!("held against erasure; recorded as entry {}", at.index));
    Ok(true)
}

/// Releases.
pub fn release(a: Release) -> Answer {
    let class: ReleaseClass = a.class.parse().map_err(witnessmark_archive::Error::from)?;
    let opposing: Opposing = a.opposing.parse().map_err(witnessmark_archive::Error::from)?;
    let mut archive = opened(&a.archive, &a.hold)?;
    let member = archive.member(a.by.member.as_deref())?;
    let hold = which(&mut archive, &a.hold)?;
    let at = archive.session(member)?.release(hold, class, opposing, &a.reason)?;
    out(format_args!("released; recorded as entry {}", at.index));
    note("whoever releases a hold cannot be the one who erases");
    Ok(true)
}

fn which(archive: &mut Archive, text: &str) -> Result<EntryRef, Failure> {
    if text.parse::<u64>().is_ok() || text.contains('/') {
        return entry(archive, text);
    }
    let item = item(archive, text)?;
    archive.bring_item(item)?;
    let standing: Vec<EntryRef> =
        archive.holds(item).into_iter().filter(|hold| !hold.is_released()).map(|hold| hold.at).collect();
    match standing.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::new(format!("find a hold on item {text:?}"), None)),
        several => {
            let named: Vec<String> = several.iter().map(EntryRef::to_string).collect();
            Err(Failure::new(
                format!("tell which of {} holds on item {text:?} is meant", several.len()),
                Some(format!("name the entry: {}", named.join(", "))),
            ))
        }
    }
}
