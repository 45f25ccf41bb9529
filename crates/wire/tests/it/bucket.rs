//! Logs and blobs in a bucket of a real S3 server: the suites that every storage passes, writers that know nothing of each
//! other, answers that get lost, and exchanges that break off.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use witnessmark_archive::Kind;
use witnessmark_archive::log::{Accepted, Log};
use witnessmark_archive::peer::Peer;
use witnessmark_archive::store::{Head as _, Objects as _};
use witnessmark_testkit::offices::{admit, exchange, office, take_in};
use witnessmark_testkit::{
    Fault, Faults, FaultyHead, FaultyObjects, MemoryHead, MemoryObjects, When, log, samples, suite,
};
use witnessmark_wire::bucket::Bucket;

use crate::s3::S3;
use crate::say;

fn open(bucket: &Bucket) -> witnessmark_archive::Result<Log> {
    log::open(bucket.objects("logs/l/"), bucket.head("logs/l/"))
}

/// A new place each time.
fn places() -> impl Fn() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    || format!("place-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn a_bucket_passes_the_suites() {
    let Some(s3) = S3::start() else { return };
    let place = places();
    suite::objects_suite(|| s3.bucket(&place()).objects("x/"));
    let notes: Vec<Vec<u8>> = (1..4)
        .map(|size| {
            let objects = MemoryObjects::default();
            let mut log = log::open(objects.clone(), MemoryHead::default()).unwrap();
            log.append(samples::entries(0, size), &samples::log_key()).unwrap();
            objects.all().remove("ledger/checkpoint").unwrap()
        })
        .collect();
    suite::head_suite(|| s3.bucket(&place()).head("x/"), [&notes[0], &notes[1], &notes[2]]);
    // A batch that came too late for the size that it was meant for says nothing.
    let bucket = s3.bucket(&place());
    let mut log = open(&bucket).unwrap();
    log.append(samples::entries(0, 3), &samples::log_key()).unwrap();
    bucket.head("logs/l/").journal_append(0, b"what a late writer meant to say\n").unwrap();
    assert_eq!(log::check(&open(&bucket).unwrap()).len(), 3);
    log.append(samples::entries(3, 4), &samples::log_key()).unwrap();
    assert_eq!(bucket.objects("logs/l/").get(&format!("journal/{:020}", 0)).unwrap(), None, "it is swept");
}

/// Several sequencers of one log, each with entries of its own, none knowing of the others. Some answers get lost.
#[test]
fn of_two_sequencers_at_once_one_wins_and_none_forks() {
    let Some(s3) = S3::start() else { return };
    for lossy in [false, true] {
        let place = places()();
        let answers = Arc::new(AtomicU64::new(0));
        let writer = |who: u64| {
            let answers = answers.clone();
            // Every seventh answer to a write is lost after the write took effect.
            let lost = Arc::new(move |method: &str, _: &str| {
                lossy && method == "PUT" && answers.fetch_add(1, Ordering::Relaxed) % 7 == 3
            });
            let bucket = s3.losing(&place, lost);
            let (mut told, mut lost_races) = (Vec::new(), 0);
            let mut batch = 0;
            while batch < 4 {
                let from = who * 100 + batch * 3;
                let entries = samples::entries(from, from + 3);
                let appended = open(&bucket).and_then(|mut log| log.append(entries.clone(), &samples::log_key()));
                match appended {
                    Ok(_) => {
                        told.push(entries);
                        batch += 1;
                    }
                    Err(e) if e.kind == Kind::Conflict => lost_races += 1,
                    // Every attempt met a lost answer: nobody knows, so it is tried again, and may be there twice.
                    Err(e) if lossy && e.kind == Kind::Unavailable => lost_races += 1,
                    Err(e) => panic!("{}", e.chain()),
                }
                assert!(lost_races < 200, "a writer never gets its turn");
            }
            (told, lost_races)
        };
        let all: Vec<_> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..3).map(|who| scope.spawn(move || writer(who))).collect();
            running.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let there = log::check(&open(&s3.bucket(&place)).unwrap());
        for batch in all.iter().flat_map(|(told, _)| told) {
            let times = there.windows(batch.len()).filter(|window| window == batch).count();
            assert!(times >= 1, "what was acknowledged is there, and in one piece");
            assert!(lossy || times == 1, "and once");
        }
        assert!(lossy || there.len() == 36, "{}", there.len());
        let races: Vec<usize> = all.iter().map(|(_, races)| *races).collect();
        say(&format!("lossy: {lossy}; {} entries of three writers; races lost: {races:?}", there.len()));
    }
}

