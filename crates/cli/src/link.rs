//! `link`: which rows of a table, or of two, speak of one person. Names of people go to stdout where they are asked for, and
//! nowhere else: no message and no error holds what a cell says.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use witnessmark_weigh::link::{Config, Ids, Linked, Misfits, Options, Pair, Step, Table, TableBuilder, link, propose};

use crate::Answer;
use crate::terminal::{Failure, note};

/// `link`
#[derive(clap::Args)]
pub struct Link {
    /// A table, with a header: comma-, semicolon- or tab-separated.
    pub file: PathBuf,
    /// The table to link it with; within the first unless given.
    pub second: Option<PathBuf>,
    /// What to compare and how (docs/spec/link.md); proposed from the columns unless given.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One object a line: pairs with their waterfalls, then clusters.
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// One row a pair.
    #[arg(long)]
    pub csv: bool,
    /// Leave out pairs that are less probable.
    #[arg(long, value_name = "P", default_value_t = 0.01)]
    pub min_probability: f64,
    /// Join rows into clusters from this probability on.
    #[arg(long, value_name = "P", default_value_t = 0.5)]
    pub join_probability: f64,
    /// Print the config that would be used, and do nothing else.
    #[arg(long)]
    pub propose_config: bool,
}

/// Most bytes of a config.
const LONGEST_CONFIG: u64 = 1 << 20;

/// Reads, links, prints.
pub fn run(args: Link) -> Answer {
    for (name, p) in [("--min-probability", args.min_probability), ("--join-probability", args.join_probability)] {
        if !(0.0..=1.0).contains(&p) {
            return Err(Failure::new(format!("take {p} as {name}: it is not between 0 and 1"), None));
        }
    }
    let mut table = read(&args.file, args.second.as_deref(), &[])?.0;
    let config = match &args.config {
        Some(path) => read_config(path)?,
        None => propose(&table),
    };
    if args.propose_config {
        crate::terminal::out(config.to_toml().trim_end());
        return Ok(true);
    }
    if config.field.is_empty() && args.config.is_none() && table.rows() > 1 {
        let hint = "write a link.toml and give it with --config (docs/spec/link.md)".to_owned();
        return Err(Failure::new("find columns to compare: none differs from row to row", Some(hint)));
    }
    let ids = table.ids(config.id.as_deref().and_then(|c| table.column(c)));
    tell_misfits(&table.misfits);
    if table.rows() < 2 {
        note("0 pairs: fewer than two rows");
        return Ok(true);
    }
    let options = Options {
        min_probability: args.min_probability,
        join_probability: args.join_probability,
        ..Options::default()
    };
    let linked = link(&table, &config, options).map_err(|e| Failure::new(e.to_string(), None))?;
    let mut to = BufWriter::new(std::io::stdout().lock());
    let written = if args.json {
        print_json(&mut to, &linked, &table, &ids)
    } else if args.csv {
        print_csv(&mut to, &linked, &table, &ids, &config)
    } else {
        print_lines(&mut to, &linked, &table, &ids)
    };
    if written.and_then(|()| to.flush()).is_err() {
        // The reader of a pipe has seen enough.
        return Ok(true);
    }
    tell(&linked, &table);
    Ok(true)
}

fn read_config(path: &Path) -> Result<Config, Failure> {
    let could_not = |e: std::io::Error| Failure::new(format!("read {}: {e}", path.display()), None);
    let length = std::fs::metadata(path).map_err(could_not)?.len();
    if length > LONGEST_CONFIG {
        return Err(Failure::new(format!("read {}: {length} bytes are no link config", path.display()), None));
    }
    let text = std::fs::read_to_string(path).map_err(could_not)?;
    let hint = || Some("`witnessmark link A.csv --propose-config` prints one that fits".to_owned());
    Config::read(&text).map_err(|e| Failure::new(format!("{}: {e}", path.display()), hint()))
}

