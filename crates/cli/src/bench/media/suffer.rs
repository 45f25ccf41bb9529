//! What pictures suffer on their way: crops, bars, screenshots, mirrors, turns, captions, compression, drawn by code.
//!
//! In grey, since hashes and points read nothing else. Compression is the loss of a JPEG (ITU-T T.81 with the tables of
//! its annex K, as libjpeg scales them) without its bytes.

use witnessmark_analyze::media::raster::Gray;

/// One thing that can happen to a picture.
pub struct Suffered {
    /// As printed.
    pub name: &'static str,
    /// Has the issue of recall a bound for it?
    pub bound: bool,
    /// Does it.
    pub apply: fn(&Gray) -> Gray,
}

macro_rules! suffered {
    ($($bound:literal $name:literal $apply:expr;)*) => {
        /// Everything that is tried.
        pub const ALL: &[Suffered] = &[$(Suffered { name: $name, bound: $bound, apply: $apply }),*];
    };
}

suffered! {
    true "jpeg q10" |p| jpeg(p, 10);
    true "jpeg q30" |p| jpeg(p, 30);
    true "half size" |p| jpeg(&scaled(p, p.width / 2, p.height / 2), 75);
    true "320 px" |p| jpeg(&fit(p, 320), 75);
    true "blur" |p| jpeg(&blurred(p, 0.004), 75);
    true "brightness x1.4" |p| jpeg(&lit(p, 1.4, 0.0), 75);
    true "brightness x0.6" |p| jpeg(&lit(p, 0.6, 0.0), 75);
    true "contrast x1.5" |p| jpeg(&lit(p, 1.5, -64.0), 75);
    true "contrast x0.6" |p| jpeg(&lit(p, 0.6, 51.0), 75);
    true "logo 15 %" |p| jpeg(&logo(p, 0.15), 75);
    true "caption 12 %" |p| jpeg(&caption(p, 0.12), 75);
    true "caption 18 %" |p| jpeg(&caption(p, 0.18), 75);
    true "caption 25 %" |p| jpeg(&caption(p, 0.25), 75);
    true "letterbox" |p| jpeg(&letterbox(p), 75);
    true "screenshot" |p| jpeg(&screenshot(p), 75);
    true "mirror" |p| jpeg(&mirror(p), 75);
    true "rotation 2" |p| jpeg(&rotated(p, 2.0), 75);
    true "rotation 5" |p| jpeg(&rotated(p, 5.0), 75);
    true "rotation 10" |p| jpeg(&rotated(p, 10.0), 75);
    true "rotation 90" |p| jpeg(&quarter(p), 75);
    true "crop 5 % centre" |p| jpeg(&crop(p, 0.05, 0.5, 0.5), 75);
    true "crop 5 % corner" |p| jpeg(&crop(p, 0.05, 0.0, 0.0), 75);
    true "crop 10 % centre" |p| jpeg(&crop(p, 0.10, 0.5, 0.5), 75);
    true "crop 10 % corner" |p| jpeg(&crop(p, 0.10, 1.0, 1.0), 75);
    true "crop 20 % centre" |p| jpeg(&crop(p, 0.20, 0.5, 0.5), 75);
    true "crop 20 % off-centre" |p| jpeg(&crop(p, 0.20, 0.3, 0.7), 75);
    true "crop 20 % corner" |p| jpeg(&crop(p, 0.20, 0.0, 1.0), 75);
    true "crop 30 % centre" |p| jpeg(&crop(p, 0.30, 0.5, 0.5), 75);
    true "crop 30 % off-centre" |p| jpeg(&crop(p, 0.30, 0.3, 0.7), 75);
    true "crop 30 % corner" |p| jpeg(&crop(p, 0.30, 1.0, 1.0), 75);
    true "crop 40 % centre" |p| jpeg(&crop(p, 0.40, 0.5, 0.5), 75);
    true "crop 40 % off-centre" |p| jpeg(&crop(p, 0.40, 0.3, 0.7), 75);
    true "crop 40 % corner" |p| jpeg(&crop(p, 0.40, 0.0, 1.0), 75);
    false "crop 50 % centre" |p| jpeg(&crop(p, 0.50, 0.5, 0.5), 75);
    false "crop 50 % corner" |p| jpeg(&crop(p, 0.50, 1.0, 1.0), 75);
    false "crop 60 % centre" |p| jpeg(&crop(p, 0.60, 0.5, 0.5), 75);
    false "crop 60 % corner" |p| jpeg(&crop(p, 0.60, 1.0, 1.0), 75);
    false "in a picture, 1/2" |p| jpeg(&within(p, 2), 75);
    false "in a picture, 1/3" |p| jpeg(&within(p, 3), 75);
    false "crop 20 %, logo, 320 px, q30" |p| jpeg(&fit(&logo(&crop(p, 0.2, 0.3, 0.6), 0.15), 320), 30);
}

