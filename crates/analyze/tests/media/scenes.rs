//! Scenes are placed and dated from what they state, and two of them are compared without invented findings.

use witnessmark_analyze::media::{
    change,
    change::ChangeError,
    scene::{self, Scene},
};

use crate::{
    input, of_kind,
    samples::{self, Geo, UTM_37},
};

fn scene_row(bytes: &[u8], name: &str) -> (serde_json::Value, usize) {
    let rows = scene::read(&input(bytes, name));
    let body = of_kind(&rows, "scene").first().map(|body| serde_json::Value::Object((*body).clone()));
    (body.unwrap_or_default(), of_kind(&rows, "problem").len())
}

#[test]
fn a_scene_states_its_footprint_size_and_time() {
    let bytes = samples::geotiff(&samples::speckle(40, 20, 1), 40, 20, &UTM_37);
    let (row, problems) = scene_row(&bytes, "X_20231227T015903Z_20231227T112953Z_S1A_VV.tif");
    assert_eq!(problems, 0);
    assert_eq!(
        (&row["width"], &row["height"], &row["bands"], &row["epsg"]),
        (&40.into(), &20.into(), &1.into(), &32_637.into())
    );
    assert_eq!(row["resolution_m"], 30.0);
    assert_eq!(row["polarisation"], "VV");
    let acquired = &row["acquired"];
    assert_eq!((&acquired["earliest"], &acquired["basis"]), (&"2023-12-27T01:59:03+00:00".into(), &"file name".into()));
    let ring: Vec<[f64; 2]> = serde_json::from_value(row["footprint"].clone()).unwrap();
    assert_eq!((ring.len(), ring[0]), (5, ring[4]));
    // Idlib, whose UTM coordinates are the upper left corner but for 14 m.
    assert!((ring[0][0] - 36.634_09).abs() < 1e-4 && (ring[0][1] - 35.930_62).abs() < 1e-4, "{ring:?}");
}

#[test]
fn times_in_tags_come_before_times_in_names() {
    let gdal = "<GDALMetadata><Item name=\"ZERO_DOPPLER_START_TIME\">2023-01-02T03:04:05.5Z</Item>\
                <Item name=\"zero_doppler_end_time\">2023-01-02T03:04:08Z</Item><Item name=\"POLARIZATION\">hh</Item>\
                </GDALMetadata>";
    let geo = Geo { gdal: Some(gdal), ..UTM_37 };
    let bytes = samples::geotiff(&samples::speckle(8, 8, 1), 8, 8, &geo);
    let (row, _) = scene_row(&bytes, "X_20231227T015903Z.tif");
    assert_eq!(row["acquired"]["earliest"], "2023-01-02T03:04:05.5+00:00");
    assert_eq!(row["acquired"]["latest"], "2023-01-02T03:04:08+00:00");
    assert_eq!(row["acquired"]["basis"], "metadata");
    assert_eq!(row["polarisation"], "HH");

    let plain = samples::geotiff(&samples::speckle(8, 8, 1), 8, 8, &UTM_37);
    let (row, _) = scene_row(&plain, "scene.tif");
    assert_eq!(row["acquired"]["field"], "DateTime");
    assert!(row["acquired"]["note"].is_string());
    let (row, _) = scene_row(&plain, "S1A_IW_GRDH_1SDV_20230101T015858_20230101T015923_046582_B0.tif");
    assert_eq!(row["acquired"]["earliest"], "2023-01-01T01:58:58");
    assert_eq!(row["acquired"]["latest"], "2023-01-01T01:59:23");
    assert_eq!(row["acquired"]["zone_status"], "none");
    let (row, _) = scene_row(&plain, "LC08_L1TP_174035_20230105_20230110_02_T1.tif");
    assert_eq!(row["acquired"]["earliest"], "2023-01-05T00:00:00");
    assert_eq!(row["acquired"]["latest"], "2023-01-05T23:59:59");
}

#[test]
fn grids_in_degrees_and_of_points_are_understood_and_others_are_not_guessed() {
    let degrees = Geo { epsg: 4326, scale: 0.001, x: 36.0, y: 35.0, ..UTM_37 };
    let (row, _) = scene_row(&samples::geotiff(&samples::speckle(10, 10, 1), 10, 10, &degrees), "a.tif");
    assert_eq!(row["footprint"][2], serde_json::json!([36.01, 34.99]));
    assert!((row["resolution_m"].as_f64().unwrap() - 110.93).abs() < 0.1, "{row}");
    let point = Geo { point: true, ..degrees };
    let (row, _) = scene_row(&samples::geotiff(&samples::speckle(10, 10, 1), 10, 10, &point), "a.tif");
    assert_eq!(row["footprint"][0], serde_json::json!([35.9995, 35.0005]));
    let other = Geo { epsg: 27_700, ..UTM_37 };
    let (row, problems) = scene_row(&samples::geotiff(&samples::speckle(10, 10, 1), 10, 10, &other), "a.tif");
    assert!(row["footprint"].is_null() && row["epsg"] == 27_700 && problems == 1);
}

#[test]
fn a_tiff_without_a_place_is_no_scene() {
    let block = samples::exif_block(&samples::exif_fields(), None, true);
    assert!(of_kind(&scene::read(&input(&block, "a.tif")), "scene").is_empty());
}

fn planted(seed: u64, decibels: f32) -> Scene {
    let mut values = samples::speckle(80, 80, seed);
    for y in 40..52 {
        for x in 20..32 {
            values[y * 80 + x] *= 10f32.powf(decibels / 10.0);
        }
    }
    Scene::decode(&samples::geotiff(&values, 80, 80, &UTM_37)).unwrap()
}

#[test]
fn a_planted_change_is_found_and_quiet_ground_is_not() {
    let before = planted(1, 0.0);
    assert!(change(&before, &planted(2, 0.0)).unwrap().regions.is_empty());
    for decibels in [-9.0, 9.0] {
        let found = change(&before, &planted(2, decibels)).unwrap();
        assert_eq!(found.regions.len(), 1, "{found:?}");
        let region = &found.regions[0];
        assert!((region.median_db - f64::from(decibels)).abs() < 1.5, "{region:?}");
        let [left, top, right, bottom] = region.box_pixels;
        assert!(
            (18..=23).contains(&left)
                && (38..=43).contains(&top)
                && (29..=34).contains(&right)
                && (49..=54).contains(&bottom)
        );
        assert_eq!(region.area_m2, Some(900.0 * region.pixels as f64));
        let rows = found.rows();
        assert_eq!(rows[0].kind, "change");
        assert!(rows[0].body["cannot_say"].as_array().unwrap().len() >= 4);
        assert_eq!(rows[0].body["polygon"].as_array().unwrap().len(), 5);
    }
}

#[test]
fn scenes_that_do_not_fit_are_not_compared() {
    let before = planted(1, 0.0);
    let elsewhere = Geo { x: 286_600.0, ..UTM_37 };
    let other = Scene::decode(&samples::geotiff(&samples::speckle(80, 80, 2), 80, 80, &elsewhere)).unwrap();
    assert_eq!(change(&before, &other), Err(ChangeError::Grid));
    let dark = Scene { values: vec![0.0; 6400], ..before.clone() };
    assert_eq!(change(&before, &dark), Err(ChangeError::TooFew(0)));
}
