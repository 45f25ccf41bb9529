//! `link`: rows of one person are found in any table, and their names are where they were asked for and nowhere else.

use std::fs;

use crate::support::{arg, expect, run};

/// A name that may be on stdout of `--json` and nowhere else.
const CANARY: &str = "Quisselbrandt";

fn table(n: usize) -> String {
    let given = ["maria", "john", "ann", "peter", "zoe", "karl", "olga", "ivan", "lena", "omar", "aziz", "nora", "tom"];
    let family = ["weber", "smith", "young", "novak", "haddad", "stone", "rossi", "field", "brook", "marsh", "wood"];
    let mut out = String::from("id,given_name,surname,date_of_birth,town\n");
    for i in 0..n {
        let born = format!("19{:02}-{:02}-{:02}", i * 7 % 70 + 20, i % 12 + 1, i * 5 % 28 + 1);
        let name = if i % 50 == 3 { CANARY.to_owned() } else { format!("{}{}", family[i * 3 % family.len()], i % 37) };
        let given = given[i * 5 % given.len()];
        out.push_str(&format!("a{i},{given},{name},{born},town{}\n", i % 23));
        if i % 3 == 0 {
            // The same again, with a slip in the given name.
            out.push_str(&format!("b{i},{}x,{name},{born},town{}\n", given, i % 23));
        }
    }
    out
}

#[test]
fn rows_of_one_person_are_found_and_names_stay_where_they_were_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("list.csv");
    fs::write(&file, table(600)).unwrap();
    let output = run(&["link", arg(&file), "--json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let likely: Vec<&serde_json::Value> =
        lines.iter().filter(|l| l["probability"].as_f64().is_some_and(|p| p >= 0.5)).collect();
    let twin = |l: &&&serde_json::Value| l["left"].as_str().unwrap()[1..] == l["right"].as_str().unwrap()[1..];
    let right = likely.iter().filter(twin).count();
    assert!(right >= 190 && likely.len() <= right + 10, "{right} of {}", likely.len());
    for line in &likely {
        let sum: f64 = line["waterfall"].as_array().unwrap().iter().map(|s| s["weight"].as_f64().unwrap()).sum();
        assert!((sum - line["weight"].as_f64().unwrap()).abs() < 0.01, "a waterfall sums to its weight: {line}");
    }
    assert!(lines.iter().any(|l| l["cluster"].is_u64() && l["members"].as_array().unwrap().len() == 2));
    assert!(text.contains(CANARY) && !String::from_utf8_lossy(&output.stderr).contains(CANARY));

    for more in [&["--csv"][..], &[][..], &["--propose-config"][..]] {
        let output = run(&[&["link", arg(&file)][..], more].concat());
        for said in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(said).contains(CANARY), "{more:?}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_said_without_a_name() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str, text: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let rows = format!("id,name,born\n1,{CANARY},1990-01-01\n1,{CANARY}\n2,a,b,c,d\n");
    let ragged = at("ragged.csv", &[rows.as_bytes(), b"\xff\n"].concat());
    let empty = at("empty.csv", b"");
    let header = at("header.csv", b"id,name\n");
    let config = at("link.toml", format!("surprise = \"{CANARY}\"\n").as_bytes());
    for (args, status) in [
        (vec!["link", arg(&ragged), "--json"], 0),
        (vec!["link", arg(&empty)], 0),
        (vec!["link", arg(&header), "--json"], 0),
        (vec!["link", arg(&header), arg(&ragged)], 0),
        (vec!["link", arg(&ragged), "--config", arg(&config)], 2),
        (vec!["link", arg(&ragged), "--min-probability", "7"], 2),
        (vec!["link", "nowhere.csv"], 2),
    ] {
        let output = run(&args);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{args:?}: {err}");
        assert!(!err.contains(CANARY) && !err.contains("panicked"), "{args:?}: {err}");
    }
    expect(0, &["link", arg(&header), "--propose-config"]);
}

#[test]
fn empty_equal_and_boundless_rows_are_said_to_tell_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str, rows: &mut dyn Iterator<Item = String>| {
        let path = dir.path().join(name);
        fs::write(&path, rows.fold(String::from("id,name,born,place\n"), |all, row| all + &row + "\n")).unwrap();
        path
    };
    let none = at("none.csv", &mut std::iter::empty());
    let one = at("one.csv", &mut std::iter::once(format!("1,{CANARY},1990-01-01,Port")));
    let equal = at("equal.csv", &mut (0..2_000).map(|n| format!("{n},{CANARY} Ander,1990-01-01,Port")));
    // Born at any time in 300 years, somewhere in a country.
    let wide = |n: usize| format!("{n},name{} family{},1800-01-01/2100-12-31,Wholeland", n % 200, n % 97);
    let wide = at("wide.csv", &mut (0..600).map(wide));
    let pairs = |args: &[&str], status: i32| -> Vec<serde_json::Value> {
        let output = run(args);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{args:?}: {err}");
        assert!(!err.contains(CANARY) && !err.contains("panicked"), "{args:?}: {err}");
        let lines = String::from_utf8(output.stdout).unwrap();
        lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    for few in [&none, &one] {
        assert!(pairs(&["link", arg(few), "--json"], 0).is_empty());
        assert!(pairs(&["link", arg(few), arg(&none), "--json"], 0).is_empty());
    }
    // Nothing differs, so nothing can be learnt of what agreeing is worth, and no rule is made up.
    assert!(pairs(&["link", arg(&equal), "--json"], 2).is_empty());
    let config = dir.path().join("link.toml");
    let field = "[[field]]\ncolumn = \"name\"\nkind = \"name\"\n\n[[block]]\non = [\"name:skeleton\"]\n";
    fs::write(&config, format!("id = \"id\"\n\n{field}")).unwrap();
    for (args, most) in [
        (vec!["link", arg(&equal), "--config", arg(&config), "--json"], 0.5),
        (vec!["link", arg(&one), arg(&equal), "--config", arg(&config), "--json"], 0.5),
        (vec!["link", arg(&wide), "--json"], 0.5),
    ] {
        for line in pairs(&args, 0) {
            let sure = line["probability"].as_f64().unwrap_or(0.0);
            assert!((0.0..=most).contains(&sure) && line["cluster"].is_null(), "{args:?}: {line}");
        }
    }
}
