//! Local points of a picture, by which crops, screenshots, mirrored, turned and captioned copies are recognised, which
//! no hash of a whole picture finds; and a small grey look of it, by which copies are told from separate captures.
//!
//! At most [`MOST_POINTS`] points at a working size of [`WORKING_SIDE`] pixels, each a place, a size, a direction and
//! 256 bits (`space`, `detect`, `describe` say after whom), packed into 38 bytes. It deliberately compares nothing:
//! which pictures share points, and what that means, is `weigh`'s.

mod describe;
mod detect;
mod space;

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Input, Manifest, Row};

use super::decoded::{Decoded, Reduced};
use super::raster::{Gray, RasterError};
use super::{frame, picture, scene};

pub use describe::mirrored;

/// Longer side at which points are looked for, in pixels.
pub const WORKING_SIDE: usize = 512;
/// A smaller picture is enlarged by at most this.
const MOST_ENLARGED: usize = 2;
/// Most points of one picture.
pub const MOST_POINTS: usize = 400;
/// Longer side of the look, in pixels.
pub const LOOK_SIDE: usize = 160;
/// Bytes of one packed point.
const POINT_BYTES: usize = 38;
/// Places are kept in this part of a working pixel.
const PLACE_UNITS: f32 = 64.0;
/// Sizes are kept in this part of a doubling.
const SIZE_UNITS: f32 = 32.0;

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "picture-points",
    version: 3,
    reads: &[
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "image/heif",
        "image/avif",
        "image/tiff",
    ],
    says: &["picture_points", "problem"],
    cannot_say: &[
        "that two pictures that share points come from one exposure: two people beside each other share most of them",
        "anything about pictures with hardly any detail: fog, night and plain walls have no points",
        "what a picture shows: points are corners and blobs without a name",
    ],
};

/// One point, in pixels of the working size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right, from the left edge of the first pixel.
    pub x: f32,
    /// Down, from the top edge of the first pixel.
    pub y: f32,
    /// Standard deviation of the blur at which it stands out.
    pub size: f32,
    /// Radians from +x towards +y, 0 to 2π.
    pub direction: f32,
    /// What it looks like; Hamming distance follows likeness, and unrelated points are some 110 apart.
    pub bits: [u64; 4],
}

/// A picture as it is compared with others.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// Pixels across of the picture as stored.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Working size: the picture's sides in the unit of the points' places.
    pub working: (u16, u16),
    /// At most [`MOST_POINTS`], the strongest first.
    pub points: Vec<Point>,
    /// The picture, grey and small: at most [`LOOK_SIDE`] pixels a side.
    pub look: Gray,
}

/// Finds the points of a grey picture, and makes its look.
pub fn of_gray(picture: &Gray) -> Points {
    of_reduced(&Reduced { width: picture.width, height: picture.height, step: 1, means: Cow::Borrowed(picture) })
}

/// As [`of_gray`], of a picture that was reduced while it was decoded: places are those of the whole picture.
pub fn of_reduced(picture: &Reduced<'_>) -> Points {
    let (width, height) = (picture.width, picture.height);
    let longer = width.max(height).max(1);
    let side = WORKING_SIDE.min(longer * MOST_ENLARGED);
    let scaled = |length: usize, side: usize| ((length * side + longer / 2) / longer).max(1);
    let (w, h) = (scaled(width, side), scaled(height, side));
    let plane = working_plane(picture, w, h);
    let octaves = space::octaves(&plane);
    let spots = detect::spread(detect::spots(&octaves), w, h, MOST_POINTS);
    let mut points = Vec::with_capacity(MOST_POINTS);
    for spot in &spots {
        let unit = (1usize << spot.octave) as f32;
        for direction in describe::directions(&octaves, spot) {
            if points.len() < MOST_POINTS {
                points.push(Point {
                    x: (spot.x + 0.5) * unit,
                    y: (spot.y + 0.5) * unit,
                    size: space::Octave::blur(spot.level) * unit,
                    direction: direction.rem_euclid(std::f32::consts::TAU),
                    bits: describe::bits(&octaves, spot, direction),
                });
            }
        }
    }
    let look_side = LOOK_SIDE.min(longer);
    let (lw, lh) = (scaled(width, look_side), scaled(height, look_side));
    let pixels = picture::shrunk(picture, lw, lh);
    Points {
        width: width as u32,
        height: height as u32,
        working: (w as u16, h as u16),
        points,
        look: Gray { width: lw, height: lh, pixels },
    }
}

/// The picture at its working size, 0 to 1: the mean of what falls into a pixel, or between pixels when it is enlarged.
fn working_plane(picture: &Reduced<'_>, width: usize, height: usize) -> space::Plane {
    if width <= picture.width && height <= picture.height {
        let small = picture::shrunk(picture, width, height);
        return space::Plane::new(width, height, small.into_iter().map(|p| f32::from(p) / 255.0).collect());
    }
    // Only a picture that is whole is smaller than its working size.
    let values = picture.means.pixels.iter().map(|p| f32::from(*p) / 255.0).collect();
    let from = space::Plane::new(picture.width, picture.height, values);
    let back = |at: usize, new: usize, old: usize| (at as f32 + 0.5) * old as f32 / new as f32 - 0.5;
    let mut values = Vec::with_capacity(width * height);
    for y in 0..height {
        let v = back(y, height, picture.height);
        values.extend((0..width).map(|x| from.at(back(x, width, picture.width), v)));
    }
    space::Plane::new(width, height, values)
}

