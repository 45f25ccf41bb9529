//! Satellite scenes: single-band radar-like backscatter on a UTM grid, before and after, as GeoTIFF.
//!
//! Values are linear power with gamma-distributed speckle of 4 looks, as terrain-corrected products have it. One pair
//! shows a block of buildings that fell between its dates; one pair is quiet, so any change found there is false.
//! Nothing was measured: the sensor is invented and the file says so. Layout after OGC GeoTIFF 1.1.

use crate::File;
use crate::num::{self, Dice, cell, layered};
use crate::place;
use crate::tiff_directory::{Value, directory};

/// Width and height in pixels.
pub(crate) const SIZE: usize = 256;
/// Side of a pixel in metres.
pub(crate) const PIXEL: f64 = 10.0;
const LOOKS: usize = 4;

/// One scene of the folder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    /// Path of the file.
    pub path: &'static str,
    /// Identifier of the place in its middle.
    pub place: &'static str,
    /// Acquisition in UTC, `YYYY-MM-DDTHH:MM:SSZ`.
    pub acquired: &'static str,
    /// Whether the block in the Weavers' Quarter has fallen.
    struck: bool,
    seed: u32,
}

/// Every scene, ordered by path: a changed pair over Dorvane, a quiet one over Belquar.
pub const SCENES: &[Scene] = &[
    Scene {
        path: "scenes/belquar_20240301.tif",
        place: "belquar",
        acquired: "2024-03-01T08:41:19Z",
        struck: false,
        seed: 3,
    },
    Scene {
        path: "scenes/belquar_20240310.tif",
        place: "belquar",
        acquired: "2024-03-10T08:41:21Z",
        struck: false,
        seed: 4,
    },
    Scene {
        path: "scenes/dorvane_20240301.tif",
        place: "dorvane",
        acquired: "2024-03-01T08:41:26Z",
        struck: false,
        seed: 1,
    },
    Scene {
        path: "scenes/dorvane_20240310.tif",
        place: "dorvane",
        acquired: "2024-03-10T08:41:28Z",
        struck: true,
        seed: 2,
    },
];

/// The block that fell, in metres east and north of the point of the Weavers' Quarter: west, south, east, north.
pub const FALLEN_BLOCK_M: [f64; 4] = [-70.0, -50.0, 60.0, 60.0];

pub(crate) fn files() -> Vec<File> {
    SCENES.iter().map(|scene| File { path: scene.path.to_owned(), bytes: scene.geotiff() }).collect()
}

/// Easting and northing in metres of UTM zone 24 north (central meridian 39° W), WGS 84.
///
/// Snyder, *Map Projections: A Working Manual* (1987), equations 8-9 to 8-13: millimetres within the zone.
pub fn utm24(lat: f64, lon: f64) -> (f64, f64) {
    let rad = std::f64::consts::PI / 180.0;
    let (a, f, k0) = (6_378_137.0, 1.0 / 298.257_223_563, 0.9996);
    let e2 = f * (2.0 - f);
    let second = e2 / (1.0 - e2);
    let phi = lat * rad;
    let (s, c) = (num::sin(phi), num::cos(phi));
    let n = a / (1.0 - e2 * s * s).sqrt();
    let t = (s / c) * (s / c);
    let cc = second * c * c;
    let aa = (lon + 39.0) * rad * c;
    let (e4, e6) = (e2 * e2, e2 * e2 * e2);
    let m = a
        * ((1.0 - e2 / 4.0 - 3.0 * e4 / 64.0 - 5.0 * e6 / 256.0) * phi
            - (3.0 * e2 / 8.0 + 3.0 * e4 / 32.0 + 45.0 * e6 / 1024.0) * num::sin(2.0 * phi)
            + (15.0 * e4 / 256.0 + 45.0 * e6 / 1024.0) * num::sin(4.0 * phi)
            - 35.0 * e6 / 3072.0 * num::sin(6.0 * phi));
    let (a2, a3) = (aa * aa, aa * aa * aa);
    let east = aa + (1.0 - t + cc) * a3 / 6.0 + (5.0 - 18.0 * t + t * t + 72.0 * cc - 58.0 * second) * a3 * a2 / 120.0;
    let north = a2 / 2.0
        + (5.0 - t + 9.0 * cc + 4.0 * cc * cc) * a2 * a2 / 24.0
        + (61.0 - 58.0 * t + t * t + 600.0 * cc - 330.0 * second) * a3 * a3 / 720.0;
    (500_000.0 + k0 * n * east, k0 * (m + n * (s / c) * north))
}

