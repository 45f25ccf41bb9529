//! What people say of incidents: which claims speak of one, how incidents and items stand to each other, what supports an element,
//! where and when an item was taken, what was asked and found, and which reports are of one happening.
//!
//! Deliberately without a verdict: a grouping is a hypothesis, an assessment a signed opinion under a policy.

use serde_json::Value;

use crate::Field;
use crate::ids::{ClaimRef, Digest, EntryRef, ItemId, MemberKey, RowRef, SubjectId};
use crate::record::{record, words};
use crate::vocabulary::{Element, Level, Standard};

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

words! {
    /// How one incident stands to another (DATA_MODEL, *Incident relation*).
    IncidentRelation {
        /// One happening under two names.
        DuplicateOf = "duplicate_of",
        /// One of several in a row.
        PartOfSeries = "part_of_series",
        /// Hit those who came after the first.
        SecondStrikeOn = "second_strike_on",
        /// Came before.
        Precedes = "precedes",
        /// The same facility, at another time.
        SameFacility = "same_facility",
        /// Done in the same way.
        SamePattern = "same_pattern",
        /// Both cannot be so.
        Contradicts = "contradicts",
    }
}

record! {
    /// A person states how two incidents stand to each other, and on what ground.
    Connected {
        from: EntryRef,
        to: EntryRef,
        relation: IncidentRelation,
        basis: Field<String>,
        supersedes: Vec<EntryRef>,
    }
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
        /// The claims for and against the element that there were: what comes later was not looked at.
        seen: Vec<ClaimRef>,
        /// By which the policy was adopted; absent = the one that ships.
        policy_entry: Option<EntryRef>,
        reason: Field<String>,
        dissent: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

words! {
    /// On what it rests that an item is of a place or a time.
    Basis {
        /// Buildings, hills, signs that stand elsewhere too: in pictures, maps, scenes.
        Landmarks = "landmarks",
        /// The sun's shadow.
        Shadow = "shadow",
        /// Between two satellite scenes.
        SatelliteBracket = "satellite_bracket",
        /// Weather on record.
        Weather = "weather",
        /// Another sensor's record.
        Sensor = "sensor",
        /// Somebody says so.
        Statement = "statement",
        /// The file's own metadata.
        Metadata = "metadata",
        /// It was published by then.
        PublicationBound = "publication_bound",
        /// Something else, named in the reason.
        Other = "other",
    }
}

impl Basis {
    /// Does it show a place or a time, or only repeat what whoever made or published the file says?
    pub fn shows(self) -> bool {
        !matches!(self, Basis::Statement | Basis::Metadata | Basis::PublicationBound)
    }
}

record! {
    /// A person places an item in space and time.
    Placed {
        item: ItemId,
        subject: Option<SubjectId>,
        /// A place of `claim`, with its uncertainty.
        place: Field<Value>,
        place_basis: Vec<Basis>,
        /// An interval of `claim`.
        time: Field<Value> as "when",
        time_basis: Vec<Basis>,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

words! {
    /// What a person found on examining an element of an incident.
    Finding {
        /// Agrees with it as it stands.
        Agrees = "agrees",
        /// Does not.
        Disagrees = "disagrees",
        /// Has held what speaks against it to the rest, and says in the reason what came of it.
        OpposingAnswered = "opposing_answered",
        /// Has tried to knock it down.
        AdversarialReview = "adversarial_review",
        /// Found in this first-hand account the detail that is not published. The detail is not written here.
        UnpublishedDetail = "unpublished_detail",
    }
}

record! {
    /// A person examined one element of an incident and signs what they found.
    Examined {
        incident: EntryRef,
        element: Element,
        finding: Finding,
        /// The account that holds the unpublished detail.
        item: Option<ItemId>,
        subject: Option<SubjectId>,
        shown: Option<Digest>,
        /// The claims for and against the element that there were: what comes later was not looked at.
        seen: Vec<ClaimRef>,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// A party was asked for its side: right of reply.
    Asked {
        incident: EntryRef,
        party: Field<String>,
        questions: Field<String>,
        /// Through what the questions went out: a letter, a spokesman's address.
        channel: Field<Option<String>>,
        /// Day on which they went out; absent = not stated.
        sent: Option<String>,
        /// Day until when an answer is awaited.
        until: String,
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
    /// Two incidents are one: `from` is no incident of its own from here on, and leads to `into`. Undone by withdrawing this.
    Merged { from: EntryRef, into: EntryRef, shown: Option<Digest>, reason: Field<String>, supersedes: Vec<EntryRef>, }
}

record! {
    /// These claims leave an incident, for the one that this entry opens or, where one is stated, for another.
    Split {
        incident: EntryRef,
        members: Vec<ClaimRef>,
        /// The incident that they go to; absent = this entry opens it.
        into: Option<EntryRef>,
        label: Field<Option<String>>,
        shown: Option<Digest>,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

words! {
    /// Do two claims speak of one happening?
    Sameness {
        /// They do.
        Same = "same",
        /// They do not, and nothing is to put them together again.
        NotTheSame = "not_the_same",
        /// From what is at hand nobody can say.
        CannotTell = "cannot_tell",
    }
}

record! {
    /// A person says whether two claims speak of one happening.
    Paired {
        left: ClaimRef,
        right: ClaimRef,
        answer: Sameness,
        shown: Option<Digest>,
        reason: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}
