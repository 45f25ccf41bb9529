//! One happening or two, at the terminal: merge and split incidents, say of two claims whether they speak of one, see why the
//! program holds that they do, and what it would ask next.

use std::path::PathBuf;

use serde_json::{Value, json};
use witnessmark_desk::case::case;
use witnessmark_desk::same::{self, Going, Question};
use witnessmark_model::ClaimRef;
use witnessmark_model::entry::Sameness;

use crate::Answer;
use crate::args::As;
use crate::decide::{claim_ref, done, incident, read};
use crate::outside::{look, open};
use crate::terminal::{Failure, note, out};

/// `merge`
#[derive(clap::Args)]
pub struct Merge {
    pub archive: PathBuf,
    /// The incident that is no incident of its own from here on; its id leads to the other.
    pub from: String,
    pub into: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

/// `split`
#[derive(clap::Args)]
pub struct Split {
    pub archive: PathBuf,
    pub incident: String,
    /// Claims that leave it: entries or rows.
    #[arg(required = true)]
    pub claims: Vec<String>,
    /// The incident that they go to; a new one unless said.
    #[arg(long)]
    pub into: Option<String>,
    /// What to call the new one.
    #[arg(long, conflicts_with = "into")]
    pub label: Option<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

/// `pair`
#[derive(clap::Args)]
pub struct Pair {
    pub archive: PathBuf,
    /// A claim: an entry or a row.
    pub left: String,
    pub right: String,
    /// same, not_the_same, cannot_tell
    #[arg(long)]
    pub answer: String,
    #[arg(long)]
    pub reason: Option<String>,
    #[command(flatten)]
    pub by: As,
}

/// `why`
#[derive(clap::Args)]
pub struct Why {
    pub archive: PathBuf,
    /// A claim: an entry or a row.
    pub left: String,
    pub right: String,
    #[arg(long)]
    pub json: bool,
}

/// `review`
#[derive(clap::Args)]
pub struct Review {
    pub archive: PathBuf,
    #[arg(long)]
    pub json: bool,
    /// How many.
    #[arg(long, default_value_t = 20)]
    pub most: usize,
}

/// Merges two incidents.
pub fn merge(a: Merge) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let case = case(&archive)?;
    let (from, into) = (incident(&case, &a.from)?, incident(&case, &a.into)?);
    let at = same::merge(&mut archive, member, (from, into), None, &a.reason)?;
    note(format_args!("incident {} leads to {} now; `undo` of this entry parts them again", from.index, into.index));
    Ok(done("merged", at))
}

/// Takes claims out of an incident.
pub fn split(a: Split) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let case = case(&archive)?;
    let from = incident(&case, &a.incident)?;
    let into = a.into.as_deref().map(|into| incident(&case, into)).transpose()?;
    let claims = a.claims.iter().map(|c| claim_ref(&archive, c)).collect::<Result<Vec<_>, _>>()?;
    let going = Going { into, label: a.label };
    let at = same::split(&mut archive, member, from, &claims, going, None, &a.reason)?;
    if into.is_none() {
        note(format_args!("the claims are in incident {} now", at.index));
    }
    Ok(done("split", at))
}

/// Records an answer.
pub fn pair(a: Pair) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let pair = (claim_ref(&archive, &a.left)?, claim_ref(&archive, &a.right)?);
    let answer: Sameness = read(&a.answer)?;
    let shown = [pair.0, pair.1].map(|claim| cited(&archive, claim)).join("\n");
    let at = same::answer(&mut archive, member, pair, answer, Some(shown.as_bytes()), a.reason)?;
    note("the next `propose` weighs with it");
    Ok(done("answered", at))
}

/// What stands behind a reference: the row, or the entry's fields.
fn cited(archive: &witnessmark_archive::Archive, claim: ClaimRef) -> String {
    match claim {
        ClaimRef::Row(row) => archive.row(row).map(|body| Value::Object(body).to_string()).unwrap_or_default(),
        ClaimRef::Entry(at) => at.to_string(),
    }
}

/// Prints the weights between two claims.
pub fn why(a: Why) -> Answer {
    let archive = look(&a.archive)?;
    let (left, right) = (claim_ref(&archive, &a.left)?, claim_ref(&archive, &a.right)?);
    let Some(pairing) = same::why(&archive, left, right)? else {
        let hint = "both must be at hand, and each speak of one event; `witnessmark claims ARCHIVE` lists them";
        return Err(Failure::new(format!("compare {left} and {right}"), Some(hint.into())));
    };
    if a.json {
        out(pairing.to_json());
        return Ok(true);
    }
    for (words, points, sum) in pairing.waterfall("en") {
        out(format_args!("{points:>+8.1} {sum:>+8.1}  {words}"));
    }
    out(format_args!("probability that they speak of one happening: {:.3}; nobody has decided", pairing.probability()));
    Ok(true)
}

fn short(claim: ClaimRef) -> String {
    match claim {
        ClaimRef::Row(row) => row.short(),
        ClaimRef::Entry(at) => at.index.to_string(),
    }
}

/// Lists what to ask next.
pub fn review(a: Review) -> Answer {
    let archive = look(&a.archive)?;
    let case = case(&archive)?;
    for question in case.questions.iter().take(a.most) {
        let Question { row, a: left, b: right, settles, body } = question;
        if a.json {
            let kept = |name: &str| body.get(name).cloned();
            let mut said =
                json!({"row": row.to_string(), "a": left.to_string(), "b": right.to_string(), "settles": settles});
            for name in ["probability", "worth", "waterfall"] {
                if let Some(value) = kept(name) {
                    said[name] = value;
                }
            }
            out(said);
            continue;
        }
        let probability = body.get("probability").and_then(Value::as_f64).unwrap_or_default();
        out(format_args!("{} {}  {probability:.2}, settles {settles}", short(*left), short(*right)));
        out(format_args!("    {}", case.cite(*left).replace('\n', " ")));
        out(format_args!("    {}", case.cite(*right).replace('\n', " ")));
    }
    if !a.json {
        note(format_args!("{} questions in all; `pair ARCHIVE A B --answer same` answers one", case.questions.len()));
    }
    Ok(true)
}
