//! A bucket as a peer: logs are brought up in it and taken from it, blobs go there and come from there, several at a time.

use std::collections::BTreeSet;
use std::io::{Read, empty};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use futures_util::TryStreamExt as _;
use object_store::{MultipartUpload as _, ObjectStore as _, ObjectStoreExt as _, PutMode, PutPayload};
use sha2::{Digest as _, Sha256};
use witnessmark_archive::layout::Layout;
use witnessmark_archive::peer::{Coming, Copy, Peer};
use witnessmark_archive::place::Place;
use witnessmark_archive::store::Objects as _;
use witnessmark_archive::{Error, Result};
use witnessmark_model::{Digest, LogId};

use super::{Bucket, BucketObjects, is_absent, wait};

/// Transfers at a time.
const AT_A_TIME: usize = 8;
/// Bytes that are moved in one request. S3 wants parts of 5 MiB at least, but for the last.
const PART: u64 = 8 << 20;
/// Parts of one object: S3's limit is 10,000.
const MOST_PARTS: u64 = 9_000;
/// So many blobs are asked for one by one; more are looked up in a list of all.
const ASKED_SINGLY: usize = 64;

/// Makes many objects, several at a time.
pub(super) fn put_many(objects: &BucketObjects, many: Vec<(String, Vec<u8>)>) -> Result<()> {
    each(many, |(key, bytes)| objects.put_new(&key, &bytes).map(drop))
}

/// Does something with each of them, several at a time; gives the first error.
fn each<T: Send>(things: Vec<T>, what: impl Fn(T) -> Result<()> + Sync) -> Result<()> {
    witnessmark_archive::peer::each_at_a_time(AT_A_TIME, things.into_iter(), what)
}

impl Peer for Bucket {
    fn name(&self) -> String {
        Bucket::name(self).to_owned()
    }

    fn is_here(&self) -> bool {
        false
    }

    fn takes(&self) -> bool {
        true
    }

    fn at_a_time(&self) -> usize {
        AT_A_TIME
    }

    fn logs(&self, _wanted: &[LogId]) -> Result<Vec<String>> {
        let listed = wait(self.0.store.list_with_delimiter(Some(&self.key("logs"))));
        let folders = listed.map_err(|e| self.error("list logs", e))?.common_prefixes;
        Ok(folders.iter().filter_map(|folder| folder.filename().map(str::to_owned)).collect())
    }

    fn log(&self, folder: &str) -> Result<Box<dyn witnessmark_archive::store::Objects>> {
        Ok(Box::new(self.objects(&format!("logs/{folder}/"))))
    }

    fn copy(&self, log: LogId) -> Result<Copy> {
        let prefix = format!("logs/{log}/");
        Ok(Copy { objects: Box::new(self.objects(&prefix)), head: Box::new(self.head(&prefix)), lock: None })
    }

