//! One picture, decoded at most once for everybody who looks at it, and no further than they look.
//!
//! Analyzers that read pixels of the same file are handed the same [`Decoded`], which fills itself when first asked. Of a JPEG
//! only luma is decoded, and of that only what is asked for: single pixels for the hash, means of squares for points and for
//! small pictures to look at, each at its true place in the whole. It deliberately keeps no colours, turns nothing, and judges
//! no type: what `raster` refuses, this refuses with the same words.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::jpeg::{self, Want};
use super::raster::{self, Gray, RasterError};

/// Side to which a larger picture is sampled for its hash, in pixels, as the reference's tool does.
pub const SAMPLED_SIDE: usize = 512;
/// A reduced picture keeps at least this many pixels on its longer side, where the picture has them.
pub const REDUCED_SIDE: usize = 512;

/// A grey picture made smaller by whole pixels: each of its pixels is the mean of a square.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced<'a> {
    /// Pixels across of the whole picture.
    pub width: usize,
    /// Pixels down of the whole picture.
    pub height: usize,
    /// Side of the squares, in pixels: 1, 2, 4 or 8. The last ones of a row and of a column are of what is left.
    pub step: usize,
    /// The means.
    pub means: Cow<'a, Gray>,
}

/// The pixels of one file, as far as somebody looked.
#[derive(Debug)]
pub struct Decoded<'a> {
    bytes: &'a [u8],
    /// Several look: what both of two need is taken in one reading.
    together: bool,
    whole: OnceCell<Result<Gray, RasterError>>,
    sampled: OnceCell<Option<Gray>>,
    reduced: OnceCell<Option<Reduced<'static>>>,
}

impl<'a> Decoded<'a> {
    /// For one who looks.
    pub fn new(bytes: &'a [u8]) -> Decoded<'a> {
        let (whole, sampled, reduced) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Decoded { bytes, together: false, whole, sampled, reduced }
    }

    /// For several: the first of them pays for what the next will ask.
    pub fn together(bytes: &'a [u8]) -> Decoded<'a> {
        Decoded { together: true, ..Decoded::new(bytes) }
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Luma of every pixel.
    ///
    /// # Errors
    /// As [`raster::gray`].
    pub fn whole(&self) -> Result<&Gray, &RasterError> {
        self.whole.get_or_init(|| raster::gray(self.bytes)).as_ref()
    }

    /// [`SAMPLED_SIDE`] pixels across and down, the `i`th at `i * side / SAMPLED_SIDE`, of a picture that has more on either
    /// side; `None` of one that has not.
    ///
    /// # Errors
    /// As [`raster::gray`].
    pub fn sampled(&self) -> Result<Option<Cow<'_, Gray>>, &RasterError> {
        if self.sampled.get().is_none() {
            self.look(true, self.together);
        }
        if let Some(Some(sampled)) = self.sampled.get() {
            return Ok(Some(Cow::Borrowed(sampled)));
        }
        let whole = self.whole()?;
        Ok((whole.width.max(whole.height) > SAMPLED_SIDE).then(|| sampled(whole)).flatten().map(Cow::Owned))
    }

    /// The picture reduced as far as [`REDUCED_SIDE`] allows.
    ///
    /// # Errors
    /// As [`raster::gray`].
    pub fn reduced(&self) -> Result<Reduced<'_>, &RasterError> {
        if self.reduced.get().is_none() {
            self.look(self.together, true);
        }
        if let Some(Some(reduced)) = self.reduced.get() {
            return Ok(Reduced { means: Cow::Borrowed(&reduced.means), ..*reduced });
        }
        let whole = self.whole()?;
        Ok(Reduced { width: whole.width, height: whole.height, step: 1, means: Cow::Borrowed(whole) })
    }

    /// Takes from a JPEG what is asked for, where that is less than the whole and the whole is not there yet.
    fn look(&self, for_hash: bool, for_points: bool) {
        let size = if self.whole.get().is_none() { jpeg::size(self.bytes) } else { None };
        let Some((width, height)) = size else { return };
        let longer = width.max(height);
        let step = step_for(longer, REDUCED_SIDE);
        // Every second pixel each way costs as much as every one.
        let (for_hash, for_points) = (for_hash && longer > SAMPLED_SIDE, for_points && step > 2);
        let mut wants = Vec::with_capacity(2);
        if for_hash && (for_points || !self.together) {
            wants.push(Want::Sampled(SAMPLED_SIDE, SAMPLED_SIDE));
        }
        if for_points {
            wants.push(Want::Means(step));
        }
        if wants.is_empty() {
            return;
        }
        let planes = raster::guarded(|| Ok(jpeg::luma(self.bytes, &wants))).ok().flatten();
        for (want, plane) in wants.iter().zip(planes.into_iter().flatten()) {
            match want {
                Want::Sampled(..) => drop(self.sampled.set(Some(plane))),
                Want::Means(_) => {
                    drop(self.reduced.set(Some(Reduced { width, height, step, means: Cow::Owned(plane) })))
                }
            }
        }
    }
}

/// The largest step by which a longer side may be reduced so that `least` pixels are left of it.
pub(super) fn step_for(longer: usize, least: usize) -> usize {
    [8, 4, 2].into_iter().find(|step| longer / step >= least).unwrap_or(1)
}

/// Single pixels of a picture, as the reference's tool takes them.
pub(super) fn sampled(of: &Gray) -> Option<Gray> {
    let places: Vec<usize> = (0..SAMPLED_SIDE).map(|x| x * of.width / SAMPLED_SIDE).collect();
    let mut pixels = Vec::with_capacity(SAMPLED_SIDE * SAMPLED_SIDE);
    for y in 0..SAMPLED_SIDE {
        let row = of.pixels.get(y * of.height / SAMPLED_SIDE * of.width..)?.get(..of.width)?;
        pixels.extend(places.iter().map(|x| row[*x]));
    }
    Some(Gray { width: SAMPLED_SIDE, height: SAMPLED_SIDE, pixels })
}
