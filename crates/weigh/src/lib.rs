//! How reports become incidents: copies and reuse, where things come from, lines of evidence, candidate incidents,
//! what a policy allows per element, compliance, first patterns.
//!
//! Works over slices that the caller fills. Deliberately without bytes, storage and screens, and without the name of any
//! party to any war. Deterministic: the same input gives the same output on every machine. It proposes and explains;
//! every result carries its reasons as data that can be said in English and Arabic, and none says that a thing is true.

pub mod coding;
pub mod compliance;
pub mod facts;
pub mod harm;
pub mod incidents;
#[cfg(test)]
mod invented;
mod kept;
pub mod legal;
pub mod level;
pub mod link;
mod moving;
pub mod origin;
pub mod passages;
pub mod patterns;
pub mod pictures;
pub mod place;
pub mod positions;
mod reads;
mod say;
pub mod terms;
pub mod weigh;
mod when;

pub use facts::{Held, ItemFacts, ItemKind, Link, Standing};
pub use kept::Kept;
pub use level::{ElementFacts, Placement, Policy};
pub use weigh::{
    Ground, IncidentFacts, IncidentWeighed, Joined, Looked, Proposal, Weighed, propose_on, weigh, weigh_incident,
    weigh_on,
};
