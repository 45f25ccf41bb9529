//! The whole of weighing from outside: an invented week, the rows that come of it, and rubbish.

use proptest::prelude::*;
use serde_json::{Value, json};
use witnessmark_model::entry::Relation;
use witnessmark_model::vocabulary::{Element, Level, Position};
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, LogId, MemberKey};
use witnessmark_weigh::{Held, ItemFacts, ItemKind, Link, Policy, Standing, Weighed, weigh};

fn item(n: u8) -> ItemId {
    ItemId([n; 32])
}

fn held(n: u64, of: u8, mut fields: Value) -> Held {
    fields["item"] = item(of).to_string().into();
    for (name, value) in [("predicate", "attack"), ("quote", ""), ("scope", "one"), ("polarity", "asserted")] {
        if fields.get(name).is_none() {
            fields[name] = value.into();
        }
    }
    let key = ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: n });
    let claim = Claim::from_value(&fields).expect("an invented claim is well formed");
    Held { key, claim: claim.into(), standing: Standing::Accepted { by: MemberKey([1; 8]) } }
}

fn port() -> Value {
    json!([{"name": "Port", "id": "port", "lat": 10.0, "lon": 20.0, "uncertainty_m": 1500.0, "level": "town", "parent": "bay"}])
}

const RELEASE: &str = "The union welcomed the report of the Rights Monitor, which said that aircraft bombed the hospital of Port \
    on 12 April and that six attacks were verified in the bay. The army denied it.";

fn week() -> (Vec<ItemFacts<'static>>, Vec<Held>, Vec<Link>) {
    let text = |n: u8, source: &str, body: &'static str| ItemFacts {
        source: Some(source.into()),
        text: Some(body),
        ..ItemFacts::new(item(n), ItemKind::Text)
    };
    let account = |n: u8, source: &str| ItemFacts {
        source: Some(source.into()),
        source_kind: Some("eyewitness".into()),
        ..ItemFacts::new(item(n), ItemKind::Account)
    };
    let picture = |n: u8, word: u64| ItemFacts {
        source: Some(format!("Channel {n}")),
        pdq: Some(([word, 2, 3, 4], 95)),
        ..ItemFacts::new(item(n), ItemKind::Picture)
    };
    let items = vec![
        account(1, "Cedar"),
        account(2, "Heron"),
        text(3, "Union", RELEASE),
        text(4, "Courier", "Nobody reads this, it only quotes the monitor at some length and in other words."),
        picture(5, 1),
        picture(6, 3),
    ];
    let day = json!([{"earliest": "2031-04-12", "latest": "2031-04-12"}]);
    let strike = |n: u64, of: u8, more: Value| {
        let mut fields = json!({
            "act": "air_strike", "targets": [{"class": "hospital", "name": "Port Hospital"}], "places": port(), "times": day,
        });
        more.as_object().into_iter().flatten().for_each(|(k, v)| fields[k] = v.clone());
        held(n, of, fields)
    };
    let killed = |n: u64| json!([{"harm": "killed", "min": n, "max": n, "who": "unknown", "scope": "strike"}]);
    let claims = vec![
        strike(1, 1, json!({"harm": killed(7)})),
        strike(2, 2, json!({})),
        strike(
            3,
            3,
            json!({"chain": ["Union", "President Ada", "Rights Monitor"], "stated_by": "Rights Monitor",
            "relies_on": ["satellite_image"], "harm": killed(11)}),
        ),
        strike(4, 4, json!({"chain": ["Rights Monitor"], "stated_by": "Rights Monitor"})),
        strike(5, 5, json!({})),
        strike(6, 6, json!({})),
        held(7, 3, json!({"scope": "counted", "count": [6, 6], "places": [{"name": "Bay", "id": "bay"}]})),
        held(
            8,
            3,
            json!({"predicate": "denial", "act": "denies event", "chain": ["Army"], "stated_by": "Army", "span": [150, 170],
            "quote": "The army denied it", "more": {"bare": true}}),
        ),
    ];
    let links = vec![Link {
        from: item(1),
        to: item(2),
        relation: Relation::Separate,
        basis: "interviewed apart by two people".into(),
        by: None,
    }];
    (items, claims, links)
}

fn weighed() -> Weighed {
    let (items, claims, links) = week();
    weigh(&items, &claims, &links, &Policy::default())
}

#[test]
fn a_week_comes_out_as_one_incident_with_its_lines_levels_positions_and_harm() {
    let weighed = weighed();
    assert_eq!(weighed.grouping.candidates.len(), 1);
    let incident = &weighed.incidents[0];
    let happened = incident.element(Element::Happened).unwrap();
    let names: Vec<&str> = happened.lines.lines.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(
        names,
        ["Channel 5", "Cedar", "Heron", "Rights Monitor"],
        "two copies, two people, one report quoted twice"
    );
    assert_eq!(happened.allowed.level, Level::Corroborated);
    assert_eq!(
        incident.element(Element::Who).unwrap().allowed.level,
        Level::NotAssessed,
        "nobody is named, nobody inherits"
    );
    assert_eq!(incident.positions.len(), 1);
    assert_eq!((incident.positions[0].speaker.as_str(), incident.positions[0].position), ("Army", Position::DeniesAct));
    assert!(incident.positions[0].propositions.is_empty(), "a bare denial");
    assert!(!happened.contested.contested);
    let harm = &incident.harm[0];
    assert_eq!((harm.least.unwrap().0, harm.most.unwrap().0, harm.contradictions.len()), (7, 11, 1));
    assert_eq!(weighed.grouping.candidates[0].context.len(), 1, "the counted set is context");
}

