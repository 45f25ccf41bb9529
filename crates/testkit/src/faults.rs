//! Storage that fails at a call of one's choice, before or after the call took effect, once or for good.
//!
//! *For good* is a crash: whatever the program tries afterwards fails too, and what is in the storage is what a restart
//! finds. *Once* is a bad moment of a disk: the program goes on and must not make it worse. The calls of all storage
//! under one [`Faults`] are counted together, so that going through every number goes through every moment.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use witnessmark_archive::store::{Head, Objects, Stored};
use witnessmark_archive::{Error, Kind, Result};

/// When in a call it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Nothing took effect.
    Before,
    /// All of it took effect, and the caller is told otherwise.
    After,
    /// Of bytes that are appended, only so many (in sixteenths) got there. Where a call is atomic: [`When::Before`].
    Torn(u8),
}

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The call, counted from 0.
    pub call: u64,
    /// When in it.
    pub when: When,
    /// Do all later calls fail too?
    pub for_good: bool,
}

/// Counts calls and decides which fails. Clones share the count.
#[derive(Debug, Clone)]
pub struct Faults {
    fault: Option<Fault>,
    calls: Arc<Mutex<Vec<&'static str>>>,
    fired: Arc<AtomicBool>,
}

impl Faults {
    /// One fault.
    pub fn at(fault: Fault) -> Self {
        Faults { fault: Some(fault), ..Self::none() }
    }

    /// No fault: for counting.
    pub fn none() -> Self {
        Faults { fault: None, calls: Arc::default(), fired: Arc::default() }
    }

    /// Names of the calls so far, in order.
    pub fn calls(&self) -> Vec<&'static str> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, name: &'static str) -> u64 {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(name);
        calls.len() as u64 - 1
    }

    /// Was the call reached?
    pub fn fired(&self) -> bool {
        self.fired.load(Ordering::SeqCst)
    }

    /// Makes a call, or fails it. `torn` does a part of it.
    pub(crate) fn call<T>(
        &self,
        name: &'static str,
        whole: impl FnOnce() -> Result<T>,
        torn: impl FnOnce(u8) -> Result<()>,
    ) -> Result<T> {
        let n = self.count(name);
        let Some(fault) = self.fault.filter(|f| n == f.call || (f.for_good && n > f.call)) else { return whole() };
        let failed = || Error::new(Kind::Unavailable, format!("{name}: call {n} fails, as the test wants it"));
        if n == fault.call {
            self.fired.store(true, Ordering::SeqCst);
            match fault.when {
                When::Before => {}
                When::After => drop(whole()?),
                When::Torn(sixteenths) => torn(sixteenths)?,
            }
        }
        Err(failed())
    }
}

/// Objects that fail as [`Faults`] say.
#[derive(Debug, Clone)]
pub struct FaultyObjects<O> {
    /// Where things really go.
    pub inner: O,
    /// What fails.
    pub faults: Faults,
}

impl<O: Objects> Objects for FaultyObjects<O> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.faults.call("get", || self.inner.get(key), |_| Ok(()))
    }

    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Stored> {
        self.faults.call("put_new", || self.inner.put_new(key, bytes), |_| Ok(()))
    }

    fn publish(&self, key: &str, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        self.faults.call("publish", || self.inner.publish(key, seen, next), |_| Ok(()))
    }

    fn remove_superseded(&self, key: &str) -> Result<()> {
        self.faults.call("remove_superseded", || self.inner.remove_superseded(key), |_| Ok(()))
    }
}

/// A head that fails as [`Faults`] say.
#[derive(Debug, Clone)]
pub struct FaultyHead<H> {
    /// Where things really go.
    pub inner: H,
    /// What fails.
    pub faults: Faults,
}

impl<H: Head> Head for FaultyHead<H> {
    fn load(&self) -> Result<Option<Vec<u8>>> {
        self.faults.call("load", || self.inner.load(), |_| Ok(()))
    }

    fn swap(&self, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        self.faults.call("swap", || self.inner.swap(seen, next), |_| Ok(()))
    }

    fn journal(&self, published: u64, pinned: u64) -> Result<Vec<u8>> {
        self.faults.call("journal", || self.inner.journal(published, pinned), |_| Ok(()))
    }

    fn journal_append(&self, size: u64, bytes: &[u8]) -> Result<()> {
        let part = |sixteenths: u8| &bytes[..bytes.len() * usize::from(sixteenths.min(16)) / 16];
        let torn = |sixteenths: u8| self.inner.journal_append(size, part(sixteenths));
        self.faults.call("journal_append", || self.inner.journal_append(size, bytes), torn)
    }

    fn journal_clear(&self, published: u64) -> Result<()> {
        self.faults.call("journal_clear", || self.inner.journal_clear(published), |_| Ok(()))
    }
}
