//! Where the metadata of one picture says two things that do not go together.
//!
//! Each is an observation with the names of both readings. None says which of them is right, and the usual innocent
//! reasons (another zone, a copy, a crop, a wrong clock) are deliberately not weighed here.

use super::{
    devices,
    facts::Facts,
    time::{self, About, Stated, Zone},
};
use crate::Row;

/// Programs that change pictures, as they write themselves, in lower case. A camera's firmware is none of them.
const EDITORS: &[&str] = &[
    "photoshop",
    "lightroom",
    "gimp",
    "snapseed",
    "picasa",
    "picsart",
    "paint.net",
    "pixelmator",
    "affinity",
    "acdsee",
    "canva",
    "meitu",
    "faceapp",
    "facetune",
    "vsco",
    "photoscape",
    "irfanview",
    "xnview",
    "imagemagick",
    "paint shop",
    "paintshop",
    "corel",
    "luminar",
    "capture one",
    "darktable",
    "rawtherapee",
    "krita",
    "microsoft windows photo",
    "microsoft office picture manager",
    "microsoft paint",
    "polarr",
    "fotor",
    "befunky",
    "inshot",
    "remini",
    "instagram",
    "photodirector",
    "paint tool",
    "painttool",
    "photofiltre",
    "nero photosnap",
    "acd systems",
    "ulead",
    "inkscape",
    "photo gallery",
    "fireworks",
    "pixlr",
    "airbrush",
    "youcam",
    "beautyplus",
    "dall-e",
    "dall·e",
    "midjourney",
    "stable diffusion",
    "firefly",
];

/// Positions further apart than this, in metres, do not agree.
const POSITIONS_APART: f64 = 100.0;
/// Shapes (width over height) that differ by more than this factor do not agree.
const SHAPES_APART: f64 = 1.05;

fn row(what: impl Into<String>, a: &str, b: &str) -> Row {
    Row::new("contradiction", serde_json::json!({ "what": what.into(), "between": [a, b] }))
}

/// All contradictions of one picture, in a fixed order. `size` is what the picture itself has; `published` when it was
/// published, as stated where it was collected.
pub(super) fn find(facts: &Facts, size: Option<(u32, u32)>, published: Option<&str>) -> Vec<Row> {
    let mut rows = Vec::new();
    times(facts, &mut rows);
    after_publication(facts, published, &mut rows);
    if let Some((time, year)) = devices::before_it_existed(facts) {
        let model = facts.model.as_deref().unwrap_or_default();
        let what =
            format!("{} lies in {}, and a {model} was first to be had in {year}", time.field, time.latest.year());
        rows.push(row(what, &time.field, "Model"));
    }
    if let [a, b, ..] = facts.positions.as_slice() {
        let metres = a.metres_to(b);
        if metres > POSITIONS_APART {
            rows.push(row(format!("two stated positions lie {metres:.0} m apart"), a.field, b.field));
        }
    }
    for (field, said) in &facts.software {
        let lower = said.to_lowercase();
        if EDITORS.iter().any(|editor| lower.contains(editor)) {
            let mut row = row("a program that changes pictures is named", field, "picture");
            row.body.insert("program".into(), said.clone().into());
            rows.push(row);
        }
    }
    if facts.digital_source.as_deref().is_some_and(|source| source.to_lowercase().contains("algorithmicmedia")) {
        let what = "the metadata says that an algorithm made the picture or parts of it";
        rows.push(row(what, "XMP-Iptc4xmpExt:DigitalSourceType", "picture"));
    }
    sizes(facts, size, &mut rows);
    rows
}

fn times(facts: &Facts, rows: &mut Vec<Row>) {
    let named = |name: &str| facts.times.iter().find(|time| time.field == name);
    let (original, modified) = (named("DateTimeOriginal"), named("ModifyDate"));
    if let (Some(original), Some(modified)) = (original, modified)
        && modified.before(original)
    {
        rows.push(row("the file was last changed before the picture was taken", &modified.field, &original.field));
    }
    let Some(taken) = original.or_else(|| named("CreateDate")) else { return };
    for other in facts.times.iter().filter(|other| other.field != taken.field) {
        let what = match other.about {
            About::GpsFix => "the satellite time and the camera's time differ",
            About::Taken => "two times of taking differ",
            About::Digitised if taken.about == About::Taken && other.field == "CreateDate" => {
                "taken and digitised at different times"
            }
            _ => continue,
        };
        if let Some(hours) = taken.clearly_apart(other) {
            rows.push(row(format!("{what} by {hours:.0} h"), &taken.field, &other.field));
        }
    }
}

fn after_publication(facts: &Facts, published: Option<&str>, rows: &mut Vec<Row>) {
    let Some(Ok((earliest, latest, offset))) = published.map(time::parse) else { return };
    let zone = offset.map_or(Zone::None, Zone::Stated);
    let published = Stated { field: "published".into(), about: About::Modified, earliest, latest, zone };
    for time in &facts.times {
        if published.before(time) && published.clearly_apart(time).is_some() {
            rows.push(row(format!("{} lies after the publication", time.field), &time.field, "published"));
        }
    }
}

fn sizes(facts: &Facts, size: Option<(u32, u32)>, rows: &mut Vec<Row>) {
    let Some((width, height)) = size.filter(|(w, h)| *w > 0 && *h > 0) else { return };
    if let Some((w, h)) = facts.stated_size.filter(|(w, h)| *w > 0 && *h > 0)
        && (w, h) != (width, height)
        && (h, w) != (width, height)
    {
        let what = format!("the picture is {width}x{height}, its metadata says {w}x{h}");
        rows.push(row(what, "PixelXDimension", "picture"));
    }
    // Cameras pad thumbnails to 160x120 whatever the shape of the picture (JEITA CP-3461, DCF clause 3.3.5).
    if let Some(Some((w, h))) = facts.thumbnail
        && (w, h) != (160, 120)
    {
        rows.extend(small_picture((w, h), size));
    }
}

/// A small picture within the file, of another shape than the picture.
pub(super) fn small_picture((w, h): (u32, u32), size: Option<(u32, u32)>) -> Option<Row> {
    let (width, height) = size.filter(|(w, h)| *w > 0 && *h > 0)?;
    if w == 0 || h == 0 {
        return None;
    }
    let shape = |w: u32, h: u32| f64::from(w) / f64::from(h);
    let factor = shape(w, h) / shape(width, height);
    // A few pixels are lost in rounding to blocks.
    let what = format!("the thumbnail is {w}x{h}, of another shape than the picture of {width}x{height}");
    (factor.max(1.0 / factor) > SHAPES_APART).then(|| row(what, "thumbnail", "picture"))
}
