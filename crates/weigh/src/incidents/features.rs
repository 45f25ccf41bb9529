//! Claims made ready to be compared many times: times read, places with what they lie in, terms and names as numbers.
//!
//! Comparing two gives levels and where the best pair stands, without a word being copied; words are made only for what is shown.

use std::collections::BTreeMap;

use witnessmark_model::vocabulary::Element;
use witnessmark_model::words::{fold, is_arabic, query_terms};
use witnessmark_model::{Claim, ItemId};

use super::levels::{ACT, FIELDS, NONE, PLACE, TARGET, TIME, WEAPON, act, place, term, time};
use crate::facts::{Held, ItemKind};
use crate::level::{classes, spans, target_name_keys};
use crate::place::{EARTH_M, degrees, is_coarse, is_town, radius};
use crate::terms::{Fit, List, is_vague};
use crate::weigh::Ground;
use crate::when::{DAY, Span};

/// The act that makes another event of the same place.
pub(super) const SECOND: &str = "second_strike";
/// Metres beyond which two places exclude each other; nearer, one of them may be resolved wrongly.
const FAR_M: f64 = 20_000.0;
/// Days between two times beyond which they exclude each other.
pub(super) const FAR_DAYS: i64 = 3;
/// A site: known to within this many metres.
const SITE_M: f64 = 500.0;
/// Metres by which two sites lie apart beyond what both are known to.
const SITES_APART_M: f64 = 200.0;
/// Most places, times, targets or weapons of one claim that are compared.
const MOST_OF_A_CLAIM: usize = 16;
/// Longest way up from a place.
const DEEPEST: usize = 12;
/// Terms up to which all pairs are looked up beforehand.
const MOST_TERMS: usize = 400;

/// Numbers for texts, so that equal texts are equal numbers.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, u32>);

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        let next = self.0.len() as u32;
        match self.0.get(text) {
            Some(number) => *number,
            None => *self.0.entry(text.to_owned()).or_insert(next),
        }
    }
}

/// A place of a claim.
#[derive(Debug, Clone)]
struct Spot {
    /// Its place in the claim.
    at: u16,
    id: Option<u32>,
    /// Its own id and the ids of all that it lies in.
    above: Vec<u32>,
    degrees: Option<(f64, f64)>,
    /// The same as a point of the unit sphere.
    point: Option<[f64; 3]>,
    radius: f64,
    coarse: bool,
    town: bool,
    /// Its folded name; nothing when it has none.
    name: Option<u32>,
}

/// A claim made ready.
#[derive(Debug, Clone)]
pub(super) struct Features {
    pub item: ItemId,
    /// Is it a row of a table?
    pub in_table: bool,
    pub spans: Vec<Span>,
    spots: Vec<Spot>,
    pub targets: Vec<u16>,
    pub weapons: Vec<u16>,
    pub act: Option<u16>,
    is_second: bool,
    /// Of the act: a strike at one moment? Nothing when the act is no known term.
    strikes: Option<bool>,
    /// Heads of what it names as hit and with what, each with its place in the claim.
    target_heads: Vec<(u32, u16)>,
    weapon_heads: Vec<(u32, u16)>,
    /// Words of the quote, sorted.
    words: Vec<u32>,
    proper: Vec<(u32, u16)>,
    target_names: Vec<u32>,
    /// Cluster of pictures that its item is in.
    pub cluster: Option<usize>,
    /// Does its item share words with another?
    pub shares_words: bool,
    /// Points for how few other claims are of its very place and weeks, or against for how many, and of places further off within
    /// what agrees: see `crowd`.
    pub crowd: [f64; 2],
}

