//! A claim: what an item says happened, always attributed, with the words that say it.
//!
//! The struct *is* the JSON that a `claimed` entry stores and that `claims --json` prints; its names are pinned
//! by a golden test and change only with a version. [`of_document`] makes claims from the rows that the
//! extraction analyzer left for one document, where rows point at each other by id. Nothing here judges.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::{ItemId, RowRef};
use crate::record::WireError;
use crate::vocabulary::{ACTS, TARGETS, Term, WEAPONS, canonical};

/// What kind of thing is claimed; the kinds of `extract` that a person can accept.
pub const PREDICATES: &[&str] = &[
    "attack",
    "casualties",
    "legal",
    "commitment",
    "pledge",
    "denial",
    "justification",
    "forecast",
    "appeal",
    "pattern",
    "dispatch",
];

/// One thing named in a claim, under a vocabulary class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// A term's id.
    pub class: String,
    /// As the words have it.
    pub name: String,
    /// `[start, end)` in scalar values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<(usize, usize)>,
    /// For a weapon: said to be banned (by the one who says it).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub called_banned: bool,
}

/// Somebody said to have had a part in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// As named.
    pub name: String,
    /// Individual, organisation, state.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Direct, joint, command, support, failure to prevent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

/// Where, with its uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// As the words have it.
    pub name: String,
    /// Gazetteer id of the best candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Degrees north, of the best candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Radius in metres within which it lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertainty_m: Option<f64>,
    /// Town, district, province, country …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Gazetteer id of what it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// When, as an interval; absent ends are unknown. Dates are `YYYY-MM-DD`, times RFC 3339 or local without zone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Not before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// Not after (inclusive when a date).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<String>,
    /// Day, month, part of day …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granularity: Option<String>,
    /// Stated, relative to publication, unresolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// The words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

impl Interval {
    /// First and last day, where both are known.
    pub fn days(&self) -> Option<(jiff::civil::Date, jiff::civil::Date)> {
        let day = |text: &Option<String>| text.as_deref()?.get(..10)?.parse().ok();
        let first = day(&self.earliest)?;
        let last = day(&self.latest)?;
        (first <= last).then_some((first, last))
    }
}

/// A figure of harm, with whom and of what scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Harm {
    /// Killed, injured, missing, detained, displaced.
    pub harm: String,
    /// At least; absent = not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u64>,
    /// At most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// Civilians, children …; not stated is `unknown`, never civilian.
    pub who: String,
    /// This strike, town-day, intake, cumulative, unknown.
    pub scope: String,
}

/// A claim. Absent means not stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The item that says it.
    #[serde(with = "as_text")]
    pub item: ItemId,
    /// One of [`PREDICATES`].
    pub predicate: String,
    /// `[start, end)` in scalar values of the item's decoded text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<(usize, usize)>,
    /// Exactly the text under the span.
    pub quote: String,
    /// One event, a counted set, a campaign. Only one-event claims group into incidents.
    pub scope: String,
    /// For a counted set: at least and at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<(u64, u64)>,
    /// Term of the act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// What was hit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Named>,
    /// Who was hit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub victims: Vec<Named>,
    /// With what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weapons: Vec<Named>,
    /// Said to have done it, or had a part in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<Actor>,
    /// Where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// When.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Interval>,
    /// Figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub harm: Vec<Harm>,
    /// Asserted, denied, hypothetical, future.
    pub polarity: String,
    /// The innermost speaker, as named; absent = the item's own voice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated_by: Option<String>,
    /// Through whom it came, outermost first, the innermost speaker last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Kinds of evidence that the speaker says it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relies_on: Vec<String>,
    /// Did whoever says it perceive it? Absent = not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_hand: Option<bool>,
    /// What else the predicate carries (instrument, addressee, capacity, type, content …).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub more: Map<String, Value>,
    /// The rule that proposed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// `name@version` of the analyzer that proposed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analyzer: Option<String>,
    /// The analyzer's confidence in its own reading, 0 to 1: not in the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

