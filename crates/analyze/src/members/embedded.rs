//! Pictures and files embedded in office documents and PDFs, taken out byte for byte as they lie in the container.
//!
//! Deliberately takes out no part of the document itself (its text is read where it is), and opens no macro.

use std::io::Cursor;

use zip::ZipArchive;

use super::letters::{give, whole};
use super::{Budget, Bytes, Given, Halt, Member, Taker, names, pour};
use crate::documents::each_embedded;

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

/// Attachments and whole photographs of a PDF.
pub(super) fn unpack_pdf(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let all = whole(given, bytes, LONGEST)?;
    let mut budget = Budget::new(given);
    let mut done: Result<(), Halt> = Ok(());
    let whole = each_embedded(&all, |name, body| {
        if done.is_ok() {
            done = budget.member().and_then(|()| {
                let (name, odd) = names::kept(name.as_bytes());
                for odd in odd {
                    to.problem(&name, odd)?;
                }
                let member = Member { name, size: Some(body.len() as u64), ..Member::default() };
                give(&member, body, None, given.list, &mut budget, to)
            });
        }
    });
    done?;
    match whole {
        Ok(true) => Ok(()),
        Ok(false) => Err(Halt::File("it has more embedded files than are taken out".into())),
        Err(why) => Err(Halt::File(why.into())),
    }
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

    #[test]
    fn photographs_and_attachments_of_a_pdf_come_out() {
        let photograph = [&b"\xff\xd8\xff\xe0"[..], &[7; 4000]].concat();
        let mut file =
            b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
            3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n\
            4 0 obj<</Type/Filespec/F(log.txt)/EF<</F 5 0 R>>>>endobj\n\
            5 0 obj<</Type/EmbeddedFile/Length 4>>stream\nseen\nendstream endobj\n"
                .to_vec();
        file.extend_from_slice(
            format!("6 0 obj<</Subtype/Image/Filter/DCTDecode/Length {}>>stream\n", photograph.len()).as_bytes(),
        );
        file.extend_from_slice(&photograph);
        file.extend_from_slice(b"\nendstream endobj\ntrailer<</Root 1 0 R>>");
        let (kept, done) = unpack("pdf", "a.pdf", &file, json!({}));
        assert!(done.is_ok(), "{done:?}");
        assert_eq!(kept.names(), ["log.txt", "picture-6.jpg"]);
        assert_eq!((kept.members[0].1.as_slice(), &kept.members[1].1), (&b"seen"[..], &photograph));
        assert!(unpack("pdf", "a.pdf", b"%PDF-1.7", json!({})).1.is_err());
    }
}
