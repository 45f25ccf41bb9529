//! The default policy: which level the material at hand allows for one element, and what the next would need.

use std::collections::BTreeSet;
use std::sync::Arc;

use witnessmark_model::entry::Finding;
use witnessmark_model::vocabulary::{Element, Level};
use witnessmark_model::{Claim, ClaimRef, ItemId};

use super::against::{Contested, contested};
use super::agree::{Agreement, Comparing, Disagrees, Shown, agree, says, spans};
use super::review::{Reviewed, with_reviews};
use super::{Allowed, ElementFacts, ElementWeighed, Need, Placement, Reason};
use crate::facts::{ItemKind, Standing};
use crate::origin::{Flag, Independence, Line, Lines, Perceiving, SeparateBy, Trails, is_compared};
use crate::reads::{ClaimRead, Told};
use crate::weigh::Ground;

/// Most claims of one line that are held against another's for agreement.
const MOST_CLAIMS: usize = 24;

/// Weighs one element of an incident: its values, lines, level and what stands against it. `members` are all claims of
/// the incident, `trails` where they come from; only those that assert something of this element make lines.
pub(crate) fn element(
    trails: &Trails<'_>,
    element: Element,
    members: &[&ClaimRead<'_>],
    facts: &ElementFacts,
    another_that_day: bool,
) -> ElementWeighed {
    let ground = trails.ground();
    let mut speaking: Vec<&ClaimRead<'_>> = Vec::with_capacity(members.len());
    let mut values: Vec<(String, Vec<ClaimRef>)> = Vec::new();
    let mut shown = Shown::default();
    for read in members.iter().copied().filter(|read| may_speak(element, read)) {
        let said = says(element, &read.told(), &mut shown);
        for value in &said {
            match values.iter_mut().find(|(known, _)| known == value.as_str()) {
                Some((_, claims)) => claims.push(read.held.key),
                None => values.push((value.as_str().to_owned(), vec![read.held.key])),
            }
        }
        speaking.extend((!said.is_empty()).then_some(read));
    }
    let by = Comparing {
        parents: &ground.parents,
        policy: ground.policy,
        another_that_day: another_that_day || facts.another_that_day,
    };
    let keys: BTreeSet<ClaimRef> = speaking.iter().map(|read| read.held.key).collect();
    let all = trails.lines(&keys);
    let contested = contested(ground, element, members, &all, &by);
    let opposing = contested.against.iter().flat_map(|against| against.claims());
    let mut before = keys;
    before.extend(opposing);
    before.retain(|key| matches!(key, ClaimRef::Entry(_)));
    let (facts, reviewed) = with_reviews(facts, &before);
    let mut allowed = allows(trails, element, &speaking, &all, &contested, &facts, &by);
    allowed.reasons.extend(made_before(&reviewed));
    ElementWeighed { element, values, lines: all, allowed, contested, before: before.into_iter().collect(), reviewed }
}

/// That reviews were made before claims that came since.
fn made_before(reviewed: &[Reviewed]) -> Option<Reason> {
    let old: Vec<&Reviewed> =
        reviewed.iter().filter(|r| r.finding != Finding::UnpublishedDetail && !r.stands()).collect();
    let least = old.iter().map(|r| r.since).min_by_key(|since| (since.newer + since.gone, since.newer))?;
    Some(Reason::ReviewedBefore { reviews: old.len(), newer: least.newer, gone: least.gone })
}

/// Does a claim assert something, so that it speaks of an element where it says anything of it?
fn may_speak(element: Element, read: &ClaimRead<'_>) -> bool {
    let claim = &read.held.claim;
    let event = claim.predicate == "attack" && claim.scope == "one";
    let counts = element == Element::Harm && claim.predicate == "casualties";
    claim.polarity == "asserted" && (event || counts)
}

/// What the policy allows for an element: now, by claims that people accepted one by one, and if all proposals were.
/// `all` are the lines of all claims that speak of it.
fn allows(
    trails: &Trails<'_>,
    element: Element,
    speaking: &[&ClaimRead<'_>],
    all: &Arc<Lines>,
    contested: &Contested,
    facts: &ElementFacts,
    by: &Comparing<'_>,
) -> Allowed {
    let ground = trails.ground();
    let weighed = |lines: &Lines| Weighing { ground, element, lines, contested, facts, by }.level();
    let accepted: BTreeSet<ClaimRef> =
        speaking.iter().map(|read| read.held).filter(|h| h.standing.counts()).map(|h| h.key).collect();
    let policy = ground.policy.version.clone();
    if speaking.is_empty() {
        let (level, reasons, missing) = (Level::NotAssessed, vec![Reason::NothingSaysIt], vec![Need::AnyClaim]);
        return Allowed { element, level, if_accepted: level, reasons, missing, policy };
    }
    let (if_accepted, reasons, missing) = weighed(all);
    if accepted.len() == speaking.len() {
        return Allowed { element, level: if_accepted, if_accepted, reasons, missing, policy };
    }
    if accepted.is_empty() {
        let claims = speaking.len();
        let bulk = speaking.iter().any(|read| read.held.standing == Standing::Bulk);
        let reason = if bulk { Reason::OnlyBulk { claims } } else { Reason::OnlyProposed { claims } };
        let (level, missing) = (Level::NotAssessed, vec![Need::Acceptance]);
        return Allowed { element, level, if_accepted, reasons: vec![reason], missing, policy };
    }
    let (level, reasons, missing) = weighed(&trails.lines(&accepted));
    Allowed { element, level, if_accepted, reasons, missing, policy }
}

/// One set of lines under the policy.
struct Weighing<'a> {
    ground: &'a Ground<'a>,
    element: Element,
    lines: &'a Lines,
    contested: &'a Contested,
    facts: &'a ElementFacts,
    by: &'a Comparing<'a>,
}

type Outcome = (Level, Vec<Reason>, Vec<Need>);

impl Weighing<'_> {
    fn level(&self) -> Outcome {
        let mut claims: Vec<&ClaimRef> = self.lines.lines.iter().flat_map(|l| &l.claims).collect();
        claims.sort_unstable();
        claims.dedup();
        if claims.is_empty() {
            return (Level::NotAssessed, vec![Reason::NothingSaysIt], vec![Need::AnyClaim]);
        }
        let mut reasons = vec![Reason::OnRecord { claims: claims.len() }];
        let attributable = self.attributable();
        if attributable.is_empty() {
            return (Level::Recorded, reasons, self.needs_for_single_source());
        }
        reasons.push(Reason::Attributable { lines: attributable.clone() });
        let pairs = self.agreeing_pairs(&attributable);
        let Some(group) = self.separate_group(&pairs) else {
            let (more, needs) = self.why_not_corroborated(&attributable);
            reasons.extend(more);
            return (Level::SingleSource, reasons, needs);
        };
        reasons.extend(
            pairs
                .into_iter()
                .filter(|(i, j, _, _)| group.contains(i) && group.contains(j))
                .map(|(i, j, separate, on)| Reason::SeparateAndAgree { lines: (i, j), separate, on }),
        );
        let (met, needs) = self.check_list();
        reasons.extend(met);
        if !needs.is_empty() {
            return (Level::Corroborated, reasons, needs);
        }
        let (met, needs) = self.strong();
        reasons.extend(met);
        let level = if needs.is_empty() { Level::StronglySupported } else { Level::MeetsCheckList };
        (level, reasons, needs)
    }

    /// Lines that somebody can be named for and that were compared with what is held.
    fn attributable(&self) -> Vec<usize> {
        let fine = |line: &Line| {
            !line
                .flags
                .iter()
                .any(|f| matches!(f, Flag::NoAttributableSource | Flag::NotCompared | Flag::CircularCitation))
        };
        (0..self.lines.lines.len()).filter(|i| fine(&self.lines.lines[*i])).collect()
    }

    fn needs_for_single_source(&self) -> Vec<Need> {
        let has = |flag: &Flag| self.lines.lines.iter().all(|l| l.flags.contains(flag));
        let unnamed = has(&Flag::NoAttributableSource) || has(&Flag::CircularCitation);
        let mut items: BTreeSet<ItemId> = BTreeSet::new();
        for line in self.lines.lines.iter().filter(|l| l.flags.contains(&Flag::NotCompared)) {
            items.extend(line.items.iter().filter(|i| self.ground.items.get(i).is_some_and(|f| !is_compared(f))));
        }
        let mut needs = Vec::new();
        if unnamed || items.is_empty() {
            needs.push(Need::AttributableSource);
        }
        if !items.is_empty() {
            needs.push(Need::Comparison { items: items.into_iter().collect() });
        }
        needs
    }

    /// Does a line go back to an act of perceiving, as far as is shown? What a party says is its interest.
    fn perceives(&self, line: &Line) -> bool {
        line.perceiving != Perceiving::PartyStatement || line.first_hand == Some(true)
    }

    fn told(&self, line: usize) -> impl Iterator<Item = Told<'_>> + Clone {
        let line = &self.lines.lines[line];
        let told = if line.told.is_empty() { &line.claims } else { &line.told };
        told.iter().take(MOST_CLAIMS).filter_map(|key| self.ground.reads.claim(key)).map(ClaimRead::told)
    }

    /// The best agreement of any claim of one line with any of the other.
    fn agreement(&self, i: usize, j: usize) -> Agreement {
        let rank = |a: &Agreement| match a {
            Agreement::Specific { .. } => 0,
            Agreement::Compatible(_) => 1,
            Agreement::Contradicts(_) => 2,
            Agreement::Silent => 3,
        };
        let mut best: Option<Agreement> = None;
        for a in self.told(i) {
            for b in self.told(j) {
                let found = agree(self.element, &a, &b, self.by);
                if rank(&found) == 0 {
                    return found;
                }
                if best.as_ref().is_none_or(|best| rank(&found) < rank(best)) {
                    best = Some(found);
                }
            }
        }
        best.unwrap_or(Agreement::Silent)
    }

    /// Pairs of lines whose separateness is shown and that agree specifically.
    fn agreeing_pairs(&self, attributable: &[usize]) -> Vec<(usize, usize, SeparateBy, String)> {
        // Sorted.
        let fit = |i: &usize| attributable.binary_search(i).is_ok() && self.perceives(&self.lines.lines[*i]);
        let separate = self.lines.between.iter().filter_map(|(i, j, how)| match how {
            Independence::SeparatenessShown(by) if fit(i) && fit(j) => Some((*i, *j, by.clone())),
            _ => None,
        });
        separate
            .filter_map(|(i, j, by)| match self.agreement(i, j) {
                Agreement::Specific { on } => Some((i, j, by, on)),
                _ => None,
            })
            .collect()
    }

    /// As many lines as the policy asks for, each two of them separate and agreeing; the first such group.
    fn separate_group(&self, pairs: &[(usize, usize, SeparateBy, String)]) -> Option<BTreeSet<usize>> {
        let agree = |i: usize, j: usize| pairs.iter().any(|(a, b, _, _)| (*a, *b) == (i.min(j), i.max(j)));
        let wanted = self.by.policy.lines_for_corroborated.max(2);
        pairs.iter().find_map(|(i, j, _, _)| {
            let mut group = BTreeSet::from([*i, *j]);
            for k in 0..self.lines.lines.len() {
                if group.len() < wanted && group.iter().all(|g| *g != k && agree(*g, k)) {
                    group.insert(k);
                }
            }
            (group.len() >= wanted).then_some(group)
        })
    }

    fn why_not_corroborated(&self, attributable: &[usize]) -> (Vec<Reason>, Vec<Need>) {
        let mut reasons = Vec::new();
        let parties: Vec<usize> =
            attributable.iter().copied().filter(|i| !self.perceives(&self.lines.lines[*i])).collect();
        if !parties.is_empty() {
            reasons.push(Reason::PartiesDoNotCorroborate { lines: parties.clone() });
        }
        let perceiving: Vec<usize> = attributable.iter().copied().filter(|i| !parties.contains(i)).collect();
        if perceiving.len() < 2 {
            return (reasons, vec![Need::SecondLine]);
        }
        let mut is_perceiving = vec![false; self.lines.lines.len()];
        perceiving.iter().for_each(|i| is_perceiving[*i] = true);
        let fits = |i: &usize, j: &usize| is_perceiving[*i] && is_perceiving[*j];
        let apparent =
            self.lines.between.iter().filter(|(i, j, how)| fits(i, j) && matches!(how, Independence::NoneFound(_)));
        let apparent: Vec<(usize, usize)> = apparent.map(|(i, j, _)| (*i, *j)).collect();
        if !apparent.is_empty() {
            reasons.push(Reason::ApparentlySeparate { pairs: apparent.len() });
        }
        let shown = self.lines.between.iter().find_map(|(i, j, how)| match how {
            Independence::SeparatenessShown(_) if fits(i, j) => Some((*i, *j)),
            _ => None,
        });
        let needs = match shown {
            Some((i, j)) => vec![self.agreement_needed(i, j)],
            None => {
                let agreeing = apparent
                    .iter()
                    .take(400)
                    .find(|(i, j)| matches!(self.agreement(*i, *j), Agreement::Specific { .. }));
                let mut needs = vec![Need::Separateness { between: agreeing.or(apparent.first()).copied() }];
                if let (None, Some((i, j))) = (agreeing, apparent.first()) {
                    needs.push(self.agreement_needed(*i, *j));
                }
                needs
            }
        };
        (reasons, needs)
    }

    fn agreement_needed(&self, i: usize, j: usize) -> Need {
        match self.agreement(i, j) {
            Agreement::Compatible(Disagrees::NoDistinguishingDetail) => Need::DistinguishingDetail,
            Agreement::Compatible(because) | Agreement::Contradicts(because) => {
                Need::SpecificAgreement { because: Some(because) }
            }
            _ => Need::SpecificAgreement { because: None },
        }
    }

    /// A visual item of this element's lines that a person placed in space and time: the place and the time that the lines
    /// speak of, not another one.
    fn placed(&self) -> Option<ItemId> {
        let visual = |item: &ItemId| {
            let kind = self.ground.items.get(item).map(|f| f.kind);
            matches!(kind, Some(ItemKind::Picture | ItemKind::Film | ItemKind::Scene | ItemKind::Other))
        };
        let in_lines = |item: &ItemId| self.lines.lines.iter().any(|l| l.items.contains(item));
        let placed =
            self.facts.placed.iter().find(|(item, at)| visual(item) && in_lines(item) && self.fits(**item, at));
        placed.map(|(item, _)| *item)
    }

    /// Does a placement agree, in place and in time, with what some claim of the lines says?
    fn fits(&self, item: ItemId, at: &Placement) -> bool {
        let placed = Claim { places: vec![at.place.clone()], times: vec![at.time.clone()], ..Claim::about(item) };
        let spans = spans(&placed);
        let placed = Told { claim: &placed, spans: &spans, actors: &[] };
        let agrees = |told: Told<'_>| {
            [Element::Place, Element::Time]
                .iter()
                .all(|of| matches!(agree(*of, &placed, &told, self.by), Agreement::Specific { .. }))
        };
        (0..self.lines.lines.len()).any(|line| self.told(line).any(agrees))
    }

    /// The most first-hand accounts with the unpublished detail that are separate of each other, each two.
    fn accounts_with_detail(&self) -> usize {
        let has = |line: &Line| {
            line.perceiving == Perceiving::Eyewitness
                && line.first_hand == Some(true)
                && line.items.iter().any(|i| self.facts.unpublished_detail.contains(i))
        };
        let lines: Vec<usize> = (0..self.lines.lines.len()).filter(|i| has(&self.lines.lines[*i])).collect();
        let separate =
            |i: usize, j: usize| matches!(self.lines.between(i, j), Some(Independence::SeparatenessShown(_)));
        let from = |first: &usize| {
            let mut group = vec![*first];
            for k in &lines {
                if group.iter().all(|g| g != k && separate(*g, *k)) {
                    group.push(*k);
                }
            }
            group.len()
        };
        lines.iter().map(from).max().unwrap_or(0)
    }

    fn check_list(&self) -> (Vec<Reason>, Vec<Need>) {
        let policy = self.by.policy;
        let (mut reasons, mut needs) = (Vec::new(), Vec::new());
        let accounts = self.accounts_with_detail();
        match self.placed() {
            Some(item) => reasons.push(Reason::Placed { item }),
            None if accounts >= policy.accounts_for_check_list => reasons.push(Reason::UnpublishedDetail { accounts }),
            None => needs.push(Need::PlacedItemOrAccounts { accounts, of: policy.accounts_for_check_list }),
        }
        if self.contested.contested {
            match self.facts.opposing_answered {
                true => reasons.push(Reason::OpposingAnswered),
                false => needs.push(Need::AnswersToOpposing),
            }
        }
        let reviewers = self.facts.reviewers.iter().filter(|r| Some(**r) != self.facts.author).count();
        match reviewers >= policy.reviewers_for_check_list {
            true => reasons.push(Reason::Reviewed { by: reviewers }),
            false => needs.push(Need::Reviewers { have: reviewers, of: policy.reviewers_for_check_list }),
        }
        (reasons, needs)
    }

    fn strong(&self) -> (Vec<Reason>, Vec<Need>) {
        let (mut reasons, mut needs) = (Vec::new(), Vec::new());
        let of = |kind: Perceiving| {
            self.lines.lines.iter().position(|l| l.perceiving == kind && l.first_hand != Some(false))
        };
        let eyewitness = of(Perceiving::Eyewitness).filter(|_| self.placed().is_some());
        match (of(Perceiving::Sensor), eyewitness) {
            (Some(line), _) => reasons.push(Reason::SensorLine { line }),
            (None, Some(line)) => reasons.push(Reason::AnotherKind { line }),
            (None, None) => needs.push(Need::SensorOrAnotherKind),
        }
        match self.facts.adversarial_review {
            true => reasons.push(Reason::AdversarialReview),
            false => needs.push(Need::AdversarialReview),
        }
        (reasons, needs)
    }
}
