//! A small archive with hostile names, a server on a free port, and a client that is no more than a socket.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};
use sha2::Digest as _;
use witnessmark_archive::{Archive, Draft, NewPack, Opened, Outside};
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{ItemId, MemberKey};

/// A name that would be markup, and would turn its line around.
pub const HOSTILE: &str = "<script>alert(1)</script>\u{202e}gnp.txt";
/// The text of the first item.
pub const TEXT: &str = "The council met. Shells hit the bakery in Port Alba on 12 April 2031, said a nurse; five people were killed. It was quiet after.";
/// The words that the claim rests on.
pub const QUOTE: &str = "Shells hit the bakery in Port Alba";

/// A PNG of one pixel.
pub const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\x68\x00\x00\x00\x82\x00\x81\x77\xcd\x72\xb6\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// A fixed clock, and dice whose throws differ.
pub fn outside() -> Outside {
    static THROW: AtomicU64 = AtomicU64::new(0);
    Outside::new(
        || "2031-04-20T08:00:00Z".parse().unwrap(),
        |bytes| {
            let throw = THROW.fetch_add(1, Ordering::Relaxed);
            for (i, chunk) in bytes.chunks_mut(32).enumerate() {
                let hash = sha2::Sha256::digest(format!("{throw}/{i}"));
                chunk.copy_from_slice(&hash[..chunk.len()]);
            }
        },
    )
}

fn map(value: Value) -> Map<String, Value> {
    let Value::Object(map) = value else { panic!("an object") };
    map
}

fn collect(archive: &mut Archive, member: MemberKey, bytes: &[u8], name: &str) -> ItemId {
    let mut session = archive.session(member).unwrap();
    let arrival = session.store(bytes, name).unwrap();
    let collected = Collected {
        item: arrival.item,
        size: arrival.size,
        blob: Some(arrival.blob),
        subject: None,
        in_place: vec![].into(),
        names: vec![name.to_owned()].into(),
        method: Capture::Folder,
        collector: Some("Ada".to_owned()).into(),
        source: Some("Harbour Radio".to_owned()).into(),
        published: Some("2031-04-13".to_owned()).into(),
        url: None.into(),
        account: None.into(),
        tier: Tier::Internal,
        outcome: "complete".into(),
        parent: None,
        relation: None,
        recipe: None,
        post: None.into(),
    };
    session.append(vec![Draft::open(collected)]).unwrap();
    arrival.item
}

fn attack(id: &str, text: &str, quote: &str) -> Map<String, Value> {
    let start = text.find(quote).map(|byte| text[..byte].chars().count()).unwrap();
    let end = start + quote.chars().count();
    map(json!({
        "kind": "attack", "id": id, "span": [start, end], "quote": quote, "rule": "attack.test", "score": 0.8,
        "reason": "an act and an object", "analyzer": "extract@1",
        "fields": {"act": "shelling", "scope": "one", "targets": [{"class": "bakery", "name": HOSTILE}],
                   "places": ["p1"], "times": ["t1"], "polarity": "asserted"}
    }))
}

