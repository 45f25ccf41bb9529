//! What a file is, told from its first bytes, and whether its name says otherwise.
//!
//! Looks at no more than the first 64 KiB, so that a prefix and the whole file give one answer. It deliberately does
//! not check that the rest of the file is sound, does not look inside containers beyond the names of their parts, and
//! never trusts a name: a name only chooses between kinds of text that the bytes leave open.

mod names;
mod text;

use serde_json::{Map, Value};

use crate::{Input, Manifest, Row};

/// How many bytes are looked at.
pub const WINDOW: usize = 64 * 1024;

/// How many parts of a ZIP container are looked at for their names.
const MAX_ZIP_PARTS: usize = 64;

/// What a file with nothing in it is called.
pub const EMPTY: &str = "application/x-empty";
/// What bytes are called that nothing here recognises.
pub const UNKNOWN: &str = "application/octet-stream";

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "type",
    version: 3,
    reads: &["*/*"],
    says: &["file", "problem"],
    cannot_say: &[
        "that the rest of the file is what its beginning says",
        "that a file whose name and bytes disagree was meant to deceive: exports and chat programs rename files",
        "what a file of an unrecognised type holds",
    ],
};

/// What the bytes are.
#[derive(Debug, Clone, PartialEq)]
pub struct Sniffed {
    /// Media type, such as `image/jpeg`; [`EMPTY`] and [`UNKNOWN`] where there is nothing to say.
    pub media_type: &'static str,
    /// Rows of kind `problem`: empty, unrecognised, mislabelled.
    pub problems: Vec<Row>,
}

/// Tells what `bytes` are; `name` settles what kind of text a text is and is compared with the answer.
///
/// Only the first [`WINDOW`] bytes are looked at. Give the first 64 KiB, or more, of the file.
pub fn sniff(bytes: &[u8], name: &str) -> Sniffed {
    let head = &bytes[..bytes.len().min(WINDOW)];
    // A file of just the window's length may have been cut there: parsing it to its end must not be required.
    let cut = bytes.len() >= WINDOW;
    let extension = names::extension(name);
    let media_type = if head.is_empty() {
        EMPTY
    } else {
        binary(head).or_else(|| text::kind(head, cut, &extension)).or_else(|| guessed(head)).unwrap_or(UNKNOWN)
    };
    let mut problems = Vec::new();
    match media_type {
        EMPTY => problems.push(Row::problem("the file is empty", "byte 0")),
        UNKNOWN => problems.push(Row::problem("the type of the file is not recognised", "byte 0")),
        _ => {}
    }
    if let Some(said) = names::says(&extension)
        && !matches!(media_type, EMPTY | UNKNOWN)
        && !names::agree(said, media_type)
    {
        let mut row =
            Row::problem(format!("mislabelled: the name says {}, the bytes say {media_type}", said[0]), "name");
        row.body.insert("mislabelled".into(), Value::Bool(true));
        problems.push(row);
    }
    Sniffed { media_type, problems }
}

/// Rows of one input: one `file`, and what is wrong with it.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let sniffed = sniff(input.bytes, input.name);
    let mut body = Map::new();
    body.insert("media_type".into(), sniffed.media_type.into());
    body.insert("size".into(), input.bytes.len().into());
    if let Some(said) = names::says(&names::extension(input.name)) {
        body.insert("extension_says".into(), said[0].into());
    }
    let mut rows = vec![Row { kind: "file", body }];
    rows.extend(sniffed.problems);
    rows
}

/// Types that begin in a way that no text begins.
fn binary(head: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"II+\0\x08\0\0\0", "image/tiff"),
        (b"MM\0+\0\x08\0\0", "image/tiff"),
        (b"%PDF-", "application/pdf"),
        (b"fLaC", "audio/flac"),
        (b"#!AMR-WB\n", "audio/amr-wb"),
        (b"#!AMR\n", "audio/amr"),
        (b"ID3", "audio/mpeg"),
        (b"WARC/1.", "application/warc"),
        (b"WARC/0.", "application/warc"),
        (b"\x1f\x8b\x08", "application/gzip"),
        (b"SQLite format 3\0", "application/vnd.sqlite3"),
        (b"PAR1", "application/vnd.apache.parquet"),
        (b"{\\rtf", "application/rtf"),
    ];
    // A PDF may carry rubbish before its header (ISO 32000-1, implementation note 13: within 1,024 bytes).
    let pdf_late = || {
        let near = &head[..head.len().min(1024)];
        let binary = near.contains(&0) || std::str::from_utf8(near).is_err();
        (binary && find(near, b"%PDF-").is_some()).then_some("application/pdf")
    };
    zipped_warc(head)
        .or_else(|| MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, media_type)| *media_type))
        .or_else(|| iso_media(head))
        .or_else(|| manifest_store(head))
        .or_else(|| riff(head))
        .or_else(|| ebml(head))
        .or_else(|| ogg(head))
        .or_else(|| zip(head))
        .or_else(|| mpeg_audio(head))
        .or_else(pdf_late)
}

