//! Pictures and files embedded in office documents, taken out byte for byte as they lie in the container.
//!
//! Deliberately takes out no part of the document itself (its text is read where it is), and opens no macro.

use std::io::Cursor;

use zip::ZipArchive;

use super::letters::whole;
use super::{Budget, Bytes, Given, Halt, Member, Taker, names, pour};

/// Longest document that is taken apart, in bytes.
const LONGEST: u64 = 512 << 20;
/// Folders of embedded files: of DOCX, XLSX and PPTX, of OpenDocument.
const FOLDERS: &[&str] =
    &["word/media/", "word/embeddings/", "xl/media/", "xl/embeddings/", "ppt/media/", "ppt/embeddings/", "Pictures/"];

/// What is embedded in an office document.
pub(super) fn unpack(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let all = whole(given, bytes, LONGEST)?;
    let mut budget = Budget::new(given);
    let mut zip = ZipArchive::new(Cursor::new(&all))
        .map_err(|e| Halt::File(format!("it is no office document that can be read: {e}")))?;
    for index in 0..zip.len() {
        let mut part = match zip.by_index(index) {
            Ok(part) => part,
            Err(e) => {
                to.problem(&format!("part {}", index + 1), &format!("it cannot be unpacked: {e}"))?;
                continue;
            }
        };
        let (name, odd) = names::kept(part.name_raw());
        if !FOLDERS.iter().any(|folder| name.starts_with(folder)) || name.ends_with('/') || name.ends_with(".rels") {
            continue;
        }
        budget.member()?;
        for odd in odd {
            to.problem(&name, odd)?;
        }
        to.begin(&Member { name, size: Some(part.size()), ..Member::default() })?;
        let cut = if given.list { None } else { pour(&mut part, to, &mut budget)? };
        to.end(cut.as_deref())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use serde_json::json;

    use super::super::testing::unpack;

    #[test]
    fn pictures_come_out_and_the_document_stays() {
        let mut zip = zip::write::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in ["word/document.xml", "word/media/image1.jpeg", "word/media/_rels/x.rels"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
            zip.write_all(name.as_bytes()).expect("written");
        }
        let file = zip.finish().expect("a zip").into_inner();
        let (kept, done) = unpack("office", "a.docx", &file, json!({}));
        assert!(done.is_ok());
        assert_eq!(
            (kept.names(), kept.members[0].1.as_slice()),
            (vec!["word/media/image1.jpeg"], &b"word/media/image1.jpeg"[..])
        );
        assert!(unpack("office", "a.docx", b"no zip", json!({})).1.is_err());
    }
}
