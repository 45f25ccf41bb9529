//! Weights learnt against strangers that are seen: what the pairs at hand have that strangers have not.
//!
//! How often strangers look alike is *seen*, without labels: a claim is compared with those of its place as they were some days
//! earlier and later, too far for a happening told twice, too near for a burst of attacks to be over. Whatever weights take for
//! independent and is not (bursts on one town) is in those pairs as it is in the others. So the levels of strangers are known, and about
//! how many of the pairs at hand are strangers; only the levels of the rest are estimated, and how many they are (EM with one
//! component of the mixture held fixed; the empirical null of Efron 2004). Last the log-odds as a whole are stretched or squeezed until they come
//! out as often as they say (where rows of tables are at hand they also tell how many strangers there are: [`super::burst`]): with all pairs at hand and those strangers, the log-likelihood of a logistic model has an unbiased
//! estimate that needs no label,
//!
//! Σ over pairs of ln σ(f) − Σ over strangers of their weight · f
//!
//! since a stranger adds ln(1 − σ(f)) instead of ln σ(f), which is f less (du Plessis, Niu and Sugiyama 2015). Of f only a place and
//! a slope are fitted: more would fit chance, as the estimate has no upper bound where chance puts more strangers than pairs.

use super::block::{Calendar, Meets};
use super::burst::Bursts;
use super::features::{Comparer, Features, Found};
use super::learn::{Model, Shares, expected};
use super::levels::{
    FIELDS, LEVELS, NONE, PLACE, TIME, TOGETHER, WHAT, counts_as_rare, is_here_and_now, is_learnt, together_of,
};
use super::score::crowd;

/// Days by which claims are moved to be strangers, both ways, for pairs whose times are known to so many days: as few as keep
/// what is told of one happening apart, and more. What would be seen without moving is carried on from the two in a straight line,
/// as attacks come in bursts of days.
const MOVED: [(i64, [i64; 2]); 3] = [(1, [6, 20]), (3, [6, 20]), (10, [12, 30])];
/// Pairs that are looked at; of more, evenly spaced ones.
const MOST: usize = 60_000;
/// Claims whose strangers are enough to learn from; of more, evenly spaced ones.
const ENOUGH: usize = 10_000;
/// Rounds of EM, and of Newton's method.
const ROUNDS: usize = 25;
/// Fewest strangers that anything is learnt from.
const FEWEST: usize = 100;
/// Pairs that the expected shares count as much as, and strangers that the model's own shares do.
const PRIOR_PAIRS: f64 = 20.0;
const PRIOR_STRANGERS: f64 = 50.0;
/// Share of the pairs at hand that are of one happening at least: of fewer nothing could be learnt.
const LEAST_MATCHES: f64 = 0.002;
/// Spread by which the stretched log-odds are expected to differ: in bits, and as a factor.
const SPREAD: (f64, f64) = (2.0, 0.3);

/// How many strangers there are, against those shown: bursts have more of one day than of days moved apart.
const STRANGERS: (f64, f64) = (0.8, 16.0);
/// Strangers that those shown count as when that is measured.
const STRANGERS_PRIOR: f64 = 50.0;
/// Pairs that independence counts as much as where combinations of levels are counted, and bits that they may add.
const PRIOR_TOGETHER: f64 = 100.0;
const MOST_TOGETHER: f64 = 6.0;
/// Bits of the log-odds below which a pair says nothing of how to stretch them.
const LEAST_BITS: f64 = -6.0;

/// A pair of one place and time: its levels, what its crowd and its rare terms add in bits, and how many pairs it counts as.
pub(super) struct Pair {
    levels: [u8; FIELDS],
    more: f64,
    counts: f64,
}

/// Pairs at hand, and strangers.
pub(super) struct Seen {
    pairs: Vec<Pair>,
    strangers: Vec<Pair>,
    /// Is it known how many strangers there are, from the rows of tables?
    known: bool,
}

fn pair(
    comparer: &Comparer<'_>,
    rarity: &[Vec<f64>; FIELDS],
    (x, y): (&Features, &Features),
    found: &Found,
    counts: f64,
) -> Option<Pair> {
    let rare = |f: usize| match comparer.common(f, x, found) {
        Some(t) if counts_as_rare(&found.levels, f) => rarity[f].get(usize::from(t)).copied().unwrap_or(0.0),
        _ => 0.0,
    };
    let more = || crowd(x, y, found) + WHAT.into_iter().map(rare).sum::<f64>();
    is_here_and_now(&found.levels).then(|| Pair { levels: found.levels, more: more(), counts })
}

