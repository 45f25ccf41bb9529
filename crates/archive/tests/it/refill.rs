//! Tables that are filled anew when an archive is opened, and who is told of it.

use std::sync::{Arc, Mutex};

use witnessmark_archive::{Archive, NewPack};

use crate::support::{archive, collect, outside};

#[test]
fn a_refill_is_told_from_none_to_all_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut new = archive(&root);
    let owner = new.member(None).unwrap();
    let mut session = new.session(owner).unwrap();
    let item = collect(&mut session, b"x", "x");
    for text in ["first", "second"] {
        let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": text}) else { unreachable!() };
        let (analyzer, config, rows) = ("text".to_owned(), String::new(), vec![(item, row)]);
        session.observe(NewPack { analyzer, version: 1, config, covers: [item].into(), rows, subject: None }).unwrap();
    }
    drop(session);
    drop(new);
    let opened = || {
        let told = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&told);
        let outside = outside().telling(move |done, of| all.lock().unwrap().push((done, of)));
        assert_eq!(Archive::open(&root, None, outside).unwrap().search("second", 5).unwrap().len(), 1);
        told.lock().unwrap().clone()
    };
    assert_eq!(opened(), []);
    let tables = rusqlite::Connection::open(root.join("derived/tables.sqlite")).unwrap();
    tables.execute_batch("pragma user_version = 1").unwrap();
    drop(tables);
    assert_eq!(opened(), [(0, 2), (1, 2), (2, 2)]);
    assert_eq!(opened(), []);
}
