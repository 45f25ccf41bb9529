//! What a person's decision on a page leaves in the ledger.

use witnessmark_archive::Archive;
use witnessmark_model::entry::{Body, Decision};

use crate::support::{QUOTE, Server, hidden, link, outside, serve};

fn bodies(server: &Server) -> Vec<Body> {
    let archive = Archive::open(&server.root, None, outside()).unwrap();
    archive.world().entries().map(|e| e.body.clone()).collect()
}

/// The address of the proposal whose words these are.
fn proposal(server: &Server, cookie: &str, words: &str) -> String {
    let queue = server.get("/queue", cookie).body;
    let found = queue.split("<li class=\"proposal\">").find(|part| part.contains(words)).unwrap();
    link(found, "/queue/")
}

#[test]
fn accepting_leaves_a_claim_that_says_what_was_on_the_screen() {
    let server = serve();
    let cookie = server.enter();
    let one = proposal(&server, &cookie, QUOTE);
    let page = server.get(&one, &cookie).body;
    let (csrf, shown) = (hidden(&page, "csrf"), hidden(&page, "shown"));
    let form = [("csrf", csrf.as_str()), ("shown", shown.as_str()), ("reason", "I read it")];
    let answer = server.post(&format!("{one}/accept"), &cookie, &form);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let Some(Body::Claimed(claimed)) = bodies(&server).pop() else { panic!("no claim") };
    assert_eq!(claimed.decision, Decision::Accepted);
    assert_eq!(claimed.shown.unwrap().to_string(), shown);
    assert_eq!(claimed.reason.get().cloned().flatten().as_deref(), Some("I read it"));
    assert_eq!(claimed.claim.get().unwrap()["quote"], QUOTE);
    let after = server.get(answer.header("location"), &cookie).body;
    assert!(after.contains("Recorded in the ledger") && after.contains("Decided already"));
    assert_eq!(server.post(&format!("{one}/accept"), &cookie, &form).status, 409, "once is enough");
}

#[test]
fn correcting_changes_only_what_was_changed() {
    let server = serve();
    let cookie = server.enter();
    let one = proposal(&server, &cookie, QUOTE);
    let page = server.get(&one, &cookie).body;
    let (csrf, shown) = (hidden(&page, "csrf"), hidden(&page, "shown"));
    let (csrf, shown) = (("csrf", csrf.as_str()), ("shown", shown.as_str()));
    let at = format!("{one}/correct");
    assert_eq!(server.post(&at, &cookie, &[csrf, shown]).status, 422, "nothing was changed");
    let wrong = [csrf, shown, ("was-act", "shelling"), ("set-act", "no such act")];
    let refused = server.post(&at, &cookie, &wrong);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("no such act"), "it says what is wrong");
    let good = [
        csrf,
        shown,
        ("was-act", "shelling"),
        ("set-act", "air_strike"),
        ("was-killed", ""),
        ("set-killed", "5-7"),
        ("was-time", "2031-04-12"),
        ("set-time", "2031-04-12"),
    ];
    assert_eq!(server.post(&at, &cookie, &good).status, 303);
    let Some(Body::Claimed(claimed)) = bodies(&server).pop() else { panic!("no claim") };
    let claim = claimed.claim.get().unwrap().clone();
    assert_eq!(claimed.decision, Decision::Corrected);
    assert_eq!((&claim["act"], &claim["harm"][0]["max"]), (&"air_strike".into(), &7.into()));
    assert_eq!(claim["times"][0]["words"], "12 April 2031", "what was left alone stays as it was read");
}

#[test]
fn turning_down_needs_a_reason() {
    let server = serve();
    let cookie = server.enter();
    let one = proposal(&server, &cookie, QUOTE);
    let page = server.get(&one, &cookie).body;
    let (csrf, shown) = (hidden(&page, "csrf"), hidden(&page, "shown"));
    let at = format!("{one}/reject");
    assert_eq!(server.post(&at, &cookie, &[("csrf", &csrf), ("shown", &shown), ("reason", " ")]).status, 422);
    assert_eq!(server.post(&at, &cookie, &[("csrf", &csrf), ("shown", &shown), ("reason", "wrong town")]).status, 303);
    assert!(matches!(bodies(&server).pop(), Some(Body::Declined(_))));
    assert!(!server.get("/queue", &cookie).body.contains(&format!("<mark>{QUOTE}</mark>")));
}

