//! Where a file keeps its C2PA manifest store: C2PA's specification, "Embedding manifests into various file formats".
//!
//! JPEG, PNG, RIFF (WebP, WAV, AVI), TIFF, GIF, ISO base media (MP4, MOV, HEIC, AVIF), MP3, PDF, and a store by itself. It deliberately knows no
//! SVG or font, and reads nothing of the store.

use std::borrow::Cow;
use std::ops::Range;

use witnessmark_analyze::documents::{Related, related};

/// Bytes of the longest store that is put together from pieces.
const LONGEST_STORE: usize = 64 << 20;
/// Segments, chunks, boxes and frames that are looked at.
const MOST_PARTS: usize = 100_000;
/// C2PA's identifier of a `uuid` box.
pub const BOX_ID: [u8; 16] =
    [0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81];

/// A store and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded<'a> {
    /// Its bytes.
    pub store: Cow<'a, [u8]>,
    /// What of the file is the store and its wrapping, in order.
    pub lies_at: Vec<Range<usize>>,
}

/// Finds the stores of a file; more than one is a fault that the caller tells. `Err` says what is wrong with one.
pub fn find<'a>(bytes: &'a [u8], name: &str) -> Result<Vec<Embedded<'a>>, &'static str> {
    if bytes.starts_with(b"\xff\xd8") {
        jpeg(bytes)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok(png(bytes))
    } else if bytes.starts_with(b"RIFF") {
        Ok(riff(bytes))
    } else if bytes.starts_with(b"GIF8") {
        gif(bytes)
    } else if bytes.starts_with(b"II") || bytes.starts_with(b"MM") {
        Ok(tiff(bytes).unwrap_or_default())
    } else if bytes.starts_with(b"%PDF") {
        pdf(bytes)
    } else if bytes.starts_with(b"ID3") {
        Ok(id3(bytes).unwrap_or_default())
    } else if bytes.get(4..8) == Some(b"jumb") && name.to_ascii_lowercase().ends_with(".c2pa") {
        Ok(vec![Embedded { store: Cow::Borrowed(bytes), lies_at: Vec::new() }])
    } else {
        Ok(base_media(bytes))
    }
}

fn one<'a>(store: &'a [u8], lies_at: Range<usize>) -> Embedded<'a> {
    Embedded { store: Cow::Borrowed(store), lies_at: vec![lies_at] }
}

fn be<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn be32(bytes: &[u8], at: usize) -> Option<usize> {
    be::<4>(bytes, at).map(|b| u32::from_be_bytes(b) as usize)
}

/// Pieces of one JUMBF box in APP11 segments (ISO/IEC 19566-5 annex D): which box, which piece, its bytes, where.
type Piece<'a> = (u16, u32, &'a [u8], Range<usize>);

fn jpeg(bytes: &[u8]) -> Result<Vec<Embedded<'_>>, &'static str> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut at = 2usize;
    for _ in 0..MOST_PARTS {
        // Fill bytes before a marker are allowed.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (Some(0xff), Some(code)) = (bytes.get(at), bytes.get(at + 1)) else { break };
        if matches!(code, 0x01 | 0xd0..=0xd8) {
            at += 2;
            continue;
        }
        let Some(length) = be::<2>(bytes, at + 2).map(|b| usize::from(u16::from_be_bytes(b))) else { break };
        if length < 2 || matches!(code, 0xd9 | 0xda) {
            break;
        }
        let Some(body) = bytes.get(at + 4..at + 2 + length) else {
            return if *code == 0xeb { Err("the file ends inside its manifest") } else { Ok(Vec::new()) };
        };
        if *code == 0xeb && body.starts_with(b"JP") && body.len() >= 16 {
            let which = u16::from_be_bytes([body[2], body[3]]);
            let number = u32::from_be_bytes([body[4], body[5], body[6], body[7]]);
            pieces.push((which, number, &body[8..], at..at + 2 + length));
        }
        at += 2 + length;
    }
    together(pieces)
}

