//! What no file may hold, and what every file must: the absences that a reader cannot see.
//!
//! Deliberately by words, not by types: a rule that the compiler can keep is kept by the compiler.

use crate::lexer::{Parts, parts};
use crate::tree::{File, files};

/// Longest file, in lines. Files are rooms: a longer one has two in it.
const LONGEST: usize = 800;
/// Longer than that, and why. An entry that is not needed any more is a complaint.
const LONGER: [(&str, &str); 0] = [];

/// Files whose text goes to a browser: none may name another host.
const PAGES: [&str; 4] = ["crates/web/", "crates/archive/reader/", "crates/report/", "crates/desk/src/report/"];
/// Hosts that may stand in them: a namespace is a name and is not fetched; 127.0.0.1 is this machine.
const NO_OTHER_HOST: [&str; 3] = ["www.w3.org", "127.0.0.1", "localhost"];

/// Hosts that are put in at run time: the address that the pages are served on.
const OUR_OWN_HOST: [&str; 2] = ["http://{at}", "http://{host}"];

/// Where each of these may stand in a program (not its tests), and why nowhere else.
const ONLY_IN: [(&[&str], &str, &[&str], &str); 5] = [
    (
        &["std::fs", "std::net", "std::env", "std::process", "std::os", "rusqlite", "File::open"],
        "crates/",
        &["archive", "desk", "web", "cli", "town", "testkit", "wire"],
        "nothing below the archive does IO, so nothing below it can fail for an outside reason",
    ),
    (
        &["std::thread"],
        "crates/",
        &["archive", "desk", "web", "cli", "town", "testkit", "wire", "weigh/src/link/parallel.rs"],
        "below the archive one place counts in parallel, in an order that shows nowhere",
    ),
    (
        &["std::fs", "File::open", "rusqlite", "Connection::open"],
        "crates/web/",
        &["web/src/serve.rs"],
        "pages know no path and no SQL; the server only watches for the mark that `lock` leaves",
    ),
    (
        &["Timestamp::now", "Zoned::now", "SystemTime::now", "getrandom::"],
        "crates/",
        &["cli/src/outside.rs", "town", "testkit"],
        "clock and dice are passed in",
    ),
    (
        &["fs::rename", "sync_all", "sync_data", "fs::hard_link", "File::create", "OpenOptions", "create_new"],
        "crates/archive/src/",
        &["archive/src/store.rs", "archive/src/arrive.rs", "archive/src/fetch.rs"],
        "one module of the archive changes files; two others only fill what is arriving",
    ),
];

fn rust() -> Vec<(File, Parts)> {
    let files = files("crates", &[".rs"]);
    files.into_iter().map(|file| (parts(&file.text), file)).map(|(parts, file)| (file, parts)).collect()
}

/// Is it part of the program, not of its tests, examples or benches?
fn program(path: &str) -> bool {
    path.contains("/src/")
}

fn without_head(file: &File) -> Option<String> {
    let head = file.text.lines().next().unwrap_or("");
    (!head.starts_with("//! ")).then(|| format!("{} does not open with what the room is", file.path))
}

fn too_long(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    let listed = LONGER.iter().any(|(path, _)| *path == file.path);
    match (lines > LONGEST, listed) {
        (true, false) => Some(format!("{} has {lines} lines, more than {LONGEST}: it is two rooms", file.path)),
        (false, true) => Some(format!("{} has {lines} lines and need not be listed as longer", file.path)),
        _ => None,
    }
}

/// Marks of work that was left lying, spelt so that this file does not complain of itself.
fn unfinished(file: &File) -> Option<String> {
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["HA", "CK"], ["todo", "!("], ["unimplemented", "!("]];
    let marks: Vec<String> = marks.iter().map(|halves| halves.concat()).collect();
    let (at, line) = file.text.lines().enumerate().find(|(_, line)| {
        let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        marks.iter().any(|mark| if mark.ends_with('(') { line.contains(mark) } else { words.contains(&mark.as_str()) })
    })?;
    Some(format!("{}:{}: {}", file.path, at + 1, line.trim()))
}

/// Addresses of other hosts in `text`.
fn other_hosts(text: &str) -> Vec<&str> {
    let schemes = ["http://", "https://", "ws://", "wss://", "src=\"//", "href=\"//", "url(//", "src='//", "href='//"];
    let mut found = Vec::new();
    for scheme in schemes {
        for (at, _) in text.match_indices(scheme) {
            let rest = &text[at + scheme.len()..];
            let host = rest.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-').next().unwrap_or("");
            // `https://` alone is what a check compares with; a host that is put in at run time begins with a brace.
            let placed = rest.starts_with('{') && !OUR_OWN_HOST.iter().any(|own| text[at..].starts_with(own));
            if !(NO_OTHER_HOST.contains(&host) || host.is_empty() && !placed) {
                found.push(&text[at..at + scheme.len() + host.len()]);
            }
        }
    }
    found
}

fn misplaced(file: &File, parts: &Parts) -> Vec<String> {
    let mut complaints = Vec::new();
    for (words, under, except, why) in ONLY_IN {
        let here = file.path.strip_prefix("crates/").unwrap_or(&file.path);
        if !file.path.starts_with(under)
            || except.iter().any(|room| here == *room || here.starts_with(&format!("{room}/")))
        {
            continue;
        }
        for word in words {
            if let Some(at) = parts.code.find(word) {
                let line = 1 + parts.code[..at].matches('\n').count();
                complaints.push(format!("{}:{line} uses {word}: {why}", file.path));
            }
        }
    }
    complaints
}

