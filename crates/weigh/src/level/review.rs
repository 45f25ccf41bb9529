//! What of examining an element still stands: a review is of the claims that there were. When claims come or go, it was made
//! before them, is shown as that, and counts for nothing until its author looks again.

use std::borrow::Cow;
use std::collections::BTreeSet;

use witnessmark_model::entry::Finding;
use witnessmark_model::{ClaimRef, EntryRef, MemberKey};

use super::{ElementFacts, ElementWeighed};

/// What a member signed on examining an element.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The entry.
    pub entry: EntryRef,
    /// Whose.
    pub by: MemberKey,
    /// What was found.
    pub finding: Finding,
    /// Claims in people's names that were before them; absent where that was not recorded: then those count that had been asserted.
    pub seen: Option<BTreeSet<ClaimRef>>,
}

/// Does `a` come after `b`? Of different logs nobody can say, and what may be newer counts as newer.
pub fn is_later(a: EntryRef, b: EntryRef) -> bool {
    a.log != b.log || a.index > b.index
}

/// Of these claims those that had been asserted when an entry was signed.
pub fn asserted_by(now: &BTreeSet<ClaimRef>, entry: EntryRef) -> BTreeSet<ClaimRef> {
    let before = |claim: &ClaimRef| matches!(claim, ClaimRef::Entry(at) if !is_later(*at, entry));
    now.iter().copied().filter(before).collect()
}

/// How the claims at hand stand to those that somebody saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looked {
    /// Claims that came since.
    pub newer: usize,
    /// Claims that were seen and stand no longer.
    pub gone: usize,
}

/// A review, and whether it still stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    /// The entry.
    pub entry: EntryRef,
    /// Whose.
    pub by: MemberKey,
    /// What was found.
    pub finding: Finding,
    /// What came and went since.
    pub since: Looked,
}

impl Looked {
    /// Compares what was seen with what is there.
    pub fn of(seen: &BTreeSet<ClaimRef>, now: &BTreeSet<ClaimRef>) -> Self {
        Looked { newer: now.difference(seen).count(), gone: seen.difference(now).count() }
    }

    /// Is what was seen what is there?
    pub fn is_all(self) -> bool {
        self == Looked::default()
    }
}

impl Reviewed {
    /// Does it count?
    pub fn stands(&self) -> bool {
        self.since.is_all()
    }
}

/// What members did, with what still stands of their reviews; an unpublished detail stays in its account whatever comes after.
pub(super) fn with_reviews<'a>(
    facts: &'a ElementFacts,
    now: &BTreeSet<ClaimRef>,
) -> (Cow<'a, ElementFacts>, Vec<Reviewed>) {
    if facts.reviews.is_empty() {
        return (Cow::Borrowed(facts), Vec::new());
    }
    let mut facts = facts.clone();
    let mut reviewed = Vec::with_capacity(facts.reviews.len());
    for review in std::mem::take(&mut facts.reviews) {
        let seen = review.seen.clone().unwrap_or_else(|| asserted_by(now, review.entry));
        let since = Looked::of(&seen, now);
        if since.is_all() {
            match review.finding {
                Finding::Agrees => _ = facts.reviewers.insert(review.by),
                Finding::OpposingAnswered => facts.opposing_answered = true,
                Finding::AdversarialReview => facts.adversarial_review = true,
                Finding::Disagrees | Finding::UnpublishedDetail => {}
            }
        }
        reviewed.push(Reviewed { entry: review.entry, by: review.by, finding: review.finding, since });
    }
    (Cow::Owned(facts), reviewed)
}

impl ElementWeighed {
    /// Members who examined it as it stands now and agree.
    pub fn reviewers(&self) -> BTreeSet<MemberKey> {
        let agreeing = self.reviewed.iter().filter(|r| r.finding == Finding::Agrees && r.stands());
        agreeing.map(|r| r.by).collect()
    }

    /// How what somebody saw stands to what is there now.
    pub fn since(&self, seen: &BTreeSet<ClaimRef>) -> Looked {
        Looked::of(seen, &self.before.iter().copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented::key;
    use witnessmark_model::LogId;

    fn review(n: u64, finding: Finding, seen: &[u64]) -> Review {
        let entry = EntryRef { log: LogId([7; 8]), index: n };
        Review { entry, by: MemberKey([n as u8; 8]), finding, seen: Some(seen.iter().map(|n| key(*n)).collect()) }
    }

    #[test]
    fn a_review_stands_only_while_the_claims_are_those_that_it_saw() {
        let facts = ElementFacts {
            reviews: vec![
                review(1, Finding::Agrees, &[1, 2]),
                review(2, Finding::Agrees, &[1]),
                review(3, Finding::AdversarialReview, &[1, 2, 3]),
                review(4, Finding::OpposingAnswered, &[1, 2]),
            ],
            ..ElementFacts::default()
        };
        let now = BTreeSet::from([key(1), key(2)]);
        let (facts, reviewed) = with_reviews(&facts, &now);
        assert_eq!(facts.reviewers, BTreeSet::from([MemberKey([1; 8])]));
        assert!(facts.opposing_answered && !facts.adversarial_review);
        let since: Vec<(usize, usize)> = reviewed.iter().map(|r| (r.since.newer, r.since.gone)).collect();
        assert_eq!(since, [(0, 0), (1, 0), (0, 1), (0, 0)]);
    }
}