impl Claim {
    /// A claim about an item of which nothing is said yet.
    pub fn about(item: ItemId) -> Self {
        Claim {
            item,
            predicate: "attack".into(),
            span: None,
            quote: String::new(),
            scope: "one".into(),
            count: None,
            act: None,
            targets: Vec::new(),
            victims: Vec::new(),
            weapons: Vec::new(),
            actors: Vec::new(),
            places: Vec::new(),
            times: Vec::new(),
            harm: Vec::new(),
            polarity: "asserted".into(),
            stated_by: None,
            chain: Vec::new(),
            relies_on: Vec::new(),
            first_hand: None,
            more: Map::new(),
            rule: None,
            analyzer: None,
            score: None,
        }
    }

    /// The JSON of the contract.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("a claim holds text and numbers")
    }

    /// From the JSON of the contract.
    pub fn from_value(value: &Value) -> Result<Self, WireError> {
        serde_json::from_value(value.clone()).map_err(|e| WireError::new(format!("read a claim: {e}")))
    }

    /// May it be grouped with others into an incident? Only what is said to have happened, once.
    pub fn is_of_one_event(&self) -> bool {
        self.predicate == "attack" && self.scope == "one" && matches!(self.polarity.as_str(), "asserted" | "denied")
    }
}

/// The claims of one document, from the rows that `extract` left for it. Rows of other kinds (mentions, places …) are
/// what claims point at. A row that points nowhere is read without what it points at; nothing is dropped.
pub fn of_document<'a>(
    item: ItemId,
    rows: impl IntoIterator<Item = (RowRef, &'a Map<String, Value>)>,
) -> Vec<(RowRef, Claim)> {
    let rows: Vec<(RowRef, &Map<String, Value>)> = rows.into_iter().collect();
    let by_id: BTreeMap<&str, &Map<String, Value>> =
        rows.iter().filter_map(|(_, row)| Some((row.get("id")?.as_str()?, *row))).collect();
    let used: Vec<&str> = rows
        .iter()
        .filter(|(_, row)| kind(row) == "attack")
        .flat_map(|(_, row)| texts(field(row, "casualties")))
        .collect();
    let told = told(&rows);
    rows.iter()
        .filter(|(_, row)| PREDICATES.contains(&kind(row)))
        .filter(|(_, row)| kind(row) != "casualties" || !used.contains(&text(row.get("id")).unwrap_or("")))
        .map(|(at, row)| {
            let mut claim = Document { item, by_id: &by_id }.claim(row);
            claim.first_hand = claim.first_hand.or_else(|| {
                let (start, end) = claim.span?;
                told.iter().find(|((from, to), _)| *from <= start && end <= *to).and_then(|(_, first_hand)| *first_hand)
            });
            (*at, claim)
        })
        .collect()
}

/// The answers of an interview, and whether whoever told them perceived it: stated per answer, never for what it does not cover.
fn told(rows: &[(RowRef, &Map<String, Value>)]) -> Vec<((usize, usize), Option<bool>)> {
    rows.iter()
        .filter(|(_, row)| kind(row) == "told")
        .filter_map(|(_, row)| Some((span(row.get("span"))?, row.get("first_hand").and_then(Value::as_bool))))
        .collect()
}

fn kind(row: &Map<String, Value>) -> &str {
    text(row.get("kind")).unwrap_or("")
}

fn field<'a>(row: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    row.get("fields")?.get(name)
}

fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_str()
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn span(value: Option<&Value>) -> Option<(usize, usize)> {
    let pair = value?.as_array()?;
    Some((pair.first()?.as_u64()? as usize, pair.get(1)?.as_u64()? as usize))
}

/// Rows of one document by id.
struct Document<'a> {
    item: ItemId,
    by_id: &'a BTreeMap<&'a str, &'a Map<String, Value>>,
}

