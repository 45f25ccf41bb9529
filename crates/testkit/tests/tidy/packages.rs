//! What `cargo metadata` knows: which package depends on which, and under what licence each is had.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::tree;

/// The workspace and every package of its lock file.
pub struct Metadata(Value);

impl Metadata {
    /// Asks cargo, without the network; `for_this_machine` leaves out what only other systems need.
    pub fn read(for_this_machine: bool) -> Self {
        let mut command = Command::new(env!("CARGO"));
        command.args(["metadata", "--format-version", "1", "--locked", "--offline"]).current_dir(tree::root());
        if for_this_machine {
            command.args(["--filter-platform", &host()]);
        }
        let done = command.output().expect("cargo can be started");
        let said = String::from_utf8_lossy(&done.stderr);
        // The lock file may name packages for other systems that were never downloaded.
        assert!(done.status.success(), "run `cargo fetch --locked` once, then again; cargo metadata said:\n{said}");
        Metadata(serde_json::from_slice(&done.stdout).expect("cargo metadata prints JSON"))
    }

    /// Every package: name, version, licence.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        array(&self.0["packages"]).iter().map(|p| (text(p, "name"), text(p, "version"), text(p, "license")))
    }

    /// Each room of this workspace with the packages it needs to be built (not those its tests need).
    pub fn rooms(&self) -> BTreeMap<String, BTreeSet<String>> {
        let members: BTreeSet<&str> = array(&self.0["workspace_members"]).iter().filter_map(Value::as_str).collect();
        let own = array(&self.0["packages"]).iter().filter(|p| p["id"].as_str().is_some_and(|id| members.contains(id)));
        own.map(|package| {
            let needs = array(&package["dependencies"]).iter().filter(|d| d["kind"].as_str() != Some("dev"));
            let names = needs.filter_map(|d| d["name"].as_str()).map(str::to_owned).collect();
            (package["name"].as_str().unwrap_or("").to_owned(), names)
        })
        .collect()
    }

    /// Everything that has to be built for `package`, itself included.
    pub fn built_for(&self, package: &str) -> BTreeSet<String> {
        let nodes: BTreeMap<&str, &Value> =
            array(&self.0["resolve"]["nodes"]).iter().filter_map(|n| Some((n["id"].as_str()?, n))).collect();
        let start = array(&self.0["packages"]).iter().find(|p| p["name"] == package).and_then(|p| p["id"].as_str());
        let mut waiting: Vec<&str> = start.into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            if seen.insert(id.to_owned()) {
                let deps = array(&nodes[id]["deps"]).iter();
                let built = deps.filter(|d| array(&d["dep_kinds"]).iter().any(|k| k["kind"].as_str() != Some("dev")));
                waiting.extend(built.filter_map(|d| d["pkg"].as_str()));
            }
        }
        seen
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or("")
}

fn host() -> String {
    let done = Command::new("rustc").arg("-vV").output().expect("rustc can be started");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    said.lines().find_map(|l| l.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

/// Licences under which packages are taken. All let the whole be given on under MIT OR Apache-2.0.
const LICENCES: [&str; 15] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "CC0-1.0",
    "BSL-1.0",
    "0BSD",
    "Unlicense",
    "OFL-1.1",
    "Apache-2.0 WITH LLVM-exception",
];

/// What is left of an expression after a part of it, and whether that part may be taken; `None` is no expression.
type Read<'a> = Option<(bool, &'a [&'a str])>;

/// Does the SPDX expression leave a way to take the package under [`LICENCES`] alone? `/` is an old spelling of OR.
fn may_be_taken(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    either(&words) == Some((true, &[]))
}

fn either<'a>(words: &'a [&'a str]) -> Read<'a> {
    let (mut allowed, mut rest) = both(words)?;
    while let ["OR", after @ ..] = rest {
        let (other, left) = both(after)?;
        (allowed, rest) = (allowed | other, left);
    }
    Some((allowed, rest))
}

fn both<'a>(words: &'a [&'a str]) -> Read<'a> {
    let (mut allowed, mut rest) = one(words)?;
    while let ["AND", after @ ..] = rest {
        let (other, left) = one(after)?;
        (allowed, rest) = (allowed & other, left);
    }
    Some((allowed, rest))
}

fn one<'a>(words: &'a [&'a str]) -> Read<'a> {
    match words {
        ["(", inside @ ..] => match either(inside)? {
            (allowed, [")", rest @ ..]) => Some((allowed, rest)),
            _ => None,
        },
        [name, "WITH", exception, rest @ ..] => {
            Some((LICENCES.contains(&format!("{name} WITH {exception}").as_str()), rest))
        }
        [name, rest @ ..] => Some((LICENCES.contains(name), rest)),
        [] => None,
    }
}

/// More than this on the default path, and somebody has to say why here. The last three: CBOR, in which C2PA manifests are written.
const MOST_BUILT: usize = 306;

#[test]
fn every_package_may_be_taken() {
    let metadata = Metadata::read(false);
    let complaints: Vec<String> = metadata
        .packages()
        .filter(|(_, _, licence)| !may_be_taken(licence))
        .map(|(name, version, licence)| format!("{name} {version} is under {licence:?}"))
        .collect();
    crate::hold("every package has a licence that lets the whole be given on", &complaints);
}

#[test]
fn packages_are_counted() {
    let locked = Metadata::read(false).packages().count();
    let built = Metadata::read(true).built_for("witnessmark-cli").len();
    println!("{locked} packages in Cargo.lock; {built} of them are built for `cargo run` on this machine");
    assert!(built > 10 && built <= locked, "the default path was not found");
    assert!(
        built <= MOST_BUILT,
        "{built} packages on the default path, more than {MOST_BUILT}: is the new one worth it?"
    );
}

#[test]
fn licence_expressions_are_understood() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "MIT OR Apache-2.0 OR LGPL-2.1-or-later",
        "(MIT OR GPL-3.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR MPL-2.0",
    ] {
        assert!(may_be_taken(good), "{good}");
    }
    for bad in [
        "",
        "MPL-2.0",
        "MIT AND MPL-2.0",
        "GPL-3.0 WITH LLVM-exception",
        "(MIT OR ISC) AND AGPL-3.0",
        "MIT OR",
        "(MIT",
        "Proprietary",
    ] {
        assert!(!may_be_taken(bad), "{bad}");
    }
}
