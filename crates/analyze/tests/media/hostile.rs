//! No byte from outside makes a reader panic, claim memory or leak a name.

use std::{
    panic,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use witnessmark_analyze::{Row, media};

use crate::{input, jpeg::segment, samples};

/// Panics in this package's own code; those of the decoders are caught, and are theirs.
static OURS: AtomicUsize = AtomicUsize::new(0);
static WHERE: Mutex<String> = Mutex::new(String::new());

/// Everything that reads bytes, on these bytes.
fn read_all(bytes: &[u8], name: &str) -> Vec<Row> {
    let input = input(bytes, name);
    let mut rows = media::sniff::read(&input);
    rows.extend(media::metadata::read(&input));
    rows.extend(media::pdq::read(&input));
    let pointed = media::points::read(&input);
    // Points and look have a fixed most; the other rows are small.
    assert!(pointed.len() <= 1 && pointed.iter().all(|row| serde_json::to_string(&row.body).unwrap().len() < 64_000));
    rows.extend(media::scene::read(&input));
    let _ = media::thumbnail(bytes);
    let _ = media::preview(bytes, 64);
    let _ = media::scene::Scene::decode(bytes);
    rows
}

/// What must hold of any row of any input.
fn sound(rows: &[Row], name: &str) {
    bounded(rows, name);
    for row in rows {
        let text = serde_json::to_string(&row.body).unwrap();
        assert!(!text.contains(samples::SECRET), "{name}: {text}");
    }
}

/// What must hold of any row of a bent file too, in which a field may have been renamed: one that may be shown may then
/// hold what another held. What is broken is never quoted.
fn bounded(rows: &[Row], name: &str) {
    assert!(rows.len() < 400, "{name}: {} rows", rows.len());
    for row in rows {
        let text = serde_json::to_string(&row.body).unwrap();
        assert!(text.len() < 20_000, "{name}: a row of {} bytes", text.len());
        assert!(!text.contains("null"), "{name}: {text}");
        assert!(row.kind != "problem" || !text.contains(samples::SECRET), "{name}: {text}");
    }
}

/// Runs `work` with every panic noted by where it arose, also those that a reader catches.
fn counted(work: impl FnOnce() + panic::UnwindSafe) {
    let before = panic::take_hook();
    panic::set_hook(Box::new(|info| {
        // Dependencies lie in the registry; what is ours lies in this crate, as source or as test.
        if info.location().is_some_and(|l| !l.file().contains("registry") && !l.file().starts_with("/rustc/")) {
            OURS.fetch_add(1, Ordering::SeqCst);
            *WHERE.lock().unwrap() = info.to_string();
        }
    }));
    let done = panic::catch_unwind(work);
    panic::set_hook(before);
    assert!(OURS.load(Ordering::SeqCst) == 0 && done.is_ok(), "{}", WHERE.lock().unwrap());
}

/// Cut at many lengths and bent at many places: one test, because the panic hook is one for the process.
#[test]
fn samples_cut_and_bent_make_no_reader_panic() {
    counted(|| {
        for (name, bytes) in samples::all() {
            sound(&read_all(&bytes, name), name);
            let every = (bytes.len() / 60).max(1);
            for length in (0..bytes.len().min(64)).chain((64..bytes.len()).step_by(every)) {
                sound(&read_all(&bytes[..length], name), name);
            }
            let mut state = 0x2545_f491_4f6c_dd1du64;
            for round in 0..120 {
                let mut bent = bytes.clone();
                for _ in 0..=(round % 4) {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    // The first kilobytes hold what is parsed; the rest is mostly pixels.
                    let reach = if round % 3 == 0 { bent.len() } else { bent.len().min(1500) };
                    let at = (state >> 8) as usize % reach;
                    bent[at] = match round % 5 {
                        0 => 0xff,
                        1 => 0,
                        _ => bent[at] ^ 1 << (state % 8),
                    };
                }
                bounded(&read_all(&bent, name), name);
            }
        }
    });
}

#[test]
fn a_header_that_claims_the_moon_is_a_problem() {
    let mut png = samples::png(&[0; 16], 4, 4, png::ColorType::Grayscale, &[]);
    png[16..20].copy_from_slice(&100_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&100_000u32.to_be_bytes());
    let mut jpeg = samples::all()[1].1.clone();
    let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    for (name, bytes) in [("moon.png", png), ("moon.jpg", jpeg)] {
        let rows = media::pdq::read(&input(&bytes, name));
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0].kind, "problem");
        assert!(rows[0].body["what"].as_str().unwrap().contains("pixels"), "{rows:?}");
        assert!(media::thumbnail(&bytes).is_err() && media::preview(&bytes, 100).is_err());
    }
    let values = samples::speckle(32, 32, 1);
    let mut scene = samples::geotiff(&values, 32, 32, &samples::UTM_37);
    // The first two entries of the first directory are width and height.
    let directory = u32::from_le_bytes(scene[4..8].try_into().unwrap()) as usize;
    for entry in 0..32 {
        let at = directory + 2 + entry * 12;
        if matches!(scene.get(at..at + 2), Some([0, 1] | [1, 1])) {
            scene[at + 8..at + 12].copy_from_slice(&100_000u32.to_le_bytes());
        }
    }
    assert!(media::scene::Scene::decode(&scene).is_err());
}

