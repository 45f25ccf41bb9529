//! Notes, checkpoints and proof files: published values, what signing and checking do, and no panic on any bytes.
//!
//! The keys and notes of Peter Neumann and Enoch Root are those of golang.org/x/mod/sumdb/note's tests; the checkpoint
//! and the cosignature are the examples of C2SP tlog-checkpoint and tlog-cosignature.

use proptest::prelude::*;
use witnessmark_ledger::checkpoint::CheckpointError;
use witnessmark_ledger::note::{KeyType, MAX_SIGNATURES, MAX_TIME, NoteError, check_key_name};
use witnessmark_ledger::proof::TlogProofError;
use witnessmark_ledger::{
    Checkpoint, EMPTY_ROOT, Hash, ProofError, SignedNote, SigningKey, TlogProof, VerifierKey, leaf_hash, merkle,
    merkle_root,
};

use crate::naive;

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// The seed in Peter Neumann's published skey, `PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALV…`, without its type byte.
const PETER_SEED: &str = "gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE: &str =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_LINE: &str =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

fn keys(vkeys: &[&str]) -> Vec<VerifierKey> {
    vkeys.iter().map(|vkey| vkey.parse().unwrap()).collect()
}

fn note(lines: &[&str]) -> SignedNote {
    SignedNote::parse(format!("{TEXT}\n{}", lines.concat()).as_bytes()).unwrap()
}

fn names(note: &SignedNote, known: &[VerifierKey]) -> Result<Vec<String>, NoteError> {
    Ok(note.verify(known)?.into_iter().map(|verified| verified.key.name().to_owned()).collect())
}

#[test]
fn published_keys_print_as_they_were_read() {
    for vkey in [PETER, ENOCH] {
        assert_eq!(vkey.parse::<VerifierKey>().unwrap().to_string(), vkey);
    }
    let peter: VerifierKey = PETER.parse().unwrap();
    assert_eq!((peter.name(), peter.id().to_string().as_str()), ("PeterNeumann", "c74f20a3"));
    assert_eq!(peter.key_type(), KeyType::Ed25519);
}

/// As Go's TestNewVerifier: no part of a key, and no key with one byte changed, is a key.
#[test]
fn mangled_keys_are_refused() {
    for from in 0..PETER.len() {
        for to in from..=PETER.len() {
            if (from, to) != (0, PETER.len()) {
                assert!(PETER[from..to].parse::<VerifierKey>().is_err(), "{}", &PETER[from..to]);
            }
        }
    }
    for at in 0..PETER.len() {
        let mut bytes = PETER.as_bytes().to_vec();
        bytes[at] += 1;
        let mangled = String::from_utf8(bytes).unwrap();
        assert!(mangled.parse::<VerifierKey>().is_err(), "{mangled}");
    }
}

#[test]
fn a_published_seed_signs_the_published_note() {
    let seed: Hash = PETER_SEED.parse().unwrap();
    let key = SigningKey::from_seed("PeterNeumann", seed.0).unwrap();
    assert_eq!(key.verifier().to_string(), PETER);
    assert_eq!(SignedNote::sign(TEXT, &key).unwrap().to_string(), format!("{TEXT}\n{PETER_LINE}"));
}

