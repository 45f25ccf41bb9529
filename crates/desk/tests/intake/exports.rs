//! Exports of chats, channels and profiles.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};
use witnessmark_desk::analyze::analyze;
use witnessmark_desk::facts::gather;
use witnessmark_desk::progress::{Silent, Stop};
use witnessmark_desk::propose::propose;
use witnessmark_model::ClaimRef;
use witnessmark_model::vocabulary::Capture;
use witnessmark_weigh::origin::{EdgeKind, Node, lines};
use witnessmark_weigh::{Ground, Policy};

use crate::Case;
use crate::support::{Desk, reading, zip};

pub const CASES: &[Case] = &[
    ("a_public_channel_comes_in_openly_post_by_post", channel),
    ("an_export_that_grew_adds_only_what_is_new", grown),
    ("a_post_that_was_changed_is_kept_beside_the_first", changed),
    ("a_private_chat_is_sealed_from_the_first_byte", private),
    ("a_private_chat_says_no_name_anywhere", canaries),
    ("a_chat_whose_dates_can_be_read_two_ways_waits_and_stops_nothing_else", ambiguous),
    ("an_x_archive_gives_its_posts_and_seals_the_rest", profile),
    ("a_forwarded_post_is_no_further_line", forwarded),
    ("a_plan_says_which_exports_there_are", planned),
    ("an_export_that_breaks_off_loses_nothing_else", broken),
    ("what_may_be_private_and_cannot_be_read_is_not_stored", blocked),
    ("a_chat_in_an_archive_in_an_archive_is_sealed", nested),
    ("a_proof_is_bound_to_its_file_by_its_hash", proof),
];

/// A Telegram channel with one message a line; what is in `more` is added to the message of that number.
pub fn telegram(name: &str, id: u64, sort: &str, texts: &[&str], more: &[(usize, Value)]) -> String {
    let messages: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| {
            let mut message = json!({
                "id": i + 1, "type": "message", "date": "2031-04-12T11:15:22", "date_unixtime": (1_933_748_122 + 60 * i).to_string(),
                "from": name, "from_id": format!("channel{id}"), "text": text, "text_entities": [],
            });
            for (_, extra) in more.iter().filter(|(at, _)| *at == i) {
                message.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
            }
            message
        })
        .collect();
    serde_json::to_string_pretty(&json!({"name": name, "type": sort, "id": id, "messages": messages})).expect("json")
}

/// The keys of an object in Telegram's order: what the chat is comes before its messages.
fn in_order(export: &str) -> String {
    let value: Value = serde_json::from_str(export).expect("json");
    format!(
        "{{\n \"name\": {},\n \"type\": {},\n \"id\": {},\n \"messages\": {}\n}}",
        value["name"],
        value["type"],
        value["id"],
        serde_json::to_string_pretty(&value["messages"]).expect("json")
    )
}

fn put_telegram(desk: &Desk, folder: &str, export: &str) {
    desk.put(&format!("{folder}/result.json"), in_order(export));
}

fn channel() {
    let mut desk = Desk::new();
    let more = [
        (0, json!({"photo": "photos/photo_1.jpg"})),
        (
            1,
            json!({"reply_to_message_id": 1, "file": "(File not included. Change data exporting settings to download.)"}),
        ),
        (2, json!({"photo": "photos/gone.jpg"})),
    ];
    put_telegram(
        &desk,
        "tg",
        &telegram("Harbour Radio", 77, "public_channel", &["The bakery was hit.", "By two shells.", ""], &more),
    );
    desk.put("tg/photos/photo_1.jpg", b"\xff\xd8\xff a picture");
    let done = desk.collect();
    let report = &done.imported[0];
    assert_eq!((report.new, report.known, report.missing), (3, 0, 2), "{done:?}");
    let captures = desk.captures();
    let (_, post) = captures.iter().find(|(name, _)| name == "tg/result.json/77/1").expect("the post");
    assert_eq!((post.subject, post.method, post.relation.as_deref()), (None, Capture::ChatExport, Some("post")));
    assert_eq!(post.parent, Some(desk.item("tg/result.json")));
    assert_eq!(post.source.get(), Some(&Some("Harbour Radio".to_owned())));
    assert_eq!(post.published.get(), Some(&Some("2031-04-12T08:15:22Z".to_owned())));
    let (_, photo) = captures.iter().find(|(name, _)| name.ends_with("photo_1.jpg")).expect("the photo");
    assert_eq!(photo.source.get(), Some(&Some("Harbour Radio".to_owned())));
    assert_eq!(photo.post.get().and_then(|p| p.as_ref()).and_then(|p| p["id"].as_str()), Some("1"));
    let bytes = desk.bytes("tg/result.json/77/2");
    let export = desk.bytes("tg/result.json");
    assert!(export.windows(bytes.len()).any(|window| window == bytes), "word for word");
    read(&mut desk);
    let items = gather(&desk.archive).expect("facts");
    let second = &items[&desk.item("tg/result.json/77/2")];
    assert_eq!(second.text.as_ref().map(|(_, text)| text.as_str()), Some("By two shells."));
    assert_eq!(second.answers, Some(desk.item("tg/result.json/77/1")));
    assert!(items[&desk.item("tg/result.json/77/3")].text.is_none());
}

