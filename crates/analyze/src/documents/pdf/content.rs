//! What a page draws, as glyphs with their places: a reading of its content stream (ISO 32000-1, 9.4) that follows text,
//! transformations and forms, and nothing else.
//!
//! Places are in points on the page as it is shown, origin at the top left, y downwards. It deliberately draws no path,
//! decodes no picture and applies no clip: what is drawn outside the page is left out, what is hidden otherwise is read.

use std::collections::BTreeMap;

use hayro_syntax::content::UntypedIter;
use hayro_syntax::object::{Array, Dict, Name, Number, ObjRef, Object, Stream};
use hayro_syntax::page::{Page, Rotation};

use super::font::Font;
use super::stream::Budget;

/// Deepest nesting of forms.
const DEEPEST_FORM: usize = 12;
/// Deepest stack of graphics states; deeper ones are not kept apart.
const DEEPEST_STATE: usize = 256;
/// Deepest nesting of marked content.
const DEEPEST_MARK: usize = 256;
/// Most glyphs of one page.
pub(super) const MOST_GLYPHS: usize = 400_000;
/// Most operators of one page, those of its forms included.
const MOST_OPERATORS: usize = 4_000_000;
/// Longest replacement text that is taken for the glyphs it stands over, in characters.
const LONGEST_ACTUAL: usize = 64;

/// A transformation `[a b c d e f]`.
type Matrix = [f64; 6];

/// One glyph, or what a replacement text says several glyphs are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// Where its text is in [`Drawn::text`], in bytes; empty = nothing states what it is.
    pub text: (u32, u32),
    /// Where its baseline begins.
    pub from: (f32, f32),
    /// Where its baseline ends.
    pub to: (f32, f32),
    /// The direction in which its top is, of length 1.
    pub up: (f32, f32),
    /// Height of the font.
    pub size: f32,
    /// Shares of `size` above and below the baseline.
    pub rise: (f32, f32),
    /// Drawn with a rendering mode that paints nothing.
    pub invisible: bool,
}

/// What a page draws.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// Texts of the glyphs, end to end.
    pub text: String,
    /// In the order in which they are drawn.
    pub glyphs: Vec<Glyph>,
    /// Pictures that are drawn.
    pub pictures: usize,
    /// Glyphs outside the page.
    pub outside: usize,
    /// A limit was met: the rest of the page was not read.
    pub cut: bool,
}

/// Fonts of a document, each read once.
#[derive(Default)]
pub(super) struct Fonts {
    fonts: Vec<Font>,
    by_object: BTreeMap<(u32, i32), usize>,
    /// Fonts that stand in a page's own resources, of the page that is being read.
    by_name: BTreeMap<(usize, Vec<u8>), usize>,
}

#[derive(Clone)]
struct Text {
    font: Option<usize>,
    size: f64,
    character_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    mode: i64,
    raise: f64,
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    text: Text,
}

struct Reader<'b> {
    fonts: &'b mut Fonts,
    budget: &'b mut Budget,
    drawn: Drawn,
    size: (f32, f32),
    state: State,
    stack: Vec<State>,
    line: Matrix,
    at: Matrix,
    /// Open marked content: where its glyphs begin and the text that stands for them.
    marks: Vec<Option<(usize, String)>>,
    operators: usize,
}

/// Reads a page.
pub(super) fn read(page: &Page<'_>, fonts: &mut Fonts, budget: &mut Budget) -> Drawn {
    fonts.by_name.clear();
    let (ctm, size) = shown(page);
    let text = Text {
        font: None,
        size: 0.0,
        character_space: 0.0,
        word_space: 0.0,
        stretch: 1.0,
        leading: 0.0,
        mode: 0,
        raise: 0.0,
    };
    let content = budget.contents(page.raw());
    let mut reader = Reader {
        fonts,
        budget,
        drawn: Drawn::default(),
        size,
        state: State { ctm, text },
        stack: Vec::new(),
        line: IDENTITY,
        at: IDENTITY,
        marks: Vec::new(),
        operators: 0,
    };
    let resources = page.resources();
    let names = Resources {
        fonts: resources.fonts.clone(),
        objects: resources.x_objects.clone(),
        states: resources.ext_g_states.clone(),
        properties: resources.properties.clone(),
    };
    reader.run(&content, &names, 0);
    reader.annotations(page.raw());
    reader.drawn
}