struct Ran {
    acknowledged: u64,
    attempted: u64,
}

fn run(bucket: &Bucket, faults: &Faults, batches: &[u64]) -> Ran {
    let mut ran = Ran { acknowledged: 0, attempted: 0 };
    let objects = FaultyObjects { inner: bucket.objects("logs/l/"), faults: faults.clone() };
    let head = FaultyHead { inner: bucket.head("logs/l/"), faults: faults.clone() };
    let Ok(mut log) = log::open(objects, head) else { return ran };
    for batch in batches {
        ran.attempted = ran.acknowledged + batch;
        if log.append(samples::entries(ran.acknowledged, ran.attempted), &samples::log_key()).is_err() {
            return ran;
        }
        ran.acknowledged = ran.attempted;
    }
    ran
}

fn survives(bucket: &Bucket, ran: &Ran, what: &str) {
    let mut log = open(bucket).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    let entries: Vec<Accepted> = log::check(&log);
    let size = entries.len() as u64;
    assert!((ran.acknowledged..=ran.attempted.max(ran.acknowledged)).contains(&size), "{what}: {size}");
    assert_eq!(entries, samples::entries(0, size), "{what}");
    log.append(samples::entries(size, size + 1), &samples::log_key())
        .unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    assert_eq!(log::check(&log).len() as u64, size + 1, "{what}");
}

/// Every call of an append fails, before and after it took effect, once and for good.
#[test]
fn an_append_to_a_bucket_that_fails_at_any_call_loses_nothing() {
    let Some(s3) = S3::start() else { return };
    let place = places();
    let counted = Faults::none();
    assert_eq!(run(&s3.bucket(&place()), &counted, &[2, 3]).acknowledged, 5);
    let calls = counted.calls().len() as u64;
    for call in 0..calls {
        for (when, for_good) in [(When::Before, true), (When::After, true), (When::After, false)] {
            let (bucket, faults) = (s3.bucket(&place()), Faults::at(Fault { call, when, for_good }));
            let ran = run(&bucket, &faults, &[2, 3]);
            assert!(faults.fired());
            survives(&bucket, &ran, &format!("{when:?} call {call}, for good: {for_good}"));
        }
    }
    say(&format!("{calls} calls of opening and two appends, each failing three ways"));
}

/// The answer to the n-th request is lost after the request took effect: once, and it is made up for; for good, and whoever comes
/// next finishes it.
#[test]
fn an_answer_that_gets_lost_is_made_up_for() {
    let Some(s3) = S3::start() else { return };
    let place = places();
    for for_good in [false, true] {
        for n in 0.. {
            let left = Arc::new(AtomicI64::new(n));
            let count = left.clone();
            let place = place();
            let bucket = s3.losing(
                &place,
                Arc::new(move |method: &str, url: &str| {
                    if method == "GET" || url.contains("/probe/") {
                        return false;
                    }
                    let now = count.fetch_sub(1, Ordering::SeqCst);
                    now == 0 || (for_good && now < 0)
                }),
            );
            let ran = run(&bucket, &Faults::none(), &[2]);
            let reached = left.load(Ordering::SeqCst) < 0;
            if !for_good {
                assert_eq!(ran.acknowledged, 2, "request {n}: a single lost answer is no failure");
            }
            survives(&s3.bucket(&place), &ran, &format!("request {n}, for good: {for_good}"));
            if !reached {
                say(&format!("{n} writes, each with its answer lost; for good: {for_good}"));
                break;
            }
            if for_good && n > 2 {
                // Each later one waits through every attempt; the first ones are accept, commit, apply.
                break;
            }
        }
    }
}

#[test]
fn logs_and_blobs_go_through_a_bucket_whatever_fails() {
    let Some(s3) = S3::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let place = places();
    let tried = suite::peer_suite(dir.path(), &|| Box::new(s3.bucket(&place())));
    assert!(tried > 100, "{tried}");
    say(&format!("{tried} faults of a bucket"));
}

