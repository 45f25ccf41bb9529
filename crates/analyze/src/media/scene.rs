//! Satellite scenes in GeoTIFF: what ground they show, when, and how finely.
//!
//! Reads tags, not pixels; [`Scene::decode`] reads the pixels of a single-band scene for [`mod@super::change`]. A TIFF
//! without geographic tags gives no row: it is a picture. It deliberately states no footprint in a coordinate system it
//! does not know, and keeps apart a time that the file states and one that only its name does.

pub mod georef;
pub mod projection;

use std::io::Cursor;

use serde_json::{Map, Value};
use thiserror::Error;
use tiff::decoder::{Decoder, DecodingResult};

pub use self::{georef::Grid, projection::Crs};
use super::{metadata::parse_time, unpanicked};
use crate::{Input, Manifest, Row};

/// Most pixels of a scene that is decoded for comparison.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Two times in a name within this many seconds are start and end of one pass; one further off is of the processing.
const ONE_PASS_S: f64 = 900.0;

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "scene",
    version: 1,
    reads: &["image/tiff"],
    says: &["scene", "problem"],
    cannot_say: &[
        "that the scene shows the ground at the time in its name: a name is what somebody called the file",
        "how much of the footprint holds values, or lies under cloud",
        "where the edges run between the four corners that are given",
        "anything about what the scene shows",
    ],
};

/// Why a scene was not decoded.
#[derive(Debug, Error)]
pub enum SceneError {
    /// The file is broken, or uses what the decoder does not know.
    #[error("decode the scene: {0}")]
    Broken(String),
    /// Larger than this module decodes.
    #[error("decode a scene of {width}x{height} pixels: more than {MAX_PIXELS}")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Not one band.
    #[error("decode a scene of {0} bands: only single bands are compared")]
    Bands(u16),
    /// No place on the ground.
    #[error("place the scene on the ground: {0}")]
    Place(String),
}

/// The pixels of one band, and where they lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Row by row from the top; what the file marks as no value is NaN.
    pub values: Vec<f32>,
    /// Where the pixels lie.
    pub grid: Grid,
}

impl Scene {
    /// Decodes a single-band GeoTIFF.
    ///
    /// # Errors
    /// A broken file, more than [`MAX_PIXELS`] pixels, several bands, or no place on the ground.
    pub fn decode(bytes: &[u8]) -> Result<Scene, SceneError> {
        unpanicked(|| decode(bytes)).unwrap_or_else(|| Err(SceneError::Broken("the decoder panicked".into())))
    }
}

fn decode(bytes: &[u8]) -> Result<Scene, SceneError> {
    let tags = georef::tags(bytes).map_err(SceneError::Broken)?;
    let (width, height) = (tags.width, tags.height);
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(SceneError::TooLarge { width, height });
    }
    if tags.bands != 1 {
        return Err(SceneError::Bands(tags.bands));
    }
    let grid = tags.grid.unwrap_or_else(|| Err("the file has no geographic tags".into())).map_err(SceneError::Place)?;
    let broken = |e: tiff::TiffError| SceneError::Broken(e.to_string());
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(broken)?.with_limits(georef::limits());
    let mut values: Vec<f32> = match decoder.read_image().map_err(broken)? {
        DecodingResult::F32(v) => v,
        DecodingResult::F64(v) => v.into_iter().map(|v| v as f32).collect(),
        DecodingResult::U8(v) => v.into_iter().map(f32::from).collect(),
        DecodingResult::U16(v) => v.into_iter().map(f32::from).collect(),
        DecodingResult::I16(v) => v.into_iter().map(f32::from).collect(),
        DecodingResult::U32(v) => v.into_iter().map(|v| v as f32).collect(),
        DecodingResult::I32(v) => v.into_iter().map(|v| v as f32).collect(),
        _ => return Err(SceneError::Broken("values of a kind that is not compared".into())),
    };
    if values.len() != width as usize * height as usize {
        return Err(SceneError::Broken(format!("{} values for {width}x{height} pixels", values.len())));
    }
    if let Some(none) = tags.no_data {
        values.iter_mut().filter(|v| **v == none as f32).for_each(|v| *v = f32::NAN);
    }
    Ok(Scene { width: width as usize, height: height as usize, values, grid })
}

/// Rows of one input: a `scene`, what is wrong with it, or nothing when the TIFF is no scene.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    unpanicked(|| rows(input))
        .unwrap_or_else(|| vec![Row::problem("the scene made its reader fail; none of it was read", "tags")])
}

fn rows(input: &Input<'_>) -> Vec<Row> {
    let tags = match georef::tags(input.bytes) {
        Ok(tags) => tags,
        Err(e) => return vec![Row::problem(format!("the directory of the TIFF: {}", e.to_lowercase()), "tags")],
    };
    let Some(grid) = &tags.grid else { return Vec::new() };
    let mut problems = Vec::new();
    let mut body = Map::new();
    let mut put = |key: &str, value: Value| body.insert(key.to_string(), value);
    put("width", tags.width.into());
    put("height", tags.height.into());
    put("bands", tags.bands.into());
    match grid {
        Ok(grid) => {
            put("epsg", grid.epsg.into());
            let (columns, rows) = (tags.width as usize, tags.height as usize);
            match grid.ring((0, 0), (columns, rows)) {
                Some(ring) => {
                    put("footprint", serde_json::json!(ring));
                    if let Some((x, y)) = grid.pixel_metres(columns as f64 / 2.0, rows as f64 / 2.0) {
                        put("resolution_m", ((x.max(y) * 1000.0).round() / 1000.0).into());
                    }
                }
                None => problems.push(Row::problem(
                    format!("no footprint: EPSG:{} is not understood here, or the scene lies outside it", grid.epsg),
                    "GeoKeyDirectory",
                )),
            }
        }
        Err(e) => problems.push(Row::problem(e.clone(), "geographic tags")),
    }
    match acquired(&tags, input.name) {
        Some(time) => {
            put("acquired", time);
        }
        None => problems.push(Row::problem("neither tags nor name say when the scene was acquired", "tags")),
    }
    if let Some(polarisation) = polarisation(&tags, input.name) {
        put("polarisation", polarisation.into());
    }
    let mut rows = vec![Row { kind: "scene", body }];
    rows.extend(problems);
    rows
}