impl Document<'_> {
    fn claim(&self, row: &Map<String, Value>) -> Claim {
        let fields = row.get("fields").and_then(Value::as_object);
        let f = |name: &str| field(row, name);
        let chain = self.chain(row);
        let harm = if kind(row) == "casualties" { vec![row] } else { self.rows(f("casualties")) };
        Claim {
            item: self.item,
            predicate: kind(row).into(),
            span: span(row.get("span")),
            quote: text(row.get("quote")).unwrap_or_default().into(),
            scope: text(f("scope")).filter(|_| kind(row) == "attack").unwrap_or("one").into(),
            count: f("count").and_then(|c| {
                let min = c.get("min")?.as_u64()?;
                Some((min, c.get("max").and_then(Value::as_u64).unwrap_or(min)))
            }),
            act: text(f("act")).filter(|act| *act != "unknown").map(|act| canonical(ACTS, act).into_owned()),
            targets: named(TARGETS, f("targets")),
            victims: named(TARGETS, f("victims")),
            weapons: named(WEAPONS, f("weapons")),
            actors: actors(f("perpetrators")),
            places: self.rows(f("places").filter(|_| kind(row) != "pattern")).into_iter().map(place).collect(),
            times: self.rows(f("times")).into_iter().map(interval).collect(),
            harm: harm.into_iter().filter_map(harm_of).collect(),
            polarity: text(f("polarity")).unwrap_or("asserted").into(),
            stated_by: chain.last().cloned(),
            chain,
            relies_on: texts(f("relies_on")).into_iter().map(str::to_owned).collect(),
            first_hand: f("first_hand").and_then(Value::as_bool),
            more: fields.map(|fields| self.more(fields)).unwrap_or_default(),
            rule: text(row.get("rule")).map(str::to_owned),
            analyzer: text(row.get("analyzer")).map(str::to_owned),
            score: row.get("score").and_then(Value::as_f64),
        }
    }

    fn rows(&self, ids: Option<&Value>) -> Vec<&Map<String, Value>> {
        texts(ids).into_iter().filter_map(|id| self.by_id.get(id).copied()).collect()
    }

    /// Names along the attributions, outermost first. `said_by` alone is followed outwards through `inside`.
    fn chain(&self, row: &Map<String, Value>) -> Vec<String> {
        let mut ids: Vec<&str> = texts(field(row, "chain"));
        if ids.is_empty() {
            let mut at = text(field(row, "said_by"));
            while let Some(id) = at.filter(|id| !ids.contains(id) && ids.len() < 16) {
                ids.insert(0, id);
                at = self.by_id.get(id).and_then(|row| text(field(row, "inside")));
            }
        }
        let mut names: Vec<String> = ids.into_iter().filter_map(|id| self.speaker(id)).collect();
        names.dedup();
        names
    }

    fn speaker(&self, attribution: &str) -> Option<String> {
        let row = self.by_id.get(attribution)?;
        match field(row, "source")? {
            Value::String(id) => self.name_of(id),
            at => {
                let (start, end) = span(Some(at))?;
                let inside = |row: &&&Map<String, Value>| {
                    kind(row) == "mention" && span(row.get("span")).is_some_and(|(s, e)| s >= start && e <= end)
                };
                let mention = self.by_id.values().find(inside)?;
                self.name_of(text(mention.get("id"))?)
            }
        }
    }

    fn name_of(&self, id: &str) -> Option<String> {
        let row = self.by_id.get(id)?;
        let first = text(field(row, "same_as")).and_then(|id| self.by_id.get(id)).unwrap_or(row);
        let name = text(field(first, "canonical")).or(text(field(first, "name"))).or(text(first.get("quote")))?;
        Some(name.to_owned())
    }

    /// Fields that have no place of their own, with references to mentions and places replaced by what they point at.
    fn more(&self, fields: &Map<String, Value>) -> Map<String, Value> {
        const PLACED: &[&str] = &[
            "scope",
            "count",
            "act",
            "targets",
            "victims",
            "weapons",
            "perpetrators",
            "times",
            "casualties",
            "polarity",
            "said_by",
            "chain",
            "relies_on",
            "first_hand",
            "harm",
            "min",
            "max",
            "who",
        ];
        let readable = |value: &Value| match value {
            Value::String(id) => self.name_of(id).map_or_else(|| value.clone(), Value::from),
            other => other.clone(),
        };
        fields
            .iter()
            .filter(|(name, _)| !PLACED.contains(&name.as_str()))
            .filter(|(name, _)| name.as_str() != "places" || !fields.contains_key("act"))
            .map(|(name, value)| {
                let value = match value {
                    Value::Array(list) => list.iter().map(readable).collect(),
                    other => readable(other),
                };
                (name.clone(), value)
            })
            .collect()
    }
}

