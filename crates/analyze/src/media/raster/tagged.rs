//! The first picture of a TIFF file (TIFF 6.0, 1992): grey, palette, RGB, CMYK and YCbCr of 1 to 16 bits, in strips, tiles or planes.
//!
//! By the crate `tiff`, which knows no palettes: it is told that the indices are greys, and the table of colours is applied here. Samples
//! of real numbers are measurements and no picture; scenes are read elsewhere. Colour profiles are not applied.

use std::io::Cursor;

use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use super::{RasterError, Rgb, allowed};

/// Bytes of the decoded samples, and of any one piece.
const MOST_BYTES: usize = 512 << 20;

fn broken(why: impl ToString) -> RasterError {
    RasterError::Broken(why.to_string())
}

fn reader(bytes: &[u8]) -> Result<Decoder<Cursor<&[u8]>>, RasterError> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_BYTES;
    limits.intermediate_buffer_size = MOST_BYTES;
    Ok(Decoder::new(Cursor::new(bytes)).map_err(broken)?.with_limits(limits))
}

/// Decodes the first picture.
pub(super) fn tiff(bytes: &[u8]) -> Result<Rgb, RasterError> {
    let mut reader = reader(bytes)?;
    let (width, height) = reader.dimensions().map_err(broken)?;
    allowed(width.into(), height.into())?;
    let is_palette = reader.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation).map_err(broken)? == Some(3);
    if !is_palette {
        return picture(&mut reader, width as usize, height as usize, None);
    }
    let colours = reader.get_tag_u16_vec(Tag::ColorMap).map_err(broken)?;
    let place = photometric(bytes).ok_or_else(|| broken("its kind of colours is not where it should be"))?;
    let mut told = bytes.to_vec();
    told[place] = 1;
    picture(&mut self::reader(&told)?, width as usize, height as usize, Some(&colours))
}

/// Where the number 3 of a palette's PhotometricInterpretation stands: of a short in the first directory, the byte that counts.
fn photometric(bytes: &[u8]) -> Option<usize> {
    let little = bytes.starts_with(b"II");
    let number = |at: usize, length: usize| -> Option<usize> {
        let all = bytes.get(at..at.checked_add(length)?)?;
        let fold = |sum: u64, b: &u8| sum << 8 | u64::from(*b);
        usize::try_from(if little { all.iter().rev().fold(0, fold) } else { all.iter().fold(0, fold) }).ok()
    };
    let (head, entry, value, wide, first) = if number(2, 2)? == 43 { (8, 20, 12, 8, 8) } else { (2, 12, 8, 4, 4) };
    let directory = number(first, wide)?;
    let entries = number(directory, head)?.min(65_536);
    let begin = directory.checked_add(head)?;
    let at = (0..entries).map(|i| begin + i * entry).find(|at| number(*at, 2) == Some(262))?;
    let value = at + value + if little { 0 } else { 1 };
    (bytes.get(value) == Some(&3)).then_some(value)
}

/// Samples one by one, as numbers of 8 bits.
fn samples(reader: &mut Decoder<Cursor<&[u8]>>) -> Result<(Vec<u8>, u8), RasterError> {
    let mut read = DecodingResult::U8(Vec::new());
    reader.read_image_to_buffer(&mut read).map_err(broken)?;
    match read {
        DecodingResult::U8(samples) => Ok((samples, 8)),
        DecodingResult::U16(samples) => Ok((samples.into_iter().map(|s| (s >> 8) as u8).collect(), 16)),
        _ => Err(broken("its samples are measurements, not shades")),
    }
}

