//! MP4, MOV, 3GP, M4A: boxes inside boxes (ISO/IEC 14496-12; Apple, QuickTime File Format; ISO/IEC 14496-14; 3GPP TS 26.244).
//!
//! Reads `ftyp`, `moov` and what lies in it: `mvhd`, `trak` (`tkhd`, `mdhd`, `hdlr`, `stsd`), `udta` (`©xyz`, `loci`, `©day`, `©mak`, `©mod`,
//! `©swr`), `meta` with keys (`com.apple.quicktime.…`) and iTunes' list. It deliberately follows no sample.

use super::super::facts::Facts;
use super::super::time::About;
use super::{Meaning, Recording, Track, be16, be32, be64, code, instant, placed, said, text_field};

/// Boxes of one level that are looked at.
const MOST_BOXES: usize = 4_096;
/// From 1904 to 1970, in seconds: QuickTime counts from the former.
const SINCE_1904: i64 = 2_082_844_800;

/// One box: its four letters and what is in it.
struct Box4<'a> {
    kind: [u8; 4],
    body: &'a [u8],
    /// It says that it is longer than what is there.
    cut: bool,
}

/// The boxes of a level, at most [`MOST_BOXES`]; ends where a length makes no sense.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = Box4<'_>> {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        let short = be32(bytes, at)?;
        let kind: [u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let (head, length) = match short {
            // To the end of the file.
            0 => (8, (bytes.len() - at) as u64),
            1 => (16, be64(bytes, at + 8)?),
            length => (8, length.into()),
        };
        if length < head {
            return None;
        }
        let end = usize::try_from(length).ok().and_then(|length| at.checked_add(length)).unwrap_or(usize::MAX);
        let body = bytes.get(at + head as usize..end.min(bytes.len()))?;
        let found = Box4 { kind, body, cut: end > bytes.len() };
        at = end.min(bytes.len());
        Some(found)
    })
    .take(MOST_BOXES)
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], facts: &mut Facts) -> Recording {
    let mut found = Recording { container: "mp4", ..Recording::default() };
    let (mut data_seen, mut moov_seen) = (false, false);
    for top in boxes(bytes) {
        if top.cut && matches!(&top.kind, b"moov" | b"mdat" | b"moof") {
            facts.problem("the file ends inside a box of its own", String::from_utf8_lossy(&top.kind));
        }
        match &top.kind {
            b"ftyp" => {
                found.brand = top.body.get(..4).and_then(code);
                found.container = match found.brand.as_deref() {
                    Some("qt") => "mov",
                    Some(brand) if brand.starts_with("3g") => "3gp",
                    _ => "mp4",
                };
            }
            b"mdat" => data_seen = true,
            b"moof" => found.fragmented = true,
            b"moov" => {
                moov_seen = true;
                found.index = Some(if data_seen { "end" } else { "front" });
                movie(top.body, facts, &mut found);
            }
            b"uuid" | b"udta" | b"meta" => extras(top.kind, top.body, facts),
            _ => {}
        }
    }
    if found.brand.is_none() && moov_seen {
        found.container = "mov";
    }
    if !moov_seen && data_seen {
        found.index = Some("missing");
        facts.problem("its index (moov) is missing: the film was cut short or never finished", "moov");
    }
    found
}

fn movie(body: &[u8], facts: &mut Facts, found: &mut Recording) {
    for inner in boxes(body) {
        match &inner.kind {
            b"mvhd" => {
                let Some(head) = times(inner.body) else { continue };
                found.duration_s = head.duration_s;
                head.stated(facts, "CreateDate", "ModifyDate");
            }
            b"trak" => track(inner.body, facts, found),
            b"udta" | b"meta" => extras(inner.kind, inner.body, facts),
            b"mvex" => found.fragmented = true,
            _ => {}
        }
    }
}

/// What `mvhd` and `mdhd` begin with.
struct Times {
    created: u64,
    modified: u64,
    duration_s: Option<f64>,
}

impl Times {
    fn stated(&self, facts: &mut Facts, created: &str, modified: &str) {
        for (seconds, field, about) in
            [(self.created, created, About::Digitised), (self.modified, modified, About::Modified)]
        {
            // Nought is what writers leave that have no clock, and tools that take it away.
            if let Some(unix) = i64::try_from(seconds).ok().filter(|s| *s > 0).map(|s| s - SINCE_1904) {
                instant(facts, &format!("QuickTime:{field}"), about, unix);
            }
        }
    }
}

