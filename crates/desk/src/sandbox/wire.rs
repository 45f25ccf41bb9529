//! The bytes on the two pipes: frames to the child, lines back. Specified in `docs/spec/analyze-child.md`.
//!
//! Both ends are the same program, so an unknown field is an error and there is one version at a time. It
//! deliberately trusts neither end: every length is checked against a limit before it is used.

use std::io::{self, Read};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use witnessmark_analyze::Trusted;
use witnessmark_analyze::place::ExtraPlace;

use super::limits::{Capabilities, MIB};
use super::unpack::UnpackStart;

/// Raised with any change of what is on the pipes.
pub(super) const PROTOCOL: u32 = 4;
/// What parent and child must agree on beside [`PROTOCOL`].
pub(super) const PROGRAM: &str = env!("CARGO_PKG_VERSION");
/// Largest header of a frame, in bytes.
pub(super) const HEADER_LIMIT: usize = 256 * 1024;
/// Largest list of places, in bytes of JSON.
pub(super) const PLACES_LIMIT: u64 = 64 * MIB;

/// First frame: who speaks. Its bytes are a JSON array of [`Place`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    pub protocol: u32,
    pub program: String,
    pub bytes: u64,
    /// Whose certificates are trusted.
    #[serde(default, skip_serializing_if = "Roots::is_empty")]
    pub roots: Roots,
    /// One file is to be taken apart, and nothing else: see `unpack`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unpack: Option<UnpackStart>,
}

/// Trusted certificates on their way to the child: DER in base64.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roots {
    pub stamps: Vec<String>,
    pub c2pa: Vec<String>,
}

impl Roots {
    fn is_empty(&self) -> bool {
        self.stamps.is_empty() && self.c2pa.is_empty()
    }

    /// Back to bytes; what is no base64 is left out, and so is not trusted.
    pub fn decoded(&self) -> Trusted {
        let of = |list: &[String]| list.iter().filter_map(|text| BASE64.decode(text).ok()).collect();
        Trusted { stamps: of(&self.stamps), c2pa: of(&self.c2pa) }
    }
}

impl From<&Trusted> for Roots {
    fn from(trusted: &Trusted) -> Self {
        let of = |list: &[Vec<u8>]| list.iter().map(|bytes| BASE64.encode(bytes)).collect();
        Roots { stamps: of(&trusted.stamps), c2pa: of(&trusted.c2pa) }
    }
}

/// Every later frame: one item for one or several analyzers, which read one after another. Its bytes are the item.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JobHeader {
    /// Counts up within a child; comes back in [`Line::End`].
    pub job: u64,
    pub analyzers: Vec<String>,
    pub name: String,
    pub media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    pub bytes: u64,
}

/// What the child says, one JSON object a line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// Answer to [`Start`]: confined, places read.
    Ready { protocol: u32, program: String, capabilities: Capabilities },
    /// The child will not work, and why. Its last line.
    Refused { why: String },
    /// One row of the current job.
    Row { kind: String, body: Map<String, Value> },
    /// The analyzer panicked at this place in the program. The child's last line.
    Panicked { at: String },
    /// An analyzer of the current job is done; after the last of them the job is answered.
    End { job: u64, rows: u64, micros: u64 },
}

/// [`Line::Row`] without taking the row.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RowLine<'a> {
    Row { kind: &'a str, body: &'a Map<String, Value> },
}

/// A place of the archive on its way to the child: [`ExtraPlace`] as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    id: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name_ar: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    lat: f64,
    lon: f64,
    uncertainty_m: f64,
    level: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

impl From<&ExtraPlace> for Place {
    fn from(place: &ExtraPlace) -> Self {
        let ExtraPlace { id, name, name_ar, aliases, lat, lon, uncertainty_m, level, parent } = place.clone();
        Place { id, name, name_ar, aliases, lat, lon, uncertainty_m, level, parent }
    }
}

impl From<Place> for ExtraPlace {
    fn from(place: Place) -> Self {
        let Place { id, name, name_ar, aliases, lat, lon, uncertainty_m, level, parent } = place;
        ExtraPlace { id, name, name_ar, aliases, lat, lon, uncertainty_m, level, parent }
    }
}

