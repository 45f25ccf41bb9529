//! Weights learnt from the claims at hand, without labels.
//!
//! The model is Fellegi and Sunter's (1969): a level weighs log₂(m/u), m its share among pairs of one happening, u among pairs of
//! two. Pairs of two happenings are known without labels: claims from one area that lie weeks apart, and claims of one time from
//! different ends of the country. So u is *counted* on them, and only m and the number of true pairs are estimated, by EM (Winkler
//! 1988) with u held fixed, which cannot run away as EM over blocked pairs does when both are free. Two corrections make weights
//! those of the pair at hand: what is named rarely weighs more (term frequency), and a place and time from which many other
//! reports come weighs less (`crowd`): reports of the same weeks, but of other days, tell how many strangers to expect there.
//!
//! From fewer than [`LEAST_CLAIMS`] claims nothing is learnt; from there to [`ENOUGH_CLAIMS`] learnt and reasoned weights are mixed.
//! Deliberately no randomness but a fixed sequence, and sums in a fixed order: two runs give the same bits.

use std::collections::BTreeMap;

use witnessmark_model::ItemId;

use super::block::Meets;
use super::burst::Bursts;
use super::calibrate::{Learnt, Seen};
use super::crowd::{Area, MOST_CROWD, first_day};
use super::features::{Comparer, FAR_DAYS, Features};
use super::levels::{
    ACT, EXPECTED, FIELDS, LEVELS, NONE, PLACE, REASONED, TARGET, TIME, TOGETHER, WEAPON, counts_as_rare,
    is_here_and_now, is_learnt, place, time, together_of,
};
use super::score::crowd;

/// Claims with a place and a day below which nothing is learnt.
const LEAST_CLAIMS: usize = 150;
/// Claims from which on the reasoned weights no longer count.
const ENOUGH_CLAIMS: usize = 750;
/// Random pairs that are compared.
const RANDOM_PAIRS: usize = 150_000;
/// Claims whose whole area is looked through, and most claims of an area that are.
pub(super) const SAMPLED: usize = 3_000;
pub(super) const SAMPLED_BESIDE: usize = 300;
/// Pairs that EM runs over; of more, evenly spaced ones.
const MOST_PAIRS: usize = 200_000;
/// Rounds of EM.
const ROUNDS: usize = 25;
/// Pairs that the expected shares count as much as.
const PRIOR_PAIRS: f64 = 20.0;
/// Bits by which a rare term may change a weight.
const MOST_RARITY: f64 = 4.0;
/// Bounds of a learnt weight.
const WEIGHTS: (f64, f64) = (-12.0, 20.0);
/// Share of all claims that must lie on other days than one does, on average, for strangers to be known by their days.
const LEAST_ON_OTHER_DAYS: f64 = 0.3;
/// Share of random pairs that must lie apart for times to be counted on those alone.
const ENOUGH_APART: f64 = 0.2;
/// Known strangers from one area that must be at hand for their terms to be counted on them rather than on any strangers.
const ENOUGH_STRANGERS: f64 = 2_000.0;

/// Weights of levels, and what a pair must reach.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    pub weights: [[f64; LEVELS]; FIELDS],
    /// Bits that speak against any two claims being of one happening before they are compared: log₂ of the odds of strangers.
    pub threshold: f64,
    /// What combinations of what was hit, done and used add to their levels ([`together_of`]).
    pub together: [f64; TOGETHER],
    /// What a term adds when both claims name it, by field and number.
    pub rarity: [Vec<f64>; FIELDS],
    /// Share of the learnt in the weights, 0 to 1.
    pub learnt: f64,
    /// Claims and pairs that it was learnt from, and how many pairs are of one happening by its estimate.
    pub from: (usize, usize, f64),
}

impl Model {
    /// The reasoned weights.
    pub fn reasoned(threshold: f64) -> Self {
        Model {
            weights: REASONED,
            threshold,
            together: [0.0; TOGETHER],
            rarity: Default::default(),
            learnt: 0.0,
            from: (0, 0, 0.0),
        }
    }

