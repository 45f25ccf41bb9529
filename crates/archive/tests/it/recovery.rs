//! Shares of trustees: k of n open the keys as they are now, whatever was erased stays so, and a wrong share is named.

use std::path::{Path, PathBuf};

use witnessmark_archive::{Archive, Draft, Kind, Opened, Passphrase};
use witnessmark_model::ItemId;
use witnessmark_model::entry::{Body, Handling};

use crate::support::{collected, files, outside};

fn word(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn made(root: &Path) -> Archive {
    let new = Opened {
        name: "Test".into(),
        owner: "Ada".into(),
        passphrase: Some(word("forgotten")),
        languages: vec![],
        watermark: None,
    };
    Archive::init(root, new, outside()).unwrap()
}

fn account(a: &mut Archive, text: &str) -> ItemId {
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let subject = session.new_subject().unwrap();
    let arrival = session.store_sealed(text.as_bytes(), subject).unwrap();
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), "account"), subject)]).unwrap();
    arrival.item
}

fn erase(a: &mut Archive, item: ItemId) {
    let owner = a.member(None).unwrap();
    let plan = a.plan_erasure(item).unwrap();
    a.session(owner).unwrap().erase(&plan, "asked for").unwrap();
}

/// Splits among Reed, Sedge and Rush; two are needed.
fn split(a: &mut Archive, folder: &Path) -> Vec<PathBuf> {
    let owner = a.member(None).unwrap();
    let names = ["Reed", "Sedge", "Rush"].map(str::to_owned);
    a.session(owner).unwrap().split(&names, 2, folder).unwrap();
    let mut shares: Vec<PathBuf> = files(folder).into_iter().map(|(path, _)| path).collect();
    shares.sort();
    assert_eq!(shares.len(), 3);
    shares
}

fn join(root: &Path, shares: &[&PathBuf]) -> witnessmark_archive::Result<Archive> {
    let shares: Vec<PathBuf> = shares.iter().map(|path| (*path).clone()).collect();
    Archive::recover(root, &shares, word("found again"), "the owner is gone", None, outside()).map(|(a, _)| a)
}

fn hint(of: witnessmark_archive::Result<Archive>) -> String {
    let error = of.unwrap_err();
    format!("{} — {}", error.chain(), error.hint_text().unwrap_or_default())
}

#[test]
fn enough_shares_open_the_keys_under_a_new_passphrase_and_are_spent() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = made(&root);
    let item = account(&mut a, "who saw it");
    let shares = split(&mut a, &dir.path().join("shares"));
    assert!(a.splits().unwrap()[0].is_in_force);
    // The ring is rewritten since, and holds more: the shares open it as it is now.
    let later = account(&mut a, "who came later");
    drop(a);
    assert_eq!(join(&root, &[&shares[1]]).unwrap_err().kind, Kind::Denied);
    assert!(hint(join(&root, &[&shares[0], &shares[0]])).contains("each counts once"));
    let a = join(&root, &[&shares[2], &shares[0]]).unwrap();
    let recovered = |e: &witnessmark_model::Entry| match &e.body {
        Body::Handled(h) if h.event == Handling::Recovered => h.count,
        _ => None,
    };
    drop(a);
    assert_eq!(Archive::open(&root, Some(word("forgotten")), outside()).unwrap_err().kind, Kind::Denied);
    let a = Archive::open(&root, Some(word("found again")), outside()).unwrap();
    assert_eq!(a.world().entries().filter_map(recovered).collect::<Vec<_>>(), [2]);
    assert_eq!(a.read(item).unwrap().as_slice(), b"who saw it");
    assert_eq!(a.read(later).unwrap().as_slice(), b"who came later");
    assert_eq!(a.splits().unwrap()[0].trustees.get().unwrap()[1], "Sedge");
    assert!(!a.splits().unwrap()[0].is_in_force && a.check(|_, _| ()).unwrap().holds());
    drop(a);
    assert_eq!(join(&root, &[&shares[0], &shares[1]]).unwrap_err().kind, Kind::NotFound, "spent");
}

