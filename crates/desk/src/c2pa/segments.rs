//! Bindings to the named parts of a file (`c2pa.hash.boxes`): segments of a JPEG, chunks of a PNG.
//!
//! A binding names every part in order, in groups that are hashed together; the manifest's own part is named and not hashed. Parts of
//! other formats, groups that are left out in part, and restart markers that are named apart are told and not checked. Method: C2PA
//! Technical Specification 2.1, "General Boxes Hash".

use std::ops::Range;

use ciborium::Value;
use ring::digest;

use super::binding::{Binding, Bound, algorithm};
use super::cbor;

/// Parts that are looked at.
const MOST_PARTS: usize = 100_000;
/// What the part that holds the manifest is called.
const OURS: &str = "C2PA";

/// A named part of a file.
type Part = (String, Range<usize>);

/// Holds such a binding against a file.
pub fn check(said: &Value, default: &str, file: &[u8], manifest: &[Range<usize>]) -> Binding {
    let groups = cbor::list(said, "boxes");
    let parts = match parts(file, manifest) {
        _ if groups.is_empty() || groups.len() > MOST_PARTS => Err("its parts are none, or more than are read"),
        parts => parts,
    };
    let parts = match parts {
        Ok(parts) => parts,
        Err(why) => return Binding::unknown(why),
    };
    let mut rest = parts.iter().peekable();
    // A binding may begin after the letters by which a PNG is known.
    let begins = |name: &str| {
        groups
            .first()
            .is_some_and(|group| cbor::list(group, "names").first().is_some_and(|n| n.as_text() == Some(name)))
    };
    if rest.peek().is_some_and(|(name, _)| name == "PNGh") && !begins("PNGh") {
        rest.next();
    }
    let (mut left_out, mut names_left_out) = (Vec::new(), Vec::new());
    for group in groups {
        let Some(name) = algorithm(cbor::text(group, "alg").or(cbor::text(said, "alg")).unwrap_or(default)) else {
            return Binding::unknown("the digest of a group of parts is not known here");
        };
        let mut range: Option<Range<usize>> = None;
        let names = cbor::list(group, "names");
        for stated in names {
            let stated = stated.as_text().unwrap_or_default();
            if stated.starts_with("RST") {
                return Binding::unknown("it names restart markers apart, which is not checked here");
            }
            match rest.next() {
                Some((name, at)) if name == stated => {
                    range = Some(range.map_or(at.clone(), |before| before.start..at.end));
                }
                _ => return Binding { bound: Bound::Differs, ..Binding::unknown("") },
            }
        }
        let Some(range) = range else { return Binding::unknown("a group of parts has no names") };
        let is_ours = names.len() == 1 && names[0].as_text() == Some(OURS);
        if is_ours {
            continue;
        }
        if !cbor::list(group, "exclusions").is_empty() {
            return Binding::unknown("it leaves out parts of parts, which is not checked here");
        }
        if cbor::get(group, "excluded").and_then(Value::as_bool) == Some(true) {
            names_left_out.extend(names.iter().filter_map(Value::as_text).map(cbor::clean));
            left_out.push(range);
            continue;
        }
        if cbor::bytes(group, "hash") != Some(digest::digest(name, &file[range]).as_ref()) {
            return Binding { bound: Bound::Differs, left_out, boxes: names_left_out };
        }
    }
    // Whatever no group names, nobody signed.
    let bound = if rest.next().is_none() { Bound::Matches } else { Bound::Differs };
    Binding { bound, left_out, boxes: names_left_out }
}

fn parts(file: &[u8], manifest: &[Range<usize>]) -> Result<Vec<Part>, &'static str> {
    let mut found = if file.starts_with(b"\xff\xd8") {
        jpeg(file).ok_or("the JPEG is not segments up to its end")?
    } else if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(file).ok_or("the PNG is not chunks up to its end")?
    } else {
        return Err("it binds the parts of a kind of file whose parts are not read here");
    };
    for (name, range) in &mut found {
        if manifest.iter().any(|ours| ours.start == range.start) {
            *name = OURS.to_owned();
        }
    }
    // Segments of one manifest are one part.
    found.dedup_by(|next, before| {
        let is_more = next.0 == OURS && before.0 == OURS;
        if is_more {
            before.1.end = next.1.end;
        }
        is_more
    });
    Ok(found)
}

