//! FLAC, Ogg, MP3, AMR: heads of streams and tags (RFC 9639; RFC 3533, RFC 7845, Vorbis I; ISO/IEC 11172-3, ID3v2.4; RFC 4867).
//!
//! Reads rate, channels, length and the dates and programs among the tags. It deliberately decodes no sample; the length of an MP3
//! without a count of frames is not guessed.

use super::super::facts::Facts;
use super::super::time::About;
use super::{Meaning, Recording, Track, be32, be64, le16, le32, said, text_field};

/// Comments of one file that are looked at.
const MOST_COMMENTS: usize = 256;
/// How far from the end of an Ogg file its last page is looked for, in bytes.
const OGG_TAIL: usize = 128 << 10;

/// Reads a file; nothing when it is none of these.
pub(super) fn read(bytes: &[u8], facts: &mut Facts) -> Option<Recording> {
    if bytes.starts_with(b"fLaC") {
        return Some(flac(bytes, facts));
    }
    if bytes.starts_with(b"OggS") {
        return Some(ogg(bytes, facts));
    }
    if bytes.starts_with(b"#!AMR") {
        let wide = bytes.starts_with(b"#!AMR-WB");
        let rate = if wide { 16_000 } else { 8_000 };
        return Some(one("amr", Track { kind: "audio", rate: Some(rate), channels: Some(1), ..Track::default() }));
    }
    let tag = if bytes.starts_with(b"ID3") { id3(bytes, facts) } else { 0 };
    mpeg(bytes.get(tag..).unwrap_or_default()).or_else(|| (tag > 0).then(|| one("mp3", Track::default())))
}

fn one(container: &'static str, track: Track) -> Recording {
    let duration_s = track.duration_s;
    Recording { container, duration_s, tracks: vec![Track { kind: "audio", ..track }], ..Recording::default() }
}

fn flac(bytes: &[u8], facts: &mut Facts) -> Recording {
    let mut track = Track { codec: Some("flac".into()), ..Track::default() };
    let mut at = 4;
    // Seven bits of kind, three bytes of length; the first bit says that it is the last.
    for _ in 0..128 {
        let Some(head) = be32(bytes, at) else { break };
        let length = (head & 0xff_ffff) as usize;
        let body = bytes.get(at + 4..(at + 4).saturating_add(length).min(bytes.len())).unwrap_or_default();
        match head >> 24 & 0x7f {
            0 => {
                if let Some(packed) = be64(body, 10) {
                    let rate = (packed >> 44) as u32;
                    track.rate = Some(rate).filter(|r| *r > 0);
                    track.channels = Some((packed >> 41 & 7) as u32 + 1);
                    let samples = packed & 0xf_ffff_ffff;
                    track.duration_s = (rate > 0 && samples > 0).then(|| samples as f64 / f64::from(rate));
                }
            }
            4 => comments(body, facts),
            _ => {}
        }
        at = at.saturating_add(4 + length);
        if head >> 31 == 1 {
            break;
        }
    }
    one("flac", track)
}

/// A list of `NAME=value` (Vorbis I, clause 5): the maker's name, how many, each with its length.
fn comments(body: &[u8], facts: &mut Facts) {
    let Some(vendor) = le32(body, 0).map(|n| n as usize) else { return };
    if let Some(vendor) = body.get(4..4usize.saturating_add(vendor)) {
        text_field(facts, "Vorbis:Vendor", vendor, Meaning::Software);
    }
    let mut at = 8usize.saturating_add(vendor);
    for _ in 0..MOST_COMMENTS {
        let Some(length) = le32(body, at).map(|n| n as usize) else { return };
        let Some(comment) = body.get(at + 4..(at + 4).saturating_add(length)) else { return };
        at += 4 + length;
        let text = String::from_utf8_lossy(comment);
        let Some((name, value)) = text.split_once('=') else { continue };
        match name.to_ascii_uppercase().as_str() {
            "DATE" => said(facts, "Vorbis:Date", About::Taken, value),
            "CREATION_TIME" => said(facts, "Vorbis:CreationTime", About::Taken, value),
            "ENCODER" => text_field(facts, "Vorbis:Encoder", value.as_bytes(), Meaning::Software),
            "ARTIST" | "PERFORMER" | "CONTACT" => text_field(facts, "Vorbis:Artist", b"", Meaning::Personal),
            "TITLE" | "DESCRIPTION" | "COMMENT" | "LOCATION" => {
                text_field(facts, "Vorbis:Title", b"", Meaning::FreeText)
            }
            _ => {}
        }
    }
}