/// How many looks each claim's strangers are given.
const LOOKS: usize = 3;

/// Strangers as they are to be expected: of each claim as many as its place and burst have, looking as strangers of its group do.
fn expected_strangers(
    comparer: &Comparer<'_>,
    features: &[Features],
    rarity: &[Vec<f64>; FIELDS],
    bursts: &Bursts,
) -> Vec<Pair> {
    let ready = |(a, b, shift): &(u32, u32, i64)| {
        let (x, y) = (&features[*a as usize], &features[*b as usize]);
        let found = comparer.compare_moved(x, y, -shift * crate::when::DAY);
        let mut one = pair(comparer, rarity, (x, y), &found, 1.0)?;
        one.more -= crowd(x, y, &found);
        Some(one)
    };
    let looks: Vec<[Vec<Pair>; 2]> =
        bursts.looks.iter().map(|of| [0, 1].map(|k| of[k].iter().filter_map(ready).collect())).collect();
    let mut out = Vec::new();
    let mut turn = vec![[0usize; 2]; looks.len()];
    let step = bursts.strangers.len().div_ceil(MOST).max(1);
    for ((claim, strangers), group) in bursts.strangers.iter().zip(&bursts.groups).step_by(step) {
        for k in 0..2 {
            let (pool, turn) = (&looks[*group][k], &mut turn[*group][k]);
            for _ in 0..LOOKS.min(pool.len()) {
                // A step that shares no factor with most lengths, so that all looks come up.
                *turn = (*turn + 7_919) % pool.len();
                let look = &pool[*turn];
                // Both orders of a pair are met.
                let counts = strangers[k] * step as f64 / (2 * LOOKS.min(pool.len())) as f64;
                out.push(Pair { levels: look.levels, more: look.more + features[*claim].crowd[k], counts });
            }
        }
    }
    out
}

/// Copies of one picture or passage, and what one text says, tell nothing of how two witnesses agree.
fn are_copies(x: &Features, y: &Features) -> bool {
    x.item == y.item || (x.cluster.is_some() && x.cluster == y.cluster) || (x.shares_words && y.shares_words)
}

impl Seen {
    /// Looks at the blocked pairs of these claims, and at strangers. Nothing when too few strangers are to be seen.
    pub fn look(
        comparer: &Comparer<'_>,
        features: &[Features],
        met: &[Meets],
        (at_hand, blocked): (&[usize], &[(u32, u32)]),
        rarity: &[Vec<f64>; FIELDS],
        bursts: Option<&Bursts>,
    ) -> Option<Self> {
        let every = blocked.len().div_ceil(MOST).max(1);
        let ready = |a: usize, b: usize, found: &Found, counts: f64| {
            pair(comparer, rarity, (&features[a], &features[b]), found, counts)
        };
        let pairs: Vec<Pair> = blocked
            .iter()
            .step_by(every)
            .map(|(a, b)| (*a as usize, *b as usize))
            .filter(|(a, b)| !are_copies(&features[*a], &features[*b]))
            .filter_map(|(a, b)| ready(a, b, &comparer.compare(&features[a], &features[b]), every as f64))
            .collect();
        let days = || at_hand.iter().flat_map(|i| &met[*i].days);
        let (first, last) = (*days().min()?, *days().max()?);
        let mut strangers: Vec<Pair> = Vec::new();
        let step = if every == 1 { at_hand.len().div_ceil(ENOUGH) } else { every * 4 };
        let widths: Vec<i64> = features.iter().map(|f| f.spans.iter().map(|s| s.days()).max().unwrap_or(0)).collect();
        if let Some(bursts) = bursts {
            strangers = expected_strangers(comparer, features, rarity, bursts);
        }
        let calendar = Calendar::of(features, at_hand, met);
        let (mut beside, mut near) = (Vec::new(), Vec::new());
        for (kind, (_, [little, more])) in MOVED.iter().enumerate().filter(|_| bursts.is_none()) {
            let carried = *little as f64 / (more - little) as f64;
            for (days, weight) in [(*little, 1.0 + carried), (*more, -carried)] {
                let both = [days, -days].into_iter().flat_map(|s| at_hand.iter().step_by(step).map(move |a| (s, *a)));
                for (shift, a) in both {
                    calendar.beside(a, &mut beside);
                    calendar.around(a, &beside, shift, &mut near);
                    for (b, stands_for) in near.iter().filter(|n| !n.2).map(|n| (n.0 as usize, n.1)) {
                        let width = widths[a].max(widths[b]);
                        if MOVED.iter().position(|(most, _)| width <= *most) != Some(kind) {
                            continue;
                        }
                        // Both orders of a pair are met, and both ways, but for what lies outside the archive's time.
                        let own = met[a].days.first().copied().unwrap_or_default();
                        let room = [days, -days].iter().filter(|d| (first..=last).contains(&(own + **d))).count();
                        let counts = weight * stands_for * step as f64 / (2 * room.max(1)) as f64;
                        let found = comparer.compare_moved(&features[a], &features[b], -shift * crate::when::DAY);
                        strangers.extend(ready(a, b, &found, counts));
                    }
                }
            }
        }
        let known = bursts.is_some();
        (strangers.len() >= FEWEST && !pairs.is_empty()).then_some(Seen { pairs, strangers, known })
    }