fn from_fn(width: usize, height: usize, pixel: impl Fn(usize, usize) -> u8) -> Gray {
    let (width, height) = (width.max(1), height.max(1));
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        pixels.extend((0..width).map(|x| pixel(x, y)));
    }
    Gray { width, height, pixels }
}

fn at(p: &Gray, x: usize, y: usize) -> u8 {
    p.pixels[y * p.width + x]
}

/// Between four pixels; outside the picture `fill`.
fn between(p: &Gray, x: f64, y: f64, fill: u8) -> f64 {
    if x < -0.5 || y < -0.5 || x > p.width as f64 - 0.5 || y > p.height as f64 - 0.5 {
        return f64::from(fill);
    }
    let (x, y) = (x.clamp(0.0, (p.width - 1) as f64), y.clamp(0.0, (p.height - 1) as f64));
    let (left, top) = (x as usize, y as usize);
    let (right, below) = ((left + 1).min(p.width - 1), (top + 1).min(p.height - 1));
    let (dx, dy) = (x - left as f64, y - top as f64);
    let mix = |a: u8, b: u8, t: f64| f64::from(a) + t * (f64::from(b) - f64::from(a));
    let (upper, lower) =
        (mix(at(p, left, top), at(p, right, top), dx), mix(at(p, left, below), at(p, right, below), dx));
    upper + dy * (lower - upper)
}

/// Another size: the mean of what falls into a pixel, or between pixels when it grows.
pub fn scaled(p: &Gray, width: usize, height: usize) -> Gray {
    let (width, height) = (width.max(1), height.max(1));
    if width > p.width || height > p.height {
        let back = |v: usize, new: usize, old: usize| (v as f64 + 0.5) * old as f64 / new as f64 - 0.5;
        return from_fn(width, height, |x, y| {
            between(p, back(x, width, p.width), back(y, height, p.height), 0).round() as u8
        });
    }
    // Every pixel counts by the share of it that falls into the new one, across and then down.
    let spans = |new: usize, old: usize| -> Vec<Vec<(usize, f32)>> {
        let step = old as f64 / new as f64;
        let span = |i: usize| {
            let (from, to) = (i as f64 * step, ((i + 1) as f64 * step).min(old as f64));
            let share = |at: usize| ((at + 1) as f64).min(to) - (at as f64).max(from);
            (from as usize..(to.ceil() as usize).min(old)).map(|at| (at, (share(at) / step) as f32)).collect()
        };
        (0..new).map(span).collect()
    };
    let (across, down) = (spans(width, p.width), spans(height, p.height));
    let mut rows: Vec<f32> = Vec::with_capacity(width * p.height);
    for row in p.pixels.chunks_exact(p.width) {
        rows.extend(across.iter().map(|span| span.iter().map(|(at, share)| share * f32::from(row[*at])).sum::<f32>()));
    }
    from_fn(width, height, |x, y| {
        let sum: f32 = down[y].iter().map(|(at, share)| share * rows[at * width + x]).sum();
        sum.round().clamp(0.0, 255.0) as u8
    })
}

/// Its longer side brought to `side`.
pub fn fit(p: &Gray, side: usize) -> Gray {
    let longer = p.width.max(p.height);
    scaled(p, p.width * side / longer, p.height * side / longer)
}

