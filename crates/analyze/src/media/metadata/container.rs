//! Where a picture file keeps its metadata: the EXIF block, the XMP packet, the IPTC records, the size.
//!
//! Walks JPEG segments (ITU-T T.81 annex B), PNG chunks, WebP chunks and TIFF directories. It deliberately reads none of
//! what it finds, never looks at pixels, and gives what is there when the file is cut short.

use std::borrow::Cow;

use super::tiff_block;
use crate::Row;

/// Longest XMP packet that is read, in bytes.
pub(super) const MAX_XMP: usize = 4 << 20;
/// Longest compressed text of a PNG once inflated, in bytes.
const MAX_INFLATED: usize = 4 << 20;
/// How many segments or chunks are looked at.
const MAX_PARTS: usize = 100_000;
/// Most problems listed.
const MAX_PROBLEMS: usize = 16;

/// What a file keeps beside its pixels.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    /// A block in TIFF form, as EXIF keeps it.
    pub exif: Option<Cow<'a, [u8]>>,
    /// XMP packets, in the order met.
    pub xmp: Vec<Cow<'a, [u8]>>,
    /// IPTC-IIM records.
    pub iptc: Vec<u8>,
    /// Pixels across and down, as the header of the picture says.
    pub size: Option<(u32, u32)>,
    /// Pixels across and down of a smaller picture of it in the same file, where that is no part of the EXIF block.
    pub small: Option<(u32, u32)>,
    /// The PNG's own last-modification time, which its standard puts in UTC.
    pub png_time: Option<[u16; 6]>,
    /// Names of PNG text fields, and the value of the one for the time of creation.
    pub png_text: Vec<String>,
    /// The value of PNG's `Creation Time`.
    pub png_created: Option<String>,
    /// The value of PNG's `Software`.
    pub png_software: Option<String>,
    /// A C2PA manifest store is embedded (not read here).
    pub c2pa: bool,
    /// A JPEG without its end marker: decoders fill up what is missing.
    pub cut_short: bool,
    /// What is broken.
    pub problems: Vec<Row>,
}

impl Parts<'_> {
    fn problem(&mut self, what: &str, at: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Row::problem(what, at));
        }
    }
}

/// Finds the parts of a JPEG, PNG, WebP or TIFF file; of another, none.
pub(super) fn parts(bytes: &[u8]) -> Parts<'_> {
    let mut parts = Parts::default();
    if bytes.starts_with(b"\xff\xd8") {
        jpeg(bytes, &mut parts);
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes, &mut parts);
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp(bytes, &mut parts);
    } else if tiff_block::is_tiff(bytes) {
        tiff(bytes, &mut parts);
    }
    parts
}

/// Pixels across and down of a JPEG, from its frame header; used for thumbnails too.
pub(super) fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut parts = Parts::default();
    jpeg(bytes, &mut parts);
    parts.size
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn jpeg<'a>(bytes: &'a [u8], parts: &mut Parts<'a>) {
    let mut at = 2;
    let mut extended: Vec<(u32, &[u8])> = Vec::new();
    for _ in 0..MAX_PARTS {
        // Out of step: go on at the next marker, as every reader does.
        match bytes[at.min(bytes.len())..].iter().position(|&b| b == 0xff) {
            Some(0) => {}
            Some(skip) => {
                parts.problem("bytes between segments that belong to none", format!("byte {at}"));
                at += skip;
            }
            None => {
                parts.problem("the file ends before its picture begins", format!("byte {}", bytes.len()));
                break;
            }
        }
        while bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let Some(&code) = bytes.get(at + 1) else {
            parts.problem("the file ends before its picture begins", format!("byte {}", bytes.len()));
            break;
        };
        match code {
            0x00 | 0x01 | 0xd0..=0xd8 => {
                at += 2;
                continue;
            }
            0xd9 => break,
            _ => {}
        }
        let length = usize::from(be16(bytes, at + 2).unwrap_or(0));
        if length < 2 {
            parts.problem("a segment without a length", format!("byte {at}"));
            at += 2;
            continue;
        }
        let body = &bytes[(at + 4).min(bytes.len())..(at + 2 + length).min(bytes.len())];
        if body.len() < length - 2 {
            parts.problem("the file ends inside a segment", format!("segment at byte {at}"));
        }
        if code == 0xda {
            let pixels = at + 2 + length;
            if !ends(&bytes[pixels.min(bytes.len())..]) {
                parts.cut_short = true;
                parts.problem("the file ends before its picture does", format!("byte {}", bytes.len()));
            }
            break;
        }
        jpeg_segment(code, body, parts, &mut extended);
        at += 2 + length;
    }
    join_extended(extended, parts);
}

