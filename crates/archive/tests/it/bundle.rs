//! Dossiers: what is issued verifies, and no byte of it can change unnoticed.

use std::io::Cursor;

use serde_json::{Value, json};
use witnessmark_archive::bundle::{self, Contents, Part, Verification};
use witnessmark_archive::{Archive, Draft, Kind, NewPack};
use witnessmark_model::vocabulary::Tier;
use witnessmark_model::{EntryRef, ItemId, RowRef};

use crate::support::{archive, collect, collected};

fn verify(zip: &[u8], key: Option<&str>) -> witnessmark_archive::Result<Verification> {
    let key = key.map(|key| key.parse().unwrap());
    bundle::verify(Cursor::new(zip), key.as_ref())
}

fn row(kind: &str, text: &str) -> serde_json::Map<String, Value> {
    let Value::Object(row) = json!({ "kind": kind, "text": text }) else { unreachable!() };
    row
}

/// An archive with two open items, a pack over them, and a sealed account.
struct Made {
    _dir: tempfile::TempDir,
    archive: Archive,
    entries: Vec<EntryRef>,
    rows: Vec<RowRef>,
    items: Vec<ItemId>,
}

fn made() -> Made {
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let items = vec![collect(&mut session, b"one", "one.txt"), collect(&mut session, b"two", "two.txt")];
    let pack = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: items.iter().copied().collect(),
        rows: vec![
            (items[0], row("time", "Thursday")),
            (items[1], row("place", "Mill Street")),
            (items[1], row("time", "x")),
        ],
        subject: None,
    };
    let (at, pack) = session.observe(pack).unwrap();
    let subject = session.new_subject().unwrap();
    let account = session.store_sealed(b"who saw it", subject).unwrap();
    let sealed =
        session.append(vec![Draft::sealed(collected(account, Some(subject), "account.txt"), subject)]).unwrap();
    drop(session);
    let entries = vec![a.at(1), a.at(2), at, sealed[0]];
    let rows = (0..3).map(|row| RowRef { pack: pack.id, row }).collect();
    Made { _dir: dir, archive: a, entries, rows, items }
}

fn contents(made: &Made, tier: Tier) -> Contents {
    let mut contents = Contents::new("Bakery, 12 April", "dossier", tier);
    contents.parts = vec![Part::new("report.html", "<p>report</p>"), Part::new("exhibits/E-001.txt", "one")];
    contents.entries = made.entries.clone();
    contents.rows = made.rows.clone();
    contents.sentences = 3;
    contents
}

fn issue(made: &mut Made, tier: Tier) -> bundle::Issue {
    let contents = contents(made, tier);
    let owner = made.archive.member(None).unwrap();
    bundle::issue(&mut made.archive.session(owner).unwrap(), contents).unwrap()
}

#[test]
fn what_is_issued_verifies_with_and_without_a_key() {
    let mut made = made();
    let issue = issue(&mut made, Tier::Internal);
    let vkey = made.archive.config().vkey.clone();
    let said = verify(&issue.zip, Some(&vkey)).unwrap();
    assert!(said.holds(), "{:#?}", said.findings);
    assert!(said.authorship_checked);
    assert_eq!(said.entry, Some(issue.entry.index));
    assert_eq!((said.counts.entries, said.counts.rows, said.counts.originals), (6, 3, 1));
    let without = verify(&issue.zip, None).unwrap();
    assert!(without.holds() && !without.authorship_checked);
    assert_eq!(without.fingerprint, said.fingerprint);
    assert!(without.lines().iter().any(|line| line.contains("authorship unchecked")));
    assert!(without.lines().iter().any(|line| line == bundle::NOT_COUNTERSIGNED));
    assert!(made.archive.check(|_, _| ()).unwrap().holds());
    assert_eq!(made.archive.world().issued().count(), 1);
    assert_eq!(verify(b"no zip at all", None).unwrap_err().kind, Kind::Invalid);
}
