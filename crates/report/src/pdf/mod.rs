//! A document as a tagged, archival PDF (PDF/A-2a and PDF/UA-1, PDF 1.7).
//!
//! Three steps: `flow` turns blocks into rows of set text and drawings together with the tree of
//! tags; `pages` places rows on pages; `emit` writes them. The same document, fonts and version of
//! this program give the same bytes: nothing but the document's own date enters.
//!
//! What is checked by the writer (krilla) is enforced: a missing title, alternative text, bookmark
//! or character mapping is an error, not a lesser file. It deliberately embeds no attachment, form
//! or script, and links only within itself.

mod blocks;
mod emit;
mod figures;
mod flow;
mod fonts;
mod ink;
mod pages;
mod table;
mod tags;
mod text;
mod theme;

use std::collections::BTreeSet;

pub use fonts::{Fonts, MAX_FONT_BYTES};

use crate::document::Document;

/// Most pages of one PDF.
pub const MAX_PAGES: usize = 20_000;

/// Why no PDF could be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A face could not be read, or is larger than [`MAX_FONT_BYTES`].
    #[error("read font")]
    Font,
    /// The document is longer than [`MAX_PAGES`].
    #[error("lay out more than {MAX_PAGES} pages")]
    Pages,
    /// A picture could not be taken over.
    #[error("put picture into pdf: {0}")]
    Picture(String),
    /// The chosen standards exclude each other; a fault of this program.
    #[error("ask for pdf/a-2a and pdf/ua-1 together")]
    Standards,
    /// The writer refused, naming what offends the standards.
    #[error("write pdf: {0}")]
    Write(String),
}

/// A finished PDF.
#[derive(Clone, Debug)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Characters that no face has and that stand in the file as U+FFFD. When this is not empty the
    /// reader must be told, and which font would help.
    pub missing: BTreeSet<char>,
}

/// Makes the PDF of a document.
pub fn render(document: &Document, fonts: &Fonts) -> Result<Pdf, PdfError> {
    let flow = flow::flow(document, fonts);
    let pages = pages::paginate(flow.rows)?;
    let mut missing = flow.missing;
    let bytes = emit::emit(document, fonts, &pages, flow.tree, flow.marks, &mut missing)?;
    Ok(Pdf { bytes, pages: pages.len(), missing })
}

#[cfg(test)]
mod tests {
    use super::pages::{Item, Page};
    use super::*;
    use crate::document::{
        Badge, Block, Cell, CellClass, Direction, Fact, Figure, Heading, Inline, Language, Notice, NoticeKind, Quote,
        Reference, Sentence, Table, Tone,
    };
    use crate::draw::Scene;
    use crate::picture::Picture;