impl Features {
    /// What it says of where, when and what, as numbers: claims with the same stand the same way to all others. Nothing when it
    /// gives no place or no time.
    pub fn signature(&self) -> Option<Vec<u64>> {
        if self.spots.is_empty() || self.spans.is_empty() {
            return None;
        }
        let mut key = Vec::with_capacity(24);
        let optional = |x: Option<u32>| x.map_or(u64::MAX, u64::from);
        for s in &self.spots {
            let (lat, lon) = s.degrees.unwrap_or((f64::NAN, f64::NAN));
            key.extend([optional(s.id), lat.to_bits(), lon.to_bits(), s.radius.to_bits(), optional(s.name)]);
        }
        key.push(u64::MAX - 1);
        key.extend(self.spans.iter().flat_map(Span::key));
        key.push(u64::MAX - 2);
        key.extend(self.targets.iter().map(|t| u64::from(*t)));
        key.push(u64::MAX - 3);
        key.extend(self.weapons.iter().map(|t| u64::from(*t)));
        key.push(self.act.map_or(u64::MAX, u64::from));
        key.extend(self.target_names.iter().map(|n| u64::from(*n)));
        Some(key)
    }

    /// Places that are known to within this: their coordinates, or the number of their id.
    pub fn places_within(&self, metres: f64) -> impl Iterator<Item = (Option<(f64, f64)>, Option<u32>)> {
        self.spots.iter().filter(move |s| s.radius <= metres).map(|s| (s.degrees, s.id))
    }
}

/// How two claims stand to each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub levels: [u8; FIELDS],
    /// Of each field: the places in the claims of what was compared.
    pub at: [(u16, u16); FIELDS],
    /// Metres between the places.
    pub metres: Option<f64>,
    /// Is one of the two places known to less than agreeing needs?
    pub coarse: bool,
    /// Minutes between the times.
    pub minutes: i64,
    /// Days that the wider of the two times covers.
    pub days: i64,
    /// What is mentioned by the other: `true` when the first claim names it, and its place there.
    pub target_mentioned: Option<(bool, u16)>,
    pub weapon_mentioned: Option<(bool, u16)>,
    /// The name of what was hit is the same: its place in the first claim.
    pub same_name: Option<u16>,
}

impl Found {
    /// Before anything is compared.
    fn none() -> Self {
        Found {
            levels: [NONE; FIELDS],
            at: [(0, 0); FIELDS],
            metres: None,
            coarse: false,
            minutes: 0,
            days: 0,
            target_mentioned: None,
            weapon_mentioned: None,
            same_name: None,
        }
    }
}

/// Fits of all terms of a list, by number.
#[derive(Debug, Default)]
struct Fits {
    terms: Vec<String>,
    numbers: BTreeMap<String, u16>,
    /// Row by row; empty when there are too many terms.
    table: Vec<Fit>,
}

/// Makes claims ready and compares them.
#[derive(Debug)]
pub(super) struct Comparer<'g> {
    ground: &'g Ground<'g>,
    names: Names,
    targets: Fits,
    weapons: Fits,
    acts: Fits,
}

const LISTS: [List; 3] = [List::Targets, List::Weapons, List::Acts];

impl<'g> Comparer<'g> {
    /// Knows the terms of these claims.
    pub fn new(ground: &'g Ground<'g>, claims: &[&Held]) -> Self {
        let mut fits = LISTS.map(|list| {
            let mut of = Fits::default();
            for held in claims {
                let claim = &held.claim;
                let act = claim.act.as_deref().into_iter();
                match list {
                    List::Targets => classes(claim, Element::Target).into_iter().for_each(|t| of.add(t)),
                    List::Weapons => classes(claim, Element::Weapon).into_iter().for_each(|t| of.add(t)),
                    List::Acts => act.for_each(|t| of.add(t)),
                }
            }
            of.look_up(ground, list);
            of
        });
        let [targets, weapons, acts] = fits.each_mut().map(std::mem::take);
        Comparer { ground, names: Names::default(), targets, weapons, acts }
    }

    /// Makes a claim ready.
    pub fn ready(&mut self, held: &Held) -> Features {
        let mut names = std::mem::take(&mut self.names);
        let features = self.features(held, &mut |text| Some(names.number(text)));
        self.names = names;
        features
    }

    /// Makes ready what claims at hand say together: it holds no name that they do not.
    pub fn profile(&self, held: &Held) -> Features {
        self.features(held, &mut |text| self.names.0.get(text).copied())
    }

