//! Invented scenarios: what is one line and what is two.

use std::collections::BTreeSet;

use witnessmark_model::entry::Relation;

use super::*;
use crate::facts::{Held, ItemFacts, ItemKind, Link};
use crate::invented::{Say, account, claim, id, key, link, text};
use crate::level::Policy;
use crate::weigh::Ground;

fn lines_of(items: &[ItemFacts<'_>], claims: &[Held], links: &[Link]) -> Lines {
    let policy = Policy::default();
    let ground = Ground::survey(items, claims, links, &policy);
    let all: BTreeSet<_> = claims.iter().map(|c| c.key).collect();
    lines(&ground, &all)
}

fn picture(n: u16, source: &str, words: [u64; 4]) -> ItemFacts<'static> {
    ItemFacts { source: Some(source.into()), pdq: Some((words, 90)), ..ItemFacts::new(id(n), ItemKind::Picture) }
}

#[test]
fn ten_reposts_of_one_picture_are_one_line() {
    let items: Vec<_> = (0..10).map(|n| picture(n, &format!("Channel {n}"), [1 << n, 7, 7, 7])).collect();
    let claims: Vec<_> = (0..10).map(|n| claim(n, n as u16).hit("bakery")).collect();
    let lines = lines_of(&items, &claims, &[]);
    assert_eq!(lines.lines.len(), 1);
    let line = &lines.lines[0];
    assert_eq!((line.perceiving, line.items.len(), line.told.len()), (Perceiving::Picture, 10, 10));
    assert_eq!(line.why.iter().filter(|w| matches!(w, WhyOne::Copies { .. })).count(), 9);
}

#[test]
fn a_witness_who_only_filmed_is_a_picture_and_no_account() {
    let mut taken = picture(0, "Resident", [1, 7, 7, 7]);
    taken.source_kind = Some("eyewitness".into());
    taken.first_hand = Some(true);
    let lines = lines_of(&[taken], &[claim(0, 0).hit("bakery")], &[]);
    assert_eq!((lines.lines.len(), lines.lines[0].perceiving), (1, Perceiving::Picture));
}

#[test]
fn ten_posts_of_one_text_are_one_line_whoever_posts_it() {
    let body = "Three shells struck the covered market in the old quarter of the town shortly before noon today.";
    let bodies: Vec<String> = (0..10).map(|n| format!("Post {n}: {body} {n}")).collect();
    let items: Vec<_> = (0..10).map(|n| text(n, &format!("Channel {n}"), &bodies[n as usize])).collect();
    let claims: Vec<_> = (0..10).map(|n| claim(n, n as u16).hit("market").span(8, 50)).collect();
    let lines = lines_of(&items, &claims, &[]);
    assert_eq!(lines.lines.len(), 1, "{:#?}", lines.lines);
    assert_eq!(lines.lines[0].perceiving, Perceiving::Document);
}

#[test]
fn an_element_never_counts_more_lines_than_all_elements() {
    let words = "A drone dropped a munition on the bread queue of the mill shortly before six in the morning.";
    let bodies = [words.to_owned(), format!("{words} Via Courier."), format!("{words} Courier and Herald say so.")];
    let mut items: Vec<_> =
        ["Courier", "Herald", "Gull"].iter().enumerate().map(|(n, name)| text(n as u16, name, &bodies[n])).collect();
    for (n, item) in items.iter_mut().enumerate() {
        item.published = Some(format!("2031-04-1{n}"));
    }
    let claims = [
        claim(0, 0).hit("bakery").span(0, 60),
        claim(1, 1).hit("bakery").span(0, 60).by(&["Courier"]),
        claim(2, 2).hit("bakery").span(0, 60).by(&["Courier"]),
        claim(3, 2).hit("bakery").span(0, 60).by(&["Herald"]),
    ];
    let policy = Policy::default();
    let ground = Ground::survey(&items, &claims, &[], &policy);
    let all: BTreeSet<_> = claims.iter().map(|c| c.key).collect();
    let trails = Trails::draw(&ground, &all);
    assert_eq!(trails.lines(&all).lines.len(), 1);
    for claim in &claims {
        assert_eq!(trails.lines(&BTreeSet::from([claim.key])).lines.len(), 1);
    }
    let later = BTreeSet::from([claims[2].key, claims[3].key]);
    assert_eq!(
        lines(&ground, &later).lines.len(),
        1,
        "the others' words are known though their claims are not grouped"
    );
}

