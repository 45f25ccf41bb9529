//! What every storage must do, whatever it is made of: memory, a folder, a bucket.

use std::path::Path;

use witnessmark_archive::peer::{Folder, Peer};
use witnessmark_archive::store::{Head, Objects, Stored};
use witnessmark_archive::{Archive, Kind};
use witnessmark_model::ItemId;

use crate::faults::{Fault, Faults, When};
use crate::offices::{admit, exchange, office, reopened, take_in};
use crate::peers::FaultyPeer;

/// Runs the suite on fresh, empty objects that `make` gives, a new one for each part.
///
/// # Panics
/// With what the objects got wrong.
pub fn objects_suite<O: Objects>(make: impl Fn() -> O) {
    absent_is_none(&make());
    what_is_put_is_there(&make());
    written_once(&make());
    publishing_replaces(&make());
    removing(&make());
    two_at_once(&make());
}

const KEYS: [&str; 4] = ["a", "deep/er/x001/x234/067", "blob.p/255", "ü/صورة"];

fn absent_is_none(objects: &impl Objects) {
    for key in KEYS {
        assert_eq!(objects.get(key).unwrap(), None, "{key}");
    }
}

fn what_is_put_is_there(objects: &impl Objects) {
    let large: Vec<u8> = (0..3 << 20).map(|i: u32| ((i * 7) >> 3) as u8).collect();
    for (key, bytes) in KEYS.into_iter().zip([&b""[..], b"\0\n\xff", b"x", &large]) {
        assert_eq!(objects.put_new(key, bytes).unwrap(), Stored::New, "{key}");
        assert_eq!(objects.get(key).unwrap().as_deref(), Some(bytes), "{key}");
    }
    assert_eq!(objects.get("deep/er/x001").ok().flatten(), None, "a folder is no object");
}

fn written_once(objects: &impl Objects) {
    objects.put_new("k", b"first").unwrap();
    assert_eq!(objects.put_new("k", b"first").unwrap(), Stored::AlreadySame);
    for other in [&b"secon"[..], b"first!", b"firs", b""] {
        assert_eq!(objects.put_new("k", other).unwrap_err().kind, Kind::Corrupt, "{other:?}");
    }
    assert_eq!(objects.get("k").unwrap().as_deref(), Some(&b"first"[..]));
}

fn publishing_replaces(objects: &impl Objects) {
    let mut seen: Option<&[u8]> = None;
    for bytes in [&b"long first"[..], b"2", b"", b"third"] {
        assert_eq!(objects.publish("pointer", Some(b"what is not there"), bytes).unwrap_err().kind, Kind::Conflict);
        objects.publish("pointer", seen, bytes).unwrap();
        assert_eq!(objects.get("pointer").unwrap().as_deref(), Some(bytes));
        assert_eq!(objects.publish("pointer", None, b"first after all").unwrap_err().kind, Kind::Conflict);
        seen = Some(bytes);
    }
}

fn removing(objects: &impl Objects) {
    objects.remove_superseded("tile/0/000.p/1").unwrap();
    objects.put_new("tile/0/000.p/2", b"2").unwrap();
    objects.put_new("tile/0/000.p/3", b"3").unwrap();
    objects.remove_superseded("tile/0/000.p/2").unwrap();
    assert_eq!(objects.get("tile/0/000.p/2").unwrap(), None);
    assert_eq!(objects.get("tile/0/000.p/3").unwrap().as_deref(), Some(&b"3"[..]));
}

/// Several writers of one key: one is first, the same bytes are fine, others are told.
fn two_at_once(objects: &impl Objects) {
    for round in 0..20 {
        let key = format!("contested/{round}");
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let key = &key;
            let put = |byte: u8| scope.spawn(move || objects.put_new(key, &[byte; 4096]).map_err(|e| e.kind));
            let running: Vec<_> = [1, 1, 2].map(put).into_iter().collect();
            running.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let count = |of: &std::result::Result<Stored, Kind>| outcomes.iter().filter(|o| *o == of).count();
        assert_eq!(count(&Ok(Stored::New)), 1, "{outcomes:?}");
        let there = objects.get(&key).unwrap().unwrap();
        let corrupt = if there[0] == 1 { 1 } else { 2 };
        assert_eq!(count(&Err(Kind::Corrupt)), corrupt, "{outcomes:?}");
        assert!(there.len() == 4096 && there.iter().all(|b| *b == there[0]), "a whole object or none");
    }
}