/// Puts the pieces of each box together; every piece but the first repeats the box's head.
fn together(mut pieces: Vec<Piece<'_>>) -> Result<Vec<Embedded<'_>>, &'static str> {
    pieces.sort_by_key(|(which, number, ..)| (*which, *number));
    let mut found: Vec<Embedded<'_>> = Vec::new();
    for group in pieces.chunk_by(|a, b| a.0 == b.0) {
        let Some((_, _, first, _)) = group.first() else { continue };
        // Other standards keep JUMBF in APP11 too: only a store is of interest, told by its description.
        if first.get(16..20) != Some(b"c2pa") && first.get(24..28) != Some(b"c2pa") {
            continue;
        }
        let head = if be32(first, 0) == Some(1) { 16 } else { 8 };
        let mut store = first.to_vec();
        for (before, (_, number, body, _)) in group.iter().zip(&group[1..]) {
            if *number != before.1.wrapping_add(1) {
                return Err("pieces of its manifest are missing");
            }
            store.extend_from_slice(body.get(head..).unwrap_or_default());
            if store.len() > LONGEST_STORE {
                return Err("its manifest is longer than is read");
            }
        }
        found.push(Embedded { store: Cow::Owned(store), lies_at: group.iter().map(|piece| piece.3.clone()).collect() });
    }
    Ok(found)
}

/// Attachments whose relationship to the document says so. Each saving may have added one; the last speaks for the file as it is.
fn pdf(bytes: &[u8]) -> Result<Vec<Embedded<'_>>, &'static str> {
    const RELATIONSHIP: &[u8] = b"C2PA_Manifest";
    let in_clear = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    let found = match related(bytes, RELATIONSHIP) {
        Ok(found) => found,
        // What cannot be taken apart is said by whoever reads documents; here it matters only where a manifest is named.
        Err(_) if !in_clear(RELATIONSHIP) => return Ok(Vec::new()),
        Err(why) => return Err(why),
    };
    if found.is_empty() && in_clear(RELATIONSHIP) {
        return Err("the document names one among its attachments that is not there, or cannot be unpacked");
    }
    let embedded = |one: Related| Embedded { store: Cow::Owned(one.bytes), lies_at: one.lies_at.into_iter().collect() };
    Ok(found.into_iter().rev().map(embedded).collect())
}

fn png(bytes: &[u8]) -> Vec<Embedded<'_>> {
    let (mut at, mut found) = (8usize, Vec::new());
    for _ in 0..MOST_PARTS {
        let (Some(length), Some(kind)) = (be32(bytes, at), bytes.get(at + 4..at + 8)) else { break };
        let end = (at + 8).saturating_add(length);
        let Some(body) = bytes.get(at + 8..end) else { break };
        if kind == b"caBX" {
            found.push(one(body, at..(end + 4).min(bytes.len())));
        }
        at = end.saturating_add(4);
    }
    found
}

/// RIFF keeps it in a chunk of its own at the outermost level.
fn riff(bytes: &[u8]) -> Vec<Embedded<'_>> {
    let (mut at, mut found) = (12usize, Vec::new());
    for _ in 0..MOST_PARTS {
        let (Some(kind), Some(length)) = (bytes.get(at..at.saturating_add(4)), be::<4>(bytes, at.saturating_add(4)))
        else {
            break;
        };
        let length = u32::from_le_bytes(length) as usize;
        let end = (at + 8).saturating_add(length);
        if kind == b"C2PA" {
            found.extend(bytes.get(at + 8..end).map(|body| one(body, at..(end + length % 2).min(bytes.len()))));
        }
        at = end.saturating_add(length % 2);
    }
    found
}

/// GIF: an application extension, its bytes in blocks of at most 255.
fn gif(bytes: &[u8]) -> Result<Vec<Embedded<'_>>, &'static str> {
    const HEAD: &[u8] = b"\x21\xff\x0bC2PA_GIF\x01\x00\x00";
    // It comes before the first picture, after the table of colours: looked for there alone.
    let colours = bytes.get(10).map_or(0, |flags| if flags & 0x80 == 0 { 0 } else { 3usize << ((flags & 7) + 1) });
    let mut at = 13 + colours;
    let mut found = Vec::new();
    for _ in 0..MOST_PARTS {
        if bytes.get(at) != Some(&0x21) {
            break;
        }
        let from = at;
        let is_ours = bytes.get(at..at + HEAD.len()) == Some(HEAD);
        at += if is_ours { HEAD.len() } else { 2 };
        let mut store = Vec::new();
        loop {
            let Some(length) = bytes.get(at).map(|length| usize::from(*length)) else {
                return if is_ours { Err("the file ends inside its manifest") } else { Ok(found) };
            };
            at += 1;
            if length == 0 {
                break;
            }
            if is_ours {
                store.extend_from_slice(bytes.get(at..at + length).ok_or("the file ends inside its manifest")?);
            }
            at += length;
        }
        if is_ours {
            found.push(Embedded { store: Cow::Owned(store), lies_at: std::iter::once(from..at).collect() });
        }
    }
    Ok(found)
}

