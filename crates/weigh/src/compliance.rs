//! The obligations of a commitment against incidents, and where a speaker's rendering differs from its own text.
//!
//! No reports is *cannot tell*, never *met*, unless somebody has stated what was covered. A breach is reported, not
//! found: the answer is about what the archive holds, and an incident counts only as far as its own elements are supported.

use witnessmark_model::claim::{Claim, Interval};
use witnessmark_model::vocabulary::{ACTS, TARGETS, matches};
use witnessmark_model::words::fold;

/// One obligation, in its instrument's own words.
#[derive(Debug, Clone, PartialEq)]
pub struct Obligation {
    /// Id within the instrument.
    pub id: String,
    /// The instrument.
    pub instrument: String,
    /// Paragraph.
    pub paragraph: String,
    /// Operative verb.
    pub verb: String,
    /// Who is bound.
    pub duty_bearer: String,
    /// Its own text.
    pub text: String,
    /// Kind of demand: `stop_attacks`, `lift_siege`, `allow_aid`, `protect_medical`, `open_corridor` …
    pub demand: String,
    /// Names of the places where it holds; empty = everywhere.
    pub territory: Vec<String>,
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day.
    pub until: Option<String>,
    /// How it is measured.
    pub indicator: Indicator,
}

/// What counts against an obligation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Indicator {
    /// Acts that count; empty = all.
    pub acts: Vec<String>,
    /// Targets that count; empty = all.
    pub targets: Vec<String>,
    /// What is counted.
    pub measure: String,
}

/// What can be said of an obligation today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compliance {
    /// Coverage was stated, and nothing was reported within it.
    Met,
    /// Something was reported that would be a breach, if it is so.
    BreachReported,
    /// Nothing was reported, and nobody stated what was covered.
    CannotTell,
}

/// How an incident stands to an obligation.
#[derive(Debug, Clone, PartialEq)]
pub struct Bearing {
    /// Does its time lie wholly within the period?
    pub in_period: Option<bool>,
    /// Does it lie in the territory?
    pub in_territory: Option<bool>,
}

/// Does what a claim says bear on the obligation? `None` where the act or target is another. Unknown time or place stays
/// unknown: it neither counts nor clears. `parents` gives the names of everything that a place lies in.
pub fn bears(obligation: &Obligation, claim: &Claim, parents: &dyn Fn(&str) -> Vec<String>) -> Option<Bearing> {
    if claim.polarity != "asserted" || claim.predicate != "attack" {
        return None;
    }
    let wanted = &obligation.indicator;
    let act = claim.act.as_deref().unwrap_or("unknown");
    if !wanted.acts.is_empty() && !wanted.acts.iter().any(|a| matches(ACTS, act, a)) {
        return None;
    }
    let hit = |class: &str| wanted.targets.iter().any(|t| matches(TARGETS, class, t));
    if !wanted.targets.is_empty() && !claim.targets.iter().any(|n| hit(&n.class)) {
        return None;
    }
    Some(Bearing {
        in_period: in_period(obligation, &claim.times),
        in_territory: in_territory(obligation, claim, parents),
    })
}

fn in_period(obligation: &Obligation, times: &[Interval]) -> Option<bool> {
    let (first, last) = times.iter().find_map(Interval::days)?;
    let day = |text: &Option<String>| {
        text.as_deref().and_then(|d| d.get(..10)).and_then(|d| d.parse::<jiff::civil::Date>().ok())
    };
    let (from, until) = (day(&obligation.from), day(&obligation.until));
    if from.is_none_or(|from| first >= from) && until.is_none_or(|until| last <= until) {
        return Some(true);
    }
    let outside = from.is_some_and(|from| last < from) || until.is_some_and(|until| first > until);
    outside.then_some(false)
}

fn in_territory(obligation: &Obligation, claim: &Claim, parents: &dyn Fn(&str) -> Vec<String>) -> Option<bool> {
    if obligation.territory.is_empty() {
        return Some(true);
    }
    let wanted: Vec<String> = obligation.territory.iter().map(|t| fold(t)).collect();
    let mut names: Vec<String> = claim.places.iter().map(|p| fold(&p.name)).collect();
    if names.is_empty() {
        return None;
    }
    names.extend(claim.places.iter().filter_map(|p| p.id.as_deref()).flat_map(parents).map(|n| fold(&n)));
    Some(names.iter().any(|n| wanted.contains(n)))
}

