//! Clock and dice, passed in by whoever has them.

use std::fmt;
use std::sync::Arc;

type Clock = dyn Fn() -> jiff::Timestamp + Send + Sync;
type Dice = dyn Fn(&mut [u8]) + Send + Sync;

/// What the archive needs from outside and may not reach for itself.
#[derive(Clone)]
pub struct Outside {
    clock: Arc<Clock>,
    dice: Arc<Dice>,
}

impl Outside {
    /// From a clock, and dice that fill a buffer with bytes nobody can guess.
    pub fn new(
        clock: impl Fn() -> jiff::Timestamp + Send + Sync + 'static,
        dice: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Outside { clock: Arc::new(clock), dice: Arc::new(dice) }
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

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside")
    }
}
