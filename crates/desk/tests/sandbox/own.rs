//! The program's own analyzers: in the child they read what they read here, and ask the system for nothing.
//!
//! An analyzer that opens a file (a time zone, a dictionary) or starts a thread works everywhere but in the child;
//! this is where that shows.
#![expect(clippy::print_stdout, reason = "says what was skipped")]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};

use witnessmark_analyze::{Input, Row, place::Gazetteer};
use witnessmark_desk::{
    analyze::Reading,
    analyzers::{ANALYZERS, reads},
    sandbox::{Analyzer, Job, Limits, Setup, analyze_all, child_main},
    stills::{IN_CHILD, Look, StillError, Stills},
};

use crate::{Case, children::setup};

/// The cases of this file.
pub const CASES: &[Case] = &[
    ("own_analyzers_read_in_the_child_as_they_do_here", samples),
    ("own_analyzers_read_real_files_in_the_child", real_files),
    ("pictures_are_made_in_the_child", pictures),
];

/// Largest real file, in bytes, and how many are read.
const FILE_BYTES: u64 = 2_000_000;
const FILES: usize = 60;

/// The child with the program's own analyzers.
pub fn child() -> ExitCode {
    child_main(&IN_CHILD)
}

/// The smallest PNG: one pixel (PNG specification, third edition, §5).
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xaeB`\x82";

fn samples() {
    let english = "On Tuesday at 3.30 pm Baghdad time, two shells hit the clinic in Tell Invented, killing 3 people, \
                   residents said on 4 March 2025. “We ran,” a nurse told a reporter. Yesterday at 14:05+03:00 it was quiet.";
    let arabic =
        "قال سكان إن قذيفتين سقطتا على المستوصف يوم الثلاثاء ٤ آذار ٢٠٢٥ في الساعة الثالثة عصراً، فقتل ثلاثة أشخاص.";
    let html = format!("<html><head><title>x</title></head><body><p>{english}</p><p>{arabic}</p></body></html>");
    let csv = "name,lat,lon\nTell Invented,35.5,36.5\n";
    let kept: Vec<(String, Vec<u8>)> = [
        ("a.txt", english.as_bytes().to_vec()),
        ("b.txt", arabic.as_bytes().to_vec()),
        ("c.txt", english.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("d.html", html.into_bytes()),
        ("places.csv", csv.as_bytes().to_vec()),
        ("e.png", PNG.to_vec()),
        ("f.png", PNG[..40].to_vec()),
        ("g.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01".to_vec()),
        ("h.tif", b"II*\0\x08\0\0\0\xff\xff".to_vec()),
        ("i.toml", b"[place]\nname = \"x\"\n".to_vec()),
        ("j.bin", (0..=255).cycle().take(10_000).collect()),
        ("k", Vec::new()),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .to_vec();
    compare(&kept);
}

fn real_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let mut paths = Vec::new();
    list(Path::new(folder), &mut paths);
    if paths.is_empty() {
        return println!("  no files in {folder}: skipped");
    }
    paths.sort();
    let step = paths.len().div_ceil(FILES);
    let files: Vec<_> = paths
        .iter()
        .step_by(step)
        .map(|path| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read(path).expect("read"))
        })
        .collect();
    compare(&files);
}

/// What somebody looks at comes back as bare pixels; a file that kills or bends the decoder is told and the next one is read.
fn pictures() {
    let setup = setup(&["own"]);
    let reading = Reading {
        confined: setup.command.clone(),
        command: setup.command,
        limits: Limits::default(),
        policy: setup.policy,
        workers: 1,
    };
    let stills = Stills::new(&reading);
    for alone in [false, true] {
        for (look, channels) in [(Look::Veiled, 1), (Look::Shown, 3)] {
            let made = stills.make(look, "image/png", PNG.to_vec(), alone).expect("a picture");
            assert_eq!((made.width, made.height, made.channels), (1, 1, channels));
        }
        let cut = stills.make(Look::Shown, "image/png", PNG[..40].to_vec(), alone);
        assert!(matches!(cut, Err(StillError::Unreadable(_))), "{cut:?}");
    }
    let svg = stills.make(Look::Shown, "image/svg+xml", b"<svg/>".to_vec(), false);
    assert!(matches!(svg, Err(StillError::Type(_))), "{svg:?}");
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(data) if data.is_dir() => list(&entry.path(), paths),
            Ok(data) if data.is_file() && data.len() <= FILE_BYTES => paths.push(entry.path()),
            _ => {}
        }
    }
}

/// Reads every file with every analyzer that takes it, here and in the child.
fn compare(files: &[(String, Vec<u8>)]) {
    let mut jobs = Vec::new();
    for (name, bytes) in files {
        let of_type = here(&ANALYZERS[0], name, "application/octet-stream", bytes);
        let media_type = of_type.iter().find_map(|row| row.body.get("media_type")?.as_str()).unwrap_or_default();
        for analyzer in IN_CHILD.iter().filter(|analyzer| reads(analyzer, media_type)) {
            jobs.push((analyzer, name, media_type.to_owned(), bytes));
        }
    }
    let setup = Arc::new(Setup { analyzers: &IN_CHILD, limits: Limits::default(), ..setup(&["own"]) });
    let sent = jobs.iter().map(|(analyzer, name, media_type, bytes)| Job {
        analyzer: analyzer.manifest.name,
        name: (*name).clone(),
        media_type: media_type.clone(),
        published: Some("2025-03-06".into()),
        bytes,
    });
    let mut rows = 0;
    let finished = analyze_all(&setup, sent, 2, &AtomicBool::new(false), |index, outcome| {
        let (analyzer, name, media_type, bytes) = &jobs[index];
        assert_eq!(outcome.failure, None, "{} of {name}", analyzer.manifest.name);
        assert!(
            outcome.rows == here(analyzer, name, media_type, bytes),
            "{} of {name} differs",
            analyzer.manifest.name
        );
        rows += outcome.rows.len();
    });
    assert_eq!(finished.expect("children").jobs, jobs.len());
    println!("  {} files, {} readings, {rows} rows", files.len(), jobs.len());
}

fn here(analyzer: &Analyzer, name: &str, media_type: &str, bytes: &[u8]) -> Vec<Row> {
    let gazetteer = Gazetteer::embedded();
    (analyzer.read)(&Input {
        bytes,
        media_type,
        name,
        published: Some("2025-03-06"),
        gazetteer,
        trusted: witnessmark_analyze::Trusted::NOBODY,
        decoded: None,
    })
}
