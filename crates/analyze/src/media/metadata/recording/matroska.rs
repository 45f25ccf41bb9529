//! Matroska and WebM: elements inside elements (RFC 8794, RFC 9559).
//!
//! Reads the segment's `Info` and `Tracks`, and the dates and programs among its `Tags`. It deliberately reads no cluster: it stops at
//! the first, or where the file ends.

use super::super::facts::Facts;
use super::super::time::About;
use super::{Meaning, Recording, Track, be32, be64, instant, said, text_field};

/// Elements of one level that are looked at.
const MOST_ELEMENTS: usize = 4_096;
/// From 1970 to 2001, in seconds: Matroska counts from the latter.
const SINCE_2001: i64 = 978_307_200;

/// One element: its id and what is in it, as far as it is there.
struct Element<'a> {
    id: u32,
    body: &'a [u8],
}

/// A number of variable length: value and bytes; `None` for an id keeps its marker.
fn number(bytes: &[u8], keep_marker: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = first.leading_zeros() as usize + 1;
    if length > 8 {
        return None;
    }
    let mut value = u64::from(if keep_marker { first } else { first & (0xff_u16 >> length) as u8 });
    for byte in bytes.get(1..length)? {
        value = value << 8 | u64::from(*byte);
    }
    Some((value, length))
}

fn elements(bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        let (id, id_length) = number(bytes.get(at..)?, true)?;
        let (size, size_length) = number(bytes.get(at + id_length..)?, false)?;
        let start = at + id_length + size_length;
        // All ones: of unknown length, to the end.
        let unknown = size == (1u64 << (7 * size_length)) - 1;
        let end = if unknown { None } else { usize::try_from(size).ok().and_then(|size| start.checked_add(size)) };
        let end = end.unwrap_or(usize::MAX).min(bytes.len());
        let body = bytes.get(start..end)?;
        at = end;
        Some(Element { id: u32::try_from(id).ok()?, body })
    })
    .take(MOST_ELEMENTS)
}

