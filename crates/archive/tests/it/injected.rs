//! The system fails call n, or the process dies at it, for every n of a collection, a sealing and an erasure, and of an exchange that takes
//! another office's log and blobs and gives its own: of the real program on a real disk, every call that makes something durable, names it or takes it away.
//!
//! `strace` does it (Debian: `strace`): with an error the call has no effect and the program goes on from there; killed before call n,
//! call n-1 took effect and nobody was told. The children are this test program again. Where processes may not be traced, it is said
//! and passed over; with `WITNESSMARK_NO_SKIP` set a missing `strace` is a failure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use witnessmark_archive::peer::Folder;
use witnessmark_archive::{Archive, Draft, Kind, Session};
use witnessmark_model::ItemId;
use witnessmark_testkit::offices::{admit, exchange, office, take_in};

use crate::support::{archive, collect, collected, files, outside, say};

const GOES: &str = "to be erased";
const ROOT: &str = "WITNESSMARK_TEST_INJECTED";
/// What makes durable, names, or takes away.
const CALLS: &str = "fsync,fdatasync,syncfs,rename,renameat,renameat2,link,linkat,unlink,unlinkat,ftruncate";

fn account(session: &mut Session<'_>, text: &str) -> witnessmark_archive::Result<ItemId> {
    let subject = session.new_subject()?;
    let arrival = session.store_sealed(text.as_bytes(), subject)?;
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), "sealed"), subject)])?;
    Ok(arrival.item)
}

/// Dice of its own: the parent's were thrown before.
fn child_outside() -> witnessmark_archive::Outside {
    for _ in 0..1000 {
        outside().random::<32>();
    }
    outside()
}

/// What is to be erased, there from the beginning.
fn goes() -> ItemId {
    ItemId(witnessmark_archive::pack::sha256(GOES.as_bytes()).0)
}

#[test]
#[ignore = "the child of another test"]
fn does_one_of_each() {
    let Some(root) = std::env::var_os(ROOT).map(PathBuf::from) else { return };
    let work = || -> witnessmark_archive::Result<()> {
        let mut a = Archive::open(&root, None, child_outside())?;
        let owner = a.member(None)?;
        let goes = goes();
        let mut session = a.session(owner)?;
        let arrival = session.store(b"taken in".as_slice(), "open")?;
        session.append(vec![Draft::open(collected(arrival, None, "open"))])?;
        say(&format!("\ncollected {}", arrival.item));
        let sealed = account(&mut session, "sealed now")?;
        say(&format!("\nsealed {sealed}"));
        let plan = session.archive().plan_erasure(goes)?;
        session.erase(&plan, "asked for")?;
        say(&format!("\nerased {goes}"));
        Ok(())
    };
    if let Err(e) = work() {
        say(&format!("\nfailed {}", e.chain()));
    }
    say("\nended");
}

fn prepared(root: &Path) {
    let mut a = archive(root);
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    account(&mut session, GOES).unwrap();
    collect(&mut session, b"there before", "x");
}

fn copied(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    for (path, bytes) in files(from) {
        let to = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    }
}

/// What the calls of a child are made to fail at.
#[derive(Clone, Copy)]
enum Work {
    OneOfEach,
    Exchange,
}

impl Work {
    fn child(self) -> &'static str {
        match self {
            Work::OneOfEach => "injected::does_one_of_each",
            Work::Exchange => "injected::exchanges",
        }
    }

    /// What is said when all is done.
    fn done(self) -> &'static str {
        match self {
            Work::OneOfEach => "\nerased ",
            Work::Exchange => "\nexchanged",
        }
    }
}

/// Takes from the folder that is carried beside the archive, and gives to it.
#[test]
#[ignore = "the child of another test"]
fn exchanges() {
    let Some(root) = std::env::var_os(ROOT).map(PathBuf::from) else { return };
    let work = || -> witnessmark_archive::Result<()> {
        let mut a = Archive::open(&root, None, child_outside())?;
        let synced = exchange(&mut a, &Folder::new(&root.join("carried"))?, false)?;
        match synced.stopped {
            Some(why) => say(&format!("\nstopped {why}")),
            None => say("\nexchanged"),
        }
        Ok(())
    };
    if let Err(e) = work() {
        say(&format!("\nfailed {}", e.chain()));
    }
    say("\nended");
}

/// Another office's material, in a folder that is carried; its item.
fn carried(dir: &Path, root: &Path) -> ItemId {
    let mut field = office(dir, "field");
    let item = take_in(&mut field, b"mill at ten", "mill at ten");
    exchange(&mut field, &Folder::new(&root.join("carried")).unwrap(), false).unwrap();
    admit(&mut Archive::open(root, None, child_outside()).unwrap(), &field);
    item
}

/// Whatever broke off: the archive holds, and another run brings and gives the rest.
fn goes_on(root: &Path, theirs: ItemId, what: &str) {
    let mut a = Archive::open(root, None, child_outside()).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    let owner = a.member(None).unwrap();
    drop(a.session(owner).unwrap_or_else(|e| panic!("{what}: {}", e.chain())));
    let checked = a.check(|_, _| ()).unwrap();
    assert!(checked.holds(), "{what}: {:?}", checked.findings);
    let synced = exchange(&mut a, &Folder::new(&root.join("carried")).unwrap(), false).unwrap();
    assert!(synced.stopped.is_none() && synced.against.is_empty() && synced.missing == 0, "{what}: {synced:?}");
    a.read(theirs).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    assert!(a.check(|_, _| ()).unwrap().holds(), "{what}: afterwards");
    let again = exchange(&mut a, &Folder::new(&root.join("carried")).unwrap(), false).unwrap();
    assert!(again.came.is_empty() && again.blobs_went.0 == 0 && again.blobs_came.0 == 0, "{what}: {again:?}");
}

