//! The policy of support levels: shown, tried, adopted.

use std::path::PathBuf;

use serde_json::json;
use witnessmark_desk::case::case;
use witnessmark_desk::policy;

use crate::Answer;
use crate::args::As;
use crate::decide::done;
use crate::outside::{look, open};
use crate::terminal::{Failure, note, out};

/// `policy ARCHIVE …`
#[derive(clap::Args)]
pub struct PolicyArgs {
    pub archive: PathBuf,
    #[command(subcommand)]
    pub what: What,
}

/// What is done with it.
#[derive(clap::Subcommand)]
pub enum What {
    /// Print the policy in force as a file, to be changed and adopted.
    Show {
        #[arg(long)]
        json: bool,
    },
    /// Every policy that was adopted.
    History {
        #[arg(long)]
        json: bool,
    },
    /// Say which levels another policy would change, and change nothing.
    Try {
        file: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Adopt a policy, word for word.
    Adopt {
        file: PathBuf,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        by: As,
    },
}

/// A file of rules, which is text and not long.
pub fn text_of(file: &std::path::Path) -> Result<String, Failure> {
    const LONGEST: u64 = 4 << 20;
    let attempted = || format!("read {}", file.display());
    let size = std::fs::metadata(file).map_err(|e| Failure::new(format!("{}: {e}", attempted()), None))?.len();
    if size > LONGEST {
        return Err(Failure::new(format!("{}: it is longer than {LONGEST} bytes", attempted()), None));
    }
    std::fs::read_to_string(file).map_err(|e| Failure::new(format!("{}: {e}", attempted()), None))
}

/// Runs it.
pub fn run(a: PolicyArgs) -> Answer {
    match a.what {
        What::Show { json } => {
            let archive = look(&a.archive)?;
            let in_force = policy::in_force(&archive)?;
            if json {
                let rules: Vec<_> = in_force
                    .rules("en")
                    .into_iter()
                    .map(|(rule, value)| json!({ "rule": rule, "value": value }))
                    .collect();
                let adopted = in_force.entry.map(|at| at.to_string());
                let mut value = json!({ "version": in_force.version, "rules": rules });
                if let Some(at) = adopted {
                    value["entry"] = at.into();
                }
                out(value);
            } else {
                out(in_force.to_toml().trim_end());
            }
            Ok(true)
        }
        What::History { json } => {
            let archive = look(&a.archive)?;
            for (entry, adopted, stands) in policy::history(&archive) {
                if json {
                    out(json!({
                        "entry": entry.at.to_string(), "name": adopted.name, "digest": adopted.digest.to_string(),
                        "time": entry.time, "in_force": stands,
                    }));
                } else {
                    let mark = if stands { "  [in force]" } else { "" };
                    out(format_args!("{:<6} {} {}{mark}", entry.at.index, entry.time, adopted.name));
                }
            }
            Ok(true)
        }
        What::Try { file, json } => {
            let archive = look(&a.archive)?;
            let (tried, changes) = policy::plan(&archive, &case(&archive)?, &text_of(&file)?)?;
            for change in &changes {
                if json {
                    out(json!({
                        "incident": change.incident.to_string(), "name": change.names.0, "element": change.element.as_str(),
                        "printed": [change.printed.0.as_str(), change.printed.1.as_str()],
                        "allowed": [change.allowed.0.as_str(), change.allowed.1.as_str()],
                    }));
                    continue;
                }
                let (printed, allowed) = (change.printed, change.allowed);
                out(format_args!(
                    "{} · {}: prints {} → {}, allows {} → {}",
                    change.names.0,
                    change.element,
                    printed.0.labels().0,
                    printed.1.labels().0,
                    allowed.0.labels().0,
                    allowed.1.labels().0
                ));
            }
            note(format_args!("{}: {} elements would change; nothing was done", tried.version, changes.len()));
            Ok(true)
        }
        What::Adopt { file, reason, by } => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            Ok(done("adopted", policy::adopt(&mut archive, member, &text_of(&file)?, &reason)?))
        }
    }
}
