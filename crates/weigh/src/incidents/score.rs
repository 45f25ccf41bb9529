//! Points for and against two claims speaking of one happening.
//!
//! Points are on a log₂ scale, in the manner of Fellegi and Sunter 1969, with weights that were set by reasoning on
//! invented weeks and not learnt: what is rare to agree on by chance (the town, the day, the name of what was hit, the
//! words themselves) weighs much, what is common (the kind of act) little. What is not stated gives no point either way.
//! Some differences exclude: places that cannot be one, days that lie apart, two rows of one table.

use witnessmark_model::claim::Harm;
use witnessmark_model::vocabulary::Element;

use super::{Because, Compared};
use crate::facts::{Held, ItemKind};
use crate::level::{classes, nearest_times, same_target_name};
use crate::place::Near;
use crate::terms::{Fit, List};
use crate::weigh::Ground;
use crate::when::{DAY, Span};

/// Points of what excludes.
pub(super) const NEVER: f64 = -1_000.0;
/// Metres beyond which two places exclude each other; nearer, one of them may be resolved wrongly.
const FAR_M: f64 = 20_000.0;
/// Days between two times beyond which they exclude each other.
const FAR_DAYS: i64 = 3;
/// How far the same words may be shifted within two copies of a passage, in scalar values.
const SHIFT: usize = 40;

/// The sum of points.
pub(super) fn points(reasons: &[Because]) -> f64 {
    reasons.iter().map(|r| r.points).sum()
}

/// All reasons for and against.
pub(super) fn compare(ground: &Ground<'_>, a: &Held, b: &Held) -> Vec<Because> {
    let mut out = Vec::new();
    if a.claim.item == b.claim.item && ground.items.get(&a.claim.item).is_some_and(|i| i.kind == ItemKind::Sheet) {
        out.push(Because { what: Compared::RowsOfOneTable { item: a.claim.item }, points: NEVER });
        return out;
    }
    out.push(place(ground, a, b));
    out.push(time(ground, a, b));
    out.extend(target(ground, a, b));
    out.extend(act(ground, a, b));
    out.extend(weapon(ground, a, b));
    out.extend(figure(a, b));
    out.extend(evidence(ground, a, b));
    out
}

fn place(ground: &Ground<'_>, a: &Held, b: &Held) -> Because {
    let within = ground.policy.agree_within_m;
    let (near, pair) = ground.parents.compare_all(&a.claim.places, &b.claim.places, within);
    let Some((x, y)) = pair else { return Because { what: Compared::PlaceUnknown, points: 0.0 } };
    let names = (x.name.clone(), y.name.clone());
    let (what, points) = match near {
        Near::Same(distance_m) => {
            let site = |u: Option<f64>| u.is_some_and(|m| m <= 1_000.0);
            let at_one_site =
                site(x.uncertainty_m) && site(y.uncertainty_m) && distance_m.is_some_and(|d| d <= 1_000.0);
            let same = x.id.is_some() && x.id == y.id || distance_m.is_none_or(|d| d <= 1_000.0);
            let points = if at_one_site {
                7.0
            } else if same {
                6.0
            } else {
                5.0
            };
            (Compared::SamePlace { name: names.0, distance_m }, points)
        }
        Near::Compatible => (Compared::PlaceCompatible { names }, 1.0),
        Near::Apart(distance_m) => {
            let points = if distance_m > FAR_M { NEVER } else { -6.0 };
            (Compared::PlacesApart { names, distance_m }, points)
        }
        Near::Unknown => (Compared::PlaceUnknown, 0.0),
    };
    Because { what, points }
}

fn time(ground: &Ground<'_>, a: &Held, b: &Held) -> Because {
    let Some((x, y)) = nearest_times(&a.claim, &b.claim) else {
        return Because { what: Compared::TimeUnknown, points: 0.0 };
    };
    let (gap, hours) = (x.gap(y), x.has_hours() && y.has_hours());
    let apart = ground.policy.apart_hours * 60;
    let widest = x.days().max(y.days());
    let (what, points) = if hours && gap <= apart {
        (Compared::SameHour { minutes: gap }, if gap <= ground.policy.same_time_minutes { 8.0 } else { 4.0 })
    } else if hours && gap < DAY {
        (Compared::HoursApart { minutes: gap }, -12.0)
    } else if gap > apart {
        let days = (gap + DAY - 1) / DAY;
        let what = Compared::DaysApart { days };
        (what, if days > FAR_DAYS { NEVER } else { -6.0 })
    } else if gap > 0 {
        // Midnight, or one who counts the night to the day before.
        (Compared::DaysNear { days: 1 }, if hours || x.has_hours() || y.has_hours() { 0.0 } else { -4.0 })
    } else if widest <= ground.policy.agree_within_days.max(1) {
        (Compared::SameDay { day: narrower(x, y).first_day().unwrap_or_default() }, 6.0)
    } else {
        let points = if widest <= 7 {
            2.0
        } else if widest <= 31 {
            1.0
        } else {
            0.3
        };
        (Compared::TimeCompatible, points)
    };
    Because { what, points }
}

fn narrower(x: Span, y: Span) -> Span {
    if x.width() <= y.width() { x } else { y }
}

