//! The files under `tests/vectors`, one a case, against the answers in the table of their README.
//!
//! The files were written by a program that shares nothing with this crate; the table is the only place that says
//! what each must lead to, and every file must be in it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use witnessmark_ledger::{Checkpoint, SignedNote, TlogProof, VerifierKey, bundle, leaf_hash};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");

/// The entry that the proof files are about.
const PROVED_ENTRY: &[u8] = &[2];

fn vkey(name: &str) -> VerifierKey {
    let text = fs::read_to_string(Path::new(VECTORS).join("vkey").join(name)).unwrap();
    text.trim_end().parse().unwrap()
}

/// What this crate says of a file: "holds", or the error and its causes.
fn answer(kind: &str, file: &[u8]) -> Result<(), Box<dyn Error>> {
    let log = vkey("log.txt");
    match kind {
        "vkey" => {
            let text = std::str::from_utf8(file)?.strip_suffix('\n').ok_or("no final newline")?;
            assert_eq!(text.parse::<VerifierKey>()?.to_string(), text);
        }
        "note" => {
            let note = SignedNote::parse(file)?;
            assert_eq!(note.to_string().as_bytes(), file, "prints as it was read");
            note.verify(&[log, vkey("cosigner.txt")])?;
        }
        "checkpoint" => {
            let checkpoint = Checkpoint::open(file, &log)?;
            assert!(file.starts_with(checkpoint.to_text().as_bytes()), "prints as it was read");
        }
        "proof" => {
            let proof = TlogProof::parse(file)?;
            assert_eq!(proof.to_string().as_bytes(), file, "prints as it was read");
            proof.verify(leaf_hash(PROVED_ENTRY), &log)?;
        }
        "bundle" => {
            let hex = std::str::from_utf8(file)?.trim_end().as_bytes();
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
            let bytes: Vec<u8> = hex.chunks(2).map(byte).collect();
            assert_eq!(bundle::encode(&bundle::decode(&bytes)?)?, bytes, "prints as it was read");
        }
        other => panic!("no such kind of vector: {other}"),
    }
    Ok(())
}

fn said(kind: &str, file: &[u8]) -> String {
    let Err(error) = answer(kind, file) else { return "holds".into() };
    let mut chain = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain = format!("{chain}: {error}");
        cause = error.source();
    }
    chain
}

#[test]
fn every_vector_is_answered_as_its_table_says() {
    let readme = fs::read_to_string(Path::new(VECTORS).join("README.md")).unwrap();
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"));
    let mut expected = BTreeMap::new();
    for row in rows {
        let (path, rest) = row.split_once("` | ").expect("a row is path, clause, answer");
        let (_, answer) = rest.rsplit_once(" | ").expect("a row is path, clause, answer");
        assert!(expected.insert(path.to_owned(), answer.to_owned()).is_none(), "{path} is there twice");
    }
    let mut found = BTreeMap::new();
    for folder in fs::read_dir(VECTORS).unwrap().map(|folder| folder.unwrap().path()).filter(|path| path.is_dir()) {
        let kind = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for file in fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            found.insert(format!("{kind}/{name}"), said(&kind, &fs::read(&file).unwrap()));
        }
    }
    for (path, answer) in &found {
        assert_eq!(expected.get(path), Some(answer), "{path}");
    }
    assert_eq!(expected.len(), found.len(), "the table names files that are not there");
    for (path, answer) in &found {
        let good = path.contains("/valid") || path == "vkey/log.txt" || path == "vkey/cosigner.txt";
        assert_eq!(answer == "holds", good, "{path} by its name");
    }
}
