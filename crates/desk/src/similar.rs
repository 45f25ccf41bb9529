//! Which items of an archive hold the same picture as a file: the same bytes, a near hash, or a part that both show.
//!
//! The file itself is read by the caller, in the sandboxed child; here only what was read is compared. Deliberately
//! without an opinion on what a likeness means beyond the residual's three answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use witnessmark_model::ItemId;
use witnessmark_weigh::pictures::points::Points;
use witnessmark_weigh::pictures::residual::Verdict;
use witnessmark_weigh::pictures::{LEAST_QUALITY, REVIEW_WITHIN, alike, distance, geometry};

use crate::facts::{Item, points_of, words_of};

/// What was read of the file asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Its id, if it were an item.
    pub id: Option<ItemId>,
    /// Hash and quality; with those turned and mirrored.
    hash: Option<([u64; 4], u8)>,
    turned: Vec<[u64; 4]>,
    /// What is left when bars and interface around the picture are taken away.
    inner: Option<([u64; 4], u8)>,
    points: Option<Points>,
}

fn hash_of(row: &Map<String, Value>) -> Option<([u64; 4], u8)> {
    let words = words_of(row.get("pdq")?.as_str()?)?;
    Some((words, row.get("quality")?.as_u64()?.min(100) as u8))
}

impl Asked {
    /// From the rows of the analyzers `picture-hash` and `picture-points`.
    pub fn from_rows<'a>(id: Option<ItemId>, rows: impl IntoIterator<Item = &'a Map<String, Value>>) -> Asked {
        let mut asked = Asked { id, ..Asked::default() };
        for row in rows {
            match row.get("kind").and_then(Value::as_str) {
                Some("picture_hash") => {
                    asked.hash = hash_of(row);
                    let turned = row.get("dihedral").and_then(Value::as_array).into_iter().flatten();
                    asked.turned = turned.filter_map(Value::as_str).filter_map(words_of).collect();
                }
                Some("picture_points") => {
                    asked.points = points_of(row);
                    asked.inner = row.get("inner").and_then(Value::as_object).and_then(hash_of);
                }
                _ => {}
            }
        }
        asked
    }
}

/// Corners in pixels of a picture, in order.
pub type Polygon = Vec<[i64; 2]>;

/// One item that is like the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The item.
    pub item: ItemId,
    /// `exact`, `pdq`, `region` or `geometric`.
    pub kind: &'static str,
    /// Bits by which the hashes differ, 0 to 256; absent where one has no hash that says anything.
    pub distance: Option<u32>,
    /// The part that both show, in pixels of each picture as stored: of the file, of the item.
    pub overlap: Option<(Polygon, Polygon)>,
    /// Points that agree.
    pub inliers: Option<usize>,
    /// Is the one a mirror image of the other?
    pub mirrored: bool,
    /// Copy, separate capture, or neither shown.
    pub verdict: Option<Verdict>,
    /// From 0 to 1: how much speaks for the same picture. Not calibrated.
    pub score: f64,
}

impl Similar {
    /// `{"item","names","kind","distance","overlap":{"query","item"},"inliers","mirrored","verdict","score"}`; absent
    /// where not stated.
    pub fn to_json(&self, names: &[String]) -> Value {
        let mut body = json!({
            "item": self.item.to_string(), "names": names, "kind": self.kind, "score": (self.score * 1e4).round() / 1e4,
        });
        if let Some(distance) = self.distance {
            body["distance"] = distance.into();
        }
        if let Some((query, item)) = &self.overlap {
            body["overlap"] = json!({"query": query, "item": item});
        }
        if let Some(inliers) = self.inliers {
            body["inliers"] = inliers.into();
            body["mirrored"] = self.mirrored.into();
        }
        if let Some(verdict) = self.verdict {
            body["verdict"] = verdict.as_str().into();
        }
        body
    }
}

