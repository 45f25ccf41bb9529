//! Points for and against two claims speaking of one happening.
//!
//! Points are on a log₂ scale, in the manner of Fellegi and Sunter 1969, with weights that were set by reasoning on
//! invented weeks and not learnt: what is rare to agree on by chance (the town, the day, the name of what was hit, the
//! words themselves) weighs much, what is common (the kind of act) little. What is not stated gives no point either way.
//! Some differences exclude: places that cannot be one, days that lie apart, two rows of one table.

use std::collections::BTreeMap;

use witnessmark_model::claim::{Harm, Named};
use witnessmark_model::vocabulary::Element;
use witnessmark_model::words::{is_arabic, query_terms};
use witnessmark_model::{Claim, ClaimRef, ItemId};

use super::{Because, Compared};
use crate::facts::{Held, ItemKind};
use crate::level::{classes, nearest_times, same_target_name, spans};
use crate::place::{Near, radius};
use crate::terms::{Fit, List, is_vague};
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

/// Scalar values beyond which a claim does not go on with one before or after it.
const MOST_AWAY: usize = 1_500;
/// Points for going on with what the same text says next to it.
pub(super) const GOES_ON: f64 = 9.0;
/// Points that a claim before has ahead of one after: what is told goes on more often than it is announced.
const BEFORE: f64 = 1.5;
/// Points below which two claims are too much at odds for one to go on with the other: a paramedic and an ambulance are
/// not, a hospital and a market are.
const AT_ODDS: f64 = -2.0;
/// Scalar values that weigh as much as one point when the claim that is gone on with is looked for.
const POINT_AWAY: f64 = 300.0;
/// The act that makes another event of the same place.
pub(super) const SECOND: &str = "second_strike";
/// A site: known to within this many metres.
const SITE_M: f64 = 500.0;

/// The sum of points.
pub(super) fn points(reasons: &[Because]) -> f64 {
    reasons.iter().map(|r| r.points).sum()
}

/// Compares claims, with what each goes on with in its own text.
///
/// “Six people were killed” gives neither place nor day: it goes on with the claim beside it. Such a claim is bound to the
/// claim of the same text that it fits best, the nearer the better; the binding is a reason like others, shown as such, and
/// fills no field.
pub(super) struct Scorer<'a> {
    pub ground: &'a Ground<'a>,
    goes_on_with: BTreeMap<ClaimRef, ClaimRef>,
}

impl<'a> Scorer<'a> {
    pub fn new(ground: &'a Ground<'a>, events: &[&Held]) -> Self {
        let mut of_item: BTreeMap<ItemId, Vec<&Held>> = BTreeMap::new();
        events.iter().for_each(|h| of_item.entry(h.claim.item).or_default().push(h));
        let mut scorer = Scorer { ground, goes_on_with: BTreeMap::new() };
        let kind = |item: &ItemId| ground.items.get(item).map(|i| i.kind);
        let mut bound = BTreeMap::new();
        for claims in of_item.iter().filter(|(item, _)| kind(item) != Some(ItemKind::Sheet)).map(|(_, claims)| claims) {
            for held in claims {
                bound.extend(scorer.goes_on(held, claims).map(|with| (held.key, with)));
            }
        }
        scorer.goes_on_with = bound;
        scorer
    }

    /// The claim that this one goes on with, if it lacks a place or a day that another of its text has.
    fn goes_on(&self, held: &Held, beside: &[&Held]) -> Option<ClaimRef> {
        let (place, day) = (has_place(held), has_day(held));
        // A second strike is another event, however it is told.
        if place && day || held.claim.act.as_deref() == Some(SECOND) {
            return None;
        }
        let span = held.claim.span?;
        let lends = |other: &&&Held| {
            let another = other.key != held.key && other.claim.act.as_deref() != Some(SECOND);
            another && ((!place && has_place(other)) || (!day && has_day(other)))
        };
        let fits = beside.iter().filter(lends).filter_map(|other| {
            let there = other.claim.span?;
            let away = there.0.saturating_sub(span.1).max(span.0.saturating_sub(there.1));
            let points = points(&self.compare(held, other));
            let after = if there.0 > span.0 { BEFORE } else { 0.0 };
            (away <= MOST_AWAY && points >= AT_ODDS).then_some((points - after - away as f64 / POINT_AWAY, other.key))
        });
        fits.min_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1))).map(|(_, key)| key)
    }

    /// The claim that this one goes on with.
    pub fn bound_to(&self, held: &Held) -> Option<ClaimRef> {
        self.goes_on_with.get(&held.key).copied()
    }

    /// All reasons for and against.
    pub fn compare(&self, a: &Held, b: &Held) -> Vec<Because> {
        let ground = self.ground;
        let mut out = Vec::new();
        let one_item = a.claim.item == b.claim.item;
        if one_item && ground.items.get(&a.claim.item).is_some_and(|i| i.kind == ItemKind::Sheet) {
            out.push(Because { what: Compared::RowsOfOneTable { item: a.claim.item }, points: NEVER });
            return out;
        }
        out.push(place(ground, a, b));
        out.push(time(ground, a, b));
        out.extend(target(ground, a, b));
        out.extend(act(ground, a, b));
        out.extend(weapon(ground, a, b));
        out.extend(figures(a, b));
        out.extend(evidence(ground, a, b));
        if self.bound_to(a) == Some(b.key) || self.bound_to(b) == Some(a.key) {
            out.push(Because { what: Compared::GoesOn { item: a.claim.item }, points: GOES_ON });
        }
        out
    }
}

