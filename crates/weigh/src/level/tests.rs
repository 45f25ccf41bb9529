//! Invented incidents: which level the default policy allows, and why not more.

use std::collections::BTreeSet;

use witnessmark_model::entry::Relation;
use witnessmark_model::vocabulary::{Element, Level};

use super::*;
use crate::facts::{Held, ItemFacts, ItemKind, Link, Standing};
use crate::invented::{Say, account, claim, id, key, link, member, text, town};
use crate::origin::Trails;
use crate::weigh::Ground;

struct Incident<'a> {
    items: Vec<ItemFacts<'a>>,
    claims: Vec<Held>,
    links: Vec<Link>,
    facts: ElementFacts,
    another: bool,
}

impl Incident<'_> {
    fn weigh(&self, of: Element) -> ElementWeighed {
        let policy = Policy::default();
        let ground = Ground::survey(&self.items, &self.claims, &self.links, &policy);
        let members: Vec<_> = self.claims.iter().filter_map(|held| ground.reads.claim(&held.key)).collect();
        let trails = Trails::draw(&ground, &self.claims.iter().map(|c| c.key).collect());
        element(&trails, of, &members, &self.facts, self.another)
    }
    fn level(&self, of: Element) -> Level {
        self.weigh(of).allowed.level
    }
}

/// Two witnesses of one strike, interviewed apart.
fn strike() -> Incident<'static> {
    let told = |n: u64| {
        claim(n, n as u16)
            .act("air_strike")
            .hit("hospital")
            .at(&town(1))
            .between("2031-04-12T06:40", "2031-04-12T06:45")
    };
    Incident {
        items: vec![account(1, "Cedar"), account(2, "Heron")],
        claims: vec![told(1), told(2)],
        links: vec![link(1, 2, Relation::Separate, "interviewed apart, other street")],
        facts: ElementFacts::default(),
        another: false,
    }
}

#[test]
fn two_separate_accounts_that_agree_are_corroborated_and_without_separateness_are_not() {
    let mut strike = strike();
    assert_eq!(strike.level(Element::Happened), Level::Corroborated);
    strike.links.clear();
    let weighed = strike.weigh(Element::Happened);
    assert_eq!(weighed.allowed.level, Level::SingleSource);
    assert!(weighed.allowed.reasons.contains(&Reason::ApparentlySeparate { pairs: 1 }));
    assert_eq!(weighed.allowed.missing, [Need::Separateness { between: Some((0, 1)) }]);
}

#[test]
fn who_inherits_nothing() {
    let mut strike = strike();
    assert_eq!(strike.level(Element::Who), Level::NotAssessed);
    strike.claims[0] = strike.claims[0].clone().actor("Northern Army");
    let weighed = strike.weigh(Element::Who);
    assert_eq!((weighed.allowed.level, weighed.lines.lines.len()), (Level::SingleSource, 1));
    assert_eq!(weighed.allowed.missing, [Need::SecondLine]);
    assert_eq!(strike.level(Element::CivilianStatus), Level::NotAssessed, "a hospital's class says nothing of its use");
}

#[test]
fn machine_proposals_and_bulk_stay_not_assessed_and_say_what_they_would_allow() {
    let mut strike = strike();
    strike.claims.iter_mut().for_each(|c| c.standing = Standing::Proposed);
    let allowed = strike.weigh(Element::Happened).allowed;
    assert_eq!((allowed.level, allowed.if_accepted), (Level::NotAssessed, Level::Corroborated));
    assert_eq!(allowed.reasons, [Reason::OnlyProposed { claims: 2 }]);
    strike.claims[0].standing = Standing::Bulk;
    assert_eq!(strike.weigh(Element::Happened).allowed.reasons, [Reason::OnlyBulk { claims: 2 }]);
    strike.claims[0].standing = Standing::Accepted { by: member(1) };
    let allowed = strike.weigh(Element::Happened).allowed;
    assert_eq!((allowed.level, allowed.if_accepted), (Level::SingleSource, Level::Corroborated));
}

