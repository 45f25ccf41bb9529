//! What metadata states comes out as stated; whom it names does not.

use serde_json::json;
use witnessmark_analyze::{Input, media::metadata};

use crate::{input, jpeg, of_kind, samples};

#[test]
fn a_jpeg_with_everything_gives_every_row() {
    let bytes = samples::jpeg_with_everything();
    let rows = metadata::read(&input(&bytes, "a.jpg"));
    let taken = |field: &str| {
        let found = of_kind(&rows, "taken").into_iter().find(|body| body["field"] == field);
        found.unwrap_or_else(|| panic!("{field} in {rows:?}")).clone()
    };
    let original = taken("DateTimeOriginal");
    assert_eq!(original["earliest"], "2017-04-04T06:37:00.25+03:00");
    assert_eq!(original["zone_status"], "metadata");
    assert_eq!(taken("ModifyDate")["earliest"], "2017-04-05T09:00:00");
    assert_eq!(taken("ModifyDate")["zone_status"], "camera");
    assert_eq!(taken("GPSDateTime")["earliest"], "2017-04-07T03:37:12.5Z");
    assert_eq!(taken("GPSDateTime")["zone_status"], "gps_utc");
    let month = taken("XMP-photoshop:DateCreated");
    assert_eq!((&month["earliest"], &month["latest"]), (&json!("2017-04-01T00:00:00"), &json!("2017-04-30T23:59:59")));
    assert_eq!(taken("XMP-xmp:ModifyDate")["latest"], "2017-04-06T10:00:59+03:00");
    assert_eq!(taken("IPTC:DateCreated")["earliest"], "2017-04-04T06:37:00+03:00");

    let positions = of_kind(&rows, "position");
    assert_eq!(positions[0]["lat"], 35.4422);
    assert_eq!(positions[0]["lon"], 36.6508);
    assert_eq!(positions[0]["uncertainty_m"], 12.0);
    assert_eq!(positions[0]["altitude_m"], -12.5);
    assert_eq!(positions[0]["bearing_deg"], 270.0);
    assert_eq!(positions[1]["field"], "XMP-exif:GPSLatitude");

    let device = of_kind(&rows, "device")[0];
    assert_eq!(device["make"], "Make of the town");
    let names: Vec<&str> = device["personal_fields"].as_array().unwrap().iter().filter_map(|v| v.as_str()).collect();
    for name in [
        "Artist",
        "BodySerialNumber",
        "CameraOwnerName",
        "HostComputer",
        "IPTC:By-line",
        "MakerNote",
        "XMP-aux:SerialNumber",
        "XMP-dc:creator",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(!format!("{rows:?}").contains(samples::SECRET));

    let picture = of_kind(&rows, "picture")[0];
    assert_eq!(*picture, *json!({"width": 96, "height": 64, "orientation": 6, "thumbnail": true}).as_object().unwrap());
}

#[test]
fn contradictions_are_told_with_both_their_sides() {
    let bytes = samples::jpeg_with_everything();
    let rows = metadata::read(&input(&bytes, "a.jpg"));
    let between: Vec<(&str, &str)> = of_kind(&rows, "contradiction")
        .iter()
        .map(|body| (body["between"][0].as_str().unwrap(), body["between"][1].as_str().unwrap()))
        .collect();
    assert_eq!(
        between,
        [
            ("DateTimeOriginal", "GPSDateTime"),
            ("Software", "picture"),
            ("XMP-xmp:CreatorTool", "picture"),
            ("XMP-stEvt:softwareAgent", "picture"),
            ("PixelXDimension", "picture"),
            ("thumbnail", "picture"),
        ]
    );
}

#[test]
fn a_picture_taken_after_it_was_published_is_told() {
    let bytes = samples::jpeg_with_everything();
    let with = |published| {
        let input = Input { published: Some(published), ..input(&bytes, "a.jpg") };
        let rows = metadata::read(&input);
        of_kind(&rows, "contradiction").iter().filter(|body| body["between"][1] == "published").count()
    };
    assert_eq!(with("2017-04-01"), 5, "all but the month in which it was published");
    assert_eq!(with("2017-04-04"), 2, "the satellite time and the change of the file");
    assert_eq!(with("2018-01-01T00:00:00Z"), 0);
    assert_eq!(with("some day"), 0);
}

#[test]
fn every_container_gives_the_same_statements() {
    let block = samples::exif_block(&samples::exif_fields(), None, false);
    for (name, bytes) in [
        ("a.png", samples::png_with_everything()),
        ("a.tif", block),
        ("a.heic", samples::heic()),
        ("a.webp", samples::webp()),
    ] {
        let rows = metadata::read(&input(&bytes, name));
        let taken = of_kind(&rows, "taken");
        let original = taken.iter().find(|body| body["field"] == "DateTimeOriginal").unwrap();
        assert_eq!(original["earliest"], "2017-04-04T06:37:00.25+03:00", "{name}");
        assert_eq!(of_kind(&rows, "position")[0]["lat"], 35.4422, "{name}");
        assert_eq!(of_kind(&rows, "device")[0]["model"], "Model 1", "{name}");
        assert!(!format!("{rows:?}").contains(samples::SECRET), "{name}");
    }
    let rows = metadata::read(&input(&samples::png_with_everything(), "a.png").clone());
    let fields: Vec<&str> = of_kind(&rows, "taken").iter().map(|body| body["field"].as_str().unwrap()).collect();
    assert!(
        fields.contains(&"PNG-tIME") && fields.contains(&"PNG-CreationTime") && fields.contains(&"XMP-xmp:ModifyDate")
    );
    let heic = metadata::read(&input(&samples::heic(), "a.heic").clone());
    assert_eq!(of_kind(&heic, "picture")[0]["width"], 640);
}

#[test]
fn no_fix_is_no_position() {
    use exif::{Field, In, Rational, Tag, Value};
    let degrees = |tag, number| {
        let part = |num| Rational { num, denom: 1 };
        Field { tag, ifd_num: In::PRIMARY, value: Value::Rational(vec![part(number), part(0), part(0)]) }
    };
    let letter = |tag, letter: &str| Field { tag, ifd_num: In::PRIMARY, value: Value::Ascii(vec![letter.into()]) };
    let read = |fields: Vec<Field>| {
        let block = samples::exif_block(&fields, None, true);
        let extra = jpeg::segment(0xe1, &[b"Exif\0\0", block.as_slice()].concat());
        let bytes = jpeg::encode(&[128; 64], 8, 8, 1, 10, &extra);
        let rows = metadata::read(&input(&bytes, "a.jpg"));
        (of_kind(&rows, "position").len(), of_kind(&rows, "problem").len())
    };
    let place = |lat, n: &str, lon, e: &str| {
        vec![
            degrees(Tag::GPSLatitude, lat),
            letter(Tag::GPSLatitudeRef, n),
            degrees(Tag::GPSLongitude, lon),
            letter(Tag::GPSLongitudeRef, e),
        ]
    };
    assert_eq!(read(place(35, "S", 36, "W")), (1, 0));
    assert_eq!(read(place(0, "N", 0, "E")), (0, 1), "zeros");
    assert_eq!(read(place(95, "N", 36, "E")), (0, 1), "outside the world");
    assert_eq!(read(place(35, "", 36, "E")), (0, 1), "no hemisphere");
    assert_eq!(read(vec![degrees(Tag::GPSLatitude, 35), letter(Tag::GPSLatitudeRef, "N")]), (0, 1), "half a position");
}

#[test]
fn broken_exif_gives_a_problem_and_what_came_before() {
    let block = samples::exif_block(&samples::exif_fields(), None, true);
    let cut = &block[..block.len() - 60];
    let bytes = jpeg::encode(&[128; 64], 8, 8, 1, 10, &jpeg::segment(0xe1, &[b"Exif\0\0", cut].concat()));
    let rows = metadata::read(&input(&bytes, "a.jpg"));
    assert!(!of_kind(&rows, "problem").is_empty());
    assert_eq!(of_kind(&rows, "device")[0]["make"], "Make of the town");
    assert!(of_kind(&rows, "taken").iter().any(|body| body["field"] == "DateTimeOriginal"));
}