/// TIFF and BigTIFF: tag 52545 of a directory.
fn tiff(bytes: &[u8]) -> Option<Vec<Embedded<'_>>> {
    const TAG: u64 = 0xcd41;
    const MOST_DIRECTORIES: usize = 64;
    let little = bytes.starts_with(b"II");
    let number = |at: usize, length: usize| -> Option<u64> {
        let bytes = bytes.get(at..at.checked_add(length)?)?;
        let fold = |all: u64, b: &u8| all << 8 | u64::from(*b);
        Some(if little { bytes.iter().rev().fold(0, fold) } else { bytes.iter().fold(0, fold) })
    };
    let is_big = match number(2, 2)? {
        42 => false,
        43 => true,
        _ => return None,
    };
    let (wide, entry) = if is_big { (8, 20) } else { (4, 12) };
    let mut directory = usize::try_from(number(if is_big { 8 } else { 4 }, wide)?).ok()?;
    let mut found = Vec::new();
    for _ in 0..MOST_DIRECTORIES {
        if directory == 0 {
            break;
        }
        let head = if is_big { 8 } else { 2 };
        let entries = usize::try_from(number(directory, head)?).ok()?.min(MOST_PARTS);
        let first = directory.checked_add(head)?;
        for at in (0..entries).filter_map(|i| first.checked_add(i * entry)) {
            if number(at, 2)? != TAG {
                continue;
            }
            let length = usize::try_from(number(at + 4, wide)?).ok()?;
            // What is shorter than an offset stands in its place, and can be no store.
            let from = usize::try_from(number(at + 4 + wide, wide)?).ok()?;
            let until = from.checked_add(length)?;
            found.extend(bytes.get(from..until).map(|body| one(body, from..until)));
        }
        directory = usize::try_from(number(first.checked_add(entries * entry)?, wide)?).ok()?;
    }
    Some(found)
}

/// MP3: a general object among the frames of ID3v2.3 or 2.4.
fn id3(bytes: &[u8]) -> Option<Vec<Embedded<'_>>> {
    const TYPES: [&[u8]; 2] = [b"application/x-c2pa-manifest-store", b"application/c2pa"];
    let spread =
        |at: usize| be::<4>(bytes, at).map(|b| b.iter().fold(0usize, |all, b| all << 7 | usize::from(b & 0x7f)));
    let version = *bytes.get(3)?;
    let flags = *bytes.get(5)?;
    if !matches!(version, 3 | 4) || flags & 0x80 != 0 {
        return None;
    }
    let end = 10usize.checked_add(spread(6)?)?.min(bytes.len());
    let mut at = 10;
    if flags & 0x40 != 0 {
        at += if version == 4 { spread(10)? } else { be32(bytes, 10)? + 4 };
    }
    let mut found = Vec::new();
    for _ in 0..MOST_PARTS {
        let Some(kind) = bytes.get(at..at.saturating_add(4)).filter(|_| at < end) else { break };
        let length = if version == 4 { spread(at + 4)? } else { be32(bytes, at + 4)? };
        let until = (at + 10).checked_add(length)?;
        let Some(body) = bytes.get(at + 10..until) else { break };
        if kind == b"GEOB" {
            found.extend(object(body, &TYPES).map(|store| one(store, at..until)));
        }
        at = until;
    }
    Some(found)
}

