//! A small copy of what matters in the directories of a TIFF file.
//!
//! The EXIF reader wants its block as one owned buffer and copies every value it is asked for. A TIFF may be gigabytes
//! long and may claim values as long as itself, so its directories (classic or BigTIFF, TIFF 6.0 section 2) are walked
//! here and values are copied, cut to a few kilobytes, into a classic TIFF of bounded size. Pixels are deliberately never touched,
//! and directories beyond the first two (further pages) are left out.

use crate::Row;

/// Longest value that is copied, in bytes; a longer one is cut here. A multiple of every type's width.
const MAX_VALUE: usize = 4096;
/// Most entries read of one directory. With [`MAX_VALUE`] and four directories the copy stays under 17 MB.
const MAX_ENTRIES: u64 = 1024;
/// Most problems listed.
const MAX_PROBLEMS: usize = 16;

const EXIF_POINTER: u16 = 0x8769;
const GPS_POINTER: u16 = 0x8825;
const XMP: u16 = 700;
const IPTC: u16 = 33_723;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Compact<'a> {
    /// A classic TIFF with the values of the first two directories and their EXIF and GPS directories.
    pub block: Vec<u8>,
    /// The XMP packet.
    pub xmp: Option<&'a [u8]>,
    /// IPTC records.
    pub iptc: Option<&'a [u8]>,
    /// Pixels across and down of the first page.
    pub size: Option<(u32, u32)>,
    /// What is broken.
    pub problems: Vec<Row>,
}

/// Whether `bytes` begin as a TIFF or BigTIFF does.
pub(super) fn is_tiff(bytes: &[u8]) -> bool {
    matches!(bytes.get(..4), Some(b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+"))
}

struct Entry<'a> {
    tag: u16,
    kind: u16,
    count: u32,
    value: &'a [u8],
}

struct Walker<'a> {
    bytes: &'a [u8],
    little: bool,
    big_tiff: bool,
    problems: Vec<Row>,
}

/// Bytes of one value of a TIFF type; 0 for a type that is not known.
fn width(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 0,
    }
}

impl<'a> Walker<'a> {
    fn problem(&mut self, what: String, at: u64) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Row::problem(what, format!("byte {at}")));
        }
    }

    fn unsigned(&self, at: u64, length: usize) -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let bytes = self.bytes.get(at..at.checked_add(length)?)?;
        Some(number(bytes, self.little))
    }

    /// Entries of the directory at `at`, and where the next one is.
    fn directory(&mut self, at: u64) -> (Vec<Entry<'a>>, u64) {
        let (count_size, entry_size, word) = if self.big_tiff { (8, 20, 8) } else { (2, 12, 4) };
        let mut entries = Vec::new();
        let Some(count) = self.unsigned(at, count_size) else {
            self.problem("a directory beyond the end of the file".into(), at);
            return (entries, 0);
        };
        let first = at.saturating_add(count_size as u64);
        for i in 0..count.min(MAX_ENTRIES) {
            let at = first.saturating_add(i * entry_size);
            match self.entry(at, word) {
                Some(Ok(entry)) => entries.push(entry),
                Some(Err(tag)) => {
                    self.problem(format!("the value of tag {tag} lies beyond the end of the file"), at);
                }
                None => {
                    self.problem("the file ends inside a directory".into(), at);
                    return (entries, 0);
                }
            }
        }
        let next = first.saturating_add(count.saturating_mul(entry_size));
        let next = self.unsigned(next, word).unwrap_or(0);
        (entries, next)
    }

    fn entry(&self, at: u64, word: usize) -> Option<Result<Entry<'a>, u16>> {
        let tag = self.unsigned(at, 2)? as u16;
        let kind = self.unsigned(at + 2, 2)? as u16;
        let count = self.unsigned(at + 4, word)?;
        let place = at + 4 + word as u64;
        let inline = self.unsigned(place, word)?;
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(width(kind)));
        let value = length.and_then(|length| {
            let start = usize::try_from(if length <= word { place } else { inline }).ok()?;
            self.bytes.get(start..start.checked_add(length)?)
        });
        Some(match (value, u32::try_from(count)) {
            (Some(value), Ok(count)) => Ok(Entry { tag, kind, count, value }),
            _ => Err(tag),
        })
    }
}

fn number(bytes: &[u8], little: bool) -> u64 {
    let fold = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    if little { bytes.iter().rev().fold(0, fold) } else { bytes.iter().fold(0, fold) }
}

