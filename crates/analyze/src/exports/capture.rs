//! What capture apps and archivers write beside a file: ProofMode's and Tella's proofs, an auto-archiver's table or `metadata.json`.
//!
//! Each says of a file, by its SHA-256, where, when and with what it was taken or captured. Here that becomes a `capture` row; whether a file of that
//! hash is here is asked of the archive. Deliberately nothing is taken for shown: the app's word is the app's word, no signature is checked
//! here (every row says so; the analyzer `proofs` of the desk checks those that lie in one zip with their key), and a local time that an app writes with a `Z` is a local time.

use serde_json::{Map, Value, json};

use super::python;
use crate::{Input, Manifest, Row};

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "capture",
    version: 1,
    reads: &["text/csv", "text/plain", "application/json"],
    says: &["capture", "problem"],
    cannot_say: &[
        "whether the app, its clock or its place were right: a proof can be written by hand",
        "whether signatures and time stamps hold: the analyzer `proofs` reads those",
    ],
};

/// Bytes of one such file.
const LONGEST: usize = 64 << 20;
/// Rows of a table.
const MOST: usize = 100_000;
/// Characters of a value.
const LONGEST_VALUE: usize = 4_096;

/// Reads a file that is one of these; any other leaves no row.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let own = input.name.rsplit('/').next().unwrap_or(input.name).to_ascii_lowercase();
    let is_json = own.ends_with(".proof.json") || own == "metadata.json" || own == "proof.json";
    if input.bytes.len() > LONGEST || !(is_json || own.ends_with(".csv")) {
        return Vec::new();
    }
    if is_json {
        return match serde_json::from_slice::<Value>(input.bytes) {
            Ok(value) if value.get("media").is_some() && value.get("metadata").is_some() => {
                archived(&value, "whole item")
            }
            Ok(Value::Object(proof)) => {
                let fields = proof.iter().map(|(name, value)| (name.clone(), plain(value)));
                proved(&fields.collect::<Vec<_>>(), "whole item").into_iter().collect()
            }
            Ok(_) => Vec::new(),
            Err(e) => vec![Row::problem(format!("it is not JSON that can be read: {e}"), "whole item")],
        };
    }
    table(input.bytes)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn table(bytes: &[u8]) -> Vec<Row> {
    let text = crate::text::decode(bytes, "text/plain").text;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else { return Vec::new() };
    let header: Vec<String> = header.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    let has = |name: &str| header.iter().any(|h| squeezed(h) == name);
    let is_proof = has("filehashsha256") || has("hashsha256");
    let is_database = has("status") && has("metadata") && has("media");
    let is_sheet = has("archivestatus") && has("hash");
    let mut rows = Vec::new();
    if !(is_proof || is_database || is_sheet) {
        return rows;
    }
    for (i, record) in reader.records().enumerate().take(MOST) {
        let at = format!("line {}", i + 2);
        let Ok(record) = record else {
            rows.push(Row::problem("a row cannot be read", at));
            continue;
        };
        let cells: Vec<(String, String)> = header
            .iter()
            .zip(record.iter())
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(h, c)| (h.clone(), c.to_owned()))
            .collect();
        let cell = |name: &str| cells.iter().find(|(h, _)| squeezed(h) == name).map(|(_, c)| c.as_str());
        if is_proof {
            rows.extend(proved(&cells, &at));
        } else if is_database {
            let value = |name: &str| cell(name).and_then(python::read);
            match (value("metadata"), value("media")) {
                (Some(metadata), Some(media)) => {
                    rows.extend(archived(
                        &json!({"status": cell("status"), "metadata": metadata, "media": media}),
                        &at,
                    ));
                }
                _ => rows.push(Row::problem("its columns are not what Python prints, or are cut", at)),
            }
        } else if let Some(hash) = cell("hash").and_then(sha256) {
            let mut body = Map::new();
            put(&mut body, "sha256", Some(hash));
            put(&mut body, "app", Some("auto-archiver".into()));
            put(&mut body, "url", cell("link").map(str::to_owned));
            put(&mut body, "published_relabelled", cell("uploadtimestamp").map(str::to_owned));
            put(&mut body, "captured", cell("archivedate").map(str::to_owned));
            put(&mut body, "title", cell("uploadtitle").map(str::to_owned));
            put(&mut body, "status", cell("archivestatus").map(str::to_owned));
            put(&mut body, "where", Some(at));
            rows.push(Row { kind: "capture", body });
        }
    }
    rows
}

/// `File Hash SHA256` as `filehashsha256`: apps spell their columns differently from version to version.
fn squeezed(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// 64 hexadecimal digits, also behind `SHA-256:`.
fn sha256(text: &str) -> Option<String> {
    let hex = text.trim().to_ascii_lowercase();
    let hex = hex.strip_prefix("sha-256:").unwrap_or(&hex).trim();
    (hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit())).then(|| hex.to_owned())
}

