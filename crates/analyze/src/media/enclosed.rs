//! Does the small picture within a photograph's metadata look like the photograph?
//!
//! A camera writes it when it takes the picture; a program that changes the picture may leave it as it was. Compared are their PDQ
//! hashes, in all eight turns, for a program that turns a picture may leave its thumbnail lying. What differs is told as two readings
//! that differ; which is the older one, and why, is deliberately not said. Of HEIC, whose small pictures are coded as films are, only
//! shapes are compared (`metadata`).

use std::borrow::Cow;

use super::decoded::Decoded;
use super::raster::{self, Gray};
use super::{metadata, pdq};
use crate::{Input, Manifest, Row};

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "enclosed-thumbnail",
    version: 1,
    reads: &["image/jpeg"],
    says: &["contradiction", "problem"],
    cannot_say: &[
        "which of the two was changed, and why: programs that crop or brighten leave old thumbnails too",
        "that a picture whose thumbnail looks like it was not changed: programs that change pictures may write new ones",
        "anything of thumbnails in HEIC, TIFF or raw pictures",
    ],
};

/// Hashes further apart than this, of 256 bits, are of pictures that look different. Those of unrelated pictures are 128 apart, give
/// or take 16; those of pictures and their own thumbnails under 40.
const APART: u32 = 80;
/// Hashes of a lower quality are of noise (PDQ's own advice).
const QUALITY: u8 = 50;
/// Shapes that differ by less than this are the same.
const SHAPE: f64 = 0.02;

/// Rows of one picture: none when it has no thumbnail, or one that looks like it.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let Some(small) = metadata::enclosed(input.bytes) else { return Vec::new() };
    let small = match raster::gray(&small) {
        Ok(small) => small,
        Err(e) => return vec![Row::problem(format!("the thumbnail in its metadata: {e}"), "thumbnail")],
    };
    // A picture that cannot be decoded is told by those who look at it for its own sake.
    input.pixels(|picture| compared(picture, &small)).into_iter().collect()
}

fn compared(picture: &Decoded<'_>, small: &Gray) -> Option<Row> {
    let whole = picture.reduced().ok()?;
    let shape = |of: &Gray| of.width as f64 / of.height as f64;
    // A thumbnail of another shape than its picture's has bars, or is squeezed, or is the middle of it: all three are the camera's doing.
    let pairs = [
        (Cow::Borrowed(&*whole.means), Cow::Owned(middle(small, shape(&whole.means)))),
        (Cow::Borrowed(&*whole.means), Cow::Borrowed(small)),
        (Cow::Owned(middle(&whole.means, shape(small))), Cow::Borrowed(small)),
    ];
    let mut apart = u32::MAX;
    for (picture, small) in &pairs {
        let (of_picture, of_small) = (pdq::terms_of_gray(picture)?, pdq::terms_of_gray(small)?);
        if of_picture.quality < QUALITY || of_small.quality < QUALITY {
            return None;
        }
        let hash = of_picture.pdq();
        apart = of_small.dihedral().iter().map(|turned| turned.distance(&hash)).chain([apart]).min()?;
    }
    if apart <= APART {
        return None;
    }
    let what = format!(
        "the thumbnail in its metadata does not look like the picture: {apart} of 256 bits of their hashes differ, whichever way it is turned"
    );
    Some(Row::new("contradiction", serde_json::json!({ "what": what, "between": ["thumbnail", "picture"] })))
}