/// Runs the child under `strace` with these arguments; what it said.
fn traced(root: &Path, trace: &Path, work: Work, how: &[&str]) -> String {
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o"])
        .arg(trace)
        .args(how)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", work.child(), "--ignored", "--nocapture"])
        .env(ROOT, root)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Calls that the busiest thread made.
fn counted(trace: &Path) -> usize {
    let text = std::fs::read_to_string(trace).unwrap_or_default();
    let mut by_thread: BTreeMap<&str, usize> = BTreeMap::new();
    let calls = text.lines().filter(|line| line.contains('(') && !line.contains("resumed"));
    calls.for_each(|line| *by_thread.entry(line.split(' ').next().unwrap_or_default()).or_default() += 1);
    by_thread.into_values().max().unwrap_or(0)
}

/// Opens what a child left: all that it was told is there, all that was there stays, and work goes on.
fn survives(root: &Path, said: &str, what: &str) {
    let told =
        |word: &str| -> Option<ItemId> { said.lines().find_map(|line| line.strip_prefix(word)?.trim().parse().ok()) };
    let mut a = Archive::open(root, None, child_outside()).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
    let owner = a.member(None).unwrap();
    drop(a.session(owner).unwrap_or_else(|e| panic!("{what}: {}", e.chain())));
    let checked = a.check(|_, _| ()).unwrap();
    assert!(checked.holds(), "{what}: {:?}\n{said}", checked.findings);
    for word in ["collected ", "sealed "] {
        if let Some(item) = told(word) {
            a.read(item).unwrap_or_else(|e| panic!("{what}: {word}{item}: {}", e.chain()));
        }
    }
    let goes = goes();
    if told("erased ").is_some() {
        assert_eq!(a.read(goes).unwrap_err().kind, Kind::Denied, "{what}");
    } else {
        // Cut short, it is run again; done and not told, there is nothing left to do.
        match a.plan_erasure(goes) {
            Ok(plan) => drop(a.session(owner).unwrap().erase(&plan, "again").unwrap()),
            Err(e) => assert_eq!(e.kind, Kind::Conflict, "{what}: {}", e.chain()),
        }
        assert_eq!(a.read(goes).unwrap_err().kind, Kind::Denied, "{what}");
    }
    collect(&mut a.session(owner).unwrap(), what.as_bytes(), "after");
    assert!(a.check(|_, _| ()).unwrap().holds(), "{what}: afterwards");
}

fn at_every_call(how: &str, work: Work) {
    let dir = tempfile::tempdir().unwrap();
    let (good, root, trace) = (dir.path().join("good"), dir.path().join("a"), dir.path().join("trace"));
    prepared(&good);
    let theirs = carried(dir.path(), &good);
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("WITNESSMARK_NO_SKIP").is_none(), "no strace (Debian: strace)");
        return say("skipped: calls of the system that fail, there is no strace");
    }
    let holds = |said: &str, what: &str| match work {
        Work::OneOfEach => survives(&root, said, what),
        Work::Exchange => goes_on(&root, theirs, what),
    };
    copied(&good, &root);
    let set = format!("trace={CALLS}");
    let said = traced(&root, &trace, work, &["-e", &set]);
    if !said.contains(work.done()) {
        return say(&format!("skipped: calls of the system that fail, processes cannot be traced here: {said}"));
    }
    holds(&said, "nothing failed");
    let calls = counted(&trace);
    assert!(calls > 40, "{calls} calls: the search is blind");
    let (mut cut, mut whole) = (0, 0);
    for n in 1..=calls {
        copied(&good, &root);
        let inject = format!("inject={CALLS}:{how}:when={n}");
        let said = traced(&root, &trace, work, &["-e", &set, "-e", &inject]);
        if said.contains(work.done()) {
            whole += 1
        } else {
            cut += 1
        }
        holds(&said, &format!("{how} at call {n} of {calls}"));
    }
    say(&format!("{how} at each of {calls} calls: {cut} runs cut short, {whole} went on to the end"));
}

#[test]
fn an_error_at_any_call_loses_nothing_that_was_acknowledged() {
    at_every_call("error=EIO", Work::OneOfEach);
}

#[test]
fn a_full_disk_at_any_call_loses_nothing_that_was_acknowledged() {
    at_every_call("error=ENOSPC", Work::OneOfEach);
}

#[test]
fn death_at_any_call_loses_nothing_that_was_acknowledged() {
    at_every_call("signal=KILL", Work::OneOfEach);
}

#[test]
fn an_exchange_that_meets_an_error_at_any_call_goes_on() {
    at_every_call("error=EIO", Work::Exchange);
}

#[test]
fn an_exchange_that_dies_at_any_call_goes_on() {
    at_every_call("signal=KILL", Work::Exchange);
}
