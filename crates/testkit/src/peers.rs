//! A peer that fails as [`Faults`] say: between its calls, before and after they took effect, and in the midst of a blob.

use std::collections::BTreeSet;
use std::io::Read;

use witnessmark_archive::peer::{Coming, Copy, Peer};
use witnessmark_archive::store::Objects;
use witnessmark_archive::{Error, Kind, Result};
use witnessmark_model::{Digest, LogId};

use crate::faults::{Faults, FaultyHead, FaultyObjects};

/// A peer whose calls fail.
pub struct FaultyPeer<'a> {
    /// Where things really go.
    pub inner: &'a dyn Peer,
    /// What fails.
    pub faults: Faults,
}

impl Peer for FaultyPeer<'_> {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn is_here(&self) -> bool {
        self.inner.is_here()
    }

    fn takes(&self) -> bool {
        self.inner.takes()
    }

    /// One at a time: calls are counted in order.
    fn at_a_time(&self) -> usize {
        1
    }

    fn logs(&self, wanted: &[LogId]) -> Result<Vec<String>> {
        self.faults.call("logs", || self.inner.logs(wanted), |_| Ok(()))
    }

    fn log(&self, folder: &str) -> Result<Box<dyn Objects>> {
        let inner = self.inner.log(folder)?;
        Ok(Box::new(FaultyObjects { inner, faults: self.faults.clone() }))
    }

    fn copy(&self, log: LogId) -> Result<Copy> {
        let Copy { objects, head, lock } = self.inner.copy(log)?;
        let faults = self.faults.clone();
        let objects = Box::new(FaultyObjects { inner: objects, faults: faults.clone() });
        Ok(Copy { objects, head: Box::new(FaultyHead { inner: head, faults }), lock })
    }

    fn holding(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>> {
        self.faults.call("holding", || self.inner.holding(wanted), |_| Ok(()))
    }

    fn read(&self, blob: Digest, from: u64) -> Result<Option<Coming>> {
        let coming = self.faults.call("read", || self.inner.read(blob, from), |_| Ok(()))?;
        // The same blob breaks off after a few bytes where the call after this one is the one to fail.
        let breaks = self.faults.call("bytes", || Ok(()), |_| Ok(())).is_err();
        Ok(coming.map(|coming| Coming {
            bytes: Box::new(Breaking { bytes: coming.bytes, left: breaks.then_some(3) }),
            ..coming
        }))
    }

    fn write(&self, blob: Digest, size: u64, bytes: &mut dyn Read) -> Result<bool> {
        let breaks = self.faults.call("bytes", || Ok(()), |_| Ok(())).is_err();
        let mut bytes = Breaking { bytes, left: breaks.then_some(3) };
        let written = self.faults.call("write", || self.inner.write(blob, size, &mut bytes), |_| Ok(()));
        if breaks && written.is_ok() {
            return Err(Error::new(Kind::Bug, "a blob that broke off was taken"));
        }
        written
    }
}

/// Bytes that end in an error.
struct Breaking<R> {
    bytes: R,
    left: Option<usize>,
}

impl<R: Read> Read for Breaking<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let Some(left) = &mut self.left else { return self.bytes.read(buffer) };
        if *left == 0 {
            return Err(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "it broke off, as the test wants it"));
        }
        let most = buffer.len().min(*left);
        let n = self.bytes.read(&mut buffer[..most])?;
        // A blob that is shorter breaks off at its end.
        *left = if n == 0 { 0 } else { *left - n };
        if n == 0 { self.read(buffer) } else { Ok(n) }
    }
}
