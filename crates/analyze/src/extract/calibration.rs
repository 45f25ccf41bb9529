//! How often objects of a rule are right, as seen on texts with known answers.
//!
//! `calibration.txt` holds one line a rule and step: kind, rule, the rule's own score from which the step holds, how often such
//! objects were right, of how many. Steps are those of an isotonic regression (pool adjacent violators), seen on the tuning
//! half of re3d (without the folder that forbids commercial use), IDRISI (Arabic) and MUC-3/4 dev; a rule seen fewer than twenty
//! times has no line, keeps its own score, and so does every rule of attribution, whose set may not be learned from.
//! Right means: a place, time or mention that overlaps one of its kind; an attack in a report of an incident with a filler right.

use std::{collections::BTreeMap, sync::LazyLock};

const TABLE: &str = include_str!("calibration.txt");

/// Steps of each kind and rule: own score from which, share that was right; ascending.
type Steps = BTreeMap<(&'static str, &'static str), Vec<(f64, f64)>>;

static STEPS: LazyLock<Steps> = LazyLock::new(|| {
    let mut steps = Steps::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let (Some(kind), Some(rule), Some(from), Some(share)) =
            (cells.next(), cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        if let (Ok(from), Ok(share)) = (from.parse(), share.parse()) {
            steps.entry((kind, rule)).or_default().push((from, share));
        }
    }
    steps
});

/// The share of objects of this rule and score that were right; its own score where that is not known.
pub fn calibrated(kind: &'static str, rule: &'static str, score: f64) -> f64 {
    let steps = STEPS.get(&(kind, rule)).into_iter().flatten();
    steps.take_while(|(from, _)| *from <= score + 1e-9).last().map_or(score, |(_, share)| *share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_rise_and_every_line_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(STEPS.values().map(Vec::len).sum::<usize>(), lines);
        for steps in STEPS.values() {
            assert!(steps.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
            assert_eq!(steps[0].0, 0.0);
        }
    }

    #[test]
    fn a_rule_never_seen_keeps_its_score() {
        assert_eq!(calibrated("mention", "no_such_rule", 0.4), 0.4);
        assert!(calibrated("place", "gazetteer", 1.0) >= calibrated("place", "gazetteer", 0.1));
    }
}
