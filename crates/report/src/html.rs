//! A document as one HTML file that needs nothing else: no script, no request, no font.
//!
//! [`page`] is the whole file; [`article`], [`inlines`], [`badge`] and [`STYLE`] are the same parts for
//! pages that a server sends. The file's content policy allows its own style sheet by hash and pictures
//! by `data:` only, so even a flaw in escaping could not make it fetch or run anything.
//!
//! It deliberately holds no original of a graphic picture, not even hidden: see
//! [`crate::picture`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::document::{
    Badge, Block, Cell, CellClass, Document, Figure, Heading, Inline, Notice, NoticeKind, Quote, Reference, Sentence,
    Table, Tone, anchor, local_link, tame,
};
use crate::picture::Picture;
use crate::words::{Words, stamp};

/// The style sheet of [`page`], also for pages that show [`article`].
pub const STYLE: &str = include_str!("style.css");

/// Fewest chapters for which a contents list is worth its room.
const CONTENTS_FROM: usize = 3;
/// Isolates up to this many characters stay on one line.
const KEEP_TOGETHER: usize = 40;

/// The whole file.
pub fn page(document: &Document) -> String {
    let words = Words::of(document.language);
    let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'");
    let markup = html! {
        (DOCTYPE)
        html lang=(document.language.code()) dir=(document.language.direction().code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (tame(&document.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                @if let Some(mark) = &document.watermark {
                    p.watermark role="note" { (tame(mark)) }
                    p.watermark-print aria-hidden="true" { (tame(mark)) }
                }
                main { (article(document)) }
                footer.colophon {
                    p { (words.generated) " " (isolated(&stamp(document.generated))) }
                    @if let Some(mark) = &document.watermark { p { (tame(mark)) } }
                }
            }
        }
    };
    markup.into_string()
}

/// Title, notices, contents and blocks, as one `article`.
pub fn article(document: &Document) -> Markup {
    let words = Words::of(document.language);
    let mut shower = Shower { words, figures: 0, tables: 0 };
    let chapters: Vec<&Heading> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading(heading) if heading.level <= 2 => Some(heading),
            _ => None,
        })
        .collect();
    html! {
        article.report lang=(document.language.code()) dir=(document.language.direction().code()) {
            header.title {
                h1 { (tame(&document.title)) }
                @if let Some(subtitle) = &document.subtitle { p.subtitle { (tame(subtitle)) } }
                p.made { (words.generated) " " (isolated(&stamp(document.generated))) }
            }
            @for notice in &document.notices { (shower.notice(notice)) }
            @if chapters.len() >= CONTENTS_FROM {
                nav.contents aria-label=(words.contents) {
                    h2 { (words.contents) }
                    ol { @for h in &chapters {
                        li { a href=(format!("#{}", anchor(&h.id))) { (tame(&h.text)) } }
                    } }
                }
            }
            @for block in &document.blocks { (shower.block(block)) }
        }
    }
}

/// Inlines as they stand in running text.
pub fn inlines(list: &[Inline], words: &Words) -> Markup {
    html! {
        @for inline in list {
            @match inline {
                Inline::Text(text) => { (tame(text)) }
                Inline::Strong(text) => { strong { (tame(text)) } }
                Inline::Emphasis(text) => { em { (tame(text)) } }
                Inline::Quote(quote) => { (show_quote(quote, words)) }
                Inline::Isolated(text) => { (isolated(text)) }
                Inline::Ref(number) => { (reference_mark(*number)) }
            }
        }
    }
}

/// A support level in words, with its colour and the flag beside it.
pub fn badge(badge: &Badge) -> Markup {
    html! {
        span.badge.(tone_class(badge.tone)) { (tame(&badge.label)) }
        @if let Some(flag) = &badge.contested { " " span.badge.contested { (tame(flag)) } }
    }
}

/// The class that gives a tone its colour in [`STYLE`].
pub fn tone_class(tone: Tone) -> &'static str {
    ["tone-none", "tone-0", "tone-1", "tone-2", "tone-3", "tone-4"][tone.step()]
}

fn isolated(text: &str) -> Markup {
    // Short ones are kept on one line; a hash may break.
    let short = text.chars().count() <= KEEP_TOGETHER;
    html! { bdi.short[short] dir="ltr" { (tame(text)) } }
}

/// An element with `dir` is an isolate of its own, so hostile words cannot turn their surroundings.
fn show_quote(quote: &Quote, words: &Words) -> Markup {
    let (open, close) = words.quotes;
    let sound = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let known = !quote.language.is_empty() && quote.language.chars().all(sound);
    let language = if known { quote.language.as_str() } else { "und" };
    // The marks belong to the document, so they stand outside and follow its direction.
    html! { (open) q lang=(language) dir=(quote.direction.code()) { (tame(&quote.text)) } (close) }
}

fn reference_mark(number: u32) -> Markup {
    html! { a.ref href=(format!("#ref-{number}")) { bdi.short dir="ltr" { "[" (number) "]" } } }
}

struct Shower {
    words: &'static Words,
    figures: u32,
    tables: u32,
}

