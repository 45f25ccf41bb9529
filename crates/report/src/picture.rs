//! Pictures as a report may carry them: pixels only, and for graphic ones a gray blur only.
//!
//! A [`Picture`] is made from PNG bytes or bare pixels and keeps a re-encoded copy, so no text, place,
//! device or colour-profile chunk of the original can travel along. A graphic picture, and one of which
//! nobody has said that it is not, keeps nothing but a gray still of at most [`BLUR_CELLS`] cells a side:
//! the original's pixels are not in the value, so no renderer can leak them. It deliberately reads no
//! other format; whoever has a JPEG hands over decoded pixels.

use crate::document::Inline;

/// Most pixels that are decoded, against pictures that claim to be enormous.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Longest side kept, in pixels; more is not seen on paper and makes files that cannot be mailed.
pub const MAX_SIDE: u32 = 1600;
/// Cells along the longer side of the still that stands for a graphic picture.
pub const BLUR_CELLS: u32 = 12;
/// Pixels along the longer side of the still as it is written out.
const BLUR_SIDE: u32 = 240;

/// Why a picture could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The bytes are not a PNG that can be read.
    #[error("read picture as png")]
    Decode(#[source] png::DecodingError),
    /// The picture says it has no pixels, or more than the limit.
    #[error("take in picture of {width} by {height} pixels, limit {MAX_PIXELS} in all")]
    Size {
        /// Width it claims.
        width: u32,
        /// Height it claims.
        height: u32,
    },
    /// There are not as many bytes as the size asks for.
    #[error("take in {bytes} bytes as a picture of {width} by {height} pixels")]
    Bytes {
        /// Width that was told.
        width: u32,
        /// Height that was told.
        height: u32,
        /// Bytes that came.
        bytes: usize,
    },
    /// The pixels could not be written again.
    #[error("write picture as png")]
    Encode(#[source] png::EncodingError),
}

/// Why a picture is shown as a gray blur, if it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Veil {
    /// It is shown as it is.
    None,
    /// Somebody said that it is graphic.
    Graphic,
    /// Nobody has said that it is not.
    Unknown,
}

/// A picture with its words.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it shows, for someone who cannot see it.
    pub alt: String,
    /// What stands below it.
    pub caption: Vec<Inline>,
    /// Where the original is found (id or exhibit number), printed as an isolate.
    pub reference: Option<String>,
    png: Vec<u8>,
    width: u32,
    height: u32,
    veil: Veil,
}

impl Picture {
    /// Takes in a picture that may be shown: decoded, scaled to at most [`MAX_SIDE`], written
    /// again without any metadata.
    pub fn shown(png: &[u8], alt: impl Into<String>, caption: Vec<Inline>) -> Result<Self, PictureError> {
        let raster = Raster::decode(png)?;
        let raster = raster.fit(MAX_SIDE);
        Self::from_raster(&raster, alt.into(), caption, Veil::None)
    }

    /// Takes in a graphic picture: what is kept is a gray blur of at most [`BLUR_CELLS`] cells a
    /// side, drawn large. The original cannot be had back from it.
    pub fn graphic(png: &[u8], alt: impl Into<String>, caption: Vec<Inline>) -> Result<Self, PictureError> {
        Self::from_raster(&Raster::decode(png)?.veiled(), alt.into(), caption, Veil::Graphic)
    }

    /// Takes in bare pixels, row by row from the top: one byte each (gray) or three (red, green, blue).
    /// Behind a veil nothing is kept but the blur.
    pub fn of_pixels(
        (width, height): (u32, u32),
        pixels: &[u8],
        veil: Veil,
        alt: impl Into<String>,
        caption: Vec<Inline>,
    ) -> Result<Self, PictureError> {
        let raster = Raster::of_pixels(width, height, pixels)?;
        let raster = if veil == Veil::None { raster.fit(MAX_SIDE) } else { raster.veiled() };
        Self::from_raster(&raster, alt.into(), caption, veil)
    }

    /// Says where the original is found.
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// The PNG that may be embedded.
    pub fn png(&self) -> &[u8] {
        &self.png
    }

    /// Width and height of [`Picture::png`] in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Whether only a blur is kept.
    pub fn is_veiled(&self) -> bool {
        self.veil != Veil::None
    }

    /// Why only a blur is kept, if it is.
    pub fn veil(&self) -> Veil {
        self.veil
    }

    /// The pixels of [`Picture::png`], eight bits each of red, green and blue, row by row.
    pub fn rgb(&self) -> Result<Vec<u8>, PictureError> {
        Ok(Raster::decode(&self.png)?.rgb)
    }

    fn from_raster(raster: &Raster, alt: String, caption: Vec<Inline>, veil: Veil) -> Result<Self, PictureError> {
        Ok(Picture {
            alt,
            caption,
            reference: None,
            png: raster.encode()?,
            width: raster.width,
            height: raster.height,
            veil,
        })
    }
}

