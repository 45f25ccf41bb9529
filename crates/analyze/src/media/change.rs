//! What differs between two single-band scenes of one grid: a first measure, calibrated on the scenes themselves.
//!
//! Takes the logarithm of the ratio of 3 x 3 means, and calls a connected patch a change when it lies beyond a multiple of
//! the spread that the quiet part of the very same pair shows: nominal error rates of such tests are off by an order of
//! magnitude on real radar scenes. It deliberately says how much brighter or darker and where, and never what happened.

use serde_json::json;
use thiserror::Error;

use super::scene::Scene;
use crate::Row;

/// Half the side of the window that is averaged before the ratio is taken, in pixels.
const REACH: usize = 1;
/// How many spreads from the middle a pixel lies beyond which it may belong to a change.
pub const SPREADS: f64 = 5.0;
/// Least threshold in decibels: smaller differences are within the calibration of the sensors.
pub const LEAST_DB: f64 = 2.0;
/// Fewest pixels of a change: the window makes neighbours alike, so fewer may be one speckle.
pub const FEWEST_PIXELS: usize = 9;
/// Fewest pixels that can be compared.
const FEWEST_COMPARED: usize = 400;
/// Most regions returned, the largest first.
const MAX_REGIONS: usize = 256;

/// What a reader could wrongly conclude.
pub const CANNOT_SAY: &[&str] = &[
    "that a region is more than chance: of 76 pairs of places where nothing was destroyed, 14 showed at least one",
    "what changed, or why: harvest, rain, floods, building and the sensor's own errors change a scene as destruction does",
    "when it changed, beyond between the two acquisitions",
    "that nothing changed where no region is given: debris can be as bright as the building was",
    "the outline: regions are given as boxes",
];

/// Why two scenes were not compared.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ChangeError {
    /// Not the same pixels of the ground.
    #[error("compare two scenes: they are not on one grid")]
    Grid,
    /// Too little is common to both.
    #[error("compare two scenes: only {0} pixels have positive values in both")]
    TooFew(usize),
}

/// A connected patch that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Closed ring of longitudes and latitudes round the box that holds the patch; nothing in an unknown system.
    pub ring: Option<Vec<[f64; 2]>>,
    /// First column and row, and those after the last.
    pub box_pixels: [usize; 4],
    /// Pixels of the patch.
    pub pixels: usize,
    /// Ground that the patch covers, square metres.
    pub area_m2: Option<f64>,
    /// Middle of the differences, after over before, in decibels.
    pub median_db: f64,
}

/// How two scenes differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Patches beyond the threshold, the largest first.
    pub regions: Vec<Region>,
    /// Middle of all differences, in decibels: how much the whole scene moved.
    pub median_db: f64,
    /// Half-width of the quiet distribution: 1.4826 times the median absolute deviation, in decibels.
    pub spread_db: f64,
    /// Distance from the middle that counts as change, in decibels.
    pub threshold_db: f64,
    /// Pixels compared.
    pub compared: usize,
}

/// Compares two scenes of one grid with values in proportion to power (not in decibels).
///
/// # Errors
/// When the scenes are not on one grid, or fewer than 400 pixels are positive in both.
pub fn change(before: &Scene, after: &Scene) -> Result<Change, ChangeError> {
    if !same_grid(before, after) {
        return Err(ChangeError::Grid);
    }
    let (width, height) = (before.width, before.height);
    let differences = differences(before, after);
    let mut sorted: Vec<f32> = differences.iter().copied().filter(|d| d.is_finite()).collect();
    let compared = sorted.len();
    if compared < FEWEST_COMPARED {
        return Err(ChangeError::TooFew(compared));
    }
    let middle = median(&mut sorted);
    let mut deviations: Vec<f32> = sorted.iter().map(|d| (d - middle).abs()).collect();
    let spread = 1.4826 * f64::from(median(&mut deviations));
    let threshold = (SPREADS * spread).max(LEAST_DB);
    let beyond =
        |sign: f32| -> Vec<bool> { differences.iter().map(|d| f64::from((d - middle) * sign) > threshold).collect() };
    let mut regions = Vec::new();
    for sign in [1.0, -1.0] {
        for patch in patches(beyond(sign), width, height) {
            if patch.len() >= FEWEST_PIXELS {
                regions.push(region(&patch, &differences, before));
            }
        }
    }
    // A tie goes to the one further up and left, so that the order does not depend on the search.
    regions.sort_by(|a, b| b.pixels.cmp(&a.pixels).then(a.box_pixels.cmp(&b.box_pixels)));
    regions.truncate(MAX_REGIONS);
    Ok(Change { regions, median_db: middle.into(), spread_db: spread, threshold_db: threshold, compared })
}