#[test]
fn a_later_copy_goes_back_to_the_one_that_was_published_first() {
    let body = "Three shells struck the covered market in the old quarter of the town shortly before noon today.";
    let copy = format!("Breaking: {body}");
    let mut first = text(1, "Courier", body);
    first.published = Some("2031-04-12".into());
    let mut second = text(2, "Herald", &copy);
    second.published = Some("2031-04-13".into());
    let claims = [claim(1, 1).hit("market").span(0, 40), claim(2, 2).hit("market").span(10, 50)];
    let lines = lines_of(&[first, second], &claims, &[]);
    assert_eq!(lines.lines.len(), 1);
    assert_eq!(lines.lines[0].name, "Courier");
    assert_eq!(lines.lines[0].told, [key(1)]);
}

#[test]
fn an_article_of_two_reused_sources_does_not_make_them_one() {
    let one = "Three shells struck the covered market in the old quarter of the town shortly before noon today.";
    let two = "A convoy of trucks loaded with flour was held at the northern gate until late in the evening.";
    let both = format!("{one} {two}");
    let items = [text(1, "Courier", one), text(2, "Herald", two), text(3, "Digest", &both)];
    let claims = [claim(1, 1).span(0, 40), claim(2, 2).span(0, 40), claim(3, 3).span(0, 40)];
    let lines = lines_of(&items, &claims, &[]);
    assert_eq!(lines.lines.len(), 2, "{:#?}", lines.lines);
    assert!(matches!(lines.of_claims(&key(1), &key(3)), Some(Independence::SharedOrigin(_))));
    assert!(matches!(lines.of_claims(&key(1), &key(2)), Some(Independence::NoneFound(_))));
}

#[test]
fn circular_citation_is_one_line_with_a_flag() {
    let items = [text(1, "Courier", "a"), text(2, "Herald", "b"), text(3, "Digest", "c")];
    let claims = [claim(1, 1).by(&["the Herald"]), claim(2, 2).by(&["Digest"]), claim(3, 3).by(&["Courier"])];
    let lines = lines_of(&items, &claims, &[]);
    assert_eq!(lines.lines.len(), 1, "{:#?}", lines.lines);
    assert!(lines.lines[0].flags.contains(&Flag::CircularCitation));
    assert_eq!(lines.circles.len(), 1);
    assert_eq!(lines.circles[0].names.len(), 3);
    assert_eq!(lines.circles[0].claims, [key(1), key(2), key(3)]);
}

#[test]
fn a_circle_with_somebody_behind_it_goes_back_to_them() {
    let items = [text(1, "Courier", "a"), text(2, "Herald", "b")];
    let claims = [claim(1, 1).by(&["Herald"]), claim(2, 2).by(&["Courier"]), claim(3, 2).by(&["Ada Lund"])];
    let lines = lines_of(&items, &claims, &[]);
    assert_eq!(lines.lines.len(), 1);
    assert_eq!(lines.lines[0].name, "Ada Lund");
    assert!(!lines.lines[0].flags.contains(&Flag::CircularCitation));
    assert_eq!(lines.circles.len(), 1, "the circle is still reported");
}

#[test]
fn taking_over_words_closes_a_circle_too() {
    let body = "Rockets hit the pumping station of the town on Wednesday afternoon and two workers were injured there.";
    let mut first = text(1, "Courier", body);
    first.published = Some("2031-04-12".into());
    let copy = format!("We can confirm it. {body}");
    let mut third = text(3, "Monitor", &copy);
    third.published = Some("2031-04-13".into());
    let items = [first, text(2, "Herald", "b"), third];
    let claims = [claim(1, 1).by(&["Herald"]).span(0, 40), claim(2, 2).by(&["Monitor"]), claim(3, 3).span(19, 60)];
    let lines = lines_of(&items, &claims, &[]);
    assert_eq!(lines.lines.len(), 1, "{:#?}", lines.lines);
    assert!(lines.lines[0].flags.contains(&Flag::CircularCitation));
    assert_eq!(lines.circles[0].names, ["Courier", "Herald", "Monitor"]);
}

