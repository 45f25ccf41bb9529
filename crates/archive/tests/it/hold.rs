//! What is held cannot be erased by one person, nor by one who takes the hold back as other entries are taken back.

use witnessmark_archive::sync::Exchange;
use witnessmark_archive::{Archive, Draft, Kind, Opened, Pace};
use witnessmark_model::entry::{Body, HoldClass, Opposing, ReleaseClass, Withdrawn};
use witnessmark_model::vocabulary::Role;
use witnessmark_model::{EntryRef, ItemId, MemberKey};

use crate::support::{archive, collect, collected, files, outside};

fn account(a: &mut Archive, text: &str) -> ItemId {
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let subject = session.new_subject().unwrap();
    let arrival = session.store_sealed(text.as_bytes(), subject).unwrap();
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), "account"), subject)]).unwrap();
    arrival.item
}

fn second(a: &mut Archive, name: &str, role: Role) -> MemberKey {
    let owner = a.member(None).unwrap();
    a.session(owner).unwrap().add_member(name, role, None).unwrap()
}

fn hold(a: &mut Archive, by: MemberKey, item: ItemId) -> EntryRef {
    a.session(by).unwrap().hold(item, HoldClass::CourtOrder, "order 7 of the HUSHED court").unwrap()
}

fn release(a: &mut Archive, by: MemberKey, hold: EntryRef) -> witnessmark_archive::Result<EntryRef> {
    a.session(by)?.release(hold, ReleaseClass::DangerToPerson, Opposing::NotAffected, "she was followed")
}

fn erase(a: &mut Archive, by: MemberKey, item: ItemId) -> witnessmark_archive::Result<EntryRef> {
    let plan = a.plan_erasure(item)?;
    a.session(by)?.erase(&plan, "asked for")
}

#[test]
fn it_takes_two_to_erase_what_is_held() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    let bea = second(&mut a, "Bea", Role::Reviewer);
    let item = account(&mut a, "who saw it");
    let held = hold(&mut a, owner, item);
    let plan = a.plan_erasure(item).unwrap();
    assert!(plan.holds.len() == 1 && plan.to_string().contains("holds it (court_order)"));
    let error = erase(&mut a, owner, item).unwrap_err();
    assert!(error.kind == Kind::Denied && error.hint_text().unwrap().contains("release"), "{}", error.chain());
    // Not by the one who releases it, and not by another device of the same person.
    release(&mut a, bea, held).unwrap();
    let telephone = a.session(owner).unwrap().add_member_on("Bea", Some("telephone"), Role::Reviewer, None).unwrap();
    for same in [bea, telephone] {
        let error = erase(&mut a, same, item).unwrap_err();
        assert!(error.hint_text().unwrap().contains("another member"), "{}", error.chain());
    }
    assert_eq!(a.read(item).unwrap().as_slice(), b"who saw it", "a refusal destroys nothing");
    let at = erase(&mut a, owner, item).unwrap();
    let Body::Erased(erased) = &a.world().entry(at).unwrap().body else { panic!() };
    let released = a.holds(item)[0].releases[0].clone();
    assert_eq!(erased.releases, [released.at], "the entry says by which release");
    assert_eq!((released.class, released.opposing), (ReleaseClass::DangerToPerson, Opposing::NotAffected));
    assert!(a.check(|_, _| ()).unwrap().holds());
    assert_eq!(a.session(owner).unwrap().hold(item, HoldClass::Other, "late").unwrap_err().kind, Kind::Conflict);
}