    /// Learns what pairs of one happening have in common. `u`: shares of levels among any strangers, for places and times.
    pub fn learn(&mut self, u: &Shares) -> Learnt {
        let all: f64 = self.pairs.iter().map(|p| p.counts).sum();
        let shown: f64 = self.strangers.iter().map(|p| p.counts).sum::<f64>().max(0.5);
        let least = if self.known { 1.0 } else { STRANGERS.0 };
        let bounds = (shown * least, (shown * STRANGERS.1).min(all * (1.0 - LEAST_MATCHES)));
        let agreeing = |f: usize, l: usize| f > TIME || is_agreeing(f, l as u8);
        let least: [f64; 2] = [PLACE, TIME].map(|f| (0..LEVELS).filter(|l| agreeing(f, *l)).map(|l| u[f][l]).sum());
        let h = of_strangers(&Counts::of(self.strangers.iter().map(|p| (p, 1.0))), u, &agreeing);
        // What the crowd and rarities come to among strangers on average, so that they add up to nothing there.
        let bits: f64 = self.strangers.iter().map(|p| p.counts * p.more.exp2()).sum();
        let usual = (bits / shown).clamp(0.01, 100.0).log2();
        let there = expected(self.pairs.iter().map(|p| &p.levels));
        let mut m = (there, product(&there));
        let mut strange = shown.clamp(bounds.0.min(bounds.1), bounds.1);
        let mut prior = 0.0;
        for _ in 0..ROUNDS {
            prior = ((all - strange) / strange).log2() - usual;
            let (weights, together) = (ratios(&m.0, &h.0), odds(&m, &h));
            let likely = |p: &Pair| 1.0 / (1.0 + (-(prior + p.more + p.of(&weights, &together))).exp2());
            let likely: Vec<f64> = self.pairs.iter().map(likely).collect();
            strange = match self.known {
                true => shown,
                false => shown * self.counted_to_shown(&likely, (&weights, &together)),
            };
            strange = strange.clamp(bounds.0.min(bounds.1), bounds.1);
            let counts = Counts::of(self.pairs.iter().zip(&likely).map(|(p, l)| (p, *l)));
            m.0 = std::array::from_fn(|f| {
                let all = counts.levels[f].iter().sum::<f64>() + PRIOR_PAIRS;
                std::array::from_fn(|l| (counts.levels[f][l] + PRIOR_PAIRS * there[f][l]) / all)
            });
            m.1 = counts.together(&m.0);
        }
        // As many strangers as that are meant from here on.
        self.strangers.iter_mut().for_each(|p| p.counts *= strange / shown);
        let mut weights = ratios(&m.0, &h.0);
        for (field, share) in [PLACE, TIME].into_iter().zip(least) {
            (0..LEVELS).filter(|l| agreeing(field, *l)).for_each(|l| weights[field][l] -= share.log2());
        }
        let threshold = -(prior + least.iter().map(|share| share.log2()).sum::<f64>());
        Learnt { weights, together: odds(&m, &h), threshold, matches: all - strange }
    }

