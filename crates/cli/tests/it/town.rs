//! The made-up town end to end, held against its known answers.

use std::collections::BTreeSet;

use crate::support::{arg, expect, json};

#[test]
fn the_demonstration_ends_in_a_dossier_that_verifies_and_leaves_proposals_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("demo");
    let said = expect(0, &["demo", "--no-serve", "--out", arg(&out)]);
    for file in ["report.html", "report.pdf", "dossier.zip", "archive/witnessmark.toml", "ar/report.pdf"] {
        assert!(out.join(file).exists(), "{file}");
    }
    let archive = out.join("archive");
    let archive = arg(&archive);
    expect(0, &["check", archive]);
    expect(0, &["verify", arg(&out.join("dossier.zip"))]);
    let status = json(&["status", archive]);
    assert!(status[0]["proposals"].as_u64().unwrap() > 20, "{said}");
    assert!(
        status[0]["waiting_for_analysis"]["speech"].is_null(),
        "no program for speech is named: nothing waits for it"
    );
    let truth = witnessmark_town::truth::truth();
    let items = json(&["items", archive]);
    let problems = |file: &str| {
        let item = items.iter().find(|i| i["names"].as_array().is_some_and(|n| n.iter().any(|n| n == file)));
        item.is_none_or(|i| !i["problems"].as_array().unwrap().is_empty())
    };
    for unreadable in truth.unreadable.iter().filter(|u| !u.file.ends_with(".zip") && !u.file.contains('\u{202e}')) {
        assert!(problems(unreadable.file), "{}", unreadable.file);
    }
    assert_eq!(items.iter().filter(|i| i["sealed"] == true).count(), witnessmark_town::accounts::ACCOUNTS.len());
    let incidents = json(&["incidents", archive]);
    let hospital = incidents.iter().find(|i| i["name"].as_str().unwrap().contains("Dorvane General Hospital, 4 March"));
    let elements = hospital.expect("grouped by the recorded decisions")["elements"].as_array().unwrap();
    let level = |name: &str| elements.iter().find(|e| e["element"] == name).unwrap()["level"].as_str().unwrap();
    assert_eq!(level("happened"), "corroborated");
    assert_ne!(level("who"), "corroborated", "who never inherits from the rest");
    let market = incidents.iter().find(|i| i["name"].as_str().unwrap().contains("Lantern Market, 4 March")).unwrap();
    let claims = |i: &serde_json::Value| -> BTreeSet<String> {
        i["claims"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect()
    };
    assert!(claims(hospital.unwrap()).is_disjoint(&claims(market)), "two incidents of one town-day stay apart");
    let html = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(html.contains("nothing here happened"), "the made-up town is marked");
    assert!(html.contains("Each class in each town against the rest"), "class and place are crossed");
    assert!(html.contains("was asked: "), "a party's right of reply is on record");
    for person in witnessmark_town::accounts::ACCOUNTS {
        assert!(!html.contains(person.name) && !html.contains(person.phone), "an identity reached a report");
    }
    let trusted = dir.path().join("trusted");
    expect(0, &["report", archive, "--out", arg(&trusted), "--tier", "trusted"]);
    let html = std::fs::read_to_string(trusted.join("report.html")).unwrap();
    for inside in ["was asked: ", "is placed at", "Marun"] {
        assert!(!html.contains(inside), "what members did stays with members: {inside}");
    }
    meets_the_check_list(archive);
}

/// A level above corroborated needs a second reviewer, who signs for themselves, and whoever signs it reviews nothing.
fn meets_the_check_list(archive: &str) {
    let incidents = json(&["incidents", archive]);
    let named = |i: &&serde_json::Value| i["name"].as_str().unwrap().contains("Dorvane General Hospital, 4 March");
    let id = incidents.iter().find(named).unwrap()["incident"].as_str().unwrap().to_owned();
    let assess =
        ["assess", archive, &id, "--element", "happened", "--level", "3", "--reason", "r", "--as", "Ilka (demo)"];
    expect(2, &assess);
    expect(0, &["member", archive, "add", "Third", "--role", "reviewer"]);
    let examine = ["examine", archive, &id, "--element", "happened", "--finding", "agrees", "--reason", "r", "--as"];
    let by = |member: &'static str| examine.iter().copied().chain([member]).collect::<Vec<_>>();
    expect(0, &by("Ilka (demo)"));
    expect(2, &assess);
    expect(0, &by("Third"));
    expect(0, &assess);
    let incidents = json(&["incidents", archive]);
    let elements = incidents.iter().find(named).unwrap()["elements"].as_array().unwrap();
    let happened = elements.iter().find(|e| e["element"] == "happened").unwrap();
    assert_eq!(happened["level"], "meets_check_list");
}
