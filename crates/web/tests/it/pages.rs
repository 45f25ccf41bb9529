//! Every page in both languages: whole, tame, and without a way out.

use crate::support::{hidden, link, serve};

const PAGES: &[&str] = &[
    "/",
    "/queue",
    "/queue?kind=attack",
    "/items",
    "/items?q=bakery&kind=text",
    "/items?unread=yes",
    "/incidents",
    "/statements",
    "/statements?kind=attack&by=people",
    "/commitments",
    "/map",
    "/map?q=bakery&within=-90,-180,90,180",
    "/timeline",
    "/timeline?q=bakery&from=2",
    "/patterns",
    "/reports",
    "/dispatches",
    "/ledger",
    "/ledger?at=0",
    "/ledger/check",
    "/search",
    "/search?q=bakery",
    "/about",
];

#[test]
fn map_and_timeline_tell_what_is_asked_for_and_of_how_many() {
    let server = serve();
    let cookie = server.enter();
    let page = server.get("/incidents", &cookie).body;
    let (csrf, claim) = (hidden(&page, "csrf"), hidden(&page, "claim"));
    let form = [("csrf", csrf.as_str()), ("claim", &claim), ("label", "the bakery"), ("reason", "one day, one place")];
    assert_eq!(server.post("/incidents", &cookie, &form).status, 303);
    let told = |path: &str| {
        let page = server.get(path, &cookie).body;
        let list = page.split("id=\"list\"").nth(1).unwrap().to_owned();
        (list.matches("href=\"/incidents/").count(), page)
    };
    for page in ["/map", "/timeline"] {
        let (all, whole) = told(page);
        assert!(all > 0 && whole.contains("<svg"), "{page}: {all}");
        assert_eq!(told(&format!("{page}?q=bakery")).0, 1, "{page}");
        let (none, narrowed) = told(&format!("{page}?q=no+such+words"));
        assert!(none == 0 && narrowed.contains("There is no drawing") && narrowed.contains("Show all"), "{page}");
        assert_eq!(told(&format!("{page}?from=1")).0, all - 1, "{page}");
    }
    assert_eq!(told("/map?within=-90,-180,-89,-179").0, 0, "nothing happened there");
    let (around, page) = told("/map?within=-90,-180,90,180");
    assert!(around > 0 && page.contains("Only what lies within"));
}

#[test]
fn every_page_answers_in_both_languages_and_reaches_nowhere() {
    let server = serve();
    let cookie = server.enter();
    let mut all: Vec<String> = PAGES.iter().map(|p| (*p).to_owned()).collect();
    all.push(link(&server.get("/queue", &cookie).body, "/queue/"));
    let items = server.get("/items", &cookie).body;
    all.extend(items.split("href=\"/items/").skip(1).map(|rest| format!("/items/{}", rest.split('"').next().unwrap())));
    for path in &all {
        for (language, direction) in [("en", "ltr"), ("ar", "rtl")] {
            let and = if path.contains('?') { '&' } else { '?' };
            let answer = server.get(&format!("{path}{and}lang={language}"), &cookie);
            assert_eq!(answer.status, 200, "{path} {language}: {}", answer.body);
            let page = &answer.body;
            assert!(page.contains(&format!("<html lang=\"{language}\" dir=\"{direction}\">")), "{path} {language}");
            assert!(page.contains("Invented &amp; unreal"), "the watermark stands on {path}");
            assert!(page.contains("<main id=\"main\"") && page.contains("class=\"skip\""), "{path}");
            assert_eq!(page.matches("<h1>").count(), 1, "{path}");
            assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains('\u{202e}'), "{path}");
            let outward = page.replace("http://www.w3.org/2000/svg", "");
            assert!(
                !outward.contains("http://") && !outward.contains("https://") && !outward.contains("\"//"),
                "{path}"
            );
            assert!(!page.contains("verified") && !page.contains("proved"), "{path}");
        }
    }
    let style = server.get("/style.css", "").body;
    assert!(!style.contains("http") && !style.contains("url(") && !style.contains("@import"));
}

#[test]
fn hostile_names_stay_names() {
    let server = serve();
    let cookie = server.enter();
    let page = server.get("/items", &cookie).body;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("\\u{202e}"), "what turns a line around is spelt out");
    let overview = server.get("/", &cookie).body;
    assert!(overview.contains("Test &lt;b&gt;archive&lt;/b&gt;"));
    let search = server.get("/search?q=%22%3E%3Cscript%3E", &cookie).body;
    assert!(!search.contains("<script") && search.contains("&quot;&gt;&lt;script&gt;"));
}

#[test]
fn what_nobody_decided_says_so() {
    let server = serve();
    let cookie = server.enter();
    let queue = server.get("/queue", &cookie).body;
    assert!(queue.contains("not assessed (unreviewed)") && queue.contains("stays “not assessed”"));
    let one = server.get(&link(&queue, "/queue/"), &cookie).body;
    assert!(one.contains("<mark>") && one.contains("extract@1") && one.contains("attack.test"));
    let arabic = server.get("/queue?lang=ar", &cookie).body;
    assert!(arabic.contains("لم يُقيَّم (دون مراجعة)"));
}

#[test]
fn an_arabic_word_is_found_however_it_is_written() {
    let server = serve();
    let cookie = server.enter();
    // مستشفى without its article, with another last letter.
    let answer = server.get("/search?q=%D9%85%D8%B3%D8%AA%D8%B4%D9%81%D9%8A", &cookie);
    assert!(answer.body.contains("arabic.txt") && answer.body.contains("<mark>المستشفى.</mark>"), "{}", answer.body);
}

#[test]
fn the_language_is_remembered_and_nothing_else_of_the_address_is_trusted() {
    let server = serve();
    let cookie = server.enter();
    let answer = server.get("/items?lang=ar", &cookie);
    assert!(answer.header("set-cookie").starts_with("witnessmark-lang=ar;"));
    let both = format!("{}; witnessmark-lang=ar\r\n", cookie.trim_end());
    assert!(server.get("/items", &both).body.contains("dir=\"rtl\""));
    let odd = server.get("/items?lang=%3Cx%3E&from=99999999999999999999&kind=%22%3E", &cookie);
    assert_eq!(odd.status, 200);
    for path in ["/items/zz", "/queue/zz-1", "/incidents/999", "/incidents/%2e%2e%2f", "/dispatches/1/respond"] {
        assert!(matches!(server.get(path, &cookie).status, 404 | 405), "{path}");
    }
}

#[test]
fn an_error_tells_a_reference_and_nothing_internal() {
    let server = serve();
    let cookie = server.enter();
    std::fs::remove_dir_all(server.root.join("blobs")).unwrap();
    let answer = server.get("/ledger/check", &cookie);
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("not as it was recorded"));
    assert!(!answer.body.contains(&server.root.display().to_string()), "where the archive lies is told nobody");
}