/// The answer for an obligation, from how many incidents bear on it. `covered` = somebody stated that all of the
/// territory and period was watched.
pub fn answer(bearing: usize, covered: bool) -> Compliance {
    match (bearing, covered) {
        (0, true) => Compliance::Met,
        (0, false) => Compliance::CannotTell,
        _ => Compliance::BreachReported,
    }
}

/// What a speaker says that is not in the instrument's text, and the other way round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differs {
    /// Words that only the speaker has.
    pub only_said: Vec<String>,
    /// Share of the speaker's words that stand in the text, in hundredths.
    pub shared_percent: u8,
}

/// Words that carry no demand.
const EMPTY: &[&str] = &[
    "the", "a", "an", "of", "to", "and", "or", "in", "on", "for", "that", "this", "all", "any", "by", "with", "as",
    "its", "their", "be", "is", "are", "was", "were", "في", "من", "الي", "علي", "و", "ان", "عن", "جميع", "كل", "اي",
    "التي", "الذي",
];

/// Compares what a speaker says that an instrument demands with the text of all its obligations, word by word, in one
/// language. A word counts as the same when five letters of its beginning are.
pub fn differs(said: &str, texts: &[&str]) -> Differs {
    let words = |text: &str| -> Vec<String> {
        let folded = fold(text);
        let list = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && !EMPTY.contains(w));
        list.map(str::to_owned).collect()
    };
    let stem = |word: &str| word.chars().take(5).collect::<String>();
    let text: std::collections::BTreeSet<String> = texts.iter().flat_map(|t| words(t)).map(|w| stem(&w)).collect();
    let said = words(said);
    let only_said: Vec<String> = said.iter().filter(|w| !text.contains(&stem(w))).cloned().collect();
    let shared_percent = if said.is_empty() { 0 } else { (100 * (said.len() - only_said.len()) / said.len()) as u8 };
    Differs { only_said, shared_percent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn obligation() -> Obligation {
        Obligation {
            id: "1".into(),
            instrument: "Resolution 7".into(),
            paragraph: "1".into(),
            verb: "demands".into(),
            duty_bearer: "all parties".into(),
            text: "cease attacks against medical facilities".into(),
            demand: "protect_medical".into(),
            territory: vec!["West".into()],
            from: Some("2031-01-01".into()),
            until: None,
            indicator: Indicator {
                acts: vec!["attack".into()],
                targets: vec!["health".into()],
                measure: "incidents".into(),
            },
        }
    }

    fn claim(target: &str, day: &str, place: &str) -> Claim {
        Claim::from_value(&json!({
            "item": "00".repeat(32), "predicate": "attack", "quote": "q", "scope": "one", "act": "shelling", "polarity": "asserted",
            "targets": [{"class": target, "name": target}], "times": [{"earliest": day, "latest": day}],
            "places": [{"name": place, "id": "p"}],
        }))
        .unwrap()
    }

    #[test]
    fn a_hospital_in_the_territory_and_period_bears_and_a_school_does_not() {
        let parents = |_: &str| vec!["West".to_owned()];
        let bearing = bears(&obligation(), &claim("field_hospital", "2031-04-01", "Mill"), &parents).unwrap();
        assert_eq!((bearing.in_period, bearing.in_territory), (Some(true), Some(true)));
        assert!(bears(&obligation(), &claim("school", "2031-04-01", "Mill"), &parents).is_none());
        let before = bears(&obligation(), &claim("clinic", "2030-04-01", "Mill"), &|_| vec![]).unwrap();
        assert_eq!((before.in_period, before.in_territory), (Some(false), Some(false)));
    }

    #[test]
    fn silence_is_cannot_tell() {
        assert_eq!(answer(0, false), Compliance::CannotTell);
        assert_eq!(answer(0, true), Compliance::Met);
        assert_eq!(answer(2, true), Compliance::BreachReported);
    }

    #[test]
    fn a_demand_that_the_text_does_not_make_is_named() {
        let differs = differs(
            "lifting the sieges; delivery of humanitarian aid",
            &["allow humanitarian agencies access", "deliver aid"],
        );
        assert_eq!(differs.only_said, ["lifting", "sieges"]);
    }
}