fn picture(
    reader: &mut Decoder<Cursor<&[u8]>>,
    width: usize,
    height: usize,
    colours: Option<&[u16]>,
) -> Result<Rgb, RasterError> {
    let colour = reader.colortype().map_err(broken)?;
    let planes = reader.find_tag_unsigned::<u16>(Tag::PlanarConfiguration).map_err(broken)? == Some(2);
    let (channels, bits) = match colour {
        ColorType::Gray(bits) => (1, bits),
        ColorType::GrayA(bits) => (2, bits),
        ColorType::RGB(bits) | ColorType::YCbCr(bits) => (3, bits),
        ColorType::RGBA(bits) | ColorType::CMYK(bits) => (4, bits),
        ColorType::CMYKA(bits) => (5, bits),
        ColorType::Multiband { bit_depth, num_samples } => (usize::from(num_samples), bit_depth),
        other => return Err(broken(format!("its colours are of a kind that is not decoded: {other:?}"))),
    };
    let (mut samples, wide) = samples(reader)?;
    if bits < 8 {
        samples = spread(&samples, width * channels, height, bits, colours.is_none())?;
    }
    let pixels = width * height;
    if channels == 0 || samples.len() < pixels * channels {
        return Err(broken("samples are missing"));
    }
    let sample = |pixel: usize, channel: usize| match planes {
        true => samples[channel * pixels + pixel],
        false => samples[pixel * channels + channel],
    };
    let mut out = Vec::with_capacity(pixels * 3);
    for pixel in 0..pixels {
        let at = |channel: usize| sample(pixel, channel);
        out.extend(match (colour, colours) {
            (_, Some(table)) => looked_up(table, at(0), wide)?,
            (ColorType::RGB(_) | ColorType::RGBA(_), _) => [at(0), at(1), at(2)],
            (ColorType::YCbCr(_), _) => of_ycbcr(at(0), at(1), at(2)),
            (ColorType::CMYK(_) | ColorType::CMYKA(_), _) => [0, 1, 2].map(|ink| inked(at(ink), at(3))),
            // Grey, whatever further bands there are.
            _ => [at(0); 3],
        });
    }
    Ok(Rgb { width, height, pixels: out })
}

/// Samples of 1, 2 or 4 bits, rows beginning on bytes; as shades from black to white, or as they are.
fn spread(packed: &[u8], across: usize, rows: usize, bits: u8, as_shades: bool) -> Result<Vec<u8>, RasterError> {
    if !matches!(bits, 1 | 2 | 4) {
        return Err(broken(format!("samples of {bits} bits are not decoded")));
    }
    let row = (across * usize::from(bits)).div_ceil(8);
    let most = (1u16 << bits) - 1;
    let mut out = Vec::with_capacity(across * rows);
    for line in packed.chunks_exact(row.max(1)).take(rows) {
        out.extend((0..across).map(|x| {
            let from = x * usize::from(bits);
            let value = line[from / 8] >> (8 - usize::from(bits) - from % 8) & most as u8;
            if as_shades { (u16::from(value) * 255 / most) as u8 } else { value }
        }));
    }
    Ok(out)
}

/// A colour of the table: all reds, all greens, all blues, of 16 bits.
fn looked_up(table: &[u16], index: u8, wide: u8) -> Result<[u8; 3], RasterError> {
    let colours = table.len() / 3;
    if wide != 8 || usize::from(index) >= colours {
        return Err(broken("its table of colours is too short"));
    }
    Ok([0, 1, 2].map(|band| (table[band * colours + usize::from(index)] >> 8) as u8))
}

/// Ink on white paper, without a profile.
fn inked(ink: u8, black: u8) -> u8 {
    (u16::from(255 - ink) * u16::from(255 - black) / 255) as u8
}

/// ITU-R BT.601 over the full range, as TIFF's default has it.
fn of_ycbcr(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    // A cast ends at 0 and 255.
    [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb].map(|value| (value + 0.5) as u8)
}

#[cfg(test)]
mod tests {
    use super::super::{gray, rgb};

