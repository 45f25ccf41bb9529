//! Material against an element: what makes it contested, and what does not.
//!
//! A bare denial changes its speaker's position and nothing else. An element is contested when somebody who brings
//! evidence or was there denies it, or when two lines say of it what cannot both be right. Absence refutes nothing.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use witnessmark_model::ClaimRef;
use witnessmark_model::vocabulary::Element;

use super::agree::{Comparing, Disagrees, conflict, harm_conflict};
use crate::facts::{Held, ItemKind};
use crate::origin::Lines;
use crate::reads::ClaimRead;
use crate::say::{self, ltr};
use crate::weigh::Ground;
use crate::when::Span;

/// Most lines that are held against each other for contradictions.
const MOST_LINES: usize = 200;
/// Most claims of one line that are held against another's.
const MOST_CLAIMS: usize = 12;

/// One thing that stands against an element.
#[derive(Debug, Clone, PartialEq)]
pub enum Against {
    /// Denied by somebody who brings evidence or was there.
    DeniedWithEvidence {
        /// The claim.
        claim: ClaimRef,
        /// Kinds of evidence that it relies on; empty when first-hand.
        relies_on: Vec<String>,
    },
    /// Two lines say what cannot both be right.
    Contradicting {
        /// One claim of each.
        claims: (ClaimRef, ClaimRef),
        /// In what.
        because: Disagrees,
    },
    /// Denied without evidence: changes only the speaker's position.
    BareDenial {
        /// The claim.
        claim: ClaimRef,
    },
    /// Figures that differ and may have risen: the higher was published later.
    MayHaveRisen {
        /// Lower, then higher.
        claims: (ClaimRef, ClaimRef),
    },
}

impl Against {
    /// Does it make the element contested?
    pub fn contests(&self) -> bool {
        matches!(self, Against::DeniedWithEvidence { .. } | Against::Contradicting { .. })
    }

    /// The claims that it names.
    pub fn claims(&self) -> Vec<ClaimRef> {
        match self {
            Against::DeniedWithEvidence { claim, .. } | Against::BareDenial { claim } => vec![*claim],
            Against::Contradicting { claims: (a, b), .. } | Against::MayHaveRisen { claims: (a, b) } => vec![*a, *b],
        }
    }

    /// In words.
    pub fn words(&self, language: &str) -> String {
        match self {
            Against::DeniedWithEvidence { claim, relies_on } if relies_on.is_empty() => say::pick(
                language,
                format!("denied first-hand in claim {claim}"),
                format!("منفي عن معاينة مباشرة في القول {}", ltr(claim)),
            ),
            Against::DeniedWithEvidence { claim, relies_on } => {
                let on = say::list(language, relies_on);
                say::pick(
                    language,
                    format!("denied in claim {claim}, relying on {on}"),
                    format!("منفي في القول {} استناداً إلى {on}", ltr(claim)),
                )
            }
            Against::Contradicting { claims: (a, b), because } => {
                let because = because.words(language);
                say::pick(
                    language,
                    format!("claims {a} and {b} contradict each other: {because}"),
                    format!("القولان {} و{} متعارضان: {because}", ltr(a), ltr(b)),
                )
            }
            Against::BareDenial { claim } => say::pick(
                language,
                format!("denied without evidence in claim {claim}: this changes only the speaker's position"),
                format!("منفي دون دليل في القول {}، ولا يغيّر ذلك إلا موقف القائل", ltr(claim)),
            ),
            Against::MayHaveRisen { claims: (a, b) } => say::pick(
                language,
                format!(
                    "the figure of claim {b} is higher than that of claim {a} and was published later: it may have risen"
                ),
                format!("رقم القول {} أعلى من رقم القول {} ونُشر بعده، فقد يكون العدد ارتفع", ltr(b), ltr(a)),
            ),
        }
    }

    /// `{"contests","claims","words"}`.
    pub fn to_json(&self, language: &str) -> Value {
        let claims: Vec<String> = self.claims().iter().map(ClaimRef::to_string).collect();
        json!({"contests": self.contests(), "claims": claims, "words": self.words(language)})
    }
}

/// Is an element contested?
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contested {
    /// True when something other than a bare denial stands against it.
    pub contested: bool,
    /// All material against, bare denials included.
    pub against: Vec<Against>,
}

/// What stands against an element: denials among `members`, and contradictions between the lines of those who assert it.
pub(crate) fn contested(
    ground: &Ground<'_>,
    element: Element,
    members: &[&ClaimRead<'_>],
    lines: &Lines,
    by: &Comparing<'_>,
) -> Contested {
    let mut against: Vec<Against> = members.iter().filter_map(|read| denial(ground, element, read.held)).collect();
    if element == Element::Happened {
        // No two claims that something happened contradict each other on that.
        return Contested { contested: against.iter().any(Against::contests), against };
    }
    let claims: Vec<Vec<&ClaimRead<'_>>> = lines
        .lines
        .iter()
        .take(MOST_LINES)
        .map(|line| {
            let told = if line.told.is_empty() { &line.claims } else { &line.told };
            told.iter().take(MOST_CLAIMS).filter_map(|key| ground.reads.claim(key)).collect()
        })
        .collect();
    for (i, ours) in claims.iter().enumerate() {
        for theirs in &claims[i + 1..] {
            let pairs = ours.iter().flat_map(|a| theirs.iter().map(move |b| (*a, *b)));
            against.extend(pairs.filter_map(|(a, b)| contradiction(ground, element, a, b, by)).next());
        }
    }
    Contested { contested: against.iter().any(Against::contests), against }
}

/// A denial, where it bears on this element: of the event, or, where it names an actor, of who did it.
fn denial(ground: &Ground<'_>, element: Element, held: &Held) -> Option<Against> {
    let claim = &held.claim;
    let denies_event = claim.predicate == "attack" && claim.polarity == "denied";
    let denies = claim.predicate == "denial";
    if !denies_event && !denies {
        return None;
    }
    let of_responsibility =
        claim.act.as_deref().is_some_and(|a| a.contains("responsibility")) || !claim.actors.is_empty();
    let bears_on = if of_responsibility { Element::Who } else { Element::Happened };
    if element != bears_on {
        return None;
    }
    let there = ground.first_hand(held) == Some(true);
    let kind = ground.items.get(&claim.item).map(|i| i.kind);
    let shows = matches!(kind, Some(ItemKind::Scene | ItemKind::Picture | ItemKind::Film));
    let relies_on: Vec<String> = claim.relies_on.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    Some(if there || shows || !relies_on.is_empty() {
        Against::DeniedWithEvidence { claim: held.key, relies_on }
    } else {
        Against::BareDenial { claim: held.key }
    })
}

fn contradiction(
    ground: &Ground<'_>,
    element: Element,
    a: &ClaimRead<'_>,
    b: &ClaimRead<'_>,
    by: &Comparing<'_>,
) -> Option<Against> {
    let because = conflict(element, &a.told(), &b.told(), by)?;
    let (a, b) = (a.held, b.held);
    if element == Element::Harm
        && let Some((x, y)) = harm_conflict(&a.claim, &b.claim)
    {
        let published = |h: &Held| ground.items.get(&h.claim.item)?.published.as_deref().and_then(Span::read);
        let (low, high) = if x.min.or(x.max) <= y.min.or(y.max) { (a, b) } else { (b, a) };
        if let (Some(first), Some(second)) = (published(low), published(high))
            && first.before(second)
        {
            return Some(Against::MayHaveRisen { claims: (low.key, high.key) });
        }
    }
    Some(Against::Contradicting { claims: (a.key, b.key), because })
}
