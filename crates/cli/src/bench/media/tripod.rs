//! A second exposure of a camera that does not move, of a scene in which nothing moves: the worst case of telling copies from captures.
//!
//! Each picture is given a sensor's noise twice and saved; then the second exposure, or as a copy the first once more, is saved again,
//! cropped, made smaller. It deliberately tries nothing gentler: the drawn scenes of `captures` do.

use witnessmark_analyze::media::raster::Gray;
use witnessmark_weigh::pictures::alike;
use witnessmark_weigh::pictures::residual::{Residual, Verdict};

use super::scenes::Dice;
use super::{points_of, suffer};
use crate::terminal::out;

/// Noise of a sensor, in grey levels.
const NOISES: [f32; 3] = [1.0, 2.0, 4.0];

type Way = fn(&Gray) -> Gray;

/// What is done to the second picture.
const WAYS: &[(&str, Way)] = &[
    ("saved at 90", |p| suffer::jpeg(p, 90)),
    ("saved at 75", |p| suffer::jpeg(p, 75)),
    ("saved at 40", |p| suffer::jpeg(p, 40)),
    ("cropped by 10 %", |p| suffer::jpeg(&suffer::crop(p, 0.1, 0.5, 0.5), 90)),
    ("cropped by 10 % in a corner", |p| suffer::jpeg(&suffer::crop(p, 0.1, 0.0, 1.0), 85)),
    ("at 0.6 of the size", |p| suffer::jpeg(&smaller(p), 90)),
    ("cropped by 20 %, at 0.6 of the size", |p| suffer::jpeg(&smaller(&suffer::crop(p, 0.2, 0.5, 0.5)), 90)),
];

fn smaller(p: &Gray) -> Gray {
    suffer::fit(p, p.width.max(p.height) * 6 / 10)
}

/// The picture as a sensor saw it that time.
fn exposed(p: &Gray, noise: f32, seed: u64) -> Gray {
    let mut dice = Dice::new(seed);
    // Four even throws, whose deviation is one, are as good as bell-shaped here.
    let mut normal = || (0..4).map(|_| dice.between(-1.0, 1.0)).sum::<f32>() * 0.866;
    let pixels = p.pixels.iter().map(|v| (f32::from(*v) + noise * normal()).round().clamp(0.0, 255.0) as u8).collect();
    suffer::jpeg(&Gray { pixels, ..p.clone() }, 90)
}

/// Prints how often each is called a copy.
pub fn run(pictures: &[Gray]) {
    out(format_args!(
        "{} motionless scenes: second exposures called a copy, copies called one; their grain",
        pictures.len()
    ));
    for noise in NOISES {
        for (name, way) in WAYS {
            let mut sides = [Vec::new(), Vec::new()];
            for (n, picture) in pictures.iter().enumerate() {
                let first = exposed(picture, noise, 2 * n as u64 + 11);
                let second = exposed(picture, noise, 2 * n as u64 + 12);
                let points = points_of(&first);
                for (side, other) in sides.iter_mut().zip([&second, &first]) {
                    side.extend(alike::compare(&points, &points_of(&way(other))).map(|(_, r)| r));
                }
            }
            let copies = |side: &[Residual]| side.iter().filter(|r| r.verdict == Verdict::Derived).count();
            out(format_args!(
                "noise {noise}: {:>3} {:>3} of {}  grain {} | {}  {name}",
                copies(&sides[0]),
                copies(&sides[1]),
                pictures.len(),
                grains(&sides[0]),
                grains(&sides[1]),
            ));
        }
    }
}

/// How much alike the grain is, from least to most, where there is some, with its deviation.
fn grains(side: &[Residual]) -> String {
    let mut all: Vec<(f32, f32)> =
        side.iter().filter_map(|r| r.grain).map(|g| (g.alike, g.deviation.0.min(g.deviation.1))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let each: Vec<String> = all.iter().map(|(alike, deviation)| format!("{alike:.2}/{deviation:.1}")).collect();
    each.join(" ")
}
