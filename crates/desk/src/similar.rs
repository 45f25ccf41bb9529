//! Which items of an archive hold the same picture as a file: the same bytes, a near hash, a part that both show, a stretch of
//! film, or the same sound.
//!
//! The file itself is read by the caller, in the sandboxed child; here only what was read is compared. Deliberately
//! without an opinion on what a likeness means beyond the residual's three answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use witnessmark_archive::Archive;
use witnessmark_model::ItemId;
use witnessmark_weigh::pictures::films::{self, Film, Frame};
use witnessmark_weigh::pictures::points::Points;
use witnessmark_weigh::pictures::residual::Verdict;
use witnessmark_weigh::pictures::sounds::{self, Sound};
use witnessmark_weigh::pictures::{LEAST_QUALITY, REVIEW_WITHIN, alike, distance, geometry};

use crate::analyze::{Reader, Reading};
use crate::error::Result;
use crate::facts::{FilmRead, Item, gather_only, points_of, read_film, read_sound, words_of};
use crate::hashes;

/// Bytes by which a type is told.
const HEAD: usize = 64 << 10;

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
    /// Frames of a film.
    frames: Vec<Frame>,
    /// Of its sound.
    sound: Sound,
}

fn hash_of(row: &Map<String, Value>) -> Option<([u64; 4], u8)> {
    let words = words_of(row.get("pdq")?.as_str()?)?;
    Some((words, row.get("quality")?.as_u64()?.min(100) as u8))
}

