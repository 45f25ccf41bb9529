//! Documents say what is there: every command, every field of an entry, every link.
//!
//! Deliberately one way: what the program has must be told. Whether what is told is well told is for people.

use std::collections::BTreeSet;

use crate::tree::{File, files, root};

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("read {path}: {e}"))
}

/// Variants of `enum Command`, as typed on a terminal.
fn commands(code: &str) -> Vec<String> {
    let body = code.split("enum Command {").nth(1).and_then(|rest| rest.split('}').next()).unwrap_or("");
    let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.filter_map(|line| line.split_once('(')).map(|(name, _)| name.to_lowercase()).collect()
}

/// Kinds of entry with their fields' names in the ledger, from the declarations in `entry.rs`.
fn entry_words(code: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for block in code.split("record! {").skip(1) {
        let body = block.split_once('{').map_or("", |(_, rest)| rest).split('}').next().unwrap_or("");
        for field in body.split(',').map(str::trim).filter(|field| field.contains(':')) {
            // `kind: String as "form"` is called form in the ledger.
            let name = field.split_once(" as \"").map_or_else(
                || field.split(':').next().unwrap_or("").trim().to_owned(),
                |(_, rest)| rest.trim_end_matches('"').to_owned(),
            );
            words.insert(name);
        }
    }
    let kinds = code.split("bodies! {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or("");
    words.extend(kinds.split('"').skip(1).step_by(2).map(str::to_owned));
    words
}

fn untold<'a>(document: &str, words: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    // Several names in one code span are told too: `--json`, `accept|reject ARCHIVE`.
    let told: BTreeSet<&str> = document.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    words.into_iter().filter(|word| !told.contains(word.as_str())).cloned().collect()
}

/// Relative links of a document that lead nowhere.
fn broken_links(file: &File) -> Vec<String> {
    let folder = root().join(&file.path);
    let folder = folder.parent().expect("a file lies in a folder");
    let targets = file.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|target| target.split('#').next().unwrap_or(""))
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.contains(char::is_whitespace))
        .filter(|target| !folder.join(target).exists())
        .map(|target| format!("{}: {target}", file.path))
        .collect()
}

#[test]
fn every_command_is_told() {
    let commands = commands(&text("crates/cli/src/args.rs"));
    assert!(commands.len() > 30, "the commands were not found: {commands:?}");
    crate::hold("README.md names every command", &untold(&text("README.md"), &commands));
    crate::hold("docs/spec/json.md names every command", &untold(&text("docs/spec/json.md"), &commands));
}

#[test]
fn every_field_of_an_entry_is_specified() {
    let words = entry_words(&without_comments("crates/model/src/entry.rs"));
    assert!(words.len() > 60, "the fields were not found: {words:?}");
    crate::hold("docs/spec/entry.md names every kind and field", &untold(&text("docs/spec/entry.md"), &words));
}

/// The file without its comments, literals left in.
fn without_comments(path: &str) -> String {
    let whole = text(path);
    let code = whole.split("#[cfg(test)]").next().unwrap_or("");
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn links_lead_somewhere() {
    let documents = files("", &[".md"]);
    assert!(documents.len() > 8, "the documents were not found");
    crate::hold("links lead somewhere", &documents.iter().flat_map(broken_links).collect::<Vec<_>>());
}

#[test]
fn lists_of_documents_are_whole() {
    for folder in ["docs/spec", "docs/decisions"] {
        let list = text(&format!("{folder}/README.md"));
        let names = files(folder, &[".md"]).into_iter().map(|f| f.path.rsplit('/').next().unwrap_or("").to_owned());
        let missing: Vec<String> = names.filter(|n| n != "README.md" && !list.contains(&format!("({n})"))).collect();
        crate::hold(&format!("{folder}/README.md lists every file beside it"), &missing);
    }
}

#[test]
fn planted_omissions_are_seen() {
    assert_eq!(commands("pub enum Command {\n /// A (b).\n Init(Init),\n Lock(InArchive),\n}"), ["init", "lock"]);
    let code = "record! {\n Issued {\n title: String,\n kind: String as \"form\",\n }\n}\nbodies! {\n Issued = \"issued\",\n}\n";
    let words = entry_words(code);
    assert_eq!(words.iter().map(String::as_str).collect::<Vec<_>>(), ["form", "issued", "title"]);
    assert_eq!(untold("`issued` has `title`", &words), ["form"]);
    let file = File { path: "README.md".into(), text: "[a](Cargo.toml) [b](nowhere.md#x) [c](https://a.b/c)".into() };
    assert_eq!(broken_links(&file), ["README.md: nowhere.md"]);
}
