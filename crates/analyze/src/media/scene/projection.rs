//! From the map coordinates that scenes come in to degrees on WGS 84.
//!
//! Inverse transverse Mercator by Krüger's series to the sixth order (C. F. F. Karney, "Transverse Mercator with an
//! accuracy of a few nanometers", J. Geodesy 85, 2011, equations 11, 36 and 19-21), spherical Mercator (EPSG:3857), and
//! degrees as they are (EPSG:4326). Other systems are deliberately refused rather than approximated: a datum shift
//! nobody applied is a hundred metres.

/// Semi-major axis of the WGS 84 ellipsoid, metres.
const A: f64 = 6_378_137.0;
/// Flattening of the WGS 84 ellipsoid.
const F: f64 = 1.0 / 298.257_223_563;
/// Scale on the central meridian, and easting there in metres (UTM).
const K0: f64 = 0.9996;
const FALSE_EASTING: f64 = 500_000.0;
const FALSE_NORTHING_SOUTH: f64 = 10_000_000.0;

/// A coordinate reference system that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crs {
    /// Longitude and latitude in degrees (EPSG:4326).
    Degrees,
    /// Spherical Mercator of web maps, metres (EPSG:3857).
    WebMercator,
    /// Universal Transverse Mercator, metres (EPSG:32601-32660 north, 32701-32760 south).
    Utm {
        /// 1 to 60.
        zone: u8,
        /// Northern half.
        north: bool,
    },
}

impl Crs {
    /// The system of an EPSG number; nothing for one that is not understood.
    pub fn from_epsg(epsg: u32) -> Option<Crs> {
        match epsg {
            4326 => Some(Crs::Degrees),
            3857 => Some(Crs::WebMercator),
            32_601..=32_660 => Some(Crs::Utm { zone: (epsg - 32_600) as u8, north: true }),
            32_701..=32_760 => Some(Crs::Utm { zone: (epsg - 32_700) as u8, north: false }),
            _ => None,
        }
    }

    /// Longitude and latitude in degrees of a point; nothing when it lies outside the system.
    pub fn lon_lat(self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (lon, lat) = match self {
            Crs::Degrees => (x, y),
            Crs::WebMercator => ((x / A).to_degrees(), (y / A).sinh().atan().to_degrees()),
            Crs::Utm { zone, north } => utm(zone, north, x, y)?,
        };
        let sane = lon.is_finite() && lat.is_finite() && lon.abs() <= 540.0 && lat.abs() <= 90.0;
        sane.then(|| ((lon + 540.0).rem_euclid(360.0) - 180.0, lat))
    }

    /// Metres on the ground for one unit along x and along y, at a latitude in degrees.
    pub fn metres_per_unit(self, lat: f64) -> (f64, f64) {
        let phi = lat.to_radians();
        match self {
            Crs::Degrees => {
                // Radii of curvature along the parallel and the meridian.
                let e2 = F * (2.0 - F);
                let w2 = 1.0 - e2 * phi.sin().powi(2);
                let degree = 1f64.to_radians();
                (degree * A / w2.sqrt() * phi.cos(), degree * A * (1.0 - e2) / w2.powf(1.5))
            }
            Crs::WebMercator => (phi.cos(), phi.cos()),
            Crs::Utm { .. } => (1.0, 1.0),
        }
    }
}

