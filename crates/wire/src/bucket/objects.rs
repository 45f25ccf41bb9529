//! A log's objects, and its head and journal, in a bucket.

use futures_util::TryStreamExt as _;
use object_store::ObjectStore as _;
use witnessmark_archive::store::{Head, Objects, Stored};
use witnessmark_archive::{Error, Kind, Result};

use super::{Bucket, wait};

/// Objects under a prefix of a bucket.
#[derive(Debug, Clone)]
pub struct BucketObjects {
    pub(super) bucket: Bucket,
    pub(super) prefix: String,
}

impl Objects for BucketObjects {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.bucket.get(&format!("{}{key}", self.prefix))?.map(|(bytes, _)| bytes))
    }

    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Stored> {
        let made = self.bucket.create(&format!("{}{key}", self.prefix), bytes)?;
        Ok(if made { Stored::New } else { Stored::AlreadySame })
    }

    fn publish(&self, key: &str, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        self.bucket.swap(&format!("{}{key}", self.prefix), seen, next)
    }

    fn remove_superseded(&self, key: &str) -> Result<()> {
        self.bucket.delete(&format!("{}{key}", self.prefix))
    }

    fn put_many(&self, objects: Vec<(String, Vec<u8>)>) -> Result<()> {
        super::peer::put_many(self, objects)
    }
}

/// The head of a log in a bucket, and its journal: one object for each batch, named by the size of the log before it. It can be
/// made once, so whoever makes it has said what comes there, and anybody can finish what it says.
#[derive(Debug, Clone)]
pub struct BucketHead {
    pub(super) bucket: Bucket,
    pub(super) prefix: String,
}

impl BucketHead {
    /// Twenty digits, so that names sort as numbers do.
    fn batch(&self, size: u64) -> String {
        format!("{}journal/{size:020}", self.prefix)
    }
}

impl Head for BucketHead {
    fn load(&self) -> Result<Option<Vec<u8>>> {
        Ok(self.bucket.get(&format!("{}head", self.prefix))?.map(|(bytes, _)| bytes))
    }

    fn swap(&self, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        self.bucket.swap(&format!("{}head", self.prefix), seen, next)
    }

    fn journal(&self, published: u64, pinned: u64) -> Result<Vec<u8>> {
        // What leads from what is published to the head, and what was accepted after the head. Any other is left from a
        // writer that came too late, and says nothing.
        let mut bytes = Vec::new();
        let sizes = if published < pinned { vec![published, pinned] } else { vec![pinned] };
        for size in sizes {
            bytes.extend(self.bucket.get(&self.batch(size))?.map(|(batch, _)| batch).unwrap_or_default());
        }
        Ok(bytes)
    }

    fn journal_append(&self, size: u64, bytes: &[u8]) -> Result<()> {
        match self.bucket.create(&self.batch(size), bytes) {
            Err(e) if e.kind == Kind::Corrupt => {
                Err(Error::new(Kind::Conflict, format!("append after {size} entries in {}", self.bucket.name()))
                    .hint("another process was first: open the log again"))
            }
            done => done.map(drop),
        }
    }

    fn journal_clear(&self, published: u64) -> Result<()> {
        let folder = format!("{}journal", self.prefix);
        let wrong = |e| self.bucket.error("list the journal", e);
        let list = self.bucket.0.store.list(Some(&self.bucket.key(&folder)));
        let found: Vec<_> = wait(list.try_collect()).map_err(wrong)?;
        for object in found {
            let size = object.location.filename().and_then(|name| name.parse::<u64>().ok());
            // A batch that begins where the log ends has been accepted by somebody.
            if let Some(size) = size.filter(|size| *size < published) {
                self.bucket.delete(&self.batch(size))?;
            }
        }
        Ok(())
    }
}
