//! Where the pixels of a GeoTIFF lie (OGC 19-008r4): tags to a grid on the ground.
//!
//! Deliberately knows only grids that one affine transformation describes; ground control points and sensor models are
//! refused.

use std::io::Cursor;

use tiff::{
    decoder::{Decoder, Limits, ifd::Value},
    tags::Tag,
};

use super::projection::Crs;

/// `GDAL_METADATA`, an XML text.
const GDAL_METADATA: u16 = 42_112;
/// Keys of the directory of keys.
const MODEL_TYPE: u16 = 1024;
const RASTER_TYPE: u16 = 1025;
const GEOGRAPHIC_TYPE: u16 = 2048;
const PROJECTED_TYPE: u16 = 3072;
const LINEAR_UNITS: u16 = 3076;
/// Most values, or letters, of one tag.
const MAX_COUNT: u64 = 1 << 20;
/// "Defined by the user", that is, by further keys that are not read here.
const USER_DEFINED: u16 = 32_767;

/// A grid of pixels on the ground.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Number of the coordinate reference system, as stated.
    pub epsg: u32,
    /// That system, when it is one of those understood.
    pub crs: Option<Crs>,
    /// x = `t[0] + t[1] * column + t[2] * row`, y = `t[3] + t[4] * column + t[5] * row`, at the corners of pixels.
    pub transform: [f64; 6],
}

impl Grid {
    /// Longitude and latitude in degrees of a corner of pixels.
    pub fn lon_lat(&self, column: f64, row: f64) -> Option<(f64, f64)> {
        let t = &self.transform;
        self.crs?.lon_lat(t[0] + t[1] * column + t[2] * row, t[3] + t[4] * column + t[5] * row)
    }

    /// A closed ring of longitudes and latitudes round the pixels from one corner to another, which is not included.
    pub fn ring(&self, from: (usize, usize), to: (usize, usize)) -> Option<Vec<[f64; 2]>> {
        let (left, top, right, bottom) = (from.0 as f64, from.1 as f64, to.0 as f64, to.1 as f64);
        [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
            .into_iter()
            .map(|(column, row)| self.lon_lat(column, row).map(|(lon, lat)| [seven(lon), seven(lat)]))
            .collect()
    }

    /// Sides of a pixel in metres, along a row and along a column, at its place on the ground.
    pub fn pixel_metres(&self, column: f64, row: f64) -> Option<(f64, f64)> {
        let (_, lat) = self.lon_lat(column, row)?;
        let (x, y) = self.crs?.metres_per_unit(lat);
        let t = &self.transform;
        Some(((t[1] * x).hypot(t[4] * y), (t[2] * x).hypot(t[5] * y)))
    }
}

/// Seven decimals of a degree are a centimetre.
fn seven(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// What the tags of the first image say.
#[derive(Debug, Default)]
pub(super) struct Tags {
    pub width: u32,
    pub height: u32,
    pub bands: u16,
    /// Nothing when the file has no geographic tags at all.
    pub grid: Option<Result<Grid, String>>,
    /// The standard's date and time tag.
    pub date_time: Option<String>,
    /// Names and values of GDAL's metadata.
    pub gdal: Vec<(String, String)>,
    /// The value that stands for "no value".
    pub no_data: Option<f64>,
}

/// Limits for every use of the TIFF decoder: a value of a tag, and the pixels of one scene.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.ifd_value_size = 1 << 20;
    limits.decoding_buffer_size = 512 << 20;
    limits.intermediate_buffer_size = 256 << 20;
    limits
}

/// Reads the tags of the first image of a TIFF.
pub(super) fn tags(bytes: &[u8]) -> Result<Tags, String> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(|e| e.to_string())?.with_limits(limits());
    let (width, height) = decoder.dimensions().map_err(|e| e.to_string())?;
    let mut ifd = decoder.image_ifd();
    let mut read = |tag: Tag| {
        let short = ifd.find_entry(tag).is_some_and(|entry| entry.count() <= MAX_COUNT);
        if short { ifd.find_tag(tag).ok().flatten() } else { None }
    };
    let bands = read(Tag::SamplesPerPixel).and_then(|v| v.into_u16().ok()).unwrap_or(1);
    let scale = read(Tag::ModelPixelScaleTag).and_then(|v| v.into_f64_vec().ok());
    let tie = read(Tag::ModelTiepointTag).and_then(|v| v.into_f64_vec().ok());
    let matrix = read(Tag::ModelTransformationTag).and_then(|v| v.into_f64_vec().ok());
    let keys = read(Tag::GeoKeyDirectoryTag).and_then(|v| v.into_u16_vec().ok());
    let ascii = read(Tag::GeoAsciiParamsTag).and_then(text).unwrap_or_default();
    let date_time = read(Tag::DateTime).and_then(text);
    let gdal = read(Tag::Unknown(GDAL_METADATA)).and_then(text).map(|xml| items(&xml)).unwrap_or_default();
    let no_data = read(Tag::GdalNodata).and_then(text).and_then(|v| v.trim().parse().ok());
    let geographic = scale.is_some() || tie.is_some() || matrix.is_some() || keys.is_some();
    let grid = geographic.then(|| grid(keys.as_deref(), &ascii, scale, tie, matrix));
    Ok(Tags { width, height, bands, grid, date_time, gdal, no_data })
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Ascii(text) => Some(text),
        // Some writers store text as bytes.
        other => other.into_u8_vec().ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    }
}

