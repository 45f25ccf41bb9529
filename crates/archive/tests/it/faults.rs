//! Storage that fails at every call, before and after it took effect: no acknowledged entry is lost, and what is left
//! opens and holds.

use proptest::prelude::*;
use witnessmark_archive::Kind;
use witnessmark_archive::log::{Accepted, Log};
use witnessmark_archive::store::{LocalHead, LocalObjects};
use witnessmark_testkit::{
    Fault, Faults, FaultyHead, FaultyObjects, MemoryHead, MemoryObjects, When, log, samples, suite,
};

/// Storage that outlives the program.
#[derive(Clone, Default)]
struct Disk {
    objects: MemoryObjects,
    head: MemoryHead,
}

impl Disk {
    fn open(&self, faults: &Faults) -> witnessmark_archive::Result<Log> {
        let objects = FaultyObjects { inner: self.objects.clone(), faults: faults.clone() };
        log::open(objects, FaultyHead { inner: self.head.clone(), faults: faults.clone() })
    }
}

/// What one run of the program was told is stored, and what it was about to store when it ended.
struct Ran {
    acknowledged: u64,
    attempted: u64,
}

/// Opens and appends batches one after the other until something fails. Samples are numbered through.
fn run(disk: &Disk, faults: &Faults, batches: &[u64]) -> Ran {
    let key = samples::log_key();
    let mut ran = Ran { acknowledged: 0, attempted: 0 };
    let Ok(mut log) = disk.open(faults) else { return ran };
    ran.acknowledged = log.size();
    for batch in batches {
        ran.attempted = ran.acknowledged + batch;
        match log.append(samples::entries(ran.acknowledged, ran.attempted), &key) {
            Ok(first) => assert_eq!(first, ran.acknowledged),
            Err(_) => {
                // What failed in the middle may not be taken up again without opening anew.
                let again = log.append(samples::entries(0, 1), &key);
                assert!(again.is_err(), "an uncertain log takes no more");
                return ran;
            }
        }
        ran.acknowledged = ran.attempted;
    }
    ran
}

/// Opens again without faults: everything that was acknowledged is there, in order, and nothing that nobody asked for.
fn survives(disk: &Disk, ran: &Ran, what: &str) {
    let mut log = disk.open(&Faults::none()).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    let entries = log::check(&log);
    let size = entries.len() as u64;
    assert!(size >= ran.acknowledged, "{what}: {} acknowledged, {size} there", ran.acknowledged);
    assert!(size <= ran.attempted.max(ran.acknowledged), "{what}: {size} entries, {} attempted", ran.attempted);
    assert_eq!(entries, samples::entries(0, size), "{what}");
    log.append(samples::entries(size, size + 2), &samples::log_key())
        .unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    assert_eq!(log::check(&log).len() as u64, size + 2, "{what}");
}

/// A first entry, a few, a batch that fills a tile and begins the next, one more, and one that ends on a tile's edge.
const BATCHES: &[u64] = &[1, 3, 260, 1, 247];

#[test]
fn failing_at_any_call_loses_nothing_that_was_acknowledged() {
    let counted = Faults::none();
    let all = run(&Disk::default(), &counted, BATCHES);
    assert_eq!(all.acknowledged, BATCHES.iter().sum::<u64>());
    let calls = counted.calls();
    assert!(calls.len() > 60, "{calls:?}");
    for (call, name) in (0..).zip(calls) {
        let torn: &[When] =
            if name == "journal_append" { &[When::Torn(3), When::Torn(8), When::Torn(15)] } else { &[] };
        for when in [When::Before, When::After].iter().chain(torn).copied() {
            for for_good in [true, false] {
                let fault = Fault { call, when, for_good };
                let (disk, faults) = (Disk::default(), Faults::at(fault));
                let ran = run(&disk, &faults, BATCHES);
                assert!(faults.fired(), "{fault:?}");
                survives(&disk, &ran, &format!("{fault:?}"));
            }
        }
    }
}

