//! Logs that are exchanged, forked, rolled back; bags out and in; blobs that rot and are mended.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use witnessmark_archive::fixity::{Fixity, Round};
use witnessmark_archive::sync::{Exchange, Synced};
use witnessmark_archive::{Archive, Draft, Kind, NewPack, Opened, Pace};
use witnessmark_model::entry::{Body, Claimed, Decision, Handling};
use witnessmark_model::{EntryRef, ItemId};

use crate::support::{archive, collect, collected, files, outside, say};

fn office(root: &Path, name: &str) -> Archive {
    let new = Opened {
        name: name.into(),
        owner: format!("{name}'s owner"),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: None,
    };
    Archive::init(&root.join(name), new, outside()).unwrap()
}

fn take_in(a: &mut Archive, words: &str) -> ItemId {
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let item = collect(&mut session, words.as_bytes(), words);
    let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": words}) else { unreachable!() };
    let pack = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: [item].into(),
        rows: vec![(item, row)],
        subject: None,
    };
    session.observe(pack).unwrap();
    item
}

fn admit(a: &mut Archive, other: &Archive) {
    let owner = a.member(None).unwrap();
    a.session(owner).unwrap().admit(&other.config().vkey, Some(other.config().name.clone()), None).unwrap();
}

fn sync(a: &mut Archive, with: &Path) -> Synced {
    let owner = a.member(None).unwrap();
    let mut how = Exchange { take_only: false, pace: Pace::default(), progress: &mut |_| () };
    a.session(owner).unwrap().sync(with, &mut how).unwrap()
}

fn claim(a: &mut Archive, item: ItemId, supersedes: Vec<EntryRef>) -> EntryRef {
    let owner = a.member(None).unwrap();
    let body = Claimed {
        item,
        row: None,
        claim: serde_json::json!({"act": "shelling"}).into(),
        decision: Decision::Accepted,
        subject: None,
        shown: None,
        reason: None.into(),
        supersedes,
    };
    a.session(owner).unwrap().append(vec![Draft::open(body)]).unwrap()[0]
}

#[test]
fn weeks_offline_end_in_a_copy_that_a_disk_carries() {
    let dir = tempfile::tempdir().unwrap();
    let (mut head, mut field) = (office(dir.path(), "head"), office(dir.path(), "field"));
    let stick = dir.path().join("stick");
    let item = take_in(&mut field, "bakery at nine");
    admit(&mut head, &field);
    let given = sync(&mut field, &stick);
    assert_eq!((given.went.len(), given.blobs_went.0), (1, 2), "{given:?}");
    let taken = sync(&mut head, &stick);
    assert_eq!((taken.came.len(), taken.blobs_came.0, taken.missing), (1, 2, 0), "{taken:?}");
    assert_eq!(head.read(item).unwrap().as_slice(), b"bakery at nine");
    assert_eq!(head.search("bakery", 5).unwrap().len(), 1);
    assert_eq!(head.rows_of(item).unwrap().len(), 1);
    let checked = head.check(|_, _| ()).unwrap();
    assert!(checked.holds(), "{:?}", checked.findings);
    assert!(!sync(&mut head, &stick).is_news(), "run again, nothing comes");
    let Body::Handled(came) = &head.world().entries_of(head.config().log_id()).next_back().unwrap().body else {
        panic!()
    };
    assert_eq!((came.event, came.count), (Handling::TransferredIn, Some(2)));
    // The field goes on, and learns what the head office has.
    take_in(&mut field, "mill at ten");
    let own = take_in(&mut head, "market at noon");
    admit(&mut field, &head);
    sync(&mut head, &stick);
    sync(&mut field, &stick);
    assert!(field.read(own).is_ok());
    sync(&mut head, &stick);
    assert_eq!(head.search("mill", 5).unwrap().len(), 1);
    drop(head);
    let head = Archive::open(&dir.path().join("head"), None, outside()).unwrap();
    assert_eq!(head.world().items().count(), 3);
    assert!(head.check(|_, _| ()).unwrap().holds());
    assert!(!files(&stick).iter().any(|(path, _)| path.display().to_string().contains("keys")), "keys never travel");
}

