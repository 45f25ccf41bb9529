//! The project's own gold set: evidence, legal words as said by whom, appeals, commitments, chains and denials.
//!
//! `tests/gold/README.md` tells the layers. A value said meets one wanted where one holds the other, letter case and articles aside.
//! Deliberately small: it shows what no public set asks, and is too small to rank systems by.

use serde_json::Value;

use super::{Half, Run, Tally, pairing};
use crate::{
    extract::{Object, Options, extract},
    place::Gazetteer,
};

/// A set of short texts.
struct Set {
    name: &'static str,
    language: &'static str,
    file: &'static str,
    /// Written for finding out what the rules miss: no part of it is kept out.
    development: bool,
}

const SETS: [Set; 4] = [
    Set {
        name: "own gold set, English",
        language: "en",
        file: include_str!("../../tests/gold/english.txt"),
        development: false,
    },
    Set {
        name: "own gold set, Arabic",
        language: "ar",
        file: include_str!("../../tests/gold/arabic.txt"),
        development: false,
    },
    Set {
        name: "own development set, English",
        language: "en",
        file: include_str!("../../tests/gold/english_development.txt"),
        development: true,
    },
    Set {
        name: "own development set, Arabic",
        language: "ar",
        file: include_str!("../../tests/gold/arabic_development.txt"),
        development: true,
    },
];

const LAYERS: [&str; 6] = ["evidence", "legal", "appeal", "commitment", "chain", "denial"];

/// A text with what it holds: layer, value.
pub(super) struct Case<'t> {
    pub id: &'t str,
    pub text: &'t str,
    pub wanted: Vec<(&'t str, &'t str)>,
}

pub(super) fn score(run: &mut Run<'_>) {
    for Set { name, language, file, development } in SETS {
        if development && run.half == Half::Held {
            continue;
        }
        let mut tallies = [Tally::default(); 6];
        let mut count = 0;
        for (number, case) in cases(file).iter().enumerate() {
            // Odd numbers in the file are those kept out; they come first.
            if !development && !run.half.takes(number + 1) {
                continue;
            }
            count += 1;
            let options =
                Options { doc: "d", published: None, language: Some(language), gazetteer: Gazetteer::embedded() };
            let objects = extract(case.text, &options);
            for (tally, layer) in tallies.iter_mut().zip(LAYERS) {
                let said = said(&objects, layer);
                let wanted: Vec<&str> = case.wanted.iter().filter(|(l, _)| *l == layer).map(|(_, v)| *v).collect();
                let of = pairing(said.len(), wanted.len(), &|s, w| meets(&said[s], wanted[w]));
                // Saying again what was right is no mistake.
                let again = |s: &usize| !of.contains(&Some(*s)) && wanted.iter().any(|w| meets(&said[*s], w));
                let repeated = (0..said.len()).filter(again).count();
                tally.both(of.iter().flatten().count(), said.len() - repeated, wanted.len());
                for (w, _) in of.iter().enumerate().filter(|(_, s)| s.is_none()) {
                    (run.note)("missed", format!("{} {layer} {}", case.id, wanted[w]));
                }
                for (_, words) in said.iter().enumerate().filter(|(s, _)| !of.contains(&Some(*s)) && !again(s)) {
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
        run.figure(&set, "all layers of the gold set", "", &all);
    }
}

pub(super) fn cases(file: &str) -> Vec<Case<'_>> {
    let mut out: Vec<Case<'_>> = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(id) = line.strip_prefix("@ ") {
            out.push(Case { id, text: "", wanted: Vec::new() });
        } else if let Some(case) = out.last_mut() {
            match line.strip_prefix("= ").and_then(|rest| rest.split_once(' ')) {
                Some(value) => case.wanted.push(value),
                None => case.text = line,
            }
        }
    }
    out
}

