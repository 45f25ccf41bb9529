//! Members and their keys, one for each device.

use std::path::PathBuf;

use witnessmark_archive::members::Stolen;
use witnessmark_model::vocabulary::Role;

use crate::Answer;
use crate::args::As;
use crate::outside::{look, open};
use crate::terminal::{Failure, note, out};

/// `member ARCHIVE …`
#[derive(clap::Args)]
pub struct Member {
    pub archive: PathBuf,
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with a key.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Make a key for a new member, or for another device of one.
    Add {
        name: String,
        /// owner, investigator, reviewer or field
        #[arg(long, default_value = "investigator")]
        role: String,
        /// Where the key lies; a member has one key for each device.
        #[arg(long)]
        device: Option<String>,
    },
    /// List members.
    List,
    /// Give a member a new key and revoke the old one.
    Rotate {
        /// NAME, NAME@DEVICE or the key.
        name: String,
        #[arg(long, default_value = "rotated")]
        reason: String,
        #[command(flatten)]
        by: As,
    },
    /// Revoke a key. What it signed before stands, unless it was stolen.
    Revoke {
        /// NAME, NAME@DEVICE or the key.
        name: String,
        #[arg(long)]
        reason: String,
        /// In other hands since then (RFC 3339, or `unknown`): `check` names what it signed after.
        #[arg(long, value_name = "TIME")]
        stolen_since: Option<String>,
        #[command(flatten)]
        by: As,
    },
}

/// Runs it.
pub fn run(a: Member) -> Answer {
    match a.action {
        Action::Add { name, role, device } => {
            let role: Role = role.parse().map_err(witnessmark_archive::Error::from)?;
            let mut archive = open(&a.archive)?;
            let owner = archive.member(None)?;
            let key = archive.session(owner)?.add_member_on(&name, device.as_deref(), role, None)?;
            out(format_args!("{name} signs with {key}"));
        }
        Action::List => {
            let archive = look(&a.archive)?;
            let world = archive.world();
            for (key, member) in world.members() {
                let device = member.device.as_ref().map(|d| format!(" on {d}")).unwrap_or_default();
                let replaces = member.replaces.map(|old| format!(", replaces {old}")).unwrap_or_default();
                let demo = if member.demonstration { " (demonstration key: its seed is public)" } else { "" };
                let revoked = world.revocations().find(|(_, k)| k.member == key);
                let state = revoked.map(|(at, k)| {
                    let why = k.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
                    format!(" (revoked by entry {}{why})", at.index)
                });
                let state = state.unwrap_or_default();
                out(format_args!("{key} {} {}{device}{replaces}{state}{demo}", member.role, member.name));
            }
        }
        Action::Rotate { name, reason, by } => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            let key = archive.session(member)?.rotate_member(&name, &reason)?;
            out(format_args!("{name} signs with {key} from here on; the old key is revoked"));
        }
        Action::Revoke { name, reason, stolen_since, by } => {
            let stolen = match stolen_since.as_deref() {
                None => Stolen::No,
                Some("unknown") => Stolen::Unknown,
                Some(time) => Stolen::Since(time.parse().map_err(|_| {
                    Failure::new(
                        format!("read the time {time:?}"),
                        Some("write 2031-04-12T08:00:00Z, or unknown".into()),
                    )
                })?),
            };
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            let at = archive.session(member)?.revoke_member(&name, &reason, stolen)?;
            out(format_args!("revoked in entry {}", at.index));
            for (doubtful, _) in archive.world().doubtful().into_iter().filter(|(_, revoked)| *revoked == at) {
                note(format_args!("entry {} may be somebody else's: look at it again", doubtful.index));
            }
        }
    }
    Ok(true)
}
