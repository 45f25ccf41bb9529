//! What a program of others makes of an item before an analyzer reads it: frames and sound of films, words of pictures.
//!
//! An analyzer gets bytes; for some, those are not the item's own but what ffmpeg or tesseract made of them, confined. Where the program is not
//! installed, or cannot be confined here, the item is kept and a row says in one line what is missing. That row lies in a pack of
//! *version 0* of the analyzer, so that the item stays in the backlog of the real one and is read as soon as the program is there.
//! It deliberately decides nothing of what the analyzers say.

use std::cell::OnceCell;

use serde_json::Value;
use witnessmark_analyze::Row;
use witnessmark_analyze::documents::ocr;
use witnessmark_analyze::media::film::{self, sound};
use witnessmark_analyze::media::speech;
use witnessmark_archive::{Archive, Kind, NewPack};
use witnessmark_model::{ItemId, MemberKey, SubjectId};

use crate::analyze::{Analyzed, Known, Reading, to_map, wants};
use crate::error::{Error, Result};
use crate::films::{Ffmpeg, FilmError, Held, NO_FFMPEG};
use crate::ocr::{NO_TESSERACT, Tesseract};
use crate::progress::{Progress, Stop};
use crate::proofs::beside::Beside;
use crate::sandbox::Analyzer;
use crate::sandbox::external::{External, ExternalError};

/// Version of the packs that say that a program is missing.
pub const WITHOUT_PROGRAM: u32 = 0;
/// A film of more bytes is not read into memory but handed over as a file.
const IN_MEMORY: u64 = 256 << 20;

/// Does this analyzer read what a program of others makes?
pub fn needs(analyzer: &str) -> bool {
    [film::MANIFEST.name, sound::MANIFEST.name, speech::MANIFEST.name, ocr::MANIFEST.name].contains(&analyzer)
}

/// Is the analyzer left out, because its user has named no program for it? Nothing waits then and nothing is told.
pub(crate) fn is_off(archive: &Archive, analyzer: &str) -> bool {
    analyzer == speech::MANIFEST.name && !archive.config().programs.contains_key(WHISPER)
}

/// Does `analyze` run it without being asked for it by name, in this archive?
pub fn runs_unasked(archive: &Archive, analyzer: &str) -> bool {
    !crate::analyzers::on_demand(analyzer) && !is_off(archive, analyzer)
}

/// Name under which the settings keep a Whisper-family program.
pub const WHISPER: &str = "whisper";

/// Why there is nothing to give to an analyzer.
pub(crate) enum Unmade {
    /// This item; in words for a problem row.
    Item(String),
    /// Nothing can be made of any.
    Run(Error),
}

/// The programs of others that are at hand, looked for when first needed.
pub(crate) struct Programs<'a> {
    reading: &'a Reading,
    ffmpeg: OnceCell<std::result::Result<Ffmpeg, String>>,
    tesseract: OnceCell<std::result::Result<Tesseract, String>>,
    beside: OnceCell<Beside>,
}

