//! Pixels out of JPEG, PNG, GIF, WebP and TIFF files, within limits.
//!
//! Decoders that others wrote (zune-jpeg, png, gif, image-webp, tiff) behind one door: sizes are read from the header and refused
//! before anything is allocated, and a panic inside a decoder comes out as an error. Of what moves or has pages, the first picture is
//! decoded. It deliberately decodes nothing else (HEIC is refused by name; a program of others decodes it), does not manage
//! colour profiles, and does not turn a picture as its orientation tag says: callers do, where they show it.

mod moving;
mod tagged;

use std::io::Cursor;

use thiserror::Error;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

/// Most pixels of a picture that is decoded: more than telephones take. In colour that is 360 MB, and for a progressive
/// JPEG 720 MB more while it is decoded.
pub const MAX_PIXELS: u64 = 120_000_000;
/// Longest side of a picture that is decoded, in pixels.
pub const MAX_SIDE: u32 = 65_500;

/// Why a picture was not decoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RasterError {
    /// A type that is not decoded here.
    #[error("decode a picture of type {0}: only JPEG, PNG, GIF, WebP and TIFF are decoded")]
    Type(String),
    /// Larger than the limits of this module.
    #[error("decode a picture of {width}x{height} pixels: more than {MAX_PIXELS} pixels or a side over {MAX_SIDE}")]
    TooLarge {
        /// Pixels across, as the header says.
        width: u64,
        /// Pixels down, as the header says.
        height: u64,
    },
    /// The file is broken, or uses what the decoder does not know.
    #[error("decode the picture: {0}")]
    Broken(String),
    /// The decoder gave up by a panic.
    #[error("decode the picture: the decoder panicked")]
    Panicked,
    /// The result could not be written as PNG.
    #[error("write the picture as PNG: {0}")]
    Encode(String),
}

/// A grey picture: `width * height` bytes, row by row from the top, 0 black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gray {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// One byte a pixel.
    pub pixels: Vec<u8>,
}

/// A colour picture: `width * height * 3` bytes, red, green, blue, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgb {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Three bytes a pixel.
    pub pixels: Vec<u8>,
}

/// Runs `work`, turning a panic of code that others wrote into an error.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, RasterError>) -> Result<T, RasterError> {
    super::unpanicked(work).unwrap_or(Err(RasterError::Panicked))
}

/// Decodes `bytes` to luma as BT.601 weighs it (0.299 red, 0.587 green, 0.114 blue). Transparency is read as over white.
///
/// # Errors
/// A type that is not decoded, a size beyond the limits, or a broken file.
pub fn gray(bytes: &[u8]) -> Result<Gray, RasterError> {
    guarded(|| match kind(bytes)? {
        Kind::Jpeg => match jpeg(bytes, ColorSpace::Luma) {
            Ok((width, height, pixels)) if width * height == pixels.len() => Ok(Gray { width, height, pixels }),
            Err(e @ RasterError::TooLarge { .. }) => Err(e),
            // The decoder gives luma of YCbCr and of grey only: CMYK, YCCK and RGB go by way of colours.
            _ => {
                let (width, height, pixels) = jpeg(bytes, ColorSpace::RGB)?;
                let pixels = pixels.chunks_exact(3).map(|p| luma(p[0], p[1], p[2])).collect();
                Ok(Gray { width, height, pixels })
            }
        },
        Kind::Png => png_rows(
            bytes,
            |row, out: &mut Vec<u8>, channels| match channels {
                1 => out.extend_from_slice(row),
                2 => out.extend(row.chunks_exact(2).map(|p| over_white(p[0], p[1]))),
                3 => out.extend(row.chunks_exact(3).map(|p| luma(p[0], p[1], p[2]))),
                _ => out.extend(row.chunks_exact(4).map(|p| over_white(luma(p[0], p[1], p[2]), p[3]))),
            },
            1,
        )
        .map(|(width, height, pixels)| Gray { width, height, pixels }),
        other => {
            let Rgb { width, height, pixels } = other_rgb(&other, bytes)?;
            let pixels = pixels.chunks_exact(3).map(|p| luma(p[0], p[1], p[2])).collect();
            Ok(Gray { width, height, pixels })
        }
    })
}

/// Does the file hold more pictures than the one that is decoded? Asked of GIF and WebP; of others it is not known here.
pub fn moves(bytes: &[u8]) -> bool {
    guarded(|| Ok(moving::moves(bytes))).unwrap_or(false)
}

fn other_rgb(kind: &Kind, bytes: &[u8]) -> Result<Rgb, RasterError> {
    match kind {
        Kind::Gif => moving::gif(bytes),
        Kind::Webp => moving::webp(bytes),
        Kind::Tiff => tagged::tiff(bytes),
        Kind::Jpeg | Kind::Png => Err(RasterError::Broken("it is decoded elsewhere".into())),
    }
}