#[test]
fn a_bare_denial_contests_nothing_and_one_with_evidence_does() {
    let mut strike = strike();
    strike.items.push(text(3, "Ministry", "No."));
    strike.claims.push(claim(3, 3).by(&["Ministry"]).at(&town(1)).on("2031-04-12").denied());
    let weighed = strike.weigh(Element::Happened);
    assert!(!weighed.contested.contested);
    assert_eq!(weighed.contested.against, [Against::BareDenial { claim: key(3) }]);
    assert_eq!(weighed.allowed.level, Level::Corroborated);
    assert_eq!(weighed.lines.lines.len(), 2, "a denial is no line for what it denies");
    strike.claims[2] = strike.claims[2].clone().with(|claim| claim.relies_on.push("sensor_log".into()));
    let weighed = strike.weigh(Element::Happened);
    assert!(weighed.contested.contested);
    assert_eq!(weighed.allowed.level, Level::Corroborated, "contested is a flag beside the level");
}

#[test]
fn two_strikes_in_a_town_day_need_a_detail() {
    let mut strike = strike();
    strike.another = true;
    assert_eq!(strike.level(Element::Happened), Level::Corroborated, "hour and target are details");
    for held in &mut strike.claims {
        *held = held.clone().with(|claim| {
            claim.targets.clear();
            claim.times.clear();
        });
        *held = held.clone().on("2031-04-12");
    }
    let weighed = strike.weigh(Element::Happened);
    assert_eq!(
        (weighed.allowed.level, &weighed.allowed.missing[..]),
        (Level::SingleSource, &[Need::DistinguishingDetail][..])
    );
    strike.another = false;
    assert_eq!(strike.level(Element::Happened), Level::Corroborated);
}

#[test]
fn the_check_list_asks_for_a_placed_item_reviewers_and_answers() {
    let mut strike = strike();
    let mut picture = ItemFacts::new(id(4), ItemKind::Picture);
    picture.source = Some("Lens".into());
    picture.pdq = Some(([9; 4], 90));
    strike.items.push(picture);
    strike.claims.push(claim(4, 4).act("air_strike").hit("hospital").at(&town(1)).on("2031-04-12"));
    strike.facts.author = Some(member(1));
    let there = |day: &str| Placement {
        place: town(1),
        time: Interval { earliest: Some(day.into()), latest: Some(day.into()), ..Interval::default() },
    };
    strike.facts.placed.insert(id(4), there("2031-04-20"));
    let missing = strike.weigh(Element::Happened).allowed.missing;
    assert!(missing.contains(&Need::PlacedItemOrAccounts { accounts: 0, of: 3 }), "placed on another day: {missing:?}");
    strike.facts.placed.insert(id(4), there("2031-04-12"));
    strike.facts.reviewers = BTreeSet::from([member(1), member(2)]);
    let allowed = strike.weigh(Element::Happened).allowed;
    assert_eq!(allowed.level, Level::Corroborated);
    assert_eq!(allowed.missing, [Need::Reviewers { have: 1, of: 2 }], "the author is no reviewer");
    strike.facts.reviewers.insert(member(3));
    let allowed = strike.weigh(Element::Happened).allowed;
    assert_eq!((allowed.level, &allowed.missing[..]), (Level::MeetsCheckList, &[Need::AdversarialReview][..]));
    strike.facts.adversarial_review = true;
    let allowed = strike.weigh(Element::Happened).allowed;
    assert_eq!((allowed.level, allowed.missing.len()), (Level::StronglySupported, 0));
}

#[test]
fn three_separate_accounts_with_an_unpublished_detail_stand_for_the_placed_item() {
    let mut strike = strike();
    strike.items.push(account(3, "Lark"));
    strike.claims.push(claim(3, 3).act("air_strike").hit("hospital").at(&town(1)).on("2031-04-12"));
    strike.facts.unpublished_detail = BTreeSet::from([id(1), id(2), id(3)]);
    strike.facts.reviewers = BTreeSet::from([member(2), member(3)]);
    let need = |i: &Incident<'_>| i.weigh(Element::Happened).allowed.missing;
    assert_eq!(need(&strike), [Need::PlacedItemOrAccounts { accounts: 2, of: 3 }]);
    strike.links.push(link(1, 3, Relation::Separate, "other town"));
    strike.links.push(link(3, 2, Relation::Separate, "other town"));
    assert_eq!(strike.level(Element::Happened), Level::MeetsCheckList);
}

