//! Where things come from: the graph of origins, and what of it is one act of perceiving.
//!
//! Nodes are held items, and speakers or documents that held items cite. Edges say who has it from whom, each with its
//! ground. Following them to their ends gives the *lines of evidence* of a set of claims: one line for each act of
//! perceiving that is left once shared origins are collapsed (DATA_MODEL, *Support level and position*). Nothing here
//! says that a line is right; two lines are independent only where somebody has shown that they are separate.

mod follow;
mod graph;
mod hangs;
mod independence;
mod lines;
mod rings;
mod voices;
mod weakest;
mod words;

pub(crate) use graph::Sources;
pub use graph::{Circle, Edge, EdgeGround, EdgeKind, Node, OriginGraph};
pub use hangs::{Hang, HangsOn, hangs};
pub use independence::{Independence, LookedAt, SeparateBy};
pub(crate) use lines::is_compared;
pub use lines::{Flag, Line, Lines, MOST_COMPARED, Perceiving, Trails, WhyOne, lines};
pub use voices::voice_key;
pub(crate) use voices::{Speaker, chain_of};
pub use weakest::{WeakPoint, weakest};

#[cfg(test)]
mod tests;
