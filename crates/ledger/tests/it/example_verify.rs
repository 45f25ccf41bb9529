//! `examples/verify.rs`, the second implementation of docs/spec/ledger.md, against ledgers that this crate wrote, and
//! against every way to spoil one.

use std::fs;
use std::path::Path;

use witnessmark_ledger::{BundleId, Checkpoint, Hash, SigningKey, Tile, bundle, leaf_hash, merkle_root};

use crate::example::{Not, verify};
use crate::folder::{self, ORIGIN, entries, entry, key, publish, sign, write};

/// A ledger of so many entries, spoilt by a function, and what the example says.
fn spoilt(size: u64, spoil: impl FnOnce(&Path)) -> Result<(), Not> {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &entries(size));
    spoil(dir.path());
    verify(dir.path(), &key().verifier().to_string(), &mut |_| ())
}

fn does_not_hold(answer: Result<(), Not>, why: &str) {
    match answer {
        Err(Not::Holds(said)) if said.contains(why) => {}
        other => panic!("{other:?}, not: {why}"),
    }
}

#[test]
fn ledgers_of_many_sizes_hold() {
    for size in [0, 1, 2, 255, 256, 257, 700] {
        assert_eq!(spoilt(size, |_| ()), Ok(()), "{size}");
    }
}

/// A level 2 tile and a path with `x` groups need this many entries; kept small by giving each one field.
#[test]
fn a_ledger_with_three_levels_holds() {
    let dir = tempfile::tempdir().unwrap();
    let size = 65_536 + 257;
    publish(dir.path(), &(0..size).map(|index| entry(index, 1)).collect::<Vec<_>>());
    let mut said = Vec::new();
    assert_eq!(verify(dir.path(), &key().verifier().to_string(), &mut |line| said.push(line)), Ok(()));
    assert_eq!(
        said,
        [
            format!("the checkpoint of {ORIGIN} over {size} entries is signed by the key that was given"),
            format!("{size} entries have the form witnessmark.entry/v1 of {ORIGIN}"),
            "the entries have the root that was signed".to_owned(),
            format!("{} tiles are what the entries give", Tile::all(size).count()),
        ]
    );
}

#[test]
fn one_changed_byte_in_any_file_is_found() {
    for size in [3, 300] {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path(), &entries(size));
        let mut paths: Vec<String> = Tile::all(size).map(Tile::path).collect();
        paths.extend(BundleId::all(size).map(BundleId::path));
        paths.push("checkpoint".into());
        for path in paths {
            let file = dir.path().join(&path);
            let good = fs::read(&file).unwrap();
            for at in [0, good.len() / 3, good.len() / 2, good.len() - 2, good.len() - 1] {
                let mut bad = good.clone();
                bad[at] ^= 1;
                fs::write(&file, &bad).unwrap();
                let answer = verify(dir.path(), &key().verifier().to_string(), &mut |_| ());
                assert!(matches!(answer, Err(Not::Holds(_))), "{path} byte {at}: {answer:?}");
            }
            fs::write(&file, [good.as_slice(), &[0]].concat()).unwrap();
            let answer = verify(dir.path(), &key().verifier().to_string(), &mut |_| ());
            // A byte after the last signature line breaks the note for us; the example reads on, as its text is whole.
            assert!(
                path == "checkpoint" || matches!(answer, Err(Not::Holds(_))),
                "{path} with a byte more: {answer:?}"
            );
            fs::write(&file, &good).unwrap();
        }
    }
}

