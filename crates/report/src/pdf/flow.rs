//! Blocks into rows: what stands where across the page, not yet on which page.
//!
//! Every word goes through [`super::text::set`]; every piece of content gets a mark in the tree of
//! tags, and what is only for the eye (boxes, rules) gets none. It deliberately knows nothing of
//! page numbers or the writer's surface.

use std::collections::BTreeSet;
use std::num::NonZeroU16;

use krilla::tagging::Tag;

use super::fonts::Fonts;
use super::pages::{Item, Row};
use super::tags::{Mark, Tree};
use super::text::{Align, Line, Span, Style, set};
use super::theme::{self, COLUMN, Kind, PAGE, SIDE};
use crate::document::{Block, Direction, Document, Heading, Inline, anchor, tame};
use crate::words::{Words, stamp};

/// Fewest chapters for which a contents list is worth its room.
const CONTENTS_FROM: usize = 3;

/// A document as rows.
pub(crate) struct Flow {
    pub(crate) rows: Vec<Row>,
    pub(crate) tree: Vec<Tree>,
    pub(crate) marks: usize,
    pub(crate) missing: BTreeSet<char>,
}

/// Lays out a document.
pub(crate) fn flow(document: &Document, fonts: &Fonts) -> Flow {
    let mut builder = Builder::new(document, fonts);
    builder.opening(document);
    for block in &document.blocks {
        builder.block(block);
    }
    Flow { rows: builder.rows, tree: builder.tree, marks: builder.marks, missing: builder.missing }
}

pub(super) struct Builder<'a> {
    fonts: &'a Fonts,
    pub(super) words: &'static Words,
    pub(super) direction: Direction,
    pub(super) rows: Vec<Row>,
    pub(super) tree: Vec<Tree>,
    marks: usize,
    missing: BTreeSet<char>,
    /// Anchors that may be linked to.
    pub(super) anchors: BTreeSet<String>,
    pub(super) figures: u32,
    pub(super) tables: u32,
}

impl<'a> Builder<'a> {
    fn new(document: &Document, fonts: &'a Fonts) -> Self {
        let mut anchors = BTreeSet::new();
        for block in &document.blocks {
            match block {
                Block::Heading(heading) => {
                    anchors.insert(anchor(&heading.id));
                }
                Block::References(list) => anchors.extend(list.iter().map(|r| format!("ref-{}", r.number))),
                _ => {}
            }
        }
        Builder {
            fonts,
            words: Words::of(document.language),
            direction: document.language.direction(),
            rows: Vec::new(),
            tree: Vec::new(),
            marks: 0,
            missing: BTreeSet::new(),
            anchors,
            figures: 0,
            tables: 0,
        }
    }

    /// A new place in the tree of tags.
    pub(super) fn mark(&mut self) -> Mark {
        self.marks += 1;
        self.marks - 1
    }

    pub(super) fn style(&self, kind: Kind) -> Style {
        theme::style(kind, self.direction)
    }

    pub(super) fn line_height(&self, kind: Kind) -> f32 {
        theme::measure(kind, self.direction).1
    }

    /// The left edge of a box `width` wide that lies `from_start` from where lines begin.
    pub(super) fn left(&self, from_start: f32, width: f32) -> f32 {
        if self.direction.is_rtl() { PAGE.0 - SIDE - from_start - width } else { SIDE + from_start }
    }

    /// Sets spans in the document's direction.
    pub(super) fn set(&mut self, spans: &[Span], width: f32, align: Align) -> Vec<Line> {
        set(self.fonts, spans, self.direction, width, align, &mut self.missing)
    }

    /// Spans of inlines over a style.
    pub(super) fn spans(&self, inlines: &[Inline], style: &Style) -> Vec<Span> {
        let mut spans = Vec::with_capacity(inlines.len());
        for inline in inlines {
            match inline {
                Inline::Quote(_) => {
                    // The marks belong to the document, so they stand outside the isolate.
                    let (open, close) = self.words.quotes;
                    spans.push(self.plain(open, style));
                    spans.push(self.span(inline, style));
                    spans.push(self.plain(close, style));
                }
                _ => spans.push(self.span(inline, style)),
            }
        }
        spans
    }