/// The middle of a picture in another shape: what lies between the bars with which cameras fill thumbnails (DCF), for one.
fn middle(small: &Gray, shape: f64) -> Gray {
    let own = small.width as f64 / small.height as f64;
    let (mut width, mut height) = (small.width, small.height);
    if shape.is_finite() && shape > own * (1.0 + SHAPE) {
        height = ((small.width as f64 / shape).round() as usize).clamp(1, small.height);
    } else if shape.is_finite() && shape > 0.0 && shape < own * (1.0 - SHAPE) {
        width = ((small.height as f64 * shape).round() as usize).clamp(1, small.width);
    }
    let (left, top) = ((small.width - width) / 2, (small.height - height) / 2);
    let rows = small.pixels.chunks_exact(small.width.max(1)).skip(top).take(height);
    let pixels = rows.flat_map(|row| row[left..left + width].iter().copied()).collect();
    Gray { width, height, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Trusted;
    use crate::place::Gazetteer;

    /// A baseline JPEG of one grey a block of 8 x 8 (ITU-T T.81): DC terms alone, each category with a code of four bits.
    fn drawn(width: u16, height: u16, seed: usize) -> Vec<u8> {
        let (across, down) = (usize::from(width).div_ceil(8), usize::from(height).div_ceil(8));
        let mut out = b"\xff\xd8\xff\xdb\0\x43\0".to_vec();
        out.extend([1; 64]);
        out.extend(b"\xff\xc0\0\x0b\x08");
        out.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
        out.extend(b"\x01\x01\x11\0\xff\xc4\0\x1f\0\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0");
        out.extend(0..12);
        out.extend(b"\xff\xc4\0\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xda\0\x08\x01\x01\0\0\x3f\0");
        let (mut bits, mut before) = (Vec::new(), 0i32);
        let mut put = |value: u32, length: u32| bits.extend((0..length).rev().map(|bit| value >> bit & 1 == 1));
        for block in 0..across * down {
            let (x, y) = ((block % across) as f64 / across as f64, (block / across) as f64 / down as f64);
            let wave = |a: f64, b: f64| (a * x * 17.0 + b * y * 13.0 + seed as f64 * 2.1).sin();
            let dc = (480.0 * (wave(1.0 + seed as f64, 0.4) + wave(-0.3, 1.3 + seed as f64))) as i32;
            let step = dc - before;
            before = dc;
            let size = 32 - step.unsigned_abs().leading_zeros();
            put(size, 4);
            put(if step < 0 { (step - 1) as u32 } else { step as u32 }, size);
            put(0, 1);
        }
        bits.resize(bits.len().next_multiple_of(8), true);
        for byte in bits.chunks(8).map(|eight| eight.iter().fold(0u8, |all, bit| all << 1 | u8::from(*bit))) {
            out.push(byte);
            out.extend((byte == 0xff).then_some(0));
        }
        out.extend(b"\xff\xd9");
        out
    }

    /// A JPEG with another in its metadata: a first directory of nothing, a second with the thumbnail's place.
    fn with_thumbnail(picture: &[u8], small: &[u8]) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\0\0\x0e\0\0\0\x02\0".to_vec();
        for (tag, value) in [(0x0201u16, 44u32), (0x0202, small.len() as u32)] {
            tiff.extend(tag.to_le_bytes());
            tiff.extend([4, 0, 1, 0, 0, 0]);
            tiff.extend(value.to_le_bytes());
        }
        tiff.extend([0; 4]);
        assert_eq!(tiff.len(), 44);
        tiff.extend(small);
        let length = (tiff.len() as u16 + 8).to_be_bytes();
        [&picture[..2], b"\xff\xe1", &length, b"Exif\0\0", &tiff, &picture[2..]].concat()
    }

    fn rows(bytes: &[u8]) -> Vec<Row> {
        let (gazetteer, trusted) = (Gazetteer::embedded(), Trusted::NOBODY);
        read(&Input { bytes, media_type: "image/jpeg", name: "", published: None, gazetteer, trusted, decoded: None })
    }

    #[test]
    fn a_thumbnail_of_the_picture_is_silent_and_of_another_is_told() {
        let picture = drawn(1200, 800, 1);
        assert_eq!(rows(&with_thumbnail(&picture, &drawn(240, 160, 1))), []);
        assert_eq!(rows(&picture), []);
        let told = rows(&with_thumbnail(&picture, &drawn(240, 160, 3)));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].body["what"].as_str().unwrap().contains("does not look like"), "{told:?}");
    }

    #[test]
    fn bars_are_no_difference() {
        let small = raster::gray(&drawn(160, 107, 1)).unwrap();
        let mut barred = Gray { width: 160, height: 120, pixels: vec![0; 160 * 6] };
        barred.pixels.extend(&small.pixels);
        barred.pixels.resize(160 * 120, 0);
        let within = middle(&barred, 1.5);
        assert_eq!((within.width, within.height), (160, 107));
        assert_eq!(within.pixels, small.pixels);
    }

    #[test]
    fn broken_thumbnails_are_told_and_never_crash() {
        let whole = with_thumbnail(&drawn(320, 200, 1), &drawn(160, 100, 2));
        for at in 2..400 {
            let mut bent = whole.clone();
            bent[at] ^= 0xff;
            rows(&bent);
            rows(&whole[..at]);
        }
        assert_eq!(rows(&with_thumbnail(&drawn(320, 200, 1), b"\xff\xd8\xff\xd9"))[0].kind, "problem");
    }
}
