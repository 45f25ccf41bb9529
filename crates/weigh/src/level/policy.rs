//! The default policy.
use super::{Allowed, Policy};
use witnessmark_model::vocabulary::{Element, Level};
/// What the policy allows.
pub fn allows(element: Element, policy: &Policy) -> Allowed {
    Allowed {
        element,
        level: Level::NotAssessed,
        if_accepted: Level::NotAssessed,
        reasons: vec![],
        missing: vec![],
        policy: policy.version.clone(),
    }
}
