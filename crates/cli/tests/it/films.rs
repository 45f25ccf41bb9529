//! Films through the program: frames, cuts, sound, clips found at their times, and films that cannot be read.
//!
//! The films are drawn here and encoded by ffmpeg; without ffmpeg the tests print one line and pass, and fail in CI.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{arg, expect, json};

const WIDTH: usize = 320;
const HEIGHT: usize = 240;
const RATE: usize = 10;

#[expect(clippy::print_stderr, reason = "a test that is passed over says so")]
fn is_here() -> bool {
    let here = Path::new("/usr/bin/ffmpeg").exists() || Path::new("/usr/local/bin/ffmpeg").exists();
    assert!(here || std::env::var_os("WITNESSMARK_NO_SKIP").is_none(), "ffmpeg is not here");
    if !here {
        eprintln!("skipped: ffmpeg is not here");
    }
    here
}

struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Scenes of four seconds, each of its own blocks, over which one block moves.
fn drawn(seconds: usize, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut out = Vec::new();
    let mut scene = Vec::new();
    for frame in 0..seconds * RATE {
        if frame % (4 * RATE) == 0 {
            scene = (0..14)
                .map(|_| [dice.next(280), dice.next(200), 20 + dice.next(120), 20 + dice.next(100), dice.next(256)])
                .collect();
        }
        let mut picture = vec![90u8; WIDTH * HEIGHT];
        let moving = [(frame * 5 % 260) as u64, 100, 50, 60, 250];
        for block in scene.iter().chain([&moving]) {
            let [x, y, w, h, tone] = block.map(|v| v as usize);
            for row in y..(y + h).min(HEIGHT) {
                picture[row * WIDTH + x..row * WIDTH + (x + w).min(WIDTH)].fill(tone as u8);
            }
        }
        out.extend(picture);
    }
    out
}

/// Short tones at odd times, 16 bits, 16,000 samples a second.
fn heard(seconds: usize, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut samples = vec![0f32; seconds * 16_000];
    let mut at = 0;
    while at < samples.len() {
        let (frequency, length) = (150.0 + dice.next(3000) as f32, 1_000 + dice.next(5_000) as usize);
        for (i, sample) in samples[at..].iter_mut().take(length).enumerate() {
            let t = i as f32 / 16_000.0;
            *sample += 0.4 * (std::f32::consts::TAU * frequency * t).sin() * (-4.0 * t).exp();
        }
        at += 500 + dice.next(1_500) as usize;
    }
    samples.iter().flat_map(|s| ((s.clamp(-1.0, 1.0) * 32_000.0) as i16).to_le_bytes()).collect()
}

fn ffmpeg(args: &[&str], input: &[u8]) {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y"]).args(args).stdin(Stdio::piped());
    let mut child = command.spawn().expect("ffmpeg starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A film that is cut ends before its input does.
    let _ = stdin.write_all(input);
    drop(stdin);
    assert!(child.wait().expect("ffmpeg ends").success(), "{args:?}");
}

fn film(folder: &Path, name: &str, seconds: usize, seed: u64) -> String {
    let path = folder.join(name);
    let sound = folder.with_extension("sound.raw");
    std::fs::write(&sound, heard(seconds, seed)).expect("write");
    let raw = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x240", "-r", "10", "-i", "-"];
    let with = ["-f", "s16le", "-ar", "16000", "-ac", "1", "-i", arg(&sound), "-c:v", "mpeg4", "-q:v", "4", "-g", "30"];
    ffmpeg(&[&raw[..], &with[..], &["-pix_fmt", "yuv420p", "-c:a", "aac", arg(&path)]].concat(), &drawn(seconds, seed));
    arg(&path).to_owned()
}

fn of_kind<'a>(found: &'a [Value], kind: &str, name: &str) -> Option<&'a Value> {
    found.iter().find(|row| row["kind"] == kind && row["names"].to_string().contains(name))
}

