//! What capture apps and archivers state of files that are here, by the hash that they state.
//!
//! An app's word stands beside the item as a reading of the app's file: a time by the phone's clock, a place, an address. It places nothing by itself, and
//! where a file of the name that an app gives is here with another hash, that is a problem of the file.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use witnessmark_archive::Archive;
use witnessmark_model::claim::Interval;
use witnessmark_model::{ItemId, RowRef};

use crate::error::Result;
use crate::facts::Item;

/// Binds every `capture` row to the item that it speaks of, and what signatures and time stamps show of it.
pub fn bind(archive: &Archive, items: &mut BTreeMap<ItemId, Item>) -> Result<()> {
    for kind in ["signature", "time_stamp"] {
        for (at, row) in archive.rows_of_kind(kind)? {
            let about = word(&row, "sha256").and_then(|hash| hash.parse::<ItemId>().ok());
            let Some(item) = about.and_then(|id| items.get_mut(&id)) else { continue };
            if let Some(result) = word(&row, "result").filter(|result| result.starts_with("does not match")) {
                item.problems.push((at, format!("an OpenPGP signature beside it {result}")));
            }
            item.vouchers.push((at, row));
        }
    }
    let rows = archive.rows_of_kind("capture")?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut by_name: BTreeMap<String, ItemId> = BTreeMap::new();
    for item in items.values() {
        by_name.extend(item.names.iter().map(|name| (name.clone(), item.id)));
    }
    for (at, row) in rows {
        let Some(stated) = word(&row, "sha256").and_then(|hash| hash.parse::<ItemId>().ok()) else { continue };
        if let Some(item) = items.get_mut(&stated) {
            tell(item, at, &row);
            continue;
        }
        // Not here by its hash: is a file here that the app means by its name?
        let folder = word(&row, "item")
            .and_then(|item| item.parse::<ItemId>().ok())
            .and_then(|item| items.get(&item)?.names.first()?.rsplit_once('/').map(|(folder, _)| format!("{folder}/")))
            .unwrap_or_default();
        let named = word(&row, "file").and_then(|file| by_name.get(&format!("{folder}{file}")));
        if let Some(item) = named.and_then(|item| items.get_mut(item)) {
            let app = word(&row, "app").unwrap_or("the capture app");
            item.problems.push((
                at,
                format!(
                    "{app} states another SHA-256 for a file of this name: it was changed since, or is another file"
                ),
            ));
        }
    }
    Ok(())
}

fn word<'a>(row: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}

fn tell(item: &mut Item, at: RowRef, row: &Map<String, Value>) {
    let number = |name: &str| row.get(name).and_then(Value::as_f64);
    if let Some(time) = word(row, "made_local").or_else(|| word(row, "modified_local")) {
        let interval = Interval {
            earliest: Some(time.to_owned()),
            latest: Some(time.to_owned()),
            granularity: None,
            basis: Some("none".to_owned()),
            words: word(row, "app").map(|app| format!("{app}: the phone's clock")),
        };
        item.taken.push((at, interval));
    }
    let place = number("lat").zip(number("lon"));
    if let (None, Some((lat, lon))) = (item.position, place) {
        item.position = Some((at, lat, lon, number("uncertainty_m").unwrap_or(1_000.0)));
    }
    let told = &mut item.told;
    told.url = told.url.take().or_else(|| word(row, "url").map(str::to_owned));
    // An archiver writes UTC behind whatever clock it was shown: the day is what can be relied on.
    let day = word(row, "published_relabelled")
        .and_then(|time| time.get(..10))
        .filter(|day| day.parse::<jiff::civil::Date>().is_ok());
    told.published = told.published.take().or_else(|| day.map(str::to_owned));
}
