//! The week's pictures: which camera took which set when, what its metadata says, and how copies were made of it.
//!
//! Shadows follow the true time; metadata follow the camera's clock, which is wrong twice. What is wrong, copied or
//! taken side by side is listed in [`crate::truth`] and not marked in the files, except that every picture carries
//! the drawn mark “INVENTED · مختلق”.

mod copies;
mod marks;
mod paint;
mod sets;
mod trace;

pub use copies::{COPIES, Copy, How};

use crate::exif::{Exif, Gps};
use crate::jpeg::{self, Segment};
use crate::raster::Raster;
use crate::sun::{self, Local};
use crate::{File, place};
use paint::{Camera, Set};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// One picture as its camera took it.
pub(crate) struct Shot {
    /// Path of the file.
    pub path: &'static str,
    set: fn() -> Set,
    camera: Camera,
    /// When it was truly taken.
    pub taken: Local,
    /// Identifier of the place where it was truly taken.
    pub place: &'static str,
    size: (usize, usize),
    exif: Option<Exif>,
    /// Quality of the JPEG, or none for a PNG with XMP.
    quality: Option<u8>,
}

const fn camera(at: [f32; 3], yaw: f32, pitch: f32, focal: f32, grain: f32) -> Camera {
    Camera { at, yaw, pitch, focal, grain }
}

const fn local(day: u32, hour: u32, minute: u32, second: u32) -> Local {
    Local { date: (2024, 3, day), time: (hour, minute, second) }
}

