//! Storing, sealing, erasing, checking, copying.

use std::fs;
use witnessmark_archive::{Archive, Draft, Kind, NewPack, Passphrase};
use witnessmark_model::entry::Withdrawn;
use witnessmark_model::{Field, SubjectId};

use crate::support::{archive, collect, collected, files, outside};

const CANARY: &str = "CANARY-the-witness-lives-in-Mill-Street";

#[test]
fn what_is_collected_is_there_after_opening_again_and_is_stored_once() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let item = collect(&mut session, b"bytes", "one.txt");
    assert_eq!(collect(&mut session, b"bytes", "two.txt"), item);
    drop(session);
    drop(a);
    let a = Archive::open(&root, None, outside()).unwrap();
    assert_eq!(a.world().items().collect::<Vec<_>>(), [item]);
    assert_eq!(a.world().captures(item).count(), 2, "one item may come many ways");
    assert_eq!(a.read(item).unwrap().as_slice(), b"bytes");
    let checked = a.check(|_, _| ()).unwrap();
    assert!(checked.holds(), "{checked:?}");
    assert_eq!((checked.entries, checked.blobs), (3, 1));
}

fn with_account(root: &std::path::Path) -> (Archive, SubjectId, witnessmark_model::ItemId) {
    let mut a = archive(root);
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let subject = session.new_subject().unwrap();
    let arrival = session.store_sealed(CANARY.as_bytes(), subject).unwrap();
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), CANARY), subject)]).unwrap();
    let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": CANARY}) else { unreachable!() };
    let pack = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: [arrival.item].into(),
        rows: vec![(arrival.item, row)],
        subject: Some(subject),
    };
    session.observe(pack).unwrap();
    (a, subject, arrival.item)
}

fn canary_is_in(root: &std::path::Path) -> Vec<std::path::PathBuf> {
    let found = |bytes: &[u8]| bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes());
    files(root)
        .into_iter()
        .filter(|(path, bytes)| found(bytes) || path.to_string_lossy().contains(CANARY))
        .map(|(p, _)| p)
        .collect()
}

#[test]
fn a_sealed_account_is_nowhere_in_clear_and_opens_with_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let (a, _, item) = with_account(&root);
    assert_eq!(a.read(item).unwrap().as_slice(), CANARY.as_bytes());
    assert_eq!(a.search("witness", 5).unwrap().len(), 1);
    assert_eq!(canary_is_in(&root), Vec::<std::path::PathBuf>::new());
    assert!(a.check(|_, _| ()).unwrap().holds());
}

#[test]
fn an_erased_account_is_gone_and_the_rest_still_holds() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let (mut a, subject, item) = with_account(&root);
    let before = fs::read(root.join("keys/keyring")).unwrap();
    let plan = a.plan_erasure(item).unwrap();
    assert_eq!((plan.items.as_slice(), plan.blobs.len(), plan.fields), ([item].as_slice(), 2, 1));
    let owner = a.member(None).unwrap();
    a.session(owner).unwrap().erase(&plan, "asked for it").unwrap();
    assert_eq!(a.read(item).unwrap_err().kind, Kind::Denied);
    assert!(a.search("witness", 5).unwrap().is_empty());
    let (_, capture) = a.world().captures(item).next().unwrap();
    assert_eq!(capture.names, Field::Erased(subject));
    assert!(a.check(|_, _| ()).unwrap().holds(), "{:?}", a.check(|_, _| ()).unwrap());
    assert_ne!(fs::read(root.join("keys/keyring")).unwrap(), before);
    assert!(canary_is_in(&root).is_empty());
    drop(a);
    let a = Archive::open(&root, None, outside()).unwrap();
    assert_eq!(a.read(item).unwrap_err().kind, Kind::Denied);
    assert!(a.plan_erasure(item).is_err());
}

#[test]
fn a_pack_that_could_not_be_read_again_is_not_committed() {
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let item = collect(&mut session, b"bytes", "one.txt");
    let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": "x".repeat(17 << 20)}) else {
        unreachable!()
    };
    let pack = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: [item].into(),
        rows: vec![(item, row)],
        subject: None,
    };
    assert_eq!(session.observe(pack).unwrap_err().kind, Kind::Invalid);
    assert_eq!(session.archive().log().size(), 2);
}

/// A film of more than a gigabyte, left where it lies (holes on the disk: nothing is really that large).
#[test]
fn a_film_longer_than_memory_is_checked_where_it_lies() {
    let dir = tempfile::tempdir().unwrap();
    let film = dir.path().join("film.mp4");
    fs::File::create(&film).unwrap().set_len((1 << 30) + 1).unwrap();
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let (item, size) = session.hash_in_place(fs::File::open(&film).unwrap(), "film.mp4").unwrap();
    let volume = session.volume_of(&film).unwrap();
    let arrival = witnessmark_archive::Arrival { item, size, blob: witnessmark_model::Digest(item.0) };
    let mut entry = collected(arrival, None, "film.mp4");
    entry.blob = None;
    entry.in_place = vec![volume.id, volume.path.display().to_string()].into();
    session.append(vec![Draft::open(entry)]).unwrap();
    drop(session);
    let checked = a.check(|_, _| ()).unwrap();
    assert!(checked.holds() && checked.in_place == 1, "{:?}", checked.findings);
    fs::File::options().write(true).open(&film).unwrap().set_len(1 << 30).unwrap();
    assert_eq!(a.check(|_, _| ()).unwrap().findings.len(), 1);
}

