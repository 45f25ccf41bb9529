//! The extraction on invented releases: no place, person or body in them exists.
//!
//! One test a kind of content; `support` below reads the objects. The two real releases are tested in
//! `extract_releases.rs`.

use proptest::prelude::*;
use serde_json::Value;
use witnessmark_analyze::{
    extract::{Object, Options, extract},
    place::Gazetteer,
};

fn read(text: &str) -> Vec<Object> {
    let options =
        Options { doc: "test", published: Some("2031-05-07"), language: Some("en"), gazetteer: Gazetteer::embedded() };
    extract(text, &options)
}

fn of<'o>(objects: &'o [Object], kind: &str) -> Vec<&'o Object> {
    objects.iter().filter(|o| o.kind == kind).collect()
}

/// The one object of `kind` whose quote holds `words`.
#[track_caller]
fn one<'o>(objects: &'o [Object], kind: &str, words: &str) -> &'o Object {
    let found: Vec<_> = objects.iter().filter(|o| o.kind == kind && o.quote.contains(words)).collect();
    assert!(
        !found.is_empty(),
        "no {kind} with “{words}” among {:#?}",
        of(objects, kind).iter().map(|o| &o.quote).collect::<Vec<_>>()
    );
    found[0]
}

fn names(object: &Object, field: &str) -> Vec<String> {
    let list = object.fields.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().filter_map(|i| i["name"].as_str()).map(str::to_owned).collect()
}

fn classes(object: &Object, field: &str) -> Vec<String> {
    let list = object.fields.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().filter_map(|i| i["class"].as_str()).map(str::to_owned).collect()
}

fn field<'o>(object: &'o Object, name: &str) -> &'o str {
    object.fields.get(name).and_then(Value::as_str).unwrap_or("")
}

/// The name of the source of an attribution id.
fn speaker(objects: &[Object], id: &str) -> String {
    objects.iter().find(|o| o.id == id).map(|o| field(o, "source_name").to_owned()).unwrap_or_default()
}