/// Runs the suite on fresh, empty heads. `notes` are three signed checkpoints of growing size.
///
/// # Panics
/// With what the head got wrong.
pub fn head_suite<H: Head>(make: impl Fn() -> H, notes: [&[u8]; 3]) {
    let head = make();
    assert_eq!(head.load().unwrap(), None);
    assert_eq!(head.swap(Some(notes[0]), notes[1]).unwrap_err().kind, Kind::Conflict);
    head.swap(None, notes[0]).unwrap();
    assert_eq!(head.swap(None, notes[1]).unwrap_err().kind, Kind::Conflict);
    assert_eq!(head.load().unwrap().as_deref(), Some(notes[0]));
    head.swap(Some(notes[0]), notes[1]).unwrap();
    assert_eq!(head.swap(Some(notes[0]), notes[2]).unwrap_err().kind, Kind::Conflict);
    assert_eq!(head.load().unwrap().as_deref(), Some(notes[1]));
    // The head stands at 2: what comes after two entries is said once, by whoever is first.
    assert_eq!(head.journal(2, 2).unwrap(), b"");
    head.journal_clear(2).unwrap();
    head.journal_append(2, b"one\n").unwrap();
    assert_eq!(head.journal(2, 2).unwrap(), b"one\n");
    head.swap(Some(notes[1]), notes[2]).unwrap();
    assert_eq!(head.journal(2, 3).unwrap(), b"one\n", "it leads from what is published to the head");
    head.journal_clear(3).unwrap();
    assert_eq!(head.journal(3, 3).unwrap(), b"");
    head.journal_append(3, b"three\n").unwrap();
    assert_eq!(head.journal(3, 3).unwrap(), b"three\n");
    assert_eq!(head.load().unwrap().as_deref(), Some(notes[2]), "the journal is not the head");
    if let Err(e) = head.journal_append(3, b"another three\n") {
        // Where writers hold no lock, the first has said it; where they do, nobody else is there.
        assert_eq!(e.kind, Kind::Conflict);
        assert_eq!(head.journal(3, 3).unwrap(), b"three\n");
        head.journal_append(3, b"three\n").unwrap();
    }
}

/// When a call fails, in turn.
const FAULTS: [(When, bool); 3] = [(When::Before, true), (When::After, true), (When::After, false)];

/// Runs an exchange through a place that `make` gives, a new and empty one each time: what one office gives another takes;
/// and every call of the place fails, before and after it took effect, while it is given to and while it is taken from. Whatever
/// failed, the archives open and hold, and the next run brings the rest. Gives the number of faults tried.
///
/// # Panics
/// With what the place got wrong.
pub fn peer_suite(root: &Path, make: &dyn Fn() -> Box<dyn Peer>) -> usize {
    let (mut head, mut field) = (office(root, "head"), office(root, "field"));
    let long: Vec<u8> = (0..70_000_u32).flat_map(|i| (i.wrapping_mul(i) >> 3).to_le_bytes()).collect();
    let items = [take_in(&mut field, b"bakery at nine", "bakery at nine"), take_in(&mut field, &long, "a long one")];
    admit(&mut head, &field);
    drop(head);
    let whole = make();
    let counted = Faults::none();
    let given = exchange(&mut field, &FaultyPeer { inner: &*whole, faults: counted.clone() }, false).unwrap();
    assert_eq!((given.went.len(), given.blobs_went.0, &given.stopped), (1, 4, &None), "{given:?}");
    assert!(given.against.is_empty(), "{given:?}");
    let again = exchange(&mut field, &*whole, false).unwrap();
    assert!(again.went.is_empty() && again.blobs_went.0 == 0 && !again.is_news(), "{again:?}");
    let mut tried = 0;
    for call in 0..counted.calls().len() as u64 {
        for (when, for_good) in FAULTS {
            let (peer, faults) = (make(), Faults::at(Fault { call, when, for_good }));
            let what =
                format!("giving, {when:?} call {call} ({}), for good: {for_good}", counted.calls()[call as usize]);
            let cut = exchange(&mut field, &FaultyPeer { inner: &*peer, faults: faults.clone() }, false);
            assert!(faults.fired(), "{what}");
            assert!(cut.is_ok_and(|cut| cut.against.is_empty()), "{what}: nothing is the peer's fault");
            let rest = exchange(&mut field, &*peer, false).unwrap();
            assert!(rest.stopped.is_none() && rest.against.is_empty(), "{what}: {rest:?}");
            taken_whole(root, &*peer, &items, &what);
            tried += 1;
        }
    }
    tried + every_fault_of_taking(root, &*whole, &items)
}

