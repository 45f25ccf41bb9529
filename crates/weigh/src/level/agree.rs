//! Specific agreement: when two claims say the same of an element, and closely enough to count.
//!
//! A claim coarser than the policy's distance or day is *compatible* with others and agrees with none. Where another
//! incident is known in the same town on the same day, place and day alone agree on nothing: a distinguishing detail is
//! needed. Every element is compared by what the two claims say of that element; nothing is inherited.

use std::sync::Arc;

use witnessmark_model::claim::{Harm, Named};
use witnessmark_model::vocabulary::{ACTS, Element, TARGETS, Term, WEAPONS};
use witnessmark_model::words::fold;
use witnessmark_model::{Claim, vocabulary};

use super::Policy;
use crate::origin::voice_key;
use crate::place::{Near, Parents, radius};
use crate::reads::Told;
use crate::terms::{Fit, List, is_vague};
use crate::when::{DAY, Span};

/// How two claims stand to each other on one element.
#[derive(Debug, Clone, PartialEq)]
pub enum Agreement {
    /// Both say the same, closely enough.
    Specific {
        /// What they say.
        on: String,
    },
    /// They do not exclude each other, and one is too coarse to agree.
    Compatible(Disagrees),
    /// They cannot both be right.
    Contradicts(Disagrees),
    /// One of them does not say.
    Silent,
}

/// Why two claims do not agree specifically.
#[derive(Debug, Clone, PartialEq)]
pub enum Disagrees {
    /// A place is known no closer than this, in metres.
    PlaceTooCoarse {
        /// Metres.
        uncertainty_m: f64,
    },
    /// Places lie this far apart, in metres.
    PlacesApart {
        /// Metres.
        distance_m: f64,
    },
    /// A time is known no closer than this many days.
    TimeTooCoarse {
        /// Days; very many when one end is open.
        days: i64,
    },
    /// Times lie this far apart.
    TimesApart {
        /// Minutes.
        minutes: i64,
    },
    /// Terms or names that are neither the same nor one a kind of the other.
    OtherTerms {
        /// The two.
        terms: (String, String),
    },
    /// One term is broader than the other, or too broad to mean anything.
    BroaderTerm {
        /// The two.
        terms: (String, String),
    },
    /// Figures that differ.
    OtherFigures {
        /// As written.
        figures: (String, String),
    },
    /// A place or time is not stated, so they may speak of two events.
    EventNotTiedDown,
    /// No detail tells it from the other incident of that town and day.
    NoDistinguishingDetail,
}

/// What claims are compared by.
#[derive(Debug, Clone, Copy)]
pub struct Comparing<'a> {
    /// What lies in what.
    pub parents: &'a Parents,
    /// The numbers.
    pub policy: &'a Policy,
    /// Another incident is known in the same town on the same day.
    pub another_that_day: bool,
}

/// Times as they are shown, each spelt once: most claims of an incident give the same.
#[derive(Debug, Default)]
pub(super) struct Shown(Vec<(Span, Arc<str>)>);

impl Shown {
    fn of(&mut self, span: Span) -> Arc<str> {
        if let Some((_, shown)) = self.0.iter().find(|(known, _)| *known == span) {
            return shown.clone();
        }
        let shown: Arc<str> = span.show().into();
        self.0.push((span, shown.clone()));
        shown
    }
}

/// What a claim says of an element.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'r> {
    /// In its own words or a term.
    Word(&'r str),
    /// Spelt here.
    Spelt(Arc<str>),
}

impl Value<'_> {
    pub fn as_str(&self) -> &str {
        match self {
            Value::Word(word) => word,
            Value::Spelt(spelt) => spelt,
        }
    }
}