fn read(desk: &mut Desk) {
    let member = desk.archive.member(None).expect("a member");
    analyze(&mut desk.archive, member, &reading(), None, &mut Silent, &Stop::default()).expect("read");
}

fn grown() {
    let mut desk = Desk::new();
    let texts = ["one", "two", "three", "four"];
    put_telegram(&desk, "tg", &telegram("Harbour Radio", 77, "public_channel", &texts[..3], &[]));
    assert_eq!(desk.collect().imported[0].new, 3);
    let size = desk.archive.log().size();
    let again = desk.collect();
    assert_eq!((again.new, again.imported[0].new, again.imported[0].known), (0, 0, 3));
    assert_eq!(desk.archive.log().size(), size);
    // A week later, in another folder, with other paths for the same pictures.
    put_telegram(
        &desk,
        "later",
        &telegram("Harbour Radio", 77, "public_channel", &texts, &[(0, json!({"thumbnail": "x/1.jpg"}))]),
    );
    let later = desk.collect();
    let report = later.imported.iter().find(|r| r.name.starts_with("later")).expect("the later one");
    assert_eq!((report.new, report.known, report.changed), (1, 3, 0), "{later:?}");
}

fn changed() {
    let mut desk = Desk::new();
    put_telegram(&desk, "a", &telegram("Harbour Radio", 77, "public_channel", &["three were killed"], &[]));
    desk.collect();
    let edited = telegram(
        "Harbour Radio",
        77,
        "public_channel",
        &["four were killed"],
        &[(0, json!({"edited_unixtime": "1933750000"}))],
    );
    put_telegram(&desk, "b", &edited);
    let done = desk.collect();
    let report = done.imported.iter().find(|r| r.name.starts_with('b')).expect("the later one");
    assert_eq!((report.new, report.changed), (0, 1));
    assert_ne!(desk.item("a/result.json/77/1"), desk.item("b/result.json/77/1"));
    // Both stand, and neither is brought in again.
    assert!(desk.collect().imported.iter().all(|r| r.new == 0));
}

const CHAT: &str = "[13/04/2031, 08:15:22] Qwertina Canary: The bakery on Mill Street was hit at eight.\r\n\
    [13/04/2031, 08:16:22] +99 555 0101: \u{200e}<attached: 00000001-PHOTO-CANARYFILE.jpg>\r\n\
    [13/04/2031, 08:17:22] Qwertina Canary: Nobody from Canarytown answered.\r\n";

fn chat_zip() -> Vec<u8> {
    zip(&[
        ("_chat.txt", CHAT.as_bytes()),
        ("00000001-PHOTO-CANARYFILE.jpg", b"\xff\xd8\xff CANARYPIXELS"),
        ("other-CANARY.opus", b"CANARYSOUND"),
    ])
}

