//! Blocks of words: sentences with their levels, lists, facts, notices, references.
//!
//! It deliberately holds no block that is drawn or ruled into cells; see `figures` and `table`.

use krilla::tagging::{ListNumbering, Tag};

use super::flow::{Builder, keep_all};
use super::pages::{Item, Row};
use super::tags::{Mark, Tree};
use super::text::{Align, Colour, Span, Style};
use super::theme::{self, BADGE, BESIDE, COLUMN, GUTTER, Kind, SIDE};
use crate::document::{Badge, Fact, Inline, Notice, NoticeKind, Reference, Sentence, anchor, local_link};

/// Room for the names of facts.
const NAMES: f32 = 112.0;
/// Room for the numbers of references.
const NUMBERS: f32 = 30.0;

impl Builder<'_> {
    pub(super) fn sentences(&mut self, sentences: &[Sentence]) {
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

    pub(super) fn list(&mut self, entries: &[Vec<Inline>]) {
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

    pub(super) fn facts(&mut self, facts: &[Fact]) {
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

    pub(super) fn notice(&mut self, notice: &Notice) {
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

    pub(super) fn references(&mut self, list: &[Reference]) {
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
}

/// All rows but the last stay together.
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
