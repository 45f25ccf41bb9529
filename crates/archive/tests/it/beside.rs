//! Several processes on one archive, and what a killed one leaves: each is an archive opened by itself here.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use witnessmark_archive::{Archive, Draft, Kind, NewPack, Session};
use witnessmark_model::entry::{Keyed, Withdrawn};
use witnessmark_model::vocabulary::Role;
use witnessmark_model::{Field, ItemId, SubjectId};

use crate::support::{archive, collect, collected, outside};

fn open(root: &Path) -> Archive {
    Archive::open(root, None, outside()).unwrap()
}

fn account(session: &mut Session<'_>, text: &str) -> (SubjectId, ItemId) {
    let subject = session.new_subject().unwrap();
    let arrival = session.store_sealed(text.as_bytes(), subject).unwrap();
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), text), subject)]).unwrap();
    (subject, arrival.item)
}

#[test]
fn a_reader_beside_a_writer_sees_a_whole_log_at_every_moment() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut writer = archive(&root);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers = [(); 2].map(|()| {
            scope.spawn(|| {
                let (mut seen, mut rounds) = (0, 0);
                let mut reader = open(&root);
                while !done.load(Ordering::Relaxed) || rounds == 0 {
                    reader.refresh().unwrap();
                    let size = reader.log().size();
                    assert!(size >= seen, "a log does not shrink");
                    assert_eq!(reader.world().entries().count() as u64, size);
                    reader.log().proof(size - 1).unwrap();
                    let opened = open(&root);
                    assert!(opened.log().size() >= size);
                    (seen, rounds) = (size, rounds + 1);
                }
                seen
            })
        });
        let owner = writer.member(None).unwrap();
        for i in 0..150_u32 {
            // Reopening the session each time is what many short commands do.
            let mut session = writer.session(owner).unwrap();
            collect(&mut session, &i.to_le_bytes(), "x");
            collect(&mut session, &(i + 1000).to_le_bytes(), "y");
        }
        done.store(true, Ordering::Relaxed);
        readers.into_iter().for_each(|reader| assert!(reader.join().unwrap() > 1));
    });
    let reader = open(&root);
    assert_eq!(reader.log().size(), 301);
    let checked = reader.check(|_, _| ()).unwrap();
    assert!(checked.holds(), "{:?}", checked.findings);
}

#[test]
fn an_old_log_at_hand_still_reads_after_the_writer_went_on() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut writer = archive(&root);
    let owner = writer.member(None).unwrap();
    collect(&mut writer.session(owner).unwrap(), b"1", "one");
    let reader = open(&root);
    for i in 0..3 {
        collect(&mut writer.session(owner).unwrap(), &[i], "more");
    }
    assert_eq!(reader.log().size(), 2);
    assert_eq!(reader.log().read(1).unwrap(), writer.log().read(1).unwrap());
    reader.log().proof(0).unwrap();
    assert!(reader.check(|_, _| ()).unwrap().findings.iter().all(|f| f.at == "derived/"), "only the tables went on");
}

/// A page server that was started before must not bring back a key that a command destroyed, nor lose one that it made.
#[test]
fn one_process_does_not_write_an_old_keyring_over_anothers() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut first = archive(&root);
    let owner = first.member(None).unwrap();
    let (_, erased) = account(&mut first.session(owner).unwrap(), "to be erased");
    let mut second = open(&root);
    let plan = second.plan_erasure(erased).unwrap();
    second.session(owner).unwrap().erase(&plan, "asked for").unwrap();
    let (_, kept) = account(&mut second.session(owner).unwrap(), "made by the second");
    let (_, own) = account(&mut first.session(owner).unwrap(), "made by the first");
    for archive in [first, second, open(&root)] {
        let mut archive = archive;
        archive.refresh().unwrap();
        assert_eq!(archive.read(erased).unwrap_err().kind, Kind::Denied);
        assert_eq!(archive.read(kept).unwrap().as_slice(), b"made by the second");
        assert_eq!(archive.read(own).unwrap().as_slice(), b"made by the first");
        assert!(archive.check(|_, _| ()).unwrap().holds());
    }
}