/// A crash, then a second one while the first is being mended.
#[test]
fn failing_while_recovering_loses_nothing_either() {
    let counted = Faults::none();
    run(&Disk::default(), &counted, &[3, 255]);
    for first in 0..counted.calls().len() as u64 {
        for when in [When::Before, When::After] {
            for second in 0.. {
                let disk = Disk::default();
                let ran = run(&disk, &Faults::at(Fault { call: first, when, for_good: true }), &[3, 255]);
                let mending = Faults::at(Fault { call: second, when, for_good: true });
                let again = run(&disk, &mending, &[]);
                let what = format!("{when:?} call {first}, then {second}");
                assert!(again.acknowledged == 0 || again.acknowledged >= ran.acknowledged, "{what}");
                survives(&disk, &ran, &what);
                if !mending.fired() {
                    break;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_batches_and_any_crashes(
        rounds in prop::collection::vec((prop::collection::vec(1..300u64, 0..5), 0..90u64, 0..17u8), 1..6)
    ) {
        let disk = Disk::default();
        let mut told = 0;
        for (batches, call, torn) in rounds {
            let when = match torn { 0 => When::Before, 16 => When::After, part => When::Torn(part) };
            let ran = run(&disk, &Faults::at(Fault { call, when, for_good: true }), &batches);
            prop_assert!(ran.acknowledged == 0 || ran.acknowledged >= told, "{} after {}", ran.acknowledged, told);
            told = told.max(ran.acknowledged);
        }
        let log = disk.open(&Faults::none()).unwrap();
        let entries = log::check(&log);
        prop_assert!(entries.len() as u64 >= told);
        prop_assert_eq!(&entries, &samples::entries(0, entries.len() as u64));
    }
}

#[test]
fn every_storage_passes_the_suite() {
    suite::objects_suite(MemoryObjects::default);
    let dir = tempfile::tempdir().unwrap();
    let next = std::cell::Cell::new(0);
    let folder = || {
        next.set(next.get() + 1);
        dir.path().join(next.get().to_string())
    };
    suite::objects_suite(|| LocalObjects::new(&folder()).unwrap());
    let notes: Vec<Vec<u8>> = (1..4)
        .map(|size| {
            let disk = Disk::default();
            run(&disk, &Faults::none(), &[size]);
            disk.objects.all().remove("ledger/checkpoint").unwrap()
        })
        .collect();
    let notes = [&notes[0][..], &notes[1], &notes[2]];
    suite::head_suite(MemoryHead::default, notes);
    suite::head_suite(|| LocalHead::new(&folder()).unwrap(), notes);
}

fn grown(to: u64) -> Disk {
    let disk = Disk::default();
    run(&disk, &Faults::none(), &[to]);
    disk
}

#[test]
fn a_head_that_was_rolled_back_or_belongs_to_a_fork_is_refused() {
    let disk = grown(10);
    let fork = Disk { objects: disk.objects.fork(), head: MemoryHead::default() };
    let old = disk.objects.all().remove("ledger/checkpoint").unwrap();
    let mut log = disk.open(&Faults::none()).unwrap();
    log.append(samples::entries(10, 12), &samples::log_key()).unwrap();
    drop(log);
    let now = disk.objects.all().remove("ledger/checkpoint").unwrap();
    disk.head.tamper(Some(old.clone()));
    let error = disk.open(&Faults::none()).unwrap_err();
    assert!(error.kind == Kind::Corrupt && error.hint_text().unwrap().contains("rolled back"));
    disk.head.tamper(None);
    assert_eq!(disk.open(&Faults::none()).unwrap_err().kind, Kind::Corrupt, "a head that is gone");
    disk.head.tamper(Some(now));
    assert!(disk.open(&Faults::none()).is_ok());
    fork.head.tamper(Some(old));
    let mut other = fork.open(&Faults::none()).unwrap();
    other.append(samples::entries(20, 22), &samples::log_key()).unwrap();
    disk.head.tamper(fork.objects.all().remove("ledger/checkpoint"));
    let error = disk.open(&Faults::none()).unwrap_err();
    assert!(error.hint_text().unwrap().contains("forked"), "{}", error.chain());
}

/// Whoever can write to the objects and not to the head cannot pass changed ones off.
#[test]
fn a_changed_or_missing_object_is_noticed() {
    let disk = grown(300);
    for (key, bytes) in disk.objects.all() {
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        for tampered in [Some(changed), None] {
            disk.objects.tamper(&key, tampered.clone());
            let held = std::panic::catch_unwind(|| {
                disk.open(&Faults::none()).is_ok_and(|log| log::check(&log).iter().all(log::is_signed))
            });
            assert!(!held.unwrap_or(false), "{key}, {}", if tampered.is_some() { "changed" } else { "missing" });
        }
        disk.objects.tamper(&key, Some(bytes));
    }
    assert_eq!(log::check(&disk.open(&Faults::none()).unwrap()).len(), 300);
}

/// A batch that was torn in the journal: whole lines of it count, the torn one does not, and the next entry is not
/// written behind it.
#[test]
fn a_torn_line_is_dropped_and_nothing_hides_behind_it() {
    for sixteenths in 0..=16 {
        let disk = grown(2);
        let counted = Faults::none();
        drop(disk.open(&counted).unwrap());
        let fault = Fault { call: counted.calls().len() as u64, when: When::Torn(sixteenths), for_good: true };
        let ran = run(&disk, &Faults::at(fault), &[4]);
        assert_eq!(ran.acknowledged, 2);
        let whole: Vec<Accepted> = log::check(&disk.open(&Faults::none()).unwrap());
        assert_eq!(whole.len() as u64, 2 + u64::from(sixteenths) * 4 / 16, "{sixteenths} sixteenths");
        survives(&disk, &ran, "torn");
    }
}

impl Disk {
    fn follow(&self, faults: &Faults, source: &MemoryObjects) -> witnessmark_archive::Result<u64> {
        let mut copy = self.open_copy(faults)?;
        copy.follow(source)?;
        Ok(copy.size())
    }

    fn open_copy(&self, faults: &Faults) -> witnessmark_archive::Result<Log> {
        let objects = FaultyObjects { inner: self.objects.clone(), faults: faults.clone() };
        let head = FaultyHead { inner: self.head.clone(), faults: faults.clone() };
        Log::open_followed(samples::log_key().verifier().clone(), Box::new(objects), Box::new(head), true)
    }
}

/// Following another's log fails at every call: the copy is what it was or what it was to be, and goes on.
#[test]
fn a_copy_that_is_cut_short_while_it_follows_goes_on() {
    let source = Disk::default();
    run(&source, &Faults::none(), &[3, 250]);
    let early = source.objects.fork();
    run(&source, &Faults::none(), &[9, 300]);
    let grown = source.objects.clone();
    let started = || {
        let copy = Disk::default();
        assert_eq!(copy.follow(&Faults::none(), &early).unwrap(), 253);
        copy
    };
    let counted = Faults::none();
    started().follow(&counted, &grown).unwrap();
    assert!(counted.calls().len() > 10);
    for call in 0..counted.calls().len() as u64 {
        for when in [When::Before, When::After] {
            for for_good in [true, false] {
                let copy = started();
                let faults = Faults::at(Fault { call, when, for_good });
                let _ = copy.follow(&faults, &grown);
                let what = format!("{when:?} call {call}, for good: {for_good}");
                assert!(faults.fired(), "{what}");
                let reopened = copy.open_copy(&Faults::none()).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
                assert!([253, 562].contains(&reopened.size()), "{what}");
                assert_eq!(log::check(&reopened), samples::entries(0, reopened.size()), "{what}");
                assert_eq!(copy.follow(&Faults::none(), &grown).unwrap(), 562, "{what}");
                // One that is behind brings nothing, and one that is another's is refused.
                assert_eq!(copy.follow(&Faults::none(), &early).unwrap(), 562, "{what}");
            }
        }
    }
}
