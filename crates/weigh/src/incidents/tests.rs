//! Invented weeks: what is one incident, what is two, and what is left to a person.

use super::*;
use crate::facts::{ItemFacts, ItemKind};
use crate::invented::{Say, claim, id, key, province, text, town};
use crate::level::Policy;

fn grouped(items: &[ItemFacts<'_>], claims: &[Held]) -> Grouping {
    let policy = Policy::default();
    let ground = Ground::survey(items, claims, &[], &policy);
    candidates(&ground)
}

fn members(grouping: &Grouping) -> Vec<Vec<u64>> {
    let index = |c: &ClaimRef| if let ClaimRef::Entry(e) = c { e.index } else { 0 };
    grouping.candidates.iter().map(|c| c.members.iter().map(|m| index(&m.claim)).collect()).collect()
}

fn press() -> Vec<ItemFacts<'static>> {
    (1..=9).map(|n| text(n, &format!("Paper {n}"), "")).collect()
}

#[test]
fn two_strikes_of_one_town_day_stay_apart_by_what_was_hit() {
    let day = "2031-04-12";
    let claims = [
        claim(1, 1).act("air_strike").hit("hospital").at(&town(1)).on(day),
        claim(2, 2).act("air_strike").hit("hospital").at(&town(1)).on(day).harm("killed", Some(11), Some(11)),
        claim(3, 3).act("shelling").hit("market").at(&town(1)).on(day),
        claim(4, 1).act("shelling").hit("market").at(&town(1)).on(day),
    ];
    let found = grouped(&press(), &claims);
    assert_eq!(members(&found), [vec![1, 2], vec![3, 4]]);
    assert_eq!(found.candidates[0].label.words("en"), "air strike, hospital, Town 1, 2031-04-12");
    assert!(found.candidates[0].reasons_for.iter().any(|r| matches!(r.what, Compared::SameDay { .. })));
}

#[test]
fn two_strikes_of_one_town_day_stay_apart_by_the_hour() {
    let at =
        |n: u64, from: &str, to: &str| claim(n, n as u16).act("shelling").hit("market").at(&town(1)).between(from, to);
    let claims = [
        at(1, "2031-04-12T06:40", "2031-04-12T06:50"),
        at(2, "2031-04-12T07:00", "2031-04-12T07:00"),
        at(3, "2031-04-12T16:15", "2031-04-12T16:25"),
        at(4, "2031-04-12T16:20", "2031-04-12T16:20"),
    ];
    let found = grouped(&press(), &claims);
    assert_eq!(members(&found), [vec![1, 2], vec![3, 4]]);
    assert_eq!(found.hints.len(), 0, "nobody says that the later one hit those who came to help");
}

#[test]
fn a_vague_claim_that_fits_two_strikes_is_left_to_a_person() {
    let day = "2031-04-12";
    let mut claims = vec![
        claim(1, 1).hit("hospital").at(&town(1)).on(day),
        claim(2, 2).hit("market").at(&town(1)).on(day),
        claim(3, 3).act("attack").at(&town(1)).on(day),
    ];
    let found = grouped(&press(), &claims);
    assert_eq!(members(&found), [vec![1], vec![2]]);
    assert_eq!(found.undecided.len(), 1);
    assert_eq!((found.undecided[0].claim, found.undecided[0].could_be.len()), (key(3), 2));
    claims.remove(1);
    assert_eq!(
        members(&grouped(&press(), &claims)),
        [vec![1, 3]],
        "with one strike there is nothing to confuse it with"
    );
}

#[test]
fn what_is_unknown_neither_matches_nor_excludes() {
    let claims = [
        claim(1, 1).hit("bakery").at(&town(1)).on("2031-04-12"),
        claim(2, 2).hit("bakery"),
        claim(3, 3).hit("bakery"),
        claim(4, 4).hit("bakery").at(&town(1)),
    ];
    let found = grouped(&press(), &claims);
    assert_eq!(members(&found), [vec![1, 4]], "a class alone makes no incident");
    assert_eq!(found.loose, [key(2), key(3)]);
}

#[test]
fn a_province_joins_the_town_that_it_fits_and_another_town_excludes() {
    let claims = [
        claim(1, 1).hit("school").at(&town(1)).on("2031-04-12"),
        claim(2, 2).hit("school").at(&province()).on("2031-04-12"),
        claim(3, 3).hit("school").at(&town(9)).on("2031-04-13"),
    ];
    assert_eq!(members(&grouped(&press(), &claims)), [vec![1, 2], vec![3]]);
}

#[test]
fn groups_do_not_grow_by_chaining() {
    // Each follows the one before within hours; the first and the last are a day apart.
    let hour = |n: u64| {
        let time = format!("2031-04-12T{:02}:00", n * 2);
        claim(n, n as u16).hit("market").at(&town(1)).between(&time, &time)
    };
    let claims: Vec<Held> = (1..=9).map(hour).collect();
    let found = grouped(&press(), &claims);
    assert!(found.candidates.len() >= 3, "{:?}", members(&found));
}

#[test]
fn the_same_words_join_what_gives_neither_place_nor_time() {
    let body = "Three shells struck the covered market in the old quarter of the town shortly before noon today.";
    let copy = format!("Copied: {body}");
    let items = [text(1, "Courier", body), text(2, "Herald", &copy)];
    let claims = [
        claim(1, 1).hit("market").span(0, 50),
        claim(2, 2).hit("market").span(8, 58),
        claim(3, 2).hit("market").span(60, 90),
    ];
    let found = grouped(&items, &claims);
    assert_eq!((members(&found), found.loose), (vec![vec![1, 2]], vec![key(3)]));
}

