//! Hashes that survive what pictures suffer, and small pictures that show no more than they should.

use witnessmark_analyze::media::{self, Pdq, hash_gray, pdq, raster};

use crate::{input, jpeg, samples};

fn formula(width: usize, height: usize, shift: u32) -> Vec<u8> {
    let value = |x: usize, y: usize| ((x * x * 3 + y * y * 5 + x * y) >> shift) as u8;
    (0..height).flat_map(|y| (0..width).map(move |x| value(x, y))).collect()
}

/// Hashes that the reference's own kernel gave for these pixels (PyPI pdqhash 0.2.8 over facebook/ThreatExchange).
#[test]
fn the_kernel_gives_the_bits_of_the_reference() {
    for (width, height, shift, quality, hex) in [
        (200, 150, 6, 100, "71fee780ce059c3f30ff63e0e780cf038e3f9c7f987c18f839f039e031c031c0"),
        (64, 64, 3, 100, "660fce1fdc7f99f0b1e03380230f670f661f6e3e4e78ce70cc70cce04ce0cce0"),
        (517, 90, 8, 100, "e3c6cc33139c3c068334ecd9e2a57952a1eb3e8d82fe7e00c1fd3e00f0ff87c0"),
        (7, 5, 0, 55, "447b4a75903eca75c6666a75c56b1f20196c972296d2c07f943ac07f9b266275"),
    ] {
        let (hash, got) = hash_gray(&formula(width, height, shift), width, height);
        assert_eq!((hash.hex().as_str(), got), (hex, quality), "{width}x{height}");
        assert_eq!(Pdq::from_hex(hex), Some(hash));
    }
}

#[test]
fn the_eight_turned_hashes_are_those_of_the_reference() {
    let luma = formula(200, 150, 6).into_iter().map(f32::from).collect();
    let turned = pdq::terms(luma, 200, 150).unwrap().dihedral().map(|hash| hash.hex());
    assert_eq!(
        turned,
        [
            "71fee780ce059c3f30ff63e0e780cf038e3f9c7f987c18f839f039e031c031c0",
            "73e018ff8e0f678031fc9c3f678038f0ce1f73c09cf8670798e0471f98c0c63f",
            "24ab6d2a9b50369565aac94ab2d565abd96a3695cd29b25a6ca5936a64959b6a",
            "26b5b255995acd2a64a92695125592529b4ad92ac929cdadcda5edb5cd956c95",
            "71fe187fcc0563c030ff9c1fc78030fe8c1f6380987ce70738f0c61f31c0ce3f",
            "24ab92d59b50cd6a65aa36b5b2d59a54db6ac96acd294da56ca56c9564956495",
            "73e0e700ce0f987f31fc73c06780c70fce1f8c7f9cfc98f898f0b8e099c039c0",
            "26b54daadb5a32d564a9d96a32556da59b4a2695c9ad3252cdb5124acd95936a",
        ]
    );
}

#[test]
fn turning_a_picture_gives_its_turned_hash() {
    // Odd windows and small steps: the reference's filter is not quite symmetric, so turned hashes are near, not equal.
    let (side, pixels) = (640, samples::pixels(640, 640, 1));
    let turn = |place: &dyn Fn(usize, usize) -> (usize, usize)| -> Vec<u8> {
        let at = |y, x| {
            let (u, v) = place(x, y);
            pixels[v * side + u]
        };
        (0..side).flat_map(|y| (0..side).map(move |x| (y, x))).map(|(y, x)| at(y, x)).collect()
    };
    let luma = pixels.iter().map(|&p| f32::from(p)).collect();
    let expected = pdq::terms(luma, side, side).unwrap().dihedral();
    let last = side - 1;
    let turned = [
        turn(&|x, y| (x, y)),
        turn(&|x, y| (last - y, x)),
        turn(&|x, y| (last - x, last - y)),
        turn(&|x, y| (y, last - x)),
        turn(&|x, y| (x, last - y)),
        turn(&|x, y| (last - x, y)),
        turn(&|x, y| (y, x)),
        turn(&|x, y| (last - y, last - x)),
    ];
    for ((picture, expected), name) in turned.iter().zip(expected).zip(pdq::DIHEDRAL) {
        let distance = hash_gray(picture, side, side).0.distance(&expected);
        assert!(distance <= 10, "{name}: {distance}");
    }
}

#[test]
fn a_hash_survives_compression_and_scaling_and_tells_others_apart() {
    let hash = |bytes: &[u8]| pdq::terms_of_file(bytes).unwrap().pdq();
    let large = samples::pixels(320, 240, 3);
    let original = hash(&samples::png(&large, 320, 240, png::ColorType::Rgb, &[]));
    let fine = hash(&jpeg::encode(&large, 320, 240, 3, 2, &[]));
    let coarse = hash(&jpeg::encode(&large, 320, 240, 3, 30, &[]));
    let small = hash(&jpeg::encode(&samples::pixels(160, 120, 3), 160, 120, 3, 6, &[]));
    let other = hash(&samples::png(&formula(320, 240, 9), 320, 240, png::ColorType::Grayscale, &[]));
    for (name, near) in [("fine", fine), ("coarse", coarse), ("small", small)] {
        assert!(original.distance(&near) <= 20, "{name}: {}", original.distance(&near));
    }
    assert!(original.distance(&other) > 90);
}

