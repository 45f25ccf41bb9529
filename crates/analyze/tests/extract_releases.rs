//! The extraction on the two real releases, which are not part of the project: skipped when they are absent.

use std::{fs, path::Path};

use serde_json::Value;
use witnessmark_analyze::{
    extract::{Object, Options, extract},
    place::Gazetteer,
};

fn release(name: &str, published: Option<&str>) -> Option<(String, Vec<Object>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/statements").join(name);
    let Ok(text) = fs::read_to_string(&path) else {
        #[allow(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: {} is absent", path.display());
        }
        return None;
    };
    let objects =
        extract(&text, &Options { doc: name, published, language: Some("en"), gazetteer: Gazetteer::embedded() });
    Some((text, objects))
}

fn first() -> Option<(String, Vec<Object>)> {
    release("000_33efbcca51fcb862.txt", None)
}

fn second() -> Option<(String, Vec<Object>)> {
    release("004_b5410fc2ed4d08d5.txt", None)
}

fn field<'o>(object: &'o Object, name: &str) -> &'o str {
    object.fields.get(name).and_then(Value::as_str).unwrap_or("")
}

#[track_caller]
fn one<'o>(objects: &'o [Object], kind: &str, words: &str) -> &'o Object {
    let found = objects.iter().find(|o| o.kind == kind && o.quote.contains(words));
    found.unwrap_or_else(|| {
        panic!(
            "no {kind} with “{words}” among {:#?}",
            objects.iter().filter(|o| o.kind == kind).map(|o| &o.quote).collect::<Vec<_>>()
        )
    })
}

fn list(object: &Object, name: &str, part: &str) -> Vec<String> {
    let items = object.fields.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    items.iter().filter_map(|i| i[part].as_str()).map(str::to_owned).collect()
}

/// Names along the chain of a claim, outermost first.
fn chain(objects: &[Object], object: &Object) -> Vec<String> {
    let ids = object.fields.get("chain").and_then(Value::as_array).cloned().unwrap_or_default();
    ids.iter()
        .filter_map(Value::as_str)
        .map(|id| objects.iter().find(|o| o.id == id).map(|o| field(o, "source_name").to_owned()).unwrap_or_default())
        .collect()
}

fn best_places(objects: &[Object], object: &Object) -> Vec<String> {
    let ids = object.fields.get("places").and_then(Value::as_array).cloned().unwrap_or_default();
    ids.iter()
        .filter_map(Value::as_str)
        .filter_map(|id| objects.iter().find(|o| o.id == id))
        .map(|o| o.quote.clone())
        .collect()
}

fn named(objects: &[Object], id: &str) -> String {
    objects.iter().find(|o| o.id == id).map(|o| field(o, "canonical").to_owned()).unwrap_or_default()
}

#[test]
fn the_onslaught_is_a_campaign_with_its_accused() {
    let Some((_, o)) = first() else { return };
    let a = one(&o, "attack", "onslaught on Aleppo by");
    assert_eq!((field(a, "scope"), field(a, "polarity")), ("campaign", "asserted"));
    assert_eq!(list(a, "perpetrators", "name"), ["Assad regime", "its allies"]);
    assert_eq!(best_places(&o, a), ["Aleppo"]);
    assert_eq!(chain(&o, a), ["Syrian Coalition", "Anas Alabdah"]);
    for words in ["war crime", "act of extermination"] {
        let l = one(&o, "legal", words);
        assert_eq!(field(l, "about"), a.id);
        assert_eq!(chain(&o, l), ["Syrian Coalition", "Anas Alabdah"]);
    }
}

#[test]
fn responsibility_is_told_with_its_nature() {
    let Some((_, o)) = first() else { return };
    let l = one(&o, "legal", "Russia legally and morally");
    assert_eq!(l.fields["nature"], serde_json::json!(["legal", "moral"]));
    assert_eq!(named(&o, l.fields["who"][0].as_str().unwrap_or("")), "Russia");
}

#[test]
fn the_corridors_are_the_ministers_pledge() {
    let Some((_, o)) = first() else { return };
    let p = one(&o, "pledge", "humanitarian corridors");
    assert_eq!(named(&o, field(p, "by")), "Sergei Shoigu");
    assert_eq!(chain(&o, p), ["Syrian Coalition", "Anas Alabdah", "Sergei Shoigu"]);
    let day = one(&o, "time", "Thursday");
    assert_eq!(field(day, "basis"), "unresolved");
    let l = one(&o, "legal", "contravene");
    assert_eq!(field(l, "about"), p.id);
    assert_eq!(field(l, "capacity"), "as a permanent member of the UN Security Council");
}

#[test]
fn letters_and_consultations_are_dispatches() {
    let Some((_, o)) = first() else { return };
    let letter = one(&o, "dispatch", "letters");
    assert_eq!(field(letter, "form"), "letter");
    assert_eq!(named(&o, field(letter, "by")), "Anas Alabdah");
    assert_eq!(letter.fields["to"].as_array().map(Vec::len), Some(2));
    assert_eq!(field(one(&o, "dispatch", "consulted"), "form"), "meeting");
}

#[test]
fn appeals_to_fight_stand_apart() {
    let Some((_, o)) = first() else { return };
    let kinds: Vec<(String, String)> = o
        .iter()
        .filter(|x| x.kind == "appeal")
        .map(|x| (field(x, "type").to_owned(), field(x, "to_do").chars().take(20).collect()))
        .collect();
    let of =
        |start: &str| kinds.iter().find(|(_, t)| t.starts_with(start)).map(|(k, _)| k.as_str()).unwrap_or("absent");
    assert_eq!(of("close ranks"), "fight", "{kinds:?}");
    assert_eq!(of("go to the streets"), "other");
    assert_eq!(of("take all necessary"), "protect");
    assert_eq!(of("protect civilians"), "protect");
}

