//! The entries of the ledger: what was done, by whom, when, and to what.
//!
//! A record's field names are the names in the ledger. `Field<T>` may lie under a subject's key; everything
//! else is open to whoever holds the archive. Nothing here says that a thing is true.

use serde_json::Value;

pub use crate::custody::{Entrusted, Held, HoldClass, Opposing, ReleaseClass, Released};
use crate::ids::{Digest, EntryRef, ItemId, LogId, MemberKey, PackId, RowRef, SubjectId};
pub use crate::incident::{
    Asked, Assessed, Basis, Connected, Examined, Finding, Found, Grouped, IncidentRelation, Merged, Paired, Placed,
    Related, Relation, Sameness, Split,
};
pub use crate::inquiry::{
    Adopted, Argued, Bearing, Coded, Disputed, Outcome, Qualified, QuestionForm, Questioned, Rules, Sampled,
    SearchOutcome, Searched, Settled, TestOutcome, Tested,
};
use crate::record::{Lookup, WireError, record, words};
use crate::vocabulary::{Capture, Position, Role, Tier};
use crate::{Field, record::Wire};

/// One entry, as a fold receives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it stands.
    pub at: EntryRef,
    /// When its device's clock said it was made, RFC 3339 in UTC; a clock may be wrong, and an entry's place in
    /// the log is what orders it.
    pub time: String,
    /// Whose key signed it: the entry that made the key known says which member and which device.
    pub signer: MemberKey,
    /// What is to be known about that clock: it stood before the clock of the entry before. Absent when it went on.
    pub clock: Option<String>,
    /// What it says.
    pub body: Body,
}

record! {
    /// A member's or a device's key is known from here on, or no longer.
    Keyed {
        member: MemberKey,
        name: String,
        public_key: String,
        role: Role,
        revoked: bool,
        /// A key whose seed is public (the demonstration's); nothing it signs binds anyone.
        demonstration: bool,
        /// On which machine the key lies; a member has one key for each.
        device: Option<String>,
        /// The key that this one takes the place of.
        replaces: Option<MemberKey>,
        /// Of a revoked key: the last entry that is still its owner's. What it signed after that, somebody else may have signed.
        trusted_until: Option<EntryRef>,
        reason: Option<String>,
    }
}

words! {
    /// What was done with an item, or with a key, since it came in (DATA_MODEL, *Custody event*).
    Handling {
        /// A sealed identity was opened and read.
        Opened = "opened",
        /// A copy left the archive.
        Exported = "exported",
        /// It came from another archive.
        TransferredIn = "transferred-in",
        /// It went to another archive.
        TransferredOut = "transferred-out",
        /// Its stored bytes were read again, and are what the ledger says.
        Reverified = "re-verified",
        /// Its stored bytes were read again, and are not.
        FailedVerification = "failed-verification",
        /// Its bytes were put back from a copy.
        Restored = "restored",
        /// What was found in its place was put aside.
        Quarantined = "quarantined",
        /// Keys were opened with shares of trustees; all that lay under them was within reach.
        Recovered = "recovered",
    }
}

record! {
    /// Something was done with what is in custody.
    Handled {
        event: Handling,
        item: Option<ItemId>,
        subject: Option<SubjectId>,
        blob: Option<Digest>,
        /// How many, when it was done to many at once.
        count: Option<u64>,
        reason: Option<String>,
        /// What was found, or where it came from or went.
        detail: Option<String>,
    }
}