#[test]
fn clips_copies_stills_and_sounds_are_found_at_their_times() {
    if !is_here() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let (archive, material, asked) = (dir.path().join("archive"), dir.path().join("in"), dir.path().join("asked"));
    std::fs::create_dir_all(&material).and_then(|()| std::fs::create_dir_all(&asked)).expect("folders");
    let whole = film(&material, "whole.mp4", 24, 11);
    film(&material, "stranger.mp4", 20, 99);
    std::fs::write(material.join("broken.mp4"), &std::fs::read(&whole).expect("read")[..20_000]).expect("write");
    let clip = asked.join("clip.avi");
    let smaller =
        ["-ss", "9", "-t", "8", "-i", &whole, "-vf", "scale=208:160,eq=brightness=0.06", "-c:v", "mjpeg", "-q:v", "9"];
    ffmpeg(&[&smaller[..], &["-c:a", "mp3", arg(&clip)]].concat(), b"");
    let copy = material.join("copy.mkv");
    ffmpeg(&["-i", &whole, "-s", "160x120", "-c:v", "mpeg4", "-q:v", "12", "-c:a", "mp3", arg(&copy)], b"");
    let still = asked.join("still.jpg");
    ffmpeg(&["-ss", "14.2", "-i", &whole, "-frames:v", "1", "-q:v", "4", arg(&still)], b"");

    expect(0, &["init", arg(&archive), "--no-passphrase"]);
    expect(0, &["collect", arg(&archive), arg(&material)]);
    let said = expect(0, &["analyze", arg(&archive)]);
    assert!(said.contains("problems"), "{said}");
    expect(0, &["propose", arg(&archive)]);

    let found = json(&["similar", arg(&archive), arg(&clip)]);
    for name in ["whole.mp4", "copy.mkv"] {
        let clipped = of_kind(&found, "film", name).unwrap_or_else(|| panic!("{name}: {found:?}"));
        assert!((clipped["offset_s"].as_f64().expect("a number") - 9.0).abs() <= 0.6, "{clipped}");
        let heard = of_kind(&found, "audio", name).unwrap_or_else(|| panic!("{name}: {found:?}"));
        assert!((heard["offset_s"].as_f64().expect("a number") - 9.0).abs() <= 0.1, "{heard}");
    }
    assert!(!found.iter().any(|row| row["names"].to_string().contains("stranger")), "{found:?}");

    let found = json(&["similar", arg(&archive), arg(&still)]);
    let of_film = of_kind(&found, "film", "whole.mp4").expect("the film of a still");
    let at = of_film["in_item_s"][0].as_f64().expect("a time");
    assert!((at - 14.2).abs() <= 1.0, "{of_film}");

    // A copy is no second act of perceiving: the join proposes it with its offset.
    let proposed = json(&["proposals", arg(&archive)]);
    let of = |kind: &str| proposed.iter().filter(|row| row["kind"] == kind).map(|row| &row["body"]).collect::<Vec<_>>();
    let matches = of("film_match");
    assert_eq!(matches.len(), 1, "{proposed:?}");
    assert_eq!(of("sound_match").len(), 1, "{proposed:?}");
    assert_eq!(matches[0]["match"], "same");
    assert!(matches[0]["offset_s"].as_f64().expect("a number").abs() <= 0.6);

    // Nothing else is read twice, and what cannot be read says why in our words.
    assert!(expect(0, &["analyze", arg(&archive)]).starts_with("0 rows"));
    let items = json(&["items", arg(&archive)]);
    let broken = items.iter().find(|row| row["names"].to_string().contains("broken")).expect("kept");
    let shown = expect(0, &["show", arg(&archive), broken["item"].as_str().expect("an id")]);
    assert!(shown.contains("its index (moov) is missing"), "{shown}");
    expect(0, &["check", arg(&archive)]);
}

#[test]
fn speech_is_what_a_named_program_prints_and_nothing_without_one() {
    if !is_here() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let (archive, material) = (dir.path().join("archive"), dir.path().join("in"));
    std::fs::create_dir_all(&material).expect("a folder");
    film(&material, "said.mp4", 4, 5);
    expect(0, &["init", arg(&archive), "--no-passphrase"]);
    expect(0, &["collect", arg(&archive), arg(&material)]);
    expect(0, &["analyze", arg(&archive)]);
    // It speaks the form of whisper.cpp's program and is none: it says one line, and whether it may read a file. A confined program
    // starts no other, so it does with what the shell has itself.
    let program = dir.path().join("whisper-cli");
    let script = "#!/bin/sh\necho '[00:00:00.000 --> 00:00:02.500]   قصف قرب السوق'\n\
                  read -r y </etc/hostname && echo '[00:00:02.500 --> 00:00:04.000] it read a file'\nexit 0\n";
    std::fs::write(&program, script).expect("write");
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    let settings = archive.join("witnessmark.toml");
    let mut text = std::fs::read_to_string(&settings).expect("settings");
    text.push_str(&format!("\n[programs.whisper]\npath = \"{}\"\n", program.display()));
    std::fs::write(&settings, text).expect("write");
    expect(0, &["analyze", arg(&archive)]);
    let items = json(&["items", arg(&archive)]);
    let shown = expect(0, &["show", arg(&archive), items[0]["item"].as_str().expect("an id")]);
    assert!(shown.contains("قصف قرب السوق") && shown.contains("\"asserted_by\":\"machine\""), "{shown}");
    assert!(!shown.contains("it read a file"), "{shown}");
    let found = json(&["search", arg(&archive), "قصف"]);
    assert_eq!(found[0]["title"], "[heard by a program at 0:00:00]", "{found:?}");
}

