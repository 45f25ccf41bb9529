//! The folder as a whole: the same twice, complete, readable by others, and as its own answers say.
//!
//! Pictures are hashed with the analyzer's own hash, since what matters is what the pipeline will see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use witnessmark_analyze::media::pdq::{self, Pdq};
use witnessmark_town::truth::{Stance, truth};
use witnessmark_town::{Error, File, files, write};

fn town() -> &'static BTreeMap<String, Vec<u8>> {
    static TOWN: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    TOWN.get_or_init(|| files().into_iter().map(|File { path, bytes }| (path, bytes)).collect())
}

fn text(path: &str) -> &'static str {
    std::str::from_utf8(&town()[path]).expect("UTF-8")
}

fn pictures() -> Vec<&'static str> {
    let picture = |path: &&str| !path.starts_with("bad/") && (path.ends_with(".jpg") || path.ends_with(".png"));
    town().keys().map(String::as_str).filter(picture).collect()
}

#[test]
fn the_folder_is_the_same_twice_and_lists_what_it_holds() {
    let dir = tempfile::tempdir().expect("a folder");
    let written = write(dir.path()).expect("written");
    assert_eq!(written.files.len(), town().len());
    for (path, size) in &written.files {
        let on_disk = std::fs::read(dir.path().join(path)).expect("a listed file");
        assert_eq!(on_disk.len() as u64, *size);
        assert!(on_disk == town()[path], "{path} differs from one making to the next");
    }
    assert!(matches!(write(dir.path()), Err(Error::NotEmpty(_))));
}

#[test]
fn the_folder_is_small_and_says_everywhere_that_it_is_invented() {
    let total: usize = town().values().map(Vec::len).sum();
    assert!(total < 6 << 20, "{total} bytes");
    for (path, bytes) in town().iter().filter(|(_, bytes)| !bytes.is_empty()) {
        let has = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        let copy =
            path.starts_with("posts/repost") || path.contains("as-posted") || path.contains("isle-wire-hospital");
        let drawn_only = copy && path.ends_with(".jpg");
        // The cut picture lost its comment with its end, and the zip's name says nothing.
        let says = ["INVENTED", "Invented", "invented", "مختلق"].iter().any(|needle| has(needle));
        assert!(says || drawn_only, "{path}");
    }
}

#[test]
fn every_file_that_the_answers_name_is_there() {
    let truth = truth();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for incident in truth.incidents {
        named.extend(incident.lines.iter().copied().flatten());
        for (one, other) in incident.separate {
            let line_of = |file: &str| incident.lines.iter().position(|line| line.contains(&file));
            assert!(line_of(one).is_some() && line_of(one) != line_of(other), "{one} {other}");
        }
        assert!(witnessmark_town::place::by_id(incident.place).is_some());
        assert!(incident.interval.0 <= incident.interval.1);
    }
    named.extend(truth.positions.iter().flat_map(|p| p.against.iter().copied().chain([p.file])));
    named.extend(truth.contradictions.iter().flat_map(|c| [c.one.0, c.other.0]));
    named.extend(truth.same_picture.iter().flat_map(|(copy, of, _)| [*copy, *of]));
    named.extend(truth.copied_texts.iter().flat_map(|c| [c.file, c.of]));
    named.extend(truth.old_as_new.iter().chain(&truth.circular).copied());
    named.extend(truth.wrong_clocks.iter().map(|c| c.file));
    named.extend(truth.unreadable.iter().map(|u| u.file));
    named.extend(truth.scenes.iter().flat_map(|(before, after, _)| [*before, *after]));
    named.extend(truth.graphic.iter().copied().chain([truth.withdrawn.0, truth.misrendered.0, truth.misrendered.1]));
    for file in named {
        assert!(town().contains_key(file), "{file}");
    }
}

#[test]
fn the_words_that_the_answers_quote_stand_in_the_files() {
    let truth = truth();
    for position in truth.positions {
        assert!(text(position.file).contains(position.speaker), "{position:?}");
        if let Stance::TestableDenial(words) = position.stance {
            assert!(text(position.file).contains(words), "{position:?}");
        }
    }
    for (file, words, _) in truth.patterns.iter().chain(truth.campaigns) {
        assert!(text(file).contains(words), "{words}");
    }
    let (file, instrument, words) = truth.misrendered;
    assert!(text(file).contains(words) && !text(instrument).contains(words));
    for (path, number, incidents) in truth.counted {
        assert_eq!(*number as usize, incidents.len());
        assert!(text(path).contains("verified four attacks"));
    }
}

#[test]
fn the_circle_closes() {
    let [courier, wire, monitor] = truth().circular;
    assert!(text(courier).contains("Isle Wire reported"));
    assert!(text(wire).contains("the Harbour Monitor said"));
    assert!(text(monitor).contains("According to The Talmera Courier"));
}