impl Asked {
    /// Every hash that pictures are looked for by: upright, turned and mirrored, and without what lies around the picture.
    fn hashes(&self) -> Vec<[u64; 4]> {
        let good = |hash: &&([u64; 4], u8)| hash.1 >= LEAST_QUALITY;
        let upright = self.hash.iter().filter(good);
        let turned = upright.clone().flat_map(|_| &self.turned).copied();
        let mut all: Vec<[u64; 4]> = turned.chain(upright.chain(self.inner.iter().filter(good)).map(|h| h.0)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

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
                Some("film_frames") => {
                    let mut film = FilmRead::default();
                    read_film(&mut film, row);
                    asked.frames.extend(film.frames);
                }
                Some("sound_marks" | "sound_bangs") => read_sound(&mut asked.sound, row),
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
    /// `exact`, `pdq`, `region`, `geometric`, `film` or `audio`.
    pub kind: &'static str,
    /// What is shown or heard in the file at a time is shown or heard in the item so many seconds later.
    pub offset_s: Option<f64>,
    /// From when to when in the item, in seconds.
    pub in_item_s: Option<(f64, f64)>,
    /// Bits by which the hashes differ, 0 to 256; absent where one has no hash that says anything.
    pub distance: Option<u32>,
    /// The part that both show, in pixels of each picture as stored: of the file, of the item.
    pub overlap: Option<(Polygon, Polygon)>,
    /// Points (of a sound: landmarks) that agree.
    pub inliers: Option<usize>,
    /// Bangs that both sounds hear.
    pub bangs: Option<usize>,
    /// Is the one a mirror image of the other?
    pub mirrored: bool,
    /// Copy, separate capture, or neither shown.
    pub verdict: Option<Verdict>,
    /// From 0 to 1: how much speaks for the same picture. Not calibrated.
    pub score: f64,
}

impl Similar {
    /// `{"item","names","kind","distance","offset_s","in_item_s","overlap":{"query","item"},"inliers","mirrored","verdict","score"}`; absent
    /// where not stated.
    pub fn to_json(&self, names: &[String]) -> Value {
        let mut body = json!({
            "item": self.item.to_string(), "names": names, "kind": self.kind, "score": (self.score * 1e4).round() / 1e4,
        });
        if let Some(distance) = self.distance {
            body["distance"] = distance.into();
        }
        if let Some(offset) = self.offset_s {
            body["offset_s"] = offset.into();
        }
        if let Some((from, until)) = self.in_item_s {
            body["in_item_s"] = json!([from, until]);
        }
        if let Some((query, item)) = &self.overlap {
            body["overlap"] = json!({"query": query, "item": item});
        }
        if let Some(inliers) = self.inliers {
            body[if self.kind == "audio" { "marks" } else { "inliers" }] = inliers.into();
            if self.kind != "audio" {
                body["mirrored"] = self.mirrored.into();
            }
        }
        if let Some(bangs) = self.bangs {
            body["bangs"] = bangs.into();
        }
        if let Some(verdict) = self.verdict {
            body["verdict"] = verdict.as_str().into();
        }
        body
    }
}

/// Reads a picture of which nothing is kept, in a child of its own; nothing when it is none that can be read.
///
/// # Errors
/// When no child can be had.
pub fn asked_by_picture(bytes: &[u8]) -> Result<Option<Asked>> {
    let mut reader = Reader::new(&Reading::by_this_program()?, Vec::new());
    let head = &bytes[..bytes.len().min(HEAD)];
    let told = reader.read_now("type", "picture", "application/octet-stream", head)?;
    let media = told.iter().find_map(|row| row.get("media_type").and_then(Value::as_str)).unwrap_or_default();
    if !media.starts_with("image/") {
        return Ok(None);
    }
    let mut rows = reader.read_now("picture-hash", "picture", media, bytes)?;
    if matches!(media, "image/jpeg" | "image/png") {
        rows.extend(reader.read_now("picture-points", "picture", media, bytes)?);
    }
    let id = witnessmark_archive::pack::sha256(bytes).to_string().parse().ok();
    let asked = Asked::from_rows(id, &rows);
    Ok(Some(asked).filter(|asked| asked.hash.is_some() || asked.points.is_some()))
}

/// What a search of an archive found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Items like the file, the likest first.
    pub like: Vec<Similar>,
    /// Those items, as far as packs speak of them.
    pub items: BTreeMap<ItemId, Item>,
    /// Was the band beyond [`witnessmark_weigh::pictures::SAME_WITHIN`] looked at, up to [`REVIEW_WITHIN`]?
    pub reviewed: bool,
}

/// [`similar`] over an archive of which nothing is at hand: hashes are asked of the kept runs ([`crate::hashes`]), and of the pictures
/// only those are read that can be like the file, that the runs do not cover (new ones, sealed ones), or that have what hashes
/// do not hold (points, films, sounds). What is told is measured on rows that are in the archive now, so that what was erased or
/// sealed since the runs were made is not told by them.
///
/// # Errors
/// When the archive cannot be read.
pub fn search(archive: &Archive, asked: &Asked) -> Result<Found> {
    let (wanted, reviewed) = wanted(archive, asked)?;
    let mut items = gather_only(archive, wanted)?;
    let like = similar(&items, asked);
    let told: BTreeSet<ItemId> = like.iter().map(|like| like.item).collect();
    items.retain(|id, _| told.contains(id));
    Ok(Found { like, items, reviewed })
}

/// Items that have to be read, and whether the review band is among them.
fn wanted(archive: &Archive, asked: &Asked) -> Result<(BTreeSet<ItemId>, bool)> {
    let mut wanted: BTreeSet<ItemId> = asked.id.into_iter().collect();
    let mut reviewed = true;
    let (hashes, frames) = (asked.hashes(), !asked.frames.is_empty());
    if frames || !hashes.is_empty() {
        // A frame of a film is held against pictures one by one.
        match if frames { None } else { hashes::likely(archive, &hashes) } {
            Some(likely) => {
                let held = archive.items_with(&["picture_hash"])?;
                reviewed = likely.reviewed;
                wanted.extend(held.iter().filter(|id| likely.near.contains(id) || !likely.covered.contains(id)));
            }
            None => wanted.extend(archive.items_with(&["picture_hash"])?),
        }
        wanted.extend(archive.items_with(&["film_frames"])?);
    }
    let more = [
        ("picture_points", asked.points.is_some()),
        ("sound_marks", !asked.sound.is_empty()),
        ("sound_bangs", !asked.sound.is_empty()),
    ];
    for (kind, _) in more.into_iter().filter(|(_, asked)| *asked) {
        wanted.extend(archive.items_with(&[kind])?);
    }
    wanted.retain(|id| archive.world().captures(*id).next().is_some());
    Ok((wanted, reviewed))
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
    found.extend(by_frames(items, asked));
    found.extend(by_sound(items, asked));
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
        offset_s: None,
        in_item_s: None,
        distance,
        overlap: None,
        inliers: None,
        bangs: None,
        mirrored: turned.is_some_and(|turned| Some(turned) == distance && upright != distance),
        verdict: None,
        score: 1.0 - f64::from(distance.unwrap_or(0)) / 256.0,
    })
}