/// Whether the end marker is anywhere in `pixels`. Looked for from the end: films, maps of depth and padding may follow.
fn ends(pixels: &[u8]) -> bool {
    pixels.windows(2).rev().any(|pair| pair == [0xff, 0xd9])
}

fn jpeg_segment<'a>(code: u8, body: &'a [u8], parts: &mut Parts<'a>, extended: &mut Vec<(u32, &'a [u8])>) {
    const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    const XMP_EXTENDED: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
    match code {
        0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) && parts.size.is_none() => {
            if let (Some(height), Some(width)) = (be16(body, 1), be16(body, 3)) {
                parts.size = Some((width.into(), height.into()));
            }
        }
        0xe1 if body.starts_with(b"Exif\0") && parts.exif.is_none() => {
            parts.exif = Some(Cow::Borrowed(body.get(6..).unwrap_or_default()));
        }
        0xe1 if body.starts_with(XMP) => parts.xmp.push(Cow::Borrowed(&body[XMP.len()..])),
        0xe1 if body.starts_with(XMP_EXTENDED) => {
            // 32 letters of digest, the full length, the offset of this part.
            if let Some(offset) = be32(body, XMP_EXTENDED.len() + 36) {
                extended.push((offset, &body[XMP_EXTENDED.len() + 40..]));
            }
        }
        0xeb if body.starts_with(b"JP") => parts.c2pa = true,
        0xed if body.starts_with(b"Photoshop 3.0\0") => resources(&body[14..], &mut parts.iptc),
        _ => {}
    }
}

/// XMP too long for one segment (XMP part 3, clause 1.1.3.1): parts in any order.
fn join_extended(mut extended: Vec<(u32, &[u8])>, parts: &mut Parts<'_>) {
    if extended.is_empty() {
        return;
    }
    extended.sort_by_key(|(offset, _)| *offset);
    let mut joined: Vec<u8> = Vec::new();
    for (offset, part) in extended {
        if offset as usize != joined.len() || joined.len() + part.len() > MAX_XMP {
            parts.problem("parts of a long XMP packet are missing, or it is too long", "XMP extension".into());
            break;
        }
        joined.extend_from_slice(part);
    }
    parts.xmp.push(Cow::Owned(joined));
}

/// The IPTC records among Photoshop's image resources: `8BIM`, number, padded name, length, data padded to even.
fn resources(mut body: &[u8], iptc: &mut Vec<u8>) {
    while let Some(rest) = body.strip_prefix(b"8BIM") {
        let Some(id) = be16(rest, 0) else { return };
        let name = usize::from(rest.get(2).copied().unwrap_or(0)) + 1;
        let at = 2 + name + name % 2;
        let Some(length) = be32(rest, at) else { return };
        let length = length as usize;
        let data = &rest[(at + 4).min(rest.len())..(at + 4).saturating_add(length).min(rest.len())];
        if id == 0x0404 {
            iptc.extend_from_slice(data);
        }
        let next = (at + 4).saturating_add(length).saturating_add(length % 2);
        body = rest.get(next..).unwrap_or_default();
    }
}

fn png<'a>(bytes: &'a [u8], parts: &mut Parts<'a>) {
    let mut at = 8;
    for _ in 0..MAX_PARTS {
        let (Some(length), Some(name)) = (be32(bytes, at), bytes.get(at + 4..at + 8)) else {
            parts.problem("the file ends before its last chunk", format!("byte {}", bytes.len()));
            return;
        };
        let start = at + 8;
        let end = start.saturating_add(length as usize);
        let Some(body) = bytes.get(start..end) else {
            parts.problem("the file ends inside a chunk", format!("chunk at byte {at}"));
            return;
        };
        match name {
            b"IHDR" => parts.size = be32(body, 0).zip(be32(body, 4)),
            b"eXIf" if parts.exif.is_none() => {
                let block = body.strip_prefix(b"Exif\0\0").unwrap_or(body);
                parts.exif = Some(Cow::Borrowed(block));
            }
            b"tIME" if body.len() == 7 => {
                let year = be16(body, 0).unwrap_or(0);
                let rest = |i: usize| u16::from(body[i]);
                parts.png_time = Some([year, rest(2), rest(3), rest(4), rest(5), rest(6)]);
            }
            b"tEXt" | b"zTXt" | b"iTXt" => png_text(name, body, at, parts),
            b"caBX" => parts.c2pa = true,
            b"IEND" => return,
            _ => {}
        }
        at = end.saturating_add(4); // the checksum
    }
}