#[test]
fn figures_with_parts_and_bounds() {
    let o = read(
        "At least 12 people, including 5 children, were killed and 30 wounded when an air strike hit a market in the town of Belmora on Tuesday, the Northern Relief Network said.",
    );
    let attack = one(&o, "attack", "air strike");
    assert_eq!(
        (field(attack, "act"), field(attack, "scope"), field(attack, "polarity")),
        ("air strike", "one", "asserted")
    );
    assert_eq!(classes(attack, "targets"), ["market"]);
    assert_eq!(speaker(&o, field(attack, "said_by")), "Northern Relief Network");
    let figures = of(&o, "casualties");
    let told: Vec<_> = figures
        .iter()
        .map(|f| {
            (
                field(f, "harm"),
                f.fields.get("min").and_then(Value::as_u64),
                f.fields.get("max").and_then(Value::as_u64),
                field(f, "who"),
                f.fields.contains_key("part_of"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("killed", Some(12), None, "unknown", false),
            ("killed", Some(5), Some(5), "children", true),
            ("injured", Some(30), Some(30), "unknown", false)
        ]
    );
    assert!(figures.iter().all(|f| field(f, "scope") == "strike"));
    assert_eq!(attack.fields["casualties"].as_array().map(Vec::len), Some(3));
}

#[test]
fn scopes_of_figures() {
    let o = read(
        "Since January, more than 1,200 people have been displaced and 85 injured, officials said.\nThe hospital received 14 bodies and 40 wounded.",
    );
    let figures = of(&o, "casualties");
    let scopes: Vec<_> = figures.iter().map(|f| (field(f, "harm"), field(f, "scope"))).collect();
    assert_eq!(
        scopes,
        [("displaced", "cumulative"), ("injured", "cumulative"), ("killed", "intake"), ("injured", "intake")]
    );
    assert_eq!(figures[0].fields["min"], 1201);
}

#[test]
fn a_second_strike_on_rescuers_by_witnesses() {
    let o = read("Rescue workers were hit by a second strike about ten minutes later, according to two witnesses.");
    let attack = one(&o, "attack", "second strike");
    assert_eq!(field(attack, "act"), "second strike");
    assert_eq!(classes(attack, "targets"), ["crew"]);
    assert_eq!(speaker(&o, field(attack, "said_by")), "two witnesses");
}

#[test]
fn a_quotation_names_nobody_as_the_attacker() {
    let o = read(
        "The Northern Relief Network sent a team. \"They bombed us while we were pulling people out,\" said Tomas Erel, a volunteer.",
    );
    let attack = one(&o, "attack", "bombed");
    assert!(
        names(attack, "perpetrators").is_empty(),
        "a pronoun must never make a helper the attacker: {:?}",
        names(attack, "perpetrators")
    );
    assert_eq!(speaker(&o, field(attack, "said_by")), "Tomas Erel");
}

#[test]
fn denials_bare_and_testable() {
    let o = read(
        "Shells killed four children in Belmora on Monday, the Relief Network said.\nThe Ministry of Defence of Karsovia denied that its aircraft had carried out any strikes in Belmora.\nThe ministry rejected the allegations.\nThe government denied responsibility.",
    );
    let denials = of(&o, "denial");
    assert_eq!(denials.len(), 3, "{denials:#?}");
    assert_eq!(denials[0].fields["bare"], false);
    assert_eq!(field(one(&o, "attack", "strikes"), "polarity"), "denied");
    assert_eq!(denials[1].fields["bare"], true);
    assert_eq!(field(denials[2], "act"), "denies responsibility");
    assert!(denials.iter().all(|d| d.fields.contains_key("by")));
}

#[test]
fn a_justification_is_no_denial() {
    let o = read(
        "Colonel Andrei Vass told reporters on Wednesday that the building had been used as a command post.\n\"Our forces were targeting militants only,\" he said.",
    );
    let reasons = of(&o, "justification");
    assert_eq!(reasons.len(), 2, "{reasons:#?}");
    assert!(of(&o, "denial").is_empty());
}

#[test]
fn weapons_called_banned_and_by_whom() {
    let o = read(
        "Human Rights Monitor said Karsovian forces dropped cluster bombs, which are banned by an international treaty, on the village of Odo.\nThe Assembly accused the army of using white phosphorus.",
    );
    let dropped = one(&o, "attack", "cluster bombs");
    assert_eq!(classes(dropped, "weapons"), ["cluster container"]);
    assert_eq!(dropped.fields["weapons"][0]["called_banned"], true);
    assert_eq!(speaker(&o, field(dropped, "said_by")), "Human Rights Monitor");
    let used = one(&o, "attack", "white phosphorus");
    assert_eq!(classes(used, "weapons"), ["white phosphorus"]);
    assert_eq!(used.fields["weapons"][0]["called_banned"], false);
    assert_eq!(names(used, "perpetrators"), ["army"]);
}

#[test]
fn scopes_of_attacks() {
    let o = read(
        "The group documented six attacks on hospitals.\nJets are bombing homes in the north.\nA shell hit a bakery on Friday.\nThe offensive on the city continued.\nDozens of air strikes hit schools.",
    );
    let scope = |words: &str| field(one(&o, "attack", words), "scope").to_owned();
    assert_eq!(scope("six attacks"), "counted");
    assert_eq!(one(&o, "attack", "six attacks").fields["count"], serde_json::json!({"min": 6, "max": 6}));
    assert_eq!(scope("bombing homes"), "campaign");
    assert_eq!(scope("bakery"), "one");
    assert_eq!(scope("offensive"), "campaign");
    assert_eq!(one(&o, "attack", "air strikes").fields["count"], serde_json::json!({"min": 24}));
}

#[test]
fn who_carried_out_how_many_on_which_towns() {
    let o = read(
        "Local activists said that Karsovian jets carried out at least 30 air strikes on the towns of Odo and Tarsa, using internationally prohibited vacuum missiles and destroying a bakery.",
    );
    let attack = one(&o, "attack", "air strikes");
    assert_eq!(names(attack, "perpetrators"), ["Karsovian jets"]);
    assert_eq!(attack.fields["count"], serde_json::json!({"min": 30}));
    assert_eq!(classes(attack, "targets"), ["bakery"]);
    assert_eq!(attack.fields["weapons"][0]["called_banned"], true);
}

#[test]
fn the_group_is_the_body_that_spoke_last() {
    let o = read(
        "The Orn Network for Human Rights said shells hit a school. The group said the army was responsible. The government denied it.",
    );
    let group = one(&o, "mention", "group");
    assert_eq!(field(group, "canonical"), "Orn Network for Human Rights");
}

#[test]
fn what_may_come_is_not_what_was() {
    let o = read(
        "The army could attack the hospital within days, the mayor said.\nIf jets bomb the bridge, thousands will flee to neighbouring countries, he warned.\nThe militia will shell the school, an officer said.",
    );
    assert_eq!(field(one(&o, "attack", "hospital"), "polarity"), "hypothetical");
    assert_eq!(field(one(&o, "attack", "bridge"), "polarity"), "hypothetical");
    assert_eq!(field(one(&o, "attack", "school"), "polarity"), "future");
    assert!(!of(&o, "forecast").is_empty());
}

#[test]
fn support_is_not_the_same_as_doing() {
    let o = read(
        "Militia units with Karsovian backing shelled a clinic in Odo on Sunday, the Network said.\nThe Assembly condemned the Karsovian-led attack on the town.",
    );
    let shelled = one(&o, "attack", "shelled");
    let modes: Vec<_> = shelled.fields["perpetrators"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|p| p["mode"].as_str().unwrap_or("").to_owned())
        .collect();
    assert!(modes.contains(&"direct".to_owned()), "{modes:?}");
    assert_eq!(classes(shelled, "targets"), ["clinic"]);
}

#[test]
fn appeals_keep_their_kinds_apart() {
    let o = read(
        "The Council of Elders appealed to the African Union, as guarantor of the ceasefire, to protect civilians.\nA rebel commander urged fighters to take up arms and resist the advance.\nThe Network called on the Security Council to investigate the attack.\nDoctors called for aid and medicine.\nLawyers demanded accountability for the killing of children.",
    );
    let kinds: Vec<_> = of(&o, "appeal").iter().map(|a| field(a, "type").to_owned()).collect();
    assert_eq!(kinds, ["protect", "fight", "investigate", "aid", "account"]);
    let first = of(&o, "appeal")[0];
    assert_eq!(field(first, "capacity"), "as guarantor of the ceasefire");
}

#[test]
fn pledges_of_others_are_theirs() {
    let o = read(
        "The government will allow aid convoys to enter the besieged town from Monday, Foreign Minister Lena Orsk said in a statement.\nPresident Hale vowed to stop the shelling.",
    );
    let pledges = of(&o, "pledge");
    assert_eq!(pledges.len(), 2, "{pledges:#?}");
    let by = field(pledges[0], "by");
    let mention = o.iter().find(|m| m.id == by).expect("a mention");
    assert_eq!(field(mention, "canonical"), "Lena Orsk");
}

#[test]
fn demands_read_out_of_an_instrument() {
    let o = read(
        "President Ada Moor called for the implementation of Security Council resolution 9001, which demands lifting the blockade, delivery of food and stopping the shelling of towns.",
    );
    let obligations: Vec<_> = of(&o, "commitment").iter().map(|c| field(c, "obligation").to_owned()).collect();
    assert_eq!(obligations, ["lifting the blockade", "delivery of food", "stopping the shelling of towns"]);
    assert!(
        of(&o, "commitment").iter().all(|c| field(c, "instrument_name").ends_with("resolution 9001")
            && speaker(&o, field(c, "said_by")) == "Ada Moor")
    );
}

#[test]
fn letters_meetings_posts() {
    let o = read(
        "A delegation of the Lakes Movement met with the European envoy and sent a letter to the Secretary-General.\nPresident Hale posted on Telegram on Friday.\nDuring a visit to Orn, the minister thanked the medics.",
    );
    let forms: Vec<_> = of(&o, "dispatch").iter().map(|d| field(d, "form").to_owned()).collect();
    for form in ["letter", "meeting", "post", "tour"] {
        assert!(forms.contains(&form.to_owned()), "{form} not in {forms:?}");
    }
}

#[test]
fn who_says_what_through_whom() {
    let o = read(
        "President Ada Moor stressed the importance of the report issued by Lakes Watch, which said that the army was shelling hospitals. (Source: Free Assembly)",
    );
    let attack = one(&o, "attack", "shelling hospitals");
    let chain: Vec<String> = attack.fields["chain"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|id| speaker(&o, id))
        .collect();
    assert_eq!(chain, ["Free Assembly", "Ada Moor", "Lakes Watch"]);
    let moor =
        o.iter().find(|a| a.kind == "attribution" && field(a, "source_name") == "Ada Moor").expect("her attribution");
    assert!(moor.fields.contains_key("endorses"), "{moor:?}");
}

#[test]
fn a_pattern_is_no_incident() {
    let o = read(
        "Lakes Watch said the strikes fit the same pattern seen before, whereby government forces hit hospitals, bakeries and schools.",
    );
    let pattern = one(&o, "pattern", "pattern");
    assert_eq!(pattern.fields["classes"], serde_json::json!(["hospital", "bakery", "school"]));
    assert!(of(&o, "attack").iter().all(|a| field(a, "scope") != "one"));
}

#[test]
fn the_same_body_under_its_short_name() {
    let o = read(
        "Lakes Watch International published a report. The Free Assembly of Orn welcomed it. Lakes Watch International said that jets hit a school. The Assembly’s president, Ada Moor, agreed. Moor said she was sad. (Source: FAO)",
    );
    let mention = |name: &str| o.iter().filter(|m| m.kind == "mention" && m.quote == name).collect::<Vec<_>>();
    assert_eq!(field(mention("Lakes Watch International")[1], "same_as"), mention("Lakes Watch International")[0].id);
    assert_eq!(field(mention("Moor")[0], "canonical"), "Ada Moor");
}

#[test]
fn evidence_that_a_claim_rests_on() {
    let o = read(
        "Lakes Watch said jets hit a hospital on Monday. Lakes Watch relied on satellite images, videos and interviews with survivors.",
    );
    let attack = one(&o, "attack", "hospital");
    let kinds: Vec<_> = attack.fields["relies_on"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(["satellite_image", "video", "witness_account"].iter().all(|k| kinds.contains(k)), "{kinds:?}");
}

#[test]
fn days_without_a_date_stay_unresolved() {
    let options = Options { doc: "t", published: None, language: None, gazetteer: Gazetteer::embedded() };
    let o = extract("A shell hit a school on Friday.", &options);
    assert_eq!(field(one(&o, "time", "Friday"), "basis"), "unresolved");
    let o = read("A shell hit a school on Friday.");
    assert_ne!(field(one(&o, "time", "Friday"), "basis"), "unresolved");
}

/// Quotes are the text under their spans, references exist, nothing is null, scores are probabilities.
fn check(text: &str) {
    let objects = read(text);
    let chars: Vec<char> = text.chars().collect();
    for o in &objects {
        assert!(o.span.0 <= o.span.1 && o.span.1 <= chars.len(), "{o:?}");
        assert_eq!(o.quote, chars[o.span.0..o.span.1].iter().collect::<String>());
        assert!((0.0..=1.0).contains(&o.score));
        let json = o.to_json("d");
        assert!(no_null(&json), "{json}");
        for name in ["said_by", "inside", "same_as", "part_of", "about"] {
            if let Some(id) = o.fields.get(name).and_then(Value::as_str) {
                assert!(objects.iter().any(|x| x.id == id), "{name} {id} of {} is nowhere", o.id);
            }
        }
    }
}

fn no_null(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(list) => list.iter().all(no_null),
        Value::Object(map) => map.values().all(no_null),
        _ => true,
    }
}

const PIECES: &[&str] = &[
    "“",
    "”",
    "\"",
    "(",
    ")",
    ", ",
    ". ",
    "\n",
    ":",
    ";",
    "’s ",
    " said ",
    " that ",
    " the ",
    "The ",
    " denied ",
    " called on ",
    " to ",
    " killed ",
    " 12 ",
    " at least ",
    " people ",
    " hospital ",
    " air strike ",
    " hit ",
    " on ",
    " by ",
    " of ",
    " and ",
    " Friday ",
    "President ",
    " Ada Moor ",
    " which ",
    " who ",
    " holding ",
    " responsible ",
    " accused ",
    " resolution 2254 ",
    " regarding ",
    " pattern ",
    " whereby ",
    " cluster bombs ",
    " such as ",
    " its ",
    " they ",
    " according to ",
    "Source: ",
    " six ",
    " attacks ",
    " bombing ",
    " were ",
    " been ",
    " will ",
    " not ",
    "مستشفى",
    "é",
    "\u{202e}",
    " use ",
    " letter ",
    " sent ",
    " tour ",
    " during ",
    " avoid ",
    " as a member ",
    " obligations ",
    " have a responsibility to ",
    " stressed the importance of ",
    " urging ",
    " them ",
    " he ",
    " dozens ",
    "--",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn any_order_of_telling_words_is_read(picks in prop::collection::vec(0..PIECES.len(), 0..80)) {
        check(&picks.iter().map(|i| PIECES[*i]).collect::<String>());
    }
}

#[test]
fn odd_texts_are_read() {
    for text in [
        "",
        " ",
        "\n\n\n",
        "“",
        "said",
        "Source:",
        "(Source:",
        "according to",
        "--X",
        "GENEVA (Wire) -",
        "a".repeat(5000).as_str(),
        "“ ".repeat(2000).as_str(),
        "said that ".repeat(3000).as_str(),
        "bombed the hospital and ".repeat(2000).as_str(),
    ] {
        check(text);
    }
}

#[test]
fn a_text_over_the_limit_is_read_in_part_and_said_so() {
    let text = "é".repeat(witnessmark_analyze::extract::MAX_BYTES);
    let objects = read(&text);
    assert!(objects.iter().any(|o| o.kind == "problem"));
}

#[test]
fn evidence_is_named_and_what_only_looks_like_it_is_not() {
    let kinds = |text: &str| -> Vec<String> {
        let all = read(text);
        let mut kinds: Vec<String> =
            all.iter().filter(|o| field(o, "type") == "evidence").map(|o| field(o, "class").to_owned()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    assert_eq!(
        kinds("Three residents interviewed in Belmora told the Northern Relief Network that a jet came low."),
        ["witness_account"]
    );
    assert_eq!(kinds("Monitors who inspected the crater said that it was small."), ["site_visit"]);
    assert_eq!(kinds("According to flight logs, the aircraft left at noon, the Harbour Group said."), ["sensor_log"]);
    assert_eq!(kinds("The ministers met by video conference before a photo exhibition."), Vec::<String>::new());
}

#[test]
fn an_instrument_binds_in_the_clause_that_says_so() {
    let o = read("Under the Ostrane Agreement, the River Front undertook to withdraw its guns, its spokesman said.");
    assert_eq!(field(one(&o, "commitment", "undertook"), "instrument_name"), "Ostrane Agreement");
    let o = read("Article 12 of the Convention of the Outer Isles forbids the use of cluster munitions.");
    assert_eq!(field(one(&o, "commitment", "use"), "instrument_name"), "Convention of the Outer Isles");
    assert_eq!(field(one(&o, "commitment", "use"), "paragraph"), "Article 12");
}

#[test]
fn denials_without_the_verb_and_what_is_no_denial() {
    assert_eq!(of(&read("The Upland Command called the reports baseless."), "denial").len(), 1);
    assert_eq!(of(&read("The army insisted that it had not targeted the school."), "denial").len(), 1);
    assert_eq!(of(&read("An appeals court denied bail to the curator."), "denial").len(), 0);
    let o = read("Foreign Minister Olen Strade declined to say whether the shelling had been a war crime.");
    assert!(of(&o, "legal").is_empty());
}

#[test]
fn several_are_addressed_and_who_heard_it_is_told() {
    let o = read("The ministry asked the World Relief Agency and the Harbour Council to send medicine.");
    assert_eq!(of(&o, "appeal")[0].fields["to"].as_array().map(Vec::len), Some(2));
    let o = read("Residents told Radio Ostrane that the road had been blocked.");
    assert_eq!(field(one(&o, "attribution", "Residents"), "heard_by"), "Radio Ostrane");
}