#[test]
fn who_is_not_admitted_and_what_is_forked_stays_outside_and_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (mut head, mut field) = (office(dir.path(), "head"), office(dir.path(), "field"));
    take_in(&mut field, "one");
    let stick = dir.path().join("stick");
    sync(&mut field, &stick);
    let strange = sync(&mut head, &stick);
    assert_eq!(strange.strangers, [field.config().origin.clone()]);
    assert!(!strange.is_news() && head.world().items().count() == 0);
    admit(&mut head, &field);
    sync(&mut head, &stick);
    // A copy of the field's archive goes on apart, with the same key.
    drop(field);
    let fork = dir.path().join("fork");
    for (path, bytes) in files(&dir.path().join("field")) {
        let to = fork.join(path.strip_prefix(dir.path().join("field")).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    let mut field = Archive::open(&dir.path().join("field"), None, outside()).unwrap();
    let mut fork = Archive::open(&fork, None, outside()).unwrap();
    take_in(&mut field, "two");
    sync(&mut head, &dir.path().join("field"));
    take_in(&mut fork, "another two");
    take_in(&mut fork, "and three");
    let other_stick = dir.path().join("other stick");
    sync(&mut fork, &other_stick);
    let refused = sync(&mut head, &other_stick);
    assert!(refused.against[0].contains("it has signed two histories"), "{refused:?}");
    assert_eq!(head.search("three", 5).unwrap().len(), 0);
    let id = head.admitted().unwrap()[0].0;
    assert_eq!(fs::read_dir(head.layout().log(id).join("forks")).unwrap().count(), 1);
    // And the field finds out by itself that somebody went on in its name.
    let told = sync(&mut field, &other_stick);
    assert!(told.against.iter().any(|what| what.contains("two histories")), "{told:?}");
    assert!(head.check(|_, _| ()).unwrap().holds());
    // A copy ahead of its own archive: this one was rolled back.
    drop(field);
    let mut fresh = Archive::open(&dir.path().join("field"), None, outside()).unwrap();
    sync(&mut fresh, &stick);
    assert!(sync(&mut fresh, &stick).against.is_empty());
}

#[test]
fn what_was_changed_on_the_disk_between_is_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let mut field = office(dir.path(), "field");
    take_in(&mut field, "one");
    let clean = dir.path().join("clean");
    sync(&mut field, &clean);
    for (i, (path, bytes)) in files(&clean).into_iter().enumerate() {
        let name = path.strip_prefix(&clean).unwrap().display().to_string();
        if bytes.is_empty() || name.ends_with("head") {
            continue;
        }
        let stick = dir.path().join(format!("bent {i}"));
        for (from, bytes) in files(&clean) {
            let to = stick.join(from.strip_prefix(&clean).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
        let mut bent = bytes.clone();
        let middle = bent.len() / 2;
        bent[middle] ^= 1;
        fs::write(stick.join(&name), bent).unwrap();
        let mut head = office(dir.path(), &format!("head {i}"));
        admit(&mut head, &field);
        let owner = head.member(None).unwrap();
        let mut how = Exchange { take_only: true, pace: Pace::default(), progress: &mut |_| () };
        let said = head.session(owner).unwrap().sync(&stick, &mut how);
        let noticed = said.as_ref().map_or(true, |said| !said.against.is_empty() || said.missing > 0);
        // Tiles of a log that is taken for the first time are made anew from its leaves.
        assert!(noticed || name.contains("/tile/0/"), "{name}: {said:?}");
        // What could be taken is right; afterwards the clean disk brings the rest.
        let later = sync(&mut head, &clean);
        assert!(later.against.is_empty() && later.missing == 0, "{name}: {later:?}");
        let findings = head.check(|_, _| ()).unwrap().findings;
        assert!(findings.is_empty(), "{name}: {findings:?}");
    }
}

/// What an archive says of the logs of these offices, however they came.
fn view(a: &Archive) -> String {
    let own = a.config().log_id();
    let claims: Vec<String> =
        a.world().claims().filter(|(at, _)| at.log != own).map(|(at, c)| format!("{at} {}", c.item)).collect();
    let rows: Vec<String> = a.rows_of_kind("text").unwrap().into_iter().map(|(at, _)| at.to_string()).collect();
    let items: Vec<String> = a.world().items().map(|item| item.to_string()).collect();
    format!("{claims:?} {rows:?} {items:?} {:?} {:?}", a.conflicts(), a.search("word", 50).unwrap().len())
}

#[test]
fn the_union_says_the_same_whatever_came_first() {
    let dir = tempfile::tempdir().unwrap();
    let mut sources: Vec<Archive> = ["a", "b", "c"].map(|name| office(dir.path(), name)).into();
    let sticks: Vec<PathBuf> = (0..6).map(|i| dir.path().join(format!("stick {i}"))).collect();
    let item = take_in(&mut sources[0], "word zero");
    let first = claim(&mut sources[0], item, vec![]);
    for (i, source) in sources.iter_mut().enumerate() {
        take_in(source, &format!("word {i} early"));
        sync(source, &sticks[i]);
    }
    // Two correct the same claim, each not knowing of the other; a third withdraws nothing.
    for (i, source) in sources.iter_mut().enumerate() {
        if i > 0 {
            claim(source, item, vec![first]);
        }
        take_in(source, &format!("word {i} late"));
        sync(source, &sticks[3 + i]);
    }
    let reader = |name: &str, order: &[usize]| {
        let mut a = office(dir.path(), name);
        sources.iter().for_each(|source| admit(&mut a, source));
        order.iter().for_each(|i| drop(sync_take(&mut a, &sticks[*i])));
        (0..6).for_each(|i| drop(sync_take(&mut a, &sticks[i])));
        assert!(a.check(|_, _| ()).unwrap().holds(), "{order:?}");
        view(&a)
    };
    let straight = reader("straight", &[0, 1, 2, 3, 4, 5]);
    assert!(straight.contains("EntryRef"), "the two corrections show as a conflict: {straight}");
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 6, ..ProptestConfig::default() });
    let count = std::cell::Cell::new(0);
    let orders = Just((0..6usize).collect::<Vec<_>>()).prop_shuffle();
    runner
        .run(&orders, |order| {
            count.set(count.get() + 1);
            prop_assert_eq!(&reader(&format!("reader {}", count.get()), &order), &straight);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_folder_that_fails_at_any_call_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let next = std::cell::Cell::new(0);
    let tried = witnessmark_testkit::suite::peer_suite(dir.path(), &|| {
        next.set(next.get() + 1);
        Box::new(witnessmark_archive::peer::Folder::new(&dir.path().join(format!("stick {}", next.get()))).unwrap())
    });
    assert!(tried > 100, "{tried}");
    say(&format!("{tried} faults of a folder"));
}

fn sync_take(a: &mut Archive, with: &Path) -> Synced {
    let owner = a.member(None).unwrap();
    let mut how = Exchange { take_only: true, pace: Pace::default(), progress: &mut |_| () };
    a.session(owner).unwrap().sync(with, &mut how).unwrap()
}

#[test]
fn a_peer_cannot_have_our_keys_destroyed() {
    let dir = tempfile::tempdir().unwrap();
    let (mut head, mut field) = (office(dir.path(), "head"), office(dir.path(), "field"));
    let owner = head.member(None).unwrap();
    let mut session = head.session(owner).unwrap();
    let subject = session.new_subject().unwrap();
    let arrival = session.store_sealed(b"who saw it", subject).unwrap();
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), "account"), subject)]).unwrap();
    drop(session);
    admit(&mut head, &field);
    let theirs = field.member(None).unwrap();
    let erased = witnessmark_model::entry::Erased {
        subject,
        reason: "by force".into(),
        blobs: vec![arrival.blob],
        fields: 1,
        releases: vec![],
    };
    field.session(theirs).unwrap().append(vec![Draft::open(erased)]).unwrap();
    sync(&mut head, &dir.path().join("field"));
    assert_eq!(head.read(arrival.item).unwrap().as_slice(), b"who saw it");
    drop(head);
    let head = Archive::open(&dir.path().join("head"), None, outside()).unwrap();
    assert_eq!(head.read(arrival.item).unwrap().as_slice(), b"who saw it");
}

