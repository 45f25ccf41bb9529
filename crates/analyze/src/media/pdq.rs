//! PDQ, the perceptual hash of pictures that Meta published in 2019: 256 bits that change little when a picture is
//! scaled, compressed or touched up.
//!
//! After the reference in facebook/ThreatExchange (`pdq/cpp`, BSD-3) and its paper "The TMK+PDQF Video-Hashing
//! Algorithm and the PDQ Image-Hashing Algorithm" (2019): two passes of a box filter each way (Jarosz), 64 x 64 samples,
//! the 16 x 16 lowest non-constant terms of a cosine transform, one bit a term for "above the median". It deliberately
//! compares nothing: joining near-duplicates is `weigh`'s.

#![allow(clippy::needless_range_loop, reason = "arrays of one length, counted together in the innermost loops")]

use std::sync::LazyLock;

use crate::{Input, Manifest, Row};

use super::{
    decoded::{self, Decoded, SAMPLED_SIDE},
    metadata,
    raster::{self, Gray, RasterError},
    scene,
};

mod weights;

/// Side below which the reference does not hash, in pixels.
const MIN_SIDE: usize = 5;
const SAMPLES: usize = 64;
const TERMS: usize = 16;

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "picture-hash",
    version: 4,
    // Offered more than it decodes, so that a picture that is not compared is said to be so.
    reads: &[
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/heic",
        "image/heif",
        "image/avif",
        "image/bmp",
        "image/tiff",
    ],
    says: &["picture_hash", "problem"],
    cannot_say: &[
        "that two pictures with near hashes come from one exposure: two photographs of one scene can be near",
        "that two pictures with distant hashes differ: a crop over 5 %, a caption bar or a rotation moves most bits",
        "anything about a picture of quality under 50: flat pictures get hashes of noise",
    ],
};

/// A PDQ hash. Word 0 holds the first sixteen digits of the hexadecimal form, so bit *k* of the reference is bit
/// `k % 64` of word `3 - k / 64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pdq(pub [u64; 4]);

impl Pdq {
    /// The 64 hexadecimal digits in the reference's order.
    pub fn hex(&self) -> String {
        self.0.iter().map(|word| format!("{word:016x}")).collect()
    }

    /// Reads what [`Pdq::hex`] writes; nothing else.
    pub fn from_hex(hex: &str) -> Option<Pdq> {
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut words = [0; 4];
        for (word, digits) in words.iter_mut().zip(hex.as_bytes().chunks_exact(16)) {
            *word = u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Pdq(words))
    }

    /// How many of the 256 bits differ.
    pub fn distance(&self, other: &Pdq) -> u32 {
        self.0.iter().zip(other.0).map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    /// The hashes of the eight turned and mirrored versions, in the order of [`DIHEDRAL`], from the bits alone: for a
    /// hash that came without its picture. A term that changes sign is taken to cross the median, which is right when
    /// the median is zero. Against [`Terms::dihedral`], which is exact, 400 synthetic pictures differed by 12 bits at
    /// the worst turn on average, and by 38 at the most.
    pub fn dihedral(&self) -> [Pdq; 8] {
        TURNS.map(|(transpose, negative)| {
            let mut words = [0u64; 4];
            for i in 0..TERMS {
                for j in 0..TERMS {
                    let k = i * TERMS + j;
                    let bit = (self.0[3 - k / 64] >> (k % 64) & 1) ^ u64::from(negative(i, j));
                    let to = if transpose { j * TERMS + i } else { k };
                    words[3 - to / 64] |= bit << (to % 64);
                }
            }
            Pdq(words)
        })
    }
}

/// The 16 x 16 lowest non-constant cosine terms of a picture, from which its hash and those of its mirrored and turned
/// versions are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Row by row: element `i * 16 + j` is the term of vertical frequency `i + 1` and horizontal frequency `j + 1`.
    values: [f32; TERMS * TERMS],
    /// 0 to 100: how much gradient the 64 x 64 samples hold. The reference advises to disregard hashes under 50.
    pub quality: u8,
}

/// The eight ways to turn and mirror a picture, in the reference's order, which is that of [`Terms::dihedral`].
pub const DIHEDRAL: [&str; 8] =
    ["original", "rotate90", "rotate180", "rotate270", "flip_x", "flip_y", "flip_plus_1", "flip_minus_1"];

/// Whether rows and columns change places, and whether the term at a row and column changes sign.
type Turn = (bool, fn(usize, usize) -> bool);