impl Shower {
    fn block(&mut self, block: &Block) -> Markup {
        match block {
            Block::Heading(heading) => self.heading(heading),
            Block::Paragraph(text) => html! { p { (inlines(text, self.words)) } },
            Block::Sentences(sentences) => html! {
                ul.sentences { @for sentence in sentences { (self.sentence(sentence)) } }
            },
            Block::List(entries) => html! {
                ul { @for entry in entries { li { (inlines(entry, self.words)) } } }
            },
            Block::Facts(facts) => html! {
                dl.facts { @for fact in facts {
                    div { dt { (tame(&fact.name)) } dd { (inlines(&fact.value, self.words)) } }
                } }
            },
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::Picture(picture) => self.picture(picture),
            Block::Notice(notice) => self.notice(notice),
            Block::References(list) => html! {
                ol.references { @for reference in list { (self.reference(reference)) } }
            },
        }
    }

    fn heading(&self, heading: &Heading) -> Markup {
        let (id, text) = (anchor(&heading.id), tame(&heading.text));
        match heading.level {
            0..=2 => html! { h2 id=(id) { (text) } },
            3 => html! { h3 id=(id) { (text) } },
            _ => html! { h4 id=(id) { (text) } },
        }
    }

    fn sentence(&self, sentence: &Sentence) -> Markup {
        html! {
            li {
                p {
                    (inlines(&sentence.text, self.words))
                    @for number in &sentence.references { " " (reference_mark(*number)) }
                }
                @if let Some(level) = &sentence.badge { p.level { (badge(level)) } }
            }
        }
    }

    fn notice(&self, notice: &Notice) -> Markup {
        let class = match notice.kind {
            NoticeKind::Note => "note",
            NoticeKind::Limit => "limit",
            NoticeKind::Withheld => "withheld",
            NoticeKind::Care => "care",
        };
        html! {
            div.notice.(class) role="note" {
                p { strong { (self.words.notice(notice.kind)) } " " (inlines(&notice.text, self.words)) }
            }
        }
    }

    fn table(&mut self, table: &Table) -> Markup {
        self.tables += 1;
        let columns = table.header.len();
        html! {
            div.table role="region" tabindex="0" aria-label=(tame(&table.caption)) {
                table {
                    caption {
                        span.kind { (self.words.table) " " (isolated(&self.tables.to_string())) }
                        " " (tame(&table.caption))
                    }
                    thead { tr { @for cell in &table.header {
                        th.(cell_class(cell.class)) scope="col" { (inlines(&cell.content, self.words)) }
                    } } }
                    tbody { @for row in &table.rows { tr { @for i in 0..columns {
                        (self.cell(row.get(i), i == 0 && table.row_heads))
                    } } } }
                }
            }
        }
    }

    fn cell(&self, cell: Option<&Cell>, head: bool) -> Markup {
        let Some(cell) = cell else { return html! { td {} } };
        let (class, content) = (cell_class(cell.class), inlines(&cell.content, self.words));
        if head {
            html! { th.(class) scope="row" { (content) } }
        } else {
            html! { td.(class) { (content) } }
        }
    }

    fn figure(&mut self, figure: &Figure) -> Markup {
        let mut scene = figure.scene.clone();
        scene.label.clone_from(&figure.alt);
        html! {
            figure {
                div.plate { (PreEscaped(scene.svg())) }
                (self.caption(&figure.caption))
            }
        }
    }

    fn picture(&mut self, picture: &Picture) -> Markup {
        let source = format!("data:image/png;base64,{}", STANDARD.encode(picture.png()));
        let (width, height) = picture.size();
        html! {
            figure.graphic[picture.is_veiled()] {
                img src=(source) width=(width) height=(height) alt=(tame(&picture.alt));
                @if let Some(mark) = self.words.veil(picture.veil()) {
                    p.mark { (mark) }
                    details {
                        summary { (self.words.graphic_open) }
                        p { (self.words.graphic_note) }
                        @if let Some(reference) = &picture.reference { p { (isolated(reference)) } }
                    }
                } @else if let Some(reference) = &picture.reference {
                    p.source { (isolated(reference)) }
                }
                (self.caption(&picture.caption))
            }
        }
    }

    fn caption(&mut self, caption: &[Inline]) -> Markup {
        self.figures += 1;
        html! {
            figcaption {
                span.kind { (self.words.figure) " " (isolated(&self.figures.to_string())) }
                " " (inlines(caption, self.words))
            }
        }
    }

    fn reference(&self, reference: &Reference) -> Markup {
        let label = inlines(&reference.label, self.words);
        html! {
            li id=(format!("ref-{}", reference.number)) {
                span.number { (isolated(&format!("[{}]", reference.number))) }
                div {
                    @match reference.link.as_deref().map(|link| (link, local_link(link))) {
                        Some((_, Some(link))) => { a href=(link) { (label) } }
                        Some((words, None)) => { (label) " " (isolated(words)) }
                        None => { (label) }
                    }
                    @if let Some(id) = &reference.id { " " span.id { (isolated(id)) } }
                }
            }
        }
    }
}

