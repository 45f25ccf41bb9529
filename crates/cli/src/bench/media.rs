//! How pictures are hashed, recognised, told apart and joined: what `docs/benchmarks.md` says of pictures comes from here.
//!
//! Pictures are the user's (`--pictures`), what they suffer and the scenes are drawn by code (`suffer`, `scenes`), hashes
//! are dice. One thread; seconds are of this process's processor time where the system tells it.

mod blasts;
mod films;
mod join;
mod pairs;
mod peers;
mod scenes;
mod suffer;
mod tripod;
mod unrelated;

use std::path::{Path, PathBuf};
use std::time::Instant;

use witnessmark_analyze::Input;
use witnessmark_analyze::media::raster::{self, Gray};
use witnessmark_analyze::media::{hash_gray, metadata, pdq, points, sniff};
use witnessmark_analyze::place::Gazetteer;
use witnessmark_weigh::pictures::geometry::{REVIEW_FROM, align};
use witnessmark_weigh::pictures::points::{Look, Point, Points};
use witnessmark_weigh::pictures::residual::{Verdict, residual};
use witnessmark_weigh::pictures::words::Words;
use witnessmark_weigh::pictures::{LEAST_QUALITY, alike};

use crate::terminal::{Failure, out};

/// Longer side to which pictures are brought before they suffer, in pixels.
const SIDE: usize = 1024;
const ROUNDS: usize = 5;

/// `bench media`
#[derive(clap::Args)]
pub struct Media {
    /// A folder of JPEG and PNG pictures, each of another thing.
    #[arg(long)]
    pub pictures: Option<PathBuf>,
    /// A folder of JPEG and PNG pictures of which no two show the same thing, to count false assertions on.
    #[arg(long)]
    pub unrelated: Option<PathBuf>,
    /// A folder of JPEG and PNG pictures to take twice with a camera that does not move.
    #[arg(long)]
    pub tripod: Option<PathBuf>,
    /// A folder of pairs of captures, CASE.NUMBER.a.jpg and CASE.NUMBER.b.jpg, to tell from copies.
    #[arg(long)]
    pub pairs: Option<PathBuf>,
    /// A folder of films of which no two show the same thing; wants ffmpeg.
    #[arg(long)]
    pub films: Option<PathBuf>,
    /// Numbers of hashes to join, such as 1000000,3000000,10000000.
    #[arg(long, value_delimiter = ',')]
    pub join: Vec<usize>,
    /// Radius of the join.
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u32).range(0..=63))]
    pub radius: u32,
    /// How many drawn scenes to tell captures and copies apart on.
    #[arg(long, default_value_t = 4)]
    pub scenes: u64,
}

/// Prints the figures.
pub fn run(args: Media) -> crate::Answer {
    if let Some(folder) = &args.pictures {
        let files = read(folder)?;
        speed(&files);
        let pictures: Vec<Gray> = files.iter().filter_map(|(_, bytes)| raster::gray(bytes).ok()).map(fitted).collect();
        recall(&pictures);
    }
    if let Some(folder) = &args.unrelated {
        let named =
            read(folder)?.into_iter().filter_map(|(name, bytes)| Some((name, fitted(raster::gray(&bytes).ok()?))));
        unrelated::run(&named.collect::<Vec<_>>(), out);
    }
    if let Some(folder) = &args.tripod {
        let files = read(folder)?;
        tripod::run(&files.iter().filter_map(|(_, bytes)| raster::gray(bytes).ok()).map(fitted).collect::<Vec<_>>());
        return Ok(true);
    }
    if let Some(folder) = &args.pairs {
        pairs::run(&read(folder)?);
    }
    if let Some(folder) = &args.films {
        films::run(folder)?;
    }
    captures(args.scenes);
    for count in args.join {
        join::run(count, args.radius);
    }
    Ok(true)
}

fn read(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let failed = |e: std::io::Error| Failure::new(format!("read {}: {e}", folder.display()), None);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).map_err(failed)?.flatten().map(|e| e.path()).collect();
    paths.sort();
    let files = paths.iter().filter(|path| path.is_file());
    Ok(files.filter_map(|path| Some((path.display().to_string(), std::fs::read(path).ok()?))).collect())
}

fn fitted(picture: Gray) -> Gray {
    if picture.width.max(picture.height) > SIDE { suffer::fit(&picture, SIDE) } else { picture }
}

fn points_of(picture: &Gray) -> Points {
    let read = points::of_gray(picture);
    let point = |p: &points::Point| Point { x: p.x, y: p.y, size: p.size, direction: p.direction, bits: p.bits };
    Points {
        sides: (read.width as f32, read.height as f32),
        working: (f32::from(read.working.0), f32::from(read.working.1)),
        points: read.points.iter().map(point).collect(),
        look: Look { width: read.look.width, height: read.look.height, pixels: read.look.pixels },
    }
}