#[test]
fn two_people_side_by_side_are_two_lines_with_a_flag() {
    let mut one = account(1, "Cedar");
    one.present_with = vec!["Heron".into()];
    let claims = [claim(1, 1), claim(2, 2)];
    let lines = lines_of(&[one.clone(), account(2, "Heron")], &claims, &[]);
    assert_eq!(lines.lines.len(), 2);
    assert_eq!(lines.lines[0].flags, [Flag::PresentTogether(1)]);
    assert_eq!(lines.lines[1].flags, [Flag::PresentTogether(0)]);
    assert!(matches!(lines.between(0, 1), Some(Independence::NoneFound(_))));

    let separate = [link(1, 2, Relation::Separate, "interviewed apart, other street")];
    let lines = lines_of(&[one, account(2, "Heron")], &claims, &separate);
    let Some(Independence::SeparatenessShown(SeparateBy::Stated { basis })) = lines.between(0, 1) else { panic!() };
    assert_eq!(basis, "interviewed apart, other street");
}

#[test]
fn two_accounts_of_one_witness_are_one_line() {
    let lines = lines_of(&[account(1, "Cedar"), account(2, "Cedar")], &[claim(1, 1), claim(2, 2)], &[]);
    assert_eq!(lines.lines.len(), 1);
    assert_eq!((lines.lines[0].perceiving, lines.lines[0].first_hand), (Perceiving::Eyewitness, Some(true)));
}

#[test]
fn one_report_quoted_by_many_and_endorsed_by_a_party_is_one_line() {
    let mut release = text(2, "The Union", "b");
    release.source_kind = Some("party".into());
    let items = [text(1, "Courier", "a"), release, text(3, "Herald", "c")];
    let claims = [
        claim(1, 1).by(&["Rights Monitor"]),
        claim(2, 2).by(&["President Ada", "Rights Monitor"]),
        claim(3, 2).by(&["President Ada"]),
        claim(4, 2),
        claim(5, 3)
            .by(&["the Rights Monitor"])
            .with(|c| c.relies_on = vec!["satellite_imagery".into(), "eyewitness_accounts".into()]),
    ];
    let lines = lines_of(&items, &claims, &[]);
    assert_eq!(lines.lines.len(), 1, "{:#?}", lines.lines);
    let line = &lines.lines[0];
    assert_eq!((line.name.as_str(), line.perceiving), ("Rights Monitor", Perceiving::Document));
    assert_eq!(line.told, [key(1), key(2), key(5)]);
    let endorsed: Vec<&Flag> = line.flags.iter().filter(|f| matches!(f, Flag::Endorsement(_))).collect();
    assert_eq!(endorsed, [&Flag::Endorsement("President Ada".into()), &Flag::Endorsement("The Union".into())]);
    assert_eq!(line.relies_on, ["eyewitness_accounts", "satellite_imagery"], "named, and no lines of their own");
}

#[test]
fn undated_reports_of_an_organisation_are_other_documents_than_a_dated_one() {
    let items = [text(1, "Union 2016", "a"), text(2, "Union 2019", "b")];
    let dated = |c: &mut witnessmark_model::Claim| {
        c.more.insert("document_date".into(), "2019-03-28".into());
    };
    let claims = [claim(1, 1).by(&["Rights Monitor"]), claim(2, 2).by(&["Rights Monitor"]).with(dated)];
    let policy = Policy::default();
    let ground = Ground::survey(&items, &claims, &[], &policy);
    let documents: Vec<&Node> = ground.origins.nodes.iter().filter(|n| matches!(n, Node::Cited { .. })).collect();
    assert_eq!(documents.len(), 2, "{documents:?}");
    let of: Vec<_> = ground.origins.edges.iter().filter(|e| e.kind == EdgeKind::DocumentOf).collect();
    assert_eq!(of.len(), 2);
    assert_eq!(of[0].to, of[1].to, "both are of one organisation");
}

