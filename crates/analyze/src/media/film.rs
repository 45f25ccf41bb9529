//! Films: the hashes of frames that a program of others decoded.
//!
//! ffmpeg (or whatever stands in for it) runs outside, confined, and gives bare grey pixels; here they are hashed, in order,
//! with their times. It deliberately decodes no film: what arrives is a parcel ([`Parcel`]) of small grey frames of one size, so
//! that this reader is as small as a reader can be. Films without a picture, of one frame, and cut short are told as they are.
//!
//! | row | body |
//! |---|---|
//! | `film` | `frames`, `sampled` {`every_s`, `key_frames`}, `every_s`?, `first_s`, `last_s`, `duration_s`?, `ends_early`?, `cuts_s` (when the picture changes at once), `bars`? (left, top, right, bottom, as shares of the sides; hashes are of what they leave), `program` |
//! | `film_frames`, one for 256 | `from` (number of the first), `at_ms`, `pdq`, `quality`: one entry a frame; `key`: numbers of key frames |
//!
//! A frame is 64 x 64 pixels, each the mean of what it covers, so its PDQ is the reference's without its first sampling; against PDQ
//! of whole photographs it moves as many bits as the reference's own tool does by sampling to 512 x 512 (12.6 and 12.2 on average).

pub mod bangs;
pub mod bars;
pub mod parcel;
pub mod sound;

use serde_json::{Value, json};

use self::parcel::{Parcel, Sampling};
use super::pdq;
use crate::{Input, Manifest, Row};

/// Side of a frame as it is hashed, in pixels.
pub const SIDE: usize = 64;
/// Frames in one row.
const FRAMES_A_ROW: usize = 256;
/// A film whose last frame lies further before its stated end than this ends early, in seconds.
const EARLY_S: f64 = 3.0;

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "film-frames",
    version: 2,
    reads: FILMS,
    says: &["film", "film_frames", "problem"],
    cannot_say: &[
        "what happens between two frames that were looked at",
        "that two films with like frames come from one camera: two people may film one scene",
        "that a cut is an edit: a phone that is covered or turned fast cuts too",
        "anything of frames of quality under 50: dark and flat ones get hashes of noise",
    ],
};

/// Types whose moving picture is looked at.
pub const FILMS: &[&str] = &[
    "video/mp4",
    "video/quicktime",
    "video/3gpp",
    "video/3gpp2",
    "video/x-m4v",
    "video/webm",
    "video/x-matroska",
    "video/x-msvideo",
    "video/ogg",
    "video/mpeg",
    "video/mp2t",
    "video/x-flv",
    "video/x-ms-asf",
];

/// Rows of one parcel of frames; of anything else, a problem.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    match Parcel::open(input.bytes) {
        Ok(parcel) => rows(&parcel),
        Err(what) => vec![Row::problem(what, "frames of the film")],
    }
}

/// Hashes of frames of [`SIDE`] x [`SIDE`] pixels, lying one after another, without the bars that all of them have ([`bars`]).
pub fn hashes(pixels: &[u8], inner: Option<&bars::Inner>) -> Vec<(pdq::Pdq, u8)> {
    let hash = |frame: &[u8]| match inner {
        Some(inner) => pdq::hash_gray(&bars::stretched(frame, inner), SIDE, SIDE),
        None => pdq::hash_gray(frame, SIDE, SIDE),
    };
    pixels.chunks_exact(SIDE * SIDE).map(hash).collect()
}

fn rows(parcel: &Parcel<'_>) -> Vec<Row> {
    let head = &parcel.head;
    let inner = bars::inner(parcel.pixels);
    let mut rows = vec![film(parcel, inner.as_ref())];
    for (at, frames) in head.frames.chunks(FRAMES_A_ROW).enumerate() {
        let from = at * FRAMES_A_ROW;
        let pixels = &parcel.pixels[from * SIDE * SIDE..][..frames.len() * SIDE * SIDE];
        let hashes = hashes(pixels, inner.as_ref());
        let key: Vec<usize> = (from..).zip(frames).filter(|(_, frame)| frame.key).map(|(number, _)| number).collect();
        rows.push(Row::new(
            "film_frames",
            json!({
                "from": from,
                "at_ms": frames.iter().map(|frame| frame.at_ms).collect::<Vec<_>>(),
                "pdq": hashes.iter().map(|(hash, _)| hash.hex()).collect::<Vec<_>>(),
                "quality": hashes.iter().map(|(_, quality)| *quality).collect::<Vec<_>>(),
                "key": key,
            }),
        ));
    }
    rows.extend(head.problems.iter().map(|what| Row::problem(what.clone(), "the film")));
    rows
}

