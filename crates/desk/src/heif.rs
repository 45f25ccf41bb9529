//! Pictures of telephones, HEIC and AVIF, decoded by a program of others: libheif's `heif-dec` or `heif-convert`, confined.
//!
//! Codecs of films have no decoder here. The program writes PNG, which the child reads like any other; it only writes to files, so
//! it is given a name that leads back to its own standard output: no pixel of an item touches a disk. Where it is not installed the item is
//! kept, its metadata are read, and one line says what is missing. Of several pictures in one file the first is looked at.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use witnessmark_analyze::media::{pdq, points};

use crate::sandbox::external::{
    External, ExternalError, ExternalLimits, INPUT_PATH, Program, Source, Task, run_for_output,
};

/// What to say where there is no such program.
pub const NO_HEIF: &str = "heif-convert is not installed, so the picture was not decoded for comparing and showing; it is kept, its metadata were read, and it is decoded after: sudo apt install libheif-examples";

/// The types that are decoded so.
pub const TYPES: &[&str] = &["image/heic", "image/heif", "image/avif"];
/// Names of the program, the newer first.
const PROGRAMS: &[&str] = &["heif-dec", "heif-convert"];
/// Longest PNG that is taken, in bytes.
const LONGEST: u64 = 400 << 20;
/// Address space of the program.
const MEMORY: u64 = 3 << 30;
/// Pictures of one file of which all but the first go nowhere; the program writes every one.
const MOST_PICTURES: usize = 64;

/// Is a picture of this type decoded by it?
pub fn is_one(media_type: &str) -> bool {
    TYPES.contains(&media_type)
}

/// Does this analyzer look at pixels, and so at what the program makes of such a picture?
pub fn is_for(analyzer: &str) -> bool {
    [pdq::MANIFEST.name, points::MANIFEST.name].contains(&analyzer)
}

/// The program on this machine, and how it is run.
#[derive(Debug)]
pub struct Heif {
    program: Program,
    external: External,
    names: Names,
}

impl Heif {
    /// The one that is installed; `None` where there is none.
    ///
    /// # Errors
    /// When no folder can be made for the names of its output.
    pub fn installed(external: &External) -> std::io::Result<Option<Heif>> {
        match PROGRAMS.iter().find_map(|name| Program::installed(name)) {
            Some(program) => Ok(Some(Heif { program, external: external.clone(), names: Names::new()? })),
            None => Ok(None),
        }
    }

    /// The picture as PNG, turned as the file says.
    ///
    /// # Errors
    /// When the program does not come to its end or says nothing, or no process can be had.
    pub fn png(&self, source: Source<'_>, stop: &[&AtomicBool]) -> Result<Vec<u8>, ExternalError> {
        let limits = ExternalLimits {
            memory_bytes: MEMORY,
            cpu_seconds: 60,
            time: Duration::from_secs(120),
            output_bytes: LONGEST,
            ..ExternalLimits::default()
        };
        let args = ["--quiet".into(), OsString::from(INPUT_PATH), self.names.first().into()].to_vec();
        let task = Task { program: &self.program, args, source, limits, folder: None };
        let (_, png, _) = run_for_output(&self.external, &task, stop)?;
        Ok(png)
    }
}

/// A folder of names that end in `.png` and lead to the standard output of whoever opens them. It holds no file, ever.
#[derive(Debug)]
struct Names {
    folder: PathBuf,
}

impl Names {
    fn new() -> std::io::Result<Names> {
        static MADE: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("witnessmark-names-{}-{number}", std::process::id()));
        // One that is left from a process of the same number is not taken over: whoever made it could have put anything there.
        std::fs::create_dir(&folder)?;
        let names = Names { folder };
        std::os::unix::fs::symlink("/proc/self/fd/1", names.first())?;
        // Of several pictures each gets a number.
        std::os::unix::fs::symlink("/proc/self/fd/1", names.folder.join("picture-1.png"))?;
        for number in 2..=MOST_PICTURES {
            std::os::unix::fs::symlink("/dev/null", names.folder.join(format!("picture-{number}.png")))?;
        }
        Ok(names)
    }

    fn first(&self) -> PathBuf {
        self.folder.join("picture.png")
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        let folder: &Path = &self.folder;
        // What cannot be removed is an empty name.
        let _ = std::fs::remove_dir_all(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_hold_nothing_and_go_with_their_owner() {
        let names = Names::new().unwrap();
        let folder = names.folder.clone();
        assert_eq!(std::fs::read_link(names.first()).unwrap(), Path::new("/proc/self/fd/1"));
        assert!(std::fs::read_dir(&folder).unwrap().flatten().all(|e| e.file_type().unwrap().is_symlink()));
        drop(names);
        assert!(!folder.exists());
        assert!(is_for("picture-hash") && is_for("picture-points") && !is_for("metadata"));
    }
}