#[test]
fn a_hold_is_not_undone_as_other_entries_are_and_its_words_are_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    let bea = second(&mut a, "Bea", Role::Investigator);
    let item = account(&mut a, "who saw it");
    let held = hold(&mut a, owner, item);
    let withdrawn = |entry| {
        let reason = "undone".to_owned().into();
        vec![Draft::open(Withdrawn { entry: Some(entry), item: None, subject: None, reason })]
    };
    a.session(bea).unwrap().append(withdrawn(held)).unwrap();
    assert_eq!(erase(&mut a, owner, item).unwrap_err().kind, Kind::Denied);
    // A release that is taken back leaves the hold standing.
    let released = release(&mut a, bea, held).unwrap();
    a.session(owner).unwrap().append(withdrawn(released)).unwrap();
    assert_eq!(erase(&mut a, owner, item).unwrap_err().kind, Kind::Denied);
    // Neither does a key of the field release, nor one that was revoked before.
    let field = second(&mut a, "Fay", Role::Field);
    assert_eq!(release(&mut a, field, held).unwrap_err().kind, Kind::Denied);
    a.session(owner).unwrap().revoke_member("Bea", "left", witnessmark_archive::members::Stolen::No).unwrap();
    assert!(release(&mut a, bea, held).is_err());
    assert_eq!(erase(&mut a, owner, item).unwrap_err().kind, Kind::Denied);
    assert!(files(&root).iter().all(|(_, bytes)| !bytes.windows(6).any(|w| w == b"HUSHED")), "its words lie in clear");
}

#[test]
fn who_told_it_is_held_with_it_and_an_empty_reason_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    let item = account(&mut a, "who saw it");
    let cuts = witnessmark_archive::identity::split(b"[identity]\nname = 'R'\n").unwrap().identity.unwrap();
    let mut session = a.session(owner).unwrap();
    let identified = session.seal_identity(item, None, &cuts).unwrap();
    session.append(vec![identified]).unwrap();
    assert_eq!(session.hold(item, HoldClass::Other, " ").unwrap_err().kind, Kind::Invalid);
    assert_eq!(session.hold(ItemId([7; 32]), HoldClass::Other, "x").unwrap_err().kind, Kind::NotFound);
    drop(session);
    hold(&mut a, owner, item);
    let plan = a.plan_identity_erasure(item).unwrap();
    assert_eq!(a.session(owner).unwrap().erase(&plan, "asked for").unwrap_err().kind, Kind::Denied);
}

/// A partner's log holds what lies here; only somebody else than the eraser releases it.
#[test]
fn a_hold_in_another_log_of_the_archive_counts() {
    let dir = tempfile::tempdir().unwrap();
    let office = |name: &str| {
        let new =
            Opened { name: name.into(), owner: "owner".into(), passphrase: None, languages: vec![], watermark: None };
        Archive::init(&dir.path().join(name), new, outside()).unwrap()
    };
    let (mut head, mut partner) = (office("head"), office("partner"));
    let item = account(&mut head, "told to both");
    let theirs = partner.member(None).unwrap();
    assert_eq!(collect(&mut partner.session(theirs).unwrap(), b"told to both", "theirs"), item);
    let held = hold(&mut partner, theirs, item);
    let owner = head.member(None).unwrap();
    head.session(owner).unwrap().admit(&partner.config().vkey, None, None).unwrap();
    let sync = |head: &mut Archive| {
        let mut how = Exchange { take_only: true, pace: Pace::default(), progress: &mut |_| () };
        head.session(owner).unwrap().sync(&dir.path().join("partner"), &mut how).unwrap();
    };
    sync(&mut head);
    assert_eq!(erase(&mut head, owner, item).unwrap_err().kind, Kind::Denied);
    // Opened for a few entries, it is seen there too.
    let mut sparse = Archive::open_sparse(&dir.path().join("head"), None, outside()).unwrap();
    sparse.bring_item(item).unwrap();
    assert_eq!(sparse.holds(item), head.holds(item));
    // Their owner goes by the same name, and is another person.
    release(&mut partner, theirs, held).unwrap();
    sync(&mut head);
    let subject = head.world().captures(item).find_map(|(_, c)| c.subject).unwrap();
    erase(&mut head, owner, item).unwrap();
    assert!(head.world().is_erased(subject), "and what the partner has lies with the partner");
}