/// What a claim says of an element, as values to show; empty when it does not speak of it.
pub(super) fn says<'r>(element: Element, told: &Told<'r>, shown: &mut Shown) -> Vec<Value<'r>> {
    let claim = told.claim;
    let named = |n: &'r Named| Value::Word(&n.class);
    let mut values: Vec<Value<'r>> = match element {
        Element::Happened if claim.predicate == "attack" => {
            vec![Value::Word(claim.act.as_deref().unwrap_or("attack"))]
        }
        Element::Happened => vec![],
        Element::Place => claim.places.iter().map(|p| Value::Word(&p.name)).collect(),
        Element::Time => told.spans.iter().map(|span| Value::Spelt(shown.of(*span))).collect(),
        Element::Target => claim.targets.iter().map(named).collect(),
        Element::CivilianStatus => civilian_status(claim).into_iter().map(Value::Word).collect(),
        Element::Weapon => claim.weapons.iter().map(named).collect(),
        Element::Who => claim.actors.iter().map(|a| Value::Word(&a.name)).collect(),
        Element::Harm => {
            let stated = claim.harm.iter().filter(|h| h.min.or(h.max).is_some());
            stated.map(|h| Value::Spelt(figure(h).into())).collect()
        }
    };
    values.retain(|v| !v.as_str().trim().is_empty() && v.as_str() != "unknown");
    values.dedup();
    values
}

/// A figure as it is shown: `killed 11`, `injured 15–20 children`, `killed ≥ 5`.
pub(crate) fn figure(harm: &Harm) -> String {
    let number = match (harm.min, harm.max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min}–{max}"),
        (Some(min), None) => format!("≥ {min}"),
        (None, Some(max)) => format!("≤ {max}"),
        (None, None) => "?".into(),
    };
    let who = if harm.who == "unknown" { String::new() } else { format!(" {}", harm.who) };
    format!("{} {number}{who}", harm.harm)
}

/// Times of a claim that can be read.
pub(crate) fn spans(claim: &Claim) -> Vec<Span> {
    claim.times.iter().filter_map(Span::of).collect()
}

/// What a claim itself says of the status of who or what was hit. A hospital's class says nothing of it: use may have
/// changed, and that is another claim.
pub(crate) fn civilian_status(claim: &Claim) -> Option<&'static str> {
    const CIVIL: &[&str] = &["civilians", "children", "women", "civilian_object"];
    const MILITARY: &[&str] = &["military", "military object", "combatants"];
    let named = || claim.targets.iter().chain(&claim.victims).map(|n| n.class.as_str());
    let harmed = || claim.harm.iter().map(|h| h.who.as_str());
    let civil = named().chain(harmed()).any(|c| CIVIL.contains(&c));
    let military = named().chain(harmed()).any(|c| MILITARY.contains(&c));
    match (civil, military) {
        (true, true) => Some("mixed"),
        (true, false) => Some("civilian"),
        (false, true) => Some("military"),
        (false, false) => None,
    }
}

/// How two claims stand to each other on an element.
pub(super) fn agree(element: Element, a: &Told<'_>, b: &Told<'_>, by: &Comparing<'_>) -> Agreement {
    let value = value(element, a, b, by);
    // Where and when bear only on what would agree.
    let Agreement::Specific { .. } = value else { return value };
    match tied_down(element, &place(a.claim, b.claim, by), &time(a, b, by)) {
        true => value,
        false => Agreement::Compatible(Disagrees::EventNotTiedDown),
    }
}

/// The same, but for whether place and time show that both speak of one event.
fn value(element: Element, a: &Told<'_>, b: &Told<'_>, by: &Comparing<'_>) -> Agreement {
    let (x, y) = (a.claim, b.claim);
    match element {
        Element::Happened => happened(a, b, by, &place(x, y, by), &time(a, b, by)),
        Element::Place => place(x, y, by),
        Element::Time => time(a, b, by),
        Element::Target => terms(List::Targets, by, &classes(x, element), &classes(y, element)),
        Element::Weapon => terms(List::Weapons, by, &classes(x, element), &classes(y, element)),
        Element::CivilianStatus => match (civilian_status(x), civilian_status(y)) {
            (Some(x), Some(y)) if x == y => Agreement::Specific { on: x.into() },
            (Some(x), Some(y)) => Agreement::Contradicts(Disagrees::OtherTerms { terms: (x.into(), y.into()) }),
            _ => Agreement::Silent,
        },
        Element::Who => who(a, b),
        Element::Harm => harm(x, y),
    }
}

