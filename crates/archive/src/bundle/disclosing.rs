//! What of an entry may be shown at a tier. Nothing, unless it is listed here or the caller lists it.
//!
//! Internal: every open field. Below that, structure and judgements and no words: no name, address, file name, free text,
//! place, or anything by which an original could be found. A sealed field is never shown, whoever asks; nor is more than
//! kind and signer of an entry about an item that is kept from the tier, or under a subject's key: not even its time, which
//! would tell when a witness spoke.

use std::collections::BTreeSet;

use witnessmark_model::entry::{Body, Entry};
use witnessmark_model::vocabulary::Tier;
use witnessmark_model::{ItemId, World};

use crate::pack::Pack;

/// Fields of every entry.
const COMMON: &[&str] = &["kind", "time", "signer"];
/// What remains of an entry about something that the tier may not see.
const LEAST: &[&str] = &["kind", "signer"];
/// What a row in the dossier needs of the entry that commits it.
pub(super) const COMMITS_ROWS: &[&str] = &["pack", "root", "rows"];

/// Fields by kind that anyone may see.
const PUBLIC: &[(&str, &[&str])] = &[
    ("keyed", &["member", "public_key", "role", "revoked", "demonstration"]),
    ("collected", &["method", "outcome", "tier"]),
    ("observed", &["analyzer", "version", "rows", "items"]),
    ("claimed", &["decision"]),
    ("grouped", &["incident", "supersedes"]),
    ("assessed", ASSESSED),
    ("found", &["incident", "standard", "supersedes"]),
    ("issued", &["form", "tier", "size", "sentences", "manifest_digest"]),
    // By which rules levels were signed; the text of a table of treaties names parties.
    ("adopted", &["rules", "name", "digest", "supersedes"]),
];

const ASSESSED: &[&str] = &[
    "incident",
    "element",
    "level",
    "standard",
    "contested",
    "policy",
    "policy_allows",
    "policy_entry",
    "lines",
    "supersedes",
];

/// What a body that has given its word sees besides.
const TRUSTED: &[(&str, &[&str])] = &[
    ("keyed", &["name"]),
    ("collected", &["item", "size", "published"]),
    ("observed", &["pack", "root", "config"]),
    ("claimed", &["item", "row", "supersedes"]),
    ("declined", &["row"]),
    ("grouped", &["members", "proposal"]),
    ("related", &["from", "to", "relation", "supersedes"]),
    ("assessed", &["relies_on", "reviewers"]),
    ("found", &["relies_on"]),
    ("issued", &["title", "manifest"]),
    ("dispatched", &["report", "form", "due"]),
    ("answered", &["dispatch", "form", "item"]),
    ("sealed", &["item", "tier"]),
    ("withdrawn", &["entry", "item"]),
];

/// Kinds of rows that a body that has given its word sees: none that carries coordinates or a whole text.
const TRUSTED_ROWS: &[&str] = &[
    "time",
    "attribution",
    "legal",
    "commitment",
    "pledge",
    "denial",
    "justification",
    "forecast",
    "appeal",
    "casualties",
    "dispatch",
    "problem",
];

/// Which open fields and which kinds of rows may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosing {
    tier: Tier,
    fields: BTreeSet<(String, String)>,
    rows: BTreeSet<String>,
    denied: BTreeSet<(String, String)>,
}

impl Disclosing {
    /// What a tier may see unless the caller says otherwise.
    pub fn at(tier: Tier) -> Self {
        let lists: &[&[(&str, &[&str])]] = match tier {
            Tier::Internal => &[],
            Tier::Trusted => &[PUBLIC, TRUSTED],
            Tier::Public => &[PUBLIC],
        };
        let all = lists.iter().flat_map(|list| list.iter());
        let fields =
            all.flat_map(|(kind, names)| names.iter().map(|n| ((*kind).to_owned(), (*n).to_owned()))).collect();
        let rows =
            if tier == Tier::Trusted { TRUSTED_ROWS.iter().map(|r| (*r).to_owned()).collect() } else { [].into() };
        Disclosing { tier, fields, rows, denied: BTreeSet::new() }
    }