fn private() {
    let mut desk = Desk::new();
    desk.said.zone = Some("+03:00".into());
    desk.put("WhatsApp Chat - Canary Family.zip", chat_zip());
    let done = desk.collect();
    assert_eq!((done.imported[0].new, done.passed_over.len()), (3, 0), "{done:?}");
    let captures = desk.captures();
    assert_eq!(captures.len(), 7);
    assert!(captures.iter().all(|(_, c)| c.subject.is_some()), "everything is sealed");
    let posters: BTreeSet<_> =
        captures.iter().filter(|(_, c)| c.relation.as_deref() == Some("post")).map(|(_, c)| c.subject).collect();
    assert_eq!(posters.len(), 2, "a key a poster");
    let (_, picture) = captures.iter().find(|(name, _)| name.ends_with("PHOTO-CANARYFILE.jpg")).expect("picture");
    assert!(posters.contains(&picture.subject), "a picture lies under its poster's key");
    let (_, sound) = captures.iter().find(|(name, _)| name.ends_with(".opus")).expect("sound");
    let (_, whole) = captures.iter().find(|(name, _)| name.ends_with(".zip")).expect("zip");
    assert!(sound.subject == whole.subject && !posters.contains(&whole.subject));
    for (_, c) in &captures {
        let source = c.source.get().cloned().flatten().unwrap_or_default();
        assert!(!source.contains("Canary") && !source.contains("555"), "{source}");
    }
    let again = desk.collect();
    assert_eq!((again.new, again.imported[0].new, again.imported[0].known), (0, 0, 3), "{again:?}");
    // A week later the same people have the same keys.
    let grown = format!("{CHAT}[20/04/2031, 09:00:00] Qwertina Canary: Still nobody.\r\n");
    desk.put("WhatsApp Chat - Canary Family (1).zip", zip(&[("_chat.txt", grown.as_bytes())]));
    let later = desk.collect();
    let report = later.imported.iter().find(|r| r.name.contains("(1)")).expect("the later one");
    assert_eq!((report.new, report.known), (1, 3), "{later:?}");
    let subjects: BTreeSet<_> = desk.captures().iter().filter_map(|(_, c)| c.subject).collect();
    assert_eq!(subjects.len(), 3);
}

/// Names, numbers, words and pixels of a private chat are in no file of the collection in clear, nor in what is proposed.
fn canaries() {
    let mut desk = Desk::new();
    desk.put("WhatsApp Chat - Canary Family.zip", chat_zip());
    desk.collect();
    read(&mut desk);
    let member = desk.archive.member(None).expect("a member");
    propose(&mut desk.archive, member, &mut Silent).expect("proposed");
    let mut files = 0;
    let mut folders = vec![desk.root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let name = path.display().to_string();
            let bytes = std::fs::read(&path).expect("a file");
            for canary in ["Canary", "CANARY", "555 0101", "Mill Street"] {
                assert!(!name.contains(canary), "{name}");
                assert!(!bytes.windows(canary.len()).any(|w| w == canary.as_bytes()), "{canary} lies in {name}");
            }
        }
    }
    assert!(files > 10);
    // With the key at hand a member reads it, under a pseudonym.
    let items = gather(&desk.archive).expect("facts");
    let said: Vec<_> = items.values().filter_map(|item| item.text.as_ref().map(|(_, text)| (item, text))).collect();
    assert!(said.iter().any(|(_, text)| text.contains("Mill Street")));
    for item in items.values() {
        let weighed = item.to_weigh(None);
        let shown = format!("{:?} {:?} {:?}", weighed.source, weighed.issuer, item.told);
        assert!(!shown.contains("Canary") && !shown.contains("555"), "{shown}");
    }
}

fn ambiguous() {
    let mut desk = Desk::new();
    desk.put("chat/WhatsApp Chat with Mill Street.txt", "04/05/2031, 08:15 - Mariam: hello\n");
    desk.put("chat/IMG-20310504-WA0001.jpg", "a picture of the chat's");
    desk.put("chat/Media/voice.txt", "what lies below its folder is the chat's, too");
    desk.put("note.txt", "a note");
    let gathered = desk.try_collect().expect("the rest is taken");
    let refused = gathered.all().expect_err("something waits");
    assert!(
        refused.to_string().contains("--dates") && refused.hint().is_some_and(|hint| hint.contains("dmy")),
        "{refused}"
    );
    let waits: Vec<&str> = gathered.passed_over.iter().map(|(name, _)| name.rsplit('/').next().unwrap()).collect();
    assert_eq!(waits, ["IMG-20310504-WA0001.jpg", "voice.txt", "WhatsApp Chat with Mill Street.txt"]);
    assert_eq!(desk.archive.world().items().count(), 1, "nothing of a chat is taken before it is said");
    assert_eq!(desk.plan().asks.len(), 1);
    desk.said.dates = Some("dmy".into());
    let gathered = desk.collect();
    assert_eq!((gathered.imported[0].new, gathered.all().is_ok()), (1, true));
    let captures = desk.captures();
    let (_, post) = captures.iter().find(|(_, c)| c.relation.as_deref() == Some("post")).expect("the post");
    assert_eq!(post.published.get(), Some(&Some("2031-05-04".to_owned())), "no zone: the day alone");
}

