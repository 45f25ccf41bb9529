//! Points and hashes of pictures of every odd kind: flat, tiny, huge, CMYK, 16 bits, palette, alpha, turned, cut short.

use witnessmark_analyze::media::{pdq, points, raster};

use crate::{input, jpeg, samples};

fn points_of(bytes: &[u8]) -> points::Points {
    let rows = points::read(&input(bytes, "a"));
    assert_eq!((rows.len(), rows[0].kind), (1, "picture_points"), "{rows:?}");
    let points = points::Points::from_json(&rows[0].body).expect("what was written");
    assert_eq!(points, points::Points::from_json(points.to_json().as_object().unwrap()).unwrap());
    points
}

/// How many points of one have a near one of the other.
fn shared(a: &points::Points, b: &points::Points, bits: fn(&[u64; 4]) -> [u64; 4]) -> usize {
    let apart = |x: &[u64; 4], y: &[u64; 4]| (0..4).map(|i| (x[i] ^ y[i]).count_ones()).sum::<u32>();
    a.points.iter().filter(|p| b.points.iter().any(|q| apart(&p.bits, &bits(&q.bits)) <= 50)).count()
}

#[test]
fn a_smaller_turned_and_mirrored_copy_shares_points() {
    let (w, h) = (512, 384);
    let pixels = samples::pixels(w, h, 1);
    let png =
        |pixels: &[u8], w: usize, h: usize| samples::png(pixels, w as u32, h as u32, png::ColorType::Grayscale, &[]);
    let original = points_of(&png(&pixels, w, h));
    assert!(original.points.len() >= 100, "{}", original.points.len());
    let least = original.points.len() / 2;
    let small = points_of(&png(&samples::pixels(w / 2, h / 2, 1), w / 2, h / 2));
    assert!(shared(&original, &small, |b| *b) >= least, "{}", shared(&original, &small, |b| *b));
    let turned: Vec<u8> =
        (0..w).flat_map(|y| (0..h).map(move |x| (x, y))).map(|(x, y)| pixels[(h - 1 - x) * w + y]).collect();
    assert!(shared(&original, &points_of(&png(&turned, h, w)), |b| *b) >= least);
    let mirrored: Vec<u8> = pixels.chunks_exact(w).flat_map(|row| row.iter().rev()).copied().collect();
    let mirrored = points_of(&png(&mirrored, w, h));
    assert!(shared(&original, &mirrored, points::mirrored) >= least);
    // Round blobs look the same in a mirror; the rest does not.
    assert!(shared(&original, &mirrored, |b| *b) < shared(&original, &mirrored, points::mirrored));
}

#[test]
fn every_odd_kind_is_read_as_its_plain_fellow() {
    let (w, h) = (160usize, 120usize);
    let rgb = samples::pixels(w, h, 3);
    let plain = pdq::terms_of_file(&samples::png(&rgb, w as u32, h as u32, png::ColorType::Rgb, &[])).unwrap();
    let near = |name: &str, bytes: &[u8]| {
        let terms = pdq::terms_of_file(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(terms.pdq().distance(&plain.pdq()) <= 20, "{name}: {}", terms.pdq().distance(&plain.pdq()));
        assert!(!points_of(bytes).points.is_empty(), "{name}");
    };
    let alpha: Vec<u8> = rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    near("alpha", &samples::png(&alpha, w as u32, h as u32, png::ColorType::Rgba, &[]));
    near("16 bits", &deep(&rgb, w as u32, h as u32));
    near("palette", &palette(&rgb, w as u32, h as u32));
    near("jpeg", &jpeg::encode(&rgb, w, h, 3, 4, &[]));
    let block = samples::exif_block(&samples::exif_fields(), None, true);
    let exif = jpeg::segment(0xe1, &[b"Exif\0\0", block.as_slice()].concat());
    near("turned by a tag, hashed as stored", &jpeg::encode(&rgb, w, h, 3, 4, &exif));
}

/// Four components without a word on them are CMYK; Adobe's marker with 0 says so.
#[test]
fn cmyk_is_read_or_refused_in_words() {
    let (w, h) = (96usize, 72usize);
    let inks: Vec<u8> =
        samples::pixels(w, h, 1).iter().flat_map(|v| [255 - v / 2, 255 - v / 3, 255 - v / 4, 250]).collect();
    let adobe = jpeg::segment(0xee, b"Adobe\0\x64\0\0\0\0\0");
    for extra in [adobe.as_slice(), &[]] {
        let bytes = jpeg::encode(&inks, w, h, 4, 4, extra);
        match raster::gray(&bytes) {
            Ok(picture) => assert_eq!(picture.pixels.len(), w * h),
            Err(e) => assert!(!e.to_string().is_empty()),
        }
        assert_eq!(points::read(&input(&bytes, "a.jpg")).len(), 1);
    }
}

#[test]
fn flat_tiny_and_huge_pictures_give_no_points_and_no_panic() {
    let flat = |w: usize, h: usize| samples::png(&vec![90; w * h], w as u32, h as u32, png::ColorType::Grayscale, &[]);
    for (w, h) in [(1, 1), (3, 2), (2000, 1), (1, 2000), (600, 20), (300, 300)] {
        let points = points_of(&flat(w, h));
        assert!(points.points.is_empty(), "{w}x{h}");
        assert_eq!((points.width, points.height), (w as u32, h as u32));
    }
    // A header that claims more than is allowed: refused before a byte is claimed.
    let mut huge = flat(4, 4);
    huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(points::read(&input(&huge, "a.png"))[0].kind, "problem");
    assert_eq!(points::read(&input(b"GIF89a\x01\0\x01\0\0\0\0;", "a.gif"))[0].kind, "problem");
    let whole = jpeg::encode(&samples::pixels(160, 120, 1), 160, 120, 1, 6, &[]);
    assert_eq!(points::read(&input(&whole[..whole.len() / 2], "a.jpg")).len(), 1);
}

#[test]
fn rows_that_lie_are_refused_or_held_to_their_limits() {
    let picture = samples::png(&samples::pixels(64, 48, 1), 64, 48, png::ColorType::Grayscale, &[]);
    let body = points::of_file(&picture).unwrap().to_json();
    for (name, value) in [
        ("width", serde_json::json!(0)),
        ("working", serde_json::json!([60_000, 4])),
        ("working", serde_json::json!([1])),
        ("look_size", serde_json::json!([9_999, 9_999])),
        ("look", serde_json::json!("AAAA")),
        ("points", serde_json::json!("AAAA")),
        ("points", serde_json::json!("not base64")),
    ] {
        let mut lying = body.as_object().unwrap().clone();
        lying.insert(name.into(), value);
        assert!(points::Points::from_json(&lying).is_none(), "{name}");
    }
}

fn deep(rgb: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Sixteen);
    let wide: Vec<u8> = rgb.iter().flat_map(|v| [*v, 77]).collect();
    encoder.write_header().unwrap().write_image_data(&wide).unwrap();
    out
}

fn palette(rgb: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    // Greys; the sample's tints are taken away by luma.
    encoder.set_palette((0..=255u8).flat_map(|v| [v; 3]).collect::<Vec<u8>>());
    let indices: Vec<u8> = rgb
        .chunks_exact(3)
        .map(|p| ((u32::from(p[0]) * 299 + u32::from(p[1]) * 587 + u32::from(p[2]) * 114) / 1000) as u8)
        .collect();
    encoder.write_header().unwrap().write_image_data(&indices).unwrap();
    out
}
