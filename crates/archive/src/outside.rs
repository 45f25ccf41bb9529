//! Clock, dice and ways to places elsewhere, passed in by whoever has them.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Kind, Result};
use crate::place::Place;

type Clock = dyn Fn() -> jiff::Timestamp + Send + Sync;
type Dice = dyn Fn(&mut [u8]) + Send + Sync;
type Told = dyn Fn(u64, u64) + Send + Sync;
type Ways = dyn Fn(&str) -> Result<Arc<dyn Place>> + Send + Sync;

/// What the archive needs from outside and may not reach for itself.
#[derive(Clone)]
pub struct Outside {
    clock: Arc<Clock>,
    dice: Arc<Dice>,
    ways: Option<Arc<Ways>>,
    told: Option<Arc<Told>>,
}

impl Outside {
    /// From a clock, and dice that fill a buffer with bytes nobody can guess.
    pub fn new(
        clock: impl Fn() -> jiff::Timestamp + Send + Sync + 'static,
        dice: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Outside { clock: Arc::new(clock), dice: Arc::new(dice), ways: None, told: None }
    }

    /// With ways to places elsewhere: what makes one of an address.
    pub fn with_ways(self, ways: impl Fn(&str) -> Result<Arc<dyn Place>> + Send + Sync + 'static) -> Self {
        Outside { ways: Some(Arc::new(ways)), ..self }
    }

    /// With somebody who is told when the tables are filled anew, which nobody asked for and can take a minute: how many rows are
    /// in, of how many. The first that is told is none.
    pub fn telling(self, told: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Outside { told: Some(Arc::new(told)), ..self }
    }

    pub(crate) fn tell(&self, done: u64, of: u64) {
        if let Some(told) = &self.told {
            told(done, of);
        }
    }

    /// The place at an address.
    pub(crate) fn place(&self, address: &str) -> Result<Arc<dyn Place>> {
        match &self.ways {
            Some(ways) => ways(address),
            None => Err(Error::new(Kind::Unavailable, format!("reach {address}: there is no way to it from here"))),
        }
    }

    /// Now, to the second, RFC 3339 in UTC.
    pub fn now(&self) -> String {
        let now = (self.clock)();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
    }

    /// Now, in seconds since 1970 UTC.
    pub fn seconds(&self) -> u64 {
        u64::try_from((self.clock)().as_second()).unwrap_or(0)
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.dice)(&mut bytes);
        bytes
    }
}

/// Slows reading down: told how many bytes were read, it waits as long as it sees fit. Clocks are passed in.
#[derive(Clone, Default)]
pub struct Pace(Option<Arc<dyn Fn(u64) + Send + Sync>>);

impl Pace {
    /// With what waits.
    pub fn new(wait: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Pace(Some(Arc::new(wait)))
    }

    /// Told of bytes that were read elsewhere, waits.
    pub fn spent(&self, bytes: u64) {
        if let Some(wait) = &self.0 {
            wait(bytes);
        }
    }

    /// A reader at this pace.
    pub fn slowed<R: std::io::Read>(&self, reader: R) -> Slowed<R> {
        Slowed { reader, pace: self.clone() }
    }
}

/// A reader that is slowed down.
pub struct Slowed<R> {
    reader: R,
    pace: Pace,
}

impl<R: std::io::Read> std::io::Read for Slowed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.reader.read(buffer)?;
        if let Some(wait) = &self.pace.0 {
            wait(n as u64);
        }
        Ok(n)
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside")
    }
}
