//! What is decoded of a JPEG against the whole of it: the same pixels at the same places, whatever is left out.

use witnessmark_analyze::media::{
    Decoded,
    decoded::{REDUCED_SIDE, SAMPLED_SIDE},
    pdq,
    raster::{self, Gray},
};

use crate::jpeg;

/// Shapes and texture, so that blocks have much in them.
fn drawn(width: usize, height: usize) -> Vec<u8> {
    let pixel = |x: usize, y: usize| {
        let wave = ((x as f32 / 37.0).sin() * (y as f32 / 23.0).cos() * 70.0) as i32;
        let shape = if (x / 90 + y / 70).is_multiple_of(3) { 60 } else { -20 };
        (120 + wave + shape + ((x * 7 + y * 13 + x * y / 11) % 23) as i32).clamp(0, 255) as u8
    };
    (0..height).flat_map(|y| (0..width).map(move |x| pixel(x, y))).collect()
}

/// Largest difference between what was sampled, or reduced, and the whole picture.
fn apart(bytes: &[u8]) -> (u8, u8) {
    let whole = raster::gray(bytes).expect("a picture");
    let decoded = Decoded::together(bytes);
    let sampled = decoded.sampled().expect("a picture").expect("more than 512 pixels").into_owned();
    let reduced = decoded.reduced().expect("a picture");
    assert_eq!((sampled.width, sampled.height), (SAMPLED_SIDE, SAMPLED_SIDE));
    let at = |x: usize, y: usize| whole.pixels[y * whole.width + x];
    let of_samples = (0..SAMPLED_SIDE * SAMPLED_SIDE).map(|i| {
        let (x, y) = (i % SAMPLED_SIDE * whole.width / SAMPLED_SIDE, i / SAMPLED_SIDE * whole.height / SAMPLED_SIDE);
        sampled.pixels[i].abs_diff(at(x, y))
    });
    let step = reduced.step;
    assert!(reduced.means.width.max(reduced.means.height) >= REDUCED_SIDE);
    assert_eq!(reduced.means.width, whole.width.div_ceil(step));
    let of_means = (0..reduced.means.pixels.len()).map(|i| {
        let (left, top) = (i % reduced.means.width * step, i / reduced.means.width * step);
        let (right, bottom) = ((left + step).min(whole.width), (top + step).min(whole.height));
        let sum: u32 =
            (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))).map(|(x, y)| u32::from(at(x, y))).sum();
        let count = ((right - left) * (bottom - top)) as u32;
        reduced.means.pixels[i].abs_diff(((sum + count / 2) / count) as u8)
    });
    (of_samples.max().unwrap_or(0), of_means.max().unwrap_or(0))
}

#[test]
fn what_is_taken_is_what_the_whole_picture_has_there() {
    for (width, height) in [(1100, 300), (2111, 121), (90, 2055), (4100, 40)] {
        let grey = drawn(width, height);
        let rgb: Vec<u8> = grey.iter().flat_map(|p| [*p, p / 2 + 40, 200 - p / 2]).collect();
        for (name, bytes) in [
            ("grey", jpeg::encode(&grey, width, height, 1, 3, &[])),
            ("colours", jpeg::encode(&rgb, width, height, 3, 3, &[])),
            ("progressive", jpeg::encode_progressive(&grey, width, height, 3)),
        ] {
            let (samples, means) = apart(&bytes);
            // Two decoders round a pixel differently, now and then, by one.
            assert!(samples <= 1 && means <= 1, "{name} {width}x{height}: {samples}, {means}");
        }
    }
}

#[test]
fn one_look_after_the_other_and_both_at_once_give_the_same_hash() {
    let bytes = jpeg::encode(&drawn(2100, 300), 2100, 300, 1, 4, &[]);
    let alone = pdq::terms_of_file(&bytes).expect("a picture");
    let together = Decoded::together(&bytes);
    assert_eq!(together.reduced().expect("a picture").step, 4);
    assert_eq!(pdq::terms_of(&together).expect("a picture"), alone);
    let whole: Gray = raster::gray(&bytes).expect("a picture");
    assert!(pdq::terms_of_gray(&whole).expect("terms").pdq().distance(&alone.pdq()) <= 2);
}

#[test]
fn a_file_that_is_cut_or_bent_is_what_the_whole_decoder_makes_of_it() {
    let (width, height) = (600, 200);
    for bytes in [
        jpeg::encode(&drawn(width, height), width, height, 1, 6, &[]),
        jpeg::encode_progressive(&drawn(width, height), width, height, 6),
    ] {
        for cut in (0..bytes.len()).step_by(bytes.len() / 20) {
            let whole = raster::gray(&bytes[..cut]).ok().and_then(|whole| pdq::terms_of_gray(&whole));
            let taken = pdq::terms_of_file(&bytes[..cut]).ok();
            assert_eq!(taken.is_some(), whole.is_some(), "cut at {cut}");
        }
        let mut state = 9u64;
        for _ in 0..80 {
            let mut bent = bytes.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % bent.len();
                bent[at] ^= 1 << (state >> 20 & 7);
            }
            // Whatever it says, it says it, and says the same again.
            let once = pdq::terms_of_file(&bent).map(|terms| terms.pdq());
            assert_eq!(once, pdq::terms_of_file(&bent).map(|terms| terms.pdq()));
            let _ = Decoded::together(&bent).reduced();
        }
    }
}
