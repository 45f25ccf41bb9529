//! The compiler: a factual sentence without support does not get into a report.
//!
//! A [`Draft`] carries what it says and what it rests on. [`Compiler::add`] refuses a sentence that rests on nothing, on
//! something that is not there, superseded, withdrawn, erased, or not for this tier, or that prints a level above what is signed and
//! allowed; [`Compiler::finish`] then fails the whole report and names every one. It deliberately does not know
//! where sentences come from.

use std::collections::BTreeMap;

use witnessmark_archive::Archive;
use witnessmark_model::entry::Body;
use witnessmark_model::vocabulary::{Level, Tier};
use witnessmark_model::{ClaimRef, EntryRef, ItemId, RowRef};

use crate::document::{Badge, Inline, Reference, Sentence, Tone, plain};

/// What a sentence rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Citation {
    /// An item as a whole.
    Item(ItemId),
    /// A claim that a person asserted, or an assessment, or any other entry.
    Entry(EntryRef),
    /// A machine's row.
    Row(RowRef),
}

impl From<ClaimRef> for Citation {
    fn from(claim: ClaimRef) -> Self {
        match claim {
            ClaimRef::Entry(at) => Citation::Entry(at),
            ClaimRef::Row(row) => Citation::Row(row),
        }
    }
}

/// A sentence before it is checked.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What is said.
    pub text: Vec<Inline>,
    /// What it rests on.
    pub rests_on: Vec<Citation>,
    /// The level it prints, and the highest that is signed and allowed.
    pub level: Option<(Badge, Level, Level)>,
}

/// Why a sentence was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It rests on nothing.
    Unsupported,
    /// What it rests on is not in the archive.
    Absent(Citation),
    /// It was superseded or taken back.
    Superseded(Citation),
    /// The item was withdrawn, or its key destroyed.
    Withdrawn(ItemId),
    /// The item is for members, or for trusted bodies, only.
    Restricted(ItemId, Tier),
    /// The person did not agree to this.
    NoConsent(ItemId),
    /// It says more than was signed.
    AboveLevel {
        /// What it prints.
        printed: Level,
        /// What it may.
        allowed: Level,
    },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::Unsupported => f.write_str("it rests on nothing"),
            Refusal::Absent(what) => write!(f, "{} is not in the archive", short(*what)),
            Refusal::Superseded(what) => write!(f, "{} was superseded or taken back", short(*what)),
            Refusal::Withdrawn(item) => write!(f, "item {} is no longer relied on", item.short()),
            Refusal::Restricted(item, tier) => write!(f, "item {} is kept from everyone below {tier}", item.short()),
            Refusal::NoConsent(item) => write!(f, "the person behind item {} did not agree to this tier", item.short()),
            Refusal::AboveLevel { printed, allowed } => {
                write!(f, "it says {printed}, and {allowed} is what may be said")
            }
        }
    }
}

fn short(what: Citation) -> String {
    match what {
        Citation::Item(item) => format!("item {}", item.short()),
        Citation::Entry(at) => format!("entry {}", at.index),
        Citation::Row(row) => format!("row {}", row.short()),
    }
}

/// How a cited thing is described in the list of references; made by whoever knows the words.
pub type Describe<'a> = dyn Fn(Citation) -> (Vec<Inline>, Option<String>) + 'a;

/// Collects sentences and numbers what they rest on.
pub struct Compiler<'a> {
    archive: &'a Archive,
    tier: Tier,
    numbers: BTreeMap<Citation, u32>,
    order: Vec<Citation>,
    refused: Vec<(String, Refusal)>,
    sentences: u32,
}

impl<'a> Compiler<'a> {
    /// For a report at a tier.
    pub fn new(archive: &'a Archive, tier: Tier) -> Self {
        Compiler { archive, tier, numbers: BTreeMap::new(), order: Vec::new(), refused: Vec::new(), sentences: 0 }
    }

    /// The sentence with its references, or nothing when it was refused.
    pub fn add(&mut self, draft: Draft) -> Option<Sentence> {
        if let Err(refusal) = self.check(&draft) {
            self.refused.push((plain(&draft.text), refusal));
            return None;
        }
        self.sentences += 1;
        let references = draft.rests_on.iter().map(|citation| self.number(*citation)).collect();
        Some(Sentence { text: draft.text, references, badge: draft.level.map(|(badge, _, _)| badge) })
    }

    fn number(&mut self, citation: Citation) -> u32 {
        if let Some(number) = self.numbers.get(&citation) {
            return *number;
        }
        self.order.push(citation);
        let number = self.order.len() as u32;
        self.numbers.insert(citation, number);
        number
    }

    fn check(&self, draft: &Draft) -> Result<(), Refusal> {
        if draft.rests_on.is_empty() {
            return Err(Refusal::Unsupported);
        }
        if let Some((_, printed, allowed)) = &draft.level
            && printed > allowed
        {
            return Err(Refusal::AboveLevel { printed: *printed, allowed: *allowed });
        }
        draft.rests_on.iter().try_for_each(|citation| self.check_citation(*citation))
    }

