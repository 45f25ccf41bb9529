//! Films and sound files: how long, which tracks, when, where, with what, as their containers state it.
//!
//! Reads MP4, MOV, 3GP and M4A ([`boxes`]), Matroska and WebM ([`matroska`]), AVI and WAV ([`riff`]), FLAC, Ogg and MP3 ([`tagged`]) by
//! their boxes alone, in a fraction of a millisecond; no frame and no sample is looked at. Lengths are checked against what is there
//! before they are used; a box of 2⁶³ bytes is a box that the file ends in. It deliberately keeps no title, no comment, no name of a
//! person: of those only the names of the fields are told.
//!
//! | row | body |
//! |---|---|
//! | `recording` | `container`, `brand`?, `duration_s`?, `tracks`: [{`kind` {video, audio, text, other}, `codec`?, `width`?, `height`?, `rotation`? (degrees clockwise to be shown), `duration_s`?, `rate`?, `channels`?}], `index` {`front`, `end`, `missing`}?, `fragmented`? |

mod boxes;
mod matroska;
mod riff;
mod tagged;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Map, Value, json};

use super::facts::{Facts, Position, clean, plausible};
use super::time::{self, About, NoTime, Stated, Zone};
use crate::Row;

/// Most tracks of one file that are told.
const MOST_TRACKS: usize = 32;
/// Longest duration that is believed, in seconds: a year.
const LONGEST_S: f64 = 366.0 * 86_400.0;

/// One track.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Track {
    pub kind: &'static str,
    pub codec: Option<String>,
    pub size: Option<(u32, u32)>,
    pub rotation: Option<u16>,
    pub duration_s: Option<f64>,
    pub rate: Option<u32>,
    pub channels: Option<u32>,
}

impl Track {
    fn to_json(&self) -> Value {
        let mut body = json!({ "kind": if self.kind.is_empty() { "other" } else { self.kind } });
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                body[key] = value;
            }
        };
        put("codec", self.codec.clone().map(Value::from));
        put("width", self.size.map(|(w, _)| w.into()));
        put("height", self.size.map(|(_, h)| h.into()));
        put("rotation", self.rotation.map(Value::from));
        put("duration_s", self.duration_s.and_then(duration));
        put("rate", self.rate.map(Value::from));
        put("channels", self.channels.map(Value::from));
        body
    }
}

/// What a container states of itself.
#[derive(Debug, Default)]
pub(super) struct Recording {
    pub container: &'static str,
    pub brand: Option<String>,
    pub duration_s: Option<f64>,
    pub tracks: Vec<Track>,
    /// Where the index lies that a player needs.
    pub index: Option<&'static str>,
    pub fragmented: bool,
}

impl Recording {
    /// The row of kind `recording`.
    pub fn row(&self) -> Row {
        let mut body = Map::new();
        body.insert("container".into(), self.container.into());
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(key.into(), value);
            }
        };
        put("brand", self.brand.clone().map(Value::from));
        put("duration_s", self.duration_s.and_then(duration));
        put("tracks", Some(self.tracks.iter().take(MOST_TRACKS).map(Track::to_json).collect::<Vec<_>>().into()));
        put("index", self.index.map(Value::from));
        put("fragmented", self.fragmented.then(|| true.into()));
        Row { kind: "recording", body }
    }
}

fn duration(seconds: f64) -> Option<Value> {
    (seconds.is_finite() && (0.0..=LONGEST_S).contains(&seconds)).then(|| json!((seconds * 1000.0).round() / 1000.0))
}

/// Reads a film or sound file into `facts`; nothing when it is none that is known.
pub(super) fn read(bytes: &[u8], facts: &mut Facts) -> Option<Recording> {
    let riff = bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64");
    match bytes.get(8..12) {
        Some(b"AVI ") if riff => return Some(riff::avi(bytes, facts)),
        Some(b"WAVE") if riff => return Some(riff::wav(bytes, facts)),
        _ => {}
    }
    if matches!(bytes.get(4..8), Some(b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot")) {
        return Some(boxes::read(bytes, facts));
    }
    if bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return Some(matroska::read(bytes, facts));
    }
    tagged::read(bytes, facts)
}

