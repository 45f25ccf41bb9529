//! Places as they are compared: gazetteer ids and parents first, distances with their uncertainty second, names last.
//!
//! A province is compatible with every town in it and agrees with none. Two spots that are each known only to within
//! kilometres are not apart because their best guesses are.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_model::claim::Place;
use witnessmark_model::words::fold;

/// Uncertainty that is assumed for a place with coordinates whose own is not stated, in metres.
const UNSTATED_M: f64 = 5_000.0;
/// Longest way up from a place.
const DEEPEST: usize = 12;

/// What lies in what, gathered from all places at hand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parents(BTreeMap<String, String>);

/// How two places stand to each other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Near {
    /// The same place or within reach, both known closely. Metres, where both have coordinates.
    Same(Option<f64>),
    /// One contains the other, or may: too coarse to agree.
    Compatible,
    /// They cannot be one. Metres at the least between them.
    Apart(f64),
    /// Not enough is stated to tell.
    Unknown,
}

impl Parents {
    /// From all places of all claims.
    pub fn gather<'a>(places: impl IntoIterator<Item = &'a Place>) -> Self {
        let mut parents = BTreeMap::new();
        for place in places {
            if let (Some(id), Some(parent)) = (&place.id, &place.parent)
                && id != parent
            {
                parents.entry(id.clone()).or_insert_with(|| parent.clone());
            }
        }
        Parents(parents)
    }

    /// These, and those of more places; what is known already stays.
    pub fn with<'a>(mut self, places: impl IntoIterator<Item = &'a Place>) -> Self {
        for (place, parent) in Parents::gather(places).0 {
            self.0.entry(place).or_insert(parent);
        }
        self
    }

    /// Does `inner` lie in `outer` (or is it the same), as far as the gazetteer says?
    pub fn lies_in(&self, inner: &str, outer: &str) -> bool {
        let mut at = inner;
        for _ in 0..DEEPEST {
            if at == outer {
                return true;
            }
            match self.0.get(at) {
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }

    /// What a place lies in, nearest first.
    pub(crate) fn above<'a>(&'a self, id: &'a str, most: usize) -> Vec<&'a str> {
        let up = std::iter::successors(self.0.get(id), |at| self.0.get(at.as_str()));
        up.take(most).map(String::as_str).collect()
    }

    fn contains(&self, outer: &Place, inner: &Place) -> bool {
        let (Some(outer_id), Some(inner_id)) = (&outer.id, &inner.id) else { return false };
        outer_id != inner_id && (self.lies_in(inner_id, outer_id) || inner.parent.as_ref() == Some(outer_id))
    }

    /// Compares two places; `within_m`: how close both must be known, and lie, to be the same.
    pub(crate) fn compare(&self, a: &Place, b: &Place, within_m: f64) -> Near {
        let apart = distance(a, b);
        let close = radius(a) <= within_m && radius(b) <= within_m;
        if let (Some(x), Some(y)) = (&a.id, &b.id) {
            if x == y {
                return if close || is_town(a) { Near::Same(apart) } else { Near::Compatible };
            }
            if self.contains(a, b) || self.contains(b, a) {
                return Near::Compatible;
            }
        }
        match apart {
            Some(d) if close && d <= within_m => Near::Same(Some(d)),
            Some(d) => {
                let least = d - radius(a) - radius(b);
                if least > within_m || (close && d > within_m) {
                    Near::Apart(least.max(d / 2.0))
                } else {
                    Near::Compatible
                }
            }
            None if !a.name.is_empty() && fold(&a.name) == fold(&b.name) => {
                if is_coarse(a) || is_coarse(b) {
                    Near::Compatible
                } else {
                    Near::Same(None)
                }
            }
            None => Near::Unknown,
        }
    }

    /// Compares what two claims say of where: the best of all pairs, after leaving out what merely contains another
    /// place of the same claim (“in the town, in the province”).
    pub(crate) fn compare_all<'a>(
        &self,
        a: &'a [Place],
        b: &'a [Place],
        within_m: f64,
    ) -> (Near, Option<(&'a Place, &'a Place)>) {
        if let ([x], [y]) = (a, b) {
            return (self.compare(x, y, within_m), Some((x, y)));
        }
        let (a, b) = (self.closest(a), self.closest(b));
        let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y)));
        pairs
            .map(|(x, y)| (self.compare(x, y, within_m), Some((x, y))))
            .min_by(|(p, _), (q, _)| rank(p).total_cmp(&rank(q)))
            .unwrap_or((Near::Unknown, None))
    }

    /// Places of one claim that contain no other of it.
    pub(crate) fn closest<'a>(&self, places: &'a [Place]) -> Vec<&'a Place> {
        let contains_another = |p: &Place| places.iter().any(|other| self.contains(p, other));
        places.iter().filter(|p| !contains_another(p)).collect()
    }

    /// All ids at hand, for counting.
    pub fn known(&self) -> BTreeSet<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

