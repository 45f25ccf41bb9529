//! What is inquired into an incident: questions, searches, right of reply, check lists, edges, the policy, and double coding.

use witnessmark_archive::Archive;
use witnessmark_model::entry::{Bearing, Body, Outcome, SearchOutcome};

use crate::support::{Server, hidden, outside, serve};

fn last(server: &Server) -> Body {
    let archive = Archive::open(&server.root, None, outside()).unwrap();
    archive.world().entries().last().unwrap().body.clone()
}

/// A server with one grouped incident: cookie, form token, address.
fn incident(server: &Server) -> (String, String, String) {
    let cookie = server.enter();
    let page = server.get("/incidents", &cookie).body;
    let (csrf, claim) = (hidden(&page, "csrf"), hidden(&page, "claim"));
    let form = [("csrf", csrf.as_str()), ("claim", &claim), ("label", "the bakery"), ("reason", "one day")];
    let opened = server.post("/incidents", &cookie, &form);
    let at = opened.header("location").split('?').next().unwrap().to_owned();
    (cookie, csrf, at)
}

#[test]
fn a_rival_explanation_is_raised_argued_and_settled_and_opens_again() {
    let server = serve();
    let (cookie, csrf, at) = incident(&server);
    let csrf = ("csrf", csrf.as_str());
    let send = |what: &str, fields: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = [csrf].iter().chain(fields).copied().collect();
        server.post(&format!("{at}/{what}"), &cookie, &all)
    };
    assert_eq!(send("question", &[("form", "rival"), ("text", " ")]).status, 422, "it has to be said in words");
    let raised = send("question", &[("form", "rival"), ("text", "a gas bottle blew up <b>"), ("element", "weapon")]);
    assert_eq!(raised.status, 303, "{}", raised.body);
    let inquiry = format!("{at}/inquiry");
    let page = server.get(&inquiry, &cookie).body;
    assert!(page.contains("a gas bottle blew up &lt;b&gt;") && page.contains(">open<"));
    let question = hidden(&page, "question");
    let claim = hidden(&page, "claim");
    let argue = |bearing: &str, claim: &str| {
        send("argue", &[("question", &question), ("bearing", bearing), ("claim", claim), ("reason", "no crater")])
    };
    assert_eq!(argue("against", "").status, 422, "it rests on something");
    assert_eq!(argue("against", &claim).status, 303);
    assert!(matches!(last(&server), Body::Argued(a) if a.bearing == Bearing::Against && a.claims.len() == 1));
    let settle = |outcome: &str| send("settle", &[("question", &question), ("outcome", outcome), ("reason", "so")]);
    assert_eq!(settle("answered").status, 422, "a rival explanation is not answered");
    assert_eq!(settle("ruled_out").status, 303);
    assert!(matches!(last(&server), Body::Settled(s) if s.outcome == Outcome::RuledOut && s.shown.is_some()));
    assert!(!server.get(&inquiry, &cookie).body.contains("open again"));
    assert_eq!(argue("for", &claim).status, 303);
    assert!(server.get(&inquiry, &cookie).body.contains("open again"));
    assert!(server.get(&at, &cookie).body.contains("open again"), "the incident's page says so too");
    let arabic = server.get(&format!("{inquiry}?lang=ar"), &cookie).body;
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("تفسيرات منافسة"));
}

#[test]
fn what_was_not_found_and_who_did_not_answer_is_on_record_and_says_no_more() {
    let server = serve();
    let (cookie, csrf, at) = incident(&server);
    let csrf = ("csrf", csrf.as_str());
    let send = |what: &str, fields: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = [csrf].iter().chain(fields).copied().collect();
        server.post(&format!("{at}/{what}"), &cookie, &all)
    };
    let search = [
        ("where", "the harbour channel"),
        ("terms", "bakery, fire"),
        ("first", "2031-04-15"),
        ("outcome", "not_found"),
    ];
    assert_eq!(send("search", &search).status, 303);
    assert!(matches!(last(&server), Body::Searched(s) if s.outcome == SearchOutcome::NotFound));
    let asked = |party: &str, until: &str| {
        send(
            "ask",
            &[("party", party), ("questions", "What did your side fire?"), ("sent", "2031-04-14"), ("until", until)],
        )
    };
    assert_eq!(asked("Coast Army", "2031-04-01").status, 422, "before it was sent");
    assert_eq!(asked("Coast Army", "2031-04-18").status, 303);
    assert_eq!(asked("River Front", "2031-05-18").status, 303);
    let page = server.get(&format!("{at}/inquiry"), &cookie).body;
    assert!(page.contains("looked for and not found") && page.contains("no answer by 2031-04-18"));
    assert!(page.contains("an answer is awaited until 2031-05-18"));
    let to = page.split("id=\"reply-").nth(1).unwrap().split("name=\"to\" value=\"").nth(1).unwrap();
    let to = to.split('"').next().unwrap();
    let answer = |position: &str| send("reply", &[("to", to), ("kind", "denies"), ("position", position)]).status;
    assert_eq!((answer("not_asked"), answer("denies_the_act")), (422, 303));
    assert!(server.get(&at, &cookie).body.contains("denies that it happened"));
}

