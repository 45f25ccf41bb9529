//! Where the sun stood over the island, so that shadows in the pictures tell the true time.
//!
//! The low-precision formulae of the Astronomical Almanac (about 0.01° between 1950 and 2050), without refraction.
//! It reads no shadow: that is the analyzer's work.

use crate::num;
use std::f64::consts::PI;

/// A moment on the island's clocks (UTC−03:00).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    /// Year, month 1–12, day 1–31.
    pub date: (i32, u32, u32),
    /// Hour, minute, second.
    pub time: (u32, u32, u32),
}

impl Local {
    /// Days since 2000-01-01T12:00Z.
    pub(crate) fn days_since_j2000(self) -> f64 {
        let (hour, minute, second) = self.time;
        let seconds =
            f64::from(hour * 3600 + minute * 60 + second) - f64::from(crate::place::UTC_OFFSET_MINUTES) * 60.0;
        days_from_civil(self.date) as f64 - 10_957.5 + seconds / 86_400.0
    }

    /// RFC 3339 with the island's offset.
    pub fn rfc3339(self) -> String {
        let ((year, month, day), (hour, minute, second)) = (self.date, self.time);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}-03:00")
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
fn days_from_civil((year, month, day): (i32, u32, u32)) -> i64 {
    let y = i64::from(if month <= 2 { year - 1 } else { year });
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Azimuth (degrees clockwise from north) and geometric altitude (degrees) of the sun.
pub(crate) fn position(at: Local, lat: f64, lon: f64) -> (f64, f64) {
    let rad = PI / 180.0;
    let n = at.days_since_j2000();
    let anomaly = (357.529 + 0.985_600_28 * n) * rad;
    let mean_longitude = 280.459 + 0.985_647_36 * n;
    let longitude = (mean_longitude + 1.915 * num::sin(anomaly) + 0.020 * num::sin(2.0 * anomaly)) * rad;
    let obliquity = (23.439 - 0.000_000_36 * n) * rad;
    let ascension = num::atan2(num::cos(obliquity) * num::sin(longitude), num::cos(longitude));
    let declination = num::asin(num::sin(obliquity) * num::sin(longitude));
    let sidereal = (18.697_374_558 + 24.065_709_824_419_08 * n) * 15.0 + lon;
    let hour_angle = sidereal * rad - ascension;
    let lat = lat * rad;
    let east = -num::cos(declination) * num::sin(hour_angle);
    let north = num::sin(declination) * num::cos(lat) - num::cos(declination) * num::cos(hour_angle) * num::sin(lat);
    let up = num::sin(declination) * num::sin(lat) + num::cos(declination) * num::cos(hour_angle) * num::cos(lat);
    ((num::atan2(east, north) / rad).rem_euclid(360.0), num::asin(up.clamp(-1.0, 1.0)) / rad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_reference_position_of_the_nrel_report() {
        // NREL/TP-560-34302: 2003-10-17 12:30:30 -07:00 at 39.742476, -105.1786: zenith 50.111622 with refraction.
        let at = Local { date: (2003, 10, 17), time: (16, 30, 30) };
        let (azimuth, altitude) = position(at, 39.742_476, -105.178_6);
        assert!((azimuth - 194.340_241).abs() < 0.05, "{azimuth}");
        assert!((90.0 - altitude - 50.111_622).abs() < 0.05, "{altitude}");
    }

    #[test]
    fn a_civil_date_counts_from_the_epoch() {
        assert_eq!(days_from_civil((1970, 1, 1)), 0);
        assert_eq!(days_from_civil((2024, 3, 4)), 19_786);
        assert_eq!(Local { date: (2024, 3, 4), time: (6, 40, 0) }.rfc3339(), "2024-03-04T06:40:00-03:00");
    }
}
