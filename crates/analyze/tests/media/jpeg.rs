//! A small baseline JPEG writer (ITU-T T.81), so that no sample has to be bundled: one quantiser, fixed-length codes.

use std::f64::consts::PI;
use std::sync::LazyLock;

const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// A segment: marker code, then its body.
pub fn segment(code: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![0xff, code];
    out.extend_from_slice(&((body.len() + 2) as u16).to_be_bytes());
    out.extend_from_slice(body);
    out
}

/// Encodes `pixels` (`channels` bytes each: 1 grey, 3 red, green, blue), with `extra` segments after the start.
pub fn encode(pixels: &[u8], width: usize, height: usize, channels: usize, step: u8, extra: &[u8]) -> Vec<u8> {
    assert_eq!(pixels.len(), width * height * channels);
    let mut out = vec![0xff, 0xd8];
    out.extend_from_slice(extra);
    out.extend(segment(0xdb, &[&[0][..], &[step; 64]].concat()));
    let mut frame = vec![8];
    frame.extend_from_slice(&(height as u16).to_be_bytes());
    frame.extend_from_slice(&(width as u16).to_be_bytes());
    frame.push(channels as u8);
    (0..channels).for_each(|c| frame.extend_from_slice(&[c as u8 + 1, 0x11, 0]));
    out.extend(segment(0xc0, &frame));
    // Twelve codes of four bits, and 162 of eight, in the order of their symbols.
    let lengths = |at: usize, count: u8| {
        let mut lengths = [0; 16];
        lengths[at - 1] = count;
        lengths.to_vec()
    };
    out.extend(segment(0xc4, &[vec![0x00], lengths(4, 12), (0..12).collect()].concat()));
    out.extend(segment(0xc4, &[vec![0x10], lengths(8, 162), symbols()].concat()));
    let mut scan = vec![channels as u8];
    (0..channels).for_each(|c| scan.extend_from_slice(&[c as u8 + 1, 0]));
    scan.extend_from_slice(&[0, 63, 0]);
    out.extend(segment(0xda, &scan));
    let mut bits = Bits::default();
    let mut last = vec![0; channels];
    for top in (0..height).step_by(8) {
        for left in (0..width).step_by(8) {
            for (channel, last) in last.iter_mut().enumerate() {
                let sample = |x: usize, y: usize| {
                    let at = ((top + y).min(height - 1) * width + (left + x).min(width - 1)) * channels;
                    component(&pixels[at..at + channels], channel)
                };
                block(&mut bits, &coefficients(sample, step), last);
            }
        }
    }
    out.extend(bits.finish());
    out.extend_from_slice(&[0xff, 0xd9]);
    out
}

/// Encodes grey `pixels` progressively: the first coefficients in two scans, the second of which adds their last bit, the others
/// in two bands.
pub fn encode_progressive(pixels: &[u8], width: usize, height: usize, step: u8) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    out.extend(segment(0xdb, &[&[0][..], &[step; 64]].concat()));
    let mut frame = vec![8];
    frame.extend_from_slice(&(height as u16).to_be_bytes());
    frame.extend_from_slice(&(width as u16).to_be_bytes());
    frame.extend_from_slice(&[1, 1, 0x11, 0]);
    out.extend(segment(0xc2, &frame));
    let lengths = |at: usize, count: u8| {
        let mut lengths = [0; 16];
        lengths[at - 1] = count;
        lengths.to_vec()
    };
    out.extend(segment(0xc4, &[vec![0x00], lengths(4, 12), (0..12).collect()].concat()));
    out.extend(segment(0xc4, &[vec![0x10], lengths(8, 162), symbols()].concat()));
    let mut blocks = Vec::new();
    for top in (0..height).step_by(8) {
        for left in (0..width).step_by(8) {
            let sample =
                |x: usize, y: usize| f64::from(pixels[(top + y).min(height - 1) * width + (left + x).min(width - 1)]);
            blocks.push(coefficients(sample, step));
        }
    }
    for (first, last, bits) in [(0, 0, 0x01), (1, 5, 0x00), (0, 0, 0x10), (6, 63, 0x00)] {
        out.extend(segment(0xda, &[1, 1, 0x00, first, last, bits]));
        let mut coded = Bits::default();
        let mut before = 0;
        for block in &blocks {
            if (first, bits) == (0, 0x01) {
                let difference = (block[0] >> 1) - before;
                before = block[0] >> 1;
                let size = 32 - difference.unsigned_abs().leading_zeros();
                coded.put(size, 4);
                coded.value(difference, size);
            } else if first == 0 {
                coded.put((block[0] & 1) as u32, 1);
            } else {
                band(&mut coded, block, usize::from(first), usize::from(last));
            }
        }
        out.extend(coded.finish());
    }
    out.extend_from_slice(&[0xff, 0xd9]);
    out
}

