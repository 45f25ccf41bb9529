//! Legal hold: what must not be erased, until a second signer says why it may.
//!
//! A hold is an entry; nothing ends it but an entry that releases it, with a class of reason and whether opposing material is
//! affected. Taking a hold back as other entries are taken back ends nothing: one person could then destroy what another had
//! kept. Who signs the release cannot be the one who erases. A hold in any log of the archive counts, and so does its release; in
//! another log than the own one nobody but the key itself says who a signer is.

use std::collections::BTreeSet;

use witnessmark_model::entry::{Body, Held, HoldClass, Opposing, ReleaseClass, Released};
use witnessmark_model::vocabulary::Role;
use witnessmark_model::{Entry, EntryRef, Field, ItemId, LogId, MemberKey, SubjectId};

use crate::archive::Archive;
use crate::erase::ErasePlan;
use crate::error::{Error, Kind, Result};
use crate::session::{Draft, Session};

/// What must not be erased, and by whom that was released.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// The entry that says so.
    pub at: EntryRef,
    /// What is held.
    pub item: ItemId,
    /// Why.
    pub class: HoldClass,
    /// Why, in words, where they can be read.
    pub reason: Field<String>,
    /// Whose key signed it.
    pub by: MemberKey,
    /// When, by that device's clock.
    pub time: String,
    /// Releases that stand, by whichever key.
    pub releases: Vec<Release>,
}

/// What says that a hold no longer stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// The entry that says so.
    pub at: EntryRef,
    /// Why.
    pub class: ReleaseClass,
    /// Is opposing material affected?
    pub opposing: Opposing,
    /// Why, in words, where they can be read.
    pub reason: Field<String>,
    /// Whose key signed it.
    pub by: MemberKey,
}

impl Hold {
    /// Has somebody released it?
    pub fn is_released(&self) -> bool {
        !self.releases.is_empty()
    }
}

impl Archive {
    /// Every hold on an item, released or not, by whichever log of the archive.
    pub fn holds(&self, item: ItemId) -> Vec<Hold> {
        let world = self.world();
        let held = |entry: &Entry| match &entry.body {
            Body::Held(held) if held.item == item => Some(Hold {
                at: entry.at,
                item,
                class: held.class,
                reason: held.reason.clone(),
                by: entry.signer,
                time: entry.time.clone(),
                releases: self.releases(item, entry.at),
            }),
            _ => None,
        };
        world.ever_about_item(item).filter_map(held).collect()
    }

    fn releases(&self, item: ItemId, hold: EntryRef) -> Vec<Release> {
        let world = self.world();
        let revoked: Vec<(EntryRef, MemberKey)> = world.revocations().map(|(at, key)| (at, key.member)).collect();
        let doubtful: BTreeSet<EntryRef> = world.doubtful().into_iter().map(|(at, _)| at).collect();
        let is_signed = |entry: &Entry| {
            let after = |(at, key): &(EntryRef, MemberKey)| {
                *key == entry.signer && (at.log != entry.at.log || at.index < entry.at.index)
            };
            !doubtful.contains(&entry.at) && !revoked.iter().any(after)
        };
        let released = |entry: &Entry| match &entry.body {
            Body::Released(r) if r.hold == hold && r.item == item && world.is_current(entry.at) && is_signed(entry) => {
                Some(Release {
                    at: entry.at,
                    class: r.class,
                    opposing: r.opposing,
                    reason: r.reason.clone(),
                    by: entry.signer,
                })
            }
            _ => None,
        };
        world.ever_about_item(item).filter_map(released).collect()
    }

    /// Who stands behind a key: in the own log its member, elsewhere nobody is known but the key.
    fn person(&self, log: LogId, key: MemberKey) -> (LogId, String) {
        let own = self.config().log_id();
        let known = self.world().introductions().find(|(at, known)| at.log == own && known.member == key);
        match known {
            Some((_, known)) => (own, known.name.clone()),
            None => (log, key.to_string()),
        }
    }

    /// Items that an erasure would take with it.
    fn items_touched(&self, plan: &ErasePlan) -> BTreeSet<ItemId> {
        let mut items: BTreeSet<ItemId> = plan.items.iter().copied().collect();
        for at in &plan.entries {
            match self.world().entry(*at).map(|entry| &entry.body) {
                Some(Body::Identified(i)) => drop(items.insert(i.item)),
                Some(Body::Held(h)) => drop(items.insert(h.item)),
                Some(Body::Collected(c)) => drop(items.insert(c.item)),
                _ => {}
            }
        }
        items
    }

