//! The entries of the ledger: what was done, by whom, when, and to what.
//!
//! A record's field names are the names in the ledger. `Field<T>` may lie under a subject's key; everything
//! else is open to whoever holds the archive. Nothing here says that a thing is true.

use serde_json::Value;

use crate::ids::{ClaimRef, Digest, EntryRef, ItemId, MemberKey, PackId, RowRef, SubjectId};
use crate::record::{Fields, WireError, record, words};
use crate::vocabulary::{Capture, Element, Level, Role, Standard, Tier};
use crate::{Field, record::Wire};

/// One entry, as a fold receives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it stands.
    pub at: EntryRef,
    /// When its device's clock said it was made, RFC 3339 in UTC; a clock may be wrong, and an entry's place in
    /// the log is what orders it.
    pub time: String,
    /// Whose key signed it.
    pub signer: MemberKey,
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
    }
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
    /// These claims speak of one incident: a hypothesis.
    Grouped {
        /// The incident added to; absent = this entry opens one.
        incident: Option<EntryRef>,
        label: Field<Option<String>>,
        members: Vec<ClaimRef>,
        /// The machine's proposal that was taken, if any.
        proposal: Option<RowRef>,
        reason: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

words! {
    /// How one source or item stands to another.
    Relation {
        /// The same thing or person under two names.
        SameAs = "same_as",
        /// One owner.
        Owns = "owns",
        /// Published again what the other published.
        Reposts = "reposts",
        /// Uses its words.
        Quotes = "quotes",
        /// In another language.
        Translates = "translates",
        /// Both go back to one act of perceiving.
        SharesOrigin = "shares_origin",
        /// One hand wrote both.
        SameAuthor = "same_author",
        /// Perceived side by side: two lines, with a flag.
        PresentTogether = "present_together",
        /// Shown to be two acts of perceiving: other vantage, other device, interviewed apart.
        Separate = "separate",
    }
}

record! {
    /// A person states how two items stand to each other, and on what ground.
    Related { from: ItemId, to: ItemId, relation: Relation, basis: Field<String>, supersedes: Vec<EntryRef>, }
}

record! {
    /// A graded judgement on one element of an incident.
    Assessed {
        incident: EntryRef,
        element: Element,
        level: Level,
        standard: Option<Standard>,
        contested: bool,
        policy: String,
        /// What the policy would have allowed on this day.
        policy_allows: Option<Level>,
        lines: u32,
        relies_on: Vec<ClaimRef>,
        reviewers: Vec<MemberKey>,
        shown: Option<Digest>,
        reason: Field<String>,
        dissent: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// A conclusion at a stated standard of proof.
    Found {
        incident: Option<EntryRef>,
        text: Field<String>,
        standard: Standard,
        relies_on: Vec<ClaimRef>,
        supersedes: Vec<EntryRef>,
    }
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
        dispatch: EntryRef,
        /// None, acknowledged, accepts, disputes …
        kind: String as "form",
        item: Option<ItemId>,
        note: Field<Option<String>>,
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
    Erased { subject: SubjectId, reason: String, blobs: Vec<Digest>, fields: u32, }
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
                match self { $(Body::$name(_) => $spelt,)* Body::Unknown(kind) => kind }
            }

            /// Name, value, and whether it may lie under a subject's key.
            pub fn to_fields(&self) -> Vec<(&'static str, Value, bool)> {
                match self { $(Body::$name(record) => record.to_fields(),)* Body::Unknown(_) => Vec::new() }
            }

            fn from_fields(kind: &str, fields: &Fields) -> Result<Self, WireError> {
                Ok(match kind {
                    $($spelt => Body::$name($name::from_fields(fields)?),)*
                    other => Body::Unknown(other.into()),
                })
            }
        }
        $(impl From<$name> for Body {
            fn from(record: $name) -> Self { Body::$name(record) }
        })*
    };
}

bodies! {
    Keyed = "keyed",
    Collected = "collected",
    Observed = "observed",
    Claimed = "claimed",
    Declined = "declined",
    Grouped = "grouped",
    Related = "related",
    Assessed = "assessed",
    Found = "found",
    Issued = "issued",
    Dispatched = "dispatched",
    Answered = "answered",
    Sealed = "sealed",
    Consented = "consented",
    Withdrawn = "withdrawn",
    Erased = "erased",
}

impl Entry {
    /// From the fields that lie beside the leaf at `at`.
    pub fn from_fields(at: EntryRef, fields: &Fields) -> Result<Self, WireError> {
        fn open<T: Wire>(fields: &Fields, name: &str) -> Result<T, WireError> {
            let value = fields.get(name).and_then(Field::get);
            T::from_value(value).map_err(|e| WireError::new(format!("{e} (field {name})")))
        }
        let kind: String = open(fields, "kind")?;
        Ok(Entry {
            at,
            time: open(fields, "time")?,
            signer: open(fields, "signer")?,
            body: Body::from_fields(&kind, fields)?,
        })
    }
}

/// The fields that every entry has before its own: kind, time, signer. All open, all salted in the leaf.
pub fn common_fields(kind: &str, time: &str, signer: MemberKey) -> Vec<(&'static str, Value, bool)> {
    vec![
        ("kind", Value::from(kind), false),
        ("time", Value::from(time), false),
        ("signer", Value::from(signer.to_string()), false),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of(body: &Body) -> Fields {
        common_fields(body.kind(), "2031-04-12T08:00:00Z", MemberKey([9; 8]))
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
            Answered { dispatch: at(2), kind: "acknowledged".into(), item: None, note: None.into() }.into(),
        ];
        for body in bodies {
            let names: Vec<&str> = body.to_fields().iter().map(|(name, _, _)| *name).collect();
            assert!(["kind", "time", "signer"].iter().all(|common| !names.contains(common)), "{names:?}");
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
