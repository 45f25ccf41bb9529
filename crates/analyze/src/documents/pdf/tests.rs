//! Whole PDFs, made here byte by byte: one text as different writers put it on a page, and files that are broken, absurd
//! or hostile. What is expected of each is the text that a reader of the page sees.

use std::collections::BTreeMap;

use super::*;
use crate::documents::layout::Spot;

/// How a made-up writer puts a line of Arabic on the page.
#[derive(Clone, Copy, PartialEq)]
enum Writer {
    /// Glyphs in the order in which they are seen, one string.
    Visual,
    /// Glyphs in reading order, each placed by itself from right to left.
    Placed,
    /// Visual order, glyphs named by their presentation forms.
    Forms,
    /// Visual order, the ligature lam-alef named backwards.
    Backwards,
    /// No order: reading order drawn from left to right, as by a writer that knows no Arabic.
    Ignorant,
    /// Visual order, no map to Unicode.
    Silent,
    /// Placed, the brackets named as they were typed.
    Typed,
    /// Visual, some digits named as Latin letters, as by a program that rewrote the file badly.
    Muddled,
}

/// A PDF of these objects, `n` beginning at 1; object 1 is the catalogue.
fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let table = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    out.extend_from_slice(
        format!("trailer <</Size {} /Root 1 0 R {trailer}>>\nstartxref\n{table}\n%%EOF", objects.len() + 1).as_bytes(),
    );
    out
}

fn stream(dict: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dict} /Length {}>>\nstream\n", bytes.len()).into_bytes();
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\nendstream");
    out
}

fn hex(units: impl Iterator<Item = u16>) -> String {
    units.map(|unit| format!("{unit:04X}")).collect()
}

/// Glyphs of a line in reading order: characters, lam-alef as one glyph.
fn glyphs(line: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for c in line.chars() {
        match out.last_mut() {
            Some(last) if last == "ل" && c == 'ا' => last.push(c),
            _ => out.push(c.to_string()),
        }
    }
    out
}

/// A glyph's code is its first character's number; a ligature's lies in the private area.
fn code(glyph: &str) -> u16 {
    if glyph.chars().count() > 1 { 0xE000 } else { glyph.encode_utf16().next().unwrap_or(0) }
}

fn form(glyph: &str) -> String {
    match glyph {
        "لا" => "\u{FEFB}".into(),
        "م" => "\u{FEE3}".into(),
        "د" => "\u{FEAA}".into(),
        "ة" => "\u{FE94}".into(),
        other => other.into(),
    }
}

/// A page with these lines, each written by `writer`, in 12 points, 20 points apart, from the right margin at 500.
fn arabic(lines: &[&str], writer: Writer) -> Vec<u8> {
    let mut content = String::from("BT /F 12 Tf\n");
    let mut named = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let read = glyphs(line);
        let order = seen_order(&read);
        let y = 700 - 20 * at;
        let left = 500 - 6 * read.len();
        let seen: Vec<&String> = order.iter().map(|i| &read[*i]).collect();
        for glyph in &read {
            let name = match writer {
                Writer::Forms => form(glyph),
                Writer::Backwards => glyph.chars().rev().collect(),
                Writer::Muddled if glyph == "٢" => "f".into(),
                _ => glyph.clone(),
            };
            named.insert(code(glyph), name);
        }
        // What is seen of a bracket read from right to left is the other bracket's glyph; some writers name the typed one.
        let drawn = |glyph: &str| match glyph.chars().next().map(order::turned) {
            Some(other) if writer != Writer::Typed && !glyph.starts_with(other) => other as u16,
            _ => code(glyph),
        };
        match writer {
            Writer::Placed | Writer::Typed => {
                for (x, i) in order.iter().enumerate().rev() {
                    content += &format!("1 0 0 1 {} {y} Tm <{:04X}> Tj\n", left + 6 * x, drawn(&read[*i]));
                }
            }
            Writer::Ignorant => {
                content += &format!("1 0 0 1 {left} {y} Tm <{}> Tj\n", hex(read.iter().map(|g| code(g))))
            }
            _ => content += &format!("1 0 0 1 {left} {y} Tm <{}> Tj\n", hex(seen.iter().map(|g| drawn(g)))),
        }
        for c in "()«»[]".chars() {
            named.entry(c as u16).or_insert_with(|| c.to_string());
        }
    }
    content += "ET";
    let mut map = String::from("1 begincodespacerange <0000> <FFFF> endcodespacerange\n");
    for (code, name) in &named {
        map += &format!("1 beginbfchar <{code:04X}> <{}> endbfchar\n", hex(name.encode_utf16()));
    }
    let unicode = if writer == Writer::Silent { "" } else { "/ToUnicode 7 0 R" };
    file(
        &[
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".to_vec(),
            stream("", content.as_bytes()),
            format!("<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]{unicode}>>").into_bytes(),
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/DW 500/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>".to_vec(),
            stream("", map.as_bytes()),
        ],
        "/Info <</Title(A report)/Producer(made by hand)>>",
    )
}

