//! How fast pictures are hashed and their metadata read: `bench_media PICTURES METADATA`, two folders or files.
//!
//! One thread, files held in memory, the best of several rounds; what is measured is the reading, not the disk.

#![allow(clippy::print_stdout)]

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use witnessmark_analyze::{
    Input,
    media::{hash_gray, metadata, pdq, raster, sniff},
    place::Gazetteer,
};

const ROUNDS: u32 = 7;

fn files(path: &Path, out: &mut Vec<(String, Vec<u8>)>) {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| files(entry, out));
    } else if let Ok(bytes) = fs::read(path) {
        out.push((path.display().to_string(), bytes));
    }
}

fn best(mut work: impl FnMut()) -> Duration {
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (mut pictures, mut documents) = (Vec::new(), Vec::new());
    args.next().iter().for_each(|path| files(Path::new(path), &mut pictures));
    args.next().iter().for_each(|path| files(Path::new(path), &mut documents));

    println!("pixels\tfile bytes\tdecode ms\thash of file ms\tkernel at 512x512 ms\tfile");
    for (name, bytes) in &pictures {
        let Ok(picture) = raster::rgb(bytes) else { continue };
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let square = vec![127u8; 512 * 512];
        println!(
            "{}\t{}\t{:.2}\t{:.2}\t{:.2}\t{name}",
            picture.width * picture.height,
            bytes.len(),
            ms(best(|| drop(std::hint::black_box(raster::rgb(bytes))))),
            ms(best(|| drop(std::hint::black_box(pdq::terms_of_file(bytes))))),
            ms(best(|| {
                std::hint::black_box(hash_gray(&square, 512, 512));
            })),
        );
    }
    let inputs: Vec<Input<'_>> = documents
        .iter()
        .map(|(name, bytes)| Input {
            bytes,
            media_type: sniff::sniff(bytes, name).media_type,
            name,
            published: None,
            gazetteer: Gazetteer::embedded(),
        })
        .collect();
    let sniffing = best(|| {
        inputs.iter().for_each(|input| drop(std::hint::black_box(sniff::sniff(input.bytes, input.name))));
    });
    let read: Vec<&Input<'_>> = inputs.iter().filter(|i| metadata::MANIFEST.reads.contains(&i.media_type)).collect();
    let reading = best(|| read.iter().for_each(|input| drop(std::hint::black_box(metadata::read(input)))));
    let rate = |count: usize, time: Duration| count as f64 / time.as_secs_f64().max(1e-9);
    println!("types told\t{:.0} files/s over {} files", rate(inputs.len(), sniffing), inputs.len());
    println!("metadata read\t{:.0} files/s over {} files", rate(read.len(), reading), read.len());
}
