//! Double coding: draw a sample, code it unit by unit, see what coders agree on once all have finished.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use witnessmark_archive::pack::sha256;
use witnessmark_desk::case::case;
use witnessmark_desk::coding::{self, Plan, Variable};

use crate::Answer;
use crate::args::As;
use crate::decide::{claim_ref, done, entry};
use crate::list::object;
use crate::outside::{look, open};
use crate::terminal::{Failure, note, out};

/// `coding ARCHIVE …`
#[derive(clap::Args)]
pub struct CodingArgs {
    pub archive: PathBuf,
    #[command(subcommand)]
    pub what: What,
}

/// What is done.
#[derive(clap::Subcommand)]
pub enum What {
    /// Draw a sample of claims; whoever has the seed draws the same.
    Draw(Draw),
    /// List samples, and how far each coder is.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Print the next unit that you have not coded: its words, and nothing that anybody made of them.
    Next {
        sample: String,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: As,
    },
    /// Record your answers about one unit.
    Code {
        sample: String,
        /// The unit, as `next` prints it.
        unit: String,
        #[arg(long = "set", value_name = "VARIABLE=VALUE")]
        set: Vec<String>,
        #[command(flatten)]
        by: As,
    },
    /// What coders agree on; exit 1 while somebody has not finished.
    Results {
        sample: String,
        #[arg(long)]
        json: bool,
    },
}

/// `coding ARCHIVE draw`
#[derive(clap::Args)]
pub struct Draw {
    #[arg(long)]
    pub title: String,
    #[arg(long)]
    pub size: usize,
    #[arg(long)]
    pub seed: String,
    /// attack, denial, casualties, legal …
    #[arg(long, default_value = "attack")]
    pub predicate: String,
    /// act, target, weapon, polarity, scope, first_hand; NAME=one|other; in order NAME~low|middle|high
    #[arg(long = "variable", required = true)]
    pub variables: Vec<String>,
    /// Members who code it, two or more.
    #[arg(long = "coder", required = true)]
    pub coders: Vec<String>,
    #[command(flatten)]
    pub by: As,
}

/// A member by name or key: the key that they sign with here, else the first that is known of them.
fn coder(archive: &witnessmark_archive::Archive, name: &str) -> Result<witnessmark_model::MemberKey, Failure> {
    if let Ok(key) = archive.member(Some(name)) {
        return Ok(key);
    }
    let members = archive.world().members();
    let found = members.iter().find(|(key, m)| !m.revoked && (m.name == name || key.to_string() == name));
    found.map(|(key, _)| *key).ok_or_else(|| {
        Failure::new(format!("find member {name:?}"), Some("`witnessmark member ARCHIVE list` lists them".into()))
    })
}