/// What a page looks like when it is shown: the transformation to its upper left corner, and its size.
pub(super) fn shown(page: &Page<'_>) -> (Matrix, (f32, f32)) {
    let frame = page.intersected_crop_box();
    let (width, height) = page.base_dimensions();
    let (w, h) = (f64::from(width), f64::from(height));
    let (x, y) = (frame.x0, frame.y0);
    match page.rotation() {
        Rotation::None => ([1.0, 0.0, 0.0, -1.0, -x, h + y], (width, height)),
        Rotation::Horizontal => ([0.0, 1.0, 1.0, 0.0, -y, -x], (height, width)),
        Rotation::Flipped => ([-1.0, 0.0, 0.0, 1.0, w + x, -y], (width, height)),
        Rotation::FlippedHorizontal => ([0.0, -1.0, -1.0, 0.0, h + y, w + x], (height, width)),
    }
}

struct Resources<'a> {
    fonts: Dict<'a>,
    objects: Dict<'a>,
    states: Dict<'a>,
    properties: Dict<'a>,
}

impl<'a> Resources<'a> {
    fn of(dict: &Dict<'a>) -> Self {
        let part = |name: &str| dict.get::<Dict<'a>>(name).unwrap_or_else(Dict::empty);
        Resources {
            fonts: part("Font"),
            objects: part("XObject"),
            states: part("ExtGState"),
            properties: part("Properties"),
        }
    }
}

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `a`, then `b`.
fn then(a: &Matrix, b: &Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

fn apply(m: &Matrix, x: f64, y: f64) -> (f64, f64) {
    (x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5])
}

fn number(object: Option<&Object<'_>>) -> f64 {
    match object {
        Some(Object::Number(n)) => n.as_f64(),
        _ => 0.0,
    }
}