    fn holding(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>> {
        let there = Mutex::new(BTreeSet::new());
        let found = |blob: Digest, length: u64| {
            there.lock().unwrap_or_else(PoisonError::into_inner).insert(blob);
            self.0.lengths.lock().unwrap_or_else(PoisonError::into_inner).insert(blob, length);
        };
        if wanted.len() <= ASKED_SINGLY {
            each(wanted.iter().copied().collect(), |blob| {
                self.length_of(blob).map(|length| {
                    if let Some(length) = length {
                        found(blob, length)
                    }
                })
            })?;
        } else {
            let list = self.0.store.list(Some(&self.key("blobs")));
            let each = list.try_for_each(|object| {
                let name = object.location.filename().and_then(|name| name.parse().ok());
                if let Some(blob) = name.filter(|blob| wanted.contains(blob)) {
                    found(blob, object.size);
                }
                std::future::ready(Ok(()))
            });
            wait(each).map_err(|e| self.error("list blobs", e))?;
        }
        Ok(there.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn read(&self, blob: Digest, from: u64) -> Result<Option<Coming>> {
        let known = self.0.lengths.lock().unwrap_or_else(PoisonError::into_inner).get(&blob).copied();
        let length = match known {
            Some(length) => length,
            None => match self.length_of(blob)? {
                Some(length) => length,
                None => return Ok(None),
            },
        };
        if from >= length {
            // Everything is here, and only its name is missing; or more than everything, which is something else.
            return Ok(Some(Coming { bytes: Box::new(empty()), from: if from == length { from } else { 0 } }));
        }
        let parts = Parts { bucket: self.clone(), blob, left: from..length, part: Vec::new(), at: 0 };
        Ok(Some(Coming { bytes: Box::new(parts), from }))
    }

    fn write(&self, blob: Digest, size: u64, bytes: &mut dyn Read) -> Result<bool> {
        let key = Layout::blob_key(blob);
        let reading = |e| Error::io(format!("read blob {}", blob.short()), e);
        if size <= PART {
            let mut whole = Vec::new();
            bytes.take(PART + 1).read_to_end(&mut whole).map_err(reading)?;
            if whole.len() as u64 > PART || Digest(Sha256::digest(&whole).into()) != blob {
                return Ok(false);
            }
            // The name is the bytes' own: whoever is there first has put the same.
            return match self.put(&key, &whole, PutMode::Overwrite) {
                Ok(()) => Ok(true),
                Err(e) => Err(self.error(&format!("write {key}"), e)),
            };
        }
        self.write_in_parts(&key, (blob, size), bytes)
    }
}

impl Bucket {
    fn length_of(&self, blob: Digest) -> Result<Option<u64>> {
        let key = Layout::blob_key(blob);
        match wait(self.0.store.head(&self.key(&key))) {
            Ok(meta) => Ok(Some(meta.size)),
            Err(e) if is_absent(&e) => Ok(None),
            Err(e) => Err(self.error(&format!("find {key}"), e)),
        }
    }

    /// A long blob, which nobody sees before its last part is there and the whole is what its name says.
    fn write_in_parts(&self, key: &str, (blob, size): (Digest, u64), bytes: &mut dyn Read) -> Result<bool> {
        let wrong = |e| self.error(&format!("write {key}"), e);
        let reading = |e| Error::io(format!("read blob {}", blob.short()), e);
        let length = PART.max(size.div_ceil(MOST_PARTS));
        let mut upload = wait(self.0.store.put_multipart(&self.key(key))).map_err(wrong)?;
        let mut sum = Sha256::new();
        let outcome = loop {
            let mut part = Vec::new();
            match bytes.take(length).read_to_end(&mut part) {
                Ok(0) => break Ok(Digest(sum.clone().finalize().into()) == blob),
                Ok(_) => {}
                Err(e) => break Err(reading(e)),
            }
            sum.update(&part);
            if let Err(e) = wait(upload.put_part(PutPayload::from(part))) {
                break Err(wrong(e));
            }
        };
        if matches!(outcome, Ok(true)) {
            return wait(upload.complete()).map(|_| true).map_err(wrong);
        }
        // What was sent is of no use to anybody; that it could not be removed is less than what went wrong.
        let _ = wait(upload.abort());
        outcome
    }
}

impl Place for Bucket {
    fn length(&self, blob: Digest) -> Result<Option<u64>> {
        let length = self.length_of(blob)?;
        let mut lengths = self.0.lengths.lock().unwrap_or_else(PoisonError::into_inner);
        match length {
            Some(length) => drop(lengths.insert(blob, length)),
            None => drop(lengths.remove(&blob)),
        }
        Ok(length)
    }

    fn remove(&self, blob: Digest) -> Result<()> {
        self.0.lengths.lock().unwrap_or_else(PoisonError::into_inner).remove(&blob);
        self.delete(&Layout::blob_key(blob))
    }

    fn strangers(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let list = self.0.store.list(Some(&self.key("blobs")));
        let each = list.try_for_each(|object| {
            let name = object.location.filename().unwrap_or_default();
            if name.parse::<Digest>().is_err() {
                found.push(format!("s3://{}", object.location));
            }
            std::future::ready(Ok(()))
        });
        wait(each).map_err(|e| self.error("list blobs", e))?;
        Ok(found)
    }
}

/// A blob read part by part, so that what breaks off is little and memory is bounded.
struct Parts {
    bucket: Bucket,
    blob: Digest,
    left: Range<u64>,
    part: Vec<u8>,
    at: usize,
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.part.len() {
            if self.left.is_empty() {
                return Ok(0);
            }
            let end = self.left.end.min(self.left.start + PART);
            let key = self.bucket.key(&Layout::blob_key(self.blob));
            let got = wait(self.bucket.0.store.get_range(&key, self.left.start..end));
            let got = got.map_err(|e| std::io::Error::other(self.bucket.error("read a part", e).chain()))?;
            if got.len() as u64 != end - self.left.start {
                return Err(std::io::Error::new(
                    std::io::ErrorKind::UnexpectedEof,
                    "the bucket gives less than it said",
                ));
            }
            (self.part, self.at, self.left.start) = (got.to_vec(), 0, end);
        }
        let n = buffer.len().min(self.part.len() - self.at);
        buffer[..n].copy_from_slice(&self.part[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
