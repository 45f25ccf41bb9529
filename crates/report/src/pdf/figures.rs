//! Drawings and pictures with what stands below them.
//!
//! It deliberately decides nothing about what may be shown: a graphic picture arrives blurred.

use std::rc::Rc;

use krilla::tagging::Tag;

use super::flow::Builder;
use super::pages::{Item, Row};
use super::tags::{Mark, Tree};
use super::text::Style;
use super::theme::{self, COLUMN, DEPTH, Kind};
use crate::document::{Figure, Inline};
use crate::picture::Picture;

/// Largest picture, in points.
const PICTURE: (f32, f32) = (COLUMN, 330.0);
/// Width of the still that stands for a graphic picture.
const STILL: f32 = 170.0;

impl Builder<'_> {
    pub(super) fn figure(&mut self, figure: &Figure) {
        let mut scene = figure.scene.clone();
        scene.label.clone_from(&figure.alt);
        let (wide, tall) = (scene.width.max(1.0) as f32, scene.height.max(1.0) as f32);
        let scale = (COLUMN / wide).min(DEPTH * 0.86 / tall).min(0.8);
        let mark = self.mark();
        let (x, height) = (self.left(0.0, wide * scale), tall * scale);
        let item = Item::Scene { scene: Rc::new(scene), x, y: 0.0, scale, mark };
        self.shown(item, height, &figure.alt, mark, &figure.caption, None);
    }

    pub(super) fn picture(&mut self, picture: &Picture) {
        let (wide, tall) = picture.size();
        let (wide, tall) = (wide.max(1) as f32, tall.max(1) as f32);
        let most = if picture.is_veiled() { STILL } else { PICTURE.0 };
        // Never larger than 110 pixels an inch, so that small pictures do not look like more.
        let scale = (most / wide).min(PICTURE.1 / tall).min(72.0 / 110.0);
        let scale = if picture.is_veiled() { STILL / wide.max(tall) } else { scale };
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
        if let Some(mark) = picture.and_then(|p| self.words.veil(p.veil())) {
            let care = Style { bold: true, colour: theme::CARE, ..soft.clone() };
            spans.push(self.plain(mark, &care));
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
}
