//! Hints between candidates: two that may be one, and a second strike on the same place.
//!
//! Same-day strikes on one place are often merged in tables of incidents, so second strikes are counted from reports. A
//! hint merges nothing.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_model::ItemId;
use witnessmark_model::vocabulary::Element;
use witnessmark_model::words::fold;

use super::features::SECOND;
use super::score::{Scorer, has_place};
use super::{Because, Compared, Hint, HintKind};
use crate::facts::Held;
use crate::level::{classes, spans, target_name_keys};
use crate::place::{degrees, radius};
use crate::terms::{List, is_vague};
use crate::when::DAY;

/// Points below the threshold at which two candidates may still be one.
const NEARLY: f64 = 4.0;
/// Minutes within which a second strike follows the first.
const SECOND_WITHIN: i64 = DAY;
/// Metres within which two spots are one place for a second strike, where both are known that closely.
const ONE_PLACE_M: f64 = 1_000.0;
/// Claims that speak for a candidate.
const SPEAKERS: usize = 4;
/// Most candidates of one day and place that are compared with each other.
const MOST_A_DAY: usize = 60;

/// Hints between candidates, each given by its claims.
pub(super) fn hints(scorer: &Scorer<'_>, candidates: &[Vec<&Held>]) -> Vec<Hint> {
    let speakers: Vec<Vec<&Held>> = candidates.iter().map(|claims| speakers(claims)).collect();
    // Both kinds of hints are of one place, so only those meet that share a day and may share a place.
    let met: Vec<(BTreeSet<i64>, BTreeSet<Spot>, BTreeSet<Spot>)> =
        speakers.iter().map(|c| days_and_spots(c)).collect();
    let mut spots: Vec<&Spot> = met.iter().flat_map(|(_, own, _)| own).collect();
    spots.sort_unstable();
    spots.dedup();
    let number = |spot: &Spot| spots.binary_search(&spot).ok();
    // Candidates by spot and day, sorted.
    let mut homes: Vec<(usize, i64, usize)> = Vec::new();
    for (c, (days, own, _)) in met.iter().enumerate() {
        homes.extend(own.iter().filter_map(number).flat_map(|spot| days.iter().map(move |day| (spot, *day, c))));
    }
    homes.sort_unstable();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (c, (days, _, around)) in met.iter().enumerate() {
        for spot in around.iter().filter_map(number) {
            for day in days {
                let there = &homes[homes.partition_point(|h| (h.0, h.1) < (spot, *day))..];
                let there = there.iter().take_while(|h| (h.0, h.1) == (spot, *day)).take(MOST_A_DAY);
                pairs.extend(there.filter(|h| h.2 > c).map(|h| (c, h.2)));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut out: Vec<Hint> = pairs.into_iter().filter_map(|(a, b)| hint(scorer, &speakers, a, b)).collect();
    let told = told_as_second(scorer, candidates);
    out.retain(|h| {
        !told.iter().any(|t| (t.first, t.second) == (h.first, h.second) || (t.second, t.first) == (h.first, h.second))
    });
    out.extend(told);
    let known: BTreeSet<(usize, usize)> = out.iter().map(|h| (h.first, h.second)).collect();
    let again = recurring(scorer, &speakers);
    out.extend(
        again.into_iter().filter(|h| !known.contains(&(h.first, h.second)) && !known.contains(&(h.second, h.first))),
    );
    out.sort_by_key(|h| (h.first, h.second, h.kind));
    out
}

/// Days within which one attack of a series follows another.
const SERIES_DAYS: i64 = 14;
/// Attacks that make a series at least.
const LEAST_SERIES: usize = 3;

/// Candidates on other days that hit what bears the same name of its own in the same place, and runs of candidates that hit the
/// same class in the same place within weeks of each other. Each is related to the one before it, so that many cost no more
/// than their number.
fn recurring(scorer: &Scorer<'_>, candidates: &[Vec<&Held>]) -> Vec<Hint> {
    let mut facilities: BTreeMap<(String, Spot), Vec<(i64, usize)>> = BTreeMap::new();
    let mut classed: BTreeMap<(String, Spot), Vec<(i64, usize)>> = BTreeMap::new();
    for (c, claims) in candidates.iter().enumerate() {
        let Some(day) = claims
            .iter()
            .flat_map(|h| spans(&h.claim))
            .filter(|s| s.width() <= 3 * DAY)
            .map(|s| s.from.div_euclid(DAY))
            .min()
        else {
            continue;
        };
        for held in claims.iter().filter(|h| h.claim.polarity == "asserted") {
            let Some(spot) = home(scorer, held) else { continue };
            let names = target_name_keys(&held.claim).into_iter().filter(|(_, proper)| *proper).map(|(key, _)| key);
            names.for_each(|key| facilities.entry((key, spot.clone())).or_default().push((day, c)));
            let told = classes(&held.claim, Element::Target).into_iter().filter(|t| !is_vague(List::Targets, t));
            told.for_each(|t| classed.entry((t.to_owned(), spot.clone())).or_default().push((day, c)));
        }
    }
    let because = |what: Compared| Because { what, points: 0.0 };
    let mut out: BTreeMap<(usize, usize), Hint> = BTreeMap::new();
    let mut relate = |first: (i64, usize), second: (i64, usize), kind: HintKind, what: Compared| {
        let place = candidates[second.1].iter().find_map(|h| h.claim.places.first()).map(|p| p.name.clone());
        let mut reasons = vec![because(what), because(Compared::DaysApart { days: second.0 - first.0 })];
        reasons.extend(place.map(|name| because(Compared::SamePlace { name, distance_m: None })));
        let hint = Hint { first: first.1, second: second.1, kind, reasons };
        out.entry((first.1, second.1)).or_insert(hint);
    };
    for ((_, _), mut told) in facilities {
        told.sort_unstable();
        told.dedup_by_key(|t| t.1);
        for two in told.windows(2).filter(|two| two[0].0 < two[1].0 && two[0].1 != two[1].1) {
            let name = candidates[two[1].1].iter().flat_map(|h| &h.claim.targets).map(|t| t.name.clone()).next();
            relate(two[0], two[1], HintKind::SameFacility, Compared::SameTargetName { name: name.unwrap_or_default() });
        }
    }
    for ((class, _), mut told) in classed {
        told.sort_unstable();
        told.dedup_by_key(|t| t.1);
        for run in told.chunk_by(|x, y| y.0 - x.0 <= SERIES_DAYS).filter(|run| run.len() >= LEAST_SERIES) {
            for two in run.windows(2).filter(|two| two[0].0 < two[1].0 && two[0].1 != two[1].1) {
                relate(two[0], two[1], HintKind::Series, Compared::SameTarget { class: class.clone() });
            }
        }
    }
    out.into_values().collect()
}

/// Where a claim is at home: the closest place that it names, where that is known closely.
fn home(scorer: &Scorer<'_>, held: &Held) -> Option<Spot> {
    let ground = scorer.ground;
    let closest = ground.parents.closest(&held.claim.places);
    let place = closest.into_iter().find(|p| radius(p) <= ground.policy.agree_within_m)?;
    match (&place.id, degrees(place)) {
        (Some(id), _) => Some(Spot::Called(id.clone())),
        (None, Some((lat, lon))) => Some(Spot::At((lat * 50.0).floor() as i64, (lon * 50.0).floor() as i64)),
        (None, None) => (!place.name.is_empty()).then(|| Spot::Called(fold(&place.name))),
    }
}

/// A square of a tenth of a degree, a gazetteer's id or a folded name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    At(i64, i64),
    Called(String),
}

/// Days of a candidate and the one after; its spots; and those with the squares around.
fn days_and_spots(claims: &[&Held]) -> (BTreeSet<i64>, BTreeSet<Spot>, BTreeSet<Spot>) {
    let (mut days, mut own, mut around) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for span in claims.iter().flat_map(|h| spans(&h.claim)).filter(|s| s.width() <= 3 * DAY) {
        days.extend(span.from.div_euclid(DAY)..=(span.to - 1).div_euclid(DAY) + 1);
    }
    for place in claims.iter().flat_map(|h| &h.claim.places) {
        if let Some((lat, lon)) = degrees(place) {
            let (row, column) = ((lat * 10.0).floor() as i64, (lon * 10.0).floor() as i64);
            own.insert(Spot::At(row, column));
            around.extend((-1..=1).flat_map(|r| (-1..=1).map(move |c| Spot::At(row + r, column + c))));
        }
        let called = place.id.iter().cloned().chain((!place.name.is_empty()).then(|| fold(&place.name)));
        for name in called {
            own.insert(Spot::Called(name.clone()));
            around.insert(Spot::Called(name));
        }
    }
    (days, own, around)
}

fn has_day(held: &Held) -> bool {
    spans(&held.claim).iter().any(|s| s.width() <= 3 * DAY)
}

/// Claims that give a place or a day speak for a candidate; a few are enough.
fn speakers<'a>(claims: &[&'a Held]) -> Vec<&'a Held> {
    let mut sorted: Vec<&Held> = claims.to_vec();
    sorted.sort_by_key(|h| (!(has_place(h) && has_day(h)), !has_place(h), h.key));
    sorted.truncate(SPEAKERS);
    sorted
}

