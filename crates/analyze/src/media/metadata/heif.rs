//! EXIF and size of HEIC, HEIF and AVIF files (ISO/IEC 23008-12).
//!
//! The boxes that locate the EXIF item are followed by `kamadak-exif`; the XMP packet is found by scanning for it, as
//! XMP part 3 foresees. The size is the largest of the image sizes listed, which is that of the picture for the files
//! telephones write; which item is shown first is deliberately not resolved.

use std::{borrow::Cow, io::Cursor};

use exif::{Error, Reader};

use super::container::{MAX_XMP, Parts};
use crate::Row;

/// How much of the box of properties is searched for sizes, in bytes.
const MAX_META: usize = 1 << 20;

/// Boxes looked at on one level, and items in one table.
const MAX_BOXES: usize = 10_000;

/// Whether `bytes` begin as a HEIF file does.
pub(super) fn is_heif(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp") && super::super::sniff(bytes, "").media_type.starts_with("image/")
}

pub(super) fn parts(bytes: &[u8]) -> Parts<'_> {
    let mut parts = Parts { size: size(bytes), small: meta_box(bytes).and_then(small), ..Parts::default() };
    parts.xmp.extend(packet(bytes).map(Cow::Borrowed));
    let result = Reader::new().continue_on_error(true).read_from_container(&mut Cursor::new(bytes));
    // Only the block is wanted here: what is broken inside it is listed where it is read.
    match result.or_else(|e| e.distill_partial_result(|_| {})) {
        Ok(exif) => parts.exif = Some(Cow::Owned(exif.buf().to_vec())),
        Err(Error::NotFound(_)) => {}
        Err(e) => parts.problems.push(Row::problem(format!("EXIF item: {}", e.to_string().to_lowercase()), "meta box")),
    }
    parts
}

/// The first XMP packet, within the limit of its length.
fn packet(bytes: &[u8]) -> Option<&[u8]> {
    const BEGIN: &[u8] = b"<x:xmpmeta";
    const END: &[u8] = b"</x:xmpmeta>";
    let start = find(bytes, BEGIN)?;
    let near = &bytes[start..bytes.len().min(start + MAX_XMP)];
    Some(&near[..find(near, END)? + END.len()])
}

/// Where `needle` first is; its first byte is looked for first, which is quick in packed data.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|b| *b == needle[0])?;
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// The largest of the sizes among the item properties (`ispe`, clause 6.5.3).
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let meta = meta_box(bytes)?;
    meta.windows(16)
        .filter(|window| window.starts_with(b"ispe"))
        .map(|window| {
            let side = |i: usize| u32::from_be_bytes([window[i], window[i + 1], window[i + 2], window[i + 3]]);
            (side(8), side(12))
        })
        .filter(|(width, height)| *width > 0 && *height > 0)
        .max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}

/// Boxes within one: letters and body. What is cut or lies about its length ends the list.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let found = (rest.get(4..8)?, rest.get(8..length)?);
        rest = &rest[length..];
        Some(found)
    })
    .take(MAX_BOXES)
}

fn within<'a>(parent: &'a [u8], letters: &[u8]) -> Option<&'a [u8]> {
    boxes(parent).find(|(kind, _)| *kind == letters).map(|(_, body)| body)
}

/// A number of so many bytes from the front, which is taken off.
fn number(rest: &mut &[u8], bytes: usize) -> Option<usize> {
    let (front, behind) = rest.split_at_checked(bytes)?;
    *rest = behind;
    Some(front.iter().fold(0, |all, b| all << 8 | usize::from(*b)))
}

/// The size of the item that says it is a smaller picture of another (`iref` of type `thmb`, clause 6.4.4): the image size (`ispe`)
/// among the properties that `ipma` gives it.
fn small(meta: &[u8]) -> Option<(u32, u32)> {
    let inside = meta.get(12..)?;
    let mut links = within(inside, b"iref")?;
    let wide = if number(&mut links, 4)? >> 24 == 0 { 2 } else { 4 };
    let item = number(&mut within(links, b"thmb")?, wide)?;
    let properties = within(inside, b"iprp")?;
    let mut given = within(properties, b"ipma")?;
    let head = number(&mut given, 4)?;
    let (wide, indexes) = (if head >> 24 == 0 { 2 } else { 4 }, 1 + (head & 1));
    let listed = within(properties, b"ipco")?;
    for _ in 0..number(&mut given, 4)?.min(MAX_BOXES) {
        let of = number(&mut given, wide)?;
        for _ in 0..number(&mut given, 1)? {
            let at = number(&mut given, indexes)? & if indexes == 1 { 0x7f } else { 0x7fff };
            let property = boxes(listed).nth(at.checked_sub(1)?);
            if let (true, Some((b"ispe", mut body))) = (of == item, property) {
                number(&mut body, 4)?;
                return Some((number(&mut body, 4)? as u32, number(&mut body, 4)? as u32));
            }
        }
    }
    None
}

fn meta_box(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 0usize;
    // Files have a handful of boxes at this level.
    for _ in 0..64 {
        let header = bytes.get(at..at.checked_add(8)?)?;
        let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
        if &header[4..] == b"meta" {
            let end = at.saturating_add(length.max(8)).min(at + MAX_META).min(bytes.len());
            return bytes.get(at..end);
        }
        let length = match length {
            0 => return None,
            1 => usize::try_from(u64::from_be_bytes(bytes.get(at + 8..at + 16)?.try_into().ok()?)).ok()?,
            length => length,
        };
        at = at.checked_add(length.max(8))?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        [&(inside.len() as u32 + 8).to_be_bytes()[..], kind, inside].concat()
    }

    fn meta(small: (u32, u32)) -> Vec<u8> {
        let size = |(w, h): (u32, u32)| boxed(b"ispe", &[[0; 4], w.to_be_bytes(), h.to_be_bytes()].concat());
        let listed = boxed(b"ipco", &[size((4032, 3024)), boxed(b"irot", &[1]), size(small)].concat());
        let given = boxed(b"ipma", b"\0\0\0\0\0\0\0\x02\0\x01\x02\x81\x02\0\x07\x02\x83\x02");
        let link = boxed(b"iref", &[&[0; 4][..], &boxed(b"thmb", b"\0\x07\0\x01\0\x01")].concat());
        boxed(b"meta", &[&[0; 4][..], &link, &boxed(b"iprp", &[listed, given].concat())].concat())
    }

    #[test]
    fn the_smaller_picture_is_found_by_what_refers_to_what() {
        assert_eq!(small(&meta((320, 240))), Some((320, 240)));
        let whole = [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), meta((300, 300))].concat();
        let parts = parts(&whole);
        assert_eq!((parts.size, parts.small), (Some((4032, 3024)), Some((300, 300))));
    }

    #[test]
    fn boxes_that_lie_give_nothing_and_end() {
        let whole = meta((320, 240));
        for at in 0..whole.len() {
            small(&whole[..at]);
            for bits in [0xff, 0x80, 0x01] {
                let mut bent = whole.clone();
                bent[at] ^= bits;
                small(&bent);
            }
        }
    }
}
