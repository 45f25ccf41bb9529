//! A bit that flips in any file of an archive is found, named, and goes no further; so is a file cut short or gone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use witnessmark_archive::sync::Exchange;
use witnessmark_archive::{Archive, Draft, NewPack, Pace};

use crate::support::{archive, collect, collected, files, outside};

/// An archive with every kind of file: whole and partial tiles, packs, sealed blobs, an erasure, a stamp's folder left out.
fn made(root: &Path) {
    let mut a = archive(root);
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let items: Vec<_> = (0..3_u8).map(|i| collect(&mut session, &[i; 100], "open")).collect();
    let subject = session.new_subject().unwrap();
    let arrival = session.store_sealed(b"who saw it", subject).unwrap();
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), "sealed"), subject)]).unwrap();
    let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": "words"}) else { unreachable!() };
    let pack = |subject, item| NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: [item].into(),
        rows: vec![(item, row.clone())],
        subject,
    };
    session.observe(pack(None, items[0])).unwrap();
    session.observe(pack(Some(subject), arrival.item)).unwrap();
    let arrival = session.store(b"many".as_slice(), "many").unwrap();
    session.append((0..270).map(|_| Draft::open(collected(arrival, None, "many"))).collect()).unwrap();
}

/// What is found when the archive is opened and checked: nothing, or what is said.
fn found(root: &Path) -> Option<String> {
    let opened = std::panic::catch_unwind(|| match Archive::open(root, None, outside()) {
        Err(e) => Some(format!("{} {}", e.chain(), e.hint_text().unwrap_or_default())),
        Ok(a) => match a.check(|_, _| ()) {
            Err(e) => Some(e.chain()),
            Ok(checked) if checked.holds() => None,
            Ok(checked) => Some(checked.findings.iter().map(|f| format!("{}: {}\n", f.at, f.what)).collect()),
        },
    });
    opened.unwrap_or_else(|_| panic!("opening panicked"))
}

#[expect(clippy::permissions_set_readonly_false, reason = "a test's own file")]
fn write(path: &Path, bytes: &[u8]) {
    let mut mode = std::fs::metadata(path).unwrap().permissions();
    mode.set_readonly(false);
    std::fs::set_permissions(path, mode).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn restore(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    for (path, bytes) in files(from) {
        let to = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    }
}

#[test]
fn damage_in_any_file_is_found_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let (good, root) = (dir.path().join("good"), dir.path().join("a"));
    made(&good);
    // Tables are made anew from the rest, and are tried apart.
    std::fs::remove_dir_all(good.join("derived")).unwrap();
    restore(&good, &root);
    assert_eq!(found(&root), None);
    let mut kinds = BTreeSet::new();
    for (path, bytes) in files(&good) {
        let name = path.strip_prefix(&good).unwrap().to_path_buf();
        if bytes.is_empty() {
            continue;
        }
        kinds.insert(kind(&name));
        let (middle, end) = (bytes.len() / 2, bytes.len() - 1);
        let flip = |at: usize, bit: u8| {
            let mut bent = bytes.clone();
            bent[at] ^= bit;
            Some(bent)
        };
        for damage in [flip(0, 1), flip(middle, 4), flip(end, 2), Some(bytes[..middle].to_vec()), None] {
            restore(&good, &root);
            match &damage {
                Some(bent) => write(&root.join(&name), bent),
                None => std::fs::remove_file(root.join(&name)).unwrap(),
            }
            let is_bent = damage.is_some();
            match found(&root) {
                Some(said) => assert!(names(&name, &said), "{} is not named: {said}", name.display()),
                // A copy of an archive may be without keys; a settings file may change in what it is called.
                None => assert!(may_go_unseen(&name, is_bent), "{}, {is_bent}", name.display()),
            }
        }
    }
    let wanted = ["blob", "checkpoint", "fields", "head", "keyring", "leaves", "settings", "tile"];
    assert_eq!(kinds, wanted.map(str::to_owned).into());
}

