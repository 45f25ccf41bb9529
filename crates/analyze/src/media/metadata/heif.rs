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

/// Whether `bytes` begin as a HEIF file does.
pub(super) fn is_heif(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp") && super::super::sniff(bytes, "").media_type.starts_with("image/")
}

pub(super) fn parts(bytes: &[u8]) -> Parts<'_> {
    let mut parts = Parts { size: size(bytes), ..Parts::default() };
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