/// Do place and time show that both speak of one event? Neither may contradict, and one has to agree closely; for place
/// the time must at least be compatible, and the other way round.
fn tied_down(element: Element, place: &Agreement, time: &Agreement) -> bool {
    let fits = |a: &Agreement| matches!(a, Agreement::Specific { .. } | Agreement::Compatible(_));
    let close = |a: &Agreement| matches!(a, Agreement::Specific { .. });
    match element {
        Element::Happened => close(place) && close(time),
        _ => fits(place) && fits(time) && (close(place) || close(time)),
    }
}

/// Where two claims contradict each other on an element, if they do. Stricter than disagreement: two hours of one day
/// contradict each other although both agree on the day.
pub(super) fn conflict(element: Element, a: &Told<'_>, b: &Told<'_>, by: &Comparing<'_>) -> Option<Disagrees> {
    match element {
        Element::Happened => return None,
        Element::Time => return time_conflict(a, b, by),
        Element::Harm => {
            let found = harm_conflict(a.claim, b.claim);
            return found.map(|(x, y)| Disagrees::OtherFigures { figures: (figure(x), figure(y)) });
        }
        Element::Place if one_place(a.claim, b.claim) => return None,
        Element::Target if one_class(&a.claim.targets, &b.claim.targets) => return None,
        Element::Weapon if one_class(&a.claim.weapons, &b.claim.weapons) => return None,
        Element::Place | Element::Target | Element::Weapon | Element::CivilianStatus | Element::Who => {}
    }
    match value(element, a, b, by) {
        Agreement::Contradicts(because) => Some(because),
        _ => None,
    }
}

/// Do both give one place, and the same? It lies nowhere apart from itself.
fn one_place(a: &Claim, b: &Claim) -> bool {
    matches!((a.places.as_slice(), b.places.as_slice()), ([x], [y]) if x.id.is_some() && x.id == y.id)
}

/// Do both give one term, and the same?
fn one_class(a: &[Named], b: &[Named]) -> bool {
    matches!((a, b), ([x], [y]) if x.class == y.class)
}

fn place(a: &Claim, b: &Claim, by: &Comparing<'_>) -> Agreement {
    let (near, pair) = by.parents.compare_all(&a.places, &b.places, by.policy.agree_within_m);
    match (near, pair) {
        (Near::Same(_), Some((x, _))) => Agreement::Specific { on: x.name.clone() },
        (Near::Compatible, Some((x, y))) => {
            Agreement::Compatible(Disagrees::PlaceTooCoarse { uncertainty_m: radius(x).max(radius(y)) })
        }
        (Near::Apart(distance_m), _) => Agreement::Contradicts(Disagrees::PlacesApart { distance_m }),
        _ => Agreement::Silent,
    }
}

/// The pair of times that lie nearest, the narrower first.
pub(crate) fn nearest_times(a: &Claim, b: &Claim) -> Option<(Span, Span)> {
    nearest(&spans(a), &spans(b))
}

fn nearest(a: &[Span], b: &[Span]) -> Option<(Span, Span)> {
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y)));
    pairs.min_by_key(|(x, y)| (x.gap(*y), x.width().max(y.width())))
}