record! {
    /// Who a source is: sealed under a key of its own, so that the account can stay when the name is destroyed.
    Identified {
        /// The account that the identity was told with.
        item: ItemId,
        /// Under whose key the identity lies: not the account's.
        subject: SubjectId,
        blob: Digest,
        size: u64,
        /// The name that the source goes by, as in the account.
        source: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// Another log is part of this archive from here on, or no longer.
    Admitted { log: LogId, origin: String, vkey: String, name: Option<String>, reason: Option<String>, supersedes: Vec<EntryRef>, }
}

record! {
    /// Bytes came in.
    Collected {
        item: ItemId,
        size: u64,
        /// SHA-256 of what is stored: equals the item when open.
        blob: Option<Digest>,
        subject: Option<SubjectId>,
        /// Where the bytes lie when they were not copied: volume, then path.
        in_place: Field<Vec<String>>,
        names: Field<Vec<String>>,
        method: Capture,
        collector: Field<Option<String>>,
        source: Field<Option<String>>,
        /// As stated where it was collected; never an event's time.
        published: Field<Option<String>>,
        url: Field<Option<String>>,
        /// Publicly known about an account: pseudonym, language, date, first-hand. The rest is in the sealed blob.
        account: Field<Option<Value>>,
        tier: Tier,
        outcome: String,
        /// The item that it was taken out of: an archive, an export, a letter.
        parent: Option<ItemId>,
        /// How it stands to that item (DATA_MODEL, *Derivative*): `member`, `post`, `attachment`.
        relation: Option<String>,
        /// What took it out, and its version: `zip@1`.
        recipe: Option<String>,
        /// The post that it is, or came with, as an export states: a JSON object, docs/spec/exports.md.
        post: Field<Option<Value>>,
    }
}

record! {
    /// An analyzer read a batch of items; its rows lie in a pack.
    Observed {
        analyzer: String,
        version: u32,
        pack: PackId,
        /// Stored name of the pack: equals the pack when open.
        blob: Digest,
        subject: Option<SubjectId>,
        /// RFC 6962 root over the pack's rows.
        root: Digest,
        rows: u32,
        items: u32,
        config: String,
    }
}

words! {
    /// What a person did with a proposal.
    Decision {
        /// Taken as it stands.
        Accepted = "accepted",
        /// Taken with changes.
        Corrected = "corrected",
        /// Taken with many others in one go: stays *not assessed*.
        Bulk = "accepted_in_bulk",
    }
}

record! {
    /// A person asserts what an item says.
    Claimed {
        item: ItemId,
        row: Option<RowRef>,
        claim: Field<Value>,
        decision: Decision,
        subject: Option<SubjectId>,
        /// SHA-256 of what was on the screen when it was decided.
        shown: Option<Digest>,
        reason: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// A person turned a proposal down.
    Declined { row: RowRef, reason: Field<Option<String>>, }
}

record! {
    /// A report or dossier was made.
    Issued {
        title: String,
        /// `report` or `dossier`. In the ledger `form`: `kind` is what sort of entry it is.
        kind: String as "form",
        tier: Tier,
        /// Size of the log that it speaks of.
        size: u64,
        /// SHA-256 of the manifest: name, length and SHA-256 of every file but proofs and checkpoint.
        manifest_digest: Digest,
        manifest: Value,
        sentences: u32,
    }
}

record! {
    /// A report went out.
    Dispatched {
        report: EntryRef,
        recipient: Field<String>,
        capacity: Field<Option<String>>,
        /// Letter, meeting, briefing, post.
        kind: String as "form",
        due: Option<String>,
    }
}

record! {
    /// What came back.
    Answered {
        /// The dispatch, or the questions to a party.
        dispatch: EntryRef,
        /// None, acknowledged, accepts, disputes …
        kind: String as "form",
        item: Option<ItemId>,
        note: Field<Option<String>>,
        /// Day on which it came; absent = not stated.
        received: Option<String>,
        /// The position that an asked party took in it, as a member reads it.
        position: Option<Position>,
    }
}

record! {
    /// An open item is kept from everyone below this tier from here on.
    Sealed { item: ItemId, tier: Tier, reason: Field<String>, }
}

record! {
    /// What a person agreed to.
    Consented {
        subject: SubjectId,
        item: Option<ItemId>,
        purposes: Vec<String>,
        expires: Option<String>,
        conditions: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// No longer relied on: an entry, an item, or a subject's consent.
    Withdrawn {
        entry: Option<EntryRef>,
        item: Option<ItemId>,
        subject: Option<SubjectId>,
        reason: Field<String>,
    }
}

record! {
    /// A subject's key was destroyed.
    Erased {
        subject: SubjectId,
        reason: String,
        blobs: Vec<Digest>,
        fields: u32,
        /// The releases of whatever held it.
        releases: Vec<EntryRef>,
    }
}

/// Declares the kinds of entry once: the enum, its names, and both ways through the fields.
macro_rules! bodies {
    ($($name:ident = $spelt:literal,)*) => {
        /// What an entry says.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Body {
            $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name),)*
            /// A kind of a later version: kept, counted, and left alone.
            Unknown(String),
        }

