//! The invented island of Talmera: its places, its coast and its two provinces, as data and as the
//! `island.places.toml` that a collector would bring along.
//!
//! The island lies at about 24° N, 41° W, on the mid-Atlantic ridge, where there is open ocean and nothing else.
//! No name here was found in a list of 235,000 real populated places and their alternate names. This module
//! resolves nothing: reading names in a text is the analyzer's work.

use crate::toml_text::{quoted, quoted_list};
use std::fmt::Write as _;

/// Offset of the island's clocks from UTC, in minutes; the island changes its clocks at no season.
pub const UTC_OFFSET_MINUTES: i32 = -180;

/// One invented place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Identifier, unique in the island's table.
    pub id: &'static str,
    /// Name in English.
    pub name: &'static str,
    /// Name in Arabic.
    pub name_ar: &'static str,
    /// Other spellings that appear in the texts.
    pub aliases: &'static [&'static str],
    /// Latitude in degrees, WGS 84.
    pub lat: f64,
    /// Longitude in degrees, WGS 84, east positive.
    pub lon: f64,
    /// Radius in metres within which the place lies.
    pub uncertainty_m: u32,
    /// Level: country, province, town, village, quarter or facility.
    pub level: &'static str,
    /// Identifier of the place that contains this one.
    pub parent: Option<&'static str>,
}

/// Every named place of the island, parents before children.
pub const PLACES: &[Place] = &[
    Place {
        id: "talmera",
        name: "Talmera",
        name_ar: "تالميرا",
        aliases: &["Republic of Talmera", "جمهورية تالميرا", "تلميرا"],
        lat: 24.045,
        lon: -41.005,
        uncertainty_m: 36_000,
        level: "country",
        parent: None,
    },
    Place {
        id: "kaldun",
        name: "Kaldun",
        name_ar: "كلدون",
        aliases: &["Kaldun Province", "محافظة كلدون", "Kaldoun"],
        lat: 24.145,
        lon: -41.010,
        uncertainty_m: 30_000,
        level: "province",
        parent: Some("talmera"),
    },
    Place {
        id: "veshra",
        name: "Veshra",
        name_ar: "فيشرا",
        aliases: &["Veshra Province", "محافظة فيشرا", "Vishra"],
        lat: 23.930,
        lon: -41.010,
        uncertainty_m: 30_000,
        level: "province",
        parent: Some("talmera"),
    },
    Place {
        id: "ostrane",
        name: "Ostrane",
        name_ar: "أوسترين",
        aliases: &["Port of Ostrane", "اوسترين"],
        lat: 24.262,
        lon: -41.085,
        uncertainty_m: 2_500,
        level: "town",
        parent: Some("kaldun"),
    },
    Place {
        id: "oshtel",
        name: "Oshtel",
        name_ar: "أوشتل",
        aliases: &["Ushtel", "اوشتل"],
        lat: 24.168,
        lon: -40.912,
        uncertainty_m: 1_500,
        level: "town",
        parent: Some("kaldun"),
    },
    Place {
        id: "mistawen",
        name: "Mistawen",
        name_ar: "مستاوين",
        aliases: &["Mestawin"],
        lat: 24.052,
        lon: -41.032,
        uncertainty_m: 1_000,
        level: "village",
        parent: Some("kaldun"),
    },
    Place {
        id: "dorvane",
        name: "Dorvane",
        name_ar: "دورفان",
        aliases: &["Dorvan", "Durvan"],
        lat: 23.893,
        lon: -41.108,
        uncertainty_m: 2_000,
        level: "town",
        parent: Some("veshra"),
    },
    Place {
        id: "quelmar",
        name: "Quelmar",
        name_ar: "كويلمار",
        aliases: &["Qwelmar", "كويلمر"],
        lat: 23.952,
        lon: -40.952,
        uncertainty_m: 1_500,
        level: "town",
        parent: Some("veshra"),
    },
    Place {
        id: "belquar",
        name: "Belquar",
        name_ar: "بلقوار",
        aliases: &["Belkwar"],
        lat: 24.018,
        lon: -40.874,
        uncertainty_m: 800,
        level: "village",
        parent: Some("veshra"),
    },
    Place {
        id: "tarivo",
        name: "Tarivo",
        name_ar: "تاريفو",
        aliases: &["Tarevo"],
        lat: 23.968,
        lon: -41.236,
        uncertainty_m: 1_000,
        level: "village",
        parent: Some("veshra"),
    },
    Place {
        id: "dorvane-lantern",
        name: "Lantern Quarter",
        name_ar: "حي الفوانيس",
        aliases: &["the Lantern Quarter", "Lanterns"],
        lat: 23.896_5,
        lon: -41.104_5,
        uncertainty_m: 350,
        level: "quarter",
        parent: Some("dorvane"),
    },
    Place {
        id: "dorvane-weavers",
        name: "Weavers' Quarter",
        name_ar: "حي النساجين",
        aliases: &["Weavers’ Quarter", "the Weavers' Quarter"],
        lat: 23.886_8,
        lon: -41.114_2,
        uncertainty_m: 350,
        level: "quarter",
        parent: Some("dorvane"),
    },
    Place {
        id: "dorvane-hospital",
        name: "Dorvane General Hospital",
        name_ar: "مستشفى دورفان العام",
        aliases: &["Dorvane hospital", "مشفى دورفان العام", "مستشفى دورفان"],
        lat: 23.898_7,
        lon: -41.112_1,
        uncertainty_m: 80,
        level: "facility",
        parent: Some("dorvane"),
    },
    Place {
        id: "dorvane-market",
        name: "Lantern Market",
        name_ar: "سوق الفوانيس",
        aliases: &["the Lantern market"],
        lat: 23.896_1,
        lon: -41.103_2,
        uncertainty_m: 80,
        level: "facility",
        parent: Some("dorvane-lantern"),
    },
    Place {
        id: "oshtel-school",
        name: "Oshtel Girls' School",
        name_ar: "مدرسة أوشتل للبنات",
        aliases: &["Oshtel Girls’ School", "Oshtel school"],
        lat: 24.170_2,
        lon: -40.909_8,
        uncertainty_m: 80,
        level: "facility",
        parent: Some("oshtel"),
    },
    Place {
        id: "quelmar-bakery",
        name: "Old Mill Bakery",
        name_ar: "مخبز الطاحونة القديمة",
        aliases: &["Old Mill bakery"],
        lat: 23.953_4,
        lon: -40.949_7,
        uncertainty_m: 60,
        level: "facility",
        parent: Some("quelmar"),
    },
    Place {
        id: "belquar-bridge",
        name: "Belquar Bridge",
        name_ar: "جسر بلقوار",
        aliases: &["Belquar bridge", "the bridge at Belquar"],
        lat: 24.021_5,
        lon: -40.875_0,
        uncertainty_m: 100,
        level: "facility",
        parent: Some("belquar"),
    },
    Place {
        id: "tarivo-water",
        name: "Tarivo pumping station",
        name_ar: "محطة ضخ المياه في تاريفو",
        aliases: &["Tarivo water station", "محطة مياه تاريفو"],
        lat: 23.965_1,
        lon: -41.231_7,
        uncertainty_m: 80,
        level: "facility",
        parent: Some("tarivo"),
    },
];

