//! What the metadata of a picture states: when, where, with what device, and where its own statements differ.
//!
//! Reads EXIF, XMP and IPTC of JPEG, PNG, TIFF and WebP, EXIF of HEIC, and the boxes of films and sound files (`recording`). It deliberately concludes nothing: anybody can
//! write any of it, and a contradiction is two readings that differ. Values that identify a person or single out a
//! device are never copied; only the names of the fields that hold them are told. Maker notes and the contents of C2PA
//! manifests are not read.
//!
//! | row | body |
//! |---|---|
//! | `taken`, one a field | `earliest`, `latest` (RFC 3339 when a zone is known, else local), `zone_status` {`metadata`: the file states it, `gps_utc`: satellite time, `camera`: the camera's clock, zone not stated, `none`: not stated}, `zone`?, `basis` `metadata`, `field`, `about` {`taken`, `digitised`, `modified`, `gps_fix`}, `note`? |
//! | `position`, one a source | `lat`, `lon` (degrees, seven decimals), `uncertainty_m`?, `dop`?, `altitude_m`?, `bearing_deg`?, `bearing_from`?, `datum`?, `basis`, `field` |
//! | `device` | `make`?, `model`?, `lens`?, `software`?, `personal_fields`?, `free_text_fields`? |
//! | `picture` | `width`, `height` (pixels, as stored), `orientation`?, `thumbnail`, `c2pa_manifest`?, `digital_source`? |
//! | `contradiction` | `what`, `between` (two names), `program`? |
//!
//! Fields have the names that exiftool gives them: `CreateDate` is the standard's DateTimeDigitized, `ModifyDate` its
//! DateTime.

mod container;
mod contradictions;
mod devices;
mod exif_fields;
mod facts;
mod heif;
mod iptc;
mod recording;
mod tiff_block;
mod time;
mod xmp;

use jiff::civil::DateTime;
use serde_json::{Map, Value};

use self::{
    container::Parts,
    facts::{Facts, clean},
    time::{About, Stated, Zone},
};
use super::unpanicked;
use crate::{Input, Manifest, Row};

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "metadata",
    version: 3,
    reads: &[
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/webp",
        "image/heic",
        "image/heif",
        "image/avif",
        "video/mp4",
        "video/quicktime",
        "video/3gpp",
        "video/3gpp2",
        "video/x-m4v",
        "video/webm",
        "video/x-matroska",
        "video/x-msvideo",
        "video/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "audio/flac",
        "audio/wav",
        "audio/amr",
        "audio/amr-wb",
    ],
    says: &["taken", "position", "device", "picture", "recording", "contradiction", "problem"],
    cannot_say: &[
        "that a picture was taken when or where its metadata says: clocks are wrong and anybody can write any of it",
        "in which zone a camera's clock ran, unless the row says so",
        "that a device was not made before it was to be had, or what an unknown model is: the table of models is small and dated",
        "that a film's times are in UTC: the standard says so, and some cameras write their local clock",
        "that a picture without metadata is suspect: most programs that send pictures remove it",
        "that a contradiction means deceit: cropping, brightening and copying leave the same traces",
    ],
};

/// Rows of one input.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    unpanicked(|| rows(input))
        .unwrap_or_else(|| vec![Row::problem("the metadata made its reader fail; none of it was read", "metadata")])
}

/// The EXIF or XMP orientation, 1 to 8 (CIPA DC-008 clause 4.6.4, tag 274); 1 when there is none.
pub fn orientation(bytes: &[u8]) -> u8 {
    unpanicked(|| {
        let parts = parts(bytes);
        parts.exif.as_deref().and_then(exif_fields::orientation)
    })
    .flatten()
    .unwrap_or(1)
}

/// The small picture that the metadata of a picture hold.
pub(super) fn enclosed(bytes: &[u8]) -> Option<Vec<u8>> {
    unpanicked(|| parts(bytes).exif.as_deref().and_then(exif_fields::thumbnail_bytes)).flatten()
}

/// Whether a JPEG ends before its picture does, so that a decoder makes up the rest.
pub(super) fn cut_short(bytes: &[u8]) -> bool {
    parts(bytes).cut_short
}

/// Reads a time in one of the forms that metadata use: earliest and latest as text, and whether a zone was stated.
pub(super) fn parse_time(text: &str) -> Option<(String, String, bool)> {
    let (earliest, latest, offset) = time::parse(text).ok()?;
    let zone = offset.map_or(Zone::None, Zone::Stated);
    let row = Stated { field: String::new(), about: About::Taken, earliest, latest, zone }.row();
    let said = |key: &str| row.body[key].as_str().map(str::to_string);
    Some((said("earliest")?, said("latest")?, offset.is_some()))
}

fn parts(bytes: &[u8]) -> Parts<'_> {
    if heif::is_heif(bytes) { heif::parts(bytes) } else { container::parts(bytes) }
}