    /// Shows one more field of entries of a kind.
    #[must_use]
    pub fn and_field(mut self, kind: &str, field: &str) -> Self {
        self.denied.remove(&(kind.to_owned(), field.to_owned()));
        self.fields.insert((kind.into(), field.into()));
        self
    }

    /// Shows rows of one more kind.
    #[must_use]
    pub fn and_rows(mut self, kind: &str) -> Self {
        self.rows.insert(kind.into());
        self
    }

    /// Hides a field of entries of a kind, also from members.
    #[must_use]
    pub fn but_field(mut self, kind: &str, field: &str) -> Self {
        self.fields.remove(&(kind.to_owned(), field.to_owned()));
        self.denied.insert((kind.into(), field.into()));
        self
    }

    /// The tier it was made for.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// May this field of this entry be shown? `is_sealed`: part of the entry lies under a subject's key. Kind and signer of
    /// every entry may: a signature cannot be checked without them.
    pub fn shows(&self, entry: &Entry, is_sealed: bool, field: &str, world: &World) -> bool {
        if LEAST.contains(&field) {
            return true;
        }
        let kind = entry.body.kind();
        let pair = (kind.to_owned(), field.to_owned());
        if self.denied.contains(&pair) {
            return false;
        }
        if self.tier == Tier::Internal {
            return true;
        }
        if is_sealed || speaks_of_subject(&entry.body) || !self.may_see_items(entry, world) {
            return false;
        }
        COMMON.contains(&field) || self.fields.contains(&pair)
    }

    fn may_see_items(&self, entry: &Entry, world: &World) -> bool {
        items_of(&entry.body).into_iter().all(|item| world.tier_of(item) >= self.tier)
    }

    /// May this row be shown? The pack's own seal is the caller's to ask about.
    pub fn shows_row(&self, pack: &Pack, row: u32, world: &World) -> bool {
        let Some(fields) = pack.row(row) else { return false };
        if self.tier == Tier::Internal {
            return true;
        }
        let word = |name: &str| fields.get(name).and_then(serde_json::Value::as_str);
        let item: Option<ItemId> = word("item").and_then(|item| item.parse().ok());
        word("kind").is_some_and(|kind| self.rows.contains(kind))
            && item.is_some_and(|item| world.subject_of(item).is_none() && world.tier_of(item) >= self.tier)
    }
}

/// Does the entry exist because somebody told something?
fn speaks_of_subject(body: &Body) -> bool {
    match body {
        Body::Collected(c) => c.subject.is_some(),
        Body::Observed(o) => o.subject.is_some(),
        Body::Claimed(c) => c.subject.is_some(),
        Body::Withdrawn(w) => w.subject.is_some(),
        Body::Handled(h) => h.subject.is_some(),
        Body::Placed(p) => p.subject.is_some(),
        Body::Examined(e) => e.subject.is_some(),
        Body::Argued(a) => a.subject.is_some(),
        Body::Searched(s) => s.subject.is_some(),
        Body::Tested(t) => t.subject.is_some(),
        Body::Qualified(q) => q.subject.is_some(),
        Body::Disputed(d) => d.subject.is_some(),
        Body::Coded(c) => c.subject.is_some(),
        Body::Consented(_) | Body::Erased(_) | Body::Identified(_) => true,
        _ => false,
    }
}

