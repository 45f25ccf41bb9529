//! Places and outlines that the archive knows beside the embedded table, from the `*.places.toml` files it holds.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use witnessmark_analyze::place::{ExtraPlace, Gazetteer};
use witnessmark_archive::Archive;
use witnessmark_model::claim::Place;
use witnessmark_weigh::Held;

use crate::error::Result;

/// A line to draw on a map: an outline as somebody states it. Borders are contested.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Its name.
    pub name: String,
    /// Degrees east and north, closed.
    pub ring: Vec<(f64, f64)>,
}

/// Places that names may be looked up in, beside the embedded table.
pub fn extra(archive: &Archive) -> Result<Vec<ExtraPlace>> {
    let rows = archive.rows_of_kind("gazetteer_place")?;
    Ok(rows.iter().filter_map(|(_, row)| extra_place(row)).collect())
}

fn extra_place(row: &Map<String, Value>) -> Option<ExtraPlace> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| row.get(name).and_then(Value::as_f64);
    let aliases = row.get("aliases").and_then(Value::as_array).into_iter().flatten();
    Some(ExtraPlace {
        id: text("id")?,
        name: text("name")?,
        name_ar: text("name_ar"),
        aliases: aliases.filter_map(Value::as_str).map(str::to_owned).collect(),
        lat: number("lat")?,
        lon: number("lon")?,
        uncertainty_m: number("uncertainty_m")?,
        level: text("level")?,
        parent: text("parent"),
    })
}

/// The places of these claims and what they lie in, up to the country: claims carry a place's parent and not its parents'
/// parents.
pub fn above(archive: &Archive, claims: &[Held]) -> Result<Vec<Place>> {
    let gazetteer = Gazetteer::with_places(extra(archive)?);
    let mut above: BTreeMap<String, Place> = BTreeMap::new();
    let mut next: Vec<String> = claims
        .iter()
        .flat_map(|held| &held.claim.places)
        .flat_map(|p| [p.id.clone(), p.parent.clone()])
        .flatten()
        .collect();
    while let Some(id) = next.pop() {
        if above.contains_key(&id) {
            continue;
        }
        let Some(found) = gazetteer.by_id(&id) else { continue };
        next.extend(found.parent.clone());
        above.insert(
            id,
            Place {
                name: found.name,
                id: Some(found.id),
                lat: Some(found.lat),
                lon: Some(found.lon),
                uncertainty_m: Some(found.uncertainty_m),
                level: Some(found.level.to_owned()),
                parent: found.parent,
            },
        );
    }
    Ok(above.into_values().collect())
}

/// Outlines for a map.
pub fn outlines(archive: &Archive) -> Result<Vec<Outline>> {
    let rows = archive.rows_of_kind("outline")?;
    Ok(rows.iter().filter_map(|(_, row)| outline(row)).collect())
}

fn outline(row: &Map<String, Value>) -> Option<Outline> {
    let point = |v: &Value| Some((v.get(0)?.as_f64()?, v.get(1)?.as_f64()?));
    let ring = row.get("ring")?.as_array()?.iter().filter_map(point).collect();
    Some(Outline { name: row.get("name")?.as_str()?.to_owned(), ring })
}