pub(super) fn has_place(held: &Held) -> bool {
    held.claim.places.iter().any(|p| p.id.is_some() || p.lat.is_some())
}

pub(super) fn has_day(held: &Held) -> bool {
    spans(&held.claim).iter().any(|s| s.width() <= 3 * DAY)
}

fn place(ground: &Ground<'_>, a: &Held, b: &Held) -> Because {
    let within = ground.policy.agree_within_m;
    let (near, pair) = ground.parents.compare_all(&a.claim.places, &b.claim.places, within);
    let Some((x, y)) = pair else { return Because { what: Compared::PlaceUnknown, points: 0.0 } };
    let names = (x.name.clone(), y.name.clone());
    let (what, points) = match near {
        Near::Same(distance_m) => {
            let sites = radius(x) <= SITE_M && radius(y) <= SITE_M;
            let apart = distance_m.is_some_and(|d| d > radius(x) + radius(y) + 200.0);
            let known = x.id.is_some() && y.id.is_some();
            let same = x.id.is_some() && x.id == y.id || distance_m.is_none_or(|d| d <= 1_000.0);
            if sites && apart && known && x.id != y.id {
                let distance_m = distance_m.unwrap_or(0.0);
                return Because { what: Compared::OtherSite { names, distance_m }, points: -3.0 };
            }
            let points = if sites && !apart {
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
    if pair.is_none()
        && let Some(name) = mentioned(&a.claim.targets, &b.claim).or_else(|| mentioned(&b.claim.targets, &a.claim))
    {
        out.push(Because { what: Compared::Mentioned { name }, points: 4.0 });
    }
    if let Some(name) = same_target_name(&a.claim, &b.claim) {
        out.push(Because { what: Compared::SameTargetName { name: name.to_owned() }, points: 4.0 });
    }
    out
}

/// What one claim names and the words of the other mention by its head: the last word of a name in Latin script, the first
/// in Arabic.
pub(super) fn mentioned(named: &[Named], quoting: &Claim) -> Option<String> {
    let words = query_terms(&quoting.quote);
    let specific = |t: &&Named| !is_vague(List::Targets, &t.class);
    let mentions = |t: &&Named| head(&t.name).is_some_and(|h| h.chars().count() > 2 && words.contains(&h));
    named.iter().filter(specific).find(mentions).map(|t| t.name.clone())
}

fn head(name: &str) -> Option<String> {
    let mut terms = query_terms(name);
    if name.chars().any(is_arabic) { terms.drain(..).next() } else { terms.pop() }
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
    let mention = || {
        let name = mentioned(&a.claim.weapons, &b.claim).or_else(|| mentioned(&b.claim.weapons, &a.claim))?;
        Some(Because { what: Compared::Mentioned { name }, points: 2.0 })
    };
    let Some((x, y)) = pair else { return mention() };
    let classes = (x.to_owned(), y.to_owned());
    match fit {
        Fit::Same => Some(Because { what: Compared::SameWeapon { class: classes.0 }, points: 2.0 }),
        Fit::Kind => Some(Because { what: Compared::SameWeapon { class: classes.0 }, points: 1.0 }),
        // “Shells” may be mortar shells, whatever class they were put in.
        Fit::Siblings | Fit::Apart => {
            mention().or(Some(Because { what: Compared::OtherWeapon { classes }, points: -2.0 }))
        }
        Fit::Unknown => mention(),
    }
}

/// Figures that both give exactly, one of each kind of harm; ones and zeros are too common to mean anything. Different
/// figures mean little: tolls are corrected, and sources count differently.
fn figures(a: &Held, b: &Held) -> Vec<Because> {
    let exact = |h: &Harm| h.min.filter(|n| h.max == Some(*n) && *n > 1);
    let mut same: BTreeMap<String, u64> = BTreeMap::new();
    for x in &a.claim.harm {
        for y in b.claim.harm.iter().filter(|y| x.harm == y.harm && x.who == y.who) {
            if let Some(n) = exact(x).filter(|n| exact(y) == Some(*n)) {
                let known = same.entry(x.harm.clone()).or_insert(n);
                *known = n.max(*known);
            }
        }
    }
    let because = |(harm, figure): (String, u64)| {
        let points = if figure >= 10 { 4.0 } else { 3.0 };
        Because { what: Compared::SameFigure { harm, figure }, points }
    };
    same.into_iter().map(because).collect()
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
                let inside = |s: (usize, usize), p: (usize, usize)| {
                    s.0.saturating_add(SHIFT) >= p.0 && s.1 <= p.1.saturating_add(SHIFT)
                };
                // As far along in the one as in the other.
                let along = |s: (usize, usize), p: (usize, usize)| s.0.saturating_add(SHIFT).saturating_sub(p.0);
                let aligned = along(sa, pa).abs_diff(along(sb, pb)) <= SHIFT;
                (inside(sa, pa) && inside(sb, pb) && aligned).then_some(())
            })
        })
    };
    (copies || same_words().is_some())
        .then_some(Because { what: Compared::SharedEvidence { items: (x, y) }, points: 10.0 })
}
