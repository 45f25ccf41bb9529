//! Pages into bytes: content, tags, bookmarks, links, metadata.
//!
//! PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) are asked for together and checked by the
//! writer. Running heads, page numbers, boxes and the watermark are artifacts, which a screen
//! reader passes over; everything else is in the tree of tags in reading order. It deliberately
//! writes no time but the document's own and no identifier but those made from its bytes.

use std::collections::{BTreeMap, BTreeSet};

use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Point, Quadrilateral, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata, TextDirection};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagTree};
use krilla::{Document as Writer, SerializeSettings};

use super::PdfError;
use super::flow::never_empty;
use super::fonts::Fonts;
use super::ink;
use super::pages::{Item, Page, Placed};
use super::tags::{Mark, Tree, finish};
use super::text::{Align, ENDLESS, Line, Piece, Span, Style, set};
use super::theme::{self, COLUMN, Kind, PAGE, SIDE};
use crate::document::{Direction, Document, isolate, tame};
use crate::words::{Words, stamp};

/// Distance of the running head's and foot's box from the edge of the page.
const HEAD: f32 = 34.0;

/// Where an anchor lies.
type Anchors = BTreeMap<String, (usize, f32)>;

/// A link whose annotation is still to be added to its page.
struct Pending {
    rect: Rect,
    target: String,
    words: String,
    mark: Option<Mark>,
    place: usize,
}

struct Emitter<'a> {
    document: &'a Document,
    fonts: &'a Fonts,
    words: &'static Words,
    direction: Direction,
    anchors: Anchors,
    drawn: Vec<Vec<Node>>,
    pending: Vec<Pending>,
    missing: &'a mut BTreeSet<char>,
}

/// Writes the PDF.
pub(crate) fn emit(
    document: &Document,
    fonts: &Fonts,
    pages: &[Page],
    tree: Vec<Tree>,
    marks: usize,
    missing: &mut BTreeSet<char>,
) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PdfError::Standards)?;
    let mut writer = Writer::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut emitter = Emitter {
        document,
        fonts,
        words: Words::of(document.language),
        direction: document.language.direction(),
        anchors: anchors(pages),
        drawn: vec![Vec::new(); marks],
        pending: Vec::new(),
        missing,
    };
    for (number, page) in pages.iter().enumerate() {
        emitter.page(&mut writer, page, number, pages.len())?;
    }
    let mut tags = TagTree::from(finish(tree, &mut emitter.drawn));
    tags.lang = Some(document.language.code().to_owned());
    writer.set_tag_tree(tags);
    writer.set_outline(outline(document, pages));
    writer.set_metadata(metadata(document));
    writer.finish().map_err(|error| PdfError::Write(reason(&error)))
}

fn reason(error: &krilla::error::KrillaError) -> String {
    match error {
        krilla::error::KrillaError::Validation(errors) => {
            let named: Vec<String> = errors.iter().take(3).map(|(e, _)| short(&format!("{e:?}"))).collect();
            format!("{error}: {}", named.join("; "))
        }
        other => short(&other.to_string()),
    }
}

/// Error texts may hold whole fonts; their beginning is enough.
fn short(words: &str) -> String {
    words.chars().take(160).collect()
}

fn anchors(pages: &[Page]) -> Anchors {
    let mut anchors = Anchors::new();
    for (number, page) in pages.iter().enumerate() {
        for placed in page.rows.iter().filter(|p| !p.again) {
            for anchor in &placed.row.anchors {
                anchors.entry(anchor.clone()).or_insert((number, placed.y));
            }
        }
    }
    anchors
}

fn destination((page, y): (usize, f32)) -> XyzDestination {
    XyzDestination::new(page, Point::from_xy(0.0, (y - 8.0).max(0.0)))
}

/// Bookmarks by level; without headings the title alone.
fn outline(document: &Document, pages: &[Page]) -> Outline {
    let mut flat: Vec<(u8, String, (usize, f32))> = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        for placed in page.rows.iter().filter(|p| !p.again) {
            if let Some((level, words)) = &placed.row.bookmark {
                flat.push((*level, words.clone(), (number, placed.y)));
            }
        }
    }
    if flat.is_empty() {
        flat.push((2, never_empty(&document.title), (0, 0.0)));
    }
    let mut outline = Outline::new();
    nested(&flat).into_iter().for_each(|node| outline.push_child(node));
    outline
}

/// Each entry takes the deeper ones that follow it as its children.
fn nested(flat: &[(u8, String, (usize, f32))]) -> Vec<OutlineNode> {
    let mut nodes = Vec::new();
    let mut rest = flat;
    while let Some(((level, words, place), after)) = rest.split_first() {
        let deeper = after.iter().take_while(|(l, ..)| l > level).count();
        let mut node = OutlineNode::new(words.clone(), destination(*place));
        nested(&after[..deeper]).into_iter().for_each(|child| node.push_child(child));
        nodes.push(node);
        rest = &after[deeper..];
    }
    nodes
}

