//! What one record states: places, times, figures and who is said to have said it, with the cell that states each.
//!
//! Scores are 1.0 because the reading is not a guess: the words stand in a column that a person mapped. That says nothing of
//! whether they are so. A narrative cell is read by the extraction for who says what; the attack is taken from the columns where
//! they state one, else from the narrative. Deliberately a value that is in no vocabulary keeps its words under *unknown*.

use std::ops::Range;

use serde_json::{Map, Value, json};
use witnessmark_model::vocabulary::{ACTS, TARGETS, Term, WEAPONS, canonical};
use witnessmark_model::words::fold;

use super::record::{self, Order, Record};
use super::{cells, map, object};
use crate::extract::object::ScalarMap;
use crate::{Input, Row, extract, place::Candidate};

/// Characters of a record that an attack quotes at most.
const LONGEST_QUOTE: usize = 1_500;
/// Sources named in a row of which each gets a claim of its own.
const MOST_SOURCES: usize = 8;
/// Candidates of one place.
const MOST_CANDIDATES: usize = 5;
/// Radius in metres of a point whose precision nobody states.
const POINT_RADIUS: f64 = 1_000.0;

/// A row about a source, as `sources.csv` has them.
pub(super) fn source(record: &Record) -> Vec<Row> {
    let Some(name) = record.whole("name").or_else(|| record.whole("source")) else {
        return vec![Row::problem("the row names no source", "the record")];
    };
    let mut body = Map::from_iter([("source".to_owned(), Value::from(name.text))]);
    for field in ["kind", "owner", "aligned_with", "first_hand", "note"] {
        if let Some(cell) = record.whole(field) {
            body.insert(field.into(), cell.term.unwrap_or(cell.text).into());
        }
    }
    for field in ["present_with", "languages"] {
        let list: Vec<&str> = record.values(field).iter().map(|v| v.text).collect();
        if !list.is_empty() {
            body.insert(field.into(), list.join(";").into());
        }
    }
    vec![Row { kind: "source", body }]
}

/// A row about a happening.
pub(super) fn report(record: &Record, text: &str, input: &Input<'_>) -> Vec<Row> {
    let mut said =
        Said { record, text, map: ScalarMap::new(text), doc: input.name, rows: Vec::new(), counts: Map::new() };
    let times = said.times();
    let places = said.places(input);
    let casualties = said.casualties();
    let states_one = ["act", "target", "weapon", "perpetrator"].iter().any(|f| record.whole(f).is_some())
        || !casualties.is_empty()
        || record.whole("narrative").is_none() && (!times.is_empty() || !places.is_empty());
    if states_one {
        said.attacks(&times, &places, &casualties);
    }
    let mut rows = said.rows;
    rows.extend(narrative(record, text, input, states_one));
    rows
}

/// What the narrative says, with the spans of the whole record: everything else is blanked out where it stands.
fn narrative(record: &Record, text: &str, input: &Input<'_>, states_one: bool) -> Vec<Row> {
    let cells = record.cells.iter().zip(record.ranges());
    let told: Vec<Range<usize>> =
        cells.filter(|(cell, _)| cell.field.as_deref() == Some("narrative")).map(|(_, range)| range).collect();
    if told.is_empty() {
        return Vec::new();
    }
    let blanked: String = text
        .char_indices()
        .map(|(at, c)| if c == '\n' || told.iter().any(|range| range.contains(&at)) { c } else { ' ' })
        .collect();
    let options = extract::Options {
        doc: input.name,
        published: input.published,
        language: record.language.as_deref(),
        gazetteer: input.gazetteer,
    };
    // A blanked character is one byte and stood for several: quotes are the same, spans count characters.
    let objects = extract::extract(&blanked, &options);
    let wanted = |kind: &str| !(states_one && matches!(kind, "attack" | "casualties"));
    objects.iter().filter(|o| wanted(o.kind)).map(|o| Row::new(o.kind, o.to_json(input.name))).collect()
}

/// The rows of one record.
struct Said<'a> {
    record: &'a Record,
    text: &'a str,
    map: ScalarMap<'a>,
    doc: &'a str,
    rows: Vec<Row>,
    counts: Map<String, Value>,
}

impl<'a> Said<'a> {
    /// Adds an object over these bytes and returns its id. Ids begin with `cell-`, so they never meet the extraction's.
    fn push(&mut self, kind: &'static str, range: &Range<usize>, fields: Value, reason: &str) -> String {
        let count = self.counts.get(kind).and_then(Value::as_u64).unwrap_or(0) + 1;
        self.counts.insert(kind.into(), count.into());
        let id = format!("cell-{kind}-{count}");
        let quote = &self.text[range.clone()];
        let value = object(self.doc, &id, kind, self.map.span(range), quote, fields, "mapped_column", reason);
        self.rows.push(Row::new(kind, value));
        id
    }

