//! AVI and WAV: chunks of a RIFF file (Microsoft, *Multimedia Programming Interface*, 1991; EBU Tech 3285 for broadcast WAV).
//!
//! Reads heads of streams, dates (`IDIT`, `ICRD`, `bext`) and programs (`ISFT`). It deliberately reads no frame and no sample.

use super::super::facts::Facts;
use super::super::time::About;
use super::{Meaning, Recording, Track, code, le16, le32, said, text_field};

/// Chunks of one level that are looked at.
const MOST_CHUNKS: usize = 4_096;

/// A chunk: its four letters, what is in it, and the length that it states.
type Chunk<'a> = ([u8; 4], &'a [u8], u32);

fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        let kind: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        let length = le32(bytes, at + 4)?;
        let start = at + 8;
        let end = start.saturating_add(length as usize).min(bytes.len());
        let body = bytes.get(start..end)?;
        // Chunks begin at even places.
        at = end + (end & 1);
        Some((kind, body, length))
    })
    .take(MOST_CHUNKS)
}

/// Reads an AVI.
pub(super) fn avi(bytes: &[u8], facts: &mut Facts) -> Recording {
    let mut found = Recording { container: "avi", ..Recording::default() };
    for (kind, body, _) in chunks(bytes.get(12..).unwrap_or_default()) {
        match (&kind, body.get(..4)) {
            (b"LIST", Some(b"hdrl")) => heads(&body[4..], facts, &mut found),
            (b"LIST", Some(b"INFO")) => info(&body[4..], facts),
            (b"IDIT", _) => date(facts, "RIFF:DateTimeOriginal", body),
            _ => {}
        }
    }
    found
}

fn heads(body: &[u8], facts: &mut Facts, found: &mut Recording) {
    for (kind, inner, _) in chunks(body) {
        match (&kind, inner.get(..4)) {
            (b"avih", _) => {
                let (frame_us, frames) = (le32(inner, 0), le32(inner, 16));
                found.duration_s = frame_us.zip(frames).map(|(us, n)| f64::from(us) * f64::from(n) / 1e6);
            }
            (b"LIST", Some(b"strl")) => found.tracks.push(stream(&inner[4..])),
            (b"IDIT", _) => date(facts, "RIFF:DateTimeOriginal", inner),
            _ => {}
        }
    }
}

fn stream(body: &[u8]) -> Track {
    let mut track = Track::default();
    for (kind, inner, _) in chunks(body) {
        match &kind {
            b"strh" => {
                track.kind = match inner.get(..4) {
                    Some(b"vids") => "video",
                    Some(b"auds") => "audio",
                    Some(b"txts") => "text",
                    _ => "other",
                };
                track.codec = inner.get(4..8).and_then(code);
                let (scale, rate, length) = (le32(inner, 20), le32(inner, 24), le32(inner, 32));
                if let (Some(scale), Some(rate), Some(length)) = (scale, rate.filter(|r| *r > 0), length) {
                    track.duration_s = Some(f64::from(length) * f64::from(scale) / f64::from(rate));
                }
            }
            b"strf" if track.kind == "video" => {
                // A height below nought says that rows run from the top.
                let side = |at: usize| le32(inner, at).map(|v| (v as i32).unsigned_abs()).filter(|v| *v > 0);
                track.size = side(4).zip(side(8));
            }
            b"strf" if track.kind == "audio" => format(inner, &mut track),
            _ => {}
        }
    }
    track
}

fn format(body: &[u8], track: &mut Track) {
    track.codec = le16(body, 0).map(|tag| format!("{tag:#06x}"));
    track.channels = le16(body, 2).map(u32::from).filter(|n| *n > 0);
    track.rate = le32(body, 4).filter(|n| *n > 0);
}

/// Reads a WAV.
pub(super) fn wav(bytes: &[u8], facts: &mut Facts) -> Recording {
    let mut found = Recording { container: "wav", ..Recording::default() };
    let mut track = Track { kind: "audio", ..Track::default() };
    let mut bytes_a_second = None;
    for (kind, body, length) in chunks(bytes.get(12..).unwrap_or_default()) {
        match (&kind, body.get(..4)) {
            (b"fmt ", _) => {
                format(body, &mut track);
                bytes_a_second = le32(body, 8).filter(|n| *n > 0);
            }
            (b"data", _) => {
                let length = if length == u32::MAX { body.len() as f64 } else { f64::from(length) };
                found.duration_s = bytes_a_second.map(|rate| length / f64::from(rate));
            }
            (b"LIST", Some(b"INFO")) => info(&body[4..], facts),
            (b"bext", _) => {
                // Description 256, originator 32, its reference 32, then a day and a time of day.
                if let Some(when) = body.get(320..338) {
                    let text = String::from_utf8_lossy(when);
                    let (day, clock) = text.split_at_checked(10).unwrap_or((&text, ""));
                    said(
                        facts,
                        "RIFF:OriginationDate",
                        About::Taken,
                        &format!("{day} {}", clock.replace(['-', '.'], ":")),
                    );
                }
                text_field(facts, "RIFF:Originator", b"", Meaning::Personal);
            }
            _ => {}
        }
    }
    found.tracks.push(track);
    found
}

