//! Office files made here part by part: what is read of them, and what of broken and hostile ones.

use std::io::Write as _;

use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;
use crate::documents::Document;

/// A zip of these parts, deflated.
fn container(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        let method =
            if *name == "mimetype" { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("a part");
        zip.write_all(content.as_bytes()).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

const BODY: &str = r#"<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>
  <w:p><w:pPr><w:tabs><w:tab w:pos="9"/></w:tabs><w:bidi/></w:pPr><w:r><w:t>قصفت طائرة مدرسة </w:t></w:r><w:r><w:t>الأمل &amp; قتل ١٢.</w:t></w:r>
    <w:del w:author="a"><w:r><w:delText>struck out</w:delText></w:r></w:del><w:ins><w:r><w:t> Added.</w:t></w:r></w:ins></w:p>
  <w:p><w:r><w:t>A line</w:t><w:tab/><w:t>and</w:t><w:br/><w:t>another</w:t></w:r><w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r></w:p>
  <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Place</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Killed</w:t></w:r></w:p></w:tc></w:tr>
    <w:tr><w:tc><w:p><w:r><w:t>Tel</w:t></w:r></w:p><w:p><w:r><w:t>Rim</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>7</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
  <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>Once.</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>Once.</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>
  </w:body></w:document>"#;

fn docx_of(body: &str) -> Vec<u8> {
    container(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", body),
        (
            "word/footnotes.xml",
            r#"<w:footnotes xmlns:w="w"><w:footnote w:id="1"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>"#,
        ),
        ("word/header1.xml", r#"<w:hdr xmlns:w="w"><w:p><w:r><w:t>Office of records</w:t></w:r></w:p></w:hdr>"#),
        ("word/header2.xml", r#"<w:hdr xmlns:w="w"><w:p><w:r><w:t>Office of records</w:t></w:r></w:p></w:hdr>"#),
        (
            "word/comments.xml",
            r#"<w:comments xmlns:w="w"><w:comment w:author="R" w:date="2031-04-12T10:00:00"><w:p><w:r><w:t>Check this.</w:t></w:r></w:p></w:comment></w:comments>"#,
        ),
        ("word/media/image1.png", "\u{89}PNG"),
        (
            "docProps/core.xml",
            r#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Report</dc:title><dc:creator>N. N.</dc:creator><dcterms:created>2031-04-12T08:00:00Z</dcterms:created></cp:coreProperties>"#,
        ),
    ])
}

fn problems(document: &Document) -> Vec<String> {
    let told = document.rows.iter().filter(|row| row.kind == "problem");
    told.map(|row| row.body["what"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_docx_gives_its_paragraphs_tables_and_notes() {
    let document = docx::read(&docx_of(BODY));
    let lines: Vec<&str> = document.text.lines().collect();
    assert_eq!(
        lines,
        [
            "Office of records",
            "قصفت طائرة مدرسة الأمل & قتل ١٢. Added.",
            "A line\tand",
            "another",
            "Place\tKilled",
            "Tel Rim\t7",
            "Once.",
            "A note."
        ]
    );
    assert_eq!(document.title.as_deref(), Some("Report"));
    let about = &document.rows[0].body;
    assert_eq!((about["author"].as_str(), about["created"].as_str()), (Some("N. N."), Some("2031-04-12T08:00:00Z")));
    assert_eq!(about["tracked_insertions"], 1);
    assert!(
        problems(&document).iter().any(|what| what.starts_with("1 × tracked deletions")),
        "{:?}",
        problems(&document)
    );
    let comment = document.rows.iter().find(|row| row.kind == "comment").expect("a remark");
    assert_eq!((comment.body["text"].as_str(), comment.body["author"].as_str()), (Some("Check this."), Some("R")));
    let member = document.rows.iter().find(|row| row.kind == "member").expect("a picture");
    assert_eq!((member.body["name"].as_str(), member.body["size"].as_u64()), (Some("word/media/image1.png"), Some(5)));
    let at = document.text.find("Rim").map(|byte| document.text[..byte].chars().count()).unwrap();
    assert_eq!(document.layout.at(at, at + 3)["paragraph"], 5);
}

#[test]
fn an_odt_gives_its_paragraphs_and_leaves_out_what_was_deleted() {
    let content = r#"<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>
        <text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>
        <text:h>Title</text:h><text:p>Two<text:s text:c="2"/>bombs<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Said so.</text:p></text:note-body></text:note> fell.</text:p>
        <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>
        </office:text></office:body></office:document-content>"#;
    let file = container(&[
        ("mimetype", crate::documents::ODT),
        ("content.xml", content),
        ("meta.xml", "<m><dc:title xmlns:dc='d'>T</dc:title></m>"),
    ]);
    assert_eq!(crate::media::sniff::sniff(&file, "a.odt").media_type, crate::documents::ODT);
    let document = odt::read(&file);
    assert_eq!(document.text, "Title\nSaid so.\nTwo  bombs fell.\na\tb");
    assert!(problems(&document)[0].contains("tracked deletions"));
    let locked = container(&[("content.xml", content), ("META-INF/manifest.xml", "<m:encryption-data/>")]);
    assert!(problems(&odt::read(&locked))[0].contains("encrypted"));
}

fn workbook(sheet: &str) -> Vec<u8> {
    container(&[
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="r"><sheets><sheet name="Log" sheetId="1" r:id="r1"/><sheet name="Old" state="hidden" r:id="r2"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<R><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/></R>"#,
        ),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>Place</t></si><si><r><t>كفر </t></r><r><t>تين</t></r><rPh><t>x</t></rPh></si></sst>",
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        (
            "xl/worksheets/sheet2.xml",
            "<worksheet><sheetData><row><c t='inlineStr'><is><t>kept</t></is></c></row></sheetData></worksheet>",
        ),
    ])
}

#[test]
fn cells_are_text_with_their_place_and_formulas_are_marked() {
    let sheet = r#"<worksheet><sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="str"><f>A1&amp;"x"</f><v>Placex</v></c></row>
        <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>47950</v></c><c r="C2"><f>SUM(1,2)</f><v>3</v></c><c r="D2" t="b"><v>1</v></c></row>
        <row r="3"><c r="A3"><f>NOW()</f></c></row><row r="1048576"><c r="XFD1048576"><v>9</v></c></row></sheetData></worksheet>"#;
    let document = read_xlsx(&workbook(sheet));
    assert_eq!(document.text, "Place\tPlacex\nكفر تين\t2031-04-12\t3\tTRUE\n9\nkept");
    let at = document.text.find("3\t").map(|byte| document.text[..byte].chars().count()).unwrap();
    assert_eq!(
        serde_json::Value::Object(document.layout.at(at, at + 1)),
        serde_json::json!({"sheet": "Log", "cell": "C2", "formula": true})
    );
    assert_eq!(document.rows[0].body["hidden_sheets"], serde_json::json!(["Old"]));
    assert_eq!(document.rows[0].body["formulas"], 2);
    assert_eq!(document.rows[2].body["cells"][2][3], "formula");
    assert_eq!(problems(&document), ["1 formulas have no stored result, and none is computed here"]);
}

#[test]
fn separated_values_are_cells_too() {
    let document = sheet::read_csv("التاريخ;المكان\n2031-04-12;\"كفر; تين\"\n\n".as_bytes(), false);
    assert_eq!(document.text, "التاريخ\tالمكان\n2031-04-12\tكفر; تين");
    assert_eq!(document.layout.at(16, 17)["cell"], "A2");
}

#[test]
fn bombs_entities_and_deep_nesting_are_bounded_and_named() {
    let bomb = docx::read(&docx_of(&" ".repeat(100 << 20)));
    assert!(problems(&bomb)[0].contains("unpacks to more"), "{:?}", problems(&bomb));
    assert!(bomb.text.contains("A note."), "the other parts are still read");
    let entities = r#"<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document xmlns:w="w"><w:p><w:r><w:t>x &b; y</w:t></w:r></w:p></w:document>"#;
    assert!(docx::read(&docx_of(entities)).text.contains("x &b; y"));
    let deep = format!("<w:document>{}<w:t>deep</w:t>", "<w:p><w:tbl><w:tr><w:tc>".repeat(50_000));
    assert!(docx::read(&docx_of(&deep)).text.contains("deep"));
    let broken = docx::read(&docx_of("<w:document><w:p><w:r><w:t>before</w:t></w:r></w:p><w:p <"));
    assert!(broken.text.contains("before") && problems(&broken).iter().any(|what| what.contains("breaks off")));
}

#[test]
fn cut_and_bent_files_never_break_the_readers() {
    let files = [docx_of(BODY), workbook("<worksheet><row><c><v>1</v></c></row></worksheet>")];
    let read = |bytes: &[u8]| (docx::read(bytes), read_xlsx(bytes), odt::read(bytes));
    let mut seed = 11_u32;
    for whole in &files {
        for cut in (0..whole.len()).step_by(61) {
            read(&whole[..cut]);
        }
        for _ in 0..200 {
            let mut bent = whole.clone();
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = seed as usize % bent.len();
            bent[at] ^= 1 << (seed >> 29);
            read(&bent);
        }
    }
}
