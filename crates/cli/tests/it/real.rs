//! Real material, when it lies beside the project: two news releases, photographs, scenes.

use serde_json::Value;

use crate::support::{arg, expect, json, shared};

fn claims(archive: &str, kind: &str) -> Vec<Value> {
    json(&["claims", archive, "--kind", kind])
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn said_by<'a>(list: &'a [Value], who: &str, words: &str) -> &'a Value {
    let fits = |c: &&Value| text(c, "stated_by").contains(who) && text(c, "quote").contains(words);
    list.iter().find(fits).unwrap_or_else(|| panic!("{who}: {words} not among {list:#?}"))
}

fn classes(claim: &Value, list: &str) -> Vec<String> {
    claim[list].as_array().into_iter().flatten().map(|n| text(n, "class").to_owned()).collect()
}

#[test]
fn two_releases_end_in_a_dossier_that_verifies_with_every_claim_at_its_speaker() {
    let Some(folder) = shared("statements") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (at, out) = (dir.path().join("a"), dir.path().join("out"));
    let archive = arg(&at);
    expect(
        0,
        &["investigate", arg(&folder), "--archive", archive, "--unattended", "--no-passphrase", "--out", arg(&out)],
    );
    expect(0, &["verify", arg(&out.join("dossier.zip"))]);
    expect(0, &["check", archive]);
    let html = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("not assessed (unreviewed)"));

    let attacks = claims(archive, "attack");
    assert!(attacks.iter().all(|a| text(a, "scope") != "one"), "no single incident is told here");
    let six = said_by(&attacks, "Amnesty", "six attacks");
    assert_eq!((text(six, "scope"), &six["count"]), ("counted", &serde_json::json!([6, 6])));
    let hit = said_by(&attacks, "Amnesty", "hit hospitals");
    for class in ["hospital", "clinic", "civil_defence_crew", "bakery", "school"] {
        assert!(classes(hit, "targets").iter().any(|c| c == class), "{class}: {hit:#}");
    }
    let banned = said_by(&attacks, "Amnesty", "internationally banned");
    assert!(banned["weapons"].as_array().unwrap().iter().all(|w| w["called_banned"] == true));
    let weapons = classes(banned, "weapons");
    assert!(
        weapons.iter().any(|w| w.starts_with("cluster")) && weapons.iter().any(|w| w == "white_phosphorus"),
        "{weapons:?}"
    );
    let backing = said_by(&attacks, "Amnesty", "with Russian backing");
    assert!(backing["actors"].as_array().unwrap().iter().any(|a| text(a, "mode") == "support"), "{backing:#}");
    assert!(text(said_by(&attacks, "Alabdah", "onslaught on Aleppo"), "scope") == "campaign");

    said_by(&claims(archive, "legal"), "Alabdah", "war crime");
    said_by(&claims(archive, "legal"), "Amnesty", "direct attacks on civilian objects");
    said_by(&claims(archive, "pledge"), "Shoigu", "humanitarian corridors");
    said_by(&claims(archive, "forecast"), "", "fresh waves of refugees");
    let appeals = claims(archive, "appeal");
    assert_eq!(text(&said_by(&appeals, "Alabdah", "close ranks")["more"], "type"), "fight");
    assert_eq!(text(&said_by(&appeals, "Alabdah", "responsibility to protect civilians")["more"], "type"), "protect");
    let demands = claims(archive, "commitment");
    for demand in ["lifting the sieges", "delivery of humanitarian aid", "stopping bombardment"] {
        said_by(&demands, "Alabdah", demand);
    }
    assert_eq!(claims(archive, "pattern").len(), 1);
    assert!(claims(archive, "dispatch").len() >= 3);
    let commitments = json(&["commitments", archive]);
    assert_eq!(text(&commitments[0], "number"), "2254", "the instrument's own text comes along");
    assert!(commitments[0]["said"].as_array().unwrap().len() >= 3);
}

#[test]
fn every_quote_is_the_text_under_its_span() {
    let Some(folder) = shared("statements") else { return };
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let source: Vec<char> = std::fs::read_to_string(entry.path()).unwrap().replace("\r\n", "\n").chars().collect();
        let objects = json(&["extract", arg(&entry.path())]);
        assert!(objects.len() > 50);
        for object in objects {
            let span = object["span"].as_array().unwrap();
            let (start, end) = (span[0].as_u64().unwrap() as usize, span[1].as_u64().unwrap() as usize);
            assert_eq!(source[start..end].iter().collect::<String>(), text(&object, "quote"));
        }
    }
}

#[test]
fn photographs_and_scenes_come_in_and_none_crashes() {
    for (folder, kind, needed) in [("photos", "picture", 40), ("scenes", "scene", 20)] {
        let Some(folder) = shared(folder) else { continue };
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().join("a");
        let archive = arg(&at);
        expect(0, &["init", archive, "--no-passphrase"]);
        expect(0, &["collect", archive, arg(&folder)]);
        expect(0, &["analyze", archive]);
        let items = json(&["items", archive]);
        assert!(items.iter().filter(|i| text(i, "kind") == kind).count() >= needed, "{kind}");
        let crashed = |i: &&Value| i["problems"].to_string().contains("crash");
        assert_eq!(items.iter().filter(crashed).count(), 0);
    }
}