/// Longitude and latitude in degrees of a UTM point.
fn utm(zone: u8, north: bool, easting: f64, northing: f64) -> Option<(f64, f64)> {
    // Beyond this the zone is not meant, and the series means little.
    if !(1..=60).contains(&zone) || (easting - FALSE_EASTING).abs() > 2_000_000.0 || northing.abs() > 20_000_000.0 {
        return None;
    }
    let n = F / (2.0 - F);
    let (n2, n3, n4, n5, n6) = (n * n, n.powi(3), n.powi(4), n.powi(5), n.powi(6));
    let radius = A / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0 + n6 / 256.0);
    let beta = [
        n / 2.0 - n2 * 2.0 / 3.0 + n3 * 37.0 / 96.0 - n4 / 360.0 - n5 * 81.0 / 512.0 + n6 * 96_199.0 / 604_800.0,
        n2 / 48.0 + n3 / 15.0 - n4 * 437.0 / 1440.0 + n5 * 46.0 / 105.0 - n6 * 1_118_711.0 / 3_870_720.0,
        n3 * 17.0 / 480.0 - n4 * 37.0 / 840.0 - n5 * 209.0 / 4480.0 + n6 * 5569.0 / 90_720.0,
        n4 * 4397.0 / 161_280.0 - n5 * 11.0 / 504.0 - n6 * 830_251.0 / 7_257_600.0,
        n5 * 4583.0 / 161_280.0 - n6 * 108_847.0 / 3_991_680.0,
        n6 * 20_648_693.0 / 638_668_800.0,
    ];
    let xi = (northing - if north { 0.0 } else { FALSE_NORTHING_SOUTH }) / (K0 * radius);
    let eta = (easting - FALSE_EASTING) / (K0 * radius);
    let (mut xi_sphere, mut eta_sphere) = (xi, eta);
    for (j, beta) in beta.iter().enumerate() {
        let twice = 2.0 * (j + 1) as f64;
        xi_sphere -= beta * (twice * xi).sin() * (twice * eta).cosh();
        eta_sphere -= beta * (twice * xi).cos() * (twice * eta).sinh();
    }
    let conformal = xi_sphere.sin() / eta_sphere.sinh().hypot(xi_sphere.cos());
    let lat = geodetic_tangent(conformal).atan().to_degrees();
    let lon = eta_sphere.sinh().atan2(xi_sphere.cos()).to_degrees() + f64::from(zone) * 6.0 - 183.0;
    Some((lon, lat))
}

/// Tangent of the geodetic latitude from that of the conformal one, by Newton's method (Karney, equations 19-21).
fn geodetic_tangent(conformal: f64) -> f64 {
    let e2 = F * (2.0 - F);
    let e = e2.sqrt();
    let mut tau = conformal / (1.0 - e2);
    for _ in 0..5 {
        let secant = 1f64.hypot(tau);
        let sigma = (e * (e * tau / secant).atanh()).sinh();
        let guess = tau * 1f64.hypot(sigma) - sigma * secant;
        let slope = (1.0 - e2) * secant * 1f64.hypot(guess) / (1.0 + (1.0 - e2) * tau * tau);
        let step = (conformal - guess) / slope;
        tau += step;
        if step.abs() < 1e-12 * tau.abs().max(1.0) {
            break;
        }
    }
    tau
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utm_agrees_with_published_points() {
        // CN Tower (43.642567 N, 79.387139 W), Idlib, and a point south of the equator.
        let utm = |zone, north| Crs::Utm { zone, north };
        let cases = [
            (utm(37, true), 286_546.054, 3_978_840.364, 36.63393, 35.93062),
            (utm(31, true), 166_021.443, 0.0, 0.0, 0.0),
        ];
        for (crs, x, y, lon, lat) in cases {
            let (a, b) = crs.lon_lat(x, y).unwrap();
            assert!((a - lon).abs() < 2e-8 && (b - lat).abs() < 2e-8, "{a} {b}");
        }
    }

    #[test]
    fn other_systems_and_points_outside_are_refused() {
        assert_eq!(Crs::from_epsg(4269), None);
        assert_eq!(Crs::from_epsg(32_661), None);
        assert_eq!(Crs::Utm { zone: 37, north: true }.lon_lat(9e9, 0.0), None);
        assert_eq!(Crs::Degrees.lon_lat(f64::NAN, 0.0), None);
        let (lon, lat) = Crs::WebMercator.lon_lat(20_037_508.342_789_244, 0.0).unwrap();
        assert!((lon.abs() - 180.0).abs() < 1e-9 && lat == 0.0);
    }

    /// Prints the largest error over the vectors of the shared data folder, when it is there.
    #[test]
    fn utm_agrees_with_the_shared_vectors() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/geo/coord_vectors.csv");
        let Ok(text) = std::fs::read_to_string(path) else { return };
        let mut worst = 0f64;
        let mut rows = 0;
        for record in csv::Reader::from_reader(text.as_bytes()).records() {
            let record = record.unwrap();
            let number = |i: usize| record[i].parse::<f64>().unwrap();
            let crs = Crs::Utm { zone: record[3].parse().unwrap(), north: &record[4] == "N" };
            let (lon, lat) = crs.lon_lat(number(5), number(6)).unwrap();
            let (x, y) = Crs::Degrees.metres_per_unit(lat);
            // Longitudes are the same on either side of the date line.
            let turn = (lon - number(2) + 540.0).rem_euclid(360.0) - 180.0;
            worst = worst.max((turn * x).hypot((lat - number(1)) * y));
            rows += 1;
        }
        assert!(rows > 500 && worst < 0.002, "{rows} points, {worst} m");
    }
}