    /// How many strangers there are for each that is shown: where what was hit, done and used speaks against, hardly any pairs are of
    /// one happening, so there strangers are counted.
    fn counted_to_shown(&self, likely: &[f64], (weights, together): (&Shares, &[f64; TOGETHER])) -> f64 {
        let mut whats: Vec<f64> = self.strangers.iter().map(|p| p.what(weights, together)).collect();
        let half = whats.len() / 2;
        let middle = *whats.select_nth_unstable_by(half, f64::total_cmp).1;
        let unlike = |p: &Pair| p.what(weights, together) <= middle;
        let of_unlike = self.pairs.iter().zip(likely).filter(|(p, _)| unlike(p));
        let counted: f64 = of_unlike.map(|(p, l)| p.counts * (1.0 - l)).sum();
        let shown = self.strangers.iter().filter(|p| unlike(p)).map(|p| p.counts).sum::<f64>().max(0.0);
        (counted + STRANGERS_PRIOR) / (shown + STRANGERS_PRIOR)
    }

    /// Stretches or squeezes the log-odds of a model until they come out as often as they say: how many bits are added and the
    /// factor, by Newton's method on the penalised log-likelihood, halving steps that do not climb.
    pub fn stretch(&self, model: &Model) -> (f64, f64) {
        let ln2 = std::f64::consts::LN_2;
        let bits = |p: &Pair| p.of(&model.weights, &model.together) + p.more - model.threshold;
        let count = |p: &Pair| Some((bits(p), p.counts)).filter(|(bits, _)| *bits >= LEAST_BITS);
        let seen: Vec<(f64, f64)> = self.pairs.iter().filter_map(count).collect();
        let strangers = self.strangers.iter().filter_map(count);
        let (n, sum) = strangers.fold((0.0, 0.0), |(n, sum), (bits, counts)| (n + counts, sum + counts * bits));
        let ridge = (SPREAD.0.powi(-2), SPREAD.1.powi(-2));
        let value = |(a, b): (f64, f64)| -> f64 {
            let of_seen: f64 = seen.iter().map(|(x, counts)| -counts * (-(a + b * x) * ln2).exp().ln_1p()).sum();
            of_seen - (a * n + b * sum) * ln2 - ridge.0 * a * a / 2.0 - ridge.1 * (b - 1.0).powi(2) / 2.0
        };
        let (mut at, mut height) = ((0.0, 1.0), value((0.0, 1.0)));
        for _ in 0..ROUNDS {
            let mut slope = (-n * ln2 - ridge.0 * at.0, -sum * ln2 - ridge.1 * (at.1 - 1.0));
            let mut bend = (ridge.0, 0.0, ridge.1);
            for (x, counts) in &seen {
                let likely = 1.0 / (1.0 + (-(at.0 + at.1 * x)).exp2());
                let (up, curve) = (counts * (1.0 - likely) * ln2, counts * likely * (1.0 - likely) * ln2 * ln2);
                slope = (slope.0 + up, slope.1 + up * x);
                bend = (bend.0 + curve, bend.1 + curve * x, bend.2 + curve * x * x);
            }
            let det = bend.0 * bend.2 - bend.1 * bend.1;
            let step = ((slope.0 * bend.2 - slope.1 * bend.1) / det, (slope.1 * bend.0 - slope.0 * bend.1) / det);
            let tries = (0..8).map(|k| (at.0 + step.0 / f64::from(1 << k), at.1 + step.1 / f64::from(1 << k)));
            let Some(next) = tries.filter(|t| t.1 > 0.0).find(|t| value(*t) > height) else { break };
            (at, height) = (next, value(next));
        }
        at
    }
}

impl Pair {
    /// What was hit, done and used, in bits.
    fn what(&self, weights: &Shares, together: &[f64; TOGETHER]) -> f64 {
        let of = |f: &usize| if self.levels[*f] == NONE { 0.0 } else { weights[*f][usize::from(self.levels[*f])] };
        WHAT.iter().map(of).sum::<f64>() + together_of(&self.levels).map_or(0.0, |t| together[t])
    }

    fn of(&self, weights: &Shares, together: &[f64; TOGETHER]) -> f64 {
        let of = |(f, l): (usize, &u8)| if *l == NONE { 0.0 } else { weights[f][usize::from(*l)] };
        self.levels.iter().enumerate().map(of).sum::<f64>() + together_of(&self.levels).map_or(0.0, |t| together[t])
    }
}