/// Stretches of film that the file and an item both hold; a picture is a film of one frame.
fn by_frames(items: &BTreeMap<ItemId, Item>, asked: &Asked) -> Vec<Similar> {
    let one = |hash: Option<&([u64; 4], u8)>| -> Vec<Frame> {
        hash.map(|(words, quality)| Frame { at_ms: 0, words: *words, quality: *quality }).into_iter().collect()
    };
    let ours = if asked.frames.is_empty() { one(asked.hash.as_ref()) } else { asked.frames.clone() };
    let theirs: Vec<(ItemId, Vec<Frame>)> = items
        .values()
        .filter_map(|item| match &item.film {
            Some((_, film)) => Some((item.id, film.frames.clone())),
            None if asked.frames.is_empty() => None,
            None => Some((item.id, one(Some(&item.hash.as_ref().map(|(_, h)| (h.words, h.quality))?)))),
        })
        .filter(|(_, frames)| !frames.is_empty())
        .collect();
    if ours.is_empty() || theirs.is_empty() {
        return Vec::new();
    }
    let seconds = |ms: u64| ms as f64 / 1000.0;
    let like = |item: ItemId, offset_ms: i64, in_item: (u64, u64), distance: u32, score: f64| Similar {
        item,
        kind: "film",
        offset_s: Some(offset_ms as f64 / 1000.0),
        in_item_s: Some((seconds(in_item.0), seconds(in_item.1))),
        distance: Some(distance),
        overlap: None,
        inliers: None,
        bangs: None,
        mirrored: false,
        verdict: None,
        score,
    };
    let mut out = Vec::new();
    for (item, frames) in &theirs {
        if ours.len() > 1 && frames.len() > 1 {
            let found = films::ask(&[Film { frames: &ours }, Film { frames }]);
            out.extend(found.iter().map(|m| like(*item, -m.offset_ms, m.in_b, m.distance, m.score())));
        } else if let Some((d, our, their)) = nearest(&ours, frames).filter(|(d, ..)| *d <= REVIEW_WITHIN) {
            let offset = their.at_ms as i64 - our.at_ms as i64;
            out.push(like(*item, offset, (their.at_ms, their.at_ms), d, 1.0 - f64::from(d) / 256.0));
        }
    }
    out
}

/// The two frames that are least apart, of those that say anything.
fn nearest<'a>(ours: &'a [Frame], theirs: &'a [Frame]) -> Option<(u32, &'a Frame, &'a Frame)> {
    let good = |f: &&Frame| f.quality >= LEAST_QUALITY;
    let pairs = ours.iter().filter(good).flat_map(|a| theirs.iter().filter(good).map(move |b| (a, b)));
    pairs.map(|(a, b)| (distance(&a.words, &b.words), a, b)).min_by_key(|(d, a, b)| (*d, a.at_ms, b.at_ms))
}

/// Items with the same sound at a time.
fn by_sound(items: &BTreeMap<ItemId, Item>, asked: &Asked) -> Vec<Similar> {
    if asked.sound.is_empty() {
        return Vec::new();
    }
    let seconds = |ms: f64| ms / 1000.0;
    let heard = items.values().filter_map(|item| Some((item.id, &item.sound.as_ref()?.1)));
    heard
        .flat_map(|(id, sound)| sounds::join(&[&asked.sound, sound]).into_iter().map(move |m| (id, m)))
        .map(|(item, found)| Similar {
            item,
            kind: "audio",
            offset_s: Some(seconds(-found.offset_ms as f64)),
            in_item_s: Some((seconds(found.in_b_ms.0 as f64), seconds(found.in_b_ms.1 as f64))),
            distance: None,
            overlap: None,
            inliers: Some(found.marks),
            bangs: Some(found.bangs),
            mirrored: false,
            verdict: None,
            score: found.score(),
        })
        .collect()
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
            offset_s: None,
            in_item_s: None,
            distance: item.hash.as_ref().zip(hash).map(|((_, theirs), ours)| distance(&theirs.words, &ours)),
            overlap: None,
            inliers: None,
            bangs: None,
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