fn profile() {
    let mut desk = Desk::new();
    let tweets = r#"window.YTD.tweets.part0 = [ {"tweet": {"id_str": "17", "created_at": "Sat Apr 12 08:15:22 +0000 2031", "full_text": "The bakery was hit.",
        "extended_entities": {"media": [{"media_url_https": "https://pbs.twimg.com/media/AbC.jpg"}]}}} ]"#;
    let account = r#"window.YTD.account.part0 = [ {"account": {"email": "canary@mail.invalid", "username": "mill", "accountId": "9"}} ]"#;
    let letters = "window.YTD.direct_messages.part0 = [ {\"dm\": \"CANARY\"} ]";
    desk.put(
        "twitter-2031.zip",
        zip(&[
            ("data/tweets.js", tweets.as_bytes()),
            ("data/account.js", account.as_bytes()),
            ("data/direct-messages.js", letters.as_bytes()),
            ("data/tweets_media/17-AbC.jpg", b"\xff\xd8\xff picture"),
        ]),
    );
    let done = desk.collect();
    assert_eq!(done.imported[0].new, 1, "{done:?}");
    let captures = desk.captures();
    let of = |end: &str| &captures.iter().find(|(name, _)| name.ends_with(end)).unwrap_or_else(|| panic!("{end}")).1;
    assert!(of("tweets.js/17").subject.is_none() && of("17-AbC.jpg").subject.is_none(), "posts are public");
    assert_eq!(of("tweets.js/17").source.get(), Some(&Some("@mill".to_owned())));
    assert_eq!(of("tweets.js/17").url.get(), Some(&Some("https://x.com/mill/status/17".to_owned())));
    for sealed in ["direct-messages.js", "account.js", "data/tweets.js", "twitter-2031.zip"] {
        assert!(of(sealed).subject.is_some(), "{sealed}");
    }
}

const SAID: &str = "On 12 April 2031 two shells hit the bakery in Harmony Quarter, killing 3 people, residents said.";

fn forwarded() {
    let mut desk = Desk::new();
    let from = |i: usize| (i, json!({"forwarded_from": "Harbour Radio", "forwarded_from_id": "channel77"}));
    put_telegram(&desk, "a", &telegram("Harbour Radio", 77, "public_channel", &[SAID], &[]));
    put_telegram(&desk, "b", &telegram("Second Channel", 78, "public_channel", &["other", SAID], &[from(1)]));
    put_telegram(&desk, "c", &telegram("Third Channel", 79, "public_channel", &[SAID], &[from(0)]));
    desk.collect();
    read(&mut desk);
    let items = gather(&desk.archive).expect("facts");
    let (a, b) = (desk.item("a/result.json/77/1"), desk.item("b/result.json/78/2"));
    assert_eq!(items[&b].reposted, Some(a));
    let claims: Vec<_> = witnessmark_desk::case::claims(&desk.archive, &items).expect("claims").into_values().collect();
    let of_post: BTreeSet<ClaimRef> = claims.iter().map(|held| held.key).collect();
    assert!(claims.iter().any(|held| held.claim.item == a) && claims.iter().any(|held| held.claim.item == b));
    let facts: Vec<_> = items.values().map(|item| item.to_weigh(None)).collect();
    let policy = Policy::default();
    let ground = Ground::survey(&facts, &claims, &[], &policy);
    let edge = |from, kind| ground.origins.edges.iter().any(|e| e.from == Node::Item(from) && e.kind == kind);
    assert!(edge(b, EdgeKind::Republishes));
    let found = lines(&ground, &of_post);
    assert_eq!(found.lines.len(), 1, "three channels, one line: {:?}", found.lines.len());
}

/// A chat in a language whose dates are not known here may be private all the same.
fn blocked() {
    let mut desk = Desk::new();
    let strange = "on the thirteenth, Qwertina Canary: hello\n";
    desk.put("WhatsApp Chat with Canary.txt", strange);
    desk.put("WhatsApp Chat - Canary.zip", zip(&[("_chat.txt", strange.as_bytes())]));
    desk.put("note.txt", "a note");
    let done = desk.collect();
    assert_eq!((done.new, done.passed_over.len()), (1, 2), "{done:?}");
    desk.said.sealed = Some(false);
    assert_eq!(desk.collect().new, 3);
}

