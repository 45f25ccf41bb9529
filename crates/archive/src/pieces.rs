//! Reading an item piece by piece: for what is too large for memory, or is taken apart.

use std::fs::File;
use std::io::{Cursor, Read, Seek};

use witnessmark_model::ItemId;

use crate::archive::Archive;
use crate::error::{Error, Result};

/// What is read and sought.
pub trait Pieces: Read + Seek {}
impl<T: Read + Seek> Pieces for T {}

impl Archive {
    /// An item to be read and sought, and its length: not checked against its id, which would mean reading all of it. What is
    /// sealed is opened in memory, and never lies on a disk in clear.
    pub fn reader(&self, item: ItemId) -> Result<(Box<dyn Pieces>, u64)> {
        for (_, capture) in self.world().captures(item).filter(|(_, capture)| capture.subject.is_none()) {
            let path = match &capture.blob {
                Some(blob) => self.storage.file(*blob)?,
                None => self.in_place(capture)?,
            };
            if let Ok(file) = File::open(&path) {
                let length = file.metadata().map_err(|e| Error::io(format!("read {}", path.display()), e))?.len();
                return Ok((Box::new(file), length));
            }
        }
        let whole = self.read(item)?;
        let length = whole.len() as u64;
        Ok((Box::new(Cursor::new(whole)), length))
    }
}
