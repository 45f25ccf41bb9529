//! Bytes from outside are parsed in a child process with limits, never in this one.
//!
//! The child is this program again. It gives up, before it reads its first byte, all that parsing does not
//! need: files, network, new processes, memory and processor time beyond a limit. Items reach it through a
//! pipe and rows come back through another, so sealed material lies in clear in those two processes and
//! nowhere else. A crash, a hang or a flood is a problem row of that one item, and the next item is read
//! by a fresh child. The bytes on the pipes are described in `docs/spec/analyze-child.md`.
//!
//! ```text
//!   Sandbox (parent)                                child (`child_main`)
//!   ───────────────                                 ────────────────────
//!   spawn, cleared environment ───────────────────► enter(): landlock, limits, filter
//!   start: places of the archive ───── stdin ─────► builds its gazetteer
//!   capabilities ≥ policy?  ◄───────── stdout ───── ready: which layers hold
//!   job: labels + bytes ─────────────── stdin ────► analyzer.read(&input), one or several
//!   rows, or one problem ◄───────────── stdout ──── rows, end, of each
//! ```
//!
//! Programs of others are run in the same spirit: [`external`].
//!
//! It deliberately does not decide what is analyzed, store what was read, or put a word of an item, of a
//! message of the child, or of a file's name into a log.

mod channel;
mod child;
pub mod external;
mod failure;
mod layers;
mod limits;
mod many;
mod parent;
mod process;
mod running;
mod unpack;
mod wire;

use witnessmark_analyze::{Input, Manifest, Row};

pub use child::{ChildError, child_main, child_main_on, run_child};
pub use failure::{Failure, SandboxError};
pub use layers::{EnterError, Kernel, Landlocked, ThisKernel, enter};
pub use limits::{Capabilities, ChildLimits, Limits, Policy};
pub use many::{Finished, analyze_all, visit_all};
pub use parent::{Job, Outcome, Sandbox, Setup, Visit};
pub use process::ChildCommand;
pub use unpack::{Event, Source, UnpackError, Unpacking};

/// One analyzer: what it is, and the function that reads.
#[derive(Debug, Clone, Copy)]
pub struct Analyzer {
    /// What it reads and says.
    pub manifest: Manifest,
    /// Reads one item. May be hostile: it runs only in the child.
    pub read: fn(&Input<'_>) -> Vec<Row>,
}

/// The analyzer called `name`.
fn find<'a>(analyzers: &'a [Analyzer], name: &str) -> Option<&'a Analyzer> {
    analyzers.iter().find(|analyzer| analyzer.manifest.name == name)
}
