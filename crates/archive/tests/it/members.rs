//! Keys that come and go, a clock that goes back, and what a stolen key could have signed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use witnessmark_archive::members::Stolen;
use witnessmark_archive::{Archive, Kind, Opened, Outside};
use witnessmark_model::vocabulary::Role;

use crate::support::{archive, collect, outside};

#[test]
fn a_rotated_key_signs_no_more_and_the_new_one_does() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let old = a.member(None).unwrap();
    let mut session = a.session(old).unwrap();
    let new = session.rotate_member("Ada", "yearly").unwrap();
    assert_eq!(session.member(), new);
    collect(&mut session, b"after", "after.txt");
    drop(session);
    assert_eq!(a.session(old).map(drop).unwrap_err().kind, Kind::Denied);
    drop(a);
    let mut a = Archive::open(&root, None, outside()).unwrap();
    assert_eq!(a.member(Some("Ada")).unwrap(), new);
    assert_eq!(a.member(None).unwrap(), new, "still the owner");
    collect(&mut a.session(new).unwrap(), b"later", "later.txt");
    let members = a.world().members();
    assert!(members[&old].revoked && members[&new].replaces == Some(old) && members[&new].role == Role::Owner);
    let checked = a.check(|_, _| ()).unwrap();
    assert!(checked.holds() && checked.doubtful.is_empty(), "{checked:?}");
}

#[test]
fn one_member_has_a_key_for_each_device() {
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let laptop = session.add_member_on("Bea", Some("laptop"), Role::Investigator, None).unwrap();
    let phone = session.add_member_on("Bea", Some("phone"), Role::Investigator, None).unwrap();
    assert_eq!(session.add_member_on("Bea", Some("phone"), Role::Investigator, None).unwrap_err().kind, Kind::Conflict);
    assert!(session.add_member_on("Be@a", None, Role::Investigator, None).is_err());
    assert_eq!(session.revoke_member("Bea", "lost", Stolen::No).unwrap_err().kind, Kind::Invalid, "which?");
    session.revoke_member("Bea@phone", "lost", Stolen::No).unwrap();
    drop(session);
    assert_eq!(a.member(Some("Bea")).unwrap(), laptop);
    assert_eq!(a.session(phone).map(drop).unwrap_err().kind, Kind::Denied);
    let mut theirs = a.session(laptop).unwrap();
    assert_eq!(theirs.revoke_member("Ada", "a coup", Stolen::No).unwrap_err().kind, Kind::Denied);
}

#[test]
fn what_a_stolen_key_could_have_signed_is_named_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let clock = Arc::new(AtomicI64::new(1_900_000_000));
    let mut a = with_clock(&root, &clock);
    let owner = a.member(None).unwrap();
    let thief = a.session(owner).unwrap().add_member("Bea", Role::Investigator, None).unwrap();
    collect(&mut a.session(thief).unwrap(), b"hers", "hers.txt");
    let stolen_at = clock.fetch_add(1000, Ordering::Relaxed) + 500;
    collect(&mut a.session(thief).unwrap(), b"whose", "whose.txt");
    collect(&mut a.session(owner).unwrap(), b"mine", "mine.txt");
    let mut session = a.session(owner).unwrap();
    let since = jiff::Timestamp::from_second(stolen_at).unwrap();
    session.revoke_member("Bea", "bag stolen", Stolen::Since(since)).unwrap();
    assert_eq!(session.revoke_member("Ada", "", Stolen::No).unwrap_err().kind, Kind::Invalid, "its own key");
    drop(session);
    let checked = a.check(|_, _| ()).unwrap();
    assert!(checked.holds(), "{:?}", checked.findings);
    let named: Vec<&str> = checked.doubtful.iter().map(|d| d.at.as_str()).collect();
    assert_eq!(named, ["entry 3"]);
}

fn with_clock(root: &std::path::Path, clock: &Arc<AtomicI64>) -> Archive {
    let (clock, dice) = (Arc::clone(clock), outside());
    let outside = Outside::new(
        move || jiff::Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap(),
        move |bytes| bytes.iter_mut().for_each(|b| *b = dice.random::<1>()[0]),
    );
    let new = Opened {
        name: "Test".into(),
        owner: "Ada".into(),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: None,
    };
    Archive::init(root, new, outside).unwrap()
}

#[test]
fn a_clock_that_goes_back_is_written_down() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let clock = Arc::new(AtomicI64::new(1_900_000_000));
    let mut a = with_clock(&root, &clock);
    let owner = a.member(None).unwrap();
    collect(&mut a.session(owner).unwrap(), b"1", "1");
    clock.fetch_sub(86_400, Ordering::Relaxed);
    collect(&mut a.session(owner).unwrap(), b"2", "2");
    clock.fetch_add(10, Ordering::Relaxed);
    collect(&mut a.session(owner).unwrap(), b"3", "3");
    drop(a);
    let a = Archive::open(&root, None, outside()).unwrap();
    let notes: Vec<Option<&str>> = a.world().entries().map(|e| e.clock.as_deref()).collect();
    assert_eq!(notes[..2], [None, None]);
    assert_eq!(notes[2].unwrap(), "86400 s behind entry 1, which says 2030-03-17T17:46:40Z");
    assert_eq!(notes[3], None, "behind the first, ahead of the one before");
    assert!(a.check(|_, _| ()).unwrap().holds());
}

/// A program that does not ask whether its key was revoked (or a thief who has the log's key too) appends all the same.
#[test]
fn what_a_key_signed_after_its_revocation_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let known = session.archive().world().members()[&owner].clone();
    let revoked = witnessmark_model::entry::Keyed { revoked: true, ..known };
    session.append(vec![witnessmark_archive::Draft::open(revoked)]).unwrap();
    collect(&mut session, b"afterwards", "afterwards.txt");
    drop(session);
    let checked = a.check(|_, _| ()).unwrap();
    assert_eq!(checked.findings.len(), 1, "{:?}", checked.findings);
    assert_eq!(checked.findings[0].at, "entry 2");
    assert!(checked.findings[0].what.contains("(Ada): entry 1 had revoked the key"), "{:?}", checked.findings);
}