/// An archive with two texts and a picture, and what an analyzer left of them.
pub fn archive(root: &Path) -> (Archive, MemberKey) {
    let new = Opened {
        name: "Test <b>archive</b>".into(),
        owner: "Ada".into(),
        passphrase: None,
        languages: vec!["en".into(), "ar".into()],
        watermark: Some("Invented & unreal".into()),
    };
    let mut archive = Archive::init(root, new, outside()).unwrap();
    let member = archive.member(None).unwrap();
    let first = collect(&mut archive, member, TEXT.as_bytes(), HOSTILE);
    let arabic = "قُصف المخبز في المدينة وقتل خمسة. قصف المستشفى.";
    let second = collect(&mut archive, member, arabic.as_bytes(), "arabic.txt");
    let picture = collect(&mut archive, member, b"\xff\xd8\xff no picture", "graphic.jpg");
    let seen = collect(&mut archive, member, PICTURE, "street.png");
    let place = json!({"kind": "place", "id": "p1", "quote": "Port Alba", "fields": {"name": "Port Alba", "candidates":
        [{"id": "x", "name": "Port Alba", "lat": 1.5, "lon": 2.5, "uncertainty_m": 900.0, "level": "town"}]}});
    let time = json!({"kind": "time", "id": "t1", "quote": "12 April 2031", "fields":
        {"earliest": "2031-04-12", "latest": "2031-04-12", "basis": "stated"}});
    let rows = vec![
        (first, map(json!({"kind": "file", "media_type": "text/plain"}))),
        (first, map(json!({"kind": "text", "text": TEXT, "title": HOSTILE, "language": "en"}))),
        (first, map(place)),
        (first, map(time)),
        (first, attack("k1", TEXT, QUOTE)),
        (first, attack("k2", TEXT, "five people were killed")),
        (second, map(json!({"kind": "text", "text": arabic, "language": "ar"}))),
        (second, attack("k3", arabic, "قصف المستشفى")),
        (picture, map(json!({"kind": "file", "media_type": "image/jpeg"}))),
        (picture, map(json!({"kind": "problem", "what": HOSTILE, "where": "offset 3"}))),
        (seen, map(json!({"kind": "file", "media_type": "image/png"}))),
    ];
    let pack = NewPack {
        analyzer: "extract".into(),
        version: 1,
        config: String::new(),
        covers: BTreeSet::from([first, second, picture, seen]),
        rows,
        subject: None,
    };
    archive.session(member).unwrap().observe(pack).unwrap();
    (archive, member)
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }
}

/// A running server.
pub struct Server {
    pub host: String,
    pub token: String,
    pub root: PathBuf,
    pub stopped: std::sync::mpsc::Receiver<()>,
    _folder: tempfile::TempDir,
}

/// A server on a free port, on an archive of its own.
pub fn serve() -> Server {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("archive");
    let (archive, member) = archive(&root);
    let (ready, address) = std::sync::mpsc::channel();
    let (stop, stopped) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let served = witnessmark_web::serve(archive, member, "127.0.0.1:0", move |url| ready.send(url).unwrap());
        runtime.block_on(served).unwrap();
        let _ = stop.send(());
    });
    let url = address.recv_timeout(Duration::from_secs(60)).unwrap();
    let (host, token) = url.strip_prefix("http://").unwrap().split_once("/?token=").unwrap();
    Server { host: host.into(), token: token.into(), root, stopped, _folder: folder }
}

/// Sends bytes, and reads to the end.
pub fn raw(server: &Server, request: &str) -> Answer {
    let mut socket = TcpStream::connect(&server.host).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap_or(0);
    let headers = lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_lowercase(), v.to_owned())).collect();
    Answer { status, headers, body: body.to_owned() }
}

impl Server {
    /// Asks with these lines of headers.
    pub fn get(&self, path: &str, headers: &str) -> Answer {
        raw(self, &format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.host))
    }

    /// Brings the token, and gives the cookie's header line.
    pub fn enter(&self) -> String {
        let answer = self.get(&format!("/?token={}", self.token), "");
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(answer.header("location"), "/");
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
        format!("Cookie: {}\r\n", cookie.split(';').next().unwrap())
    }

    /// Sends a form.
    pub fn post(&self, path: &str, headers: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = form.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        let body = body.join("&");
        raw(
            self,
            &format!(
                "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{headers}\r\n{body}",
                self.host,
                body.len()
            ),
        )
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The value of a hidden field of a page.
pub fn hidden(page: &str, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let rest = page.split(&at).nth(1).unwrap_or_else(|| panic!("no field {name}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The first address on a page that begins so.
pub fn link(page: &str, begins: &str) -> String {
    let at = format!("href=\"{begins}");
    let rest = page.split(&at).nth(1).unwrap_or_else(|| panic!("no link {begins}"));
    format!("{begins}{}", rest.split('"').next().unwrap())
}
