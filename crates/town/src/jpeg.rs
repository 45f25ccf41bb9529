//! A baseline JPEG writer (ITU-T T.81): 4:2:0, the example Huffman tables of Annex K, segments passed in.
//!
//! It writes only; the town has nothing to read. All arithmetic is IEEE-exact, so the bytes are the same everywhere.

use crate::num;
use crate::raster::Raster;

/// An application or comment segment, written after the start of the image.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Second byte of the marker, for instance 0xE1 for APP1.
    pub marker: u8,
    /// Payload; longer ones than 65,533 bytes are left out, as the format cannot hold them.
    pub payload: Vec<u8>,
}

const LUMA_QUANT: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA_QUANT: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
];
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// A Huffman table as T.81 stores it: how many codes of each length, then the symbols.
struct HuffmanSpec {
    class_and_id: u8,
    counts: [u8; 16],
    symbols: &'static [u8],
}

const DC_SYMBOLS: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const LUMA_AC: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14,
    0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09,
    0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a,
    0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65,
    0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88,
    0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9,
    0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca,
    0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea,
    0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
];
const CHROMA_AC: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22, 0x32,
    0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16,
    0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38, 0x39,
    0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64,
    0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86,
    0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
    0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8,
    0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9,
    0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
];

/// DC luma, AC luma, DC chroma, AC chroma (T.81, tables K.3 to K.6).
const HUFFMAN: [HuffmanSpec; 4] = [
    HuffmanSpec { class_and_id: 0x00, counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: &DC_SYMBOLS },
    HuffmanSpec { class_and_id: 0x10, counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d], symbols: &LUMA_AC },
    HuffmanSpec { class_and_id: 0x01, counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], symbols: &DC_SYMBOLS },
    HuffmanSpec {
        class_and_id: 0x11,
        counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
        symbols: &CHROMA_AC,
    },
];

/// Code and length by symbol.
type Codes = [(u16, u8); 256];

impl HuffmanSpec {
    fn codes(&self) -> Codes {
        let mut codes = [(0, 0); 256];
        let (mut code, mut at) = (0u16, 0);
        for (length, count) in (1u8..).zip(self.counts) {
            for _ in 0..count {
                codes[usize::from(self.symbols[at])] = (code, length);
                code += 1;
                at += 1;
            }
            code <<= 1;
        }
        codes
    }
}

/// Bits into bytes, with a zero stuffed after every 0xFF.
struct Bits {
    out: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, length: u8) {
        for shift in (0..u32::from(length)).rev() {
            self.held = self.held << 1 | (value >> shift & 1);
            self.count += 1;
            if self.count == 8 {
                let byte = self.held as u8;
                self.out.push(byte);
                if byte == 0xff {
                    self.out.push(0);
                }
                (self.held, self.count) = (0, 0);
            }
        }
    }

    fn symbol(&mut self, codes: &Codes, symbol: u8) {
        let (code, length) = codes[usize::from(symbol)];
        self.put(u32::from(code), length);
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.put(1, 1);
        }
        self.out
    }
}

/// One of the two table sets, ready for use.
struct Channel {
    quant: [u8; 64],
    dc: Codes,
    ac: Codes,
}