/// A PNG of bare pixels, one byte each (gray) or three (red, green, blue), with no chunk that is not needed. Written fast: it is
/// looked at once.
pub fn png_of((width, height): (u32, u32), pixels: &[u8]) -> Result<Vec<u8>, PictureError> {
    let color = match channels(width, height, pixels)? {
        1 => png::ColorType::Grayscale,
        _ => png::ColorType::Rgb,
    };
    encode(width, height, color, pixels, png::Compression::Fast)
}

/// Bytes a pixel: 1 or 3.
fn channels(width: u32, height: u32, pixels: &[u8]) -> Result<usize, PictureError> {
    let count = u64::from(width) * u64::from(height);
    if count == 0 || count > MAX_PIXELS {
        return Err(PictureError::Size { width, height });
    }
    match pixels.len() as u64 {
        bytes if bytes == count => Ok(1),
        bytes if bytes == count * 3 => Ok(3),
        _ => Err(PictureError::Bytes { width, height, bytes: pixels.len() }),
    }
}

fn encode(
    width: u32,
    height: u32,
    color: png::ColorType,
    pixels: &[u8],
    how: png::Compression,
) -> Result<Vec<u8>, PictureError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(how);
    let mut writer = encoder.write_header().map_err(PictureError::Encode)?;
    writer.write_image_data(pixels).map_err(PictureError::Encode)?;
    writer.finish().map_err(PictureError::Encode)?;
    Ok(out)
}

/// Pixels over white, three bytes each.
struct Raster {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Raster {
    fn decode(bytes: &[u8]) -> Result<Self, PictureError> {
        let limits = png::Limits { bytes: MAX_PIXELS as usize * 8 };
        let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(bytes), limits);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        decoder.ignore_checksums(false);
        let mut reader = decoder.read_info().map_err(PictureError::Decode)?;
        let (width, height) = (reader.info().width, reader.info().height);
        let size = PictureError::Size { width, height };
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 || pixels > MAX_PIXELS {
            return Err(size);
        }
        let Some(length) = reader.output_buffer_size() else { return Err(size) };
        let mut buffer = vec![0; length];
        let frame = reader.next_frame(&mut buffer).map_err(PictureError::Decode)?;
        let channels = frame.color_type.samples();
        let rgb = buffer[..frame.buffer_size()].chunks_exact(channels).flat_map(over_white).collect();
        Ok(Raster { width: frame.width, height: frame.height, rgb })
    }

    fn encode(&self) -> Result<Vec<u8>, PictureError> {
        encode(self.width, self.height, png::ColorType::Rgb, &self.rgb, png::Compression::Balanced)
    }

    fn of_pixels(width: u32, height: u32, pixels: &[u8]) -> Result<Self, PictureError> {
        let rgb = match channels(width, height, pixels)? {
            1 => pixels.iter().flat_map(|gray| [*gray; 3]).collect(),
            _ => pixels.to_vec(),
        };
        Ok(Raster { width, height, rgb })
    }

    /// A gray blur of at most [`BLUR_CELLS`] cells a side, drawn large.
    fn veiled(self) -> Self {
        self.fit(BLUR_CELLS).gray().smooth(BLUR_SIDE)
    }

    /// Shrinks by area average until no side is longer than `side`; never enlarges.
    fn fit(self, side: u32) -> Self {
        let longest = self.width.max(self.height);
        if longest <= side {
            return self;
        }
        let scaled = |n: u32| ((u64::from(n) * u64::from(side)).div_ceil(u64::from(longest)) as u32).max(1);
        let (width, height) = (scaled(self.width), scaled(self.height));
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        for y in 0..height {
            let (top, bottom) = cut(y, height, self.height);
            for x in 0..width {
                let (left, right) = cut(x, width, self.width);
                rgb.extend(self.average(left, right, top, bottom));
            }
        }
        Raster { width, height, rgb }
    }

    fn average(&self, left: u32, right: u32, top: u32, bottom: u32) -> [u8; 3] {
        let mut sum = [0u64; 3];
        for y in top..bottom {
            let row = (y as usize * self.width as usize + left as usize) * 3;
            for pixel in self.rgb[row..row + (right - left) as usize * 3].chunks_exact(3) {
                for (total, value) in sum.iter_mut().zip(pixel) {
                    *total += u64::from(*value);
                }
            }
        }
        let count = u64::from(right - left) * u64::from(bottom - top);
        sum.map(|total| ((total + count / 2) / count) as u8)
    }

    /// Luma of ITU-R BT.601, on all three channels.
    fn gray(mut self) -> Self {
        for pixel in self.rgb.chunks_exact_mut(3) {
            let (r, g, b) = (u32::from(pixel[0]), u32::from(pixel[1]), u32::from(pixel[2]));
            pixel.fill(((299 * r + 587 * g + 114 * b + 500) / 1000) as u8);
        }
        self
    }