        impl Body {
            /// The kind's name in the ledger.
            pub fn kind(&self) -> &str {
                match self { Body::Unknown(kind) => kind, known => known.known_kind().unwrap_or_default() }
            }

            /// The same; nothing for a kind of a later version.
            pub fn known_kind(&self) -> Option<&'static str> {
                match self { $(Body::$name(_) => Some($spelt),)* Body::Unknown(_) => None }
            }

            /// Name, value, and whether it may lie under a subject's key.
            pub fn to_fields(&self) -> Vec<(&'static str, Value, bool)> {
                match self { $(Body::$name(record) => record.to_fields(),)* Body::Unknown(_) => Vec::new() }
            }

            fn from_fields(kind: &str, fields: &impl Lookup) -> Result<Self, WireError> {
                Ok(match kind {
                    $($spelt => Body::$name($name::from_fields(fields)?),)*
                    other => Body::Unknown(other.into()),
                })
            }
        }
        $(impl From<$name> for Body {
            fn from(record: $name) -> Self { Body::$name(record) }
        })*

        $(impl Kind for $name {
            const NAME: &'static str = $spelt;
            fn of(body: &Body) -> Option<&Self> {
                match body { Body::$name(record) => Some(record), _ => None }
            }
        })*
    };
}

/// A record that an entry can hold.
pub trait Kind: Sized + 'static {
    /// The kind's name in the ledger.
    const NAME: &'static str;
    /// What an entry says, where it is of this kind.
    fn of(body: &Body) -> Option<&Self>;
}

bodies! {
    Keyed = "keyed",
    Collected = "collected",
    Observed = "observed",
    Claimed = "claimed",
    Declined = "declined",
    Grouped = "grouped",
    Related = "related",
    Connected = "connected",
    Assessed = "assessed",
    Placed = "placed",
    Examined = "examined",
    Asked = "asked",
    Found = "found",
    Issued = "issued",
    Dispatched = "dispatched",
    Answered = "answered",
    Sealed = "sealed",
    Consented = "consented",
    Withdrawn = "withdrawn",
    Erased = "erased",
    Handled = "handled",
    Identified = "identified",
    Admitted = "admitted",
    Held = "held",
    Released = "released",
    Entrusted = "entrusted",
    Merged = "merged",
    Split = "split",
    Paired = "paired",
    Questioned = "questioned",
    Argued = "argued",
    Settled = "settled",
    Searched = "searched",
    Tested = "tested",
    Qualified = "qualified",
    Disputed = "disputed",
    Adopted = "adopted",
    Sampled = "sampled",
    Coded = "coded",
}

impl Entry {
    /// From the fields that lie beside the leaf at `at`.
    pub fn from_fields(at: EntryRef, fields: &impl Lookup) -> Result<Self, WireError> {
        fn open<T: Wire>(fields: &impl Lookup, name: &str) -> Result<T, WireError> {
            let value = fields.field(name).and_then(Field::get);
            T::from_value(value).map_err(|e| WireError::new(format!("{e} (field {name})")))
        }
        let kind: String = open(fields, "kind")?;
        Ok(Entry {
            at,
            time: open(fields, "time")?,
            signer: open(fields, "signer")?,
            clock: open(fields, "clock")?,
            body: Body::from_fields(&kind, fields)?,
        })
    }
}