fn put(body: &mut Map<String, Value>, name: &str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
        body.insert(name.into(), value.chars().take(LONGEST_VALUE).collect::<String>().into());
    }
}

/// A proof of ProofMode's or Tella's.
fn proved(cells: &[(String, String)], at: &str) -> Option<Row> {
    let of = |names: &[&str]| -> Option<String> {
        let found = names.iter().find_map(|name| cells.iter().find(|(h, _)| squeezed(h) == *name));
        found
            .map(|(_, cell)| cell.trim().to_owned())
            .filter(|cell| !cell.is_empty() && cell != "null" && cell != "none")
    };
    let hash = of(&["filehashsha256", "hashsha256"])?;
    let Some(hash) = sha256(&hash) else {
        return Some(Row::problem("its hash is not one of SHA-256", at));
    };
    // Tella writes the phone's notes and no proof of its own.
    let app = if of(&["proofhash", "safetycheck", "notarization", "locationlatitude"]).is_some() {
        "proofmode"
    } else {
        "tella"
    };
    let mut body = Map::new();
    put(&mut body, "sha256", Some(hash));
    put(&mut body, "app", Some(app.into()));
    put(
        &mut body,
        "file",
        of(&["filepath", "filename"]).map(|path| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()),
    );
    for (name, columns) in
        [("modified", &["filemodified"][..]), ("made", &["filecreated", "proofgenerated", "timestamp"][..])]
    {
        put(&mut body, &format!("{name}_local"), of(columns).map(|time| unlabelled(&time)));
    }
    let number = |names: &[&str]| of(names).and_then(|n| n.parse::<f64>().ok()).filter(|n| n.is_finite());
    let place = number(&["locationlatitude", "latitude"]).zip(number(&["locationlongitude", "longitude"]));
    if let Some((lat, lon)) =
        place.filter(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0 && (*lat, *lon) != (0.0, 0.0))
    {
        body.insert("lat".into(), lat.into());
        body.insert("lon".into(), lon.into());
        body.insert(
            "uncertainty_m".into(),
            number(&["locationaccuracy", "accuracy"]).filter(|m| *m > 0.0).unwrap_or(1_000.0).into(),
        );
    }
    put(&mut body, "maker", of(&["manufacturer"]));
    put(&mut body, "device", of(&["hardware"]));
    put(&mut body, "language", of(&["language"]));
    body.insert("zone_status".into(), "local: the phone's clock, whatever letter stands behind it".into());
    body.insert("signature".into(), "not checked".into());
    put(&mut body, "where", Some(at.into()));
    Some(Row { kind: "capture", body })
}

/// A time without the `Z` that the app writes behind a local time.
fn unlabelled(time: &str) -> String {
    time.trim().trim_end_matches('Z').to_owned()
}