fn kind(name: &Path) -> String {
    let text = name.to_string_lossy();
    let parts = [
        ("blobs/", "blob"),
        ("tile/entries", "leaves"),
        ("tile/", "tile"),
        ("checkpoint", "checkpoint"),
        ("/fields/", "fields"),
        ("head", "head"),
        ("keyring", "keyring"),
        ("witnessmark.toml", "settings"),
    ];
    parts
        .iter()
        .find(|(part, _)| text.contains(part))
        .map_or_else(|| text.clone().into_owned(), |(_, kind)| (*kind).into())
}

fn may_go_unseen(name: &Path, is_bent: bool) -> bool {
    match &*kind(name) {
        "keyring" => !is_bent,
        // Its name, languages and days are the owner's to change.
        "settings" => is_bent,
        _ => false,
    }
}

/// Does what was said lead to the file: by its path, its digest, or what it is called?
fn names(name: &Path, said: &str) -> bool {
    let digest = name.file_name().unwrap().to_string_lossy().into_owned();
    match &*kind(name) {
        "blob" => said.contains(&digest[..8]),
        "checkpoint" | "head" => said.contains("checkpoint") || said.contains("head"),
        "fields" => {
            said.contains("fields/") || said.contains("entry") || said.contains("record") || said.contains("disclosure")
        }
        "leaves" => said.contains("tile/entries") || said.contains("entry"),
        "tile" => said.contains("tile") || said.contains("tree"),
        "keyring" => said.contains("keyring"),
        "settings" => said.contains("witnessmark.toml") || said.contains("checkpoint") || said.contains("head"),
        _ => false,
    }
}

/// A damaged blob is not given on, and what comes from a damaged copy is not taken.
#[test]
fn damage_is_not_given_on() {
    let dir = tempfile::tempdir().unwrap();
    let (root, carried) = (dir.path().join("a"), dir.path().join("carried"));
    made(&root);
    let open = |root: &Path| Archive::open(root, None, outside()).unwrap();
    let a = open(&root);
    let item = a.world().items().find(|item| a.layout().blob(witnessmark_model::Digest(item.0)).exists()).unwrap();
    let blob = a.layout().blob(witnessmark_model::Digest(item.0));
    drop(a);
    let good = std::fs::read(&blob).unwrap();
    let mut bent = good.clone();
    bent[0] ^= 1;
    write(&blob, &bent);
    let sync = |root: &Path, with: &Path| {
        let mut a = open(root);
        let owner = a.member(None).unwrap();
        let mut how = Exchange { take_only: false, pace: Pace::default(), progress: &mut |_| () };
        drop(a.session(owner).unwrap().sync(with, &mut how));
    };
    sync(&root, &carried);
    let spread: Vec<PathBuf> =
        files(&carried).into_iter().filter(|(_, bytes)| *bytes == bent).map(|(path, _)| path).collect();
    assert_eq!(spread, Vec::<PathBuf>::new(), "the damaged bytes went on");
    write(&blob, &good);
    sync(&root, &carried);
    assert!(files(&carried).iter().any(|(_, bytes)| *bytes == good));
}

/// Tables that were damaged are told from a rebuild, and made anew.
#[test]
fn tables_that_are_damaged_are_told_and_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    made(&root);
    let tables = root.join("derived/tables.sqlite");
    let bytes = std::fs::read(&tables).unwrap();
    let mut unseen = 0;
    for part in 1..24 {
        let mut bent = bytes.clone();
        for byte in bent.iter_mut().skip(bytes.len() * part / 24).take(64) {
            *byte ^= 0x55;
        }
        std::fs::write(&tables, &bent).unwrap();
        // Unused pages may be bent without harm; whatever is told wrong is found by `check`.
        unseen += u32::from(found(&root).is_none());
        let _ = std::fs::remove_dir_all(root.join("derived"));
        assert_eq!(found(&root), None, "made anew");
        std::fs::write(&tables, &bytes).unwrap();
    }
    assert!(unseen < 23, "the search is blind");
}
