//! Exhibits: originals that a dossier carries, each under a number, with the entry by which it came in.
//!
//! An exhibit is checked three ways: its bytes against the manifest, its SHA-256 and length against what that entry shows, and
//! the entry against the ledger like every other. One that the report cites and that may not be carried is listed too, with the
//! reason, so that no number is a riddle. Deliberately not here: what may be carried to whom (the caller decides), and anything
//! about what an exhibit shows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use witnessmark_model::EntryRef;

use super::container::Sum;
use super::entry::Shown;
use super::files::Note;
use super::{Content, Part, files};
use crate::archive::Archive;
use crate::error::{Error, Kind, Result};

/// Exhibits lie below this.
pub const EXHIBITS: &str = "exhibits/";
/// Most exhibits of a dossier.
pub const MOST: usize = 10_000;

/// Endings by media type. What a browser would run as a page is kept as text, so that opening it runs nothing.
const ENDINGS: &[(&str, &str)] = &[
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/tiff", "tif"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/heic", "heic"),
    ("video/mp4", "mp4"),
    ("video/quicktime", "mov"),
    ("video/webm", "webm"),
    ("audio/mpeg", "mp3"),
    ("audio/ogg", "ogg"),
    ("audio/wav", "wav"),
    ("application/pdf", "pdf"),
    ("text/csv", "csv"),
    ("text/plain", "txt"),
    ("text/html", "html.txt"),
    ("application/xhtml+xml", "html.txt"),
    ("image/svg+xml", "svg.txt"),
    ("application/xml", "xml.txt"),
    ("application/json", "json"),
];

/// An exhibit as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhibit {
    /// Its number in the report, from 1.
    pub number: u32,
    /// What it is, as sniffed.
    pub media_type: String,
    /// The entry by which it came in.
    pub entry: EntryRef,
    /// When custody began, how long after what is claimed, and who alone can say what was before.
    pub custody: Note,
    /// Sentences of the report that cite it.
    pub cited_by: Vec<String>,
    /// The original's bytes, or why they are not here.
    pub original: std::result::Result<Content, Note>,
}

/// An exhibit in `dossier.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its number in the report, from 1.
    pub number: u32,
    /// What it is, as sniffed.
    pub media_type: String,
    /// Its file; nothing when it is not carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The entry by which it came in; nothing when it is not carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// The day on which custody began, by the clock of the device that took it in; nothing when it is not carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// When custody began, in words, and who alone can say what was before.
    pub custody: Note,
    /// Why it is not carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Note>,
    /// Sentences of the report that cite it.
    pub cited_by: Vec<String>,
}

impl Listed {
    /// The exhibit as it is listed, and the file that goes in with it.
    pub(super) fn of(exhibit: Exhibit, archive: &Archive) -> Result<(Self, Option<Part>)> {
        let mut listed = Listed {
            number: exhibit.number,
            media_type: exhibit.media_type,
            file: None,
            entry: None,
            since: None,
            custody: exhibit.custody,
            withheld: None,
            cited_by: exhibit.cited_by,
        };
        let content = match exhibit.original {
            Ok(content) => content,
            Err(why) => {
                listed.withheld = Some(why);
                return Ok((listed, None));
            }
        };
        let entry = archive.world().entry(exhibit.entry);
        let time = entry.map(|entry| entry.time.clone()).ok_or_else(|| {
            Error::new(Kind::NotFound, format!("put exhibit {} into a dossier: its entry", exhibit.number))
        })?;
        let name = name(listed.number, &listed.media_type);
        listed.file = Some(name.clone());
        listed.entry = Some(exhibit.entry.index);
        listed.since = Some(day(&time).to_owned());
        Ok((listed, Some(Part { name, content })))
    }
}

/// Name of an exhibit's file: its number, and an ending that runs nothing.
pub fn name(number: u32, media_type: &str) -> String {
    let ending = ENDINGS.iter().find(|(t, _)| *t == media_type).map_or("bin", |(_, ending)| ending);
    format!("{EXHIBITS}{number:03}.{ending}")
}