/// Finds the points of a JPEG or PNG file.
///
/// # Errors
/// As [`gray`](super::raster::gray).
pub fn of_file(bytes: &[u8]) -> Result<Points, RasterError> {
    let picture = Decoded::new(bytes);
    let reduced = picture.reduced().map_err(Clone::clone)?;
    Ok(of_reduced(&reduced))
}

impl Points {
    /// 38 bytes a point: x and y in 1/64 of a working pixel and the bits, little-endian; size in 1/32 of a doubling over
    /// half a pixel; direction in 1/256 of a turn.
    pub fn packed(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.points.len() * POINT_BYTES);
        for point in &self.points {
            let place = |at: f32| ((at * PLACE_UNITS).round().clamp(0.0, 65_535.0) as u16).to_le_bytes();
            out.extend(place(point.x));
            out.extend(place(point.y));
            out.push(((point.size * 2.0).log2() * SIZE_UNITS).round().clamp(0.0, 255.0) as u8);
            out.push((point.direction / std::f32::consts::TAU * 256.0).round().rem_euclid(256.0) as u8);
            point.bits.iter().for_each(|word| out.extend(word.to_le_bytes()));
        }
        out
    }

    /// The row's body: `{"width","height","working":[w,h],"points","look_size":[w,h],"look"}`, points and look in
    /// base64.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "width": self.width, "height": self.height, "working": [self.working.0, self.working.1],
            "points": STANDARD.encode(self.packed()),
            "look_size": [self.look.width, self.look.height], "look": STANDARD.encode(&self.look.pixels),
        })
    }

    /// Reads what [`Points::to_json`] writes; nothing when it is anything else. Whatever it holds, sides are positive,
    /// places lie within the working size and there are at most [`MOST_POINTS`].
    pub fn from_json(body: &serde_json::Map<String, serde_json::Value>) -> Option<Points> {
        let number = |value: &serde_json::Value| value.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
        let pair = |name: &str| {
            let list = body.get(name)?.as_array()?;
            if list.len() == 2 { Some((number(&list[0])?, number(&list[1])?)) } else { None }
        };
        let working = pair("working")?;
        let working = (u16::try_from(working.0).ok()?, u16::try_from(working.1).ok()?);
        if usize::from(working.0.max(working.1)) > WORKING_SIDE {
            return None;
        }
        let look_size = pair("look_size")?;
        let look_size = (look_size.0 as usize, look_size.1 as usize);
        let pixels = STANDARD.decode(body.get("look")?.as_str()?).ok()?;
        if look_size.0.max(look_size.1) > LOOK_SIDE || pixels.len() != look_size.0 * look_size.1 {
            return None;
        }
        let packed = STANDARD.decode(body.get("points")?.as_str()?).ok()?;
        if packed.len() % POINT_BYTES != 0 || packed.len() / POINT_BYTES > MOST_POINTS {
            return None;
        }
        Some(Points {
            width: number(body.get("width")?)?,
            height: number(body.get("height")?)?,
            working,
            points: packed.chunks_exact(POINT_BYTES).map(|bytes| unpacked(bytes, working)).collect(),
            look: Gray { width: look_size.0, height: look_size.1, pixels },
        })
    }
}

fn unpacked(bytes: &[u8], working: (u16, u16)) -> Point {
    let place = |at: usize, most: u16| {
        (f32::from(u16::from_le_bytes([bytes[at], bytes[at + 1]])) / PLACE_UNITS).min(f32::from(most))
    };
    let word = |i: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[6 + 8 * i..14 + 8 * i]);
        u64::from_le_bytes(word)
    };
    Point {
        x: place(0, working.0),
        y: place(2, working.1),
        size: (f32::from(bytes[4]) / SIZE_UNITS).exp2() / 2.0,
        direction: f32::from(bytes[5]) / 256.0 * std::f32::consts::TAU,
        bits: [word(0), word(1), word(2), word(3)],
    }
}

/// Rows of one input: its points, or why there are none. A scene is no picture and gives no row.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    if input.media_type == "image/tiff" && !scene::read(input).is_empty() {
        return Vec::new();
    }
    vec![input.pixels(row).unwrap_or_else(|e| Row::problem(e.to_string(), "pixels"))]
}

fn row(picture: &Decoded<'_>) -> Result<Row, RasterError> {
    let reduced = picture.reduced().map_err(Clone::clone)?;
    let mut body = of_reduced(&reduced).to_json();
    if let Some(inner) = frame::inner(&reduced) {
        // The hash of a part needs the picture's own pixels; few pictures have a part.
        body["inner"] = inner.to_json(picture.whole().map_err(Clone::clone)?);
    }
    Ok(Row::new("picture_points", body))
}