fn unsigned(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

fn float(bytes: &[u8]) -> Option<f64> {
    match bytes.len() {
        4 => Some(f32::from_bits(be32(bytes, 0)?).into()),
        8 => Some(f64::from_bits(be64(bytes, 0)?)),
        _ => None,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').chars().take(200).collect()
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], facts: &mut Facts) -> Recording {
    let mut found = Recording { container: "matroska", ..Recording::default() };
    for top in elements(bytes) {
        match top.id {
            0x1a45_dfa3 => {
                let doctype = elements(top.body).find(|e| e.id == 0x4282).map(|e| text(e.body));
                if doctype.as_deref() == Some("webm") {
                    found.container = "webm";
                }
            }
            0x1853_8067 => segment(top.body, facts, &mut found),
            _ => {}
        }
    }
    found
}

fn segment(body: &[u8], facts: &mut Facts, found: &mut Recording) {
    for inner in elements(body) {
        match inner.id {
            0x1549_a966 => info(inner.body, facts, found),
            0x1654_ae6b => {
                found.tracks.extend(elements(inner.body).filter(|e| e.id == 0xae).map(|e| track(e.body)));
            }
            0x1254_c367 => tags(inner.body, facts),
            _ => {}
        }
    }
}

fn info(body: &[u8], facts: &mut Facts, found: &mut Recording) {
    let (mut scale, mut length) = (1_000_000, None);
    for inner in elements(body) {
        match inner.id {
            0x2a_d7b1 => scale = unsigned(inner.body).unwrap_or(scale),
            0x4489 => length = float(inner.body),
            0x4461 => {
                if let Some(nanoseconds) = unsigned(inner.body).filter(|_| inner.body.len() == 8) {
                    instant(
                        facts,
                        "Matroska:DateTimeOriginal",
                        About::Digitised,
                        (nanoseconds as i64).div_euclid(1_000_000_000) + SINCE_2001,
                    );
                }
            }
            0x4d80 => text_field(facts, "Matroska:MuxingApp", inner.body, Meaning::Software),
            0x5741 => text_field(facts, "Matroska:WritingApp", inner.body, Meaning::Software),
            0x7ba9 => text_field(facts, "Matroska:Title", b"", Meaning::FreeText),
            _ => {}
        }
    }
    found.duration_s = length.map(|length| length * scale as f64 / 1e9);
}

fn track(body: &[u8]) -> Track {
    let mut track = Track::default();
    for inner in elements(body) {
        match inner.id {
            0x83 => {
                track.kind = match unsigned(inner.body) {
                    Some(1) => "video",
                    Some(2) => "audio",
                    Some(0x11) => "text",
                    _ => "other",
                }
            }
            0x86 => track.codec = Some(text(inner.body)).filter(|t| t.chars().all(|c| c.is_ascii_graphic())),
            0xe0 => {
                let of = |id: u32| elements(inner.body).find(|e| e.id == id).and_then(|e| unsigned(e.body));
                let side = |id: u32| of(id).and_then(|v| u32::try_from(v).ok()).filter(|v| *v > 0);
                track.size = side(0xb0).zip(side(0xba));
            }
            0xe1 => {
                let of = |id: u32| elements(inner.body).find(|e| e.id == id);
                track.rate = of(0xb5).and_then(|e| float(e.body)).filter(|r| (1.0..1e7).contains(r)).map(|r| r as u32);
                track.channels = of(0x9f).and_then(|e| unsigned(e.body)).and_then(|v| u32::try_from(v).ok());
            }
            _ => {}
        }
    }
    track
}

fn tags(body: &[u8], facts: &mut Facts) {
    let simple = elements(body).filter(|e| e.id == 0x7373).flat_map(|e| elements(e.body)).filter(|e| e.id == 0x67c8);
    for tag in simple {
        let of = |id: u32| elements(tag.body).find(|e| e.id == id).map(|e| e.body).unwrap_or_default();
        let value = of(0x4487);
        match text(of(0x45a3)).as_str() {
            "DATE_RECORDED" | "DATE_DIGITIZED" | "creation_time" | "CREATION_TIME" => {
                said(facts, "Matroska:DateRecorded", About::Taken, &text(value));
            }
            "DATE" => said(facts, "Matroska:Date", About::Taken, &text(value)),
            "ENCODER" => text_field(facts, "Matroska:Encoder", value, Meaning::Software),
            "ARTIST" | "AUTHOR" | "DIRECTOR" => text_field(facts, "Matroska:Artist", b"", Meaning::Personal),
            "TITLE" | "COMMENT" | "DESCRIPTION" => text_field(facts, "Matroska:Title", b"", Meaning::FreeText),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
        [id, &[0x80 | body.len() as u8], body].concat()
    }

    fn film() -> Vec<u8> {
        let head = element(&[0x1a, 0x45, 0xdf, 0xa3], &element(&[0x42, 0x82], b"webm"));
        let date = (600_000_000i64 * 1_000_000_000).to_be_bytes();
        let info = [
            element(&[0x2a, 0xd7, 0xb1], &[0x0f, 0x42, 0x40]),
            element(&[0x44, 0x89], &12_500f64.to_bits().to_be_bytes()),
            element(&[0x44, 0x61], &date),
            element(&[0x57, 0x41], b"Telephone 3"),
        ];
        let video = element(&[0xe0], &[element(&[0xb0], &[2, 0x80]), element(&[0xba], &[1, 0xe0])].concat());
        let track = element(&[0xae], &[element(&[0x83], &[1]), element(&[0x86], b"V_VP9"), video].concat());
        let inside =
            [element(&[0x15, 0x49, 0xa9, 0x66], &info.concat()), element(&[0x16, 0x54, 0xae, 0x6b], &track)].concat();
        // A segment of unknown length, as a live recorder leaves it.
        [head, vec![0x18, 0x53, 0x80, 0x67, 0xff], inside].concat()
    }

    #[test]
    fn a_film_states_its_length_tracks_and_time() {
        let mut facts = Facts::default();
        let row = read(&film(), &mut facts).row();
        assert_eq!((row.body["container"].as_str(), row.body["duration_s"].as_f64()), (Some("webm"), Some(12.5)));
        let track = &row.body["tracks"][0];
        assert_eq!(
            (track["codec"].as_str(), track["width"].as_u64(), track["height"].as_u64()),
            (Some("V_VP9"), Some(640), Some(480))
        );
        assert_eq!(facts.times[0].row().body["earliest"], "2020-01-06T10:40:00+00:00");
        assert_eq!(facts.software[0].1, "Telephone 3");
    }

    #[test]
    fn every_cut_and_every_bent_length_ends() {
        let whole = film();
        for at in 0..whole.len() {
            read(&whole[..at], &mut Facts::default());
            for byte in [0, 1, 0x7f, 0xff] {
                let mut bent = whole.clone();
                bent[at] = byte;
                read(&bent, &mut Facts::default());
            }
        }
    }
}
