//! EXIF fields to facts (CIPA DC-008, "Exif 2.32").
//!
//! The `kamadak-exif` crate reads the directories; this gives the values their meaning. It deliberately asks for named
//! fields only: maker notes are not opened (their presence is told, for they hold serial numbers), and nothing that
//! names a person is copied.

use exif::{Context, Exif, In, Reader, Tag, Value};
use jiff::{Timestamp, civil::DateTime, tz::Offset};

use super::{
    container,
    facts::{Facts, Position, clean, plausible},
    time::{self, About, NoTime, Stated, Zone},
};

/// Fields that name a person or single out a device.
const PERSONAL: &[(&str, Tag)] = &[
    ("Artist", Tag::Artist),
    ("Copyright", Tag::Copyright),
    ("CameraOwnerName", Tag::CameraOwnerName),
    ("BodySerialNumber", Tag::BodySerialNumber),
    ("LensSerialNumber", Tag::LensSerialNumber),
    ("ImageUniqueID", Tag::ImageUniqueID),
    ("MakerNote", Tag::MakerNote),
    ("HostComputer", Tag(Context::Tiff, 0x013c)),
    ("XPAuthor", Tag(Context::Tiff, 0x9c9d)),
    ("CameraSerialNumber", Tag(Context::Tiff, 0xc62f)),
    ("OriginalRawFileName", Tag(Context::Tiff, 0xc68b)),
    ("Photographer", Tag(Context::Exif, 0xa437)),
    ("ImageEditor", Tag(Context::Exif, 0xa438)),
];

/// Fields in which anything may be written.
const FREE_TEXT: &[(&str, Tag)] = &[
    ("ImageDescription", Tag::ImageDescription),
    ("UserComment", Tag::UserComment),
    ("ImageTitle", Tag(Context::Exif, 0xa436)),
    ("DocumentName", Tag(Context::Tiff, 0x010d)),
    ("XPTitle", Tag(Context::Tiff, 0x9c9b)),
    ("XPComment", Tag(Context::Tiff, 0x9c9c)),
    ("XPKeywords", Tag(Context::Tiff, 0x9c9e)),
    ("XPSubject", Tag(Context::Tiff, 0x9c9f)),
    ("GPSAreaInformation", Tag::GPSAreaInformation),
];

/// Longest small picture that is looked at, in bytes: what EXIF can hold is 64 KiB, and some writers hold more.
const MAX_ENCLOSED: usize = 1 << 20;

/// Name, tag, sub-second tag, offset tag, meaning.
const TIMES: &[(&str, Tag, Tag, Tag, About)] = &[
    ("DateTimeOriginal", Tag::DateTimeOriginal, Tag::SubSecTimeOriginal, Tag::OffsetTimeOriginal, About::Taken),
    ("CreateDate", Tag::DateTimeDigitized, Tag::SubSecTimeDigitized, Tag::OffsetTimeDigitized, About::Digitised),
    ("ModifyDate", Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime, About::Modified),
];

/// Reads a block in TIFF form; what is broken in it is listed and the rest is read.
pub(super) fn read(block: &[u8], facts: &mut Facts) {
    let Some(exif) = parse(block, facts) else { return };
    for &(name, tag, part, offset, about) in TIMES {
        taken(&exif, facts, name, tag, part, offset, about);
    }
    gps_time(&exif, facts);
    gps_position(&exif, facts);
    facts.make = text(&exif, Tag::Make);
    facts.model = text(&exif, Tag::Model);
    facts.lens = text(&exif, Tag::LensModel);
    for (name, tag) in [("Software", Tag::Software), ("ProcessingSoftware", Tag(Context::Tiff, 0x000b))] {
        facts.software.extend(text(&exif, tag).map(|said| (name.to_string(), said)));
    }
    let present = |fields: &[(&str, Tag)]| -> Vec<String> {
        fields.iter().filter(|(_, tag)| stated(&exif, *tag)).map(|(name, _)| name.to_string()).collect()
    };
    facts.personal.extend(present(PERSONAL));
    facts.free_text.extend(present(FREE_TEXT));
    facts.orientation = orientation_of(&exif, facts);
    let side = |tag| unsigned(&exif, tag, In::PRIMARY);
    facts.stated_size = side(Tag::PixelXDimension).zip(side(Tag::PixelYDimension));
    facts.thumbnail = thumbnail(&exif);
}