    fn problem(&mut self, field: &str, text: &str, why: &str) {
        let shown: String = text.chars().take(80).collect();
        self.rows.push(Row::problem(format!("{field} {shown:?}: {why}"), "the record"));
    }

    fn order(&self) -> Option<Order> {
        self.record.dates
    }

    /// Ids of the times: one interval from `when`, `from`, `until` and `time`.
    fn times(&mut self) -> Vec<String> {
        let record = self.record;
        let zone = record.zone.as_deref();
        let mut read = Vec::new();
        for field in ["when", "from", "until"] {
            let Some(cell) = record.whole(field) else { continue };
            match cells::when(cell.text, self.order(), zone) {
                Ok(when) => read.push((field, cell.range, when)),
                Err(why) => self.problem(field, cell.text, &why),
            }
        }
        let Some((first, range, mut when)) = read.first().cloned() else { return Vec::new() };
        let mut range = range;
        let last = read.iter().find(|(field, _, _)| *field == "until");
        if first == "until" {
            // Only its end is stated.
            let fields = json!({"latest": when.latest, "granularity": when.granularity, "timex": when.timex,
                "basis": "stated", "type": "date"});
            return vec![self.push("time", &range, fields, "the column states the last day it can have been")];
        }
        if let Some((_, until, end)) = last {
            if end.latest < when.earliest {
                self.problem("until", &self.text[until.clone()], "it is before the beginning");
            } else if end.latest != when.latest {
                when.granularity = "few_days";
                when.timex = format!("{}/{}", when.timex, end.timex);
                when.latest = end.latest.clone();
            }
        }
        if let Some(clock) = record.whole("time") {
            match when.earliest.parse().ok().filter(|_| when.earliest == when.latest) {
                Some(day) => match cells::at_time(day, clock.text, zone) {
                    Ok(at) => (when, range) = (at, clock.range),
                    Err(why) => self.problem("time", clock.text, &why),
                },
                None => self.problem("time", clock.text, "there is no one day that it is the time of"),
            }
        }
        let kind = if when.granularity == "minute" { "time" } else { "date" };
        let fields = json!({"earliest": when.earliest, "latest": when.latest, "granularity": when.granularity,
            "timex": when.timex, "basis": "stated", "type": kind});
        vec![self.push("time", &range, fields, "the column states when it was")]
    }