/// Names under which processors of scenes state the time of the pass, start before end.
const START: &[&str] = &[
    "ZERO_DOPPLER_START_TIME",
    "PRODUCT_START_TIME",
    "START_TIME",
    "ACQUISITION_START_TIME",
    "ACQUISITIONDATETIME",
    "ACQUISITION_DATETIME",
    "ACQUISITION_TIME",
    "SENSING_TIME",
    "DATATAKE_1_DATATAKE_SENSING_START",
    "SCENE_CENTER_TIME",
    "DATE_ACQUIRED",
    "ACQUISITION_DATE",
    "FIRST_LINE_TIME",
];
const END: &[&str] =
    &["ZERO_DOPPLER_END_TIME", "PRODUCT_STOP_TIME", "STOP_TIME", "END_TIME", "ACQUISITION_END_TIME", "LAST_LINE_TIME"];

/// When the scene was acquired: by its metadata, else by its name, else by the tag that says when the file was written.
fn acquired(tags: &georef::Tags, name: &str) -> Option<Value> {
    let stated = |names: &[&str]| {
        names.iter().find_map(|wanted| {
            let (name, value) = tags.gdal.iter().find(|(name, _)| name.to_uppercase() == *wanted)?;
            parse_time(value).map(|(earliest, latest, zoned)| (name.clone(), earliest, latest, zoned))
        })
    };
    if let Some((field, earliest, mut latest, zoned)) = stated(START) {
        if let Some((_, _, end, end_zoned)) = stated(END)
            && end_zoned == zoned
            && end > latest
        {
            latest = end;
        }
        return Some(time(&earliest, &latest, zoned, "metadata", &field));
    }
    if let Some((earliest, latest, zoned)) = in_name(name) {
        return Some(time(&earliest, &latest, zoned, "file name", "name"));
    }
    let (earliest, latest, zoned) = parse_time(tags.date_time.as_deref()?)?;
    let mut time = time(&earliest, &latest, zoned, "metadata", "DateTime");
    time["note"] = "this tag often says when the file was written".into();
    Some(time)
}

fn time(earliest: &str, latest: &str, zoned: bool, basis: &str, field: &str) -> Value {
    let zone_status = if zoned { basis } else { "none" };
    serde_json::json!({
        "earliest": earliest, "latest": latest, "zone_status": zone_status, "basis": basis, "field": field,
    })
}

/// The earliest time of the form `20231227T015903Z` (or `20231227T015903`, or a day, `20231227`) in a name, to the latest
/// of the same pass. Names hold the time of processing too, which is later.
fn in_name(name: &str) -> Option<(String, String, bool)> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut times = Vec::new();
    let mut days = Vec::new();
    for part in last.split(|c: char| !c.is_ascii_alphanumeric()) {
        let digits =
            |from: usize, to: usize| part.get(from..to).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let Some(day) = digits(0, 8) else { continue };
        match (part.len(), part.as_bytes().get(8), digits(9, 15), part.as_bytes().get(15)) {
            (15, Some(b'T' | b't'), Some(clock), None) => times.push((format!("{day}T{clock}"), false)),
            (16, Some(b'T' | b't'), Some(clock), Some(b'Z' | b'z')) => times.push((format!("{day}T{clock}Z"), true)),
            (8, ..) => days.push(day.to_string()),
            _ => {}
        }
    }
    times.retain(|(text, _)| parse_time(text).is_some());
    times.sort();
    if let Some((first, zoned)) = times.first() {
        let seconds = |text: &str| text.trim_end_matches('Z').parse::<jiff::civil::DateTime>().ok();
        let start = seconds(first);
        let end = times.iter().rfind(|(text, z)| z == zoned && apart(start, seconds(text)) <= ONE_PASS_S);
        let (earliest, _, _) = parse_time(first)?;
        let (_, latest, _) = parse_time(&end.unwrap_or(&times[0]).0)?;
        return Some((earliest, latest, *zoned));
    }
    days.sort();
    days.iter().find_map(|day| parse_time(day))
}

fn apart(a: Option<jiff::civil::DateTime>, b: Option<jiff::civil::DateTime>) -> f64 {
    match (a, b) {
        (Some(a), Some(b)) => a.duration_until(b).as_secs_f64().abs(),
        _ => f64::INFINITY,
    }
}

fn polarisation(tags: &georef::Tags, name: &str) -> Option<String> {
    const KNOWN: [&str; 4] = ["VV", "VH", "HH", "HV"];
    let known = |text: &str| KNOWN.iter().find(|known| text.eq_ignore_ascii_case(known)).map(|known| known.to_string());
    let stated = tags.gdal.iter().filter(|(name, _)| name.to_uppercase().starts_with("POLARI"));
    stated.map(|(_, value)| value.trim()).find_map(known).or_else(|| {
        let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
        last.split(|c: char| !c.is_ascii_alphanumeric()).find_map(known)
    })
}
