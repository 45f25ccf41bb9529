//! An archive whose logs and blobs lie in a place elsewhere: everything goes on as in a folder; every call of the place fails, before
//! and after it took effect; two offices write at once; the place is rolled back, forked, emptied, tampered with.

use std::path::Path;
use std::sync::Arc;

use witnessmark_archive::peer::Folder;
use witnessmark_archive::place::Place;
use witnessmark_archive::{Archive, Draft, Kind, Result};
use witnessmark_model::{Digest, ItemId};
use witnessmark_testkit::offices::{admit, exchange, office, take_in};
use witnessmark_testkit::places::{opened, placed, second_office};
use witnessmark_testkit::{Fault, Faults, FaultyPlace, MemoryPlace, When};

use crate::support::{collect, collected, files, say};

fn account(a: &mut Archive, text: &str) -> Result<ItemId> {
    let owner = a.member(None)?;
    let mut session = a.session(owner)?;
    let subject = session.new_subject()?;
    let arrival = session.store_sealed(text.as_bytes(), subject)?;
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), "sealed"), subject)])?;
    Ok(arrival.item)
}

fn whole(a: &Archive) {
    let checked = a.check(|_, _| ()).unwrap();
    assert!(checked.holds(), "{:?}", checked.findings);
}

#[test]
fn everything_goes_on_in_a_place_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let (root, place) = (dir.path().join("a"), Arc::new(MemoryPlace::default()));
    let mut a = placed(&root, place.clone()).unwrap();
    assert_eq!(placed(&dir.path().join("b"), place.clone()).unwrap_err().kind, Kind::Conflict, "one archive a place");
    let open = take_in(&mut a, b"bakery at nine", "bakery at nine");
    let long = take_in(&mut a, &vec![7; 600_000], "a film");
    let sealed = account(&mut a, "what she saw").unwrap();
    whole(&a);
    // On this disk: settings, keys, tables, what was seen, copies; no log and no blob.
    let here: Vec<String> =
        files(&root).iter().map(|(path, _)| path.strip_prefix(&root).unwrap().display().to_string()).collect();
    let is_known = |name: &String| {
        ["witnessmark.toml", "keys/", "derived/"].iter().any(|known| name.starts_with(known))
            || name.ends_with("/seen")
            || name.ends_with("/lock")
    };
    assert!(here.iter().all(is_known), "{here:?}");
    assert!(place.blobs().len() >= 5);
    drop(a);
    std::fs::remove_dir_all(root.join("derived")).unwrap();
    let a = opened(&root, place.clone()).unwrap();
    assert_eq!(*a.read(open).unwrap(), b"bakery at nine");
    assert_eq!(a.read(long).unwrap().len(), 600_000);
    assert_eq!(a.search("bakery", 5).unwrap().len(), 1);
    drop(a);
    // Tables of an earlier make, which took other words into their index, are filled anew when they are opened.
    let tables = rusqlite::Connection::open(root.join("derived/tables.sqlite")).unwrap();
    tables.execute_batch("delete from word; pragma user_version = 1").unwrap();
    drop(tables);
    let mut a = opened(&root, place.clone()).unwrap();
    assert_eq!(a.search("bakery", 5).unwrap().len(), 1);
    assert_eq!(*a.head(long, 3).unwrap(), [7; 3]);
    // Erasing reaches the place and the copies.
    let plan = a.plan_erasure(sealed).unwrap();
    let blob = plan.blobs[0];
    let owner = a.member(None).unwrap();
    a.session(owner).unwrap().erase(&plan, "asked for").unwrap();
    assert!(!place.blobs().contains_key(&blob) && !a.layout().fetched(blob).exists());
    whole(&a);
    // A backup is an archive that opens by itself.
    let copy = dir.path().join("copy");
    a.backup(&copy).unwrap();
    std::fs::create_dir_all(copy.join("keys")).unwrap();
    std::fs::copy(dir.path().join("copy-keys/keyring"), copy.join("keys/keyring")).unwrap();
    let b = Archive::open(&copy, None, crate::support::outside()).unwrap();
    assert_eq!((b.log().size(), b.log().root()), (a.log().size(), a.log().root()));
    assert_eq!(*b.read(open).unwrap(), b"bakery at nine");
    whole(&b);
    assert_eq!(a.backup(&copy).unwrap().files, 0, "run again, it copies what is new");
    a.export_all(&dir.path().join("bag")).unwrap();
}