/// The image as a JPEG at `quality` 1 to 100 (the scaling of the Independent JPEG Group's library).
///
/// Without segments a JFIF header is written, as a JPEG needs one of the two.
pub(crate) fn encode(raster: &Raster, quality: u8, segments: &[Segment]) -> Vec<u8> {
    let luma = Channel { quant: scaled(&LUMA_QUANT, quality), dc: HUFFMAN[0].codes(), ac: HUFFMAN[1].codes() };
    let chroma = Channel { quant: scaled(&CHROMA_QUANT, quality), dc: HUFFMAN[2].codes(), ac: HUFFMAN[3].codes() };
    let mut out = vec![0xff, 0xd8];
    if segments.iter().all(|s| s.marker != 0xe1) {
        segment(&mut out, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    }
    for s in segments {
        segment(&mut out, s.marker, &s.payload);
    }
    for (id, channel) in [(0u8, &luma), (1, &chroma)] {
        let mut table = vec![id];
        table.extend(ZIGZAG.iter().map(|&at| channel.quant[at]));
        segment(&mut out, 0xdb, &table);
    }
    let (width, height) = (raster.width as u16, raster.height as u16);
    let [h0, h1] = height.to_be_bytes();
    let [w0, w1] = width.to_be_bytes();
    segment(&mut out, 0xc0, &[8, h0, h1, w0, w1, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    for spec in &HUFFMAN {
        let mut table = vec![spec.class_and_id];
        table.extend(spec.counts);
        table.extend(spec.symbols);
        segment(&mut out, 0xc4, &table);
    }
    segment(&mut out, 0xda, &[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    out.extend(scan(raster, &luma, &chroma));
    out.extend([0xff, 0xd9]);
    out
}

fn segment(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    if let Ok(length) = u16::try_from(payload.len() + 2) {
        out.extend([0xff, marker]);
        out.extend(length.to_be_bytes());
        out.extend(payload);
    }
}

fn scaled(base: &[u8; 64], quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let scale = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    base.map(|q| ((u32::from(q) * scale + 50) / 100).clamp(1, 255) as u8)
}

/// The entropy-coded data: macroblocks of 16 × 16 pixels, four luma blocks and one of each colour difference.
fn scan(raster: &Raster, luma: &Channel, chroma: &Channel) -> Vec<u8> {
    let basis = dct_basis();
    let mut bits = Bits { out: Vec::with_capacity(raster.width * raster.height / 4), held: 0, count: 0 };
    let mut previous = [0i32; 3];
    for my in (0..raster.height).step_by(16) {
        for mx in (0..raster.width).step_by(16) {
            let (y, cb, cr) = macroblock(raster, mx, my);
            for (bx, by) in [(0, 0), (8, 0), (0, 8), (8, 8)] {
                let block = std::array::from_fn(|at| y[(by + at / 8) * 16 + bx + at % 8]);
                write_block(&mut bits, &block, luma, &basis, &mut previous[0]);
            }
            write_block(&mut bits, &cb, chroma, &basis, &mut previous[1]);
            write_block(&mut bits, &cr, chroma, &basis, &mut previous[2]);
        }
    }
    bits.finish()
}

/// Luma of 16 × 16 pixels and both colour differences averaged over 2 × 2, all level-shifted; edges repeat.
fn macroblock(raster: &Raster, mx: usize, my: usize) -> ([f32; 256], [f32; 64], [f32; 64]) {
    let (mut y, mut cb, mut cr) = ([0.0; 256], [0.0; 64], [0.0; 64]);
    for row in 0..16 {
        for column in 0..16 {
            let [r, g, b] =
                raster.get((mx + column).min(raster.width - 1), (my + row).min(raster.height - 1)).map(f32::from);
            y[row * 16 + column] = 0.299 * r + 0.587 * g + 0.114 * b - 128.0;
            let quarter = (row / 2) * 8 + column / 2;
            cb[quarter] += 0.25 * (-0.168_736 * r - 0.331_264 * g + 0.5 * b);
            cr[quarter] += 0.25 * (0.5 * r - 0.418_688 * g - 0.081_312 * b);
        }
    }
    (y, cb, cr)
}

/// Row u holds the basis function of frequency u, scaled as T.81 A.3.3 has it.
fn dct_basis() -> [[f32; 8]; 8] {
    std::array::from_fn(|u| {
        let scale = if u == 0 { (1.0f64 / 8.0).sqrt() } else { 0.5 };
        std::array::from_fn(|x| {
            (scale * num::cos((2.0 * x as f64 + 1.0) * u as f64 * std::f64::consts::PI / 16.0)) as f32
        })
    })
}

fn write_block(bits: &mut Bits, block: &[f32; 64], channel: &Channel, basis: &[[f32; 8]; 8], previous: &mut i32) {
    let mut rows = [0.0f32; 64];
    for y in 0..8 {
        for (u, wave) in basis.iter().enumerate() {
            rows[y * 8 + u] = (0..8).map(|x| wave[x] * block[y * 8 + x]).sum();
        }
    }
    let mut coefficients = [0i32; 64];
    for (v, wave) in basis.iter().enumerate() {
        for u in 0..8 {
            let value: f32 = (0..8).map(|y| wave[y] * rows[y * 8 + u]).sum();
            coefficients[v * 8 + u] = (value / f32::from(channel.quant[v * 8 + u])).round() as i32;
        }
    }
    let difference = coefficients[0] - *previous;
    *previous = coefficients[0];
    let (size, extra) = magnitude(difference);
    bits.symbol(&channel.dc, size);
    bits.put(extra, size);
    let mut zeros = 0u8;
    for &at in &ZIGZAG[1..] {
        if coefficients[at] == 0 {
            zeros += 1;
            continue;
        }
        while zeros > 15 {
            bits.symbol(&channel.ac, 0xf0);
            zeros -= 16;
        }
        let (size, extra) = magnitude(coefficients[at]);
        bits.symbol(&channel.ac, zeros << 4 | size);
        bits.put(extra, size);
        zeros = 0;
    }
    if zeros > 0 {
        bits.symbol(&channel.ac, 0x00);
    }
}

/// The size category of a coefficient and its extra bits (T.81 F.1.2.1).
fn magnitude(value: i32) -> (u8, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let extra = if value < 0 { (value - 1) as u32 & ((1u32 << size) - 1) } else { value as u32 };
    (size as u8, extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_a_complete_prefix_code() {
        for spec in &HUFFMAN {
            assert_eq!(spec.counts.iter().map(|&c| usize::from(c)).sum::<usize>(), spec.symbols.len());
            let codes = spec.codes();
            assert!(spec.symbols.iter().all(|&s| codes[usize::from(s)].1 > 0));
        }
    }

    #[test]
    fn magnitudes_follow_the_standard() {
        assert_eq!(magnitude(0), (0, 0));
        assert_eq!(magnitude(1), (1, 1));
        assert_eq!(magnitude(-1), (1, 0));
        assert_eq!(magnitude(-3), (2, 0));
        assert_eq!(magnitude(5), (3, 5));
    }

    #[test]
    fn a_decoder_gets_back_nearly_the_same_pixels() {
        let mut raster = Raster::new(45, 37, [0; 3]);
        for y in 0..37 {
            for x in 0..45 {
                raster.set(x, y, [(x * 5) as u8, (y * 6) as u8, 90]);
            }
        }
        let bytes = encode(&raster, 95, &[]);
        let mut decoder = zune_jpeg::JpegDecoder::new(zune_jpeg::zune_core::bytestream::ZCursor::new(&bytes));
        let pixels = decoder.decode().expect("a baseline JPEG");
        assert_eq!(pixels.len(), 45 * 37 * 3);
        let error: f64 =
            pixels.iter().zip(raster.pixels.iter().flatten()).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>()
                / pixels.len() as f64;
        assert!(error < 3.0, "{error}");
    }
}