/// The fields that every entry has before its own: kind, time, signer, and a note on the clock where there is one. All open,
/// all salted in the leaf.
pub fn common_fields(
    kind: &str,
    time: &str,
    signer: MemberKey,
    clock: Option<&str>,
) -> Vec<(&'static str, Value, bool)> {
    let mut fields = vec![
        ("kind", Value::from(kind), false),
        ("time", Value::from(time), false),
        ("signer", Value::from(signer.to_string()), false),
    ];
    fields.extend(clock.map(|note| ("clock", Value::from(note), false)));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Fields;

    fn fields_of(body: &Body) -> Fields {
        common_fields(body.kind(), "2031-04-12T08:00:00Z", MemberKey([9; 8]), None)
            .into_iter()
            .chain(body.to_fields())
            .map(|(name, value, _)| (name.to_owned(), Field::Present(value)))
            .collect()
    }

    fn at(index: u64) -> EntryRef {
        EntryRef { log: crate::LogId([1; 8]), index }
    }

    #[test]
    fn no_field_of_a_record_hides_one_that_every_entry_has() {
        let bodies: [Body; 3] = [
            Issued {
                title: "t".into(),
                kind: "dossier".into(),
                tier: Tier::Public,
                size: 3,
                manifest_digest: Digest([1; 32]),
                manifest: Value::from("m"),
                sentences: 0,
            }
            .into(),
            Dispatched {
                report: at(1),
                recipient: "a court".to_owned().into(),
                capacity: None.into(),
                kind: "letter".into(),
                due: None,
            }
            .into(),
            Answered {
                dispatch: at(2),
                kind: "acknowledged".into(),
                item: None,
                note: None.into(),
                received: None,
                position: None,
            }
            .into(),
        ];
        for body in bodies {
            let names: Vec<&str> = body.to_fields().iter().map(|(name, _, _)| *name).collect();
            assert!(["kind", "time", "signer", "clock"].iter().all(|common| !names.contains(common)), "{names:?}");
            assert_eq!(Entry::from_fields(at(7), &fields_of(&body)).unwrap().body, body);
        }
    }

    #[test]
    fn a_record_comes_back_as_it_went() {
        let body = Body::from(Collected {
            item: ItemId([3; 32]),
            size: 10,
            blob: Some(Digest([4; 32])),
            subject: Some(SubjectId([5; 16])),
            in_place: vec![].into(),
            names: vec!["صورة.jpg".to_owned()].into(),
            method: Capture::Folder,
            collector: Some("A".to_owned()).into(),
            source: None.into(),
            published: None.into(),
            url: None.into(),
            account: None.into(),
            tier: Tier::Internal,
            outcome: "complete".into(),
            parent: None,
            relation: None,
            recipe: None,
            post: None.into(),
        });
        let entry = Entry::from_fields(at(7), &fields_of(&body)).unwrap();
        assert_eq!(entry.body, body);
        assert_eq!(entry.at, at(7));
    }

    #[test]
    fn an_erased_field_is_erased_and_the_rest_still_reads() {
        let body = Body::from(Declined {
            row: RowRef { pack: PackId([1; 32]), row: 3 },
            reason: Some("wrong town".to_owned()).into(),
        });
        let mut fields = fields_of(&body);
        fields.insert("reason".into(), Field::Erased(SubjectId([2; 16])));
        let Body::Declined(read) = Entry::from_fields(at(0), &fields).unwrap().body else { panic!() };
        assert_eq!(read.reason, Field::Erased(SubjectId([2; 16])));
        assert_eq!(read.row.row, 3);
    }

    #[test]
    fn a_kind_of_a_later_version_is_kept_and_a_broken_one_is_refused() {
        let mut fields =
            fields_of(&Body::Declined(Declined { row: RowRef { pack: PackId([1; 32]), row: 3 }, reason: None.into() }));
        fields.insert("kind".into(), Field::Present("from_2040".into()));
        assert_eq!(Entry::from_fields(at(0), &fields).unwrap().body, Body::Unknown("from_2040".into()));
        fields.insert("kind".into(), Field::Present("declined".into()));
        fields.insert("row".into(), Field::Present("no row".into()));
        let error = Entry::from_fields(at(0), &fields).unwrap_err().to_string();
        assert!(error.contains("(field row)"), "{error}");
    }
}
