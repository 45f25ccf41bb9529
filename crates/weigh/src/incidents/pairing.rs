//! Why two claims are held to be of one happening: the weights one by one, from what chance asks for to the probability; and which
//! pairs a person is asked about first.
//!
//! A question is worth what its answer settles: how unsure the program is (Shannon's entropy of its probability, in bits) times the
//! pairs of claims that stand or fall with it. Deliberately no answer here: a probability is a proposal.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use witnessmark_model::ClaimRef;

use super::score::{Scorer, points};
use super::{Because, Candidate, Grouping, HintKind, events};
use crate::facts::Held;
use crate::say::{ltr, pick};
use crate::weigh::Ground;

/// Claims of a candidate among which links are kept: each takes a kilobyte or two of a row.
const MOST_LINKED: usize = 6;
/// Claims of a candidate among which the closest to another is looked for.
const MOST_LOOKED: usize = 24;
/// Questions that are put at most.
const MOST_QUESTIONS: usize = 2_000;
/// Bits from even odds beyond which nobody is asked about a member.
const SURE: f64 = 6.0;

/// Two claims, and what speaks for and against their being of one happening.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairing {
    /// One claim.
    pub a: ClaimRef,
    /// The other.
    pub b: ClaimRef,
    /// Bits that speak against any two claims before they are compared; never negative points.
    pub chance: f64,
    /// What was compared, in a fixed order.
    pub reasons: Vec<Because>,
}

impl Pairing {
    /// log₂ of the odds: all reasons, less what chance asks for.
    pub fn bits(&self) -> f64 {
        points(&self.reasons) - self.chance
    }

    /// The probability that the two are of one happening, 0 to 1.
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.bits()).exp2())
    }

    /// The steps in words, with the bits of each and the sum so far; the first is what chance asks for.
    pub fn waterfall(&self, language: &str) -> Vec<(String, f64, f64)> {
        let start =
            pick(language, "any two reports at hand, before they are compared", "أي تقريرين مما هو متاح قبل مقارنتهما");
        let mut sum = -self.chance;
        let mut steps = vec![(start, sum, sum)];
        for because in self.reasons.iter().filter(|r| r.points != 0.0) {
            sum += because.points;
            steps.push((because.what.words(language), because.points, sum));
        }
        steps
    }

    /// `{"a","b","probability","bits","chance","waterfall":[{"kind","points","words","words_ar"}]}`.
    pub fn to_json(&self) -> Value {
        let step = |r: &Because| json!({"kind": r.what.kind(), "points": round(r.points), "words": r.what.words("en"), "words_ar": r.what.words("ar")});
        json!({
            "a": self.a.to_string(), "b": self.b.to_string(), "probability": round(self.probability()),
            "bits": round(self.bits()), "chance": round(self.chance),
            "waterfall": self.reasons.iter().filter(|r| r.points != 0.0).map(step).collect::<Vec<_>>(),
        })
    }

    /// One line for the terminal: `p 0.97 = −8.0 +6.0 the same day …`.
    pub fn words(&self, language: &str) -> String {
        let steps = self.waterfall(language);
        let step = |(words, points, _): &(String, f64, f64)| format!("{} {words}", ltr(format!("{points:+.1}")));
        let listed: Vec<String> = steps.iter().map(step).collect();
        format!("{} = {}", ltr(format!("{:.3}", self.probability())), listed.join("; "))
    }
}

/// To a thousandth: more is not known.
fn round(x: f64) -> f64 {
    (x * 1_000.0).round() / 1_000.0
}

/// A pair that a person is asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The pair.
    pub pairing: Pairing,
    /// Pairs of claims that stand or fall with the answer.
    pub settles: usize,
    /// Bits that the answer is expected to bring, over all these pairs.
    pub worth: f64,
}

impl Question {
    fn new(pairing: Pairing, settles: usize) -> Self {
        let p = pairing.probability().clamp(1e-9, 1.0 - 1e-9);
        let unsure = -(p * p.log2() + (1.0 - p) * (1.0 - p).log2());
        Question { pairing, settles, worth: unsure * settles as f64 }
    }

    /// What [`Pairing::to_json`] gives, with `settles` and `worth`.
    pub fn to_json(&self) -> Value {
        let mut value = self.pairing.to_json();
        value["settles"] = self.settles.into();
        value["worth"] = round(self.worth).into();
        value
    }
}

/// Why two claims are, or are not, held to be of one happening; nothing when one of them is not at hand or not of one event.
/// What is learnt is learnt from all claims at hand.
pub fn why(ground: &Ground<'_>, a: ClaimRef, b: ClaimRef) -> Option<Pairing> {
    let (events, _) = events(ground);
    let scorer = Scorer::new(ground, &events);
    let at = |key: ClaimRef| events.iter().position(|held| held.key == key);
    Some(pairing(&scorer, at(a)?, at(b)?))
}

pub(super) fn pairing(scorer: &Scorer<'_>, a: usize, b: usize) -> Pairing {
    let (key, other) = (scorer.claims[a].key, scorer.claims[b].key);
    Pairing { a: key, b: other, chance: scorer.threshold(), reasons: scorer.reasons(a, b) }
}