fn time(a: &Told<'_>, b: &Told<'_>, by: &Comparing<'_>) -> Agreement {
    let Some((x, y)) = nearest(a.spans, b.spans) else { return Agreement::Silent };
    let gap = x.gap(y);
    let widest = if x.width() >= y.width() { x } else { y };
    let close = widest.days() <= by.policy.agree_within_days.max(1);
    let hours = x.has_hours() && y.has_hours();
    let slack = if x.has_hours() || y.has_hours() { by.policy.apart_hours * 60 } else { 0 };
    if gap > 0 && gap > slack {
        return Agreement::Contradicts(Disagrees::TimesApart { minutes: gap });
    }
    if !close {
        return Agreement::Compatible(Disagrees::TimeTooCoarse { days: widest.days() });
    }
    let narrow = if x.width() <= y.width() { x } else { y };
    let on = if hours { narrow.show() } else { narrow.first_day().unwrap_or_else(|| narrow.show()) };
    Agreement::Specific { on }
}

fn time_conflict(a: &Told<'_>, b: &Told<'_>, by: &Comparing<'_>) -> Option<Disagrees> {
    let (x, y) = nearest(a.spans, b.spans)?;
    let gap = x.gap(y);
    let tolerance = if x.has_hours() && y.has_hours() { by.policy.same_time_minutes } else { 0 };
    (gap > tolerance && gap > 0).then_some(Disagrees::TimesApart { minutes: gap })
}

fn happened(a: &Told<'_>, b: &Told<'_>, by: &Comparing<'_>, place: &Agreement, time: &Agreement) -> Agreement {
    let (Agreement::Specific { on: town }, Agreement::Specific { on: day }) = (place, time) else {
        return match (place, time) {
            (Agreement::Contradicts(why), _) | (_, Agreement::Contradicts(why)) => Agreement::Compatible(why.clone()),
            (Agreement::Compatible(why), _) | (_, Agreement::Compatible(why)) => Agreement::Compatible(why.clone()),
            _ => Agreement::Compatible(Disagrees::EventNotTiedDown),
        };
    };
    let other = |list: List, x: &[&str], y: &[&str]| match by.policy.own_terms.best_fit(list, x, y) {
        (Fit::Apart, Some((x, y))) => Some((x.to_owned(), y.to_owned())),
        _ => None,
    };
    let targets = (classes(a.claim, Element::Target), classes(b.claim, Element::Target));
    if let Some(terms) = other(List::Targets, &targets.0, &targets.1) {
        return Agreement::Compatible(Disagrees::OtherTerms { terms });
    }
    if by.another_that_day && !has_distinguishing_detail(a, b, by) {
        return Agreement::Compatible(Disagrees::NoDistinguishingDetail);
    }
    Agreement::Specific { on: format!("{town}, {day}") }
}

/// Does something beside town and day show that two claims speak of one strike: what was hit, its name, or the hour?
fn has_distinguishing_detail(a: &Told<'_>, b: &Told<'_>, by: &Comparing<'_>) -> bool {
    let (x, y) = (classes(a.claim, Element::Target), classes(b.claim, Element::Target));
    let targets = by.policy.own_terms.best_fit(List::Targets, &x, &y);
    let hours = nearest(a.spans, b.spans)
        .is_some_and(|(x, y)| x.has_hours() && y.has_hours() && x.gap(y) <= by.policy.same_time_minutes);
    matches!(targets.0, Fit::Same | Fit::Kind) || same_target_name(a.claim, b.claim).is_some() || hours
}

/// A name of what was hit that both give, where it is a name and no mere description.
pub(crate) fn same_target_name<'a>(a: &'a Claim, b: &Claim) -> Option<&'a str> {
    let proper = |name: &str| name.chars().any(char::is_uppercase) || name.chars().any(vocabulary_script);
    let key = |name: &str| voice_key(name);
    let names: Vec<String> = b.targets.iter().map(|t| key(&t.name)).collect();
    let described = |k: &str| k.split(' ').count() < 2;
    let same = |t: &&Named| proper(&t.name) && !described(&key(&t.name)) && names.contains(&key(&t.name));
    a.targets.iter().find(same).map(|t| t.name.as_str())
}