/// What each of [`DIHEDRAL`] does to the terms.
const TURNS: [Turn; 8] = [
    (false, |_, _| false),
    (true, |_, j| j % 2 == 0),
    (false, |i, j| (i + j) % 2 == 1),
    (true, |i, _| i % 2 == 0),
    (false, |i, _| i % 2 == 0),
    (false, |_, j| j % 2 == 0),
    (true, |_, _| false),
    (true, |i, j| (i + j) % 2 == 1),
];

impl Terms {
    /// The hash of the picture as it is.
    pub fn pdq(&self) -> Pdq {
        bits(&self.values)
    }

    /// The hashes of the eight turned and mirrored versions, in the order of [`DIHEDRAL`], without decoding again:
    /// turning a picture changes only places and signs of its terms.
    pub fn dihedral(&self) -> [Pdq; 8] {
        TURNS.map(|(transpose, negative)| {
            let mut turned = [0.0; TERMS * TERMS];
            for i in 0..TERMS {
                for j in 0..TERMS {
                    let value = self.values[i * TERMS + j];
                    let to = if transpose { j * TERMS + i } else { i * TERMS + j };
                    turned[to] = if negative(i, j) { -value } else { value };
                }
            }
            bits(&turned)
        })
    }
}

/// One bit a term: above the median of all.
fn bits(values: &[f32; TERMS * TERMS]) -> Pdq {
    let mut sorted = *values;
    // The lower of the two middle ones, as Torben's method in the reference gives for an even count.
    let (_, median, _) = sorted.select_nth_unstable_by(TERMS * TERMS / 2 - 1, f32::total_cmp);
    let mut words = [0u64; 4];
    for (k, value) in values.iter().enumerate() {
        if *value > *median {
            words[3 - k / 64] |= 1 << (k % 64);
        }
    }
    Pdq(words)
}

/// The hash and quality of a grey picture of `width * height` bytes, row by row.
///
/// The same bits as the reference's kernel gives for the same pixels: sums are taken in its order and precision. A
/// picture with a side under 5 pixels, or bytes that are not `width * height`, gives hash and quality 0.
pub fn hash_gray(pixels: &[u8], width: usize, height: usize) -> (Pdq, u8) {
    let luma = pixels.iter().map(|&p| f32::from(p)).collect();
    match terms(luma, width, height) {
        Some(terms) => (terms.pdq(), terms.quality),
        None => (Pdq::default(), 0),
    }
}

/// The terms of a picture of `width * height` luma values (0 black to 255 white), row by row; nothing when a side is
/// under 5 pixels or the number of values is another.
pub fn terms(luma: Vec<f32>, width: usize, height: usize) -> Option<Terms> {
    if width < MIN_SIDE || height < MIN_SIDE || width.checked_mul(height)? != luma.len() {
        return None;
    }
    Some(terms_of_rows(|y, to| to.copy_from_slice(&luma[y * width..][..width]), width, height))
}

/// The terms of a picture whose rows `row` writes where it is told to.
fn terms_of_rows(row: impl Fn(usize, &mut [f32]), width: usize, height: usize) -> Terms {
    terms_of_samples(&samples(row, width, height))
}

fn terms_of_samples(samples: &[f32]) -> Terms {
    Terms { values: cosine(samples), quality: quality(samples) }
}

/// The terms of a JPEG or PNG file, as the reference's tool takes them: a picture with a side over 512 pixels is first
/// sampled, without blur, to 512 x 512.
///
/// Only luma is decoded. The reference takes luma of rounded, clipped colours instead, which moves no bit in most
/// pictures and one or two in some.
///
/// # Errors
/// As [`gray`](super::raster::gray); a picture with a side under 5 pixels is refused as broken.
pub fn terms_of_file(bytes: &[u8]) -> Result<Terms, RasterError> {
    terms_of(&Decoded::new(bytes))
}

/// As [`terms_of_file`], of a file at which others may look too.
///
/// # Errors
/// As [`terms_of_file`].
pub fn terms_of(picture: &Decoded<'_>) -> Result<Terms, RasterError> {
    if let Some(sampled) = picture.sampled().map_err(Clone::clone)? {
        return terms_of_gray(&sampled).ok_or(RasterError::Broken("it could not be sampled".into()));
    }
    let whole = picture.whole().map_err(Clone::clone)?;
    terms_of_gray(whole)
        .ok_or_else(|| RasterError::Broken(format!("{}x{} pixels are too few to hash", whole.width, whole.height)))
}