/// A C2PA manifest store by itself: a JUMBF box (ISO/IEC 19566-5) whose description says so.
fn manifest_store(head: &[u8]) -> Option<&'static str> {
    let is_one = head.get(4..8) == Some(b"jumb") && head.get(12..20) == Some(b"jumdc2pa");
    is_one.then_some("application/c2pa")
}

/// A web archive whose records are gzipped one by one (ISO 28500, annex D): told by what the first unpacks to.
fn zipped_warc(head: &[u8]) -> Option<&'static str> {
    use std::io::Read as _;
    let mut start = [0; 5];
    let zipped = head.starts_with(b"\x1f\x8b\x08");
    (zipped && flate2::read::GzDecoder::new(head).read_exact(&mut start).is_ok() && &start == b"WARC/")
        .then_some("application/warc")
}

/// MP4 and its relatives, by the brands of the first box (ISO/IEC 14496-12 clause 4.3; HEIF: 23008-12 annex B).
fn iso_media(head: &[u8]) -> Option<&'static str> {
    let box_type = head.get(4..8)?;
    if box_type != b"ftyp" {
        // QuickTime before 2001 wrote no brands.
        let old = matches!(box_type, b"moov" | b"mdat" | b"wide" | b"pnot");
        let size = u32::from_be_bytes(head[..4].try_into().ok()?);
        return (old && (size == 1 || size >= 8) && head.len() >= 16).then_some("video/quicktime");
    }
    let size = u32::from_be_bytes(head[..4].try_into().ok()?) as usize;
    let brands = &head[8..head.len().min(size.max(16)).max(8)];
    let mut all: Vec<&[u8]> = brands.chunks_exact(4).collect();
    if all.len() > 1 {
        all.remove(1); // the minor version, which is no brand
    }
    // The major brand decides; the compatible ones where it says little. Every HEIC and AVIF names `mif1` beside its own.
    let heif = || all.iter().any(|brand| matches!(*brand, b"mif1" | b"msf1")).then_some("image/heif");
    all.iter().copied().find_map(brand).or_else(heif).or(Some("video/mp4"))
}

fn brand(brand: &[u8]) -> Option<&'static str> {
    Some(match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => "image/heic",
        b"avif" | b"avis" => "image/avif",
        b"qt  " => "video/quicktime",
        b"M4A " | b"M4B " | b"F4A " => "audio/mp4",
        b"crx " => "image/x-canon-cr3",
        [b'3', b'g', b'p', _] | b"3ge6" | b"3gg6" => "video/3gpp",
        [b'3', b'g', b'2', _] => "video/3gpp2",
        b"mp41" | b"mp42" | b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"avc1" | b"M4V " | b"MSNV" | b"dash"
        | b"mmp4" | b"XAVC" | b"F4V " => "video/mp4",
        _ => return None,
    })
}

fn riff(head: &[u8]) -> Option<&'static str> {
    if !head.starts_with(b"RIFF") {
        return None;
    }
    match head.get(8..12)? {
        b"WEBP" => Some("image/webp"),
        b"AVI " => Some("video/x-msvideo"),
        b"WAVE" => Some("audio/wav"),
        _ => None,
    }
}

/// Matroska and WebM by the DocType of the EBML header (RFC 8794 clause 11.2.4).
fn ebml(head: &[u8]) -> Option<&'static str> {
    if !head.starts_with(b"\x1a\x45\xdf\xa3") {
        return None;
    }
    let near = &head[..head.len().min(512)];
    let at = find(near, b"\x42\x82")? + 3;
    let doctype = near.get(at..)?;
    Some(if doctype.starts_with(b"webm") { "video/webm" } else { "video/x-matroska" })
}

fn ogg(head: &[u8]) -> Option<&'static str> {
    if !head.starts_with(b"OggS") {
        return None;
    }
    let near = &head[..head.len().min(512)];
    let film = find(near, b"\x80theora").is_some() || find(near, b"BBCD").is_some();
    Some(if film { "video/ogg" } else { "audio/ogg" })
}