/// Texts of a PNG (clause 11.3.3): XMP, EXIF as ImageMagick keeps it, and the names of the others.
fn png_text<'a>(name: &[u8], body: &'a [u8], at: usize, parts: &mut Parts<'a>) {
    let Some(end) = body.iter().position(|&b| b == 0) else { return };
    let keyword = String::from_utf8_lossy(&body[..end]).into_owned();
    let rest = &body[end + 1..];
    let value = match name {
        b"tEXt" => Some(Cow::Borrowed(rest)),
        b"zTXt" => rest.get(1..).and_then(inflated).map(Cow::Owned),
        _ => {
            // Compression flag, method, language, translated keyword.
            let mut fields = rest.get(2..).unwrap_or_default().splitn(3, |&b| b == 0);
            let text = fields.nth(2).unwrap_or_default();
            match rest.first() {
                Some(0) => Some(Cow::Borrowed(text)),
                _ => inflated(text).map(Cow::Owned),
            }
        }
    };
    let Some(value) = value else {
        parts.problem("a compressed text that does not inflate", format!("chunk at byte {at}"));
        return;
    };
    match keyword.as_str() {
        "XML:com.adobe.xmp" => parts.xmp.push(value),
        "Raw profile type exif" | "Raw profile type APP1" if parts.exif.is_none() => {
            if let Some(block) = raw_profile(&value).filter(|block| block.starts_with(b"Exif\0\0")) {
                parts.exif = Some(Cow::Owned(block[6..].to_vec()));
            }
        }
        "Raw profile type xmp" => parts.xmp.extend(raw_profile(&value).map(Cow::Owned)),
        "Raw profile type iptc" => {
            if let Some(block) = raw_profile(&value) {
                resources(&block, &mut parts.iptc);
            }
        }
        "Creation Time" => parts.png_created = Some(String::from_utf8_lossy(&value).into_owned()),
        "Software" => parts.png_software = Some(String::from_utf8_lossy(&value).into_owned()),
        _ => parts.png_text.push(keyword),
    }
}

fn inflated(packed: &[u8]) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, MAX_INFLATED).ok()
}

/// ImageMagick's form: a newline, the kind, the length, then hexadecimal digits broken into lines.
fn raw_profile(text: &[u8]) -> Option<Vec<u8>> {
    let mut lines = text.split(|&b| b == b'\n').skip_while(|line| line.is_empty());
    let (_kind, _length) = (lines.next()?, lines.next()?);
    let digits: Vec<u8> = lines.flatten().filter(|b| b.is_ascii_hexdigit()).copied().collect();
    digits.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn webp<'a>(bytes: &'a [u8], parts: &mut Parts<'a>) {
    let mut at = 12usize;
    for _ in 0..MAX_PARTS {
        let (Some(name), Some(length)) = (bytes.get(at..at + 4), bytes.get(at + 4..at + 8)) else { return };
        let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let start = at + 8;
        let body = &bytes[start..start.saturating_add(length).min(bytes.len())];
        if body.len() < length {
            parts.problem("the file ends inside a chunk", format!("chunk at byte {at}"));
        }
        let three = |i: usize| body.get(i..i + 3).map(|b| u32::from_le_bytes([b[0], b[1], b[2], 0]) + 1);
        let two = |i: usize| body.get(i..i + 2).map(|b| u32::from(u16::from_le_bytes([b[0], b[1]]) & 0x3fff));
        match name {
            b"VP8X" => parts.size = three(4).zip(three(7)),
            b"VP8 " if parts.size.is_none() => parts.size = two(6).zip(two(8)),
            b"VP8L" if parts.size.is_none() => {
                // Fourteen bits each, less one.
                if let Some(b) = body.get(1..5) {
                    let bits = u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
                    parts.size = Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1));
                }
            }
            b"EXIF" if parts.exif.is_none() => {
                parts.exif = Some(Cow::Borrowed(body.strip_prefix(b"Exif\0\0").unwrap_or(body)));
            }
            b"XMP " => parts.xmp.push(Cow::Borrowed(body)),
            b"C2PA" => parts.c2pa = true,
            _ => {}
        }
        at = start.saturating_add(length).saturating_add(length % 2);
    }
}

fn tiff<'a>(bytes: &'a [u8], parts: &mut Parts<'a>) {
    let found = tiff_block::compact(bytes);
    parts.size = found.size;
    parts.xmp.extend(found.xmp.filter(|xmp| xmp.len() <= MAX_XMP).map(Cow::Borrowed));
    parts.iptc.extend_from_slice(found.iptc.unwrap_or_default());
    parts.problems.extend(found.problems);
    parts.exif = Some(Cow::Owned(found.block));
}