/// What a general object holds, when its type is one of these: encoding, type, file name, description, data.
fn object<'a>(body: &'a [u8], types: &[&[u8]]) -> Option<&'a [u8]> {
    let (encoding, rest) = body.split_first()?;
    let end = rest.iter().position(|b| *b == 0)?;
    let (named, mut rest) = (&rest[..end], &rest[end + 1..]);
    let wide = matches!(encoding, 1 | 2);
    for _ in 0..2 {
        let after = if wide {
            rest.chunks_exact(2).position(|pair| pair == [0, 0])? * 2 + 2
        } else {
            rest.iter().position(|b| *b == 0)? + 1
        };
        rest = &rest[after..];
    }
    types.contains(&named).then_some(rest)
}

/// Boxes of the outermost level of an ISO base media file: letters, where the box begins, where its body does, where it ends.
pub fn top_boxes(bytes: &[u8]) -> Vec<([u8; 4], usize, usize, usize)> {
    let (mut at, mut found) = (0usize, Vec::new());
    while let (Some(short), Some(kind), true) = (be32(bytes, at), be::<4>(bytes, at + 4), found.len() < MOST_PARTS) {
        let (head, length) = match short {
            0 => (8, bytes.len() - at),
            1 => match be::<8>(bytes, at + 8).and_then(|b| usize::try_from(u64::from_be_bytes(b)).ok()) {
                Some(length) => (16, length),
                None => break,
            },
            length => (8, length),
        };
        let Some(end) = at.checked_add(length).filter(|end| length >= head && *end <= bytes.len()) else { break };
        found.push((kind, at, at + head, end));
        at = end;
    }
    found
}

/// A `uuid` box whose purpose is the manifest: identifier, version and flags, purpose, place of a hash tree, store.
fn base_media(bytes: &[u8]) -> Vec<Embedded<'_>> {
    let ours = top_boxes(bytes).into_iter().filter(|(kind, ..)| kind == b"uuid");
    let read = |(_, from, body, end): ([u8; 4], usize, usize, usize)| {
        let rest = bytes.get(body..end)?.strip_prefix(&BOX_ID)?.get(4..)?;
        let purpose = rest.iter().take(64).position(|b| *b == 0)?;
        let is_store = matches!(&rest[..purpose], b"manifest" | b"original" | b"update");
        let store = rest.get(purpose + 1 + 8..)?;
        is_store.then(|| one(store, from..end))
    };
    ours.filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(which: u16, number: u32, body: &[u8]) -> Vec<u8> {
        let body = [&b"JP"[..], &which.to_be_bytes(), &number.to_be_bytes(), body].concat();
        [&[0xff, 0xeb][..], &(body.len() as u16 + 2).to_be_bytes(), &body].concat()
    }

    #[test]
    fn pieces_in_a_jpeg_come_together_whatever_their_order() {
        let head = b"\0\0\0\x20jumb";
        let first = [&head[..], b"\0\0\0\x12jumdc2pa"].concat();
        let second = [&head[..], b"rest and end"].concat();
        let file = |parts: &[Vec<u8>]| [b"\xff\xd8".to_vec(), parts.concat(), b"\xff\xd9".to_vec()].concat();
        let bytes =
            file(&[segment(1, 2, &second), segment(9, 1, b"\0\0\0\x20jumbother things"), segment(1, 1, &first)]);
        let found = find(&bytes, "a.jpg").unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].store.as_ref(), [&first[..], b"rest and end"].concat());
        assert_eq!(found[0].lies_at.len(), 2);
        assert!(find(&file(&[segment(1, 1, &first), segment(1, 3, &second)]), "a.jpg").is_err());
        assert!(find(&bytes[..30], "a.jpg").is_err());
    }

    #[test]
    fn lengths_that_lie_find_nothing() {
        let lies: [&[u8]; 8] = [
            b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffcaBXabc",
            b"RIFF\x10\0\0\0WEBPC2PA\xff\xff\xff\xffabc",
            b"GIF89a\x01\0\x01\0\0\0\0\x21\xff\x0bother things",
            b"II\x2a\0\xff\xff\xff\xff",
            b"II\x2b\0\x08\0\0\0\xff\xff\xff\xff\xff\xff\xff\x7f",
            b"ID3\x04\0\0\x7f\x7f\x7f\x7fGEOB\x7f\x7f\x7f\x7f\0\0",
            b"\0\0\0\x01uuid\x80\0\0\0\0\0\0\0",
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff",
        ];
        for bytes in lies {
            assert_eq!(find(bytes, "a").unwrap_or_default(), [], "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
