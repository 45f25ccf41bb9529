//! Who told it: sealed apart, opened with a reason, destroyed alone.

use std::fs;

use witnessmark_archive::identity::{Split, split};
use witnessmark_archive::{Archive, Draft, Kind};
use witnessmark_model::ItemId;
use witnessmark_model::entry::{Body, Handling};

use crate::support::{archive, collected, files, outside};

const NAME: &str = "CANARY-Wren-Tallow-of-Mill-Street";
const TOLD: &str = "CANARY-I-saw-the-bakery-hit";

/// An account's file taken in as collecting does it.
fn with_account(root: &std::path::Path) -> (Archive, ItemId) {
    let file = format!(
        "[account]\npseudonym = 'Reed'\ntext = '{TOLD}'\n[identity]\nname = '{NAME}'\n[consent]\npurposes = ['internal']\n"
    );
    let Split { account, identity } = split(file.as_bytes()).unwrap();
    let mut a = archive(root);
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let subject = session.new_subject().unwrap();
    let arrival = session.store_sealed(&account, subject).unwrap();
    let identified = session.seal_identity(arrival.item, Some("Reed".into()), &identity.unwrap()).unwrap();
    let told = Draft::sealed(collected(arrival, Some(subject), "reed.account.toml"), subject);
    session.append(vec![told, identified]).unwrap();
    (a, arrival.item)
}

fn holding(root: &std::path::Path, canary: &str) -> Vec<std::path::PathBuf> {
    let in_clear = |bytes: &[u8]| bytes.windows(canary.len()).any(|w| w == canary.as_bytes());
    let is_in =
        |(path, bytes): &(std::path::PathBuf, Vec<u8>)| in_clear(bytes) || path.to_string_lossy().contains(canary);
    files(root).into_iter().filter(is_in).map(|(path, _)| path).collect()
}

#[test]
fn a_name_lies_nowhere_in_clear_and_not_with_its_account() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let (mut a, item) = with_account(&root);
    for canary in [NAME, TOLD] {
        assert_eq!(holding(&root, canary), Vec::<std::path::PathBuf>::new());
    }
    let account = a.read(item).unwrap();
    assert!(String::from_utf8_lossy(&account).contains(TOLD) && !String::from_utf8_lossy(&account).contains(NAME));
    let (at, _) = a.world().identities(item).next().unwrap();
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    assert_eq!(session.open_identity(at, "  ").unwrap_err().kind, Kind::Invalid);
    let before = session.archive().log().size();
    let cuts = session.open_identity(at, "the court asks for the name").unwrap();
    assert!(cuts.text().contains(NAME) && format!("{cuts:?}") == "[sealed]");
    assert!(String::from_utf8(cuts.whole(&account).unwrap().to_vec()).unwrap().contains(NAME));
    let Body::Handled(opened) = &session.archive().world().entries().last().unwrap().body else { panic!() };
    assert_eq!((opened.event, opened.item), (Handling::Opened, Some(item)));
    assert_eq!(session.archive().log().size(), before + 1);
    drop(session);
    assert!(a.check(|_, _| ()).unwrap().holds());
    assert_eq!(holding(&root, NAME), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_name_is_destroyed_and_what_was_told_stays() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let (mut a, item) = with_account(&root);
    let old_ring = fs::read(root.join("keys/keyring")).unwrap();
    let plan = a.plan_identity_erasure(item).unwrap();
    assert!(plan.items.is_empty() && plan.blobs.len() == 1 && plan.fields == 1, "{plan:?}");
    let blob = a.layout().blob(plan.blobs[0]);
    let owner = a.member(None).unwrap();
    a.session(owner).unwrap().erase(&plan, "asked for it").unwrap();
    assert!(String::from_utf8_lossy(&a.read(item).unwrap()).contains(TOLD), "the account stays");
    assert!(!blob.exists());
    let (at, known) = a.world().identities(item).next().map(|(at, i)| (at, i.clone())).unwrap();
    assert_eq!(known.source.withheld(), Some("erased"));
    assert_eq!(a.session(owner).unwrap().open_identity(at, "again").unwrap_err().kind, Kind::Denied);
    assert_eq!(a.plan_identity_erasure(item).unwrap_err().kind, Kind::Conflict);
    assert!(a.check(|_, _| ()).unwrap().holds(), "{:?}", a.check(|_, _| ()).unwrap().findings);
    drop(a);
    assert_eq!(holding(&root, NAME), Vec::<std::path::PathBuf>::new());
    // A keyring from before comes back, with ciphertext from a backup: the entry that says "erased" is stronger.
    fs::write(root.join("keys/keyring"), old_ring).unwrap();
    let a = Archive::open(&root, None, outside()).unwrap();
    assert!(a.read(item).is_ok());
    assert!(a.plan_identity_erasure(item).is_err());
}

#[test]
fn an_account_takes_its_name_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let (mut a, item) = with_account(&root);
    let plan = a.plan_erasure(item).unwrap();
    assert_eq!((plan.identities.len(), plan.blobs.len()), (1, 2));
    assert!(plan.to_string().contains("1 sealed identit"));
    let owner = a.member(None).unwrap();
    a.session(owner).unwrap().erase(&plan, "asked for it").unwrap();
    assert_eq!(a.read(item).unwrap_err().kind, Kind::Denied);
    assert!(a.plan_identity_erasure(item).is_err() && a.plan_erasure(item).is_err());
    assert!(a.check(|_, _| ()).unwrap().holds());
    for canary in [NAME, TOLD] {
        assert_eq!(holding(&root, canary), Vec::<std::path::PathBuf>::new());
    }
}