/// Indices of the glyphs from left to right as a display shows them.
fn seen_order(read: &[String]) -> Vec<usize> {
    let text: String = read.concat();
    let info = unicode_bidi::BidiInfo::new(&text, Some(unicode_bidi::Level::rtl()));
    let mut at = 0;
    let levels: Vec<unicode_bidi::Level> = read
        .iter()
        .map(|glyph| {
            let level = info.levels[at];
            at += glyph.len();
            level
        })
        .collect();
    unicode_bidi::BidiInfo::reorder_visual(&levels)
}

/// A one-page document with this content and Helvetica as /F.
fn plain(content: &[u8], dict: &str) -> Vec<u8> {
    file(
        &[
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>/XObject<</X 5 0 R/I 6 0 R>>>>>>".to_vec(),
            stream(dict, content),
            stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X 7 0 R>>>>", b"/X Do /X Do /X Do"),
            stream("/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", b"x"),
            stream(
                "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X 5 0 R>>>>",
                b"/X Do /X Do /X Do",
            ),
        ],
        "",
    )
}

fn problems(document: &Document) -> Vec<String> {
    let told = document.rows.iter().filter(|row| row.kind == "problem");
    told.map(|row| format!("{} @ {}", row.body["what"].as_str().unwrap(), row.body["where"].as_str().unwrap()))
        .collect()
}

const LINES: [&str; 3] = [
    "قتل ١٢ مدنيا وأصيب 345 (بينهم ٧ أطفال)",
    "في 29/03/2019 الساعة ١٨:٣٦ قرب مدرسة السلام الأولى",
    "قالت Example Watch إن الملاجئ مغلقة",
];

#[test]
fn one_text_by_different_writers_is_one_text_and_no_digit_turns() {
    for writer in [Writer::Visual, Writer::Placed, Writer::Forms, Writer::Backwards, Writer::Typed] {
        let document = read(&arabic(&LINES, writer));
        let joined = document.text.replace('\n', " ");
        assert_eq!(joined, LINES.join(" "), "{:?}", problems(&document));
        assert!(problems(&document).is_empty());
    }
}

#[test]
fn arabic_drawn_backwards_or_without_a_map_is_a_problem_and_no_text() {
    for (writer, why) in [
        (Writer::Ignorant, "drawn backwards"),
        (Writer::Silent, "nothing in the file states"),
        (Writer::Muddled, "map from glyphs to letters is broken"),
    ] {
        let document = read(&arabic(&LINES, writer));
        assert_eq!(document.text, "", "{why}");
        assert!(problems(&document)[0].contains(why), "{:?}", problems(&document));
        assert!(problems(&document)[0].ends_with("@ page 1"));
    }
}

#[test]
fn every_word_has_its_page_and_box() {
    let document = read(&plain(b"BT /F 10 Tf 100 700 Td (Two bombs) Tj 0 -14 Td (fell.) Tj ET", ""));
    assert_eq!(document.text, "Two bombs fell.");
    let at = document.layout.at(4, 9);
    assert_eq!(at["page"], 1);
    let left = at["box"][0].as_f64().unwrap();
    assert!((119.0..122.0).contains(&left) && at["box"][3].as_f64().unwrap() <= 103.0, "{at:?}");
    assert!(matches!(document.layout.pieces()[2].2, Spot::Page { page: 1, line: 1, .. }));
    assert_eq!(document.rows[1].body["span"], serde_json::json!([0, 15]));
}

#[test]
fn replacement_text_stands_for_the_glyphs_under_it() {
    let document = read(&plain(
        b"BT /F 10 Tf 100 700 Td /Span<</ActualText<FEFF06440627>>>BDC (xy) Tj EMC ( and so it went on) Tj /Span<</ActualText()>>BDC (-) Tj EMC ET",
        "",
    ));
    assert_eq!(document.text, "لا and so it went on");
}