/// A ZIP container, by the names of its first parts (APPNOTE 4.3.7; ECMA-376 part 2; OpenDocument part 2 clause 3.3).
fn zip(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"PK\x05\x06") {
        return Some("application/zip"); // an empty one
    }
    if !head.starts_with(b"PK\x03\x04") {
        return None;
    }
    let mut at = 0;
    let mut office = false;
    for _ in 0..MAX_ZIP_PARTS {
        let Some(header) = head.get(at..at + 30) else { break };
        if !header.starts_with(b"PK\x03\x04") {
            break;
        }
        let short = |i: usize| usize::from(u16::from_le_bytes([header[i], header[i + 1]]));
        let packed = u32::from_le_bytes([header[18], header[19], header[20], header[21]]) as usize;
        let start = at + 30;
        let Some(name) = head.get(start..start + short(26)) else { break };
        let data = start + short(26) + short(28);
        if name == b"mimetype" {
            let stored = head.get(data..data.saturating_add(packed)).unwrap_or_default();
            return Some(opendocument(stored));
        }
        if name == b"datapackage.json" || name.starts_with(b"archive/") && find(name, b".warc").is_some() {
            return Some("application/wacz");
        }
        office |= name == b"[Content_Types].xml" || name.starts_with(b"_rels/");
        for (folder, media_type) in [
            (&b"word/"[..], "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ] {
            if name.starts_with(folder) {
                return Some(media_type);
            }
        }
        if name.ends_with(b".kml") && !office {
            return Some("application/vnd.google-earth.kmz");
        }
        // Sizes that follow the data (bit 3) leave nothing to step by: look for the next header instead.
        at = if header[6] & 8 != 0 && packed == 0 {
            match head.get(data..).and_then(|rest| find(rest, b"PK\x03\x04")) {
                Some(next) => data + next,
                None => break,
            }
        } else {
            match data.checked_add(packed) {
                Some(next) => next,
                None => break,
            }
        };
    }
    Some("application/zip")
}

fn opendocument(stored: &[u8]) -> &'static str {
    match stored {
        b"application/vnd.oasis.opendocument.text" => "application/vnd.oasis.opendocument.text",
        b"application/vnd.oasis.opendocument.spreadsheet" => "application/vnd.oasis.opendocument.spreadsheet",
        b"application/vnd.oasis.opendocument.presentation" => "application/vnd.oasis.opendocument.presentation",
        b"application/epub+zip" => "application/epub+zip",
        _ => "application/zip",
    }
}

/// MP3 and AAC without a tag before them: a frame header, and another where it says that the next one is.
fn mpeg_audio(head: &[u8]) -> Option<&'static str> {
    let first = mpeg_frame(head)?;
    let next = head.get(first.1..)?;
    let confirmed =
        if next.len() < 4 { head.len() < first.1 + 4 } else { mpeg_frame(next).is_some_and(|n| n.0 == first.0) };
    confirmed.then_some(first.0)
}

/// Type and length of the frame at the start of `bytes` (ISO/IEC 11172-3 clause 2.4.2.3; ADTS: 14496-3 clause 1.A.2.2).
fn mpeg_frame(bytes: &[u8]) -> Option<(&'static str, usize)> {
    let &[0xff, b1, b2, b3, ..] = bytes else { return None };
    if b1 & 0xf6 == 0xf0 {
        let length = usize::from(b3 & 3) << 11 | usize::from(*bytes.get(4)?) << 3 | usize::from(*bytes.get(5)? >> 5);
        return (length >= 7 && b2 >> 2 & 15 < 13).then_some(("audio/aac", length));
    }
    if b1 & 0xe6 != 0xe2 {
        return None; // only layer III is met in the wild, and a looser test would match noise
    }
    const KBPS_1: [usize; 16] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
    const KBPS_2: [usize; 16] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
    let (kbps, divisor, samples) = match b1 >> 3 & 3 {
        3 => (KBPS_1, 1, 144),
        2 => (KBPS_2, 2, 72),
        0 => (KBPS_2, 4, 72),
        _ => return None,
    };
    let rate = [44_100, 48_000, 32_000].get(usize::from(b2 >> 2 & 3))? / divisor;
    let kbps = kbps[usize::from(b2 >> 4)];
    (kbps > 0).then(|| ("audio/mpeg", samples * kbps * 1000 / rate + usize::from(b2 >> 1 & 1)))
}

/// The `infer` crate's list, for what no one here reads but a summary should name. Asked last, after text, because some
/// of its signatures are two letters long; for the three kinds told more strictly above, its word is not taken.
fn guessed(head: &[u8]) -> Option<&'static str> {
    const TOLD_ABOVE: [&str; 3] = ["audio/mpeg", "audio/aac", "video/quicktime"];
    let kind = infer::get(head)?;
    let text = kind.matcher_type() == infer::MatcherType::Text;
    (!text && !TOLD_ABOVE.contains(&kind.mime_type())).then(|| kind.mime_type())
}