fn cell_class(class: CellClass) -> &'static str {
    match class {
        CellClass::Plain => "plain",
        CellClass::Number => "number",
        CellClass::Muted => "muted",
        CellClass::Level(tone) => tone_class(tone),
        CellClass::Contested => "against",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Direction, Fact, Language};
    use crate::draw::Scene;

    const HOSTILE: &str = "<script>alert(1)</script>\"'&\u{202E}";

    fn document(language: Language) -> Document {
        let say = |s: &str| vec![Inline::text(format!("{s} {HOSTILE}"))];
        let level = Badge { tone: Tone::Corroborated, label: "badge".into(), contested: Some("flag".into()) };
        let quote = Quote { text: "quoted".into(), language: "ar".into(), direction: Direction::RightToLeft };
        let scene = Scene::new(10.0, 10.0, language.direction(), "scene label");
        let blocks = vec![
            Block::Heading(Heading { level: 2, text: "heading".into(), id: "a b\"".into() }),
            Block::Paragraph(vec![
                Inline::Strong("strong".into()),
                Inline::Emphasis("emphasis".into()),
                Inline::Quote(quote),
                Inline::isolated("35.1, 38.5"),
                Inline::Ref(7),
            ]),
            Block::Sentences(vec![Sentence {
                text: say("sentence"),
                references: vec![1, 2],
                badge: Some(level.clone()),
            }]),
            Block::List(vec![say("entry")]),
            Block::Facts(vec![Fact { name: "fact".into(), value: say("value") }]),
            Block::Table(Table {
                caption: "caption".into(),
                header: vec![Cell::text("head"), Cell::text("other")],
                rows: vec![vec![Cell::text("row")], vec![Cell::text("x"), Cell::level(&level), Cell::text("cut")]],
                row_heads: true,
            }),
            Block::Figure(Figure { scene, alt: "alternative".into(), caption: say("below") }),
            Block::References(vec![Reference {
                number: 1,
                label: say("label"),
                id: Some("id".into()),
                link: Some("https://example.org".into()),
            }]),
        ];
        Document {
            title: format!("title {HOSTILE}"),
            subtitle: Some("subtitle".into()),
            language,
            watermark: Some("invented".into()),
            generated: jiff::Timestamp::UNIX_EPOCH,
            notices: vec![Notice { kind: NoticeKind::Limit, text: say("notice") }],
            blocks,
        }
    }

    #[test]
    fn every_text_appears_and_no_markup_gets_in() {
        let page = page(&document(Language::English));
        for words in [
            "title",
            "subtitle",
            "invented",
            "1970-01-01 00:00 UTC",
            "notice",
            "heading",
            "strong",
            "emphasis",
            "quoted",
            "35.1, 38.5",
            "[7]",
            "sentence",
            "[1]",
            "[2]",
            "badge",
            "flag",
            "entry",
            "fact",
            "value",
            "caption",
            "head",
            "other",
            "row",
            "alternative",
            "below",
            "label",
            ">id<",
            "⟨U+202E⟩",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("<script") && !page.contains('\u{202E}'));
        assert!(!page.contains(">cut<"), "rows longer than the header are cut");
        assert!(!page.contains("href=\"https"), "nothing links outward");
        assert!(page.contains("https://example.org"), "but its words are kept");
    }

    #[test]
    fn the_policy_allows_this_style_sheet_only() {
        let page = page(&document(Language::English));
        let style = page.split("<style>").nth(1).and_then(|s| s.split("</style>").next()).unwrap();
        let digest = STANDARD.encode(Sha256::digest(style.as_bytes()));
        assert!(page.contains(&format!("style-src 'sha256-{digest}'")) && page.contains("default-src 'none'"));
        assert!(!page.contains("style=\"") && !page.contains("url(") && !page.contains("@import"));
    }

    #[test]
    fn arabic_is_right_to_left_and_numbers_are_not() {
        let page = page(&document(Language::Arabic));
        assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(page.contains("<bdi class=\"short\" dir=\"ltr\">35.1, 38.5</bdi>"));
        assert!(page.contains("<bdi class=\"short\" dir=\"ltr\">[1]</bdi>"));
        assert!(page.contains("«<q lang=\"ar\" dir=\"rtl\">quoted</q>»"));
    }

    #[test]
    fn tables_and_headings_are_marked_up_for_readers_who_listen() {
        let page = page(&document(Language::English));
        assert!(page.contains("<th class=\"plain\" scope=\"col\">head</th>"));
        assert!(page.contains("<th class=\"plain\" scope=\"row\">row</th>"));
        assert_eq!(page.matches("<h1>").count(), 1);
        assert!(page.contains("<h2 id=\"a-b-\">heading</h2>"));
        assert!(page.contains("role=\"img\" aria-label=\"alternative\""));
    }

    #[test]
    fn the_same_document_is_the_same_file() {
        assert_eq!(page(&document(Language::Arabic)), page(&document(Language::Arabic)));
    }
}
