//! Erasing: plan, show, apply.
//!
//! What lies under a subject's key becomes unreadable when the key is destroyed: fields, the account, quotes, packs
//! and claims made from it. The entry that says so stays, and so do the digests. What erasure cannot reach is part of the plan
//! and is printed with it.

use std::fmt;

use witnessmark_model::entry::{Body, Erased};
use witnessmark_model::{Digest, EntryRef, ItemId, SubjectId};

use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::session::{Draft, Session};

/// What erasing a subject would destroy.
#[derive(Debug, Clone, PartialEq)]
pub struct ErasePlan {
    /// Whose key.
    pub subject: SubjectId,
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
}

/// What no erasure here can reach; printed with every plan.
pub const OUT_OF_REACH: &[&str] = &[
    "copies that others hold: dossiers, synchronised archives, printed reports",
    "backups made before, if the keyring of that time and its passphrase are kept",
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
        if !self.issued_since.is_empty() {
            writeln!(f, "{} report(s) or dossier(s) were issued while it could be read", self.issued_since.len())?;
        }
        writeln!(f, "it cannot be undone, and it cannot reach:")?;
        OUT_OF_REACH.iter().try_for_each(|line| writeln!(f, "  - {line}"))
    }
}

impl Archive {
    /// What erasing the subject of an item would destroy. An open item has no key to destroy.
    pub fn plan_erasure(&self, item: ItemId) -> Result<ErasePlan> {
        let subject = self.world.subject_of(item).ok_or_else(|| {
            Error::new(Kind::Invalid, format!("erase item {}: it is open", item.short()))
                .hint("open material can be withdrawn, not erased: `witnessmark withdraw`")
        })?;
        let mut plan = ErasePlan {
            subject,
            items: Vec::new(),
            entries: Vec::new(),
            blobs: Vec::new(),
            fields: 0,
            issued_since: Vec::new(),
        };
        for entry in self.world.about_subject(subject) {
            plan.entries.push(entry.at);
            match &entry.body {
                Body::Collected(c) => {
                    plan.items.push(c.item);
                    plan.blobs.extend(c.blob);
                }
                Body::Observed(o) => plan.blobs.push(o.blob),
                _ => {}
            }
        }
        for bundle in self.log.bundles() {
            for accepted in self.log.read_bundle(bundle)? {
                plan.fields += accepted.record.sealed.iter().filter(|s| s.subject == subject).count() as u32;
            }
        }
        let first = plan.entries.iter().min().copied();
        plan.issued_since =
            self.world.issued().map(|(at, _)| at).filter(|at| first.is_none_or(|first| *at > first)).collect();
        plan.items.sort();
        plan.items.dedup();
        plan.blobs.sort();
        plan.blobs.dedup();
        // After a crash in the middle of erasing, ciphertext is left: then there is still something to do.
        let is_done = plan.blobs.iter().all(|blob| !self.layout.blob(*blob).exists());
        if self.world.is_erased(subject) && is_done {
            return Err(Error::new(Kind::Conflict, format!("erase subject {}: it is erased already", subject.short())));
        }
        Ok(plan)
    }
}

impl Session<'_> {
    /// Destroys what the plan says: first the key, then the entry that says so, then the ciphertext; and makes anew what
    /// depended on it. A crash in between leaves the key destroyed, which is what was wanted; run it again.
    pub fn erase(&mut self, plan: &ErasePlan, reason: &str) -> Result<EntryRef> {
        self.destroy_subject_key(plan.subject)?;
        let at = match self.erasure_of(plan.subject) {
            Some(at) => at,
            None => {
                let (blobs, fields) = (plan.blobs.clone(), plan.fields);
                let erased = Erased { subject: plan.subject, reason: reason.into(), blobs, fields };
                self.append(vec![Draft::open(erased)])?[0]
            }
        };
        for blob in &plan.blobs {
            self.remove_blob(*blob)?;
        }
        self.rebuild_after_erasure()?;
        Ok(at)
    }

    /// The entry that says so, where one does already.
    fn erasure_of(&self, subject: SubjectId) -> Option<EntryRef> {
        let about = self.archive().world.about_subject(subject);
        about.filter(|entry| matches!(entry.body, Body::Erased(_))).map(|entry| entry.at).min()
    }
}