#[test]
fn a_place_that_was_rolled_back_forked_emptied_or_changed_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (root, place) = (dir.path().join("a"), MemoryPlace::default());
    let mut a = placed(&root, Arc::new(place.clone())).unwrap();
    take_in(&mut a, b"before", "before");
    let early = place.fork();
    let item = take_in(&mut a, b"after", "after");
    let now = place.fork();
    drop(a);
    let open = || opened(&root, Arc::new(place.clone()));
    place.roll_back(&early);
    let error = open().unwrap_err();
    assert!(error.kind == Kind::Corrupt && error.hint_text().unwrap().contains("rolled back"), "{}", error.chain());
    place.roll_back(&MemoryPlace::default());
    assert_eq!(open().unwrap_err().kind, Kind::Corrupt, "emptied");
    // Another history, as long and longer: signed by the same key, from another office that was misled.
    let other = dir.path().join("other");
    second_office(&root, &other);
    place.roll_back(&early);
    let mut misled = opened(&other, Arc::new(place.clone())).unwrap();
    for n in 0..4 {
        take_in(&mut misled, format!("other {n}").as_bytes(), "other");
    }
    let error = open().unwrap_err();
    assert!(error.kind == Kind::Corrupt && error.hint_text().unwrap().contains("forked"), "{}", error.chain());
    place.roll_back(&now);
    let a = open().unwrap();
    let blob = Digest(item.0);
    // A copy here does not hide what is wrong there.
    a.read(item).unwrap();
    for tampered in [Some(b"other".to_vec()), None] {
        place.tamper(blob, tampered);
        let checked = a.check(|_, _| ()).unwrap();
        assert!(checked.findings.iter().any(|f| f.at.contains(&blob.to_string())), "{:?}", checked.findings);
    }
    place.tamper(blob, Some(b"other".to_vec()));
    std::fs::remove_dir_all(a.layout().fetched_all()).unwrap();
    assert_eq!(a.read(item).unwrap_err().kind, Kind::Corrupt);
}

/// Fixity rounds name damage in the place and mend it from a copy.
#[test]
fn what_is_damaged_in_a_place_is_mended_from_a_copy() {
    use witnessmark_archive::fixity::Round;
    let dir = tempfile::tempdir().unwrap();
    let (root, place) = (dir.path().join("a"), MemoryPlace::default());
    let mut a = placed(&root, Arc::new(place.clone())).unwrap();
    let items = [take_in(&mut a, b"one", "one"), take_in(&mut a, b"two", "two")];
    a.backup(&dir.path().join("copy")).unwrap();
    place.tamper(Digest(items[0].0), Some(b"eno".to_vec()));
    place.tamper(Digest(items[1].0), None);
    let owner = a.member(None).unwrap();
    let copy = dir.path().join("copy");
    let mut round = Round {
        replica: Some(&copy),
        pace: witnessmark_archive::Pace::default(),
        most: None,
        stop: &|| false,
        progress: &mut |_| (),
    };
    let said = a.session(owner).unwrap().fixity(&mut round).unwrap();
    assert_eq!((said.damage.len(), said.damage.iter().filter(|d| d.mended).count()), (2, 2), "{:?}", said.damage);
    assert!(files(&a.layout().quarantine()).iter().any(|(_, bytes)| bytes == b"eno"));
    whole(&a);
}

