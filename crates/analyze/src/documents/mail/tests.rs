//! Letters and mailboxes, sound, odd and hostile.

use super::*;

const LETTER: &[u8] = b"From: =?UTF-8?B?2YXYsdmK2YU=?= <m@example.org>\r\nTo: desk@example.org\r\n\
Date: Thu, 12 Apr 2031 21:05:00 +0300 (EEST)\r\nSubject: =?windows-1256?Q?=DE=D5=DD?=\r\nMessage-ID: <2@example.org>\r\n\
In-Reply-To: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble\r\n\
--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n\
--b2\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n2YLYqtmEINmh2aIg2YXYr9mG2YrYpy4=\r\n\
--b2\r\nContent-Type: text/html\r\n\r\n<p>not this spelling</p>\r\n--b2--\r\n\
--b1\r\nContent-Type: image/jpeg; name=\"=?UTF-8?Q?a=5Fb.jpg?=\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/4AAQ\r\n\
--b1\r\nContent-Type: message/rfc822\r\n\r\nFrom: x@example.org\r\nSubject: inner\r\n\r\nhidden away\r\n--b1--\r\n";

fn of_kind<'a>(document: &'a Document, kind: &str) -> Vec<&'a Row> {
    document.rows.iter().filter(|row| row.kind == kind).collect()
}

#[test]
fn a_letter_gives_its_headers_its_plain_text_and_its_attachments() {
    let document = read(LETTER);
    assert_eq!(document.text, "قصف\nقتل ١٢ مدنيا.");
    assert_eq!(document.title.as_deref(), Some("قصف"));
    assert_eq!(document.published.as_deref(), Some("2031-04-12T21:05:00+03:00"));
    let message = &of_kind(&document, "message")[0].body;
    assert_eq!(message["from"], "مريم <m@example.org>");
    assert_eq!(
        (&message["message_id"], &message["in_reply_to"]),
        (&json!("<2@example.org>"), &json!("<1@example.org>"))
    );
    assert_eq!((&message["zone_status"], &message["attachments"]), (&json!("stated"), &json!(2)));
    let members = of_kind(&document, "member");
    assert_eq!((&members[0].body["name"], &members[0].body["media_type"]), (&json!("a_b.jpg"), &json!("image/jpeg")));
    assert_eq!((&members[0].body["size"], members[0].body["sha256"].as_str().map(str::len)), (&json!(6), Some(64)));
    assert_eq!(members[1].body["name"], "part-6.eml");
    assert!(of_kind(&document, "problem").is_empty(), "{:?}", of_kind(&document, "problem"));
}

#[test]
fn a_page_stands_for_the_text_where_there_is_no_other() {
    let document =
        read(b"From: a@example.org\nContent-Type: text/html; charset=utf-8\n\n<nav>menu</nav><p>Two bombs fell.</p>");
    assert_eq!(document.text, "Two bombs fell.");
}

#[test]
fn dates_keep_the_zone_that_is_stated_and_no_other() {
    for (stated, read) in [
        ("Fri, 13 Apr 2031 21:05:00 +0300", Some(("2031-04-13T21:05:00+03:00", "stated"))),
        ("12 Apr 2031 21:05:00 -0000", Some(("2031-04-12T21:05:00", "none"))),
        ("12 Apr 2031 21:05 GMT", Some(("2031-04-12T21:05:00+00:00", "stated"))),
        ("yesterday", None),
    ] {
        assert_eq!(date(stated), read.map(|(d, z)| (d.to_owned(), z)), "{stated}");
    }
    let odd = read(b"From: a@example.org\nDate: yesterday\n\nx");
    assert!(odd.published.is_none() && of_kind(&odd, "problem")[0].body["what"].as_str().unwrap().contains("date"));
}

#[test]
fn a_mailbox_is_its_messages() {
    let mbox = b"From a@example.org Thu Apr 12 21:05:00 2031\nFrom: a@example.org\nSubject: One\n\nFirst.\n>From here on.\nFrom the town: smoke\n\n\
From b@example.org Thu Apr 12 21:06:00 2031\nFrom: b@example.org\nSubject: Two\n\nSecond.\n\nFrom the hills at 10:00 came noise.\n";
    let document = read_mbox(mbox);
    assert_eq!(of_kind(&document, "message").len(), 2);
    assert!(document.text.starts_with("One\nFirst.\n>From here on."));
    assert!(document.text.ends_with("From the hills at 10:00 came noise."));
    let end = document.text.chars().count();
    assert_eq!(document.layout.at(end - 3, end)["message"], 2);
    assert_eq!(document.title, None);
    assert!(of_kind(&read_mbox(b"no mailbox"), "problem")[0].body["what"].as_str().unwrap().contains("no line"));
}

#[test]
fn one_broken_part_loses_nothing_but_itself() {
    let broken = b"From: a@example.org\nno header at all\nSubject: Kept\nContent-Type: multipart/mixed; boundary=x\n\n\
--x\nContent-Type: text/plain; charset=no-such\n\nstill read\n--x\nContent-Transfer-Encoding: base64\nContent-Type: image/png\n\n!!!!\n--x\n\nno end";
    let document = read(broken);
    assert_eq!(document.text, "Kept\nstill read\nno end");
    assert!(of_kind(&document, "problem").len() >= 2, "{:?}", of_kind(&document, "problem"));
}

#[test]
fn a_hundred_thousand_parts_and_parts_a_thousand_deep_are_read_in_time() {
    let many = [
        b"From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n".to_vec(),
        b"--x\nContent-Type: image/png\n\na\n".repeat(100_000),
    ]
    .concat();
    let document = read(&many);
    assert_eq!(document.rows[0].body["attachments"], 100_000);
    assert_eq!(of_kind(&document, "member").len(), MOST_ATTACHMENTS);
    let deep: String = (0..1000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect();
    let document = read(format!("From: a@b.c\n{deep}").as_bytes());
    assert!(of_kind(&document, "problem").iter().any(|row| row.body["what"].as_str().unwrap().contains("deep")));
}

#[test]
fn cut_and_bent_letters_never_break_the_reader() {
    for cut in 0..LETTER.len() {
        read(&LETTER[..cut]);
    }
    let mut seed = 5_u32;
    for _ in 0..2000 {
        let mut bent = LETTER.to_vec();
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let at = seed as usize % bent.len();
        bent[at] = (seed >> 24) as u8;
        read(&bent);
        read_mbox(&bent);
    }
}
