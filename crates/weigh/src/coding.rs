//! Agreement of coders: Cohen's kappa for two, Krippendorff's alpha for any number, and drawing the same sample from the same seed.
//!
//! Kappa as in Cohen, *A coefficient of agreement for nominal scales* (1960), and with weights as in *Weighted kappa* (1968);
//! alpha as in Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011), from the matrix of coincidences, with his nominal
//! and ordinal differences; missing answers are allowed. Neither says that coders are right: two can agree and both be wrong. Where
//! a coefficient is not defined (no two answers, or all answers the same) there is none, and that is said.

use std::collections::{BTreeMap, BTreeSet};

/// How the values of a variable stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// Merely the same or not.
    Nominal,
    /// In the order in which they are listed.
    Ordinal,
}

impl Scale {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Scale::Nominal => "nominal",
            Scale::Ordinal => "ordinal",
        }
    }

    /// From its spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Scale::Nominal, Scale::Ordinal].into_iter().find(|scale| scale.as_str() == text)
    }
}

/// Most values of one variable: the matrix of coincidences is their square.
pub const MOST_VALUES: usize = 400;

/// What coders agree on about one variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Units that two or more answered.
    pub units: usize,
    /// Share of pairs of answers that are the same.
    pub observed: f64,
    /// Krippendorff's alpha on the variable's scale.
    pub alpha: Option<f64>,
    /// Interval of alpha by resampling units, 95 %.
    pub alpha_interval: Option<(f64, f64)>,
    /// Cohen's kappa without weights; of two coders only.
    pub kappa: Option<f64>,
    /// Cohen's kappa with quadratic weights; of two coders and an ordinal variable only.
    pub kappa_weighted: Option<f64>,
}

/// Answers by coder, each in the order of the units: the place of the value in the variable's list, `None` where left out.
pub fn agreement(answers: &[Vec<Option<usize>>], values: usize, scale: Scale) -> Option<Agreement> {
    if values == 0 || values > MOST_VALUES || answers.len() < 2 {
        return None;
    }
    let units = units(answers, values);
    let answered: Vec<&Vec<usize>> = units.iter().filter(|unit| unit.len() > 1).collect();
    if answered.is_empty() {
        return None;
    }
    let two = if answers.len() == 2 { pairs(&answers[0], &answers[1], values) } else { Vec::new() };
    let weighted = (answers.len() == 2 && scale == Scale::Ordinal).then(|| kappa(&two, values, quadratic)).flatten();
    Some(Agreement {
        units: answered.len(),
        observed: same_share(&answered),
        alpha: alpha_of(&answered, values, scale),
        alpha_interval: interval(&answered, values, scale),
        kappa: (answers.len() == 2).then(|| kappa(&two, values, unweighted)).flatten(),
        kappa_weighted: weighted,
    })
}

/// Krippendorff's alpha of answers by coder; nothing where it is not defined.
pub fn krippendorff(answers: &[Vec<Option<usize>>], values: usize, scale: Scale) -> Option<f64> {
    if values == 0 || values > MOST_VALUES {
        return None;
    }
    let units = units(answers, values);
    alpha_of(&units.iter().filter(|unit| unit.len() > 1).collect::<Vec<_>>(), values, scale)
}

/// Cohen's kappa of two coders, over the units that both answered; with quadratic weights for an ordinal scale when asked.
pub fn cohen(a: &[Option<usize>], b: &[Option<usize>], values: usize, quadratic_weights: bool) -> Option<f64> {
    if values == 0 || values > MOST_VALUES {
        return None;
    }
    let pairs = pairs(a, b, values);
    if quadratic_weights { kappa(&pairs, values, quadratic) } else { kappa(&pairs, values, unweighted) }
}

/// Answers by unit; a value that the variable does not have is none.
fn units(answers: &[Vec<Option<usize>>], values: usize) -> Vec<Vec<usize>> {
    let most = answers.iter().map(Vec::len).max().unwrap_or(0);
    let of = |u: usize| answers.iter().filter_map(move |coder| coder.get(u).copied().flatten());
    (0..most).map(|u| of(u).filter(|v| *v < values).collect()).collect()
}

fn pairs(a: &[Option<usize>], b: &[Option<usize>], values: usize) -> Vec<(usize, usize)> {
    let both = a.iter().zip(b).filter_map(|(a, b)| Some(((*a)?, (*b)?)));
    both.filter(|(a, b)| *a < values && *b < values).collect()
}

fn same_share(units: &[&Vec<usize>]) -> f64 {
    let (mut same, mut all) = (0u64, 0u64);
    for unit in units {
        let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
        unit.iter().for_each(|value| *counts.entry(*value).or_default() += 1);
        same += counts.values().map(|n| n * n.saturating_sub(1) / 2).sum::<u64>();
        let n = unit.len() as u64;
        all += n * (n - 1) / 2;
    }
    if all == 0 { 0.0 } else { same as f64 / all as f64 }
}

