//! Do two aligned pictures carry the same grain? What a sensor adds is new at every exposure, and a copy has it from its original.
//!
//! Of the small blocks that both pictures cover, the plainest tenth is taken (skies, walls, shadows), the slope of each is
//! taken away, and what is left is correlated over all of them at once: near one in a copy that was saved well, near zero in
//! a second exposure. The idea is that of J. Lukáš, J. Fridrich and M. Goljan (IEEE TIFS 2006), whose interest was what sensors
//! repeat; ours is what they do not. It works on looks of 160 pixels, where single grains of a picture of many million pixels
//! have been averaged away, so it says something of noisy and small pictures only, and otherwise says nothing. It deliberately
//! says nothing of weak grain: faint texture that both exposures saw correlates as well.

use super::field::Laid;

/// Side of a block, in pixels of the coarser look.
const BLOCK: usize = 4;
/// Pixels of a block less what its mean and slope take.
const FREE: f32 = (BLOCK * BLOCK - 3) as f32;
/// One block in this many is looked at: the plainest.
const PLAINEST: usize = 10;
/// Fewer blocks say nothing.
const LEAST_BLOCKS: usize = 24;
/// Blocks nearer black or white than this have lost their grain, in grey levels.
const CLIPPED: f32 = 6.0;
/// Grain that deviates less is rounding, in grey levels.
const LEAST_GRAIN: f32 = 0.45;

/// What is left in the plainest blocks of two pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grain {
    /// Its correlation, -1 to 1.
    pub alike: f32,
    /// Its deviation in the one, in grey levels of the look.
    pub deviation: (f32, f32),
}

impl Grain {
    /// Has each picture a grain of its own?
    pub fn differs(&self) -> bool {
        self.alike < DIFFERS
    }

    /// Is there so much of it, and is it so much alike, that the two are one exposure?
    pub fn shows_one(&self) -> bool {
        let (least, most) = (self.deviation.0.min(self.deviation.1), self.deviation.0.max(self.deviation.1));
        self.alike >= ONE_GRAIN && (STRONG..=COARSE).contains(&least) && most <= COARSE
    }
}

/// As much alike is one grain: second exposures of motionless scenes reached 0.80.
const ONE_GRAIN: f32 = 0.87;
/// … where it deviates by this many grey levels: what is weaker is as likely to be texture that two exposures saw.
const STRONG: f32 = 0.45;
/// … and by no more than this: what is left of grass, gravel and print in their plainest blocks is coarser than any sensor's
/// noise is in a look, and two exposures see the same of it.
const COARSE: f32 = 1.5;
/// Copies saved at quality 75 and better correlate more.
const DIFFERS: f32 = 0.35;

/// Compares the grain; nothing where there is too little of it.
pub(super) fn compared(over: &Laid) -> Option<Grain> {
    let (width, height) = (over.grid.width, over.grid.height);
    let mut blocks: Vec<(f32, f32, f32)> = Vec::new();
    for top in (0..(height + 1).saturating_sub(BLOCK)).step_by(BLOCK) {
        for left in (0..(width + 1).saturating_sub(BLOCK)).step_by(BLOCK) {
            let at = |i: usize| (top + i / BLOCK) * width + left + i % BLOCK;
            let ours = levelled(std::array::from_fn(|i| over.grid.values[at(i)]));
            let theirs = levelled(std::array::from_fn(|i| over.laid[at(i)]));
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                let product = |a: &[f32; BLOCK * BLOCK], b: &[f32; BLOCK * BLOCK]| {
                    a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>() / FREE
                };
                blocks.push((product(&ours, &ours), product(&theirs, &theirs), product(&ours, &theirs)));
            }
        }
    }
    blocks.sort_by(|x, y| x.0.max(x.1).total_cmp(&y.0.max(y.1)));
    blocks.truncate(blocks.len() / PLAINEST);
    if blocks.len() < LEAST_BLOCKS {
        return None;
    }
    let count = blocks.len() as f32;
    let sum = blocks.iter().fold((0.0, 0.0, 0.0), |s, b| (s.0 + b.0, s.1 + b.1, s.2 + b.2));
    let deviation = ((sum.0 / count).sqrt(), (sum.1 / count).sqrt());
    let enough = deviation.0.min(deviation.1) >= LEAST_GRAIN;
    enough.then(|| Grain { alike: sum.2 / (sum.0 * sum.1).sqrt(), deviation })
}

/// A block less its mean and its slope; nothing where it is clipped or not covered.
fn levelled(block: [f32; BLOCK * BLOCK]) -> Option<[f32; BLOCK * BLOCK]> {
    let middle = (BLOCK as f32 - 1.0) / 2.0;
    let place = |i: usize| ((i % BLOCK) as f32 - middle, (i / BLOCK) as f32 - middle);
    let mean = block.iter().sum::<f32>() / block.len() as f32;
    // A NaN anywhere fails here.
    if !(CLIPPED..=255.0 - CLIPPED).contains(&mean) {
        return None;
    }
    let (mut across, mut down, mut squares) = (0.0, 0.0, 0.0);
    for (i, value) in block.iter().enumerate() {
        let (x, y) = place(i);
        across += x * (value - mean);
        down += y * (value - mean);
        squares += x * x;
    }
    Some(std::array::from_fn(|i| {
        let (x, y) = place(i);
        block[i] - mean - x * across / squares - y * down / squares
    }))
}

#[cfg(test)]
mod tests {
    use super::super::field::Field;
    use super::*;

    fn noise(seed: u64, count: usize) -> Vec<f32> {
        let mut state = seed * 2 + 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
        };
        (0..count).map(|_| (0..4).map(|_| next()).sum::<f32>()).collect()
    }

    fn laid(ours: &[f32], theirs: &[f32]) -> Laid {
        let scene = |i: usize| 90.0 + (i % 160) as f32 * 0.4 + (i / 160) as f32 * 0.2;
        let over = |grain: &[f32]| grain.iter().enumerate().map(|(i, g)| scene(i) + 2.0 * g).collect();
        Laid { grid: Field { width: 160, height: 120, values: over(ours) }, laid: over(theirs) }
    }

    #[test]
    fn one_grain_is_alike_and_two_are_not() {
        let (first, second) = (noise(3, 160 * 120), noise(8, 160 * 120));
        let same = compared(&laid(&first, &first)).unwrap();
        assert!(same.alike > 0.99 && !same.differs(), "{same:?}");
        let other = compared(&laid(&first, &second)).unwrap();
        assert!(other.alike.abs() < 0.1 && other.differs(), "{other:?}");
    }

    #[test]
    fn without_grain_or_cover_nothing_is_said() {
        let none = vec![0.0; 160 * 120];
        assert_eq!(compared(&laid(&none, &none)), None);
        let grain = noise(3, 160 * 120);
        let mut over = laid(&grain, &grain);
        over.laid.iter_mut().for_each(|value| *value = f32::NAN);
        assert_eq!(compared(&over), None);
    }
}
