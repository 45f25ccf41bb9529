//! Small pictures to look at: a grey, blurred one that pages show until somebody asks for the original, and a smaller
//! one in colour for reports.
//!
//! Both are PNG, without metadata. They deliberately keep nothing of the original but its look: no time, no place, no
//! embedded thumbnail. A blurred picture is not a redacted one: it spares the reader, it hides no one.

use super::decoded::{Decoded, Reduced};
use super::raster::{self, RasterError, guarded};

/// Longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: usize = 320;
/// Longest side that [`preview`] gives whatever it is asked for, in pixels.
pub const PREVIEW_MAX_SIDE: u32 = 4096;
/// Half-width of the blur as a share of the thumbnail's longer side; three passes of it leave shapes and no faces.
const BLUR_SHARE: usize = 40;
const BLUR_PASSES: usize = 3;

/// A grey, heavily blurred PNG of at most [`THUMBNAIL_SIDE`] pixels a side, turned as the file's orientation says.
///
/// # Errors
/// A type that is not decoded, a size beyond the limits of [`raster`], or a broken file.
pub fn thumbnail(bytes: &[u8]) -> Result<Vec<u8>, RasterError> {
    let decoded = Decoded::new(bytes);
    let picture = decoded.reduced().map_err(Clone::clone)?;
    let (width, height) = fit(picture.width, picture.height, THUMBNAIL_SIDE);
    let mut small = shrunk(&picture, width, height);
    let radius = (width.max(height) / BLUR_SHARE).max(2);
    for _ in 0..BLUR_PASSES {
        blur(&mut small, width, height, radius);
    }
    let (pixels, width, height) = turned::<1>(small, width, height, super::metadata::orientation(bytes));
    encode(&pixels, width, height, png::ColorType::Grayscale)
}

/// A PNG in colour of at most `max_side` pixels a side (never larger than the original), turned as the file's
/// orientation says.
///
/// # Errors
/// As [`thumbnail`].
pub fn preview(bytes: &[u8], max_side: u32) -> Result<Vec<u8>, RasterError> {
    let picture = raster::rgb(bytes)?;
    let side = max_side.clamp(1, PREVIEW_MAX_SIDE) as usize;
    let (width, height) = fit(picture.width, picture.height, side);
    let small = shrink::<3>(&picture.pixels, picture.width, picture.height, width, height);
    let (pixels, width, height) = turned::<3>(small, width, height, super::metadata::orientation(bytes));
    encode(&pixels, width, height, png::ColorType::Rgb)
}

/// Sides that fit into a square of `side`, keeping the shape, never enlarging, at least one pixel.
fn fit(width: usize, height: usize, side: usize) -> (usize, usize) {
    let longer = width.max(height);
    if longer <= side {
        return (width, height);
    }
    let scaled = |length: usize| ((length * side + longer / 2) / longer).max(1);
    (scaled(width), scaled(height))
}

/// Shrinks by the mean of the pixels that fall into each new one; of a picture that is reduced already, of what lies under
/// each new one, squares that are cut counting for what is under it.
pub(super) fn shrunk(picture: &Reduced<'_>, new_width: usize, new_height: usize) -> Vec<u8> {
    let means = &*picture.means;
    if picture.step == 1 {
        return shrink::<1>(&means.pixels, means.width, means.height, new_width, new_height);
    }
    let columns = covered(picture.width, picture.step, new_width);
    let rows = covered(picture.height, picture.step, new_height);
    let mut out = Vec::with_capacity(new_width * new_height);
    let mut sums = vec![0.0f32; means.width];
    for (top, weights) in &rows {
        sums.fill(0.0);
        for (row, weight) in means.pixels.chunks_exact(means.width).skip(*top).zip(weights) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * f32::from(*value);
            }
        }
        out.extend(columns.iter().map(|(left, weights)| {
            let sum: f32 = sums[*left..].iter().zip(weights).map(|(sum, weight)| sum * weight).sum();
            // Rounds; a cast ends at 0 and 255.
            (sum + 0.5) as u8
        }));
    }
    out
}

