//! The system fails call n, or the process dies at it, for every n of a collection, a sealing and an erasure: of the real program on a
//! real disk, every call that makes something durable, names it or takes it away.
//!
//! `strace` does it (Debian: `strace`): with an error the call has no effect and the program goes on from there; killed before call n,
//! call n-1 took effect and nobody was told. The children are this test program again. Where processes may not be traced, it is said
//! and passed over; with `WITNESSMARK_NO_SKIP` set a missing `strace` is a failure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use witnessmark_archive::{Archive, Draft, Kind, Session};
use witnessmark_model::ItemId;

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

/// Runs the child under `strace` with these arguments; what it said.
fn traced(root: &Path, trace: &Path, how: &[&str]) -> String {
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o"])
        .arg(trace)
        .args(how)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "injected::does_one_of_each", "--ignored", "--nocapture"])
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

fn at_every_call(how: &str) {
    let dir = tempfile::tempdir().unwrap();
    let (good, root, trace) = (dir.path().join("good"), dir.path().join("a"), dir.path().join("trace"));
    prepared(&good);
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("WITNESSMARK_NO_SKIP").is_none(), "no strace (Debian: strace)");
        return say("skipped: calls of the system that fail, there is no strace");
    }
    copied(&good, &root);
    let set = format!("trace={CALLS}");
    let said = traced(&root, &trace, &["-e", &set]);
    if !said.contains("\nerased ") {
        return say(&format!("skipped: calls of the system that fail, processes cannot be traced here: {said}"));
    }
    survives(&root, &said, "nothing failed");
    let calls = counted(&trace);
    assert!(calls > 40, "{calls} calls: the search is blind");
    let (mut cut, mut whole) = (0, 0);
    for n in 1..=calls {
        copied(&good, &root);
        let inject = format!("inject={CALLS}:{how}:when={n}");
        let said = traced(&root, &trace, &["-e", &set, "-e", &inject]);
        if said.contains("\nerased ") {
            whole += 1
        } else {
            cut += 1
        }
        survives(&root, &said, &format!("{how} at call {n} of {calls}"));
    }
    say(&format!("{how} at each of {calls} calls: {cut} runs cut short, {whole} went on to the end"));
}

#[test]
fn an_error_at_any_call_loses_nothing_that_was_acknowledged() {
    at_every_call("error=EIO");
}

#[test]
fn a_full_disk_at_any_call_loses_nothing_that_was_acknowledged() {
    at_every_call("error=ENOSPC");
}

#[test]
fn death_at_any_call_loses_nothing_that_was_acknowledged() {
    at_every_call("signal=KILL");
}
