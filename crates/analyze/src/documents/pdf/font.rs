//! Fonts of a PDF as far as text needs them: how its strings fall into codes, what each code means and how wide it is.
//!
//! In this order a code's meaning is taken from the font's own Unicode map, from a character map named after Unicode, from
//! the names of its glyphs, from its encoding (ISO 32000-1, 9.10.2). It deliberately draws nothing and looks into no font
//! program: a code whose meaning nothing states has none, and is counted.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};

use super::cmap::CMap;
use super::names;
use super::stream::Budget;

/// Widest range of characters that one entry of a width table may name.
const WIDEST_RANGE: u32 = 65_536;
/// Most widths of one font.
const MOST_WIDTHS: usize = 200_000;
/// Width of a glyph whose width nothing states, in thousandths of the size.
const USUAL_WIDTH: f32 = 500.0;

/// One code of a string.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coded {
    /// What it means; `None` where nothing states it.
    pub text: Option<String>,
    /// Advance in units of the font's size.
    pub width: f32,
    /// A single byte 32, which word spacing widens.
    pub is_space_byte: bool,
}

/// How strings of a font fall into codes.
enum Codes {
    /// One byte each, with what the encoding says of each.
    Bytes(Box<[Option<String>; 256]>),
    /// By a character map.
    Mapped(CMap),
    /// Two bytes each, the code being the character.
    Identity,
    /// UTF-16 (one or two units) or UCS-2.
    Utf16,
}

/// A font.
pub(super) struct Font {
    codes: Codes,
    to_unicode: Option<CMap>,
    widths: BTreeMap<u32, f32>,
    default_width: f32,
    /// Share of the size that stands above the baseline, and below it.
    pub rise: (f32, f32),
    /// Lines run downwards.
    pub vertical: bool,
    seen: BTreeMap<(u8, u32), Coded>,
}

impl Font {
    /// Reads a font; what a broken one does not say stays unsaid.
    pub(super) fn read(dict: &Dict<'_>, budget: &mut Budget) -> Font {
        let to_unicode = dict
            .get::<Stream<'_>>("ToUnicode")
            .and_then(|stream| budget.decode(&stream).ok())
            .map(|bytes| CMap::read(&bytes))
            .filter(CMap::has_text);
        let subtype = dict.get::<Name<'_>>("Subtype");
        let mut font = Font {
            codes: Codes::Identity,
            to_unicode,
            widths: BTreeMap::new(),
            default_width: USUAL_WIDTH / 1000.0,
            rise: (0.75, 0.25),
            vertical: false,
            seen: BTreeMap::new(),
        };
        match subtype.as_deref() {
            Some(b"Type0") => font.read_composite(dict, budget),
            kind => font.read_simple(dict, kind == Some(b"Type3")),
        }
        font
    }