    fn check_citation(&self, citation: Citation) -> Result<(), Refusal> {
        let world = self.archive.world();
        match citation {
            Citation::Item(item) => {
                if world.captures(item).next().is_none() {
                    return Err(Refusal::Absent(citation));
                }
                self.check_item(item)
            }
            Citation::Entry(at) => {
                let entry = world.entry(at).ok_or(Refusal::Absent(citation))?;
                if !world.is_current(at) {
                    return Err(Refusal::Superseded(citation));
                }
                match &entry.body {
                    Body::Claimed(c) => self.check_item(c.item),
                    Body::Collected(c) => self.check_item(c.item),
                    Body::Placed(p) => self.check_item(p.item),
                    Body::Examined(x) => x.item.map_or(Ok(()), |item| self.check_item(item)),
                    Body::Related(r) => self.check_item(r.from).and_then(|()| self.check_item(r.to)),
                    _ => Ok(()),
                }
            }
            Citation::Row(row) => {
                let body = self.archive.row(row).map_err(|_| Refusal::Absent(citation))?;
                if world.decisions(row).any(|e| matches!(e.body, Body::Declined(_))) {
                    return Err(Refusal::Superseded(citation));
                }
                let item = body.get("item").and_then(|v| v.as_str()).and_then(|v| v.parse().ok());
                item.map_or(Err(Refusal::Absent(citation)), |item| self.check_item(item))
            }
        }
    }

    fn check_item(&self, item: ItemId) -> Result<(), Refusal> {
        if may_show(self.archive, item, self.tier)? {
            Ok(())
        } else {
            Err(Refusal::Restricted(item, self.archive.world().tier_of(item)))
        }
    }

    /// How many sentences stand.
    pub fn sentences(&self) -> u32 {
        self.sentences
    }

    /// What the sentences rest on, in order of number.
    pub fn cited(&self) -> &[Citation] {
        &self.order
    }

    /// The list of references; or every sentence that was refused, and why.
    pub fn finish(self, describe: &Describe<'_>) -> Result<Vec<Reference>, Vec<(String, Refusal)>> {
        if !self.refused.is_empty() {
            return Err(self.refused);
        }
        let reference = |(i, citation): (usize, &Citation)| {
            let (label, link) = describe(*citation);
            let id = match citation {
                // Not even the beginning of an original's hash goes out: the label names the exhibit.
                Citation::Item(_) if self.tier == Tier::Public => None,
                Citation::Item(item) => Some(item.to_string()),
                Citation::Entry(at) => Some(at.to_string()),
                Citation::Row(row) => Some(row.to_string()),
            };
            Reference { number: i as u32 + 1, label, id, link }
        };
        Ok(self.order.iter().enumerate().map(reference).collect())
    }
}

/// May an item be shown at a tier? Refuses what was withdrawn or erased; asks what the person agreed to.
pub fn may_show(archive: &Archive, item: ItemId, tier: Tier) -> Result<bool, Refusal> {
    let world = archive.world();
    if world.withdrawal_of(item).is_some() {
        return Err(Refusal::Withdrawn(item));
    }
    if let Some(subject) = world.subject_of(item) {
        if world.is_erased(subject) {
            return Err(Refusal::Withdrawn(item));
        }
        let agreed = |purpose: &str| {
            world.consent_of(subject).is_some_and(|all| all.iter().all(|c| c.purposes.iter().any(|p| p == purpose)))
        };
        let enough = match tier {
            Tier::Internal => true,
            Tier::Trusted => agreed("court") || agreed("un_body"),
            Tier::Public => agreed("publish_anonymised") || agreed("publish_named"),
        };
        return if enough { Ok(true) } else { Err(Refusal::NoConsent(item)) };
    }
    Ok(world.tier_of(item) >= tier)
}

/// A badge for a level, in `en` or `ar`.
pub fn badge(level: Level, contested: bool, language: &str) -> Badge {
    let arabic = language == "ar";
    let (en, ar) = level.labels();
    let words = if arabic { ar } else { en };
    let label = match level.number() {
        Some(number) if arabic => format!("المستوى {number}: {words}"),
        Some(number) => format!("level {number}, {words}"),
        None => words.to_owned(),
    };
    let tone = match level {
        Level::NotAssessed => Tone::Unassessed,
        Level::Recorded => Tone::Recorded,
        Level::SingleSource => Tone::SingleSource,
        Level::Corroborated => Tone::Corroborated,
        Level::MeetsCheckList => Tone::MeetsCheckList,
        Level::StronglySupported => Tone::StronglySupported,
    };
    let flag = if arabic { "محل خلاف" } else { "contested" };
    Badge { tone, label, contested: contested.then(|| flag.to_owned()) }
}