fn lit(p: &Gray, times: f32, plus: f32) -> Gray {
    let pixels = p.pixels.iter().map(|v| (f32::from(*v) * times + plus).clamp(0.0, 255.0) as u8).collect();
    Gray { pixels, ..*p }
}

/// Three passes of a box filter, near a Gaussian of this share of the longer side.
fn blurred(p: &Gray, share: f64) -> Gray {
    let radius = (share * p.width.max(p.height) as f64).round().max(1.0) as isize;
    let mut out = p.clone();
    for pass in 0..6 {
        let (w, h) = (out.width as isize, out.height as isize);
        out = from_fn(out.width, out.height, |x, y| {
            let value = |k: isize| match pass % 2 {
                0 => u32::from(at(&out, (x as isize + k).clamp(0, w - 1) as usize, y)),
                _ => u32::from(at(&out, x, (y as isize + k).clamp(0, h - 1) as usize)),
            };
            let sum: u32 = (-radius..=radius).map(value).sum();
            (sum / (2 * radius as u32 + 1)) as u8
        });
    }
    out
}

/// `share` of each side cut away; what is left lies at (`x`, `y`) of the room there is, 0 to 1.
pub fn crop(p: &Gray, share: f64, x: f64, y: f64) -> Gray {
    let (width, height) = ((p.width as f64 * (1.0 - share)) as usize, (p.height as f64 * (1.0 - share)) as usize);
    let (left, top) = (((p.width - width) as f64 * x) as usize, ((p.height - height) as f64 * y) as usize);
    from_fn(width, height, |x, y| at(p, left + x, top + y))
}

/// Something like letters: short strokes on a line.
fn written(x: usize, y: usize, letter: usize) -> bool {
    let (cell, column, row) = (x / letter, x % letter * 7 / letter, y * 7 / letter);
    let code = (cell.wrapping_mul(2_654_435_761) >> 7) ^ (row * 0x9e37).wrapping_mul(cell + 3);
    column < 5 && row < 7 && cell % 6 != 5 && code >> column & 1 == 1
}

/// A box with something like letters in it, drawn over the picture.
fn sign(p: &Gray, left: usize, top: usize, width: usize, height: usize, paper: u8, ink: u8) -> Gray {
    let letter = (height / 3).max(4);
    from_fn(p.width, p.height, |x, y| {
        let inside = (left..left + width).contains(&x) && (top..top + height).contains(&y);
        match inside {
            false => at(p, x, y),
            true if y - top >= letter && y - top < 2 * letter && written(x - left, y - top - letter, letter) => ink,
            true => paper,
        }
    })
}

fn logo(p: &Gray, share: f64) -> Gray {
    let (width, height) = ((p.width as f64 * share) as usize, (p.height as f64 * share) as usize);
    sign(p, p.width - width - p.width / 50, p.height / 50, width, height, 230, 40)
}

fn caption(p: &Gray, share: f64) -> Gray {
    let height = (p.height as f64 * share) as usize;
    sign(p, 0, p.height - height, p.width, height, 25, 245)
}

fn letterbox(p: &Gray) -> Gray {
    let bar = p.height / 6;
    from_fn(p.width, p.height + 2 * bar, |x, y| if (bar..bar + p.height).contains(&y) { at(p, x, y - bar) } else { 0 })
}

/// A tall screen: a line with the time, a name, the picture, words below it, buttons.
fn screenshot(p: &Gray) -> Gray {
    let (width, height) = (720, 1280);
    let tall = p.height * width / p.width;
    let inner = if tall > 860 { scaled(p, 860 * p.width / p.height, 860) } else { scaled(p, width, tall) };
    let (left, top) = ((width - inner.width) / 2, 170);
    let mut out = from_fn(width, height, |x, y| {
        let inside = (left..left + inner.width).contains(&x) && (top..top + inner.height).contains(&y);
        if inside { at(&inner, x - left, y - top) } else { 247 }
    });
    let mut line = |left: usize, top: usize, width: usize, height: usize, paper: u8, ink: u8| {
        out = sign(&out, left, top, width, height, paper, ink);
    };
    line(20, 8, 120, 48, 247, 10);
    line(20, 70, 500, 80, 247, 30);
    line(20, top + inner.height + 10, 660, 60, 247, 20);
    line(20, top + inner.height + 60, 600, 60, 247, 20);
    for k in 0..4 {
        line(30 + k * 180, height - 90, 110, 70, 215, 90);
    }
    out
}