fn ogg(bytes: &[u8], facts: &mut Facts) -> Recording {
    let mut track = Track::default();
    // Streams begin one after another, each with a page of its head; then come their comments.
    let head = &bytes[..bytes.len().min(256 << 10)];
    let find = |needle: &[u8]| head.windows(needle.len()).position(|window| window == needle);
    let mut skipped = 0.0;
    if let Some(at) = find(b"OpusHead") {
        track.codec = Some("opus".into());
        track.channels = head.get(at + 9).map(|n| u32::from(*n));
        // Opus counts in 48,000ths whatever it was given.
        track.rate = Some(48_000);
        skipped = le16(head, at + 10).map_or(0.0, f64::from);
    } else if let Some(at) = find(b"\x01vorbis") {
        track.codec = Some("vorbis".into());
        track.channels = head.get(at + 11).map(|n| u32::from(*n));
        track.rate = le32(head, at + 12).filter(|r| *r > 0);
    }
    for mark in [&b"OpusTags"[..], b"\x03vorbis"] {
        if let Some(at) = find(mark) {
            comments(&head[at + mark.len()..], facts);
        }
    }
    let film = find(b"\x80theora").is_some();
    let tail = &bytes[bytes.len().saturating_sub(OGG_TAIL)..];
    let last = tail.windows(4).rposition(|window| window == b"OggS");
    let granule =
        last.and_then(|at| tail.get(at + 6..at + 14)).map(|b| b.iter().rev().fold(0u64, |v, x| v << 8 | u64::from(*x)));
    if let (Some(samples), Some(rate), false) = (granule.filter(|g| *g < 1 << 48), track.rate, film) {
        track.duration_s = Some(((samples as f64 - skipped) / f64::from(rate)).max(0.0));
    }
    let mut found = one("ogg", track);
    if film {
        found.tracks.insert(0, Track { kind: "video", codec: Some("theora".into()), ..Track::default() });
    }
    found
}

/// Reads an ID3v2 tag; gives where it ends.
fn id3(bytes: &[u8], facts: &mut Facts) -> usize {
    let safe =
        |at: usize| be32(bytes, at).map(|v| (0..4).map(|i| (v >> (8 * i) & 0x7f) << (7 * i)).sum::<u32>() as usize);
    let Some(length) = safe(6) else { return 0 };
    let end = length.saturating_add(10);
    let version = bytes.get(3).copied().unwrap_or(0);
    let mut at = 10;
    for _ in 0..MOST_COMMENTS {
        let Some(kind) = bytes.get(at..at + 4).filter(|k| k.iter().all(u8::is_ascii_alphanumeric)) else { break };
        let size = if version >= 4 { safe(at + 4) } else { be32(bytes, at + 4).map(|n| n as usize) };
        let Some(size) = size.filter(|n| *n > 0 && at.saturating_add(10 + n) <= end.min(bytes.len())) else { break };
        let body = &bytes[at + 10..at + 10 + size];
        match kind {
            b"TDRC" | b"TDEN" | b"TYER" => {
                said(facts, &format!("ID3:{}", String::from_utf8_lossy(kind)), About::Taken, &id3_text(body));
            }
            b"TSSE" | b"TENC" => text_field(facts, "ID3:EncodedBy", id3_text(body).as_bytes(), Meaning::Software),
            b"TPE1" | b"TPE2" | b"TCOM" | b"TOWN" => text_field(facts, "ID3:Artist", b"", Meaning::Personal),
            b"TIT2" | b"COMM" | b"USLT" => text_field(facts, "ID3:Title", b"", Meaning::FreeText),
            _ => {}
        }
        at += 10 + size;
    }
    end
}

/// A text with its encoding in the first byte: Latin-1, UTF-16 with a mark, UTF-16, UTF-8.
fn id3_text(body: &[u8]) -> String {
    let Some((encoding, rest)) = body.split_first() else { return String::new() };
    let wide = |little: bool, bytes: &[u8]| -> String {
        let unit = |p: &[u8]| if little { u16::from_le_bytes([p[0], p[1]]) } else { u16::from_be_bytes([p[0], p[1]]) };
        String::from_utf16_lossy(&bytes.chunks_exact(2).map(unit).collect::<Vec<u16>>())
    };
    let text = match (encoding, rest) {
        (1, [0xff, 0xfe, rest @ ..]) => wide(true, rest),
        (1, [0xfe, 0xff, rest @ ..]) | (2, rest) => wide(false, rest),
        (0, rest) => rest.iter().map(|b| char::from(*b)).collect(),
        (_, rest) => String::from_utf8_lossy(rest).into_owned(),
    };
    text.trim_end_matches('\0').to_owned()
}