fn metadata(document: &Document) -> Metadata {
    let at = document.generated.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    // Years before 0 do not occur in a report; the writer takes none.
    let date = DateTime::new(at.year().unsigned_abs())
        .month(at.month().unsigned_abs())
        .day(at.day().unsigned_abs())
        .hour(at.hour().unsigned_abs())
        .minute(at.minute().unsigned_abs())
        .second(at.second().unsigned_abs())
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    let direction = match document.language.direction() {
        Direction::LeftToRight => TextDirection::LeftToRight,
        Direction::RightToLeft => TextDirection::RightToLeft,
    };
    let mut metadata = Metadata::new()
        .title(never_empty(&document.title))
        .language(document.language.code().to_owned())
        .creator("Witnessmark".to_owned())
        .creation_date(date)
        .text_direction(direction);
    if let Some(subtitle) = &document.subtitle {
        metadata = metadata.description(tame(subtitle));
    }
    metadata
}

impl Emitter<'_> {
    fn page(&mut self, writer: &mut Writer, page: &Page, number: usize, count: usize) -> Result<(), PdfError> {
        let size = Size::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Pages)?;
        let mut sheet = writer.start_page_with(PageSettings::new(size));
        let mut surface = sheet.surface();
        self.watermark(&mut surface);
        self.running(&mut surface, number, count);
        for placed in &page.rows {
            self.row(&mut surface, placed)?;
        }
        surface.finish();
        for link in std::mem::take(&mut self.pending) {
            let Some(place) = self.anchors.get(&link.target) else { continue };
            let r = link.rect;
            let corner = Point::from_xy;
            let quad = Quadrilateral([
                corner(r.left(), r.bottom()),
                corner(r.right(), r.bottom()),
                corner(r.right(), r.top()),
                corner(r.left(), r.top()),
            ]);
            let target = Target::Destination(destination(*place).into());
            let annotation = LinkAnnotation::new_with_quad_points(vec![quad], target);
            let annotation = Annotation::new_link(annotation, Some(link.words));
            let identifier = sheet.add_tagged_annotation(annotation);
            let slot = link.mark.and_then(|m| self.drawn.get_mut(m)).and_then(|d| d.get_mut(link.place));
            if let Some(Node::Group(group)) = slot {
                group.children.insert(0, identifier.into());
            }
        }
        sheet.finish();
        Ok(())
    }

    fn set_one(&mut self, words: &str, style: Style, width: f32, align: Align) -> Option<Line> {
        let spans = [Span { text: tame(words), style, isolate: None }];
        set(self.fonts, &spans, self.direction, width, align, self.missing).into_iter().next()
    }

    /// A faint band across the page.
    fn watermark(&mut self, surface: &mut Surface<'_>) {
        let Some(words) = &self.document.watermark else { return };
        let mut style = Style { bold: true, size: 30.0, ..theme::style(Kind::Title, self.direction) };
        style.colour = [0xf7, 0xf2, 0xe6];
        // The diagonal of the page, less its corners.
        let room = 760.0;
        let Some(probe) = self.set_one(words, style.clone(), ENDLESS, Align::Start) else { return };
        style.size *= (room / probe.width.max(1.0)).min(1.6);
        let Some(line) = self.set_one(words, style, room, Align::Middle) else { return };
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Watermark)));
        surface.push_transform(&Transform::from_translate(PAGE.0 / 2.0, PAGE.1 / 2.0));
        surface.push_transform(&Transform::from_rotate(-54.0));
        ink::line(surface, self.fonts, &line, -room / 2.0, 10.0);
        surface.pop();
        surface.pop();
        surface.end_tagged();
    }

    /// Running head and foot: title and watermark above, date and page number below.
    fn running(&mut self, surface: &mut Surface<'_>, number: usize, count: usize) {
        let height = theme::measure(Kind::Running, self.direction).1;
        let plain = theme::style(Kind::Running, self.direction);
        let strong = Style { bold: true, colour: theme::MARK, ..plain.clone() };
        let (head, foot) = (HEAD, PAGE.1 - HEAD - height);
        let made = format!("{} {}", self.words.generated, isolate(&stamp(self.document.generated)));
        let title = (number > 0).then(|| self.document.title.clone());
        let parts = [
            // A line of its own: cut short, it could say the opposite of what it says.
            (self.document.watermark.clone(), strong, Align::Start, ArtifactType::Header, head - height - 1.0, 1.0),
            (title, plain.clone(), Align::Start, ArtifactType::Header, head, 1.0),
            (Some(made), plain.clone(), Align::Start, ArtifactType::Footer, foot, 0.56),
            (Some(self.words.page_of(number + 1, count)), plain, Align::End, ArtifactType::Footer, foot, 0.42),
        ];
        for (words, style, align, kind, y, share) in parts {
            let Some(words) = words else { continue };
            let width = COLUMN * share;
            let size = style.size;
            let Some(line) = self.set_one(&words, style, width, align) else { continue };
            let at_left = (align == Align::Start) != self.direction.is_rtl();
            let x = if at_left { SIDE } else { PAGE.0 - SIDE - width };
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
            ink::line(surface, self.fonts, &line, x, ink::baseline(y, height, size));
            surface.end_tagged();
        }
    }

    fn row(&mut self, surface: &mut Surface<'_>, placed: &Placed) -> Result<(), PdfError> {
        for item in &placed.row.items {
            match item {
                // A rule between rows means nothing above the first of a page.
                Item::Box { rect: [_, y, ..], .. } if *y < 0.0 && placed.y <= theme::TOP + 0.01 => {}
                Item::Box { rect: [x, y, w, h], radius, fill, edge } => {
                    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
                    ink::boxed(surface, [*x, y + placed.y, *w, *h], *radius, *fill, *edge);
                    surface.end_tagged();
                }
                Item::Text { line, x, y, height, mark } => {
                    let mark = if placed.again { None } else { *mark };
                    self.line(surface, line, *x, placed.y + y, *height, mark);
                }
                Item::PageOf { anchor, x, y, height, mark } => {
                    self.page_of(surface, anchor, (*x, placed.y + y, *height), *mark);
                }
                Item::Scene { scene, x, y, scale, mark } => {
                    let identifier = surface.start_tagged(ContentTag::Other);
                    ink::scene(surface, self.fonts, scene, (*x, placed.y + y, *scale), self.missing);
                    surface.end_tagged();
                    self.hold(Some(*mark), identifier);
                }
                Item::Picture { picture, rect: [x, y, w, h], mark } => {
                    let image = Image::from_png(picture.png().to_vec().into(), false).map_err(PdfError::Picture)?;
                    let identifier = surface.start_tagged(ContentTag::Other);
                    surface.push_transform(&Transform::from_translate(*x, placed.y + y));
                    if let Some(size) = Size::from_wh(*w, *h) {
                        surface.draw_image(image, size);
                    }
                    surface.pop();
                    surface.end_tagged();
                    self.hold(Some(*mark), identifier);
                }
            }
        }
        Ok(())
    }

    fn hold(&mut self, mark: Option<Mark>, identifier: Identifier) {
        if let Some(drawn) = mark.and_then(|m| self.drawn.get_mut(m)) {
            drawn.push(identifier.into());
        }
    }

    fn line(&mut self, surface: &mut Surface<'_>, line: &Line, x: f32, y: f32, height: f32, mark: Option<Mark>) {
        for piece in &line.pieces {
            // The baseline follows the line's main size, so smaller marks sit on it too.
            let size = line.pieces.iter().map(|p| p.style.size).fold(0.0, f32::max);
            let base = ink::baseline(y, height, size);
            let language = piece.style.language.as_deref();
            let tag = match mark {
                Some(_) => ContentTag::Span(SpanTag::empty().with_lang(language)),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let identifier = surface.start_tagged(tag);
            ink::piece(surface, self.fonts, piece, x + piece.x, base);
            surface.end_tagged();
            match (&piece.style.link, mark) {
                (Some(target), Some(mark)) if self.anchors.contains_key(target) => {
                    self.link(piece, target.clone(), (x, y, height), mark, identifier);
                }
                _ => self.hold(mark, identifier),
            }
        }
    }

    fn link(
        &mut self,
        piece: &Piece,
        target: String,
        (x, y, height): (f32, f32, f32),
        mark: Mark,
        identifier: Identifier,
    ) {
        let rect = Rect::from_xywh(x + piece.x, y + 1.0, piece.width.max(0.5), (height - 2.0).max(0.5));
        let (Some(rect), Some(drawn)) = (rect, self.drawn.get_mut(mark)) else { return };
        let place = drawn.len();
        drawn.push(Node::Group(TagGroup::with_children(Tag::Link, vec![identifier.into()])));
        let words = piece.text.trim().to_owned();
        let words = if words.is_empty() { target.clone() } else { words };
        self.pending.push(Pending { rect, target, words, mark: Some(mark), place });
    }

    fn page_of(&mut self, surface: &mut Surface<'_>, anchor: &str, (x, y, height): (f32, f32, f32), mark: Mark) {
        let number = self.anchors.get(anchor).map_or(String::new(), |(page, _)| (page + 1).to_string());
        let mut style = theme::style(Kind::Small, self.direction);
        (style.colour, style.tabular) = (theme::SOFT, true);
        let width = 40.0;
        let Some(line) = self.set_one(&number, style, width, Align::End) else { return };
        let left = if self.direction.is_rtl() { x } else { x - width };
        self.line(surface, &line, left, y, height, Some(mark));
    }
}
