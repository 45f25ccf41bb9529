//! Recovery of the keys by trustees: split, status, join.

use std::path::PathBuf;

use serde_json::json;
use witnessmark_archive::Archive;

use crate::Answer;
use crate::args::As;
use crate::asked;
use crate::outside::{look, open, system};
use crate::terminal::{Failure, note, out};

/// `recovery ARCHIVE …`
#[derive(clap::Args)]
pub struct Recovery {
    pub archive: PathBuf,
    #[command(subcommand)]
    pub action: Action,
}

/// What to do.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Write one share for each trustee; so many of them open the keys together. Earlier shares do no longer.
    Split {
        /// What each trustee goes by: a name or a role. It is sealed in the archive, and in clear on the share.
        #[arg(long, required = true, num_args = 1..)]
        trustees: Vec<String>,
        /// How many shares open the keys.
        #[arg(long)]
        needed: usize,
        /// A new folder for the shares: hand them out, and delete it.
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        by: As,
    },
    /// Which split's shares open the keys now, and what older ones could reach.
    Status {
        #[arg(long)]
        json: bool,
    },
    /// Open the keys with shares, and set a new passphrase. The shares are spent by it.
    Join {
        #[arg(required = true)]
        shares: Vec<PathBuf>,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        by: As,
    },
    /// Take the split back: no share opens the keys any more.
    Void {
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        by: As,
    },
}

/// Runs it.
pub fn run(a: Recovery) -> Answer {
    match a.action {
        Action::Split { trustees, needed, out: folder, by } => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            let at = archive.session(member)?.split(&trustees, needed, &folder)?;
            out(format_args!(
                "{} shares in {}, {needed} of them open the keys; recorded as entry {}",
                trustees.len(),
                folder.display(),
                at.index
            ));
            note("hand them out on different ways, then delete the folder; have older shares destroyed");
        }
        Action::Status { json } => return status(&look(&a.archive)?, json),
        Action::Join { shares, reason, by } => {
            let passphrase = asked::new_passphrase(false)?
                .ok_or_else(|| Failure::new("set a new passphrase", Some("set WITNESSMARK_PASSPHRASE".into())))?;
            let (archive, at) =
                Archive::recover(&a.archive, &shares, passphrase, &reason, by.member.as_deref(), system())?;
            out(format_args!("keys opened and under a new passphrase; recorded as entry {}", at.index));
            drop(archive);
            note("the shares are spent: make a new split, and have these destroyed");
        }
        Action::Void { reason, by } => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            archive.session(member)?.take_split_back(&reason)?;
            out("no share opens the keys any more");
        }
    }
    Ok(true)
}

fn status(archive: &Archive, as_json: bool) -> Answer {
    let splits = archive.splits()?;
    if as_json {
        for split in &splits {
            let mut line = json!({
                "split": split.split, "entry": split.at.to_string(), "needed": split.needed, "shares": split.shares,
                "in_force": split.is_in_force,
                "erased_since": split.erased_since.iter().map(ToString::to_string).collect::<Vec<_>>(),
            });
            if let Some(names) = split.trustees.get() {
                line["trustees"] = json!(names);
            }
            out(line);
        }
        return Ok(splits.iter().any(|split| split.is_in_force));
    }
    for split in &splits {
        let to = split.trustees.get().map_or_else(|| "[sealed]".to_owned(), |names| names.join(", "));
        let state = if split.is_in_force { "opens the keys" } else { "opens nothing any more" };
        out(format_args!(
            "split {} of entry {}: {} of {} shares, to {to}: {state}",
            split.split, split.at.index, split.needed, split.shares
        ));
        if !split.erased_since.is_empty() {
            note(format_args!(
                "{} erasure(s) since: with a keyring kept from before, these shares open what was erased; split anew, and have them destroyed",
                split.erased_since.len()
            ));
        }
    }
    if !splits.iter().any(|split| split.is_in_force) {
        out("no shares open the keys: whoever loses the passphrase loses what is sealed");
    }
    Ok(splits.iter().any(|split| split.is_in_force))
}
