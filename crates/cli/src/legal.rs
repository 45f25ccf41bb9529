//! Legal check lists, held to the evidence point by point; and the table of who was bound by which treaty.

use std::path::PathBuf;

use serde_json::json;
use witnessmark_desk::case::{IncidentId, case};
use witnessmark_desk::legal::{self, Holding};
use witnessmark_model::entry::Bearing;
use witnessmark_model::vocabulary::Standard;
use witnessmark_weigh::legal::LISTS;

use crate::Answer;
use crate::args::As;
use crate::decide::{claim_ref, done, entry, incident, read};
use crate::list::object;
use crate::outside::{look, open};
use crate::policy::text_of;
use crate::terminal::{note, out};

/// `legal ARCHIVE …`
#[derive(clap::Args)]
pub struct Legal {
    pub archive: PathBuf,
    #[command(subcommand)]
    pub what: What,
}

/// What is done.
#[derive(clap::Subcommand)]
pub enum What {
    /// Print the check lists with their sources.
    Lists {
        #[arg(long)]
        json: bool,
    },
    /// How the points of an incident's lists stand, and who of the accused was bound by what.
    Show {
        incident: String,
        #[arg(long)]
        json: bool,
    },
    /// Hold one point to the evidence.
    Point(HoldPoint),
    /// Print the table of treaties and of who was bound.
    Treaties {
        #[arg(long)]
        json: bool,
    },
    /// Adopt a table of who was bound by what, word for word.
    Adopt {
        file: PathBuf,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        by: As,
    },
}

/// `legal ARCHIVE point INCIDENT`
#[derive(clap::Args)]
pub struct HoldPoint {
    pub incident: String,
    #[arg(long)]
    pub list: String,
    #[arg(long)]
    pub point: String,
    /// for, against, unknown
    #[arg(long)]
    pub bearing: String,
    #[arg(long)]
    pub claim: Vec<String>,
    /// Searches that a “none” rests on.
    #[arg(long)]
    pub search: Vec<String>,
    /// A standard of proof that you state.
    #[arg(long)]
    pub standard: Option<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub by: As,
}

fn print_lists(as_json: bool) {
    for list in LISTS {
        if !as_json {
            out(format_args!("{}: {}", list.cited(), list.labels.0));
        }
        for point in list.points {
            if as_json {
                out(object(json!({
                    "list": list.cited(), "point": point.id, "en": point.labels.0, "ar": point.labels.1,
                    "sources": point.sources, "caution": point.caution.map(|c| c.0),
                })));
            } else {
                out(format_args!("  {}: {}\n      {}", point.id, point.labels.0, point.sources));
            }
        }
    }
}

fn show(archive: &std::path::Path, named: &str, as_json: bool) -> Answer {
    let archive = look(archive)?;
    let everything = case(&archive)?;
    let at = incident(&everything, named)?;
    let begun: Vec<_> = legal::lists(&archive, at).into_iter().filter(|l| l.is_begun()).collect();
    if begun.is_empty() {
        note("no check list is held to it; `legal ARCHIVE lists` names them, `legal ARCHIVE point` holds a point");
    }
    for list in begun {
        for (point, said) in &list.points {
            for (by, held) in said {
                if as_json {
                    out(object(json!({
                        "list": list.list.cited(), "point": point.id, "entry": by.at.to_string(), "bearing": held.bearing.as_str(),
                        "claims": held.claims.iter().map(ToString::to_string).collect::<Vec<_>>(),
                        "searches": held.searches.iter().map(ToString::to_string).collect::<Vec<_>>(),
                        "standard": held.standard.map(|s| s.as_str()), "reason": held.reason.get(),
                    })));
                } else {
                    let reason = held.reason.get().map_or("[sealed]", String::as_str);
                    out(format_args!(
                        "{} · {}: {} — {reason} (entry {})",
                        list.list.id, point.id, held.bearing, by.at.index
                    ));
                }
            }
            if said.is_empty() && !as_json {
                out(format_args!("{} · {}: not looked at", list.list.id, point.id));
            }
        }
    }
    let table = legal::table(&archive)?;
    if let Some(found) = everything.incidents.iter().find(|i| i.id == IncidentId::Grouped(at)) {
        for one in legal::bound(&everything, found, &table) {
            if as_json {
                out(
                    json!({ "party": one.party, "treaty": one.treaty.id, "stood": one.stood.as_str(), "words": one.stood.words("en") }),
                );
            } else {
                out(format_args!("{} × {}: {}", one.party, one.treaty.title, one.stood.words("en")));
            }
        }
    }
    Ok(true)
}

/// Runs it.
pub fn run(a: Legal) -> Answer {
    match a.what {
        What::Lists { json } => print_lists(json),
        What::Show { incident, json } => return show(&a.archive, &incident, json),
        What::Point(h) => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(h.by.member.as_deref())?;
            let everything = case(&archive)?;
            let at = incident(&everything, &h.incident)?;
            let holding = Holding {
                list: &h.list,
                point: &h.point,
                bearing: read::<Bearing>(&h.bearing)?,
                claims: h.claim.iter().map(|c| claim_ref(&archive, c)).collect::<Result<_, _>>()?,
                searches: h.search.iter().map(|s| entry(&archive, s)).collect::<Result<_, _>>()?,
                standard: h.standard.as_ref().map(|s| read::<Standard>(s)).transpose()?,
                shown: None,
                reason: &h.reason,
            };
            return Ok(done("recorded", legal::qualify(&mut archive, member, &everything, at, &holding)?));
        }
        What::Treaties { json } => {
            let table = legal::table(&look(&a.archive)?)?;
            for treaty in table.treaties.values() {
                if json {
                    out(
                        json!({ "treaty": treaty.id, "title": treaty.title, "adopted": treaty.adopted, "in_force": treaty.in_force, "weapons": treaty.weapons }),
                    );
                } else {
                    out(format_args!(
                        "{:<20} {} ({}, in force {})",
                        treaty.id, treaty.title, treaty.adopted, treaty.in_force
                    ));
                }
            }
            for row in table.all() {
                if json {
                    out(object(
                        json!({ "party": row.party, "treaty": row.treaty, "from": row.from, "until": row.until, "how": row.how, "source": row.source }),
                    ));
                } else {
                    out(format_args!("{} × {}: {} from {} ({})", row.party, row.treaty, row.how, row.from, row.source));
                }
            }
            note(format_args!("{}: {} rows of parties", table.version, table.rows()));
        }
        What::Adopt { file, reason, by } => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            return Ok(done("adopted", legal::adopt_table(&mut archive, member, &text_of(&file)?, &reason)?));
        }
    }
    Ok(true)
}