#[test]
fn a_watched_folder_is_taken_in_as_it_fills() {
    let dir = tempfile::tempdir().expect("a folder");
    let (archive, material) = (dir.path().join("archive"), dir.path().join("in"));
    std::fs::create_dir_all(&material).expect("a folder");
    std::fs::write(material.join("a.txt"), "One.").expect("write");
    expect(0, &["init", arg(&archive), "--no-passphrase"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_witnessmark"));
    command.args(["collect", arg(&archive), arg(&material), "--watch", "--every", "1"]);
    let mut watching =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(watching.stdout.take().expect("a pipe")));
    let mut until =
        |words: &str| lines.by_ref().map_while(Result::ok).find(|line| line.contains(words)).expect("a line");
    until("1 new");
    std::fs::write(material.join("b.txt"), "Two.").expect("write");
    std::os::unix::fs::symlink("/etc/hostname", material.join("c")).expect("a link");
    until("1 new");
    until("rows");
    let _ = Command::new("kill").args(["-INT", &watching.id().to_string()]).status();
    assert!(watching.wait().expect("ends").success());
    assert_eq!(json(&["items", arg(&archive)]).len(), 2);
}

/// What was read of the one item whose name holds this.
fn rows_of(archive: &str, name: &str) -> String {
    let items = json(&["items", archive]);
    let item = items.iter().find(|row| row["names"].to_string().contains(name)).expect("kept");
    expect(0, &["show", archive, item["item"].as_str().expect("an id")])
}

#[test]
fn a_film_without_pictures_one_of_one_frame_and_one_of_ten_hours_are_read_as_what_they_are() {
    if !is_here() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let (archive, material, asked) = (dir.path().join("archive"), dir.path().join("in"), dir.path().join("asked"));
    std::fs::create_dir_all(&material).and_then(|()| std::fs::create_dir_all(&asked)).expect("folders");
    let (deaf, single, long) = (material.join("deaf.mp4"), material.join("single.avi"), material.join("long.mkv"));
    let sound = dir.path().join("sound.raw");
    std::fs::write(&sound, heard(8, 3)).expect("write");
    let raw = ["-f", "s16le", "-ar", "16000", "-ac", "1", "-i", arg(&sound)];
    ffmpeg(&[&raw[..], &["-c:a", "aac", arg(&deaf)]].concat(), b"");
    let picture = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x240", "-r", "10", "-i", "-"];
    let frame = &drawn(1, 41)[..WIDTH * HEIGHT];
    ffmpeg(&[&picture[..], &["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", arg(&single)]].concat(), frame);
    // Ten hours of a pattern that never comes again, a frame every ten seconds.
    let pattern = "cellauto=s=96x72:rate=1/10:random_seed=7:rule=30:scroll=1,gblur=sigma=4,eq=contrast=3";
    ffmpeg(&["-f", "lavfi", "-i", pattern, "-t", "36000", "-c:v", "mpeg4", "-q:v", "3", "-g", "6", arg(&long)], b"");
    let (still, of_one) = (asked.join("still.png"), asked.join("one.png"));
    ffmpeg(&["-ss", "25200", "-i", arg(&long), "-frames:v", "1", arg(&still)], b"");
    ffmpeg(&["-i", arg(&single), "-frames:v", "1", arg(&of_one)], b"");

    expect(0, &["init", arg(&archive), "--no-passphrase"]);
    expect(0, &["collect", arg(&archive), arg(&material)]);
    expect(0, &["analyze", arg(&archive)]);

    let shown = rows_of(arg(&archive), "deaf");
    assert!(shown.contains("no moving picture") && shown.contains("sound_marks"), "{shown}");
    assert!(!shown.contains("film_frames"), "{shown}");
    let shown = rows_of(arg(&archive), "single");
    assert!(shown.contains("\"frames\":1,") && !shown.contains("sound_marks"), "{shown}");
    let shown = rows_of(arg(&archive), "long");
    assert!(shown.contains("key_frames") && shown.contains("\"duration_s\":36000"), "{shown}");

    let found = json(&["similar", arg(&archive), arg(&of_one)]);
    assert!(of_kind(&found, "film", "single").is_some(), "{found:?}");
    let found = json(&["similar", arg(&archive), arg(&still)]);
    let at = of_kind(&found, "film", "long").expect("the film of a still")["in_item_s"][0].as_f64().expect("a time");
    assert!((at - 25_200.0).abs() <= 60.0, "{at}");
    assert!(of_kind(&found, "film", "single").is_none(), "{found:?}");
    expect(0, &["check", arg(&archive)]);
}
