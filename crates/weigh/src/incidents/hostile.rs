//! Claims that are absurd, endless or all the same, people's answers, and what is learnt: nothing chains, floods or hangs.

use std::time::Instant;

use witnessmark_model::claim::Interval;
use witnessmark_model::entry::Sameness;
use witnessmark_model::vocabulary::Level;

use super::levels::NEVER;
use super::score::{Scorer, points};
use super::*;
use crate::facts::{ItemFacts, ItemKind};
use crate::invented::{Say, claim, id, key, province, text, town};
use crate::level::Policy;
use crate::weigh::weigh;

/// Seconds that the largest of these may take on a slow, busy machine, unoptimised; a quadratic one takes hours.
const PATIENCE: u64 = 60;

fn press(n: u16) -> Vec<ItemFacts<'static>> {
    (1..=n).map(|n| text(n, &format!("Paper {n}"), "")).collect()
}

fn members(grouping: &Grouping) -> Vec<Vec<u64>> {
    let index = |c: &ClaimRef| if let ClaimRef::Entry(e) = c { e.index } else { 0 };
    grouping.candidates.iter().map(|c| c.members.iter().map(|m| index(&m.claim)).collect()).collect()
}

fn grouped(items: &[ItemFacts<'_>], claims: &[Held], told: &[(u64, u64, Sameness)]) -> Grouping {
    let policy = Policy::default();
    let told = told.iter().map(|(a, b, answer)| ((key(*a), key(*b)), *answer));
    candidates(&Ground::survey(items, claims, &[], &policy).told(told))
}

fn wide(from: &str, to: &str) -> Interval {
    Interval { earliest: Some(from.into()), latest: Some(to.into()), ..Interval::default() }
}

#[test]
fn three_hundred_years_and_whole_countries_join_nothing() {
    let mut claims = vec![
        claim(1, 1).hit("hospital").at(&town(1)).on("2031-04-12"),
        claim(2, 2).hit("market").at(&town(9)).on("2031-06-01"),
    ];
    for n in 3..400 {
        let mut country = province();
        (country.id, country.uncertainty_m) = (Some("land".into()), Some(900_000.0));
        claims.push(claim(n, 3).at(&country).with(|c| c.times = vec![wide("1800-01-01", "2100-01-01")]));
    }
    let found = grouped(&press(3), &claims, &[]);
    assert!(found.candidates.iter().all(|c| !c.members.iter().any(|m| m.claim == key(1)) || c.members.len() == 1));
    assert!(found.candidates.iter().all(|c| !c.members.iter().any(|m| m.claim == key(2)) || c.members.len() == 1));
}

#[test]
fn a_third_report_joins_no_two_days() {
    // The third gives no day of its own that excludes either, and fits both.
    let claims = [
        claim(1, 1).hit("hospital").at(&town(1)).on("2031-04-12"),
        claim(2, 2).hit("hospital").at(&town(1)).on("2031-04-14"),
        claim(3, 3).hit("hospital").at(&town(1)).with(|c| c.times = vec![wide("2031-04-11", "2031-04-15")]),
    ];
    for found in members(&grouped(&press(3), &claims, &[])) {
        assert!(!(found.contains(&1) && found.contains(&2)), "{found:?}");
    }
}

#[test]
fn what_a_person_told_apart_stays_apart_and_what_they_told_same_joins() {
    let day = "2031-04-12";
    let claims: Vec<Held> = (1..=6).map(|n| claim(n, n as u16).hit("hospital").at(&town(1)).on(day)).collect();
    assert_eq!(members(&grouped(&press(6), &claims, &[])), [vec![1, 2, 3, 4, 5, 6]]);
    for found in members(&grouped(&press(6), &claims, &[(2, 5, Sameness::NotTheSame)])) {
        assert!(!(found.contains(&2) && found.contains(&5)), "{found:?}");
    }
    let apart = [claim(1, 1).hit("hospital").at(&town(1)).on(day), claim(2, 2).hit("market").at(&town(1)).on(day)];
    assert_eq!(members(&grouped(&press(2), &apart, &[(1, 2, Sameness::Same)])), [vec![1, 2]]);
    assert_eq!(members(&grouped(&press(2), &apart, &[(1, 2, Sameness::CannotTell)])), [vec![1], vec![2]]);
}

#[test]
fn a_question_is_put_once_and_the_most_worthwhile_first() {
    let day = "2031-04-12";
    let mut claims =
        vec![claim(1, 1).hit("hospital").at(&town(1)).on(day), claim(2, 2).hit("market").at(&town(1)).on(day)];
    claims.push(claim(3, 3).act("attack").at(&town(1)).on(day));
    let found = grouped(&press(3), &claims, &[]);
    let asked: Vec<(ClaimRef, ClaimRef)> = found.questions.iter().map(|q| (q.pairing.a, q.pairing.b)).collect();
    assert!(asked.iter().any(|(a, b)| *a == key(3) || *b == key(3)), "{asked:?}");
    assert!(found.questions.windows(2).all(|two| two[0].worth >= two[1].worth));
    let (a, b) = asked[0];
    let policy = Policy::default();
    let items = press(3);
    let ground = Ground::survey(&items, &claims, &[], &policy).told([((a.min(b), a.max(b)), Sameness::CannotTell)]);
    assert!(candidates(&ground).questions.iter().all(|q| (q.pairing.a, q.pairing.b) != (a, b)));
    let why = why(&ground, key(1), key(3)).unwrap();
    let last = why.waterfall("en").last().unwrap().2;
    assert!((last - why.bits()).abs() < 1e-9 && why.probability() > 0.0 && why.words("ar").contains('\u{2066}'));
}

#[test]
fn ten_thousand_repetitions_of_one_source_are_one_line() {
    let begun = Instant::now();
    let items = press(1);
    let claims: Vec<Held> = (1..=10_000).map(|n| claim(n, 1).hit("hospital").at(&town(1)).on("2031-04-12")).collect();
    let weighed = weigh(&items, &claims, &[], &Policy::default());
    assert_eq!(weighed.incidents.len(), 1);
    assert!(weighed.incidents[0].elements.iter().all(|e| e.lines.lines.len() <= 1));
    assert!(begun.elapsed().as_secs() < PATIENCE, "{:?}", begun.elapsed());
}

#[test]
fn a_flood_of_invented_reports_raises_no_level() {
    let begun = Instant::now();
    let items = press(3_000);
    let fake = |n: u64| {
        let hour = format!("2031-04-12T{:02}:{:02}", 5 + n % 3, n % 60);
        claim(n, n as u16).act("air_strike").hit("hospital").at(&town(1)).between(&hour, &hour)
    };
    let claims: Vec<Held> = (1..=3_000).map(fake).collect();
    let weighed = weigh(&items, &claims, &[], &Policy::default());
    for incident in &weighed.incidents {
        for element in &incident.elements {
            assert!(element.allowed.if_accepted <= Level::SingleSource, "{:?}", element.element);
        }
    }
    assert!(begun.elapsed().as_secs() < PATIENCE, "{:?}", begun.elapsed());
}

#[test]
fn records_that_are_all_the_same_cost_no_more_than_their_number() {
    let begun = Instant::now();
    let claims: Vec<Held> =
        (1..=20_000).map(|n| claim(n, (n % 50) as u16).hit("market").at(&town(1)).on("2031-04-12")).collect();
    assert_eq!(grouped(&press(50), &claims, &[]).candidates.len(), 1);
    let rows: Vec<Held> = (1..=20_000).map(|n| claim(n, 1).hit("market").at(&town(1)).on("2031-04-12")).collect();
    let table = [ItemFacts::new(id(1), ItemKind::Sheet)];
    assert_eq!(grouped(&table, &rows, &[]).candidates.len(), 20_000, "rows of one table are never one");
    assert!(begun.elapsed().as_secs() < PATIENCE, "{:?}", begun.elapsed());
    assert_eq!(grouped(&[], &[], &[]), Grouping::default());
}

#[test]
fn tables_of_equal_rows_compete_and_cost_no_more_than_their_number() {
    let begun = Instant::now();
    let row = |n: u64| claim(n, 1 + (n % 2) as u16).hit("market").at(&town(1)).on("2031-04-12");
    let rows: Vec<Held> = (1..=6_000).map(row).collect();
    let tables = [1, 2].map(|n| ItemFacts::new(id(n), ItemKind::Sheet));
    let found = grouped(&tables, &rows, &[]);
    let members = members(&found);
    assert_eq!(members.iter().map(Vec::len).sum::<usize>(), 6_000, "none is lost");
    assert!(members.iter().all(|m| m.len() <= 2), "no two rows of one table, whatever other rows they fit");
    assert!(begun.elapsed().as_secs() < PATIENCE, "{:?}", begun.elapsed());
    // Rows that say any time in 300 years, anywhere in a country, fit everything and join nothing.
    let boundless = |n: u64| {
        let mut country = province();
        (country.id, country.uncertainty_m) = (Some("land".into()), Some(900_000.0));
        claim(n, 2).at(&country).with(|c| c.times = vec![wide("1800-01-01", "2100-01-01")])
    };
    let mut rows: Vec<Held> = (1..=300).map(boundless).collect();
    rows.push(claim(301, 1).hit("hospital").at(&town(1)).on("2031-04-12"));
    assert!(grouped(&tables, &rows, &[]).candidates.iter().all(|c| c.members.len() == 1));
}

/// Claims of `n` strikes in towns all over, each told by two papers, the second a day off now and then.
fn campaign(n: u64) -> Vec<Held> {
    let classes = ["hospital", "market", "school", "bakery"];
    let tell = |i: u64, paper: u64| {
        let (place, off) = ((i * 7) % 40, u64::from(paper == 2 && i.is_multiple_of(9)));
        let day = format!("2031-{:02}-{:02}", 1 + i % 12, 1 + (i * 5) % 27 + off);
        claim(i * 2 + paper, paper as u16).hit(classes[(i % 4) as usize]).at(&town(place as u8)).on(&day)
    };
    (0..n).flat_map(|i| [tell(i, 1), tell(i, 2)]).collect()
}

#[test]
fn weights_are_learnt_where_there_is_enough_and_reasons_add_up() {
    let policy = Policy::default();
    for (n, learns) in [(40, false), (600, true)] {
        let claims = campaign(n);
        let items = press(2);
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let (events, _) = events(&ground);
        let scorer = Scorer::new(&ground, &events);
        assert_eq!(scorer.model.learnt > 0.0, learns);
        for (a, b) in [(0, 1), (0, 2), (3, 40), (5, 17), (10, 11)] {
            let sum = points(&scorer.reasons(a, b));
            assert!((sum.max(NEVER) - scorer.points(a, b)).abs() < 1e-9, "{a} {b}");
        }
    }
}

#[test]
fn what_is_hit_again_is_related_and_merged_with_nothing() {
    let named = |n: u64, day: &str| {
        claim(n, n as u16)
            .hit("hospital")
            .at(&town(1))
            .on(day)
            .with(|c| c.targets[0].name = "Port General Hospital".into())
    };
    let claims = [named(1, "2031-04-01"), named(2, "2031-05-20"), named(3, "2031-05-25"), named(4, "2031-05-29")];
    let found = grouped(&press(4), &claims, &[]);
    assert_eq!(members(&found), [vec![1], vec![2], vec![3], vec![4]]);
    let kinds: Vec<(usize, usize, HintKind)> = found.hints.iter().map(|h| (h.first, h.second, h.kind)).collect();
    assert!(kinds.contains(&(0, 1, HintKind::SameFacility)), "{kinds:?}");
    let mut unnamed: Vec<Held> = claims.to_vec();
    unnamed.iter_mut().for_each(|h| *h = h.clone().with(|claim| claim.targets[0].name = "hospital".into()));
    let kinds: Vec<(usize, usize, HintKind)> =
        grouped(&press(4), &unnamed, &[]).hints.iter().map(|h| (h.first, h.second, h.kind)).collect();
    assert_eq!(kinds, [(1, 2, HintKind::Series), (2, 3, HintKind::Series)]);
}