/// The day of an instant.
fn day(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// What an entry shows of the item that it took in.
#[derive(Debug, PartialEq)]
pub(super) struct TakenIn {
    item: String,
    size: Option<u64>,
    time: Option<String>,
}

impl TakenIn {
    /// From an entry of kind `collected` that shows its item.
    pub(super) fn from(shown: &Shown) -> Option<Self> {
        let item = shown.text("item").filter(|_| shown.text("kind") == Some("collected"))?;
        let size = shown.fields.get("size").and_then(Value::as_u64);
        Some(TakenIn { item: item.to_owned(), size, time: shown.text("time").map(str::to_owned) })
    }
}

/// What does not hold of the exhibits that are listed: at which file, and what.
pub(super) fn faults(
    listed: &[Listed],
    sums: &BTreeMap<String, Sum>,
    taken_in: &BTreeMap<u64, TakenIn>,
) -> Vec<(String, &'static str)> {
    let mut faults = Vec::new();
    if listed.windows(2).any(|pair| pair[0].number >= pair[1].number) || listed.len() > MOST {
        faults.push((
            files::STATEMENT.to_owned(),
            "exhibits are out of order, one is there twice, or there are too many",
        ));
    }
    let mut seen = BTreeSet::new();
    for exhibit in listed {
        match fault(exhibit, sums, taken_in) {
            Some(what) => faults.push((exhibit.file.clone().unwrap_or_else(|| files::STATEMENT.to_owned()), what)),
            None if exhibit.file.as_ref().is_some_and(|file| !seen.insert(file)) => {
                faults.push((files::STATEMENT.to_owned(), "two exhibits are one file"));
            }
            None => {}
        }
    }
    faults
}

fn fault(exhibit: &Listed, sums: &BTreeMap<String, Sum>, taken_in: &BTreeMap<u64, TakenIn>) -> Option<&'static str> {
    let (file, entry, since) = match (&exhibit.file, exhibit.entry, &exhibit.since, &exhibit.withheld) {
        (Some(file), Some(entry), Some(since), None) => (file, entry, since),
        (None, None, None, Some(_)) => return None,
        _ => return Some("an exhibit is either carried, with its entry, or withheld, with the reason"),
    };
    if *file != name(exhibit.number, &exhibit.media_type) {
        return Some("its name is not that of its number and type");
    }
    let Some(sum) = sums.get(file) else { return Some("it is listed as an exhibit and missing") };
    let Some(taken) = taken_in.get(&entry) else {
        return Some("the entry by which it came in is not here, or does not show what came in");
    };
    if taken.item != sum.sha256.to_string() || taken.size.is_some_and(|size| size != sum.length) {
        return Some("its bytes are not those that its entry says came in");
    }
    if taken.time.as_deref().map(day) != Some(since.as_str()) {
        return Some("its entry does not say that custody began on that day");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use witnessmark_model::Digest;

    fn listed() -> Listed {
        Listed {
            number: 7,
            media_type: "image/jpeg".into(),
            file: Some("exhibits/007.jpg".into()),
            entry: Some(3),
            since: Some("2031-04-14".into()),
            custody: Note { en: "Custody begins 2031-04-14.".into(), ar: None },
            withheld: None,
            cited_by: vec![],
        }
    }

    #[test]
    fn an_exhibit_is_what_its_entry_says_came_in() {
        let sum = Sum { length: 9, crc: 0, sha256: Digest([5; 32]) };
        let sums = BTreeMap::from([("exhibits/007.jpg".to_owned(), sum)]);
        let time = Some("2031-04-14T08:00:00Z".to_owned());
        let came = |size| TakenIn { item: Digest([5; 32]).to_string(), size, time: time.clone() };
        let taken = BTreeMap::from([(3, came(Some(9))), (4, came(Some(8))), (5, TakenIn { time: None, ..came(None) })]);
        assert_eq!(faults(&[listed()], &sums, &taken), []);
        let wrong = [
            Listed { number: 8, ..listed() },
            Listed { media_type: "image/png".into(), ..listed() },
            Listed { file: Some("exhibits/008.jpg".into()), number: 8, ..listed() },
            Listed { entry: Some(4), ..listed() },
            Listed { entry: Some(5), ..listed() },
            Listed { entry: Some(6), ..listed() },
            Listed { entry: None, ..listed() },
            Listed { since: Some("2031-04-13".into()), ..listed() },
            Listed { withheld: Some(listed().custody), ..listed() },
        ];
        for exhibit in wrong {
            assert_eq!(faults(std::slice::from_ref(&exhibit), &sums, &taken).len(), 1, "{exhibit:?}");
        }
        assert_eq!(faults(&[listed(), listed()], &sums, &taken).len(), 2, "once for the order, once for the file");
    }

    #[test]
    fn what_a_browser_would_run_is_kept_as_text() {
        assert_eq!(name(3, "text/html"), "exhibits/003.html.txt");
        assert_eq!(name(1234, "image/svg+xml"), "exhibits/1234.svg.txt");
        assert_eq!(name(1, "application/x-msdownload"), "exhibits/001.bin");
    }
}