#[test]
fn the_resolution_has_three_demands_as_said() {
    let Some((_, o)) = first() else { return };
    let told: Vec<_> =
        o.iter().filter(|x| x.kind == "commitment" && field(x, "instrument_name").contains("2254")).collect();
    let words: Vec<_> = told.iter().map(|x| field(x, "obligation")).collect();
    assert_eq!(
        words,
        ["lifting the sieges", "delivery of humanitarian aid", "stopping bombardment of towns and cities across Syria"]
    );
    assert!(told.iter().all(|x| chain(&o, x) == ["Syrian Coalition", "Anas Alabdah"]));
}

#[test]
fn the_organisations_claims_are_its_own() {
    let Some((_, o)) = first() else { return };
    let used = one(&o, "attack", "use of internationally banned weapons");
    assert_eq!(chain(&o, used), ["Syrian Coalition", "Amnesty International"]);
    assert_eq!(list(used, "weapons", "class"), ["white phosphorus", "cluster container"]);
    assert!(used.fields["weapons"].as_array().into_iter().flatten().all(|w| w["called_banned"] == true));
    assert_eq!(list(used, "perpetrators", "name"), ["Russia"]);
    let bombed = one(&o, "attack", "bombing hospitals");
    assert_eq!(list(bombed, "perpetrators", "name"), ["Assad regime", "Russian forces"]);
    assert_eq!(list(bombed, "targets", "class"), ["hospital"]);
}

#[test]
fn the_second_release_rests_on_one_report() {
    let Some((_, o)) = second() else { return };
    let a = one(&o, "attack", "targeting civilians and vital facilities");
    assert_eq!(chain(&o, a).last().map(String::as_str), Some("Amnesty International"));
    assert_eq!(chain(&o, a).len(), 3);
    let endorsing: Vec<_> = o.iter().filter(|x| x.fields.contains_key("endorses")).collect();
    assert!(endorsing.len() >= 2, "{endorsing:#?}");
    assert!(endorsing.iter().all(|x| named(&o, field(x, "endorses")) == "Amnesty International"));
    let kinds: Vec<_> = a.fields["relies_on"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert_eq!(kinds, ["witness_account", "photo", "video", "satellite_image"]);
}

#[test]
fn backing_is_support_and_days_have_dates() {
    let Some((_, o)) = second() else { return };
    let a = one(&o, "attack", "with Russian backing");
    let modes: Vec<_> = list(a, "perpetrators", "name").into_iter().zip(list(a, "perpetrators", "mode")).collect();
    assert_eq!(
        modes,
        [("Assad regime forces".to_owned(), "direct".to_owned()), ("Russia".to_owned(), "support".to_owned())]
    );
    assert_eq!(best_places(&o, a), ["Idlib"]);
    let day = o.iter().find(|x| x.kind == "time" && x.quote == "Thursday").expect("Thursday");
    assert_eq!(field(day, "earliest"), "2019-03-28");
    let day = o.iter().find(|x| x.kind == "time" && x.quote == "Friday").expect("Friday");
    assert_eq!(field(day, "earliest"), "2019-03-29");
}

#[test]
fn six_attacks_are_a_counted_set() {
    let Some((_, o)) = second() else { return };
    let a = one(&o, "attack", "six attacks");
    assert_eq!(field(a, "scope"), "counted");
    assert_eq!(a.fields["count"], serde_json::json!({"min": 6, "max": 6}));
    let direct = one(&o, "legal", "direct attacks on civilian objects");
    assert_eq!(
        (field(direct, "characterisation"), field(direct, "about")),
        ("direct attack on a civilian object", a.id.as_str())
    );
    assert_eq!(field(one(&o, "legal", "indiscriminate attacks"), "characterisation"), "indiscriminate by method");
}

#[test]
fn the_pattern_is_the_organisations_and_no_incident() {
    let Some((_, o)) = second() else { return };
    let p = one(&o, "pattern", "same pattern");
    assert_eq!(p.fields["classes"], serde_json::json!(["hospital", "clinic", "crew", "bakery", "school"]));
    let places = best_places(&o, p);
    assert!(
        ["Aleppo", "Dara’a", "Damascus Countryside"].iter().all(|x| places.contains(&(*x).to_owned())),
        "{places:?}"
    );
    assert_eq!(chain(&o, p).last().map(String::as_str), Some("Amnesty International"));
    assert!(o.iter().filter(|x| x.kind == "attack").all(|x| field(x, "scope") != "one"));
}

#[test]
fn appeals_capacity_tour_and_forecast() {
    let Some((_, o)) = second() else { return };
    let duty = one(&o, "appeal", "they have a responsibility");
    assert!(field(duty, "capacity").starts_with("as the party capable of reining in"));
    assert_eq!(duty.fields["to"], serde_json::json!(["the leaders of the free world"]));
    let tour = one(&o, "dispatch", "European tour");
    assert_eq!(field(tour, "form"), "tour");
    assert!(o.iter().any(|x| x.kind == "dispatch" && field(x, "form") == "post"));
    let f = one(&o, "forecast", "fresh waves of refugees");
    assert_eq!(named(&o, field(f, "by")), "delegation");
}