fn grid(
    keys: Option<&[u16]>,
    ascii: &str,
    scale: Option<Vec<f64>>,
    tie: Option<Vec<f64>>,
    matrix: Option<Vec<f64>>,
) -> Result<Grid, String> {
    let keys = keys.ok_or("the file says where its pixels lie, not in which coordinate system")?;
    let key = |wanted: u16| {
        let entries = keys.get(4..).unwrap_or_default().chunks_exact(4);
        // A place of 0 says that the value is in the entry itself.
        entries.filter(|entry| entry[1] == 0).find(|entry| entry[0] == wanted).map(|entry| entry[3])
    };
    let stated = match key(MODEL_TYPE) {
        Some(2) => key(GEOGRAPHIC_TYPE),
        _ => key(PROJECTED_TYPE).or_else(|| key(GEOGRAPHIC_TYPE)),
    };
    let epsg = match stated {
        Some(code) if code != USER_DEFINED && code != 0 => u32::from(code),
        _ => citation(ascii).ok_or("the coordinate system is described by its parameters only, which are not read")?,
    };
    if key(LINEAR_UNITS).is_some_and(|unit| unit != 9001) && !matches!(Crs::from_epsg(epsg), Some(Crs::Degrees)) {
        return Err("the coordinates are in another unit than metres".into());
    }
    let mut transform = match (matrix.as_deref(), scale.as_deref(), tie.as_deref()) {
        (Some(&[a, b, _, c, d, e, _, f, ..]), _, _) => [c, a, b, f, d, e],
        (None, Some(&[sx, sy, ..]), Some(&[i, j, _, x, y, ..])) => [x - i * sx, sx, 0.0, y + j * sy, 0.0, -sy],
        _ => return Err("no scale and tie point, and no transformation: where the pixels lie is not stated".into()),
    };
    if key(RASTER_TYPE) == Some(2) {
        // Coordinates are those of the middles of pixels: move to their corners.
        transform[0] -= (transform[1] + transform[2]) / 2.0;
        transform[3] -= (transform[4] + transform[5]) / 2.0;
    }
    let area = transform[1] * transform[5] - transform[2] * transform[4];
    if !transform.iter().all(|v| v.is_finite()) || area == 0.0 {
        return Err("the stated transformation has no area".into());
    }
    Ok(Grid { epsg, crs: Crs::from_epsg(epsg), transform })
}

/// UTM on WGS 84 by its usual name, where the number is missing.
fn citation(text: &str) -> Option<u32> {
    let rest = text.split("WGS 84 / UTM zone ").nth(1)?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let zone: u32 = rest[..end].parse().ok().filter(|zone| (1..=60).contains(zone))?;
    match rest.as_bytes()[end] {
        b'N' => Some(32_600 + zone),
        b'S' => Some(32_700 + zone),
        _ => None,
    }
}

/// Names and values in `<GDALMetadata><Item name="…">…</Item></GDALMetadata>`.
fn items(xml: &str) -> Vec<(String, String)> {
    use quick_xml::{Reader, events::Event};
    const MAX_ITEMS: usize = 2000;
    let mut reader = Reader::from_str(xml.trim_matches('\0'));
    reader.config_mut().check_end_names = false;
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open = false;
    while found.len() < MAX_ITEMS {
        match reader.read_event() {
            Ok(Event::Start(start)) if start.local_name().as_ref() == "Item" => {
                let name = start.try_get_attribute("name").ok().flatten();
                let name = name.map(|name| name.value.into_owned()).unwrap_or_default();
                found.push((name, String::new()));
                open = true;
            }
            Ok(Event::Text(piece)) if open => {
                if let Some((_, value)) = found.last_mut() {
                    value.push_str(&piece.xml10_content());
                }
            }
            Ok(Event::End(_)) => open = false,
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    found
}
