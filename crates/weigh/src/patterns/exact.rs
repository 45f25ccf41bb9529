//! Exact tests and intervals for counts, in plain floating point.
//!
//! Intervals are two-sided with equal tails. Methods: Garwood 1936 for a Poisson mean, Clopper and Pearson 1934 for a
//! share, Wilson 1927 for the same where exactness is not wanted, Fisher 1935 with the conditional maximum-likelihood odds
//! ratio and its exact interval, and the conditional binomial test for two Poisson rates. Two-sided p adds up what is no
//! more likely than what was seen, as R's `fisher.test` and `poisson.test` do, within a relative 1e-7.

/// Counts beyond this are refused: the sums below are over all tables.
pub const MOST_COUNTED: u64 = 1_000_000;

/// An estimate with its interval and, where a null was tested, its p.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate; infinite when the denominator is zero.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Two-sided p of no difference.
    pub p: f64,
}

/// ln Γ (Lanczos, g = 7, n = 9; relative error below 1e-13 for x > 0).
fn ln_gamma(x: f64) -> f64 {
    const C: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let sum: f64 = C[0] + (1..9).map(|i| C[i] / (x + i as f64)).sum::<f64>();
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

fn ln_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

/// Regularised lower incomplete gamma P(a, x): series below a + 1, continued fraction (Lentz) above.
fn gamma_p(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..10_000 {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * 1e-16 {
                break;
            }
        }
        return (front * sum).min(1.0);
    }
    let tiny = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..10_000 {
        let an = -f64::from(i) * (f64::from(i) - a);
        b += 2.0;
        d = 1.0 / (an * d + b).abs().max(tiny).copysign(an * d + b);
        c = b + an / c;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    1.0 - front * h
}

/// Regularised incomplete beta I_x(a, b) by continued fraction (Lentz).
fn beta_i(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_i(b, a, 1.0 - x);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp() / a;
    let tiny = 1e-300;
    let keep = |v: f64| if v.abs() < tiny { tiny } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / keep(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / keep(1.0 + even * d);
        c = keep(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / keep(1.0 + odd * d);
        c = keep(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    (front * h).min(1.0)
}

/// Where an increasing function reaches `target`, by halving.
fn invert(mut low: f64, mut high: f64, target: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if f(middle) < target {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 1e-14 * high.abs() {
            break;
        }
    }
    0.5 * (low + high)
}

/// The share of a tail; `confidence` is clamped to 0.5–0.9999.
fn tail(confidence: f64) -> f64 {
    let confidence = if confidence.is_finite() { confidence.clamp(0.5, 0.9999) } else { 0.95 };
    (1.0 - confidence) / 2.0
}

/// Exact interval of a Poisson mean of which `n` were counted (Garwood).
pub fn poisson_interval(n: u64, confidence: f64) -> (f64, f64) {
    let (n, tail) = (n as f64, tail(confidence));
    let most = n + 50.0 * (n + 1.0).sqrt() + 50.0;
    let low = if n == 0.0 { 0.0 } else { invert(0.0, most, tail, |mean| gamma_p(n, mean)) };
    (low, invert(0.0, most, 1.0 - tail, |mean| gamma_p(n + 1.0, mean)))
}

/// Exact interval of a share of which `k` of `n` were seen (Clopper and Pearson).
pub fn share_interval(k: u64, n: u64, confidence: f64) -> (f64, f64) {
    let (k, n, tail) = (k.min(n) as f64, n as f64, tail(confidence));
    let low = if k == 0.0 { 0.0 } else { invert(0.0, 1.0, tail, |p| beta_i(k, n - k + 1.0, p)) };
    let high = if k == n { 1.0 } else { invert(0.0, 1.0, 1.0 - tail, |p| beta_i(k + 1.0, n - k, p)) };
    (low, high)
}

/// Wilson's score interval of the same.
pub fn wilson_interval(k: u64, n: u64, confidence: f64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (k, n, z) = (k.min(n) as f64, n as f64, normal_quantile(1.0 - tail(confidence)));
    let (p, z2) = (k / n, z * z);
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The standard normal's quantile, by way of the incomplete gamma of ½.
fn normal_quantile(p: f64) -> f64 {
    if p < 0.5 {
        return -normal_quantile(1.0 - p);
    }
    (2.0 * invert(0.0, 100.0, 2.0 * p - 1.0, |x| gamma_p(0.5, x))).sqrt()
}

/// Two-sided exact binomial p of `k` in `n` under `share`.
fn binomial_p(k: u64, n: u64, share: f64) -> f64 {
    let ln = |i: u64| {
        let (i, n) = (i as f64, n as f64);
        let term = |x: f64, p: f64| if x == 0.0 { 0.0 } else { x * p.ln() };
        ln_choose(n, i) + term(i, share) + term(n - i, 1.0 - share)
    };
    let seen = ln(k) + 1e-7;
    (0..=n).map(ln).filter(|l| *l <= seen).map(f64::exp).sum::<f64>().min(1.0)
}

/// Ratio of two Poisson rates, `a` in `exposure_a` against `b` in `exposure_b`: exact by conditioning on the sum. Nothing
/// when an exposure is not positive, both counts are zero, or they are beyond [`MOST_COUNTED`].
pub fn rate_ratio(a: u64, exposure_a: f64, b: u64, exposure_b: f64, confidence: f64) -> Option<Estimate> {
    let fine = |x: f64| x.is_finite() && x > 0.0;
    let n = a.checked_add(b).filter(|n| *n > 0 && *n <= MOST_COUNTED)?;
    if !fine(exposure_a) || !fine(exposure_b) {
        return None;
    }
    let odds = |p: f64| if p >= 1.0 { f64::INFINITY } else { p / (1.0 - p) * exposure_b / exposure_a };
    let (low, high) = share_interval(a, n, confidence);
    let p = binomial_p(a, n, exposure_a / (exposure_a + exposure_b));
    Some(Estimate { value: odds(a as f64 / n as f64), low: odds(low), high: odds(high), p })
}

/// Fisher's exact test of the table `[[a, b], [c, d]]`: conditional odds ratio with exact interval and p. Nothing when a
/// margin is empty, or when the counts are beyond [`MOST_COUNTED`].
pub fn fisher(a: u64, b: u64, c: u64, d: u64, confidence: f64) -> Option<Estimate> {
    let sums = [a.checked_add(b)?, c.checked_add(d)?, a.checked_add(c)?, b.checked_add(d)?];
    if sums.contains(&0) || sums[0].checked_add(sums[1])? > MOST_COUNTED {
        return None;
    }
    let [row, other, column, _] = sums.map(|x| x as f64);
    let (least, most) = (column as u64 - (column.min(other)) as u64, row.min(column) as u64);
    let seen = a;
    // ln of the central hypergeometric weights; a table's weight under an odds ratio w is this plus k·ln w.
    let base: Vec<f64> =
        (least..=most).map(|k| ln_choose(row, k as f64) + ln_choose(other, column - k as f64)).collect();
    let weigh = |ln_odds: f64| -> Vec<f64> {
        let raw: Vec<f64> = base.iter().zip(least..).map(|(b, k)| b + k as f64 * ln_odds).collect();
        let top = raw.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = raw.iter().map(|r| (r - top).exp()).collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|w| w / sum).collect()
    };
    let at = (seen - least) as usize;
    let null = weigh(0.0);
    let p = null.iter().filter(|w| **w <= null[at] * (1.0 + 1e-7)).sum::<f64>().min(1.0);
    let mean = |ln_odds: f64| weigh(ln_odds).iter().zip(least..).map(|(w, k)| w * k as f64).sum::<f64>();
    let at_least = |ln_odds: f64| weigh(ln_odds)[at..].iter().sum::<f64>();
    let more_than = |ln_odds: f64| 1.0 - weigh(ln_odds)[..=at].iter().sum::<f64>();
    let (tail, far) = (tail(confidence), 60.0);
    let value = match seen {
        _ if seen == least => 0.0,
        _ if seen == most => f64::INFINITY,
        _ => invert(-far, far, seen as f64, mean).exp(),
    };
    let low = if seen == least { 0.0 } else { invert(-far, far, tail, at_least).exp() };
    let high = if seen == most { f64::INFINITY } else { invert(-far, far, 1.0 - tail, more_than).exp() };
    Some(Estimate { value, low, high, p })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64, within: f64) {
        assert!((a - b).abs() <= within * b.abs().max(1e-12), "{a} is not {b}");
    }

    #[test]
    fn fisher_gives_what_r_and_scipy_give() {
        let found = fisher(17, 83, 40, 860, 0.95).unwrap();
        // R 4.393155 (2.232840–8.344327): its root finder stops at a relative 1e-4.
        near(found.value, 4.393155, 1e-4);
        near(found.low, 2.232840, 1e-4);
        near(found.high, 8.344327, 1e-4);
        near(found.p, 1.304e-5, 1e-3);
        // The same summed in another language, and scipy's odds_ratio.
        near(found.value, 4.393_057_704_604, 1e-9);
        near(found.low, 2.232_876_784_077, 1e-9);
        near(found.high, 8.344_735_407_951, 1e-9);
    }

    #[test]
    fn a_rate_ratio_is_what_r_gives() {
        let found = rate_ratio(17, 100.0, 40, 900.0, 0.95).unwrap();
        near(found.value, 3.825, 1e-12);
        near(found.low, 2.033308, 1e-6);
        near(found.high, 6.901802, 1e-6);
        assert!(found.p < 1e-4);
    }

    #[test]
    fn known_intervals() {
        // Garwood: 0 gives (0, 3.688879), 10 gives (4.795389, 18.390356).
        near(poisson_interval(0, 0.95).1, 3.688_879, 1e-6);
        near(poisson_interval(10, 0.95).0, 4.795_389, 1e-6);
        near(poisson_interval(10, 0.95).1, 18.390_356, 1e-6);
        assert_eq!(poisson_interval(0, 0.95).0, 0.0);
        // Clopper–Pearson of 5 in 10: (0.187086, 0.812914); of 0 in 10: upper 0.308497.
        near(share_interval(5, 10, 0.95).0, 0.187_086, 1e-5);
        near(share_interval(5, 10, 0.95).1, 0.812_914, 1e-5);
        near(share_interval(0, 10, 0.95).1, 0.308_497, 1e-5);
        // Wilson of 5 in 10: (0.236593, 0.763407).
        near(wilson_interval(5, 10, 0.95).0, 0.236_593, 1e-5);
        near(normal_quantile(0.975), 1.959_963_984_540_054, 1e-9);
    }

    #[test]
    fn what_cannot_be_said_is_not_said() {
        assert_eq!(fisher(0, 0, 4, 5, 0.95), None);
        assert_eq!(fisher(u64::MAX, 1, 1, 1, 0.95), None);
        assert_eq!(rate_ratio(0, 1.0, 0, 1.0, 0.95), None);
        assert_eq!(rate_ratio(3, 0.0, 1, 1.0, 0.95), None);
        assert_eq!(rate_ratio(3, 1.0, 0, 1.0, 0.95).unwrap().value, f64::INFINITY);
        assert_eq!(fisher(3, 0, 0, 3, 0.95).unwrap().high, f64::INFINITY);
        assert_eq!(wilson_interval(0, 0, 0.95), (0.0, 1.0));
    }

    #[test]
    fn large_counts_stay_finite() {
        let (low, high) = poisson_interval(1_000_000, 0.95);
        near(low, 998_041.0, 1e-4);
        near(high, 1_001_962.0, 1e-4);
        let found = fisher(4_000, 5_000, 4_100, 5_100, 0.95).unwrap();
        assert!(found.low < 1.0 && found.high > 1.0 && found.p > 0.3);
    }
}