impl Scene {
    /// Easting and northing of the upper left corner, snapped to the grid.
    fn corner(&self) -> (f64, f64) {
        let middle = place::by_id(self.place).unwrap_or(&place::PLACES[0]);
        let (east, north) = utm24(middle.lat, middle.lon);
        let half = SIZE as f64 / 2.0 * PIXEL;
        (((east - half) / PIXEL).round() * PIXEL, ((north + half) / PIXEL).round() * PIXEL)
    }

    fn values(&self) -> Vec<f32> {
        let (left, top) = self.corner();
        let weavers = place::by_id("dorvane-weavers").unwrap_or(&place::PLACES[0]);
        let (block_east, block_north) = utm24(weavers.lat, weavers.lon);
        let mut dice = Dice::new(self.seed);
        (0..SIZE * SIZE)
            .map(|at| {
                let east = left + ((at % SIZE) as f64 + 0.5) * PIXEL;
                let north = top - ((at / SIZE) as f64 + 0.5) * PIXEL;
                let (dx, dy) = (east - block_east, north - block_north);
                let [west, south, right, upper] = FALLEN_BLOCK_M;
                let in_block = dx > west && dx < right && dy > south && dy < upper;
                let mean = match (in_block && self.place == "dorvane", self.struck) {
                    // Walls that faced the sensor gave strong double bounces; rubble scatters weakly and evenly.
                    (true, false) => 0.95 + 0.5 * cell((dx / 20.0) as i32, (dy / 20.0) as i32, 7),
                    (true, true) => 0.24,
                    (false, _) => self.mean(east, north),
                };
                mean * speckle(&mut dice)
            })
            .collect()
    }

    /// Mean backscatter of the ground: fields, a town of blocks and streets around the middle, a river at Belquar.
    fn mean(&self, east: f64, north: f64) -> f32 {
        let middle = place::by_id(self.place).unwrap_or(&place::PLACES[0]);
        let (me, mn) = utm24(middle.lat, middle.lon);
        let (dx, dy) = ((east - me) as f32, (north - mn) as f32);
        let river = 380.0 + 90.0 * (layered(dx / 700.0, 0.0, 2, 77) - 0.5);
        if self.place == "belquar" && (dy - river).abs() < 28.0 {
            return 0.012;
        }
        let reach = if self.place == "dorvane" { 1_120.0 } else { 330.0 };
        let town = dx * dx + dy * dy < reach * reach * (0.7 + 0.6 * layered(dx / 400.0, dy / 400.0, 3, 78));
        if town {
            let street = dx.rem_euclid(90.0) < 12.0 || dy.rem_euclid(110.0) < 12.0;
            let block = cell((dx / 30.0).floor() as i32, (dy / 30.0).floor() as i32, 79);
            return if street { 0.07 } else { 0.22 + 0.9 * block * block };
        }
        let field = cell((dx / 170.0).floor() as i32, (dy / 130.0).floor() as i32, 80);
        0.05 + 0.06 * field + 0.03 * layered(dx / 60.0, dy / 60.0, 3, 81)
    }