fn component(pixel: &[u8], channel: usize) -> f64 {
    let &[r, g, b] = pixel else { return f64::from(pixel[channel]) };
    let (r, g, b) = (f64::from(r), f64::from(g), f64::from(b));
    match channel {
        0 => 0.299 * r + 0.587 * g + 0.114 * b,
        1 => 128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b,
        _ => 128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b,
    }
}

/// Run and size of every symbol that follows the first coefficient: sizes 1 to 10, end of block, sixteen zeros.
fn symbols() -> Vec<u8> {
    let mut all = vec![0x00, 0xf0];
    all.extend((0..16u8).flat_map(|run| (1..=10u8).map(move |size| run << 4 | size)));
    all
}

fn coefficients(sample: impl Fn(usize, usize) -> f64, step: u8) -> [i32; 64] {
    static WAVES: LazyLock<[[f64; 8]; 8]> = LazyLock::new(|| {
        let scale = |k: usize| if k == 0 { 0.5f64.sqrt() } else { 1.0 };
        std::array::from_fn(|k| {
            std::array::from_fn(|at| scale(k) / 2.0 * ((2 * at + 1) as f64 * k as f64 * PI / 16.0).cos())
        })
    });
    let mut across = [[0.0; 8]; 8];
    for (y, row) in across.iter_mut().enumerate() {
        for (u, sum) in row.iter_mut().enumerate() {
            *sum = (0..8).map(|x| (sample(x, y) - 128.0) * WAVES[u][x]).sum();
        }
    }
    std::array::from_fn(|place| {
        let (u, v) = (place % 8, place / 8);
        let sum: f64 = (0..8).map(|y| across[y][u] * WAVES[v][y]).sum();
        (sum / f64::from(step)).round() as i32
    })
}

fn block(bits: &mut Bits, coefficients: &[i32; 64], last: &mut i32) {
    let difference = coefficients[0] - *last;
    *last = coefficients[0];
    let size = 32 - difference.unsigned_abs().leading_zeros();
    bits.put(size, 4);
    bits.value(difference, size);
    band(bits, coefficients, 1, 63);
}

/// The coefficients from the `first` to the `last`, in the order in which they are sent.
fn band(bits: &mut Bits, coefficients: &[i32; 64], first: usize, last: usize) {
    // In the order of `symbols`.
    let code = |symbol: u8| match symbol {
        0x00 => 0,
        0xf0 => 1,
        _ => u32::from(symbol >> 4) * 10 + u32::from(symbol & 15) + 1,
    };
    let mut run = 0;
    for place in &ZIGZAG[first..=last] {
        let value = coefficients[*place];
        if value == 0 {
            run += 1;
            continue;
        }
        while run > 15 {
            bits.put(code(0xf0), 8);
            run -= 16;
        }
        let size = 32 - value.unsigned_abs().leading_zeros();
        bits.put(code((run << 4) as u8 | size as u8), 8);
        bits.value(value, size);
        run = 0;
    }
    if run > 0 {
        bits.put(code(0x00), 8);
    }
}

#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, length: u32) {
        for i in (0..length).rev() {
            self.held = self.held << 1 | (value >> i & 1);
            self.count += 1;
            if self.count == 8 {
                self.out.push(self.held as u8);
                if self.held as u8 == 0xff {
                    self.out.push(0);
                }
                (self.held, self.count) = (0, 0);
            }
        }
    }

    fn value(&mut self, value: i32, size: u32) {
        if size > 0 {
            let bits = if value < 0 { value + (1 << size) - 1 } else { value };
            self.put(bits as u32, size);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.put(1, 1);
        }
        self.out
    }
}
