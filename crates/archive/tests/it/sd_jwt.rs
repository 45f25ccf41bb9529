//! Selective disclosure, read by the reference implementation of RFC 9901 (PyPI `sd-jwt` 0.10.4) from dossiers of ours.
//!
//! Needs a `python3` that has it (`PYTHON` names another one), reaches no network, and says so and passes where it is not there; with
//! `WITNESSMARK_NO_SKIP` set it fails instead.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::process::Command;

use serde_json::Value;
use witnessmark_archive::bundle::{self, Contents, Part};
use witnessmark_archive::{Archive, Draft};
use witnessmark_model::vocabulary::Tier;
use witnessmark_model::wire::Disclosure;

use crate::support::{archive, collect, collected, say};

fn python() -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let has = Command::new(&python).args(["-c", "import sd_jwt.verifier"]).output();
    has.is_ok_and(|done| done.status.success()).then_some(python)
}

/// An archive with open items, one with words in two scripts, and a sealed account.
fn made(root: &std::path::Path) -> Archive {
    let mut a = archive(root);
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    collect(&mut session, b"one", "one.txt");
    collect(&mut session, b"two", "صورة \"2\" <b>\u{1f4f7}.jpg");
    let subject = session.new_subject().unwrap();
    let account = session.store_sealed(b"who saw it", subject).unwrap();
    session.append(vec![Draft::sealed(collected(account, Some(subject), "account.txt"), subject)]).unwrap();
    drop(session);
    a
}

/// What our own reading shows of each entry of a dossier, and how many fields it does not.
fn ours(zip: &[u8]) -> (BTreeMap<String, BTreeMap<String, Value>>, u64) {
    let mut dossier = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let (mut said, mut withheld) = (BTreeMap::new(), 0);
    for i in 0..dossier.len() {
        let mut file = dossier.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        if !name.starts_with("entries/") && name != "issued.json" {
            continue;
        }
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        let entry: Value = serde_json::from_str(&text).unwrap();
        let disclosures = entry["disclosures"].as_array().unwrap();
        let open = |text: &Value| Disclosure::from_text(text.as_str().unwrap()).open().unwrap();
        said.insert(entry["index"].to_string(), disclosures.iter().map(open).collect());
        withheld += (entry["leaf"].as_str().unwrap().lines().count() - 2 - disclosures.len()) as u64;
    }
    (said, withheld)
}

#[test]
fn the_reference_implementation_shows_what_a_dossier_discloses_and_nothing_else() {
    let Some(python) = python() else {
        let missing = "no python3 with sd_jwt (pip install sd-jwt==0.10.4)";
        assert!(std::env::var_os("WITNESSMARK_NO_SKIP").is_none(), "{missing}");
        say(&format!("skipped: selective disclosure by the reference implementation, {missing}"));
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let mut a = made(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    for tier in [Tier::Internal, Tier::Trusted, Tier::Public] {
        let mut contents = Contents::new("Bakery, 12 April", "dossier", tier);
        contents.parts = vec![Part::new("report.html", "<p>report</p>")];
        contents.entries = (1..4).map(|index| a.at(index)).collect();
        let issue = bundle::issue(&mut a.session(owner).unwrap(), contents).unwrap();
        let path = dir.path().join(format!("{tier}.zip"));
        std::fs::write(&path, &issue.zip).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/sd_jwt_dossier.py");
        let done = Command::new(&python).arg(script).arg(&path).output().unwrap();
        assert!(done.status.success(), "{tier}: {}", String::from_utf8_lossy(&done.stderr));
        let theirs: Value = serde_json::from_slice(&done.stdout).unwrap();
        let (said, withheld) = ours(&issue.zip);
        assert_eq!(theirs["entries"], serde_json::to_value(&said).unwrap(), "{tier}");
        assert_eq!(theirs["withheld"], withheld, "{tier}");
        let account = &said["3"];
        assert!(!account.contains_key("names") && withheld > 0, "{tier}: what is sealed is not shown");
    }
}