/// Of each target: the key that its name is compared by, and whether it is a name of its own (see [`same_target_name`]).
pub(crate) fn target_name_keys(claim: &Claim) -> Vec<(String, bool)> {
    let proper = |name: &str| name.chars().any(char::is_uppercase) || name.chars().any(vocabulary_script);
    let of = |name: &str| {
        let key = voice_key(name);
        let is_name = proper(name) && key.split(' ').count() >= 2;
        (key, is_name)
    };
    claim.targets.iter().map(|t| of(&t.name)).collect()
}

/// Scripts without capitals: two words that agree are as good as a name.
fn vocabulary_script(c: char) -> bool {
    witnessmark_model::words::is_arabic(c)
}

pub(crate) fn classes(claim: &Claim, element: Element) -> Vec<&str> {
    let named = match element {
        Element::Target => &claim.targets,
        Element::Weapon => &claim.weapons,
        _ => return Vec::new(),
    };
    named.iter().map(|n| n.class.as_str()).collect()
}

fn terms(list: List, by: &Comparing<'_>, a: &[&str], b: &[&str]) -> Agreement {
    let (fit, pair) = by.policy.own_terms.best_fit(list, a, b);
    let Some((x, y)) = pair else { return Agreement::Silent };
    let two = || (x.to_owned(), y.to_owned());
    match fit {
        Fit::Same if is_vague(list, x) || is_generic(list, x) => {
            Agreement::Compatible(Disagrees::BroaderTerm { terms: two() })
        }
        Fit::Same => Agreement::Specific { on: x.to_owned() },
        Fit::Kind => {
            let broader = if by.policy.own_terms.is_kind(list, x, y) { y } else { x };
            if is_generic(list, broader) {
                Agreement::Compatible(Disagrees::BroaderTerm { terms: two() })
            } else {
                Agreement::Specific { on: broader.to_owned() }
            }
        }
        Fit::Siblings => Agreement::Compatible(Disagrees::OtherTerms { terms: two() }),
        Fit::Apart => Agreement::Contradicts(Disagrees::OtherTerms { terms: two() }),
        Fit::Unknown => Agreement::Compatible(Disagrees::BroaderTerm { terms: two() }),
    }
}

/// A heading of the vocabulary (health care, air-delivered weapon): agreement on it is no specific agreement.
fn is_generic(list: List, term: &str) -> bool {
    let terms: &[Term] = match list {
        List::Acts => ACTS,
        List::Targets => TARGETS,
        List::Weapons => WEAPONS,
    };
    let heading = |t: &&Term| t.id == term && t.broader.is_empty();
    let narrow_families = list == List::Weapons && !matches!(term, "air_delivered" | "ground" | "missile");
    !narrow_families && terms.iter().any(|t| heading(&t)) && terms.iter().any(|t| t.broader == term)
}

/// Names agree when they are the same; they contradict each other when they share no word, and both are names.
fn who(a: &Told<'_>, b: &Told<'_>) -> Agreement {
    let (Some(first), Some(second)) = (a.claim.actors.first(), b.claim.actors.first()) else {
        return Agreement::Silent;
    };
    let keys = |told: &Told<'_>| -> Vec<Arc<str>> { told.actors.iter().filter(|k| !k.is_empty()).cloned().collect() };
    let (x, y) = (keys(a), keys(b));
    if x.is_empty() || y.is_empty() {
        return Agreement::Silent;
    }
    if let Some(same) = a.actors.iter().position(|key| y.contains(key)) {
        return Agreement::Specific { on: a.claim.actors[same].name.clone() };
    }
    let words = |keys: &[Arc<str>]| -> Vec<String> {
        keys.iter().flat_map(|k| k.split(' ')).filter(|w| w.chars().count() > 3).map(fold).collect()
    };
    let shared = words(&x).iter().any(|w| words(&y).contains(w));
    let two = Disagrees::OtherTerms { terms: (first.name.clone(), second.name.clone()) };
    if shared { Agreement::Compatible(two) } else { Agreement::Contradicts(two) }
}

