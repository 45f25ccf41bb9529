//! Runs as files of a folder, read by ranges.
//!
//! It deliberately syncs nothing: what a crash leaves behind is made anew.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use witnessmark_weigh::pictures::runs::Store;

/// A folder of runs.
#[derive(Debug)]
pub struct Folder {
    at: PathBuf,
    writing: Option<BufWriter<File>>,
    open: Mutex<BTreeMap<u32, Arc<File>>>,
}

impl Folder {
    /// Runs in a folder that is there.
    pub fn new(at: &Path) -> Folder {
        Folder { at: at.to_owned(), writing: None, open: Mutex::default() }
    }

    fn path(&self, run: u32) -> PathBuf {
        self.at.join(format!("{run}.run"))
    }

    fn file(&self, run: u32) -> io::Result<Arc<File>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open.get(&run) {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(File::open(self.path(run))?);
        open.insert(run, Arc::clone(&file));
        Ok(file)
    }

    fn close(&self, run: u32) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
    }
}

#[cfg(unix)]
fn read_at(file: &File, at: u64, into: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(not(unix))]
fn read_at(file: &File, at: u64, into: &mut [u8]) -> io::Result<()> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(into)
}

impl Store for Folder {
    fn read(&self, run: u32, at: u64, into: &mut [u8]) -> io::Result<()> {
        read_at(&*self.file(run)?, at, into)
    }
    fn begin(&mut self, run: u32) -> io::Result<()> {
        self.close(run);
        self.writing = Some(BufWriter::with_capacity(1 << 20, File::create(self.path(run))?));
        Ok(())
    }
    fn append(&mut self, _: u32, bytes: &[u8]) -> io::Result<()> {
        match &mut self.writing {
            Some(writing) => writing.write_all(bytes),
            None => Err(io::Error::other("write a run of hashes that was not begun")),
        }
    }
    fn finish(&mut self, _: u32) -> io::Result<()> {
        self.writing.take().map_or(Ok(()), |mut writing| writing.flush())
    }
    fn remove(&mut self, run: u32) -> io::Result<()> {
        self.close(run);
        fs::remove_file(self.path(run))
    }
}
