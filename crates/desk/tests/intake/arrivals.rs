//! What arrives in forms of its own: signatures beside files, accounts from a word processor, pictures that a program of others decodes.

use base64::Engine as _;
use serde_json::{Map, Value};
use witnessmark_desk::analyze::analyze;
use witnessmark_desk::forms::{Tongue, docx};
use witnessmark_desk::heif;
use witnessmark_desk::progress::{Silent, Stop};
use witnessmark_desk::sandbox::external::External;

use crate::Case;
use crate::support::{Desk, reading};

pub const CASES: &[Case] = &[
    ("a_signature_beside_its_file_is_checked", beside),
    ("an_account_from_a_word_processor_is_sealed_with_its_form", form),
    ("a_picture_of_a_telephone_is_decoded_or_waits", telephone),
    ("trusted_roots_are_told_in_rows", roots),
    ("one_analyzer_by_itself_passes_nothing_over", by_itself),
];

const MILL: &[u8] = include_bytes!("../../src/proofs/vectors/mill.txt");
const KEY: &[u8] = include_bytes!("../../src/proofs/vectors/ed25519.pubkey.asc");
const SIGNATURE: &[u8] = include_bytes!("../../src/proofs/vectors/ed25519.sig.asc");
const TOKEN: &[u8] = include_bytes!("../../src/proofs/vectors/mill.tst");

fn read(desk: &mut Desk, analyzers: &[&str]) {
    let member = desk.archive.member(None).expect("a member");
    for analyzer in analyzers {
        analyze(&mut desk.archive, member, &reading(), Some(analyzer), &mut Silent, &Stop::default())
            .expect("analyzed");
    }
}

fn rows(desk: &Desk, kind: &str) -> Vec<Map<String, Value>> {
    desk.archive.rows_of_kind(kind).expect("rows").into_iter().map(|(_, row)| row).collect()
}

fn beside() {
    let mut desk = Desk::new();
    desk.put("phone/keys.asc", KEY);
    desk.put("phone/day/mill.txt", MILL);
    desk.put("phone/day/mill.txt.asc", SIGNATURE);
    let changed = [MILL, b"!"].concat();
    desk.put("other/mill.txt", &changed);
    desk.put("other/mill.txt.asc", [SIGNATURE, b"\n"].concat());
    desk.put("other/keys.asc", [KEY, b"\n"].concat());
    desk.put("alone/gone.jpg.asc", [SIGNATURE, b"\n\n"].concat());
    desk.collect();
    read(&mut desk, &["type", "proofs"]);
    let found = rows(&desk, "signature");
    let result = |name: &str| {
        let row = found.iter().find(|row| row["proof"] == name).unwrap_or_else(|| panic!("{name}: {found:?}"));
        row["result"].as_str().expect("a result").to_owned()
    };
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(result("phone/day/mill.txt.asc"), "matches this key");
    assert!(result("other/mill.txt.asc").starts_with("does not match"));
    assert_eq!(found.iter().filter(|row| row["file"] == "phone/day/mill.txt").count(), 1);
    let problems = rows(&desk, "problem");
    assert!(
        problems.iter().any(|row| row["what"] == "a signature is of a file that did not come with it"),
        "{problems:?}"
    );
}

/// Every byte of the archive's folder but the keys.
fn lies_in_clear(desk: &Desk, canary: &str) -> bool {
    fn walk(folder: &std::path::Path, canary: &[u8]) -> bool {
        std::fs::read_dir(folder).expect("a folder").flatten().any(|entry| match entry.path() {
            path if path.is_dir() => walk(&path, canary),
            path => std::fs::read(path).is_ok_and(|bytes| bytes.windows(canary.len()).any(|window| window == canary)),
        })
    }
    walk(&desk.root(), canary.as_bytes())
}