#[test]
fn known_keys_are_checked_and_others_ignored() {
    let (peter, both) = (keys(&[PETER]), keys(&[PETER, ENOCH]));
    let signed = note(&[PETER_LINE, ENOCH_LINE]);
    assert_eq!(signed.text(), TEXT);
    assert_eq!(names(&signed, &peter), Ok(vec!["PeterNeumann".into()]));
    assert_eq!(names(&signed, &both), Ok(vec!["PeterNeumann".into(), "EnochRoot".into()]));
    assert_eq!(names(&signed, &[]), Err(NoteError::Unsigned));
    assert_eq!(names(&note(&[ENOCH_LINE]), &peter), Err(NoteError::Unsigned));
    // Repeated lines count once; a broken line of a stranger does not matter, one of a known key does.
    let broken = ENOCH_LINE.replace("5n2t", "5n3t");
    let repeated = note(&[PETER_LINE, PETER_LINE, ENOCH_LINE, &broken]);
    assert_eq!(names(&repeated, &peter), Ok(vec!["PeterNeumann".into()]));
    assert_eq!(names(&repeated, &both), Err(NoteError::BadSignature("EnochRoot".into())));
    // As long as a signature, and longer: Go's "Invalid signature" case.
    let longer = format!("{}ABCD{}", &PETER_LINE[..60], &PETER_LINE[60..]);
    assert_eq!(names(&note(&[&longer]), &peter), Err(NoteError::BadSignature("PeterNeumann".into())));
}

#[test]
fn a_shared_name_or_id_alone_is_a_stranger() {
    let other = SigningKey::from_seed("PeterNeumann", [3; 32]).unwrap();
    let mut signed = SignedNote::sign(TEXT, &other).unwrap();
    assert_eq!(names(&signed, &keys(&[PETER])), Err(NoteError::Unsigned));
    signed.merge(&note(&[PETER_LINE])).unwrap();
    assert_eq!(names(&signed, &keys(&[PETER])), Ok(vec!["PeterNeumann".into()]));
}

#[test]
fn the_number_of_signatures_is_limited() {
    let many = |count: usize| format!("{TEXT}\n{}", PETER_LINE.repeat(count));
    assert!(SignedNote::parse(many(MAX_SIGNATURES).as_bytes()).is_ok());
    let over = SignedNote::parse(many(MAX_SIGNATURES + 1).as_bytes());
    assert_eq!(over, Err(NoteError::SignatureCount(MAX_SIGNATURES + 1)));
    let mut full = SignedNote::parse(many(MAX_SIGNATURES).as_bytes()).unwrap();
    let key = SigningKey::from_seed("other", [1; 32]).unwrap();
    assert_eq!(full.add_signature(&key), Err(NoteError::SignatureCount(MAX_SIGNATURES + 1)));
    assert_eq!(full.merge(&note(&[ENOCH_LINE])), Err(NoteError::SignatureCount(MAX_SIGNATURES + 1)));
    let long = vec![b'a'; witnessmark_ledger::note::MAX_NOTE_BYTES + 1];
    assert_eq!(SignedNote::parse(&long), Err(NoteError::TooLong(long.len())));
}

#[test]
fn signing_again_replaces() {
    let key = SigningKey::from_seed("PeterNeumann", [3; 32]).unwrap();
    let mut signed = note(&[PETER_LINE]);
    signed.add_signature(&key).unwrap();
    signed.add_signature(&key).unwrap();
    assert_eq!(signed.signatures().len(), 2);
    assert_eq!(signed.signatures()[1].id(), key.verifier().id());
}

#[test]
fn unfit_texts_are_not_signed() {
    let key = SigningKey::from_seed("log", [1; 32]).unwrap();
    for text in ["", "no newline", "tab\there\n", "return\r\n", "nul\0\n", "escape\u{1b}\n"] {
        assert_eq!(SignedNote::sign(text, &key), Err(NoteError::UnfitText), "{text:?}");
    }
    // Blank lines and any script are fine.
    for text in ["\n", "\n\n", "a\n\nb\n", "شهادة\n", "— log abc=\n"] {
        let signed = SignedNote::sign(text, &key).unwrap();
        let read = SignedNote::parse(signed.to_string().as_bytes()).unwrap();
        assert_eq!(read, signed);
        assert_eq!(read.text(), text);
        assert_eq!(names(&read, &[key.verifier().clone()]), Ok(vec!["log".into()]));
    }
}