/// Items like the file, the likest first: exact, then by score. Items that share fewer than ten points and whose hashes
/// differ by more than 63 bits are left out.
pub fn similar(items: &BTreeMap<ItemId, Item>, asked: &Asked) -> Vec<Similar> {
    let mut found: BTreeMap<ItemId, Similar> = BTreeMap::new();
    for item in items.values() {
        if let Some(similar) = by_hash(item, asked) {
            found.insert(item.id, similar);
        }
    }
    if let Some(points) = &asked.points {
        by_points(items, points, asked.hash.map(|(words, _)| words), &mut found);
    }
    let mut found: Vec<Similar> = found.into_values().collect();
    found.sort_by(|a, b| {
        (a.kind != "exact").cmp(&(b.kind != "exact")).then(b.score.total_cmp(&a.score)).then(a.item.cmp(&b.item))
    });
    found
}

/// The nearest of upright, turned and stripped hashes.
fn by_hash(item: &Item, asked: &Asked) -> Option<Similar> {
    let exact = asked.id == Some(item.id);
    let good = |hash: &([u64; 4], u8)| hash.1 >= LEAST_QUALITY;
    let theirs = item.hash.as_ref().map(|(_, hash)| (hash.words, hash.quality)).filter(good);
    let upright = theirs.zip(asked.hash.filter(good)).map(|(a, b)| distance(&a.0, &b.0));
    let turned = theirs
        .filter(|_| asked.hash.as_ref().is_some_and(good))
        .and_then(|a| asked.turned.iter().map(|b| distance(&a.0, b)).min());
    let stripped = theirs.zip(asked.inner.filter(good)).map(|(a, b)| distance(&a.0, &b.0));
    let nearest = [(upright, "pdq"), (turned, "pdq"), (stripped, "region")];
    let nearest = nearest.into_iter().filter_map(|(d, kind)| Some((d?, kind))).min_by_key(|(d, _)| *d);
    let (kind, distance) = match nearest {
        _ if exact => ("exact", Some(0)),
        Some((distance, kind)) if distance <= REVIEW_WITHIN => (kind, Some(distance)),
        _ => return None,
    };
    Some(Similar {
        item: item.id,
        kind,
        distance,
        overlap: None,
        inliers: None,
        mirrored: turned.is_some_and(|turned| Some(turned) == distance && upright != distance),
        verdict: None,
        score: 1.0 - f64::from(distance.unwrap_or(0)) / 256.0,
    })
}

fn by_points(
    items: &BTreeMap<ItemId, Item>,
    asked: &Points,
    hash: Option<[u64; 4]>,
    found: &mut BTreeMap<ItemId, Similar>,
) {
    let list: Vec<&Item> = items.values().collect();
    let points: Vec<Option<&Points>> = list.iter().map(|item| item.points.as_ref().map(|(_, p)| p)).collect();
    for (place, alignment, residual) in alike::look_up(asked, &points) {
        let (item, Some(other)) = (list[place], points[place]) else { continue };
        let pixels = |polygon: &[(f64, f64)], sides: (f32, f32)| -> Vec<[i64; 2]> {
            let place = |p: &(f64, f64)| [p.0 * f64::from(sides.0), p.1 * f64::from(sides.1)].map(|v| v.round() as i64);
            polygon.iter().map(place).collect()
        };
        let overlap = (pixels(&residual.overlap.0, asked.sides), pixels(&residual.overlap.1, other.sides));
        let inliers = alignment.inliers;
        // Ten points are a lead, twenty an assertion, sixty beyond doubt.
        let sure = inliers as f64 / (inliers as f64 + geometry::REVIEW_FROM as f64);
        let entry = found.entry(item.id).or_insert_with(|| Similar {
            item: item.id,
            kind: alike::kind_of(&residual),
            distance: item.hash.as_ref().zip(hash).map(|((_, theirs), ours)| distance(&theirs.words, &ours)),
            overlap: None,
            inliers: None,
            mirrored: alignment.mirrored,
            verdict: None,
            score: sure,
        });
        entry.overlap = Some(overlap);
        entry.inliers = Some(inliers);
        entry.verdict = Some(residual.verdict);
        entry.mirrored = alignment.mirrored;
        // A hash that is only near asserts less than points that agree.
        if entry.kind != "exact" && entry.distance.is_none_or(|d| d > witnessmark_weigh::pictures::SAME_WITHIN) {
            entry.kind = alike::kind_of(&residual);
            entry.score = entry.score.max(sure);
        }
    }
}