#[test]
fn odd_sizes_and_types_are_refused_in_words() {
    assert_eq!(hash_gray(&[0; 16], 4, 4), (Pdq::default(), 0));
    assert_eq!(hash_gray(&[0; 16], 5, 5), (Pdq::default(), 0));
    assert_eq!(hash_gray(&[], usize::MAX, usize::MAX), (Pdq::default(), 0));
    assert!(Pdq::from_hex("xyz").is_none() && Pdq::from_hex(&"g".repeat(64)).is_none());
    let rows = pdq::read(&input(b"GIF89a\x01\0\x01\0\0\0\0;", "a.gif"));
    assert!(rows[0].body["what"].as_str().unwrap().contains("decode the picture"), "{rows:?}");
    let tiny = samples::png(&[9; 9], 3, 3, png::ColorType::Grayscale, &[]);
    assert_eq!(pdq::read(&input(&tiny, "a.png"))[0].kind, "problem");
}

#[test]
fn a_picture_that_is_cut_short_is_hashed_and_said_to_be_cut() {
    let whole = jpeg::encode(&samples::pixels(160, 120, 1), 160, 120, 1, 6, &[]);
    assert_eq!(pdq::read(&input(&whole, "a.jpg")).len(), 1);
    let rows = pdq::read(&input(&whole[..whole.len() * 3 / 4], "a.jpg"));
    assert!(rows.last().unwrap().body["what"].as_str().unwrap().contains("ends before"), "{rows:?}");
    let mut followed = whole.clone();
    followed.extend_from_slice(&[0; 5000]);
    assert_eq!(pdq::read(&input(&followed, "a.jpg")).len(), 1, "what follows the picture is not the picture");
}

#[test]
fn jpeg_and_png_decode_to_the_same_picture() {
    let pixels = samples::pixels(64, 48, 3);
    let from_png = raster::rgb(&samples::png(&pixels, 64, 48, png::ColorType::Rgb, &[])).unwrap();
    assert_eq!(from_png.pixels, pixels);
    let from_jpeg = raster::rgb(&jpeg::encode(&pixels, 64, 48, 3, 1, &[])).unwrap();
    let worst = from_jpeg.pixels.iter().zip(&pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(worst <= 4, "{worst}");
    let grey = raster::gray(&samples::png(&pixels, 64, 48, png::ColorType::Rgb, &[])).unwrap();
    assert_eq!((grey.width, grey.height, grey.pixels.len()), (64, 48, 64 * 48));
}

#[test]
fn a_thumbnail_is_small_grey_blurred_turned_and_bare() {
    // Stripes of two pixels: what a blur must take away.
    let stripes: Vec<u8> =
        (0..800 * 600).flat_map(|i| if i / 2 % 2 == 0 { [255, 0, 0] } else { [0, 0, 255] }).collect();
    let block = samples::exif_block(&samples::exif_fields(), None, true);
    let extra = jpeg::segment(0xe1, &[b"Exif\0\0", block.as_slice()].concat());
    let bytes = jpeg::encode(&stripes, 800, 600, 3, 10, &extra);
    let thumbnail = media::thumbnail(&bytes).unwrap();
    let shown = raster::gray(&thumbnail).unwrap();
    // Orientation 6: to be turned a quarter.
    assert_eq!((shown.width, shown.height), (240, 320));
    assert_eq!(thumbnail[25], 0, "the colour type of the header is grey");
    let steps = shown.pixels.chunks_exact(240).flat_map(|row| row.windows(2).map(|w| w[0].abs_diff(w[1])));
    assert!(steps.max().unwrap() <= 6);
    let chunks = |bytes: &[u8]| {
        [&b"eXIf"[..], b"tEXt", b"iTXt", b"tIME"].iter().any(|name| bytes.windows(4).any(|w| w == *name))
    };
    assert!(!chunks(&thumbnail));
    assert!(!media::preview(&bytes, 100).unwrap().windows(4).any(|w| w == b"eXIf"));
}

#[test]
fn a_thumbnail_turns_as_the_orientation_says() {
    // White only in the left upper quarter.
    let corner = |x: usize, y: usize| if x < 32 && y < 16 { 255 } else { 0 };
    let pixels: Vec<u8> = (0..32).flat_map(|y| (0..64).map(move |x| corner(x, y))).collect();
    for (orientation, width, bright) in [
        (1, 64, (0, 0)),
        (2, 64, (1, 0)),
        (3, 64, (1, 1)),
        (4, 64, (0, 1)),
        (5, 32, (0, 0)),
        (6, 32, (1, 0)),
        (7, 32, (1, 1)),
        (8, 32, (0, 1)),
    ] {
        use exif::{Field, In, Tag, Value};
        let field = Field { tag: Tag::Orientation, ifd_num: In::PRIMARY, value: Value::Short(vec![orientation]) };
        let chunk = (b"eXIf", samples::exif_block(&[field], None, true));
        let png = samples::png(&pixels, 64, 32, png::ColorType::Grayscale, &[chunk]);
        let shown = raster::rgb(&media::preview(&png, 64).unwrap()).unwrap();
        assert_eq!(shown.width, width, "orientation {orientation}");
        let (x, y) = (shown.width * (1 + 2 * bright.0) / 4, shown.height * (1 + 2 * bright.1) / 4);
        assert_eq!(shown.pixels[(y * shown.width + x) * 3], 255, "orientation {orientation}");
    }
}

#[test]
fn a_preview_keeps_colour_and_never_grows() {
    let red = samples::png(&[200, 10, 10].repeat(300 * 200), 300, 200, png::ColorType::Rgb, &[]);
    let small = raster::rgb(&media::preview(&red, 50).unwrap()).unwrap();
    assert_eq!((small.width, small.height), (50, 33));
    assert_eq!(small.pixels[..3], [200, 10, 10]);
    let same = raster::rgb(&media::preview(&red, 4000).unwrap()).unwrap();
    assert_eq!((same.width, same.height), (300, 200));
    assert!(media::preview(&red, 0).is_ok());
}
