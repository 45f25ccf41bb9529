//! The work itself, in order: collect, analyze, propose, decide, report.
//!
//! Bytes from outside are parsed in a child that is this program again ([`sandbox`]); what it reads is packed and
//! committed, what it proposes waits for a person. Deliberately without HTTP, HTML or a terminal: progress is told to a trait,
//! and a wish to stop comes in as a flag.

pub mod analyze;
pub mod analyzers;
pub mod before;
pub mod c2pa;
pub mod captured;
pub mod case;
pub mod coding;
pub mod collect;
pub mod commitments;
pub mod decide;
pub mod error;
pub mod examine;
pub mod facts;
pub mod films;
pub mod forms;
pub mod harm;
pub mod hashes;
pub mod heif;
pub mod inquire;
pub mod instruments;
pub mod interview;
pub mod investigate;
pub mod issue;
pub mod legal;
pub mod ocr;
pub mod pairs;
pub mod patterns;
pub mod places;
pub mod policy;
pub mod posts;
pub mod prepare;
pub mod progress;
pub mod proofs;
pub mod propose;
pub mod propositions;
pub mod replay;
pub mod reply;
pub mod report;
mod rows;
pub mod same;
pub mod sandbox;
pub mod sheet;
pub mod similar;
pub mod speech;
pub mod spots;
pub mod stills;
mod visits;
pub mod waiting;
pub mod walk;
pub mod watch;

pub use error::{Error, Result};
pub use witnessmark_weigh::Held;

/// What pages need of weighing by name, so that they reach no further down.
pub mod weighing {
    pub use witnessmark_weigh::Policy;
    pub use witnessmark_weigh::legal::CAVEAT;
    pub use witnessmark_weigh::level::{Looked, Reviewed};
    pub use witnessmark_weigh::origin::{EdgeKind, HangsOn, MOST_COMPARED, Node, WeakPoint, weakest};
    pub use witnessmark_weigh::pictures::alike::Aligned;
    pub use witnessmark_weigh::pictures::geometry::ASSERT_FROM;
    pub use witnessmark_weigh::pictures::residual::{Residual, Verdict};
    pub use witnessmark_weigh::pictures::{PictureCluster, PictureMatch, SAME_WITHIN};
    pub use witnessmark_weigh::positions::{Proposition, Testable};
}
