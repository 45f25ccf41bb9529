//! Who told an account: listed by pseudonym, opened with a reason, destroyed alone.

use std::path::PathBuf;

use serde_json::json;
use witnessmark_archive::Archive;

use crate::Answer;
use crate::args::As;
use crate::decide::item;
use crate::outside::{look, open};
use crate::terminal::{Failure, note, out};

/// `identity ARCHIVE …`
#[derive(clap::Args)]
pub struct Identity {
    pub archive: PathBuf,
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with it.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Accounts that have a sealed identity.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Show who told an account. The reason is written into the ledger first.
    Open {
        item: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        by: As,
    },
    /// Destroy the key of the identity; the account stays. Shows the plan; --apply does it.
    Erase {
        item: String,
        #[arg(long)]
        reason: String,
        #[arg(long)]
        apply: bool,
        #[command(flatten)]
        by: As,
    },
}

/// Runs it.
pub fn run(a: Identity) -> Answer {
    match a.action {
        Action::List { json } => Ok(list(&look(&a.archive)?, json)),
        Action::Open { item: id, reason, by } => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            let item = item(&archive, &id)?;
            let world = archive.world();
            let standing = world.identities(item).find(|(_, i)| !world.is_erased(i.subject)).map(|(at, _)| at);
            let at = standing
                .or(world.identities(item).next().map(|(at, _)| at))
                .ok_or_else(|| Failure::new(format!("find a sealed identity of item {}", item.short()), None))?;
            let identity = archive.session(member)?.open_identity(at, &reason)?;
            out(identity.text().trim_end());
            note("that it was opened, by whom and why stands in the ledger");
            Ok(true)
        }
        Action::Erase { item: id, reason, apply, by } => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            let plan = archive.plan_identity_erasure(item(&archive, &id)?)?;
            out(plan.to_string().trim_end());
            if !apply {
                note("nothing was done; --apply does it");
                return Ok(true);
            }
            let at = archive.session(member)?.erase(&plan, &reason)?;
            out(format_args!("erased the identity in entry {}; the account stays", at.index));
            Ok(true)
        }
    }
}

fn list(archive: &Archive, as_json: bool) -> bool {
    let mut any = false;
    for (at, identity) in archive.world().all_identities() {
        any = true;
        let source = identity.source.get().cloned().flatten();
        let state = match (archive.world().is_erased(identity.subject), identity.source.withheld()) {
            (true, _) => "erased",
            (false, Some(_)) => "sealed, key not at hand",
            (false, None) => "sealed",
        };
        if as_json {
            let mut line = json!({ "entry": at.to_string(), "item": identity.item.to_string(), "state": state });
            if let Some(source) = source {
                line["source"] = source.into();
            }
            out(line);
        } else {
            out(format_args!("{} {}  {state}", identity.item.short(), source.unwrap_or_default()));
        }
    }
    any
}