fn nested() {
    let mut desk = Desk::new();
    desk.put("phone.zip", zip(&[("backup/WhatsApp Chat - Canary Family.zip", &chat_zip()), ("beside.txt", b"x")]));
    let done = desk.collect();
    assert_eq!(done.imported.len(), 1, "{done:?}");
    assert_eq!(done.imported[0].new, 3);
    let open: Vec<String> =
        desk.captures().into_iter().filter(|(_, c)| c.subject.is_none()).map(|(name, _)| name).collect();
    assert_eq!(open, ["phone.zip/beside.txt"], "all but what stands beside it is sealed");
}

/// A ProofMode bundle: the picture, its proof, a signature that is kept and not checked.
fn proof() {
    let mut desk = Desk::new();
    let picture = b"\xff\xd8\xff a picture of the mill";
    let hash = witnessmark_archive::pack::sha256(picture).to_string();
    let csv = |hash: &str, file: &str| {
        format!(
            "File Path,File Hash SHA256,Proof Generated,Location.Latitude,Location.Longitude,Location.Accuracy,SafetyCheck\n/sdcard/{file},{hash},2031-04-12T08:16Z,35.5,36.5,12.5,false\n"
        )
    };
    let other = "0".repeat(64);
    desk.put(
        "proofmode.zip",
        zip(&[
            ("mill.jpg", picture),
            (&format!("{hash}.proof.csv"), csv(&hash, "mill.jpg").as_bytes()),
            (&format!("{hash}.asc"), b"-----BEGIN PGP SIGNATURE-----"),
            ("changed.jpg", b"\xff\xd8\xff other bytes"),
            ("changed.proof.csv", csv(&other, "changed.jpg").as_bytes()),
        ]),
    );
    desk.collect();
    read(&mut desk);
    let items = gather(&desk.archive).expect("facts");
    let mill = &items[&desk.item("proofmode.zip/mill.jpg")];
    assert_eq!(mill.position.map(|(_, lat, lon, m)| (lat, lon, m)), Some((35.5, 36.5, 12.5)));
    assert_eq!(mill.taken[0].1.earliest.as_deref(), Some("2031-04-12T08:16"), "a local time without its Z");
    let changed = &items[&desk.item("proofmode.zip/changed.jpg")];
    assert!(changed.problems.iter().any(|(_, what)| what.contains("another SHA-256")), "{:?}", changed.problems);
}

fn planned() {
    let desk = Desk::new();
    put_telegram(
        &desk,
        "tg",
        &telegram("Harbour Radio", 77, "public_channel", &["one", "two"], &[(0, json!({"photo": "photos/gone.jpg"}))]),
    );
    desk.put("WhatsApp Chat - Canary Family.zip", chat_zip());
    let plan = desk.plan();
    assert_eq!(plan.exports.len(), 2, "{plan:?}");
    let mut all = String::new();
    plan.exports.iter().for_each(|(name, what)| writeln!(all, "{name}: {what}").expect("text"));
    assert!(
        all.contains("telegram export of Harbour Radio: 2 posts") && all.contains("1 missing; public: open"),
        "{all}"
    );
    assert!(all.contains("whatsapp export of Canary Family: 3 posts") && all.contains("private: sealed"), "{all}");
    assert_eq!(desk.archive.world().items().count(), 0);
}

fn broken() {
    let mut desk = Desk::new();
    let whole = in_order(&telegram("Harbour Radio", 77, "public_channel", &["one", "two", "three"], &[]));
    let cut = whole.find("\"three\"").expect("there");
    desk.put("tg/result.json", &whole[..cut]);
    desk.put("no/result.json", "{\"not\": \"an export\"}");
    desk.put("note.txt", "a note");
    let done = desk.collect();
    assert_eq!(done.imported[0].new, 2, "{done:?}");
    assert!(done.odd.iter().any(|(name, what)| name == "tg/result.json" && what.contains("breaks off")), "{done:?}");
    assert!(
        done.odd.iter().any(|(name, what)| name == "no/result.json" && what.contains("kept as a file")),
        "{done:?}"
    );
    assert_eq!(desk.bytes("note.txt"), b"a note");
}
