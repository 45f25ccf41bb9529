//! The made-up town: an invented island, its people, one week of incidents, and everything said and pictured of it.
//!
//! [`write()`] leaves a folder of raw material for `witnessmark demo` and for tests: texts in English and Arabic,
//! accounts, pictures with metadata, satellite scenes, two commitments, sheets, and bad input on purpose. All of it is
//! drawn and written by this crate, the same bytes every time, and marked as invented. [`truth::truth`] gives the
//! answers that a pipeline can be scored against.
//!
//! It deliberately knows no real name, reads no file, and analyzes nothing.

pub mod accounts;
mod bad;
pub mod commitments;
pub mod decisions;
mod exif;
mod jpeg;
mod num;
pub mod people;
mod pictures;
pub mod place;
mod raster;
mod scenes;
pub mod sheets;
pub mod story;
mod sun;
mod tiff_directory;
mod toml_text;
pub mod truth;

use std::path::{Path, PathBuf};

pub use people::{ORGANISATIONS, PARTIES, PEOPLE};
pub use pictures::{COPIES, Copy, How};

/// One file of the folder, in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path under the folder, with `/` between folders.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What [`write()`] left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The folder.
    pub dir: PathBuf,
    /// Path under the folder and size in bytes of every file, ordered by path.
    pub files: Vec<(String, u64)>,
}

/// Why the folder could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder holds something already; nothing was touched.
    #[error("write the made-up town into {}: the folder is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// The system refused.
    #[error("write {}", path.display())]
    Io {
        /// What was being read or written.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

/// Every file of the town, ordered by path.
pub fn files() -> Vec<File> {
    let text = |path: &str, body: String| File { path: path.to_owned(), bytes: body.into_bytes() };
    let mut files = vec![
        text("README.txt", sheets::README.to_owned()),
        text("provenance.csv", sheets::PROVENANCE.to_owned()),
        text("sources.csv", sheets::SOURCES.to_owned()),
        text("island.places.toml", place::toml()),
        text("texts/dorvane-intake.csv", sheets::intake()),
    ];
    files.extend(commitments::INSTRUMENTS.iter().map(|instrument| text(instrument.path, instrument.toml())));
    files.extend(accounts::ACCOUNTS.iter().map(|account| text(account.path, account.toml())));
    files.extend(story::texts().iter().map(|story| text(story.path, story.whole())));
    files.extend(pictures::files());
    files.extend(scenes::files());
    files.extend(bad::files(&files));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Writes the town into `dir`, which is made when it is missing and must be empty when it is not.
///
/// # Errors
/// [`Error::NotEmpty`] when the folder holds anything; [`Error::Io`] when the system refuses.
pub fn write(dir: &Path) -> Result<Written, Error> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    std::fs::create_dir_all(dir).map_err(at(dir))?;
    if std::fs::read_dir(dir).map_err(at(dir))?.next().is_some() {
        return Err(Error::NotEmpty(dir.to_owned()));
    }
    let mut written = Written { dir: dir.to_owned(), files: Vec::new() };
    for file in files() {
        let path = dir.join(&file.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(at(folder))?;
        }
        std::fs::write(&path, &file.bytes).map_err(at(&path))?;
        written.files.push((file.path, file.bytes.len() as u64));
    }
    Ok(written)
}