/// A header as the parent sends it: its length as four bytes, most significant first, then its JSON.
/// `None` when it is longer than [`HEADER_LIMIT`].
pub(super) fn frame_head(header: &impl Serialize) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(header).ok().filter(|json| json.len() <= HEADER_LIMIT)?;
    let mut head = u32::try_from(json.len()).ok()?.to_be_bytes().to_vec();
    head.extend_from_slice(&json);
    Some(head)
}

/// Reads the next header; `None` where the input ends between frames.
///
/// # Errors
/// When the input ends within a header, or what is there is not one.
pub(super) fn read_head<H: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<H>> {
    let mut length = [0; 4];
    let mut filled = 0;
    while filled < length.len() {
        match input.read(&mut length[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > HEADER_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "header beyond its limit"));
    }
    let mut json = vec![0; length];
    input.read_exact(&mut json)?;
    Ok(Some(serde_json::from_slice(&json)?))
}

/// Reads `count` bytes into `bytes`, replacing what was there.
///
/// # Errors
/// When the input ends early.
pub(super) fn read_bytes(input: &mut impl Read, count: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    let count = usize::try_from(count).map_err(|_| io::ErrorKind::OutOfMemory)?;
    bytes.clear();
    bytes.resize(count, 0);
    input.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> JobHeader {
        JobHeader {
            job: 7,
            analyzers: vec!["sniff".into()],
            name: "صورة.jpg".into(),
            media_type: "image/jpeg".into(),
            published: None,
            bytes: 3,
        }
    }

    #[test]
    fn a_frame_comes_back() {
        let mut bytes = frame_head(&job()).expect("head");
        bytes.extend_from_slice(b"abc");
        let mut input = bytes.as_slice();
        let header: JobHeader = read_head(&mut input).expect("read").expect("one");
        assert_eq!((header.job, header.name.as_str(), header.published), (7, "صورة.jpg", None));
        let mut body = b"older and longer".to_vec();
        read_bytes(&mut input, header.bytes, &mut body).expect("body");
        assert_eq!(body, b"abc");
        assert!(read_head::<JobHeader>(&mut input).expect("end").is_none());
    }

    #[test]
    fn a_broken_frame_is_an_error() {
        let whole = frame_head(&job()).expect("head");
        for cut in 1..whole.len() {
            assert!(read_head::<JobHeader>(&mut &whole[..cut]).is_err(), "{cut}");
        }
        assert!(read_head::<JobHeader>(&mut [0xff; 64].as_slice()).is_err(), "too long");
        assert!(read_head::<JobHeader>(&mut [0, 0, 0, 2, b'{', b'}'].as_slice()).is_err(), "fields missing");
    }

    #[test]
    fn a_header_has_a_largest_size() {
        let mut job = job();
        job.name = "x".repeat(HEADER_LIMIT);
        assert!(frame_head(&job).is_none());
    }

    #[test]
    fn a_row_is_written_as_it_is_read() {
        let Value::Object(body) = serde_json::json!({ "lat": 0.1 + 0.2, "text": "أ\n\"b\"" }) else {
            unreachable!("an object")
        };
        let line = serde_json::to_vec(&RowLine::Row { kind: "place", body: &body }).expect("json");
        assert!(!line.contains(&b'\n'));
        assert_eq!(serde_json::from_slice::<Line>(&line).expect("line"), Line::Row { kind: "place".into(), body });
    }

    #[test]
    fn numbers_cross_the_pipe_unchanged() {
        // Without `float_roundtrip`, some of these come back one unit in the last place off.
        let mut bits = 0x3ff0_0000_0000_0001_u64;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = f64::from_bits(bits);
            if number.is_finite() {
                let json = serde_json::to_string(&number).expect("json");
                assert_eq!(serde_json::from_str::<f64>(&json).expect("number").to_bits(), bits, "{json}");
            }
        }
    }

    #[test]
    fn a_place_crosses_whole() {
        let place = ExtraPlace {
            id: "x:1".into(),
            name: "Tell".into(),
            name_ar: Some("تل".into()),
            aliases: vec!["Tal".into()],
            lat: 1.5,
            lon: -2.5,
            uncertainty_m: 300.0,
            level: "town".into(),
            parent: None,
        };
        let json = serde_json::to_vec(&Place::from(&place)).expect("json");
        assert_eq!(ExtraPlace::from(serde_json::from_slice::<Place>(&json).expect("place")), place);
    }
}
