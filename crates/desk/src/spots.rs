//! Where incidents are put on a map, and how many lie together: of a hundred thousand no map can draw each, so those of one cell
//! are one mark with their number, and none is left out.

use std::fmt;
use std::str::FromStr;

use witnessmark_archive::Archive;
use witnessmark_model::vocabulary::Tier;
use witnessmark_report::compile::may_show;
use witnessmark_weigh::Held;

use crate::case::{Case, IncidentCase};

/// Most incidents that a map draws one by one.
pub const ONE_BY_ONE: usize = 120;
/// Cells from west to east, where there are more.
const COLUMNS: usize = 12;
/// Cells from south to north.
const ROWS: usize = 8;
/// Edges of cells are told, and compared, to so many parts of a degree: about a metre.
const PARTS: f64 = 1e5;

/// Where an incident is put: the most precise place that any of its claims names.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The incident.
    pub incident: &'a IncidentCase,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Within how many metres it is thought to lie.
    pub uncertainty_m: f64,
}

/// Claims of an incident that may be shown at a tier.
pub(crate) fn shown<'a>(archive: &Archive, case: &'a Case, incident: &IncidentCase, tier: Tier) -> Vec<&'a Held> {
    let held = incident.members.iter().filter_map(|key| case.claims.get(key));
    held.filter(|held| may_show(archive, held.claim.item, tier) == Ok(true)).collect()
}

/// Where an incident of these claims is put; nothing where none of them names a place that is known.
pub(crate) fn spot<'a>(incident: &'a IncidentCase, claims: &[&Held]) -> Option<Spot<'a>> {
    let places = claims.iter().flat_map(|held| &held.claim.places);
    let known = places.filter_map(|place| Some((place.lat?, place.lon?, place.uncertainty_m)));
    let on_globe = known.filter(|(lat, lon, _)| lat.abs() <= 90.0 && lon.abs() <= 360.0);
    let (latitude, longitude, within) =
        on_globe.min_by(|(.., a), (.., b)| a.unwrap_or(f64::MAX).total_cmp(&b.unwrap_or(f64::MAX)))?;
    Some(Spot { incident, latitude, longitude, uncertainty_m: within.unwrap_or(0.0) })
}

/// Where incidents are put, for members.
pub fn spots<'a>(archive: &Archive, case: &Case, incidents: &[&'a IncidentCase]) -> Vec<Spot<'a>> {
    let of = |incident: &&'a IncidentCase| spot(incident, &shown(archive, case, incident, Tier::Internal));
    incidents.iter().filter_map(of).collect()
}

/// A stretch of the earth between two latitudes and two longitudes; its northern and eastern edges are not in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Within {
    south: f64,
    west: f64,
    north: f64,
    east: f64,
}

impl Within {
    /// Does it hold a spot?
    pub fn holds(&self, spot: &Spot<'_>) -> bool {
        (self.south..self.north).contains(&spot.latitude) && (self.west..self.east).contains(&spot.longitude)
    }

    /// As it is told to a reader: `35.1–35.4° N, 36.1–36.9° E`.
    pub fn words(&self) -> String {
        let side = |low: f64, high: f64, [plus, minus]: [&str; 2]| {
            let of = |x: f64| format!("{:.2}° {}", x.abs(), if x < 0.0 { minus } else { plus });
            format!("{}–{}", of(low), of(high))
        };
        format!("{}, {}", side(self.south, self.north, ["N", "S"]), side(self.west, self.east, ["E", "W"]))
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.5},{:.5},{:.5},{:.5}", self.south, self.west, self.north, self.east)
    }
}

impl FromStr for Within {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let numbers: Vec<f64> = text.split(',').map(str::parse).collect::<Result<_, _>>().map_err(drop)?;
        let [south, west, north, east] = numbers[..] else { return Err(()) };
        let is_some = south < north && west < east && numbers.iter().all(|n| n.abs() <= 1000.0);
        is_some.then_some(Within { south, west, north, east }).ok_or(())
    }
}

