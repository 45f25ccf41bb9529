//! How time grows with size on texts made to be slow: one line, nestings, spaces, numbers, capitals, broken encodings.
//!
//! Decoding is timed to 100 MB, reading for claims to its own limit ([`extract::MAX_BYTES`]). A figure is the exponent of growth over the
//! last tenfold step: 1 is linear, 2 is quadratic. It deliberately scores no answer: that these texts do no harm is for tests.

use super::{Figure, Run};
use crate::{Input, extract, place::Gazetteer, text, time};

/// Sizes at which decoding is timed, in bytes.
const DECODED: [usize; 3] = [1 << 20, 10 << 20, 100 << 20];

/// Sizes at which reading for claims is timed, in bytes.
const READ: [usize; 3] = [extract::MAX_BYTES / 100, extract::MAX_BYTES / 10, extract::MAX_BYTES];

/// A hostile text: its name, and the piece that is repeated.
pub const HOSTILE: &[(&str, &[u8])] = &[
    ("one line without a stop", b"word after word "),
    ("one word", b"a"),
    ("open brackets", b"("),
    ("brackets open and closed", b"()[]{}"),
    ("opening quotation marks", "“".as_bytes()),
    ("straight quotation marks", b"\" "),
    ("guillemets", "« a ".as_bytes()),
    ("said that, said that", b"Ann said that "),
    ("according to, according to", b"according to Ann, "),
    ("spaces", b" "),
    ("newlines", b"\n"),
    ("full stops", b". "),
    ("numbers", b"12 345 6 "),
    ("number words", b"two hundred thousand "),
    ("capitalised words", b"Aleppo Quelmar Sarno Ostrane "),
    ("all in capitals", b"THE ARMY BOMBED A HOSPITAL IN ALEPPO ON MONDAY "),
    ("dates", b"3 March 2024, 4/5/2023, last Monday, "),
    ("attacks and casualties", b"Shelling killed 5 civilians in Aleppo and bombs hit a hospital in Homs. "),
    ("bidi overrides", "\u{202E}killed 21\u{202C} ".as_bytes()),
    ("homoglyphs", "Аlерро Ноmѕ ".as_bytes()),
    ("NULs", b"a\0b\0 "),
    ("bytes of no encoding", b"\xff\xfe\x80 said \xc3\x28 "),
    ("combining marks", "e\u{301}\u{301}\u{301}".as_bytes()),
    ("Arabic, one line", "قالت المنظمة إن القصف قتل خمسة مدنيين في إدلب ".as_bytes()),
    ("Arabic, said that", "قال إن ".as_bytes()),
    ("Russian, one line", "сообщил, что обстрел больницы в Харькове, погибли пять человек ".as_bytes()),
    ("Ukrainian, said that", "повідомив, що ".as_bytes()),
    ("French, according to", "selon le ministère, l'armée a bombardé un hôpital, ".as_bytes()),
];

/// A hostile text of about `size` bytes.
pub fn hostile(piece: &[u8], size: usize) -> Vec<u8> {
    piece.repeat(size.div_ceil(piece.len()))
}

fn input<'a>(bytes: &'a [u8], gazetteer: &'a Gazetteer) -> Input<'a> {
    Input {
        bytes,
        media_type: "text/plain",
        name: "d",
        published: None,
        gazetteer,
        trusted: crate::Trusted::NOBODY,
        decoded: None,
    }
}

pub(super) fn score(run: &mut Run<'_>) {
    let gazetteer = Gazetteer::embedded();
    let _ = extract::read(&input(b"Aleppo.", gazetteer));
    for (name, piece) in HOSTILE {
        let decoding = |size: usize| {
            let bytes = hostile(piece, size);
            let start = run.sets.seconds();
            let decoded = text::decode(&bytes, "text/plain");
            let sentences = text::sentences(&decoded.text);
            std::hint::black_box(&sentences);
            run.sets.seconds() - start
        };
        let decoded = DECODED.map(decoding);
        let reading = |size: usize| {
            let bytes = hostile(piece, size);
            let start = run.sets.seconds();
            std::hint::black_box(extract::read(&input(&bytes, gazetteer)));
            run.sets.seconds() - start
        };
        let read = READ.map(reading);
        let finding = |size: usize| {
            let text = String::from_utf8_lossy(&hostile(piece, size)).into_owned();
            let start = run.sets.seconds();
            std::hint::black_box(time::find(&text, Some("2024-03-15")));
            run.sets.seconds() - start
        };
        let found = READ.map(finding);
        run.figures.push(figure(name, "decoded: growth", &DECODED, decoded));
        run.figures.push(figure(name, "read for claims: growth", &READ, read));
        run.figures.push(figure(name, "times found: growth", &READ, found));
    }
}

fn figure(name: &str, measure: &'static str, sizes: &[usize; 3], seconds: [f64; 3]) -> Figure {
    let step = sizes[2] as f64 / sizes[1] as f64;
    // Below a few milliseconds the clock says nothing of growth.
    let value = if seconds[1] < 0.003 { 1.0 } else { (seconds[2] / seconds[1]).ln() / step.ln() };
    let told: Vec<String> = sizes
        .iter()
        .zip(seconds)
        .map(|(size, seconds)| format!("{:.2} MiB {seconds:.3} s", *size as f64 / f64::from(1 << 20)))
        .collect();
    Figure {
        set: format!("hostile: {name}"),
        measure,
        value,
        unit: "power",
        detail: told.join(" · "),
        peer: "1 is linear",
    }
}