    fn features(&self, held: &Held, number: &mut dyn FnMut(&str) -> Option<u32>) -> Features {
        let (ground, claim) = (self.ground, &held.claim);
        let item = claim.item;
        let of = |fits: &Fits, terms: Vec<&str>| -> Vec<u16> {
            terms.iter().take(MOST_OF_A_CLAIM).filter_map(|t| fits.numbers.get(*t).copied()).collect()
        };
        let targets = of(&self.targets, classes(claim, Element::Target));
        let weapons = of(&self.weapons, classes(claim, Element::Weapon));
        let act = claim.act.as_deref();
        let mut words: Vec<u32> = query_terms(&claim.quote).iter().filter_map(|w| number(w)).collect();
        words.sort_unstable();
        words.dedup();
        let mut heads = |list: List| -> Vec<(u32, u16)> {
            let named = if list == List::Targets { &claim.targets } else { &claim.weapons };
            let told = named.iter().take(MOST_OF_A_CLAIM).zip(0..).filter(|(n, _)| !is_vague(List::Targets, &n.class));
            let head = |name: &str| head(name).filter(|h| h.chars().count() > 2);
            told.filter_map(|(n, at)| Some((number(&head(&n.name)?)?, at))).collect()
        };
        let (target_heads, weapon_heads) = (heads(List::Targets), heads(List::Weapons));
        let keys = target_name_keys(claim);
        let proper = keys.iter().zip(0..).take(MOST_OF_A_CLAIM).filter(|((_, is_proper), _)| *is_proper);
        let proper = proper.filter_map(|((key, _), at)| Some((number(key)?, at))).collect();
        let target_names = keys.iter().take(MOST_OF_A_CLAIM).filter_map(|(key, _)| number(key)).collect();
        Features {
            item,
            in_table: ground.items.get(&item).is_some_and(|i| i.kind == ItemKind::Sheet),
            spans: spans(claim).into_iter().take(MOST_OF_A_CLAIM).collect(),
            spots: self.spots(claim, number),
            targets,
            weapons,
            act: act.and_then(|a| self.acts.numbers.get(a).copied()),
            is_second: act == Some(SECOND),
            strikes: act.filter(|a| known(ground, a)).map(|a| strikes(ground, a)),
            target_heads,
            weapon_heads,
            words,
            proper,
            target_names,
            cluster: ground.picture_cluster_of(item),
            shares_words: claim.span.is_some() && ground.reuses_of(item).next().is_some(),
            crowd: [0.0; 2],
        }
    }

    fn spots(&self, claim: &Claim, number: &mut dyn FnMut(&str) -> Option<u32>) -> Vec<Spot> {
        let closest = self.ground.parents.closest(&claim.places);
        let at = |place: &witnessmark_model::claim::Place| {
            claim.places.iter().position(|p| std::ptr::eq(p, place)).unwrap_or_default() as u16
        };
        let mut spot = |place: &witnessmark_model::claim::Place| Spot {
            at: at(place),
            id: place.id.as_ref().and_then(|id| number(id)),
            above: {
                let own = place.id.iter().map(String::as_str);
                let up = place.id.as_deref().map(|id| self.ground.parents.above(id, DEEPEST)).unwrap_or_default();
                let parent = place.id.as_ref().and(place.parent.as_deref());
                let all = own.chain(up).chain(parent);
                all.filter_map(&mut *number).collect()
            },
            degrees: degrees(place),
            point: degrees(place).map(on_sphere),
            radius: radius(place),
            coarse: is_coarse(place),
            town: is_town(place),
            name: if place.name.is_empty() { None } else { number(&fold(&place.name)) },
        };
        closest.into_iter().take(MOST_OF_A_CLAIM).map(&mut spot).collect()
    }

    /// Compares two claims.
    pub fn compare(&self, a: &Features, b: &Features) -> Found {
        self.compare_moved(a, b, 0)
    }

    /// The level of two claims' places, nothing else.
    pub fn place_level(&self, a: &Features, b: &Features) -> u8 {
        let within = self.ground.policy.agree_within_m;
        let pairs = a.spots.iter().flat_map(|x| b.spots.iter().map(move |y| near(x, y, within)));
        pairs.min_by(|p, q| p.1.total_cmp(&q.1)).map_or(NONE, |found| found.0)
    }