fn draw(archive: &std::path::Path, d: &Draw) -> Answer {
    let mut archive = open(archive)?;
    let member = archive.member(d.by.member.as_deref())?;
    let coders = d.coders.iter().map(|name| coder(&archive, name)).collect::<Result<Vec<_>, _>>()?;
    let variables = d.variables.iter().map(|text| Variable::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let everything = case(&archive)?;
    let plan = Plan { title: &d.title, predicate: &d.predicate, size: d.size, seed: &d.seed, variables, coders };
    Ok(done("drawn", coding::draw(&mut archive, member, &everything, &plan)?))
}

fn list(archive: &std::path::Path, as_json: bool) -> Answer {
    let archive = look(archive)?;
    let members = archive.world().members();
    for sample in coding::samples(&archive) {
        let of = |key| members.get(&key).map_or_else(|| key.to_string(), |m| m.name.clone());
        let done: BTreeMap<String, usize> =
            sample.sampled.coders.iter().map(|key| (of(*key), sample.done_by(*key))).collect();
        let title = sample.sampled.title.get().map_or("[sealed]", String::as_str);
        let (units, of) = (sample.sampled.units.len(), sample.sampled.of);
        if as_json {
            out(json!({
                "sample": sample.entry.at.to_string(), "title": title, "units": units, "of": of, "seed": sample.sampled.seed,
                "population": sample.sampled.population, "population_digest": sample.sampled.population_digest.to_string(),
                "done": done, "finished": sample.is_finished(),
                "variables": sample.variables.iter().map(|v| v.name.clone()).collect::<Vec<_>>(),
            }));
        } else {
            let progress: Vec<String> = done.iter().map(|(who, n)| format!("{who} {n}/{units}")).collect();
            out(format_args!("{:<6} {title}: {units} of {of}; {}", sample.entry.at.index, progress.join(", ")));
        }
    }
    Ok(true)
}

fn results(archive: &std::path::Path, named: &str, as_json: bool) -> Answer {
    let archive = look(archive)?;
    let sample = coding::sample(&archive, entry(&archive, named)?)?;
    let Some(outcomes) = sample.outcomes() else {
        note("not every coder has finished: nobody is shown an answer before that");
        return Ok(false);
    };
    for outcome in &outcomes {
        let name = &outcome.variable.name;
        let found = outcome.agreement;
        if as_json {
            let interval = found.and_then(|a| a.alpha_interval).map(|(low, high)| json!([low, high]));
            out(object(json!({
                "variable": name, "scale": outcome.variable.scale.as_str(), "units": found.map(|a| a.units),
                "observed": found.map(|a| a.observed), "alpha": found.and_then(|a| a.alpha), "alpha_interval": interval,
                "kappa": found.and_then(|a| a.kappa), "kappa_weighted": found.and_then(|a| a.kappa_weighted),
                "differ": outcome.differ.iter().map(|(unit, _)| unit.to_string()).collect::<Vec<_>>(),
            })));
            continue;
        }
        let number = |x: Option<f64>| x.map_or_else(|| "not defined".to_owned(), |x| format!("{x:.3}"));
        match found {
            Some(a) => out(format_args!(
                "{name}: {} units, same answer {:.3}, Krippendorff's alpha {} ({}), Cohen's kappa {}; they differ on {}",
                a.units,
                a.observed,
                number(a.alpha),
                outcome.variable.scale.as_str(),
                number(a.kappa),
                outcome.differ.len()
            )),
            None => out(format_args!("{name}: no unit was answered by two")),
        }
    }
    Ok(true)
}

/// Runs it.
pub fn run(a: CodingArgs) -> Answer {
    match a.what {
        What::Draw(d) => draw(&a.archive, &d),
        What::List { json } => list(&a.archive, json),
        What::Results { sample, json } => results(&a.archive, &sample, json),
        What::Next { sample, json, by } => {
            let archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            let sample = coding::sample(&archive, entry(&archive, &sample)?)?;
            let Some(unit) = sample.next_for(member) else {
                note("you have coded all of it");
                return Ok(false);
            };
            let words = coding::words_of(&archive, unit);
            let quote = words.as_ref().map_or("[sealed]", |(_, quote, _)| quote.as_str());
            if json {
                let variables: Vec<Value> = sample
                    .variables
                    .iter()
                    .map(|v| serde_json::json!({ "name": v.name, "values": v.values }))
                    .collect();
                out(serde_json::json!({ "unit": unit.to_string(), "quote": quote, "variables": variables }));
            } else {
                out(format_args!("{unit}\n“{quote}”"));
                sample.variables.iter().for_each(|v| out(format_args!("  {}: {}", v.name, v.values.join(", "))));
            }
            Ok(true)
        }
        What::Code { sample, unit, set, by } => {
            let mut archive = open(&a.archive)?;
            let member = archive.member(by.member.as_deref())?;
            let (at, unit) = (entry(&archive, &sample)?, claim_ref(&archive, &unit)?);
            let mut answers = BTreeMap::new();
            for pair in &set {
                let Some((name, value)) = pair.split_once('=') else {
                    return Err(Failure::new(format!("read --set {pair:?}"), Some("write VARIABLE=VALUE".into())));
                };
                answers.insert(name.trim().to_owned(), value.trim().to_owned());
            }
            let shown = coding::words_of(&archive, unit).map(|(_, quote, _)| sha256(quote.as_bytes()));
            Ok(done("coded", coding::code(&mut archive, member, at, unit, &answers, shown)?))
        }
    }
}