    /// Points of levels alone.
    pub fn points(&self, levels: &[u8; FIELDS]) -> f64 {
        let of = |(f, level): (usize, &u8)| if *level == NONE { 0.0 } else { self.weights[f][usize::from(*level)] };
        levels.iter().enumerate().map(of).sum::<f64>() + self.together(levels)
    }

    /// What a combination of what was hit, done and used adds to its levels.
    pub fn together(&self, levels: &[u8; FIELDS]) -> f64 {
        together_of(levels).map_or(0.0, |t| self.together[t])
    }
}

/// Learns, and tells each claim its crowd.
pub(super) fn learn(
    comparer: &Comparer<'_>,
    features: &mut [Features],
    met: &[Meets],
    pairs: &[(u32, u32)],
    reasoned: f64,
) -> Model {
    let at_hand: Vec<usize> =
        (0..features.len()).filter(|i| !met[*i].cells.is_empty() && !met[*i].days.is_empty()).collect();
    let share = (at_hand.len().saturating_sub(LEAST_CLAIMS)) as f64 / (ENOUGH_CLAIMS - LEAST_CLAIMS) as f64;
    let share = share.min(1.0);
    if share <= 0.0 {
        return Model::reasoned(reasoned);
    }
    let area = Area::new(met, &at_hand);
    let Some(chance) = Chance::count(comparer, features, met, &at_hand, &area) else {
        return Model::reasoned(reasoned);
    };
    let crowds = area.crowds(comparer, features, met, &at_hand);
    at_hand.iter().zip(crowds).for_each(|(i, crowd)| features[*i].crowd = crowd);
    let bursts = Bursts::count(comparer, features, met, &at_hand);
    if let Some(bursts) = &bursts {
        for i in &at_hand {
            let bits = |k: usize| features[*i].crowd[k] - bursts.of[*i][k].log2();
            features[*i].crowd = [bits(0), bits(1)].map(|bits| bits.clamp(-MOST_CROWD, MOST_CROWD));
        }
    }
    let rarity = rarity(comparer, features);
    let strangers = strangers(features, &at_hand);
    let mut seen = Seen::look(comparer, features, met, (&at_hand, pairs), &rarity, bursts.as_ref());
    let found = match &mut seen {
        Some(seen) => Some(seen.learn(&chance.u)),
        None => expect(comparer, features, pairs, &chance.u, &rarity, strangers).map(|(m, matches)| {
            let ratio = |f: usize, l: usize| if m[f][l] > 0.0 { (m[f][l] / chance.u[f][l]).log2() } else { 0.0 };
            let weights = std::array::from_fn(|f| std::array::from_fn(|l| ratio(f, l)));
            let threshold = ((strangers - matches).max(1.0) / matches.max(0.5)).log2();
            Learnt { weights, together: [0.0; TOGETHER], threshold, matches }
        }),
    };
    let Some(learnt) = found else {
        features.iter_mut().for_each(|f| f.crowd = [0.0; 2]);
        return Model::reasoned(reasoned);
    };
    let mut model = Model {
        weights: REASONED,
        threshold: learnt.threshold,
        together: learnt.together,
        rarity,
        learnt: share,
        from: (at_hand.len(), pairs.len(), learnt.matches),
    };
    let learnt = learnt.weights;
    for (f, row) in model.weights.iter_mut().enumerate() {
        for (l, weight) in row.iter_mut().enumerate().filter(|(l, _)| is_learnt(f, *l as u8)) {
            *weight = match chance.coarse(f, l as u8) {
                Some(overlap) => -overlap.log2(),
                // A level that no pair was seen at keeps its reasoned weight.
                None if learnt[f][l] == 0.0 => continue,
                None => learnt[f][l],
            };
            *weight = weight.clamp(WEIGHTS.0, WEIGHTS.1);
        }
    }
    let (more, factor) = seen.map_or((0.0, 1.0), |seen| seen.stretch(&model));
    mix(&mut model, features, (more, factor), (share, reasoned));
    model
}