/// Alpha from the matrix of coincidences: each pair of answers of a unit of m answers counts 1/(m − 1).
fn alpha_of(units: &[&Vec<usize>], values: usize, scale: Scale) -> Option<f64> {
    let mut coincidences = vec![0.0; values * values];
    for unit in units.iter().filter(|unit| unit.len() > 1) {
        let weight = 1.0 / (unit.len() as f64 - 1.0);
        for (i, a) in unit.iter().enumerate() {
            for (j, b) in unit.iter().enumerate() {
                if i != j {
                    coincidences[a * values + b] += weight;
                }
            }
        }
    }
    let margins: Vec<f64> = (0..values).map(|c| coincidences[c * values..(c + 1) * values].iter().sum()).collect();
    let n: f64 = margins.iter().sum();
    let distance = |c: usize, k: usize| difference(&margins, c, k, scale);
    let (mut observed, mut expected) = (0.0, 0.0);
    for c in 0..values {
        for k in 0..values {
            let d = distance(c, k);
            observed += coincidences[c * values + k] * d;
            expected += margins[c] * margins[k] * d;
        }
    }
    (expected > 0.0 && n > 1.0).then(|| 1.0 - (n - 1.0) * observed / expected)
}

/// Squared difference of two values: nominal 0 or 1; ordinal by how many answers lie between them.
fn difference(margins: &[f64], c: usize, k: usize, scale: Scale) -> f64 {
    if c == k {
        return 0.0;
    }
    match scale {
        Scale::Nominal => 1.0,
        Scale::Ordinal => {
            let (low, high) = (c.min(k), c.max(k));
            let between: f64 = margins[low..=high].iter().sum();
            (between - (margins[low] + margins[high]) / 2.0).powi(2)
        }
    }
}

fn unweighted(i: usize, j: usize) -> f64 {
    f64::from(u8::from(i != j))
}

fn quadratic(i: usize, j: usize) -> f64 {
    let apart = i.abs_diff(j) as f64;
    apart * apart
}

fn kappa(pairs: &[(usize, usize)], values: usize, weight: fn(usize, usize) -> f64) -> Option<f64> {
    let n = pairs.len() as f64;
    let (mut rows, mut columns) = (vec![0.0; values], vec![0.0; values]);
    let mut observed = 0.0;
    for (a, b) in pairs {
        rows[*a] += 1.0;
        columns[*b] += 1.0;
        observed += weight(*a, *b);
    }
    let mut expected = 0.0;
    for (i, row) in rows.iter().enumerate() {
        for (j, column) in columns.iter().enumerate() {
            expected += weight(i, j) * row * column / n;
        }
    }
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

/// How often units are drawn again for the interval.
const DRAWS: usize = 1_000;
/// Least units for an interval.
const LEAST_UNITS: usize = 10;

/// Percentile interval of alpha over units drawn with replacement; the same answers give the same interval.
fn interval(units: &[&Vec<usize>], values: usize, scale: Scale) -> Option<(f64, f64)> {
    if units.len() < LEAST_UNITS || values > 40 {
        return None;
    }
    let mut dice = Dice::new(b"witnessmark alpha interval/1");
    let mut found = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        let drawn: Vec<&Vec<usize>> = (0..units.len()).map(|_| units[dice.below(units.len())]).collect();
        found.extend(alpha_of(&drawn, values, scale));
    }
    found.sort_by(f64::total_cmp);
    let at = |share: f64| found.get(((found.len() as f64 - 1.0) * share).round() as usize).copied();
    Some((at(0.025)?, at(0.975)?))
}

/// Dice whose throws follow from a seed: SplitMix64 (Steele, Lea and Flood 2014) from a 64-bit FNV-1a of the seed's bytes. For
/// drawing samples that others can draw again, never for secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// From a seed of any length.
    pub fn new(seed: &[u8]) -> Self {
        let hash =
            seed.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
        Dice(hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, each as likely (rejection); 0 for `n` = 0.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        if n < 2 {
            return 0;
        }
        let most = u64::MAX - u64::MAX % n;
        loop {
            let throw = self.next();
            if throw < most {
                return (throw % n) as usize;
            }
        }
    }
}

