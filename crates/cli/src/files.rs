//! Commands on files, without an archive or beside one. Bytes are read in the sandboxed child here too.

use std::path::Path;

use serde_json::{Map, Value, json};
use witnessmark_analyze::place::Gazetteer;
use witnessmark_desk::analyze::{Reader, Reading};
use witnessmark_desk::similar::{self, Asked};

use crate::Answer;
use crate::args;
use crate::outside::look;
use crate::terminal::{Failure, note, out};

fn reader() -> Result<Reader, Failure> {
    Ok(Reader::new(&Reading::by_this_program()?, Vec::new()))
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|e| Failure::new(format!("read {}: {e}", path.display()), None))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn rows(
    reader: &mut Reader,
    analyzer: &'static str,
    name: &str,
    media: &str,
    published: Option<String>,
    bytes: &[u8],
) -> Result<Vec<Map<String, Value>>, Failure> {
    let read = reader.read_published(analyzer, name, media, published, bytes);
    read.map_err(|e| witnessmark_desk::Error::from(e).into())
}

fn media_type(reader: &mut Reader, name: &str, bytes: &[u8]) -> Result<String, Failure> {
    let head = &bytes[..bytes.len().min(64 << 10)];
    let told = rows(reader, "type", name, "application/octet-stream", None, head)?;
    let found = told.iter().find_map(|row| row.get("media_type").and_then(Value::as_str));
    Ok(found.unwrap_or("application/octet-stream").to_owned())
}

pub fn extract(a: args::Extract) -> Answer {
    let mut reader = reader()?;
    let mut all = true;
    for path in &a.files {
        let (bytes, name) = (bytes(path)?, name(path));
        let mut media = media_type(&mut reader, &name, &bytes)?;
        // Whatever no reader knows is tried as plain text.
        if !witnessmark_analyze::text::READS.contains(&media.as_str()) {
            media = "text/plain".into();
        }
        let found = rows(&mut reader, "extract", &name, &media, a.published.clone(), &bytes)?;
        if a.html {
            let text = rows(&mut reader, "text", &name, &media, None, &bytes)?;
            let text = text.iter().find_map(|row| row.get("text").and_then(Value::as_str)).unwrap_or_default();
            out(witnessmark_report::marked::page(&name, text, &found));
            continue;
        }
        all &= !found.iter().any(|row| row.get("kind").and_then(Value::as_str) == Some("problem"));
        for mut row in found {
            row.entry("doc").or_insert_with(|| Value::from(name.clone()));
            if a.json { out(Value::Object(row)) } else { out(line(&row)) }
        }
    }
    Ok(all)
}

/// One object on one line, for people.
fn line(row: &Map<String, Value>) -> String {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let quote = text("quote");
    let fields = row.get("fields").map(Value::to_string).unwrap_or_default();
    format!("{:<12} {:<5} “{quote}”  {fields}", text("kind"), text("id"))
}

pub fn hash(a: args::Files) -> Answer {
    let mut reader = reader()?;
    for path in &a.files {
        let (bytes, name) = (bytes(path)?, name(path));
        let media = media_type(&mut reader, &name, &bytes)?;
        let sha256 = witnessmark_archive::pack::sha256(&bytes).to_string();
        let mut found = json!({ "file": path.display().to_string(), "sha256": sha256, "media_type": media });
        if media.starts_with("image/") {
            for row in rows(&mut reader, "picture-hash", &name, &media, None, &bytes)? {
                for field in ["pdq", "quality", "what"] {
                    if let Some(value) = row.get(field) {
                        found[if field == "what" { "problem" } else { field }] = value.clone();
                    }
                }
            }
        }
        if a.json {
            out(found);
        } else {
            let pdq = found
                .get("pdq")
                .and_then(Value::as_str)
                .map(|p| format!("  pdq {p} quality {}", found["quality"]))
                .unwrap_or_default();
            out(format_args!("{sha256}  {}{pdq}", path.display()));
        }
    }
    Ok(true)
}