/// The learnt weights, stretched, and the reasoned ones, by the share of each.
fn mix(model: &mut Model, features: &mut [Features], (more, factor): (f64, f64), (share, reasoned): (f64, f64)) {
    for (f, row) in model.weights.iter_mut().enumerate() {
        for (l, weight) in row.iter_mut().enumerate().filter(|(l, _)| is_learnt(f, *l as u8)) {
            *weight = share * factor * *weight + (1.0 - share) * REASONED[f][l];
        }
    }
    model.threshold = share * (factor * model.threshold - more) + (1.0 - share) * reasoned;
    model.together.iter_mut().for_each(|bits| *bits *= share * factor);
    model.rarity.iter_mut().flatten().for_each(|bits| *bits *= share * factor);
    features.iter_mut().flat_map(|f| &mut f.crowd).for_each(|crowd| *crowd *= share * factor);
}

/// Pairs that are no two rows of one table.
fn strangers(features: &[Features], at_hand: &[usize]) -> f64 {
    let mut tables: BTreeMap<ItemId, f64> = BTreeMap::new();
    at_hand
        .iter()
        .filter(|i| features[**i].in_table)
        .for_each(|i| *tables.entry(features[*i].item).or_default() += 1.0);
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    pairs(at_hand.len() as f64) - tables.values().map(|n| pairs(*n)).sum::<f64>()
}

/// How often strangers stand at each level.
struct Chance {
    u: [[f64; LEVELS]; FIELDS],
    /// How often strangers are compatible where one of the two says it coarsely: places, months, longer times.
    coarse: [Overlap; 3],
}

/// How many were compared, and how many of them were compatible.
#[derive(Clone, Copy, Default)]
struct Overlap {
    compared: f64,
    compatible: f64,
}

impl Overlap {
    fn add(&mut self, compatible: bool) {
        self.compared += 1.0;
        self.compatible += f64::from(u8::from(compatible));
    }
}

impl Chance {
    /// Nothing when too few claims lie on other days to know strangers by.
    fn count(
        comparer: &Comparer<'_>,
        features: &[Features],
        met: &[Meets],
        at_hand: &[usize],
        area: &Area,
    ) -> Option<Self> {
        let (anywhere, coarse) = strangers_anywhere(comparer, features, at_hand);
        let (beside, population) = strangers_beside(comparer, features, met, at_hand, area)?;
        let mut chance = Chance { u: [[0.0; LEVELS]; FIELDS], coarse };
        for (f, row) in chance.u.iter_mut().enumerate() {
            let of_neighbours = f != TIME && f != PLACE && beside.sum(f) >= ENOUGH_STRANGERS;
            for (l, u) in row.iter_mut().enumerate() {
                let (count, all) = match f {
                    PLACE if (l as u8) < place::COMPATIBLE => (beside.0[f][l], population),
                    _ if of_neighbours => (beside.0[f][l], beside.sum(f)),
                    _ => (anywhere.0[f][l], anywhere.sum(f)),
                };
                *u = (count + 0.5) / (all + 1.0);
            }
        }
        Some(chance)
    }

    /// Of a level that says only that the coarser of two statements holds the other: how often it holds a stranger's. Whether a
    /// claim is coarse is its own affair; that claims of one happening are compatible is taken as sure.
    fn coarse(&self, field: usize, level: u8) -> Option<f64> {
        let of = match (field, level) {
            (PLACE, place::COMPATIBLE) => self.coarse[0],
            (TIME, time::MONTH) => self.coarse[1],
            (TIME, time::LONG) => self.coarse[2],
            _ => return None,
        };
        Some((of.compatible + 1.0) / (of.compared + 2.0))
    }
}