    fn span(&self, inline: &Inline, base: &Style) -> Span {
        let mut style = base.clone();
        let (text, isolate) = match inline {
            Inline::Text(text) => (tame(text), None),
            Inline::Strong(text) => {
                style.bold = true;
                (tame(text), None)
            }
            Inline::Emphasis(text) => {
                // Arabic has no italic; weight sets its words apart.
                (style.italic, style.bold) = (!self.direction.is_rtl(), style.bold || self.direction.is_rtl());
                (tame(text), None)
            }
            Inline::Quote(quote) => {
                style.language = Some(quote.language.clone()).filter(|l| !l.is_empty());
                (tame(&quote.text), Some(quote.direction))
            }
            Inline::Isolated(text) => (tame(text), Some(Direction::LeftToRight)),
            Inline::Ref(number) => return self.reference_mark(*number, base),
        };
        Span { text, style, isolate }
    }

    /// `[n]`, linked when there is such a reference.
    pub(super) fn reference_mark(&self, number: u32, base: &Style) -> Span {
        let mut style = Style { family: super::fonts::Family::Sans, size: base.size * 0.78, ..base.clone() };
        let target = format!("ref-{number}");
        if self.anchors.contains(&target) {
            style.colour = theme::LINK;
            style.link = Some(target);
        }
        Span { text: format!("[{number}]"), style, isolate: Some(Direction::LeftToRight) }
    }

    /// A plain span.
    pub(super) fn plain(&self, text: &str, style: &Style) -> Span {
        Span { text: tame(text), style: style.clone(), isolate: None }
    }

    /// Plain words that always read left to right.
    pub(super) fn isolated(&self, text: &str, style: &Style) -> Span {
        Span { text: tame(text), style: style.clone(), isolate: Some(Direction::LeftToRight) }
    }

    /// Rows of lines, two of them at least staying together at either end.
    pub(super) fn put(&mut self, lines: Vec<Line>, from: f32, width: f32, height: f32, mark: Mark) -> Vec<Row> {
        let x = self.left(from, width);
        let count = lines.len();
        let row = |(i, line): (usize, Line)| Row {
            height,
            keep: count > 1 && (i == 0 || i + 2 == count),
            items: vec![Item::Text { line, x, y: 0.0, height, mark: Some(mark) }],
            ..Row::default()
        };
        lines.into_iter().enumerate().map(row).collect()
    }

    /// Rows of one kind of text over the whole column.
    pub(super) fn text_rows(&mut self, spans: &[Span], kind: Kind, mark: Mark) -> Vec<Row> {
        let lines = self.set(spans, COLUMN, Align::Start);
        self.put(lines, 0.0, COLUMN, self.line_height(kind), mark)
    }

    /// The least width in which spans take no more lines than in the whole column, so that a title
    /// does not end in a lonely word.
    fn balanced(&mut self, spans: &[Span]) -> f32 {
        let count = self.set(spans, COLUMN, Align::Start).len();
        let mut width = COLUMN;
        while width > COLUMN * 0.4 && self.set(spans, width - 12.0, Align::Start).len() == count {
            width -= 12.0;
        }
        width
    }

    /// Adds rows with room above the first.
    pub(super) fn push(&mut self, mut rows: Vec<Row>, before: f32) {
        if let Some(first) = rows.first_mut() {
            first.before += before;
        }
        self.rows.append(&mut rows);
    }

    /// Title, date, notices and contents.
    fn opening(&mut self, document: &Document) {
        let mark = self.mark();
        let title = never_empty(&document.title);
        let spans = [self.plain(&title, &self.style(Kind::Title))];
        let width = self.balanced(&spans);
        let lines = self.set(&spans, width, Align::Start);
        let mut rows = self.put(lines, 0.0, width, self.line_height(Kind::Title), mark);
        keep_all(&mut rows);
        self.tree.push(Tree::leaf(Tag::Hn(NonZeroU16::MIN, Some(title)), mark));
        self.push(rows, 0.0);
        if let Some(subtitle) = &document.subtitle {
            let mark = self.mark();
            let spans = [self.plain(subtitle, &self.style(Kind::Subtitle))];
            let mut rows = self.text_rows(&spans, Kind::Subtitle, mark);
            keep_all(&mut rows);
            self.tree.push(Tree::leaf(Tag::P, mark));
            self.push(rows, 4.0);
        }
        let mark = self.mark();
        let style = Style { colour: theme::SOFT, ..self.style(Kind::Small) };
        let date = stamp(document.generated);
        let spans = [self.plain(&format!("{} ", self.words.generated), &style), self.isolated(&date, &style)];
        let rows = self.text_rows(&spans, Kind::Small, mark);
        self.tree.push(Tree::leaf(Tag::P, mark));
        self.push(rows, 5.0);
        let rect = [SIDE, 8.0, COLUMN, 1.4];
        self.rows.push(Row {
            height: 14.0,
            items: vec![Item::Box { rect, radius: 0.0, fill: Some(theme::TEXT), edge: None }],
            ..Row::default()
        });
        for notice in &document.notices {
            self.notice(notice);
        }
        self.contents(document);
    }