/// A table of one or two CSV files without some columns, and what these say, row by row (for those who know the answers).
pub fn read(first: &Path, second: Option<&Path>, without: &[&str]) -> Result<(Table, Vec<String>), Failure> {
    let mut lists = Vec::new();
    for path in std::iter::once(first).chain(second) {
        let (header, reader) = open(path)?;
        let keep: Vec<bool> = header.iter().map(|name| !without.contains(&name.trim())).collect();
        lists.push((path, header, keep, reader));
    }
    let kept = |header: &[String], keep: &[bool]| -> Vec<String> {
        header.iter().zip(keep).filter(|(_, k)| **k).map(|(name, _)| name.clone()).collect()
    };
    let names: Vec<Vec<String>> = lists.iter().map(|(_, header, keep, _)| kept(header, keep)).collect();
    let names: Vec<Vec<&str>> = names.iter().map(|list| list.iter().map(String::as_str).collect()).collect();
    let mut builder = TableBuilder::new(&names[0], names.get(1).map(Vec::as_slice));
    let (mut answers, mut broken) = (Vec::new(), 0usize);
    for (n, (path, _, keep, reader)) in lists.iter_mut().enumerate() {
        if n == 1 {
            builder.second(&names[1]);
        }
        let mut record = csv::ByteRecord::new();
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => return Err(unreadable(path, &e)),
            }
            let cells: Vec<std::borrow::Cow<'_, str>> = record.iter().map(String::from_utf8_lossy).collect();
            broken += usize::from(cells.iter().any(|c| matches!(c, std::borrow::Cow::Owned(_))));
            if keep.contains(&false) {
                let answer = cells.iter().zip(keep.iter()).find(|(_, k)| !**k).map(|(cell, _)| cell.trim().to_owned());
                answers.push(answer.unwrap_or_default());
            }
            let known = cells.iter().enumerate().filter(|(at, _)| keep.get(*at).copied().unwrap_or(true));
            if !builder.push(known.map(|(_, cell)| cell.as_ref())) {
                note(format_args!("{}: further rows are passed over", path.display()));
                break;
            }
        }
    }
    if broken > 0 {
        note(format_args!("{broken} rows hold bytes that are not UTF-8; these count as �"));
    }
    Ok((builder.finish(), answers))
}

type Reader = csv::Reader<std::fs::File>;

/// Opens a CSV: its header, and its rows. The delimiter is what the header has most of: comma, semicolon, tab or bar.
fn open(path: &Path) -> Result<(Vec<String>, Reader), Failure> {
    let with = |delimiter: u8| -> Result<(Vec<String>, Reader), Failure> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(delimiter)
            .from_path(path)
            .map_err(|e| unreadable(path, &e))?;
        let header = reader.byte_headers().map_err(|e| unreadable(path, &e))?;
        let header: Vec<String> = header.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
        Ok((header, reader))
    };
    let mut best = with(b',')?;
    for delimiter in [b';', b'\t', b'|'] {
        let other = with(delimiter)?;
        if other.0.len() > best.0.len() {
            best = other;
        }
    }
    Ok(best)
}

/// The place of what cannot be read, without a word of it.
fn unreadable(path: &Path, error: &csv::Error) -> Failure {
    let at = error.position().map(|p| format!(" at line {}", p.line())).unwrap_or_default();
    let what = match error.kind() {
        csv::ErrorKind::Io(e) => e.to_string(),
        _ => "not a table of comma-separated values".to_owned(),
    };
    Failure::new(format!("read {}{at}: {what}", path.display()), None)
}

fn tell_misfits(misfits: &Misfits) {
    for (count, what) in [
        (misfits.short_rows, "rows have fewer cells than the header; what is missing counts as not stated"),
        (misfits.long_rows, "rows have more cells than the header; the surplus is passed over"),
        (misfits.cut_values, "values are too long and were cut"),
        (misfits.columns_passed_over, "columns are passed over: their name comes twice, or there are too many"),
        (misfits.repeated_ids, "rows have an id that came before in their list; they are named ID#ROW"),
        (misfits.missing_ids, "rows have no id; they are named by their number"),
    ] {
        if count > 0 {
            note(format_args!("{count} {what}"));
        }
    }
}

/// On stderr: what was compared, what was left out, what came of it.
fn tell(linked: &Linked<'_>, table: &Table) {
    for rule in linked.rules.iter().filter(|r| r.left_out > 0) {
        let on = rule.on.join(" + ");
        note(format_args!("{on}: {} pairs of large blocks were not compared under this rule", rule.left_out));
    }
    let untaught: std::collections::BTreeSet<String> =
        linked.learnt().into_iter().filter(|l| l.taught == 0).map(|l| l.field).collect();
    for field in untaught {
        note(format_args!("{field}: no blocking rule could teach its weights; they are a guess"));
    }
    note(format_args!(
        "{} rows, {} pairs compared, {} listed, {} clusters",
        table.rows(),
        linked.compared,
        linked.pairs.len(),
        linked.clusters.len()
    ));
}