impl<'a> Programs<'a> {
    pub fn of(reading: &'a Reading) -> Programs<'a> {
        Programs { reading, ffmpeg: OnceCell::new(), tesseract: OnceCell::new(), beside: OnceCell::new() }
    }

    /// What lies beside what, looked up when a signature first asks.
    pub fn beside(&self, archive: &Archive) -> &Beside {
        self.beside.get_or_init(|| Beside::of(archive))
    }

    /// ffmpeg, or one line that says what is missing.
    pub fn ffmpeg(&self) -> std::result::Result<&Ffmpeg, &str> {
        let found = self.ffmpeg.get_or_init(|| {
            let external = External { command: self.reading.confined.clone(), policy: self.reading.policy };
            match Ffmpeg::installed(&external) {
                Ok(Some(ffmpeg)) => Ok(ffmpeg),
                Ok(None) => Err(NO_FFMPEG.to_owned()),
                Err(error) => Err(format!("no frame of this film was looked at ({error}); it is kept")),
            }
        });
        found.as_ref().map_err(String::as_str)
    }

    /// tesseract, or one line that says what is missing.
    pub fn tesseract(&self) -> std::result::Result<&Tesseract, &str> {
        let found = self.tesseract.get_or_init(|| {
            let external = External { command: self.reading.confined.clone(), policy: self.reading.policy };
            match Tesseract::installed(&external) {
                Ok(Some(tesseract)) => Ok(tesseract),
                Ok(None) => Err(NO_TESSERACT.to_owned()),
                Err(error) => Err(format!("no words of this picture were proposed ({error}); it is kept")),
            }
        });
        found.as_ref().map_err(String::as_str)
    }

    /// Is the program at hand that this analyzer needs? Else one line that says what is missing.
    pub fn at_hand(&self, analyzer: &str) -> std::result::Result<(), &str> {
        if analyzer == ocr::MANIFEST.name { self.tesseract().map(drop) } else { self.ffmpeg().map(drop) }
    }

    /// What stands as configuration in an analyzer's packs: the program and its version.
    pub fn config(&self, analyzer: &str) -> String {
        if !needs(analyzer) {
            return String::new();
        }
        if analyzer == ocr::MANIFEST.name {
            return self.tesseract().map(|tesseract| tesseract.version().to_owned()).unwrap_or_default();
        }
        self.ffmpeg().map(|ffmpeg| ffmpeg.version().to_owned()).unwrap_or_default()
    }

    /// What `analyzer` is given of an item.
    pub fn prepare(
        &self,
        archive: &Archive,
        analyzer: &str,
        item: ItemId,
        known: &Known,
        stop: &Stop,
    ) -> std::result::Result<Vec<u8>, Unmade> {
        if analyzer == ocr::MANIFEST.name {
            return self.words(archive, item, known, stop);
        }
        let ffmpeg = self.ffmpeg().map_err(|missing| Unmade::Item(missing.to_owned()))?;
        let held = held(archive, item, known).map_err(|e| Unmade::Item(format!("it could not be read: {e}")))?;
        if analyzer == speech::MANIFEST.name {
            return self.spoken(archive, ffmpeg, &held, stop);
        }
        let made = if analyzer == film::MANIFEST.name {
            ffmpeg.frames(held.source(), known.duration_ms, &[&stop.0])
        } else {
            let samples = ffmpeg.sound(held.source(), sound::RATE, &[&stop.0]);
            samples.map(|samples| sound::pack(ffmpeg.version(), &samples))
        };
        match made {
            Ok(made) => Ok(made),
            // A film without sound is no problem, and has no landmarks.
            Err(FilmError::Unread(why)) if analyzer == sound::MANIFEST.name && why.starts_with("there is no") => {
                Ok(sound::pack(ffmpeg.version(), &[]))
            }
            Err(FilmError::Unread(why)) => Err(Unmade::Item(why)),
            Err(FilmError::NoProcess(_)) if stop.asked() => Err(Unmade::Run(Error::Stopped)),
            Err(FilmError::NoProcess(error)) => Err(Unmade::Run(error.into())),
        }
    }
}

impl Programs<'_> {
    /// The table of words that tesseract reads in a picture.
    fn words(
        &self,
        archive: &Archive,
        item: ItemId,
        known: &Known,
        stop: &Stop,
    ) -> std::result::Result<Vec<u8>, Unmade> {
        let tesseract = self.tesseract().map_err(|missing| Unmade::Item(missing.to_owned()))?;
        let held = held(archive, item, known).map_err(|e| Unmade::Item(format!("it could not be read: {e}")))?;
        match tesseract.words(held.source(), &[&stop.0]) {
            Ok(table) => Ok(table),
            Err(error @ ExternalError::Failed { .. }) => Err(Unmade::Item(error.to_string())),
            Err(_) if stop.asked() => Err(Unmade::Run(Error::Stopped)),
            Err(error) => Err(Unmade::Run(error.into())),
        }
    }

    /// What a Whisper-family program prints of the sound of a film or recording.
    fn spoken(
        &self,
        archive: &Archive,
        ffmpeg: &Ffmpeg,
        held: &Held,
        stop: &Stop,
    ) -> std::result::Result<Vec<u8>, Unmade> {
        let Some(named) = archive.config().programs.get(WHISPER) else {
            return Err(Unmade::Item("no program for speech is named in the settings".into()));
        };
        let external = External { command: self.reading.confined.clone(), policy: self.reading.policy };
        match crate::speech::heard(&external, named, ffmpeg, held.source(), &[&stop.0]) {
            Ok(parcel) => Ok(parcel),
            Err(FilmError::Unread(why)) if why.starts_with("there is no") => Ok(speech::pack("", "", b"")),
            Err(FilmError::Unread(why)) => Err(Unmade::Item(why)),
            Err(FilmError::NoProcess(_)) if stop.asked() => Err(Unmade::Run(Error::Stopped)),
            Err(FilmError::NoProcess(error)) => Err(Unmade::Run(error.into())),
        }
    }
}

