//! Cases of [`Gazetteer`]: what is found in a text, and what a name leads to.

use super::*;

fn found(text: &str) -> Vec<(String, String)> {
    Gazetteer::embedded()
        .find(text)
        .into_iter()
        .map(|mention| {
            let best = mention.candidates.first().map_or("?".to_owned(), |best| best.id.clone());
            assert_eq!(mention.name, text[mention.range]);
            (mention.name, best)
        })
        .collect()
}

fn check(text: &str, expected: &[(&str, &str)]) {
    let found = found(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(name, id)| (name.as_str(), id.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn areas_of_one_country_resolve_whatever_their_spelling() {
    for (name, id) in [
        ("Dara'a", "sy-daraa"),
        ("Dara’a", "sy-daraa"),
        ("Deraa", "sy-daraa"),
        ("درعا", "sy-daraa"),
        ("Damascus Countryside", "sy-rif-dimashq"),
        ("Rural Damascus", "sy-rif-dimashq"),
        ("ريف دمشق", "sy-rif-dimashq"),
        ("Idlib province", "sy-idlib"),
        ("the city of Idlib", "gn:169389"),
        ("Aleppo", "gn:170063"),
        ("Aleppo Governorate", "sy-aleppo"),
        ("محافظة حلب", "sy-aleppo"),
        ("مدينة حلب", "gn:170063"),
        ("Deir Ezzor", "sy-deir-ez-zor"),
        ("Syria", "sy"),
        ("سوريا", "sy"),
        ("UK", "gb"),
    ] {
        let best = Gazetteer::embedded().resolve(name);
        assert_eq!(best.first().map(|best| best.id.as_str()), Some(id), "{name}: {best:?}");
        assert!(best.len() <= 5 && best.windows(2).all(|pair| pair[0].score >= pair[1].score));
    }
}

#[test]
fn spellings_that_the_table_lacks_lead_to_the_name_they_sound_like() {
    for (name, wanted) in
        [("Khan Sheikhoon", "Khān Shaykhūn"), ("Maarrat an-Nouman", "Ma‘arrat an Nu‘mān"), ("Saraqeb", "Saraqib")]
    {
        let best = Gazetteer::embedded().resolve(name);
        assert!(best.iter().any(|best| best.name == wanted), "{name}: {best:?}");
    }
    assert!(Gazetteer::embedded().resolve("Zzyzxqwv").is_empty());
    assert!(Gazetteer::embedded().resolve("").is_empty());
    assert!(Gazetteer::embedded().resolve(&"x".repeat(5000)).is_empty());
}

#[test]
fn places_in_running_english() {
    check("attacks in Idlib and its countryside", &[("Idlib", "sy-idlib")]);
    check("residential areas in Idlib province", &[("Idlib", "sy-idlib")]);
    check("the onslaught on Aleppo", &[("Aleppo", "gn:170063")]);
    check("Aleppo’s northern countryside", &[("Aleppo’s northern countryside", "sy-aleppo")]);
    check(
        "in Aleppo, Dara’a, Damascus Countryside, whereby",
        &[("Aleppo", "gn:170063"), ("Dara’a", "sy-daraa"), ("Damascus Countryside", "sy-rif-dimashq")],
    );
    check(
        "He flew to Paris, Texas, from London.",
        &[("Paris", "gn:4717560"), ("Texas", "us.tx"), ("London", "gn:2643743")],
    );
}

#[test]
fn commas_part_lists_as_well_as_towns_from_their_countries() {
    let best = |text: &str| Gazetteer::embedded().find(text)[0].candidates[0].score;
    assert!(best("in Aleppo, Dara’a and Homs") > 0.6 * best("in Aleppo"));
}

#[test]
fn names_of_people_bodies_and_nations_hold_no_place() {
    for text in [
        "President of the Syrian Coalition Anas Alabdah said",
        "the International Syria Support Group (ISSG)",
        "Paris Hilton and Jordan Smith spoke",
        "The Damascus Times reported",
        "Mr Lincoln and Dr. Wellington",
        "they told us in March that reading is nice",
        "Russia’s Syrians".split_at(10).1,
        "fighters of the Glorious State of Iraq and Syria",
    ] {
        check(text, &[]);
    }
    assert_eq!(Gazetteer::embedded().adjective("Syrian").map(|country| country.id).as_deref(), Some("sy"));
    assert_eq!(Gazetteer::embedded().adjective("سورية").map(|country| country.id).as_deref(), Some("sy"));
    assert_eq!(Gazetteer::embedded().adjective("Coalition"), None);
}

#[test]
fn a_place_by_grammar_alone_has_no_candidates() {
    check("in the village of Umm Qazaqiz near Idlib", &[("Umm Qazaqiz", "?"), ("Idlib", "sy-idlib")]);
    check("قصفت بلدة كفرزغلول في ريف إدلب", &[("كفرزغلول", "?"), ("إدلب", "sy-idlib")]);
}

#[test]
fn places_in_running_arabic() {
    check(
        "قصفت الطائرات مدينة إدلب وبلدة سراقب بريف حلب",
        &[("إدلب", "gn:169389"), ("سراقب", "gn:164816"), ("حلب", "sy-aleppo")],
    );
    check("في سوريا وبلبنان", &[("سوريا", "sy"), ("لبنان", "lb")]);
    check("وصل إلى دمشق أمس", &[("دمشق", "gn:170654")]);
    check("فتح الباب وقال محمد", &[]);
    check("قال بشار النجار", &[]);
}

#[test]
fn an_archives_own_places_come_first() {
    let own = Gazetteer::with_places([ExtraPlace {
        id: "own:1".to_owned(),
        name: "Marj Town".to_owned(),
        name_ar: Some("بلدة المرج".to_owned()),
        aliases: vec!["Old Marj".to_owned()],
        lat: 35.0,
        lon: 36.0,
        uncertainty_m: 800.0,
        level: "town".to_owned(),
        parent: Some("sy-idlib".to_owned()),
    }]);
    for text in ["A shell fell in Marj Town today", "A shell fell in Old Marj today", "سقطت قذيفة في بلدة المرج"]
    {
        let found = own.find(text);
        assert_eq!(
            found.first().and_then(|found| found.candidates.first()).map(|best| best.id.as_str()),
            Some("own:1"),
            "{text}"
        );
    }
    assert_eq!(own.resolve("Old Marj")[0].uncertainty_m, 800.0);
}

#[test]
fn hostile_text_is_read_to_its_end() {
    let text = "Al-".repeat(5000) + &"Of The ".repeat(3000) + &"و".repeat(5000) + "\u{202E}’’’Aleppo’’s";
    Gazetteer::embedded().find(&text);
}

#[test]
fn a_run_of_capitals_is_read_in_step_with_its_length() {
    // Counted in steps of the clock of this thread's work, generously: four times the words, not more than ten times the work.
    let read = |words: usize| {
        let text = "Alpha Victoria San Juan Of The Kingdom Zorg ".repeat(words / 8);
        let started = std::time::Instant::now();
        Gazetteer::embedded().find(&text);
        started.elapsed()
    };
    read(800);
    let (small, large) = (read(8_000).max(std::time::Duration::from_millis(2)), read(32_000));
    assert!(large < small * 10, "{small:?} for 8,000 words, {large:?} for 32,000");
}

#[test]
fn initials_and_lost_apostrophes() {
    let filler = "The report was read out at length to those who had come and nobody said a word about it until late. "
        .repeat(3);
    check(&format!("SANA said so. {filler}"), &[]);
    check(&format!("{filler}Shells hit Syrias Idlib."), &[("Syria", "sy"), ("Idlib", "sy-idlib")]);
}