#[test]
fn a_partys_statement_or_an_unnamed_post_corroborates_nothing() {
    let mut release = text(3, "The Union", "a");
    release.source_kind = Some("party".into());
    let said = |n: u64| claim(n, n as u16).hit("hospital").at(&town(1)).on("2031-04-12");
    let incident = Incident {
        items: vec![
            account(1, "Cedar"),
            release,
            ItemFacts { text: Some("b"), ..ItemFacts::new(id(4), ItemKind::Text) },
        ],
        claims: vec![said(1), said(3), said(4)],
        links: vec![link(1, 3, Relation::Separate, "other person"), link(1, 4, Relation::Separate, "other person")],
        facts: ElementFacts::default(),
        another: false,
    };
    let allowed = incident.weigh(Element::Happened).allowed;
    assert_eq!((allowed.level, &allowed.missing[..]), (Level::SingleSource, &[Need::SecondLine][..]));
    assert!(allowed.reasons.iter().any(|r| matches!(r, Reason::PartiesDoNotCorroborate { .. })));
}

#[test]
fn a_circle_of_citations_is_no_source() {
    let incident = Incident {
        items: vec![text(1, "Courier", "a"), text(2, "Herald", "b")],
        claims: vec![claim(1, 1).by(&["Herald"]).hit("water"), claim(2, 2).by(&["Courier"]).hit("water")],
        links: vec![],
        facts: ElementFacts::default(),
        another: false,
    };
    let allowed = incident.weigh(Element::Target).allowed;
    assert_eq!((allowed.level, &allowed.missing[..]), (Level::Recorded, &[Need::AttributableSource][..]));
}

#[test]
fn figures_that_differ_contest_harm_unless_the_higher_came_later() {
    let mut first = text(1, "Directorate", "a");
    let mut second = text(2, "Courier", "b");
    let claims = vec![
        claim(1, 1).harm("killed", Some(11), Some(11)).at(&town(1)).on("2031-04-12"),
        claim(2, 2).harm("killed", Some(5), Some(5)).at(&town(1)).on("2031-04-12"),
    ];
    let weigh = |items: Vec<ItemFacts<'static>>| {
        Incident { items, claims: claims.clone(), links: vec![], facts: ElementFacts::default(), another: false }
            .weigh(Element::Harm)
            .contested
    };
    assert!(weigh(vec![first.clone(), second.clone()]).contested);
    first.published = Some("2031-04-14".into());
    second.published = Some("2031-04-12".into());
    let contested = weigh(vec![first, second]);
    assert!(!contested.contested);
    assert_eq!(contested.against, [Against::MayHaveRisen { claims: (key(2), key(1)) }]);
}

#[test]
fn everything_is_said_in_both_languages() {
    let strike = strike();
    for element in Element::ALL {
        for language in ["en", "ar"] {
            let value = strike.weigh(*element).allowed.to_json(language);
            let words = value["reasons"].to_string() + &value["missing"].to_string();
            let arabic = words.chars().any(|c| ('\u{0600}'..='\u{06ff}').contains(&c));
            assert_eq!(arabic, language == "ar", "{words}");
        }
    }
}

#[test]
fn a_pattern_feeds_no_element_of_an_incident_that_it_counts() {
    let mut strike = strike();
    let before: Vec<(Level, usize)> =
        Element::ALL.iter().map(|of| strike.weigh(*of)).map(|w| (w.allowed.level, w.lines.lines.len())).collect();
    strike.items.push(text(3, "Monitor", "hospitals in that province were hit again and again"));
    strike.claims.push(claim(3, 3).act("air_strike").hit("hospital").at(&town(1)).on("2031-04-12").with(|c| {
        c.predicate = "pattern".into();
    }));
    let after: Vec<(Level, usize)> =
        Element::ALL.iter().map(|of| strike.weigh(*of)).map(|w| (w.allowed.level, w.lines.lines.len())).collect();
    assert_eq!(before, after);
}
