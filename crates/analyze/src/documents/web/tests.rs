//! Web archives made here: what each fetch is called, what becomes text, and what of damaged ones.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

fn record(kind: &str, url: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2031-04-12T10:00:00Z\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn answer(url: &str, status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    record("response", url, &[format!("HTTP/1.1 {status}\r\n{headers}\r\n\r\n").as_bytes(), body].concat())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("zipped")
}

fn sample() -> Vec<Vec<u8>> {
    let article = "<title>Strike</title><article><h1>Strike</h1><p>Two bombs fell on a school in the town on Thursday, residents said.</p></article>";
    vec![
        record("warcinfo", "", b"software: made by hand"),
        answer("https://a.example/1", "200 OK", "Content-Type: text/html", article.as_bytes()),
        answer(
            "https://a.example/2",
            "200 OK",
            "Content-Type: text/html\r\nContent-Encoding: gzip",
            &gzip(b"<p>Three people were injured.</p>"),
        ),
        answer(
            "https://a.example/3",
            "200 OK",
            "Content-Type: text/html\r\nTransfer-Encoding: chunked",
            b"1a\r\n<p>Chunks are put together\r\n9\r\n all.</p>\r\n0\r\n\r\n",
        ),
        answer(
            "https://b.example/",
            "200 OK",
            "Content-Type: text/html",
            b"<title>Log in</title><input type=password>",
        ),
        answer("https://a.example/4", "404 Not Found", "Content-Type: text/html", b"<p>no such page"),
        answer("https://a.example/5", "503 Busy", "Content-Type: text/html", b"<p>busy"),
        answer(
            "https://a.example/6.jpg",
            "200 OK",
            "Content-Type: application/octet-stream",
            b"\xff\xd8\xff\xe0 picture",
        ),
        answer(
            "https://a.example/7",
            "200 OK",
            "Content-Type: text/html; charset=windows-1256",
            b"<p>\xDE\xD5\xDD</p>",
        ),
    ]
}

fn outcomes(document: &Document) -> Vec<&str> {
    document.rows.iter().filter(|row| row.kind == "record").map(|row| row.body["outcome"].as_str().unwrap()).collect()
}

fn problems(document: &Document) -> Vec<&str> {
    document.rows.iter().filter(|row| row.kind == "problem").map(|row| row.body["what"].as_str().unwrap()).collect()
}

#[test]
fn each_fetch_says_what_it_came_to_and_pages_give_their_text() {
    let zipped: Vec<u8> = sample().iter().flat_map(|record| gzip(record)).collect();
    for bytes in [sample().concat(), zipped] {
        let document = read(&bytes);
        assert_eq!(outcomes(&document), ["page", "page", "page", "wall", "gone", "error", "file", "page"]);
        assert_eq!(
            document.text,
            "Strike\nTwo bombs fell on a school in the town on Thursday, residents said.\nThree people were injured.\nChunks are put together all.\nقصف"
        );
        let at = document.text.chars().count() - 2;
        assert_eq!(document.layout.at(at, at + 1)["record"], 9);
        assert_eq!(document.rows[0].body["outcomes"]["page"], 4);
        assert!(problems(&document).is_empty(), "{:?}", problems(&document));
    }
    let picture = read(&sample().concat()).rows.into_iter().find(|row| row.body.get("outcome") == Some(&json!("file")));
    assert_eq!(picture.map(|row| row.body["media_type"].clone()), Some(json!("image/jpeg")));
}

fn wacz(warc: &[u8], stated: &[u8]) -> Vec<u8> {
    use sha2::{Digest as _, Sha256};
    let hex: String = Sha256::digest(stated).iter().map(|byte| format!("{byte:02x}")).collect();
    let package = json!({"profile": "data-package", "created": "2031-04-12T10:00:00Z",
        "resources": [{"path": "archive/data.warc.gz", "hash": format!("sha256:{hex}"), "bytes": stated.len()}]});
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [("archive/data.warc.gz", warc), ("datapackage.json", package.to_string().as_bytes())] {
        zip.start_file(name, options).expect("a part");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn the_hashes_of_a_wacz_are_compared() {
    let warc = gzip(&sample()[1]);
    let sound = wacz(&warc, &warc);
    assert_eq!(crate::media::sniff::sniff(&sound, "a.wacz").media_type, "application/wacz");
    let document = read_wacz(&sound);
    assert_eq!((document.rows[0].body["hashes_agree"].clone(), outcomes(&document)), (json!(true), vec!["page"]));
    assert_eq!(document.title.as_deref(), Some("Strike"));
    let changed = read_wacz(&wacz(&warc, b"something else"));
    assert_eq!(problems(&changed), ["a file is not the one whose hash is stated"]);
    assert_eq!(outcomes(&changed), ["page"], "what is there is read all the same");
}

#[test]
fn damaged_archives_keep_what_comes_before_the_damage() {
    let whole = sample().concat();
    let cut = read(&whole[..whole.len() - 20]);
    assert!(problems(&cut)[0].contains("cut short"));
    assert!(cut.text.starts_with("Strike"));
    let rubbish = read(&[sample()[1].clone(), b"rubbish\r\n\r\n".to_vec()].concat());
    assert_eq!((outcomes(&rubbish), problems(&rubbish)), (vec!["page"], vec!["what comes after this record is none"]));
    assert!(problems(&read(b"no archive"))[0].contains("no WARC"));
    let zipped: Vec<u8> = sample().iter().flat_map(|record| gzip(record)).collect();
    assert!(
        problems(&read(&zipped[..zipped.len() - 7]))[0].contains("unpacked"),
        "{:?}",
        problems(&read(&zipped[..zipped.len() - 7]))
    );
    let claims =
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 18446744073709551615\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx";
    assert!(problems(&read(claims))[0].contains("cut short"));
    let mut seed = 3_u32;
    for _ in 0..1000 {
        let mut bent = if seed.is_multiple_of(2) { whole.clone() } else { zipped.clone() };
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let at = seed as usize % bent.len();
        bent[at] ^= 1 << (seed >> 29);
        read(&bent);
    }
}

#[test]
fn a_body_that_unpacks_without_end_is_cut() {
    let bomb = gzip(&vec![b' '; LONGEST_BLOCK + 10]);
    let document =
        read(&answer("https://a.example/", "200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip", &bomb));
    assert_eq!(problems(&document), ["its body unpacks to more than is read"]);
}
