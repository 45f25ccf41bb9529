//! The layers: which room may depend on which, and which outside package is fenced into which room.
//!
//! The tables are the picture of ARCHITECTURE.md in a form that fails. Tests may reach further than the program does.

use std::collections::{BTreeMap, BTreeSet};

use crate::packages::Metadata;

const PREFIX: &str = "witnessmark-";

/// Each room with the rooms below it that it may use. A room that is not listed may not be there.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("ledger", &[]),
    ("model", &["ledger"]),
    ("analyze", &["model"]),
    ("weigh", &["model"]),
    ("archive", &["model", "ledger"]),
    ("report", &["archive", "model"]),
    ("desk", &["report", "analyze", "weigh", "archive", "model", "ledger"]),
    ("web", &["desk", "report", "archive", "model"]),
    ("town", &[]),
    ("wire", &["archive", "model"]),
    ("cli", &["web", "desk", "report", "weigh", "analyze", "archive", "model", "ledger", "town", "wire"]),
    ("testkit", &["archive", "model", "ledger"]),
];

/// Outside packages that only these rooms may use: a heavy one, or one that would break a rule without a sound.
const FENCED: [(&str, &[&str]); 34] = [
    ("rusqlite", &["archive"]),
    ("argon2", &["archive"]),
    ("chacha20poly1305", &["archive"]),
    ("ring", &["archive", "desk"]),
    ("vsss-rs", &["archive"]),
    ("ed25519-dalek", &["ledger"]),
    ("rustix", &["archive", "desk"]),
    ("landlock", &["desk"]),
    ("seccompiler", &["desk"]),
    ("libc", &["desk"]),
    ("axum", &["web"]),
    ("tokio", &["web", "cli", "wire"]),
    ("ureq", &["wire"]),
    ("rustls", &["wire"]),
    ("rustls-native-certs", &["wire"]),
    ("object_store", &["wire"]),
    ("maud", &["report", "web"]),
    ("krilla", &["report"]),
    ("harfrust", &["report"]),
    ("skrifa", &["report"]),
    ("uzor-fonts", &["report"]),
    ("zune-jpeg", &["analyze"]),
    ("gif", &["analyze"]),
    ("image-webp", &["analyze"]),
    ("ciborium", &["desk"]),
    ("html5ever", &["analyze"]),
    ("zip", &["analyze"]),
    ("tar", &["analyze"]),
    ("flate2", &["analyze"]),
    ("clap", &["cli"]),
    ("ctrlc", &["cli"]),
    ("indicatif", &["cli"]),
    ("rpassword", &["cli"]),
    ("tracing-subscriber", &["cli"]),
];

/// No package is here: each would bring a second engine, an async runtime below the edges, or unsafe code of its own.
const NOWHERE: [&str; 10] =
    ["openssl", "openssl-sys", "reqwest", "hyper-tls", "chrono", "anyhow", "rayon", "typst", "tantivy", "duckdb"];

fn complaints(rooms: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (package, needs) in rooms {
        let room = package.strip_prefix(PREFIX).unwrap_or(package);
        let Some((_, may)) = MAY_USE.iter().find(|(name, _)| *name == room) else {
            complaints.push(format!("{room} is a room that the table of layers does not know"));
            continue;
        };
        for need in needs {
            let fence = FENCED.iter().find(|(name, _)| name == need);
            if let Some(below) = need.strip_prefix(PREFIX) {
                if !may.contains(&below) {
                    complaints.push(format!("{room} may not use {below}"));
                }
            } else if fence.is_some_and(|(_, inside)| !inside.contains(&room)) {
                complaints.push(format!("{room} may not use {need}, which is fenced into {:?}", fence.map(|f| f.1)));
            } else if NOWHERE.contains(&need.as_str()) {
                complaints.push(format!("{room} may not use {need}: no room may"));
            }
        }
    }
    complaints
}

#[test]
fn rooms_use_only_what_is_below_them() {
    let rooms = Metadata::read(false).rooms();
    assert_eq!(rooms.len(), MAY_USE.len(), "the table of layers lists rooms that are gone");
    crate::hold("rooms use only what is below them", &complaints(&rooms));
}

#[test]
fn what_is_fenced_is_used() {
    let rooms = Metadata::read(false).rooms();
    let stale: Vec<String> = FENCED
        .iter()
        .flat_map(|(package, inside)| inside.iter().map(move |room| (*package, *room)))
        .filter(|(package, room)| !rooms.get(&format!("{PREFIX}{room}")).is_some_and(|needs| needs.contains(*package)))
        .map(|(package, room)| format!("{room} no longer uses {package}"))
        .collect();
    crate::hold("the table of fences is what is there", &stale);
}

#[test]
fn the_default_path_has_no_test_room() {
    let built = Metadata::read(true).built_for("witnessmark-cli");
    assert!(built.iter().any(|id| id.contains("crates/archive")), "the default path was not found: {built:?}");
    assert!(!built.iter().any(|id| id.contains("crates/testkit")), "testkit is built for `cargo run`");
}

#[test]
fn a_step_upward_is_seen() {
    let room = |name: &str, needs: &[&str]| (name.to_owned(), needs.iter().map(|n| (*n).to_owned()).collect());
    let planted = BTreeMap::from([
        room("witnessmark-ledger", &["witnessmark-model", "sha2"]),
        room("witnessmark-model", &["rusqlite"]),
        room("witnessmark-desk", &["witnessmark-testkit", "reqwest"]),
        room("witnessmark-cellar", &[]),
    ]);
    assert_eq!(complaints(&planted).len(), 5, "{:?}", complaints(&planted));
}
