//! Erasing: plan, show, apply.
//!
//! What lies under a subject's key becomes unreadable when the key is destroyed: fields, the account, quotes, packs
//! and claims made from it. The entry that says so stays, and so do the digests. What erasure cannot reach is part of the plan
//! and is printed with it.

use std::collections::BTreeSet;
use std::fmt;

use witnessmark_model::entry::{Body, Erased};
use witnessmark_model::{Digest, EntryRef, ItemId, SubjectId};

use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::hold::Hold;
use crate::session::{Draft, Session};

/// What erasing a subject would destroy.
#[derive(Debug, Clone, PartialEq)]
pub struct ErasePlan {
    /// Whose key.
    pub subject: SubjectId,
    /// Keys of sealed identities that are destroyed with it: a name without its account serves nobody.
    pub identities: Vec<SubjectId>,
    /// Items under it.
    pub items: Vec<ItemId>,
    /// Entries with fields under it, or made from it.
    pub entries: Vec<EntryRef>,
    /// Stored ciphertext under it.
    pub blobs: Vec<Digest>,
    /// Sealed fields.
    pub fields: u32,
    /// Reports and dossiers that went out while it could be read: copies of those are beyond reach.
    pub issued_since: Vec<EntryRef>,
    /// What holds it, released or not.
    pub holds: Vec<Hold>,
}

/// What no erasure here can reach; printed with every plan.
pub const OUT_OF_REACH: &[&str] = &[
    "copies that others hold: dossiers, synchronised archives, printed reports",
    "backups made before, if the keyring of that time and its passphrase are kept, or enough trustees' shares of that time",
    "cells that a flash disk has set aside",
    "the digests in the ledger, which say that something was there and nothing else",
];

impl fmt::Display for ErasePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "erasing subject {} destroys the key of {} item(s), {} field(s) and {} stored file(s), named by {} entr(ies)",
            self.subject.short(),
            self.items.len(),
            self.fields,
            self.blobs.len(),
            self.entries.len()
        )?;
        if !self.identities.is_empty() {
            writeln!(f, "with it {} sealed identit(ies) of whoever told it", self.identities.len())?;
        }
        if !self.issued_since.is_empty() {
            writeln!(f, "{} report(s) or dossier(s) were issued while it could be read", self.issued_since.len())?;
        }
        for hold in &self.holds {
            let state = if hold.is_released() { "released" } else { "a second signer would have to release it" };
            writeln!(f, "entry {} holds it ({}): {state}", hold.at, hold.class)?;
        }
        writeln!(f, "it cannot be undone, and it cannot reach:")?;
        OUT_OF_REACH.iter().try_for_each(|line| writeln!(f, "  - {line}"))
    }
}

impl Archive {
    /// What erasing the subject of an item would destroy, the identity told with it included. An open item has no key to
    /// destroy.
    pub fn plan_erasure(&self, item: ItemId) -> Result<ErasePlan> {
        let subject = self.world.subject_of(item).ok_or_else(|| {
            Error::new(Kind::Invalid, format!("erase item {}: it is open", item.short()))
                .hint("open material can be withdrawn, not erased: `witnessmark withdraw`")
        })?;
        let identities = self.world.identities(item).map(|(_, i)| i.subject);
        self.plan(subject, identities.filter(|identity| *identity != subject).collect())
    }

    /// What erasing only who told an item would destroy: the account stays.
    pub fn plan_identity_erasure(&self, item: ItemId) -> Result<ErasePlan> {
        let mut identities: Vec<SubjectId> = self.world.identities(item).map(|(_, i)| i.subject).collect();
        let standing = identities.iter().position(|identity| !self.world.is_erased(*identity));
        let none = || Error::new(Kind::NotFound, format!("find a sealed identity of item {}", item.short()));
        if identities.is_empty() {
            return Err(none());
        }
        let subject = identities.swap_remove(standing.unwrap_or(0));
        self.plan(subject, identities)
    }