    fn contents(&mut self, document: &Document) {
        let chapter = |block: &Block| match block {
            Block::Heading(heading) if heading.level <= 2 => Some(heading.clone()),
            _ => None,
        };
        let chapters: Vec<Heading> = document.blocks.iter().filter_map(chapter).collect();
        if chapters.len() < CONTENTS_FROM {
            return;
        }
        let height = self.line_height(Kind::Small) + 3.0;
        let head = self.mark();
        let style = Style { bold: true, ..self.style(Kind::Small) };
        let spans = [self.plain(self.words.contents, &style)];
        let mut rows = self.text_rows(&spans, Kind::Small, head);
        keep_all(&mut rows);
        self.tree.push(Tree::leaf(Tag::P, head));
        self.push(rows, 14.0);
        let mut entries = Vec::new();
        for heading in chapters {
            let id = anchor(&heading.id);
            let style = Style { link: Some(id.clone()), colour: theme::LINK, ..self.style(Kind::Small) };
            let spans = [self.plain(&heading.text, &style)];
            let lines = self.set(&spans, COLUMN - 40.0, Align::Start);
            let (name, number) = (self.mark(), self.mark());
            let mut rows = self.put(lines, 0.0, COLUMN - 40.0, height, name);
            let x = self.left(COLUMN, 0.0);
            if let Some(last) = rows.last_mut() {
                last.items.push(Item::PageOf { anchor: id, x, y: 0.0, height, mark: number });
            }
            self.push(rows, 0.0);
            let children = vec![Tree::Mark(name), Tree::Mark(number)];
            entries.push(Tree::group(Tag::TOCI, vec![Tree::group(Tag::P, children)]));
        }
        self.tree.push(Tree::group(Tag::TOC, entries));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(heading) => self.heading(heading),
            Block::Paragraph(text) => self.paragraph(text),
            Block::Sentences(sentences) => self.sentences(sentences),
            Block::List(entries) => self.list(entries),
            Block::Facts(facts) => self.facts(facts),
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::Picture(picture) => self.picture(picture),
            Block::Notice(notice) => self.notice(notice),
            Block::References(list) => self.references(list),
        }
    }

    fn heading(&mut self, heading: &Heading) {
        let (kind, level, before, after) = match heading.level {
            0..=2 => (Kind::Chapter, 2, 26.0, 5.5),
            3 => (Kind::Section, 3, 17.0, 3.0),
            _ => (Kind::Part, 4, 12.0, 2.0),
        };
        let mark = self.mark();
        let title = never_empty(&heading.text);
        let spans = [self.plain(&title, &self.style(kind))];
        let mut rows = self.text_rows(&spans, kind, mark);
        keep_all(&mut rows);
        if let Some(first) = rows.first_mut() {
            first.anchors.push(anchor(&heading.id));
            first.bookmark = Some((level, title.clone()));
        }
        if let Some(last) = rows.last_mut() {
            if kind == Kind::Chapter {
                let rect = [SIDE, last.height + 2.5, COLUMN, 0.6];
                let rule = Some(theme::RULE);
                last.items.push(Item::Box { rect, radius: 0.0, fill: rule, edge: None });
            }
            last.height += after;
        }
        let level = NonZeroU16::new(level.into()).unwrap_or(NonZeroU16::MIN);
        self.tree.push(Tree::leaf(Tag::Hn(level, Some(title)), mark));
        self.push(rows, before);
    }

    fn paragraph(&mut self, text: &[Inline]) {
        let mark = self.mark();
        let spans = self.spans(text, &self.style(Kind::Body));
        let rows = self.text_rows(&spans, Kind::Body, mark);
        self.tree.push(Tree::leaf(Tag::P, mark));
        self.push(rows, 7.0);
    }

    /// Room below the last row.
    pub(super) fn gap(&mut self, height: f32) {
        self.rows.push(Row { height, ..Row::default() });
    }
}

/// Words for a heading, which the standards want to have some.
pub(super) fn never_empty(words: &str) -> String {
    let tamed = tame(words);
    if tamed.trim().is_empty() { "–".to_owned() } else { tamed }
}

/// All rows stay together and with what follows.
pub(super) fn keep_all(rows: &mut [Row]) {
    rows.iter_mut().for_each(|row| row.keep = true);
}
