//! Issuing: a report on paper and screen, and a dossier that a stranger can check. Both leave an `issued` entry that commits
//! to every byte that went out.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use witnessmark_archive::Archive;
use witnessmark_archive::bundle::{self, Content, Contents, Note, Part};
use witnessmark_model::vocabulary::Tier;
use witnessmark_model::{EntryRef, MemberKey};
use witnessmark_report::compile::Citation;
use witnessmark_report::document::{Document, NoticeKind, plain};
use witnessmark_report::html;
use witnessmark_report::pdf::{self, Fonts};

use crate::analyze::Reading;
use crate::case::case;
use crate::error::{Error, Result};
use crate::report::exhibits::Kept;
use crate::report::{Brief, Report, write_with};
use crate::stills::Stills;

/// Bytes of all originals of one dossier, which is made in memory.
const MOST_CARRIED: u64 = 512 << 20;

/// What was written.
#[derive(Debug)]
pub struct Issued {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The entry that commits to them.
    pub entry: EntryRef,
    /// Sentences in the report.
    pub sentences: u32,
    /// Pages of the PDF.
    pub pages: usize,
    /// Characters that no font at hand has.
    pub missing: Vec<char>,
}

/// The document as a page and as a PDF.
struct Rendered {
    html: Vec<u8>,
    pdf: pdf::Pdf,
}

fn render(document: &Document) -> Result<Rendered> {
    let failed = |e: pdf::PdfError| {
        Error::refused(format!("make the PDF: {e}"), "the HTML report holds the same; tell us what stood in it")
    };
    let fonts = Fonts::bundled().map_err(failed)?;
    Ok(Rendered { html: html::page(document).into_bytes(), pdf: pdf::render(document, &fonts).map_err(failed)? })
}

/// What makes pictures: children of this program. Where none can be had, the report says of each picture that it could not be
/// opened.
fn stills() -> Option<Stills> {
    Reading::by_this_program().ok().map(|reading| Stills::new(&reading))
}

/// Writes `report.html` and `report.pdf` into a folder, for a tier, and records that they were made.
pub fn report(archive: &mut Archive, member: MemberKey, brief: Brief, folder: &Path) -> Result<Issued> {
    let report = write_with(archive, &case(archive)?, brief, stills().as_ref())?;
    let rendered = render(&report.document)?;
    let (pages, missing) = (rendered.pdf.pages, rendered.pdf.missing.iter().copied().collect());
    let html = put(folder, "report.html", &rendered.html)?;
    let pdf = put(folder, "report.pdf", &rendered.pdf.bytes)?;
    let sentences = report.sentences;
    let mut contents = contents(archive, &report, brief, "report");
    contents.parts = vec![Part::new("report.html", rendered.html), Part::new("report.pdf", rendered.pdf.bytes)];
    let issue = bundle::issue(&mut archive.session(member)?, contents)?;
    Ok(Issued { files: vec![html, pdf], entry: issue.entry, sentences, pages, missing })
}

/// Writes a dossier for a tier, with the originals that may be carried. One that does not verify is not handed out.
pub fn dossier(archive: &mut Archive, member: MemberKey, brief: Brief, out: &Path) -> Result<Issued> {
    let report = write_with(archive, &case(archive)?, brief, stills().as_ref())?;
    let rendered = render(&report.document)?;
    let (pages, missing) = (rendered.pdf.pages, rendered.pdf.missing.iter().copied().collect());
    let mut contents = contents(archive, &report, brief, "dossier");
    contents.parts = vec![Part::new("report.html", rendered.html), Part::new("report.pdf", rendered.pdf.bytes)];
    carry(archive, &report, brief, &mut contents);
    let issue = bundle::issue(&mut archive.session(member)?, contents)?;
    let said = bundle::verify(Cursor::new(&issue.zip), None)?;
    if let Some(finding) = said.findings.first() {
        return Err(Error::refused(
            format!("make a dossier that verifies: {}: {}", finding.at, finding.what),
            "nothing was written; `witnessmark check` says whether the archive is whole",
        ));
    }
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = put(folder, &name, &issue.zip)?;
    Ok(Issued { files: vec![file], entry: issue.entry, sentences: report.sentences, pages, missing })
}