    /// The codes of `bytes` in order.
    pub(super) fn decode(&mut self, bytes: &[u8], mut each: impl FnMut(&Coded)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = match &self.codes {
                Codes::Bytes(_) => 1,
                Codes::Mapped(map) => map.code_length(rest),
                Codes::Identity => 2.min(rest.len()),
                Codes::Utf16 => {
                    let pair = rest.len() >= 4 && (0xD8..0xDC).contains(&rest[0]);
                    if pair { 4 } else { 2.min(rest.len()) }
                }
            };
            let (code, after) = rest.split_at(length);
            let value = code.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
            rest = after;
            let key = (length as u8, value);
            if !self.seen.contains_key(&key) {
                let coded = self.coded(value, code);
                self.seen.insert(key, coded);
            }
            each(&self.seen[&key]);
        }
    }

    fn coded(&self, value: u32, code: &[u8]) -> Coded {
        let stated = self.to_unicode.as_ref().and_then(|map| map.text(value, code.len()));
        let (cid, own) = match &self.codes {
            Codes::Bytes(table) => (value, table[value as usize & 0xFF].clone()),
            Codes::Mapped(map) => (map.cid(value, code.len()).unwrap_or(value), None),
            Codes::Identity => (value, None),
            Codes::Utf16 => {
                let units: Vec<u16> = code.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
                (value, String::from_utf16(&units).ok())
            }
        };
        let meant = |text: &String| !text.chars().any(|c| matches!(c, '\0' | '\u{FFFD}'));
        Coded {
            text: stated.or(own).filter(meant),
            width: self.widths.get(&cid).copied().unwrap_or(self.default_width),
            is_space_byte: code == b" ",
        }
    }

    fn read_simple(&mut self, dict: &Dict<'_>, type_3: bool) {
        self.codes = Codes::Bytes(Box::new(encoding(dict, type_3)));
        // Widths of a Type 3 font are in its own units (9.6.5).
        let unit = if type_3 {
            let matrix = dict.get::<Array<'_>>("FontMatrix").map(|matrix| numbers(&matrix, 6)).unwrap_or_default();
            matrix.first().copied().unwrap_or(0.001).abs()
        } else {
            0.001
        };
        let first = dict.get::<Number>("FirstChar").map_or(0, |n| n.as_i64().clamp(0, 255)) as u32;
        if let Some(widths) = dict.get::<Array<'_>>("Widths") {
            let stated = numbers(&widths, 256).into_iter().enumerate();
            self.widths = stated.map(|(i, width)| (first + i as u32, width * unit)).collect();
        }
        let descriptor = dict.get::<Dict<'_>>("FontDescriptor");
        let missing = descriptor.as_ref().and_then(|d| d.get::<Number>("MissingWidth")).map(|n| n.as_f32());
        self.default_width = if type_3 { 0.0 } else { missing.filter(|w| *w > 0.0).unwrap_or(USUAL_WIDTH) * unit };
        if !type_3 {
            self.rise = rise(descriptor.as_ref());
        }
    }

    fn read_composite(&mut self, dict: &Dict<'_>, budget: &mut Budget) {
        if let Some(stream) = dict.get::<Stream<'_>>("Encoding") {
            if let Ok(bytes) = budget.decode(&stream) {
                self.codes = Codes::Mapped(CMap::read(&bytes));
            }
        } else if let Some(name) = dict.get::<Name<'_>>("Encoding") {
            let name = name.as_str();
            self.vertical = name.ends_with("-V");
            if name.contains("UCS2") || name.contains("UTF16") {
                self.codes = Codes::Utf16;
            }
        }
        let descendants = dict.get::<Array<'_>>("DescendantFonts");
        let Some(below) = descendants.and_then(|list| list.iter::<Dict<'_>>().next()) else { return };
        self.default_width = below.get::<Number>("DW").map_or(1.0, |n| n.as_f32() / 1000.0);
        self.rise = rise(below.get::<Dict<'_>>("FontDescriptor").as_ref());
        if let Some(widths) = below.get::<Array<'_>>("W") {
            self.composite_widths(&widths);
        }
    }

    /// `c [w1 w2 …]` or `first last w` (9.7.4.3).
    fn composite_widths(&mut self, widths: &Array<'_>) {
        let mut first: Option<u32> = None;
        let mut last: Option<u32> = None;
        for object in widths.iter::<Object<'_>>() {
            if self.widths.len() >= MOST_WIDTHS {
                return;
            }
            match (object, first, last) {
                (Object::Array(list), Some(from), None) => {
                    let stated = numbers(&list, MOST_WIDTHS - self.widths.len()).into_iter().enumerate();
                    self.widths.extend(stated.map(|(i, width)| (from.saturating_add(i as u32), width / 1000.0)));
                    first = None;
                }
                (Object::Number(n), None, _) => first = u32::try_from(n.as_i64()).ok(),
                (Object::Number(n), Some(_), None) => last = u32::try_from(n.as_i64()).ok(),
                (Object::Number(n), Some(from), Some(to)) => {
                    if to >= from && to - from < WIDEST_RANGE {
                        self.widths.extend((from..=to).map(|cid| (cid, n.as_f32() / 1000.0)));
                    }
                    (first, last) = (None, None);
                }
                _ => (first, last) = (None, None),
            }
        }
    }
}

/// Ascent and descent as shares of the size, where they are stated and possible.
fn rise(descriptor: Option<&Dict<'_>>) -> (f32, f32) {
    let stated = |key: &str| descriptor.and_then(|d| d.get::<Number>(key)).map(|n| n.as_f32().abs() / 1000.0);
    let possible = |value: &f32| (0.05..=1.5).contains(value);
    (stated("Ascent").filter(possible).unwrap_or(0.75), stated("Descent").filter(possible).unwrap_or(0.25))
}

fn numbers(array: &Array<'_>, most: usize) -> Vec<f32> {
    array.iter::<Number>().take(most).map(|n| n.as_f32()).collect()
}

/// What each byte of a simple font means by its encoding and the names of its differences.
fn encoding(dict: &Dict<'_>, type_3: bool) -> [Option<String>; 256] {
    let named = dict.get::<Name<'_>>("Encoding");
    let detailed = dict.get::<Dict<'_>>("Encoding");
    let base = named.or_else(|| detailed.as_ref().and_then(|d| d.get::<Name<'_>>("BaseEncoding")));
    let flags = dict.get::<Dict<'_>>("FontDescriptor").and_then(|d| d.get::<Number>("Flags")).map_or(0, |n| n.as_i64());
    let symbolic = flags & 4 != 0;
    let of = |code: u8, encoding: &'static Encoding| {
        let (text, _, bad) = encoding.decode(std::slice::from_ref(&code));
        (code >= 0x20 && !bad).then(|| text.into_owned()).filter(|t| !t.chars().any(char::is_control))
    };
    let mut table: [Option<String>; 256] = std::array::from_fn(|code| {
        let code = code as u8;
        match base.as_deref() {
            Some(b"WinAnsiEncoding") => of(code, WINDOWS_1252),
            Some(b"MacRomanEncoding") => of(code, MACINTOSH),
            // A symbolic font's own encoding lies in its program, which is not read.
            None if symbolic || type_3 => None,
            _ => names::standard(code),
        }
    });
    let differences = detailed.and_then(|d| d.get::<Array<'_>>("Differences"));
    let mut code = 0_usize;
    for object in differences.iter().flat_map(|list| list.iter::<Object<'_>>()).take(1024) {
        match object {
            Object::Number(n) => code = usize::try_from(n.as_i64()).unwrap_or(256),
            Object::Name(name) => {
                if let Some(entry) = table.get_mut(code) {
                    *entry = names::text(name.as_str());
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    table
}