    fn tiny_png() -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, 2, 2);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&[9; 12]).unwrap();
        out
    }

    fn long_table(rows: usize) -> Table {
        let row = |i: usize| vec![Cell::text(format!("row-{i}")), Cell::text("short"), Cell::number(i.to_string())];
        Table {
            caption: "caption".into(),
            header: vec![Cell::text("head"), Cell::text("middle"), Cell::text("number")],
            rows: (0..rows).map(row).collect(),
            row_heads: true,
        }
    }

    fn document(language: Language, blocks: Vec<Block>) -> Document {
        Document {
            title: "the title".into(),
            subtitle: Some("the subtitle".into()),
            language,
            watermark: Some("invented town".into()),
            generated: jiff::Timestamp::UNIX_EPOCH,
            notices: vec![Notice { kind: NoticeKind::Note, text: vec![Inline::text("the notice")] }],
            blocks,
        }
    }

    fn every_block() -> Vec<Block> {
        let heading = |level, id: &str| Block::Heading(Heading { level, text: format!("chapter {id}"), id: id.into() });
        let badge = Badge { tone: Tone::MeetsCheckList, label: "badge".into(), contested: Some("flag".into()) };
        let quote = Quote { text: "quoted".into(), language: "ar".into(), direction: Direction::RightToLeft };
        let mut scene = Scene::new(100.0, 40.0, Direction::LeftToRight, "scene");
        let at = crate::draw::Point::new(5.0, 20.0);
        let words = scene.words(at, crate::draw::Anchor::Left, 12.0, "drawn words");
        scene.shapes.push(words.into());
        let caption = |s: &str| vec![Inline::text(s)];
        vec![
            heading(2, "one"),
            heading(3, "two"),
            Block::Paragraph(vec![
                Inline::text("paragraph "),
                Inline::Strong("strong".into()),
                Inline::Emphasis("emphasis".into()),
                Inline::Quote(quote),
                Inline::isolated("35.1234, 38.5678"),
                Inline::Ref(1),
                Inline::Ref(99),
            ]),
            heading(2, "three"),
            Block::Sentences(vec![Sentence {
                text: caption("sentence"),
                references: vec![1],
                badge: Some(badge.clone()),
            }]),
            Block::List(vec![caption("entry")]),
            Block::Facts(vec![Fact { name: "fact".into(), value: caption("value") }]),
            Block::Table(long_table(3)),
            Block::Figure(Figure { scene, alt: String::new(), caption: caption("below") }),
            heading(2, "four"),
            Block::Picture(
                Picture::shown(&tiny_png(), "seen", caption("picture")).unwrap().with_reference("exhibit 7"),
            ),
            Block::Picture(Picture::graphic(&tiny_png(), "unseen", caption("graphic")).unwrap()),
            Block::Notice(Notice { kind: NoticeKind::Care, text: caption("careful") }),
            Block::Table(Table {
                caption: "levels".into(),
                header: vec![Cell::text("level"), Cell { class: CellClass::Muted, ..Cell::text("muted") }],
                rows: vec![vec![Cell::level(&badge)], vec![]],
                row_heads: false,
            }),
            Block::References(vec![Reference {
                number: 1,
                label: caption("label"),
                id: Some("sha256 3f2a91c0".into()),
                link: Some("#one".into()),
            }]),
        ]
    }

    fn made(language: Language, blocks: Vec<Block>) -> Pdf {
        render(&document(language, blocks), &Fonts::bundled().unwrap()).unwrap()
    }

    fn pages_of(blocks: Vec<Block>) -> Vec<Page> {
        let fonts = Fonts::bundled().unwrap();
        pages::paginate(flow::flow(&document(Language::English, blocks), &fonts).rows).unwrap()
    }

    fn words_of(page: &Page) -> String {
        let items = page.rows.iter().flat_map(|placed| &placed.row.items);
        let mut out = String::new();
        for item in items {
            if let Item::Text { line, .. } = item {
                line.pieces.iter().for_each(|p| out.push_str(&p.text));
                out.push('\n');
            }
        }
        out
    }

    fn count(pdf: &Pdf, needle: &str) -> usize {
        pdf.bytes.windows(needle.len()).filter(|w| *w == needle.as_bytes()).count()
    }

    #[test]
    fn every_word_of_the_document_is_set() {
        let words: String = pages_of(every_block()).iter().map(words_of).collect();
        for expected in [
            "the title",
            "the subtitle",
            "1970-01-01 00:00 UTC",
            "the notice",
            "chapter one",
            "chapter two",
            "paragraph",
            "strong",
            "emphasis",
            "quoted",
            "35.1234, 38.5678",
            "[1]",
            "[99]",
            "sentence",
            "badge",
            "flag",
            "entry",
            "fact",
            "value",
            "caption",
            "head",
            "row-2",
            "below",
            "picture",
            "exhibit 7",
            "graphic",
            "Graphic picture",
            "careful",
            "levels",
            "muted",
            "badge · flag",
            "label",
            "sha256 3f2a91c0",
        ] {
            assert!(words.contains(expected), "{expected} in {words}");
        }
    }

    #[test]
    fn the_file_is_tagged_archival_and_names_its_language() {
        for (language, direction) in [(Language::English, "/L2R"), (Language::Arabic, "/R2L")] {
            let pdf = made(language, every_block());
            assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
            assert_eq!(count(&pdf, "/Type/Page/") + count(&pdf, "/Type/Page>"), pdf.pages);
            assert!(count(&pdf, &format!("/Lang({})", language.code())) >= 1);
            assert!(count(&pdf, direction) >= 1);
            for needle in
                ["/MarkInfo", "/StructTreeRoot", "/Outlines", "GTS_PDFA1", "pdfuaid:part>1<", "pdfaid:part>2<"]
            {
                assert!(count(&pdf, needle) >= 1, "{needle}");
            }
            for kind in ["H1", "H2", "H3", "TOC", "LI", "Table", "TH", "TD", "Figure", "Caption", "Link"] {
                assert!(count(&pdf, &format!("/S/{kind}")) >= 1, "{kind}");
            }
            // Links stay inside; a reference that does not exist is not linked.
            assert_eq!(count(&pdf, "/URI"), 0);
            assert!(count(&pdf, "/Subtype/Link") >= 3);
            assert!(pdf.missing.is_empty());
        }
    }

    #[test]
    fn the_same_document_is_the_same_file() {
        assert_eq!(made(Language::Arabic, every_block()).bytes, made(Language::Arabic, every_block()).bytes);
        let mut later = document(Language::Arabic, every_block());
        later.generated = jiff::Timestamp::from_second(86_400).unwrap();
        let later = render(&later, &Fonts::bundled().unwrap()).unwrap();
        assert_ne!(later.bytes, made(Language::Arabic, every_block()).bytes);
    }

    #[test]
    fn a_long_table_repeats_its_head_and_loses_no_row() {
        let pages = pages_of(vec![Block::Table(long_table(300))]);
        assert!(pages.len() > 5, "{}", pages.len());
        let words: Vec<String> = pages.iter().map(words_of).collect();
        for (i, page) in words.iter().enumerate() {
            assert_eq!(page.matches("head\n").count(), 1, "page {i}");
            assert_eq!(page.contains("continued"), i > 0, "page {i}");
        }
        let all = words.concat();
        for i in 0..300 {
            assert_eq!(all.matches(&format!("row-{i}\n")).count(), 1, "row {i}");
        }
        let pdf = made(Language::English, vec![Block::Table(long_table(300))]);
        // Repeated heads are for the eye; each row stands once in the tree.
        assert_eq!(count(&pdf, "/S/TR"), 301);
    }

    #[test]
    fn a_cell_longer_than_a_page_is_cut() {
        let words = "word ".repeat(9000);
        let table = Table {
            caption: String::new(),
            header: vec![Cell::text("a"), Cell::text("b")],
            rows: vec![vec![Cell::text(words.clone()), Cell::text("beside")]],
            row_heads: false,
        };
        let pages = pages_of(vec![Block::Table(table)]);
        assert!(pages.len() > 3);
        let all: String = pages.iter().map(words_of).collect();
        assert_eq!(all.matches("word").count(), 9000);
        for placed in pages.iter().flat_map(|p| &p.rows) {
            assert!(placed.y + placed.row.height <= theme::BOTTOM + 0.1);
        }
    }

    #[test]
    fn hostile_and_empty_documents_make_valid_files() {
        let nasty = "\u{202E}\u{0}<b>\u{E000}中\u{2066}\u{200D}\u{FEFF}\u{AD}";
        let text = vec![Inline::text(nasty), Inline::isolated(nasty), Inline::Strong("\n\n".into())];
        let blocks = vec![
            Block::Heading(Heading { level: 9, text: nasty.into(), id: nasty.into() }),
            Block::Heading(Heading { level: 2, text: String::new(), id: String::new() }),
            Block::Paragraph(text.clone()),
            Block::Paragraph(vec![]),
            Block::Sentences(vec![Sentence { text: text.clone(), references: vec![0, u32::MAX], badge: None }]),
            Block::Sentences(vec![]),
            Block::List(vec![vec![]]),
            Block::Facts(vec![]),
            Block::Table(Table { caption: String::new(), header: vec![], rows: vec![vec![]], row_heads: true }),
            Block::Table(long_table(0)),
            Block::References(vec![]),
        ];
        let pdf = made(Language::Arabic, blocks);
        assert_eq!(pdf.missing, BTreeSet::from(['中', '\u{E000}']));
        let mut bare = document(Language::English, vec![]);
        (bare.title, bare.subtitle, bare.watermark, bare.notices) = (String::new(), None, None, vec![]);
        assert_eq!(render(&bare, &Fonts::bundled().unwrap()).unwrap().pages, 1);
    }
}