    /// Enlarges bilinearly so that the longer side is `side`.
    fn smooth(&self, side: u32) -> Self {
        let longest = self.width.max(self.height);
        let scaled = |n: u32| (n * side / longest).max(1);
        let (width, height) = (scaled(self.width), scaled(self.height));
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        for y in 0..height {
            let (top, bottom, fy) = between(y, height, self.height);
            for x in 0..width {
                let (left, right, fx) = between(x, width, self.width);
                for channel in 0..3 {
                    let at = |x: u32, y: u32| f64::from(self.rgb[((y * self.width + x) * 3) as usize + channel]);
                    let upper = at(left, top) * (1.0 - fx) + at(right, top) * fx;
                    let lower = at(left, bottom) * (1.0 - fx) + at(right, bottom) * fx;
                    rgb.push((upper * (1.0 - fy) + lower * fy).round() as u8);
                }
            }
        }
        Raster { width, height, rgb }
    }
}

/// Source range that cell `i` of `cells` covers of `length` pixels; never empty.
fn cut(i: u32, cells: u32, length: u32) -> (u32, u32) {
    let edge = |i: u32| (u64::from(i) * u64::from(length) / u64::from(cells)) as u32;
    (edge(i), edge(i + 1).max(edge(i) + 1))
}

/// The two source pixels between which target pixel `i` lies, and how far toward the second.
fn between(i: u32, cells: u32, length: u32) -> (u32, u32, f64) {
    let at = ((f64::from(i) + 0.5) * f64::from(length) / f64::from(cells) - 0.5).max(0.0);
    let first = (at as u32).min(length - 1);
    (first, (first + 1).min(length - 1), at - f64::from(first))
}

fn over_white(pixel: &[u8]) -> [u8; 3] {
    let blend = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    match *pixel {
        [gray] => [gray; 3],
        [gray, alpha] => [blend(gray, alpha); 3],
        [r, g, b] => [r, g, b],
        [r, g, b, alpha] => [blend(r, alpha), blend(g, alpha), blend(b, alpha)],
        _ => [255; 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkers(width: u32, height: u32) -> Vec<u8> {
        let rgb = (0..width * height)
            .flat_map(|i| if (i % width + i / width).is_multiple_of(2) { [250, 10, 10] } else { [10, 10, 250] })
            .collect();
        Raster { width, height, rgb }.encode().unwrap()
    }

    #[test]
    fn a_graphic_picture_keeps_only_gray_cells() {
        let picture = Picture::graphic(&checkers(640, 480), "", vec![]).unwrap();
        assert!(picture.is_veiled());
        assert_eq!(picture.size(), (240, 180));
        let rgb = picture.rgb().unwrap();
        assert!(rgb.chunks_exact(3).all(|p| p[0] == p[1] && p[1] == p[2]), "gray");
        let (low, high) = (rgb.iter().min().unwrap(), rgb.iter().max().unwrap());
        assert!(high - low < 20, "the pattern is gone: {low}..{high}");
    }

    #[test]
    fn bare_pixels_are_taken_in_only_when_they_are_as_many_as_they_say() {
        let gray = Picture::of_pixels((4, 2), &[7; 8], Veil::None, "", vec![]).unwrap();
        assert_eq!(gray.rgb().unwrap(), [7; 24]);
        let veiled = Picture::of_pixels((40, 20), &[9; 2400], Veil::Unknown, "", vec![]).unwrap();
        assert_eq!((veiled.size(), veiled.veil()), ((240, 120), Veil::Unknown));
        for (size, bytes) in [((0, 2), 0), ((4, 2), 7), ((4, 2), 16), ((u32::MAX, u32::MAX), 3)] {
            assert!(Picture::of_pixels(size, &vec![0; bytes], Veil::None, "", vec![]).is_err(), "{size:?}");
        }
        let png = png_of((2, 1), &[1, 2]).unwrap();
        assert_eq!(Raster::decode(&png).unwrap().rgb, [1, 1, 1, 2, 2, 2]);
    }

    #[test]
    fn metadata_does_not_travel() {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
        encoder.add_text_chunk("Author".into(), "a person at risk".into()).unwrap();
        encoder.write_header().unwrap().write_image_data(&[7]).unwrap();
        let picture = Picture::shown(&bytes, "", vec![]).unwrap();
        assert!(!picture.png().windows(6).any(|w| w == b"person"));
        assert_eq!(picture.rgb().unwrap(), [7, 7, 7]);
    }

    #[test]
    fn rubbish_and_giants_are_refused() {
        assert!(matches!(Picture::shown(b"not a png", "", vec![]), Err(PictureError::Decode(_))));
        let whole = checkers(64, 64);
        assert!(Picture::shown(&whole[..whole.len() / 2], "", vec![]).is_err());
        let mut header = Vec::new();
        let encoder = png::Encoder::new(&mut header, 60_000, 60_000);
        drop(encoder.write_header());
        assert!(Picture::shown(&header, "", vec![]).is_err());
    }

    #[test]
    fn shrinking_keeps_the_mean() {
        let picture = Picture::shown(&checkers(3200, 2), "", vec![]).unwrap();
        assert_eq!(picture.size(), (1600, 1));
        assert!(picture.rgb().unwrap().chunks_exact(3).all(|p| p == [130, 10, 130]));
    }
}