fn times(body: &[u8]) -> Option<Times> {
    let (created, modified, scale, duration) = match body.first()? {
        1 => (be64(body, 4)?, be64(body, 12)?, be32(body, 20)?, be64(body, 24)?),
        _ => (be32(body, 4)?.into(), be32(body, 8)?.into(), be32(body, 12)?, be32(body, 16)?.into()),
    };
    let unknown = duration == u64::MAX || duration == u64::from(u32::MAX);
    let duration_s = (scale > 0 && !unknown).then(|| duration as f64 / f64::from(scale));
    Some(Times { created, modified, duration_s })
}

fn track(body: &[u8], facts: &mut Facts, found: &mut Recording) {
    let mut track = Track::default();
    for inner in boxes(body) {
        match &inner.kind {
            b"tkhd" => {
                let at = if inner.body.first() == Some(&1) { 52 } else { 40 };
                track.rotation = rotation(inner.body, at);
                let side = |at: usize| be32(inner.body, at).map(|fixed| fixed >> 16);
                track.size = side(at + 36).zip(side(at + 40)).filter(|(w, h)| *w > 0 && *h > 0);
            }
            b"mdia" => media(inner.body, &mut track),
            b"udta" | b"meta" => extras(inner.kind, inner.body, facts),
            _ => {}
        }
    }
    if track.kind != "video" {
        (track.rotation, track.size) = (None, None);
    }
    found.tracks.push(track);
}

/// Degrees clockwise, where the matrix turns by quarters and does nothing else (14496-12, clause 8.3.2).
fn rotation(head: &[u8], at: usize) -> Option<u16> {
    let entry = |i: usize| be32(head, at + 4 * i).map(|v| v as i32);
    const ONE: i32 = 0x1_0000;
    match [entry(0)?, entry(1)?, entry(3)?, entry(4)?] {
        [ONE, 0, 0, ONE] => None,
        [0, ONE, m, 0] if m == -ONE => Some(90),
        [a, 0, 0, d] if a == -ONE && d == -ONE => Some(180),
        [0, m, ONE, 0] if m == -ONE => Some(270),
        _ => None,
    }
}

fn media(body: &[u8], track: &mut Track) {
    for inner in boxes(body) {
        match &inner.kind {
            b"mdhd" => track.duration_s = times(inner.body).and_then(|t| t.duration_s),
            b"hdlr" => {
                track.kind = match inner.body.get(8..12) {
                    Some(b"vide") => "video",
                    Some(b"soun") => "audio",
                    Some(b"sbtl" | b"subt" | b"text") => "text",
                    _ => "other",
                }
            }
            b"minf" => {
                let tables = boxes(inner.body).filter(|b| &b.kind == b"stbl").flat_map(|b| boxes(b.body));
                for description in tables.filter(|b| &b.kind == b"stsd") {
                    sample(description.body, track);
                }
            }
            _ => {}
        }
    }
}

/// The first sample description (14496-12, clause 8.5.2).
fn sample(body: &[u8], track: &mut Track) {
    let Some(entry) = body.get(8..) else { return };
    track.codec = entry.get(4..8).and_then(code);
    if track.kind == "audio" {
        track.channels = be16(entry, 24).map(u32::from).filter(|n| *n > 0);
        track.rate = be32(entry, 32).map(|fixed| fixed >> 16).filter(|n| *n > 0);
    }
    if let (Some(w), Some(h)) = (be16(entry, 32), be16(entry, 34))
        && track.kind == "video"
        && w > 0
        && h > 0
    {
        track.size = Some((w.into(), h.into()));
    }
}

/// What users and devices add: `udta`, `meta`, and boxes with a long name.
fn extras(kind: [u8; 4], body: &[u8], facts: &mut Facts) {
    match &kind {
        b"meta" => meta(body, facts),
        b"udta" => {
            for inner in boxes(body) {
                user_data(&inner, facts);
            }
        }
        _ => {}
    }
}