/// Puts the exhibits in: originals that may be carried, and of the others the reason. The public gets a line that says why not.
fn carry(archive: &Archive, report: &Report, brief: Brief, contents: &mut Contents) {
    if brief.tier == Tier::Public {
        let (en, ar) = Kept::Public.words();
        contents
            .notes
            .push(Note { en: format!("No exhibits. {en}"), ar: Some(format!("لا مستندات مرفقة. {ar}")) });
        return;
    }
    let mut room = MOST_CARRIED;
    for exhibit in &report.exhibits {
        let kept = exhibit.kept.map_or(Ok(()), Err);
        let original = kept.and_then(|()| {
            let bytes = archive.read(exhibit.item).map_err(|_| Kept::Absent)?.to_vec();
            room = room.checked_sub(bytes.len() as u64).ok_or(Kept::Large)?;
            Ok(bytes)
        });
        let original = original.map(Content::Bytes).map_err(|kept| {
            if matches!(kept, Kept::Sealed | Kept::Protected) {
                contents.withheld.safety += 1;
            }
            let (en, ar) = kept.words();
            Note { en: en.into(), ar: Some(ar.into()) }
        });
        contents.exhibits.push(bundle::Exhibit {
            number: exhibit.number,
            media_type: exhibit.media_type.clone(),
            entry: exhibit.entry,
            custody: untied(&exhibit.custody, &exhibit.withheld),
            cited_by: exhibit.cited_by.clone(),
            original,
        });
    }
}

/// Two notes as one, without the marks that isolate words: pages that show it isolate the whole.
fn untied(first: &Note, second: &Note) -> Note {
    let untie = |text: &str| text.replace(['\u{2066}', '\u{2068}', '\u{2069}'], "");
    let arabic = first.ar.as_deref().zip(second.ar.as_deref());
    Note {
        en: untie(&format!("{} {}", first.en, second.en)),
        ar: arabic.map(|(first, second)| untie(&format!("{first} {second}"))),
    }
}

fn contents(archive: &Archive, report: &Report, brief: Brief, kind: &str) -> Contents {
    let mut contents = Contents::new(report.document.title.clone(), kind, brief.tier);
    let own = archive.config().log_id();
    let own_packs: BTreeSet<_> = archive.world().packs().filter(|(at, _)| at.log == own).map(|(_, o)| o.pack).collect();
    let mut elsewhere = 0;
    for citation in &report.cited {
        match citation {
            Citation::Entry(at) => contents.entries.push(*at),
            Citation::Row(row) if own_packs.contains(&row.pack) => contents.rows.push(*row),
            Citation::Row(_) => elsewhere += 1,
            Citation::Item(item) => contents.entries.extend(archive.world().captures(*item).map(|(at, _)| at)),
        }
    }
    // A dossier proves entries of one ledger: its archive's own.
    let cited = contents.entries.len();
    contents.entries.retain(|at| at.log == own);
    elsewhere += cited - contents.entries.len();
    contents.sentences = report.sentences;
    // That nobody has countersigned, and how much is withheld, the dossier says by itself.
    let own = [NoticeKind::Care, NoticeKind::Withheld];
    let said = |n: &&witnessmark_report::document::Notice| {
        !plain(&n.text).starts_with("No outside party") && !own.contains(&n.kind)
    };
    let limits = report.document.notices.iter().filter(said);
    contents.notes =
        limits.map(|n| Note { en: plain(&n.text).replace(['\u{2066}', '\u{2069}'], ""), ar: None }).collect();
    if elsewhere > 0 {
        contents.notes.push(Note {
            en: format!(
                "{elsewhere} cited entries or rows are of other offices' ledgers: this dossier holds no proof of them."
            ),
            ar: Some(format!(
                "{elsewhere} من القيود أو الأسطر المستشهد بها تعود إلى سجلات مكاتب أخرى: لا يحوي هذا الملف إثباتاً لها."
            )),
        });
    }
    contents.withheld.consent = report.withheld.consent as u32;
    contents.withheld.safety = report.withheld.safety as u32;
    contents.withheld.opposing = report.withheld.opposing as u32;
    contents
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = folder.join(name);
    witnessmark_archive::store::replace(&path, bytes)?;
    Ok(path)
}