/// The terms of a grey picture, sampled as [`terms_of_file`] samples; nothing when a side is under 5 pixels.
pub fn terms_of_gray(picture: &Gray) -> Option<Terms> {
    let (width, height) = (picture.width, picture.height);
    if width > SAMPLED_SIDE || height > SAMPLED_SIDE {
        return terms_of_gray(&decoded::sampled(picture)?);
    }
    if width < MIN_SIDE || height < MIN_SIDE || width.checked_mul(height)? != picture.pixels.len() {
        return None;
    }
    if (width, height) == (SAMPLES, SAMPLES) {
        return terms(picture.pixels.iter().map(|&pixel| f32::from(pixel)).collect(), width, height);
    }
    Some(terms_of_samples(&weights::samples(&picture.pixels, width, height)))
}

/// Values that a box filter averages along a side.
fn window(side: usize) -> usize {
    side.div_ceil(2 * SAMPLES)
}

/// Where the `i`th sample is taken along a side.
fn middle(i: usize, side: usize) -> usize {
    ((i as f64 + 0.5) * side as f64 / SAMPLES as f64) as usize
}

/// Blurs twice and takes 64 x 64 samples, at the middles of 64 x 64 equal blocks. `row` writes a row of the picture where it is
/// told to. What is between two filters is a few rows at a time: memory for all of it would cost more than the sums.
fn samples(row: impl Fn(usize, &mut [f32]), width: usize, height: usize) -> Vec<f32> {
    if (width, height) == (SAMPLES, SAMPLES) {
        let mut all = vec![0.0; SAMPLES * SAMPLES];
        all.chunks_exact_mut(SAMPLES).enumerate().for_each(|(y, to)| row(y, to));
        return all;
    }
    // Of the second pass only the columns and rows that samples are taken from: each is summed for itself.
    let columns: [usize; SAMPLES] = std::array::from_fn(|j| middle(j, width));
    let mut narrow = vec![0.0; SAMPLES * height];
    let (mut given, mut raw, mut filtered) =
        (Vec::new(), vec![0.0; width * SIDE_BY_SIDE], vec![0.0; width * SIDE_BY_SIDE]);
    let mut at = 0;
    let along = |y: usize, to: &mut [f32]| {
        if y.is_multiple_of(SIDE_BY_SIDE) {
            let rows = SIDE_BY_SIDE.min(height - y);
            raw.chunks_exact_mut(width).take(rows).enumerate().for_each(|(r, to)| row(y + r, to));
            box_along_rows(&raw[..rows * width], &mut filtered[..rows * width], width, window(width));
        }
        to.copy_from_slice(&filtered[y % SIDE_BY_SIDE * width..][..width]);
    };
    box_down(width, height, window(height), along, |_, out| {
        given.extend_from_slice(out);
        if given.len() == width * SIDE_BY_SIDE {
            let to = &mut narrow[at * SAMPLES..(at + SIDE_BY_SIDE) * SAMPLES];
            box_at_columns(&given, to, width, window(width), &columns);
            at += SIDE_BY_SIDE;
            given.clear();
        }
    });
    box_at_columns(&given, &mut narrow[at * SAMPLES..], width, window(width), &columns);
    let mut out = Vec::with_capacity(SAMPLES * SAMPLES);
    let taken = |y: usize, to: &mut [f32]| to.copy_from_slice(&narrow[y * SAMPLES..][..SAMPLES]);
    box_down(SAMPLES, height, window(height), taken, |y, row| {
        // A low picture gives one row to several samples.
        while out.len() < SAMPLES * SAMPLES && middle(out.len() / SAMPLES, height) == y {
            out.extend_from_slice(row);
        }
    });
    out
}

/// How far a box filter of `window` values runs before and after its first and last full positions: the reference
/// reads ahead by half a window, then fills, slides and empties it.
struct Phases {
    ahead: usize,
    filling: usize,
    sliding: usize,
}

impl Phases {
    fn new(length: usize, window: usize) -> Phases {
        let half = (window + 2) / 2;
        Phases { ahead: half - 1, filling: window - half + 1, sliding: length - window }
    }
}

/// Rows that are summed side by side, because one sum waits for the last.
const SIDE_BY_SIDE: usize = 8;

/// Box filter along each row. Running sums in single precision depend on their order, so each row is summed strictly
/// from left to right.
fn box_along_rows(from: &[f32], to: &mut [f32], width: usize, window: usize) {
    let mut blocks_from = from.chunks_exact(width * SIDE_BY_SIDE);
    let mut blocks_to = to.chunks_exact_mut(width * SIDE_BY_SIDE);
    for (from, to) in blocks_from.by_ref().zip(blocks_to.by_ref()) {
        box_rows::<SIDE_BY_SIDE>(from, to, width, window);
    }
    let rest = blocks_from.remainder().chunks_exact(width);
    for (from, to) in rest.zip(blocks_to.into_remainder().chunks_exact_mut(width)) {
        box_rows::<1>(from, to, width, window);
    }
}