/// Figures of one kind, one scope and one status.
pub(crate) fn comparable<'a>(a: &'a Claim, b: &'a Claim) -> impl Iterator<Item = (&'a Harm, &'a Harm)> {
    a.harm.iter().flat_map(move |x| {
        b.harm.iter().filter(move |y| x.harm == y.harm && x.scope == y.scope && x.who == y.who).map(move |y| (x, y))
    })
}

fn range(harm: &Harm) -> (u64, u64) {
    (harm.min.unwrap_or(0), harm.max.unwrap_or(u64::MAX))
}

fn harm(a: &Claim, b: &Claim) -> Agreement {
    let mut found = Agreement::Silent;
    for (x, y) in comparable(a, b).filter(|(x, y)| x.min.or(x.max).is_some() && y.min.or(y.max).is_some()) {
        let ((a0, a1), (b0, b1)) = (range(x), range(y));
        let two = || Disagrees::OtherFigures { figures: (figure(x), figure(y)) };
        if a0 > b1 || b0 > a1 {
            return Agreement::Contradicts(two());
        }
        if a1 < u64::MAX && b1 < u64::MAX {
            found = Agreement::Specific { on: figure(x) };
        } else if found == Agreement::Silent {
            found = Agreement::Compatible(two());
        }
    }
    found
}

/// The first pair of figures that cannot both be right.
pub(crate) fn harm_conflict<'a>(a: &'a Claim, b: &'a Claim) -> Option<(&'a Harm, &'a Harm)> {
    comparable(a, b).find(|(x, y)| {
        let ((a0, a1), (b0, b1)) = (range(x), range(y));
        a0 > b1 || b0 > a1
    })
}

/// The label of a term, for words.
pub(crate) fn term_label<'a>(term: &'a str, language: &str) -> &'a str {
    vocabulary::label(term, if crate::say::arabic(language) { "ar" } else { "en" })
}