#[test]
fn a_bag_comes_back_as_the_archive_that_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    for i in 0..5 {
        take_in(&mut a, &format!("word {i}"));
    }
    let bag = dir.path().join("bag");
    a.export_all(&bag).unwrap();
    let keyring = dir.path().join("a/keys/keyring");
    let into = dir.path().join("b");
    let (b, said) = Archive::import_all(&bag, &into, Some(&keyring), None, outside()).unwrap();
    assert!(said.same_tables);
    assert_eq!(b.log().checkpoint(), a.log().checkpoint());
    assert_eq!(b.derived().dump().unwrap(), a.derived().dump().unwrap());
    assert_eq!(b.world(), a.world());
    assert!(b.check(|_, _| ()).unwrap().holds());
    let again = Archive::import_all(&bag, &into, None, None, outside());
    assert_eq!(again.map(drop).unwrap_err().kind, Kind::Conflict);
    // Grown and written again over the same folder.
    take_in(&mut a, "word more");
    a.export_all(&bag).unwrap();
    let check = |name: &str| Archive::import_all(&bag, &dir.path().join(name), None, None, outside()).map(drop);
    check("c").unwrap();
    if let Ok(done) = std::process::Command::new(std::env::var("BAGIT").unwrap_or_else(|_| "bagit.py".into()))
        .arg("--validate")
        .arg(&bag)
        .output()
    {
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    } else {
        say("skipped: bagit.py is not installed (pip install bagit==1.9.0)");
    }
    let unlisted = bag.join("data/blobs/extra");
    fs::write(&unlisted, b"x").unwrap();
    assert_eq!(check("d").unwrap_err().kind, Kind::Corrupt);
    fs::remove_file(unlisted).unwrap();
    let manifest = fs::read_to_string(bag.join("manifest-sha256.txt")).unwrap();
    fs::write(bag.join("manifest-sha256.txt"), manifest.replacen("data/", "data/../", 1)).unwrap();
    assert_eq!(check("e").unwrap_err().kind, Kind::Corrupt);
}