fn box_rows<const N: usize>(from: &[f32], to: &mut [f32], width: usize, window: usize) {
    slide_rows::<N>(from, width, window, |out, means| {
        for r in 0..N {
            to[r * width + out] = means.of(r);
        }
    });
}

/// As [`box_along_rows`], of which only these columns are kept, side by side.
fn box_at_columns(from: &[f32], to: &mut [f32], width: usize, window: usize, columns: &[usize; SAMPLES]) {
    fn rows<const N: usize>(from: &[f32], to: &mut [f32], width: usize, window: usize, columns: &[usize; SAMPLES]) {
        let mut next = 0;
        slide_rows::<N>(from, width, window, |out, means| {
            // A narrow picture gives one column to several samples.
            while next < SAMPLES && columns[next] == out {
                for r in 0..N {
                    to[r * SAMPLES + next] = means.of(r);
                }
                next += 1;
            }
        });
    }
    let mut blocks_from = from.chunks_exact(width * SIDE_BY_SIDE);
    let mut blocks_to = to.chunks_exact_mut(SAMPLES * SIDE_BY_SIDE);
    for (from, to) in blocks_from.by_ref().zip(blocks_to.by_ref()) {
        rows::<SIDE_BY_SIDE>(from, to, width, window, columns);
    }
    let rest = blocks_from.remainder().chunks_exact(width);
    for (from, to) in rest.zip(blocks_to.into_remainder().chunks_exact_mut(SAMPLES)) {
        rows::<1>(from, to, width, window, columns);
    }
}

/// Running sums of several rows at one place, and how many values are in them.
struct Means<const N: usize> {
    sums: [f32; N],
    count: f32,
    /// What to multiply by instead of dividing, where that is exact: for a power of two.
    share: Option<f32>,
}

impl<const N: usize> Means<N> {
    #[inline(always)]
    fn of(&self, row: usize) -> f32 {
        match self.share {
            Some(share) => self.sums[row] * share,
            None => self.sums[row] / self.count,
        }
    }
}

/// Slides a box along `N` rows and gives each place and its means to `put`, from left to right.
#[inline(always)]
fn slide_rows<const N: usize>(from: &[f32], width: usize, window: usize, mut put: impl FnMut(usize, &Means<N>)) {
    let phases = Phases::new(width, window);
    let rows: [&[f32]; N] = std::array::from_fn(|r| &from[r * width..][..width]);
    let mut means = Means { sums: [0.0f32; N], count: 0.0, share: None };
    let (mut left, mut right, mut out) = (0, 0, 0);
    for _ in 0..phases.ahead {
        for r in 0..N {
            means.sums[r] += rows[r][right];
        }
        right += 1;
        means.count += 1.0;
    }
    for _ in 0..phases.filling {
        means.count += 1.0;
        for r in 0..N {
            means.sums[r] += rows[r][right];
        }
        put(out, &means);
        right += 1;
        out += 1;
    }
    means.share = window.is_power_of_two().then(|| 1.0 / window as f32);
    for _ in 0..phases.sliding {
        for r in 0..N {
            means.sums[r] += rows[r][right];
            means.sums[r] -= rows[r][left];
        }
        put(out, &means);
        left += 1;
        right += 1;
        out += 1;
    }
    means.share = None;
    for _ in 0..phases.ahead {
        means.count -= 1.0;
        for r in 0..N {
            means.sums[r] -= rows[r][left];
        }
        put(out, &means);
        left += 1;
        out += 1;
    }
}