/// “A second strike hit the rescuers”, without place or day: second to the attack that the same text tells last before it.
fn told_as_second(scorer: &Scorer<'_>, candidates: &[Vec<&Held>]) -> Vec<Hint> {
    let all = || candidates.iter().enumerate().flat_map(|(c, claims)| claims.iter().map(move |h| (c, *h)));
    let mut of_item: BTreeMap<ItemId, Vec<(usize, &Held)>> = BTreeMap::new();
    all().for_each(|(c, held)| of_item.entry(held.claim.item).or_default().push((c, held)));
    let mut found: BTreeMap<(usize, usize), ItemId> = BTreeMap::new();
    for (second, held) in all().filter(|(_, h)| h.claim.act.as_deref() == Some(SECOND) && !has_place(h)) {
        let Some(span) = held.claim.span else { continue };
        let before = of_item[&held.claim.item].iter().filter(|(c, h)| {
            *c != second && h.claim.act.as_deref() != Some(SECOND) && h.claim.span.is_some_and(|s| s.0 < span.0)
        });
        if let Some((first, _)) = before.max_by_key(|(_, h)| h.claim.span) {
            found.entry((*first, second)).or_insert(held.claim.item);
        }
    }
    let reason = |item: ItemId| scorer.going_on(item);
    let hint =
        |((first, second), item)| Hint { first, second, kind: HintKind::SecondStrike, reasons: vec![reason(item)] };
    found.into_iter().map(hint).collect()
}

