//! After an erasure no byte of what was erased lies anywhere in clear: not in the archive, its tables and their log, a backup or a bag made after. What
//! the journal holds is what lies beside the leaves; kills leave it behind in tests/it/kill.rs.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use witnessmark_archive::{Archive, Draft, NewPack};
use witnessmark_model::ItemId;
use witnessmark_model::entry::{Claimed, Decision};

use crate::support::{archive, collected, files, outside};

/// What was told, in two scripts, and who told it.
const WORDS: [&str; 4] =
    ["CANARY-saw-it-from-the-roof", "رأيت الطائرة فوق المخبز", "CANARY-name-of-the-witness", "CANARY-telephone-0117"];

/// A word as it may lie in bytes: itself, as JSON escapes it, in UTF-16, in hexadecimal, in base64 at each of three places.
fn spellings(word: &str) -> Vec<Vec<u8>> {
    let raw = word.as_bytes().to_vec();
    let escaped: String =
        word.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect();
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hex: String = raw.iter().map(|b| format!("{b:02x}")).collect();
    let mut all = vec![raw.clone(), escaped.clone().into_bytes(), wide, hex.into_bytes()];
    for bytes in [raw, escaped.into_bytes()] {
        for before in 0..3 {
            let text = STANDARD.encode([vec![0; before], bytes.clone()].concat());
            // The first and last characters depend on the neighbours.
            let middle = &text[if before == 0 { 0 } else { 4 }..text.len() - 4];
            all.push(middle.as_bytes().to_vec());
            all.push(middle.replace('+', "-").replace('/', "_").into_bytes());
        }
    }
    all
}

fn must_be_silent(folder: &Path, when: &str) {
    let mut looked = 0;
    for (path, bytes) in files(folder) {
        looked += bytes.len();
        for word in WORDS {
            for spelling in spellings(word) {
                let is_there = bytes.windows(spelling.len()).any(|w| w == spelling);
                assert!(!is_there, "{when}: a word of {} characters is in {}", word.len(), path.display());
            }
        }
    }
    assert!(looked > 100, "{when}: the search is blind");
}

/// An account with everything that may be made from it: names, a pack of its words, a claim with a quote, who told it.
fn told(a: &mut Archive) -> ItemId {
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let subject = session.new_subject().unwrap();
    let file = format!(
        "[account]\ntext = '{} {}'\n[identity]\nname = '{}'\nphone = '{}'\n",
        WORDS[0], WORDS[1], WORDS[2], WORDS[3]
    );
    let split = witnessmark_archive::identity::split(file.as_bytes()).unwrap();
    let arrival = session.store_sealed(&split.account, subject).unwrap();
    session.append(vec![Draft::sealed(collected(arrival, Some(subject), WORDS[0]), subject)]).unwrap();
    let identified = session.seal_identity(arrival.item, Some(WORDS[2].into()), &split.identity.unwrap()).unwrap();
    session.append(vec![identified]).unwrap();
    let serde_json::Value::Object(row) =
        serde_json::json!({"kind": "text", "text": format!("{} {}", WORDS[0], WORDS[1])})
    else {
        unreachable!()
    };
    let item = arrival.item;
    let pack = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: [item].into(),
        rows: vec![(item, row)],
        subject: Some(subject),
    };
    session.observe(pack).unwrap();
    let claim = Claimed {
        item,
        row: None,
        claim: serde_json::json!({"quote": WORDS[1]}).into(),
        decision: Decision::Accepted,
        subject: Some(subject),
        shown: None,
        reason: Some(WORDS[0].to_owned()).into(),
        supersedes: vec![],
    };
    session.append(vec![Draft::sealed(claim, subject)]).unwrap();
    session.hold(item, witnessmark_model::entry::HoldClass::Other, WORDS[2]).unwrap();
    item
}

#[test]
fn the_search_sees_what_it_looks_for() {
    for word in WORDS {
        for text in [word.to_owned(), STANDARD.encode(format!("x{word}yz")), STANDARD.encode(format!("xy{word}yz"))] {
            assert!(spellings(word).iter().any(|s| text.as_bytes().windows(s.len()).any(|w| w == s)), "{word}");
        }
    }
}

#[test]
fn nothing_of_what_was_told_is_in_clear_before_or_after_it_is_erased() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    let second =
        a.session(owner).unwrap().add_member("Bea", witnessmark_model::vocabulary::Role::Reviewer, None).unwrap();
    let item = told(&mut a);
    // The tables are open: their write-ahead log is there.
    must_be_silent(&root, "before");
    a.search("roof", 10).unwrap();
    a.backup(&dir.path().join("backup")).unwrap();
    must_be_silent(&dir.path().join("backup"), "a backup before");
    let hold = a.holds(item)[0].at;
    let (class, opposing) =
        (witnessmark_model::entry::ReleaseClass::Mistake, witnessmark_model::entry::Opposing::NotAffected);
    a.session(second).unwrap().release(hold, class, opposing, WORDS[3]).unwrap();
    let plan = a.plan_erasure(item).unwrap();
    assert_eq!((plan.blobs.len(), plan.identities.len()), (3, 1));
    let gone: Vec<Vec<u8>> = plan.blobs.iter().map(|blob| std::fs::read(a.layout().blob(*blob)).unwrap()).collect();
    a.session(owner).unwrap().erase(&plan, "asked for").unwrap();
    must_be_silent(&root, "after");
    for ciphertext in &gone {
        assert!(files(&root).iter().all(|(_, bytes)| bytes != ciphertext), "its ciphertext is gone too");
    }
    a.backup(&dir.path().join("later")).unwrap();
    a.export_all(&dir.path().join("bag")).unwrap();
    for place in ["later", "later-keys", "bag"] {
        must_be_silent(&dir.path().join(place), place);
    }
    drop(a);
    let again = Archive::open(&root, None, outside()).unwrap();
    assert!(again.read(item).is_err() && again.check(|_, _| ()).unwrap().holds());
    must_be_silent(&root, "opened again");
}
