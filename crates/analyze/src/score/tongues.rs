//! The project's own sets for the languages that are read by tables: French, Russian, Ukrainian.
//!
//! `tests/gold/README.md` tells the layers. Deliberately small: a set shows that a language works, and is too small to rank by.

use std::collections::BTreeSet;

use serde_json::Value;

use super::gold::{cases, meets};
use super::{Run, Tally, pairing, read};
use crate::extract::Object;

const SETS: [(&str, &str, &str); 3] = [
    ("own set, French", "fr", include_str!("../../tests/gold/french.txt")),
    ("own set, Russian", "ru", include_str!("../../tests/gold/russian.txt")),
    ("own set, Ukrainian", "uk", include_str!("../../tests/gold/ukrainian.txt")),
];

const LAYERS: [&str; 12] = [
    "source", "actor", "target", "weapon", "killed", "injured", "place", "time", "evidence", "denial", "legal",
    "appeal",
];

/// When every text of the sets was published.
const PUBLISHED: &str = "2024-03-15";

pub(super) fn score(run: &mut Run<'_>) {
    for (name, language, file) in SETS {
        let mut tallies = [Tally::default(); LAYERS.len()];
        let mut count = 0;
        for (number, case) in cases(file).iter().enumerate() {
            // Odd numbers in the file are those kept out; they come first.
            if !run.half.takes(number + 1) {
                continue;
            }
            count += 1;
            let objects = read(case.text, Some(PUBLISHED), language);
            for (tally, layer) in tallies.iter_mut().zip(LAYERS) {
                let said = said(&objects, layer);
                let wanted: Vec<&str> = case.wanted.iter().filter(|(l, _)| *l == layer).map(|(_, v)| *v).collect();
                let fits = |s: usize, w: usize| {
                    if matches!(layer, "killed" | "injured" | "time") {
                        said[s] == wanted[w]
                    } else {
                        meets(&said[s], wanted[w])
                    }
                };
                let of = pairing(said.len(), wanted.len(), &fits);
                tally.both(of.iter().flatten().count(), said.len(), wanted.len());
                for (w, _) in of.iter().enumerate().filter(|(_, s)| s.is_none()) {
                    (run.note)("missed", format!("{} {layer} {}", case.id, wanted[w]));
                }
                for (_, words) in said.iter().enumerate().filter(|(s, _)| !of.contains(&Some(*s))) {
                    (run.note)("extra", format!("{} {layer} {words}", case.id));
                }
            }
        }
        let set = format!("{name}, {count} texts");
        let mut all = Tally::default();
        for (tally, layer) in tallies.iter().zip(LAYERS) {
            run.figure(&set, layer, "", tally);
            all.both(tally.wanted_found, tally.said, tally.wanted);
        }
        run.figure(&set, "all layers of the set", "", &all);
    }
}

/// What the objects say in one layer, each value once.
fn said(objects: &[Object], layer: &str) -> Vec<String> {
    let by_id = |id: &str| objects.iter().find(|object| object.id == id);
    let text = |object: &Object, name: &str| {
        object.fields.get(name).and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
    };
    let quoted = |object: &Object, name: &str| {
        let id = text(object, name);
        by_id(&id).map_or(id.clone(), |object| object.quote.clone())
    };
    let of = |kind: &'static str| objects.iter().filter(move |object| object.kind == kind);
    let items = |field: &'static str, key: &'static str| {
        of("attack")
            .filter_map(move |object| object.fields.get(field)?.as_array())
            .flatten()
            .filter_map(move |item| item.get(key)?.as_str())
            .map(str::to_owned)
            .collect::<Vec<String>>()
    };
    let mentions = |kind: &str, field: &str| -> Vec<String> {
        of("mention").filter(|object| text(object, "type") == kind).map(|object| text(object, field)).collect()
    };
    let figures = |harm: &str| -> Vec<String> {
        let of_harm = of("casualties").filter(|object| text(object, "harm") == harm);
        of_harm.filter_map(|object| object.fields.get("min").map(Value::to_string)).collect()
    };
    let out: Vec<String> = match layer {
        "source" => of("attribution").map(|object| text(object, "source_name")).collect(),
        "actor" => items("perpetrators", "name"),
        "target" => items("targets", "class"),
        "weapon" => [items("weapons", "class"), mentions("weapon", "canonical")].concat(),
        "killed" | "injured" => figures(layer),
        "place" => of("place").map(|object| object.quote.clone()).collect(),
        "time" => of("time").map(|object| text(object, "timex")).collect(),
        "evidence" => mentions("evidence", "class"),
        "denial" => of("denial").map(|object| quoted(object, "by")).collect(),
        "legal" => {
            let speaker = |object: &Object| {
                let id = text(object, "said_by");
                by_id(&id).map(|said| text(said, "source_name")).unwrap_or_default()
            };
            of("legal").map(|object| format!("{} | {}", text(object, "characterisation"), speaker(object))).collect()
        }
        _ => {
            let to = of("appeal").filter_map(|object| object.fields.get("to")?.as_array());
            to.flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        }
    };
    let distinct: BTreeSet<String> = out.into_iter().filter(|value| !value.is_empty()).collect();
    distinct.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_a_value_of_a_known_layer() {
        for (_, _, file) in SETS {
            let cases = cases(file);
            assert!(cases.len() >= 12);
            for case in cases {
                assert!(!case.text.is_empty() && !case.wanted.is_empty(), "{}", case.id);
                assert!(case.wanted.iter().all(|(layer, _)| LAYERS.contains(layer)), "{}", case.id);
            }
        }
    }
}