/// A module file that no `mod` names is compiled by nobody.
fn forgotten(path: &str, all: &[(File, Parts)]) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.trim_end_matches(".rs");
    let is_root = matches!(stem, "lib" | "main" | "build")
        || ["/examples", "/tests", "/benches", "/src/bin"].iter().any(|roots| folder.ends_with(roots));
    if is_root {
        return false;
    }
    let (folder, stem) = if stem == "mod" { folder.rsplit_once('/').unwrap_or(("", folder)) } else { (folder, stem) };
    let parents =
        [format!("{folder}/mod.rs"), format!("{folder}/lib.rs"), format!("{folder}/main.rs"), format!("{folder}.rs")];
    let named = |code: &str| {
        code.match_indices(&format!("mod {stem}"))
            .any(|(at, found)| code[at + found.len()..].trim_start().starts_with([';', '{']))
    };
    let by_path =
        |parts: &Parts| parts.literals.iter().any(|(_, text)| text.ends_with(&format!("/{name}")) || text == name);
    !all.iter().any(|(file, parts)| parents.contains(&file.path) && named(&file.text) || by_path(parts))
}

#[test]
fn every_room_says_what_it_is() {
    crate::hold(
        "every .rs file opens with //!",
        &rust().iter().filter_map(|(file, _)| without_head(file)).collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_is_two_rooms() {
    let written = files("", &[".rs", ".js", ".mjs", ".css", ".html", ".sh"]);
    crate::hold("files are short", &written.iter().filter_map(too_long).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_lying() {
    let written = files("", &[".rs", ".js", ".mjs", ".css", ".html", ".sh", ".toml", ".md", "/check", "/run"]);
    crate::hold("no mark of unfinished work", &written.iter().filter_map(unfinished).collect::<Vec<_>>());
}

#[test]
fn pages_name_no_other_host() {
    let mut complaints = Vec::new();
    for under in PAGES {
        for file in files(under, &[".rs", ".js", ".css", ".html", ".svg", ".json", ".txt"]) {
            if file.path.ends_with(".rs") {
                if program(&file.path) {
                    let literals = parts(&file.text).literals;
                    let found =
                        literals.iter().flat_map(|(line, text)| other_hosts(text).into_iter().map(move |a| (line, a)));
                    complaints.extend(found.map(|(line, address)| format!("{}:{line}: {address}", file.path)));
                }
            } else {
                complaints
                    .extend(other_hosts(&file.text).into_iter().map(|address| format!("{}: {address}", file.path)));
            }
        }
    }
    crate::hold("no page names a host but ours", &complaints);
}

#[test]
fn rooms_do_only_what_is_theirs() {
    let complaints: Vec<String> = rust()
        .iter()
        .filter(|(file, _)| program(&file.path))
        .flat_map(|(file, parts)| misplaced(file, parts))
        .collect();
    crate::hold("files, clock and dice are touched where they may be", &complaints);
}

#[test]
fn no_module_is_forgotten() {
    let all = rust();
    let complaints: Vec<String> =
        all.iter().filter(|(file, _)| forgotten(&file.path, &all)).map(|(file, _)| file.path.clone()).collect();
    crate::hold("every file is part of some crate or test", &complaints);
}

#[test]
fn planted_offences_are_seen() {
    let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
    assert!(
        without_head(&file("a.rs", "use std::fs;\n")).is_some() && without_head(&file("a.rs", "//! A.\n")).is_none()
    );
    assert!(
        too_long(&file("a.rs", &"x\n".repeat(801))).is_some() && too_long(&file("a.rs", &"x\n".repeat(800))).is_none()
    );
    for mark in [["// TO", "DO: later"], ["FIX", "ME"], ["todo", "!()"]] {
        assert!(unfinished(&file("a.rs", &mark.concat())).is_some(), "{mark:?}");
    }
    assert!(unfinished(&file("a.rs", "the METHODO, a hackney")).is_none());
    for far in ["<a href=\"https://example.org/x\">", "src=\"//cdn.example/x.js\"", "https://{cdn}/", "wss://a.b"] {
        assert_eq!(other_hosts(far).len(), 1, "{far}");
    }
    for near in [
        "xmlns=\"http://www.w3.org/2000/svg\"",
        "http://127.0.0.1:7140/",
        "http://{at}/?x",
        "starts_with(\"https://\")",
        "// a",
    ] {
        assert!(other_hosts(near).is_empty(), "{near}");
    }
    let at = |path: &str, text: &str| misplaced(&file(path, text), &parts(text));
    assert_eq!(at("crates/model/src/a.rs", "use std::fs;").len(), 1);
    assert_eq!(at("crates/weigh/src/a.rs", "// std::fs\nlet t = Timestamp::now();").len(), 1);
    assert_eq!(at("crates/archive/src/pack.rs", "fs::rename(a, b)").len(), 1);
    assert_eq!(at("crates/web/src/a.rs", "std::fs::read(p)").len(), 1);
    assert!(at("crates/archive/src/store.rs", "fs::rename(a, b)").is_empty());
    assert!(at("crates/cli/src/outside.rs", "Timestamp::now").is_empty());
    let all: Vec<(File, Parts)> =
        [("c/src/lib.rs", "mod a;"), ("c/src/a.rs", ""), ("c/src/b.rs", ""), ("c/src/a/d.rs", "")]
            .map(|(path, text)| (file(path, text), parts(text)))
            .into();
    let gone: Vec<&str> = all.iter().map(|(f, _)| f.path.as_str()).filter(|path| forgotten(path, &all)).collect();
    assert_eq!(gone, ["c/src/b.rs", "c/src/a/d.rs"]);
}