#[test]
fn words_end_at_gaps_and_cells_at_wide_ones() {
    let spaced = read(&plain(
        b"BT /F 10 Tf 50 700 Td [(Two) -300 (bombs) -300 (fell)] TJ 0 -30 Td [(Place) -6000 (Killed)] TJ ET",
        "",
    ));
    assert_eq!(spaced.text, "Two bombs fell\nPlace\tKilled");
    let doubled = read(&plain(b"BT /F 10 Tf 50 700 Td (bold) Tj ET BT /F 10 Tf 50.3 700 Td (bold) Tj ET", ""));
    assert_eq!(doubled.text, "bold");
}

#[test]
fn a_page_without_a_text_layer_says_so_and_names_ocr() {
    let document = read(&plain(b"q 600 0 0 800 0 0 cm /I Do Q", ""));
    assert_eq!(
        problems(&document),
        ["no text layer, only pictures: nothing was read; OCR can propose what they say @ page 1"]
    );
    let hidden = read(&plain(b"/I Do BT 3 Tr /F 10 Tf 50 700 Td (read by a machine) Tj ET", ""));
    assert_eq!(hidden.text, "read by a machine");
    assert!(problems(&hidden)[0].contains("invisible"));
}

#[test]
fn encrypted_and_damaged_files_are_named() {
    let handler = "/Encrypt <</Filter/Standard/V 2/R 3/Length 128/P -4/O(00000000000000000000000000000000)/U(11111111111111111111111111111111)>> /ID[(a)(b)]";
    let mut locked = plain(b"BT ET", "");
    let text = String::from_utf8_lossy(&locked).replace("/Root 1 0 R", &format!("/Root 1 0 R {handler}"));
    locked = text.into_bytes();
    assert!(problems(&read(&locked))[0].contains("asks for a password"), "{:?}", problems(&read(&locked)));
    for bytes in
        [&b"%PDF-1.7"[..], b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj trailer <</Root 1 0 R>>", b"%PDF-\xff\xfe"]
    {
        assert!(problems(&read(bytes))[0].contains("damaged"), "{:?}", problems(&read(bytes)));
    }
}

#[test]
fn bombs_end_and_are_named() {
    let spaces = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 80 << 20], 1);
    let bomb = read(&plain(&spaces, "/Filter/FlateDecode"));
    assert!(problems(&bomb).iter().any(|p| p.contains("unpack to more")), "{:?}", problems(&bomb));
    let twice = miniz_oxide::deflate::compress_to_vec_zlib(&spaces, 1);
    assert!(
        problems(&read(&plain(&twice, "/Filter[/FlateDecode/FlateDecode]")))
            .iter()
            .any(|p| p.contains("unpack to more"))
    );
    let circle = read(&plain(b"BT /F 10 Tf 50 700 Td (drawn) Tj ET /X Do", ""));
    assert_eq!(circle.text, "drawn");
    // Each form draws the next four times: sixteen million forms, were they all drawn.
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>".to_vec(),
        stream("", b"/X Do"),
    ];
    objects.extend((6..18).map(|next| {
        let dict = format!("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {next} 0 R>>>>");
        stream(&dict, b"/X Do /X Do /X Do /X Do")
    }));
    let forms = read(&file(&objects, ""));
    assert!(problems(&forms).iter().any(|p| p.contains("incomplete")), "{:?}", problems(&forms));
    let deep = [b"q ".repeat(100_000), b"BT /F 10 Tf 50 700 Td (deep) Tj ET".to_vec()].concat();
    assert_eq!(read(&plain(&deep, "")).text, "deep");
}

#[test]
fn cut_and_bent_files_never_break_the_reader() {
    let whole = arabic(&LINES, Writer::Forms);
    for cut in (0..whole.len()).step_by(97) {
        read(&whole[..cut]);
    }
    let mut seed = 7_u32;
    for _ in 0..300 {
        let mut bent = whole.clone();
        for _ in 0..6 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = seed as usize % bent.len();
            bent[at] ^= 1 << (seed >> 29);
        }
        read(&bent);
    }
}

#[test]
fn many_pages_are_read_in_time_that_grows_with_them() {
    let mut objects = vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec()];
    let kids: String = (0..2000).map(|i| format!("{} 0 R ", 3 + i)).collect();
    objects.push(format!("<</Type/Pages/Kids[{kids}]/Count 2000/MediaBox[0 0 600 800]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>").into_bytes());
    objects.extend((0..2000).map(|_| b"<</Type/Page/Parent 2 0 R/Contents 2003 0 R>>".to_vec()));
    objects.push(stream("", b"BT /F 10 Tf 50 700 Td (A page) Tj ET"));
    let document = read(&file(&objects, ""));
    assert_eq!(document.rows[0].body["pages"], 2000);
    assert_eq!(document.layout.at(document.text.chars().count() - 1, document.text.chars().count())["page"], 2000);
}