#[test]
fn key_names_that_would_break_a_line_are_refused() {
    for name in
        ["", "a b", "a+b", "a\u{a0}b", "a\u{2003}b", "a\u{3000}b", "a\nb", "a\tb", "a\0b", "a\u{7f}b", "a\u{85}b"]
    {
        assert_eq!(check_key_name(name), Err(NoteError::KeyName), "{name:?}");
    }
    assert_eq!(check_key_name(&"n".repeat(255)), Ok(()));
    assert_eq!(check_key_name(&"n".repeat(256)), Err(NoteError::KeyName));
    for name in ["office.example/log", "مكتب.مثال/سجل", "a—b"] {
        assert_eq!(check_key_name(name), Ok(()));
    }
}

#[test]
fn a_signing_key_prints_no_seed() {
    let key = SigningKey::from_seed("log", [0x5a; 32]).unwrap();
    assert_eq!(format!("{key:?}"), format!("SigningKey({}, [sealed])", key.verifier()));
}

#[test]
fn the_example_of_the_specification_is_read() {
    let note = SignedNote::parse(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(note.to_string(), EXAMPLE);
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.size(), 20_852_163);
    assert_eq!(checkpoint.to_text(), note.text());
    assert_eq!(note.signatures()[0].id().to_string(), "033de0ae");
    assert_eq!(note.signatures()[1].id().to_string(), "8d66cf3f");
    // The cosignature's first eight bytes are its time.
    assert_eq!(note.signatures()[1].bytes()[..8], 1_679_315_147u64.to_be_bytes());
    assert_eq!(note.signatures()[1].bytes().len(), 8 + 64);
}

#[test]
fn a_cosigner_signs_text_and_time() {
    let log = SigningKey::from_seed("office.example/log", [1; 32]).unwrap();
    let cosigner = SigningKey::cosigner_from_seed("friend.example", [2; 32]).unwrap();
    let mut signed = Checkpoint::new("office.example/log", 5, EMPTY_ROOT).unwrap().sign(&log).unwrap();
    signed.add_cosignature(&cosigner, 1_679_315_147).unwrap();
    let known = [log.verifier().clone(), cosigner.verifier().clone()];
    let found = signed.verify(&known).unwrap();
    assert_eq!(found.iter().map(|v| v.time).collect::<Vec<_>>(), [None, Some(1_679_315_147)]);

    // What is signed is the specification's message, checked here without the room's own composition.
    let message = format!("cosignature/v1\ntime 1679315147\n{}", signed.text());
    let bytes = signed.signatures()[1].bytes();
    let signature = bytes[8..].try_into().unwrap();
    assert!(witnessmark_ledger::ed25519::verify(cosigner.verifier().public_key(), message.as_bytes(), signature));

    // Another time, and the text alone, are not what was signed.
    let mut later = bytes.to_vec();
    later[7] += 1;
    let line = |bytes: &[u8]| {
        let id = cosigner.verifier().id().0;
        let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [&id, bytes].concat());
        SignedNote::parse(format!("{}\n— friend.example {base64}\n", signed.text()).as_bytes()).unwrap()
    };
    assert!(line(bytes).verify(&known[1..]).is_ok());
    assert_eq!(line(&later).verify(&known[1..]), Err(NoteError::BadSignature("friend.example".into())));
    let plain = witnessmark_ledger::ed25519::sign(&[2; 32], signed.text().as_bytes());
    assert_eq!(line(&plain).verify(&known[1..]), Err(NoteError::BadSignature("friend.example".into())));

    // The two kinds of key do not stand in for each other.
    assert_eq!(signed.add_signature(&cosigner), Err(NoteError::KeyType(4)));
    assert_eq!(signed.add_cosignature(&log, 1), Err(NoteError::KeyType(1)));
    assert_eq!(signed.add_cosignature(&cosigner, MAX_TIME + 1), Err(NoteError::Time(MAX_TIME + 1)));
    assert_eq!(SignedNote::sign("a\n", &cosigner), Err(NoteError::KeyType(4)));
    assert_eq!(cosigner.verifier().to_string().parse().as_ref(), Ok(cosigner.verifier()));
}