/// For each of `count` equal parts of `side` pixels, the first of the squares of `step` pixels under it and the share that each
/// has in it.
fn covered(side: usize, step: usize, count: usize) -> Vec<(usize, Vec<f32>)> {
    let part = |i: usize| {
        // In parts of a pixel that are all whole: `count` to a pixel.
        let (from, to) = (i * side, (i + 1) * side);
        let (first, end) = (from / (step * count), to.div_ceil(step * count));
        let share = |square: usize| {
            let (left, right) = ((square * step * count).max(from), ((square + 1) * step * count).min(to));
            right.saturating_sub(left) as f32 / (to - from) as f32
        };
        (first, (first..end).map(share).collect())
    };
    (0..count).map(part).collect()
}

/// Shrinks by the mean of the pixels that fall into each new one.
pub(super) fn shrink<const CHANNELS: usize>(
    pixels: &[u8],
    width: usize,
    height: usize,
    new_width: usize,
    new_height: usize,
) -> Vec<u8> {
    if (width, height) == (new_width, new_height) {
        return pixels.to_vec();
    }
    let mut out = Vec::with_capacity(new_width * new_height * CHANNELS);
    let mut sums = vec![[0u64; CHANNELS]; new_width];
    let edges: Vec<usize> = (0..=new_width).map(|x| x * width / new_width).collect();
    for y in 0..new_height {
        let (top, bottom) = (y * height / new_height, (y + 1) * height / new_height);
        sums.fill([0; CHANNELS]);
        for row in pixels[top * width * CHANNELS..bottom * width * CHANNELS].chunks_exact(width * CHANNELS) {
            for (sum, edge) in sums.iter_mut().zip(edges.windows(2)) {
                for pixel in row[edge[0] * CHANNELS..edge[1] * CHANNELS].chunks_exact(CHANNELS) {
                    for (sum, value) in sum.iter_mut().zip(pixel) {
                        *sum += u64::from(*value);
                    }
                }
            }
        }
        for (sum, edge) in sums.iter().zip(edges.windows(2)) {
            let count = ((edge[1] - edge[0]) * (bottom - top)).max(1) as u64;
            out.extend(sum.iter().map(|sum| ((sum + count / 2) / count) as u8));
        }
    }
    out
}

/// One pass of a box filter of `2 * radius + 1` pixels each way; edges repeat.
fn blur(pixels: &mut [u8], width: usize, height: usize, radius: usize) {
    let mut line = Vec::new();
    for row in pixels.chunks_exact_mut(width) {
        line.clear();
        line.extend_from_slice(row);
        blur_line(&line, radius, |i, value| row[i] = value);
    }
    for x in 0..width {
        line.clear();
        line.extend((0..height).map(|y| pixels[y * width + x]));
        blur_line(&line, radius, |i, value| pixels[i * width + x] = value);
    }
}

fn blur_line(line: &[u8], radius: usize, mut put: impl FnMut(usize, u8)) {
    let last = line.len() - 1;
    let at = |i: isize| u32::from(line[i.clamp(0, last as isize) as usize]);
    let radius = radius as isize;
    let count = 2 * radius as u32 + 1;
    let mut sum: u32 = (-radius..=radius).map(at).sum();
    for i in 0..line.len() {
        put(i, ((sum + count / 2) / count) as u8);
        let i = i as isize;
        sum = sum + at(i + radius + 1) - at(i - radius);
    }
}

/// Turns and mirrors as an EXIF orientation (1 to 8) says the picture is to be shown.
fn turned<const CHANNELS: usize>(
    pixels: Vec<u8>,
    width: usize,
    height: usize,
    orientation: u8,
) -> (Vec<u8>, usize, usize) {
    if !(2..=8).contains(&orientation) {
        return (pixels, width, height);
    }
    let (new_width, new_height) = if orientation >= 5 { (height, width) } else { (width, height) };
    let mut out = Vec::with_capacity(pixels.len());
    for y in 0..new_height {
        for x in 0..new_width {
            let (from_x, from_y) = match orientation {
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                _ => (width - 1 - y, x),
            };
            out.extend_from_slice(&pixels[(from_y * width + from_x) * CHANNELS..][..CHANNELS]);
        }
    }
    (out, new_width, new_height)
}

/// Writes `pixels` as PNG, with no chunk that is not needed.
pub(super) fn encode(
    pixels: &[u8],
    width: usize,
    height: usize,
    color: png::ColorType,
) -> Result<Vec<u8>, RasterError> {
    let failed = |e: png::EncodingError| RasterError::Encode(e.to_string());
    guarded(|| {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width as u32, height as u32);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(pixels).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(out)
    })
}