/// How often each level was seen, and each combination of what was hit, done and used.
struct Counts {
    levels: Shares,
    together: [f64; TOGETHER],
}

impl Counts {
    fn of<'a>(pairs: impl Iterator<Item = (&'a Pair, f64)>) -> Self {
        let mut counts = Counts { levels: [[0.0; LEVELS]; FIELDS], together: [0.0; TOGETHER] };
        for (p, share) in pairs {
            let named = p.levels.iter().enumerate().filter(|(_, l)| **l != NONE);
            named.for_each(|(f, l)| counts.levels[f][usize::from(*l)] += p.counts * share);
            if let Some(t) = together_of(&p.levels) {
                counts.together[t] += p.counts * share;
            }
        }
        counts
    }

    /// Shares of combinations, by how many levels they hold; of few, drawn toward what they would be were levels independent.
    fn together(&self, levels: &Shares) -> [f64; TOGETHER] {
        let product = product(levels);
        let mut all = [0.0; 8];
        (0..TOGETHER).for_each(|t| all[named_in(t)] += self.together[t].max(0.0));
        std::array::from_fn(|t| {
            (self.together[t].max(0.0) + PRIOR_TOGETHER * product[t]) / (all[named_in(t)] + PRIOR_TOGETHER)
        })
    }
}

/// Shares of levels among strangers that are seen; of few, drawn toward those among any strangers.
fn of_strangers(seen: &Counts, u: &Shares, agreeing: &dyn Fn(usize, usize) -> bool) -> Both {
    let h: Shares = std::array::from_fn(|f| {
        let any: f64 = (0..LEVELS).filter(|l| agreeing(f, *l)).map(|l| u[f][l]).sum();
        let all: f64 = seen.levels[f].iter().map(|n| n.max(0.0)).sum::<f64>() + PRIOR_STRANGERS;
        std::array::from_fn(|l| {
            let usual = if agreeing(f, l) { u[f][l] / any.max(1e-12) } else { 0.0 };
            (seen.levels[f][l].max(0.0) + PRIOR_STRANGERS * usual) / all
        })
    });
    (h, seen.together(&h))
}

/// Shares of levels, and of combinations.
type Both = (Shares, [f64; TOGETHER]);

/// What a combination says beyond its levels, in bits.
fn odds(m: &Both, h: &Both) -> [f64; TOGETHER] {
    let (own, other) = (product(&m.0), product(&h.0));
    std::array::from_fn(|t| {
        let known = m.1[t] > 0.0 && h.1[t] > 0.0 && own[t] > 0.0 && other[t] > 0.0;
        let bits = || (m.1[t] / h.1[t] * other[t] / own[t]).log2();
        if known { bits().clamp(-MOST_TOGETHER, MOST_TOGETHER) } else { 0.0 }
    })
}

/// Shares of combinations, were levels independent.
fn product(levels: &Shares) -> [f64; TOGETHER] {
    std::array::from_fn(|t| {
        WHAT.iter().zip(digits(t)).map(|(f, d)| if d == 0 { 1.0 } else { levels[*f][d - 1] }).product()
    })
}

/// A combination's levels, each one more, nought for one that is not there.
fn digits(together: usize) -> [usize; 3] {
    [together / 36, together / 6 % 6, together % 6]
}

/// Which of the three a combination names, as bits.
fn named_in(together: usize) -> usize {
    digits(together).iter().enumerate().map(|(n, d)| usize::from(*d > 0) << n).sum()
}

/// What was learnt.
pub(super) struct Learnt {
    pub weights: Shares,
    /// What combinations of what was hit, done and used say beyond their levels, in bits.
    pub together: [f64; TOGETHER],
    /// Bits that chance asks for.
    pub threshold: f64,
    /// Pairs that are of one happening.
    pub matches: f64,
}

fn is_agreeing(field: usize, level: u8) -> bool {
    let mut levels = [0; FIELDS];
    levels[field] = level;
    is_here_and_now(&levels)
}

fn ratios(m: &Shares, h: &Shares) -> Shares {
    std::array::from_fn(|f| {
        std::array::from_fn(|l| {
            if is_learnt(f, l as u8) && m[f][l] > 0.0 { (m[f][l] / h[f][l].max(1e-9)).log2() } else { 0.0 }
        })
    })
}