#[test]
fn rows_have_the_names_that_are_documented() {
    let weighed = weighed();
    let rows = weighed.proposals();
    let first = |kind: &str| &rows.iter().find(|r| r.kind == kind).unwrap_or_else(|| panic!("no {kind}")).body;
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(first("picture_match")), ["a", "b", "distance", "match", "turned"]);
    assert_eq!(names(first("picture_cluster")), ["chained", "items", "medoid"]);
    assert_eq!(names(first("origin_edge")), ["directed", "from", "ground", "kind", "to"]);
    assert_eq!(
        names(first("incident")),
        [
            "context",
            "elements",
            "label",
            "links",
            "members",
            "reasons_against",
            "reasons_against_ar",
            "reasons_for",
            "reasons_for_ar",
            "score"
        ]
    );
    assert_eq!(names(&first("incident")["label"]), ["act", "from", "place", "target", "target_name", "to"]);
    assert_eq!(names(&first("incident")["members"][0]), ["claim", "points"]);
    assert_eq!(first("incident")["elements"]["happened"], json!({"if_accepted": "corroborated", "lines": 4}));
    assert!(!rows.iter().any(|r| r.body.to_string().contains("null")), "absent is left out");
}

#[test]
fn order_of_arrival_and_a_second_run_make_no_difference() {
    let (mut items, mut claims, links) = week();
    let first = weigh(&items, &claims, &links, &Policy::default());
    items.reverse();
    claims.reverse();
    assert_eq!(first, weigh(&items, &claims, &links, &Policy::default()));
}

#[test]
fn nothing_at_all_is_no_incident() {
    let weighed = weigh(&[], &[], &[], &Policy::default());
    assert_eq!(weighed, Weighed { pictures: weighed.pictures.clone(), ..Weighed::default() });
    assert!(weighed.proposals().is_empty());
}

/// Claims as nobody should make them.
fn rubbish() -> impl Strategy<Value = (u8, Value)> {
    let word = prop_oneof![
        Just("".to_owned()),
        Just("hospital".to_owned()),
        Just("second_strike".to_owned()),
        Just("2031-04-12".to_owned()),
        Just("2031-04-12T25:99".to_owned()),
        Just("9999-12-31T23:59:59Z".to_owned()),
        Just("-9999-01-01".to_owned()),
        Just("سوق".to_owned()),
        "\\PC{0,12}",
    ];
    let number = prop_oneof![Just(f64::MAX), Just(-91.0), Just(0.0), Just(10.0), Just(1e-300), -400.0..400.0f64];
    let span =
        prop_oneof![Just(None), any::<(usize, usize)>().prop_map(Some), (0usize..200, 0usize..200).prop_map(Some)];
    let figure = prop_oneof![Just(u64::MAX), Just(0u64), 0u64..20];
    (1u8..5, prop::collection::vec(word, 9), (number.clone(), number.clone(), number), span, (figure.clone(), figure))
        .prop_map(|(of, w, (lat, lon, m), span, (min, max))| {
            let mut value = json!({
                "act": w[0], "targets": [{"class": w[1], "name": w[2]}], "weapons": [{"class": w[3], "name": w[4]}],
                "places": [{"name": w[5], "id": w[6], "lat": lat, "lon": lon, "uncertainty_m": m, "parent": w[6]}],
                "times": [{"earliest": w[7], "latest": w[8]}], "chain": [w[2], w[4], w[2]], "actors": [{"name": w[4]}],
                "harm": [{"harm": "killed", "min": min, "max": max, "who": w[1], "scope": w[3]}],
                "predicate": if w[0].is_empty() { "denial" } else { "attack" },
                "polarity": if w[1].is_empty() { "denied" } else { "asserted" },
            });
            if let Some((a, b)) = span {
                value["span"] = json!([a, b]);
            }
            (of, value)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn rubbish_is_weighed_without_a_panic_and_the_same_twice(claims in prop::collection::vec(rubbish(), 0..25)) {
        let texts = [RELEASE, "", RELEASE, "x"];
        let kinds = [ItemKind::Text, ItemKind::Sheet, ItemKind::Account, ItemKind::Picture];
        let items: Vec<ItemFacts<'_>> = (1..5u8).map(|n| ItemFacts {
            text: Some(texts[n as usize - 1]),
            source: Some(["a", "", "ب", "a"][n as usize - 1].into()),
            reposts: Some(item(5 - n)),
            pdq: Some(([0; 4], n * 25)),
            published: Some("2031-13-45".into()),
            ..ItemFacts::new(item(n), kinds[n as usize - 1])
        }).collect();
        let links: Vec<Link> = Relation::ALL.iter().map(|relation| Link {
            from: item(1), to: item(9), relation: *relation, basis: String::new(), by: None,
        }).collect();
        let claims: Vec<Held> = claims.into_iter().enumerate().map(|(n, (of, value))| held(n as u64, of, value)).collect();
        let first = weigh(&items, &claims, &links, &Policy::default());
        prop_assert_eq!(&first, &weigh(&items, &claims, &links, &Policy::default()));
        for language in ["en", "ar"] {
            first.incidents.iter().for_each(|i| { i.to_json(language); });
        }
        let members: usize = first.grouping.candidates.iter().map(|c| c.members.len()).sum();
        let elsewhere = first.grouping.undecided.len() + first.grouping.context_only.len() + first.grouping.loose.len();
        prop_assert!(members + elsewhere <= claims.len() + first.grouping.context_only.len());
    }
}
