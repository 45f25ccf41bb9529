//! Places that are described and not named: “the city”, “the village of X”, “eastern X”, “a building”.
//!
//! They become mentions of the type place; what they point to, where the text tells it, is `same_as`. Deliberately no candidates
//! on a map: a described place is looked up by the name it stands with, or not at all.

use std::ops::Range;

use serde_json::json;

use super::{
    frame::Frame,
    mentions::Entities,
    object::{Builder, Why},
    syntax::Parse,
};

/// Heads of phrases that say where. Facilities that the lexicon knows are mentions of their own.
const WHERE: &[&str] = &[
    "city",
    "town",
    "village",
    "hamlet",
    "neighbourhood",
    "neighborhood",
    "suburb",
    "district",
    "province",
    "governorate",
    "region",
    "area",
    "country",
    "capital",
    "countryside",
    "border",
    "frontier",
    "street",
    "road",
    "square",
    "valley",
    "mountain",
    "hill",
    "river",
    "island",
    "coast",
    "site",
    "territory",
    "land",
    "location",
    "outskirts",
    "building",
    "house",
    "library",
    "museum",
    "airport",
    "airfield",
    "compound",
    "complex",
    "prison",
    "bridge",
    "farmland",
    "factory",
    "shop",
    "station",
    "checkpoint",
    "crossing",
    "basement",
    "garrison",
    "enclave",
    "stronghold",
    "quarter",
    "ruin",
    "palace",
    "embassy",
];

const DIRECTIONS: &[&str] = &[
    "northern",
    "southern",
    "eastern",
    "western",
    "central",
    "north",
    "south",
    "east",
    "west",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "north-eastern",
    "north-western",
    "south-eastern",
    "south-western",
    "northeastern",
    "northwestern",
    "southeastern",
    "southwestern",
    "rural",
    "greater",
    "upper",
    "lower",
];

/// Adds the mentions.
pub fn emit(p: &Parse<'_>, e: &Entities, frame: &Frame, b: &mut Builder<'_>) {
    for np in 0..p.nps.len() {
        let phrase = &p.nps[np];
        let head = &p.t.list[phrase.head];
        let taken = e.near(&phrase.toks).iter().any(|m| m.toks.start < phrase.toks.end && phrase.head < m.toks.end);
        if phrase.time || phrase.pronoun || taken {
            continue;
        }
        let front = head.is("line") && phrase.head > phrase.toks.start && p.t.is(phrase.head - 1, "front");
        if WHERE.contains(&&*head.base) && (!head.capital || !p.t.cased) || front {
            described(p, frame, np, b);
        } else if let Some(place) = frame
            .places
            .iter()
            .find(|place| place.toks.end == phrase.toks.end && phrase.toks.contains(&place.toks.start))
            && let Some(before) = place.toks.start.checked_sub(1)
            && before >= phrase.toks.start
            && p.t.list[before].any(DIRECTIONS)
        {
            push(p, before..place.toks.end, Some(&place.id), "part_of_place", b);
        }
    }
}

fn described(p: &Parse<'_>, frame: &Frame, np: usize, b: &mut Builder<'_>) {
    let own = p.nps[np].toks.clone();
    let full = p.full(np);
    let inside = |toks: &Range<usize>| {
        frame
            .places
            .iter()
            .find(|place| toks.start <= place.toks.start && place.toks.end <= toks.end && place.toks != own)
    };
    // “the village of X” goes to its name; “the people of the area” stays what it is.
    let (toks, named) = match inside(&full) {
        Some(place) if full.len() <= 8 => (full.start..place.toks.end.max(own.end), Some(place.id.as_str())),
        _ => (own.clone(), None),
    };
    let pointed = named.or_else(|| frame.places.iter().find(|place| place.toks == own).map(|place| place.id.as_str()));
    push(p, toks, pointed, "described_place", b);
}

fn push(p: &Parse<'_>, toks: Range<usize>, same: Option<&str>, rule: &'static str, b: &mut Builder<'_>) {
    let range = p.t.bytes(&toks);
    let name = b.quote(&range).to_owned();
    let fields = json!({"type": "place", "name": name, "canonical": name.to_lowercase(), "same_as": same});
    b.push("mention", range, fields, Why::new(rule, 0.7, "a phrase that says where by its head or a direction"));
}