/// The second half of [`peer_suite`] for places that only give: `serve` makes one of a folder.
///
/// # Panics
/// With what the place got wrong.
pub fn taking_suite(root: &Path, serve: &dyn Fn(&Path) -> Box<dyn Peer>) -> usize {
    let (mut head, mut field) = (office(root, "head"), office(root, "field"));
    let items =
        [take_in(&mut field, b"bakery at nine", "bakery at nine"), take_in(&mut field, &[7; 90_000], "a long one")];
    admit(&mut head, &field);
    drop(head);
    let out = root.join("out");
    exchange(&mut field, &Folder::new(&out).unwrap(), false).unwrap();
    every_fault_of_taking(root, &*serve(&out), &items)
}

fn every_fault_of_taking(root: &Path, whole: &dyn Peer, items: &[ItemId]) -> usize {
    let mut tried = 0;
    let counted = Faults::none();
    let mut reader = fresh(root);
    exchange(&mut reader, &FaultyPeer { inner: whole, faults: counted.clone() }, true).unwrap();
    drop(reader);
    for call in 0..counted.calls().len() as u64 {
        for (when, for_good) in FAULTS {
            let what =
                format!("taking, {when:?} call {call} ({}), for good: {for_good}", counted.calls()[call as usize]);
            let mut reader = fresh(root);
            let faults = Faults::at(Fault { call, when, for_good });
            let cut = exchange(&mut reader, &FaultyPeer { inner: whole, faults: faults.clone() }, true);
            assert!(faults.fired(), "{what}");
            assert!(cut.as_ref().is_ok_and(|cut| cut.against.is_empty()), "{what}: {cut:?}");
            holds(reader, &what);
            let mut reader = reopened(&root.join("reader"));
            let rest = exchange(&mut reader, whole, true).unwrap();
            assert!(rest.stopped.is_none() && rest.against.is_empty() && rest.missing == 0, "{what}: {rest:?}");
            items.iter().for_each(|item| drop(reader.read(*item).unwrap_or_else(|e| panic!("{what}: {}", e.chain()))));
            holds(reader, &what);
            tried += 1;
        }
    }
    tried
}

/// The head office as it was before it took anything.
fn fresh(root: &Path) -> Archive {
    let reader = root.join("reader");
    let _ = std::fs::remove_dir_all(&reader);
    copy_folder(&root.join("head"), &reader);
    reopened(&reader)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Everything comes, and holds.
fn taken_whole(root: &Path, peer: &dyn Peer, items: &[ItemId], what: &str) {
    let mut reader = fresh(root);
    let taken = exchange(&mut reader, peer, true).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    assert!(taken.came.len() == 1 && taken.missing == 0 && taken.against.is_empty(), "{what}: {taken:?}");
    items.iter().for_each(|item| drop(reader.read(*item).unwrap_or_else(|e| panic!("{what}: {}", e.chain()))));
    holds(reader, what);
}

fn holds(reader: Archive, what: &str) {
    let checked = reader.check(|_, _| ()).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    assert!(checked.holds(), "{what}: {:?}", checked.findings);
}