/// Decodes `bytes` to red, green and blue. Transparency is read as over white.
///
/// # Errors
/// As [`gray`].
pub fn rgb(bytes: &[u8]) -> Result<Rgb, RasterError> {
    guarded(|| match kind(bytes)? {
        Kind::Jpeg => {
            let (width, height, pixels) = jpeg(bytes, ColorSpace::RGB)?;
            Ok(Rgb { width, height, pixels })
        }
        Kind::Png => png_rows(
            bytes,
            |row, out: &mut Vec<u8>, channels| match channels {
                1 => out.extend(row.iter().flat_map(|&p| [p; 3])),
                2 => out.extend(row.chunks_exact(2).flat_map(|p| [over_white(p[0], p[1]); 3])),
                3 => out.extend_from_slice(row),
                _ => out.extend(
                    row.chunks_exact(4)
                        .flat_map(|p| [over_white(p[0], p[3]), over_white(p[1], p[3]), over_white(p[2], p[3])]),
                ),
            },
            3,
        )
        .map(|(width, height, pixels)| Rgb { width, height, pixels }),
        other => other_rgb(&other, bytes),
    })
}

enum Kind {
    Jpeg,
    Png,
    Gif,
    Webp,
    Tiff,
}

fn kind(bytes: &[u8]) -> Result<Kind, RasterError> {
    match super::sniff::sniff(bytes, "").media_type {
        "image/jpeg" => Ok(Kind::Jpeg),
        "image/png" => Ok(Kind::Png),
        "image/gif" => Ok(Kind::Gif),
        "image/webp" => Ok(Kind::Webp),
        "image/tiff" => Ok(Kind::Tiff),
        other => Err(RasterError::Type(other.to_string())),
    }
}

fn luma(r: u8, g: u8, b: u8) -> u8 {
    // Weights in 1/65536, rounded: within half a grey level of the real sum.
    ((u32::from(r) * 19_595 + u32::from(g) * 38_470 + u32::from(b) * 7_471 + 32_768) >> 16) as u8
}

fn over_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

pub(super) fn allowed(width: u64, height: u64) -> Result<(), RasterError> {
    let sides = width > 0 && height > 0 && width <= u64::from(MAX_SIDE) && height <= u64::from(MAX_SIDE);
    if sides && width * height <= MAX_PIXELS { Ok(()) } else { Err(RasterError::TooLarge { width, height }) }
}

fn jpeg(bytes: &[u8], to: ColorSpace) -> Result<(usize, usize, Vec<u8>), RasterError> {
    let options = DecoderOptions::default()
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize)
        .set_strict_mode(false)
        .jpeg_set_out_colorspace(to);
    let broken = |e: zune_jpeg::errors::DecodeErrors| RasterError::Broken(e.to_string());
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let info = decoder.info().ok_or_else(|| RasterError::Broken("no header".into()))?;
    allowed(info.width.into(), info.height.into())?;
    let pixels = decoder.decode().map_err(broken)?;
    Ok((info.width.into(), info.height.into(), pixels))
}

fn png_rows(
    bytes: &[u8],
    convert: impl Fn(&[u8], &mut Vec<u8>, usize),
    channels_out: usize,
) -> Result<(usize, usize, Vec<u8>), RasterError> {
    let broken = |e: png::DecodingError| RasterError::Broken(e.to_string());
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: 64 << 20 });
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.ignore_checksums(true);
    let header = decoder.read_header_info().map_err(broken)?;
    let (width, height) = (header.width, header.height);
    allowed(width.into(), height.into())?;
    let mut reader = decoder.read_info().map_err(broken)?;
    let channels = reader.output_color_type().0.samples();
    let interlaced = reader.info().interlaced;
    let (width, height) = (width as usize, height as usize);
    if interlaced {
        // Seven passes cannot be converted row by row: decode it whole.
        let size = reader.output_buffer_size().ok_or_else(|| RasterError::Broken("no size".into()))?;
        let mut whole = vec![0; size];
        reader.next_frame(&mut whole).map_err(broken)?;
        let mut out = Vec::with_capacity(width * height * channels_out);
        convert(&whole, &mut out, channels);
        return Ok((width, height, out));
    }
    // Not reserved at once: a header may claim more than the file holds.
    let mut out = Vec::new();
    for _ in 0..height {
        let row = reader.next_row().map_err(broken)?.ok_or_else(|| RasterError::Broken("rows are missing".into()))?;
        convert(row.data(), &mut out, channels);
    }
    Ok((width, height, out))
}