#[test]
fn a_text_that_inflates_without_end_is_a_problem() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 64 << 20], 9);
    let text = [b"XML:com.adobe.xmp\0\x01\0\0\0", bomb.as_slice()].concat();
    let png = samples::png(&[0; 16], 4, 4, png::ColorType::Grayscale, &[(b"iTXt", text)]);
    let rows = media::metadata::read(&input(&png, "bomb.png"));
    assert!(rows.iter().any(|row| row.kind == "problem"), "{rows:?}");
}

#[test]
fn directories_that_point_at_each_other_end() {
    // Three directories whose next and child pointers form rings, with as many entries as fit.
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    block.resize(65_000, 0);
    block[8..10].copy_from_slice(&5000u16.to_le_bytes());
    for entry in 0..5000usize {
        let at = 10 + entry * 12;
        let tag = [0x8769u16, 0x8825, 0x9003, 0x010f][entry % 4];
        block[at..at + 2].copy_from_slice(&tag.to_le_bytes());
        block[at + 2..at + 4].copy_from_slice(&if entry % 4 < 2 { 4u16 } else { 2 }.to_le_bytes());
        block[at + 4..at + 8].copy_from_slice(&if entry % 4 < 2 { 1u32 } else { 60_000 }.to_le_bytes());
        block[at + 8..at + 12].copy_from_slice(&8u32.to_le_bytes());
    }
    let jpeg = [&[0xff, 0xd8][..], &segment(0xe1, &[b"Exif\0\0", block.as_slice()].concat())].concat();
    sound(&media::metadata::read(&input(&jpeg, "ring.jpg")), "ring.jpg");
    sound(&media::metadata::read(&input(&block, "ring.tif")), "ring.tif");
}

#[test]
fn xmp_that_nests_or_repeats_without_end_stops() {
    let deep = format!("<x:xmpmeta xmlns:x='adobe:ns:meta/'>{}", "<a>".repeat(100_000));
    let wide = format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/' xmlns:xmp='http://ns.adobe.com/xap/1.0/'>{}",
        "<xmp:CreatorTool>Photoshop</xmp:CreatorTool>".repeat(20_000)
    );
    for packet in [deep, wide] {
        let text = [b"XML:com.adobe.xmp\0\0\0\0\0", packet.as_bytes()].concat();
        let png = samples::png(&[0; 16], 4, 4, png::ColorType::Grayscale, &[(b"iTXt", text)]);
        let rows = media::metadata::read(&input(&png, "xmp.png"));
        sound(&rows, "xmp.png");
        assert!(rows.iter().any(|row| row.kind == "problem"));
    }
}
