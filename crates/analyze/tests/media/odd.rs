//! Pictures of every odd kind, each held to what its plain fellow gives: inks, frames that move, tags that turn, scans in passes.

use witnessmark_analyze::media::{pdq, points, raster};

use crate::{input, jpeg, of_kind, samples};

const SIDES: (usize, usize) = (192, 144);

fn plain(pixels: &[u8]) -> pdq::Terms {
    let bytes = samples::png(pixels, SIDES.0 as u32, SIDES.1 as u32, png::ColorType::Grayscale, &[]);
    pdq::terms_of_file(&bytes).expect("a plain picture")
}

fn apart(bytes: &[u8], pixels: &[u8]) -> u32 {
    pdq::terms_of_file(bytes).expect("a picture").pdq().distance(&plain(pixels).pdq())
}

/// Inks as Adobe writes them (turned round) and as they are: the grey is that of the paper, and not of the inks' negative.
#[test]
fn four_inks_give_the_grey_of_the_paper() {
    let (w, h) = SIDES;
    let grey = samples::pixels(w, h, 1);
    assert!(plain(&grey).quality >= 50);
    let adobe = jpeg::segment(0xee, b"Adobe\0\x64\0\0\0\0\0");
    // Turned round, 255 is no ink: red, green and blue times black.
    let inks: Vec<u8> = grey.iter().flat_map(|v| [*v, *v, *v, 255]).collect();
    let turned_round = jpeg::encode(&inks, w, h, 4, 2, &adobe);
    assert!(apart(&turned_round, &grey) <= 10, "{}", apart(&turned_round, &grey));
    let black_alone: Vec<u8> = grey.iter().flat_map(|v| [255, 255, 255, *v]).collect();
    let black_alone = jpeg::encode(&black_alone, w, h, 4, 2, &adobe);
    assert!(apart(&black_alone, &grey) <= 10, "{}", apart(&black_alone, &grey));
    let picture = raster::gray(&turned_round).expect("read");
    let off = picture.pixels.iter().zip(&grey).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
    assert!(off / (w * h) as u64 <= 6, "{} grey levels off on average", off / (w * h) as u64);
}

#[test]
fn what_moves_is_hashed_by_its_first_picture_and_said_to_move() {
    let (w, h) = SIDES;
    let grey = samples::pixels(w, h, 1);
    let other: Vec<u8> = grey.iter().rev().copied().collect();
    let palette: Vec<u8> = (0..=255u8).flat_map(|v| [v; 3]).collect();
    let film = |frames: &[&[u8]]| {
        let mut bytes = Vec::new();
        let mut encoder = gif::Encoder::new(&mut bytes, w as u16, h as u16, &palette).expect("begun");
        for frame in frames {
            let frame = gif::Frame::from_indexed_pixels(w as u16, h as u16, frame.to_vec(), None);
            encoder.write_frame(&frame).expect("a frame");
        }
        drop(encoder);
        bytes
    };
    let (still, moving) = (film(&[&grey]), film(&[&grey, &other, &other]));
    for (bytes, problems) in [(&still, 0), (&moving, 1)] {
        let rows = pdq::read(&input(bytes, "a.gif"));
        assert_eq!(of_kind(&rows, "problem").len(), problems, "{rows:?}");
        assert_eq!(of_kind(&rows, "picture_hash")[0]["pdq"], plain(&grey).pdq().hex());
    }
    assert!(plain(&other).pdq().distance(&plain(&grey).pdq()) > 60);
    let said = pdq::read(&input(&moving, "a.gif"));
    assert!(of_kind(&said, "problem")[0]["what"].as_str().is_some_and(|what| what.contains("moves")));
}

/// A telephone stores what it saw lying on its side, with a tag; who saves it anew stores it upright. The turned hashes hold the two together.
#[test]
fn a_picture_turned_by_its_tag_is_met_by_its_turned_hash() {
    let (w, h) = SIDES;
    let grey = samples::pixels(w, h, 1);
    let tag = |orientation: u16| {
        // TIFF, little-endian, one field: 0x0112, a short.
        let mut block = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        block.extend(orientation.to_le_bytes());
        block.extend([0; 6]);
        jpeg::segment(0xe1, &block)
    };
    // Tag 6: shown turned to the right by a quarter.
    let shown: Vec<u8> =
        (0..w).flat_map(|y| (0..h).map(move |x| (x, y))).map(|(x, y)| grey[(h - 1 - x) * w + y]).collect();
    let saved_anew = samples::png(&shown, h as u32, w as u32, png::ColorType::Grayscale, &[]);
    let stored = jpeg::encode(&grey, w, h, 1, 2, &tag(6));
    assert!(apart(&stored, &grey) <= 4, "as stored");
    let (stored, anew) = (pdq::terms_of_file(&stored).unwrap(), pdq::terms_of_file(&saved_anew).unwrap());
    assert!(stored.pdq().distance(&anew.pdq()) > 60, "the two lie apart as they are stored");
    let nearest = stored.dihedral().iter().map(|turned| turned.distance(&anew.pdq())).min().unwrap();
    assert!(nearest <= 31, "{nearest}");
}

#[test]
fn a_picture_in_passes_is_hashed_as_one_in_one() {
    let (w, h) = SIDES;
    let grey = samples::pixels(w, h, 1);
    let (one, passes) = (jpeg::encode(&grey, w, h, 1, 3, &[]), jpeg::encode_progressive(&grey, w, h, 3));
    let hash = |bytes: &[u8]| pdq::terms_of_file(bytes).expect("a picture").pdq();
    assert!(hash(&one).distance(&hash(&passes)) <= 2 && apart(&passes, &grey) <= 6);
    assert!(!points::of_file(&passes).expect("points").points.is_empty());
}

#[test]
fn flat_and_nearly_flat_pictures_get_a_quality_that_matches_nothing() {
    let (w, h) = SIDES;
    for step in [0usize, 1, 2] {
        let pixels: Vec<u8> = (0..w * h).map(|i| 120 + (i % 3 * step / 2) as u8).collect();
        assert!(plain(&pixels).quality < 50, "{step}: {}", plain(&pixels).quality);
    }
    let row = pdq::read(&input(&samples::png(&[9; 64], 8, 8, png::ColorType::Grayscale, &[]), "a.png"));
    assert_eq!(of_kind(&row, "picture_hash").first().map(|row| row["quality"].clone()), Some(0.into()), "{row:?}");
}

#[test]
fn a_head_that_claims_the_largest_sides_is_refused_by_its_sides() {
    let mut claims = jpeg::encode(&samples::pixels(64, 48, 1), 64, 48, 1, 4, &[]);
    let frame = claims.windows(2).position(|w| w == [0xff, 0xc0]).expect("a frame");
    claims[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    let said = pdq::terms_of_file(&claims).unwrap_err().to_string();
    assert!(said.contains("65500x65500"), "{said}");
}