/// Walks the directories of `bytes` and copies their values.
pub(super) fn compact(bytes: &[u8]) -> Compact<'_> {
    let little = bytes.starts_with(b"I");
    let big_tiff = bytes.get(if little { 2 } else { 3 }) == Some(&b'+');
    let mut walker = Walker { bytes, little, big_tiff, problems: Vec::new() };
    let mut out = Compact::default();
    let start = if big_tiff { walker.unsigned(8, 8) } else { walker.unsigned(4, 4) };
    let (first, next) = walker.directory(start.unwrap_or(u64::MAX));
    let second = if next == 0 || Some(next) == start { Vec::new() } else { walker.directory(next).0 };
    let value = |tag: u16| first.iter().find(|entry| entry.tag == tag);
    let scalar = |entry: &Entry<'_>| number(entry.value.get(..width(entry.kind)).unwrap_or_default(), little);
    let side = |tag| value(tag).map(scalar).and_then(|side| u32::try_from(side).ok());
    out.size = side(256).zip(side(257));
    out.xmp = value(XMP).map(|entry| entry.value);
    out.iptc = value(IPTC).map(|entry| entry.value);
    let mut children = Vec::new();
    for tag in [EXIF_POINTER, GPS_POINTER] {
        if let Some(at) = value(tag).map(scalar) {
            children.push((tag, walker.directory(at).0));
        }
    }
    out.block = write(little, first, children, second);
    out.problems = walker.problems;
    out
}

/// Writes a classic TIFF of the first directory with its children, and of the second.
fn write(little: bool, first: Vec<Entry<'_>>, children: Vec<(u16, Vec<Entry<'_>>)>, second: Vec<Entry<'_>>) -> Vec<u8> {
    let mut out = Writer { bytes: Vec::new(), little };
    out.bytes.extend_from_slice(if little { b"II*\0" } else { b"MM\0*" });
    out.word(8);
    let has_second = !second.is_empty();
    let pointers: Vec<u16> = children.iter().map(|(tag, _)| *tag).collect();
    let (places, next) = out.directory(first, &pointers);
    for ((_, entries), place) in children.into_iter().zip(places) {
        let here = out.bytes.len() as u32;
        out.patch(place, here);
        out.directory(entries, &[]);
    }
    if has_second {
        let here = out.bytes.len() as u32;
        out.patch(next, here);
        out.directory(second, &[]);
    }
    out.bytes
}

struct Writer {
    bytes: Vec<u8>,
    little: bool,
}

impl Writer {
    fn half(&mut self, value: u16) {
        self.bytes.extend_from_slice(&if self.little { value.to_le_bytes() } else { value.to_be_bytes() });
    }

    fn word(&mut self, value: u32) {
        self.bytes.extend_from_slice(&if self.little { value.to_le_bytes() } else { value.to_be_bytes() });
    }

    fn patch(&mut self, at: usize, value: u32) {
        let bytes = if self.little { value.to_le_bytes() } else { value.to_be_bytes() };
        self.bytes[at..at + 4].copy_from_slice(&bytes);
    }

    /// Writes a directory; returns where the values of `pointers` and of the next directory are to be patched in.
    fn directory(&mut self, entries: Vec<Entry<'_>>, pointers: &[u16]) -> (Vec<usize>, usize) {
        let kept: Vec<Entry<'_>> = entries
            .into_iter()
            .filter(|e| {
                !e.value.is_empty()
                    && !matches!(e.kind, 16..=18)
                    && !matches!(e.tag, EXIF_POINTER | GPS_POINTER | XMP | IPTC)
            })
            .map(|mut e| {
                if e.value.len() > MAX_VALUE {
                    e.value = &e.value[..MAX_VALUE];
                    e.count = (MAX_VALUE / width(e.kind)) as u32;
                }
                e
            })
            .collect();
        self.half((kept.len() + pointers.len()) as u16);
        let mut long = Vec::new();
        for entry in &kept {
            self.half(entry.tag);
            self.half(entry.kind);
            self.word(entry.count);
            if entry.value.len() <= 4 {
                let mut inline = [0; 4];
                inline[..entry.value.len()].copy_from_slice(entry.value);
                self.bytes.extend_from_slice(&inline);
            } else {
                long.push((self.bytes.len(), entry.value));
                self.word(0);
            }
        }
        let mut places = Vec::new();
        for tag in pointers {
            self.half(*tag);
            self.half(4);
            self.word(1);
            places.push(self.bytes.len());
            self.word(0);
        }
        let next = self.bytes.len();
        self.word(0);
        for (place, value) in long {
            let here = self.bytes.len() as u32;
            self.patch(place, here);
            self.bytes.extend_from_slice(value);
        }
        (places, next)
    }
}