fn matrix(operands: &[&Object<'_>]) -> Option<Matrix> {
    let mut out = IDENTITY;
    if operands.len() < 6 {
        return None;
    }
    for (to, from) in out.iter_mut().zip(operands) {
        *to = number(Some(from));
    }
    out.iter().all(|value| value.is_finite()).then_some(out)
}

impl Reader<'_> {
    fn run(&mut self, content: &[u8], resources: &Resources<'_>, depth: usize) {
        let mut operations = UntypedIter::new(content);
        let floor = self.stack.len();
        let marks = self.marks.len();
        while let Some(operation) = operations.next() {
            self.operators += 1;
            self.budget.operators = self.budget.operators.saturating_sub(1);
            if self.operators > MOST_OPERATORS || self.budget.operators == 0 || self.drawn.glyphs.len() > MOST_GLYPHS {
                self.drawn.cut = true;
                break;
            }
            let operands: Vec<&Object<'_>> = operation.operands().collect();
            self.operate(operation.operator.as_ref(), &operands, resources, depth, floor);
        }
        self.stack.truncate(floor);
        self.marks.truncate(marks);
    }

    fn operate(
        &mut self,
        operator: &[u8],
        operands: &[&Object<'_>],
        resources: &Resources<'_>,
        depth: usize,
        floor: usize,
    ) {
        let value = |at: usize| number(operands.get(at).copied());
        match operator {
            b"q" if self.stack.len() < DEEPEST_STATE => self.stack.push(self.state.clone()),
            b"Q" if self.stack.len() > floor => self.state = self.stack.pop().unwrap_or_else(|| self.state.clone()),
            b"cm" => {
                if let Some(by) = matrix(operands) {
                    self.state.ctm = then(&by, &self.state.ctm);
                }
            }
            b"BT" => (self.line, self.at) = (IDENTITY, IDENTITY),
            b"Tc" => self.state.text.character_space = value(0),
            b"Tw" => self.state.text.word_space = value(0),
            b"Tz" => self.state.text.stretch = value(0) / 100.0,
            b"TL" => self.state.text.leading = value(0),
            b"Ts" => self.state.text.raise = value(0),
            b"Tr" => self.state.text.mode = value(0) as i64,
            b"Tf" => {
                if let Some(Object::Name(name)) = operands.first() {
                    self.state.text.font = self.font(&resources.fonts, name, depth);
                }
                self.state.text.size = value(1);
            }
            b"Td" => self.next_line(value(0), value(1)),
            b"TD" => {
                self.state.text.leading = -value(1);
                self.next_line(value(0), value(1));
            }
            b"Tm" => {
                if let Some(to) = matrix(operands) {
                    (self.line, self.at) = (to, to);
                }
            }
            b"T*" => self.next_line(0.0, -self.state.text.leading),
            b"Tj" => self.show(operands.first().copied()),
            b"'" => {
                self.next_line(0.0, -self.state.text.leading);
                self.show(operands.first().copied());
            }
            b"\"" => {
                (self.state.text.word_space, self.state.text.character_space) = (value(0), value(1));
                self.next_line(0.0, -self.state.text.leading);
                self.show(operands.get(2).copied());
            }
            b"TJ" => {
                if let Some(Object::Array(pieces)) = operands.first() {
                    self.show_pieces(pieces);
                }
            }
            b"gs" => self.graphics_state(operands, resources),
            b"BDC" => self.open_mark(operands, resources),
            b"BMC" => self.push_mark(None),
            b"EMC" => self.close_mark(),
            b"BI" | b"EI" => self.drawn.pictures += 1,
            b"Do" => {
                if let Some(Object::Name(name)) = operands.first() {
                    self.draw_object(name, resources, depth);
                }
            }
            _ => {}
        }
    }

    fn font(&mut self, fonts: &Dict<'_>, name: &Name<'_>, depth: usize) -> Option<usize> {
        let object = fonts.get_ref(name).map(|r: ObjRef| (r.obj_number, r.gen_number));
        let known = match object {
            Some(object) => self.fonts.by_object.get(&object),
            None => self.fonts.by_name.get(&(depth, name.to_vec())),
        };
        if let Some(known) = known {
            return Some(*known);
        }
        let font = Font::read(&fonts.get::<Dict<'_>>(name)?, self.budget);
        let at = self.fonts.fonts.len();
        self.fonts.fonts.push(font);
        match object {
            Some(object) => drop(self.fonts.by_object.insert(object, at)),
            None => drop(self.fonts.by_name.insert((depth, name.to_vec()), at)),
        }
        Some(at)
    }

    fn graphics_state(&mut self, operands: &[&Object<'_>], resources: &Resources<'_>) {
        let Some(Object::Name(name)) = operands.first() else { return };
        let Some(font) = resources.states.get::<Dict<'_>>(name).and_then(|state| state.get::<Array<'_>>("Font")) else {
            return;
        };
        let dict = font.iter::<Dict<'_>>().next();
        let size = font.iter::<Object<'_>>().nth(1);
        if let Some(dict) = dict {
            let at = self.fonts.fonts.len();
            if at < MOST_GLYPHS {
                let read = Font::read(&dict, self.budget);
                self.fonts.fonts.push(read);
                self.state.text.font = Some(at);
                self.state.text.size = number(size.as_ref());
            }
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = then(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.at = self.line;
    }

    fn show_pieces(&mut self, pieces: &Array<'_>) {
        for piece in pieces.iter::<Object<'_>>() {
            match piece {
                Object::Number(by) => {
                    let text = &self.state.text;
                    let vertical = text.font.is_some_and(|at| self.fonts.fonts[at].vertical);
                    let back = -by.as_f64() / 1000.0 * text.size;
                    let (x, y) = if vertical { (0.0, back) } else { (back * text.stretch, 0.0) };
                    self.at = then(&[1.0, 0.0, 0.0, 1.0, x, y], &self.at);
                }
                Object::String(_) => self.show(Some(&piece)),
                _ => {}
            }
        }
    }

    fn show(&mut self, operand: Option<&Object<'_>>) {
        let Some(Object::String(string)) = operand else { return };
        let Some(font) = self.state.text.font else { return };
        let Reader { fonts, drawn, state, at, size, .. } = self;
        let font = &mut fonts.fonts[font];
        let (rise, vertical) = (font.rise, font.vertical);
        let text = &state.text;
        let scale = [text.size * text.stretch, 0.0, 0.0, text.size, 0.0, text.raise];
        font.decode(string.as_bytes(), |coded| {
            let whole = then(&then(&scale, at), &state.ctm);
            let width = f64::from(coded.width);
            let spacing = text.character_space + if coded.is_space_byte { text.word_space } else { 0.0 };
            let step = if vertical {
                [1.0, 0.0, 0.0, 1.0, 0.0, -text.size + spacing]
            } else {
                [1.0, 0.0, 0.0, 1.0, (width * text.size + spacing) * text.stretch, 0.0]
            };
            *at = then(&step, at);
            let end = if vertical { (0.0, -1.0) } else { (width, 0.0) };
            let glyph = place(&whole, end, rise, text.mode);
            drawn.add(glyph, coded.text.as_deref(), *size);
        });
    }

    fn open_mark(&mut self, operands: &[&Object<'_>], resources: &Resources<'_>) {
        let properties = match operands.get(1) {
            Some(Object::Dict(dict)) => Some(dict.clone()),
            Some(Object::Name(name)) => resources.properties.get::<Dict<'_>>(name),
            _ => None,
        };
        let inside = self.marks.iter().any(Option::is_some);
        let actual = properties
            .filter(|_| !inside)
            .and_then(|dict| dict.get::<hayro_syntax::object::String<'_>>("ActualText"))
            .map(|string| super::words::text_string(string.as_bytes()));
        self.push_mark(actual);
    }

    fn push_mark(&mut self, actual: Option<String>) {
        if self.marks.len() < DEEPEST_MARK {
            self.marks.push(actual.map(|text| (self.drawn.glyphs.len(), text)));
        }
    }

    /// Puts the replacement text in the place of the glyphs that it was written over (ISO 32000-1, 14.9.4).
    fn close_mark(&mut self) {
        let Some(Some((start, text))) = self.marks.pop() else { return };
        let over = &self.drawn.glyphs[start.min(self.drawn.glyphs.len())..];
        let (Some(first), true) = (over.first(), text.chars().count() <= LONGEST_ACTUAL) else { return };
        let mut whole = first.clone();
        for glyph in &over[1..] {
            // Over several lines or directions the text cannot be said to stand anywhere.
            let along = (glyph.from.0 - whole.from.0) * whole.up.0 + (glyph.from.1 - whole.from.1) * whole.up.1;
            if along.abs() > whole.size || glyph.up != whole.up {
                return;
            }
            whole.take_in(glyph);
        }
        self.drawn.glyphs.truncate(start);
        if !text.is_empty() {
            let begin = self.drawn.text.len() as u32;
            self.drawn.text.push_str(&text);
            whole.text = (begin, self.drawn.text.len() as u32);
            self.drawn.glyphs.push(whole);
        }
    }

    fn draw_object(&mut self, name: &Name<'_>, resources: &Resources<'_>, depth: usize) {
        let Some(stream) = resources.objects.get::<Stream<'_>>(name) else { return };
        match stream.dict().get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Image") => self.drawn.pictures += 1,
            Some(b"Form") if depth < DEEPEST_FORM => self.form(&stream, IDENTITY, Some(resources), depth),
            Some(b"Form") => self.drawn.cut = true,
            _ => {}
        }
    }

    fn form(&mut self, stream: &Stream<'_>, placed: Matrix, outer: Option<&Resources<'_>>, depth: usize) {
        // Decoding is what a form that calls itself many times over would cost.
        self.operators = self.operators.saturating_add(stream.raw_data().len() / 64);
        if self.operators > MOST_OPERATORS {
            self.drawn.cut = true;
            return;
        }
        let Ok(content) = self.budget.decode(stream) else { return };
        let kept = (self.state.clone(), self.line, self.at);
        let own = stream.dict().get::<Array<'_>>("Matrix").and_then(|m| array_matrix(&m)).unwrap_or(IDENTITY);
        self.state.ctm = then(&then(&own, &placed), &self.state.ctm);
        match (stream.dict().get::<Dict<'_>>("Resources"), outer) {
            (Some(own), _) => self.run(&content, &Resources::of(&own), depth + 1),
            (None, Some(outer)) => self.run(&content, outer, depth + 1),
            (None, None) => self.run(&content, &Resources::of(&Dict::empty()), depth + 1),
        }
        (self.state, self.line, self.at) = kept;
    }

    /// What annotations and form fields show (12.5.5): their appearance, put where their rectangle is.
    fn annotations(&mut self, page: &Dict<'_>) {
        let annotations = page.get::<Array<'_>>("Annots");
        for annotation in annotations.iter().flat_map(|list| list.iter::<Dict<'_>>()).take(10_000) {
            let hidden = annotation.get::<Number>("F").is_some_and(|flags| flags.as_i64() & 0b10_0010 != 0);
            let Some(look) = annotation.get::<Dict<'_>>("AP").filter(|_| !hidden) else { continue };
            let Some(stream) = look.get::<Stream<'_>>("N") else { continue };
            let rect = annotation.get::<hayro_syntax::object::Rect>("Rect");
            let frame = stream.dict().get::<hayro_syntax::object::Rect>("BBox");
            let (Some(rect), Some(frame)) = (rect, frame) else { continue };
            let own = stream.dict().get::<Array<'_>>("Matrix").and_then(|m| array_matrix(&m)).unwrap_or(IDENTITY);
            let corners = [(frame.x0, frame.y0), (frame.x1, frame.y0), (frame.x0, frame.y1), (frame.x1, frame.y1)];
            let corners = corners.map(|(x, y)| apply(&own, x, y));
            let least = corners.iter().fold((f64::MAX, f64::MAX), |a, c| (a.0.min(c.0), a.1.min(c.1)));
            let most = corners.iter().fold((f64::MIN, f64::MIN), |a, c| (a.0.max(c.0), a.1.max(c.1)));
            let scale = |shown: f64, drawn: f64| if drawn.abs() < 1e-6 { 1.0 } else { shown / drawn };
            let x = scale(rect.x1 - rect.x0, most.0 - least.0);
            let y = scale(rect.y1 - rect.y0, most.1 - least.1);
            let placed = [x, 0.0, 0.0, y, rect.x0 - least.0 * x, rect.y0 - least.1 * y];
            self.form(&stream, placed, None, 0);
        }
    }
}

fn array_matrix(array: &Array<'_>) -> Option<Matrix> {
    let all: Vec<Object<'_>> = array.iter::<Object<'_>>().take(6).collect();
    matrix(&all.iter().collect::<Vec<_>>())
}

/// A glyph whose own space is taken to the page by `whole`, with the end of its baseline in that space.
fn place(whole: &Matrix, end: (f64, f64), rise: (f32, f32), mode: i64) -> Glyph {
    let (from, to, top) = (apply(whole, 0.0, 0.0), apply(whole, end.0, end.1), apply(whole, 0.0, 1.0));
    let up = (top.0 - from.0, top.1 - from.1);
    let size = up.0.hypot(up.1);
    let unit = if size > 0.0 { ((up.0 / size) as f32, (up.1 / size) as f32) } else { (0.0, -1.0) };
    let single = |p: (f64, f64)| (p.0 as f32, p.1 as f32);
    // Modes 3 and 7 paint nothing (9.3.6).
    Glyph {
        text: (0, 0),
        from: single(from),
        to: single(to),
        up: unit,
        size: size as f32,
        rise,
        invisible: matches!(mode, 3 | 7),
    }
}

impl Glyph {
    /// Stretches this glyph's baseline over another's.
    fn take_in(&mut self, other: &Glyph) {
        let along = (-self.up.1, self.up.0);
        let project = |p: (f32, f32)| p.0 * along.0 + p.1 * along.1;
        for end in [other.from, other.to] {
            let (low, high) = (project(self.from), project(self.to));
            let (least, most) = (low.min(high), low.max(high));
            let at = project(end);
            if at < least {
                *(if low <= high { &mut self.from } else { &mut self.to }) = end;
            } else if at > most {
                *(if low <= high { &mut self.to } else { &mut self.from }) = end;
            }
        }
    }
}

impl Drawn {
    fn add(&mut self, mut glyph: Glyph, text: Option<&str>, page: (f32, f32)) {
        let sound =
            glyph.from.0.is_finite() && glyph.from.1.is_finite() && glyph.to.0.is_finite() && glyph.size.is_finite();
        let inside = |p: (f32, f32)| (-1.0..=page.0 + 1.0).contains(&p.0) && (-1.0..=page.1 + 1.0).contains(&p.1);
        if !sound || !(inside(glyph.from) || inside(glyph.to)) {
            self.outside += 1;
            return;
        }
        let begin = self.text.len() as u32;
        self.text.push_str(text.unwrap_or_default());
        glyph.text = (begin, self.text.len() as u32);
        self.glyphs.push(glyph);
    }

    /// The text of a glyph.
    pub(super) fn of(&self, glyph: &Glyph) -> &str {
        self.text.get(glyph.text.0 as usize..glyph.text.1 as usize).unwrap_or_default()
    }
}