fn step_json(step: Step) -> Value {
    let mut value = json!({"field": step.field, "level": step.level, "weight": rounded(step.weight)});
    for (name, text) in [("left", step.left), ("right", step.right)] {
        if !text.is_empty() {
            value[name] = text.into();
        }
    }
    value
}

/// Bits to four places: more is noise, and reads badly.
fn rounded(weight: f64) -> f64 {
    (weight * 1e4).round() / 1e4
}

/// A probability to six significant places, never rounded to 0 or 1.
fn shown(probability: f64) -> f64 {
    format!("{probability:.6e}").parse::<f64>().unwrap_or(probability).min(1.0 - 1e-9)
}

fn print_json(to: &mut impl Write, linked: &Linked<'_>, table: &Table, ids: &Ids) -> std::io::Result<()> {
    for (pair, steps) in linked.waterfalls(&linked.pairs) {
        let line = json!({
            "left": ids.of(table, pair.left), "right": ids.of(table, pair.right),
            "probability": shown(pair.probability), "weight": rounded(pair.weight),
            "waterfall": steps.into_iter().map(step_json).collect::<Vec<_>>(),
        });
        writeln!(to, "{line}")?;
    }
    for (n, rows) in linked.clusters.iter().enumerate() {
        let members: Vec<String> = rows.iter().map(|row| ids.of(table, *row)).collect();
        let mut line = json!({"cluster": n + 1, "members": members});
        if let Some(second) = table.second_from() {
            line["lists"] = rows.iter().map(|row| if (*row as usize) < second { 1 } else { 2 }).collect();
        }
        writeln!(to, "{line}")?;
    }
    Ok(())
}

/// The cluster of each row; 0 = none.
fn cluster_of(linked: &Linked<'_>, table: &Table) -> Vec<u32> {
    let mut of = vec![0; table.rows()];
    for (n, rows) in linked.clusters.iter().enumerate() {
        rows.iter().for_each(|row| of[*row as usize] = n as u32 + 1);
    }
    of
}

fn print_csv(
    to: &mut impl Write,
    linked: &Linked<'_>,
    table: &Table,
    ids: &Ids,
    config: &Config,
) -> std::io::Result<()> {
    let of = cluster_of(linked, table);
    let mut writer = csv::Writer::from_writer(to);
    let mut header: Vec<String> =
        ["left", "right", "probability", "weight", "cluster", "prior"].map(str::to_owned).into();
    for field in &config.field {
        header.extend([format!("{} level", field.column), format!("{} weight", field.column)]);
    }
    writer.write_record(&header)?;
    for (pair, steps) in linked.waterfalls(&linked.pairs) {
        let cluster = of[pair.left as usize];
        let cluster =
            if cluster != 0 && cluster == of[pair.right as usize] { cluster.to_string() } else { String::new() };
        let mut row = vec![
            ids.of(table, pair.left),
            ids.of(table, pair.right),
            shown(pair.probability).to_string(),
            rounded(pair.weight).to_string(),
            cluster,
        ];
        for step in steps {
            let weight = rounded(step.weight).to_string();
            if step.field == "*" {
                row.push(weight);
            } else {
                row.extend([step.level, weight]);
            }
        }
        writer.write_record(&row)?;
    }
    writer.flush()
}

/// For people: a line a pair with what weighs, and no cell's words; then a line a cluster.
fn print_lines(to: &mut impl Write, linked: &Linked<'_>, table: &Table, ids: &Ids) -> std::io::Result<()> {
    for (pair, steps) in linked.waterfalls(&linked.pairs) {
        writeln!(to, "{}", line(pair, &steps, table, ids))?;
    }
    for (n, rows) in linked.clusters.iter().enumerate() {
        let members: Vec<String> = rows.iter().map(|row| ids.of(table, *row)).collect();
        writeln!(to, "cluster {}: {}", n + 1, members.join(", "))?;
    }
    Ok(())
}

fn line(pair: &Pair, steps: &[Step], table: &Table, ids: &Ids) -> String {
    let said = |s: &Step| match s.field.as_str() {
        "*" => format!("{} {:+.1}", s.level, s.weight),
        field => format!("{field} {} {:+.1}", s.level, s.weight),
    };
    let steps: Vec<String> = steps.iter().filter(|s| s.level != "not_stated").map(said).collect();
    format!(
        "{:.4}  {}  {}  {:+.1} = {}",
        pair.probability,
        ids.of(table, pair.left),
        ids.of(table, pair.right),
        pair.weight,
        steps.join("; ")
    )
}
