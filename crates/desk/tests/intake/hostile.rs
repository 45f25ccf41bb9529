//! What comes in and is meant to hurt: names that are no text, files that are two things at once, pictures and films that claim more
//! than there is. Each is kept byte for byte, what cannot be read of it is named, and everything beside it is read all the same.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use witnessmark_archive::pack::sha256;
use witnessmark_desk::analyze::analyze;
use witnessmark_desk::progress::{Silent, Stop};
use witnessmark_model::ItemId;

use crate::support::{Desk, reading, zip};

pub const CASES: &[crate::Case] = &[
    ("hostile_files_are_kept_and_named", kept_and_named),
    ("hostile_names_come_in_spelt_and_lead_nowhere", names_that_are_no_text),
];

fn read(desk: &mut Desk) {
    let member = desk.archive.member(None).expect("a member");
    analyze(&mut desk.archive, member, &reading(), None, &mut Silent, &Stop::default()).expect("read");
}

/// What of an item could not be read, of whatever it is.
fn problems(desk: &Desk, bytes: &[u8]) -> Vec<String> {
    let rows = desk.archive.rows_of(ItemId(sha256(bytes).0)).expect("rows");
    let problem = rows.iter().filter(|(_, row)| row.get("kind").and_then(|k| k.as_str()) == Some("problem"));
    problem.filter_map(|(_, row)| Some(row.get("what")?.as_str()?.to_owned())).collect()
}

fn is_kept(desk: &Desk, bytes: &[u8]) -> bool {
    desk.archive.read(ItemId(sha256(bytes).0)).is_ok_and(|kept| *kept == bytes)
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut sum = crc32fast::Hasher::new();
    sum.update(kind);
    sum.update(body);
    [&(body.len() as u32).to_be_bytes()[..], kind, body, &sum.finalize().to_be_bytes()].concat()
}

/// A PNG of 65,500 × 65,500 pixels of four bytes each, in a hundred bytes.
fn pixel_bomb() -> Vec<u8> {
    let side = 65_500_u32.to_be_bytes();
    let head = [&side[..], &side, &[8, 6, 0, 0, 0]].concat();
    let end = chunk(b"IEND", &[]);
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &chunk(b"IDAT", b"\x78\x9c\x63\0\0\0\x01\0\x01"), &end].concat()
}

/// A film whose one box says that it is 2⁶³ bytes long, and within it one that says the same.
fn endless_film() -> Vec<u8> {
    let long = (1_u64 << 63).to_be_bytes();
    let head = b"\0\0\0\x14ftypisom\0\0\0\0isom";
    [&head[..], b"\0\0\0\x01moov", &long, b"\0\0\0\x01trak", &long, &[0; 64]].concat()
}

fn kept_and_named() {
    let mut desk = Desk::new();
    let archived = zip(&[("inside.txt", b"Shells fell near the mill.")]);
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("bomb.png", pixel_bomb()),
        ("endless.mp4", endless_film()),
        ("both.pdf", [&b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"[..], &archived].concat()),
        ("both.jpg", [&b"\xff\xd8\xff\xe0\0\x04JF\xff\xd9"[..], &archived].concat()),
        ("both.zip", [&b"<html><body>two things</body></html>"[..], &archived].concat()),
        ("plain.txt", b"A drone struck the market in the town on 3 May 2031.".to_vec()),
    ];
    files.iter().for_each(|(name, bytes)| desk.put(name, bytes));
    let gathered = desk.collect();
    read(&mut desk);
    for (name, bytes) in &files {
        assert!(is_kept(&desk, bytes), "{name} is kept: {gathered:?}");
        let crashed =
            problems(&desk, bytes).into_iter().find(|p| p.contains("crashed") || p.contains("did not finish"));
        assert_eq!(crashed, None, "{name}");
    }
    assert!(
        !problems(&desk, &files[0].1).is_empty(),
        "nobody reads sixteen gigabytes of pixels out of a hundred bytes"
    );
    assert!(problems(&desk, &files[5].1).is_empty(), "what lies beside it is read all the same");
}

fn names_that_are_no_text() {
    let mut desk = Desk::new();
    let names: [&[u8]; 5] =
        [b"caf\xe9.txt", b"\xff\xfe\x80.txt", b"a\nb.txt", "x\u{202e}txt.exe".as_bytes(), b"%FF.txt"];
    for (n, name) in names.iter().enumerate() {
        let path = desk.folder().join(OsString::from_vec(name.to_vec()));
        std::fs::write(path, format!("note {n}")).expect("a file");
    }
    let gathered = desk.collect();
    assert_eq!((gathered.new, gathered.passed_over.len()), (names.len() as u64, 0), "{gathered:?}");
    for n in 0..names.len() {
        assert!(is_kept(&desk, format!("note {n}").as_bytes()), "note {n}");
    }
    let spelt: std::collections::BTreeSet<String> = desk.captures().into_iter().map(|(name, _)| name).collect();
    assert_eq!(spelt.len(), names.len(), "no two names become one: {spelt:?}");
    assert_eq!(desk.collect().known, names.len() as u64, "each is known again by its name");
}