/// How the claims of a candidate hang together: for each the strongest link to those before it, from the strongest of all on
/// (Prim's maximum spanning tree), of many claims some evenly spaced.
pub(super) fn links(scorer: &Scorer<'_>, members: &[usize]) -> Vec<Pairing> {
    let step = members.len().div_ceil(MOST_LINKED).max(1);
    let shown: Vec<usize> = members.iter().copied().step_by(step).collect();
    let Some((first, rest)) = shown.split_first() else { return Vec::new() };
    let mut best: Vec<(usize, usize, f64)> = rest.iter().map(|m| (*m, *first, scorer.points(*m, *first))).collect();
    let mut out = Vec::new();
    while let Some(n) = (0..best.len()).max_by(|x, y| best[*x].2.total_cmp(&best[*y].2).then(y.cmp(x))) {
        let (member, to, _) = best.remove(n);
        out.push(pairing(scorer, to.min(member), to.max(member)));
        for other in &mut best {
            let points = scorer.points(other.0, member);
            if points > other.2 {
                (other.1, other.2) = (member, points);
            }
        }
    }
    out
}

/// What to ask, the most worthwhile first: claims that could be of several candidates, candidates that may be one, and members
/// that hardly hold. What a person has answered is not asked again.
pub(super) fn questions(
    scorer: &Scorer<'_>,
    found: &Grouping,
    groups: &[Vec<usize>],
    undecided: &[(usize, usize)],
) -> Vec<Question> {
    let mut asked: BTreeSet<(ClaimRef, ClaimRef)> = BTreeSet::new();
    let mut out: Vec<Question> = Vec::new();
    let mut ask = |a: usize, b: usize, settles: usize, out: &mut Vec<Question>| {
        let (x, y) = (scorer.claims[a].key, scorer.claims[b].key);
        let key = (x.min(y), x.max(y));
        if !scorer.ground.told.contains_key(&key) && asked.insert(key) {
            out.push(Question::new(pairing(scorer, a, b), settles));
        }
    };
    let closest = |x: usize, group: &[usize]| {
        let of = group.iter().filter(|y| **y != x).take(MOST_LOOKED);
        of.max_by(|y, z| scorer.points(x, **y).total_cmp(&scorer.points(x, **z)).then(z.cmp(y))).copied()
    };
    for (x, best) in undecided {
        if let Some(y) = closest(*x, &groups[*best]) {
            ask(*x, y, groups[*best].len(), &mut out);
        }
    }
    for hint in found.hints.iter().filter(|h| h.kind == HintKind::PossibleDuplicate) {
        let (a, b) = (&groups[hint.first], &groups[hint.second]);
        let best = a.iter().take(MOST_LOOKED).filter_map(|x| Some((*x, closest(*x, b)?)));
        let best = best.max_by(|p, q| scorer.points(p.0, p.1).total_cmp(&scorer.points(q.0, q.1)).then(q.cmp(p)));
        if let Some((x, y)) = best {
            ask(x, y, a.len() * b.len(), &mut out);
        }
    }
    for (candidate, group) in found.candidates.iter().zip(groups).filter(|(_, group)| group.len() > 1) {
        let hardly = hardly(candidate, group, scorer.threshold()).filter(|(bits, _)| *bits < SURE);
        if let Some((x, y)) = hardly.and_then(|(_, x)| Some((x, closest(x, group)?))) {
            ask(x, y, group.len() - 1, &mut out);
        }
    }
    out.sort_by(|p, q| q.worth.total_cmp(&p.worth).then((p.pairing.a, p.pairing.b).cmp(&(q.pairing.a, q.pairing.b))));
    out.truncate(MOST_QUESTIONS);
    out
}

/// Of a candidate the member that holds least, with the bits by which it does.
fn hardly(candidate: &Candidate, group: &[usize], threshold: f64) -> Option<(f64, usize)> {
    let members = candidate.members.iter().zip(group).map(|(m, x)| (m.points - threshold, *x));
    members.min_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)))
}

/// How well grouping does on claims whose happenings are known: for measuring.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// True pairs that are brought together at all.
    pub brought: usize,
    /// Probability of each pair that was compared and may be one, and whether it is; below a thousandth they are left out.
    pub said: Vec<(f64, bool)>,
    /// Share of what was learnt in the weights, 0 to 1.
    pub learnt: f64,
    /// Bits that chance asks for.
    pub chance: f64,
}

/// Measures blocking and probabilities. `same` says whether two claims are of one happening; `pairs` are all that are.
pub fn measure(
    ground: &Ground<'_>,
    pairs: &[(ClaimRef, ClaimRef)],
    same: impl Fn(ClaimRef, ClaimRef) -> bool,
) -> Measured {
    let (events, _): (Vec<&Held>, _) = events(ground);
    let scorer = Scorer::new(ground, &events);
    let at = |key: &ClaimRef| events.binary_search_by(|held| held.key.cmp(key)).ok();
    let known: Vec<(usize, usize)> = pairs.iter().filter_map(|(a, b)| Some((at(a)?, at(b)?))).collect();
    let likely = |(a, b): (usize, usize)| {
        let p = pairing(&scorer, a, b).probability();
        (p >= 0.001).then(|| (p, same(events[a].key, events[b].key)))
    };
    Measured {
        brought: super::group::brought(&scorer, &known),
        said: super::group::blocked(&scorer).into_iter().filter_map(likely).collect(),
        learnt: scorer.model.learnt,
        chance: scorer.threshold(),
    }
}