/// Segments of a JPEG (ITU-T T.81 annex B): what follows the head of a scan belongs to it.
fn jpeg(file: &[u8]) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = vec![("SOI".into(), 0..2)];
    let mut at = 2;
    while at < file.len() && parts.len() < MOST_PARTS {
        let (0xff, code) = (*file.get(at)?, *file.get(at + 1)?) else { return None };
        if code == 0xd9 {
            parts.push(("EOI".into(), at..at + 2));
            at += 2;
            continue;
        }
        let length = usize::from(u16::from_be_bytes(file.get(at + 2..at + 4)?.try_into().ok()?));
        let mut end = at.checked_add(2 + length).filter(|end| length >= 2 && *end <= file.len())?;
        if code == 0xda {
            // Up to the next marker that is neither stuffing nor a restart.
            while end < file.len()
                && !(file[end] == 0xff && file.get(end + 1).is_some_and(|b| !matches!(b, 0 | 0xd0..=0xd7 | 0xff)))
            {
                end += 1;
            }
        }
        let name = match code {
            0xc4 => "DHT".into(),
            0xcc => "DAC".into(),
            0xc0..=0xcf => format!("SOF{}", code - 0xc0),
            0xda => "SOS".into(),
            0xdb => "DQT".into(),
            0xdc => "DNL".into(),
            0xdd => "DRI".into(),
            0xe0..=0xef => format!("APP{}", code - 0xe0),
            0xfe => "COM".into(),
            other => format!("{other:02x}"),
        };
        parts.push((name, at..end));
        at = end;
    }
    (at == file.len()).then_some(parts)
}

fn png(file: &[u8]) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = vec![("PNGh".into(), 0..8)];
    let mut at = 8;
    while at < file.len() && parts.len() < MOST_PARTS {
        let length = u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?) as usize;
        let name = std::str::from_utf8(file.get(at + 4..at + 8)?).ok()?.to_owned();
        let end = at.checked_add(12)?.checked_add(length).filter(|end| *end <= file.len())?;
        parts.push((name, at..end));
        at = end;
    }
    (at == file.len()).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use digest::SHA256;

    fn map(fields: &[(&str, Value)]) -> Value {
        Value::Map(fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
    }

    fn group(names: &[&str], hashed: &[u8]) -> Value {
        let names = Value::Array(names.iter().map(|name| (*name).into()).collect());
        let hash = Value::Bytes(digest::digest(&SHA256, hashed).as_ref().to_vec());
        map(&[("names", names), ("hash", hash), ("pad", Value::Bytes(Vec::new()))])
    }

    const FILE: &[u8] = b"\xff\xd8\xff\xe0\0\x04JF\xff\xeb\0\x05one\xff\xeb\0\x05two\xff\xdb\0\x03q\xff\xda\0\x02scan\xff\0of\xff\xd0it\xff\xd9";

    fn told(groups: &[Value], file: &[u8]) -> Bound {
        let said = map(&[("alg", "sha256".into()), ("boxes", Value::Array(groups.to_vec()))]);
        check(&said, "sha256", file, &[8..15, 15..22]).bound
    }

    #[test]
    fn every_named_part_is_held_against_its_hash_and_none_may_stand_beside() {
        let groups =
            [group(&["SOI", "APP0"], &FILE[..8]), group(&[OURS], b""), group(&["DQT", "SOS", "EOI"], &FILE[22..])];
        assert_eq!(told(&groups, FILE), Bound::Matches);
        for at in [5, 25, 30, 36] {
            let mut other = FILE.to_vec();
            other[at] ^= 1;
            assert_ne!(told(&groups, &other), Bound::Matches, "{at}");
        }
        assert_eq!(told(&groups[..2], FILE), Bound::Differs, "the picture is in no group");
        assert_eq!(told(&[groups[0].clone(), groups[2].clone()], FILE), Bound::Differs, "the manifest is not named");
        assert!(matches!(told(&groups, b"GIF89a"), Bound::Unknown(_)));
        assert!(matches!(told(&[], FILE), Bound::Unknown(_)));
        let restart = [group(&["SOI", "RST0"], b"")];
        assert!(matches!(told(&restart, FILE), Bound::Unknown(_)));
        for cut in 0..FILE.len() {
            told(&groups, &FILE[..cut]);
        }
    }

    #[test]
    fn chunks_of_a_png_are_parts_and_its_letters_may_go_unnamed() {
        let chunk = |kind: &[u8], body: &[u8]| [&(body.len() as u32).to_be_bytes()[..], kind, body, b"CRC!"].concat();
        let (head, ours, end) = (chunk(b"IHDR", b"h"), chunk(b"caBX", b"m"), chunk(b"IEND", b""));
        let file = [b"\x89PNG\r\n\x1a\n".to_vec(), head.clone(), ours.clone(), end.clone()].concat();
        let at = 8 + head.len()..8 + head.len() + ours.len();
        let said = |groups: &[Value]| map(&[("boxes", Value::Array(groups.to_vec()))]);
        let rest = [group(&[OURS], b""), group(&["IEND"], &end)];
        let named = [&[group(&["PNGh", "IHDR"], &file[..8 + head.len()])][..], &rest].concat();
        let unnamed = [&[group(&["IHDR"], &head)][..], &rest].concat();
        for groups in [named, unnamed] {
            let told = check(&said(&groups), "sha256", &file, std::slice::from_ref(&at));
            assert_eq!(told.bound, Bound::Matches);
        }
    }
}
