//! How long work tells what it is doing, without knowing of a terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Told what is being done; drawn by whoever has a screen.
pub trait Progress {
    /// A stage begins, with so many steps if that is known.
    fn stage(&mut self, name: &str, steps: Option<u64>);
    /// So many more steps are done.
    fn advance(&mut self, steps: u64);
    /// One line that stays: something could not be read, space runs out.
    fn line(&mut self, text: &str);
}

/// Tells nobody.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&mut self, _: &str, _: Option<u64>) {}
    fn advance(&mut self, _: u64) {}
    fn line(&mut self, _: &str) {}
}

/// Set from outside (Ctrl-C) to stop between two items; what was acknowledged stays, and a second run goes on from there.
#[derive(Debug, Clone, Default)]
pub struct Stop(pub Arc<AtomicBool>);

impl Stop {
    /// Has somebody asked to stop?
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