/// The orientation of a block, 1 to 8, and nothing else.
pub(super) fn orientation(block: &[u8]) -> Option<u8> {
    let mut unused = Facts::default();
    let exif = parse(block, &mut unused)?;
    orientation_of(&exif, &mut unused)
}

fn parse(block: &[u8], facts: &mut Facts) -> Option<Exif> {
    let result = Reader::new().continue_on_error(true).read_raw(block.to_vec());
    let exif = result.or_else(|e| {
        e.distill_partial_result(|errors| {
            for error in errors {
                facts.problem(format!("EXIF: {}", lower(&error.to_string())), "EXIF");
            }
        })
    });
    exif.map_err(|e| facts.problem(format!("EXIF: {}", lower(&e.to_string())), "EXIF")).ok()
}

fn lower(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn value(exif: &Exif, tag: Tag) -> Option<&Value> {
    exif.get_field(tag, In::PRIMARY).map(|field| &field.value)
}

fn raw(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match value(exif, tag)? {
        // Only up to the first NUL: with a broken count the rest may be another field, and another's name.
        Value::Ascii(lines) => lines.first().map(Vec::as_slice),
        Value::Byte(bytes) | Value::Undefined(bytes, _) => Some(bytes),
        _ => None,
    }
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    clean(raw(exif, tag)?)
}

fn unsigned(exif: &Exif, tag: Tag, ifd: In) -> Option<u32> {
    exif.get_field(tag, ifd)?.value.get_uint(0)
}

/// Whether a field is there and holds anything but padding.
fn stated(exif: &Exif, tag: Tag) -> bool {
    match value(exif, tag) {
        Some(Value::Undefined(bytes, _)) if tag == Tag::UserComment => {
            // Eight bytes of character code come first.
            bytes.get(8..).is_some_and(|rest| rest.iter().any(|b| !matches!(b, 0 | b' ')))
        }
        Some(Value::Ascii(lines)) => lines.iter().flatten().any(|b| !matches!(b, 0 | b' ')),
        Some(Value::Byte(bytes) | Value::Undefined(bytes, _)) => bytes.iter().any(|b| !matches!(b, 0 | b' ')),
        Some(_) => true,
        None => false,
    }
}

fn taken(exif: &Exif, facts: &mut Facts, name: &str, tag: Tag, part: Tag, offset: Tag, about: About) {
    let Some(field) = value(exif, tag) else { return };
    let Value::Ascii(lines) = field else {
        facts.problem(format!("{name} is not text"), "EXIF");
        return;
    };
    let said = lines.first().map(|line| String::from_utf8_lossy(line).into_owned()).unwrap_or_default();
    match time::parse(&said) {
        Ok((mut earliest, mut latest, inside)) => {
            if let Some(nanos) = subsecond(exif, part).filter(|_| earliest == latest) {
                (earliest, latest) = (with_nanos(earliest, nanos), with_nanos(latest, nanos));
            }
            let zone = inside.or_else(|| stated_offset(exif, facts, offset, about));
            let zone = zone.map_or(Zone::Camera, Zone::Stated);
            facts.times.push(Stated { field: name.into(), about, earliest, latest, zone });
        }
        Err(NoTime::Unset) => facts.problem(format!("{name} is blank: the clock was not set"), "EXIF"),
        Err(NoTime::Unreadable) => facts.problem(format!("{name} is no time: {:?}", time::shown(&said)), "EXIF"),
    }
}

fn subsecond(exif: &Exif, tag: Tag) -> Option<i32> {
    let digits = std::str::from_utf8(raw(exif, tag)?).ok()?.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    (!digits.is_empty()).then(|| time::fraction(digits))?
}

fn with_nanos(at: DateTime, nanos: i32) -> DateTime {
    at.with().subsec_nanosecond(nanos).build().unwrap_or(at)
}

/// The field of Exif 2.31, or the hours of TIFF/EP (ISO 12234-2).
fn stated_offset(exif: &Exif, facts: &mut Facts, tag: Tag, about: About) -> Option<Offset> {
    if let Some(said) = text(exif, tag) {
        let offset = time::parse_offset(&said);
        if offset.is_none() && said.bytes().any(|b| b.is_ascii_digit()) {
            facts.problem(format!("an offset that is no zone: {:?}", time::shown(&said)), "EXIF");
        }
        return offset;
    }
    let hours = match value(exif, Tag(Context::Exif, 0x882a)) {
        Some(Value::SShort(hours)) => hours.get(usize::from(about == About::Modified)).copied(),
        _ => None,
    };
    hours.filter(|hours| (-12..=14).contains(hours)).and_then(|hours| Offset::from_hours(hours as i8).ok())
}

/// Numbers of a field; nothing for one with a zero denominator.
fn numbers(exif: &Exif, tag: Tag) -> Option<Vec<Option<f64>>> {
    let ratio = |num: f64, denom: f64| (denom != 0.0).then_some(num / denom);
    Some(match value(exif, tag)? {
        Value::Rational(list) => list.iter().map(|r| ratio(r.num.into(), r.denom.into())).collect(),
        Value::SRational(list) => list.iter().map(|r| ratio(r.num.into(), r.denom.into())).collect(),
        Value::Long(list) => list.iter().map(|&v| Some(v.into())).collect(),
        Value::Short(list) => list.iter().map(|&v| Some(v.into())).collect(),
        Value::Byte(list) => list.iter().map(|&v| Some(v.into())).collect(),
        Value::Float(list) => list.iter().map(|&v| Some(v.into())).collect(),
        Value::Double(list) => list.iter().map(|&v| Some(v)).collect(),
        _ => return None,
    })
}

fn one(exif: &Exif, tag: Tag) -> Option<f64> {
    numbers(exif, tag)?.first().copied().flatten().filter(|v| v.is_finite())
}

fn letter(exif: &Exif, tag: Tag) -> Option<u8> {
    raw(exif, tag)?.first().map(u8::to_ascii_uppercase)
}

/// Satellite time: a date, and three numbers that need not be whole.
fn gps_time(exif: &Exif, facts: &mut Facts) {
    let clock = numbers(exif, Tag::GPSTimeStamp);
    let date = text(exif, Tag::GPSDateStamp);
    let (earliest, latest) = match (date, clock) {
        (None, None) => return,
        (None, Some(_)) => return facts.problem("a satellite time without a date", "GPSTimeStamp"),
        (Some(date), clock) => match time::parse(&date) {
            Err(NoTime::Unset) => return,
            Err(NoTime::Unreadable) => {
                return facts.problem(format!("GPSDateStamp is no date: {:?}", time::shown(&date)), "GPSDateStamp");
            }
            Ok((first, last, _)) => match clock.as_deref() {
                Some(&[Some(h), Some(m), Some(s)])
                    if h < 24.0 && m < 60.0 && s < 61.0 && h >= 0.0 && m >= 0.0 && s >= 0.0 =>
                {
                    let nanos = ((h * 3600.0 + m * 60.0 + s) * 1e9).round() as i64;
                    let at = first.checked_add(jiff::SignedDuration::from_nanos(nanos)).unwrap_or(first);
                    (at, at)
                }
                Some(_) => {
                    facts.problem("GPSTimeStamp is no time of day", "GPSTimeStamp");
                    (first, last)
                }
                None => (first, last),
            },
        },
    };
    let unset = Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    if earliest == unset {
        return facts.problem("the satellite time is 1970-01-01T00:00:00Z: the receiver had none", "GPSDateStamp");
    }
    facts.times.push(Stated {
        field: "GPSDateTime".into(),
        about: About::GpsFix,
        earliest,
        latest,
        zone: Zone::GpsUtc,
    });
}

fn gps_position(exif: &Exif, facts: &mut Facts) {
    let side = |tag, sign, letters: [u8; 2]| -> Result<Option<f64>, String> {
        let Some(parts) = numbers(exif, tag) else { return Ok(None) };
        let degrees = degrees(&parts)?;
        match letter(exif, sign) {
            Some(l) if l == letters[0] => Ok(Some(degrees)),
            Some(l) if l == letters[1] => Ok(Some(-degrees)),
            _ => Err(format!("a coordinate of {degrees:.4} degrees that states no hemisphere")),
        }
    };
    let lat = side(Tag::GPSLatitude, Tag::GPSLatitudeRef, [b'N', b'S']);
    let lon = side(Tag::GPSLongitude, Tag::GPSLongitudeRef, [b'E', b'W']);
    let (lat, lon) = match (lat, lon) {
        (Ok(None), Ok(None)) => return,
        (Ok(Some(lat)), Ok(Some(lon))) => (lat, lon),
        (Err(what), _) | (_, Err(what)) => return facts.problem(what, "GPS"),
        _ => return facts.problem("only one of latitude and longitude is stated", "GPS"),
    };
    if let Err(what) = plausible(lat, lon) {
        return facts.problem(what, "GPS");
    }
    if letter(exif, Tag::GPSStatus) == Some(b'V') {
        facts.problem("the receiver marked its position as void", "GPSStatus");
    }
    let below = unsigned(exif, Tag::GPSAltitudeRef, In::PRIMARY).is_some_and(|r| r == 1 || r == 3);
    let altitude = one(exif, Tag::GPSAltitude).map(|m| if below && m > 0.0 { -m } else { m });
    let north = if letter(exif, Tag::GPSImgDirectionRef) == Some(b'M') { "magnetic" } else { "true" };
    let datum = text(exif, Tag::GPSMapDatum)
        .filter(|datum| !datum.to_ascii_uppercase().replace([' ', '-', '_'], "").contains("WGS84"));
    facts.positions.push(Position {
        field: "GPS",
        lat,
        lon,
        uncertainty_m: one(exif, Tag::GPSHPositioningError).filter(|m| *m > 0.0),
        dop: one(exif, Tag::GPSDOP).filter(|d| *d > 0.0),
        altitude_m: altitude.filter(|m| m.abs() < 100_000.0),
        bearing: one(exif, Tag::GPSImgDirection).filter(|d| (0.0..=360.0).contains(d)).map(|d| (d, north)),
        datum,
    });
}

/// Degrees, minutes and seconds, of which the later ones may be missing.
fn degrees(parts: &[Option<f64>]) -> Result<f64, String> {
    let broken = || "a coordinate with a zero denominator".to_string();
    let whole = parts.first().copied().flatten().ok_or_else(broken)?;
    let minutes = parts.get(1).copied().flatten().unwrap_or(0.0);
    let seconds = parts.get(2).copied().flatten().unwrap_or(0.0);
    if !(0.0..=60.0).contains(&minutes) || !(0.0..=60.0).contains(&seconds) {
        return Err(format!("a coordinate of {minutes} minutes and {seconds} seconds"));
    }
    Ok(whole + minutes / 60.0 + seconds / 3600.0)
}

fn orientation_of(exif: &Exif, facts: &mut Facts) -> Option<u8> {
    match unsigned(exif, Tag::Orientation, In::PRIMARY)? {
        o @ 1..=8 => Some(o as u8),
        0 => None, // written by many for "not known"
        other => {
            facts.problem(format!("an orientation of {other}"), "EXIF");
            None
        }
    }
}

fn thumbnail(exif: &Exif) -> Option<Option<(u32, u32)>> {
    Some(enclosed(exif)?.and_then(container::jpeg_size))
}

/// The JPEG among the metadata; `Some(None)` when what is said to be one is none.
fn enclosed(exif: &Exif) -> Option<Option<&[u8]>> {
    let at = unsigned(exif, Tag::JPEGInterchangeFormat, In::THUMBNAIL)? as usize;
    let length = unsigned(exif, Tag::JPEGInterchangeFormatLength, In::THUMBNAIL)? as usize;
    let picture = exif.buf().get(at..at.checked_add(length)?.min(exif.buf().len()));
    Some(picture.filter(|p| p.starts_with(b"\xff\xd8")))
}

/// The bytes of the small picture in a block, at most [`MAX_ENCLOSED`].
pub(super) fn thumbnail_bytes(block: &[u8]) -> Option<Vec<u8>> {
    let exif = parse(block, &mut Facts::default())?;
    enclosed(&exif)?.filter(|p| p.len() <= MAX_ENCLOSED).map(<[u8]>::to_vec)
}