fn user_data(inner: &Box4<'_>, facts: &mut Facts) {
    // A length, a language, the text; or, in 3GP, version and flags, a language, the text to its zero.
    let apple = || be16(inner.body, 0).and_then(|length| inner.body.get(4..4 + usize::from(length)));
    let mobile = || inner.body.get(6..).map(|text| text.split(|b| *b == 0).next().unwrap_or_default());
    let text = |bytes: Option<&[u8]>| bytes.map(|b| String::from_utf8_lossy(b).into_owned()).unwrap_or_default();
    match &inner.kind {
        b"\xa9xyz" => placed(facts, "QuickTime:GPSCoordinates", &text(apple())),
        b"\xa9day" => said(facts, "QuickTime:ContentCreateDate", About::Taken, &text(apple())),
        b"\xa9mak" => text_field(facts, "QuickTime:Make", apple().unwrap_or_default(), Meaning::Make),
        b"\xa9mod" => text_field(facts, "QuickTime:Model", apple().unwrap_or_default(), Meaning::Model),
        b"\xa9swr" | b"\xa9too" => {
            text_field(facts, "QuickTime:Software", apple().unwrap_or_default(), Meaning::Software);
        }
        b"manu" => text_field(facts, "QuickTime:Make", mobile().unwrap_or_default(), Meaning::Make),
        b"modl" => text_field(facts, "QuickTime:Model", mobile().unwrap_or_default(), Meaning::Model),
        b"loci" => loci(inner.body, facts),
        b"meta" => meta(inner.body, facts),
        b"auth" | b"perf" | b"\xa9ART" | b"\xa9aut" => {
            text_field(facts, "QuickTime:Author", b"", Meaning::Personal);
        }
        b"titl" | b"dscp" | b"\xa9nam" | b"\xa9cmt" | b"\xa9des" | b"\xa9inf" => {
            text_field(facts, "QuickTime:Title", b"", Meaning::FreeText);
        }
        _ => {}
    }
}

/// The place of a 3GP file (TS 26.244, clause 8.11): language, name, role, longitude, latitude, altitude.
fn loci(body: &[u8], facts: &mut Facts) {
    let Some(rest) = body.get(6..) else { return };
    let Some(name_end) = rest.iter().position(|b| *b == 0) else { return };
    let at = name_end + 2;
    let fixed = |at: usize| be32(rest, at).map(|v| f64::from(v as i32) / 65_536.0);
    if let (Some(lon), Some(lat)) = (fixed(at), fixed(at + 4)) {
        let altitude = fixed(at + 8).filter(|m| *m != 0.0).map(|m| format!("{m:+.2}")).unwrap_or_default();
        placed(facts, "QuickTime:LocationInformation", &format!("{lat:+010.6}{lon:+011.6}{altitude}/"));
    }
}

/// Keys and their values, in Apple's form (QuickTime File Format, *Metadata*) and in iTunes' list.
fn meta(body: &[u8], facts: &mut Facts) {
    // In MP4 it begins with version and flags, in MOV it does not.
    let body = if be32(body, 0) == Some(0) { body.get(4..).unwrap_or_default() } else { body };
    let keys: Vec<&[u8]> = boxes(body)
        .find(|b| &b.kind == b"keys")
        .map(|keys| boxes(keys.body.get(8..).unwrap_or_default()).map(|key| key.body).collect())
        .unwrap_or_default();
    for list in boxes(body).filter(|b| &b.kind == b"ilst") {
        for item in boxes(list.body) {
            let number = u32::from_be_bytes(item.kind) as usize;
            let key = number.checked_sub(1).and_then(|i| keys.get(i).copied()).unwrap_or(&item.kind);
            let Some(data) = boxes(item.body).find(|b| &b.kind == b"data") else { continue };
            value(key, data.body.get(8..).unwrap_or_default(), facts);
        }
    }
}