#[test]
fn a_checkpoint_opens_only_for_its_own_log() {
    let key = SigningKey::from_seed("office.example/log", [1; 32]).unwrap();
    let checkpoint = Checkpoint::new("office.example/log", 0, EMPTY_ROOT).unwrap();
    let signed = checkpoint.sign(&key).unwrap();
    assert_eq!(Checkpoint::open(signed.to_string().as_bytes(), key.verifier()), Ok(checkpoint));

    // The right key over another log's origin.
    let foreign = SignedNote::sign(&format!("other.example/log\n0\n{EMPTY_ROOT}\n"), &key).unwrap();
    let refused = Checkpoint::of_note(&foreign, key.verifier());
    assert!(matches!(refused, Err(CheckpointError::OtherOrigin { .. })), "{refused:?}");
    // The right origin under another key of that name.
    let impostor = SigningKey::from_seed("office.example/log", [2; 32]).unwrap();
    assert_eq!(Checkpoint::of_note(&signed, impostor.verifier()), Err(NoteError::Unsigned.into()));
    // A cosigner of that name is not the log.
    let cosigner = SigningKey::cosigner_from_seed("office.example/log", [1; 32]).unwrap();
    let mut cosigned = signed.clone();
    cosigned.add_cosignature(&cosigner, 1).unwrap();
    assert!(cosigned.verify(&[cosigner.verifier().clone()]).is_ok());
    assert_eq!(Checkpoint::of_note(&cosigned, cosigner.verifier()), Err(NoteError::KeyType(4).into()));
    // A log does not sign in another's name.
    let other = Checkpoint::new("other.example/log", 0, EMPTY_ROOT).unwrap();
    assert!(matches!(other.sign(&key), Err(CheckpointError::OtherOrigin { .. })));
}

#[test]
fn extension_lines_are_kept_and_never_made() {
    let text = format!("office.example/log\n0\n{EMPTY_ROOT}\nextension one\nand two\n");
    let checkpoint = Checkpoint::parse(&text).unwrap();
    assert_eq!(checkpoint.extensions(), ["extension one", "and two"]);
    assert_eq!(checkpoint.to_text(), text);
    assert!(Checkpoint::new("office.example/log", 0, EMPTY_ROOT).unwrap().extensions().is_empty());
    for origin in ["", "two\nlines", "tab\t", "nul\0"] {
        assert_eq!(Checkpoint::new(origin, 0, EMPTY_ROOT), Err(CheckpointError::Origin), "{origin:?}");
    }
    assert_eq!(Checkpoint::new("log", u64::MAX, EMPTY_ROOT), Err(CheckpointError::Size));
}

fn proof_of(index: u64, size: u64, key: &SigningKey) -> TlogProof {
    let leaves = naive::leaves(size);
    let checkpoint = Checkpoint::new(key.name(), size, merkle_root(&leaves)).unwrap().sign(key).unwrap();
    TlogProof::new(index, merkle::inclusion_path(&leaves, index).unwrap(), checkpoint).unwrap()
}

#[test]
fn a_proof_file_holds_for_its_leaf_and_its_log() {
    let key = SigningKey::from_seed("office.example/log", [1; 32]).unwrap();
    for (index, size) in [(0, 1), (3, 11), (10, 11), (255, 300)] {
        let proof = proof_of(index, size, &key);
        let file = proof.to_string();
        assert!(file.starts_with(&format!("c2sp.org/tlog-proof@v1\nindex {index}\n")));
        let read = TlogProof::parse(file.as_bytes()).unwrap();
        assert_eq!(read, proof);
        let leaf = leaf_hash(&index.to_be_bytes());
        assert_eq!(read.verify(leaf, key.verifier()).unwrap().size(), size);
        let wrong = read.verify(leaf_hash(b"another"), key.verifier());
        assert_eq!(wrong, Err(ProofError::RootDiffers.into()));
        let impostor = SigningKey::from_seed("office.example/log", [2; 32]).unwrap();
        let wrong = read.verify(leaf, impostor.verifier());
        assert_eq!(wrong, Err(TlogProofError::Checkpoint(NoteError::Unsigned.into())));
    }
}

