//! Which of the places of a name is meant.
//!
//! A candidate's score is how well the name fits, times how likely a place of that kind and size is spoken of, times
//! how well it agrees with the words beside it (“province of”, “countryside”, a wider place named after a comma) and
//! with the countries that the text speaks of otherwise. All weights stand in this file. A score orders candidates;
//! it deliberately is no probability that the place is right.

use std::collections::BTreeMap;

use super::Candidate;
use super::index::Hit;
use super::table::{Level, Place};

/// Most candidates of a mention.
pub(super) const MOST_CANDIDATES: usize = 5;

/// Share of a province's people living in its city of the same name from which the bare name means the city.
const CITY_SHARE: f64 = 0.4;

/// What the words beside a name say about its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Cue {
    #[default]
    None,
    Country,
    Province,
    District,
    Subdistrict,
    City,
    Town,
    Village,
    /// Round the city, not the city.
    Countryside,
    /// A place of some kind: “near X”, “residents of X”.
    Somewhere,
}

/// Countries that a text speaks of, by weight.
#[derive(Debug, Default)]
pub(super) struct Context {
    votes: BTreeMap<String, f64>,
    total: f64,
}

impl Context {
    pub fn add(&mut self, country: &str, weight: f64) {
        if !country.is_empty() {
            *self.votes.entry(country.to_owned()).or_default() += weight;
            self.total += weight;
        }
    }