#[test]
fn an_open_item_can_be_withdrawn_and_not_erased() {
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let item = collect(&mut session, b"bytes", "one.txt");
    let withdrawn =
        Withdrawn { entry: None, item: Some(item), subject: None, reason: "the source asked".to_owned().into() };
    session.append(vec![Draft::open(withdrawn)]).unwrap();
    drop(session);
    assert!(a.world().withdrawal_of(item).is_some());
    assert_eq!(a.plan_erasure(item).unwrap_err().kind, Kind::Invalid);
}

#[test]
fn a_changed_byte_anywhere_is_found_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    collect(&mut a.session(owner).unwrap(), b"bytes that matter", "one.txt");
    drop(a);
    let mut missed = Vec::new();
    let bent = |bytes: &[u8]| {
        let mut flipped = bytes.to_vec();
        flipped[bytes.len() / 2] ^= 1;
        [("a bit flipped", flipped), ("torn", bytes[..bytes.len() / 2].to_vec()), ("emptied", Vec::new())]
    };
    let all = files(&root);
    for (path, bytes, (how, changed)) in all
        .iter()
        .filter(|(_, bytes)| !bytes.is_empty())
        .flat_map(|(path, bytes)| bent(bytes).map(|bent| (path, bytes, bent)))
    {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        // The tables are made anew, and what settings say may be changed by whoever owns the archive.
        if name.starts_with("derived") || name.ends_with(".toml") {
            continue;
        }
        let mut mode = fs::metadata(path).unwrap().permissions();
        #[expect(clippy::permissions_set_readonly_false, reason = "a test's own file")]
        mode.set_readonly(false);
        fs::set_permissions(path, mode).unwrap();
        fs::write(path, &changed).unwrap();
        let said = match Archive::open(&root, None, outside()) {
            Err(e) => e.chain(),
            Ok(a) => a.check(|_, _| ()).unwrap().findings.iter().map(|f| format!("{}: {}\n", f.at, f.what)).collect(),
        };
        // What stands for one file by itself is named by it; head, checkpoint and keyring by what they are.
        let own_name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_named = !name.contains("/tile/") && !name.starts_with("blobs") || said.contains(&own_name);
        if said.is_empty() || !is_named {
            missed.push(format!("{name} ({how}): {said}"));
        }
        fs::write(path, bytes).unwrap();
    }
    assert!(missed.is_empty(), "not noticed: {missed:?}");
    let a = Archive::open(&root, None, outside()).unwrap();
    assert!(a.check(|_, _| ()).unwrap().holds());
}

#[test]
fn without_the_passphrase_nothing_sealed_opens_and_nothing_is_appended() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let new = witnessmark_archive::Opened {
        name: "Locked".into(),
        owner: "Ada".into(),
        passphrase: Some(Passphrase::new("correct horse".into())),
        languages: vec!["en".into()],
        watermark: None,
    };
    drop(Archive::init(&root, new, outside()).unwrap());
    let mut a = Archive::open(&root, None, outside()).unwrap();
    assert!(!a.status().unwrap().unlocked);
    assert_eq!(a.member(None).unwrap_err().kind, Kind::Denied);
    assert!(a.check(|_, _| ()).unwrap().holds(), "a stranger can check it");
    let member = *a.world().members().keys().next().unwrap();
    assert!(a.session(member).is_err());
    assert!(
        Archive::open(&root, Some(Passphrase::new("correct horse".into())), outside()).unwrap().member(None).is_ok()
    );
}

#[test]
fn a_backup_opens_by_itself_and_keeps_the_keys_apart() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let (a, _, item) = with_account(&root);
    let copy = dir.path().join("copy");
    a.backup(&copy).unwrap();
    assert_eq!(
        a.backup(&copy).unwrap().bytes,
        fs::metadata(root.join("witnessmark.toml")).unwrap().len() + log_files(&root)
    );
    assert!(!copy.join("keys").exists() && dir.path().join("copy-keys/keyring").exists());
    let b = Archive::open(&copy, None, outside()).unwrap();
    assert_eq!(b.read(item).unwrap_err().kind, Kind::Denied);
    assert!(b.check(|_, _| ()).unwrap().holds());
    assert_eq!(b.log().root(), a.log().root());
}

/// Cut short at any file, the copy that was there before still opens.
#[test]
fn a_backup_that_is_cut_short_leaves_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let (mut a, ..) = with_account(&root);
    let copy = dir.path().join("copy");
    a.backup(&copy).unwrap();
    let before = a.log().size();
    let owner = a.member(None).unwrap();
    let blob = collect(&mut a.session(owner).unwrap(), b"later", "later.txt").to_string();
    let tile = format!("logs/{}/ledger/tile/0/000.p/{}", a.config().log_id(), before + 1);
    for last in [format!("blobs/{}/{blob}", &blob[..2]), tile] {
        // A folder of the name of one of the last files stops the copying on the way.
        fs::create_dir_all(copy.join(&last)).unwrap();
        assert!(a.backup(&copy).is_err(), "{last}");
        fs::remove_dir(copy.join(last)).unwrap();
    }
    let b = Archive::open(&copy, None, outside()).unwrap();
    assert_eq!(b.log().size(), before);
    assert!(b.check(|_, _| ()).unwrap().holds());
    drop(b);
    a.backup(&copy).unwrap();
    assert_eq!(Archive::open(&copy, None, outside()).unwrap().log().root(), a.log().root());
}

/// The mutable files of a log are copied each time.
fn log_files(root: &std::path::Path) -> u64 {
    let small = |name: &str| matches!(name, "head" | "journal" | "checkpoint");
    let is_small = |p: &std::path::Path| small(&p.file_name().unwrap().to_string_lossy());
    files(&root.join("logs")).iter().filter(|(p, _)| is_small(p)).map(|(_, b)| b.len() as u64).sum()
}