/// Box filter along each column, a whole row of running sums at a time: takes rows from `next`, gives each row to `put`.
fn box_down(
    width: usize,
    height: usize,
    window: usize,
    mut next: impl FnMut(usize, &mut [f32]),
    mut put: impl FnMut(usize, &[f32]),
) {
    let phases = Phases::new(height, window);
    let (mut sums, mut means) = (vec![0.0f32; width], vec![0.0f32; width]);
    // The rows that are in the sums.
    let mut held = vec![0.0f32; width * window];
    let (mut left, mut out, mut count) = (0, 0, 0.0f32);
    for right in 0..height {
        let slides = right >= phases.ahead + phases.filling;
        let slot = right % window * width;
        if slides {
            // Its slot is that of the row that leaves: the new row is added first, as the reference adds.
            means.copy_from_slice(&held[slot..slot + width]);
            next(right, &mut held[slot..slot + width]);
            for ((sum, add), sub) in sums.iter_mut().zip(&held[slot..slot + width]).zip(&means) {
                *sum += add;
                *sum -= sub;
            }
            left += 1;
        } else {
            next(right, &mut held[slot..slot + width]);
            for (sum, add) in sums.iter_mut().zip(&held[slot..slot + width]) {
                *sum += add;
            }
            count += 1.0;
        }
        if right >= phases.ahead {
            mean(&sums, count, &mut means);
            put(out, &means);
            out += 1;
        }
    }
    for _ in 0..phases.ahead {
        let slot = left % window * width;
        for (sum, sub) in sums.iter_mut().zip(&held[slot..slot + width]) {
            *sum -= sub;
        }
        count -= 1.0;
        mean(&sums, count, &mut means);
        put(out, &means);
        left += 1;
        out += 1;
    }
}

fn mean(sums: &[f32], count: f32, means: &mut [f32]) {
    sums.iter().zip(means).for_each(|(sum, mean)| *mean = sum / count);
}

/// How much gradient the samples hold, 0 to 100; steps below 2.55 grey levels are not counted.
fn quality(samples: &[f32]) -> u8 {
    let step = |u: f32, v: f32| (((u - v) * 100.0 / 255.0) as i32).abs();
    let mut sum = 0;
    for i in 0..SAMPLES {
        for j in 0..SAMPLES {
            let here = samples[i * SAMPLES + j];
            if i + 1 < SAMPLES {
                sum += step(here, samples[(i + 1) * SAMPLES + j]);
            }
            if j + 1 < SAMPLES {
                sum += step(here, samples[i * SAMPLES + j + 1]);
            }
        }
    }
    (sum / 90).clamp(0, 100) as u8
}

/// The 16 lowest non-constant rows of the 64-point cosine transform.
static COSINES: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let scale = (2.0 / SAMPLES as f64).sqrt() as f32;
    let angle = std::f64::consts::PI / 2.0 / SAMPLES as f64;
    let term = |k: usize| {
        let (i, j) = ((k / SAMPLES) as f64, (k % SAMPLES) as f64);
        (f64::from(scale) * (angle * (i + 1.0) * (2.0 * j + 1.0)).cos()) as f32
    };
    (0..TERMS * SAMPLES).map(term).collect()
});

/// `D A Dᵗ` for the 16 lowest non-constant rows of the 64-point cosine transform.
fn cosine(samples: &[f32]) -> [f32; TERMS * TERMS] {
    let matrix = &*COSINES;
    let mut halfway = [0.0f32; TERMS * SAMPLES];
    for i in 0..TERMS {
        let sums = &mut halfway[i * SAMPLES..(i + 1) * SAMPLES];
        for k in 0..SAMPLES {
            let weight = matrix[i * SAMPLES + k];
            for (sum, sample) in sums.iter_mut().zip(&samples[k * SAMPLES..(k + 1) * SAMPLES]) {
                *sum += weight * sample;
            }
        }
    }
    let mut out = [0.0f32; TERMS * TERMS];
    for i in 0..TERMS {
        for j in 0..TERMS {
            let mut sum = 0.0f32;
            for k in 0..SAMPLES {
                sum += halfway[i * SAMPLES + k] * matrix[j * SAMPLES + k];
            }
            out[i * TERMS + j] = sum;
        }
    }
    out
}

/// Rows of one input: its hash, or why there is none. A scene is no picture and gives no row.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    if input.media_type == "image/tiff" && !scene::read(input).is_empty() {
        return Vec::new();
    }
    match input.pixels(terms_of) {
        Ok(terms) => {
            let dihedral = terms.dihedral().map(|pdq| pdq.hex());
            let body = serde_json::json!({ "pdq": dihedral[0], "quality": terms.quality, "dihedral": dihedral });
            let mut rows = vec![Row::new("picture_hash", body)];
            if raster::moves(input.bytes) {
                rows.push(Row::problem("it moves: its first picture was hashed, and no other", "pixels"));
            }
            if metadata::cut_short(input.bytes) {
                rows.push(Row::problem(
                    "the file ends before its picture does: hashed with what is missing in grey",
                    "pixels",
                ));
            }
            rows
        }
        Err(e) => vec![Row::problem(e.to_string(), "pixels")],
    }
}