#[test]
fn a_rewritten_entry_is_found_even_with_its_tiles() {
    // Everything is made anew but for the checkpoint, which only the key's owner can make.
    let forged = |dir: &Path| {
        let checkpoint = fs::read(dir.join("checkpoint")).unwrap();
        let mut other = entries(300);
        other[17] = entry(9999, 4);
        publish(dir, &other);
        write(dir, "checkpoint", &checkpoint);
    };
    does_not_hold(spoilt(300, forged), "another root");
    // And signed with another key of the same name.
    let resigned = |dir: &Path| {
        forged(dir);
        let other = SigningKey::from_seed(ORIGIN, [1; 32]).unwrap();
        let checkpoint = Checkpoint::new(ORIGIN, 300, Hash([1; 32])).unwrap().sign(&other).unwrap();
        write(dir, "checkpoint", checkpoint.to_string().as_bytes());
    };
    does_not_hold(spoilt(300, resigned), "not signed by the key");
}

#[test]
fn entries_of_another_form_are_found() {
    let good = String::from_utf8(entry(0, 3)).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let swapped = [lines[0], lines[1], lines[3], lines[2], lines[4], ""].join("\n");
    let twice = [lines[0], lines[1], lines[2], lines[2], lines[3], ""].join("\n");
    let padded = good.replacen(lines[2], &format!("{}=", lines[2]), 1);
    let short = good.replacen(lines[2], &lines[2][..42], 1);
    let many = String::from_utf8(entry(0, 65)).unwrap();
    let forms = [
        String::new(),
        good.replace("/v1", "/v2"),
        good.replace(ORIGIN, "other.example/log"),
        good.trim_end().to_owned(),
        format!("{good}\n"),
        good.replace('\n', "\r\n"),
        format!("witnessmark.entry/v1\n{ORIGIN}\n"),
        swapped,
        twice,
        padded,
        short,
        many,
    ];
    for form in forms {
        let answer = spoilt(3, |dir| publish(dir, &[entry(0, 3), form.clone().into_bytes(), entry(2, 3)]));
        does_not_hold(answer, "entry 1 has not the form");
    }
    assert_eq!(spoilt(3, |dir| publish(dir, &[entry(0, 1), entry(1, 64), entry(2, 3)])), Ok(()));
}

#[test]
fn a_bundle_of_another_number_of_entries_is_found() {
    let short = |dir: &Path| write(dir, "tile/entries/000.p/3", &bundle::encode(&entries(2)).unwrap());
    does_not_hold(spoilt(3, short), "not a bundle of 3 entries");
    let long = |dir: &Path| write(dir, "tile/entries/000.p/3", &bundle::encode(&entries(4)).unwrap());
    does_not_hold(spoilt(3, long), "not a bundle of 3 entries");
}

#[test]
fn what_cannot_be_read_is_not_called_wrong() {
    let told = |answer| matches!(answer, Err(Not::Told(_)));
    for path in ["checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"] {
        assert!(told(spoilt(3, |dir| fs::remove_file(dir.join(path)).unwrap())), "{path}");
    }
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &entries(1));
    for key in ["", "a+b+c", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"] {
        assert!(told(verify(dir.path(), key, &mut |_| ())), "{key}");
    }
}

#[test]
fn a_signed_text_that_is_no_checkpoint_is_found() {
    let note = |text: &str| witnessmark_ledger::SignedNote::sign(text, &key()).unwrap().to_string();
    let root = merkle_root(&entries(3).iter().map(|entry| leaf_hash(entry)).collect::<Vec<_>>());
    for text in [
        format!("{ORIGIN}\n3\n"),
        format!("{ORIGIN}\n03\n{root}\n"),
        format!("{ORIGIN}\n+3\n{root}\n"),
        format!("other.example/log\n3\n{root}\n"),
        format!("{ORIGIN}\n3\n{}\n", &root.to_string()[..40]),
    ] {
        does_not_hold(spoilt(3, |dir| write(dir, "checkpoint", note(&text).as_bytes())), "not a checkpoint");
    }
    // A size that was never reached asks for files that are not there.
    let larger = spoilt(3, |dir| sign(dir, &Checkpoint::new(folder::ORIGIN, u64::MAX >> 1, root).unwrap()));
    assert!(matches!(larger, Err(Not::Told(_))), "{larger:?}");
}