fn round(a: &mut Archive, replica: Option<&Path>, most: Option<u64>) -> Fixity {
    let owner = a.member(None).unwrap();
    let mut how = Round { replica, pace: Pace::default(), most, stop: &|| false, progress: &mut |_| () };
    a.session(owner).unwrap().fixity(&mut how).unwrap()
}

#[test]
fn rot_is_found_written_down_and_mended_from_a_copy() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    let items: Vec<ItemId> = (0..6)
        .map(|i| collect(&mut a.session(owner).unwrap(), format!("bytes {i}").repeat(50).as_bytes(), &i.to_string()))
        .collect();
    let copy = dir.path().join("copy");
    a.backup(&copy).unwrap();
    // In pieces: it goes on where it was.
    let first = round(&mut a, None, Some(700));
    assert_eq!((first.blobs, first.of, first.finished), (2, 6, false));
    drop(a);
    let mut a = Archive::open(&root, None, outside()).unwrap();
    let rest = round(&mut a, None, None);
    assert_eq!((rest.blobs, rest.finished, rest.damage.len()), (6, true, 0));
    assert!(a.last_round().is_some());
    // One is changed, one is gone.
    let path = |item: ItemId| a.layout().blob(witnessmark_model::Digest(item.0));
    let (changed, gone) = (path(items[1]), path(items[4]));
    #[expect(clippy::permissions_set_readonly_false, reason = "a test's own file")]
    let unlock = |path: &Path| {
        let mut mode = fs::metadata(path).unwrap().permissions();
        mode.set_readonly(false);
        fs::set_permissions(path, mode).unwrap();
    };
    unlock(&changed);
    fs::write(&changed, b"rotten").unwrap();
    fs::remove_file(&gone).unwrap();
    let found = round(&mut a, None, None);
    assert_eq!(found.damage.iter().filter(|d| d.item.is_some() && !d.mended).count(), 2);
    let events = |a: &Archive, event: Handling| {
        a.world().entries().filter(|e| matches!(&e.body, Body::Handled(h) if h.event == event)).count()
    };
    assert_eq!((events(&a, Handling::FailedVerification), events(&a, Handling::Reverified)), (3, 1));
    let mended = round(&mut a, Some(&copy), None);
    assert!(mended.damage.iter().all(|d| d.mended) && mended.damage.len() == 2);
    assert_eq!((events(&a, Handling::Restored), events(&a, Handling::Quarantined)), (2, 1));
    assert_eq!(fs::read_dir(a.layout().quarantine()).unwrap().count(), 1);
    assert!(a.check(|_, _| ()).unwrap().holds());
    // A copy that is rotten too mends nothing.
    let theirs = copy.join(gone.strip_prefix(&root).unwrap());
    fs::remove_file(&gone).unwrap();
    unlock(&theirs);
    fs::write(theirs, b"rotten as well").unwrap();
    assert!(!round(&mut a, Some(&copy), None).damage[0].mended);
}