fn items_of(body: &Body) -> Vec<ItemId> {
    match body {
        Body::Collected(c) => vec![c.item],
        Body::Claimed(c) => vec![c.item],
        Body::Related(r) => vec![r.from, r.to],
        Body::Sealed(s) => vec![s.item],
        Body::Withdrawn(w) => w.item.into_iter().collect(),
        Body::Answered(a) => a.item.into_iter().collect(),
        Body::Handled(h) => h.item.into_iter().collect(),
        Body::Identified(i) => vec![i.item],
        Body::Placed(p) => vec![p.item],
        Body::Examined(e) => e.item.into_iter().collect(),
        Body::Argued(a) => a.items.clone(),
        Body::Searched(s) => s.items.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use witnessmark_model::entry::{Assessed, Collected};
    use witnessmark_model::vocabulary::{Capture, Element, Level};
    use witnessmark_model::{EntryRef, LogId, MemberKey, SubjectId};

    fn entry(body: impl Into<Body>) -> Entry {
        let at = EntryRef { log: LogId([1; 8]), index: 3 };
        Entry { at, time: "2031-04-12T08:00:00Z".into(), signer: MemberKey([0; 8]), clock: None, body: body.into() }
    }

    fn collected(tier: Tier, subject: Option<SubjectId>) -> Entry {
        entry(Collected {
            item: ItemId([3; 32]),
            size: 10,
            blob: None,
            subject,
            in_place: vec![].into(),
            names: vec!["mill-street.jpg".to_owned()].into(),
            method: Capture::Folder,
            collector: None.into(),
            source: None.into(),
            published: None.into(),
            url: None.into(),
            account: None::<Value>.into(),
            tier,
            outcome: "complete".into(),
            parent: None,
            relation: None,
            recipe: None,
            post: None.into(),
        })
    }

    fn shown(entry: &Entry, is_sealed: bool, disclosing: &Disclosing) -> Vec<&'static str> {
        let mut world = World::default();
        world.apply(entry.clone());
        let own = entry.body.to_fields();
        let names = COMMON.iter().copied().chain(own.iter().map(|(name, _, _)| *name));
        names.filter(|name| disclosing.shows(entry, is_sealed, name, &world)).collect()
    }

    #[test]
    fn a_tier_sees_what_is_listed_and_nothing_else() {
        let open = collected(Tier::Public, None);
        assert!(shown(&open, false, &Disclosing::at(Tier::Internal)).contains(&"names"));
        assert_eq!(
            shown(&open, false, &Disclosing::at(Tier::Public)),
            ["kind", "time", "signer", "method", "tier", "outcome"]
        );
        let trusted = shown(&open, false, &Disclosing::at(Tier::Trusted));
        assert!(trusted.contains(&"item") && !trusted.contains(&"names"));
        let wider = Disclosing::at(Tier::Public).and_field("collected", "size").but_field("collected", "method");
        assert_eq!(shown(&open, false, &wider), ["kind", "time", "signer", "size", "tier", "outcome"]);
        let narrower = Disclosing::at(Tier::Internal).but_field("collected", "names");
        assert!(!shown(&open, false, &narrower).contains(&"names"));
    }

    #[test]
    fn of_what_a_tier_may_not_see_it_is_not_told_when() {
        for disclosing in [Disclosing::at(Tier::Trusted), Disclosing::at(Tier::Public).and_field("collected", "size")] {
            assert_eq!(shown(&collected(Tier::Internal, None), false, &disclosing), LEAST);
            assert_eq!(shown(&collected(Tier::Public, Some(SubjectId([1; 16]))), false, &disclosing), LEAST);
            assert_eq!(shown(&collected(Tier::Public, None), true, &disclosing), LEAST);
        }
    }

    #[test]
    fn a_judgement_is_shown_and_its_words_are_not() {
        let assessed = entry(Assessed {
            incident: EntryRef { log: LogId([1; 8]), index: 1 },
            element: Element::Happened,
            level: Level::Corroborated,
            standard: None,
            contested: false,
            policy: "default@1".into(),
            policy_allows: None,
            lines: 2,
            relies_on: vec![],
            reviewers: vec![],
            shown: None,
            seen: vec![],
            policy_entry: None,
            reason: "the baker said so".to_owned().into(),
            dissent: None.into(),
            supersedes: vec![],
        });
        let public = shown(&assessed, false, &Disclosing::at(Tier::Public));
        assert!(public.contains(&"level") && !public.contains(&"reason"));
    }
}