#[test]
fn a_point_of_a_check_list_is_held_to_the_evidence_and_none_is_a_verdict() {
    let server = serve();
    let (cookie, csrf, at) = incident(&server);
    let page = server.get(&format!("{at}/legal"), &cookie).body;
    assert!(page.contains("not what was") && page.contains("AP I art. 52(2)"));
    let claim = hidden(&page, "claim");
    let hold = |bearing: &str, claim: &str, point: &str| {
        let form = [
            ("csrf", csrf.as_str()),
            ("list", "direct_attack_on_civilian_object"),
            ("point", point),
            ("bearing", bearing),
            ("claim", claim),
            ("reason", "a bakery, says the nurse"),
        ];
        server.post(&format!("{at}/qualify"), &cookie, &form).status
    };
    assert_eq!(hold("for", "", "civilian_object"), 422, "it rests on something");
    assert_eq!(hold("for", &claim, "no_such_point"), 422);
    assert_eq!(hold("for", &claim, "civilian_object"), 303);
    assert!(matches!(last(&server), Body::Qualified(q) if q.qualification == "direct_attack_on_civilian_object@1"));
    assert!(server.get(&format!("{at}/legal"), &cookie).body.contains("a bakery, says the nurse"));
    let table = "format = \"witnessmark.treaties/v1\"\nname = \"t\"\nversion = 1\n[[bound]]\nparty = \"Coast Army\"\ntreaty = \"ccm\"\nfrom = \"2030-01-01\"\nhow = \"acceded\"\nsource = \"depositary\"";
    let adopt = |text: &str| {
        let form = [("csrf", csrf.as_str()), ("text", text), ("reason", "ours")];
        server.post("/treaties", &cookie, &form).status
    };
    assert_eq!((adopt("surprise = 1"), adopt(table)), (422, 303));
    assert!(server.get("/treaties", &cookie).body.contains("Coast Army"));
}

#[test]
fn a_policy_is_adopted_word_for_word_and_named_by_what_is_assessed() {
    let server = serve();
    let (cookie, csrf, at) = incident(&server);
    let page = server.get("/policy", &cookie).body;
    assert!(page.contains("default@1") && page.contains("lines_for_corroborated = 2"));
    let policy = witnessmark_desk::weighing::Policy::default().to_toml();
    let adopt = |text: &str| {
        let form = [("csrf", csrf.as_str()), ("text", text), ("reason", "our lawyers ask for three")];
        server.post("/policy", &cookie, &form).status
    };
    let strict = policy.replace("lines_for_corroborated = 2", "lines_for_corroborated = 3");
    assert_eq!(adopt(&strict), 422, "that name and version is another policy");
    assert_eq!(adopt(&strict.replace("name = \"default\"", "name = \"ours\"")), 303);
    assert!(server.get("/policy", &cookie).body.contains("our lawyers ask for three"));
    let sign = [("csrf", csrf.as_str()), ("element", "happened"), ("level", "not_assessed"), ("reason", "not yet")];
    assert_eq!(server.post(&format!("{at}/assess"), &cookie, &sign).status, 303);
    assert!(matches!(last(&server), Body::Assessed(a) if a.policy == "ours@1" && a.policy_entry.is_some()));
}