fn value(key: &[u8], value: &[u8], facts: &mut Facts) {
    let text = String::from_utf8_lossy(value);
    match key {
        b"com.apple.quicktime.location.ISO6709" => placed(facts, "QuickTime:GPSCoordinates", &text),
        b"com.apple.quicktime.creationdate" => said(facts, "QuickTime:CreationDate", About::Taken, &text),
        b"\xa9day" => said(facts, "QuickTime:ContentCreateDate", About::Taken, &text),
        b"com.apple.quicktime.make" | b"com.android.manufacturer" => {
            text_field(facts, "QuickTime:Make", value, Meaning::Make);
        }
        b"com.apple.quicktime.model" | b"com.android.model" => {
            text_field(facts, "QuickTime:Model", value, Meaning::Model)
        }
        b"com.apple.quicktime.software" | b"\xa9too" => {
            text_field(facts, "QuickTime:Software", value, Meaning::Software)
        }
        b"com.android.version" => {
            let said = format!("Android {text}");
            text_field(facts, "QuickTime:AndroidVersion", said.as_bytes(), Meaning::Software);
        }
        b"com.apple.quicktime.location.accuracy.horizontal" => {
            let metres = text.trim().parse::<f64>().ok().filter(|m| m.is_finite() && *m > 0.0);
            if let Some(position) = facts.positions.iter_mut().find(|p| p.field == "QuickTime:GPSCoordinates") {
                position.uncertainty_m = metres;
            }
        }
        b"com.apple.quicktime.content.identifier" | b"\xa9ART" | b"com.apple.quicktime.author" => {
            text_field(facts, "QuickTime:Author", b"", Meaning::Personal);
        }
        b"\xa9nam" | b"\xa9cmt" | b"desc" | b"com.apple.quicktime.title" | b"com.apple.quicktime.description" => {
            text_field(facts, "QuickTime:Title", b"", Meaning::FreeText);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    fn mvhd(created: u32) -> Vec<u8> {
        let head = [[0; 4], created.to_be_bytes(), created.to_be_bytes(), 600u32.to_be_bytes(), 6_030u32.to_be_bytes()];
        boxed(b"mvhd", &[head.concat(), vec![0; 80]].concat())
    }

    fn film() -> Vec<u8> {
        let matrix: Vec<u8> =
            [0, 0x1_0000, 0, -0x1_0000, 0, 0, 0, 0, 0x4000_0000].iter().flat_map(|v: &i32| v.to_be_bytes()).collect();
        let tkhd =
            [vec![0; 40], matrix, (1920u32 << 16).to_be_bytes().to_vec(), (1080u32 << 16).to_be_bytes().to_vec()];
        let hdlr = boxed(b"hdlr", b"\0\0\0\0\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0");
        let entry = [vec![0; 24], vec![0x07, 0x80, 0x04, 0x38], vec![0; 50]].concat();
        let stsd = boxed(b"stsd", &[vec![0, 0, 0, 0, 0, 0, 0, 1], boxed(b"avc1", &entry)].concat());
        let media = [hdlr, boxed(b"minf", &boxed(b"stbl", &stsd))].concat();
        let trak = boxed(b"trak", &[boxed(b"tkhd", &tkhd.concat()), boxed(b"mdia", &media)].concat());
        let xyz = boxed(b"\xa9xyz", &[&[0, 18, 0x15, 0xc7][..], b"+35.1234+038.5678/"].concat());
        let make = boxed(b"\xa9mak", &[&[0, 5, 0, 0][..], b"Apple"].concat());
        let moov = [mvhd(3_600_000_000), trak, boxed(b"udta", &[xyz, make].concat())].concat();
        [boxed(b"ftyp", b"qt  \0\0\0\0qt  "), boxed(b"mdat", &[7; 40]), boxed(b"moov", &moov)].concat()
    }

    #[test]
    fn a_film_states_its_length_tracks_time_place_and_maker() {
        let mut facts = Facts::default();
        let found = read(&film(), &mut facts);
        let row = found.row();
        assert_eq!((row.body["container"].as_str(), row.body["duration_s"].as_f64()), (Some("mov"), Some(10.05)));
        assert_eq!(row.body["index"], "end");
        let track = &row.body["tracks"][0];
        assert_eq!(
            (track["kind"].as_str(), track["codec"].as_str(), track["rotation"].as_u64()),
            (Some("video"), Some("avc1"), Some(90))
        );
        assert_eq!((track["width"].as_u64(), track["height"].as_u64()), (Some(1920), Some(1080)));
        assert_eq!(facts.make.as_deref(), Some("Apple"));
        assert!((facts.positions[0].lat - 35.1234).abs() < 1e-9);
        assert_eq!(facts.times[0].row().body["earliest"], "2018-01-28T16:00:00+00:00");
        assert!(facts.problems.is_empty());
    }

    #[test]
    fn every_cut_and_every_bent_length_ends() {
        let whole = film();
        for cut in 0..whole.len() {
            read(&whole[..cut], &mut Facts::default());
        }
        for at in 0..whole.len() - 8 {
            let mut bent = whole.clone();
            bent[at..at + 8].copy_from_slice(&[0, 0, 0, 1, b'm', b'o', b'o', b'v']);
            read(&bent, &mut Facts::default());
            bent[at..at + 8].copy_from_slice(&u64::MAX.to_be_bytes());
            read(&bent, &mut Facts::default());
        }
        let huge = [&[0, 0, 0, 1][..], b"mdat", &(1u64 << 63).to_be_bytes(), &[0; 16]].concat();
        let mut facts = Facts::default();
        assert_eq!(read(&huge, &mut facts).index, Some("missing"));
        assert_eq!(facts.problems.len(), 2);
    }
}
