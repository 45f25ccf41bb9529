//! Metadata beside exiftool: what both say of the same files, and how many files a second each reads.
//!
//! exiftool is run once over all files, as it is meant to be; ours reads in the sandboxed child, one after another. It deliberately
//! counts a field only where exiftool states it: what only we state is told apart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::{Map, Value};
use witnessmark_desk::analyze::{Reader, Reading};

use crate::terminal::{Failure, out};

/// Each file is read so many times for the speed.
const ROUNDS: usize = 5;

/// Prints agreement by field, and both speeds.
pub fn run(folder: &Path) -> Result<(), Failure> {
    let mut paths = Vec::new();
    files_below(folder, &mut paths);
    let begun = Instant::now();
    let output = Command::new("exiftool").args(["-q", "-q", "-json", "-n", "-r"]).arg(folder).output();
    let took = begun.elapsed().as_secs_f64();
    let theirs: Vec<Map<String, Value>> =
        output.ok().and_then(|o| serde_json::from_slice(&o.stdout).ok()).unwrap_or_default();
    let theirs: BTreeMap<PathBuf, Map<String, Value>> =
        theirs.into_iter().filter_map(|row| Some((PathBuf::from(row.get("SourceFile")?.as_str()?), row))).collect();
    let mut reader = Reader::new(&Reading::by_this_program()?, Vec::new());
    let mut files = Vec::new();
    for path in &paths {
        let bytes = std::fs::read(path).map_err(|e| super::failed("read", path, &e))?;
        let name = path.display().to_string();
        let media = rows(&mut reader, "type", &name, "", &bytes[..bytes.len().min(64 << 10)])?;
        let media = media.iter().find_map(|row| row.get("media_type")?.as_str().map(str::to_owned)).unwrap_or_default();
        files.push((path.clone(), name, media, bytes));
    }
    let begun = Instant::now();
    let mut ours = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (path, name, media, bytes) in &files {
            ours.insert(path.clone(), rows(&mut reader, "metadata", name, media, bytes)?);
        }
    }
    let rate = (files.len() * ROUNDS) as f64 / begun.elapsed().as_secs_f64();
    let theirs_rate = theirs.len() as f64 / took;
    out(format_args!(
        "metadata: {} files, ours through the child {rate:.0} files/s; exiftool, one process for all, {} files, {theirs_rate:.0} files/s: {:.0} times",
        files.len(),
        theirs.len(),
        rate / theirs_rate.max(1e-9)
    ));
    agreement(&theirs, &ours);
    Ok(())
}

fn files_below(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut entries: Vec<PathBuf> = entries.collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

fn rows(
    reader: &mut Reader,
    analyzer: &'static str,
    name: &str,
    media: &str,
    bytes: &[u8],
) -> Result<Vec<Map<String, Value>>, Failure> {
    reader.read_now(analyzer, name, media, bytes).map_err(|e| Failure::new(e.to_string(), None))
}

/// Fields that both have: ours from rows, theirs by name.
const FIELDS: &[&str] = &[
    "DateTimeOriginal",
    "CreateDate",
    "ModifyDate",
    "Make",
    "Model",
    "Software",
    "Orientation",
    "ImageWidth",
    "ImageHeight",
    "GPSLatitude",
    "GPSLongitude",
    "Duration",
];

fn agreement(theirs: &BTreeMap<PathBuf, Map<String, Value>>, ours: &BTreeMap<PathBuf, Vec<Map<String, Value>>>) {
    for field in FIELDS {
        let (mut stated, mut same, mut missing, mut other) = (0, 0, 0, 0);
        let mut first = None;
        for (path, theirs) in theirs {
            let (Some(said), Some(rows)) = (theirs.get(*field).filter(|v| says_something(v)), ours.get(path)) else {
                continue;
            };
            stated += 1;
            match own(rows, field) {
                None => missing += 1,
                Some(own) if alike(said, &own) => same += 1,
                Some(own) => {
                    other += 1;
                    first.get_or_insert_with(|| format!("{said} | {own}"));
                }
            }
            if own(rows, field).is_none() && first.is_none() {
                first = Some(format!("{}: {said}", path.file_name().unwrap_or_default().to_string_lossy()));
            }
        }
        let first = first.map(|first| format!("; the first: {first}")).unwrap_or_default();
        out(format_args!(
            "metadata: {field:<17} stated {stated:>4}, the same {same:>4}, not read {missing:>3}, another {other:>3}{first}"
        ));
    }
}

/// A date of noughts and an empty text state nothing.
fn says_something(value: &Value) -> bool {
    value.as_str().is_none_or(|text| text.chars().any(|c| !matches!(c, '0' | ':' | ' ' | '.' | '-')))
}

fn own(rows: &[Map<String, Value>], field: &str) -> Option<Value> {
    let is = |row: &&Map<String, Value>, kind: &str| row.get("kind").and_then(Value::as_str) == Some(kind);
    let of = |kind: &str, name: &str| rows.iter().filter(|row| is(row, kind)).find_map(|row| row.get(name)).cloned();
    match field {
        "DateTimeOriginal" | "CreateDate" | "ModifyDate" => {
            let named = |row: &&Map<String, Value>| {
                let name = row.get("field").and_then(Value::as_str).unwrap_or_default();
                name.rsplit(':').next() == Some(field)
            };
            rows.iter().filter(|row| is(row, "taken")).find(named)?.get("earliest").cloned()
        }
        "Make" => of("device", "make"),
        "Model" => of("device", "model"),
        "Software" => of("device", "software"),
        "Orientation" => of("picture", "orientation"),
        "ImageWidth" => of("picture", "width").or_else(|| track(rows, "width")),
        "ImageHeight" => of("picture", "height").or_else(|| track(rows, "height")),
        "GPSLatitude" => of("position", "lat"),
        "GPSLongitude" => of("position", "lon"),
        "Duration" => of("recording", "duration_s"),
        _ => None,
    }
}

fn track(rows: &[Map<String, Value>], name: &str) -> Option<Value> {
    let tracks = rows.iter().find_map(|row| row.get("tracks")?.as_array())?;
    tracks.iter().find_map(|track| track.get(name)).cloned()
}

/// Numbers within a hundred-thousandth, times by their digits to the second, texts without their spaces.
fn alike(theirs: &Value, ours: &Value) -> bool {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    if let (Some(a), Some(b)) = (number(theirs), number(ours)) {
        return (a - b).abs() <= 1e-5 * a.abs().max(1.0);
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (a, b) = (text(theirs), text(ours));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(14).collect::<String>();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_time = a.len() >= 10 && digits(&a).len() >= 8 && a.as_bytes().get(4) == Some(&b':');
    if is_time { digits(&a) == digits(&b) } else { squeezed(&a) == squeezed(&b) }
}