fn target(ground: &Ground<'_>, a: &Held, b: &Held) -> Vec<Because> {
    let (x, y) = (classes(&a.claim, Element::Target), classes(&b.claim, Element::Target));
    let (fit, pair) = ground.policy.own_terms.best_fit(List::Targets, &x, &y);
    let mut out = Vec::new();
    if let Some((x, y)) = pair {
        let classes = (x.to_owned(), y.to_owned());
        match fit {
            Fit::Same => out.push(Because { what: Compared::SameTarget { class: classes.0 }, points: 4.0 }),
            Fit::Kind => out.push(Because { what: Compared::TargetCompatible { classes }, points: 3.0 }),
            Fit::Siblings => out.push(Because { what: Compared::OtherTarget { classes }, points: -1.0 }),
            Fit::Apart => out.push(Because { what: Compared::OtherTarget { classes }, points: -8.0 }),
            Fit::Unknown => {}
        }
    }
    if let Some(name) = same_target_name(&a.claim, &b.claim) {
        out.push(Because { what: Compared::SameTargetName { name: name.to_owned() }, points: 4.0 });
    }
    out
}

/// Is it an act of violence at one moment, rather than one that lasts or obstructs?
fn strikes(ground: &Ground<'_>, act: &str) -> bool {
    act == "killing" || act == "unknown" || ground.policy.own_terms.is_kind(List::Acts, act, "attack")
}

fn act(ground: &Ground<'_>, a: &Held, b: &Held) -> Option<Because> {
    let (x, y) = (a.claim.act.as_deref()?, b.claim.act.as_deref()?);
    let acts = || (x.to_owned(), y.to_owned());
    let points = match ground.policy.own_terms.fit(List::Acts, x, y) {
        Fit::Same => return Some(Because { what: Compared::SameAct { act: x.to_owned() }, points: 1.0 }),
        _ if strikes(ground, x) != strikes(ground, y) && known(ground, x) && known(ground, y) => -8.0,
        Fit::Kind | Fit::Unknown => return None,
        Fit::Siblings | Fit::Apart if (x == "second_strike") != (y == "second_strike") => -4.0,
        Fit::Siblings | Fit::Apart => -3.0,
    };
    Some(Because { what: Compared::OtherAct { acts: acts() }, points })
}

/// Is a term of the vocabulary, or of the user's own that hangs on one?
fn known(ground: &Ground<'_>, act: &str) -> bool {
    let own = &ground.policy.own_terms.acts;
    witnessmark_model::vocabulary::ACTS.iter().any(|t| own_or_shipped(own, act, t.id))
}

fn own_or_shipped(own: &std::collections::BTreeMap<String, String>, act: &str, shipped: &str) -> bool {
    act == shipped || own.get(act).is_some_and(|broader| broader == shipped)
}

fn weapon(ground: &Ground<'_>, a: &Held, b: &Held) -> Option<Because> {
    let (x, y) = (classes(&a.claim, Element::Weapon), classes(&b.claim, Element::Weapon));
    let (fit, pair) = ground.policy.own_terms.best_fit(List::Weapons, &x, &y);
    let (x, y) = pair?;
    let classes = (x.to_owned(), y.to_owned());
    match fit {
        Fit::Same => Some(Because { what: Compared::SameWeapon { class: classes.0 }, points: 2.0 }),
        Fit::Kind => Some(Because { what: Compared::SameWeapon { class: classes.0 }, points: 1.0 }),
        Fit::Siblings | Fit::Apart => Some(Because { what: Compared::OtherWeapon { classes }, points: -2.0 }),
        Fit::Unknown => None,
    }
}

/// A figure that both give exactly; ones and zeros are too common to mean anything. Different figures mean little: tolls
/// are corrected, and sources count differently.
fn figure(a: &Held, b: &Held) -> Option<Because> {
    let exact = |h: &Harm| h.min.filter(|n| h.max == Some(*n) && *n > 1);
    let same = a.claim.harm.iter().flat_map(|x| b.claim.harm.iter().map(move |y| (x, y))).filter_map(|(x, y)| {
        let n = exact(x).filter(|n| exact(y) == Some(*n) && x.harm == y.harm && x.who == y.who)?;
        Some((n, x.harm.clone()))
    });
    let (figure, harm) = same.max()?;
    Some(Because { what: Compared::SameFigure { harm, figure }, points: if figure >= 10 { 4.0 } else { 3.0 } })
}

/// Copies of one picture, or the same words at the same place of a reused passage.
fn evidence(ground: &Ground<'_>, a: &Held, b: &Held) -> Option<Because> {
    let (x, y) = (a.claim.item, b.claim.item);
    if x == y {
        return None;
    }
    let copies = ground.picture_cluster_of(x).is_some_and(|c| ground.picture_cluster_of(y) == Some(c));
    let same_words = || {
        let (sa, sb) = (a.claim.span?, b.claim.span?);
        ground.reuses_of(x).map(|i| &ground.reuses[i]).find_map(|reuse| {
            let (first, second) = (ground.texts[reuse.a], ground.texts[reuse.b]);
            let turned = (first, second) == (y, x);
            ((first, second) == (x, y) || turned).then_some(())?;
            reuse.passages.iter().find_map(|p| {
                let (pa, pb) = if turned { (p.in_b, p.in_a) } else { (p.in_a, p.in_b) };
                let inside = |s: (usize, usize), p: (usize, usize)| s.0 + SHIFT >= p.0 && s.1 <= p.1 + SHIFT;
                let along = |s: (usize, usize), p: (usize, usize)| s.0 as i64 - p.0 as i64;
                let aligned = (along(sa, pa) - along(sb, pb)).unsigned_abs() as usize <= SHIFT;
                (inside(sa, pa) && inside(sb, pb) && aligned).then_some(())
            })
        })
    };
    (copies || same_words().is_some())
        .then_some(Because { what: Compared::SharedEvidence { items: (x, y) }, points: 10.0 })
}
