//! The policy of support levels that an archive goes by: the one that ships, until a member adopts another, word for word, as an
//! entry. What is assessed names the entry, so that anyone can tell which policy made which level.
//!
//! A new policy takes effect at once and downward only: a level that it no longer allows is not printed any more, and one that it
//! would allow waits for somebody to sign it.

use std::collections::BTreeSet;

use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_model::entry::{Adopted, Body, Rules};
use witnessmark_model::vocabulary::{Element, Level};
use witnessmark_model::{Entry, EntryRef, MemberKey};
use witnessmark_weigh::Policy;

use crate::case::{Case, IncidentId, case_under};
use crate::decide::{draft, one};
use crate::error::{Error, Result};
use crate::inquire::written;

/// The policy in force. Of several that do not know of each other the stricter of each number holds.
///
/// # Errors
/// When an adopted policy cannot be read: a later version of this program wrote it, and nothing is weighed by guesswork.
pub fn in_force(archive: &Archive) -> Result<Policy> {
    let own = archive.config().log_id();
    let mut policy: Option<Policy> = None;
    for (entry, adopted) in archive.world().adopted(own, Rules::Policy) {
        let read = read(&adopted.text).map_err(|e| {
            Error::refused(
                format!("read the policy that entry {} adopted: {e}", entry.at),
                "a later version of witnessmark may have adopted it; `undo` that entry, or use that version",
            )
        })?;
        let read = read.adopted_by(entry.at);
        policy = Some(policy.map_or(read.clone(), |before| before.and(&read)));
    }
    Ok(policy.unwrap_or_default())
}

fn read(text: &str) -> std::result::Result<Policy, witnessmark_weigh::level::PolicyError> {
    Policy::from_toml(text)
}

/// A level that would be another under another policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Of which incident.
    pub incident: IncidentId,
    /// What it is called, in English and Arabic.
    pub names: (String, String),
    /// Of which element.
    pub element: Element,
    /// What is printed now, and would be.
    pub printed: (Level, Level),
    /// What is allowed now, and would be.
    pub allowed: (Level, Level),
}

/// What adopting a policy would change: printed levels can only fall.
pub fn plan(archive: &Archive, now: &Case, text: &str) -> Result<(Policy, Vec<Change>)> {
    let policy =
        read(text).map_err(|e| Error::refused(e.to_string(), "`witnessmark policy ARCHIVE show` prints one"))?;
    let then = case_under(archive, policy.clone())?;
    let mut changes = Vec::new();
    for (a, b) in now.incidents.iter().zip(&then.incidents) {
        for element in Element::ALL {
            let allowed = |i: &crate::case::IncidentCase| {
                i.weighed.elements.iter().find(|e| e.element == *element).map(|e| e.allowed.level)
            };
            let (Some(before), Some(after)) = (allowed(a), allowed(b)) else { continue };
            let printed = (a.level(*element), b.level(*element));
            if before != after || printed.0 != printed.1 {
                let names = (a.name("en"), a.name("ar"));
                changes.push(Change { incident: a.id, names, element: *element, printed, allowed: (before, after) });
            }
        }
    }
    Ok((policy, changes))
}

/// Adopts a policy, word for word; what was in force before is superseded.
pub fn adopt(archive: &mut Archive, member: MemberKey, text: &str, reason: &str) -> Result<EntryRef> {
    let policy =
        read(text).map_err(|e| Error::refused(e.to_string(), "`witnessmark policy ARCHIVE show` prints one"))?;
    let shipped = Policy::default();
    let same_name =
        |other: &Policy| other.version == policy.version && Policy { entry: None, ..other.clone() } != policy;
    let named_before = history(archive).into_iter().filter_map(|(_, a, _)| read(&a.text).ok());
    if named_before.chain([shipped]).any(|other| same_name(&other)) {
        return Err(Error::refused(
            format!("adopt {}", policy.version),
            "another policy has that name and version already: raise the version, so that each level says which made it",
        ));
    }
    let own = archive.config().log_id();
    let supersedes: Vec<EntryRef> = archive.world().adopted(own, Rules::Policy).map(|(e, _)| e.at).collect();
    let adopted = Adopted {
        rules: Rules::Policy,
        name: policy.version,
        digest: sha256(text.as_bytes()),
        text: text.to_owned(),
        reason: written("why it is adopted", reason)?.into(),
        supersedes,
    };
    one(archive, member, draft(adopted, None))
}

/// Every policy that was ever adopted, with whether it is in force.
pub fn history(archive: &Archive) -> Vec<(&Entry, &Adopted, bool)> {
    let own = archive.config().log_id();
    let in_force: BTreeSet<EntryRef> = archive.world().adopted(own, Rules::Policy).map(|(entry, _)| entry.at).collect();
    let all = archive.world().entries_of(own).filter_map(|entry| match &entry.body {
        Body::Adopted(adopted) if adopted.rules == Rules::Policy => Some((entry, adopted)),
        _ => None,
    });
    all.map(|(entry, adopted)| (entry, adopted, in_force.contains(&entry.at))).collect()
}