    /// Ids of the places: each value of `place`, the first one at the coordinates where there are any.
    fn places(&mut self, input: &Input<'_>) -> Vec<String> {
        let record = self.record;
        let point = self.point();
        let radius =
            record.whole("precision").and_then(|cell| match cells::precision(cell.term.unwrap_or(cell.text)) {
                Ok(metres) => Some(metres),
                Err(why) => {
                    self.problem("precision", cell.text, &why);
                    None
                }
            });
        let within: Vec<record::Value<'_>> = record.values("within");
        let names = record.values("place");
        let mut ids = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let found = resolve(input, name.text, &within);
            let mut candidates: Vec<Value> = found.iter().take(MOST_CANDIDATES).map(as_value).collect();
            if let Some((_, lat, lon)) = point.as_ref().filter(|_| i == 0) {
                candidates.insert(0, stated(name.text, *lat, *lon, radius, found.first()));
                candidates.truncate(MOST_CANDIDATES);
            }
            let why = match (candidates.is_empty(), point.is_some() && i == 0) {
                (_, true) => "the columns state its coordinates",
                (true, _) => "the column names it; the table of places has none of that name",
                (false, _) => "the column names it; found in the table of places",
            };
            ids.push(self.push("place", &name.range, json!({"name": name.text, "candidates": candidates}), why));
        }
        if let Some((range, lat, lon)) = point.filter(|_| names.is_empty()) {
            let name = within.first().map_or_else(|| format!("{lat:.4}, {lon:.4}"), |w| w.text.to_owned());
            let candidates = [stated(&name, lat, lon, radius, None)];
            let fields = json!({"name": name, "candidates": candidates});
            ids.push(self.push("place", &range, fields, "the columns state its coordinates"));
        } else if ids.is_empty() && !within.is_empty() {
            for area in &within {
                let found = resolve(input, area.text, &[]);
                let candidates: Vec<Value> = found.iter().take(MOST_CANDIDATES).map(as_value).collect();
                let fields = json!({"name": area.text, "candidates": candidates});
                ids.push(self.push("place", &area.range, fields, "the column names the area it was in"));
            }
        }
        ids
    }

    fn point(&mut self) -> Option<(Range<usize>, f64, f64)> {
        let record = self.record;
        if let Some(cell) = record.whole("latlon") {
            return match cells::point(cell.text) {
                Ok((lat, lon)) => Some((cell.range, lat, lon)),
                Err(why) => {
                    self.problem("latlon", cell.text, &why);
                    None
                }
            };
        }
        let (lat, lon) = (record.whole("lat")?, record.whole("lon")?);
        match (cells::degrees(lat.text, 90.0), cells::degrees(lon.text, 180.0)) {
            (Ok(north), Ok(east)) => Some((lat.range, north, east)),
            (north, east) => {
                for (field, cell, read) in [("lat", &lat, north), ("lon", &lon, east)] {
                    if let Err(why) = read {
                        self.problem(field, cell.text, &why);
                    }
                }
                None
            }
        }
    }

    /// Ids of the figures. `killed.min` and `killed.max` are the two ends of one.
    fn casualties(&mut self) -> Vec<String> {
        let record = self.record;
        let mut read: Vec<Figure> = Vec::new();
        for (cell, range) in record.cells.iter().zip(record.ranges()) {
            let Some((harm, who, end)) = cell.field.as_deref().and_then(map::figure) else { continue };
            let (min, max) = match (cells::figure(&cell.text), end) {
                (Ok((low, high)), None) => (low, high),
                (Ok((low, high)), Some("min")) => (low.or(high), None),
                (Ok((low, high)), _) => (None, high.or(low)),
                (Err(why), _) => {
                    self.problem(harm, &cell.text, &why);
                    continue;
                }
            };
            let open = |f: &&mut Figure| f.harm == harm && f.who == who && f.min.is_none() != f.max.is_none();
            match read.iter_mut().find(open).filter(|_| end.is_some()) {
                Some(figure) => {
                    figure.min = figure.min.or(min);
                    figure.max = figure.max.or(max);
                }
                None => read.push(Figure { harm, who, min, max, range }),
            }
        }
        let mut ids = Vec::new();
        for figure in read {
            if let (Some(min), Some(max)) = (figure.min, figure.max)
                && min > max
            {
                self.problem(figure.harm, &format!("{min}, {max}"), "at least is more than at most");
                continue;
            }
            let mut fields = json!({"harm": figure.harm, "who": figure.who, "scope": "strike"});
            if let Some(min) = figure.min {
                fields["min"] = min.into();
            }
            if let Some(max) = figure.max {
                fields["max"] = max.into();
            }
            ids.push(self.push("casualties", &figure.range, fields, "the column states the figure"));
        }
        ids
    }

    /// One attack for each source that the row names, or one in the sheet's own voice.
    fn attacks(&mut self, times: &[String], places: &[String], casualties: &[String]) {
        let all = self.quoted();
        let act = self.terms("act", ACTS).into_iter().next();
        let named = |list: Vec<(String, record::Value<'_>)>, map: &ScalarMap<'_>| -> Vec<Value> {
            let one = |(class, value): (String, record::Value<'_>)| {
                let (start, end) = map.span(&value.range);
                json!({"class": class, "name": value.text, "span": [start, end]})
            };
            list.into_iter().map(one).collect()
        };
        let mut targets = named(self.terms("target", TARGETS), &self.map);
        for (i, name) in self.record.values("target_name").into_iter().enumerate() {
            let (start, end) = self.map.span(&name.range);
            match targets.get_mut(i) {
                Some(target) => (target["name"], target["span"]) = (name.text.into(), json!([start, end])),
                None => targets.push(json!({"class": "unknown", "name": name.text, "span": [start, end]})),
            }
        }
        let weapons = named(self.terms("weapon", WEAPONS), &self.map);
        let perpetrators: Vec<Value> =
            self.record.values("perpetrator").iter().map(|v| json!({"name": v.text, "mode": "direct"})).collect();
        let mut fields = json!({"scope": "one", "polarity": self.polarity(), "targets": targets, "weapons": weapons,
            "perpetrators": perpetrators, "places": places, "times": times, "casualties": casualties});
        if let Some((act, _)) = act {
            fields["act"] = act.into();
        }
        if let Some(first_hand) =
            self.record.whole("first_hand").and_then(|cell| yes_no(cell.term.unwrap_or(cell.text)))
        {
            fields["first_hand"] = first_hand.into();
        }
        for (field, name) in [("incident", "incident_key"), ("title", "title")] {
            if let Some(cell) = self.record.whole(field) {
                fields[name] = cell.text.into();
            }
        }
        let sources = self.record.values("source");
        if sources.len() > MOST_SOURCES {
            let why = format!("of {} sources the first {MOST_SOURCES} were read", sources.len());
            self.problem("source", sources[0].text, &why);
        }
        for source in sources.iter().take(MOST_SOURCES) {
            let name = json!({"type": "organisation", "name": source.text});
            let mention = self.push("mention", &source.range, name, "the column names a source");
            let (start, end) = self.map.span(&all);
            let fields_of =
                json!({"source": mention, "content": [start, end], "speech": "indirect", "stance": "asserts"});
            let said_by =
                self.push("attribution", &source.range, fields_of, "the row names it as where it had this from");
            let mut fields = fields.clone();
            fields["said_by"] = said_by.into();
            self.push("attack", &all, fields, "the columns state it, from this source");
        }
        if sources.is_empty() {
            self.push("attack", &all, fields, "the columns state it");
        }
    }

    /// The words that an attack quotes: the row, from its beginning.
    fn quoted(&self) -> Range<usize> {
        let text = self.text.trim_end();
        let end = text.char_indices().nth(LONGEST_QUOTE).map_or(text.len(), |(at, _)| at);
        0..end
    }

    fn polarity(&mut self) -> &'static str {
        let Some(cell) = self.record.whole("stance") else { return "asserted" };
        match fold(cell.term.unwrap_or(cell.text)).as_str() {
            "supports" | "asserted" | "asserts" | "confirms" => "asserted",
            "contradicts" | "denied" | "denies" => "denied",
            _ => {
                self.problem(
                    "stance",
                    cell.text,
                    "it is neither supports nor contradicts; map it under [values.stance]",
                );
                "hypothetical"
            }
        }
    }

    /// Values of a field under terms of a vocabulary; words that are in none keep their place under *unknown*.
    fn terms(&mut self, field: &str, list: &[Term]) -> Vec<(String, record::Value<'a>)> {
        let mut named = Vec::new();
        for value in self.record.values(field) {
            let term = term_of(list, &value);
            if term.is_none() {
                self.problem(field, value.text, &format!("it is in no vocabulary; map it under [values.{field}]"));
            }
            named.push((term.unwrap_or_else(|| "unknown".into()), value));
        }
        named
    }
}