    /// Adds what one mention says: a share of one vote for each country it may lie in.
    pub fn add_hits(&mut self, hits: &[Hit<'_>]) {
        let mut seen: Vec<&str> = Vec::new();
        for hit in hits {
            if !seen.contains(&hit.country) {
                seen.push(hit.country);
                self.add(hit.country, votes(hits, hit.country));
            }
        }
    }

    /// 0 to 1: how far the text speaks of `country`.
    pub fn share(&self, country: &str) -> f64 {
        match self.votes.get(country) {
            Some(votes) if self.total > 0.0 => (votes / self.total * 2.0).min(1.0),
            _ => 0.0,
        }
    }

    /// The same, less `own` votes that the mention in question gave itself.
    pub fn share_without(&self, country: &str, own: f64) -> f64 {
        let votes = self.votes.get(country).copied().unwrap_or_default() - own;
        let total = self.total - 1.0;
        if votes > 0.25 && total > 0.0 { (votes / total * 2.0).min(1.0) } else { 0.0 }
    }

    fn factor(&self, country: &str) -> f64 {
        if self.total < 1.0 || country.is_empty() {
            return 0.8;
        }
        0.45 + 0.55 * self.share(country)
    }
}

/// The share of a mention's one vote that goes to `country`.
pub(super) fn votes(hits: &[Hit<'_>], country: &str) -> f64 {
    let weight = |hit: &Hit<'_>| hit.fit * prior(&hit.place).powi(2);
    let total: f64 = hits.iter().map(weight).sum();
    let own: f64 = hits.iter().filter(|hit| hit.country == country).map(weight).sum();
    if total > 0.0 { own / total } else { 0.0 }
}

/// The hits as candidates, best first. `wider` are ids of places named right after (“Homs, Syria”).
pub(super) fn rank(hits: &[Hit<'_>], cue: Cue, context: &Context, wider: &[&str]) -> Vec<Candidate> {
    // Where nothing lies in what follows the comma, the comma parts a list.
    let wider = if hits.iter().any(|hit| lies_in(hit, wider)) { wider } else { &[] };
    let mut scored: Vec<(f64, &Hit<'_>)> = hits
        .iter()
        .map(|hit| {
            let kind = prior(&hit.place) * cue_factor(cue, hit, hits);
            let named = if wider.is_empty() {
                1.0
            } else if lies_in(hit, wider) {
                1.3
            } else {
                0.5
            };
            ((hit.fit * hit.fit * kind * context.factor(hit.country) * named).min(1.0), hit)
        })
        .collect();
    scored.sort_by(|(left, a), (right, b)| right.total_cmp(left).then_with(|| a.place.id.cmp(b.place.id)));
    scored.dedup_by(|(_, a), (_, b)| a.place.id == b.place.id);
    scored.truncate(MOST_CANDIDATES);
    scored.into_iter().map(|(score, hit)| candidate(&hit.place, score)).collect()
}

pub(super) fn candidate(place: &Place<'_>, score: f64) -> Candidate {
    Candidate {
        id: place.printed_id(),
        name: place.name.to_string(),
        lat: place.lat,
        lon: place.lon,
        uncertainty_m: place.radius_m,
        level: place.level.name(),
        parent: place.parent.map(str::to_owned),
        score: (score * 1000.0).round() / 1000.0,
    }
}

fn lies_in(hit: &Hit<'_>, wider: &[&str]) -> bool {
    wider.iter().any(|id| *id == hit.country || hit.place.parent == Some(*id) || *id == hit.place.id)
}

/// How likely a place is spoken of, knowing its kind and size.
fn prior(place: &Place<'_>) -> f64 {
    if place.own {
        return 0.95;
    }
    match place.level {
        Level::Country => 0.98,
        Level::Region => 0.85,
        Level::Province => 0.72,
        Level::District => 0.40,
        Level::Subdistrict => 0.36,
        _ => {
            let size = (if place.population == 0 { 8_000.0 } else { place.population as f64 }).log10();
            let capital = if place.is_capital { 0.12 } else { 0.0 };
            (0.06 + 0.11 * size + capital).min(0.95)
        }
    }
}

fn cue_factor(cue: Cue, hit: &Hit<'_>, hits: &[Hit<'_>]) -> f64 {
    let level = hit.place.level;
    match cue {
        Cue::None | Cue::Somewhere => bare_factor(hit, hits),
        Cue::Country => {
            if level == Level::Country {
                1.0
            } else {
                0.5
            }
        }
        Cue::Province => match level {
            Level::Province => 1.3,
            Level::Country | Level::Region => 0.6,
            Level::District => 0.9,
            _ => 0.4,
        },
        Cue::District => match level {
            Level::District => 2.2,
            Level::Subdistrict => 1.6,
            Level::Place => 1.0,
            _ => 0.6,
        },
        Cue::Subdistrict => match level {
            Level::Subdistrict => 2.5,
            Level::District => 1.2,
            _ => 0.5,
        },
        Cue::City => match level {
            Level::City => 1.3,
            Level::Town | Level::Place => 1.1,
            Level::Village => 0.8,
            _ => 0.45,
        },
        Cue::Town | Cue::Village => match level {
            Level::Town | Level::Village | Level::Place => 1.6,
            Level::City => 0.9,
            Level::Subdistrict => 1.0,
            _ => 0.4,
        },
        Cue::Countryside => match level {
            Level::Province => 1.3,
            Level::District => 1.6,
            Level::Subdistrict => 1.4,
            _ => 0.5,
        },
    }
}

/// A bare name that a province and its city share means the city where most of the province lives there.
fn bare_factor(hit: &Hit<'_>, hits: &[Hit<'_>]) -> f64 {
    let family = |other: &&Hit<'_>| {
        let (inner, outer) = if hit.place.level == Level::Province { (*other, hit) } else { (hit, *other) };
        outer.place.level == Level::Province
            && inner.place.level.is_populated()
            && inner.place.parent == Some(outer.place.id)
    };
    let Some(other) = hits.iter().filter(|other| other.place.id != hit.place.id).find(family) else { return 1.0 };
    let (city, province) = if hit.place.level == Level::Province { (other, hit) } else { (hit, other) };
    let share = city.place.population as f64 / (province.place.population.max(1)) as f64;
    let means_city = share >= CITY_SHARE;
    if means_city == hit.place.level.is_populated() { 1.25 } else { 0.9 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_shared_out_among_the_countries_named() {
        let mut context = Context::default();
        assert_eq!(context.share("sy"), 0.0);
        context.add("sy", 3.0);
        context.add("fr", 1.0);
        assert_eq!(context.share("sy"), 1.0);
        assert_eq!(context.share("fr"), 0.5);
        assert!(context.factor("de") < context.factor("fr"));
    }
}