#[test]
fn unnamed_people_of_two_reports_are_apart_and_of_one_body_are_not() {
    let items = [text(1, "Courier", "a"), text(2, "Herald", "b")];
    let apart = [claim(1, 1).by(&["a nurse"]), claim(2, 2).by(&["a nurse"])];
    assert_eq!(lines_of(&items, &apart, &[]).lines.len(), 2);
    let told = [claim(1, 1).by(&["Rights Monitor", "a nurse"]), claim(2, 2).by(&["Rights Monitor", "a nurse"])];
    assert_eq!(lines_of(&items, &told, &[]).lines.len(), 1);
}

#[test]
fn a_reporter_who_was_there_is_a_line_beside_the_one_they_quote() {
    let items = [text(1, "Courier", "a")];
    let claims = [claim(1, 1).with(|c| c.first_hand = Some(true)), claim(2, 1).by(&["Ada Lund"])];
    let lines = lines_of(&items, &claims, &[]);
    assert_eq!(lines.lines.len(), 2);
}

#[test]
fn two_films_of_one_channel_are_two_lines_with_a_flag_and_a_scene_is_separate_by_nature() {
    let film = |n| ItemFacts { source: Some("Channel".into()), ..ItemFacts::new(id(n), ItemKind::Film) };
    let scene = ItemFacts { source: Some("Operator".into()), ..ItemFacts::new(id(3), ItemKind::Scene) };
    let lines = lines_of(&[film(1), film(2), scene], &[claim(1, 1), claim(2, 2), claim(3, 3)], &[]);
    assert_eq!(lines.lines.len(), 3);
    assert!(lines.lines[0].flags.contains(&Flag::SameOwner(1)));
    assert!(lines.lines[0].flags.contains(&Flag::NotCompared), "no hash of the film");
    assert_eq!(lines.between(0, 2), Some(&Independence::SeparatenessShown(SeparateBy::Sensor)));
}

#[test]
fn what_was_withdrawn_is_in_no_line() {
    let mut gone = account(1, "Cedar");
    gone.withdrawn = true;
    let lines = lines_of(&[gone, account(2, "Heron")], &[claim(1, 1), claim(2, 2)], &[]);
    assert_eq!(lines.lines.len(), 1);
    assert_eq!(lines.withdrawn, [key(1)]);
}

#[test]
fn a_stated_translation_and_a_repost_go_back_to_their_original() {
    let mut repost = text(2, "Channel", "b");
    repost.reposts = Some(id(1));
    let items = [text(1, "Courier", "a"), repost, text(3, "Barq", "ج")];
    let links = [link(3, 1, Relation::Translates, "same paragraphs in the same order")];
    let lines = lines_of(&items, &[claim(1, 1), claim(2, 2), claim(3, 3)], &links);
    assert_eq!(lines.lines.len(), 1);
    assert_eq!(lines.lines[0].name, "Courier");
    assert_eq!(lines.lines[0].why.len(), 3);
}

#[test]
fn every_reason_is_said_in_both_languages() {
    let mut one = account(1, "Cedar");
    one.present_with = vec!["Heron".into()];
    let items = [one, account(2, "Heron"), text(3, "Courier", "a"), text(4, "Herald", "b")];
    let claims = [claim(1, 1), claim(2, 2), claim(3, 3).by(&["Herald"]), claim(4, 4).by(&["Courier"])];
    let lines = lines_of(&items, &claims, &[]);
    for language in ["en", "ar"] {
        let value = lines.to_json(language).to_string();
        let arabic = value.chars().any(|c| ('\u{0600}'..='\u{06ff}').contains(&c));
        assert_eq!(arabic, language == "ar", "{value}");
    }
}