/// Milliseconds of the best of several rounds.
fn best(mut work: impl FnMut()) -> f64 {
    let mut round = || {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn speed(files: &[(String, Vec<u8>)]) {
    out("pixels    bytes     decode ms  file to PDQ ms  points ms  (best of 5)");
    for (name, bytes) in files.iter().take(12) {
        let Ok(picture) = raster::gray(bytes) else { continue };
        out(format_args!(
            "{:<9} {:<9} {:>9.2} {:>15.2} {:>10.2}  {name}",
            picture.width * picture.height,
            bytes.len(),
            best(|| drop(std::hint::black_box(raster::gray(bytes)))),
            best(|| drop(std::hint::black_box(pdq::terms_of_file(bytes)))),
            best(|| drop(std::hint::black_box(points::of_gray(&picture)))),
        ));
    }
    peers::pictures(files.iter().take(12).map(|(name, _)| name.as_str()));
    let square = Gray { width: 512, height: 512, pixels: vec![127u8; 512 * 512] };
    let exact = best(|| {
        std::hint::black_box(hash_gray(&square.pixels, 512, 512));
    });
    let kernel = best(|| {
        std::hint::black_box(pdq::terms_of_gray(&square));
    });
    out(format_args!(
        "PDQ kernel at 512 x 512: {kernel:.3} ms; in the order and precision of the reference {exact:.3} ms"
    ));
    let inputs: Vec<Input<'_>> = files.iter().map(|(name, bytes)| input(name, bytes)).collect();
    let told = best(|| inputs.iter().for_each(|i| drop(std::hint::black_box(sniff::sniff(i.bytes, i.name)))));
    let read: Vec<&Input<'_>> = inputs.iter().filter(|i| metadata::MANIFEST.reads.contains(&i.media_type)).collect();
    let metadata = best(|| read.iter().for_each(|i| drop(std::hint::black_box(metadata::read(i)))));
    let rate = |count: usize, ms: f64| count as f64 / ms.max(1e-6) * 1e3;
    out(format_args!("types told: {:.0} files/s over {}", rate(inputs.len(), told), inputs.len()));
    out(format_args!("metadata read: {:.0} files/s over {}", rate(read.len(), metadata), read.len()));
}

fn input<'a>(name: &'a str, bytes: &'a [u8]) -> Input<'a> {
    let media_type = sniff::sniff(bytes, name).media_type;
    Input {
        bytes,
        media_type,
        name,
        published: None,
        gazetteer: Gazetteer::embedded(),
        trusted: witnessmark_analyze::Trusted::NOBODY,
        decoded: None,
    }
}

fn hash(picture: &Gray) -> (pdq::Pdq, u8) {
    pdq::terms_of_gray(picture).map(|t| (t.pdq(), t.quality)).unwrap_or_default()
}

/// What is found of every picture after everything that it can suffer.
fn recall(pictures: &[Gray]) {
    let originals: Vec<Points> = pictures.iter().map(points_of).collect();
    let hashes: Vec<_> = pictures.iter().map(hash).collect();
    let index = Words::over(originals.iter());
    out(format_args!(
        "{} pictures, {} of them of quality {LEAST_QUALITY} and more; shares found:",
        pictures.len(),
        hashes.iter().filter(|h| h.1 >= LEAST_QUALITY).count(),
    ));
    out("asserted  points>=10  by index  as copy  as separate  PDQ<=31  <=63");
    for suffered in suffer::ALL {
        let (mut asserted, mut review, mut indexed, mut copies, mut separate) = (0, 0, 0, 0, 0);
        let (mut near, mut far) = (0, 0);
        for (i, picture) in pictures.iter().enumerate() {
            let changed = (suffered.apply)(picture);
            let points = points_of(&changed);
            let found = index.candidates(&points, usize::MAX, 32);
            indexed += usize::from(found.iter().any(|c| c.picture as usize == i));
            if let Some(alignment) = align(&originals[i], &points) {
                let found = residual(&originals[i], &points, &alignment);
                let verdict = found.verdict;
                asserted += usize::from(found.asserted && verdict != Verdict::SharedMark);
                review += usize::from(alignment.inliers >= REVIEW_FROM);
                copies += usize::from(verdict == Verdict::Derived);
                separate += usize::from(verdict == Verdict::Separate);
            }
            let distance = hash(&changed).0.distance(&hashes[i].0);
            near += usize::from(distance <= 31);
            far += usize::from(distance <= 63);
        }
        let share = |n: usize| n as f64 / pictures.len().max(1) as f64;
        out(format_args!(
            "{:>10.3} {:>5.3} {:>9.3} {:>8.3} {:>12.3} {:>8.2} {:>5.2}  {}{}",
            share(asserted),
            share(review),
            share(indexed),
            share(copies),
            share(separate),
            share(near),
            share(far),
            suffered.name,
            if suffered.bound { "" } else { " (no bound)" },
        ));
    }
}

/// Two captures of one drawn scene, and a copy of the first beside them.
fn captures(count: u64) {
    out(format_args!("{count} drawn scenes: verdicts of separate captures (copy / separate / cannot tell / nothing)"));
    for (n, (name, _)) in CAPTURES.iter().enumerate() {
        let mut counts = [0usize; 4];
        for seed in 0..count {
            let scene = scenes::Scene::new(seed * 31 + 100);
            let first = scene.seen(&scenes::Camera::default(), 640, 480);
            let second =
                scene.seen(&CAPTURES[n].1(scenes::Camera { grain: 99 + seed, ..Default::default() }), 640, 480);
            let verdict = alike::compare(&points_of(&first), &points_of(&second)).map(|(_, r)| r.verdict);
            counts[match verdict {
                Some(Verdict::Derived) => 0,
                Some(Verdict::Separate) => 1,
                Some(_) => 2,
                None => 3,
            }] += 1;
        }
        out(format_args!("{:>3} {:>3} {:>3} {:>3}  {name}", counts[0], counts[1], counts[2], counts[3]));
    }
}

type Moved = fn(scenes::Camera) -> scenes::Camera;

/// How the second capture differs from the first.
const CAPTURES: &[(&str, Moved)] = &[
    ("burst in the hand, 0.1 s", |c| scenes::Camera {
        time: 0.1,
        turned: [0.35, 2.2, 0.12],
        at: [0.004, 0.0, 1.702],
        ..c
    }),
    ("burst in the hand, 0.5 s", |c| scenes::Camera {
        time: 0.5,
        turned: [-0.8, 1.6, 0.4],
        at: [0.03, 0.02, 1.71],
        ..c
    }),
    ("burst on a tripod, 0.1 s", |c| scenes::Camera { time: 0.1, ..c }),
    ("film, 1 s on, camera still", |c| scenes::Camera { time: 1.0, ..c }),
    ("film, 1 s on, walking", |c| scenes::Camera { time: 1.0, at: [0.1, 1.2, 1.72], turned: [0.5, 2.3, 0.3], ..c }),
    ("exposure x2 on a tripod", |c| scenes::Camera { exposure: 2.0, time: 0.05, ..c }),
    ("exposure x0.35 in the hand", |c| scenes::Camera { exposure: 0.35, time: 0.1, turned: [0.3, 2.2, -0.2], ..c }),
    ("stereo, 7 cm", |c| scenes::Camera { at: [0.07, 0.0, 1.7], ..c }),
    ("two phones, 60 cm apart", |c| scenes::Camera { at: [0.6, 0.1, 1.6], turned: [-1.0, 3.0, 1.0], focal: 0.84, ..c }),
    ("two phones, 2 m apart", |c| scenes::Camera { at: [2.0, -0.5, 1.8], turned: [-5.0, 2.0, -1.0], focal: 1.0, ..c }),
    ("two phones, 60 cm apart, 1 s", |c| scenes::Camera {
        at: [0.6, 0.1, 1.6],
        turned: [-2.0, 2.5, 0.7],
        time: 1.0,
        ..c
    }),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, seed: u64) -> (Gray, Gray) {
        let moved = CAPTURES.iter().find(|c| c.0 == name).expect("a capture").1;
        let scene = scenes::Scene::new(seed);
        let first = scene.seen(&scenes::Camera::default(), 640, 480);
        (first, scene.seen(&moved(scenes::Camera { grain: 7, ..Default::default() }), 640, 480))
    }

    fn verdict(a: &Gray, b: &Gray) -> Option<Verdict> {
        alike::compare(&points_of(a), &points_of(b)).map(|(_, r)| r.verdict)
    }

    #[test]
    fn two_people_side_by_side_stay_two() {
        for seed in [1, 2] {
            for name in ["two phones, 60 cm apart", "two phones, 60 cm apart, 1 s", "film, 1 s on, walking"] {
                let (a, b) = pair(name, seed);
                assert_eq!(verdict(&a, &b), Some(Verdict::Separate), "{name} {seed}");
            }
            let (a, b) = pair("burst in the hand, 0.5 s", seed);
            assert_ne!(verdict(&a, &b), Some(Verdict::Derived), "{seed}");
        }
    }

    #[test]
    fn a_mirror_and_a_caption_are_copies_and_no_crop_is_a_capture() {
        let (original, _) = pair("two phones, 60 cm apart", 3);
        for name in ["mirror", "caption 18 %"] {
            let suffered = suffer::ALL.iter().find(|s| s.name == name).expect("something to suffer");
            let copy = (suffered.apply)(&original);
            assert_eq!(verdict(&original, &copy), Some(Verdict::Derived), "{name}");
        }
        for name in ["crop 20 % corner", "crop 40 % centre", "screenshot", "letterbox"] {
            let suffered = suffer::ALL.iter().find(|s| s.name == name).expect("something to suffer");
            let found = verdict(&original, &(suffered.apply)(&original));
            assert!(matches!(found, Some(Verdict::Derived | Verdict::CannotTell)), "{name}: {found:?}");
        }
    }
}