fn rank(near: &Near) -> f64 {
    match near {
        Near::Same(d) => d.unwrap_or(0.0) / 1e9,
        Near::Compatible => 1.0,
        Near::Unknown => 2.0,
        Near::Apart(d) => 3.0 + d / 1e9,
    }
}

pub(crate) fn is_coarse(place: &Place) -> bool {
    matches!(
        place.level.as_deref(),
        Some("district" | "province" | "country" | "region" | "admin1" | "admin2" | "admin3")
    )
}

/// A town, village, quarter or site: the same id is the same place, even where its radius is not stated.
pub(crate) fn is_town(place: &Place) -> bool {
    place.uncertainty_m.is_none() && !is_coarse(place)
}

/// Metres within which a place lies.
pub(crate) fn radius(place: &Place) -> f64 {
    match place.uncertainty_m {
        Some(m) if m.is_finite() && m >= 0.0 => m,
        _ if is_coarse(place) => 50_000.0,
        _ => UNSTATED_M,
    }
}

/// Metres between two places by the haversine on a sphere of 6,371,008.8 m (IUGG mean radius); within 0.6 % of the
/// ellipsoid, which is far less than any uncertainty here.
pub(crate) fn distance(a: &Place, b: &Place) -> Option<f64> {
    metres(degrees(a)?, degrees(b)?)
}

/// Its coordinates, where they are degrees.
pub(crate) fn degrees(place: &Place) -> Option<(f64, f64)> {
    let (lat, lon) = (place.lat?, place.lon?);
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
}

/// Metres from the middle of the earth to its surface, on average (IUGG).
pub(crate) const EARTH_M: f64 = 6_371_008.8;

/// The same for two pairs of degrees; nothing when they are no degrees.
pub(crate) fn metres(a: (f64, f64), b: (f64, f64)) -> Option<f64> {
    let fine = |(lat, lon): (f64, f64)| lat.abs() <= 90.0 && lon.abs() <= 180.0;
    if !fine(a) || !fine(b) {
        return None;
    }
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let (dlat, dlon) = (lb - la, (b.1 - a.1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + la.cos() * lb.cos() * (dlon / 2.0).sin().powi(2);
    Some(2.0 * EARTH_M * h.sqrt().min(1.0).asin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str, parent: &str, lat: f64, lon: f64, uncertainty_m: f64) -> Place {
        Place {
            name: id.into(),
            id: Some(id.into()),
            lat: Some(lat),
            lon: Some(lon),
            uncertainty_m: Some(uncertainty_m),
            level: None,
            parent: Some(parent.into()),
        }
    }

    #[test]
    fn a_town_in_a_province_is_compatible_and_two_towns_are_apart() {
        let province = place("province", "country", 10.0, 10.0, 60_000.0);
        let town = place("town", "district", 10.1, 10.1, 2_000.0);
        let other = place("other", "district", 10.4, 10.4, 2_000.0);
        let district = place("district", "province", 10.2, 10.2, 30_000.0);
        let parents = Parents::gather([&province, &town, &other, &district]);
        assert_eq!(parents.compare(&town, &province, 5e3), Near::Compatible);
        assert!(matches!(parents.compare(&town, &other, 5e3), Near::Apart(_)));
        assert!(matches!(parents.compare(&town, &town, 5e3), Near::Same(Some(_))));
        assert_eq!(parents.compare(&province, &province, 5e3), Near::Compatible, "one province is not one place");
        assert!(parents.lies_in("town", "country"));
    }

    #[test]
    fn what_contains_another_place_of_the_claim_is_left_out() {
        let parents = Parents::default();
        let town = place("town", "province", 10.1, 10.1, 2_000.0);
        let province = place("province", "country", 10.0, 10.0, 60_000.0);
        let both = [province, town.clone()];
        let (near, pair) = parents.compare_all(&both, std::slice::from_ref(&town), 5e3);
        assert!(matches!(near, Near::Same(_)));
        assert_eq!(pair.unwrap().0.name, "town");
    }

    #[test]
    fn an_unknown_place_matches_nothing_and_excludes_nothing() {
        let parents = Parents::default();
        let named = |name: &str| Place {
            name: name.into(),
            id: None,
            lat: None,
            lon: None,
            uncertainty_m: None,
            level: None,
            parent: None,
        };
        assert_eq!(parents.compare_all(&[], &[named("Port")], 5e3).0, Near::Unknown);
        assert_eq!(parents.compare(&named("Port"), &named("Harbour"), 5e3), Near::Unknown);
        assert_eq!(parents.compare(&named("Port"), &named("PORT"), 5e3), Near::Same(None));
    }

    #[test]
    fn distances_are_right_and_rubbish_has_none() {
        let d = metres((36.2, 37.15), (35.93, 36.63)).unwrap();
        assert!((d - 55_600.0).abs() < 600.0, "{d}");
        assert_eq!(metres((91.0, 0.0), (0.0, 0.0)), None);
        assert_eq!(metres((f64::NAN, 0.0), (0.0, 0.0)), None);
    }
}
