//! Support levels: what the policy allows for one element of an incident, why, and what the next level would need.
//!
//! A level is allowed, never given: a person signs an assessment. Machine proposals and bulk acceptances stay *not
//! assessed*, whatever they would allow. Who, intent and military use take nothing from other elements: only claims
//! that themselves name an actor make lines for *who*. No level is a standard of proof.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use witnessmark_model::claim::{Interval, Place};
use witnessmark_model::vocabulary::{Element, Level};
use witnessmark_model::{ClaimRef, EntryRef, ItemId, MemberKey};

use crate::terms::OwnTerms;

mod against;
mod agree;
mod policy;
mod policy_file;
mod review;
#[cfg(test)]
mod tests;
mod words;

pub use against::{Against, Contested};
pub use agree::{Agreement, Comparing, Disagrees};
pub(crate) use agree::{classes, figure, nearest_times, spans, target_name_keys, term_label};
pub(crate) use policy::element;
pub use policy_file::{FORMAT as POLICY_FORMAT, PolicyError};
pub use review::{Looked, Review, Reviewed, asserted_by, is_later};
pub(crate) use words::minutes;

/// The numbers of a policy. Recorded in every assessment by its version.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Name and version.
    pub version: String,
    /// Two places agree only when both are known to within this, and lie within it of each other.
    pub agree_within_m: f64,
    /// Two times agree only when both are known to within this many days, and lie within it of each other.
    pub agree_within_days: i64,
    /// Hours that tell two strikes of one town-day apart.
    pub apart_hours: i64,
    /// Stated times of one day that lie further apart than this contradict each other, in minutes.
    pub same_time_minutes: i64,
    /// Lines with separateness shown for level 2.
    pub lines_for_corroborated: usize,
    /// First-hand accounts that agree on an unpublished detail, for level 3 without a placed visual item.
    pub accounts_for_check_list: usize,
    /// Reviewers for level 3, none of them the author.
    pub reviewers_for_check_list: usize,
    /// Share of the shorter text above which a document without spans counts as reused as a whole.
    pub reused_share: f64,
    /// Points at which claims are proposed as one incident (see `incidents`).
    pub same_incident_points: f64,
    /// Terms of the user's own.
    pub own_terms: OwnTerms,
    /// The entry by which it was adopted; absent for the one that ships.
    pub entry: Option<EntryRef>,
}

impl Default for Policy {
    /// The default policy of DATA_MODEL.
    fn default() -> Self {
        Policy {
            version: "default@1".into(),
            agree_within_m: 5_000.0,
            agree_within_days: 1,
            apart_hours: 3,
            same_time_minutes: 60,
            lines_for_corroborated: 2,
            accounts_for_check_list: 3,
            reviewers_for_check_list: 2,
            reused_share: 0.5,
            same_incident_points: 8.0,
            own_terms: OwnTerms::default(),
            entry: None,
        }
    }
}

/// Where and when a person placed an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// Where.
    pub place: Place,
    /// When.
    pub time: Interval,
}

/// What people did about one element, as far as a level needs it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ElementFacts {
    /// Who assesses.
    pub author: Option<MemberKey>,
    /// Who reviewed.
    pub reviewers: BTreeSet<MemberKey>,
    /// Visual or physical items that a person placed in space and in time on more than upload or EXIF, with where and
    /// when.
    pub placed: BTreeMap<ItemId, Placement>,
    /// First-hand accounts in which a person found one and the same detail that is not published.
    pub unpublished_detail: BTreeSet<ItemId>,
    /// Opposing material has been answered.
    pub opposing_answered: bool,
    /// Somebody tried to knock it down.
    pub adversarial_review: bool,
    /// Another incident is known in the same town on the same day.
    pub another_that_day: bool,
    /// What members signed on examining it, each with the claims that there were then. What still stands of it is counted with
    /// the above.
    pub reviews: Vec<Review>,
}

