//! The words that people read: nothing is called proved, nobody is called names, and an error says what was attempted.
//!
//! Looks into the string literals of rooms that speak to people, and into pages and documents that are not Rust. Words in
//! quotation marks are somebody's words and may be any (“regime”); words that the program reads in other people's texts
//! (`analyze`) are not its own.

use crate::lexer::parts;
use crate::tree::{File, files};

/// Words that no sentence of ours uses, and what to say instead.
const NEVER: [(&str, &str); 22] = [
    ("proved", "reported, assessed as, supported by"),
    ("proven", "reported, assessed as, supported by"),
    ("verified", "unchanged since; holds; assessed as"),
    ("authentic", "unchanged since DATE"),
    ("genuine", "unchanged since DATE"),
    ("untampered", "unchanged since DATE"),
    ("guaranteed", "say what was checked"),
    ("tamper-proof", "tamper-evident"),
    ("blockchain", "ledger"),
    ("failed to", "what was attempted on what"),
    ("successfully", "what was done"),
    ("terrorist", "only in quotation marks"),
    ("terrorists", "only in quotation marks"),
    ("regime", "only in quotation marks"),
    ("martyr", "only in quotation marks"),
    ("martyrs", "only in quotation marks"),
    ("liberated", "only in quotation marks"),
    ("مزعوم", "منسوب إلى"),
    ("المزعوم", "المنسوب إلى"),
    ("ادعاء", "قول منسوب"),
    ("الادعاء", "القول المنسوب"),
    ("حادث", "واقعة"),
];

/// Words of a party's name to any war: the program takes no side, and names live in data.
const PARTIES: [&str; 24] = [
    "syria",
    "syrian",
    "russia",
    "russian",
    "ukraine",
    "ukrainian",
    "israel",
    "israeli",
    "palestine",
    "palestinian",
    "hamas",
    "hezbollah",
    "iran",
    "iranian",
    "turkey",
    "turkish",
    "yemen",
    "houthi",
    "sudan",
    "sudanese",
    "assad",
    "isis",
    "american",
    "nato",
];

/// Rooms whose literals people read.
const SPEAK: [&str; 7] = [
    "crates/cli/src",
    "crates/web/src",
    "crates/desk/src",
    "crates/report/src",
    "crates/archive/src",
    "crates/ledger/src",
    "crates/model/src",
];
/// Rooms that must not know who is at war.
const SIDELESS: [&str; 7] = [
    "crates/ledger/src",
    "crates/model/src",
    "crates/weigh/src",
    "crates/archive/src",
    "crates/report/src",
    "crates/web/src",
    "crates/cli/src",
];

/// Where a word stands for a reason: end of the path, a part of the line, the word.
const ALLOWED: [(&str, &str, &str); 0] = [];

/// Words of `text` outside quotation marks, in lower case, with the lines that they are on.
fn own_words(text: &str) -> Vec<(usize, String)> {
    let (mut words, mut word, mut line, mut depth) = (Vec::new(), String::new(), 1, 0_usize);
    for c in text.chars().chain(['\n']) {
        match c {
            '“' | '«' => depth += 1,
            '”' | '»' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (c.is_alphanumeric() || c == '-') {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            words.push((line, std::mem::take(&mut word)));
        }
        line += usize::from(c == '\n');
    }
    words
}

/// Every use of a forbidden word in `text`, with its line.
fn offences<'a>(text: &str, never: impl Iterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    let words = own_words(text);
    let mut found = Vec::new();
    for phrase in never {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let runs = words.windows(wanted.len()).filter(|run| run.iter().map(|(_, word)| word).eq(wanted.iter()));
        found.extend(runs.map(|run| (run[0].0, phrase)));
    }
    found.sort_unstable();
    found
}

fn allowed(file: &File, line: usize, word: &str) -> bool {
    let text = file.text.lines().nth(line - 1).unwrap_or("");
    ALLOWED.iter().any(|(path, part, which)| file.path.ends_with(path) && text.contains(part) && *which == word)
}

fn in_literals<'a>(file: &File, never: impl Iterator<Item = &'a str> + Clone) -> Vec<(usize, &'a str)> {
    let literals = parts(&file.text).literals;
    let found = literals.iter().flat_map(|(line, text)| {
        offences(text, never.clone()).into_iter().map(move |(within, word)| (line + within - 1, word))
    });
    found.filter(|(line, word)| !allowed(file, *line, word)).collect()
}

#[test]
fn nothing_is_called_more_than_it_is() {
    let mut complaints = Vec::new();
    let never = || NEVER.iter().map(|(word, _)| *word);
    let mut complain = |path: &str, found: Vec<(usize, &str)>| {
        for (line, word) in found {
            let instead = NEVER.iter().find(|(w, _)| *w == word).map_or("", |(_, instead)| *instead);
            complaints.push(format!("{path}:{line}: {word:?}; say: {instead}"));
        }
    };
    for file in SPEAK.iter().flat_map(|room| files(room, &[".rs"])) {
        complain(&file.path, in_literals(&file, never()));
    }
    for file in files("", &["README.md", "CHANGELOG.md", ".html", "words.js", "reader.js", "verify.js"]) {
        let found =
            offences(&file.text, never()).into_iter().filter(|(line, word)| !allowed(&file, *line, word)).collect();
        complain(&file.path, found);
    }
    crate::hold("words are calm and claim no more than was done", &complaints);
}

#[test]
fn no_room_knows_who_is_at_war() {
    let mut complaints = Vec::new();
    for file in SIDELESS.iter().flat_map(|room| files(room, &[".rs"])) {
        let found = in_literals(&file, PARTIES.iter().copied());
        complaints.extend(found.into_iter().map(|(line, word)| format!("{}:{line}: {word:?}", file.path)));
    }
    crate::hold("no party to any war is named in logic", &complaints);
}

#[test]
fn planted_words_are_seen() {
    let never = || NEVER.iter().map(|(word, _)| *word);
    for (bad, n) in [("It was PROVED.", 1), ("failed  to open", 1), ("الادعاء", 1), ("tamper-proof, proven", 2)]
    {
        assert_eq!(offences(bad, never()).len(), n, "{bad}");
    }
    for good in ["improved", "unproved?", "he said “the regime proved it”", "not verified-by", "حادثة"] {
        assert!(offences(good, never()).is_empty(), "{good}");
    }
    let file =
        File { path: "a.rs".into(), text: "fn a() {\n    // proved\n    b(\"x\\n\\\n      proved\");\n}".into() };
    assert_eq!(in_literals(&file, never()), [(4, "proved")]);
}
