//! Blocks into rows: what stands where across the page, not yet on which page.
//!
//! Every word goes through [`super::text::set`]; every piece of content gets a mark in the tree of
//! tags, and what is only for the eye (boxes, rules) gets none. It deliberately knows nothing of
//! page numbers or the writer's surface.

use std::collections::BTreeSet;
use std::num::NonZeroU16;
use std::rc::Rc;

use krilla::tagging::{ListNumbering, Tag};

use super::fonts::Fonts;
use super::pages::{Item, Row};
use super::tags::{Mark, Tree};
use super::text::{Align, Colour, Line, Span, Style, set};
use super::theme::{self, BADGE, BESIDE, COLUMN, DEPTH, GUTTER, Kind, PAGE, SIDE};
use crate::document::{
    Badge, Block, Direction, Document, Fact, Figure, Heading, Inline, Notice, NoticeKind, Reference, Sentence, anchor,
    local_link, tame,
};
use crate::picture::Picture;
use crate::words::{Words, stamp};

/// Fewest chapters for which a contents list is worth its room.
const CONTENTS_FROM: usize = 3;
/// Room for the names of facts.
const NAMES: f32 = 112.0;
/// Room for the numbers of references.
const NUMBERS: f32 = 30.0;
/// Largest picture, in points.
const PICTURE: (f32, f32) = (COLUMN, 330.0);
/// Width of the still that stands for a graphic picture.
const STILL: f32 = 170.0;

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
    anchors: BTreeSet<String>,
    figures: u32,
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
    fn reference_mark(&self, number: u32, base: &Style) -> Span {
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
    fn put(&mut self, lines: Vec<Line>, from: f32, width: f32, height: f32, mark: Mark) -> Vec<Row> {
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
    fn text_rows(&mut self, spans: &[Span], kind: Kind, mark: Mark) -> Vec<Row> {
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

    fn sentences(&mut self, sentences: &[Sentence]) {
        let mut entries = Vec::new();
        for (i, sentence) in sentences.iter().enumerate() {
            let (text, level) = (self.mark(), self.mark());
            let style = self.style(Kind::Body);
            let mut spans = self.spans(&sentence.text, &style);
            for number in &sentence.references {
                spans.push(self.plain(" ", &style));
                spans.push(self.reference_mark(*number, &style));
            }
            let width = COLUMN - BESIDE - GUTTER;
            let lines = self.set(&spans, width, Align::Start);
            let mut rows = self.put(lines, 0.0, width, self.line_height(Kind::Body), text);
            if let Some(badge) = &sentence.badge {
                let (items, deep) = self.badge(badge, COLUMN - BESIDE, BESIDE, 1.5, level);
                beside(&mut rows, items, deep);
            }
            if i > 0 {
                rule_above(&mut rows, 4.5);
            }
            self.push(rows, if i > 0 { 10.0 } else { 7.0 });
            let mut body = vec![Tree::leaf(Tag::P, text)];
            if sentence.badge.is_some() {
                body.push(Tree::leaf(Tag::P, level));
            }
            entries.push(Tree::group(Tag::LI, vec![Tree::group(Tag::LBody, body)]));
        }
        self.tree.push(Tree::group(Tag::L(ListNumbering::None), entries));
    }

    /// The boxes of a level and its flag, from `y` down; gives back how far down they reach.
    fn badge(&mut self, badge: &Badge, from: f32, width: f32, y: f32, mark: Mark) -> (Vec<Item>, f32) {
        let (fill, words) = theme::tone(badge.tone);
        let mut items = Vec::new();
        let mut bottom = self.label(&badge.label, (Some(fill), None, words), (from, width, y), mark, &mut items);
        if let Some(flag) = &badge.contested {
            let looks = (None, Some((theme::ALERT, 0.8)), theme::ALERT);
            bottom = self.label(flag, looks, (from, width, bottom + 2.5), mark, &mut items);
        }
        (items, bottom)
    }

    /// A small box with words in it; gives back its lower end.
    fn label(
        &mut self,
        words: &str,
        (fill, edge, colour): (Option<Colour>, Option<(Colour, f32)>, Colour),
        (from, width, y): (f32, f32, f32),
        mark: Mark,
        items: &mut Vec<Item>,
    ) -> f32 {
        let height = self.line_height(Kind::Label);
        let style = Style { colour, ..self.style(Kind::Label) };
        let lines = self.set(&[self.plain(words, &style)], width - 10.0, Align::Start);
        let widest = lines.iter().map(|l| l.width).fold(0.0, f32::max);
        let tall = (lines.len() as f32 * height + BADGE - 10.4).max(BADGE);
        let rect = [self.left(from, widest + 10.0), y, widest + 10.0, tall];
        items.push(Item::Box { rect, radius: 2.0, fill, edge });
        let top = y + (tall - lines.len() as f32 * height) / 2.0;
        let x = self.left(from + 5.0, width - 10.0);
        items.extend(lines.into_iter().enumerate().map(|(i, line)| Item::Text {
            line,
            x,
            y: top + i as f32 * height,
            height,
            mark: Some(mark),
        }));
        y + tall
    }

    fn list(&mut self, entries: &[Vec<Inline>]) {
        let mut tree = Vec::new();
        for entry in entries {
            let (sign, body) = (self.mark(), self.mark());
            let style = self.style(Kind::Body);
            let spans = self.spans(entry, &style);
            let lines = self.set(&spans, COLUMN - 14.0, Align::Start);
            let height = self.line_height(Kind::Body);
            let mut rows = self.put(lines, 14.0, COLUMN - 14.0, height, body);
            let bullet = self.set(&[self.plain("•", &style)], 12.0, Align::Start);
            let x = self.left(2.0, 12.0);
            if let (Some(first), Some(line)) = (rows.first_mut(), bullet.into_iter().next()) {
                first.items.insert(0, Item::Text { line, x, y: 0.0, height, mark: Some(sign) });
            }
            self.push(rows, 4.0);
            let children = vec![Tree::leaf(Tag::Lbl, sign), Tree::leaf(Tag::LBody, body)];
            tree.push(Tree::group(Tag::LI, children));
        }
        self.tree.push(Tree::group(Tag::L(ListNumbering::Disc), tree));
    }

    fn facts(&mut self, facts: &[Fact]) {
        let mut tree = Vec::new();
        for (i, fact) in facts.iter().enumerate() {
            let small = Style { colour: theme::SOFT, ..self.style(Kind::Small) };
            let name = [self.plain(&fact.name, &small)];
            let value = self.spans(&fact.value, &self.style(Kind::Body));
            let (mut rows, pair) = self.pair(&name, Kind::Small, NAMES, &value, Kind::Body);
            if let Some(last) = rows.last_mut() {
                // A list of facts does not begin with one fact at the foot of a page.
                last.keep |= i == 0 && facts.len() > 1;
            }
            self.paired(rows, i > 0, pair, &mut tree);
        }
        self.tree.push(Tree::group(Tag::L(ListNumbering::None), tree));
    }

    /// A name beside its value: rows, and the marks of both.
    fn pair(
        &mut self,
        name: &[Span],
        name_kind: Kind,
        room: f32,
        value: &[Span],
        kind: Kind,
    ) -> (Vec<Row>, (Mark, Mark)) {
        let marks = (self.mark(), self.mark());
        let (height, name_height) = (self.line_height(kind), self.line_height(name_kind));
        let lines = self.set(value, COLUMN - room, Align::Start);
        let mut rows = self.put(lines, room, COLUMN - room, height, marks.1);
        let names = self.set(name, room - 10.0, Align::Start);
        let (x, deep) = (self.left(0.0, room - 10.0), names.len() as f32 * name_height);
        let drop = (height - name_height) / 2.0;
        let items = names.into_iter().enumerate().map(|(i, line)| Item::Text {
            line,
            x,
            y: drop + i as f32 * name_height,
            height: name_height,
            mark: Some(marks.0),
        });
        beside(&mut rows, items.collect(), deep);
        (rows, marks)
    }

    fn paired(&mut self, mut rows: Vec<Row>, ruled: bool, marks: (Mark, Mark), tree: &mut Vec<Tree>) {
        if ruled {
            rule_above(&mut rows, 2.5);
        }
        self.push(rows, if ruled { 6.0 } else { 7.0 });
        let children = vec![Tree::leaf(Tag::Lbl, marks.0), Tree::leaf(Tag::LBody, marks.1)];
        tree.push(Tree::group(Tag::LI, children));
    }

    fn notice(&mut self, notice: &Notice) {
        let mark = self.mark();
        let small = self.style(Kind::Small);
        let colour = if notice.kind == NoticeKind::Care { theme::CARE } else { theme::TEXT };
        let strong = Style { bold: true, colour, ..small.clone() };
        let mut spans = vec![self.plain(self.words.notice(notice.kind), &strong), self.plain("  ", &small)];
        spans.extend(self.spans(&notice.text, &small));
        let (inset, height) = (12.0, self.line_height(Kind::Small) + 0.8);
        let lines = self.set(&spans, COLUMN - 2.0 * inset, Align::Start);
        let mut rows = self.put(lines, inset, COLUMN - 2.0 * inset, height, mark);
        let bar = match notice.kind {
            NoticeKind::Note => theme::LINK,
            NoticeKind::Limit => theme::SOFT,
            NoticeKind::Withheld => theme::TEXT,
            NoticeKind::Care => theme::CARE,
        };
        pad(&mut rows, 5.0);
        let edge = self.left(0.0, 3.0);
        for row in &mut rows {
            let boxes = [([SIDE, 0.0, COLUMN, row.height], theme::WASH), ([edge, 0.0, 3.0, row.height], bar)];
            let boxes = boxes.map(|(rect, fill)| Item::Box { rect, radius: 0.0, fill: Some(fill), edge: None });
            row.items.splice(0..0, boxes);
        }
        self.tree.push(Tree::group(Tag::Div, vec![Tree::leaf(Tag::P, mark)]));
        self.push(rows, 9.0);
    }

    fn figure(&mut self, figure: &Figure) {
        let mut scene = figure.scene.clone();
        scene.label.clone_from(&figure.alt);
        let (wide, tall) = (scene.width.max(1.0) as f32, scene.height.max(1.0) as f32);
        let scale = (COLUMN / wide).min(DEPTH * 0.86 / tall).min(0.8);
        let mark = self.mark();
        let (x, height) = (self.left(0.0, wide * scale), tall * scale);
        let item = Item::Scene { scene: Rc::new(scene), x, y: 0.0, scale, mark };
        self.shown(item, height, &figure.alt, mark, &figure.caption, None);
    }

    fn picture(&mut self, picture: &Picture) {
        let (wide, tall) = picture.size();
        let (wide, tall) = (wide.max(1) as f32, tall.max(1) as f32);
        let most = if picture.is_graphic() { STILL } else { PICTURE.0 };
        // Never larger than 110 pixels an inch, so that small pictures do not look like more.
        let scale = (most / wide).min(PICTURE.1 / tall).min(72.0 / 110.0);
        let scale = if picture.is_graphic() { STILL / wide.max(tall) } else { scale };
        let mark = self.mark();
        let rect = [self.left(0.0, wide * scale), 0.0, wide * scale, tall * scale];
        let item = Item::Picture { picture: Rc::new(picture.clone()), rect, mark };
        self.shown(item, tall * scale, &picture.alt, mark, &picture.caption, Some(picture));
    }

    /// A figure with what stands below it.
    fn shown(&mut self, item: Item, height: f32, alt: &str, mark: Mark, caption: &[Inline], picture: Option<&Picture>) {
        self.figures += 1;
        let row = Row { height: height + 5.0, keep: true, items: vec![item], ..Row::default() };
        self.push(vec![row], 12.0);
        let caption_mark = self.mark();
        let soft = Style { colour: theme::SOFT, ..self.style(Kind::Small) };
        let strong = Style { bold: true, ..self.style(Kind::Small) };
        let mut spans = Vec::new();
        if picture.is_some_and(Picture::is_graphic) {
            let care = Style { bold: true, colour: theme::CARE, ..soft.clone() };
            spans.push(self.plain(self.words.graphic, &care));
            spans.push(self.plain(&format!("\n{} ", self.words.graphic_note), &soft));
        }
        if let Some(reference) = picture.and_then(|p| p.reference.as_deref()) {
            spans.push(self.isolated(reference, &soft));
            spans.push(self.plain("\n", &soft));
        } else if !spans.is_empty() {
            spans.push(self.plain("\n", &soft));
        }
        spans.push(self.plain(&format!("{} ", self.words.figure), &strong));
        spans.push(self.isolated(&self.figures.to_string(), &strong));
        spans.push(self.plain(". ", &strong));
        spans.extend(self.spans(caption, &soft));
        let rows = self.text_rows(&spans, Kind::Small, caption_mark);
        self.push(rows, 2.0);
        let alt = Some(alt.trim()).filter(|a| !a.is_empty()).unwrap_or(self.words.figure).to_owned();
        let figure = Tree::leaf(Tag::Figure(Some(alt)), mark);
        self.tree.push(Tree::group(Tag::Div, vec![figure, Tree::leaf(Tag::Caption, caption_mark)]));
        self.gap(6.0);
    }

    fn references(&mut self, list: &[Reference]) {
        let mut tree = Vec::new();
        for reference in list {
            let small = self.style(Kind::Small);
            let soft = Style { colour: theme::SOFT, ..small.clone() };
            let number = [self.isolated(&format!("[{}]", reference.number), &soft)];
            let mut value = self.spans(&reference.label, &small);
            match reference.link.as_deref().map(|link| (link, local_link(link))) {
                Some((_, Some(local))) => match local.strip_prefix('#').map(anchor) {
                    Some(target) if self.anchors.contains(&target) => {
                        for span in value.iter_mut().filter(|s| s.style.link.is_none()) {
                            span.style.link = Some(target.clone());
                            span.style.colour = theme::LINK;
                        }
                    }
                    Some(_) => {}
                    None => {
                        value.push(self.plain(" ", &soft));
                        value.push(self.isolated(local, &soft));
                    }
                },
                Some((words, None)) => {
                    value.push(self.plain(" ", &soft));
                    value.push(self.isolated(words, &soft));
                }
                None => {}
            }
            if let Some(id) = &reference.id {
                value.push(self.plain("\n", &soft));
                value.push(self.isolated(id, &Style { size: small.size * 0.88, ..soft.clone() }));
            }
            let (mut rows, marks) = self.pair(&number, Kind::Small, NUMBERS, &value, Kind::Small);
            if let Some(first) = rows.first_mut() {
                first.anchors.push(format!("ref-{}", reference.number));
            }
            keep_all_but_last(&mut rows);
            self.push(rows, 4.5);
            let children = vec![Tree::leaf(Tag::Lbl, marks.0), Tree::leaf(Tag::LBody, marks.1)];
            tree.push(Tree::group(Tag::LI, children));
        }
        self.tree.push(Tree::group(Tag::L(ListNumbering::Decimal), tree));
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
fn keep_all(rows: &mut [Row]) {
    rows.iter_mut().for_each(|row| row.keep = true);
}

fn keep_all_but_last(rows: &mut [Row]) {
    keep_all(rows);
    if let Some(last) = rows.last_mut() {
        last.keep = false;
    }
}

/// Puts items beside the first row and sees that the rows reach down as far as they do.
fn beside(rows: &mut Vec<Row>, items: Vec<Item>, deep: f32) {
    if rows.is_empty() {
        rows.push(Row::default());
    }
    let whole: f32 = rows.iter().map(|r| r.height).sum();
    if let Some(last) = rows.last_mut() {
        last.height += (deep - whole).max(0.0);
    }
    let mut covered = 0.0;
    let count = rows.len();
    for row in &mut rows[..count - 1] {
        covered += row.height;
        if covered < deep {
            row.keep = true;
        }
    }
    if let Some(first) = rows.first_mut() {
        first.items.extend(items);
    }
}

/// A hairline above the first row.
fn rule_above(rows: &mut [Row], above: f32) {
    if let Some(first) = rows.first_mut() {
        let rect = [SIDE, -above, COLUMN, 0.5];
        first.items.push(Item::Box { rect, radius: 0.0, fill: Some(theme::RULE), edge: None });
    }
}

/// Room above the first and below the last row, inside their background.
fn pad(rows: &mut [Row], room: f32) {
    if let Some(first) = rows.first_mut() {
        first.height += room;
        for item in &mut first.items {
            match item {
                Item::Text { y, .. } | Item::Scene { y, .. } | Item::PageOf { y, .. } => *y += room,
                Item::Box { rect, .. } | Item::Picture { rect, .. } => rect[1] += room,
            }
        }
    }
    if let Some(last) = rows.last_mut() {
        last.height += room;
    }
}