    /// Places and times alone, as if the second were so many minutes later; nothing where places do not agree.
    pub fn compare_here(&self, a: &Features, b: &Features, minutes: i64) -> Option<[u8; FIELDS]> {
        let mut found = Found::none();
        found.levels[PLACE] = self.place_level(a, b);
        if found.levels[PLACE] > place::WITHIN {
            return None;
        }
        self.when(a, b, minutes, &mut found);
        Some(found.levels)
    }

    /// Compares two claims as if the second were so many minutes later.
    pub fn compare_moved(&self, a: &Features, b: &Features, minutes: i64) -> Found {
        let mut found = Found::none();
        self.where_(a, b, &mut found);
        self.when(a, b, minutes, &mut found);
        let mentioned = |named: &[(u32, u16)], words: &[u32]| {
            named.iter().find(|(head, _)| words.binary_search(head).is_ok()).map(|(_, at)| *at)
        };
        let either = |x: &[(u32, u16)], y: &[(u32, u16)]| {
            let first = mentioned(x, &b.words).map(|at| (true, at));
            first.or_else(|| mentioned(y, &a.words).map(|at| (false, at)))
        };
        match self.targets.best(self.ground, List::Targets, &a.targets, &b.targets) {
            Some((fit, at)) => (found.levels[TARGET], found.at[TARGET]) = (level_of(fit), at),
            None => found.target_mentioned = either(&a.target_heads, &b.target_heads),
        }
        let name = |(key, at): &(u32, u16)| b.target_names.contains(key).then_some(*at);
        found.same_name = a.proper.iter().find_map(name);
        found.levels[ACT] = self.act(a, b);
        let weapons = self.weapons.best(self.ground, List::Weapons, &a.weapons, &b.weapons);
        if let Some((fit, at)) = weapons {
            (found.levels[WEAPON], found.at[WEAPON]) = (level_of(fit), at);
        }
        // “Shells” may be mortar shells, whatever class they were put in.
        if matches!(found.levels[WEAPON], NONE | term::SIBLINGS | term::APART) {
            found.weapon_mentioned = either(&a.weapon_heads, &b.weapon_heads);
        }
        if found.weapon_mentioned.is_some() {
            found.levels[WEAPON] = NONE;
        }
        found
    }

    fn act(&self, a: &Features, b: &Features) -> u8 {
        let (Some(x), Some(y)) = (a.act, b.act) else { return NONE };
        match self.acts.fit(self.ground, List::Acts, x, y) {
            Fit::Same => act::SAME,
            _ if a.strikes.is_some() && b.strikes.is_some() && a.strikes != b.strikes => act::MIXED,
            Fit::Kind | Fit::Unknown => NONE,
            Fit::Siblings | Fit::Apart if a.is_second != b.is_second => act::SECOND,
            Fit::Siblings | Fit::Apart => act::APART,
        }
    }

    fn where_(&self, a: &Features, b: &Features, found: &mut Found) {
        let within = self.ground.policy.agree_within_m;
        let pairs = a.spots.iter().flat_map(|x| b.spots.iter().map(move |y| (x, y)));
        let best = pairs.map(|(x, y)| (near(x, y, within), x, y)).min_by(|p, q| p.0.1.total_cmp(&q.0.1));
        if let Some(((level, _, metres), x, y)) = best {
            (found.levels[PLACE], found.at[PLACE], found.metres) = (level, (x.at, y.at), metres);
            found.coarse = x.radius > within || y.radius > within;
        }
    }

    fn when(&self, a: &Features, b: &Features, later: i64, found: &mut Found) {
        let moved = |y: &Span| if later == 0 { *y } else { y.moved(later) };
        let second = || b.spans.iter().map(moved).enumerate();
        let pairs = a.spans.iter().enumerate().flat_map(|(i, x)| second().map(move |y| (i, x, y)));
        let nearest = pairs.min_by_key(|(_, x, (_, y))| (x.gap(*y), x.width().max(y.width())));
        let Some((i, x, (j, y))) = nearest else { return };
        let (level, minutes) = time_level(self.ground, *x, y);
        (found.levels[TIME], found.at[TIME], found.minutes) = (level, (i as u16, j as u16), minutes);
        found.days = x.days().max(y.days());
    }