/// Where `needle` first is in `bytes`.
pub(super) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8], name: &str) -> &'static str {
        sniff(bytes, name).media_type
    }

    fn ftyp(brands: &str) -> Vec<u8> {
        let mut out = (8 + brands.len() as u32).to_be_bytes().to_vec();
        out.extend_from_slice(b"ftyp");
        out.extend_from_slice(brands.as_bytes());
        out.extend_from_slice(&[0; 32]);
        out
    }

    fn zip_of(names: &[&str]) -> Vec<u8> {
        let mut out = Vec::new();
        for name in names {
            out.extend_from_slice(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\x02\0\0\0");
            out.extend_from_slice(&(name.len() as u16).to_le_bytes());
            out.extend_from_slice(&[0, 0]);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"hi");
        }
        out
    }

    #[test]
    fn pictures_films_and_sound_are_told_by_their_first_bytes() {
        assert_eq!(kind(b"\xff\xd8\xff\xe0\0\x10JFIF", "a.jpg"), "image/jpeg");
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.png"), "image/png");
        assert_eq!(kind(b"RIFF\x10\0\0\0WEBPVP8 ", "a.webp"), "image/webp");
        assert_eq!(kind(b"RIFF\x10\0\0\0AVI LIST", "a.avi"), "video/x-msvideo");
        assert_eq!(kind(b"II*\0\x08\0\0\0", "a.tif"), "image/tiff");
        assert_eq!(
            kind(b"\0\0\x0c\xa1jumb\0\0\0\x1ejumdc2pa\0\x11\0\x10\x80\0", "Content Credentials"),
            "application/c2pa"
        );
        assert_eq!(kind(&ftyp("heic\0\0\0\0mif1heic"), "a.heic"), "image/heic");
        assert_eq!(kind(&ftyp("mif1\0\0\0\0mif1heic"), "a.heif"), "image/heic");
        assert_eq!(kind(&ftyp("mif1\0\0\0\0mif1miaf"), "a.heif"), "image/heif");
        assert_eq!(kind(&ftyp("isom\0\0\x02\0isomiso2avc1mp41"), "a.mp4"), "video/mp4");
        assert_eq!(kind(&ftyp("qt  \0\0\0\0qt  "), "a.mov"), "video/quicktime");
        assert_eq!(kind(&ftyp("3gp4\0\0\0\0isom3gp4"), "a.3gp"), "video/3gpp");
        assert_eq!(kind(&ftyp("M4A \0\0\0\0M4A mp42isom"), "a.m4a"), "audio/mp4");
        let mut webm = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm".to_vec();
        assert_eq!(kind(&webm, "a.webm"), "video/webm");
        webm.truncate(12);
        webm.extend_from_slice(b"\x88matroska");
        assert_eq!(kind(&webm, "a.mkv"), "video/x-matroska");
        // Two frames of 128 kbit/s at 44.1 kHz, 417 bytes each.
        let mut mp3 = vec![0; 417 * 2];
        for at in [0, 417] {
            mp3[at..at + 4].copy_from_slice(&[0xff, 0xfb, 0x90, 0x00]);
        }
        assert_eq!(kind(&mp3, "a.mp3"), "audio/mpeg");
        assert_ne!(
            kind(b"\xff\xfb\x90\x00 and then something else that is no frame".repeat(12).as_slice(), "x"),
            "audio/mpeg"
        );
    }

    #[test]
    fn containers_are_told_by_the_names_of_their_parts() {
        assert!(
            kind(&zip_of(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]), "a.docx")
                .contains("wordprocessing")
        );
        assert!(kind(&zip_of(&["[Content_Types].xml", "xl/workbook.xml"]), "a.xlsx").contains("spreadsheet"));
        assert_eq!(kind(&zip_of(&["a.txt"]), "a.zip"), "application/zip");
    }

    #[test]
    fn a_name_that_disagrees_is_a_problem() {
        let sniffed = sniff(b"\xff\xd8\xff\xe0\0\x10JFIF", "film.mp4");
        assert_eq!(sniffed.media_type, "image/jpeg");
        assert_eq!(sniffed.problems.len(), 1);
        assert!(sniffed.problems[0].body["what"].as_str().unwrap().starts_with("mislabelled"));
        assert!(sniff(b"\xff\xd8\xff\xe0\0\x10JFIF", "film.JPE").problems.is_empty());
        assert!(sniff(b"\xff\xd8\xff\xe0\0\x10JFIF", "no extension").problems.is_empty());
    }

    #[test]
    fn a_prefix_and_the_whole_give_one_answer() {
        let long = "a line of text, and so on\n".repeat(20_000);
        assert_eq!(sniff(long.as_bytes(), "x"), sniff(&long.as_bytes()[..WINDOW], "x"));
    }

    #[test]
    fn empty_and_unknown_say_so() {
        assert_eq!(sniff(b"", "a.jpg").media_type, EMPTY);
        assert_eq!(sniff(b"", "a.jpg").problems.len(), 1);
        assert_eq!(kind(b"\x00\x01\x02\x03\x9a\xfe\x00\x07", "a"), UNKNOWN);
    }
}
