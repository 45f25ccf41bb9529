//! WACZ (Web Archive Collection Zipped 1.1.1): a zip with WARCs in it and a package description that states their hashes.
//!
//! The hashes are compared; a difference is a problem, and what is there is read all the same. It deliberately checks no
//! signature of the description and uses no index: every record is read.

use std::collections::BTreeMap;
use std::io::{BufReader, Cursor, Read};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::{Archive, MOST_UNPACKED, unpacked};
use crate::Row;
use crate::documents::Document;

/// Longest description, in bytes.
const LONGEST_DESCRIPTION: u64 = 32 << 20;
/// Most files in the zip.
const MOST_FILES: usize = 20_000;

/// Reads a WACZ.
pub(in crate::documents) fn read(bytes: &[u8]) -> Document {
    let mut zip = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(zip) if zip.len() <= MOST_FILES => zip,
        Ok(zip) => return Document::unreadable(format!("the file has {} parts: it was not read", zip.len())),
        Err(e) => return Document::unreadable(format!("the file is cut short or damaged: {e}")),
    };
    let mut problems = Vec::new();
    let description = part(&mut zip, "datapackage.json");
    let mut about = Map::from_iter([("format".to_owned(), json!("wacz"))]);
    let stated = match &description {
        None => {
            problems.push(Row::problem("it has no datapackage.json: nothing states its hashes", "datapackage.json"));
            BTreeMap::new()
        }
        Some(description) => described(description, &mut about, &mut problems),
    };
    digest_of_description(&mut zip, description.as_deref(), &mut problems);
    let checked = check(&mut zip, &stated, &mut problems);
    about.insert("hashes_agree".into(), json!(checked));
    let mut archive = Archive::default();
    for index in 0..zip.len() {
        let Ok(file) = zip.by_index(index) else { continue };
        let Ok(name) = file.name().map(|name| name.into_owned()) else { continue };
        if name.starts_with("archive/") && [".warc", ".warc.gz"].iter().any(|end| name.ends_with(end)) {
            archive.stream(&mut unpacked(BufReader::new(file.take(MOST_UNPACKED))), &name);
        }
    }
    let mut document = archive.finish(Value::Object(about));
    document.rows.append(&mut problems);
    document
}

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn part(zip: &mut Zip<'_>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    zip.by_name(name).ok()?.take(LONGEST_DESCRIPTION).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The resources that the description lists, by path, with hash and length.
fn described(
    description: &[u8],
    about: &mut Map<String, Value>,
    problems: &mut Vec<Row>,
) -> BTreeMap<String, (Option<String>, Option<u64>)> {
    let Ok(json) = serde_json::from_slice::<Value>(description) else {
        problems.push(Row::problem("its description is not JSON", "datapackage.json"));
        return BTreeMap::new();
    };
    for (key, name) in
        [("title", "title"), ("created", "created"), ("software", "producer"), ("mainPageUrl", "main_page")]
    {
        if let Some(text) = json.get(key).and_then(Value::as_str) {
            about.insert(name.into(), json!(text.chars().take(crate::documents::LONGEST_FIELD).collect::<String>()));
        }
    }
    let resources = json.get("resources").and_then(Value::as_array);
    let resource = |value: &Value| {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Some((text("path")?, (text("hash"), value.get("bytes").and_then(Value::as_u64))))
    };
    resources.into_iter().flatten().take(MOST_FILES).filter_map(resource).collect()
}

/// The description's own hash lies beside it.
fn digest_of_description(zip: &mut Zip<'_>, description: Option<&[u8]>, problems: &mut Vec<Row>) {
    let (Some(digest), Some(description)) = (part(zip, "datapackage-digest.json"), description) else { return };
    let stated = serde_json::from_slice::<Value>(&digest).ok();
    let stated = stated.as_ref().and_then(|json| json.get("hash")).and_then(Value::as_str).map(str::to_owned);
    if stated.is_some_and(|stated| stated != hash_of(&mut &description[..]).0) {
        let what = "the description is not the one whose hash is stated: it was changed after it was made";
        problems.push(Row::problem(what, "datapackage.json"));
    }
}

/// Compares every file with what is stated of it; true = all that is there is stated and agrees.
fn check(zip: &mut Zip<'_>, stated: &BTreeMap<String, (Option<String>, Option<u64>)>, problems: &mut Vec<Row>) -> bool {
    let before = problems.len();
    let mut seen = Vec::new();
    for index in 0..zip.len() {
        let Ok(mut file) = zip.by_index(index) else {
            problems.push(Row::problem("a file of the archive cannot be unpacked", format!("file {}", index + 1)));
            continue;
        };
        let Ok(name) = file.name().map(|name| name.into_owned()) else { continue };
        if name.ends_with('/') || name.starts_with("datapackage") {
            continue;
        }
        match stated.get(&name) {
            None if !stated.is_empty() => {
                problems.push(Row::problem("a file that the description does not list", &name))
            }
            None => {}
            Some((hash, length)) => {
                let (found, long) = hash_of(&mut file);
                let differs = hash.as_ref().is_some_and(|hash| hash.starts_with("sha256:") && *hash != found);
                if differs || length.is_some_and(|length| length != long) {
                    problems.push(Row::problem("a file is not the one whose hash is stated", &name));
                }
            }
        }
        seen.push(name);
    }
    for path in stated.keys().filter(|path| !seen.contains(path)) {
        problems.push(Row::problem("a file that the description lists is not there", path.as_str()));
    }
    !stated.is_empty() && problems.len() == before
}

/// Hash and length of what a reader gives.
fn hash_of(reader: &mut dyn Read) -> (String, u64) {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 << 10];
    let mut length = 0;
    while let Ok(count) = reader.read(&mut piece) {
        if count == 0 || length > MOST_UNPACKED {
            break;
        }
        hash.update(&piece[..count]);
        length += count as u64;
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    (format!("sha256:{hex}"), length)
}