fn film(parcel: &Parcel<'_>, inner: Option<&bars::Inner>) -> Row {
    let head = &parcel.head;
    let seconds = |ms: u64| Value::from(ms as f64 / 1000.0);
    let mut body = json!({ "frames": head.frames.len(), "program": head.program });
    match head.sampling {
        Sampling::Every { ms } => {
            body["sampled"] = "every_s".into();
            body["every_s"] = seconds(ms);
        }
        Sampling::KeyFrames => body["sampled"] = "key_frames".into(),
    }
    if let (Some(first), Some(last)) = (head.frames.first(), head.frames.last()) {
        body["first_s"] = seconds(first.at_ms);
        body["last_s"] = seconds(last.at_ms);
    }
    if let Some(duration) = head.duration_ms {
        body["duration_s"] = seconds(duration);
        let last = head.frames.last().map_or(0, |frame| frame.at_ms);
        let missing = duration.saturating_sub(last) as f64 / 1000.0;
        if matches!(head.sampling, Sampling::Every { .. }) && missing > EARLY_S {
            body["ends_early"] = true.into();
        }
    }
    if let Some(inner) = inner {
        let share = |at: f32| (f64::from(at) / SIDE as f64 * 1e3).round() / 1e3;
        let side = SIDE as f32;
        body["bars"] = json!([inner.left, inner.top, side - inner.right, side - inner.bottom].map(share));
    }
    body["cuts_s"] = head.cuts_ms.iter().map(|ms| seconds(*ms)).collect::<Vec<_>>().into();
    Row::new("film", body)
}

#[cfg(test)]
mod tests {
    use super::parcel::{Frame, Head};
    use super::*;
    use crate::place::Gazetteer;

    fn head(frames: usize) -> Head {
        Head {
            program: "ffmpeg 5.1".into(),
            sampling: Sampling::Every { ms: 500 },
            duration_ms: Some(10_000),
            frames: (0..frames).map(|i| Frame { at_ms: i as u64 * 500, key: i % 8 == 0 }).collect(),
            cuts_ms: vec![1_500],
            problems: vec!["its data are damaged".into()],
        }
    }

    fn pixels(frames: usize) -> Vec<u8> {
        (0..frames * SIDE * SIDE).map(|i| ((i * 31) ^ (i / 64 * 17) ^ (i / 4096 * 7)) as u8).collect()
    }

    fn read_parcel(bytes: &[u8]) -> Vec<Row> {
        read(&Input {
            bytes,
            media_type: "video/mp4",
            name: "",
            published: None,
            gazetteer: Gazetteer::embedded(),
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        })
    }

    #[test]
    fn frames_are_hashed_in_order_with_their_times() {
        let pixels = pixels(300);
        let rows = read_parcel(&parcel::pack(&head(300), &pixels));
        assert_eq!(rows.iter().map(|r| r.kind).collect::<Vec<_>>(), ["film", "film_frames", "film_frames", "problem"]);
        assert_eq!(rows[0].body["frames"], 300);
        assert_eq!((rows[0].body["first_s"].as_f64(), rows[0].body["last_s"].as_f64()), (Some(0.0), Some(149.5)));
        assert_eq!(rows[0].body["cuts_s"], json!([1.5]));
        assert!(rows[0].body.get("ends_early").is_none());
        let (first, second) = (&rows[1].body, &rows[2].body);
        assert_eq!((first["pdq"].as_array().unwrap().len(), second["pdq"].as_array().unwrap().len()), (256, 44));
        assert_eq!((second["from"].as_u64(), second["key"][0].as_u64()), (Some(256), Some(256)));
        let (hash, quality) = pdq::hash_gray(&pixels[256 * 4096..257 * 4096], SIDE, SIDE);
        assert_eq!(second["pdq"][0], hash.hex());
        assert_eq!(second["quality"][0], quality);
        assert_eq!(second["at_ms"][0], 128_000);
    }

    #[test]
    fn what_is_no_parcel_is_a_problem() {
        let whole = parcel::pack(&head(3), &pixels(3));
        for cut in 0..whole.len() {
            let rows = read_parcel(&whole[..cut]);
            assert_eq!((rows.len(), rows[0].kind), (1, "problem"), "{cut}");
        }
        assert_eq!(read_parcel(&[whole, vec![0]].concat())[0].kind, "problem");
    }

    #[test]
    fn a_film_that_stops_before_its_end_says_so() {
        let rows = read_parcel(&parcel::pack(&head(3), &pixels(3)));
        assert_eq!(rows[0].body["ends_early"], true);
    }
}