impl Change {
    /// Rows of kind `change`, one a region, each with what it cannot say.
    pub fn rows(&self) -> Vec<Row> {
        let two = |v: f64| (v * 100.0).round() / 100.0;
        let row = |region: &Region| {
            let mut row = Row::new(
                "change",
                json!({
                    "box": region.box_pixels, "pixels": region.pixels, "median_db": two(region.median_db),
                    "threshold_db": two(self.threshold_db), "spread_db": two(self.spread_db), "cannot_say": CANNOT_SAY,
                }),
            );
            if let Some(ring) = &region.ring {
                row.body.insert("polygon".into(), json!(ring));
            }
            if let Some(area) = region.area_m2 {
                row.body.insert("area_m2".into(), json!(area.round()));
            }
            row
        };
        self.regions.iter().map(row).collect()
    }
}

fn same_grid(a: &Scene, b: &Scene) -> bool {
    // A hundredth of a pixel is far below what registration of scenes achieves.
    let slack = a.grid.transform[1].hypot(a.grid.transform[4]) / 100.0;
    let close = a.grid.transform.iter().zip(b.grid.transform).all(|(a, b)| (a - b).abs() <= slack);
    (a.width, a.height, a.grid.epsg) == (b.width, b.height, b.grid.epsg) && close
}

/// Decibels of after over before, of 3 x 3 means; NaN where a window has no positive value in both.
fn differences(before: &Scene, after: &Scene) -> Vec<f32> {
    let (width, height) = (before.width, before.height);
    let usable = |v: f32| v.is_finite() && v > 0.0;
    let mut out = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (mut a, mut b, mut count) = (0.0f64, 0.0f64, 0);
            for v in y.saturating_sub(REACH)..(y + REACH + 1).min(height) {
                for u in x.saturating_sub(REACH)..(x + REACH + 1).min(width) {
                    let (p, q) = (before.values[v * width + u], after.values[v * width + u]);
                    if usable(p) && usable(q) {
                        a += f64::from(p);
                        b += f64::from(q);
                        count += 1;
                    }
                }
            }
            let here = y * width + x;
            let known = usable(before.values[here]) && usable(after.values[here]) && count > 0;
            out.push(if known { (10.0 * (b / a).log10()) as f32 } else { f32::NAN });
        }
    }
    out
}

fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// Patches of marked pixels that touch by a side or a corner, each as places in the grid.
fn patches(mut marked: Vec<bool>, width: usize, height: usize) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    for start in 0..marked.len() {
        if !marked[start] {
            continue;
        }
        marked[start] = false;
        let mut patch = vec![start];
        let mut next = 0;
        while next < patch.len() {
            let (x, y) = (patch[next] % width, patch[next] / width);
            next += 1;
            for v in y.saturating_sub(1)..(y + 2).min(height) {
                for u in x.saturating_sub(1)..(x + 2).min(width) {
                    let place = v * width + u;
                    if marked[place] {
                        marked[place] = false;
                        patch.push(place);
                    }
                }
            }
        }
        found.push(patch);
    }
    found
}

fn region(patch: &[usize], differences: &[f32], scene: &Scene) -> Region {
    let width = scene.width;
    let (mut left, mut top, mut right, mut bottom) = (usize::MAX, usize::MAX, 0, 0);
    for place in patch {
        let (x, y) = (place % width, place / width);
        (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1));
    }
    let mut values: Vec<f32> = patch.iter().map(|place| differences[*place]).collect();
    let (x, y) = ((left + right) as f64 / 2.0, (top + bottom) as f64 / 2.0);
    let pixel = scene.grid.pixel_metres(x, y).map(|(a, b)| a * b);
    Region {
        ring: scene.grid.ring((left, top), (right, bottom)),
        box_pixels: [left, top, right, bottom],
        pixels: patch.len(),
        area_m2: pixel.map(|area| area * patch.len() as f64),
        median_db: median(&mut values).into(),
    }
}
