//! Places and bodies against re3d (Dstl 2017): texts about one war, from governments, an agency and an encyclopaedia.
//!
//! Spans must be exactly the gold ones. The set marks a state that acts as an organisation and a place at once, and places inside
//! longer ones; a said span is right when any gold span of its type has its characters. The folders have licences of their own:
//! measured against, nothing is learned from them but rules.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Run, Span, Tally, around, overlap, read};

pub(super) fn score(run: &mut Run<'_>) {
    let folders = run.sets.list("text/re3d");
    let mut types =
        [("Location", Tally::default(), Tally::default()), ("Organisation", Tally::default(), Tally::default())];
    let (mut documents, mut number) = (0, 0);
    for folder in folders {
        let base = format!("text/re3d/{folder}");
        let (Some(texts), Some(entities)) =
            (run.text(&format!("{base}/documents.json")), run.text(&format!("{base}/entities.json")))
        else {
            continue;
        };
        let mut gold: BTreeMap<String, Vec<(String, Span)>> = BTreeMap::new();
        for entity in entities.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            let at = |name: &str| entity[name].as_u64().unwrap_or_default() as usize;
            let kind = entity["type"].as_str().unwrap_or_default().to_owned();
            let of = entity["documentId"].as_str().unwrap_or_default().to_owned();
            gold.entry(of).or_default().push((kind, (at("begin"), at("end"))));
        }
        for document in texts.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            number += 1;
            if !run.half.takes(number) {
                continue;
            }
            let Some(text) = document["text"].as_str() else { continue };
            documents += 1;
            let none = Vec::new();
            let gold = gold.get(document["_id"].as_str().unwrap_or_default()).unwrap_or(&none);
            let objects = read(text, None, "en");
            let chars: Vec<char> = text.chars().collect();
            for (kind, exact, loose) in &mut types {
                let wanted: BTreeSet<Span> = gold.iter().filter(|g| g.0 == *kind).map(|g| g.1).collect();
                let said: BTreeSet<Span> = objects
                    .iter()
                    .filter(|o| match *kind {
                        "Location" => {
                            o.kind == "place"
                                || o.kind == "mention"
                                    && o.fields.get("type").is_some_and(|t| t == "place" || t == "facility")
                        }
                        _ => o.kind == "mention" && o.fields.get("type").is_some_and(|t| t == "organisation"),
                    })
                    .map(|o| o.span)
                    .collect();
                exact.both(wanted.intersection(&said).count(), said.len(), wanted.len());
                loose.said += said.len();
                loose.wanted += wanted.len();
                loose.said_right += said.iter().filter(|s| wanted.iter().any(|w| overlap(**s, *w))).count();
                loose.wanted_found += wanted.iter().filter(|w| said.iter().any(|s| overlap(*s, **w))).count();
                let label =
                    if *kind == "Location" { ["missed place", "extra place"] } else { ["missed body", "extra body"] };
                for span in wanted.difference(&said) {
                    (run.note)(label[0], around(&chars, *span));
                }
                for span in said.difference(&wanted) {
                    (run.note)(label[1], around(&chars, *span));
                }
            }
        }
    }
    if documents == 0 {
        return;
    }
    let set = format!("re3d, {documents} texts");
    let [(_, places, places_loose), (_, bodies, bodies_loose)] = types;
    run.figure(&set, "location, exact", "52 (spaCy)", &places);
    run.figure(&set, "location, overlap", "", &places_loose);
    run.figure(&set, "organisation, exact", "23 (spaCy)", &bodies);
    run.figure(&set, "organisation, overlap", "", &bodies_loose);
}