fn info(body: &[u8], facts: &mut Facts) {
    for (kind, inner, _) in chunks(body) {
        match &kind {
            b"ICRD" => date(facts, "RIFF:DateCreated", inner),
            b"ISFT" => text_field(facts, "RIFF:Software", inner, Meaning::Software),
            b"IART" | b"IENG" | b"ITCH" => text_field(facts, "RIFF:Artist", b"", Meaning::Personal),
            b"INAM" | b"ICMT" | b"ISBJ" => text_field(facts, "RIFF:Title", b"", Meaning::FreeText),
            _ => {}
        }
    }
}

/// `2005:08:17 11:42:43`, `2005/08/17/ 11:42` or `Wed Aug 17 11:42:43 2005`: cameras write all of them.
fn date(facts: &mut Facts, field: &str, body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let words: Vec<&str> = text.split_whitespace().collect();
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = |word: &str| MONTHS.iter().position(|m| word.to_ascii_lowercase().starts_with(m)).map(|i| i + 1);
    let spelt = match words.as_slice() {
        [_, name, day, clock, year] => month(name).map(|month| format!("{year}-{month:02}-{day:0>2} {clock}")),
        [day, clock] => Some(format!("{} {clock}", day.trim_end_matches('/'))),
        _ => None,
    };
    said(facts, field, About::Taken, spelt.as_deref().unwrap_or(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let pad = if body.len() % 2 == 1 { &[0u8][..] } else { &[] };
        [kind, &(body.len() as u32).to_le_bytes()[..], body, pad].concat()
    }

    fn film() -> Vec<u8> {
        let words = |words: &[u32]| words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>();
        let avih = chunk(b"avih", &words(&[40_000, 0, 0, 0, 250, 0, 2, 0, 320, 240, 0, 0, 0, 0]));
        let strh = chunk(b"strh", &[&b"vidsXVID"[..], &words(&[0, 0, 0, 1, 25, 0, 250, 0, 0, 0])].concat());
        let strl = chunk(b"LIST", &[&b"strl"[..], &strh, &chunk(b"strf", &words(&[40, 320, 240, 0]))].concat());
        let idit = chunk(b"IDIT", b"Wed Aug 17 11:42:43 2005\n\0");
        let hdrl = chunk(b"LIST", &[&b"hdrl"[..], &avih, &strl, &idit].concat());
        let info = chunk(b"LIST", &[&b"INFO"[..], &chunk(b"ISFT", b"Camera 3\0")].concat());
        [&b"RIFF\0\0\0\0AVI "[..], &hdrl, &info].concat()
    }

    #[test]
    fn a_film_states_its_length_tracks_and_time() {
        let mut facts = Facts::default();
        let row = avi(&film(), &mut facts).row();
        assert_eq!(row.body["duration_s"], 10.0);
        let track = &row.body["tracks"][0];
        assert_eq!(
            (track["kind"].as_str(), track["codec"].as_str(), track["width"].as_u64()),
            (Some("video"), Some("XVID"), Some(320))
        );
        assert_eq!(facts.times[0].row().body["earliest"], "2005-08-17T11:42:43");
        assert_eq!(facts.software[0].1, "Camera 3");
    }

    #[test]
    fn a_recording_states_its_length_and_day() {
        let format = [1u16.to_le_bytes(), 2u16.to_le_bytes()].concat();
        let format = [&format[..], &8_000u32.to_le_bytes(), &32_000u32.to_le_bytes(), &[4, 0, 16, 0]].concat();
        let bext = [&[b'x'; 320][..], b"2024-05-06", b"07-08-09", &[0; 20]].concat();
        let file =
            [&b"RIFF\0\0\0\0WAVE"[..], &chunk(b"fmt ", &format), &chunk(b"bext", &bext), &chunk(b"data", &[0; 64_000])]
                .concat();
        let mut facts = Facts::default();
        let row = wav(&file, &mut facts).row();
        assert_eq!((row.body["duration_s"].as_f64(), row.body["tracks"][0]["rate"].as_u64()), (Some(2.0), Some(8_000)));
        assert_eq!(facts.times[0].row().body["earliest"], "2024-05-06T07:08:09");
        assert!(facts.personal.contains("RIFF:Originator"));
    }

    #[test]
    fn every_cut_and_every_bent_length_ends() {
        let whole = film();
        for at in 0..whole.len() {
            avi(&whole[..at], &mut Facts::default());
            wav(&whole[..at], &mut Facts::default());
            let mut bent = whole.clone();
            bent[at] = 0xff;
            avi(&bent, &mut Facts::default());
        }
    }
}