/// What the analyzers of films are given of a file that is no item: analyzer and parcel. For looking something up; nothing is
/// kept.
///
/// # Errors
/// When ffmpeg is missing or the file gives neither picture nor sound.
pub fn of_file(path: &std::path::Path, media_type: &str, reading: &Reading) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let programs = Programs::of(reading);
    let ffmpeg = programs.ffmpeg().map_err(|missing| Error::refused("look at a film", missing))?;
    let source = crate::sandbox::external::Source::File(path);
    let mut made = Vec::new();
    let mut why = None;
    if film::FILMS.contains(&media_type) {
        match ffmpeg.frames(source, None, &[]) {
            Ok(parcel) => made.push((film::MANIFEST.name, parcel)),
            Err(FilmError::Unread(e)) => why = Some(e),
            Err(FilmError::NoProcess(e)) => return Err(e.into()),
        }
    }
    match ffmpeg.sound(source, sound::RATE, &[]) {
        Ok(samples) => made.push((sound::MANIFEST.name, sound::pack(ffmpeg.version(), &samples))),
        Err(FilmError::Unread(e)) => why = why.or(Some(e)),
        Err(FilmError::NoProcess(e)) => return Err(e.into()),
    }
    match why {
        Some(why) if made.is_empty() => Err(Error::refused(format!("look at {}", path.display()), why)),
        _ => Ok(made),
    }
}

/// An item's bytes, or where they lie in clear when they are too many.
fn held(archive: &Archive, item: ItemId, known: &Known) -> Result<Held> {
    if known.size <= IN_MEMORY || known.subject.is_some() {
        return Ok(Held::Bytes(archive.read(item)?.to_vec()));
    }
    match archive.checked_file(item)? {
        Some(path) => Ok(Held::File(path)),
        None => Err(Error::Archive(witnessmark_archive::Error::new(Kind::Denied, "read a film that is sealed"))),
    }
}

/// Where the program that an analyzer needs is missing: says so once of every item that it would read, and gives back those
/// that it would not read, which wait for nothing.
#[expect(clippy::too_many_arguments, reason = "one call site; a struct would only rename them")]
pub(crate) fn without_program(
    archive: &mut Archive,
    member: MemberKey,
    programs: &Programs<'_>,
    analyzer: &'static Analyzer,
    items: Vec<ItemId>,
    subject: Option<SubjectId>,
    known: &std::collections::BTreeMap<ItemId, Known>,
    done: &mut Analyzed,
    progress: &mut dyn Progress,
) -> Result<Vec<ItemId>> {
    let wanted = |item: &ItemId| known.get(item).is_some_and(|known| wants(analyzer, known));
    if !items.iter().any(wanted) {
        return Ok(items);
    }
    let Err(missing) = programs.at_hand(analyzer.manifest.name) else { return Ok(items) };
    let (waiting, others): (Vec<ItemId>, Vec<ItemId>) = items.into_iter().partition(|item| wanted(item));
    progress.advance(waiting.len() as u64);
    let untold: std::collections::BTreeSet<ItemId> =
        archive.backlog(analyzer.manifest.name, WITHOUT_PROGRAM)?.into_iter().collect();
    let untold: std::collections::BTreeSet<ItemId> =
        waiting.iter().copied().filter(|item| untold.contains(item)).collect();
    let count = waiting.len();
    progress.line(&format!("{count} {} wait: {missing}", if count == 1 { "item" } else { "items" }));
    // Told once, though frames and sound both wait for it.
    let tells = analyzer.manifest.name != sound::MANIFEST.name;
    if !untold.is_empty() {
        let mut row = Row::problem(missing, "the item");
        row.body.insert("waits".into(), Value::from(true));
        let rows = untold.iter().filter(|_| tells).map(|item| (*item, to_map(row.clone()))).collect();
        done.problems += if tells { untold.len() } else { 0 };
        let pack = NewPack {
            analyzer: analyzer.manifest.name.into(),
            version: WITHOUT_PROGRAM,
            config: String::new(),
            covers: untold,
            rows,
            subject,
        };
        archive.session(member)?.observe(pack)?;
    }
    Ok(others)
}