/// The empty form with words put behind some of its labels, as a word processor would.
fn filled(answers: &[(&str, &str)]) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let empty = docx(Tongue::English);
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(empty)).expect("a zip");
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for i in 0..from.len() {
        let mut part = from.by_index(i).expect("a part");
        let mut text = String::new();
        part.read_to_string(&mut text).expect("text");
        for (label, words) in answers {
            let at = text.find(label).map(|at| at + label.len());
            let cell = at.and_then(|at| text[at..].find("<w:p>").map(|next| at + next + "<w:p>".len()));
            if let Some(cell) = cell {
                text.insert_str(cell, &format!("<w:r><w:t>{words}</w:t></w:r>"));
            }
        }
        to.start_file(part.name().expect("a name").into_owned(), zip::write::SimpleFileOptions::default())
            .expect("start");
        to.write_all(text.as_bytes()).expect("write");
    }
    to.finish().expect("finish").into_inner()
}

fn form() {
    let mut desk = Desk::new();
    let file = filled(&[
        (">Pseudonym<", "Reed"),
        (">Name<", "Canary Witness"),
        (">Our own work (yes / no)<", "yes"),
        ("own words<", "The wall of the mill fell at seven."),
    ]);
    desk.put("reed.account.docx", &file);
    let gathered = desk.collect();
    assert_eq!(gathered.accounts, 1, "{gathered:?}");
    assert_eq!(desk.collect().accounts, 0, "the same form adds nothing");
    let (name, capture) = desk.captures().remove(0);
    assert_eq!(name, "reed.account.json");
    assert!(capture.subject.is_some());
    for canary in ["Canary Witness", "The wall of the mill"] {
        assert!(!lies_in_clear(&desk, canary), "{canary}");
    }
    let account = String::from_utf8(desk.bytes(&name)).expect("text");
    assert!(account.contains("The wall of the mill fell") && !account.contains("Canary"), "{account}");
    let item = desk.item(&name);
    let at = desk.archive.world().identities(item).next().expect("an identity").0;
    let member = desk.archive.member(None).expect("a member");
    let identity = desk.archive.session(member).expect("a session").open_identity(at, "a test").expect("opened");
    let text = identity.text().to_string();
    let whole: Value = serde_json::from_str(&format!("{{{}}}", text.trim().trim_matches(','))).expect("json");
    assert_eq!(whole["identity"]["name"], "Canary Witness");
    let form = base64::engine::general_purpose::STANDARD.decode(whole["identity"]["file"].as_str().expect("text"));
    assert_eq!(form.expect("base64"), file, "the form comes back byte for byte");
}

fn telephone() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/photos/heic/samplefilehub.heif");
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: no picture of a telephone is here");
        return;
    };
    let mut desk = Desk::new();
    desk.put("a.heic", bytes);
    desk.collect();
    read(&mut desk, &["type", "picture-hash"]);
    let external = External { command: reading().confined, policy: reading().policy };
    let hashes = rows(&desk, "picture_hash");
    if heif::Heif::installed(&external).expect("a folder for names").is_some() {
        assert_eq!(hashes.len(), 1, "{:?}", rows(&desk, "problem"));
    } else {
        assert!(hashes.is_empty());
        assert!(
            rows(&desk, "problem")
                .iter()
                .any(|row| row["what"].as_str().is_some_and(|what| what.contains("sudo apt install libheif")))
        );
    }
}

fn roots() {
    let mut desk = Desk::new();
    desk.put("mill.tst", TOKEN);
    desk.collect();
    read(&mut desk, &["type", "proofs"]);
    let trust = rows(&desk, "time_stamp")[0]["trust"].as_str().expect("a sentence").to_owned();
    assert!(trust.contains("trusts no root for time stamps"), "{trust}");
    let folder = desk.root().join("roots/time-stamps");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("bad.pem"), "no certificate").expect("a file");
    assert!(desk.archive.roots().is_err(), "a root that is none is an error");
}

/// What an item is need not be known before.
fn by_itself() {
    let mut desk = Desk::new();
    desk.put("note.txt", "Shells struck the covered market on Monday, a baker said.");
    desk.collect();
    read(&mut desk, &["text"]);
    assert_eq!(rows(&desk, "text").len(), 1);
}
