//! Members' keys: added, rotated, revoked, each time by an entry; and what a stolen key could have signed.
//!
//! A member has one key for each device. The entry that makes a key known says whose it is and where it lies; every later
//! entry names the key that signed it. A key is revoked by an entry, never taken out of the ledger: what it signed before
//! stands, what it signs after is named by `check`, and of a stolen key what lies between the last trusted entry and the
//! revocation is doubtful. The log's own key is another matter: who has that can write another history, which only a
//! cosigner or a copy tells.

use witnessmark_model::entry::Keyed;
use witnessmark_model::vocabulary::Role;
use witnessmark_model::{EntryRef, MemberKey};

use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::seal::Secret;
use crate::session::{Draft, Session, keyed};

/// Since when a key may have been in other hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stolen {
    /// It was not: it is only no longer used.
    No,
    /// Nobody knows since when: nothing that it signed can be relied on by its signature alone.
    Unknown,
    /// Since this time, by the clocks of its own entries.
    Since(jiff::Timestamp),
}

/// A key that an owner names: by member, or by member and device.
fn parts(name: &str) -> (&str, Option<&str>) {
    name.rsplit_once('@').map_or((name, None), |(name, device)| (name, Some(device)))
}

impl Archive {
    /// Keys of a member that still sign, by `NAME`, `NAME@DEVICE` or the key itself, wherever they lie.
    pub fn keys_of(&self, name: &str) -> Vec<(MemberKey, Keyed)> {
        let (plain, device) = parts(name);
        let is_meant = |key: &MemberKey, known: &Keyed| {
            key.to_string() == name
                || known.name == name
                || (known.name == plain && device.is_some() && known.device.as_deref() == device)
        };
        let standing = self.world().members().into_iter().filter(|(key, known)| !known.revoked && is_meant(key, known));
        standing.map(|(key, known)| (key, known.clone())).collect()
    }

    fn one_key_of(&self, name: &str) -> Result<(MemberKey, Keyed)> {
        let mut found = self.keys_of(name);
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Error::new(Kind::NotFound, format!("find a key of member {name:?} that still signs"))
                .hint("`witnessmark member ARCHIVE list` shows them")),
            n => Err(Error::new(Kind::Invalid, format!("tell which of {n} keys of member {name:?} is meant"))
                .hint("say NAME@DEVICE, or the key")),
        }
    }

    /// The entry that revoked a key.
    pub(crate) fn revocation_of(&self, member: MemberKey) -> Option<EntryRef> {
        self.world().revocations().find(|(_, known)| known.member == member).map(|(at, _)| at)
    }

    /// The last entry by a key before the first that its own clock puts at `since` or later.
    fn last_trusted(&self, member: MemberKey, since: jiff::Timestamp) -> Option<EntryRef> {
        let log = self.introduction_of(member)?.log;
        let by_key = self.world().entries().filter(|e| e.at.log == log && e.signer == member);
        let before = |time: &str| time.parse::<jiff::Timestamp>().is_ok_and(|time| time < since);
        by_key.take_while(|e| before(&e.time)).last().map(|e| e.at)
    }
}

impl Session<'_> {
    fn may_change(&self, member: MemberKey, what: &str) -> Result<()> {
        let own = self.archive().world().members().get(&self.member()).map(|known| known.role);
        if member == self.member() || own == Some(Role::Owner) {
            return Ok(());
        }
        Err(Error::new(Kind::Denied, format!("{what} another member's key")).hint("an owner can"))
    }

    /// Adds a member, or another device of one, with a new key. A `seed` given is one that others know too: a demonstration's.
    pub fn add_member_on(
        &mut self,
        name: &str,
        device: Option<&str>,
        role: Role,
        seed: Option<[u8; 32]>,
    ) -> Result<MemberKey> {
        let is_word = |text: &str| !text.trim().is_empty() && !text.contains(['@', '\n']);
        if !is_word(name) || !device.is_none_or(is_word) {
            return Err(Error::new(Kind::Invalid, "name a member: not empty, without @ and line ends"));
        }
        let is_taken = self.archive().keys_of(name).iter().any(|(_, known)| known.device.as_deref() == device);
        if is_taken {
            return Err(Error::new(Kind::Conflict, format!("add member {name:?}: there is one of that name"))
                .hint("name the device with --device, or rotate the key"));
        }
        let demonstration = seed.is_some();
        let seed = Secret(seed.unwrap_or_else(|| self.archive().outside().random()));
        let (member, public) = self.put_key(name, seed)?;
        let device = device.map(str::to_owned);
        let entry = Keyed { device, ..keyed(member, name, &public, role, demonstration) };
        self.append(vec![Draft::open(entry)])?;
        Ok(member)
    }

    /// Gives a member a new key, signed in by the old one or by an owner, and revokes the old one. Its seed leaves the ring.
    pub fn rotate_member(&mut self, name: &str, reason: &str) -> Result<MemberKey> {
        let (old, known) = self.archive().one_key_of(name)?;
        self.may_change(old, "rotate")?;
        let seed = Secret(self.archive().outside().random());
        let (new, public) = self.put_key(&known.name, seed.clone())?;
        let next = Keyed {
            device: known.device.clone(),
            replaces: Some(old),
            ..keyed(new, &known.name, &public, known.role, false)
        };
        let ended = Keyed { revoked: true, reason: Some(reason.into()), ..known };
        self.append(vec![Draft::open(next), Draft::open(ended)])?;
        self.drop_key(old)?;
        if old == self.member() {
            self.sign_on_as(new, seed);
        }
        Ok(new)
    }

    /// Revokes a key; what it signed before stands, unless it was stolen.
    pub fn revoke_member(&mut self, name: &str, reason: &str, stolen: Stolen) -> Result<EntryRef> {
        let (member, known) = self.archive().one_key_of(name)?;
        self.may_change(member, "revoke")?;
        if member == self.member() {
            return Err(Error::new(Kind::Invalid, "revoke the key that signs this")
                .hint("rotate it, or have another owner revoke it"));
        }
        let trusted_until = match stolen {
            Stolen::No => None,
            // Trusted no further than the entry that made it known.
            Stolen::Unknown => self.archive().introduction_of(member),
            Stolen::Since(time) => {
                self.archive().last_trusted(member, time).or_else(|| self.archive().introduction_of(member))
            }
        };
        let ended = Keyed { revoked: true, trusted_until, reason: Some(reason.into()), ..known };
        let at = self.append(vec![Draft::open(ended)])?[0];
        self.drop_key(member)?;
        Ok(at)
    }
}

impl Archive {
    /// The entry that made a key known.
    fn introduction_of(&self, member: MemberKey) -> Option<EntryRef> {
        let known = self.world().introductions().find(|(_, known)| known.member == member);
        known.map(|(at, _)| at)
    }
}