fn named(terms: &[Term], list: Option<&Value>) -> Vec<Named> {
    let one = |value: &Value| {
        Some(Named {
            class: canonical(terms, text(value.get("class")).unwrap_or("unknown")).into_owned(),
            name: text(value.get("name")).or(text(value.get("quote"))).unwrap_or_default().into(),
            span: span(value.get("span")),
            called_banned: value.get("called_banned").is_some_and(|v| v.as_bool() != Some(false)),
        })
    };
    list.and_then(Value::as_array).into_iter().flatten().filter_map(one).collect()
}

fn actors(list: Option<&Value>) -> Vec<Actor> {
    let one = |value: &Value| {
        Some(Actor {
            name: text(value.get("name"))?.into(),
            kind: text(value.get("type")).map(str::to_owned),
            mode: text(value.get("mode")).map(str::to_owned),
        })
    };
    list.and_then(Value::as_array).into_iter().flatten().filter_map(one).collect()
}

fn place(row: &Map<String, Value>) -> Place {
    let best = field(row, "candidates").and_then(|c| c.get(0));
    let number = |name: &str| best.and_then(|b| b.get(name)).and_then(Value::as_f64);
    let word = |name: &str| best.and_then(|b| text(b.get(name))).map(str::to_owned);
    Place {
        name: text(field(row, "name")).or(text(row.get("quote"))).unwrap_or_default().into(),
        id: word("id"),
        lat: number("lat"),
        lon: number("lon"),
        uncertainty_m: number("uncertainty_m"),
        level: word("level"),
        parent: word("parent"),
    }
}

fn interval(row: &Map<String, Value>) -> Interval {
    let word = |name: &str| text(field(row, name)).map(str::to_owned);
    Interval {
        earliest: word("earliest"),
        latest: word("latest"),
        granularity: word("granularity"),
        basis: word("basis"),
        words: text(row.get("quote")).map(str::to_owned),
    }
}

