//! Who is let in, and what every answer carries.

use std::time::{Duration, Instant};

use witnessmark_archive::Archive;

use crate::support::{hidden, link, outside, raw, serve};

#[test]
fn nobody_is_let_in_without_the_token() {
    let server = serve();
    for path in ["/", "/items", "/ledger", "/nowhere", "/?token=", "/?token=00", "/incidents/1?lang=ar"] {
        let answer = server.get(path, "");
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.body.contains("witnessmark serve"), "the page says how to get the address");
        assert!(!answer.body.contains("archive&lt;") && !answer.body.contains("bakery"), "and nothing else");
    }
    assert_eq!(server.get("/", "Cookie: witnessmark-1=x\r\n").status, 403);
    let cookie = server.enter();
    assert_eq!(server.get("/", &cookie).status, 200);
    assert_eq!(server.get("/style.css", "").status, 200, "the style sheet says nothing");
}

#[test]
fn a_page_elsewhere_cannot_ask_under_a_name_of_its_own() {
    let server = serve();
    let cookie = server.enter();
    for host in ["evil.example", "127.0.0.1.evil.example", "0.0.0.0", "127.0.0.1:x"] {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}\r\n");
        let answer = raw(&server, &request);
        assert!(matches!(answer.status, 400 | 421), "{host}: {}", answer.status);
        assert!(!answer.body.contains("Overview"));
    }
    let port = server.host.split(':').nth(1).unwrap();
    let request = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{cookie}\r\n");
    assert_eq!(raw(&server, &request).status, 200);
}

#[test]
fn a_form_from_elsewhere_records_nothing() {
    let server = serve();
    let cookie = server.enter();
    let before = server.get("/ledger", &cookie).body;
    let queue = server.get("/queue", &cookie).body;
    let one = link(&queue, "/queue/");
    let page = server.get(&one, &cookie).body;
    let (csrf, shown) = (hidden(&page, "csrf"), hidden(&page, "shown"));
    let at = format!("{one}/accept");
    let good = [("csrf", csrf.as_str()), ("shown", shown.as_str())];
    let same = format!("{cookie}Sec-Fetch-Site: same-origin\r\n");
    let cases = [
        (server.post(&at, &cookie, &[("shown", &shown)]), "no token"),
        (server.post(&at, &cookie, &[("csrf", "wrong"), ("shown", &shown)]), "another token"),
        (server.post(&at, &format!("{cookie}Origin: http://evil.example\r\n"), &good), "another origin"),
        (server.post(&at, &format!("{cookie}Origin: null\r\n"), &good), "no origin that can be told"),
        (server.post(&at, &format!("{cookie}Sec-Fetch-Site: cross-site\r\n"), &good), "another site"),
        (server.post(&at, &format!("{cookie}Sec-Fetch-Site: same-site\r\n"), &good), "another port"),
        (server.post(&at, "", &good), "no session"),
    ];
    for (answer, why) in cases {
        assert_eq!(answer.status, 403, "{why}: {}", answer.body);
    }
    assert_eq!(server.post(&at, &same, &[("csrf", &csrf), ("shown", "00")]).status, 409, "another screen");
    assert_eq!(
        server.get("/ledger", &cookie).body.matches("id=\"entry-").count(),
        before.matches("id=\"entry-").count()
    );
    let sent = server.post(&at, &format!("{same}Origin: null\r\n"), &good);
    assert_eq!(sent.status, 303, "a browser that sends no referrer: {}", sent.body);
}

#[test]
fn every_answer_forbids_what_a_page_does_not_need() {
    let server = serve();
    let cookie = server.enter();
    for answer in
        [server.get("/", ""), server.get("/", &cookie), server.get("/style.css", ""), server.get("/nowhere", &cookie)]
    {
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("script-src") && !policy.contains("unsafe")
        );
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
    assert_eq!(server.get("/nowhere", &cookie).status, 404);
    let long = server.post("/queue", &cookie, &[("csrf", &"x".repeat(400_000))]);
    assert!(matches!(long.status, 413 | 0), "a form of any length is not read: {}", long.status);
}

#[test]
fn locking_stops_the_server_within_two_seconds() {
    let server = serve();
    let cookie = server.enter();
    assert_eq!(server.get("/items", &cookie).status, 200);
    Archive::open(&server.root, None, outside()).unwrap().lock().unwrap();
    let since = Instant::now();
    server.stopped.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    assert!(std::net::TcpStream::connect(&server.host).is_err());
}

#[test]
fn only_a_loopback_address_is_served_on() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for addr in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80", "nonsense"] {
        let (archive, member) = crate::support::archive(&folder.path().join(addr.replace([':', '[', ']'], "-")));
        let refused = runtime.block_on(witnessmark_web::serve(archive, member, addr, |_| panic!("it serves")));
        assert!(refused.unwrap_err().hint().is_some(), "{addr}");
    }
}