#[test]
fn of_two_offices_at_once_one_is_first_and_both_are_heard() {
    let dir = tempfile::tempdir().unwrap();
    let place = MemoryPlace::default();
    let roots = [dir.path().join("a"), dir.path().join("b")];
    drop(placed(&roots[0], Arc::new(place.clone())).unwrap());
    second_office(&roots[0], &roots[1]);
    let said: Vec<Vec<ItemId>> = std::thread::scope(|scope| {
        let office = |n: usize| {
            let (root, place) = (roots[n].clone(), place.clone());
            scope.spawn(move || {
                let mut a = opened(&root, Arc::new(place)).unwrap();
                (0..12).map(|i| take_in(&mut a, format!("office {n} item {i}").as_bytes(), "x")).collect()
            })
        };
        let running: Vec<_> = (0..2).map(office).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for root in &roots {
        let a = opened(root, Arc::new(place.clone())).unwrap();
        // The owner's key, and an item and a pack each time, none twice.
        assert_eq!(a.log().size(), 1 + 2 * 24);
        said.iter().flatten().for_each(|item| drop(a.read(*item).unwrap()));
        whole(&a);
    }
    // What one erases, the other's ring does not keep.
    let mut a = opened(&roots[0], Arc::new(place.clone())).unwrap();
    let sealed = account(&mut a, "what she saw").unwrap();
    std::fs::copy(roots[0].join("keys/keyring"), roots[1].join("keys/keyring")).unwrap();
    let mut b = opened(&roots[1], Arc::new(place.clone())).unwrap();
    assert_eq!(*b.read(sealed).unwrap(), b"what she saw");
    let owner = a.member(None).unwrap();
    let plan = a.plan_erasure(sealed).unwrap();
    a.session(owner).unwrap().erase(&plan, "asked for").unwrap();
    b.refresh().unwrap();
    assert_eq!(b.read(sealed).unwrap_err().kind, Kind::Denied);
    let before = std::fs::read(roots[1].join("keys/keyring")).unwrap();
    drop(b.session(owner).unwrap());
    let after = std::fs::read(roots[1].join("keys/keyring")).unwrap();
    assert!(before.len() > after.len(), "the key leaves the other ring too");
}

/// What was acknowledged before something failed.
#[derive(Default)]
struct Told {
    items: Vec<ItemId>,
    is_erased: bool,
    is_synced: bool,
}

/// A collection, an appending of many, a sealing, an erasure, an exchange both ways.
fn work(root: &Path, place: Arc<dyn Place>, goes: ItemId, carried: &Path, told: &mut Told) -> Result<()> {
    let mut a = opened(root, place)?;
    let owner = a.member(None)?;
    let mut session = a.session(owner)?;
    let arrival = session.store(b"taken in".as_slice(), "open")?;
    session.append(vec![Draft::open(collected(arrival, None, "open"))])?;
    told.items.push(arrival.item);
    let long = session.store(vec![9; 300_000].as_slice(), "long")?;
    session.append((0..3).map(|i| Draft::open(collected(long, None, &format!("again {i}")))).collect())?;
    told.items.push(long.item);
    drop(session);
    told.items.push(account(&mut a, "sealed now")?);
    let plan = a.plan_erasure(goes)?;
    a.session(owner)?.erase(&plan, "asked for")?;
    told.is_erased = true;
    let synced = exchange(&mut a, &Folder::new(carried)?, false)?;
    if let Some(why) = synced.stopped {
        return Err(witnessmark_archive::Error::new(Kind::Unavailable, why));
    }
    told.is_synced = true;
    Ok(())
}

#[test]
fn every_call_of_the_place_fails_before_and_after_and_nothing_acknowledged_is_lost() {
    // No power fails here: what a sync would cost is saved.
    let dir = ["/dev/shm", "/tmp"].iter().find_map(|at| tempfile::tempdir_in(at).ok()).unwrap();
    let (good, root) = (dir.path().join("good"), dir.path().join("a"));
    let prepared = MemoryPlace::default();
    let mut a = placed(&good, Arc::new(prepared.clone())).unwrap();
    let goes = account(&mut a, "to be erased").unwrap();
    // Another office's log lies in the folder that is carried.
    let mut field = office(dir.path(), "field");
    let theirs = take_in(&mut field, b"mill at ten", "mill at ten");
    let out = dir.path().join("out");
    exchange(&mut field, &Folder::new(&out).unwrap(), false).unwrap();
    admit(&mut a, &field);
    drop(a);
    let fresh = || {
        for (from, to) in [(&good, &root), (&out, &dir.path().join("carried"))] {
            let _ = std::fs::remove_dir_all(to);
            for (path, bytes) in files(from) {
                let to = to.join(path.strip_prefix(from).unwrap());
                std::fs::create_dir_all(to.parent().unwrap()).unwrap();
                std::fs::write(to, bytes).unwrap();
            }
        }
        prepared.fork()
    };
    let carried = dir.path().join("carried");
    let (place, counted) = (fresh(), Faults::none());
    let faulty = |place: &MemoryPlace, faults: &Faults| {
        Arc::new(FaultyPlace { inner: Arc::new(place.clone()), faults: faults.clone() })
    };
    let mut told = Told::default();
    work(&root, faulty(&place, &counted), goes, &carried, &mut told).unwrap();
    assert!(told.is_synced);
    let calls = counted.calls();
    assert!(calls.len() > 100, "{}", calls.len());
    let (mut cut, mut on) = (0, 0);
    for (call, name) in (0..).zip(&calls) {
        // What only reads takes no effect; dying before a call is dying after the one before it.
        let reads =
            ["get", "load", "journal", "length", "holding", "logs", "read", "bytes", "strangers"].contains(name);
        let ways: &[_] = if reads {
            &[(When::Before, false)]
        } else {
            &[(When::Before, false), (When::After, false), (When::After, true)]
        };
        for (when, for_good) in ways.iter().copied() {
            let (place, faults) = (fresh(), Faults::at(Fault { call, when, for_good }));
            let what = format!("{when:?} call {call} ({name}), for good: {for_good}");
            let mut told = Told::default();
            let ended = work(&root, faulty(&place, &faults), goes, &carried, &mut told);
            assert!(faults.fired(), "{what}");
            if ended.is_ok() {
                on += 1
            } else {
                cut += 1
            }
            let mut a = opened(&root, Arc::new(place.clone())).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
            let owner = a.member(None).unwrap();
            drop(a.session(owner).unwrap_or_else(|e| panic!("{what}: {}", e.chain())));
            let checked = a.check(|_, _| ()).unwrap();
            assert!(checked.holds(), "{what}: {:?}", checked.findings);
            told.items.iter().for_each(|item| drop(a.read(*item).unwrap_or_else(|e| panic!("{what}: {}", e.chain()))));
            match a.plan_erasure(goes) {
                Ok(plan) => {
                    assert!(!told.is_erased, "{what}");
                    a.session(owner).unwrap().erase(&plan, "again").unwrap();
                }
                Err(e) => assert_eq!(e.kind, Kind::Conflict, "{what}: {}", e.chain()),
            }
            assert_eq!(a.read(goes).unwrap_err().kind, Kind::Denied, "{what}");
            // The exchange goes on where it was, and the field office's copy is whole.
            let synced = exchange(&mut a, &Folder::new(&carried).unwrap(), false).unwrap();
            assert!(synced.stopped.is_none() && synced.against.is_empty() && synced.missing == 0, "{what}: {synced:?}");
            a.read(theirs).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
            collect(&mut a.session(owner).unwrap(), what.as_bytes(), "after");
            assert!(a.check(|_, _| ()).unwrap().holds(), "{what}: afterwards");
        }
    }
    say(&format!("each of {} calls of a place fails: {cut} runs cut short, {on} went on", calls.len()));
}