/// What an auto-archiver captured: each medium with its hash.
fn archived(value: &Value, at: &str) -> Vec<Row> {
    let metadata = value.get("metadata").cloned().unwrap_or_default();
    let word = |name: &str| metadata.get(name).map(plain).filter(|text| text != "null");
    let mut rows = Vec::new();
    let mut waiting: Vec<(&Value, usize)> =
        value.get("media").and_then(Value::as_array).into_iter().flatten().map(|m| (m, 0)).collect();
    while let Some((medium, depth)) = waiting.pop() {
        let properties = medium.get("properties");
        // Thumbnails and other versions lie within a medium's properties.
        if depth < 4 {
            let inner = properties.and_then(Value::as_object).into_iter().flat_map(|p| p.values());
            let inner = inner.flat_map(|v| match v {
                Value::Array(list) => list.iter().collect(),
                Value::Object(_) => vec![v],
                _ => Vec::new(),
            });
            waiting.extend(inner.filter(|v| v.get("filename").is_some()).map(|v| (v, depth + 1)));
        }
        let stated = properties.and_then(|p| p.get("hash")).map(plain);
        let Some(hash) = stated.as_deref().and_then(sha256) else {
            rows.push(Row::problem("of a medium no SHA-256 is stated: it cannot be found again", at));
            continue;
        };
        if rows.len() >= MOST {
            break;
        }
        let mut body = Map::new();
        put(&mut body, "sha256", Some(hash));
        put(&mut body, "app", Some("auto-archiver".into()));
        put(
            &mut body,
            "file",
            medium.get("filename").map(plain).map(|f| f.rsplit('/').next().unwrap_or_default().to_owned()),
        );
        put(&mut body, "url", word("url"));
        put(&mut body, "title", word("title"));
        // It writes UTC behind whatever clock the platform showed.
        put(&mut body, "published_relabelled", word("timestamp"));
        put(&mut body, "captured", word("_processed_at"));
        put(&mut body, "status", value.get("status").map(plain));
        body.insert("signature".into(), "not checked".into());
        put(&mut body, "where", Some(at.into()));
        rows.push(Row { kind: "capture", body });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Gazetteer;

    const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    fn read_as(name: &str, bytes: &str) -> Vec<Row> {
        super::read(&Input {
            bytes: bytes.as_bytes(),
            media_type: "text/csv",
            name,
            published: None,
            gazetteer: Gazetteer::embedded(),
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        })
    }

    #[test]
    fn a_proof_says_its_local_time_and_its_place() {
        let csv = format!(
            "File Path,File Hash SHA256,File Modified,Proof Generated,Location.Latitude,Location.Longitude,Location.Accuracy,Manufacturer,SafetyCheck\n\
             /storage/emulated/0/DCIM/a.jpg,{HASH},2031-04-12T08:15Z,2031-04-12T08:16Z,35.5,36.5,12.5,Maker,false\n"
        );
        let rows = read_as("x/9f86.proof.csv", &csv);
        let body = &rows[0].body;
        assert_eq!((rows.len(), rows[0].kind), (1, "capture"));
        assert_eq!((body["app"].as_str(), body["file"].as_str()), (Some("proofmode"), Some("a.jpg")));
        assert_eq!(body["made_local"], "2031-04-12T08:16");
        assert_eq!((body["lat"].as_f64(), body["uncertainty_m"].as_f64()), (Some(35.5), Some(12.5)));
        assert_eq!(body["signature"], "not checked");
        let json = format!(
            r#"{{"File Hash SHA256": "{HASH}", "Proof Generated": "2031-04-12T08:16Z", "Location.Latitude": 0, "Location.Longitude": 0}}"#
        );
        let rows = read_as("9f86.proof.json", &json);
        assert_eq!(rows[0].body["sha256"], HASH);
        assert!(!rows[0].body.contains_key("lat"), "nought and nought is no place");
    }

    #[test]
    fn tella_writes_two_lines() {
        let csv = format!(
            "fileName,fileHashSHA256,fileModified,proofGenerated,hardware,latitude,longitude\nb.jpg,{HASH},2031-04-12 08:15,2031-04-12 08:16,phone,35.5,36.5\n"
        );
        let rows = read_as("b.csv", &csv);
        assert_eq!((rows[0].body["app"].as_str(), rows[0].body["device"].as_str()), (Some("tella"), Some("phone")));
    }

    #[test]
    fn an_archiver_states_hashes_and_relabels_times() {
        let media = format!(
            "[Media(filename='tmp/a.jpg', urls=['x'], properties={{'hash': 'SHA-256:{HASH}', 'thumbnails': [Media(filename='t.jpg', properties={{}})]}})]"
        );
        let metadata = "{'url': 'https://x.invalid/1', 'timestamp': datetime.datetime(2031, 4, 12, 8, 15, tzinfo=datetime.timezone.utc)}";
        let csv =
            format!("status,metadata,media\n\"telethon: success\",\"{metadata}\",\"{media}\"\nbroken,\"{{'url'\",[]\n");
        let rows = read_as("db.csv", &csv);
        assert_eq!(rows.iter().filter(|r| r.kind == "problem").count(), 2, "{rows:?}");
        let capture = rows.iter().find(|r| r.kind == "capture").expect("one");
        assert_eq!(
            (capture.body["url"].as_str(), capture.body["sha256"].as_str()),
            (Some("https://x.invalid/1"), Some(HASH))
        );
        assert_eq!(capture.body["published_relabelled"], "2031-04-12T08:15:00Z");
        let json = format!(
            r#"{{"status": "success", "metadata": {{"url": "https://x.invalid/2"}}, "media": [{{"filename": "a.jpg", "properties": {{"hash": "SHA-256:{HASH}"}}}}]}}"#
        );
        assert_eq!(read_as("out/metadata.json", &json)[0].body["url"], "https://x.invalid/2");
        let sheet = format!("Link,Archive status,Hash\nhttps://x.invalid/3,success,SHA-256:{HASH}\n");
        assert_eq!(read_as("archived.csv", &sheet)[0].body["url"], "https://x.invalid/3");
    }

    #[test]
    fn other_files_leave_nothing() {
        assert!(read_as("holiday.csv", "a,b\n1,2\n").is_empty() && read_as("x.txt", "x").is_empty());
        assert_eq!(read_as("metadata.json", "{").len(), 1);
        assert_eq!(read_as("p.csv", "File Hash SHA256\nnot a hash\n")[0].kind, "problem");
    }
}