    /// How often each target, act and weapon is named, as shares of the claims that name any: by field and number.
    pub fn shares(&self, features: &[Features]) -> [Vec<f64>; FIELDS] {
        let mut shares: [Vec<f64>; FIELDS] = Default::default();
        for (field, fits) in [(TARGET, &self.targets), (WEAPON, &self.weapons), (ACT, &self.acts)] {
            let mut count = vec![0.0; fits.terms.len()];
            let mut all = 0.0;
            for f in features {
                let named: &[u16] = match field {
                    TARGET => &f.targets,
                    WEAPON => &f.weapons,
                    _ => f.act.as_slice(),
                };
                named.first().into_iter().for_each(|t| count[usize::from(*t)] += 1.0);
                all += if named.is_empty() { 0.0 } else { 1.0 };
            }
            count.iter_mut().for_each(|n| *n /= f64::max(all, 1.0));
            shares[field] = count;
        }
        shares
    }

    /// The term that two claims have in common at *same*, by number.
    pub fn common(&self, field: usize, a: &Features, found: &Found) -> Option<u16> {
        let at = usize::from(found.at[field].0);
        match field {
            TARGET => a.targets.get(at).copied(),
            WEAPON => a.weapons.get(at).copied(),
            ACT => a.act,
            _ => None,
        }
    }
}

fn level_of(fit: Fit) -> u8 {
    match fit {
        Fit::Same => term::SAME,
        Fit::Kind => term::KIND,
        Fit::Siblings => term::SIBLINGS,
        Fit::Apart => term::APART,
        Fit::Unknown => NONE,
    }
}

