//! Rows that a person can decide on, each as far as putting everything together needs it. What a row says in full is read again
//! where it is shown: of a hundred thousand the rows themselves take gigabytes.

use serde_json::{Map, Value};
use witnessmark_archive::Archive;
use witnessmark_model::{ClaimRef, ItemId, RowRef, claim};

use crate::case::DECIDABLE;
use crate::error::Result;
use crate::propose;
use crate::same::Hint;

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// Where it stands.
    pub at: RowRef,
    /// Its kind.
    pub kind: &'static str,
    /// The item that it speaks of.
    pub item: Option<ItemId>,
    /// The analyzer's confidence in its own reading.
    pub score: Option<f64>,
    /// What it puts together.
    pub puts: Puts,
}

/// What a row puts together.
#[derive(Debug)]
pub(crate) enum Puts {
    /// Nothing.
    Nothing,
    /// Claims to an incident.
    Incident(Box<[ClaimRef]>),
    /// Two incidents.
    Hint(Hint),
}

/// Claims, then proposals of the latest weighing.
pub(crate) fn read(archive: &Archive) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for kind in claim::PREDICATES {
        archive.each_of_kind(kind, |at, _, body| rows.push(row(at, kind, &body)))?;
    }
    for kind in DECIDABLE {
        propose::each_latest(archive, kind, |at, body| rows.push(row(at, kind, &body)))?;
    }
    rows.shrink_to_fit();
    Ok(rows)
}

fn row(at: RowRef, kind: &'static str, body: &Map<String, Value>) -> Row {
    let puts = match kind {
        "incident" => Puts::Incident(propose::named(body).collect()),
        "hint" => Puts::Hint(Hint::of(body)),
        _ => Puts::Nothing,
    };
    let item = body.get("item").and_then(Value::as_str).and_then(|item| item.parse().ok());
    Row { at, kind, item, score: body.get("score").and_then(Value::as_f64), puts }
}