/// Why a level is allowed.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// Nothing speaks of this element.
    NothingSaysIt,
    /// Only machine proposals.
    OnlyProposed {
        /// How many claims.
        claims: usize,
    },
    /// Only claims accepted in bulk, or those and proposals.
    OnlyBulk {
        /// How many claims.
        claims: usize,
    },
    /// A claim is on record.
    OnRecord {
        /// How many claims count.
        claims: usize,
    },
    /// Attributable lines, compared with known material.
    Attributable {
        /// Numbers of the lines.
        lines: Vec<usize>,
    },
    /// Two lines, separate and in specific agreement.
    SeparateAndAgree {
        /// The lines.
        lines: (usize, usize),
        /// How separateness was shown.
        separate: crate::origin::SeparateBy,
        /// On what they agree.
        on: String,
    },
    /// Lines that are only apparently separate: they lift nothing.
    ApparentlySeparate {
        /// How many pairs.
        pairs: usize,
    },
    /// Statements of parties: they perceive nothing and corroborate nothing.
    PartiesDoNotCorroborate {
        /// Numbers of the lines.
        lines: Vec<usize>,
    },
    /// A visual item placed in space and time.
    Placed {
        /// Which.
        item: ItemId,
    },
    /// First-hand accounts that agree on an unpublished detail.
    UnpublishedDetail {
        /// How many.
        accounts: usize,
    },
    /// Opposing material answered.
    OpposingAnswered,
    /// Reviewed by others than the author.
    Reviewed {
        /// By how many.
        by: usize,
    },
    /// Members examined it before claims came or went: that no longer counts.
    ReviewedBefore {
        /// How many.
        reviews: usize,
        /// Claims that came after the one that saw the most.
        newer: usize,
        /// Claims that it saw and that stand no longer.
        gone: usize,
    },
    /// A sensor's record among the lines.
    SensorLine {
        /// Number of the line.
        line: usize,
    },
    /// First-hand accounts of another kind.
    AnotherKind {
        /// Number of the line.
        line: usize,
    },
    /// Adversarial review done.
    AdversarialReview,
}

/// What the next level would need.
#[derive(Debug, Clone, PartialEq)]
pub enum Need {
    /// A person's acceptance of a claim, one by one.
    Acceptance,
    /// A claim that speaks of this element.
    AnyClaim,
    /// A source that can be named (to members).
    AttributableSource,
    /// Comparison with other material for reuse.
    Comparison {
        /// Items that could not be compared.
        items: Vec<ItemId>,
    },
    /// A second line.
    SecondLine,
    /// Separateness shown for two lines.
    Separateness {
        /// The best pair, if any.
        between: Option<(usize, usize)>,
    },
    /// Specific agreement between separate lines.
    SpecificAgreement {
        /// Why the best pair does not agree, where there is one.
        because: Option<Disagrees>,
    },
    /// A distinguishing detail, as there was another incident in that town that day.
    DistinguishingDetail,
    /// A visual item placed in space and time, or enough first-hand accounts with an unpublished detail.
    PlacedItemOrAccounts {
        /// Accounts that agree so far.
        accounts: usize,
        /// Accounts needed.
        of: usize,
    },
    /// Answers to opposing material.
    AnswersToOpposing,
    /// More reviewers than the author.
    Reviewers {
        /// So far.
        have: usize,
        /// Needed.
        of: usize,
    },
    /// Sensor data, or first-hand accounts of another kind.
    SensorOrAnotherKind,
    /// An adversarial review.
    AdversarialReview,
}

/// What the policy allows for one element.
#[derive(Debug, Clone, PartialEq)]
pub struct Allowed {
    /// The element.
    pub element: Element,
    /// The highest level that the policy allows now.
    pub level: Level,
    /// What it would allow if all proposals were accepted one by one.
    pub if_accepted: Level,
    /// Why this level.
    pub reasons: Vec<Reason>,
    /// What the level above would need; empty at the top.
    pub missing: Vec<Need>,
    /// The policy's version.
    pub policy: String,
}

/// One element of an incident, weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementWeighed {
    /// The element.
    pub element: Element,
    /// What is said of it: each value with the claims that say so, in order of first claim.
    pub values: Vec<(String, Vec<ClaimRef>)>,
    /// Lines of the claims that speak of it.
    pub lines: Arc<crate::origin::Lines>,
    /// What the policy allows.
    pub allowed: Allowed,
    /// Material against it.
    pub contested: Contested,
    /// Claims in people's names for it and against it, sorted: what somebody who examines it has before them.
    pub before: Vec<ClaimRef>,
    /// What members signed on examining it, each with whether it still stands.
    pub reviewed: Vec<Reviewed>,
}

impl Allowed {
    /// `{"element","level","if_accepted","reasons":[text],"missing":[text],"policy"}` in one language.
    pub fn to_json(&self, language: &str) -> Value {
        json!({
            "element": self.element.as_str(), "level": self.level.as_str(), "if_accepted": self.if_accepted.as_str(),
            "reasons": self.reasons.iter().map(|r| r.words(language)).collect::<Vec<_>>(),
            "missing": self.missing.iter().map(|n| n.words(language)).collect::<Vec<_>>(),
            "policy": self.policy,
        })
    }
}