#[test]
fn what_another_process_erased_is_forgotten_here_too() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut first = archive(&root);
    let owner = first.member(None).unwrap();
    let (subject, item) = account(&mut first.session(owner).unwrap(), "to be erased");
    let keyring = std::fs::read(root.join("keys/keyring")).unwrap();
    let mut serving = open(&root);
    assert!(serving.read(item).is_ok());
    let plan = first.plan_erasure(item).unwrap();
    first.session(owner).unwrap().erase(&plan, "asked for").unwrap();
    serving.refresh().unwrap();
    assert_eq!(serving.read(item).unwrap_err().kind, Kind::Denied);
    assert_eq!(serving.world().captures(item).next().unwrap().1.names, Field::Erased(subject));
    // An old keyring that somebody puts back opens nothing, and goes with the next change.
    std::fs::write(root.join("keys/keyring"), keyring).unwrap();
    let mut restored = open(&root);
    assert_eq!(restored.world().captures(item).next().unwrap().1.names, Field::Erased(subject));
    restored.session(owner).unwrap().new_subject().unwrap();
    drop(restored);
    let text = String::from_utf8(std::fs::read(root.join("keys/keyring")).unwrap()).unwrap();
    assert!(text.contains("ring"));
    assert_eq!(open(&root).read(item).unwrap_err().kind, Kind::Denied);
}

#[test]
fn opening_does_not_meddle_with_a_session_that_is_under_way() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut writer = archive(&root);
    let owner = writer.member(None).unwrap();
    let mut session = writer.session(owner).unwrap();
    let before = std::fs::read(log_folder(&root).join("journal")).unwrap();
    std::fs::write(log_folder(&root).join("journal"), b"a line under way").unwrap();
    let mut other = open(&root);
    assert_eq!(std::fs::read(log_folder(&root).join("journal")).unwrap(), b"a line under way");
    assert_eq!(other.session(owner).err().unwrap().kind, Kind::Conflict);
    std::fs::write(log_folder(&root).join("journal"), before).unwrap();
    collect(&mut session, b"x", "x");
}

fn log_folder(root: &Path) -> std::path::PathBuf {
    std::fs::read_dir(root.join("logs")).unwrap().next().unwrap().unwrap().path()
}

fn observed(session: &mut Session<'_>, item: ItemId, text: &str) -> witnessmark_model::EntryRef {
    let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": text}) else { unreachable!() };
    let covers = [item].into();
    let rows = vec![(item, row)];
    let (analyzer, config) = ("text".to_owned(), String::new());
    session.observe(NewPack { analyzer, version: 1, config, covers, rows, subject: None }).unwrap().0
}

/// An older view of the log neither takes the tables back nor leaves a hole in them.
#[test]
fn tables_that_several_processes_write_miss_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut writer = archive(&root);
    let owner = writer.member(None).unwrap();
    let item = collect(&mut writer.session(owner).unwrap(), b"x", "x");
    let mut old = open(&root);
    observed(&mut writer.session(owner).unwrap(), item, "first");
    old.rebuild().unwrap();
    observed(&mut writer.session(owner).unwrap(), item, "second");
    let mut session = old.session(owner).unwrap();
    observed(&mut session, item, "third");
    drop(session);
    observed(&mut writer.session(owner).unwrap(), item, "fourth");
    for archive in [writer, old, open(&root)] {
        let mut archive = archive;
        archive.refresh().unwrap();
        assert_eq!(archive.rows_of(item).unwrap().len(), 4);
        assert!(archive.check(|_, _| ()).unwrap().holds(), "{:?}", archive.check(|_, _| ()).unwrap().findings);
    }
}

