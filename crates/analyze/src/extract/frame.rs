//! Where and when: the places and times of a text as objects that claims point to.
//!
//! Names are looked up by the gazetteer, times by the time grammar; this room only ties them to tokens, leaves out a
//! country that acts instead of being a place, and lets “the city” point back.

use std::ops::Range;

use serde_json::json;

use super::{
    Options,
    lexicon::{Cat, Pos},
    mentions::{Entities, Kind},
    object::{Builder, Why},
    syntax::Parse,
};
use crate::{place::Candidate, time};

/// A place in the text.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its tokens.
    pub toks: Range<usize>,
    /// Id of the place object it means.
    pub id: String,
    /// Level of the best candidate.
    pub level: &'static str,
}

/// A time in the text.
#[derive(Debug, Clone)]
pub struct Time {
    /// Its tokens.
    pub toks: Range<usize>,
    /// Id of the time object.
    pub id: String,
    /// It is a day or finer.
    pub day: bool,
}

/// All places and times.
#[derive(Debug, Default)]
pub struct Frame {
    /// In order.
    pub places: Vec<Place>,
    /// In order.
    pub times: Vec<Time>,
}

/// Token flags of place names, known before anything is emitted.
pub fn place_tokens(p: &Parse<'_>, found: &[crate::place::PlaceMention]) -> Vec<bool> {
    let mut out = vec![false; p.t.list.len()];
    for place in found {
        for at in tokens_of(p, &place.range) {
            out[at] = true;
        }
    }
    out
}

fn tokens_of(p: &Parse<'_>, bytes: &Range<usize>) -> Range<usize> {
    let start = p.t.at_byte(bytes.start);
    let end = p.t.list.partition_point(|t| t.range.start < bytes.end);
    start..end.max(start)
}

impl Frame {
    /// Emits the objects and keeps where they stand.
    pub fn emit(
        p: &Parse<'_>,
        e: &Entities,
        found: Vec<crate::place::PlaceMention>,
        options: &Options<'_>,
        published: Option<&str>,
        b: &mut Builder<'_>,
    ) -> Self {
        let mut frame = Frame::default();
        for place in found {
            let toks = tokens_of(p, &place.range);
            let acts = acts(p, e, &toks);
            let person = e
                .near(&toks)
                .iter()
                .any(|m| m.toks.start <= toks.start && toks.end <= m.toks.end && e.list[m.entity].kind == Kind::Person);
            if toks.is_empty() || acts && person {
                continue;
            }
            let candidates: Vec<_> = place.candidates.iter().take(5).map(candidate).collect();
            let best = place.candidates.first();
            let (score, reason) = match best {
                Some(best) => (best.score.min(0.95), format!("found in the table of places as {}", best.name)),
                None => (0.4, "words that name a place; the table has none of that name".to_owned()),
            };
            let range = p.t.bytes(&toks);
            let id = b.push(
                "place",
                range,
                json!({"name": place.name, "candidates": candidates, "acts": acts.then_some(true)}),
                Why::new("gazetteer", score, reason),
            );
            // A state that acts is no scene: the words name a place, and no attack's.
            if acts {
                continue;
            }
            frame.places.push(Place { toks, id, level: best.map_or("unknown", |c| c.level) });
        }
        frame.places.sort_by_key(|p| p.toks.start);
        frame.pointers(p);
        for time in time::find(p.t.text, published) {
            let toks = tokens_of(p, &time.range);
            if toks.is_empty() {
                continue;
            }
            let reason = match time.basis {
                "stated" => "the words state it",
                "relative_to_publication" => "counted from the date of publication",
                _ => "nothing says what it is counted from",
            };
            let score = if time.basis == "unresolved" { 0.6 } else { 0.85 };
            let fields = json!({
                "earliest": time.earliest, "latest": time.latest, "granularity": time.granularity, "timex": time.timex,
                "basis": time.basis, "type": time.kind,
            });
            let id = b.push("time", time.range.clone(), fields, Why::new("time_expression", score, reason));
            // “now” and “recently” say nothing of when an attack was.
            if time.granularity == "unknown" {
                continue;
            }
            let day = matches!(time.granularity, "instant" | "second" | "minute" | "hour" | "part_of_day" | "day");
            frame.times.push(Time { toks, id, day });
        }
        let _ = options;
        frame
    }