/// The first frame of MPEG audio, and the count of frames that an encoder may have left in it (Xing, VBRI).
fn mpeg(bytes: &[u8]) -> Option<Recording> {
    let near = &bytes[..bytes.len().min(64 << 10)];
    let at = near.windows(2).position(|pair| pair[0] == 0xff && pair[1] & 0xe6 == 0xe2)?;
    let head = be32(near, at)?;
    let (version, rate) = (head >> 19 & 3, [44_100u32, 48_000, 32_000].get((head >> 10 & 3) as usize).copied()?);
    let rate = match version {
        3 => rate,
        2 => rate / 2,
        0 => rate / 4,
        _ => return None,
    };
    let channels = if head >> 6 & 3 == 3 { 1 } else { 2 };
    let a_frame = if version == 3 { 1_152.0 } else { 576.0 };
    let first = &near[at..near.len().min(at + 512)];
    let find = |needle: &[u8]| first.windows(4).position(|window| window == needle);
    let frames = match find(b"Xing").or_else(|| find(b"Info")) {
        Some(x) if be32(first, x + 4).is_some_and(|flags| flags & 1 == 1) => be32(first, x + 8),
        Some(_) => None,
        None => find(b"VBRI").and_then(|x| be32(first, x + 14)),
    };
    let duration_s = frames.map(|n| f64::from(n) * a_frame / f64::from(rate));
    let track =
        Track { codec: Some("mp3".into()), rate: Some(rate), channels: Some(channels), duration_s, ..Track::default() };
    Some(one("mp3", track))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vorbis(list: &[&str]) -> Vec<u8> {
        let text = |t: &str| [&(t.len() as u32).to_le_bytes()[..], t.as_bytes()].concat();
        let list: Vec<u8> = list.iter().flat_map(|t| text(t)).collect();
        [text("Recorder 2"), 2u32.to_le_bytes().to_vec(), list].concat()
    }

    fn flac_file() -> Vec<u8> {
        let packed = (44_100u64 << 44) | (1 << 41) | (15 << 36) | 441_000;
        let info = [&[0; 10][..], &packed.to_be_bytes(), &[0; 16]].concat();
        let tags = vorbis(&["DATE=2024-05-06", "ARTIST=Mariam"]);
        let block = |last: u32, kind: u32, body: &[u8]| {
            [&(last << 31 | kind << 24 | body.len() as u32).to_be_bytes()[..], body].concat()
        };
        [&b"fLaC"[..], &block(0, 0, &info), &block(1, 4, &tags)].concat()
    }

    #[test]
    fn flac_states_its_length_and_day_and_names_nobody() {
        let mut facts = Facts::default();
        let row = read(&flac_file(), &mut facts).unwrap().row();
        assert_eq!(
            (row.body["duration_s"].as_f64(), row.body["tracks"][0]["channels"].as_u64()),
            (Some(10.0), Some(2))
        );
        assert_eq!(facts.times[0].row().body["earliest"], "2024-05-06T00:00:00");
        assert!(facts.personal.contains("Vorbis:Artist") && !format!("{facts:?}").contains("Mariam"));
    }

    #[test]
    fn opus_states_its_length() {
        let page = |granule: u64, body: &[u8]| [&b"OggS\0\0"[..], &granule.to_le_bytes(), &[0; 13], body].concat();
        let head = [&b"OpusHead\x01\x01"[..], &312u16.to_le_bytes(), &[0; 10]].concat();
        let tags = [&b"OpusTags"[..], &vorbis(&["ENCODER=Telephone"])].concat();
        let file = [page(0, &head), page(0, &tags), page(48_000 * 3 + 312, b"x")].concat();
        let mut facts = Facts::default();
        let row = read(&file, &mut facts).unwrap().row();
        assert_eq!(
            (row.body["duration_s"].as_f64(), row.body["tracks"][0]["codec"].as_str()),
            (Some(3.0), Some("opus"))
        );
        assert!(facts.software.iter().any(|(_, said)| said == "Telephone"));
    }

    #[test]
    fn every_cut_and_every_bent_byte_ends() {
        let id3 = [&b"ID3\x04\0\0\0\0\0\x15TDRC\0\0\0\x0b\0\0\x032024-05-06\xff\xfb\x90\x00"[..], &[0; 600]].concat();
        let mut facts = Facts::default();
        assert_eq!(read(&id3, &mut facts).unwrap().row().body["tracks"][0]["rate"], 44_100);
        assert_eq!(facts.times[0].row().body["earliest"], "2024-05-06T00:00:00");
        for whole in [flac_file(), id3] {
            for at in 0..whole.len().min(200) {
                read(&whole[..at], &mut Facts::default());
                let mut bent = whole.clone();
                bent[at] ^= 0xff;
                read(&bent, &mut Facts::default());
            }
        }
    }
}