    /// Holds on what an erasure would take with it, released or not.
    pub fn holds_against(&self, plan: &ErasePlan) -> Vec<Hold> {
        self.items_touched(plan).into_iter().flat_map(|item| self.holds(item)).collect()
    }

    /// The releases by which `eraser` may erase.
    ///
    /// # Errors
    /// [`Kind::Denied`] when something holds it that nobody else than the eraser has released.
    pub(crate) fn must_be_released(&self, plan: &ErasePlan, eraser: MemberKey) -> Result<Vec<EntryRef>> {
        let own = self.config().log_id();
        let person = self.person(own, eraser);
        let may = |release: &Release| {
            let known = self.world().members();
            let role = known.get(&release.by).map(|known| (known.role, known.demonstration));
            // A key whose seed is public binds nobody, but where all are such.
            let counts = role.is_some_and(|(role, demonstration)| {
                role != Role::Field && (!demonstration || known.get(&eraser).is_some_and(|own| own.demonstration))
            });
            counts && self.person(release.at.log, release.by) != person
        };
        let mut releases = Vec::new();
        for hold in self.holds_against(plan) {
            let Some(release) = hold.releases.iter().find(|release| may(release)) else {
                let what = format!("erase item {}: entry {} holds it ({})", hold.item.short(), hold.at, hold.class);
                let error = Error::new(Kind::Denied, what);
                return Err(error.hint(if hold.is_released() {
                    "whoever released it cannot be the one who erases; let another member do it"
                } else {
                    "a second signer can release it, and says why: `witnessmark release`"
                }));
            };
            releases.push(release.at);
        }
        releases.sort();
        releases.dedup();
        Ok(releases)
    }
}

impl Session<'_> {
    /// Keeps an item, and who told it, from being erased.
    pub fn hold(&mut self, item: ItemId, class: HoldClass, reason: &str) -> Result<EntryRef> {
        must_say_why(reason, "hold")?;
        self.bring_item(item)?;
        let world = self.archive().world();
        if world.captures(item).next().is_none() {
            return Err(Error::new(Kind::NotFound, format!("find item {}", item.short())));
        }
        let subject = world.subject_of(item);
        if subject.is_some_and(|subject| world.is_erased(subject)) {
            return Err(Error::new(Kind::Conflict, format!("hold item {}: it is erased already", item.short())));
        }
        let held = Held { item, subject, class, reason: reason.to_owned().into() };
        let draft = self.sealed_where_it_can(held, subject);
        Ok(self.append(vec![draft])?[0])
    }

    /// Says that a hold no longer stands. It takes another member to erase.
    pub fn release(
        &mut self,
        hold: EntryRef,
        class: ReleaseClass,
        opposing: Opposing,
        reason: &str,
    ) -> Result<EntryRef> {
        must_say_why(reason, "release")?;
        let absent = || Error::new(Kind::NotFound, format!("find a hold in entry {hold}"));
        let (item, subject) = match self.archive_mut().entry_at(hold)?.map(|entry| &entry.body) {
            Some(Body::Held(held)) => (held.item, held.subject),
            _ => return Err(absent()),
        };
        self.bring_item(item)?;
        let known = self.archive().world().members().get(&self.member()).map(|known| known.role);
        if known.is_none_or(|role| role == Role::Field) {
            return Err(Error::new(Kind::Denied, "release a hold with a key of the field")
                .hint("an owner, investigator or reviewer can"));
        }
        let own = self.archive().world().subject_of(item).or(subject);
        let released = Released { hold, item, subject: own, class, opposing, reason: reason.to_owned().into() };
        let draft = self.sealed_where_it_can(released, own);
        Ok(self.append(vec![draft])?[0])
    }

    /// Under the subject's key, where it is at hand; an item of another log has none here.
    fn sealed_where_it_can(&self, body: impl Into<Body>, subject: Option<SubjectId>) -> Draft {
        match subject.filter(|subject| self.archive().has_key_of(*subject)) {
            Some(subject) => Draft::sealed(body, subject),
            None => Draft::open(body),
        }
    }
}

fn must_say_why(reason: &str, what: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::new(Kind::Invalid, format!("{what} without a reason")).hint("say why with --reason"));
    }
    Ok(())
}