#[test]
fn structured_files_parse_and_the_bad_one_does_not() {
    for (path, bytes) in town() {
        if path.ends_with(".toml") {
            let parsed = std::str::from_utf8(bytes).expect("UTF-8").parse::<toml::Table>();
            assert_eq!(parsed.is_err(), path.starts_with("bad/"), "{path}");
        } else if path.ends_with(".csv") {
            assert!(csv::Reader::from_reader(&bytes[..]).records().all(|row| row.is_ok()), "{path}");
        }
    }
}

#[test]
fn metadata_read_as_the_answers_say() {
    let taken = |path: &str| {
        let read = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&town()[path])).ok()?;
        let field = read.get_field(exif::Tag::DateTimeOriginal, exif::In::PRIMARY)?;
        Some(field.display_value().to_string().replace(' ', "T"))
    };
    for clock in truth().wrong_clocks {
        assert_eq!(taken(clock.file).as_deref(), Some(clock.stated));
        assert_ne!(clock.stated, clock.taken);
    }
    assert_eq!(taken("pictures/hospital-1.jpg").as_deref(), Some("2024-03-04T06:52:10"));
    for (copy, _, _) in truth().same_picture {
        assert_eq!(taken(copy), None, "{copy}");
    }
    let png = &town()["pictures/weavers-rubble.png"];
    assert!(png.windows(17).any(|window| window == b"XML:com.adobe.xmp"));
}

#[test]
fn pictures_hash_as_the_answers_say() {
    let hashes: BTreeMap<&str, Pdq> = pictures()
        .into_iter()
        .map(|path| {
            let terms = pdq::terms_of_file(&town()[path]).expect("a picture");
            assert!(terms.quality >= 50, "{path}: quality {}", terms.quality);
            (path, terms.pdq())
        })
        .collect();
    // Everything that shows one picture, under the name of the original.
    let truth = truth();
    let original =
        |path: &'static str| truth.same_picture.iter().find(|(copy, ..)| *copy == path).map_or(path, |c| c.1);
    for (at, (one, hash)) in hashes.iter().enumerate() {
        for (other, second) in hashes.iter().skip(at + 1) {
            let distance = hash.distance(second);
            if original(one) != original(other) {
                let side_by_side = [original(one), original(other)] == [truth.side_by_side.0, truth.side_by_side.1];
                assert!(distance > if side_by_side { 63 } else { 100 }, "{one} {other}: {distance}");
            }
        }
    }
    for (copy, of, how) in truth.same_picture {
        let distance = hashes[copy].distance(&hashes[of]);
        match how {
            witnessmark_town::How::Reencoded(_) | witnessmark_town::How::Captioned => {
                assert!(distance <= 31, "{copy}: {distance}")
            }
            witnessmark_town::How::Cropped | witnessmark_town::How::Screenshot => {
                assert!(distance > 63, "{copy}: {distance}")
            }
        }
    }
}

#[test]
fn the_analyzer_reads_every_sheet_without_a_problem() {
    for (path, bytes) in town().iter().filter(|(path, _)| !path.starts_with("bad/")) {
        let input = witnessmark_analyze::Input {
            bytes,
            media_type: "text/plain",
            name: path,
            published: None,
            gazetteer: witnessmark_analyze::place::Gazetteer::embedded(),
            trusted: witnessmark_analyze::Trusted::NOBODY,
            decoded: None,
        };
        let problems: Vec<_> =
            witnessmark_analyze::sheets::read(&input).into_iter().filter(|row| row.kind == "problem").collect();
        assert!(problems.is_empty(), "{path}: {problems:?}");
    }
}

#[test]
fn the_analyzer_places_the_scenes_and_finds_the_block_that_fell() {
    use witnessmark_analyze::media::{change, scene::Scene};
    let weavers = witnessmark_town::place::by_id("dorvane-weavers").expect("a place");
    for (before, after, changed) in truth().scenes {
        let [first, second] = [before, after].map(|path| Scene::decode(&town()[path]).expect("a scene"));
        let regions = change::change(&first, &second).expect("a comparison").regions;
        assert_eq!(regions.len(), usize::from(changed), "{before}: {regions:?}");
        for region in regions {
            assert!(region.median_db < -4.0, "{region:?}");
            let ring = region.ring.expect("a known system");
            let range = |at: usize| {
                let values = ring.iter().map(|point| point[at]);
                (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
            };
            let ((west, east), (south, north)) = (range(0), range(1));
            assert!((west..east).contains(&weavers.lon) && (south..north).contains(&weavers.lat), "{ring:?}");
        }
    }
}