#[test]
fn edges_are_listed_and_disputed_and_put_in_again() {
    let server = serve();
    let (cookie, csrf, at) = incident(&server);
    let edges = format!("{at}/edges");
    let page = server.get(&edges, &cookie).body;
    let (from, to, edge) = (hidden(&page, "from"), hidden(&page, "to"), hidden(&page, "edge"));
    let dispute = |reason: &str| {
        let form = [("csrf", csrf.as_str()), ("from", &from), ("to", &to), ("edge", &edge), ("reason", reason)];
        server.post(&format!("{at}/dispute"), &cookie, &form).status
    };
    assert_eq!((dispute(" "), dispute("another station")), (422, 303));
    assert_eq!(dispute("again"), 422, "it is disputed already");
    let page = server.get(&edges, &cookie).body;
    assert!(page.contains("Disputed, and left out") && page.contains("another station"));
    let entry = hidden(&page, "entry");
    let back = [("csrf", csrf.as_str()), ("entry", &entry), ("reason", "it was the same")];
    assert_eq!(server.post(&format!("{at}/undispute"), &cookie, &back).status, 303);
    assert!(!server.get(&edges, &cookie).body.contains("Disputed, and left out"));
}

#[test]
fn a_review_no_longer_counts_when_a_claim_comes_after_it() {
    let server = serve();
    let (cookie, csrf, at) = incident(&server);
    let csrf = ("csrf", csrf.as_str());
    let review = [csrf, ("element", "happened"), ("finding", "agrees"), ("reason", "read it")];
    // A claim in a person's name, then a review of it.
    let archive = || Archive::open(&server.root, None, outside()).unwrap();
    let accept = |n: usize| {
        let mut archive = archive();
        let member = archive.member(None).unwrap();
        let row = archive.rows_of_kind("attack").unwrap()[n].0;
        witnessmark_desk::decide::accept(&mut archive, member, row, None, false, None).unwrap()
    };
    let first = accept(0);
    let group = |claim: &str| {
        let form = [csrf, ("claim", claim), ("reason", "the same")];
        assert_eq!(server.post(&format!("{at}/group"), &cookie, &form).status, 303);
    };
    group(&first.to_string());
    assert_eq!(server.post(&format!("{at}/examine"), &cookie, &review).status, 303);
    assert!(matches!(last(&server), Body::Examined(x) if x.seen.contains(&witnessmark_model::ClaimRef::Entry(first))));
    assert!(!server.get(&at, &cookie).body.contains("newer claims"));
    let second = accept(1);
    group(&second.to_string());
    let page = server.get(&at, &cookie).body;
    assert!(page.contains("before 1 newer claims"), "the review was made before it");
}

#[test]
fn double_coding_needs_two_and_hides_answers() {
    let server = serve();
    let (cookie, csrf, _) = incident(&server);
    assert!(server.get("/coding", &cookie).body.contains("It takes two members"));
    let other = {
        let mut archive = Archive::open(&server.root, None, outside()).unwrap();
        let member = archive.member(None).unwrap();
        let mut session = archive.session(member).unwrap();
        session.add_member("Bo", witnessmark_model::vocabulary::Role::Investigator, None).unwrap()
    };
    let page = server.get("/coding", &cookie).body;
    let coders: Vec<&str> =
        page.split("name=\"coder\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(coders.len(), 2);
    let mut form =
        vec![("csrf", csrf.as_str()), ("title", "monthly"), ("size", "2"), ("seed", "s"), ("predicate", "attack")];
    form.extend([("variable", "polarity"), ("own", "sure~low|high")]);
    form.extend(coders.iter().map(|key| ("coder", *key)));
    let drawn = server.post("/coding", &cookie, &form);
    assert_eq!(drawn.status, 303, "{}", drawn.body);
    let at = drawn.header("location").split('?').next().unwrap().to_owned();
    let mut archive = Archive::open(&server.root, None, outside()).unwrap();
    let sample = archive.at(at.rsplit('/').next().unwrap().parse().unwrap());
    let units = witnessmark_desk::coding::sample(&archive, sample).unwrap().sampled.units.clone();
    for unit in &units {
        let answers = [("polarity".to_owned(), "denied".to_owned()), ("sure".to_owned(), "high".to_owned())].into();
        witnessmark_desk::coding::code(&mut archive, other, sample, *unit, &answers, None).unwrap();
    }
    drop(archive);
    for n in 0..units.len() {
        let page = server.get(&at, &cookie).body;
        assert!(
            page.contains("Next unit") && !page.contains("Krippendorff"),
            "{n}: nobody sees an answer before all have finished"
        );
        let unit = hidden(&page, "unit");
        let form = [("csrf", csrf.as_str()), ("unit", &unit), ("v-polarity", "asserted"), ("v-sure", "high")];
        assert_eq!(server.post(&at, &cookie, &form).status, 303);
    }
    let page = server.get(&at, &cookie).body;
    assert!(page.contains("All have finished") && page.contains("Where they differ"));
}