fn mirror(p: &Gray) -> Gray {
    from_fn(p.width, p.height, |x, y| at(p, p.width - 1 - x, y))
}

fn quarter(p: &Gray) -> Gray {
    from_fn(p.height, p.width, |x, y| at(p, y, p.height - 1 - x))
}

/// Turned about its middle, corners black.
fn rotated(p: &Gray, degrees: f64) -> Gray {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (cx, cy) = ((p.width as f64 - 1.0) / 2.0, (p.height as f64 - 1.0) / 2.0);
    from_fn(p.width, p.height, |x, y| {
        let (dx, dy) = (x as f64 - cx, y as f64 - cy);
        between(p, cx + cos * dx + sin * dy, cy - sin * dx + cos * dy, 0).round() as u8
    })
}

/// Put into a picture of other things, at this part of its size.
fn within(p: &Gray, part: usize) -> Gray {
    let inner = scaled(p, p.width / part, p.height / part);
    let (left, top) = (p.width / 20, p.height - inner.height - p.height / 20);
    from_fn(p.width, p.height, |x, y| {
        if (left..left + inner.width).contains(&x) && (top..top + inner.height).contains(&y) {
            return at(&inner, x - left, y - top);
        }
        let (u, v) = (x as f64 / p.width as f64, y as f64 / p.height as f64);
        let waves = (u * 31.0 + (v * 17.0).sin() * 2.0).sin() + (v * 47.0 + (u * 23.0).cos() * 3.0).cos();
        (120.0 + 45.0 * waves + f64::from(((x / 9) * 31 + (y / 7) * 17) as u32 % 23)) as u8
    })
}

const LUMA: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
];

/// What a JPEG of this quality leaves of the picture.
#[expect(clippy::needless_range_loop, reason = "x and y are the standard's own indices of the basis functions")]
pub fn jpeg(p: &Gray, quality: u16) -> Gray {
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    let steps = LUMA.map(|step| f32::from(((step * percent + 50) / 100).clamp(1, 255)));
    let basis: [[f32; 8]; 8] = std::array::from_fn(|k| {
        let scale = if k == 0 { 0.125f32.sqrt() } else { 0.5 };
        std::array::from_fn(|x| scale * ((2 * x + 1) as f32 * k as f32 * std::f32::consts::PI / 16.0).cos())
    });
    let mut out = p.clone();
    for top in (0..p.height).step_by(8) {
        for left in (0..p.width).step_by(8) {
            let pixel =
                |x: usize, y: usize| f32::from(at(p, (left + x).min(p.width - 1), (top + y).min(p.height - 1))) - 128.0;
            let mut rows = [[0.0f32; 8]; 8];
            for (y, row) in rows.iter_mut().enumerate() {
                for (u, value) in row.iter_mut().enumerate() {
                    *value = (0..8).map(|x| basis[u][x] * pixel(x, y)).sum();
                }
            }
            let mut terms = [[0.0f32; 8]; 8];
            for v in 0..8 {
                for u in 0..8 {
                    let term: f32 = (0..8).map(|y| basis[v][y] * rows[y][u]).sum();
                    terms[v][u] = (term / steps[v * 8 + u]).round() * steps[v * 8 + u];
                }
            }
            let mut back = [[0.0f32; 8]; 8];
            for (v, row) in back.iter_mut().enumerate() {
                for (x, value) in row.iter_mut().enumerate() {
                    *value = (0..8).map(|u| basis[u][x] * terms[v][u]).sum();
                }
            }
            for y in 0..8.min(p.height - top) {
                for x in 0..8.min(p.width - left) {
                    let value: f32 = (0..8).map(|v| basis[v][y] * back[v][x]).sum();
                    out.pixels[(top + y) * p.width + left + x] = (value + 128.0).round().clamp(0.0, 255.0) as u8;
                }
            }
        }
    }
    out
}