/// The River Amrel from the west coast to the east coast, [longitude, latitude] in degrees: the provinces meet on it.
pub const RIVER: &[[f64; 2]] = &[
    [-41.335, 24.040],
    [-41.220, 24.055],
    [-41.120, 24.030],
    [-41.030, 24.035],
    [-40.950, 24.010],
    [-40.875, 24.0215],
    [-40.790, 24.005],
    [-40.700, 24.020],
];

/// The north coast from the river's eastern mouth to its western one, ends left out.
const NORTH_COAST: &[[f64; 2]] = &[
    [-40.680, 24.090],
    [-40.720, 24.160],
    [-40.790, 24.210],
    [-40.860, 24.235],
    [-40.930, 24.265],
    [-41.010, 24.255],
    [-41.085, 24.275],
    [-41.160, 24.262],
    [-41.230, 24.225],
    [-41.270, 24.170],
    [-41.330, 24.120],
];

/// The south coast from the river's western mouth to its eastern one, ends left out.
const SOUTH_COAST: &[[f64; 2]] = &[
    [-41.290, 23.990],
    [-41.262, 23.955],
    [-41.280, 23.900],
    [-41.220, 23.850],
    [-41.140, 23.820],
    [-41.060, 23.838],
    [-40.980, 23.810],
    [-40.900, 23.840],
    [-40.830, 23.890],
    [-40.760, 23.930],
    [-40.720, 23.975],
];