#[test]
fn extra_data_is_carried_and_proves_nothing() {
    let key = SigningKey::from_seed("office.example/log", [1; 32]).unwrap();
    for extra in [vec![], b"extra information".to_vec(), vec![0xff; 65_535]] {
        let proof = proof_of(3, 5, &key).with_extra(extra.clone()).unwrap();
        let read = TlogProof::parse(proof.to_string().as_bytes()).unwrap();
        assert_eq!(read.extra(), Some(extra.as_slice()));
        assert!(read.verify(leaf_hash(&3u64.to_be_bytes()), key.verifier()).is_ok());
    }
    assert_eq!(proof_of(3, 5, &key).with_extra(vec![0; 65_536]), Err(TlogProofError::Extra));
}

#[test]
fn a_proof_has_at_most_63_hashes() {
    let key = SigningKey::from_seed("log", [1; 32]).unwrap();
    let note = SignedNote::sign("text\n", &key).unwrap();
    let file = TlogProof::new(0, vec![EMPTY_ROOT; 63], note.clone()).unwrap().to_string();
    assert!(TlogProof::parse(file.as_bytes()).is_ok());
    let file = file.replacen("index 0\n", &format!("index 0\n{EMPTY_ROOT}\n"), 1);
    assert_eq!(TlogProof::parse(file.as_bytes()), Err(TlogProofError::HashLine(64)));
    assert_eq!(TlogProof::new(0, vec![EMPTY_ROOT; 64], note.clone()), Err(TlogProofError::HashLine(64)));
    assert_eq!(TlogProof::new(u64::MAX, vec![], note), Err(TlogProofError::Index));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = SignedNote::parse(&bytes);
        let _ = TlogProof::parse(&bytes);
        let _ = witnessmark_ledger::bundle::decode(&bytes);
        let _ = Checkpoint::parse(&String::from_utf8_lossy(&bytes));
        let _ = String::from_utf8_lossy(&bytes).parse::<VerifierKey>();
    }

    /// One byte of a good file replaced, removed or added: refused or read, never a panic; what is read prints back
    /// byte for byte; and only the unchanged signed text is believed.
    #[test]
    fn near_misses_print_back_or_are_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), how in 0..3) {
        let key = SigningKey::from_seed("office.example/log", [1; 32]).unwrap();
        let proof = proof_of(3, 11, &key).with_extra(b"extra".to_vec()).unwrap();
        let good = proof.to_string().into_bytes();
        let mut bytes = good.clone();
        let at = at.index(bytes.len());
        match how {
            0 => bytes[at] = byte,
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, byte),
        }
        if let Ok(read) = TlogProof::parse(&bytes) {
            let printed = read.to_string();
            prop_assert_eq!(printed.as_bytes(), &bytes[..]);
            if read.verify(leaf_hash(&3u64.to_be_bytes()), key.verifier()).is_ok() {
                prop_assert_eq!(read.checkpoint().text(), proof.checkpoint().text());
                prop_assert_eq!((read.index(), read.hashes()), (proof.index(), proof.hashes()));
            }
        }
        let note = proof.checkpoint().to_string().into_bytes();
        let mut bytes = note.clone();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(read) = SignedNote::parse(&bytes) {
            let printed = read.to_string();
            prop_assert_eq!(printed.as_bytes(), &bytes[..]);
            let believed = Checkpoint::of_note(&read, key.verifier()).is_ok();
            prop_assert_eq!(believed, bytes == note);
        }
    }
}