    fn plan(&self, subject: SubjectId, identities: Vec<SubjectId>) -> Result<ErasePlan> {
        self.must_be_whole("plan an erasure")?;
        let mut plan = ErasePlan {
            subject,
            identities,
            items: Vec::new(),
            entries: Vec::new(),
            blobs: Vec::new(),
            fields: 0,
            issued_since: Vec::new(),
            holds: Vec::new(),
        };
        let subjects: BTreeSet<SubjectId> = plan.subjects().collect();
        for entry in subjects.iter().flat_map(|subject| self.world.about_subject(*subject)) {
            plan.entries.push(entry.at);
            match &entry.body {
                Body::Collected(c) => {
                    plan.items.push(c.item);
                    plan.blobs.extend(c.blob);
                }
                Body::Observed(o) => plan.blobs.push(o.blob),
                Body::Identified(i) => plan.blobs.push(i.blob),
                _ => {}
            }
        }
        plan.fields = self.sealed_fields(&subjects)?;
        let first = plan.entries.iter().min().copied();
        plan.issued_since =
            self.world.issued().map(|(at, _)| at).filter(|at| first.is_none_or(|first| *at > first)).collect();
        plan.holds = self.holds_against(&plan);
        plan.items.sort();
        plan.items.dedup();
        plan.blobs.sort();
        plan.blobs.dedup();
        // After a crash in the middle of erasing, ciphertext is left: then there is still something to do.
        let is_done = self.storage.holding(&plan.blobs.iter().copied().collect())?.is_empty();
        if subjects.iter().all(|subject| self.world.is_erased(*subject)) && is_done {
            return Err(Error::new(Kind::Conflict, format!("erase subject {}: it is erased already", subject.short())));
        }
        Ok(plan)
    }

    /// Sealed fields under these subjects' keys.
    fn sealed_fields(&self, subjects: &BTreeSet<SubjectId>) -> Result<u32> {
        let mut fields = 0;
        for bundle in self.log.bundles() {
            for accepted in self.log.read_bundle(bundle)? {
                fields += accepted.record.sealed.iter().filter(|s| subjects.contains(&s.subject)).count() as u32;
            }
        }
        Ok(fields)
    }
}

impl ErasePlan {
    /// Every key that the plan destroys.
    pub fn subjects(&self) -> impl Iterator<Item = SubjectId> + '_ {
        std::iter::once(self.subject).chain(self.identities.iter().copied())
    }
}

impl Session<'_> {
    /// Destroys what the plan says: first the key, then the entry that says so, then the ciphertext; and makes anew what
    /// depended on it. A crash in between leaves the key destroyed, which is what was wanted; run it again.
    ///
    /// # Errors
    /// [`Kind::Denied`] when something holds it that no other member has released; see [`crate::hold`].
    pub fn erase(&mut self, plan: &ErasePlan, reason: &str) -> Result<EntryRef> {
        self.archive_mut().whole()?;
        let releases = self.archive().must_be_released(plan, self.member())?;
        let subjects: Vec<SubjectId> = plan.subjects().collect();
        self.destroy_subject_keys(&subjects)?;
        let (blobs, fields) = (plan.blobs.clone(), plan.fields);
        let mut first = None;
        for subject in subjects {
            let at = match self.erasure_of(subject) {
                Some(at) => at,
                None => {
                    let erased = Erased {
                        subject,
                        reason: reason.into(),
                        blobs: blobs.clone(),
                        fields,
                        releases: releases.clone(),
                    };
                    self.append(vec![Draft::open(erased)])?[0]
                }
            };
            first = first.or(Some(at));
        }
        for blob in &plan.blobs {
            self.remove_blob(*blob)?;
        }
        self.rebuild_after_erasure()?;
        first.ok_or_else(|| Error::new(Kind::Bug, "erase nobody"))
    }

    /// The entry that says so, where one does already.
    fn erasure_of(&self, subject: SubjectId) -> Option<EntryRef> {
        let about = self.archive().world.about_subject(subject);
        about.filter(|entry| matches!(entry.body, Body::Erased(_))).map(|entry| entry.at).min()
    }
}