/// A closed ring for a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// What the ring encloses.
    pub name: &'static str,
    /// [longitude, latitude] in degrees, counter-clockwise, first point repeated last (RFC 7946).
    pub ring: Vec<[f64; 2]>,
}

/// The island's coast and its two provinces.
pub fn outlines() -> Vec<Outline> {
    let (west, east) = (RIVER[0], RIVER[RIVER.len() - 1]);
    let inner_west_to_east = &RIVER[1..RIVER.len() - 1];
    let closed = |name, parts: Vec<&[[f64; 2]]>, first: [f64; 2]| {
        let mut ring = vec![first];
        ring.extend(parts.into_iter().flatten().copied());
        ring.push(first);
        Outline { name, ring }
    };
    vec![
        closed("Talmera", vec![NORTH_COAST, &[west], SOUTH_COAST], east),
        closed("Kaldun", vec![NORTH_COAST, &[west], inner_west_to_east], east),
        closed(
            "Veshra",
            vec![SOUTH_COAST, &[east], &inner_west_to_east.iter().rev().copied().collect::<Vec<_>>()],
            west,
        ),
    ]
}

/// The place with this identifier.
pub fn by_id(id: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.id == id)
}

/// The text of `island.places.toml`.
pub fn toml() -> String {
    let mut out = String::from("# Invented: this island lies nowhere. جزيرة مختلقة لا وجود لها.\n");
    for place in PLACES {
        out.push_str("\n[[place]]\n");
        let _ = writeln!(out, "id = {}", quoted(place.id));
        let _ = writeln!(out, "name = {}", quoted(place.name));
        let _ = writeln!(out, "name_ar = {}", quoted(place.name_ar));
        let _ = writeln!(out, "aliases = {}", quoted_list(place.aliases));
        let _ = writeln!(out, "lat = {:?}", place.lat);
        let _ = writeln!(out, "lon = {:?}", place.lon);
        let _ = writeln!(out, "uncertainty_m = {}", place.uncertainty_m);
        let _ = writeln!(out, "level = {}", quoted(place.level));
        if let Some(parent) = place.parent {
            let _ = writeln!(out, "parent = {}", quoted(parent));
        }
    }
    for outline in outlines() {
        out.push_str("\n[[outline]]\n");
        let _ = writeln!(out, "name = {}", quoted(outline.name));
        let points: Vec<String> = outline.ring.iter().map(|[lon, lat]| format!("[{lon:?}, {lat:?}]")).collect();
        let _ = writeln!(out, "ring = [{}]", points.join(", "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Even–odd rule over a closed ring.
    fn inside(ring: &[[f64; 2]], lon: f64, lat: f64) -> bool {
        let mut odd = false;
        for pair in ring.windows(2) {
            let ([x0, y0], [x1, y1]) = (pair[0], pair[1]);
            if (y0 > lat) != (y1 > lat) && lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0 {
                odd = !odd;
            }
        }
        odd
    }

    fn area(ring: &[[f64; 2]]) -> f64 {
        ring.windows(2).map(|p| p[0][0] * p[1][1] - p[1][0] * p[0][1]).sum::<f64>() / 2.0
    }

    #[test]
    fn every_place_lies_on_the_island_and_towns_in_their_province() {
        let outlines = outlines();
        for place in PLACES {
            assert!(inside(&outlines[0].ring, place.lon, place.lat), "{}", place.id);
            if matches!(place.level, "town" | "village") {
                let ring = &outlines[if place.parent == Some("kaldun") { 1 } else { 2 }].ring;
                assert!(inside(ring, place.lon, place.lat), "{}", place.id);
            }
        }
    }

    #[test]
    fn rings_are_closed_counter_clockwise_and_the_provinces_fill_the_island() {
        let outlines = outlines();
        for outline in &outlines {
            assert_eq!(outline.ring.first(), outline.ring.last());
            assert!(area(&outline.ring) > 0.0, "{}", outline.name);
        }
        let sum = area(&outlines[1].ring) + area(&outlines[2].ring);
        assert!((sum - area(&outlines[0].ring)).abs() < 1e-9);
    }

    #[test]
    fn ids_are_unique_and_parents_come_first() {
        for (at, place) in PLACES.iter().enumerate() {
            assert!(PLACES[..at].iter().all(|other| other.id != place.id));
            if let Some(parent) = place.parent {
                assert!(PLACES[..at].iter().any(|other| other.id == parent), "{}", place.id);
            }
        }
    }
}
