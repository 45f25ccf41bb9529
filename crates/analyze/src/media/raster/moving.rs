//! Pictures that may move: GIF (CompuServe, 1990) and WebP (RFC 9649). Their first picture is what is decoded.
//!
//! Two decoders that others wrote (gif, image-webp), which the writer of PDF brings along anyway. Later pictures are deliberately not
//! looked at; whether there are any is said, so that nobody takes the first for the whole.

use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions, MemoryLimit};
use image_webp::WebPDecoder;

use super::{RasterError, Rgb, allowed, over_white};

/// Bytes that a decoder may hold beside the picture.
const MOST_BYTES: usize = 768 << 20;

fn broken(why: impl ToString) -> RasterError {
    RasterError::Broken(why.to_string())
}

fn gif_reader(bytes: &[u8], skip: bool) -> Result<gif::Decoder<Cursor<&[u8]>>, RasterError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Bytes(
        std::num::NonZeroU64::new(MOST_BYTES as u64).unwrap_or(std::num::NonZeroU64::MIN),
    ));
    options.skip_frame_decoding(skip);
    options.read_info(Cursor::new(bytes)).map_err(broken)
}

/// The first picture of a GIF, on its canvas, over white.
pub(super) fn gif(bytes: &[u8]) -> Result<Rgb, RasterError> {
    let mut reader = gif_reader(bytes, false)?;
    let (width, height) = (usize::from(reader.width()), usize::from(reader.height()));
    allowed(width as u64, height as u64)?;
    let frame = reader.read_next_frame().map_err(broken)?.ok_or_else(|| broken("there is no picture in it"))?;
    let mut pixels = vec![255; width * height * 3];
    let (left, top, across) = (usize::from(frame.left), usize::from(frame.top), usize::from(frame.width));
    // What lies beside the canvas is not shown.
    let shown = across.min(width.saturating_sub(left));
    for (y, row) in frame.buffer.chunks_exact((across * 4).max(4)).enumerate().take(height.saturating_sub(top)) {
        let at = ((top + y) * width + left) * 3;
        let Some(out) = pixels.get_mut(at..at + shown * 3) else { break };
        for (to, from) in out.chunks_exact_mut(3).zip(row.chunks_exact(4)) {
            for (to, from_value) in to.iter_mut().zip(&from[..3]) {
                *to = over_white(*from_value, from[3]);
            }
        }
    }
    Ok(Rgb { width, height, pixels })
}

fn webp_reader(bytes: &[u8]) -> Result<WebPDecoder<Cursor<&[u8]>>, RasterError> {
    let mut reader = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    reader.set_memory_limit(MOST_BYTES);
    Ok(reader)
}

/// The first picture of a WebP, over white.
pub(super) fn webp(bytes: &[u8]) -> Result<Rgb, RasterError> {
    let mut reader = webp_reader(bytes)?;
    let (width, height) = reader.dimensions();
    allowed(width.into(), height.into())?;
    let size = reader.output_buffer_size().ok_or_else(|| broken("no size"))?;
    let mut whole = vec![0; size];
    if reader.is_animated() {
        reader.read_frame(&mut whole).map_err(broken)?;
    } else {
        reader.read_image(&mut whole).map_err(broken)?;
    }
    let pixels = if reader.has_alpha() {
        whole
            .chunks_exact(4)
            .flat_map(|p| [over_white(p[0], p[3]), over_white(p[1], p[3]), over_white(p[2], p[3])])
            .collect()
    } else {
        whole
    };
    Ok(Rgb { width: width as usize, height: height as usize, pixels })
}

/// Does the file hold more pictures than its first?
pub(super) fn moves(bytes: &[u8]) -> bool {
    match super::super::sniff::sniff(bytes, "").media_type {
        "image/gif" => gif_reader(bytes, true)
            .is_ok_and(|mut reader| (0..2).all(|_| reader.next_frame_info().is_ok_and(|frame| frame.is_some()))),
        "image/webp" => webp_reader(bytes).is_ok_and(|reader| reader.is_animated() && reader.num_frames() > 1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{gray, moves, rgb};

    fn gif_of(frames: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = gif::Encoder::new(&mut out, 8, 8, &[200, 10, 30, 0, 0, 0]).unwrap();
        for shade in 0..frames {
            let pixels = vec![(shade % 2) as u8; 64];
            encoder.write_frame(&gif::Frame::from_indexed_pixels(8, 8, pixels, None)).unwrap();
        }
        drop(encoder);
        out
    }

    #[test]
    fn of_what_moves_the_first_picture_is_decoded() {
        let (still, moving) = (gif_of(1), gif_of(3));
        assert_eq!((moves(&still), moves(&moving)), (false, true));
        assert_eq!(rgb(&moving).unwrap().pixels[..3], [200, 10, 30]);
        assert_eq!(gray(&moving).unwrap(), gray(&still).unwrap());
        let pixels: Vec<u8> = (0..12 * 7 * 3).map(|i| i as u8).collect();
        let mut webp = Vec::new();
        image_webp::WebPEncoder::new(&mut webp).encode(&pixels, 12, 7, image_webp::ColorType::Rgb8).unwrap();
        let read = rgb(&webp).unwrap();
        assert_eq!((read.width, read.height, read.pixels), (12, 7, pixels));
        assert!(!moves(&webp));
        for bytes in [&moving, &webp] {
            for cut in 0..bytes.len() {
                let _ = (rgb(&bytes[..cut]), moves(&bytes[..cut]));
            }
            for at in 0..bytes.len() {
                let mut bent = bytes.clone();
                bent[at] ^= 0x55;
                let _ = rgb(&bent);
            }
        }
    }
}