#[test]
fn a_sentence_without_place_or_day_goes_on_with_the_one_it_fits_and_fills_no_field() {
    let claims = [
        claim(1, 1).hit("hospital").at(&town(1)).on("2031-04-12").span(100, 180),
        claim(2, 1).harm("killed", Some(6), Some(6)).span(182, 210),
        claim(3, 1).weapon("mortar").hit("market").at(&town(1)).on("2031-04-12").span(400, 450),
        claim(4, 1)
            .actor("River Front")
            .with(|c| c.quote = "the shells on the market were fired by the River Front".into())
            .span(230, 290),
        claim(5, 1).hit("school").span(300, 330),
    ];
    let found = grouped(&press(), &claims);
    assert_eq!(members(&found), [vec![1, 2], vec![3, 4]]);
    assert_eq!(found.loose, [key(5)], "what was hit excludes the last");
    assert!(found.candidates[0].reasons_for.iter().any(|r| matches!(r.what, Compared::GoesOn { .. })));
}

#[test]
fn claims_taken_together_join_the_group_that_none_joins_alone() {
    let dated =
        claim(1, 1).hit("market").weapon("mortar").at(&town(1)).on("2031-04-12").harm("injured", Some(15), Some(15));
    let mut site = town(1);
    (site.id, site.uncertainty_m, site.parent) = (Some("lantern".into()), Some(100.0), Some("town1".into()));
    let claims = [
        dated,
        claim(2, 2).weapon("mortar").at(&site).harm("injured", Some(15), Some(15)),
        claim(3, 3).hit("market").at(&site).weapon("mortar"),
    ];
    assert_eq!(members(&grouped(&press(), &claims)), [vec![1, 2, 3]]);
}

#[test]
fn rows_of_one_table_are_never_one_incident() {
    let sheet = ItemFacts::new(id(1), ItemKind::Sheet);
    let row = |n: u64| claim(n, 1).hit("market").at(&town(1)).on("2031-04-12");
    assert_eq!(members(&grouped(&[sheet], &[row(1), row(2)])), [vec![1], vec![2]]);
}

#[test]
fn counted_sets_campaigns_and_patterns_are_context_and_never_members() {
    let mut claims = vec![claim(1, 1).hit("hospital").at(&town(1)).on("2031-04-12")];
    claims.push(claim(2, 2).hit("hospital").at(&province()).with(|c| {
        c.scope = "counted".into();
        c.count = Some((6, 6));
    }));
    claims.push(claim(3, 2).at(&town(7)).with(|c| c.scope = "campaign".into()));
    claims.push(claim(4, 2).at(&town(1)).with(|c| c.predicate = "pattern".into()));
    let found = grouped(&press(), &claims);
    assert_eq!(members(&found), [vec![1]]);
    assert_eq!(found.candidates[0].context, [key(2), key(4)]);
    assert_eq!(found.context_only, [key(3)]);
}

#[test]
fn a_denial_joins_what_it_denies_and_makes_no_incident() {
    let claims = [
        claim(1, 1).act("air_strike").hit("hospital").at(&town(1)).on("2031-04-12"),
        claim(2, 2).by(&["Army"]).act("air_strike").at(&town(1)).on("2031-04-12").denied(),
        claim(3, 3).by(&["Army"]).hit("hospital").at(&town(8)).on("2031-04-20").denied(),
    ];
    let found = grouped(&press(), &claims);
    assert_eq!(members(&found), [vec![1, 2]]);
    assert_eq!(found.context_only, [key(3)]);
}

#[test]
fn rescuers_hit_later_that_day_hint_at_a_second_strike() {
    let claims = [
        claim(1, 1).hit("market").at(&town(1)).between("2031-04-12T12:00", "2031-04-12T12:05"),
        claim(2, 2).hit("civil_defence_crew").at(&town(1)).between("2031-04-12T12:40", "2031-04-12T12:45"),
    ];
    let found = grouped(&press(), &claims);
    assert_eq!(members(&found), [vec![1], vec![2]]);
    let hint = &found.hints[0];
    assert_eq!((hint.first, hint.second, hint.kind), (0, 1, HintKind::SecondStrike));
}

#[test]
fn two_runs_and_any_order_give_the_same() {
    let mut claims: Vec<Held> = (1..=8)
        .map(|n| {
            let class = ["hospital", "market"][n as usize % 2];
            claim(n, n as u16).hit(class).at(&town(n as u8 % 3)).on(&format!("2031-04-1{}", n % 2))
        })
        .collect();
    let first = grouped(&press(), &claims);
    claims.reverse();
    assert_eq!(first, grouped(&press(), &claims));
}

#[test]
fn reasons_are_said_in_both_languages() {
    let claims = [
        claim(1, 1).act("air_strike").hit("hospital").weapon("cluster").at(&town(1)).on("2031-04-12"),
        claim(2, 2).act("shelling").hit("clinic").weapon("mortar").at(&town(1)).on("2031-04-12").harm(
            "killed",
            Some(3),
            Some(3),
        ),
    ];
    let policy = Policy::default();
    let ground = Ground::survey(&[], &claims, &[], &policy);
    for because in Scorer::new(&ground, &[]).compare(&claims[0], &claims[1]) {
        let arabic = because.words("ar");
        assert!(arabic.chars().any(|c| ('\u{0600}'..='\u{06ff}').contains(&c)), "{arabic}");
        assert!(because.words("en").is_ascii(), "{}", because.words("en"));
    }
}