#[test]
fn a_wrong_share_is_named_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let (root, other) = (dir.path().join("a"), dir.path().join("b"));
    let mut a = made(&root);
    let old = split(&mut a, &dir.path().join("old"));
    let new = split(&mut a, &dir.path().join("new"));
    let mut b = made(&other);
    let strange = split(&mut b, &dir.path().join("strange"));
    drop((a, b));
    let said = hint(join(&root, &[&new[0], &old[1]]));
    assert!(said.contains("old/share-2-Sedge.txt") && said.contains("an older share"), "{said}");
    let said = hint(join(&root, &[&strange[0], &new[1]]));
    assert!(said.contains("strange/share-1-Reed.txt") && said.contains("another archive"), "{said}");
    // Every character of what counts, changed one at a time: the share is named, whether mistyped or made to fit its sum.
    let text = std::fs::read_to_string(&new[0]).unwrap();
    let end = text.find("\n#").unwrap();
    let bent = dir.path().join("bent.txt");
    for at in (0..end).filter(|at| text.is_char_boundary(*at) && text.is_char_boundary(at + 1)) {
        let changed = if &text[at..at + 1] == "x" { "y" } else { "x" };
        std::fs::write(&bent, format!("{}{changed}{}", &text[..at], &text[at + 1..])).unwrap();
        let said = hint(join(&root, &[&bent, &new[1]]));
        assert!(said.contains("bent.txt"), "character {at}: {said}");
    }
    let number = text.replace("share 1 of 3, 2 needed", "share 1 of 3, 3 needed");
    let signed = number.split("sum ").next().unwrap();
    let sum = witnessmark_archive::pack::sha256(signed.as_bytes()).short();
    let rest = number.split_once("\nsignature ").unwrap().1;
    std::fs::write(&bent, format!("{signed}sum {sum}\nsignature {rest}")).unwrap();
    let said = hint(join(&root, &[&bent, &new[1]]));
    assert!(said.contains("bent.txt") && said.contains("altered"), "{said}");
    // As another system's editor leaves it, it is still the same share.
    std::fs::write(&bent, text.replace('\n', "\r\n")).unwrap();
    join(&root, &[&bent, &new[1]]).unwrap();
}

#[test]
fn what_was_erased_stays_erased_for_every_share_and_the_ring_of_now() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = made(&root);
    let (kept, erased) = (account(&mut a, "kept"), account(&mut a, "erased"));
    let before = split(&mut a, &dir.path().join("before"));
    let old_ring = std::fs::read(root.join("keys/keyring")).unwrap();
    erase(&mut a, erased);
    assert_eq!(a.splits().unwrap()[0].erased_since.len(), 1, "and that is said");
    drop(a);
    // Shares of before the erasure open the ring of now, which has no such key.
    let copy = dir.path().join("copy");
    copied(&root, &copy);
    let a = join(&copy, &[&before[0], &before[1]]).unwrap();
    drop(a);
    let a = Archive::open(&copy, Some(word("found again")), outside()).unwrap();
    assert_eq!(a.read(kept).unwrap().as_slice(), b"kept");
    assert_eq!(a.read(erased).unwrap_err().kind, Kind::Denied);
    drop(a);
    // The old ring brought back beside the ledger of now: its shares open it, and the erased key is dropped at once.
    let revenant = dir.path().join("revenant");
    copied(&root, &revenant);
    std::fs::write(revenant.join("keys/keyring"), &old_ring).unwrap();
    drop(join(&revenant, &[&before[0], &before[1]]).unwrap());
    let a = Archive::open(&revenant, Some(word("found again")), outside()).unwrap();
    assert_eq!(a.read(erased).unwrap_err().kind, Kind::Denied);
    drop(a);
    // After a new split no share opens a ring of the other time.
    let mut a = Archive::open(&root, Some(word("forgotten")), outside()).unwrap();
    let after = split(&mut a, &dir.path().join("after"));
    drop(a);
    assert!(hint(join(&root, &[&before[0], &before[1]])).contains("an older share"));
    std::fs::write(root.join("keys/keyring"), &old_ring).unwrap();
    assert!(hint(join(&root, &[&after[0], &after[1]])).contains("an older share"));
}

fn copied(from: &Path, to: &Path) {
    for (path, bytes) in files(from) {
        let to = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    }
}

#[test]
fn nothing_of_the_secret_lies_in_the_archive_and_who_the_trustees_are_is_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = made(&root);
    let shares = split(&mut a, &dir.path().join("shares"));
    let words: Vec<String> = shares
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines().find_map(|line| line.strip_prefix("data ")).unwrap().to_owned()
        })
        .chain(["Sedge".to_owned()])
        .collect();
    for (path, bytes) in files(&root) {
        for word in &words {
            assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "{}", path.display());
        }
    }
    let owner = a.member(None).unwrap();
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<String>>();
    for (of, needed) in
        [(names(&["A", "B"]), 1), (names(&["A", "B"]), 3), (names(&["A", "A"]), 2), (names(&["A", "B\n"]), 2)]
    {
        let refused = a.session(owner).unwrap().split(&of, needed, &dir.path().join("none"));
        assert_eq!(refused.unwrap_err().kind, Kind::Invalid);
    }
    a.session(owner).unwrap().take_split_back("a share was lost").unwrap();
    assert!(a.splits().unwrap().is_empty());
    drop(a);
    assert_eq!(join(&root, &[&shares[0], &shares[1]]).unwrap_err().kind, Kind::NotFound);
}
