//! How an archive of very many entries opens for work on a few things, and what it takes to go on appending to it.
//!
//! The archive is filled first, where it is not there yet; run again on the same folder, every figure is that of a fresh process. Entries
//! are small ones, each about an item of its own (read again, and found right), so no blobs are written. Whole folding is measured only where it is asked for: it keeps every
//! entry in memory.

use std::path::Path;
use std::time::Instant;

use witnessmark_archive::{Archive, Draft, Result};
use witnessmark_model::ItemId;
use witnessmark_model::entry::{Handled, Handling};

use super::ledger_disk::{archive, memory, processor};
use crate::outside::system;
use crate::terminal::out;

/// Entries appended at once while filling.
const BATCH: u64 = 4096;
/// Items that are asked for.
const ASKED: u64 = 10_000;

fn item(n: u64) -> ItemId {
    let mut item = [0; 32];
    item[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    ItemId(item)
}

fn draft(n: u64) -> Draft {
    Draft::open(Handled {
        event: Handling::Reverified,
        item: Some(item(n)),
        subject: None,
        blob: None,
        count: None,
        reason: None,
        detail: None,
    })
}

/// Fills where nothing is there, and measures.
pub fn run(folder: &Path, entries: u64, fold: bool) -> crate::Answer {
    if !folder.exists() {
        fill(folder, entries)?;
    }
    let mut a = opened(folder)?;
    went_on(&mut a)?;
    asked(&mut a, entries)?;
    drop(a);
    opened(folder)?;
    if fold {
        let (started, used) = (Instant::now(), processor());
        let whole = Archive::open(folder, None, system())?;
        let n = whole.log().size();
        said("entries folded, all of them in memory", n, started, used);
        drop(whole);
        filed_anew(folder)?;
    }
    out(format_args!("{:>12}       most memory at any time, MB", memory("VmHWM")));
    Ok(true)
}

fn said(what: &str, n: u64, started: Instant, used: f64) {
    let (seconds, used) = (started.elapsed().as_secs_f64(), (processor() - used).max(0.001));
    out(format_args!(
        "{:>12.0} /s  {what}  ({n} in {seconds:.3} s; {:.0} /s by {used:.2} s of processor; {} MB of memory)",
        n as f64 / seconds,
        n as f64 / used,
        memory("VmRSS")
    ));
}

/// Appends with a sparse archive, as a collection does: memory does not grow with what is there.
fn fill(folder: &Path, entries: u64) -> Result<()> {
    drop(archive(folder)?);
    let mut a = Archive::open_sparse(folder, None, system())?;
    let owner = a.member(None)?;
    let mut session = a.session(owner)?;
    let (mut started, mut used, mut since) = (Instant::now(), processor(), 0);
    for first in (0..entries).step_by(BATCH as usize) {
        let last = (first + BATCH).min(entries);
        session.append((first..last).map(draft).collect())?;
        if last / 1_000_000 > first / 1_000_000 || last == entries {
            said(&format!("appended, durable, {BATCH} at once, up to {last}"), last - since, started, used);
            (started, used, since) = (Instant::now(), processor(), last);
        }
    }
    Ok(())
}

fn opened(folder: &Path) -> Result<Archive> {
    let (started, used) = (Instant::now(), processor());
    let a = Archive::open_sparse(folder, None, system())?;
    out(format_args!(
        "{:>12.3} s   to open {} entries for work on a few  ({:.2} s of processor; {} MB of memory)",
        started.elapsed().as_secs_f64(),
        a.log().size(),
        processor() - used,
        memory("VmRSS")
    ));
    Ok(a)
}

/// Goes on appending, one at a time and a thousand at once.
fn went_on(a: &mut Archive) -> Result<()> {
    let owner = a.member(None)?;
    let size = a.log().size();
    let mut session = a.session(owner)?;
    for (batch, total) in [(1, 100), (1000, 20_000)] {
        let (started, used) = (Instant::now(), processor());
        for first in (0..total).step_by(batch) {
            let numbers = (size + first)..(size + first + batch as u64);
            session.append(numbers.map(|n| draft(u64::MAX - n)).collect())?;
        }
        said(&format!("appended to it, durable, {batch} at once"), total, started, used);
    }
    Ok(())
}

/// Is it here? Asked of items that are, in the order they came and across all, and of items that are not.
fn asked(a: &mut Archive, entries: u64) -> Result<()> {
    type Way<'a> = (&'a str, &'a dyn Fn(u64) -> u64, bool);
    let ways: [Way<'_>; 3] = [
        ("items asked for in the order they came", &|n| n, true),
        ("items asked for across all", &|n| n.wrapping_mul(7_919_317) % entries, true),
        ("items asked for that are not here", &|n| (1 << 62) + n, false),
    ];
    for (what, which, is_here) in ways {
        let (started, used) = (Instant::now(), processor());
        let asked = ASKED.min(entries);
        let mut found = 0;
        for n in 0..asked {
            let id = item(which(n));
            a.bring_item(id)?;
            found += u64::from(a.world().ever_about_item(id).next().is_some());
        }
        said(what, asked, started, used);
        if found != if is_here { asked } else { 0 } {
            out(format_args!("{found:>12}       of them found: not what was put in"));
        }
    }
    Ok(())
}

/// The tables deleted, and made anew from the records on disk.
fn filed_anew(folder: &Path) -> Result<()> {
    let mut a = Archive::open_sparse(folder, None, system())?;
    let (started, used) = (Instant::now(), processor());
    a.rebuild()?;
    said("entries read and filed in the index anew", a.log().size(), started, used);
    said("rows written into SQLite by that", a.derived().index_rows()?, started, used);
    Ok(())
}