fn harm_of(row: &Map<String, Value>) -> Option<Harm> {
    Some(Harm {
        harm: text(field(row, "harm"))?.into(),
        min: field(row, "min").and_then(Value::as_u64),
        max: field(row, "max").and_then(Value::as_u64),
        who: text(field(row, "who")).unwrap_or("unknown").into(),
        scope: text(field(row, "scope")).unwrap_or("unknown").into(),
    })
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<T: std::fmt::Display, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(value)
    }

    pub fn deserialize<'de, T, D>(d: D) -> Result<T, D::Error>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PackId;
    use serde_json::json;

    fn rows(objects: Value) -> Vec<(RowRef, Map<String, Value>)> {
        let Value::Array(list) = objects else { panic!() };
        list.into_iter()
            .enumerate()
            .map(|(i, v)| {
                let Value::Object(map) = v else { panic!() };
                (RowRef { pack: PackId([0; 32]), row: i as u32 }, map)
            })
            .collect()
    }

    #[test]
    fn a_claim_carries_the_chain_and_what_its_rows_point_at() {
        let rows = rows(json!([
            {"id": "m1", "kind": "mention", "quote": "Mayor Ada", "fields": {"type": "person", "name": "Ada"}},
            {"id": "m2", "kind": "mention", "quote": "the monitor", "fields": {"type": "organisation", "name": "Monitor"}},
            {"id": "m3", "kind": "mention", "quote": "it", "fields": {"type": "organisation", "same_as": "m2"}},
            {"id": "p1", "kind": "place", "quote": "Port", "fields": {"name": "Port", "candidates":
                [{"id": "x", "name": "Port", "lat": 1.0, "lon": 2.0, "uncertainty_m": 900.0, "level": "town"}]}},
            {"id": "t1", "kind": "time", "quote": "Friday", "fields": {"earliest": "2031-04-11", "latest": "2031-04-11", "basis": "stated"}},
            {"id": "a1", "kind": "attribution", "fields": {"source": "m1"}},
            {"id": "a2", "kind": "attribution", "fields": {"source": "m3", "inside": "a1"}},
            {"id": "c1", "kind": "casualties", "quote": "3 killed", "fields": {"harm": "killed", "min": 3, "max": 3, "who": "unknown", "scope": "strike"}},
            {"id": "k1", "kind": "attack", "span": [4, 20], "quote": "shelled the bakery", "rule": "r", "score": 0.5, "fields": {
                "act": "shelling", "scope": "one", "targets": [{"class": "bakery", "name": "the bakery", "span": [12, 22]}],
                "places": ["p1"], "times": ["t1"], "casualties": ["c1"], "polarity": "asserted", "said_by": "a2"}},
        ]));
        let claims = of_document(ItemId([1; 32]), rows.iter().map(|(at, row)| (*at, row)));
        assert_eq!(claims.len(), 1, "the casualties belong to the attack");
        let (at, claim) = &claims[0];
        assert_eq!(at.row, 8);
        assert_eq!(claim.chain, ["Ada", "Monitor"]);
        assert_eq!(claim.stated_by.as_deref(), Some("Monitor"));
        assert_eq!(claim.places[0].id.as_deref(), Some("x"));
        assert_eq!(claim.harm[0].who, "unknown");
        assert_eq!(claim.times[0].days().unwrap().0.to_string(), "2031-04-11");
        assert!(claim.is_of_one_event());
        assert_eq!(Claim::from_value(&claim.to_value()).unwrap(), *claim);
    }

    #[test]
    fn an_answer_says_whether_it_was_perceived_and_only_for_its_own_words() {
        let rows = rows(json!([
            {"kind": "told", "span": [0, 30], "first_hand": true},
            {"kind": "told", "span": [31, 60], "first_hand": false},
            {"id": "k1", "kind": "attack", "span": [4, 20], "quote": "q", "fields": {}},
            {"id": "k2", "kind": "attack", "span": [40, 50], "quote": "q", "fields": {}},
            {"id": "k3", "kind": "attack", "span": [25, 40], "quote": "q", "fields": {}},
        ]));
        let claims = of_document(ItemId([1; 32]), rows.iter().map(|(at, row)| (*at, row)));
        assert_eq!(claims.iter().map(|(_, c)| c.first_hand).collect::<Vec<_>>(), [Some(true), Some(false), None]);
    }

    #[test]
    fn what_points_nowhere_or_in_circles_is_read_without_it() {
        let rows = rows(json!([
            {"id": "a1", "kind": "attribution", "fields": {"source": "gone", "inside": "a1"}},
            {"id": "k1", "kind": "denial", "quote": "q", "fields": {"said_by": "a1", "by": "gone", "places": ["nowhere"]}},
        ]));
        let claims = of_document(ItemId([1; 32]), rows.iter().map(|(at, row)| (*at, row)));
        assert_eq!(claims[0].1.stated_by, None);
        assert!(claims[0].1.places.is_empty());
    }
}