/// A figure that is being put together.
struct Figure {
    harm: &'static str,
    who: &'static str,
    min: Option<u64>,
    max: Option<u64>,
    range: Range<usize>,
}

fn yes_no(text: &str) -> Option<bool> {
    match fold(text.trim()).as_str() {
        "yes" | "true" | "1" | "نعم" => Some(true),
        "no" | "false" | "0" | "لا" => Some(false),
        _ => None,
    }
}

/// The term that words name: the mapping's, an id, a label in either language.
fn term_of(list: &[Term], value: &record::Value<'_>) -> Option<String> {
    if let Some(term) = value.term {
        return Some(canonical(list, term).into_owned());
    }
    let key = |text: &str| -> String {
        let folded = fold(text);
        let joined: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        joined.strip_suffix('s').map(str::to_owned).unwrap_or(joined)
    };
    let wanted = key(value.text);
    let named = list.iter().find(|t| [t.id, t.en, t.ar].iter().any(|label| key(label) == wanted));
    named.map(|t| t.id.to_owned()).or_else(|| {
        let canonical = canonical(list, value.text);
        list.iter().find(|t| t.id == canonical).map(|t| t.id.to_owned())
    })
}

/// Places of this name, those that lie in one of the areas first.
fn resolve(input: &Input<'_>, name: &str, within: &[record::Value<'_>]) -> Vec<Candidate> {
    let mut found = input.gazetteer.resolve(name);
    let areas: Vec<String> = within.iter().flat_map(|area| input.gazetteer.resolve(area.text)).map(|c| c.id).collect();
    let is_within = |candidate: &Candidate| {
        let mut at = candidate.parent.clone();
        for _ in 0..8 {
            let Some(id) = at else { return false };
            if areas.contains(&id) {
                return true;
            }
            at = input.gazetteer.by_id(&id).and_then(|above| above.parent);
        }
        false
    };
    found.sort_by_key(|candidate| !is_within(candidate));
    found
}

fn as_value(candidate: &Candidate) -> Value {
    let mut value = json!({
        "id": candidate.id, "name": candidate.name, "lat": candidate.lat, "lon": candidate.lon,
        "uncertainty_m": candidate.uncertainty_m, "level": candidate.level, "score": candidate.score,
    });
    if let Some(parent) = &candidate.parent {
        value["parent"] = parent.as_str().into();
    }
    value
}

/// A point that the row states, in the place of that name where the table knows it.
fn stated(name: &str, lat: f64, lon: f64, radius: Option<f64>, known: Option<&Candidate>) -> Value {
    let mut value = json!({"name": name, "lat": lat, "lon": lon, "uncertainty_m": radius.unwrap_or(POINT_RADIUS),
        "level": "point", "score": 1.0});
    if let Some(known) = known {
        value["parent"] = known.id.as_str().into();
    }
    value
}