/// Levels of random pairs, and how often what is coarse holds a stranger's. Times are counted on pairs that lie apart, where
/// there are enough of them, since no two of those are of one happening; what was hit and done on all but the nearest.
fn strangers_anywhere(comparer: &Comparer<'_>, features: &[Features], at_hand: &[usize]) -> (Counts, [Overlap; 3]) {
    let (mut anywhere, mut of_all) = (Counts::default(), Counts::default());
    let mut coarse = [Overlap::default(); 3];
    let mut dice = Dice(0x5eed);
    for _ in 0..RANDOM_PAIRS {
        let (a, b) = (at_hand[dice.below(at_hand.len())], at_hand[dice.below(at_hand.len())]);
        let (x, y) = (&features[a], &features[b]);
        if a == b || (x.item == y.item && x.in_table) {
            continue;
        }
        let found = comparer.compare(x, y);
        let levels = found.levels;
        of_all.add(TIME, levels[TIME], 1.0);
        if levels[PLACE] > place::COMPATIBLE {
            anywhere.add(TIME, levels[TIME], 1.0);
            match found.days {
                _ if levels[TIME] == NONE => {}
                8..=31 => coarse[1].add(levels[TIME] == time::MONTH),
                32.. => coarse[2].add(levels[TIME] == time::LONG),
                _ => {}
            }
        }
        if found.coarse && levels[TIME] == time::FAR {
            coarse[0].add(levels[PLACE] == place::COMPATIBLE);
        }
        if levels[TIME] == time::FAR {
            anywhere.add(PLACE, levels[PLACE], 1.0);
        }
        if !is_here_and_now(&levels) {
            [TARGET, ACT, WEAPON].into_iter().for_each(|f| anywhere.add(f, levels[f], 1.0));
        }
    }
    if anywhere.sum(TIME) < ENOUGH_APART * RANDOM_PAIRS as f64 {
        anywhere.0[TIME] = of_all.0[TIME];
    }
    (anywhere, coarse)
}

/// Levels of pairs from one area whose days lie apart, and the claims on other days that they were sought among. Nothing when
/// those are too few.
fn strangers_beside(
    comparer: &Comparer<'_>,
    features: &[Features],
    met: &[Meets],
    at_hand: &[usize],
    area: &Area,
) -> Option<(Counts, f64)> {
    let mut beside = Counts::default();
    let (mut population, mut sampled) = (0.0, 0.0);
    let step = at_hand.len().div_ceil(SAMPLED).max(1);
    for i in at_hand.iter().step_by(step) {
        let day = first_day(&met[*i]);
        let near = |limit: i64| area.days.partition_point(|d| *d < limit);
        population += (area.days.len() - (near(day + FAR_DAYS + 2) - near(day - FAR_DAYS - 1))) as f64;
        sampled += 1.0;
        let all: Vec<u32> = area.beside(&met[*i]).flatten().map(|(_, j)| *j).collect();
        let every = all.len().div_ceil(SAMPLED_BESIDE).max(1);
        for j in all.iter().step_by(every) {
            let (x, y) = (&features[*i], &features[*j as usize]);
            if *i as u32 == *j || (x.item == y.item && x.in_table) {
                continue;
            }
            let levels = comparer.compare(x, y).levels;
            if levels[TIME] == time::FAR && levels[PLACE] <= place::WITHIN {
                beside.add(PLACE, levels[PLACE], every as f64);
                [TARGET, ACT, WEAPON].into_iter().for_each(|f| beside.add(f, levels[f], every as f64));
            }
        }
    }
    (population >= LEAST_ON_OTHER_DAYS * sampled * at_hand.len() as f64).then_some((beside, population))
}

/// How often each level of each field was seen.
#[derive(Default)]
struct Counts([[f64; LEVELS]; FIELDS]);

impl Counts {
    fn add(&mut self, field: usize, level: u8, times: f64) {
        if level != NONE {
            self.0[field][usize::from(level)] += times;
        }
    }

    fn sum(&self, field: usize) -> f64 {
        self.0[field].iter().sum()
    }
}