fn rows(input: &Input<'_>) -> Vec<Row> {
    let mut facts = Facts::default();
    if recording::is_recording(input.media_type) {
        return of_recording(input, facts);
    }
    let mut parts = parts(input.bytes);
    if let Some(block) = &parts.exif {
        exif_fields::read(block, &mut facts);
    }
    for packet in &parts.xmp {
        xmp::read(packet, &mut facts);
    }
    iptc::read(&parts.iptc, &mut facts);
    png_fields(&mut parts, &mut facts);

    let mut rows: Vec<Row> = facts.times.iter().map(Stated::row).collect();
    rows.extend(facts.positions.iter().map(facts::Position::row));
    rows.extend(device(&facts));
    rows.extend(picture(&parts, &facts));
    rows.extend(contradictions::find(&facts, parts.size, input.published));
    rows.extend(parts.small.and_then(|small| contradictions::small_picture(small, parts.size)));
    rows.append(&mut parts.problems);
    rows.append(&mut facts.problems);
    rows
}

/// Rows of a film or a sound file.
fn of_recording(input: &Input<'_>, mut facts: Facts) -> Vec<Row> {
    let found = recording::read(input.bytes, &mut facts);
    let mut rows: Vec<Row> = facts.times.iter().map(Stated::row).collect();
    rows.extend(facts.positions.iter().map(facts::Position::row));
    rows.extend(device(&facts));
    rows.extend(found.map(|found| found.row()));
    rows.extend(contradictions::find(&facts, None, input.published));
    rows.append(&mut facts.problems);
    rows
}

/// What PNG states in its own chunks.
fn png_fields(parts: &mut Parts<'_>, facts: &mut Facts) {
    if let Some([year, month, day, hour, minute, second]) = parts.png_time {
        // A leap second is allowed in this chunk and by no calendar.
        let second = second.min(59) as i8;
        let whole = i16::try_from(year)
            .ok()
            .and_then(|year| DateTime::new(year, month as i8, day as i8, hour as i8, minute as i8, second, 0).ok());
        match whole {
            Some(at) => facts.times.push(Stated {
                field: "PNG-tIME".into(),
                about: About::Modified,
                earliest: at,
                latest: at,
                zone: Zone::Stated(jiff::tz::Offset::UTC),
            }),
            None => facts.problem("the modification time of the PNG is no time", "tIME"),
        }
    }
    if let Some(said) = parts.png_created.take() {
        match time::parse(&said).ok().or_else(|| mail_date(&said)) {
            Some((earliest, latest, offset)) => facts.times.push(Stated {
                field: "PNG-CreationTime".into(),
                about: About::Taken,
                earliest,
                latest,
                zone: offset.map_or(Zone::None, Zone::Stated),
            }),
            None => {
                facts.problem(format!("the creation time of the PNG is no time: {:?}", time::shown(&said)), "tEXt");
            }
        }
    }
    let said = parts.png_software.take().and_then(|said| clean(said.as_bytes()));
    facts.software.extend(said.map(|said| ("PNG-Software".to_string(), said)));
    for name in &parts.png_text {
        match name.as_str() {
            "Author" | "Copyright" | "Source" => facts.personal.insert(format!("PNG-{name}")),
            "Title" | "Description" | "Comment" | "Disclaimer" | "Warning" => {
                facts.free_text.insert(format!("PNG-{name}"))
            }
            _ => false,
        };
    }
}

/// The form that the PNG standard suggests (RFC 5322 clause 3.3).
fn mail_date(text: &str) -> Option<(DateTime, DateTime, Option<jiff::tz::Offset>)> {
    let zoned = jiff::fmt::rfc2822::DateTimeParser::new().parse_zoned(text.trim()).ok()?;
    Some((zoned.datetime(), zoned.datetime(), Some(zoned.offset())))
}

fn device(facts: &Facts) -> Option<Row> {
    let mut body = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(key.to_string(), value);
        }
    };
    let names = |set: &std::collections::BTreeSet<String>| {
        (!set.is_empty()).then(|| Value::from(set.iter().cloned().collect::<Vec<_>>()))
    };
    put("make", facts.make.clone().map(Value::from));
    put("model", facts.model.clone().map(Value::from));
    put("lens", facts.lens.clone().map(Value::from));
    put("software", facts.software.first().map(|(_, said)| said.clone().into()));
    put("personal_fields", names(&facts.personal));
    put("free_text_fields", names(&facts.free_text));
    (!body.is_empty()).then_some(Row { kind: "device", body })
}

fn picture(parts: &Parts<'_>, facts: &Facts) -> Option<Row> {
    let (width, height) = parts.size?;
    let mut body = Map::new();
    body.insert("width".into(), width.into());
    body.insert("height".into(), height.into());
    if let Some(orientation) = facts.orientation {
        body.insert("orientation".into(), orientation.into());
    }
    body.insert("thumbnail".into(), (facts.thumbnail.is_some() || parts.small.is_some()).into());
    if parts.c2pa {
        body.insert("c2pa_manifest".into(), true.into());
    }
    if let Some(source) = &facts.digital_source {
        body.insert("digital_source".into(), source.clone().into());
    }
    Some(Row { kind: "picture", body })
}