pub fn scene(a: args::Files) -> Answer {
    let mut reader = reader()?;
    for path in &a.files {
        let (bytes, name) = (bytes(path)?, name(path));
        for row in rows(&mut reader, "scene", &name, "image/tiff", None, &bytes)? {
            out(Value::Object(row));
        }
    }
    Ok(true)
}

pub fn place(a: args::Place) -> Answer {
    let text = a.text.join(" ");
    let gazetteer = Gazetteer::embedded();
    let mut mentions = gazetteer.find(&text);
    if mentions.is_empty() {
        let candidates = gazetteer.resolve(&text);
        if !candidates.is_empty() {
            mentions.push(witnessmark_analyze::place::PlaceMention {
                range: 0..text.len(),
                name: text.clone(),
                candidates,
            });
        }
    }
    for mention in &mentions {
        for c in &mention.candidates {
            let line = json!({
                "name": mention.name, "id": c.id, "is": c.name, "lat": c.lat, "lon": c.lon,
                "uncertainty_m": c.uncertainty_m, "level": c.level, "score": c.score,
            });
            if a.json {
                out(line);
            } else {
                out(format_args!(
                    "{}: {} ({}, {}) {:.4}, {:.4} ± {:.0} m  {:.2}",
                    mention.name, c.name, c.level, c.id, c.lat, c.lon, c.uncertainty_m, c.score
                ));
            }
        }
    }
    Ok(mentions.iter().any(|m| !m.candidates.is_empty()))
}

pub fn similar(a: args::Similar) -> Answer {
    let archive = look(&a.archive)?;
    let (bytes, name) = (bytes(&a.file)?, name(&a.file));
    let mut reader = reader()?;
    let media = media_type(&mut reader, &name, &bytes)?;
    let mut read = Vec::new();
    if media.starts_with("video/") || media.starts_with("audio/") {
        let prepared = witnessmark_desk::prepare::of_file(
            &a.file,
            &media,
            &witnessmark_desk::analyze::Reading::by_this_program()?,
        )?;
        for (analyzer, parcel) in prepared {
            read.extend(rows(&mut reader, analyzer, &name, &media, None, &parcel)?);
        }
    }
    if media.starts_with("image/") {
        read = rows(&mut reader, "picture-hash", &name, &media, None, &bytes)?;
        if matches!(media.as_str(), "image/jpeg" | "image/png") {
            read.extend(rows(&mut reader, "picture-points", &name, &media, None, &bytes)?);
        }
    }
    let id = witnessmark_archive::pack::sha256(&bytes).to_string().parse().ok();
    let found = similar::search(&archive, &Asked::from_rows(id, &read))?;
    if !found.reviewed {
        note("so many pictures are kept that hashes were looked for only as near as copies are");
    }
    for like in &found.like {
        let item = &found.items[&like.item];
        if a.json {
            out(like.to_json(&item.names));
        } else {
            let verdict = like.verdict.map(|v| v.as_str().replace('_', " ")).unwrap_or_default();
            let distance = like.distance.map(|d| d.to_string()).unwrap_or_default();
            let at =
                like.in_item_s.map(|(from, until)| format!("from {from:.1} s to {until:.1} s")).unwrap_or_default();
            let verdict = if verdict.is_empty() { at } else { verdict };
            out(format_args!("{} {:<9} {distance:>3}  {}  {verdict}", item.id.short(), like.kind, item.label()));
        }
    }
    Ok(!found.like.is_empty())
}

pub fn verify(a: args::Verify) -> Answer {
    let key = a.key.map(|k| k.parse()).transpose().map_err(|e| Failure::new(format!("read the key: {e}"), None))?;
    let file =
        std::fs::File::open(&a.file).map_err(|e| Failure::new(format!("read {}: {e}", a.file.display()), None))?;
    let verification = witnessmark_archive::bundle::verify(file, key.as_ref())?;
    if a.json {
        out(verification.to_json());
    } else {
        verification.lines().into_iter().for_each(out);
    }
    Ok(verification.holds())
}
