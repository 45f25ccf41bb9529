//! The first pattern: incidents by class of target and by settlement, with exact intervals, the null that they are held against
//! and who may not be seen. It supports no element of an incident that it counts.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_analyze::place::{Candidate, Gazetteer};
use witnessmark_archive::Archive;
pub use witnessmark_weigh::patterns::Pattern;
use witnessmark_weigh::patterns::{By, Counted, Estimate, first_pattern};

use crate::case::{Case, IncidentCase};
use crate::error::Result;

/// Confidence of all intervals.
pub const CONFIDENCE: f64 = 0.95;
/// Levels of the gazetteer that people live in.
const SETTLEMENTS: &[&str] = &["city", "town", "village"];

/// Longest way up from a place; a user's own table may run in a circle.
const DEEPEST: usize = 12;

/// Incidents that are said to have hit one class.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The class.
    pub class: String,
    /// How many incidents.
    pub incidents: u64,
    /// Lower end of the exact interval of a Poisson mean.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Counts by class alone, largest first. An incident said to have hit two classes counts once in each.
pub fn by_class(case: &Case) -> Vec<Count> {
    let counted: Vec<Counted> = case.incidents.iter().map(|i| counted(case, i, None)).collect();
    let counts = first_pattern(&counted, CONFIDENCE).counts.into_iter();
    counts
        .filter_map(|count| match count.by {
            By::Target(class) => {
                let (low, high) = count.mean;
                Some(Count { class, incidents: count.incidents, low, high })
            }
            By::Place(_) | By::Both(..) => None,
        })
        .collect()
}

/// Counts by class and settlement. For members: places are not generalised.
pub fn first(archive: &Archive, case: &Case) -> Result<Pattern> {
    let gazetteer = Gazetteer::with_places(crate::places::extra(archive)?);
    let settlements: Vec<Option<Candidate>> =
        case.incidents.iter().map(|incident| settlement(case, incident, &gazetteer)).collect();
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for found in settlements.iter().flatten() {
        ids.entry(&found.name).or_default().insert(&found.id);
    }
    // Two towns of one name are two.
    let name = |of: &Candidate| match ids[of.name.as_str()].len() {
        1 => of.name.clone(),
        _ => format!("{} ({})", of.name, of.id),
    };
    let incidents = case.incidents.iter().zip(&settlements);
    let counted: Vec<Counted> = incidents.map(|(i, at)| counted(case, i, at.as_ref().map(name))).collect();
    Ok(first_pattern(&counted, CONFIDENCE))
}

fn counted(case: &Case, incident: &IncidentCase, place: Option<String>) -> Counted {
    let claims = incident.members.iter().filter_map(|key| case.claims.get(key));
    let classes = claims.flat_map(|held| &held.claim.targets).map(|target| target.class.clone());
    let targets = classes.filter(|class| class != "unknown").collect();
    Counted { targets, place, day: incident.weighed.label.day.as_ref().map(|(first, _)| first.clone()) }
}

/// The town or village that most claims of an incident name, or name a place in.
fn settlement(case: &Case, incident: &IncidentCase, gazetteer: &Gazetteer) -> Option<Candidate> {
    let claims = incident.members.iter().filter_map(|key| case.claims.get(key));
    let mut named: BTreeMap<String, (usize, Candidate)> = BTreeMap::new();
    for place in claims.flat_map(|held| &held.claim.places) {
        let here = place.id.as_deref().and_then(|id| gazetteer.by_id(id));
        let mut way_up = std::iter::successors(here, |at| gazetteer.by_id(at.parent.as_deref()?)).take(DEEPEST);
        if let Some(found) = way_up.find(|at| SETTLEMENTS.contains(&at.level)) {
            named.entry(found.id.clone()).or_insert((0, found)).0 += 1;
        }
    }
    let most = named.into_values().max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.id.cmp(&a.1.id)));
    most.map(|(_, found)| found)
}

/// An estimate with its interval, as text from left to right: `4.4 (2.2–8.3)`.
pub fn estimate(of: &Estimate) -> String {
    let end = |x: f64| if x.is_finite() { format!("{x:.1}") } else { "∞".to_owned() };
    format!("{} ({}–{})", end(of.value), end(of.low), end(of.high))
}