    /// “the city”, “the town”: the place of that level named last.
    fn pointers(&mut self, p: &Parse<'_>) {
        let mut added = Vec::new();
        for np in &p.nps {
            let words = &p.t.list[np.toks.clone()];
            let [the, noun] = words else { continue };
            if !the.any(&["the", "this", "that"]) {
                continue;
            }
            let levels: &[&str] = match noun.low.as_ref() {
                "city" | "town" | "village" => {
                    &["city", "town", "village", "subdistrict", "district", "province", "place", "unknown"]
                }
                "province" | "governorate" | "region" => &["province", "region"],
                "district" | "area" => &["district", "subdistrict"],
                _ => continue,
            };
            let last = self.places.iter().rev().find(|x| x.toks.start < np.toks.start && levels.contains(&x.level));
            if let Some(last) = last {
                added.push(Place { toks: np.toks.clone(), id: last.id.clone(), level: last.level });
            }
        }
        self.places.extend(added);
        self.places.sort_by_key(|p| p.toks.start);
    }

    /// Ids of the places in a range of tokens, each once.
    pub fn places_in(&self, toks: &Range<usize>) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for place in &self.places {
            if toks.start <= place.toks.start && place.toks.end <= toks.end && !out.contains(&place.id.as_str()) {
                out.push(&place.id);
            }
        }
        out
    }

    /// Ids of the times in a range of tokens.
    pub fn times_in(&self, toks: &Range<usize>) -> Vec<&str> {
        self.times
            .iter()
            .filter(|t| toks.start <= t.toks.start && t.toks.end <= toks.end)
            .map(|t| t.id.as_str())
            .collect()
    }

    /// Is a day (or a finer time) named in the range?
    pub fn day_in(&self, p: &Parse<'_>, toks: &Range<usize>) -> bool {
        const DAYS: &[&str] = &[
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "today",
            "yesterday",
            "tonight",
            "overnight",
        ];
        self.times.iter().any(|t| t.day && toks.start <= t.toks.start && t.toks.end <= toks.end)
            || self.times.is_empty()
                && toks.clone().any(|i| {
                    p.t.list[i].any(DAYS)
                        || p.t.list[i].pos == Pos::Time && p.t.list[i].any(&["morning", "evening", "dawn", "afternoon"])
                })
    }
}

fn candidate(c: &Candidate) -> serde_json::Value {
    let mut value = json!({
        "id": c.id, "name": c.name, "lat": c.lat, "lon": c.lon, "uncertainty_m": c.uncertainty_m, "level": c.level, "score": c.score,
    });
    if let (Some(map), Some(parent)) = (value.as_object_mut(), &c.parent) {
        map.insert("parent".to_owned(), json!(parent));
    }
    value
}

/// The name is that of an actor, or a part of an organisation's name.
fn acts(p: &Parse<'_>, e: &Entities, toks: &Range<usize>) -> bool {
    e.near(toks).iter().any(|m| {
        let inside = m.toks.start <= toks.start && toks.end <= m.toks.end;
        let entity = &e.list[m.entity];
        let owner_of_deeds = m.possessor
            && p.np_at(toks.start).is_some_and(|np| {
                let head = p.nps[np].head..p.nps[np].head + 1;
                let place_like = p.t.hits_in(&head, Cat::Victim).next().is_some()
                    || p.t.hits_in(&head, Cat::Target).next().is_some()
                    || p.t.list[head.start].any(&[
                        "capital",
                        "north",
                        "south",
                        "east",
                        "west",
                        "border",
                        "coast",
                        "countryside",
                        "province",
                        "region",
                        "territory",
                        "people",
                        "cities",
                        "towns",
                    ]);
                !place_like
            });
        inside
            && (m.toks.len() > toks.len()
                || owner_of_deeds
                || entity.kind == Kind::State && !m.possessor
                || entity.kind == Kind::Person)
    }) && p.t.list[toks.start].capital
}