#[test]
fn long_blobs_go_in_parts_and_lies_in_a_bucket_are_named() {
    let Some(s3) = S3::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let bucket = s3.bucket(&places()());
    let (mut head, mut field) = (office(dir.path(), "head"), office(dir.path(), "field"));
    let film: Vec<u8> = (0..5_200_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let long = take_in(&mut field, &film, "a film");
    // More than are asked for one by one.
    let many: Vec<_> = (0..70_u32).map(|i| take_in(&mut field, &i.to_le_bytes(), &format!("post {i}"))).collect();
    admit(&mut head, &field);
    let given = exchange(&mut field, &bucket, false).unwrap();
    assert_eq!((given.blobs_went.0, &given.stopped), (142, &None), "{given:?}");
    // Some of what is in the bucket is changed by whoever runs it.
    let key = witnessmark_archive::layout::Layout::blob_key(witnessmark_model::Digest(many[3].0));
    let raw = bucket.objects("");
    raw.publish(&key, raw.get(&key).unwrap().as_deref(), b"other").unwrap();
    let taken = exchange(&mut head, &bucket, true).unwrap();
    assert!(taken.against.len() == 1 && taken.against[0].contains(bucket.name()), "{taken:?}");
    assert_eq!((taken.missing, taken.blobs_came.0), (1, 141), "{taken:?}");
    assert_eq!(head.read(long).unwrap().as_slice(), film);
    let checked = head.check(|_, _| ()).unwrap();
    assert!(checked.holds() && checked.not_arrived == 1, "{:?}", checked.findings);
    // A blob that is damaged here does not go there.
    let there: BTreeSet<_> = bucket.logs(&[]).unwrap().into_iter().collect();
    assert_eq!(there, [field.config().log_id().to_string()].into());
    let rotten = take_in(&mut field, &film[..9_000_000], "another film");
    let path = field.layout().blob(witnessmark_model::Digest(rotten.0));
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, &film[1..9_000_001]).unwrap();
    let given = exchange(&mut field, &bucket, false).unwrap();
    assert!(given.against.iter().any(|what| what.contains("not those that its name says")), "{given:?}");
    assert_eq!(bucket.holding(&[witnessmark_model::Digest(rotten.0)].into()).unwrap().len(), 0);
}

#[test]
fn who_may_not_write_is_told_so_without_the_secret() {
    let Some(s3) = S3::start() else { return };
    let wrong = s3.with_secret("another-secret-entirely");
    let error = wrong.objects("").put_new("k", b"x").unwrap_err();
    assert!(!error.chain().contains("another-secret"), "{}", error.chain());
    assert!(error.chain().contains("s3://"), "{}", error.chain());
}

/// Not a test: how fast logs and blobs go to a bucket on this machine and come back. `cargo nextest run -p witnessmark-wire
/// --features bucket --run-ignored only -E 'test(speed)' --no-capture`; `witnessmark bench exchange` measures any bucket.
#[test]
#[ignore = "it measures"]
fn speed_of_a_bucket_on_this_machine() {
    let Some(s3) = S3::start() else { return };
    for (items, bytes) in [(500_u32, 100_000), (2, 100_000_000)] {
        let dir = tempfile::tempdir().unwrap();
        let bucket = s3.bucket(&format!("speed-{items}"));
        let (mut head, mut field) = (office(dir.path(), "head"), office(dir.path(), "field"));
        for n in 0..items {
            let piece: Vec<u8> = n.to_le_bytes().into_iter().cycle().take(bytes).collect();
            take_in(&mut field, &piece, &format!("item {n}"));
        }
        admit(&mut head, &field);
        for (what, office, take_only) in [("given", &mut field, false), ("taken", &mut head, true)] {
            let began = std::time::Instant::now();
            let done = exchange(office, &bucket, take_only).unwrap();
            let seconds = began.elapsed().as_secs_f64();
            let (blobs, all) = if take_only { done.blobs_came } else { done.blobs_went };
            say(&format!(
                "{what}: {blobs} blobs, {all} bytes in {seconds:.2} s: {:.1} MB/s, {:.0} blobs/s",
                all as f64 / seconds / 1e6,
                blobs as f64 / seconds
            ));
        }
    }
    let bucket = s3.bucket("speed-append");
    let began = std::time::Instant::now();
    let mut log = open(&bucket).unwrap();
    for batch in 0..20_u64 {
        log.append(samples::entries(batch * 100, batch * 100 + 100), &samples::log_key()).unwrap();
    }
    let seconds = began.elapsed().as_secs_f64();
    say(&format!("appended in a bucket: 20 batches of 100 in {seconds:.2} s: {:.0} entries/s", 2000.0 / seconds));
}