/// Whether `bytes` may be such a file, by its type.
pub(super) fn is_recording(media_type: &str) -> bool {
    media_type.starts_with("video/") || media_type.starts_with("audio/")
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A four-letter code as text; nothing where it is not printable.
fn code(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim_end_matches([' ', '\0']);
    (!text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')).then(|| text.to_owned())
}

/// Adds a time that a field states in seconds since a year's beginning in UTC.
fn instant(facts: &mut Facts, field: &str, about: About, unix: i64) {
    // What was never set stands at the beginning of its clock.
    let Ok(at) = Timestamp::from_second(unix) else {
        return facts.problem(format!("{field} is no time"), field);
    };
    let at = Offset::UTC.to_datetime(at);
    facts.times.push(Stated { field: field.into(), about, earliest: at, latest: at, zone: Zone::Stated(Offset::UTC) });
}

/// Adds a time that a field states in words.
fn said(facts: &mut Facts, field: &str, about: About, text: &str) {
    match time::parse(text) {
        Ok((earliest, latest, offset)) => {
            let zone = offset.map_or(Zone::None, Zone::Stated);
            facts.times.push(Stated { field: field.into(), about, earliest, latest, zone });
        }
        Err(NoTime::Unset) => {}
        Err(NoTime::Unreadable) => facts.problem(format!("{field} is no time: {:?}", time::shown(text)), field),
    }
}

/// Adds a place in the form of ISO 6709 (annex H): `+35.1234+038.5678+123.4/`, also with degrees and minutes.
fn placed(facts: &mut Facts, field: &'static str, text: &str) {
    let Some((lat, lon, altitude_m)) = iso_6709(text) else {
        return facts.problem(format!("{field} is no position"), field);
    };
    match plausible(lat, lon) {
        Ok(()) => facts.positions.push(Position { field, lat, lon, altitude_m, ..Position::default() }),
        Err(why) => facts.problem(why, field),
    }
}

fn iso_6709(text: &str) -> Option<(f64, f64, Option<f64>)> {
    let text = text.trim().trim_end_matches('/').split("CRS").next()?;
    let mut starts: Vec<usize> = text.match_indices(['+', '-']).map(|(at, _)| at).collect();
    if starts.first() != Some(&0) || starts.len() > 3 {
        return None;
    }
    starts.push(text.len());
    let parts: Vec<&str> = starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
    let lat = angle(parts.first()?, 2)?;
    let lon = angle(parts.get(1)?, 3)?;
    let altitude = parts.get(2).and_then(|part| part.parse::<f64>().ok()).filter(|m| m.is_finite());
    Some((lat, lon, altitude))
}

/// `+DD.D`, `+DDMM.M` or `+DDMMSS.S`, with so many digits of degrees.
fn angle(text: &str, digits: usize) -> Option<f64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1.0, &text[1..]),
        b'-' => (-1.0, &text[1..]),
        _ => return None,
    };
    if !rest.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let whole = rest.split('.').next()?.len();
    let number = |from: usize, to: usize| rest.get(from..to)?.parse::<f64>().ok();
    let value = match whole.checked_sub(digits) {
        Some(2) => number(0, digits)? + number(digits, rest.len())? / 60.0,
        Some(4) => number(0, digits)? + number(digits, digits + 2)? / 60.0 + number(digits + 2, rest.len())? / 3600.0,
        _ => rest.parse::<f64>().ok()?,
    };
    Some(sign * value)
}

/// Takes a text field by its meaning; what is free text or names somebody is only named.
fn text_field(facts: &mut Facts, field: &str, value: &[u8], meaning: Meaning) {
    match meaning {
        Meaning::Make => facts.make = facts.make.take().or_else(|| clean(value)),
        Meaning::Model => facts.model = facts.model.take().or_else(|| clean(value)),
        Meaning::Software => facts.software.extend(clean(value).map(|said| (field.to_owned(), said))),
        Meaning::Personal => {
            facts.personal.insert(field.to_owned());
        }
        Meaning::FreeText => {
            facts.free_text.insert(field.to_owned());
        }
    }
}

/// What a text field is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Make,
    Model,
    Software,
    /// Names a person or singles out a device: only the field's name is told.
    Personal,
    /// May name anybody: likewise.
    FreeText,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_the_standard_writes_them() {
        let near = |text: &str, lat: f64, lon: f64| {
            let (a, b, _) = iso_6709(text).unwrap_or_else(|| panic!("{text}"));
            assert!((a - lat).abs() < 1e-6 && (b - lon).abs() < 1e-6, "{text}: {a} {b}");
        };
        near("+35.1234+038.5678/", 35.1234, 38.5678);
        near("-35.5-070.25+12.5/", -35.5, -70.25);
        near("+3530.6+03830.0/", 35.51, 38.5);
        near("+353036.0+0383000.0+5CRSWGS_84/", 35.51, 38.5);
        assert_eq!(iso_6709("+35.0+038.0-12.5/").unwrap().2, Some(-12.5));
        for text in ["", "35+36", "+35", "+a+b/", "+1+2+3+4/", "++/"] {
            assert_eq!(iso_6709(text), None, "{text}");
        }
    }

    #[test]
    fn absurd_lengths_are_not_told() {
        assert_eq!(duration(f64::NAN), None);
        assert_eq!(duration(1e18), None);
        assert_eq!(duration(1.23456), Some(json!(1.235)));
    }
}