fn hint(scorer: &Scorer<'_>, candidates: &[Vec<&Held>], a: usize, b: usize) -> Option<Hint> {
    let pairs = || candidates[a].iter().flat_map(|x| candidates[b].iter().map(move |y| (*x, *y)));
    let all = pairs().map(|(x, y)| (x, y, scorer.points_of(x, y)));
    let (x, y, total) = all.max_by(|p, q| p.2.total_cmp(&q.2))?;
    let best = || scorer.compare(x, y);
    if let Some(earlier) = second_strike(scorer, &candidates[a], &candidates[b]) {
        let (first, second) = if earlier { (a, b) } else { (b, a) };
        return Some(Hint { first, second, kind: HintKind::SecondStrike, reasons: best() });
    }
    let threshold = scorer.threshold();
    if total < threshold - NEARLY || total >= threshold + NEARLY {
        return None;
    }
    let reasons = best();
    let same_place = reasons.iter().any(|r| matches!(r.what, Compared::SamePlace { .. }));
    same_place.then_some(Hint { first: a, second: b, kind: HintKind::PossibleDuplicate, reasons })
}

/// Is one a second strike on the other, and is `a` the earlier? Same place; and either the later hit those who came to
/// help, or its act says so, or both hit the very same spot. Hours tell which was first; without them the one that says
/// that it is a second strike is.
fn second_strike(scorer: &Scorer<'_>, a: &[&Held], b: &[&Held]) -> Option<bool> {
    let says = |side: &[&Held]| side.iter().any(|h| h.claim.act.as_deref() == Some(SECOND));
    let hours = |side: &[&Held]| {
        let stated = side.iter().flat_map(|h| spans(&h.claim)).filter(|s| s.has_hours());
        stated.min_by_key(|s| (s.width(), s.from))
    };
    // Without hours on both sides only a word of it tells.
    if says(a) == says(b) && (hours(a).is_none() || hours(b).is_none()) {
        return None;
    }
    let pairs = || a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y)));
    let mut town = false;
    let mut spot = false;
    for (x, y) in pairs() {
        for Because { what, .. } in scorer.compare(x, y) {
            if let Compared::SamePlace { distance_m, .. } = what {
                town = true;
                let close =
                    |h: &Held| scorer.ground.parents.closest(&h.claim.places).iter().any(|p| radius(p) <= ONE_PLACE_M);
                spot |= distance_m.is_some_and(|d| d <= ONE_PLACE_M) && close(x) && close(y);
            }
            spot |= matches!(what, Compared::SameTargetName { .. });
        }
    }
    let helpers = |side: &[&Held]| {
        let own = &scorer.ground.policy.own_terms;
        let class = |c: &&str| own.is_kind(List::Targets, c, "rescue") || matches!(*c, "ambulance" | "medical_staff");
        side.iter().any(|h| {
            let victims =
                h.claim.victims.iter().any(|v| matches!(v.class.as_str(), "responders" | "civil_defence_crew"));
            victims || classes(&h.claim, Element::Target).iter().any(&class)
        })
    };
    if !town {
        return None;
    }
    match (hours(a), hours(b)) {
        (Some(x), Some(y)) if x.gap(y) > 0 && x.gap(y) <= SECOND_WITHIN => {
            let a_first = x.before(y);
            let later = if a_first { b } else { a };
            (says(later) || (helpers(later) && !helpers(if a_first { a } else { b })) || spot).then_some(a_first)
        }
        _ if says(b) != says(a) => Some(says(b)),
        _ => None,
    }
}
