//! On the shared data folder, when it is there: real cameras, the reference's pictures, real scenes.

#![expect(clippy::print_stdout, reason = "says what is skipped and what was measured")]

use std::{fs, path::PathBuf};

use witnessmark_analyze::media::{
    Pdq, change, metadata, pdq,
    scene::{self, Scene},
};

use crate::{input, of_kind};

fn shared(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(folder);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {folder} is not there");
    None
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { out.push(path) }
        }
    }
    out.sort();
    out
}

/// The reference's own tool printed these hashes.
#[test]
fn the_pictures_of_the_reference_have_their_published_hashes() {
    let Some(folder) = shared("media/pdq") else { return };
    let expected = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let (mut total, mut count) = (0, 0);
    for line in expected.lines() {
        let [name, hex, quality] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let terms = pdq::terms_of_file(&fs::read(folder.join(name)).unwrap()).unwrap();
        let distance = terms.pdq().distance(&Pdq::from_hex(hex).unwrap());
        println!("{name}\t{distance}\t{}", terms.quality);
        assert!(distance <= 4 && terms.quality.abs_diff(quality.parse().unwrap()) <= 1, "{name}: {distance}");
        (total, count) = (total + distance, count + 1);
    }
    // 0 where the JPEG decoder rounds as libjpeg does; another may move a bit or two.
    assert!(f64::from(total) / f64::from(count) < 2.0);
}

#[test]
fn photographs_are_read_and_name_nobody() {
    let Some(folder) = shared("photos") else { return };
    let (mut pictures, mut taken) = (0, 0);
    for path in files(folder) {
        let bytes = fs::read(&path).unwrap();
        let name = path.to_string_lossy();
        let input = input(&bytes, &name);
        if metadata::MANIFEST.reads.contains(&input.media_type) {
            let rows = metadata::read(&input);
            pictures += 1;
            taken += usize::from(!of_kind(&rows, "taken").is_empty());
        }
    }
    assert!(pictures >= 40 && taken >= 30, "{pictures} pictures, {taken} with a time");
}

#[test]
fn scenes_are_placed_and_quiet_pairs_stay_mostly_quiet() {
    let Some(folder) = shared("scenes") else { return };
    let (mut pairs, mut loud) = (0, 0);
    let mut last: Option<(PathBuf, Scene)> = None;
    for path in files(folder).into_iter().filter(|path| path.to_string_lossy().ends_with("_VV.tif")) {
        let bytes = fs::read(&path).unwrap();
        let name = path.to_string_lossy();
        let rows = scene::read(&input(&bytes, &name));
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0].body["acquired"]["basis"], "file name");
        assert_eq!(rows[0].body["footprint"].as_array().map(Vec::len), Some(5));
        let scene = Scene::decode(&bytes).unwrap();
        if let Some((before, earlier)) = &last
            && before.parent() == path.parent()
        {
            pairs += 1;
            loud += usize::from(!change(earlier, &scene).unwrap().regions.is_empty());
        }
        last = Some((path, scene));
    }
    println!("{loud} of {pairs} quiet pairs show a region");
    assert!(loud * 4 < pairs, "{loud} of {pairs}");
}
