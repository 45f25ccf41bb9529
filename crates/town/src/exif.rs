//! EXIF (CIPA DC-008) as a camera would write it: a little-endian TIFF structure inside an APP1 segment.
//!
//! Only the fields that the town needs; it reads nothing. Makers and models are invented.

use crate::jpeg::Segment;
use crate::tiff_directory::{Value, directory};

/// A place where a camera says that it stood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gps {
    pub lat: f64,
    pub lon: f64,
    /// Direction of view, degrees clockwise from true north.
    pub heading: f64,
    /// UTC date `YYYY:MM:DD` and time of the fix.
    pub fix: Option<(&'static str, [u32; 3])>,
}

/// What a camera writes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Exif {
    pub make: &'static str,
    pub model: &'static str,
    /// `YYYY:MM:DD HH:MM:SS` on the camera's clock.
    pub taken: &'static str,
    /// Offset of that clock from UTC, where the camera states one.
    pub offset: Option<&'static str>,
    pub gps: Option<Gps>,
    /// F-number × 10, ISO speed, 1/exposure time.
    pub exposure: (u32, u16, u32),
}

const DESCRIPTION: &str = "INVENTED picture of an invented place";

fn degrees(value: f64) -> Value {
    // Hundredths of an arc second: about 0.3 m.
    let hundredths = (value.abs() * 360_000.0).round() as u32;
    let (degree, rest) = (hundredths / 360_000, hundredths % 360_000);
    Value::Rationals(vec![(degree, 1), (rest / 6_000, 1), (rest % 6_000, 100)])
}

impl Exif {
    /// The APP1 segment.
    pub(crate) fn segment(&self) -> Segment {
        let first = |exif_at: u32, gps_at: u32| {
            let mut fields = vec![
                (0x010e, Value::Ascii(DESCRIPTION.into())),
                (0x010f, Value::Ascii(self.make.into())),
                (0x0110, Value::Ascii(self.model.into())),
                (0x0112, Value::Short(1)),
                (0x0132, Value::Ascii(self.taken.into())),
                (0x8769, Value::Long(exif_at)),
            ];
            if self.gps.is_some() {
                fields.push((0x8825, Value::Long(gps_at)));
            }
            directory(&fields, 8)
        };
        let exif_at = 8 + first(0, 0).len();
        let exif = directory(&self.exif_fields(), exif_at);
        let gps_at = exif_at + exif.len();
        let mut payload = b"Exif\0\0II\x2a\0\x08\0\0\0".to_vec();
        payload.extend(first(exif_at as u32, gps_at as u32));
        payload.extend(exif);
        if let Some(gps) = &self.gps {
            payload.extend(directory(&gps.fields(), gps_at));
        }
        Segment { marker: 0xe1, payload }
    }

    fn exif_fields(&self) -> Vec<(u16, Value)> {
        let (aperture, iso, shutter) = self.exposure;
        let mut fields = vec![
            (0x829a, Value::Rationals(vec![(1, shutter)])),
            (0x829d, Value::Rationals(vec![(aperture, 10)])),
            (0x8827, Value::Short(iso)),
            (0x9000, Value::Undefined(b"0232")),
            (0x9003, Value::Ascii(self.taken.into())),
            (0x9004, Value::Ascii(self.taken.into())),
        ];
        if let Some(offset) = self.offset {
            fields.push((0x9010, Value::Ascii(offset.into())));
            fields.push((0x9011, Value::Ascii(offset.into())));
        }
        fields
    }
}

impl Gps {
    fn fields(&self) -> Vec<(u16, Value)> {
        let side = |positive: &str, negative: &str, value: f64| {
            Value::Ascii(if value < 0.0 { negative } else { positive }.to_owned())
        };
        let mut fields = vec![
            (0x0000, Value::Bytes(vec![2, 3, 0, 0])),
            (0x0001, side("N", "S", self.lat)),
            (0x0002, degrees(self.lat)),
            (0x0003, side("E", "W", self.lon)),
            (0x0004, degrees(self.lon)),
        ];
        if let Some((_, [hour, minute, second])) = self.fix {
            fields.push((0x0007, Value::Rationals(vec![(hour, 1), (minute, 1), (second, 1)])));
        }
        fields.push((0x0010, Value::Ascii("T".into())));
        fields.push((0x0011, Value::Rationals(vec![((self.heading * 10.0).round() as u32, 10)])));
        fields.push((0x0012, Value::Ascii("WGS-84".into())));
        if let Some((date, _)) = self.fix {
            fields.push((0x001d, Value::Ascii(date.into())));
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exif::{In, Reader, Tag};

    const FULL: Exif = Exif {
        make: "Oblar",
        model: "Oblar Q3",
        taken: "2024:03:04 06:52:10",
        offset: Some("-03:00"),
        gps: Some(Gps { lat: 23.8987, lon: -41.1121, heading: 285.5, fix: Some(("2024:03:04", [9, 52, 8])) }),
        exposure: (18, 100, 250),
    };

    fn read(exif: &Exif) -> exif::Exif {
        let segment = exif.segment();
        Reader::new().read_raw(segment.payload[6..].to_vec()).expect("a TIFF structure")
    }

    #[test]
    fn an_outside_reader_finds_every_field() {
        let read = read(&FULL);
        let text = |tag| read.get_field(tag, In::PRIMARY).expect("the field").display_value().to_string();
        assert_eq!(text(Tag::Make), "\"Oblar\"");
        assert_eq!(text(Tag::DateTimeOriginal), "2024-03-04 06:52:10");
        assert_eq!(text(Tag::OffsetTimeOriginal), "\"-03:00\"");
        assert_eq!(text(Tag::GPSLatitudeRef), "N");
        assert_eq!(text(Tag::GPSLongitudeRef), "W");
        assert_eq!(text(Tag::GPSLatitude), "23 deg 53 min 55.32 sec");
        assert_eq!(text(Tag::GPSImgDirection), "285.5");
        assert_eq!(text(Tag::GPSDateStamp), "2024-03-04");
    }

    #[test]
    fn what_is_not_stated_is_absent() {
        let read = read(&Exif { offset: None, gps: None, ..FULL });
        assert!(read.get_field(Tag::OffsetTimeOriginal, In::PRIMARY).is_none());
        assert!(read.get_field(Tag::GPSLatitude, In::PRIMARY).is_none());
    }
}