/// What the objects say in one layer, each value once.
fn said(objects: &[Object], layer: &str) -> Vec<String> {
    let field = |object: &Object, name: &str| object.fields.get(name).cloned().unwrap_or(Value::Null);
    let by_id = |id: &str| objects.iter().find(|o| o.id == id);
    let words = |value: &Value| match value {
        Value::String(id) => {
            by_id(id).map_or_else(|| id.clone(), |o| named(&o.quote, field(o, "canonical").as_str().unwrap_or("")))
        }
        _ => String::new(),
    };
    let speaker = |object: &Object| {
        let id = field(object, "said_by");
        let attribution = id.as_str().and_then(by_id);
        // The name as said here, and the full name it stands for.
        let name = |a: &Object| {
            let source = field(a, "source").as_str().and_then(by_id);
            let full = source.and_then(|s| field(s, "canonical").as_str().map(str::to_owned)).unwrap_or_default();
            named(field(a, "source_name").as_str().unwrap_or(""), &full)
        };
        attribution.map(name).unwrap_or_default()
    };
    let of = |kind: &'static str| objects.iter().filter(move |o| o.kind == kind);
    let mut out: Vec<String> = match layer {
        "evidence" => {
            let own = of("mention").filter(|o| field(o, "type") == "evidence").map(|o| field(o, "class"));
            let relied = of("attack").flat_map(|o| field(o, "relies_on").as_array().cloned().unwrap_or_default());
            own.chain(relied)
                .filter_map(|class| {
                    class.as_str().map(|c| {
                        c.replace("satellite imagery", "satellite_image").replace("eyewitness", "witness_account")
                    })
                })
                .collect()
        }
        "legal" => of("legal")
            .map(|o| format!("{} {} | {}", field(o, "characterisation").as_str().unwrap_or(""), o.quote, speaker(o)))
            .collect(),
        "appeal" => of("appeal")
            .flat_map(|o| match field(o, "to") {
                Value::Array(list) => list,
                one => vec![one],
            })
            .map(|to| words(&to))
            .filter(|to| !to.is_empty())
            .collect(),
        "commitment" => of("commitment").map(|o| words(&field(o, "instrument"))).collect(),
        "chain" => {
            let chains = of("attack").chain(of("attribution")).chain(of("casualties"));
            chains
                .filter_map(|o| {
                    let mut ids: Vec<String> = match field(o, "chain").as_array() {
                        Some(chain) => chain.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
                        None if o.kind == "attribution" => outward(o, &by_id),
                        None => return None,
                    };
                    if o.kind == "attribution" && !ids.contains(&o.id) {
                        ids.push(o.id.clone());
                    }
                    // “Residents told Radio Ostrane”: the station passes it on.
                    let named = |a: &Object, name: &str| field(a, name).as_str().map(str::to_owned);
                    let mut names: Vec<String> = ids
                        .iter()
                        .filter_map(|id| by_id(id))
                        .flat_map(|a| [named(a, "heard_by"), Some(named(a, "source_name").unwrap_or_default())])
                        .flatten()
                        .collect();
                    // Who goes on speaking passes nothing on.
                    let holds = |a: &str, b: &str| a.to_lowercase().contains(&b.to_lowercase());
                    names.dedup_by(|inner, outer| holds(outer, inner) || holds(inner, outer));
                    (names.len() > 1).then(|| names.join(" > "))
                })
                .collect()
        }
        _ => of("denial").map(|o| words(&field(o, "by"))).collect(),
    };
    out.sort();
    out.dedup();
    if layer == "chain" {
        // Of chains that go on only the longest is meant.
        let all = out.clone();
        out.retain(|chain| !all.iter().any(|other| other.len() > chain.len() && other.starts_with(chain.as_str())));
    }
    out
}

/// A name as said here and the full one it stands for; the longer alone where it holds the other.
fn named(here: &str, full: &str) -> String {
    let (short, long) = if here.len() < full.len() { (here, full) } else { (full, here) };
    if long.contains(short) { long.to_owned() } else { format!("{here} {full}") }
}

/// The attributions around one, outermost first.
fn outward<'o>(object: &'o Object, by_id: &impl Fn(&str) -> Option<&'o Object>) -> Vec<String> {
    let mut out = vec![object.id.clone()];
    let mut at = object;
    while let Some(outer) = at.fields.get("inside").and_then(Value::as_str).and_then(by_id) {
        if out.contains(&outer.id) {
            break;
        }
        out.push(outer.id.clone());
        at = outer;
    }
    out.reverse();
    out
}

/// Every part (at `|` and `>`) of what is wanted meets the part said in its place.
pub(super) fn meets(said: &str, wanted: &str) -> bool {
    let plain = |text: &str| -> String {
        let text = witnessmark_model::words::fold(text);
        text.split_whitespace().filter(|word| *word != "the").collect::<Vec<_>>().join(" ")
    };
    let parts = |text: &str| -> Vec<String> { text.split(['|', '>']).map(plain).collect() };
    let (said, wanted) = (parts(said), parts(wanted));
    said.len() == wanted.len()
        && said.iter().zip(&wanted).all(|(s, w)| !s.is_empty() && (s.contains(w.as_str()) || w.contains(s.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_a_value_of_a_known_layer() {
        for Set { file, development, .. } in SETS {
            for case in cases(file) {
                let says = development || !case.wanted.is_empty();
                assert!(!case.text.is_empty() && says, "{}", case.id);
                assert!(case.wanted.iter().all(|(layer, _)| LAYERS.contains(layer)), "{}", case.id);
            }
        }
    }

    #[test]
    fn values_meet_in_parts() {
        assert!(meets("war crime war crimes | The Lantern Group", "war crime | Lantern Group"));
        assert!(!meets("war crime | nobody", "war crime | Lantern Group"));
        assert!(!meets("A > B", "A > B > C"));
    }
}