const fn gps(lat: f64, lon: f64, heading: f64, fix: Option<(&'static str, [u32; 3])>) -> Option<Gps> {
    Some(Gps { lat, lon, heading, fix })
}

const OBLAR: Exif =
    Exif { make: "Oblar", model: "Oblar Q3", taken: "", offset: None, gps: None, exposure: (18, 100, 320) };
const VANTREL: Exif =
    Exif { make: "Vantrel", model: "S1 Pocket", taken: "", offset: None, gps: None, exposure: (22, 64, 250) };
const CIMMET: Exif =
    Exif { make: "CIMMET", model: "CIMMET 12", taken: "", offset: None, gps: None, exposure: (35, 200, 500) };

fn hospital() -> Set {
    sets::hospital(5.0)
}

fn hospital_seconds_later() -> Set {
    sets::hospital(7.5)
}

fn weavers_before() -> Set {
    sets::weavers(false)
}

fn weavers_after() -> Set {
    sets::weavers(true)
}

const LARGE: (usize, usize) = (720, 540);

/// Every picture that a camera took; copies are made from these.
pub(crate) const SHOTS: &[Shot] = &[
    Shot {
        path: "pictures/hospital-1.jpg",
        set: hospital,
        camera: camera([2.0, -3.0, 1.6], -6.0, 9.0, 0.78, 9.0),
        taken: local(4, 6, 52, 10),
        place: "dorvane-hospital",
        size: LARGE,
        exif: Some(Exif {
            taken: "2024:03:04 06:52:10",
            offset: Some("-03:00"),
            gps: gps(23.898_66, -41.111_70, 279.0, Some(("2024:03:04", [9, 52, 8]))),
            ..OBLAR
        }),
        quality: Some(88),
    },
    Shot {
        path: "pictures/hospital-2.jpg",
        set: hospital_seconds_later,
        camera: camera([6.5, -2.0, 1.7], -15.0, 7.0, 0.86, 6.0),
        taken: local(4, 6, 52, 19),
        place: "dorvane-hospital",
        size: (704, 528),
        exif: Some(Exif { taken: "2024:03:04 06:52:19", gps: gps(23.898_70, -41.111_72, 270.0, None), ..VANTREL }),
        quality: Some(85),
    },
    Shot {
        path: "pictures/hospital-roof.jpg",
        set: hospital,
        camera: camera([33.0, -4.0, 9.2], -42.0, -6.0, 0.72, 8.0),
        taken: local(4, 6, 47, 3),
        place: "dorvane-hospital",
        size: LARGE,
        exif: Some(Exif {
            taken: "2024:03:04 06:47:03",
            offset: Some("-03:00"),
            gps: gps(23.898_98, -41.111_75, 243.0, None),
            ..CIMMET
        }),
        quality: Some(90),
    },
    Shot {
        path: "pictures/hospital-yard-graphic.jpg",
        set: sets::yard,
        camera: camera([-1.0, -1.5, 1.8], 4.0, -9.0, 0.75, 8.0),
        taken: local(4, 8, 31, 44),
        place: "dorvane-hospital",
        size: LARGE,
        exif: Some(Exif { taken: "2024:03:04 08:31:44", offset: Some("-03:00"), ..CIMMET }),
        quality: Some(84),
    },
    Shot {
        path: "pictures/market.jpg",
        set: sets::market,
        camera: camera([1.8, 2.0, 2.6], -9.0, -4.0, 0.78, 7.0),
        taken: local(4, 16, 41, 27),
        place: "dorvane-market",
        size: LARGE,
        exif: Some(Exif {
            taken: "2024:03:04 16:41:27",
            offset: Some("-03:00"),
            gps: gps(23.896_02, -41.103_25, 11.0, None),
            ..VANTREL
        }),
        quality: Some(86),
    },
    Shot {
        path: "pictures/market-crater.jpg",
        set: sets::crater,
        camera: camera([0.2, 0.0, 1.9], 3.0, -30.0, 0.8, 6.0),
        taken: local(6, 10, 5, 51),
        place: "dorvane-market",
        size: LARGE,
        exif: Some(Exif {
            taken: "2024:03:06 10:05:51",
            offset: Some("-03:00"),
            gps: gps(23.896_08, -41.103_21, 23.0, None),
            ..OBLAR
        }),
        quality: Some(90),
    },
    Shot {
        path: "pictures/oshtel-school.jpg",
        set: sets::school,
        camera: camera([8.0, -4.0, 1.6], -4.0, 5.0, 0.72, 7.0),
        taken: local(5, 10, 32, 15),
        place: "oshtel-school",
        size: LARGE,
        exif: Some(Exif { taken: "2024:03:05 10:32:15", gps: gps(24.170_11, -40.909_66, 296.0, None), ..OBLAR }),
        quality: Some(88),
    },
    Shot {
        path: "pictures/2021-08-14-tarivo-school.jpg",
        set: sets::burnt_school,
        camera: camera([-2.0, -7.0, 1.7], 2.0, 5.0, 0.7, 5.0),
        taken: Local { date: (2021, 8, 14), time: (14, 48, 5) },
        place: "tarivo",
        size: LARGE,
        exif: Some(Exif { taken: "2021:08:14 14:48:05", offset: Some("-03:00"), ..CIMMET }),
        quality: Some(88),
    },
    Shot {
        path: "pictures/quelmar-bakery.jpg",
        set: sets::bakery,
        camera: camera([-2.6, 3.0, 1.7], 24.0, 7.0, 0.74, 9.0),
        taken: local(6, 8, 14, 40),
        place: "quelmar-bakery",
        size: LARGE,
        exif: None,
        quality: Some(82),
    },
    Shot {
        path: "pictures/tarivo-water.jpg",
        set: sets::water_station,
        camera: camera([2.0, -3.0, 1.7], 4.0, 5.0, 0.72, 7.0),
        taken: local(6, 15, 20, 0),
        place: "tarivo-water",
        size: LARGE,
        exif: None,
        quality: Some(80),
    },
    Shot {
        path: "pictures/belquar-convoy.jpg",
        set: sets::bridge,
        camera: camera([4.6, -2.0, 2.6], -8.0, 0.0, 0.8, 8.0),
        taken: local(7, 12, 5, 0),
        place: "belquar-bridge",
        size: LARGE,
        // A clock that was never set counts from the maker's first day.
        exif: Some(Exif { taken: "2003:01:01 00:17:32", ..VANTREL }),
        quality: Some(85),
    },
    Shot {
        path: "pictures/mistawen-ambulance.jpg",
        set: sets::road,
        camera: camera([-4.2, 3.0, 1.6], 26.0, 1.0, 0.8, 7.0),
        taken: local(8, 9, 26, 40),
        place: "mistawen",
        size: LARGE,
        // Three days fast; the satellite fix of the same file has the true day.
        exif: Some(Exif {
            taken: "2024:03:11 09:26:40",
            gps: gps(24.050_9, -41.031_5, 16.0, Some(("2024:03:08", [12, 26, 38]))),
            ..OBLAR
        }),
        quality: Some(87),
    },
    Shot {
        path: "pictures/weavers-before.jpg",
        set: weavers_before,
        camera: camera([-1.0, -4.0, 1.7], 4.0, 4.0, 0.74, 6.0),
        taken: Local { date: (2023, 11, 18), time: (9, 40, 12) },
        place: "dorvane-weavers",
        size: LARGE,
        exif: Some(Exif { taken: "2023:11:18 09:40:12", offset: Some("-03:00"), ..VANTREL }),
        quality: Some(88),
    },
    Shot {
        path: "pictures/weavers-rubble.png",
        set: weavers_after,
        camera: camera([-2.2, 0.5, 1.7], 17.0, 3.0, 0.72, 4.0),
        taken: local(9, 14, 20, 33),
        place: "dorvane-weavers",
        size: (560, 420),
        exif: None,
        quality: None,
    },
];

/// Every picture file, copies included.
pub(crate) fn files() -> Vec<File> {
    let rasters = render_all();
    let mut files: Vec<File> = SHOTS.iter().zip(&rasters).map(|(shot, raster)| shot.file(raster)).collect();
    files.extend(copies::files(&|path| {
        SHOTS.iter().zip(&rasters).find(|(shot, _)| shot.path == path).map(|(_, raster)| raster)
    }));
    files
}

/// The rasters in the order of [`SHOTS`]; threads take whichever is next, the order of results does not change.
fn render_all() -> Vec<Raster> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Raster)>> = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(SHOTS.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(shot) = SHOTS.get(at) else { break };
                    let raster = shot.render();
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, raster));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, raster)| raster).collect()
}