/// A point of the unit sphere.
fn on_sphere((lat, lon): (f64, f64)) -> [f64; 3] {
    let (lat, lon) = (lat.to_radians(), lon.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

/// Metres along the sphere between two points, by the chord: what [`crate::place::metres`] gives, without an angle of either.
fn between(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let chord = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt();
    2.0 * EARTH_M * (chord / 2.0).min(1.0).asin()
}

/// Level of two places, how far down it ranks among others of the same claims, and metres between them. As
/// [`crate::place::Parents::compare`] has it, told finer.
fn near(a: &Spot, b: &Spot, within: f64) -> (u8, f64, Option<f64>) {
    let apart = a.point.zip(b.point).map(|(x, y)| between(&x, &y));
    let close = a.radius <= within && b.radius <= within;
    let same = |d: Option<f64>| (same_level(a, b, d), d.unwrap_or(0.0) / 1e9, d);
    let compatible = (place::COMPATIBLE, 1.0, apart);
    if let (Some(x), Some(y)) = (a.id, b.id) {
        if x == y {
            return if close || a.town { same(apart) } else { compatible };
        }
        if a.above.contains(&y) || b.above.contains(&x) {
            return compatible;
        }
    }
    match apart {
        Some(d) if close && d <= within => same(Some(d)),
        Some(d) => {
            let least = d - a.radius - b.radius;
            if least > within || (close && d > within) {
                let metres = least.max(d / 2.0);
                let level = if metres > FAR_M { place::FAR } else { place::APART };
                (level, 3.0 + metres / 1e9, Some(metres))
            } else {
                compatible
            }
        }
        None if a.name.is_some() && a.name == b.name => {
            if a.coarse || b.coarse {
                compatible
            } else {
                same(None)
            }
        }
        None => (NONE, 2.0, None),
    }
}

fn same_level(a: &Spot, b: &Spot, metres: Option<f64>) -> u8 {
    let sites = a.radius <= SITE_M && b.radius <= SITE_M;
    let apart = metres.is_some_and(|d| d > a.radius + b.radius + SITES_APART_M);
    let one = a.id.is_some() && a.id == b.id;
    match metres {
        _ if sites && apart && a.id.is_some() && b.id.is_some() && !one => place::OTHER_SITE,
        _ if sites && !apart => place::SITE,
        None => place::NEAR,
        Some(d) if one || d <= 1_000.0 => place::NEAR,
        Some(d) if d <= 2_000.0 => place::TWO,
        Some(_) => place::WITHIN,
    }
}

/// Level of two times, and minutes between them.
pub(super) fn time_level(ground: &Ground<'_>, x: Span, y: Span) -> (u8, i64) {
    let (gap, hours) = (x.gap(y), x.has_hours() && y.has_hours());
    let apart = ground.policy.apart_hours * 60;
    let widest = x.days().max(y.days());
    let level = if hours && gap <= apart {
        if gap <= ground.policy.same_time_minutes { time::HOUR } else { time::NEAR_HOUR }
    } else if hours && gap < DAY {
        time::HOURS_APART
    } else if gap > apart {
        if (gap + DAY - 1) / DAY > FAR_DAYS { time::FAR } else { time::DAYS_APART }
    } else if gap > 0 {
        if x.has_hours() || y.has_hours() { time::NIGHT } else { time::NEXT_DAY }
    } else if widest <= ground.policy.agree_within_days.max(1) {
        time::DAY
    } else if widest <= 7 {
        match x.middle().abs_diff(y.middle()) as i64 {
            d if d <= DAY / 2 => time::WEEK_ON,
            d if d <= DAY + DAY / 2 => time::WEEK_NEAR,
            _ => time::WEEK,
        }
    } else if widest <= 31 {
        time::MONTH
    } else {
        time::LONG
    };
    (level, gap)
}

impl Fits {
    fn add(&mut self, term: &str) {
        let next = self.terms.len();
        if next < usize::from(u16::MAX) && !self.numbers.contains_key(term) {
            self.numbers.insert(term.to_owned(), next as u16);
            self.terms.push(term.to_owned());
        }
    }

    fn look_up(&mut self, ground: &Ground<'_>, list: List) {
        if self.terms.len() <= MOST_TERMS {
            let own = &ground.policy.own_terms;
            let row = |a: &String| self.terms.iter().map(|b| own.fit(list, a, b)).collect::<Vec<_>>();
            self.table = self.terms.iter().flat_map(row).collect();
        }
    }

    fn fit(&self, ground: &Ground<'_>, list: List, a: u16, b: u16) -> Fit {
        let (a, b) = (usize::from(a), usize::from(b));
        let known = self.table.get(a * self.terms.len() + b).copied();
        known.unwrap_or_else(|| ground.policy.own_terms.fit(list, &self.terms[a], &self.terms[b]))
    }

    /// The best fit of any two, and their places.
    fn best(&self, ground: &Ground<'_>, list: List, a: &[u16], b: &[u16]) -> Option<(Fit, (u16, u16))> {
        if let ([a], [b]) = (a, b) {
            return Some((self.fit(ground, list, *a, *b), (0, 0)));
        }
        let pairs = a.iter().zip(0..).flat_map(|(x, i)| b.iter().zip(0..).map(move |(y, j)| (*x, *y, (i, j))));
        let fits = pairs.map(|(x, y, at)| (self.fit(ground, list, x, y), at));
        fits.min_by_key(|(fit, _)| match fit {
            Fit::Same => 0,
            Fit::Kind => 1,
            Fit::Unknown => 2,
            Fit::Siblings => 3,
            Fit::Apart => 4,
        })
    }
}

/// The word of a name that says what it is: the last in Latin script, the first in Arabic.
pub(super) fn head(name: &str) -> Option<String> {
    let mut terms = query_terms(name);
    if name.chars().any(is_arabic) { terms.drain(..).next() } else { terms.pop() }
}

/// Is it an act of violence at one moment, rather than one that lasts or obstructs?
fn strikes(ground: &Ground<'_>, act: &str) -> bool {
    act == "killing" || act == "unknown" || ground.policy.own_terms.is_kind(List::Acts, act, "attack")
}

/// Is a term of the vocabulary, or of the user's own that hangs on one?
fn known(ground: &Ground<'_>, act: &str) -> bool {
    let own = &ground.policy.own_terms.acts;
    let shipped = |id: &str| act == id || own.get(act).is_some_and(|broader| broader == id);
    witnessmark_model::vocabulary::ACTS.iter().any(|t| shipped(t.id))
}