/// What lies together.
#[derive(Debug, Clone)]
pub struct Cell<'s, 'a> {
    /// Where.
    pub within: Within,
    /// What; never empty.
    pub spots: Vec<&'s Spot<'a>>,
}

/// Spots by cell, from the south-west: every spot is in one.
pub fn cells<'s, 'a>(spots: &'s [Spot<'a>]) -> Vec<Cell<'s, 'a>> {
    if spots.is_empty() {
        return Vec::new();
    }
    let south_north = edges(spots.iter().map(|s| s.latitude), ROWS);
    let west_east = edges(spots.iter().map(|s| s.longitude), COLUMNS);
    let mut all: Vec<Vec<&Spot<'a>>> = vec![Vec::new(); ROWS * COLUMNS];
    for spot in spots {
        let place = |edges: &[f64], at: f64| edges.partition_point(|edge| *edge <= at).saturating_sub(1);
        let (row, column) = (place(&south_north, spot.latitude), place(&west_east, spot.longitude));
        all[row.min(ROWS - 1) * COLUMNS + column.min(COLUMNS - 1)].push(spot);
    }
    let cell = |(n, spots): (usize, Vec<&'s Spot<'a>>)| {
        let (row, column) = (n / COLUMNS, n % COLUMNS);
        let within = Within {
            south: south_north[row],
            west: west_east[column],
            north: south_north[row + 1],
            east: west_east[column + 1],
        };
        (!spots.is_empty()).then_some(Cell { within, spots })
    };
    all.into_iter().enumerate().filter_map(cell).collect()
}

/// Edges of equal steps from below the least to above the greatest, each the very number that its five decimals spell.
fn edges(of: impl Iterator<Item = f64> + Clone, steps: usize) -> Vec<f64> {
    let low = (of.clone().fold(f64::INFINITY, f64::min) * PARTS).floor();
    let high = (of.fold(f64::NEG_INFINITY, f64::max) * PARTS).floor() + 1.0;
    (0..=steps).map(|n| (low + (high - low).max(steps as f64) * n as f64 / steps as f64).round() / PARTS).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use witnessmark_model::{EntryRef, LogId};

    use super::*;
    use crate::case::IncidentId;

    fn nothing_known() -> IncidentCase {
        let weighed = witnessmark_weigh::IncidentWeighed {
            members: BTreeSet::new(),
            label: witnessmark_weigh::incidents::Label::default(),
            elements: Vec::new(),
            positions: Vec::new(),
            accusations: Vec::new(),
            harm: Vec::new(),
        };
        IncidentCase {
            id: IncidentId::Grouped(EntryRef { log: LogId([1; 8]), index: 7 }),
            labels: Vec::new(),
            members: BTreeSet::new(),
            weighed: Arc::new(weighed),
            assessed: BTreeMap::new(),
            authors: BTreeMap::new(),
            saw: BTreeMap::new(),
            reviewers_needed: 0,
            merged: Vec::new(),
        }
    }

    #[test]
    fn every_spot_is_in_the_one_cell_whose_address_holds_it() {
        let incident = nothing_known();
        let spots: Vec<Spot<'_>> = (0..5000u32)
            .map(|n| Spot {
                incident: &incident,
                latitude: f64::from(n.wrapping_mul(2_654_435_761) % 700) / 10.0 - 35.0,
                longitude: f64::from(n.wrapping_mul(40_503) % 3000) / 100.0 + 20.0,
                uncertainty_m: 0.0,
            })
            .collect();
        for some in [&spots[..], &spots[..1], &[spots[3]; 200]] {
            let cells = cells(some);
            assert_eq!(cells.iter().map(|c| c.spots.len()).sum::<usize>(), some.len(), "none is left out");
            for cell in &cells {
                let told: Within = cell.within.to_string().parse().unwrap();
                assert_eq!(some.iter().filter(|s| told.holds(s)).count(), cell.spots.len(), "{told}");
            }
        }
        assert!(["", "1,2,3", "3,1,2,4", "a,b,c,d", "1,2,NaN,4"].iter().all(|text| text.parse::<Within>().is_err()));
    }
}
