//! What EXIF, XMP and IPTC readers hand to the rows.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::time::Stated;
use crate::Row;

/// Longest text copied out of metadata, in characters.
const MAX_TEXT: usize = 120;

/// Where the metadata says that the camera was.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Position {
    /// `GPS` or `XMP-exif:GPSLatitude`.
    pub field: &'static str,
    /// Degrees north, WGS 84 unless `datum` says otherwise.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Radius in metres, where the metadata states one.
    pub uncertainty_m: Option<f64>,
    /// Dilution of precision, where stated: no length.
    pub dop: Option<f64>,
    /// Metres above (below: negative) sea level.
    pub altitude_m: Option<f64>,
    /// Direction of the picture in degrees clockwise, and whether from true or magnetic north.
    pub bearing: Option<(f64, &'static str)>,
    /// Geodetic datum, where it is another than WGS 84.
    pub datum: Option<String>,
}

impl Position {
    pub fn row(&self) -> Row {
        let mut body = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(key.to_string(), value);
            }
        };
        put("lat", Some(rounded(self.lat, 7)));
        put("lon", Some(rounded(self.lon, 7)));
        put("uncertainty_m", self.uncertainty_m.map(|v| rounded(v, 2)));
        put("dop", self.dop.map(|v| rounded(v, 2)));
        put("altitude_m", self.altitude_m.map(|v| rounded(v, 2)));
        put("bearing_deg", self.bearing.map(|(degrees, _)| rounded(degrees, 2)));
        put("bearing_from", self.bearing.map(|(_, north)| north.into()));
        put("datum", self.datum.clone().map(Value::from));
        put("basis", Some("metadata".into()));
        put("field", Some(self.field.into()));
        Row { kind: "position", body }
    }

    /// Metres between two positions on a sphere; enough to say whether they agree.
    pub fn metres_to(&self, other: &Position) -> f64 {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
        let h = half(a, b) + a.cos() * b.cos() * half(self.lon.to_radians(), other.lon.to_radians());
        2.0 * 6_371_009.0 * h.sqrt().min(1.0).asin()
    }
}

/// Checks a position read from anywhere.
pub(super) fn plausible(lat: f64, lon: f64) -> Result<(), &'static str> {
    if !(lat.is_finite() && lon.is_finite() && lat.abs() <= 90.0 && lon.abs() <= 180.0) {
        return Err("the stated position lies outside the world");
    }
    // A writer without a fix leaves zeros; the sea off Ghana is not where the picture was taken.
    if lat.abs() < 1e-6 && lon.abs() < 1e-6 {
        return Err("the stated position is 0, 0, which is what a writer without a fix leaves");
    }
    Ok(())
}

fn rounded(value: f64, places: i32) -> Value {
    let scale = 10f64.powi(places);
    Value::from((value * scale).round() / scale)
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub times: Vec<Stated>,
    pub positions: Vec<Position>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub lens: Option<String>,
    /// Name of the field, and what it says.
    pub software: Vec<(String, String)>,
    /// Names of fields that identify a person or a device; their values are not kept.
    pub personal: BTreeSet<String>,
    /// Names of fields of free text, which may name anybody; their values are not kept.
    pub free_text: BTreeSet<String>,
    pub orientation: Option<u8>,
    /// Pixels across and down as the metadata says, which need not be what the picture has.
    pub stated_size: Option<(u32, u32)>,
    /// There is an embedded thumbnail; its size where its header can be read.
    pub thumbnail: Option<Option<(u32, u32)>>,
    /// How the picture came to be (IPTC digital source type), last part of the term's address.
    pub digital_source: Option<String>,
    pub problems: Vec<Row>,
}

impl Facts {
    pub fn problem(&mut self, what: impl Into<String>, at: impl Into<String>) {
        const MAX_PROBLEMS: usize = 32;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Row::problem(what, at));
        }
    }
}

/// A text fit to be shown: no control or direction characters, spaces joined, at most [`MAX_TEXT`] characters.
/// Nothing when nothing is left.
pub(super) fn clean(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let harmless = |c: char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|&c| harmless(c)).collect();
    let joined: String = shown.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_TEXT).collect();
    (!joined.is_empty()).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_made_harmless() {
        assert_eq!(clean(b"NIKON CORPORATION\0\0  "), Some("NIKON CORPORATION".into()));
        assert_eq!(clean("a\u{202e}b\nc".as_bytes()), Some("ab c".into()));
        assert_eq!(clean(b" \0 "), None);
        assert_eq!(clean(&[b'x'; 1000]).unwrap().len(), 120);
    }

    #[test]
    fn no_fix_and_no_place_are_no_position() {
        assert!(plausible(0.0, 0.0).is_err());
        assert!(plausible(91.0, 0.0).is_err());
        assert!(plausible(f64::NAN, 0.0).is_err());
        assert!(plausible(0.0, 36.0).is_ok());
    }
}
