//! Texts that are made to be slow, to mislead or to break a reader: each is read, within bounds, and what is odd is said.

use std::time::{Duration, Instant};

use witnessmark_analyze::{Input, Row, extract, place::Gazetteer, score::hostile, text, time};

/// Bytes of a hostile text in these tests; growth to 100 MB is measured by `bench text --only growth`.
const SIZE: usize = 40_000;

/// Longest that one text of [`SIZE`] may take in a development build on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

fn input(bytes: &[u8]) -> Input<'_> {
    let gazetteer = Gazetteer::embedded();
    Input {
        bytes,
        media_type: "text/plain",
        name: "d",
        published: Some("2024-03-15"),
        gazetteer,
        trusted: witnessmark_analyze::Trusted::NOBODY,
        decoded: None,
    }
}

fn problems(rows: &[Row]) -> Vec<String> {
    let words = |row: &Row| row.body.get("what").and_then(|what| what.as_str()).unwrap_or_default().to_owned();
    rows.iter().filter(|row| row.kind == "problem").map(words).collect()
}

#[test]
fn every_hostile_text_is_read_and_every_quote_is_under_its_span() {
    for (name, piece) in hostile::HOSTILE {
        let bytes = hostile::hostile(piece, SIZE);
        let start = Instant::now();
        let decoded = text::decode(&bytes, "text/plain");
        let options = extract::Options {
            doc: "d",
            published: Some("2024-03-15"),
            language: decoded.language,
            gazetteer: Gazetteer::embedded(),
        };
        let objects = extract::extract(&decoded.text, &options);
        assert!(start.elapsed() < LONGEST, "{name}: {:?}", start.elapsed());
        let chars: Vec<char> = decoded.text.chars().collect();
        for object in objects.iter().step_by(97) {
            let under: String = chars[object.span.0..object.span.1].iter().collect();
            assert_eq!(under, object.quote, "{name}: {}", object.id);
        }
    }
}

#[test]
fn a_text_past_the_limit_is_read_to_the_limit_and_says_so() {
    let bytes = b"a ".repeat(extract::MAX_BYTES);
    let rows = extract::read(&input(&bytes));
    assert!(problems(&rows).iter().any(|what| what.contains("bytes were read")), "{:?}", problems(&rows));
}

#[test]
fn an_empty_text_and_blank_ones_are_said_to_be() {
    for bytes in [&b""[..], b" \n\t\r\n ", "\u{FEFF}".as_bytes(), "\u{200B}\u{200B}".as_bytes()] {
        let said = problems(&text::read(&input(bytes)));
        assert!(!said.is_empty(), "{bytes:?}");
        assert!(extract::read(&input(bytes)).iter().all(|row| row.kind == "problem"), "{bytes:?}");
    }
}

#[test]
fn what_misleads_the_eye_is_told() {
    for (bytes, word) in [
        ("The army killed \u{202E}21\u{202C} people in the town.".as_bytes(), "direction"),
        ("The village of Аlерро was hit, said the mayor of the town.".as_bytes(), "alphabets"),
        ("The village of Нома was hit, said the mayor of the town.".as_bytes(), "look like"),
    ] {
        let said = problems(&text::read(&input(bytes))).join("; ");
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_language_that_is_not_read_is_said_and_makes_no_claims() {
    let spanish =
        "El hospital de la ciudad fue bombardeado el jueves por la mañana y los médicos se refugiaron en el sótano.";
    let said = problems(&text::read(&input(spanish.as_bytes()))).join("; ");
    assert!(said.contains("Spanish"), "{said}");
    let rows = extract::read(&input(spanish.as_bytes()));
    assert!(rows.iter().all(|row| row.kind == "problem"), "{rows:?}");
    assert!(problems(&rows).iter().any(|what| what.contains("no claims were read")));
}

#[test]
fn two_encodings_in_one_file_lose_nothing_readable() {
    let mut bytes = "Residents said that the hospital of Sarno was hit. ".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xc3\x28 \xff\xfe caf\xe9 \x80\x81 ");
    bytes.extend_from_slice("Two bombs fell, said the mayor.".as_bytes());
    let decoded = text::decode(&bytes, "text/plain");
    assert!(decoded.text.contains("hospital of Sarno") && decoded.text.contains("Two bombs fell"));
}

#[test]
fn capitals_throughout_are_read_like_any_text() {
    let shouted = "THE ARMY BOMBED A HOSPITAL IN ALEPPO ON MONDAY, RESIDENTS SAID.";
    let rows = extract::read(&input(shouted.as_bytes()));
    assert!(rows.iter().any(|row| row.kind == "attack"), "{rows:?}");
}

#[test]
fn times_in_a_million_numbers_are_few_and_soon_found() {
    let numbers: String = (0..60_000).map(|n| format!("{n} ")).collect();
    let start = Instant::now();
    let found = time::find(&numbers, Some("2024-03-15"));
    assert!(start.elapsed() < LONGEST && found.len() < 60_000);
}