    /// A TIFF of one strip, written by hand: photometric, bits of each sample, samples a pixel, more tags, data.
    fn file(sides: (u32, u32), colours: (u16, u16, u16), planes: u16, map: &[u16], data: &[u8]) -> Vec<u8> {
        let (photometric, bits, samples) = colours;
        let mut after = Vec::new();
        let mut tags: Vec<(u16, u16, u32, u32)> = vec![(256, 4, 1, sides.0), (257, 4, 1, sides.1)];
        let base = 8 + 2 + 12 * (if map.is_empty() { 10 } else { 11 }) + 4;
        let bits_at = base as u32 + after.len() as u32;
        after.extend((0..samples).flat_map(|_| bits.to_le_bytes()));
        tags.push((
            258,
            3,
            samples.into(),
            if samples == 1 {
                bits.into()
            } else if samples == 2 {
                u32::from(bits) * 65_537
            } else {
                bits_at
            },
        ));
        tags.extend([(259, 3, 1, 1), (262, 3, 1, photometric.into())]);
        let size = data.len() as u32;
        let count = if planes == 2 { u32::from(samples) } else { 1 };
        let offsets_at = base as u32 + after.len() as u32;
        let data_at = offsets_at + if count > 1 { 8 * count } else { 0 } + 2 * map.len() as u32;
        if count > 1 {
            after.extend((0..count).flat_map(|i| (data_at + i * size / count).to_le_bytes()));
            after.extend((0..count).flat_map(|_| (size / count).to_le_bytes()));
        }
        tags.push((273, 4, count, if count > 1 { offsets_at } else { data_at }));
        tags.extend([(277, 3, 1, samples.into()), (278, 4, 1, sides.1)]);
        tags.push((279, 4, count, if count > 1 { offsets_at + 4 * count } else { size }));
        tags.push((284, 3, 1, planes.into()));
        if !map.is_empty() {
            tags.push((320, 3, map.len() as u32, base as u32 + after.len() as u32));
            after.extend(map.iter().flat_map(|value| value.to_le_bytes()));
        }
        let mut out = b"II\x2a\0\x08\0\0\0".to_vec();
        out.extend((tags.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in tags {
            out.extend(
                tag.to_le_bytes()
                    .into_iter()
                    .chain(kind.to_le_bytes())
                    .chain(count.to_le_bytes())
                    .chain(value.to_le_bytes()),
            );
        }
        out.extend([0; 4]);
        out.extend(after);
        out.extend_from_slice(data);
        out
    }

    #[test]
    fn every_kind_of_colours_comes_out_as_red_green_and_blue() {
        let read = |file: &[u8]| rgb(file).unwrap_or_else(|e| panic!("{e}")).pixels;
        assert_eq!(read(&file((2, 1), (2, 8, 3), 1, &[], &[1, 2, 3, 4, 5, 6])), [1, 2, 3, 4, 5, 6]);
        assert_eq!(read(&file((2, 1), (2, 8, 3), 2, &[], &[1, 4, 2, 5, 3, 6])), [1, 2, 3, 4, 5, 6]);
        assert_eq!(read(&file((1, 1), (2, 16, 3), 1, &[], &[0xff, 1, 0, 2, 0, 3])), [1, 2, 3]);
        assert_eq!(read(&file((1, 1), (5, 8, 4), 1, &[], &[255, 0, 0, 0])), [0, 255, 255]);
        assert_eq!(read(&file((2, 1), (1, 16, 1), 1, &[], &[0, 7, 0, 200])), [7, 7, 7, 200, 200, 200]);
        assert_eq!(read(&file((2, 1), (0, 8, 1), 1, &[], &[0, 255])), [255, 255, 255, 0, 0, 0]);
        assert_eq!(
            read(&file((4, 2), (1, 1, 1), 1, &[], &[0b1010_0000, 0b0001_0000]))[..12],
            [255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0]
        );
        let table: Vec<u16> = (0..48).map(|i| i << 8).collect();
        assert_eq!(read(&file((2, 1), (3, 4, 1), 1, &table, &[0x1f])), [1, 17, 33, 15, 31, 47]);
        assert_eq!(gray(&file((1, 1), (2, 8, 3), 1, &[], &[255, 255, 255])).unwrap().pixels, [255]);
    }

    #[test]
    fn cut_and_bent_files_are_errors_and_no_panic() {
        let table: Vec<u16> = (0..768).map(|i| i * 80).collect();
        let whole = file((5, 3), (3, 8, 1), 1, &table, &[9; 15]);
        for cut in 0..whole.len() {
            let _ = rgb(&whole[..cut]);
        }
        for at in 0..whole.len().min(200) {
            for flip in [1, 0x80, 0xff] {
                let mut bent = whole.clone();
                bent[at] ^= flip;
                let _ = rgb(&bent);
            }
        }
        assert!(rgb(&file((60_000, 60_000), (2, 8, 3), 1, &[], &[0; 3])).is_err());
    }
}
