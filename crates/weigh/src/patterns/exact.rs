//! Exact intervals for counts, by bisection on the regularised gamma function: no table, no approximation that fails for
//! the small counts that matter here.

/// Steps of a bisection; each halves the interval, so 200 reach the last bit of an `f64`.
const STEPS: usize = 200;

/// ln Γ(x) for x > 0: Lanczos, g = 7, n = 9; relative error below 1e-13.
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
    let x = x - 1.0;
    let t = x + 7.5;
    let sum = C.iter().enumerate().skip(1).fold(C[0], |sum, (i, c)| sum + c / (x + i as f64));
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// P(X ≤ n) for a Poisson count of mean `mean`: the sum itself, from the largest term outwards.
pub fn poisson_at_most(n: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    let term = |k: u64| (k as f64 * mean.ln() - mean - ln_gamma(k as f64 + 1.0)).exp();
    (0..=n).map(term).sum::<f64>().min(1.0)
}

/// The exact central interval of a Poisson mean of which `n` were counted (Garwood 1936), at a confidence such as 0.95.
pub fn poisson_interval(n: u64, confidence: f64) -> (f64, f64) {
    let tail = (1.0 - confidence) / 2.0;
    let top = (n as f64 + 10.0) * 4.0 + 40.0;
    let low = if n == 0 { 0.0 } else { bisect(0.0, top, |mean| 1.0 - poisson_at_most(n - 1, mean) < tail) };
    (low, bisect(0.0, top, |mean| poisson_at_most(n, mean) > tail))
}

/// The edge between where `below` holds and where it does not.
fn bisect(mut low: f64, mut high: f64, below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..STEPS {
        let middle = 0.5 * (low + high);
        if below(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Garwood's table: counts of 0, 1, 5 and 20 at 95 %.
    #[test]
    fn agrees_with_the_published_table() {
        for (n, low, high) in [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (20, 12.217, 30.888)] {
            let (a, b) = poisson_interval(n, 0.95);
            assert!((a - low).abs() < 6e-4 && (b - high).abs() < 6e-4, "{n}: {a} {b}");
        }
    }
}
