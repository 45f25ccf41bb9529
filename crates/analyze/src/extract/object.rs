//! The objects that every grammar makes, and the builder that gives them ids and spans.
//!
//! Grammars think in bytes of the decoded text; a reader of the JSON counts Unicode scalar values. The builder is the
//! only place that turns one into the other, so a quote is always exactly the text under its span. It deliberately knows
//! nothing of any language.

use std::{collections::HashMap, ops::Range};

use serde_json::{Map, Value, json};

use super::calibration::calibrated;

/// Name and version of the analyzer, as printed in every object.
pub const ANALYZER: &str = "extract@6";

/// Something a text says, with the words that say it.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Unique within one run, such as `attack-3`.
    pub id: String,
    /// One of the kinds of the contract.
    pub kind: &'static str,
    /// Unicode scalar values of the text, `[start, end)`.
    pub span: (usize, usize),
    /// Exactly the text under `span`.
    pub quote: String,
    /// What the contract lists for the kind; absent means not stated.
    pub fields: Map<String, Value>,
    /// The rule of the grammar that made it.
    pub rule: &'static str,
    /// How often objects of this rule are right, 0 to 1; see `calibration.rs` for which rules that was measured.
    pub score: f64,
    /// Other readings of the same words, best first.
    pub alternatives: Vec<Value>,
    /// Why the rule made it, in words.
    pub reason: String,
}

impl Object {
    /// The object as `extract --json` prints it, `doc` being the name of the file.
    pub fn to_json(&self, doc: &str) -> Value {
        json!({
            "doc": doc,
            "id": self.id,
            "kind": self.kind,
            "span": [self.span.0, self.span.1],
            "quote": self.quote,
            "fields": self.fields,
            "rule": self.rule,
            "analyzer": ANALYZER,
            "score": self.score,
            "alternatives": self.alternatives,
            "reason": self.reason,
        })
    }
}

/// Bytes to Unicode scalar values, in constant time.
#[derive(Debug)]
pub struct ScalarMap<'a> {
    text: &'a str,
    /// Scalars before every `STEP`-th byte; empty when the text is ASCII.
    marks: Vec<u32>,
}

const STEP: usize = 64;

impl<'a> ScalarMap<'a> {
    /// A map over `text`.
    pub fn new(text: &'a str) -> Self {
        let mut marks = Vec::new();
        if !text.is_ascii() {
            let mut scalars = 0u32;
            for (at, byte) in text.bytes().enumerate() {
                if at % STEP == 0 {
                    marks.push(scalars);
                }
                scalars += u32::from(byte & 0xC0 != 0x80);
            }
            marks.push(scalars);
        }
        ScalarMap { text, marks }
    }

    /// Scalars before byte `at`; a byte inside a scalar counts as the scalar's start, one past the end as the end.
    pub fn scalar(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        if self.marks.is_empty() {
            return at;
        }
        let mark = at / STEP;
        let from = mark * STEP;
        let before = self.marks.get(mark).copied().unwrap_or_default() as usize;
        before + self.text.as_bytes()[from..at].iter().filter(|b| *b & 0xC0 != 0x80).count()
    }

    /// A span in scalars from a range in bytes.
    pub fn span(&self, range: &Range<usize>) -> (usize, usize) {
        (self.scalar(range.start), self.scalar(range.end))
    }
}

/// What a grammar hands to the builder beside the fields.
#[derive(Debug, Clone)]
pub struct Why {
    /// Id of the rule.
    pub rule: &'static str,
    /// Score of the rule here.
    pub score: f64,
    /// The reason in words.
    pub reason: String,
}

impl Why {
    /// A rule, its score and the reason.
    pub fn new(rule: &'static str, score: f64, reason: impl Into<String>) -> Self {
        Why { rule, score, reason: reason.into() }
    }
}

/// Collects the objects of one text; shared by the grammars of all languages.
#[derive(Debug)]
pub struct Builder<'a> {
    text: &'a str,
    map: ScalarMap<'a>,
    objects: Vec<Object>,
    counts: Vec<(&'static str, usize)>,
    /// Where each id stands; looked up, never iterated.
    places: HashMap<String, usize>,
}

impl<'a> Builder<'a> {
    /// An empty collection over `text`.
    pub fn new(text: &'a str) -> Self {
        Builder { text, map: ScalarMap::new(text), objects: Vec::new(), counts: Vec::new(), places: HashMap::new() }
    }

    /// Span in scalars as JSON.
    pub fn span(&self, range: &Range<usize>) -> Value {
        let (start, end) = self.map.span(range);
        json!([start, end])
    }

    /// The words under a range of bytes; empty when the range is none of the text's.
    pub fn quote(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Adds an object over `range` (bytes) and returns its id.
    pub fn push(&mut self, kind: &'static str, range: Range<usize>, fields: Value, why: Why) -> String {
        let number = match self.counts.iter_mut().find(|(k, _)| *k == kind) {
            Some((_, n)) => {
                *n += 1;
                *n
            }
            None => {
                self.counts.push((kind, 1));
                1
            }
        };
        let id = format!("{kind}-{number}");
        let mut fields = match fields {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        fields.retain(|_, value| !value.is_null());
        self.places.insert(id.clone(), self.objects.len());
        self.objects.push(Object {
            id: id.clone(),
            kind,
            span: self.map.span(&range),
            quote: self.quote(&range).to_owned(),
            fields,
            rule: why.rule,
            score: (calibrated(kind, why.rule, why.score.clamp(0.0, 1.0)) * 100.0).round() / 100.0,
            alternatives: Vec::new(),
            reason: why.reason,
        });
        id
    }

    /// Adds another reading to the object `id`.
    pub fn alternative(&mut self, id: &str, other: Value) {
        if let Some(object) = self.get_mut(id) {
            object.alternatives.push(other);
        }
    }

    /// Sets a field of the object `id`.
    pub fn set(&mut self, id: &str, field: &str, value: Value) {
        if let Some(object) = self.get_mut(id) {
            object.fields.insert(field.to_owned(), value);
        }
    }

    /// The object `id`.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Object> {
        self.places.get(id).and_then(|at| self.objects.get_mut(*at))
    }

    /// What has been collected, in order of making.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The objects in order of the text: by start, the longer first, then by id's making.
    pub fn finish(mut self) -> Vec<Object> {
        self.objects.sort_by(|a, b| a.span.0.cmp(&b.span.0).then(b.span.1.cmp(&a.span.1)));
        self.objects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_scalars_and_not_bytes() {
        let text = "“é” ".repeat(40) + "end";
        let map = ScalarMap::new(&text);
        for (scalars, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(map.scalar(byte), scalars);
        }
        assert_eq!(map.scalar(text.len()), text.chars().count());
        assert_eq!(map.scalar(usize::MAX), text.chars().count());
    }

    #[test]
    fn an_absent_field_is_left_out() {
        let mut builder = Builder::new("a b");
        builder.push("mention", 0..1, json!({"type": "place", "same_as": null}), Why::new("r", 0.5, "x"));
        let objects = builder.finish();
        assert!(!objects[0].to_json("d").to_string().contains("null"));
        assert_eq!(objects[0].quote, "a");
    }
}