/// What each term adds when both name it: a hospital says more where homes are hit every day.
fn rarity(comparer: &Comparer<'_>, features: &[Features]) -> [Vec<f64>; FIELDS] {
    comparer.shares(features).map(|shares| {
        let same: f64 = shares.iter().map(|p| p * p).sum();
        let least = 1.0 / features.len().max(1) as f64;
        shares.iter().map(|p| (same / p.max(least)).log2().clamp(-MOST_RARITY, MOST_RARITY)).collect()
    })
}

/// A number for each level of each field.
pub(super) type Shares = [[f64; LEVELS]; FIELDS];

/// EM over the blocked pairs with u held fixed: shares of levels among pairs of one happening, and how many there are.
fn expect(
    comparer: &Comparer<'_>,
    features: &[Features],
    pairs: &[(u32, u32)],
    u: &Shares,
    rarity: &[Vec<f64>; FIELDS],
    strangers: f64,
) -> Option<(Shares, f64)> {
    let every = pairs.len().div_ceil(MOST_PAIRS).max(1);
    let mut at: Vec<([u8; FIELDS], f64)> = Vec::new();
    for (a, b) in pairs.iter().step_by(every) {
        let (x, y) = (&features[*a as usize], &features[*b as usize]);
        // Copies of one picture or passage are one happening and tell nothing of how two witnesses agree.
        let copies =
            x.item == y.item || (x.cluster.is_some() && x.cluster == y.cluster) || (x.shares_words && y.shares_words);
        let found = comparer.compare(x, y);
        if !copies && is_here_and_now(&found.levels) {
            let rare = |f: usize| match comparer.common(f, x, &found) {
                Some(t) if counts_as_rare(&found.levels, f) => rarity[f].get(usize::from(t)).copied().unwrap_or(0.0),
                _ => 0.0,
            };
            let more = crowd(x, y, &found) + [TARGET, ACT, WEAPON].into_iter().map(rare).sum::<f64>();
            at.push((found.levels, more));
        }
    }
    if at.is_empty() {
        return None;
    }
    let expected = expected(at.iter().map(|(levels, _)| levels));
    let (mut m, mut matches) = (expected, (at.len() as f64 * every as f64 * 0.3).max(1.0));
    for _ in 0..ROUNDS {
        let weights: Shares = std::array::from_fn(|f| std::array::from_fn(|l| (m[f][l].max(1e-6) / u[f][l]).log2()));
        let prior = (matches / (strangers - matches).max(1.0)).log2();
        let mut counts = Counts::default();
        let mut sum = 0.0;
        for (levels, more) in &at {
            let mut bits = prior + more;
            for (f, l) in levels.iter().enumerate().filter(|(_, l)| **l != NONE) {
                bits += weights[f][usize::from(*l)];
            }
            let likely = 1.0 / (1.0 + (-bits).exp2());
            sum += likely;
            levels.iter().enumerate().for_each(|(f, l)| counts.add(f, *l, likely));
        }
        matches = (sum * every as f64).max(0.5);
        m = std::array::from_fn(|f| {
            let all = counts.sum(f) + PRIOR_PAIRS;
            std::array::from_fn(|l| (counts.0[f][l] + PRIOR_PAIRS * expected[f][l]) / all)
        });
    }
    Some((m, matches))
}

/// Shares of levels that are expected among pairs of one happening, of those that any pair was seen at.
pub(super) fn expected<'a>(seen: impl Iterator<Item = &'a [u8; FIELDS]>) -> Shares {
    let mut there = [[false; LEVELS]; FIELDS];
    for levels in seen {
        levels.iter().enumerate().filter(|(_, l)| **l != NONE).for_each(|(f, l)| there[f][usize::from(*l)] = true);
    }
    std::array::from_fn(|f| {
        let of: Vec<f64> = (0..LEVELS).map(|l| if there[f][l] { EXPECTED[f][l].max(0.005) } else { 0.0 }).collect();
        let all: f64 = of.iter().sum();
        std::array::from_fn(|l| if all > 0.0 { of[l] / all } else { 0.0 })
    })
}

/// A fixed sequence of throws (SplitMix64; Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * n as u128) >> 64) as usize
    }
}
