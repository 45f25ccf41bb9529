//! How fast logs and blobs go to a place and come from it: made-up items of one size, given by one archive and taken by another.

use std::path::PathBuf;
use std::time::Instant;

use witnessmark_archive::sync::{Exchange as Run, Synced};
use witnessmark_archive::{Archive, Draft, Pace, Result, store};
use witnessmark_model::Digest;
use witnessmark_model::vocabulary::Capture;

use super::ledger_disk::{archive, collected};
use crate::sync::place;
use crate::terminal::{Failure, out};

const MB: f64 = 1e6;
/// Items in one append.
const BATCH: u64 = 256;

/// `bench exchange`
#[derive(clap::Args)]
pub struct Exchange {
    /// A place as `sync` takes it: a folder, or s3://BUCKET/PREFIX. It is left there.
    peer: String,
    /// Where two archives are made; not there yet, and left there.
    #[arg(long)]
    disk: PathBuf,
    /// Items.
    #[arg(long, default_value_t = 1000)]
    items: u64,
    /// Bytes of each.
    #[arg(long, default_value_t = 100_000)]
    bytes: usize,
}

/// Measures, and prints.
pub fn run(a: Exchange) -> crate::Answer {
    if a.disk.exists() {
        return Err(Failure::new(format!("measure in {}: it is there already", a.disk.display()), None));
    }
    store::make_dir(&a.disk)?;
    let (mut from, mut to) = (archive(&a.disk.join("from"))?, archive(&a.disk.join("to"))?);
    fill(&mut from, a.items, a.bytes)?;
    let owner = to.member(None)?;
    to.session(owner)?.admit(&from.config().vkey, None, None)?;
    let place = place(&a.peer)?;
    let measure = |what: &str, archive: &mut Archive, take_only: bool| -> Result<Synced> {
        let owner = archive.member(None)?;
        let began = Instant::now();
        let mut how = Run { take_only, pace: Pace::default(), progress: &mut |_| () };
        let synced = archive.session(owner)?.exchange(&*place, &mut how)?;
        let seconds = began.elapsed().as_secs_f64();
        let (blobs, bytes) = if take_only { synced.blobs_came } else { synced.blobs_went };
        out(format_args!(
            "{what}: {blobs} blobs, {bytes} bytes, {} entries in {seconds:.2} s: {:.1} MB/s, {:.0} blobs/s",
            from_to(&synced),
            bytes as f64 / seconds / MB,
            blobs as f64 / seconds,
        ));
        Ok(synced)
    };
    let given = measure("given", &mut from, false)?;
    let again = measure("given again", &mut from, false)?;
    let taken = measure("taken", &mut to, true)?;
    let whole = [&given, &again, &taken].iter().all(|synced| synced.stopped.is_none() && synced.against.is_empty());
    Ok(whole && taken.missing == 0 && taken.blobs_came == given.blobs_went)
}

fn from_to(synced: &Synced) -> u64 {
    synced.came.iter().chain(&synced.went).map(|(_, from, to)| to - from).sum()
}

fn fill(archive: &mut Archive, items: u64, bytes: usize) -> Result<()> {
    let owner = archive.member(None)?;
    let mut session = archive.session(owner)?;
    let mut drafts = Vec::new();
    for n in 0..items {
        let piece: Vec<u8> = n.to_le_bytes().into_iter().cycle().take(bytes).collect();
        let arrival = session.store(piece.as_slice(), "a made-up item")?;
        let mut entry = collected(n);
        (entry.item, entry.size, entry.blob) = (arrival.item, arrival.size, Some(Digest(arrival.item.0)));
        (entry.in_place, entry.method) = (vec![].into(), Capture::Folder);
        drafts.push(Draft::open(entry));
        if drafts.len() as u64 == BATCH || n + 1 == items {
            session.append(std::mem::take(&mut drafts))?;
        }
    }
    Ok(())
}
