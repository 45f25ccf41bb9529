//! Files and photographs embedded in a PDF, byte for byte as they lie in it: attachments, and pictures that are whole JPEG or
//! JPEG 2000 files. Pictures packed in other ways are no files and stay where they are.
//!
//! Deliberately decodes no picture and opens no attachment.

use std::collections::BTreeMap;
use std::ops::Range;

use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::{Filter, Pdf};

use super::stream::Budget;
use super::words::text_string;

/// Most objects that are looked at.
const MOST_OBJECTS: usize = 500_000;
/// Most files that are handed over.
const MOST_FILES: usize = 10_000;
/// Smallest picture that is handed over, in bytes: rules and dots are none.
const LEAST_PICTURE: usize = 2_048;
/// Most attachments of one relationship that are handed over.
const MOST_RELATED: usize = 16;

/// An attachment that stands in a relationship to its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Its bytes, unpacked.
    pub bytes: Vec<u8>,
    /// Where they lie in the document, byte for byte; an attachment that is packed lies nowhere so.
    pub lies_at: Option<Range<usize>>,
}

/// Hands over each embedded file: its name and its bytes. False: there are more than are handed over.
pub(super) fn each(pdf: &Pdf, mut take: impl FnMut(&str, &[u8])) -> bool {
    let mut budget = Budget::default();
    let names = names(pdf);
    let mut taken = 0;
    for object in pdf.objects().into_iter().take(MOST_OBJECTS) {
        let Object::Stream(stream) = object else { continue };
        let Some((name, bytes)) = file(&stream, &names, &mut budget) else { continue };
        if taken == MOST_FILES {
            return false;
        }
        taken += 1;
        take(&name, &bytes);
    }
    true
}

fn file(
    stream: &Stream<'_>,
    names: &BTreeMap<ObjectIdentifier, String>,
    budget: &mut Budget,
) -> Option<(String, Vec<u8>)> {
    let id = stream.obj_id();
    if let Some(name) = names.get(&id) {
        return budget.decode(stream).ok().map(|bytes| (name.clone(), bytes));
    }
    let is_picture = stream.dict().get::<Name<'_>>("Subtype").as_deref() == Some(&b"Image"[..]);
    let end = match stream.filters().as_slice() {
        [Filter::DctDecode] if is_picture => "jpg",
        [Filter::JpxDecode] if is_picture => "jp2",
        _ => return None,
    };
    let bytes = stream.raw_data();
    (bytes.len() >= LEAST_PICTURE).then(|| (format!("picture-{}.{end}", id.obj_number), bytes.into_owned()))
}

/// Attachments whose relationship to the document is `kind` (ISO 32000-2, 7.11.3, `AFRelationship`), in the order they lie in the file, those
/// that are packed first.
pub(super) fn related(pdf: &Pdf, file: &[u8], kind: &[u8]) -> Vec<Related> {
    let mut budget = Budget::default();
    let is_so = |dict: &Dict<'_>| dict.get::<Name<'_>>("AFRelationship").as_deref() == Some(kind);
    let mut found: BTreeMap<ObjectIdentifier, Related> = BTreeMap::new();
    for object in pdf.objects().into_iter().take(MOST_OBJECTS) {
        let Object::Dict(dict) = object else { continue };
        // A specification may stand by itself, or within the list of what names it.
        let listed = dict.get::<Array<'_>>("AF");
        let within = listed.iter().flat_map(|list| list.iter::<Dict<'_>>());
        for one in std::iter::once(dict.clone()).chain(within.take(MOST_FILES)).filter(is_so) {
            let Some(held) = one.get::<Dict<'_>>("EF") else { continue };
            let Some(stream) = held.get::<Stream<'_>>("F").or_else(|| held.get::<Stream<'_>>("UF")) else { continue };
            if found.len() == MOST_RELATED || found.contains_key(&stream.obj_id()) {
                continue;
            }
            let Some(bytes) = budget.decode(&stream).ok().filter(|bytes| !bytes.is_empty()) else { continue };
            let lies_at = memchr::memmem::find(file, &bytes).map(|at| at..at + bytes.len());
            found.insert(stream.obj_id(), Related { bytes, lies_at });
        }
    }
    let mut found: Vec<Related> = found.into_values().collect();
    found.sort_by_key(|one| one.lies_at.as_ref().map(|range| range.start));
    found
}

/// Names of attachments, by the stream that holds them (ISO 32000-1, 7.11.3).
fn names(pdf: &Pdf) -> BTreeMap<ObjectIdentifier, String> {
    let mut names = BTreeMap::new();
    for object in pdf.objects().into_iter().take(MOST_OBJECTS) {
        let Object::Dict(dict) = object else { continue };
        let Some(held) = dict.get::<Dict<'_>>("EF").filter(|_| names.len() < MOST_FILES) else { continue };
        let Some(stream) = held.get_ref("UF").or_else(|| held.get_ref("F")) else { continue };
        let stated = ["UF", "F"].iter().find_map(|key| dict.get::<hayro_syntax::object::String<'_>>(key));
        let name = stated.map(|name| text_string(name.as_bytes())).filter(|name| !name.trim().is_empty());
        names.insert(stream.into(), name.unwrap_or_else(|| format!("file-{}", stream.obj_number)));
    }
    names
}