impl Shot {
    fn render(&self) -> Raster {
        let place = place::by_id(self.place).unwrap_or(&place::PLACES[0]);
        let sun = sun::position(self.taken, place.lat, place.lon);
        let mut raster = paint::render(&(self.set)(), &self.camera, sun, self.size.0, self.size.1);
        marks::mark(&mut raster);
        raster
    }

    fn file(&self, raster: &Raster) -> File {
        let bytes = match self.quality {
            Some(quality) => {
                let mut segments: Vec<Segment> = self.exif.iter().map(Exif::segment).collect();
                segments.push(Segment { marker: 0xfe, payload: b"INVENTED picture of an invented place".to_vec() });
                jpeg::encode(raster, quality, &segments)
            }
            None => copies::png_with_xmp(raster, &self.taken.rfc3339()),
        };
        File { path: self.path.to_owned(), bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_agree_with_the_set_where_they_say_anything() {
        let wrong = |path: &str| crate::truth::truth().wrong_clocks.iter().any(|clock| clock.file == path);
        for shot in SHOTS {
            let Some(exif) = &shot.exif else { continue };
            let stated = exif.taken.replacen(':', "-", 2).replace(' ', "T");
            assert_eq!(shot.taken.rfc3339().starts_with(&stated), !wrong(shot.path), "{}", shot.path);
            let Some(gps) = &exif.gps else { continue };
            let heading = f64::from((shot.set)().azimuth + shot.camera.yaw).rem_euclid(360.0);
            assert!((heading - gps.heading).abs() < 1.0, "{}: {heading}", shot.path);
            let place = place::by_id(shot.place).expect("a place");
            let (north, east) = ((gps.lat - place.lat) * 110_700.0, (gps.lon - place.lon) * 101_600.0);
            let away = (north * north + east * east).sqrt();
            assert!(away < f64::from(place.uncertainty_m), "{}: {away} m", shot.path);
        }
    }

    #[test]
    fn every_picture_was_taken_by_day() {
        for shot in SHOTS {
            let place = place::by_id(shot.place).expect("a place");
            let (_, altitude) = sun::position(shot.taken, place.lat, place.lon);
            assert!(altitude > 5.0, "{}: {altitude}", shot.path);
        }
    }

    #[test]
    fn the_answers_list_every_copy() {
        let listed: Vec<_> = COPIES.iter().map(|copy| (copy.path, copy.of, copy.how)).collect();
        assert_eq!(crate::truth::truth().same_picture, listed);
    }
}