#[test]
fn many_at_once_stay_not_assessed() {
    let server = serve();
    let cookie = server.enter();
    let queue = server.get("/queue", &cookie).body;
    let rows: Vec<&str> =
        queue.split("name=\"row\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(rows.len(), 3);
    let csrf = hidden(&queue, "csrf");
    let mut form = vec![("csrf", csrf.as_str())];
    assert_eq!(server.post("/queue", &cookie, &form).status, 422, "nothing was marked");
    let (slug, _) = rows[0].split_once(' ').unwrap();
    let other = format!("{slug} {}", "0".repeat(64));
    let stale = [("csrf", csrf.as_str()), ("row", other.as_str())];
    assert_eq!(server.post("/queue", &cookie, &stale).status, 422, "not what was on the screen");
    form.extend(rows.iter().map(|row| ("row", *row)));
    assert_eq!(server.post("/queue", &cookie, &form).status, 303);
    let bulk = bodies(&server).into_iter().filter(|b| matches!(b, Body::Claimed(c) if c.decision == Decision::Bulk));
    assert_eq!(bulk.count(), 3);
    assert!(server.get("/statements", &cookie).body.contains("accepted in bulk · not assessed"));
}

#[test]
fn an_incident_is_grouped_assessed_and_dissolved() {
    let server = serve();
    let cookie = server.enter();
    let page = server.get("/incidents", &cookie).body;
    let (csrf, claim) = (hidden(&page, "csrf"), hidden(&page, "claim"));
    let form = [("csrf", csrf.as_str()), ("claim", &claim), ("label", "the bakery"), ("reason", "one day, one place")];
    let opened = server.post("/incidents", &cookie, &form);
    assert_eq!(opened.status, 303, "{}", opened.body);
    let at = opened.header("location").split('?').next().unwrap().to_owned();
    let incident = server.get(&at, &cookie).body;
    assert!(incident.contains("the bakery") && incident.contains("grouped by a person"));
    let high = [("csrf", csrf.as_str()), ("element", "happened"), ("level", "corroborated"), ("reason", "because")];
    let refused = server.post(&format!("{at}/assess"), &cookie, &high);
    assert_eq!(refused.status, 422, "the policy allows no such level");
    let own = [("csrf", csrf.as_str()), ("element", "happened"), ("level", "not_assessed"), ("reason", "not yet")];
    let signed = server.post(&format!("{at}/assess"), &cookie, &own);
    assert_eq!(signed.status, 303, "{}", signed.body);
    assert!(matches!(bodies(&server).pop(), Some(Body::Assessed(a)) if a.shown.is_some()));
    let entry = hidden(&incident, "entry");
    let undone = [("csrf", csrf.as_str()), ("entry", &entry), ("reason", "another day")];
    assert_eq!(server.post(&format!("{at}/undo"), &cookie, &undone).status, 303);
    assert_eq!(server.get(&at, &cookie).status, 404);
}

/// Groups one claim into an incident; its address.
fn grouped(server: &Server, cookie: &str, csrf: &str, claim: &str, label: &str) -> String {
    let form = [("csrf", csrf), ("claim", claim), ("label", label), ("reason", "one day, one place")];
    let opened = server.post("/incidents", cookie, &form);
    assert_eq!(opened.status, 303, "{}", opened.body);
    opened.header("location").split('?').next().unwrap().to_owned()
}

#[test]
fn two_incidents_are_related_and_an_element_is_reviewed() {
    let server = serve();
    let cookie = server.enter();
    let page = server.get("/incidents", &cookie).body;
    let csrf = hidden(&page, "csrf");
    let claims: Vec<&str> =
        page.split("name=\"claim\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let one = grouped(&server, &cookie, &csrf, claims[0], "the bakery");
    assert!(server.get(&one, &cookie).body.contains("there is no other"));
    let other = grouped(&server, &cookie, &csrf, claims[1], "the bakery, again");
    let shown = server.get(&one, &cookie).body;
    let other_id = shown.split("id=\"other\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
    let other_id = other_id.split('"').next().unwrap();
    let at = format!("{one}/connect");
    let csrf = ("csrf", csrf.as_str());
    let relate = |relation: &'static str, basis: &'static str| {
        server.post(&at, &cookie, &[csrf, ("other", other_id), ("relation", relation), ("basis", basis)])
    };
    assert_eq!(relate("duplicate_of", " ").status, 422, "it needs a ground");
    assert_eq!(relate("no_such", "why").status, 422);
    assert_eq!(relate("second_strike_on", "the same street, half an hour later").status, 303);
    assert!(matches!(bodies(&server).pop(), Some(Body::Connected(_))));
    for page in [&one, &other] {
        let body = server.get(page, &cookie).body;
        assert!(body.contains("is a second strike") && body.contains("half an hour later"), "{page}");
    }
    let review = [csrf, ("element", "happened"), ("finding", "agrees"), ("reason", "I read both accounts")];
    assert_eq!(server.post(&format!("{one}/examine"), &cookie, &review).status, 303);
    assert!(matches!(bodies(&server).pop(), Some(Body::Examined(x)) if x.shown.is_some()));
    let body = server.get(&one, &cookie).body;
    assert!(body.contains("I read both accounts") && body.contains("Nobody else has signed yet"), "no author reviews");
}

#[test]
fn incidents_are_merged_and_split_and_an_old_number_leads_on() {
    let server = serve();
    let cookie = server.enter();
    let page = server.get("/incidents", &cookie).body;
    let csrf = hidden(&page, "csrf");
    let claims: Vec<&str> =
        page.split("name=\"claim\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let one = grouped(&server, &cookie, &csrf, claims[0], "the bakery");
    let other = grouped(&server, &cookie, &csrf, claims[1], "the bakery, again");
    let shown = server.get(&one, &cookie).body;
    let into = shown.split("id=\"merge-into\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
    let into = into.split('"').next().unwrap();
    let csrf = ("csrf", csrf.as_str());
    let merge = |reason: &'static str| {
        server.post(&format!("{one}/merge"), &cookie, &[csrf, ("into", into), ("reason", reason)])
    };
    assert_eq!(merge(" ").status, 422, "it needs a reason");
    assert_eq!(merge("one street, one hour").status, 303);
    assert!(matches!(bodies(&server).pop(), Some(Body::Merged(m)) if m.shown.is_some()));
    let led = server.get(&one, &cookie).body;
    assert!(led.contains("merged into it") && led.contains("the bakery, again"), "the old number leads on");
    let leave =
        [csrf, ("claim", claims[0]), ("into", ""), ("label", "the first after all"), ("reason", "another street")];
    let split = server.post(&format!("{other}/split"), &cookie, &leave);
    assert_eq!(split.status, 303, "{}", split.body);
    let new = server.get(split.header("location"), &cookie).body;
    assert!(new.contains("the first after all"));
    let all = [csrf, ("claim", claims[1]), ("into", ""), ("label", ""), ("reason", "all of it")];
    assert_ne!(server.post(&format!("{other}/split"), &cookie, &all).status, 303, "not all of it");
}

#[test]
fn an_answer_about_two_claims_is_an_entry_and_the_pages_stand_in_both_languages() {
    let server = serve();
    let cookie = server.enter();
    let page = server.get("/incidents", &cookie).body;
    let csrf = hidden(&page, "csrf");
    let claims: Vec<&str> =
        page.split("name=\"claim\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let say = |answer: &'static str| {
        server.post(
            "/same",
            &cookie,
            &[("csrf", csrf.as_str()), ("a", claims[0]), ("b", claims[1]), ("answer", answer)],
        )
    };
    assert_eq!(say("perhaps").status, 422);
    assert_eq!(say("not_the_same").status, 303);
    assert_eq!(say("cannot_tell").status, 303);
    let Some(Body::Paired(paired)) = bodies(&server).pop() else { panic!("no answer") };
    assert_eq!(
        (paired.answer.as_str(), paired.supersedes.len()),
        ("cannot_tell", 1),
        "the earlier answer is superseded"
    );
    for (tongue, words) in [("en", "One happening, or two?"), ("ar", "حدث واحد أم اثنان؟")] {
        assert!(server.get(&format!("/same?lang={tongue}"), &cookie).body.contains(words), "{tongue}");
    }
}

#[test]
fn an_item_is_withdrawn_and_relied_on_again() {
    let server = serve();
    let cookie = server.enter();
    let item = link(&server.get("/items", &cookie).body, "/items/");
    let page = server.get(&item, &cookie).body;
    let csrf = ("csrf", hidden(&page, "csrf"));
    let send = |what: &str, reason: &str| {
        server.post(&format!("{item}/{what}"), &cookie, &[(csrf.0, csrf.1.as_str()), ("reason", reason)]).status
    };
    assert!(page.contains("claims that would no longer count"));
    assert_eq!((send("restore", "x"), send("withdraw", " ")), (404, 422));
    assert_eq!(send("withdraw", "the channel took it down as false"), 303);
    let after = server.get(&item, &cookie).body;
    assert!(after.contains("No longer relied on: ") && after.contains("took it down as false"));
    assert_eq!(send("withdraw", "again"), 422);
    assert_eq!(send("restore", "it was there all along"), 303);
    assert!(!server.get(&item, &cookie).body.contains("No longer relied on: "));
}

#[test]
fn another_process_is_seen() {
    let server = serve();
    let cookie = server.enter();
    let before = server.get("/ledger", &cookie).body.matches("id=\"entry-").count();
    let mut other = Archive::open(&server.root, None, outside()).unwrap();
    let member = other.member(None).unwrap();
    let row = other.rows_of_kind("attack").unwrap()[0].0;
    witnessmark_desk::decide::reject(&mut other, member, row, Some("elsewhere".into())).unwrap();
    assert_eq!(server.get("/ledger", &cookie).body.matches("id=\"entry-").count(), before + 1);
}

#[test]
fn an_interview_that_cannot_be_saved_comes_back_as_typed_and_records_nothing() {
    let server = serve();
    let cookie = server.enter();
    let before = server.get("/ledger", &cookie).body.matches("id=\"entry-").count();
    let form = server.get("/accounts/new?answers=12", &cookie).body;
    assert_eq!(form.matches("name=\"answer\"").count(), 12);
    let csrf = hidden(&form, "csrf");
    let typed = "سقط الجدار <b>\"علينا\"";
    let mut fields = vec![("csrf", csrf.as_str()), ("pseudonym", "Reed"), ("date", "2031-04-12"), ("answer", typed)];
    for wrong in [("purpose", "anything"), ("date", "soon"), ("answer", "")] {
        fields.push(wrong);
        let back = server.post("/accounts/new", &cookie, &fields);
        assert_eq!(back.status, 422, "{}", back.body);
        assert!(back.body.contains("سقط الجدار &lt;b&gt;") && back.body.contains("value=\"Reed\""));
        assert!(back.body.contains("No account is saved without a consent"));
    }
    assert_eq!(server.get("/ledger", &cookie).body.matches("id=\"entry-").count(), before);
}

/// The item that a claim on a page comes from.
fn item_page(server: &Server, cookie: &str) -> String {
    link(&server.get("/items", cookie).body, "/items/")
}

#[test]
fn a_hold_and_its_release_from_the_page_follow_the_archives_rules() {
    let server = serve();
    let cookie = server.enter();
    let at = item_page(&server, &cookie);
    let page = server.get(&at, &cookie).body;
    let csrf = hidden(&page, "csrf");
    let csrf = ("csrf", csrf.as_str());
    assert!(page.contains("Hold it") && !page.contains("must not be erased"));
    let to = format!("{at}/hold");
    assert_eq!(server.post(&to, &cookie, &[csrf, ("class", "court_order"), ("reason", " ")]).status, 422, "why");
    assert_eq!(server.post(&to, &cookie, &[csrf, ("class", "because"), ("reason", "x")]).status, 422, "on what ground");
    assert_ne!(server.post(&to, &cookie, &[("class", "court_order"), ("reason", "x")]).status, 303, "no form of ours");
    let answer = server.post(&to, &cookie, &[csrf, ("class", "court_order"), ("reason", "a court asked")]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let Some(Body::Held(held)) = bodies(&server).pop() else { panic!("no hold") };
    assert_eq!(held.reason.get().map(String::as_str), Some("a court asked"));
    let page = server.get(&at, &cookie).body;
    assert!(page.contains("Held: it must not be erased") && page.contains("a court asked"));
    assert!(server.get(&format!("{at}?lang=ar"), &cookie).body.contains("وقّع الرفع"));
    let hold = hidden(&page, "hold");
    let (hold, class) = (("hold", hold.as_str()), ("class", "purpose_ended"));
    let to = format!("{at}/release");
    let without = [csrf, hold, class, ("reason", "the case is closed")];
    assert_eq!(server.post(&to, &cookie, &without).status, 422, "whether opposing material is affected");
    let whole = [csrf, hold, class, ("opposing", "not_affected"), ("reason", "the case is closed")];
    assert_eq!(server.post(&to, &cookie, &whole).status, 303);
    assert!(matches!(bodies(&server).pop(), Some(Body::Released(_))));
    assert!(server.get(&at, &cookie).body.contains("Hold released"));
    assert_eq!(server.post(&to, &cookie, &whole).status, 422, "once is enough");
    let elsewhere = [csrf, ("hold", "0"), class, ("opposing", "not_affected"), ("reason", "x")];
    assert_eq!(server.post(&to, &cookie, &elsewhere).status, 404);
}

#[test]
fn all_items_of_an_incident_are_held_by_one_form() {
    let server = serve();
    let cookie = server.enter();
    let list = server.get("/incidents", &cookie).body;
    let at = grouped(&server, &cookie, &hidden(&list, "csrf"), &hidden(&list, "claim"), "the bakery");
    let page = server.get(&at, &cookie).body;
    assert!(page.contains("Hold them all"), "{page}");
    let csrf = hidden(&page, "csrf");
    let form = [("csrf", csrf.as_str()), ("class", "proceedings"), ("reason", "a case was opened")];
    let before = bodies(&server).iter().filter(|body| matches!(body, Body::Held(_))).count();
    let answer = server.post(&format!("{at}/hold"), &cookie, &form);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let after = bodies(&server).iter().filter(|body| matches!(body, Body::Held(_))).count();
    assert!(after > before);
}