/// Draws `size` of `population` places without replacement, in order of place: whoever has the seed draws the same (Fisher–Yates
/// over the places that are reached). Fewer where there are fewer.
pub fn draw(population: usize, size: usize, seed: &str) -> Vec<usize> {
    let mut dice = Dice::new(seed.as_bytes());
    let mut moved: BTreeMap<usize, usize> = BTreeMap::new();
    let mut drawn = BTreeSet::new();
    for i in 0..size.min(population) {
        let j = i + dice.below(population - i);
        let at = |k: usize| moved.get(&k).copied().unwrap_or(k);
        let (here, there) = (at(i), at(j));
        drawn.insert(there);
        moved.insert(j, here);
    }
    drawn.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `.` stands for no answer.
    fn coder(text: &str) -> Vec<Option<usize>> {
        text.bytes().map(|b| b.checked_sub(b'0').filter(|v| *v < 10).map(usize::from)).collect()
    }

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("it is defined");
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    /// Published examples, and what two other programs (PyPI krippendorff and scikit-learn) say of random answers.
    #[test]
    fn coefficients_are_those_of_other_programs_and_of_the_papers() {
        let cases: serde_json::Value = serde_json::from_str(include_str!("../tests/vectors/agreement.json")).unwrap();
        for case in cases.as_array().unwrap() {
            let values = case["values"].as_u64().unwrap() as usize;
            let answers: Vec<Vec<Option<usize>>> =
                case["answers"].as_array().unwrap().iter().map(|a| coder(a.as_str().unwrap())).collect();
            near(krippendorff(&answers, values, Scale::Nominal), case["alpha_nominal"].as_f64().unwrap());
            if let Some(expected) = case["alpha_ordinal"].as_f64() {
                near(krippendorff(&answers, values, Scale::Ordinal), expected);
            }
            if let Some(expected) = case["kappa"].as_f64() {
                near(cohen(&answers[0], &answers[1], values, false), expected);
                near(cohen(&answers[0], &answers[1], values, true), case["kappa_quadratic"].as_f64().unwrap());
            }
        }
        assert!(cases.as_array().unwrap().len() >= 10);
    }

    #[test]
    fn cohens_kappa_of_a_published_table() {
        // 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: kappa 0.4.
        let table = [(0, 0, 20), (0, 1, 5), (1, 0, 10), (1, 1, 15)];
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for (x, y, n) in table {
            a.extend(std::iter::repeat_n(Some(x), n));
            b.extend(std::iter::repeat_n(Some(y), n));
        }
        near(cohen(&a, &b, 2, false), 0.4);
        let all = agreement(&[a, b], 2, Scale::Nominal).unwrap();
        assert!((all.observed - 0.7).abs() < 1e-9 && all.units == 50 && all.kappa_weighted.is_none());
        let (low, high) = all.alpha_interval.unwrap();
        assert!(low < all.alpha.unwrap() && all.alpha.unwrap() < high);
    }

    #[test]
    fn where_a_coefficient_is_not_defined_there_is_none() {
        let same = vec![Some(0); 5];
        let found = agreement(&[same.clone(), same], 2, Scale::Nominal).unwrap();
        assert_eq!((found.observed, found.alpha, found.kappa), (1.0, None, None));
        assert!(agreement(&[vec![None, Some(0)], vec![Some(1), None]], 2, Scale::Nominal).is_none());
        assert!(agreement(&[vec![], vec![]], 2, Scale::Nominal).is_none());
        assert!(agreement(&[vec![Some(0)]], 2, Scale::Nominal).is_none());
        assert!(agreement(&[vec![Some(7)], vec![Some(0)]], 2, Scale::Nominal).is_none(), "7 is no value");
        assert!(agreement(&[vec![], vec![]], MOST_VALUES + 1, Scale::Nominal).is_none());
    }

    #[test]
    fn a_seed_draws_the_same_again_and_another_draws_another() {
        let drawn = draw(1_000, 40, "2031-04 monthly check");
        assert_eq!((drawn.len(), draw(1_000, 40, "2031-04 monthly check")), (40, drawn.clone()));
        assert_ne!(drawn, draw(1_000, 40, "2031-05 monthly check"));
        assert_eq!(draw(5, 40, "x"), [0, 1, 2, 3, 4]);
        assert!(draw(0, 4, "x").is_empty());
        // Each place about as often as any other.
        let mut hits = [0u32; 20];
        (0..4_000).for_each(|i| draw(20, 5, &i.to_string()).into_iter().for_each(|p| hits[p] += 1));
        assert!(hits.iter().all(|n| (880..1_120).contains(n)), "{hits:?}");
    }

    proptest! {
        #[test]
        fn alpha_is_one_where_all_agree_and_never_above(
            values in prop::collection::vec(0usize..4, 2..30),
            other in prop::collection::vec(prop::option::of(0usize..4), 2..30),
        ) {
            let one: Vec<Option<usize>> = values.iter().map(|v| Some(*v)).collect();
            for scale in [Scale::Nominal, Scale::Ordinal] {
                if values.iter().any(|v| *v != values[0]) {
                    let alpha = krippendorff(&[one.clone(), one.clone()], 4, scale).unwrap();
                    prop_assert!((alpha - 1.0).abs() < 1e-9);
                }
                if let Some(alpha) = krippendorff(&[one.clone(), other.clone()], 4, scale) {
                    prop_assert!(alpha <= 1.0 + 1e-9 && alpha.is_finite());
                }
            }
        }
    }
}