    fn geotiff(&self) -> Vec<u8> {
        let (left, top) = self.corner();
        let values = self.values();
        let stamp = self.acquired.trim_end_matches('Z').replace('-', ":").replace('T', " ");
        let metadata = format!(
            "<GDALMetadata>\n  <Item name=\"ACQUISITION_DATETIME\">{}</Item>\n  <Item name=\"PLATFORM\">INVENTED-SAR-1</Item>\n  \
             <Item name=\"POLARIZATION\">VV</Item>\n  <Item name=\"LOOKS\">{LOOKS}</Item>\n  \
             <Item name=\"NOTE\">invented scene of an invented place</Item>\n  \
             <Item name=\"DESCRIPTION\" sample=\"0\" role=\"description\">gamma0 VV, linear power</Item>\n</GDALMetadata>\n",
            self.acquired
        );
        let geokeys = vec![1, 1, 0, 4, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32_624, 3076, 0, 1, 9001];
        let fields = |data_at: u32| {
            vec![
                (256, Value::Short(SIZE as u16)),
                (257, Value::Short(SIZE as u16)),
                (258, Value::Short(32)),
                (259, Value::Short(1)),
                (262, Value::Short(1)),
                (270, Value::Ascii("INVENTED scene of an invented place".into())),
                (273, Value::Long(data_at)),
                (277, Value::Short(1)),
                (278, Value::Short(SIZE as u16)),
                (279, Value::Long((SIZE * SIZE * 4) as u32)),
                (306, Value::Ascii(stamp.clone())),
                (339, Value::Short(3)),
                (33_550, Value::Doubles(vec![PIXEL, PIXEL, 0.0])),
                (33_922, Value::Doubles(vec![0.0, 0.0, 0.0, left, top, 0.0])),
                (34_735, Value::Shorts(geokeys.clone())),
                (42_112, Value::Ascii(metadata.clone())),
                (42_113, Value::Ascii("nan".into())),
            ]
        };
        let data_at = 8 + directory(&fields(0), 8).len() as u32;
        let mut out = b"II\x2a\0\x08\0\0\0".to_vec();
        out.extend(directory(&fields(data_at), 8));
        out.extend(values.iter().flat_map(|v| v.to_le_bytes()));
        out
    }
}

/// Multiplicative speckle: gamma with shape and mean such that the mean is 1 and the variance 1 / looks.
fn speckle(dice: &mut Dice) -> f32 {
    let product: f64 = (0..LOOKS).map(|_| 1.0 - f64::from(dice.next())).product();
    (-num::ln(product.max(1e-30)) / LOOKS as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;
    use tiff::decoder::{Decoder, DecodingResult};
    use tiff::tags::Tag;

    fn pixels(scene: &Scene) -> Vec<f32> {
        let mut decoder = Decoder::new(Cursor::new(scene.geotiff())).expect("a TIFF");
        assert_eq!(decoder.dimensions().expect("a size"), (SIZE as u32, SIZE as u32));
        match decoder.read_image().expect("pixels") {
            DecodingResult::F32(values) => values,
            other => panic!("not f32: {other:?}"),
        }
    }

    #[test]
    fn projects_as_the_reference_does() {
        // pyproj 3.7, EPSG:4326 to EPSG:32624.
        let (east, north) = utm24(23.893, -41.108);
        assert!((east - 285_383.395).abs() < 0.01 && (north - 2_643_979.793).abs() < 0.01, "{east} {north}");
    }

    #[test]
    fn an_outside_reader_finds_place_and_time() {
        let mut decoder = Decoder::new(Cursor::new(SCENES[2].geotiff())).expect("a TIFF");
        let keys = decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).expect("geokeys");
        assert!(keys.chunks(4).any(|key| key[0] == 3072 && key[3] == 32_624));
        assert_eq!(decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).expect("a scale")[0], PIXEL);
        assert_eq!(decoder.get_tag_ascii_string(Tag::DateTime).expect("a time"), "2024:03:01 08:41:26");
    }

    #[test]
    fn only_the_struck_block_changes() {
        let mean_ratio = |before: &Scene, after: &Scene, wanted: bool| {
            let (a, b) = (pixels(before), pixels(after));
            let weavers = place::by_id("dorvane-weavers").expect("a place");
            let (block_east, block_north) = utm24(weavers.lat, weavers.lon);
            let (left, top) = before.corner();
            let (mut x, mut y) = (0.0f64, 0.0f64);
            for at in 0..SIZE * SIZE {
                let dx = left + ((at % SIZE) as f64 + 0.5) * PIXEL - block_east;
                let dy = top - ((at / SIZE) as f64 + 0.5) * PIXEL - block_north;
                let [west, south, east, north] = FALLEN_BLOCK_M;
                if (dx > west && dx < east && dy > south && dy < north) == wanted {
                    x += f64::from(a[at]);
                    y += f64::from(b[at]);
                }
            }
            y / x
        };
        let fallen = mean_ratio(&SCENES[2], &SCENES[3], true);
        assert!((0.15..0.30).contains(&fallen), "{fallen}");
        assert!((mean_ratio(&SCENES[2], &SCENES[3], false) - 1.0).abs() < 0.03);
        assert!((mean_ratio(&SCENES[0], &SCENES[1], false) - 1.0).abs() < 0.03);
    }
}
