//! Invented obligations: when a breach counts, and what silence means.

use super::*;
use crate::invented::{province, town};

fn obligation() -> Obligation {
    Obligation {
        id: "r41-3".into(),
        instrument: "Resolution 41".into(),
        paragraph: "3".into(),
        verb: "demands".into(),
        duty_bearer: "all parties".into(),
        text: "Demands that all parties cease attacks on medical facilities".into(),
        demand: "stop_attacks".into(),
        territory: vec!["province".into()],
        from: Some("2031-04-10".into()),
        until: Some("2031-04-14".into()),
        indicator: Indicator { acts: vec!["attack".into()], targets: vec!["health".into()], measure: "attacks".into() },
    }
}

fn strike(target: &str, day: &str, level: Level) -> Reported {
    Reported {
        places: vec![town(1)],
        days: Some((day.into(), day.into())),
        acts: ["air_strike".to_owned()].into(),
        targets: [target.to_owned()].into(),
        actors: ["Northern Army".to_owned()].into(),
        level,
    }
}

fn watched(until: &str) -> Coverage {
    Coverage {
        by: "Monitor".into(),
        territory: vec!["province".into()],
        from: "2031-04-01".into(),
        until: until.into(),
    }
}

fn held(o: &Obligation, incidents: &[Reported], coverage: &[Coverage]) -> Compliance {
    let parents = Parents::gather([&town(1), &town(2), &province()]);
    comply(o, incidents, coverage, LEAST, By { parents: &parents, own_terms: &OwnTerms::default() })
}

#[test]
fn silence_is_cannot_tell_until_coverage_is_stated() {
    let o = obligation();
    let found = held(&o, &[], &[]);
    assert_eq!(
        (found.answer, &found.reasons[..]),
        (Answer::CannotTell, &[Because::NoReports, Because::CoverageNotStated][..])
    );
    assert_eq!(held(&o, &[], &[watched("2031-04-30")]).answer, Answer::Met);
    let part = held(&o, &[], &[watched("2031-04-12")]);
    assert_eq!(part.answer, Answer::CannotTell);
    assert!(part.reasons.contains(&Because::CoveredInPart { days: 3, of: 5 }));
    let open_end = Obligation { until: None, ..obligation() };
    assert!(held(&open_end, &[], &[watched("2031-04-30")]).reasons.contains(&Because::NoLastDay));
}

#[test]
fn an_assessed_breach_is_not_met_and_on_some_covered_days_partly() {
    let o = obligation();
    let breach = strike("field_hospital", "2031-04-12", Level::Corroborated);
    assert_eq!(held(&o, std::slice::from_ref(&breach), &[]).answer, Answer::NotMet);
    let found = held(&o, &[breach], &[watched("2031-04-30")]);
    assert_eq!(found.answer, Answer::Partly);
    assert!(found.reasons.contains(&Because::Days { with: 1, of: 5 }));
    assert_eq!(found.against, [0]);
}

#[test]
fn what_nobody_assessed_or_lies_elsewhere_does_not_count() {
    let o = obligation();
    let weak = held(&o, &[strike("hospital", "2031-04-12", Level::NotAssessed)], &[watched("2031-04-30")]);
    assert_eq!(weak.answer, Answer::CannotTell, "a report that nobody assessed is no breach, and no silence");
    let other = held(&o, &[strike("market", "2031-04-12", Level::Corroborated)], &[watched("2031-04-30")]);
    assert_eq!(other.answer, Answer::Met);
    let before = held(&o, &[strike("hospital", "2031-04-02", Level::Corroborated)], &[watched("2031-04-30")]);
    assert_eq!(before.answer, Answer::Met);
    let undated = Reported { days: None, ..strike("hospital", "", Level::Corroborated) };
    assert_eq!(held(&o, &[undated], &[]).reasons[0], Because::MayBeOutside { incident: 0 });
    let narrow = Obligation { territory: vec!["Town 2".into()], ..obligation() };
    assert_eq!(held(&narrow, &[strike("hospital", "2031-04-12", Level::Corroborated)], &[]).answer, Answer::CannotTell);
    let wide = Reported { places: vec![province()], ..strike("hospital", "2031-04-12", Level::Corroborated) };
    let in_town = Obligation { territory: vec!["town2".into()], ..obligation() };
    assert_eq!(held(&in_town, &[wide], &[]).reasons[0], Because::MayBeOutside { incident: 0 });
}

#[test]
fn an_obligation_of_one_party_counts_only_what_it_is_named_for() {
    let o = Obligation { duty_bearer: "River Front".into(), ..obligation() };
    let theirs = strike("hospital", "2031-04-12", Level::Corroborated);
    let found = held(&o, std::slice::from_ref(&theirs), &[]);
    assert_eq!(found.answer, Answer::CannotTell);
    assert_eq!(found.reasons[0], Because::NotAttributed { incident: 0, named: vec!["Northern Army".into()] });
    let army = Obligation { duty_bearer: "the Northern Army".into(), ..obligation() };
    assert_eq!(held(&army, &[theirs], &[]).answer, Answer::NotMet);
}

#[test]
fn reasons_are_said_in_both_languages() {
    let o = obligation();
    let all =
        [strike("hospital", "2031-04-12", Level::Corroborated), strike("hospital", "2031-04-12", Level::Recorded)];
    let found = held(&o, &all, &[watched("2031-04-12")]);
    for language in ["en", "ar"] {
        let reasons = found.to_json(language)["reasons"].to_string();
        assert_eq!(reasons.chars().any(|c| ('\u{0600}'..='\u{06ff}').contains(&c)), language == "ar", "{reasons}");
    }
}
