//! Weights of pairs: the sum over the fields, corrected for how rare what they agree on is, from the odds that two random
//! rows have.

use super::block::Blocking;
use super::compare::{Comparer, Pattern, Tools};
use super::kin::{Class, add};
use super::level::Level;
use super::parallel::in_order;
use super::train::{LEVELS, Model};

/// Least share that a value is taken to have, in rows: what occurs twice may be two people of one rare name.
const FEWEST_ROWS: f64 = 1.0;
/// Most that rarity may add to or take from a field's weight, in bits.
const MOST_RARITY: f64 = 12.0;

/// A pair and its weight: log₂ of the odds that it is one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scored {
    pub a: u32,
    pub b: u32,
    pub weight: f32,
}

/// Gives pairs their weights.
pub(crate) struct Scorer<'c, 't> {
    pub comparer: &'c Comparer<'t>,
    /// By field and level.
    pub weights: Vec<[f32; LEVELS]>,
    /// By field and code, for fields with term frequency: what rarity adds to *exact*.
    rarity: Vec<Vec<f32>>,
    exact: Vec<Option<u8>>,
    /// log₂ of the odds of two random rows.
    pub prior: f32,
    kin: &'c [Class],
}

/// Weight below which nobody asks whether the two are kin.
const NOT_ASKED: f32 = -12.0;

impl<'c, 't> Scorer<'c, 't> {
    pub fn new(comparer: &'c Comparer<'t>, model: &Model, kin: &'c [Class]) -> Self {
        let fields = &comparer.fields;
        let of_field = |f: usize| {
            let mut weights = [0.0f32; LEVELS];
            (1..fields[f].count()).for_each(|l| weights[l] = model.weight(f, l as u8) as f32);
            weights
        };
        let exact: Vec<Option<u8>> = fields
            .iter()
            .map(|f| f.levels.iter().position(|l| *l == Level::Exact).map(|n| (f.count() - 1 - n) as u8))
            .collect();
        let rows = comparer.table.rows().max(1) as f64;
        let rarity_of = |f: usize| -> Vec<f32> {
            let (true, Some(exact)) = (fields[f].field.term_frequency, exact[f]) else { return Vec::new() };
            let u = model.u[f][usize::from(exact)].max(f64::MIN_POSITIVE);
            let bits =
                |share: &f32| (u / f64::from(*share).max(FEWEST_ROWS / rows)).log2().clamp(-MOST_RARITY, MOST_RARITY);
            fields[f].prepared.share.iter().map(|share| bits(share) as f32).collect()
        };
        let prior = (model.prior / (1.0 - model.prior)).log2() as f32;
        let weights = (0..fields.len()).map(of_field).collect();
        let rarity = (0..fields.len()).map(rarity_of).collect();
        Scorer { comparer, weights, rarity, exact, prior, kin }
    }

    /// What rarity adds to a field's weight for a row, where the level is *exact*.
    pub fn rarity(&self, field: usize, level: u8, row: u32) -> f32 {
        if self.rarity[field].is_empty() || self.exact[field] != Some(level) {
            return 0.0;
        }
        self.rarity[field][self.comparer.table.code(row as usize, self.comparer.fields[field].column) as usize]
    }

    /// The weight of a pair with this pattern.
    #[inline]
    pub fn weight_of(&self, a: u32, pattern: Pattern) -> f32 {
        let mut weight = self.prior;
        for (f, weights) in self.weights.iter().enumerate() {
            let level = pattern.get(f);
            weight += weights[usize::from(level)] + self.rarity(f, level, a);
        }
        if weight > NOT_ASKED { weight + self.kinship(a, pattern, weight) } else { weight }
    }

    /// What a weight loses by the pairs of two people who share much.
    pub fn kinship(&self, a: u32, pattern: Pattern, weight: f32) -> f32 {
        let mut told = [0.0f32; LEVELS];
        for (f, weights) in self.weights.iter().enumerate() {
            let level = pattern.get(f);
            told[f] = weights[usize::from(level)] + self.rarity(f, level, a);
        }
        let against = |class: &Class| -(class.odds + class.apart.iter().map(|f| f64::from(told[*f])).sum::<f64>());
        let all = self.kin.iter().map(against).fold(-f64::from(weight), add);
        (-all) as f32 - weight
    }

    /// Compares and weighs.
    pub fn weigh(&self, a: u32, b: u32, tools: &mut Tools) -> (Pattern, f32) {
        let pattern = self.comparer.compare(a, b, tools);
        (pattern, self.weight_of(a, pattern))
    }

    /// All blocked pairs of at least this weight, by rows; and how many pairs were compared.
    pub fn all(&self, blocking: &Blocking, least: f32, threads: usize) -> (Vec<Scored>, u64) {
        let pieces: Vec<(usize, (u32, u32))> =
            (0..blocking.rules.len()).flat_map(|r| blocking.pieces(r).into_iter().map(move |p| (r, p))).collect();
        let work = |tools: &mut Tools, at: usize| {
            let (mut kept, mut compared) = (Vec::new(), 0u64);
            let (rule, piece) = pieces[at];
            blocking.each(rule, piece, false, |a, b| {
                compared += 1;
                let (_, weight) = self.weigh(a, b, tools);
                if weight >= least {
                    kept.push(Scored { a, b, weight });
                }
            });
            kept.shrink_to_fit();
            (kept, compared)
        };
        let found = in_order(threads, pieces.len(), Tools::new, work);
        let compared = found.iter().map(|f| f.1).sum();
        let mut all = Vec::with_capacity(found.iter().map(|f| f.0.len()).sum());
        found.into_iter().for_each(|(kept, _)| all.extend(kept));
        all.sort_unstable_by_key(|s| (s.a, s.b));
        (all, compared)
    }
}

/// The probability of a weight.
pub(crate) fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// The weight of a probability.
pub(crate) fn weight(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}
