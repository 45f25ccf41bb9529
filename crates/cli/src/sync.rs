//! Exchanging logs and blobs with a folder, a web server or a bucket.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::json;
use witnessmark_archive::Pace;
use witnessmark_archive::peer::{Folder, Peer};
use witnessmark_archive::sync::{Exchange, Synced, is_archive};
use witnessmark_wire::WebPeer;
use witnessmark_wire::http::Trust;

use crate::Answer;
use crate::args::As;
use crate::outside::open;
use crate::terminal::{Failure, note, out};

/// `sync ARCHIVE PEER`
#[derive(clap::Args)]
pub struct Sync {
    pub archive: PathBuf,
    /// A folder that is carried between archives (made when missing); another archive, which is only read; the https:// address
    /// where a web server gives out such a folder; or s3://BUCKET/PREFIX, with endpoint and credentials from the usual AWS_…
    /// variables. Not needed with --admit.
    pub peer: Option<String>,
    /// Make the log with this verifier key part of this archive.
    #[arg(long, value_name = "VKEY")]
    pub admit: Option<String>,
    /// With --admit: what people call it.
    #[arg(long)]
    pub name: Option<String>,
    /// With --admit: why.
    #[arg(long)]
    pub reason: Option<String>,
    /// Only take, and write nothing there.
    #[arg(long)]
    pub take_only: bool,
    /// At most so many megabytes a second.
    #[arg(long = "limit-rate", visible_alias = "rate", value_name = "MB/S")]
    pub rate: Option<f64>,
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub by: As,
}

/// Slows reading down to so many megabytes a second.
pub fn pace(rate: Option<f64>) -> Pace {
    let Some(rate) = rate.filter(|rate| *rate > 0.0) else { return Pace::default() };
    let state = Mutex::new((Instant::now(), 0u64));
    Pace::new(move |bytes| {
        let Ok(mut state) = state.lock() else { return };
        state.1 += bytes;
        let due = Duration::from_secs_f64((state.1 as f64 / (rate * 1e6)).min(86_400.0));
        let wait = due.saturating_sub(state.0.elapsed());
        if wait > Duration::from_millis(5) {
            std::thread::sleep(wait);
        }
    })
}

/// Runs it.
pub fn run(a: Sync) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    if let Some(vkey) = &a.admit {
        let at = archive.session(member)?.admit(vkey, a.name.clone(), a.reason.clone())?;
        out(format_args!("admitted in entry {}", at.index));
    }
    let Some(peer) = &a.peer else {
        for (id, key, name) in archive.admitted()? {
            let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
            out(format_args!("{}{name}: {} entries here", key.name(), archive.followed_size(id)));
        }
        return Ok(true);
    };
    let only_read = !is_address(peer) && is_archive(Path::new(peer));
    let place = place(peer)?;
    let mut how = Exchange { take_only: a.take_only, pace: pace(a.rate), progress: &mut |_| () };
    let synced = archive.session(member)?.exchange(&*place, &mut how)?;
    let conflicts = archive.conflicts();
    if a.json {
        let logs = |logs: &[(String, u64, u64)]| -> Vec<_> {
            logs.iter().map(|(who, from, to)| json!({ "origin": who, "from": from, "to": to })).collect()
        };
        let pairs = conflicts.iter().map(|(target, by)| {
            json!({ "entry": target.to_string(), "superseded_by": by.iter().map(ToString::to_string).collect::<Vec<_>>() })
        });
        out(json!({
            "came": logs(&synced.came), "went": logs(&synced.went), "blobs_came": synced.blobs_came.0, "bytes_came": synced.blobs_came.1,
            "blobs_went": synced.blobs_went.0, "bytes_went": synced.blobs_went.1, "missing": synced.missing,
            "not_admitted": synced.strangers, "against": synced.against, "conflicts": pairs.collect::<Vec<_>>(),
            "stopped": synced.stopped.iter().collect::<Vec<_>>(),
        }));
        return ended(synced);
    }
    say(&synced);
    for (target, by) in conflicts {
        let by: Vec<String> = by.iter().map(ToString::to_string).collect();
        out(format_args!(
            "conflict: entry {target} is superseded by {}, each not knowing of the other",
            by.join(" and ")
        ));
    }
    if only_read && !a.take_only {
        note("that folder is an archive: it takes what is here by a run of its own");
    }
    ended(synced)
}

/// What a run that was cut short did is told like that of any other; then why it went no further.
fn ended(synced: Synced) -> Answer {
    match synced.stopped {
        None => Ok(synced.against.is_empty()),
        Some(why) => Err(Failure::new(
            format!("exchange to the end: {why}"),
            Some("what came is kept; run the same command again: it goes on where it was".into()),
        )),
    }
}

fn is_address(peer: &str) -> bool {
    ["http://", "https://", "s3://"].iter().any(|scheme| peer.starts_with(scheme))
}

/// The place that was named.
pub fn place(peer: &str) -> Result<Box<dyn Peer>, Failure> {
    if peer.starts_with("s3://") {
        return bucket(peer);
    }
    if is_address(peer) {
        if peer.starts_with("http://") {
            note("http:// shows whoever listens which files are asked for and what open ones say; https:// does not");
        }
        return Ok(Box::new(WebPeer::new(peer, Trust::ThisMachine)?));
    }
    Ok(Box::new(Folder::new(Path::new(peer))?))
}

#[cfg(feature = "bucket")]
fn bucket(peer: &str) -> Result<Box<dyn Peer>, Failure> {
    Ok(Box::new(witnessmark_wire::bucket::Bucket::from_environment(peer)?))
}

#[cfg(not(feature = "bucket"))]
fn bucket(peer: &str) -> Result<Box<dyn Peer>, Failure> {
    Err(Failure::new(
        format!("exchange with {peer}: this program was built without buckets"),
        Some("build it with them: cargo build --release --features bucket".into()),
    ))
}

fn say(synced: &Synced) {
    for what in &synced.against {
        out(format_args!("not taken: {what}"));
    }
    for (who, from, to) in &synced.came {
        out(format_args!("came: {who}, entries {from} to {to}"));
    }
    for (who, from, to) in &synced.went {
        out(format_args!("went: {who}, entries {from} to {to}"));
    }
    out(format_args!(
        "{} blobs came ({} bytes), {} went ({} bytes), {} are in neither place",
        synced.blobs_came.0, synced.blobs_came.1, synced.blobs_went.0, synced.blobs_went.1, synced.missing
    ));
    if synced.known == 0 && synced.strangers.is_empty() && synced.stopped.is_none() && synced.went.is_empty() {
        note("no log of this archive, and none that it has admitted, lies there");
    }
    for origin in &synced.strangers {
        note(format_args!(
            "not admitted: {origin}; ask whose it is for its verifier key, then sync ARCHIVE --admit VKEY"
        ));
    }
}