/// A day is this many minutes: kept here so that words and numbers agree.
pub(crate) const MINUTES_A_DAY: i64 = DAY;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Held;
    use crate::invented::{Say, claim, key, province, town};
    use crate::reads::Reads;
    use std::collections::BTreeMap;

    fn on(element: Element, a: &Held, b: &Held, another: bool) -> Agreement {
        let parents = Parents::gather(a.claim.places.iter().chain(&b.claim.places));
        let (claims, policy) = (BTreeMap::from([(key(1), a), (key(2), b)]), Policy::default());
        let reads = Reads::of(&BTreeMap::new(), &claims);
        let (a, b) = (reads.claim(&key(1)).unwrap().told(), reads.claim(&key(2)).unwrap().told());
        agree(element, &a, &b, &Comparing { parents: &parents, policy: &policy, another_that_day: another })
    }

    fn specific(agreement: Agreement) -> bool {
        matches!(agreement, Agreement::Specific { .. })
    }

    #[test]
    fn a_province_or_a_week_is_compatible_and_agrees_with_nothing() {
        let close = claim(1, 1).at(&town(1)).on("2031-04-12").hit("bakery");
        assert!(specific(on(Element::Happened, &close, &close, false)));
        let coarse = claim(2, 2).at(&province()).on("2031-04-12").hit("bakery");
        assert!(matches!(
            on(Element::Happened, &close, &coarse, false),
            Agreement::Compatible(Disagrees::PlaceTooCoarse { .. })
        ));
        let week = claim(2, 2).at(&town(1)).between("2031-04-08", "2031-04-14").hit("bakery");
        assert!(matches!(
            on(Element::Happened, &close, &week, false),
            Agreement::Compatible(Disagrees::TimeTooCoarse { days: 7 })
        ));
        let silent = claim(2, 2).hit("bakery");
        assert!(matches!(
            on(Element::Target, &close, &silent, false),
            Agreement::Compatible(Disagrees::EventNotTiedDown)
        ));
    }

    #[test]
    fn with_two_strikes_in_a_town_day_a_detail_is_required() {
        let vague = claim(1, 1).at(&town(1)).on("2031-04-12");
        assert!(specific(on(Element::Happened, &vague, &vague, false)));
        assert_eq!(
            on(Element::Happened, &vague, &vague, true),
            Agreement::Compatible(Disagrees::NoDistinguishingDetail)
        );
        let market = claim(1, 1).at(&town(1)).on("2031-04-12").hit("market");
        assert!(specific(on(Element::Happened, &market, &market, true)));
        let morning = claim(1, 1).at(&town(1)).between("2031-04-12T06:40", "2031-04-12T06:45");
        assert!(specific(on(Element::Happened, &morning, &morning, true)));
    }

    #[test]
    fn terms_agree_when_the_same_or_a_kind_of_something_specific() {
        let hit = |class: &str| claim(1, 1).at(&town(1)).on("2031-04-12").hit(class);
        assert!(specific(on(Element::Target, &hit("hospital"), &hit("field_hospital"), false)));
        assert!(matches!(on(Element::Target, &hit("hospital"), &hit("health"), false), Agreement::Compatible(_)));
        assert!(matches!(on(Element::Target, &hit("hospital"), &hit("market"), false), Agreement::Contradicts(_)));
        assert!(matches!(on(Element::Target, &hit("hospital"), &hit("settlement"), false), Agreement::Compatible(_)));
    }

    #[test]
    fn hours_of_one_day_agree_on_the_day_and_may_still_contradict() {
        let at = |from: &str, to: &str| claim(1, 1).at(&town(1)).between(from, to);
        let (early, late) = (at("2031-04-12T06:40", "2031-04-12T06:45"), at("2031-04-12T08:00", "2031-04-12T08:20"));
        assert!(specific(on(Element::Time, &early, &late, false)));
        let policy = Policy::default();
        let parents = Parents::default();
        let by = Comparing { parents: &parents, policy: &policy, another_that_day: false };
        let claims = BTreeMap::from([(key(1), &early), (key(2), &late)]);
        let reads = Reads::of(&BTreeMap::new(), &claims);
        let told = |n: u64| reads.claim(&key(n)).unwrap().told();
        assert_eq!(conflict(Element::Time, &told(1), &told(2), &by), Some(Disagrees::TimesApart { minutes: 75 }));
        let evening = at("2031-04-12T16:40", "2031-04-12T16:45");
        assert!(matches!(on(Element::Time, &early, &evening, false), Agreement::Contradicts(_)));
    }

    #[test]
    fn figures_and_names() {
        let killed = |n: u64| claim(1, 1).at(&town(1)).on("2031-04-12").harm("killed", Some(n), Some(n));
        assert!(specific(on(Element::Harm, &killed(11), &killed(11), false)));
        assert!(matches!(on(Element::Harm, &killed(11), &killed(5), false), Agreement::Contradicts(_)));
        let least = claim(1, 1).at(&town(1)).on("2031-04-12").harm("killed", Some(5), None);
        assert!(matches!(on(Element::Harm, &killed(11), &least, false), Agreement::Compatible(_)));
        let by = |name: &str| claim(1, 1).at(&town(1)).on("2031-04-12").actor(name);
        assert!(specific(on(Element::Who, &by("the Northern Army"), &by("Northern Army"), false)));
        assert!(matches!(
            on(Element::Who, &by("Northern Army"), &by("Northern forces"), false),
            Agreement::Compatible(_)
        ));
        assert!(matches!(on(Element::Who, &by("Northern Army"), &by("River Front"), false), Agreement::Contradicts(_)));
    }
}
