//! Ticks: round numbers and round moments, and the civil date of a Unix second.
//!
//! Dates are proleptic Gregorian in UTC; it deliberately knows no zone, since a drawing shows
//! moments that are already placed in time.

/// A step of 1, 2 or 5 times a power of ten that gives at most `most` steps over `span`.
pub(crate) fn round_step(span: f64, most: usize) -> f64 {
    if !(span.is_finite() && span > 0.0) {
        return 1.0;
    }
    let least = span / most.max(1) as f64;
    let power = 10f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= least * 0.999_999);
    factor.unwrap_or(10.0) * power
}

/// Multiples of `step` from `low` to `high`, at most 100.
pub(crate) fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step).ceil();
    let last = (high / step).floor();
    if !(first.is_finite() && last.is_finite()) || last < first {
        return Vec::new();
    }
    let count = ((last - first) as usize + 1).min(100);
    (0..count).map(|i| (first + i as f64) * step).collect()
}

/// Year, month, day of a day counted from 1970-01-01 (Hinnant, “chrono-compatible low-level
/// date algorithms”, civil_from_days).
pub(crate) fn civil(days: i64) -> (i64, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_index + 2) / 5 + 1) as u32;
    let month = (if month_index < 10 { month_index + 3 } else { month_index - 9 }) as u32;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The day, counted from 1970-01-01, of a civil date (days_from_civil of the same).
pub(crate) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let month_index = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_index + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// Moments between `low` and `high` (Unix seconds) worth a tick, with their words: ISO dates,
/// or hours where the ticks are closer than a day. At most about `most`.
pub(crate) fn moments(low: i64, high: i64, most: usize) -> Vec<(i64, String)> {
    let most = most.max(1) as i64;
    let span = (high - low).max(1);
    let even = [5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY];
    if let Some(step) = even.into_iter().find(|step| span / step < most) {
        let first = low.div_euclid(step) + i64::from(low.rem_euclid(step) != 0);
        let last = high.div_euclid(step);
        return (first..=last).take(100).map(|i| (i * step, moment_words(i * step, step))).collect();
    }
    let months = [1, 3, 6, 12, 24, 60, 120, 600, 1200, 6000];
    let step = months.into_iter().find(|m| span / (m * 30 * DAY) < most).unwrap_or(60_000);
    let (year, month, _) = civil(low.div_euclid(DAY));
    let begin = (year * 12 + i64::from(month) - 1).div_euclid(step);
    (begin..begin + 102)
        .map(|i| (i * step).clamp(-120_000, 120_000))
        .map(|m| (days_from_civil(m.div_euclid(12), m.rem_euclid(12) as u32 + 1, 1) * DAY, m, step))
        .filter(|(at, ..)| (low..=high).contains(at))
        .map(|(at, m, step)| {
            let year = m.div_euclid(12);
            let words = if step % 12 == 0 { format!("{year}") } else { format!("{year}-{:02}", m.rem_euclid(12) + 1) };
            (at, words)
        })
        .collect()
}

fn moment_words(at: i64, step: i64) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY));
    let second = at.rem_euclid(DAY);
    if step < DAY && second != 0 {
        return format!("{:02}:{:02}", second / HOUR, second % HOUR / MINUTE);
    }
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_turn_into_each_other() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(11_016), (2000, 2, 29));
        for day in (-800_000..800_000).step_by(997) {
            let (y, m, d) = civil(day);
            assert_eq!(days_from_civil(y, m, d), day);
        }
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(round_step(10.0, 5), 2.0);
        assert_eq!(round_step(0.9, 4), 0.5);
        assert_eq!(round_step(7.0, 1), 10.0);
        assert_eq!(round_step(f64::NAN, 4), 1.0);
        assert_eq!(multiples(0.0, 10.0, 5.0), [0.0, 5.0, 10.0]);
    }

    #[test]
    fn moments_are_few_and_inside() {
        for span in [1, 600, 4000, 90_000, 700_000, 9_000_000, 400_000_000, 40_000_000_000i64] {
            for low in [-5_000_000_000i64, 0, 1_790_000_123] {
                let ticks = moments(low, low + span, 6);
                assert!(ticks.len() <= 8, "{span}: {}", ticks.len());
                assert!(ticks.iter().all(|(at, _)| (low..=low + span).contains(at)));
            }
        }
        let day = moments(1_790_000_000, 1_790_000_000 + 6 * DAY, 8);
        assert_eq!(day[0].1, "2026-09-22");
    }
}