/// Tables that went on with a history which a backup has undone are made anew, also where that history was shorter.
#[test]
fn tables_of_another_history_are_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let (root, copy) = (dir.path().join("a"), dir.path().join("copy"));
    let mut one = archive(&root);
    let owner = one.member(None).unwrap();
    let item = collect(&mut one.session(owner).unwrap(), b"x", "x");
    one.backup(&copy).unwrap();
    std::fs::create_dir_all(copy.join("keys")).unwrap();
    std::fs::copy(root.join("keys/keyring"), copy.join("keys/keyring")).unwrap();
    observed(&mut one.session(owner).unwrap(), item, "undone");
    let mut other = open(&copy);
    for text in ["kept", "kept too"] {
        observed(&mut other.session(owner).unwrap(), item, text);
    }
    drop(other);
    drop(one);
    std::fs::remove_dir_all(copy.join("derived")).unwrap();
    std::fs::rename(root.join("derived"), copy.join("derived")).unwrap();
    let other = open(&copy);
    assert_eq!(other.rows_of(item).unwrap().len(), 2);
    assert!(other.check(|_, _| ()).unwrap().holds());
}

#[test]
fn a_pack_that_is_taken_back_leaves_the_tables_and_comes_back_with_its_entry() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let mut reader = open(&root);
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let item = collect(&mut session, b"x", "x");
    let mut target = observed(&mut session, item, "read wrongly");
    for rows in [0, 1, 0] {
        let withdrawn =
            Withdrawn { entry: Some(target), item: None, subject: None, reason: "undone".to_owned().into() };
        target = session.append(vec![Draft::open(withdrawn)]).unwrap()[0];
        assert_eq!(session.archive().rows_of(item).unwrap().len(), rows);
        assert!(session.archive().check(|_, _| ()).unwrap().holds());
        reader.refresh().unwrap();
        assert_eq!(reader.rows_of(item).unwrap().len(), rows);
    }
}

/// Killed after the settings were written and before the first entry: the next session makes the first entry.
#[test]
fn an_archive_that_was_half_made_is_made_whole() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    drop(archive(&root));
    std::fs::remove_dir_all(root.join("logs")).unwrap();
    std::fs::remove_dir_all(root.join("derived")).unwrap();
    let mut half = open(&root);
    assert_eq!(half.log().size(), 0);
    let owner = half.member(None).unwrap();
    collect(&mut half.session(owner).unwrap(), b"x", "x");
    assert_eq!(half.log().size(), 2);
    assert!(half.check(|_, _| ()).unwrap().holds());
    assert_eq!(half.world().members().len(), 1);
}

#[test]
fn erasing_that_was_cut_short_can_be_run_again() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    let (subject, item) = account(&mut a.session(owner).unwrap(), "to be erased");
    let plan = a.plan_erasure(item).unwrap();
    let blob = a.layout().blob(plan.blobs[0]);
    let ciphertext = std::fs::read(&blob).unwrap();
    let at = a.session(owner).unwrap().erase(&plan, "asked for").unwrap();
    assert!(!blob.exists() && a.plan_erasure(item).is_err());
    // As if it had been killed before the ciphertext went.
    std::fs::write(&blob, ciphertext).unwrap();
    let mut a = open(&root);
    let again = a.plan_erasure(item).unwrap();
    assert_eq!((again.subject, &again.blobs), (subject, &plan.blobs));
    assert_eq!(a.session(owner).unwrap().erase(&again, "asked for").unwrap(), at, "it is said once");
    assert!(!blob.exists() && a.plan_erasure(item).is_err());
    assert!(a.check(|_, _| ()).unwrap().holds());
}

#[test]
fn what_a_killed_collection_was_still_copying_goes() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let arriving = a.layout().arriving();
    std::fs::create_dir_all(&arriving).unwrap();
    std::fs::write(arriving.join("half-a-film"), vec![0; 1000]).unwrap();
    let owner = a.member(None).unwrap();
    collect(&mut a.session(owner).unwrap(), b"x", "x");
    assert_eq!(std::fs::read_dir(arriving).unwrap().count(), 0);
}

#[test]
fn a_key_that_was_revoked_signs_nothing_that_holds() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    let second = a.session(owner).unwrap().add_member("Bea", Role::Investigator, None).unwrap();
    collect(&mut a.session(second).unwrap(), b"while it stood", "x");
    let known = a.world().members()[&second].clone();
    a.session(owner).unwrap().append(vec![Draft::open(Keyed { revoked: true, ..known })]).unwrap();
    assert!(a.check(|_, _| ()).unwrap().holds(), "what was signed before stands");
    assert!(a.session(second).is_err(), "and nothing after");
    assert!(a.check(|_, _| ()).unwrap().holds());
}
